/**
 * What of a configuration is nobody's business, and how it is kept out of messages: findings go to logs of CI and to
 * assistants, and what keepalived prints goes to the log of the editor. Which arguments are secret, the language data says.
 */
import { type Context, KEYWORDS } from "../language";
import type { Arg, Text } from "../language/schema";
import type { Item } from "../syntax/parser";
import { Kind } from "../syntax/records";
import type { Node, Tree } from "../syntax/tree";
import { nearest } from "./rule";

/** What stands in place of a secret. */
export const MASK = "•••";

/** A statement with secret words in it; absolute offsets. */
export interface SecretLine {
  readonly start: number;
  readonly end: number;
  /** The secret words, and their parts where they hold blanks. */
  readonly words: readonly string[];
  /** The statement is there for a secret: its words are secret wherever they turn up. Else only what is said of it. */
  readonly everywhere: boolean;
}

const hasSecret = (k: (typeof KEYWORDS)[number]) => k.spec.args.some((a) => a.secret);

/** Names of the statements that hold secrets, wherever somebody puts them, and how many words stand before the secret. */
const SECRET_NAMES: ReadonlyMap<string, number> = new Map(
  KEYWORDS.filter(hasSecret).map(({ name, spec }) => [name, spec.args.findIndex((a) => a.secret)]),
);
/** Blocks that hold such statements: what nobody understands in them may be the secret. */
const SECRET_BLOCKS: ReadonlySet<Context> = new Set(KEYWORDS.filter(hasSecret).map((k) => k.parent));

/** Whether the value of a statement with this name is secret. */
export const isSecretName = (name: string): boolean => SECRET_NAMES.has(name);

const NONE: readonly string[] = [];

/** The secret words of a statement (without what is in its braces), as keepalived reads them. */
function secretWords(node: Node): readonly string[] {
  if (node.kind !== Kind.Statement || node.wordCount === 0) return NONE;
  const { keyword } = node;
  const block = node.parent ? node.parent.context : node.tree.root;
  const inSecretBlock = block !== undefined && SECRET_BLOCKS.has(block);
  if (!keyword) {
    const names = inSecretBlock ? block.keywords.map((k) => k.name) : [...SECRET_NAMES.keys()];
    // What stands for a blank to people is none to keepalived: `auth_pass=x`.
    const [name, ...rest] = node.name.split(/[^\w-]+/);
    const known = names.includes(name) || nearest(name, names) !== undefined;
    if (!inSecretBlock && !known) return NONE;
    return known ? [...rest, ...wordsFrom(node, 1)] : wordsFrom(node, 0);
  }
  const { args, scriptQuoting } = keyword.spec;
  if (scriptQuoting) return argumentsOf(node);
  if (!inSecretBlock)
    return node.context && SECRET_BLOCKS.has(node.context) ? extraWords(node, args.length) : NONE;
  const secrets: string[] = [];
  for (let n = 1; n < node.wordCount; n++) {
    const arg = args[n - 1];
    const word = node.word(n);
    const isPlain =
      DEFINITION.test(word) ||
      (!arg?.secret &&
        (block.keywords.some((k) => k.name === word) ||
          (arg !== undefined && (arg.type === "path" || /^\d{1,3}$/.test(word) || isValue(word, arg)))));
    if (!isPlain) secrets.push(word);
  }
  return secrets;
}

/** The name of a definition is no secret, what it stands for is. */
const DEFINITION = /^\$(?:\w+|\{\w+\})$/;

/** One of the values that an argument takes, or a slip in writing it. */
const isValue = (word: string, { values = [] }: Arg): boolean =>
  values.includes(word) || nearest(word, values) !== undefined;

const wordsFrom = (node: Node, from: number): string[] => {
  const words: string[] = [];
  for (let n = from; n < node.wordCount; n++) words.push(node.word(n));
  return words;
};

/** Words beyond the name that a block may have. */
const extraWords = (node: Node, args: number): readonly string[] =>
  node.wordCount > args + 1 ? wordsFrom(node, args + 1) : NONE;

/** What a command is called with: all but the program. */
function argumentsOf(node: Node): readonly string[] {
  const words = wordsFrom(node, 1).flatMap((word) => word.split(/\s+/));
  return words.length > 1 ? words.slice(1) : NONE;
}

function secretLine(node: Node): SecretLine | undefined {
  const words = secretWords(node);
  if (words.length === 0) return undefined;
  return {
    start: node.start,
    end: node.end,
    words: [...new Set(words.flatMap((w) => [w, ...w.split(/[\s"']+/)]))].filter((w) => w !== ""),
    everywhere: node.keyword?.spec.args.some((a) => a.secret) === true,
  };
}

/** The statements of an item that hold secrets, in the order of the text. */
export function secretLines(tree: Tree, item: number): SecretLine[] {
  const lines: SecretLine[] = [];
  const visit = (nodes: readonly Node[]) => {
    for (const node of nodes) {
      const line = secretLine(node);
      if (line) lines.push(line);
      if (node.hasBody) visit(node.children);
    }
  };
  visit(tree.itemNodes(item));
  return lines;
}

/** The same of items about which something was said, relative to them: they hold as long as the item. */
const cache = new WeakMap<Item, readonly SecretLine[]>();

/** The statement with secret words whose line holds a position in an item. */
export function secretLineAt(tree: Tree, item: number, position: number): SecretLine | undefined {
  const key = tree.items[item];
  let lines = cache.get(key);
  if (!lines) {
    const base = tree.starts[item];
    lines = secretLines(tree, item).map((l) => ({ ...l, start: l.start - base, end: l.end - base }));
    cache.set(key, lines);
  }
  return lineAt(lines, position);
}

/** The line that holds an offset. Lines do not overlap. */
function lineAt(lines: readonly SecretLine[], offset: number): SecretLine | undefined {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle].end < offset) low = middle + 1;
    else high = middle;
  }
  return lines[low] && lines[low].start <= offset ? lines[low] : undefined;
}

/** Leaves the secrets of a statement out of what one of our messages quotes. */
export const maskText = ({ en, zh }: Text, line: SecretLine): Text => ({
  en: maskQuoted(en, line),
  zh: maskQuoted(zh, line),
});

const maskQuoted = (text: string, line: SecretLine): string =>
  text.replace(/“([^”]*)”|\$\{?\w+\}?/g, (all, quoted: string | undefined) => {
    if (quoted === undefined) return line.words.some((w) => w.includes(all)) ? `$${MASK}` : all;
    return `“${maskWords(quoted, line.words)}”`;
  });

/** Leaves secrets out of a text in which they may stand as they are, cut off at either end, or between quotes. */
export function maskWords(text: string, secrets: readonly string[]): string {
  let result = text;
  // A letter or two also stand in other words.
  for (const secret of [...secrets].sort((a, b) => b.length - a.length))
    result = secret.length > 2 ? result.replaceAll(secret, MASK) : result === secret ? MASK : result;
  // Of a long word a message may quote a part.
  return result.replace(/[^\s'"`“”…]{3,}/g, (part) =>
    !part.includes(MASK) && secrets.some((s) => s.length > part.length && s.includes(part)) ? MASK : part,
  );
}

/** Names that make a value in the text of an address or a command a secret. */
const CREDENTIAL =
  /\b((?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key)=)[^\s&'"]+|(:\/\/[^\s/@:]+:)[^\s/@]+(?=@)/gi;

/** Leaves out what looks like a secret wherever it stands: `password=…`, `https://user:…@host`. */
export const maskCredentials = (text: string): string =>
  text.replace(
    CREDENTIAL,
    (_, name: string | undefined, user: string | undefined) => `${name ?? user}${MASK}`,
  );

/** Leaves the secrets out of a piece of configuration, line by line: for the values of definitions, which have no tree. */
export const maskLines = (text: string): string =>
  text.replace(LINE, (line: string, name: string, rest: string) => {
    const before = SECRET_NAMES.get(name.trim());
    const word = before === undefined ? undefined : [...rest.matchAll(/\S+/g)][before];
    return word ? name + rest.slice(0, word.index) + MASK : line;
  });
const LINE = /^([ \t]*\w+)([ \t]+\S.*)$/gm;

/** Leaves the secrets out of a stretch of a tree's text that begins and ends with nodes of its top level. */
export function maskStretch(tree: Tree, start: number, end: number): string {
  let result = "";
  let at = start;
  for (let i = Math.max(0, tree.itemIndexAt(start)); i < tree.items.length && tree.starts[i] < end; i++)
    for (const line of secretLines(tree, i)) {
      if (line.start < at || line.end > end) continue;
      result +=
        tree.text.slice(at, line.start) + maskWords(tree.text.slice(line.start, line.end), line.words);
      at = line.end;
    }
  return result + tree.text.slice(at, end);
}
