/** Global settings and what they mean for the whole configuration. */
import { compareReleases, KEYWORDS } from "../language";
import { parseAddress } from "../language/address";
import { t } from "../language/schema";
import type { Config, Located } from "../model/config";
import type { Command, GlobalDefs, Setting, Span } from "../model/model";
import { Kind } from "../syntax/records";
import { Node } from "../syntax/tree";
import type { Flat } from "./config";
import { type CheckOptions, type Edit, quote, type Report, replace, rule } from "./rule";
import { isUnknown } from "./values";

const scriptSecurity = rule(
  "script-security",
  "warning",
  t("Scripts run without enable_script_security.", "脚本在没有 enable_script_security 的情况下运行。"),
  { once: true },
);
const scriptUser = rule(
  "script-user",
  "information",
  t(
    "Script security is on, but nothing names the user of the scripts.",
    "启用了脚本安全，但没有指定运行脚本的用户。",
  ),
  { profile: "all" },
);
const repeatedGlobal = rule(
  "repeated-global",
  "warning",
  t("A global setting given twice.", "全局设置出现了两次。"),
);
const sampleIdentity = rule(
  "sample-identity",
  "information",
  t("A value copied from the sample configuration.", "从示例配置中复制的值。"),
);
const sampleMail = rule(
  "sample-mail",
  "information",
  t("A mail setting of the sample configuration.", "示例配置中的邮件设置。"),
);
const smtpHost = rule(
  "smtp-host-name",
  "information",
  t(
    "A mail server by name: it is resolved while keepalived starts.",
    "邮件服务器使用主机名：启动时需要解析。",
  ),
  { profile: "all" },
);
const bufferPolicy = rule(
  "rx-buffer-policy",
  "warning",
  t("Receive buffer policies that exclude each other.", "互相排斥的接收缓冲区策略。"),
);
const fifoConflict = rule(
  "fifo-conflict",
  "warning",
  t("Two notification FIFOs with the same path.", "两个通知 FIFO 使用同一路径。"),
);
const badSmtpServer = rule("bad-smtp-server", "error", t("Not a mail server.", "邮件服务器无效。"));
const garpGroup = rule(
  "garp-group-conflict",
  "warning",
  t("An interface in two garp_group blocks.", "接口出现在两个 garp_group 中。"),
);
const routedMulticast = rule(
  "routed-multicast-group",
  "warning",
  t("A VRRP multicast group outside 224.0.0.0/24.", "VRRP 组播组不在 224.0.0.0/24 内。"),
);
const sslTwice = rule(
  "repeated-ssl",
  "warning",
  t("A second SSL block replaces the first.", "第二个 SSL 块会替换第一个。"),
);
const emptyName = rule("empty-name", "error", t("An empty name.", "名称为空。"));

export function checkGlobals(config: Config, flat: Flat, options: CheckOptions, report: Report): void {
  rootLeaves(config, report);
  acrossBlocks(config, report);
  security(config, flat, report);
  for (const g of config.globals) {
    samples(config, g, report);
    buffers(config, g, report);
    smtp(config, g, report);
    for (const name of ["nftables", "nftables_ipvs", "vrrp_iptables", "vrrp_ipsets"]) {
      const s = g.model.settings.get(name);
      const at = s ? s.words.findIndex((w, i) => i > 0 && w === "") : -1;
      if (s && at > 0) {
        const { start, end } = config.range(g, s.spans[at]);
        report.add(
          emptyName,
          start,
          end,
          t("The name is empty; keepalived ignores it.", "名称为空；keepalived 会忽略它。"),
          { severity: compareReleases(options.target, "2.3.0") < 0 ? "warning" : undefined },
        );
      }
    }
  }
  const group = config.global("vrrp_mcast_group4");
  const address = group && group.setting.words.length > 1 ? parseAddress(group.setting.words[1]) : undefined;
  if (group && address?.family === 4 && address.value >>> 8 !== 0xe00000 && address.value >>> 28 === 14) {
    const { start, end } = config.range(group, group.setting.spans[1]);
    report.add(
      routedMulticast,
      start,
      end,
      t(
        "VRRP groups lie in 224.0.0.0/24, which switches flood to every port; others need multicast snooping to know the members.",
        "VRRP 组播组位于 224.0.0.0/24，交换机会泛洪；其他组需要组播侦听知道成员。",
      ),
    );
  }
  fifos(config, report);
  blocksByName(config, report);
}

/** Root-level lines of which the first counts. */
function rootLeaves(config: Config, report: Report): void {
  const first = new Map<string, Node>();
  for (const { item, record } of config.rootLeaves) {
    const node = new Node(config.tree, config.tree.items[item], config.tree.starts[item], record, undefined);
    const { name, spec } = node.keyword!;
    const before = first.get(name);
    if (!before) {
      first.set(name, node);
      continue;
    }
    if (spec.repeat === "flag") continue;
    const firstWins = spec.repeat === "first-wins";
    report.add(
      repeatedGlobal,
      node.start,
      node.end,
      firstWins
        ? t(
            `${name} is given twice; keepalived keeps the first.`,
            `${name} 出现了两次；keepalived 保留第一次。`,
          )
        : t(`${name} is given twice; the last one counts.`, `${name} 出现了两次；以最后一次为准。`),
      { related: [{ start: before.start, end: before.end, message: t("The first one", "第一次") }] },
    );
  }
}

const REPEAT = new Map(
  KEYWORDS.filter((k) => k.parent.id === "global_defs").map((k) => [k.name, k.spec.repeat ?? "last-wins"]),
);

/** The same setting in several global_defs blocks. */
function acrossBlocks(config: Config, report: Report): void {
  if (config.globals.length < 2) return;
  const first = new Map<string, { at: Located<GlobalDefs>; setting: Setting }>();
  for (const at of config.globals) {
    for (const [name, setting] of at.model.settings) {
      const before = first.get(name);
      if (!before) first.set(name, { at, setting });
      else if (REPEAT.get(name) === "first-wins" || REPEAT.get(name) === "last-wins") {
        const wins =
          REPEAT.get(name) === "first-wins"
            ? t("the first one counts", "以第一次为准")
            : t("the last one counts", "以最后一次为准");
        const range = config.range(at, setting);
        report.add(
          repeatedGlobal,
          range.start,
          range.end,
          t(
            `${name} stands in another global_defs, too; ${wins.en}.`,
            `另一个 global_defs 中也有 ${name}；${wins.zh}。`,
          ),
          {
            related: [{ ...config.range(before.at, before.setting), message: t("The other one", "另一处") }],
            severity: before.setting.words.join(" ") === setting.words.join(" ") ? "hint" : undefined,
          },
        );
      }
    }
  }
}

/** The first command of a configuration, which may have tens of thousands; whether one of them names no user. */
function commandsOf(
  config: Config,
  flat: Flat,
): { readonly first: Span | undefined; readonly userless: boolean } {
  let first: Span | undefined;
  let userless = false;
  const add = (item: number, commands: readonly Command[]) => {
    const base = config.tree.starts[item];
    for (const { start, end, user } of commands) {
      if (first === undefined || base + start < first.start) first = { start: base + start, end: base + end };
      if (user === undefined) userless = true;
    }
  };
  for (const { item, model } of config.globals) add(item, model.commands);
  for (const { item, model } of config.instances) add(item, model.commands);
  for (const { item, model } of config.syncGroups) add(item, model.commands);
  for (const { item, model } of config.scripts) if (model.command) add(item, [model.command]);
  for (const { item, fact } of flat.services) add(item, fact.commands);
  return { first, userless };
}

function security(config: Config, flat: Flat, report: Report): void {
  const enabled = config.global("enable_script_security");
  const { first, userless } = commandsOf(config, flat);
  if (!first) return;
  if (!enabled) {
    report.add(
      scriptSecurity,
      first.start,
      first.end,
      t(
        "Scripts are configured, but enable_script_security is not: keepalived runs them as root whoever may write them, and reports a security violation.",
        "配置了脚本但没有 enable_script_security：keepalived 会以 root 运行脚本，不论谁可以修改它们，并报告安全违规。",
      ),
      {
        fixes: () => [
          {
            title: t(
              "Insert “enable_script_security” and “script_user root”",
              "插入“enable_script_security”和“script_user root”",
            ),
            edits: insertGlobals(
              config,
              config.global("script_user")
                ? ["enable_script_security"]
                : ["script_user root", "enable_script_security"],
            ),
          },
        ],
      },
    );
    return;
  }
  if (!config.global("script_user") && userless) {
    const range = config.range(enabled, enabled.setting);
    report.add(
      scriptUser,
      range.start,
      range.end,
      t(
        "No script_user is given: scripts run as keepalived_script if that user exists, otherwise keepalived refuses those that would run as root.",
        "没有指定 script_user：若存在用户 keepalived_script 则以其身份运行脚本，否则 keepalived 会拒绝以 root 运行的脚本。",
      ),
      {
        fixes: () => [
          {
            title: t("Insert “script_user root”", "插入“script_user root”"),
            edits: insertGlobals(config, ["script_user root"]),
          },
        ],
      },
    );
  }
}

/** Edits that add statements to global_defs, or the block where there is none. */
export function insertGlobals(config: Config, lines: readonly string[]): Edit[] {
  const { text } = config.tree;
  const [g] = config.globals;
  if (!g) {
    // Before the first statement, below the comments that head the file.
    let at = 0;
    for (const node of config.tree.nodes()) {
      if (node.kind !== Kind.Comment) {
        at = text.lastIndexOf("\n", node.lineStart - 1) + 1;
        break;
      }
      const eol = text.indexOf("\n", node.end);
      at = eol < 0 ? text.length : eol + 1;
      if (text.slice(at, at + 1) === "\n") break;
    }
    return [replace(at, at, `global_defs {\n${lines.map((l) => `    ${l}\n`).join("")}}\n\n`)];
  }
  const node = config.tree.itemNodes(g.item).find((n) => n.keyword?.name === "global_defs")!;
  const eol = text.indexOf("\n", node.open >= 0 ? node.open : node.end);
  const first = node.children[0];
  const lineStart = first ? text.lastIndexOf("\n", first.start - 1) + 1 : 0;
  const indent =
    first && lineStart > node.start ? /^[ \t]*/.exec(text.slice(lineStart, first.start))![0] : "    ";
  if (eol < 0 || (first && lineStart <= node.start) || (node.close >= 0 && eol > node.close)) {
    const at = node.open + 1;
    return [replace(at, at, `\n${lines.map((l) => `${indent}${l}\n`).join("")}`)];
  }
  return [replace(eol + 1, eol + 1, lines.map((l) => `${indent}${l}\n`).join(""))];
}

const SAMPLE_MAIL =
  /^(acassen@firewall\.loc|failover@firewall\.loc|sysadmin@firewall\.loc|Alexandre\.Cassen@firewall\.loc)$/;

function samples(config: Config, g: Located<GlobalDefs>, report: Report): void {
  const { settings } = g.model;
  const id = settings.get("router_id");
  if (id && id.words[1] === "LVS_DEVEL") {
    const { start, end } = config.range(g, id.spans[1]);
    report.add(
      sampleIdentity,
      start,
      end,
      t(
        "LVS_DEVEL is the router_id of the sample: mails and logs of different nodes look alike. The host name is a good value.",
        "LVS_DEVEL 是示例中的 router_id：不同节点的邮件和日志无法区分。建议使用主机名。",
      ),
    );
  }
  for (const name of ["smtp_server", "notification_email_from"]) {
    const s = settings.get(name);
    if (s && (s.words[1] === "192.168.200.1" || SAMPLE_MAIL.test(s.words[1] ?? ""))) {
      const { start, end } = config.range(g, s);
      report.add(
        sampleMail,
        start,
        end,
        t(
          "This mail setting is the sample's: notifications go nowhere, and keepalived waits for the connection.",
          "这是示例中的邮件设置：通知无法送达，keepalived 还会等待连接。",
        ),
      );
    }
  }
}

function buffers(config: Config, g: Located<GlobalDefs>, report: Report): void {
  // The words of several lines add up; the line that contradicts an earlier one is reported.
  let size = false;
  let policy: string | undefined;
  for (const node of config.tree.itemNodes(g.item)) {
    for (const child of node.children) {
      if (child.keyword?.name !== "vrrp_rx_bufs_policy") continue;
      for (let n = 1; n < child.wordCount; n++) {
        const word = child.word(n).toUpperCase();
        if (/^\d+$/.test(word)) size = true;
        else if (word === "MTU" || word === "ADVERT") {
          if (policy !== undefined && policy !== word) {
            report.add(
              bufferPolicy,
              child.start,
              child.end,
              t(
                "MTU and ADVERT exclude each other; keepalived takes MTU.",
                "MTU 与 ADVERT 互相排斥；keepalived 采用 MTU。",
              ),
            );
          }
          policy = word;
        }
      }
      if (size && policy !== undefined) {
        report.add(
          bufferPolicy,
          child.start,
          child.end,
          t(
            "A size excludes MTU and ADVERT; keepalived takes the size.",
            "指定大小后不能再用 MTU 或 ADVERT；keepalived 采用大小。",
          ),
        );
        return;
      }
    }
  }
}

function smtp(config: Config, g: Located<GlobalDefs>, report: Report): void {
  const s = g.model.settings.get("smtp_server");
  if (!s || s.words.length < 2 || isUnknown(s.words[1]) || parseAddress(s.words[1])) return;
  const { start, end } = config.range(g, s.spans[1]);
  const word = s.words[1];
  if (/^[\d.]+$/.test(word) || word.includes(":") || !/^[A-Za-z0-9._-]+$/.test(word)) {
    report.add(
      badSmtpServer,
      start,
      end,
      t(
        `${quote(word)} is neither an address nor a host name; keepalived sends no mail.`,
        `${quote(word)} 既不是地址也不是主机名；keepalived 不会发送邮件。`,
      ),
    );
  } else {
    report.add(
      smtpHost,
      start,
      end,
      t(
        "The name is resolved while keepalived starts: without DNS the start waits, and the setting is lost.",
        "启动时需要解析该主机名：没有 DNS 时启动会等待，并丢失该设置。",
      ),
    );
  }
}

function fifos(config: Config, report: Report): void {
  const main = config.global("notify_fifo");
  for (const name of ["vrrp_notify_fifo", "lvs_notify_fifo"]) {
    const other = config.global(name);
    if (!main || !other || main.setting.words[1] !== other.setting.words[1]) continue;
    const { start, end } = config.range(other, other.setting);
    report.add(
      fifoConflict,
      start,
      end,
      t(
        `${name} has the path of notify_fifo; keepalived ignores it.`,
        `${name} 与 notify_fifo 路径相同；keepalived 会忽略它。`,
      ),
    );
  }
}

/** Blocks that are found by their keyword: SSL and garp_group. */
function blocksByName(config: Config, report: Report): void {
  const interfaces = new Map<string, Span>();
  let ssl: Span | undefined;
  for (const node of config.rootBlocks("SSL", "garp_group")) {
    if (node.name === "SSL") {
      if (ssl) {
        report.add(
          sslTwice,
          node.start,
          node.end,
          t("SSL is given twice; this block replaces the first.", "SSL 出现了两次；该块会替换第一个。"),
          {
            related: [{ ...ssl, message: t("The first one", "第一个") }],
          },
        );
      }
      ssl = { start: node.start, end: node.end };
      continue;
    }
    const names: { name: string; start: number; end: number }[] = [];
    for (const child of node.children) {
      if (child.keyword?.name === "interface" && child.wordCount > 1)
        names.push({ name: child.word(1), start: child.wordStart(1), end: child.wordEnd(1) });
      if (child.keyword?.name === "interfaces") {
        for (const entry of child.statements) {
          for (let n = 0; n < entry.wordCount; n++)
            names.push({ name: entry.word(n), start: entry.wordStart(n), end: entry.wordEnd(n) });
        }
      }
    }
    for (const { name, start, end } of names) {
      const before = interfaces.get(name);
      if (before) {
        report.add(
          garpGroup,
          start,
          end,
          t(
            `${quote(name)} belongs to a garp_group already; keepalived ignores it here.`,
            `${quote(name)} 已属于某个 garp_group；keepalived 会忽略此处。`,
          ),
          {
            related: [{ ...before, message: t("The first one", "第一处") }],
          },
        );
      } else interfaces.set(name, { start, end });
    }
  }
}
