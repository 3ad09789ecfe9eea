/**
 * Semantic tokens: what the grammar of the editor cannot know. The tokens of an item are worked out once, as long as the
 * item lives, with positions relative to it; so an edit costs what it touches.
 */
import type { Context, Keyword } from "../language";
import { parseAddress } from "../language/address";
import type { Arg, NameKind } from "../language/schema";
import { parsePrefixed, parseRange } from "../model/build";
import type { Item } from "../syntax/parser";
import { Kind, OPAQUE } from "../syntax/records";
import type { Node, Tree } from "../syntax/tree";
import type { Source } from "../text/pieces";
import { finish, type Steps } from "../text/steps";
import { entryMeanings, statementMeanings, type WordMeaning } from "./arguments";

/** Names of the language server protocol; a token's type is the position here. */
export const TOKEN_TYPES = [
  "keyword",
  "property",
  "class",
  "namespace",
  "function",
  "variable",
  "interface",
  "parameter",
  "enumMember",
  "number",
  "string",
  "regexp",
  "macro",
  "decorator",
] as const;
export const TOKEN_MODIFIERS = ["declaration", "readonly", "deprecated"] as const;

type TokenType = (typeof TOKEN_TYPES)[number];
const TYPE: Readonly<Record<TokenType, number>> = Object.fromEntries(
  TOKEN_TYPES.map((name, i) => [name, i]),
) as Record<TokenType, number>;
const DECLARATION = 1;
const READONLY = 2;
const DEPRECATED = 4;

/** Line and column relative to the item, length, type, modifiers. */
const STEP = 5;

interface ItemTokens {
  readonly data: Int32Array;
  /** Line ends in the item, as editors count them. */
  readonly lines: number;
}

/** What a later difference is reckoned from. */
export type TokenState = readonly Item[];

export interface TokenEdit {
  /** Position and length in the encoded numbers. */
  readonly start: number;
  readonly deleteCount: number;
  readonly data: number[];
}

/** All tokens, encoded as the protocol wants: five numbers each, positions relative to the token before. */
export const encodeTokens = (tree: Tree): number[] => finish(tokenSteps(tree));

/** The same in steps. */
export function* tokenSteps(tree: Tree): Steps<number[]> {
  const out = new Encoder();
  for (let i = 0; i < tree.items.length; i++) {
    out.add(tokensOf(tree, i));
    yield;
  }
  return out.data;
}

/** Tokens of the lines from `start` to `end`; `startLine` is the line of the first item there. */
export function encodeRange(
  tree: Tree,
  start: number,
  end: number,
  lineAt: (offset: number) => number,
): number[] {
  const out = new Encoder();
  const first = tree.itemIndexAt(start);
  if (first < 0) return out.data;
  out.line = lineAt(tree.starts[first]);
  const from = lineAt(start);
  const to = lineAt(end);
  for (let i = first; i < tree.items.length && tree.starts[i] <= end; i++)
    out.add(tokensOf(tree, i), from, to);
  return out.data;
}

/** What to change in the tokens of an earlier state. Only items that differ are looked at. */
export function encodeDifference(before: TokenState, tree: Tree): TokenEdit[] {
  const { items } = tree;
  const most = Math.min(before.length, items.length);
  let first = 0;
  let start = 0;
  const out = new Encoder();
  while (first < most && before[first] === items[first]) {
    const tokens = tokensOf(tree, first++);
    start += tokens.data.length;
    out.skip(tokens);
  }
  let tail = 0;
  while (tail < most - first && before[before.length - 1 - tail] === items[items.length - 1 - tail]) tail++;
  if (first === before.length && first === items.length) return [];
  let deleteCount = 0;
  // The tokens of old items are known: they were encoded.
  for (let i = first; i < before.length - tail; i++) deleteCount += known.get(before[i])?.data.length ?? 0;
  for (let i = first; i < items.length - tail; i++) out.add(tokensOf(tree, i));
  // The first token after the change is placed relative to the last one in it.
  for (let i = items.length - tail; i < items.length; i++) {
    const tokens = tokensOf(tree, i);
    if (tokens.data.length > 0) {
      deleteCount += STEP;
      out.add({ data: tokens.data.subarray(0, STEP), lines: 0 });
      break;
    }
    out.line += tokens.lines;
  }
  return deleteCount === 0 && out.data.length === 0 ? [] : [{ start, deleteCount, data: out.data }];
}

class Encoder {
  readonly data: number[] = [];
  /** Line of the next item. */
  line = 0;
  private lastLine = 0;
  private lastColumn = 0;

  /** Adds the tokens of an item that lie on lines `from` to `to`. */
  add({ data, lines }: ItemTokens, from = 0, to = Number.MAX_SAFE_INTEGER): void {
    for (let i = 0; i < data.length; i += STEP) {
      const line = this.line + data[i];
      if (line < from || line > to) continue;
      const column = data[i + 1];
      this.data.push(
        line - this.lastLine,
        line === this.lastLine ? column - this.lastColumn : column,
        data[i + 2],
        data[i + 3],
        data[i + 4],
      );
      this.lastLine = line;
      this.lastColumn = column;
    }
    this.line += lines;
  }

  /** Goes on after an item that is not encoded itself. */
  skip({ data, lines }: ItemTokens): void {
    if (data.length > 0) {
      this.lastLine = this.line + data[data.length - STEP];
      this.lastColumn = data[data.length - STEP + 1];
    }
    this.line += lines;
  }
}

// ---------------------------------------------------------------------------------------------- tokens of an item

const known = new WeakMap<Item, ItemTokens>();

function tokensOf(tree: Tree, index: number): ItemTokens {
  const item = tree.items[index];
  let tokens = known.get(item);
  if (!tokens) {
    tokens = new Collector(tree, index).run();
    known.set(item, tokens);
  }
  return tokens;
}

const NAME_TYPES: Readonly<Record<NameKind, TokenType>> = {
  vrrp_instance: "class",
  vrrp_sync_group: "namespace",
  track_group: "namespace",
  virtual_server_group: "namespace",
  vrrp_script: "function",
  vrrp_track_process: "function",
  track_file: "variable",
  bfd_instance: "interface",
};

const USE = /\$(?:\{[A-Za-z_]\w*[^}\n]*\}|[A-Za-z_]\w*)/g;

class Collector {
  private readonly out: number[] = [];
  private readonly text: Source;
  private readonly base: number;
  private line = 0;
  private lineStart: number;
  private nextEnd: number;

  constructor(
    private readonly tree: Tree,
    private readonly index: number,
  ) {
    this.text = tree.text;
    this.base = tree.starts[index];
    this.lineStart = this.base;
    this.nextEnd = this.lineEnd(this.base);
  }

  run(): ItemTokens {
    const { root } = this.tree;
    for (const node of this.tree.itemNodes(this.index)) this.node(node, root);
    this.moveTo(this.tree.starts[this.index + 1]);
    return { data: Int32Array.from(this.out), lines: this.line };
  }

  // -------------------------------------------------------------------------------------------- positions

  /** Offset after the next line end of the item; a lone CR ends a line for editors. */
  private lineEnd(from: number): number {
    const { text } = this;
    const limit = this.tree.starts[this.index + 1];
    for (let p = from; p < limit; p++) {
      const c = text.charCodeAt(p);
      if (c === 10) return p + 1;
      if (c === 13) return text.charCodeAt(p + 1) === 10 ? p + 2 : p + 1;
    }
    return Number.MAX_SAFE_INTEGER;
  }

  private moveTo(offset: number): void {
    while (this.nextEnd <= offset) {
      this.line++;
      this.lineStart = this.nextEnd;
      this.nextEnd = this.lineEnd(this.lineStart);
    }
  }

  private add(start: number, end: number, type: TokenType, modifiers = 0): void {
    // A lone CR is a blank for keepalived, and ends a line for editors: a pattern that holds one is shown in pieces.
    for (let from = start; from < end; ) {
      this.moveTo(from);
      const next = Math.min(end, this.nextEnd);
      let to = next;
      while (to > from && (this.text.charCodeAt(to - 1) === 13 || this.text.charCodeAt(to - 1) === 10)) to--;
      if (to > from) this.out.push(this.line, from - this.lineStart, to - from, TYPE[type], modifiers);
      from = next;
    }
  }

  /** Adds a stretch of which uses of definitions are shown as such; `type` is that of the rest. */
  private withUses(start: number, end: number, type: TokenType | undefined, modifiers = 0): void {
    const part = this.text.slice(start, end);
    if (part.includes(OPAQUE)) return;
    let at = 0;
    if (part.includes("$")) {
      for (const m of part.matchAll(USE)) {
        if (type && m.index > at) this.add(start + at, start + m.index, type, modifiers);
        at = m.index + m[0].length;
        this.add(start + m.index, start + at, "macro");
      }
    }
    if (type) this.add(start + at, end, type, modifiers);
  }

  // -------------------------------------------------------------------------------------------- nodes

  private node(node: Node, context: Context | undefined): void {
    if (node.kind === Kind.Comment) return;
    const condition = node.conditionRange;
    if (condition) this.add(condition.start, condition.end, "decorator");
    switch (node.kind) {
      case Kind.Definition:
        this.add(node.wordStart(0), node.wordEnd(0), "macro", DECLARATION);
        for (let w = 1; w < node.wordCount; w++) {
          const value = node.rawWord(w);
          this.withUses(
            node.wordStart(w),
            node.wordEnd(w),
            node.wordCount === 2 ? plainType(value) : undefined,
          );
        }
        return;
      case Kind.Generator:
        this.generator(node, context);
        return;
      case Kind.Include:
        this.add(node.wordStart(0), node.wordEnd(0), "keyword");
        if (node.wordCount > 1) this.withUses(node.wordStart(1), node.wordEnd(1), "string");
        return;
      case Kind.Statement:
        if (node.keyword && node.wordCount > 0) this.statement(node, node.keyword, 0);
        else this.uses(node, 0);
        break;
      case Kind.Entry:
        this.entry(node, context ?? this.tree.root, 0);
        break;
    }
    if (node.hasBody) for (const child of node.children) this.node(child, node.context);
  }

  /** Of a line that is not understood only the uses of definitions. */
  private uses(node: Node, from: number): void {
    for (let w = from; w < node.wordCount; w++) this.withUses(node.wordStart(w), node.wordEnd(w), undefined);
  }

  private statement(node: Node, keyword: Keyword, at: number): void {
    const { spec } = keyword;
    this.add(
      node.wordStart(at),
      node.wordEnd(at),
      spec.kind === "leaf" ? "property" : "keyword",
      spec.deprecated ? DEPRECATED : 0,
    );
    if (spec.scriptQuoting) {
      // Command and user: quotes may go over words.
      if (node.wordCount > at + 1) this.withUses(node.wordStart(at + 1), node.wordEnd(at + 1), "string");
      for (let w = at + 2; w < node.wordCount; w++)
        this.withUses(node.wordStart(w), node.wordEnd(w), "string");
      return;
    }
    const words = wordsFrom(node, at + 1);
    const meanings = statementMeanings(keyword, words);
    for (let w = 0; w < words.length; w++) {
      const n = at + 1 + w;
      if (w === 0 && spec.declares)
        this.withUses(node.wordStart(n), node.wordEnd(n), NAME_TYPES[spec.declares], DECLARATION);
      else this.word(node, n, words[w], meanings[w]);
    }
  }

  private entry(node: Node, context: Context, at: number): void {
    if (!context.entry) {
      this.uses(node, at);
      return;
    }
    const words = wordsFrom(node, at);
    const meanings = entryMeanings(context.entry, words);
    for (let w = 0; w < words.length; w++) this.word(node, at + w, words[w], meanings[w]);
  }

  private word(node: Node, n: number, word: string, meaning: WordMeaning | undefined): void {
    const start = node.wordStart(n);
    const end = node.wordEnd(n);
    if (!meaning) this.withUses(start, end, undefined);
    else if (!meaning.arg)
      this.withUses(start, end, "parameter", meaning.option?.deprecated ? DEPRECATED : 0);
    else {
      const type = argType(meaning.arg, word);
      this.withUses(start, end, type, type === "variable" ? READONLY : 0);
    }
  }

  /** `~SEQ(i, 1, 5) text`: the text is a line of the block around. */
  private generator(node: Node, context: Context | undefined): void {
    const start = node.wordStart(0);
    const head = node.rawWord(0);
    const open = head.indexOf("(");
    this.add(start, start + (open < 0 ? head.length : open), "keyword");
    const names = /^\(\s*(?:\{[^}]*\}|[^,]*)/.exec(head.slice(Math.max(0, open)))?.[0].length ?? 0;
    for (const m of head.matchAll(/[^\s(),{}]+/g)) {
      if (m.index < open || open < 0) continue;
      const at = start + m.index;
      if (m.index < open + names) this.add(at, at + m[0].length, "macro", DECLARATION);
      else this.withUses(at, at + m[0].length, plainType(m[0]));
    }
    if (node.wordCount < 2) return;
    const keyword = context?.entry ? undefined : context?.get(node.word(1));
    if (keyword) this.statement(node, keyword, 1);
    else if (context?.entry) this.entry(node, context, 1);
    else this.uses(node, 1);
  }
}

function wordsFrom(node: Node, from: number): string[] {
  const words: string[] = [];
  for (let w = from; w < node.wordCount; w++) words.push(node.word(w));
  return words;
}

/** The type of a value by its looks; undefined for plain text. */
function plainType(value: string): TokenType | undefined {
  if (/^[-+]?(\d+(\.\d+)?|0x[0-9A-Fa-f]+)$/.test(value)) return "number";
  if (parsePrefixed(value) || (/^[\d.:A-Fa-f]+[-/]/.test(value) && parseRange(value))) return "number";
  return value.startsWith('"') ? "string" : undefined;
}

/** The type of a value by the argument that it is. */
function argType(arg: Arg, word: string): TokenType {
  if (arg.refTo) return NAME_TYPES[arg.refTo];
  switch (arg.type) {
    case "bool":
    case "enum":
      return "enumMember";
    case "enum-or-uint":
    case "uint-or-forever":
      return /^\d/.test(word) ? "number" : "enumMember";
    case "interface":
      return "variable";
    case "regex":
      return "regexp";
    case "script":
    case "path":
    case "dir":
    case "email":
    case "hostname":
    case "dns-name":
    case "url-path":
    case "user":
    case "group":
    case "string":
    case "name":
    case "hmac-key":
      return "string";
    case "vs-target":
      return parseAddress(word) ? "number" : "parameter";
    default:
      return /^[-+\d.:$]|^[0-9A-Fa-f]+:/.test(word) ? "number" : "enumMember";
  }
}
