import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { fencedBlocks } from "./support/markdown";

const read = (path: string) => readFileSync(path, "utf8");
const json = (path: string) => JSON.parse(read(path));
const manifest = json("package.json");

describe("package.json", () => {
  it("names only files that exist", () => {
    const { languages, grammars, snippets } = manifest.contributes;
    const paths = [
      manifest.icon,
      languages[0].configuration,
      grammars[0].path,
      snippets[0].path,
      manifest.l10n,
      ...manifest.contributes.walkthroughs.flatMap((w: { steps: { media: { svg: string } }[] }) =>
        w.steps.map(({ media }) => media.svg),
      ),
      ...manifest.contributes.jsonValidation.map(({ url }: { url: string }) => url),
    ];
    for (const path of paths) assert.ok(existsSync(path), path);
  });

  it("has every string in English and in Chinese, and no string that it does not use", () => {
    const used = [...JSON.stringify(manifest).matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key).sort();
    for (const path of ["package.nls.json", "package.nls.zh-cn.json"]) {
      assert.deepEqual(Object.keys(json(path)).sort(), used, path);
    }
  });

  it("leads only to commands that there are, in the walkthrough and in the menus", () => {
    const { commands, menus } = manifest.contributes;
    const known = new Set(commands.map(({ command }: { command: string }) => command));
    const named = [
      ...JSON.stringify(menus).matchAll(/"command":"([\w.]+)"/g),
      ...read("package.nls.json").matchAll(/command:(keepalived\.[\w.]+)/g),
    ];
    assert.ok(named.length > 10);
    for (const [, command] of named) assert.ok(known.has(command), command);
  });

  it("has the version of the language server's package", () => {
    assert.equal(json("server/package.json").version, manifest.version);
  });

  it("has the version that the pre-commit hooks run", () => {
    const versions = [...read(".pre-commit-hooks.yaml").matchAll(/keepalived-language-server@([\d.]+)/g)];
    assert.ok(versions.length > 0);
    for (const [, version] of versions) assert.equal(version, manifest.version);
  });

  it("pins every dependency", () => {
    for (const [name, version] of Object.entries(manifest.devDependencies)) {
      assert.match(String(version), /^\d+\.\d+\.\d+$/, name);
    }
    assert.equal(manifest.dependencies, undefined);
  });

  it("recognizes the first line of a keepalived.conf", () => {
    const firstLine = new RegExp(manifest.contributes.languages[0].firstLine);
    assert.match("! Configuration File for keepalived", firstLine);
    assert.match("  # Configuration File for keepalived", firstLine);
    assert.doesNotMatch("Configuration File for nginx", firstLine);
  });

  it("never claims all .conf files", () => {
    for (const pattern of manifest.contributes.languages[0].filenamePatterns) {
      assert.match(pattern, /keepalived/);
    }
    assert.equal(manifest.contributes.languages[0].extensions, undefined);
  });
});

describe("package-lock.json", () => {
  it("names no registry", () => {
    assert.doesNotMatch(read("package-lock.json"), /"resolved"/);
  });

  it("is complete for every system, not only for the one that wrote it", () => {
    const packages: Record<string, { optionalDependencies?: object }> = json("package-lock.json").packages;
    const names = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, "")));
    for (const [path, { optionalDependencies = {} }] of Object.entries(packages)) {
      for (const name of Object.keys(optionalDependencies)) assert.ok(names.has(name), `${name} of ${path}`);
    }
  });
});

describe("docs/editors.md", () => {
  it("shows settings that can be read", () => {
    const page = read("docs/editors.md");
    const examples = [
      ...fencedBlocks(page, "json").map((text) => () => JSON.parse(text)),
      ...fencedBlocks(page, "yaml").map((text) => () => parse(text)),
    ];
    assert.ok(examples.length >= 8);
    for (const example of examples) assert.equal(typeof example(), "object");
  });

  it("names problem matchers and a task that the manifest contributes", () => {
    const { problemMatchers, taskDefinitions } = manifest.contributes;
    const matchers = problemMatchers.map(({ name }: { name: string }) => `$${name}`);
    for (const [matcher] of read("docs/editors.md").matchAll(/\$keepalived-\w+/g))
      assert.ok(matchers.includes(matcher), matcher);
    assert.equal(taskDefinitions[0].type, "keepalived");
  });
});

describe("language-configuration.json", () => {
  const configuration = json("language-configuration.json");

  it("keeps the words of the language whole", () => {
    const word = new RegExp(configuration.wordPattern, "g");
    for (const text of ["10.0.0.1/24", "fe80::1", "a-b_c", "$VAR", "${VAR}", "@cond", "@^cond", "~SEQ"]) {
      assert.deepEqual(text.match(word), [text]);
    }
    assert.deepEqual('x "y z" {'.match(word), ["x", "y", "z"]);
    assert.deepEqual("~SEQ(A, 1, 2)".match(word), ["~SEQ", "A", "1", "2"]);
  });

  it("indents after an opening brace and not after one in a comment", () => {
    const { increaseIndentPattern, decreaseIndentPattern } = configuration.indentationRules;
    const increase = new RegExp(increaseIndentPattern);
    for (const line of ["vrrp_instance A {", "    authentication {  # why", "{"])
      assert.match(line, increase);
    for (const line of ["# vrrp_instance A {", "state MASTER # {", "! {", "a { b }"]) {
      assert.doesNotMatch(line, increase);
    }
    assert.match("    }", new RegExp(decreaseIndentPattern));
  });
});
