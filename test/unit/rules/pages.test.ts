/** Each rule has a page in both languages, and what the page shows is true. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { allRules, type Rule } from "../../../server/src/checks/rule";
import { NEWEST_RELEASE } from "../../../server/src/language";
import { checkFiles, nsxUse } from "../support/files";

const FOLDER = join(process.cwd(), "docs/rules");

const LANGUAGES = {
  en: {
    folder: FOLDER,
    facts: (r: Rule) => `Severity: ${r.severity} · Profile: ${r.profile}`,
    headings: ["Why it matters", "What keepalived does", "Example", "Correction", "Source"],
  },
  zh: {
    folder: join(FOLDER, "zh-cn"),
    facts: (r: Rule) => `严重级别：${r.severity} · 配置档：${r.profile}`,
    headings: ["为什么重要", "keepalived 的行为", "示例", "修正", "来源"],
  },
} as const;

/** The sections of a page, by heading. */
function sections(page: string): Map<string, string> {
  const parts = page.split(/^## /m).slice(1);
  return new Map(parts.map((p) => [p.slice(0, p.indexOf("\n")), p.slice(p.indexOf("\n") + 1)]));
}

/**
 * The configurations of a section: code blocks marked ```keepalived, with a file name after it where there are several;
 * `target=2.2.7` names the release, `nsx` (also `nsx=companion`, `nsx=both`) says that the directors run behind NSX. Blocks marked ```text are for reading only.
 */
function configurations(
  section: string,
): { files: Record<string, string>; target: string; nsx: string | undefined } | undefined {
  const files: Record<string, string> = {};
  let target = NEWEST_RELEASE;
  let nsx: string | undefined;
  for (const m of section.matchAll(/^```keepalived([^\n]*)\n([\s\S]*?)^```$/gm)) {
    const words = m[1].trim().split(/\s+/);
    for (const w of words) if (w.startsWith("target=")) target = w.slice(7);
    nsx ??= words.find((w) => /^nsx(=|$)/.test(w));
    const name = words.find((w) => w !== "" && !/^(target=|nsx(=|$))/.test(w)) ?? "keepalived.conf";
    files[name] = m[2];
  }
  return Object.keys(files).length > 0 ? { files, target, nsx } : undefined;
}

describe("rule pages", () => {
  for (const [locale, language] of Object.entries(LANGUAGES)) {
    test(`there is a page for each rule and no other (${locale})`, () => {
      const pages = readdirSync(language.folder).filter((n) => n.endsWith(".md") && n !== "README.md");
      assert.deepEqual(
        pages.sort(),
        allRules()
          .map((r) => `${r.code}.md`)
          .sort(),
      );
    });

    for (const rule of allRules()) {
      const path = join(language.folder, `${rule.code}.md`);
      if (!existsSync(path)) continue;
      test(`${rule.code} (${locale})`, () => {
        const page = readFileSync(path, "utf8");
        const [title, , summary, , facts] = page.split("\n");
        assert.equal(title, `# ${rule.code}`);
        assert.equal(summary, locale === "zh" ? rule.summary.zh : rule.summary.en);
        assert.equal(facts, language.facts(rule));
        const found = sections(page);
        assert.deepEqual([...found.keys()], language.headings);
        for (const [heading, text] of found) assert.notEqual(text.trim(), "", heading);
        const [, , example, correction] = language.headings;
        const finds = (section: string) => {
          const shown = configurations(found.get(section)!);
          if (!shown) return undefined;
          const { findings } = checkFiles(shown.files, shown.target, undefined, {}, nsxUse(shown.nsx));
          return findings.some((f) => f.rule.code === rule.code);
        };
        assert.notEqual(finds(example), false, "the example does not break the rule");
        assert.notEqual(finds(correction), true, "the correction breaks the rule");
        assert.ok(/^```(keepalived|text)/m.test(found.get(example)!), "the example shows no configuration");
      });
    }
  }
});
