/** Links in a text: from includes to files, from commands and paths to the files that they name. */
import { KEYWORDS } from "../language";
import { t } from "../language/schema";
import type { Item } from "../syntax/parser";
import { FIRST_WORD, Flag, KEYWORD, KIND, Kind, WORDS } from "../syntax/records";
import { Node } from "../syntax/tree";
import { directoryOf, pathOf, resolveUri } from "../workspace/files";
import { type FeatureContext, viewsOf } from "./context";
import { type Locale, say } from "./diagnostics";
import { filesOfInclude } from "./navigation";

export interface Link {
  readonly start: number;
  readonly end: number;
  /** URI of a file. */
  readonly target: string;
  readonly tooltip: string;
}

/** Files listed in a tooltip. */
const MAX_LISTED = 20;
/** Paths that are looked for on the disk for one document; a farm of thousands of MISC_CHECKs repeats a few scripts. */
const MAX_PATHS = 500;

/**
 * The links of a file. An include links to its file, a pattern to the first of its files; a command or path links to the
 * file if `exists` says that there is one.
 */
export function links(c: FeatureContext, exists: (uri: string) => boolean): Link[] {
  const { tree } = c.file;
  const result: Link[] = [];
  const known = new Map<string, string | undefined>();
  const locate = (path: string): string | undefined => {
    if (!known.has(path)) {
      if (known.size >= MAX_PATHS) return undefined;
      known.set(path, candidates(c, path).find(exists));
    }
    return known.get(path);
  };
  for (let i = 0; i < tree.items.length; i++) {
    for (const record of recordsOf(tree.items[i])) {
      const node = new Node(tree, tree.items[i], tree.starts[i], record, undefined);
      const link = node.kind === Kind.Include ? includeLink(c, node) : fileLink(c, node, locate);
      if (link) result.push(link);
    }
  }
  return result;
}

const records = new WeakMap<Item, readonly number[]>();

/** The records of an item that may hold a link; looked for once in the item's life. */
function recordsOf(item: Item): readonly number[] {
  let found = records.get(item);
  if (!found) {
    const { data } = item;
    const list: number[] = [];
    for (let r = 0; r < data.length; ) {
      const kind = data[r + KIND];
      if ((kind & 0xff) === Kind.Include || (data[r + KEYWORD] >= 0 && NAMES_FILE[data[r + KEYWORD]]))
        list.push(r);
      r += FIRST_WORD + 2 * data[r + WORDS] + (kind & Flag.Condition ? 2 : 0);
    }
    found = list.length > 0 ? list : NONE;
    records.set(item, found);
  }
  return found;
}
const NONE: readonly number[] = [];

function fileLink(
  c: FeatureContext,
  node: Node,
  locate: (path: string) => string | undefined,
): Link | undefined {
  const word = pathOfStatement(node);
  const path = word && (node.has(Flag.UsesDefinition) ? expandedPath(c, node) : word.path);
  const target = path && locate(path);
  return word && target ? { start: word.start, end: word.end, target, tooltip: pathOf(target) } : undefined;
}

function includeLink(c: FeatureContext, node: Node): Link | undefined {
  if (node.wordCount < 2) return undefined;
  const files = filesOfInclude(c.file.uri, node.start, node.end, [c.project]);
  if (files.length === 0) return undefined;
  return {
    start: node.wordStart(1),
    end: node.wordEnd(1),
    target: files[0],
    tooltip: listOf(files.map(pathOf), c.locale),
  };
}

function listOf(paths: readonly string[], locale: Locale): string {
  if (paths.length === 1) return paths[0];
  const shown = paths.slice(0, MAX_LISTED).join("\n");
  const more = paths.length > MAX_LISTED ? "\n…" : "";
  return `${say(t(`${paths.length} files, the first one is opened`, `${paths.length} 个文件，将打开第一个`), locale)}\n${shown}${more}`;
}

/** By keyword number: whether the first argument names a file that somebody may want to read. */
const NAMES_FILE: readonly boolean[] = KEYWORDS.map(
  ({ spec }) => spec.kind === "leaf" && (spec.args[0]?.type === "script" || spec.args[0]?.type === "path"),
);

/** The path in a statement: of a command its first word, even inside the quotes around the whole command. */
function pathOfStatement(node: Node): { path: string; start: number; end: number } | undefined {
  if (node.wordCount < 2) return undefined;
  const from = node.wordStart(1);
  const m = /^["']*([^\s"']+)/.exec(node.rawWord(1));
  if (!m) return undefined;
  const start = from + m[0].length - m[1].length;
  return { path: m[1], start, end: start + m[1].length };
}

/** The path of a statement that uses definitions, as the first reading that has it reads it. */
function expandedPath(c: FeatureContext, node: Node): string | undefined {
  for (const { resolved, tree } of viewsOf(c)) {
    const [at] = resolved?.offsetsOf(c.file.uri, node.start) ?? [];
    if (at === undefined) continue;
    const path = tree.pathAt(at);
    const read = path[path.length - 1];
    const word = read?.keyword && NAMES_FILE[read.keyword.index] && pathOfStatement(read);
    if (word) return word.path;
  }
  return undefined;
}

/**
 * Where a file may be: at its path; or, for a configuration that is kept in a repository, beside the root file as it is
 * below /etc/keepalived on the director.
 */
function candidates(c: FeatureContext, path: string): string[] {
  if (!path.startsWith("/")) return [];
  const folder = directoryOf(c.project.root.uri);
  const result = [resolveUri(folder, path)];
  const below = /^\/etc\/keepalived\/(.+)$/.exec(path);
  if (below) result.push(resolveUri(folder, below[1]));
  return result;
}
