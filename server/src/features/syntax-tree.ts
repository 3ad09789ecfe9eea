/** The syntax tree as text, for those who work on the language server and for reports of errors. */
import { Flag, Kind } from "../syntax/records";
import type { Node, Tree } from "../syntax/tree";
import { finish, type Steps } from "../text/steps";

const KIND_NAMES = new Map(Object.entries(Kind).map(([name, value]) => [value as unknown, name]));
const FLAGS = Object.entries(Flag).filter(([, value]) => typeof value === "number") as [string, number][];

/** One line per node: kind, keyword, words, flags and range; children are indented. */
export const syntaxTreeText = (tree: Tree): string => finish(syntaxTreeSteps(tree));

/** The same in steps. */
export function* syntaxTreeSteps(tree: Tree): Steps<string> {
  const lines: string[] = [];
  const visit = (node: Node, depth: number) => {
    const words: string[] = [];
    for (let n = 0; n < node.wordCount; n++)
      words.push(JSON.stringify(tree.text.slice(node.wordStart(n), node.wordEnd(n))));
    const flags = FLAGS.filter(([, bit]) => node.has(bit as never)).map(([name]) => name);
    lines.push(
      `${"  ".repeat(depth)}${KIND_NAMES.get(node.kind) ?? node.kind}${node.keyword ? ` ${node.keyword.id}` : ""} ${words.join(" ")} [${node.start}, ${node.end})${flags.length > 0 ? ` ${flags.join(" ")}` : ""}`.trimEnd(),
    );
    for (const child of node.children) visit(child, depth + 1);
  };
  for (let item = 0; item < tree.items.length; item++) {
    for (const node of tree.itemNodes(item)) visit(node, 0);
    yield;
  }
  return `${lines.join("\n")}\n`;
}
