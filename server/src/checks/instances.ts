/** VRRP instances and sync groups: what their statements mean together, with the global settings. */
import { compareReleases } from "../language";
import { type Address, addressKey, formatAddress, isLinkLocal, sameAddress } from "../language/address";
import { parseBoolean } from "../language/numbers";
import { type Release, type Text, t } from "../language/schema";
import type { Config, Located } from "../model/config";
import type {
  AddressEntry,
  GlobalDefs,
  Setting,
  Span,
  SyncGroup,
  Tracked,
  VrrpInstance,
} from "../model/model";
import { basePriority, type Influence, isWeight } from "../model/priorities";
import type { Node } from "../syntax/tree";
import { lineEndAt, lineStartAt } from "../text/lines";
import { isOpaqueBlock } from "./blocks";
import { indentAt, remove, removeWords } from "./edits";
import { insertBlock, insertStatement, writeFix } from "./insert";
import { type CheckOptions, type Fix, quote, type Related, Report, type Rule, replace, rule } from "./rule";
import { isUnknown, wrongFamily } from "./values";

const missingVrid = rule(
  "missing-virtual-router-id",
  "error",
  t("An instance without virtual_router_id.", "实例没有 virtual_router_id。"),
);
const missingInterface = rule(
  "missing-interface",
  "error",
  t("An instance without interface.", "实例没有 interface。"),
);
const noVip = rule("no-vip", "warning", t("An instance without virtual address.", "实例没有虚拟地址。"));
const mixedFamilies = rule(
  "mixed-families",
  "error",
  t("IPv4 and IPv6 in one virtual_ipaddress.", "同一 virtual_ipaddress 中混用 IPv4 和 IPv6。"),
);
const duplicateVip = rule(
  "duplicate-vip",
  "warning",
  t("The same virtual address twice.", "重复的虚拟地址。"),
);
const duplicateEntry = rule(
  "duplicate-tracker",
  "warning",
  t("The same name twice in a tracking list.", "跟踪列表中重复的名称。"),
);
const duplicatePeer = rule("duplicate-peer", "warning", t("The same peer twice.", "重复的对端。"));
const vridConflict = rule(
  "duplicate-virtual-router-id",
  "error",
  t("Two instances with the same VRID on one interface.", "同一接口上两个实例使用相同的 VRID。"),
);
const nopreemptMaster = rule(
  "nopreempt-master",
  "warning",
  t("nopreempt with state MASTER has no effect.", "state MASTER 时 nopreempt 无效。"),
);
const nopreemptOwner = rule(
  "nopreempt-owner",
  "warning",
  t("nopreempt with priority 255 has no effect.", "priority 255 时 nopreempt 无效。"),
);
const preemptDelay = rule(
  "preempt-delay-unused",
  "warning",
  t("preempt_delay that has no effect.", "无效的 preempt_delay。"),
);
const timerExpired = rule(
  "timer-expired-needs-nopreempt",
  "warning",
  t("timer_expired_backup needs nopreempt.", "timer_expired_backup 需要 nopreempt。"),
);
const authVersion = rule(
  "auth-version-3",
  "warning",
  t("VRRPv3 has no authentication.", "VRRPv3 没有认证。"),
);
const authPass = rule(
  "auth-without-password",
  "warning",
  t("auth_type without auth_pass.", "有 auth_type 但没有 auth_pass。"),
);
const authTruncated = rule(
  "auth-pass-length",
  "warning",
  t("auth_pass is longer than 8 characters.", "auth_pass 超过 8 个字符。"),
);
const authAh = rule(
  "auth-ah",
  "warning",
  t("auth_type AH does not go with the instance.", "auth_type AH 与该实例不符。"),
);
const authHmac = rule(
  "auth-hmac",
  "warning",
  t("auth_hmac that keepalived changes or drops.", "会被 keepalived 更改或丢弃的 auth_hmac。"),
);
const strictMode = rule(
  "strict-mode",
  "warning",
  t("A setting that strict mode does not allow.", "严格模式不允许的设置。"),
);
const ipv6Version2 = rule(
  "ipv6-version-2",
  "warning",
  t("IPv6 needs VRRP version 3.", "IPv6 需要 VRRP 版本 3。"),
);
const versionConflict = rule(
  "version-conflict",
  "error",
  t("A VRRP version that contradicts the instance.", "与实例矛盾的 VRRP 版本。"),
);
const unicastNoPeer = rule(
  "unicast-without-peers",
  "warning",
  t("A unicast setting without unicast_peer.", "有单播设置但没有 unicast_peer。"),
);
const ownPeer = rule(
  "unicast-own-address",
  "warning",
  t("The node lists itself as a unicast peer.", "节点把自己列为单播对端。"),
);
const unicastNoSource = rule(
  "unicast-without-source",
  "information",
  t("A unicast instance without unicast_src_ip.", "单播实例没有 unicast_src_ip。"),
);
const bridgeMulticast = rule(
  "multicast-on-bridge",
  "information",
  t("Multicast VRRP on a bridge or container interface.", "在网桥或容器接口上使用组播 VRRP。"),
);
const strictVip = rule(
  "strict-mode-vip",
  "warning",
  t("In strict mode the VIP does not answer.", "严格模式下 VIP 不应答。"),
);
const unicastSource = rule(
  "unicast-source",
  "error",
  t("A unicast instance that has no source address.", "单播实例没有源地址。"),
);
const multicastUnused = rule(
  "multicast-destination-unused",
  "warning",
  t("mcast_dst_ip in a unicast instance.", "单播实例中的 mcast_dst_ip。"),
);
const vmac = rule(
  "vmac-settings",
  "warning",
  t("VMAC settings that keepalived changes.", "会被 keepalived 更改的 VMAC 设置。"),
);
const vmacName = rule(
  "duplicate-vmac-name",
  "error",
  t("Two instances with the same VMAC interface.", "两个实例使用同一个 VMAC 接口名。"),
);
const ipvlan = rule(
  "ipvlan-address",
  "error",
  t("An IPv4 ipvlan without address.", "IPv4 ipvlan 没有地址。"),
);
const vrf = rule("vrf", "error", t("vrf that keepalived ignores.", "会被 keepalived 忽略的 vrf。"));
const nativeIpv6 = rule(
  "native-ipv6",
  "error",
  t("native_ipv6 below IPv4 addresses.", "native_ipv6 写在 IPv4 地址之后。"),
);
const loopback = rule(
  "loopback-interface",
  "error",
  t("The loopback interface cannot run VRRP.", "回环接口不能运行 VRRP。"),
);
const advertInterval = rule(
  "advert-interval",
  "warning",
  t("An advert interval that the VRRP version cannot express.", "VRRP 版本无法表示的通告间隔。"),
);
const ownerAdverts = rule(
  "owner-ignore-adverts",
  "warning",
  t("owner_ignore_adverts does not go with the priority.", "owner_ignore_adverts 与优先级不符。"),
);
const vipCount = rule(
  "too-many-vips",
  "warning",
  t("More virtual addresses than an advert can carry.", "虚拟地址数量超过通告所能携带的上限。"),
);
const vipCountOld = rule(
  "many-vips",
  "information",
  t("More than 20 virtual addresses.", "超过 20 个虚拟地址。"),
  { profile: "all" },
);
const vipVmac = rule(
  "vip-use-vmac",
  "warning",
  t("use_vmac on an address where it has no effect.", "地址上的 use_vmac 无效。"),
);
const vipNoInterface = rule(
  "vip-without-interface",
  "error",
  t("An address without interface.", "地址没有接口。"),
);
const linkLocalFirst = rule(
  "first-vip-link-local",
  "information",
  t("The first IPv6 address is not link-local.", "第一个 IPv6 地址不是链路本地地址。"),
);
const ownInterface = rule(
  "tracks-own-interface",
  "information",
  t("The instance tracks its own interface.", "实例跟踪自己的接口。"),
  { unnecessary: true },
);
const weightIgnored = rule(
  "tracker-weight-ignored",
  "warning",
  t("A tracker's weight that has no effect.", "无效的跟踪权重。"),
);
const trackedTwice = rule(
  "tracked-twice",
  "warning",
  t("Tracked by the instance and by its sync group.", "实例和同步组都跟踪了它。"),
);
const groupMembership = rule(
  "sync-group-members",
  "warning",
  t("A sync group whose members do not fit.", "成员不合适的同步组。"),
);
const singleMember = rule(
  "sync-group-single",
  "information",
  t("A sync group with one member.", "只有一个成员的同步组。"),
);

/** An instance with what global settings make of it. */
export interface Effective {
  readonly at: Located<VrrpInstance>;
  readonly family: 4 | 6 | undefined;
  readonly version: number;
  readonly strict: boolean;
  readonly priority: number;
  readonly unicast: boolean;
  readonly owner: boolean;
  /** It starts as MASTER: keepalived turns others that say so into BACKUP before it looks at preemption. */
  readonly master: boolean;
}

/** Instances that keepalived takes: a second one of a name is skipped. */
export function liveInstances(config: Config): Located<VrrpInstance>[] {
  const names = new Set<string>();
  return config.instances.filter(({ model }) => {
    if (model.name !== "" && names.has(model.name)) return false;
    names.add(model.name);
    return true;
  });
}

/**
 * Works out family, version, strictness and priority of an instance as keepalived does.
 * @param target the release; before 2.3.0 vrrp_strict takes no “off”. The newest one if not given.
 */
export function effective(config: Config, at: Located<VrrpInstance>, target?: Release): Effective {
  const { model } = at;
  const first =
    model.virtualIps[0]?.address ??
    model.unicastPeers[0]?.address ??
    model.unicastSourceIp?.value ??
    model.multicastSourceIp?.value;
  const family = nativeFirst(model)
    ? 6
    : (first?.family ?? (model.nativeIpv6 ? 6 : model.excludedIps[0]?.address.family));
  const globalVersion = Number(config.global("vrrp_version")?.setting.words[1]);
  const version =
    model.version && (model.version.value === 2 || model.version.value === 3)
      ? model.version.value
      : family === 6
        ? 3
        : globalVersion === 3
          ? 3
          : 2;
  const strictGlobal = config.global("vrrp_strict")?.setting;
  const strict = model.strictMode
    ? model.strictMode.value
    : strictGlobal !== undefined &&
      (strictGlobal.words.length < 2 ||
        parseBoolean(strictGlobal.words[1]) !== false ||
        (target !== undefined && compareReleases(target, "2.3.0") < 0));
  const priority = basePriority(model);
  const ah =
    model.authType?.value === "AH" &&
    model.authPass !== undefined &&
    version === 2 &&
    family !== 6 &&
    !strict;
  return {
    at,
    family,
    version,
    strict,
    priority,
    unicast: model.unicastPeers.length > 0,
    owner: priority === 255,
    master: model.state?.value === "MASTER" && (priority === 255 || !(strict || ah)),
  };
}

/** native_ipv6 stands above the addresses, and thereby decides what kind of instance it is. */
function nativeFirst(m: VrrpInstance): boolean {
  const native = m.settings.get("native_ipv6");
  return (
    m.nativeIpv6 &&
    native !== undefined &&
    !(m.virtualIps[0]?.start < native.start) &&
    !ipv4Above(m, native.start)
  );
}

/** An address above a place makes it an IPv4 instance. */
function ipv4Above(m: VrrpInstance, place: number): boolean {
  const entries = [m.virtualIps[0], m.unicastPeers[0]];
  const settings = [m.unicastSourceIp, m.multicastSourceIp, m.multicastDestination];
  return (
    entries.some((a) => a?.address.family === 4 && a.start < place) ||
    settings.some((s) => s?.value.family === 4 && s.start < place)
  );
}

/** Deletes an entry of a list with its line, or the list with it where nothing else stands there. */
function deleteEntry(
  config: Config,
  owner: Node | undefined,
  list: string,
  entry: Span,
  { title = t("Delete the line", "删除此行"), safe = true }: { title?: Text; safe?: boolean } = {},
): Fix {
  const { text } = config.tree;
  const block = owner?.children.find(
    (c) => c.keyword?.name === list && c.start <= entry.start && entry.end <= c.fullEnd,
  );
  const alone =
    block !== undefined &&
    block.open >= 0 &&
    block.close >= 0 &&
    text.slice(block.open + 1, Math.max(block.open + 1, lineStartAt(text, entry.start))).trim() === "" &&
    text.slice(Math.min(lineEndAt(text, entry.end), block.close), block.close).trim() === "";
  if (!alone) return { title, edits: [remove(text, entry.start, entry.end)], safe };
  return {
    title: t(`Delete ${list}, which holds nothing else`, `删除只有此项的 ${list}`),
    edits: [remove(text, block.start, block.fullEnd)],
    safe,
  };
}

/** A pointer to the end of a block: there keepalived reports what it sees only when the block is complete. */
function endOf(config: Config, at: Located<{ readonly fullEnd: number }>): readonly Related[] {
  const end = config.offset(at, at.model.fullEnd);
  if (config.tree.text.charAt(end - 1) !== "}") return [];
  return [
    {
      start: end - 1,
      end,
      message: t(
        "The block ends here; keepalived reports it at this line.",
        "块在此结束；keepalived 在此行报告。",
      ),
    },
  ];
}

/** Takes the weight from a tracker, so that its failure puts the instance into FAULT. */
function withoutWeight(config: Config, at: Located<unknown>, entry: Tracked, safe: boolean): Fix[] {
  const { end } = config.range(at, entry);
  const title = t("Write “weight 0”: a failure is a fault", "写“weight 0”：失败即进入 FAULT");
  if (!entry.weight) return [{ title, edits: [replace(end, end, " weight 0")], safe }];
  const value = config.range(at, entry.weight);
  return [{ title, edits: [replace(value.start, end, "0")], safe }];
}

export function checkInstances(config: Config, options: CheckOptions, report: Report): void {
  const live = liveInstances(config).map((at) => effective(config, at, options.target));
  const globals = config.globals.map((g) => g.model);
  const strictLines = new Set<number>();
  for (const e of live) {
    const known = clean.get(e.at.model);
    if (known?.target === options.target && sameModels(known.globals, globals)) continue;
    const own = new Report();
    new InstanceCheck(config, e, options, own).run();
    if (own.problems.length === 0 && !asksForWeights(e))
      clean.set(e.at.model, { target: options.target, globals });
    for (const p of own.problems) {
      // The line that makes all instances strict is told of the first one only.
      if (p.rule === strictVip && strictLines.has(p.start)) continue;
      if (p.rule === strictVip) strictLines.add(p.start);
      report.problems.push(p);
    }
  }
  vridConflicts(config, live, report);
  vmacNames(config, live, report);
  syncGroups(config, live, options, report);
  bfdNeighbors(config, report);
}

/**
 * Instances in which nothing was found, with all that this depends on beside the block itself: an {@link InstanceCheck}
 * asks for global settings and the release; for other instances only when it works out fixes; and see
 * {@link asksForWeights}.
 */
const clean = new WeakMap<
  VrrpInstance,
  { readonly target: Release; readonly globals: readonly GlobalDefs[] }
>();

/** Whether the weights of what an instance tracks matter, which may be written in other blocks. */
const asksForWeights = ({ owner, at: { model } }: Effective): boolean =>
  owner && [...model.trackScripts, ...model.trackFiles, ...model.trackBfds].some((t) => !t.weight);

const sameModels = (a: readonly GlobalDefs[], b: readonly GlobalDefs[]): boolean =>
  a.length === b.length && a.every((g, i) => g === b[i]);

/** What is found in one instance. */
class InstanceCheck {
  private readonly m: VrrpInstance;
  private readonly newer: boolean;
  private readonly since228: boolean;
  private readonly node: Node | undefined;

  constructor(
    private readonly config: Config,
    private readonly e: Effective,
    options: CheckOptions,
    private readonly report: Report,
  ) {
    this.m = e.at.model;
    this.node = config.nodeOf(e.at);
    this.newer = compareReleases(options.target, "2.3.0") >= 0;
    this.since228 = compareReleases(options.target, "2.2.8") >= 0;
  }

  private add(r: Rule, span: Span, message: Text, more: Parameters<Report["add"]>[4] = {}): void {
    const { start, end } = this.config.range(this.e.at, span);
    if (r === strictMode && !more.related) more = { ...more, related: this.strictAt() };
    this.report.add(r, start, end, message, more);
  }

  /** The VMAC or ipvlan has one name: keepalived keeps the first. */
  private secondDevice(): void {
    let first: { readonly start: number; readonly end: number } | undefined;
    for (const line of this.node?.children ?? []) {
      if (line.keyword?.name !== "use_vmac" && line.keyword?.name !== "use_ipvlan") continue;
      const words = Array.from({ length: line.wordCount }, (_, n) => line.word(n));
      const n = deviceName(words);
      if (n < 0) continue;
      const at = { start: line.wordStart(n), end: line.wordEnd(n) };
      if (first)
        this.report.add(
          vmacName,
          at.start,
          at.end,
          t(
            `The device has a name already; keepalived ignores ${quote(words[n])}.`,
            `该设备已有名称；keepalived 会忽略 ${quote(words[n])}。`,
          ),
          { related: [{ ...first, message: t("The first name", "第一个名称") }] },
        );
      else first = at;
    }
  }

  /** Where strict mode is switched on. */
  private strictAt(): readonly Related[] {
    const message = t("Strict mode is switched on here.", "严格模式在此启用。");
    if (this.m.strictMode) return [{ ...this.config.range(this.e.at, this.m.strictMode), message }];
    const g = this.config.global("vrrp_strict");
    return g ? [{ ...this.config.range(g, g.setting), message }] : [];
  }

  private blockEnd(): readonly Related[] {
    return endOf(this.config, this.e.at);
  }

  private setting(name: string): Setting | undefined {
    return this.m.settings.get(name);
  }

  /** Deletes the line that a range of the text stands on. */
  private deleteRange(at: { readonly start: number; readonly end: number }): Fix {
    const base = this.config.tree.starts[this.e.at.item];
    return this.deleteLine(
      { start: at.start - base, end: at.end - base },
      t("Delete the line", "删除此行"),
      false,
    );
  }

  /** Deletes the line of a span. */
  private deleteLine(span: Span, title: Text = t("Delete the line", "删除此行"), safe = true): Fix {
    const { text } = this.config.tree;
    const { start, end } = this.config.range(this.e.at, span);
    const line = lineStartAt(text, start);
    const eol = text.indexOf("\n", end);
    const whole =
      eol >= 0 && text.slice(line, start).trim() === "" && /^[ \t\r]*([#!].*)?$/.test(text.slice(end, eol));
    return { title, edits: [whole ? replace(line, eol + 1, "") : replace(start, end, "")], safe };
  }

  run(): void {
    const { node } = this;
    const opaque = node === undefined || isOpaqueBlock(node) || !node.hasBody;
    if (!opaque) this.missing();
    this.addresses();
    this.lists();
    this.preemption();
    this.authentication();
    this.unicast();
    this.interfaces();
    this.timing();
    if (this.e.strict) this.strict();
  }

  /** A statement that got onto the line of another one is not missing; that it is lost is said there. */
  private joined(name: string): boolean {
    for (const s of this.m.settings.values()) if (s.words.indexOf(name) > 0) return true;
    return false;
  }

  private missing(): void {
    const { m, e } = this;
    if (!m.virtualRouterId && !this.setting("virtual_router_id") && !this.joined("virtual_router_id")) {
      this.add(
        missingVrid,
        m,
        t(
          "virtual_router_id is missing: keepalived exits when it starts or reloads.",
          "缺少 virtual_router_id：keepalived 启动或重载时会直接退出。",
        ),
        {
          fixes: () => {
            const used = new Set(this.config.instances.map((i) => i.model.virtualRouterId?.value));
            const free = freeVrid(lastOctet(m) ?? 51, used);
            return free === undefined ? [] : this.insert(`virtual_router_id ${free}`);
          },
        },
      );
    }
    const vrf = m.vrf !== undefined && this.newer;
    // Up to 2.2.7 a unicast instance needs one, too.
    const unicast = e.unicast && this.since228;
    if (!m.interface && !this.setting("interface") && !unicast && !vrf && !this.joined("interface")) {
      this.add(
        missingInterface,
        m,
        t(
          "interface is missing: keepalived exits when it starts or reloads.",
          "缺少 interface：keepalived 启动或重载时会直接退出。",
        ),
        { fixes: () => this.interfaceOfOthers() },
      );
    }
    const none = this.setting("no_virtual_ipaddress");
    if (m.virtualIps.length === 0 && !this.listHasEntries("virtual_ipaddress") && !none) {
      const strictly = e.version === 3 || e.strict;
      this.add(
        noVip,
        m.virtualIpBlock ?? m,
        strictly
          ? t(
              "There is no virtual address, which VRRP version 3 and strict mode need: keepalived exits when it starts or reloads.",
              "没有虚拟地址，而 VRRP 版本 3 和严格模式必须有：keepalived 启动或重载时会直接退出。",
            )
          : t(
              "There is no virtual address: the instance elects a master that serves nothing.",
              "没有虚拟地址：选出的主节点不提供任何服务。",
            ),
        { severity: strictly ? "error" : undefined, fixes: () => this.firstAddress(strictly) },
      );
    }
  }

  /** The interface of the addresses, or the one that all other instances have. */
  private interfaceOfOthers(): Fix[] {
    const own = this.m.virtualIps.flatMap((v) => (v.dev ? [v.dev.value] : []));
    const others = this.config.instances.flatMap((i) => (i.model.interface ? [i.model.interface.value] : []));
    const names = new Set(own.length > 0 ? own : others);
    const [name] = names;
    return names.size === 1 && !isUnknown(name) ? this.insert(`interface ${name}`) : [];
  }

  /** Makes the excluded addresses the virtual ones, or says that there shall be none. */
  private firstAddress(needed: boolean): Fix[] {
    const { m } = this;
    const excluded = m.excludedBlock;
    if (excluded && !m.virtualIpBlock && new Set(m.excludedIps.map((v) => v.address.family)).size === 1) {
      const start = this.config.offset(this.e.at, excluded.start);
      const end = start + "virtual_ipaddress_excluded".length;
      return [
        {
          title: t("Write “virtual_ipaddress”", "改为“virtual_ipaddress”"),
          edits: [replace(start, end, "virtual_ipaddress")],
        },
      ];
    }
    return this.newer && !needed && !m.virtualIpBlock ? this.insert("no_virtual_ipaddress") : [];
  }

  /** A list holds entries, though none that could be read as an address: what is wrong with them is said there. */
  private listHasEntries(list: string): boolean {
    return this.node?.children.some((c) => c.keyword?.name === list && c.statements.length > 0) ?? false;
  }

  /** Puts a statement at the top of a block of the instance, or of the instance itself. */
  private insert(line: string, block = this.node): Fix[] {
    if (!block?.hasBody) return [];
    const { base } = block;
    const edits = insertStatement(block, line).map((x) => replace(x.start + base, x.end + base, x.text));
    return [{ title: t(`Insert “${line}”`, `插入“${line}”`), edits }];
  }

  private rewrite(span: Span, text: string, safe = false): readonly Fix[] {
    const { start, end } = this.config.range(this.e.at, span);
    return writeFix(start, end, text, safe);
  }

  private addresses(): void {
    const { m, e, config } = this;
    const first = m.virtualIps[0];
    const native6 = nativeFirst(m);
    const seen = new Map<string, AddressEntry>();
    const oddFirst = !native6 && this.oddFirst();
    for (const vip of m.virtualIps) {
      if (first && !native6 && vip.address.family !== first.address.family) {
        if (oddFirst) continue;
        this.add(
          mixedFamilies,
          vip.word,
          t(
            `The first address makes this an IPv${first.address.family} instance; keepalived ignores ${formatAddress(vip.address)}.`,
            `第一个地址决定该实例为 IPv${first.address.family}；keepalived 会忽略 ${formatAddress(vip.address)}。`,
          ),
          { fixes: () => this.moveToExcluded(first.address.family) },
        );
        continue;
      }
      if (native6 && vip.address.family === 4) {
        this.add(
          mixedFamilies,
          vip.word,
          t(
            `native_ipv6 makes this an IPv6 instance; keepalived ignores ${formatAddress(vip.address)}.`,
            `native_ipv6 使该实例为 IPv6；keepalived 会忽略 ${formatAddress(vip.address)}。`,
          ),
          {
            fixes: () =>
              m.virtualIps.some((v) => v.address.family === 6)
                ? this.moveToExcluded(6)
                : [
                    this.deleteLine(
                      this.setting("native_ipv6")!,
                      t("Delete native_ipv6", "删除 native_ipv6"),
                      false,
                    ),
                  ],
          },
        );
        continue;
      }
      const device = vip.dev?.value ?? m.interface?.value ?? "";
      // Newer releases compare the address alone.
      const key = `${addressKey(vip.address)} ${this.newer ? "" : device}`;
      const before = seen.get(key);
      if (before) this.vipTwice(vip, before);
      else seen.set(key, vip);
    }
    const native = this.setting("native_ipv6");
    if (native && ipv4Above(m, native.start)) {
      this.add(
        nativeIpv6,
        native,
        t(
          "native_ipv6 does not go with IPv4 addresses; keepalived ignores it.",
          "native_ipv6 不能与 IPv4 地址同时使用；keepalived 会忽略它。",
        ),
        { fixes: () => [this.deleteLine(native)] },
      );
    }
    const excluded = new Map<string, AddressEntry>();
    const virtual = new Map(
      m.virtualIps.map((v) => [`${addressKey(v.address)} ${v.dev?.value ?? m.interface?.value ?? ""}`, v]),
    );
    for (const vip of m.excludedIps) {
      const key = `${addressKey(vip.address)} ${vip.dev?.value ?? m.interface?.value ?? ""}`;
      const before = excluded.get(key) ?? virtual.get(key);
      if (before) this.vipTwice(vip, before);
      else excluded.set(key, vip);
    }
    // What a packet of 1500 bytes holds; the count has one byte.
    const most = e.family === 6 ? 89 : 255;
    if (m.virtualIps.length > most) {
      this.add(
        vipCount,
        m.virtualIps[most].word,
        t(
          `An advert carries ${most} addresses${e.family === 6 ? " at an MTU of 1500" : ""}; keepalived treats the rest as virtual_ipaddress_excluded.`,
          `${e.family === 6 ? "MTU 为 1500 时，" : ""}一个通告最多携带 ${most} 个地址；keepalived 会把其余地址当作 virtual_ipaddress_excluded。`,
        ),
        { fixes: () => this.excludeFrom(most, true) },
      );
    } else if (m.virtualIps.length > 20) {
      this.add(
        vipCountOld,
        m.virtualIps[20].word,
        t(
          "Some VRRP implementations and old releases read 20 addresses of an advert only; virtual_ipaddress_excluded takes any number.",
          "部分 VRRP 实现和旧版本只读取通告中的 20 个地址；virtual_ipaddress_excluded 数量不限。",
        ),
        { fixes: () => this.excludeFrom(20, false) },
      );
    }
    if (first && e.family === 6 && !isLinkLocal(first.address)) {
      this.add(
        linkLocalFirst,
        first.word,
        e.strict
          ? t(
              "In strict mode the first IPv6 address must be link-local (RFC 5798); keepalived reports it.",
              "严格模式下第一个 IPv6 地址必须是链路本地地址（RFC 5798）；keepalived 会报告。",
            )
          : t(
              "RFC 5798 wants a link-local address first. keepalived takes this; routers of other vendors may drop the adverts.",
              "RFC 5798 要求第一个地址为链路本地地址。keepalived 可以接受，但其他厂商的路由器可能丢弃通告。",
            ),
        { severity: e.strict ? "warning" : "information", fixes: () => this.linkLocalToFront() },
      );
    }
    if (!m.interface && e.unicast && this.since228 && !m.unclearInterfaces.includes("")) {
      for (const vip of [...m.virtualIps, ...m.excludedIps]) {
        if (!vip.dev)
          this.add(
            vipNoInterface,
            vip.word,
            t(
              "The instance has no interface, so the address needs “dev”; keepalived removes it.",
              "实例没有接口，因此地址需要“dev”；keepalived 会删除它。",
            ),
            { fixes: () => this.deviceOfOthers(vip) },
          );
      }
    }
    for (const list of ["virtual_ipaddress", "virtual_ipaddress_excluded"]) this.addressVmac(list);
    void config;
  }

  /** Moves addresses from number `from` on to virtual_ipaddress_excluded, as keepalived does with those that do not fit. */
  private excludeFrom(from: number, safe: boolean): Fix[] {
    const moved = this.m.virtualIps.slice(from);
    const title = t(
      `Move ${moved.length} to virtual_ipaddress_excluded`,
      `把 ${moved.length} 个移到 virtual_ipaddress_excluded`,
    );
    return this.exclude(moved, title, safe);
  }

  private exclude(entries: readonly AddressEntry[], title: Text, safe: boolean): Fix[] {
    const { text } = this.config.tree;
    const moved = entries.map((vip) => this.config.range(this.e.at, vip));
    const lines = moved.map(({ start, end }) => {
      const comment = text.slice(end, lineEndAt(text, end)).trimEnd();
      return text.slice(start, end) + (/^[ \t]+[#!]/.test(comment) ? comment : "");
    });
    const edits = moved.map(({ start, end }) => remove(text, start, end));
    const blocks = this.node?.children ?? [];
    const excluded = blocks.find((c) => c.keyword?.name === "virtual_ipaddress_excluded" && c.close >= 0);
    if (excluded) {
      const { base } = excluded;
      const into = insertBlock(excluded, lines).map((x) => replace(x.start + base, x.end + base, x.text));
      return [{ title, edits: [...edits, ...into], safe }];
    }
    const list = blocks.filter((c) => c.keyword?.name === "virtual_ipaddress").pop();
    if (!list || list.close < 0) return [];
    const own = indentAt(text, list.start);
    const inner = indentAt(text, moved[0].start);
    const block = [`${own}virtual_ipaddress_excluded {`, ...lines.map((l) => inner + l), `${own}}`];
    const eol = text.charAt(lineEndAt(text, list.close) - 1) === "\r" ? "\r\n" : "\n";
    return [{ title, edits: [...edits, replace(list.fullEnd, list.fullEnd, eol + block.join(eol))], safe }];
  }

  /** Moves the first link-local address above the first address. */
  private linkLocalToFront(): Fix[] {
    const { text } = this.config.tree;
    const own = this.m.virtualIps.find((v) => v.address.family === 6 && isLinkLocal(v.address));
    if (!own) return [];
    const from = this.config.range(this.e.at, own);
    const first = this.config.range(this.e.at, this.m.virtualIps[0]);
    const at = lineStartAt(text, first.start);
    const whole = (s: Span) => text.slice(lineStartAt(text, s.start), s.start).trim() === "";
    if (!whole(from) || !whole(first)) return [];
    const end = Math.min(lineEndAt(text, from.start) + 1, text.length);
    const line = text.slice(lineStartAt(text, from.start), end);
    if (!line.endsWith("\n")) return [];
    return [
      {
        title: t(
          `Move ${formatAddress(own.address)} to the front`,
          `把 ${formatAddress(own.address)} 移到最前`,
        ),
        edits: [replace(at, at, line), replace(lineStartAt(text, from.start), end, "")],
      },
    ];
  }

  /** Gives an address the interface of the others, where they have one in common. */
  private deviceOfOthers(vip: AddressEntry): Fix[] {
    const { m, e } = this;
    const names = new Set([...m.virtualIps, ...m.excludedIps].flatMap((v) => (v.dev ? [v.dev.value] : [])));
    if (names.size !== 1) return [];
    const [name] = names;
    const end = this.config.offset(e.at, vip.word.end);
    return [
      {
        title: t(`Add “dev ${name}”`, `添加“dev ${name}”`),
        edits: [replace(end, end, ` dev ${name}`)],
      },
    ];
  }

  private addressVmac(list: string): void {
    for (const block of this.node?.children ?? []) {
      if (block.keyword?.name !== list) continue;
      for (const entry of block.statements) {
        const at = entry.words().indexOf("use_vmac");
        if (at < 0) continue;
        const dev = entry.words().indexOf("dev");
        const own = dev < 0 || entry.word(dev + 1) === this.m.interface?.value;
        const fixes = () => [
          { title: t("Delete use_vmac", "删除 use_vmac"), edits: [removeWords(entry, at)], safe: true },
        ];
        if (this.setting("use_vmac_addr")) {
          this.report.add(
            vipVmac,
            entry.wordStart(at),
            entry.wordEnd(at),
            t(
              "use_vmac_addr is set for the whole instance: use_vmac here changes nothing.",
              "整个实例已设置 use_vmac_addr：此处的 use_vmac 无效。",
            ),
            { fixes },
          );
        } else if (this.m.useVmac && own) {
          this.report.add(
            vipVmac,
            entry.wordStart(at),
            entry.wordEnd(at),
            t(
              "The instance has use_vmac: the address is on its VMAC anyway.",
              "实例已设置 use_vmac：该地址本来就在它的 VMAC 上。",
            ),
            { fixes },
          );
        }
      }
    }
  }

  /** Reports a first address that is alone in its family among several: it is the odd one out. */
  private oddFirst(): boolean {
    const [first, second, ...rest] = this.m.virtualIps;
    // Of two or three addresses it is not clear which one is odd.
    if (rest.length < 2 || [second, ...rest].some((v) => v.address.family === first.address.family))
      return false;
    const { family } = first.address;
    const others = rest.length + 1;
    const excluded = t("Move it to virtual_ipaddress_excluded", "将其移到 virtual_ipaddress_excluded");
    this.add(
      mixedFamilies,
      first.word,
      t(
        `The first address makes this an IPv${family} instance; keepalived ignores the ${others} others, which are IPv${second.address.family}.`,
        `第一个地址决定该实例为 IPv${family}；keepalived 会忽略其余 ${others} 个 IPv${second.address.family} 地址。`,
      ),
      {
        related: [
          {
            ...this.config.range(this.e.at, second.word),
            message: t("The first one ignored", "第一个被忽略的地址"),
          },
        ],
        fixes: () => this.exclude([first], excluded, false),
      },
    );
    return true;
  }

  private vipTwice(vip: AddressEntry, before: AddressEntry): void {
    const text = (v: AddressEntry) => {
      const { start, end } = this.config.range(this.e.at, v);
      return this.config.tree.text.slice(start, end);
    };
    const effect = this.newer
      ? t("keepalived ignores this entry", "keepalived 会忽略该条目")
      : this.m.virtualIps.includes(vip)
        ? t("keepalived announces it twice in every advert", "keepalived 会在每个通告中重复携带它")
        : t("keepalived adds it twice", "keepalived 会添加两次");
    this.add(
      duplicateVip,
      vip.word,
      t(
        `${formatAddress(vip.address)} stands in the instance already; ${effect.en}.`,
        `实例中已有 ${formatAddress(vip.address)}；${effect.zh}。`,
      ),
      {
        related: [{ ...this.config.range(this.e.at, before.word), message: t("The first one", "第一个") }],
        // Another prefix or device may be the one that was meant.
        fixes: () => [{ ...this.deleteLine(vip), safe: text(vip) === text(before) }],
      },
    );
  }

  /** Moves the addresses of the other family to virtual_ipaddress_excluded, all of them, as one list takes them. */
  private moveToExcluded(family: 4 | 6): Fix[] {
    return this.exclude(
      this.m.virtualIps.filter((v) => v.address.family !== family),
      t(
        `Move the IPv${family === 4 ? 6 : 4} addresses to virtual_ipaddress_excluded`,
        `把 IPv${family === 4 ? 6 : 4} 地址移到 virtual_ipaddress_excluded`,
      ),
      true,
    );
  }

  private lists(): void {
    const { m, config } = this;
    repeatedTrackers(config, this.e.at, this.report);
    for (const entry of m.trackInterfaces) {
      if (entry.name.value !== m.interface?.value) continue;
      const untracked = this.setting("dont_track_primary");
      const gone = (safe: boolean) =>
        deleteEntry(config, this.node, "track_interface", config.range(this.e.at, entry), { safe });
      if (untracked)
        this.add(
          ownInterface,
          entry,
          t(
            `keepalived ignores its own interface here, and dont_track_primary switches the tracking off: when ${entry.name.value} goes down, the instance stays MASTER.`,
            `keepalived 会忽略此处的实例接口，而 dont_track_primary 又关闭了跟踪：${entry.name.value} 断开时实例仍为 MASTER。`,
          ),
          {
            severity: "warning",
            related: [{ ...config.range(this.e.at, untracked), message: t("Switched off here", "在此关闭") }],
            fixes: () => [
              {
                title: t("Delete dont_track_primary and this line", "删除 dont_track_primary 和此行"),
                edits: [...this.deleteLine(untracked).edits, ...gone(false).edits],
              },
              gone(false),
            ],
          },
        );
      else
        this.add(
          ownInterface,
          entry,
          t(
            `keepalived tracks ${quote(entry.name.value)} anyway, as the interface of the instance, and ignores this entry${entry.weight ? " with its weight" : ""}.`,
            `keepalived 本来就会跟踪实例接口 ${quote(entry.name.value)}，会忽略该条目${entry.weight ? "及其权重" : ""}。`,
          ),
          { fixes: () => [gone(true)] },
        );
    }
    if (this.e.owner) {
      for (const entry of m.trackInterfaces)
        if (entry.weight && entry.weight.value !== 0 && entry.name.value !== m.interface?.value)
          this.ignoredWeight(entry);
      for (const entry of m.trackScripts)
        if (this.weightOf(entry, config.scripts) !== 0) this.ignoredWeight(entry);
      for (const entry of m.trackFiles)
        if (this.weightOf(entry, config.trackFiles, 1) !== 0) this.ignoredWeight(entry);
      for (const entry of m.trackBfds) if (this.weightOf(entry, config.bfds) !== 0) this.ignoredWeight(entry);
    }
  }

  private ignoredWeight(entry: Tracked): void {
    this.add(
      weightIgnored,
      entry,
      t(
        "Priority 255 means that the node owns the address: its priority never changes, and keepalived does not use weighted trackers.",
        "priority 255 表示节点拥有该地址：优先级不会改变，keepalived 不会使用带权重的跟踪项。",
      ),
      { fixes: () => withoutWeight(this.config, this.e.at, entry, false) },
    );
  }

  private weightOf(
    entry: Tracked,
    declared: readonly Located<{
      readonly name: string;
      readonly weight?: { readonly value: number } | undefined;
    }>[],
    fallback = 0,
  ): number {
    if (entry.weight) return entry.weight.value;
    return declared.find((d) => d.model.name === entry.name.value)?.model.weight?.value ?? fallback;
  }

  private preemption(): void {
    const { m, e } = this;
    const toBackup: Fix[] = m.state
      ? [
          {
            title: t("Write “state BACKUP”", "改为“state BACKUP”"),
            edits: [
              replace(
                this.config.offset(e.at, m.state.start),
                this.config.offset(e.at, m.state.end),
                "BACKUP",
              ),
            ],
            safe: true,
          },
        ]
      : [];
    let cleared = false;
    if (m.nopreempt) {
      if (e.owner) {
        this.add(
          nopreemptOwner,
          m.nopreempt,
          t(
            "An address owner (priority 255) always takes over; keepalived clears nopreempt.",
            "地址所有者（priority 255）总会接管；keepalived 会清除 nopreempt。",
          ),
          { fixes: [{ ...this.deleteLine(m.nopreempt), safe: false }] },
        );
        cleared = true;
      } else if (e.master) {
        this.add(
          nopreemptMaster,
          m.nopreempt,
          t(
            "nopreempt works only with “state BACKUP”, on all nodes; keepalived clears it, and this node takes the VIP back.",
            "nopreempt 只有在所有节点都是“state BACKUP”时才有效；keepalived 会清除它，本节点会抢回 VIP。",
          ),
          { fixes: toBackup },
        );
        cleared = true;
      }
    }
    const nopreempt = m.nopreempt !== undefined && !cleared;
    if (m.preemptDelay && m.preemptDelay.value > 0) {
      const delay = this.setting("preempt_delay")!;
      if (e.strict) {
        this.add(
          strictMode,
          delay,
          t(
            "Strict mode does not allow preempt_delay; keepalived clears it.",
            "严格模式不允许 preempt_delay；keepalived 会清除它。",
          ),
          { fixes: [this.deleteSetting(delay)] },
        );
      } else if (e.master) {
        this.add(
          preemptDelay,
          delay,
          t(
            "preempt_delay works only with “state BACKUP”; keepalived clears it.",
            "preempt_delay 只有在“state BACKUP”时有效；keepalived 会清除它。",
          ),
          { fixes: toBackup },
        );
      } else if (nopreempt) {
        this.add(
          preemptDelay,
          delay,
          t(
            "With nopreempt there is nothing to delay; keepalived clears preempt_delay.",
            "启用 nopreempt 时没有可延迟的抢占；keepalived 会清除 preempt_delay。",
          ),
          { fixes: [this.deleteLine(delay)] },
        );
      }
    }
    const timer = this.setting("timer_expired_backup") ?? this.setting("thread_timer_expired");
    if (timer && !nopreempt)
      this.add(
        timerExpired,
        timer,
        t(
          "This setting needs nopreempt; keepalived clears it.",
          "该设置需要 nopreempt；keepalived 会清除它。",
        ),
        {
          fixes: () => [
            ...(m.nopreempt || e.owner || e.master ? [] : this.insert("nopreempt")),
            this.deleteLine(timer),
          ],
        },
      );
  }

  private authentication(): void {
    const { m, e } = this;
    if (m.authPass && !isUnknown(m.authPass.value)) {
      const bytes = new TextEncoder().encode(m.authPass.value).length;
      if (bytes > 8) {
        const raw = this.config.tree.text.slice(
          this.config.offset(e.at, m.authPass.start),
          this.config.offset(e.at, m.authPass.end),
        );
        const quoted = raw.startsWith('"');
        const cut = firstBytes(m.authPass.value, 8);
        this.add(
          authTruncated,
          m.authPass,
          t(
            `keepalived uses the first 8 of the ${bytes} characters; the password is weaker than it looks.`,
            `keepalived 只使用 ${bytes} 个字符中的前 8 个；密码强度低于表面所见。`,
          ),
          {
            fixes:
              cut === undefined
                ? []
                : [
                    {
                      title: t("Cut it to 8 characters", "截为 8 个字符"),
                      edits: [
                        replace(
                          this.config.offset(e.at, m.authPass.start),
                          this.config.offset(e.at, m.authPass.end),
                          quoted ? `"${cut}"` : cut,
                        ),
                      ],
                      safe: true,
                    },
                  ],
          },
        );
      }
    }
    if (m.authHmac && m.authentication) {
      this.add(
        authHmac,
        m.authentication,
        t(
          "auth_hmac does not go with authentication; keepalived drops the latter.",
          "auth_hmac 不能与 authentication 同时使用；keepalived 会丢弃后者。",
        ),
        { fixes: [this.dropAuthentication(m.authentication)] },
      );
      this.hmac();
      return;
    }
    this.hmac();
    if (!m.authentication || !m.authType) return;
    const drop = [this.dropAuthentication(m.authentication)];
    if (e.strict) {
      this.add(
        strictMode,
        m.authentication,
        t(
          "Strict mode has no authentication; keepalived ignores it.",
          "严格模式没有认证；keepalived 会忽略它。",
        ),
        { fixes: drop },
      );
    } else if (e.version === 3) {
      this.add(
        authVersion,
        m.authentication,
        t(
          "VRRP version 3 has no authentication; keepalived ignores it.",
          "VRRP 版本 3 没有认证；keepalived 会忽略它。",
        ),
        { fixes: drop },
      );
    } else if (m.authPass ? m.authPass.value === "" : !this.authPassBroken()) {
      this.add(
        authPass,
        m.authentication,
        t(
          "auth_pass is missing; keepalived ignores the authentication.",
          "缺少 auth_pass；keepalived 会忽略认证。",
        ),
        { fixes: drop },
      );
    } else if (m.authType.value === "AH") {
      if (e.family === 6)
        this.add(
          authAh,
          m.authType,
          t(
            "AH is for IPv4 only; keepalived ignores the authentication.",
            "AH 仅适用于 IPv4；keepalived 会忽略认证。",
          ),
          { fixes: drop },
        );
      else if (m.state?.value === "MASTER") {
        this.add(
          authAh,
          m.authType,
          t(
            "With AH an instance cannot start as MASTER; keepalived starts it as BACKUP.",
            "使用 AH 时实例不能以 MASTER 启动；keepalived 会以 BACKUP 启动。",
          ),
          { fixes: [...this.rewrite(m.authType, "PASS"), ...drop] },
        );
      } else {
        this.add(
          authAh,
          m.authType,
          t(
            "AH travels as IP protocol 51, which many firewalls drop, and RFC 3768 took it out of VRRP. Use PASS or no authentication, on all nodes.",
            "AH 使用 IP 协议号 51，常被防火墙丢弃，RFC 3768 已将其从 VRRP 中移除。请在所有节点上改用 PASS 或不认证。",
          ),
          { severity: "information", fixes: [...this.rewrite(m.authType, "PASS"), ...drop] },
        );
      }
    }
  }

  private dropAuthentication(block: { start: number; fullEnd: number }): Fix {
    return this.deleteBlock(block, t("Delete the authentication block", "删除 authentication 块"));
  }

  /** There is an auth_pass, but without a value, misspelt or behind another statement: that is reported. */
  private authPassBroken(): boolean {
    const block = this.node?.children.find((c) => c.keyword?.name === "authentication");
    return (
      block?.children.some(
        (c) =>
          // A comment has no words.
          (c.wordCount > 0 && c.keyword === undefined) ||
          c.words().some((word) => word.includes("auth_pass")),
      ) ?? false
    );
  }

  private hmac(): void {
    const { m } = this;
    if (!m.authHmac) return;
    const block = this.node?.children.find((c) => c.keyword?.name === "auth_hmac");
    if (!block?.hasBody || isOpaqueBlock(block)) return;
    const ids = new Map<string, { start: number; end: number }>();
    let active: string | undefined;
    for (const child of block.children) {
      const name = child.keyword?.name;
      if (name === "key" && child.wordCount > 1) {
        const id = child.word(1);
        const before = ids.get(id);
        if (before)
          this.report.add(
            authHmac,
            child.start,
            child.end,
            t(
              `Key ${id} stands in the block already; keepalived reports it.`,
              `块中已有密钥 ${id}；keepalived 会报告。`,
            ),
            {
              related: [{ ...before, message: t("The first one", "第一个") }],
              fixes: () => [this.deleteRange(child)],
            },
          );
        else ids.set(id, { start: child.start, end: child.end });
      } else if (name === "active_key" && child.wordCount > 1) active = child.word(1);
      else if (name === "mode" && this.e.strict && child.wordCount > 1 && child.word(1) !== "enforce") {
        this.report.add(
          strictMode,
          child.start,
          child.end,
          t(
            "Strict mode requires “mode enforce”; keepalived uses it.",
            "严格模式要求“mode enforce”；keepalived 会使用它。",
          ),
          {
            related: this.strictAt(),
            fixes: writeFix(child.wordStart(1), child.wordEnd(1), "enforce", true),
          },
        );
      }
    }
    if (active === undefined || !ids.has(active)) {
      this.report.add(
        authHmac,
        block.start,
        block.end,
        active === undefined
          ? t(
              "active_key is missing; keepalived disables auth_hmac.",
              "缺少 active_key；keepalived 会禁用 auth_hmac。",
            )
          : t(
              `Key ${active} is not given; keepalived disables auth_hmac.`,
              `没有密钥 ${active}；keepalived 会禁用 auth_hmac。`,
            ),
        { fixes: () => this.activeKey(block, [...ids.keys()]) },
      );
    }
  }

  /** Names one of the keys the active one. */
  private activeKey(block: Node, ids: readonly string[]): readonly Fix[] {
    const statement = block.children.find((c) => c.keyword?.name === "active_key" && c.wordCount > 1);
    return ids.flatMap((id) =>
      statement
        ? writeFix(statement.wordStart(1), statement.wordEnd(1), id)
        : this.insert(`active_key ${id}`, block),
    );
  }

  private deleteBlock(span: { start: number; fullEnd: number }, title: Text): Fix {
    return { ...this.deleteLine({ start: span.start, end: span.fullEnd }, title, false) };
  }

  private unicast(): void {
    const { m, e } = this;
    const source = m.unicastSourceIp ?? m.multicastSourceIp;
    for (const s of [m.unicastSourceIp, m.multicastSourceIp]) {
      if (
        s &&
        e.family !== undefined &&
        s.value.family !== e.family &&
        !(m.virtualIps.length === 0 && m.unicastPeers.length === 0)
      ) {
        this.add(
          wrongFamily,
          s,
          t(
            `The instance is IPv${e.family}; keepalived ignores ${formatAddress(s.value)}.`,
            `实例为 IPv${e.family}；keepalived 会忽略 ${formatAddress(s.value)}。`,
          ),
        );
      }
    }
    if (m.multicastDestination) {
      if (e.family !== undefined && m.multicastDestination.value.family !== e.family) {
        this.add(
          wrongFamily,
          m.multicastDestination,
          t(
            `The instance is IPv${e.family}; keepalived ignores this destination.`,
            `实例为 IPv${e.family}；keepalived 会忽略该目的地址。`,
          ),
        );
      } else if (e.unicast) {
        this.add(
          multicastUnused,
          this.setting("mcast_dst_ip")!,
          t(
            "The instance is unicast; keepalived ignores mcast_dst_ip.",
            "实例使用单播；keepalived 会忽略 mcast_dst_ip。",
          ),
          { fixes: () => [this.deleteLine(this.setting("mcast_dst_ip")!)] },
        );
      }
    }
    const seen = new Map<string, Span>();
    const vipFamily = m.virtualIps[0]?.address.family ?? e.family;
    for (const peer of m.unicastPeers) {
      if (vipFamily !== undefined && peer.address.family !== vipFamily) {
        this.add(
          wrongFamily,
          peer,
          t(
            `The instance is IPv${vipFamily}; keepalived ignores this peer.`,
            `实例为 IPv${vipFamily}；keepalived 会忽略该对端。`,
          ),
        );
      }
      const key = String(addressKey(peer.address));
      const before = seen.get(key);
      if (before) {
        this.add(
          duplicatePeer,
          peer,
          this.newer
            ? t(
                "This peer stands in the list already; keepalived ignores this entry.",
                "列表中已有该对端；keepalived 会忽略该条目。",
              )
            : t(
                "This peer stands in the list already; keepalived sends it every advert twice.",
                "列表中已有该对端；keepalived 会向它发送两份通告。",
              ),
          {
            related: [{ ...this.config.range(e.at, before), message: t("The first one", "第一个") }],
            fixes: () => [this.deletePeer(peer)],
          },
        );
      } else seen.set(key, peer);
    }
    const ttl = this.setting("unicast_ttl");
    if (!e.unicast && !this.peersUnknown()) {
      if (ttl)
        this.add(
          unicastNoPeer,
          ttl,
          t(
            "unicast_ttl needs unicast_peer; keepalived resets it.",
            "unicast_ttl 需要 unicast_peer；keepalived 会重置它。",
          ),
          { related: this.blockEnd(), fixes: [this.deleteLine(ttl)] },
        );
      const keyword = ["unicast_src_ip", ...UNICAST_ONLY]
        .map((k) => this.setting(k))
        .find((s) => s !== undefined);
      const at =
        keyword ?? (m.unicastPeerBlock && m.unicastPeers.length === 0 ? m.unicastPeerBlock : undefined);
      if (at) {
        this.add(
          unicastNoPeer,
          m.unicastPeerBlock ?? m,
          t(
            "There is no unicast peer, so keepalived falls back to multicast. List the other nodes in unicast_peer.",
            "没有单播对端，keepalived 会退回组播。请在 unicast_peer 中列出其他节点。",
          ),
          at === m.unicastPeerBlock
            ? { fixes: () => this.toMulticast() }
            : {
                fixes: () => this.toMulticast(),
                related: [
                  {
                    ...this.config.range(e.at, at),
                    message: t("This makes it a unicast instance.", "此处使其成为单播实例。"),
                  },
                ],
              },
        );
      }
    }
    const own = source;
    const self = own && m.unicastPeers.find((p) => sameAddress(p.address, own.value));
    if (self) {
      const only = m.unicastPeers.length === 1;
      this.add(
        ownPeer,
        self,
        t(
          "This is the node's own address: keepalived receives its own adverts and logs a warning for each. List the other nodes only.",
          "这是本节点自己的地址：keepalived 会收到自己的通告，并为每个通告记录一条警告。这里只应列出其他节点。",
        ),
        {
          fixes: () => [
            deleteEntry(this.config, this.node, "unicast_peer", this.config.range(e.at, self), {
              safe: !only,
            }),
          ],
          related: [{ ...this.config.range(e.at, own), message: t("The own address", "本节点地址") }],
        },
      );
    }
    if (e.unicast && m.interface && !own) {
      this.add(
        unicastNoSource,
        m.unicastPeerBlock ?? m,
        t(
          "No unicast_src_ip is given: keepalived sends from and listens on the first address of the interface, which may not be the one that the peers list.",
          "没有指定 unicast_src_ip：keepalived 使用接口的第一个地址收发通告，对端列出的未必是该地址。",
        ),
      );
    }
    if (e.unicast && !m.interface && this.since228) {
      if (!source)
        this.add(
          unicastSource,
          m,
          t(
            "A unicast instance without interface needs unicast_src_ip; keepalived checks and starts no VRRP instance.",
            "没有接口的单播实例需要 unicast_src_ip；keepalived 不会检查和启动任何 VRRP 实例。",
          ),
        );
      else if (source.value.family === 6 && isLinkLocal(source.value))
        this.add(
          unicastSource,
          source,
          t(
            "Without interface the source cannot be link-local; keepalived checks and starts no VRRP instance.",
            "没有接口时源地址不能是链路本地地址；keepalived 不会检查和启动任何 VRRP 实例。",
          ),
        );
    }
  }

  /** Deletes a peer with its options. */
  private deletePeer(peer: Span): Fix {
    const { text } = this.config.tree;
    const { start, end } = this.config.range(this.e.at, peer);
    const options = /^[^\n#!{}]*/.exec(text.slice(end, lineEndAt(text, end)))![0].trimEnd();
    return {
      title: t("Delete the line", "删除此行"),
      edits: [remove(text, start, end + options.length)],
      safe: true,
    };
  }

  /** Says what keepalived does with an instance that has unicast settings, but no peer. */
  private toMulticast(): Fix[] {
    const { m, e } = this;
    const gone: Span[] = UNICAST_ONLY.flatMap((k) => this.setting(k) ?? []);
    if (m.unicastPeerBlock) gone.push({ start: m.unicastPeerBlock.start, end: m.unicastPeerBlock.fullEnd });
    const source = this.setting("unicast_src_ip");
    const edits = gone.map((s) => this.deleteLine(s).edits[0]);
    if (source && m.multicastSourceIp) edits.push(this.deleteLine(source).edits[0]);
    else if (source) {
      const { start, end } = this.config.range(e.at, source.spans[0]);
      edits.push(replace(start, end, "mcast_src_ip"));
    }
    return [{ title: t("Write it as a multicast instance", "改写为组播实例"), edits }];
  }

  private peersUnknown(): boolean {
    return this.listHasEntries("unicast_peer");
  }

  private interfaces(): void {
    const { m, e } = this;
    if (
      m.interface &&
      !e.unicast &&
      /^(docker\d|br-[0-9a-f]{12}|veth|cni\d|virbr\d|lxcbr\d|podman\d)/.test(m.interface.value)
    ) {
      this.add(
        bridgeMulticast,
        m.interface,
        t(
          `${m.interface.value} is a bridge of containers: multicast adverts seldom leave the host. Unicast peers are usual here.`,
          `${m.interface.value} 是容器网桥：组播通告通常出不了主机。此处一般使用单播对端。`,
        ),
      );
    }
    // A unicast instance does without since 2.3.
    const bare = e.unicast && this.newer;
    if (m.interface?.value === "lo")
      this.add(
        loopback,
        m.interface,
        t(
          `The loopback interface cannot run VRRP: keepalived ignores the line${bare ? "" : " and starts no VRRP instance"}. Name the interface of the network; the VIP may be on lo (“dev lo”).`,
          `回环接口不能运行 VRRP：keepalived 会忽略该行${bare ? "" : "，且不会启动任何 VRRP 实例"}。请填写网络接口；VIP 可以放在 lo 上（“dev lo”）。`,
        ),
      );
    if (m.vrf?.value === "lo")
      this.add(
        loopback,
        m.vrf,
        t(
          "The loopback interface is no VRF; keepalived ignores the line.",
          "回环接口不是 VRF；keepalived 会忽略该行。",
        ),
        { fixes: () => [this.deleteLine(this.setting("vrf")!, undefined, false)] },
      );
    else if (m.vrf) {
      const at = this.setting("vrf")!;
      const before = m.interface && m.interface.start < m.vrf.start;
      const fixes = () => [this.deleteLine(at, undefined, false)];
      if (before)
        this.add(
          vrf,
          at,
          t(
            "vrf and interface exclude each other; keepalived ignores vrf.",
            "vrf 与 interface 互相排斥；keepalived 会忽略 vrf。",
          ),
          { fixes },
        );
      else if (m.interface)
        this.add(
          vrf,
          at,
          t(
            "vrf and interface exclude each other; keepalived clears vrf.",
            "vrf 与 interface 互相排斥；keepalived 会清除 vrf。",
          ),
          { fixes },
        );
      else if (!e.unicast && this.newer)
        this.add(
          vrf,
          at,
          t(
            "vrf stands for interface in unicast instances only, and there is no peer: keepalived misses the interface and starts no VRRP instance.",
            "vrf 只能在单播实例中代替 interface，而这里没有对端：keepalived 认为缺少接口，不会启动任何 VRRP 实例。",
          ),
          { related: this.blockEnd() },
        );
    }
    if (m.useVmac || m.useIpvlan) this.secondDevice();
    const useVmac = m.useVmac ?? m.useIpvlan;
    const name = m.useVmac ? "use_vmac" : "use_ipvlan";
    const line = this.setting(name);
    if (useVmac && e.unicast && !m.interface) {
      this.add(
        vmac,
        useVmac,
        t(
          `${name} needs an interface; keepalived clears it.`,
          `${name} 需要 interface；keepalived 会清除它。`,
        ),
        { related: this.blockEnd(), fixes: () => (line ? [this.deleteLine(line, undefined, false)] : []) },
      );
    } else if (m.useVmac && e.unicast && !m.vmacXmitBase) {
      this.add(
        vmac,
        m.useVmac,
        t(
          "Unicast adverts cannot leave from the VMAC: the instance needs vmac_xmit_base; keepalived sets it.",
          "单播通告不能从 VMAC 发出：实例需要 vmac_xmit_base；keepalived 会自动设置。",
        ),
        {
          related: this.blockEnd(),
          fixes: [
            {
              title: t("Insert “vmac_xmit_base”", "插入“vmac_xmit_base”"),
              edits: this.insertAfter(m.useVmac, "vmac_xmit_base"),
              safe: true,
            },
          ],
        },
      );
    }
    if (m.useIpvlan && !m.useVmac && e.unicast && m.interface)
      this.add(
        vmac,
        m.useIpvlan,
        t(
          "keepalived sets vmac_xmit_base for any unicast instance of this kind and then clears it, as an ipvlan has none. It reports this, whatever you write; it does no harm.",
          "对这类单播实例 keepalived 会先设置 vmac_xmit_base，再因 ipvlan 不支持而清除。无论怎样写都会报告，但没有影响。",
        ),
        { severity: "information", related: this.blockEnd() },
      );
    else if (m.vmacXmitBase && !m.useVmac)
      this.add(
        vmac,
        m.vmacXmitBase,
        t(
          "vmac_xmit_base needs use_vmac; keepalived clears it.",
          "vmac_xmit_base 需要 use_vmac；keepalived 会清除它。",
        ),
        { fixes: [this.deleteLine(m.vmacXmitBase)] },
      );
    const promote = this.setting("promote_secondaries");
    if (promote && useVmac)
      this.add(
        vmac,
        promote,
        t(
          `With ${name} keepalived sets promote_secondaries anyway and ignores the line.`,
          `使用 ${name} 时 keepalived 会自动设置 promote_secondaries，并忽略该行。`,
        ),
        { fixes: [this.deleteLine(promote)] },
      );
    if (m.useIpvlan && e.family !== 6) {
      const words = this.setting("use_ipvlan")?.words ?? [];
      if (!words.slice(1).some((w) => /^\d+\.\d+\.\d+\.\d+/.test(w) || isUnknown(w))) {
        this.add(
          ipvlan,
          m.useIpvlan,
          t(
            "An IPv4 ipvlan needs an address of its own: the instance stays in FAULT. Write it behind use_ipvlan; the source address of the instance does not count.",
            "IPv4 ipvlan 需要自己的地址：否则实例会停留在 FAULT 状态。请写在 use_ipvlan 后面；实例的源地址不算。",
          ),
        );
      }
    }
    for (const vlan of [this.setting("use_ipvlan")]) {
      const at = vlan
        ? vlan.words.findIndex(
            (w, i) => i > 0 && (/^\d+\.\d+\.\d+\.\d+/.test(w) || /^[0-9A-Fa-f]*:[0-9A-Fa-f:]+/.test(w)),
          )
        : -1;
      if (vlan && at > 0 && e.family !== undefined && (vlan.words[at].includes(":") ? 6 : 4) !== e.family) {
        this.add(
          wrongFamily,
          vlan.spans[at],
          t(
            `The instance is IPv${e.family}; the address of the ipvlan must be, too.`,
            `实例为 IPv${e.family}；ipvlan 的地址也必须是。`,
          ),
        );
      }
    }
  }

  /** Writes the value that keepalived uses in place of one that it changes. */
  private write(span: Span, value: string): Fix {
    const { start, end } = this.config.range(this.e.at, span);
    return { title: t(`Write ${value}`, `改为 ${value}`), edits: [replace(start, end, value)], safe: true };
  }

  private insertAfter(span: Span, line: string) {
    const { text } = this.config.tree;
    const { start, end } = this.config.range(this.e.at, span);
    const indent = /^[ \t]*/.exec(text.slice(lineStartAt(text, start), start))![0];
    const eol = text.indexOf("\n", end);
    return eol < 0
      ? [replace(end, end, `\n${indent}${line}`)]
      : [replace(eol + 1, eol + 1, `${indent}${line}\n`)];
  }

  private timing(): void {
    const { m, e } = this;
    if (m.version && (m.version.value === 2 || m.version.value === 3)) {
      // keepalived compares with the family that is known at this line.
      const known =
        m.virtualIps.find((v) => v.address.family === 6 && v.start < m.version!.start) ??
        [m.unicastSourceIp, m.multicastSourceIp].find(
          (s) => s?.value.family === 6 && s.start < m.version!.start,
        ) ??
        (m.nativeIpv6 && this.setting("native_ipv6")!.start < m.version.start ? m : undefined);
      if (m.version.value === 2 && known)
        this.add(
          versionConflict,
          m.version,
          t(
            "An IPv6 instance runs VRRP version 3; keepalived ignores the line.",
            "IPv6 实例使用 VRRP 版本 3；keepalived 会忽略该行。",
          ),
          { fixes: this.rewrite(m.version, "3", true) },
        );
      else if (m.version.value === 2 && e.family === 6 && e.strict)
        this.add(
          ipv6Version2,
          m.version,
          t("IPv6 needs VRRP version 3; keepalived uses it.", "IPv6 需要 VRRP 版本 3；keepalived 会使用它。"),
          { fixes: this.rewrite(m.version, "3", true) },
        );
    }
    const a = m.advertInt;
    if (a && a.value >= 0.01 && a.value <= 255) {
      if (e.version === 2 && !Number.isInteger(a.value)) {
        const rounded = Math.max(1, Math.round(a.value));
        const version3: Fix[] = [];
        if (a.value <= 40.95 && m.virtualIps.length > 0 && !m.authentication && !e.strict) {
          const title = t("Use VRRP version 3, on all nodes", "改用 VRRP 版本 3（所有节点都要改）");
          const { start, end } = this.config.range(e.at, m.version ?? a);
          if (m.version) version3.push({ title, edits: [replace(start, end, "3")] });
          else if (!this.setting("version"))
            version3.push({ title, edits: this.insertAfter(a, "version 3") });
        }
        this.add(
          advertInterval,
          a,
          t(
            `VRRP version 2 counts whole seconds; keepalived uses ${rounded}.`,
            `VRRP 版本 2 以整秒计；keepalived 使用 ${rounded}。`,
          ),
          { fixes: [this.write(a, String(rounded)), ...version3] },
        );
      } else if (e.version === 3 && a.value > 40.95) {
        this.add(
          advertInterval,
          a,
          t(
            "VRRP version 3 allows 40.95 seconds; keepalived uses that.",
            "VRRP 版本 3 最多 40.95 秒；keepalived 使用该值。",
          ),
          { fixes: [this.write(a, "40.95")] },
        );
      } else if (e.version === 3 && Math.abs(a.value * 100 - Math.round(a.value * 100)) > 1e-6) {
        // Halves go up, as in keepalived: 1.005 is 1.01.
        const rounded = String(Math.round(a.value * 100 + 1e-6) / 100);
        this.add(
          advertInterval,
          a,
          t(
            `VRRP version 3 counts in steps of 0.01 s; keepalived uses ${rounded}.`,
            `VRRP 版本 3 以 0.01 秒为步长；keepalived 使用 ${rounded}。`,
          ),
          { fixes: [this.write(a, rounded)] },
        );
      }
    }
    const owner = this.newer ? this.setting("owner_ignore_adverts") : undefined;
    const dropped = () => (owner ? [this.deleteLine(owner)] : []);
    if (owner && owner.words[1] !== undefined && parseBoolean(owner.words[1]) === false) {
      if (e.owner)
        this.add(
          ownerAdverts,
          owner,
          t(
            "An address owner ignores adverts; keepalived sets owner_ignore_adverts to true.",
            "地址所有者会忽略通告；keepalived 会把 owner_ignore_adverts 设为 true。",
          ),
          { fixes: dropped },
        );
    } else if (owner && !e.owner)
      this.add(
        ownerAdverts,
        owner,
        t(
          "Only an address owner (priority 255) ignores adverts; keepalived ignores the line.",
          "只有地址所有者（priority 255）才忽略通告；keepalived 会忽略该行。",
        ),
        { fixes: dropped },
      );
  }

  /** Strict mode off, or accept in the instances that know it. */
  private strictVipFixes(at: Span): Fix[] {
    const { config } = this;
    const own = this.m.strictMode;
    const global = config.global("vrrp_strict")?.setting;
    const fixes: Fix[] =
      own && global && (global.words.length < 2 || parseBoolean(global.words[1]) !== false)
        ? [
            {
              title: t("Write “strict_mode off”", "改为“strict_mode off”"),
              edits: [replace(at.start, at.end, "strict_mode off")],
            },
          ]
        : [this.deleteRange(at)];
    const meant = liveInstances(config)
      .map((i) => effective(config, i))
      .filter(({ strict, owner, at: i }) => {
        const { model } = i;
        const here = own ? i.model === this.m : model.strictMode === undefined;
        return here && strict && !owner && !model.accept && model.virtualIps.length > 0;
      });
    const nodes = meant.map((e) => config.nodeOf(e.at));
    if (meant.every((e) => e.version === 3) && nodes.every((n) => n !== undefined && n.close >= 0)) {
      const edits = nodes.flatMap((n) =>
        insertBlock(n!, ["accept"]).map((x) => replace(x.start + n!.base, x.end + n!.base, x.text)),
      );
      const names = meant.map((e) => e.at.model.name).join(", ");
      fixes.push({ title: t(`Insert “accept” into ${names}`, `在 ${names} 中插入“accept”`), edits });
    }
    return fixes;
  }

  private strict(): void {
    const { m, e } = this;
    if (!e.owner && !(m.accept && e.version === 3) && m.virtualIps.length > 0) {
      const [at] = this.strictAt();
      const text = t(
        `Strict mode drops packets to the VIPs of ${quote(m.name)} with a firewall rule: they cannot be pinged or connected to. Delete the line, or use vrrp_version 3 with accept.`,
        `严格模式会用防火墙规则丢弃发往 ${quote(m.name)} 的 VIP 的报文：无法 ping 通或连接。请删除该行，或使用 vrrp_version 3 并加 accept。`,
      );
      if (at) this.report.add(strictVip, at.start, at.end, text, { fixes: () => this.strictVipFixes(at) });
    }
    const add = (name: string, en: string, zh: string, when = true) => {
      const s = this.setting(name);
      if (s && when) this.add(strictMode, s, t(`${en}.`, `${zh}。`), { fixes: [this.deleteSetting(s)] });
    };
    const off = (name: string) => parseBoolean(this.setting(name)?.words[1] ?? "true") === false;
    if (m.state) {
      if (m.state.value === "MASTER" && !e.owner) {
        this.add(
          strictMode,
          m.state,
          t(
            "In strict mode only an address owner (priority 255) starts as MASTER; keepalived starts this one as BACKUP.",
            "严格模式下只有地址所有者（priority 255）以 MASTER 启动；keepalived 会以 BACKUP 启动该实例。",
          ),
          { fixes: this.rewrite(m.state, "BACKUP") },
        );
      } else if (m.state.value === "BACKUP" && e.owner) {
        this.add(
          strictMode,
          m.state,
          t(
            "In strict mode an address owner (priority 255) starts as MASTER; keepalived does so.",
            "严格模式下地址所有者（priority 255）以 MASTER 启动；keepalived 会如此处理。",
          ),
          { fixes: this.rewrite(m.state, "MASTER") },
        );
      }
    }
    if (e.unicast && m.interface && m.unicastPeerBlock) {
      this.add(
        strictMode,
        m.unicastPeerBlock,
        this.newer
          ? t(
              "Strict mode allows no unicast: keepalived exits when it starts or reloads.",
              "严格模式不允许单播：keepalived 启动或重载时会直接退出。",
            )
          : t(
              "Strict mode knows no unicast: newer releases refuse this.",
              "严格模式不支持单播：较新版本会拒绝。",
            ),
        {
          severity: this.newer ? "error" : undefined,
          fixes: () =>
            this.strictAt().map((at) => ({
              ...this.deleteRange(at),
              title: t("Switch strict mode off", "关闭严格模式"),
            })),
        },
      );
    }
    const macAt = this.setting("use_vmac")?.words.findIndex((w, i) => i > 0 && w.split(":").length > 3) ?? -1;
    if (macAt > 0)
      this.add(
        strictMode,
        this.setting("use_vmac")!.spans[macAt],
        t(
          "Strict mode allows no MAC address of your own; keepalived clears it.",
          "严格模式不允许自定义 MAC 地址；keepalived 会清除它。",
        ),
        { fixes: () => this.deleteWord(this.setting("use_vmac")!, macAt) },
      );
    const down = this.setting("down_timer_adverts");
    if (down && down.words[1] !== "3")
      this.add(
        strictMode,
        down,
        t("Strict mode requires 3; keepalived uses it.", "严格模式要求为 3；keepalived 会使用它。"),
        { fixes: down.spans[1] ? this.rewrite(down.spans[1], "3") : [] },
      );
    if (m.accept && e.version === 2)
      this.add(
        strictMode,
        m.accept,
        t(
          "accept does not exist in VRRP version 2 (RFC 3768); keepalived clears it in strict mode.",
          "VRRP 版本 2（RFC 3768）没有 accept；严格模式下 keepalived 会清除它。",
        ),
        { fixes: () => [...this.version3(), this.deleteSetting(m.accept!)] },
      );
    add(
      "garp_lower_prio_repeat",
      "Strict mode repeats no gratuitous ARP after a lower priority advert; keepalived resets it",
      "严格模式在收到低优先级通告后不重复免费 ARP；keepalived 会重置它",
    );
    add(
      "garp_lower_prio_delay",
      "Strict mode has no such delay; keepalived resets it",
      "严格模式没有该延迟；keepalived 会重置它",
    );
    add(
      "lower_prio_no_advert",
      "Strict mode sends no advert after a lower priority one; keepalived sets it",
      "严格模式在收到低优先级通告后不发送通告；keepalived 会设置它",
      off("lower_prio_no_advert"),
    );
    add(
      "higher_prio_send_advert",
      "Strict mode does not send an advert to a higher priority; keepalived clears it",
      "严格模式不会向更高优先级发送通告；keepalived 会清除它",
      !off("higher_prio_send_advert"),
    );
    add(
      "no_virtual_ipaddress",
      "Strict mode needs a virtual address; keepalived clears it",
      "严格模式需要虚拟地址；keepalived 会清除它",
    );
    const xmit = m.vmacXmitBase;
    if (xmit && m.useVmac)
      this.add(
        strictMode,
        xmit,
        t(
          "Strict mode sends from the VMAC; keepalived clears vmac_xmit_base.",
          "严格模式从 VMAC 发送；keepalived 会清除 vmac_xmit_base。",
        ),
        { fixes: [this.deleteSetting(xmit)] },
      );
  }

  /** Makes VRRP version 3 of an instance that speaks version 2. */
  private version3(): readonly Fix[] {
    if (this.m.authentication) return [];
    return this.m.version ? this.rewrite(this.m.version, "3") : this.insert("version 3");
  }

  /** Deletes what strict mode drops, though the user may rather do without strict mode. */
  private deleteSetting(span: Span): Fix {
    return { ...this.deleteLine(span), safe: false };
  }

  private deleteWord(setting: Setting, n: number): Fix[] {
    const from = this.config.offset(this.e.at, setting.spans[n - 1].end);
    const to = this.config.offset(this.e.at, setting.spans[n].end);
    const word = setting.words[n];
    return [{ title: t(`Delete ${word}`, `删除 ${word}`), edits: [replace(from, to, "")] }];
  }
}

/** Statements that make an instance unicast in the eyes of keepalived and mean nothing else. */
const UNICAST_ONLY = ["check_unicast_src", "old_unicast_checksum", "unicast_fault_no_peer"];

/** The first bytes of a text; nothing where they end within a character. */
function firstBytes(text: string, count: number): string | undefined {
  let bytes = 0;
  let cut = "";
  for (const c of text) {
    if (bytes === count) break;
    bytes += new TextEncoder().encode(c).length;
    cut += c;
  }
  return bytes === count ? cut : undefined;
}

/** The last octet of the first VIP, which is a good VRID. */
export const lastOctet = (m: VrrpInstance): number | undefined => {
  const a = m.virtualIps[0]?.address;
  const last = a ? Number(a.family === 4 ? a.value % 256 : a.value % 256n) : 0;
  return last >= 1 && last <= 255 ? last : undefined;
};

/** The first VRID from a number on that no instance has. */
function freeVrid(from: number, used: ReadonlySet<number | undefined>): number | undefined {
  for (let i = 0; i < 255; i++) {
    const id = ((from - 1 + i) % 255) + 1;
    if (!used.has(id)) return id;
  }
  return undefined;
}

// ---------------------------------------------------------------------------------------------- between instances

/** Instances of one VRID that further ones are compared with. */
const MAX_COMPARED = 256;

function vridConflicts(config: Config, all: readonly Effective[], report: Report): void {
  const seen = new Map<string, Effective[]>();
  let used: Set<number | undefined> | undefined;
  const otherGroups =
    config.global("vrrp_mcast_group4") !== undefined || config.global("vrrp_mcast_group6") !== undefined;
  for (const e of all) {
    const vrid = e.at.model.virtualRouterId;
    if (!vrid || vrid.value < 1 || vrid.value > 255) continue;
    const key = `${vrid.value} ${e.family ?? 4}`;
    const others = seen.get(key) ?? [];
    for (const other of others) {
      if (!sameNetwork(e, other, otherGroups)) continue;
      const range = config.range(e.at, vrid);
      used ??= new Set(all.map((x) => x.at.model.virtualRouterId?.value));
      const free = freeVrid(vrid.value, used);
      report.add(
        vridConflict,
        range.start,
        range.end,
        t(
          `${quote(other.at.model.name)} uses VRID ${vrid.value} on the same ${e.unicast ? "addresses" : "interface"}: keepalived exits when it starts or reloads.`,
          `${quote(other.at.model.name)} 在同一${e.unicast ? "地址" : "接口"}上使用了 VRID ${vrid.value}：keepalived 启动或重载时会直接退出。`,
        ),
        {
          related: [
            {
              ...config.range(other.at, other.at.model.virtualRouterId!),
              message: t("The other one", "另一处"),
            },
          ],
          fixes: free === undefined ? [] : writeFix(range.start, range.end, String(free)),
        },
      );
      break;
    }
    if (others.length < MAX_COMPARED) others.push(e);
    seen.set(key, others);
  }
}

/** The multicast group of an instance, where it is not the usual one of VRRP. */
const ownGroup = (group: Address | undefined, otherGroups: boolean): Address | undefined =>
  group && !otherGroups && /^(?:224\.0\.0\.18|ff02::12)$/.test(formatAddress(group)) ? undefined : group;

/**
 * Whether adverts of two instances with equal VRID and family meet.
 * @param otherGroups the global settings name other multicast groups
 */
function sameNetwork(a: Effective, b: Effective, otherGroups: boolean): boolean {
  const x = a.at.model;
  const y = b.at.model;
  if (a.unicast !== b.unicast) return false;
  if (a.unicast) {
    const s = x.unicastSourceIp ?? x.multicastSourceIp;
    const r = y.unicastSourceIp ?? y.multicastSourceIp;
    if (s && r ? !sameAddress(s.value, r.value) : s !== r || x.interface?.value !== y.interface?.value)
      return false;
    return x.unicastPeers.some((p) => y.unicastPeers.some((q) => sameAddress(p.address, q.address)));
  }
  if (!x.interface || x.interface.value !== y.interface?.value || isUnknown(x.interface.value)) return false;
  const d = ownGroup(x.multicastDestination?.value, otherGroups);
  const f = ownGroup(y.multicastDestination?.value, otherGroups);
  return d && f ? sameAddress(d as Address, f as Address) : d === f;
}

/** Position of the name of the device in a use_vmac or use_ipvlan line; -1 without. */
const deviceName = (words: readonly string[]): number =>
  words.findIndex(
    (w, i) =>
      i > 0 && !VMAC_WORDS.has(w) && !w.includes(":") && !/^\d+\.\d+/.test(w) && words[i - 1] !== "group",
  );

function vmacNames(config: Config, all: readonly Effective[], report: Report): void {
  const seen = new Map<string, Effective>();
  for (const e of all) {
    const setting = e.at.model.settings.get("use_vmac") ?? e.at.model.settings.get("use_ipvlan");
    if (!setting) continue;
    const at = deviceName(setting.words);
    if (at < 0) continue;
    const name = setting.words[at];
    const before = seen.get(name);
    if (before && !isUnknown(name)) {
      const range = config.range(e.at, setting.spans[at]);
      const first = before.at.model.settings.get("use_vmac") ?? before.at.model.settings.get("use_ipvlan");
      report.add(
        vmacName,
        range.start,
        range.end,
        t(
          `${quote(before.at.model.name)} uses ${quote(name)} already; keepalived ignores the name and chooses one itself.`,
          `${quote(before.at.model.name)} 已使用 ${quote(name)}；keepalived 会忽略该名称并自行选择。`,
        ),
        {
          related: first && [{ ...config.range(before.at, first), message: t("The first one", "第一处") }],
          fixes: () => vmacNameFixes(config, all, e, setting, at),
        },
      );
    } else seen.set(name, e);
  }
}

/** Another name, made of the VRID, and none at all. */
function vmacNameFixes(
  config: Config,
  all: readonly Effective[],
  { at: instance }: Effective,
  setting: Setting,
  word: number,
): Fix[] {
  const range = config.range(instance, setting.spans[word]);
  const before = config.range(instance, setting.spans[word - 1]);
  const used = new Set(
    all.flatMap((e) => ["use_vmac", "use_ipvlan"].flatMap((k) => e.at.model.settings.get(k)?.words ?? [])),
  );
  const vrid = instance.model.virtualRouterId?.value;
  const name = `${setting.words[word].replace(/\d+$/, "")}${vrid}`;
  const fixes: Fix[] = [];
  if (vrid !== undefined && !used.has(name) && name.length <= 15)
    fixes.push({
      title: t(`Replace by “${name}”`, `替换为“${name}”`),
      edits: [replace(range.start, range.end, name)],
    });
  fixes.push({
    title: t("Delete the name: keepalived chooses one", "删除名称：由 keepalived 选择"),
    edits: [replace(before.end, range.end, "")],
  });
  return fixes;
}
const VMAC_WORDS = new Set(["name", "netlink_notify_msg", "group", "bridge", "private", "vepa"]);

function syncGroups(config: Config, all: readonly Effective[], options: CheckOptions, report: Report): void {
  const byName = new Map(all.map((e) => [e.at.model.name, e]));
  const groupOf = new Map<string, Located<SyncGroup>>();
  const names = new Set<string>();
  for (const at of config.syncGroups) {
    const g = at.model;
    if (names.has(g.name)) continue;
    names.add(g.name);
    const members: Effective[] = [];
    repeatedTrackers(config, at, report);
    for (const member of g.members) {
      const e = byName.get(member.value);
      if (!e) continue;
      const other = groupOf.get(member.value);
      if (other) {
        const { start, end } = config.range(at, member);
        const several = g.members.length > 1;
        const earlier = other.model.members.find((x) => x.value === member.value);
        report.add(
          groupMembership,
          start,
          end,
          t(
            `${quote(member.value)} is a member of ${quote(other.model.name)} already; keepalived ignores this membership.`,
            `${quote(member.value)} 已是 ${quote(other.model.name)} 的成员；keepalived 会忽略此处。`,
          ),
          {
            fixes: () =>
              several
                ? [deleteEntry(config, config.nodeOf(at), "group", { start, end })]
                : deleteGroup(config, at),
            related: earlier
              ? [{ ...config.range(other, earlier), message: t("The first membership", "第一处") }]
              : [],
          },
        );
        continue;
      }
      groupOf.set(member.value, at);
      members.push(e);
    }
    const head = config.range(at, g.nameSpan.end > g.nameSpan.start ? g.nameSpan : g);
    if (g.members.length > 0 && members.length === 0) {
      // Of a single member it is said where it stands.
      if (g.members.length > 1 && g.members.every((m) => !isUnknown(m.value) && !byName.has(m.value))) {
        report.add(
          groupMembership,
          head.start,
          head.end,
          t(
            "No member of the group exists; keepalived removes the group.",
            "组中的成员都不存在；keepalived 会删除该组。",
          ),
          { severity: "error" },
        );
      }
      continue;
    }
    // Where other members are written, those that keepalived does not take are reported.
    if (members.length === 1 && g.members.length === 1) {
      const bare =
        g.settings.size === 0 &&
        g.commands.length === 0 &&
        g.trackScripts.length + g.trackFiles.length + g.trackProcesses.length === 0 &&
        g.trackInterfaces.length + g.trackBfds.length === 0;
      report.add(
        singleMember,
        head.start,
        head.end,
        t(
          "A sync group with one member synchronises nothing: is a member missing?",
          "只有一个成员的同步组不起同步作用：是否漏了成员？",
        ),
        { fixes: () => (bare ? deleteGroup(config, at) : []) },
      );
    }
    const owners = members.filter((e) => e.owner).length;
    if (owners > 0 && owners < members.length) {
      report.add(
        groupMembership,
        head.start,
        head.end,
        t(
          "Some members are address owners (priority 255) and some are not: they cannot change state together.",
          "部分成员是地址所有者（priority 255），部分不是：它们无法一起切换状态。",
        ),
      );
    }
    const backup = members.find((e) => e.owner && e.at.model.state?.value === "BACKUP");
    if (backup && owners === members.length && members.some((e) => e.at.model.state?.value !== "BACKUP")) {
      report.add(
        groupMembership,
        head.start,
        head.end,
        t(
          `All members are address owners (priority 255), but ${quote(backup.at.model.name)} starts as BACKUP and another one as MASTER: they do not agree.`,
          `所有成员都是地址所有者（priority 255），但 ${quote(backup.at.model.name)} 以 BACKUP 启动，另有成员以 MASTER 启动：两者不一致。`,
        ),
        {
          related: [
            {
              ...config.range(backup.at, backup.at.model.state!),
              message: t("The member that starts as BACKUP", "以 BACKUP 启动的成员"),
            },
          ],
        },
      );
    }
    groupTrackers(config, at, members, owners > 0, options, report);
  }
}

const TRACKERS = [
  ["track_script", "trackScripts"],
  ["track_interface", "trackInterfaces"],
  ["track_file", "trackFiles"],
  ["track_process", "trackProcesses"],
  ["track_bfd", "trackBfds"],
] as const;

/** Names that an instance or a group tracks twice. */
function repeatedTrackers(config: Config, at: Located<VrrpInstance | SyncGroup>, report: Report): void {
  for (const [list, kind] of TRACKERS) {
    const seen = new Map<string, Tracked>();
    for (const entry of at.model[kind]) {
      const { value } = entry.name;
      const before = seen.get(value);
      if (!before || isUnknown(value)) {
        seen.set(value, entry);
        continue;
      }
      const range = config.range(at, entry);
      report.add(
        duplicateEntry,
        range.start,
        range.end,
        t(
          `${quote(value)} stands in the list already; keepalived ignores this entry.`,
          `列表中已有 ${quote(value)}；keepalived 会忽略该条目。`,
        ),
        {
          related: [{ ...config.range(at, before), message: t("The first one", "第一个") }],
          fixes: () => {
            // Another weight may be the one that was meant.
            const safe = entry.weight?.value === before.weight?.value && entry.reverse === before.reverse;
            return [deleteEntry(config, config.nodeOf(at), list, range, { safe })];
          },
        },
      );
    }
  }
}

/** Deletes a sync group that does nothing. */
function deleteGroup(config: Config, at: Located<SyncGroup>): Fix[] {
  const node = config.nodeOf(at);
  if (!node || node.close < 0 || node.statements.length !== 1) return [];
  return [
    {
      title: t("Delete the sync group", "删除该同步组"),
      edits: [remove(config.tree.text, node.start, node.fullEnd)],
    },
  ];
}

/** Lets the members of a sync group have weighted trackers. */
function trackingWeight(config: Config, at: Located<SyncGroup>): Fix[] {
  const node = config.nodeOf(at);
  if (!node || node.close < 0) return [];
  const { base } = node;
  const statement = "sync_group_tracking_weight";
  return [
    {
      title: t(`Insert “${statement}” into ${at.model.name}`, `在 ${at.model.name} 中插入“${statement}”`),
      edits: insertBlock(node, [statement]).map((x) => replace(x.start + base, x.end + base, x.text)),
    },
  ];
}

/** What keepalived does with a weighted tracker of a member. Both releases report the weight as ignored. */
const MEMBER_WEIGHT = {
  gone: t(
    "it does not use this tracker at all, and its failure changes nothing",
    "它完全不使用该跟踪项，失败时没有任何反应",
  ),
  zero: t("it uses 0, so that a failure is a fault", "它使用 0，失败即进入 FAULT"),
  alone: t("its failure changes the priority of this member alone", "失败时只改变这一个成员的优先级"),
};

/** An interface that a group tracks although it is that of a member, which tracks it anyway. */
function memberInterface(
  config: Config,
  at: Located<SyncGroup>,
  entry: Tracked,
  members: readonly Effective[],
  report: Report,
): void {
  const name = entry.name.value;
  const its = members.filter(
    ({ at: { model } }) => model.interface?.value === name && !model.settings.has("dont_track_primary"),
  );
  if (its.length === 0 || isUnknown(name)) return;
  const range = config.range(at, entry);
  const shown = `${quote(its[0].at.model.name)}${its.length > 1 ? "…" : ""}`;
  report.add(
    trackedTwice,
    range.start,
    range.end,
    t(
      `${quote(name)} is the interface of ${shown}, which tracks it anyway; keepalived reports the repetition.`,
      `${quote(name)} 是 ${shown} 自己的接口，本来就会被跟踪；keepalived 会报告重复。`,
    ),
    {
      related: its.map((e) => ({
        ...config.range(e.at, e.at.model.interface!),
        message: t("The interface of the member", "成员的接口"),
      })),
      // Of other members it is not the own one: they would lose it.
      fixes: () =>
        its.length === members.length && entry.weight === undefined
          ? [deleteEntry(config, config.nodeOf(at), "track_interface", range)]
          : [],
    },
  );
}

function groupTrackers(
  config: Config,
  at: Located<SyncGroup>,
  members: readonly Effective[],
  owner: boolean,
  options: CheckOptions,
  report: Report,
): void {
  const g = at.model;
  const weights = g.settings.has("sync_group_tracking_weight") || g.settings.has("global_tracking");
  const declared = (
    entry: Tracked,
    list: readonly Located<{
      readonly name: string;
      readonly weight: { readonly value: number } | undefined;
    }>[],
    fallback = 0,
  ) =>
    entry.weight?.value ??
    list.find((d) => d.model.name === entry.name.value)?.model.weight?.value ??
    fallback;
  const kinds: readonly (readonly [
    keyof SyncGroup & keyof VrrpInstance,
    Influence["kind"],
    (t: Tracked) => number,
    Text,
  ])[] = [
    ["trackScripts", "script", (x) => declared(x, config.scripts), MEMBER_WEIGHT.gone],
    ["trackFiles", "file", (x) => declared(x, config.trackFiles, 1), MEMBER_WEIGHT.gone],
    ["trackProcesses", "process", (x) => declared(x, config.trackProcesses), MEMBER_WEIGHT.gone],
    ["trackBfds", "bfd", (x) => declared(x, config.bfds), MEMBER_WEIGHT.gone],
    ["trackInterfaces", "interface", (x) => x.weight?.value ?? 0, MEMBER_WEIGHT.alone],
  ];
  for (const [kind, tracked, weightOf, effect] of kinds) {
    const own = g[kind] as readonly Tracked[];
    if (owner) {
      for (const entry of own) {
        if (weightOf(entry) === 0) continue;
        const { start, end } = config.range(at, entry);
        report.add(
          weightIgnored,
          start,
          end,
          t(
            "A member has priority 255, which never changes; keepalived clears the weight, so that a failure is a fault.",
            "某个成员的 priority 为 255，不会改变；keepalived 会清除权重，失败即进入 FAULT。",
          ),
          { fixes: () => withoutWeight(config, at, entry, true) },
        );
      }
    }
    if (kind === "trackInterfaces")
      for (const entry of own) memberInterface(config, at, entry, members, report);
    for (const e of members) {
      for (const entry of e.at.model[kind] as readonly Tracked[]) {
        const range = config.range(e.at, entry);
        if (
          kind === "trackInterfaces" &&
          own.some((x) => x.name.value === entry.name.value) &&
          entry.name.value !== e.at.model.interface?.value
        ) {
          const inGroup = own.find((x) => x.name.value === entry.name.value)!;
          report.add(
            trackedTwice,
            range.start,
            range.end,
            t(
              `The sync group ${quote(g.name)} tracks ${quote(entry.name.value)} for all its members already; keepalived reports the repetition.`,
              `同步组 ${quote(g.name)} 已为所有成员跟踪 ${quote(entry.name.value)}；keepalived 会报告重复。`,
            ),
            {
              related: [{ ...config.range(at, inGroup), message: t("Tracked by the group", "由组跟踪") }],
              fixes: () => [deleteEntry(config, config.nodeOf(e.at), "track_interface", range)],
            },
          );
        }
        const weight = weightOf(entry);
        if (weights || e.owner || weight === 0 || kind === "trackProcesses") continue;
        // Too large a weight is not taken, and reported where it stands.
        if (!isWeight(tracked, weight)) continue;
        if (kind === "trackInterfaces" && entry.name.value === e.at.model.interface?.value) continue;
        // A file that has the weight 1 by default only keeps being tracked.
        const shown =
          kind === "trackFiles" && declared(entry, config.trackFiles) === 0 ? MEMBER_WEIGHT.zero : effect;
        report.add(
          weightIgnored,
          range.start,
          range.end,
          t(
            `keepalived reports the weight as ignored, because the instance is in sync group ${quote(g.name)} without sync_group_tracking_weight; ${shown.en}.`,
            `实例属于未设置 sync_group_tracking_weight 的同步组 ${quote(g.name)}，keepalived 报告忽略该权重；${shown.zh}。`,
          ),
          { fixes: () => [...trackingWeight(config, at), ...withoutWeight(config, e.at, entry, false)] },
        );
      }
    }
  }
  void options;
}

const bfdTwice = rule(
  "duplicate-bfd-neighbor",
  "error",
  t("Two BFD sessions with the same neighbour.", "两个 BFD 会话使用相同的邻居。"),
);

function bfdNeighbors(config: Config, report: Report): void {
  const seen = new Map<
    string,
    Located<{
      readonly name: string;
      readonly neighbor: { readonly start: number; readonly end: number } | undefined;
      readonly source: { readonly value: Address } | undefined;
    }>[]
  >();
  for (const at of config.bfds) {
    const { neighbor, source } = at.model;
    if (!neighbor) continue;
    const key = String(addressKey(neighbor.value));
    const earlier = seen.get(key) ?? [];
    // Several sessions with a neighbour need a source each.
    const before = earlier.find(
      ({ model }) => !source || !model.source || sameAddress(source.value, model.source.value),
    );
    if (before && before.model.name !== at.model.name) {
      const { start, end } = config.range(at, neighbor);
      report.add(
        bfdTwice,
        start,
        end,
        t(
          `${quote(before.model.name)} has the same neighbour; keepalived drops this session. Two sessions with one neighbour need two values of source_ip.`,
          `${quote(before.model.name)} 使用了相同的邻居；keepalived 会丢弃该会话。同一邻居的两个会话需要各自的 source_ip。`,
        ),
        {
          related: [
            { ...config.range(before, before.model.neighbor!), message: t("The other one", "另一处") },
            ...endOf(config, at),
          ],
        },
      );
    } else if (!before) seen.set(key, [...earlier, at]);
  }
}
