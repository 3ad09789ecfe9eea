/** `check` over the files of two nodes: each difference that matters is found by its rule, and a correct pair is quiet. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { run } from "../../../server/src/cli/check";

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "keepalived-peers-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Diagnostic {
  readonly code: string;
  readonly range: { readonly start: { readonly line: number } };
  readonly severity: number;
}

let runs = 0;

/** Warnings, errors and what the rules about peers find, as `folder code: line`. */
async function check(files: Readonly<Record<string, string>>): Promise<string[]> {
  const base = join(folder, String(++runs));
  for (const [name, text] of Object.entries(files)) {
    const path = join(base, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  let out = "";
  await run(["--locale", "en", "--format", "json", base], {
    stdout: (text) => (out += text),
    stderr: () => {},
    stdin: () => "",
  });
  const list: { path: string; diagnostics: Diagnostic[] }[] = JSON.parse(out).files;
  return list
    .flatMap(({ path, diagnostics }) =>
      diagnostics
        .filter((d) => d.severity <= 2 || /^(peer-|virtual-router-id-collision)/.test(d.code))
        .map((d) => {
          const file = path.split("/").slice(-2).join("/");
          const line = files[file].split("\n")[d.range.start.line].trim();
          return `${file.split("/")[0]} ${d.code}: ${line}`;
        }),
    )
    .sort();
}

const node = (own: 1 | 2) => `global_defs {
    router_id lb${own}
    enable_script_security
    script_user root
}
vrrp_script chk_nginx {
    script "/usr/local/bin/check-nginx"
    interval 2
    timeout 1
    weight -20
}
vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    virtual_router_id 71
    priority ${own === 1 ? 110 : 100}
    nopreempt_placeholder
    advert_int 1
    version 2
    authentication {
        auth_type PASS
        auth_pass Kf83hq2L
    }
    unicast_src_ip 192.0.2.${own}
    unicast_peer {
        192.0.2.${3 - own}
    }
    virtual_ipaddress {
        192.0.2.10/24
        192.0.2.11/24
    }
    track_script {
        chk_nginx
    }
}
virtual_server 192.0.2.10 80 {
    lb_algo rr
    lb_kind NAT
    protocol TCP
    sorry_server 192.0.2.30 80
    real_server 192.0.2.21 80 {
        weight 1
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 192.0.2.22 80 {
        weight 1
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
`;
const clean = (text: string) => text.replace("    nopreempt_placeholder\n", "");
const LB1 = clean(node(1));
const LB2 = clean(node(2));

/** The second node with one difference, and what is found in both files. */
const DIFFERENCES: readonly (readonly [string, (text: string) => string, readonly string[]])[] = [
  [
    "priority",
    (x) => x.replace("priority 100", "priority 110"),
    ["lb1 peer-same-priority: priority 110", "lb2 peer-same-priority: priority 110"],
  ],
  [
    "state on the weaker node",
    (x) => x.replace("state BACKUP", "state MASTER"),
    ["lb1 peer-state: state BACKUP", "lb2 peer-state: state MASTER"],
  ],
  [
    "version",
    (x) => x.replace("version 2", "version 3").replace(/ {4}authentication \{[^}]*\}\n/, ""),
    ["lb1 peer-version: version 2", "lb2 peer-version: version 3"],
  ],
  [
    "advert_int",
    (x) => x.replace("advert_int 1", "advert_int 2"),
    ["lb1 peer-advert-int: advert_int 1", "lb2 peer-advert-int: advert_int 2"],
  ],
  [
    "password",
    (x) => x.replace("Kf83hq2L", "Kf83hq2M"),
    ["lb1 peer-authentication: auth_pass Kf83hq2L", "lb2 peer-authentication: auth_pass Kf83hq2M"],
  ],
  [
    "no authentication",
    (x) => x.replace(/ {4}authentication \{[^}]*\}\n/, ""),
    ["lb1 peer-authentication: auth_pass Kf83hq2L", "lb2 peer-authentication: vrrp_instance VI_1 {"],
  ],
  [
    "unicast list",
    (x) => x.replace("        192.0.2.1\n", "        192.0.2.3\n"),
    ["lb1 peer-unicast: unicast_peer {", "lb2 peer-unicast: unicast_peer {"],
  ],
  [
    "source address",
    (x) => x.replace("unicast_src_ip 192.0.2.2", "unicast_src_ip 192.0.2.4"),
    ["lb1 peer-unicast: unicast_peer {", "lb2 peer-unicast: unicast_peer {"],
  ],
  [
    "multicast",
    (x) => x.replace(/ {4}unicast_src_ip .*\n {4}unicast_peer \{[^}]*\}\n/, ""),
    ["lb1 peer-unicast: unicast_peer {", "lb2 peer-unicast: vrrp_instance VI_1 {"],
  ],
  [
    "a VIP less",
    (x) => x.replace("        192.0.2.11/24\n", ""),
    ["lb1 peer-vips: virtual_ipaddress {", "lb2 peer-vips: virtual_ipaddress {"],
  ],
  [
    "another VIP",
    (x) => x.replace("192.0.2.11/24", "192.0.2.12/24"),
    ["lb1 peer-vips: virtual_ipaddress {", "lb2 peer-vips: virtual_ipaddress {"],
  ],
  [
    "an instance more",
    (x) =>
      `${x}vrrp_instance VI_2 {\n    interface eth1\n    virtual_router_id 72\n    priority 100\n    virtual_ipaddress {\n        198.51.100.10/24\n    }\n}\n`,
    ["lb2 peer-instance: vrrp_instance VI_2 {"],
  ],
  [
    "VRID",
    (x) => x.replace("virtual_router_id 71", "virtual_router_id 17"),
    ["lb1 peer-instance: virtual_router_id 71", "lb2 peer-instance: virtual_router_id 17"],
  ],
  [
    "scheduler",
    (x) => x.replace("lb_algo rr", "lb_algo lc"),
    ["lb1 peer-virtual-server: lb_algo rr", "lb2 peer-virtual-server: lb_algo lc"],
  ],
  [
    "forwarding method",
    (x) => x.replace("lb_kind NAT", "lb_kind TUN"),
    ["lb1 peer-virtual-server: lb_kind NAT", "lb2 peer-virtual-server: lb_kind TUN"],
  ],
  [
    "sorry server",
    (x) => x.replace("192.0.2.30", "192.0.2.31"),
    [
      "lb1 peer-virtual-server: sorry_server 192.0.2.30 80",
      "lb2 peer-virtual-server: sorry_server 192.0.2.31 80",
    ],
  ],
  [
    "real server",
    (x) => x.replace("192.0.2.22", "192.0.2.23"),
    [
      "lb1 peer-virtual-server: virtual_server 192.0.2.10 80 {",
      "lb2 peer-virtual-server: virtual_server 192.0.2.10 80 {",
    ],
  ],
  [
    "weight of a real server",
    (x) => x.replace("weight 1\n", "weight 2\n"),
    [
      "lb1 peer-virtual-server: virtual_server 192.0.2.10 80 {",
      "lb2 peer-virtual-server: virtual_server 192.0.2.10 80 {",
    ],
  ],
  [
    "virtual server",
    (x) => x.replace("virtual_server 192.0.2.10 80", "virtual_server 192.0.2.10 81"),
    [
      "lb1 peer-virtual-server: virtual_server 192.0.2.10 80 {",
      "lb2 peer-virtual-server: virtual_server 192.0.2.10 81 {",
    ],
  ],
];

describe("check of two nodes", () => {
  test("a pair as it should be is quiet", async () => {
    assert.deepEqual(await check({ "lb1/keepalived.conf": LB1, "lb2/keepalived.conf": LB2 }), []);
  });

  for (const [title, change, expected] of DIFFERENCES) {
    test(title, async () => {
      const other = change(LB2);
      assert.notEqual(other, LB2);
      const found = await check({ "lb1/keepalived.conf": LB1, "lb2/keepalived.conf": other });
      assert.deepEqual(
        found.filter((f) => /peer-|virtual-router-id/.test(f)),
        expected,
        found.join("\n"),
      );
    });
  }

  test("what is tracked can never make the weaker node win", async () => {
    const weak = (x: string) => x.replace("weight -20", "weight -5");
    assert.deepEqual(await check({ "lb1/keepalived.conf": weak(LB1), "lb2/keepalived.conf": weak(LB2) }), [
      "lb1 weak-weight: chk_nginx",
      "lb2 weak-weight: vrrp_instance VI_1 {",
    ]);
  });

  test("nopreempt on the weaker node only", async () => {
    const plain = (x: string) =>
      x.replace(/vrrp_script [\s\S]*?\n\}\n/, "").replace(/ {4}track_script \{[^}]*\}\n/, "");
    assert.deepEqual(
      await check({
        "lb1/keepalived.conf": plain(LB1),
        "lb2/keepalived.conf": plain(node(2)).replace("nopreempt_placeholder", "nopreempt"),
      }),
      ["lb1 peer-nopreempt: vrrp_instance VI_1 {", "lb2 peer-nopreempt: nopreempt"],
    );
  });

  test("files that have nothing to do with each other are quiet", async () => {
    const other = LB2.replaceAll("192.0.2.", "198.51.100.")
      .replace("Kf83hq2L", "other123")
      .replace("advert_int 1", "advert_int 3");
    assert.deepEqual(await check({ "a/keepalived.conf": LB1, "b/keepalived.conf": other }), []);
  });

  test("a backup copy and an included file are no nodes", async () => {
    const part = "virtual_server_group WEB {\n    192.0.2.10 8080\n}\n";
    assert.deepEqual(
      await check({
        "lb1/keepalived.conf": `${LB1}include vips.conf\n`,
        "lb1/vips.conf": part,
        "lb1/keepalived.conf.bak": LB1,
        "lb2/keepalived.conf": LB2,
      }),
      [],
    );
  });
});
