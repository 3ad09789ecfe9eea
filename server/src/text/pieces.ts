/**
 * A long text that is edited: JavaScript would copy a string as a whole for every character that is typed. Here an edit
 * copies some lines, and the rest stays where it was.
 */
import { isLineEnd, lastNotAbove, lineEndAt, lineStartAt, lineStartsOf, type Position } from "./lines";

/** A text as most of this program reads it: by offsets. `String(source)` makes one string of any. */
export type Source = string | Pieces;

/** Texts from this length on are worth being held in pieces. */
export const LONG_TEXT = 1 << 18;

/** Whether two texts are the same, however they are held. */
export const sameText = (a: Source, b: Source): boolean => a.length === b.length && String(a) === String(b);

/** The text after replacing `[start, end)`. */
export const replaced = (source: Source, start: number, end: number, text: string): Source =>
  typeof source === "string"
    ? source.slice(0, start) + text + source.slice(end)
    : source.edit(start, end, text);

/** The length of pieces in the server: some hundred lines, which are copied in a few microseconds. */
const GRAIN = 1 << 14;

/** A string, and where its lines start: worked out once for all the pieces that it is cut into. */
class Chunk {
  private starts: Int32Array | undefined;

  constructor(readonly text: string) {}

  get lineStarts(): Int32Array {
    this.starts ??= lineStartsOf(this.text);
    return this.starts;
  }
}

/** A stretch of a chunk, not empty. It starts with a line and, unless it is the last one, ends behind an LF. */
class Piece {
  private first = -1;
  private ends = -1;

  constructor(
    readonly chunk: Chunk,
    readonly from: number,
    readonly to: number,
  ) {}

  /** Index of its first line among those of the chunk. */
  get firstLine(): number {
    if (this.first < 0) this.first = lastNotAbove(this.chunk.lineStarts, this.from);
    return this.first;
  }

  /** Lines that end in it. */
  get lineEnds(): number {
    if (this.ends < 0) this.ends = lastNotAbove(this.chunk.lineStarts, this.to) - this.firstLine;
    return this.ends;
  }
}

/** Immutable. Offsets and positions are those of the text as a whole. */
export class Pieces {
  /** In UTF-16 units, as all offsets. */
  readonly length: number;
  /** Where each piece starts; one more entry for the end. */
  private readonly starts: number[];
  /** Lines that end before each piece; one more entry for all of them. */
  private lineCounts: number[] | undefined;
  private whole: string | undefined;
  /** The piece that was looked at last: the next look mostly goes there. */
  private near = 0;

  private constructor(
    private readonly pieces: readonly Piece[],
    /** A length that is cheap to copy. Pieces shorter than this are joined with what is edited beside them. */
    readonly grain: number,
  ) {
    this.starts = [0];
    let at = 0;
    for (const { from, to } of pieces) this.starts.push((at += to - from));
    this.length = at;
  }

  /** @param grain see {@link Pieces.grain}; tests make it small. */
  static of(text: string, grain = GRAIN): Pieces {
    return new Pieces(text === "" ? [] : [new Piece(new Chunk(text), 0, text.length)], grain);
  }

  /** Of how many pieces the text consists. */
  get count(): number {
    return this.pieces.length;
  }

  /** The text after replacing `[start, end)`, offsets within the text. It shares what is not near. */
  edit(start: number, end: number, text: string): Pieces {
    const { pieces, starts, grain } = this;
    // Whole lines, with the LF behind them: what ends a line never lies in two pieces.
    let from = lineStartAt(this, start);
    let to = Math.min(lineEndAt(this, end) + 1, this.length);
    let first = from === this.length ? pieces.length : this.pieceAt(from);
    let last = from === to ? first : this.pieceAt(to - 1) + 1;
    // What would be left of a piece, and short pieces beside it.
    if (first < pieces.length && from - starts[first] < grain) from = starts[first];
    if (last > 0 && starts[last] - to < grain) to = Math.max(to, starts[last]);
    while (from === starts[first] && first > 0 && to - from < grain && from - starts[first - 1] < grain)
      from = starts[--first];
    while (to === starts[last] && last < pieces.length && to - from < grain && starts[last + 1] - to < grain)
      to = starts[++last];
    const middle = this.slice(from, start) + text + this.slice(end, to);
    const changed = pieces.slice(0, first);
    if (first < pieces.length && from > starts[first]) {
      const { chunk, from: begin } = pieces[first];
      changed.push(new Piece(chunk, begin, begin + from - starts[first]));
    }
    if (middle !== "") changed.push(new Piece(new Chunk(middle), 0, middle.length));
    if (last > 0 && to < starts[last]) {
      const { chunk, to: finish } = pieces[last - 1];
      changed.push(new Piece(chunk, finish - (starts[last] - to), finish));
    }
    for (let i = last; i < pieces.length; i++) changed.push(pieces[i]);
    return new Pieces(changed, grain);
  }

  charCodeAt(offset: number): number {
    if (!(offset >= 0 && offset < this.length)) return Number.NaN;
    const i = this.pieceAt(offset);
    const { chunk, from } = this.pieces[i];
    return chunk.text.charCodeAt(from + offset - this.starts[i]);
  }

  charAt(offset: number): string {
    return this.slice(offset, offset + 1);
  }

  /** As for a string, but offsets below 0 are taken for 0. */
  slice(start: number, end = this.length): string {
    const from = Math.max(0, start);
    const to = Math.min(end, this.length);
    if (from >= to) return "";
    let result = "";
    for (let i = this.pieceAt(from); i < this.pieces.length && this.starts[i] < to; i++) {
      const piece = this.pieces[i];
      const shift = piece.from - this.starts[i];
      result += piece.chunk.text.slice(Math.max(piece.from, from + shift), Math.min(piece.to, to + shift));
    }
    return result;
  }

  /** As for a string. What is sought lies in one line, or is a line end. */
  indexOf(sought: string, from = 0): number {
    const start = Math.max(0, from);
    if (start >= this.length) return -1;
    for (let i = this.pieceAt(start); i < this.pieces.length; i++) {
      const piece = this.pieces[i];
      const shift = piece.from - this.starts[i];
      const begin = Math.max(piece.from, start + shift);
      const at = piece.chunk.text.slice(begin, piece.to).indexOf(sought);
      if (at >= 0) return at + begin - shift;
    }
    return -1;
  }

  /** As for a string. What is sought lies in one line, or is a line end. */
  lastIndexOf(sought: string, from = this.length): number {
    if (sought.length > this.length) return -1;
    const start = Math.max(0, Math.min(from, this.length - sought.length));
    for (let i = this.pieceAt(start); i >= 0; i--) {
      const piece = this.pieces[i];
      const at = piece.chunk.text.slice(piece.from, piece.to).lastIndexOf(sought, start - this.starts[i]);
      if (at >= 0) return at + this.starts[i];
    }
    return -1;
  }

  includes(sought: string): boolean {
    return this.indexOf(sought) >= 0;
  }

  startsWith(sought: string, at = 0): boolean {
    return this.slice(at, at + sought.length) === sought;
  }

  /** One string, which is kept as long as the text stays as it is. */
  toString(): string {
    this.whole ??= this.slice(0);
    return this.whole;
  }

  get lineCount(): number {
    return this.linesBefore[this.pieces.length] + 1;
  }

  /** As the protocol has it: an offset beyond the text is its end, one within a line end is before that. */
  positionAt(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.length));
    if (this.length === 0) return { line: 0, character: 0 };
    const i = this.pieceAt(at);
    const { chunk, from, firstLine } = this.pieces[i];
    let local = from + at - this.starts[i];
    const line = lastNotAbove(chunk.lineStarts, local);
    const start = chunk.lineStarts[line];
    while (local > start && isLineEnd(chunk.text.charCodeAt(local - 1))) local--;
    return { line: this.linesBefore[i] + line - firstLine, character: local - start };
  }

  /** As the protocol has it: a line beyond the text is its end, a character beyond a line is the end of that. */
  offsetAt({ line, character }: Position): number {
    if (line < 0 || this.length === 0) return 0;
    if (line >= this.lineCount) return this.length;
    const i = lastNotAbove(this.linesBefore, line, 0, this.pieces.length - 1);
    const { chunk, from, to, firstLine } = this.pieces[i];
    const { lineStarts } = chunk;
    const index = firstLine + line - this.linesBefore[i];
    const start = lineStarts[index];
    const shift = this.starts[i] - from;
    if (!(character > 0)) return start + shift;
    const next = index + 1 < lineStarts.length ? lineStarts[index + 1] : to;
    let local = Math.min(start + character, next);
    while (local > start && isLineEnd(chunk.text.charCodeAt(local - 1))) local--;
    return local + shift;
  }

  private get linesBefore(): readonly number[] {
    if (!this.lineCounts) {
      this.lineCounts = [0];
      let lines = 0;
      for (const { lineEnds } of this.pieces) this.lineCounts.push((lines += lineEnds));
    }
    return this.lineCounts;
  }

  /** Index of the piece that holds an offset; the last one for the end of the text. */
  private pieceAt(offset: number): number {
    const { starts, near } = this;
    if (starts[near] <= offset && offset < starts[near + 1]) return near;
    this.near = lastNotAbove(starts, offset, 0, this.pieces.length - 1);
    return this.near;
  }
}
