/**
 * What a configuration means: typed objects for VRRP and LVS. Positions are relative to the top-level item that holds the
 * object, so that objects of unchanged items stay valid. Names are strings of their own and keep no text alive.
 */
import type { Address } from "../language/address";

/** A range of the item's text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A value and the words that give it. */
export interface Val<T> extends Span {
  readonly value: T;
}

/** A block: `start`/`end` are its header, `fullEnd` is the end of the block. */
export interface Block extends Span {
  readonly fullEnd: number;
}

/** A declared name and its block. `nameSpan` is empty (start = end) when the name is missing. */
export interface Named extends Block {
  readonly name: string;
  readonly nameSpan: Span;
}

/** An entry of virtual_ipaddress, virtual_ipaddress_excluded or static_ipaddress. */
export interface AddressEntry extends Span {
  readonly address: Address;
  /** The address word, prefix included. */
  readonly word: Span;
  /** The prefix length as written; undefined without one (then /32 or /128). */
  readonly prefix: number | undefined;
  readonly dev: Val<string> | undefined;
  readonly broadcast: Val<Address> | undefined;
  readonly label: Val<string> | undefined;
  readonly peer: Val<Address> | undefined;
}

/** A tracked script, interface, file, process or BFD session. */
export interface Tracked extends Span {
  readonly name: Val<string>;
  /** Weight on the line; undefined: the one of the declaration. */
  readonly weight: Val<number> | undefined;
  readonly reverse: boolean;
}

export interface Peer extends Span {
  readonly address: Address;
}

/** A command that keepalived runs. */
export interface Command extends Span {
  /** The keyword, for example `notify_master`. */
  readonly keyword: string;
  /** Range of everything after the keyword. */
  readonly args: Span;
  /** The command as one string, quotes removed. */
  readonly command: string;
  readonly user: string | undefined;
}

export interface VrrpInstance extends Named {
  readonly kind: "vrrp_instance";
  readonly state: Val<string> | undefined;
  readonly interface: Val<string> | undefined;
  readonly vrf: Val<string> | undefined;
  readonly virtualRouterId: Val<number> | undefined;
  readonly priority: Val<number> | undefined;
  readonly advertInt: Val<number> | undefined;
  readonly version: Val<number> | undefined;
  readonly nopreempt: Span | undefined;
  readonly preemptDelay: Val<number> | undefined;
  readonly authentication: Block | undefined;
  readonly authType: Val<string> | undefined;
  readonly authPass: Val<string> | undefined;
  readonly authHmac: Block | undefined;
  readonly unicastSourceIp: Val<Address> | undefined;
  readonly multicastSourceIp: Val<Address> | undefined;
  readonly multicastDestination: Val<Address> | undefined;
  readonly unicastPeerBlock: Block | undefined;
  readonly unicastPeers: readonly Peer[];
  readonly useVmac: Val<string | undefined> | undefined;
  readonly useIpvlan: Span | undefined;
  readonly vmacXmitBase: Span | undefined;
  readonly strictMode: Val<boolean> | undefined;
  readonly accept: Span | undefined;
  readonly virtualIpBlock: Block | undefined;
  readonly virtualIps: readonly AddressEntry[];
  readonly excludedBlock: Block | undefined;
  readonly excludedIps: readonly AddressEntry[];
  readonly trackScripts: readonly Tracked[];
  readonly trackInterfaces: readonly Tracked[];
  readonly trackFiles: readonly Tracked[];
  readonly trackProcesses: readonly Tracked[];
  readonly trackBfds: readonly Tracked[];
  readonly commands: readonly Command[];
  readonly nativeIpv6: boolean;
  /** Lines about addresses (peers, VIPs, multicast) that could not be read. */
  readonly faults: readonly Span[];
  /**
   * Interfaces on which it may have virtual addresses that are not known, because keepalived does not take their lines or
   * they cannot be read; empty for the interface of the instance.
   */
  readonly unclearInterfaces: readonly string[];
  /** Every statement by keyword, for rules that only ask whether something is set. The last one wins. */
  readonly settings: ReadonlyMap<string, Setting>;
}

/** A statement of which only presence and words matter. */
export interface Setting extends Span {
  readonly words: readonly string[];
  /** Start and end of each word. */
  readonly spans: readonly Span[];
}

export interface SyncGroup extends Named {
  readonly kind: "vrrp_sync_group";
  readonly members: readonly Val<string>[];
  readonly groupBlock: Block | undefined;
  readonly trackScripts: readonly Tracked[];
  readonly trackInterfaces: readonly Tracked[];
  readonly trackFiles: readonly Tracked[];
  readonly trackProcesses: readonly Tracked[];
  readonly trackBfds: readonly Tracked[];
  readonly commands: readonly Command[];
  readonly settings: ReadonlyMap<string, Setting>;
}

export interface TrackGroup extends Named {
  readonly kind: "track_group";
  readonly members: readonly Val<string>[];
}

/** vrrp_script */
export interface Script extends Named {
  readonly kind: "vrrp_script";
  readonly command: Command | undefined;
  readonly weight: Val<number> | undefined;
  readonly reverse: boolean;
  readonly interval: Val<number> | undefined;
  readonly timeout: Val<number> | undefined;
  readonly rise: Val<number> | undefined;
  readonly fall: Val<number> | undefined;
  readonly user: Val<string> | undefined;
}

/** vrrp_track_process */
export interface TrackProcess extends Named {
  readonly kind: "vrrp_track_process";
  readonly process: Val<string> | undefined;
  readonly weight: Val<number> | undefined;
  readonly reverse: boolean;
}

/** track_file, or vrrp_track_file as it was called before 2.1.0 */
export interface TrackFile extends Named {
  readonly kind: "track_file";
  readonly file: Val<string> | undefined;
  readonly weight: Val<number> | undefined;
  readonly reverse: boolean;
}

export interface BfdInstance extends Named {
  readonly kind: "bfd_instance";
  readonly neighbor: Val<Address> | undefined;
  readonly source: Val<Address> | undefined;
  readonly multihop: boolean;
  readonly weight: Val<number> | undefined;
  readonly settings: ReadonlyMap<string, Setting>;
}

/** static_ipaddress */
export interface StaticAddresses extends Block {
  readonly kind: "static_ipaddress";
  readonly addresses: readonly AddressEntry[];
}

/** An address range, both ends included; a single address when they are equal. */
export interface AddressRange {
  readonly first: Address;
  readonly last: Address;
}

/** An entry of a virtual_server_group. */
export type GroupMember = Span &
  (
    | { readonly kind: "address"; readonly range: AddressRange; readonly word: Span; readonly port: number }
    | { readonly kind: "fwmark"; readonly mark: number; readonly family: 4 | 6 | undefined }
  );

export interface VirtualServerGroup extends Named {
  readonly kind: "virtual_server_group";
  readonly members: readonly GroupMember[];
  /** Entries that could not be read; keepalived skips them. */
  readonly faults: readonly Span[];
}

export type ForwardingMethod = "NAT" | "DR" | "TUN";
export type Protocol = "TCP" | "UDP" | "SCTP";

/** `lb_kind` or `lvs_method` with its tunnel options. */
export interface Forwarding extends Span {
  readonly method: ForwardingMethod;
  /** The method word. */
  readonly word: Span;
  readonly tunnel: "ipip" | "gue" | "gre";
  /** UDP port of a gue tunnel. */
  readonly tunnelPort: number | undefined;
  readonly checksum: "nocsum" | "csum" | "remcsum";
}

export type CheckerType =
  | "TCP_CHECK"
  | "HTTP_GET"
  | "SSL_GET"
  | "SMTP_CHECK"
  | "DNS_CHECK"
  | "UDP_CHECK"
  | "PING_CHECK"
  | "MISC_CHECK"
  | "FILE_CHECK"
  | "BFD_CHECK";

export interface Checker extends Block {
  readonly type: CheckerType;
  /** Default: the address of the real server. */
  readonly connectIp: Val<Address> | undefined;
  /** Default: the port of the real server. */
  readonly connectPort: Val<number> | undefined;
  readonly bindTo: Val<Address> | undefined;
  readonly bindIf: Val<string> | undefined;
  /** MISC_CHECK: the script. */
  readonly command: Command | undefined;
  /** FILE_CHECK: the track_file; BFD_CHECK: the bfd_instance. */
  readonly reference: Val<string> | undefined;
  /** SMTP_CHECK: the targets of its deprecated `host` blocks. */
  readonly hosts: readonly CheckTarget[];
}

/** Where a check connects to, and from where. */
export interface CheckTarget {
  readonly connectIp: Val<Address> | undefined;
  readonly connectPort: Val<number> | undefined;
  readonly bindTo: Val<Address> | undefined;
}

export interface RealServer extends Block {
  readonly address: Address;
  readonly addressSpan: Span;
  /** 0: no port given (that of the virtual server). */
  readonly port: number;
  readonly portSpan: Span | undefined;
  readonly weight: Val<number> | undefined;
  readonly forwarding: Forwarding | undefined;
  readonly inhibitOnFailure: boolean;
  readonly checkers: readonly Checker[];
  readonly commands: readonly Command[];
}

export interface SorryServer extends Span {
  readonly address: Address;
  readonly addressSpan: Span;
  readonly port: number;
  readonly portSpan: Span | undefined;
}

export type ServiceTarget =
  | {
      readonly kind: "address";
      readonly address: Address;
      readonly port: number;
      readonly addressSpan: Span;
      readonly portSpan: Span | undefined;
    }
  | { readonly kind: "fwmark"; readonly mark: number; readonly span: Span }
  | { readonly kind: "group"; readonly name: string; readonly span: Span }
  /** Missing or not understood. */
  | { readonly kind: "invalid" };

export interface VirtualServer extends Block {
  readonly kind: "virtual_server";
  readonly target: ServiceTarget;
  readonly protocol: Val<Protocol> | undefined;
  readonly scheduler: Val<string> | undefined;
  readonly forwarding: Forwarding | undefined;
  readonly persistenceTimeout: Val<number> | undefined;
  readonly persistenceGranularity: Val<string> | undefined;
  readonly persistenceEngine: Val<string> | undefined;
  readonly ipFamily: Val<4 | 6> | undefined;
  readonly ops: boolean;
  /** Scheduler flags such as sh-port; printed by ipvsadm. */
  readonly schedulerFlags: readonly string[];
  readonly weight: Val<number> | undefined;
  readonly quorum: Val<number> | undefined;
  readonly hysteresis: Val<number> | undefined;
  readonly delayLoop: Val<number> | undefined;
  readonly inhibitOnFailure: boolean;
  readonly alpha: boolean;
  readonly sorryServer: SorryServer | undefined;
  readonly sorryForwarding: Forwarding | undefined;
  readonly sorryInhibit: boolean;
  readonly realServers: readonly RealServer[];
  readonly commands: readonly Command[];
  /** A word of the block could not be understood (unresolved definition, template, fault). */
  readonly uncertain: boolean;
  /**
   * Lines that decide which packets flow (addresses, ports, protocol, forwarding method, checks) and could not be read.
   * Narrower than `uncertain`, which a template in a notify command sets, too, and deeper: it looks into real servers.
   */
  readonly faults: readonly Span[];
}

/** global_defs. It may occur several times; the statements add up. */
export interface GlobalDefs extends Block {
  readonly kind: "global_defs";
  readonly commands: readonly Command[];
  readonly settings: ReadonlyMap<string, Setting>;
}

export type TopLevel =
  | GlobalDefs
  | VrrpInstance
  | SyncGroup
  | TrackGroup
  | Script
  | TrackProcess
  | TrackFile
  | BfdInstance
  | StaticAddresses
  | VirtualServerGroup
  | VirtualServer;
