/** Selection ranges: what "expand selection" takes next, from the word outwards. */
import { Kind } from "../syntax/records";
import type { Node } from "../syntax/tree";
import { lineEndAt, lineStartAt } from "../text/lines";
import type { Source } from "../text/pieces";
import type { SourceFile } from "../workspace/files";

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Ranges around an offset, the smallest first; each holds the one before. */
export function selectionRanges(file: SourceFile, offset: number): Span[] {
  const { text, tree } = file;
  const candidates: Span[] = [];
  const add = (start: number, end: number) => {
    if (start <= offset && offset <= end && end > start) candidates.push({ start, end });
  };
  const path = tree.pathAt(offset);
  for (let i = path.length - 1; i >= 0; i--) {
    const node = path[i];
    if (node.kind === Kind.Comment) {
      const content = /^[#!]+[ \t]*/.exec(text.slice(node.start, node.end))![0].length;
      addWordAt(text, offset, node.start + content, node.end, add);
      add(node.start + content, node.end);
      add(node.start, node.end);
      const run = commentRun(node);
      add(run.start, run.end);
      continue;
    }
    for (let w = 0; w < node.wordCount; w++) {
      const start = node.wordStart(w);
      const end = node.wordEnd(w);
      if (offset < start || offset > end) continue;
      parts(text, offset, start, end, add);
      add(start, end);
    }
    if (node.wordCount > 1) add(node.wordStart(1), node.wordEnd(node.wordCount - 1));
    if (node.wordCount > 0) add(node.start, node.end);
    add(node.lineStart, node.end);
    if (node.kind === Kind.Definition) {
      for (let w = 1; w < node.wordCount; w++) add(node.wordStart(w), node.wordEnd(w));
    }
    if (!node.hasBody) continue;
    const open = node.open >= 0 ? node.open + 1 : node.end;
    const close = node.close >= 0 ? node.close : node.fullEnd;
    if (offset >= open && offset <= close) {
      const { children } = node;
      if (children.length > 0) {
        // The lines of the body, then everything between the braces.
        const last = children[children.length - 1];
        const first = Math.min(children[0].lineStart, children[0].start);
        add(Math.max(open, first), Math.min(close, Math.max(last.fullEnd, last.end)));
      }
      add(open, close);
    }
    add(node.lineStart, node.fullEnd);
  }
  if (candidates.length === 0) {
    const start = lineStartAt(text, offset);
    const line = text.slice(start, lineEndAt(text, start));
    add(start + (line.length - line.trimStart().length), start + line.trimEnd().length);
  }
  add(0, text.length);
  return nest(candidates);
}

/** Keeps of the candidates those that hold the one before them. */
function nest(candidates: readonly Span[]): Span[] {
  const sorted = [...candidates].sort((a, b) => a.end - a.start - (b.end - b.start));
  const result: Span[] = [];
  for (const c of sorted) {
    const last = result[result.length - 1];
    if (!last) result.push(c);
    else if (c.start <= last.start && c.end >= last.end && c.end - c.start > last.end - last.start)
      result.push(c);
  }
  return result;
}

type Add = (start: number, end: number) => void;

/** Parts of a word: the use of a definition, the address of a prefix or range, the inside of quotes. */
function parts(text: Source, offset: number, start: number, end: number, add: Add): void {
  const word = text.slice(start, end);
  for (const m of word.matchAll(/\$(?:\{([A-Za-z_]\w*)[^}\n]*\}|([A-Za-z_]\w*))/g)) {
    const at = start + m.index;
    const name = m[1] ?? m[2];
    const nameAt = at + m[0].indexOf(name);
    add(nameAt, nameAt + name.length);
    add(at, at + m[0].length);
  }
  if (word.startsWith('"')) {
    const inner = word.length > 1 && word.endsWith('"') ? end - 1 : end;
    addWordAt(text, offset, start + 1, inner, add);
    add(start + 1, inner);
    return;
  }
  let from = start;
  for (const piece of word.split(/([/,=-])/)) {
    if (!/^[/,=-]$/.test(piece)) add(from, from + piece.length);
    from += piece.length;
  }
}

/** The word between blanks at an offset. */
function addWordAt(text: Source, offset: number, from: number, to: number, add: Add): void {
  let start = offset;
  let end = offset;
  while (start > from && !/\s/.test(text.charAt(start - 1))) start--;
  while (end < to && !/\s/.test(text.charAt(end))) end++;
  add(start, end);
}

/** The comments on consecutive lines around a comment. */
function commentRun(node: Node): Span {
  const { text } = node.tree;
  const aloneAt = (at: number) => /^[ \t]*[#!]/.test(text.slice(at, at + 256));
  let start = node.start;
  let end = node.end;
  if (!aloneAt(lineStartAt(text, start))) return { start, end };
  for (let line = lineStartAt(text, start); line > 0; ) {
    line = lineStartAt(text, line - 1);
    if (!aloneAt(line)) break;
    start = line + /^[ \t]*/.exec(text.slice(line, line + 256))![0].length;
  }
  for (let next = lineEndAt(text, end) + 1; next < text.length && aloneAt(next); ) {
    const eol = lineEndAt(text, next);
    end = next + text.slice(next, eol).trimEnd().length;
    next = eol + 1;
  }
  return { start, end };
}
