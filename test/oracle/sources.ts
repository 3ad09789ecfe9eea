/** The configurations to compare: the project's own, and the corpus where it exists. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "../../server/src/host/disk";
import { ruleCases } from "../unit/support/rule-cases";
import type { Files } from "./pool";

export type Source = "rules" | "pages" | "facts" | "samples" | "generated" | "corpus" | "mutants";

/** A configuration with one deliberate fault, and the one that it was made from. */
export interface Seed {
  readonly base: string;
  readonly operator: string;
  readonly what: string;
  /** Lines of the fault, in the order of likelihood. */
  readonly lines: readonly number[];
}

export interface Case {
  readonly id: string;
  readonly source: Source;
  readonly files: Files;
  readonly seed?: Seed;
  /** Without fault: only there so that its mutants can be compared with it. */
  readonly verdicts?: Readonly<Record<string, StoredVerdict>>;
}

/** What a release said when the corpus was collected. */
export interface StoredVerdict {
  readonly exit: number | null;
  readonly output: string;
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

// ---------------------------------------------------------------------------------------------- corpus

interface Stored {
  readonly exit: number | null;
  readonly signal?: string;
  readonly config?: readonly (StoredMessage | [number | null, string, string])[];
  readonly environmental?: readonly StoredMessage[];
}
interface StoredMessage {
  readonly line: number | null;
  readonly file?: string;
  readonly message: string;
}

const CORPUS = "../shared/corpus";
export const corpusExists = (): boolean => existsSync(join(CORPUS, "index.json"));

/** Published configurations, with what releases said of them. */
export function corpusCases(): Case[] {
  const index = JSON.parse(readFileSync(join(CORPUS, "index.json"), "utf8")) as {
    files: { file: string; oracle: Record<string, Stored> }[];
  };
  return index.files.map(({ file, oracle }) => ({
    id: `corpus/real/${file}`,
    source: "corpus",
    files: { [MAIN]: decode(readFileSync(join(CORPUS, "real", file))) },
    verdicts: Object.fromEntries(Object.entries(oracle).map(([release, o]) => [release, stored(o)])),
  }));
}

/** Stored messages, printed as the program would. */
function stored(o: Stored): StoredVerdict {
  const lines = [...(o.config ?? []), ...(o.environmental ?? [])].map((m) => {
    const [line, text] = Array.isArray(m) ? [m[0], m[2]] : [(m as StoredMessage).line, (m as StoredMessage).message];
    const file = Array.isArray(m) ? undefined : (m as StoredMessage).file;
    return line === null ? text : `(${file ? `${file}: ` : ""}Line ${line}) ${text}`;
  });
  return { exit: o.exit, output: lines.join("\n") };
}

interface Edit {
  readonly line: number;
  readonly col?: number;
  readonly len?: number;
  readonly new?: string;
  readonly insert?: string;
  readonly delete?: boolean;
}

/** Published configurations with one seeded mistake each; their bases are among {@link corpusCases}. */
export function mutantCases(): Case[] {
  const bases = new Map<string, string>();
  return readFileSync(join(CORPUS, "mutants.jsonl"), "utf8")
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
        oracle: Record<string, Stored | "=">;
      };
      const base = bases.get(m.base) ?? decode(readFileSync(join(CORPUS, "real", m.base)));
      bases.set(m.base, base);
      const verdicts: Record<string, StoredVerdict> = {};
      const releases = Object.keys(m.oracle);
      for (const release of releases) {
        const o = m.oracle[release];
        const same = releases.map((r) => m.oracle[r]).find((x) => x !== "=");
        verdicts[release] = stored(o === "=" ? (same as Stored) : o);
      }
      return {
        id: `corpus/mutants ${m.id}`,
        source: "mutants",
        files: { [MAIN]: applyEdits(base, m.edits) },
        seed: { base: `corpus/real/${m.base}`, operator: m.op, what: m.desc, lines: m.seed },
        verdicts,
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
