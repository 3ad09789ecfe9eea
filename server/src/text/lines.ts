/** Offsets and positions. */
import type { Source } from "./pieces";

/** A position as the language server protocol counts: lines and UTF-16 units from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Offset of the start of the line that holds an offset; lines end with LF, as keepalived counts. */
export const lineStartAt = (text: Source, offset: number): number =>
  offset <= 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;

/** Offset of the line end (the LF, or the end of the text) that follows an offset. */
export function lineEndAt(text: Source, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

/** The line end that a text uses first; LF where there is none. */
export function firstLineEnd(text: Source): string {
  const lf = text.indexOf("\n");
  return lf > 0 && text.charCodeAt(lf - 1) === 13 ? "\r\n" : "\n";
}

/** Knows the lines of a text. */
interface LineTable {
  positionAt(offset: number): Position;
  offsetAt(position: Position): number;
}

/** An offset that lies more lines further on is looked for among all lines. */
const NEAR = 32;

/** Positions of offsets in a text that stays as it is. It is quick where the next one lies near the last one. */
export class NearPositions {
  private line = 0;
  /** Where the line starts, and the one below. */
  private start = 0;
  private next = 0;

  constructor(
    private readonly text: Source,
    private readonly lines: LineTable,
  ) {
    this.moveTo(0);
  }

  /** The position of an offset; within a line end it is that of the line end, as the table has it. */
  at(offset: number): Position {
    if (offset < this.text.length)
      for (let n = 0; n < NEAR && offset >= this.next; n++) this.moveTo(this.line + 1, this.next);
    if (offset < this.start || offset >= this.next) {
      const position = this.lines.positionAt(offset);
      this.moveTo(position.line);
      return position;
    }
    let end = offset;
    while (end > this.start && isLineEnd(this.text.charCodeAt(end - 1))) end--;
    return { line: this.line, character: end - this.start };
  }

  private moveTo(line: number, start = this.lines.offsetAt({ line, character: 0 })): void {
    this.line = line;
    this.start = start;
    this.next = this.lines.offsetAt({ line: line + 1, character: 0 });
  }
}

/** Whether a character ends a line, or is a part of what does. */
export const isLineEnd = (code: number): boolean => code === 10 || code === 13;

/** Where the lines of a text start. A line ends with LF, CRLF or a lone CR, as in the protocol. */
export function lineStartsOf(text: Source): Int32Array {
  let starts = new Int32Array(1024);
  let size = 1;
  const add = (at: number) => {
    if (size === starts.length) {
      const longer = new Int32Array(2 * size);
      longer.set(starts);
      starts = longer;
    }
    starts[size++] = at;
  };
  // A CR that no LF follows ends a line for editors, though not for keepalived.
  let cr = text.indexOf("\r");
  for (let at = 0; ; ) {
    const lf = text.indexOf("\n", at);
    for (; cr >= 0 && (lf < 0 || cr < lf); cr = text.indexOf("\r", cr + 1)) if (cr + 1 !== lf) add(cr + 1);
    if (lf < 0) return starts.slice(0, size);
    at = lf + 1;
    add(at);
  }
}

/** Index of the last one of ascending numbers that is not above a number; 0 where all are. */
export function lastNotAbove(
  numbers: ArrayLike<number>,
  n: number,
  low = 0,
  high = numbers.length - 1,
): number {
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (numbers[middle] <= n) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Line starts of a text. */
export class Lines {
  private readonly starts: Int32Array;

  constructor(private readonly text: Source) {
    this.starts = lineStartsOf(text);
  }

  get count(): number {
    return this.starts.length;
  }

  positionAt(offset: number): Position {
    const line = lastNotAbove(this.starts, offset);
    return { line, character: offset - this.starts[line] };
  }

  offsetAt(position: Position): number {
    if (position.line >= this.starts.length) return this.text.length;
    const start = this.starts[position.line];
    const end = position.line + 1 < this.starts.length ? this.starts[position.line + 1] : this.text.length;
    return Math.min(start + position.character, end);
  }

  rangeOf(start: number, end: number): Range {
    return { start: this.positionAt(start), end: this.positionAt(end) };
  }
}
