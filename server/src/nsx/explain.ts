/** Every packet of a selection with the rule that lets it through, as text: found by evaluating the payload. */
import { formatAddress } from "../language/address";
import { type Text, t } from "../language/schema";
import { type Flow, IP, isHalf, type PacketClass, type Party } from "../lvs/packets";
import { endpointText, isAllPorts, type PortRange, portText, rangeText } from "../lvs/ranges";
import { destinationText, frontText, type Service } from "../lvs/services";
import type { AddressRange } from "../model/model";
import { finish, type Steps } from "../text/steps";
import { HALF_FLOW_BUDGET, type Packet, type WireEntry, type WirePolicy } from "./evaluate";
import type { Generated } from "./generate";
import { servicePath } from "./objects";
import type { Payload } from "./policy";
import { CAST, connect, firewallOf, type Passage, worldOf } from "./probe";

export interface ExplainedPacket {
  readonly flow: Flow;
  readonly packet: PacketClass;
  /** Undefined: no rule of the payload; the operator's own sections decide. */
  readonly passage: Passage | undefined;
}

export interface Explanation {
  readonly packets: readonly ExplainedPacket[];
  /** Packets that the payload must not touch, and does not. */
  readonly untouched: readonly { readonly what: Text; readonly touched: string | undefined }[];
  /** Bytes of an upload through a director that pass with stateful rules instead; undefined if nothing is stateless. */
  readonly statefulBudget: number | undefined;
}

const servicesOf = (payload: Payload): Map<string, readonly WireEntry[]> =>
  new Map(
    payload.services.map((service) => [
      servicePath(payload.root, service.id),
      service.service_entries as unknown as WireEntry[],
    ]),
  );

/** Sends every packet class of a generated payload through its rules. */
export const explain = (generated: Generated): Explanation | undefined => finish(explainSteps(generated));

function* explainSteps(generated: Generated): Steps<Explanation | undefined> {
  const { payload, flows } = generated;
  if (!payload) return undefined;
  const base = { policies: payload.policies as unknown as WirePolicy[], services: servicesOf(payload) };
  const world = worldOf(base, payload, "none");
  const walls = { director: firewallOf(world, "director"), "real-server": firewallOf(world, "real-server") };
  const packets: ExplainedPacket[] = [];
  for (const flow of flows) {
    yield;
    const outcome = connect(walls[flow.vnic].fresh(), flow, 1);
    for (const side of ["open", "reply"] as const) {
      const packet = flow[side];
      if (!packet) continue;
      const passage = outcome.passages.find((p) => p.side === side);
      packets.push({ flow, packet, passage: passage?.decision.by === "otherwise" ? undefined : passage });
    }
  }
  return { packets, untouched: untouchedBy(generated, base), statefulBudget: budgetOf(generated, base) };
}

/** How many bytes of an upload get through a director if the same rules kept state. */
function budgetOf(
  generated: Generated,
  base: { policies: readonly WirePolicy[]; services: ReadonlyMap<string, readonly WireEntry[]> },
): number | undefined {
  const flow = generated.flows.find((f) => f.vnic === "director" && isHalf(f) && f.open?.protocol === IP.tcp);
  if (!flow || !generated.payload) return undefined;
  const policies = base.policies.map((policy) => ({ ...policy, stateful: true, tcp_strict: false }));
  const world = worldOf({ ...base, policies }, generated.payload, "none");
  const outcome = connect(firewallOf(world, "director"), flow, 10_000_000);
  return outcome.passed ? undefined : outcome.bytes;
}

/** Neighbours of the virtual servers that stateless rules must leave alone. */
function untouchedBy(
  generated: Generated,
  base: { policies: readonly WirePolicy[]; services: ReadonlyMap<string, readonly WireEntry[]> },
): Explanation["untouched"] {
  const { payload } = generated;
  const front = generated.flows.find((flow) => flow.vnic === "director" && isHalf(flow))?.front;
  if (!payload || !front) return [];
  const policies = base.policies.filter((policy) => policy.stateful === false);
  const world = worldOf({ ...base, policies }, payload, "none");
  const { family } = front;
  const vip = front.addresses[0].first;
  const client = CAST.client[family];
  const tcp = (destination: Packet["destination"], port: number): Packet => ({
    direction: "IN",
    source: client,
    destination,
    protocol: IP.tcp,
    sourcePort: 40_000,
    destinationPort: port,
    tcp: "SYN",
    length: 0,
  });
  const director = CAST.director[family];
  const result: { what: Text; touched: string | undefined }[] = [];
  const probe = (what: Text, packet: Packet) => {
    const { rule, by } = firewallOf(world, "director").decide(packet);
    result.push({ what, touched: by === "otherwise" ? undefined : rule });
  };
  probe(t("SSH to the director's own address", "SSH 访问调度器自身地址"), tcp(director, 22));
  if (!front.ports.some((ports) => isAllPorts([ports]))) {
    const used = (port: number) =>
      generated.flows.some((flow) =>
        flow.front?.ports.some((ports) => ports.first <= port && port <= ports.last),
      );
    const other = [22, 23, 9999, 10_999].find((port) => !used(port)) ?? 2;
    probe(
      t(`another port of the virtual address (${other})`, `虚拟地址的其他端口（${other}）`),
      tcp(vip, other),
    );
  }
  probe(
    t(
      "connections that the director opens itself (DNS, NTP, updates)",
      "调度器自己发起的连接（DNS、NTP、更新）",
    ),
    { ...tcp(client, 443), direction: "OUT", source: director },
  );
  return result;
}

// ---------------------------------------------------------------------------------------------- text

function portsText(ports: readonly PortRange[] | undefined): string {
  if (!ports) return "";
  if (isAllPorts(ports)) return ":*";
  const list = ports.slice(0, 4).map(portText);
  return `:${list.join(",")}${ports.length > 4 ? ",…" : ""}`;
}

function rangesText(ranges: readonly AddressRange[]): string {
  const list = ranges.slice(0, 2).map(rangeText);
  return `${list.join(",")}${ranges.length > 2 ? `,… (${ranges.length})` : ""}`;
}

function partyText(party: Party, zh: boolean): string {
  switch (party.kind) {
    case "client":
      return zh ? "客户端" : "client";
    case "router":
      return zh ? "任意主机" : "any host";
    case "director":
      return party.ranges ? rangesText(party.ranges) : zh ? "本调度器" : "director";
    case "peer":
      return zh ? "其他调度器" : "other director";
    case "link-local":
      return "fe80::/10";
    case "neighbour":
      return zh ? "邻居" : "neighbour";
    case "vip":
    case "hosts":
      return rangesText(party.ranges);
  }
}

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: "ICMP",
  2: "IGMP",
  4: "IPIP (4)",
  6: "TCP",
  17: "UDP",
  41: "IPv6 (41)",
  47: "GRE (47)",
  51: "AH (51)",
  58: "ICMPv6",
  112: "VRRP (112)",
  132: "SCTP (132)",
};

/** `client → 10.0.0.1:80 TCP` */
export function packetText(packet: PacketClass, zh = false): string {
  const types = packet.icmpTypes ? ` ${packet.icmpTypes.join(",")}` : "";
  return `${partyText(packet.source, zh)}${portsText(packet.sourcePorts)} → ${partyText(packet.destination, zh)}${portsText(packet.destinationPorts)} ${PROTOCOLS[packet.protocol] ?? packet.protocol}${types}`;
}

function verdictText(explained: ExplainedPacket, excluded: boolean, zh: boolean): string {
  const { passage } = explained;
  if (excluded) return zh ? "不过滤（排除列表）" : "not filtered (exclusion list)";
  if (!passage) return zh ? "由您自己的规则决定" : "left to your own rules";
  const { decision } = passage;
  const rule = `${decision.policy} / ${decision.rule}`;
  switch (decision.by) {
    case "stateless":
      return `${zh ? "放行，无状态" : "ALLOW stateless"}  ${rule}`;
    case "new-state":
      return `${zh ? "放行，建立状态" : "ALLOW stateful "}  ${rule}`;
    case "state":
    case "related":
      return `${zh ? "放行，属于状态" : "ALLOW by state "}  ${rule}`;
    default:
      return `${zh ? "丢弃" : "DROP"} (${decision.by})  ${rule}`;
  }
}

function serviceLines(service: Service, zh: boolean): string[] {
  const lines = [`${zh ? "虚拟服务器" : "Virtual server"} ${service.title}`];
  for (const front of service.fronts) lines.push(`  ${zh ? "前端" : "front"} ${frontText(front)}`);
  for (const d of service.destinations)
    lines.push(`  ${d.role === "sorry" ? "sorry_server" : "real_server"} ${destinationText(d)}`);
  return lines;
}

/** The explanation as text for people. */
export const explainText = (generated: Generated, locale?: "en" | "zh-cn"): string =>
  finish(explainTextSteps(generated, locale));

/** The same in steps. */
export function* explainTextSteps(generated: Generated, locale: "en" | "zh-cn" = "en"): Steps<string> {
  const explanation = yield* explainSteps(generated);
  const { payload } = generated;
  if (!explanation || !payload) return "";
  const zh = locale === "zh-cn";
  const pick = (text: Text) => (zh ? text.zh : text.en);
  const excluded = generated.remedy === "exclude-list";
  const lines: string[] = [];
  const group = (list: readonly string[]) => (list.length === 0 ? "" : `  (${list.join(", ")})`);
  const block = (title: string, packets: readonly ExplainedPacket[], isExcluded: boolean) => {
    if (packets.length === 0) return;
    lines.push("", title);
    const shown = new Set<string>();
    for (const explained of packets) {
      const { packet } = explained;
      const head = `  ${packet.direction.padEnd(3)} ${packetText(packet, zh)}`;
      const verdict = verdictText(explained, isExcluded, zh);
      const key = `${head} ${verdict} ${packet.why.en}`;
      if (shown.has(key)) continue;
      shown.add(key);
      lines.push(head, `      ${verdict}`, `      ${pick(packet.why)}`);
    }
  };
  const byService = new Map<Service | undefined, ExplainedPacket[]>();
  for (const explained of explanation.packets) {
    const { service } = explained.flow;
    const known = byService.get(service);
    if (known) known.push(explained);
    else byService.set(service, [explained]);
  }
  for (const service of generated.services) {
    yield;
    if (service.ignored) continue;
    if (lines.length > 0) lines.push("");
    lines.push(...serviceLines(service, zh));
    const own = byService.get(service) ?? [];
    block(
      `${zh ? "在调度器的 vNIC 上" : "At the vNIC of the directors"}${group(payload.directors)}`,
      own.filter((p) => p.packet.vnic === "director"),
      excluded,
    );
    block(
      `${zh ? "在真实服务器的 vNIC 上" : "At the vNICs of the real servers"}${group(payload.realServers)}`,
      own.filter((p) => p.packet.vnic === "real-server"),
      excluded && payload.realServers.length > 0,
    );
  }
  const control = byService.get(undefined) ?? [];
  block(
    zh ? "调度器之间，及其他控制流量" : "Between the directors, and other control traffic",
    control.filter((p) => p.packet.vnic === "director"),
    excluded,
  );
  block(
    zh ? "真实服务器的邻居发现" : "Neighbour discovery of the real servers",
    control.filter((p) => p.packet.vnic === "real-server"),
    excluded && payload.realServers.length > 0,
  );
  if (!excluded && explanation.untouched.length > 0) {
    lines.push(
      "",
      zh
        ? "无状态规则不涉及（由您自己的规则决定）"
        : "Not touched by the stateless rules (your own rules decide)",
    );
    for (const { what, touched } of explanation.untouched)
      lines.push(`  ${pick(what)}${touched ? `  !! ${touched}` : ""}`);
  }
  if (!excluded && explanation.statefulBudget !== undefined)
    lines.push(
      "",
      zh
        ? `若同样的规则启用“有状态”，客户端上传约 ${explanation.statefulBudget} 字节后报文即被丢弃（state-mismatch，半连接预算 ${HALF_FLOW_BUDGET} 字节）。`
        : `With "Stateful" switched on, the same rules would drop an upload after ${explanation.statefulBudget} bytes (state-mismatch; a half-seen connection has a budget of ${HALF_FLOW_BUDGET} bytes).`,
    );
  return `${lines.join("\n")}\n`;
}

/** A packet for people, for tables and test messages. */
export function concreteText(packet: Packet): string {
  const end = (address: Packet["source"], port: number | undefined) =>
    port === undefined ? formatAddress(address) : endpointText(address, port);
  return `${packet.direction} ${end(packet.source, packet.sourcePort)} → ${end(packet.destination, packet.destinationPort)} ${PROTOCOLS[packet.protocol] ?? packet.protocol}`;
}
