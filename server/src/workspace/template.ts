/**
 * Templates of configuration files (Jinja, ERB, Go templates, shell variables, placeholders). Their expressions are made
 * opaque before parsing, character by character, so that every offset stays what it was.
 */
import { OPAQUE } from "../syntax/records";
import { lineStartAt } from "../text/lines";
import type { Source } from "../text/pieces";

export interface TemplateUse {
  /** Where the first expression stands. */
  readonly start: number;
  readonly end: number;
  /**
   * Some expression stands for more than a value: a loop, a condition, or text of several lines. Which statements the
   * file will hold is then not known; otherwise only values are missing.
   */
  readonly control: boolean;
}

export interface Masked {
  /** Text of the same length, with {@link OPAQUE} for expressions and blanks for control lines. */
  readonly text: string;
  /** Undefined when the file is no template. */
  readonly template: TemplateUse | undefined;
}

const TEMPLATE_NAME = /\.(j2|jinja2?|erb|epp|tmpl|tpl|template|tftpl|gotmpl|mustache|hbs)$/i;

/** Whether a file's name says that it is a template. */
export const isTemplateName = (uri: string): boolean => TEMPLATE_NAME.test(uri.replace(/[?#].*$/, ""));

/** Tags that no keepalived.conf contains by accident. */
const TAG_ENDS: Readonly<Record<string, string>> = { "{{": "}}", "{%": "%}", "{#": "#}", "<%": "%>" };

/** The tags of a text, in order. A kind that is closed nowhere is looked for once only. */
function* tagsOf(text: string): Generator<{ readonly index: number; readonly tag: string }> {
  const begin = /\{[{%#]|<%/g;
  const open = new Set<string>();
  for (let m = begin.exec(text); m; m = begin.exec(text)) {
    const kind = m[0];
    const end = open.has(kind) ? -1 : text.indexOf(TAG_ENDS[kind], m.index + 2);
    if (end < 0) {
      open.add(kind);
      begin.lastIndex = m.index + 1;
      continue;
    }
    begin.lastIndex = end + 2;
    yield { index: m.index, tag: text.slice(m.index, end + 2) };
  }
}

function withoutTags(text: string): string {
  let result = "";
  let at = 0;
  for (const { index, tag } of tagsOf(text)) {
    result += text.slice(at, index);
    at = index + tag.length;
  }
  return result + text.slice(at);
}

/** Placeholders that people leave for others to fill in. */
const PLACEHOLDERS =
  /<-{1,40}[A-Za-z][\w .-]{0,80}>|<[A-Za-z_][\w. -]*>|@[A-Z][A-Z0-9_]+@|%[A-Z][A-Z0-9_]+%|__[A-Z][A-Z0-9_]*[A-Z0-9]__|\$\{[A-Za-z_]\w{0,80}:[-=?+][^}\n]{0,400}\}/g;
const SHELL = /\$\{([A-Z][A-Z0-9_]*|[a-z][a-z0-9_]*)\}/g;

/** Masks the expressions of a template. A text without any is returned as it is. */
export function maskTemplate(text: string, uri: string): Masked {
  // Cheap tests first: almost no file is a template.
  const tags = text.includes("{{") || text.includes("{%") || text.includes("<%") || text.includes("{#");
  const named = isTemplateName(uri);
  const angle = text.includes("<") && /<[A-Za-z_-][^\n<>@]*>/.test(text);
  const marks =
    (text.includes("@") || text.includes("%") || text.includes("__")) &&
    /[@%]([A-Z][A-Z0-9_]+)[@%]|__[A-Z]/.test(text);
  // keepalived's own definitions and generators give such names a meaning.
  const shell =
    text.includes("${") && !/^[ \t]*(?:@\S+[ \t]+)?(?:\$[A-Za-z_]\w*=|~(?:SEQx?|LST)[ \t]*\()/m.test(text);
  if (!tags && !named && !angle && !marks && !shell) return { text, template: undefined };

  const ranges: { start: number; end: number; control: boolean }[] = [];
  const add = (pattern: RegExp) => {
    const commented = comments(text);
    pattern.lastIndex = 0;
    for (let m = pattern.exec(text); m; m = pattern.exec(text)) {
      if (commented(m.index)) continue;
      ranges.push({ start: m.index, end: m.index + m[0].length, control: false });
    }
  };
  if (tags) {
    const commented = comments(text);
    for (const { index, tag } of tagsOf(text)) {
      if (commented(index)) continue;
      const control =
        tag.startsWith("{%") ||
        tag.startsWith("{#") ||
        /^<%[^=]/.test(tag) ||
        /^\{\{-?\s*(?:(?:if|else|end|range|with|define|block|template)\b|\/\*)/.test(tag);
      ranges.push({ start: index, end: index + tag.length, control });
    }
  }
  if (angle || marks || shell) add(PLACEHOLDERS);
  if (shell) {
    const names = new Set<string>();
    for (const m of text.matchAll(SHELL)) if (!m[1].startsWith("_")) names.add(m[1]);
    // One undefined name is a mistake; several, and no definition at all, are a file for envsubst.
    if (names.size >= 2 || named) add(SHELL);
  }
  if (ranges.length === 0) return { text, template: undefined };

  ranges.sort((a, b) => a.start - b.start);
  const out: string[] = [];
  let at = 0;
  let depth = 0;
  let control = false;
  for (const r of ranges) {
    if (r.start < at) continue;
    const before = text.slice(at, r.start);
    out.push(before);
    depth += opened(before);
    const piece = text.slice(r.start, r.end);
    const alone = r.control && standsAlone(text, r.start, r.end);
    // Outside any block an expression at the start of a line stands for whole blocks.
    control ||=
      (r.control && !COMMENT.test(piece)) || makesLines(piece) || (depth === 0 && startsLine(text, r.start));
    out.push(piece.replace(/[^\r\n]/g, alone ? " " : OPAQUE));
    at = r.end;
  }
  out.push(text.slice(at));
  return { text: out.join(""), template: { start: ranges[0].start, end: ranges[0].end, control } };
}

/**
 * Whether a text without expressions certainly has none after a change, to be seen from the lines that changed. A change
 * in a large file must not cost a look at all of it.
 */
export function staysPlain(
  before: Source,
  after: Source,
  start: number,
  oldEnd: number,
  newLength: number,
  uri: string,
): boolean {
  const end = start + newLength;
  const { from, to } = linesOf(after, start, end);
  if (to - from > LONGEST || oldEnd - start > LONGEST || isTemplateName(uri)) return false;
  // A definition that is lost may make a name one of a shell, and a tag in a comment that is lost may have hidden one.
  const lost = before.slice(from, to + oldEnd - end);
  const found = after.slice(from, to);
  return !/[$~]/.test(lost) && !TAG.test(lost) && !TAG.test(found) && !MARK.test(found);
}

const TAG = /\{[{%#]|<%|\}\}|[%#]\}|%>/;
const MARK = /<[^<>]*>|[@%][A-Z]|__[A-Z]|\$\{/;

/** The whole lines that hold a range. */
export function linesOf(text: Source, start: number, end: number): { from: number; to: number } {
  const eol = text.indexOf("\n", end);
  return { from: lineStartAt(text, start), to: eol < 0 ? text.length : eol };
}

/** Comments of template languages. */
const COMMENT = /^(\{#|\{\{-?\s*\/\*|<%#)/;

/** Nothing but blanks stands before an offset in its line. */
function startsLine(text: string, at: number): boolean {
  let p = at - 1;
  while (p >= 0 && /[ \t\v\f\r]/.test(text[p])) p--;
  return p < 0 || text[p] === "\n";
}

/** An expression that makes lines of its own: it holds a line end or takes in a further template. */
const makesLines = (piece: string): boolean =>
  /^(\{\{|<%)/.test(piece) &&
  (/\\n|\n/.test(piece) || /^\{\{-?\s*(include|toYaml|tpl|partial)\b|^\{\{>/.test(piece));

/** How many more blocks a stretch of text opens than it closes. */
function opened(text: string): number {
  let depth = 0;
  for (const c of text.replace(/[#!].*/g, "")) depth += c === "{" ? 1 : c === "}" ? -1 : 0;
  return depth;
}

/** No line that is meant to be read is longer. */
const LONGEST = 4096;

/** Nothing but blanks and other control tags share the line. */
function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - LONGEST), start);
  const after = text.slice(end, end + LONGEST);
  const from = before.lastIndexOf("\n");
  const eol = after.indexOf("\n");
  if ((from < 0 && start > LONGEST) || (eol < 0 && after.length === LONGEST)) return false;
  return withoutTags(before.slice(from + 1) + (eol < 0 ? after : after.slice(0, eol))).trim() === "";
}

/** Tells of rising offsets whether they stand in a line that is a comment. */
function comments(text: string): (at: number) => boolean {
  let lineStart = 0;
  let lineEnd = -1;
  let comment = false;
  return (at) => {
    if (at > lineEnd) {
      lineStart = lineStartAt(text, at);
      const eol = text.indexOf("\n", at);
      lineEnd = eol < 0 ? text.length : eol;
      let p = lineStart;
      while (text[p] === " " || text[p] === "\t") p++;
      comment = text[p] === "#" || text[p] === "!";
    }
    return comment;
  };
}
