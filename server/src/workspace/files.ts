/** What the core needs to know of files. Access is passed in, so that the same code runs on a disk and in a browser. */
import { type Context, ROOT_CONTEXT } from "../language";
import type { Dialect } from "../syntax/parser";
import { Tree } from "../syntax/tree";
import { maskTemplate, type TemplateUse } from "./template";

export interface SourceFile {
  readonly uri: string;
  /** Changes whenever the text does. */
  readonly version: number;
  /** The text as it is. The tree's text differs from it where template expressions are masked; offsets are the same. */
  readonly text: string;
  readonly tree: Tree;
  /** The template expressions; undefined when the file is no template. */
  readonly template: TemplateUse | undefined;
}

/** Parses a file, masking template expressions. `before` is an earlier state of the file, whose items are reused. */
export function makeSourceFile(
  uri: string,
  version: number,
  text: string,
  dialect: Dialect,
  root: Context = ROOT_CONTEXT,
  before?: {
    readonly file: SourceFile;
    readonly start: number;
    readonly oldEnd: number;
    readonly newLength: number;
  },
): SourceFile {
  const masked = maskTemplate(text, uri);
  if (
    before &&
    masked.template === undefined &&
    before.file.template === undefined &&
    before.file.tree.root === root &&
    before.file.tree.dialect === dialect
  ) {
    const tree = before.file.tree.edit(text, before.start, before.oldEnd, before.newLength);
    return { uri, version, text, tree, template: undefined };
  }
  return { uri, version, text, tree: Tree.parse(masked.text, dialect, root), template: masked.template };
}

/** Why an included file cannot be read. */
export type FileProblem =
  | "missing"
  | "directory"
  | "not-regular"
  | "executable"
  | "unreadable"
  | "too-large"
  | "outside";

export type FileResult =
  | { readonly kind: "file"; readonly file: SourceFile }
  | { readonly kind: "problem"; readonly problem: FileProblem }
  /** The content is being fetched; the owner asks for a new analysis when it is there. */
  | { readonly kind: "pending" };

export interface GlobResult {
  /** Matching files in the order in which keepalived reads them. */
  readonly uris: readonly string[];
  /** Alternatives of a brace pattern that match nothing. */
  readonly missing: readonly string[];
  readonly pending?: boolean;
  /** More files match than are read. */
  readonly cut?: boolean;
}

export interface FileAccess {
  /** The current text of a file; an unsaved buffer wins over the disk. */
  file(uri: string): FileResult;
  /**
   * Files that match a glob(3) pattern with braces.
   * @param base URI of the directory of the including file; relative patterns start there.
   */
  glob(base: string, pattern: string): GlobResult;
}

/** The URI of the directory that holds a file, without trailing slash. */
export function directoryOf(uri: string): string {
  const slash = uri.lastIndexOf("/");
  return slash < 0 ? "" : uri.slice(0, slash);
}

/** The path part of a URI, decoded, for messages and `$_PWD`. */
export function pathOf(uri: string): string {
  const m = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/.*)$/i.exec(uri);
  const path = m ? m[1] : uri;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Resolves a path against a directory URI. */
export function resolveUri(base: string, path: string): string {
  const m = /^([a-z][a-z0-9+.-]*:\/\/[^/]*)(\/.*)?$/i.exec(base);
  const root = m ? m[1] : "";
  const from = path.startsWith("/") ? "" : m ? (m[2] ?? "") : base;
  const parts: string[] = [];
  for (const part of from.split("/")) if (part !== "") parts.push(part);
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(m ? encodeURIComponent(part).replace(/%3A/g, ":").replace(/%40/g, "@") : part);
  }
  return `${root}/${parts.join("/")}`;
}

/** Alternatives of a pattern with (possibly nested) braces, as glob(3) with GLOB_BRACE reads them. */
export function expandBraces(pattern: string, limit = 256): string[] {
  const open = pattern.indexOf("{");
  if (open < 0) return [pattern];
  let depth = 0;
  let from = open + 1;
  const alternatives: string[] = [];
  for (let i = open; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === "{") depth++;
    else if (c === "," && depth === 1) {
      alternatives.push(pattern.slice(from, i));
      from = i + 1;
    } else if (c === "}" && --depth === 0) {
      alternatives.push(pattern.slice(from, i));
      const result: string[] = [];
      for (const a of alternatives) {
        for (const e of expandBraces(pattern.slice(0, open) + a + pattern.slice(i + 1), limit)) {
          if (result.length < limit) result.push(e);
        }
      }
      return result;
    }
  }
  return [pattern];
}

export const hasWildcard = (pattern: string): boolean => /[*?[]/.test(pattern);

/**
 * A matcher for one path segment of a glob pattern. Hidden names need a literal dot. Works without regular expressions,
 * so that no pattern can make it slow.
 */
export function matchSegment(pattern: string, name: string): boolean {
  if (name.startsWith(".") && !pattern.startsWith(".")) return false;
  let p = 0;
  let n = 0;
  let starP = -1;
  let starN = 0;
  while (n < name.length) {
    const width = p < pattern.length ? segmentStep(pattern, p, name[n]) : 0;
    if (p < pattern.length && pattern[p] === "*") {
      starP = p++;
      starN = n;
    } else if (width > 0) {
      p += width;
      n++;
    } else if (starP >= 0) {
      p = starP + 1;
      n = ++starN;
    } else return false;
  }
  while (p < pattern.length && pattern[p] === "*") p++;
  return p === pattern.length;
}

/** Length of the pattern element at `p` if it matches the character, otherwise 0. */
function segmentStep(pattern: string, p: number, c: string): number {
  const k = pattern[p];
  if (k === "?") return 1;
  if (k === "\\" && p + 1 < pattern.length) return pattern[p + 1] === c ? 2 : 0;
  if (k === "[") {
    const close = pattern.indexOf("]", p + 2);
    if (close > 0) {
      let i = p + 1;
      const negated = pattern[i] === "!" || pattern[i] === "^";
      if (negated) i++;
      let hit = false;
      while (i < close) {
        if (pattern[i + 1] === "-" && i + 2 < close) {
          if (c >= pattern[i] && c <= pattern[i + 2]) hit = true;
          i += 3;
        } else hit = pattern[i++] === c || hit;
      }
      return hit !== negated ? close + 1 - p : 0;
    }
  }
  return k === c ? 1 : 0;
}
