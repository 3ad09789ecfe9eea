/** Ids: derived from addresses, protocols and ports, the same in every run, and never the same for different things. */
import { formatAddress } from "../language/address";
import { isAllPorts, isSingle, type PortRange, portText } from "../lvs/ranges";
import type { Front } from "../lvs/services";
import type { AddressRange } from "../model/model";

/** 48 bits of a text (two FNV-1a hashes), as 12 hexadecimal digits. */
export function digest(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x1234567;
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193) >>> 0;
    b = Math.imul(b ^ (text.charCodeAt(i) + i), 0x01000193) >>> 0;
  }
  return a.toString(16).padStart(8, "0") + b.toString(16).padStart(8, "0").slice(0, 4);
}

/** A text as part of an id. What does not fit is replaced, and a digest keeps different texts apart. */
export function slug(text: string): string {
  const clean = text.replace(/[^A-Za-z0-9.-]/g, "-").slice(0, 60);
  return clean === text ? clean : `${clean}-${digest(text).slice(0, 6)}`;
}

/** Colons do not belong into an id; the first and last address of a range are joined by `_`. */
function rangeKey(range: AddressRange): string {
  const key =
    range.first.family === 6 ? formatAddress(range.first).replaceAll(":", "-") : formatAddress(range.first);
  if (isSingle(range)) return key;
  return `${key}_${formatAddress(range.last).replaceAll(":", "-")}`;
}

/** `10.0.0.1`, `10.0.0.1_10.0.0.9`; longer lists as their first range and a digest of all. */
export function addressesKey(ranges: readonly AddressRange[]): string {
  if (ranges.length === 1) return rangeKey(ranges[0]);
  return `${rangeKey(ranges[0])}-and-${ranges.length - 1}-${digest(ranges.map(rangeKey).join()).slice(0, 6)}`;
}

/** `80`, `80_443`, `8000-8099`, `any`; longer lists as the first port and a digest of all. */
export function portsKey(ports: readonly PortRange[]): string {
  if (isAllPorts(ports)) return "any";
  if (ports.length <= 3) return ports.map(portText).join("_");
  return `${portText(ports[0])}-and-${ports.length - 1}-${digest(ports.map(portText).join()).slice(0, 6)}`;
}

/** `10.0.0.1-tcp-80` */
export const frontKey = (front: Front): string =>
  `${addressesKey(front.addresses)}-${front.protocol.toLowerCase()}-${portsKey(front.ports)}`;

/** Gives ids that were not given before: the second and further ones get a number. */
export class UniqueIds {
  private readonly given = new Set<string>();

  take(wanted: string): string {
    let id = wanted;
    for (let n = 2; this.given.has(id); n++) id = `${wanted}-${n}`;
    this.given.add(id);
    return id;
  }
}
