/** Findings that span blocks are taken over after an edit that cannot concern them, and only then. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { PARTS } from "../../../server/src/checks/config";
import { type Analysis, analyze } from "../../../server/src/checks/engine";
import type { Problem } from "../../../server/src/checks/rule";
import { Tree } from "../../../server/src/syntax/tree";

/** A VIP that no instance has, a name that no block declares, a service that is there twice, and no note on ARP. */
const TEXT = `vrrp_instance V1 {
    interface eth0
    virtual_router_id 7
    virtual_ipaddress {
        192.0.2.10/24
    }
}

virtual_server 192.0.2.11 80 {
    delay_loop 6
    lb_kind DR
    real_server 192.0.2.21 80 {
        weight 100
        FILE_CHECK {
            track_file missing
        }
    }
}

# the same again
virtual_server 192.0.2.11 80 {
    lb_kind DR
    quorum_up "/usr/bin/logger up"
    real_server 192.0.2.22 80 {
        weight 100
    }
}
`;

const plain = ({ rule, start, end, message, severity, related, fixes }: Problem) => ({
  code: rule.code,
  start,
  end,
  message,
  severity,
  related,
  fixes: typeof fixes === "function" ? (fixes as () => unknown)() : (fixes ?? []),
});

const crossOf = (analysis: Analysis): Problem[] => PARTS.flatMap((part) => [...analysis.cross.of(part)]);

/** Replaces the first occurrence of some words behind a place; tells whether findings across blocks were taken over. */
function edited(before: Analysis, from: string, old: string, words: string): [Analysis, boolean] {
  const { text } = before.tree;
  const start = text.indexOf(old, text.indexOf(from));
  assert.ok(start >= 0);
  const now = text.slice(0, start) + words + text.slice(start + old.length);
  const analysis = analyze(before.tree.edit(now, start, start + old.length, words.length), undefined, before);
  const fresh = analyze(Tree.parse(now));
  const expected = fresh.problems.map(plain);
  for (const problem of expected) for (const r of problem.related ?? []) assert.ok(r.end <= now.length);
  assert.deepEqual(analysis.problems.map(plain), expected);
  const messages = new Set(crossOf(before).map((p) => p.message));
  const cross = crossOf(analysis);
  return [analysis, cross.length > 0 && cross.every((p) => messages.has(p.message))];
}

describe("findings across blocks", () => {
  const before = analyze(Tree.parse(TEXT));

  test("are there", () => {
    const codes = new Set(crossOf(before).map((p) => p.rule.code));
    for (const code of [
      "virtual-server-not-vip",
      "undefined-reference",
      "duplicate-virtual-server",
      "dr-arp-note",
      "script-security",
    ])
      assert.ok(codes.has(code), code);
  });

  for (const [what, from, old, words] of [
    ["a value", "weight", "100", "70"],
    ["a value before a name", "delay_loop", "6", "60"],
    ["a comment", "# the", "same", "very same"],
    ["the lines", "192.0.2.22", "weight", "inhibit_on_failure\n        weight"],
    ["nothing", "192.0.2.22", "weight", "weight"],
  ])
    test(`are taken over after a change of ${what}`, () => {
      const [after, kept] = edited(before, from, old, words);
      assert.ok(kept);
      // The next edit starts from what was taken over.
      assert.ok(edited(after, "192.0.2.22", "weight 100", "weight 1")[1]);
    });

  for (const [what, from, old, words] of [
    ["the address of a service", "virtual_server", "192.0.2.11", "192.0.2.10"],
    ["a port", "virtual_server", " 80", " 81"],
    ["the forwarding method", "192.0.2.11", "DR", "NAT"],
    ["a name", "track_file missing", "missing", "missed"],
    ["a VIP", "virtual_ipaddress", "192.0.2.10", "192.0.2.11"],
    ["a command", "logger", "up", "u"],
    ["a comment on ARP", "# the", "same", "arp_ignore"],
    ["the kind of block", "delay_loop", "}\n}\n", "}\n}\nvrrp_script x {\n}\n"],
    ["a keyword of a block", "# the", "virtual_server", "virtual_serve"],
  ])
    test(`are found anew after a change of ${what}`, () => {
      assert.ok(!edited(before, from, old, words)[1]);
    });

  test("that stand once for all instances are told of the next one when the first goes", () => {
    const instance = (name: string, vrid: number) =>
      `vrrp_instance ${name} {\n    state BACKUP\n    interface eth0\n    virtual_router_id ${vrid}\n    priority 100\n    virtual_ipaddress {\n        10.0.0.${vrid}/24\n    }\n}\n`;
    const file = (name: string) => `track_file ${name} {\n    file "/run/${name}"\n}\n`;
    const head = `global_defs {\n    vrrp_strict\n}\n${file("f")}`;
    const rest = file("g") + instance("B", 2);
    const text = head + instance("A", 1) + rest;
    const told = (a: Analysis) =>
      a.problems.filter((p) => p.rule.code === "strict-mode-vip").map((p) => p.message.en);
    const both = analyze(Tree.parse(text));
    assert.equal(told(both).length, 1);
    assert.match(told(both)[0], /“A”/);
    const tree = both.tree.edit(head + rest, head.length, text.length - rest.length, 0);
    const after = told(analyze(tree, undefined, both));
    assert.equal(after.length, 1);
    assert.match(after[0], /“B”/);
  });

  test("that a weight in another block decides come with it", () => {
    const text = `vrrp_script up {
    script "/bin/true"
    weight 0
}
track_file f {
    file "/run/f"
}
vrrp_instance A {
    state MASTER
    interface eth0
    virtual_router_id 1
    priority 255
    track_script {
        up
    }
    virtual_ipaddress {
        10.0.0.1/24
    }
}
`;
    const told = (a: Analysis) => a.problems.filter((p) => p.rule.code === "tracker-weight-ignored").length;
    const none = analyze(Tree.parse(text));
    const at = text.indexOf("weight 0") + 7;
    const now = `${text.slice(0, at)}5${text.slice(at + 1)}`;
    const some = analyze(none.tree.edit(now, at, at + 1, 1), undefined, none);
    assert.deepEqual([told(none), told(some)], [0, 1]);
  });

  test("do not hold on to the results that they were taken over from", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    let analysis = analyze(Tree.parse(TEXT));
    const first = new WeakRef(analysis.tree);
    // The second port is judged by the index that the first one made.
    for (const [word, value] of [
      ["weight ", "70"],
      ["virtual_server 192.0.2.11 ", "81"],
      ["virtual_server 192.0.2.11 ", "82"],
      ["weight ", "90"],
    ]) {
      const { tree } = analysis;
      const at = tree.text.indexOf(word) + word.length;
      const end = at + /^\d+/.exec(tree.text.slice(at))![0].length;
      const text = tree.text.slice(0, at) + value + tree.text.slice(end);
      analysis = analyze(tree.edit(text, at, end, value.length), undefined, analysis);
    }
    await turn();
    collect();
    assert.equal(first.deref(), undefined);
    assert.ok(crossOf(analysis).length > 0);
  });
});

/** An instance with a network, and services that have to do with it and with each other. */
const SHARED = `virtual_server fwmark 9 {
    lb_kind NAT
}

vrrp_instance V1 {
    interface eth0
    virtual_router_id 7
    priority 100
    virtual_ipaddress {
        192.0.2.11/24
        192.0.2.90/24
    }
}

virtual_server 192.0.2.12 80 {
    protocol TCP
    lb_kind NAT
}

virtual_server 192.0.2.11 81 {
    protocol TCP
    lb_kind NAT
}

# carried, by DR
virtual_server 192.0.2.90 443 {
    protocol TCP
    lb_kind DR
    real_server 192.0.2.21 443 {
    }
}

virtual_server 192.0.2.70 25 {
    protocol TCP
    lb_kind NAT
}
`;

describe("findings of services across blocks, after edits one after the other", () => {
  // Each edit: behind what, which words, by which. Every step is compared with a reading of its own.
  for (const [what, ...edits] of [
    [
      "a port that serves the VIP that was meant",
      ["192.0.2.11 81", "81", "80"],
      ["192.0.2.11 80", "80", "8"],
    ],
    [
      "the only carried ones going",
      ["192.0.2.11 81", "192.0.2.11", "198.51.100.1"],
      ["#", "192.0.2.90", "198.51.100.2"],
    ],
    [
      "a service that comes to be there twice, and is not",
      ["_server 192.0.2.70", "70 25", "12 80"],
      ["# c", "lb_kind DR", "lb_kind NAT"],
      ["_server 192.0.2.12 80 {\n    protocol TCP", "12 80", "12 81"],
    ],
    [
      "a real server outside the segment, below an instance that got longer",
      ["server 192.0.2.21", "192.0.2.21", "192.0.2.22"],
      ["V1", "priority 100", "priority 100\n    advert_int 1"],
      ["server 192.0.2.22", "192.0.2.22", "198.51.100.3"],
    ],
    [
      "a real server outside the segment, below a block more",
      ["server 192.0.2.21", "192.0.2.21", "192.0.2.22"],
      ["", "virtual_server", "virtual_server 192.0.2.90 1 {\n}\nvirtual_server"],
      ["server 192.0.2.22", "192.0.2.22", "198.51.100.3"],
    ],
    [
      "a block more in the middle, and gone again",
      ["# c", "# c", "virtual_server 192.0.2.90 1 {\n}\n# c"],
      ["_server 192.0.2.90 443", "443", "1"],
      ["", "virtual_server 192.0.2.90 1 {\n}\n", ""],
    ],
    ["a VIP", ["V1", "192.0.2.90", "192.0.2.70"], ["server 192.0.2.21", "192.0.2.21", "192.0.2.70"]],
    [
      "a VIP that a stray service may be meant for, more and less of them",
      ["V1", "192.0.2.90/24", "192.0.2.90/24\n        192.0.2.71"],
      ["V1", "192.0.2.71", "192.0.2.79"],
      ["V1", "192.0.2.11/24", "192.0.2.10/24\n        192.0.2.13/24\n        192.0.2.11/24"],
      ["V1", "        192.0.2.10/24\n", ""],
      ["V1", "192.0.2.13/24", "192.0.2.12/24"],
      ["V1", "        192.0.2.12/24\n", ""],
    ],
    [
      "the network of a VIP, and its interface",
      ["server 192.0.2.21", "192.0.2.21", "198.51.100.3"],
      ["V1", "192.0.2.90/24", "192.0.2.90/25"],
      ["V1", "192.0.2.11/24", "192.0.2.11"],
      ["V1", "192.0.2.90/25", "192.0.2.90/25 dev eth1"],
      ["", "virtual_server", "static_ipaddress {\n    198.51.100.1/24 dev eth2\n}\nvirtual_server"],
      ["static", "eth2", "eth1"],
      ["static", "198.51.100.1/24", "203.0.113.1/24"],
      ["", "static_ipaddress {\n    203.0.113.1/24 dev eth1\n}\n", ""],
    ],
    [
      "the place from which a network is known",
      ["server 192.0.2.21", "192.0.2.21", "198.51.100.3"],
      ["V1", "192.0.2.11/24", "192.0.2.11\n        192.0.2.91/24"],
      ["V1", "192.0.2.91/24", "192.0.2.92/24"],
    ],
    [
      "instances, of which one of a name counts",
      [
        "",
        "vrrp_instance V1",
        "vrrp_instance V2 {\n    virtual_ipaddress {\n 192.0.2.70\n }\n}\nvrrp_instance V1",
      ],
      ["", "V2", "V1"],
      ["_server 192.0.2.70", "70 25", "11 25"],
      ["", "V1", "V3"],
      ["", "vrrp_instance V3 {\n    virtual_ipaddress {\n 192.0.2.70\n }\n}\n", ""],
      ["", "vrrp_instance V1 {", "x {"],
      ["", "x {", "vrrp_instance V1 {"],
    ],
    [
      "a service and an instance at once",
      [
        "# c",
        "virtual_server 192.0.2.90 443 {",
        "vrrp_instance V2 {\n    virtual_ipaddress {\n 192.0.2.70\n }\n}\nvirtual_server 192.0.2.90 444 {",
      ],
      ["V2", "70\n }\n}\nvirtual_server 192.0.2.90 444", "12\n }\n}\nvirtual_server 192.0.2.12 80"],
    ],
    [
      "the interface of a VIP without a network of its own",
      ["server 192.0.2.21", "192.0.2.21", "198.51.100.3"],
      ["V1", "192.0.2.90/24", "192.0.2.90"],
      ["V1", "192.0.2.90", "192.0.2.90 dev eth1"],
    ],
    [
      "a host's address that is a real server of a service that stands above already",
      ["_server 192.0.2.11", "11 81", "90 443"],
      ["V1", "priority 100", "unicast_src_ip 192.0.2.21"],
    ],
    [
      "services that are there three times, of which the first goes",
      ["_server 192.0.2.70", "70 25", "12 80"],
      ["_server 192.0.2.11", "11 81", "12 80"],
      ["_server 192.0.2.12", "12 80", "12 81"],
      ["", "192.0.2.12 80", "192.0.2.12 82"],
    ],
    [
      "a priority, a router id, a name",
      ["V1", "priority 100", "priority 255"],
      ["V1", "_id 7", "_id 8"],
      ["", "V1", "V2"],
      ["_server 192.0.2.70", "25", "26"],
    ],
    [
      "an address that is a host's",
      ["V1", "priority 100", "unicast_src_ip 192.0.2.21"],
      ["server 192.0.2.21", "443", "444"],
      ["V1", "ip 192.0.2.21", "ip 192.0.2.22"],
    ],
  ] as const)
    test(what as string, () => {
      let analysis = analyze(Tree.parse(SHARED));
      for (const [from, old, words] of edits as unknown as string[][])
        [analysis] = edited(analysis, from, old, words);
    });

  for (const [what, ...edits] of [
    ["a VRRP version", ["", "version 2", "version 3"], ["", "version 3", "version 2"]],
    [
      "a priority, by which an instance owns its address",
      ["V1", "priority 100", "priority 255"],
      ["V1", "255", "100"],
    ],
    [
      "a command of an instance",
      ["V1", "priority", "notify_fault /bin/x\n    priority"],
      ["V1", "notify_fault", "#"],
    ],
    [
      "the name of a script that an instance tracks",
      ["track_script", "chk", "chk2"],
      ["track_script", "chk2", "chk"],
    ],
    ["a line that is not understood", ["V1", "priority 100", "priority 100\n    track_scripts chk2"]],
    [
      "the port of a member of a group",
      ["virtual_server_group", "80", "81"],
      ["virtual_server_group", "81", "80"],
    ],
    ["an instance more", ["", "vrrp_instance V1", "vrrp_instance V2 {\n}\nvrrp_instance V1"]],
  ] as const)
    test(`and of instances, after a change of ${what}`, () => {
      let analysis = analyze(
        Tree.parse(`global_defs {
    vrrp_version 2
}
vrrp_script chk {
    script /bin/true
}
vrrp_script chk2 {
    script /bin/true
}
vrrp_instance V1 {
    interface eth0
    virtual_router_id 7
    priority 100
    unicast_src_ip 192.0.2.90
    unicast_peer {
        192.0.2.2
    }
    authentication {
        auth_type PASS
        auth_pass abc
    }
    track_script {
        chk
    }
    virtual_ipaddress {
        192.0.2.90
    }
}
virtual_server_group G {
    192.0.2.90 80
}
virtual_server group G {
    protocol TCP
    lb_kind DR
    real_server 192.0.2.21 80 {
    }
}
`),
      );
      for (const [from, old, words] of edits as unknown as string[][])
        [analysis] = edited(analysis, from, old, words);
      edited(analysis, "virtual_server group", "192.0.2.21 80", "192.0.2.2 80");
    });

  test("the only carried one going, among thousands of VIPs", () => {
    const vips = Array.from({ length: 2100 }, (_, n) => `10.1.${n >> 8}.${n & 255}`);
    const services = ["10.1.0.9", "203.0.113.5", "10.200.0.1"].map((a) => `virtual_server ${a} 80 {\n}\n`);
    const text = `vrrp_instance V1 {\n    virtual_ipaddress {\n${vips.join("\n")}\n}\n}\n${services.join("")}`;
    const severities = (analysis: Analysis) =>
      crossOf(analysis)
        .filter((p) => p.rule.code === "virtual-server-not-vip")
        .map((p) => p.severity);
    let [analysis] = edited(analyze(Tree.parse(text)), "_server 10.200", "200", "201");
    assert.deepEqual(severities(analysis), [undefined, undefined]);
    [analysis] = edited(analysis, "_server 10.1.0.9", "10.1", "10.9");
    assert.deepEqual(severities(analysis), ["information", "information", "information"]);
    [analysis] = edited(analysis, "_server 10.9.0.9", "10.9", "10.1");
    assert.deepEqual(severities(analysis), [undefined, undefined]);
  });

  test("are not lost when two texts come of one", () => {
    const [before] = edited(analyze(Tree.parse(SHARED)), "_server 192.0.2.70", "25", "26");
    for (const port of ["81", "27", "26"]) edited(before, "_server 192.0.2.70", "26", port);
    const [a] = edited(before, "_server 192.0.2.70", "70 26", "12 81");
    const [b] = edited(before, "_server 192.0.2.70", "70 26", "12 80");
    edited(a, "_server 192.0.2.11", "11 81", "12 80");
    edited(b, "_server 192.0.2.11", "11 81", "12 80");
  });

  for (const [what, from, old, words, judged] of [
    ["a VIP changes that one of them is meant for", "V1", "2.11/24", "2.111", ["192.0.2.11", "192.0.2.12"]],
    ["a VIP changes that one may be meant for", "V1", "2.90", "2.71", ["192.0.2.70", "192.0.2.90"]],
    ["an instance gets another name", "", "V1", "V7", []],
    ["an instance comes", "", "vrrp_instance", "vrrp_instance V2 {\n    priority 9\n}\nvrrp_instance", []],
    [
      "one comes that is there already",
      "V1",
      "# c",
      "virtual_server 192.0.2.12 80 {\n}\n# c",
      ["192.0.2.12"],
    ],
  ] as const)
    test(`of other services are kept when ${what}`, () => {
      const strayOf = (a: Analysis) => {
        const all = crossOf(a).filter((p) => p.rule.code === "virtual-server-not-vip");
        return new Map(all.map((p) => [a.tree.text.slice(p.start, p.end), p.message] as const));
      };
      const before = analyze(Tree.parse(SHARED));
      const kept = new Set(strayOf(before).values());
      assert.equal(kept.size, 2);
      const [after] = edited(before, from, old, words);
      const anew = [...strayOf(after)]
        .filter(([, message]) => !kept.has(message))
        .map(([address]) => address);
      assert.deepEqual(anew.sort(), judged);
    });

  test("of other services are kept when one gets another address", () => {
    const before = analyze(Tree.parse(SHARED));
    const [after] = edited(before, "_server 192.0.2.70", "70", "71");
    const kept = new Set(crossOf(before).map((p) => p.message));
    const stray = crossOf(after).filter((p) => p.rule.code === "virtual-server-not-vip");
    assert.deepEqual(
      stray.map((p) => kept.has(p.message)),
      [true, false],
    );
  });
});
