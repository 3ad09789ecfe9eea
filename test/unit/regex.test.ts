/**
 * Every regular expression of the sources and of the TextMate grammar, run over long texts of one character, one pair of
 * characters or one word again and again, each ended by what fits nowhere: what backtracks without bound shows here. The
 * square of a length is allowed: words are cut at 2 KB before an expression sees them, and editors give grammars no line
 * of more than 20,000 characters.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

const LITERAL =
  /(?<=[=(,:[!&|?{};\n>]\s{0,40}|\breturn )\/(?![*/])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)/g;

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((file) => join(folder, String(file)))
    .filter((file) => file.endsWith(".ts"));
}

/** Expressions with the file that holds them. */
function expressions(): { source: string; flags: string; file: string }[] {
  const found: { source: string; flags: string; file: string }[] = [];
  for (const file of [...sources("server/src"), ...sources("client/src")]) {
    for (const [, source, flags] of readFileSync(file, "utf8").matchAll(LITERAL)) {
      try {
        new RegExp(source, flags);
        found.push({ source, flags, file });
      } catch {
        // A division, or a part of a string.
      }
    }
  }
  const grammar = readFileSync("syntaxes/keepalived.tmLanguage.json", "utf8");
  for (const [, json] of grammar.matchAll(/"(?:match|begin|end|while)":\s*("(?:[^"\\]|\\.)*")/g)) {
    // Possessive and atomic groups of Oniguruma only make it faster; without them it must do as well.
    const source = JSON.parse(json)
      .replace(/\(\?>/g, "(?:")
      .replace(/\\h/g, "[0-9a-fA-F]")
      .replace(/\\[AGzZ]/g, "");
    try {
      new RegExp(source);
      found.push({ source, flags: "", file: "grammar" });
    } catch {
      const plain = source.replace(/\(\?[a-z]+\)/g, "").replace(/\(\?[a-z]+:/g, "(?:");
      try {
        new RegExp(plain);
        found.push({ source: plain, flags: "", file: "grammar" });
      } catch (e) {
        throw new Error(`${source}: ${e}`);
      }
    }
  }
  // What the editor runs for us: over a line that is opened or typed, over what a task prints, over a payload.
  for (const file of ["package.json", "language-configuration.json", "schemas/nsx-policy.schema.json"]) {
    const json = readFileSync(file, "utf8");
    for (const [, , text] of json.matchAll(
      /"(regexp|pattern|firstLine|wordPattern|\w+Pattern)":\s*("(?:[^"\\]|\\.)*")/g,
    ))
      found.push({ source: JSON.parse(text), flags: "", file });
  }
  return found;
}

/** Runs in a process of its own, which can be ended: prints what took longer than it may. */
const program = `
const list = JSON.parse(require("fs").readFileSync(0, "utf8"));
const single = [..." \\taA0_#!{}\\"'$.:/-,;=@\\\\<>%(*[~中"];
const pairs = ["a ", "# ", "#!", "a.", "1.", "1:", "{ ", "{}", "$a", "\${", "a_", "_A", "--", "a-", "<a", "@a", "\\n ", "\\n#", "a=", "a,", "a/", "//", ' "', "\\\\\\\\ "];
const words = [...single, ...pairs];
const starts = ["", "include ", "vrrp_instance ", "~SEQ(", "$A=", "\${", "\\"", "# keepalived-", "10.0.0.1", "fe80::", "<-a", "@", "{{", "/", "<!--", "a:1:2: error: ", "(a: Line 1) "];
const slow = [];
for (const { source, flags, file } of list) {
  const regex = new RegExp(source, flags.replace(/[gy]/g, ""));
  const time = (start, word, length) => {
    const text = start + word.repeat(length / word.length) + "\\u0001";
    const began = process.cpuUsage();
    regex.test(text);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
  const report = (start, word, length, ms) =>
    slow.push(file + ": /" + source + "/ takes " + ms.toFixed(0) + " ms for " + length + " times " + JSON.stringify(start + word));
  // Short texts find what grows without bound; the slowest of them are tried ten times as long, for what grows with the square.
  const worst = [];
  for (const start of starts) for (const word of words) {
    const ms = time(start, word, 2000);
    if (ms > 0.5) worst.push({ start, word, ms });
    if (ms > 40 && time(start, word, 2000) > 40) break;
  }
  worst.sort((a, b) => b.ms - a.ms);
  if (worst[0] && worst[0].ms > 40) report(worst[0].start, worst[0].word, 2000, worst[0].ms);
  else for (const { start, word } of worst.slice(0, 3)) {
    const ms = time(start, word, 20000);
    if (ms > 3000) { report(start, word, 20000, ms); break; }
  }
}
console.log(JSON.stringify(slow));
`;

describe("regular expressions", () => {
  const all = expressions();

  test("are found", () => {
    assert.ok(all.length > 650, `only ${all.length}`);
    for (const file of [
      "grammar",
      "package.json",
      "language-configuration.json",
      "schemas/nsx-policy.schema.json",
    ])
      assert.ok(
        all.some((e) => e.file === file),
        file,
      );
    // Nothing is put together of words that somebody else wrote.
    const made = [...sources("server/src"), ...sources("client/src")].flatMap((file) =>
      [
        ...readFileSync(file, "utf8").matchAll(
          /\bRegExp\((?!`\[\$\{ODD_CLASS\}\]`|`\^\[0-9A-Fa-f\$\{wild\}\]\+\$`).*/g,
        ),
      ].map(([call]) => `${file}: ${call}`),
    );
    assert.deepEqual(made, []);
  });

  test("need no time that grows without bound", { timeout: 600_000 }, () => {
    const unique = [...new Map(all.map((e) => [`${e.source}/${e.flags}`, e])).values()];
    const run = spawnSync(process.execPath, ["-e", program], {
      input: JSON.stringify(unique),
      encoding: "utf8",
      timeout: 500_000,
    });
    assert.equal(run.status, 0, `the process did not end by itself: ${run.stderr || run.signal}`);
    assert.deepEqual(JSON.parse(run.stdout), []);
  });
});
