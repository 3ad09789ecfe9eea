/** From comparisons to figures, and the table with its aims. */

import type { Said } from "../../server/src/program/match";
import type { Comparison } from "./compare";
import { type Exclusion, excludedFinding, excludedMessage, excludedSeed } from "./exclusions";
import type { Case } from "./sources";

/** A configuration, what was found out about it, and what about the one without its fault. */
export interface Outcome {
  readonly case: Case;
  readonly comparison: Comparison;
  readonly base: Comparison | undefined;
}

export interface Figure {
  /** What counts against it. */
  readonly kind: Failure["kind"];
  readonly title: string;
  readonly aim: string;
  readonly value: string;
  readonly of: number;
  readonly reached: boolean;
}

export interface Failure {
  readonly kind: "false error" | "missed message" | "missed fault" | "silent fault" | "cascade";
  readonly release: string;
  readonly id: string;
  readonly line: number | undefined;
  readonly text: string;
  readonly context: string;
}

const strong = (o: Said): boolean => o.severity === "error" || o.severity === "warning";

/** Findings and messages that the fault brought, compared without their lines: those move. */
function added<T>(after: readonly T[], before: readonly T[], key: (x: T) => string): T[] {
  const counts = new Map<string, number>();
  for (const x of before) counts.set(key(x), (counts.get(key(x)) ?? 0) + 1);
  return after.filter((x) => {
    const n = counts.get(key(x)) ?? 0;
    counts.set(key(x), n - 1);
    return n <= 0;
  });
}

interface SeedResult {
  readonly reported: boolean;
  readonly found: boolean;
  /** Errors and warnings that the fault brought. */
  readonly brought: readonly Said[];
}

/** What became of a seeded fault; undefined for configurations without one. */
function seedResult({ case: c, comparison: x, base }: Outcome): SeedResult | undefined {
  const { seed } = c;
  if (!seed || !base || seed.lines.length === 0 || excludedSeed(x)) return undefined;
  const text = (y: Comparison) => y.messages.filter((m) => m.subject === "text");
  const key = (m: { text: string }) => m.text.replace(/\[[^\]]*\]/g, "[]").replace(/\d[\w.:]*/g, "N");
  const reported =
    added(text(x), text(base), key).length > 0 || (x.run.signal !== null && base.run.signal === null);
  const name = (o: Said) => `${o.code} ${o.message}`;
  const brought = added(x.ours.filter(strong), base.ours.filter(strong), name);
  const shown = (o: Said) => o.severity !== "hint";
  // Where several read alike, any of them may be the new one.
  const names = new Set(added(x.ours.filter(shown), base.ours.filter(shown), name).map(name));
  const own = x.ours.filter((o) => shown(o) && names.has(name(o)));
  const at = (o: Said) =>
    seed.lines.some((n) => (o.line <= n && n <= o.endLine) || o.related.some((r) => r.line === n));
  return { reported, found: own.some(at), brought };
}

/** The figures of one release, over all configurations. */
export function measure(outcomes: readonly Outcome[]): Figure[] {
  let falseErrors = 0;
  let accepted = 0;
  let unconfirmed = 0;
  let errors = 0;
  const line = { found: 0, all: 0 };
  const noLine = { found: 0, all: 0 };
  const reported = { found: 0, all: 0 };
  const silent = { found: 0, all: 0 };
  let brought = 0;
  let faults = 0;
  for (const o of outcomes) {
    const { comparison: x, case: c } = o;
    if (x.accepted) accepted++;
    for (const [finding, judgement] of x.judgements) {
      if (excludedFinding(c.id, finding, x)) continue;
      errors++;
      if (judgement !== "false") continue;
      if (x.accepted) falseErrors++;
      else unconfirmed++;
    }
    for (const [m, match] of x.matches) {
      if (match === "follows" || excludedMessage(c.id, m, x)) continue;
      const count = m.line === undefined ? noLine : line;
      count.all++;
      if (match === "found") count.found++;
    }
    const seed = seedResult(o);
    if (!seed) continue;
    const count = seed.reported ? reported : silent;
    count.all++;
    if (seed.found) count.found++;
    if (seed.reported && seed.brought.length > 0) {
      faults++;
      brought += seed.brought.length;
    }
  }
  const share = (
    kind: Figure["kind"],
    title: string,
    { found, all }: { found: number; all: number },
    aim: number,
  ): Figure => ({
    kind,
    title,
    aim: `≥ ${aim} %`,
    value: all === 0 ? "–" : `${(Math.floor((found / all) * 10_000) / 100).toFixed(2)} %`,
    of: all,
    reached: all === 0 || found / all >= aim / 100,
  });
  const average = faults === 0 ? 1 : brought / faults;
  return [
    {
      kind: "false error",
      title: "errors of ours in configurations that keepalived accepts",
      aim: "0",
      value: String(falseErrors),
      of: accepted,
      reached: falseErrors === 0,
    },
    {
      kind: "false error",
      title: "errors of ours elsewhere that keepalived does not confirm",
      aim: "≤ 0.5 %",
      value: errors === 0 ? "–" : `${((unconfirmed / errors) * 100).toFixed(2)} %`,
      of: errors,
      reached: errors === 0 || unconfirmed / errors <= 0.005,
    },
    share("missed message", "messages with a line: found on that line", line, 99),
    share("missed message", "messages without a line: found", noLine, 98),
    share("missed fault", "seeded faults that keepalived reports: found on the line", reported, 99),
    share("silent fault", "seeded faults that keepalived is silent about: found", silent, 50),
    {
      kind: "cascade",
      title: "errors and warnings for one such fault",
      aim: "≤ 1.1",
      value: average.toFixed(3),
      of: faults,
      reached: average <= 1.1,
    },
  ];
}

export function table(release: string, outcomes: readonly Outcome[], figures: readonly Figure[]): string {
  const sources = new Map<string, number>();
  let follows = 0;
  const excluded = new Map<Exclusion, number>();
  for (const { case: c, comparison: x } of outcomes) {
    sources.set(c.source, (sources.get(c.source) ?? 0) + 1);
    const count = (e: Exclusion | undefined) => e && excluded.set(e, (excluded.get(e) ?? 0) + 1);
    for (const [m, match] of x.matches) {
      if (match === "follows") follows++;
      else if (match === "missed") count(excludedMessage(c.id, m, x));
    }
    for (const [f, judgement] of x.judgements) if (judgement === "false") count(excludedFinding(c.id, f, x));
  }
  const from = [...sources].map(([source, n]) => `${n} ${source}`).join(", ");
  return [
    `keepalived ${release}: ${outcomes.length} configurations (${from})`,
    "| | aim | figure | of |",
    "| --- | --- | --- | --- |",
    ...figures.map((f) => `| ${f.reached ? "" : "✖ "}${f.title} | ${f.aim} | ${f.value} | ${f.of} |`),
    `${follows} messages follow from a fault that was found, and are not repeated.`,
    ...[...excluded].map(([e, n]) => `Left out ${n} times: ${e.reason}`),
  ].join("\n");
}

/** Each disagreement. */
export function failures(outcomes: readonly Outcome[]): Failure[] {
  const all: Failure[] = [];
  for (const o of outcomes) {
    const { case: c, comparison: x } = o;
    const ours = x.ours.map((f) => `${f.line}:${f.code}:${f.severity[0]}`).join(" ");
    const theirs = x.messages
      .filter((m) => m.subject !== "chatter")
      .map((m) => `${m.line ?? "-"}:${m.text}`)
      .join(" / ");
    const add = (kind: Failure["kind"], line: number | undefined, text: string, context: string) =>
      all.push({ kind, release: x.release, id: c.id, line, text, context });
    for (const [f, judgement] of x.judgements)
      if (judgement === "false" && !excludedFinding(c.id, f, x))
        add("false error", f.line, `${x.accepted ? "" : "(not accepted) "}${f.code}: ${f.message}`, theirs);
    for (const [m, match] of x.matches)
      if (match === "missed" && !excludedMessage(c.id, m, x)) add("missed message", m.line, m.text, ours);
    const seed = seedResult(o);
    if (!seed) continue;
    const fault = `${c.seed?.operator}: ${c.seed?.what} [lines ${c.seed?.lines.join(", ")}]`;
    if (!seed.found)
      add(seed.reported ? "missed fault" : "silent fault", c.seed?.lines[0], fault, `${ours} || ${theirs}`);
    if (seed.reported && seed.brought.length > 1)
      add("cascade", c.seed?.lines[0], fault, seed.brought.map((b) => `${b.line}:${b.code}`).join(" "));
  }
  return all;
}

export const details = (list: readonly Failure[]): string =>
  list
    .map((f) => `${f.kind} ${f.release} ${f.id} | ${f.line ?? "-"} ${f.text} | ${f.context.slice(0, 400)}`)
    .join("\n");
