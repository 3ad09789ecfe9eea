/** Workspace symbols and document links. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { links } from "../../../server/src/features/links";
import { workspaceSymbols } from "../../../server/src/features/workspace-symbols";
import { fixture } from "../support/fixture";

const FARM = `
//- /k/a.conf
$VIP=10.29.7.11
include sites/*.conf
vrrp_script chk_haproxy {
}
vrrp_sync_group VG_web {
}
vrrp_instance VI_web {
    interface eth0
    use_vmac vrrp.7
    unicast_src_ip 10.29.7.2
    unicast_peer {
        10.29.7.3
    }
    virtual_ipaddress {
        10.29.7.10/24 dev eth0 label eth0:1
        $VIP
        2001:db8::10/64
    }
}
//- /k/sites/web.conf
virtual_server 10.29.7.10   443 {
    protocol TCP
    sorry_server 10.29.8.9 80
    real_server 10.29.8.1 8443 {
        TCP_CHECK {
            connect_ip 10.29.8.1
        }
    }
}
@backup virtual_server 10.29.7.10 80 {
}
virtual_server 2001:0db8:0::10 443 {
}
virtual_server_group VSG {
    10.29.7.1-20 80
    10.29.9.0/24 80
}
//- /k/b.conf
virtual_server fwmark 5 {
    real_server 10.29.8.1 80 {
    }
}
track_file tf_load {
    file /run/load
}
`;

/** The query, and what it finds in this order: name, kind, container, place. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  "10.29.7.10": [
    "10.29.7.10 443 | service | virtual_server | web.conf:1:16",
    "10.29.7.10/24 dev eth0 label eth0:1 | address | virtual_ipaddress · vrrp_instance VI_web | a.conf:15:9",
    "10.29.7.10 80 | service | virtual_server | web.conf:10:24",
    "10.29.7.1-20 80 | address | virtual_server_group VSG | web.conf:15:5",
  ],
  "10.29.7.10:443": ["10.29.7.10 443 | service | virtual_server | web.conf:1:16"],
  "10.29.7.10 8": [
    "10.29.7.10 80 | service | virtual_server | web.conf:10:24",
    "10.29.7.1-20 80 | address | virtual_server_group VSG | web.conf:15:5",
  ],
  "10.29.8.1": [
    "10.29.8.1 8443 | server | real_server · virtual_server 10.29.7.10 443 | web.conf:4:17",
    "10.29.8.1 80 | server | real_server · virtual_server fwmark 5 | b.conf:2:17",
    "connect_ip 10.29.8.1 | address | TCP_CHECK | web.conf:6:24",
  ],
  "10.29.8.9": ["10.29.8.9 80 | server | sorry_server · virtual_server 10.29.7.10 443 | web.conf:3:18"],
  "10.29.9.77": ["10.29.9.0/24 80 | address | virtual_server_group VSG | web.conf:16:5"],
  "10.29.7.3": [
    "10.29.7.3 | address | unicast_peer · vrrp_instance VI_web | a.conf:12:9",
    "10.29.7.1-20 80 | address | virtual_server_group VSG | web.conf:15:5",
  ],
  "7.11": ["10.29.7.11 | address | virtual_ipaddress · vrrp_instance VI_web | a.conf:16:9"],
  "2001:db8::10": [
    "2001:0db8:0::10 443 | service | virtual_server | web.conf:12:16",
    "2001:db8::10/64 | address | virtual_ipaddress · vrrp_instance VI_web | a.conf:17:9",
  ],
  "[2001:db8:0:0::10]:443": ["2001:0db8:0::10 443 | service | virtual_server | web.conf:12:16"],
  web: ["VG_web | group | vrrp_sync_group | a.conf:5:17", "VI_web | instance | vrrp_instance | a.conf:7:15"],
  vgw: ["VG_web | group | vrrp_sync_group | a.conf:5:17"],
  CHKHA: ["chk_haproxy | script | vrrp_script | a.conf:3:13"],
  $v: ["$VIP | definition |  | a.conf:1:2"],
  vrrp: ["vrrp.7 | block | vrrp_instance VI_web | a.conf:9:14"],
  tfload: ["tf_load | script | track_file | b.conf:5:12"],
  "no such": [],
  "10.30": [],
};

describe("workspace symbols", () => {
  for (const [query, expected] of Object.entries(QUERIES)) {
    it(query, () => {
      const f = fixture(FARM);
      const found = workspaceSymbols(f.projects, query).map(
        (s) => `${s.name} | ${s.kind} | ${s.container} | ${f.show({ ...s, end: s.start }).trim()}`,
      );
      assert.deepEqual(found, expected);
    });
  }

  it("an empty query lists what has a name", () => {
    const names = workspaceSymbols(fixture(FARM).projects, "").map((s) => s.name);
    assert.deepEqual(names.sort(), ["$VIP", "VG_web", "VI_web", "VSG", "chk_haproxy", "tf_load", "vrrp.7"]);
  });

  it("what begins with the query comes before what holds it", () => {
    const text =
      "vrrp_script my_web {\n}\nvrrp_script w_e_b {\n}\nvrrp_script web2 {\n}\nvrrp_script web {\n}\n";
    const names = workspaceSymbols(fixture(text).projects, "web").map((s) => s.name);
    assert.deepEqual(names, ["web", "web2", "my_web", "w_e_b"]);
  });

  it("a large farm is cut, the best first", () => {
    const servers = Array.from(
      { length: 1000 },
      (_, i) => `virtual_server ${i % 2 ? 10 : 110}.0.${i >> 8}.${i & 255} 80 {\n}\n`,
    );
    const found = workspaceSymbols(fixture(servers.join("")).projects, "10.0.3.201");
    assert.equal(found[0].name, "10.0.3.201 80");
    assert.equal(workspaceSymbols(fixture(servers.join("")).projects, "10.0").length, 256);
  });
});

/** Text with the ranges of the links, named by the order of `targets`; `files` exist on the disk. */
const LINKS: Readonly<
  Record<string, { text: string; files?: readonly string[]; targets: readonly string[]; tooltips?: RegExp[] }>
> = {
  "an include of one file": {
    text: "//- /k/a.conf\ninclude [|sub/b.conf|] # x\n//- /k/sub/b.conf\n#\n",
    targets: ["/k/sub/b.conf"],
    tooltips: [/^\/k\/sub\/b\.conf$/],
  },
  "a pattern links to the first of its files and lists them all": {
    text: "//- /k/a.conf\ninclude [|*.inc|]\n//- /k/2.inc\n#\n//- /k/1.inc\n#\n",
    targets: ["/k/1.inc"],
    tooltips: [/^2 files, the first one is opened\n\/k\/1\.inc\n\/k\/2\.inc$/],
  },
  "an include by a definition, inside a block": {
    text: "//- /k/a.conf\n$D=/k\nvrrp_instance A {\n    @x include [|${D}/b.inc|]\n}\n//- /k/b.inc\n#\n",
    targets: ["/k/b.inc"],
  },
  "an include that matches nothing": { text: "include none.conf\n", targets: [] },
  commands: {
    text: `
vrrp_script a {
    script [|/usr/bin/a.sh|]
}
vrrp_instance A {
    notify_master "[|/usr/bin/b.sh|] --x 'y z'" root
    notify "'[|/usr/bin/a.sh|]' x"
    notify_fault /usr/bin/none.sh
}
virtual_server 10.0.0.1 80 {
    quorum_up "[|/usr/bin/b.sh|] up"
    real_server 10.0.0.2 80 {
        MISC_CHECK {
            misc_path [|/usr/bin/a.sh|]
        }
    }
}
`,
    files: ["/usr/bin/a.sh", "/usr/bin/b.sh"],
    targets: ["/usr/bin/a.sh", "/usr/bin/b.sh", "/usr/bin/a.sh", "/usr/bin/b.sh", "/usr/bin/a.sh"],
  },
  files: {
    text: 'track_file t {\n    file "[|/run/load|]"\n}\nSSL {\n    ca [|/etc/ssl/ca.pem|]\n    key /etc/ssl/none\n}\n',
    files: ["/run/load", "/etc/ssl/ca.pem"],
    targets: ["/run/load", "/etc/ssl/ca.pem"],
  },
  "a command by a definition": {
    text: '$DIR=/opt/ka\nvrrp_script a {\n    script "[|${DIR}/a.sh|] x"\n}\n',
    files: ["/opt/ka/a.sh"],
    targets: ["/opt/ka/a.sh"],
  },
  "a command of a configuration that is kept in a repository": {
    text: "//- /repo/node1/keepalived.conf\nvrrp_script a {\n    script [|/etc/keepalived/bin/a.sh|]\n}\n",
    files: ["/repo/node1/bin/a.sh"],
    targets: ["/repo/node1/bin/a.sh"],
  },
  "what is no path: relative commands, names, URLs, comments": {
    text: 'vrrp_script a {\n    script "killall -0 haproxy"\n    # script /usr/bin/a.sh\n}\nvirtual_server 10.0.0.1 80 {\n    real_server 10.0.0.2 80 {\n        HTTP_GET {\n            url {\n                path /usr/bin/a.sh\n            }\n        }\n    }\n}\n',
    files: ["/usr/bin/a.sh", "/etc/keepalived/killall"],
    targets: [],
  },
};

describe("document links", () => {
  for (const [name, { text, files = [], targets, tooltips }] of Object.entries(LINKS)) {
    it(name, () => {
      const f = fixture(text);
      const uri = [...f.texts.keys()][0];
      const asked: string[] = [];
      const found = links(f.context(uri), (u) => {
        asked.push(u);
        return files.includes(u.slice("file://".length));
      });
      assert.deepEqual(
        found.map((l) => [f.show({ ...l, uri }), l.target]),
        f.ranges.map((r, i) => [f.show(r), `file://${targets[i]}`]),
      );
      assert.equal(found.length, targets.length);
      assert.equal(new Set(asked).size, asked.length, "each file is looked for once");
      for (const [i, tooltip] of (tooltips ?? []).entries()) assert.match(found[i].tooltip, tooltip);
    });
  }
});
