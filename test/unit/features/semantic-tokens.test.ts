import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  encodeDifference,
  encodeRange,
  encodeTokens,
  TOKEN_MODIFIERS,
  TOKEN_TYPES,
} from "../../../server/src/features/semantic-tokens";
import { Tree } from "../../../server/src/syntax/tree";
import { Lines } from "../../../server/src/text/lines";
import { anyText, configurationText, sourceFile } from "../support/editing";

/** `TEXT type.modifier` for each token. */
function decoded(text: string, data: readonly number[]): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  const result: string[] = [];
  let line = 0;
  let column = 0;
  for (let i = 0; i < data.length; i += 5) {
    const [deltaLine, deltaColumn, length, type, modifiers] = data.slice(i, i + 5);
    column = deltaLine > 0 ? deltaColumn : column + deltaColumn;
    line += deltaLine;
    const word = lines[line].slice(column, column + length);
    assert.equal(word.length, length, `token ${i / 5} lies within its line`);
    const names = TOKEN_MODIFIERS.filter((_, m) => modifiers & (1 << m)).map((m) => `.${m}`);
    result.push(`${word} ${TOKEN_TYPES[type]}${names.join("")}`);
  }
  return result;
}

const tokens = (text: string, uri?: string): string[] =>
  decoded(text, encodeTokens(sourceFile(text, uri).tree));

describe("semantic tokens", () => {
  it("tells keywords, names and values apart", () => {
    assert.deepEqual(
      tokens(
        'vrrp_script chk {\n  script "/bin/x -v"\n  user root\n}\nvrrp_instance VI_1 {\n  state MASTER\n  interface eth0\n  priority 100\n  track_script {\n    chk weight -2\n  }\n  virtual_ipaddress {\n    10.0.0.1/24 dev eth0\n  }\n}\n',
      ),
      [
        "vrrp_script keyword",
        "chk function.declaration",
        "script property",
        '"/bin/x -v" string',
        "user property",
        "root string",
        "vrrp_instance keyword",
        "VI_1 class.declaration",
        "state property",
        "MASTER enumMember",
        "interface property",
        "eth0 variable.readonly",
        "priority property",
        "100 number",
        "track_script keyword",
        "chk function",
        "weight parameter",
        "-2 number",
        "virtual_ipaddress keyword",
        "10.0.0.1/24 number",
        "dev parameter",
        "eth0 variable.readonly",
      ],
    );
  });

  it("shows virtual servers and their forms", () => {
    assert.deepEqual(
      tokens(
        "virtual_server group web {\n  lb_kind TUN type gue port 6080\n}\nvirtual_server fwmark 3 {\n}\n",
      ),
      [
        "virtual_server keyword",
        "group enumMember",
        "web namespace",
        "lb_kind property",
        "TUN enumMember",
        "type parameter",
        "gue enumMember",
        "port parameter",
        "6080 number",
        "virtual_server keyword",
        "fwmark enumMember",
        "3 number",
      ],
    );
  });

  it("marks what is deprecated, and nothing that is not known", () => {
    assert.deepEqual(
      tokens("vrrp_instance a {\n  nonsense 1 2\n  lvs_sync_daemon_interface eth0\n}\nfoo {\n bar 1\n}\n"),
      [
        "vrrp_instance keyword",
        "a class.declaration",
        "lvs_sync_daemon_interface property.deprecated",
        "eth0 variable.readonly",
      ],
    );
  });

  it("shows definitions, conditions, includes and generators", () => {
    assert.deepEqual(
      tokens(
        "$IF=eth0\n$N=3\n@low include ${DIR}/*.conf\nvirtual_server_group g {\n~SEQ(i, 1, $N) 10.0.0.${i} 80\n}\nnonsense $X\n",
      ),
      [
        "$IF macro.declaration",
        "$N macro.declaration",
        "3 number",
        "@low decorator",
        "include keyword",
        "${DIR} macro",
        "/*.conf string",
        "virtual_server_group keyword",
        "g namespace.declaration",
        "~SEQ keyword",
        "i macro.declaration",
        "1 number",
        "$N macro",
        "10.0.0. number",
        "${i} macro",
        "80 number",
        "$X macro",
      ],
    );
  });

  it("leaves comments and template expressions to the grammar", () => {
    assert.deepEqual(
      tokens("# note\nvrrp_instance {{ name }} { ! x\n  priority {{ p }}\n}\n", "file:///k.conf.j2"),
      ["vrrp_instance keyword", "priority property"],
    );
  });

  it("counts lines as editors do", () => {
    assert.deepEqual(tokens("global_defs {\r\n  router_id a\r\n}\r\n# a\rb\nglobal_defs {\n}\n"), [
      "global_defs keyword",
      "router_id property",
      "a string",
      "global_defs keyword",
    ]);
  });

  it("cuts what goes on over a line end of editors", () => {
    assert.deepEqual(tokens("include a\rb\n"), ["include keyword", "a string", "b string"]);
  });

  it("gives the tokens of some lines", () => {
    const text = "a 1\nglobal_defs {\n  router_id a\n  vrrp_version 3\n}\nvrrp_script c {\n  fall 2\n}\n";
    const { tree } = sourceFile(text);
    const lines = new Lines(text);
    const lineAt = (o: number) => lines.positionAt(o).line;
    const all = decoded(text, encodeTokens(tree));
    const some = (from: string, to: string) =>
      decoded(text, encodeRange(tree, text.indexOf(from), text.indexOf(to), lineAt));
    assert.deepEqual(some("vrrp_version", "vrrp_script"), all.slice(3, 7));
    assert.deepEqual(some("fall", "fall"), all.slice(7, 9));
  });
});

describe("differences of semantic tokens", () => {
  /** The old numbers with the edits made. */
  function patched(data: readonly number[], edits: ReturnType<typeof encodeDifference>): number[] {
    const result = [...data];
    for (const e of [...edits].reverse()) result.splice(e.start, e.deleteCount, ...e.data);
    return result;
  }

  it("give the tokens of the new text, whatever the edit", () => {
    let reused = 0;
    fc.assert(
      fc.property(
        fc.array(fc.oneof(configurationText, anyText), { minLength: 1, maxLength: 4 }),
        fc.oneof(configurationText, anyText),
        fc.nat(),
        fc.nat(20),
        (parts, inserted, at, removed) => {
          const text = parts.join("\n");
          const start = at % (text.length + 1);
          const end = Math.min(text.length, start + removed);
          const before = Tree.parse(text);
          const data = encodeTokens(before);
          const edited = text.slice(0, start) + inserted + text.slice(end);
          const after = before.edit(edited, start, end, inserted.length);
          const edits = encodeDifference(before.items, after);
          const expected = encodeTokens(after);
          if (edits.every((e) => e.data.length < expected.length)) reused++;
          assert.deepEqual(patched(data, edits), expected);
          decoded(edited, expected);
        },
      ),
      { numRuns: 500 },
    );
    assert.ok(reused > 50, `only ${reused} differences were smaller than the whole`);
  });

  it("are small, and nothing for an unchanged tree", () => {
    const block = (n: number) => `vrrp_script s${n} {\n  interval 1\n  fall 2\n}\n`;
    const text = Array.from({ length: 50 }, (_, n) => block(n)).join("");
    const before = Tree.parse(text);
    encodeTokens(before);
    assert.deepEqual(encodeDifference(before.items, before), []);
    const at = text.indexOf("interval 1", text.length / 2);
    const after = before.edit(`${text.slice(0, at)}\n${text.slice(at)}`, at, at, 1);
    const [edit, ...more] = encodeDifference(before.items, after);
    assert.deepEqual(more, []);
    // One block of six tokens, and the first of the next.
    assert.equal(edit.deleteCount, 7 * 5);
    assert.equal(edit.data.length, 7 * 5);
  });
});
