/** The lossless syntax tree of one text, and views on its nodes. */
import { type Context, KEYWORDS, type Keyword, ROOT_CONTEXT } from "../language";
import type { Steps } from "../text/steps";
import { DEFAULT_DIALECT, type Dialect, type Item, mostEffort, Parser } from "./parser";
import { CLOSE, END, FIRST_WORD, Flag, KEYWORD, KIND, Kind, NEXT, OPEN, START, WORDS } from "./records";

const parser = new Parser();

/** Items `[first, oldEnd)` of one tree stand where another one has `[first, end)`. */
export interface ItemChange {
  readonly first: number;
  readonly oldEnd: number;
  readonly end: number;
}

/** Characters that are parsed in one step; an item is never cut. */
const STRETCH = 1 << 15;

/** A text and its items. Concatenating {@link Tree.tokens} gives the text back, whatever it holds. */
export class Tree {
  /** Start offset of each item; one more entry for the end of the text. */
  readonly starts: Int32Array;
  /** How far each item and all before it looked; made when first needed. */
  private reached: Int32Array | undefined;

  private constructor(
    readonly text: string,
    readonly items: readonly Item[],
    readonly dialect: Dialect,
    readonly root: Context,
    /** The effort of all items. */
    private readonly effort: number,
  ) {
    this.starts = new Int32Array(items.length + 1);
    let at = 0;
    for (let i = 0; i < items.length; i++) {
      this.starts[i] = at;
      at += items[i].length;
    }
    this.starts[items.length] = at;
  }

  /** Parses a text. Never fails; time is linear in the length of the text. */
  static parse(text: string, dialect: Dialect = DEFAULT_DIALECT, root: Context = ROOT_CONTEXT): Tree {
    const items: Item[] = [];
    parser.parse(text, 0, (item) => void items.push(item), dialect, root);
    return new Tree(text, items, dialect, root, effortOf(items));
  }

  /** The same in steps, each of a stretch of items. */
  static *parseSteps(text: string, dialect: Dialect, root: Context): Steps<Tree> {
    const items: Item[] = [];
    let at = 0;
    let effort = 0;
    while (at < text.length) {
      const until = at + STRETCH;
      const take = (item: Item, start: number): boolean => {
        items.push(item);
        effort += item.effort;
        at = start + item.length;
        return at < until;
      };
      parser.parse(text, at, take, dialect, root, effort);
      yield;
    }
    return new Tree(text, items, dialect, root, effort);
  }

  /**
   * The tree of the text after replacing `[start, oldEnd)` by `newLength` characters. Items that the change cannot
   * concern are the same objects as before.
   */
  edit(text: string, start: number, oldEnd: number, newLength: number): Tree {
    const { items, starts } = this;
    let first = Math.max(0, this.itemIndexAt(start));
    while (first > 0 && starts[first] === start) first--;
    // Items that looked ahead into the changed stretch are read again; most of them see there what they saw before.
    let seen: Map<number, Item> | undefined;
    for (let i = this.firstReaching(start); i < first; i++) {
      const old = items[i];
      if (starts[i + 1] + old.reach <= start) continue;
      let now = old;
      parser.parse(
        text,
        starts[i],
        (item) => {
          now = item;
          return false;
        },
        this.dialect,
        this.root,
      );
      if (!sameItem(old, now)) {
        first = i;
        break;
      }
      // What later stages made of it may have to do with what follows.
      seen = (seen ?? new Map()).set(i, now);
    }

    const delta = newLength - (oldEnd - start);
    const replaced: Item[] = [];
    let next = first;
    parser.parse(
      text,
      starts[first] ?? 0,
      (item, at) => {
        replaced.push(item);
        const end = at + item.length;
        while (next < items.length && (starts[next] < oldEnd || starts[next] + delta < end)) next++;
        // The first item is not taken over at another place: only there a byte order mark is one.
        return !(
          next < items.length &&
          starts[next] + delta === end &&
          starts[next] >= oldEnd &&
          starts[next] > 0
        );
      },
      this.dialect,
      this.root,
    );
    const parsedTo = (starts[first] ?? 0) + replaced.reduce((n, item) => n + item.length, 0);
    const rest = parsedTo < text.length ? items.slice(next) : [];
    const kept = items.slice(0, first);
    let effort = this.effort + effortOf(replaced) - effortOf(items, first, items.length - rest.length);
    for (const [i, item] of seen ?? [])
      if (i < first) {
        kept[i] = item;
        effort += item.effort - items[i].effort;
      }
    // Where the bound on effort decides, the result depends on where reading began: it begins at the start, then.
    if (this.exhausted || effort > mostEffort(text.length)) return Tree.parse(text, this.dialect, this.root);
    return new Tree(text, kept.concat(replaced, rest), this.dialect, this.root, effort);
  }

  /**
   * Where an earlier tree differs: its items `[first, oldEnd)` became `[first, end)`; all others are the same objects in
   * the same order. Undefined where the two were read by different rules.
   */
  itemsChangedSince(before: Tree): ItemChange | undefined {
    const old = before.items;
    const now = this.items;
    if (before.root !== this.root || before.dialect !== this.dialect) return undefined;
    const most = Math.min(old.length, now.length);
    let first = 0;
    while (first < most && now[first] === old[first]) first++;
    let tail = 0;
    while (tail < most - first && now[now.length - 1 - tail] === old[old.length - 1 - tail]) tail++;
    return { first, oldEnd: old.length - tail, end: now.length - tail };
  }

  /** Some item was read with less effort than it asked for. */
  private get exhausted(): boolean {
    return this.effort > mostEffort(this.text.length);
  }

  /** The first item for which the text at `offset` mattered, or one before it. */
  private firstReaching(offset: number): number {
    if (!this.reached) {
      this.reached = new Int32Array(this.items.length);
      let most = 0;
      for (let i = 0; i < this.items.length; i++) {
        most = Math.max(most, this.starts[i + 1] + this.items[i].reach);
        this.reached[i] = most;
      }
    }
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.reached[middle] > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Index of the item that holds an offset; the last one for offsets at the end; -1 for an empty text. */
  itemIndexAt(offset: number): number {
    let low = 0;
    let high = this.items.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return high;
  }

  /** Top-level nodes of an item, comments included. */
  itemNodes(index: number): Node[] {
    return collect(this, this.items[index], this.starts[index], 0, this.items[index].data.length, undefined);
  }

  /** All top-level nodes. */
  nodes(): Node[] {
    const result: Node[] = [];
    for (let i = 0; i < this.items.length; i++) for (const node of this.itemNodes(i)) result.push(node);
    return result;
  }

  /** The nodes that enclose an offset, outermost first. A header's line end counts as inside. */
  pathAt(offset: number): Node[] {
    const path: Node[] = [];
    const index = this.itemIndexAt(offset);
    if (index < 0) return path;
    const item = this.items[index];
    const base = this.starts[index];
    const { data } = item;
    let from = 0;
    let to = data.length;
    let parent: Node | undefined;
    for (;;) {
      let node: Node | undefined;
      for (let r = from; r < to && base + data[r + START] <= offset; r = data[r + NEXT]) {
        if (data[r + OPEN] === -1 && base + data[r + END] < offset) continue;
        const candidate = new Node(this, item, base, r, parent);
        const end = candidate.fullEnd;
        if (offset > end || (candidate.hasBody && offset === end && candidate.close >= 0)) continue;
        node = candidate;
        break;
      }
      if (!node) return path;
      path.push(node);
      if (!node.hasBody || !node.inBody(offset)) return path;
      from = firstChild(data, node.index);
      to = data[node.index + NEXT];
      parent = node;
    }
  }

  /** The context (block inside) at an offset, or undefined inside a block that is not known. */
  contextAt(offset: number): Context | undefined {
    const path = this.pathAt(offset);
    for (let i = path.length - 1; i >= 0; i--)
      if (path[i].hasBody && path[i].inBody(offset)) return path[i].context;
    return this.root;
  }
}

/** Index of the first record inside a record, if there is one. */
const firstChild = (data: Int32Array, record: number): number =>
  record + FIRST_WORD + 2 * data[record + WORDS] + (data[record + KIND] & Flag.Condition ? 2 : 0);

function collect(
  tree: Tree,
  item: Item,
  base: number,
  from: number,
  to: number,
  parent: Node | undefined,
): Node[] {
  const nodes: Node[] = [];
  for (let i = from; i < to; i = item.data[i + NEXT]) nodes.push(new Node(tree, item, base, i, parent));
  return nodes;
}

/** No expression that looks at a word has to fear a longer one. */
const LONGEST_WORD = 2048;

/** A view on one record. Cheap to make; holds no data of its own. Offsets are absolute. */
export class Node {
  constructor(
    readonly tree: Tree,
    readonly item: Item,
    /** Start of the item in the text. */
    readonly base: number,
    /** Index of the record in the item's data. */
    readonly index: number,
    readonly parent: Node | undefined,
  ) {}

  get kind(): Kind {
    return (this.item.data[this.index + KIND] & 0xff) as Kind;
  }
  has(flag: Flag): boolean {
    return (this.item.data[this.index + KIND] & flag) !== 0;
  }
  get keyword(): Keyword | undefined {
    const k = this.item.data[this.index + KEYWORD];
    return k < 0 ? undefined : KEYWORDS[k];
  }
  /** The context inside the block. */
  get context(): Context | undefined {
    return this.keyword?.context;
  }
  get start(): number {
    return this.base + this.item.data[this.index + START];
  }
  /** Start of the line's content, its condition included. */
  get lineStart(): number {
    const c = this.conditionRange;
    return c ? c.start : this.start;
  }
  /** End of the header. */
  get end(): number {
    return this.base + this.item.data[this.index + END];
  }
  get hasBody(): boolean {
    return this.item.data[this.index + OPEN] !== -1;
  }
  /** Offset of the opening brace; -1 when there is none. */
  get open(): number {
    const o = this.item.data[this.index + OPEN];
    return o < 0 ? -1 : this.base + o;
  }
  /** Offset of the closing brace; -1 when there is none. */
  get close(): number {
    const c = this.item.data[this.index + CLOSE];
    return c < 0 ? -1 : this.base + c;
  }
  /** End of the whole node, block included. An unclosed block reaches to the end of its last child. */
  get fullEnd(): number {
    if (!this.hasBody) return this.end;
    const close = this.close;
    if (close >= 0) return close + 1;
    const { base } = this;
    const { data } = this.item;
    let result = this.end;
    let around = this.parent ? this.parent.close : base + this.item.length;
    for (let block = this.index; ; ) {
      let last = -1;
      for (let r = firstChild(data, block); r < data[block + NEXT]; r = data[r + NEXT]) last = r;
      if (last < 0) {
        const open = data[block + OPEN];
        return Math.max(result, open < 0 ? 0 : base + open + 1, around);
      }
      result = Math.max(result, base + data[last + END]);
      if (data[last + OPEN] === -1) return result;
      if (data[last + CLOSE] >= 0) return Math.max(result, base + data[last + CLOSE] + 1);
      block = last;
      around = -1;
    }
  }
  inBody(offset: number): boolean {
    const open = this.open;
    if (offset <= (open >= 0 ? open : this.end)) return false;
    const close = this.close;
    return close < 0 || offset <= close;
  }
  get wordCount(): number {
    return this.item.data[this.index + WORDS];
  }
  wordStart(n: number): number {
    return this.base + this.item.data[this.index + FIRST_WORD + 2 * n];
  }
  wordEnd(n: number): number {
    return this.base + this.item.data[this.index + FIRST_WORD + 2 * n + 1];
  }
  /** A word as written, quotes included; cut far beyond what keepalived reads of a line. */
  rawWord(n: number): string {
    const start = this.wordStart(n);
    return this.tree.text.slice(start, Math.min(this.wordEnd(n), start + LONGEST_WORD));
  }
  /** A word as keepalived reads it: without its double quotes. */
  word(n: number): string {
    const raw = this.rawWord(n);
    if (raw.charCodeAt(0) !== 34) return raw;
    return raw.length > 1 && raw.endsWith('"') ? raw.slice(1, -1) : raw.slice(1);
  }
  words(): string[] {
    const result: string[] = [];
    for (let i = 0; i < this.wordCount; i++) result.push(this.word(i));
    return result;
  }
  /** The first word: the keyword as written. */
  get name(): string {
    return this.wordCount > 0 ? this.word(0) : "";
  }
  get text(): string {
    return this.tree.text.slice(this.start, this.end);
  }
  get conditionRange(): { start: number; end: number } | undefined {
    if (!this.has(Flag.Condition)) return undefined;
    const at = this.index + FIRST_WORD + 2 * this.wordCount;
    return { start: this.base + this.item.data[at], end: this.base + this.item.data[at + 1] };
  }
  /** The condition as written, `@id` or `@^id`. */
  get condition(): string | undefined {
    const range = this.conditionRange;
    return range && this.tree.text.slice(range.start, range.end);
  }
  get children(): Node[] {
    const { data } = this.item;
    return collect(
      this.tree,
      this.item,
      this.base,
      firstChild(data, this.index),
      data[this.index + NEXT],
      this,
    );
  }
  /** Children with a body, and those of some kinds (bits `1 << kind`): most lines of most blocks are neither. */
  blocksAnd(kinds: number): Node[] {
    const { data } = this.item;
    const nodes: Node[] = [];
    const end = data[this.index + NEXT];
    for (let r = firstChild(data, this.index); r < end; r = data[r + NEXT])
      if (data[r + OPEN] !== -1 || (kinds >> (data[r + KIND] & 0xff)) & 1)
        nodes.push(new Node(this.tree, this.item, this.base, r, this));
    return nodes;
  }
  /** Children that are statements or entries. */
  get statements(): Node[] {
    return this.children.filter((c) => c.kind === Kind.Statement || c.kind === Kind.Entry);
  }
  /** The first statement with a keyword name. */
  child(name: string): Node | undefined {
    return this.children.find((c) => c.kind === Kind.Statement && c.name === name);
  }
}

function effortOf(items: readonly Item[], from = 0, to = items.length): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += items[i].effort;
  return sum;
}

function sameItem(a: Item, b: Item): boolean {
  return (
    a.length === b.length &&
    a.special === b.special &&
    a.data.length === b.data.length &&
    a.issues.length === b.issues.length &&
    a.data.every((n, i) => n === b.data[i]) &&
    a.issues.every((n, i) => n === b.issues[i])
  );
}

export enum TokenKind {
  Whitespace = "whitespace",
  Comment = "comment",
  Word = "word",
  Open = "{",
  Close = "}",
  /** Characters that belong to no word: the backslash that continues a line, text in a block that was given up. */
  Other = "other",
}

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

/**
 * The tokens of a tree in order, without gaps. Words, braces and comments come from the records; what lies between them is
 * white space, or text that means nothing. So the result is the text again exactly if the tree is consistent.
 */
export function tokensOf(tree: Tree): Token[] {
  const marks: Token[] = [];
  for (let i = 0; i < tree.items.length; i++) {
    const { data } = tree.items[i];
    const base = tree.starts[i];
    for (let r = 0; r < data.length; ) {
      const kind = data[r + KIND] & 0xff;
      const words = data[r + WORDS];
      const condition = (data[r + KIND] & Flag.Condition) !== 0;
      if (kind === Kind.Comment)
        marks.push({ kind: TokenKind.Comment, start: base + data[r + START], end: base + data[r + END] });
      if (kind === Kind.StrayClose)
        marks.push({ kind: TokenKind.Close, start: base + data[r + START], end: base + data[r + END] });
      for (let w = 0; w < words + (condition ? 1 : 0); w++) {
        const start = base + data[r + FIRST_WORD + 2 * w];
        const end = base + data[r + FIRST_WORD + 2 * w + 1];
        if (end > start) marks.push({ kind: TokenKind.Word, start, end });
      }
      if (data[r + OPEN] >= 0)
        marks.push({ kind: TokenKind.Open, start: base + data[r + OPEN], end: base + data[r + OPEN] + 1 });
      if (data[r + CLOSE] >= 0)
        marks.push({ kind: TokenKind.Close, start: base + data[r + CLOSE], end: base + data[r + CLOSE] + 1 });
      r += FIRST_WORD + 2 * words + (condition ? 2 : 0);
    }
  }
  marks.sort((a, b) => a.start - b.start);
  const tokens: Token[] = [];
  let at = 0;
  for (const mark of marks) {
    if (mark.start < at) continue;
    gap(tree.text, at, mark.start, tokens);
    tokens.push(mark);
    at = mark.end;
  }
  gap(tree.text, at, tree.text.length, tokens);
  return tokens;
}

/** Adds what lies between two marks. */
function gap(text: string, from: number, to: number, tokens: Token[]): void {
  for (let at = from; at < to; ) {
    const blank = isBlank(text.charCodeAt(at));
    let end = at + 1;
    while (end < to && isBlank(text.charCodeAt(end)) === blank) end++;
    tokens.push({ kind: blank ? TokenKind.Whitespace : TokenKind.Other, start: at, end });
    at = end;
  }
}

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
