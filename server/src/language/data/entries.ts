/** What an entry of each list block looks like. */
import { arg, decimal, type EntryGrammar, int, type Option, oneOf, option, ref, t, uint } from "../schema";

/** Options of virtual and of static addresses. */
const ADDRESS_OPTIONS: readonly Option[] = [
  option("dev", {
    args: [arg("interface", "interface")],
    doc: t("Interface to add the address to.", "在哪个接口上添加该地址。"),
  }),
  option("scope", {
    args: [arg("scope", "rt-scope")],
    doc: t(
      "Address scope: global, link, host, site, nowhere, a number 0-255 or a name from rt_scopes. IPv4 only.",
      "地址的作用域：global、link、host、site、nowhere、0-255 的数字，或 rt_scopes 中的名称。仅限 IPv4。",
    ),
  }),
  option("brd", {
    alias: ["broadcast"],
    args: [arg("broadcast", "ipv4-broadcast")],
    doc: t(
      "Broadcast address, + or - (host bits all set or all clear). IPv4 only.",
      "广播地址、+ 或 -（主机位全部置位或全部清零）。仅限 IPv4。",
    ),
  }),
  option("label", {
    args: [arg("label", "string", { maxLength: 15 })],
    doc: t("Interface label. IPv4 only.", "接口标签。仅限 IPv4。"),
  }),
  option("peer", {
    args: [arg("address", "ip")],
    doc: t(
      "Peer address of a point-to-point address; excludes a prefix length on the address and brd.",
      "点对点地址的对端地址；此时地址不能带前缀长度，也不能用 brd。",
    ),
  }),
  option("home", { doc: t("Mark as home address (IPv6).", "标记为家乡地址（IPv6）。") }),
  option("-nodad", { doc: t("Skip duplicate address detection (IPv6).", "跳过重复地址检测（IPv6）。") }),
  option("mngtmpaddr", { doc: t("Manage temporary addresses (IPv6).", "管理临时地址（IPv6）。") }),
  option("noprefixroute", { doc: t("Do not add a route for the prefix.", "不为该前缀添加路由。") }),
  option("autojoin", { doc: t("Join the multicast group of the address.", "加入该地址的组播组。") }),
  option("no_track", {
    since: "2.0.3",
    doc: t("Do not track the interface of the address.", "不跟踪该地址所在的接口。"),
  }),
  option("preferred_lft", {
    args: [arg("lifetime", "uint-or-forever", { min: 0, max: 4294967295 })],
    since: "2.0.20",
    doc: t(
      "Preferred lifetime: forever or a number; 0 makes the address deprecated (IPv6).",
      "首选生存期：forever 或数字；0 使地址成为已弃用状态（IPv6）。",
    ),
  }),
];

/** Options of virtual and of static routes. */
const ROUTE_OPTIONS: readonly Option[] = [
  option("inet", { doc: t("IPv4 route. See notes.", "IPv4 路由。见说明。") }),
  option("inet6", { doc: t("IPv6 route. See notes.", "IPv6 路由。见说明。") }),
  option("src", { args: [arg("address", "ip")], doc: t("Preferred source address.", "首选源地址。") }),
  option("via", {
    args: [arg("gateway", "ip", { prefixWords: ["inet", "inet6"] })],
    doc: t("Gateway.", "网关。"),
  }),
  option("gw", {
    args: [arg("gateway", "ip")],
    deprecated: true,
    doc: t("Old form of via.", "via 的旧写法。"),
  }),
  option("from", {
    args: [arg("address", "ip-prefix")],
    doc: t("Source prefix (IPv6 only).", "源前缀（仅限 IPv6）。"),
  }),
  option("tos", { alias: ["dsfield"], args: [arg("tos", "rt-dsfield")] }),
  option("table", { args: [arg("table", "rt-table")] }),
  option("protocol", { args: [arg("protocol", "rt-proto")] }),
  option("scope", { args: [arg("scope", "rt-scope")] }),
  option("metric", { alias: ["priority", "preference"], args: [uint("metric", 0, 4294967295)] }),
  option("dev", { alias: ["oif"], args: [arg("interface", "interface")] }),
  option("onlink"),
  option("encap", {
    args: [arg("spec", "route-encap")],
    doc: t(
      "ip [id N] [dst A] [src A] [tos N] [ttl N] [flags N]; ip6 [id N] [dst A] [src A] [tc N] [hoplimit N] [flags N]; mpls LABEL[/LABEL...]; ila LOCATOR. ip and ip6 need dst or id.",
      "ip [id N] [dst A] [src A] [tos N] [ttl N] [flags N]；ip6 [id N] [dst A] [src A] [tc N] [hoplimit N] [flags N]；mpls LABEL[/LABEL...]；ila LOCATOR。ip 和 ip6 需要 dst 或 id。",
    ),
  }),
  option("expires", { args: [uint("seconds", 0, 4294967295)], doc: t("IPv6 only.", "仅限 IPv6。") }),
  option("mtu", { args: [uint("mtu", 0, 4294967295)], lock: true }),
  option("hoplimit", { args: [uint("hops", 0, 255)] }),
  option("advmss", { args: [uint("mss", 0, 4294967295)], lock: true }),
  option("rtt", { args: [arg("time", "rtt")], lock: true }),
  option("rttvar", { args: [arg("time", "rtt")], lock: true }),
  option("reordering", { args: [uint("n", 0, 4294967295)], lock: true }),
  option("window", { args: [uint("bytes", 0, 4294967295)] }),
  option("cwnd", { args: [uint("n", 0, 4294967295)], lock: true }),
  option("ssthresh", { args: [uint("n", 0, 4294967295)], lock: true }),
  option("realms", { args: [arg("realms", "rt-realms")], doc: t("IPv4 only.", "仅限 IPv4。") }),
  option("rto_min", { args: [arg("time", "rtt")], lock: true }),
  option("initcwnd", { args: [uint("n", 0, 4294967295)] }),
  option("initrwnd", { args: [uint("n", 0, 4294967295)] }),
  option("features", { args: [oneOf("feature", ["ecn"])] }),
  option("quickack", { args: [uint("flag", 0, 1)] }),
  option("congctl", { args: [arg("algorithm", "string")], lock: true }),
  option("pref", {
    args: [arg("pref", "enum-or-uint", { min: 0, max: 255, values: ["low", "medium", "high"] })],
    doc: t("IPv6 only.", "仅限 IPv6。"),
  }),
  option("ttl-propagate", { args: [oneOf("value", ["enabled", "disabled"])], since: "2.0.8" }),
  option("fastopen_no_cookie", { args: [uint("flag", 0, 1)] }),
  option("add", { since: "2.2.5", doc: t("Fail if the route exists.", "路由已存在则失败。") }),
  option("prepend", {
    since: "2.2.5",
    doc: t("Add before existing routes (default).", "添加在已有路由之前（默认）。"),
  }),
  option("append", { since: "2.2.5", doc: t("Add after existing routes.", "添加在已有路由之后。") }),
  option("or", {
    args: [arg("gateway", "ip")],
    deprecated: true,
    doc: t("Old form of a second nexthop.", "第二个 nexthop 的旧写法。"),
  }),
  option("nexthop", {
    args: [arg("spec", "route-nexthop", { repeatable: true })],
    doc: t(
      "One or more nexthops, last on the line: nexthop [via [inet|inet6] A] [dev IF] [weight 1-256] [onlink] [encap ...] [realms R].",
      "一个或多个下一跳，写在行末：nexthop [via [inet|inet6] A] [dev IF] [weight 1-256] [onlink] [encap ...] [realms R]。",
    ),
  }),
  option("no_track", {
    since: "2.0.3",
    doc: t("Do not react to deletion of the route.", "路由被删除时不作反应。"),
  }),
  option("vrf", {
    args: [arg("vrf", "interface")],
    since: "2.2.5",
    doc: t("VRF of the route; must exist.", "路由所属的 VRF；必须存在。"),
  }),
  option("as", {
    args: [arg("address", "string")],
    doc: t("Accepted with a message and ignored.", "会被接受，但给出提示并忽略。"),
  }),
  option("to", {
    args: [arg("destination", "route-dest")],
    doc: t("Optional word before the destination.", "目的之前的可选单词。"),
  }),
];

/** What is odd about routes. */
const ROUTE_NOTES = t(
  'inet and inet6 swallow the word that follows them (in 2.2.7 and 2.4.3), so "inet6 default ..." has no destination and "inet6 table 100" loses table. Use an address of the wanted family instead, for an IPv6 default route for example ::/0. default, any and all have no family of their own and conflict with a family that was set before them on the line. Times (rtt, rttvar, rto_min) are a number with optional unit s, sec, secs or ms, are limited to 200 ms to 120 s with a message, and without unit are in units of 1/8 ms (rtt), 1/4 ms (rttvar) or 1 ms (rto_min). Options marked lock accept the word lock before the value.',
  'inet 和 inet6 会吞掉其后的单词（2.2.7 和 2.4.3 均如此），因此 "inet6 default ..." 没有目的，"inet6 table 100" 会丢掉 table。请改用所需地址族的地址，例如 IPv6 默认路由写 ::/0。default、any 和 all 本身不带地址族，会与行内此前已设定的地址族冲突。时间（rtt、rttvar、rto_min）为数字，可带单位 s、sec、secs 或 ms，会被限制在 200 ms 到 120 s 之间并给出提示；不带单位时，单位为 1/8 ms（rtt）、1/4 ms（rttvar）或 1 ms（rto_min）。标有 lock 的选项可在值之前写单词 lock。',
);

/** Options of virtual and of static rules. */
const RULE_OPTIONS: readonly Option[] = [
  option("inet", { since: "2.0.1", doc: t("IPv4 rule. See notes.", "IPv4 规则。见说明。") }),
  option("inet6", { since: "2.0.1", doc: t("IPv6 rule. See notes.", "IPv6 规则。见说明。") }),
  option("from", { args: [arg("prefix", "route-prefix")] }),
  option("to", { args: [arg("prefix", "route-prefix")] }),
  option("table", {
    alias: ["lookup"],
    args: [arg("table", "rt-table")],
    doc: t("Action: look up this table (not 0).", "动作：查找此路由表（不能为 0）。"),
  }),
  option("not", { doc: t("Invert the match.", "匹配取反。") }),
  option("preference", {
    alias: ["order", "priority"],
    args: [uint("priority", 0, 4294967295, { cNotation: true })],
    doc: t(
      "Rule priority; a missing one is reported and chosen automatically.",
      "规则优先级；未给出时会提示并自动选取。",
    ),
  }),
  option("tos", { alias: ["dsfield"], args: [arg("tos", "rt-dsfield")] }),
  option("fwmark", {
    args: [arg("mark", "fwmark-mask")],
    doc: t("MARK[/MASK], C notation.", "MARK[/MASK]，C 记法。"),
  }),
  option("realms", {
    args: [arg("realms", "rt-realms")],
    doc: t("IPv4 table rules only.", "仅限 IPv4 的 table 规则。"),
  }),
  option("suppress_prefixlength", {
    alias: ["sup_pl"],
    args: [uint("length", 0, 2147483647)],
    doc: t("Table rules only.", "仅限 table 规则。"),
  }),
  option("suppress_ifgroup", {
    alias: ["sup_group"],
    args: [arg("group", "rt-group")],
    doc: t("Table rules only.", "仅限 table 规则。"),
  }),
  option("dev", { alias: ["iif"], args: [arg("interface", "interface")] }),
  option("oif", { args: [arg("interface", "interface")] }),
  option("tunnel-id", { args: [uint("id", 0, "18446744073709551615")] }),
  option("uidrange", { args: [arg("range", "uint-range")], doc: t("START-END", "START-END") }),
  option("l3mdev", {
    doc: t("Action: use the table of the l3 master device.", "动作：使用 l3 主设备的路由表。"),
  }),
  option("protocol", { args: [uint("protocol", 0, 255)], since: "2.0.1" }),
  option("ipproto", {
    args: [arg("protocol", "ip-proto")],
    since: "2.0.1",
    doc: t("Name from the protocols database or number.", "protocols 数据库中的名称，或数字。"),
  }),
  option("sport", {
    args: [arg("ports", "uint-range", { min: 0, max: 65535 })],
    since: "2.0.1",
    doc: t("START-END. A single port is refused.", "START-END。不接受单个端口。"),
  }),
  option("dport", {
    args: [arg("ports", "uint-range", { min: 0, max: 65535 })],
    since: "2.0.1",
    doc: t("START-END. A single port is refused.", "START-END。不接受单个端口。"),
  }),
  option("no_track", {
    since: "2.0.3",
    doc: t("Do not react to deletion of the rule.", "规则被删除时不作反应。"),
  }),
  option("type", {
    args: [arg("action", "string")],
    doc: t("Optional word before the action.", "动作之前的可选单词。"),
  }),
  option("goto", {
    args: [uint("target", 0, 4294967295)],
    doc: t("Action: continue at a higher preference.", "动作：跳到 preference 更大的规则继续。"),
  }),
  option("nop", { doc: t("Action: none.", "动作：无。") }),
  option("blackhole", { doc: t("Action.", "动作。") }),
  option("prohibit", { doc: t("Action.", "动作。") }),
  option("unreachable", { doc: t("Action.", "动作。") }),
];

/** What is odd about rules. */
const RULE_NOTES = t(
  "inet and inet6 swallow the word that follows them (in 2.2.7 and 2.4.3). from default / to default set no family and conflict with a family that was set before on the line.",
  "inet 和 inet6 会吞掉其后的单词（2.2.7 和 2.4.3 均如此）。from default / to default 不设定地址族，并会与行内此前已设定的地址族冲突。",
);

export const emailListEntry: EntryGrammar = {
  id: "email-list",
  doc: t(
    "Each white-space separated word is one e-mail address; several words per line are allowed. An address with a display name must be one double-quoted word.",
    "以空白字符分隔的每个单词是一个邮件地址；一行可写多个。带显示名的地址须整体写在双引号内，作为一个单词。",
  ),
  args: [arg("address", "email", { repeatable: true })],
  anyOrder: true,
  example: "ops@example.org",
};

export const instanceNamesEntry: EntryGrammar = {
  id: "instance-names",
  doc: t(
    "Each word is the name of a vrrp_instance; several words per line are allowed.",
    "每个单词是一个 vrrp_instance 的名称；一行可写多个。",
  ),
  args: [ref("instance", "vrrp_instance", { repeatable: true })],
  anyOrder: true,
  example: "VI_1",
};

export const interfaceNamesEntry: EntryGrammar = {
  id: "interface-names",
  doc: t(
    "Each word is an interface name; several words per line are allowed.",
    "每个单词是一个接口名；一行可写多个。",
  ),
  args: [arg("interface", "interface", { repeatable: true })],
  anyOrder: true,
  example: "ens32",
};

export const trackInterfaceEntry: EntryGrammar = {
  id: "track-interface",
  doc: t(
    "INTERFACE [weight N [reverse]]. The weight, if any, must be the second word.",
    "INTERFACE [weight N [reverse]]。若有 weight，须为第二个单词。",
  ),
  args: [arg("interface", "interface")],
  options: [
    option("weight", {
      args: [
        int("weight", -253, 253),
        oneOf("modifier", ["reverse"], { optional: true, valueSince: { reverse: "2.0.18" } }),
      ],
      acceptedMin: -254,
      acceptedMax: 254,
      doc: t("Priority change instead of FAULT.", "调整优先级，而不是进入 FAULT。"),
    }),
  ],
  notes: t(
    "+/-254 is accepted with a message and changed to +/-253.",
    "+/-254 会被接受，但给出提示并改为 +/-253。",
  ),
  example: "ens33 weight 10 reverse",
};

export const trackScriptEntry: EntryGrammar = {
  id: "track-script",
  doc: t(
    "SCRIPT [weight N [reverse|noreverse]]. SCRIPT must be declared earlier in the file.",
    "SCRIPT [weight N [reverse|noreverse]]。SCRIPT 须在文件中先行声明。",
  ),
  args: [ref("script", "vrrp_script", { declaredBefore: true })],
  options: [
    option("weight", {
      args: [
        int("weight", -253, 253),
        oneOf("modifier", ["reverse", "noreverse"], {
          optional: true,
          valueSince: { reverse: "2.0.18", noreverse: "2.0.18" },
        }),
      ],
      acceptedMin: -254,
      acceptedMax: 254,
      doc: t("Priority change instead of FAULT.", "调整优先级，而不是进入 FAULT。"),
    }),
  ],
  example: "chk1 weight 10",
};

export const trackFileEntry: EntryGrammar = {
  id: "track-file",
  doc: t(
    "FILE [weight N [reverse|noreverse]]. FILE must be declared earlier in the file.",
    "FILE [weight N [reverse|noreverse]]。FILE 须在文件中先行声明。",
  ),
  args: [ref("file", "track_file", { declaredBefore: true })],
  options: [
    option("weight", {
      args: [
        int("weight", -254, 254),
        oneOf("modifier", ["reverse", "noreverse"], {
          optional: true,
          valueSince: { reverse: "2.0.18", noreverse: "2.0.18" },
        }),
      ],
      doc: t("Priority change instead of FAULT.", "调整优先级，而不是进入 FAULT。"),
    }),
  ],
  example: "tf1 weight 10",
};

export const trackProcessEntry: EntryGrammar = {
  id: "track-process",
  doc: t(
    "PROCESS [weight N [reverse|noreverse]]. PROCESS must be declared earlier in the file.",
    "PROCESS [weight N [reverse|noreverse]]。PROCESS 须在文件中先行声明。",
  ),
  args: [ref("process", "vrrp_track_process", { declaredBefore: true })],
  options: [
    option("weight", {
      args: [
        int("weight", -254, 254),
        oneOf("modifier", ["reverse", "noreverse"], {
          optional: true,
          valueSince: { reverse: "2.0.18", noreverse: "2.0.18" },
        }),
      ],
      since: "2.0.11",
      doc: t("Priority change instead of FAULT.", "调整优先级，而不是进入 FAULT。"),
    }),
  ],
  example: "tp1 weight 10",
};

export const trackBfdEntry: EntryGrammar = {
  id: "track-bfd",
  doc: t(
    "BFD [weight N [reverse|noreverse]]. BFD must be declared earlier in the file and must not be limited to checker.",
    "BFD [weight N [reverse|noreverse]]。BFD 须在文件中先行声明，且不得限定为仅用于 checker。",
  ),
  args: [ref("bfd", "bfd_instance", { declaredBefore: true })],
  options: [
    option("weight", {
      args: [
        int("weight", -253, 253),
        oneOf("modifier", ["reverse", "noreverse"], {
          optional: true,
          valueSince: { reverse: "2.0.18", noreverse: "2.0.18" },
        }),
      ],
      doc: t("Priority change instead of FAULT.", "调整优先级，而不是进入 FAULT。"),
    }),
  ],
  example: "bfd1 weight 10",
};

export const unicastPeerEntry: EntryGrammar = {
  id: "unicast-peer",
  doc: t("ADDRESS [min_ttl N] [max_ttl N]", "ADDRESS [min_ttl N] [max_ttl N]"),
  args: [arg("address", "ip")],
  options: [
    option("min_ttl", { args: [uint("ttl", 0, 255)], since: "2.1.0" }),
    option("max_ttl", { args: [uint("ttl", 0, 255)], since: "2.1.0" }),
  ],
  anyOrder: true,
  example: "192.0.2.2 min_ttl 64",
};

export const linkbeatInterfaceEntry: EntryGrammar = {
  id: "linkbeat-interface",
  doc: t("INTERFACE [MII|ETHTOOL|IOCTL]", "INTERFACE [MII|ETHTOOL|IOCTL]"),
  args: [arg("interface", "interface"), oneOf("method", ["MII", "ETHTOOL", "IOCTL"], { optional: true })],
  anyOrder: true,
  example: "ens32 MII",
};

export const ifUpDownDelayEntry: EntryGrammar = {
  id: "if-up-down-delay",
  doc: t(
    "INTERFACE DOWN_DELAY [UP_DELAY], delays in seconds.",
    "INTERFACE DOWN_DELAY [UP_DELAY]，延迟以秒为单位。",
  ),
  args: [
    arg("interface", "interface"),
    decimal("downDelay", "0", "255", 6, { unit: "s" }),
    decimal("upDelay", "0", "255", 6, { optional: true, unit: "s", whenOmitted: "0" }),
  ],
  anyOrder: true,
  example: "ens32 1 2",
};

export const vipEntry: EntryGrammar = {
  id: "vip",
  doc: t("ADDRESS[/PREFIX] followed by options in any order.", "ADDRESS[/PREFIX]，其后为选项，顺序不限。"),
  args: [
    arg("address", "ip-prefix", { whenOmitted: t("/32 or /128 without prefix", "不写前缀时为 /32 或 /128") }),
  ],
  options: [
    ...ADDRESS_OPTIONS,
    option("use_vmac", { since: "2.2.0", doc: t("Put this address on a VMAC.", "把该地址放在 VMAC 上。") }),
  ],
  anyOrder: true,
  example: "10.0.0.3/24 brd 10.0.0.255 dev ens32 scope global label ens32:0 no_track",
};

export const staticAddressEntry: EntryGrammar = {
  id: "static-address",
  doc: t("ADDRESS[/PREFIX] followed by options in any order.", "ADDRESS[/PREFIX]，其后为选项，顺序不限。"),
  args: [arg("address", "ip-prefix")],
  options: [
    ...ADDRESS_OPTIONS,
    option("track_group", {
      args: [ref("group", "track_group", { declaredBefore: true })],
      since: "2.0.3",
      doc: t("Track group to tie the address to; needs dev.", "该地址所关联的跟踪组；需要 dev。"),
    }),
  ],
  anyOrder: true,
  example: "192.0.2.20/24 dev ens32",
};

export const routeEntry: EntryGrammar = {
  id: "route",
  doc: t(
    "Routing table entry like the arguments of ip route add. The destination is default, any, all, or an address with optional prefix, optionally preceded by a route type (unicast, local, broadcast, anycast, multicast, prohibit, unreachable, blackhole, xresolve, throw, nat) and by the word to; it may stand anywhere on the line and is mandatory.",
    "路由表项，写法同 ip route add 的参数。目的为 default、any、all 或带可选前缀的地址，前面可加路由类型（unicast、local、broadcast、anycast、multicast、prohibit、unreachable、blackhole、xresolve、throw、nat）和单词 to；目的可写在行内任意位置，不可省略。",
  ),
  args: [arg("destination", "route-dest")],
  options: ROUTE_OPTIONS,
  anyOrder: true,
  notes: ROUTE_NOTES,
  example: "198.51.100.0/24 via 192.0.2.254 dev ens32 metric 100 no_track",
};

export const staticRouteEntry: EntryGrammar = {
  id: "static-route",
  doc: t(
    "Like route, plus track_group. The destination is default, any, all, or an address with optional prefix, optionally preceded by a route type (unicast, local, broadcast, anycast, multicast, prohibit, unreachable, blackhole, xresolve, throw, nat) and by the word to; it may stand anywhere on the line and is mandatory.",
    "同 route，另可用 track_group。目的为 default、any、all 或带可选前缀的地址，前面可加路由类型（unicast、local、broadcast、anycast、multicast、prohibit、unreachable、blackhole、xresolve、throw、nat）和单词 to；目的可写在行内任意位置，不可省略。",
  ),
  args: [arg("destination", "route-dest")],
  options: [
    ...ROUTE_OPTIONS,
    option("track_group", {
      args: [ref("group", "track_group", { declaredBefore: true })],
      since: "2.0.3",
      doc: t("Needs dev.", "需要 dev。"),
    }),
  ],
  anyOrder: true,
  notes: ROUTE_NOTES,
  example: "198.51.101.0/24 via 192.0.2.254 dev ens32",
};

export const ruleEntry: EntryGrammar = {
  id: "rule",
  doc: t(
    "Routing rule like the arguments of ip rule add. Exactly one action is required: table/lookup, l3mdev, goto, nop, blackhole, prohibit or unreachable.",
    "路由规则，写法同 ip rule add 的参数。必须且只能有一个动作：table/lookup、l3mdev、goto、nop、blackhole、prohibit 或 unreachable。",
  ),
  args: [],
  options: RULE_OPTIONS,
  anyOrder: true,
  notes: RULE_NOTES,
  example: "from 192.0.2.0/24 table 100 priority 1000 no_track",
};

export const staticRuleEntry: EntryGrammar = {
  id: "static-rule",
  doc: t(
    "Like rule, plus track_group. Exactly one action is required: table/lookup, l3mdev, goto, nop, blackhole, prohibit or unreachable.",
    "同 rule，另可用 track_group。必须且只能有一个动作：table/lookup、l3mdev、goto、nop、blackhole、prohibit 或 unreachable。",
  ),
  args: [],
  options: [
    ...RULE_OPTIONS,
    option("track_group", {
      args: [ref("group", "track_group", { declaredBefore: true })],
      since: "2.0.3",
      doc: t("Needs dev/iif.", "需要 dev/iif。"),
    }),
  ],
  anyOrder: true,
  notes: RULE_NOTES,
  example: "from 192.0.2.0/24 table 100 priority 1001",
};

export const vsgMemberEntry: EntryGrammar = {
  id: "vsg-member",
  doc: t(
    "ADDRESS [PORT], a range, a network, or fwmark MARK [inet|inet6]. A range is ADDRESS-LAST (last octet, or last hexadecimal group for IPv6) or ADDRESS-ADDRESS; a network is ADDRESS/PREFIX with host bits zero.",
    "ADDRESS [PORT]、地址范围、网段，或 fwmark MARK [inet|inet6]。范围写作 ADDRESS-LAST（LAST 为最后一个八位组，IPv6 为最后一个十六进制组）或 ADDRESS-ADDRESS；网段写作 ADDRESS/PREFIX，主机位须全为零。",
  ),
  args: [arg("address", "ip-or-range"), uint("port", 1, 65535, { optional: true })],
  options: [
    option("fwmark", {
      args: [
        uint("mark", 0, 4294967295),
        oneOf("family", ["inet", "inet6"], { optional: true, valueSince: { inet: "2.1.0", inet6: "2.1.0" } }),
      ],
    }),
  ],
  anyOrder: true,
  forms: [
    "ADDRESS [PORT]",
    "ADDRESS-LAST [PORT]",
    "ADDRESS-ADDRESS [PORT]",
    "ADDRESS/PREFIX [PORT]",
    "fwmark MARK [inet|inet6]",
  ],
  example: "10.0.0.1-10 80",
};
