/** Rules over several nodes: what the peers of a cluster must have in common, and virtual router ids that collide. */

import {
  type FileFix,
  type FileRange,
  type Finding,
  findingIn,
  placeIn,
  type Reading,
} from "../checks/project";
import { type Fix, type Rule, replace, rule, type Severity } from "../checks/rule";
import { weakWeight } from "../checks/trackers";
import { addressKey, formatAddress, isLinkLocal } from "../language/address";
import { type Text, t } from "../language/schema";
import { sameText } from "../text/pieces";
import { finish, type Steps } from "../text/steps";
import type { Aspect, Row, Section } from "./compare";
import { compareNodes } from "./compare";
import {
  arePeers,
  type ClusterNode,
  isBackup,
  type NodeInstance,
  nodesOf,
  pairs,
  relation,
  shareNetwork,
} from "./nodes";
import { remedies } from "./remedies";

const samePriority = rule(
  "peer-same-priority",
  "warning",
  t("Two nodes with the same priority.", "两个节点的优先级相同。"),
);
const peerState = rule(
  "peer-state",
  "warning",
  t("The initial states of the nodes do not fit their priorities.", "节点的初始状态与优先级不相符。"),
);
const peerVersion = rule(
  "peer-version",
  "warning",
  t("The nodes speak different VRRP versions.", "节点使用不同的 VRRP 版本。"),
);
const peerAdvertInt = rule(
  "peer-advert-int",
  "warning",
  t("The nodes have different advert intervals.", "节点的通告间隔不同。"),
);
const peerAuthentication = rule(
  "peer-authentication",
  "warning",
  t("The nodes authenticate differently.", "节点的认证设置不同。"),
);
const peerUnicast = rule(
  "peer-unicast",
  "warning",
  t("The unicast lists of the nodes do not mirror each other.", "节点的单播列表没有互相对应。"),
);
const peerNopreempt = rule(
  "peer-nopreempt",
  "information",
  t("nopreempt stands on the wrong node.", "nopreempt 写在了错误的节点上。"),
);
const peerVips = rule(
  "peer-vips",
  "warning",
  t("The nodes hold different virtual addresses.", "节点的虚拟地址不同。"),
);
const peerInstance = rule(
  "peer-instance",
  "information",
  t("An instance that no other node has.", "没有其他节点拥有的实例。"),
);
const peerVirtualServer = rule(
  "peer-virtual-server",
  "warning",
  t("Virtual servers that differ between the nodes.", "节点之间的虚拟服务器不同。"),
);
const collision = rule(
  "virtual-router-id-collision",
  "information",
  t("Another cluster of the workspace uses the same VRID.", "工作区中的另一个集群使用相同的 VRID。"),
);

/** The rule that a fault of a comparison breaks. */
const RULES: Partial<Record<Aspect, Rule>> = {
  instance: peerInstance,
  state: peerState,
  priority: samePriority,
  failover: weakWeight,
  version: peerVersion,
  "advert-int": peerAdvertInt,
  authentication: peerAuthentication,
  unicast: peerUnicast,
  nopreempt: peerNopreempt,
  vips: peerVips,
  "excluded-vips": peerVips,
  "virtual-server": peerVirtualServer,
  scheduler: peerVirtualServer,
  "forwarding-method": peerVirtualServer,
  persistence: peerVirtualServer,
  "real-servers": peerVirtualServer,
  "sorry-server": peerVirtualServer,
  checks: peerVirtualServer,
};

/** A root file with its readings. */
export interface PeerInput {
  readonly uri: string;
  readonly readings: readonly Reading[];
}

/** Nodes compared with one another are at most this many: a workspace of many clusters stays quick. */
const MAX_NODES = 400;

/** More files than this with one virtual router are no cluster but a collection, of samples or of many sites. */
const MAX_CLUSTER = 6;

/**
 * Compares every node with its peers.
 * @param inputs the root files that are known.
 * @param declared files that the user names as peers of each other.
 * @param about the only root file whose findings are wanted.
 */
export const checkPeers = (...of: Parameters<typeof peerSteps>): PeerFindings => finish(peerSteps(...of));

/** The same in steps. */
export function* peerSteps(
  inputs: readonly PeerInput[],
  declared: ReadonlySet<string> = new Set(),
  about?: string,
): Steps<PeerFindings> {
  // A file that another one includes is a part of that node.
  const parts = new Set<string>();
  for (const { uri, readings } of inputs)
    for (const r of readings) for (const f of r.resolved?.files ?? []) if (f.uri !== uri) parts.add(f.uri);
  const nodes: ClusterNode[] = [];
  for (const { uri, readings } of inputs) {
    if (isBackup(uri) || parts.has(uri)) continue;
    nodes.push(...nodesOf(readings));
    yield;
  }
  const result = new Map<string, Finding[]>();
  const answered = new Set<string>();
  const byId = new Map<number, ClusterNode[]>();
  const byVip = new Map<string | number, ClusterNode[]>();
  for (const node of nodes.slice(0, MAX_NODES)) {
    for (const id of new Set(node.instances.map((i) => i.virtualRouterId))) listed(byId, id, node);
    for (const vip of new Set(node.instances.flatMap((i) => [...i.vips]))) listed(byVip, vip, node);
    yield;
  }
  const found = new Map<string, Finding & { related: (FileRange & { message: Text })[] }>();
  const add = (
    made: Rule,
    place: FileRange | undefined,
    message: Text,
    other: FileRange | undefined,
    severity: Severity = made.severity,
    fixes: Finding["fixes"] = NO_FIXES,
  ) => {
    if (!place) return;
    // One finding for an aspect at a place; further peers are related places of it.
    const key = `${made.code} ${place.uri} ${place.start}`;
    const related = other ? [{ ...other, message: t("The peer", "对端") }] : [];
    const known = found.get(key);
    if (known) {
      for (const r of related)
        if (!known.related.some((x) => x.uri === r.uri && x.start === r.start)) known.related.push(r);
      return;
    }
    const finding = { rule: made, severity, ...place, message, related, fixes };
    found.set(key, finding);
    const list = result.get(place.uri);
    if (list) list.push(finding);
    else result.set(place.uri, [finding]);
  };

  for (const node of nodes) {
    if (about !== undefined && node.reading.root.uri !== about) continue;
    const seen = new Set<ClusterNode>([node]);
    const misnumbered = otherNumbers(node, byVip, add);
    const own: { readonly other: ClusterNode; readonly named: boolean }[] = [];
    const foreign: ClusterNode[] = [];
    for (const { virtualRouterId } of node.instances) {
      for (const other of byId.get(virtualRouterId) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        yield;
        const named = declared.has(node.reading.root.uri) && declared.has(other.reading.root.uri);
        if (arePeers(node, other, named)) own.push({ other, named });
        else if (node.reading.root.uri !== other.reading.root.uri) foreign.push(other);
      }
    }
    const collection = own.length >= MAX_CLUSTER;
    for (const { other, named } of own) {
      if (named || !collection) peers(node, other, { declared: named, byId, misnumbered }, add, answered);
      yield;
    }
    for (const other of foreign.length < MAX_CLUSTER ? foreign : []) {
      collisions(node, other, add);
      yield;
    }
  }
  return { byFile: result, answered };
}

/** What comparing nodes found. */
export interface PeerFindings {
  /** Findings by the URI of the file that they stand in. */
  readonly byFile: ReadonlyMap<string, readonly Finding[]>;
  /** Places (`uri offset`) of trackers whose effect is known because the peer is. */
  readonly answered: ReadonlySet<string>;
}

/** The findings of a project with those about its peers; what the peer answers is not asked any more. */
export function withPeers(
  findings: readonly Finding[],
  found: PeerFindings,
  uri: string,
): readonly Finding[] {
  const more = found.byFile.get(uri) ?? [];
  if (more.length === 0 && found.answered.size === 0) return findings;
  const kept = findings.filter((f) => f.rule !== weakWeight || !found.answered.has(`${f.uri} ${f.start}`));
  return [...kept, ...more].sort((a, b) => a.start - b.start || a.end - b.end);
}

type Add = (
  made: Rule,
  place: FileRange | undefined,
  message: Text,
  other: FileRange | undefined,
  severity?: Severity,
  fixes?: Finding["fixes"],
) => void;

const NO_FIXES: Finding["fixes"] = () => [];

/** Fixes of one node's reading, in its files. What the peer reads, too, is left alone: both would change. */
function fixesIn(
  node: ClusterNode,
  other: ClusterNode,
  rule: Rule,
  fixes: readonly Fix[],
): readonly FileFix[] {
  const problem = { rule, start: 0, end: 0, message: rule.summary, fixes };
  const shared = new Set(filesOf(other.reading));
  return (findingIn(node.reading, problem)?.fixes() ?? []).filter((f) =>
    f.edits.every((e) => !shared.has(e.uri)),
  );
}

const filesOf = ({ resolved, root }: Reading): string[] => [
  root.uri,
  ...(resolved?.files ?? []).map((f) => f.uri),
];

interface Neighbours {
  readonly declared: boolean;
  readonly byId: ReadonlyMap<number, readonly ClusterNode[]>;
  /** Instances that another node has with another number. */
  readonly misnumbered: ReadonlySet<NodeInstance>;
}

function listed<K>(map: Map<K, ClusterNode[]>, key: K, node: ClusterNode): void {
  const list = map.get(key);
  if (list) list.push(node);
  else map.set(key, [node]);
}

/** Instances whose VIP another node holds with another VRID; returns them. */
function otherNumbers(
  node: ClusterNode,
  byVip: ReadonlyMap<string | number, readonly ClusterNode[]>,
  add: Add,
): Set<NodeInstance> {
  const found = new Set<NodeInstance>();
  for (const l of node.instances) {
    for (const { address } of l.at.model.virtualIps) {
      // Each link has its own link-local addresses.
      if (isLinkLocal(address)) continue;
      const vip = addressKey(address);
      const holders = byVip.get(vip) ?? [];
      if (holders.length > MAX_CLUSTER) continue;
      for (const other of holders) {
        if (other.reading.root.uri === node.reading.root.uri) continue;
        const holds = (n: ClusterNode) => n.instances.filter((i) => i.vips.has(vip));
        const [r] = holds(other);
        const numbers = new Set(holds(node).map((i) => i.virtualRouterId));
        if (holds(other).some((i) => numbers.has(i.virtualRouterId))) continue;
        found.add(l);
        const at = node.reading.config.range(l.at, l.at.model.virtualRouterId!);
        const there = other.reading.config.range(r.at, r.at.model.virtualRouterId!);
        add(
          peerInstance,
          placeIn(node.reading, at.start, at.end),
          t(
            `${other.label} holds ${formatAddress(address)} with VRID ${r.virtualRouterId}, this node with ${l.virtualRouterId}: they ignore each other, and both become master.`,
            `${other.label} 以 VRID ${r.virtualRouterId} 持有 ${formatAddress(address)}，本节点为 ${l.virtualRouterId}：双方互不理会，都成为主节点。`,
          ),
          placeIn(other.reading, there.start, there.end),
          "warning",
          () =>
            fixesIn(node, other, peerInstance, [
              {
                title: t(`Write ${r.virtualRouterId}`, `改为 ${r.virtualRouterId}`),
                edits: [replace(at.start, at.end, String(r.virtualRouterId))],
              },
            ]),
        );
      }
    }
  }
  return found;
}

function peers(
  node: ClusterNode,
  other: ClusterNode,
  { declared, byId, misnumbered }: Neighbours,
  add: Add,
  answered: Set<string>,
): void {
  const taken = (virtualRouterId: number) =>
    new Set(
      (byId.get(virtualRouterId) ?? []).flatMap((n) =>
        n.instances.filter((i) => i.virtualRouterId === virtualRouterId).map((i) => i.priority),
      ),
    );
  // Another node than this peer may take over.
  const backed = (i: NodeInstance) =>
    (byId.get(i.virtualRouterId) ?? []).some(
      (n) => n !== node && n.instances.some((j) => relation(i, j) === "peers"),
    );
  for (const { left } of pairs(node, other, declared)) {
    const m = left.at.model;
    for (const tracked of [m.trackScripts, m.trackInterfaces, m.trackFiles, m.trackProcesses, m.trackBfds]) {
      for (const x of tracked) {
        const { start, end } = node.reading.config.range(left.at, x);
        const place = placeIn(node.reading, start, end);
        if (place) answered.add(`${place.uri} ${place.start}`);
      }
    }
  }
  for (const section of compareNodes(node, other, declared).sections) {
    for (const row of section.rows) {
      const made = RULES[row.aspect];
      if (row.verdict !== "fault" || !made || !row.note) continue;
      if (section.alone && (backed(section.alone) || misnumbered.has(section.alone))) continue;
      // What only the peer has is told once here, at the top of what it concerns.
      const place = row.left.place ?? fallbackPlace(node, section);
      add(made, place, row.note, row.right.place, severityOf(row, node, other), () =>
        fixesIn(node, other, made, remedies(node, other, section, row, taken)),
      );
    }
  }
}

function fallbackPlace(node: ClusterNode, section: Section): FileRange | undefined {
  const { config } = node.reading;
  const at = section.kind === "virtual_server" ? config.virtualServers[0] : undefined;
  if (!at) return undefined;
  const { start, end } = config.range(at, at.model);
  return placeIn(node.reading, start, end);
}

function severityOf(row: Row, node: ClusterNode, other: ClusterNode): Severity | undefined {
  if (row.aspect === "failover") return "warning";
  // Without effect on who is master.
  if (row.aspect === "state" && row.left.text === row.right.text) return "information";
  // Copies of one text: whether two nodes run it is not known.
  if (row.aspect === "priority" || row.aspect === "state")
    return sameText(node.reading.tree.text, other.reading.tree.text) ? "information" : undefined;
  return undefined;
}

function collisions(node: ClusterNode, other: ClusterNode, add: Add): void {
  for (const l of node.instances) {
    for (const r of other.instances) {
      if (relation(l, r) !== "same-number" || (unicast(l) && unicast(r))) continue;
      const meets = shareNetwork(l, r);
      if (meets === false) continue;
      const span = l.at.model.virtualRouterId!;
      const { start, end } = node.reading.config.range(l.at, span);
      const there = other.reading.config.range(r.at, r.at.model.virtualRouterId!);
      add(
        collision,
        placeIn(node.reading, start, end),
        meets
          ? t(
              `${other.label} uses VRID ${l.virtualRouterId} for other addresses of the same subnet: the two clusters disturb each other.`,
              `${other.label} 在同一子网中把 VRID ${l.virtualRouterId} 用于其他地址：两个集群会互相干扰。`,
            )
          : t(
              `${other.label} uses VRID ${l.virtualRouterId} for other addresses: on one network the two clusters would disturb each other.`,
              `${other.label} 把 VRID ${l.virtualRouterId} 用于其他地址：若在同一网络，两个集群会互相干扰。`,
            ),
        placeIn(other.reading, there.start, there.end),
        meets ? "warning" : undefined,
      );
    }
  }
}

const unicast = (i: NodeInstance): boolean => i.at.model.unicastPeers.length > 0;
