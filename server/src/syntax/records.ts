/**
 * Layout of the syntax tree in memory. The tree of a top-level item is one `Int32Array` of records in document order;
 * a record is followed by its children, and knows where its next sibling begins. All offsets are relative to the item,
 * so that an item that did not change stays valid when text before it does.
 */

/** What a record stands for (low byte of field {@link KIND}). */
export enum Kind {
  /** A keyword with its arguments and, for blocks, its body. */
  Statement = 1,
  /** One entry of a list block. */
  Entry = 2,
  Comment = 3,
  /** `$NAME=value`, possibly over several lines. */
  Definition = 4,
  /** `~SEQ(...) text` or `~LST(...) text`. The first word is the generator with its parameters. */
  Generator = 5,
  /** `include pattern` and its variants. */
  Include = 6,
  /** A closing brace that closes nothing. */
  StrayClose = 7,
  /** An opening brace that belongs to no statement; its content is kept as a body. */
  StrayOpen = 8,
}

/** Kind and flags. */
export const KIND = 0;
/** Keyword number, or -1 when the word is no keyword of its context. */
export const KEYWORD = 1;
export const START = 2;
/** End of the header (last word), of the comment, or of the whole definition. */
export const END = 3;
/** Index of the next sibling record. */
export const NEXT = 4;
/** Offset of the opening brace, -1 without body, -2 when the body was opened without a brace. */
export const OPEN = 5;
/** Offset of the closing brace, -1 when missing. */
export const CLOSE = 6;
/** Number of words. */
export const WORDS = 7;
/** Start of the first word; start and end of each word follow in pairs, then those of the condition, if flagged. */
export const FIRST_WORD = 8;

export enum Flag {
  /** The line begins with `@id` or `@^id`. */
  Condition = 1 << 8,
  /** A word holds `$NAME` or `${NAME}`. */
  UsesDefinition = 1 << 9,
  /** A quoted word. */
  Quoted = 1 << 10,
  /** A header of the same block for another configuration id (`@a X {` / `@b Y {`). */
  Alternative = 1 << 11,
  /** A word holds a template expression. */
  Opaque = 1 << 12,
}

/** No body. */
export const NO_BODY = -1;
/** A body whose opening brace is missing. */
export const VIRTUAL_BODY = -2;

/** Structural faults that the parser sees. Each issue is four numbers: type, start, end, record index. */
export enum Issue {
  UnterminatedQuote = 1,
  LineTooLong = 2,
  NulCharacter = 3,
  MissingOpen = 4,
  MissingClose = 5,
  ExtraClose = 6,
  UnexpectedOpen = 7,
  /** A root-level block inside another block, braces being balanced. */
  NestedRootBlock = 8,
  TooDeep = 9,
  ByteOrderMark = 10,
  CommentInDefinition = 11,
  GeneratorUnclosed = 12,
}

/** Stands in the text that is parsed for one UTF-16 unit of a template expression. */
export const OPAQUE = "\uE000";
export const OPAQUE_CODE = 0xe000;
