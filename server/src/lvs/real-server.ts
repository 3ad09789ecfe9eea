/**
 * What the real servers of direct routing and tunnels need: the virtual addresses without answering ARP for them, the
 * tunnel device, and a reverse path filter that lets the packets in.
 */
import { type Address, formatAddress } from "../language/address";
import { type Text, t } from "../language/schema";
import type { AddressRange } from "../model/model";
import { isSingle, mergeRanges, networksOf, prefixOf, rangeSize, rangeText } from "./ranges";
import { type Destination, frontsWith, type MarkAnswer, type Service } from "./services";

export type KitFormat = "sh" | "sysctl" | "netplan" | "nmcli";
export const KIT_FORMATS: readonly KitFormat[] = ["sh", "sysctl", "netplan", "nmcli"];

export interface Kit {
  /** Undefined when there is nothing to do on the real servers; then `notes` say why. */
  readonly text: string | undefined;
  readonly notes: readonly Text[];
}

/** A device that unwraps the packets of a tunnel. */
interface Device {
  readonly name: string;
  readonly module: string;
  /** Created by us; otherwise the module brings it along. */
  readonly create: string | undefined;
  readonly outer: 4 | 6;
  readonly inner: 4 | 6;
  /** UDP port that is unwrapped first. */
  readonly gue: number | undefined;
  /** Bytes that the tunnel adds to a packet. */
  readonly overhead: number;
  /** What a capture on the director has to look for. */
  readonly capture: string;
  /** The real servers behind it. */
  readonly servers: Address[];
}

interface Needs {
  readonly title: string;
  readonly vips: readonly AddressRange[];
  readonly servers: readonly Address[];
  readonly direct: boolean;
  readonly devices: readonly Device[];
  readonly ports: readonly string[];
}

/** More addresses than this are made local by routes instead of one by one. */
const MAX_ADDRESSES = 64n;

/** The kit for all real servers of some virtual servers. */
export function realServerKit(
  services: readonly Service[],
  format: KitFormat,
  marks: ReadonlyMap<number, readonly MarkAnswer[]> = new Map(),
): Kit {
  const notes: Text[] = [];
  const vips: AddressRange[] = [];
  const servers: Address[] = [];
  const devices = new Map<string, Device>();
  const ports = new Set<string>();
  let direct = false;
  let translated = false;
  let local = false;
  for (const service of services) {
    for (const { mark } of service.marks)
      if (!marks.has(mark))
        notes.push(
          t(
            `fwmark ${mark}: the addresses stand in iptables or nftables, not in this file; give them with --fwmark`,
            `fwmark ${mark}：地址写在 iptables 或 nftables 中，不在此文件里；请用 --fwmark 给出`,
          ),
        );
    const fronts = frontsWith(service, marks);
    for (const destination of service.destinations) {
      if (destination.local) {
        local = true;
        continue;
      }
      if (destination.method === "NAT") {
        translated = true;
        continue;
      }
      if (destination.method === "DR") direct = true;
      servers.push(destination.address);
      for (const front of fronts) {
        if (destination.method === "DR" && front.family !== destination.address.family) continue;
        vips.push(...front.addresses);
        for (const range of front.ports)
          if (range.first === range.last) ports.add(`${front.protocol.toLowerCase()} ${range.first}`);
        if (destination.method === "TUN") {
          const device = deviceFor(destination, front.family);
          const key = `${device.name} ${device.gue ?? ""}`;
          const known = devices.get(key) ?? device;
          devices.set(key, known);
          if (!known.servers.some((server) => formatAddress(server) === formatAddress(destination.address)))
            known.servers.push(destination.address);
        }
      }
    }
  }
  if (local)
    notes.push(
      t(
        "A server on the director itself needs nothing of this: the director holds the virtual address anyway.",
        "位于调度器本机的服务器不需要这些设置：调度器本来就持有虚拟地址。",
      ),
    );
  if (translated)
    notes.push(
      t(
        "NAT real servers do not get the virtual address. They need the director (best a virtual address on their side) as default gateway, the director needs net.ipv4.ip_forward=1, and clients must not be in the real servers' own subnet.",
        "NAT 模式的真实服务器不配置虚拟地址。它们的默认网关必须是调度器（最好是内侧的虚拟地址），调度器需要 net.ipv4.ip_forward=1，并且客户端不能与真实服务器在同一子网。",
      ),
    );
  if (vips.length === 0) return { text: undefined, notes };
  const unique = [...new Map(servers.map((server) => [formatAddress(server), server])).values()];
  const needs: Needs = {
    title: services.map((service) => service.title).join(", "),
    vips: mergeRanges(vips),
    servers: unique,
    direct,
    devices: [...devices.values()],
    ports: [...ports].sort(),
  };
  if (needs.devices.length > 0) {
    const overhead = Math.max(...needs.devices.map((device) => device.overhead));
    const inner = needs.devices.some((device) => device.inner === 6) ? 60 : 40;
    notes.push(
      t(
        `The tunnel adds ${overhead} bytes. With an MTU of 1500 between director and real server the clients' MSS must be at most ${1500 - overhead - inner}: set it on the real server's route (advmss) or clamp it, or raise the MTU of the segment.`,
        `隧道会增加 ${overhead} 字节。若调度器与真实服务器之间的 MTU 为 1500，客户端的 MSS 不能超过 ${1500 - overhead - inner}：在真实服务器的路由上设置 advmss、钳制 MSS，或调大网段 MTU。`,
      ),
    );
  }
  const text = { sh: shellScript, sysctl: sysctlFile, netplan: netplanFile, nmcli: nmcliScript }[format](
    needs,
  );
  return { text, notes };
}

/**
 * The device for a tunnel. GUE only takes off UDP; what is left is IPIP or 6in4, which the same devices as for ipip
 * unwrap. GRE needs a device of its own because the fallback device refuses packets with a checksum.
 */
function deviceFor(destination: Destination, inner: 4 | 6): Device {
  const outer = destination.address.family;
  const tunnel = destination.tunnel;
  const ip = outer === 4 ? 20 : 40;
  if (tunnel?.type === "gre") {
    const checksum = tunnel.checksum === "csum";
    const kind = outer === 4 ? "gre" : "ip6gre";
    return {
      name: outer === 4 ? "lvs-gre" : "lvs-gre6",
      module: outer === 4 ? "ip_gre" : "ip6_gre",
      create: `type ${kind} local "$LOCAL_V${outer}"${checksum ? " icsum" : ""}`,
      outer,
      inner,
      gue: undefined,
      overhead: ip + 4 + (checksum ? 4 : 0),
      capture: outer === 4 ? "ip proto 47" : "ip6 proto 47",
      servers: [],
    };
  }
  const device =
    outer === 6
      ? { name: "ip6tnl0", module: "ip6_tunnel" }
      : inner === 4
        ? { name: "tunl0", module: "ipip" }
        : { name: "sit0", module: "sit" };
  const gue = tunnel?.type === "gue" ? tunnel.port : undefined;
  return {
    ...device,
    create: undefined,
    outer,
    inner,
    gue,
    overhead: ip + (gue ? 12 : 0),
    capture: gue ? `udp port ${gue}` : `${outer === 4 ? "ip" : "ip6"} proto ${inner === 4 ? 4 : 41}`,
    servers: [],
  };
}

/** Sysctl settings with the reason for each. */
function sysctls(needs: Needs): { name: string; value: number; why: string }[] {
  const list: { name: string; value: number; why: string }[] = [];
  const has4 = needs.vips.some((range) => range.first.family === 4);
  if (has4) {
    list.push({
      name: "net.ipv4.conf.all.arp_ignore",
      value: 1,
      why: "answer ARP only for addresses of the interface that is asked: never for the virtual address on lo",
    });
    list.push({
      name: "net.ipv4.conf.all.arp_announce",
      value: 2,
      why: "never use the virtual address as source of ARP requests",
    });
  }
  for (const device of needs.devices)
    if (device.inner === 4)
      list.push({
        name: `net.ipv4.conf.${device.name}.rp_filter`,
        value: 2,
        why: "loose reverse path filter: clients are reached by another interface (the larger of this and all.rp_filter counts)",
      });
  return list;
}

/** Networks to make local by a route, or single addresses; ranges of few addresses are taken apart. */
function localAddresses(needs: Needs): { addresses: AddressRange[]; networks: AddressRange[] } {
  const total = needs.vips.reduce((sum, range) => sum + rangeSize(range), 0n);
  if (total > MAX_ADDRESSES) return { addresses: [], networks: needs.vips.flatMap(networksOf) };
  const addresses: AddressRange[] = [];
  for (const range of needs.vips) {
    for (let value = BigInt(range.first.value); value <= BigInt(range.last.value); value++) {
      const address: Address =
        range.first.family === 4 ? { family: 4, value: Number(value) } : { family: 6, value };
      addresses.push({ first: address, last: address });
    }
  }
  return { addresses, networks: [] };
}

const host = (range: AddressRange): string =>
  `${formatAddress(range.first)}/${range.first.family === 4 ? 32 : 128}`;
const network = (range: AddressRange): string =>
  isSingle(range) ? host(range) : `${formatAddress(range.first)}/${prefixOf(range)}`;
const words = (list: readonly string[]): string => list.join(" ");

function header(needs: Needs, what: string): string[] {
  const method = needs.direct && needs.devices.length > 0 ? "DR and TUN" : needs.direct ? "DR" : "TUN";
  return [
    `# ${what}`,
    `# Real servers of ${needs.title.length > 90 ? `${needs.title.slice(0, 90)}…` : needs.title} (${method}):`,
    `# ${needs.servers.slice(0, 12).map(formatAddress).join(", ")}${needs.servers.length > 12 ? ", …" : ""}`,
  ];
}

/** Whether only some of the real servers need a device: where they use different tunnels each gets its own only. */
const isForSome = (needs: Needs, device: Device): boolean => device.servers.length < needs.servers.length;

/** Adds lines that are run on the servers of a device only; without a line it ends the condition. */
function guarded(needs: Needs, device: Device, lines: string[]): (line?: string) => void {
  const some = isForSome(needs, device);
  if (some) lines.push(`    if is_one_of ${words(device.servers.map(formatAddress))}; then`);
  return (line) => {
    if (line !== undefined) lines.push(`${some ? "        " : "    "}${line}`);
    else if (some) lines.push("    fi");
  };
}

function shellScript(needs: Needs): string {
  const { addresses, networks } = localAddresses(needs);
  const of = (family: 4 | 6, list: readonly AddressRange[]) =>
    list.filter((range) => range.first.family === family);
  const settings = sysctls(needs);
  const example = needs.vips[0].first;
  const url = example.family === 6 ? `[${formatAddress(example)}]` : formatAddress(example);
  const tcpPorts = needs.ports.filter((port) => port.startsWith("tcp ")).map((port) => port.slice(4));
  const lines: string[] = [
    "#!/bin/sh",
    ...header(
      needs,
      "Prepares a real server of LVS: sh THIS [apply|undo|check]   (as root; may be run again)",
    ),
    "# It changes the running system only: run it at every start, for example from a systemd unit.",
    "set -eu",
    "",
    `REAL_SERVERS="${words(needs.servers.map(formatAddress))}"`,
    `VIPS4="${words(of(4, addresses).map((range) => formatAddress(range.first)))}"`,
    `VIPS6="${words(of(6, addresses).map((range) => formatAddress(range.first)))}"`,
    `NETWORKS4="${words(of(4, networks).map(network))}"`,
    `NETWORKS6="${words(of(6, networks).map(network))}"`,
    "",
    "# The address of this machine that the director forwards to; empty on any other machine.",
    "own_address() {",
    "    for address in $REAL_SERVERS; do",
    '        case "$address" in *:*) family=6 ;; *) family=4 ;; esac',
    '        [ "$family" = "$1" ] || continue',
    '        if ip -o addr show | grep -qF -e "inet $address/" -e "inet6 $address/"; then',
    '            echo "$address"',
    "            return",
    "        fi",
    "    done",
    "}",
    "LOCAL_V4=$(own_address 4)",
    "LOCAL_V6=$(own_address 6)",
    ...(needs.devices.some((device) => isForSome(needs, device))
      ? [
          "is_one_of() { # ADDRESS…",
          '    for address in "$@"; do',
          '        case "$address" in "$LOCAL_V4" | "$LOCAL_V6") return 0 ;; esac',
          "    done",
          "    return 1",
          "}",
        ]
      : []),
    "",
    "apply() {",
    '    if [ -z "$LOCAL_V4$LOCAL_V6" ] && [ "${FORCE:-}" != 1 ]; then',
    '        echo "None of $REAL_SERVERS is an address of this machine: nothing done (FORCE=1 overrides)." >&2',
    "        exit 1",
    "    fi",
  ];
  const comment = (text: string) => lines.push(`    # ${text}`);
  if (settings.some((s) => s.name.includes("arp_")))
    comment("ARP first, so that the virtual addresses are never announced.");
  for (const s of settings.filter((x) => x.name.includes("arp_"))) {
    comment(`${s.why}.`);
    lines.push(`    sysctl -qw ${s.name}=${s.value}`);
  }
  for (const device of needs.devices) {
    const put = guarded(needs, device, lines);
    put(`# The tunnel device ${device.name} unwraps what the director sends.`);
    put(`modprobe ${device.module} 2>/dev/null || true`);
    if (device.gue !== undefined) {
      const six = device.outer === 6 ? " -6" : "";
      put(`modprobe ${device.outer === 6 ? "fou6" : "fou"} 2>/dev/null || true`);
      put(`ip fou show | grep -qw "port ${device.gue}" || ip fou add port ${device.gue} gue${six}`);
    }
    if (device.create)
      put(`ip link show ${device.name} >/dev/null 2>&1 || ip link add ${device.name} ${device.create}`);
    put(`ip link set ${device.name} up`);
    for (const s of settings.filter((x) => x.name.includes(`.${device.name}.`))) {
      put(`# ${s.why}.`);
      put(`sysctl -qw ${s.name}=${s.value}`);
    }
    put();
  }
  lines.push(
    '    for vip in $VIPS4; do ip addr replace "$vip/32" dev lo; done',
    "    # Deprecated at once: never chosen as the source of new connections. lo sends no neighbour advertisements.",
    '    for vip in $VIPS6; do ip -6 addr replace "$vip/128" dev lo preferred_lft 0; done',
    "    # Whole networks are local by a route, without an address for each of them.",
    '    for network in $NETWORKS4; do ip route replace local "$network" dev lo; done',
    '    for network in $NETWORKS6; do ip -6 route replace local "$network" dev lo; done',
    "}",
    "",
    "undo() {",
    '    for vip in $VIPS4; do ip addr del "$vip/32" dev lo 2>/dev/null || true; done',
    '    for vip in $VIPS6; do ip -6 addr del "$vip/128" dev lo 2>/dev/null || true; done',
    '    for network in $NETWORKS4; do ip route del local "$network" dev lo 2>/dev/null || true; done',
    '    for network in $NETWORKS6; do ip -6 route del local "$network" dev lo 2>/dev/null || true; done',
  );
  for (const device of needs.devices) {
    lines.push(
      device.create
        ? `    ip link del ${device.name} 2>/dev/null || true`
        : `    ip link set ${device.name} down 2>/dev/null || true`,
    );
    if (device.gue !== undefined)
      lines.push(`    ip fou del port ${device.gue}${device.outer === 6 ? " -6" : ""} 2>/dev/null || true`);
  }
  for (const s of settings.filter((x) => x.name.includes("arp_"))) lines.push(`    sysctl -qw ${s.name}=0`);
  lines.push(
    "}",
    "",
    "FAILED=0",
    "expect() { # DESCRIPTION COMMAND…",
    "    description=$1",
    "    shift",
    '    if "$@" >/dev/null 2>&1; then echo "ok    $description"; else echo "FAIL  $description"; FAILED=1; fi',
    "}",
    'has_address() { ip -o addr show dev lo | grep -qF -e "inet $1/" -e "inet6 $1/"; }',
    'has_route() { ip route show table local "$1" | grep -q . || ip -6 route show table local "$1" | grep -q .; }',
    'is_set() { [ "$(sysctl -n "$1")" = "$2" ]; }',
    "",
    "check() {",
    '    expect "one of the real servers" test -n "$LOCAL_V4$LOCAL_V6"',
    '    for vip in $VIPS4 $VIPS6; do expect "$vip on lo" has_address "$vip"; done',
    '    for network in $NETWORKS4 $NETWORKS6; do expect "$network is local" has_route "$network"; done',
  );
  for (const s of settings.filter((x) => x.name.includes("arp_")))
    lines.push(`    expect "${s.name} is ${s.value}" is_set ${s.name} ${s.value}`);
  for (const device of needs.devices) {
    const put = guarded(needs, device, lines);
    put(`expect "${device.name} is up" sh -c "ip link show ${device.name} up | grep -q ."`);
    if (device.gue !== undefined)
      put(`expect "GUE port ${device.gue}" sh -c "ip fou show | grep -qw 'port ${device.gue}'"`);
    for (const s of settings.filter((x) => x.name.includes(`.${device.name}.`)))
      put(`expect "${s.name} is ${s.value}" is_set ${s.name} ${s.value}`);
    put();
  }
  for (const port of needs.ports.slice(0, 8)) {
    const [protocol, number] = port.split(" ");
    if (protocol === "sctp") continue;
    const option = protocol === "tcp" ? "-Hltn" : "-Hlun";
    lines.push(
      `    expect "something listens on ${protocol} port ${number} (it must on the virtual address or on all)" sh -c "ss ${option} | grep -q ':${number} '"`,
    );
  }
  lines.push(
    "    cat <<'EOF'",
    "",
    "Then, on the director:",
    "  ipvsadm -Ln                      every real server with weight > 0",
    "  ip -br addr                      the virtual address on the active director only",
    ...(needs.direct
      ? [
          `  tcpdump -eni any host ${formatAddress(example)}   each client packet twice: gateway -> director, director -> real server`,
        ]
      : []),
    ...(needs.devices.length > 0
      ? [
          `  tcpdump -ni any '${[...new Set(needs.devices.map((d) => d.capture))].join(" or ")}'   the encapsulated packets leave`,
        ]
      : []),
    "On this real server:",
    `  tcpdump -eni any host ${formatAddress(example)}   requests from the director's MAC, replies to the gateway's`,
    "From another machine of the segment:",
    `  arping ${formatAddress(example)}   (IPv6: ndisc6) only the director's MAC address may answer`,
    "On the ESXi host of the director:",
    "  summarize-dvfilter | grep -A 3 vmm               the name of the filter: nic-…-eth0-vmware-sfw.2",
    '  vsipioctl getrules -f FILTER                     the stateless rules come first; no word "strict" on them',
    "  vsipioctl getfilterstat -f FILTER                state-mismatch must not grow any more",
    "From a client, more than 100 KB: anything under 64 KB passes a broken setup, too:",
    ...(tcpPorts.length > 0
      ? [
          "  head -c 10M /dev/zero >/tmp/upload",
          `  curl -sS -o /dev/null -w '%{http_code} %{size_upload}\\n' -F file=@/tmp/upload ${/443$/.test(tcpPorts[0]) ? "-k https" : "http"}://${url}:${tcpPorts[0]}/`,
        ]
      : [`  any upload of 10 MB to ${rangeText(needs.vips[0])}`]),
    "EOF",
    '    return "$FAILED"',
    "}",
    "",
    'case "${1:-apply}" in',
    "    apply) apply ;;",
    "    undo) undo ;;",
    "    check) check ;;",
    '    *) echo "Usage: $0 [apply|undo|check]" >&2; exit 2 ;;',
    "esac",
  );
  return `${lines.filter((line, i) => line !== "" || lines[i - 1] !== "").join("\n")}\n`;
}

function sysctlFile(needs: Needs): string {
  const lines = [
    ...header(needs, "/etc/sysctl.d/90-lvs-real-server.conf"),
    "# Apply: sysctl --system. Undo: delete the file and set the values back (usually 0).",
    "# Check: sysctl -a | grep -E 'arp_(ignore|announce)|rp_filter'",
  ];
  // A device that a script makes does not exist yet when this file is read.
  const made = needs.devices.filter((device) => device.create !== undefined);
  for (const setting of sysctls(needs))
    if (!made.some((device) => setting.name.includes(`.${device.name}.`)))
      lines.push("", `# ${setting.why}`, `${setting.name} = ${setting.value}`);
  if (sysctls(needs).length === 0)
    lines.push(
      "",
      "# IPv6 needs no setting: Linux answers neighbour solicitations only for addresses of the interface that is asked.",
    );
  for (const device of needs.devices)
    if (device.inner === 4)
      lines.push(
        "",
        device.create
          ? `# After ${device.name} is made: sysctl -w net.ipv4.conf.${device.name}.rp_filter=2`
          : `# ${device.name} must exist when this is read: write "${device.module}" to /etc/modules-load.d/lvs.conf.`,
      );
  return `${lines.join("\n")}\n`;
}

function netplanFile(needs: Needs): string {
  const { addresses, networks } = localAddresses(needs);
  const tunnels = needs.devices.filter((device) => device.create === undefined);
  const lines = [
    ...header(needs, "/etc/netplan/90-lvs-real-server.yaml   (renderer networkd; chmod 600)"),
    "# Apply: netplan apply. Undo: delete the file, netplan apply, and remove the addresses from lo.",
    "# Check: ip -br addr show lo",
    `# It needs the sysctl settings, too (--format sysctl)${needs.devices.length > 0 ? `, and /etc/modules-load.d/lvs.conf with: ${words([...new Set(needs.devices.map((d) => d.module))])}` : ""}.`,
    "network:",
    "  version: 2",
    "  ethernets:",
    "    lo:",
    "      match:",
    "        name: lo",
  ];
  if (addresses.length > 0) {
    lines.push("      addresses:");
    for (const range of addresses) lines.push(`        - "${host(range)}"`);
  }
  if (networks.length > 0) {
    lines.push("      routes:");
    for (const range of networks) lines.push(`        - to: "${network(range)}"`, "          type: local");
  }
  for (const device of tunnels)
    lines.push(`    ${device.name}:`, "      match:", `        name: ${device.name}`, "      link-local: []");
  for (const device of needs.devices) {
    if (device.create)
      lines.push(
        `# The device ${device.name}: ip link add ${device.name} ${device.create.replace(/"\$LOCAL_V\d"/, "THIS_REAL_SERVER")} && ip link set ${device.name} up`,
      );
    if (device.gue !== undefined)
      lines.push(
        `# netplan cannot open the GUE port: ip fou add port ${device.gue} gue${device.outer === 6 ? " -6" : ""}`,
      );
  }
  return `${lines.join("\n")}\n`;
}

function nmcliScript(needs: Needs): string {
  const { addresses, networks } = localAddresses(needs);
  const join = (family: 4 | 6) =>
    addresses
      .filter((range) => range.first.family === family)
      .map(host)
      .join(",");
  const routes = (family: 4 | 6) =>
    networks
      .filter((range) => range.first.family === family)
      .map((range) => `${network(range)} type=local`)
      .join(", ");
  const method = (family: 4 | 6) => (join(family) !== "" || routes(family) !== "" ? "manual" : "disabled");
  const lines = [
    "#!/bin/sh",
    ...header(needs, "NetworkManager: sh THIS [apply|undo|check]   (as root; may be run again)"),
    "# The addresses sit on a dummy interface, which works with every release; it needs the settings of",
    "# --format sysctl, too.",
    "set -eu",
    "",
    "apply() {",
    "    nmcli -g connection.id connection show lvs-vip >/dev/null 2>&1 ||",
    "        nmcli connection add type dummy ifname lvs-vip con-name lvs-vip ipv4.method disabled ipv6.method disabled",
    "    nmcli connection modify lvs-vip \\",
  ];
  const properties: string[] = [];
  for (const family of [4, 6] as const) {
    if (method(family) === "disabled") {
      properties.push(`ipv${family}.method disabled`);
      continue;
    }
    // "manual" wants an address; a route alone goes with a link-local one.
    if (join(family) !== "")
      properties.push(`ipv${family}.method manual ipv${family}.addresses "${join(family)}"`);
    else properties.push(`ipv${family}.method link-local`);
    if (routes(family) !== "") properties.push(`ipv${family}.routes "${routes(family)}"`);
    properties.push(`ipv${family}.never-default yes`);
  }
  lines.push(`        ${properties.join(" \\\n        ")}`, "    nmcli connection up lvs-vip");
  if (needs.devices.length > 0) {
    lines.push(
      `    printf '%s\\n' ${words([...new Set(needs.devices.flatMap((d) => (d.gue === undefined ? [d.module] : [d.module, "fou"])))])} >/etc/modules-load.d/lvs.conf`,
      "    # NetworkManager does not bring up the devices that a module brings along: a dispatcher script does.",
      "    cat >/etc/NetworkManager/dispatcher.d/90-lvs-tunnel <<'EOF'",
      "#!/bin/sh",
      '[ "$1 $2" = "lvs-vip up" ] || exit 0',
    );
    for (const device of needs.devices) {
      lines.push(`modprobe ${device.module}`);
      if (device.gue !== undefined)
        lines.push(
          "modprobe fou",
          `ip fou add port ${device.gue} gue${device.outer === 6 ? " -6" : ""} 2>/dev/null`,
        );
      if (device.create) {
        const list = needs.servers.filter((server) => server.family === device.outer).map(formatAddress);
        lines.push(
          `for address in ${words(list)}; do`,
          `    ip -o addr show | grep -qwF "$address" && ip link add ${device.name} ${device.create.replace(/\$LOCAL_V\d/, "$address")} 2>/dev/null`,
          "done",
        );
      }
      lines.push(`ip link set ${device.name} up`);
      if (device.inner === 4) lines.push(`sysctl -qw net.ipv4.conf.${device.name}.rp_filter=2`);
    }
    lines.push(
      "EOF",
      "    chmod 755 /etc/NetworkManager/dispatcher.d/90-lvs-tunnel",
      "    /etc/NetworkManager/dispatcher.d/90-lvs-tunnel lvs-vip up",
    );
  }
  lines.push("}", "", "undo() {", "    nmcli connection delete lvs-vip 2>/dev/null || true");
  if (needs.devices.length > 0) {
    lines.push("    rm -f /etc/NetworkManager/dispatcher.d/90-lvs-tunnel /etc/modules-load.d/lvs.conf");
    for (const device of needs.devices)
      lines.push(
        device.create
          ? `    ip link del ${device.name} 2>/dev/null || true`
          : `    ip link set ${device.name} down 2>/dev/null || true`,
      );
  }
  lines.push(
    "}",
    "",
    "check() {",
    "    ip -br addr show dev lvs-vip",
    "    sysctl net.ipv4.conf.all.arp_ignore net.ipv4.conf.all.arp_announce",
    ...needs.devices.map((device) => `    ip -br link show dev ${device.name}`),
    "}",
    "",
    'case "${1:-apply}" in',
    "    apply) apply ;;",
    "    undo) undo ;;",
    "    check) check ;;",
    '    *) echo "Usage: $0 [apply|undo|check]" >&2; exit 2 ;;',
    "esac",
  );
  return `${lines.join("\n")}\n`;
}
