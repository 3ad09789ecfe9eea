/**
 * Configurations as an engineer would write them, made of every block and keyword of the language data. They are valid
 * by construction: what must be there is there, names are declared before they are used, families agree.
 */
import fc, { type GeneratorValue } from "fast-check";
import {
  type Context,
  compareReleases,
  contextById,
  type Keyword,
  keywordById,
} from "../../server/src/language";
import type { Arg, NameKind } from "../../server/src/language/schema";

/** A statement, an entry of a list, or a block; `keyword` is undefined for entries. */
export interface Item {
  words: string[];
  readonly keyword?: Keyword;
  body?: Item[];
  /** How faults of their own spoil the line; see faults.ts. */
  readonly spoilt?: "no-open" | "no-close" | "extra-close";
}

/** Where printed items stand, 1-based. */
export interface Printed {
  readonly text: string;
  readonly lines: ReadonlyMap<Item, { readonly line: number; readonly close: number }>;
}

/**
 * Keywords that act on this machine, not on the text: they move the process elsewhere, need a kernel, a daemon or a file,
 * or change how everything else is read. The project's own cases cover them.
 */
const MACHINE = new Set(
  `net_namespace net_namespace_ipvs namespace_with_ipsets use_pid_dir instance linkbeat_use_polling linkbeat_interfaces
  bfd_cpu_affinity checker_cpu_affinity vrrp_cpu_affinity config_save_dir iproute_etc_dir iproute_usr_dir json_dump_file
  reload_check_config reload_file reload_time_file state_dump_file stats_dump_file tmp_config_directory umask snmp_socket
  nftables nftables_ipvs nftables_counters nftables_ifindex nftables_priority nftables_ipvs_priority
  nftables_ipvs_start_fwmark vrrp_ipsets vrrp_iptables dynamic_interfaces default_interface include_check random_seed
  use_symlink_paths process_names startup_script shutdown_script vrrp_strict strict_mode vrrp_version version accept
  no_accept lvs_sync_daemon lvs_sync_daemon_interface use_ipvlan use_vmac_addr vmac_xmit_base vmac_prefix
  vmac_addr_prefix vrf garp_extra_if vrrp_garp_extra_if vmac_garp_intvl vrrp_vmac_garp_intvl regex_stack auth_hmac
  no_virtual_ipaddress native_ipv6 track_src_ip owner_ignore_adverts vrrp_owner_ignore_adverts old_unicast_checksum
  dbus_service_name enable_dbus dbus_no_interface_name bind_if track_bfd SSL host`.split(/\s+/),
);

/** Statements that only go together with others; the writers of their blocks decide about them. */
const COUPLED = new Set(
  `state interface priority virtual_router_id nopreempt preempt preempt_delay advert_int unicast_src_ip unicast_ttl
  check_unicast_src unicast_fault_no_peer mcast_src_ip mcast_dst_ip use_vmac thread_timer_expired timer_expired_backup
  down_timer_adverts skip_check_adv_addr vrrp_skip_check_adv_addr smtp_alert smtp_alert_checker smtp_alert_vrrp
  smtp_server smtp_helo_name notification_email notification_email_from smtp_connect_timeout no_email_faults
  interval timeout script user init_fail weight file init_file process quorum quorum_max delay fork_delay terminate_delay
  param_match full_command
  lb_algo lvs_sched lb_kind lvs_method protocol persistence_granularity persistence_timeout persistence_engine hysteresis
  ip_family ha_suspend sorry_server sorry_server_inhibit sorry_server_lvs_method ops flag-1 flag-2 flag-3 sh-port
  sh-fallback mh-port mh-fallback virtualhost lthreshold uthreshold alpha omega
  url path digest status_code regex regex_no_match regex_options regex_min_offset regex_max_offset misc_path name
  track_file min_reply_length max_reply_length require_reply payload connect_ip bindto bind_port connect_port fwmark
  neighbor_ip neighbour_ip source_ip hoplimit ttl max_hops multihop passive min_rx min_tx idle_tx multiplier vrrp checker
  max_auto_priority min_auto_priority_delay bfd_rt_priority lvs_flush lvs_flush_on_stop vrrp_rx_bufs_policy
  vrrp_rx_bufs_multiplier notify_fifo notify_fifo_script vrrp_notify_fifo vrrp_notify_fifo_script lvs_notify_fifo
  lvs_notify_fifo_script vrrp_startup_delay vrrp_delay_after_boot script_user enable_script_security
  global_tracking sync_group_tracking_weight vrrp_garp_lower_prio_repeat dont_track_primary
  v3_checksum_as_v2 lvs_timeouts promote_secondaries notify_deleted`.split(/\s+/),
);

/** Not even for a try: after these keepalived looks elsewhere, or what it says depends on the machine alone. */
const NEVER = new Set(
  `net_namespace net_namespace_ipvs namespace_with_ipsets instance use_pid_dir config_save_dir tmp_config_directory
  bfd_cpu_affinity checker_cpu_affinity vrrp_cpu_affinity iproute_etc_dir iproute_usr_dir dynamic_interfaces
  default_interface include_check linkbeat_use_polling linkbeat_interfaces use_symlink_paths`.split(/\s+/),
);

const INTERFACES = ["eth0", "eth1", "ens192", "ens224", "bond0", "br0", "bond0.100"];
const SCRIPTS = ["/bin/true", '"/bin/true -q"', '"/usr/bin/test -f /etc/passwd"', "/usr/bin/id"];
const WORDS = ["LVS_MAIN", "web", "db-01", "keepalived_a", "node1"];
const HOSTS = ["www.example.org", "app.example.net", "intranet.example.com"];

/** A source of choices; all randomness comes from fast-check, so that a seed gives the same configuration. */
export class Dice {
  constructor(private readonly draw: GeneratorValue) {}

  /** 0 … n-1. */
  below(n: number): number {
    return this.draw(uniform, n - 1);
  }
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
  some<T>(list: readonly T[], count: number): T[] {
    const rest = [...list];
    const picked: T[] = [];
    while (picked.length < count && rest.length > 0) picked.push(...rest.splice(this.below(rest.length), 1));
    return picked;
  }
}

const uniform = (max: number) => fc.noBias(fc.nat({ max }));

/**
 * A whole configuration for a release. One in four ventures statements that nobody would put together: keepalived has
 * something to say about some of them.
 */
export function writeConfiguration(dice: Dice, release: string): Item[] {
  const writer = new Writer(dice, release);
  const items = writer.sound();
  if (dice.chance(25)) writer.venture(items);
  return items;
}

/** A configuration without anything that keepalived objects to. */
export const soundConfiguration = (dice: Dice, release: string): Item[] => new Writer(dice, release).sound();

type Family = 4 | 6;

class Writer {
  private readonly names = new Map<NameKind, string[]>();
  private readonly used = new Set<string>();
  private serial = 0;

  constructor(
    private readonly dice: Dice,
    private readonly release: string,
  ) {}

  /** Adds any keywords of the language to the blocks, as the data has them for an example. */
  venture(items: readonly Item[]): void {
    const { dice } = this;
    for (const { body, keyword } of items) {
      const context = keyword?.context;
      if (!body || !context || context.entry) continue;
      for (const k of context.keywords) {
        if (NEVER.has(k.name) || !this.known(k) || leavesOut(k) || !dice.chance(4)) continue;
        if (k.spec.repeat !== "several" && body.some((i) => i.words[0] === k.name)) continue;
        const words = k.spec.example
          .split("\n")[0]
          .replace(/\s*\{.*$/, "")
          .split(/\s+/);
        const entry = k.spec.entry?.example.split(/\s+/);
        const inner = entry ? [{ words: entry }] : k.context ? [] : undefined;
        body.splice(dice.below(body.length + 1), 0, { words, keyword: k, body: inner });
      }
      this.venture(body);
    }
  }

  sound(): Item[] {
    const { dice } = this;
    const items: Item[] = [];
    if (dice.chance(85)) items.push(this.globals());
    const add = (percent: number, most: number, make: () => Item) => {
      if (dice.chance(percent)) for (let n = dice.between(1, most); n > 0; n--) items.push(make());
    };
    const vrrp = dice.chance(80);
    const lvs = !vrrp || dice.chance(55);
    add(10, 1, () => this.upDownDelays());
    if (vrrp) {
      add(60, 2, () => this.script());
      add(25, 2, () => this.trackFile());
      add(20, 2, () => this.trackProcess());
      add(10, 1, () => this.garpGroup());
      add(10, 1, () =>
        this.list("static_ipaddress", () => [`${this.address(4)}/24`, "dev", dice.of(INTERFACES)]),
      );
      add(8, 1, () => this.list("static_routes", () => this.route(4)));
      add(8, 1, () => this.list("static_rules", () => this.rule(4)));
      add(100, 3, () => this.instance());
      add(35, 1, () => this.syncGroup());
      const instances = this.names.get("vrrp_instance")!;
      add(8, 1, () =>
        this.block(
          "track_group",
          [this.name("track_group", "TG_")],
          [
            this.make(
              "track_group/group",
              [],
              dice.some(instances, 2).map((i) => ({ words: [i] })),
            ),
          ],
        ),
      );
    }
    if (lvs) {
      if (!vrrp) add(25, 1, () => this.trackFile());
      add(20, 1, () => this.bfd());
      const groups: [string, Family][] = [];
      if (dice.chance(25)) {
        const family: Family = dice.chance(80) ? 4 : 6;
        const name = this.name("virtual_server_group", "VSG_");
        items.push(this.list("virtual_server_group", () => this.groupMember(family), [name]));
        groups.push([name, family]);
      }
      for (const [name, family] of groups) items.push(this.virtualServer(["group", name], family));
      add(groups.length > 0 ? 60 : 100, 3, () => {
        const family: Family = dice.chance(80) ? 4 : 6;
        if (dice.chance(12))
          return this.virtualServer(["fwmark", String(this.fresh(() => dice.between(1, 999)))], family);
        return this.virtualServer(
          [this.freshAddress(family), String(dice.of([80, 443, 53, 3306, 8080, 25]))],
          family,
        );
      });
    }
    return items;
  }

  // ------------------------------------------------------------------------------------------- pieces

  private make(id: string, words: readonly string[] = [], body?: Item[]): Item {
    const keyword = keywordById(id);
    if (!keyword) throw new Error(`The language has no ${id}.`);
    return { words: [keyword.name, ...words], keyword, body: keyword.context ? (body ?? []) : undefined };
  }

  private block(id: string, words: readonly string[], body: Item[]): Item {
    return this.make(id, words, body);
  }

  /** A list with one to four different entries. */
  private list(id: string, entry: () => string[], words: readonly string[] = []): Item {
    const seen = new Set<string>();
    const body: Item[] = [];
    for (let n = this.dice.between(1, 4); n > 0; n--) {
      const e = entry();
      if (!seen.has(e[0])) body.push({ words: e });
      seen.add(e[0]);
    }
    return this.make(id, words, body);
  }

  private name(kind: NameKind, prefix: string): string {
    const name = `${prefix}${++this.serial}`;
    this.names.set(kind, [...(this.names.get(kind) ?? []), name]);
    return name;
  }

  private fresh<T extends string | number>(draw: () => T): T {
    for (;;) {
      const value = draw();
      if (this.used.has(String(value))) continue;
      this.used.add(String(value));
      return value;
    }
  }

  private address(family: Family): string {
    const { dice } = this;
    return family === 4
      ? `${dice.of(["10.1", "192.168", "172.16", "198.51"])}.${dice.below(256)}.${dice.between(1, 254)}`
      : `${dice.of(["2001:db8", "fd00:12"])}:${dice.below(16).toString(16)}::${dice.between(1, 65535).toString(16)}`;
  }
  private freshAddress = (family: Family): string => this.fresh(() => this.address(family));

  private known(k: Keyword): boolean {
    return k.spec.since === undefined || compareReleases(k.spec.since, this.release) <= 0;
  }

  /** Statements of a block that stand on their own, each with some probability. */
  private extras(
    id: string,
    percent: number,
    allowed: (name: string) => boolean = (n) => !COUPLED.has(n),
  ): Item[] {
    const context = contextById(id) as Context;
    const items: Item[] = [];
    for (const k of context.keywords) {
      if (k.spec.kind !== "leaf" || MACHINE.has(k.name) || !allowed(k.name)) continue;
      if (k.spec.deprecated || k.spec.mandatory || k.spec.aliasOf || !this.known(k) || leavesOut(k)) continue;
      if (!this.dice.chance(percent)) continue;
      items.push({ words: [k.name, ...this.values(k)], keyword: k });
    }
    return items;
  }

  private values(k: Keyword): string[] {
    const words: string[] = [];
    for (const a of k.spec.args) {
      if (a.optional && this.dice.chance(a.type === "user" || a.type === "group" ? 90 : 60)) break;
      const value = this.value(a);
      if (value === undefined) break;
      words.push(value);
    }
    return words;
  }

  /** A value that keepalived takes; undefined where none comes to mind (only for optional arguments). */
  private value(a: Arg): string | undefined {
    const { dice } = this;
    switch (a.type) {
      case "bool":
        return dice.of(["true", "false", "yes", "no", "on", "off"]);
      case "uint":
      case "int":
        return this.number(a, 0);
      case "decimal":
        return this.number(a, a.decimals ?? 0);
      case "enum":
      case "enum-or-uint":
        return dice.of(a.values!.filter((v) => compareReleases(a.valueSince?.[v] ?? "0", this.release) <= 0));
      case "string":
      case "name":
        return dice.of(WORDS);
      case "ip":
        return this.address(4);
      case "ipv4-multicast":
        return `224.0.0.${dice.between(1, 254)}`;
      case "ipv6-multicast":
        return `ff02::${dice.between(1, 254)}`;
      case "ip-or-host":
        return this.address(4);
      case "interface":
        return dice.of(INTERFACES);
      case "user":
      case "group":
        return "root";
      case "path":
        return "/tmp/keepalived-test";
      case "script":
        return dice.of(SCRIPTS);
      case "email":
        return "ops@example.org";
      case "hostname":
      case "dns-name":
        return dice.of(HOSTS);
      case "url-path":
        return "/health";
      default:
        if (a.optional) return undefined;
        throw new Error(`No value for an argument of type ${a.type}.`);
    }
  }

  /** A number within the limits: a usual one, or a limit itself. */
  private number(a: Arg, decimals: number): string {
    const { dice } = this;
    const low = Number(a.raisedTo ?? a.min ?? 0);
    const high = Number(a.max ?? 1000);
    if (dice.chance(8)) return String(a.raisedTo ?? a.min ?? low);
    if (dice.chance(4) && high < 100_000) return String(a.max ?? high);
    const usual = [
      1,
      2,
      3,
      5,
      10,
      15,
      30,
      50,
      60,
      100,
      150,
      200,
      1000,
      5000,
      ...(decimals > 0 ? [0.5, 1.5, 0.25] : []),
    ];
    const fitting = usual.filter((n) => n >= low && n <= high);
    return String(fitting.length > 0 ? dice.of(fitting) : low);
  }

  private seconds = (): string => this.dice.of(["1", "2", "3", "5", "10", "0.5"]);

  // ------------------------------------------------------------------------------------------- global

  private globals(): Item {
    const { dice } = this;
    const leaf = (name: string, ...words: string[]) => this.make(`global_defs/${name}`, words);
    const body: Item[] = [];
    if (dice.chance(40)) {
      body.push(
        this.list("global_defs/notification_email", () => [
          dice.of(["ops@example.org", "root@localhost", "noc@example.net"]),
        ]),
      );
      body.push(leaf("notification_email_from", "keepalived@example.org"));
      body.push(leaf("smtp_server", this.address(4)));
      if (dice.chance(50)) body.push(leaf("smtp_connect_timeout", "30"));
      if (dice.chance(30)) body.push(leaf("smtp_alert", "true"));
    }
    body.push(leaf("script_user", "root"), leaf("enable_script_security"));
    if (dice.chance(10)) body.push(leaf("vrrp_notify_fifo", "/tmp/vrrp.fifo"));
    body.push(...this.extras("global_defs", 5));
    return this.block("global_defs", [], body);
  }

  private upDownDelays(): Item {
    return this.list("interface_up_down_delays", () => [
      this.dice.of(INTERFACES),
      this.seconds(),
      ...(this.dice.chance(50) ? [this.seconds()] : []),
    ]);
  }

  // ------------------------------------------------------------------------------------------- VRRP

  private script(): Item {
    const { dice } = this;
    const leaf = (name: string, ...words: string[]) => this.make(`vrrp_script/${name}`, words);
    const body = [leaf("script", dice.of(SCRIPTS)), leaf("interval", dice.of(["2", "3", "5"]))];
    if (dice.chance(40)) body.push(leaf("timeout", "1"));
    if (dice.chance(60)) body.push(leaf("weight", String(dice.between(-50, 50))));
    if (dice.chance(30)) body.push(leaf("user", "root"));
    if (dice.chance(20)) body.push(leaf("init_fail"));
    body.push(...this.extras("vrrp_script", 40));
    return this.block("vrrp_script", [this.name("vrrp_script", "chk_")], body);
  }

  private trackFile(): Item {
    const { dice } = this;
    const body = [this.make("track_file/file", ["/mnt/track"])];
    if (dice.chance(50)) body.push(this.make("track_file/weight", [String(dice.between(1, 50))]));
    return this.block("track_file", [this.name("track_file", "tf_")], body);
  }

  private trackProcess(): Item {
    const { dice } = this;
    const leaf = (name: string, ...words: string[]) => this.make(`vrrp_track_process/${name}`, words);
    const body = [leaf("process", dice.of(["nginx", "haproxy", '"/usr/sbin/named"']))];
    if (dice.chance(40)) body.push(leaf("weight", String(dice.between(1, 50))));
    if (dice.chance(30)) body.push(leaf("quorum", String(dice.between(1, 3))));
    if (dice.chance(30)) body.push(leaf("delay", "2"));
    if (dice.chance(20)) body.push(leaf("full_command"));
    return this.block("vrrp_track_process", [this.name("vrrp_track_process", "tp_")], body);
  }

  private garpGroup(): Item {
    const interfaces = this.dice.some(INTERFACES, 2).map((i) => ({ words: [i] }));
    return this.block(
      "garp_group",
      [],
      [
        this.make("garp_group/garp_interval", [this.seconds()]),
        this.make("garp_group/interfaces", [], interfaces),
      ],
    );
  }

  private instance(): Item {
    const { dice } = this;
    const leaf = (name: string, ...words: string[]) => this.make(`vrrp_instance/${name}`, words);
    const family: Family = dice.chance(85) ? 4 : 6;
    const backup = dice.chance(60);
    const body = [leaf("state", backup ? "BACKUP" : "MASTER"), leaf("interface", dice.of(INTERFACES))];
    body.push(leaf("virtual_router_id", String(this.fresh(() => `${dice.between(1, 255)}`))));
    body.push(leaf("priority", String(dice.between(2, 254))));
    const vrrp3 = family === 6;
    if (dice.chance(80))
      body.push(leaf("advert_int", vrrp3 ? dice.of(["1", "0.5"]) : dice.of(["1", "2", "5"])));
    if (family === 4 && dice.chance(60)) {
      body.push(
        this.block(
          "vrrp_instance/authentication",
          [],
          [
            this.make("vrrp_instance/authentication/auth_type", [dice.of(["PASS", "PASS", "AH"])]),
            this.make("vrrp_instance/authentication/auth_pass", [
              dice.of(["s3cret", "k4-1111", '"a b!c"', "12345678"]),
            ]),
          ],
        ),
      );
    }
    if (backup) {
      const preemption = dice.below(10);
      if (preemption < 3) body.push(leaf("nopreempt"));
      else if (preemption < 5) body.push(leaf("preempt_delay", dice.of(["5", "60", "300"])));
    }
    if (dice.chance(25)) {
      body.push(leaf("unicast_src_ip", this.freshAddress(family)));
      body.push(this.list("vrrp_instance/unicast_peer", () => [this.freshAddress(family)]));
      if (dice.chance(30)) body.push(leaf("unicast_ttl", "255"));
      if (dice.chance(20)) body.push(leaf("check_unicast_src"));
    } else if (family === 4 && dice.chance(15)) body.push(leaf("mcast_src_ip", this.freshAddress(4)));
    if (dice.chance(10)) body.push(leaf("promote_secondaries"));
    body.push(...this.extras("vrrp_instance", 6));
    body.push(this.list("vrrp_instance/virtual_ipaddress", () => this.vip(family)));
    if (dice.chance(12))
      body.push(this.list("vrrp_instance/virtual_ipaddress_excluded", () => this.vip(dice.of([4, 6]))));
    if (family === 4 && dice.chance(12))
      body.push(this.list("vrrp_instance/virtual_routes", () => this.route(4)));
    if (family === 4 && dice.chance(8))
      body.push(this.list("vrrp_instance/virtual_rules", () => this.rule(4)));
    body.push(...this.tracks("vrrp_instance", body[1].words[1]));
    return this.block("vrrp_instance", [this.name("vrrp_instance", "VI_")], body);
  }

  /** What an instance or a group tracks: names that are declared by now. */
  private tracks(owner: string, own: string | undefined): Item[] {
    const { dice } = this;
    const items: Item[] = [];
    const add = (name: string, names: readonly string[], percent: number, options: readonly string[]) => {
      if (names.length === 0 || !dice.chance(percent)) return;
      const body = dice.some(names, 2).map((n) => ({ words: dice.chance(30) ? [n, ...options] : [n] }));
      items.push(this.make(`${owner}/${name}`, [], body));
    };
    const weight = () => ["weight", String(dice.between(1, 40))];
    add(
      "track_interface",
      INTERFACES.filter((i) => i !== own),
      25,
      weight(),
    );
    add("track_script", this.names.get("vrrp_script") ?? [], 60, weight());
    add("track_process", this.names.get("vrrp_track_process") ?? [], 60, weight());
    return items;
  }

  private vip(family: Family): string[] {
    const { dice } = this;
    const words = [
      family === 4 ? `${this.freshAddress(4)}/${dice.of([24, 32, 16])}` : `${this.freshAddress(6)}/64`,
    ];
    if (dice.chance(30)) words.push("dev", dice.of(INTERFACES));
    if (family === 4 && dice.chance(15)) words.push("scope", dice.of(["global", "link", "site"]));
    if (family === 4 && dice.chance(10)) words.push("label", "eth0:1");
    if (dice.chance(10)) words.push("no_track");
    return words;
  }

  private route(family: Family): string[] {
    const { dice } = this;
    const words = [dice.chance(20) ? "default" : `10.${dice.below(256)}.${dice.below(256)}.0/24`];
    words.push("via", this.address(family), "dev", dice.of(INTERFACES));
    if (dice.chance(30)) words.push("metric", "100");
    if (dice.chance(20)) words.push("table", "100");
    if (dice.chance(15)) words.push("mtu", "1400");
    return words;
  }

  private rule(family: Family): string[] {
    const { dice } = this;
    const words = [
      "from",
      `${this.address(family)}/${family === 4 ? 32 : 128}`,
      "table",
      String(dice.between(100, 200)),
    ];
    if (dice.chance(50)) words.push("preference", String(dice.between(100, 9999)));
    return words;
  }

  private syncGroup(): Item {
    const { dice } = this;
    const instances = this.names.get("vrrp_instance")!;
    const members = dice.some(instances, 3).map((i) => ({ words: [i] }));
    const body = [this.make("vrrp_sync_group/group", [], members), ...this.extras("vrrp_sync_group", 12)];
    return this.block("vrrp_sync_group", [this.name("vrrp_sync_group", "VG_")], body);
  }

  // ------------------------------------------------------------------------------------------- LVS

  private bfd(): Item {
    const { dice } = this;
    const leaf = (name: string, ...words: string[]) => this.make(`bfd_instance/${name}`, words);
    const body = [leaf("neighbor_ip", this.freshAddress(4))];
    if (dice.chance(50)) body.push(leaf("min_rx", "50"), leaf("min_tx", "100"), leaf("multiplier", "3"));
    if (dice.chance(30)) body.push(leaf("source_ip", this.freshAddress(4)));
    if (dice.chance(20)) body.push(leaf("passive"));
    return this.block("bfd_instance", [this.name("bfd_instance", "bfd_")], body);
  }

  private groupMember(family: Family): string[] {
    const { dice } = this;
    const address = this.freshAddress(family);
    const port = String(dice.of([80, 443, 8080]));
    return family === 4 && dice.chance(20) ? [`10.9.${dice.below(256)}.1-9`, port] : [address, port];
  }

  private virtualServer(target: string[], family: Family): Item {
    const { dice } = this;
    const leaf = (name: string, ...words: string[]) => this.make(`virtual_server/${name}`, words);
    const kind = dice.of(["NAT", "DR", "DR", "TUN"]);
    const protocol = dice.of(["TCP", "TCP", "UDP", "SCTP"]);
    const body: Item[] = [];
    if (dice.chance(80)) body.push(leaf("delay_loop", dice.of(["5", "6", "10"])));
    const scheduler = dice.of(["rr", "wrr", "lc", "wlc", "sh", "mh", "sed", "nq", "dh", "lblc", "fo", "ovf"]);
    body.push(
      leaf(dice.chance(80) ? "lb_algo" : "lvs_sched", scheduler),
      leaf(dice.chance(80) ? "lb_kind" : "lvs_method", kind),
    );
    if (dice.chance(30)) {
      body.push(leaf("persistence_timeout", dice.of(["50", "600"])));
      if (dice.chance(20)) body.push(leaf("persistence_granularity", family === 4 ? "255.255.255.0" : "64"));
    }
    body.push(leaf("protocol", protocol));
    if (target[0] === "fwmark" && family === 6) body.push(leaf("ip_family", "inet6"));
    if (scheduler === "sh" && dice.chance(40)) body.push(leaf("sh-port"));
    if (protocol === "UDP" && dice.chance(15)) body.push(leaf("ops"));
    if (dice.chance(12)) body.push(leaf("ha_suspend"));
    if (dice.chance(12)) body.push(leaf("alpha"));
    if (dice.chance(10)) body.push(leaf("omega"));
    if (dice.chance(8)) body.push(leaf("virtualhost", dice.of(HOSTS)));
    body.push(...this.extras("virtual_server", 6, (n) => !COUPLED.has(n) && n !== "quorum"));
    const port = target[0] === "fwmark" || target[0] === "group" ? "80" : target[1];
    if (dice.chance(20)) {
      body.push(leaf("sorry_server", this.freshAddress(family), port));
      if (dice.chance(30)) body.push(leaf("sorry_server_inhibit"));
    }
    const servers = dice.between(1, 4);
    for (let n = servers; n > 0; n--) {
      const serverPort = kind === "NAT" && dice.chance(40) ? "8080" : port;
      body.push(this.realServer(family, serverPort, protocol));
    }
    return this.block("virtual_server", target, body);
  }

  private realServer(family: Family, port: string, protocol: string): Item {
    const { dice } = this;
    const id = "virtual_server/real_server";
    const body: Item[] = [];
    if (dice.chance(70)) body.push(this.make(`${id}/weight`, [String(dice.between(1, 100))]));
    if (dice.chance(10))
      body.push(this.make(`${id}/uthreshold`, ["1000"]), this.make(`${id}/lthreshold`, ["100"]));
    body.push(...this.extras(id, 6));
    if (dice.chance(85)) body.push(this.checker(family, protocol));
    return this.block(id, [this.freshAddress(family), port], body);
  }

  private checker(family: Family, protocol: string): Item {
    const { dice } = this;
    const id = "virtual_server/real_server";
    const files = this.names.get("track_file") ?? [];
    const bfds = this.names.get("bfd_instance") ?? [];
    const kinds = ["TCP_CHECK", "HTTP_GET", "SSL_GET", "MISC_CHECK", "SMTP_CHECK", "DNS_CHECK", "PING_CHECK"];
    if (protocol === "UDP") kinds.push("UDP_CHECK", "UDP_CHECK", "DNS_CHECK");
    if (bfds.length > 0) kinds.push("BFD_CHECK");
    if (files.length > 0 && dice.chance(20)) kinds.push("FILE_CHECK");
    const name = dice.of(kinds);
    const path = `${id}/${name}`;
    const has = (n: string) => keywordById(`${path}/${n}`) !== undefined;
    const leaf = (n: string, ...words: string[]) => this.make(`${path}/${n}`, words);
    const body: Item[] = [];
    if (name === "FILE_CHECK") body.push(leaf("track_file", dice.of(files)));
    if (name === "BFD_CHECK") body.push(leaf("name", dice.of(bfds)));
    if (name === "MISC_CHECK") {
      body.push(leaf("misc_path", dice.of(SCRIPTS)));
      if (dice.chance(30)) body.push(leaf("user", "root"));
    }
    if (name === "DNS_CHECK") {
      if (dice.chance(60)) body.push(leaf("type", dice.of(["A", "AAAA", "NS", "MX", "TXT"])));
      if (dice.chance(60)) body.push(leaf("name", dice.of(HOSTS)));
    }
    if (name === "UDP_CHECK" && dice.chance(40)) {
      body.push(leaf("payload", "0123abcd"));
      if (dice.chance(50)) body.push(leaf("require_reply", dice.of(["ff00", "ab", "0aXX"])));
    }
    if (name === "HTTP_GET" || name === "SSL_GET")
      for (let n = dice.between(1, 2); n > 0; n--) body.push(this.url(path));
    if (has("connect_ip") && dice.chance(10)) body.push(leaf("connect_ip", this.address(family)));
    if (has("connect_port") && dice.chance(25))
      body.push(leaf("connect_port", dice.of(["80", "8080", "53"])));
    if (has("fwmark") && dice.chance(6)) body.push(leaf("fwmark", "7"));
    if (has("alpha") && dice.chance(10)) body.push(leaf("alpha"));
    if (name !== "BFD_CHECK" && name !== "FILE_CHECK") body.push(...this.extras(path, 12));
    return this.block(path, [], body);
  }

  private url(checker: string): Item {
    const { dice } = this;
    const leaf = (n: string, ...words: string[]) => this.make(`${checker}/url/${n}`, words);
    const body = [leaf("path", dice.of(["/", "/health", "/status?full=1"]))];
    if (dice.chance(60)) body.push(leaf("status_code", dice.of(["200", "200-299", "200 301"])));
    else if (dice.chance(50)) body.push(leaf("digest", "0123456789abcdef0123456789abcdef"));
    if (dice.chance(15)) body.push(leaf("regex", '"^OK$"'), leaf("regex_options", "caseless"));
    if (dice.chance(20)) body.push(leaf("virtualhost", dice.of(HOSTS)));
    return this.block(`${checker}/url`, [], body);
  }
}

/** Distributions build without these. */
const leavesOut = (k: Keyword): boolean =>
  k.spec.requires?.some((r) => /DBUS|SNMP|NFTABLES|IPTABLES|IPSET|JSON|LINKBEAT/.test(r)) === true;

/** Prints items the way people do; the layout is drawn from the dice, too. */
export function print(items: readonly Item[], layout: number): Printed {
  const indent = ["    ", "  ", "\t"][layout % 3];
  const ownLine = layout % 7 === 6;
  const comments = layout % 5 === 1;
  const out: string[] = [];
  const lines = new Map<Item, { line: number; close: number }>();
  const visit = (item: Item, depth: number) => {
    const pad = indent.repeat(depth);
    const head = `${pad}${item.words.join(" ")}`;
    const line = out.length + 1;
    if (item.body === undefined) {
      out.push(comments && out.length % 6 === 5 ? `${head} # see the runbook` : head);
      lines.set(item, { line, close: line });
      return;
    }
    if (item.spoilt === "no-open") out.push(head);
    else if (ownLine) out.push(head, `${pad}{`);
    else out.push(`${head} {`);
    for (const child of item.body) visit(child, depth + 1);
    if (item.spoilt !== "no-close") out.push(`${pad}}`);
    lines.set(item, { line, close: out.length });
    if (item.spoilt === "extra-close") out.push(`${pad}}`);
    if (depth === 0) out.push("");
  };
  if (comments) out.push("! Managed by the platform team", "");
  for (const item of items) visit(item, 0);
  return { text: `${out.join("\n")}\n`, lines };
}
