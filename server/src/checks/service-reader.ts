/**
 * Reads virtual servers straight from the records of the tree, without model objects: a configuration may hold tens of
 * thousands of them, and nearly all are right. All offsets are relative to the item.
 */
import { KEYWORDS, keywordById } from "../language";
import { type Address, addressKey, parseAddress, parseIPv4 } from "../language/address";
import { parseInteger } from "../language/numbers";
import type { CheckerType, Command, ForwardingMethod } from "../model/model";
import {
  CLOSE,
  END,
  FIRST_WORD,
  Flag,
  KEYWORD,
  KIND,
  Kind,
  NEXT,
  OPEN,
  START,
  WORDS,
} from "../syntax/records";
import { Node } from "../syntax/tree";
import type { Source } from "../text/pieces";

/** What other checks need to know of a virtual server. Positions are relative to its item. */
export interface ServiceFact {
  /** The record of the block. */
  readonly record: number;
  readonly start: number;
  readonly end: number;
  readonly address: Address | undefined;
  readonly addressStart: number;
  readonly addressEnd: number;
  readonly port: number;
  /** Equal for services of the same address, port and protocol. */
  readonly key: string | number;
  readonly fwmark: number | undefined;
  /** For services of a virtual_server_group, which stands elsewhere. */
  readonly group: GroupUse | undefined;
  readonly protocol: string;
  /** DR is used for the service or for any real server. */
  readonly dr: boolean;
  /** Where DR is set. */
  readonly drStart: number;
  readonly drEnd: number;
  /** A comment in or above the block speaks of the real servers' ARP settings. */
  readonly arpNote: boolean;
  readonly servers: readonly ServerFact[];
  readonly commands: readonly Command[];
  readonly names: readonly NameFact[];
}

const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = { TCP: 0, UDP: 1, SCTP: 2 };

/** A key that is equal for services of one address, port and protocol. */
export function serviceKey(address: Address, port: number, protocol: string): string | number {
  const service = port * 4 + PROTOCOL_NUMBERS[protocol];
  return address.family === 4 ? address.value * 2 ** 18 + service : `${addressKey(address)} ${service}`;
}

/** A real server, as the rest of the configuration needs to know it. */
export interface ServerFact {
  readonly address: Address;
  readonly start: number;
  readonly end: number;
  readonly method: ForwardingMethod;
  readonly port: number;
}

/** A range of the item. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What is judged only when the members of the group are known. */
export interface GroupUse extends Range {
  readonly name: string;
  /** Nothing is missing, as far as the lines are understood. */
  readonly complete: boolean;
  /** The line of the protocol; the header where it got onto another line. */
  readonly protocol: Range | undefined;
  readonly protocolName: string | undefined;
  /** What a missing `protocol` would be, the likely one first. */
  readonly protocols: readonly string[];
  readonly ops: Range | undefined;
  readonly haSuspend: Range | undefined;
  readonly persistent: boolean;
  /** Servers of DR and TUN with a port of their own. */
  readonly ports: readonly PortUse[];
}

/** A port that is written for a server of DR or TUN. */
export interface PortUse extends Range {
  /** The record of the line or block. */
  readonly record: number;
  readonly port: number;
  readonly method: ForwardingMethod;
}

/** A name that a health check uses. */
export interface NameFact {
  readonly kind: "track_file" | "bfd_instance";
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Number of a keyword, by its path. */
const id = (path: string): number => {
  const keyword = keywordById(path);
  if (!keyword) throw new Error(`${path} is no keyword.`);
  return keyword.index;
};
const vs = (name: string): number => id(`virtual_server/${name}`);
const rs = (name: string): number => id(`virtual_server/real_server/${name}`);

/** Numbers of the statements of a virtual server that are looked for. */
export const VS = {
  protocol: vs("protocol"),
  algo: vs("lb_algo"),
  sched: vs("lvs_sched"),
  kind: vs("lb_kind"),
  method: vs("lvs_method"),
  persistenceTimeout: vs("persistence_timeout"),
  persistenceGranularity: vs("persistence_granularity"),
  persistenceEngine: vs("persistence_engine"),
  ipFamily: vs("ip_family"),
  ops: vs("ops"),
  haSuspend: vs("ha_suspend"),
  hashed: vs("hashed"),
  shPort: vs("sh-port"),
  shFallback: vs("sh-fallback"),
  mhPort: vs("mh-port"),
  mhFallback: vs("mh-fallback"),
  weight: vs("weight"),
  quorum: vs("quorum"),
  hysteresis: vs("hysteresis"),
  delayLoop: vs("delay_loop"),
  inhibit: vs("inhibit_on_failure"),
  sorry: vs("sorry_server"),
  sorryMethod: vs("sorry_server_lvs_method"),
  sorryInhibit: vs("sorry_server_inhibit"),
  real: vs("real_server"),
} as const;

/** Numbers of the statements of a real server that are looked for. */
export const RS = {
  weight: rs("weight"),
  method: rs("lvs_method"),
  inhibit: rs("inhibit_on_failure"),
} as const;

/** A kind of health check, and the numbers of the statements in it (-1: it has none of them). */
export interface CheckerKeys {
  readonly type: CheckerType;
  /** Connects by TCP. */
  readonly tcp: boolean;
  /** Connects to an address and port. */
  readonly connecting: boolean;
  readonly connectIp: number;
  readonly connectPort: number;
  readonly bindTo: number;
  readonly bindIf: number;
}

const TCP = new Set<CheckerType>(["TCP_CHECK", "HTTP_GET", "SSL_GET", "SMTP_CHECK"]);
const TYPES: readonly CheckerType[] = [
  ...TCP,
  "DNS_CHECK",
  "UDP_CHECK",
  "PING_CHECK",
  "MISC_CHECK",
  "FILE_CHECK",
  "BFD_CHECK",
];

/** Health checks by the number of their keyword. */
export const CHECKERS: (CheckerKeys | undefined)[] = KEYWORDS.map(() => undefined);
for (const type of TYPES) {
  const of = (name: string) => keywordById(`virtual_server/real_server/${type}/${name}`)?.index ?? -1;
  CHECKERS[rs(type)] = {
    type,
    tcp: TCP.has(type),
    connecting: TCP.has(type) || type === "DNS_CHECK" || type === "UDP_CHECK",
    connectIp: of("connect_ip"),
    connectPort: of("connect_port"),
    bindTo: of("bindto"),
    bindIf: of("bind_if"),
  };
}

/** Whether a line is read again by the rules of command lines. */
export const IS_COMMAND: readonly boolean[] = KEYWORDS.map((k) => k.spec.scriptQuoting === true);

/** Serial number of the block in which a keyword was seen last, and the records of its first and last occurrence there. */
const seenIn = new Float64Array(KEYWORDS.length);
const firstAt = new Int32Array(KEYWORDS.length);
const lastAt = new Int32Array(KEYWORDS.length);
let serial = 0;

const UNREADABLE = Flag.UsesDefinition | Flag.Opaque;

/** Reads the records of one top-level block. */
export class RecordReader {
  readonly text: Source;
  readonly data: Int32Array;
  readonly base: number;

  constructor(readonly top: Node) {
    this.text = top.tree.text;
    this.data = top.item.data;
    this.base = top.base;
  }

  start(r: number): number {
    return this.data[r + START];
  }
  end(r: number): number {
    return this.data[r + END];
  }
  next(r: number): number {
    return this.data[r + NEXT];
  }
  keyword(r: number): number {
    return this.data[r + KEYWORD];
  }
  kind(r: number): Kind {
    return this.data[r + KIND] & 0xff;
  }
  hasBody(r: number): boolean {
    return this.data[r + OPEN] !== -1;
  }
  close(r: number): number {
    return this.data[r + CLOSE];
  }
  wordCount(r: number): number {
    return this.data[r + WORDS];
  }
  /** Whether the line holds a part whose text is not known. */
  unreadable(r: number): boolean {
    return (this.data[r + KIND] & UNREADABLE) !== 0;
  }
  opaque(r: number): boolean {
    return (this.data[r + KIND] & Flag.Opaque) !== 0;
  }
  /** Record of the first child; equal to {@link next} when there is none. */
  firstChild(r: number): number {
    const { data } = this;
    return r + FIRST_WORD + 2 * data[r + WORDS] + ((data[r + KIND] & Flag.Condition) !== 0 ? 2 : 0);
  }
  wordStart(r: number, n: number): number {
    return this.data[r + FIRST_WORD + 2 * n];
  }
  wordEnd(r: number, n: number): number {
    return this.data[r + FIRST_WORD + 2 * n + 1];
  }
  /** A word without its quotes; empty when there is none. */
  word(r: number, n: number): string {
    if (n >= this.data[r + WORDS]) return "";
    const raw = this.text.slice(this.base + this.wordStart(r, n), this.base + this.wordEnd(r, n));
    if (raw.charCodeAt(0) !== 34) return raw;
    return raw.length > 1 && raw.endsWith('"') ? raw.slice(1, -1) : raw.slice(1);
  }
  /** The text of a header or comment. */
  slice(r: number): string {
    return this.text.slice(this.base + this.data[r + START], this.base + this.data[r + END]);
  }
  /** Whether a word is the given one. */
  is(r: number, n: number, word: string): boolean {
    if (n >= this.data[r + WORDS]) return false;
    const start = this.base + this.wordStart(r, n);
    const length = this.base + this.wordEnd(r, n) - start;
    if (length === word.length) return this.text.startsWith(word, start);
    return length > word.length && this.text.charCodeAt(start) === 34 && this.word(r, n) === word;
  }
  /** An integer; undefined when there is none. */
  int(r: number, n: number): number | undefined {
    if (n >= this.data[r + WORDS]) return undefined;
    const from = this.base + this.wordStart(r, n);
    const to = this.base + this.wordEnd(r, n);
    if (to - from < 10) {
      let value = 0;
      for (let p = from; p < to; p++) {
        const digit = this.text.charCodeAt(p) - 48;
        if (digit < 0 || digit > 9) {
          value = -1;
          break;
        }
        value = value * 10 + digit;
      }
      if (value >= 0 && to > from) return value;
    }
    const value = parseInteger(this.word(r, n));
    return value === undefined ? undefined : Number(value);
  }
  /** A port: 0 without one, undefined when the word is none. */
  port(r: number, n: number): number | undefined {
    if (n >= this.data[r + WORDS]) return 0;
    const value = this.int(r, n);
    return value === undefined || value < 0 || value > 65535 ? undefined : value;
  }
  /** An address; keepalived cuts a suffix that starts with `-` or `/`. */
  address(r: number, n: number): Address | undefined {
    if (n >= this.data[r + WORDS]) return undefined;
    const value = parseIPv4(this.text, this.base + this.wordStart(r, n), this.base + this.wordEnd(r, n));
    if (value >= 0) return { family: 4, value };
    return parseAddress(this.word(r, n).replace(/[-/].*$/s, ""));
  }
  /** A forwarding method; undefined when the word is none. */
  forwarding(r: number): ForwardingMethod | undefined {
    return this.is(r, 1, "NAT")
      ? "NAT"
      : this.is(r, 1, "DR")
        ? "DR"
        : this.is(r, 1, "TUN")
          ? "TUN"
          : undefined;
  }
  /** Whether a switch is on: alone, or with anything but a word for “no”. */
  isOn(r: number): boolean {
    return !(this.is(r, 1, "false") || this.is(r, 1, "no") || this.is(r, 1, "off"));
  }

  /** Notes which keywords stand in a block. @returns the number of the block for {@link first} and {@link last}. */
  scan(r: number): number {
    const { data } = this;
    const block = ++serial;
    const end = data[r + NEXT];
    for (let c = this.firstChild(r); c < end; c = data[c + NEXT]) {
      const k = data[c + KEYWORD];
      if (k < 0 || (data[c + KIND] & 0xff) !== Kind.Statement) continue;
      if (seenIn[k] !== block) {
        seenIn[k] = block;
        firstAt[k] = c;
      }
      lastAt[k] = c;
    }
    return block;
  }
  /** The first statement of a keyword in a scanned block, -1 without. No other block of the kind was scanned since. */
  first(k: number, block: number): number {
    return k >= 0 && seenIn[k] === block ? firstAt[k] : -1;
  }
  /** The last one: for most keywords the one that counts. */
  last(k: number, block: number): number {
    return k >= 0 && seenIn[k] === block ? lastAt[k] : -1;
  }

  /** A view on a record, for what is not worth doing without objects. */
  node(r: number, parent: Node = this.top): Node {
    const { top } = this;
    return r === top.index ? top : new Node(top.tree, top.item, top.base, r, parent);
  }
}
