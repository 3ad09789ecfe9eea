/** What directors say to each other and to BFD neighbours: VRRP adverts, connection synchronization, BFD. */
import { type Address, isMulticast, parseAddress, parseIPv4 } from "../language/address";
import type { Config, Located } from "../model/config";
import type { BfdInstance, VrrpInstance } from "../model/model";

/** The adverts of one VRRP instance. */
export interface Adverts {
  readonly at: Located<VrrpInstance>;
  readonly family: 4 | 6;
  /** The multicast group, or undefined with unicast peers. */
  readonly group: Address | undefined;
  readonly peers: readonly Address[];
  /** `unicast_src_ip` or `mcast_src_ip`. */
  readonly source: Address | undefined;
  /** Sent inside an IPsec AH packet (protocol 51) instead of as VRRP (112). */
  readonly ah: boolean;
}

/** The multicast flow of the IPVS synchronization daemon. */
export interface SyncDaemon {
  readonly group: Address;
  readonly port: number;
}

export interface BfdSession {
  readonly at: Located<BfdInstance>;
  readonly neighbor: Address;
  readonly source: Address | undefined;
  /** 3784, or 4784 for multihop sessions (RFC 5881, RFC 5883). */
  readonly port: number;
}

const VRRP_GROUP4: Address = { family: 4, value: parseIPv4("224.0.0.18") };
const VRRP_GROUP6: Address = parseAddress("ff02::12") as Address;
/** The kernel's IP_VS_SYNC_GROUP and IP_VS_SYNC_PORT. */
const SYNC_GROUP: Address = { family: 4, value: parseIPv4("224.0.0.81") };
const SYNC_PORT = 8848;

/** The family of an instance: that of its first virtual address, else of its peers. */
export function instanceFamily(instance: VrrpInstance): 4 | 6 {
  if (instance.nativeIpv6) return 6;
  const address =
    instance.virtualIps[0]?.address ?? instance.unicastPeers[0]?.address ?? instance.unicastSourceIp?.value;
  return address?.family ?? 4;
}

/** The adverts of every instance. */
export function advertsOf(config: Config): Adverts[] {
  const globalGroup = (name: string): Address | undefined => {
    const word = config.global(name)?.setting.words[1];
    const address = word === undefined ? undefined : parseAddress(word);
    return address && isMulticast(address) ? address : undefined;
  };
  const group4 = globalGroup("vrrp_mcast_group4") ?? VRRP_GROUP4;
  const group6 = globalGroup("vrrp_mcast_group6") ?? VRRP_GROUP6;
  const globalVersion = config.global("vrrp_version")?.setting.words[1];
  return config.instances.map((at) => {
    const { model } = at;
    const family = instanceFamily(model);
    const peers = model.unicastPeers.map((peer) => peer.address).filter((peer) => peer.family === family);
    const version = family === 6 ? 3 : (model.version?.value ?? (globalVersion === "3" ? 3 : 2));
    const own = model.multicastDestination?.value;
    const group = own?.family === family ? own : family === 4 ? group4 : group6;
    return {
      at,
      family,
      group: model.unicastPeerBlock && peers.length > 0 ? undefined : group,
      peers,
      source: (peers.length > 0 ? model.unicastSourceIp : model.multicastSourceIp)?.value,
      // Only VRRPv2 over IPv4 knows it, and keepalived drops it where no password or an HMAC is given.
      ah:
        model.authType?.value === "AH" &&
        version === 2 &&
        model.authPass !== undefined &&
        model.authHmac === undefined,
    };
  });
}

/** `lvs_sync_daemon`, if it is configured. The first one counts. */
export function syncDaemonOf(config: Config): SyncDaemon | undefined {
  for (const { model } of config.globals) {
    const setting = model.settings.get("lvs_sync_daemon");
    if (!setting || setting.words.length < 2) continue;
    let group = SYNC_GROUP;
    let port = SYNC_PORT;
    const { words } = setting;
    for (let i = 2; i + 1 < words.length; i++) {
      if (words[i] === "port") {
        const value = Number(words[++i]);
        if (Number.isInteger(value) && value > 0 && value < 65536) port = value;
      } else if (words[i] === "group") {
        const address = parseAddress(words[++i]);
        if (address && isMulticast(address)) group = address;
      } else if (words[i] === "id" || words[i] === "inst" || words[i] === "maxlen" || words[i] === "ttl") i++;
    }
    return { group, port };
  }
  return undefined;
}

/** The BFD sessions whose neighbour is known. */
export function bfdSessionsOf(config: Config): BfdSession[] {
  const sessions: BfdSession[] = [];
  for (const at of config.bfds) {
    const { neighbor, source, multihop } = at.model;
    if (!neighbor) continue;
    sessions.push({ at, neighbor: neighbor.value, source: source?.value, port: multihop ? 4784 : 3784 });
  }
  return sessions;
}
