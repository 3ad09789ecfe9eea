/** Edits of lines and words that fixes are made of. Offsets are those of the text, unless a function says otherwise. */
import { Node } from "../syntax/tree";
import { lineEndAt, lineStartAt } from "../text/lines";
import type { Source } from "../text/pieces";

import { type Edit, type Place, replace } from "./rule";

/** The blanks that the line of an offset begins with. */
export function indentAt(text: Source, offset: number): string {
  const start = lineStartAt(text, offset);
  let end = start;
  while (end < text.length && (text.charAt(end) === " " || text.charAt(end) === "\t")) end++;
  return text.slice(start, end);
}

/** One step of indentation more, in the manner of the line. */
export const deeper = (indent: string): string => (indent.endsWith("\t") ? `${indent}\t` : `${indent}    `);

/** The lines of a text that begins after its indentation `from`, each with the indentation `to` instead. */
export const reindented = (text: string, from: string, to: string): string =>
  text
    .split("\n")
    .map((line, i) => (i === 0 ? to + line : line.startsWith(from) ? to + line.slice(from.length) : line))
    .join("\n");

/** Edits of the text as edits of an item. */
export const relativeTo = (base: number, edits: readonly Edit[]): Edit[] =>
  edits.map((e) => replace(e.start - base, e.end - base, e.text));

/** Puts lines above the line of an offset. */
export function insertAbove(text: Source, offset: number, lines: readonly string[]): Edit {
  const at = lineStartAt(text, offset);
  return replace(at, at, lines.map((l) => `${l}\n`).join(""));
}

/** Deletes a range: with its lines and their comment where nothing else stands on them, otherwise with a blank before it. */
export function remove(text: Source, start: number, end: number): Edit {
  const from = lineStartAt(text, start);
  const to = lineEndAt(text, end);
  if (text.slice(from, start).trim() === "" && /^[ \t\r]*(?:[#!].*)?$/.test(text.slice(end, to))) {
    if (to < text.length) return replace(from, to + 1, "");
    return replace(Math.max(0, from - 1), to, "");
  }
  let blank = start;
  while (blank > from && (text.charAt(blank - 1) === " " || text.charAt(blank - 1) === "\t")) blank--;
  return replace(blank === from ? start : blank, end, "");
}

/** Deletes a range of an item, see {@link remove}. Offsets are relative to the item. */
export function removeIn({ tree, base }: Place, start: number, end: number): Edit {
  const edit = remove(tree.text, base + start, base + end);
  return replace(edit.start - base, edit.end - base, edit.text);
}

/** Deletes the words of a node from `n` to `last`, with the blanks before them (for the first word: after them). */
export const removeWords = (node: Node, n: number, last = n): Edit =>
  n === 0
    ? replace(node.wordStart(0), node.wordStart(last + 1), "")
    : replace(node.wordEnd(n - 1), node.wordEnd(last), "");

/** Begins a new line before words of a node; a block that stands on one line is opened out. */
export function breakBefore(node: Node, words: readonly number[]): Edit[] {
  const { text } = node.tree;
  const from = lineStartAt(text, node.lineStart);
  const own = indentAt(text, from);
  const before = text.slice(from, node.lineStart);
  const edits: Edit[] = [];
  let indent = own;
  const brace = /\{([ \t]*)$/.exec(before);
  if (brace) {
    indent = deeper(own);
    edits.push(replace(node.lineStart - brace[1].length, node.lineStart, `\n${indent}`));
    const close = /^[ \t]*(?=\})/.exec(text.slice(node.end, lineEndAt(text, node.end)));
    if (close) edits.push(replace(node.end, node.end + close[0].length, `\n${own}`));
  }
  for (const n of words) edits.push(replace(node.wordEnd(n - 1), node.wordStart(n), `\n${indent}`));
  return edits;
}

/** Number of the item at a place. */
export const itemAt = ({ tree, base }: Place): number => tree.itemIndexAt(base);

/** A record of the item at a place, as a node of the text as it is now. */
export const nodeAt = (place: Place, record: number): Node =>
  new Node(place.tree, place.tree.items[itemAt(place)], place.base, record, undefined);
