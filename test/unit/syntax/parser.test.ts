/** The parser loses nothing, never fails, and an edited tree is the tree of the edited text. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { contextById } from "../../../server/src/language";
import { Tree, tokensOf } from "../../../server/src/syntax/tree";
import { anyText, edited, nestedConfiguration } from "../support/arbitrary";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 2000);

/** Everything that a tree says. */
const dump = (tree: Tree) => ({
  starts: [...tree.starts],
  items: tree.items.map((i) => ({ length: i.length, data: [...i.data], issues: [...(i.issues ?? [])] })),
});

function check(tree: Tree, text: string): void {
  assert.equal(tree.starts[tree.items.length], text.length, "the items cover the text");
  let at = 0;
  for (const token of tokensOf(tree)) {
    assert.equal(token.start, at, "tokens leave no gap");
    assert.ok(token.end > token.start, "a token is not empty");
    at = token.end;
  }
  assert.equal(at, text.length, "tokens reach the end");
}

describe("parser", () => {
  test("tokens joined are the text, for any text", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, nestedConfiguration), (text) => check(Tree.parse(text), text)),
      { numRuns: RUNS },
    );
  });

  test("tokens joined are the text inside every block, for any text", () => {
    const inside = ["vrrp_instance", "virtual_server/real_server", "vrrp_instance/virtual_ipaddress"];
    fc.assert(
      fc.property(anyText, fc.constantFrom(...inside), (text, id) => {
        const context = contextById(id);
        assert.ok(context);
        check(Tree.parse(text, undefined, context), text);
      }),
      { numRuns: RUNS / 4 },
    );
  });

  test("an edited tree is the tree of the edited text", () => {
    fc.assert(
      fc.property(edited, ({ before, start, oldEnd, insert }) => {
        const text = before.slice(0, start) + insert + before.slice(oldEnd);
        const tree = Tree.parse(before).edit(text, start, oldEnd, insert.length);
        assert.deepEqual(dump(tree), dump(Tree.parse(text)));
      }),
      { numRuns: RUNS },
    );
  });

  test("an edit leaves the items that it does not concern alone", () => {
    const block = (i: number) => `vrrp_script s${i} {\n    script "/bin/true"\n    interval ${i + 1}\n}\n`;
    const text = Array.from({ length: 200 }, (_, i) => block(i)).join("");
    const tree = Tree.parse(text);
    const at = text.indexOf("interval 100") + "interval ".length;
    const changed = `${text.slice(0, at)}7${text.slice(at + 3)}`;
    const after = tree.edit(changed, at, at + 3, 1);
    const same = after.items.filter((item, i) => item === tree.items[i]).length;
    assert.ok(same >= tree.items.length - 3, `${same} of ${tree.items.length} items are the same objects`);
  });
});
