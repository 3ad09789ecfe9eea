/**
 * Virtual servers: what one block tells by itself. Real servers' health checks are in `checkers.ts`, services of a
 * virtual_server_group in `groups.ts`.
 */
import { keywordById } from "../language";
import {
  type Address,
  addressKey,
  formatAddress,
  isLoopback,
  parseIPv4,
  prefixOfNetmask,
  sameAddress,
} from "../language/address";
import { type Text, t } from "../language/schema";
import { commandOf, own } from "../model/build";
import type { Command, ForwardingMethod } from "../model/model";
import { Kind } from "../syntax/records";
import type { Node } from "../syntax/tree";
import { CheckerPass } from "./checkers";
import { nodeAt } from "./edits";
import {
  deleteFix,
  endAt,
  type FixMaker,
  insertBelowFix,
  insertFixes,
  insertStatement,
  moveBelowFix,
  writeFix,
} from "./insert";
import { type CheckOptions, type Edit, type Fix, type Report, type Rule, replace, rule } from "./rule";
import {
  CHECKERS,
  type GroupUse,
  IS_COMMAND,
  type NameFact,
  type PortUse,
  type Range,
  RecordReader,
  RS,
  type ServerFact,
  type ServiceFact,
  serviceKey,
  VS,
} from "./service-reader";
import { isUnknown, wrongFamily } from "./values";

export const missingProtocol = rule(
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
export const portMismatch = rule(
  "dr-port-mismatch",
  "warning",
  t(
    "With DR and TUN the port of a real server cannot differ from the virtual port.",
    "DR 和 TUN 模式下真实服务器端口不能与虚拟端口不同。",
  ),
  { profile: "essential" },
);
export const fwmarkPort = rule(
  "fwmark-port",
  "warning",
  t(
    "A port on a real server of a firewall mark service: keepalived clears it.",
    "防火墙标记服务的真实服务器写了端口：keepalived 会清除它。",
  ),
);
export const zeroPort = rule(
  "zero-port",
  "warning",
  t("A service for all ports needs persistence.", "面向所有端口的服务需要会话保持。"),
);
export const fwmarkProtocol = rule(
  "fwmark-protocol",
  "warning",
  t("protocol has no effect on a firewall mark service.", "protocol 对防火墙标记服务无效。"),
  { unnecessary: true },
);
export const opsProtocol = rule(
  "ops-needs-udp",
  "warning",
  t("One-packet scheduling works for UDP only.", "单包调度（ops）仅适用于 UDP。"),
);
export const suspendFwmark = rule(
  "ha-suspend-fwmark",
  "warning",
  t("ha_suspend needs a service with an address.", "ha_suspend 需要带地址的服务。"),
);
const duplicateServer = rule(
  "duplicate-real-server",
  "warning",
  t("The same real server twice in one virtual server.", "同一虚拟服务器中真实服务器重复。"),
);
const SCHEDULERS: ReadonlySet<string> = new Set(keywordById("virtual_server/lb_algo")?.spec.args[0].values);
const schedulerFlag = rule(
  "scheduler-flag",
  "error",
  t("A scheduler flag without its scheduler above it.", "调度算法标志的上方没有对应的调度算法。"),
);
const tunnelOption = rule(
  "tunnel-option",
  "error",
  t("Tunnel options that do not go together.", "隧道选项互相冲突。"),
);
const granularity = rule(
  "persistence-granularity",
  "error",
  t(
    "A persistence mask that is no netmask (IPv4) or prefix length (IPv6).",
    "会话保持掩码不是子网掩码（IPv4）或前缀长度（IPv6）。",
  ),
);
const sorryOrder = rule(
  "sorry-server-order",
  "error",
  t("A sorry server option without sorry_server above it.", "sorry_server 的选项上方没有 sorry_server。"),
);
const quorumRule = rule(
  "quorum",
  "warning",
  t("A quorum or hysteresis that the weights cannot meet.", "权重无法满足的 quorum 或 hysteresis。"),
);
const familyConflict = rule(
  "ip-family",
  "error",
  t("ip_family contradicts the addresses of the service.", "ip_family 与服务的地址矛盾。"),
);
const realIsVip = rule(
  "real-server-is-vip",
  "warning",
  t("A real server with the address of the virtual server.", "真实服务器使用了虚拟服务器的地址。"),
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
const largeWeight = rule("large-weight", "hint", t("A weight above 65535.", "权重大于 65535。"), {
  profile: "all",
});
const persistenceSpreads = rule(
  "persistence-and-scheduler",
  "information",
  t("Persistence hides what the scheduler does.", "会话保持掩盖了调度算法的效果。"),
  { profile: "all" },
);
const noSorryServer = rule(
  "no-sorry-server",
  "hint",
  t("Nothing answers when all real servers fail.", "所有真实服务器失效时没有应答者。"),
  { profile: "all" },
);

/** Whether a comment speaks of the ARP settings that the real servers of DR need. */
export const mentionsArp = (text: string): boolean =>
  /arp_ignore|arp_announce|arptables|dr-arp-note|noarp/i.test(text);

/** Checks the virtual server of a node and tells what the rest of the configuration has to know of it. */
export function checkService(
  node: Node,
  comments: string,
  options: CheckOptions,
  report: Report,
): ServiceFact {
  return new ServicePass(node, options, report).run(comments);
}

const NO_COMMANDS: readonly Command[] = [];
const NO_NAMES: readonly NameFact[] = [];
const NO_SERVERS: readonly ServerFact[] = [];
const NO_PORTS: readonly PortUse[] = [];

const NO_SORRY_SERVER = t(
  "There is no sorry_server: when all real servers fail, clients get no answer.",
  "没有 sorry_server：所有真实服务器失效时客户端得不到应答。",
);

/** A real server as it stands in the block. */
interface Server {
  readonly record: number;
  readonly address: Address;
  readonly port: number;
  /** Its own forwarding method. */
  readonly own: ForwardingMethod | undefined;
  readonly ownRecord: number;
  readonly weight: number | undefined;
  readonly weightRecord: number;
  /** Undefined: as the virtual server. */
  readonly inhibit: boolean | undefined;
  /** keepalived skips it: its address is of another family than the service. */
  readonly skipped: boolean;
}

class ServicePass {
  private readonly r: RecordReader;
  private readonly vs: number;
  private readonly block: number;

  private targetKind: "address" | "fwmark" | "group" | "invalid" = "invalid";
  private address: Address | undefined;
  private port = 0;
  private mark: number | undefined;

  private protocol: "TCP" | "UDP" | "SCTP" | undefined;
  private schedulerRecord = -1;
  private methodRecord = -1;
  private method: ForwardingMethod | undefined;
  /** There is a persistence_timeout; the service is persistent by it or by a granularity. */
  private timeoutSet = false;
  private persistent = false;
  /** As keepalived finds it out from one line after the other. */
  private family: 4 | 6 | undefined;
  /** The real server that decided about the family, where nothing above it did; -1 without. */
  private familyOf = -1;
  private sorry:
    | {
        readonly record: number;
        readonly address: Address;
        readonly port: number;
        readonly method: ForwardingMethod | undefined;
      }
    | undefined;

  /** A line of the block is not understood: then nothing is said to be missing. */
  private opaque = false;
  /** A line of the block holds a part whose text is not known. */
  private uncertain = false;
  private realRecords = 0;
  private readonly servers: Server[] = [];
  private commands: Command[] | undefined;
  private names: NameFact[] | undefined;
  private arpNote = false;
  /** Some real server has a health check, one of UDP, one by TCP. */
  private checked = false;
  private udpChecked = false;
  private tcpChecked = false;

  constructor(
    node: Node,
    private readonly options: CheckOptions,
    private readonly report: Report,
  ) {
    this.r = new RecordReader(node);
    this.vs = node.index;
    this.block = this.r.scan(this.vs);
  }

  run(comments: string): ServiceFact {
    const { r, vs } = this;
    this.readTarget();
    this.readBlock();
    this.checkServers();
    if (r.hasBody(vs) && !this.opaque) this.missing();
    this.checkSettings();
    this.checkSorry();
    return this.fact(comments !== "" && mentionsArp(comments));
  }

  // -------------------------------------------------------------------------------------------- reading

  private readTarget(): void {
    const { r, vs } = this;
    if (r.is(vs, 1, "fwmark")) {
      this.mark = r.int(vs, 2);
      if (this.mark !== undefined) this.targetKind = "fwmark";
    } else if (r.is(vs, 1, "group")) {
      if (r.wordCount(vs) > 2) this.targetKind = "group";
    } else {
      const address = r.address(vs, 1);
      const port = r.port(vs, 2);
      if (address && port !== undefined) {
        this.targetKind = "address";
        this.address = address;
        this.port = port;
        this.family = address.family;
      }
    }
    if (this.targetKind === "invalid" || r.unreadable(vs)) this.uncertain = true;
  }

  /** Reads the lines in their order, as keepalived does: some of them count only for what stands below. */
  private readBlock(): void {
    const { r, vs } = this;
    const end = r.next(vs);
    for (let c = r.firstChild(vs); c < end; c = r.next(c)) {
      const kind = r.kind(c);
      if (kind !== Kind.Statement) {
        if (kind === Kind.Comment && mentionsArp(r.slice(c))) this.arpNote = true;
        continue;
      }
      if (r.unreadable(c)) this.uncertain = true;
      const k = r.keyword(c);
      switch (k) {
        case -1:
          if (r.wordCount(c) > 0) this.opaque = true;
          break;
        case VS.protocol:
          this.protocol = protocolOf(r.word(c, 1)) ?? this.protocol;
          break;
        case VS.algo:
        case VS.sched:
          this.schedulerRecord = c;
          break;
        case VS.kind:
        case VS.method:
          this.methodRecord = c;
          this.method = r.forwarding(c) ?? this.method;
          this.checkTunnel(c);
          break;
        case VS.hashed:
        case VS.shPort:
        case VS.shFallback:
        case VS.mhPort:
        case VS.mhFallback:
          this.checkFlag(c);
          break;
        case VS.persistenceTimeout:
          if (r.wordCount(c) < 2 || r.int(c, 1) !== undefined || r.unreadable(c)) {
            this.timeoutSet = true;
            this.persistent = true;
          }
          break;
        case VS.persistenceGranularity:
          if (r.wordCount(c) > 1) this.checkGranularity(c);
          break;
        case VS.ipFamily:
          this.readFamily(c);
          break;
        case VS.sorry: {
          const address = r.address(c, 1);
          const port = r.port(c, 2);
          // keepalived keeps the one above when it cannot read this one.
          if (address && port !== undefined) this.sorry = { record: c, address, port, method: this.method };
          break;
        }
        case VS.sorryMethod:
          if (this.isMisplaced(c)) this.misplaced(c);
          this.checkTunnel(c);
          break;
        case VS.sorryInhibit:
          if (this.isMisplaced(c)) this.misplaced(c);
          break;
        case VS.real:
          this.realRecords++;
          this.readServer(c);
          break;
        default:
          if (IS_COMMAND[k]) {
            const command = commandOf(r.node(c));
            if (command) (this.commands ??= []).push(command);
          }
      }
    }
  }

  private readFamily(line: number): void {
    const { r } = this;
    const family = r.is(line, 1, "inet6") ? 6 : r.is(line, 1, "inet") ? 4 : undefined;
    if (family === undefined) return;
    if (this.family === undefined || this.family === family) {
      this.family = family;
      return;
    }
    this.report.add(
      familyConflict,
      r.wordStart(line, 1),
      r.wordEnd(line, 1),
      this.address
        ? t(
            `The address is IPv${this.family}; keepalived reports ip_family and ignores it.`,
            `地址是 IPv${this.family}；keepalived 会报告并忽略 ip_family。`,
          )
        : t(
            `The lines above make this an IPv${this.family} service; keepalived reports ip_family and ignores it.`,
            `上面的语句已确定该服务为 IPv${this.family}；keepalived 会报告并忽略 ip_family。`,
          ),
      { fixes: deleteFix(r.start(line), r.end(line), true) },
    );
  }

  private readServer(record: number): void {
    const { r } = this;
    const address = r.address(record, 1);
    const port = r.port(record, 2);
    if (!address || port === undefined) {
      this.uncertain = true;
      return;
    }
    const block = r.scan(record);
    const weightRecord = r.last(RS.weight, block);
    const ownRecord = r.last(RS.method, block);
    const inhibit = r.last(RS.inhibit, block);
    if (weightRecord >= 0 && r.unreadable(weightRecord)) this.uncertain = true;
    const own = ownRecord < 0 ? undefined : r.forwarding(ownRecord);
    let skipped = false;
    // keepalived compares when the block ends: with TUN the families may differ, if TUN is known by then.
    if ((own ?? this.method) !== "TUN") {
      if (this.family === undefined) {
        this.family = address.family;
        this.familyOf = record;
      } else skipped = this.family !== address.family;
    }
    this.servers.push({
      record,
      address,
      port,
      own,
      ownRecord,
      weight: weightRecord < 0 ? undefined : r.int(weightRecord, 1),
      weightRecord,
      inhibit: inhibit < 0 ? undefined : r.isOn(inhibit),
      skipped,
    });
  }

  private methodOf(server: Server): ForwardingMethod {
    return server.own ?? this.method ?? "NAT";
  }

  private has(k: number): boolean {
    return this.r.first(k, this.block) >= 0;
  }

  /** A statement that got onto the line of another one is not missing; that it is lost is said there. */
  private joined(name: string): boolean {
    const { r, vs } = this;
    const end = r.next(vs);
    for (let c = r.firstChild(vs); c < end; c = r.next(c)) {
      if (r.kind(c) !== Kind.Statement) continue;
      const words = r.wordCount(c);
      for (let n = 0; n < words; n++) {
        if (!r.is(c, n, name)) continue;
        if (n > 0) return true;
        break;
      }
    }
    return false;
  }

  private rangeOf(line: number): Range {
    return { start: this.r.start(line), end: this.r.end(line) };
  }

  // -------------------------------------------------------------------------------------------- what is missing

  private onHeader(what: Rule, message: Text, fixes?: FixMaker): void {
    const { r, vs } = this;
    this.report.add(what, r.start(vs), r.end(vs), message, fixes ? { fixes } : {});
  }

  private missing(): void {
    const { r, vs } = this;
    if (this.realRecords === 0) {
      const close = r.close(vs);
      this.report.add(
        noRealServer,
        r.start(vs),
        r.end(vs),
        t(
          "The virtual server has no real server; keepalived ignores it.",
          "虚拟服务器没有真实服务器；keepalived 会忽略它。",
        ),
        close >= 0 ? endAt(close) : {},
      );
      // keepalived looks no further.
      return;
    }
    if (this.targetKind === "address" && !this.has(VS.protocol) && !this.joined("protocol"))
      this.onHeader(missingProtocol, NO_PROTOCOL, insertFixes(vs, this.protocols()));
    if (this.schedulerRecord < 0 && !this.joined("lb_algo") && !this.joined("lvs_sched")) {
      this.onHeader(
        missingScheduler,
        t("No lb_algo is given: keepalived takes wlc.", "没有指定 lb_algo：keepalived 会使用 wlc。"),
        insertFixes(vs, ["lb_algo wlc"], true),
      );
    }
    if (
      this.methodRecord < 0 &&
      this.methodNeeded() &&
      !this.joined("lb_kind") &&
      !this.joined("lvs_method")
    ) {
      const owns = new Set(this.servers.map((s) => s.own));
      owns.delete(undefined);
      owns.add("NAT");
      this.onHeader(
        missingMethod,
        t(
          "No lb_kind is given: keepalived takes NAT, which needs the answers to come back through the director.",
          "没有指定 lb_kind：keepalived 会使用 NAT，此时应答报文必须经调度器返回。",
        ),
        insertFixes(vs, owns.size === 2 ? [...owns].map((m) => `lb_kind ${m}`) : ["lb_kind NAT"]),
      );
    }
  }

  /** Whether a real server or the sorry server has no forwarding method of its own. */
  private methodNeeded(): boolean {
    return (
      this.servers.length === 0 ||
      this.servers.some((s) => s.ownRecord < 0) ||
      (this.sorry !== undefined && !this.has(VS.sorryMethod))
    );
  }

  private protocols(): string[] {
    if (this.udpChecked) return ["protocol UDP", "protocol TCP"];
    return this.tcpChecked ? ["protocol TCP"] : ["protocol TCP", "protocol UDP"];
  }

  // -------------------------------------------------------------------------------------------- settings

  private checkSettings(): void {
    const { r, vs, block } = this;
    if (this.address && this.port === 0 && !this.persistent && r.hasBody(vs) && this.realRecords > 0)
      this.onHeader(zeroPort, ZERO_PORT, insertFixes(vs, [PERSISTENCE]));
    if (this.targetKind === "fwmark") {
      const line = r.last(VS.protocol, block);
      if (this.protocol)
        this.report.add(fwmarkProtocol, r.start(line), r.end(line), MARK_PROTOCOL, {
          fixes: deleteFix(r.start(line), r.end(line), true),
        });
      this.onEach(VS.haSuspend, suspendFwmark, MARK_SUSPEND);
    } else if (this.targetKind === "address" && this.protocol && this.protocol !== "UDP") {
      this.onEach(VS.ops, opsProtocol, opsMessage(this.protocol));
    }
  }

  /** Reports each line of a keyword, which keepalived drops. */
  private onEach(k: number, what: Rule, message: Text): void {
    const { r, vs } = this;
    if (!this.has(k)) return;
    const end = r.next(vs);
    for (let c = r.firstChild(vs); c < end; c = r.next(c))
      if (r.keyword(c) === k)
        this.report.add(what, r.start(c), r.end(c), message, {
          fixes: deleteFix(r.start(c), r.end(c), true),
        });
  }

  /** A flag of sh or mh. keepalived reports it with any other scheduler, but says nothing when it is of the other one. */
  private checkFlag(line: number): void {
    const { r, vs } = this;
    const name = r.word(line, 0);
    const scheduler = this.schedulerRecord < 0 ? "" : r.word(this.schedulerRecord, 1);
    // One that keepalived does not know is reported; the right one may be that of the flag.
    if (isUnknown(scheduler) || (scheduler !== "" && !SCHEDULERS.has(scheduler))) return;
    const start = r.start(line);
    const end = r.end(line);
    if (name === "hashed") {
      if (scheduler !== "sh" && scheduler !== "mh")
        this.report.add(
          schedulerFlag,
          start,
          end,
          t(
            `hashed goes with no scheduler but sh; keepalived ignores it.`,
            `hashed 只能与 sh 调度算法一起使用；keepalived 会忽略它。`,
          ),
          { fixes: deleteFix(start, end, true) },
        );
      return;
    }
    const want = name.slice(0, 2);
    if (scheduler === want) return;
    const silent = scheduler === "sh" || scheduler === "mh";
    let below = -1;
    for (let c = r.next(line); c < r.next(vs); c = r.next(c))
      if ((r.keyword(c) === VS.algo || r.keyword(c) === VS.sched) && r.is(c, 1, want)) below = c;
    this.report.add(
      schedulerFlag,
      start,
      end,
      below >= 0
        ? t(
            `${name} must stand below “${r.word(below, 0)} ${want}”; keepalived ignores it here.`,
            `${name} 必须写在“${r.word(below, 0)} ${want}”之后；keepalived 会忽略此处。`,
          )
        : t(
            `${name} is a flag of the scheduler ${want}; keepalived ignores it with ${scheduler || "wlc"}${silent ? " and says nothing" : ""}.`,
            `${name} 是 ${want} 调度算法的标志；调度算法为 ${scheduler || "wlc"} 时 keepalived 会忽略它${silent ? "，且没有任何提示" : ""}。`,
          ),
      {
        severity: silent ? "warning" : undefined,
        fixes: below >= 0 ? moveBelowFix(line, below, true) : deleteFix(start, end, true),
      },
    );
  }

  private isMisplaced(line: number): boolean {
    const { r, block } = this;
    const sorry = r.first(VS.sorry, block);
    return sorry < 0 || sorry > line;
  }

  private misplaced(line: number): void {
    const { r } = this;
    const name = r.word(line, 0);
    const sorry = r.first(VS.sorry, this.block);
    const { start, end } = this.rangeOf(line);
    this.report.add(
      sorryOrder,
      start,
      end,
      sorry >= 0
        ? t(
            `${name} counts only below sorry_server; keepalived ignores it here.`,
            `${name} 只有写在 sorry_server 之后才有效；keepalived 会忽略此处。`,
          )
        : t(
            `${name} needs a sorry_server above it; there is none, and keepalived ignores the line.`,
            `${name} 需要在其上方有 sorry_server；这里没有，keepalived 会忽略该行。`,
          ),
      { fixes: sorry >= 0 ? moveBelowFix(line, sorry, true) : deleteFix(start, end, true) },
    );
  }

  /** The mask by which clients are taken together; it switches persistence on. */
  private checkGranularity(line: number): void {
    const { r } = this;
    const value = r.word(line, 1);
    if (isUnknown(value)) {
      this.persistent = true;
      return;
    }
    const start = r.wordStart(line, 1);
    const end = r.wordEnd(line, 1);
    // Without an address the form of the mask decides about the family.
    const family = this.family ?? (value.includes(".") ? 4 : 6);
    const length = /^\/?\d{1,3}$/.test(value) ? Number(value.replace("/", "")) : -1;
    if (family === 6) {
      if (/^\d+$/.test(value) && length >= 1 && length <= 128) this.setFamily(6);
      else
        this.report.add(
          granularity,
          start,
          end,
          t(
            "For IPv6 the granularity is a prefix length from 1 to 128; keepalived ignores the line, so that there is no persistence by it.",
            "IPv6 的粒度是 1 到 128 的前缀长度；keepalived 会忽略该行，会话保持不会因此生效。",
          ),
          { fixes: length >= 1 && length <= 128 ? writeFix(start, end, String(length), true) : [] },
        );
      return;
    }
    const taken = parseIPv4(value) >= 0 ? parseIPv4(value) : legacyIPv4(value);
    const netmask =
      length > 0 && length <= 32
        ? formatAddress({ family: 4, value: (0xffffffff << (32 - length)) >>> 0 })
        : undefined;
    if (taken === undefined) {
      this.report.add(
        granularity,
        start,
        end,
        t(
          "For IPv4 the granularity is a netmask such as 255.255.255.0; keepalived ignores the line, so that there is no persistence by it.",
          "IPv4 的粒度是子网掩码，例如 255.255.255.0；keepalived 会忽略该行，会话保持不会因此生效。",
        ),
        { fixes: netmask ? writeFix(start, end, netmask, true) : [] },
      );
      return;
    }
    this.setFamily(4);
    const mask = formatAddress({ family: 4, value: taken });
    if (prefixOfNetmask(mask) !== undefined && taken !== 0) return;
    this.report.add(
      granularity,
      start,
      end,
      mask === value
        ? t(
            `${mask} is no netmask: its ones are not together at the left. keepalived takes it as it is, and clients of different networks share a real server.`,
            `${mask} 不是子网掩码：1 位不是从左起连续的。keepalived 会照样使用，使不同网络的客户端共用一台真实服务器。`,
          )
        : t(
            `keepalived takes ${value} for the netmask ${mask}, without a word: write the netmask in full.`,
            `keepalived 会把 ${value} 当作子网掩码 ${mask}，且没有任何提示：请写出完整的子网掩码。`,
          ),
      { severity: "warning", fixes: netmask ? writeFix(start, end, netmask, true) : [] },
    );
  }

  private setFamily(family: 4 | 6): void {
    this.family ??= family;
    this.persistent = true;
  }

  /** Checks the tunnel options of a line that sets a forwarding method. */
  private checkTunnel(line: number): void {
    const { r } = this;
    const count = r.wordCount(line);
    if (count < 3 || r.unreadable(line) || r.forwarding(line) === undefined) return;
    let type = 0;
    let port = -1;
    let checksum = -1;
    for (let n = 2; n < count; n++) {
      if (r.is(line, n, "type") && n + 1 < count) type = ++n;
      else if (r.is(line, n, "port") && n + 1 < count) port = ++n;
      else if (r.is(line, n, "csum") || r.is(line, n, "remcsum")) checksum = n;
      else if (r.is(line, n, "nocsum")) checksum = -1;
    }
    const kind = type > 0 ? r.word(line, type) : "ipip";
    if (kind !== "ipip" && kind !== "gre" && kind !== "gue") return;
    const bad = (from: number, to: number, message: Text, fixes: readonly Fix[]) =>
      this.report.add(tunnelOption, r.wordStart(line, from), r.wordEnd(line, to), message, { fixes });
    const without = (from: number, to: number): readonly Fix[] => {
      const end = r.wordEnd(line, to);
      const shown = own(r.text.slice(r.base + r.wordStart(line, from), r.base + end));
      return [
        {
          title: t(`Delete “${shown}”`, `删除“${shown}”`),
          edits: [replace(r.wordEnd(line, from - 1), end, "")],
          safe: true,
        },
      ];
    };
    if (kind === "gue" && port < 0) {
      const at = r.wordEnd(line, type);
      bad(
        type - 1,
        type,
        t(
          "A gue tunnel needs its UDP port; keepalived reports it and encapsulates with ipip.",
          "gue 隧道需要 UDP 端口；keepalived 会报告，并改用 ipip 封装。",
        ),
        [{ title: t("Insert “port 6080”", "插入“port 6080”"), edits: [replace(at, at, " port 6080")] }],
      );
      return;
    }
    if (kind !== "gue" && port >= 0) {
      bad(
        port - 1,
        port,
        t(
          `Only gue tunnels have a port; keepalived reports it and takes no tunnel option of the line.`,
          `只有 gue 隧道有端口；keepalived 会报告，并且不采用该行的任何隧道选项。`,
        ),
        without(port - 1, port),
      );
      return;
    }
    if (checksum < 0) return;
    if (kind === "ipip")
      bad(
        checksum,
        checksum,
        t(
          "ipip tunnels have no checksum option; keepalived reports it and takes no tunnel option of the line.",
          "ipip 隧道没有校验和选项；keepalived 会报告，并且不采用该行的任何隧道选项。",
        ),
        without(checksum, checksum),
      );
    else if (kind === "gre" && r.is(line, checksum, "remcsum"))
      bad(
        checksum,
        checksum,
        t(
          "gre tunnels have no remote checksum; keepalived reports it and encapsulates with ipip.",
          "gre 隧道不支持远端校验和；keepalived 会报告，并改用 ipip 封装。",
        ),
        without(checksum, checksum),
      );
  }

  // -------------------------------------------------------------------------------------------- real servers

  private checkServers(): void {
    const { r, block, servers } = this;
    if (servers.length === 0) return;
    const checkers = new CheckerPass(r, this.options, this.report, {
      protocol: this.protocol,
      port: this.port,
      delayLoop: r.last(VS.delayLoop, block),
      persistent: this.timeoutSet,
      inhibit: this.has(VS.inhibit),
      names: (name) => (this.names ??= []).push(name),
      commands: (command) => (this.commands ??= []).push(command),
    });
    const common = r.last(VS.weight, block);
    const commonWeight = (common < 0 ? undefined : r.int(common, 1)) ?? 1;
    let total = 0;
    const weights: number[] = [];
    for (let i = 0; i < servers.length; i++) {
      const s = servers[i];
      const method = this.methodOf(s);
      const removed = this.checkDuplicate(i);
      if (s.skipped) this.otherFamily(s, method);
      const start = r.wordStart(s.record, 1);
      if (this.address && sameAddress(s.address, this.address) && !isLoopback(s.address)) {
        this.report.add(
          realIsVip,
          start,
          r.wordEnd(s.record, 1),
          t(
            "This is the address of the virtual server itself: packets end on the director, and on a standby director, which does not have the address, the check fails.",
            "这是虚拟服务器自身的地址：报文会终止在调度器本机；而备用调度器没有该地址，健康检查会失败。",
          ),
        );
      }
      if (s.port !== 0 && method !== "NAT") this.checkPort(s.record, s.port, method);
      checkers.check(s);
      if (s.ownRecord >= 0) this.checkOwnTunnels(s.record);
      if (removed || s.skipped) continue;
      const weight = s.weight ?? commonWeight;
      total += weight;
      if (!weights.includes(weight)) weights.push(weight);
      if (weight > 65535 && s.weight !== undefined) {
        this.report.add(
          largeWeight,
          r.wordStart(s.weightRecord, 1),
          r.wordEnd(s.weightRecord, 1),
          t(
            "Many builds of ipvsadm take weights up to 65535 only: they cannot set or restore this one. Only the ratio of the weights counts.",
            "许多版本的 ipvsadm 权重上限是 65535：无法用它们设置或恢复该权重。起作用的只是权重之间的比例。",
          ),
        );
      }
    }
    this.checked = checkers.checked;
    this.udpChecked = checkers.udp;
    this.tcpChecked = checkers.tcp;
    if (this.realRecords === servers.length && !this.uncertain && weights.length > 0)
      this.checkWeights(total, weights, checkers.dynamic);
    this.checkPersistence();
  }

  private checkOwnTunnels(record: number): void {
    const { r } = this;
    const end = r.next(record);
    for (let c = r.firstChild(record); c < end; c = r.next(c))
      if (r.keyword(c) === RS.method) this.checkTunnel(c);
  }

  private otherFamily(s: Server, method: ForwardingMethod): void {
    const { r } = this;
    const close = r.close(s.record);
    const below = method === "TUN";
    this.report.add(
      wrongFamily,
      r.wordStart(s.record, 1),
      r.wordEnd(s.record, 1),
      below
        ? t(
            `The service is IPv${this.family}, the real server IPv${s.address.family}: that needs TUN above the real server, but it stands below. keepalived skips the real server.`,
            `服务为 IPv${this.family}，真实服务器为 IPv${s.address.family}：TUN 必须写在真实服务器之前，而这里写在之后。keepalived 会跳过该真实服务器。`,
          )
        : t(
            `The service is IPv${this.family}, the real server IPv${s.address.family}: only TUN can do that. keepalived skips the real server.`,
            `服务为 IPv${this.family}，真实服务器为 IPv${s.address.family}：只有 TUN 支持。keepalived 会跳过该真实服务器。`,
          ),
      {
        related: [
          ...(close >= 0 ? endAt(close).related : []),
          ...(this.familyOf >= 0
            ? [
                {
                  start: r.wordStart(this.familyOf, 1),
                  end: r.wordEnd(this.familyOf, 1),
                  message: t("The first real server decides", "由第一个真实服务器决定"),
                },
              ]
            : []),
        ],
      },
    );
  }

  /** @returns whether keepalived removes the real server. */
  private checkDuplicate(i: number): boolean {
    const { r, servers } = this;
    const s = servers[i];
    const exact = this.earlier(i, s.port);
    // A port that is left out is filled in later: then IPVS gets the same real server twice.
    const filled =
      exact < 0 && this.targetKind === "address" && this.port !== 0
        ? this.earlier(i, s.port === 0 ? this.port : s.port === this.port ? 0 : -1)
        : -1;
    const first = exact < 0 ? filled : exact;
    if (first < 0) return false;
    const before = servers[first].record;
    const close = r.close(s.record);
    this.report.add(
      duplicateServer,
      r.wordStart(s.record, 1),
      r.wordEnd(s.record, Math.min(2, r.wordCount(s.record) - 1)),
      exact >= 0
        ? t(
            "This real server stands above already; keepalived removes the second.",
            "上面已有该真实服务器；keepalived 会删除第二个。",
          )
        : t(
            `With port ${this.port} of the virtual server this real server stands above already; IPVS refuses the second.`,
            `加上虚拟服务器的端口 ${this.port}，上面已有该真实服务器；IPVS 会拒绝第二个。`,
          ),
      {
        related: [{ ...this.rangeOf(before), message: t("The first one", "第一个") }],
        fixes:
          r.hasBody(s.record) && close < 0
            ? []
            : deleteFix(
                r.start(s.record),
                close < 0 ? r.end(s.record) : close + 1,
                exact >= 0,
                t("Delete the second real server", "删除第二个真实服务器"),
              ),
      },
    );
    return exact >= 0;
  }

  /** Position of the same real server, with a given port, further above; -1 without. */
  private earlier(i: number, port: number): number {
    const { servers } = this;
    if (port < 0) return -1;
    const { address } = servers[i];
    if (servers.length > 16) {
      this.index ??= indexOf(servers);
      const first = this.index.get(keyOf(address, port));
      return first !== undefined && first < i ? first : -1;
    }
    for (let n = 0; n < i; n++)
      if (servers[n].port === port && sameAddress(servers[n].address, address)) return n;
    return -1;
  }
  private index: Map<string, number> | undefined;

  /** The port of a server of DR or TUN. */
  private checkPort(line: number, port: number, method: ForwardingMethod): void {
    const { r } = this;
    const start = r.wordStart(line, 2);
    const end = r.wordEnd(line, 2);
    if (this.targetKind === "fwmark") {
      this.report.add(fwmarkPort, start, end, markPortMessage(method), { fixes: deletePort(line, port) });
    } else if (this.targetKind === "address" && port !== this.port) {
      const virtual = this.port;
      this.report.add(
        portMismatch,
        start,
        end,
        t(
          `${method} does not rewrite the packet, so the port stays ${virtual || "the one the client chose"}; keepalived resets ${port}. Only NAT can map ports.`,
          `${method} 不改写报文，端口仍为 ${virtual || "客户端所选端口"}；keepalived 会重置 ${port}。只有 NAT 能映射端口。`,
        ),
        { fixes: virtual === 0 ? deletePort(line, port) : writeFix(start, end, String(virtual), true) },
      );
    }
  }

  private checkWeights(total: number, weights: readonly number[], dynamic: boolean): void {
    const { r, block } = this;
    if (total === 0) {
      this.onHeader(
        allWeightsZero,
        dynamic
          ? t(
              "Every real server starts with weight 0: keepalived reduces the quorum to 0 and sets a hysteresis that is never reached. Let the checks lower a weight instead of raising it.",
              "所有真实服务器的初始权重都为 0：keepalived 会把 quorum 降为 0，并设置永远达不到的 hysteresis。请让检查降低权重，而不是提高权重。",
            )
          : t(
              "Every real server has weight 0: IPVS schedules no connection to any of them.",
              "所有真实服务器的权重都为 0：IPVS 不会向任何一台调度连接。",
            ),
      );
      return;
    }
    const quorumLine = r.last(VS.quorum, block);
    const written = quorumLine < 0 ? undefined : r.int(quorumLine, 1);
    let quorum = written ?? 1;
    // Servers that take part only after a check (alpha) count for the quorum all the same.
    if (written !== undefined && quorum > total) {
      const start = r.wordStart(quorumLine, 1);
      const end = r.wordEnd(quorumLine, 1);
      this.report.add(
        quorumRule,
        start,
        end,
        t(
          `The quorum ${quorum} is above the sum of the weights, ${total}; keepalived uses ${total}.`,
          `quorum ${quorum} 大于权重之和 ${total}；keepalived 使用 ${total}。`,
        ),
        { fixes: writeFix(start, end, String(total), true) },
      );
      quorum = total;
    }
    const hysteresisLine = r.last(VS.hysteresis, block);
    const hysteresis = hysteresisLine < 0 ? undefined : r.int(hysteresisLine, 1);
    if (hysteresis !== undefined && hysteresis >= quorum) {
      const start = r.wordStart(hysteresisLine, 1);
      const end = r.wordEnd(hysteresisLine, 1);
      const most = quorum - 1;
      this.report.add(
        quorumRule,
        start,
        end,
        t(
          `The hysteresis must be below the quorum, ${quorum}; keepalived uses ${most}.`,
          `hysteresis 必须小于 quorum（${quorum}）；keepalived 使用 ${most}。`,
        ),
        {
          fixes:
            most > 0
              ? writeFix(start, end, String(most), true)
              : deleteFix(r.start(hysteresisLine), r.end(hysteresisLine), true),
        },
      );
    }
    const line = this.schedulerRecord;
    if (line < 0 || weights.length < 2 || weights.includes(0)) return;
    if (!r.is(line, 1, "rr") && !r.is(line, 1, "lc")) return;
    const scheduler = own(r.word(line, 1));
    const start = r.wordStart(line, 1);
    const end = r.wordEnd(line, 1);
    this.report.add(
      unusedWeights,
      start,
      end,
      t(
        `${scheduler} ignores the weights, which differ here; w${scheduler} heeds them.`,
        `${scheduler} 会忽略权重，而这里的权重不同；w${scheduler} 会考虑权重。`,
      ),
      { fixes: writeFix(start, end, `w${scheduler}`) },
    );
  }

  private checkPersistence(): void {
    const { r, block } = this;
    const line = this.schedulerRecord;
    if (!this.timeoutSet || line < 0 || !(r.is(line, 1, "rr") || r.is(line, 1, "wrr"))) return;
    const timeout = r.last(VS.persistenceTimeout, block);
    this.report.add(
      persistenceSpreads,
      r.start(timeout),
      r.end(timeout),
      t(
        "A client stays with one real server while persistence lasts: a test from one machine shows no scheduling, and clients behind one NAT address all get the same real server.",
        "会话保持期间同一客户端固定在一台真实服务器上：从单台机器测试看不到调度效果，同一 NAT 地址后的客户端也都落到同一台真实服务器。",
      ),
    );
  }

  // -------------------------------------------------------------------------------------------- the sorry server

  private checkSorry(): void {
    const { r, block, sorry } = this;
    if (!sorry) {
      if (this.checked && !this.has(VS.sorry)) this.onHeader(noSorryServer, NO_SORRY_SERVER);
      return;
    }
    const line = sorry.record;
    const methodLine = r.last(VS.sorryMethod, block);
    const ownMethod = methodLine < line ? undefined : r.forwarding(methodLine);
    const start = r.wordStart(line, 1);
    const end = r.wordEnd(line, 1);
    if (
      this.family !== undefined &&
      sorry.address.family !== this.family &&
      (ownMethod ?? sorry.method) !== "TUN"
    ) {
      const close = r.close(this.vs);
      this.report.add(
        wrongFamily,
        start,
        end,
        t(
          `The service is IPv${this.family}, the sorry server IPv${sorry.address.family}; keepalived ignores it.`,
          `服务为 IPv${this.family}，sorry_server 为 IPv${sorry.address.family}；keepalived 会忽略它。`,
        ),
        close >= 0 ? endAt(close) : {},
      );
    }
    const method = ownMethod ?? this.method ?? "NAT";
    if (method !== "NAT" && sorry.port !== 0) this.checkPort(line, sorry.port, method);
    for (const s of this.servers) {
      if ((s.port || this.port) !== (sorry.port || this.port) || !sameAddress(s.address, sorry.address))
        continue;
      this.report.add(
        sorryEqualsReal,
        start,
        r.end(line),
        t(
          "The sorry server is one of the real servers: when it is needed, that has failed, too.",
          "sorry_server 就是其中一台真实服务器：需要它时，它自己也已失效。",
        ),
        { related: [{ ...this.rangeOf(s.record), message: t("The real server", "真实服务器") }] },
      );
      if (s.port === sorry.port) this.compareInhibit(line, s);
      break;
    }
  }

  /** keepalived has one entry in IPVS for the two, which can be inhibited or not. */
  private compareInhibit(sorry: number, s: Server): void {
    const { r, block } = this;
    const inhibit = s.inhibit ?? this.has(VS.inhibit);
    const option = r.last(VS.sorryInhibit, block);
    const set = option > sorry;
    if (inhibit === set) return;
    const { start, end } = set ? this.rangeOf(option) : this.rangeOf(sorry);
    this.report.add(
      sorryInhibit,
      start,
      end,
      inhibit
        ? t(
            "The real server of the same address has inhibit_on_failure, the sorry server has not; keepalived sets it here, too.",
            "同一地址的真实服务器设置了 inhibit_on_failure，而 sorry_server 没有；keepalived 会在此处也设置。",
          )
        : t(
            "The real server of the same address has no inhibit_on_failure; keepalived clears sorry_server_inhibit.",
            "同一地址的真实服务器没有 inhibit_on_failure；keepalived 会清除 sorry_server_inhibit。",
          ),
      {
        fixes: inhibit ? insertBelowFix(sorry, "sorry_server_inhibit", true) : deleteFix(start, end, true),
      },
    );
  }

  // -------------------------------------------------------------------------------------------- the rest

  private key(): string | number {
    const { address, port, mark } = this;
    if (mark !== undefined) return `fwmark ${mark} ${this.family ?? 4}`;
    return address ? serviceKey(address, port, this.protocol ?? "UDP") : "";
  }

  private fact(arpNote: boolean): ServiceFact {
    const { r, vs, servers, block } = this;
    const start = r.start(vs);
    const end = r.end(vs);
    let dr: Server | undefined;
    const list = servers.map((s): ServerFact => {
      const method = this.methodOf(s);
      if (method === "DR") dr ??= s;
      return {
        address: s.address,
        start: r.wordStart(s.record, 1),
        end: r.wordEnd(s.record, 1),
        method,
        port: s.port,
      };
    });
    const drLine = dr?.own ? dr.ownRecord : this.method ? this.methodRecord : -1;
    // The last one may have lost its method.
    const drWord = drLine >= 0 && r.wordCount(drLine) > 1 ? 1 : 0;
    const sorryLine = r.last(VS.sorryMethod, block);
    return {
      record: vs,
      start,
      end,
      address: this.address,
      addressStart: this.address ? r.wordStart(vs, 1) : start,
      addressEnd: this.address ? r.wordEnd(vs, 1) : end,
      port: this.port,
      key: this.key(),
      fwmark: this.targetKind === "fwmark" ? this.mark : undefined,
      group: this.targetKind === "group" ? this.groupUse() : undefined,
      protocol: this.protocol ?? "UDP",
      dr: dr !== undefined || this.method === "DR" || (sorryLine >= 0 && r.forwarding(sorryLine) === "DR"),
      drStart: drLine < 0 ? start : r.wordStart(drLine, drWord),
      drEnd: drLine < 0 ? end : r.wordEnd(drLine, drWord),
      arpNote: arpNote || this.arpNote,
      servers: list.length > 0 ? list : NO_SERVERS,
      names: this.names ?? NO_NAMES,
      commands: this.commands ?? NO_COMMANDS,
    };
  }

  private groupUse(): GroupUse {
    const { r, vs, block, sorry } = this;
    const line = (k: number): Range | undefined => {
      const record = r.last(k, block);
      return record < 0 ? undefined : this.rangeOf(record);
    };
    const ports: PortUse[] = [];
    const add = (record: number, port: number, method: ForwardingMethod) => {
      if (method === "NAT" || port === 0) return;
      ports.push({ record, port, method, start: r.wordStart(record, 2), end: r.wordEnd(record, 2) });
    };
    for (const s of this.servers) if (!s.skipped) add(s.record, s.port, this.methodOf(s));
    if (sorry) {
      const own = r.last(VS.sorryMethod, block);
      add(sorry.record, sorry.port, (own < 0 ? undefined : r.forwarding(own)) ?? this.method ?? "NAT");
    }
    return {
      name: own(r.word(vs, 2)),
      start: r.wordStart(vs, 2),
      end: r.wordEnd(vs, 2),
      complete: r.hasBody(vs) && !this.opaque && this.realRecords > 0,
      protocol:
        this.has(VS.protocol) || this.joined("protocol")
          ? (line(VS.protocol) ?? this.rangeOf(vs))
          : undefined,
      protocolName: this.protocol,
      protocols: this.protocols(),
      ops: line(VS.ops),
      haSuspend: line(VS.haSuspend),
      persistent: this.persistent,
      ports: ports.length > 0 ? ports : NO_PORTS,
    };
  }
}

// ---------------------------------------------------------------------------------------------- shared with groups.ts

/** What keepalived makes persistent by itself lasts this long. */
export const PERSISTENCE = "persistence_timeout 360";
export const NO_PROTOCOL = t(
  "No protocol is given: keepalived takes UDP, and TCP clients get no service.",
  "没有指定 protocol：keepalived 会使用 UDP，TCP 客户端得不到服务。",
);
export const ZERO_PORT = t(
  "A service without port takes every port and needs persistence; keepalived sets persistence_timeout 360.",
  "没有端口的服务接收所有端口，需要会话保持；keepalived 会设置 persistence_timeout 360。",
);
export const MARK_PROTOCOL = t(
  "A firewall mark selects packets of any protocol; keepalived ignores this line.",
  "防火墙标记可选中任何协议的报文；keepalived 会忽略该行。",
);
export const MARK_SUSPEND = t(
  "ha_suspend waits for an address of the service, and a firewall mark has none; keepalived clears it.",
  "ha_suspend 依据服务的地址，而防火墙标记没有地址；keepalived 会清除它。",
);
export const opsMessage = (protocol: string): Text =>
  t(
    `ops works for UDP only, not ${protocol}; keepalived clears it.`,
    `ops 仅适用于 UDP，而不是 ${protocol}；keepalived 会清除它。`,
  );
export const markPortMessage = (method: ForwardingMethod): Text =>
  t(
    `With ${method} a service of a firewall mark keeps the port of the packet; keepalived clears this one.`,
    `${method} 模式下防火墙标记服务沿用报文的端口；keepalived 会清除此端口。`,
  );

/** Deletes the port of a server. Its checks go on connecting there: those that had it from the server get it themselves. */
export const deletePort =
  (record: number, port: number): FixMaker =>
  (place) => {
    const node = nodeAt(place, record);
    const edits: Edit[] = [replace(node.wordEnd(1) - place.base, node.wordEnd(2) - place.base, "")];
    for (const check of node.children) {
      const keys = check.keyword && CHECKERS[check.keyword.index];
      if (!keys?.connecting || !check.hasBody || check.child("connect_port") || check.child("host")) continue;
      edits.push(...insertStatement(check, `connect_port ${port}`));
    }
    return [{ title: t("Delete the port", "删除端口"), edits, safe: true }];
  };

// ---------------------------------------------------------------------------------------------- small parts

function protocolOf(word: string): "TCP" | "UDP" | "SCTP" | undefined {
  if (word === "TCP" || word === "UDP" || word === "SCTP") return word;
  const upper = word.toUpperCase();
  return upper === "TCP" || upper === "UDP" || upper === "SCTP" ? upper : undefined;
}

/** An IPv4 address of fewer than four parts, or with octal or hexadecimal ones, as inet_aton(3) takes it. */
function legacyIPv4(word: string): number | undefined {
  const parts = word.split(".");
  if (parts.length > 4) return undefined;
  const numbers: number[] = [];
  for (const part of parts) {
    if (!/^(0[xX][0-9A-Fa-f]+|0[0-7]*|[1-9]\d*)$/.test(part)) return undefined;
    numbers.push(/^0[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number(part));
  }
  const rest = numbers.pop()!;
  if (numbers.some((n) => n > 255) || rest >= 256 ** (4 - numbers.length)) return undefined;
  return numbers.reduce((sum, n, i) => sum + n * 256 ** (3 - i), rest);
}

const keyOf = (address: Address, port: number): string => `${addressKey(address)} ${port}`;

/** Position of the first server of each address and port. */
function indexOf(servers: readonly Server[]): Map<string, number> {
  const index = new Map<string, number>();
  for (let i = 0; i < servers.length; i++) {
    const key = keyOf(servers[i].address, servers[i].port);
    if (!index.has(key)) index.set(key, i);
  }
  return index;
}
