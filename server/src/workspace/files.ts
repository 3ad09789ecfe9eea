/** What the core needs to know of files. Access is passed in, so that the same code runs on a disk and in a browser. */
import { type Context, ROOT_CONTEXT } from "../language";
import type { Dialect } from "../syntax/parser";
import { Tree } from "../syntax/tree";
import type { Source } from "../text/pieces";
import type { Steps } from "../text/steps";
import { linesOf, maskTemplate, staysPlain, type TemplateUse } from "./template";

export { expandBraces, hasWildcard, matchSegment } from "../text/glob";

/** Whether a URI is a folder or lies in it, at any depth. */
export const isInside = (uri: string, folder: string): boolean =>
  `${uri}/`.startsWith(folder.endsWith("/") ? folder : `${folder}/`);

export interface SourceFile {
  readonly uri: string;
  /** Changes whenever the text does. */
  readonly version: number;
  /** The text as it is. The tree's text differs from it where template expressions are masked; offsets are the same. */
  readonly text: Source;
  readonly tree: Tree;
  /** The template expressions; undefined when the file is no template. */
  readonly template: TemplateUse | undefined;
  /** Some text looks like a comment that silences findings. */
  readonly silences: boolean;
}

const SILENCING = "keepalived-disable";

/** Parses a file, masking template expressions. `before` is an earlier state of the file, whose items are reused. */
export function makeSourceFile(
  uri: string,
  version: number,
  text: Source,
  dialect: Dialect,
  root: Context = ROOT_CONTEXT,
  before?: {
    readonly file: SourceFile;
    readonly start: number;
    readonly oldEnd: number;
    readonly newLength: number;
  },
): SourceFile {
  const plain =
    before !== undefined &&
    before.file.template === undefined &&
    staysPlain(before.file.text, text, before.start, before.oldEnd, before.newLength, uri);
  // What changed in a large file must not cost a look at all of it.
  let lines = text;
  if (before?.file.silences === false) {
    const { from, to } = linesOf(text, before.start, before.start + before.newLength);
    lines = text.slice(from, to);
  }
  const silences = lines.includes(SILENCING);
  const masked = plain ? undefined : maskTemplate(String(text), uri);
  if (
    before &&
    masked?.template === undefined &&
    before.file.template === undefined &&
    before.file.tree.root === root &&
    before.file.tree.dialect === dialect
  ) {
    const tree = before.file.tree.edit(text, before.start, before.oldEnd, before.newLength);
    return { uri, version, text, tree, template: undefined, silences };
  }
  const tree = Tree.parse(masked?.text ?? String(text), dialect, root);
  return { uri, version, text, tree, template: masked?.template, silences };
}

/** Parses a file in steps. */
export function* sourceFileSteps(
  uri: string,
  version: number,
  text: string,
  dialect: Dialect,
  root: Context = ROOT_CONTEXT,
): Steps<SourceFile> {
  const masked = maskTemplate(text, uri);
  const tree = yield* Tree.parseSteps(masked.text, dialect, root);
  return { uri, version, text, tree, template: masked.template, silences: text.includes(SILENCING) };
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
  /** The same in steps, where reading a file may take long. */
  fileSteps?(uri: string): Steps<FileResult>;
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

/** Half of a pair of units: no character, and nothing that a URI can hold. */
const HALF = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

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
    else
      parts.push(
        m ? encodeURIComponent(part.replace(HALF, "\uFFFD")).replace(/%3A/g, ":").replace(/%40/g, "@") : part,
      );
  }
  return `${root}/${parts.join("/")}`;
}
