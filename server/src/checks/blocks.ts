/** Blocks other than virtual servers: what is missing in them, and values that do not go together. */
import { compareReleases, ROOT_CONTEXT } from "../language";
import { parseAddress } from "../language/address";
import { type Text, t } from "../language/schema";
import { Flag, Kind } from "../syntax/records";
import type { Node, Tree } from "../syntax/tree";
import { nodeAt, relativeTo, remove } from "./edits";
import { blockEnd, deleteFix, type FixMaker, insertLinesFix, oneOf, writeFix } from "./insert";
import { rootBlocks } from "./repairs";
import { type CheckOptions, type Fix, quote, type Report, replace, rule, type Severity } from "./rule";
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
const duplicateEntry = rule(
  "duplicate-entry",
  "warning",
  t("The same entry twice in a list.", "列表中重复的条目。"),
  { unnecessary: true },
);
const fwmarkFamily = rule(
  "fwmark-family",
  "error",
  t("A firewall mark whose address family is not clear.", "防火墙标记的地址族不明确。"),
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
      const fact = checkService(node, comments, options, report);
      // `push` onto an empty array takes room for 17, in every one of thousands of items.
      if (services) services.push(fact);
      else services = [fact];
      comments = "";
      continue;
    }
    checkBlock(node, options, report);
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

/** A fix that takes out a block that keepalived takes out, too. */
const deletionAsKeepalived =
  (record: number): FixMaker =>
  (place) => {
    const node = nodeAt(place, record);
    if (node.close < 0) return [];
    return [
      {
        title: t(`Delete ${node.text}, as keepalived does`, `删除 ${node.text}，与 keepalived 的处理一致`),
        edits: relativeTo(place.base, [remove(place.tree.text, node.lineStart, node.fullEnd)]),
      },
    ];
  };

/** A sync group without members gets all instances that no group has yet. */
const allInstances =
  (record: number): FixMaker =>
  (place) => {
    const grouped = new Set(
      rootBlocks(place.tree, "vrrp_sync_group").flatMap((g) =>
        g.children
          .filter((c) => c.keyword?.name === "group")
          .flatMap((c) => c.children.map((m) => m.word(0))),
      ),
    );
    const free = rootBlocks(place.tree, "vrrp_instance")
      .map((n) => (n.wordCount > 1 ? n.word(1) : ""))
      .filter((name) => name !== "" && !name.includes("$") && !grouped.has(name));
    if (free.length < 2 || free.length > MAX_MEMBERS) return [];
    const title = t(`Insert “group” with ${free.join(", ")}`, `插入包含 ${free.join("、")} 的“group”`);
    return insertLinesFix(record, ["group {", ...free.map((n) => `    ${n}`), "}"], title)(place);
  };
const MAX_MEMBERS = 8;

/** The fixes of a block that lacks a statement: what can be told from its name, or to do what keepalived does. */
function missingFixes(node: Node): FixMaker {
  const record = node.index;
  const drop = deletionAsKeepalived(record);
  switch (node.name) {
    case "vrrp_track_process":
      return oneOf(insertLinesFix(record, [`process ${node.rawWord(1)}`]), drop);
    case "vrrp_sync_group":
      return oneOf(allInstances(record), drop);
    default:
      return drop;
  }
}

function checkBlock(node: Node, options: CheckOptions, report: Report): void {
  const { name } = node.keyword!;
  const base = node.base;
  const start = node.start - base;
  const end = node.end - base;
  const first = (child: string) => node.children.find((c) => c.keyword?.name === child);
  if (!node.hasBody || isOpaqueBlock(node)) return;
  for (const [needed, effect] of NEEDED[name] ?? []) {
    if (first(needed)) continue;
    // Earlier releases keep a track_group without members and say nothing.
    const silent = name === "track_group" && compareReleases(options.target, "2.3.0") < 0;
    report.add(
      missingStatement,
      start,
      end,
      silent
        ? t(`${name} has no ${needed}: it tracks nothing.`, `${name} 缺少 ${needed}：它不跟踪任何实例。`)
        : t(`${name} has no ${needed}: ${effect.en}.`, `${name} 缺少 ${needed}：${effect.zh}。`),
      {
        severity: silent ? "warning" : undefined,
        fixes: missingFixes(node),
        ...blockEnd(node),
      },
    );
  }
  switch (name) {
    case "vrrp_track_process": {
      const quorum = first("quorum");
      const most = first("quorum_max");
      if (quorum && most && Number(quorum.word(1)) > Number(most.word(1))) {
        const later = quorum.start > most.start ? quorum : most;
        const swap: Fix = {
          title: t("Swap the two numbers", "交换两个数字"),
          edits: [
            replace(quorum.wordStart(1) - base, quorum.wordEnd(1) - base, most.word(1)),
            replace(most.wordStart(1) - base, most.wordEnd(1) - base, quorum.word(1)),
          ],
        };
        report.add(
          processQuorum,
          later.start - base,
          later.end - base,
          t(
            `quorum ${quorum.word(1)} is above quorum_max ${most.word(1)}; keepalived ignores ${later.name}, the later one.`,
            `quorum ${quorum.word(1)} 大于 quorum_max ${most.word(1)}；keepalived 会忽略后写的 ${later.name}。`,
          ),
          {
            fixes: oneOf(
              () => [swap],
              deleteFix(
                later.lineStart - base,
                later.end - base,
                false,
                t(`Delete ${later.name}, as keepalived does`, `删除 ${later.name}，与 keepalived 的处理一致`),
              ),
            ),
          },
        );
      }
      break;
    }
    case "track_file":
    case "vrrp_track_file": {
      const init = first("init_file");
      for (let n = 1; init && n < init.wordCount; n++) {
        const value = Number(init.word(n));
        if (Number.isInteger(value) && Math.abs(value) > 254 && Math.abs(value) < 2 ** 31) {
          const from = init.wordStart(n) - base;
          const to = init.wordEnd(n) - base;
          report.add(
            fileInit,
            from,
            to,
            t(
              `The value of a track file counts from -254 to 254 only; keepalived reports ${value} and goes on.`,
              `跟踪文件的值只在 -254 到 254 之间有效；keepalived 会报告 ${value} 并继续。`,
            ),
            { fixes: writeFix(from, to, value < 0 ? "-254" : "254") },
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
            "garp_group has neither garp_interval nor gna_interval: keepalived removes it.",
            "garp_group 既没有 garp_interval 也没有 gna_interval：keepalived 会删除它。",
          ),
          { fixes: deletionAsKeepalived(node.index), ...blockEnd(node) },
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
          t("The group has no entry: keepalived removes it.", "组中没有条目：keepalived 会删除它。"),
          { fixes: deletionAsKeepalived(node.index), ...blockEnd(node) },
        );
      }
      repeatedEntries(node, node.statements, report);
      mixedGroup(node, report);
      break;
    }
    case "track_group":
      for (const group of node.children)
        if (group.keyword?.name === "group") repeatedEntries(node, group.statements, report);
      break;
    case "static_ipaddress":
    case "static_routes":
    case "static_rules":
      repeatedEntries(node, node.statements, report);
      break;
    case "global_defs":
      for (const list of node.children)
        if (list.keyword?.name === "notification_email")
          repeatedEntries(node, list.statements, report, "information");
      break;
  }
}

/** Entries that stand in a list already, word by word. keepalived takes them all, without a message. */
function repeatedEntries(node: Node, entries: readonly Node[], report: Report, severity?: Severity): void {
  if (entries.length < 2) return;
  const seen = new Map<string, Node>();
  for (const entry of entries) {
    if (entry.has(Flag.Opaque) || entry.hasBody || entry.wordCount === 0) continue;
    const words: string[] = [];
    for (let n = 0; n < entry.wordCount; n++) words.push(entry.word(n));
    const key = words.join(" ");
    const before = seen.get(key);
    if (!before) {
      seen.set(key, entry);
      continue;
    }
    const { base } = node;
    report.add(
      duplicateEntry,
      entry.start - base,
      entry.end - base,
      t(`${quote(key)} stands in the list already.`, `列表中已有 ${quote(key)}。`),
      {
        severity,
        related: [
          { start: before.start - base, end: before.end - base, message: t("The first one", "第一个") },
        ],
        fixes: deleteFix(entry.lineStart - base, entry.end - base, true),
      },
    );
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
        "bfd_instance has no neighbor_ip: keepalived drops it.",
        "bfd_instance 缺少 neighbor_ip：keepalived 会丢弃它。",
      ),
      { fixes: deletionAsKeepalived(node.index), ...blockEnd(node) },
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
    const change = (n: Node, value: string): Fix => ({
      title: t(`Set ${n.name} to ${value}`, `将 ${n.name} 设为 ${value}`),
      edits: [replace(n.wordStart(1) - base, n.wordEnd(1) - base, value)],
    });
    report.add(
      bfdHops,
      hops.start - base,
      hops.end - base,
      t(
        `max_hops ${hops.word(1)} is above the TTL ${ttl.word(1)} of sent packets; keepalived sets it to ${ttl.word(1)}.`,
        `max_hops ${hops.word(1)} 大于发送报文的 TTL ${ttl.word(1)}；keepalived 会将其设为 ${ttl.word(1)}。`,
      ),
      {
        fixes: [change(hops, ttl.word(1)), change(ttl, hops.word(1))],
        ...blockEnd(node),
      },
    );
  }
}

/** keepalived cannot tell the family of a bare firewall mark when a group holds addresses of both. */
function mixedGroup(node: Node, report: Report): void {
  let v4 = false;
  let v6 = false;
  const bare: Node[] = [];
  for (const entry of node.statements) {
    if (entry.has(Flag.Opaque) || entry.wordCount === 0) continue;
    const word = entry.word(0);
    if (word === "fwmark") {
      if (entry.wordCount < 3) bare.push(entry);
      else if (entry.word(2) === "inet6") v6 = true;
      else v4 = true;
    } else if (word.includes(":")) v6 = true;
    else if (/^\d/.test(word)) v4 = true;
  }
  if (!v4 || !v6) return;
  for (const entry of bare) {
    const start = entry.start - node.base;
    const end = entry.end - node.base;
    report.add(
      fwmarkFamily,
      start,
      end,
      t(
        "In a group of IPv4 and IPv6 services a fwmark needs inet or inet6; keepalived removes the whole group.",
        "组中同时有 IPv4 和 IPv6 服务时，fwmark 需要写明 inet 或 inet6；keepalived 会删除整个组。",
      ),
      {
        fixes:
          entry.wordCount === 2
            ? ["inet", "inet6"].map((family) => ({
                title: t(`Append “${family}”`, `追加“${family}”`),
                edits: [replace(end, end, ` ${family}`)],
              }))
            : undefined,
        ...blockEnd(node),
      },
    );
  }
}
