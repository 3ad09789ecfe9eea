/** VRRP: instances, sync groups, trackers, static addresses, routes and rules. */
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
  t,
  uint,
} from "../schema";
import {
  ifUpDownDelayEntry,
  instanceNamesEntry,
  interfaceNamesEntry,
  linkbeatInterfaceEntry,
  routeEntry,
  ruleEntry,
  staticAddressEntry,
  staticRouteEntry,
  staticRuleEntry,
  trackBfdEntry,
  trackFileEntry,
  trackInterfaceEntry,
  trackProcessEntry,
  trackScriptEntry,
  unicastPeerEntry,
  vipEntry,
} from "./entries";

export const trackGroup: KeywordSpec = block(
  "track_group",
  [arg("name", "name")],
  {
    doc: t(
      "Group of VRRP instances that static addresses, routes and rules can refer to; if such a static item is deleted, the instances of the group go to FAULT.",
      "可供静态地址、路由和规则引用的一组 VRRP 实例；若这样的静态项被删除，组内实例进入 FAULT。",
    ),
    example: "track_group TG1",
    repeat: "unique-name",
    since: "2.0.3",
    declares: "track_group",
    exactArguments: true,
    process: "vrrp",
  },
  [
    list(
      "group",
      [],
      {
        doc: t(
          "Names of the VRRP instances in the group. Names are separated by white space or line ends.",
          "组内 VRRP 实例的名称。名称之间以空白字符或换行分隔。",
        ),
        example: "group {\n VI_1\n}",
        repeat: "first-wins",
        mandatory: true,
        since: "2.0.3",
        process: "vrrp",
      },
      instanceNamesEntry,
    ),
  ],
);

export const staticIpaddress: KeywordSpec = list(
  "static_ipaddress",
  [],
  {
    doc: t(
      "Addresses that keepalived adds at start-up and removes at shutdown, independent of VRRP state.",
      "keepalived 启动时添加、关闭时删除的地址，与 VRRP 状态无关。",
    ),
    example: "static_ipaddress {\n 192.0.2.10/24 dev ens32\n}",
    repeat: "accumulate",
    process: "vrrp",
  },
  staticAddressEntry,
);

export const staticRoutes: KeywordSpec = list(
  "static_routes",
  [],
  {
    doc: t(
      "Routes that keepalived adds at start-up and removes at shutdown, independent of VRRP state.",
      "keepalived 启动时添加、关闭时删除的路由，与 VRRP 状态无关。",
    ),
    example: "static_routes {\n 198.51.100.0/24 via 192.0.2.254 dev ens32\n}",
    repeat: "accumulate",
    process: "vrrp",
  },
  staticRouteEntry,
);

export const staticRules: KeywordSpec = list(
  "static_rules",
  [],
  {
    doc: t(
      "Routing rules that keepalived adds at start-up and removes at shutdown, independent of VRRP state.",
      "keepalived 启动时添加、关闭时删除的路由规则，与 VRRP 状态无关。",
    ),
    example: "static_rules {\n from 192.0.2.0/24 table 100 priority 1000\n}",
    repeat: "accumulate",
    process: "vrrp",
  },
  staticRuleEntry,
);

export const vrrpSyncGroup: KeywordSpec = block(
  "vrrp_sync_group",
  [arg("name", "name")],
  {
    doc: t("Group of VRRP instances that change state together.", "状态一起变化的一组 VRRP 实例。"),
    example: "vrrp_sync_group VG_1",
    repeat: "unique-name",
    declares: "vrrp_sync_group",
    exactArguments: true,
    process: "vrrp",
  },
  [
    leaf("global_tracking", [], {
      doc: t(
        "Old option with the effect of sync_group_tracking_weight.",
        "旧选项，效果同 sync_group_tracking_weight。",
      ),
      example: "global_tracking",
      repeat: "flag",
      deprecated: { replacedBy: "sync_group_tracking_weight", reported: "config-error" },
      notes: t(
        "The message recommends track_interface/script/file on the sync group.",
        "提示信息建议在同步组上使用 track_interface/script/file。",
      ),
      process: "vrrp",
    }),
    list(
      "group",
      [],
      {
        doc: t(
          "Names of the VRRP instances that form the group, separated by white space or line ends.",
          "组成该组的 VRRP 实例的名称，以空白字符或换行分隔。",
        ),
        example: "group {\n VI_1\n VI_2\n}",
        repeat: "first-wins",
        mandatory: true,
        process: "vrrp",
      },
      instanceNamesEntry,
    ),
    leaf(
      "notify",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t(
          "Script run for every state change of the group. Four words are appended to the command: GROUP, the group name, the new state and the priority.",
          "组每次状态变化时运行的脚本。命令后附加四个参数：GROUP、组名、新状态和优先级。",
        ),
        example: 'notify "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        process: "vrrp",
      },
    ),
    leaf(
      "notify_backup",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t("Script run for the group on the change to BACKUP.", "组变为 BACKUP 时运行的脚本。"),
        example: 'notify_backup "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        process: "vrrp",
      },
    ),
    leaf(
      "notify_fault",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t("Script run for the group on the change to FAULT.", "组变为 FAULT 时运行的脚本。"),
        example: 'notify_fault "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        process: "vrrp",
      },
    ),
    leaf(
      "notify_master",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t("Script run for the group on the change to MASTER.", "组变为 MASTER 时运行的脚本。"),
        example: 'notify_master "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        process: "vrrp",
      },
    ),
    leaf("notify_priority_changes", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Send FIFO notifications for priority changes of the members.",
        "成员的优先级变化时发送 FIFO 通知。",
      ),
      example: "notify_priority_changes",
      default: t("global vrrp_notify_priority_changes", "全局 vrrp_notify_priority_changes"),
      since: "2.2.0",
      process: "vrrp",
    }),
    leaf(
      "notify_stop",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t("Script run for the group when VRRP stops.", "VRRP 停止时为该组运行的脚本。"),
        example: 'notify_stop "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        process: "vrrp",
      },
    ),
    leaf("smtp_alert", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t("Send e-mail notifications for state changes of the group.", "组的状态变化时发送邮件通知。"),
      example: "smtp_alert",
      default: t(
        "global smtp_alert_vrrp, then smtp_alert, then false",
        "全局 smtp_alert_vrrp，其次 smtp_alert，否则为 false",
      ),
      process: "vrrp",
    }),
    leaf("sync_group_tracking_weight", [], {
      doc: t(
        "Allow weighted trackers on members of the group; all members should then use the same trackers and weights.",
        "允许组内成员使用带权重的跟踪项；此时所有成员应使用相同的跟踪项和权重。",
      ),
      example: "sync_group_tracking_weight",
      repeat: "flag",
      process: "vrrp",
    }),
    list(
      "track_bfd",
      [],
      {
        doc: t(
          "BFD instances to track, by the name of their bfd_instance block, with optional weight. Applies to every member of the group.",
          "要跟踪的 BFD 实例，以其 bfd_instance 块的名称指定，可带权重。对组内每个成员生效。",
        ),
        example: "track_bfd {\n bfd1 weight 10\n}",
        repeat: "accumulate",
        requires: ["BFD"],
        process: "vrrp",
      },
      trackBfdEntry,
    ),
    list(
      "track_file",
      [],
      {
        doc: t(
          "Files to track, by the name of their track_file block, with optional weight. Applies to every member of the group.",
          "要跟踪的文件，以其 track_file 块的名称指定，可带权重。对组内每个成员生效。",
        ),
        example: "track_file {\n tf1 weight 10\n}",
        repeat: "accumulate",
        process: "vrrp",
      },
      trackFileEntry,
    ),
    list(
      "track_interface",
      [],
      {
        doc: t(
          "Interfaces to track; if one goes down, the instance goes to FAULT, or its priority changes if a weight is set. Applies to every member of the group.",
          "要跟踪的接口；任一接口 down 时实例进入 FAULT，若设置了权重则改为调整优先级。对组内每个成员生效。",
        ),
        example: "track_interface {\n ens33 weight 10\n}",
        repeat: "accumulate",
        process: "vrrp",
      },
      trackInterfaceEntry,
    ),
    list(
      "track_process",
      [],
      {
        doc: t(
          "Processes to track, by the name of their vrrp_track_process block, with optional weight. Applies to every member of the group.",
          "要跟踪的进程，以其 vrrp_track_process 块的名称指定，可带权重。对组内每个成员生效。",
        ),
        example: "track_process {\n tp1 weight 10\n}",
        repeat: "accumulate",
        since: "2.0.11",
        requires: ["TRACK_PROCESS"],
        process: "vrrp",
      },
      trackProcessEntry,
    ),
    list(
      "track_script",
      [],
      {
        doc: t(
          "Scripts to track, by the name of their vrrp_script block, with optional weight. Applies to every member of the group.",
          "要跟踪的脚本，以其 vrrp_script 块的名称指定，可带权重。对组内每个成员生效。",
        ),
        example: "track_script {\n chk1 weight 10\n}",
        repeat: "accumulate",
        process: "vrrp",
      },
      trackScriptEntry,
    ),
  ],
);

export const garpGroup: KeywordSpec = block(
  "garp_group",
  [],
  {
    doc: t(
      "Limit the rate of gratuitous ARP and unsolicited NA messages on a set of interfaces taken together.",
      "对一组接口合并限制免费 ARP 和非请求 NA 报文的发送速率。",
    ),
    example: "garp_group",
    repeat: "several",
    process: "vrrp",
  },
  [
    leaf("garp_interval", [decimal("seconds", "0", "4294.967295", 6, { unit: "s" })], {
      doc: t(
        "Minimum time between gratuitous ARP messages sent by the group.",
        "该组发送免费 ARP 报文的最小间隔。",
      ),
      example: "garp_interval 0.5",
      versionNotes: [t("2.2.7 accepts at most 2147.483647.", "2.2.7 最大只接受 2147.483647。")],
      process: "vrrp",
    }),
    leaf("gna_interval", [decimal("seconds", "0", "4294.967295", 6, { unit: "s" })], {
      doc: t(
        "Minimum time between unsolicited NA messages sent by the group.",
        "该组发送非请求 NA 报文的最小间隔。",
      ),
      example: "gna_interval 0.5",
      versionNotes: [t("2.2.7 accepts at most 2147.483647.", "2.2.7 最大只接受 2147.483647。")],
      process: "vrrp",
    }),
    leaf("interface", [arg("interface", "interface")], {
      doc: t("Interface to which the intervals apply.", "这些间隔所适用的接口。"),
      example: "interface ens32",
      repeat: "accumulate",
      process: "vrrp",
    }),
    list(
      "interfaces",
      [],
      {
        doc: t(
          "Interfaces that share the intervals as one aggregation group.",
          "作为一个聚合组共用这些间隔的接口。",
        ),
        example: "interfaces {\n ens32\n ens33\n}",
        repeat: "accumulate",
        process: "vrrp",
      },
      interfaceNamesEntry,
    ),
  ],
);

export const linkbeatInterfaces: KeywordSpec = list(
  "linkbeat_interfaces",
  [],
  {
    doc: t(
      "Interfaces whose link state is polled, with an optional polling method.",
      "轮询其链路状态的接口，可指定轮询方法。",
    ),
    example: "linkbeat_interfaces {\n ens32 ETHTOOL\n}",
    repeat: "accumulate",
    since: "2.0.13",
    requires: ["LINKBEAT"],
    process: "vrrp",
  },
  linkbeatInterfaceEntry,
);

export const interfaceUpDownDelays: KeywordSpec = list(
  "interface_up_down_delays",
  [],
  {
    doc: t(
      "Delays before a change of an interface to down or up is acted on.",
      "接口变为 down 或 up 后，延迟多久才响应。",
    ),
    example: "interface_up_down_delays {\n ens32 1.5 2\n}",
    repeat: "accumulate",
    since: "2.2.3",
    process: "vrrp",
  },
  ifUpDownDelayEntry,
);

export const vrrpInstance: KeywordSpec = block(
  "vrrp_instance",
  [arg("name", "name")],
  {
    doc: t(
      "A VRRP virtual router: interface, VRID, priority and the virtual addresses it manages.",
      "一个 VRRP 虚拟路由器：接口、VRID、优先级及其管理的虚拟地址。",
    ),
    example: "vrrp_instance VI_1",
    repeat: "unique-name",
    declares: "vrrp_instance",
    exactArguments: true,
    process: "vrrp",
  },
  [
    leaf("accept", [], {
      doc: t(
        "Accept traffic to the virtual addresses although this router is not the address owner.",
        "即使本路由器不是地址所有者，也接收发往虚拟地址的流量。",
      ),
      example: "accept",
      default: t("on unless strict_mode", "未启用 strict_mode 时为 on"),
      process: "vrrp",
    }),
    leaf("advert_int", [decimal("seconds", "0.01", "255", 6, { unit: "s" })], {
      doc: t(
        "Interval between adverts. VRRPv2 needs whole seconds up to 255; VRRPv3 allows 0.01 to 40.95 in steps of 10 ms.",
        "通告间隔。VRRPv2 须为整数秒，最大 255；VRRPv3 可为 0.01 到 40.95，步长 10 ms。",
      ),
      example: "advert_int 1",
      default: "1",
      process: "vrrp",
    }),
    block(
      "auth_hmac",
      [],
      {
        doc: t(
          "keepalived specific HMAC-SHA256 authentication of adverts; replaces the authentication block.",
          "keepalived 特有的通告 HMAC-SHA256 认证；取代 authentication 块。",
        ),
        example: "auth_hmac",
        repeat: "accumulate",
        since: "2.4.0",
        requires: ["VRRP_AUTH"],
        process: "vrrp",
      },
      [
        leaf("active_key", [uint("id", 1, 255)], {
          doc: t(
            "Id of the key used for sending. It must name a key of this block.",
            "发送时所用密钥的 id。须为本块中的密钥。",
          ),
          example: "active_key 1",
          mandatory: true,
          since: "2.4.0",
          requires: ["VRRP_AUTH"],
          process: "vrrp",
        }),
        leaf("anti_replay", [oneOf("mode", ["time", "monotonic"])], {
          doc: t("Replay protection by clock time or by a counter.", "按时钟时间或按计数器进行重放保护。"),
          example: "anti_replay time",
          default: "time",
          since: "2.4.0",
          requires: ["VRRP_AUTH"],
          process: "vrrp",
        }),
        leaf(
          "key",
          [uint("id", 1, 255), arg("value", "hmac-key", { minLength: 32, maxLength: 64, secret: true })],
          {
            doc: t(
              "A key with its id. The value is text, hex:DIGITS, or file:PATH; the key must be 32 to 64 bytes long.",
              "带 id 的密钥。值为文本、hex:DIGITS 或 file:PATH；密钥长度须为 32 到 64 字节。",
            ),
            example: "key 1 hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            repeat: "unique-id",
            mandatory: true,
            since: "2.4.0",
            requires: ["VRRP_AUTH"],
            missingArgument: "ignored",
            process: "vrrp",
          },
        ),
        leaf(
          "mode",
          [
            oneOf("mode", ["enforce", "permissive", "receive-only"], {
              valueSince: { "receive-only": "2.4.2" },
            }),
          ],
          {
            doc: t(
              "How adverts without valid authentication are treated, for a stepwise introduction.",
              "如何处理没有有效认证的通告，便于分步启用认证。",
            ),
            example: "mode enforce",
            default: "enforce",
            since: "2.4.0",
            requires: ["VRRP_AUTH"],
            process: "vrrp",
          },
        ),
        leaf("time_window", [uint("seconds", 1, 300, { unit: "s" })], {
          doc: t(
            "Largest age of an advert that is accepted with time-based replay protection.",
            "使用基于时间的重放保护时，可接受的通告的最大时龄。",
          ),
          example: "time_window 10",
          default: t("3 * advert_int, at least 5", "3 * advert_int，至少为 5"),
          since: "2.4.0",
          requires: ["VRRP_AUTH"],
          process: "vrrp",
        }),
      ],
    ),
    block(
      "authentication",
      [],
      {
        doc: t("Advert authentication (VRRPv2 only).", "通告认证（仅限 VRRPv2）。"),
        example: "authentication",
        repeat: "accumulate",
        requires: ["VRRP_AUTH"],
        process: "vrrp",
      },
      [
        leaf("auth_pass", [arg("password", "string", { maxLength: 8, secret: true })], {
          doc: t("Password; only the first 8 characters are used.", "密码；只使用前 8 个字符。"),
          example: "auth_pass secret12",
          requires: ["VRRP_AUTH"],
          process: "vrrp",
        }),
        leaf(
          "auth_type",
          [
            oneOf("type", ["PASS", "AH"], {
              valueDocs: {
                PASS: t(
                  "A plain password of up to 8 characters in each advert: it prevents mistakes, not attacks.",
                  "每个通告中携带最多 8 个字符的明文密码：只能防误配，不能防攻击。",
                ),
                AH: t(
                  "IPsec authentication header; IPv4 and VRRPv2 only, IP protocol 51.",
                  "IPsec 认证头；仅 IPv4 和 VRRPv2，IP 协议号 51。",
                ),
              },
            }),
          ],
          {
            doc: t("Authentication method: plain password or IPsec AH.", "认证方式：明文密码或 IPsec AH。"),
            example: "auth_type PASS",
            requires: ["VRRP_AUTH"],
            process: "vrrp",
          },
        ),
      ],
    ),
    leaf("check_unicast_src", [], {
      doc: t("Accept unicast adverts only from configured peers.", "只接受来自已配置单播对端的单播通告。"),
      example: "check_unicast_src",
      repeat: "flag",
      since: "2.1.0",
      process: "vrrp",
    }),
    leaf("debug", [uint("level", 0, 4)], {
      doc: t("Debug level; has no effect in current versions.", "调试级别；在当前版本中不起作用。"),
      example: "debug 1",
      default: "0",
      process: "vrrp",
    }),
    leaf("dont_track_primary", [], {
      doc: t("Ignore the state of the instance interface.", "忽略实例接口的状态。"),
      example: "dont_track_primary",
      repeat: "flag",
      process: "vrrp",
    }),
    leaf("down_timer_adverts", [uint("count", 1, 100)], {
      doc: t(
        "Number of missed adverts after which this backup takes over. All routers should use the same value.",
        "连续丢失多少个通告后由此 backup 接管。所有路由器应使用相同的值。",
      ),
      example: "down_timer_adverts 1",
      default: t("global vrrp_down_timer_adverts", "全局 vrrp_down_timer_adverts"),
      since: "2.2.3",
      process: "vrrp",
    }),
    leaf(
      "garp_extra_if",
      [
        arg("args", "option-list", {
          options: [
            option("all", {
              doc: t("Also send on interfaces that are not VMACs.", "在非 VMAC 的接口上也发送。"),
            }),
            option("<seconds>", { args: [uint("seconds", 0, 86400)] }),
          ],
        }),
      ],
      {
        doc: t(
          "Interval in seconds at which a master sends gratuitous ARP/NA for addresses on other interfaces; 0 switches it off.",
          "master 为其他接口上的地址发送免费 ARP/NA 的间隔（秒）；0 表示关闭。",
        ),
        example: "garp_extra_if all 10",
        default: t("global vrrp_garp_extra_if", "全局 vrrp_garp_extra_if"),
        since: "2.2.3",
        requires: ["VRRP_VMAC"],
        anyOrder: true,
        missingArgument: "ignored",
        process: "vrrp",
      },
    ),
    leaf("garp_lower_prio_delay", [uint("seconds", 0, 4294, { unit: "s" })], {
      doc: t(
        "Delay before the second batch after a lower priority advert.",
        "收到低优先级通告后，发送第二批报文前的延迟。",
      ),
      example: "garp_lower_prio_delay 1",
      default: t("global vrrp_garp_lower_prio_delay", "全局 vrrp_garp_lower_prio_delay"),
      process: "vrrp",
    }),
    leaf("garp_lower_prio_repeat", [uint("count", 0, 2147483647)], {
      doc: t("Number of messages sent after a lower priority advert.", "收到低优先级通告后发送的报文数。"),
      example: "garp_lower_prio_repeat 1",
      default: t("global vrrp_garp_lower_prio_repeat", "全局 vrrp_garp_lower_prio_repeat"),
      process: "vrrp",
    }),
    leaf("garp_master_delay", [uint("seconds", 0, 4294, { unit: "s" })], {
      doc: t(
        "Delay before the second batch of gratuitous ARP/NA messages after becoming master.",
        "成为 master 后，发送第二批免费 ARP/NA 报文前的延迟。",
      ),
      example: "garp_master_delay 1",
      default: t("global vrrp_garp_master_delay", "全局 vrrp_garp_master_delay"),
      process: "vrrp",
    }),
    leaf("garp_master_refresh", [uint("seconds", 0, 4294967295, { unit: "s" })], {
      doc: t(
        "Interval at which a master repeats gratuitous ARP/NA messages; 0 means never.",
        "master 重复发送免费 ARP/NA 报文的间隔；0 表示从不重复。",
      ),
      example: "garp_master_refresh 1",
      default: t("global vrrp_garp_master_refresh", "全局 vrrp_garp_master_refresh"),
      process: "vrrp",
    }),
    leaf("garp_master_refresh_repeat", [uint("count", 0, 4294967295, { raisedTo: 1 })], {
      doc: t(
        "Number of messages per refresh. 0 is reported and treated as 1.",
        "每次刷新发送的报文数。0 会被提示并按 1 处理。",
      ),
      example: "garp_master_refresh_repeat 1",
      default: t("global vrrp_garp_master_refresh_repeat", "全局 vrrp_garp_master_refresh_repeat"),
      process: "vrrp",
    }),
    leaf("garp_master_repeat", [uint("count", 0, 4294967295, { raisedTo: 1 })], {
      doc: t(
        "Number of messages per batch after becoming master. 0 is reported and treated as 1.",
        "成为 master 后每批报文的数量。0 会被提示并按 1 处理。",
      ),
      example: "garp_master_repeat 1",
      default: t("global vrrp_garp_master_repeat", "全局 vrrp_garp_master_repeat"),
      process: "vrrp",
    }),
    leaf("higher_prio_send_advert", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Send one more advert when giving up to a higher priority master.",
        "让位给高优先级 master 时再多发一个通告。",
      ),
      example: "higher_prio_send_advert",
      default: t(
        "global vrrp_higher_prio_send_advert; false in strict mode",
        "全局 vrrp_higher_prio_send_advert；严格模式下为 false",
      ),
      process: "vrrp",
    }),
    leaf("interface", [arg("interface", "interface", { maxLength: 15 })], {
      doc: t(
        "Interface on which the instance sends and receives adverts and, by default, adds its addresses.",
        "实例收发通告所用的接口，默认也在其上添加实例的地址。",
      ),
      example: "interface ens32",
      mandatoryNote: t(
        "Needed unless the instance is unicast with a source address.",
        "除非是带源地址的单播实例，否则必须给出。",
      ),
      process: "vrrp",
    }),
    leaf("kernel_rx_buf_size", [uint("bytes", 0, 4294967295)], {
      doc: t(
        "Receive buffer size of the VRRP socket of this instance.",
        "此实例的 VRRP 套接字的接收缓冲区大小。",
      ),
      example: "kernel_rx_buf_size 65536",
      since: "2.0.3",
      missingArgument: "ignored",
      exactArguments: true,
      process: "vrrp",
    }),
    leaf("linkbeat_use_polling", [], {
      doc: t(
        "Poll the link state of the instance interface. Deprecated: list the interface in linkbeat_interfaces.",
        "轮询实例接口的链路状态。已弃用：请把该接口列入 linkbeat_interfaces。",
      ),
      example: "linkbeat_use_polling",
      repeat: "flag",
      deprecated: { replacedBy: "linkbeat_interfaces", since: "2.0.13", reported: "config-error" },
      requires: ["LINKBEAT"],
      process: "vrrp",
    }),
    leaf("lower_prio_no_advert", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t("Do not answer a lower priority advert.", "不回应低优先级通告。"),
      example: "lower_prio_no_advert",
      default: t(
        "global vrrp_lower_prio_no_advert; true in strict mode",
        "全局 vrrp_lower_prio_no_advert；严格模式下为 true",
      ),
      process: "vrrp",
    }),
    leaf("lvs_sync_daemon_interface", [arg("interface", "interface")], {
      doc: t(
        "Run the IPVS sync daemon on this interface, tied to this instance.",
        "在此接口上运行 IPVS 同步守护进程，并关联到本实例。",
      ),
      example: "lvs_sync_daemon_interface ens32",
      repeat: "first-wins",
      deprecated: { replacedBy: "global_defs lvs_sync_daemon", reported: "config-error" },
      process: "vrrp",
    }),
    leaf("mcast_dst_ip", [arg("address", "ip-multicast")], {
      doc: t(
        "Multicast group for this instance; for IPv6 it must be link-local multicast.",
        "此实例的组播组；IPv6 须为链路本地组播地址。",
      ),
      example: "mcast_dst_ip 224.0.0.18",
      default: t("vrrp_mcast_group4 or vrrp_mcast_group6", "vrrp_mcast_group4 或 vrrp_mcast_group6"),
      since: "2.2.5",
      process: "vrrp",
    }),
    leaf("mcast_src_ip", [arg("address", "ip")], {
      doc: t("Source address of multicast adverts.", "组播通告的源地址。"),
      example: "mcast_src_ip 192.0.2.1",
      default: t("primary address of the interface", "接口的主地址"),
      process: "vrrp",
    }),
    leaf("native_ipv6", [], {
      doc: t(
        "Make the instance an IPv6 (VRRPv3) instance even if that does not follow from its addresses.",
        "即使无法由其地址推断，也把该实例作为 IPv6（VRRPv3）实例。",
      ),
      example: "native_ipv6",
      repeat: "flag",
      process: "vrrp",
    }),
    leaf("no_accept", [], {
      doc: t(
        "Drop traffic to the virtual addresses when not address owner, by firewall rules.",
        "非地址所有者时，通过防火墙规则丢弃发往虚拟地址的流量。",
      ),
      example: "no_accept",
      requires: ["IPTABLES|NFTABLES"],
      process: "vrrp",
    }),
    leaf("no_virtual_ipaddress", [], {
      doc: t("Allow the instance to have no virtual address.", "允许实例没有虚拟地址。"),
      example: "no_virtual_ipaddress",
      repeat: "flag",
      since: "2.2.8",
      process: "vrrp",
    }),
    leaf("nopreempt", [], {
      doc: t(
        "Stay backup when a lower priority router is master. The instance must start as BACKUP and must not have priority 255.",
        "低优先级路由器为 master 时保持 backup。实例须以 BACKUP 启动，且优先级不得为 255。",
      ),
      example: "nopreempt",
      process: "vrrp",
    }),
    leaf(
      "notify",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t(
          "Script run for every state change. Four words are appended: INSTANCE, the instance name, the new state and the priority.",
          "每次状态变化时运行的脚本。附加四个参数：INSTANCE、实例名、新状态和优先级。",
        ),
        example: 'notify "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        process: "vrrp",
      },
    ),
    leaf(
      "notify_backup",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t("Script run on the change to BACKUP.", "变为 BACKUP 时运行的脚本。"),
        example: 'notify_backup "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        process: "vrrp",
      },
    ),
    leaf(
      "notify_deleted",
      [
        arg("command", "script", { optional: true }),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t(
          "Script run when the instance was removed by a reload. Without a script, only the state reported to other scripts changes from FAULT to DELETED.",
          "实例因重载而被删除时运行的脚本。不写脚本时，仅把报告给其他脚本的状态由 FAULT 改为 DELETED。",
        ),
        example: 'notify_deleted "/usr/bin/true"',
        repeat: "first-wins",
        since: "2.1.0",
        scriptQuoting: true,
        process: "vrrp",
      },
    ),
    leaf(
      "notify_fault",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t("Script run on the change to FAULT.", "变为 FAULT 时运行的脚本。"),
        example: 'notify_fault "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        process: "vrrp",
      },
    ),
    leaf(
      "notify_master",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t("Script run on the change to MASTER.", "变为 MASTER 时运行的脚本。"),
        example: 'notify_master "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        process: "vrrp",
      },
    ),
    leaf(
      "notify_master_rx_lower_pri",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t(
          "Script run when a master receives a lower priority advert.",
          "master 收到低优先级通告时运行的脚本。",
        ),
        example: 'notify_master_rx_lower_pri "/usr/bin/true"',
        repeat: "first-wins",
        since: "2.0.6",
        scriptQuoting: true,
        process: "vrrp",
      },
    ),
    leaf("notify_priority_changes", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t("Send FIFO notifications for priority changes.", "优先级变化时发送 FIFO 通知。"),
      example: "notify_priority_changes",
      default: t(
        "setting of the sync group, then global vrrp_notify_priority_changes",
        "同步组的设置，其次为全局 vrrp_notify_priority_changes",
      ),
      since: "2.0.16",
      process: "vrrp",
    }),
    leaf(
      "notify_stop",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t("Script run when VRRP stops.", "VRRP 停止时运行的脚本。"),
        example: 'notify_stop "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        process: "vrrp",
      },
    ),
    leaf("old_unicast_checksum", [oneOf("mode", ["never"], { optional: true })], {
      doc: t(
        "Use the unicast checksum of keepalived before v1.4 for VRRPv3; never disables automatic detection.",
        "VRRPv3 使用 keepalived v1.4 之前的单播校验和；never 关闭自动探测。",
      ),
      example: "old_unicast_checksum never",
      requires: ["OLD_CHKSUM_COMPAT"],
      process: "vrrp",
    }),
    leaf("owner_ignore_adverts", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t("As address owner ignore adverts of other routers.", "作为地址所有者时忽略其他路由器的通告。"),
      example: "owner_ignore_adverts",
      default: t(
        "global vrrp_owner_ignore_adverts; true in strict mode",
        "全局 vrrp_owner_ignore_adverts；严格模式下为 true",
      ),
      since: "2.3.3",
      notes: t(
        "Only for priority 255. An explicit false with priority 255 is reported and reset to true even without strict mode.",
        "仅用于优先级 255。优先级为 255 时显式写 false，即使不在严格模式下也会被提示并改回 true。",
      ),
      process: "vrrp",
    }),
    leaf("preempt", [], {
      doc: t(
        "Let a higher priority router take over from a lower priority master (the default). Undoes nopreempt.",
        "允许高优先级路由器从低优先级 master 手中抢占（默认）。取消 nopreempt。",
      ),
      example: "preempt",
      process: "vrrp",
    }),
    leaf("preempt_delay", [decimal("seconds", "0", "1000", 6, { unit: "s" })], {
      doc: t(
        "Time after start-up or after seeing a lower priority master before taking over.",
        "启动后或发现低优先级 master 后，等待多久再接管。",
      ),
      example: "preempt_delay 10",
      default: "0",
      process: "vrrp",
    }),
    leaf("priority", [uint("priority", 1, 255)], {
      doc: t(
        "Election priority; the highest becomes master. 255 means address owner.",
        "选举优先级；最高者成为 master。255 表示地址所有者。",
      ),
      example: "priority 1",
      default: t(
        "100, or 255 if state MASTER is set and priority is not",
        "100；若 state 为 MASTER 且未设置 priority，则为 255",
      ),
      notes: t("An invalid value sets the priority to 100.", "无效的值会使优先级变为 100。"),
      process: "vrrp",
    }),
    leaf("promote_secondaries", [], {
      doc: t(
        "Set promote_secondaries on the interface so that removing a primary address keeps its secondaries.",
        "在接口上设置 promote_secondaries，使删除主地址时保留其从地址。",
      ),
      example: "promote_secondaries",
      repeat: "flag",
      process: "vrrp",
    }),
    leaf("skip_check_adv_addr", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Skip the address check of adverts that come from the same master as before.",
        "若通告来自与之前相同的 master，则跳过地址检查。",
      ),
      example: "skip_check_adv_addr",
      repeat: "flag",
      default: t("global vrrp_skip_check_adv_addr", "全局 vrrp_skip_check_adv_addr"),
      notes: t(
        "A false value is accepted but still switches the option on.",
        "写 false 等假值也会被接受，但该选项仍会被打开。",
      ),
      process: "vrrp",
    }),
    leaf("smtp_alert", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t("Send e-mail notifications for state changes.", "状态变化时发送邮件通知。"),
      example: "smtp_alert",
      default: t(
        "global smtp_alert_vrrp, then smtp_alert, then false",
        "全局 smtp_alert_vrrp，其次 smtp_alert，否则为 false",
      ),
      process: "vrrp",
    }),
    leaf(
      "state",
      [
        oneOf("state", ["MASTER", "BACKUP"], {
          valueDocs: {
            MASTER: t(
              "Meant to be master. The priority decides all the same; without one it becomes 255.",
              "打算作为主节点。实际仍由优先级决定；未设置 priority 时变为 255。",
            ),
            BACKUP: t(
              "Starts as backup and becomes master when no advert of a higher priority arrives. Needed for nopreempt.",
              "以备节点启动，收不到更高优先级的通告时成为主节点。nopreempt 需要此状态。",
            ),
          },
        }),
      ],
      {
        doc: t(
          "State that the instance is meant to have. It starts as backup all the same and waits for adverts, unless its priority is 255.",
          "实例预期的状态。无论如何都以备用状态启动并等待通告，除非优先级为 255。",
        ),
        example: "state BACKUP",
        repeat: "MASTER-wins",
        default: t("BACKUP (MASTER if priority is 255)", "BACKUP（优先级为 255 时为 MASTER）"),
        notes: t(
          "Case sensitive. BACKUP after MASTER in the same instance is reported and ignored.",
          "区分大小写。同一实例中 MASTER 之后的 BACKUP 会被提示并忽略。",
        ),
        process: "vrrp",
      },
    ),
    leaf("strict_mode", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t("Enforce the RFCs for this instance.", "对此实例严格执行 RFC。"),
      example: "strict_mode",
      default: t("global vrrp_strict", "全局 vrrp_strict"),
      process: "vrrp",
    }),
    leaf(
      "thread_timer_expired",
      [uint("highestOtherPriority", 1, 254, { optional: true, whenOmitted: "254" })],
      {
        doc: t(
          "Synonym of timer_expired_backup kept for the name in the release notes.",
          "timer_expired_backup 的同义词，因发行说明中用此名而保留。",
        ),
        example: "thread_timer_expired 200",
        since: "2.3.2",
        deprecated: { replacedBy: "timer_expired_backup", since: "2.2.8", reported: "config-error" },
        process: "vrrp",
      },
    ),
    leaf(
      "timer_expired_backup",
      [uint("highestOtherPriority", 1, 254, { optional: true, whenOmitted: "254" })],
      {
        doc: t(
          "As master that was suspended too long, return to backup without checking first; the value is the highest priority of any other router. Needs nopreempt.",
          "master 被挂起过久后直接退回 backup，不先做检查；值为其他路由器中的最高优先级。需要 nopreempt。",
        ),
        example: "timer_expired_backup 200",
        since: "2.2.8",
        process: "vrrp",
      },
    ),
    list(
      "track_bfd",
      [],
      {
        doc: t(
          "BFD instances to track, by the name of their bfd_instance block, with optional weight.",
          "要跟踪的 BFD 实例，以其 bfd_instance 块的名称指定，可带权重。",
        ),
        example: "track_bfd {\n bfd1 weight 10\n}",
        repeat: "accumulate",
        requires: ["BFD"],
        process: "vrrp",
      },
      trackBfdEntry,
    ),
    list(
      "track_file",
      [],
      {
        doc: t(
          "Files to track, by the name of their track_file block, with optional weight.",
          "要跟踪的文件，以其 track_file 块的名称指定，可带权重。",
        ),
        example: "track_file {\n tf1 weight 10\n}",
        repeat: "accumulate",
        process: "vrrp",
      },
      trackFileEntry,
    ),
    list(
      "track_interface",
      [],
      {
        doc: t(
          "Interfaces to track; if one goes down, the instance goes to FAULT, or its priority changes if a weight is set.",
          "要跟踪的接口；任一接口 down 时实例进入 FAULT，若设置了权重则改为调整优先级。",
        ),
        example: "track_interface {\n ens33 weight 10\n}",
        repeat: "accumulate",
        process: "vrrp",
      },
      trackInterfaceEntry,
    ),
    list(
      "track_process",
      [],
      {
        doc: t(
          "Processes to track, by the name of their vrrp_track_process block, with optional weight.",
          "要跟踪的进程，以其 vrrp_track_process 块的名称指定，可带权重。",
        ),
        example: "track_process {\n tp1 weight 10\n}",
        repeat: "accumulate",
        since: "2.0.11",
        requires: ["TRACK_PROCESS"],
        process: "vrrp",
      },
      trackProcessEntry,
    ),
    list(
      "track_script",
      [],
      {
        doc: t(
          "Scripts to track, by the name of their vrrp_script block, with optional weight.",
          "要跟踪的脚本，以其 vrrp_script 块的名称指定，可带权重。",
        ),
        example: "track_script {\n chk1 weight 10\n}",
        repeat: "accumulate",
        process: "vrrp",
      },
      trackScriptEntry,
    ),
    leaf("track_src_ip", [], {
      doc: t(
        "Go to FAULT if the configured source address is missing from the interface.",
        "若接口上没有所配置的源地址，则进入 FAULT。",
      ),
      example: "track_src_ip",
      repeat: "flag",
      process: "vrrp",
    }),
    leaf("unicast_fault_no_peer", [], {
      doc: t(
        "Go to FAULT, instead of using multicast, if unicast options are present but no peer is configured.",
        "若有单播选项但未配置任何单播对端，则进入 FAULT，而不是改用组播。",
      ),
      example: "unicast_fault_no_peer",
      repeat: "flag",
      since: "2.2.5",
      process: "vrrp",
    }),
    list(
      "unicast_peer",
      [],
      {
        doc: t(
          "Addresses of the other routers; adverts are sent to them by unicast instead of to the multicast group.",
          "其他路由器的地址；通告以单播发往这些地址，而不发往组播组。",
        ),
        example: "unicast_peer {\n 192.0.2.2 min_ttl 64 max_ttl 255\n}",
        repeat: "accumulate",
        process: "vrrp",
      },
      unicastPeerEntry,
    ),
    leaf("unicast_src_ip", [arg("address", "ip")], {
      doc: t("Source address of unicast adverts.", "单播通告的源地址。"),
      example: "unicast_src_ip 192.0.2.1",
      default: t("primary address of the interface", "接口的主地址"),
      process: "vrrp",
    }),
    leaf("unicast_ttl", [uint("ttl", 0, 255)], {
      doc: t("TTL or hop limit of unicast adverts.", "单播通告的 TTL 或跳数限制。"),
      example: "unicast_ttl 1",
      default: t("255 for IPv4, kernel default for IPv6", "IPv4 为 255，IPv6 为内核默认值"),
      since: "2.1.0",
      process: "vrrp",
    }),
    leaf(
      "use_ipvlan",
      [
        arg("args", "option-list", {
          optional: true,
          options: [
            option("<interface name>", { args: [arg("name", "interface", { maxLength: 15 })] }),
            option("name", {
              args: [arg("name", "interface", { maxLength: 15 })],
              since: "2.3.0",
              doc: t("Makes the next word an interface name.", "使下一个单词作为接口名。"),
            }),
            option("<address>", {
              args: [arg("address", "ip-prefix")],
              doc: t("Source address for the ipvlan interface.", "ipvlan 接口的源地址。"),
            }),
            option("bridge", { doc: t("ipvlan mode flag (default).", "ipvlan 模式标志（默认）。") }),
            option("private", { doc: t("ipvlan mode flag.", "ipvlan 模式标志。") }),
            option("vepa", { doc: t("ipvlan mode flag.", "ipvlan 模式标志。") }),
            option("group", { args: [arg("group", "rt-group")], since: "2.3.0" }),
          ],
        }),
      ],
      {
        doc: t(
          "Use an ipvlan interface for this instance. IPv4 instances need an address here.",
          "为此实例使用 ipvlan 接口。IPv4 实例须在此处给出地址。",
        ),
        example: "use_ipvlan ipv1 192.0.2.9/24 bridge",
        repeat: "first-wins",
        since: "2.0.17",
        requires: ["VRRP_IPVLAN"],
        anyOrder: true,
        process: "vrrp",
      },
    ),
    leaf(
      "use_vmac",
      [
        arg("args", "option-list", {
          optional: true,
          options: [
            option("<interface name>", {
              args: [arg("name", "interface", { maxLength: 15 })],
              doc: t(
                "Name for the VMAC interface; may be preceded by the word name.",
                "VMAC 接口的名称；前面可加单词 name。",
              ),
            }),
            option("name", {
              args: [arg("name", "interface", { maxLength: 15 })],
              since: "2.3.0",
              doc: t(
                "Makes the next word an interface name even if it looks like an option.",
                "使下一个单词作为接口名，即使它看起来像选项。",
              ),
            }),
            option("<mac address>", {
              args: [arg("mac", "mac")],
              doc: t(
                "Full MAC address (6 octets), or 5 octets to which the VRID is appended. Recognised by containing a colon. Multicast and RFC VRRP addresses are refused.",
                "完整 MAC 地址（6 字节），或 5 字节再附加 VRID。以含有冒号来识别。拒绝组播地址和 RFC 规定的 VRRP 地址。",
              ),
            }),
            option("netlink_notify_msg", {
              since: "2.3.0",
              doc: t(
                "Send a netlink message that makes listeners notice the VMAC.",
                "发送一条 netlink 消息，使监听者注意到该 VMAC。",
              ),
            }),
            option("group", {
              args: [arg("group", "rt-group")],
              since: "2.3.0",
              doc: t(
                "Link group (name or number) of the VMAC interface.",
                "VMAC 接口的链路组（名称或编号）。",
              ),
            }),
          ],
        }),
      ],
      {
        doc: t(
          "Use a macvlan interface with the virtual router MAC address for this instance.",
          "为此实例使用带虚拟路由器 MAC 地址的 macvlan 接口。",
        ),
        example: "use_vmac vrrp.51",
        repeat: "merge",
        requires: ["VRRP_VMAC"],
        anyOrder: true,
        process: "vrrp",
      },
    ),
    leaf("use_vmac_addr", [], {
      doc: t(
        "Use VMACs for addresses of this instance that are not on the instance interface.",
        "对此实例中不在实例接口上的地址使用 VMAC。",
      ),
      example: "use_vmac_addr",
      repeat: "flag",
      since: "2.2.0",
      requires: ["VRRP_VMAC"],
      process: "vrrp",
    }),
    leaf("v3_checksum_as_v2", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Compute the VRRPv3 IPv4 checksum without the pseudo-header.",
        "计算 VRRPv3 IPv4 校验和时不含伪首部。",
      ),
      example: "v3_checksum_as_v2",
      default: t("global v3_checksum_as_v2", "全局 v3_checksum_as_v2"),
      since: "2.2.8",
      process: "vrrp",
    }),
    leaf("version", [uint("version", 2, 3)], {
      doc: t("VRRP version of this instance.", "此实例的 VRRP 版本。"),
      example: "version 2",
      repeat: "first-wins",
      default: t("global vrrp_version; 3 for IPv6", "全局 vrrp_version；IPv6 为 3"),
      process: "vrrp",
    }),
    list(
      "virtual_ipaddress",
      [],
      {
        doc: t(
          "Addresses added while master and listed in adverts. All must have the same address family.",
          "处于 master 状态时添加并列入通告的地址。所有地址须属于同一地址族。",
        ),
        example: "virtual_ipaddress {\n 10.0.0.2/24 dev ens32 label ens32:1\n}",
        repeat: "accumulate",
        process: "vrrp",
      },
      vipEntry,
    ),
    list(
      "virtual_ipaddress_excluded",
      [],
      {
        doc: t(
          "Addresses added while master but not listed in adverts. They may be of the other address family.",
          "处于 master 状态时添加但不列入通告的地址。可以属于另一地址族。",
        ),
        example: "virtual_ipaddress_excluded {\n 10.0.1.1/24\n}",
        repeat: "accumulate",
        process: "vrrp",
      },
      vipEntry,
    ),
    leaf("virtual_router_id", [uint("vrid", 1, 255)], {
      doc: t(
        "Virtual router id (VRID). Routers with the same id on a network form one virtual router.",
        "虚拟路由器 id（VRID）。同一网络中 id 相同的路由器组成一个虚拟路由器。",
      ),
      example: "virtual_router_id 1",
      mandatory: true,
      process: "vrrp",
    }),
    list(
      "virtual_routes",
      [],
      {
        doc: t(
          "Routes added while master and removed otherwise.",
          "处于 master 状态时添加、否则删除的路由。",
        ),
        example: "virtual_routes {\n 198.51.100.0/24 via 192.0.2.254 dev ens32\n}",
        repeat: "accumulate",
        versionNotes: [
          t(
            "2.2.7 reports a tracked route without dev; 2.4.3 does not.",
            "2.2.7 会对被跟踪而没有 dev 的路由给出提示；2.4.3 不会。",
          ),
        ],
        process: "vrrp",
      },
      routeEntry,
    ),
    list(
      "virtual_rules",
      [],
      {
        doc: t(
          "Routing rules added while master and removed otherwise.",
          "处于 master 状态时添加、否则删除的路由规则。",
        ),
        example: "virtual_rules {\n from 192.0.2.0/24 table 100 priority 1000\n}",
        repeat: "accumulate",
        process: "vrrp",
      },
      ruleEntry,
    ),
    leaf(
      "vmac_garp_intvl",
      [
        arg("args", "option-list", {
          options: [
            option("all", {
              doc: t("Also send on interfaces that are not VMACs.", "在非 VMAC 的接口上也发送。"),
            }),
            option("<seconds>", { args: [uint("seconds", 0, 86400)] }),
          ],
        }),
      ],
      {
        doc: t("Old name of garp_extra_if.", "garp_extra_if 的旧名。"),
        example: "vmac_garp_intvl all 10",
        since: "2.2.0",
        deprecated: { replacedBy: "garp_extra_if", since: "2.2.3", reported: "config-error" },
        requires: ["VRRP_VMAC"],
        anyOrder: true,
        missingArgument: "ignored",
        process: "vrrp",
      },
    ),
    leaf("vmac_xmit_base", [], {
      doc: t(
        "Send and receive VRRP packets on the underlying interface instead of the VMAC.",
        "在底层接口而不是 VMAC 上收发 VRRP 报文。",
      ),
      example: "vmac_xmit_base",
      repeat: "flag",
      requires: ["VRRP_VMAC"],
      process: "vrrp",
    }),
    leaf("vrf", [arg("interface", "interface", { maxLength: 15 })], {
      doc: t(
        "VRF in which a unicast instance without interface works.",
        "没有 interface 的单播实例所工作的 VRF。",
      ),
      example: "vrf ens33",
      repeat: "first-wins",
      since: "2.2.5",
      requires: ["VRF"],
      notes: t("Only for unicast instances that set no interface.", "仅用于未设置 interface 的单播实例。"),
      versionNotes: [
        t(
          "2.2.7 -t reports a missing interface for an instance with vrf and without interface.",
          "2.2.7 的 -t 会对设置了 vrf 而没有 interface 的实例报告缺少接口。",
        ),
      ],
      process: "vrrp",
    }),
  ],
);

export const vrrpScript: KeywordSpec = block(
  "vrrp_script",
  [arg("name", "name")],
  {
    doc: t(
      "A script that is run regularly and whose result can be tracked.",
      "定期运行的脚本，其结果可被跟踪。",
    ),
    example: "vrrp_script chk1",
    repeat: "several",
    notes: t(
      "A second block with the same name is not detected; references find the first one. Must be declared before the track_script line that uses it.",
      "同名的第二个块不会被发现，引用时取第一个。必须在使用它的 track_script 行之前声明。",
    ),
    declares: "vrrp_script",
    process: "vrrp",
  },
  [
    leaf("fall", [uint("count", 1, 2147483647)], {
      doc: t("Number of failures required to become KO.", "失败多少次才变为 KO。"),
      example: "fall 1",
      default: "1",
      process: "vrrp",
    }),
    leaf("init_fail", [], {
      doc: t("Assume that the script has failed until its first success.", "脚本首次成功之前视为失败。"),
      example: "init_fail",
      repeat: "flag",
      process: "vrrp",
    }),
    leaf(
      "interval",
      [decimal("seconds", "0", "4294", 3, { unit: "s", raisedTo: "0.001", decimalsSince: "2.3.2" })],
      {
        doc: t("Time between runs. 0 is reported and treated as 1.", "运行间隔。0 会被提示并按 1 处理。"),
        example: "interval 2",
        default: "1",
        process: "vrrp",
      },
    ),
    leaf("rise", [uint("count", 1, 2147483647)], {
      doc: t("Number of successes required to become OK.", "成功多少次才变为 OK。"),
      example: "rise 1",
      default: "1",
      process: "vrrp",
    }),
    leaf("script", [arg("command", "script")], {
      doc: t(
        "Command to run. Quote it to pass arguments. A path starting with < tests only whether the file can be opened.",
        "要运行的命令。带参数时须加引号。以 < 开头的路径只测试文件能否打开。",
      ),
      example: 'script "/usr/bin/true"',
      mandatory: true,
      scriptQuoting: true,
      missingArgument: "ignored",
      process: "vrrp",
    }),
    leaf(
      "timeout",
      [decimal("seconds", "0", "4294", 3, { unit: "s", raisedTo: "0.001", decimalsSince: "2.3.2" })],
      {
        doc: t(
          "Time after which a running script counts as failed. 0 is reported and treated as 1.",
          "脚本运行超过此时长即算失败。0 会被提示并按 1 处理。",
        ),
        example: "timeout 2",
        default: "interval",
        process: "vrrp",
      },
    ),
    leaf("user", [arg("user", "user"), arg("group", "group", { optional: true })], {
      doc: t("User and group that run the script.", "运行该脚本的用户和组。"),
      example: "user root root",
      default: t("global script_user", "全局 script_user"),
      process: "vrrp",
    }),
    leaf(
      "weight",
      [
        int("weight", -253, 253),
        oneOf("option", ["reverse"], { optional: true, valueSince: { reverse: "2.0.18" } }),
      ],
      {
        doc: t(
          "Priority change applied by instances that track the script; 0 means that failure puts them into FAULT. reverse inverts the effect.",
          "跟踪该脚本的实例所作的优先级调整；0 表示脚本失败时实例进入 FAULT。reverse 使效果反转。",
        ),
        example: "weight 10 reverse",
        default: "0",
        process: "vrrp",
      },
    ),
  ],
);

export const vrrpTrackProcess: KeywordSpec = block(
  "vrrp_track_process",
  [arg("name", "name")],
  {
    doc: t("A process whose presence can be tracked.", "可跟踪其是否存在的进程。"),
    example: "vrrp_track_process tp1",
    repeat: "several",
    since: "2.0.11",
    requires: ["TRACK_PROCESS"],
    declares: "vrrp_track_process",
    process: "vrrp",
  },
  [
    leaf("delay", [decimal("seconds", "0.000001", "3600", 6, { unit: "s" })], {
      doc: t(
        "Time to wait before acting on both start and end of processes.",
        "进程启动和结束后，均等待多久才响应。",
      ),
      example: "delay 1",
      default: "0",
      since: "2.0.11",
      requires: ["TRACK_PROCESS"],
      process: "vrrp",
    }),
    leaf("fork_delay", [decimal("seconds", "0.000001", "3600", 6, { unit: "s" })], {
      doc: t(
        "Time to wait before acting on reaching the quorum.",
        "达到法定数量（quorum）后，等待多久才响应。",
      ),
      example: "fork_delay 1",
      default: "0",
      since: "2.0.16",
      requires: ["TRACK_PROCESS"],
      process: "vrrp",
    }),
    leaf("full_command", [], {
      doc: t(
        "Match the full command name instead of the shortened process name. Needed for script interpreters.",
        "匹配完整命令名，而不是缩短的进程名。脚本解释器须用此项。",
      ),
      example: "full_command",
      repeat: "flag",
      since: "2.0.11",
      requires: ["TRACK_PROCESS"],
      process: "vrrp",
    }),
    leaf(
      "param_match",
      [oneOf("mode", ["initial", "partial"], { optional: true, whenOmitted: t("exact match", "完全匹配") })],
      {
        doc: t(
          "How the parameters must match: exactly (no argument), as leading parameters, or as a leading part of the last parameter.",
          "参数的匹配方式：完全一致（不带参数）、匹配开头的若干个参数，或最后一个参数只匹配其开头部分。",
        ),
        example: "param_match initial",
        since: "2.0.16",
        requires: ["TRACK_PROCESS"],
        process: "vrrp",
      },
    ),
    leaf(
      "process",
      [arg("command", "string"), arg("parameters", "string", { optional: true, repeatable: true })],
      {
        doc: t(
          "Name (comm or argv[0]) of the process to look for, with optional parameters that must match too.",
          "要查找的进程名（comm 或 argv[0]），可附带参数，参数也须匹配。",
        ),
        example: "process sshd",
        repeat: "first-wins",
        mandatory: true,
        since: "2.0.11",
        requires: ["TRACK_PROCESS"],
        process: "vrrp",
      },
    ),
    leaf("quorum", [uint("count", 1, 65535)], {
      doc: t(
        "Minimum number of matching processes. Must not exceed quorum_max.",
        "匹配进程的最小数量。不得大于 quorum_max。",
      ),
      example: "quorum 1",
      default: "1",
      since: "2.0.11",
      requires: ["TRACK_PROCESS"],
      process: "vrrp",
    }),
    leaf("quorum_max", [uint("count", 0, 65535)], {
      doc: t(
        "Maximum number of matching processes. Must not be below quorum.",
        "匹配进程的最大数量。不得小于 quorum。",
      ),
      example: "quorum_max 1",
      default: "unlimited",
      since: "2.0.16",
      requires: ["TRACK_PROCESS"],
      notes: t(
        "0 together with an unset quorum means that the process must not run.",
        "0 且未设置 quorum 时，表示该进程不得运行。",
      ),
      process: "vrrp",
    }),
    leaf("terminate_delay", [decimal("seconds", "0.000001", "3600", 6, { unit: "s" })], {
      doc: t(
        "Time to wait before acting on the loss of quorum.",
        "失去法定数量（quorum）后，等待多久才响应。",
      ),
      example: "terminate_delay 1",
      default: "0",
      since: "2.0.16",
      requires: ["TRACK_PROCESS"],
      process: "vrrp",
    }),
    leaf(
      "weight",
      [
        int("weight", -254, 254),
        oneOf("option", ["reverse"], { optional: true, valueSince: { reverse: "2.0.18" } }),
      ],
      {
        doc: t(
          "Priority change applied by instances that track the process; 0 means that absence puts them into FAULT.",
          "跟踪该进程的实例所作的优先级调整；0 表示进程不存在时实例进入 FAULT。",
        ),
        example: "weight 10",
        repeat: "first-wins",
        default: "0",
        since: "2.0.11",
        requires: ["TRACK_PROCESS"],
        missingArgument: "ignored",
        process: "vrrp",
      },
    ),
  ],
);

export const trackFile: KeywordSpec = block(
  "track_file",
  [arg("name", "name")],
  {
    doc: t("A file whose numeric content can be tracked.", "以数字为内容、可被跟踪的文件。"),
    example: "track_file tf1",
    repeat: "several",
    since: "2.1.0",
    declares: "track_file",
    process: "vrrp+checker",
  },
  [
    leaf("file", [arg("path", "path")], {
      doc: t(
        "Path of the file. Its directory must exist on a writable file system that supports inotify.",
        "文件路径。其目录须存在，且位于支持 inotify 的可写文件系统上。",
      ),
      example: "file /tmp/ka_track",
      repeat: "first-wins",
      mandatory: true,
      since: "2.1.0",
      missingArgument: "ignored",
      process: "vrrp+checker",
    }),
    leaf(
      "init_file",
      [
        arg("args", "option-list", {
          optional: true,
          options: [
            option("<value>", {
              args: [int("value", -2147483648, 2147483647)],
              doc: t(
                "Value to write, default 0; values outside -254 to 254 are reported.",
                "要写入的值，默认 0；-254 到 254 之外的值会被提示。",
              ),
            }),
            option("overwrite", { doc: t("Write even if the file exists.", "即使文件已存在也写入。") }),
          ],
        }),
      ],
      {
        doc: t("Create the file with an initial value at start-up.", "启动时以初始值创建该文件。"),
        example: "init_file 1 overwrite",
        default: t("0 when given without value", "不带值时为 0"),
        since: "2.1.0",
        anyOrder: true,
        process: "vrrp+checker",
      },
    ),
    leaf("weight", [int("weight", -254, 254), oneOf("option", ["reverse"], { optional: true })], {
      doc: t(
        "Multiplier of the number read from the file. 0 means that a non-zero content puts the instance into FAULT.",
        "从文件读出的数字的乘数。0 表示内容非零时实例进入 FAULT。",
      ),
      example: "weight 2",
      repeat: "first-wins-if-not-1",
      default: "1",
      since: "2.1.0",
      missingArgument: "ignored",
      process: "vrrp+checker",
    }),
  ],
);

export const vrrpTrackFile: KeywordSpec = block(
  "vrrp_track_file",
  [arg("name", "name")],
  {
    doc: t(
      "A file whose numeric content can be tracked (old name of track_file).",
      "以数字为内容、可被跟踪的文件（track_file 的旧名）。",
    ),
    example: "vrrp_track_file tf1",
    repeat: "several",
    deprecated: { replacedBy: "track_file", since: "2.1.0", reported: "log" },
    declares: "track_file",
    process: "vrrp+checker",
  },
  [
    leaf("file", [arg("path", "path")], {
      doc: t(
        "Path of the file. Its directory must exist on a writable file system that supports inotify.",
        "文件路径。其目录须存在，且位于支持 inotify 的可写文件系统上。",
      ),
      example: "file /tmp/ka_track",
      repeat: "first-wins",
      mandatory: true,
      deprecated: { replacedBy: "track_file", since: "2.1.0", reported: "log" },
      missingArgument: "ignored",
      process: "vrrp+checker",
    }),
    leaf(
      "init_file",
      [
        arg("args", "option-list", {
          optional: true,
          options: [
            option("<value>", {
              args: [int("value", -2147483648, 2147483647)],
              doc: t(
                "Value to write, default 0; values outside -254 to 254 are reported.",
                "要写入的值，默认 0；-254 到 254 之外的值会被提示。",
              ),
            }),
            option("overwrite", { doc: t("Write even if the file exists.", "即使文件已存在也写入。") }),
          ],
        }),
      ],
      {
        doc: t("Create the file with an initial value at start-up.", "启动时以初始值创建该文件。"),
        example: "init_file 1 overwrite",
        default: t("0 when given without value", "不带值时为 0"),
        deprecated: { replacedBy: "track_file", since: "2.1.0", reported: "log" },
        anyOrder: true,
        process: "vrrp+checker",
      },
    ),
    leaf(
      "weight",
      [
        int("weight", -254, 254),
        oneOf("option", ["reverse"], { optional: true, valueSince: { reverse: "2.0.18" } }),
      ],
      {
        doc: t(
          "Multiplier of the number read from the file. 0 means that a non-zero content puts the instance into FAULT.",
          "从文件读出的数字的乘数。0 表示内容非零时实例进入 FAULT。",
        ),
        example: "weight 2",
        repeat: "first-wins-if-not-1",
        default: "1",
        deprecated: { replacedBy: "track_file", since: "2.1.0", reported: "log" },
        missingArgument: "ignored",
        process: "vrrp+checker",
      },
    ),
  ],
);
