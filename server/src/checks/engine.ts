/** Runs the checks over a tree. What depends on one item only is kept with the item. */
import { NEWEST_RELEASE } from "../language";
import { Config } from "../model/config";
import type { Item } from "../syntax/parser";
import type { Tree } from "../syntax/tree";
import { checkBlocks, type ItemFacts } from "./blocks";
import { checkConfig } from "./config";
import { type CheckOptions, type Edit, type Fix, type Place, type Problem, Report } from "./rule";
import { checkLines, checkStatements } from "./statements";

export const DEFAULT_OPTIONS: CheckOptions = { target: NEWEST_RELEASE };

/** The findings of one reading, with absolute offsets, in the order of the text. */
export interface Analysis {
  readonly tree: Tree;
  readonly config: Config;
  readonly problems: readonly Problem[];
}

interface LocalResult {
  readonly target: string;
  readonly problems: readonly Problem[];
  readonly facts: ItemFacts;
}

const NO_PROBLEMS: readonly Problem[] = [];

/** Checks a tree. Never throws on any configuration. */
export function analyze(tree: Tree, options: CheckOptions = DEFAULT_OPTIONS): Analysis {
  const config = new Config(tree);
  const problems: Problem[] = [];
  const facts: ItemFacts[] = [];
  for (let i = 0; i < tree.items.length; i++) {
    const local = localResult(tree, i, tree.items[i], options);
    facts.push(local.facts);
    if (local.problems.length > 0) {
      const place = { tree, base: tree.starts[i] };
      for (const p of local.problems) problems.push(new PlacedProblem(p, place));
    }
  }
  for (const p of checkConfig(config, facts, options)) problems.push(p);
  problems.sort((a, b) => a.start - b.start || a.end - b.end);
  return { tree, config, problems };
}

/** What concerns the lines of a file as they stand there, with absolute offsets. */
export function lineProblems(tree: Tree, options: CheckOptions): Problem[] {
  const problems: Problem[] = [];
  for (let i = 0; i < tree.items.length; i++) {
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
