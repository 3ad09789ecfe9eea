/** LVS: virtual servers, real servers and their checkers. */
import {
  arg,
  block,
  bool,
  decimal,
  int,
  type KeywordSpec,
  leaf,
  list,
  oneOf,
  option,
  ref,
  t,
  uint,
} from "../schema";
import { vsgMemberEntry } from "./entries";

/** What each IPVS scheduler does. */
const SCHEDULERS = {
  rr: t("Round robin: one after the other.", "轮询：依次分配。"),
  wrr: t("Weighted round robin.", "加权轮询。"),
  lc: t("Least connections.", "最少连接。"),
  wlc: t("Weighted least connections; the kernel's default.", "加权最少连接；内核默认算法。"),
  lblc: t(
    "Locality-based least connections: one destination address stays with one server; for proxy caches.",
    "基于局部性的最少连接：同一目的地址固定到一台服务器；用于代理缓存。",
  ),
  lblcr: t(
    "Locality-based least connections with replication: a destination may move within a set of servers.",
    "带复制的基于局部性的最少连接：目的地址可在一组服务器间移动。",
  ),
  dh: t("Destination hashing.", "目的地址哈希。"),
  sh: t(
    "Source hashing: one client address stays with one server.",
    "源地址哈希：同一客户端固定到一台服务器。",
  ),
  mh: t(
    "Maglev hashing: source hashing that moves few clients when a server comes or goes. Linux 4.18.",
    "Maglev 哈希：服务器增减时只影响少量客户端的源地址哈希。需要 Linux 4.18。",
  ),
  sed: t("Shortest expected delay.", "最短期望延迟。"),
  nq: t(
    "Never queue: an idle server first, otherwise shortest expected delay.",
    "不排队：优先空闲服务器，否则按最短期望延迟。",
  ),
  fo: t(
    "Weighted failover: all to the available server of the highest weight.",
    "加权故障转移：全部分配给权重最高的可用服务器。",
  ),
  ovf: t(
    "Weighted overflow: like fo until the connections reach the weight, then the next server.",
    "加权溢出：与 fo 类似，连接数达到权重后转到下一台。",
  ),
  twos: t(
    "Power of two choices: the better of two servers drawn at random. Linux 6.0.",
    "二选一：随机抽取两台，选较优者。需要 Linux 6.0。",
  ),
} as const;

/** Before 2.0.7 any word was passed to the kernel; since then the word must be one of these. */
const schedulerArg = oneOf("scheduler", Object.keys(SCHEDULERS), {
  valueSince: { twos: "2.2.5" },
  valueDocs: SCHEDULERS,
});

/** How packets are wrapped; only for TUN. */
const TUNNEL_OPTIONS = arg("tunnelOptions", "option-list", {
  optional: true,
  requires: ["IPVS_TUN_TYPE"],
  options: [
    option("type", {
      args: [oneOf("type", ["ipip", "gue", "gre"], { whenOmitted: "ipip" })],
      since: "2.0.18",
    }),
    option("port", {
      args: [uint("port", 1, 65535)],
      since: "2.0.18",
      doc: t("Required for gue, forbidden otherwise.", "gue 必须给出，其他类型禁止使用。"),
    }),
    option("nocsum", { since: "2.0.18" }),
    option("csum", { since: "2.0.18", doc: t("Not for ipip.", "不用于 ipip。") }),
    option("remcsum", { since: "2.0.18", doc: t("Not for ipip and gre.", "不用于 ipip 和 gre。") }),
  ],
});

/** What each forwarding method does. */
const METHODS = {
  NAT: t(
    "Masquerading: destination address and port are rewritten, replies come back through the director.",
    "地址转换：改写目的地址和端口，应答经由调度器返回。",
  ),
  DR: t(
    "Direct routing: only the MAC address is rewritten, real servers answer clients directly. Same layer-2 segment, VIP on lo of the real servers.",
    "直接路由：只改写 MAC 地址，真实服务器直接应答客户端。需在同一二层网段，真实服务器的 lo 上配置 VIP。",
  ),
  TUN: t(
    "Tunnelling: packets are wrapped and sent to real servers anywhere, which answer clients directly.",
    "隧道：报文封装后发往任意位置的真实服务器，由其直接应答客户端。",
  ),
} as const;

const alpha: KeywordSpec = leaf("alpha", [bool("enabled", { optional: true, whenOmitted: "true" })], {
  doc: t("Treat the check as failed until it has succeeded once.", "首次成功之前视为检查失败。"),
  example: "alpha",
  default: t("setting of the real or virtual server", "真实服务器或虚拟服务器的设置"),
  process: "checker",
});

const bindIf: KeywordSpec = leaf("bind_if", [arg("interface", "interface", { maxLength: 15 })], {
  doc: t(
    "Local interface to connect from; required for link-local IPv6 targets.",
    "发起连接的本地接口；目标为 IPv6 链路本地地址时必须给出。",
  ),
  example: "bind_if ens32",
  process: "checker",
});

const bindPort: KeywordSpec = leaf("bind_port", [uint("port", 1, 65535)], {
  doc: t("Local port to connect from.", "发起连接的本地端口。"),
  example: "bind_port 8080",
  process: "checker",
});

const bindto: KeywordSpec = leaf("bindto", [arg("address", "ip")], {
  doc: t(
    "Local address to connect from; same family as the target.",
    "发起连接的本地地址；须与目标同地址族。",
  ),
  example: "bindto 192.0.2.1",
  process: "checker",
});

const connectIp: KeywordSpec = leaf("connect_ip", [arg("address", "ip")], {
  doc: t("Address to connect to.", "要连接的地址。"),
  example: "connect_ip 192.0.2.100",
  default: t("address of the real server", "真实服务器的地址"),
  process: "checker",
});

const connectPort: KeywordSpec = leaf("connect_port", [uint("port", 1, 65535)], {
  doc: t("Port to connect to.", "要连接的端口。"),
  example: "connect_port 80",
  default: t("port of the real server", "真实服务器的端口"),
  process: "checker",
});

const connectTimeout: KeywordSpec = leaf(
  "connect_timeout",
  [decimal("seconds", "0.000001", "4294.967295", 6, { unit: "s" })],
  {
    doc: t("Connection timeout.", "连接超时。"),
    example: "connect_timeout 5",
    default: t(
      "connect_timeout of the real or virtual server, else 5",
      "真实服务器或虚拟服务器的 connect_timeout，否则为 5",
    ),
    process: "checker",
  },
);

const delayLoop: KeywordSpec = leaf(
  "delay_loop",
  [decimal("seconds", "0.000001", "18446744073709.551614", 6, { unit: "s" })],
  {
    doc: t("Time between checks.", "检查间隔。"),
    example: "delay_loop 10",
    default: t("setting of the real or virtual server, else 60", "真实服务器或虚拟服务器的设置，否则为 60"),
    process: "checker",
  },
);

const fwmark: KeywordSpec = leaf("fwmark", [uint("mark", 0, 4294967295)], {
  doc: t("Firewall mark of packets sent by the checker.", "检查器所发报文的防火墙标记（fwmark）。"),
  example: "fwmark 1",
  default: "0",
  requires: ["SO_MARK"],
  process: "checker",
});

const logAllFailures: KeywordSpec = leaf(
  "log_all_failures",
  [bool("enabled", { optional: true, whenOmitted: "true" })],
  {
    doc: t("Log every failure of this checker.", "记录此检查器的每次失败。"),
    example: "log_all_failures",
    default: t("global checker_log_all_failures", "全局 checker_log_all_failures"),
    since: "2.0.11",
    process: "checker",
  },
);

const warmup: KeywordSpec = leaf(
  "warmup",
  [decimal("seconds", "0", "18446744073709.551614", 6, { unit: "s" })],
  {
    doc: t("Upper bound of the random delay before the first check.", "首次检查前随机延迟的上限。"),
    example: "warmup 5",
    default: t(
      "setting of the real or virtual server, else delay_loop",
      "真实服务器或虚拟服务器的设置，否则为 delay_loop",
    ),
    process: "checker",
  },
);

const delayBeforeRetry: KeywordSpec = leaf(
  "delay_before_retry",
  [decimal("seconds", "0", "18446744073709.551614", 6, { unit: "s" })],
  {
    doc: t("Time to wait before a retry.", "重试前的等待时间。"),
    example: "delay_before_retry 3",
    default: t("setting of the real or virtual server, else 3", "真实服务器或虚拟服务器的设置，否则为 3"),
    process: "checker",
  },
);

const fastRecovery: KeywordSpec = leaf(
  "fast_recovery",
  [bool("enabled", { optional: true, whenOmitted: "true" })],
  {
    doc: t(
      "Mark the server up as soon as all URLs succeed once after a failure.",
      "故障后，所有 URL 各成功一次即立即标记服务器为 up。",
    ),
    example: "fast_recovery",
    default: "false",
    since: "2.0.17",
    process: "checker",
  },
);

const httpProtocol: KeywordSpec = leaf("http_protocol", [oneOf("version", ["1.0", "1.1", "1.0C", "1.0c"])], {
  doc: t(
    "HTTP version; 1.0C is 1.0 with Connection: close.",
    "HTTP 版本；1.0C 即 1.0 加 Connection: close。",
  ),
  example: "http_protocol 1.1",
  default: "1.0",
  since: "2.0.17",
  missingArgument: "ignored",
  process: "checker",
});

const nbGetRetry: KeywordSpec = leaf("nb_get_retry", [uint("count", 0, 4294967295)], {
  doc: t("Old name of retry.", "retry 的旧名。"),
  example: "nb_get_retry 1",
  deprecated: { replacedBy: "retry", reported: "config-error" },
  process: "checker",
});

const retry: KeywordSpec = leaf("retry", [uint("count", 0, 4294967295)], {
  doc: t("Number of retries before the check counts as failed.", "重试多少次后才算检查失败。"),
  example: "retry 1",
  default: t("setting of the real or virtual server, else 1", "真实服务器或虚拟服务器的设置，否则为 1"),
  process: "checker",
});

const digest: KeywordSpec = leaf("digest", [arg("md5", "hexstring", { length: 32 })], {
  doc: t(
    "Expected MD5 digest of the body, as printed by genhash (32 hexadecimal digits).",
    "正文的预期 MD5 摘要，即 genhash 输出的值（32 位十六进制数字）。",
  ),
  example: "digest 9b3a0c85a887a256d6939da88aabd8cd",
  repeat: "first-wins",
  process: "checker",
});

const path: KeywordSpec = leaf("path", [arg("path", "url-path")], {
  doc: t("Path and query of the URL.", "URL 的路径和查询串。"),
  example: "path /index.html",
  repeat: "overwrite-with-message",
  mandatory: true,
  process: "checker",
});

const regex: KeywordSpec = leaf("regex", [arg("pattern", "regex")], {
  doc: t(
    "PCRE2 pattern that must match the body. Quotes and backslash escapes are processed, so backslashes must be doubled.",
    "正文须匹配的 PCRE2 模式。引号和反斜杠转义会被处理，因此反斜杠须写两个。",
  ),
  example: 'regex "Hello (world|you)"',
  repeat: "overwrite-with-message",
  since: "2.0.7",
  requires: ["REGEX"],
  scriptQuoting: true,
  missingArgument: "ignored",
  exactArguments: true,
  process: "checker",
});

const regexMaxOffset: KeywordSpec = leaf(
  "regex_max_offset",
  [uint("offset", 0, 4294967295, { unchecked: true })],
  {
    doc: t("Largest offset in the body at which a match may start.", "匹配在正文中起始处的最大偏移。"),
    example: "regex_max_offset 100",
    default: "none",
    since: "2.0.7",
    requires: ["REGEX"],
    missingArgument: "ignored",
    process: "checker",
  },
);

const regexMinOffset: KeywordSpec = leaf(
  "regex_min_offset",
  [uint("offset", 0, 4294967295, { unchecked: true })],
  {
    doc: t("Smallest offset in the body at which a match may start.", "匹配在正文中起始处的最小偏移。"),
    example: "regex_min_offset 10",
    default: "0",
    since: "2.0.7",
    requires: ["REGEX"],
    missingArgument: "ignored",
    process: "checker",
  },
);

const regexNoMatch: KeywordSpec = leaf("regex_no_match", [], {
  doc: t("Succeed only if the pattern does not match.", "仅当模式不匹配时才算成功。"),
  example: "regex_no_match",
  repeat: "flag",
  since: "2.0.7",
  requires: ["REGEX"],
  process: "checker",
});

const regexOptions: KeywordSpec = leaf(
  "regex_options",
  [
    oneOf(
      "options",
      [
        "allow_empty_class",
        "alt_bsux",
        "auto_callout",
        "caseless",
        "dollar_endonly",
        "dotall",
        "dupnames",
        "extended",
        "firstline",
        "match_unset_backref",
        "multiline",
        "never_ucp",
        "never_utf",
        "no_auto_capture",
        "no_auto_possess",
        "no_dotstar_anchor",
        "no_start_optimize",
        "ucp",
        "ungreedy",
        "utf",
        "never_backslash_c",
        "alt_circumflex",
        "alt_verbnames",
        "use_offset_limit",
      ],
      { repeatable: true },
    ),
  ],
  {
    doc: t(
      "PCRE2 compile options. Unknown names are silently ignored.",
      "PCRE2 编译选项。未知名称会被静默忽略。",
    ),
    example: "regex_options caseless multiline",
    repeat: "accumulate",
    since: "2.0.7",
    requires: ["REGEX"],
    missingArgument: "ignored",
    process: "checker",
  },
);

const regexStack: KeywordSpec = leaf(
  "regex_stack",
  [uint("start", 0, 4294967295, { unchecked: true }), uint("max", 0, 4294967295, { unchecked: true })],
  {
    doc: t("Initial and maximum size of the PCRE2 JIT stack.", "PCRE2 JIT 栈的初始大小和最大大小。"),
    example: "regex_stack 32768 65536",
    repeat: "max-wins",
    since: "2.0.7",
    requires: ["REGEX", "PCRE2_JIT"],
    missingArgument: "ignored",
    process: "checker",
  },
);

const statusCode: KeywordSpec = leaf(
  "status_code",
  [arg("codes", "uint-range", { repeatable: true, min: 100, max: 599 })],
  {
    doc: t(
      "Accepted status codes: numbers or ranges a-b from 100 to 599.",
      "可接受的状态码：100 到 599 之间的数字或范围 a-b。",
    ),
    example: "status_code 200-204 301",
    repeat: "accumulate",
    default: "200-299",
    missingArgument: "ignored",
    process: "checker",
  },
);

const virtualhost: KeywordSpec = leaf("virtualhost", [arg("host", "string")], {
  doc: t("Host header of this URL.", "此 URL 的 Host 首部。"),
  example: "virtualhost www.example.org",
  repeat: "overwrite-with-message",
  default: t("setting of the checker", "检查器的设置"),
  missingArgument: "ignored",
  process: "checker",
});

const virtualhost_: KeywordSpec = leaf("virtualhost", [arg("host", "string")], {
  doc: t("Host header for all URLs of the checker.", "该检查器所有 URL 的 Host 首部。"),
  example: "virtualhost www.example.org",
  repeat: "overwrite-with-message",
  default: t("setting of the real or virtual server", "真实服务器或虚拟服务器的设置"),
  missingArgument: "ignored",
  process: "checker",
});

const delayBeforeRetry_: KeywordSpec = leaf(
  "delay_before_retry",
  [decimal("seconds", "0", "18446744073709.551614", 6, { unit: "s" })],
  {
    doc: t("Time to wait before a retry.", "重试前的等待时间。"),
    example: "delay_before_retry 3",
    default: t("setting of the real or virtual server, else 1", "真实服务器或虚拟服务器的设置，否则为 1"),
    process: "checker",
  },
);

const alpha_: KeywordSpec = leaf("alpha", [bool("enabled", { optional: true, whenOmitted: "true" })], {
  doc: t("Treat the check as failed until it has succeeded once.", "首次成功之前视为检查失败。"),
  example: "alpha",
  default: t("setting of the real or virtual server", "真实服务器或虚拟服务器的设置"),
  since: "2.1.0",
  process: "checker",
});

const bindIf_: KeywordSpec = leaf("bind_if", [arg("interface", "interface", { maxLength: 15 })], {
  doc: t(
    "Local interface to connect from; required for link-local IPv6 targets.",
    "发起连接的本地接口；目标为 IPv6 链路本地地址时必须给出。",
  ),
  example: "bind_if ens32",
  since: "2.1.0",
  process: "checker",
});

const bindPort_: KeywordSpec = leaf("bind_port", [uint("port", 1, 65535)], {
  doc: t("Local port to connect from.", "发起连接的本地端口。"),
  example: "bind_port 8080",
  since: "2.1.0",
  process: "checker",
});

const bindto_: KeywordSpec = leaf("bindto", [arg("address", "ip")], {
  doc: t(
    "Local address to connect from; same family as the target.",
    "发起连接的本地地址；须与目标同地址族。",
  ),
  example: "bindto 192.0.2.1",
  since: "2.1.0",
  process: "checker",
});

const connectIp_: KeywordSpec = leaf("connect_ip", [arg("address", "ip")], {
  doc: t("Address to connect to.", "要连接的地址。"),
  example: "connect_ip 192.0.2.100",
  default: t("address of the real server", "真实服务器的地址"),
  since: "2.1.0",
  process: "checker",
});

const connectPort_: KeywordSpec = leaf("connect_port", [uint("port", 1, 65535)], {
  doc: t("Port to connect to.", "要连接的端口。"),
  example: "connect_port 80",
  default: t("port of the real server", "真实服务器的端口"),
  since: "2.1.0",
  process: "checker",
});

const connectTimeout_: KeywordSpec = leaf(
  "connect_timeout",
  [decimal("seconds", "0.000001", "4294.967295", 6, { unit: "s" })],
  {
    doc: t("Connection timeout.", "连接超时。"),
    example: "connect_timeout 5",
    default: t(
      "connect_timeout of the real or virtual server, else 5",
      "真实服务器或虚拟服务器的 connect_timeout，否则为 5",
    ),
    since: "2.1.0",
    process: "checker",
  },
);

const delayBeforeRetry__: KeywordSpec = leaf(
  "delay_before_retry",
  [decimal("seconds", "0", "18446744073709.551614", 6, { unit: "s" })],
  {
    doc: t("Time to wait before a retry.", "重试前的等待时间。"),
    example: "delay_before_retry 3",
    default: t("setting of the real or virtual server, else 1", "真实服务器或虚拟服务器的设置，否则为 1"),
    since: "2.1.0",
    process: "checker",
  },
);

const delayLoop_: KeywordSpec = leaf(
  "delay_loop",
  [decimal("seconds", "0.000001", "18446744073709.551614", 6, { unit: "s" })],
  {
    doc: t("Time between checks.", "检查间隔。"),
    example: "delay_loop 10",
    default: t("setting of the real or virtual server, else 60", "真实服务器或虚拟服务器的设置，否则为 60"),
    since: "2.1.0",
    process: "checker",
  },
);

const fwmark_: KeywordSpec = leaf("fwmark", [uint("mark", 0, 4294967295)], {
  doc: t("Firewall mark of packets sent by the checker.", "检查器所发报文的防火墙标记（fwmark）。"),
  example: "fwmark 1",
  default: "0",
  since: "2.1.0",
  requires: ["SO_MARK"],
  process: "checker",
});

const logAllFailures_: KeywordSpec = leaf(
  "log_all_failures",
  [bool("enabled", { optional: true, whenOmitted: "true" })],
  {
    doc: t("Log every failure of this checker.", "记录此检查器的每次失败。"),
    example: "log_all_failures",
    default: t("global checker_log_all_failures", "全局 checker_log_all_failures"),
    since: "2.1.0",
    process: "checker",
  },
);

const retry_: KeywordSpec = leaf("retry", [uint("count", 0, 4294967295)], {
  doc: t("Number of retries before the check counts as failed.", "重试多少次后才算检查失败。"),
  example: "retry 1",
  default: t("setting of the real or virtual server, else 1", "真实服务器或虚拟服务器的设置，否则为 1"),
  since: "2.1.0",
  process: "checker",
});

const warmup_: KeywordSpec = leaf(
  "warmup",
  [decimal("seconds", "0", "18446744073709.551614", 6, { unit: "s" })],
  {
    doc: t("Upper bound of the random delay before the first check.", "首次检查前随机延迟的上限。"),
    example: "warmup 5",
    default: t(
      "setting of the real or virtual server, else delay_loop",
      "真实服务器或虚拟服务器的设置，否则为 delay_loop",
    ),
    since: "2.1.0",
    process: "checker",
  },
);

export const ssl: KeywordSpec = block(
  "SSL",
  [],
  {
    doc: t(
      "Parameters of TLS connections made by SSL_GET checkers. Without the block defaults are used.",
      "SSL_GET 检查器所建 TLS 连接的参数。没有该块时使用默认值。",
    ),
    example: "SSL",
    repeat: "overwrite-with-message",
    process: "checker",
  },
  [
    leaf("ca", [arg("file", "path")], {
      doc: t("File with CA certificates.", "CA 证书文件。"),
      example: "ca /tmp/ca.pem",
      repeat: "overwrite-with-message",
      missingArgument: "ignored",
      process: "checker",
    }),
    leaf("certificate", [arg("file", "path")], {
      doc: t("File with the client certificate chain.", "客户端证书链文件。"),
      example: "certificate /tmp/c.pem",
      repeat: "overwrite-with-message",
      missingArgument: "ignored",
      process: "checker",
    }),
    leaf("key", [arg("file", "path")], {
      doc: t("File with the private key.", "私钥文件。"),
      example: "key /tmp/k.pem",
      repeat: "overwrite-with-message",
      missingArgument: "ignored",
      process: "checker",
    }),
    leaf("password", [arg("password", "string", { secret: true })], {
      doc: t("Password of the key file.", "密钥文件的密码。"),
      example: "password x",
      repeat: "overwrite-with-message",
      missingArgument: "ignored",
      process: "checker",
    }),
  ],
);

export const virtualServerGroup: KeywordSpec = list(
  "virtual_server_group",
  [arg("name", "name")],
  {
    doc: t(
      "Set of addresses, ranges and firewall marks that one virtual_server can serve.",
      "可由一个 virtual_server 提供服务的一组地址、地址范围和防火墙标记（fwmark）。",
    ),
    example: "virtual_server_group G1 {\n 10.0.0.1-3 80\n}",
    repeat: "several",
    declares: "virtual_server_group",
    process: "checker",
  },
  vsgMemberEntry,
);

export const virtualServer: KeywordSpec = block(
  "virtual_server",
  [arg("target", "vs-target", { forms: ["ADDRESS [PORT]", "fwmark MARK", "group NAME"] })],
  {
    doc: t(
      "An IPVS virtual service: an address with optional port, a firewall mark, or a virtual_server_group.",
      "IPVS 虚拟服务：地址加可选端口、防火墙标记（fwmark），或 virtual_server_group。",
    ),
    example: "virtual_server 10.0.0.1 80",
    repeat: "several",
    notes: t(
      "No port needs persistence. A group may be declared before or after its use.",
      "不写端口时须启用会话保持。组可在使用之前或之后声明。",
    ),
    forms: [
      {
        form: "ADDRESS [PORT]",
        args: [
          arg("address", "ip"),
          uint("port", 1, 65535, { optional: true, notes: t("All zeros means no port", "全零表示没有端口") }),
        ],
      },
      { form: "fwmark MARK", args: [oneOf("keyword", ["fwmark"]), uint("mark", 0, 4294967295)] },
      { form: "group NAME", args: [oneOf("keyword", ["group"]), ref("name", "virtual_server_group")] },
    ],
    process: "checker",
  },
  [
    leaf("alpha", [], {
      doc: t(
        "Treat real servers as down until their checks succeed. Takes no argument here.",
        "真实服务器在检查成功之前视为 down。此处不带参数。",
      ),
      example: "alpha",
      repeat: "flag",
      process: "checker",
    }),
    leaf("connect_timeout", [decimal("seconds", "0.000001", "4294.967295", 6, { unit: "s" })], {
      doc: t("Connection timeout. Default for checkers.", "连接超时。作为检查器的默认值。"),
      example: "connect_timeout 5",
      default: "5",
      since: "2.0.13",
      process: "checker",
    }),
    leaf("delay_before_retry", [decimal("seconds", "0", "18446744073709.551614", 6, { unit: "s" })], {
      doc: t("Time to wait before a retry. Default for checkers.", "重试前的等待时间。作为检查器的默认值。"),
      example: "delay_before_retry 3",
      default: t("depends on the checker", "取决于检查器"),
      process: "checker",
    }),
    leaf("delay_loop", [decimal("seconds", "0.000001", "18446744073709.551614", 6, { unit: "s" })], {
      doc: t("Time between checks. Default for checkers.", "检查间隔。作为检查器的默认值。"),
      example: "delay_loop 10",
      default: "60",
      process: "checker",
    }),
    leaf("flag-1", [], {
      doc: t(
        "Set scheduler flag 1, whose meaning depends on the scheduler.",
        "设置调度算法标志 1，含义取决于调度算法。",
      ),
      example: "flag-1",
      repeat: "flag",
      requires: ["IPVS_SCHED_FLAGS"],
      process: "checker",
    }),
    leaf("flag-2", [], {
      doc: t(
        "Set scheduler flag 2, whose meaning depends on the scheduler.",
        "设置调度算法标志 2，含义取决于调度算法。",
      ),
      example: "flag-2",
      repeat: "flag",
      requires: ["IPVS_SCHED_FLAGS"],
      process: "checker",
    }),
    leaf("flag-3", [], {
      doc: t(
        "Set scheduler flag 3, whose meaning depends on the scheduler.",
        "设置调度算法标志 3，含义取决于调度算法。",
      ),
      example: "flag-3",
      repeat: "flag",
      requires: ["IPVS_SCHED_FLAGS"],
      process: "checker",
    }),
    leaf("ha_suspend", [], {
      doc: t(
        "Check real servers only while the address of the service is present on this host.",
        "仅当服务的地址存在于本机时才检查真实服务器。",
      ),
      example: "ha_suspend",
      repeat: "flag",
      process: "checker",
    }),
    leaf("hashed", [], {
      doc: t(
        "Accepted for compatibility; without a preceding sh or mh scheduler it is reported.",
        "为兼容而接受；若前面没有 sh 或 mh 调度算法，则给出提示。",
      ),
      example: "hashed",
      repeat: "flag",
      deprecated: { reported: "no" },
      process: "checker",
    }),
    leaf("hysteresis", [uint("weight", 0, 4294967295)], {
      doc: t(
        "The quorum counts as lost below quorum minus this value and as regained at quorum plus this value. Must be less than quorum.",
        "低于 quorum 减此值时视为失去法定数量（quorum），达到 quorum 加此值时视为恢复。须小于 quorum。",
      ),
      example: "hysteresis 0",
      default: "0",
      process: "checker",
    }),
    leaf("inhibit_on_failure", [], {
      doc: t(
        "Set the weight of a failed real server to 0 instead of removing it. Takes no argument here.",
        "真实服务器失败时把权重设为 0，而不是移除。此处不带参数。",
      ),
      example: "inhibit_on_failure",
      repeat: "flag",
      process: "checker",
    }),
    leaf("ip_family", [oneOf("family", ["inet", "inet6"])], {
      doc: t("Address family of a fwmark service.", "防火墙标记（fwmark）服务的地址族。"),
      example: "ip_family inet",
      default: t("family of the real servers, else inet", "真实服务器的地址族，否则为 inet"),
      notes: t("Must not contradict the address of the service.", "不得与服务的地址矛盾。"),
      process: "checker",
    }),
    leaf("lb_algo", [schedulerArg], {
      doc: t("IPVS scheduling algorithm.", "IPVS 调度算法。"),
      example: "lb_algo rr",
      default: t("wlc (reported when missing)", "wlc（未设置时会提示）"),
      process: "checker",
    }),
    leaf("lb_kind", [oneOf("method", ["NAT", "DR", "TUN"], { valueDocs: METHODS }), TUNNEL_OPTIONS], {
      doc: t(
        "Default forwarding method of the real servers; for TUN with tunnel type, port and checksum options.",
        "真实服务器的默认转发模式；TUN 可带隧道类型、端口和校验和选项。",
      ),
      example: "lb_kind DR",
      default: t("NAT (reported when missing)", "NAT（未设置时会提示）"),
      process: "checker",
    }),
    leaf("lvs_method", [oneOf("method", ["NAT", "DR", "TUN"], { valueDocs: METHODS }), TUNNEL_OPTIONS], {
      doc: t("Synonym of lb_kind.", "lb_kind 的同义词。"),
      example: "lvs_method TUN type gue port 6635 csum",
      default: t("NAT (reported when missing)", "NAT（未设置时会提示）"),
      aliasOf: "lb_kind",
      process: "checker",
    }),
    leaf("lvs_sched", [schedulerArg], {
      doc: t("Synonym of lb_algo.", "lb_algo 的同义词。"),
      example: "lvs_sched rr",
      default: t("wlc (reported when missing)", "wlc（未设置时会提示）"),
      aliasOf: "lb_algo",
      process: "checker",
    }),
    leaf("mh-fallback", [], {
      doc: t(
        "Choose another server if the hashed one is unavailable. For the mh scheduler; lb_algo must come first.",
        "哈希选中的服务器不可用时改选另一台。用于 mh 调度算法；lb_algo 须写在前面。",
      ),
      example: "mh-fallback",
      repeat: "flag",
      since: "2.0.20",
      requires: ["IPVS_SCHED_FLAGS"],
      process: "checker",
    }),
    leaf("mh-port", [], {
      doc: t(
        "Include the port in the source hash. For the mh scheduler; lb_algo must come first.",
        "源哈希中包含端口。用于 mh 调度算法；lb_algo 须写在前面。",
      ),
      example: "mh-port",
      repeat: "flag",
      since: "2.0.20",
      requires: ["IPVS_SCHED_FLAGS"],
      process: "checker",
    }),
    leaf("omega", [], {
      doc: t(
        "Run notify_down and quorum_down scripts at shutdown.",
        "关闭时运行 notify_down 和 quorum_down 脚本。",
      ),
      example: "omega",
      repeat: "flag",
      process: "checker",
    }),
    leaf("ops", [], {
      doc: t("One packet scheduling; only for UDP services.", "单包调度（OPS）；仅用于 UDP 服务。"),
      example: "ops",
      repeat: "flag",
      notes: t("Reported and cleared for TCP and SCTP services.", "用于 TCP 和 SCTP 服务时会被提示并清除。"),
      process: "checker",
    }),
    leaf("persistence_engine", [arg("name", "name", { maxLength: 16 })], {
      doc: t("IPVS persistence engine, e.g. sip.", "IPVS 会话保持引擎，如 sip。"),
      example: "persistence_engine sip",
      process: "checker",
    }),
    leaf("persistence_granularity", [arg("mask", "netmask-or-prefixlen", { min: 1, max: 128 })], {
      doc: t(
        "Granularity of persistence: a netmask for IPv4, a prefix length for IPv6.",
        "会话保持的粒度：IPv4 为网络掩码，IPv6 为前缀长度。",
      ),
      example: "persistence_granularity 255.255.255.0",
      default: t("255.255.255.255 or 128", "255.255.255.255 或 128"),
      notes: t(
        "Also switches persistence on with 360 s if no timeout is set.",
        "若未设置超时，还会以 360 s 启用会话保持。",
      ),
      process: "checker",
    }),
    leaf(
      "persistence_timeout",
      [uint("seconds", 1, 2678400, { optional: true, unit: "s", whenOmitted: "360" })],
      {
        doc: t("Make the service persistent for this time.", "以此时长对服务启用会话保持。"),
        example: "persistence_timeout",
        default: t("0 (not persistent)", "0（不做会话保持）"),
        process: "checker",
      },
    ),
    leaf("protocol", [oneOf("protocol", ["TCP", "UDP", "SCTP"], { caseInsensitive: true })], {
      doc: t("Layer 4 protocol. Not for fwmark services.", "第 4 层协议。不用于防火墙标记（fwmark）服务。"),
      example: "protocol TCP",
      default: t("UDP (reported when missing)", "UDP（未设置时会提示）"),
      process: "checker",
    }),
    leaf("quorum", [uint("weight", 1, 4294967295)], {
      doc: t(
        "Minimum total weight of live real servers. If it is not reached the sorry server is used. Reduced with a message if it exceeds the total weight.",
        "存活真实服务器的最小总权重。未达到时使用备用（sorry）服务器。若超过总权重，会被下调并给出提示。",
      ),
      example: "quorum 1",
      default: "1",
      process: "checker",
    }),
    leaf(
      "quorum_down",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t("Script run when the quorum is lost.", "失去法定数量（quorum）时运行的脚本。"),
        example: 'quorum_down "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        process: "checker",
      },
    ),
    leaf(
      "quorum_up",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t("Script run when the quorum is gained.", "达到法定数量（quorum）时运行的脚本。"),
        example: 'quorum_up "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        process: "checker",
      },
    ),
    block(
      "real_server",
      [
        arg("address", "ip"),
        uint("port", 1, 65535, {
          optional: true,
          whenOmitted: t("port of the virtual server", "虚拟服务器的端口"),
        }),
      ],
      {
        doc: t("A real server with its weight and checkers.", "真实服务器及其权重和检查器。"),
        example: "real_server 192.0.2.100 80",
        repeat: "several",
        mandatory: true,
        notes: t(
          "At least one is needed, otherwise the virtual server is dropped.",
          "至少需要一个，否则该虚拟服务器会被丢弃。",
        ),
        process: "checker",
      },
      [
        block(
          "BFD_CHECK",
          [],
          {
            doc: t("Follow the state of a BFD instance.", "跟随一个 BFD 实例的状态。"),
            example: "BFD_CHECK",
            repeat: "several",
            requires: ["BFD"],
            process: "checker",
          },
          [
            leaf("alpha", [bool("enabled", { optional: true, whenOmitted: "true" })], {
              doc: t("Treat the check as failed until BFD is up.", "BFD 变为 up 之前视为检查失败。"),
              example: "alpha",
              default: t("setting of the real or virtual server", "真实服务器或虚拟服务器的设置"),
              requires: ["BFD"],
              process: "checker",
            }),
            leaf("name", [ref("bfd", "bfd_instance", { declaredBefore: true })], {
              doc: t("Name of the bfd_instance block to use.", "要使用的 bfd_instance 块的名称。"),
              example: "name bfd1",
              repeat: "first-wins",
              mandatory: true,
              requires: ["BFD"],
              missingArgument: "ignored",
              exactArguments: true,
              process: "checker",
            }),
          ],
        ),
        block(
          "DNS_CHECK",
          [],
          {
            doc: t(
              "Send a DNS query and require an answer without error.",
              "发送 DNS 查询，要求得到无错误的应答。",
            ),
            example: "DNS_CHECK",
            repeat: "several",
            process: "checker",
          },
          [
            alpha,
            bindIf,
            bindPort,
            bindto,
            connectIp,
            connectPort,
            connectTimeout,
            leaf("delay_before_retry", [decimal("seconds", "0", "18446744073709.551614", 6, { unit: "s" })], {
              doc: t("Time to wait before a retry.", "重试前的等待时间。"),
              example: "delay_before_retry 3",
              default: t(
                "setting of the real or virtual server, else delay_loop",
                "真实服务器或虚拟服务器的设置，否则为 delay_loop",
              ),
              process: "checker",
            }),
            delayLoop,
            fwmark,
            logAllFailures,
            leaf("name", [arg("name", "dns-name")], {
              doc: t("Domain name to query; must not contain empty labels.", "要查询的域名；不得含空标签。"),
              example: "name example.org",
              repeat: "first-wins",
              default: t("the root", "根域"),
              process: "checker",
            }),
            leaf("retry", [uint("count", 0, 4294967295)], {
              doc: t("Number of retries before the check counts as failed.", "重试多少次后才算检查失败。"),
              example: "retry 1",
              default: t(
                "setting of the real or virtual server, else 3",
                "真实服务器或虚拟服务器的设置，否则为 3",
              ),
              process: "checker",
            }),
            leaf(
              "type",
              [
                oneOf("type", ["A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA", "RRSIG", "DNSKEY"], {
                  caseInsensitive: true,
                }),
              ],
              {
                doc: t("Record type to query.", "要查询的记录类型。"),
                example: "type A",
                default: "SOA",
                process: "checker",
              },
            ),
            warmup,
          ],
        ),
        block(
          "FILE_CHECK",
          [],
          {
            doc: t(
              "Use the number in a tracked file as weight, or as failure if the weight is 0.",
              "以被跟踪文件中的数字作为权重；若 weight 为 0，则据此判定失败。",
            ),
            example: "FILE_CHECK",
            repeat: "several",
            since: "2.1.0",
            process: "checker",
          },
          [
            leaf("track_file", [ref("file", "track_file", { declaredBefore: true })], {
              doc: t("Name of the track_file block to use.", "要使用的 track_file 块的名称。"),
              example: "track_file tf1",
              mandatory: true,
              since: "2.1.0",
              process: "checker",
            }),
            leaf(
              "weight",
              [
                int("weight", -2147483647, 2147483647),
                oneOf("modifier", ["reverse", "noreverse"], { optional: true }),
              ],
              {
                doc: t("Multiplier of the number in the file.", "文件中数字的乘数。"),
                example: "weight 1 reverse",
                default: t("weight of the track_file block", "track_file 块的权重"),
                since: "2.1.0",
                missingArgument: "ignored",
                process: "checker",
              },
            ),
          ],
        ),
        block(
          "HTTP_GET",
          [],
          {
            doc: t(
              "Fetch URLs over HTTP and check status, digest or content.",
              "通过 HTTP 获取 URL，检查状态码、摘要或内容。",
            ),
            example: "HTTP_GET",
            repeat: "several",
            process: "checker",
          },
          [
            alpha,
            bindIf,
            bindPort,
            bindto,
            connectIp,
            connectPort,
            connectTimeout,
            delayBeforeRetry,
            delayLoop,
            leaf("enable_sni", [bool("enabled", { optional: true, whenOmitted: "true" })], {
              doc: t(
                "Send the server name in the TLS handshake (no effect without TLS).",
                "在 TLS 握手中发送服务器名（不用 TLS 时无效）。",
              ),
              example: "enable_sni",
              default: "false",
              requires: ["SSL_SNI"],
              process: "checker",
            }),
            fastRecovery,
            fwmark,
            httpProtocol,
            logAllFailures,
            nbGetRetry,
            retry,
            block(
              "url",
              [],
              {
                doc: t("A URL to check. Several are checked in turn.", "要检查的 URL。多个 URL 依次检查。"),
                example: "url",
                repeat: "several",
                mandatory: true,
                versionNotes: [
                  t("2.2.7 crashes on a url block without path.", "2.2.7 遇到没有 path 的 url 块会崩溃。"),
                ],
                process: "checker",
              },
              [
                digest,
                path,
                regex,
                regexMaxOffset,
                regexMinOffset,
                regexNoMatch,
                regexOptions,
                regexStack,
                statusCode,
                virtualhost,
              ],
            ),
            virtualhost_,
            warmup,
          ],
        ),
        block(
          "MISC_CHECK",
          [],
          {
            doc: t(
              "Run a script; exit status 0 means success, 1 failure, and with misc_dynamic 2 to 255 set the weight.",
              "运行脚本；退出状态 0 表示成功，1 表示失败；带 misc_dynamic 时 2 到 255 用于设置权重。",
            ),
            example: "MISC_CHECK",
            repeat: "several",
            process: "checker",
          },
          [
            alpha,
            delayBeforeRetry_,
            delayLoop,
            logAllFailures,
            leaf("misc_dynamic", [], {
              doc: t(
                "Let exit status 2 to 255 set the weight to status minus 2.",
                "退出状态为 2 到 255 时，将权重设为退出状态减 2。",
              ),
              example: "misc_dynamic",
              repeat: "flag",
              process: "checker",
            }),
            leaf("misc_path", [arg("command", "script")], {
              doc: t("Command to run. Quote it to pass arguments.", "要运行的命令。带参数时须加引号。"),
              example: 'misc_path "/usr/bin/true"',
              mandatory: true,
              scriptQuoting: true,
              missingArgument: "ignored",
              process: "checker",
            }),
            leaf("misc_timeout", [uint("seconds", 0, 4294, { unit: "s" })], {
              doc: t("Time after which the script is killed.", "脚本运行超过此时长即被杀死。"),
              example: "misc_timeout 1",
              default: t("delay_loop of the virtual server", "虚拟服务器的 delay_loop"),
              process: "checker",
            }),
            leaf("retry", [uint("count", 0, 4294967295)], {
              doc: t("Number of retries before the check counts as failed.", "重试多少次后才算检查失败。"),
              example: "retry 1",
              default: t(
                "setting of the real or virtual server, else 0",
                "真实服务器或虚拟服务器的设置，否则为 0",
              ),
              process: "checker",
            }),
            leaf("user", [arg("user", "user"), arg("group", "group", { optional: true })], {
              doc: t("User and group that run the script.", "运行该脚本的用户和组。"),
              example: "user root root",
              default: t("global script_user", "全局 script_user"),
              missingArgument: "ignored",
              process: "checker",
            }),
            warmup,
          ],
        ),
        block(
          "PING_CHECK",
          [],
          {
            doc: t(
              "Check that the server answers an ICMP echo request.",
              "检查服务器是否应答 ICMP echo 请求。",
            ),
            example: "PING_CHECK",
            repeat: "several",
            since: "2.1.0",
            process: "checker",
          },
          [
            alpha_,
            bindIf_,
            bindPort_,
            bindto_,
            connectIp_,
            connectPort_,
            connectTimeout_,
            delayBeforeRetry__,
            delayLoop_,
            fwmark_,
            logAllFailures_,
            retry_,
            warmup_,
          ],
        ),
        block(
          "SMTP_CHECK",
          [],
          {
            doc: t(
              "Connect to an SMTP server and exchange HELO and QUIT.",
              "连接 SMTP 服务器并完成 HELO 和 QUIT 交互。",
            ),
            example: "SMTP_CHECK",
            repeat: "several",
            process: "checker",
          },
          [
            alpha,
            bindIf,
            bindPort,
            bindto,
            connectIp,
            connectPort,
            connectTimeout,
            delayBeforeRetry_,
            delayLoop,
            fwmark,
            leaf("helo_name", [arg("name", "hostname")], {
              doc: t("Name sent with HELO.", "HELO 中发送的名称。"),
              example: "helo_name lb1.example.org",
              repeat: "overwrite-with-message",
              default: "smtpchecker.keepalived.org",
              missingArgument: "ignored",
              process: "checker",
            }),
            block(
              "host",
              [],
              {
                doc: t(
                  "Further target of the check. Deprecated: use one SMTP_CHECK per target.",
                  "该检查的又一个目标。已弃用：请为每个目标各写一个 SMTP_CHECK。",
                ),
                example: "host",
                repeat: "several",
                deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                requires: ["SMTP_HOST_ENTRIES"],
                process: "checker",
              },
              [
                leaf("alpha", [bool("enabled", { optional: true, whenOmitted: "true" })], {
                  doc: t(
                    "Treat the check as failed until it has succeeded once.",
                    "首次成功之前视为检查失败。",
                  ),
                  example: "alpha",
                  default: t("setting of the real or virtual server", "真实服务器或虚拟服务器的设置"),
                  deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                  requires: ["SMTP_HOST_ENTRIES"],
                  process: "checker",
                }),
                leaf("bind_if", [arg("interface", "interface", { maxLength: 15 })], {
                  doc: t(
                    "Local interface to connect from; required for link-local IPv6 targets.",
                    "发起连接的本地接口；目标为 IPv6 链路本地地址时必须给出。",
                  ),
                  example: "bind_if ens32",
                  deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                  requires: ["SMTP_HOST_ENTRIES"],
                  process: "checker",
                }),
                leaf("bind_port", [uint("port", 1, 65535)], {
                  doc: t("Local port to connect from.", "发起连接的本地端口。"),
                  example: "bind_port 8080",
                  deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                  requires: ["SMTP_HOST_ENTRIES"],
                  process: "checker",
                }),
                leaf("bindto", [arg("address", "ip")], {
                  doc: t(
                    "Local address to connect from; same family as the target.",
                    "发起连接的本地地址；须与目标同地址族。",
                  ),
                  example: "bindto 192.0.2.1",
                  deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                  requires: ["SMTP_HOST_ENTRIES"],
                  process: "checker",
                }),
                leaf("connect_ip", [arg("address", "ip")], {
                  doc: t("Address to connect to.", "要连接的地址。"),
                  example: "connect_ip 192.0.2.100",
                  default: t("address of the real server", "真实服务器的地址"),
                  deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                  requires: ["SMTP_HOST_ENTRIES"],
                  process: "checker",
                }),
                leaf("connect_port", [uint("port", 1, 65535)], {
                  doc: t("Port to connect to.", "要连接的端口。"),
                  example: "connect_port 80",
                  default: t("port of the real server", "真实服务器的端口"),
                  deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                  requires: ["SMTP_HOST_ENTRIES"],
                  process: "checker",
                }),
                leaf("connect_timeout", [decimal("seconds", "0.000001", "4294.967295", 6, { unit: "s" })], {
                  doc: t("Connection timeout.", "连接超时。"),
                  example: "connect_timeout 5",
                  default: t(
                    "connect_timeout of the real or virtual server, else 5",
                    "真实服务器或虚拟服务器的 connect_timeout，否则为 5",
                  ),
                  deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                  requires: ["SMTP_HOST_ENTRIES"],
                  process: "checker",
                }),
                leaf(
                  "delay_before_retry",
                  [decimal("seconds", "0", "18446744073709.551614", 6, { unit: "s" })],
                  {
                    doc: t("Time to wait before a retry.", "重试前的等待时间。"),
                    example: "delay_before_retry 3",
                    default: t(
                      "setting of the real or virtual server, else 1",
                      "真实服务器或虚拟服务器的设置，否则为 1",
                    ),
                    deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                    requires: ["SMTP_HOST_ENTRIES"],
                    process: "checker",
                  },
                ),
                leaf(
                  "delay_loop",
                  [decimal("seconds", "0.000001", "18446744073709.551614", 6, { unit: "s" })],
                  {
                    doc: t("Time between checks.", "检查间隔。"),
                    example: "delay_loop 10",
                    default: t(
                      "setting of the real or virtual server, else 60",
                      "真实服务器或虚拟服务器的设置，否则为 60",
                    ),
                    deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                    requires: ["SMTP_HOST_ENTRIES"],
                    process: "checker",
                  },
                ),
                leaf("fwmark", [uint("mark", 0, 4294967295)], {
                  doc: t(
                    "Firewall mark of packets sent by the checker.",
                    "检查器所发报文的防火墙标记（fwmark）。",
                  ),
                  example: "fwmark 1",
                  default: "0",
                  deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                  requires: ["SMTP_HOST_ENTRIES", "SO_MARK"],
                  process: "checker",
                }),
                leaf("log_all_failures", [bool("enabled", { optional: true, whenOmitted: "true" })], {
                  doc: t("Log every failure of this checker.", "记录此检查器的每次失败。"),
                  example: "log_all_failures",
                  default: t("global checker_log_all_failures", "全局 checker_log_all_failures"),
                  since: "2.0.11",
                  deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                  requires: ["SMTP_HOST_ENTRIES"],
                  process: "checker",
                }),
                leaf("retry", [uint("count", 0, 4294967295)], {
                  doc: t(
                    "Number of retries before the check counts as failed.",
                    "重试多少次后才算检查失败。",
                  ),
                  example: "retry 1",
                  default: t(
                    "setting of the real or virtual server, else 1",
                    "真实服务器或虚拟服务器的设置，否则为 1",
                  ),
                  deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                  requires: ["SMTP_HOST_ENTRIES"],
                  process: "checker",
                }),
                leaf("warmup", [decimal("seconds", "0", "18446744073709.551614", 6, { unit: "s" })], {
                  doc: t(
                    "Upper bound of the random delay before the first check.",
                    "首次检查前随机延迟的上限。",
                  ),
                  example: "warmup 5",
                  default: t(
                    "setting of the real or virtual server, else delay_loop",
                    "真实服务器或虚拟服务器的设置，否则为 delay_loop",
                  ),
                  deprecated: { replacedBy: "additional SMTP_CHECK blocks", reported: "log" },
                  requires: ["SMTP_HOST_ENTRIES"],
                  process: "checker",
                }),
              ],
            ),
            logAllFailures,
            retry,
            warmup,
          ],
        ),
        block(
          "SSL_GET",
          [],
          {
            doc: t(
              "Fetch URLs over HTTPS and check status, digest or content.",
              "通过 HTTPS 获取 URL，检查状态码、摘要或内容。",
            ),
            example: "SSL_GET",
            repeat: "several",
            process: "checker",
          },
          [
            alpha,
            bindIf,
            bindPort,
            bindto,
            connectIp,
            connectPort,
            connectTimeout,
            delayBeforeRetry,
            delayLoop,
            leaf("enable_sni", [bool("enabled", { optional: true, whenOmitted: "true" })], {
              doc: t("Send the server name in the TLS handshake.", "在 TLS 握手中发送服务器名。"),
              example: "enable_sni",
              default: "false",
              requires: ["SSL_SNI"],
              process: "checker",
            }),
            fastRecovery,
            fwmark,
            httpProtocol,
            logAllFailures,
            nbGetRetry,
            retry,
            leaf("tls_compliant", [bool("enabled", { optional: true, whenOmitted: "true" })], {
              doc: t(
                "Treat a connection closed without TLS close-notify as an error.",
                "把未发 TLS close-notify 就关闭的连接视为错误。",
              ),
              example: "tls_compliant",
              default: "false",
              since: "2.2.8",
              process: "checker",
            }),
            block(
              "url",
              [],
              {
                doc: t("A URL to check. Several are checked in turn.", "要检查的 URL。多个 URL 依次检查。"),
                example: "url",
                repeat: "several",
                mandatory: true,
                versionNotes: [
                  t("2.2.7 crashes on a url block without path.", "2.2.7 遇到没有 path 的 url 块会崩溃。"),
                ],
                process: "checker",
              },
              [
                digest,
                path,
                regex,
                regexMaxOffset,
                regexMinOffset,
                regexNoMatch,
                regexOptions,
                regexStack,
                statusCode,
                leaf("tls_compliant", [bool("enabled", { optional: true, whenOmitted: "true" })], {
                  doc: t(
                    "Treat a connection closed without TLS close-notify as an error for this URL.",
                    "对此 URL，把未发 TLS close-notify 就关闭的连接视为错误。",
                  ),
                  example: "tls_compliant",
                  default: t("setting of the checker", "检查器的设置"),
                  since: "2.2.8",
                  process: "checker",
                }),
                virtualhost,
              ],
            ),
            virtualhost_,
            warmup,
          ],
        ),
        block(
          "TCP_CHECK",
          [],
          {
            doc: t("Check that a TCP connection can be made.", "检查能否建立 TCP 连接。"),
            example: "TCP_CHECK",
            repeat: "several",
            process: "checker",
          },
          [
            alpha,
            bindIf,
            bindPort,
            bindto,
            connectIp,
            connectPort,
            connectTimeout,
            delayBeforeRetry_,
            delayLoop,
            fwmark,
            logAllFailures,
            retry,
            warmup,
          ],
        ),
        block(
          "UDP_CHECK",
          [],
          {
            doc: t(
              "Send a UDP packet; failure means an ICMP error, or with require_reply no matching reply.",
              "发送 UDP 报文；收到 ICMP 错误即为失败，带 require_reply 时没有匹配的应答也为失败。",
            ),
            example: "UDP_CHECK",
            repeat: "several",
            since: "2.1.0",
            process: "checker",
          },
          [
            alpha_,
            bindIf_,
            bindPort_,
            bindto_,
            connectIp_,
            connectPort_,
            connectTimeout_,
            delayBeforeRetry__,
            delayLoop_,
            fwmark_,
            logAllFailures_,
            leaf("max_reply_length", [uint("bytes", 0, 65535)], {
              doc: t("Maximum length of the reply.", "应答的最大长度。"),
              example: "max_reply_length 1",
              default: "255",
              since: "2.2.0",
              process: "checker",
            }),
            leaf("min_reply_length", [uint("bytes", 0, 65535)], {
              doc: t("Minimum length of the reply.", "应答的最小长度。"),
              example: "min_reply_length 1",
              default: "0",
              since: "2.2.0",
              process: "checker",
            }),
            leaf("payload", [arg("hex", "hexstring", { repeatable: true })], {
              doc: t(
                "Data to send as hexadecimal digits, optionally with spaces.",
                "要发送的数据，以十六进制数字表示，中间可有空格。",
              ),
              example: "payload 00 ff a5",
              default: t("random data", "随机数据"),
              since: "2.2.0",
              missingArgument: "ignored",
              process: "checker",
            }),
            leaf(
              "require_reply",
              [arg("hex", "hexstring", { optional: true, repeatable: true, wildcard: "x" })],
              {
                doc: t(
                  "Require a reply; the hexadecimal pattern, with x for any digit, must match the start of it.",
                  "要求有应答；应答的开头须匹配该十六进制模式，其中 x 代表任意一位数字。",
                ),
                example: "require_reply 0x xf",
                since: "2.1.0",
                process: "checker",
              },
            ),
            retry_,
            warmup_,
          ],
        ),
        leaf("alpha", [bool("enabled", { optional: true, whenOmitted: "true" })], {
          doc: t("Treat the server as down until its checks succeed.", "该服务器在检查成功之前视为 down。"),
          example: "alpha",
          default: t("setting of the virtual_server", "virtual_server 的设置"),
          process: "checker",
        }),
        leaf("connect_timeout", [decimal("seconds", "0.000001", "4294.967295", 6, { unit: "s" })], {
          doc: t("Connection timeout. Default for checkers.", "连接超时。作为检查器的默认值。"),
          example: "connect_timeout 5",
          default: t("setting of the virtual_server", "virtual_server 的设置"),
          since: "2.0.13",
          process: "checker",
        }),
        leaf("delay_before_retry", [decimal("seconds", "0", "18446744073709.551614", 6, { unit: "s" })], {
          doc: t(
            "Time to wait before a retry. Default for checkers.",
            "重试前的等待时间。作为检查器的默认值。",
          ),
          example: "delay_before_retry 3",
          default: t("setting of the virtual_server", "virtual_server 的设置"),
          process: "checker",
        }),
        leaf("delay_loop", [decimal("seconds", "0.000001", "18446744073709.551614", 6, { unit: "s" })], {
          doc: t("Time between checks. Default for checkers.", "检查间隔。作为检查器的默认值。"),
          example: "delay_loop 10",
          default: t("setting of the virtual_server", "virtual_server 的设置"),
          process: "checker",
        }),
        leaf("inhibit_on_failure", [bool("enabled", { optional: true, whenOmitted: "true" })], {
          doc: t(
            "Set the weight to 0 on failure instead of removing the server.",
            "失败时把权重设为 0，而不是移除该服务器。",
          ),
          example: "inhibit_on_failure",
          default: t("setting of the virtual_server", "virtual_server 的设置"),
          process: "checker",
        }),
        leaf("lthreshold", [uint("connections", 0, 4294967295)], {
          doc: t("Lower connection limit.", "连接数下限。"),
          example: "lthreshold 1",
          default: "0",
          process: "checker",
        }),
        leaf("lvs_method", [oneOf("method", ["NAT", "DR", "TUN"], { valueDocs: METHODS }), TUNNEL_OPTIONS], {
          doc: t("Forwarding method of this server.", "此服务器的转发模式。"),
          example: "lvs_method DR",
          default: t("lb_kind of the virtual_server", "virtual_server 的 lb_kind"),
          process: "checker",
        }),
        leaf(
          "notify_down",
          [
            arg("command", "script"),
            arg("user", "user", { optional: true }),
            arg("group", "group", { optional: true }),
          ],
          {
            doc: t("Script run when the server goes down.", "服务器变为 down 时运行的脚本。"),
            example: 'notify_down "/usr/bin/true"',
            repeat: "first-wins",
            scriptQuoting: true,
            process: "checker",
          },
        ),
        leaf(
          "notify_up",
          [
            arg("command", "script"),
            arg("user", "user", { optional: true }),
            arg("group", "group", { optional: true }),
          ],
          {
            doc: t("Script run when the server comes up.", "服务器变为 up 时运行的脚本。"),
            example: 'notify_up "/usr/bin/true"',
            repeat: "first-wins",
            scriptQuoting: true,
            process: "checker",
          },
        ),
        leaf("retry", [uint("count", 1, 4294967295)], {
          doc: t(
            "Number of retries before a check counts as failed. Default for checkers.",
            "重试多少次后才算检查失败。作为检查器的默认值。",
          ),
          example: "retry 1",
          default: t("setting of the virtual_server", "virtual_server 的设置"),
          process: "checker",
        }),
        leaf("smtp_alert", [bool("enabled", { optional: true, whenOmitted: "true" })], {
          doc: t("Send e-mail notifications for this server.", "为此服务器发送邮件通知。"),
          example: "smtp_alert",
          default: t(
            "global smtp_alert_checker, then smtp_alert, then true",
            "全局 smtp_alert_checker，其次 smtp_alert，否则为 true",
          ),
          process: "checker",
        }),
        leaf("snmp_name", [arg("name", "string")], {
          doc: t("Name of the server in the SNMP MIB.", "该服务器在 SNMP MIB 中的名称。"),
          example: "snmp_name web1",
          repeat: "overwrite-with-message",
          since: "2.2.3",
          requires: ["SNMP_CHECKER"],
          missingArgument: "ignored",
          exactArguments: true,
          process: "checker",
        }),
        leaf("uthreshold", [uint("connections", 0, 4294967295)], {
          doc: t("Upper connection limit; 0 means none.", "连接数上限；0 表示不限。"),
          example: "uthreshold 1",
          default: "0",
          process: "checker",
        }),
        leaf("virtualhost", [arg("host", "string")], {
          doc: t(
            "Default Host header of HTTP_GET and SSL_GET checkers of this server.",
            "此服务器的 HTTP_GET 和 SSL_GET 检查器的默认 Host 首部。",
          ),
          example: "virtualhost www.example.org",
          repeat: "overwrite-with-message",
          default: t("setting of the virtual_server", "virtual_server 的设置"),
          missingArgument: "ignored",
          process: "checker",
        }),
        leaf("warmup", [decimal("seconds", "0", "18446744073709.551614", 6, { unit: "s" })], {
          doc: t(
            "Upper bound of the random delay before the first check. Default for checkers.",
            "首次检查前随机延迟的上限。作为检查器的默认值。",
          ),
          example: "warmup 5",
          default: t("setting of the virtual_server", "virtual_server 的设置"),
          process: "checker",
        }),
        leaf("weight", [uint("weight", 0, 2147483647)], {
          doc: t("IPVS weight; 0 means no new connections.", "IPVS 权重；0 表示不接受新连接。"),
          example: "weight 1",
          default: t("weight of the virtual_server", "virtual_server 的权重"),
          process: "checker",
        }),
      ],
    ),
    leaf("retry", [uint("count", 1, 4294967295)], {
      doc: t(
        "Number of retries before a check counts as failed. Default for checkers.",
        "重试多少次后才算检查失败。作为检查器的默认值。",
      ),
      example: "retry 1",
      default: t("depends on the checker", "取决于检查器"),
      process: "checker",
    }),
    leaf("sh-fallback", [], {
      doc: t(
        "Choose another server if the hashed one is unavailable. For the sh scheduler; lb_algo must come first.",
        "哈希选中的服务器不可用时改选另一台。用于 sh 调度算法；lb_algo 须写在前面。",
      ),
      example: "sh-fallback",
      repeat: "flag",
      requires: ["IPVS_SCHED_FLAGS"],
      process: "checker",
    }),
    leaf("sh-port", [], {
      doc: t(
        "Include the port in the source hash. For the sh scheduler; lb_algo must come first.",
        "源哈希中包含端口。用于 sh 调度算法；lb_algo 须写在前面。",
      ),
      example: "sh-port",
      repeat: "flag",
      requires: ["IPVS_SCHED_FLAGS"],
      process: "checker",
    }),
    leaf("smtp_alert", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t("Send e-mail notifications for quorum changes.", "法定数量（quorum）变化时发送邮件通知。"),
      example: "smtp_alert",
      default: t(
        "global smtp_alert_checker, then smtp_alert, then false",
        "全局 smtp_alert_checker，其次 smtp_alert，否则为 false",
      ),
      process: "checker",
    }),
    leaf("snmp_name", [arg("name", "string")], {
      doc: t("Name of the service in the SNMP MIB.", "该服务在 SNMP MIB 中的名称。"),
      example: "snmp_name web",
      repeat: "overwrite-with-message",
      since: "2.2.3",
      requires: ["SNMP_CHECKER"],
      missingArgument: "ignored",
      exactArguments: true,
      process: "checker",
    }),
    leaf("sorry_server", [arg("address", "ip"), uint("port", 1, 65535, { optional: true })], {
      doc: t("Server used when the quorum is lost.", "失去法定数量（quorum）时使用的服务器。"),
      example: "sorry_server 192.0.2.200 80",
      process: "checker",
    }),
    leaf("sorry_server_inhibit", [], {
      doc: t(
        "Apply inhibit_on_failure to the sorry server; must follow sorry_server.",
        "对备用（sorry）服务器应用 inhibit_on_failure；须写在 sorry_server 之后。",
      ),
      example: "sorry_server_inhibit",
      repeat: "flag",
      process: "checker",
    }),
    leaf(
      "sorry_server_lvs_method",
      [oneOf("method", ["NAT", "DR", "TUN"], { valueDocs: METHODS }), TUNNEL_OPTIONS],
      {
        doc: t(
          "Forwarding method of the sorry server; must follow sorry_server.",
          "备用（sorry）服务器的转发模式；须写在 sorry_server 之后。",
        ),
        example: "sorry_server_lvs_method NAT",
        default: "lb_kind",
        missingArgument: "ignored",
        process: "checker",
      },
    ),
    leaf("virtualhost", [arg("host", "string")], {
      doc: t(
        "Default Host header of HTTP_GET and SSL_GET checkers.",
        "HTTP_GET 和 SSL_GET 检查器的默认 Host 首部。",
      ),
      example: "virtualhost www.example.org",
      repeat: "overwrite-with-message",
      missingArgument: "ignored",
      process: "checker",
    }),
    leaf("warmup", [decimal("seconds", "0", "18446744073709.551614", 6, { unit: "s" })], {
      doc: t(
        "Upper bound of the random delay before the first check. Default for checkers.",
        "首次检查前随机延迟的上限。作为检查器的默认值。",
      ),
      example: "warmup 5",
      default: "delay_loop",
      process: "checker",
    }),
    leaf("weight", [uint("weight", 1, 2147483647)], {
      doc: t("Default weight of the real servers.", "真实服务器的默认权重。"),
      example: "weight 1",
      default: "1",
      process: "checker",
    }),
  ],
);
