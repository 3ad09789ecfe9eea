/** Which virtual servers a place in the configuration, or a description, stands for. */
import { type Address, formatAddress, parseAddress } from "../language/address";
import { type Text, t } from "../language/schema";
import { endpointText, inAnyRange } from "../lvs/ranges";
import { type Service, serviceSteps } from "../lvs/services";
import type { Config, Located } from "../model/config";
import type { Block, Protocol } from "../model/model";
import { finish, type Steps } from "../text/steps";

/** What the user pointed at. Offsets are those of the tree's text. */
export type Wanted =
  | { readonly kind: "offset"; readonly offset: number }
  /** Stretches of text, for example all places where a line of a file is read. */
  | { readonly kind: "ranges"; readonly ranges: readonly { readonly start: number; readonly end: number }[] }
  | { readonly kind: "server"; readonly target: ServerTarget }
  | { readonly kind: "all" };

/** A virtual server as written in its header: `ADDRESS PORT [PROTOCOL]`, `group NAME`, `fwmark N`. */
export type ServerTarget =
  | {
      readonly kind: "address";
      readonly address: Address;
      readonly port: number;
      readonly protocol: Protocol | undefined;
    }
  | { readonly kind: "group"; readonly name: string }
  | { readonly kind: "fwmark"; readonly mark: number };

export interface Selection {
  readonly services: readonly Service[];
  /** How the selection came about; part of the names of objects. */
  readonly by: "server" | "group" | "address" | "all";
  /** The virtual address that was pointed at. */
  readonly address: Address | undefined;
  /** Why nothing was found. */
  readonly empty: Text | undefined;
}

/** Reads `ADDRESS PORT [PROTOCOL]`, `group NAME [PROTOCOL]` or `fwmark N`; undefined if it is neither. */
export function parseTarget(text: string): ServerTarget | undefined {
  const words = text.trim().split(/\s+/);
  if (words[0] === "group" && words[1]) return { kind: "group", name: words[1] };
  if (words[0] === "fwmark") {
    const mark = Number(words[1]);
    return Number.isInteger(mark) && mark >= 0 ? { kind: "fwmark", mark } : undefined;
  }
  const address = parseAddress(words[0] ?? "");
  const port = words[1] === undefined || words[1] === "*" ? 0 : Number(words[1]);
  const protocol = words[2]?.toUpperCase();
  if (!address || !Number.isInteger(port) || port < 0 || port > 65535) return undefined;
  if (protocol !== undefined && !/^(TCP|UDP|SCTP)$/.test(protocol)) return undefined;
  return { kind: "address", address, port, protocol: protocol as Protocol | undefined };
}

/** The virtual servers that are wanted. */
export const select = (config: Config, wanted: Wanted): Selection => finish(selectSteps(config, wanted));

/** The same in steps. */
export function* selectSteps(config: Config, wanted: Wanted): Steps<Selection> {
  const services = yield* serviceSteps(config);
  const none = (empty: Text): Selection => ({ services: [], by: "server", address: undefined, empty });
  if (wanted.kind === "all") {
    if (services.length === 0)
      return {
        ...none(t("There is no virtual_server in this configuration.", "此配置中没有 virtual_server。")),
        by: "all",
      };
    return { services, by: "all", address: undefined, empty: undefined };
  }
  if (wanted.kind === "server") return byTarget(services, wanted.target, none);

  const ranges = wanted.kind === "offset" ? [{ start: wanted.offset, end: wanted.offset }] : wanted.ranges;
  const meets = (from: number, to: number): boolean =>
    ranges.some(({ start, end }) => from <= end && start <= to);
  const touches = (at: Located<Block>): boolean =>
    meets(config.offset(at, at.model.start), config.offset(at, at.model.fullEnd));
  const server = services.filter((service) => touches(service.at));
  if (server.length > 0) return { services: server, by: "server", address: undefined, empty: undefined };

  const group = config.groups.find(touches);
  if (group) {
    const users = services.filter(
      (service) =>
        service.at.model.target.kind === "group" && service.at.model.target.name === group.model.name,
    );
    if (users.length === 0)
      return none(
        t(
          `No virtual_server uses the group "${group.model.name}".`,
          `没有 virtual_server 使用组 "${group.model.name}"。`,
        ),
      );
    return { services: users, by: "group", address: undefined, empty: undefined };
  }

  const instance = config.instances.find(touches);
  if (instance) {
    const entries = [...instance.model.virtualIps, ...instance.model.excludedIps];
    const base = config.offset(instance, 0);
    const pointed = entries.find((entry) => meets(base + entry.start, base + entry.end));
    const addresses = (pointed ? [pointed] : entries).map((entry) => entry.address);
    const found = onAddresses(services, addresses);
    if (found.length === 0)
      return {
        ...none(
          t(
            `No virtual_server uses ${pointed ? formatAddress(pointed.address) : `the addresses of ${instance.model.name}`}. A virtual address without one (HAProxy, a database …) has complete connections: a stateful firewall is right for it, and only VRRP itself needs rules (companion policy, --companion).`,
            `没有 virtual_server 使用 ${pointed ? formatAddress(pointed.address) : `${instance.model.name} 的地址`}。没有虚拟服务器的虚拟地址（HAProxy、数据库等）连接是完整的：有状态防火墙即可，只有 VRRP 本身需要放行规则（配套策略，--companion）。`,
          ),
        ),
        by: "address",
        address: addresses[0],
      };
    return { services: found, by: "address", address: addresses[0], empty: undefined };
  }
  return none(
    t(
      "Neither a virtual_server, nor a virtual_server_group, nor a virtual address stands here.",
      "此处既不是 virtual_server，也不是 virtual_server_group 或虚拟地址。",
    ),
  );
}

function onAddresses(services: readonly Service[], addresses: readonly Address[]): Service[] {
  return services.filter((service) =>
    service.fronts.some((front) => addresses.some((address) => inAnyRange(address, front.addresses))),
  );
}

function byTarget(
  services: readonly Service[],
  target: ServerTarget,
  none: (text: Text) => Selection,
): Selection {
  const found = services.filter((service) => {
    const own = service.at.model.target;
    if (target.kind === "group") return own.kind === "group" && own.name === target.name;
    if (target.kind === "fwmark") return own.kind === "fwmark" && own.mark === target.mark;
    if (own.kind === "address")
      return (
        own.port === target.port &&
        own.address.family === target.address.family &&
        own.address.value === target.address.value &&
        (target.protocol === undefined || service.protocol === target.protocol)
      );
    return service.fronts.some(
      (front) =>
        (target.protocol === undefined || front.protocol === target.protocol) &&
        inAnyRange(target.address, front.addresses) &&
        front.ports.some((ports) => ports.first <= target.port && target.port <= ports.last),
    );
  });
  if (found.length === 0) {
    const name =
      target.kind === "address"
        ? endpointText(target.address, target.port === 0 ? "*" : target.port)
        : target.kind === "group"
          ? `group ${target.name}`
          : `fwmark ${target.mark}`;
    return none(t(`There is no virtual_server ${name}.`, `没有 virtual_server ${name}。`));
  }
  return {
    services: found,
    by: target.kind === "group" ? "group" : "server",
    address: undefined,
    empty: undefined,
  };
}
