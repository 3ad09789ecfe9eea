/**
 * Where names, interfaces and addresses occur, for everything that finds its way through a configuration. Each top-level
 * item of a syntax tree is looked through once, as long as it lives; a question then only compares numbers.
 */
import { KEYWORDS, type Keyword, keywordById } from "../language";
import { type Address, addressKey, parseAddress, sameAddress } from "../language/address";
import type { Arg, ArgType, KeywordSpec, NameKind, Option } from "../language/schema";
import { parsePrefixed, parseRange } from "../model/build";
import type { AddressRange } from "../model/model";
import type { Item } from "../syntax/parser";
import { FIRST_WORD, Flag, KEYWORD, KIND, Kind, NEXT, OPAQUE, WORDS } from "../syntax/records";
import { Node, type Tree } from "../syntax/tree";
import { finish, type Steps } from "../text/steps";

/** Something that is named in several places. */
export type Target =
  | { readonly kind: NameKind | "interface"; readonly name: string }
  | { readonly kind: "address"; readonly range: AddressRange }
  /** `$NAME` */
  | { readonly kind: "definition"; readonly name: string }
  /** A configuration id, as conditions name it. */
  | { readonly kind: "id"; readonly name: string }
  /** A variable of ~SEQ or ~LST; it lives on its line only. */
  | { readonly kind: "variable"; readonly name: string; readonly uri: string; readonly line: Span };

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What an occurrence is to its target. */
export enum Role {
  Reference = 0,
  /** The header of the block that declares a name; an interface that `use_vmac` or `use_ipvlan` creates. */
  Declaration = 1,
  /** The `interface` of an instance. */
  Interface = 2,
  /** An address that keepalived puts on an interface. */
  Vip = 3,
  VirtualServer = 4,
  RealServer = 5,
  SorryServer = 6,
  GroupMember = 7,
  Peer = 8,
}

/** An occurrence in the text of a tree. Quotes, prefix lengths and port numbers are no part of it. */
export interface Occurrence extends Span {
  readonly target: Target;
  readonly role: Role;
}

// ---------------------------------------------------------------------------------------------- what a word means

const KINDS: readonly (NameKind | "interface" | "address")[] = [
  "vrrp_instance",
  "vrrp_sync_group",
  "vrrp_script",
  "vrrp_track_process",
  "track_file",
  "track_group",
  "bfd_instance",
  "virtual_server_group",
  "interface",
  "address",
];
const ADDRESS = KINDS.indexOf("address");
const INTERFACE = KINDS.indexOf("interface");

const ADDRESS_TYPES: ReadonlySet<ArgType> = new Set<ArgType>([
  "ip",
  "ip-prefix",
  "ip-or-range",
  "ip-or-host",
  "ip-multicast",
  "ipv4-multicast",
  "ipv6-multicast",
]);

const concernsArg = (a: Arg): boolean =>
  a.refTo !== undefined ||
  a.type === "interface" ||
  ADDRESS_TYPES.has(a.type) ||
  (a.options?.some(concernsOption) ?? false);
const concernsOption = (o: Option): boolean => o.args?.some(concernsArg) ?? false;
const concernsStatement = (spec: KeywordSpec): boolean =>
  spec.declares !== undefined ||
  spec.args.some(concernsArg) ||
  (spec.forms?.some((f) => f.args.some(concernsArg)) ?? false);

/** By keyword number: whether its line, or its entries, can hold what is looked for. */
const IN_STATEMENT: readonly boolean[] = KEYWORDS.map((k) => concernsStatement(k.spec));
const IN_ENTRY: readonly boolean[] = KEYWORDS.map(
  ({ spec: { entry } }) =>
    entry !== undefined &&
    (entry.args.some(concernsArg) || (entry.options?.some((o) => concernsOption(o)) ?? false)),
);

const ROLES: Readonly<Record<string, Role>> = {
  "vrrp_instance/interface": Role.Interface,
  "vrrp_instance/virtual_ipaddress": Role.Vip,
  "vrrp_instance/virtual_ipaddress_excluded": Role.Vip,
  "vrrp_instance/unicast_peer": Role.Peer,
  "vrrp_instance/use_vmac": Role.Declaration,
  "vrrp_instance/use_ipvlan": Role.Declaration,
  static_ipaddress: Role.Vip,
  virtual_server: Role.VirtualServer,
  "virtual_server/real_server": Role.RealServer,
  "virtual_server/sorry_server": Role.SorryServer,
  virtual_server_group: Role.GroupMember,
};

type Emit = (word: number, arg: Arg, positional: boolean) => void;

/** Tells for each argument word of a statement which argument it is. */
function statementArgs(node: Node, { spec, id }: Keyword, emit: Emit): void {
  const args = spec.forms
    ? (
        spec.forms.find((f) => f.args[0].values?.includes(node.wordCount > 1 ? node.word(1) : "")) ??
        spec.forms[0]
      ).args
    : spec.args;
  for (let w = 1, p = 0; w < node.wordCount; w++, p++) {
    const last = args[args.length - 1];
    const arg = args[p] ?? (last?.repeatable ? last : undefined);
    if (!arg) return;
    if (arg.type !== "option-list") {
      emit(w, arg, true);
      continue;
    }
    const options = arg.options ?? [];
    // Before 2.1 the name of the instance stood alone.
    if (id === "global_defs/lvs_sync_daemon" && !optionNamed(options, node.word(w))) {
      const instance = optionNamed(options, "inst")?.args?.[0];
      if (instance) emit(w++, instance, true);
    }
    while (w < node.wordCount) {
      const option = optionNamed(options, node.word(w));
      if (option) w = optionArgs(node, w, option, emit);
      else {
        const bare = bareOption(options, node.word(w));
        if (bare) emit(w, bare, true);
        w++;
      }
    }
  }
}

/** The same for an entry of a list. */
function entryArgs(node: Node, { spec }: Keyword, emit: Emit): void {
  const { args, options = [], anyOrder } = spec.entry!;
  let p = 0;
  for (let w = 0; w < node.wordCount; ) {
    // Without free order the name comes first, whatever it looks like.
    const option = anyOrder || p >= args.length ? optionNamed(options, node.word(w)) : undefined;
    if (option) {
      w = optionArgs(node, w, option, emit);
      continue;
    }
    const arg = args[p] ?? (args[args.length - 1]?.repeatable ? args[args.length - 1] : undefined);
    if (arg) emit(w, arg, true);
    p++;
    w++;
  }
}

const optionNamed = (options: readonly Option[], word: string): Option | undefined =>
  options.find((o) => o.name === word || o.alias?.includes(word));

/** The option that a word stands for without any name before it. */
function bareOption(options: readonly Option[], word: string): Arg | undefined {
  const bare = options.flatMap((o) => (o.name.startsWith("<") ? (o.args ?? []) : []));
  const isAddress = parsePrefixed(word) !== undefined;
  const type: ArgType = isAddress ? "ip-prefix" : word.includes(":") ? "mac" : "interface";
  return bare.find((a) => a.type === type);
}

/** Emits the values of the option at a word; returns the word after them. */
function optionArgs(node: Node, at: number, option: Option, emit: Emit): number {
  let w = at + 1;
  for (const arg of option.args ?? []) {
    // The specifications of next hops and encapsulations consist of options themselves.
    if (arg.type === "route-nexthop" || arg.type === "route-encap") break;
    if (w >= node.wordCount) break;
    if (arg.prefixWords?.includes(node.word(w))) w++;
    if (w < node.wordCount) emit(w++, arg, false);
  }
  return w;
}

// ---------------------------------------------------------------------------------------------- index of an item

/** Fields of an occurrence: hash, start and end relative to the item, kind with role and whether it is a range. */
const STEP = 4;
const RANGE = 1 << 16;

const hashText = (kind: number, text: string): number => {
  let hash = kind + 1;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
};
const hashAddress = (a: Address): number =>
  a.family === 4 ? a.value | 0 : hashText(ADDRESS, String(addressKey(a)));

const indexed = new WeakMap<Item, Int32Array>();
/** The indices of all items of a tree. */
const trees = new WeakMap<Tree, readonly Int32Array[]>();

const indexOf = (tree: Tree): readonly Int32Array[] => finish(indexSteps(tree));

/** Makes the index of a tree, which everything that looks for all occurrences needs first, in steps. */
export function* indexSteps(tree: Tree): Steps<readonly Int32Array[]> {
  const known = trees.get(tree);
  if (known) return known;
  const index: Int32Array[] = [];
  for (let i = 0; i < tree.items.length; i++) {
    index.push(itemIndex(tree, i));
    yield;
  }
  trees.set(tree, index);
  return index;
}

/** The index of one item, without looking at the others. */
function itemIndex(tree: Tree, item: number): Int32Array {
  const key = tree.items[item];
  let own = indexed.get(key);
  if (!own) indexed.set(key, (own = indexItem(tree, item)));
  return own;
}

const EMPTY = new Int32Array(0);

function indexItem(tree: Tree, itemIndex: number): Int32Array {
  const item = tree.items[itemIndex];
  const base = tree.starts[itemIndex];
  const { data } = item;
  const out: number[] = [];
  // A fragment that is included in a list consists of that list's entries.
  const outer = tree.root.entry ? (keywordById(tree.root.id)?.index ?? -1) : -1;
  const ends: number[] = [];
  const owners: number[] = [];
  for (let r = 0; r < data.length; ) {
    while (ends.length > 0 && r >= ends[ends.length - 1]) {
      ends.pop();
      owners.pop();
    }
    const kind = data[r + KIND];
    const number = data[r + KEYWORD];
    if ((kind & 0xff) === Kind.Statement && number >= 0 && IN_STATEMENT[number]) {
      const node = new Node(tree, item, base, r, undefined);
      const keyword = KEYWORDS[number];
      if (keyword.spec.declares && node.wordCount > 1)
        addName(out, node, 1, KINDS.indexOf(keyword.spec.declares), Role.Declaration);
      statementArgs(node, keyword, (word, arg) => addWord(out, node, word, arg, ROLES[keyword.id]));
    } else if ((kind & 0xff) === Kind.Entry) {
      const owner = owners.length > 0 ? owners[owners.length - 1] : outer;
      if (owner >= 0 && IN_ENTRY[owner]) {
        const node = new Node(tree, item, base, r, undefined);
        const role = ROLES[KEYWORDS[owner].id];
        entryArgs(node, KEYWORDS[owner], (word, arg, positional) =>
          addWord(out, node, word, arg, positional ? role : undefined),
        );
      }
    }
    const next = r + FIRST_WORD + 2 * data[r + WORDS] + (kind & Flag.Condition ? 2 : 0);
    if (data[r + NEXT] > next) {
      ends.push(data[r + NEXT]);
      owners.push(number);
    }
    r = next;
  }
  return out.length > 0 ? Int32Array.from(out) : EMPTY;
}

function addWord(out: number[], node: Node, word: number, arg: Arg, role: Role | undefined): void {
  if (arg.refTo) addName(out, node, word, KINDS.indexOf(arg.refTo), Role.Reference);
  else if (arg.type === "interface") {
    const own = role === Role.Interface || role === Role.Declaration;
    addName(out, node, word, INTERFACE, own ? role : Role.Reference);
  } else if (ADDRESS_TYPES.has(arg.type)) {
    const own = role === undefined || role < Role.Vip ? Role.Reference : role;
    addAddress(out, node, word, arg.type, own);
  }
}

/** Start of a word's text relative to the item, behind an opening quote. */
const contentStart = (node: Node, word: number): number =>
  node.wordStart(word) - node.base + (node.rawWord(word).startsWith('"') ? 1 : 0);

const isUnreadable = (text: string): boolean =>
  text === "" || text.includes(OPAQUE) || /\$(\{|[A-Za-z_])/.test(text);

function addName(out: number[], node: Node, word: number, kind: number, role: Role): void {
  const text = node.word(word);
  if (isUnreadable(text)) return;
  const start = contentStart(node, word);
  out.push(hashText(kind, text), start, start + text.length, kind | (role << 8));
}

function addAddress(out: number[], node: Node, word: number, type: ArgType, role: Role): void {
  const text = node.word(word);
  if (isUnreadable(text)) return;
  const start = contentStart(node, word);
  const code = ADDRESS | (role << 8);
  if (type === "ip-or-range" && /[-/]/.test(text)) {
    if (parseRange(text)) out.push(0, start, start + text.length, code | RANGE);
    return;
  }
  // keepalived cuts off what follows the address.
  const plain = text.replace(/[-/].*$/s, "");
  const address = parseAddress(plain);
  if (address) out.push(hashAddress(address), start, start + plain.length, code);
}

// ---------------------------------------------------------------------------------------------- occurrences in a tree

const overlap = (a: AddressRange, b: AddressRange): boolean =>
  a.first.family === b.first.family && a.first.value <= b.last.value && b.first.value <= a.last.value;

export const isSingle = (range: AddressRange): boolean => sameAddress(range.first, range.last);

export function sameTarget(a: Target, b: Target): boolean {
  if (a.kind === "address" || b.kind === "address")
    return (
      a.kind === "address" &&
      b.kind === "address" &&
      sameAddress(a.range.first, b.range.first) &&
      sameAddress(a.range.last, b.range.last)
    );
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    (a.kind !== "variable" || b.kind !== "variable" || (a.uri === b.uri && a.line.start === b.line.start))
  );
}

function occurrenceOf(tree: Tree, base: number, own: Int32Array, i: number): Occurrence | undefined {
  const start = base + own[i + 1];
  const end = base + own[i + 2];
  const code = own[i + 3];
  const kind = KINDS[code & 0xff];
  const role = (code >> 8) & 0xff;
  const text = tree.text.slice(start, end);
  if (kind !== "address") return { start, end, role, target: { kind, name: text } };
  const range = parseRange(text);
  return range && { start, end, role, target: { kind, range } };
}

/** The name, interface or address at an offset. */
export function occurrenceAt(tree: Tree, offset: number): Occurrence | undefined {
  const item = tree.itemIndexAt(offset);
  if (item < 0) return undefined;
  const own = itemIndex(tree, item);
  const base = tree.starts[item];
  for (let i = 0; i < own.length; i += STEP)
    if (base + own[i + 1] <= offset && offset <= base + own[i + 2]) return occurrenceOf(tree, base, own, i);
  return undefined;
}

/** Every occurrence of a name, interface or address in a tree. */
export function occurrencesOf(tree: Tree, target: Target): Occurrence[] {
  const result: Occurrence[] = [];
  if (target.kind === "definition" || target.kind === "id" || target.kind === "variable") return result;
  const kind = KINDS.indexOf(target.kind);
  const single = target.kind === "address" && isSingle(target.range);
  const hash = target.kind === "address" ? hashAddress(target.range.first) : hashText(kind, target.name);
  const index = indexOf(tree);
  for (let item = 0; item < index.length; item++) {
    const own = index[item];
    for (let i = 0; i < own.length; i += STEP) {
      const code = own[i + 3];
      if ((code & 0xff) !== kind) continue;
      if (target.kind !== "address" ? own[i] !== hash : single && !(code & RANGE) && own[i] !== hash)
        continue;
      const o = occurrenceOf(tree, tree.starts[item], own, i);
      if (!o) continue;
      const hit =
        o.target.kind === "address" && target.kind === "address"
          ? overlap(o.target.range, target.range)
          : sameTarget(o.target, target);
      if (hit) result.push(o);
    }
  }
  return result;
}

/** The names, interfaces and addresses that touch a stretch of a tree. */
export function occurrencesBetween(tree: Tree, start: number, end: number): Occurrence[] {
  const result: Occurrence[] = [];
  for (let item = tree.itemIndexAt(start); item >= 0 && item < tree.items.length; item++) {
    const base = tree.starts[item];
    if (base >= end) break;
    const own = itemIndex(tree, item);
    for (let i = 0; i < own.length; i += STEP) {
      if (base + own[i + 1] >= end || base + own[i + 2] <= start) continue;
      const o = occurrenceOf(tree, base, own, i);
      if (o) result.push(o);
    }
  }
  return result;
}

/** Calls `visit` for every occurrence of a tree whose role is one of those given as bits (`1 << role`), in steps. */
export function* visitOccurrences(
  tree: Tree,
  roles: number,
  visit: (kind: NameKind | "interface" | "address", role: Role, start: number, end: number) => void,
): Steps<void> {
  const index = yield* indexSteps(tree);
  for (let item = 0; item < index.length; item++) {
    const own = index[item];
    const base = tree.starts[item];
    for (let i = 0; i < own.length; i += STEP) {
      const role = (own[i + 3] >> 8) & 0xff;
      if (roles & (1 << role)) visit(KINDS[own[i + 3] & 0xff], role, base + own[i + 1], base + own[i + 2]);
    }
    yield;
  }
}
