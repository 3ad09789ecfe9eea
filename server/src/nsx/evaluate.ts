/**
 * The distributed firewall, as far as a decision about a packet goes: categories, order, direction, Applied To, sources,
 * destinations, services, and what keeping state means at one vNIC.
 *
 * Sources of the semantics: VMware's documentation of the distributed firewall (first match wins; Applied To of the policy
 * overrules that of the rule; NSX 4.x keeps no cache for stateless rules) and the published source of pf, of which the
 * engine is a descendant: a half connection is tolerated for 65535 + 1500 bytes beyond the first window edge.
 */
import { type Address, addressKey, parseAddress } from "../language/address";
import type { Direction } from "../lvs/packets";
import { inAnyRange, inRange, isSingle } from "../lvs/ranges";
import { parseRange } from "../model/build";
import type { AddressRange } from "../model/model";

// ---------------------------------------------------------------------------------------------- the rule base

/** Names of policies and rules are those of the Policy API; fields may be missing like on the wire. */
export interface WireRule {
  readonly id?: string;
  readonly display_name?: string;
  readonly sequence_number?: number;
  readonly source_groups?: readonly string[];
  readonly destination_groups?: readonly string[];
  readonly sources_excluded?: boolean;
  readonly destinations_excluded?: boolean;
  readonly services?: readonly string[];
  readonly service_entries?: readonly WireEntry[];
  readonly scope?: readonly string[];
  readonly direction?: string;
  readonly ip_protocol?: string;
  readonly action?: string;
  readonly disabled?: boolean;
  readonly [field: string]: unknown;
}

export interface WirePolicy {
  readonly id?: string;
  readonly category?: string;
  readonly sequence_number?: number;
  readonly stateful?: boolean;
  readonly tcp_strict?: boolean;
  readonly scope?: readonly string[];
  readonly rules?: readonly WireRule[];
  readonly [field: string]: unknown;
}

export interface WireEntry {
  readonly resource_type?: string;
  readonly l4_protocol?: string;
  readonly source_ports?: readonly string[];
  readonly destination_ports?: readonly string[];
  readonly protocol_number?: number;
  readonly protocol?: string;
  readonly icmp_type?: number;
  readonly icmp_code?: number;
  readonly [field: string]: unknown;
}

/** A virtual machine, or rather its only vNIC. */
export interface Machine {
  readonly name: string;
  /** Paths of the groups it is a member of. */
  readonly groups: readonly string[];
  /** Addresses that NSX knows of it: never a virtual address, of which it may have learnt or not. */
  readonly addresses: readonly Address[];
}

export interface World {
  readonly policies: readonly WirePolicy[];
  /** Services by path. */
  readonly services: ReadonlyMap<string, readonly WireEntry[]>;
  readonly machines: readonly Machine[];
  /** Decision where no rule matches; "none" stands for rules that are not known here. */
  readonly otherwise: "ALLOW" | "DROP" | "none";
}

// ---------------------------------------------------------------------------------------------- packets

/** A packet with all its values. */
export interface Packet {
  readonly direction: Direction;
  readonly source: Address;
  readonly destination: Address;
  /** IP protocol number. */
  readonly protocol: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly icmpType?: number;
  /** TCP flags that matter here. */
  readonly tcp?: "SYN" | "SYN-ACK" | "ACK" | "RST";
  /** Bytes of TCP payload. */
  readonly length?: number;
  /** The packet that an ICMP error is about. */
  readonly about?: Pick<Packet, "source" | "destination" | "protocol" | "sourcePort" | "destinationPort">;
}

export interface Decision {
  readonly passed: boolean;
  /** What decided: a rule without state, a rule that made state, a state, the end of the rules, or a fault of the state. */
  readonly by:
    | "stateless"
    | "new-state"
    | "state"
    | "related"
    | "otherwise"
    | "state-mismatch"
    | "strict"
    | "drop-rule";
  readonly policy: string | undefined;
  readonly rule: string | undefined;
}

/** pf accepts a half-seen connection within this many bytes: the largest unscaled window and one packet. */
export const HALF_FLOW_BUDGET = 65_535 + 1_500;

interface State {
  readonly strict: boolean;
  readonly policy: string | undefined;
  readonly rule: string | undefined;
  /** Packets of the other side were seen. */
  answered: boolean;
  established: boolean;
  /** Bytes of the beginning side while the other one was not seen. */
  unanswered: number;
}

const CATEGORY_ORDER = ["Ethernet", "Emergency", "Infrastructure", "Environment", "Application"];

/**
 * The rules of a policy that apply to a vNIC, in order. A payload of a large configuration has a hundred thousand rules,
 * nearly all of them for a few addresses: these are found by them.
 */
class RuleList {
  private byAddress: Record<"source" | "destination", Map<number | string, number[]>> | undefined;
  /** Rules for ranges, groups, or any address. */
  private readonly others: number[] = [];

  constructor(
    readonly policy: WirePolicy,
    private readonly rules: readonly WireRule[],
  ) {}

  /** The rules that a packet may match, in order. */
  for(packet: Packet): readonly WireRule[] {
    this.byAddress ??= this.fill();
    const to = this.byAddress.destination.get(addressKey(packet.destination));
    const from = this.byAddress.source.get(addressKey(packet.source));
    if (!to && !from && this.others.length === 0) return NO_RULES;
    const places = [...this.others, ...(to ?? []), ...(from ?? [])];
    return places.sort((a, b) => a - b).map((n) => this.rules[n]);
  }

  private fill(): NonNullable<RuleList["byAddress"]> {
    const byAddress = { source: new Map(), destination: new Map() };
    for (const [n, rule] of this.rules.entries()) {
      const destinations = addressesOf(rule.destination_groups, rule.destinations_excluded);
      const keys = destinations ?? addressesOf(rule.source_groups, rule.sources_excluded);
      if (!keys) this.others.push(n);
      const map: Map<number | string, number[]> = destinations ? byAddress.destination : byAddress.source;
      for (const key of keys ?? []) {
        const known = map.get(key);
        if (known) known.push(n);
        else map.set(key, [n]);
      }
    }
    return byAddress;
  }
}
const NO_RULES: readonly WireRule[] = [];

/** The keys of the addresses that a source or destination of a rule names, if it names nothing else. */
function addressesOf(
  list: readonly string[] | undefined,
  excluded: boolean | undefined,
): Set<number | string> | undefined {
  if (list === undefined || excluded === true) return undefined;
  const keys = new Set<number | string>();
  for (const element of list) {
    const range = elementRange(element);
    if (!range || !isSingle(range)) return undefined;
    keys.add(addressKey(range.first));
  }
  return keys;
}

/** The firewall of one vNIC. It remembers states between packets. */
export class Firewall {
  private readonly states = new Map<string, State>();
  /** The policies that apply to this vNIC in the order of evaluation. */
  private readonly policies: readonly RuleList[];

  /** @param like another one for the same vNIC, whose rules are taken over. */
  constructor(
    private readonly world: World,
    readonly machine: Machine,
    like?: Firewall,
  ) {
    if (like) {
      this.policies = like.policies;
      return;
    }
    const rank = (policy: WirePolicy) => {
      const at = CATEGORY_ORDER.indexOf(policy.category ?? "");
      return at < 0 ? CATEGORY_ORDER.length : at;
    };
    this.policies = world.policies
      .filter((policy) => policy.category !== "Ethernet")
      .map((policy, i) => ({ policy, i }))
      .sort(
        (a, b) =>
          rank(a.policy) - rank(b.policy) ||
          (a.policy.sequence_number ?? 0) - (b.policy.sequence_number ?? 0) ||
          a.i - b.i,
      )
      .filter(({ policy }) => this.applies(policy.scope))
      .map(({ policy }) => {
        const ownScope = policy.scope === undefined || isAny(policy.scope);
        const rules = (policy.rules ?? [])
          .map((rule, i) => ({ rule, i }))
          .filter(({ rule }) => !rule.disabled && (!ownScope || this.applies(rule.scope)))
          .sort((a, b) => (a.rule.sequence_number ?? 0) - (b.rule.sequence_number ?? 0) || a.i - b.i)
          .map(({ rule }) => rule);
        return new RuleList(policy, rules);
      });
  }

  /** One with the same rules, without states. */
  fresh(): Firewall {
    return new Firewall(this.world, this.machine, this);
  }

  /** Decides about a packet, and remembers it where the rule keeps state. */
  decide(packet: Packet): Decision {
    const known = this.states.get(stateKey(packet, false));
    if (known) return this.continueState(packet, known, false);
    const answered = this.states.get(stateKey(packet, true));
    if (answered) return this.continueState(packet, answered, true);
    if (packet.about) {
      const about = { ...packet.about, direction: packet.direction };
      const related =
        this.states.get(stateKey({ ...about, direction: "IN" }, false)) ??
        this.states.get(stateKey({ ...about, direction: "OUT" }, false)) ??
        this.states.get(stateKey({ ...about, direction: "IN" }, true)) ??
        this.states.get(stateKey({ ...about, direction: "OUT" }, true));
      if (related) return { passed: true, by: "related", policy: related.policy, rule: related.rule };
    }
    return this.byRules(packet);
  }

  private continueState(packet: Packet, state: State, reply: boolean): Decision {
    const decision = (passed: boolean, by: Decision["by"]): Decision => ({
      passed,
      by,
      policy: state.policy,
      rule: state.rule,
    });
    if (reply) {
      state.answered = true;
      return decision(true, "state");
    }
    if (packet.protocol !== 6) return decision(true, "state");
    if (state.answered) {
      state.established = true;
      return decision(true, "state");
    }
    // Only one side was seen so far.
    if (state.strict && packet.tcp !== "SYN") return decision(false, "strict");
    state.unanswered += packet.length ?? 0;
    return state.unanswered > HALF_FLOW_BUDGET ? decision(false, "state-mismatch") : decision(true, "state");
  }

  private byRules(packet: Packet): Decision {
    for (const list of this.policies) {
      const { policy } = list;
      for (const rule of list.for(packet)) {
        if (!this.matches(rule, packet)) continue;
        const names = { policy: policy.id, rule: rule.id };
        if (rule.action !== "ALLOW") return { passed: false, by: "drop-rule", ...names };
        if (policy.stateful === false) return { passed: true, by: "stateless", ...names };
        // A policy that does not say otherwise is strict; so the manager stores it.
        const strict = policy.tcp_strict !== false;
        if (strict && packet.protocol === 6 && packet.tcp !== undefined && packet.tcp !== "SYN")
          return { passed: false, by: "strict", ...names };
        this.states.set(stateKey(packet, false), {
          strict,
          ...names,
          answered: false,
          established: false,
          unanswered: packet.length ?? 0,
        });
        return { passed: true, by: "new-state", ...names };
      }
    }
    return { passed: this.world.otherwise === "ALLOW", by: "otherwise", policy: undefined, rule: undefined };
  }

  /** Every rule that matches a packet, in order, whatever decides about it. */
  *matching(packet: Packet): Generator<{ policy: WirePolicy; rule: WireRule }> {
    for (const list of this.policies)
      for (const rule of list.for(packet))
        if (this.matches(rule, packet)) yield { policy: list.policy, rule };
  }

  private applies(scope: readonly string[] | undefined): boolean {
    return scope === undefined || isAny(scope) || scope.some((path) => this.machine.groups.includes(path));
  }

  private matches(rule: WireRule, packet: Packet): boolean {
    if (rule.direction !== undefined && rule.direction !== "IN_OUT" && rule.direction !== packet.direction)
      return false;
    const family = packet.source.family;
    if (rule.ip_protocol === "IPV4" && family !== 4) return false;
    if (rule.ip_protocol === "IPV6" && family !== 6) return false;
    if (this.inList(rule.source_groups, packet.source) === (rule.sources_excluded === true)) return false;
    if (this.inList(rule.destination_groups, packet.destination) === (rule.destinations_excluded === true))
      return false;
    return this.servesList(rule, packet);
  }

  private inList(list: readonly string[] | undefined, address: Address): boolean {
    if (list === undefined || isAny(list)) return true;
    return list.some((element) => {
      if (element.startsWith("/"))
        return this.world.machines.some(
          (machine) =>
            machine.groups.includes(element) &&
            machine.addresses.some((known) => inRange(address, { first: known, last: known })),
        );
      const range = elementRange(element);
      return range !== undefined && inAnyRange(address, [range]);
    });
  }

  private servesList(rule: WireRule, packet: Packet): boolean {
    const paths = rule.services?.filter((path) => path.toUpperCase() !== "ANY") ?? [];
    const raw = rule.service_entries ?? [];
    if (paths.length === 0 && raw.length === 0) return true;
    return (
      raw.some((entry) => entryMatches(entry, packet)) ||
      paths.some((path) => (this.world.services.get(path) ?? []).some((entry) => entryMatches(entry, packet)))
    );
  }
}

const isAny = (list: readonly string[]): boolean => list.some((element) => element.toUpperCase() === "ANY");

const ranges = new Map<string, AddressRange | undefined>();
/** The range of an inline address of a rule. */
export function elementRange(element: string): AddressRange | undefined {
  if (!ranges.has(element)) {
    if (ranges.size > 10_000) ranges.clear();
    const address = parseAddress(element);
    ranges.set(element, address ? { first: address, last: address } : parseRange(element));
  }
  return ranges.get(element);
}

function portIn(list: readonly string[] | undefined, port: number | undefined): boolean {
  if (list === undefined || list.length === 0) return true;
  if (port === undefined) return false;
  return list.some((element) => {
    const [first, last] = element.split("-").map(Number);
    return first <= port && port <= (last ?? first);
  });
}

function entryMatches(entry: WireEntry, packet: Packet): boolean {
  switch (entry.resource_type) {
    case "L4PortSetServiceEntry":
      return (
        packet.protocol === (entry.l4_protocol === "UDP" ? 17 : 6) &&
        portIn(entry.source_ports, packet.sourcePort) &&
        portIn(entry.destination_ports, packet.destinationPort)
      );
    case "IPProtocolServiceEntry":
      return packet.protocol === entry.protocol_number;
    case "ICMPTypeServiceEntry":
      return (
        packet.protocol === (entry.protocol === "ICMPv6" ? 58 : 1) &&
        (entry.icmp_type === undefined || entry.icmp_type === packet.icmpType)
      );
    case "IGMPTypeServiceEntry":
      return packet.protocol === 2;
    default:
      return false;
  }
}

/**
 * The key of a connection. A packet that leaves and one that arrives with equal addresses are two connections: the
 * director's vNIC sees each client packet of direct routing twice, and pf keys them the other way round.
 */
function stateKey(
  packet: Pick<
    Packet,
    "direction" | "source" | "destination" | "protocol" | "sourcePort" | "destinationPort" | "icmpType"
  >,
  reverse: boolean,
): string {
  const icmp = packet.protocol === 1 || packet.protocol === 58;
  const type = icmp ? (ECHO_REQUEST_OF[packet.icmpType ?? -1] ?? packet.icmpType ?? 0) : 0;
  const direction = reverse ? (packet.direction === "IN" ? "OUT" : "IN") : packet.direction;
  const a = `${packet.source.value}.${packet.sourcePort ?? 0}`;
  const b = `${packet.destination.value}.${packet.destinationPort ?? 0}`;
  // An echo reply belongs to its request; other ICMP messages answer nothing.
  if (icmp && reverse && !(packet.icmpType === 0 || packet.icmpType === 129)) return "-";
  return `${direction} ${packet.protocol} ${type} ${reverse ? `${b} ${a}` : `${a} ${b}`}`;
}

const ECHO_REQUEST_OF: Readonly<Record<number, number>> = { 0: 8, 129: 128 };

// ---------------------------------------------------------------------------------------------- reading payloads

/** The policies and services of a document in any JSON form: hierarchical, request list, or a single object. */
export function readPolicies(document: unknown): {
  policies: WirePolicy[];
  services: Map<string, readonly WireEntry[]>;
} {
  const policies = new Map<string, WirePolicy>();
  const services = new Map<string, readonly WireEntry[]>();
  const visit = (value: unknown, depth: number): void => {
    if (depth > 64 || value === null || typeof value !== "object") return;
    if (Array.isArray(value)) {
      for (const element of value) visit(element, depth + 1);
      return;
    }
    const object = value as Record<string, unknown>;
    if (object.marked_for_delete === true) return;
    if (object.resource_type === "SecurityPolicy") {
      const rules = [
        ...(Array.isArray(object.rules) ? object.rules : []),
        ...childrenOf(object, "ChildRule", "Rule"),
      ].flatMap(cleanRule);
      const id = typeof object.id === "string" ? object.id : `${policies.size}`;
      policies.set(id, { ...object, id, scope: strings(object.scope), rules });
      return;
    }
    if (object.resource_type === "Service" && typeof object.id === "string") {
      const entries = cleanEntries(object.service_entries) ?? [];
      for (const base of ["/infra", "/global-infra"]) services.set(`${base}/services/${object.id}`, entries);
      services.set(object.id, entries);
      return;
    }
    for (const element of Object.values(object)) visit(element, depth + 1);
  };
  visit(document, 0);
  // Paths of projects end like all others; the id decides within one document.
  const resolved = new Map(services);
  for (const policy of policies.values())
    for (const rule of policy.rules ?? [])
      for (const path of rule.services ?? []) {
        const entries = services.get(path) ?? services.get(path.split("/").at(-1) ?? "");
        if (entries) resolved.set(path, entries);
      }
  return { policies: [...policies.values()], services: resolved };
}

/** The strings of a list; undefined if it is no list. Documents come from anywhere. */
const strings = (value: unknown): string[] | undefined =>
  Array.isArray(value)
    ? value.filter((element): element is string => typeof element === "string")
    : undefined;

function cleanEntries(value: unknown): WireEntry[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((entry) =>
    entry !== null && typeof entry === "object"
      ? [
          {
            ...entry,
            source_ports: strings(entry.source_ports),
            destination_ports: strings(entry.destination_ports),
          } as WireEntry,
        ]
      : [],
  );
}

function cleanRule(value: unknown): WireRule[] {
  if (value === null || typeof value !== "object") return [];
  const rule = value as Record<string, unknown>;
  return [
    {
      ...rule,
      source_groups: strings(rule.source_groups),
      destination_groups: strings(rule.destination_groups),
      services: strings(rule.services),
      scope: strings(rule.scope),
      service_entries: cleanEntries(rule.service_entries),
    } as WireRule,
  ];
}

function childrenOf(object: Record<string, unknown>, wrapper: string, field: string): unknown[] {
  if (!Array.isArray(object.children)) return [];
  return object.children.flatMap((child) =>
    child !== null &&
    typeof child === "object" &&
    (child as Record<string, unknown>).resource_type === wrapper
      ? [(child as Record<string, unknown>)[field]]
      : [],
  );
}
