/**
 * Formatting. Only the white space between tokens is ever replaced, so that no token can change; that the result reads
 * the same is proven by parsing it before anything is handed out.
 */
import { KEYWORDS } from "../language";
import type { Item } from "../syntax/parser";
import {
  CLOSE,
  END,
  FIRST_WORD,
  Flag,
  Issue,
  KEYWORD,
  KIND,
  Kind,
  NEXT,
  OPAQUE,
  OPEN,
  START,
  VIRTUAL_BODY,
  WORDS,
} from "../syntax/records";
import type { Tree } from "../syntax/tree";
import { firstLineEnd, lineEndAt, lineStartAt } from "../text/lines";
import { Pieces, replaced, type Source } from "../text/pieces";
import { finish, type Steps } from "../text/steps";
import { type SourceFile, sourceFileSteps } from "../workspace/files";

export interface FormatOptions {
  /** Columns of one level of indentation, and of a tab. */
  readonly tabSize: number;
  readonly insertSpaces: boolean;
  /** Values of consecutive statements begin in one column. */
  readonly alignValues: boolean;
  /** Default true. */
  readonly insertFinalNewline?: boolean;
}

export const DEFAULT_FORMAT: FormatOptions = { tabSize: 4, insertSpaces: true, alignValues: false };

/** A replacement; offsets of the text before. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** `layout` edits move text to another line; `indent` edits change the start of a line, `space` edits the rest. */
interface LayoutEdit extends TextEdit {
  readonly kind: "layout" | "indent" | "space";
}

/** Formats a whole file. No edits when nothing is to do, or when the result would not read the same. */
export const formatDocument = (file: SourceFile, options: FormatOptions): TextEdit[] =>
  finish(formatSteps(file, options));

/** The same in steps. */
export function* formatSteps(file: SourceFile, options: FormatOptions): Steps<TextEdit[]> {
  return hasEndlessLine(file.text) ? [] : yield* formatOnce(file, options, 0);
}

/** keepalived reads 1 KB of a line. What is so much longer is no configuration, and is left as it is. */
const ENDLESS = 1 << 16;

function hasEndlessLine(text: Source): boolean {
  for (let at = 0; at + ENDLESS < text.length; ) {
    const end = text.lastIndexOf("\n", at + ENDLESS);
    if (end < at) return true;
    at = end + 1;
  }
  return false;
}

/** @param depth how often this was asked for the result of itself. */
function* formatOnce(file: SourceFile, options: FormatOptions, depth: number): Steps<TextEdit[]> {
  const { items } = file.tree;
  const layout = new Layout(file, options);
  let edits: LayoutEdit[] = [];
  let doubtful = false;
  for (let i = 0; i < items.length; i++) {
    for (const e of layout.item(i)) edits.push(e);
    doubtful ||= isDamaged(items[i]);
    yield;
  }
  if (edits.length === 0) return edits;
  if (!(yield* proofSteps(file, edits))) {
    // Some item does not come out as it was: leave out those that do not stand the test alone.
    doubtful = true;
    edits = [];
    // The text is edited for each item: in pieces, that is not the square of its length.
    const held = { ...file, text: typeof file.text === "string" ? Pieces.of(file.text) : file.text };
    for (let i = 0; i < items.length; i++) {
      const own = layout.item(i);
      if (own.length > 0 && provenItem(held, own)) for (const e of own) edits.push(e);
      yield;
    }
    if (!(yield* proofSteps(file, edits))) return [];
  }
  // Where braces do not match, a block that was moved may be read apart from its neighbour the next time.
  return doubtful && !(yield* isFinal(file, edits, options, depth)) ? [] : edits;
}

/** Whether formatting the result changes nothing more. */
function* isFinal(
  file: SourceFile,
  edits: readonly TextEdit[],
  options: FormatOptions,
  depth: number,
): Steps<boolean> {
  if (depth >= MAX_DEPTH) return false;
  const { dialect, root } = file.tree;
  const after = yield* sourceFileSteps(file.uri, 0, applyEdits(file.text, edits), dialect, root);
  return (yield* formatOnce(after, options, depth + 1)).length === 0;
}
const MAX_DEPTH = 8;

/** Formats the lines that a range touches, and no others. */
export function formatRange(
  file: SourceFile,
  start: number,
  end: number,
  options: FormatOptions,
): TextEdit[] {
  const { text } = file;
  const last = end > start && text.charAt(end - 1) === "\n" ? end - 1 : end;
  return itemEdits(file, lineStartAt(text, start), nextLineAt(text, last), options, () => true);
}

/**
 * Formats after a character was typed: the block that a brace closes is indented; after a line end the line before it is
 * formatted, and the new one indented. Nothing moves to another line.
 */
export function formatOnType(
  file: SourceFile,
  offset: number,
  typed: string,
  options: FormatOptions,
): TextEdit[] {
  const { text, tree } = file;
  const lineStart = lineStartAt(text, offset);
  const index = tree.itemIndexAt(Math.max(0, offset - 1));
  if (index < 0) return [];
  if (typed === "}") {
    const close = offset - 1;
    if (text.charAt(close) !== "}") return [];
    const path = tree.pathAt(close);
    const block = path[path.length - 1];
    if (!block || block.close !== close) return [];
    const header = lineStartAt(text, block.start);
    if (isDamaged(tree.items[index])) {
      const indent = text.slice(lineStart, close);
      const wanted = /^[ \t]*/.exec(text.slice(header))![0];
      return header < lineStart && /^[ \t]*$/.test(indent) && indent !== wanted
        ? [{ start: lineStart, end: close, text: wanted }]
        : [];
    }
    return itemEdits(file, header, nextLineAt(text, close), options, (e) => e.kind === "indent");
  }
  if (lineStart === 0 || offset !== lineStart + /^[ \t]*/.exec(text.slice(lineStart, offset))![0].length)
    return [];
  const before = lineStartAt(text, lineStart - 1);
  const rest = text.slice(lineStart, lineEndAt(text, lineStart));
  const path = tree.pathAt(lineStart);
  const inner = path[path.length - 1];
  if (inner && inner.kind === Kind.Definition && inner.end > lineStart) return [];
  const edits = itemEdits(file, before, nextLineAt(text, lineStart), options, (e) => e.kind !== "layout");
  if (/^[ \t\r]*$/.test(rest)) {
    const indent = unit(options).repeat(depthAt(tree, lineStart));
    const blank = rest.replace(/\r$/, "");
    const others = edits.filter((e) => e.end < lineStart);
    if (blank === indent) return others;
    const all = [...others, { start: lineStart, end: lineStart + blank.length, text: indent }];
    return provenItem(file, all) ? all : others;
  }
  return edits;
}

/** The top-level blocks that are left as they are, because their braces do not match. */
export function unformatted({ tree }: SourceFile): { readonly start: number; readonly end: number }[] {
  return tree.items.flatMap((item, i) => {
    if (!isDamaged(item)) return [];
    const node = tree.itemNodes(i).find((n) => n.kind !== Kind.Comment);
    return [{ start: node?.lineStart ?? tree.starts[i], end: tree.starts[i + 1] }];
  });
}

/** Applies edits that do not overlap. */
export function applyEdits(text: Source, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const e of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(text.slice(at, e.start), e.text);
    at = e.end;
  }
  parts.push(text.slice(at));
  return parts.join("");
}

const nextLineAt = (text: Source, offset: number): number =>
  Math.min(text.length, lineEndAt(text, offset) + 1);

const unit = (o: FormatOptions): string => (o.insertSpaces ? " ".repeat(o.tabSize) : "\t");

/** Edits of the items that a range of whole lines touches, as far as they lie in it. */
function itemEdits(
  file: SourceFile,
  from: number,
  to: number,
  options: FormatOptions,
  wanted: (e: LayoutEdit) => boolean,
): TextEdit[] {
  const { tree, text } = file;
  const layout = new Layout(file, options);
  const result: TextEdit[] = [];
  let parts = 0;
  const first = Math.max(0, tree.itemIndexAt(from));
  for (let i = first; i < tree.items.length && tree.starts[i] < to; i++) {
    const edits = layout
      .item(i)
      .filter(
        (e) =>
          wanted(e) &&
          e.start >= from &&
          e.end <= to &&
          (e.start < to || (to === text.length && e.start === to && text.charAt(to - 1) !== "\n")),
      );
    if (edits.length === 0 || !provenItem(file, edits)) continue;
    result.push(...edits);
    parts++;
  }
  // Alone each one stands the test; together they have to, too.
  return parts > 1 && !provenItem(file, result) ? [] : result;
}

/** How many blocks enclose an offset. */
function depthAt(tree: Tree, offset: number): number {
  let depth = 0;
  for (const node of tree.pathAt(offset)) if (node.hasBody && node.inBody(offset)) depth++;
  return depth;
}

// ---------------------------------------------------------------------------------------------- proof

/** Whether the text with the edits has the same tokens in the same structure. */
function* proofSteps(file: SourceFile, edits: readonly TextEdit[]): Steps<boolean> {
  const { tree } = file;
  for (const e of edits) {
    // All else stays where it is.
    if (squeeze(file.text.slice(e.start, e.end)) !== squeeze(e.text)) return false;
    yield;
  }
  const text = applyEdits(file.text, edits);
  yield;
  const after = yield* sourceFileSteps(file.uri, 0, text, tree.dialect, tree.root);
  return yield* comparisonSteps(tree, after.tree);
}

/** The same for edits of one item. Only what they touch is read again; of templates everything. */
function provenItem(file: SourceFile, edits: readonly TextEdit[]): boolean {
  if (file.template) return finish(proofSteps(file, edits));
  const start = edits[0].start;
  const end = edits[edits.length - 1].end;
  const part = file.text.slice(start, end);
  const changed = applyEdits(
    part,
    edits.map((e) => ({ ...e, start: e.start - start, end: e.end - start })),
  );
  if (squeeze(changed) !== squeeze(part)) return false;
  const text = replaced(file.text, start, end, changed);
  return sameStructure(file.tree, file.tree.edit(text, start, end, changed.length));
}

const squeeze = (text: string): string => text.replace(/[ \t\r\n]+/g, "");

/** Compares trees record by record: kinds, keywords, words, bodies, comments, nesting and faults. */
export const sameStructure = (a: Tree, b: Tree): boolean => finish(comparisonSteps(a, b));

function* comparisonSteps(a: Tree, b: Tree): Steps<boolean> {
  // Items that both trees hold are the same.
  let first = 0;
  const most = Math.min(a.items.length, b.items.length);
  while (first < most && a.items[first] === b.items[first]) first++;
  let tail = 0;
  while (tail < most - first && a.items[a.items.length - 1 - tail] === b.items[b.items.length - 1 - tail])
    tail++;
  const x = new RecordCursor(a, first, a.items.length - tail);
  const y = new RecordCursor(b, first, b.items.length - tail);
  for (;;) {
    const more = x.advance();
    if (more !== y.advance()) return false;
    if (!more) return true;
    if (!sameRecord(x, y)) return false;
    yield;
  }
}

/** Walks all records of some items of a tree. */
class RecordCursor {
  record = -1;
  constructor(
    private readonly tree: Tree,
    private item: number,
    private readonly end: number,
  ) {}

  get data(): Int32Array {
    return this.tree.items[this.item].data;
  }

  advance(): boolean {
    const { items } = this.tree;
    if (this.record < 0) this.record = 0;
    else this.record += sizeOf(this.data, this.record);
    while (this.item < this.end && this.record >= items[this.item].data.length) {
      this.item++;
      this.record = 0;
    }
    return this.item < this.end;
  }

  text(from: number, to: number): string {
    const base = this.tree.starts[this.item];
    return this.tree.text.slice(base + from, base + to);
  }

  /** Types of the faults that hang on the record. */
  get issues(): string {
    const { issues } = this.tree.items[this.item];
    let result = "";
    for (let i = 0; i < issues.length; i += 4) if (issues[i + 3] === this.record) result += `${issues[i]} `;
    return result;
  }
}

const sizeOf = (data: Int32Array, r: number): number =>
  FIRST_WORD + 2 * data[r + WORDS] + (data[r + KIND] & Flag.Condition ? 2 : 0);

function sameRecord(x: RecordCursor, y: RecordCursor): boolean {
  const a = x.data;
  const b = y.data;
  const r = x.record;
  const s = y.record;
  if (
    a[r + KIND] !== b[s + KIND] ||
    a[r + KEYWORD] !== b[s + KEYWORD] ||
    a[r + WORDS] !== b[s + WORDS] ||
    Math.min(a[r + OPEN], 0) !== Math.min(b[s + OPEN], 0) ||
    Math.min(a[r + CLOSE], 0) !== Math.min(b[s + CLOSE], 0) ||
    // The last record of an item has a sibling in the next one; what counts is how much is nested.
    a[r + NEXT] - r !== b[s + NEXT] - s
  )
    return false;
  if ((a[r + KIND] & 0xff) === Kind.Comment)
    return x.text(a[r + START], a[r + END]) === y.text(b[s + START], b[s + END]);
  const words = a[r + WORDS] + (a[r + KIND] & Flag.Condition ? 1 : 0);
  for (let w = 0; w < words; w++) {
    const i = r + FIRST_WORD + 2 * w;
    const j = s + FIRST_WORD + 2 * w;
    if (x.text(a[i], a[i + 1]) !== y.text(b[j], b[j + 1])) return false;
  }
  return x.issues === y.issues;
}

// ---------------------------------------------------------------------------------------------- layout

/** Braces that are missing or one too many: what belongs where is a guess, and the text shows what was meant. */
function isDamaged(item: Item): boolean {
  const { issues, data } = item;
  for (let i = 0; i < issues.length; i += 4) {
    const type = issues[i];
    if (
      type === Issue.MissingOpen ||
      type === Issue.MissingClose ||
      type === Issue.ExtraClose ||
      type === Issue.TooDeep
    )
      return true;
  }
  for (let r = 0; r < data.length; r += sizeOf(data, r))
    if ((data[r + KIND] & 0xff) === Kind.StrayClose || data[r + OPEN] === VIRTUAL_BODY) return true;
  return false;
}

enum Role {
  /** `@id` before a statement. */
  Condition,
  /** The first word of a statement. */
  First,
  Word,
  Open,
  Close,
  Comment,
  /** A definition or generator: its text stays as it is. */
  Raw,
}

interface Token {
  readonly role: Role;
  /** Offsets of the file. */
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly record: number;
  /** Number of the word in its statement. */
  readonly word: number;
  /** Line ends in the white space before it. */
  lines: number;
  /** The white space before it holds something else: a byte order mark, a template's control line, a brace. */
  odd: boolean;
  /** Its line may neither be split nor joined. */
  fixed: boolean;
  /** Its line stays as it is, white space included. */
  kept: boolean;
  /** A brace of a block that stays on one line. */
  inline: boolean;
  /** Spaces before it, where it is an aligned value. */
  pad: number;
}

/** The line being written. */
interface OutputLine {
  first: Token;
  /** Column of its first token in the text before and after. */
  before: number;
  after: number;
  /** Column reached. */
  column: number;
}

/** A block of one short entry may stay on its line up to this width. */
const MAX_INLINE = 60;

/** Works out the white space of one item after the other. */
class Layout {
  private readonly eol: string;
  private readonly unit: string;
  /** The item at work. */
  private current!: Item;

  constructor(
    private readonly file: SourceFile,
    private readonly options: FormatOptions,
  ) {
    this.eol = firstLineEnd(file.text);
    this.unit = unit(options);
  }

  /** The edits that an item needs, in order. */
  item(index: number): LayoutEdit[] {
    const { tree, text } = this.file;
    this.current = tree.items[index];
    if (isDamaged(this.current)) return [];
    const isLast = index === tree.items.length - 1;
    const from = tree.starts[index];
    const to = tree.starts[index + 1];
    const tokens = this.tokens(from);
    if (tokens === undefined) return [];
    const edits: LayoutEdit[] = [];
    if (tokens.length === 0) {
      // Blank lines at the end of the file.
      if (isLast && index > 0 && isBlank(text.slice(from, to)))
        edits.push({ start: from, end: to, text: "", kind: "layout" });
      return edits;
    }
    const line: OutputLine = { first: tokens[0], before: 0, after: 0, column: 0 };
    tokens.forEach((token, i) => {
      const before = i > 0 ? tokens[i - 1] : undefined;
      const start = before ? before.end : from;
      const gap = text.slice(start, token.start);
      let wanted: string;
      if (token.kept) wanted = !before && !token.odd ? `\n${gap}` : gap;
      else if (token.odd) wanted = this.besideOdd(gap, token);
      else if (!before)
        wanted = `${"\n".repeat(index > 0 ? 1 + Math.min(1, token.lines) : 1)}${this.indent(token)}`;
      else if (token.role === Role.Comment && token.lines === 0)
        wanted = this.trailing(gap, before, token, line);
      else wanted = this.between(gap, before, token);
      // An item starts at the beginning of a line, as if it followed a line end.
      if (before || token.odd) this.change(start, gap, wanted, edits);
      else this.change(start - 1, `\n${gap}`, wanted, edits);
      if (before === undefined || wanted.includes("\n")) {
        line.first = token;
        line.before = this.columnAt(token.start);
        line.after = this.width(wanted.slice(wanted.lastIndexOf("\n") + 1), 0);
        line.column = line.after;
      } else line.column = this.width(wanted, line.column);
      if (token.role === Role.Raw) this.definition(token, edits);
      line.column = this.width(text.slice(token.start, token.end), line.column);
    });
    const last = tokens[tokens.length - 1];
    const gap = text.slice(last.end, to);
    this.change(last.end, gap, this.atEnd(gap, isLast), edits);
    return edits;
  }

  // -------------------------------------------------------------------------------------------- tokens

  /** The tokens of an item with what the layout needs to know of them; undefined if they do not fit the text. */
  private tokens(base: number): Token[] | undefined {
    const { text } = this.file;
    const { data } = this.current;
    const tokens: Token[] = [];
    let sorted = true;
    const add = (role: Role, start: number, end: number, depth: number, record: number, word = 0) => {
      if (tokens.length > 0 && tokens[tokens.length - 1].start > base + start) sorted = false;
      tokens.push({
        role,
        start: base + start,
        end: base + end,
        depth,
        record,
        word,
        lines: 0,
        odd: false,
        fixed: false,
        kept: false,
        inline: false,
        pad: 0,
      });
    };
    const walk = (from: number, to: number, depth: number) => {
      for (let r = from; r < to; r = data[r + NEXT]) {
        const kind = data[r + KIND] & 0xff;
        const words = data[r + WORDS];
        const at = r + FIRST_WORD;
        const own = data[r + KIND] & Flag.Alternative ? Math.max(0, depth - 1) : depth;
        if (kind === Kind.Comment) {
          add(Role.Comment, data[r + START], data[r + END], own, r);
          continue;
        }
        if (data[r + KIND] & Flag.Condition)
          add(Role.Condition, data[at + 2 * words], data[at + 2 * words + 1], own, r);
        if (kind === Kind.Definition || kind === Kind.Generator)
          add(Role.Raw, data[r + START], data[r + END], own, r);
        else {
          for (let w = 0; w < words; w++) {
            const role = w === 0 ? Role.First : Role.Word;
            add(role, data[at + 2 * w], data[at + 2 * w + 1], own, r, w);
          }
        }
        if (data[r + OPEN] < 0) continue;
        add(Role.Open, data[r + OPEN], data[r + OPEN] + 1, own, r);
        walk(r + sizeOf(data, r), data[r + NEXT], depth + 1);
        if (data[r + CLOSE] >= 0) add(Role.Close, data[r + CLOSE], data[r + CLOSE] + 1, own, r);
      }
    };
    walk(0, data.length, 0);
    if (!sorted) tokens.sort((a, b) => a.start - b.start);

    // Lines, and which of them have to stay as they are.
    let lineFrom = 0;
    let fixed = false;
    const endLine = (to: number) => {
      // The rest of a definition that was cut short: the indentation shows where it was meant to belong.
      const last = tokens[to - 1];
      const kept = to > lineFrom && last.role !== Role.Raw && text.charAt(last.end - 1) === "\\";
      for (let i = lineFrom; i < to && (fixed || kept); i++) {
        tokens[i].fixed = true;
        tokens[i].kept = kept;
      }
      lineFrom = to;
      fixed = false;
    };
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      const end = i > 0 ? tokens[i - 1].end : base;
      if (token.start < end) return undefined;
      const gap = text.slice(end, token.start);
      token.odd = !isBlank(gap);
      for (let p = gap.indexOf("\n"); p >= 0; p = gap.indexOf("\n", p + 1)) token.lines++;
      if (token.lines > 0) endLine(i);
      const kind = data[token.record + KIND];
      if (
        token.role === Role.Condition ||
        token.role === Role.Raw ||
        (token.odd && token.lines === 0) ||
        (token.odd && !/\n[ \t]*$/.test(gap)) ||
        (kind & 0xff) === Kind.Include ||
        (token.role !== Role.Comment &&
          token.role !== Role.Close &&
          (kind & (Flag.UsesDefinition | Flag.Opaque)) !== 0) ||
        (token.role === Role.First &&
          (/[@$~]/.test(text.charAt(token.start)) || this.isUnknown(token.record))) ||
        (token.role === Role.Open && this.isUnknown(token.record, true))
      )
        fixed = true;
    }
    endLine(tokens.length);
    this.findInline(tokens);
    if (this.options.alignValues) this.align(tokens);
    return tokens;
  }

  /** Marks the braces of blocks with one short entry that stand on one line. */
  private findInline(tokens: readonly Token[]): void {
    const { data } = this.current;
    for (let i = 0; i < tokens.length; i++) {
      const open = tokens[i];
      if (open.role !== Role.Open || open.lines > 0) continue;
      const r = open.record;
      const child = r + sizeOf(data, r);
      if (child >= data[r + NEXT] || data[child + NEXT] !== data[r + NEXT]) continue;
      const kind = data[child + KIND] & 0xff;
      if (data[child + OPEN] !== -1 || (kind !== Kind.Statement && kind !== Kind.Entry)) continue;
      let width = 0;
      let k = i;
      while (k > 0 && tokens[k].record === r && tokens[k].role !== Role.First) k--;
      for (; k < tokens.length; k++) {
        width += tokens[k].end - tokens[k].start + 1;
        if (k > i && tokens[k].lines > 0) break;
        if (tokens[k].role !== Role.Close) continue;
        if (tokens[k].record === r && width <= MAX_INLINE) {
          open.inline = true;
          tokens[k].inline = true;
          tokens[i + 1].inline = true;
        }
        break;
      }
    }
  }

  /** Sets the column of the values of consecutive statements. */
  private align(tokens: readonly Token[]): void {
    const { data } = this.current;
    const runs = new Map<number, { values: Token[]; widths: number[] }>();
    const flush = (depth: number) => {
      const run = runs.get(depth);
      if (!run) return;
      runs.delete(depth);
      const widest = Math.max(...run.widths);
      run.values.forEach((token, i) => {
        token.pad = widest - run.widths[i] + 1;
      });
    };
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (token.role === Role.Close || token.role === Role.Open) flush(token.depth + 1);
      if (token.lines > 1 || token.odd || token.role === Role.Raw || token.role === Role.Condition)
        flush(token.depth);
      if (token.role !== Role.First) continue;
      const r = token.record;
      const { depth } = token;
      const value = tokens[i + 1];
      if (data[r + OPEN] !== -1 || (data[r + KIND] & 0xff) !== Kind.Statement || this.keepsSpacing(r)) {
        flush(depth);
        continue;
      }
      if (data[r + KIND] & Flag.Condition) continue;
      if (!value || value.record !== r || value.role !== Role.Word) continue;
      const run = runs.get(depth) ?? { values: [], widths: [] };
      runs.set(depth, run);
      run.values.push(value);
      run.widths.push(token.end - token.start);
    }
    for (const depth of [...runs.keys()]) flush(depth);
  }

  /** Blanks inside the line may mean something, or nobody knows what the line means. */
  private keepsSpacing(record: number): boolean {
    const { data, issues } = this.current;
    if (data[record + KIND] & Flag.Opaque) return true;
    if ((data[record + KIND] & 0xff) === Kind.Statement && data[record + KEYWORD] < 0) return true;
    for (let i = 0; i < issues.length; i += 4)
      if (
        issues[i + 3] === record &&
        (issues[i] === Issue.UnterminatedQuote || issues[i] === Issue.NulCharacter)
      )
        return true;
    return false;
  }

  // -------------------------------------------------------------------------------------------- gaps

  /** The white space between two tokens, where it is nothing else; LF for line ends. */
  private between(gap: string, before: Token, token: Token): string {
    const { lines, record } = token;
    const { data } = this.current;
    // A blank line ends a definition whose last line goes on.
    const open = before.role === Role.Raw && this.file.text.charAt(before.end - 1) === "\\";
    const newLine = (most: number) =>
      "\n".repeat(Math.max(1, Math.min(open ? 2 : most, lines))) + this.indent(token);
    switch (token.role) {
      case Role.Word: {
        if (gap === "" || lines > 0 || this.keepsSpacing(record)) return gap;
        if (token.word === 1) return " ".repeat(Math.max(1, token.pad));
        if ((data[record + KIND] & 0xff) !== Kind.Statement) return " ";
        // These lines are read a second time, with quotes that the parser does not know.
        const { spec } = KEYWORDS[data[record + KEYWORD]];
        return spec.scriptQuoting || spec.args.some((a) => a.type === "regex") ? gap : " ";
      }
      case Role.Open: {
        const stray = (data[record + KIND] & 0xff) === Kind.StrayOpen;
        if (lines === 0) {
          if (!stray) return this.isOpaque(record) || this.isUnknown(record, true) ? gap : " ";
          return token.fixed ? gap : newLine(1);
        }
        const keyword = data[record + KEYWORD];
        const joins =
          before.role !== Role.Comment &&
          before.record === record &&
          !before.fixed &&
          !token.fixed &&
          keyword >= 0 &&
          KEYWORDS[keyword].context !== undefined;
        return joins ? " " : newLine(stray ? 2 : 1);
      }
      case Role.Close:
        if (lines > 0) return newLine(1);
        if (before.role === Role.Open) return gap === "" || token.fixed ? gap : " ";
        if (token.fixed) return gap;
        return token.inline ? " " : newLine(1);
      default:
        if (lines > 0) return newLine(before.role === Role.Open ? 1 : 2);
        if (before.role === Role.Condition)
          return this.isOpaque(record) ? gap : this.afterCondition(before.end - before.start, token.depth);
        if (token.fixed) return gap;
        return token.inline ? " " : newLine(1);
    }
  }

  /** A statement, or with `block` the block of a statement, that is not described: it is not for us to break up. */
  private isUnknown(record: number, block = false): boolean {
    const { data } = this.current;
    if ((data[record + KIND] & 0xff) !== Kind.Statement) return false;
    const keyword = data[record + KEYWORD];
    return keyword < 0 || (block && KEYWORDS[keyword].context === undefined);
  }

  private isOpaque(record: number): boolean {
    return (this.current.data[record + KIND] & Flag.Opaque) !== 0;
  }

  /** `@id` stands at the start of the line; the statement where it would stand without, or at the next stop. */
  private afterCondition(width: number, depth: number): string {
    const { tabSize, insertSpaces } = this.options;
    if (depth === 0) return " ";
    const stops = Math.max(depth, Math.ceil((width + 1) / tabSize));
    return insertSpaces
      ? " ".repeat(stops * tabSize - width)
      : "\t".repeat(stops - Math.floor(width / tabSize));
  }

  /** A comment after a statement keeps its distance from the start of the line. */
  private trailing(gap: string, before: Token, token: Token, line: OutputLine): string {
    const source = this.file.tree.text.slice(line.first.start, token.start);
    // A mark inside a word, as of a password, may not have been meant to start a comment.
    if (source.includes(OPAQUE) || (gap === "" && before.role === Role.Word)) return gap;
    if (source.includes("\n")) return " ";
    const distance = this.columnAt(token.start) - line.before;
    return " ".repeat(Math.max(1, distance - (line.column - line.after)));
  }

  /** Text that is no token stands in the gap; only the indentation of what follows may change. */
  private besideOdd(gap: string, token: Token): string {
    const at = gap.lastIndexOf("\n");
    const tail = gap.slice(at + 1);
    if (at < 0) return gap;
    if (/^[ \t]*$/.test(tail)) return gap.slice(0, at + 1) + this.indent(token);
    // The condition of a closing brace.
    const condition = token.role === Role.Close && /^[ \t]*(@[^ \t]+)[ \t]+$/.exec(tail)?.[1];
    return condition
      ? gap.slice(0, at + 1) + condition + this.afterCondition(condition.length, token.depth)
      : gap;
  }

  /** What follows the last token of an item. */
  private atEnd(gap: string, isLast: boolean): string {
    if (!isBlank(gap)) return gap;
    const lines = gap.split("\n").length - 1;
    if (!isLast) return "\n".repeat(Math.min(2, lines));
    return lines === 0 && this.options.insertFinalNewline === false ? "" : "\n";
  }

  private indent(token: Token): string {
    return token.role === Role.Condition ? "" : this.unit.repeat(token.depth);
  }

  /** Indents the continuation lines of a definition by the braces of its text. */
  private definition(token: Token, edits: LayoutEdit[]): void {
    const { text, tree } = this.file;
    const { data, issues } = this.current;
    if ((data[token.record + KIND] & 0xff) !== Kind.Definition) return;
    for (let i = 0; i < issues.length; i += 4)
      if (issues[i + 3] === token.record && issues[i] === Issue.CommentInDefinition) return;
    const source = text.slice(token.start, token.end);
    if (!source.includes("\n") || tree.text.slice(token.start, token.end) !== source) return;
    let depth = 0;
    let opens = false;
    let at = token.start;
    source.split("\n").forEach((line, i) => {
      const content = line.trimStart();
      const braces = bracesOf(content);
      if (i === 0) opens = braces.after > 0;
      else if (content !== "" && content[0] !== "@") {
        const inner = depth - braces.leading;
        const level = opens
          ? braces.leading > 0
            ? Math.max(0, inner)
            : Math.max(1, depth)
          : Math.max(0, inner) + 1;
        const wanted = this.unit.repeat(token.depth + level);
        const have = line.length - content.length;
        if (line.slice(0, have) !== wanted)
          edits.push({ start: at, end: at + have, text: wanted, kind: "indent" });
      }
      depth = Math.max(0, depth + braces.after);
      at += line.length + 1;
    });
  }

  /** Adds the edits that turn a gap into what is wanted, line by line. `wanted` may have LF for CRLF. */
  private change(start: number, gap: string, wanted: string, edits: LayoutEdit[]): void {
    const had = gap.split("\n");
    const want = wanted.replace(/\r\n/g, "\n").split("\n");
    if (had.length === 1 || want.length === 1) {
      if (gap === wanted) return;
      const kind = had.length === want.length ? "space" : "layout";
      edits.push({ start, end: start + gap.length, text: want.join(this.eol), kind });
      return;
    }
    let at = start;
    had.forEach((line, i) => {
      const isLast = i === had.length - 1;
      const body = !isLast && line.endsWith("\r") ? line.length - 1 : line.length;
      const target = isLast ? want[want.length - 1] : i < want.length - 1 ? want[i] : undefined;
      if (target === undefined) {
        // Blank lines too many go together.
        const end = start + gap.length - had[had.length - 1].length;
        if (i === want.length - 1) edits.push({ start: at, end, text: "", kind: "layout" });
      } else if (line.slice(0, body) !== target)
        edits.push({ start: at, end: at + body, text: target, kind: isLast ? "indent" : "space" });
      at += line.length + 1;
    });
  }

  // -------------------------------------------------------------------------------------------- columns

  /** The column after a text that begins in a column, or after its last line. */
  private width(text: string, from: number): number {
    let column = from;
    for (let i = 0; i < text.length; i++)
      if (text[i] === "\n") column = 0;
      else column += text[i] === "\t" ? this.options.tabSize - (column % this.options.tabSize) : 1;
    return column;
  }

  private columnAt(offset: number): number {
    const { text } = this.file;
    return this.width(text.slice(lineStartAt(text, offset), offset), 0);
  }
}

/** Only what keepalived trims from a line, and line ends. */
const isBlank = (gap: string): boolean => /^(?:[ \t\n]|\r(?=\n))*$/.test(gap);

/** Braces of a line outside quotes and uses of definitions: closing ones at its start, and the balance of all. */
export function bracesOf(line: string): { leading: number; after: number } {
  let leading = 0;
  let after = 0;
  let quoted = false;
  let started = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '"') quoted = !quoted;
    else if (!quoted) {
      if (c === "\\") i++;
      else if (c === "#" || c === "!") break;
      else if (c === "$" && line[i + 1] === "{") {
        const close = line.indexOf("}", i);
        if (close > 0) i = close;
      } else if (c === "{") after++;
      else if (c === "}") {
        after--;
        if (!started) leading++;
        continue;
      }
    }
    if (c !== " " && c !== "\t") started = true;
  }
  return { leading, after };
}
