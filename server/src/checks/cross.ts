/**
 * What is found across blocks, taken over from an earlier reading as far as an edit cannot have changed it.
 *
 * The checks of {@link PARTS} are kept or run anew one by one. Each is kept only where everything that it reads is what
 * it was, positions aside; what it found is then moved to where its text got to. In doubt a check runs anew.
 */
import { ROOT_CONTEXT } from "../language";
import type { Config } from "../model/config";
import { holdsOnly } from "../model/config";
import type { TopLevel, VrrpInstance } from "../model/model";
import type { Item } from "../syntax/parser";
import type { ItemChange, Tree } from "../syntax/tree";
import type { Steps } from "../text/steps";
import { notAVip, ServiceIndex, Surroundings, Vips } from "./addresses";
import { type ItemFacts, isOpaqueBlock } from "./blocks";
import { PARTS, type Part, type Whole } from "./config";
import { type Fix, type Place, type Problem, Report } from "./rule";
import type { ServiceFact } from "./service-reader";

/** The findings of all checks across blocks. */
export class Cross {
  constructor(
    private readonly parts: Readonly<Record<Part, readonly Problem[]>>,
    private index: ServiceIndex | undefined,
  ) {}

  of(part: Part): readonly Problem[] {
    return this.parts[part];
  }

  /** Hands over the index, which is changed in place: two readings that come of one cannot both have it. */
  takeIndex(): ServiceIndex | undefined {
    const { index } = this;
    this.index = undefined;
    return index;
  }
}

/** An earlier reading. */
interface Before {
  readonly tree: Tree;
  readonly config: Config;
  readonly locals: readonly { readonly facts: ItemFacts }[];
  readonly cross: Cross;
}

/** Checks a configuration as a whole, in steps. */
export function* crossSteps(whole: Whole, before?: Before): Steps<Cross> {
  const change = before && whole.config.tree.itemsChangedSince(before.tree);
  if (before && change && before.tree.root === ROOT_CONTEXT)
    return yield* new Difference(whole, before, change).cross();
  return new Cross(yield* allParts((part) => whole.problemsOf(part)), undefined);
}

function* allParts(
  find: (part: Part) => readonly Problem[],
): Steps<Readonly<Record<Part, readonly Problem[]>>> {
  const found: [Part, readonly Problem[]][] = [];
  for (const part of PARTS) {
    found.push([part, find(part)]);
    yield;
  }
  return Object.fromEntries(found) as Record<Part, readonly Problem[]>;
}

/** What an edit removed and added, and which checks that concerns. */
class Difference {
  private readonly tree: Tree;
  private readonly removed: ServiceFact[] = [];
  private readonly added: { readonly item: number; readonly fact: ServiceFact }[] = [];
  /** Where positions in each of the items got to; undefined where there are more or fewer of them than there were. */
  private readonly moves: ((position: number) => number)[] | undefined;
  /** Offsets between which the old text changed, and what is added to offsets behind it. */
  private readonly from: number;
  private readonly to: number;
  private readonly by: number;
  /** Nothing but virtual servers changed. */
  private readonly servicesOnly: boolean;
  /** Nothing but virtual servers and instances changed, and each instance is still there. */
  private readonly instancesStay: boolean;

  constructor(
    private readonly whole: Whole,
    private readonly before: Before,
    private readonly change: ItemChange,
  ) {
    const { first, oldEnd, end } = change;
    const { tree } = whole.config;
    this.tree = tree;
    this.from = before.tree.starts[first];
    this.to = before.tree.starts[oldEnd];
    this.by = tree.text.length - before.tree.text.length;
    let servicesOnly = true;
    let instancesToo = true;
    const look = (item: Item) => {
      servicesOnly &&= holdsOnly(item, ["virtual_server"]);
      instancesToo &&= servicesOnly || holdsOnly(item, ["virtual_server", "vrrp_instance"]);
    };
    for (let i = first; i < oldEnd; i++) {
      look(before.tree.items[i]);
      this.removed.push(...before.locals[i].facts.services);
    }
    for (let i = first; i < end; i++) {
      look(tree.items[i]);
      for (const fact of whole.items[i].facts.services) this.added.push({ item: i, fact });
    }
    this.servicesOnly = servicesOnly;
    this.instancesStay = servicesOnly || (instancesToo && end === oldEnd);
    if (end === oldEnd) {
      this.moves = [];
      for (let i = first; i < end; i++) this.moves.push(moveBetween(before.tree, tree, i));
    }
  }

  *cross(): Steps<Cross> {
    const { whole } = this;
    const services = this.services();
    const parts = yield* allParts((part) => {
      if (part === "services") return services.problems;
      return (this.isKept(part) ? this.kept(part) : undefined) ?? whole.problemsOf(part);
    });
    return new Cross(parts, services.index);
  }

  /** Whether a check reads what it read before. */
  private isKept(part: Exclude<Part, "services">): boolean {
    switch (part) {
      // These read no virtual servers, but nearly everything of an instance.
      case "instances":
      case "trackers":
        return this.servicesOnly;
      case "vips":
        return this.sameSurroundings();
      // Of virtual servers and instances they read what is named here.
      case "names":
        return (
          this.same((f) => (f.names.length > 0 || f.group) && [f.names, f.group]) &&
          this.sameInstances(namesOf) &&
          this.sameOpaque()
        );
      case "globals":
        return this.same((f) => f.commands.length > 0 && f.commands) && this.sameInstances((m) => m.commands);
      case "groups":
        return this.instancesStay && this.same((f) => f.group && [f.group, span(f)]);
      // Reads services, groups, and comments anywhere.
      case "notes":
        return (
          (this.servicesOnly || !this.holds("virtual_server_group")) &&
          this.arpComments(this.before.locals, this.change.oldEnd) ===
            this.arpComments(this.whole.items, this.change.end) &&
          this.same((f) => (f.dr || f.arpNote) && noteOf(f))
        );
    }
  }

  /** Whether something of the services that changed is what it was; where it is false or missing there is none of it. */
  private same(aspect: (fact: ServiceFact) => unknown): boolean {
    const { moves, change, before, whole } = this;
    if (!moves) return !this.removed.some(aspect) && !this.added.some(({ fact }) => aspect(fact));
    return moves.every((move, n) => {
      const old = before.locals[change.first + n].facts.services;
      const now = whole.items[change.first + n].facts.services;
      return old.length === now.length && old.every((f, i) => sameFacts(aspect(f), aspect(now[i]), move));
    });
  }

  private arpComments(items: readonly { readonly facts: ItemFacts }[], end: number): string {
    let all = "";
    for (let i = this.change.first; i < end; i++) all += items[i].facts.arpComments;
    return all;
  }

  /** The objects of items that changed, as they were and as they are. */
  private *models(): Generator<readonly [readonly TopLevel[], readonly TopLevel[], number]> {
    const { first, oldEnd, end } = this.change;
    for (let i = first; i < Math.max(oldEnd, end); i++)
      yield [
        i < oldEnd ? this.before.config.inItem(i) : [],
        i < end ? this.whole.config.inItem(i) : [],
        i - first,
      ];
  }

  private holds(kind: TopLevel["kind"]): boolean {
    for (const [old, now] of this.models()) if ([...old, ...now].some((m) => m.kind === kind)) return true;
    return false;
  }

  /** Whether nothing but services and instances changed, and something of the instances is what it was. */
  private sameInstances(aspect: (instance: VrrpInstance) => unknown): boolean {
    if (this.servicesOnly) return true;
    if (!this.instancesStay) return false;
    const of = (models: readonly TopLevel[]) =>
      models.filter((m) => m.kind === "vrrp_instance").map((m) => aspect(m));
    for (const [old, now, n] of this.models()) if (!sameFacts(of(old), of(now), this.moves![n])) return false;
    return true;
  }

  /** Whether none of the blocks that changed holds lines that are not understood, nor held any. */
  private sameOpaque(): boolean {
    if (this.servicesOnly) return true;
    const { first, oldEnd, end } = this.change;
    for (let i = first; i < oldEnd; i++) if (this.before.tree.itemNodes(i).some(isOpaqueBlock)) return false;
    for (let i = first; i < end; i++) if (this.tree.itemNodes(i).some(isOpaqueBlock)) return false;
    return true;
  }

  /** Whether instances and static addresses are what they were, as far as VIPs and services have to do with them. */
  private sameSurroundings(): boolean {
    if (this.servicesOnly) return true;
    for (const [old, now, n] of this.models()) {
      const a = old.flatMap(surroundingOf);
      const b = now.flatMap(surroundingOf);
      const move = this.moves?.[n];
      if (move ? !sameFacts(a, b, move) : a.length + b.length > 0) return false;
    }
    return true;
  }

  /**
   * Findings of virtual servers. One of them has to do with others by its key, and by whether its address is carried, and
   * with what surrounds it. Only those are checked that changed, or for which something of that did.
   */
  private services(): { problems: readonly Problem[]; index: ServiceIndex | undefined } {
    const { whole, before, removed, added } = this;
    const { first, oldEnd, end } = this.change;
    const anew = (index?: ServiceIndex) => ({ problems: whole.problemsOf("services"), index });
    if (this.sameSurroundings() && this.same((f) => f)) {
      const problems = this.kept("services");
      if (!problems) return anew();
      const index = before.cross.takeIndex();
      // Positions in instances have moved; what is counted has not.
      if (index && !this.servicesOnly) index.surroundings = undefined;
      return { problems, index };
    }
    const index = before.cross.takeIndex() ?? new ServiceIndex();
    if (!index.surroundings) {
      const { config } = before;
      index.surroundings = this.servicesOnly
        ? whole.surroundings
        : new Surroundings(config, new Vips(config));
    }
    index.fill(() => before.locals.flatMap((l) => l.facts.services));
    const { anyCarried } = index;
    const surroundings = this.servicesOnly ? index.surroundings : whole.surroundings;
    const change = surroundings.changeSince(index.surroundings, (a, b) => {
      const old = before.config.range(before.config.newest(a.at), a.word);
      const now = whole.config.range(b.at, b.word);
      return this.start(old.start) === now.start && this.end(old.end) === now.end;
    });
    for (const f of removed) {
      if (index.count(f) > 1) change?.keys.add(f.key);
      index.remove(f);
    }
    for (const { fact } of added) {
      index.add(fact);
      if (index.count(fact) > 1) change?.keys.add(fact.key);
    }
    if (surroundings !== index.surroundings) index.surround(surroundings, whole.flat);
    if (!change || index.anyCarried !== anyCarried) return anew(index);
    const old = before.cross.of("services");
    // A stray service may be meant for a VIP without such a service.
    if (surroundings.comparesServices && old.some((p) => p.rule === notAVip)) {
      const keys = new Set(removed.map((f) => f.key));
      const fresh = added.filter(({ fact }) => !keys.delete(fact.key)).map(({ fact }) => fact);
      for (const f of [...fresh, ...removed.filter((f) => keys.has(f.key))])
        if (surroundings.carries(f)) change.alike(f.address!);
      if (change.tooMuch) return anew(index);
    }
    const isAdded = (item: number) => item >= first && item < end;
    const concerned = () =>
      whole.flat.services.filter(({ item, fact }) => isAdded(item) || change.concerns(fact, surroundings));
    let checked = change.isEmpty ? added : concerned();
    const { size } = change.keys;
    for (const { fact } of checked) if (index.count(fact) > 1) change.keys.add(fact.key);
    if (change.keys.size > size) checked = concerned();
    const places = new Set<number>();
    for (const { item, fact } of checked) {
      if (isAdded(item)) continue;
      const base = before.tree.starts[item < first ? item : item - end + oldEnd];
      places.add(base + fact.addressStart);
      for (const rs of fact.servers) places.add(base + rs.start);
    }
    const report = new Report();
    index.check(whole.config, checked, report);
    const rest = old.filter((p) => (p.start < this.from || p.start >= this.to) && !places.has(p.start));
    return {
      problems: this.moved("services", rest, report.problems) ?? whole.problemsOf("services"),
      index,
    };
  }

  private kept(part: Part): readonly Problem[] | undefined {
    return this.moved(part, this.before.cross.of(part));
  }

  /**
   * Findings where they stand now, and between them some that were found just now; undefined where one of them stands in
   * text that has gone.
   */
  private moved(
    part: Part,
    problems: readonly Problem[],
    found: readonly Problem[] = [],
  ): readonly Problem[] | undefined {
    const fixes = new LateFixes(this.whole, part);
    const result: Problem[] = [];
    let n = 0;
    const add = (p: Problem, start: number, end: number, related: Problem["related"]) =>
      result.push(new KeptProblem(p, start, end, related, fixes, result.length));
    const addFound = (to: number) => {
      for (; n < found.length && found[n].start < to; n++)
        add(found[n], found[n].start, found[n].end, found[n].related);
    };
    for (const p of problems) {
      const start = this.start(p.start);
      const end = this.end(p.end);
      const related = p.related?.map((r) => ({ ...r, start: this.start(r.start), end: this.end(r.end) }));
      if (Number.isNaN(start + end) || related?.some((r) => Number.isNaN(r.start + r.end))) return undefined;
      addFound(start);
      add(p, start, end, related);
    }
    addFound(Number.POSITIVE_INFINITY);
    return result;
  }

  private start(offset: number): number {
    return offset < this.from ? offset : offset >= this.to ? offset + this.by : this.inside(offset);
  }
  private end(offset: number): number {
    return offset <= this.from ? offset : offset > this.to ? offset + this.by : this.inside(offset);
  }

  private inside(offset: number): number {
    const { moves, change, before, tree } = this;
    if (offset === this.to) return offset + this.by;
    if (!moves) return Number.NaN;
    const i = before.tree.itemIndexAt(offset);
    return tree.starts[i] + moves[i - change.first](offset - before.tree.starts[i]);
  }
}

const span = ({ start, end }: { readonly start: number; readonly end: number }) => ({ start, end });

/** What notes on ARP settings read of a service. */
const noteOf = ({ dr, arpNote, address, fwmark, group, drStart, drEnd, start }: ServiceFact) => ({
  dr,
  arpNote,
  address,
  fwmark,
  group: group?.name,
  drStart,
  drEnd,
  start,
});

/** The names of an instance, and those that it uses. */
const namesOf = ({
  name,
  nameSpan,
  start,
  trackScripts,
  trackFiles,
  trackProcesses,
  trackBfds,
}: VrrpInstance) => ({ name, nameSpan, start, trackScripts, trackFiles, trackProcesses, trackBfds });

/** What checks of VIPs and services read of instances and static addresses. */
function surroundingOf(model: TopLevel): unknown[] {
  if (model.kind === "static_ipaddress") return [model.addresses];
  if (model.kind !== "vrrp_instance") return [];
  const { name, virtualIps, excludedIps, unicastSourceIp, multicastSourceIp, unicastPeers } = model;
  const owner = model.priority?.value === 255;
  const entries = [virtualIps, excludedIps, model.unclearInterfaces];
  return [[name, owner, model.interface, entries, unicastSourceIp, multicastSourceIp, unicastPeers]];
}

/** A finding that was made for an earlier text. There may be tens of thousands of them. */
class KeptProblem implements Problem {
  readonly rule: Problem["rule"];
  readonly message: Problem["message"];
  readonly severity: Problem["severity"];

  constructor(
    from: Problem,
    readonly start: number,
    readonly end: number,
    readonly related: Problem["related"],
    private readonly late: LateFixes,
    private readonly n: number,
  ) {
    this.rule = from.rule;
    this.message = from.message;
    this.severity = from.severity;
  }

  get fixes(): (place: Place) => readonly Fix[] {
    return (place) => this.late.of(this.n, place);
  }
}

/**
 * Fixes of the problems of a check, found when one of them is asked for: they look at the text. They must not hold on to
 * an earlier result.
 */
class LateFixes {
  private found: readonly Problem[] | undefined;

  constructor(
    private readonly whole: Whole,
    private readonly part: Part,
  ) {}

  of(n: number, place: Place): readonly Fix[] {
    this.found ??= this.whole.problemsOf(this.part);
    const { fixes } = this.found[n];
    return typeof fixes === "function" ? fixes(place) : (fixes ?? []);
  }
}

/** Where a position in an item got to; not a number for what stood in the text that was replaced. */
function moveBetween(before: Tree, now: Tree, i: number): (position: number) => number {
  const old = before.text.slice(before.starts[i], before.starts[i + 1]);
  const text = now.text.slice(now.starts[i], now.starts[i + 1]);
  const most = Math.min(old.length, text.length);
  let head = 0;
  while (head < most && old.charCodeAt(head) === text.charCodeAt(head)) head++;
  let tail = 0;
  while (
    tail < most - head &&
    old.charCodeAt(old.length - 1 - tail) === text.charCodeAt(text.length - 1 - tail)
  )
    tail++;
  const { length } = old;
  const by = text.length - length;
  return (position) => (position <= head ? position : position >= length - tail ? position + by : Number.NaN);
}

/** Whether facts are equal, positions in them having moved. */
function sameFacts(a: unknown, b: unknown, move: (position: number) => number): boolean {
  if (a === b && typeof a !== "object") return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const old = Object.entries(a);
  if (old.length !== Object.keys(b).length) return false;
  return old.every(([name, value]) => {
    const other: unknown = (b as Record<string, unknown>)[name];
    return POSITION.test(name) && typeof value === "number"
      ? move(value) === other
      : sameFacts(value, other, move);
  });
}
const POSITION = /^(?:start|end)$|Start$|End$/;
