/**
 * Templates of configuration files (Jinja, ERB, Go templates, shell variables, placeholders). Their expressions are made
 * opaque before parsing, character by character, so that every offset stays what it was.
 */
import { OPAQUE } from "../syntax/records";

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
const TAGS = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}|<%[\s\S]*?%>/g;
/** Placeholders that people leave for others to fill in. */
const PLACEHOLDERS =
  /<-+[A-Za-z][\w .-]*-+>|<[A-Za-z_][\w. -]*>|@[A-Z][A-Z0-9_]+@|%[A-Z][A-Z0-9_]+%|__[A-Z][A-Z0-9_]*[A-Z0-9]__|\$\{[A-Za-z_]\w*:[-=?+][^}\n]*\}/g;
const SHELL = /\$\{([A-Z][A-Z0-9_]*|[a-z][a-z0-9_]*)\}/g;

/** Masks the expressions of a template. A text without any is returned as it is. */
export function maskTemplate(text: string, uri: string): Masked {
  // Cheap tests first: almost no file is a template.
  const tags = text.includes("{{") || text.includes("{%") || text.includes("<%") || text.includes("{#");
  const named = isTemplateName(uri);
  const angle = /<[A-Za-z_-][^\n<>@]*>/.test(text);
  const marks = /[@%]([A-Z][A-Z0-9_]+)[@%]|__[A-Z]/.test(text);
  // keepalived's own definitions and generators give such names a meaning.
  const shell =
    text.includes("${") && !/^[ \t]*(?:@\S+[ \t]+)?(?:\$[A-Za-z_]\w*=|~(?:SEQx?|LST)[ \t]*\()/m.test(text);
  if (!tags && !named && !angle && !marks && !shell) return { text, template: undefined };

  const ranges: { start: number; end: number; control: boolean }[] = [];
  const add = (pattern: RegExp, control: (match: string) => boolean) => {
    pattern.lastIndex = 0;
    for (let m = pattern.exec(text); m; m = pattern.exec(text)) {
      if (inComment(text, m.index)) continue;
      ranges.push({ start: m.index, end: m.index + m[0].length, control: control(m[0]) });
    }
  };
  if (tags)
    add(
      TAGS,
      (m) =>
        m.startsWith("{%") ||
        m.startsWith("{#") ||
        /^<%[^=]/.test(m) ||
        /^\{\{-?\s*(?:(?:if|else|end|range|with|define|block|template)\b|\/\*)/.test(m),
    );
  if (angle || marks || shell) add(PLACEHOLDERS, () => false);
  if (shell) {
    const names = new Set<string>();
    for (const m of text.matchAll(SHELL)) if (!m[1].startsWith("_")) names.add(m[1]);
    // One undefined name is a mistake; several, and no definition at all, are a file for envsubst.
    if (names.size >= 2 || named) add(SHELL, () => false);
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

/** Comments of template languages. */
const COMMENT = /^(\{#|\{\{-?\s*\/\*|<%#)/;

const startsLine = (text: string, at: number): boolean =>
  text.slice(text.lastIndexOf("\n", at - 1) + 1, at).trim() === "";

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

/** Nothing but blanks and other control tags share the line. */
function standsAlone(text: string, start: number, end: number): boolean {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const eol = text.indexOf("\n", end);
  const rest = text.slice(from, start) + text.slice(end, eol < 0 ? text.length : eol);
  return rest.replace(TAGS, "").trim() === "";
}

function inComment(text: string, at: number): boolean {
  const from = text.lastIndexOf("\n", at - 1) + 1;
  return /^[ \t]*[#!]/.test(text.slice(from, at));
}
