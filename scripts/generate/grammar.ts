/** The TextMate grammar, made from the description of the language. Every pattern looks at one line only. */
import { KEYWORDS, ROOT_CONTEXT } from "../../server/src/language";
import type { Arg, Option } from "../../server/src/language/schema";

/** A pattern of a TextMate grammar. */
interface Pattern {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly include?: string;
  readonly captures?: Readonly<Record<string, { name?: string; patterns?: readonly Pattern[] }>>;
  readonly beginCaptures?: Readonly<Record<string, { name?: string }>>;
  readonly endCaptures?: Readonly<Record<string, { name?: string }>>;
  readonly patterns?: readonly Pattern[];
}

const S = ".keepalived";
const literal = (word: string): string => word.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

/** Alternatives, the longest first, so that no word hides a longer one. */
const anyOf = (words: Iterable<string>): string =>
  [...new Set(words)]
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .map(literal)
    .join("|");

/** Enumeration values and option words of all arguments. Words that stand for a value, `<like this>`, are left out. */
function vocabulary(): { values: Set<string>; options: Set<string> } {
  const values = new Set<string>();
  const options = new Set<string>();
  const visitArgs = (args: readonly Arg[] | undefined) => {
    for (const a of args ?? []) {
      // Values that look like numbers have a colour of their own.
      for (const v of a.values ?? []) if (/^[A-Za-z][\w-]*$/.test(v)) values.add(v);
      visitOptions(a.options);
    }
  };
  const visitOptions = (list: readonly Option[] | undefined) => {
    for (const o of list ?? []) {
      for (const name of [o.name, ...(o.alias ?? [])]) if (/^[A-Za-z][\w-]*$/.test(name)) options.add(name);
      visitArgs(o.args);
    }
  };
  for (const { spec } of KEYWORDS) {
    visitArgs(spec.args);
    for (const f of spec.forms ?? []) visitArgs(f.args);
    visitArgs(spec.entry?.args);
    visitOptions(spec.entry?.options);
  }
  for (const v of values) options.delete(v);
  return { values, options };
}

/** The grammar as the content of `syntaxes/keepalived.tmLanguage.json`. */
export function grammar(): unknown {
  const current = KEYWORDS.filter((k) => k.spec.deprecated === undefined);
  const names = (list: typeof KEYWORDS) => new Set(list.map((k) => k.name));
  const rootBlocks = names(KEYWORDS.filter((k) => k.parent === ROOT_CONTEXT && k.spec.kind !== "leaf"));
  const innerBlocks = names(KEYWORDS.filter((k) => k.spec.kind !== "leaf" && !rootBlocks.has(k.name)));
  const leaves = names(current.filter((k) => k.spec.kind === "leaf"));
  const old = names(KEYWORDS.filter((k) => k.spec.deprecated !== undefined));
  for (const name of [...leaves, ...innerBlocks, ...rootBlocks]) old.delete(name);
  for (const name of leaves) if (innerBlocks.has(name) || rootBlocks.has(name)) leaves.delete(name);
  const { values, options } = vocabulary();

  // A statement begins a line, or follows a brace; a condition may come before it.
  const head = (words: string) => `(^|[{}])(\\s*)(?:(@\\^?[^\\s{}#!]*)(\\s+))?(${words})(?=[\\s{}#!"]|$)`;
  const brace = { name: `punctuation.section.block${S}` };
  const condition = { name: `keyword.control.conditional${S}` };
  const statement = (words: string, scope: string): Pattern => ({
    match: head(words),
    captures: { "1": brace, "3": condition, "5": { name: `${scope}${S}` } },
  });

  const repository: Record<string, Pattern> = {
    comment: {
      patterns: [
        { name: `comment.line.number-sign${S}`, match: "#.*$" },
        { name: `comment.line.bang${S}`, match: "!.*$" },
      ],
    },
    template: {
      patterns: [
        { name: `meta.embedded.expression${S}`, match: "\\{\\{.*?\\}\\}|\\{%.*?%\\}|<%.*?%>" },
        { name: `comment.block.template${S}`, match: "\\{#.*?#\\}" },
      ],
    },
    definition: {
      match: "^(\\s*)(?:(@\\^?[^\\s{}#!]*)(\\s+))?(\\$\\w+)(=)",
      captures: {
        "2": condition,
        "4": { name: `variable.other.definition${S}` },
        "5": { name: `keyword.operator.assignment${S}` },
      },
    },
    generator: {
      match: "^(\\s*)(?:(@\\^?[^\\s{}#!]*)(\\s+))?(~(?:SEQx?|LST))(\\()([^)]*)(\\))",
      captures: {
        "2": condition,
        "4": { name: `keyword.control.loop${S}` },
        "5": { name: `punctuation.section.parens.begin${S}` },
        "6": { name: `meta.arguments${S}`, patterns: [{ include: "#value" }] },
        "7": { name: `punctuation.section.parens.end${S}` },
      },
    },
    include: {
      match: `(^\\s*|\\)\\s*)(?:(@\\^?[^\\s{}#!]*)(\\s+))?(include[rmwba]?)(?:(\\s+)([^\\s#!][^#!]*?))?(?=\\s*(?:[#!]|$))`,
      captures: {
        "2": condition,
        "4": { name: `keyword.control.import${S}` },
        "6": { name: `string.unquoted.path${S}`, patterns: [{ include: "#variable" }] },
      },
    },
    "named-block": {
      match: `(^|[{}])(\\s*)(?:(@\\^?[^\\s{}#!]*)(\\s+))?(${anyOf(rootBlocks)})(?:(\\s+)(group|fwmark)(?=\\s))?(\\s+)([^\\s{}#!"$]+)?(?=[\\s{}#!"$]|$)`,
      captures: {
        "1": brace,
        "3": condition,
        "5": { name: `keyword.control.block${S}` },
        "7": { name: `keyword.other.target${S}` },
        "9": {
          patterns: [
            { include: "#address" },
            { include: "#number" },
            { name: `entity.name.section${S}`, match: ".+" },
          ],
        },
      },
    },
    block: statement(anyOf([...rootBlocks, ...innerBlocks]), "keyword.control.block"),
    keyword: statement(anyOf(leaves), "variable.other.property"),
    "old-keyword": statement(anyOf(old), "invalid.deprecated"),
    condition: { match: "^(\\s*)(@\\^?[^\\s{}#!]*)(?=\\s)", captures: { "2": condition } },
    string: {
      name: `string.quoted.double${S}`,
      begin: '"',
      end: '"|$',
      beginCaptures: { "0": { name: `punctuation.definition.string.begin${S}` } },
      endCaptures: { "0": { name: `punctuation.definition.string.end${S}` } },
      patterns: [
        { name: `constant.character.escape${S}`, match: "\\\\." },
        { include: "#template" },
        { include: "#variable" },
      ],
    },
    variable: {
      name: `variable.other${S}`,
      match: "\\$\\{\\w+\\}|\\$\\w+",
    },
    address: {
      patterns: [
        {
          name: `constant.numeric.mac${S}`,
          match: "(?<![\\w.:-])[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}(?![\\w.:])",
        },
        {
          name: `constant.numeric.address${S}`,
          match:
            "(?<![\\w.:-])(?:\\d{1,3}(?:\\.\\d{1,3}){3}(?:-\\d{1,3}(?:\\.\\d{1,3}){0,3})?|(?=[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:)[0-9a-fA-F:]+(?:\\.\\d{1,3}){0,3}(?:-[0-9a-fA-F:]+)?)(?:/\\d{1,3})?(?![\\w.:])",
        },
      ],
    },
    number: {
      name: `constant.numeric${S}`,
      match: "(?<![\\w.:/$-])[-+]?(?:0[xX][0-9a-fA-F]+|\\d+(?:\\.\\d+)?)(?:-\\d+)?(?![\\w.:/-])",
    },
    path: { name: `string.unquoted.path${S}`, match: '(?<![^\\s"\'=])/[^\\s{}#!"$]+' },
    word: {
      patterns: [
        { name: `constant.language${S}`, match: `(?<![\\w.$/:-])(?:${anyOf(values)})(?![\\w.:/-])` },
        {
          name: `constant.language.boolean${S}`,
          match: "(?<![\\w.$/:-])(?:on|off|true|false|yes|no)(?![\\w.:/-])",
        },
        { name: `keyword.other.option${S}`, match: `(?<![\\w.$/:-])(?:${anyOf(options)})(?![\\w.:/-])` },
      ],
    },
    value: {
      patterns: [
        { include: "#template" },
        { name: `punctuation.section.block${S}`, match: "[{}]" },
        { include: "#string" },
        { include: "#variable" },
        { include: "#address" },
        { include: "#number" },
        { include: "#path" },
        { include: "#word" },
        { name: `constant.character.escape.line-continuation${S}`, match: "\\\\$" },
        // Words with letters before or after a value of another kind are words.
        { match: '[^\\s{}#!"$]+' },
      ],
    },
  };
  return {
    $schema: "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
    name: "keepalived",
    scopeName: "source.keepalived",
    comment: "Generated by scripts/generate.mjs from server/src/language; do not edit.",
    patterns: [
      { include: "#comment" },
      { include: "#template" },
      { include: "#definition" },
      { include: "#generator" },
      { include: "#include" },
      { include: "#named-block" },
      { include: "#block" },
      { include: "#keyword" },
      { include: "#old-keyword" },
      { include: "#condition" },
      { include: "#value" },
    ],
    repository,
  };
}
