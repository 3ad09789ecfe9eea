/**
 * The kernel's IPVS table as keepalived fills it while every check succeeds, printed like `ipvsadm -Ln` and
 * `ipvsadm-save -n` (ipvsadm 1.31).
 */

import { keywordById } from "../language";
import { type Address, addressKey } from "../language/address";
import { t } from "../language/schema";
import type { Config } from "../model/config";
import type { AddressRange, ForwardingMethod, Protocol } from "../model/model";
import { finish, type Steps } from "../text/steps";
import { addressAfter, compareAddresses, endpointText, rangeSize } from "./ranges";
import { type Destination, type Reason, type Service, serviceSteps, type Tunnel } from "./services";

export interface IpvsDestination {
  readonly address: Address;
  readonly port: number;
  readonly method: ForwardingMethod;
  readonly tunnel: Tunnel | undefined;
  readonly weight: number;
}

export interface IpvsService {
  /** Undefined for services selected by a mark. */
  readonly address: Address | undefined;
  readonly port: number;
  readonly mark: number | undefined;
  readonly family: 4 | 6;
  readonly protocol: Protocol | undefined;
  readonly scheduler: string;
  /** Scheduler flags 1 to 3 as bits 1, 2 and 4. */
  readonly flags: number;
  /** Seconds. */
  readonly persistence: number | undefined;
  /** Netmask (IPv4) or prefix length (IPv6) as ipvsadm prints it; undefined for a single host. */
  readonly mask: string | undefined;
  readonly engine: string | undefined;
  readonly onePacket: boolean;
  readonly destinations: IpvsDestination[];
}

export interface IpvsTable {
  readonly services: readonly IpvsService[];
  /** Virtual servers or entries that are not in the table, and other remarks. */
  readonly notes: readonly Reason[];
  /** Some virtual server could not be read with certainty. */
  readonly uncertain: boolean;
}

/** A range of more addresses than this is not written out: nobody reads it, and it may have 2^64 entries. */
const MAX_RANGE = 65536n;

const SCHEDULERS: ReadonlySet<string> = new Set(
  keywordById("virtual_server/lb_algo")?.spec.args[0].values ?? [],
);
const FLAG_BITS: Readonly<Record<string, { bit: number; scheduler?: string }>> = {
  "flag-1": { bit: 1 },
  "flag-2": { bit: 2 },
  "flag-3": { bit: 4 },
  "sh-fallback": { bit: 1, scheduler: "sh" },
  "sh-port": { bit: 2, scheduler: "sh" },
  "mh-fallback": { bit: 1, scheduler: "mh" },
  "mh-port": { bit: 2, scheduler: "mh" },
};
const FLAG_NAMES: Readonly<Record<string, readonly string[]>> = {
  sh: ["sh-fallback", "sh-port"],
  mh: ["mh-fallback", "mh-port"],
};

/** The table of a configuration. Virtual servers with equal addresses share an entry, as in the kernel. */
export const ipvsTable = (config: Config): IpvsTable => finish(ipvsSteps(config));

/** The same in steps. */
export function* ipvsSteps(config: Config): Steps<IpvsTable> {
  const services = new Map<string, IpvsService>();
  const notes: Reason[] = [];
  const autoMarks = autoMarkAllocator(config);
  let uncertain = false;
  for (const service of yield* serviceSteps(config)) {
    yield;
    if (service.ignored) {
      notes.push(service.ignored);
      continue;
    }
    if (service.faults.length > 0) uncertain = true;
    notes.push(...service.faults);
    for (const entry of entriesOf(service, autoMarks, notes)) {
      const key = `${entry.mark ?? ""} ${entry.family} ${entry.protocol ?? ""} ${entry.address ? addressKey(entry.address) : ""} ${entry.port}`;
      const known = services.get(key);
      if (!known) services.set(key, entry);
      else {
        // The kernel refuses to add what exists; only destinations that are new get in.
        for (const d of entry.destinations)
          if (
            !known.destinations.some((k) => k.port === d.port && compareAddresses(k.address, d.address) === 0)
          )
            known.destinations.push(d);
      }
    }
  }
  const list = [...services.values()].sort(compareServices);
  for (const service of list) {
    service.destinations.sort((a, b) => compareKernelAddresses(a.address, b.address) || a.port - b.port);
    yield;
  }
  return { services: list, notes, uncertain };
}

/** Marks that keepalived allocates for groups with `nftables_ipvs`: one for each group and protocol, in order of use. */
function autoMarkAllocator(config: Config): ((group: string, protocol: Protocol) => number) | undefined {
  if (!config.global("nftables_ipvs")) return undefined;
  const first = Number(config.global("nftables_ipvs_start_fwmark")?.setting.words[1] ?? 1000);
  let next = Number.isInteger(first) && first > 0 ? first : 1000;
  const marks = new Map<string, number>();
  return (group, protocol) => {
    const key = `${protocol} ${group}`;
    const mark = marks.get(key) ?? next++;
    marks.set(key, mark);
    return mark;
  };
}

function* entriesOf(
  service: Service,
  autoMarks: ((group: string, protocol: Protocol) => number) | undefined,
  notes: Reason[],
): Generator<IpvsService> {
  const { model } = service.at;
  const { target } = model;
  const { persistence } = service;
  const scheduler = SCHEDULERS.has(service.scheduler) ? service.scheduler : "wlc";
  let flags = 0;
  for (const name of model.schedulerFlags) {
    const flag = FLAG_BITS[name];
    if (flag && (flag.scheduler === undefined || flag.scheduler === scheduler)) flags |= flag.bit;
  }
  const entry = (
    family: 4 | 6,
    at: { address?: Address; port: number; mark?: number },
    protocol: Protocol | undefined,
  ): IpvsService => ({
    address: at.address,
    port: at.port,
    mark: at.mark,
    family,
    protocol,
    scheduler,
    flags,
    persistence,
    mask: persistence === undefined ? undefined : maskOf(model.persistenceGranularity?.value, family),
    engine: persistence === undefined ? undefined : model.persistenceEngine?.value.slice(0, 15),
    // One-packet scheduling is for UDP and marks; keepalived takes it off other address services.
    onePacket: model.ops && (protocol === undefined || protocol === "UDP"),
    destinations: destinations(service, family, at.port, at.mark !== undefined),
  });

  if (target.kind === "address") {
    yield entry(target.address.family, { address: target.address, port: target.port }, service.protocol);
    return;
  }
  const protocol = service.protocol;
  if (service.group && autoMarks && service.marks.length === 0 && protocol) {
    const mark = autoMarks(service.group.model.name, protocol);
    for (const family of new Set(service.fronts.map((front) => front.family)))
      yield entry(family, { port: 0, mark }, protocol);
    return;
  }
  if (service.group && protocol) {
    for (const member of service.group.model.members) {
      if (member.kind !== "address") continue;
      if (rangeSize(member.range) > MAX_RANGE) {
        notes.push({
          text: t(
            `a range of ${rangeSize(member.range)} addresses is left out of the table`,
            `包含 ${rangeSize(member.range)} 个地址的范围未列入表中`,
          ),
          at: service.group,
          span: member.word,
        });
        continue;
      }
      for (const address of addresses(member.range))
        yield entry(address.family, { address, port: member.port }, protocol);
    }
  }
  for (const { mark, family } of service.marks) {
    // Without a family anywhere, that of the servers counts if they agree; the default is IPv4.
    const families = new Set(
      service.destinations.filter((d) => d.method !== "TUN").map((d) => d.address.family),
    );
    const tunnelled = new Set(service.destinations.map((d) => d.address.family));
    const guessed = families.size > 0 ? [...families][0] : tunnelled.size === 1 ? [...tunnelled][0] : 4;
    yield entry(family ?? guessed, { port: 0, mark }, undefined);
  }
}

function* addresses(range: AddressRange): Generator<Address> {
  for (let at = range.first; compareAddresses(at, range.last) <= 0; at = addressAfter(at)) yield at;
}

function destinations(service: Service, family: 4 | 6, port: number, marked: boolean): IpvsDestination[] {
  // The sorry server is in the table only while the quorum of real servers is lost.
  return service.destinations
    .filter((d) => d.role === "real" && (d.method === "TUN" || d.address.family === family))
    .map((d: Destination) => ({
      address: d.address,
      port: d.method === "NAT" ? d.port : marked ? 0 : port,
      method: d.method,
      tunnel: d.tunnel,
      weight: d.weight,
    }));
}

function maskOf(granularity: string | undefined, family: 4 | 6): string | undefined {
  if (granularity === undefined) return undefined;
  return granularity === (family === 4 ? "255.255.255.255" : "128") ? undefined : granularity;
}

/**
 * ipvsadm subtracts addresses as 32-bit numbers, so that distant ones come in a surprising order; and it compares an IPv4
 * address with the first word of an IPv6 one where tunnels mix them.
 */
function compareKernelAddresses(a: Address, b: Address): number {
  for (let i = 0; i < (a.family === 4 ? 1 : 4); i++) {
    const difference = (wordOf(a, i) - wordOf(b, i)) | 0;
    if (difference !== 0) return difference;
  }
  return 0;
}

const wordOf = (address: Address, i: number): number =>
  address.family === 4
    ? i === 0
      ? address.value
      : 0
    : Number((address.value >> BigInt(96 - 32 * i)) & 0xffffffffn);

const PROTOCOL_ORDER: Readonly<Record<Protocol, number>> = { TCP: 6, UDP: 17, SCTP: 132 };

function compareServices(a: IpvsService, b: IpvsService): number {
  return (
    (a.mark ?? 0) - (b.mark ?? 0) ||
    a.family - b.family ||
    (a.protocol ? PROTOCOL_ORDER[a.protocol] : 0) - (b.protocol ? PROTOCOL_ORDER[b.protocol] : 0) ||
    (a.address && b.address ? compareKernelAddresses(a.address, b.address) : 0) ||
    a.port - b.port
  );
}

function flagList(service: IpvsService): string {
  const names = FLAG_NAMES[service.scheduler] ?? ["flag-1", "flag-2", "flag-3"];
  return names.filter((_, i) => service.flags & (1 << i)).join();
}

/**
 * The forwarding method as ipvsadm names it. Kernels since 2.6.37 keep showing the method of a server on the director
 * itself; older ones said `Local`.
 */
const FORWARD: Readonly<Record<ForwardingMethod, string>> = { NAT: "Masq", DR: "Route", TUN: "Tunnel" };
const FORWARD_OPTION: Readonly<Record<ForwardingMethod, string>> = { NAT: "-m", DR: "-g", TUN: "-i" };

/** The table as `ipvsadm -Ln` prints it. `size` is that of the kernel's connection hash; 4096 is its default. */
export const formatIpvs = (table: IpvsTable, size?: number): string => finish(formatIpvsSteps(table, size));

/** The same in steps. */
export function* formatIpvsSteps(table: IpvsTable, size = 4096): Steps<string> {
  const lines = [
    `IP Virtual Server version 1.2.1 (size=${size})`,
    "Prot LocalAddress:Port Scheduler Flags",
    "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn",
  ];
  for (const service of table.services) {
    let line =
      service.mark !== undefined
        ? `FWM  ${service.mark}${service.family === 6 ? " IPv6" : ""}`
        : `${(service.protocol ?? "").padEnd(4)} ${endpointText(service.address as Address, service.port)}`;
    line += ` ${service.scheduler}`;
    if (service.flags) line += ` (${flagList(service)})`;
    if (service.persistence !== undefined) {
      line += ` persistent ${service.persistence}`;
      if (service.mask !== undefined) line += ` mask ${service.mask}`;
      if (service.engine !== undefined) line += ` pe ${service.engine}`;
    }
    if (service.onePacket) line += " ops";
    lines.push(line);
    for (const d of service.destinations)
      lines.push(
        `  -> ${endpointText(d.address, d.port).padEnd(28)} ${FORWARD[d.method].padEnd(7)} ${`${d.weight}`.padEnd(6)} ${"0".padEnd(10)} ${"0".padEnd(10)}`,
      );
    yield;
  }
  return `${lines.join("\n")}\n`;
}

/** The table as `ipvsadm-save -n` prints it; `ipvsadm-restore` reads it. */
export const formatIpvsSave = (table: IpvsTable): string => finish(formatIpvsSaveSteps(table));

/** The same in steps. */
export function* formatIpvsSaveSteps(table: IpvsTable): Steps<string> {
  const lines: string[] = [];
  for (const service of table.services) {
    const option = service.protocol === "TCP" ? "-t" : service.protocol === "UDP" ? "-u" : "--sctp-service";
    const name =
      service.mark !== undefined
        ? `-f ${service.mark}${service.family === 6 ? " -6" : ""}`
        : `${option} ${endpointText(service.address as Address, service.port)}`;
    let line = `-A ${name} -s ${service.scheduler}`;
    if (service.persistence !== undefined) {
      line += ` -p ${service.persistence}`;
      if (service.mask !== undefined) line += ` -M ${service.mask}`;
      if (service.engine !== undefined) line += ` --pe ${service.engine}`;
    }
    if (service.onePacket) line += " -o";
    if (service.flags) line += ` -b ${flagList(service)}`;
    lines.push(line);
    for (const d of service.destinations) {
      let rule = `-a ${name} -r ${endpointText(d.address, d.port)} ${FORWARD_OPTION[d.method]} -w ${d.weight}`;
      if (d.tunnel) {
        rule += ` --tun-type ${d.tunnel.type}`;
        if (d.tunnel.type === "gue") rule += ` --tun-port ${d.tunnel.port}`;
        if (d.tunnel.type !== "ipip") rule += ` --tun-${d.tunnel.checksum}`;
      }
      lines.push(rule);
    }
    yield;
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
