/** How addresses fit together: VIPs, their subnets, virtual servers, real servers. */
import {
  type Address,
  addressKey,
  formatAddress,
  hostPrefix,
  inNetwork,
  isLinkLocal,
  isLoopback,
  lastOf,
  networkOf,
  sameAddress,
} from "../language/address";
import { t } from "../language/schema";
import type { Config, Located } from "../model/config";
import type { AddressEntry, Span, StaticAddresses, VrrpInstance } from "../model/model";
import { lineEndAt, lineStartAt } from "../text/lines";
import type { Flat } from "./config";
import { nodeAt, remove } from "./edits";
import { lineBelow } from "./insert";
import { liveInstances } from "./instances";
import { type Edit, type Fix, type Report, replace, rule } from "./rule";
import { type ServiceFact, serviceKey } from "./service-reader";

export const notAVip = rule(
  "virtual-server-not-vip",
  "warning",
  t("The address of a virtual server is no VIP of the file.", "虚拟服务器的地址不是本文件中的 VIP。"),
);
const outside = rule(
  "vip-outside-subnet",
  "warning",
  t("A VIP that seems to lie outside the subnets of its interface.", "VIP 似乎不在接口的子网内。"),
);
const badBroadcast = rule(
  "broadcast-mismatch",
  "warning",
  t("A broadcast address that does not belong to the prefix.", "广播地址与前缀不符。"),
);
const networkVip = rule(
  "vip-network-address",
  "warning",
  t("The network or broadcast address of a subnet as VIP.", "把子网的网络地址或广播地址用作 VIP。"),
);
const mixedPrefixes = rule(
  "mixed-prefixes",
  "information",
  t("Different prefix lengths in one subnet.", "同一子网使用了不同的前缀长度。"),
);
const segment = rule(
  "dr-outside-segment",
  "information",
  t(
    "With DR the real server must be in the director's segment.",
    "DR 模式下真实服务器必须与调度器在同一网段。",
  ),
);
const realIsDirector = rule(
  "real-server-is-director",
  "information",
  t("The director is one of its own real servers.", "调度器同时是自己的真实服务器。"),
);
const arpNote = rule(
  "dr-arp-note",
  "warning",
  t("LVS-DR without a note on the real servers' ARP settings.", "LVS-DR 配置没有注明真实服务器的 ARP 设置。"),
);
const duplicateService = rule(
  "duplicate-virtual-server",
  "warning",
  t(
    "Two virtual servers with the same address, port and protocol, or firewall mark.",
    "地址、端口和协议相同（或防火墙标记相同）的两个虚拟服务器。",
  ),
);
const vipIsHost = rule(
  "vip-is-host-address",
  "warning",
  t("A VIP that is also the address of a host.", "VIP 同时是某台主机的地址。"),
);
const vipTwice = rule(
  "vip-in-two-instances",
  "warning",
  t("The same VIP in two instances.", "两个实例中有相同的 VIP。"),
);

/** A network that is known to be on an interface. */
interface Network {
  readonly address: Address;
  readonly prefix: number;
  readonly dev: string;
  /** From static_ipaddress, so certainly there; a VIP with a prefix is weaker evidence. */
  readonly fixed: boolean;
  /** Where it stands. */
  readonly at: Located<VrrpInstance | StaticAddresses>;
  readonly word: Span;
}

/** Whether something that stood at one place in an earlier text stands at another one now. */
export type Stays = (before: Pick<Network, "at" | "word">, now: Pick<Network, "at" | "word">) => boolean;

interface Vip {
  readonly entry: AddressEntry;
  readonly at: Located<VrrpInstance>;
  readonly dev: string;
}

/** Networks of one family in the order of the file. There may be thousands, but few prefix lengths. */
class Networks {
  first: Network | undefined;
  private readonly byPrefix = new Map<number, Set<number | string>>();

  add(n: Network): void {
    this.first ??= n;
    let known = this.byPrefix.get(n.prefix);
    if (!known) {
      known = new Set();
      this.byPrefix.set(n.prefix, known);
    }
    known.add(addressKey(networkOf(n.address, n.prefix)));
  }

  /** Whether one of them holds an address. */
  contains(address: Address): boolean {
    for (const [prefix, known] of this.byPrefix)
      if (known.has(addressKey(networkOf(address, prefix)))) return true;
    return false;
  }
}

/** The networks that the file shows. */
class Subnets {
  private readonly all: Network[] = [];
  private readonly byDevice = new Map<string, Networks>();
  private readonly byFamily = { 4: new Networks(), 6: new Networks() };

  constructor(config: Config, vips: readonly Vip[]) {
    for (const { entry, at, dev } of vips) {
      const { prefix, address, word } = entry;
      if (prefix === undefined || prefix >= hostPrefix(address.family) - 1 || isLinkLocal(address)) continue;
      this.add({ address, prefix, dev, fixed: false, at, word });
    }
    for (const s of config.staticAddresses) {
      for (const { address, prefix, dev, word } of s.model.addresses) {
        if (prefix === undefined || prefix >= hostPrefix(address.family) - 1 || !dev) continue;
        this.add({ address, prefix, dev: dev.value, fixed: true, at: s, word });
      }
    }
  }

  private add(n: Network): void {
    this.all.push(n);
    const key = `${n.address.family} ${n.dev}`;
    let list = this.byDevice.get(key);
    if (!list) {
      list = new Networks();
      this.byDevice.set(key, list);
    }
    list.add(n);
    this.byFamily[n.address.family].add(n);
  }

  /** Networks on an interface. */
  on(dev: string, family: 4 | 6): Networks | undefined {
    return this.byDevice.get(`${family} ${dev}`);
  }
  /** Networks on any interface. */
  of(family: 4 | 6): Networks {
    return this.byFamily[family];
  }

  /**
   * Whether these are the same networks in the same order.
   * @param stays whether a place is where an earlier one got to: findings name the first network of an interface
   */
  same(before: Subnets, stays: Stays): boolean {
    const { all } = this;
    const other = before.all;
    if (
      all.length !== other.length ||
      !all.every(
        ({ dev, address, prefix }, n) =>
          other[n].dev === dev &&
          other[n].prefix === prefix &&
          sameAddress(networkOf(address, prefix), networkOf(other[n].address, prefix)),
      )
    )
      return false;
    for (const [device, { first }] of this.byDevice)
      if (!stays(before.byDevice.get(device)!.first!, first!)) return false;
    return true;
  }
}

/** The VIPs of a configuration, and the networks that they and static addresses show. */
export class Vips {
  readonly list: readonly Vip[];
  readonly subnets: Subnets;
  /** Interfaces that may have further networks: there are entries that could not be read. */
  readonly unclear: ReadonlySet<string>;

  constructor(config: Config) {
    const list: Vip[] = [];
    const unclear = new Set<string>();
    this.unclear = unclear;
    for (const at of liveInstances(config)) {
      const dev = at.model.interface?.value ?? "";
      for (const name of at.model.unclearInterfaces) unclear.add(name || dev);
      for (const entry of at.model.virtualIps) list.push({ entry, at, dev: entry.dev?.value ?? dev });
      for (const entry of at.model.excludedIps) list.push({ entry, at, dev: entry.dev?.value ?? dev });
    }
    this.list = list;
    this.subnets = new Subnets(config, list);
  }
}

/** Checks VIPs against each other, their subnets and the addresses of hosts. */
export function checkVips(config: Config, vips: Vips, report: Report): void {
  const { list } = vips;
  for (const vip of list) checkVip(config, vip, vips, report);
  prefixes(config, list, report);
  hostAddresses(config, list, report);
}

/** Deletes an option of an entry and the word that names it. */
function withoutOption(config: Config, at: Located<unknown>, value: Span): Fix[] {
  const { text } = config.tree;
  const { start, end } = config.range(at, value);
  const option = /[ \t]+(\S+)[ \t]+$/.exec(text.slice(lineStartAt(text, start), start));
  if (!option) return [];
  return [
    {
      title: t(`Delete “${option[1]}”`, `删除“${option[1]}”`),
      edits: [replace(start - option[0].length, end, "")],
    },
  ];
}

function checkVip(config: Config, vip: Vip, { subnets, unclear }: Vips, report: Report): void {
  const { entry, at, dev } = vip;
  const { address, prefix, word } = entry;
  const range = config.range(at, word);
  const host = address.family === 4 ? 32 : 128;
  if (address.family === 4 && prefix !== undefined && prefix < 31 && !entry.peer) {
    const network = networkOf(address, prefix);
    const last = lastOf(address, prefix);
    if (sameAddress(address, network) || sameAddress(address, last)) {
      const which = sameAddress(address, network) ? t("network", "网络") : t("broadcast", "广播");
      report.add(
        networkVip,
        range.start,
        range.end,
        t(
          `${formatAddress(address)} is the ${which.en} address of ${formatAddress(network)}/${prefix}: no host can use it.`,
          `${formatAddress(address)} 是 ${formatAddress(network)}/${prefix} 的${which.zh}地址：主机不能使用。`,
        ),
      );
    }
  }
  if (entry.broadcast && address.family === 4) {
    const last = lastOf(address, prefix ?? 32);
    const b = entry.broadcast;
    if (!sameAddress(b.value, last) || (prefix ?? 32) === 32) {
      const place = config.range(at, b);
      const short = (prefix ?? 32) >= 31;
      const shown = formatAddress(last);
      report.add(
        badBroadcast,
        place.start,
        place.end,
        short
          ? t(
              `A /${prefix ?? 32} has no broadcast address: either the prefix length is missing or this option is too much.`,
              `/${prefix ?? 32} 没有广播地址：要么缺少前缀长度，要么多写了此选项。`,
            )
          : t(
              `The broadcast address of /${prefix} is ${shown}; keepalived sets what is written.`,
              `/${prefix} 的广播地址是 ${shown}；keepalived 会照写的设置。`,
            ),
        {
          fixes: () =>
            short
              ? withoutOption(config, at, b)
              : [
                  {
                    title: t(`Write ${shown}`, `改为 ${shown}`),
                    edits: [replace(place.start, place.end, shown)],
                    safe: true,
                  },
                ],
        },
      );
    }
  }
  if (isLinkLocal(address) || entry.peer || isLoopback(address)) return;
  // What is wrong with a line is told already; taken, it may be the one that gives the subnet.
  if (unclear.has(dev)) return;
  // Outside every subnet that the file shows on the interface?
  const near = subnets.on(dev, address.family);
  const alone = prefix === undefined || prefix === host;
  const source = at.model.unicastSourceIp ?? at.model.multicastSourceIp;
  const sourceHere = source && dev === (at.model.interface?.value ?? "") ? source : undefined;
  if (alone && near && !near.contains(address)) {
    const n = near.first!;
    const shown = `${formatAddress(networkOf(n.address, n.prefix))}/${n.prefix}`;
    // A prefix of its own is no answer where the interface is known to be elsewhere.
    const fits =
      !sourceHere || inNetwork(sourceHere.value, address, n.prefix) || near.contains(sourceHere.value);
    report.add(
      outside,
      range.start,
      range.end,
      t(
        `${formatAddress(address)} is outside ${shown}, the subnet of ${dev || "the interface"} that the file shows, and it is a single address (/${host}): unless the interface has an address in its subnet anyway, the director has no route to its neighbours.`,
        `${formatAddress(address)} 不在文件所示的 ${dev || "接口"} 子网 ${shown} 内，且只是单个地址（/${host}）：除非接口本来就有该子网的地址，否则调度器没有到其邻居的直连路由。`,
      ),
      {
        // A neighbour that differs in the last octet only shows that prefixes are mixed, not what the subnet is.
        severity:
          n.fixed || address.family === 6 || !inNetwork(address, n.address, Math.min(24, n.prefix))
            ? undefined
            : "information",
        related: [
          { ...config.range(n.at, n.word), message: t("The subnet is known from here", "子网信息来自此处") },
        ],
        fixes:
          prefix === undefined && fits
            ? [
                {
                  title: t(`Append /${n.prefix}`, `加上 /${n.prefix}`),
                  edits: [replace(range.end, range.end, `/${n.prefix}`)],
                },
              ]
            : [],
      },
    );
    return;
  }
  if (
    !alone &&
    sourceHere &&
    sourceHere.value.family === address.family &&
    !isLinkLocal(sourceHere.value) &&
    !inNetwork(sourceHere.value, address, prefix!)
  ) {
    if (near?.contains(sourceHere.value)) return;
    report.add(
      outside,
      range.start,
      range.end,
      t(
        `${formatAddress(sourceHere.value)}, the address of ${dev}, is not in ${formatAddress(networkOf(address, prefix!))}/${prefix}: if that subnet is on another interface, the VIP needs “dev”.`,
        `${dev} 的地址 ${formatAddress(sourceHere.value)} 不在 ${formatAddress(networkOf(address, prefix!))}/${prefix} 内：如果该子网在其他接口上，VIP 需要“dev”。`,
      ),
      {
        // Far apart they are two networks on purpose; close together one of them is a slip of the keyboard.
        severity:
          address.family === 4 && inNetwork(address, sourceHere.value, 16) ? undefined : "information",
        related: [{ ...config.range(at, sourceHere), message: t("The source address", "源地址") }],
      },
    );
  } else if (
    alone &&
    !near &&
    sourceHere &&
    address.family === 4 &&
    sourceHere.value.family === 4 &&
    !inNetwork(address, sourceHere.value, 16)
  ) {
    report.add(
      outside,
      range.start,
      range.end,
      t(
        `${formatAddress(address)} is a single address, far from ${formatAddress(sourceHere.value)}, the address of ${dev}: it may lie outside the subnet of the interface.`,
        `${formatAddress(address)} 只是单个地址，且与 ${dev} 的地址 ${formatAddress(sourceHere.value)} 相距较远：可能不在接口的子网内。`,
      ),
      { severity: "information" },
    );
  }
}

/** VIPs of one interface by their prefix lengths, for {@link prefixes}. */
class PrefixGroups {
  private readonly first = new Map<string, number>();

  constructor(private readonly lengths: readonly number[]) {}

  /** Position of the first VIP with another prefix length in the smaller of the two networks. */
  other(address: Address, prefix: number): number | undefined {
    let best: number | undefined;
    for (const length of this.lengths) {
      if (length === prefix) continue;
      const found = this.first.get(groupKey(length, Math.min(prefix, length), address));
      if (found !== undefined && (best === undefined || found < best)) best = found;
    }
    return best;
  }

  add(position: number, address: Address, prefix: number): void {
    for (const length of this.lengths) {
      if (length === prefix) continue;
      const key = groupKey(prefix, Math.min(prefix, length), address);
      if (!this.first.has(key)) this.first.set(key, position);
    }
  }
}

const groupKey = (length: number, cut: number, address: Address): string =>
  `${length}/${cut} ${addressKey(networkOf(address, cut))}`;

function prefixes(config: Config, vips: readonly Vip[], report: Report): void {
  const lengths = new Map<string, Set<number>>();
  const groupOf = ({ dev, entry }: Vip) => `${entry.address.family} ${dev}`;
  const counts = ({ entry: { prefix, address, peer } }: Vip) =>
    prefix !== undefined && prefix !== hostPrefix(address.family) && !peer;
  for (const vip of vips) {
    if (!counts(vip)) continue;
    const key = groupOf(vip);
    const known = lengths.get(key);
    if (known) known.add(vip.entry.prefix!);
    else lengths.set(key, new Set([vip.entry.prefix!]));
  }
  const groups = new Map<string, PrefixGroups>();
  for (const [key, found] of lengths) if (found.size > 1) groups.set(key, new PrefixGroups([...found]));
  if (groups.size === 0) return;
  for (let position = 0; position < vips.length; position++) {
    const vip = vips[position];
    const group = counts(vip) ? groups.get(groupOf(vip)) : undefined;
    if (!group) continue;
    const { address } = vip.entry;
    const prefix = vip.entry.prefix!;
    const found = group.other(address, prefix);
    const other = found === undefined ? undefined : vips[found];
    if (other) {
      const { start, end } = config.range(vip.at, vip.entry.word);
      const right = other.entry.prefix!;
      report.add(
        mixedPrefixes,
        start,
        end,
        t(
          `${formatAddress(other.entry.address)} of the same subnet has /${right}: two connected routes of different length compete.`,
          `同一子网的 ${formatAddress(other.entry.address)} 使用 /${right}：两条长度不同的直连路由会冲突。`,
        ),
        {
          related: [
            { ...config.range(other.at, other.entry.word), message: t("The other prefix", "另一个前缀") },
          ],
          fixes: [
            {
              title: t(`Write /${right}`, `改为 /${right}`),
              edits: [replace(end - String(prefix).length, end, String(right))],
            },
          ],
        },
      );
    } else group.add(position, address, prefix);
  }
}

function hostAddresses(config: Config, vips: readonly Vip[], report: Report): void {
  const places = new Map<string, Vip>();
  for (const vip of vips) {
    const { start, end } = config.range(vip.at, vip.entry.word);
    const { unicastSourceIp, multicastSourceIp, unicastPeers, priority } = vip.at.model;
    const is = (a: { readonly value: Address } | undefined) =>
      a !== undefined && sameAddress(a.value, vip.entry.address);
    const host = is(unicastSourceIp)
      ? t("unicast_src_ip", "unicast_src_ip")
      : is(multicastSourceIp)
        ? t("mcast_src_ip", "mcast_src_ip")
        : unicastPeers.some((p) => sameAddress(p.address, vip.entry.address))
          ? t("a unicast peer", "单播对端")
          : undefined;
    if (host && priority?.value !== 255) {
      report.add(
        vipIsHost,
        start,
        end,
        t(
          `${formatAddress(vip.entry.address)} is ${host.en}, the fixed address of a host: a VIP must be an address of its own.`,
          `${formatAddress(vip.entry.address)} 是 ${host.zh}，即主机的固定地址：VIP 必须是独立的地址。`,
        ),
      );
    }
    const key = `${addressKey(vip.entry.address)} ${vip.dev}`;
    const before = places.get(key);
    if (before && before.at !== vip.at && !isLinkLocal(vip.entry.address)) {
      report.add(
        vipTwice,
        start,
        end,
        t(
          `${before.at.model.name} holds ${formatAddress(vip.entry.address)}, too: both instances add and remove the same address.`,
          `${before.at.model.name} 也有 ${formatAddress(vip.entry.address)}：两个实例会添加和删除同一个地址。`,
        ),
        {
          related: [{ ...config.range(before.at, before.entry.word), message: t("The other one", "另一处") }],
          // An instance needs an address in its adverts.
          fixes: () =>
            vip.at.model.virtualIps.some((v) => v !== vip.entry)
              ? [
                  {
                    title: t("Delete it here", "删除此处"),
                    edits: [remove(config.tree.text, start, config.offset(vip.at, vip.entry.end))],
                  },
                ]
              : [],
        },
      );
    } else if (!before) places.set(key, vip);
  }
}

/**
 * What decides about a virtual server besides itself: addresses that VRRP or the file brings to the director, addresses
 * of directors, networks. It is made of instances and static addresses alone.
 */
export class Surroundings {
  private readonly carried = new Map<string | number, Vip | undefined>();
  private readonly directors = new Set<string | number>();
  private readonly stray: Stray | undefined;

  constructor(
    config: Config,
    private readonly vips: Vips,
  ) {
    const { carried, directors } = this;
    for (const v of vips.list) {
      const key = addressKey(v.entry.address);
      if (!carried.has(key)) carried.set(key, v);
    }
    for (const { model } of config.staticAddresses)
      for (const a of model.addresses)
        if (!carried.has(addressKey(a.address))) carried.set(addressKey(a.address), undefined);
    for (const { model } of config.instances) {
      const { unicastSourceIp, multicastSourceIp, unicastPeers } = model;
      if (unicastSourceIp) directors.add(addressKey(unicastSourceIp.value));
      if (multicastSourceIp) directors.add(addressKey(multicastSourceIp.value));
      for (const p of unicastPeers) directors.add(addressKey(p.address));
    }
    this.stray = config.instances.length > 0 && carried.size > 0 ? new Stray(vips) : undefined;
  }

  /** Whether the address of a service is there for it: where that is so for none, the file keeps the two apart. */
  carries({ address }: ServiceFact): boolean {
    return address !== undefined && this.stray !== undefined && this.carried.has(addressKey(address));
  }

  /** Whether it matters to services of other addresses, too, that there is one of an address. */
  get comparesServices(): boolean {
    return this.stray !== undefined && this.vips.list.length <= MANY_VIPS;
  }

  /** What is other for services than in earlier surroundings; undefined where it is so for all of them. */
  changeSince(before: Surroundings, stays: Stays): ServiceChange | undefined {
    const change = new ServiceChange();
    if (before === this) return change;
    if (
      (before.stray === undefined) !== (this.stray === undefined) ||
      before.comparesServices !== this.comparesServices
    )
      return undefined;
    const { addresses, directors } = change;
    for (const [key, vip] of this.carried)
      if (!before.carried.has(key) || before.carried.get(key)?.dev !== vip?.dev) addresses.add(key);
    for (const key of before.carried.keys()) if (!this.carried.has(key)) addresses.add(key);
    for (const key of this.directors) if (!before.directors.has(key)) directors.add(key);
    for (const key of before.directors) if (!this.directors.has(key)) directors.add(key);
    change.networks = !this.vips.subnets.same(before.vips.subnets, stays);
    if (!this.comparesServices) return change;
    // Of VIPs that are alike the first one is named: any of those may be, from the first that is another one to the last.
    const old = before.vips.list;
    const now = this.vips.list;
    const most = Math.min(old.length, now.length);
    const same = (a: Vip, b: Vip) => sameAddress(a.entry.address, b.entry.address);
    let head = 0;
    while (head < most && same(old[head], now[head])) head++;
    let tail = 0;
    while (tail < most - head && same(old[old.length - 1 - tail], now[now.length - 1 - tail])) tail++;
    for (const list of [old, now])
      for (const { entry } of list.slice(head, list.length - tail)) change.alike(entry.address);
    return change.tooMuch ? undefined : change;
  }

  /**
   * Checks what can be said of a service without the others, apart from the two things that are handed in.
   * @param anyCarried some service has a carried address: then a stray one is the mistake
   * @param served whether there is a service of a key
   */
  check(
    config: Config,
    { item, fact }: FlatService,
    anyCarried: boolean,
    served: (key: string | number) => boolean,
    report: Report,
  ): void {
    const { carried, stray } = this;
    const base = config.tree.starts[item];
    const { address } = fact;
    if (stray && address && !carried.has(addressKey(address)) && !isLoopback(address))
      stray.check(config, fact, base, anyCarried, served, report);
  }

  /** Checks the real servers of a service. */
  checkServers(config: Config, { item, fact }: FlatService, report: Report): void {
    const { carried, directors } = this;
    const base = config.tree.starts[item];
    const { address } = fact;
    const segment = fact.dr && address ? carried.get(addressKey(address)) : undefined;
    if (directors.size === 0 && !segment) return;
    for (const rs of fact.servers) {
      if (address && sameAddress(rs.address, address)) continue;
      if (directors.has(addressKey(rs.address))) {
        report.add(
          realIsDirector,
          base + rs.start,
          base + rs.end,
          t(
            "This real server is a director: if both directors are real servers of each other, packets can loop between them, and a test from the director does not pass IPVS.",
            "该真实服务器是调度器：若两台调度器互为真实服务器，报文可能在两者间循环；从调度器上测试也不经过 IPVS。",
          ),
        );
      }
      if (segment && rs.method === "DR" && rs.address.family === address!.family)
        segmentOf(config, rs, base, segment, this.vips.subnets, report);
    }
  }
}

/** So many addresses are compared with those of all services that are stray. */
const MANY_ALIKE = 32;

/** What changed of that which decides about services, apart from what is written in them. */
export class ServiceChange {
  /** Keys of which there are more or fewer services, where several of one key are compared. */
  readonly keys = new Set<string | number>();
  /** Addresses that are carried and were not, or the other way round, or by another interface. */
  readonly addresses = new Set<string | number>();
  /** Addresses that are a director's and were not, or the other way round. */
  readonly directors = new Set<string | number>();
  /** The networks that the file shows, or where it does. */
  networks = false;
  private readonly texts = new Set<string>();

  /** A stray service may be meant for an address, and was not, or the other way round. */
  alike(address: Address): void {
    this.texts.add(formatAddress(address));
  }

  get tooMuch(): boolean {
    return this.texts.size > MANY_ALIKE;
  }

  /** No service has to be checked for it. */
  get isEmpty(): boolean {
    const { keys, addresses, directors, texts } = this;
    return keys.size + addresses.size + directors.size + texts.size === 0 && !this.networks;
  }

  /** Whether something else may be found about a service. */
  concerns(fact: ServiceFact, surroundings: Surroundings): boolean {
    const { address, key, dr, servers } = fact;
    const { keys, addresses, directors, texts } = this;
    if (keys.has(key)) return true;
    if (directors.size > 0 && servers.some((rs) => directors.has(addressKey(rs.address)))) return true;
    if (!address) return false;
    if (addresses.has(addressKey(address)) || (this.networks && dr)) return true;
    if (texts.size === 0 || surroundings.carries(fact)) return false;
    const text = formatAddress(address);
    for (const other of texts) if (differByOne(text, other)) return true;
    return false;
  }
}

/**
 * How many services there are of each key, and how many of them have a carried address. It is kept from one reading to
 * the next and changed by what an edit removes and adds.
 */
export class ServiceIndex {
  /** Those that hold now; undefined where they have to be worked out anew. */
  surroundings: Surroundings | undefined;
  private counts: Map<string | number, number> | undefined;
  private carried = 0;

  /** Counts services, unless that has been done. */
  fill(services: () => readonly ServiceFact[]): void {
    if (this.counts) return;
    this.counts = new Map();
    for (const fact of services()) this.add(fact);
  }

  add(fact: ServiceFact): void {
    if (fact.key !== "") this.counts!.set(fact.key, this.count(fact) + 1);
    if (this.surroundings!.carries(fact)) this.carried++;
  }

  remove(fact: ServiceFact): void {
    const rest = this.count(fact) - 1;
    if (rest > 0) this.counts!.set(fact.key, rest);
    else this.counts!.delete(fact.key);
    if (this.surroundings!.carries(fact)) this.carried--;
  }

  /** Takes over other surroundings: what is carried in them is counted anew. */
  surround(surroundings: Surroundings, { services }: Flat): void {
    this.surroundings = surroundings;
    this.carried = 0;
    for (const { fact } of services) if (surroundings.carries(fact)) this.carried++;
  }

  /** Number of services with the key of this one; 0 for one without. */
  count({ key }: ServiceFact): number {
    return this.counts!.get(key) ?? 0;
  }

  get anyCarried(): boolean {
    return this.carried > 0;
  }

  /** Checks services in their order. Of a key either all are given or none. */
  check(config: Config, services: Flat["services"], report: Report): void {
    const surroundings = this.surroundings!;
    const served = (key: string | number) => this.counts!.has(key);
    const first = new Map<string | number, FlatService>();
    for (const service of services) {
      const { fact } = service;
      surroundings.check(config, service, this.anyCarried, served, report);
      if (this.count(fact) > 1) {
        const before = first.get(fact.key);
        if (before) duplicate(config, service, before, report);
        else first.set(fact.key, service);
      }
      surroundings.checkServers(config, service, report);
    }
  }
}

/** Checks all virtual servers against each other and what surrounds them. */
export function checkServices(config: Config, flat: Flat, surroundings: Surroundings, report: Report): void {
  const index = new ServiceIndex();
  index.surroundings = surroundings;
  index.fill(() => flat.services.map(({ fact }) => fact));
  index.check(config, flat.services, report);
}

type FlatService = Flat["services"][number];

function duplicate(config: Config, { item, fact }: FlatService, before: FlatService, report: Report): void {
  const { tree } = config;
  const base = tree.starts[item];
  const first = tree.starts[before.item];
  const service = fact.address
    ? t(
        `${formatAddress(fact.address)} port ${fact.port} ${fact.protocol}`,
        `${formatAddress(fact.address)} 端口 ${fact.port} ${fact.protocol}`,
      )
    : t(`firewall mark ${fact.fwmark}`, `防火墙标记 ${fact.fwmark}`);
  report.add(
    duplicateService,
    base + fact.addressStart,
    base + fact.addressEnd,
    t(
      `The virtual server ${service.en} stands above already. IPVS has one service of it: the real servers of both blocks get into it, and the scheduler and other settings of the first count.`,
      `上面已有虚拟服务器 ${service.zh}。IPVS 中只有一个这样的服务：两个块的真实服务器都会加入其中，调度算法等设置以第一个为准。`,
    ),
    {
      related: [
        {
          start: first + before.fact.addressStart,
          end: first + before.fact.addressEnd,
          message: t("The first one", "第一个"),
        },
      ],
      fixes: () => {
        const node = nodeAt({ tree, base }, fact.record);
        if (node.hasBody && node.close < 0) return [];
        return [
          {
            title: t("Delete the second virtual server", "删除第二个虚拟服务器"),
            edits: [remove(tree.text, node.lineStart, node.fullEnd)],
          },
        ];
      },
    },
  );
}

const MANY_VIPS = 2000;

/** Services of addresses that VRRP does not carry. */
class Stray {
  /** VIPs by their text, and by it with one character left out. */
  private readonly similar = new Map<string, Vip[]>();

  constructor(private readonly vips: Vips) {}

  check(
    config: Config,
    fact: ServiceFact,
    base: number,
    anyCarried: boolean,
    served: (key: string | number) => boolean,
    report: Report,
  ): void {
    const address = fact.address!;
    const text = formatAddress(address);
    // A script that adds the address itself knows what it does.
    if (fact.commands.some((c) => c.command.includes(text))) return;
    const vip = this.nearest(text, fact, served);
    const near = vip && formatAddress(vip.entry.address);
    const start = base + fact.addressStart;
    const end = base + fact.addressEnd;
    report.add(
      notAVip,
      start,
      end,
      near
        ? t(
            `No VRRP instance of this file carries ${text}, but ${near} differs by one character only: no packet reaches the service.`,
            `本文件中没有 VRRP 实例承载 ${text}，而 ${near} 与它只差一个字符：报文到不了该服务。`,
          )
        : t(
            `No VRRP instance of this file carries ${text}: unless something else brings it to this director, no packet reaches the service.`,
            `本文件中没有 VRRP 实例承载 ${text}：除非由其他方式配置到该调度器上，否则报文到不了该服务。`,
          ),
      {
        severity: anyCarried || near ? undefined : "information",
        fixes: () => [
          ...(near
            ? [{ title: t(`Replace by ${near}`, `替换为 ${near}`), edits: [replace(start, end, near)] }]
            : []),
          ...this.adding(config, address, text, vip),
        ],
      },
    );
  }

  /** The VIP from which an address differs by one character, or by two that are exchanged. */
  private nearest(
    text: string,
    { port, protocol }: ServiceFact,
    served: (key: string | number) => boolean,
  ): Vip | undefined {
    const { list } = this.vips;
    // Among thousands of addresses a similar one says nothing.
    if (list.length > MANY_VIPS) return undefined;
    if (this.similar.size === 0) {
      for (const vip of list) {
        const shown = formatAddress(vip.entry.address);
        for (const key of [shown, ...withoutOne(shown)]) {
          const list = this.similar.get(key);
          if (list) list.push(vip);
          else this.similar.set(key, [vip]);
        }
      }
    }
    for (const key of [text, ...withoutOne(text)])
      for (const vip of this.similar.get(key) ?? [])
        if (
          differByOne(text, formatAddress(vip.entry.address)) &&
          // One that has such a service already is not the one that was meant.
          !served(serviceKey(vip.entry.address, port, protocol))
        )
          return vip;
    return undefined;
  }

  /** Adds an address to the instance that holds VIPs of its subnet, written like its neighbour there. */
  private adding(config: Config, address: Address, text: string, near: Vip | undefined): Fix[] {
    const { list, subnets } = this.vips;
    const neighbours = new Map<Vip["at"], Vip>();
    for (const vip of list) {
      const { prefix, address: other, peer } = vip.entry;
      if (other.family !== address.family || peer) continue;
      const host = prefix === undefined || prefix === hostPrefix(other.family);
      const fits = host ? !subnets.on(vip.dev, other.family) : inNetwork(address, other, prefix);
      if (fits) neighbours.set(vip.at, vip);
    }
    const vip =
      (near && neighbours.get(near.at)) ?? (neighbours.size === 1 ? [...neighbours.values()][0] : undefined);
    if (!vip) return [];
    const { model } = vip.at;
    const { entry } = vip;
    const { start, end } = config.range(vip.at, entry);
    const source = config.tree.text;
    const from = lineStartAt(source, start);
    const to = lineEndAt(source, end);
    if (source.slice(from, start).trim() !== "" || !/^[ \t\r]*([#!].*)?$/.test(source.slice(end, to)))
      return [];
    const line = [
      `${text}${entry.prefix === undefined ? "" : `/${entry.prefix}`}`,
      ...(entry.dev ? [`dev ${entry.dev.value}`] : []),
    ].join(" ");
    return [
      {
        title: t(`Add ${line} to ${model.name}`, `把 ${line} 加入 ${model.name}`),
        edits: [lineBelow(source, start, end, line)],
      },
    ];
  }
}

/** A text with each of its characters left out in turn. */
function withoutOne(text: string): string[] {
  const result: string[] = [];
  for (let i = 0; i < text.length; i++) result.push(text.slice(0, i) + text.slice(i + 1));
  return result;
}

/** Whether two texts differ by one character that is missing, too much or another one, or by two that are exchanged. */
function differByOne(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  if (a.length > b.length) return a.slice(i + 1) === b.slice(i);
  if (a.length < b.length) return a.slice(i) === b.slice(i + 1);
  return (
    a.slice(i + 1) === b.slice(i + 1) ||
    (a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2))
  );
}

function segmentOf(
  config: Config,
  rs: ServiceFact["servers"][number],
  base: number,
  vip: Vip,
  subnets: Subnets,
  report: Report,
): void {
  const here = subnets.on(vip.dev, rs.address.family)?.first;
  if (!here || subnets.of(rs.address.family).contains(rs.address)) return;
  const shown = `${formatAddress(networkOf(here.address, here.prefix))}/${here.prefix}`;
  report.add(
    segment,
    base + rs.start,
    base + rs.end,
    t(
      `${formatAddress(rs.address)} is in no subnet that the file shows (${shown} on ${vip.dev || "the interface"}): DR reaches real servers of the same layer-2 segment only. Use TUN or NAT, or show the subnet.`,
      `${formatAddress(rs.address)} 不在文件所示的任何子网内（${vip.dev || "接口"} 上为 ${shown}）：DR 只能到达同一二层网段的真实服务器。请使用 TUN 或 NAT，或在文件中体现该子网。`,
    ),
    {
      related: [
        {
          ...config.range(config.newest(here.at), here.word),
          message: t("The subnet is known from here", "子网信息来自此处"),
        },
      ],
    },
  );
}

// ---------------------------------------------------------------------------------------------- the ARP note

/** Checks that services of LVS-DR say what their real servers need. */
export function checkNotes(config: Config, flat: Flat, report: Report): void {
  const noted = new Set<string>();
  /** Addresses that a note beside another service speaks of. */
  let elsewhere: Set<string> | undefined;
  for (const { item, fact } of flat.services) {
    if (!fact.dr || fact.arpNote) continue;
    const addresses = vipsOf(config, fact);
    const key = addresses.map(formatAddress).join(" ") || `mark ${fact.fwmark}`;
    if (noted.has(key)) continue;
    noted.add(key);
    if (addresses.length > 0 && addresses.every((a) => flat.arpComments.includes(formatAddress(a)))) continue;
    elsewhere ??= new Set(
      flat.services
        .filter((s) => s.fact.arpNote)
        .map((s) => vipsOf(config, s.fact).map(formatAddress).join(" ")),
    );
    if (elsewhere.has(key)) continue;
    const base = config.tree.starts[item];
    report.add(
      arpNote,
      base + fact.drStart,
      base + fact.drEnd,
      t(
        "lb_kind DR, but nothing notes the real servers' ARP settings: each needs the VIP on lo and must not answer ARP for it, or clients bypass the director.",
        "lb_kind 为 DR，但没有注明真实服务器的 ARP 设置：每台真实服务器都需要在 lo 上配置 VIP 且不应答其 ARP，否则客户端会绕过调度器。",
      ),
      {
        fixes: () => [
          {
            title: t("Insert the note", "插入说明"),
            edits: noteEdits(config, base + fact.start, addresses),
          },
        ],
      },
    );
  }
}

/** Addresses that clients of a service connect to, as far as the file tells (ranges by their first address). */
function vipsOf(config: Config, fact: ServiceFact): Address[] {
  if (fact.address) return [fact.address];
  if (fact.group === undefined) return [];
  const group = config.groups.find((g) => g.model.name === fact.group?.name);
  const addresses: Address[] = [];
  for (const m of group?.model.members ?? [])
    if (m.kind === "address" && !addresses.some((a) => sameAddress(a, m.range.first)))
      addresses.push(m.range.first);
  return addresses.slice(0, 8);
}

/** The note that tells what a real server of LVS-DR needs, as comment lines. The marker `dr-arp-note` is recognised. */
export function arpNoteLines(addresses: readonly Address[]): string[] {
  const v4 = addresses.filter((a) => a.family === 4).map(formatAddress);
  const v6 = addresses.filter((a) => a.family === 6).map(formatAddress);
  const lines = [
    "# LVS-DR (dr-arp-note): every real server holds the VIP on lo and does not answer ARP or ND for it:",
  ];
  const all = v4.length === 0 && v6.length === 0;
  for (const a of all ? ["VIP"] : v4) lines.push(`#   ip addr add ${a}/32 dev lo`);
  if (all || v4.length > 0)
    lines.push("#   sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2");
  for (const a of v6) lines.push(`#   ip -6 addr add ${a}/128 dev lo nodad`);
  if (v6.length > 0)
    lines.push(
      "#   (IPv6: addresses on lo are not announced by neighbour discovery; arp_ignore and arp_announce are for IPv4)",
    );
  return lines;
}

function noteEdits(config: Config, at: number, addresses: readonly Address[]): Edit[] {
  const { text } = config.tree;
  const line = lineStartAt(text, at);
  const indent = /^[ \t]*/.exec(text.slice(line, at))![0];
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  return [
    replace(
      line,
      line,
      arpNoteLines(addresses)
        .map((l) => `${indent}${l}${eol}`)
        .join(""),
    ),
  ];
}
