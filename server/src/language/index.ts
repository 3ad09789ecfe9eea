/**
 * Look-up of keywords by context. A context is the inside of a block; the root level is one too.
 * Built once from `data/`; every keyword gets a number, so that a syntax tree can refer to it in an integer.
 */
import { RELEASES, ROOT } from "./data";
import type { EntryGrammar, KeywordSpec, NameKind } from "./schema";

/** A keyword in its place. */
export interface Keyword {
  /** Position in {@link KEYWORDS}. */
  readonly index: number;
  /** Enclosing blocks and name joined with `/`, for example `vrrp_instance/track_script`. */
  readonly id: string;
  readonly name: string;
  readonly spec: KeywordSpec;
  /** The context in which the keyword stands. */
  readonly parent: Context;
  /** The inside of the block; undefined for a leaf. */
  readonly context: Context | undefined;
  /** A root-level block whose name means nothing inside other blocks: a safe point to resume after a lost brace. */
  readonly rootOnly: boolean;
}

/** The inside of a block (or of the file): which keywords, or which entries, may stand there. */
export class Context {
  readonly keywords: Keyword[] = [];
  /** A hash table of keyword numbers plus one, filled at the first look-up: at the start it would be compiled for. */
  private table: Int16Array | undefined;

  constructor(
    /** Path of the block, `''` for the root level. */
    readonly id: string,
    /** For list blocks: what an entry looks like. */
    readonly entry: EntryGrammar | undefined,
  ) {}

  private filled(): Int16Array {
    let size = 8;
    while (size < this.keywords.length * 3) size *= 2;
    const table = new Int16Array(size);
    for (const keyword of this.keywords) {
      let slot = hashOf(keyword.name) & (size - 1);
      while (table[slot] !== 0) slot = (slot + 1) & (size - 1);
      table[slot] = keyword.index + 1;
    }
    return table;
  }

  /** The keyword spelt by `text[start, end)`, whose {@link hashStep} hash the caller has computed while scanning. */
  find(text: string, start: number, end: number, hash: number): Keyword | undefined {
    const length = end - start;
    this.table ??= this.filled();
    const { table } = this;
    const mask = table.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = table[slot];
      if (entry === 0) return undefined;
      const keyword = KEYWORDS[entry - 1];
      const name = keyword.name;
      if (name.length !== length) continue;
      let i = 0;
      while (i < length && name.charCodeAt(i) === text.charCodeAt(start + i)) i++;
      if (i === length) return keyword;
    }
  }

  get(name: string): Keyword | undefined {
    return this.find(name, 0, name.length, hashOf(name));
  }
}

/** One step of the hash used by {@link Context.find}; starts at 0. */
export const hashStep = (hash: number, code: number): number => (Math.imul(hash, 31) + code) | 0;

export function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = hashStep(hash, text.charCodeAt(i));
  return hash;
}

/** Every keyword of every context. */
export const KEYWORDS: Keyword[] = [];
const byId = new Map<string, Keyword>();
const contexts = new Map<string, Context>();

function build(id: string, specs: readonly KeywordSpec[], entry: EntryGrammar | undefined): Context {
  const context = new Context(id, entry);
  contexts.set(id, context);
  for (const spec of specs) {
    const keywordId = id === "" ? spec.name : `${id}/${spec.name}`;
    const keyword = {
      index: KEYWORDS.length,
      id: keywordId,
      name: spec.name,
      spec,
      parent: context,
      context: undefined as Context | undefined,
      rootOnly: false,
    };
    KEYWORDS.push(keyword);
    byId.set(keywordId, keyword);
    context.keywords.push(keyword);
    if (spec.kind !== "leaf") keyword.context = build(keywordId, spec.children ?? [], spec.entry);
  }
  return context;
}

/** The root level of a configuration file. */
export const ROOT_CONTEXT: Context = build("", ROOT, undefined);

const nestedNames = new Set(KEYWORDS.filter((k) => k.parent !== ROOT_CONTEXT).map((k) => k.name));
for (const keyword of ROOT_CONTEXT.keywords) {
  if (keyword.spec.kind !== "leaf" && !nestedNames.has(keyword.name)) {
    (keyword as { rootOnly: boolean }).rootOnly = true;
  }
}

/** Every place in which a name is a keyword. */
const byName = new Map<string, Keyword[]>();
for (const keyword of KEYWORDS) {
  const known = byName.get(keyword.name);
  if (known) known.push(keyword);
  else byName.set(keyword.name, [keyword]);
}

export const keywordById = (id: string): Keyword | undefined => byId.get(id);
export const keywordsNamed = (name: string): readonly Keyword[] => byName.get(name) ?? [];
export const contextById = (id: string): Context | undefined => contexts.get(id);

/** The newest release described here; what the target version `auto` means. */
export const NEWEST_RELEASE: string = RELEASES[RELEASES.length - 1];
export { RELEASES };

/** Compares releases numerically: negative, 0 or positive. Missing parts count as 0. */
export function compareReleases(a: string, b: string): number {
  const x = a.split(".");
  const y = b.split(".");
  for (let i = 0; i < 3; i++) {
    const d = (Number(x[i]) || 0) - (Number(y[i]) || 0);
    if (d !== 0) return d;
  }
  return 0;
}

/** The block keyword that declares names of a kind (`vrrp_track_file` is an older synonym of `track_file`). */
export const DECLARING_BLOCKS: Readonly<Record<NameKind, readonly string[]>> = (() => {
  const result: Partial<Record<NameKind, string[]>> = {};
  for (const k of KEYWORDS) if (k.spec.declares) (result[k.spec.declares] ??= []).push(k.name);
  return result as Record<NameKind, string[]>;
})();

/**
 * Words that include other files; the suffix says which problems are errors (r: read, m: match, w: wildcard, b: brace,
 * a: all). They are read before the keyword tables, in any context.
 */
export const INCLUDE_WORDS = ["include", "includer", "includem", "includew", "includeb", "includea"] as const;

/** Definitions that always exist. A parameter list is written inside the braces: `${_ENV NAME}`. */
export const PREDEFINED_DEFINITIONS = ["_PWD", "_INSTANCE", "_RANDOM", "_ENV", "_HASH", "_BANG"] as const;
