import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TextDocument } from "vscode-languageserver-textdocument";
import { Lines } from "../../../server/src/text/lines";
import { Pieces } from "../../../server/src/text/pieces";

const text = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "\r\n", "\r", "é", "\u{1f600}"), maxLength });

/** Places for replacements, as parts of the text at that time, and what is put there. */
const edits = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), text(20)), {
  maxLength: 25,
});

test("a text in pieces is the string that the same edits make, to each question about it", () => {
  fc.assert(
    fc.property(text(120), fc.integer({ min: 1, max: 40 }), edits, (first, grain, changes) => {
      let expected = first;
      let pieces = Pieces.of(first, grain);
      for (const [place, length, put] of changes) {
        const start = Math.floor(place * expected.length);
        const end = Math.min(expected.length, start + length);
        const before = pieces;
        const old = expected;
        pieces = pieces.edit(start, end, put);
        expected = expected.slice(0, start) + put + expected.slice(end);
        assert.equal(before.slice(0), old, "an earlier text stays as it was");
      }
      assert.equal(pieces.length, expected.length);
      assert.equal(pieces.slice(0), expected);
      assert.equal(String(pieces), expected);
      const document = TextDocument.create("file:///k", "keepalived", 1, expected);
      assert.equal(pieces.lineCount, document.lineCount);
      for (let at = 0; at <= expected.length; at++) {
        assert.equal(pieces.charCodeAt(at), expected.charCodeAt(at));
        assert.equal(pieces.charAt(at), expected.charAt(at));
        assert.deepEqual(pieces.positionAt(at), document.positionAt(at));
        for (const sought of ["\n", "a", "ab", " b\n"]) {
          assert.equal(pieces.indexOf(sought, at), expected.indexOf(sought, at), `indexOf at ${at}`);
          assert.equal(pieces.lastIndexOf(sought, at), expected.lastIndexOf(sought, at), `lastIndexOf ${at}`);
        }
        assert.equal(pieces.slice(at, at + 17), expected.slice(at, at + 17));
      }
      assert.equal(pieces.lastIndexOf("\n", -1), expected.lastIndexOf("\n", -1));
      assert.equal(pieces.indexOf("\n", -1), expected.indexOf("\n", -1));
      assert.ok(Number.isNaN(pieces.charCodeAt(-1)));
      for (let line = -1; line <= document.lineCount + 1; line++)
        for (const character of [-1, 0, 1, 2, 7, 100])
          assert.equal(
            pieces.offsetAt({ line, character }),
            document.offsetAt({ line, character }),
            `${line}:${character}`,
          );
    }),
    { numRuns: 400 },
  );
});

test("the lines of a text are those of the protocol", () => {
  fc.assert(
    fc.property(text(200), (content) => {
      const document = TextDocument.create("file:///k", "keepalived", 1, content);
      const lines = new Lines(content);
      assert.equal(lines.count, document.lineCount);
      for (let line = 0; line < lines.count; line++)
        assert.equal(lines.offsetAt({ line, character: 0 }), document.offsetAt({ line, character: 0 }));
    }),
  );
});

test("many edits leave few pieces", () => {
  let pieces = Pieces.of("delay_loop 6\n".repeat(20_000), 256);
  const { length } = pieces;
  for (let n = 0; n < 20_000; n++) pieces = pieces.edit((n * 7919) % length, (n * 7919) % length, "x");
  assert.equal(pieces.length, length + 20_000);
  assert.ok(pieces.count < (4 * pieces.length) / 256, `${pieces.count} pieces`);
});

test("typing in one place copies some lines, not the text", () => {
  const line = "real_server 192.0.2.1 80 {\n";
  let pieces = Pieces.of(line.repeat(400_000));
  const at = pieces.length / 2;
  for (let n = 0; n < 1000; n++) pieces = pieces.edit(at + n, at + n, "x");
  assert.ok(pieces.count <= 4, `${pieces.count} pieces`);
  assert.equal(pieces.slice(at - 1, at + 3), `${line.repeat(400_000).charAt(at - 1)}xxx`);
});
