/** Rules, and what a finding looks like. */
import { type Release, type Text, t } from "../language/schema";
import type { Tree } from "../syntax/tree";

export type Severity = "error" | "warning" | "information" | "hint";

/** How much a user wants to hear: `essential` ⊂ `recommended` ⊂ `all`. */
export type Profile = "essential" | "recommended" | "all";

/**
 * A rule. Its code names a page in `docs/rules`, which tells the rest: why it matters, what keepalived does, an example
 * and its correction.
 */
export interface Rule {
  /** Stable, lower case, words joined by hyphens. Users write it into settings and comments. */
  readonly code: string;
  /** `error`: keepalived reports it and does not do what is written. `warning`: wrong, though keepalived goes on. */
  readonly severity: Severity;
  readonly profile: Profile;
  /** One sentence: what the rule finds. */
  readonly summary: Text;
  /** Shown faded: the text has no effect. */
  readonly unnecessary?: boolean;
  /** Shown struck through. */
  readonly deprecated?: boolean;
  /** About the configuration as a whole: the place is the first one that shows it, and it is reported once. */
  readonly once?: boolean;
}

const registry = new Map<string, Rule>();

/** Defines a rule. The default profile is `essential` for errors and `recommended` for the rest. */
export function rule(
  code: string,
  severity: Severity,
  summary: Text,
  more: Partial<Pick<Rule, "profile" | "unnecessary" | "deprecated" | "once">> = {},
): Rule {
  const made: Rule = {
    code,
    severity,
    summary,
    profile: severity === "error" ? "essential" : "recommended",
    ...more,
  };
  if (registry.has(code)) throw new Error(`Rule ${code} is defined twice.`);
  registry.set(code, made);
  return made;
}

/** All rules, by code. */
export const allRules = (): readonly Rule[] =>
  [...registry.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
export const ruleByCode = (code: string): Rule | undefined => registry.get(code);

/** A change of text; offsets of the text that was checked. An empty range inserts. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A way to repair a problem. */
export interface Fix {
  readonly title: Text;
  readonly edits: readonly Edit[];
  /** Safe to apply without looking: the meaning stays, or becomes what was obviously meant. */
  readonly safe?: boolean;
}

/** A second place that belongs to a problem. Offsets of the checked text. */
export interface Related {
  readonly start: number;
  readonly end: number;
  readonly message: Text;
}

/** Where an item stands when its fixes are worked out: it may have moved since it was checked. */
export interface Place {
  readonly tree: Tree;
  readonly base: number;
}

/** A finding. Offsets are relative to the item for local problems, and absolute once collected. */
export interface Problem {
  readonly rule: Rule;
  readonly start: number;
  readonly end: number;
  readonly message: Text;
  /** Where it differs from the rule's. */
  readonly severity?: Severity;
  readonly related?: readonly Related[];
  /**
   * Fixes with offsets like the problem's; a function where they are costly to work out. For a local problem it is told
   * where the item stands, so that it may also edit other items.
   */
  readonly fixes?: readonly Fix[] | ((place: Place) => readonly Fix[]);
}

export interface CheckOptions {
  /** Release whose behaviour counts. */
  readonly target: Release;
}

/** Collects problems. */
export class Report {
  readonly problems: Problem[] = [];

  add(
    rule: Rule,
    start: number,
    end: number,
    message: Text,
    more: Pick<Problem, "severity" | "related" | "fixes"> = {},
  ): void {
    this.problems.push({ rule, start, end, message, ...more });
  }
}

/** Replacement of a range. */
export const replace = (start: number, end: number, text: string): Edit => ({ start, end, text });

/** Quotes a word of the configuration in a message, cut where it is very long. */
export function quote(word: string): string {
  const shown = word.length > 60 ? `${word.slice(0, 57)}…` : word;
  return `“${shown}”`;
}

/** Joins alternatives: `a, b or c`. */
export function either(words: readonly string[]): Text {
  if (words.length < 2) return t(words[0] ?? "", words[0] ?? "");
  const head = words.slice(0, -1);
  const last = words[words.length - 1];
  return t(`${head.join(", ")} or ${last}`, `${head.join("、")} 或 ${last}`);
}

/**
 * The candidate closest to a word, for "did you mean". At most a third of the letters may differ (a swap of neighbours
 * counts once).
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  // A number or an address is no slip of a word.
  if (!/[a-z]/i.test(word)) return undefined;
  const most = Math.max(1, Math.min(3, Math.floor(word.length / 3)));
  let bestDistance = most + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance || candidate === word) continue;
    const distance = editDistance(word, candidate, bestDistance);
    // Three slips, one of them at the beginning, make another word.
    if (distance >= 3 && word[0].toLowerCase() !== candidate[0].toLowerCase()) continue;
    if (distance < bestDistance) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best ?? (word.length > FEW_LETTERS ? longerOrShorter(word.toLowerCase(), candidates) : undefined);
}

/** So many letters are the beginning of too many words. */
const FEW_LETTERS = 5;

/** The candidate that a word begins, or that begins the word: `virtual_ip` for virtual_ipaddress. */
function longerOrShorter(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    const related = word.startsWith(other)
      ? other.length > FEW_LETTERS
      : other.startsWith(word) && other.length < 2 * word.length;
    if (related && (best === undefined || candidate.length < best.length)) best = candidate;
  }
  return best;
}

/** Optimal string alignment distance, case differences counting nothing but never zero overall; stops at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  // Most words are too different to be compared letter by letter, and there may be a hundred thousand of them.
  if (Math.abs(a.length - b.length) > limit) return Math.abs(a.length - b.length);
  const others = bits(lettersOf(a) & ~lettersOf(b));
  if (others > limit) return others;
  const x = a.toLowerCase();
  const y = b.toLowerCase();
  if (x === y) return 0.5;
  const width = y.length + 1;
  if (rows.length < 3 * width) rows = new Uint16Array(6 * width);
  let before = 0;
  let previous = width;
  let row = 2 * width;
  for (let j = 0; j < width; j++) rows[previous + j] = j;
  for (let i = 1; i <= x.length; i++) {
    rows[row] = i;
    let least = i;
    const c = x.charCodeAt(i - 1);
    for (let j = 1; j < width; j++) {
      const d = y.charCodeAt(j - 1);
      let cost = Math.min(
        rows[previous + j] + 1,
        rows[row + j - 1] + 1,
        rows[previous + j - 1] + (c === d ? 0 : 1),
      );
      if (i > 1 && j > 1 && c === y.charCodeAt(j - 2) && x.charCodeAt(i - 2) === d)
        cost = Math.min(cost, rows[before + j - 2] + 1);
      rows[row + j] = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return least;
    [before, previous, row] = [previous, row, before];
  }
  return rows[previous + y.length];
}
let rows = new Uint16Array(192);

/** The set of letters of a word, upper and lower case being one, as bits. */
function lettersOf(word: string): number {
  let set = 0;
  for (let i = 0; i < word.length; i++) set |= 1 << (word.charCodeAt(i) & 31);
  return set;
}

function bits(set: number): number {
  let n = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) n++;
  return n;
}
