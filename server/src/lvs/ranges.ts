/** Ranges of addresses and ports: comparing, covering, writing. */
import { type Address, formatAddress } from "../language/address";
import type { AddressRange } from "../model/model";

/** Ports from `first` to `last`, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Every port there is, for services without one. */
export const ALL_PORTS: PortRange = { first: 1, last: 65535 };

export const single = (address: Address): AddressRange => ({ first: address, last: address });
export const onePort = (port: number): PortRange => ({ first: port, last: port });

/** Negative, zero or positive like the order of the addresses; IPv4 before IPv6. */
export function compareAddresses(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

export const inRange = (address: Address, range: AddressRange): boolean =>
  address.family === range.first.family &&
  compareAddresses(range.first, address) <= 0 &&
  compareAddresses(address, range.last) <= 0;

export const inAnyRange = (address: Address, ranges: readonly AddressRange[]): boolean =>
  ranges.some((range) => inRange(address, range));

/** Whether two ranges have an address in common. */
export const rangesMeet = (a: AddressRange, b: AddressRange): boolean =>
  a.first.family === b.first.family &&
  compareAddresses(a.first, b.last) <= 0 &&
  compareAddresses(b.first, a.last) <= 0;

export const isSingle = (range: AddressRange): boolean => compareAddresses(range.first, range.last) === 0;

/** The address `step` after this one. */
export function addressAfter(address: Address, step = 1): Address {
  return address.family === 4
    ? { family: 4, value: address.value + step }
    : { family: 6, value: address.value + BigInt(step) };
}

/** Number of addresses in a range. */
export const rangeSize = (range: AddressRange): bigint =>
  BigInt(range.last.value) - BigInt(range.first.value) + 1n;

/** Ranges without overlaps and in order; neighbours are joined. */
export function mergeRanges(ranges: readonly AddressRange[]): AddressRange[] {
  const sorted = [...ranges].sort((a, b) => compareAddresses(a.first, b.first));
  const result: AddressRange[] = [];
  for (const range of sorted) {
    const before = result[result.length - 1];
    if (
      before &&
      before.last.family === range.first.family &&
      BigInt(range.first.value) <= BigInt(before.last.value) + 1n
    ) {
      if (compareAddresses(range.last, before.last) > 0)
        result[result.length - 1] = { first: before.first, last: range.last };
    } else result.push(range);
  }
  return result;
}

/** Ranges in order, without those that another one contains. Neighbours stay apart: hosts are easier to recognize so. */
export function distinctRanges(ranges: readonly AddressRange[]): AddressRange[] {
  const sorted = [...ranges].sort(
    (a, b) => compareAddresses(a.first, b.first) || compareAddresses(b.last, a.last),
  );
  const result: AddressRange[] = [];
  for (const range of sorted) {
    const before = result[result.length - 1];
    if (!before || !inRange(range.first, before) || !inRange(range.last, before)) result.push(range);
  }
  return result;
}

/** The prefix length if the range is exactly one network. */
export function prefixOf(range: AddressRange): number | undefined {
  const bits = range.first.family === 4 ? 32 : 128;
  const size = rangeSize(range);
  const length = size.toString(2).length - 1;
  if (size !== 1n << BigInt(length) || BigInt(range.first.value) % size !== 0n) return undefined;
  return bits - length;
}

/** `10.0.0.1`, `10.0.0.0/24` where the range is a network, else `10.0.0.1-10.0.0.9`. NSX reads all three. */
export function rangeText(range: AddressRange): string {
  if (isSingle(range)) return formatAddress(range.first);
  const prefix = prefixOf(range);
  if (prefix !== undefined) return `${formatAddress(range.first)}/${prefix}`;
  return `${formatAddress(range.first)}-${formatAddress(range.last)}`;
}

/** Networks that together are exactly the range, as few as possible. */
export function networksOf(range: AddressRange): AddressRange[] {
  const networks: AddressRange[] = [];
  let at = BigInt(range.first.value);
  const end = BigInt(range.last.value);
  const { family } = range.first;
  const make = (value: bigint): Address =>
    family === 4 ? { family, value: Number(value) } : { family, value };
  while (at <= end) {
    let size = at === 0n ? 1n << (family === 4 ? 32n : 128n) : at & -at;
    while (size > end - at + 1n) size >>= 1n;
    networks.push({ first: make(at), last: make(at + size - 1n) });
    at += size;
  }
  return networks;
}

/** Port ranges without overlaps and in order; neighbours are joined. */
export function mergePorts(ports: readonly PortRange[]): PortRange[] {
  const sorted = [...ports].sort((a, b) => a.first - b.first || a.last - b.last);
  const result: PortRange[] = [];
  for (const range of sorted) {
    const before = result[result.length - 1];
    if (before && range.first <= before.last + 1) {
      if (range.last > before.last) result[result.length - 1] = { first: before.first, last: range.last };
    } else result.push(range);
  }
  return result;
}

export const portText = (ports: PortRange): string =>
  ports.first === ports.last ? `${ports.first}` : `${ports.first}-${ports.last}`;

export const isAllPorts = (ports: readonly PortRange[]): boolean =>
  ports.length === 1 && ports[0].first <= 1 && ports[0].last === 65535;

/** `10.0.0.1:80`, `[2001:db8::1]:80`. */
export const endpointText = (address: Address, port: number | string): string =>
  address.family === 6 ? `[${formatAddress(address)}]:${port}` : `${formatAddress(address)}:${port}`;
