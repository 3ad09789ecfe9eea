/** Open documents: after any changes, the tree is that of the text. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { TextDocument } from "vscode-languageserver-textdocument";
import { OpenDocument } from "../../../server/src/lsp/open-document";
import { DEFAULT_DIALECT } from "../../../server/src/syntax/parser";
import { Tree } from "../../../server/src/syntax/tree";

const URI = "file:///srv/keepalived.conf";
const service = (n: number) =>
  `virtual_server 192.0.2.${n % 250} ${n} {\n    lb_kind DR\n    real_server 198.51.100.1 80 {\n        weight 100\n    }\n}\n`;
const LONG = Array.from({ length: 3000 }, (_, n) => service(n)).join("");
const SHORT = LONG.slice(0, 5000);

const shapeOf = (tree: Tree) => [[...tree.starts], tree.items.map((i) => [[...i.data], i.issues])];

/** Changes of one notification, as parts of the text: where, how many lines down, and what is put there. */
const changes = fc.array(
  fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat(3),
    fc.nat(12),
    fc.constantFrom("", "x", "}\n", "{", "vrrp_instance V {\n}\n", "# ", '"', "include x\n"),
  ),
  { minLength: 1, maxLength: 12 },
);

describe("changes of a document", () => {
  for (const [name, text] of Object.entries({ long: LONG, short: SHORT }))
    test(`${name}: notifications of several changes`, () => {
      fc.assert(
        fc.property(fc.array(changes, { minLength: 1, maxLength: 3 }), (notifications) => {
          const document = new OpenDocument(URI, "keepalived", 1, text, DEFAULT_DIALECT);
          let expected = TextDocument.create(URI, "keepalived", 1, text);
          void document.file;
          for (const list of notifications) {
            const told: number[][] = [];
            const made = list.map(([place, lines, character, put]) => {
              const start = { line: Math.floor(place * (expected.lineCount - 20)), character };
              return {
                range: { start, end: { line: start.line + lines, character: character + 3 } },
                text: put,
              };
            });
            document.update(made, 2, (...of) => told.push(of));
            expected = TextDocument.update(expected, made, 2);
            assert.equal(told.length, list.length);
          }
          assert.equal(String(document.source), expected.getText());
          assert.equal(String(document.file.text), expected.getText());
          assert.deepEqual(shapeOf(document.file.tree), shapeOf(Tree.parse(expected.getText())));
        }),
        { numRuns: name === "long" ? 25 : 150 },
      );
    });

  test("a word is replaced everywhere in a large file: what is around the changes is read once", () => {
    const document = new OpenDocument(URI, "keepalived", 1, LONG, DEFAULT_DIALECT);
    const { version } = document.file;
    const made = LONG.split("\n").flatMap((line, n) =>
      line.includes("weight 100")
        ? [{ range: { start: { line: n, character: 15 }, end: { line: n, character: 18 } }, text: "7" }]
        : [],
    );
    assert.equal(made.length, 3000);
    document.update(made.reverse(), 2);
    assert.equal(document.file.version, version + 1);
    assert.equal(String(document.file.text), LONG.replaceAll("weight 100", "weight 7"));
    assert.deepEqual(
      shapeOf(document.file.tree),
      shapeOf(Tree.parse(LONG.replaceAll("weight 100", "weight 7"))),
    );
  });

  test("a change beside one of the whole text", () => {
    const document = new OpenDocument(URI, "keepalived", 1, LONG, DEFAULT_DIALECT);
    void document.file;
    const at = { line: 0, character: 0 };
    document.update(
      [
        { range: { start: at, end: at }, text: "x" },
        { text: SHORT },
        { range: { start: at, end: at }, text: "#" },
      ],
      2,
    );
    assert.equal(document.file.text, `#${SHORT}`);
    assert.deepEqual(shapeOf(document.file.tree), shapeOf(Tree.parse(`#${SHORT}`)));
  });

  test("a short text that gets long, and a long one that is pasted over", () => {
    const document = new OpenDocument(URI, "keepalived", 1, SHORT, DEFAULT_DIALECT);
    const at = { line: 3, character: 0 };
    document.update([{ range: { start: at, end: at }, text: LONG }], 2);
    document.update([{ range: { start: at, end: at }, text: "x" }], 3);
    const lines = SHORT.split("\n");
    const expected = `${lines.slice(0, 3).join("\n")}\nx${LONG}${lines.slice(3).join("\n")}`;
    assert.equal(String(document.file.text), expected);
    assert.deepEqual(shapeOf(document.file.tree), shapeOf(Tree.parse(expected)));
    document.update([{ range: { start: at, end: { line: 1e6, character: 0 } }, text: "" }], 4);
    assert.equal(String(document.file.text), `${lines.slice(0, 3).join("\n")}\n`);
  });
});
