/**
 * What sending a payload would change on the manager, in words, given what the manager exported; and whether a payload
 * still fits the configuration it was made from.
 */
import { type Text, t } from "../language/schema";
import { type Flow, isHalf, type PacketClass } from "../lvs/packets";
import type { Service } from "../lvs/services";
import { finish, type Steps } from "../text/steps";
import { readPolicies, type WirePolicy } from "./evaluate";
import { packetText } from "./explain";
import type { Generated } from "./generate";
import { connect, firewallOf, type Pick, worldOf } from "./probe";

// ---------------------------------------------------------------------------------------------- differences

export type ObjectKind = "group" | "service" | "policy" | "rule" | "exclude-list";

export interface Change {
  readonly kind: ObjectKind;
  readonly id: string;
  /** `create`, `change`, or `keep`: on the manager only; a PATCH leaves it there. */
  readonly action: "create" | "change" | "keep";
  readonly text: Text;
}

type Json = Record<string, unknown>;

/** Fields that the manager fills in, and that say nothing about the meaning. */
const MANAGED =
  /^(_.*|path|relative_path|parent_path|unique_id|realization_id|owner_id|origin_site_id|remote_path|overridden|marked_for_delete|is_default|rule_id|internal_sequence_number|default_rule_id|lock_modified_by|lock_modified_time|rule_count|children|rules|resource_type|id|reference|state|service_type|group_type|extended_expression|rules_count)$/;

/** Values that the manager stores where a field is missing. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  scope: ["ANY"],
  source_groups: ["ANY"],
  destination_groups: ["ANY"],
  services: ["ANY"],
  profiles: ["ANY"],
  direction: "IN_OUT",
  ip_protocol: "IPV4_IPV6",
  logged: false,
  disabled: false,
  sources_excluded: false,
  destinations_excluded: false,
  sequence_number: 0,
  locked: false,
  connectivity_strategy: "NONE",
  connectivity_preference: "NONE",
  logging_enabled: false,
  service_entries: [],
  description: "",
  notes: "",
  tag: "",
  tags: [],
};

/** Lists whose order means nothing. */
const SETS = new Set([
  "scope",
  "source_groups",
  "destination_groups",
  "services",
  "profiles",
  "tags",
  "members",
  "service_entries",
  "external_ids",
]);

const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** A value in one spelling: managed fields and defaults gone, sets sorted. */
function normal(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    const list = value.map((element) => normal(element));
    if (!SETS.has(key)) return list;
    return list
      .map((element) => JSON.stringify(element))
      .sort()
      .map((text) => JSON.parse(text));
  }
  if (!isObject(value)) return value;
  const result: Json = {};
  for (const field of Object.keys(value).sort()) {
    // Inside lists of entries the kind is content.
    const keep = field === "resource_type" && key === "";
    if (MANAGED.test(field) && !keep) continue;
    const element = normal(value[field], field);
    if (element === undefined || element === null) continue;
    if (JSON.stringify(element) === JSON.stringify(DEFAULTS[field])) continue;
    result[field] = element;
  }
  return result;
}

interface Found {
  readonly kind: ObjectKind;
  readonly id: string;
  /** Of the policy that a rule belongs to. */
  readonly parent: string;
  readonly object: Json;
}

const KINDS: Readonly<Record<string, ObjectKind>> = {
  Group: "group",
  Service: "service",
  SecurityPolicy: "policy",
  Rule: "rule",
  PolicyExcludeList: "exclude-list",
};

/** The objects of a document in whatever JSON form, by kind and id. */
function* collect(document: unknown): Steps<Map<string, Found>> {
  const found = new Map<string, Found>();
  const visit = function* (value: unknown, parent: string, depth: number): Steps<void> {
    if (depth > 64) return;
    if (Array.isArray(value)) {
      for (const element of value)
        if (element !== null && typeof element === "object") yield* visit(element, parent, depth + 1);
      return;
    }
    if (!isObject(value) || value.marked_for_delete === true) return;
    let inside = parent;
    const kind =
      KINDS[String(value.resource_type)] ?? (parent !== "" && "action" in value ? "rule" : undefined);
    if (kind) {
      const id = kind === "exclude-list" ? "exclude-list" : String(value.id ?? value.display_name ?? "");
      const owner = kind === "rule" ? parent : "";
      found.set(`${kind} ${owner} ${id}`, { kind, id, parent: owner, object: value });
      if (kind === "policy") inside = id;
      yield;
    }
    for (const [key, element] of Object.entries(value))
      if (element !== null && typeof element === "object" && !key.startsWith("_"))
        yield* visit(element, inside, depth + 1);
  };
  yield* visit(document, "", 0);
  return found;
}

const NAMES: Readonly<Record<ObjectKind, Text>> = {
  group: t("group", "组"),
  service: t("service", "服务"),
  policy: t("policy", "策略"),
  rule: t("rule", "规则"),
  "exclude-list": t("exclusion list", "排除列表"),
};

/**
 * The changes that `payload` would make to what the manager holds (`current`). Objects that only the manager has are
 * listed where they belong to a policy of the payload: a PATCH leaves such rules in place.
 */
export const differences = (payload: unknown, current: unknown): Change[] =>
  finish(differenceSteps(payload, current));

/** The same in steps. */
export function* differenceSteps(payload: unknown, current: unknown): Steps<Change[]> {
  const wanted = yield* collect(payload);
  const existing = yield* collect(current);
  const changes: Change[] = [];
  for (const [key, { kind, id, parent, object }] of wanted) {
    yield;
    const name = parent ? `${parent} / ${id}` : id;
    const before = existing.get(key);
    if (!before) {
      // A new policy brings its rules; they need no lines of their own.
      if (kind === "rule" && !existing.has(`policy  ${parent}`)) continue;
      changes.push({
        kind,
        id: name,
        action: "create",
        text: t(`${NAMES[kind].en} ${name} is created`, `将创建${NAMES[kind].zh} ${name}`),
      });
      continue;
    }
    const details = compare(normal(before.object) as Json, normal(object) as Json);
    if (details.length === 0) continue;
    changes.push({
      kind,
      id: name,
      action: "change",
      text: t(
        `${NAMES[kind].en} ${name}: ${details.map((d) => d.en).join("; ")}`,
        `${NAMES[kind].zh} ${name}：${details.map((d) => d.zh).join("；")}`,
      ),
    });
  }
  for (const [key, { kind, id, parent }] of existing) {
    if (kind !== "rule" || wanted.has(key) || !wanted.has(`policy  ${parent}`)) continue;
    changes.push({
      kind,
      id: `${parent} / ${id}`,
      action: "keep",
      text: t(
        `rule ${parent} / ${id} is on the manager only: PATCH leaves it there, PUT of the policy would remove it`,
        `规则 ${parent} / ${id} 只在管理器上存在：PATCH 会保留它，对策略 PUT 则会删除它`,
      ),
    });
  }
  return changes;
}

const show = (value: unknown): string => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
};

/** What is different between two objects, field by field; lists as elements that come and go. */
function compare(before: Json, after: Json): Text[] {
  const details: Text[] = [];
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const a = before[field] ?? DEFAULTS[field];
    const b = after[field] ?? DEFAULTS[field];
    if (JSON.stringify(a) === JSON.stringify(b)) continue;
    if (Array.isArray(a) && Array.isArray(b)) {
      const inA = new Set(a.map((e) => JSON.stringify(e)));
      const inB = new Set(b.map((e) => JSON.stringify(e)));
      const gone = a.filter((e) => !inB.has(JSON.stringify(e))).map(show);
      const come = b.filter((e) => !inA.has(JSON.stringify(e))).map(show);
      const parts = [...come.map((e) => `+ ${e}`), ...gone.map((e) => `- ${e}`)];
      details.push(
        parts.length > 0
          ? t(`${field} ${parts.join(", ")}`, `${field} ${parts.join("，")}`)
          : t(`${field} in another order`, `${field} 顺序不同`),
      );
    } else if (a === undefined) details.push(t(`${field} becomes ${show(b)}`, `${field} 设为 ${show(b)}`));
    else if (b === undefined) details.push(t(`${field} ${show(a)} goes`, `${field} ${show(a)} 被去掉`));
    else details.push(t(`${field} ${show(a)} becomes ${show(b)}`, `${field} 由 ${show(a)} 变为 ${show(b)}`));
  }
  return details;
}

// ---------------------------------------------------------------------------------------------- still fitting

export interface Fit {
  /** The virtual servers that the payload is about. */
  readonly covered: readonly Service[];
  /** Virtual servers of the configuration that need rules, and about which the payload says nothing. */
  readonly uncovered: readonly Service[];
  /** Packets of covered virtual servers that the payload does not let pass as they need. */
  readonly missing: readonly { readonly packet: PacketClass; readonly text: Text }[];
  /** Rules that no packet of the configuration uses. */
  readonly stale: readonly { readonly policy: string; readonly rule: string; readonly text: Text }[];
  /** There is no policy in the document. */
  readonly empty: boolean;
}

/** Services that are named one by one. */
const MAX_NAMED = 20;

/** What is said of it, line by line. */
export function fitText(fit: Fit): Text[] {
  const lines = [
    ...fit.missing.map(({ text }) => t(`Missing: ${text.en}`, `缺少：${text.zh}`)),
    ...fit.stale.map(({ text }) => t(`Left over: ${text.en}`, `多余：${text.zh}`)),
    ...fit.uncovered.map((s) => t(`Not in the payload: ${s.title}`, `策略中没有：${s.title}`)),
  ];
  if (fit.missing.length > 0 || fit.stale.length > 0) return lines;
  const titles = fit.covered.slice(0, MAX_NAMED).map((s) => s.title);
  const more = fit.covered.length - titles.length;
  const en = `${titles.join(", ") || "no virtual server is concerned"}${more > 0 ? ` and ${more} more` : ""}`;
  const zh = `${titles.join("、") || "不涉及虚拟服务器"}${more > 0 ? `，另有 ${more} 个` : ""}`;
  return [t(`The payload fits: ${en}.`, `策略与配置一致：${zh}。`), ...lines];
}

/** Choices of addresses, ports and ICMP types that together try all of them, up to a bound. */
function* picksFor(flow: Flow): Generator<Pick> {
  const sizes = [flow.open, flow.reply].flatMap((packet) =>
    packet
      ? [packet.source, packet.destination]
          .flatMap((party) => ("ranges" in party && party.ranges ? [party.ranges.length * 2] : []))
          .concat(
            (packet.sourcePorts?.length ?? 0) * 2,
            (packet.destinationPorts?.length ?? 0) * 2,
            packet.icmpTypes?.length ?? 0,
          )
      : [],
  );
  const rounds = Math.min(2000, Math.max(1, ...sizes));
  for (let round = 0; round < rounds; round++) yield (count) => round % count;
}

/**
 * Whether a payload, in any JSON form, still does what the configuration needs.
 * @param generated what the configuration gives today, for all its virtual servers and with the companion policies.
 */
export const fits = (generated: Generated, document: unknown): Fit => finish(fitSteps(generated, document));

/** The same in steps. */
export function* fitSteps(generated: Generated, document: unknown): Steps<Fit> {
  const base = readPolicies(document);
  const scopes = (stateless: boolean | undefined) =>
    base.policies
      .filter((p) => stateless === undefined || (p.stateful === false) === stateless)
      .flatMap((p) => p.scope ?? []);
  const realPaths = new Set(generated.payload?.realServers ?? []);
  const isReal = (policy: WirePolicy) =>
    (policy.scope ?? []).some((path) => realPaths.has(path)) || /real-servers-state/.test(policy.id ?? "");
  const directors = scopes(undefined).filter(
    (path) => !base.policies.some((policy) => isReal(policy) && policy.scope?.includes(path)),
  );
  const realServers = base.policies.filter(isReal).flatMap((policy) => policy.scope ?? []);
  const own = generated.services.flatMap((service) =>
    service.destinations.flatMap((d) => d.checks.flatMap((check) => (check.source ? [check.source] : []))),
  );
  const world = worldOf(base, { directors, realServers }, "none", undefined, own);
  const walls = { director: firewallOf(world, "director"), "real-server": firewallOf(world, "real-server") };
  const used = new Set<string>();
  const missing: { packet: PacketClass; text: Text }[] = [];
  const touched = new Set<Service>();
  const needing = new Set<Service>();
  const failures = new Map<Service | undefined, { packet: PacketClass; text: Text }[]>();
  const hasStateful = base.policies.some((policy) => policy.stateful !== false && !isReal(policy));
  const hasRealStateful = base.policies.some((policy) => policy.stateful !== false && isReal(policy));
  for (const flow of generated.flows) {
    const half = isHalf(flow);
    if (half && flow.service) needing.add(flow.service);
    let round = 0;
    for (const pick of picksFor(flow)) {
      const bytes = half && round++ === 0 ? 200_000 : 0;
      yield;
      const wall = walls[flow.vnic].fresh();
      const outcome = connect(wall, flow, bytes, undefined, pick);
      for (const { packet, decision } of outcome.passages) {
        // A rule behind another one that matches the same packets is not left over.
        for (const match of wall.matching(packet)) used.add(`${match.policy.id} ${match.rule.id}`);
        if (decision.rule !== undefined && flow.service && flow.front) touched.add(flow.service);
      }
      if (outcome.passed) continue;
      // What the payload never meant to hold is no gap: the companion policies are a choice.
      const optional =
        !half && (flow.vnic === "director" ? !hasStateful && !isOfFront(flow.kind) : !hasRealStateful);
      if (optional) continue;
      const packet = outcome.refused?.side === "reply" ? flow.reply : flow.open;
      if (!packet) continue;
      const list = failures.get(flow.service) ?? [];
      failures.set(flow.service, list);
      if (list.some((known) => known.packet === packet)) continue;
      const how = outcome.refused?.decision;
      list.push({
        packet,
        text: t(
          `${packet.direction} ${packetText(packet)}: ${how?.rule ? `rule ${how.rule} is not enough (${how.by})` : "no rule"}`,
          `${packet.direction} ${packetText(packet, true)}：${how?.rule ? `规则 ${how.rule} 不够（${how.by}）` : "没有规则"}`,
        ),
      });
    }
  }
  for (const [service, list] of failures)
    if (service === undefined || touched.has(service)) for (const gap of list) missing.push(gap);
  const stale: { policy: string; rule: string; text: Text }[] = [];
  for (const policy of base.policies)
    for (const rule of policy.rules ?? []) {
      if (used.has(`${policy.id} ${rule.id}`)) continue;
      stale.push({
        policy: policy.id ?? "",
        rule: rule.id ?? "",
        text: t(
          `rule ${policy.id} / ${rule.id} lets nothing pass that the configuration needs`,
          `规则 ${policy.id} / ${rule.id} 放行的流量已不是此配置所需`,
        ),
      });
    }
  return {
    covered: [...touched],
    uncovered: [...needing].filter((service) => !touched.has(service)),
    missing,
    stale,
    empty: base.policies.length === 0,
  };
}

const isOfFront = (kind: string): boolean => kind === "service" || kind === "icmp";
