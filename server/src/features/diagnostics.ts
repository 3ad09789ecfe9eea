/** Findings in the shape of the language server protocol, which is also that of the command line's JSON. */
import type { Finding } from "../checks/project";
import type { Severity } from "../checks/rule";
import type { Text } from "../language/schema";
import type { Range } from "../text/lines";

export type Locale = "en" | "zh-cn";

/** The language of messages for a locale name such as `zh-CN`, `zh_Hans` or `de`. */
export const localeOf = (name: string | undefined): Locale =>
  /^zh([-_](cn|hans|sg))?$/i.test(name ?? "") ? "zh-cn" : "en";

export const say = (text: Text, locale: Locale): string =>
  locale === "zh-cn" && text.zh !== "" ? text.zh : text.en;

const SEVERITY: Readonly<Record<Severity, 1 | 2 | 3 | 4>> = { error: 1, warning: 2, information: 3, hint: 4 };

/** Where the pages of the rules are read. */
export const RULE_PAGES = "https://github.com/keepalived-tools/keepalived-vscode/blob/main/docs/rules/";
export const rulePage = (code: string, locale: Locale): string =>
  `${RULE_PAGES}${locale === "zh-cn" ? "zh-cn/" : ""}${code}.md`;

export interface Diagnostic {
  readonly range: Range;
  readonly severity: 1 | 2 | 3 | 4;
  readonly code: string;
  readonly codeDescription: { readonly href: string };
  readonly source: "keepalived";
  readonly message: string;
  readonly tags?: readonly (1 | 2)[];
  readonly relatedInformation?: readonly {
    readonly location: { readonly uri: string; readonly range: Range };
    readonly message: string;
  }[];
}

/** Converts a finding. `rangeIn` turns offsets of a file into a range. */
export function toDiagnostic(
  finding: Finding,
  rangeIn: (uri: string, start: number, end: number) => Range,
  locale: Locale,
): Diagnostic {
  const { rule } = finding;
  const tags: (1 | 2)[] = [];
  if (rule.unnecessary) tags.push(1);
  if (rule.deprecated) tags.push(2);
  return {
    range: rangeIn(finding.uri, finding.start, finding.end),
    severity: SEVERITY[finding.severity],
    code: rule.code,
    codeDescription: { href: rulePage(rule.code, locale) },
    source: "keepalived",
    message: say(finding.message, locale),
    ...(tags.length > 0 ? { tags } : {}),
    ...(finding.related.length > 0
      ? {
          relatedInformation: finding.related.map((r) => ({
            location: { uri: r.uri, range: rangeIn(r.uri, r.start, r.end) },
            message: say(r.message, locale),
          })),
        }
      : {}),
  };
}
