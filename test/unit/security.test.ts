/** What SECURITY.md promises about the sources, as far as sources can show it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { build } from "esbuild";

const files = ["client/src", "server/src"].flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .map((file) => join(folder, String(file)))
    .filter((file) => /\.[cm]?ts$/.test(file)),
);
const sources = files.map((file) => ({ file, text: readFileSync(file, "utf8") }));
const manifest = JSON.parse(readFileSync("package.json", "utf8"));

/** The files with code that fits; comments do not count. */
const filesWith = (pattern: RegExp) =>
  sources
    .filter(({ text }) => pattern.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")))
    .map(({ file }) => file)
    .sort();

describe("SECURITY.md", () => {
  const page = readFileSync("SECURITY.md", "utf8");

  test("names tests that exist", () => {
    const named = [...page.matchAll(/`(test\/[\w./-]+)`/g)].map((m) => m[1]);
    assert.ok(named.length > 10);
    for (const file of named) assert.ok(readFileSync(file, "utf8").length > 0, file);
    let titles = 0;
    for (const [, file, list] of page.matchAll(/`(test\/[\w./-]+)` \(([^)]+)\)/g))
      for (const [, title] of list.matchAll(/"([^"]+)"/g)) {
        assert.ok(readFileSync(file, "utf8").includes(`("${title}"`), `${file}: ${title}`);
        titles++;
      }
    assert.ok(titles >= 3);
  });

  test("lists every package that is shipped, with its licence", async () => {
    const shipped = new Set<string>();
    for (const entry of [
      "client/src/main.ts",
      "client/src/pictures/webview/main.ts",
      "server/src/main.ts",
      "server/src/language/stored-text.ts",
    ]) {
      const { metafile } = await build({
        entryPoints: [entry],
        bundle: true,
        write: false,
        outfile: "x.js",
        metafile: true,
        platform: "node",
        conditions: ["node", "browser"],
        external: ["vscode", "packed-texts"],
        alias: {
          minimatch: "./client/src/slim/minimatch.ts",
          "semver/functions/parse": "./client/src/slim/semver-parse.cts",
          "semver/functions/satisfies": "./client/src/slim/semver-satisfies.cts",
        },
      });
      for (const input of Object.keys(metafile.inputs)) {
        const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
        if (name) shipped.add(name);
      }
    }
    const rows = new Map([...page.matchAll(/^\| (@?[\w/-]+) \| ([\w.-]+) \|$/gm)].map((m) => [m[1], m[2]]));
    for (const heading of ["Package", "---"]) rows.delete(heading);
    assert.deepEqual([...shipped].sort(), [...rows.keys()].sort());
    for (const [name, licence] of rows) {
      assert.equal(
        JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).license,
        licence,
        name,
      );
      assert.match(licence, /^(MIT|ISC|BSD-[23]-Clause|Apache-2\.0)$/);
    }
  });
});

describe("the packages", () => {
  const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

  test("bring nothing along when they are installed, and run nothing then", () => {
    for (const path of ["package.json", "server/package.json"]) {
      const { dependencies, optionalDependencies, bundledDependencies, scripts = {} } = json(path);
      for (const list of [dependencies, optionalDependencies, bundledDependencies])
        assert.deepEqual(Object.keys(list ?? {}), [], path);
      // What npm runs of its own accord at whoever installs a package.
      for (const name of ["preinstall", "install", "postinstall", "prepare"])
        assert.equal(scripts[name], undefined, `${path}: ${name}`);
    }
  });

  test("of the lock file are told by what they hold, not by where they come from", () => {
    const packages: Record<string, { integrity?: string; link?: boolean }> =
      json("package-lock.json").packages;
    let count = 0;
    for (const [path, { integrity, link }] of Object.entries(packages)) {
      if (path === "" || link) continue;
      assert.match(integrity ?? "", /^sha512-/, path);
      count++;
    }
    assert.ok(count > 100);
  });
});

describe("the sources", () => {
  test("evaluate no text", () => {
    assert.deepEqual(filesWith(/\beval\s*\(|new Function\s*\(|\bFunction\s*\(\s*["'`]|\bvm\b.*runIn/), []);
    assert.deepEqual(filesWith(/set(Timeout|Interval|Immediate)\s*\(\s*["'`]/), []);
  });

  test("start programs in two places, with lists of arguments and no shell", () => {
    const starting = ["client/src/tasks.ts", "server/src/host/run-program.ts"];
    assert.deepEqual(filesWith(/node:child_process|["']child_process["']/), starting);
    // There is no word of a shell in them, whatever it would be set to.
    assert.deepEqual(
      filesWith(/\bshell\b/).filter((file) => starting.includes(file)),
      [],
    );
    assert.deepEqual(filesWith(/\bexecSync\b|\bexec\s*\(\s*[`"']|ShellExecution/), []);
    // A terminal has a shell in it.
    assert.deepEqual(filesWith(/createTerminal|sendText\b|"workbench\.action\.terminal/), []);
  });

  test("open no connection", () => {
    const connecting =
      /(?:from|require\(|import\()\s*["'](?:node:)?(?:https?|http2|net|tls|dgram|dns)["']|\bXMLHttpRequest\b|\bWebSocket\b/;
    assert.deepEqual(filesWith(connecting), []);
    // The web extension host fetches the extension's own worker.
    assert.deepEqual(filesWith(/\bfetch\s*\(/), ["client/src/browser.ts"]);
  });

  test("trust no Markdown and allow no HTML in it", () => {
    assert.deepEqual(filesWith(/\bisTrusted\s*[:=]|supportHtml|\]\(command:/), []);
  });

  test("make webviews by one function, whose policy allows nothing but its own nonce", () => {
    assert.deepEqual(filesWith(/<!DOCTYPE html>/i), ["client/src/webview.ts"]);
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(
      readFileSync("client/src/webview.ts", "utf8"),
    )![1];
    assert.equal(
      policy,
      "default-src 'none'; style-src 'nonce-${id}'; script-src 'nonce-${id}'; img-src data: blob:",
    );
    assert.deepEqual(filesWith(/createWebviewPanel|registerWebview\w*|registerCustomEditor\w*/), [
      "client/src/webview.ts",
    ]);
    // Every page is made by that function: nothing else is given to a webview.
    for (const { file, text } of sources)
      for (const [, value] of text.matchAll(/webview\.html\s*=\s*(\w+)/g)) assert.equal(value, "page", file);
  });

  test("the setting that names a program is the user's alone until the workspace is trusted", () => {
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, [
      "keepalived.executablePath",
    ]);
    const settings = [manifest.contributes.configuration].flat().map((c) => c.properties);
    const setting = Object.assign({}, ...settings)["keepalived.executablePath"];
    assert.match(setting.scope, /^machine/);
    assert.equal(setting.default, "");
  });
});
