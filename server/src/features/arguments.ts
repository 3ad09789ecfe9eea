/** What each word of a line stands for: an argument, an option, or the value of an option. */
import type { Keyword } from "../language";
import { parseAddress } from "../language/address";
import type { Arg, EntryGrammar, Option } from "../language/schema";

/** The meaning of a word; `option` alone is the option's name, with `arg` a value of it. */
export interface WordMeaning {
  readonly arg?: Arg;
  readonly option?: Option;
  /** Position among the positional arguments, or among the values of the option. */
  readonly index: number;
}

/** The argument list of a statement: of keywords with several forms the one that the words fit. */
export function argsOf(keyword: Keyword, words: readonly string[]): readonly Arg[] {
  const { forms, args } = keyword.spec;
  if (!forms) return args;
  return (forms.find((f) => f.args[0]?.values?.includes(words[0] ?? "")) ?? forms[0]).args;
}

/** Meanings of the words that follow a keyword. */
export function statementMeanings(keyword: Keyword, words: readonly string[]): (WordMeaning | undefined)[] {
  const args = argsOf(keyword, words);
  const result: (WordMeaning | undefined)[] = [];
  for (let w = 0; w < words.length; ) {
    const arg = args[w] ?? repeated(args);
    if (!arg) result[w++] = undefined;
    else if (arg.type === "option-list") {
      while (w < words.length) w = optionMeaning(arg.options ?? [], words, w, result);
    } else result[w] = { arg, index: w++ };
  }
  return result;
}

/** Meanings of the words of an entry of a list. */
export function entryMeanings(entry: EntryGrammar, words: readonly string[]): (WordMeaning | undefined)[] {
  const { args, options = [], anyOrder } = entry;
  const result: (WordMeaning | undefined)[] = [];
  let position = 0;
  for (let w = 0; w < words.length; ) {
    // Without free order the name comes first, whatever it looks like.
    if ((anyOrder || position >= args.length) && named(options, words[w])) {
      w = optionMeaning(options, words, w, result);
      continue;
    }
    const arg = args[position] ?? repeated(args);
    result[w++] = arg && { arg, index: position };
    position++;
  }
  return result;
}

const repeated = (args: readonly Arg[]): Arg | undefined => {
  const last = args[args.length - 1];
  return last?.repeatable ? last : undefined;
};

const named = (options: readonly Option[], word: string): Option | undefined =>
  options.find((o) => o.name === word || o.alias?.includes(word));

/** Reads the option at a word, or a value that stands without a name; returns the word after it. */
function optionMeaning(
  options: readonly Option[],
  words: readonly string[],
  at: number,
  result: (WordMeaning | undefined)[],
): number {
  const option = named(options, words[at]);
  if (!option) {
    const arg = bareValue(options, words[at]);
    result[at] = arg && { arg, index: 0 };
    return at + 1;
  }
  result[at] = { option, index: 0 };
  let w = at + 1;
  let index = 0;
  for (const arg of option.args ?? []) {
    if (w >= words.length) break;
    if ((option.lock && words[w] === "lock") || arg.prefixWords?.includes(words[w]))
      result[w++] = { option, index };
    if (w >= words.length) break;
    // What may be left out is there only if it looks like it.
    if (arg.optional && arg.values && !arg.values.includes(words[w])) break;
    result[w++] = { option, arg, index };
    index++;
  }
  return w;
}

/** The option in angle brackets that a word without a name is meant for. */
function bareValue(options: readonly Option[], word: string): Arg | undefined {
  const bare = options.flatMap((o) => (o.name.startsWith("<") ? (o.args ?? []) : []));
  const type = parseAddress(word.replace(/\/.*$/, ""))
    ? /^ip/
    : /^([0-9A-Fa-f]{2}:){5}/.test(word)
      ? /^mac$/
      : /^[-+]?\d+(\.\d+)?$/.test(word)
        ? /^(u?int|decimal)$/
        : /^interface$/;
  return bare.find((a) => type.test(a.type)) ?? (bare.length === 1 ? bare[0] : undefined);
}
