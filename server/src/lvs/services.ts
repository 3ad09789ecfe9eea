/**
 * The virtual servers as keepalived programs them: defaults filled in, groups followed, ports of direct routing and
 * tunnels put right, servers that keepalived drops left out. Packets, tables and firewall rules all start from here.
 */
import { type Address, addressKey, isLoopback } from "../language/address";
import { type Text, t } from "../language/schema";
import type { Config, Located } from "../model/config";
import type {
  AddressRange,
  Checker,
  CheckerType,
  CheckTarget,
  Forwarding,
  ForwardingMethod,
  Protocol,
  RealServer,
  Span,
  VirtualServer,
  VirtualServerGroup,
} from "../model/model";
import { Issue } from "../syntax/records";
import { finish, type Steps } from "../text/steps";
import {
  ALL_PORTS,
  endpointText,
  inAnyRange,
  mergePorts,
  mergeRanges,
  onePort,
  type PortRange,
  rangeText,
  single,
} from "./ranges";

/** Something to tell about a part of the configuration. Positions are relative to the item `at`. */
export interface Reason {
  readonly text: Text;
  readonly at?: Located<unknown>;
  readonly span?: Span;
}

/** Addresses and ports that clients use, all of one family and protocol. */
export interface Front {
  readonly family: 4 | 6;
  readonly protocol: Protocol;
  readonly addresses: readonly AddressRange[];
  readonly ports: readonly PortRange[];
}

/** A mark instead of an address: what it stands for is written in iptables or nftables, not in keepalived.conf. */
export interface Mark {
  readonly mark: number;
  readonly family: 4 | 6 | undefined;
}

/** What packets with a mark look like, as told by the user. */
export interface MarkAnswer {
  readonly addresses: readonly AddressRange[];
  /** Empty: all ports. */
  readonly ports: readonly PortRange[];
  readonly protocol: Protocol;
}

/** How a tunnel wraps the packets of a real server. */
export interface Tunnel {
  readonly type: "ipip" | "gue" | "gre";
  /** UDP port of gue. */
  readonly port: number | undefined;
  readonly checksum: "nocsum" | "csum" | "remcsum";
}

/** One connection that a checker makes. */
export interface Check {
  readonly type: CheckerType;
  readonly target: Address;
  /** 0: no port is known, and keepalived really connects to port 0. */
  readonly port: number;
  readonly protocol: "TCP" | "UDP" | "ICMP";
  /** `bindto`; otherwise the address of the outgoing interface. */
  readonly source: Address | undefined;
}

/** A real server or the sorry server. */
export interface Destination {
  readonly role: "real" | "sorry";
  readonly address: Address;
  /** 0: the port that the client used. */
  readonly port: number;
  readonly method: ForwardingMethod;
  readonly tunnel: Tunnel | undefined;
  readonly weight: number;
  /** An address of the director itself: delivered there, whatever the method. */
  readonly local: boolean;
  readonly checks: readonly Check[];
  /** Checkers without packets that could be derived: scripts, files, BFD. */
  readonly otherCheckers: readonly Checker[];
  /** The port as written where DR or TUN makes keepalived use another one. */
  readonly portWritten: number | undefined;
  /** Its line or block. */
  readonly span: Span;
}

export interface Service {
  readonly at: Located<VirtualServer>;
  /** For people: `10.0.0.1:80 TCP`, `group web TCP`, `fwmark 1`. */
  readonly title: string;
  /** Undefined when only marks select the packets: then every protocol is meant. */
  readonly protocol: Protocol | undefined;
  readonly fronts: readonly Front[];
  readonly marks: readonly Mark[];
  readonly group: Located<VirtualServerGroup> | undefined;
  readonly scheduler: string;
  /** Seconds of persistence; undefined without. */
  readonly persistence: number | undefined;
  readonly destinations: readonly Destination[];
  /** What makes the answer uncertain. */
  readonly faults: readonly Reason[];
  /** Why keepalived ignores the virtual server altogether. */
  readonly ignored: Reason | undefined;
}

/** keepalived's IPVS_SVC_PERSISTENT_TIMEOUT, in seconds. */
const DEFAULT_PERSISTENCE = 360;

/** Checkers that open a connection, and its protocol. */
const CHECK_PROTOCOL: Partial<Record<CheckerType, Check["protocol"]>> = {
  TCP_CHECK: "TCP",
  HTTP_GET: "TCP",
  SSL_GET: "TCP",
  SMTP_CHECK: "TCP",
  DNS_CHECK: "UDP",
  UDP_CHECK: "UDP",
  PING_CHECK: "ICMP",
};

/**
 * Addresses that the director has according to the configuration: virtual and static addresses, sources of adverts, of
 * checks and of BFD, and the addresses of the virtual servers, which IPVS only serves while the director holds them.
 */
export function* ownAddressSteps(config: Config): Steps<AddressRange[]> {
  yield* config.modelSteps();
  const own: AddressRange[] = [];
  const add = (address: Address | undefined) => {
    if (address) own.push(single(address));
  };
  for (const { model } of config.instances) {
    for (const entry of model.virtualIps) add(entry.address);
    for (const entry of model.excludedIps) add(entry.address);
    add(model.unicastSourceIp?.value);
    add(model.multicastSourceIp?.value);
  }
  for (const { model } of config.staticAddresses) for (const entry of model.addresses) add(entry.address);
  for (const { model } of config.bfds) add(model.source?.value);
  const used = new Set<string>();
  for (const { model } of config.virtualServers) {
    if (model.target.kind === "address") add(model.target.address);
    if (model.target.kind === "group") used.add(model.target.name);
    for (const real of model.realServers) for (const checker of real.checkers) add(checker.bindTo?.value);
    yield;
  }
  for (const { model } of config.groups) {
    if (!used.has(model.name)) continue;
    for (const member of model.members) if (member.kind === "address") own.push(member.range);
  }
  return mergeRanges(own);
}

/** Virtual addresses of all VRRP instances and static addresses: what makes a virtual server's address reachable. */
export function assignedAddresses(config: Config): AddressRange[] {
  const assigned: AddressRange[] = [];
  for (const { model } of config.instances)
    for (const entry of [...model.virtualIps, ...model.excludedIps]) assigned.push(single(entry.address));
  for (const { model } of config.staticAddresses)
    for (const entry of model.addresses) assigned.push(single(entry.address));
  return mergeRanges(assigned);
}

/** A brace that is missing or too many, wherever it is: keepalived reads everything after it differently. */
export function structuralFault(config: Config): Reason | undefined {
  const { items } = config.tree;
  for (let item = 0; item < items.length; item++) {
    const { issues } = items[item];
    for (let i = 0; i < issues.length; i += 4) {
      const issue = issues[i];
      if (
        issue === Issue.MissingOpen ||
        issue === Issue.MissingClose ||
        issue === Issue.ExtraClose ||
        issue === Issue.UnexpectedOpen ||
        issue === Issue.NestedRootBlock
      )
        return {
          text: t(
            "a brace is missing or too many, so it is not certain what belongs to which block",
            "花括号缺失或多余，无法确定各行属于哪个配置块",
          ),
          at: { model: undefined, item },
          span: { start: issues[i + 1], end: issues[i + 2] },
        };
    }
  }
  return undefined;
}

/** All virtual servers in order. */
export const servicesOf = (config: Config): Service[] => finish(serviceSteps(config));

/** The same in steps. */
export function* serviceSteps(config: Config): Steps<Service[]> {
  const own = yield* ownAddressSteps(config);
  const groups = new Map<string, Located<VirtualServerGroup>>();
  // keepalived searches its list from the front, so the first group of a name counts.
  for (const group of config.groups) if (!groups.has(group.model.name)) groups.set(group.model.name, group);
  const services: Service[] = [];
  for (const at of config.virtualServers) {
    services.push(buildService(config, at, groups, own));
    yield;
  }
  return services;
}

function buildService(
  config: Config,
  at: Located<VirtualServer>,
  groups: ReadonlyMap<string, Located<VirtualServerGroup>>,
  own: readonly AddressRange[],
): Service {
  const { model } = at;
  const { target } = model;
  const faults: Reason[] = model.faults.map((span) => faultAt(config, at, span));
  const marks: Mark[] = [];
  let fronts: Front[] = [];
  let group: Located<VirtualServerGroup> | undefined;
  let portless = false;

  // An address service without protocol is UDP: the kernel's default, which keepalived then sets and reports.
  const protocol = model.protocol?.value ?? "UDP";
  if (target.kind === "address") {
    portless = target.port === 0;
    fronts = [
      {
        family: target.address.family,
        protocol,
        addresses: [single(target.address)],
        ports: [portless ? ALL_PORTS : onePort(target.port)],
      },
    ];
  } else if (target.kind === "fwmark") {
    marks.push({ mark: target.mark, family: model.ipFamily?.value });
  } else if (target.kind === "group") {
    group = groups.get(target.name);
    if (!group)
      faults.push({
        text: t(
          `there is no virtual_server_group "${target.name}"; keepalived drops this virtual server`,
          `没有名为 "${target.name}" 的 virtual_server_group，keepalived 会丢弃该虚拟服务器`,
        ),
        at,
        span: target.span,
      });
    else {
      for (const span of group.model.faults) faults.push(faultAt(config, group, span));
      fronts = groupFronts(group.model, protocol);
      for (const member of group.model.members) {
        if (member.kind === "fwmark")
          marks.push({ mark: member.mark, family: member.family ?? model.ipFamily?.value });
        else if (member.port === 0) portless = true;
      }
    }
  }

  const family = model.ipFamily?.value ?? (fronts.length > 0 ? fronts[0].family : undefined);
  const mixed = fronts.some((front) => front.family !== family);
  const destinations = destinationsOf(model, fronts, marks, mixed ? undefined : family, own);
  let persistence = model.persistenceTimeout?.value;
  if (persistence === 0) persistence = undefined;
  if (persistence === undefined && (model.persistenceGranularity || portless))
    persistence = DEFAULT_PERSISTENCE;

  let ignored: Reason | undefined;
  if (model.realServers.length === 0 && faults.length === 0)
    ignored = {
      text: t("it has no real server, so keepalived ignores it", "它没有任何真实服务器，keepalived 会忽略它"),
      at,
      span: model,
    };
  return {
    at,
    title: titleOf(model, fronts.length > 0 ? protocol : undefined),
    protocol: fronts.length > 0 ? protocol : undefined,
    fronts,
    marks,
    group,
    scheduler: model.scheduler?.value ?? "wlc",
    persistence,
    destinations,
    faults,
    ignored,
  };
}

/** Lines whose words are addresses, ports and methods, and can be repeated in a message. */
const PLAIN_LINE =
  /^(virtual_server|real_server|sorry_server|lb_kind|lvs_method|sorry_server_lvs_method|protocol|ip_family|connect_ip|connect_port|bindto)(?=[ \t])[\w.:/ \t-]*$/;

/** Says that a line cannot be read. Of unusual lines only the first word is repeated: the rest may be a secret. */
function faultAt(config: Config, at: Located<unknown>, span: Span): Reason {
  const { start, end } = config.range(at, span);
  const line = config.tree.text.slice(start, Math.min(end, start + 80));
  const word = /^[\w.:/-]{1,40}(?=\s|$)/.exec(line)?.[0];
  const text = PLAIN_LINE.test(line)
    ? t(`"${line.trim()}" cannot be read`, `无法读懂 "${line.trim()}"`)
    : word
      ? t(`the line that begins with "${word}" cannot be read`, `无法读懂以 "${word}" 开头的行`)
      : t("a line of it cannot be read", "其中有一行无法读懂");
  return { text, at, span };
}

function titleOf(model: VirtualServer, protocol: Protocol | undefined): string {
  const { target } = model;
  switch (target.kind) {
    case "address":
      return `${endpointText(target.address, target.port === 0 ? "*" : target.port)} ${protocol}`;
    case "fwmark":
      return `fwmark ${target.mark}`;
    case "group":
      return protocol ? `group ${target.name} ${protocol}` : `group ${target.name}`;
    default:
      return "?";
  }
}

/** The addresses of a group, as few fronts as possible: addresses with the same ports and ports with the same addresses. */
function groupFronts(group: VirtualServerGroup, protocol: Protocol): Front[] {
  const fronts: Front[] = [];
  for (const family of [4, 6] as const) {
    const byPort = new Map<number, AddressRange[]>();
    for (const member of group.members) {
      if (member.kind !== "address" || member.range.first.family !== family) continue;
      const list = byPort.get(member.port);
      if (list) list.push(member.range);
      else byPort.set(member.port, [member.range]);
    }
    const byAddresses = new Map<string, { addresses: AddressRange[]; ports: PortRange[] }>();
    for (const [port, ranges] of byPort) {
      const addresses = mergeRanges(ranges);
      const key = addresses.map(rangeText).join();
      const ports = port === 0 ? ALL_PORTS : onePort(port);
      const known = byAddresses.get(key);
      if (known) known.ports.push(ports);
      else byAddresses.set(key, { addresses, ports: [ports] });
    }
    for (const { addresses, ports } of byAddresses.values())
      fronts.push({ family, protocol, addresses, ports: mergePorts(ports) });
  }
  return fronts;
}

/** Fronts of a service, those of its marks included as far as they are answered. */
export function frontsWith(service: Service, answers: ReadonlyMap<number, readonly MarkAnswer[]>): Front[] {
  const fronts = [...service.fronts];
  for (const { mark } of service.marks)
    for (const answer of answers.get(mark) ?? [])
      for (const family of [4, 6] as const) {
        const addresses = answer.addresses.filter((range) => range.first.family === family);
        if (addresses.length === 0) continue;
        fronts.push({
          family,
          protocol: answer.protocol,
          addresses: mergeRanges(addresses),
          ports: answer.ports.length === 0 ? [ALL_PORTS] : mergePorts(answer.ports),
        });
      }
  return fronts;
}

function tunnelOf(forwarding: Forwarding | undefined): Tunnel | undefined {
  if (forwarding?.method !== "TUN") return undefined;
  return { type: forwarding.tunnel, port: forwarding.tunnelPort, checksum: forwarding.checksum };
}

function destinationsOf(
  model: VirtualServer,
  fronts: readonly Front[],
  marks: readonly Mark[],
  family: 4 | 6 | undefined,
  own: readonly AddressRange[],
): Destination[] {
  const destinations: Destination[] = [];
  const seen = new Set<string>();
  const isLocal = (address: Address) => isLoopback(address) || inAnyRange(address, own);
  /** The only port of the service, if there is exactly one. */
  const onlyPort =
    fronts.length === 1 &&
    marks.length === 0 &&
    fronts[0].ports.length === 1 &&
    model.target.kind === "address"
      ? model.target.port
      : undefined;
  for (const real of model.realServers) {
    const forwarding = real.forwarding ?? model.forwarding;
    const method = forwarding?.method ?? "NAT";
    // Only a tunnel may lead to another address family; keepalived skips other servers of the wrong family.
    if (method !== "TUN" && family !== undefined && real.address.family !== family) continue;
    // The second of two equal servers is removed.
    const key = `${addressKey(real.address)} ${real.port}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const { port, written } = programmedPort(real.port, method, onlyPort);
    destinations.push({
      role: "real",
      address: real.address,
      port,
      method,
      tunnel: tunnelOf(forwarding),
      weight: real.weight?.value ?? model.weight?.value ?? 1,
      local: isLocal(real.address),
      checks: checksOf(real),
      otherCheckers: real.checkers.filter((checker) => CHECK_PROTOCOL[checker.type] === undefined),
      portWritten: written,
      span: real,
    });
  }
  const sorry = model.sorryServer;
  if (sorry) {
    const forwarding = model.sorryForwarding ?? model.forwarding;
    const method = forwarding?.method ?? "NAT";
    if (method === "TUN" || family === undefined || sorry.address.family === family) {
      // keepalived leaves a NAT sorry server without a port; the kernel then keeps the client's.
      const { port, written } =
        method === "NAT"
          ? { port: sorry.port, written: undefined }
          : programmedPort(sorry.port, method, onlyPort);
      destinations.push({
        role: "sorry",
        address: sorry.address,
        port,
        method,
        tunnel: tunnelOf(forwarding),
        weight: 1,
        local: isLocal(sorry.address),
        checks: [],
        otherCheckers: [],
        portWritten: written,
        span: sorry,
      });
    }
  }
  return destinations;
}

/**
 * The port that reaches the real server. DR and TUN leave the packet as it is, so keepalived sets the virtual server's
 * port whatever is written; without a single port (group, mark, all ports) it stays the client's.
 */
function programmedPort(
  written: number,
  method: ForwardingMethod,
  onlyPort: number | undefined,
): { port: number; written: number | undefined } {
  if (method === "NAT") return { port: written === 0 ? (onlyPort ?? 0) : written, written: undefined };
  const port = onlyPort ?? 0;
  return { port, written: written !== 0 && written !== port ? written : undefined };
}

/** The connections of the checkers. They use the port as written, also where DR changes that of the service. */
function checksOf(real: RealServer): Check[] {
  const checks: Check[] = [];
  const add = (type: CheckerType, target: CheckTarget) => {
    const protocol = CHECK_PROTOCOL[type];
    if (!protocol) return;
    checks.push({
      type,
      target: target.connectIp?.value ?? real.address,
      port: protocol === "ICMP" ? 0 : (target.connectPort?.value ?? real.port),
      protocol,
      source: target.bindTo?.value,
    });
  };
  for (const checker of real.checkers) {
    // With `host` blocks the checker itself only counts if it has a connection option of its own.
    if (checker.hosts.length === 0 || checker.connectIp || checker.connectPort || checker.bindTo)
      add(checker.type, checker);
    for (const host of checker.hosts) add(checker.type, host);
  }
  return checks;
}

/** For people: `10.0.0.2:80 (DR)`. */
export function destinationText(destination: Destination): string {
  const port = destination.port === 0 ? "*" : destination.port;
  return `${endpointText(destination.address, port)} (${destination.method}${destination.local ? ", local" : ""})`;
}

/** The addresses of fronts for people, shortened where there are many. */
export function frontText(front: Front): string {
  const addresses = front.addresses.slice(0, 3).map(rangeText);
  if (front.addresses.length > 3) addresses.push("…");
  const ports = front.ports.map((p) =>
    p.first === 1 && p.last === 65535 ? "*" : `${p.first}${p.last > p.first ? `-${p.last}` : ""}`,
  );
  const shown = ports.length > 4 ? [...ports.slice(0, 4), "…"] : ports;
  const list = addresses.join(",");
  return `${front.family === 6 ? `[${list}]` : list}:${shown.join(",")} ${front.protocol}`;
}
