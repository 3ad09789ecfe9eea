/** From rules to NSX objects: services, groups and policies within the manager's limits, with stable ids. */
import { type Text, t } from "../language/schema";
import { ALL_PORTS, type PortRange, portText, rangeText } from "../lvs/ranges";
import type { Steps } from "../text/steps";
import { digest, slug, UniqueIds } from "./naming";
import {
  type Category,
  type Expression,
  type Group,
  groupPath,
  LIMITS,
  type NsxService,
  type Root,
  type Rule,
  type SecurityPolicy,
  type ServiceEntry,
  servicePath,
  type Tag,
} from "./objects";
import { type End, type Match, POLICY_KINDS, type PolicyKind, type RuleDraft } from "./rules";

/** How NSX finds virtual machines. Never by address: it refuses such groups where a policy applies. */
export interface VmSelector {
  /** `scope|tag` */
  readonly tags?: readonly string[];
  readonly names?: readonly string[];
  /** Instance UUIDs, which NSX calls external ids. */
  readonly ids?: readonly string[];
  /** Path of an existing group; excludes the others. */
  readonly group?: string;
}

export const DIRECTOR_TAG = "role|lvs-director";
export const REAL_SERVER_TAG = "role|real-server";
/** On every object that is made here, to find them again. */
const OWN_TAGS: readonly Tag[] = [{ scope: "managed-by", tag: "keepalived-lvs" }];

/** Everything that goes to the manager, before it takes the shape of a form. */
export interface Payload {
  readonly root: Root;
  /** Prefix of the ids of policies. */
  readonly name: string;
  /** Groups that the payload makes; none where an existing one was given. */
  readonly groups: readonly Group[];
  readonly services: readonly NsxService[];
  readonly policies: readonly SecurityPolicy[];
  /** Paths of the groups of director VMs. */
  readonly directors: readonly string[];
  readonly realServers: readonly string[];
  /** The kind of each policy, in the order of `policies`. */
  readonly kinds: readonly PolicyKind[];
}

export interface PolicyOptions {
  readonly root: Root;
  readonly name: string;
  readonly category: Category;
  /** Sequence number of the first policy; the others follow in steps of one. */
  readonly sequence: number;
  readonly logged: boolean;
  readonly directors: VmSelector;
  readonly realServers: VmSelector;
  readonly locale: "en" | "zh-cn";
  /** The real servers' group is wanted even if no rule of the payload applies to it. */
  readonly withRealServers?: boolean;
}

/** Builds the objects for some rules, in steps. */
export function* payloadSteps(drafts: readonly RuleDraft[], options: PolicyOptions): Steps<Payload> {
  const { root, name } = options;
  const directors = groupsFor(options.directors, "lvs-directors", DIRECTOR_TAG, options);
  const needsReal =
    options.withRealServers || drafts.some((draft) => draft.policy.startsWith("real-servers"));
  const realServers = needsReal
    ? groupsFor(options.realServers, "lvs-real-servers", REAL_SERVER_TAG, options)
    : { groups: [], paths: [] };
  const services = new ServiceMaker(options);
  const policies: SecurityPolicy[] = [];
  const kinds: PolicyKind[] = [];
  let sequence = options.sequence;
  for (const kind of POLICY_KINDS) {
    const ids = new UniqueIds();
    const rules: Omit<Rule, "sequence_number">[] = [];
    for (const draft of drafts) {
      if (draft.policy !== kind) continue;
      for (const rule of rulesOf(draft, ids, services, directors.paths, options)) rules.push(rule);
      yield;
    }
    for (let from = 0, part = 1; from < rules.length; from += LIMITS.rules, part++) {
      const stateful = kind.endsWith("stateful");
      const id = `${name}${SUFFIX[kind]}${part > 1 ? `-${part}` : ""}`;
      policies.push({
        resource_type: "SecurityPolicy",
        id,
        display_name: id,
        description: pick(DESCRIPTION[kind], options),
        tags: OWN_TAGS,
        category: options.category,
        sequence_number: sequence++,
        stateful,
        // Strict tracking wants to see every handshake: after a failover the new director does not.
        tcp_strict: false,
        scope: kind.startsWith("directors") ? directors.paths : realServers.paths,
        rules: rules
          .slice(from, from + LIMITS.rules)
          .map((rule, i) => ({ ...rule, sequence_number: (i + 1) * 10 })),
      });
      kinds.push(kind);
      yield;
    }
  }
  return {
    root,
    name,
    groups: [...directors.groups, ...realServers.groups],
    services: services.made(),
    policies,
    directors: directors.paths,
    realServers: realServers.paths,
    kinds,
  };
}

const SUFFIX: Readonly<Record<PolicyKind, string>> = {
  "directors-stateless": "-stateless",
  "directors-stateful": "-stateful",
  "real-servers-stateless": "-real-servers-stateless",
  "real-servers-stateful": "-real-servers-stateful",
};

const DESCRIPTION: Readonly<Record<PolicyKind, Text>> = {
  "directors-stateless": t(
    "LVS directors see only one side of the clients' connections; a stateful rule drops them after about 67 KB. Must match before any stateful rule for these virtual addresses. Only traffic of the virtual addresses is concerned.",
    "LVS 调度器只看到客户端连接的一个方向，有状态规则在约 67 KB 后会丢弃报文。必须先于任何匹配这些虚拟地址的有状态规则。只涉及虚拟地址的流量。",
  ),
  "directors-stateful": t(
    "What LVS directors need besides the clients' traffic: VRRP, health checks, connection synchronization, tunnels, NAT.",
    "LVS 调度器在客户端流量之外所需：VRRP、健康检查、连接同步、隧道、NAT。",
  ),
  "real-servers-stateless": t(
    "Real servers behind a tunnel answer clients directly: their vNICs see replies without requests.",
    "隧道模式的真实服务器直接应答客户端：其 vNIC 只见应答，不见请求。",
  ),
  "real-servers-stateful": t(
    "What LVS real servers need where everything else is denied.",
    "在默认拒绝的环境中 LVS 真实服务器所需的放行规则。",
  ),
};

const pick = (text: Text, options: { locale: "en" | "zh-cn" }): string =>
  options.locale === "zh-cn" ? text.zh : text.en;

// ---------------------------------------------------------------------------------------------- groups

/** The groups of virtual machines that a selector stands for, and their paths. */
export function groupsFor(
  selector: VmSelector,
  id: string,
  defaultTag: string,
  options: { root: Root; locale: "en" | "zh-cn" },
): { groups: Group[]; paths: string[] } {
  if (selector.group !== undefined) return { groups: [], paths: [selector.group] };
  const given = selector.tags?.length || selector.names?.length || selector.ids?.length;
  const tags = given ? (selector.tags ?? []) : [defaultTag];
  const names = selector.names ?? [];
  const ids = [...new Set(selector.ids ?? [])];
  const conditions: Expression[] = [
    ...tags.map(
      (tag): Expression => ({
        resource_type: "Condition",
        member_type: "VirtualMachine",
        key: "Tag",
        operator: "EQUALS",
        value: tag.includes("|") ? tag : `|${tag}`,
      }),
    ),
    ...names.map(
      (name): Expression => ({
        resource_type: "Condition",
        member_type: "VirtualMachine",
        key: "Name",
        operator: "EQUALS",
        value: name,
      }),
    ),
  ];
  // A group holds five conditions; what is more goes into further groups, all of them in the scope.
  const parts: Expression[][] = [];
  for (let i = 0; i < conditions.length; i += LIMITS.conditions)
    parts.push(conditions.slice(i, i + LIMITS.conditions));
  if (ids.length > 0) {
    const expression: Expression = {
      resource_type: "ExternalIDExpression",
      member_type: "VirtualMachine",
      external_ids: ids.slice(0, LIMITS.externalIds),
    };
    if (parts.length > 0) parts[parts.length - 1].push(expression);
    else parts.push([expression]);
  }
  const unusual = given && !(tags.length === 1 && tags[0] === defaultTag && names.length + ids.length === 0);
  const stem = unusual ? `${id}-${selectorKey(tags, names, ids)}` : id;
  const groups = parts.map(
    (operands, i): Group => ({
      resource_type: "Group",
      id: i === 0 ? stem : `${stem}-${i + 1}`,
      display_name: i === 0 ? stem : `${stem}-${i + 1}`,
      description: pick(
        id === "lvs-directors"
          ? t("Virtual machines of the LVS directors", "LVS 调度器虚拟机")
          : t("Virtual machines of the LVS real servers", "LVS 真实服务器虚拟机"),
        options,
      ),
      tags: OWN_TAGS,
      expression: operands.flatMap((operand, n): Expression[] =>
        n === 0 ? [operand] : [{ resource_type: "ConjunctionOperator", conjunction_operator: "OR" }, operand],
      ),
    }),
  );
  return { groups, paths: groups.map((group) => groupPath(options.root, group.id)) };
}

function selectorKey(tags: readonly string[], names: readonly string[], ids: readonly string[]): string {
  if (names.length === 0 && ids.length === 0 && tags.length === 1) {
    const joined = tags[0].replace("|", "_");
    return /^[A-Za-z0-9.-]+_[A-Za-z0-9.-]+$/.test(joined) ? joined : slug(tags[0]);
  }
  if (tags.length === 0 && ids.length === 0 && names.length <= 3 && names.every((n) => slug(n) === n))
    return names.join("_");
  return digest([tags.join(), names.join(), ids.join()].join(";"));
}

// ---------------------------------------------------------------------------------------------- services

/** Makes services, one for each id; different content under one name gets a digest. */
class ServiceMaker {
  private readonly services = new Map<string, NsxService>();
  private readonly contents = new Map<string, string>();

  constructor(private readonly options: PolicyOptions) {}

  /** Paths of the services for a match. `=id` is an id of its own, other names get the payload's prefix. */
  paths(name: string, match: Match): string[] {
    const wanted = name.startsWith("=") ? `lvs-${name.slice(1)}` : `${this.options.name}-${name}`;
    const entries = entriesOf(match);
    const paths: string[] = [];
    for (let from = 0, part = 1; from < entries.length; from += LIMITS.entries, part++) {
      const some = entries.slice(from, from + LIMITS.entries);
      const content = JSON.stringify(some);
      let id = part > 1 ? `${wanted}-${part}` : wanted;
      if ((this.contents.get(id) ?? content) !== content) id = `${id}-${digest(content).slice(0, 6)}`;
      if (!this.services.has(id)) {
        this.contents.set(id, content);
        this.services.set(id, {
          resource_type: "Service",
          id,
          display_name: id,
          tags: OWN_TAGS,
          service_entries: some,
        });
      }
      paths.push(servicePath(this.options.root, id));
    }
    return paths;
  }

  made(): NsxService[] {
    return [...this.services.values()];
  }
}

/** Port lists of at most 15 values each; a range counts as two values. */
function portLists(ports: readonly PortRange[]): string[][] {
  const lists: string[][] = [];
  let cost: number = LIMITS.ports;
  for (const range of ports) {
    const own = range.first === range.last ? 1 : 2;
    if (cost + own > LIMITS.ports) {
      lists.push([]);
      cost = 0;
    }
    lists[lists.length - 1].push(portText(range));
    cost += own;
  }
  return lists;
}

const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  4: "ipip",
  41: "ipv6-in-ip",
  47: "gre",
  51: "ah",
  112: "vrrp",
  132: "sctp",
};

function entriesOf(match: Match): ServiceEntry[] {
  switch (match.kind) {
    case "ports": {
      const side = match.source ? "source_ports" : "destination_ports";
      const lists = portLists(match.source ?? match.destination ?? [ALL_PORTS]);
      return lists.map((list, i): ServiceEntry => {
        const id = `${match.protocol.toLowerCase()}${match.source ? "-source" : ""}${lists.length > 1 ? `-${i + 1}` : list.length === 1 ? `-${list[0]}` : ""}`;
        return {
          resource_type: "L4PortSetServiceEntry",
          id,
          display_name: id,
          l4_protocol: match.protocol,
          [side]: list,
        };
      });
    }
    case "protocol": {
      const id = PROTOCOL_NAMES[match.number] ?? `protocol-${match.number}`;
      return [
        { resource_type: "IPProtocolServiceEntry", id, display_name: id, protocol_number: match.number },
      ];
    }
    case "icmp":
      return match.types.map((type): ServiceEntry => {
        const id = `icmpv${match.family}-${type}`;
        return {
          resource_type: "ICMPTypeServiceEntry",
          id,
          display_name: id,
          protocol: match.family === 4 ? "ICMPv4" : "ICMPv6",
          icmp_type: type,
        };
      });
    case "igmp":
      return [{ resource_type: "IGMPTypeServiceEntry", id: "igmp", display_name: "igmp" }];
  }
}

// ---------------------------------------------------------------------------------------------- rules

function* endLists(end: End, directors: readonly string[]): Generator<string[]> {
  if (end.any) {
    yield ["ANY"];
    return;
  }
  const all = [...(end.directors ? directors : []), ...end.ranges.map(rangeText)];
  for (let from = 0; from < all.length; from += LIMITS.list) yield all.slice(from, from + LIMITS.list);
}

function* rulesOf(
  draft: RuleDraft,
  ids: UniqueIds,
  services: ServiceMaker,
  directors: readonly string[],
  options: PolicyOptions,
): Generator<Omit<Rule, "sequence_number">> {
  const paths = services.paths(draft.service, draft.match);
  const notes = draft.why.map((why) => pick(why, options)).join(options.locale === "zh-cn" ? "；" : "; ");
  for (const source of endLists(draft.source, directors)) {
    for (const destination of endLists(draft.destination, directors)) {
      for (let from = 0; from < paths.length; from += LIMITS.list) {
        const id = ids.take(draft.id);
        yield {
          resource_type: "Rule",
          id,
          display_name: id,
          notes: notes.slice(0, LIMITS.notes),
          source_groups: source,
          destination_groups: destination,
          services: paths.slice(from, from + LIMITS.list),
          direction: draft.directions.size === 2 ? "IN_OUT" : [...draft.directions][0],
          ip_protocol: draft.family === 4 ? "IPV4" : "IPV6",
          action: "ALLOW",
          logged: options.logged,
          tag: draft.policy.endsWith("stateless") ? "lvs-stateless" : "lvs-stateful",
        };
      }
    }
  }
}
