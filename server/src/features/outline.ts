/** The outline of a file, and what of it can be folded. */
import { Kind } from "../syntax/records";
import type { Node } from "../syntax/tree";
import { lineStartAt } from "../text/lines";
import type { Source } from "../text/pieces";
import { finish, type Steps } from "../text/steps";
import type { SourceFile } from "../workspace/files";

export type OutlineKind =
  | "instance"
  | "group"
  | "script"
  | "service"
  | "server"
  | "checker"
  | "settings"
  | "address"
  | "definition"
  | "include"
  | "block";

export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  readonly kind: OutlineKind;
  readonly start: number;
  readonly end: number;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly children: readonly OutlineItem[];
}

const KINDS: Readonly<Record<string, OutlineKind>> = {
  global_defs: "settings",
  SSL: "settings",
  vrrp_instance: "instance",
  vrrp_sync_group: "group",
  track_group: "group",
  virtual_server_group: "group",
  vrrp_script: "script",
  vrrp_track_process: "script",
  track_file: "script",
  vrrp_track_file: "script",
  bfd_instance: "instance",
  virtual_server: "service",
  real_server: "server",
};

/** Lines that are shown, apart from blocks. */
const LINES = (1 << Kind.Definition) | (1 << Kind.Include);
const ENTRIES = 1 << Kind.Entry;

/** What a block of a keyword is shown as. */
export const kindOfBlock = (keyword: string): OutlineKind =>
  KINDS[keyword] ?? (/_CHECK$|_GET$/.test(keyword) ? "checker" : "block");

/** The outline: blocks, definitions and includes; addresses inside VRRP instances. */
export const outline = (file: SourceFile): OutlineItem[] => finish(outlineSteps(file, (item) => item));

/** The same in steps; `convert` is applied to each item of the top level. */
export function* outlineSteps<T>(file: SourceFile, convert: (item: OutlineItem) => T): Steps<T[]> {
  const { tree } = file;
  const items: T[] = [];
  for (let i = 0; i < tree.items.length; i++) {
    for (const node of tree.itemNodes(i))
      for (const item of itemsOf(node, file, 0)) items.push(convert(item));
    yield;
  }
  return items;
}

function itemsOf(node: Node, file: SourceFile, depth: number): OutlineItem[] {
  const { text } = file;
  if (node.kind === Kind.Definition || node.kind === Kind.Include) {
    const label = text.slice(node.start, node.wordEnd(node.kind === Kind.Include ? 1 : 0));
    return [
      {
        name: label,
        detail:
          node.kind === Kind.Definition && node.wordCount > 1
            ? text.slice(node.wordStart(1), node.wordEnd(1))
            : "",
        kind: node.kind === Kind.Definition ? "definition" : "include",
        start: node.lineStart,
        end: node.end,
        nameStart: node.start,
        nameEnd: node.wordEnd(0),
        children: [],
      },
    ];
  }
  if (!node.hasBody || depth > 8) return [];
  const keyword = node.keyword?.name ?? node.name;
  const children: OutlineItem[] = [];
  const isAddressList = keyword === "virtual_ipaddress" || keyword === "virtual_ipaddress_excluded";
  for (const child of node.blocksAnd(isAddressList ? LINES | ENTRIES : LINES)) {
    if (isAddressList && child.kind === Kind.Entry && child.wordCount > 0) {
      children.push({
        name: text.slice(child.wordStart(0), child.wordEnd(0)),
        detail: child.wordCount > 1 ? text.slice(child.wordStart(1), child.end) : "",
        kind: "address",
        start: child.lineStart,
        end: child.end,
        nameStart: child.wordStart(0),
        nameEnd: child.wordEnd(0),
        children: [],
      });
    } else children.push(...itemsOf(child, file, depth + 1));
  }
  const header = text
    .slice(node.wordCount > 1 ? node.wordStart(1) : node.start, node.end)
    .replace(/\s+/g, " ");
  return [
    {
      name: node.wordCount > 1 ? header : keyword || "{",
      detail: node.wordCount > 1 ? keyword : summary(node, text),
      kind: kindOfBlock(keyword),
      start: node.lineStart,
      end: Math.max(node.fullEnd, node.end),
      nameStart: node.wordCount > 1 ? node.wordStart(1) : node.start,
      nameEnd: Math.max(node.end, node.start),
      children,
    },
  ];
}

function summary(node: Node, text: Source): string {
  const entries = node.blocksAnd(ENTRIES).filter((s) => s.kind === Kind.Entry);
  if (entries.length === 0) return "";
  const first = text.slice(entries[0].start, entries[0].end);
  return entries.length > 1 ? `${first}, … (${entries.length})` : first;
}

export interface Fold {
  readonly start: number;
  readonly end: number;
  /** Blocks around it. */
  readonly level: number;
  readonly kind?: "comment" | "region" | "imports";
}

/** Ranges that can be folded: blocks, multi-line definitions, runs of comments, `# region` … `# endregion`. */
export const folds = (file: SourceFile): Fold[] => finish(foldSteps(file));

/**
 * Of more ranges than an editor takes, the outermost that fold something: as many levels as there is room for, and of the
 * next one the first ones.
 */
export function outermost(
  { text }: SourceFile,
  all: readonly Fold[],
  most = Number.POSITIVE_INFINITY,
): readonly Fold[] {
  if (!(all.length > most && most >= 0)) return all;
  const list = all.filter(({ start, end }) => text.slice(start, end).includes("\n"));
  if (list.length <= most) return list;
  const counts: number[] = [];
  for (const { level } of list) counts[level] = (counts[level] ?? 0) + 1;
  let room = most;
  let level = 0;
  while ((counts[level] ?? 0) <= room) room -= counts[level++] ?? 0;
  return list.filter((f) => f.level < level || (f.level === level && room-- > 0));
}

/** The same in steps. */
export function* foldSteps(file: SourceFile): Steps<Fold[]> {
  const { text, tree } = file;
  const result: Fold[] = [];
  const regions: number[] = [];
  let run: { start: number; end: number; count: number; level: number } | undefined;
  let imports: { start: number; end: number; count: number } | undefined;
  const onNextLine = (end: number, start: number) =>
    text.slice(end, start).split("\n").length === 2 && text.slice(end, start).trim() === "";
  const flush = () => {
    if (run && run.count > 1)
      result.push({ start: run.start, end: run.end, level: run.level, kind: "comment" });
    run = undefined;
  };
  // A line that is none of these folds nothing, and is seen between two comments or includes as text that parts them.
  const shown = LINES | (1 << Kind.Comment);
  const visit = (nodes: readonly Node[], level: number) => {
    for (const node of nodes) {
      if (node.kind === Kind.Comment) {
        const m = /^[#!]\s*(end)?region\b/.exec(node.text);
        if (m && !m[1]) regions.push(node.start);
        else if (m) {
          const from = regions.pop();
          if (from !== undefined) result.push({ start: from, end: node.end, level, kind: "region" });
        }
        if (run && onNextLine(run.end, node.start) && !m)
          run = { ...run, end: node.end, count: run.count + 1 };
        else {
          flush();
          const alone = text.slice(lineStartAt(text, node.start), node.start).trim() === "";
          if (alone && !m) run = { start: node.start, end: node.end, count: 1, level };
        }
        continue;
      }
      flush();
      if (node.kind === Kind.Include) {
        if (imports && onNextLine(imports.end, node.lineStart))
          imports = { start: imports.start, end: node.end, count: imports.count + 1 };
        else {
          if (imports && imports.count > 1)
            result.push({ start: imports.start, end: imports.end, level, kind: "imports" });
          imports = { start: node.start, end: node.end, count: 1 };
        }
      } else {
        if (imports && imports.count > 1)
          result.push({ start: imports.start, end: imports.end, level, kind: "imports" });
        imports = undefined;
      }
      if (node.kind === Kind.Definition) result.push({ start: node.start, end: node.end, level });
      if (node.hasBody) {
        const end = node.fullEnd;
        result.push({
          start: node.open >= 0 ? node.open : node.end,
          end: node.close >= 0 ? node.close : end,
          level,
        });
        visit(node.blocksAnd(shown), level + 1);
        flush();
      }
    }
  };
  for (let i = 0; i < tree.items.length; i++) {
    visit(tree.itemNodes(i), 0);
    yield;
  }
  flush();
  if (imports && (imports as { count: number }).count > 1)
    result.push({
      start: (imports as { start: number }).start,
      end: (imports as { end: number }).end,
      level: 0,
      kind: "imports",
    });
  return result;
}
