/** Real servers and their health checks. */
import { compareReleases, keywordById } from "../language";
import { type Address, isLinkLocal } from "../language/address";
import { type Text, t } from "../language/schema";
import { commandOf, own } from "../model/build";
import type { CheckerType, Command } from "../model/model";
import { Kind } from "../syntax/records";
import { deleteFix, endAt, type FixMaker, insertLinesFix, moveBelowFix, oneOf, writeFix } from "./insert";
import {
  type CheckOptions,
  type Fix,
  type Problem,
  quote,
  type Report,
  type Rule,
  replace,
  rule,
  type Severity,
} from "./rule";
import { CHECKERS, type CheckerKeys, IS_COMMAND, type NameFact, type RecordReader } from "./service-reader";

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
const inhibitPersistence = rule(
  "inhibit-and-persistence",
  "information",
  t("Failed real servers keep their persistent clients.", "失效的真实服务器仍保留会话保持的客户端。"),
  { profile: "all" },
);
const miscTimeout = rule(
  "misc-check-timeout",
  "information",
  t("A check script that may run longer than its interval.", "检查脚本允许的运行时间超过检查间隔。"),
  { profile: "all" },
);
const miscDynamic = rule(
  "misc-dynamic-weight",
  "information",
  t("misc_dynamic overrides the configured weight.", "misc_dynamic 会覆盖配置的权重。"),
  { profile: "all" },
);
/** What the checks of a real server have to know of its virtual server. */
export interface CheckedService {
  readonly protocol: "TCP" | "UDP" | "SCTP" | undefined;
  /** 0 without. */
  readonly port: number;
  /** Record of the line, -1 without. */
  readonly delayLoop: number;
  readonly persistent: boolean;
  readonly inhibit: boolean;
  names(name: NameFact): void;
  commands(command: Command): void;
}

/** A real server whose address could be read. */
export interface CheckedServer {
  readonly record: number;
  readonly address: Address;
  /** 0: none is written. */
  readonly port: number;
  /** Record of the weight, -1 without. */
  readonly weightRecord: number;
  readonly weight: number | undefined;
  /** Undefined: as the virtual server. */
  readonly inhibit: boolean | undefined;
}

/** What keepalived knows of the connection of a check when it has read some of its lines. */
class Connection {
  bound: Address | undefined;
  /** The line of bindto. */
  bind = -1;
  /** bind_if is there. */
  device = false;
  /** Anything is set. */
  set = false;
  /** A line is not taken. */
  faulty = false;
  target: Address | undefined;
  constructor(readonly real: Address) {
    this.target = real;
  }
}

const id = (path: string): number => {
  const keyword = keywordById(`virtual_server/real_server/${path}`);
  if (!keyword) throw new Error(`${path} is no keyword.`);
  return keyword.index;
};
const urlKeys = (type: "HTTP_GET" | "SSL_GET") => ({
  url: id(`${type}/url`),
  path: id(`${type}/url/path`),
  status: id(`${type}/url/status_code`),
  digest: id(`${type}/url/digest`),
  regex: id(`${type}/url/regex`),
});
const URL_KEYS = { HTTP_GET: urlKeys("HTTP_GET"), SSL_GET: urlKeys("SSL_GET") };
const MISC = {
  path: id("MISC_CHECK/misc_path"),
  timeout: id("MISC_CHECK/misc_timeout"),
  dynamic: id("MISC_CHECK/misc_dynamic"),
  delayLoop: id("MISC_CHECK/delay_loop"),
  user: id("MISC_CHECK/user"),
};
const SERVER_DELAY_LOOP = id("delay_loop");
const FILE = id("FILE_CHECK/track_file");
const BFD = id("BFD_CHECK/name");
const MIN_REPLY = id("UDP_CHECK/min_reply_length");
const MAX_REPLY = id("UDP_CHECK/max_reply_length");
const SMTP_HOST = id("SMTP_CHECK/host");
type ConnectionKeys = Pick<CheckerKeys, "connectIp" | "bindTo" | "bindIf">;
const HOST_KEYS: ConnectionKeys = {
  connectIp: id("SMTP_CHECK/host/connect_ip"),
  bindTo: id("SMTP_CHECK/host/bindto"),
  bindIf: id("SMTP_CHECK/host/bind_if"),
};
/** An SMTP_CHECK without any of these connects to its hosts only. */
const SETS_CONNECTION: ReadonlySet<number> = new Set(
  "connect_ip connect_port bindto bind_port bind_if connect_timeout fwmark"
    .split(" ")
    .flatMap((name) => [id(`SMTP_CHECK/${name}`), id(`SMTP_CHECK/host/${name}`)]),
);
const TLS_COMPLIANT = id("SSL_GET/tls_compliant");
const DNS_PORT = 53;
/** Ports to choose from where nothing else is known. */
const USUAL_PORTS: Partial<Record<CheckerType, readonly number[]>> = {
  TCP_CHECK: [80, 443],
  HTTP_GET: [80],
  SSL_GET: [443],
  SMTP_CHECK: [25],
  DNS_CHECK: [DNS_PORT],
};
const TLS_PORTS: readonly number[] = [443, 6443, 8443];
/** Checks every so many seconds where delay_loop says nothing else. */
const DEFAULT_DELAY_LOOP = 60;
/** Longest reply that UDP_CHECK takes without max_reply_length. */
const DEFAULT_MAX_REPLY = 255;

/** Checks the real servers of one virtual server. */
export class CheckerPass {
  /** Some real server has a health check. */
  checked = false;
  /** Some health check uses UDP, TCP. */
  udp = false;
  tcp = false;
  /** The weight of some real server may change by its check. */
  dynamic = false;

  constructor(
    private readonly r: RecordReader,
    private readonly options: CheckOptions,
    private readonly report: Report,
    private readonly service: CheckedService,
  ) {}

  /** The release has UDP_CHECK. */
  private get newChecks(): boolean {
    return compareReleases(this.options.target, "2.1.0") >= 0;
  }
  /** The release does not survive a URL check without URL. */
  private get crashes(): boolean {
    return compareReleases(this.options.target, "2.3.0") < 0;
  }

  check(server: CheckedServer): void {
    const { r } = this;
    const { record } = server;
    const end = r.next(record);
    let checkers = 0;
    let unclear = false;
    let bfds: string[] | undefined;
    for (let c = r.firstChild(record); c < end; c = r.next(c)) {
      const kind = r.kind(c);
      if (kind === Kind.Comment) continue;
      const k = r.keyword(c);
      if (k < 0 || r.opaque(c)) unclear = true;
      if (k < 0 || kind !== Kind.Statement) continue;
      const keys = CHECKERS[k];
      if (keys) {
        checkers++;
        if (keys.type === "BFD_CHECK") bfds = this.bfd(c, bfds);
        else this.checker(c, keys, server);
      } else if (IS_COMMAND[k]) {
        const command = commandOf(r.node(c));
        if (command) this.service.commands(command);
      }
    }
    if (checkers > 0) this.checked = true;
    else if (r.hasBody(record) && !unclear) this.unchecked(server);
    if (this.service.persistent && (server.inhibit ?? this.service.inhibit)) {
      this.onBlock(
        inhibitPersistence,
        record,
        t(
          "With inhibit_on_failure a failed real server stays in IPVS with weight 0: clients bound to it by persistence still go there.",
          "设置 inhibit_on_failure 后，失效的真实服务器以权重 0 保留在 IPVS 中：已与其建立会话保持的客户端仍会被送往该服务器。",
        ),
      );
    }
  }

  private onBlock(
    what: Rule,
    record: number,
    message: Text,
    fixes?: Problem["fixes"],
    more: Pick<Problem, "related" | "severity"> = {},
  ): void {
    const { r } = this;
    this.report.add(what, r.start(record), r.end(record), message, fixes ? { ...more, fixes } : more);
  }

  private onWord(
    what: Rule,
    line: number,
    n: number,
    message: Text,
    fixes?: Problem["fixes"],
    severity?: Severity,
  ): void {
    const { r } = this;
    this.report.add(what, r.wordStart(line, n), r.wordEnd(line, n), message, {
      ...(fixes && { fixes }),
      ...(severity && { severity }),
    });
  }

  private end(record: number): Pick<Problem, "related"> {
    const close = this.r.close(record);
    return close < 0 ? {} : endAt(close);
  }

  private unchecked(server: CheckedServer): void {
    const { protocol, port } = this.service;
    this.onBlock(
      noChecker,
      server.record,
      t(
        "No health check: keepalived never notices that this real server has failed, and clients are sent there all the same.",
        "没有健康检查：该真实服务器失效后 keepalived 不会察觉，客户端仍会被送到它那里。",
      ),
      this.checkFor(server.record, protocol, server.port, port),
    );
  }

  /** The check that suits a real server; none where it would have no port. */
  private checkFor(
    record: number,
    protocol: CheckedService["protocol"],
    own: number,
    virtual: number,
  ): FixMaker | undefined {
    const port = own || virtual;
    if (port === 0 || protocol === "SCTP") return undefined;
    const type =
      protocol !== "UDP"
        ? "TCP_CHECK"
        : port === DNS_PORT
          ? "DNS_CHECK"
          : this.newChecks
            ? "UDP_CHECK"
            : undefined;
    if (!type) return undefined;
    const lines = [`${type} {`];
    if (own === 0) lines.push(`    connect_port ${port}`);
    lines.push("    connect_timeout 3", "}");
    return insertLinesFix(record, lines);
  }

  /** A check that keepalived drops. */
  private incomplete(record: number, en: string, zh: string, fixes?: FixMaker): void {
    this.onBlock(
      checkerIncomplete,
      record,
      t(`${en}; keepalived drops the check.`, `${zh}；keepalived 会丢弃该检查。`),
      fixes,
      this.end(record),
    );
  }

  /** Whether a line of a block is not understood. */
  private unclear(record: number): boolean {
    const { r } = this;
    const end = r.next(record);
    for (let c = r.firstChild(record); c < end; c = r.next(c))
      if (r.opaque(c) || (r.keyword(c) < 0 && r.kind(c) === Kind.Statement)) return true;
    return false;
  }

  private checker(record: number, keys: CheckerKeys, server: CheckedServer): void {
    const { r } = this;
    const block = r.scan(record);
    const connectPort = r.last(keys.connectPort, block);
    if (keys.tcp) this.tcp = true;
    switch (keys.type) {
      case "HTTP_GET":
      case "SSL_GET":
        this.urls(record, keys.type, block);
        this.tls(
          record,
          keys.type,
          (connectPort < 0 ? undefined : r.int(connectPort, 1)) ?? (server.port || this.service.port),
          block,
        );
        break;
      case "MISC_CHECK":
        this.misc(record, server, block);
        break;
      case "FILE_CHECK":
        this.dynamic = true;
        this.file(record, block);
        break;
      case "UDP_CHECK":
        this.udp = true;
        this.replies(record, block);
        break;
      case "DNS_CHECK":
        this.udp = true;
        break;
    }
    this.addresses(record, keys, server.address, block);
    // The deprecated host blocks of SMTP_CHECK have ports of their own.
    if (keys.type === "SMTP_CHECK" && r.first(SMTP_HOST, block) >= 0) return;
    if (connectPort >= 0 || !keys.connecting) return;
    if (keys.tcp && this.service.protocol === "UDP") this.overTcp(record, keys, server);
    if (server.port === 0 && r.hasBody(record)) this.noPort(record, keys.type);
  }

  private overTcp(record: number, keys: CheckerKeys, server: CheckedServer): void {
    const { r } = this;
    const port = server.port || this.service.port;
    const names: string[] = [];
    if (keys.type === "TCP_CHECK") {
      if (port === DNS_PORT) names.push("DNS_CHECK");
      if (this.newChecks) names.push("UDP_CHECK");
    }
    const start = r.wordStart(record, 0);
    const end = r.wordEnd(record, 0);
    const fixes = names.map(
      (n): Fix => ({ title: t(`Replace by “${n}”`, `替换为“${n}”`), edits: [replace(start, end, n)] }),
    );
    if (port === DNS_PORT) {
      this.onBlock(
        checkerProtocol,
        record,
        t(
          `${keys.type} connects by TCP: it does not notice when the name server no longer answers over UDP. DNS_CHECK asks it over UDP.`,
          `${keys.type} 使用 TCP 连接：DNS 服务器不再通过 UDP 应答时它不会察觉。DNS_CHECK 通过 UDP 查询。`,
        ),
        fixes,
        { severity: "information" },
      );
      return;
    }
    this.onBlock(
      checkerProtocol,
      record,
      t(
        `${keys.type} connects by TCP, but the service is UDP: the check fails where only UDP is served. Use UDP_CHECK, or give a connect_port that answers TCP.`,
        `${keys.type} 使用 TCP 连接，而服务是 UDP：只提供 UDP 的服务器会检查失败。请使用 UDP_CHECK，或指定能应答 TCP 的 connect_port。`,
      ),
      fixes,
    );
  }

  /** keepalived gives the check the port of the real server before it fills in that of the virtual server. */
  private noPort(record: number, type: CheckerType): void {
    const { port } = this.service;
    const ports = port !== 0 ? [port] : (USUAL_PORTS[type] ?? []);
    this.onBlock(
      checkerPort,
      record,
      port !== 0
        ? t(
            `The real server is written without port. Its traffic goes to port ${port}, but the check connects to port 0 and fails: give it a connect_port.`,
            `真实服务器没有写端口。其流量发往端口 ${port}，而检查会连接端口 0 并失败：请指定 connect_port。`,
          )
        : t(
            "The real server has no port: the check connects to port 0 and fails. Give it a connect_port.",
            "真实服务器没有端口：检查会连接端口 0 并失败。请指定 connect_port。",
          ),
      oneOf(...ports.map((p) => insertLinesFix(record, [`connect_port ${p}`]))),
    );
  }

  private urls(record: number, type: "HTTP_GET" | "SSL_GET", block: number): void {
    const { r } = this;
    const keys = URL_KEYS[type];
    if (r.first(keys.url, block) < 0) {
      if (r.hasBody(record) && !this.unclear(record))
        this.onBlock(
          checkerIncomplete,
          record,
          this.crashes
            ? t("The check has no url; keepalived crashes.", "检查没有 url；keepalived 会崩溃。")
            : t(
                "The check has no url; keepalived drops the check.",
                "检查没有 url；keepalived 会丢弃该检查。",
              ),
          insertLinesFix(record, ["url {", "    path /", "    status_code 200", "}"]),
          this.end(record),
        );
      return;
    }
    let right = 0;
    let wrong: number[] | undefined;
    const end = r.next(record);
    for (let url = r.firstChild(record); url < end; url = r.next(url)) {
      if (r.keyword(url) !== keys.url) continue;
      const inside = r.scan(url);
      if (!r.hasBody(url) || this.unclear(url)) right++;
      else if (r.first(keys.path, inside) < 0) (wrong ??= []).push(url);
      else {
        right++;
        if (
          r.first(keys.status, inside) < 0 &&
          r.first(keys.digest, inside) < 0 &&
          r.first(keys.regex, inside) < 0
        )
          this.onBlock(
            checkerAnyStatus,
            url,
            t(
              "Without status_code every status from 200 to 299 counts as healthy, and the page itself is not looked at.",
              "没有 status_code 时，200 到 299 的任何状态码都视为健康，且不检查页面内容。",
            ),
            insertLinesFix(url, ["status_code 200"]),
          );
      }
    }
    for (const url of wrong ?? [])
      this.onBlock(
        checkerIncomplete,
        url,
        right > 0
          ? t("The url has no path; keepalived ignores it.", "url 没有 path；keepalived 会忽略它。")
          : this.crashes
            ? t(
                "The url has no path and there is no other; keepalived crashes.",
                "url 没有 path，也没有其他 url；keepalived 会崩溃。",
              )
            : t(
                "The url has no path and there is no other; keepalived drops the check.",
                "url 没有 path，也没有其他 url；keepalived 会丢弃该检查。",
              ),
        insertLinesFix(url, ["path /"]),
        this.end(url),
      );
  }

  private tls(record: number, type: "HTTP_GET" | "SSL_GET", port: number, block: number): void {
    const { r } = this;
    const start = r.wordStart(record, 0);
    const end = r.wordEnd(record, 0);
    const swap = (by: string): Fix[] => [
      { title: t(`Replace by “${by}”`, `替换为“${by}”`), edits: [replace(start, end, by)] },
    ];
    if (type === "SSL_GET" && port === 80)
      this.onWord(
        checkerTls,
        record,
        0,
        t(
          "SSL_GET speaks TLS, which port 80 usually does not: then the check always fails.",
          "SSL_GET 使用 TLS，而 80 端口通常不使用：检查会一直失败。",
        ),
        r.first(TLS_COMPLIANT, block) < 0 ? swap("HTTP_GET") : undefined,
      );
    if (type === "HTTP_GET" && TLS_PORTS.includes(port))
      this.onWord(
        checkerTls,
        record,
        0,
        t(
          `HTTP_GET speaks plain HTTP, but port ${port} usually wants TLS: the answer is an error or none.`,
          `HTTP_GET 使用明文 HTTP，而 ${port} 端口通常需要 TLS：得到的是错误应答或没有应答。`,
        ),
        swap("SSL_GET"),
      );
  }

  private misc(record: number, server: CheckedServer, block: number): void {
    const { r } = this;
    const path = r.last(MISC.path, block);
    // An empty path is none to keepalived.
    if (path < 0 || (r.wordCount(path) > 1 && r.word(path, 1) === "")) {
      if (r.hasBody(record) && !this.unclear(record))
        this.incomplete(record, "The check has no misc_path", "检查没有 misc_path");
    }
    if (path >= 0) {
      const command = commandOf(r.node(path));
      const user = r.last(MISC.user, block);
      if (command) this.service.commands(user < 0 ? command : { ...command, user: r.word(user, 1) });
    }
    this.miscTimeout(record, server, block);
    const dynamic = r.last(MISC.dynamic, block);
    if (dynamic < 0) return;
    this.dynamic = true;
    if (server.weight === undefined) return;
    this.onBlock(
      miscDynamic,
      dynamic,
      t(
        `With misc_dynamic an exit status of 2 to 255 sets the weight to that number less 2 and replaces weight ${server.weight}, which holds only for status 0.`,
        `启用 misc_dynamic 后，退出码 2 到 255 会把权重设为退出码减 2，取代 weight ${server.weight}；仅当退出码为 0 时才使用后者。`,
      ),
      undefined,
      {
        related: [
          {
            start: r.start(server.weightRecord),
            end: r.end(server.weightRecord),
            message: t("The weight", "权重"),
          },
        ],
      },
    );
  }

  /** The next check waits for the script, so that a script which hangs delays the verdict. */
  private miscTimeout(record: number, server: CheckedServer, block: number): void {
    const { r } = this;
    const line = r.last(MISC.timeout, block);
    const common = this.seconds(this.service.delayLoop) ?? DEFAULT_DELAY_LOOP;
    const ownLoop = r.last(MISC.delayLoop, block);
    const between =
      this.seconds(ownLoop) ?? this.seconds(this.childOf(server.record, SERVER_DELAY_LOOP)) ?? common;
    const written = this.seconds(line);
    // Without misc_timeout, and with 0, it is the delay_loop of the virtual server.
    const limit = written || common;
    if (limit <= between) return;
    if (written) {
      this.onBlock(
        miscTimeout,
        line,
        t(
          `A script that hangs is ended after ${written} s only, although it should run every ${between} s (delay_loop): until then nothing is checked.`,
          `挂起的脚本要在 ${written} 秒后才会被结束，而它应每 ${between} 秒（delay_loop）运行一次：在此期间不做任何检查。`,
        ),
        Number.isInteger(between)
          ? writeFix(r.wordStart(line, 1), r.wordEnd(line, 1), String(between))
          : undefined,
      );
    } else {
      this.onBlock(
        miscTimeout,
        record,
        t(
          `Without misc_timeout, or with 0, a script that hangs is ended after ${common} s, the delay_loop of the virtual server, although it should run every ${between} s: until then nothing is checked.`,
          `没有 misc_timeout 或其值为 0 时，挂起的脚本要在 ${common} 秒（虚拟服务器的 delay_loop）后才会被结束，而它应每 ${between} 秒运行一次：在此期间不做任何检查。`,
        ),
        !Number.isInteger(between)
          ? undefined
          : line < 0
            ? insertLinesFix(record, [`misc_timeout ${between}`])
            : writeFix(r.wordStart(line, 1), r.wordEnd(line, 1), String(between)),
      );
    }
  }

  /** The seconds of a line; undefined without, or when they are not known. */
  private seconds(line: number): number | undefined {
    const word = line < 0 ? "" : this.r.word(line, 1);
    return /^\+?(\d+\.?\d*|\.\d+)$/.test(word) ? Number(word) : undefined;
  }

  private childOf(record: number, k: number): number {
    const { r } = this;
    const end = r.next(record);
    let found = -1;
    for (let c = r.firstChild(record); c < end; c = r.next(c)) if (r.keyword(c) === k) found = c;
    return found;
  }

  private file(record: number, block: number): void {
    const { r } = this;
    const line = r.last(FILE, block);
    if (line < 0) {
      if (r.hasBody(record) && !this.unclear(record))
        this.incomplete(record, "The check has no track_file", "检查没有 track_file");
    } else if (r.wordCount(line) > 1) {
      this.service.names({
        kind: "track_file",
        name: own(r.word(line, 1)),
        start: r.wordStart(line, 1),
        end: r.wordEnd(line, 1),
      });
    }
  }

  /** @returns the BFD sessions that the real server watches so far. */
  private bfd(record: number, before: string[] | undefined): string[] | undefined {
    const { r } = this;
    const block = r.scan(record);
    const line = r.last(BFD, block);
    if (line < 0) {
      if (r.hasBody(record) && !this.unclear(record))
        this.incomplete(record, "The check has no name", "检查没有 name");
      return before;
    }
    if (r.wordCount(line) < 2) return before;
    const name = own(r.word(line, 1));
    if (before?.includes(name)) {
      const close = r.close(record);
      this.onWord(
        checkerIncomplete,
        line,
        1,
        t(
          `Another BFD_CHECK of this real server watches ${quote(name)}; keepalived ignores this one.`,
          `该真实服务器的另一个 BFD_CHECK 已监视 ${quote(name)}；keepalived 会忽略此处。`,
        ),
        close < 0
          ? undefined
          : deleteFix(r.start(record), close + 1, true, t("Delete the check", "删除该检查")),
      );
      return before;
    }
    this.service.names({
      kind: "bfd_instance",
      name,
      start: r.wordStart(line, 1),
      end: r.wordEnd(line, 1),
    });
    return before ? [...before, name] : [name];
  }

  private replies(record: number, block: number): void {
    const { r } = this;
    const min = r.last(MIN_REPLY, block);
    const max = r.last(MAX_REPLY, block);
    const low = min < 0 ? 0 : r.int(min, 1);
    const high = max < 0 ? DEFAULT_MAX_REPLY : r.int(max, 1);
    if (low === undefined || high === undefined || low <= high || low > 65535 || high > 65535 || high < 0)
      return;
    this.onBlock(
      replyLength,
      record,
      t(
        max < 0
          ? `min_reply_length ${low} is above max_reply_length, which is ${high} where it is not written: no reply is right, and the check always fails.`
          : `min_reply_length ${low} is above max_reply_length ${high}: no reply is right, and the check always fails.`,
        max < 0
          ? `min_reply_length ${low} 大于 max_reply_length（未写时为 ${high}）：没有应答能满足，检查总会失败。`
          : `min_reply_length ${low} 大于 max_reply_length ${high}：没有应答能满足，检查总会失败。`,
      ),
      max < 0
        ? insertLinesFix(record, ["max_reply_length 65535"])
        : [
            {
              title: t("Exchange the two lengths", "交换两个长度"),
              edits: [
                replace(r.wordStart(min, 1), r.wordEnd(min, 1), String(high)),
                replace(r.wordStart(max, 1), r.wordEnd(max, 1), String(low)),
              ],
            },
          ],
      this.end(record),
    );
  }

  /** Whether the addresses of a check go together. keepalived judges line by line. */
  private addresses(record: number, keys: CheckerKeys, real: Address, block: number): void {
    const { r } = this;
    const smtp = keys.type === "SMTP_CHECK";
    const hosts = smtp && r.first(SMTP_HOST, block) >= 0;
    if (keys.connectIp < 0) return;
    if (!hosts && r.first(keys.connectIp, block) < 0 && r.first(keys.bindTo, block) < 0 && real.family === 4)
      return;
    // SMTP_CHECK alone looks at the real server only when all of its lines are read.
    const own = new Connection(real);
    if (smtp) own.target = undefined;
    this.connection(record, keys, own, (host) => {
      // Up to 2.2.7 a host has a connection of its own; later its lines set that of the check.
      const shared = this.sharedHosts;
      const its = new Connection(real);
      this.connection(host, HOST_KEYS, shared ? own : its);
      this.linkLocal(host, its);
    });
    if (smtp && !own.faulty && !own.target && (own.set || !hosts)) {
      own.target = real;
      if (own.bound && own.bound.family !== real.family)
        this.onWord(
          checkerAddress,
          own.bind,
          1,
          t(
            "bindto is of another address family than the real server. In SMTP_CHECK keepalived does not notice, and the check never connects.",
            "bindto 与真实服务器的地址族不同。在 SMTP_CHECK 中 keepalived 不会察觉，该检查永远无法连接。",
          ),
          deleteFix(r.start(own.bind), r.end(own.bind), true),
          "warning",
        );
    }
    this.linkLocal(record, own);
  }

  /** keepalived has a host of SMTP_CHECK set what the check itself connects to. */
  private get sharedHosts(): boolean {
    return compareReleases(this.options.target, "2.2.8") >= 0;
  }

  /** Reads the lines of a block about one connection. */
  private connection(
    record: number,
    keys: ConnectionKeys,
    known: Connection,
    onHost?: (host: number) => void,
  ): void {
    const { r } = this;
    const end = r.next(record);
    for (let line = r.firstChild(record); line < end; line = r.next(line)) {
      const k = r.keyword(line);
      if (k < 0 || r.kind(line) !== Kind.Statement) continue;
      if (k === keys.connectIp) this.connectIp(line, known, keys, end);
      else if (k === keys.bindTo) this.bindTo(line, known, keys, end);
      else if (k === keys.bindIf) known.device ||= r.wordCount(line) > 1;
      else if (k === SMTP_HOST) onHost?.(line);
      known.set ||= SETS_CONNECTION.has(k);
    }
  }

  private connectIp(line: number, known: Connection, keys: ConnectionKeys, end: number): void {
    const { r } = this;
    const address = r.address(line, 1);
    const { bound, bind } = known;
    known.target = address;
    // What it says is not known where it cannot be read, and nothing is compared with it.
    if (!address) known.faulty = true;
    if (!address || !bound || bound.family === address.family) return;
    known.target = undefined;
    known.faulty = true;
    // Without connect_ip the check goes to the real server.
    const alone = bound.family === known.real.family && this.below(line, keys.bindTo, end) < 0;
    this.onWord(
      checkerAddress,
      line,
      1,
      t(
        "connect_ip is of another address family than bindto above it; keepalived reports it, and the check never connects.",
        "connect_ip 与其上方的 bindto 地址族不同；keepalived 会报告，该检查永远无法连接。",
      ),
      oneOf(
        ...(alone
          ? [deleteFix(r.start(line), r.end(line), false, t("Delete “connect_ip”", "删除“connect_ip”"))]
          : []),
        deleteFix(r.start(bind), r.end(bind), false, t("Delete “bindto”", "删除“bindto”")),
      ),
    );
  }

  /** The last line of a keyword after a line of a block that ends at `end`; -1 without. */
  private below(line: number, k: number, end: number): number {
    const { r } = this;
    let found = -1;
    for (let l = r.next(line); l < end; l = r.next(l)) if (r.keyword(l) === k) found = l;
    return found;
  }

  private bindTo(line: number, known: Connection, keys: ConnectionKeys, end: number): void {
    const { r } = this;
    const address = r.address(line, 1);
    known.bound = address;
    known.bind = line;
    if (!address || !known.target || known.target.family === address.family) return;
    known.bound = undefined;
    known.faulty = true;
    const below = this.below(line, keys.connectIp, end);
    const fits = below >= 0 && r.address(below, 1)?.family === address.family;
    this.onWord(
      checkerAddress,
      line,
      1,
      fits
        ? t(
            "keepalived compares bindto with the real server, whose address family is another one, because connect_ip stands below; it ignores bindto.",
            "由于 connect_ip 写在后面，keepalived 会把 bindto 与真实服务器比较，两者地址族不同；它会忽略 bindto。",
          )
        : t(
            "bindto is of another address family than the target of the check; keepalived ignores it.",
            "bindto 与检查目标的地址族不同；keepalived 会忽略它。",
          ),
      fits ? moveBelowFix(line, below, true) : deleteFix(r.start(line), r.end(line), true),
    );
  }

  private linkLocal(record: number, { target, device }: Connection): void {
    if (target?.family !== 6 || device || !isLinkLocal(target)) return;
    this.onBlock(
      checkerAddress,
      record,
      t(
        "A link-local target is reached over one interface only: without bind_if keepalived drops the check.",
        "链路本地目标只能经某个接口到达：没有 bind_if 时 keepalived 会丢弃该检查。",
      ),
      undefined,
      this.end(record),
    );
  }
}
