/** Offsets and positions. */

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
export const lineStartAt = (text: string, offset: number): number =>
  offset <= 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;

/** Offset of the line end (the LF, or the end of the text) that follows an offset. */
export function lineEndAt(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
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
    private readonly text: string,
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

const isLineEnd = (code: number): boolean => code === 10 || code === 13;

/** Line starts of a text. A line ends with LF, CRLF or a lone CR, as in the protocol. */
export class Lines {
  private readonly starts: number[];

  constructor(readonly text: string) {
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    if (text.includes("\r")) {
      // A CR that no LF follows ends a line for editors, though not for keepalived.
      for (let at = text.indexOf("\r"); at >= 0; at = text.indexOf("\r", at + 1)) {
        if (text.charCodeAt(at + 1) !== 10) starts.push(at + 1);
      }
      starts.sort((a, b) => a - b);
    }
    this.starts = starts;
  }

  get count(): number {
    return this.starts.length;
  }

  positionAt(offset: number): Position {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - this.starts[low] };
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
