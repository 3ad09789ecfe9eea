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
import { lineStartAt } from "../text/lines";
import { finish, type Steps } from "../text/steps";
import type { FileAccess, SourceFile } from "../workspace/files";
import {
  conditionIds,
  DEFAULT_LIMITS,
  isPlain,
  type Resolved,
  replacementBetween,
  resolveSteps,
} from "../workspace/resolve";
import { type Analysis, analysisSteps, lineProblems } from "./engine";
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
  /** The same in steps. */
  analysisSteps(): Steps<Analysis>;
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
export const checkProject = (...of: Parameters<typeof projectSteps>): Project => finish(projectSteps(...of));

/** The same in steps. Findings are not among them: they are worked out when they are asked for. */
export function* projectSteps(
  root: SourceFile,
  access: FileAccess,
  options: CheckOptions,
  before?: Project,
): Steps<Project> {
  if (isPlain(root.tree)) return new PlainProject(root, options, before);
  const old = before instanceof ResolvedProject ? before : undefined;
  const read = (id: string | undefined) =>
    resolveSteps(root, access, { id, before: old?.views.find((v) => v.id === id)?.resolved });
  const first = yield* read(undefined);
  const ids = new Set<string>();
  for (const file of first.files) conditionIds(file.tree, ids);
  // A file that only one id includes may name further ids.
  const views: ResolvedView[] = [yield* viewSteps(undefined, first, root, options, old)];
  const files = new Map(first.files.map((f) => [f.uri, f]));
  let pending = first.pending;
  const done = [first];
  for (const id of ids) {
    if (!readsOn(done)) break;
    const resolved = yield* read(id);
    done.push(resolved);
    pending ||= resolved.pending;
    for (const file of resolved.files) {
      if (files.has(file.uri)) continue;
      files.set(file.uri, file);
      conditionIds(file.tree, ids);
    }
    views.push(yield* viewSteps(id, resolved, root, options, old));
  }
  return new ResolvedProject(root, views, [...ids], [...files.values()], pending, access, options);
}

/** A file that includes others, or has definitions or conditions. As with plain ones, findings wait until asked for. */
class ResolvedProject implements Project {
  private found: readonly Finding[] | undefined;
  /** The newest answer: each of the files that are open is asked about, with the same rules. */
  private part: { readonly rules: ReadonlySet<Rule>; readonly findings: readonly Finding[] } | undefined;

  constructor(
    readonly root: SourceFile,
    readonly views: readonly ResolvedView[],
    readonly ids: readonly string[],
    readonly files: readonly SourceFile[],
    readonly pending: boolean,
    private readonly access: FileAccess,
    private readonly options: CheckOptions,
  ) {}

  get findings(): readonly Finding[] {
    this.found ??= merge(this.views, this.access, this.options, undefined);
    return this.found;
  }

  findingsOf(rules: ReadonlySet<Rule>, uri?: string): readonly Finding[] {
    if (this.part?.rules !== rules) {
      const findings =
        this.found?.filter((f) => rules.has(f.rule)) ?? merge(this.views, this.access, this.options, rules);
      this.part = { rules, findings };
    }
    const { findings } = this.part;
    return uri === undefined ? findings : stretchOf(findings, uri);
  }
}

/** @param before the earlier project; what did not change since is taken from its view of the same id. */
function* viewSteps(
  id: string | undefined,
  resolved: Resolved,
  root: SourceFile,
  options: CheckOptions,
  before: ResolvedProject | undefined,
): Steps<ResolvedView> {
  const old = before?.views.find((v) => v.id === id);
  const { dialect, root: context } = root.tree;
  const tree =
    old && old.tree.dialect === dialect && old.tree.root === context
      ? reparse(old, resolved)
      : yield* Tree.parseSteps(String(resolved.text), dialect, context);
  return new ResolvedView(id, resolved, root, tree, options, old);
}

class ResolvedView implements View {
  readonly config: Config;
  /** Its own, or the newest of an earlier state. Earlier states themselves are not held. */
  private newest: Analysis | undefined;

  constructor(
    readonly id: string | undefined,
    readonly resolved: Resolved,
    readonly root: SourceFile,
    readonly tree: Tree,
    private readonly options: CheckOptions,
    before: ResolvedView | undefined,
  ) {
    this.config = before?.tree === tree ? before.config : new Config(tree, before?.config);
    this.newest = before?.newest;
  }

  get analysis(): Analysis {
    return finish(this.analysisSteps());
  }

  *analysisSteps(): Steps<Analysis> {
    if (this.newest?.config !== this.config || this.newest.target !== this.options.target)
      this.newest = yield* analysisSteps(this.tree, this.options, this.newest, this.config);
    return this.newest;
  }
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
    return finish(this.analysisSteps());
  }

  *analysisSteps(): Steps<Analysis> {
    if (this.newest?.config !== this.config)
      this.newest = yield* analysisSteps(this.tree, this.options, this.newest, this.config);
    return this.newest;
  }
}

/** Reads a root file without checking it: one reading, or one for each configuration id where conditions name some. */
export function* readingSteps(root: SourceFile, access: FileAccess): Steps<Reading[]> {
  if (isPlain(root.tree))
    return [{ root, id: undefined, tree: root.tree, config: new Config(root.tree), resolved: undefined }];
  const done: Resolved[] = [];
  const read = function* (id: string | undefined): Steps<Reading> {
    const resolved = yield* resolveSteps(root, access, { id });
    done.push(resolved);
    for (const file of resolved.files) conditionIds(file.tree, ids);
    const tree = yield* Tree.parseSteps(String(resolved.text), root.tree.dialect, root.tree.root);
    return { root, id, tree, config: new Config(tree), resolved };
  };
  const ids = new Set<string>();
  const list = [yield* read(undefined)];
  for (const id of ids) if (readsOn(done)) list.push(yield* read(id));
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

/** The tree of a new state of a reading, reusing the items outside the stretch that differs. */
function reparse(old: ResolvedView, now: Resolved): Tree {
  const before = old.tree.text;
  const { text } = now;
  const stretch = replacementBetween(old.resolved, now);
  let { start } = stretch;
  const most = Math.min(stretch.oldEnd - start, stretch.newLength);
  let head = 0;
  // Blocks first: comparing them costs a fraction of going through the characters.
  while (
    head + STRETCH <= most &&
    before.slice(start + head, start + head + STRETCH) === text.slice(start + head, start + head + STRETCH)
  )
    head += STRETCH;
  while (head < most && before.charCodeAt(start + head) === text.charCodeAt(start + head)) head++;
  let oldEnd = stretch.oldEnd;
  let end = start + stretch.newLength;
  start += head;
  if (start === oldEnd && start === end) return old.tree;
  const least = start + Math.abs(end - oldEnd);
  while (
    Math.max(oldEnd, end) - STRETCH >= least &&
    before.slice(oldEnd - STRETCH, oldEnd) === text.slice(end - STRETCH, end)
  ) {
    oldEnd -= STRETCH;
    end -= STRETCH;
  }
  while (Math.max(oldEnd, end) > least && before.charCodeAt(oldEnd - 1) === text.charCodeAt(end - 1)) {
    oldEnd--;
    end--;
  }
  return old.tree.edit(text, start, oldEnd, end - start);
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
  readonly finding: Finding;
  /** The readings that have it, in the order of the views. */
  readonly views: ResolvedView[];
}

/** What was found so far, by file and by the place where it starts. */
class Found {
  /** In the order in which they came. */
  readonly all: Merged[] = [];
  private readonly once = new Map<Rule, Merged>();
  private readonly places = new Map<string, Map<number, Merged[]>>();

  /** @param most as many findings of its rule may stand in exactly this place in one reading. */
  add(finding: Finding, view: ResolvedView, most = Number.POSITIVE_INFINITY): void {
    const { rule } = finding;
    if (rule.once) {
      const known = this.once.get(rule);
      if (known) this.join(known, view);
      else this.once.set(rule, this.make(finding, view));
      return;
    }
    let file = this.places.get(finding.uri);
    if (!file) {
      file = new Map();
      this.places.set(finding.uri, file);
    }
    const here = file.get(finding.start);
    if (!here) {
      file.set(finding.start, [this.make(finding, view)]);
      return;
    }
    let many = 0;
    for (const known of here) {
      if (known.finding.rule !== rule || known.finding.end !== finding.end) continue;
      if (known.finding.message.en === finding.message.en) {
        this.join(known, view);
        return;
      }
      if (known.views[known.views.length - 1] === view) many++;
    }
    if (many < most) here.push(this.make(finding, view));
  }

  private make(finding: Finding, view: ResolvedView): Merged {
    const made = { finding, views: [view] };
    this.all.push(made);
    return made;
  }

  private join({ views }: Merged, view: ResolvedView): void {
    if (views[views.length - 1] !== view) views.push(view);
  }
}

/** Joins the findings of all views: the same finding in several of them is one. Rules do not depend on each other here. */
function merge(
  views: readonly ResolvedView[],
  access: FileAccess,
  options: CheckOptions,
  rules: ReadonlySet<Rule> | undefined,
): Finding[] {
  const found = new Found();
  const wanted = (p: Problem) => rules?.has(p.rule) ?? true;
  for (const view of views) {
    const { resolved } = view;
    for (const p of resolveProblems(resolved, view.config, access, options)) {
      if (wanted(p))
        found.add(
          { ...plainFinding(p, p.uri), related: [], ...(p.fileFixes && { fixes: p.fileFixes }) },
          view,
        );
    }
    for (const file of resolved.files)
      for (const p of lineProblems(file.tree, options))
        if (wanted(p)) found.add(plainFinding(p, file.uri), view);
    for (const p of view.analysis.problemsOf(rules)) {
      if (LINE_RULES.has(p.rule)) continue;
      const finding = mapped(p, resolved);
      // What a generator makes stands in one line: of a hundred thousand findings there, a few say it all.
      if (finding) found.add(finding, view, MAX_AT_ONE_PLACE);
    }
  }
  const ids = views.map((v) => v.id).filter((id) => id !== undefined);
  // A file that means something without any id is run without one, as far as it tells: what only an id brings is no
  // reason for keepalived to refuse it.
  let plain: boolean | undefined;
  const runsPlain = () => {
    // Most configurations have one reading: the models of all their services are not made for it.
    const { config } = views[0];
    plain ??= config.instances.length > 0 || config.virtualServers.length > 0;
    return plain;
  };
  const result: Finding[] = [];
  for (const { finding: given, views: where } of found.all) {
    const finding: Finding =
      where[0].id !== undefined && given.severity === "error" && runsPlain()
        ? { ...given, severity: "warning" }
        : given;
    if (where.length === views.length) {
      result.push(finding);
      continue;
    }
    const named = where.map((v) => v.id).filter((id) => id !== undefined);
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
  const lines =
    e.start === e.end && e.text.endsWith("\n") && (e.start === 0 || text.charAt(e.start - 1) === "\n");
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
  const from = lineStartAt(file.text, offset);
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
  const from = lineStartAt(file.text, block.close);
  if (file.text.slice(from, block.close).trim() !== condition) return lines;
  return lines.replace(/^(?=.*\S)/gm, `${condition} `);
}
