/** Runs the checks over a tree. What depends on one item only is kept with the item. */
import { NEWEST_RELEASE } from "../language";
import { Config } from "../model/config";
import type { Item } from "../syntax/parser";
import type { Tree } from "../syntax/tree";
import { checkBlocks, type ItemFacts } from "./blocks";
import { checkConfig } from "./config";
import { type CheckOptions, type Edit, type Fix, type Problem, Report } from "./rule";
import { checkStatements } from "./statements";

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

/** Checks a tree. Never throws on any configuration. */
export function analyze(tree: Tree, options: CheckOptions = DEFAULT_OPTIONS): Analysis {
  const config = new Config(tree);
  const problems: Problem[] = [];
  const facts: ItemFacts[] = [];
  for (let i = 0; i < tree.items.length; i++) {
    const local = localResult(tree, i, tree.items[i], options);
    facts.push(local.facts);
    if (local.problems.length > 0) {
      const base = tree.starts[i];
      for (const p of local.problems) problems.push(absolute(p, base));
    }
  }
  for (const p of checkConfig(config, facts, options)) problems.push(p);
  problems.sort((a, b) => a.start - b.start || a.end - b.end);
  return { tree, config, problems };
}

function localResult(tree: Tree, index: number, item: Item, options: CheckOptions): LocalResult {
  const known = item.local as LocalResult | undefined;
  if (known?.target === options.target) return known;
  const report = new Report();
  checkStatements(tree, index, options, report);
  const facts = checkBlocks(tree, index, options, report);
  const result: LocalResult = { target: options.target, problems: report.problems, facts };
  item.local = result;
  return result;
}

/** A problem of an item, moved to where the item stands. */
function absolute(p: Problem, base: number): Problem {
  const { fixes } = p;
  const move = (list: readonly Fix[]) =>
    list.map(
      (f): Fix => ({
        ...f,
        edits: f.edits.map((e): Edit => ({ ...e, start: e.start + base, end: e.end + base })),
      }),
    );
  return {
    ...p,
    start: p.start + base,
    end: p.end + base,
    related: p.related?.map((r) => ({ ...r, start: r.start + base, end: r.end + base })),
    fixes: fixes && (() => move(typeof fixes === "function" ? fixes() : fixes)),
  };
}
