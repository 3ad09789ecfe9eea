/** The lossless syntax tree of one text, and views on its nodes. */
import { type Context, KEYWORDS, type Keyword, ROOT_CONTEXT } from "../language";
import { lastNotAbove } from "../text/lines";
import type { Source } from "../text/pieces";
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

/** What is known of all items together. */
interface Sums {
  effort: number;
  /** How many are special. */
  special: number;
  /** No item looked further beyond its end. */
  reach: number;
}

/** Serial number of the newest tree. */
let newest = 0;

/** A text and its items. Concatenating {@link Tree.tokens} gives the text back, whatever it holds. */
export class Tree {
  private readonly serial = ++newest;

  private constructor(
    readonly text: Source,
    readonly items: readonly Item[],
    /** Start offset of each item; one more entry for the end of the text. */
    readonly starts: Int32Array,
    readonly dialect: Dialect,
    readonly root: Context,
    private readonly sums: Readonly<Sums>,
    /** The tree that it was made from, by its number: it must not be held. */
    private readonly origin?: { readonly serial: number; readonly change: ItemChange },
  ) {}

  private static of(text: string, items: readonly Item[], dialect: Dialect, root: Context): Tree {
    const starts = new Int32Array(items.length + 1);
    const sums = { effort: 0, special: 0, reach: 0 };
    for (let i = 0; i < items.length; i++) {
      starts[i + 1] = starts[i] + items[i].length;
      count(sums, items[i], 1);
    }
    return new Tree(text, items, starts, dialect, root, sums);
  }

  /** Parses a text. Never fails; time is linear in the length of the text. */
  static parse(text: string, dialect: Dialect = DEFAULT_DIALECT, root: Context = ROOT_CONTEXT): Tree {
    const items: Item[] = [];
    parser.parse(text, 0, (item) => void items.push(item), dialect, root);
    return Tree.of(text, items, dialect, root);
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
    return Tree.of(text, items, dialect, root);
  }

  /** Conditions, definitions, generators, includes or uses of definitions occur in it. */
  get isSpecial(): boolean {
    return this.sums.special > 0;
  }

  /**
   * The tree of the text after replacing `[start, oldEnd)` by `newLength` characters. Items that the change cannot
   * concern are the same objects as before.
   */
  edit(text: Source, start: number, oldEnd: number, newLength: number): Tree {
    const { items, starts } = this;
    let first = Math.max(0, this.itemIndexAt(start));
    while (first > 0 && starts[first] === start) first--;
    // Items that looked ahead into the changed stretch are read again; most of them see there what they saw before.
    const seen: Item[] = [];
    let firstSeen = first;
    for (let i = Math.max(0, this.itemIndexAt(start - this.sums.reach)); i < first; i++) {
      const old = items[i];
      if (starts[i + 1] + old.reach <= start) {
        if (firstSeen < i) seen.push(old);
        continue;
      }
      let now = old;
      this.parse(text, starts[i], (item) => {
        now = item;
        return false;
      });
      if (!sameItem(old, now)) {
        first = i;
        break;
      }
      // What later stages made of it may have to do with what follows.
      firstSeen = Math.min(firstSeen, i);
      seen.push(now);
    }

    const delta = newLength - (oldEnd - start);
    const replaced: Item[] = [];
    let next = first;
    this.parse(text, starts[first] ?? 0, (item, at) => {
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
    });
    const parsedTo = (starts[first] ?? 0) + replaced.reduce((n, item) => n + item.length, 0);
    if (parsedTo >= text.length) next = items.length;
    firstSeen = Math.min(firstSeen, first);
    const anew = seen.concat(replaced);
    const change = { first: firstSeen, oldEnd: next, end: firstSeen + anew.length };
    const sums = { ...this.sums };
    for (let i = firstSeen; i < next; i++) count(sums, items[i], -1);
    for (const item of anew) count(sums, item, 1);
    // Where the bound on effort decides, the result depends on where reading began: it begins at the start, then.
    if (this.exhausted || sums.effort > mostEffort(text.length))
      return Tree.parse(String(text), this.dialect, this.root);
    const list = inPlaceOf(items, change, anew);
    const places = new Int32Array(list.length + 1);
    places.set(starts.subarray(0, firstSeen + 1));
    for (let i = firstSeen; i < change.end; i++) places[i + 1] = places[i] + list[i].length;
    for (let i = change.end, old = next; i < list.length; i++, old++) places[i + 1] = starts[old + 1] + delta;
    const origin = { serial: this.serial, change };
    return new Tree(text, list, places, this.dialect, this.root, sums, origin);
  }

  /**
   * Parses items from an offset on until the sink returns false. A text in pieces is not made one string for it: a stretch
   * is read, and a longer one as long as an item looks beyond that.
   */
  private parse(text: Source, start: number, sink: (item: Item, start: number) => boolean): void {
    const { dialect, root } = this;
    if (typeof text === "string") {
      parser.parse(text, start, sink, dialect, root);
      return;
    }
    let wanted = true;
    for (let at = start, size = text.grain; wanted && at < text.length; size *= 4) {
      const stretch = text.slice(at, at + size);
      const whole = { before: at, length: text.length };
      const isLast = at + size >= text.length;
      const take = (item: Item, from: number): boolean => {
        // The last item of a stretch may go on behind it.
        const end = from + item.length;
        if (!isLast && (end === stretch.length || end + item.reach > stretch.length)) return false;
        at = whole.before + end;
        wanted = sink(item, whole.before + from);
        return wanted;
      };
      parser.parse(stretch, 0, take, dialect, root, 0, whole);
    }
  }

  /**
   * Where an earlier tree differs: its items `[first, oldEnd)` became `[first, end)`; all others are the same objects in
   * the same order. Undefined where the two were read by different rules.
   */
  itemsChangedSince(before: Tree): ItemChange | undefined {
    if (this.origin?.serial === before.serial) return this.origin.change;
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
    return this.sums.effort > mostEffort(this.text.length);
  }

  /** Index of the item that holds an offset; the last one for offsets at the end; -1 for an empty text. */
  itemIndexAt(offset: number): number {
    const last = this.items.length - 1;
    return last < 0 ? -1 : lastNotAbove(this.starts, offset, 0, last);
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

/** Adds an item to what is known of all, or takes it away; how far items looked is never taken back. */
function count(sums: Sums, item: Item, by: 1 | -1): void {
  sums.effort += by * item.effort;
  if (item.special) sums.special += by;
  sums.reach = Math.max(sums.reach, item.reach);
}

/** A list with something for each item, after a change of the items. */
export function inPlaceOf<T>(list: readonly T[], change: ItemChange, anew: readonly T[]): T[] {
  const { first, oldEnd, end } = change;
  if (end !== oldEnd) return list.slice(0, first).concat(anew, list.slice(oldEnd));
  const copy = list.slice();
  for (let i = first; i < end; i++) copy[i] = anew[i - first];
  return copy;
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
function gap(text: Source, from: number, to: number, tokens: Token[]): void {
  for (let at = from; at < to; ) {
    const blank = isBlank(text.charCodeAt(at));
    let end = at + 1;
    while (end < to && isBlank(text.charCodeAt(end)) === blank) end++;
    tokens.push({ kind: blank ? TokenKind.Whitespace : TokenKind.Other, start: at, end });
    at = end;
  }
}

const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
