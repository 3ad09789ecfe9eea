/** Each rule finds what it should, stays quiet at near misses, and its fixes leave one problem less and no new one. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FileFix, Finding } from "../../../server/src/checks/project";
import { allRules } from "../../../server/src/checks/rule";
import { checkFiles, nsxUse, uriOf } from "../support/files";
import { type RuleCase, ruleCases } from "../support/rule-cases";

const cases = ruleCases();
const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;
const describeFinding = (f: Finding) => `${f.severity} ${f.rule.code}: ${f.message.en}`;

function applied(c: RuleCase, fix: FileFix): Record<string, string> {
  const files: Record<string, string> = { ...c.files };
  const edits = [...fix.edits].sort((a, b) => b.start - a.start || b.end - a.end);
  for (const e of edits) {
    const name = Object.keys(files).find((n) => uriOf(n) === e.uri);
    assert.ok(name, `the fix edits ${e.uri}`);
    files[name] = files[name].slice(0, e.start) + e.text + files[name].slice(e.end);
  }
  return files;
}

/** How often each finding occurs, numbers and names left out, so that a moved finding is no new one. */
function census(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const f of findings) counts.set(f.rule.code, (counts.get(f.rule.code) ?? 0) + 1);
  return counts;
}

describe("rules", () => {
  test("each rule has a case that it finds and two that it leaves alone", () => {
    const lacking = allRules().flatMap(({ code }) => {
      const own = cases.filter((c) => c.code === code);
      const finds = own.filter((c) => c.kind === "finds").length;
      const quiet = own.filter((c) => c.kind === "quiet").length;
      return finds >= 1 && quiet >= 2 ? [] : [`${code}: ${finds} found, ${quiet} left alone`];
    });
    assert.deepEqual(lacking, []);
    const codes = new Set(allRules().map((r) => r.code));
    assert.deepEqual(
      [...new Set(cases.map((c) => c.code))].filter((c) => !codes.has(c)),
      [],
    );
  });

  for (const c of cases) {
    test(`${c.code} ${c.kind}: ${c.title}`, () => {
      const check = (files: Readonly<Record<string, string>>) =>
        checkFiles(files, c.target, undefined, c.problems, nsxUse(c.nsx)).findings;
      const findings = check(c.files);
      const own = findings.filter((f) => f.rule.code === c.code);
      const shown = findings.map(describeFinding).join("\n");
      if (c.kind === "quiet") {
        assert.equal(own.length, 0, shown);
      } else {
        assert.ok(own.length > 0, `not found, but:\n${shown}`);
        if (c.lines) {
          const text = c.files["keepalived.conf"];
          const at = own.filter((f) => f.uri === uriOf("keepalived.conf")).map((f) => lineOf(text, f.start));
          assert.deepEqual([...new Set(at)], c.lines, shown);
        }
      }
      const stray = findings.filter(
        (f) =>
          (f.severity === "error" || f.severity === "warning") &&
          f.rule.code !== c.code &&
          !c.also.has(f.rule.code),
      );
      assert.deepEqual(stray.map(describeFinding), [], "errors and warnings beside the one of the case");
      if (c.kind === "quiet") return;
      const before = census(findings);
      for (const finding of own) {
        for (const fix of finding.fixes()) {
          const after = check(applied(c, fix));
          const counts = census(after);
          assert.ok(
            (counts.get(c.code) ?? 0) < before.get(c.code)!,
            `“${fix.title.en}” leaves the problem:\n${after.map(describeFinding).join("\n")}`,
          );
          const fresh = [...counts].filter(
            ([code, n]) => n > (before.get(code) ?? 0) && !c.reveals.has(code),
          );
          assert.deepEqual(
            fresh.map(([code]) => code),
            [],
            `“${fix.title.en}” brings new problems:\n${after.map(describeFinding).join("\n")}`,
          );
        }
      }
    });
  }
});
