/** How addresses fit together: VIPs, their subnets, virtual servers, real servers. */
import {
  type Address,
  addressKey,
  formatAddress,
  inNetwork,
  isLinkLocal,
  isLoopback,
  lastOf,
  networkOf,
  sameAddress,
} from "../language/address";
import { t } from "../language/schema";
import type { Config, Located } from "../model/config";
import type { AddressEntry, VrrpInstance } from "../model/model";
import type { Flat } from "./config";
import { liveInstances } from "./instances";
import { type Edit, type Fix, type Report, replace, rule } from "./rule";
import type { ServiceFact } from "./services";

const notAVip = rule(
  "virtual-server-not-vip",
  "warning",
  t("The address of a virtual server is no VIP of the file.", "虚拟服务器的地址不是本文件中的 VIP。"),
);
const outside = rule(
  "vip-outside-subnet",
  "warning",
  t("A VIP outside the subnet of its interface.", "VIP 不在接口所在子网内。"),
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
  "warning",
  t(
    "With DR the real server must be in the director's segment.",
    "DR 模式下真实服务器必须与调度器在同一网段。",
  ),
);
const realIsVip = rule(
  "real-server-is-vip",
  "warning",
  t("A real server with the address of the virtual server.", "真实服务器使用了虚拟服务器的地址。"),
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
    "Two virtual servers with the same address, port and protocol.",
    "地址、端口和协议相同的两个虚拟服务器。",
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
  readonly start: number;
  readonly end: number;
}

interface Vip {
  readonly entry: AddressEntry;
  readonly at: Located<VrrpInstance>;
  readonly dev: string;
}

export function checkAddresses(config: Config, flat: Flat, report: Report): void {
  const vips: Vip[] = [];
  for (const at of liveInstances(config)) {
    for (const entry of [...at.model.virtualIps, ...at.model.excludedIps]) {
      vips.push({ entry, at, dev: entry.dev?.value ?? at.model.interface?.value ?? "" });
    }
  }
  const networks = knownNetworks(config, vips);
  for (const vip of vips) checkVip(config, vip, networks, report);
  prefixes(config, vips, report);
  hostAddresses(config, vips, report);
  services(config, flat, vips, networks, report);
  notes(config, flat, report);
}

function knownNetworks(config: Config, vips: readonly Vip[]): Network[] {
  const networks: Network[] = [];
  for (const { entry, at, dev } of vips) {
    const { prefix, address, word } = entry;
    if (prefix === undefined || prefix >= (address.family === 4 ? 31 : 127) || isLinkLocal(address)) continue;
    networks.push({ address, prefix, dev, fixed: false, ...config.range(at, word) });
  }
  for (const s of config.staticAddresses) {
    for (const a of s.model.addresses) {
      if (a.prefix === undefined || a.prefix >= (a.address.family === 4 ? 31 : 127) || !a.dev) continue;
      const place = config.range(s, a.word);
      networks.push({ address: a.address, prefix: a.prefix, dev: a.dev.value, fixed: true, ...place });
    }
  }
  return networks;
}

function checkVip(config: Config, vip: Vip, networks: readonly Network[], report: Report): void {
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
      const fixes: Fix[] = [];
      if ((prefix ?? 32) < 31)
        fixes.push({
          title: t(`Write ${formatAddress(last)}`, `改为 ${formatAddress(last)}`),
          edits: [replace(place.start, place.end, formatAddress(last))],
          safe: true,
        });
      report.add(
        badBroadcast,
        place.start,
        place.end,
        (prefix ?? 32) >= 31
          ? t(
              `A /${prefix ?? 32} has no broadcast address; a prefix length is missing.`,
              `/${prefix ?? 32} 没有广播地址；缺少前缀长度。`,
            )
          : t(
              `The broadcast address of /${prefix} is ${formatAddress(last)}.`,
              `/${prefix} 的广播地址是 ${formatAddress(last)}。`,
            ),
        { fixes },
      );
    }
  }
  if (isLinkLocal(address) || entry.peer || isLoopback(address)) return;
  // Outside every subnet that the file shows on the interface?
  const near = networks.filter(
    (n) => n.dev === dev && n.address.family === address.family && !(n.start === range.start),
  );
  const alone = prefix === undefined || prefix === host;
  if (alone && near.length > 0 && !near.some((n) => inNetwork(address, n.address, n.prefix))) {
    const [n] = near;
    const shown = `${formatAddress(networkOf(n.address, n.prefix))}/${n.prefix}`;
    report.add(
      outside,
      range.start,
      range.end,
      t(
        `${formatAddress(address)} lies outside ${shown}, the subnet on ${dev || "the interface"} that the file shows, and has no prefix of its own: nobody reaches it on the link.`,
        `${formatAddress(address)} 不在文件所示的 ${dev || "接口"} 子网 ${shown} 内，且没有自己的前缀：链路上无法到达它。`,
      ),
      {
        // A neighbour that differs in the last octet only shows that prefixes are mixed, not what
        // the subnet is.
        severity:
          n.fixed || address.family === 6 || !inNetwork(address, n.address, Math.min(24, n.prefix))
            ? undefined
            : "information",
        related: [
          { start: n.start, end: n.end, message: t("The subnet is known from here", "子网信息来自此处") },
        ],
      },
    );
    return;
  }
  const source = at.model.unicastSourceIp ?? at.model.multicastSourceIp;
  const sourceHere = source && dev === (at.model.interface?.value ?? "") ? source : undefined;
  if (
    !alone &&
    sourceHere &&
    sourceHere.value.family === address.family &&
    !isLinkLocal(sourceHere.value) &&
    !inNetwork(sourceHere.value, address, prefix!)
  ) {
    if (
      networks.some(
        (n) => n.dev === dev && n.start !== range.start && inNetwork(sourceHere.value, n.address, n.prefix),
      )
    )
      return;
    report.add(
      outside,
      range.start,
      range.end,
      t(
        `${formatAddress(sourceHere.value)}, the address of ${dev}, is not in ${formatAddress(networkOf(address, prefix!))}/${prefix}: if that subnet is on another interface, the VIP needs “dev”.`,
        `${dev} 的地址 ${formatAddress(sourceHere.value)} 不在 ${formatAddress(networkOf(address, prefix!))}/${prefix} 内：如果该子网在其他接口上，VIP 需要“dev”。`,
      ),
      {
        severity: "information",
        related: [{ ...config.range(at, sourceHere), message: t("The source address", "源地址") }],
      },
    );
  } else if (
    alone &&
    near.length === 0 &&
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
        `${formatAddress(address)} has no prefix and is far from ${formatAddress(sourceHere.value)}, the address of ${dev}: it may lie outside the subnet.`,
        `${formatAddress(address)} 没有前缀，且与 ${dev} 的地址 ${formatAddress(sourceHere.value)} 相距较远：可能不在子网内。`,
      ),
      { severity: "information" },
    );
  }
}

function prefixes(config: Config, vips: readonly Vip[], report: Report): void {
  const seen: Vip[] = [];
  for (const vip of vips) {
    const { prefix, address } = vip.entry;
    const host = address.family === 4 ? 32 : 128;
    if (prefix === undefined || prefix === host || vip.entry.peer) continue;
    const other = seen.find(
      (s) =>
        s.dev === vip.dev &&
        s.entry.address.family === address.family &&
        s.entry.prefix !== prefix &&
        inNetwork(address, s.entry.address, Math.min(prefix, s.entry.prefix!)),
    );
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
    } else seen.push(vip);
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
        },
      );
    } else if (!before) places.set(key, vip);
  }
}

function services(
  config: Config,
  flat: Flat,
  vips: readonly Vip[],
  networks: readonly Network[],
  report: Report,
): void {
  if (flat.services.length === 0) return;
  const carried = new Set<string | number>();
  for (const v of vips) carried.add(addressKey(v.entry.address));
  const statics = config.staticAddresses.flatMap((s) => s.model.addresses);
  for (const a of statics) carried.add(addressKey(a.address));
  const directors = new Map<string | number, true>();
  for (const at of config.instances) {
    const { unicastSourceIp, multicastSourceIp, unicastPeers } = at.model;
    if (unicastSourceIp) directors.set(addressKey(unicastSourceIp.value), true);
    if (multicastSourceIp) directors.set(addressKey(multicastSourceIp.value), true);
    for (const p of unicastPeers) directors.set(addressKey(p.address), true);
  }
  const seen = new Map<string, { start: number; end: number }>();
  const { starts } = config.tree;
  // Where VRRP carries none of the services the file keeps the two apart on purpose (an anycast or
  // routed address): a stray one among carried ones is the mistake.
  const anyCarried = flat.services.some(
    ({ fact }) => fact.address !== undefined && carried.has(addressKey(fact.address)),
  );
  for (const { item, fact } of flat.services) {
    const base = starts[item];
    if (fact.address) {
      const key = `${addressKey(fact.address)} ${fact.port} ${fact.protocol}`;
      const start = base + fact.addressStart;
      const end = base + fact.addressEnd;
      const before = seen.get(key);
      if (before) {
        report.add(
          duplicateService,
          start,
          end,
          t(
            `Another virtual server has ${formatAddress(fact.address)}, port ${fact.port} and ${fact.protocol}: IPVS knows one service of them.`,
            `另一个虚拟服务器使用相同的 ${formatAddress(fact.address)}、端口 ${fact.port} 和 ${fact.protocol}：IPVS 只有一个这样的服务。`,
          ),
          {
            related: [{ ...before, message: t("The first one", "第一个") }],
          },
        );
      } else seen.set(key, { start, end });
      if (
        config.instances.length > 0 &&
        carried.size > 0 &&
        !carried.has(addressKey(fact.address)) &&
        !isLoopback(fact.address)
      )
        notCarried(fact, base, vips, anyCarried, report);
    }
    for (const rs of fact.servers) {
      const start = base + rs.start;
      const end = base + rs.end;
      if (fact.address && sameAddress(rs.address, fact.address)) {
        report.add(
          realIsVip,
          start,
          end,
          t(
            "This is the address of the virtual server itself: the director would send the packets to itself.",
            "这是虚拟服务器自身的地址：调度器会把报文发给自己。",
          ),
        );
        continue;
      }
      if (directors.has(addressKey(rs.address))) {
        report.add(
          realIsDirector,
          start,
          end,
          t(
            "This real server is a director: if both directors are real servers of each other, packets can loop between them, and a test from the director does not pass IPVS.",
            "该真实服务器是调度器：若两台调度器互为真实服务器，报文可能在两者间循环；从调度器上测试也不经过 IPVS。",
          ),
        );
      }
      if (rs.method === "DR" && fact.address && rs.address.family === fact.address.family)
        segmentOf(fact, rs, start, end, vips, networks, report);
    }
  }
}

function notCarried(
  fact: ServiceFact,
  base: number,
  vips: readonly Vip[],
  anyCarried: boolean,
  report: Report,
): void {
  const address = fact.address!;
  const same = vips.filter((v) => v.entry.address.family === address.family);
  let best: Vip | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  const text = formatAddress(address);
  for (const v of same) {
    const d = textDistance(text, formatAddress(v.entry.address));
    if (d < bestDistance) {
      best = v;
      bestDistance = d;
    }
  }
  const start = base + fact.addressStart;
  const end = base + fact.addressEnd;
  const fixes: Fix[] = [];
  if (best && bestDistance <= 3) {
    const near = formatAddress(best.entry.address);
    fixes.push({ title: t(`Replace by ${near}`, `替换为 ${near}`), edits: [replace(start, end, near)] });
  }
  report.add(
    notAVip,
    start,
    end,
    t(
      `No VRRP instance of this file carries ${text}${best && bestDistance <= 3 ? `; the nearest VIP is ${formatAddress(best.entry.address)}` : ""}: without it no packet reaches the service.`,
      `本文件中没有 VRRP 实例承载 ${text}${best && bestDistance <= 3 ? `；最接近的 VIP 是 ${formatAddress(best.entry.address)}` : ""}：没有它，报文到不了该服务。`,
    ),
    { severity: anyCarried || bestDistance <= 1 ? undefined : "information", fixes },
  );
}

/** Number of characters that differ, for addresses of similar length. */
function textDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return 99;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    previous = row;
  }
  return previous[b.length];
}

function segmentOf(
  fact: ServiceFact,
  rs: ServiceFact["servers"][number],
  start: number,
  end: number,
  vips: readonly Vip[],
  networks: readonly Network[],
  report: Report,
): void {
  const vip = vips.find((v) => sameAddress(v.entry.address, fact.address!));
  if (!vip) return;
  const here = networks.filter((n) => n.dev === vip.dev && n.address.family === rs.address.family);
  const elsewhere = networks.filter((n) => n.address.family === rs.address.family);
  if (here.length === 0 || elsewhere.some((n) => inNetwork(rs.address, n.address, n.prefix))) return;
  const [n] = here;
  report.add(
    segment,
    start,
    end,
    t(
      `${formatAddress(rs.address)} is in no subnet that the file shows (${formatAddress(networkOf(n.address, n.prefix))}/${n.prefix} on ${vip.dev || "the interface"}): DR reaches real servers of the same layer-2 segment only. Use TUN or NAT, or show the subnet.`,
      `${formatAddress(rs.address)} 不在文件所示的任何子网内（${vip.dev || "接口"} 上为 ${formatAddress(networkOf(n.address, n.prefix))}/${n.prefix}）：DR 只能到达同一二层网段的真实服务器。请使用 TUN 或 NAT，或在文件中体现该子网。`,
    ),
    {
      related: [
        { start: n.start, end: n.end, message: t("The subnet is known from here", "子网信息来自此处") },
      ],
    },
  );
}

// ---------------------------------------------------------------------------------------------- the ARP note

function notes(config: Config, flat: Flat, report: Report): void {
  const noted = new Set<string>();
  for (const { item, fact } of flat.services) {
    if (!fact.dr || fact.arpNote) continue;
    const addresses = vipsOf(config, fact);
    const key = addresses.map(formatAddress).join(" ") || `mark ${fact.fwmark}`;
    if (noted.has(key)) continue;
    noted.add(key);
    if (addresses.length > 0 && addresses.every((a) => flat.arpComments.includes(formatAddress(a)))) continue;
    if (
      flat.services.some((s) => s.fact.arpNote && vipsOf(config, s.fact).map(formatAddress).join(" ") === key)
    )
      continue;
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
  const group = config.groups.find((g) => g.model.name === fact.group);
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
  const line = text.lastIndexOf("\n", at - 1) + 1;
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
