/** Addresses and prefixes. Parsing follows inet_pton(3), which keepalived uses: no shortened IPv4, no leading zeros. */

/** An IPv4 address as an unsigned 32-bit number, or an IPv6 address as a 128-bit one. */
export type Address =
  | { readonly family: 4; readonly value: number }
  | { readonly family: 6; readonly value: bigint };

/** Parses `text[start, end)` as dotted decimal IPv4; -1 if it is none. */
export function parseIPv4(text: Pick<string, "charCodeAt" | "length">, start = 0, end = text.length): number {
  let value = 0;
  let octets = 0;
  let p = start;
  for (;;) {
    let octet = 0;
    let digits = 0;
    while (p < end) {
      const c = text.charCodeAt(p) - 48;
      if (c < 0 || c > 9) break;
      if (digits > 0 && octet === 0) return -1;
      octet = octet * 10 + c;
      if (octet > 255) return -1;
      digits++;
      p++;
    }
    if (digits === 0) return -1;
    value = value * 256 + octet;
    if (++octets === 4) return p === end ? value : -1;
    if (p >= end || text.charCodeAt(p) !== 46) return -1;
    p++;
  }
}

/** Parses an IPv6 address without scope; undefined if it is none. */
export function parseIPv6(text: string): bigint | undefined {
  if (text.length < 2 || text.length > 45 || !/^[0-9A-Fa-f:.]+$/.test(text)) return undefined;
  let head = text;
  let tail: string | undefined;
  const gap = text.indexOf("::");
  if (gap >= 0) {
    if (text.indexOf("::", gap + 1) >= 0) return undefined;
    head = text.slice(0, gap);
    tail = text.slice(gap + 2);
  }
  const groups = (part: string): number[] | undefined => {
    if (part === "") return [];
    const result: number[] = [];
    const words = part.split(":");
    for (let i = 0; i < words.length; i++) {
      const word = words[i];
      if (word.includes(".")) {
        if (i !== words.length - 1) return undefined;
        const v4 = parseIPv4(word);
        if (v4 < 0) return undefined;
        result.push(v4 >>> 16, v4 & 0xffff);
      } else {
        if (word.length === 0 || word.length > 4) return undefined;
        result.push(Number.parseInt(word, 16));
      }
    }
    return result;
  };
  const a = groups(head);
  const b = tail === undefined ? [] : groups(tail);
  if (a === undefined || b === undefined) return undefined;
  if (tail === undefined ? a.length !== 8 : a.length + b.length > 7) return undefined;
  const all = [...a, ...new Array(8 - a.length - b.length).fill(0), ...b];
  let value = 0n;
  for (const group of all) value = (value << 16n) | BigInt(group);
  return value;
}

/** Parses an address of either family; the colon decides, as in keepalived. */
export function parseAddress(text: string): Address | undefined {
  if (text.includes(":")) {
    const value = parseIPv6(text);
    return value === undefined ? undefined : { family: 6, value };
  }
  const value = parseIPv4(text);
  return value < 0 ? undefined : { family: 4, value };
}

/** Canonical text: dotted decimal, or RFC 5952 for IPv6. */
export function formatAddress(address: Address): string {
  if (address.family === 4) {
    const v = address.value;
    return `${v >>> 24}.${(v >>> 16) & 255}.${(v >>> 8) & 255}.${v & 255}`;
  }
  const groups: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((address.value >> shift) & 0xffffn));
  if (groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff) {
    const v = groups[6] * 65536 + groups[7];
    return `::ffff:${formatAddress({ family: 4, value: v })}`;
  }
  let best = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; i++) {
    let n = 0;
    while (i + n < 8 && groups[i + n] === 0) n++;
    if (n > bestLength) {
      best = i;
      bestLength = n;
    }
    i += Math.max(0, n - 1);
  }
  const hex = (part: number[]) => part.map((g) => g.toString(16)).join(":");
  if (best < 0) return hex(groups);
  return `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLength))}`;
}

/** A key that is equal for equal addresses, for maps. */
export const addressKey = (a: Address): number | string =>
  a.family === 4 ? a.value : `6:${a.value.toString(16)}`;

export const sameAddress = (a: Address, b: Address): boolean => a.family === b.family && a.value === b.value;

/** Bits of an address of the family: the prefix length of a single host. */
export const hostPrefix = (family: 4 | 6): number => (family === 4 ? 32 : 128);

const mask4 = (prefix: number): number => (prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0);
const mask6 = (prefix: number): bigint => ((1n << 128n) - 1n) ^ ((1n << BigInt(128 - prefix)) - 1n);

/** First address of the network. */
export function networkOf(a: Address, prefix: number): Address {
  return a.family === 4
    ? { family: 4, value: (a.value & mask4(prefix)) >>> 0 }
    : { family: 6, value: a.value & mask6(prefix) };
}

/** Last address of the network; for IPv4 the broadcast address. */
export function lastOf(a: Address, prefix: number): Address {
  return a.family === 4
    ? { family: 4, value: (a.value | ~mask4(prefix)) >>> 0 }
    : { family: 6, value: a.value | ((1n << BigInt(128 - prefix)) - 1n) };
}

export const inNetwork = (a: Address, network: Address, prefix: number): boolean =>
  a.family === network.family && sameAddress(networkOf(a, prefix), networkOf(network, prefix));

/** The prefix length of a contiguous IPv4 netmask, or undefined. */
export function prefixOfNetmask(netmask: string): number | undefined {
  const value = parseIPv4(netmask);
  if (value < 0) return undefined;
  const prefix = 32 - Math.log2(2 ** 32 - value);
  return Number.isInteger(prefix) && mask4(prefix) === value ? prefix : undefined;
}

/** 224.0.0.0/4 or ff00::/8. */
export const isMulticast = (a: Address): boolean =>
  a.family === 4 ? a.value >>> 28 === 14 : a.value >> 120n === 0xffn;

/** fe80::/10 or 169.254.0.0/16. */
export const isLinkLocal = (a: Address): boolean =>
  a.family === 4 ? a.value >>> 16 === 0xa9fe : a.value >> 118n === 0x3fan;

/** 127.0.0.0/8 or ::1. */
export const isLoopback = (a: Address): boolean => (a.family === 4 ? a.value >>> 24 === 127 : a.value === 1n);
