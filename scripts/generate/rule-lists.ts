/** The lists of rules: a table in each README, and the index of the rule pages. */
import "../../server/src/checks/project";
import "../../server/src/checks/present";
import "../../server/src/checks/nsx";
import "../../server/src/cluster/peers";
import { allRules } from "../../server/src/checks/rule";
import { between } from "./sections";

type Locale = "en" | "zh";

function table(locale: Locale, folder: string): string {
  const head =
    locale === "en"
      ? ["| Rule | Severity | Profile | Finds |", "| --- | --- | --- | --- |"]
      : ["| 规则 | 严重级别 | 配置档 | 检查内容 |", "| --- | --- | --- | --- |"];
  const rows = allRules().map(
    (r) =>
      `| [${r.code}](${folder}${r.code}.md) | ${r.severity} | ${r.profile} | ${r.summary[locale].replace(/\|/g, "\\|")} |`,
  );
  return [...head, ...rows].join("\n");
}

export function ruleLists(read: (path: string) => string): [string, string][] {
  const files: [string, Locale, string][] = [
    ["README.md", "en", "docs/rules/"],
    ["README.zh-CN.md", "zh", "docs/rules/zh-cn/"],
    ["docs/rules/README.md", "en", ""],
    ["docs/rules/zh-cn/README.md", "zh", ""],
  ];
  return files.flatMap(([path, locale, folder]) => {
    const text = read(path);
    return text === "" ? [] : [[path, between(text, "rules", table(locale, folder))]];
  });
}
