/** Runs the checks over a tree. What depends on one item only is kept with the item. */
import { NEWEST_RELEASE } from "../language";
import { Config } from "../model/config";
import type { Item } from "../syntax/parser";
import { type ItemChange, inPlaceOf, type Tree } from "../syntax/tree";
import { finish, type Steps } from "../text/steps";
import { checkBlocks, type ItemFacts } from "./blocks";
import { PARTS, Whole } from "./config";
import { type Cross, crossSteps } from "./cross";
import { type CheckOptions, type Edit, type Fix, type Place, type Problem, Report, type Rule } from "./rule";
import { maskText, secretLineAt } from "./secrets";
import { checkLines, checkStatements } from "./statements";

export const DEFAULT_OPTIONS: CheckOptions = { target: NEWEST_RELEASE };

/** The findings of one reading. */
export class Analysis {
  /** The rules that were asked about last, and the items with findings of them: most of a large file has none. */
  private asked: { readonly rules: ReadonlySet<Rule>; readonly items: readonly number[] } | undefined;

  constructor(
    readonly tree: Tree,
    readonly config: Config,
    readonly target: string,
    /** What is known of each item. */
    readonly locals: readonly LocalResult[],
    /** What spans blocks, with absolute offsets. */
    readonly cross: Cross,
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
    const add = (i: number) => {
      for (const p of locals[i].problems)
        if (wanted(p)) problems.push(new PlacedProblem(p, { tree, base: tree.starts[i] }));
    };
    if (rules) for (const i of this.itemsWith(rules)) add(i);
    else for (let i = 0; i < locals.length; i++) add(i);
    for (const part of PARTS) for (const p of this.cross.of(part)) if (wanted(p)) problems.push(p);
    return problems.sort((a, b) => a.start - b.start || a.end - b.end);
  }

  /** Items with findings of some rules. */
  private itemsWith(rules: ReadonlySet<Rule>): readonly number[] {
    if (!this.asked || !sameSet(this.asked.rules, rules)) {
      const items: number[] = [];
      for (let i = 0; i < this.locals.length; i++) if (holdsAny(this.locals[i], rules)) items.push(i);
      this.asked = { rules, items };
    }
    return this.asked.items;
  }

  /** Takes over from an earlier result what was asked of it: a large file need not be gone through for each edit. */
  takeOver(before: Analysis, { first, oldEnd, end }: ItemChange): void {
    if (!before.asked) return;
    const { rules, items } = before.asked;
    const now: number[] = [];
    let n = 0;
    for (; n < items.length && items[n] < first; n++) now.push(items[n]);
    for (let i = first; i < end; i++) if (holdsAny(this.locals[i], rules)) now.push(i);
    for (; n < items.length; n++) if (items[n] >= oldEnd) now.push(items[n] + end - oldEnd);
    this.asked = { rules, items: now };
  }
}

const holdsAny = ({ problems }: LocalResult, rules: ReadonlySet<Rule>): boolean =>
  problems.some((p) => rules.has(p.rule));

function sameSet<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const one of a) if (!b.has(one)) return false;
  return true;
}

interface LocalResult {
  readonly target: string;
  readonly problems: readonly Problem[];
  readonly facts: ItemFacts;
}

const NO_PROBLEMS: readonly Problem[] = [];

/** Characters of items that are one step together: going from step to step takes as long as checking a short item. */
const STRETCH = 8_000;

/**
 * Checks a tree. Never throws on any configuration.
 * @param before an earlier result; what did not change since is taken from it.
 */
export const analyze = (...of: Parameters<typeof analysisSteps>): Analysis => finish(analysisSteps(...of));

/** The same in steps. What concerns one item only is kept with the item, also when the rest is left undone. */
export function* analysisSteps(
  tree: Tree,
  options: CheckOptions = DEFAULT_OPTIONS,
  before?: Analysis,
  config: Config = new Config(tree, before?.config),
): Steps<Analysis> {
  const known = before?.target === options.target ? before : undefined;
  const change = known && tree.itemsChangedSince(known.tree);
  const { first, end } = change ?? { first: 0, end: tree.items.length };
  const changed: LocalResult[] = [];
  let next = tree.starts[first] + STRETCH;
  for (let i = first; i < end; i++) {
    changed.push(localResult(tree, i, tree.items[i], options));
    if (tree.starts[i + 1] < next) continue;
    next = tree.starts[i + 1] + STRETCH;
    yield;
  }
  const locals = known && change ? inPlaceOf(known.locals, change, changed) : changed;
  const cross = yield* crossSteps(new Whole(config, locals, options), known);
  const analysis = new Analysis(tree, config, options.target, locals, cross);
  if (known && change) analysis.takeOver(known, change);
  return analysis;
}

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
    return this.masked(this.local.message);
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

  /** What is said, without the secrets of the statement that it is about. */
  private masked(text: Problem["message"]): Problem["message"] {
    const { tree, base } = this.place;
    const line = secretLineAt(tree, tree.itemIndexAt(base), this.local.start);
    return line ? maskText(text, line) : text;
  }

  private moved(fixes: readonly Fix[]): Fix[] {
    const { base } = this.place;
    return fixes.map(
      (f): Fix => ({
        ...f,
        title: this.masked(f.title),
        edits: f.edits.map((e): Edit => ({ ...e, start: e.start + base, end: e.end + base })),
      }),
    );
  }
}
