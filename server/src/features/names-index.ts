/**
 * Where names, interfaces and addresses occur, for everything that finds its way through a configuration. Each top-level
 * item of a syntax tree is looked through once, as long as it lives; a question then only compares numbers.
 */
import type { Project, View } from "../checks/project";
import { KEYWORDS, type Keyword, keywordById } from "../language";
import { type Address, addressKey, parseAddress, sameAddress } from "../language/address";
import type { Arg, ArgType, KeywordSpec, NameKind, Option } from "../language/schema";
import { parsePrefixed, parseRange } from "../model/build";
import type { AddressRange } from "../model/model";
import type { Item } from "../syntax/parser";
import { FIRST_WORD, Flag, KEYWORD, KIND, Kind, NEXT, OPAQUE, WORDS } from "../syntax/records";
import { Node, type Tree } from "../syntax/tree";
import type { SourceFile } from "../workspace/files";

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

interface Span {
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

/** A place in a file where a target occurs. */
export interface Place extends Span {
  readonly uri: string;
  readonly role: Role;
  /** The text stands there as it is; otherwise a definition or generator makes at least a part of it. */
  readonly verbatim: boolean;
  /** The place is the text of a definition that is used elsewhere. */
  readonly definition?: boolean;
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
    if (option.lock && node.word(w) === "lock") w++;
    if (arg.prefixWords?.includes(node.word(w))) w++;
    if (w >= node.wordCount) break;
    if (arg.optional && !arg.values?.includes(node.word(w))) break;
    emit(w++, arg, false);
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

function indexOf(tree: Tree): readonly Int32Array[] {
  let index = trees.get(tree);
  if (!index) trees.set(tree, (index = tree.items.map((_, i) => itemIndex(tree, i))));
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

/** Calls `visit` for every occurrence of a tree whose role is one of those given as bits (`1 << role`). */
export function visitOccurrences(
  tree: Tree,
  roles: number,
  visit: (kind: NameKind | "interface" | "address", role: Role, start: number, end: number) => void,
): void {
  const index = indexOf(tree);
  for (let item = 0; item < index.length; item++) {
    const own = index[item];
    const base = tree.starts[item];
    for (let i = 0; i < own.length; i += STEP) {
      const role = (own[i + 3] >> 8) & 0xff;
      if (roles & (1 << role)) visit(KINDS[own[i + 3] & 0xff], role, base + own[i + 1], base + own[i + 2]);
    }
  }
}

// ---------------------------------------------------------------------------------------------- marks of the resolver

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
    if (a.whole.start <= offset && offset <= a.whole.end && !(found && found.whole.start > a.whole.start))
      found = a;
  }
  return found;
}

export const targetOfMark = (file: SourceFile, mark: Mark): Target =>
  mark.kind === "variable"
    ? { kind: "variable", name: mark.name, uri: file.uri, line: mark.line! }
    : { kind: mark.kind, name: mark.name };

// ---------------------------------------------------------------------------------------------- places in files

/** What is looked through for a project: its readings, and the files themselves where not every id has one. */
interface Reading {
  readonly tree: Tree;
  readonly uri: string;
  readonly view: View | undefined;
}

function readingsOf(project: Project): Reading[] {
  const readings: Reading[] = project.views.map((view) => ({
    tree: view.tree,
    uri: project.root.uri,
    view,
  }));
  if (project.ids.length >= project.views.length && project.views[0].resolved)
    for (const file of project.files) readings.push({ tree: file.tree, uri: file.uri, view: undefined });
  return readings;
}

/** The places from which a stretch of a reading's text comes: where it is used, and where a definition gives it. */
function origins(reading: Reading, start: number, end: number): (Span & { uri: string; from: Origin })[] {
  const resolved = reading.view?.resolved;
  if (!resolved) return [{ uri: reading.uri, start, end, from: "verbatim" }];
  const origin = resolved.origin(start, end);
  if (!origin) return [];
  const { uri, via } = origin;
  const use = {
    uri,
    start: origin.start,
    end: origin.end,
    from: origin.verbatim ? "verbatim" : "use",
  } as const;
  if (!via) return [use];
  const source = resolved.files.find((f) => f.uri === via.uri);
  const text = reading.tree.text.slice(start, end);
  return [use, { uri: via.uri, ...narrowed(source, via, text), from: "definition" }];
}
type Origin = "verbatim" | "use" | "definition";

/** The word within the text of a definition, where it stands there once; otherwise the whole text. */
function narrowed(file: SourceFile | undefined, via: Span, word: string): Span {
  const text = file?.tree.text.slice(via.start, via.end) ?? "";
  const isWord = (at: number) =>
    !/[^\s"/-]/.test(text[at - 1] ?? " ") && !/[^\s"/-]/.test(text[at + word.length] ?? " ");
  let found = -1;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isWord(at)) continue;
    if (found >= 0) return via;
    found = at;
  }
  return found < 0 ? via : { start: via.start + found, end: via.start + found + word.length };
}

/** Every place of a target in a project, in the order of reading, each once. */
export function placesOf(project: Project, target: Target): Place[] {
  const places = new Map<string, Place>();
  const add = (place: Place) => {
    const key = `${place.start} ${place.end} ${place.uri}`;
    const known = places.get(key);
    if (!known) places.set(key, place);
    else if ((known.verbatim && !place.verbatim) || known.role === Role.Reference)
      places.set(key, {
        ...known,
        verbatim: known.verbatim && place.verbatim,
        role: known.role || place.role,
      });
  };
  if (target.kind === "definition" || target.kind === "id" || target.kind === "variable") {
    for (const file of project.files) {
      if (target.kind === "variable" && file.uri !== target.uri) continue;
      for (const m of marksOf(file)) {
        if (m.kind !== target.kind || m.name !== target.name) continue;
        if (target.kind === "variable" && m.line?.start !== target.line.start) continue;
        const role = m.write ? Role.Declaration : Role.Reference;
        add({ uri: file.uri, start: m.start, end: m.end, role, verbatim: true });
      }
    }
    return [...places.values()];
  }
  for (const reading of readingsOf(project)) {
    for (const o of occurrencesOf(reading.tree, target)) {
      for (const { uri, start, end, from } of origins(reading, o.start, o.end))
        add({
          uri,
          start,
          end,
          role: o.role,
          verbatim: from === "verbatim",
          ...(from === "definition" ? { definition: true } : {}),
        });
    }
  }
  return [...places.values()];
}

/** What stands at an offset of a file, and where exactly. */
export interface Found extends Span {
  readonly target: Target;
  readonly role: Role;
  /** The text stands there as it is. */
  readonly verbatim: boolean;
}

/** What stands at an offset of a file: usually one thing, several if readings see it differently. */
export function foundAt(projects: readonly Project[], file: SourceFile, offset: number): Found[] {
  const mark = markAt(file, offset);
  if (mark) {
    const role = mark.write ? Role.Declaration : Role.Reference;
    return [{ target: targetOfMark(file, mark), role, start: mark.start, end: mark.end, verbatim: true }];
  }
  const found: Found[] = [];
  const add = (f: Found) => {
    if (!found.some((x) => sameTarget(x.target, f.target))) found.push(f);
  };
  const path = file.tree.pathAt(offset);
  const inValue = path[path.length - 1]?.kind === Kind.Definition;
  for (const project of projects) {
    for (const reading of readingsOf(project)) {
      const resolved = reading.view?.resolved;
      const offsets = resolved
        ? inValue
          ? []
          : resolved.offsetsOf(file.uri, offset)
        : reading.uri === file.uri
          ? [offset]
          : [];
      for (const at of offsets) {
        const o = occurrenceAt(reading.tree, at);
        const use = o && origins(reading, o.start, o.end)[0];
        if (!o || !use || use.uri !== file.uri || use.start > offset || use.end < offset) continue;
        add({ ...o, start: use.start, end: use.end, verbatim: use.from === "verbatim" });
        break;
      }
      if (inValue && resolved) foundInValue(reading, file, offset, add);
    }
  }
  return found;
}

/** The cursor stands in the value of a definition: looks for a use whose text is the word there. */
function foundInValue(reading: Reading, file: SourceFile, offset: number, add: (f: Found) => void): void {
  const resolved = reading.view!.resolved!;
  const index = resolved.files.findIndex((f) => f.uri === file.uri);
  for (const { at, length, via } of resolved.chunks) {
    if (!via || via.file !== index || offset < via.start || offset > via.end) continue;
    for (const o of occurrencesBetween(reading.tree, at, at + length)) {
      const word = narrowed(file, via, reading.tree.text.slice(o.start, o.end));
      if (word.start > offset || word.end < offset) continue;
      add({ ...o, ...word, verbatim: false });
      return;
    }
  }
}

function occurrencesBetween(tree: Tree, start: number, end: number): Occurrence[] {
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
