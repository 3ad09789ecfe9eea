/** Quick fixes and other changes that a finding or a place in the text allows. */
import type { FileFix, Finding } from "../checks/project";
import { type Text, t } from "../language/schema";
import { lineStartAt } from "../text/lines";
import type { SourceFile } from "../workspace/files";

/** A change of one or more files. */
export interface ChangeEdit {
  readonly uri: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Action {
  readonly title: Text;
  readonly kind: "quickfix" | "source.fixAll.keepalived" | `refactor${string}`;
  readonly edits: readonly ChangeEdit[];
  readonly finding?: Finding;
  readonly preferred?: boolean;
}

/** Quick fixes for findings that touch a range. */
export function quickFixes(
  file: SourceFile,
  findings: readonly Finding[],
  start: number,
  end: number,
): Action[] {
  const actions: Action[] = [];
  const here = findings.filter((f) => f.uri === file.uri && f.start <= end && f.end >= start);
  for (const finding of here) {
    const fixes = finding.fixes();
    fixes.forEach((fix, i) => {
      actions.push({ title: fix.title, kind: "quickfix", edits: fix.edits, finding, preferred: i === 0 });
    });
  }
  for (const finding of here) {
    if (finding.rule.code === "template") continue;
    actions.push(...silencers(file, finding));
  }
  return actions;
}

/** Actions that write a silencing comment. */
function silencers(file: SourceFile, finding: Finding): Action[] {
  const { text } = file;
  const { code } = finding.rule;
  const line = lineStartAt(text, finding.start);
  const indent = /^[ \t]*/.exec(text.slice(line))![0];
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const before = /# keepalived-disable-next-line ([^\r\n]*)\r?\n$/.exec(text.slice(0, line));
  const next: ChangeEdit = before
    ? { uri: file.uri, start: line - eol.length, end: line - eol.length, text: ` ${code}` }
    : {
        uri: file.uri,
        start: line,
        end: line,
        text: `${indent}# keepalived-disable-next-line ${code}${eol}`,
      };
  return [
    {
      title: t(`Ignore ${code} for this line`, `在此行忽略 ${code}`),
      kind: "quickfix",
      edits: [next],
      finding,
    },
    {
      title: t(`Ignore ${code} in this file`, `在此文件中忽略 ${code}`),
      kind: "quickfix",
      edits: [{ uri: file.uri, start: 0, end: 0, text: `# keepalived-disable ${code}${eol}` }],
      finding,
    },
  ];
}

/** All safe fixes of a file at once; of fixes that overlap the first is taken. */
export function fixAll(file: SourceFile, findings: readonly Finding[]): Action | undefined {
  const edits: ChangeEdit[] = [];
  for (const finding of findings) {
    if (finding.uri !== file.uri) continue;
    const fix: FileFix | undefined = finding.fixes().find((f) => f.safe);
    if (!fix || fix.edits.some((e) => e.uri !== file.uri)) continue;
    const overlaps = fix.edits.some(
      (e) =>
        edits.some((x) => e.start < x.end && x.start < e.end) ||
        edits.some((x) => e.start === x.start && (e.start === e.end || x.start === x.end)),
    );
    if (!overlaps) edits.push(...fix.edits);
  }
  if (edits.length === 0) return undefined;
  return {
    title: t("Apply all safe fixes of keepalived", "应用所有安全的 keepalived 修复"),
    kind: "source.fixAll.keepalived",
    edits,
  };
}
