/** Builds model objects from syntax nodes. Values that are not understood are left out; judging them is for the checks. */
import { keywordById } from "../language";
import { type Address, parseAddress } from "../language/address";
import { parseBoolean, parseInteger } from "../language/numbers";
import { readScript } from "../language/script";
import { Flag, Kind } from "../syntax/records";
import type { Node } from "../syntax/tree";
import type {
  AddressEntry,
  AddressRange,
  BfdInstance,
  Block,
  Checker,
  CheckerType,
  CheckTarget,
  Command,
  Forwarding,
  ForwardingMethod,
  GlobalDefs,
  GroupMember,
  Named,
  Peer,
  Protocol,
  RealServer,
  Script,
  ServiceTarget,
  Setting,
  SorryServer,
  Span,
  SyncGroup,
  TopLevel,
  Tracked,
  TrackFile,
  TrackGroup,
  TrackProcess,
  Val,
  VirtualServer,
  VirtualServerGroup,
  VrrpInstance,
} from "./model";

/** A string of its own: slices of the document would keep the whole document alive. */
export const own = (s: string): string => (s.length < 13 ? s : ` ${s}`.slice(1));

/** The model object of a top-level statement; undefined for statements without one. */
export function buildTopLevel(node: Node): TopLevel | undefined {
  switch (node.keyword?.id) {
    case "global_defs":
      return buildGlobalDefs(node);
    case "vrrp_instance":
      return buildInstance(node);
    case "vrrp_sync_group":
      return buildSyncGroup(node);
    case "track_group":
      return buildTrackGroup(node);
    case "vrrp_script":
      return buildScript(node);
    case "vrrp_track_process":
      return buildTrackProcess(node);
    case "track_file":
    case "vrrp_track_file":
      return buildTrackFile(node);
    case "bfd_instance":
      return buildBfd(node);
    case "static_ipaddress":
      return {
        kind: "static_ipaddress",
        ...blockOf(node),
        addresses: addressEntries(node),
      };
    case "virtual_server_group":
      return buildGroup(node);
    case "virtual_server":
      return buildVirtualServer(node);
    default:
      return undefined;
  }
}

// ---------------------------------------------------------------------------------------------- words

const spanOf = (node: Node): Span => ({ start: node.start - node.base, end: node.end - node.base });
const wordSpan = (node: Node, n: number): Span => ({
  start: node.wordStart(n) - node.base,
  end: node.wordEnd(n) - node.base,
});
const blockOf = (node: Node): Block => ({ ...spanOf(node), fullEnd: node.fullEnd - node.base });

function val<T>(node: Node, n: number, value: T | undefined): Val<T> | undefined {
  return value === undefined ? undefined : { ...wordSpan(node, n), value };
}

const textVal = (node: Node, n = 1): Val<string> | undefined =>
  n < node.wordCount ? val(node, n, own(node.word(n))) : undefined;

const intVal = (node: Node, n = 1): Val<number> | undefined => {
  if (n >= node.wordCount) return undefined;
  const value = parseInteger(node.word(n));
  return val(node, n, value === undefined ? undefined : Number(value));
};

const decimalVal = (node: Node, n = 1): Val<number> | undefined => {
  if (n >= node.wordCount) return undefined;
  const text = node.word(n).trimStart();
  return val(node, n, /^\+?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : undefined);
};

/** keepalived cuts a suffix that starts with `-` or `/` off most addresses. */
const addressVal = (node: Node, n = 1): Val<Address> | undefined =>
  n < node.wordCount ? val(node, n, parseAddress(node.word(n).replace(/[-/].*$/s, ""))) : undefined;

const flagOn = (node: Node | undefined): boolean =>
  node !== undefined && (node.wordCount < 2 || parseBoolean(node.word(1)) !== false);

function named(node: Node): Named {
  const has = node.wordCount > 1;
  return {
    ...blockOf(node),
    name: has ? own(node.word(1)) : "",
    nameSpan: has ? wordSpan(node, 1) : { start: node.end - node.base, end: node.end - node.base },
  };
}

function settingsOf(node: Node): Map<string, Setting> {
  const map = new Map<string, Setting>();
  for (const child of node.children) {
    if (child.kind !== Kind.Statement || child.keyword === undefined) continue;
    const words: string[] = [];
    const spans: Span[] = [];
    for (let i = 0; i < child.wordCount; i++) {
      words.push(own(child.word(i)));
      spans.push(wordSpan(child, i));
    }
    map.set(child.keyword.name, { ...spanOf(child), words, spans });
  }
  return map;
}

/** The command of a line with script quoting: everything after the keyword. */
export function commandOf(node: Node): Command | undefined {
  if (node.wordCount < 2) return undefined;
  const start = node.wordStart(1);
  const raw = node.tree.text.slice(start, node.end);
  const { words } = readScript(raw);
  if (words.length === 0) return undefined;
  return {
    ...spanOf(node),
    keyword: own(node.word(0)),
    args: { start: start - node.base, end: node.end - node.base },
    command: own(words[0].text),
    user: words.length > 1 ? own(words[1].text) : undefined,
  };
}

function commandsOf(node: Node): Command[] {
  const commands: Command[] = [];
  for (const child of node.children) {
    if (child.kind === Kind.Statement && child.keyword?.spec.scriptQuoting) {
      const command = commandOf(child);
      if (command) commands.push(command);
    }
  }
  return commands;
}

// ---------------------------------------------------------------------------------------------- VRRP

function buildGlobalDefs(node: Node): GlobalDefs {
  return { kind: "global_defs", ...blockOf(node), commands: commandsOf(node), settings: settingsOf(node) };
}

/** Splits `ADDRESS/PREFIX`. The prefix is undefined without one, NaN when it is not a number of the family. */
export function parsePrefixed(word: string): { address: Address; prefix: number | undefined } | undefined {
  const slash = word.indexOf("/");
  const address = parseAddress(slash < 0 ? word : word.slice(0, slash));
  if (!address) return undefined;
  if (slash < 0) return { address, prefix: undefined };
  const text = word.slice(slash + 1);
  const prefix = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return { address, prefix: prefix <= (address.family === 4 ? 32 : 128) ? prefix : Number.NaN };
}

/** Entries of an address list; what is no address is skipped. */
export function addressEntries(list: Node): AddressEntry[] {
  const entries: AddressEntry[] = [];
  for (const node of list.children) {
    if (node.kind !== Kind.Entry || node.has(Flag.Opaque)) continue;
    let entry: AddressEntry | undefined;
    let dev: Val<string> | undefined;
    let broadcast: Val<Address> | undefined;
    let label: Val<string> | undefined;
    let peer: Val<Address> | undefined;
    for (let i = 0; i < node.wordCount; i++) {
      const word = node.word(i);
      if (word === "dev") dev = textVal(node, ++i);
      else if (word === "brd" || word === "broadcast") broadcast = addressVal(node, ++i);
      else if (word === "label") label = textVal(node, ++i);
      else if (word === "peer") {
        const p = i + 1 < node.wordCount ? parsePrefixed(node.word(i + 1)) : undefined;
        peer = val(node, ++i, p?.address);
      } else if (word === "scope" || word === "preferred_lft") i++;
      else if (!entry) {
        const parsed = parsePrefixed(word);
        if (parsed) {
          const prefix = Number.isNaN(parsed.prefix) ? undefined : parsed.prefix;
          entry = {
            ...spanOf(node),
            address: parsed.address,
            word: wordSpan(node, i),
            prefix,
            dev: undefined,
            broadcast: undefined,
            label: undefined,
            peer: undefined,
          };
        }
      }
    }
    if (entry) entries.push({ ...entry, dev, broadcast, label, peer });
  }
  return entries;
}

function trackedEntries(list: Node): Tracked[] {
  const entries: Tracked[] = [];
  for (const node of list.children) {
    if (node.kind !== Kind.Entry) continue;
    const weight = node.wordCount > 2 && node.word(1) === "weight" ? intVal(node, 2) : undefined;
    entries.push({
      ...spanOf(node),
      name: textVal(node, 0)!,
      weight,
      reverse: weight !== undefined && node.wordCount > 3 && node.word(3) === "reverse",
    });
  }
  return entries;
}

function names(list: Node): Val<string>[] {
  const result: Val<string>[] = [];
  for (const node of list.children) {
    if (node.kind !== Kind.Entry) continue;
    for (let i = 0; i < node.wordCount; i++) result.push(textVal(node, i)!);
  }
  return result;
}

function buildInstance(node: Node): VrrpInstance {
  const m: { -readonly [K in keyof VrrpInstance]?: VrrpInstance[K] } = {};
  const vips: AddressEntry[] = [];
  const excluded: AddressEntry[] = [];
  const peers: Peer[] = [];
  const tracked: Record<string, Tracked[]> = {
    track_script: [],
    track_interface: [],
    track_file: [],
    track_process: [],
    track_bfd: [],
  };
  for (const child of node.children) {
    if (child.kind !== Kind.Statement) continue;
    switch (child.keyword?.name) {
      case "state": {
        const state = textVal(child);
        // A later BACKUP does not undo MASTER.
        if (!(m.state?.value === "MASTER" && state?.value === "BACKUP")) m.state = state;
        break;
      }
      case "interface":
        m.interface = textVal(child);
        break;
      case "vrf":
        m.vrf = textVal(child);
        break;
      case "virtual_router_id":
        m.virtualRouterId = intVal(child);
        break;
      case "priority":
        m.priority = intVal(child);
        break;
      case "advert_int":
        m.advertInt = decimalVal(child);
        break;
      case "version":
        m.version = intVal(child);
        break;
      case "nopreempt":
        m.nopreempt = spanOf(child);
        break;
      case "preempt_delay":
        m.preemptDelay = decimalVal(child);
        break;
      case "authentication":
        m.authentication = blockOf(child);
        for (const a of child.children) {
          if (a.keyword?.name === "auth_type") m.authType = textVal(a);
          else if (a.keyword?.name === "auth_pass") m.authPass = textVal(a);
        }
        break;
      case "auth_hmac":
        m.authHmac = blockOf(child);
        break;
      case "unicast_src_ip":
        m.unicastSourceIp = addressVal(child);
        break;
      case "mcast_src_ip":
        m.multicastSourceIp = addressVal(child);
        break;
      case "mcast_dst_ip":
        m.multicastDestination = addressVal(child);
        break;
      case "unicast_peer":
        m.unicastPeerBlock = blockOf(child);
        for (const entry of child.children) {
          if (entry.kind !== Kind.Entry) continue;
          const address = addressVal(entry, 0);
          if (address) peers.push({ start: address.start, end: address.end, address: address.value });
        }
        break;
      case "use_vmac":
        m.useVmac = { ...spanOf(child), value: child.wordCount > 1 ? own(child.word(1)) : undefined };
        break;
      case "use_ipvlan":
        m.useIpvlan = spanOf(child);
        break;
      case "vmac_xmit_base":
        m.vmacXmitBase = spanOf(child);
        break;
      case "strict_mode":
        m.strictMode = { ...spanOf(child), value: flagOn(child) };
        break;
      case "accept":
        m.accept = spanOf(child);
        break;
      case "native_ipv6":
        m.nativeIpv6 = true;
        break;
      case "virtual_ipaddress":
        m.virtualIpBlock = blockOf(child);
        vips.push(...addressEntries(child));
        break;
      case "virtual_ipaddress_excluded":
        m.excludedBlock = blockOf(child);
        excluded.push(...addressEntries(child));
        break;
      case "track_script":
      case "track_interface":
      case "track_file":
      case "track_process":
      case "track_bfd":
        tracked[child.keyword.name].push(...trackedEntries(child));
        break;
    }
  }
  return {
    kind: "vrrp_instance",
    ...named(node),
    state: m.state,
    interface: m.interface,
    vrf: m.vrf,
    virtualRouterId: m.virtualRouterId,
    priority: m.priority,
    advertInt: m.advertInt,
    version: m.version,
    nopreempt: m.nopreempt,
    preemptDelay: m.preemptDelay,
    authentication: m.authentication,
    authType: m.authType,
    authPass: m.authPass,
    authHmac: m.authHmac,
    unicastSourceIp: m.unicastSourceIp,
    multicastSourceIp: m.multicastSourceIp,
    multicastDestination: m.multicastDestination,
    unicastPeerBlock: m.unicastPeerBlock,
    unicastPeers: peers,
    useVmac: m.useVmac,
    useIpvlan: m.useIpvlan,
    vmacXmitBase: m.vmacXmitBase,
    strictMode: m.strictMode,
    accept: m.accept,
    virtualIpBlock: m.virtualIpBlock,
    virtualIps: vips,
    excludedBlock: m.excludedBlock,
    excludedIps: excluded,
    trackScripts: tracked.track_script,
    trackInterfaces: tracked.track_interface,
    trackFiles: tracked.track_file,
    trackProcesses: tracked.track_process,
    trackBfds: tracked.track_bfd,
    commands: commandsOf(node),
    nativeIpv6: m.nativeIpv6 ?? false,
    faults: addressFaults(node),
    unclearInterfaces: unclearInterfaces(node, vips[0]?.address.family),
    settings: settingsOf(node),
  };
}

function buildSyncGroup(node: Node): SyncGroup {
  const entriesOf = (name: string) =>
    node.children.filter((c) => c.keyword?.name === name).flatMap(trackedEntries);
  const group = node.child("group");
  return {
    kind: "vrrp_sync_group",
    ...named(node),
    members: node.children.filter((c) => c.keyword?.name === "group").flatMap(names),
    groupBlock: group && blockOf(group),
    trackScripts: entriesOf("track_script"),
    trackInterfaces: entriesOf("track_interface"),
    trackFiles: entriesOf("track_file"),
    trackProcesses: entriesOf("track_process"),
    trackBfds: entriesOf("track_bfd"),
    commands: commandsOf(node),
    settings: settingsOf(node),
  };
}

function buildTrackGroup(node: Node): TrackGroup {
  return {
    kind: "track_group",
    ...named(node),
    members: node.children.filter((c) => c.keyword?.name === "group").flatMap(names),
  };
}

/** The last statement of a name in a block: for most keywords the one that counts. */
function last(node: Node, name: string): Node | undefined {
  let found: Node | undefined;
  for (const child of node.children) if (child.keyword?.name === name) found = child;
  return found;
}

function weightOf(node: Node): { weight: Val<number> | undefined; reverse: boolean } {
  const statement = last(node, "weight");
  return {
    weight: statement && intVal(statement),
    reverse: statement !== undefined && statement.wordCount > 2 && statement.word(2) === "reverse",
  };
}

function buildScript(node: Node): Script {
  const value = (name: string, read: (n: Node) => Val<number> | undefined) => {
    const n = last(node, name);
    return n && read(n);
  };
  const script = last(node, "script");
  const user = last(node, "user");
  return {
    kind: "vrrp_script",
    ...named(node),
    command: script && commandOf(script),
    ...weightOf(node),
    interval: value("interval", decimalVal),
    timeout: value("timeout", decimalVal),
    rise: value("rise", intVal),
    fall: value("fall", intVal),
    user: user && textVal(user),
  };
}

function buildTrackProcess(node: Node): TrackProcess {
  const process = node.child("process");
  return {
    kind: "vrrp_track_process",
    ...named(node),
    process: process && textVal(process),
    ...weightOf(node),
  };
}

function buildTrackFile(node: Node): TrackFile {
  const file = node.child("file");
  return { kind: "track_file", ...named(node), file: file && textVal(file), ...weightOf(node) };
}

function buildBfd(node: Node): BfdInstance {
  const neighbor = last(node, "neighbor_ip") ?? last(node, "neighbour_ip");
  const source = last(node, "source_ip");
  const multihop = last(node, "multihop");
  return {
    kind: "bfd_instance",
    ...named(node),
    neighbor: neighbor && addressVal(neighbor),
    source: source && addressVal(source),
    multihop: flagOn(multihop),
    weight: weightOf(node).weight,
    settings: settingsOf(node),
  };
}

// ---------------------------------------------------------------------------------------------- LVS

/** A port word: 1 to 65535, or 0 (only zeros) for no port; undefined if it is neither. */
export function parsePort(word: string): number | undefined {
  const value = parseInteger(word);
  if (value === undefined || value < 0n || value > 65535n) return undefined;
  return Number(value);
}

/** An address, `FIRST-LAST` (last octet or group), `ADDRESS-ADDRESS` or `NETWORK/PREFIX`. */
export function parseRange(word: string): AddressRange | undefined {
  const slash = word.indexOf("/");
  if (slash >= 0) {
    const p = parsePrefixed(word);
    if (!p || p.prefix === undefined || Number.isNaN(p.prefix)) return undefined;
    if (p.address.family === 4) {
      const size = 2 ** (32 - p.prefix);
      return { first: p.address, last: { family: 4, value: p.address.value + size - 1 } };
    }
    const size = 1n << BigInt(128 - p.prefix);
    return { first: p.address, last: { family: 6, value: p.address.value + size - 1n } };
  }
  const dash = word.indexOf("-");
  const first = parseAddress(dash < 0 ? word : word.slice(0, dash));
  if (!first) return undefined;
  if (dash < 0) return { first, last: first };
  const end = word.slice(dash + 1);
  const whole = parseAddress(end);
  if (whole) return whole.family === first.family ? { first, last: whole } : undefined;
  if (first.family === 4) {
    if (!/^\d+$/.test(end) || Number(end) > 255) return undefined;
    return { first, last: { family: 4, value: Math.floor(first.value / 256) * 256 + Number(end) } };
  }
  if (!/^[0-9A-Fa-f]{1,4}$/.test(end)) return undefined;
  return { first, last: { family: 6, value: (first.value & ~0xffffn) | BigInt(`0x${end}`) } };
}

function buildGroup(node: Node): VirtualServerGroup {
  const members: GroupMember[] = [];
  const faults: Span[] = [];
  for (const entry of node.children) {
    if (entry.kind === Kind.Comment) continue;
    if (entry.kind !== Kind.Entry || entry.has(Flag.Opaque)) {
      faults.push(spanOf(entry));
      continue;
    }
    if (entry.word(0) === "fwmark") {
      const mark = intVal(entry, 1);
      const family = entry.wordCount > 2 ? entry.word(2) : "";
      if (mark) {
        members.push({
          ...spanOf(entry),
          kind: "fwmark",
          mark: mark.value,
          family: family === "inet" ? 4 : family === "inet6" ? 6 : undefined,
        });
      } else faults.push(spanOf(entry));
      continue;
    }
    const range = parseRange(entry.word(0));
    const port = entry.wordCount > 1 ? parsePort(entry.word(1)) : 0;
    if (range && port !== undefined)
      members.push({ ...spanOf(entry), kind: "address", range, word: wordSpan(entry, 0), port });
    else faults.push(spanOf(entry));
  }
  return { kind: "virtual_server_group", ...named(node), members, faults };
}

function targetOf(node: Node): ServiceTarget {
  if (node.wordCount < 2) return { kind: "invalid" };
  const first = node.word(1);
  if (first === "fwmark") {
    const mark = intVal(node, 2);
    return mark ? { kind: "fwmark", mark: mark.value, span: wordSpan(node, 2) } : { kind: "invalid" };
  }
  if (first === "group") {
    if (node.wordCount < 3) return { kind: "invalid" };
    return { kind: "group", name: own(node.word(2)), span: wordSpan(node, 2) };
  }
  const address = addressVal(node, 1);
  const port = node.wordCount > 2 ? parsePort(node.word(2)) : 0;
  if (!address || port === undefined) return { kind: "invalid" };
  return {
    kind: "address",
    address: address.value,
    port,
    addressSpan: { start: address.start, end: address.end },
    portSpan: node.wordCount > 2 ? wordSpan(node, 2) : undefined,
  };
}

const METHODS = new Set(["NAT", "DR", "TUN"]);

/** Forwarding method and tunnel options of a `lb_kind`-like line; words from `n` on. */
export function forwardingOf(node: Node, n = 1): Forwarding | undefined {
  if (node.wordCount <= n || !METHODS.has(node.word(n))) return undefined;
  let tunnel: Forwarding["tunnel"] = "ipip";
  let tunnelPort: number | undefined;
  let checksum: Forwarding["checksum"] = "nocsum";
  for (let i = n + 1; i < node.wordCount; i++) {
    const word = node.word(i);
    if (word === "type" && i + 1 < node.wordCount) {
      const type = node.word(++i);
      if (type === "gue" || type === "gre" || type === "ipip") tunnel = type;
    } else if (word === "port" && i + 1 < node.wordCount) tunnelPort = parsePort(node.word(++i));
    else if (word === "csum" || word === "remcsum" || word === "nocsum") checksum = word;
  }
  return {
    ...spanOf(node),
    method: node.word(n) as ForwardingMethod,
    word: wordSpan(node, n),
    tunnel,
    tunnelPort,
    checksum,
  };
}

const CHECKERS = new Set<string>([
  "TCP_CHECK",
  "HTTP_GET",
  "SSL_GET",
  "SMTP_CHECK",
  "DNS_CHECK",
  "UDP_CHECK",
  "PING_CHECK",
  "MISC_CHECK",
  "FILE_CHECK",
  "BFD_CHECK",
] satisfies CheckerType[]);

function buildChecker(node: Node): Checker {
  let connectIp: Val<Address> | undefined;
  let connectPort: Val<number> | undefined;
  let bindTo: Val<Address> | undefined;
  let bindIf: Val<string> | undefined;
  let command: Command | undefined;
  let user: string | undefined;
  let reference: Val<string> | undefined;
  const hosts: CheckTarget[] = [];
  for (const child of node.children) {
    switch (child.keyword?.name) {
      case "connect_ip":
        connectIp = addressVal(child);
        break;
      case "connect_port":
        connectPort = intVal(child);
        break;
      case "bindto":
        bindTo = addressVal(child);
        break;
      case "bind_if":
        bindIf = textVal(child);
        break;
      case "misc_path":
        command = commandOf(child);
        break;
      case "user":
        user = child.wordCount > 1 ? child.word(1) : undefined;
        break;
      case "track_file":
        reference = textVal(child);
        break;
      case "name":
        if (node.keyword?.name === "BFD_CHECK") reference = textVal(child);
        break;
      case "host": {
        const value = (name: string) => child.children.findLast((c) => c.keyword?.name === name);
        const [ip, port, bind] = [value("connect_ip"), value("connect_port"), value("bindto")];
        hosts.push({
          connectIp: ip && addressVal(ip),
          connectPort: port && intVal(port),
          bindTo: bind && addressVal(bind),
        });
        break;
      }
    }
  }
  return {
    ...blockOf(node),
    type: node.keyword!.name as CheckerType,
    connectIp,
    connectPort,
    bindTo,
    bindIf,
    // The script runs as the user that the checker names.
    command: command && user !== undefined ? { ...command, user: own(user) } : command,
    reference,
    hosts,
  };
}

function buildRealServer(node: Node): RealServer | undefined {
  const address = addressVal(node, 1);
  const port = node.wordCount > 2 ? parsePort(node.word(2)) : 0;
  if (!address || port === undefined) return undefined;
  let weight: Val<number> | undefined;
  let forwarding: Forwarding | undefined;
  let inhibit = false;
  const checkers: Checker[] = [];
  const commands: Command[] = [];
  for (const child of node.children) {
    const name = child.keyword?.name;
    if (name === undefined || child.kind !== Kind.Statement) continue;
    if (name === "weight") weight = intVal(child);
    else if (name === "lvs_method") forwarding = forwardingOf(child);
    else if (name === "inhibit_on_failure") inhibit = flagOn(child);
    else if (CHECKERS.has(name)) {
      const checker = buildChecker(child);
      checkers.push(checker);
      if (checker.command) commands.push(checker.command);
    } else if (child.keyword!.spec.scriptQuoting) {
      const command = commandOf(child);
      if (command) commands.push(command);
    }
  }
  return {
    ...blockOf(node),
    address: address.value,
    addressSpan: { start: address.start, end: address.end },
    port,
    portSpan: node.wordCount > 2 ? wordSpan(node, 2) : undefined,
    weight,
    forwarding,
    inhibitOnFailure: inhibit,
    checkers,
    commands,
  };
}

function sorryOf(node: Node): SorryServer | undefined {
  const address = addressVal(node, 1);
  const port = node.wordCount > 2 ? parsePort(node.word(2)) : 0;
  if (!address || port === undefined) return undefined;
  return {
    ...spanOf(node),
    address: address.value,
    addressSpan: { start: address.start, end: address.end },
    port,
    portSpan: node.wordCount > 2 ? wordSpan(node, 2) : undefined,
  };
}

const SCHEDULER_FLAGS = new Set([
  "sh-port",
  "sh-fallback",
  "mh-port",
  "mh-fallback",
  "flag-1",
  "flag-2",
  "flag-3",
]);

function buildVirtualServer(node: Node): VirtualServer {
  const m: { -readonly [K in keyof VirtualServer]?: VirtualServer[K] } = {};
  const realServers: RealServer[] = [];
  const commands: Command[] = [];
  const flags: string[] = [];
  const target = targetOf(node);
  let uncertain = target.kind === "invalid" || node.has(Flag.Opaque) || node.has(Flag.UsesDefinition);
  for (const child of node.children) {
    if (child.kind !== Kind.Statement) continue;
    if (child.has(Flag.UsesDefinition) || child.has(Flag.Opaque)) uncertain = true;
    const name = child.keyword?.name;
    switch (name) {
      case "protocol": {
        const word = child.wordCount > 1 ? child.word(1).toUpperCase() : "";
        m.protocol =
          word === "TCP" || word === "UDP" || word === "SCTP" ? val<Protocol>(child, 1, word) : undefined;
        break;
      }
      case "lb_algo":
      case "lvs_sched":
        m.scheduler = textVal(child);
        break;
      case "lb_kind":
      case "lvs_method":
        m.forwarding = forwardingOf(child);
        break;
      case "persistence_timeout":
        m.persistenceTimeout = child.wordCount > 1 ? intVal(child) : { ...spanOf(child), value: 360 };
        break;
      case "persistence_granularity":
        m.persistenceGranularity = textVal(child);
        break;
      case "persistence_engine":
        m.persistenceEngine = textVal(child);
        break;
      case "ip_family":
        m.ipFamily =
          child.wordCount < 2
            ? undefined
            : val(
                child,
                1,
                child.word(1) === "inet6"
                  ? (6 as const)
                  : child.word(1) === "inet"
                    ? (4 as const)
                    : undefined,
              );
        break;
      case "ops":
        m.ops = true;
        break;
      case "hashed":
        break;
      case "weight":
        m.weight = intVal(child);
        break;
      case "quorum":
        m.quorum = intVal(child);
        break;
      case "hysteresis":
        m.hysteresis = intVal(child);
        break;
      case "delay_loop":
        m.delayLoop = decimalVal(child);
        break;
      case "inhibit_on_failure":
        m.inhibitOnFailure = flagOn(child);
        break;
      case "alpha":
        m.alpha = flagOn(child);
        break;
      case "sorry_server":
        m.sorryServer = sorryOf(child);
        break;
      case "sorry_server_lvs_method":
        m.sorryForwarding = forwardingOf(child);
        break;
      case "sorry_server_inhibit":
        m.sorryInhibit = true;
        break;
      case "real_server": {
        const rs = buildRealServer(child);
        if (rs) realServers.push(rs);
        else uncertain = true;
        break;
      }
      default:
        if (name !== undefined && SCHEDULER_FLAGS.has(name)) flags.push(name);
        else if (child.keyword?.spec.scriptQuoting) {
          const command = commandOf(child);
          if (command) commands.push(command);
        }
    }
  }
  return {
    kind: "virtual_server",
    ...blockOf(node),
    target,
    protocol: m.protocol,
    scheduler: m.scheduler,
    forwarding: m.forwarding,
    persistenceTimeout: m.persistenceTimeout,
    persistenceGranularity: m.persistenceGranularity,
    persistenceEngine: m.persistenceEngine,
    ipFamily: m.ipFamily,
    ops: m.ops ?? false,
    schedulerFlags: flags,
    weight: m.weight,
    quorum: m.quorum,
    hysteresis: m.hysteresis,
    delayLoop: m.delayLoop,
    inhibitOnFailure: m.inhibitOnFailure ?? false,
    alpha: m.alpha ?? false,
    sorryServer: m.sorryServer,
    sorryForwarding: m.sorryForwarding,
    sorryInhibit: m.sorryInhibit ?? false,
    realServers,
    commands,
    uncertain,
    faults: flowFaults(node, target),
  };
}

// ---------------------------------------------------------------------------------------------- what could not be read

/** Tells whether a line of a virtual server that decides which packets flow can be read. */
const FLOW_LINES: Readonly<Record<string, (line: Node) => boolean>> = {
  protocol: (line) => /^(tcp|udp|sctp)$/i.test(line.wordCount > 1 ? line.word(1) : ""),
  lb_kind: tunnelReadable,
  lvs_method: tunnelReadable,
  sorry_server_lvs_method: tunnelReadable,
  real_server: (line) => buildRealServer(line) !== undefined,
  sorry_server: (line) => sorryOf(line) !== undefined,
  ip_family: (line) => line.wordCount > 1 && /^inet6?$/.test(line.word(1)),
  connect_ip: (line) => addressVal(line) !== undefined,
  bindto: (line) => addressVal(line) !== undefined,
  connect_port: (line) => {
    const port = intVal(line)?.value;
    return port !== undefined && port > 0 && port < 65536;
  },
};

function tunnelReadable(line: Node): boolean {
  const forwarding = forwardingOf(line);
  if (!forwarding) return false;
  for (let i = 2; i < line.wordCount; i++) {
    const word = line.word(i);
    if (word === "type" && /^(ipip|gue|gre)$/.test(i + 1 < line.wordCount ? line.word(i + 1) : "")) i++;
    else if (word === "port" && forwarding.tunnelPort) i++;
    else if (word !== "csum" && word !== "nocsum" && word !== "remcsum") return false;
  }
  return (forwarding.tunnel === "gue") === (forwarding.tunnelPort !== undefined);
}

/** A word that is no keyword but obviously means one of {@link FLOW_LINES}: at most two letters differ. */
const resemblesFlowLine = (word: string): boolean =>
  Object.keys(FLOW_LINES).some((name) => Math.abs(name.length - word.length) < 3 && distance(name, word) < 3);

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length];
}

function flowFaults(node: Node, target: ServiceTarget): Span[] {
  const faults: Span[] = [];
  if (target.kind === "invalid" || node.has(Flag.Opaque) || node.has(Flag.UsesDefinition))
    faults.push(spanOf(node));
  const visit = (line: Node): void => {
    if (line.kind === Kind.Comment) return;
    const name = line.keyword?.name;
    const unresolved = line.has(Flag.Opaque) || line.has(Flag.UsesDefinition);
    if (line.kind !== Kind.Statement || name === undefined) {
      if (unresolved || line.kind !== Kind.Statement || resemblesFlowLine(line.name))
        faults.push(spanOf(line));
      return;
    }
    const readable = Object.hasOwn(FLOW_LINES, name) ? FLOW_LINES[name] : undefined;
    if (readable && (unresolved || !readable(line))) faults.push(spanOf(line));
    if (name === "real_server" || CHECKERS.has(name) || name === "host") line.children.forEach(visit);
  };
  node.children.forEach(visit);
  return faults;
}

/** Options of an address that have a value. */
const VALUED: ReadonlySet<string> = new Set(
  keywordById("vrrp_instance/virtual_ipaddress")
    ?.spec.entry?.options?.filter((o) => o.args)
    .flatMap((o) => [o.name, ...(o.alias ?? [])]),
);

/** Where the addresses of lines may be that are not taken, see {@link VrrpInstance.unclearInterfaces}. */
function unclearInterfaces(node: Node, family: 4 | 6 | undefined): string[] {
  const unclear = new Set<string>();
  let device = false;
  let unknown = false;
  for (const child of node.children) {
    const name = child.keyword?.name;
    if (name === "interface") {
      device = child.wordCount > 1 && !child.has(Flag.Opaque) && !child.has(Flag.UsesDefinition);
      unknown = true;
    } else if (name === undefined) {
      unknown ||= child.kind === Kind.Statement;
    } else if (name === "virtual_ipaddress" || name === "virtual_ipaddress_excluded") {
      for (const entry of child.children) {
        if (
          entry.kind === Kind.Comment ||
          clearEntry(entry, name === "virtual_ipaddress" ? family : undefined)
        )
          continue;
        const words = entry.words();
        unclear.add(words[words.indexOf("dev") + 1 || words.length] ?? "");
      }
    }
  }
  // A statement that is not known may be the one that names the interface.
  if (unknown && !device) unclear.add("");
  return [...unclear];
}

/** Whether keepalived takes an entry of an address list, for an instance of a family. */
function clearEntry(entry: Node, family: 4 | 6 | undefined): boolean {
  if (entry.kind !== Kind.Entry || entry.has(Flag.Opaque) || entry.has(Flag.UsesDefinition)) return false;
  const last = entry.word(entry.wordCount - 1);
  // Of the values, this one alone may be missing.
  if (VALUED.has(last) && last !== "preferred_lft") return false;
  for (let i = 0; i < entry.wordCount; i++) {
    const word = entry.word(i);
    if (VALUED.has(word)) i++;
    else {
      const parsed = parsePrefixed(word);
      if (parsed) return !Number.isNaN(parsed.prefix) && (!family || parsed.address.family === family);
    }
  }
  return false;
}

/** Entries of an instance's address lists, and its multicast group, that are no addresses. */
function addressFaults(node: Node): Span[] {
  const faults: Span[] = [];
  for (const child of node.children) {
    switch (child.keyword?.name) {
      case "unicast_peer":
        for (const entry of child.children)
          if (entry.kind !== Kind.Comment && (entry.wordCount === 0 || !addressVal(entry, 0)))
            faults.push(spanOf(entry));
        break;
      case "virtual_ipaddress":
      case "virtual_ipaddress_excluded":
        for (const entry of child.children)
          if (entry.kind !== Kind.Comment && (entry.has(Flag.Opaque) || entry.has(Flag.UsesDefinition)))
            faults.push(spanOf(entry));
        break;
      case "mcast_dst_ip":
      case "unicast_src_ip":
        if (!addressVal(child)) faults.push(spanOf(child));
        break;
    }
  }
  return faults;
}
