/** Inlay hints: what holds although it is not written where one reads. */
import type { View } from "../checks/project";
import { isSecretName, maskLines } from "../checks/secrets";
import { formatAddress, hostPrefix, lastOf, networkOf } from "../language/address";
import { type Text, t } from "../language/schema";
import { parsePrefixed } from "../model/build";
import type { Located } from "../model/config";
import type { Span, VrrpInstance } from "../model/model";
import { effectivePriorities, influences, type PriorityState } from "../model/priorities";
import { Flag, Kind, OPAQUE } from "../syntax/records";
import type { Node } from "../syntax/tree";
import { finish, type Steps } from "../text/steps";
import type { Resolved } from "../workspace/resolve";
import { type FeatureContext, viewsOf } from "./context";
import { say } from "./diagnostics";
import { cellCode, codeBlock } from "./markdown";

export interface InlayHint {
  readonly offset: number;
  readonly label: string;
  /** Markdown. */
  readonly tooltip: string;
}

export interface HintOptions {
  /** Defaults in force, at the header of the block. */
  readonly defaults: boolean;
  /** Values of definitions, where they are used. */
  readonly definitions: boolean;
  /** Networks of addresses. */
  readonly networks: boolean;
  /** Priorities with trackers taken into account. */
  readonly priorities: boolean;
}

/** Hints of the lines between two offsets. Blocks outside are not looked at. */
export const inlayHints = (...of: Parameters<typeof hintSteps>): InlayHint[] => finish(hintSteps(...of));

/** The same in steps. */
export function* hintSteps(
  c: FeatureContext,
  start: number,
  end: number,
  options: HintOptions,
): Steps<InlayHint[]> {
  const { tree } = c.file;
  const hints: InlayHint[] = [];
  const visit = (node: Node) => {
    if (node.lineStart > end || Math.max(node.fullEnd, node.end) < start) return;
    if (node.kind === Kind.Entry && options.networks) hints.push(...networkHint(c, node));
    const id = node.kind === Kind.Statement ? node.keyword?.id : undefined;
    if (id === "vrrp_instance/priority" && options.priorities) hints.push(...priorityHint(c, node));
    if ((id === "virtual_server" || id === "vrrp_instance") && options.defaults && node.hasBody)
      hints.push(...defaultHint(c, node));
    if (node.hasBody) for (const child of node.children) visit(child);
  };
  for (let i = Math.max(0, tree.itemIndexAt(start)); i < tree.items.length && tree.starts[i] <= end; i++) {
    for (const node of tree.itemNodes(i)) visit(node);
    yield;
  }
  if (options.definitions) for (const hint of yield* definitionHints(c, start, end)) hints.push(hint);
  return hints.filter((h) => h.offset >= start && h.offset <= end).sort((a, b) => a.offset - b.offset);
}

// ---------------------------------------------------------------------------------------------- defaults

interface Default {
  readonly text: string;
  readonly doc: Text;
}

/** The defaults that a block leaves in force, in every reading of it. */
function defaultHint(c: FeatureContext, node: Node): InlayHint[] {
  const found: Default[][] = [];
  for (const view of viewsOf(c)) {
    for (const block of blocksOf(view, c.file.uri, node)) {
      // A line that is not understood may be the one that is missing.
      if (block.children.some((x) => x.kind !== Kind.Comment && !x.keyword && x.has(Flag.Opaque))) return [];
      if (block.children.some((x) => x.has(Flag.UsesDefinition) && !x.keyword)) return [];
      found.push(node.keyword!.id === "virtual_server" ? serviceDefaults(block) : instanceDefaults(block));
    }
  }
  const common = (found[0] ?? []).filter((d) => found.every((list) => list.some((x) => x.text === d.text)));
  if (common.length === 0) return [];
  const offset = node.open >= 0 ? node.open + 1 : node.end;
  const title = say(t("Not set; keepalived takes:", "未设置；keepalived 取："), c.locale);
  const lines = common.map((d) => `- \`${d.text}\` – ${say(d.doc, c.locale)}`);
  return [
    { offset, label: common.map((d) => d.text).join(", "), tooltip: `${title}\n\n${lines.join("\n")}` },
  ];
}

/** The nodes that a block of a file becomes in a reading. */
function blocksOf(view: View, uri: string, node: Node): Node[] {
  if (!view.resolved) return [node];
  const nodes: Node[] = [];
  for (const offset of view.resolved.offsetsOf(uri, node.start)) {
    const item = view.tree.itemIndexAt(offset);
    if (item < 0) continue;
    const found = view.tree.itemNodes(item).find((n) => n.start === offset && n.keyword === node.keyword);
    if (found) nodes.push(found);
  }
  return nodes;
}

function serviceDefaults(node: Node): Default[] {
  const has = (...names: string[]) => node.children.some((x) => names.includes(x.keyword?.name ?? ""));
  const list: Default[] = [];
  if (!has("protocol") && node.word(1) !== "fwmark")
    list.push({ text: "protocol UDP", doc: t("the protocol of the service", "服务的协议") });
  if (!has("lb_algo", "lvs_sched"))
    list.push({ text: "lb_algo wlc", doc: t("weighted least connections", "加权最少连接") });
  if (!has("lb_kind", "lvs_method"))
    list.push({
      text: "lb_kind NAT",
      doc: t("forwarding method of real servers without their own", "未单独指定的真实服务器的转发模式"),
    });
  return list;
}

function instanceDefaults(node: Node): Default[] {
  const last = (name: string) => node.children.findLast((x) => x.keyword?.name === name);
  const list: Default[] = [];
  const priority = last("priority");
  if (!last("state")) {
    const owner = priority !== undefined && priority.wordCount > 1 && Number(priority.word(1)) === 255;
    list.push({
      text: owner ? "state MASTER" : "state BACKUP",
      doc: owner
        ? t("an instance of priority 255 owns its addresses", "优先级为 255 的实例是地址所有者")
        : t("where the instance starts", "实例的初始状态"),
    });
  }
  if (!priority)
    list.push({ text: "priority 100", doc: t("the highest one becomes MASTER", "最高者成为 MASTER") });
  if (!last("advert_int"))
    list.push({ text: "advert_int 1", doc: t("seconds between adverts", "通告间隔（秒）") });
  return list;
}

// ---------------------------------------------------------------------------------------------- addresses

const WITH_NETWORK = new Set(["vip", "static-address"]);

/** The network of a virtual or static address. */
function networkHint(c: FeatureContext, node: Node): InlayHint[] {
  const entry = node.parent?.context?.entry ?? c.file.tree.root.entry;
  if (!entry || !WITH_NETWORK.has(entry.id)) return [];
  for (let w = 0; w < node.wordCount; w++) {
    const parsed = parsePrefixed(node.word(w));
    if (!parsed) continue;
    const { address, prefix } = parsed;
    if (prefix === undefined || Number.isNaN(prefix) || prefix >= hostPrefix(address.family)) return [];
    const network = `${formatAddress(networkOf(address, prefix))}/${prefix}`;
    const last = formatAddress(lastOf(address, prefix));
    const label = t("Network", "网络");
    const range = `${formatAddress(networkOf(address, prefix))} – ${last}`;
    return [
      {
        offset: node.wordEnd(w),
        label: network,
        tooltip: `${say(label, c.locale)} \`${network}\`: ${range}`,
      },
    ];
  }
  return [];
}

// ---------------------------------------------------------------------------------------------- priorities

/** Trackers beyond this many are named in the tooltip only. */
const MAX_TRACKERS = 2;

/** What a priority becomes while all is well, and when one of its trackers fails. */
function priorityHint(c: FeatureContext, node: Node): InlayHint[] {
  if (node.wordCount < 2 || !node.parent) return [];
  const at = node.wordStart(1);
  const labels = new Map<string, string>();
  for (const view of viewsOf(c)) {
    for (const instance of instancesAt(view, c.file.uri, node.parent)) {
      const priority = instance.model.priority;
      if (!priority || sourceOf(view, c.file.uri, instance, priority) !== at) continue;
      const weights = influences(view.config, instance.model).filter((x) => x.weight !== 0);
      if (weights.length === 0) continue;
      const states = effectivePriorities(view.config, instance.model);
      const named = new Set(weights.map((w) => w.name));
      labels.set(priorityLabel(c, states, named), priorityTable(c, states));
    }
  }
  // Readings that disagree would need more words than fit here.
  const [only] = labels;
  return only && labels.size === 1 ? [{ offset: node.wordEnd(1), label: only[0], tooltip: only[1] }] : [];
}

function priorityLabel(
  c: FeatureContext,
  states: readonly PriorityState[],
  weighted: ReadonlySet<string>,
): string {
  const single = states.filter((s) => s.failed.length === 1 && weighted.has(s.failed[0]));
  const parts = single
    .slice(0, MAX_TRACKERS)
    .map((s) =>
      say(t(`${s.priority} if ${s.failed[0]} fails`, `${s.failed[0]} 失败时 ${s.priority}`), c.locale),
    );
  if (single.length > MAX_TRACKERS) parts.push("…");
  return [String(states[0].priority), ...parts].join(c.locale === "zh-cn" ? "；" : "; ");
}

function priorityTable(c: FeatureContext, states: readonly PriorityState[]): string {
  const rows = states.map((s) => {
    const failed = s.failed.map(cellCode).join(", ");
    return `| ${failed || say(t("none", "无"), c.locale)} | ${s.fault ? "FAULT" : s.priority} |`;
  });
  return `| ${say(t("failed", "失败项"), c.locale)} | ${say(t("priority", "优先级"), c.locale)} |\n| --- | --- |\n${rows.join("\n")}`;
}

/** The instances that a block of a file becomes in a reading. */
function instancesAt(view: View, uri: string, node: Node): Located<VrrpInstance>[] {
  const offsets = view.resolved ? view.resolved.offsetsOf(uri, node.start) : [node.start];
  return view.config.instances.filter((i) => offsets.includes(view.config.offset(i, i.model.start)));
}

/** Where a span of the model stands in a file; -1 if elsewhere. */
function sourceOf(view: View, uri: string, at: Located<unknown>, span: Span): number {
  const { start, end } = view.config.range(at, span);
  if (!view.resolved) return start;
  const origin = view.resolved.origin(start, end);
  return origin && origin.uri === uri ? origin.start : -1;
}

// ---------------------------------------------------------------------------------------------- definitions

const MAX_VALUE = 40;

/** Values of the definitions used between two offsets, where every reading gives the same one. */
function* definitionHints(c: FeatureContext, start: number, end: number): Steps<InlayHint[]> {
  const values = new Map<number, { end: number; values: Set<string> }>();
  for (const { resolved } of viewsOf(c)) {
    if (!resolved) continue;
    for (const use of usesBetween(resolved, c.file.uri, start, end)) {
      const known = values.get(use.start) ?? { end: use.end, values: new Set() };
      values.set(use.start, known);
      known.values.add(use.value);
    }
    yield;
  }
  const hints: InlayHint[] = [];
  for (const [at, use] of values) {
    yield;
    const [raw] = use.values;
    if (use.values.size !== 1 || raw === "" || raw.includes(OPAQUE)) continue;
    const value = maskLines(raw);
    if (!/^\$[A-Za-z_{]/.test(c.file.text.slice(at, use.end))) continue;
    const path = c.file.tree.pathAt(at);
    const node = path[path.length - 1];
    if (!node || node.kind === Kind.Generator || isSecretName(node.keyword?.name ?? "")) continue;
    const lines = value.split("\n");
    const label =
      lines.length > 1
        ? say(t(`${lines.length} lines`, `${lines.length} 行`), c.locale)
        : value.length > MAX_VALUE
          ? `${value.slice(0, MAX_VALUE - 1)}…`
          : value;
    hints.push({ offset: use.end, label, tooltip: codeBlock(value) });
  }
  return hints;
}

function usesBetween(
  resolved: Resolved,
  uri: string,
  start: number,
  end: number,
): { start: number; end: number; value: string }[] {
  const file = resolved.files.findIndex((f) => f.uri === uri);
  const uses: { start: number; end: number; value: string }[] = [];
  if (file < 0) return uses;
  let open: { start: number; end: number; value: string } | undefined;
  for (const chunk of resolved.chunks) {
    if (chunk.file !== file || chunk.verbatim || chunk.start < start || chunk.end > end) {
      open = undefined;
      continue;
    }
    const text = resolved.text.slice(chunk.at, chunk.at + chunk.length);
    if (chunk.start === chunk.end) {
      // A line end; a further line of the same definition may follow.
      if (open && text === "\n" && chunk.start === open.end) open.value += text;
      else open = undefined;
    } else if (open && open.start === chunk.start && open.end === chunk.end) open.value += text;
    else uses.push((open = { start: chunk.start, end: chunk.end, value: text }));
  }
  return uses.map((u) => ({ ...u, value: u.value.replace(/\n+$/, "") }));
}
