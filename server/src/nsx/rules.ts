/** From flows to rules: which of the four policies a packet needs, and the fewest rules that say so. */
import type { Text } from "../language/schema";
import { type Direction, type Flow, IP, isHalf, type PacketClass, type Party } from "../lvs/packets";
import { ALL_PORTS, distinctRanges, mergePorts, type PortRange, portText, rangeText } from "../lvs/ranges";
import type { Front } from "../lvs/services";
import type { AddressRange } from "../model/model";
import type { Steps } from "../text/steps";
import { addressesKey, frontKey } from "./naming";

/** The policies of a payload: where they apply, and whether they keep state. */
export type PolicyKind =
  | "directors-stateless"
  | "directors-stateful"
  | "real-servers-stateless"
  | "real-servers-stateful";
export const POLICY_KINDS: readonly PolicyKind[] = [
  "directors-stateless",
  "real-servers-stateless",
  "directors-stateful",
  "real-servers-stateful",
];

/** Source or destination of a rule. All empty: any. */
export interface End {
  readonly directors: boolean;
  readonly ranges: readonly AddressRange[];
  readonly any: boolean;
}

/** What a rule's service matches. */
export type Match =
  | {
      readonly kind: "ports";
      readonly protocol: "TCP" | "UDP";
      readonly source?: readonly PortRange[];
      readonly destination?: readonly PortRange[];
    }
  | { readonly kind: "protocol"; readonly number: number }
  | { readonly kind: "icmp"; readonly family: 4 | 6; readonly types: readonly number[] }
  | { readonly kind: "igmp" };

export interface RuleDraft {
  readonly policy: PolicyKind;
  /** Without a number; unique ids are made when objects are built. */
  readonly id: string;
  /** Id of the service, without the prefix of the payload for services that all its policies share. */
  readonly service: string;
  readonly family: 4 | 6;
  readonly source: End;
  readonly destination: End;
  readonly match: Match;
  readonly directions: ReadonlySet<Direction>;
  readonly why: readonly Text[];
  /** Packets that made the rule. */
  readonly packets: readonly PacketClass[];
}

const ANY: End = { directors: false, ranges: [], any: true };
const LINK_LOCAL: AddressRange = {
  first: { family: 6, value: 0xfe80n << 112n },
  last: { family: 6, value: (0xfec0n << 112n) - 1n },
};

function endOf(party: Party, clients: readonly AddressRange[]): End {
  switch (party.kind) {
    case "client":
      return clients.length === 0 ? ANY : { directors: false, ranges: clients, any: false };
    case "router":
    case "neighbour":
      return ANY;
    case "vip":
    case "hosts":
      return { directors: false, ranges: party.ranges, any: false };
    case "director":
      return { directors: true, ranges: party.ranges ?? [], any: false };
    case "peer":
      return { directors: true, ranges: [], any: false };
    case "link-local":
      return { directors: false, ranges: [LINK_LOCAL], any: false };
  }
}

const union = (ends: readonly End[]): End =>
  ends.some((end) => end.any)
    ? ANY
    : {
        directors: ends.some((end) => end.directors),
        ranges: distinctRanges(ends.flatMap((end) => end.ranges)),
        any: false,
      };

const endKey = (end: End): string =>
  end.any ? "*" : `${end.directors ? "D " : ""}${end.ranges.map(rangeText).join(" ")}`;

function matchOf(packet: PacketClass): Match {
  switch (packet.protocol) {
    case IP.tcp:
    case IP.udp:
      return {
        kind: "ports",
        protocol: packet.protocol === IP.tcp ? "TCP" : "UDP",
        source: packet.sourcePorts,
        destination: packet.destinationPorts,
      };
    case IP.icmp:
    case IP.icmp6:
      return { kind: "icmp", family: packet.family, types: packet.icmpTypes ?? [] };
    case IP.igmp:
      return { kind: "igmp" };
    default:
      // SCTP too: NSX knows ports of TCP and UDP only.
      return { kind: "protocol", number: packet.protocol };
  }
}

function matchKey(match: Match): string {
  switch (match.kind) {
    case "ports":
      return `${match.protocol} ${(match.source ?? []).map(portText).join()}>${(match.destination ?? []).map(portText).join()}`;
    case "protocol":
      return `ip ${match.number}`;
    case "icmp":
      return `icmp${match.family} ${match.types.join()}`;
    case "igmp":
      return "igmp";
  }
}

/** Flows whose rule must work in both directions at every director, each having a mirror image of this configuration. */
const isMirrored = (flow: Flow): boolean =>
  flow.kind === "bfd" || (flow.kind === "vrrp" && flow.role.endsWith("unicast"));

/**
 * The rules that let the flows pass, in steps. A vNIC that sees one side only of a connection gets stateless rules for
 * it; every other flow that would begin with the same packets becomes stateless with it, because the first rule that
 * matches decides, and so needs a rule for its answers, too.
 */
export function* ruleSteps(
  flows: readonly Flow[],
  clients: readonly AddressRange[] = [],
): Steps<RuleDraft[]> {
  const stateless = new Set<Front | undefined>();
  for (const flow of flows) if (flow.vnic === "director" && isHalf(flow)) stateless.add(flow.front);
  const drafts = new Map<string, Draft>();
  const add = (policy: PolicyKind, flow: Flow, packet: PacketClass) => {
    let source = endOf(packet.source, clientsOf(clients, packet.family));
    let destination = endOf(packet.destination, clientsOf(clients, packet.family));
    if (isMirrored(flow)) source = destination = union([source, destination]);
    const match = matchOf(packet);
    const names = namesOf(flow, packet, match);
    const key = `${policy} ${packet.family} ${endKey(source)} > ${endKey(destination)} ${matchKey(match)}`;
    const known = drafts.get(key);
    if (known) {
      known.directions.add(packet.direction);
      if (!known.why.some((why) => why.en === packet.why.en)) known.why.push(packet.why);
      known.packets.push(packet);
      return;
    }
    drafts.set(key, {
      policy,
      ...names,
      family: packet.family,
      source,
      destination,
      match,
      directions: new Set([packet.direction]),
      why: [packet.why],
      packets: [packet],
    });
  };
  for (const flow of flows) {
    const ofFront = flow.kind === "service" || flow.kind === "icmp" || flow.kind === "ping";
    const mustBeStateless =
      ofFront &&
      flow.role !== "nat" &&
      (flow.vnic === "director" ? stateless.has(flow.front) : isHalf(flow) || flow.kind === "icmp");
    const side = flow.vnic === "director" ? "directors" : "real-servers";
    if (mustBeStateless) {
      if (flow.open) add(`${side}-stateless`, flow, flow.open);
      if (flow.reply) add(`${side}-stateless`, flow, flow.reply);
    } else if (flow.open) add(`${side}-stateful`, flow, flow.open);
    yield;
  }
  return yield* mergeDestinations([...drafts.values()]);
}

/** A rule that packets are still added to. */
interface Draft extends RuleDraft {
  readonly directions: Set<Direction>;
  readonly why: Text[];
  readonly packets: PacketClass[];
}

const clientsOf = (clients: readonly AddressRange[], family: 4 | 6): AddressRange[] =>
  clients.filter((range) => range.first.family === family);

/** Rules of stateful policies that differ only in the addresses they lead to are one rule. */
function* mergeDestinations(drafts: readonly RuleDraft[]): Steps<RuleDraft[]> {
  const alike = new Map<unknown, RuleDraft[]>();
  for (const draft of drafts) {
    const shared =
      draft.policy.endsWith("stateful") && !draft.destination.any && !draft.destination.directors;
    const key = shared
      ? `${draft.policy} ${draft.family} ${endKey(draft.source)} ${matchKey(draft.match)} ${[...draft.directions].sort().join()} ${draft.service}`
      : draft;
    const known = alike.get(key);
    if (known) known.push(draft);
    else alike.set(key, [draft]);
    yield;
  }
  // Joined once: thousands of servers are checked by one rule.
  return [...alike.values()].map((list) =>
    list.length === 1
      ? list[0]
      : {
          ...list[0],
          destination: union(list.map((d) => d.destination)),
          why: distinctTexts(list.flatMap((d) => d.why)),
          packets: list.flatMap((d) => d.packets),
        },
  );
}

/** Each text once, in the order of their first appearance. */
function distinctTexts(texts: readonly Text[]): readonly Text[] {
  const distinct = new Map<string, Text>();
  for (const text of texts) if (!distinct.has(text.en)) distinct.set(text.en, text);
  return [...distinct.values()];
}

/** The ids of a rule and of its service. */
function namesOf(flow: Flow, packet: PacketClass, match: Match): { id: string; service: string } {
  const front = flow.front;
  const v = packet.family;
  switch (flow.kind) {
    case "service": {
      const key = front ? frontKey(front) : "?";
      if (flow.role === "nat") {
        const port = match.kind === "ports" ? (match.destination ?? [ALL_PORTS]).map(portText).join("_") : "";
        const name = `nat-${front?.protocol.toLowerCase()}${port ? `-${port.length > 40 ? "ports" : port}` : ""}`;
        return { id: v === 6 ? `${name}-v6` : name, service: name };
      }
      const reply = packet === flow.reply;
      if (flow.vnic === "real-server")
        return reply
          ? { id: `${key}-replies`, service: `=${key}-reply` }
          : { id: `${key}-clients`, service: `=${key}` };
      if (reply) return { id: `${key}-replies`, service: `=${key}-reply` };
      return { id: `${key}-forward`, service: `=${key}` };
    }
    case "icmp": {
      const key = front ? addressesKey(front.addresses) : "?";
      const out = flow.role === "error-own" ? "-out" : "";
      return { id: `${key}-icmp-errors${out}`, service: `icmpv${v}-errors` };
    }
    case "ping": {
      const key = front ? addressesKey(front.addresses) : "?";
      const reply = packet === flow.reply ? "-reply" : "";
      return { id: `${key}-ping${reply}`, service: `icmpv${v}-echo${reply}` };
    }
    case "check": {
      const port =
        match.kind === "ports"
          ? `-${mergePorts(match.destination ?? [])
              .map(portText)
              .join("_")}`
          : "";
      const name = `${flow.role}${port}`;
      const bound = packet.source.kind === "director" && packet.source.ranges;
      const from = bound ? `-from-${addressesKey(bound)}` : "";
      return {
        id: `${name}${from}${v === 6 ? "-v6" : ""}`,
        service: match.kind === "icmp" ? `${name}-v${v}` : name,
      };
    }
    case "tunnel":
      return { id: flow.role, service: `tunnel-${matchKey(match).replace(/[^\w]+/g, "-")}` };
    case "vrrp":
      return {
        id: v === 6 ? `${flow.role}-v6` : flow.role,
        service: packet.protocol === IP.ah ? "vrrp-ah" : "vrrp",
      };
    case "membership":
      return { id: flow.role, service: flow.role.startsWith("igmp") ? "igmp" : flow.role };
    case "neighbour":
      return { id: "neighbour-discovery", service: "neighbour-discovery" };
    case "sync": {
      const port = match.kind === "ports" ? `-${(match.destination ?? []).map(portText).join("_")}` : "";
      return { id: v === 6 ? "sync-daemon-v6" : "sync-daemon", service: `sync-daemon${port}` };
    }
    case "bfd":
      return { id: v === 6 ? `${flow.role}-v6` : flow.role, service: flow.role };
  }
}
