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
