/** What an editor feature is asked about: a file, the configuration it belongs to, and how to answer. */
import type { Project, View } from "../checks/project";
import type { Context, Keyword } from "../language";
import { Kind } from "../syntax/records";
import type { Node } from "../syntax/tree";
import { lineStartAt } from "../text/lines";
import type { SourceFile } from "../workspace/files";
import type { Locale } from "./diagnostics";

export interface FeatureContext {
  readonly file: SourceFile;
  readonly project: Project;
  readonly locale: Locale;
  /** keepalived release in force. */
  readonly target: string;
}

/** The readings in which a file takes part; the one for no particular configuration id comes first. */
export const viewsOf = (c: FeatureContext): readonly View[] => c.project.views;

/** What lies around an offset, lexically. */
export interface LinePlace {
  /** Offset where the statement of the line begins, after blanks, braces and a condition. */
  readonly start: number;
  /** Words before the cursor, the one being typed excluded. */
  readonly words: readonly { readonly text: string; readonly start: number; readonly end: number }[];
  /** The word being typed, up to the cursor. */
  readonly prefix: string;
  readonly prefixStart: number;
  /** End of the word that the cursor is in. */
  readonly wordEnd: number;
  /** The cursor stands in a comment. */
  readonly comment: boolean;
  /** The cursor stands inside double quotes that opened on this line. */
  readonly quoted: boolean;
  /** The block around; undefined inside a block that is not known. */
  readonly context: Context | undefined;
  /** The node of that block. */
  readonly block: Node | undefined;
  /** Nothing but blanks or a comment follows the cursor's word on the line. */
  readonly atEnd: boolean;
}

/** What separates words for keepalived: other white space of Unicode belongs to a word. */
const BLANK = /[ \t-\r]/;
const WORD_END = /[ \t-\r"{}#!]/;

/** Reads the line around an offset the way keepalived would, up to the cursor. */
export function linePlace(file: SourceFile, offset: number): LinePlace {
  const { text, tree } = file;
  const lineStart = lineStartAt(text, offset);
  let start = lineStart;
  let comment = false;
  let quoted = false;
  let words: { text: string; start: number; end: number }[] = [];
  let p = lineStart;
  const reset = (at: number) => {
    words = [];
    start = at;
  };
  while (p < offset) {
    const c = text.charAt(p);
    if (BLANK.test(c)) {
      p++;
      if (words.length === 0) start = p;
      continue;
    }
    if (c === "#" || c === "!") {
      comment = true;
      break;
    }
    if (c === "{" || c === "}") {
      p++;
      reset(p);
      continue;
    }
    const from = p;
    if (c === '"') {
      const close = text.indexOf('"', p + 1);
      if (close < 0 || close >= offset) {
        quoted = true;
        words.push({ text: text.slice(from + 1, offset), start: from + 1, end: offset });
        p = offset;
        break;
      }
      p = close + 1;
    } else {
      while (p < offset && !WORD_END.test(text.charAt(p))) {
        if (text.charAt(p) === "$" && text.charAt(p + 1) === "{") {
          const close = text.indexOf("}", p);
          if (close > 0 && close < offset && !text.slice(p, close).includes("\n")) p = close;
          else if (/^\w*$/.test(text.slice(p + 2, offset))) {
            // Its name is being typed: the brace opens no block.
            p = offset;
            break;
          }
        }
        p++;
      }
    }
    const word = { text: text.slice(from, p).replace(/^"|"$/g, ""), start: from, end: p };
    if (
      words.length === 0 &&
      word.text.startsWith("@") &&
      text.slice(lineStart, from).trim() === "" &&
      p < offset
    ) {
      // A condition is no part of the statement.
      start = p;
      continue;
    }
    words.push(word);
  }
  const last = words[words.length - 1];
  const typing =
    last !== undefined && last.end === offset && (quoted || !BLANK.test(text.charAt(offset - 1) || " "));
  const prefix = typing ? last.text : "";
  const prefixStart = typing ? last.start : offset;
  let wordEnd = offset;
  while (wordEnd < text.length && !WORD_END.test(text.charAt(wordEnd))) wordEnd++;
  const eol = text.indexOf("\n", wordEnd);
  const rest = text.slice(
    quoted && text.charAt(wordEnd) === '"' ? wordEnd + 1 : wordEnd,
    eol < 0 ? text.length : eol,
  );
  const block = blockAround(tree.pathAt(start), start);
  return {
    start,
    words: typing ? words.slice(0, -1) : words,
    prefix,
    prefixStart,
    wordEnd,
    comment,
    quoted,
    context: block === undefined ? tree.root : block.context,
    block,
    atEnd: /^[ \t\r]*([#!{}].*)?$/.test(rest),
  };
}

function blockAround(path: readonly Node[], offset: number): Node | undefined {
  for (let i = path.length - 1; i >= 0; i--) if (path[i].hasBody && path[i].inBody(offset)) return path[i];
  return undefined;
}

/** The statement or entry at an offset, with the word there; undefined between statements. */
export function nodeAt(file: SourceFile, offset: number): { node: Node; word: number } | undefined {
  const path = file.tree.pathAt(offset);
  const node = path[path.length - 1];
  if (!node || node.kind === Kind.Comment) return undefined;
  for (let n = 0; n < node.wordCount; n++) {
    if (node.wordStart(n) <= offset && offset <= node.wordEnd(n)) return { node, word: n };
  }
  return undefined;
}

/** The list block that an entry belongs to, or the keyword of a statement. */
export function keywordOf(node: Node): Keyword | undefined {
  return node.kind === Kind.Entry ? node.parent?.keyword : node.keyword;
}
