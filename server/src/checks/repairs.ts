/** Fixes of statements that take more than another word: moving to other blocks, closing braces, old statements anew. */
import { type Context, compareReleases, type Keyword, keywordsNamed, ROOT_CONTEXT } from "../language";
import { type Text, t } from "../language/schema";
import { CLOSE, END, FIRST_WORD, Flag, KIND, Kind, NEXT, WORDS } from "../syntax/records";
import type { Node, Tree } from "../syntax/tree";
import { lineEndAt, lineStartAt } from "../text/lines";
import {
  deeper,
  indentAt,
  insertAbove,
  itemAt,
  nodeAt,
  reindented,
  relativeTo,
  remove,
  removeIn,
} from "./edits";
import { insertBlock, insertStatement } from "./insert";
import { type Edit, type Fix, type Place, replace } from "./rule";
import { byteLength } from "./values";
import { LOOKALIKES } from "./vocabulary";

/** A fix of an item from edits of the text. */
const fix = (place: Place, title: Text, edits: readonly Edit[], safe?: boolean): Fix => ({
  title,
  edits: relativeTo(place.base, edits),
  safe,
});

/** {@link insertBlock} with offsets of the text. */
const intoBlock = (block: Node, lines: readonly string[]): Edit[] =>
  insertBlock(block, lines).map((e) => replace(e.start + block.base, e.end + block.base, e.text));

/** The records that enclose a record, outermost first; the record itself comes last. */
function pathTo(place: Place, record: number): Node[] {
  const { data } = place.tree.items[itemAt(place)];
  const path: Node[] = [];
  for (let r = 0; r < data.length; ) {
    if (r > record) break;
    if (record < data[r + NEXT]) {
      path.push(nodeAt(place, r));
      if (r === record) break;
      r += FIRST_WORD + 2 * data[r + WORDS] + (data[r + KIND] & Flag.Condition ? 2 : 0);
    } else r = data[r + NEXT];
  }
  return path;
}

// ---------------------------------------------------------------------------------------------- braces

/** Where the closing brace of an unclosed block belongs: below its last child. */
export function closingBrace(place: Place, record: number): Edit {
  const { text } = place.tree;
  const { data } = place.tree.items[itemAt(place)];
  const node = nodeAt(place, record);
  let last = Math.max(node.end, node.open + 1) - place.base;
  for (
    let r = record;
    r < data[record + NEXT];
    r += FIRST_WORD + 2 * data[r + WORDS] + (data[r + KIND] & Flag.Condition ? 2 : 0)
  )
    last = Math.max(last, data[r + END], data[r + CLOSE] + 1);
  const eol = lineEndAt(text, place.base + last);
  const brace = `${indentAt(text, node.start)}}`;
  return eol < text.length ? replace(eol + 1, eol + 1, `${brace}\n`) : replace(eol, eol, `\n${brace}`);
}

/** A keyword without block that has one: its content without the braces. */
export function withoutBraces(place: Place, record: number): Fix[] {
  const node = nodeAt(place, record);
  if (node.close < 0 || node.open < 0) return [];
  const { text } = place.tree;
  const inside = node.children.filter((c) => c.kind !== Kind.Comment);
  const [only] = inside;
  if (
    node.keyword?.spec.kind === "leaf" &&
    node.keyword.spec.args.length === 1 &&
    node.wordCount === 1 &&
    inside.length === 1 &&
    only.wordCount === 1 &&
    !only.hasBody
  ) {
    return [
      fix(place, t("Write the value without braces", "取值不用花括号"), [
        replace(node.wordEnd(0), node.close + 1, ` ${only.rawWord(0)}`),
      ]),
    ];
  }
  const edits = [remove(text, node.open, node.open + 1), remove(text, node.close, node.close + 1)];
  // What stood inside moves out by one level.
  const own = indentAt(text, node.start);
  const first = inside.find((c) => lineStartAt(text, c.lineStart) > node.open);
  const inner = first ? indentAt(text, first.lineStart) : own;
  if (inner.startsWith(own) && inner.length > own.length) {
    for (
      let line = lineEndAt(text, node.open) + 1;
      line < lineStartAt(text, node.close);
      line = lineEndAt(text, line) + 1
    )
      if (text.startsWith(inner, line)) edits.push(replace(line, line + inner.length, own));
  }
  return [fix(place, t("Delete the braces", "删除花括号"), edits)];
}

/** Closes a double quote: at the end of the line, or before what looks like a comment. Offsets are relative to the item. */
export function closedQuote(place: Place, start: number, end: number): Fix[] {
  const text = place.tree.text.slice(place.base + start, place.base + end);
  const comment = /[ \t]+[#!][ \t]/.exec(text);
  const atEnd = {
    title: t("Close the quote at the end of the line", "在行尾补上引号"),
    edits: [replace(end, end, '"')],
  };
  if (!comment || comment.index < 2) return [atEnd];
  const at = start + comment.index;
  return [
    { title: t("Close the quote before the comment", "在注释之前补上引号"), edits: [replace(at, at, '"')] },
    atEnd,
  ];
}

/** A list without entry goes; a group that thereby has no member goes with it, as keepalived drops it, too. */
export function emptyList(place: Place, record: number): Fix[] {
  const path = pathTo(place, record);
  const node = path[path.length - 1];
  const owner = node.name === "group" && path.length > 1 ? path[path.length - 2] : undefined;
  const gone = owner ?? node;
  if (gone.close < 0) return [];
  return [
    fix(
      place,
      owner
        ? t(`Delete ${owner.text}, as keepalived does`, `删除 ${owner.text}，与 keepalived 的处理一致`)
        : t("Delete the empty block", "删除空块"),
      [remove(place.tree.text, gone.lineStart, gone.fullEnd)],
    ),
  ];
}

// ---------------------------------------------------------------------------------------------- lines and comments

const COMMENT_WIDTH = 100;

/** Splits the comment of a line that is too long into lines of its own. Offsets are relative to the item. */
export function shortenComment(place: Place, start: number, end: number): Fix[] {
  const { text } = place.tree;
  const from = place.base + start;
  const line = text.slice(from, place.base + end);
  const at = commentIn(line);
  const statement = line.slice(0, at).trimEnd();
  if (at >= line.length || byteLength(statement) > 1000) return [];
  const indent = indentAt(text, from);
  const sign = /^[#!]+[ \t]*/.exec(line.slice(at))![0];
  const lines: string[] = [];
  let rest = line.slice(at + sign.length).trimEnd();
  while (rest !== "") {
    let cut = rest.length;
    if (cut > COMMENT_WIDTH) {
      const blank = rest.lastIndexOf(" ", COMMENT_WIDTH);
      cut = blank > 0 ? blank : COMMENT_WIDTH;
    }
    lines.push(`${indent}${sign}${rest.slice(0, cut).trimEnd()}`);
    rest = rest.slice(cut).trimStart();
  }
  if (statement.trim() !== "") lines.push(statement);
  return [
    fix(
      place,
      t("Break the comment into several lines", "把注释分成多行"),
      [replace(from, place.base + end, lines.join("\n"))],
      true,
    ),
  ];
}

/**
 * The lines of a definition with their backslash before the comment, from the comment at `start` on. Offsets are relative
 * to the item.
 */
export function backslashFirst(place: Place, start: number, end: number): Fix {
  const { text } = place.tree;
  const edits: Edit[] = [];
  const move = (from: number, to: number) => {
    const comment = text.slice(from, to).replace(/[ \t]*\\[ \t\r]*$/, "");
    edits.push(replace(from, to, `\\ ${comment}`));
  };
  move(place.base + start, place.base + end);
  for (
    let line = lineEndAt(text, place.base + end) + 1;
    line < text.length;
    line = lineEndAt(text, line) + 1
  ) {
    const whole = text.slice(line, lineEndAt(text, line)).trimEnd();
    if (!whole.endsWith("\\") || whole.trim() === "") break;
    const at = commentIn(whole);
    if (at < whole.length && !whole.slice(0, at).trimEnd().endsWith("\\"))
      move(line + at, line + whole.length);
  }
  return fix(place, t("Put the backslash before the comment", "把反斜杠移到注释之前"), edits, true);
}

/** Where the comment of a line begins; its length where there is none. */
function commentIn(line: string): number {
  let quoted = false;
  let at = 0;
  for (; at < line.length; at++) {
    if (line[at] === '"') quoted = !quoted;
    else if (!quoted && line[at] === "\\") at++;
    else if (!quoted && (line[at] === "#" || line[at] === "!")) break;
  }
  return Math.min(at, line.length);
}

/** Begins a comment of another language with `#`; one that goes on over several lines on each of them. */
export function ownComment(place: Place, from: number, to: number): Fix {
  const { text } = place.tree;
  const start = place.base + from;
  const title = t("Begin the comment with #", "用 # 开始注释");
  const word = text.slice(start, place.base + to);
  const sign = /^(\/\/|\/\*+|<!--|--|;+|\*\/|-->)/.exec(word)?.[0];
  // In quotes: the line as a whole becomes one.
  if (sign === undefined) return fix(place, title, [replace(start, start, "# ")], true);
  const hash = /\s/.test(word[sign.length] ?? " ") ? "#" : "# ";
  const closing = sign.startsWith("/*") ? "*/" : sign === "<!--" ? "-->" : undefined;
  const close = closing ? text.indexOf(closing, start + sign.length) : -1;
  if (closing === undefined || close < 0)
    return fix(place, title, [replace(start, start + sign.length, hash)], true);
  const edits = [replace(start, start + sign.length, hash)];
  let alone = false;
  for (let line = lineEndAt(text, start) + 1; line <= close; line = lineEndAt(text, line) + 1) {
    const at = line + indentAt(text, line).length;
    if (at === close) alone = true;
    else if (text.charAt(at) === "*") edits.push(replace(at, at + 1, "#"));
    else if (text.charAt(at) !== "\n" && at < close) edits.push(replace(at, at, "# "));
  }
  const after = close + closing.length;
  const rest = text.slice(after, lineEndAt(text, after)).trim();
  let blank = close;
  while (text.charAt(blank - 1) === " " || text.charAt(blank - 1) === "\t") blank--;
  if (alone) edits.push(rest === "" ? remove(text, close, after) : replace(close, after, ""));
  else edits.push(replace(blank, after, rest === "" ? "" : "\n"));
  return fix(place, title, edits, true);
}

/** The two ways to settle a merge conflict of which one marker stands at an offset of the item. */
export function conflictSides(place: Place, offset: number): Fix[] {
  const { text } = place.tree;
  const lines = (marker: string, from: number): number => {
    if (from < 0) return -1;
    for (let at = from; at < text.length; at = lineEndAt(text, at) + 1)
      if (text.startsWith(marker, at)) return at;
    return -1;
  };
  let start = lineStartAt(text, place.base + offset);
  while (start > 0 && !text.startsWith("<<<<<<<", start)) start = lineStartAt(text, start - 1);
  if (!text.startsWith("<<<<<<<", start)) return [];
  const middle = lines("=======", start);
  const end = lines(">>>>>>>", middle);
  if (end < 0 || end < place.base + offset - 7) return [];
  const base = lines("|||||||", start);
  const firstEnd = base >= 0 && base < middle ? base : middle;
  const after = Math.min(text.length, lineEndAt(text, end) + 1);
  const keep = (title: Text, from: number, to: number) =>
    fix(place, title, [replace(start, from, ""), replace(to, after, "")]);
  return [
    keep(t("Keep the first version", "保留第一个版本"), lineEndAt(text, start) + 1, firstEnd),
    keep(t("Keep the second version", "保留第二个版本"), lineEndAt(text, middle) + 1, end),
  ];
}

// ---------------------------------------------------------------------------------------------- other blocks

/** The text of a node with its block, the first line without indentation, and the edit that removes it. */
function cut(tree: Tree, node: Node): { readonly text: string; readonly edit: Edit } | undefined {
  if (node.hasBody && node.close < 0) return undefined;
  const { text } = tree;
  const from = lineStartAt(text, node.lineStart);
  const eol = lineEndAt(text, node.fullEnd);
  if (text.slice(from, node.lineStart).trim() !== "") return undefined;
  const rest = text.slice(node.fullEnd, eol);
  if (!/^[ \t\r]*([#!].*)?$/.test(rest)) return undefined;
  return {
    text: text.slice(node.lineStart, node.fullEnd) + rest.trimEnd(),
    edit: replace(from, Math.min(text.length, eol + 1), ""),
  };
}

/** A moved statement as lines without common indentation. */
const linesOf = (text: string, indent: string): string[] => reindented(text, indent, "").split("\n");

const lineIndent = (tree: Tree, node: Node): string => indentAt(tree.text, node.lineStart);

/** The statements of a text that open a block of the top level, by keyword. */
export function rootBlocks(tree: Tree, keyword: string): Node[] {
  const found: Node[] = [];
  for (let i = 0; i < tree.items.length; i++)
    for (const node of tree.itemNodes(i))
      if (node.keyword?.name === keyword && node.keyword.parent === ROOT_CONTEXT && node.close >= 0)
        found.push(node);
  return found;
}

/** Puts a block at the top of a text, below the comment that introduces the file. */
function atTop(tree: Tree, lines: readonly string[]): Edit {
  const { text } = tree;
  const first = tree.nodes().find((n) => n.kind !== Kind.Comment);
  if (!first) return replace(text.length, text.length, `${lines.join("\n")}\n`);
  // The comment directly above belongs to the statement, unless the file begins with it.
  let at = lineStartAt(text, first.lineStart);
  let above = at;
  while (above > 0 && /^[ \t]*[#!]/.test(text.slice(lineStartAt(text, above - 1), above)))
    above = lineStartAt(text, above - 1);
  if (above > 0) at = above;
  return replace(at, at, `${lines.join("\n")}\n\n`);
}

/** Puts a statement into `global_defs`, which is made where there is none. */
function intoGlobals(tree: Tree, lines: readonly string[]): Edit[] {
  const [globals] = rootBlocks(tree, "global_defs");
  return globals
    ? intoBlock(globals, lines)
    : [atTop(tree, ["global_defs {", ...lines.map((l) => `    ${l}`), "}"])];
}

/** Moves a root-level block out of the block in which it stands, to before it. */
export function moveToRoot(place: Place, record: number): Fix[] {
  const { tree } = place;
  const path = pathTo(place, record);
  const node = path[path.length - 1];
  const moved = path.length > 1 ? cut(tree, node) : undefined;
  if (!moved) return [];
  const lines = linesOf(moved.text, lineIndent(tree, node));
  return [
    fix(place, t("Move it above the block, to the top level", "移到该块之前的顶层"), [
      insertAbove(tree.text, path[0].lineStart, [...lines, ""]),
      moved.edit,
    ]),
  ];
}

/** Whether a block of this keyword can be written without deciding anything: it has no name. */
const isPlainBlock = (k: Keyword): boolean =>
  k.spec.kind === "block" && k.spec.args.length === 0 && !k.spec.deprecated;

/**
 * Ways to bring a statement to where its keyword belongs: to a block around it, to a block beside it, to a new block in
 * its own, to `global_defs`, to the top level, or into the only block of the file that takes it.
 */
export function moveToPlace(place: Place, record: number): Fix[] {
  const { tree } = place;
  const path = pathTo(place, record);
  const node = path[path.length - 1];
  const moved = cut(tree, node);
  if (!moved) return [];
  const indent = lineIndent(tree, node);
  const lines = linesOf(moved.text, indent);
  const name = node.name;
  const takes = (context: Context | undefined): boolean => context?.get(name) !== undefined;

  // Outwards: above the block in which it stands.
  for (let i = path.length - 3; i >= 0; i--) {
    if (!takes(path[i].context)) continue;
    const child = path[i + 1];
    const at = lineStartAt(tree.text, child.lineStart);
    if (tree.text.slice(at, child.lineStart).trim() !== "") return [];
    const own = indentAt(tree.text, child.lineStart);
    return [
      fix(
        place,
        t(`Move it to ${path[i].name}`, `移到 ${path[i].name}`),
        [
          insertAbove(
            tree.text,
            at,
            lines.map((l) => (l === "" ? l : own + l)),
          ),
          moved.edit,
        ],
        true,
      ),
    ];
  }

  const outer = path.length > 1 ? path[path.length - 2] : undefined;
  if (outer) {
    // Beside: into the blocks that stand there.
    const beside = outer.children.filter((c) => takes(c.keyword?.context) && c.close >= 0);
    if (beside.length === 1)
      return [
        fix(
          place,
          t(`Move it to ${beside[0].name}`, `移到 ${beside[0].name}`),
          [...intoBlock(beside[0], lines), moved.edit],
          true,
        ),
      ];
    if (beside.length > 1 && new Set(beside.map((b) => b.name)).size === 1)
      return [
        fix(
          place,
          t(
            `Move it to each of the ${beside.length} ${beside[0].name} blocks`,
            `移到全部 ${beside.length} 个 ${beside[0].name} 块中`,
          ),
          [...beside.flatMap((b) => intoBlock(b, lines)), moved.edit],
        ),
      ];
    // A new block, with all the statements beside that belong there, too.
    const fresh = outer.context?.keywords.filter((k) => isPlainBlock(k) && takes(k.context)) ?? [];
    if (beside.length === 0 && fresh.length === 1) {
      const together = outer.children.filter(
        (c) =>
          c.kind === Kind.Statement &&
          c.keyword === undefined &&
          fresh[0].context!.get(c.name) !== undefined &&
          keywordsNamed(c.name).every((k) => k.parent !== outer.context),
      );
      const cuts = together.map((c) => ({ node: c, cut: cut(tree, c) }));
      if (cuts.every((c) => c.cut)) {
        const inner = deeper(indent);
        const body = cuts.flatMap((c) =>
          linesOf(c.cut!.text, lineIndent(tree, c.node)).map((l) => (l === "" ? l : inner + l)),
        );
        const [first, ...rest] = cuts.map((c) => c.cut!.edit);
        const block = [`${indent}${fresh[0].name} {`, ...body, `${indent}}`].map((l) => `${l}\n`).join("");
        return [
          fix(
            place,
            t(`Put it into a block ${fresh[0].name}`, `放入 ${fresh[0].name} 块`),
            [replace(first.start, first.end, block), ...rest],
            true,
          ),
        ];
      }
    }
  }

  const homes = [...new Set(keywordsNamed(name).map((k) => k.parent.id))];
  if (homes.includes("global_defs") && homes.length === 1)
    return [
      fix(place, t("Move it to global_defs", "移到 global_defs"), [...intoGlobals(tree, lines), moved.edit]),
    ];
  if (homes.includes("") && outer)
    return [
      fix(place, t("Move it to the top level", "移到顶层"), [
        insertAbove(tree.text, path[0].lineStart, [...lines, ""]),
        moved.edit,
      ]),
    ];
  // The only block of the file that takes it.
  const roots = homes.filter((h) => h !== "" && !h.includes("/"));
  if (roots.length === homes.length) {
    const blocks = roots.flatMap((h) => rootBlocks(tree, h)).filter((b) => b !== outer);
    if (blocks.length === 1) {
      const [block] = blocks;
      const title = block.wordCount > 1 ? `${block.name} ${block.rawWord(1)}` : block.name;
      return [
        fix(place, t(`Move it to ${title}`, `移到 ${title}`), [...intoBlock(block, lines), moved.edit]),
      ];
    }
  }
  return [];
}

/** Instances that are named directly in a sync group, put into its member list. */
export function membersIntoGroup(place: Place, record: number): Fix[] {
  const { tree } = place;
  const path = pathTo(place, record);
  const outer = path[path.length - 2];
  if (!outer || outer.close < 0) return [];
  const members = outer.children.filter(
    (c) => c.kind === Kind.Statement && c.keyword === undefined && c.wordCount === 1 && !c.hasBody,
  );
  const cuts = members.map((m) => cut(tree, m));
  if (cuts.some((c) => c === undefined)) return [];
  const names = members.map((m) => m.rawWord(0));
  const title = t(`Put ${names.join(", ")} into group`, `把 ${names.join("、")} 放入 group`);
  const list = outer.child("group");
  if (list) {
    if (list.close < 0) return [];
    return [fix(place, title, [...intoBlock(list, names), ...cuts.map((c) => c!.edit)], true)];
  }
  const indent = lineIndent(tree, members[0]);
  const lines = [`${indent}group {`, ...names.map((n) => deeper(indent) + n), `${indent}}`];
  const [first, ...rest] = cuts.map((c) => c!.edit);
  return [
    fix(place, title, [replace(first.start, first.end, lines.map((l) => `${l}\n`).join("")), ...rest], true),
  ];
}

// ---------------------------------------------------------------------------------------------- old statements

/** `lvs_sync_daemon_interface IF` in an instance, as `lvs_sync_daemon IF INSTANCE` in `global_defs`. */
export function syncDaemon(place: Place, record: number): Fix[] {
  const { tree } = place;
  const path = pathTo(place, record);
  const node = path[path.length - 1];
  const instance = path[path.length - 2];
  if (node.wordCount < 2 || instance === undefined || instance.wordCount < 2) return [];
  const gone = remove(tree.text, node.lineStart, node.end);
  if (rootBlocks(tree, "global_defs").some((g) => g.child("lvs_sync_daemon")))
    return [
      fix(
        place,
        t(
          "Delete the line: global_defs holds lvs_sync_daemon",
          "删除此行：global_defs 中已有 lvs_sync_daemon",
        ),
        [gone],
        true,
      ),
    ];
  const line = `lvs_sync_daemon ${node.rawWord(1)} ${instance.rawWord(1)}`;
  return [
    fix(place, t(`Write “${line}” in global_defs`, `在 global_defs 中写“${line}”`), [
      ...intoGlobals(tree, [line]),
      gone,
    ]),
  ];
}

/** `linkbeat_use_polling` in an instance, as an entry of `linkbeat_interfaces`. */
export function linkbeatInterfaces(place: Place, record: number): Fix[] {
  const { tree } = place;
  const path = pathTo(place, record);
  const node = path[path.length - 1];
  const link = path[path.length - 2]?.child("interface");
  if (link?.wordCount !== 2) return [];
  const name = link.rawWord(1);
  const [block] = rootBlocks(tree, "linkbeat_interfaces");
  const listed = block?.children.some((c) => c.wordCount > 0 && c.word(0) === link.word(1));
  const edits = listed
    ? []
    : block
      ? intoBlock(block, [name])
      : [atTop(tree, ["linkbeat_interfaces {", `    ${name}`, "}"])];
  return [
    fix(place, t(`List ${name} in linkbeat_interfaces`, `在 linkbeat_interfaces 中列出 ${name}`), [
      ...edits,
      remove(tree.text, node.lineStart, node.end),
    ]),
  ];
}

/** A name that no block of this kind has yet: a prefix and a number. */
export function freeName(tree: Tree, keyword: string, prefix: string): string {
  const used = new Set<string>();
  for (let i = 0; i < tree.items.length; i++)
    for (const node of tree.itemNodes(i))
      if (node.keyword?.name === keyword && node.wordCount > 1) used.add(node.word(1));
  let n = 1;
  while (used.has(prefix + n)) n++;
  return prefix + n;
}

// ---------------------------------------------------------------------------------------------- single statements

/** Replaces a word. */
export const replaceBy = (start: number, end: number, word: string, safe = false): Fix => ({
  title: t(`Replace by “${word}”`, `替换为“${word}”`),
  edits: [replace(start, end, word)],
  safe,
});

/** Deletes a statement that does not count, with its block. */
export function deletion(place: Place, node: Node, safe = false, named = false): Fix[] {
  if (node.hasBody && node.close < 0) return [];
  const text = node.text.length > 50 ? `${node.text.slice(0, 47)}…` : node.text;
  return [
    {
      title: named
        ? node.hasBody
          ? t(`Delete the block “${text}”`, `删除块“${text}”`)
          : t(`Delete “${text}”`, `删除“${text}”`)
        : t("Delete the line", "删除此行"),
      edits: [removeIn(place, node.lineStart - node.base, node.fullEnd - node.base)],
      safe,
    },
  ];
}

/** What to write instead of an old statement. */
export function modernised(place: Place, record: number, keyword: Keyword): Fix[] {
  const node = nodeAt(place, record);
  const start = node.wordStart(0) - node.base;
  const end = node.wordEnd(0) - node.base;
  const by = keyword.spec.deprecated!.replacedBy;
  if (keyword.id === "vrrp_instance/lvs_sync_daemon_interface") return syncDaemon(place, record);
  if (keyword.id === "vrrp_instance/linkbeat_use_polling") return linkbeatInterfaces(place, record);
  if (by !== undefined && keyword.parent.get(by)) return [replaceBy(start, end, by, true)];
  return by === undefined && keyword.spec.args.length === 0 && keyword.context === undefined
    ? deletion(place, node, true)
    : [];
}

/** For a release that does not know a keyword yet: the name that it had before. */
export function olderName(keyword: Keyword, target: string, start: number, end: number): Fix[] {
  const old = keyword.parent.keywords.find(
    (k) =>
      k.spec.deprecated?.replacedBy === keyword.name &&
      (!k.spec.since || compareReleases(target, k.spec.since) >= 0),
  );
  return old ? [replaceBy(start, end, old.name)] : [];
}

/** The characters of a line that only look like others, replaced. */
export function straightened(place: Place, record: number): Edit[] {
  const node = nodeAt(place, record);
  const { text } = place.tree;
  const edits: Edit[] = [];
  const script = node.keyword?.spec.scriptQuoting === true;
  for (let n = 0; n < node.wordCount; n++) {
    const raw = node.rawWord(n);
    if (raw.startsWith('"') && !script) continue;
    for (let i = 0; i < raw.length; i++) {
      const by = LOOKALIKES[raw[i]];
      if (by === undefined) continue;
      const at = node.wordStart(n) + i;
      if (by === "#" && i === 0) {
        // A comment begins here, and may hold any character.
        edits.push(replace(at, at + 1, "#"));
        return relativeTo(node.base, edits);
      }
      const colon = (by === ":" || by === "=") && n === 0 && i > 0;
      const final = (by === ";" || by === ",") && i === raw.length - 1;
      edits.push(replace(at, at + 1, colon ? " " : final ? "" : by));
    }
  }
  // A brace that looks like one stands at the end of the header.
  if (edits.length === 0)
    for (let p = node.start; p < node.end; p++)
      if (LOOKALIKES[text.charAt(p)] !== undefined) edits.push(replace(p, p + 1, LOOKALIKES[text.charAt(p)]));
  return relativeTo(node.base, edits);
}

/** Where the statements begin that stand on the line of another one, from word `n`. */
export function statementStarts(node: Node, n: number, context: Context): number[] {
  const starts = [n];
  let from = n;
  for (;;) {
    const args = context.get(node.word(from))?.spec.args ?? [];
    const required = args.findIndex((a) => a.optional);
    let next = from + 1 + (required < 0 ? args.length : required);
    while (next < node.wordCount && !context.get(node.word(next))) next++;
    if (next >= node.wordCount) return starts;
    starts.push(next);
    from = next;
  }
}

/** The words behind the keyword of a list, moved into its braces. */
export function intoBraces(place: Place, node: Node, n: number): Fix[] {
  const { text } = place.tree;
  const from = node.wordEnd(n - 1);
  const entry = text.slice(node.wordStart(n), node.end);
  const title = t(`Move “${entry}” into the braces`, `把“${entry}”移到花括号内`);
  if (!node.hasBody) {
    const own = indentAt(text, node.start);
    return [
      {
        title: t(`Put “${entry}” into braces`, `把“${entry}”放入花括号`),
        edits: relativeTo(node.base, [replace(from, node.end, ` {\n${deeper(own)}${entry}\n${own}}`)]),
        safe: true,
      },
    ];
  }
  if (node.close < 0 || node.open < 0) return [];
  const edits = node.children.length > 0 ? insertStatement(node, entry) : insertBlock(node, [entry]);
  return [{ title, edits: [...relativeTo(node.base, [replace(from, node.end, "")]), ...edits], safe: true }];
}
