/**
 * A comparison of two nodes by meaning: what must agree, what must differ, what may. The rules about peers and the command
 * that compares two nodes are two views of it.
 */
import { type FileRange, placeIn } from "../checks/project";
import { addressKey, formatAddress, sameAddress } from "../language/address";
import { type Text, t } from "../language/schema";
import type { Located } from "../model/config";
import type { RealServer, Span, VirtualServer, VrrpInstance } from "../model/model";
import { effectivePriorities, influences } from "../model/priorities";
import { type ClusterNode, type InstancePair, type NodeInstance, pairs } from "./nodes";

/** What a row compares. Names a rule of `peers.ts` where the difference is a fault. */
export type Aspect =
  | "instance"
  | "state"
  | "priority"
  | "failover"
  | "version"
  | "advert-int"
  | "authentication"
  | "unicast"
  | "nopreempt"
  | "preempt-delay"
  | "vips"
  | "excluded-vips"
  | "interface"
  | "router-id"
  | "virtual-server"
  | "scheduler"
  | "forwarding-method"
  | "persistence"
  | "real-servers"
  | "sorry-server"
  | "checks";

/** One side of a row. */
export interface Cell {
  /** As written, or what holds without it; empty where the other side has something and this one nothing. */
  readonly text: string;
  /** Where it stands; for a default, where it would. */
  readonly place: FileRange | undefined;
}

export interface Row {
  readonly aspect: Aspect;
  /** `equal`: the same, as it should be. `expected`: they differ or agree as nodes do. `fault`: they must not. */
  readonly verdict: "equal" | "expected" | "fault";
  readonly left: Cell;
  readonly right: Cell;
  /** For a fault, what is wrong from the left node's point of view. */
  readonly note?: Text;
}

/** The rows about one thing: an instance, a virtual server, or the node itself. */
export interface Section {
  readonly kind: "node" | "vrrp_instance" | "virtual_server";
  readonly title: string;
  readonly rows: readonly Row[];
  /** The instances that are compared. */
  readonly pair?: InstancePair;
  /** The instance that only one of the nodes has. */
  readonly alone?: NodeInstance;
  /** The virtual servers that are compared; one of them where the other node has none. */
  readonly services?: {
    readonly left: Located<VirtualServer> | undefined;
    readonly right: Located<VirtualServer> | undefined;
  };
}

export interface Comparison {
  readonly left: ClusterNode;
  readonly right: ClusterNode;
  readonly sections: readonly Section[];
}

/** Compares two nodes. `declared`: they are peers because the user says so, even without a common VIP. */
export function compareNodes(left: ClusterNode, right: ClusterNode, declared = false): Comparison {
  const matched = pairs(left, right, declared);
  const sections: Section[] = [nodeSection(left, right)];
  for (const pair of matched) sections.push(instanceSection(left, right, pair));
  for (const [node, other, mine] of [
    [left, right, "left"],
    [right, left, "right"],
  ] as const) {
    for (const i of node.instances) {
      if (matched.some((m) => m[mine] === i)) continue;
      const here: Cell = { text: i.at.model.name, place: placeOf(node, i.at, i.at.model) };
      const there: Cell = { text: "", place: undefined };
      sections.push({
        kind: "vrrp_instance",
        title: i.at.model.name,
        alone: i,
        rows: [
          {
            aspect: "instance",
            verdict: "fault",
            left: mine === "left" ? here : there,
            right: mine === "left" ? there : here,
            note: t(
              `Virtual router ${i.virtualRouterId} has no instance in ${other.label}: nobody takes over.`,
              `${other.label} 中没有虚拟路由器 ${i.virtualRouterId} 的实例：无人接管。`,
            ),
          },
        ],
      });
    }
  }
  sections.push(...serviceSections(left, right));
  return { left, right, sections };
}

const placeOf = (node: ClusterNode, at: Located<unknown>, span: Span): FileRange | undefined => {
  const { start, end } = node.reading.config.range(at, span);
  return placeIn(node.reading, start, end);
};

function nodeSection(left: ClusterNode, right: ClusterNode): Section {
  const cell = (node: ClusterNode): Cell => {
    const found = node.reading.config.global("router_id");
    return {
      text: found?.setting.words[1] ?? "",
      place: found && placeOf(node, found, found.setting),
    };
  };
  const l = cell(left);
  const r = cell(right);
  const verdict = l.text === "" && r.text === "" ? "equal" : "expected";
  return { kind: "node", title: "global_defs", rows: [{ aspect: "router-id", verdict, left: l, right: r }] };
}

// -------------------------------------------------------------------------------------------- instances

/** What of an instance is compared, and where it stands. */
function instanceSection(left: ClusterNode, right: ClusterNode, pair: InstancePair): Section {
  const l = pair.left;
  const r = pair.right;
  const lm = l.at.model;
  const rm = r.at.model;
  const rows: Row[] = [];
  const header = (m: VrrpInstance): Span => (m.nameSpan.end > m.nameSpan.start ? m.nameSpan : m);
  const cell = (node: ClusterNode, i: NodeInstance, span: Span | undefined, text: string): Cell => ({
    text,
    place: placeOf(node, i.at, span ?? header(i.at.model)),
  });
  const row = (
    aspect: Aspect,
    [ls, lt]: readonly [Span | undefined, string],
    [rs, rt]: readonly [Span | undefined, string],
    verdict: Row["verdict"],
    note?: Text,
  ) => rows.push({ aspect, verdict, left: cell(left, l, ls, lt), right: cell(right, r, rs, rt), note });

  const state = (m: VrrpInstance) => m.state?.value ?? "BACKUP";
  const both = state(lm) === "MASTER" && state(rm) === "MASTER";
  const reversed =
    (state(lm) === "MASTER") !== (state(rm) === "MASTER") &&
    l.priority !== r.priority &&
    (state(lm) === "MASTER") !== l.priority > r.priority;
  row(
    "state",
    [lm.state, state(lm)],
    [rm.state, state(rm)],
    both || reversed ? "fault" : state(lm) === state(rm) ? "equal" : "expected",
    both
      ? t(
          `${right.label} has state MASTER, too. That makes nobody the master: both start as backup, and the priority decides.`,
          `${right.label} 也写了 state MASTER。它并不能决定谁是主节点：双方都以备用状态启动，由优先级决定。`,
        )
      : reversed
        ? t(
            `${state(lm) === "MASTER" ? "This node has" : `${right.label} has`} state MASTER, but the lower priority (${Math.min(l.priority, r.priority)} against ${Math.max(l.priority, r.priority)}): the other one becomes master.`,
            `${state(lm) === "MASTER" ? "本节点" : ` ${right.label} `}写了 state MASTER，但优先级较低（${Math.min(l.priority, r.priority)} 对 ${Math.max(l.priority, r.priority)}）：成为主节点的是另一个节点。`.trim(),
          )
        : undefined,
  );
  const same = l.priority === r.priority;
  row(
    "priority",
    [lm.priority, String(l.priority)],
    [rm.priority, String(r.priority)],
    same ? "fault" : "expected",
    same
      ? t(
          `${right.label} has the same priority ${r.priority}: who starts first stays master, and where both are, the higher IP address wins.`,
          `${right.label} 的优先级同为 ${r.priority}：先启动的节点保持为主节点；两者同为主节点时，IP 地址较大者胜出。`,
        )
      : undefined,
  );
  if (!same) failover(left, right, pair, row);
  row(
    "version",
    [lm.version, String(l.version)],
    [rm.version, String(r.version)],
    l.version === r.version ? "equal" : "fault",
    t(
      `${right.label} speaks VRRP version ${r.version}, this node ${l.version}: each drops the other's adverts, and both become master.`,
      `${right.label} 使用 VRRP 版本 ${r.version}，本节点使用 ${l.version}：双方丢弃对方的通告，都成为主节点。`,
    ),
  );
  const interval = (m: VrrpInstance) => m.advertInt?.value ?? 1;
  row(
    "advert-int",
    [lm.advertInt, String(interval(lm))],
    [rm.advertInt, String(interval(rm))],
    interval(lm) === interval(rm) ? "equal" : l.version === 3 && r.version === 3 ? "expected" : "fault",
    t(
      `${right.label} has advert_int ${interval(rm)}, this node ${interval(lm)}: VRRP version 2 drops adverts of another interval, and both become master.`,
      `${right.label} 的 advert_int 为 ${interval(rm)}，本节点为 ${interval(lm)}：VRRP 版本 2 会丢弃间隔不同的通告，双方都成为主节点。`,
    ),
  );
  if (l.version === 2 && r.version === 2) authentication(right, lm, rm, row);
  unicast(right, l, r, row);
  const flag = (m: VrrpInstance) => (m.nopreempt ? "nopreempt" : "");
  const preempts = Boolean(lm.nopreempt) !== Boolean(rm.nopreempt);
  const higherLacks = preempts && (l.priority > r.priority ? !lm.nopreempt : !rm.nopreempt);
  row(
    "nopreempt",
    [lm.nopreempt, flag(lm)],
    [rm.nopreempt, flag(rm)],
    !preempts ? "equal" : higherLacks && !same ? "fault" : "expected",
    t(
      `nopreempt stands on the node with the lower priority only: ${l.priority > r.priority ? "this node" : right.label}, with the higher one, still takes over when it comes back.`,
      `nopreempt 只在优先级较低的节点上：优先级较高的${l.priority > r.priority ? "本节点" : ` ${right.label} `}恢复后仍会抢占。`,
    ),
  );
  const missing = (a: NodeInstance, b: NodeInstance, list: "virtualIps" | "excludedIps") =>
    a.at.model[list].filter((v) => !b.at.model[list].some((w) => sameAddress(v.address, w.address)));
  for (const [aspect, list, block] of [
    ["vips", "virtualIps", "virtualIpBlock"],
    ["excluded-vips", "excludedIps", "excludedBlock"],
  ] as const) {
    const onlyLeft = missing(l, r, list);
    const onlyRight = missing(r, l, list);
    const texts = (m: VrrpInstance) => m[list].map((v) => formatAddress(v.address)).join(", ");
    if (lm[list].length === 0 && rm[list].length === 0) continue;
    const lists = (entries: VrrpInstance["virtualIps"]) =>
      entries
        .slice(0, 5)
        .map((v) => formatAddress(v.address))
        .join(", ") + (entries.length > 5 ? " …" : "");
    const en: string[] = [];
    const zh: string[] = [];
    if (onlyLeft.length > 0) {
      en.push(`${right.label} lacks ${lists(onlyLeft)}`);
      zh.push(`${right.label} 缺少 ${lists(onlyLeft)}`);
    }
    if (onlyRight.length > 0) {
      en.push(`${en.length > 0 ? "this" : "This"} node lacks ${lists(onlyRight)}`);
      zh.push(`本节点缺少 ${lists(onlyRight)}`);
    }
    row(
      aspect,
      [lm[block], texts(lm)],
      [rm[block], texts(rm)],
      en.length === 0 ? "equal" : "fault",
      en.length === 0
        ? undefined
        : t(
            `${en.join("; ")}: ${aspect === "vips" ? "keepalived 2.2.7 drops adverts with other addresses, so that both become master; 2.4.3 only reports them" : "after a failover the addresses are not the same"}.`,
            `${zh.join("；")}：${aspect === "vips" ? "keepalived 2.2.7 会丢弃地址不同的通告，双方都成为主节点；2.4.3 只报告" : "切换之后地址不一致"}。`,
          ),
    );
  }
  row(
    "interface",
    [lm.interface, lm.interface?.value ?? ""],
    [rm.interface, rm.interface?.value ?? ""],
    lm.interface?.value === rm.interface?.value ? "equal" : "expected",
  );
  return {
    kind: "vrrp_instance",
    title: lm.name === rm.name ? lm.name : `${lm.name} / ${rm.name}`,
    rows,
    pair,
  };
}

type AddRow = (
  aspect: Aspect,
  left: readonly [Span | undefined, string],
  right: readonly [Span | undefined, string],
  verdict: Row["verdict"],
  note?: Text,
) => void;

/** Whether what the stronger node tracks can make the weaker one win. */
function failover(
  left: ClusterNode,
  right: ClusterNode,
  { left: l, right: r }: InstancePair,
  row: AddRow,
): void {
  const strong = l.priority > r.priority ? { node: left, i: l } : { node: right, i: r };
  const weak = strong.i === l ? { node: right, i: r } : { node: left, i: l };
  const trackers = influences(strong.node.reading.config, strong.i.at.model);
  if (trackers.length === 0) return;
  const weighted = trackers.filter((x) => x.weight !== 0);
  const sum = (list: readonly { readonly weight: number }[], sign: 1 | -1) =>
    list.reduce((n, x) => (Math.sign(x.weight) === sign ? n + x.weight : n), 0);
  const changed = (base: number, by: number) => (base === 255 ? 255 : Math.max(1, Math.min(254, base + by)));
  const worst = changed(strong.i.priority, sum(weighted, -1));
  const gains = influences(weak.node.reading.config, weak.i.at.model);
  const best = changed(weak.i.priority, sum(gains, 1));
  // Without weight a failure means FAULT, which always hands over. Equal priorities do not: the master stays.
  const enough = weighted.length === 0 || worst < best;
  const firstTracker = (i: NodeInstance): Span | undefined => {
    const m = i.at.model;
    const all = [
      ...m.trackScripts,
      ...m.trackInterfaces,
      ...m.trackFiles,
      ...m.trackProcesses,
      ...m.trackBfds,
    ];
    return all.find((x) => x.name.value === (weighted[0] ?? trackers[0]).name) ?? all[0];
  };
  const text = (i: NodeInstance, node: ClusterNode) => {
    const all = effectivePriorities(node.reading.config, i.at.model);
    return [...new Set(all.map((s) => (s.fault ? "FAULT" : String(s.priority))))].join(" → ");
  };
  const strongTracks = firstTracker(strong.i);
  row(
    "failover",
    [strong.i === l ? strongTracks : undefined, text(l, left)],
    [strong.i === r ? strongTracks : undefined, text(r, right)],
    enough ? "expected" : "fault",
    enough
      ? undefined
      : strong.i === l
        ? t(
            `With everything tracked failed this node still has ${worst}, ${right.label} at best ${best}: it never takes over.`,
            `即使跟踪项全部失败，本节点仍为 ${worst}，${right.label} 最高为 ${best}：永远不会接管。`,
          )
        : t(
            `With everything tracked failed ${right.label} still has ${worst}, this node at best ${best}: it never takes over.`,
            `即使跟踪项全部失败，${right.label} 仍为 ${worst}，本节点最高为 ${best}：永远不会接管。`,
          ),
  );
}

function authentication(right: ClusterNode, lm: VrrpInstance, rm: VrrpInstance, row: AddRow): void {
  const type = (m: VrrpInstance) => (m.authentication ? (m.authType?.value ?? "PASS") : "");
  // keepalived sends the first eight characters.
  const pass = (m: VrrpInstance) => m.authPass?.value.slice(0, 8) ?? "";
  const shown = (m: VrrpInstance) => (type(m) === "" ? "" : `${type(m)} ${"•".repeat(pass(m).length)}`);
  if (type(lm) === "" && type(rm) === "") return;
  const note =
    type(lm) !== type(rm)
      ? t(
          `${right.label} has ${type(rm) ? `auth_type ${type(rm)}` : "no authentication"}, this node ${type(lm) ? `auth_type ${type(lm)}` : "none"}: each drops the other's adverts, and both become master.`,
          `${right.label} ${type(rm) ? `使用 auth_type ${type(rm)}` : "没有认证"}，本节点${type(lm) ? `使用 auth_type ${type(lm)}` : "没有认证"}：双方丢弃对方的通告，都成为主节点。`,
        )
      : pass(lm) !== pass(rm)
        ? t(
            `${right.label} has another auth_pass (the first 8 characters count): each drops the other's adverts, and both become master.`,
            `${right.label} 的 auth_pass 不同（前 8 个字符有效）：双方丢弃对方的通告，都成为主节点。`,
          )
        : undefined;
  row(
    "authentication",
    [lm.authPass ?? lm.authType ?? lm.authentication, shown(lm)],
    [rm.authPass ?? rm.authType ?? rm.authentication, shown(rm)],
    note ? "fault" : "equal",
    note,
  );
}

function unicast(right: ClusterNode, l: NodeInstance, r: NodeInstance, row: AddRow): void {
  const lm = l.at.model;
  const rm = r.at.model;
  const text = (m: VrrpInstance) => {
    const peers = m.unicastPeers.map((p) => formatAddress(p.address)).join(", ");
    if (peers === "") return "";
    return `${m.unicastSourceIp ? formatAddress(m.unicastSourceIp.value) : "?"} → ${peers}`;
  };
  const has = (m: VrrpInstance) => m.unicastPeers.length > 0;
  if (!has(lm) && !has(rm)) return;
  let note: Text | undefined;
  if (has(lm) !== has(rm)) {
    note = has(lm)
      ? t(
          `This node sends unicast adverts, ${right.label} multicast: they do not hear each other, and both become master.`,
          `本节点使用单播通告，${right.label} 使用组播：双方互相听不到，都成为主节点。`,
        )
      : t(
          `This node sends multicast adverts, ${right.label} unicast: they do not hear each other, and both become master.`,
          `本节点使用组播通告，${right.label} 使用单播：双方互相听不到，都成为主节点。`,
        );
  } else {
    const source = (m: VrrpInstance) => m.unicastSourceIp?.value;
    const lists = (m: VrrpInstance, other: VrrpInstance) => {
      const s = source(other);
      return s === undefined || m.unicastPeers.some((p) => sameAddress(p.address, s));
    };
    const ls = source(lm);
    const rs = source(rm);
    if (ls && rs && sameAddress(ls, rs))
      note = t(
        `${right.label} has the same unicast_src_ip ${formatAddress(rs)}.`,
        `${right.label} 的 unicast_src_ip 同为 ${formatAddress(rs)}。`,
      );
    else if (!lists(lm, rm))
      note = t(
        `unicast_peer lacks ${formatAddress(rs!)}, the unicast_src_ip of ${right.label}: it hears no advert of this node and becomes master, too.`,
        `unicast_peer 缺少 ${right.label} 的 unicast_src_ip ${formatAddress(rs!)}：它收不到本节点的通告，也会成为主节点。`,
      );
    else if (!lists(rm, lm))
      note = t(
        `unicast_peer of ${right.label} lacks ${formatAddress(ls!)}, the unicast_src_ip of this node: this node hears no advert of it and becomes master, too.`,
        `${right.label} 的 unicast_peer 缺少本节点的 unicast_src_ip ${formatAddress(ls!)}：本节点收不到它的通告，也会成为主节点。`,
      );
  }
  row(
    "unicast",
    [lm.unicastPeerBlock ?? lm.unicastSourceIp, text(lm)],
    [rm.unicastPeerBlock ?? rm.unicastSourceIp, text(rm)],
    note ? "fault" : "equal",
    note,
  );
}

// -------------------------------------------------------------------------------------------- virtual servers

/** What a virtual server is known by: its address or mark, port and protocol. Undefined where it cannot be read. */
function keyOf(vs: VirtualServer): string | undefined {
  const protocol = vs.protocol?.value ?? "UDP";
  switch (vs.target.kind) {
    case "address":
      return `${formatAddress(vs.target.address)} ${vs.target.port} ${protocol}`;
    case "fwmark":
      return `fwmark ${vs.target.mark}${vs.ipFamily?.value === 6 ? " inet6" : ""}`;
    case "group":
      return `group ${vs.target.name} ${protocol}`;
    default:
      return undefined;
  }
}

function serviceSections(left: ClusterNode, right: ClusterNode): Section[] {
  const index = (node: ClusterNode) => {
    const map = new Map<string, Located<VirtualServer>>();
    for (const at of node.reading.config.virtualServers) {
      const key = keyOf(at.model);
      if (key !== undefined && !map.has(key)) map.set(key, at);
    }
    return map;
  };
  const ls = index(left);
  const rs = index(right);
  // A node without any service is a VRRP node beside the directors.
  if (ls.size === 0 || rs.size === 0) return [];
  const sections: Section[] = [];
  for (const [key, l] of ls) {
    const r = rs.get(key);
    const services = { left: l, right: r };
    if (r)
      sections.push({ kind: "virtual_server", title: key, rows: serviceRows(left, right, l, r), services });
    else
      sections.push({
        ...lone(key, { text: key, place: placeOf(left, l, l.model) }, undefined, right.label),
        services,
      });
  }
  for (const [key, r] of rs) {
    if (ls.has(key)) continue;
    sections.push({
      ...lone(key, undefined, { text: key, place: placeOf(right, r, r.model) }, right.label),
      services: { left: undefined, right: r },
    });
  }
  return sections;
}

function lone(key: string, left: Cell | undefined, right: Cell | undefined, label: string): Section {
  const none: Cell = { text: "", place: undefined };
  return {
    kind: "virtual_server",
    title: key,
    rows: [
      {
        aspect: "virtual-server",
        verdict: "fault",
        left: left ?? none,
        right: right ?? none,
        note: left
          ? t(
              `${label} has no virtual server ${key}: after a failover the service is gone.`,
              `${label} 没有虚拟服务器 ${key}：切换后服务消失。`,
            )
          : t(
              `Only ${label} has the virtual server ${key}: after a failover to this node the service is gone.`,
              `只有 ${label} 有虚拟服务器 ${key}：切换到本节点后服务消失。`,
            ),
      },
    ],
  };
}

function serviceRows(
  left: ClusterNode,
  right: ClusterNode,
  l: Located<VirtualServer>,
  r: Located<VirtualServer>,
): Row[] {
  const rows: Row[] = [];
  const row = (
    aspect: Aspect,
    what: Text,
    pick: (vs: VirtualServer) => readonly [Span | undefined, string],
    compared: (vs: VirtualServer) => string = (vs) => pick(vs)[1],
  ) => {
    const [lspan, ltext] = pick(l.model);
    const [rspan, rtext] = pick(r.model);
    if (ltext === "" && rtext === "" && compared(l.model) === compared(r.model)) return;
    const equal = compared(l.model) === compared(r.model);
    rows.push({
      aspect,
      verdict: equal ? "equal" : "fault",
      left: { text: ltext, place: placeOf(left, l, lspan ?? l.model) },
      right: { text: rtext, place: placeOf(right, r, rspan ?? r.model) },
      note: equal
        ? undefined
        : t(
            `${what.en} differs on ${right.label}: ${rtext || "none"} there, ${ltext || "none"} here.`,
            `${right.label} 的${what.zh}不同：对方为 ${rtext || "无"}，本节点为 ${ltext || "无"}。`,
          ),
    });
  };
  row("scheduler", t("The scheduler", "调度算法"), (vs) => [vs.scheduler, vs.scheduler?.value ?? "wlc"]);
  row("forwarding-method", t("The forwarding method", "转发方式"), (vs) => [
    vs.forwarding,
    vs.forwarding?.method ?? "NAT",
  ]);
  row("persistence", t("The persistence timeout", "会话保持时间"), (vs) => [
    vs.persistenceTimeout,
    vs.persistenceTimeout ? String(vs.persistenceTimeout.value) : "",
  ]);
  const server = (vs: VirtualServer, s: RealServer) => {
    const weight = s.weight?.value ?? vs.weight?.value ?? 1;
    return `${formatAddress(s.address)}${s.port ? `:${s.port}` : ""}${weight === 1 ? "" : ` weight ${weight}`}${s.forwarding ? ` ${s.forwarding.method}` : ""}`;
  };
  const servers = (vs: VirtualServer) =>
    [...vs.realServers]
      .sort((a, b) => (String(addressKey(a.address)) < String(addressKey(b.address)) ? -1 : 1))
      .map((s) => server(vs, s));
  const onlyOf = (a: VirtualServer, b: VirtualServer) => {
    const other = new Set(servers(b));
    return servers(a).filter((s) => !other.has(s));
  };
  const extraLeft = onlyOf(l.model, r.model);
  const extraRight = onlyOf(r.model, l.model);
  const short = (list: readonly string[]) =>
    list.slice(0, 4).join(", ") + (list.length > 4 ? ` … (${list.length})` : "");
  const differ = extraLeft.length + extraRight.length > 0;
  rows.push({
    aspect: "real-servers",
    verdict: differ ? "fault" : "equal",
    left: { text: short(servers(l.model)), place: placeOf(left, l, l.model) },
    right: { text: short(servers(r.model)), place: placeOf(right, r, r.model) },
    note: differ
      ? t(
          `The real servers differ on ${right.label}:${extraLeft.length ? ` only here ${short(extraLeft)}` : ""}${extraLeft.length && extraRight.length ? ";" : ""}${extraRight.length ? ` only there ${short(extraRight)}` : ""}.`,
          `${right.label} 的真实服务器不同：${extraLeft.length ? `仅本节点有 ${short(extraLeft)}` : ""}${extraLeft.length && extraRight.length ? "；" : ""}${extraRight.length ? `仅对方有 ${short(extraRight)}` : ""}。`,
        )
      : undefined,
  });
  row("sorry-server", t("The sorry server", "备用服务器"), (vs) => [
    vs.sorryServer,
    vs.sorryServer
      ? `${formatAddress(vs.sorryServer.address)}${vs.sorryServer.port ? `:${vs.sorryServer.port}` : ""}`
      : "",
  ]);
  const checks = (vs: VirtualServer) =>
    [...new Set(vs.realServers.flatMap((s) => s.checkers.map((c) => c.type)))].sort().join(", ");
  row("checks", t("The health checks", "健康检查"), (vs) => [undefined, checks(vs)]);
  return rows;
}
