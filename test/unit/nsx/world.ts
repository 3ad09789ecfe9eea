/**
 * Generated configurations, and the packets that they make: written down from how VRRP and IPVS work, without the code
 * under test, so that the two can disagree.
 */
import fc from "fast-check";
import { type Address, parseAddress } from "../../../server/src/language/address";
import type { Packet } from "../../../server/src/nsx/evaluate";

export const ip = (text: string): Address => {
  const address = parseAddress(text);
  if (!address) throw new Error(text);
  return address;
};

// ---------------------------------------------------------------------------------------------- what is generated

type Family = 4 | 6;
type Protocol = "TCP" | "UDP" | "SCTP";
type Method = "NAT" | "DR" | "TUN";
type TunnelType = "ipip" | "gre" | "gue";

export interface RealSpec {
  readonly n: number;
  readonly family: Family;
  readonly port: number | undefined;
  readonly method: Method | undefined;
  readonly tunnel: TunnelType;
  readonly local: boolean;
  readonly checks: readonly CheckSpec[];
}
export interface CheckSpec {
  readonly type:
    | "TCP_CHECK"
    | "HTTP_GET"
    | "SMTP_CHECK"
    | "DNS_CHECK"
    | "UDP_CHECK"
    | "PING_CHECK"
    | "MISC_CHECK";
  readonly port: number | undefined;
  readonly elsewhere: boolean;
  readonly bound: boolean;
}
export interface EntrySpec {
  readonly n: number;
  readonly count: number;
  readonly family: Family;
  readonly port: number;
}
export interface ServerSpec {
  readonly kind: "address" | "group" | "fwmark";
  readonly family: Family;
  readonly n: number;
  readonly port: number;
  readonly entries: readonly EntrySpec[];
  readonly protocol: Protocol;
  readonly method: Method | undefined;
  readonly tunnel: TunnelType;
  readonly reals: readonly RealSpec[];
  readonly sorry: RealSpec | undefined;
}
export interface Spec {
  readonly servers: readonly ServerSpec[];
  readonly unicast: boolean;
  readonly ah: boolean;
  readonly family6: boolean;
  readonly group: string | undefined;
  readonly sync: { port: number | undefined; group: string | undefined } | undefined;
  readonly bfd: { multihop: boolean; source: boolean } | undefined;
}

const family: fc.Arbitrary<Family> = fc.constantFrom(4 as const, 4 as const, 6 as const);
const port = fc.oneof(fc.constantFrom(22, 53, 80, 443, 8080, 65535, 1), fc.integer({ min: 1, max: 65535 }));
const method = fc.constantFrom<Method>("NAT", "DR", "DR", "TUN");
const tunnel = fc.constantFrom<TunnelType>("ipip", "ipip", "gre", "gue");
const check: fc.Arbitrary<CheckSpec> = fc.record({
  type: fc.constantFrom<CheckSpec["type"]>(
    "TCP_CHECK",
    "HTTP_GET",
    "SMTP_CHECK",
    "DNS_CHECK",
    "UDP_CHECK",
    "PING_CHECK",
    "MISC_CHECK",
  ),
  port: fc.option(port, { nil: undefined }),
  elsewhere: fc.boolean(),
  bound: fc.boolean(),
});
const real = (familyOf: fc.Arbitrary<Family>): fc.Arbitrary<RealSpec> =>
  fc.record({
    n: fc.integer({ min: 1, max: 40 }),
    family: familyOf,
    port: fc.option(port, { nil: undefined }),
    method: fc.option(method, { nil: undefined }),
    tunnel,
    local: fc.boolean().map((b) => b),
    checks: fc.array(check, { maxLength: 2 }),
  });
const server: fc.Arbitrary<ServerSpec> = fc
  .record({
    kind: fc.constantFrom<ServerSpec["kind"]>("address", "address", "address", "group", "fwmark"),
    family,
    n: fc.integer({ min: 1, max: 12 }),
    port: fc.oneof({ weight: 6, arbitrary: port }, { weight: 1, arbitrary: fc.constant(0) }),
    entries: fc.array(
      fc.record({
        n: fc.integer({ min: 1, max: 12 }),
        count: fc.constantFrom(1, 1, 3),
        family,
        port: fc.oneof({ weight: 8, arbitrary: port }, { weight: 1, arbitrary: fc.constant(0) }),
      }),
      { minLength: 1, maxLength: 20 },
    ),
    protocol: fc.constantFrom<Protocol>("TCP", "TCP", "UDP", "SCTP"),
    method: fc.option(method, { nil: undefined }),
    tunnel,
    reals: fc.array(real(family), { minLength: 1, maxLength: 3 }),
    sorry: fc.option(real(family), { nil: undefined }),
  })
  .map((spec) => ({
    ...spec,
    // A local server now and then.
    reals: spec.reals.map((r, i) => ({ ...r, local: r.local && i === 1 })),
    entries: spec.kind === "group" ? spec.entries : [],
  }));

export const specs: fc.Arbitrary<Spec> = fc.record({
  servers: fc.array(server, { minLength: 1, maxLength: 4 }),
  unicast: fc.boolean(),
  ah: fc.boolean(),
  family6: fc.constantFrom(false, false, true),
  group: fc.option(fc.constantFrom("224.0.0.118", "239.1.2.3"), { nil: undefined }),
  sync: fc.option(
    fc.record({
      port: fc.option(port, { nil: undefined }),
      group: fc.option(fc.constantFrom("224.0.0.99", "ff02::99"), { nil: undefined }),
    }),
    { nil: undefined },
  ),
  bfd: fc.option(fc.record({ multihop: fc.boolean(), source: fc.boolean() }), { nil: undefined }),
});

// ---------------------------------------------------------------------------------------------- the text of it

const vip = (f: Family, n: number): string => (f === 4 ? `192.0.2.${n}` : `2001:db8:a::${n.toString(16)}`);
const realIp = (f: Family, n: number): string =>
  f === 4 ? `198.51.100.${n}` : `2001:db8:b::${n.toString(16)}`;
const ELSEWHERE = { 4: "198.51.100.200", 6: "2001:db8:b::c8" } as const;
export const DIRECTOR = { 4: "192.0.2.251", 6: "2001:db8:a::fb" } as const;
export const PEER = { 4: "192.0.2.252", 6: "2001:db8:a::fc" } as const;
export const CLIENT = { 4: "203.0.113.9", 6: "2001:db8:c::9" } as const;
const NEIGHBOR = "192.0.2.254";
const LINK_LOCAL = "fe80::251";
const LINK_LOCAL_PEER = "fe80::252";
const GUE_PORT = 6080;

/** Where a server spec stands: a local one is the director's loopback (NAT, DR) or own address. */
const addressOf = (r: RealSpec): string =>
  r.local ? (r.family === 4 ? "127.0.0.1" : "::1") : realIp(r.family, r.n);

const lines = (...parts: (string | readonly string[])[]): string => parts.flat().join("\n");
const methodLine = (keyword: string, m: Method, type: TunnelType): string =>
  `${keyword} ${m}${m !== "TUN" || type === "ipip" ? "" : type === "gre" ? " type gre" : ` type gue port ${GUE_PORT}`}`;

/** The configuration file. */
export function configText(spec: Spec): string {
  const parts: string[] = ["global_defs {"];
  if (spec.group) parts.push(`    vrrp_mcast_group4 ${spec.group}`);
  if (spec.sync)
    parts.push(
      `    lvs_sync_daemon eth0 inst VI${spec.sync.port ? ` port ${spec.sync.port}` : ""}${spec.sync.group ? ` group ${spec.sync.group}` : ""}`,
    );
  parts.push("}");
  if (spec.bfd)
    parts.push(
      lines(
        "bfd_instance GW {",
        `    neighbor_ip ${NEIGHBOR}`,
        spec.bfd.source ? `    source_ip ${DIRECTOR[4]}` : [],
        spec.bfd.multihop ? "    multihop" : [],
        "}",
      ),
    );
  const f: Family = spec.family6 ? 6 : 4;
  parts.push(
    lines(
      "vrrp_instance VI {",
      "    interface eth0",
      "    virtual_router_id 7",
      spec.ah
        ? lines("    authentication {", "        auth_type AH", "        auth_pass s3cr3tpw", "    }")
        : [],
      spec.unicast
        ? lines(`    unicast_src_ip ${DIRECTOR[f]}`, "    unicast_peer {", `        ${PEER[f]}`, "    }")
        : [],
      "    virtual_ipaddress {",
      `        ${vip(f, 200)}`,
      "    }",
      "}",
    ),
  );
  spec.servers.forEach((s, i) => {
    if (s.kind === "group") {
      parts.push(`virtual_server_group G${i} {`);
      for (const e of s.entries) {
        const first = vip(e.family, e.n);
        const end = e.family === 4 ? `${e.n + e.count - 1}` : (e.n + e.count - 1).toString(16);
        parts.push(`    ${first}${e.count > 1 ? `-${end}` : ""}${e.port ? ` ${e.port}` : ""}`);
      }
      parts.push("}");
    }
    const target =
      s.kind === "address"
        ? `${vip(s.family, s.n)}${s.port ? ` ${s.port}` : ""}`
        : s.kind === "group"
          ? `group G${i}`
          : `fwmark ${i + 1}`;
    parts.push(`virtual_server ${target} {`, "    lb_algo rr", "    persistence_timeout 60");
    if (s.kind !== "fwmark") parts.push(`    protocol ${s.protocol}`);
    if (s.kind !== "address") parts.push(`    ip_family ${s.family === 6 ? "inet6" : "inet"}`);
    if (s.method) parts.push(`    ${methodLine("lb_kind", s.method, s.tunnel)}`);
    if (s.sorry) {
      parts.push(`    sorry_server ${addressOf(s.sorry)}${s.sorry.port ? ` ${s.sorry.port}` : ""}`);
      if (s.sorry.method)
        parts.push(`    ${methodLine("sorry_server_lvs_method", s.sorry.method, s.sorry.tunnel)}`);
    }
    for (const r of s.reals) {
      parts.push(`    real_server ${addressOf(r)}${r.port ? ` ${r.port}` : ""} {`);
      if (r.method) parts.push(`        ${methodLine("lvs_method", r.method, r.tunnel)}`);
      for (const c of r.checks) {
        parts.push(`        ${c.type} {`);
        if (c.type === "MISC_CHECK") parts.push("            misc_path /bin/true");
        else {
          if (c.elsewhere) parts.push(`            connect_ip ${ELSEWHERE[r.family]}`);
          if (c.port && c.type !== "PING_CHECK") parts.push(`            connect_port ${c.port}`);
          if (c.bound) parts.push(`            bindto ${DIRECTOR[r.family]}`);
        }
        if (c.type === "HTTP_GET") parts.push("            url {", "                path /", "            }");
        parts.push("        }");
      }
      parts.push("    }");
    }
    parts.push("}");
  });
  return `${parts.join("\n")}\n`;
}

// ---------------------------------------------------------------------------------------------- the packets of it

/** A conversation as one vNIC sees it, in order. */
export interface Conversation {
  readonly name: string;
  readonly vnic: "director" | "real-server";
  readonly packets: readonly Packet[];
  /** Clients' traffic of which the vNIC sees one side only, over TCP. */
  readonly half: boolean;
}

export interface Front {
  readonly family: Family;
  readonly protocol: Protocol;
  readonly addresses: readonly string[];
  /** 0: all. */
  readonly port: number;
}

/** What fwmark N stands for. */
export const markFront = (s: ServerSpec, i: number): Front => ({
  family: s.family,
  protocol: s.protocol,
  addresses: [vip(s.family, 100 + i)],
  port: s.port,
});

/** Addresses and ports of a virtual server. */
export function frontsOf(s: ServerSpec, i: number): Front[] {
  if (s.kind === "fwmark") return [markFront(s, i)];
  if (s.kind === "address")
    return [{ family: s.family, protocol: s.protocol, addresses: [vip(s.family, s.n)], port: s.port }];
  return s.entries.map((e) => ({
    family: e.family,
    protocol: s.protocol,
    addresses: Array.from({ length: e.count }, (_, k) => vip(e.family, e.n + k)),
    port: e.port,
  }));
}

const NUMBER = { TCP: 6, UDP: 17, SCTP: 132 } as const;
const SEGMENT = 1460;
/** More than a half connection may have under a stateful firewall. */
const UPLOAD = 100_000;

/** The real and sorry servers that keepalived keeps: those of the family, tunnels of any. */
export function serversOf(s: ServerSpec): { r: RealSpec; m: Method; type: TunnelType }[] {
  const all: { r: RealSpec; m: Method; type: TunnelType }[] = [];
  const seen = new Set<string>();
  const families = new Set(s.kind === "group" ? s.entries.map((e) => e.family) : [s.family]);
  // With ip_family the service has that family; other servers are skipped unless tunnelled.
  for (const r of [...s.reals, ...(s.sorry ? [s.sorry] : [])]) {
    const m = r.method ?? s.method ?? "NAT";
    const mixed = s.kind === "group" && [...families].some((f) => f !== s.family);
    if (m !== "TUN" && !mixed && r.family !== s.family) continue;
    const key = `${addressOf(r)} ${r.port ?? 0}`;
    if (r !== s.sorry && seen.has(key)) continue;
    seen.add(key);
    all.push({ r, m, type: r.method ? r.tunnel : s.tunnel });
  }
  return all;
}

function tcp(base: Packet, answers: Packet | undefined, data: "open" | "reply"): Packet[] {
  const list: Packet[] = [{ ...base, tcp: "SYN", length: 0 }];
  if (answers) list.push({ ...answers, tcp: "SYN-ACK", length: 0 });
  list.push({ ...base, tcp: "ACK", length: 0 });
  for (let sent = 0; sent < UPLOAD; sent += SEGMENT) {
    const from = data === "reply" && answers ? answers : base;
    const back = from === base ? answers : base;
    list.push({ ...from, tcp: "ACK", length: SEGMENT });
    if (back) list.push({ ...back, tcp: "ACK", length: 0 });
  }
  return list;
}

const turned = (p: Packet): Packet => ({
  ...p,
  direction: p.direction === "IN" ? "OUT" : "IN",
  source: p.destination,
  destination: p.source,
  sourcePort: p.destinationPort,
  destinationPort: p.sourcePort,
});

/** Every conversation of a configuration at the vNICs of the active director and of the real servers. */
export function conversationsOf(spec: Spec): Conversation[] {
  const list: Conversation[] = [];
  const add = (name: string, vnic: Conversation["vnic"], packets: Packet[], half = false) =>
    list.push({ name, vnic, packets, half });
  spec.servers.forEach((s, i) => {
    const servers = serversOf(s);
    for (const front of frontsOf(s, i))
      for (const address of [front.addresses[0], front.addresses[front.addresses.length - 1]])
        for (const p of front.port === 0 ? [1, 22, 65535] : [front.port])
          clientTraffic(`${i} ${address}:${p} ${front.protocol}`, front, address, p, servers, add);
    checkTraffic(`${i}`, s, servers, add);
  });
  controlTraffic(spec, add);
  return list;
}

type Add = (name: string, vnic: Conversation["vnic"], packets: Packet[], half?: boolean) => void;

function clientTraffic(
  name: string,
  front: Front,
  address: string,
  vport: number,
  servers: ReturnType<typeof serversOf>,
  add: Add,
): void {
  const f = front.family;
  const v = ip(address);
  const client = ip(CLIENT[f]);
  const protocol = NUMBER[front.protocol];
  const isTcp = front.protocol === "TCP";
  const request: Packet = {
    direction: "IN",
    source: client,
    destination: v,
    protocol,
    sourcePort: 50_123,
    destinationPort: vport,
  };
  const onlySeen = (p: Packet): Packet[] => (isTcp ? tcp(p, undefined, "open") : [p, p]);
  const both = (open: Packet, reply: Packet, data: "open" | "reply" = "open"): Packet[] =>
    isTcp ? tcp(open, reply, data) : [open, reply, open, reply];
  const icmpTypes = f === 4 ? [3, 11, 12] : [1, 2, 3, 4];
  const icmp = f === 4 ? 1 : 58;
  const router = ip(f === 4 ? "203.0.113.254" : "2001:db8:ffff::1");
  const usable = servers.filter(({ r, m }) => m === "TUN" || r.family === f);
  const anyHalf = usable.some(({ r, m }) => !r.local && m !== "NAT");
  for (const { r, m, type } of usable) {
    if (r.local) {
      add(`${name} local`, "director", both(request, turned(request), "reply"));
      continue;
    }
    const target = ip(realIp(r.family, r.n));
    if (m === "DR") {
      const forwarded: Packet = { ...request, direction: "OUT" };
      const packets = isTcp
        ? tcp(request, undefined, "open").flatMap((p) => [p, { ...p, direction: "OUT" as const }])
        : [request, forwarded];
      add(`${name} DR`, "director", packets, isTcp);
      add(`${name} DR`, "real-server", both(request, turned(request)));
      for (const icmpType of icmpTypes)
        for (const direction of ["IN", "OUT"] as const)
          add(`${name} DR icmp`, "director", [
            { direction, source: router, destination: v, protocol: icmp, icmpType },
          ]);
    } else if (m === "TUN") {
      add(`${name} TUN`, "director", onlySeen(request), isTcp);
      const outer: Packet = {
        direction: "OUT",
        source: ip(DIRECTOR[r.family]),
        destination: target,
        protocol: type === "gre" ? 47 : type === "gue" ? 17 : f === 4 ? 4 : 41,
        ...(type === "gue" ? { sourcePort: 40_000, destinationPort: GUE_PORT } : {}),
      };
      add(`${name} TUN outer`, "director", [outer, outer]);
      add(`${name} TUN outer`, "real-server", [{ ...outer, direction: "IN" }]);
      const reply = turned(request);
      const down: Packet[] = isTcp
        ? [{ ...reply, tcp: "SYN-ACK", length: 0 }, ...tcp(reply, undefined, "open").slice(1)]
        : [reply];
      add(`${name} TUN reply`, "real-server", down, isTcp);
      for (const icmpType of icmpTypes) {
        add(`${name} TUN icmp`, "director", [
          { direction: "IN", source: router, destination: v, protocol: icmp, icmpType },
        ]);
        add(`${name} TUN icmp`, "real-server", [
          { direction: "OUT", source: v, destination: client, protocol: icmp, icmpType },
        ]);
      }
    } else {
      add(`${name} NAT`, "director", both(request, turned(request)));
      const leg: Packet = {
        ...request,
        direction: "OUT",
        destination: target,
        destinationPort: r.port ?? vport,
      };
      add(`${name} NAT leg`, "director", both(leg, turned(leg)));
      const arrival: Packet = { ...leg, direction: "IN" };
      add(`${name} NAT leg`, "real-server", both(arrival, turned(arrival)));
    }
  }
  if (anyHalf) {
    // No real server is left, or keepalived is not running.
    const refusal = turned(request);
    add(`${name} refused`, "director", [
      { ...request, tcp: isTcp ? "SYN" : undefined, length: 0 },
      { ...refusal, tcp: isTcp ? "RST" : undefined, length: 0 },
    ]);
    for (const icmpType of icmpTypes)
      add(`${name} icmp out`, "director", [
        { direction: "OUT", source: v, destination: client, protocol: icmp, icmpType },
      ]);
  }
}

function checkTraffic(name: string, s: ServerSpec, servers: ReturnType<typeof serversOf>, add: Add): void {
  for (const { r } of servers) {
    if (r === s.sorry) continue;
    for (const c of r.checks) {
      if (c.type === "MISC_CHECK") continue;
      const f = r.family;
      if (r.local && !c.elsewhere) continue;
      const target = ip(c.elsewhere ? ELSEWHERE[f] : realIp(f, r.n));
      const source = ip(DIRECTOR[f]);
      // Without connect_port the port is the real server's as written, never the virtual server's.
      const p = c.port ?? r.port;
      if (c.type === "PING_CHECK") {
        const [request, reply] = f === 4 ? [8, 0] : [128, 129];
        const ping: Packet = {
          direction: "OUT",
          source,
          destination: target,
          protocol: f === 4 ? 1 : 58,
          icmpType: request,
        };
        for (const vnic of ["director", "real-server"] as const) {
          const seen: Packet = vnic === "director" ? ping : { ...ping, direction: "IN" };
          add(`${name} ping`, vnic, [seen, { ...turned(seen), icmpType: reply }]);
        }
        continue;
      }
      if (p === undefined) continue;
      const udp = c.type === "DNS_CHECK" || c.type === "UDP_CHECK";
      const open: Packet = {
        direction: "OUT",
        source,
        destination: target,
        protocol: udp ? 17 : 6,
        sourcePort: 45_000,
        destinationPort: p,
      };
      for (const vnic of ["director", "real-server"] as const) {
        const seen: Packet = vnic === "director" ? open : { ...open, direction: "IN" };
        add(
          `${name} ${c.type}`,
          vnic,
          udp
            ? [seen, turned(seen)]
            : [
                { ...seen, tcp: "SYN", length: 0 },
                { ...turned(seen), tcp: "SYN-ACK", length: 0 },
                { ...seen, tcp: "ACK", length: 0 },
              ],
        );
        if (c.type === "UDP_CHECK")
          add(`${name} UDP_CHECK unreachable`, vnic, [
            {
              direction: vnic === "director" ? "IN" : "OUT",
              source: target,
              destination: source,
              protocol: f === 4 ? 1 : 58,
              icmpType: f === 4 ? 3 : 1,
            },
          ]);
      }
    }
  }
}

function controlTraffic(spec: Spec, add: Add): void {
  const f: Family = spec.family6 ? 6 : 4;
  const protocol = spec.ah && f === 4 ? 51 : 112;
  const igmp = (group: string) => {
    for (const destination of ["224.0.0.22", group])
      add("igmp", "director", [
        { direction: "OUT", source: ip(DIRECTOR[4]), destination: ip(destination), protocol: 2 },
      ]);
    add("igmp query", "director", [
      { direction: "IN", source: ip("192.0.2.254"), destination: ip("224.0.0.1"), protocol: 2 },
    ]);
  };
  const mld = () => {
    add("mld", "director", [
      { direction: "OUT", source: ip(LINK_LOCAL), destination: ip("ff02::16"), protocol: 58, icmpType: 143 },
    ]);
    add("mld query", "director", [
      {
        direction: "IN",
        source: ip(LINK_LOCAL_PEER),
        destination: ip("ff02::1"),
        protocol: 58,
        icmpType: 130,
      },
    ]);
  };
  const neighbours = (name: string) => {
    for (const icmpType of [135, 136])
      for (const direction of ["IN", "OUT"] as const)
        add(name, "director", [
          { direction, source: ip(LINK_LOCAL), destination: ip(LINK_LOCAL_PEER), protocol: 58, icmpType },
        ]);
  };
  if (spec.unicast) {
    const advert: Packet = { direction: "OUT", source: ip(DIRECTOR[f]), destination: ip(PEER[f]), protocol };
    add("vrrp unicast out", "director", [advert]);
    add("vrrp unicast in", "director", [turned(advert)]);
  } else if (f === 4) {
    const group = ip(spec.group ?? "224.0.0.18");
    add("vrrp out", "director", [
      { direction: "OUT", source: ip(DIRECTOR[4]), destination: group, protocol },
    ]);
    add("vrrp in", "director", [{ direction: "IN", source: ip(PEER[4]), destination: group, protocol }]);
    igmp(spec.group ?? "224.0.0.18");
  } else {
    add("vrrp6 out", "director", [
      { direction: "OUT", source: ip(LINK_LOCAL), destination: ip("ff02::12"), protocol: 112 },
    ]);
    add("vrrp6 in", "director", [
      { direction: "IN", source: ip(LINK_LOCAL_PEER), destination: ip("ff02::12"), protocol: 112 },
    ]);
    mld();
  }
  if (f === 6) neighbours("nd");
  if (spec.sync) {
    const group = spec.sync.group ?? "224.0.0.81";
    const sf: Family = group.includes(":") ? 6 : 4;
    for (const [direction, source] of [
      ["OUT", DIRECTOR[sf]],
      ["IN", PEER[sf]],
    ] as const)
      add("sync", "director", [
        {
          direction,
          source: ip(source),
          destination: ip(group),
          protocol: 17,
          sourcePort: 41_000,
          destinationPort: spec.sync.port ?? 8848,
        },
      ]);
    if (sf === 4) igmp(group);
    else mld();
  }
  if (spec.bfd) {
    const out: Packet = {
      direction: "OUT",
      source: ip(DIRECTOR[4]),
      destination: ip(NEIGHBOR),
      protocol: 17,
      sourcePort: 49_200,
      destinationPort: spec.bfd.multihop ? 4784 : 3784,
    };
    add("bfd out", "director", [out]);
    add("bfd in", "director", [
      { ...out, direction: "IN", source: out.destination, destination: out.source },
    ]);
  }
}
