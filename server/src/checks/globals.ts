/** Global settings and what they mean for the whole configuration. */
import { compareReleases, KEYWORDS } from "../language";
import { parseAddress } from "../language/address";
import { t } from "../language/schema";
import type { Config, Located } from "../model/config";
import type { Command, GlobalDefs, Setting, Span } from "../model/model";
import { Kind } from "../syntax/records";
import { Node } from "../syntax/tree";
import { lineEndAt } from "../text/lines";
import type { Flat } from "./config";
import { remove, removeWords } from "./edits";
import { endAt, insertStatement } from "./insert";
import { type CheckOptions, type Edit, type Fix, quote, type Report, replace, rule } from "./rule";
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
  "error",
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
  "error",
  t("An interface that is in a garp_group already.", "接口已属于某个 garp_group。"),
);
const routedMulticast = rule(
  "routed-multicast-group",
  "warning",
  t("A VRRP multicast group outside 224.0.0.0/24.", "VRRP 组播组不在 224.0.0.0/24 内。"),
);
const sslTwice = rule(
  "repeated-ssl",
  "error",
  t("A second SSL block replaces the first.", "第二个 SSL 块会替换第一个。"),
);
const emptyName = rule("empty-name", "error", t("An empty name.", "名称为空。"));

export function checkGlobals(config: Config, flat: Flat, options: CheckOptions, report: Report): void {
  rootLeaves(config, report);
  acrossBlocks(config, report);
  security(config, flat, report);
  for (const g of config.globals) {
    identity(config, g, report);
    buffers(config, g, report);
    smtp(config, g, report);
    emptyNames(config, g, options, report);
    emptyPaths(config, g, options, report);
  }
  mail(config, report);
  multicastGroup(config, report);
  fifos(config, report);
  ssl(config, report);
  garpGroups(config, report);
}

/** A fix that deletes a statement or block. Offsets of the text. */
const deletion = (config: Config, { start, end }: Span, safe: boolean, title?: Fix["title"]): Fix => ({
  title: title ?? t("Delete the line", "删除此行"),
  edits: [remove(config.tree.text, start, end)],
  safe,
});

const NAMED_TABLES = ["nftables", "nftables_ipvs", "vrrp_iptables", "vrrp_ipsets"];

const DUMP_FILES = ["state_dump_file", "stats_dump_file", "json_dump_file"];

/** Paths that keepalived wants to be something. Before 2.3.3 it does not know the keywords. */
function emptyPaths(config: Config, g: Located<GlobalDefs>, options: CheckOptions, report: Report): void {
  if (compareReleases(options.target, "2.3.3") < 0) return;
  for (const name of DUMP_FILES) {
    const s = g.model.settings.get(name);
    if (!s || s.words.length < 2 || s.words[1] !== "") continue;
    const { start, end } = config.range(g, s.spans[1]);
    report.add(
      emptyName,
      start,
      end,
      t("The path is empty: keepalived ignores the line.", "路径为空：keepalived 会忽略该行。"),
      { fixes: [deletion(config, config.range(g, s), true)] },
    );
  }
}

function emptyNames(config: Config, g: Located<GlobalDefs>, options: CheckOptions, report: Report): void {
  for (const name of NAMED_TABLES) {
    const s = g.model.settings.get(name);
    const at = s ? s.words.findIndex((w, i) => i > 0 && w === "") : -1;
    if (!s || at < 1) continue;
    const { start, end } = config.range(g, s.spans[at]);
    const old = compareReleases(options.target, "2.3.2") < 0;
    const fixes: Fix[] = [];
    if (s.words.length === 2 && name.startsWith("nftables"))
      fixes.push({
        title: t(`Write ${name}, which takes the usual name`, `改为 ${name}，使用默认名称`),
        edits: [replace(config.range(g, s.spans[0]).end, end, "")],
      });
    fixes.push(deletion(config, config.range(g, s), !old));
    report.add(
      emptyName,
      start,
      end,
      old
        ? t(
            "The name is empty. keepalived takes it as it is; from 2.3.2 on it ignores the line.",
            "名称为空。keepalived 会照此使用；从 2.3.2 起会忽略该行。",
          )
        : t(
            "The name is empty: keepalived ignores the line. Without a name it takes the usual one.",
            "名称为空：keepalived 会忽略该行。不写名称则使用默认名称。",
          ),
      { severity: old ? "warning" : undefined, fixes },
    );
  }
}

function multicastGroup(config: Config, report: Report): void {
  const group = config.global("vrrp_mcast_group4");
  const address = group && group.setting.words.length > 1 ? parseAddress(group.setting.words[1]) : undefined;
  if (!group || address?.family !== 4 || address.value >>> 8 === 0xe00000 || address.value >>> 28 !== 14)
    return;
  const { start, end } = config.range(group, group.setting.spans[1]);
  report.add(
    routedMulticast,
    start,
    end,
    t(
      "VRRP groups lie in 224.0.0.0/24, which switches flood to all ports. Adverts to another group may be held back by IGMP snooping: then both nodes become master.",
      "VRRP 组播组应位于 224.0.0.0/24，交换机会向所有端口泛洪。发往其他组的通告可能被 IGMP 侦听拦截，导致两个节点都成为主节点。",
    ),
    {
      fixes: [
        {
          title: t("Write 224.0.0.18, the default", "改为默认值 224.0.0.18"),
          edits: [replace(start, end, "224.0.0.18")],
        },
      ],
    },
  );
}

/** Root-level lines of which one counts. */
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
      {
        related: [{ start: before.start, end: before.end, message: t("The first one", "第一次") }],
        fixes: () => [withoutEffect(config, firstWins ? node : before, node.text === before.text)],
      },
    );
    if (!firstWins) first.set(name, node);
  }
}

/** Deletes the one of two statements that counts nothing; safe where both say the same. */
const withoutEffect = (config: Config, span: Span, same: boolean): Fix =>
  deletion(config, span, same, t("Delete the line without effect", "删除不起作用的行"));

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
        const firstWins = REPEAT.get(name) === "first-wins";
        const wins = firstWins
          ? t("the first one counts", "以第一次为准")
          : t("the last one counts", "以最后一次为准");
        const range = config.range(at, setting);
        const earlier = config.range(before.at, before.setting);
        const same = before.setting.words.join(" ") === setting.words.join(" ");
        report.add(
          repeatedGlobal,
          range.start,
          range.end,
          t(
            `${name} stands in another global_defs above, too; ${wins.en}.`,
            `上面的另一个 global_defs 中也有 ${name}；${wins.zh}。`,
          ),
          {
            related: [{ ...earlier, message: t("The other one", "另一处") }],
            severity: same ? "hint" : undefined,
            fixes: () => [withoutEffect(config, firstWins || same ? range : earlier, same)],
          },
        );
        if (!firstWins) first.set(name, { at, setting });
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
  for (const { item, model } of config.scripts)
    if (model.command) add(item, [{ ...model.command, user: model.user?.value ?? model.command.user }]);
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
        "enable_script_security is missing: keepalived reports a security violation and runs even scripts that other users may change, as root where no user is given.",
        "缺少 enable_script_security：keepalived 会报告安全违规，并照样运行其他用户可以修改的脚本；未指定用户时以 root 运行。",
      ),
      {
        fixes: () => {
          const lines = ["enable_script_security"];
          // Who runs the scripts is decided already where each names its user.
          if (userless && !config.global("script_user")) lines.unshift("script_user root");
          return [
            {
              title:
                lines.length > 1
                  ? t(
                      "Insert “enable_script_security” and “script_user root”",
                      "插入“enable_script_security”和“script_user root”",
                    )
                  : t("Insert “enable_script_security”", "插入“enable_script_security”"),
              edits: insertGlobals(config, lines),
            },
          ];
        },
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
        "No script_user is given: scripts without a user of their own run as keepalived_script. Where that user does not exist, keepalived drops them.",
        "没有指定 script_user：未单独指定用户的脚本以 keepalived_script 身份运行。若该用户不存在，keepalived 会丢弃这些脚本。",
      ),
      {
        fixes: () =>
          ["root", "keepalived_script"].map((user) => ({
            title: t(`Insert “script_user ${user}”`, `插入“script_user ${user}”`),
            edits: insertGlobals(config, [`script_user ${user}`]),
          })),
      },
    );
  }
}

/** Edits that add statements to global_defs, or the block where there is none. */
export function insertGlobals(config: Config, lines: readonly string[]): Edit[] {
  const { text } = config.tree;
  const [g] = config.globals;
  const node = g && config.nodeOf(g);
  if (node) return insertStatement(node, ...lines).map((e) => moved(e, node.base));
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const block = ["global_defs {", ...lines.map((l) => `    ${l}`), "}"].join(eol);
  // Below the comments that head the file; a line that only some configuration ids have is no part of them.
  let head = 0;
  for (const comment of config.tree.nodes()) {
    if (comment.kind !== Kind.Comment || (head > 0 && text.slice(head, comment.start).trim() !== "")) break;
    if (head > 0 && text.slice(head, comment.start).split("\n").length > 2) break;
    head = comment.end;
  }
  if (head === 0) {
    const at = text.startsWith("\ufeff") ? 1 : 0;
    return [replace(at, at, `${block}${eol}${eol}`)];
  }
  if (text.charAt(head - 1) === "\r") head--;
  const below = text.slice(lineEndAt(text, head) + 1);
  return [replace(head, head, `${eol}${eol}${block}${/^[ \t]*\r?\n/.test(below) ? "" : eol}`)];
}

const moved = (e: Edit, by: number): Edit => replace(e.start + by, e.end + by, e.text);

function identity(config: Config, g: Located<GlobalDefs>, report: Report): void {
  const id = g.model.settings.get("router_id");
  if (id?.words[1] !== "LVS_DEVEL") return;
  const { start, end } = config.range(g, id.spans[1]);
  report.add(
    sampleIdentity,
    start,
    end,
    t(
      "LVS_DEVEL is the router_id of the sample: mails of different nodes look alike. Without router_id keepalived takes the host name.",
      "LVS_DEVEL 是示例中的 router_id：不同节点的邮件无法区分。不写 router_id 时 keepalived 使用主机名。",
    ),
    {
      fixes: () => [
        deletion(
          config,
          config.range(g, id),
          false,
          t("Delete the line: the host name counts", "删除此行，使用主机名"),
        ),
      ],
    },
  );
}

const SAMPLE_MAIL = /^(acassen|failover|sysadmin|alexandre\.cassen)@firewall\.loc$/i;
const MAIL_SETTINGS = new Set([
  "notification_email",
  "notification_email_from",
  "smtp_server",
  "smtp_connect_timeout",
  "smtp_helo_name",
]);

/** Mail settings of the sample. Where all of them are, they may go: keepalived sends no mail without them. */
function mail(config: Config, report: Report): void {
  const settings: Node[] = [];
  for (const g of config.globals)
    for (const child of config.nodeOf(g)?.children ?? [])
      if (MAIL_SETTINGS.has(child.keyword?.name ?? "")) settings.push(child);
  const isSample = (word: string) => SAMPLE_MAIL.test(word);
  const recipients = settings.flatMap((n) => (n.name === "notification_email" ? n.statements : []));
  const found: Node[] = [];
  for (const node of settings) {
    if (node.name === "smtp_server" && node.wordCount > 1 && node.word(1) === "192.168.200.1")
      found.push(node);
    if (node.name === "notification_email_from" && node.wordCount > 1 && isSample(node.word(1)))
      found.push(node);
  }
  found.push(...recipients.filter((n) => isSample(n.word(0))));
  if (found.length === 0) return;
  const all = recipients.every((n) => isSample(n.word(0)));
  const list = recipients.filter((n) => isSample(n.word(0)));
  const fixes = (node: Node) => (): Fix[] => {
    const { text } = config.tree;
    if (all)
      return [
        {
          title: t("Delete the mail settings", "删除邮件设置"),
          edits: settings.map((n) => remove(text, n.start, n.fullEnd)),
        },
      ];
    // Somebody reads the mails: only what names nobody goes.
    return list.includes(node) ? [deletion(config, node, false)] : [];
  };
  for (const node of found.sort((a, b) => a.start - b.start)) {
    // One finding for the recipients together.
    if (list.includes(node) && node !== list[0] && all) continue;
    report.add(
      sampleMail,
      node.start,
      node.end,
      node.name === "smtp_server"
        ? t(
            "192.168.200.1 is the mail server of the sample: no notification arrives.",
            "192.168.200.1 是示例中的邮件服务器：通知无法送达。",
          )
        : node.name === "notification_email_from"
          ? t(
              "This is the sender of the sample: a mail server that checks senders refuses it.",
              "这是示例中的发件人：检查发件人的邮件服务器会拒收。",
            )
          : t(
              "This is a recipient of the sample: nobody reads the mails.",
              "这是示例中的收件人：没有人会收到邮件。",
            ),
      { fixes: fixes(node) },
    );
  }
}

function buffers(config: Config, g: Located<GlobalDefs>, report: Report): void {
  // The words of several lines add up: a size counts before MTU, MTU before ADVERT.
  const words: { node: Node; n: number; word: string }[] = [];
  for (const node of config.nodeOf(g)?.children ?? []) {
    if (node.keyword?.name !== "vrrp_rx_bufs_policy") continue;
    for (let n = 1; n < node.wordCount; n++) words.push({ node, n, word: node.word(n).toUpperCase() });
  }
  const isSize = ({ word }: { word: string }) => /^\d+$/.test(word);
  const isPolicy = ({ word }: { word: string }) => word === "MTU" || word === "ADVERT";
  const size = words.find(isSize);
  const policy = words.find(isPolicy);
  const clash = size
    ? policy && [size, policy].sort((a, b) => a.node.start - b.node.start)[1]
    : words.find((w) => isPolicy(w) && w.word !== policy!.word);
  if (!clash || !policy) return;
  const ignored = words.filter(size ? isPolicy : (w) => w.word === "ADVERT");
  report.add(
    bufferPolicy,
    clash.node.start,
    clash.node.end,
    size
      ? t(
          "A size excludes MTU and ADVERT; keepalived takes the size.",
          "指定大小后不能再用 MTU 或 ADVERT；keepalived 采用大小。",
        )
      : t(
          "MTU and ADVERT exclude each other; keepalived takes MTU.",
          "MTU 与 ADVERT 互相排斥；keepalived 采用 MTU。",
        ),
    {
      fixes: () => {
        const { text } = config.tree;
        const names = [...new Set(ignored.map((w) => w.word))].join(", ");
        const edits = ignored.flatMap(({ node, n }) => {
          const own = ignored.filter((w) => w.node.start === node.start);
          if (own.length < node.wordCount - 1) return [removeWords(node, n)];
          return own[0].n === n ? [remove(text, node.start, node.end)] : [];
        });
        return [{ title: t(`Delete ${names}`, `删除 ${names}`), edits, safe: true }];
      },
    },
  );
}

/**
 * An address in one of the old short forms of inet_aton(3), which the resolver takes: fewer than four numbers, octal with
 * a leading zero, hexadecimal with 0x.
 */
function shortAddress(word: string): string | undefined {
  const parts = word.split(".");
  if (parts.length > 4 || !parts.every((p) => /^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.test(p))) return undefined;
  const numbers = parts.map((p) => (/^0[0-7]+$/.test(p) ? Number.parseInt(p, 8) : Number(p)));
  const last = numbers.pop()!;
  if (numbers.some((n) => n > 255) || last >= 256 ** (4 - numbers.length)) return undefined;
  const value = numbers.reduce((v, n, i) => v + n * 256 ** (3 - i), last);
  return [3, 2, 1, 0].map((i) => Math.floor(value / 256 ** i) % 256).join(".");
}

/** A host and a port joined by a colon, the way they are written elsewhere. */
const HOST_AND_PORT = /^\[?((?<=\[)[0-9a-fA-F:.]+(?=\])|[A-Za-z0-9._-]+)\]?(?::(\d{1,5}))?$/;

function smtp(config: Config, g: Located<GlobalDefs>, report: Report): void {
  const s = g.model.settings.get("smtp_server");
  if (!s || s.words.length < 2 || isUnknown(s.words[1]) || parseAddress(s.words[1])) return;
  const { start, end } = config.range(g, s.spans[1]);
  const word = s.words[1];
  const short = shortAddress(word);
  if (short !== undefined) {
    report.add(
      badSmtpServer,
      start,
      end,
      t(
        `keepalived reads ${quote(word)} as ${short}; write all four numbers.`,
        `keepalived 会把 ${quote(word)} 读作 ${short}；请写全四段。`,
      ),
      {
        severity: "warning",
        fixes: [{ title: t(`Write ${short}`, `改为 ${short}`), edits: [replace(start, end, short)] }],
      },
    );
  } else if (/^[\d.]+$/.test(word) || !/^[A-Za-z0-9._][A-Za-z0-9._-]*$/.test(word)) {
    const [, host, port] = HOST_AND_PORT.exec(word) ?? [];
    const usable =
      host !== undefined &&
      !host.startsWith("-") &&
      (parseAddress(host) !== undefined || /[A-Za-z]/.test(host));
    const text = port !== undefined && s.words.length < 3 ? `${host} ${port}` : host;
    report.add(
      badSmtpServer,
      start,
      end,
      usable
        ? t(
            `${quote(word)} is no mail server: the port is a word of its own, and there are no brackets. keepalived ignores the line and sends no mail.`,
            `${quote(word)} 不是有效的邮件服务器：端口应单独书写，且不加方括号。keepalived 会忽略该行，不发送邮件。`,
          )
        : t(
            `${quote(word)} is neither an address nor a host name; keepalived ignores the line and sends no mail.`,
            `${quote(word)} 既不是地址也不是主机名；keepalived 会忽略该行，不发送邮件。`,
          ),
      {
        fixes: usable
          ? [{ title: t(`Write ${text}`, `改为 ${text}`), edits: [replace(start, end, text)] }]
          : [],
      },
    );
  } else if (!/^localhost(\.localdomain)?$/i.test(word)) {
    report.add(
      smtpHost,
      start,
      end,
      t(
        `${quote(word)} is resolved while the configuration is read: without DNS at that moment the start waits, and keepalived ignores the line.`,
        `读取配置时需要解析 ${quote(word)}：此时没有 DNS 则启动会等待，keepalived 会忽略该行。`,
      ),
    );
  }
}

function fifos(config: Config, report: Report): void {
  const path = (name: string) => config.global(name)?.setting.words[1];
  const main = path("notify_fifo");
  const ignored = (name: string, message: Fix["title"]) => {
    const at = config.global(name)!;
    const { start, end } = config.range(at, at.setting);
    report.add(fifoConflict, start, end, message, {
      fixes: () => [deletion(config, { start, end }, true)],
    });
  };
  for (const name of ["vrrp_notify_fifo", "lvs_notify_fifo"]) {
    if (main === undefined || path(name) !== main) continue;
    ignored(
      name,
      t(
        `${name} has the path of notify_fifo; keepalived ignores it. What it would be told is written to notify_fifo anyway.`,
        `${name} 与 notify_fifo 路径相同；keepalived 会忽略它。相应的通知本来就会写入 notify_fifo。`,
      ),
    );
  }
  const vrrp = path("vrrp_notify_fifo");
  if (vrrp === undefined || vrrp === main || vrrp !== path("lvs_notify_fifo")) return;
  if (config.global("vrrp_notify_fifo_script") && config.global("lvs_notify_fifo_script"))
    ignored(
      "lvs_notify_fifo_script",
      t(
        "vrrp_notify_fifo and lvs_notify_fifo are the same FIFO, which one script reads; keepalived ignores this one.",
        "vrrp_notify_fifo 与 lvs_notify_fifo 是同一个 FIFO，只能由一个脚本读取；keepalived 会忽略此脚本。",
      ),
    );
}

function ssl(config: Config, report: Report): void {
  let before: Node | undefined;
  for (const node of config.rootBlocks("SSL")) {
    const first = before;
    before = node;
    if (!first) continue;
    report.add(
      sslTwice,
      node.start,
      node.end,
      t(
        "SSL is given twice: this block replaces the one above as a whole.",
        "SSL 出现了两次：该块会整体替换上面的块。",
      ),
      {
        related: [{ start: first.start, end: first.end, message: t("The first one", "第一个") }],
        fixes: () =>
          first.close < 0
            ? []
            : [
                deletion(
                  config,
                  { start: first.lineStart, end: first.fullEnd },
                  false,
                  t("Delete the first SSL block, which has no effect", "删除不起作用的第一个 SSL 块"),
                ),
              ],
      },
    );
  }
}

/** Interfaces that several garp_group blocks name, or one of them twice. */
function garpGroups(config: Config, report: Report): void {
  const known = new Map<string, Span>();
  for (const node of config.rootBlocks("garp_group")) {
    for (const child of node.children) {
      const keyword = child.keyword?.name;
      if (keyword === "interface" && child.wordCount > 1)
        garpInterface(config, child, 1, child, known, report);
      if (keyword !== "interfaces") continue;
      for (const entry of child.statements)
        for (let n = 0; n < entry.wordCount; n++) garpInterface(config, entry, n, child, known, report);
    }
  }
}

function garpInterface(
  config: Config,
  entry: Node,
  n: number,
  list: Node,
  known: Map<string, Span>,
  report: Report,
): void {
  const name = entry.word(n);
  const [start, end] = [entry.wordStart(n), entry.wordEnd(n)];
  const before = known.get(name);
  if (!before) {
    known.set(name, { start, end });
    return;
  }
  const related = [{ ...before, message: t("The first one", "第一处") }];
  // A list is reported where it ends.
  if (list.close >= 0) related.push(...endAt(list.close).related);
  report.add(
    garpGroup,
    start,
    end,
    t(
      `${quote(name)} belongs to a garp_group already; keepalived ignores it here.`,
      `${quote(name)} 已属于某个 garp_group；keepalived 会忽略此处。`,
    ),
    {
      related,
      fixes: () => {
        const { text } = config.tree;
        const whole = entry.wordCount === 1 || entry === list;
        const edit = whole ? remove(text, entry.start, entry.end) : removeWords(entry, n);
        return [
          { title: t(`Delete ${quote(name)} here`, `删除此处的 ${quote(name)}`), edits: [edit], safe: true },
        ];
      },
    },
  );
}
