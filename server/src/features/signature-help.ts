/** Signature help: which argument is being typed, and what it takes. */
import type { Keyword } from "../language";
import type { Arg, EntryGrammar, Option } from "../language/schema";
import { argsOf, entryMeanings, statementMeanings } from "./arguments";
import { type FeatureContext, linePlace } from "./context";
import { argNotation, argType, optionDoc } from "./describe";
import { type Locale, say } from "./diagnostics";

export interface Parameter {
  /** Offsets in the label of the signature. */
  readonly start: number;
  readonly end: number;
  /** Markdown. */
  readonly doc: string;
}

export interface Signature {
  readonly label: string;
  /** Markdown. */
  readonly doc: string;
  readonly parameters: readonly Parameter[];
  /** The parameter being typed; undefined beyond the last one. */
  readonly active: number | undefined;
}

export interface SignatureHelp {
  readonly signatures: readonly Signature[];
  readonly active: number;
}

/** More options than this do not fit a line; their names are listed below it. */
const MAX_SHOWN_OPTIONS = 8;

/** The signature of the line that is being typed; undefined where nothing takes arguments. */
export function signatureHelp(c: FeatureContext, offset: number): SignatureHelp | undefined {
  const place = linePlace(c.file, offset);
  if (place.comment || !place.context) return undefined;
  const words = place.words.map((w) => w.text);
  const { entry } = place.context;
  if (entry) return entrySignature(c, entry, words, place.prefix);
  if (words.length === 0) return undefined;
  const keyword = place.context.get(words[0]);
  return keyword && statementSignature(c, keyword, words.slice(1), place.prefix);
}

function statementSignature(
  c: FeatureContext,
  keyword: Keyword,
  before: readonly string[],
  typed: string,
): SignatureHelp | undefined {
  const { spec, name } = keyword;
  const doc = say(spec.doc, c.locale);
  const open = openOption(statementMeanings(keyword, [...before, typed || PLACEHOLDER]), before.length);
  if (open) return optionSignature(c, open.option, open.index);
  if (spec.forms) {
    const words = [...before, typed];
    const chosen = argsOf(keyword, words);
    const active = Math.max(
      0,
      spec.forms.findIndex((f) => f.args === chosen),
    );
    return {
      active,
      signatures: spec.forms.map((form) =>
        new Label(c.locale, name).args(form.args).done(doc, activeArg(form.args, before.length)),
      ),
    };
  }
  if (spec.args.length === 0) return undefined;
  const label = new Label(c.locale, name).args(spec.args);
  const signature = label.done(doc, activeArg(spec.args, before.length));
  // What goes beyond the arguments is ignored; say nothing about it.
  return signature.active === undefined ? undefined : { signatures: [signature], active: 0 };
}

function entrySignature(
  c: FeatureContext,
  entry: EntryGrammar,
  before: readonly string[],
  typed: string,
): SignatureHelp | undefined {
  if (before.length === 0 && typed === "") return undefined;
  const open = openOption(entryMeanings(entry, [...before, typed || PLACEHOLDER]), before.length);
  if (open) return optionSignature(c, open.option, open.index);
  const { options = [] } = entry;
  const label = new Label(c.locale, "").args(entry.args);
  if (options.length > 0) label.options(options);
  const positional = entryMeanings(entry, before).filter((m) => m?.arg && !m.option).length;
  const named = before.length > positional || (positional >= entry.args.length && options.length > 0);
  const last = entry.args.length - 1;
  const active = named
    ? label.optionsAt
    : positional <= last
      ? positional
      : entry.args[last]?.repeatable
        ? last
        : undefined;
  const signature = label.done(say(entry.doc, c.locale), active);
  return signature.active === undefined ? undefined : { signatures: [signature], active: 0 };
}

/** A word that is no option and no value of any list. */
const PLACEHOLDER = "\u0000";

/** The option whose value is being typed. */
function openOption(
  meanings: ReturnType<typeof entryMeanings>,
  word: number,
): { option: Option; index: number } | undefined {
  const meaning = meanings[word];
  if (meaning?.option && meaning.arg) return { option: meaning.option, index: meaning.index };
  // An optional value that is not there yet.
  const before = meanings[word - 1];
  const option = before?.option;
  if (!option) return undefined;
  const index = before.arg ? before.index + 1 : 0;
  const arg = option.args?.[index];
  return arg ? { option, index } : undefined;
}

function optionSignature(c: FeatureContext, option: Option, index: number): SignatureHelp {
  const label = new Label(c.locale, option.name).args(option.args ?? []);
  return { signatures: [label.done(optionDoc(option, c.locale), index)], active: 0 };
}

function activeArg(args: readonly Arg[], index: number): number | undefined {
  if (index < args.length) return index;
  const last = args[args.length - 1];
  return last && (last.repeatable || last.type === "option-list") ? args.length - 1 : undefined;
}

/** Builds the label of a signature and notes where its parameters stand. */
class Label {
  private text: string;
  private readonly parameters: Parameter[] = [];
  /** Index of the parameter that stands for the options. */
  optionsAt: number | undefined;

  constructor(
    private readonly locale: Locale,
    keyword: string,
  ) {
    this.text = keyword;
  }

  args(args: readonly Arg[]): this {
    for (const arg of args) {
      if (arg.type === "option-list") this.options(arg.options ?? []);
      else this.parameter(argNotation(arg), argDoc(arg, this.locale));
    }
    return this;
  }

  /** All options are one parameter: they come in any order. */
  options(options: readonly Option[]): this {
    const shown = options.filter((o) => !o.deprecated);
    const text =
      shown.length <= MAX_SHOWN_OPTIONS
        ? shown.map((o) => `[${[o.name, ...(o.args ?? []).map(argNotation)].join(" ")}]`).join(" ")
        : "[OPTION…]";
    this.optionsAt = this.parameters.length;
    this.parameter(text, shown.map((o) => `- ${optionDoc(o, this.locale)}`).join("\n"));
    return this;
  }

  private parameter(text: string, doc: string): void {
    if (this.text !== "") this.text += " ";
    this.parameters.push({ start: this.text.length, end: this.text.length + text.length, doc });
    this.text += text;
  }

  done(doc: string, active: number | undefined): Signature {
    const inside = active !== undefined && active < this.parameters.length ? active : undefined;
    return { label: this.text, doc, parameters: this.parameters, active: inside };
  }
}

/** What an argument takes, as Markdown. */
function argDoc(arg: Arg, locale: Locale): string {
  const lines: string[] = [];
  const type = argType(arg, locale);
  lines.push(type === "" ? `**${arg.name}**` : `**${arg.name}** – ${type}`);
  if (arg.notes) lines.push(say(arg.notes, locale));
  for (const [value, text] of Object.entries(arg.valueDocs ?? {}))
    lines.push(`- \`${value}\` – ${say(text, locale)}`);
  return lines.join("\n\n").replace(/\n\n- /g, "\n- ");
}
