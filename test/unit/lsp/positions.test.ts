/** Positions that are found from the one before are those that the document finds. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { TextDocument } from "vscode-languageserver-textdocument";
import { NearPositions } from "../../../server/src/text/lines";

const piece = fc.constantFrom("a", "weight 1", "\n", "\n", "\r\n", "\r", "é", "😀", "\n".repeat(70));

describe("positions near the one before", () => {
  test("are those of the document", () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.nat(200), { maxLength: 40 }),
        (parts, asked) => {
          const text = parts.join("");
          const document = TextDocument.create("file:///x", "keepalived", 1, text);
          const near = new NearPositions(text, document);
          for (const offset of [...asked, ...Array.from({ length: text.length + 2 }, (_, n) => n)])
            assert.deepEqual(near.at(offset), document.positionAt(offset), `offset ${offset}`);
        },
      ),
      { numRuns: 300 },
    );
  });
});
