/** Runs the checks over a tree. What depends on one item only is kept with the item. */
import { NEWEST_RELEASE } from "../language";
import { Config, servicesChangedSince } from "../model/config";
import type { Item } from "../syntax/parser";
import type { Tree } from "../syntax/tree";
import { checkBlocks, type ItemFacts } from "./blocks";
import { checkConfig } from "./config";
import { type CheckOptions, type Edit, type Fix, type Place, type Problem, Report, type Rule } from "./rule";
import { checkLines, checkStatements } from "./statements";

export const DEFAULT_OPTIONS: CheckOptions = { target: NEWEST_RELEASE };

/** The findings of one reading. */
export class Analysis {
  constructor(
    readonly tree: Tree,
    readonly config: Config,
    readonly target: string,
    /** What is known of each item. */
    readonly locals: readonly LocalResult[],
    /** What spans blocks, with absolute offsets. */
    readonly cross: readonly Problem[],
  ) {}

  /** All findings, with absolute offsets, in the order of the text. */
  get problems(): Problem[] {
    return this.problemsOf(undefined);
  }

  /** Those of some rules. */
  problemsOf(rules: ReadonlySet<Rule> | undefined): Problem[] {
    const { tree, locals } = this;
    const wanted = (p: Problem) => rules?.has(p.rule) ?? true;
    const problems: Problem[] = [];
    for (let i = 0; i < locals.length; i++) {
      for (const p of locals[i].problems)
        if (wanted(p)) problems.push(new PlacedProblem(p, { tree, base: tree.starts[i] }));
    }
    for (const p of this.cross) if (wanted(p)) problems.push(p);
    return problems.sort((a, b) => a.start - b.start || a.end - b.end);
  }
}

interface LocalResult {
  readonly target: string;
  readonly problems: readonly Problem[];
  readonly facts: ItemFacts;
}

const NO_PROBLEMS: readonly Problem[] = [];

/**
 * Checks a tree. Never throws on any configuration.
 * @param before an earlier result; what did not change since is taken from it.
 */
export function analyze(
  tree: Tree,
  options: CheckOptions = DEFAULT_OPTIONS,
  before?: Analysis,
  config: Config = new Config(tree, before?.config),
): Analysis {
  const known = before?.target === options.target ? before : undefined;
  const change = known && tree.itemsChangedSince(known.tree);
  const locals = change ? known.locals.slice() : new Array<LocalResult>(tree.items.length);
  const { first, end } = change ?? { first: 0, end: tree.items.length };
  for (let i = first; i < end; i++) locals[i] = localResult(tree, i, tree.items[i], options);
  const all = () => checkConfig(config, locals, options);
  const cross = (known && movedCross(known, tree, locals, all)) ?? all();
  return new Analysis(tree, config, options.target, locals, cross);
}

/**
 * What spans blocks, taken over from an earlier result: where nothing but virtual servers changed, and the facts of these
 * are what they were, it is the same, only moved. Undefined where that is not so. Fixes look at the text, so that they
 * are worked out anew when they are asked for.
 */
function movedCross(
  before: Analysis,
  tree: Tree,
  locals: readonly LocalResult[],
  anew: () => readonly Problem[],
): readonly Problem[] | undefined {
  const change = servicesChangedSince(before.tree, tree);
  if (!change) return undefined;
  const moves: ((position: number) => number)[] = [];
  for (let i = change.first; i < change.end; i++) {
    const move = moveBetween(before.tree, tree, i);
    if (!sameFacts(before.locals[i].facts, locals[i].facts, move)) return undefined;
    moves.push(move);
  }
  const moved = (offset: number): number => {
    const i = before.tree.itemIndexAt(offset);
    const position = offset - before.tree.starts[i];
    return tree.starts[i] + (moves[i - change.first]?.(position) ?? position);
  };
  const fixesOf = lateFixes(anew);
  return before.cross.map(({ rule, start, end, message, severity, related }, n) => ({
    rule,
    start: moved(start),
    end: moved(end),
    message,
    severity,
    related: related?.map((r) => ({ ...r, start: moved(r.start), end: moved(r.end) })),
    fixes: fixesOf(n),
  }));
}

/** Fixes of problems that are found when one of them is asked for. They must not hold on to an earlier result. */
function lateFixes(find: () => readonly Problem[]): (n: number) => (place: Place) => readonly Fix[] {
  let found: readonly Problem[] | undefined;
  return (n) => (place) => {
    found ??= find();
    const { fixes } = found[n];
    return typeof fixes === "function" ? fixes(place) : (fixes ?? []);
  };
}

/** Where a position in an item got to; not a number for what stood in the text that was replaced. */
function moveBetween(before: Tree, now: Tree, i: number): (position: number) => number {
  const old = before.text.slice(before.starts[i], before.starts[i + 1]);
  const text = now.text.slice(now.starts[i], now.starts[i + 1]);
  const most = Math.min(old.length, text.length);
  let head = 0;
  while (head < most && old.charCodeAt(head) === text.charCodeAt(head)) head++;
  let tail = 0;
  while (
    tail < most - head &&
    old.charCodeAt(old.length - 1 - tail) === text.charCodeAt(text.length - 1 - tail)
  )
    tail++;
  return (position) =>
    position <= head
      ? position
      : position >= old.length - tail
        ? position + text.length - old.length
        : Number.NaN;
}

/** Whether facts are equal, positions in them having moved. */
function sameFacts(a: unknown, b: unknown, move: (position: number) => number): boolean {
  if (a === b && typeof a !== "object") return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const old = Object.entries(a);
  if (old.length !== Object.keys(b).length) return false;
  return old.every(([name, value]) => {
    const other: unknown = (b as Record<string, unknown>)[name];
    return POSITION.test(name) && typeof value === "number"
      ? move(value) === other
      : sameFacts(value, other, move);
  });
}
const POSITION = /^(?:start|end)$|Start$|End$/;

/** What concerns the lines of a file as they stand there, with absolute offsets. */
export function lineProblems(tree: Tree, options: CheckOptions): Problem[] {
  const problems: Problem[] = [];
  for (let i = 0; i < tree.items.length; i++) {
    if (tree.items[i].issues.length === 0) continue;
    const report = new Report();
    checkLines(tree, i, options, report);
    const place = { tree, base: tree.starts[i] };
    for (const p of report.problems) problems.push(new PlacedProblem(p, place));
  }
  return problems;
}

function localResult(tree: Tree, index: number, item: Item, options: CheckOptions): LocalResult {
  const known = item.local as LocalResult | undefined;
  if (known?.target === options.target) return known;
  const report = new Report();
  checkStatements(tree, index, options, report);
  const facts = checkBlocks(tree, index, options, report);
  // A copy has no room to grow into, which takes more than the problems of most items.
  const problems = report.problems.length > 0 ? report.problems.slice() : NO_PROBLEMS;
  const result: LocalResult = { target: options.target, problems, facts };
  item.local = result;
  return result;
}

/**
 * A problem of an item where the item stands. There may be tens of thousands of them after every keystroke, so that only
 * what is always asked for is worked out at once.
 */
class PlacedProblem implements Problem {
  readonly rule: Problem["rule"];
  readonly start: number;
  readonly end: number;

  constructor(
    private readonly local: Problem,
    private readonly place: Place,
  ) {
    this.rule = local.rule;
    this.start = local.start + place.base;
    this.end = local.end + place.base;
  }

  get message(): Problem["message"] {
    return this.local.message;
  }
  get severity(): Problem["severity"] {
    return this.local.severity;
  }
  get related(): Problem["related"] {
    const { base } = this.place;
    return this.local.related?.map((r) => ({ ...r, start: r.start + base, end: r.end + base }));
  }
  get fixes(): Problem["fixes"] {
    const { fixes } = this.local;
    return fixes && (() => this.moved(typeof fixes === "function" ? fixes(this.place) : fixes));
  }

  private moved(fixes: readonly Fix[]): Fix[] {
    const { base } = this.place;
    return fixes.map(
      (f): Fix => ({
        ...f,
        edits: f.edits.map((e): Edit => ({ ...e, start: e.start + base, end: e.end + base })),
      }),
    );
  }
}
