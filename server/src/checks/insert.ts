/** Edits that put statements into blocks, and the fixes made of them. Offsets are relative to the item of the node. */
import { type Text, t } from "../language/schema";
import type { Node } from "../syntax/tree";
import { lineEndAt, lineStartAt } from "../text/lines";
import type { Source } from "../text/pieces";
import { deeper, indentAt, nodeAt, removeIn } from "./edits";
import { type Edit, type Fix, type Place, type Related, replace } from "./rule";

/** Works out fixes of a local problem, for where its item stands by then. It must not hold on to a text. */
export type FixMaker = (place: Place) => readonly Fix[];

/** A pointer to the end of a block: there keepalived reports what the block lacks. */
export function blockEnd(node: Node): { readonly related: readonly Related[] } | undefined {
  return node.close < 0 ? undefined : endAt(node.close - node.base);
}

/** As {@link blockEnd}, by the offset of the closing brace. */
export const endAt = (close: number): { readonly related: readonly Related[] } => ({
  related: [
    {
      start: close,
      end: close + 1,
      message: t(
        "The block ends here; keepalived reports it at this line.",
        "块在此结束；keepalived 在此行报告。",
      ),
    },
  ],
});

/** The line end that a text uses at an offset. */
const eolAt = (text: Source, offset: number): string =>
  text.charCodeAt(lineEndAt(text, offset) - 1) === 13 ? "\r\n" : "\n";

/** The indentation of what stands in a block. */
function innerIndent(node: Node): string {
  const { text } = node.tree;
  const own = indentAt(text, node.start);
  const first = node.children.find((c) => lineStartAt(text, c.start) > node.start);
  return first ? indentAt(text, first.start) : deeper(own);
}

/** Edits that put statements below the header of a block, indented like its first statement. */
export function insertStatement(node: Node, ...statements: readonly string[]): Edit[] {
  const { text } = node.tree;
  const at = node.open >= 0 ? node.open + 1 : node.end;
  const eol = eolAt(text, at);
  const indent = innerIndent(node);
  const end = lineEndAt(text, at);
  if (end < text.length && /^[ \t\r]*([#!].*)?$/.test(text.slice(at, end))) {
    // After the line of the brace.
    const lines = statements.map((s) => `${indent}${s}${eol}`).join("");
    return [replace(end + 1 - node.base, end + 1 - node.base, lines)];
  }
  const lines = statements.map((s) => `${eol}${indent}${s}`).join("");
  return [replace(at - node.base, at - node.base, `${lines}${eol}${indent}`)];
}

/**
 * Edits that put lines at the end of a block, indented like its statements.
 * @param lines four blanks at their start stand for one step of indentation.
 */
export function insertBlock(node: Node, lines: readonly string[]): Edit[] {
  const { text } = node.tree;
  const eol = eolAt(text, node.end);
  const indent = innerIndent(node);
  const own = indentAt(text, node.start);
  const step = indent.startsWith(own) ? indent.slice(own.length) : "    ";
  const body = lines
    .map((l) => indent + l.replace(/^(?: {4})+/, (blanks) => step.repeat(blanks.length / 4)) + eol)
    .join("");
  if (node.close >= 0) {
    const line = lineStartAt(text, node.close);
    if (text.slice(line, node.close).trim() === "")
      return [replace(line - node.base, line - node.base, body)];
    let end = node.close;
    while (text.charAt(end - 1) === " " || text.charAt(end - 1) === "\t") end--;
    return [replace(end - node.base, node.close - node.base, `${eol}${body}${own}`)];
  }
  const end = lineEndAt(text, node.fullEnd);
  const at = end < text.length ? end + 1 : end;
  return [replace(at - node.base, at - node.base, end < text.length ? body : `${eol}${body}`)];
}

/** An edit of the text that puts a line below the one on which a range ends, indented like the line of its start. */
export function lineBelow(text: Source, start: number, end: number, line: string): Edit {
  const eol = eolAt(text, end);
  const at = lineEndAt(text, end) - (eol.length - 1);
  return replace(at, at, `${eol}${indentAt(text, start)}${line}`);
}

/** An edit that puts a line below a statement without block. */
function insertBelow(node: Node, line: string): Edit {
  const edit = lineBelow(node.tree.text, node.start, node.end, line);
  return replace(edit.start - node.base, edit.end - node.base, edit.text);
}

// ---------------------------------------------------------------------------------------------- fixes

const inserting = (statement: string): Text => t(`Insert “${statement}”`, `插入“${statement}”`);

/** Fixes that put one of the given statements below the header of a block. */
export const insertFixes =
  (record: number, statements: readonly string[], safe = false): FixMaker =>
  (place) =>
    statements.map((s) => ({ title: inserting(s), edits: insertStatement(nodeAt(place, record), s), safe }));

/** A fix that puts lines at the end of a block. */
export const insertLinesFix =
  (record: number, lines: readonly string[], title?: Text): FixMaker =>
  (place) => [
    {
      title: title ?? inserting(lines[0].replace(/ \{$/, "")),
      edits: insertBlock(nodeAt(place, record), lines),
    },
  ];

/** A fix that deletes a statement, with its line where it stands alone on it. */
export const deleteFix =
  (start: number, end: number, safe: boolean, title: Text = t("Delete the line", "删除此行")): FixMaker =>
  (place) => [{ title, edits: [removeIn(place, start, end)], safe }];

/** A fix that writes another text in place of a range. */
export const writeFix = (start: number, end: number, text: string, safe = false): readonly Fix[] => [
  { title: t(`Write ${text}`, `改为 ${text}`), edits: [replace(start, end, text)], safe },
];

/** A statement with the comment behind it, where it has its line to itself. */
function withComment(node: Node): string {
  const { text } = node.tree;
  const rest = text.slice(node.end, lineEndAt(text, node.end)).trimEnd();
  const alone = text.slice(lineStartAt(text, node.start), node.start).trim() === "";
  return text.slice(node.start, node.end) + (alone && /^[ \t]+[#!]/.test(rest) ? rest : "");
}

/** A fix that moves a statement of one line below another one of the same block. */
export const moveBelowFix =
  (record: number, target: number, safe: boolean): FixMaker =>
  (place) => {
    const node = nodeAt(place, record);
    const below = nodeAt(place, target);
    return [
      {
        title: t(`Move it below “${below.name}”`, `移到“${below.name}”之后`),
        edits: [
          removeIn(place, node.start - place.base, node.end - place.base),
          insertBelow(below, withComment(node)),
        ],
        safe,
      },
    ];
  };

/** A fix that puts a line below a statement without block. */
export const insertBelowFix =
  (record: number, line: string, safe: boolean): FixMaker =>
  (place) => [{ title: inserting(line), edits: [insertBelow(nodeAt(place, record), line)], safe }];

/** Several fixes to choose from. */
export const oneOf =
  (...makers: readonly FixMaker[]): FixMaker =>
  (place) =>
    makers.flatMap((make) => make(place));
