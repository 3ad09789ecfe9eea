/** Real packets for flows, and what a firewall does with a whole connection of them. */
import { type Address, parseAddress } from "../language/address";
import { type Flow, IP, type PacketClass, type Party } from "../lvs/packets";
import { isSingle, type PortRange } from "../lvs/ranges";
import type { AddressRange } from "../model/model";
import { type Decision, Firewall, type Packet, type World } from "./evaluate";

/** The hosts around the directors; IPv4 and IPv6 address of each. */
export interface Cast {
  readonly client: Hosts;
  readonly router: Hosts;
  readonly director: Hosts;
  readonly peer: Hosts;
  readonly linkLocal: Address;
  readonly linkLocalPeer: Address;
}
type Hosts = Readonly<Record<4 | 6, Address>>;

const address = (text: string): Address => parseAddress(text) as Address;
/** Addresses of the ranges for documentation (RFC 5737, RFC 3849). */
export const CAST: Cast = {
  client: { 4: address("198.51.100.7"), 6: address("2001:db8:c11e::7") },
  router: { 4: address("203.0.113.254"), 6: address("2001:db8:ffff::1") },
  director: { 4: address("192.0.2.251"), 6: address("2001:db8:d1::251") },
  peer: { 4: address("192.0.2.252"), 6: address("2001:db8:d1::252") },
  linkLocal: address("fe80::250:56ff:fe00:1"),
  linkLocalPeer: address("fe80::250:56ff:fe00:2"),
};

/** Client ports of the Linux default range begin here. */
const EPHEMERAL = 40_000;

/** Chooses one of the addresses or ports that a class allows. */
export type Pick = (count: number) => number;
export const FIRST: Pick = () => 0;

/** Ends of ranges: where off-by-one mistakes show. */
function ends<T>(
  ranges: readonly { readonly first: T; readonly last: T }[],
  same: (r: never) => boolean,
): T[] {
  return ranges.flatMap((range) => (same(range as never) ? [range.first] : [range.first, range.last]));
}
const addressEnds = (ranges: readonly AddressRange[]) => ends(ranges, (r: AddressRange) => isSingle(r));
const portEnds = (ranges: readonly PortRange[]) => ends(ranges, (r: PortRange) => r.first === r.last);

function addressOf(party: Party, packet: PacketClass, cast: Cast, pick: Pick, isSource: boolean): Address {
  const { family } = packet;
  switch (party.kind) {
    case "client":
      return cast.client[family];
    case "router":
      return cast.router[family];
    case "director": {
      const list = addressEnds(party.ranges ?? []).filter((a) => a.family === family);
      return list.length > 0 ? list[pick(list.length)] : cast.director[family];
    }
    case "peer":
      return cast.peer[family];
    case "link-local":
    case "neighbour":
      return (packet.direction === "OUT") === isSource ? cast.linkLocal : cast.linkLocalPeer;
    case "vip":
    case "hosts": {
      const list = addressEnds(party.ranges);
      return list[pick(list.length)];
    }
  }
}

/** A packet of a class. */
export function packetOf(packet: PacketClass, cast: Cast = CAST, pick: Pick = FIRST): Packet {
  const hasPorts = packet.protocol === IP.tcp || packet.protocol === IP.udp || packet.protocol === IP.sctp;
  const port = (ranges: readonly PortRange[] | undefined, fallback: number): number | undefined => {
    if (!hasPorts) return undefined;
    if (!ranges) return fallback;
    const list = portEnds(ranges);
    return list[pick(list.length)];
  };
  return {
    direction: packet.direction,
    source: addressOf(packet.source, packet, cast, pick, true),
    destination: addressOf(packet.destination, packet, cast, pick, false),
    protocol: packet.protocol,
    sourcePort: port(packet.sourcePorts, EPHEMERAL + pick(20_000)),
    destinationPort: port(packet.destinationPorts, EPHEMERAL + pick(20_000)),
    icmpType: packet.icmpTypes ? packet.icmpTypes[pick(packet.icmpTypes.length)] : undefined,
  };
}

const mirror = (packet: Packet, direction: "IN" | "OUT", icmpType: number | undefined): Packet => ({
  ...packet,
  direction,
  source: packet.destination,
  destination: packet.source,
  sourcePort: packet.destinationPort,
  destinationPort: packet.sourcePort,
  icmpType,
});

export interface Passage {
  readonly packet: Packet;
  /** Which side of the flow the packet belongs to. */
  readonly side: "open" | "reply";
  readonly decision: Decision;
}

export interface Outcome {
  /** All packets passed. */
  readonly passed: boolean;
  /** The first packet of each side, and the one that was refused. */
  readonly passages: readonly Passage[];
  readonly refused: Passage | undefined;
  /** Bytes of payload that got through before the refusal, or all. */
  readonly bytes: number;
}

/** Segments of Ethernet without options. */
const SEGMENT = 1460;

/** Sends a connection of a flow through a firewall; `bytes` of payload from the side that has data here. */
export function connect(
  firewall: Firewall,
  flow: Flow,
  bytes = 0,
  cast: Cast = CAST,
  pick: Pick = FIRST,
): Outcome {
  const passages: Passage[] = [];
  const first = flow.open ? packetOf(flow.open, cast, pick) : undefined;
  const icmpReply = flow.reply?.icmpTypes?.[0];
  const back =
    flow.reply && (first ? mirror(first, flow.reply.direction, icmpReply) : packetOf(flow.reply, cast, pick));
  const seen = new Set<string>();
  let sent = 0;
  let refused: Passage | undefined;
  const send = (side: "open" | "reply", packet: Packet): boolean => {
    const passage = { packet, side, decision: firewall.decide(packet) };
    if (!seen.has(side) || !passage.decision.passed) passages.push(passage);
    seen.add(side);
    if (!passage.decision.passed) refused = passage;
    return passage.decision.passed;
  };
  const tcp = (first ?? back)?.protocol === IP.tcp;
  const run = (): boolean => {
    if (!tcp) return (!first || send("open", first)) && (!back || send("reply", back));
    if (first && !send("open", { ...first, tcp: "SYN", length: 0 })) return false;
    if (flow.role === "refused") return !back || send("reply", { ...back, tcp: "RST", length: 0 });
    if (back && !send("reply", { ...back, tcp: "SYN-ACK", length: 0 })) return false;
    if (first && !send("open", { ...first, tcp: "ACK", length: 0 })) return false;
    while (sent < bytes) {
      const length = Math.min(SEGMENT, bytes - sent);
      // A side that is seen alone carries the data; in a whole connection the client uploads.
      const side = first ? "open" : "reply";
      const packet = first ?? back;
      if (!packet || !send(side, { ...packet, tcp: "ACK", length })) return false;
      if (first && back && !send("reply", { ...back, tcp: "ACK", length: 0 })) return false;
      sent += length;
    }
    return true;
  };
  const passed = run();
  return { passed, passages, refused, bytes: sent };
}

/** The world of a payload: its groups with one director, its peer and a real server. */
export function worldOf(
  base: Pick_<World, "policies" | "services">,
  groups: { directors: readonly string[]; realServers: readonly string[] },
  otherwise: World["otherwise"],
  cast: Cast = CAST,
  own: readonly Address[] = [],
): World {
  return {
    ...base,
    otherwise,
    machines: [
      {
        name: "director",
        groups: groups.directors,
        addresses: [cast.director[4], cast.director[6], ...own],
      },
      { name: "peer", groups: groups.directors, addresses: [cast.peer[4], cast.peer[6]] },
      { name: "real-server", groups: groups.realServers, addresses: [] },
    ],
  };
}
type Pick_<T, K extends keyof T> = { [P in K]: T[P] };

/** The firewall of one vNIC of that world. */
export function firewallOf(world: World, vnic: "director" | "real-server"): Firewall {
  const machine = world.machines.find((known) => known.name === vnic);
  return new Firewall(world, machine ?? { name: vnic, groups: [], addresses: [] });
}
