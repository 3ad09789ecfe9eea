/**
 * Nodes of one VRRP cluster: configurations whose instances share a virtual router. A node is a file, or, where a file
 * serves several nodes by conditions, one configuration id of it.
 */
import { effective, liveInstances } from "../checks/instances";
import type { Reading } from "../checks/project";
import { type Address, addressKey, inNetwork, isLinkLocal, sameAddress } from "../language/address";
import type { Located } from "../model/config";
import type { VrrpInstance } from "../model/model";
import { pathOf } from "../workspace/files";

/** An instance as its node runs it. */
export interface NodeInstance {
  readonly at: Located<VrrpInstance>;
  readonly virtualRouterId: number;
  readonly family: 4 | 6;
  readonly version: number;
  readonly strict: boolean;
  readonly priority: number;
  /** Keys of the virtual addresses, excluded ones too. */
  readonly vips: ReadonlySet<string | number>;
}

/** A node of a cluster. */
export interface ClusterNode {
  /** Short name for messages: file name with its folder, and the configuration id. */
  readonly label: string;
  readonly reading: Reading;
  readonly instances: readonly NodeInstance[];
}

/** Two instances, on two nodes, that elect one master. */
export interface InstancePair {
  readonly left: NodeInstance;
  readonly right: NodeInstance;
}

/** Copies of a file that editors, tools and cautious people leave behind: no node runs them. */
const BACKUP =
  /(~|\.(bak|backup|old|orig|save|rpmnew|rpmsave|dpkg-\w+|sample|example|dist|swp|tmp))$|\.(bak|old|orig)\./i;

export const isBackup = (uri: string): boolean => BACKUP.test(uri);

const known = new WeakMap<Reading, ClusterNode>();

/** The nodes that the readings of one root file stand for. A file without VRRP instance is none. */
export function nodesOf(readings: readonly Reading[]): ClusterNode[] {
  const named = readings.filter((r) => r.id !== undefined);
  // Without a condition on an instance, ids distinguish something else than nodes, or nothing.
  const list = (named.length > 0 ? named : readings).map(nodeOf).filter((n) => n.instances.length > 0);
  return list;
}

function nodeOf(reading: Reading): ClusterNode {
  let node = known.get(reading);
  if (!node) {
    const { config } = reading;
    const instances: NodeInstance[] = [];
    for (const at of liveInstances(config)) {
      const { model } = at;
      const e = effective(config, at);
      const id = model.virtualRouterId?.value;
      if (id === undefined || id < 1 || id > 255 || e.family === undefined) continue;
      const vips = new Set<string | number>();
      for (const v of [...model.virtualIps, ...model.excludedIps]) vips.add(addressKey(v.address));
      const { family, version, strict, priority } = e;
      instances.push({ at, virtualRouterId: id, family, version, strict, priority, vips });
    }
    node = { label: labelOf(reading), reading, instances };
    known.set(reading, node);
  }
  return node;
}

function labelOf(reading: Reading): string {
  const parts = pathOf(reading.root.uri).split("/");
  const name = parts.slice(-2).join("/");
  return reading.id === undefined ? name : `${name} @${reading.id}`;
}

/** How closely two instances with the same virtual router id belong together. */
export type Relation =
  /** They share a VIP, or name each other as unicast peers. */
  | "peers"
  /** Only the number is the same. */
  | "same-number";

/** How two instances of different nodes are related; undefined: not at all. */
export function relation(left: NodeInstance, right: NodeInstance): Relation | undefined {
  if (left.virtualRouterId !== right.virtualRouterId || left.family !== right.family) return undefined;
  for (const vip of left.vips) if (right.vips.has(vip)) return "peers";
  return names(left, right) && names(right, left) ? "peers" : "same-number";
}

/** Whether one lists the other's source address as unicast peer. */
function names(from: NodeInstance, to: NodeInstance): boolean {
  const source = to.at.model.unicastSourceIp?.value;
  return source !== undefined && from.at.model.unicastPeers.some((p) => sameAddress(p.address, source));
}

/** Instances of two nodes that elect one master. `declared`: the user says that the nodes are peers. */
export function pairs(left: ClusterNode, right: ClusterNode, declared = false): InstancePair[] {
  const list: InstancePair[] = [];
  for (const l of left.instances) {
    for (const r of right.instances) {
      const how = relation(l, r);
      if (how !== undefined && (how === "peers" || declared)) list.push({ left: l, right: r });
    }
  }
  return list;
}

/** Whether two nodes are peers. Two readings of one file are only where the file tells them apart. */
export function arePeers(left: ClusterNode, right: ClusterNode, declared = false): boolean {
  const matched = pairs(left, right, declared);
  if (matched.length === 0) return false;
  if (left.reading.root.uri !== right.reading.root.uri) return true;
  return matched.some(({ left: l, right: r }) => distinct(left, l) !== distinct(right, r));
}

/** What tells an instance of one node from that of its peer, as a text to compare. */
function distinct(node: ClusterNode, { at }: NodeInstance): string {
  const { state, priority, unicastSourceIp, multicastSourceIp } = at.model;
  const address = (a: { readonly value: Address } | undefined) => (a ? String(addressKey(a.value)) : "");
  const router = node.reading.config.global("router_id")?.setting.words[1] ?? "";
  return [state?.value, priority?.value, address(unicastSourceIp), address(multicastSourceIp), router].join(
    " ",
  );
}

/**
 * Whether two instances with the same number meet on one network: a VIP of one lies in a subnet that the other shows.
 * Where no subnet is written, undefined if the VIPs are as close as those of one network usually are (/24, /64).
 */
export function shareNetwork(left: NodeInstance, right: NodeInstance): boolean | undefined {
  const all = (i: NodeInstance) =>
    [...i.at.model.virtualIps, ...i.at.model.excludedIps].filter((v) => !isLinkLocal(v.address));
  const nets = (i: NodeInstance) =>
    all(i).filter((v) => v.prefix !== undefined && v.prefix < (v.address.family === 4 ? 31 : 127));
  const l = nets(left);
  const r = nets(right);
  if (l.length === 0 && r.length === 0) {
    const near = all(left).some((a) =>
      all(right).some((b) => inNetwork(b.address, a.address, a.address.family === 4 ? 24 : 64)),
    );
    return near ? undefined : false;
  }
  const meets = (a: typeof l, b: NodeInstance) =>
    a.some((n) => b.at.model.virtualIps.some((v) => inNetwork(v.address, n.address, n.prefix!)));
  return meets(l, right) || meets(r, left);
}
