/** Fixes of what comparing nodes finds: what they offer, and which files they leave alone. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkFiles, uriOf } from "../support/files";

const TARGET = "2.4.3";

/** Titles of the fixes of a rule, by file. */
function fixes(files: Readonly<Record<string, string>>, code: string): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  for (const f of checkFiles(files, TARGET).findings) {
    if (f.rule.code !== code) continue;
    const name = Object.keys(files).find((n) => uriOf(n) === f.uri)!;
    result[name] = [...(result[name] ?? []), ...f.fixes().map((x) => x.title.en)];
  }
  return result;
}

/** The files after the fix of a title, and what is found in them. */
function fixed(files: Readonly<Record<string, string>>, code: string, title: string) {
  const fix = checkFiles(files, TARGET)
    .findings.filter((f) => f.rule.code === code)
    .flatMap((f) => f.fixes())
    .find((f) => f.title.en === title);
  assert.ok(fix, title);
  const after: Record<string, string> = { ...files };
  for (const e of [...fix.edits].sort((a, b) => b.start - a.start)) {
    const name = Object.keys(files).find((n) => uriOf(n) === e.uri)!;
    after[name] = after[name].slice(0, e.start) + e.text + after[name].slice(e.end);
  }
  return { after, codes: checkFiles(after, TARGET).findings.map((f) => f.rule.code) };
}

const instance = (priority: number, more = "") => `vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    virtual_router_id 71
    priority ${priority}
    virtual_ipaddress {
        192.0.2.10/24
    }
${more}}
`;
const TRACK = "    track_script {\n        chk_nginx\n    }\n";
const script = (weight: number) => `vrrp_script chk_nginx {
    script "/usr/local/bin/check-nginx"
    user root
    interval 2
    timeout 1
    weight ${weight}
}
`;
const node = (priority: number, weight: number) => script(weight) + instance(priority, TRACK);

describe("fixes of weights that are too small", () => {
  const A = "lb1/keepalived.conf";
  const B = "lb2/keepalived.conf";

  test("a larger weight, a lower priority there, a higher one here", () => {
    const files = { [A]: node(150, -5), [B]: node(100, -5) };
    assert.deepEqual(fixes(files, "weak-weight"), {
      [A]: ["Write weight -51", "Write priority 104"],
      [B]: ["Write priority 146"],
    });
    for (const title of ["Write weight -51", "Write priority 104", "Write priority 146"]) {
      const { codes } = fixed(files, "weak-weight", title);
      assert.ok(!codes.includes("weak-weight"), title);
      assert.ok(!codes.includes("peer-same-priority"), title);
    }
  });

  test("the weight on the line of the instance", () => {
    const tracked = "    track_script {\n        chk_nginx weight -2\n    }\n";
    const files = { [A]: script(0) + instance(110, tracked), [B]: script(0) + instance(100, tracked) };
    const { after, codes } = fixed(files, "weak-weight", "Write weight -11");
    assert.match(after[A], /chk_nginx weight -11\n/);
    assert.ok(!codes.includes("weak-weight"));
  });

  test("a weight that is added while all is well", () => {
    const files = { [A]: node(120, 5), [B]: node(100, 5) };
    assert.deepEqual(fixes(files, "weak-weight"), {
      [A]: ["Write priority 104"],
      [B]: ["Write priority 116"],
    });
    for (const title of ["Write priority 104", "Write priority 116"])
      assert.ok(!fixed(files, "weak-weight", title).codes.includes("weak-weight"), title);
  });

  test("enough already, or not to be told", () => {
    assert.deepEqual(fixes({ [A]: node(110, -20), [B]: node(100, -20) }, "weak-weight"), {});
    assert.deepEqual(fixes({ [A]: node(110, 20), [B]: node(100, 20) }, "weak-weight"), {});
  });
});

describe("fixes of peers", () => {
  test("leave a file alone that both nodes read", () => {
    const files = {
      "lb1/keepalived.conf": "include /etc/keepalived/common.conf\n",
      "lb2/keepalived.conf": "include /etc/keepalived/common.conf\n",
      "common.conf": instance(100),
    };
    const found = checkFiles(files, TARGET).findings.filter((f) => f.rule.code === "peer-same-priority");
    assert.ok(found.length > 0);
    assert.deepEqual(
      found.flatMap((f) => f.fixes()),
      [],
    );
  });

  test("do not add a priority that a third node has", () => {
    const files = {
      "lb1/keepalived.conf": instance(100),
      "lb2/keepalived.conf": instance(100),
      "lb3/keepalived.conf": instance(90),
      "lb4/keepalived.conf": instance(110),
    };
    assert.deepEqual(fixes(files, "peer-same-priority"), {
      "lb1/keepalived.conf": ["Write priority 95", "Write priority 105"],
      "lb2/keepalived.conf": ["Write priority 95", "Write priority 105"],
    });
  });

  test("leave what is tracked enough to change the master", () => {
    const files = { "lb1/keepalived.conf": node(100, -8), "lb2/keepalived.conf": node(100, -8) };
    assert.deepEqual(fixes(files, "peer-same-priority")["lb1/keepalived.conf"], [
      "Write priority 95",
      "Write priority 105",
    ]);
  });

  test("take over a virtual server with the line ends of the file", () => {
    const service = (port: number) => `virtual_server 192.0.2.10 ${port} {
    lb_algo rr
    lb_kind NAT
    protocol TCP
    real_server 192.0.2.21 ${port} {
        weight 1
    }
}
`;
    const files = {
      "lb1/keepalived.conf": (instance(110) + service(80)).replaceAll("\n", "\r\n"),
      "lb2/keepalived.conf": instance(100) + service(80) + service(443),
    };
    const { after, codes } = fixed(files, "peer-virtual-server", "Insert “virtual_server 192.0.2.10 443”");
    assert.ok(!codes.includes("peer-virtual-server"));
    assert.doesNotMatch(after["lb1/keepalived.conf"], /[^\r]\n/);
  });
});
