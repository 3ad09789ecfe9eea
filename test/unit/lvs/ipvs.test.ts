import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatIpvs, formatIpvsSave, ipvsTable } from "../../../server/src/lvs/ipvs";
import { Config } from "../../../server/src/model/config";
import { Tree } from "../../../server/src/syntax/tree";

const table = (text: string) => ipvsTable(new Config(Tree.parse(text)));
const HEAD = [
  "IP Virtual Server version 1.2.1 (size=4096)",
  "Prot LocalAddress:Port Scheduler Flags",
  "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn",
];
/** The table without its title; blanks at the end of lines are ipvsadm's. */
const lines = (text: string) => formatIpvs(table(text)).split("\n").slice(3, -1);
const save = (text: string) => formatIpvsSave(table(text)).split("\n").slice(0, -1);
const row = (end: string, method: string, weight = 1) =>
  `  -> ${end.padEnd(28)} ${method.padEnd(7)} ${`${weight}`.padEnd(6)} 0          0         `;

describe("the IPVS table", () => {
  it("looks like that of ipvsadm", () => {
    const text = `
virtual_server 10.29.7.10 80 {
    lb_algo rr
    lb_kind DR
    persistence_timeout 1
    protocol TCP
    real_server 10.29.7.12 80 {
        weight 1
    }
}
`;
    assert.deepEqual(formatIpvs(table(text)).split("\n"), [
      ...HEAD,
      "TCP  10.29.7.10:80 rr persistent 1",
      "  -> 10.29.7.12:80                Route   1      0          0         ",
      "",
    ]);
    assert.deepEqual(save(text), [
      "-A -t 10.29.7.10:80 -s rr -p 1",
      "-a -t 10.29.7.10:80 -r 10.29.7.12:80 -g -w 1",
    ]);
  });

  it("is empty for a configuration without virtual servers", () => {
    assert.deepEqual(lines(""), []);
    assert.equal(formatIpvsSave(table("")), "");
  });

  it("shows each protocol, family, method and flag", () => {
    const text = `
virtual_server 2001:db8::10 53 {
    lb_algo sh
    sh-port
    sh-fallback
    lb_kind TUN
    protocol UDP
    ops
    real_server 2001:db8::11 53 {
    }
}
virtual_server 192.0.2.10 2905 {
    lb_algo mh
    mh-port
    lb_kind NAT
    protocol SCTP
    persistence_timeout 60
    persistence_granularity 255.255.255.0
    persistence_engine sip
    weight 5
    real_server 192.0.2.11 2906 {
    }
    real_server 192.0.2.12 {
        weight 0
    }
    sorry_server 192.0.2.13 2905
}
`;
    assert.deepEqual(lines(text), [
      "SCTP 192.0.2.10:2905 mh (mh-port) persistent 60 mask 255.255.255.0 pe sip",
      row("192.0.2.11:2906", "Masq", 5),
      row("192.0.2.12:2905", "Masq", 0),
      "UDP  [2001:db8::10]:53 sh (sh-fallback,sh-port) ops",
      row("[2001:db8::11]:53", "Tunnel"),
    ]);
    assert.deepEqual(save(text), [
      "-A --sctp-service 192.0.2.10:2905 -s mh -p 60 -M 255.255.255.0 --pe sip -b mh-port",
      "-a --sctp-service 192.0.2.10:2905 -r 192.0.2.11:2906 -m -w 5",
      "-a --sctp-service 192.0.2.10:2905 -r 192.0.2.12:2905 -m -w 0",
      "-A -u [2001:db8::10]:53 -s sh -o -b sh-fallback,sh-port",
      "-a -u [2001:db8::10]:53 -r [2001:db8::11]:53 -i -w 1 --tun-type ipip",
    ]);
  });

  it("saves the kinds of tunnels with their options", () => {
    const server = (options: string) =>
      save(
        `virtual_server 192.0.2.1 80 {\nprotocol TCP\nlb_kind TUN ${options}\nreal_server 10.0.0.1 80 {\n}\n}\n`,
      )[1].replace(/.* -i -w 1 /, "");
    assert.equal(server(""), "--tun-type ipip");
    assert.equal(server("type gre"), "--tun-type gre --tun-nocsum");
    assert.equal(server("type gre csum"), "--tun-type gre --tun-csum");
    assert.equal(server("type gue port 6080 remcsum"), "--tun-type gue --tun-port 6080 --tun-remcsum");
  });

  it("writes ranges out, takes off ports where marks select, and merges equal services", () => {
    const text = `
virtual_server_group G {
    192.0.2.1-2 80
    192.0.2.2 443
    fwmark 9
}
virtual_server group G {
    lb_algo rr
    lb_kind DR
    protocol TCP
    real_server 10.0.0.1 80 {
    }
}
virtual_server 192.0.2.1 80 {
    lb_algo lc
    lb_kind DR
    protocol TCP
    real_server 10.0.0.1 80 {
    }
    real_server 10.0.0.2 80 {
    }
}
virtual_server fwmark 3 {
    lb_algo rr
    ip_family inet6
    lb_kind NAT
    real_server 2001:db8::1 8080 {
    }
}
`;
    assert.deepEqual(lines(text), [
      "TCP  192.0.2.1:80 rr",
      row("10.0.0.1:80", "Route"),
      row("10.0.0.2:80", "Route"),
      "TCP  192.0.2.2:80 rr",
      row("10.0.0.1:80", "Route"),
      "TCP  192.0.2.2:443 rr",
      row("10.0.0.1:443", "Route"),
      "FWM  3 IPv6 rr",
      row("[2001:db8::1]:8080", "Masq"),
      "FWM  9 rr",
      row("10.0.0.1:0", "Route"),
    ]);
  });

  it("gives groups a mark of their own with nftables_ipvs", () => {
    const text = (globals: string) => `
global_defs {
    ${globals}
}
virtual_server_group G {
    192.0.2.1-9 80
}
virtual_server_group H {
    192.0.2.1 81
}
${["G", "H", "G"].map((g, i) => `virtual_server group ${g} {\nlb_algo rr\nlb_kind DR\nprotocol ${i === 2 ? "UDP" : "TCP"}\nreal_server 10.0.0.${i + 1} {\n}\n}`).join("\n")}
`;
    assert.deepEqual(lines(text("nftables_ipvs")), [
      "FWM  1000 rr",
      row("10.0.0.1:0", "Route"),
      "FWM  1001 rr",
      row("10.0.0.2:0", "Route"),
      "FWM  1002 rr",
      row("10.0.0.3:0", "Route"),
    ]);
    assert.equal(lines(text("nftables_ipvs\nnftables_ipvs_start_fwmark 7"))[0], "FWM  7 rr");
  });

  it("sorts like ipvsadm, whose 32-bit subtraction puts 192.168.0.0 before 10.0.0.0", () => {
    const server = (address: string) =>
      `virtual_server ${address} 80 {\nlb_algo rr\nprotocol TCP\nreal_server 10.0.0.1 80 {\n}\n}\n`;
    assert.deepEqual(
      lines(["10.0.0.9", "192.168.0.1", "10.0.0.1"].map(server).join("")).filter((l) => l.startsWith("TCP")),
      ["TCP  192.168.0.1:80 rr", "TCP  10.0.0.1:80 rr", "TCP  10.0.0.9:80 rr"],
    );
  });

  it("leaves out what nobody could read, and says so", () => {
    const huge = table(
      "virtual_server_group G {\n10.0.0.0/8 80\n192.0.2.1 80\n}\nvirtual_server group G {\nreal_server 10.0.0.1 {\n}\n}\n",
    );
    assert.equal(huge.services.length, 1);
    assert.match(huge.notes[0].text.en, /16777216 addresses/);
    const broken = table("virtual_server {{ vip }} 80 {\nreal_server 10.0.0.1 80 {\n}\n}\n");
    assert.ok(broken.uncertain);
    assert.equal(broken.services.length, 0);
    assert.match(table("virtual_server 192.0.2.1 80 {\n}\n").notes[0].text.en, /no real server/);
  });
});
