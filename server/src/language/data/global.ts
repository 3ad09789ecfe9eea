/** Root-level statements and `global_defs`. */
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
import { emailListEntry } from "./entries";

export const linkbeatUsePolling: KeywordSpec = leaf("linkbeat_use_polling", [], {
  doc: t(
    "Poll every interface for link state (MII, ethtool or ioctl) instead of relying on netlink events.",
    "轮询每个接口的链路状态（MII、ethtool 或 ioctl），而不依赖 netlink 事件。",
  ),
  example: "linkbeat_use_polling",
  repeat: "flag",
  requires: ["LINKBEAT"],
  notes: t(
    "Only needed when the kernel cannot report link state through netlink.",
    "仅当内核无法通过 netlink 报告链路状态时才需要。",
  ),
  process: "parent",
});

export const netNamespace: KeywordSpec = leaf("net_namespace", [arg("name", "name")], {
  doc: t(
    "Network namespace in which keepalived runs. Also switches pid files to the per-name pid directory.",
    "keepalived 运行所在的网络命名空间。同时把 pid 文件改放到按名称区分的 pid 目录。",
  ),
  example: "net_namespace ns1",
  repeat: "first-wins",
  notes: t(
    "Read only at start-up; a change on reload is not applied. The -s command line option overrides it. keepalived -t enters the namespace, so it must exist or the test run stops without an error code.",
    "仅在启动时读取；重载时的改动不生效。命令行选项 -s 优先于此项。keepalived -t 会进入该命名空间，因此它必须存在，否则测试会中止且不返回错误码。",
  ),
  missingArgument: "ignored",
  process: "parent",
});

export const netNamespaceIpvs: KeywordSpec = leaf(
  "net_namespace_ipvs",
  [arg("name", "name", { optional: true, whenOmitted: t("the default namespace", "默认命名空间") })],
  {
    doc: t(
      "Network namespace for the IPVS (LVS) configuration when it differs from net_namespace. Without a name the default namespace is meant.",
      "IPVS（LVS）配置与 net_namespace 不同时所用的网络命名空间。不写名称表示默认命名空间。",
    ),
    example: "net_namespace_ipvs ns2",
    repeat: "first-wins",
    since: "2.1.0",
    process: "parent",
  },
);

export const namespaceWithIpsets: KeywordSpec = leaf("namespace_with_ipsets", [], {
  doc: t(
    "Assert that ipsets can be used inside a network namespace on this kernel (needs Linux 3.13 or later).",
    "声明在本机内核上可在网络命名空间内使用 ipset（需要 Linux 3.13 或更高版本）。",
  ),
  example: "namespace_with_ipsets",
  repeat: "flag",
  process: "parent",
});

export const usePidDir: KeywordSpec = leaf("use_pid_dir", [], {
  doc: t(
    "Store pid files below the keepalived pid directory instead of directly in the run-time directory.",
    "把 pid 文件存放在 keepalived 的 pid 目录下，而不是直接放在运行时目录。",
  ),
  example: "use_pid_dir",
  repeat: "flag",
  process: "parent",
});

export const instance: KeywordSpec = leaf("instance", [arg("name", "name")], {
  doc: t(
    "Name of this keepalived instance, so that several instances can run on one host. It is used in pid file names and syslog identifiers and is not the value tested by @ conditional lines.",
    "此 keepalived 实例的名称，使一台主机上可运行多个实例。用于 pid 文件名和 syslog 标识，并不是 @ 条件行所比较的值。",
  ),
  example: "instance east",
  repeat: "first-wins",
  notes: t(
    "Read only at start-up. The @id conditions compare against the -i/--config-id value (default: first label of the host name), not against this keyword.",
    "仅在启动时读取。@id 条件比较的是 -i/--config-id 的值（默认为主机名的第一段），而不是此关键字。",
  ),
  missingArgument: "ignored",
  process: "parent",
});

export const childWaitTime: KeywordSpec = leaf(
  "child_wait_time",
  [uint("seconds", 0, 4294967295, { unit: "s" })],
  {
    doc: t(
      "How long the parent waits for its child processes to end at shutdown before killing them.",
      "关闭时父进程等待子进程结束的时长，超过后强行杀死。",
    ),
    example: "child_wait_time 5",
    default: "5",
    process: "parent",
  },
);

export const globalDefs: KeywordSpec = block(
  "global_defs",
  [],
  {
    doc: t(
      "Global settings that apply to the whole process or give defaults for the blocks below. May appear several times; the settings add up.",
      "作用于整个进程、或为下面各块提供默认值的全局设置。可多次出现，各处设置累加。",
    ),
    example: "global_defs",
    repeat: "accumulate",
    process: "parent",
  },
  [
    leaf("bfd_cpu_affinity", [arg("cpuIds", "uint", { repeatable: true, min: 0 })], {
      doc: t("CPU numbers on which the BFD child process may run.", "BFD 子进程可运行的 CPU 编号。"),
      example: "bfd_cpu_affinity 0 1",
      since: "2.0.17",
      requires: ["BFD"],
      notes: t(
        "Each number must be below the number of online CPUs of the machine that reads the configuration.",
        "每个编号都须小于读取该配置的机器的在线 CPU 数。",
      ),
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("bfd_no_swap", [], {
      doc: t(
        "Lock the memory of the BFD child process so that it is not swapped out.",
        "锁定 BFD 子进程的内存，避免被换出。",
      ),
      example: "bfd_no_swap",
      repeat: "flag",
      requires: ["BFD"],
      process: "parent",
    }),
    leaf("bfd_priority", [int("nice", -20, 19)], {
      doc: t("Nice value of the BFD child process.", "BFD 子进程的 nice 值。"),
      example: "bfd_priority -10",
      requires: ["BFD"],
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("bfd_process_name", [arg("name", "name", { maxLength: 15 })], {
      doc: t(
        "Name of the BFD child process (at most 15 characters).",
        "BFD 子进程的名称（最多 15 个字符）。",
      ),
      example: "bfd_process_name ka_bfd",
      since: "2.0.16",
      requires: ["BFD"],
      process: "parent",
    }),
    leaf("bfd_rlimit_rtime", [uint("microseconds", 1, 4294967295, { unit: "us" })], {
      doc: t("Old spelling of bfd_rlimit_rttime.", "bfd_rlimit_rttime 的旧拼写。"),
      example: "bfd_rlimit_rtime 10000",
      deprecated: { replacedBy: "bfd_rlimit_rttime", since: "2.1.0", reported: "log" },
      requires: ["BFD"],
      process: "parent",
    }),
    leaf("bfd_rlimit_rttime", [uint("microseconds", 1, 4294967295, { unit: "us" })], {
      doc: t(
        "CPU time the BFD process may use under a real-time policy without blocking before the kernel signals it. 1 is treated as 2.",
        "BFD 进程在实时调度策略下不阻塞地占用 CPU 的时长上限，超过后内核向其发送信号。1 按 2 处理。",
      ),
      example: "bfd_rlimit_rttime 10000",
      default: "10000",
      since: "2.1.0",
      requires: ["BFD"],
      process: "parent",
    }),
    leaf("bfd_rt_priority", [int("priority", 1, 99, { clamps: true })], {
      doc: t(
        "Real-time (SCHED_RR) priority of the BFD child process. Out-of-range values are clamped with a message.",
        "BFD 子进程的实时（SCHED_RR）优先级。超出范围的值会被截到边界并给出提示。",
      ),
      example: "bfd_rt_priority 50",
      requires: ["BFD"],
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("checker_cpu_affinity", [arg("cpuIds", "uint", { repeatable: true, min: 0 })], {
      doc: t("CPU numbers on which the checker child process may run.", "检查器子进程可运行的 CPU 编号。"),
      example: "checker_cpu_affinity 0 1",
      since: "2.0.17",
      notes: t(
        "Each number must be below the number of online CPUs of the machine that reads the configuration.",
        "每个编号都须小于读取该配置的机器的在线 CPU 数。",
      ),
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("checker_log_all_failures", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Log every checker failure, not only the one that changes the state. Default for log_all_failures in checkers.",
        "记录检查器的每次失败，而不只是引起状态变化的那次。作为检查器内 log_all_failures 的默认值。",
      ),
      example: "checker_log_all_failures",
      default: "false",
      since: "2.0.11",
      process: "parent",
    }),
    leaf("checker_no_swap", [], {
      doc: t(
        "Lock the memory of the checker child process so that it is not swapped out.",
        "锁定检查器子进程的内存，避免被换出。",
      ),
      example: "checker_no_swap",
      repeat: "flag",
      process: "parent",
    }),
    leaf("checker_priority", [int("nice", -20, 19)], {
      doc: t("Nice value of the checker child process.", "检查器子进程的 nice 值。"),
      example: "checker_priority -10",
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("checker_process_name", [arg("name", "name", { maxLength: 15 })], {
      doc: t(
        "Name of the health-checker (LVS) child process (at most 15 characters).",
        "健康检查（LVS）子进程的名称（最多 15 个字符）。",
      ),
      example: "checker_process_name ka_lvs",
      since: "2.2.0",
      process: "parent",
    }),
    leaf("checker_rlimit_rtime", [uint("microseconds", 1, 4294967295, { unit: "us" })], {
      doc: t("Old spelling of checker_rlimit_rttime.", "checker_rlimit_rttime 的旧拼写。"),
      example: "checker_rlimit_rtime 10000",
      deprecated: { replacedBy: "checker_rlimit_rttime", since: "2.1.0", reported: "log" },
      process: "parent",
    }),
    leaf("checker_rlimit_rttime", [uint("microseconds", 1, 4294967295, { unit: "us" })], {
      doc: t(
        "CPU time the checker process may use under a real-time policy without blocking before the kernel signals it. 1 is treated as 2.",
        "检查器进程在实时调度策略下不阻塞地占用 CPU 的时长上限，超过后内核向其发送信号。1 按 2 处理。",
      ),
      example: "checker_rlimit_rttime 10000",
      default: "10000",
      since: "2.1.0",
      process: "parent",
    }),
    leaf("checker_rt_priority", [int("priority", 1, 99, { clamps: true })], {
      doc: t(
        "Real-time (SCHED_RR) priority of the checker child process. Out-of-range values are clamped with a message.",
        "检查器子进程的实时（SCHED_RR）优先级。超出范围的值会被截到边界并给出提示。",
      ),
      example: "checker_rt_priority 50",
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("config_save_dir", [arg("directory", "dir")], {
      doc: t(
        "Directory into which each configuration as read is saved, for debugging. It is created if missing.",
        "用于调试：把每次读入的配置保存到此目录。目录不存在时会创建。",
      ),
      example: "config_save_dir /tmp/ka_save",
      since: "2.2.3",
      process: "parent",
    }),
    leaf("data_use_instance", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Add the instance and namespace names to the names of data dump files.",
        "在数据转储文件的文件名中加入实例名和命名空间名。",
      ),
      example: "data_use_instance",
      default: "false",
      since: "2.2.3",
      process: "parent",
    }),
    leaf("dbus_no_interface_name", [arg("name", "name")], {
      doc: t(
        "Name shown in D-Bus object paths for instances that have no interface.",
        "没有接口的实例在 D-Bus 对象路径中显示的名称。",
      ),
      example: "dbus_no_interface_name none",
      default: "none",
      since: "2.3.0",
      requires: ["DBUS"],
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("dbus_service_name", [arg("name", "name")], {
      doc: t("D-Bus service name to register.", "要注册的 D-Bus 服务名。"),
      example: "dbus_service_name org.keepalived.Vrrp1",
      default: "org.keepalived.Vrrp1",
      requires: ["DBUS"],
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("default_interface", [arg("interface", "interface")], {
      doc: t("Interface for static addresses that name none.", "未指明接口的静态地址所用的接口。"),
      example: "default_interface ens32",
      default: "eth0",
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("disable_local_igmp", [], {
      doc: t(
        "Stop the kernel from sending IGMP reports for link-local multicast groups while keepalived runs (kernel 4.3+).",
        "keepalived 运行期间，不让内核为链路本地组播组发送 IGMP 报告（内核 4.3+）。",
      ),
      example: "disable_local_igmp",
      repeat: "flag",
      since: "2.2.0",
      notes: t(
        "Reported as unsupported if the kernel setting file is not writable.",
        "若内核的设置文件不可写，则提示不支持。",
      ),
      process: "parent",
    }),
    leaf(
      "dynamic_interfaces",
      [oneOf("option", ["allow_if_changes"], { optional: true, valueSince: { allow_if_changes: "2.0.8" } })],
      {
        doc: t(
          "Allow the configuration to name interfaces that do not exist yet. allow_if_changes also permits an interface to change its type or address later.",
          "允许配置引用尚不存在的接口。allow_if_changes 还允许接口之后改变类型或地址。",
        ),
        example: "dynamic_interfaces",
        repeat: "flag",
        notes: t(
          "Without it, naming a non-existent interface makes the VRRP configuration invalid (exit code 4 under -t).",
          "没有此项时，引用不存在的接口会使 VRRP 配置无效（-t 时退出码为 4）。",
        ),
        process: "parent",
      },
    ),
    leaf("enable_dbus", [], {
      doc: t("Enable the D-Bus interface of the VRRP process.", "启用 VRRP 进程的 D-Bus 接口。"),
      example: "enable_dbus",
      repeat: "flag",
      requires: ["DBUS"],
      process: "parent",
    }),
    leaf("enable_script_security", [], {
      doc: t(
        "Refuse to run scripts as root if any part of their path is writable by someone other than root, and require a usable default script user.",
        "若脚本路径的任何部分可被 root 以外的人写入，则拒绝以 root 身份运行脚本，并要求有可用的默认脚本用户。",
      ),
      example: "enable_script_security",
      repeat: "flag",
      process: "parent",
    }),
    leaf("enable_snmp_checker", [], {
      doc: t(
        "Enable SNMP support for the health-checker (LVS) MIB.",
        "启用对健康检查（LVS）MIB 的 SNMP 支持。",
      ),
      example: "enable_snmp_checker",
      repeat: "flag",
      requires: ["SNMP", "SNMP_CHECKER"],
      process: "parent",
    }),
    leaf("enable_snmp_keepalived", [], {
      doc: t("Old name of enable_snmp_vrrp.", "enable_snmp_vrrp 的旧名。"),
      example: "enable_snmp_keepalived",
      repeat: "flag",
      deprecated: { replacedBy: "enable_snmp_vrrp", reported: "no" },
      requires: ["SNMP", "SNMP_VRRP"],
      process: "parent",
    }),
    leaf("enable_snmp_rfc", [], {
      doc: t(
        "Enable SNMP support for both RFC VRRP MIBs (RFC2787 and RFC6527).",
        "启用对两个 RFC VRRP MIB（RFC2787 和 RFC6527）的 SNMP 支持。",
      ),
      example: "enable_snmp_rfc",
      repeat: "flag",
      requires: ["SNMP", "SNMP_RFCV2|SNMP_RFCV3"],
      process: "parent",
    }),
    leaf("enable_snmp_rfcv2", [], {
      doc: t(
        "Enable SNMP support for the VRRPv2 MIB of RFC2787.",
        "启用对 RFC2787 的 VRRPv2 MIB 的 SNMP 支持。",
      ),
      example: "enable_snmp_rfcv2",
      repeat: "flag",
      requires: ["SNMP", "SNMP_RFCV2"],
      process: "parent",
    }),
    leaf("enable_snmp_rfcv3", [], {
      doc: t(
        "Enable SNMP support for the VRRPv3 MIB of RFC6527.",
        "启用对 RFC6527 的 VRRPv3 MIB 的 SNMP 支持。",
      ),
      example: "enable_snmp_rfcv3",
      repeat: "flag",
      requires: ["SNMP", "SNMP_RFCV3"],
      process: "parent",
    }),
    leaf("enable_snmp_vrrp", [], {
      doc: t("Enable SNMP support for the keepalived VRRP MIB.", "启用对 keepalived VRRP MIB 的 SNMP 支持。"),
      example: "enable_snmp_vrrp",
      repeat: "flag",
      requires: ["SNMP", "SNMP_VRRP"],
      process: "parent",
    }),
    leaf("enable_traps", [], {
      doc: t("Send SNMP traps.", "发送 SNMP trap。"),
      example: "enable_traps",
      repeat: "flag",
      requires: ["SNMP"],
      process: "parent",
    }),
    leaf("fifo_write_vrrp_states_on_reload", [], {
      doc: t(
        "Write the states of all instances and groups to the FIFOs after a reload even if they did not change.",
        "重载后把所有实例和组的状态写入 FIFO，即使状态没有变化。",
      ),
      example: "fifo_write_vrrp_states_on_reload",
      repeat: "flag",
      since: "2.2.5",
      process: "parent",
    }),
    leaf(
      "include_check",
      [
        arg("checks", "option-list", {
          optional: true,
          repeatable: true,
          prefix: ["", "+", "-"],
          options: [option("read"), option("match"), option("wildcard_match"), option("brace_match")],
        }),
      ],
      {
        doc: t(
          "Which failures of include statements that follow are errors: unreadable files, missing files, wildcards without match, brace alternatives without match. No argument means all; +name adds and -name removes one.",
          "此后的 include 语句的哪些失败算作错误：文件不可读、文件不存在、通配符无匹配、花括号备选项无匹配。不带参数表示全部；+name 增加一项，-name 去掉一项。",
        ),
        example: "include_check +match",
        repeat: "sequential",
        since: "2.2.0",
        process: "parent",
      },
    ),
    leaf("iproute_etc_dir", [arg("directory", "dir")], {
      doc: t("Directory with the local iproute2 name files.", "存放本地 iproute2 名称文件的目录。"),
      example: "iproute_etc_dir /etc/iproute2",
      default: t("/etc/iproute2 (set at build time)", "/etc/iproute2（编译时设定）"),
      since: "2.3.2",
      missingArgument: "ignored",
      exactArguments: true,
      process: "parent",
    }),
    leaf("iproute_usr_dir", [arg("directory", "dir")], {
      doc: t(
        "Directory with the distribution copy of the iproute2 name files (rt_tables and so on).",
        "存放发行版自带 iproute2 名称文件（rt_tables 等）的目录。",
      ),
      example: "iproute_usr_dir /usr/share/iproute2",
      default: t("set at build time", "编译时设定"),
      since: "2.3.2",
      missingArgument: "ignored",
      exactArguments: true,
      process: "parent",
    }),
    leaf("json_dump_file", [arg("path", "path")], {
      doc: t("File for the JSON dump.", "JSON 转储文件。"),
      example: "json_dump_file /tmp/ka.json",
      default: t("keepalived.json in the temporary directory", "临时目录中的 keepalived.json"),
      since: "2.3.3",
      missingArgument: "ignored",
      exactArguments: true,
      process: "parent",
    }),
    leaf("json_version", [uint("version", 1, 2)], {
      doc: t("Format version of the JSON dump.", "JSON 转储的格式版本。"),
      example: "json_version 1",
      default: "1",
      since: "2.2.8",
      requires: ["JSON"],
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("log_unknown_vrids", [], {
      doc: t(
        "Log adverts with a VRID that is not configured on the interface.",
        "记录 VRID 未在该接口上配置的通告。",
      ),
      example: "log_unknown_vrids",
      repeat: "flag",
      since: "2.0.16",
      process: "parent",
    }),
    leaf("lvs_flush", [], {
      doc: t("Remove the whole existing IPVS configuration at start-up.", "启动时清除已有的全部 IPVS 配置。"),
      example: "lvs_flush",
      repeat: "flag",
      process: "parent",
    }),
    leaf("lvs_flush_on_stop", [oneOf("scope", ["VS"], { optional: true })], {
      doc: t(
        "Flush the IPVS configuration at shutdown in one operation. With VS only the virtual servers that keepalived manages are removed.",
        "关闭时一次性清空 IPVS 配置。带 VS 时只删除 keepalived 管理的虚拟服务器。",
      ),
      example: "lvs_flush_on_stop VS",
      since: "2.2.0",
      process: "parent",
    }),
    leaf("lvs_flush_onstop", [oneOf("scope", ["VS"], { optional: true })], {
      doc: t("Old spelling of lvs_flush_on_stop.", "lvs_flush_on_stop 的旧拼写。"),
      example: "lvs_flush_onstop",
      since: "2.0.15",
      deprecated: { replacedBy: "lvs_flush_on_stop", since: "2.2.0", reported: "no" },
      process: "parent",
    }),
    leaf("lvs_netlink_cmd_rcv_bufs", [uint("bytes", 0, 4294967295)], {
      doc: t(
        "Receive buffer size of the checker netlink command socket. 0 leaves the default.",
        "检查器的 netlink 命令套接字的接收缓冲区大小。0 表示保持默认。",
      ),
      example: "lvs_netlink_cmd_rcv_bufs 1048576",
      default: t("system default", "系统默认值"),
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("lvs_netlink_cmd_rcv_bufs_force", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Allow the checker netlink command receive buffer to exceed the system maximum.",
        "允许检查器的 netlink 命令接收缓冲区超过系统上限。",
      ),
      example: "lvs_netlink_cmd_rcv_bufs_force",
      default: "false",
      process: "parent",
    }),
    leaf("lvs_netlink_monitor_rcv_bufs", [uint("bytes", 0, 4294967295)], {
      doc: t(
        "Receive buffer size of the checker netlink monitoring socket. 0 leaves the default.",
        "检查器的 netlink 监视套接字的接收缓冲区大小。0 表示保持默认。",
      ),
      example: "lvs_netlink_monitor_rcv_bufs 1048576",
      default: t("system default", "系统默认值"),
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("lvs_netlink_monitor_rcv_bufs_force", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Allow the checker netlink monitoring receive buffer to exceed the system maximum.",
        "允许检查器的 netlink 监视接收缓冲区超过系统上限。",
      ),
      example: "lvs_netlink_monitor_rcv_bufs_force",
      default: "false",
      process: "parent",
    }),
    leaf(
      "lvs_notify_fifo",
      [
        arg("path", "path"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t(
          "FIFO to which LVS state changes are written; optionally the user and group that own it.",
          "写入 LVS 状态变化的 FIFO；可指定其属主用户和组。",
        ),
        example: "lvs_notify_fifo /run/ka_lvs_fifo",
        repeat: "first-wins",
        missingArgument: "ignored",
        process: "parent",
      },
    ),
    leaf(
      "lvs_notify_fifo_script",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t(
          "Script that reads the lvs_notify_fifo; the FIFO name is passed as last argument.",
          "读取 lvs_notify_fifo 的脚本；FIFO 名作为最后一个参数传入。",
        ),
        example: 'lvs_notify_fifo_script "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        missingArgument: "ignored",
        process: "parent",
      },
    ),
    leaf("lvs_process_name", [arg("name", "name", { maxLength: 15 })], {
      doc: t("Old name of checker_process_name.", "checker_process_name 的旧名。"),
      example: "lvs_process_name ka_lvs",
      since: "2.0.16",
      deprecated: { replacedBy: "checker_process_name", since: "2.2.0", reported: "log" },
      process: "parent",
    }),
    leaf(
      "lvs_sync_daemon",
      [
        arg("interface", "interface", { maxLength: 15 }),
        arg("options", "option-list", {
          optional: true,
          options: [
            option("inst", {
              args: [ref("instance", "vrrp_instance")],
              since: "2.1.0",
              doc: t(
                "VRRP instance whose state decides whether the sync daemon runs as master or backup.",
                "以其状态决定同步守护进程作为 master 还是 backup 运行的 VRRP 实例。",
              ),
            }),
            option("id", {
              args: [uint("syncid", 0, 255)],
              doc: t(
                "Sync daemon id; the VRID of the instance if omitted.",
                "同步守护进程 id；省略时为实例的 VRID。",
              ),
            }),
            option("maxlen", {
              args: [uint("bytes", 1, 65507)],
              requires: ["IPVS_SYNCD_ATTRIBUTES"],
              doc: t("Maximum packet length.", "报文最大长度。"),
            }),
            option("port", {
              args: [uint("port", 1, 65535, { whenOmitted: "8848" })],
              requires: ["IPVS_SYNCD_ATTRIBUTES"],
              doc: t("UDP port.", "UDP 端口。"),
            }),
            option("ttl", {
              args: [uint("ttl", 1, 255)],
              requires: ["IPVS_SYNCD_ATTRIBUTES"],
              doc: t("Multicast TTL.", "组播 TTL。"),
            }),
            option("group", {
              args: [arg("address", "ip-multicast", { whenOmitted: "224.0.0.81" })],
              requires: ["IPVS_SYNCD_ATTRIBUTES"],
              doc: t("Multicast group.", "组播组。"),
            }),
          ],
        }),
      ],
      {
        doc: t(
          "Run the IPVS connection synchronisation daemon on the given interface, optionally tied to a VRRP instance.",
          "在给定接口上运行 IPVS 连接同步守护进程，可关联到一个 VRRP 实例。",
        ),
        example: "lvs_sync_daemon ens32 inst VI_1 id 1",
        repeat: "first-wins",
        notes: t(
          "Old positional form: lvs_sync_daemon INTERFACE VRRP_INSTANCE [SYNC_ID]; a bare second word is taken as the instance and a bare third word as the id, with a warning.",
          "旧的按位置写法：lvs_sync_daemon INTERFACE VRRP_INSTANCE [SYNC_ID]；单独的第二个单词视为实例，单独的第三个单词视为 id，并给出警告。",
        ),
        anyOrder: true,
        missingArgument: "ignored",
        process: "parent",
      },
    ),
    leaf(
      "lvs_timeouts",
      [
        arg("options", "option-list", {
          options: [
            option("tcp", { args: [uint("seconds", 0, 2678400)] }),
            option("tcpfin", { args: [uint("seconds", 0, 2678400)] }),
            option("udp", { args: [uint("seconds", 0, 2678400)] }),
          ],
        }),
      ],
      {
        doc: t(
          "Set the IPVS connection timeouts in seconds; 0 leaves the kernel value. At least one of tcp, tcpfin and udp must be given, in any order.",
          "设置 IPVS 连接超时（秒）；0 表示保持内核的值。tcp、tcpfin 和 udp 至少给出一个，顺序不限。",
        ),
        example: "lvs_timeouts tcp 7200 tcpfin 120 udp 300",
        repeat: "merge",
        anyOrder: true,
        missingArgument: "ignored",
        process: "parent",
      },
    ),
    leaf("max_auto_priority", [int("priority", -1, 99, { optional: true, whenOmitted: "99" })], {
      doc: t(
        "Highest real-time (SCHED_RR) priority to which keepalived may raise its own processes when it detects that it is scheduled too late. -1 disables, 0 means no automatic increase, no value means the system maximum.",
        "keepalived 发现自身被调度得过晚时，可将自己的进程提升到的最高实时（SCHED_RR）优先级。-1 表示禁用，0 表示不自动提升，不带值表示系统上限。",
      ),
      example: "max_auto_priority",
      default: "0",
      since: "2.1.0",
      process: "parent",
    }),
    leaf("min_auto_priority_delay", [uint("microseconds", 1, 10000000, { unit: "us" })], {
      doc: t(
        "Scheduling delay that triggers an automatic priority increase.",
        "触发自动提升优先级的调度延迟。",
      ),
      example: "min_auto_priority_delay 1",
      default: "1000000",
      since: "2.1.0",
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf(
      "nftables",
      [arg("tableName", "name", { optional: true, maxLength: 254, whenOmitted: "keepalived" })],
      {
        doc: t(
          "Use nftables for blocking traffic to VIPs, in the named table.",
          "使用 nftables 阻断发往 VIP 的流量，规则放在指定的表中。",
        ),
        example: "nftables keepalived",
        repeat: "first-wins",
        since: "2.0.11",
        requires: ["NFTABLES"],
        process: "parent",
      },
    ),
    leaf("nftables_counters", [], {
      doc: t("Add packet counters to the nftables rules.", "在 nftables 规则中加入报文计数器。"),
      example: "nftables_counters",
      repeat: "flag",
      since: "2.0.11",
      requires: ["NFTABLES"],
      process: "parent",
    }),
    leaf("nftables_ifindex", [], {
      doc: t(
        "Let the nftables rules match interface indexes instead of names.",
        "让 nftables 规则按接口索引而不是接口名匹配。",
      ),
      example: "nftables_ifindex",
      repeat: "flag",
      since: "2.0.11",
      requires: ["NFTABLES"],
      process: "parent",
    }),
    leaf(
      "nftables_ipvs",
      [arg("tableName", "name", { optional: true, maxLength: 254, whenOmitted: "keepalived_ipvs" })],
      {
        doc: t(
          "Use nftables and firewall marks for virtual server groups, so that IPVS needs one virtual service per group, in the named table.",
          "对虚拟服务器组使用 nftables 和防火墙标记（fwmark），使 IPVS 每组只需一个虚拟服务；规则放在指定的表中。",
        ),
        example: "nftables_ipvs",
        repeat: "first-wins",
        since: "2.2.2",
        requires: ["NFTABLES"],
        process: "parent",
      },
    ),
    leaf("nftables_ipvs_priority", [int("priority", -2147483648, 2147483647)], {
      doc: t(
        "Priority of the nftables chains for virtual server groups.",
        "用于虚拟服务器组的 nftables 链的优先级。",
      ),
      example: "nftables_ipvs_priority 1",
      default: "-1",
      since: "2.2.2",
      requires: ["NFTABLES"],
      process: "parent",
    }),
    leaf("nftables_ipvs_start_fwmark", [uint("fwmark", 1, 4294967295)], {
      doc: t(
        "First firewall mark that nftables_ipvs allocates.",
        "nftables_ipvs 分配的第一个防火墙标记（fwmark）。",
      ),
      example: "nftables_ipvs_start_fwmark 1",
      default: "1000",
      since: "2.2.2",
      requires: ["NFTABLES"],
      process: "parent",
    }),
    leaf("nftables_priority", [int("priority", -2147483648, 2147483647)], {
      doc: t("Priority of the nftables base chains.", "nftables 基础链的优先级。"),
      example: "nftables_priority 1",
      default: "-1",
      since: "2.0.11",
      requires: ["NFTABLES"],
      process: "parent",
    }),
    leaf("no_checker_emails", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Send checker e-mails only when a real server changes state, not for every checker.",
        "只在真实服务器状态变化时发送检查器邮件，而不是每个检查器都发。",
      ),
      example: "no_checker_emails",
      default: "false",
      process: "parent",
    }),
    leaf("no_email_faults", [], {
      doc: t("Do not send e-mails for transitions to FAULT state.", "转为 FAULT 状态时不发送邮件。"),
      example: "no_email_faults",
      repeat: "flag",
      process: "parent",
    }),
    list(
      "notification_email",
      [],
      {
        doc: t(
          "List of e-mail addresses that receive notifications. Addresses are separated by white space or line ends.",
          "接收通知的邮件地址列表。地址之间以空白字符或换行分隔。",
        ),
        example: "notification_email {\n a@example.org\n b@example.org\n}",
        repeat: "accumulate",
        process: "parent",
      },
      emailListEntry,
    ),
    leaf("notification_email_from", [arg("address", "email")], {
      doc: t("Sender address for notification e-mails.", "通知邮件的发件人地址。"),
      example: "notification_email_from ka@example.org",
      default: t("keepalived user @ local host name", "keepalived 的用户 @ 本机主机名"),
      missingArgument: "ignored",
      exactArguments: true,
      process: "parent",
    }),
    leaf(
      "notify_fifo",
      [
        arg("path", "path"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t(
          "FIFO to which all (VRRP and LVS) state changes are written; optionally the user and group that own it.",
          "写入所有（VRRP 和 LVS）状态变化的 FIFO；可指定其属主用户和组。",
        ),
        example: "notify_fifo /run/ka_fifo",
        repeat: "first-wins",
        missingArgument: "ignored",
        process: "parent",
      },
    ),
    leaf(
      "notify_fifo_script",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t(
          "Script that reads the notify_fifo; the FIFO name is passed as last argument.",
          "读取 notify_fifo 的脚本；FIFO 名作为最后一个参数传入。",
        ),
        example: 'notify_fifo_script "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        missingArgument: "ignored",
        process: "parent",
      },
    ),
    leaf("process_monitor_rcv_bufs", [uint("bytes", 0, 4294967295)], {
      doc: t(
        "Receive buffer size of the process event monitoring socket. 0 leaves the default.",
        "进程事件监视套接字的接收缓冲区大小。0 表示保持默认。",
      ),
      example: "process_monitor_rcv_bufs 1048576",
      default: t("system default", "系统默认值"),
      since: "2.0.11",
      requires: ["TRACK_PROCESS"],
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("process_monitor_rcv_bufs_force", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Allow the process event monitoring receive buffer to exceed the system maximum.",
        "允许进程事件监视的接收缓冲区超过系统上限。",
      ),
      example: "process_monitor_rcv_bufs_force",
      default: "false",
      since: "2.0.11",
      requires: ["TRACK_PROCESS"],
      process: "parent",
    }),
    leaf("process_name", [arg("name", "name", { maxLength: 15 })], {
      doc: t(
        "Name of the main keepalived process as shown by ps (at most 15 characters).",
        "ps 中显示的 keepalived 主进程名称（最多 15 个字符）。",
      ),
      example: "process_name ka",
      since: "2.0.16",
      process: "parent",
    }),
    leaf("process_names", [], {
      doc: t(
        "Give the child processes their standard distinct names (keepalived_vrrp, keepalived_lvs, keepalived_bfd).",
        "为各子进程使用各自的标准名称（keepalived_vrrp、keepalived_lvs、keepalived_bfd）。",
      ),
      example: "process_names",
      repeat: "flag",
      since: "2.0.16",
      process: "parent",
    }),
    leaf("random_seed", [uint("seed", 0, 4294967295)], {
      doc: t(
        "Seed for the pseudo random numbers, which makes ${_RANDOM} repeatable from the next load of the configuration.",
        "伪随机数的种子，使 ${_RANDOM} 从下一次加载配置起可重现。",
      ),
      example: "random_seed 1",
      since: "2.0.15",
      process: "parent",
    }),
    leaf("reload_check_config", [arg("logFile", "path", { optional: true, whenOmitted: "/dev/null" })], {
      doc: t(
        "On reload first test the new configuration and keep the running one if it has errors; messages go to the named file.",
        "重载时先测试新配置，若有错误则保留正在运行的配置；信息写入指定的文件。",
      ),
      example: "reload_check_config /tmp/ka_reload.log",
      since: "2.2.0",
      process: "parent",
    }),
    leaf(
      "reload_file",
      [
        arg("path", "path", {
          optional: true,
          whenOmitted: t("the default path in the run-time directory", "运行时目录中的默认路径"),
        }),
      ],
      {
        doc: t(
          "File that exists (and is truncated) while a reload is in progress and is removed when the reload has finished.",
          "重载进行期间存在（并被截断）的文件，重载完成后删除。",
        ),
        example: "reload_file /tmp/ka_reloading",
        since: "2.2.0",
        process: "parent",
      },
    ),
    leaf("reload_repeat", [], {
      doc: t(
        "Keep the reload_time_file after the reload instead of deleting it.",
        "重载后保留 reload_time_file，不删除。",
      ),
      example: "reload_repeat",
      repeat: "flag",
      since: "2.1.0",
      process: "parent",
    }),
    leaf("reload_time_file", [arg("path", "path")], {
      doc: t("File from which the time of a scheduled reload is read.", "从中读取计划重载时间的文件。"),
      example: "reload_time_file /tmp/ka_reload_time",
      since: "2.1.0",
      missingArgument: "ignored",
      exactArguments: true,
      process: "parent",
    }),
    leaf("router_id", [arg("id", "string")], {
      doc: t(
        "String that identifies this router, used in e-mail notifications and SNMP. It need not be the host name.",
        "标识本路由器的字符串，用于通知邮件和 SNMP。不必是主机名。",
      ),
      example: "router_id LB1",
      default: t("local host name", "本机主机名"),
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("rs_init_notifies", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Run real server notify scripts and quorum scripts for the initial state too.",
        "初始状态也运行真实服务器的 notify 脚本和 quorum 脚本。",
      ),
      example: "rs_init_notifies",
      default: "false",
      process: "parent",
    }),
    leaf(
      "script_user",
      [
        arg("user", "user"),
        arg("group", "group", { optional: true, whenOmitted: t("the user's primary group", "该用户的主组") }),
      ],
      {
        doc: t(
          "User and group under which scripts run unless they set their own.",
          "脚本未自行设置时，运行脚本所用的用户和组。",
        ),
        example: "script_user root root",
        default: t(
          "keepalived_script if that user exists, else the user running keepalived",
          "若存在用户 keepalived_script 则用之，否则为运行 keepalived 的用户",
        ),
        missingArgument: "ignored",
        process: "parent",
      },
    ),
    leaf(
      "shutdown_script",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t(
          "Script that the parent runs after the child processes have ended.",
          "子进程结束后由父进程运行的脚本。",
        ),
        example: 'shutdown_script "/usr/bin/true"',
        repeat: "first-wins",
        since: "2.1.0",
        scriptQuoting: true,
        missingArgument: "ignored",
        process: "parent",
      },
    ),
    leaf("shutdown_script_timeout", [uint("seconds", 1, 1000, { unit: "s" })], {
      doc: t(
        "Time the shutdown_script may take before it is killed.",
        "shutdown_script 可运行的时长，超过即被杀死。",
      ),
      example: "shutdown_script_timeout 1",
      default: "10",
      since: "2.1.0",
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("smtp_alert", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Default for all smtp_alert settings (VRRP instances, sync groups, virtual and real servers).",
        "所有 smtp_alert 设置的默认值（VRRP 实例、同步组、虚拟服务器和真实服务器）。",
      ),
      example: "smtp_alert",
      process: "parent",
    }),
    leaf("smtp_alert_checker", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Default for the smtp_alert setting of virtual and real servers; overrides smtp_alert.",
        "虚拟服务器和真实服务器的 smtp_alert 设置的默认值；优先于 smtp_alert。",
      ),
      example: "smtp_alert_checker",
      process: "parent",
    }),
    leaf("smtp_alert_vrrp", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Default for the smtp_alert setting of VRRP instances and sync groups; overrides smtp_alert.",
        "VRRP 实例和同步组的 smtp_alert 设置的默认值；优先于 smtp_alert。",
      ),
      example: "smtp_alert_vrrp",
      process: "parent",
    }),
    leaf("smtp_connect_timeout", [uint("seconds", 0, 4294, { unit: "s", raisedTo: 1 })], {
      doc: t(
        "Timeout for connecting to and talking with the SMTP server. 0 is accepted but reported and treated as 1.",
        "与 SMTP 服务器建立连接和通信的超时。0 会被接受，但给出提示并按 1 处理。",
      ),
      example: "smtp_connect_timeout 1",
      default: "30",
      process: "parent",
    }),
    leaf("smtp_helo_name", [arg("name", "hostname", { optional: true })], {
      doc: t("Host name sent in the SMTP HELO command.", "SMTP HELO 命令中发送的主机名。"),
      example: "smtp_helo_name lb1.example.org",
      default: t("local host name", "本机主机名"),
      process: "parent",
    }),
    leaf(
      "smtp_server",
      [arg("server", "ip-or-host"), uint("port", 1, 65535, { optional: true, whenOmitted: "25" })],
      {
        doc: t(
          "SMTP server used for notification e-mails, as address or host name, with optional port.",
          "发送通知邮件所用的 SMTP 服务器，写地址或主机名，可带端口。",
        ),
        example: "smtp_server 127.0.0.1 25",
        notes: t(
          "Tried as a numeric address first, then resolved as a host name at configuration time. A name that cannot be resolved is reported as invalid.",
          "先按数字地址解析，不成再在读取配置时按主机名解析。无法解析的名称会被提示为无效。",
        ),
        process: "parent",
      },
    ),
    leaf("snmp_rs_stats_update_interval", [decimal("seconds", "0.001", "30", 6, { unit: "s" })], {
      doc: t(
        "Minimum age of the real server statistics before they are read again for SNMP.",
        "真实服务器统计信息至少存在这么久后，才会为 SNMP 重新读取。",
      ),
      example: "snmp_rs_stats_update_interval 5",
      default: "snmp_vs_stats_update_interval",
      since: "2.3.0",
      requires: ["SNMP", "SNMP_CHECKER"],
      process: "parent",
    }),
    leaf("snmp_socket", [arg("socket", "string")], {
      doc: t(
        "Socket for the connection to the SNMP master daemon, e.g. unix:/var/agentx/master or tcp:localhost:705.",
        "连接 SNMP 主守护进程所用的套接字，如 unix:/var/agentx/master 或 tcp:localhost:705。",
      ),
      example: "snmp_socket unix:/var/agentx/master",
      repeat: "first-wins",
      default: "unix:/var/agentx/master",
      requires: ["SNMP"],
      missingArgument: "ignored",
      exactArguments: true,
      process: "parent",
    }),
    leaf("snmp_vs_stats_update_interval", [decimal("seconds", "0.001", "30", 6, { unit: "s" })], {
      doc: t(
        "Minimum age of the virtual server statistics before they are read again for SNMP.",
        "虚拟服务器统计信息至少存在这么久后，才会为 SNMP 重新读取。",
      ),
      example: "snmp_vs_stats_update_interval 5",
      default: "5",
      since: "2.3.0",
      requires: ["SNMP", "SNMP_CHECKER"],
      process: "parent",
    }),
    leaf(
      "startup_script",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t(
          "Script that the parent runs before it starts the child processes.",
          "启动子进程之前由父进程运行的脚本。",
        ),
        example: 'startup_script "/usr/bin/true"',
        repeat: "first-wins",
        since: "2.1.0",
        scriptQuoting: true,
        missingArgument: "ignored",
        process: "parent",
      },
    ),
    leaf("startup_script_timeout", [uint("seconds", 1, 1000, { unit: "s" })], {
      doc: t(
        "Time the startup_script may take before it is killed.",
        "startup_script 可运行的时长，超过即被杀死。",
      ),
      example: "startup_script_timeout 1",
      default: "10",
      since: "2.1.0",
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("state_dump_file", [arg("path", "path")], {
      doc: t("File for the state dump (SIGUSR1).", "状态转储文件（SIGUSR1）。"),
      example: "state_dump_file /tmp/ka.data",
      default: t("keepalived.data in the temporary directory", "临时目录中的 keepalived.data"),
      since: "2.3.3",
      missingArgument: "ignored",
      exactArguments: true,
      process: "parent",
    }),
    leaf("stats_dump_file", [arg("path", "path")], {
      doc: t("File for the statistics dump (SIGUSR2).", "统计信息转储文件（SIGUSR2）。"),
      example: "stats_dump_file /tmp/ka.stats",
      default: t("keepalived.stats in the temporary directory", "临时目录中的 keepalived.stats"),
      since: "2.3.3",
      missingArgument: "ignored",
      exactArguments: true,
      process: "parent",
    }),
    leaf("tmp_config_directory", [arg("directory", "dir")], {
      doc: t(
        "Directory for the temporary copy of the configuration that the child processes read, instead of a memory file.",
        "存放供子进程读取的配置临时副本的目录，用来代替内存文件。",
      ),
      example: "tmp_config_directory /tmp",
      repeat: "first-wins",
      since: "2.2.0",
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf(
      "umask",
      [
        arg("mask", "umask", {
          repeatable: true,
          max: 511,
          values: [
            "IRUSR",
            "IWUSR",
            "IXUSR",
            "IRWXU",
            "IRGRP",
            "IWGRP",
            "IXGRP",
            "IRWXG",
            "IROTH",
            "IWOTH",
            "IXOTH",
            "IRWXO",
          ],
          valueSince: { IRWXU: "2.2.8", IRWXG: "2.2.8", IRWXO: "2.2.8" },
        }),
      ],
      {
        doc: t(
          "File mode creation mask: a number in C notation (leading 0 for octal) or names joined by |. The command line option wins.",
          "文件创建模式掩码：C 记法的数字（八进制以 0 开头），或用 | 连接的名称。命令行选项优先。",
        ),
        example: "umask 022",
        default: "0177",
        since: "2.0.9",
        notes: t(
          "In the symbolic form white space around | is allowed. Only the permission bits may be set.",
          "符号形式中 | 两侧可有空白。只能设置权限位。",
        ),
        process: "parent",
      },
    ),
    leaf("use_symlink_paths", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Pass script paths to exec as configured (keeping symbolic links) instead of resolving them first. Useful for multi-call binaries.",
        "按配置原样把脚本路径传给 exec（保留符号链接），而不先解析。适用于多调用二进制程序（multi-call binary）。",
      ),
      example: "use_symlink_paths",
      default: "false",
      since: "2.3.0",
      process: "parent",
    }),
    leaf("v3_checksum_as_v2", [], {
      doc: t(
        "Compute the VRRPv3 IPv4 checksum without the pseudo-header, as VRRPv2 does. Default for the per-instance setting of the same name. Takes no argument here.",
        "计算 VRRPv3 IPv4 校验和时不含伪首部，与 VRRPv2 相同。作为实例内同名设置的默认值。此处不带参数。",
      ),
      example: "v3_checksum_as_v2",
      repeat: "flag",
      since: "2.2.8",
      process: "parent",
    }),
    leaf("vmac_addr_prefix", [arg("prefix", "name")], {
      doc: t(
        "Prefix of VMAC interfaces generated for addresses that are not on the instance interface.",
        "为不在实例接口上的地址生成的 VMAC 接口的名称前缀。",
      ),
      example: "vmac_addr_prefix va",
      repeat: "first-wins",
      default: "vmac_prefix",
      since: "2.2.0",
      requires: ["VRRP_VMAC"],
      process: "parent",
    }),
    leaf("vmac_prefix", [arg("prefix", "name")], {
      doc: t("Prefix of generated VMAC interface names.", "生成的 VMAC 接口名的前缀。"),
      example: "vmac_prefix vr",
      repeat: "first-wins",
      default: "vrrp",
      since: "2.2.0",
      requires: ["VRRP_VMAC"],
      process: "parent",
    }),
    leaf("vrrp_check_unicast_src", [], {
      doc: t(
        "Check that the source address of received unicast adverts is one of the configured peers. Takes no argument.",
        "检查收到的单播通告的源地址是否为已配置的单播对端之一。不带参数。",
      ),
      example: "vrrp_check_unicast_src",
      repeat: "flag",
      process: "parent",
    }),
    leaf("vrrp_cpu_affinity", [arg("cpuIds", "uint", { repeatable: true, min: 0 })], {
      doc: t("CPU numbers on which the VRRP child process may run.", "VRRP 子进程可运行的 CPU 编号。"),
      example: "vrrp_cpu_affinity 0 1",
      since: "2.0.17",
      notes: t(
        "Each number must be below the number of online CPUs of the machine that reads the configuration.",
        "每个编号都须小于读取该配置的机器的在线 CPU 数。",
      ),
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("vrrp_delay_after_boot", [decimal("seconds", "0.001", "4294.967295", 6, { unit: "s" })], {
      doc: t(
        "Like vrrp_startup_delay, but counted from system boot. The larger of the two delays is used.",
        "同 vrrp_startup_delay，但从系统启动时算起。取两个延迟中较大者。",
      ),
      example: "vrrp_delay_after_boot 10",
      repeat: "max-wins",
      since: "2.4.0",
      process: "parent",
    }),
    leaf("vrrp_down_timer_adverts", [uint("count", 1, 100)], {
      doc: t(
        "Number of missed adverts after which a backup takes over. Default for down_timer_adverts.",
        "连续丢失多少个通告后由 backup 接管。作为 down_timer_adverts 的默认值。",
      ),
      example: "vrrp_down_timer_adverts 1",
      default: "3",
      since: "2.2.3",
      process: "parent",
    }),
    leaf(
      "vrrp_garp_extra_if",
      [
        arg("args", "option-list", {
          options: [
            option("all", {
              doc: t("Also send on interfaces that are not VMACs.", "在非 VMAC 的接口上也发送。"),
            }),
            option("<seconds>", { args: [uint("seconds", 1, 86400)] }),
          ],
        }),
      ],
      {
        doc: t(
          'Interval in seconds at which a master sends gratuitous ARP/NA for addresses on interfaces other than the instance interface. With "all" this is done for every such interface, otherwise only for VMACs.',
          'master 为实例接口以外各接口上的地址发送免费 ARP/NA 的间隔（秒）。带 "all" 时对所有此类接口发送，否则只对 VMAC 发送。',
        ),
        example: "vrrp_garp_extra_if all 10",
        default: t("0 (off)", "0（关闭）"),
        since: "2.2.3",
        requires: ["VRRP_VMAC"],
        anyOrder: true,
        missingArgument: "ignored",
        process: "parent",
      },
    ),
    leaf("vrrp_garp_interval", [decimal("seconds", "0.000001", "4294.967295", 6, { unit: "s" })], {
      doc: t(
        "Minimum time between gratuitous ARP messages sent on one interface.",
        "同一接口上发送免费 ARP 报文的最小间隔。",
      ),
      example: "vrrp_garp_interval 0.001",
      default: "0",
      process: "parent",
    }),
    leaf("vrrp_garp_lower_prio_delay", [uint("seconds", 0, 4294, { unit: "s" })], {
      doc: t(
        "Delay before the second batch of gratuitous ARP/NA after a lower priority advert was received while master.",
        "master 收到低优先级通告后，发送第二批免费 ARP/NA 前的延迟。",
      ),
      example: "vrrp_garp_lower_prio_delay 1",
      default: "vrrp_garp_master_delay",
      process: "parent",
    }),
    leaf("vrrp_garp_lower_prio_repeat", [uint("count", 0, 2147483647)], {
      doc: t(
        "Number of gratuitous ARP/NA messages sent after a lower priority advert was received while master.",
        "master 收到低优先级通告后发送的免费 ARP/NA 报文数。",
      ),
      example: "vrrp_garp_lower_prio_repeat 1",
      default: "vrrp_garp_master_repeat",
      process: "parent",
    }),
    leaf("vrrp_garp_master_delay", [uint("seconds", 0, 4294, { unit: "s" })], {
      doc: t(
        "Delay before the second batch of gratuitous ARP / unsolicited NA messages after becoming master; 0 means no second batch.",
        "成为 master 后，发送第二批免费 ARP / 非请求 NA 报文前的延迟；0 表示不发第二批。",
      ),
      example: "vrrp_garp_master_delay 1",
      default: "5",
      process: "parent",
    }),
    leaf("vrrp_garp_master_refresh", [uint("seconds", 0, 4294967295, { unit: "s" })], {
      doc: t(
        "Interval at which a master repeats gratuitous ARP/NA messages; 0 means never.",
        "master 重复发送免费 ARP/NA 报文的间隔；0 表示从不重复。",
      ),
      example: "vrrp_garp_master_refresh 1",
      default: "0",
      process: "parent",
    }),
    leaf("vrrp_garp_master_refresh_repeat", [uint("count", 0, 4294967295, { raisedTo: 1 })], {
      doc: t(
        "Number of messages per refresh. 0 is reported and treated as 1.",
        "每次刷新发送的报文数。0 会被提示并按 1 处理。",
      ),
      example: "vrrp_garp_master_refresh_repeat 1",
      default: "1",
      process: "parent",
    }),
    leaf("vrrp_garp_master_repeat", [uint("count", 0, 4294967295, { raisedTo: 1 })], {
      doc: t(
        "Number of gratuitous ARP/NA messages per batch after becoming master. 0 is reported and treated as 1.",
        "成为 master 后每批免费 ARP/NA 报文的数量。0 会被提示并按 1 处理。",
      ),
      example: "vrrp_garp_master_repeat 1",
      default: "5",
      process: "parent",
    }),
    leaf("vrrp_gna_interval", [decimal("seconds", "0.000001", "4294.967295", 6, { unit: "s" })], {
      doc: t(
        "Minimum time between unsolicited NA messages sent on one interface.",
        "同一接口上发送非请求 NA 报文的最小间隔。",
      ),
      example: "vrrp_gna_interval 0.001",
      default: "0",
      process: "parent",
    }),
    leaf("vrrp_higher_prio_send_advert", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "When a higher priority advert makes this master give up, send one more advert first. Default for higher_prio_send_advert.",
        "高优先级通告使本 master 让位时，先再发一个通告。作为 higher_prio_send_advert 的默认值。",
      ),
      example: "vrrp_higher_prio_send_advert",
      default: "false",
      process: "parent",
    }),
    leaf(
      "vrrp_ipsets",
      [arg("setNames", "name", { optional: true, repeatable: true, maxCount: 6, maxLength: 30 })],
      {
        doc: t(
          "Names of the ipsets used together with vrrp_iptables: IPv4, IPv6, IPv6-with-interface, IGMP, MLD and VMAC-ND sets. Without names ipsets are not used.",
          "与 vrrp_iptables 配合使用的 ipset 名称：依次为 IPv4、IPv6、带接口的 IPv6、IGMP、MLD 和 VMAC-ND 集合。不写名称则不使用 ipset。",
        ),
        example: "vrrp_ipsets keepalived",
        default: t(
          "keepalived, keepalived6, keepalived_if6, keepalived_igmp, keepalived_mld, keepalived_nd",
          "keepalived, keepalived6, keepalived_if6, keepalived_igmp, keepalived_mld, keepalived_nd",
        ),
        requires: ["IPTABLES|NFTABLES", "LIBIPSET", "IPTABLES"],
        process: "parent",
      },
    ),
    leaf(
      "vrrp_iptables",
      [
        arg("inputChain", "name", { optional: true, maxLength: 27, whenOmitted: "INPUT" }),
        arg("outputChain", "name", { optional: true, maxLength: 27, whenOmitted: "OUTPUT" }),
      ],
      {
        doc: t(
          "Use iptables for blocking traffic to VIPs (no_accept, VMAC), with the given input and output chains.",
          "使用 iptables 阻断发往 VIP 的流量（no_accept、VMAC），采用给定的 input 链和 output 链。",
        ),
        example: "vrrp_iptables",
        repeat: "first-wins",
        requires: ["IPTABLES|NFTABLES"],
        notes: t(
          "If one chain is named, only input is used. In a build with nftables but without iptables the keyword is accepted with an error message and nftables is used.",
          "若只写一条链，则只使用 input 链。在编译时启用 nftables 而未启用 iptables 的版本中，该关键字会被接受，但给出错误信息并改用 nftables。",
        ),
        process: "parent",
      },
    ),
    leaf("vrrp_lower_prio_no_advert", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Do not answer a lower priority advert with an advert of our own. Default for lower_prio_no_advert.",
        "不以自己的通告回应低优先级通告。作为 lower_prio_no_advert 的默认值。",
      ),
      example: "vrrp_lower_prio_no_advert",
      default: "false",
      process: "parent",
    }),
    leaf("vrrp_mcast_group4", [arg("address", "ipv4-multicast")], {
      doc: t("IPv4 multicast group for VRRP adverts.", "VRRP 通告的 IPv4 组播组。"),
      example: "vrrp_mcast_group4 224.0.0.18",
      default: "224.0.0.18",
      process: "parent",
    }),
    leaf("vrrp_mcast_group6", [arg("address", "ipv6-multicast")], {
      doc: t(
        "IPv6 multicast group for VRRP adverts; should be link-local multicast.",
        "VRRP 通告的 IPv6 组播组；应为链路本地组播地址。",
      ),
      example: "vrrp_mcast_group6 ff02::12",
      default: "ff02::12",
      process: "parent",
    }),
    leaf("vrrp_min_garp", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Send only one gratuitous ARP/NA message without repetition or refresh, except where the specific options say otherwise. It changes only options that still have their default when it is read.",
        "只发送一个免费 ARP/NA 报文，不重复也不刷新，除非专门的选项另有规定。只改变读到此项时仍为默认值的选项。",
      ),
      example: "vrrp_min_garp",
      since: "2.0.12",
      process: "parent",
    }),
    leaf("vrrp_netlink_cmd_rcv_bufs", [uint("bytes", 0, 4294967295)], {
      doc: t(
        "Receive buffer size of the VRRP netlink command socket. 0 leaves the default.",
        "VRRP 的 netlink 命令套接字的接收缓冲区大小。0 表示保持默认。",
      ),
      example: "vrrp_netlink_cmd_rcv_bufs 1048576",
      default: t("system default", "系统默认值"),
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("vrrp_netlink_cmd_rcv_bufs_force", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Allow the VRRP netlink command receive buffer to exceed the system maximum.",
        "允许 VRRP 的 netlink 命令接收缓冲区超过系统上限。",
      ),
      example: "vrrp_netlink_cmd_rcv_bufs_force",
      default: "false",
      process: "parent",
    }),
    leaf("vrrp_netlink_monitor_rcv_bufs", [uint("bytes", 0, 4294967295)], {
      doc: t(
        "Receive buffer size of the VRRP netlink monitoring socket. 0 leaves the default.",
        "VRRP 的 netlink 监视套接字的接收缓冲区大小。0 表示保持默认。",
      ),
      example: "vrrp_netlink_monitor_rcv_bufs 1048576",
      default: t("system default", "系统默认值"),
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("vrrp_netlink_monitor_rcv_bufs_force", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Allow the VRRP netlink monitoring receive buffer to exceed the system maximum.",
        "允许 VRRP 的 netlink 监视接收缓冲区超过系统上限。",
      ),
      example: "vrrp_netlink_monitor_rcv_bufs_force",
      default: "false",
      process: "parent",
    }),
    leaf("vrrp_no_swap", [], {
      doc: t(
        "Lock the memory of the VRRP child process so that it is not swapped out.",
        "锁定 VRRP 子进程的内存，避免被换出。",
      ),
      example: "vrrp_no_swap",
      repeat: "flag",
      process: "parent",
    }),
    leaf(
      "vrrp_notify_fifo",
      [
        arg("path", "path"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t(
          "FIFO to which VRRP state changes are written; optionally the user and group that own it.",
          "写入 VRRP 状态变化的 FIFO；可指定其属主用户和组。",
        ),
        example: "vrrp_notify_fifo /run/ka_vrrp_fifo",
        repeat: "first-wins",
        missingArgument: "ignored",
        process: "parent",
      },
    ),
    leaf(
      "vrrp_notify_fifo_script",
      [
        arg("command", "script"),
        arg("user", "user", { optional: true }),
        arg("group", "group", { optional: true }),
      ],
      {
        doc: t(
          "Script that reads the vrrp_notify_fifo; the FIFO name is passed as last argument.",
          "读取 vrrp_notify_fifo 的脚本；FIFO 名作为最后一个参数传入。",
        ),
        example: 'vrrp_notify_fifo_script "/usr/bin/true"',
        repeat: "first-wins",
        scriptQuoting: true,
        missingArgument: "ignored",
        process: "parent",
      },
    ),
    leaf("vrrp_notify_priority_changes", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Send FIFO notifications for priority changes too. Default for notify_priority_changes.",
        "优先级变化时也发送 FIFO 通知。作为 notify_priority_changes 的默认值。",
      ),
      example: "vrrp_notify_priority_changes",
      default: "false",
      since: "2.0.16",
      process: "parent",
    }),
    leaf("vrrp_owner_ignore_adverts", [bool("enabled", { optional: true, whenOmitted: "true" })], {
      doc: t(
        "Let address owners (priority 255) ignore adverts from other routers. Default for owner_ignore_adverts.",
        "让地址所有者（优先级 255）忽略其他路由器的通告。作为 owner_ignore_adverts 的默认值。",
      ),
      example: "vrrp_owner_ignore_adverts",
      default: "false",
      since: "2.3.3",
      process: "parent",
    }),
    leaf("vrrp_priority", [int("nice", -20, 19)], {
      doc: t("Nice value of the VRRP child process.", "VRRP 子进程的 nice 值。"),
      example: "vrrp_priority -10",
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("vrrp_process_name", [arg("name", "name", { maxLength: 15 })], {
      doc: t(
        "Name of the VRRP child process (at most 15 characters).",
        "VRRP 子进程的名称（最多 15 个字符）。",
      ),
      example: "vrrp_process_name ka_vrrp",
      since: "2.0.16",
      process: "parent",
    }),
    leaf("vrrp_rlimit_rtime", [uint("microseconds", 1, 4294967295, { unit: "us" })], {
      doc: t("Old spelling of vrrp_rlimit_rttime.", "vrrp_rlimit_rttime 的旧拼写。"),
      example: "vrrp_rlimit_rtime 10000",
      deprecated: { replacedBy: "vrrp_rlimit_rttime", since: "2.1.0", reported: "log" },
      process: "parent",
    }),
    leaf("vrrp_rlimit_rttime", [uint("microseconds", 1, 4294967295, { unit: "us" })], {
      doc: t(
        "CPU time the VRRP process may use under a real-time policy without blocking before the kernel signals it. 1 is treated as 2.",
        "VRRP 进程在实时调度策略下不阻塞地占用 CPU 的时长上限，超过后内核向其发送信号。1 按 2 处理。",
      ),
      example: "vrrp_rlimit_rttime 10000",
      default: "10000",
      since: "2.1.0",
      process: "parent",
    }),
    leaf("vrrp_rt_priority", [int("priority", 1, 99, { clamps: true })], {
      doc: t(
        "Real-time (SCHED_RR) priority of the VRRP child process. Out-of-range values are clamped with a message.",
        "VRRP 子进程的实时（SCHED_RR）优先级。超出范围的值会被截到边界并给出提示。",
      ),
      example: "vrrp_rt_priority 50",
      missingArgument: "ignored",
      process: "parent",
    }),
    leaf("vrrp_rx_bufs_multiplier", [uint("factor", 1, 4294967295)], {
      doc: t(
        "Number of adverts per instance that the receive buffer must hold when a policy is used.",
        "使用策略时，接收缓冲区须能为每个实例容纳的通告数。",
      ),
      example: "vrrp_rx_bufs_multiplier 1",
      default: "3",
      since: "2.0.3",
      missingArgument: "ignored",
      exactArguments: true,
      process: "parent",
    }),
    leaf(
      "vrrp_rx_bufs_policy",
      [
        arg("policy", "enum-or-uint", {
          repeatable: true,
          min: 0,
          max: 4294967295,
          values: ["MTU", "ADVERT"],
          caseInsensitive: true,
        }),
      ],
      {
        doc: t(
          "How the receive buffer of VRRP sockets is sized: by interface MTU, by the size of an advert, or by an explicit byte count. A byte count excludes the policies, and MTU wins over ADVERT.",
          "VRRP 套接字接收缓冲区大小的确定方式：按接口 MTU、按通告大小，或明确的字节数。字节数不能与两种策略同用，MTU 优先于 ADVERT。",
        ),
        example: "vrrp_rx_bufs_policy MTU",
        repeat: "merge",
        since: "2.0.3",
        missingArgument: "ignored",
        process: "parent",
      },
    ),
    leaf(
      "vrrp_skip_check_adv_addr",
      [bool("enabled", { optional: true, whenOmitted: "true", since: "2.3.0" })],
      {
        doc: t(
          "Skip the check of the addresses in an advert when it comes from the same master as the previous one.",
          "若通告与前一个通告来自同一 master，则跳过对其中地址的检查。",
        ),
        example: "vrrp_skip_check_adv_addr",
        default: "false",
        versionNotes: [
          t(
            "Before v2.3.0 any argument is ignored and the keyword always switches the option on.",
            "v2.3.0 之前忽略任何参数，该关键字总是打开此选项。",
          ),
        ],
        process: "parent",
      },
    ),
    leaf("vrrp_startup_delay", [decimal("seconds", "0.001", "4294.967295", 6, { unit: "s" })], {
      doc: t(
        "Time to wait after start-up before VRRP instances may leave the init state.",
        "启动后等待多久，VRRP 实例才可离开初始状态。",
      ),
      example: "vrrp_startup_delay 5.5",
      repeat: "max-wins",
      default: "0",
      since: "2.0.14",
      process: "parent",
    }),
    leaf("vrrp_strict", [bool("enabled", { optional: true, whenOmitted: "true", since: "2.3.0" })], {
      doc: t(
        "Enforce the VRRP RFCs. Disables unicast on multicast interfaces, authentication, VIP-less instances and other extensions. Default for strict_mode.",
        "严格执行 VRRP RFC。禁用组播接口上的单播、认证、无 VIP 的实例及其他扩展。作为 strict_mode 的默认值。",
      ),
      example: "vrrp_strict",
      default: "false",
      versionNotes: [
        t(
          "Before v2.3.0 any argument is ignored and the keyword always switches the option on.",
          "v2.3.0 之前忽略任何参数，该关键字总是打开此选项。",
        ),
      ],
      process: "parent",
    }),
    leaf("vrrp_version", [uint("version", 2, 3)], {
      doc: t(
        "VRRP version for IPv4 instances that set none. IPv6 instances use version 3.",
        "未设置版本的 IPv4 实例所用的 VRRP 版本。IPv6 实例使用版本 3。",
      ),
      example: "vrrp_version 2",
      default: "2",
      process: "parent",
    }),
    leaf(
      "vrrp_vmac_garp_intvl",
      [
        arg("args", "option-list", {
          options: [
            option("all", {
              doc: t("Also send on interfaces that are not VMACs.", "在非 VMAC 的接口上也发送。"),
            }),
            option("<seconds>", { args: [uint("seconds", 1, 86400)] }),
          ],
        }),
      ],
      {
        doc: t("Old name of vrrp_garp_extra_if.", "vrrp_garp_extra_if 的旧名。"),
        example: "vrrp_vmac_garp_intvl all 10",
        since: "2.2.0",
        deprecated: { replacedBy: "vrrp_garp_extra_if", since: "2.2.3", reported: "config-error" },
        requires: ["VRRP_VMAC"],
        anyOrder: true,
        missingArgument: "ignored",
        process: "parent",
      },
    ),
  ],
);
