/**
 * Which of keepalived's messages our own findings answer already: what is left is shown beside them, and is what the
 * comparison with keepalived (test/oracle) counts as missed.
 */
import type { Finding, Project } from "../checks/project";
import type { Severity } from "../checks/rule";
import { lineEndAt, lineStartAt } from "../text/lines";
import type { Source } from "../text/pieces";
import { pathOf, type SourceFile } from "../workspace/files";
import type { Message } from "./messages";

export interface Place {
  readonly uri: string;
  /** 1-based, as keepalived counts: only line feeds end a line. */
  readonly line: number;
}

/** A finding by lines. */
export interface Said extends Place {
  readonly endLine: number;
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly related: readonly Place[];
  /** The words it points at, and the heads of the blocks around it. */
  readonly words: string;
  /** The line it is on, without blanks around it. */
  readonly statement: string;
  /** It is about the head of a block. */
  readonly head: boolean;
  /** The name of the outermost block around it. */
  readonly declares: string | undefined;
  /** On a line that holds for some configuration ids only. */
  readonly conditional: boolean;
}

/** The findings of a configuration, with what it takes to find them by the lines and names of a message. */
export interface Index {
  readonly project: Project;
  readonly findings: readonly Said[];
  /** Lines of the heads of the blocks that are closed at a line. */
  readonly opened: (uri: string, line: number) => readonly number[];
  /** First and last line of the outermost block at a line; the line itself outside of blocks. */
  readonly blockAt: (uri: string, line: number) => readonly [number, number];
  /** Offset of the start of a line. */
  readonly startOf: (uri: string, line: number) => number;
  /** The line that holds an offset. */
  readonly lineOf: (uri: string, offset: number) => number;
}

/** Arranges what is shown of a project's findings. */
export function indexFindings(project: Project, shownIn: (file: SourceFile) => readonly Finding[]): Index {
  const lines = new Map(project.files.map((f) => [f.uri, lineFeeds(f.text)]));
  const lineOf = (uri: string, offset: number): number => lineAt(lines.get(uri) ?? [], offset);
  const place = (uri: string, offset: number): Place => ({ uri, line: lineOf(uri, offset) });
  const findings = project.files.flatMap((file) =>
    shownIn(file).map(
      (f): Said => ({
        ...place(f.uri, f.start),
        endLine: place(f.uri, Math.max(f.start, f.end - 1)).line,
        code: f.rule.code,
        severity: f.severity,
        message: f.message.en,
        related: f.related.map((r) => place(r.uri, r.start)),
        words: `${file.text.slice(f.start, f.end).slice(0, 200)} ${headsAround(file, f.start)}`,
        statement: file.text.slice(lineStartAt(file.text, f.start), lineEndAt(file.text, f.start)).trim(),
        head: isHead(file, f.start),
        declares: /^\s*\S+[ \t]+"?([^\s"{]+)/.exec(headsAround(file, f.start))?.[1],
        conditional: /^[ \t]*@/.test(file.text.slice(lineStartAt(file.text, f.start), f.start + 1)),
      }),
    ),
  );
  const closed = new Map<string, Map<number, number[]>>();
  const fileOf = (uri: string) => project.files.find((f) => f.uri === uri);
  const opened = (uri: string, line: number): readonly number[] => {
    let table = closed.get(uri);
    if (!table) {
      table = new Map();
      const file = fileOf(uri);
      if (file) collectBlocks(file, lines.get(uri)!, table);
      closed.set(uri, table);
    }
    return table.get(line) ?? [];
  };
  const blockAt = (uri: string, line: number): readonly [number, number] => {
    const file = fileOf(uri);
    const feeds = lines.get(uri);
    if (!file || !feeds) return [line, line];
    for (let i = 0; i < file.tree.items.length; i++) {
      for (const node of file.tree.itemNodes(i)) {
        const [start, end] = [
          lineAt(feeds, node.start),
          lineAt(feeds, Math.max(node.start, node.fullEnd - 1)),
        ];
        if (node.hasBody && start <= line && line <= end) return [start, end];
      }
    }
    return [line, line];
  };
  const startOf = (uri: string, line: number): number => {
    const feeds = lines.get(uri) ?? [];
    return line <= 1 ? 0 : (feeds[line - 2] ?? fileOf(uri)?.text.length ?? 0) + 1;
  };
  return { project, findings, opened, blockAt, startOf, lineOf };
}

function isHead(file: SourceFile, offset: number): boolean {
  const node = file.tree.pathAt(offset).at(-1);
  return node?.hasBody === true && (node.open < 0 || offset <= node.open);
}

function headsAround(file: SourceFile, offset: number): string {
  return file.tree
    .pathAt(offset)
    .map((n) => file.text.slice(n.start, Math.min(n.start + 100, lineEndAt(file.text, n.start))))
    .join(" ");
}

/** Offsets of the line feeds: what keepalived counts, whatever an editor takes for a line. */
function lineFeeds(text: Source): number[] {
  const feeds: number[] = [];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) feeds.push(at);
  return feeds;
}

function lineAt(feeds: readonly number[], offset: number): number {
  let low = 0;
  let high = feeds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (feeds[middle] < offset) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

function collectBlocks(file: SourceFile, lines: readonly number[], table: Map<number, number[]>): void {
  const visit = (nodes: ReturnType<SourceFile["tree"]["itemNodes"]>) => {
    for (const n of nodes) {
      if (!n.hasBody) continue;
      if (n.close >= 0) {
        const at = lineAt(lines, n.close);
        const head = lineAt(lines, n.start);
        const known = table.get(at);
        if (known) known.push(head);
        else table.set(at, [head]);
      }
      visit(n.children);
    }
  };
  for (let i = 0; i < file.tree.items.length; i++) visit(file.tree.itemNodes(i));
}

// ---------------------------------------------------------------------------------------------- matching

export type Match =
  /** A finding at the line, at a related place, or at the head of the block that ends there. */
  | "found"
  /** It follows from a fault that was found: the rest of a block with a lost brace, for example. */
  | "follows"
  | "missed";

/** Findings that say where the structure of the file breaks; what keepalived reports further on may follow from it. */
export const STRUCTURE = new Set([
  "unknown-keyword",
  "wrong-block",
  "unexpected-block",
  "unclosed-block",
  "extra-closing-brace",
  "missing-opening-brace",
  "newer-release",
  "other-dialect",
  "odd-character",
  "typographic-quote",
  "conflict-marker",
  "foreign-comment",
  "unterminated-quote",
  "line-too-long",
  "undefined-definition",
  "byte-order-mark",
  "too-deep",
  "bad-predefined",
  "bad-generator",
  "expansion-too-long",
  "include-cycle",
  "include-not-at-line-start",
]);

/** Of these, what concerns a single statement unless it stands at the head of a block. */
const STATEMENTS = new Set(["unknown-keyword", "wrong-block", "newer-release", "odd-character"]);

/** Findings after which keepalived goes on without the block. */
const DROPPED = new Set(["missing-statement", "missing-argument", "duplicate-name"]);

/** Notes say less loudly what keepalived says; a hint only offers something. */
const shown = (o: Said): boolean => o.severity !== "hint";

/**
 * Advice that keepalived never gives: when such a finding shares a name with a message without a line, that is a
 * coincidence.
 */
const ADVICE = new Set(
  `vip-outside-subnet dr-arp-note no-checker checker-tls checker-port checker-protocol mixed-prefixes weak-weight
  nopreempt-weight priority-overflow virtual-server-not-vip script-security missing-priority unused-script
  unused-declaration unused-weights script-timeout script-path script-without-timeout sample-mail sample-identity
  real-server-is-director real-server-is-vip vip-is-host-address deprecated-keyword dr-outside-segment
  no-sorry-server large-weight persistence-and-scheduler misc-check-timeout`.split(/\s+/),
);

/** Findings that are advice, except about this. */
const SAME_NOTE: readonly [RegExp, string][] = [
  [/link local/, "first-vip-link-local"],
  [/AH authentication/, "auth-ah"],
];

const speaksOf = (o: Said, m: Message, names: readonly string[]): boolean => {
  const note = SAME_NOTE.find(([, code]) => o.code === code);
  if (note) return note[0].test(m.text);
  return shown(o) && !ADVICE.has(o.code) && shares(names, o);
};

/** The file of a message: keepalived names it as the include line does, or with the whole path. */
export function uriOfMessage(m: Pick<Message, "file">, { project }: Index): string {
  const name = m.file?.replace(/^(\.\/)+/, "");
  if (name === undefined) return project.root.uri;
  const named = (end: string) => project.files.find((f) => pathOf(f.uri).endsWith(end))?.uri;
  return named(name.startsWith("/") ? name : `/${name}`) ?? named(name) ?? project.root.uri;
}

/** Whether our findings answer a message about the text. */
export function match(m: Message, index: Index): Match {
  const { findings, opened, blockAt } = index;
  const uri = uriOfMessage(m, index);
  const { line } = m;
  const broken = findings.filter(
    (o) =>
      // A statement that is not taken spoils no other one.
      (STRUCTURE.has(o.code) && o.severity !== "hint" && (o.head || !STATEMENTS.has(o.code))) ||
      // A list whose entries stand in its head, without braces.
      (o.code === "extra-argument" && o.severity === "error"),
  );
  if (line === undefined) {
    const names = namesOf(m.text, index);
    if (findings.some((o) => speaksOf(o, m, names))) return "found";
    // A name of one letter says nothing elsewhere, but here it is that of a group.
    const group = /^Sync group (\S+?),? /.exec(m.text)?.[1];
    if (group && findings.some((o) => shown(o) && !ADVICE.has(o.code) && o.declares === group))
      return "found";
    // A block that keepalived dropped is missed by others.
    const dropped = /reference|incomplete block/.test(m.kind) && findings.some((o) => DROPPED.has(o.code));
    return broken.length > 0 || dropped ? "follows" : "missed";
  }
  const heads = opened(uri, line);
  const found = findings.some(
    (o) =>
      shown(o) &&
      ((o.uri === uri && ((o.line <= line && line <= o.endLine) || heads.includes(o.line))) ||
        o.related.some((r) => r.uri === uri && r.line === line)),
  );
  if (found) return "found";
  const errors = findings.filter((o) => o.severity === "error");
  // Said at the end of a block that lacks what an error in it spoilt.
  const first = Math.min(...heads);
  if (errors.some((o) => o.uri === uri && first <= o.line && o.line < line)) return "follows";
  // Nothing of that name is left because of an error in its block.
  const lost = findings.filter((o) => o.severity === "error" || DROPPED.has(o.code));
  if (m.kind === "reference" && lost.some((o) => shares(namesOf(m.text, index), o))) return "follows";
  if (m.kind === "incomplete block" && heads.length > 0) {
    const file = index.project.files.find((f) => f.uri === uri);
    const block = file?.text.slice(index.startOf(uri, first), index.startOf(uri, line)) ?? "";
    const names = new Set(block.split(/[\s{}"]+/).filter((w) => w.length > 2));
    if (lost.some((o) => o.declares !== undefined && names.has(o.declares))) return "follows";
  }
  const [start, end] = blockAt(uri, line);
  const around = errors.filter((o) => o.uri === uri && start <= o.line && o.line <= end);
  // A statement that only goes together with one that keepalived did not take.
  const statement = /^\S+/;
  if (around.some((o) => o.line < line && m.text.includes(`without ${statement.exec(o.statement)?.[0]}`)))
    return "follows";
  // A flag of a scheduler that keepalived did not know.
  if (
    /only applies to \w+ scheduler/.test(m.text) &&
    around.some((o) => /^(lb_algo|lvs_sched)\b/.test(o.statement))
  )
    return "follows";
  // The first member decides about the family, for keepalived; the odd one out is at fault.
  if (m.kind === "address family" && around.some((o) => /famil/.test(o.code))) return "follows";
  if (/^Unknown keyword '\}'/.test(m.text) && around.some((o) => o.line < line)) return "follows";
  return broken.some((o) => o.uri !== uri || o.line <= line + 1 || o.code === "include-cycle")
    ? "follows"
    : "missed";
}

/** Names and values in a message that also stand in the configuration; what is everywhere says nothing. */
export function namesOf(text: string, { project }: Index): string[] {
  const all = project.files.map((f) => f.text);
  const words = new Set<string>();
  for (const m of text.matchAll(/[^\s'"()[\],;]+/g)) {
    const word = m[0].replace(/[.:]+$/, "");
    if (word.length < 2 && !/\d/.test(word)) continue;
    if (COMMON.has(word.toLowerCase())) continue;
    words.add(word);
    // Addresses are printed as [192.0.2.1]:tcp:80.
    for (const part of word.split(/[:[\]]/)) if (/^\d+(\.\d+){3}$/.test(part)) words.add(part);
  }
  return [...words].filter((w) => all.some((text) => text.includes(w)));
}

const COMMON = new Set(
  `a an the and or is are be to of in on at by as for from with without not no than that this it its must should will
  only more least one both if so set use used using any all has have been being than too when since
  virtual server servers real router routers group instance interface address addresses script file track tracked
  vrrp vip ip id warning error ignoring ignored removing default setting specified configured configuration keepalived
  weight state priority version group sync protocol keyword line block missing extra`.split(/\s+/),
);

export const shares = (names: readonly string[], o: Said): boolean =>
  names.length === 0 || names.some((n) => o.message.includes(n) || o.words.includes(n));
