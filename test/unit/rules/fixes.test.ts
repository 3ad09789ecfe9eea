/** Fixes that edit other parts of the file are worked out for the text as it is now, not as it was when it was checked. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Analysis, analyze } from "../../../server/src/checks/engine";
import type { Edit } from "../../../server/src/checks/rule";
import { Tree } from "../../../server/src/syntax/tree";

const ADDRESSES = `static_ipaddress {
    192.0.2.1/24 dev eth0
}
`;
const INSTANCE = `vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    virtual_router_id 71
    priority 100
    vrrp_version 3
    virtual_ipaddress {
        192.0.2.10/24
    }
}
`;

/** The text after the first fix of the misplaced statement. */
function repaired({ tree, problems }: Analysis): string {
  const problem = problems.find((p) => p.rule.code === "wrong-block");
  assert.ok(typeof problem?.fixes === "function");
  const [fix] = problem.fixes({ tree, base: 0 });
  return [...fix.edits]
    .sort((a: Edit, b: Edit) => b.start - a.start)
    .reduce((text, e) => text.slice(0, e.start) + e.text + text.slice(e.end), String(tree.text));
}

describe("fixes of blocks that did not change", () => {
  test("a statement moves to the global_defs that were typed above it since", () => {
    const before = Tree.parse(ADDRESSES + INSTANCE);
    assert.match(repaired(analyze(before)), /^global_defs \{\n {4}vrrp_version 3\n\}\n\nstatic_ipaddress/);
    const globals = "global_defs {\n    router_id lb1\n}\n";
    const after = before.edit(globals + ADDRESSES + INSTANCE, 0, 0, globals.length);
    assert.equal(after.items.at(-1), before.items.at(-1), "the instance is not read again");
    const rest = INSTANCE.replace("    vrrp_version 3\n", "");
    assert.equal(
      repaired(analyze(after)),
      `global_defs {\n    router_id lb1\n    vrrp_version 3\n}\n${ADDRESSES}${rest}`,
    );
  });
});
