/**
 * A configuration as keepalived would read it: a root file, what it includes, and each configuration id that its
 * conditions name. Findings are brought back to the files in which the text stands.
 */
import { compareReleases } from "../language";
import { type Text, t } from "../language/schema";
import { Config } from "../model/config";
import type { Dialect } from "../syntax/parser";
import { Flag } from "../syntax/records";
import { Tree } from "../syntax/tree";
import type { FileAccess, SourceFile } from "../workspace/files";
import { conditionIds, DEFAULT_LIMITS, isPlain, type Resolved, resolve } from "../workspace/resolve";
import { type Analysis, analyze, lineProblems } from "./engine";
import { type FileFix, resolveProblems } from "./files";
import type { CheckOptions, Edit, Fix, Problem, Rule, Severity } from "./rule";
import { LINE_RULES } from "./statements";

/** A place in a file. */
export interface FileRange {
  readonly uri: string;
  readonly start: number;
  readonly end: number;
}

/** A finding where its text stands. */
export interface Finding extends FileRange {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly message: Text;
  readonly related: readonly (FileRange & { readonly message: Text })[];
  /** Fixes whose edits all lie in text that stands there as it is. */
  readonly fixes: () => readonly FileFix[];
}

export type { FileFix };

/** One reading: for one configuration id, or for any that no condition names. */
export interface Reading {
  readonly root: SourceFile;
  readonly id: string | undefined;
  readonly tree: Tree;
  readonly config: Config;
  /** Undefined when the root file is its own resolved text. */
  readonly resolved: Resolved | undefined;
}

export interface View extends Reading {
  readonly analysis: Analysis;
}

export interface Project {
  readonly root: SourceFile;
  readonly views: readonly View[];
  /** Configuration ids that conditions name. */
  readonly ids: readonly string[];
  readonly findings: readonly Finding[];
  /**
   * Those of some rules: most of a large file may be hints that nobody asked for. With a file, those in it: whoever goes
   * through a thousand files must not go through the findings of all of them each time.
   */
  findingsOf(rules: ReadonlySet<Rule>, uri?: string): readonly Finding[];
  /** Every file that was read, the root first. */
  readonly files: readonly SourceFile[];
  /** Something is still being fetched. */
  readonly pending: boolean;
}

/** Findings of one rule for one stretch of text, which a generator may read many times. */
const MAX_AT_ONE_PLACE = 8;

/** Ids beyond this many are not read one by one. */
const MAX_IDS = 12;
/** Nor when their texts together are longer than this, or generators made more lines in them than they may in one. */
const MAX_READ = 20_000_000;
const MAX_GENERATED = DEFAULT_LIMITS.generated;

/** Whether a further id is read, after these readings. A bound for each of them would be a dozen times as high. */
function readsOn(done: readonly Resolved[]): boolean {
  let length = 0;
  let generated = 0;
  for (const resolved of done) {
    length += resolved.text.length;
    generated += resolved.generated;
  }
  return done.length <= MAX_IDS && length <= MAX_READ && generated <= MAX_GENERATED;
}

/** How statements end depends on the release: since 2.4 a comment ends a multi-line definition. */
export const dialectOf = (target: string): Dialect =>
  compareReleases(target, "2.3.0") >= 0 ? NEW_DIALECT : OLD_DIALECT;
const NEW_DIALECT: Dialect = { commentEndsDefinition: true };
const OLD_DIALECT: Dialect = { commentEndsDefinition: false };

/** Reads and checks a root file. `before` is an earlier result for the same root; unchanged parts of it are reused. */
export function checkProject(
  root: SourceFile,
  access: FileAccess,
  options: CheckOptions,
  before?: Project,
): Project {
  if (isPlain(root.tree)) return new PlainProject(root, options, before);
  const first = resolve(root, access, { id: undefined });
  const ids = new Set<string>();
  for (const file of first.files) conditionIds(file.tree, ids);
  // A file that only one id includes may name further ids.
  const views: View[] = [viewOf(undefined, first, root, options, before)];
  const files = new Map(first.files.map((f) => [f.uri, f]));
  let pending = first.pending;
  const done = [first];
  for (const id of ids) {
    if (!readsOn(done)) break;
    const resolved = resolve(root, access, { id });
    done.push(resolved);
    pending ||= resolved.pending;
    for (const file of resolved.files) {
      if (files.has(file.uri)) continue;
      files.set(file.uri, file);
      conditionIds(file.tree, ids);
    }
    views.push(viewOf(id, resolved, root, options, before));
  }
  const findings = merge(views, access, options);
  return {
    root,
    views,
    ids: [...ids],
    findings,
    findingsOf: (rules, uri) =>
      (uri === undefined ? findings : stretchOf(findings, uri)).filter((f) => rules.has(f.rule)),
    files: [...files.values()],
    pending,
  };
}

/** The findings of one file, of findings that are sorted by file. */
function stretchOf(findings: readonly Finding[], uri: string): readonly Finding[] {
  const firstFrom = (after: boolean): number => {
    let low = 0;
    let high = findings.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const own = findings[middle].uri;
      if (own < uri || (after && own === uri)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return findings.slice(firstFrom(false), firstFrom(true));
}

/** A file that is its own resolved text. It is checked when its findings are asked for: completion does not need them. */
class PlainProject implements Project {
  readonly views: readonly [PlainView];
  readonly ids = [];
  readonly files: readonly SourceFile[];
  readonly pending = false;
  private found: readonly Finding[] | undefined;

  constructor(
    readonly root: SourceFile,
    options: CheckOptions,
    before: Project | undefined,
  ) {
    const view = before?.views[0];
    this.views = [new PlainView(root, options, view instanceof PlainView ? view : undefined)];
    this.files = [root];
  }

  get findings(): readonly Finding[] {
    this.found ??= this.placed(undefined);
    return this.found;
  }

  findingsOf(rules: ReadonlySet<Rule>): readonly Finding[] {
    return this.placed(rules);
  }

  private placed(rules: ReadonlySet<Rule> | undefined): Finding[] {
    return this.views[0].analysis.problemsOf(rules).map((p) => plainFinding(p, this.root.uri));
  }
}

class PlainView implements View {
  readonly id = undefined;
  readonly resolved = undefined;
  readonly tree: Tree;
  readonly config: Config;
  /** Its own, or the newest of an earlier state. Earlier states themselves are not held. */
  private newest: Analysis | undefined;

  constructor(
    readonly root: SourceFile,
    private readonly options: CheckOptions,
    before: PlainView | undefined,
  ) {
    this.tree = root.tree;
    this.config = new Config(root.tree, before?.config);
    this.newest = before?.newest;
  }

  get analysis(): Analysis {
    if (this.newest?.config !== this.config)
      this.newest = analyze(this.tree, this.options, this.newest, this.config);
    return this.newest;
  }
}

function viewOf(
  id: string | undefined,
  resolved: Resolved,
  root: SourceFile,
  options: CheckOptions,
  before: Project | undefined,
): View {
  const old = before?.views.find((v) => v.id === id && v.resolved !== undefined);
  const tree =
    old && old.tree.dialect === root.tree.dialect
      ? reparse(old.tree, resolved.text)
      : Tree.parse(resolved.text, root.tree.dialect, root.tree.root);
  const analysis = analyze(tree, options, old?.analysis);
  return { root, id, tree, config: analysis.config, resolved, analysis };
}

/** Reads a root file without checking it: one reading, or one for each configuration id where conditions name some. */
export function readings(root: SourceFile, access: FileAccess): Reading[] {
  if (isPlain(root.tree))
    return [{ root, id: undefined, tree: root.tree, config: new Config(root.tree), resolved: undefined }];
  const done: Resolved[] = [];
  const read = (id: string | undefined): Reading => {
    const resolved = resolve(root, access, { id });
    done.push(resolved);
    for (const file of resolved.files) conditionIds(file.tree, ids);
    const tree = Tree.parse(resolved.text, root.tree.dialect, root.tree.root);
    return { root, id, tree, config: new Config(tree), resolved };
  };
  const ids = new Set<string>();
  const list = [read(undefined)];
  for (const id of ids) if (readsOn(done)) list.push(read(id));
  return list;
}

/** Where a range of a reading's text stands; undefined when it stands nowhere. */
export function placeIn(reading: Reading, start: number, end: number): FileRange | undefined {
  if (!reading.resolved) return { uri: reading.root.uri, start, end };
  const origin = reading.resolved.origin(start, end);
  return origin && { uri: origin.uri, start: origin.start, end: origin.end };
}

/** A problem of a reading where its text stands in the files; undefined when it stands nowhere. */
export const findingIn = (reading: Reading, p: Problem): Finding | undefined =>
  reading.resolved ? mapped(p, reading.resolved) : plainFinding(p, reading.root.uri);

const STRETCH = 4096;

/** The tree of a new text, reusing the items outside the stretch that differs. */
function reparse(old: Tree, text: string): Tree {
  if (old.text === text) return old;
  const most = Math.min(old.text.length, text.length);
  // Stretches first: comparing them costs a fraction of going through the characters.
  let start = 0;
  while (
    start + STRETCH <= most &&
    old.text.slice(start, start + STRETCH) === text.slice(start, start + STRETCH)
  )
    start += STRETCH;
  while (start < most && old.text.charCodeAt(start) === text.charCodeAt(start)) start++;
  let tail = 0;
  while (
    tail + STRETCH <= most - start &&
    old.text.slice(old.text.length - tail - STRETCH, old.text.length - tail) ===
      text.slice(text.length - tail - STRETCH, text.length - tail)
  )
    tail += STRETCH;
  while (
    tail < most - start &&
    old.text.charCodeAt(old.text.length - 1 - tail) === text.charCodeAt(text.length - 1 - tail)
  )
    tail++;
  return old.edit(text, start, old.text.length - tail, text.length - tail - start);
}

function plainFinding(p: Problem, uri: string): Finding {
  return {
    rule: p.rule,
    severity: p.severity ?? p.rule.severity,
    uri,
    start: p.start,
    end: p.end,
    message: p.message,
    related: p.related?.map((r) => ({ uri, start: r.start, end: r.end, message: r.message })) ?? NO_RELATED,
    fixes: () => fixesOf(p).map((f) => ({ ...f, edits: f.edits.map((e) => ({ ...e, uri })) })),
  };
}
const NO_RELATED: Finding["related"] = [];

/** The fixes of a problem with absolute offsets: its place is settled. */
const fixesOf = ({ fixes }: Problem): readonly Fix[] =>
  typeof fixes === "function" ? (fixes as () => readonly Fix[])() : (fixes ?? []);

interface Merged {
  finding: Finding;
  views: Set<string | undefined>;
}

/** Joins the findings of all views: the same finding in several of them is one. */
function merge(views: readonly View[], access: FileAccess, options: CheckOptions): Finding[] {
  const all = new Map<string, Merged>();
  for (const view of views) {
    const resolved = view.resolved!;
    const seen = new Set<string>();
    const crowds = new Map<string, number>();
    const add = (finding: Finding) => {
      const key = finding.rule.once
        ? finding.rule.code
        : `${finding.uri} ${finding.start} ${finding.end} ${finding.rule.code} ${finding.message.en}`;
      if (seen.has(key)) return;
      seen.add(key);
      const known = all.get(key);
      if (known) known.views.add(view.id);
      else all.set(key, { finding, views: new Set([view.id]) });
    };
    for (const p of resolveProblems(resolved, view.config, access, options)) {
      add({ ...plainFinding(p, p.uri), related: [], ...(p.fileFixes && { fixes: p.fileFixes }) });
    }
    for (const file of resolved.files)
      for (const p of lineProblems(file.tree, options)) add(plainFinding(p, file.uri));
    for (const p of view.analysis.problems) {
      if (LINE_RULES.has(p.rule)) continue;
      const finding = mapped(p, resolved);
      if (!finding) continue;
      // What a generator makes stands in one line: of a hundred thousand findings there, a few say it all.
      const place = `${finding.uri} ${finding.start} ${finding.end} ${finding.rule.code}`;
      const many = (crowds.get(place) ?? 0) + 1;
      crowds.set(place, many);
      if (many <= MAX_AT_ONE_PLACE) add(finding);
    }
  }
  const ids = views.map((v) => v.id).filter((id) => id !== undefined);
  // A file that means something without any id is run without one, as far as it tells: what only an id brings is no
  // reason for keepalived to refuse it.
  const plain = views.find((v) => v.id === undefined)?.config;
  const runsPlain = plain !== undefined && (plain.instances.length > 0 || plain.virtualServers.length > 0);
  const result: Finding[] = [];
  for (const { finding: found, views: where } of all.values()) {
    const finding: Finding =
      runsPlain && !where.has(undefined) && found.severity === "error"
        ? { ...found, severity: "warning" }
        : found;
    if (where.size === views.length || views.length === 1) {
      result.push(finding);
      continue;
    }
    const named = [...where].filter((id) => id !== undefined);
    if (named.length === 0) {
      // Only for an id that no condition names: true, but hardly how the file is used.
      const list = ids.join(", ");
      result.push({
        ...finding,
        severity: finding.severity === "hint" ? "hint" : "information",
        message: t(
          `${finding.message.en} (for a configuration id other than ${list})`,
          `${finding.message.zh}（当配置 ID 不是 ${list} 时）`,
        ),
      });
      continue;
    }
    if (conditionAt(views, finding)) {
      result.push(finding);
      continue;
    }
    const list = named.join(", ");
    result.push({
      ...finding,
      message: t(
        `${finding.message.en} (configuration id ${list})`,
        `${finding.message.zh}（配置 ID ${list}）`,
      ),
    });
  }
  return result.sort((a, b) => (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : a.start - b.start || a.end - b.end));
}

/** Whether the line of a finding carries a condition of its own. */
function conditionAt(views: readonly View[], finding: Finding): boolean {
  for (const view of views) {
    const file = view.resolved!.files.find((f) => f.uri === finding.uri);
    if (!file) continue;
    const path = file.tree.pathAt(finding.start);
    return path.some((n) => n.has(Flag.Condition));
  }
  return false;
}

/** Brings a problem of resolved text to where the text stands; undefined when it stands nowhere. */
function mapped(p: Problem, resolved: Resolved): Finding | undefined {
  const origin = resolved.origin(p.start, p.end);
  if (!origin) return undefined;
  const related: (FileRange & { message: Text })[] = [];
  for (const r of p.related ?? []) {
    const o = resolved.origin(r.start, r.end);
    if (o) related.push({ uri: o.uri, start: o.start, end: o.end, message: r.message });
  }
  if (origin.via)
    related.push({ ...origin.via, message: t("The text comes from this definition.", "文本来自此定义。") });
  return {
    rule: p.rule,
    severity: p.severity ?? p.rule.severity,
    uri: origin.uri,
    start: origin.start,
    end: origin.end,
    message: p.message,
    related,
    fixes: () => fixesOf(p).flatMap((f) => mappedFix(f, resolved)),
  };
}

function mappedFix(fix: Fix, resolved: Resolved): FileFix[] {
  const edits: (Edit & { uri: string })[] = [];
  for (const e of fix.edits) {
    const edit = mappedEdit(e, resolved);
    if (!edit) return [];
    edits.push(edit);
  }
  return [{ ...fix, edits }];
}

function mappedEdit(e: Edit, resolved: Resolved): (Edit & { uri: string }) | undefined {
  const { text } = resolved;
  const lines = e.start === e.end && e.text.endsWith("\n") && (e.start === 0 || text[e.start - 1] === "\n");
  if (!lines) {
    const o = resolved.origin(e.start, e.end);
    return o?.verbatim ? { uri: o.uri, start: o.start, end: o.end, text: e.text } : undefined;
  }
  // Whole lines: they go above an include that starts here, and above the condition of the line that starts here.
  const site = resolved.includes.find((s) => s.at === e.start && s.uris.length > 0);
  // The head of the text is that of the root file, whatever of it a condition leaves out.
  if (!site && e.start === 0) return { uri: resolved.files[0].uri, start: 0, end: 0, text: e.text };
  const o = resolved.origin(e.start, e.start);
  if (!site && !o?.verbatim) return undefined;
  const file = site ? resolved.files[site.place.file] : resolved.files.find((f) => f.uri === o!.uri)!;
  const offset = site ? site.place.start : o!.start;
  const from = file.text.lastIndexOf("\n", offset - 1) + 1;
  const before = file.text.slice(from, offset);
  const at = site || /^[ \t]*(@\S+[ \t]*)?$/.test(before) ? from : offset;
  return { uri: file.uri, start: at, end: at, text: withCondition(file, at, e.text) };
}

/** Lines for a place in a file: in a block that only some configuration ids have, each carries the condition. */
function withCondition(file: SourceFile, at: number, lines: string): string {
  const block = file.tree
    .pathAt(at)
    .filter((n) => n.hasBody && n.inBody(at))
    .pop();
  const { condition } = block ?? {};
  if (!block || !condition || block.close < 0) return lines;
  const from = file.text.lastIndexOf("\n", block.close - 1) + 1;
  if (file.text.slice(from, block.close).trim() !== condition) return lines;
  return lines.replace(/^(?=.*\S)/gm, `${condition} `);
}
