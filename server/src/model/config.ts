/** All model objects of one reading of a configuration, in order. */
import { KEYWORDS, ROOT_CONTEXT } from "../language";
import type { Item } from "../syntax/parser";
import { KEYWORD, KIND, Kind, NEXT, OPEN } from "../syntax/records";
import { Node, type Tree } from "../syntax/tree";
import { finish, type Steps } from "../text/steps";
import { buildTopLevel } from "./build";
import type {
  BfdInstance,
  GlobalDefs,
  Script,
  Setting,
  Span,
  StaticAddresses,
  SyncGroup,
  TopLevel,
  TrackFile,
  TrackGroup,
  TrackProcess,
  VirtualServer,
  VirtualServerGroup,
  VrrpInstance,
} from "./model";

/** A model object and the top-level item that holds it (positions in the object are relative to the item). */
export interface Located<T> {
  readonly model: T;
  /** Index of the item in the tree. */
  readonly item: number;
}

type OfKind<K extends TopLevel["kind"]> = Located<Extract<TopLevel, { kind: K }>>[];

/** Block keywords and the kind of model object they give. */
const KINDS: Readonly<Record<string, TopLevel["kind"]>> = {
  global_defs: "global_defs",
  vrrp_instance: "vrrp_instance",
  vrrp_sync_group: "vrrp_sync_group",
  track_group: "track_group",
  vrrp_script: "vrrp_script",
  vrrp_track_process: "vrrp_track_process",
  track_file: "track_file",
  vrrp_track_file: "track_file",
  bfd_instance: "bfd_instance",
  static_ipaddress: "static_ipaddress",
  virtual_server_group: "virtual_server_group",
  virtual_server: "virtual_server",
};
const KIND_OF_KEYWORD: (TopLevel["kind"] | undefined)[] = KEYWORDS.map((k) =>
  k.parent === ROOT_CONTEXT ? KINDS[k.name] : undefined,
);

const IS_STATIC = KEYWORDS.map((k) => k.parent === ROOT_CONTEXT && k.name.startsWith("static_"));
const IS_ROOT_LEAF = KEYWORDS.map((k) => k.parent === ROOT_CONTEXT && k.spec.kind === "leaf");

/**
 * The kinds of model objects in the items that changed between two trees, where every block and root-level line of these
 * is of the kind that it was and at the record where it was: then every list of places is still right, and only the
 * objects of these kinds are others. Undefined for any other change.
 */
function kindsChangedInPlace(before: Tree, now: Tree): ReadonlySet<TopLevel["kind"]> | undefined {
  const change = now.itemsChangedSince(before);
  if (!change || change.end !== change.oldEnd) return undefined;
  const kinds = new Set<TopLevel["kind"]>();
  for (let i = change.first; i < change.end; i++)
    if (!sameBlocks(before.items[i].data, now.items[i].data, kinds)) return undefined;
  return kinds;
}

/** Whether two items hold blocks of the same kinds at the same records; adds the kinds. */
function sameBlocks(a: Int32Array, b: Int32Array, kinds: Set<TopLevel["kind"]>): boolean {
  let r = 0;
  for (; r < a.length && r < b.length; r = a[r + NEXT]) {
    const keyword = a[r + KEYWORD];
    if (b[r + KEYWORD] !== keyword || b[r + KIND] !== a[r + KIND]) return false;
    if ((a[r + OPEN] === -1) !== (b[r + OPEN] === -1)) return false;
    const kind = keyword >= 0 ? KIND_OF_KEYWORD[keyword] : undefined;
    if (kind) kinds.add(kind);
    // A block may have got longer or shorter where no other record follows it.
    if (a[r + NEXT] !== b[r + NEXT]) return a[r + NEXT] === a.length && b[r + NEXT] === b.length;
  }
  return r === a.length && r === b.length;
}

/** Whether an item holds nothing but blocks of some kinds, and comments. */
export function holdsOnly({ data }: Item, kinds: readonly TopLevel["kind"][]): boolean {
  for (let r = 0; r < data.length; r = data[r + NEXT]) {
    const keyword = data[r + KEYWORD];
    const kind = keyword >= 0 ? KIND_OF_KEYWORD[keyword] : undefined;
    if (!(kind && kinds.includes(kind)) && (data[r + KIND] & 0xff) !== Kind.Comment) return false;
  }
  return true;
}

/** Models of an item, by record: they hold relative positions and stay valid as long as the item. */
const cache = new WeakMap<Item, Map<number, TopLevel | undefined>>();

function modelAt(tree: Tree, item: number, record: number): TopLevel | undefined {
  const key = tree.items[item];
  let models = cache.get(key);
  if (!models) {
    models = new Map();
    cache.set(key, models);
  }
  if (!models.has(record))
    models.set(record, buildTopLevel(new Node(tree, key, tree.starts[item], record, undefined)));
  return models.get(record);
}

/**
 * One reading of a configuration. Objects come in the order of reading; those of a kind are built when it is first asked
 * for, because a configuration may hold tens of thousands of virtual servers.
 */
export class Config {
  private readonly places: Map<TopLevel["kind"], number[]> = new Map();
  private readonly built = new Map<TopLevel["kind"], Located<TopLevel>[]>();

  /** Items with static addresses, routes or rules. */
  readonly staticItems: number[] = [];
  private readonly unknown: { readonly item: number; readonly record: number }[] = [];
  /** Root-level statements without a model object. */
  private readonly otherBlocks: { readonly item: number; readonly record: number }[] = [];
  /** Statements of one line at the root level. */
  readonly rootLeaves: { readonly item: number; readonly record: number }[] = [];

  /** @param before an earlier configuration; what is the same in both is taken from it. */
  constructor(
    readonly tree: Tree,
    before?: Config,
  ) {
    const changed = before && kindsChangedInPlace(before.tree, tree);
    if (before && changed) {
      this.places = before.places;
      for (const [kind, list] of before.built) if (!changed.has(kind)) this.built.set(kind, list);
      this.staticItems = before.staticItems;
      this.unknown = before.unknown;
      this.otherBlocks = before.otherBlocks;
      this.rootLeaves = before.rootLeaves;
      return;
    }
    for (let item = 0; item < tree.items.length; item++) {
      const { data } = tree.items[item];
      for (let r = 0; r < data.length; r = data[r + NEXT]) {
        const keyword = data[r + KEYWORD];
        if (keyword < 0 || (data[r + KIND] & 0xff) !== Kind.Statement) {
          if (keyword < 0 && data[r + OPEN] !== -1) this.unknown.push({ item, record: r });
          continue;
        }
        if (IS_STATIC[keyword]) this.staticItems.push(item);
        if (IS_ROOT_LEAF[keyword]) this.rootLeaves.push({ item, record: r });
        const kind = KIND_OF_KEYWORD[keyword];
        if (kind === undefined) {
          this.otherBlocks.push({ item, record: r });
          continue;
        }
        const list = this.places.get(kind);
        if (list) list.push(item, r);
        else this.places.set(kind, [item, r]);
      }
    }
  }

  /** The objects of an item, in order. */
  inItem(item: number): readonly TopLevel[] {
    const { data } = this.tree.items[item];
    const models: TopLevel[] = [];
    for (let r = 0; r < data.length; r = data[r + NEXT]) {
      const keyword = data[r + KEYWORD];
      if (keyword < 0 || (data[r + KIND] & 0xff) !== Kind.Statement || !KIND_OF_KEYWORD[keyword]) continue;
      const model = modelAt(this.tree, item, r);
      if (model) models.push(model);
    }
    return models;
  }

  private of<K extends TopLevel["kind"]>(kind: K): OfKind<K> {
    return (this.built.get(kind) ?? finish(this.buildSteps(kind))) as unknown as OfKind<K>;
  }

  private *buildSteps(kind: TopLevel["kind"]): Steps<Located<TopLevel>[]> {
    const list: Located<TopLevel>[] = [];
    const places = this.places.get(kind) ?? [];
    for (let i = 0; i < places.length; i += 2) {
      const item = places[i];
      const model = modelAt(this.tree, item, places[i + 1]);
      if (model) list.push({ model, item });
      yield;
    }
    this.built.set(kind, list);
    return list;
  }

  /** Builds all objects in steps; otherwise those of a kind are built when it is first asked for. */
  *modelSteps(): Steps<void> {
    for (const kind of this.places.keys()) if (!this.built.has(kind)) yield* this.buildSteps(kind);
  }

  get globals(): readonly Located<GlobalDefs>[] {
    return this.of("global_defs");
  }
  get instances(): readonly Located<VrrpInstance>[] {
    return this.of("vrrp_instance");
  }
  get syncGroups(): readonly Located<SyncGroup>[] {
    return this.of("vrrp_sync_group");
  }
  get trackGroups(): readonly Located<TrackGroup>[] {
    return this.of("track_group");
  }
  get scripts(): readonly Located<Script>[] {
    return this.of("vrrp_script");
  }
  get trackProcesses(): readonly Located<TrackProcess>[] {
    return this.of("vrrp_track_process");
  }
  get trackFiles(): readonly Located<TrackFile>[] {
    return this.of("track_file");
  }
  get bfds(): readonly Located<BfdInstance>[] {
    return this.of("bfd_instance");
  }
  get staticAddresses(): readonly Located<StaticAddresses>[] {
    return this.of("static_ipaddress");
  }
  get groups(): readonly Located<VirtualServerGroup>[] {
    return this.of("virtual_server_group");
  }
  get virtualServers(): readonly Located<VirtualServer>[] {
    return this.of("virtual_server");
  }

  /** Where an instance or a static address block stands that an earlier configuration held, too. */
  newest<T extends VrrpInstance | StaticAddresses>(at: Located<T>): Located<T> {
    if (at.item < this.tree.items.length && this.inItem(at.item).includes(at.model)) return at;
    const all: readonly Located<VrrpInstance | StaticAddresses>[] = [
      ...this.instances,
      ...this.staticAddresses,
    ];
    return { model: at.model, item: all.find((x) => x.model === at.model)?.item ?? at.item };
  }

  /** The syntax node of a located block. */
  nodeOf(at: Located<Span>): Node | undefined {
    const start = this.offset(at, at.model.start);
    return this.tree.itemNodes(at.item).find((n) => n.start === start);
  }

  /** Root-level blocks whose keyword is not known. */
  unknownBlocks(): Node[] {
    return this.unknown.map(
      ({ item, record }) =>
        new Node(this.tree, this.tree.items[item], this.tree.starts[item], record, undefined),
    );
  }

  /** Root-level nodes of the given keywords, in order. */
  rootBlocks(...names: string[]): Node[] {
    const wanted = new Set(names);
    const nodes: Node[] = [];
    for (const { item, record } of this.otherBlocks) {
      const node = new Node(this.tree, this.tree.items[item], this.tree.starts[item], record, undefined);
      if (wanted.has(node.keyword!.name)) nodes.push(node);
    }
    return nodes;
  }

  /** Offset in the tree's text of a position inside a located object. */
  offset(at: Located<unknown>, position: number): number {
    return this.tree.starts[at.item] + position;
  }

  /** The range in the tree's text of a span of a located object. */
  range(at: Located<unknown>, span: Span): Span {
    const base = this.tree.starts[at.item];
    return { start: base + span.start, end: base + span.end };
  }

  /** The last statement of a name in any global_defs block. */
  global(name: string): (Located<GlobalDefs> & { readonly setting: Setting }) | undefined {
    for (let i = this.globals.length - 1; i >= 0; i--) {
      const setting = this.globals[i].model.settings.get(name);
      if (setting) return { ...this.globals[i], setting };
    }
    return undefined;
  }
}
