import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { selectionRanges } from "../../../server/src/features/selection";
import { configurationText, sourceFile } from "../support/editing";

/** The texts that are selected one after the other; `|` is the cursor. */
function expanded(marked: string): string[] {
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  return selectionRanges(sourceFile(text), offset).map((r) => text.slice(r.start, r.end));
}

describe("selection ranges", () => {
  it("grow from the word to the file", () => {
    const inner = "10.0.0.1/24 dev eth0";
    const list = `virtual_ipaddress {\n    ${inner}\n  }`;
    const text = `vrrp_instance A {\n  state BACKUP\n  ${list}\n}\n# end\n`;
    assert.deepEqual(expanded(text.replace("10.0", "10|.0")), [
      "10.0.0.1",
      "10.0.0.1/24",
      inner,
      `\n    ${inner}\n  `,
      list,
      `state BACKUP\n  ${list}`,
      `\n  state BACKUP\n  ${list}\n`,
      text.slice(0, text.indexOf("\n#")),
      text,
    ]);
  });

  it("take the arguments before the statement, and a condition with it", () => {
    assert.deepEqual(expanded("@a track_interface eth|0 weight 5\n"), [
      "eth0",
      "eth0 weight 5",
      "track_interface eth0 weight 5",
      "@a track_interface eth0 weight 5",
      "@a track_interface eth0 weight 5\n",
    ]);
  });

  it("go through quotes and uses of definitions", () => {
    assert.deepEqual(expanded('script "/bin/x ${A|RG} -v"\n').slice(0, 6), [
      "ARG",
      "${ARG}",
      "/bin/x ${ARG} -v",
      '"/bin/x ${ARG} -v"',
      'script "/bin/x ${ARG} -v"',
      'script "/bin/x ${ARG} -v"\n',
    ]);
  });

  it("take comments by the word, the line and the paragraph", () => {
    assert.deepEqual(expanded("a 1\n\n# one two\n# th|ree\nb 2\n"), [
      "three",
      "# three",
      "# one two\n# three",
      "a 1\n\n# one two\n# three\nb 2\n",
    ]);
  });

  it("are nested around the cursor for any text", () => {
    fc.assert(
      fc.property(configurationText, fc.nat(), (text, n) => {
        const offset = n % (text.length + 1);
        let last = { start: offset, end: offset };
        for (const r of selectionRanges(sourceFile(text), offset)) {
          assert.ok(r.start <= last.start && r.end >= last.end, "holds the one before");
          assert.ok(r.end - r.start > last.end - last.start, "is larger");
          last = r;
        }
        if (text !== "") assert.deepEqual(last, { start: 0, end: text.length });
      }),
      { numRuns: 500 },
    );
  });
});
