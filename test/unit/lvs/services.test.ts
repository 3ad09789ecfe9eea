import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatAddress } from "../../../server/src/language/address";
import { advertsOf, bfdSessionsOf, syncDaemonOf } from "../../../server/src/lvs/control";
import { rangeText } from "../../../server/src/lvs/ranges";
import { destinationText, frontText, type Service, servicesOf } from "../../../server/src/lvs/services";
import { Config } from "../../../server/src/model/config";
import { Tree } from "../../../server/src/syntax/tree";

const configOf = (text: string) => new Config(Tree.parse(text));
const services = (text: string) => servicesOf(configOf(text));
function only(text: string): Service {
  const list = services(text);
  assert.equal(list.length, 1);
  return list[0];
}
const texts = (service: Service) => service.destinations.map(destinationText);
const faults = (text: string) => only(text).faults.map((fault) => fault.text.en);

describe("virtual servers as keepalived programs them", () => {
  it("without protocol are UDP, without method NAT, without scheduler wlc", () => {
    const service = only("virtual_server 192.0.2.1 80 {\nreal_server 10.0.0.1 8080 {\n}\n}\n");
    assert.equal(service.protocol, "UDP");
    assert.equal(service.scheduler, "wlc");
    assert.deepEqual(texts(service), ["10.0.0.1:8080 (NAT)"]);
  });

  it("with DR or TUN force the virtual server's port, and remember what was written", () => {
    const service = only(
      "virtual_server 192.0.2.1 80 {\nprotocol TCP\nlb_kind DR\nreal_server 10.0.0.1 8080 {\n}\nreal_server 10.0.0.2 {\n}\n}\n",
    );
    assert.deepEqual(texts(service), ["10.0.0.1:80 (DR)", "10.0.0.2:80 (DR)"]);
    assert.deepEqual(
      service.destinations.map((d) => d.portWritten),
      [8080, undefined],
    );
  });

  it("take the method of the real server before that of the virtual server", () => {
    const service = only(
      "virtual_server 192.0.2.1 80 {\nlb_kind NAT\nreal_server 10.0.0.1 81 {\nlvs_method TUN type gue port 6080\n}\nreal_server 10.0.0.2 81 {\n}\nsorry_server 10.0.0.3 81\nsorry_server_lvs_method DR\n}\n",
    );
    assert.deepEqual(texts(service), ["10.0.0.1:80 (TUN)", "10.0.0.2:81 (NAT)", "10.0.0.3:80 (DR)"]);
    assert.deepEqual(service.destinations[0].tunnel, { type: "gue", port: 6080, checksum: "nocsum" });
  });

  it("drop real servers of the other family unless they are tunnelled, and the second of two equal ones", () => {
    const service = only(
      "virtual_server 192.0.2.1 80 {\nlb_kind DR\nreal_server 2001:db8::1 80 {\n}\nreal_server 2001:db8::2 80 {\nlvs_method TUN\n}\nreal_server 10.0.0.1 80 {\n}\nreal_server 10.0.0.1 80 {\n}\n}\n",
    );
    assert.deepEqual(texts(service), ["[2001:db8::2]:80 (TUN)", "10.0.0.1:80 (DR)"]);
  });

  it("become persistent where the port is missing or a granularity is given", () => {
    const persistence = (body: string, head = "192.0.2.1 80") =>
      only(`virtual_server ${head} {\n${body}\nreal_server 10.0.0.1 80 {\n}\n}\n`).persistence;
    assert.equal(persistence(""), undefined);
    assert.equal(persistence("persistence_timeout 50"), 50);
    assert.equal(persistence("persistence_granularity 255.255.255.0"), 360);
    assert.equal(persistence("", "192.0.2.1"), 360);
    assert.equal(persistence("persistence_timeout 7", "192.0.2.1 0"), 7);
  });

  it("know their own servers: loopback, virtual and static addresses, sources", () => {
    const text = `
static_ipaddress {
    10.9.9.9/24
}
vrrp_instance VI {
    unicast_src_ip 10.8.8.8
    virtual_ipaddress {
        192.0.2.1/24
    }
}
virtual_server 192.0.2.1 80 {
    lb_kind DR
    sorry_server 127.0.0.1 80
    real_server 192.0.2.1 80 {
    }
    real_server 10.9.9.9 80 {
    }
    real_server 10.8.8.8 80 {
    }
    real_server 10.7.7.7 80 {
    }
}
`;
    assert.deepEqual(
      only(text).destinations.map((d) => d.local),
      [true, true, true, false, true],
    );
  });

  it("put groups together: ports with the same addresses, addresses with the same ports, each family apart", () => {
    const service = only(`
virtual_server_group G {
    192.0.2.1-3 80
    192.0.2.4 80
    192.0.2.1-4 443
    192.0.2.128/25 8080
    2001:db8::1-f 80
    fwmark 7 inet6
}
virtual_server group G {
    protocol TCP
    lb_kind DR
    real_server 10.0.0.1 {
    }
}
`);
    assert.deepEqual(service.fronts.map(frontText), [
      "192.0.2.1-192.0.2.4:80,443 TCP",
      "192.0.2.128/25:8080 TCP",
      "[2001:db8::1-2001:db8::f]:80 TCP",
    ]);
    assert.deepEqual(service.marks, [{ mark: 7, family: 6 }]);
  });

  it("without real server are ignored", () => {
    assert.match(only("virtual_server 192.0.2.1 80 {\n}\n").ignored?.text.en ?? "", /no real server/);
  });

  it("say which line cannot be read, and only where it matters", () => {
    const body = (line: string) =>
      `virtual_server 192.0.2.1 80 {\n${line}\nreal_server 10.0.0.1 80 {\n}\n}\n`;
    assert.deepEqual(faults(body("lb_kind dr")), ['"lb_kind dr" cannot be read']);
    assert.deepEqual(faults(body("lb_kind TUN type gue")), ['"lb_kind TUN type gue" cannot be read']);
    assert.deepEqual(faults(body("protocol tpc")), ['"protocol tpc" cannot be read']);
    assert.deepEqual(faults(body("lb_kin DR")), ['the line that begins with "lb_kin" cannot be read']);
    assert.deepEqual(faults(body("protocol {{ proto }}")), [
      'the line that begins with "protocol" cannot be read',
    ]);
    assert.deepEqual(faults(body("quorum_up {{ script }}")), []);
    assert.deepEqual(faults(body("nat_mask 255.255.255.0")), []);
    assert.deepEqual(faults(body("protocol TCP")), []);
    assert.deepEqual(
      faults(
        "virtual_server 192.0.2.1 80 {\nreal_server 10.0.0.1 80 {\nTCP_CHECK {\nconnect_port 99999\n}\n}\n}\n",
      ),
      ['"connect_port 99999" cannot be read'],
    );
    assert.match(
      faults("virtual_server group G {\nreal_server 10.0.0.1 80 {\n}\n}\n").join(),
      /no virtual_server_group "G"/,
    );
  });

  it("never repeat the words of a line that may hold a secret", () => {
    const list = faults(
      "virtual_server 192.0.2.1 80 {\nauth_pass ${SECRET}hunter2\nreal_server 10.0.0.1 80 {\n}\n}\n",
    );
    assert.equal(list.length, 1);
    assert.ok(!list.join().includes("hunter2"));
  });
});

describe("health checks", () => {
  const checks = (body: string, head = "10.0.0.1 8080") =>
    only(
      `virtual_server 192.0.2.1 80 {\nlb_kind DR\nreal_server ${head} {\n${body}\n}\n}\n`,
    ).destinations[0].checks.map(
      (c) =>
        `${c.protocol} ${formatAddress(c.target)}:${c.port}${c.source ? ` from ${formatAddress(c.source)}` : ""}`,
    );

  it("go to the real server's own address and its port as written", () => {
    // DR makes the service use port 80; the check keeps 8080.
    assert.deepEqual(checks("TCP_CHECK {\n}"), ["TCP 10.0.0.1:8080"]);
    assert.deepEqual(checks("DNS_CHECK {\n}"), ["UDP 10.0.0.1:8080"]);
    assert.deepEqual(checks("PING_CHECK {\n}"), ["ICMP 10.0.0.1:0"]);
    assert.deepEqual(checks("TCP_CHECK {\n}", "10.0.0.1"), ["TCP 10.0.0.1:0"]);
  });

  it("follow connect_ip, connect_port and bindto", () => {
    assert.deepEqual(
      checks("HTTP_GET {\nconnect_ip 10.0.0.9\nconnect_port 81\nbindto 10.0.0.2\nurl {\npath /\n}\n}"),
      ["TCP 10.0.0.9:81 from 10.0.0.2"],
    );
  });

  it("of SMTP go to the hosts of its blocks, too, if it has options of its own", () => {
    const hosts = "host {\nconnect_ip 10.0.0.7\nconnect_port 26\n}\nhost {\nconnect_ip 10.0.0.8\n}";
    assert.deepEqual(checks(`SMTP_CHECK {\n${hosts}\n}`), ["TCP 10.0.0.7:26", "TCP 10.0.0.8:8080"]);
    assert.deepEqual(checks(`SMTP_CHECK {\nconnect_port 25\n${hosts}\n}`), [
      "TCP 10.0.0.1:25",
      "TCP 10.0.0.7:26",
      "TCP 10.0.0.8:8080",
    ]);
  });

  it("by script, file or BFD open no connection that could be derived", () => {
    const service = only(
      "virtual_server 192.0.2.1 80 {\nreal_server 10.0.0.1 80 {\nMISC_CHECK {\nmisc_path /bin/true\n}\nFILE_CHECK {\ntrack_file F\n}\n}\n}\n",
    );
    assert.deepEqual(service.destinations[0].checks, []);
    assert.deepEqual(
      service.destinations[0].otherCheckers.map((c) => c.type),
      ["MISC_CHECK", "FILE_CHECK"],
    );
  });
});

describe("control traffic", () => {
  const adverts = (body: string, globals = "") => {
    const [first] = advertsOf(configOf(`global_defs {\n${globals}\n}\nvrrp_instance VI {\n${body}\n}\n`));
    const group = first.group ? formatAddress(first.group) : first.peers.map(formatAddress).join();
    return `${first.family} ${group}${first.source ? ` from ${formatAddress(first.source)}` : ""}${first.ah ? " AH" : ""}`;
  };
  const vips = (...list: string[]) => `virtual_ipaddress {\n${list.join("\n")}\n}`;

  it("goes to the multicast group of the instance, of the configuration, or the standard one", () => {
    assert.equal(adverts(vips("192.0.2.1")), "4 224.0.0.18");
    assert.equal(adverts(vips("fe80::1")), "6 ff02::12");
    assert.equal(adverts(vips("192.0.2.1"), "vrrp_mcast_group4 224.0.0.99"), "4 224.0.0.99");
    assert.equal(
      adverts(`mcast_dst_ip 224.0.0.77\n${vips("192.0.2.1")}`, "vrrp_mcast_group4 224.0.0.99"),
      "4 224.0.0.77",
    );
    assert.equal(adverts(`mcast_src_ip 192.0.2.9\n${vips("192.0.2.1")}`), "4 224.0.0.18 from 192.0.2.9");
    assert.equal(adverts("native_ipv6"), "6 ff02::12");
  });

  it("goes to the peers instead", () => {
    assert.equal(
      adverts(`unicast_src_ip 192.0.2.2\nunicast_peer {\n192.0.2.3\n192.0.2.4\n}\n${vips("192.0.2.1")}`),
      "4 192.0.2.3,192.0.2.4 from 192.0.2.2",
    );
  });

  it("is AH only for VRRP version 2 over IPv4 with a password", () => {
    const auth = (pass = "auth_pass x") => `authentication {\nauth_type AH\n${pass}\n}`;
    assert.equal(adverts(`${auth()}\n${vips("192.0.2.1")}`), "4 224.0.0.18 AH");
    assert.equal(adverts(`${auth("")}\n${vips("192.0.2.1")}`), "4 224.0.0.18");
    assert.equal(adverts(`version 3\n${auth()}\n${vips("192.0.2.1")}`), "4 224.0.0.18");
    assert.equal(adverts(`${auth()}\n${vips("192.0.2.1")}`, "vrrp_version 3"), "4 224.0.0.18");
    assert.equal(adverts(`${auth()}\n${vips("fe80::1")}`), "6 ff02::12");
  });

  it("includes the sync daemon with its own group and port", () => {
    const sync = (line: string) => {
      const daemon = syncDaemonOf(configOf(`global_defs {\n${line}\n}\n`));
      return daemon && `${formatAddress(daemon.group)}:${daemon.port}`;
    };
    assert.equal(sync(""), undefined);
    assert.equal(sync("lvs_sync_daemon eth0 VI"), "224.0.0.81:8848");
    assert.equal(sync("lvs_sync_daemon eth0 inst VI id 3 port 9000 ttl 4 group 239.0.0.1"), "239.0.0.1:9000");
    assert.equal(sync("lvs_sync_daemon eth0 inst VI port 99999 group 10.0.0.1"), "224.0.0.81:8848");
  });

  it("includes BFD, with another port over several hops", () => {
    const sessions = bfdSessionsOf(
      configOf(
        "bfd_instance A {\nneighbor_ip 10.0.0.1\n}\nbfd_instance B {\nneighbor_ip 10.0.0.2\nmultihop\n}\nbfd_instance C {\n}\n",
      ),
    );
    assert.deepEqual(
      sessions.map((s) => s.port),
      [3784, 4784],
    );
  });
});

describe("ranges", () => {
  it("are written as NSX reads them", () => {
    const range = (text: string) => {
      const [front] = only(
        `virtual_server_group G {\n${text} 80\n}\nvirtual_server group G {\nreal_server 10.0.0.1 {\n}\n}\n`,
      ).fronts;
      return front.addresses.map(rangeText).join();
    };
    assert.equal(range("192.0.2.7"), "192.0.2.7");
    assert.equal(range("192.0.2.7-9"), "192.0.2.7-192.0.2.9");
    assert.equal(range("192.0.2.0-255"), "192.0.2.0/24");
    assert.equal(range("192.0.2.0/24"), "192.0.2.0/24");
    assert.equal(range("2001:db8::10-1f"), "2001:db8::10/124");
  });
});
