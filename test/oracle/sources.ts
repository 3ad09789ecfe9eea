/** The configurations to compare: the project's own, generated ones, and a folder of published ones where it exists. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { decode } from "../../server/src/host/disk";
import { ruleCases } from "../unit/support/rule-cases";
import { OPERATORS, spoil } from "./faults";
import { Dice, print, writeConfiguration } from "./generate";
import type { Files } from "./pool";

export type Source = "rules" | "pages" | "facts" | "samples" | "generated" | "corpus" | "mutants";

/** A configuration with one deliberate fault, and the one that it was made from. */
export interface Seed {
  readonly base: Files;
  readonly operator: string;
  readonly what: string;
  /** Lines of the fault, in the order of likelihood; none when the change is no fault. */
  readonly lines: readonly number[];
}

export interface Case {
  readonly id: string;
  readonly source: Source;
  readonly files: Files;
  readonly seed?: Seed;
  /** First release that knows all of its keywords. */
  readonly since?: string;
}

const MAIN = "keepalived.conf";

/** Cases of rules, examples of their pages, keepalived's own checks, golden files and samples. */
export function ownCases(): Case[] {
  return [...rules(), ...pages(), ...facts(), ...samples()];
}

function rules(): Case[] {
  return ruleCases().map((c) => ({
    id: `test/rules/${c.code}.txt: ${c.kind} ${c.title}`,
    source: "rules",
    files: c.files,
  }));
}

/** The examples of the pages in both languages; the same text counts once. */
function pages(): Case[] {
  const cases: Case[] = [];
  const seen = new Set<string>();
  for (const folder of ["docs/rules", "docs/rules/zh-cn"]) {
    for (const name of list(folder, ".md")) {
      const page = readFileSync(join(folder, name), "utf8");
      page
        .split(/^## /m)
        .slice(1)
        .forEach((section) => {
          const files: Record<string, string> = {};
          for (const m of section.matchAll(/^```keepalived([^\n]*)\n([\s\S]*?)^```$/gm)) {
            const words = m[1].trim().split(/\s+/);
            files[words.find((w) => w !== "" && !w.startsWith("target=")) ?? MAIN] = m[2];
          }
          const key = JSON.stringify(files);
          if (Object.keys(files).length === 0 || seen.has(key)) return;
          seen.add(key);
          cases.push({ id: `${folder}/${name}: ${section.split("\n")[0]}`, source: "pages", files });
        });
    }
  }
  return cases;
}

interface FactRow {
  readonly id: string;
  readonly config: string;
  readonly files?: Readonly<Record<string, string>>;
}

function facts(): Case[] {
  const rows = JSON.parse(readFileSync("test/data/keepalived-checks.json", "utf8")) as FactRow[];
  return rows.map((r) => ({
    id: `test/data/keepalived-checks.json: ${r.id}`,
    source: "facts",
    files: { [MAIN]: r.config, ...r.files },
  }));
}

function samples(): Case[] {
  return ["samples", "test/golden"].flatMap((folder) =>
    list(folder, ".conf").map((name): Case => {
      const id = join(folder, name);
      return { id, source: "samples", files: { [MAIN]: readFileSync(id, "utf8") } };
    }),
  );
}

function list(folder: string, suffix: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(suffix) && !(suffix === ".md" && name.includes("/")))
    .sort();
}

// ---------------------------------------------------------------------------------------------- generated

/** Faulty variants of each generated configuration. */
const VARIANTS = 3;

/** `count` configurations for a release: one in four without fault, the others with one. Same seed, same configurations. */
export function generatedCases(release: string, count: number, seed: number): Case[] {
  const operators = Object.keys(OPERATORS);
  const family = fc.gen().map((draw): Case[] => {
    const dice = new Dice(draw);
    const layout = dice.below(105);
    const items = writeConfiguration(dice, release);
    const base: Files = { [MAIN]: print(items, layout).text };
    const cases: Case[] = [{ id: "", source: "generated", files: base, since: release }];
    for (let tries = 0; cases.length <= VARIANTS && tries < 12; tries++) {
      const fault = spoil(items, dice.of(operators), dice, layout);
      if (!fault || fault.text === base[MAIN]) continue;
      const { operator, what, lines } = fault;
      cases.push({
        id: "",
        source: "generated",
        files: { [MAIN]: fault.text },
        seed: { base, operator, what, lines },
        since: release,
      });
    }
    return cases;
  });
  return fc.sample(family, { seed, numRuns: Math.ceil(count / (VARIANTS + 1)) }).flatMap((cases, n) =>
    cases.map((c, i) => ({
      ...c,
      id: `generated/${seed}/${release}/${n}${i > 0 ? `: ${c.seed?.operator}: ${c.seed?.what}` : ""}`,
    })),
  );
}

// ---------------------------------------------------------------------------------------------- corpus

/** The folder of published configurations, unless another one is named. */
export const CORPUS = process.env.KEEPALIVED_CORPUS ?? "../shared/corpus";

/** Published configurations, as files `*.conf` in a folder or in its subfolder `real`. */
export function corpusCases(folder: string): Case[] {
  const real = existsSync(join(folder, "real")) ? join(folder, "real") : folder;
  return list(real, ".conf").map((name) => ({
    id: `corpus/${name}`,
    source: "corpus",
    files: { [MAIN]: decode(readFileSync(join(real, name))) },
  }));
}

interface Edit {
  readonly line: number;
  readonly col?: number;
  readonly len?: number;
  readonly new?: string;
  readonly insert?: string;
  readonly delete?: boolean;
}

/** The same with one seeded mistake each, as edits in a file `mutants.jsonl`. */
export function mutantCases(folder: string): Case[] {
  const path = join(folder, "mutants.jsonl");
  if (!existsSync(path)) return [];
  const bases = new Map<string, Files>();
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Case => {
      const m = JSON.parse(line) as {
        id: number;
        base: string;
        op: string;
        desc: string;
        edits: Edit[];
        seed: number[];
      };
      const base = bases.get(m.base) ?? { [MAIN]: decode(readFileSync(join(folder, "real", m.base))) };
      bases.set(m.base, base);
      return {
        id: `corpus/mutants ${m.id}`,
        source: "mutants",
        files: { [MAIN]: applyEdits(base[MAIN], m.edits) },
        seed: { base, operator: m.op, what: m.desc, lines: m.seed },
      };
    });
}

/** Lines are numbered in the base, from 1; columns from 0. */
function applyEdits(text: string, edits: readonly Edit[]): string {
  const lines = text.split("\n");
  const out: string[] = [];
  const at = (line: number) => edits.filter((e) => e.line === line);
  for (let n = 1; n <= lines.length + 1; n++) {
    const here = at(n);
    for (const e of here) if (e.insert !== undefined) out.push(e.insert);
    if (n > lines.length || here.some((e) => e.delete)) continue;
    let line = lines[n - 1];
    const changes = here.filter((e) => e.new !== undefined).sort((a, b) => (b.col ?? 0) - (a.col ?? 0));
    for (const e of changes) line = line.slice(0, e.col) + e.new + line.slice((e.col ?? 0) + (e.len ?? 0));
    out.push(line);
  }
  return out.join("\n");
}
