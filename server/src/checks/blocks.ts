/** Blocks other than virtual servers: what is missing in them, and values that do not go together. */
import { ROOT_CONTEXT } from "../language";
import { parseAddress } from "../language/address";
import { type Text, t } from "../language/schema";
import { Flag, Kind } from "../syntax/records";
import type { Node, Tree } from "../syntax/tree";
import { blockEnd, insertBlock } from "./insert";
import { type CheckOptions, type Report, rule } from "./rule";
import type { ServiceFact } from "./service-reader";
import { checkService, mentionsArp } from "./services";
import { wrongFamily } from "./values";

const missingStatement = rule(
  "missing-statement",
  "error",
  t("A block without a statement that it needs.", "块缺少必需的语句。"),
);
const bfdHops = rule(
  "bfd-max-hops",
  "warning",
  t("max_hops above the TTL of sent packets.", "max_hops 大于发送报文的 TTL。"),
);
const processQuorum = rule(
  "process-quorum",
  "error",
  t("quorum and quorum_max contradict each other.", "quorum 与 quorum_max 矛盾。"),
);
const fileInit = rule(
  "track-file-init",
  "warning",
  t("An initial value outside what a tracker can use.", "初始值超出跟踪项可用的范围。"),
);
const duplicatePeer = rule(
  "duplicate-entry",
  "warning",
  t("The same entry twice in a list.", "列表中重复的条目。"),
);

/** What the rest of the configuration has to know of an item. */
export interface ItemFacts {
  readonly services: readonly ServiceFact[];
  /** Comments that speak of ARP settings; empty as a rule. */
  readonly arpComments: string;
}

/** Statements that a block needs; what keepalived does without. */
const NEEDED: Readonly<Record<string, readonly (readonly [string, Text])[]>> = {
  vrrp_script: [["script", t("keepalived removes it", "keepalived 会删除它")]],
  vrrp_track_process: [["process", t("keepalived removes it", "keepalived 会删除它")]],
  track_file: [["file", t("keepalived ignores it", "keepalived 会忽略它")]],
  vrrp_track_file: [["file", t("keepalived ignores it", "keepalived 会忽略它")]],
  track_group: [["group", t("keepalived removes it", "keepalived 会删除它")]],
  vrrp_sync_group: [["group", t("keepalived removes it", "keepalived 会删除它")]],
};

/** Checks the blocks of an item. */
export function checkBlocks(tree: Tree, index: number, options: CheckOptions, report: Report): ItemFacts {
  if (tree.root !== ROOT_CONTEXT) return NO_FACTS;
  let services: ServiceFact[] | undefined;
  let comments = "";
  let arpComments = "";
  for (const node of tree.itemNodes(index)) {
    if (node.kind === Kind.Comment) {
      const { text } = node;
      comments += `${text}\n`;
      if (mentionsArp(text)) arpComments = comments;
      continue;
    }
    if (node.kind !== Kind.Statement || node.keyword === undefined) continue;
    const { name } = node.keyword;
    if (name === "virtual_server") {
      services ??= [];
      services.push(checkService(node, comments, options, report));
      comments = "";
      continue;
    }
    checkBlock(node, report);
    comments = "";
  }
  if (services === undefined && arpComments === "") return NO_FACTS;
  return { services: services ?? [], arpComments };
}

const NO_FACTS: ItemFacts = { services: [], arpComments: "" };

/** Whether a block holds lines that are not understood: then nothing is said to be missing. */
export const isOpaqueBlock = (node: Node): boolean =>
  node.children.some(
    (c) => c.has(Flag.Opaque) || (c.kind === Kind.Statement && c.keyword === undefined && c.wordCount > 0),
  );

function checkBlock(node: Node, report: Report): void {
  const { name } = node.keyword!;
  const base = node.base;
  const start = node.start - base;
  const end = node.end - base;
  const first = (child: string) => node.children.find((c) => c.keyword?.name === child);
  if (!node.hasBody || isOpaqueBlock(node)) return;
  for (const [needed, effect] of NEEDED[name] ?? []) {
    if (first(needed)) continue;
    report.add(
      missingStatement,
      start,
      end,
      t(`${name} needs ${needed}; ${effect.en}.`, `${name} 需要 ${needed}；${effect.zh}。`),
      { ...blockEnd(node) },
    );
  }
  switch (name) {
    case "vrrp_track_process": {
      const quorum = first("quorum");
      const most = first("quorum_max");
      if (quorum && most && Number(quorum.word(1)) > Number(most.word(1))) {
        const later = quorum.start > most.start ? quorum : most;
        report.add(
          processQuorum,
          later.start - base,
          later.end - base,
          t(
            `quorum is above quorum_max; keepalived ignores ${later.name}.`,
            `quorum 大于 quorum_max；keepalived 会忽略 ${later.name}。`,
          ),
        );
      }
      break;
    }
    case "track_file":
    case "vrrp_track_file": {
      const init = first("init_file");
      for (let n = 1; init && n < init.wordCount; n++) {
        const value = Number(init.word(n));
        if (Number.isInteger(value) && Math.abs(value) > 254) {
          report.add(
            fileInit,
            init.wordStart(n) - base,
            init.wordEnd(n) - base,
            t("A tracker's value counts from -254 to 254 only.", "跟踪文件的值只在 -254 到 254 之间有效。"),
          );
        }
      }
      break;
    }
    case "garp_group":
      if (!first("garp_interval") && !first("gna_interval")) {
        report.add(
          missingStatement,
          start,
          end,
          t(
            "garp_group needs garp_interval or gna_interval; keepalived removes it.",
            "garp_group 需要 garp_interval 或 gna_interval；keepalived 会删除它。",
          ),
          { ...blockEnd(node) },
        );
      }
      break;
    case "bfd_instance":
      bfd(node, report);
      break;
    case "virtual_server_group": {
      if (node.statements.length === 0) {
        report.add(
          missingStatement,
          start,
          end,
          t("The group has no entry; keepalived removes it.", "组中没有条目；keepalived 会删除它。"),
          {
            ...blockEnd(node),
            fixes: [
              { title: t("Insert an address", "插入地址"), edits: insertBlock(node, ["192.0.2.10 80"]) },
            ],
          },
        );
      }
      mixedGroup(node, report);
      break;
    }
  }
}

function bfd(node: Node, report: Report): void {
  const base = node.base;
  const last = (name: string) => node.children.filter((c) => c.keyword?.name === name).pop();
  const neighbor = last("neighbor_ip") ?? last("neighbour_ip");
  if (!neighbor) {
    report.add(
      missingStatement,
      node.start - base,
      node.end - base,
      t(
        "bfd_instance needs neighbor_ip; keepalived drops it.",
        "bfd_instance 需要 neighbor_ip；keepalived 会丢弃它。",
      ),
      { ...blockEnd(node) },
    );
    return;
  }
  const source = last("source_ip");
  const a = neighbor.wordCount > 1 ? parseAddress(neighbor.word(1)) : undefined;
  const b = source && source.wordCount > 1 ? parseAddress(source.word(1)) : undefined;
  if (a && b && a.family !== b.family) {
    report.add(
      wrongFamily,
      source!.wordStart(1) - base,
      source!.wordEnd(1) - base,
      t(
        "source_ip and the neighbour are of different address families; keepalived drops the instance.",
        "source_ip 与邻居的地址族不同；keepalived 会丢弃该实例。",
      ),
      { ...blockEnd(node) },
    );
  }
  const hops = last("max_hops");
  const ttl = last("ttl") ?? last("hoplimit");
  if (hops && ttl && Number(hops.word(1)) > Number(ttl.word(1))) {
    report.add(
      bfdHops,
      hops.start - base,
      hops.end - base,
      t(
        `max_hops is above the TTL ${ttl.word(1)}; keepalived lowers it.`,
        `max_hops 大于 TTL ${ttl.word(1)}；keepalived 会降低它。`,
      ),
      { ...blockEnd(node) },
    );
  }
}

/** keepalived cannot tell the family of a bare firewall mark when a group holds addresses of both. */
function mixedGroup(node: Node, report: Report): void {
  let v4 = false;
  let v6 = false;
  let bare: Node | undefined;
  for (const entry of node.statements) {
    if (entry.has(Flag.Opaque) || entry.wordCount === 0) continue;
    const word = entry.word(0);
    if (word === "fwmark") {
      if (entry.wordCount < 3) bare = entry;
      else if (entry.word(2) === "inet6") v6 = true;
      else v4 = true;
    } else if (word.includes(":")) v6 = true;
    else if (/^\d/.test(word)) v4 = true;
  }
  if (v4 && v6 && bare) {
    report.add(
      duplicateFamily,
      bare.start - node.base,
      bare.end - node.base,
      t(
        "In a group with IPv4 and IPv6 addresses a fwmark needs inet or inet6; keepalived removes the group.",
        "组中同时有 IPv4 和 IPv6 地址时，fwmark 需要写明 inet 或 inet6；keepalived 会删除该组。",
      ),
      { ...blockEnd(node) },
    );
  }
}
const duplicateFamily = rule(
  "fwmark-family",
  "error",
  t("A firewall mark whose address family is not clear.", "防火墙标记的地址族不明确。"),
);

export { duplicatePeer };
