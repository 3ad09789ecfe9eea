/**
 * A new pair of LVS directors for direct routing, from the few things that only its owner knows. The nodes talk VRRP by
 * unicast (multicast needs an NSX segment that floods it) and use no virtual MAC (a vNIC of NSX sends from its own only).
 */
import { arpNoteLines } from "../checks/addresses";
import {
  type Address,
  addressKey,
  formatAddress,
  inNetwork,
  isLinkLocal,
  isLoopback,
  isMulticast,
  lastOf,
  networkOf,
  parseAddress,
  sameAddress,
} from "../language/address";
import { type Text, t } from "../language/schema";

/** How the real servers are checked. */
export const PAIR_CHECKS = ["tcp", "http"] as const;

/** Answers as they are typed. */
export interface PairAnswers {
  /** `ADDRESS/PREFIX` */
  readonly vip?: string;
  /** `PORT[/PROTOCOL]`, several separated by commas or blanks; TCP unless told. */
  readonly services?: string;
  /** Addresses, separated by commas or blanks. */
  readonly realServers?: string;
  /** Addresses of the two directors; the first is the preferred master. */
  readonly directors?: string;
  /** Names of the two directors, for folders and router_id; lb1 and lb2 unless told. */
  readonly names?: string;
  readonly interface?: string;
  /** 1 to 255. */
  readonly virtualRouterId?: string;
  /** One of PAIR_CHECKS; `tcp` unless told. */
  readonly check?: string;
  /** Path that an HTTP check asks for; `/` unless told. */
  readonly path?: string;
}
export type PairField = keyof PairAnswers;

export interface PairProblem {
  readonly field: PairField;
  readonly text: Text;
}

/** Configuration of one node. */
export interface PairNode {
  readonly name: string;
  readonly text: string;
}

export interface Pair {
  readonly problems: readonly PairProblem[];
  /** Both nodes, the preferred master first; empty while there are problems. */
  readonly nodes: readonly PairNode[];
}

interface Service {
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
}

interface Plan {
  readonly vip: Address;
  readonly prefix: number;
  readonly services: readonly Service[];
  readonly realServers: readonly Address[];
  readonly directors: readonly Address[];
  readonly names: readonly string[];
  readonly interface: string;
  readonly virtualRouterId: number;
  readonly http: string | undefined;
}

/** Ports that speak HTTP inside TLS. */
const TLS_PORTS = new Set([443, 8443, 9443]);
/** Priorities far enough apart for a tracker's weight between them. */
const PRIORITIES = [110, 100];

const words = (text: string | undefined): string[] => (text ?? "").split(/[\s,;，；、]+/).filter(Boolean);

/**
 * Checks the answers that are given and, when all are there and right, composes both configurations.
 * @param complete all questions were asked: without it, what is not answered yet is no problem, and nothing is composed.
 */
export function composePair(answers: PairAnswers, complete = true): Pair {
  const problems: PairProblem[] = [];
  const plan = planOf(answers, complete, (field, text) => problems.push({ field, text }));
  return {
    problems,
    nodes: complete && problems.length === 0 && plan ? [0, 1].map((n) => nodeOf(plan, n)) : [],
  };
}

function planOf(
  answers: PairAnswers,
  complete: boolean,
  problem: (field: PairField, text: Text) => void,
): Plan | undefined {
  const given = (field: PairField): boolean => {
    if (words(answers[field]).length > 0) return true;
    if (answers[field] !== undefined || complete) problem(field, t("An answer is needed.", "需要填写。"));
    return false;
  };

  let vip: Address | undefined;
  let prefix = 0;
  if (given("vip")) {
    const [address, bits, ...rest] = answers.vip!.trim().split("/");
    vip = parseAddress(address);
    prefix = /^\d{1,3}$/.test(bits ?? "") && rest.length === 0 ? Number(bits) : -1;
    const longest = vip?.family === 6 ? 126 : 30;
    if (!vip)
      problem(
        "vip",
        t("An address with its prefix, such as 192.0.2.10/24.", "地址加前缀，例如 192.0.2.10/24。"),
      );
    else if (prefix < 8 || prefix > longest)
      problem(
        "vip",
        t(
          `The prefix of the segment is needed, /8 to /${longest}: directors and real servers stand in it.`,
          `需要网段的前缀，/8 至 /${longest}：调度器与真实服务器在同一网段。`,
        ),
      );
    else if (isMulticast(vip) || isLoopback(vip) || isLinkLocal(vip))
      problem("vip", t("Clients cannot reach such an address.", "客户端无法访问这样的地址。"));
    else if (sameAddress(vip, networkOf(vip, prefix)))
      problem("vip", t("This is the address of the network itself.", "这是网络地址。"));
    else if (vip.family === 4 && sameAddress(vip, lastOf(vip, prefix)))
      problem("vip", t("This is the broadcast address of the network.", "这是该网络的广播地址。"));
  }
  const network = vip && prefix >= 8 ? `${formatAddress(networkOf(vip, prefix))}/${prefix}` : "";

  /** Addresses of a role, all different, in the segment, and not those of another role. */
  const taken = new Map<number | string, PairField>();
  if (vip) taken.set(addressKey(vip), "vip");
  const addresses = (field: "directors" | "realServers"): Address[] => {
    if (!given(field)) return [];
    return words(answers[field]).flatMap((word) => {
      const address = parseAddress(word);
      if (!address) {
        problem(field, t(`“${word}” is not an address.`, `“${word}” 不是地址。`));
        return [];
      }
      const other = taken.get(addressKey(address));
      if (other === "vip") problem(field, t(`${word} is the virtual address.`, `${word} 是虚拟地址。`));
      else if (other !== undefined && other !== field)
        problem(field, t(`${word} is the address of a director.`, `${word} 是调度器的地址。`));
      else if (other === field) problem(field, t(`${word} is there twice.`, `${word} 重复。`));
      else if (vip && network && !inNetwork(address, vip, prefix))
        problem(
          field,
          t(
            `${word} is outside ${network}: with direct routing all stand in one segment.`,
            `${word} 不在 ${network} 内：直接路由要求都在同一网段。`,
          ),
        );
      taken.set(addressKey(address), field);
      return [address];
    });
  };
  const directors = addresses("directors");
  if (answers.directors !== undefined && directors.length > 0 && directors.length !== 2)
    problem("directors", t("Two addresses are needed, one for each node.", "需要两个地址，每个节点一个。"));
  const realServers = addresses("realServers");

  const services: Service[] = [];
  if (given("services"))
    for (const word of words(answers.services)) {
      const match = /^(\d{1,5})(?:\/(tcp|udp))?$/i.exec(word);
      const port = Number(match?.[1]);
      const protocol = match?.[2]?.toUpperCase() === "UDP" ? "UDP" : "TCP";
      if (!match || port < 1 || port > 65535)
        problem(
          "services",
          t(`“${word}” is not a port such as 80 or 53/udp.`, `“${word}” 不是 80 或 53/udp 这样的端口。`),
        );
      else if (services.some((s) => s.port === port && s.protocol === protocol))
        problem("services", t(`${word} is there twice.`, `${word} 重复。`));
      else services.push({ port, protocol });
    }

  const names = answers.names === undefined ? ["lb1", "lb2"] : words(answers.names);
  const badName = names.find((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name));
  if (badName !== undefined)
    problem("names", t(`“${badName}” cannot be the name of a host.`, `“${badName}” 不能作为主机名。`));
  else if (names.length !== 2 || names[0].toLowerCase() === names[1].toLowerCase())
    problem("names", t("Two different names are needed.", "需要两个不同的名称。"));

  const device = (answers.interface ?? "").trim();
  if (given("interface") && !/^[^\s/:"'#!{}$~@]{1,15}$/.test(device))
    problem(
      "interface",
      t(
        "The name of an interface has 1 to 15 characters, such as ens192.",
        "接口名为 1 至 15 个字符，例如 ens192。",
      ),
    );

  const virtualRouterId = Number(answers.virtualRouterId);
  if (
    given("virtualRouterId") &&
    !(/^\s*\d{1,3}\s*$/.test(answers.virtualRouterId!) && virtualRouterId >= 1 && virtualRouterId <= 255)
  )
    problem("virtualRouterId", t("A number from 1 to 255.", "1 至 255 之间的数。"));

  const check = answers.check ?? "tcp";
  if (!(PAIR_CHECKS as readonly string[]).includes(check))
    problem("check", t(`One of ${PAIR_CHECKS.join(", ")}.`, `可选 ${PAIR_CHECKS.join("、")}。`));
  const path = answers.path?.trim() || "/";
  if (!/^\/[\x21-\x7e]*$/.test(path) || /["'{}#!$~\\]/.test(path))
    problem(
      "path",
      t("A path begins with a slash and has no blanks or quotes.", "路径以斜杠开头，不含空格或引号。"),
    );

  if (!vip) return undefined;
  return {
    vip,
    prefix,
    services,
    realServers,
    directors,
    names,
    interface: device,
    virtualRouterId,
    http: check === "http" ? path : undefined,
  };
}

function nodeOf(plan: Plan, index: number): PairNode {
  const other = 1 - index;
  const vip = formatAddress(plan.vip);
  const addresses = [`${vip}/${plan.prefix}`];
  // RFC 9568, 5.2.9: the first address of a virtual router for IPv6 is link-local.
  if (plan.vip.family === 6) addresses.unshift(`fe80::${(plan.vip.value & 0xffffn || 1n).toString(16)}/64`);
  const lines = [
    `# ${plan.names[index]}, one of two directors of LVS-DR; the other one is ${plan.names[other]}.`,
    "global_defs {",
    `    router_id ${plan.names[index]}`,
    "}",
    "",
    `vrrp_instance VI_${plan.virtualRouterId} {`,
    "    state BACKUP",
    `    interface ${plan.interface}`,
    `    virtual_router_id ${plan.virtualRouterId}`,
    `    priority ${PRIORITIES[index]}`,
    "    advert_int 1",
    `    unicast_src_ip ${formatAddress(plan.directors[index])}`,
    "    unicast_peer {",
    `        ${formatAddress(plan.directors[other])}`,
    "    }",
    "    virtual_ipaddress {",
    ...addresses.map((address) => `        ${address}`),
    "    }",
    "}",
  ];
  for (const { port, protocol } of plan.services) {
    lines.push(
      "",
      ...arpNoteLines([plan.vip]),
      `virtual_server ${vip} ${port} {`,
      "    delay_loop 6",
      "    lb_algo rr",
      "    lb_kind DR",
      `    protocol ${protocol}`,
    );
    for (const server of plan.realServers)
      lines.push(
        "",
        `    real_server ${formatAddress(server)} ${port} {`,
        "        weight 1",
        ...checker(plan, port, protocol).map((line) => `        ${line}`),
        "    }",
      );
    lines.push("}");
  }
  return { name: plan.names[index], text: `${lines.join("\n")}\n` };
}

function checker(plan: Plan, port: number, protocol: "TCP" | "UDP"): string[] {
  if (protocol === "UDP") return ["UDP_CHECK {", "    connect_timeout 3", "}"];
  if (plan.http === undefined) return ["TCP_CHECK {", "    connect_timeout 3", "}"];
  return [
    `${TLS_PORTS.has(port) ? "SSL_GET" : "HTTP_GET"} {`,
    "    connect_timeout 3",
    "    url {",
    `        path ${plan.http}`,
    "        status_code 200",
    "    }",
    "}",
  ];
}
