/**
 * The vocabulary in which the keepalived language is described. The description itself stands in `data/`; everything that
 * knows a keyword (parser, validation, completion, hover, grammar, documentation) reads it from there.
 */

/** A keepalived release, for example `2.2.7`. */
export type Release = string;

/** English and Simplified Chinese. English is the source. */
export interface Text {
  readonly en: string;
  readonly zh: string;
}

/** Kinds of names that configuration blocks declare and other statements refer to. */
export type NameKind =
  | "vrrp_instance"
  | "vrrp_sync_group"
  | "vrrp_script"
  | "vrrp_track_process"
  | "track_file"
  | "track_group"
  | "bfd_instance"
  | "virtual_server_group";

export type ArgType =
  | "bool"
  | "uint"
  | "int"
  | "decimal"
  | "enum"
  | "enum-or-uint"
  | "uint-or-forever"
  | "uint-range"
  | "string"
  | "name"
  | "ref"
  | "option-list"
  | "ip"
  | "ip-prefix"
  | "ip-multicast"
  | "ipv4-multicast"
  | "ipv6-multicast"
  | "ipv4-broadcast"
  | "ip-or-host"
  | "ip-or-range"
  | "vs-target"
  | "netmask-or-prefixlen"
  | "fwmark-mask"
  | "ip-proto"
  | "mac"
  | "interface"
  | "user"
  | "group"
  | "path"
  | "dir"
  | "script"
  | "regex"
  | "hexstring"
  | "hmac-key"
  | "email"
  | "hostname"
  | "dns-name"
  | "url-path"
  | "umask"
  | "rtt"
  | "route-dest"
  | "route-prefix"
  | "route-encap"
  | "route-nexthop"
  | "rt-table"
  | "rt-proto"
  | "rt-scope"
  | "rt-dsfield"
  | "rt-realms"
  | "rt-group";

/** One argument: a word (or, with `repeatable`, several) after the keyword. */
export interface Arg {
  readonly name: string;
  readonly type: ArgType;
  readonly optional?: boolean;
  readonly repeatable?: boolean;
  readonly maxCount?: number;
  /** Smallest and largest value that keepalived accepts while parsing. Text for decimals and for values above 2^53. */
  readonly min?: number | string;
  readonly max?: number | string;
  /** Values from `min` up to here are accepted with a message and raised to this. */
  readonly raisedTo?: number | string;
  /** Values outside the range are moved to its nearest end instead of being ignored. */
  readonly clamps?: boolean;
  /** keepalived does not check the range at all. */
  readonly unchecked?: boolean;
  /** Digits after the decimal point that the unit allows; more are reported and rounded. */
  readonly decimals?: number;
  /** Release before which it was a whole number. */
  readonly decimalsSince?: Release;
  readonly unit?: "s" | "ms" | "us";
  readonly values?: readonly string[];
  /** What each value means, where the name does not say it. */
  readonly valueDocs?: Readonly<Record<string, Text>>;
  /** Release that introduced a value, where it is younger than the keyword. */
  readonly valueSince?: Readonly<Record<string, Release>>;
  readonly caseInsensitive?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly length?: number;
  readonly wildcard?: string;
  /** Value in force when the argument is omitted, as prose or literal. */
  readonly whenOmitted?: string | Text;
  readonly refTo?: NameKind;
  /** The name must be declared earlier in the order of reading. */
  readonly declaredBefore?: boolean;
  /** Numbers may be hexadecimal (0x) or octal (leading 0). */
  readonly cNotation?: boolean;
  readonly prefix?: readonly string[];
  readonly prefixWords?: readonly string[];
  readonly forms?: readonly string[];
  readonly since?: Release;
  readonly requires?: readonly string[];
  /** Nobody's business: it is shown in no message, log or picture. */
  readonly secret?: boolean;
  /** For `option-list`: option words that may follow. */
  readonly options?: readonly Option[];
  readonly notes?: Text;
}

/** An option word on a line, with its own arguments. A name in angle brackets stands for a bare value. */
export interface Option {
  readonly name: string;
  readonly alias?: readonly string[];
  readonly args?: readonly Arg[];
  /** The word `lock` may precede the value. */
  readonly lock?: boolean;
  /** Range accepted with a message beyond the one of the argument. */
  readonly acceptedMin?: number;
  readonly acceptedMax?: number;
  readonly since?: Release;
  readonly requires?: readonly string[];
  readonly deprecated?: boolean;
  readonly doc?: Text;
}

/** What a second occurrence of a keyword in one block means. */
export type Repeat =
  | "last-wins"
  | "first-wins"
  | "overwrite-with-message"
  | "flag"
  | "accumulate"
  | "merge"
  | "several"
  | "unique-name"
  | "unique-id"
  | "max-wins"
  | "sequential"
  | "MASTER-wins"
  | "first-wins-if-not-1";

/** The keepalived process that acts on a keyword. */
export type Process = "parent" | "vrrp" | "checker" | "bfd" | "vrrp+checker" | "all";

export interface Deprecation {
  /** What to write instead; absent when nothing replaces it. */
  readonly replacedBy?: string;
  readonly since?: Release;
  /** How keepalived itself reacts: silently, in the log only, or as a configuration error. */
  readonly reported: "no" | "log" | "config-error";
}

/** Properties shared by statements and blocks. */
export interface KeywordInfo {
  readonly doc: Text;
  /** An accepted line; for blocks the header without its brace. */
  readonly example: string;
  /** Default `last-wins`. */
  readonly repeat?: Repeat;
  /** The enclosing block is dropped or useless without it. */
  readonly mandatory?: boolean;
  readonly mandatoryNote?: Text;
  /** What holds without the keyword, as prose or literal. */
  readonly default?: string | Text;
  /** First release that knows the keyword; absent: already in 2.0.0. */
  readonly since?: Release;
  readonly deprecated?: Deprecation;
  /** Build options of keepalived that the keyword needs; `A|B` is either. */
  readonly requires?: readonly string[];
  readonly process?: Process;
  readonly aliasOf?: string;
  readonly notes?: Text;
  readonly versionNotes?: readonly Text[];
  /** Options may come in any order. */
  readonly anyOrder?: boolean;
  /** The line is split again by shell-like rules (commands). */
  readonly scriptQuoting?: boolean;
  /** The first argument declares a name of this kind. */
  readonly declares?: NameKind;
  /** Without its argument the line is only reported and ignored. Default: keepalived stops reading at once. */
  readonly missingArgument?: "ignored";
  /** Words beyond the arguments make keepalived refuse the line. Default: they are silently ignored. */
  readonly exactArguments?: boolean;
  /** Alternative argument lists. */
  readonly forms?: readonly { readonly form: string; readonly args: readonly Arg[] }[];
}

/** `leaf`: a line. `block`: keywords in braces. `list`: entries in braces, one a line or one a word. */
export type KeywordKind = "leaf" | "block" | "list";

export interface KeywordSpec extends KeywordInfo {
  readonly name: string;
  readonly kind: KeywordKind;
  readonly args: readonly Arg[];
  readonly children?: readonly KeywordSpec[];
  readonly entry?: EntryGrammar;
}

/** What one entry of a list block looks like. */
export interface EntryGrammar {
  readonly id: string;
  readonly doc: Text;
  readonly args: readonly Arg[];
  readonly options?: readonly Option[];
  readonly anyOrder?: boolean;
  readonly forms?: readonly string[];
  readonly notes?: Text;
  readonly example: string;
}

/** A statement of one line. */
export const leaf = (name: string, args: readonly Arg[], info: KeywordInfo): KeywordSpec => ({
  ...info,
  name,
  kind: "leaf",
  args,
});

/** A block that holds keywords. */
export const block = (
  name: string,
  args: readonly Arg[],
  info: KeywordInfo,
  children: readonly KeywordSpec[],
): KeywordSpec => ({ ...info, name, kind: "block", args, children });

/** A block that holds entries. */
export const list = (
  name: string,
  args: readonly Arg[],
  info: KeywordInfo,
  entry: EntryGrammar,
): KeywordSpec => ({
  ...info,
  name,
  kind: "list",
  args,
  entry,
});

type ArgOptions = Omit<Arg, "name" | "type">;

/** Text in both languages. */
export const t = (en: string, zh: string): Text => ({ en, zh });

export const arg = (name: string, type: ArgType, o: ArgOptions = {}): Arg => ({ name, type, ...o });
export const bool = (name: string, o: ArgOptions = {}): Arg => ({ name, type: "bool", ...o });
export const oneOf = (name: string, values: readonly string[], o: ArgOptions = {}): Arg => ({
  name,
  type: "enum",
  values,
  ...o,
});
export const uint = (name: string, min: number | string, max: number | string, o: ArgOptions = {}): Arg => ({
  name,
  type: "uint",
  min,
  max,
  ...o,
});
export const int = (name: string, min: number, max: number, o: ArgOptions = {}): Arg => ({
  name,
  type: "int",
  min,
  max,
  ...o,
});
/** A number with up to `decimals` digits after the point. Bounds are text, to stay exact. */
export const decimal = (
  name: string,
  min: string,
  max: string,
  decimals: number,
  o: ArgOptions = {},
): Arg => ({
  name,
  type: "decimal",
  min,
  max,
  decimals,
  ...o,
});
export const ref = (name: string, refTo: NameKind, o: ArgOptions = {}): Arg => ({
  name,
  type: "ref",
  refTo,
  ...o,
});
export const option = (name: string, o: Omit<Option, "name"> = {}): Option => ({ name, ...o });
