/** Virtual servers: what one block tells by itself. */
import { compareReleases } from "../language";
import {
  type Address,
  addressKey,
  formatAddress,
  isLinkLocal,
  parseIPv4,
  prefixOfNetmask,
  sameAddress,
} from "../language/address";
import { type Text, t } from "../language/schema";
import { buildTopLevel } from "../model/build";
import type { Checker, Command, ForwardingMethod, RealServer, VirtualServer } from "../model/model";
import { Flag, Kind, NEXT } from "../syntax/records";
import type { Node } from "../syntax/tree";
import {
  type CheckOptions,
  type Edit,
  type Fix,
  quote,
  type Related,
  type Report,
  replace,
  rule,
} from "./rule";
import { isUnknown, wrongFamily } from "./values";

const missingProtocol = rule(
  "missing-protocol",
  "warning",
  t(
    "A virtual server without protocol: keepalived takes UDP.",
    "虚拟服务器没有 protocol：keepalived 使用 UDP。",
  ),
);
const missingScheduler = rule(
  "missing-scheduler",
  "information",
  t(
    "A virtual server without scheduler: keepalived takes wlc.",
    "虚拟服务器没有调度算法：keepalived 使用 wlc。",
  ),
);
const missingMethod = rule(
  "missing-forwarding-method",
  "warning",
  t(
    "A virtual server without forwarding method: keepalived takes NAT.",
    "虚拟服务器没有转发模式：keepalived 使用 NAT。",
  ),
);
const noRealServer = rule(
  "no-real-server",
  "error",
  t("A virtual server without real server.", "虚拟服务器没有真实服务器。"),
);
const portMismatch = rule(
  "dr-port-mismatch",
  "error",
  t(
    "With DR and TUN the port of a real server cannot differ from the virtual port.",
    "DR 和 TUN 模式下真实服务器端口不能与虚拟端口不同。",
  ),
);
const fwmarkPort = rule(
  "fwmark-port",
  "warning",
  t(
    "A port on a real server of a firewall mark service: keepalived clears it.",
    "防火墙标记服务的真实服务器写了端口：keepalived 会清除它。",
  ),
);
const zeroPort = rule(
  "zero-port",
  "warning",
  t("A service for all ports needs persistence.", "面向所有端口的服务需要会话保持。"),
);
const fwmarkProtocol = rule(
  "fwmark-protocol",
  "warning",
  t("protocol has no effect on a firewall mark service.", "protocol 对防火墙标记服务无效。"),
  { unnecessary: true },
);
const opsProtocol = rule(
  "ops-needs-udp",
  "warning",
  t("One-packet scheduling works for UDP only.", "单包调度（ops）仅适用于 UDP。"),
);
const suspendFwmark = rule(
  "ha-suspend-fwmark",
  "warning",
  t("ha_suspend needs a service with an address.", "ha_suspend 需要带地址的服务。"),
);
const duplicateServer = rule(
  "duplicate-real-server",
  "warning",
  t("The same real server twice in one virtual server.", "同一虚拟服务器中重复的真实服务器。"),
);
const schedulerFlag = rule(
  "scheduler-flag",
  "error",
  t("A flag of another scheduler.", "属于其他调度算法的标志。"),
);
const tunnelOption = rule(
  "tunnel-option",
  "error",
  t("Tunnel options that do not go together.", "隧道选项互相冲突。"),
);
const granularity = rule(
  "persistence-granularity",
  "error",
  t("A persistence mask of the wrong form for the address family.", "会话保持掩码与地址族不符。"),
);
const sorryOrder = rule(
  "sorry-server-order",
  "error",
  t("A sorry server option above the sorry server.", "sorry_server 的选项写在 sorry_server 之前。"),
);
const quorumRule = rule(
  "quorum",
  "warning",
  t("A quorum or hysteresis that the weights cannot meet.", "权重无法满足的 quorum 或 hysteresis。"),
);
const familyConflict = rule(
  "ip-family",
  "error",
  t("ip_family contradicts the address.", "ip_family 与地址矛盾。"),
);
const checkerIncomplete = rule(
  "incomplete-checker",
  "error",
  t(
    "A health check without what it needs; keepalived drops it.",
    "健康检查缺少必需内容；keepalived 会丢弃它。",
  ),
);
const checkerAddress = rule(
  "checker-address",
  "error",
  t("Addresses of a health check that do not go together.", "健康检查的地址互相矛盾。"),
);
const replyLength = rule(
  "udp-reply-length",
  "error",
  t("A UDP_CHECK that no reply can satisfy.", "任何应答都无法满足的 UDP_CHECK。"),
);
const sorryInhibit = rule(
  "sorry-server-inhibit",
  "warning",
  t(
    "Sorry server and real server are the same, with different inhibit settings.",
    "sorry_server 与真实服务器相同，但 inhibit 设置不同。",
  ),
);
const sorryEqualsReal = rule(
  "sorry-equals-real",
  "warning",
  t("The sorry server is one of the real servers.", "sorry_server 就是其中一个真实服务器。"),
);
const noChecker = rule(
  "no-checker",
  "information",
  t("A real server without health check is never removed.", "没有健康检查的真实服务器永远不会被摘除。"),
);
const checkerProtocol = rule(
  "checker-protocol",
  "warning",
  t("A TCP check of a UDP service.", "用 TCP 检查 UDP 服务。"),
);
const checkerTls = rule(
  "checker-tls",
  "information",
  t(
    "SSL_GET on a plain port, or HTTP_GET on a TLS port.",
    "在明文端口使用 SSL_GET，或在 TLS 端口使用 HTTP_GET。",
  ),
);
const checkerPort = rule(
  "checker-port",
  "warning",
  t("A check that has no port to connect to.", "健康检查没有可连接的端口。"),
);
const checkerAnyStatus = rule(
  "checker-any-status",
  "information",
  t("A URL check that accepts any status of 2xx.", "接受任意 2xx 状态的 URL 检查。"),
  { profile: "all" },
);
const unusedWeights = rule(
  "unused-weights",
  "information",
  t("Different weights with a scheduler that ignores them.", "调度算法忽略权重，但各服务器权重不同。"),
);
const allWeightsZero = rule(
  "all-weights-zero",
  "warning",
  t("Every real server has weight 0.", "所有真实服务器的权重都为 0。"),
);
const largeWeight = rule("large-weight", "warning", t("A weight above 65535.", "权重大于 65535。"));
const persistenceSpreads = rule(
  "persistence-and-scheduler",
  "information",
  t("Persistence hides what the scheduler does.", "会话保持掩盖了调度算法的效果。"),
  { profile: "all" },
);
const inhibitPersistence = rule(
  "inhibit-and-persistence",
  "information",
  t("Failed real servers keep their persistent clients.", "失效的真实服务器仍保留会话保持的客户端。"),
  { profile: "all" },
);
const miscTimeout = rule(
  "misc-check-timeout",
  "information",
  t("A check script that may run longer than its interval.", "检查脚本的运行时间可能超过检查间隔。"),
  { profile: "all" },
);
const miscDynamic = rule(
  "misc-dynamic-weight",
  "information",
  t("misc_dynamic overrides the configured weight.", "misc_dynamic 会覆盖配置的权重。"),
  { profile: "all" },
);
const noSorryServer = rule(
  "no-sorry-server",
  "hint",
  t("Nothing answers when all real servers fail.", "所有真实服务器失效时没有应答者。"),
  { profile: "all" },
);

/** What other checks need to know of a virtual server. Positions are relative to its item. */
export interface ServiceFact {
  readonly start: number;
  readonly end: number;
  readonly family: 4 | 6 | undefined;
  readonly address: Address | undefined;
  readonly addressStart: number;
  readonly addressEnd: number;
  readonly port: number;
  readonly fwmark: number | undefined;
  readonly group: string | undefined;
  readonly groupStart: number;
  readonly groupEnd: number;
  readonly protocol: string;
  readonly persistent: boolean;
  /** DR or TUN is used for the service or for any real server. */
  readonly dr: boolean;
  readonly tun: boolean;
  /** Where DR is set. */
  readonly drStart: number;
  readonly drEnd: number;
  /** A comment in or above the block speaks of the real servers' ARP settings. */
  readonly arpNote: boolean;
  readonly servers: readonly {
    readonly address: Address;
    readonly start: number;
    readonly end: number;
    readonly method: ForwardingMethod;
    readonly port: number;
  }[];
  readonly commands: readonly Command[];
  readonly names: readonly {
    readonly kind: "track_file" | "bfd_instance";
    readonly name: string;
    readonly start: number;
    readonly end: number;
  }[];
}

/** Checks the virtual server of a node and tells what the rest of the configuration has to know of it. */
export function checkService(
  node: Node,
  comments: string,
  options: CheckOptions,
  report: Report,
): ServiceFact {
  const vs = buildTopLevel(node) as VirtualServer;
  const at = node.base;
  const { target } = vs;
  const isMark = target.kind === "fwmark";
  const headStart = node.start - at;
  const headEnd = node.end - at;
  const methodOf = (rs: RealServer): ForwardingMethod =>
    rs.forwarding?.method ?? vs.forwarding?.method ?? "NAT";
  const persistent = vs.persistenceTimeout !== undefined || vs.persistenceEngine !== undefined;
  // Without an address the first server decides.
  const byPosition = [vs.sorryServer, ...vs.realServers]
    .filter((x) => x !== undefined)
    .sort((a, b) => a.start - b.start);
  const family =
    target.kind === "address" ? target.address.family : (vs.ipFamily?.value ?? byPosition[0]?.address.family);
  const opaque = node.children.some(
    (c) => c.kind === Kind.Statement && c.keyword === undefined && c.wordCount > 0,
  );
  // A statement that got onto the line of another one is not missing; that it is lost is said there.
  const joined = (name: string) =>
    node.children.some((c) => c.kind === Kind.Statement && c.words().indexOf(name) > 0);
  const has = (name: string) => node.children.some((c) => c.keyword?.name === name);

  // --- what is missing
  const realNodes = node.children.filter(
    (c) => c.kind === Kind.Statement && c.keyword?.name === "real_server",
  );
  if (node.hasBody && !opaque) {
    if (!has("protocol") && !joined("protocol") && target.kind !== "fwmark" && target.kind !== "invalid") {
      report.add(
        missingProtocol,
        headStart,
        headEnd,
        t("No protocol is given: keepalived takes UDP.", "没有指定 protocol：keepalived 会使用 UDP。"),
        {
          fixes: [
            {
              title: t("Insert “protocol TCP”", "插入“protocol TCP”"),
              edits: insertStatement(node, "protocol TCP"),
            },
          ],
        },
      );
    }
    if (!has("lb_algo") && !has("lvs_sched") && !joined("lb_algo")) {
      report.add(
        missingScheduler,
        headStart,
        headEnd,
        t("No lb_algo is given: keepalived takes wlc.", "没有指定 lb_algo：keepalived 会使用 wlc。"),
        {
          fixes: [
            {
              title: t("Insert “lb_algo wlc”", "插入“lb_algo wlc”"),
              edits: insertStatement(node, "lb_algo wlc"),
            },
          ],
        },
      );
    }
    if (
      !has("lb_kind") &&
      !has("lvs_method") &&
      !joined("lb_kind") &&
      !(vs.realServers.length > 0 && vs.realServers.every((r) => r.forwarding))
    ) {
      report.add(
        missingMethod,
        headStart,
        headEnd,
        t("No lb_kind is given: keepalived takes NAT.", "没有指定 lb_kind：keepalived 会使用 NAT。"),
        {
          fixes: [
            {
              title: t("Insert “lb_kind NAT”", "插入“lb_kind NAT”"),
              edits: insertStatement(node, "lb_kind NAT"),
            },
          ],
        },
      );
    }
    if (realNodes.length === 0) {
      report.add(
        noRealServer,
        headStart,
        headEnd,
        t(
          "The virtual server has no real server; keepalived ignores it.",
          "虚拟服务器没有真实服务器；keepalived 会忽略它。",
        ),
        { ...blockEnd(node) },
      );
    }
  }

  // --- the service itself
  if (target.kind === "address" && target.port === 0 && !persistent && node.hasBody) {
    report.add(
      zeroPort,
      headStart,
      headEnd,
      t(
        "Without port the service needs persistence_timeout; keepalived sets 360 seconds.",
        "没有端口的服务需要 persistence_timeout；keepalived 会设为 360 秒。",
      ),
      {
        fixes: [
          {
            title: t("Insert “persistence_timeout 360”", "插入“persistence_timeout 360”"),
            edits: insertStatement(node, "persistence_timeout 360"),
          },
        ],
      },
    );
  }
  if (vs.protocol && isMark) {
    report.add(
      fwmarkProtocol,
      vs.protocol.start - 9,
      vs.protocol.end,
      t("keepalived ignores protocol for a firewall mark.", "对防火墙标记服务，keepalived 会忽略 protocol。"),
    );
  }
  if (vs.ops && vs.protocol && vs.protocol.value !== "UDP" && !isMark) {
    reportChild(
      report,
      node,
      "ops",
      opsProtocol,
      t(
        `ops works for UDP only, not ${vs.protocol.value}; keepalived clears it.`,
        `ops 仅适用于 UDP，而不是 ${vs.protocol.value}；keepalived 会清除它。`,
      ),
    );
  }
  if (isMark && has("ha_suspend")) {
    reportChild(
      report,
      node,
      "ha_suspend",
      suspendFwmark,
      t(
        "ha_suspend needs an address to watch; keepalived clears it.",
        "ha_suspend 需要监视地址；keepalived 会清除它。",
      ),
    );
  }
  if (vs.ipFamily && target.kind === "address" && vs.ipFamily.value !== target.address.family) {
    report.add(
      familyConflict,
      vs.ipFamily.start,
      vs.ipFamily.end,
      t(
        "ip_family contradicts the address; keepalived ignores it.",
        "ip_family 与地址矛盾；keepalived 会忽略它。",
      ),
    );
  }
  orderedStatements(node, report);
  if (vs.persistenceGranularity) checkGranularity(vs.persistenceGranularity, family, report);
  for (const child of node.children) {
    const name = child.keyword?.name;
    if (name === "lb_kind" || name === "lvs_method" || name === "sorry_server_lvs_method")
      checkTunnel(child, report);
  }

  // --- real servers
  const seen = new Map<string, RealServer>();
  const servers: ServiceFact["servers"][number][] = [];
  const names: ServiceFact["names"][number][] = [];
  const virtualPort = target.kind === "address" ? target.port : 0;
  let total = 0;
  let weightsKnown = true;
  const weights = new Set<number>();
  for (const rs of vs.realServers) {
    const rsNode = realNodes.find((n) => n.start - at === rs.start);
    const method = methodOf(rs);
    const key = `${addressKey(rs.address)} ${rs.port}`;
    const before = seen.get(key);
    if (before) {
      report.add(
        duplicateServer,
        rs.addressSpan.start,
        rs.portSpan?.end ?? rs.addressSpan.end,
        t(
          "This real server stands above already; keepalived removes the second.",
          "上面已有该真实服务器；keepalived 会删除第二个。",
        ),
        { related: [{ start: before.start, end: before.end, message: t("The first one", "第一个") }] },
      );
    } else seen.set(key, rs);
    if (family !== undefined && rs.address.family !== family && method !== "TUN") {
      report.add(
        wrongFamily,
        rs.addressSpan.start,
        rs.addressSpan.end,
        t(
          `The service is IPv${family}, the real server IPv${rs.address.family}: only TUN can do that. keepalived skips the real server.`,
          `服务为 IPv${family}，真实服务器为 IPv${rs.address.family}：只有 TUN 支持。keepalived 会跳过该真实服务器。`,
        ),
        { ...(rsNode && blockEnd(rsNode)) },
      );
    }
    if ((method === "DR" || method === "TUN") && rs.portSpan) {
      if (isMark) {
        if (rs.port !== 0) {
          report.add(
            fwmarkPort,
            rs.portSpan.start,
            rs.portSpan.end,
            t(
              `With ${method} a firewall mark service has no port; keepalived clears it.`,
              `${method} 模式的防火墙标记服务没有端口；keepalived 会清除它。`,
            ),
            {
              fixes: [
                {
                  title: t("Delete the port", "删除端口"),
                  edits: [replace(rs.addressSpan.end, rs.portSpan.end, "")],
                  safe: true,
                },
              ],
            },
          );
        }
      } else if (target.kind === "address" && rs.port !== 0 && rs.port !== virtualPort) {
        mismatch(report, rs.portSpan, method, rs.port, virtualPort);
      }
    }
    if (rsNode) {
      for (const child of rsNode.children)
        if (child.keyword?.name === "lvs_method") checkTunnel(child, report);
      checkRealServer(rsNode, rs, vs, virtualPort || rs.port, options, report, names);
    }
    const weight = rs.weight?.value ?? vs.weight?.value ?? 1;
    if (rs.weight && isUnknown(rsNode?.tree.text.slice(at + rs.weight.start, at + rs.weight.end) ?? ""))
      weightsKnown = false;
    total += weight;
    weights.add(weight);
    if (weight > 65535 && rs.weight) {
      report.add(
        largeWeight,
        rs.weight.start,
        rs.weight.end,
        t(
          "IPVS schedulers compute with weights up to 65535; larger ones overflow.",
          "IPVS 调度算法的权重上限为 65535，过大会溢出。",
        ),
      );
    }
    servers.push({
      address: rs.address,
      start: rs.addressSpan.start,
      end: rs.addressSpan.end,
      method,
      port: rs.port,
    });
  }
  if (realNodes.length !== vs.realServers.length || vs.uncertain) weightsKnown = false;
  if (weightsKnown && vs.realServers.length > 0) checkWeights(vs, total, weights, headStart, headEnd, report);
  checkSorry(node, vs, family, virtualPort, isMark, report);

  const dr = vs.realServers.find((r) => methodOf(r) === "DR");
  const drAt = dr?.forwarding ?? vs.forwarding;
  return {
    start: headStart,
    end: headEnd,
    family,
    address: target.kind === "address" ? target.address : undefined,
    addressStart: target.kind === "address" ? target.addressSpan.start : headStart,
    addressEnd: target.kind === "address" ? target.addressSpan.end : headEnd,
    port: virtualPort,
    fwmark: isMark ? target.mark : undefined,
    group: target.kind === "group" ? target.name : undefined,
    groupStart: target.kind === "group" ? target.span.start : 0,
    groupEnd: target.kind === "group" ? target.span.end : 0,
    protocol: vs.protocol?.value ?? "UDP",
    persistent,
    dr: dr !== undefined || vs.forwarding?.method === "DR" || vs.sorryForwarding?.method === "DR",
    tun: vs.forwarding?.method === "TUN" || vs.realServers.some((r) => methodOf(r) === "TUN"),
    drStart: drAt?.word.start ?? headStart,
    drEnd: drAt?.word.end ?? headEnd,
    arpNote: mentionsArp(comments) || mentionsArp(commentsIn(node)),
    servers,
    names,
    commands: [...vs.commands, ...vs.realServers.flatMap((r) => r.commands)],
  };
}

/** Whether a comment speaks of the ARP settings that the real servers of DR need. */
export const mentionsArp = (text: string): boolean =>
  /arp_ignore|arp_announce|arptables|dr-arp-note|noarp/i.test(text);

function commentsIn(node: Node): string {
  const { data } = node.item;
  const end = data[node.index + NEXT];
  let text = "";
  for (const child of node.children) {
    if (child.index >= end) break;
    if (child.kind === Kind.Comment) text += `${child.text}\n`;
  }
  return text;
}

function reportChild(
  report: Report,
  node: Node,
  name: string,
  r: Parameters<Report["add"]>[0],
  message: Text,
): void {
  for (const child of node.children) {
    if (child.keyword?.name !== name) continue;
    report.add(r, child.start - node.base, child.end - node.base, message);
  }
}

/** A pointer to the end of a block: there keepalived reports what the block lacks. */
export function blockEnd(node: Node): { readonly related: readonly Related[] } | undefined {
  if (node.close < 0) return undefined;
  const at = node.close - node.base;
  return {
    related: [
      {
        start: at,
        end: at + 1,
        message: t(
          "The block ends here; keepalived reports it at this line.",
          "块在此结束；keepalived 在此行报告。",
        ),
      },
    ],
  };
}

/** Edits that put a statement below the header of a block, indented like its first statement. */
export function insertStatement(node: Node, text: string): Edit[] {
  const source = node.tree.text;
  const at = node.open >= 0 ? node.open + 1 : node.end;
  const first = node.children[0];
  const lineOf = (offset: number) => source.lastIndexOf("\n", offset - 1) + 1;
  const indentAt = (offset: number) => /^[ \t]*/.exec(source.slice(lineOf(offset), offset))![0];
  const own = indentAt(node.start);
  const indent = first && lineOf(first.start) > at ? indentAt(first.start) : `${own}    `;
  const rest = source.slice(at, source.indexOf("\n", at) < 0 ? source.length : source.indexOf("\n", at));
  if (rest.trim() === "" || /^[ \t]*[#!]/.test(rest)) {
    // After the line of the brace.
    const eol = source.indexOf("\n", at);
    if (eol >= 0) return [replace(eol + 1 - node.base, eol + 1 - node.base, `${indent}${text}\n`)];
  }
  return [replace(at - node.base, at - node.base, `\n${indent}${text}\n${indent}`)];
}

function mismatch(
  report: Report,
  span: { start: number; end: number },
  method: string,
  port: number,
  virtual: number,
): void {
  const title = virtual === 0 ? t("Delete the port", "删除端口") : t(`Write ${virtual}`, `改为 ${virtual}`);
  report.add(
    portMismatch,
    span.start,
    span.end,
    t(
      `${method} does not rewrite the packet, so the port stays ${virtual || "the one the client chose"}; keepalived resets ${port}. Only NAT can map ports.`,
      `${method} 不改写报文，端口仍为 ${virtual || "客户端所选端口"}；keepalived 会重置 ${port}。只有 NAT 能映射端口。`,
    ),
    {
      fixes: [
        {
          title,
          edits: [
            virtual === 0
              ? replace(span.start - 1, span.end, "")
              : replace(span.start, span.end, String(virtual)),
          ],
          safe: true,
        },
      ],
    },
  );
}

/** Statements that count only after another one. */
function orderedStatements(node: Node, report: Report): void {
  let scheduler = "";
  let sorry = false;
  for (const child of node.children) {
    if (child.kind !== Kind.Statement) continue;
    const name = child.keyword?.name;
    const from = child.start - node.base;
    const to = child.end - node.base;
    if (name === "lb_algo" || name === "lvs_sched") scheduler = child.wordCount > 1 ? child.word(1) : "";
    else if (name === "sorry_server") sorry = true;
    else if (
      name === "sh-port" ||
      name === "sh-fallback" ||
      name === "mh-port" ||
      name === "mh-fallback" ||
      name === "hashed"
    ) {
      const want = name === "hashed" ? "sh" : name.slice(0, 2);
      if (scheduler !== want && !isUnknown(scheduler)) {
        report.add(
          schedulerFlag,
          from,
          to,
          t(
            `${name} needs “lb_algo ${want}” above it; keepalived ignores it.`,
            `${name} 需要在其上方有“lb_algo ${want}”；keepalived 会忽略它。`,
          ),
        );
      }
    } else if ((name === "sorry_server_inhibit" || name === "sorry_server_lvs_method") && !sorry) {
      report.add(
        sorryOrder,
        from,
        to,
        t(
          `${name} counts only below sorry_server; keepalived ignores it here.`,
          `${name} 只有写在 sorry_server 之后才有效；keepalived 会忽略此处。`,
        ),
      );
    }
  }
}

function checkGranularity(
  mask: { start: number; end: number; value: string },
  family: 4 | 6 | undefined,
  report: Report,
): void {
  if (isUnknown(mask.value)) return;
  if (family === 6) {
    if (!/^\d+$/.test(mask.value) || Number(mask.value) < 1 || Number(mask.value) > 128) {
      report.add(
        granularity,
        mask.start,
        mask.end,
        t(
          "For IPv6 the granularity is a prefix length from 1 to 128; keepalived ignores the line.",
          "IPv6 的粒度是 1 到 128 的前缀长度；keepalived 会忽略该行。",
        ),
      );
    }
  } else if (family === 4 && (parseIPv4(mask.value) < 0 || prefixOfNetmask(mask.value) === undefined)) {
    const length = /^\d+$/.test(mask.value) ? Number(mask.value) : -1;
    const netmask =
      length > 0 && length <= 32
        ? formatAddress({ family: 4, value: (0xffffffff << (32 - length)) >>> 0 })
        : undefined;
    report.add(
      granularity,
      mask.start,
      mask.end,
      t(
        "For IPv4 the granularity is a netmask such as 255.255.255.0; keepalived ignores the line.",
        "IPv4 的粒度是子网掩码，例如 255.255.255.0；keepalived 会忽略该行。",
      ),
      {
        fixes: netmask
          ? [
              {
                title: t(`Write ${netmask}`, `改为 ${netmask}`),
                edits: [replace(mask.start, mask.end, netmask)],
                safe: true,
              },
            ]
          : [],
      },
    );
  }
}

function checkTunnel(node: Node, report: Report): void {
  if (node.wordCount < 3 || node.has(Flag.UsesDefinition) || node.has(Flag.Opaque)) return;
  const words = node.words();
  if (words[1] !== "TUN") return;
  let type = "ipip";
  let port = -1;
  let checksum = -1;
  for (let i = 2; i < words.length; i++) {
    if (words[i] === "type" && i + 1 < words.length) type = words[++i];
    else if (words[i] === "port" && i + 1 < words.length) port = ++i;
    else if (words[i] === "csum" || words[i] === "remcsum") checksum = i;
  }
  const base = node.base;
  const bad = (n: number, message: Text) =>
    report.add(tunnelOption, node.wordStart(n) - base, node.wordEnd(n) - base, message);
  if ((type === "gue") !== port >= 0) {
    report.add(
      tunnelOption,
      (port >= 0 ? node.wordStart(port - 1) : node.wordStart(1)) - base,
      (port >= 0 ? node.wordEnd(port) : node.end) - base,
      type === "gue"
        ? t("A gue tunnel needs “port N”.", "gue 隧道需要“port N”。")
        : t("Only gue tunnels have a port.", "只有 gue 隧道有端口。"),
    );
  }
  if (checksum >= 0 && type === "ipip")
    bad(checksum, t("ipip tunnels have no checksum option.", "ipip 隧道没有校验和选项。"));
  else if (checksum >= 0 && type === "gre" && words[checksum] === "remcsum")
    bad(checksum, t("gre tunnels have no remote checksum.", "gre 隧道不支持远端校验和。"));
}

function checkWeights(
  vs: VirtualServer,
  total: number,
  weights: ReadonlySet<number>,
  start: number,
  end: number,
  report: Report,
): void {
  if (total === 0) {
    report.add(
      allWeightsZero,
      start,
      end,
      t(
        "Every real server has weight 0: no connection is ever scheduled.",
        "所有真实服务器的权重都为 0：不会调度任何连接。",
      ),
    );
  }
  let quorum = vs.quorum?.value ?? 1;
  // Servers that take part only after a check (alpha) count for the quorum all the same.
  if (vs.quorum && quorum > total) {
    report.add(
      quorumRule,
      vs.quorum.start,
      vs.quorum.end,
      t(
        `The quorum ${quorum} is above the sum of the weights, ${total}; keepalived uses ${total}.`,
        `quorum ${quorum} 大于权重之和 ${total}；keepalived 使用 ${total}。`,
      ),
      {
        fixes:
          total > 0
            ? [
                {
                  title: t(`Write ${total}`, `改为 ${total}`),
                  edits: [replace(vs.quorum.start, vs.quorum.end, String(total))],
                  safe: true,
                },
              ]
            : [],
      },
    );
    quorum = total;
  }
  if (vs.hysteresis && vs.hysteresis.value >= quorum) {
    report.add(
      quorumRule,
      vs.hysteresis.start,
      vs.hysteresis.end,
      t(
        `The hysteresis must be below the quorum, ${quorum}; keepalived uses ${Math.max(0, quorum - 1)}.`,
        `hysteresis 必须小于 quorum（${quorum}）；keepalived 使用 ${Math.max(0, quorum - 1)}。`,
      ),
      {
        fixes: [
          {
            title: t(`Write ${Math.max(0, quorum - 1)}`, `改为 ${Math.max(0, quorum - 1)}`),
            edits: [replace(vs.hysteresis.start, vs.hysteresis.end, String(Math.max(0, quorum - 1)))],
            safe: true,
          },
        ],
      },
    );
  }
  const scheduler = vs.scheduler?.value;
  if (weights.size > 1 && !weights.has(0) && (scheduler === "rr" || scheduler === "lc")) {
    report.add(
      unusedWeights,
      vs.scheduler!.start,
      vs.scheduler!.end,
      t(
        `${scheduler} ignores the weights, which differ here; w${scheduler} heeds them.`,
        `${scheduler} 会忽略权重，而这里的权重不同；w${scheduler} 会考虑权重。`,
      ),
      {
        fixes: [
          {
            title: t(`Replace by “w${scheduler}”`, `替换为“w${scheduler}”`),
            edits: [replace(vs.scheduler!.start, vs.scheduler!.end, `w${scheduler}`)],
          },
        ],
      },
    );
  }
  if (vs.persistenceTimeout && (scheduler === "rr" || scheduler === "wrr")) {
    report.add(
      persistenceSpreads,
      vs.persistenceTimeout.start,
      vs.persistenceTimeout.end,
      t(
        "A client stays with one real server while persistence lasts: a test from one machine does not show the scheduling.",
        "会话保持期间同一客户端固定在一台真实服务器上：从单台机器测试看不到调度效果。",
      ),
    );
  }
}

function checkSorry(
  node: Node,
  vs: VirtualServer,
  family: 4 | 6 | undefined,
  virtualPort: number,
  isMark: boolean,
  report: Report,
): void {
  const sorry = vs.sorryServer;
  if (!sorry) {
    if (vs.realServers.some((r) => r.checkers.length > 0)) {
      report.add(
        noSorryServer,
        vs.start,
        vs.end,
        t(
          "There is no sorry_server: when all real servers fail, clients get no answer.",
          "没有 sorry_server：所有真实服务器失效时客户端得不到应答。",
        ),
      );
    }
    return;
  }
  const method = vs.sorryForwarding?.method ?? vs.forwarding?.method ?? "NAT";
  if (family !== undefined && sorry.address.family !== family && method !== "TUN") {
    report.add(
      wrongFamily,
      sorry.addressSpan.start,
      sorry.addressSpan.end,
      t(
        `The service is IPv${family}, the sorry server IPv${sorry.address.family}; keepalived ignores it.`,
        `服务为 IPv${family}，sorry_server 为 IPv${sorry.address.family}；keepalived 会忽略它。`,
      ),
      { ...blockEnd(node) },
    );
  }
  if ((method === "DR" || method === "TUN") && sorry.portSpan) {
    if (isMark && sorry.port !== 0) {
      report.add(
        fwmarkPort,
        sorry.portSpan.start,
        sorry.portSpan.end,
        t(
          `With ${method} a firewall mark service has no port; keepalived clears it.`,
          `${method} 模式的防火墙标记服务没有端口；keepalived 会清除它。`,
        ),
        {
          fixes: [
            {
              title: t("Delete the port", "删除端口"),
              edits: [replace(sorry.addressSpan.end, sorry.portSpan.end, "")],
              safe: true,
            },
          ],
        },
      );
    } else if (vs.target.kind === "address" && sorry.port !== 0 && sorry.port !== virtualPort)
      mismatch(report, sorry.portSpan, method, sorry.port, virtualPort);
  }
  for (const rs of vs.realServers) {
    if (!sameAddress(rs.address, sorry.address) || (rs.port || virtualPort) !== (sorry.port || virtualPort))
      continue;
    report.add(
      sorryEqualsReal,
      sorry.addressSpan.start,
      sorry.end,
      t(
        "The sorry server is a real server, too: it has failed when it is needed.",
        "sorry_server 同时也是真实服务器：需要它时它已经失效。",
      ),
      {
        related: [{ start: rs.start, end: rs.end, message: t("The real server", "真实服务器") }],
      },
    );
    if (rs.inhibitOnFailure !== vs.sorryInhibit) {
      report.add(
        sorryInhibit,
        sorry.start,
        sorry.end,
        t(
          "Its inhibit setting differs from that of the real server; keepalived takes the real server's.",
          "其 inhibit 设置与真实服务器不同；keepalived 采用真实服务器的设置。",
        ),
      );
    }
    break;
  }
}

// ---------------------------------------------------------------------------------------------- real servers and checkers

/** Checkers that connect by TCP. */
const TCP_CHECKERS = new Set(["TCP_CHECK", "HTTP_GET", "SSL_GET", "SMTP_CHECK"]);
const CONNECTING = new Set([...TCP_CHECKERS, "DNS_CHECK", "UDP_CHECK"]);

function checkRealServer(
  node: Node,
  rs: RealServer,
  vs: VirtualServer,
  port: number,
  options: CheckOptions,
  report: Report,
  names: ServiceFact["names"][number][],
): void {
  const base = node.base;
  if (
    rs.checkers.length === 0 &&
    node.hasBody &&
    !node.children.some((c) => c.has(Flag.Opaque) || c.keyword === undefined)
  ) {
    const udp = vs.protocol?.value === "UDP";
    report.add(
      noChecker,
      rs.start,
      rs.end,
      t(
        "Nothing checks this real server: it keeps its connections when it has failed.",
        "没有任何检查：该真实服务器失效后仍会收到连接。",
      ),
      udp
        ? {}
        : {
            fixes: [
              {
                title: t("Insert a TCP_CHECK", "插入 TCP_CHECK"),
                edits: insertBlock(node, ["TCP_CHECK {", "    connect_timeout 3", "}"]),
              },
            ],
          },
    );
  }
  const bfds = new Map<string, Checker>();
  for (const child of node.children) {
    const type = child.keyword?.name;
    if (type === undefined || child.kind !== Kind.Statement || child.context === undefined) continue;
    const checker = rs.checkers.find((c) => c.start === child.start - base);
    if (!checker) continue;
    const start = child.start - base;
    const end = child.end - base;
    const incomplete = (en: string, zh: string, lines?: readonly string[]) =>
      report.add(
        checkerIncomplete,
        start,
        end,
        t(`${en}; keepalived drops the check.`, `${zh}；keepalived 会丢弃该检查。`),
        {
          ...blockEnd(child),
          fixes: lines
            ? [
                {
                  title: t(
                    `Insert “${lines[0].replace(/ \{$/, "")}”`,
                    `插入“${lines[0].replace(/ \{$/, "")}”`,
                  ),
                  edits: insertBlock(child, lines),
                },
              ]
            : [],
        },
      );
    const opaque = child.children.some(
      (c) => c.has(Flag.Opaque) || (c.kind === Kind.Statement && c.keyword === undefined),
    );
    const first = (name: string) => child.children.find((c) => c.keyword?.name === name);
    switch (type) {
      case "HTTP_GET":
      case "SSL_GET": {
        const urls = child.children.filter((c) => c.keyword?.name === "url");
        if (urls.length === 0 && child.hasBody && !opaque) {
          incomplete("The check has no url", "检查没有 url", [
            "url {",
            "    path /",
            "    status_code 200",
            "}",
          ]);
        }
        for (const url of urls) {
          if (!url.hasBody) continue;
          const parts = url.children.map((c) => c.keyword?.name);
          if (!parts.includes("path") && !url.children.some((c) => c.has(Flag.Opaque))) {
            report.add(
              checkerIncomplete,
              url.start - base,
              url.end - base,
              t(
                `The url has no path; keepalived ${compareReleases(options.target, "2.3.0") < 0 ? "crashes" : "ignores it"}.`,
                `url 没有 path；keepalived ${compareReleases(options.target, "2.3.0") < 0 ? "会崩溃" : "会忽略它"}。`,
              ),
              {
                ...blockEnd(url),
                fixes: [{ title: t("Insert “path /”", "插入“path /”"), edits: insertBlock(url, ["path /"]) }],
              },
            );
          } else if (
            !parts.includes("status_code") &&
            !parts.includes("digest") &&
            !parts.includes("regex")
          ) {
            report.add(
              checkerAnyStatus,
              url.start - base,
              url.end - base,
              t(
                "Any status of 2xx counts as healthy, also that of an error page.",
                "任意 2xx 状态都视为健康，包括错误页面。",
              ),
            );
          }
        }
        if (!checker.connectPort || checker.connectPort.value === port) {
          const tlsPort = port === 443 || port === 8443 || port === 6443;
          if (type === "SSL_GET" && port === 80)
            tls(
              report,
              child,
              "SSL_GET speaks TLS; port 80 usually does not.",
              "SSL_GET 使用 TLS；80 端口通常不使用 TLS。",
              "HTTP_GET",
            );
          if (type === "HTTP_GET" && tlsPort)
            tls(
              report,
              child,
              `HTTP_GET speaks plain HTTP; port ${port} usually wants TLS.`,
              `HTTP_GET 使用明文 HTTP；${port} 端口通常需要 TLS。`,
              "SSL_GET",
            );
        }
        break;
      }
      case "MISC_CHECK": {
        if (!first("misc_path") && child.hasBody && !opaque)
          incomplete("The check has no misc_path", "检查没有 misc_path");
        const timeout = first("misc_timeout");
        const loop = vs.delayLoop?.value ?? 60;
        if (!timeout && first("misc_path")) {
          report.add(
            miscTimeout,
            start,
            end,
            t(
              "Without misc_timeout a script that hangs is never ended.",
              "没有 misc_timeout 时，挂起的脚本永远不会被结束。",
            ),
          );
        } else if (timeout && Number(timeout.word(1)) > loop) {
          report.add(
            miscTimeout,
            timeout.start - base,
            timeout.end - base,
            t(
              `The timeout is longer than delay_loop (${loop} s): checks pile up.`,
              `超时时间大于 delay_loop（${loop} 秒）：检查会堆积。`,
            ),
          );
        }
        const dynamic = first("misc_dynamic");
        if (dynamic && rs.weight) {
          report.add(
            miscDynamic,
            dynamic.start - base,
            dynamic.end - base,
            t(
              "With misc_dynamic the script's exit status sets the weight; the configured one counts only at the start.",
              "启用 misc_dynamic 后由脚本退出码决定权重；配置的权重只在启动时有效。",
            ),
          );
        }
        break;
      }
      case "FILE_CHECK": {
        const file = first("track_file");
        if (!file && child.hasBody && !opaque)
          incomplete("The check has no track_file", "检查没有 track_file");
        else if (checker.reference)
          names.push({
            kind: "track_file",
            name: checker.reference.value,
            start: checker.reference.start,
            end: checker.reference.end,
          });
        break;
      }
      case "BFD_CHECK": {
        const name = first("name");
        if (!name && child.hasBody && !opaque) incomplete("The check has no name", "检查没有 name");
        else if (checker.reference) {
          const { value } = checker.reference;
          if (bfds.has(value)) {
            report.add(
              checkerIncomplete,
              checker.reference.start,
              checker.reference.end,
              t(
                `Another BFD_CHECK of this real server watches ${quote(value)}; keepalived ignores this one.`,
                `该真实服务器的另一个 BFD_CHECK 已监视 ${quote(value)}；keepalived 会忽略此处。`,
              ),
            );
          } else
            names.push({
              kind: "bfd_instance",
              name: value,
              start: checker.reference.start,
              end: checker.reference.end,
            });
          bfds.set(value, checker);
        }
        break;
      }
      case "UDP_CHECK": {
        const min = first("min_reply_length");
        const max = first("max_reply_length");
        const low = min ? Number(min.word(1)) : 0;
        const high = max ? Number(max.word(1)) : 255;
        if (min && low > high) {
          report.add(
            replyLength,
            start,
            end,
            t(
              `min_reply_length ${low} is above max_reply_length ${high}: the check always fails.`,
              `min_reply_length ${low} 大于 max_reply_length ${high}：检查总会失败。`,
            ),
            { ...blockEnd(child) },
          );
        }
        break;
      }
    }
    addresses(checker, rs, child, report);
    if (TCP_CHECKERS.has(type) && vs.protocol?.value === "UDP" && !checker.connectPort) {
      report.add(
        checkerProtocol,
        start,
        end,
        t(
          `${type} connects by TCP, the service is UDP. Give the check a connect_port, or use UDP_CHECK, DNS_CHECK or MISC_CHECK.`,
          `${type} 使用 TCP 连接，而服务是 UDP。请为检查指定 connect_port，或使用 UDP_CHECK、DNS_CHECK、MISC_CHECK。`,
        ),
      );
    }
    if (
      CONNECTING.has(type) &&
      !checker.connectPort &&
      rs.port === 0 &&
      port === 0 &&
      type !== "DNS_CHECK" &&
      type !== "SMTP_CHECK" &&
      vs.target.kind !== "group" &&
      vs.target.kind !== "invalid"
    ) {
      report.add(
        checkerPort,
        start,
        end,
        t(
          "The real server has no port: the check needs connect_port.",
          "真实服务器没有端口：检查需要 connect_port。",
        ),
        {
          fixes: [
            {
              title: t("Insert “connect_port 80”", "插入“connect_port 80”"),
              edits: insertBlock(child, ["connect_port 80"]),
            },
          ],
        },
      );
    }
  }
  if (rs.inhibitOnFailure && vs.persistenceTimeout) {
    report.add(
      inhibitPersistence,
      rs.start,
      rs.end,
      t(
        "inhibit_on_failure keeps a failed real server with weight 0: persistent clients stay with it.",
        "inhibit_on_failure 会把失效的真实服务器保留为权重 0：会话保持的客户端仍会停留在该服务器。",
      ),
    );
  }
}

function tls(report: Report, child: Node, en: string, zh: string, by: string): void {
  const base = child.base;
  const fixes: Fix[] = [
    {
      title: t(`Replace by “${by}”`, `替换为“${by}”`),
      edits: [replace(child.wordStart(0) - base, child.wordEnd(0) - base, by)],
    },
  ];
  report.add(checkerTls, child.wordStart(0) - base, child.wordEnd(0) - base, t(en, zh), { fixes });
}

function addresses(checker: Checker, rs: RealServer, node: Node, report: Report): void {
  const target = checker.connectIp?.value ?? rs.address;
  if (isLinkLocal(target) && target.family === 6 && !checker.bindIf && CONNECTING.has(checker.type)) {
    report.add(
      checkerAddress,
      checker.start,
      checker.end,
      t(
        "A link-local target needs bind_if; keepalived drops the check.",
        "链路本地目标需要 bind_if；keepalived 会丢弃该检查。",
      ),
      { ...blockEnd(node) },
    );
  }
  if (checker.bindTo && checker.bindTo.value.family !== target.family) {
    // keepalived judges in the order of the statements, against the address of the real server until connect_ip is read.
    const connectFirst = checker.connectIp !== undefined && checker.connectIp.start > checker.bindTo.start;
    const at = connectFirst ? checker.connectIp! : checker.bindTo;
    report.add(
      checkerAddress,
      at.start,
      at.end,
      t(
        "bindto and the target of the check are of different address families; keepalived ignores the line.",
        "bindto 与检查目标的地址族不同；keepalived 会忽略该行。",
      ),
    );
  }
}

/** Edits that put lines at the end of a block, indented like its statements. */
export function insertBlock(node: Node, lines: readonly string[]): Edit[] {
  const source = node.tree.text;
  const lineOf = (offset: number) => source.lastIndexOf("\n", offset - 1) + 1;
  const indentAt = (offset: number) => /^[ \t]*/.exec(source.slice(lineOf(offset), offset))![0];
  const own = indentAt(node.start);
  const children = node.children;
  const first = children.find((c) => lineOf(c.start) > node.start);
  const indent = first ? indentAt(first.start) : `${own}    `;
  const body = lines.map((l) => `${indent}${l}\n`).join("");
  if (node.close >= 0) {
    const line = lineOf(node.close);
    if (source.slice(line, node.close).trim() === "")
      return [replace(line - node.base, line - node.base, body)];
    return [replace(node.close - node.base, node.close - node.base, `\n${body}${own}`)];
  }
  const end = node.fullEnd;
  const eol = source.indexOf("\n", end);
  const at = eol < 0 ? source.length : eol + 1;
  return [replace(at - node.base, at - node.base, eol < 0 ? `\n${body}` : body)];
}
