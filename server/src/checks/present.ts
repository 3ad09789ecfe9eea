/** What of the findings a user sees: settings, comments that silence, templates, other dialects, floods. */
import { type Text, t } from "../language/schema";
import { Kind, OPAQUE } from "../syntax/records";
import { lineEndAt, lineStartAt } from "../text/lines";
import type { Source } from "../text/pieces";
import type { SourceFile } from "../workspace/files";
import type { FileFix, Finding } from "./project";
import {
  allRules,
  nearest,
  type Profile,
  quote,
  type Rule,
  replace,
  rule,
  ruleByCode,
  type Severity,
} from "./rule";

export interface PresentOptions {
  readonly profile: Profile;
  /** Severity per rule code, as the user set it. */
  readonly severity: Readonly<Record<string, Severity | "off">>;
}

export const DEFAULT_PRESENTATION: PresentOptions = { profile: "recommended", severity: {} };

const template = rule(
  "template",
  "hint",
  t("The file is a template: its expressions are not checked.", "该文件是模板：其中的表达式不检查。"),
  { profile: "essential" },
);
const unknownCode = rule(
  "unknown-rule-code",
  "warning",
  t("A silencing comment names no rule.", "屏蔽注释中的规则代码不存在。"),
);

/** Findings of one code in one file beyond this number are summed up. */
const MAX_PER_CODE = 200;

const PROFILE_RANK: Readonly<Record<Profile, number>> = { essential: 0, recommended: 1, all: 2 };

/**
 * Rules that stay meaningful where conditions and loops decide which statements there are: they speak of one line, which
 * keepalived will read as it stands here.
 */
const TEMPLATE_RULES = new Set([
  "assignment-sign",
  "bad-interface-name",
  "bad-mac-address",
  "foreign-comment",
  "not-multicast",
  "script-arguments",
  "script-quote",
  "shell-syntax",
  "too-precise",
  "trailing-semicolon",
  "unknown-option",
  "unknown-keyword",
  "not-a-number",
  "not-a-boolean",
  "out-of-range",
  "unknown-value",
  "bad-address",
  "bad-prefix",
  "deprecated-keyword",
  "auth-pass-length",
  "newer-release",
  "odd-character",
  "typographic-quote",
  "unterminated-quote",
]);

/** Rules by which a file of another dialect is told. */
const DIALECT_SIGNS = new Set(["other-dialect", "unknown-value"]);

/** Rules that a file of another dialect breaks by its nature. */
const DIALECT_RULES = new Set([
  "unknown-keyword",
  "wrong-block",
  "unknown-value",
  "bad-group-member",
  "extra-argument",
  "missing-argument",
  "other-dialect",
  "fwmark-protocol",
  "missing-statement",
  "duplicate-virtual-server",
  "no-checker",
]);

/** Whether the user wants to hear of a rule. */
function isShown({ code, profile }: Rule, options: PresentOptions): boolean {
  const set = options.severity[code];
  return set === undefined ? PROFILE_RANK[profile] <= PROFILE_RANK[options.profile] : set !== "off";
}

/** The rules whose findings {@link present} has a use for. */
export const rulesNeeded = (options: PresentOptions): ReadonlySet<Rule> =>
  new Set(allRules().filter((r) => isShown(r, options) || DIALECT_SIGNS.has(r.code)));

/** The findings of a file that are shown, in the order of the text. */
export function present(file: SourceFile, findings: readonly Finding[], options: PresentOptions): Finding[] {
  let list = findings.filter((f) => f.uri === file.uri);
  if (file.template) {
    list = file.template.control
      ? list
          .filter((f) => TEMPLATE_RULES.has(f.rule.code) && !aboutExpression(file, f))
          .map((f) => (f.severity === "error" ? { ...f, severity: "warning" as const } : f))
      : list.filter((f) => !aboutExpression(file, f));
    list.unshift({
      rule: template,
      severity: template.severity,
      uri: file.uri,
      start: file.template.start,
      end: file.template.end,
      message: file.template.control
        ? t(
            "A template: its tags decide which statements there are, so only the keywords and values that stand here as they are get checked.",
            "模板文件：由标签决定有哪些语句，因此只检查按原样写出的关键字和值。",
          )
        : t(
            "A template: a placeholder is taken for any value, and what depends on it is not checked.",
            "模板文件：占位符视为任意值，依赖于它的内容不检查。",
          ),
      related: [],
      fixes: () => [],
    });
  }
  list = oneDialect(list);
  const shown: Finding[] = [];
  for (const f of list) {
    if (!isShown(f.rule, options)) continue;
    const set = options.severity[f.rule.code];
    shown.push(set === undefined || set === "off" ? f : { ...f, severity: set });
  }
  return limit(silence(file, shown, options));
}

/** Whether a finding speaks of a template expression: its word begins with one, or the message quotes one. */
function aboutExpression(file: SourceFile, f: Finding): boolean {
  const word = /^\S*/.exec(file.tree.text.slice(f.start, Math.max(f.end, f.start + 1)))![0];
  return word.includes(OPAQUE) || f.message.en.includes(OPAQUE);
}

function oneDialect(list: Finding[]): Finding[] {
  const first = list.find(
    (f) =>
      f.rule.code === "other-dialect" ||
      (f.rule.code === "unknown-value" && /[“](FNAT|SNAT|NAT64)[”]/.test(f.message.en)),
  );
  if (!first) return list;
  const message: Text = t(
    "The file uses the dialect of DPVS; keepalived does not know all of its keywords. They are not reported one by one.",
    "该文件使用 DPVS 方言；keepalived 不认识其中部分关键字，此处不逐一报告。",
  );
  const dialect = ruleByCode("other-dialect")!;
  return list
    .filter((f) => f === first || !DIALECT_RULES.has(f.rule.code))
    .map((f) =>
      f === first ? { ...f, rule: dialect, severity: dialect.severity, message, fixes: () => [] } : f,
    );
}

function limit(list: Finding[]): Finding[] {
  const counts = new Map<string, number>();
  for (const f of list) counts.set(f.rule.code, (counts.get(f.rule.code) ?? 0) + 1);
  if (![...counts.values()].some((n) => n > MAX_PER_CODE)) return list;
  const kept = new Map<string, number>();
  return list.flatMap((f) => {
    const total = counts.get(f.rule.code)!;
    const n = (kept.get(f.rule.code) ?? 0) + 1;
    kept.set(f.rule.code, n);
    if (n < MAX_PER_CODE || total === MAX_PER_CODE) return [f];
    if (n > MAX_PER_CODE) return [];
    const more = total - MAX_PER_CODE;
    return [
      more === 0
        ? f
        : {
            ...f,
            message: t(
              `${f.message.en} (${more} more findings of this kind are not listed.)`,
              `${f.message.zh}（另有 ${more} 个同类问题未列出。）`,
            ),
          },
    ];
  });
}

// ---------------------------------------------------------------------------------------------- silencing comments

/**
 * `# keepalived-disable-next-line CODE…`, `# keepalived-disable-line CODE…` at the end of a line, and
 * `# keepalived-disable CODE…` … `# keepalived-enable CODE…` for a stretch. Without codes all rules are meant.
 */
const DIRECTIVE = /^[#!]\s*keepalived-(disable-next-line|disable-line|disable|enable)\b[ \t]*([^\r\n]*)/;

/** A word of a list with the blanks and the comma before it, or after it where it is the first one. */
function aroundWord(text: Source, start: number, end: number): [number, number] {
  let from = start;
  while (/[ \t,]/.test(text.charAt(from - 1))) from--;
  if (
    /[\w-]/.test(text.charAt(from - 1)) &&
    !/keepalived-[a-z-]+$/.test(text.slice(Math.max(0, from - 40), from))
  )
    return [from, end];
  let to = end;
  while (/[ \t,]/.test(text.charAt(to))) to++;
  return [start, to];
}

interface Stretch {
  readonly from: number;
  to: number;
  readonly codes: ReadonlySet<string>;
}

function silence(file: SourceFile, list: Finding[], options: PresentOptions): Finding[] {
  const { text, tree } = file;
  if (!file.silences) return list;
  const stretches: Stretch[] = [];
  const open: Stretch[] = [];
  const extra: Finding[] = [];
  const lineStart = (offset: number) => lineStartAt(text, offset);
  const lineEnd = (offset: number) => lineEndAt(text, offset);
  const visit = (start: number, end: number) => {
    const m = DIRECTIVE.exec(text.slice(start, end));
    if (!m) return;
    const words = m[2]
      .replace(/\s--\s.*$/, "")
      .split(/[\s,]+/)
      .filter((w) => w !== "");
    for (const w of words) {
      if (ruleByCode(w) || options.severity[unknownCode.code] === "off") continue;
      const at = start + text.slice(start, end).indexOf(w, m[0].length - m[2].length);
      const meant = nearest(
        w,
        allRules().map((r) => r.code),
      );
      const edit = (title: Text, from: number, to: number, words: string): FileFix => ({
        title,
        edits: [{ ...replace(from, to, words), uri: file.uri }],
      });
      const fixes = (): FileFix[] => [
        ...(meant ? [edit(t(`Replace by “${meant}”`, `替换为“${meant}”`), at, at + w.length, meant)] : []),
        // Without any code the comment would silence everything.
        ...(words.length > 1 && /[\s,]/.test(text.charAt(at - 1))
          ? [edit(t(`Delete “${w}”`, `删除“${w}”`), ...aroundWord(text, at, at + w.length), "")]
          : []),
      ];
      extra.push({
        rule: unknownCode,
        severity: unknownCode.severity,
        uri: file.uri,
        start: at,
        end: at + w.length,
        message: t(
          `There is no rule ${quote(w)}: this word silences nothing.${meant ? ` Did you mean ${quote(meant)}?` : ""}`,
          `没有规则 ${quote(w)}：该词不会屏蔽任何提示。${meant ? `是否想写 ${quote(meant)}？` : ""}`,
        ),
        related: [],
        fixes,
      });
    }
    const codes = new Set(words);
    if (m[1] === "disable-line") stretches.push({ from: lineStart(start), to: lineEnd(start), codes });
    else if (m[1] === "disable-next-line") {
      const next = lineEnd(end) + 1;
      stretches.push({ from: next, to: lineEnd(next), codes });
    } else if (m[1] === "disable") {
      const s = { from: start, to: text.length, codes };
      stretches.push(s);
      open.push(s);
    } else {
      for (const s of open)
        if (s.to === text.length && (codes.size === 0 || [...s.codes].every((c) => codes.has(c))))
          s.to = start;
    }
  };
  for (let i = 0; i < tree.items.length; i++) {
    if (!text.slice(tree.starts[i], tree.starts[i + 1]).includes("keepalived-")) continue;
    const walk = (nodes: ReturnType<typeof tree.itemNodes>) => {
      for (const n of nodes) {
        if (n.kind === Kind.Comment) visit(n.start, n.end);
        else if (n.hasBody) walk(n.children);
      }
    };
    walk(tree.itemNodes(i));
  }
  const kept = list.filter(
    (f) =>
      !stretches.some(
        (s) => f.start >= s.from && f.start <= s.to && (s.codes.size === 0 || s.codes.has(f.rule.code)),
      ),
  );
  return [...kept, ...extra].sort((a, b) => a.start - b.start);
}
