/**
 * What the resolver replaces and which therefore is seen in the files only: `$NAME`, `@id`, and the variables of ~SEQ and
 * ~LST. Looked for once in the life of an item of the syntax tree.
 */
import type { Item } from "../syntax/parser";
import { Kind } from "../syntax/records";
import type { Node, Tree } from "../syntax/tree";
import type { SourceFile } from "../workspace/files";
import type { Span } from "./names-index";

/** `$NAME`, `@id` and generator variables: what the resolver replaces, so that it is seen in the files only. */
export interface Mark extends Span {
  readonly kind: "definition" | "variable" | "id";
  readonly name: string;
  /** The whole of it, with `$`, braces or `@`. */
  readonly whole: Span;
  /** It gives the name its value. */
  readonly write: boolean;
  /** For variables: their line. */
  readonly line?: Span;
  /** For definitions: the condition of the line. */
  readonly condition?: string;
}

const marked = new WeakMap<Item, readonly Mark[]>();
const NO_MARKS: readonly Mark[] = [];

/** The marks of an item; offsets are relative to it. */
function marksOfItem(tree: Tree, item: number): readonly Mark[] {
  const key = tree.items[item];
  if (!key.special) return NO_MARKS;
  let marks = marked.get(key);
  if (!marks) {
    marks = markItem(tree, item);
    marked.set(key, marks);
  }
  return marks;
}

function markItem(tree: Tree, item: number): Mark[] {
  const base = tree.starts[item];
  const text = tree.text.slice(base, tree.starts[item + 1]);
  const marks: Mark[] = [];
  const definition = (start: number, end: number, condition: string | undefined) =>
    marks.push({
      kind: "definition",
      name: text.slice(start, end),
      start,
      end,
      whole: { start: start - 1, end },
      write: true,
      condition,
    });
  const scan = (start: number, end: number) => {
    const line = text.slice(start, end);
    const variables = new Set<string>();
    for (const g of line.matchAll(/~(?:SEQx?|LST)[ \t]*\(([^)]*)/g)) {
      const from = start + g.index + g[0].length - g[1].length;
      const head = /^[ \t]*\{([^}]*)/.exec(g[1]) ?? /^()[^,]*/.exec(g[1])!;
      for (const n of head[0].matchAll(/[A-Za-z_]\w*/g)) {
        variables.add(n[0]);
        const at = from + n.index;
        const whole = { start: at, end: at + n[0].length };
        marks.push({ kind: "variable", name: n[0], ...whole, whole, write: true, line: { start, end } });
      }
    }
    for (const m of line.matchAll(/\$(?:\{([A-Za-z_]\w*)[^}\n]*\}|([A-Za-z_]\w*))/g)) {
      const name = m[1] ?? m[2];
      const from = start + m.index;
      const at = from + (m[1] === undefined ? 1 : 2);
      const span = { start: at, end: at + name.length, whole: { start: from, end: from + m[0].length } };
      if (variables.has(name))
        marks.push({ kind: "variable", name, ...span, write: false, line: { start, end } });
      else marks.push({ kind: "definition", name, ...span, write: false });
    }
  };
  const visit = (nodes: readonly Node[]) => {
    for (const node of nodes) {
      if (node.kind === Kind.Comment) continue;
      if (node.kind === Kind.Definition) {
        definition(node.start - base + 1, node.wordEnd(0) - base, node.condition);
        for (let n = 1; n < node.wordCount; n++) {
          const start = node.wordStart(n) - base;
          const end = node.wordEnd(n) - base;
          // A line of a value may define something when it is used.
          const inner = /^((@\S+)[ \t]+)?\$([A-Za-z_]\w*)=/.exec(text.slice(start, end));
          if (inner) {
            const at = start + (inner[1]?.length ?? 0) + 1;
            definition(at, at + inner[3].length, inner[2]);
            scan(start + inner[0].length, end);
          } else scan(start, end);
        }
      } else if (node.wordCount > 0) scan(node.start - base, node.end - base);
      if (node.hasBody) visit(node.children);
    }
  };
  visit(tree.itemNodes(item));
  if (text.includes("@")) {
    for (const m of text.matchAll(/^([ \t]*)@(\^?)([^ \t\r\n!#]+)/gm)) {
      const from = m.index + m[1].length;
      const at = from + 1 + m[2].length;
      const end = at + m[3].length;
      marks.push({ kind: "id", name: m[3], start: at, end, whole: { start: from, end }, write: false });
    }
  }
  return marks;
}

const shifted = (span: Span, by: number): Span => ({ start: span.start + by, end: span.end + by });

/** All marks of a file. */
export function marksOf(file: SourceFile): Mark[] {
  const { tree } = file;
  const result: Mark[] = [];
  for (let item = 0; item < tree.items.length; item++)
    for (const m of marksOfItem(tree, item)) result.push(absolute(m, tree.starts[item]));
  return result;
}

const absolute = (m: Mark, base: number): Mark => ({
  ...m,
  ...shifted(m, base),
  whole: shifted(m.whole, base),
  line: m.line && shifted(m.line, base),
});

/** The mark at an offset; of two that touch, the one that begins there. */
export function markAt(file: SourceFile, offset: number): Mark | undefined {
  const { tree } = file;
  const item = tree.itemIndexAt(offset);
  if (item < 0) return undefined;
  let found: Mark | undefined;
  for (const m of marksOfItem(tree, item)) {
    const a = absolute(m, tree.starts[item]);
    if (a.whole.start <= offset && offset <= a.whole.end) found = a;
  }
  return found;
}
