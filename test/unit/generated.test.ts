/** What is generated is up to date, and good. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { loadWASM, OnigScanner, OnigString } from "vscode-oniguruma";
import { type IGrammar, INITIAL, parseRawGrammar, Registry } from "vscode-textmate";
import { generated } from "../../scripts/generate";
import { snippetFile } from "../../scripts/generate/snippets";
import { KEYWORDS } from "../../server/src/language";
import { checkFiles } from "./support/files";

const root = process.cwd();
const read = (path: string): string =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : "";

describe("generated files", () => {
  for (const [path, text] of generated(read)) {
    test(`${path} is up to date`, () => {
      assert.ok(read(path) === text, "run node scripts/generate.mjs");
    });
  }
});

describe("snippets", () => {
  for (const [name, { body }] of Object.entries(snippetFile())) {
    test(`${name} is a good configuration as it is inserted`, () => {
      const text = body
        .join("\n")
        .replace(/\$\{\d+\|([^,|]*)[^}]*\}/g, "$1")
        .replace(/\$\{\d+:([^}]*)\}/g, "$1")
        .replace(/\$0/g, "")
        .replace(/\$\{(\d+)\}/g, "");
      const inBlock = text.startsWith("real_server")
        ? `virtual_server 192.0.2.10 80 {\n lb_kind NAT\n lb_algo rr\n protocol TCP\n${text}}`
        : text;
      // Scripts need global_defs, and a sync group its members: both stand elsewhere in the user's file.
      const expected = new Set(["script-security", "undefined-reference", "sync-group-members"]);
      const { findings } = checkFiles({ "keepalived.conf": inBlock }, "2.4.3", {
        profile: "recommended",
        severity: {},
      });
      const bad = findings.filter(
        (f) => (f.severity === "error" || f.severity === "warning") && !expected.has(f.rule.code),
      );
      assert.deepEqual(
        bad.map((f) => `${f.rule.code}: ${f.message.en}`),
        [],
      );
    });
  }
});

describe("grammar", () => {
  let grammar: IGrammar;

  before(async () => {
    await loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer as ArrayBuffer);
    const registry = new Registry({
      onigLib: Promise.resolve({
        createOnigScanner: (sources) => new OnigScanner(sources),
        createOnigString: (text) => new OnigString(text),
      }),
      loadGrammar: async () =>
        parseRawGrammar(read("syntaxes/keepalived.tmLanguage.json"), "keepalived.tmLanguage.json"),
    });
    const loaded = await registry.loadGrammar("source.keepalived");
    assert.ok(loaded);
    grammar = loaded;
  });

  test("colours every keyword where it begins a line", () => {
    const plain = KEYWORDS.filter(({ name, spec }) => {
      const line = `    ${spec.kind === "leaf" ? spec.example : `${spec.example.replace(/\s*\{.*$/, "")} {`}`;
      const { tokens } = grammar.tokenizeLine(line, INITIAL);
      const token = tokens.find((t) => line.slice(t.startIndex, t.endIndex).trim() === name);
      return !token?.scopes.some((s) =>
        /^(keyword\.control|variable\.other\.property|invalid\.deprecated)/.test(s),
      );
    });
    assert.deepEqual(
      plain.map((k) => k.id),
      [],
    );
  });

  test("leaves no state behind at the end of a line", () => {
    for (const { spec } of KEYWORDS) {
      const { ruleStack } = grammar.tokenizeLine(spec.example.split("\n")[0], INITIAL);
      assert.equal(ruleStack.depth, 1, spec.example);
    }
    assert.equal(grammar.tokenizeLine('script "not closed', INITIAL).ruleStack.depth, 1);
  });
});
