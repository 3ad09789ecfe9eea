/**
 * Every kind of packet that a configuration makes, as the firewall of a vNIC sees it: at the directors and at the real
 * servers, with direction. A flow is what a stateful firewall takes for one connection; where a vNIC sees only one side
 * of it, state does more harm than good.
 */
import { type Address, addressKey, parseAddress } from "../language/address";
import { type Text, t } from "../language/schema";
import type { Config } from "../model/config";
import type { AddressRange, Protocol } from "../model/model";
import type { Steps } from "../text/steps";
import { type Adverts, advertsOf, bfdSessionsOf, syncDaemonOf } from "./control";
import { distinctRanges, inAnyRange, onePort, type PortRange, single } from "./ranges";
import {
  type Check,
  type Destination,
  type Front,
  frontsWith,
  type MarkAnswer,
  ownAddressSteps,
  type Service,
  type Tunnel,
} from "./services";

export type Vnic = "director" | "real-server";
export type Direction = "IN" | "OUT";

/** IP protocol numbers used here (IANA). */
export const IP = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  gre: 47,
  ah: 51,
  icmp6: 58,
  vrrp: 112,
  sctp: 132,
} as const;

export const protocolNumber = (protocol: Protocol): number =>
  protocol === "TCP" ? IP.tcp : protocol === "UDP" ? IP.udp : IP.sctp;

/** Who sends or receives. */
export type Party =
  /** Any client. */
  | { readonly kind: "client" }
  /** Any host on the way, for ICMP errors and multicast queries. */
  | { readonly kind: "router" }
  | { readonly kind: "vip"; readonly ranges: readonly AddressRange[] }
  /** The director's own address; `ranges` where the configuration names it. */
  | { readonly kind: "director"; readonly ranges?: readonly AddressRange[] }
  /** The own address of another director. */
  | { readonly kind: "peer" }
  /** Any link-local address (fe80::/10). */
  | { readonly kind: "link-local" }
  /** Any neighbour on the segment. */
  | { readonly kind: "neighbour" }
  | { readonly kind: "hosts"; readonly ranges: readonly AddressRange[] };

/** One kind of packet at one vNIC. */
export interface PacketClass {
  readonly vnic: Vnic;
  readonly direction: Direction;
  readonly family: 4 | 6;
  readonly source: Party;
  readonly destination: Party;
  /** IP protocol number. */
  readonly protocol: number;
  /** Undefined: not restricted (client ports), or a protocol without ports. */
  readonly sourcePorts?: readonly PortRange[];
  readonly destinationPorts?: readonly PortRange[];
  /** Of ICMP and ICMPv6. */
  readonly icmpTypes?: readonly number[];
  readonly why: Text;
}

export type FlowKind =
  /** Traffic between clients and a virtual server. */
  | "service"
  /** ICMP errors about it. */
  | "icmp"
  | "ping"
  /** Encapsulated packets from the director to real servers. */
  | "tunnel"
  | "check"
  | "vrrp"
  | "membership"
  | "neighbour"
  | "sync"
  | "bfd";

export interface Flow {
  readonly kind: FlowKind;
  /** What the flow is for, in an id: `request`, `forwarded`, `nat`, … */
  readonly role: string;
  readonly vnic: Vnic;
  /** The packets of the side that begins; missing where they do not pass this vNIC. */
  readonly open: PacketClass | undefined;
  /** The packets of the other side; missing where they do not pass this vNIC, or there are none. */
  readonly reply: PacketClass | undefined;
  readonly service: Service | undefined;
  readonly front: Front | undefined;
  /** The servers that the flow leads to. */
  readonly servers: readonly Address[];
}

/** ICMP types of error messages (RFC 792, RFC 4443): also what path MTU discovery needs. */
export const ICMP_ERRORS: Readonly<Record<4 | 6, readonly number[]>> = { 4: [3, 11, 12], 6: [1, 2, 3, 4] };
export const ICMP_ECHO = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const;
/** Router and neighbour solicitation and advertisement, redirect (RFC 4861). */
const NEIGHBOUR_DISCOVERY: readonly number[] = [133, 134, 135, 136, 137];
/** Multicast listener query, report, done, version 2 report (RFC 2710, RFC 3810). */
const MLD_REPORTS: readonly number[] = [131, 132, 143];
const MLD_QUERY: readonly number[] = [130];

const address = (text: string): Address => parseAddress(text) as Address;
const ALL_HOSTS = address("224.0.0.1");
const IGMP3_ROUTERS = address("224.0.0.22");
const ALL_NODES6 = address("ff02::1");
const MLD2_ROUTERS = address("ff02::16");

const CLIENT: Party = { kind: "client" };
const ROUTER: Party = { kind: "router" };
const DIRECTOR: Party = { kind: "director" };
const PEER: Party = { kind: "peer" };
const LINK_LOCAL: Party = { kind: "link-local" };
const NEIGHBOUR: Party = { kind: "neighbour" };
const directorAt = (source: Address | undefined): Party =>
  source ? { kind: "director", ranges: [single(source)] } : DIRECTOR;
const hosts = (...addresses: Address[]): Party => ({
  kind: "hosts",
  ranges: distinctRanges(addresses.map(single)),
});

/** Protocol of the outer packet: it tells the family of the inner one, except for GRE and GUE. */
export function outerProtocol(tunnel: Tunnel, inner: 4 | 6): number {
  if (tunnel.type === "gre") return IP.gre;
  if (tunnel.type === "gue") return IP.udp;
  return inner === 4 ? IP.ipip : IP.ipv6;
}

export interface FlowOptions {
  /** What fwmarks stand for, by mark. */
  readonly marks?: ReadonlyMap<number, readonly MarkAnswer[]>;
  /** Clients ping the virtual addresses. */
  readonly ping?: boolean;
}

/** The flows of some virtual servers at both kinds of vNIC, in steps. */
export function* serviceFlowSteps(
  config: Config,
  services: readonly Service[],
  options: FlowOptions = {},
): Steps<Flow[]> {
  const flows: Flow[] = [];
  const own = yield* ownAddressSteps(config);
  for (const service of services) {
    if (service.ignored) continue;
    for (const front of frontsWith(service, options.marks ?? new Map()))
      frontFlows(service, front, options.ping === true, flows);
    checkFlows(service, own, flows);
    yield;
  }
  return flows;
}

function frontFlows(service: Service, front: Front, ping: boolean, flows: Flow[]): void {
  const { family } = front;
  const vip: Party = { kind: "vip", ranges: front.addresses };
  const protocol = protocolNumber(front.protocol);
  const icmp = family === 4 ? IP.icmp : IP.icmp6;
  const reachable = service.destinations.filter((d) => d.method === "TUN" || d.address.family === family);
  const local = reachable.filter((d) => d.local);
  const remote = reachable.filter((d) => !d.local);
  const by = (method: Destination["method"]) => remote.filter((d) => d.method === method);
  const direct = by("DR");
  const tunnelled = by("TUN");
  const translated = by("NAT");
  const addressesOf = (list: readonly Destination[]) => list.map((d) => d.address);
  const base = { family, protocol };
  const add = (flow: Pick<Flow, "kind" | "role" | "vnic"> & Partial<Flow>) =>
    flows.push({ open: undefined, reply: undefined, servers: [], ...flow, service, front });

  // ------------------------------------------------------------------ director
  const request: PacketClass = {
    ...base,
    vnic: "director",
    direction: "IN",
    source: CLIENT,
    destination: vip,
    destinationPorts: front.ports,
    why: t("the client's packets reach the director", "客户端的报文到达调度器"),
  };
  const answer = (why: Text): PacketClass => ({
    ...base,
    vnic: "director",
    direction: "OUT",
    source: vip,
    destination: CLIENT,
    sourcePorts: front.ports,
    why,
  });
  if (direct.length > 0 || tunnelled.length > 0) {
    add({ kind: "service", role: "request", vnic: "director", open: request });
  }
  if (direct.length > 0) {
    add({
      kind: "service",
      role: "forwarded",
      vnic: "director",
      servers: addressesOf(direct),
      open: {
        ...request,
        direction: "OUT",
        why: t(
          "the same packets leave for the real server: addresses and ports unchanged, only the MAC addresses are new; the reply never comes back here",
          "同样的报文转发给真实服务器：地址和端口不变，只改写 MAC 地址；应答报文不会经过这里",
        ),
      },
    });
  }
  for (const [key, list] of byTunnel(tunnelled, family)) {
    const tunnel = list[0].tunnel as Tunnel;
    const outer = list[0].address.family;
    const packet: PacketClass = {
      vnic: "director",
      direction: "OUT",
      family: outer,
      protocol: outerProtocol(tunnel, family),
      source: DIRECTOR,
      destination: hosts(...addressesOf(list)),
      destinationPorts: tunnel.type === "gue" ? [onePort(tunnel.port ?? 0)] : undefined,
      why: t(
        `the client's packets leave for the real server inside ${tunnelName(tunnel, family, outer)}`,
        `客户端的报文封装在 ${tunnelName(tunnel, family, outer)} 中发往真实服务器`,
      ),
    };
    add({
      kind: "tunnel",
      role: `tunnel-${key}`,
      vnic: "director",
      servers: addressesOf(list),
      open: packet,
    });
    add({
      kind: "tunnel",
      role: `tunnel-${key}`,
      vnic: "real-server",
      servers: addressesOf(list),
      open: {
        ...packet,
        vnic: "real-server",
        direction: "IN",
        why: t("the encapsulated packets arrive", "封装后的报文到达真实服务器"),
      },
    });
  }
  if (translated.length > 0) {
    add({
      kind: "service",
      role: "request",
      vnic: "director",
      servers: addressesOf(translated),
      open: request,
      reply: answer(
        t(
          "the real server's replies leave with the virtual address as source (NAT)",
          "真实服务器的应答以虚拟地址为源地址发出（NAT）",
        ),
      ),
    });
  }
  for (const [port, list] of byPort(translated)) {
    const ports = port === 0 ? front.ports : [onePort(port)];
    const servers = hosts(...addressesOf(list));
    const legs = (vnic: Vnic): { open: PacketClass; reply: PacketClass } => ({
      open: {
        ...base,
        vnic,
        direction: vnic === "director" ? "OUT" : "IN",
        source: CLIENT,
        destination: servers,
        destinationPorts: ports,
        why: t(
          "NAT: the destination is the real server, the source is still the client",
          "NAT：目的地址改为真实服务器，源地址仍是客户端",
        ),
      },
      reply: {
        ...base,
        vnic,
        direction: vnic === "director" ? "IN" : "OUT",
        source: servers,
        destination: CLIENT,
        sourcePorts: ports,
        why: t(
          "the reply returns through the director, which is the real server's default route",
          "应答经调度器返回：调度器是真实服务器的默认网关",
        ),
      },
    });
    for (const vnic of ["director", "real-server"] as const)
      add({ kind: "service", role: "nat", vnic, servers: addressesOf(list), ...legs(vnic) });
  }
  if (local.length > 0) {
    add({
      kind: "service",
      role: "local",
      vnic: "director",
      servers: addressesOf(local),
      open: request,
      reply: answer(
        t(
          "a server on the director itself answers from the virtual address",
          "调度器本机上的服务以虚拟地址应答",
        ),
      ),
    });
  }
  if (direct.length > 0 || tunnelled.length > 0) {
    add({
      kind: "service",
      role: "refused",
      vnic: "director",
      open: request,
      reply: answer(
        front.protocol === "TCP"
          ? t(
              "the director answers itself: RST while the virtual server is not in the IPVS table (keepalived stopped or starting)",
              "调度器自己应答：虚拟服务器不在 IPVS 表中时（keepalived 停止或启动中）发送 RST",
            )
          : t(
              "the director answers itself, if something listens there, while the virtual server is not in the IPVS table",
              "虚拟服务器不在 IPVS 表中时，若调度器本机有程序监听，则由它应答",
            ),
      ),
    });
    const error: PacketClass = {
      vnic: "director",
      direction: "IN",
      family,
      protocol: icmp,
      source: ROUTER,
      destination: vip,
      icmpTypes: ICMP_ERRORS[family],
      why: t(
        "ICMP errors about the connections (packet too big, unreachable) come to the virtual address",
        "与连接有关的 ICMP 差错（需要分片、不可达）发往虚拟地址",
      ),
    };
    add({ kind: "icmp", role: "error", vnic: "director", open: error });
    if (direct.length > 0)
      add({
        kind: "icmp",
        role: "error-forwarded",
        vnic: "director",
        servers: addressesOf(direct),
        open: {
          ...error,
          direction: "OUT",
          why: t("IPVS passes the ICMP errors on to the real server", "IPVS 把 ICMP 差错转发给真实服务器"),
        },
      });
    const own: PacketClass = {
      vnic: "director",
      direction: "OUT",
      family,
      protocol: icmp,
      source: vip,
      destination: CLIENT,
      icmpTypes: ICMP_ERRORS[family],
      why: t(
        "ICMP errors of the director: port unreachable when no real server is left, packet too big before a tunnel",
        "调度器发出的 ICMP 差错：没有可用真实服务器时的端口不可达、进入隧道前的需要分片",
      ),
    };
    add({ kind: "icmp", role: "error-own", vnic: "director", open: own });
  }
  if (ping) {
    const echo = ICMP_ECHO[family];
    const packet = { vnic: "director", family, protocol: icmp } as const;
    add({
      kind: "ping",
      role: "ping",
      vnic: "director",
      open: {
        ...packet,
        direction: "IN",
        source: CLIENT,
        destination: vip,
        icmpTypes: [echo.request],
        why: t("ping of the virtual address", "ping 虚拟地址"),
      },
      reply: {
        ...packet,
        direction: "OUT",
        source: vip,
        destination: CLIENT,
        icmpTypes: [echo.reply],
        why: t("the director's answer to ping", "调度器对 ping 的应答"),
      },
    });
  }

  // ------------------------------------------------------------------ real servers
  const fromReal: PacketClass = {
    ...base,
    vnic: "real-server",
    direction: "OUT",
    source: vip,
    destination: CLIENT,
    sourcePorts: front.ports,
    why: t(
      "the real server answers the client directly, with the virtual address as source",
      "真实服务器以虚拟地址为源地址直接应答客户端",
    ),
  };
  if (direct.length > 0)
    add({
      kind: "service",
      role: "direct",
      vnic: "real-server",
      servers: addressesOf(direct),
      open: {
        ...request,
        vnic: "real-server",
        why: t(
          "the client's packets arrive from the director's MAC address",
          "客户端的报文从调度器的 MAC 地址到达",
        ),
      },
      reply: fromReal,
    });
  if (tunnelled.length > 0) {
    add({
      kind: "service",
      role: "reply",
      vnic: "real-server",
      servers: addressesOf(tunnelled),
      reply: {
        ...fromReal,
        why: t(
          "the real server answers the client directly and without encapsulation: the vNIC sees a SYN-ACK without a SYN",
          "真实服务器不经封装直接应答客户端：该 vNIC 只见 SYN-ACK，不见 SYN",
        ),
      },
    });
    add({
      kind: "icmp",
      role: "error-own",
      vnic: "real-server",
      servers: addressesOf(tunnelled),
      open: {
        vnic: "real-server",
        direction: "OUT",
        family,
        protocol: icmp,
        source: vip,
        destination: CLIENT,
        icmpTypes: ICMP_ERRORS[family],
        why: t("ICMP errors of the real server", "真实服务器发出的 ICMP 差错"),
      },
    });
  }
}

/** `IPIP (protocol 4)`, `GUE (UDP port 6080)`. */
export function tunnelName(tunnel: Tunnel, inner: 4 | 6, outer: 4 | 6): string {
  switch (tunnel.type) {
    case "gue":
      return `GUE (UDP ${tunnel.port})`;
    case "gre":
      return "GRE (47)";
    default:
      return `IPv${inner}-in-IPv${outer} (${outerProtocol(tunnel, inner)})`;
  }
}

function byTunnel(list: readonly Destination[], inner: 4 | 6): Map<string, Destination[]> {
  const map = new Map<string, Destination[]>();
  for (const d of list) {
    if (!d.tunnel) continue;
    const outer = d.address.family;
    const { type, port } = d.tunnel;
    const key = type === "ipip" ? `ip${inner}-in-ip${outer}` : `${type}${port ? `-${port}` : ""}-v${outer}`;
    const known = map.get(key);
    if (known) known.push(d);
    else map.set(key, [d]);
  }
  return map;
}

function byPort(list: readonly Destination[]): Map<number, Destination[]> {
  const map = new Map<number, Destination[]>();
  for (const d of list) {
    const known = map.get(d.port);
    if (known) known.push(d);
    else map.set(d.port, [d]);
  }
  return map;
}

/** Health checks: they go to the real server's own address, so they are ordinary connections of the director. */
function checkFlows(service: Service, own: readonly AddressRange[], flows: Flow[]): void {
  const seen = new Set<string>();
  for (const destination of service.destinations) {
    for (const check of destination.checks) {
      if (inAnyRange(check.target, own)) continue;
      if (check.protocol !== "ICMP" && check.port === 0) continue;
      // UDP_CHECK needs more than other checks of the same port.
      const kind = check.type === "UDP_CHECK" ? check.type : check.protocol;
      const from = check.source ? addressKey(check.source) : "";
      const key = `${kind} ${addressKey(check.target)} ${check.port} ${from}`;
      if (seen.has(key)) continue;
      seen.add(key);
      for (const vnic of ["director", "real-server"] as const)
        for (const flow of flowsOfCheck(check, vnic)) flows.push({ ...flow, service, front: undefined });
    }
  }
}

function flowsOfCheck(check: Check, vnic: Vnic): Omit<Flow, "service" | "front">[] {
  const { family } = check.target;
  const target = hosts(check.target);
  const director = directorAt(check.source);
  const out: Direction = vnic === "director" ? "OUT" : "IN";
  const back: Direction = vnic === "director" ? "IN" : "OUT";
  const common = { vnic, family } as const;
  const ports = check.protocol === "ICMP" ? undefined : [onePort(check.port)];
  const icmp = family === 4 ? IP.icmp : IP.icmp6;
  const protocol = check.protocol === "ICMP" ? icmp : protocolNumber(check.protocol);
  const echo = ICMP_ECHO[family];
  const result: Omit<Flow, "service" | "front">[] = [
    {
      kind: "check",
      role: `check-${check.protocol.toLowerCase()}`,
      vnic,
      servers: [check.target],
      open: {
        ...common,
        direction: out,
        protocol,
        source: director,
        destination: target,
        destinationPorts: ports,
        icmpTypes: check.protocol === "ICMP" ? [echo.request] : undefined,
        why: t(
          `health check ${check.type} goes to the real server's own address, not to the virtual one`,
          `健康检查 ${check.type} 访问真实服务器自身地址，而不是虚拟地址`,
        ),
      },
      reply: {
        ...common,
        direction: back,
        protocol,
        source: target,
        destination: director,
        sourcePorts: ports,
        icmpTypes: check.protocol === "ICMP" ? [echo.reply] : undefined,
        why: t("the answer to the health check", "健康检查的应答"),
      },
    },
  ];
  if (check.type === "UDP_CHECK")
    result.push({
      kind: "check",
      role: "check-unreachable",
      vnic,
      servers: [check.target],
      open: {
        ...common,
        direction: back,
        protocol: icmp,
        source: target,
        destination: director,
        icmpTypes: [family === 4 ? 3 : 1],
        why: t(
          "ICMP unreachable is how UDP_CHECK learns that a server is down; without it a dead port looks alive",
          "UDP_CHECK 靠 ICMP 不可达判断服务器已失效；收不到它，失效的端口会被当作正常",
        ),
      },
      reply: undefined,
    });
  return result;
}

/** The flows between directors, and of BFD: what every director needs besides its virtual servers. */
export function controlFlows(config: Config): Flow[] {
  const flows: Flow[] = [];
  const add = (
    kind: FlowKind,
    role: string,
    open: Omit<PacketClass, "vnic">,
    reply?: Omit<PacketClass, "vnic">,
  ) =>
    flows.push({
      kind,
      role,
      vnic: "director",
      open: { ...open, vnic: "director" },
      reply: reply && { ...reply, vnic: "director" },
      service: undefined,
      front: undefined,
      servers: [],
    });
  const multicast4: Address[] = [];
  let multicast6 = false;

  for (const adverts of advertsOf(config)) {
    addAdverts(adverts, add);
    if (adverts.group?.family === 4) multicast4.push(adverts.group);
    if (adverts.group?.family === 6) multicast6 = true;
  }

  const sync = syncDaemonOf(config);
  if (sync) {
    const { group } = sync;
    if (group.family === 4) multicast4.push(group);
    else multicast6 = true;
    const packet = {
      family: group.family,
      protocol: IP.udp,
      destination: hosts(group),
      destinationPorts: [onePort(sync.port)],
    } as const;
    add("sync", "sync", {
      ...packet,
      direction: "OUT",
      source: DIRECTOR,
      why: t("the active director tells its connections to the others", "主调度器向其他调度器同步连接表"),
    });
    add("sync", "sync", {
      ...packet,
      direction: "IN",
      source: PEER,
      why: t("a backup director learns the connections", "备调度器接收连接表同步"),
    });
  }

  for (const session of bfdSessionsOf(config)) {
    const { family } = session.neighbor;
    const neighbor = hosts(session.neighbor);
    const director = directorAt(session.source);
    const packet = { family, protocol: IP.udp, destinationPorts: [onePort(session.port)] } as const;
    add("bfd", `bfd-${session.port}`, {
      ...packet,
      direction: "OUT",
      source: director,
      destination: neighbor,
      why: t("BFD control packets to the neighbour", "发往邻居的 BFD 控制报文"),
    });
    add("bfd", `bfd-${session.port}`, {
      ...packet,
      direction: "IN",
      source: neighbor,
      destination: director,
      why: t(
        "the neighbour's BFD packets: a flow of its own, not an answer",
        "邻居发来的 BFD 报文：独立的流，不是应答",
      ),
    });
  }

  if (multicast4.length > 0) {
    add("membership", "igmp", {
      direction: "OUT",
      family: 4,
      protocol: IP.igmp,
      source: DIRECTOR,
      destination: hosts(IGMP3_ROUTERS, ...multicast4),
      why: t(
        "IGMP reports keep the multicast groups of VRRP and of the sync daemon alive where switches snoop",
        "在启用 IGMP 侦听的网络中，IGMP 报告使 VRRP 和同步守护进程的组播保持可达",
      ),
    });
    add("membership", "igmp-query", {
      direction: "IN",
      family: 4,
      protocol: IP.igmp,
      source: ROUTER,
      destination: hosts(ALL_HOSTS),
      why: t("IGMP queries of the querier", "IGMP 查询器的查询"),
    });
  }
  if (multicast6) {
    add("membership", "mld", {
      direction: "OUT",
      family: 6,
      protocol: IP.icmp6,
      source: LINK_LOCAL,
      destination: hosts(MLD2_ROUTERS),
      icmpTypes: MLD_REPORTS,
      why: t("MLD reports, the IPv6 counterpart of IGMP", "MLD 报告（IPv6 中对应 IGMP）"),
    });
    add("membership", "mld-query", {
      direction: "IN",
      family: 6,
      protocol: IP.icmp6,
      source: LINK_LOCAL,
      destination: hosts(ALL_NODES6),
      icmpTypes: MLD_QUERY,
      why: t("MLD queries", "MLD 查询"),
    });
  }
  return flows;
}

function addAdverts(
  adverts: Adverts,
  add: (kind: FlowKind, role: string, open: Omit<PacketClass, "vnic">) => void,
): void {
  const { family, group, peers, source } = adverts;
  const protocol = adverts.ah ? IP.ah : IP.vrrp;
  const role = adverts.ah ? "vrrp-ah" : "vrrp";
  if (group) {
    const from: Party = family === 6 ? LINK_LOCAL : directorAt(source);
    const packet = { family, protocol, destination: hosts(group) } as const;
    add("vrrp", role, {
      ...packet,
      direction: "OUT",
      source: from,
      why: t("VRRP adverts of the master", "主节点发送的 VRRP 通告"),
    });
    add("vrrp", role, {
      ...packet,
      direction: "IN",
      source: family === 6 ? LINK_LOCAL : PEER,
      why: t("VRRP adverts reach the backup", "备节点接收的 VRRP 通告"),
    });
    return;
  }
  const own = directorAt(source);
  const others = hosts(...peers);
  add("vrrp", `${role}-unicast`, {
    family,
    protocol,
    direction: "OUT",
    source: own,
    destination: others,
    why: t("unicast VRRP adverts to the peers", "发往对端的单播 VRRP 通告"),
  });
  add("vrrp", `${role}-unicast`, {
    family,
    protocol,
    direction: "IN",
    source: others,
    destination: own,
    why: t("unicast VRRP adverts of the peers", "对端发来的单播 VRRP 通告"),
  });
}

/** Neighbour discovery, which is layer 3 for the firewall: needed wherever IPv6 is used. */
export function neighbourFlows(vnic: Vnic): Flow[] {
  const packet = (direction: Direction): PacketClass => ({
    vnic,
    direction,
    family: 6,
    protocol: IP.icmp6,
    source: NEIGHBOUR,
    destination: NEIGHBOUR,
    icmpTypes: NEIGHBOUR_DISCOVERY,
    why: t(
      "IPv6 neighbour discovery: the firewall treats it as layer 3 traffic, unlike ARP",
      "IPv6 邻居发现：与 ARP 不同，防火墙把它当作三层流量",
    ),
  });
  return (["OUT", "IN"] as const).map((direction) => ({
    kind: "neighbour",
    role: "nd",
    vnic,
    open: packet(direction),
    reply: undefined,
    service: undefined,
    front: undefined,
    servers: [],
  }));
}

/**
 * Whether a stateful firewall must not track the flow: it belongs to clients' traffic and the vNIC sees only one side.
 * The one-way datagrams of VRRP and the like have no sequence numbers that could go wrong.
 */
export const isHalf = (flow: Flow): boolean =>
  flow.kind === "service" && (flow.open === undefined) !== (flow.reply === undefined);
