/** Terraform resources of the provider vmware/nsxt. */
import type { Steps } from "../../text/steps";
import { UniqueIds } from "../naming";
import type { Expression, Rule, SecurityPolicy, ServiceEntry } from "../objects";
import { groupPath, servicePath } from "../objects";
import type { Payload } from "../policy";

/** A string of HCL. */
export function hclString(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replace(/([$%])\{/g, "$1$1{");
  return `"${escaped}"`;
}

type Value = string | number | boolean | readonly string[] | Raw;
/** An expression that is not quoted. */
class Raw {
  constructor(readonly text: string) {}
}

/** Writes blocks with aligned equals signs, as `terraform fmt` does. */
class Writer {
  readonly lines: string[] = [];
  private pending: [string, string][] = [];
  private depth = 0;

  private flush(): void {
    const width = Math.max(0, ...this.pending.map(([name]) => name.length));
    for (const [name, value] of this.pending) this.line(`${name.padEnd(width)} = ${value}`);
    this.pending = [];
  }

  private line(text: string): void {
    this.lines.push(text === "" ? "" : "  ".repeat(this.depth) + text);
  }

  set(name: string, value: Value | undefined): void {
    if (value !== undefined) this.pending.push([name, this.value(value)]);
  }

  private value(value: Value): string {
    if (value instanceof Raw) return value.text;
    if (typeof value === "string") return hclString(value);
    if (typeof value === "number" || typeof value === "boolean") return `${value}`;
    return `[${value.map(hclString).join(", ")}]`;
  }

  block(header: string, body: () => void): void {
    this.open(header);
    body();
    this.close();
  }

  open(header: string): void {
    this.flush();
    if (this.lines.length > 0 && !/[{]$/.test(this.lines[this.lines.length - 1])) this.line("");
    this.line(`${header} {`);
    this.depth++;
  }

  close(): void {
    this.flush();
    this.depth--;
    this.line("}");
  }

  comment(text: string): void {
    this.flush();
    this.line(`# ${text}`);
  }
}

/** The configuration, for policies or for membership of the exclusion list, in steps. */
export function* terraformSteps(payload: Payload, remedy: "policy" | "exclude-list"): Steps<string> {
  const w = new Writer();
  const { root } = payload;
  const names = new UniqueIds();
  const labels = new Map<string, string>();
  const label = (path: string, id: string, type: string): void => {
    const clean = id.replace(/[^A-Za-z0-9_-]/g, "_").replace(/^(?![A-Za-z_])/, "_");
    labels.set(path, `${type}.${names.take(clean)}`);
  };
  for (const service of payload.services)
    label(servicePath(root, service.id), service.id, "nsxt_policy_service");
  for (const group of payload.groups) label(groupPath(root, group.id), group.id, "nsxt_policy_group");
  const reference = (path: string): string =>
    labels.has(path) ? `${labels.get(path)}.path` : hclString(path);
  const references = (paths: readonly string[]): Raw | undefined => {
    const list = paths.filter((path) => path !== "ANY");
    return list.length === 0 ? undefined : new Raw(`[${list.map(reference).join(", ")}]`);
  };
  const context = () => {
    if (root.project) w.block("context", () => w.set("project_id", root.project));
  };

  w.block("terraform", () => {
    w.block("required_providers", () => {
      w.set("nsxt", new Raw(`{\n      source  = "vmware/nsxt"\n      version = ">= 3.5.0"\n    }`));
    });
  });
  if (root.global) w.block('provider "nsxt"', () => w.set("global_manager", true));

  for (const group of payload.groups) {
    const [type, name] = (labels.get(groupPath(root, group.id)) as string).split(".");
    w.block(`resource "${type}" "${name}"`, () => {
      w.set("display_name", group.display_name);
      w.set("nsx_id", group.id);
      w.set("description", group.description);
      if (!root.project) w.set("domain", root.domain);
      context();
      for (const expression of group.expression) criteria(w, expression);
    });
  }
  if (remedy === "exclude-list") {
    for (const [i, path] of [...payload.directors, ...payload.realServers].entries())
      w.block(`resource "nsxt_policy_firewall_exclude_list_member" "lvs${i === 0 ? "" : `_${i + 1}`}"`, () =>
        w.set("member", new Raw(reference(path))),
      );
    return `${w.lines.join("\n")}\n`;
  }

  for (const service of payload.services) {
    const [type, name] = (labels.get(servicePath(root, service.id)) as string).split(".");
    w.block(`resource "${type}" "${name}"`, () => {
      w.set("display_name", service.display_name);
      w.set("nsx_id", service.id);
      context();
      for (const entry of service.service_entries) serviceEntry(w, entry);
    });
    yield;
  }
  for (const policy of payload.policies) {
    const name = names.take(policy.id.replace(/[^A-Za-z0-9_-]/g, "_").replace(/^(?![A-Za-z_])/, "_"));
    w.open(`resource "nsxt_policy_security_policy" "${name}"`);
    policyAttributes(w, policy, references);
    if (!root.project) w.set("domain", root.domain);
    context();
    for (const rule of policy.rules) {
      ruleBlock(w, rule, reference, references);
      yield;
    }
    w.close();
  }
  return `${w.lines.join("\n")}\n`;
}

function criteria(w: Writer, expression: Expression): void {
  if (expression.resource_type === "ConjunctionOperator") {
    w.block("conjunction", () => w.set("operator", expression.conjunction_operator));
    return;
  }
  w.block("criteria", () => {
    if (expression.resource_type === "Condition")
      w.block("condition", () => {
        w.set("key", expression.key);
        w.set("member_type", expression.member_type);
        w.set("operator", expression.operator);
        w.set("value", expression.value);
      });
    else
      w.block("external_id_expression", () => {
        w.set("member_type", expression.member_type);
        w.set("external_ids", expression.external_ids);
      });
  });
}

function serviceEntry(w: Writer, entry: ServiceEntry): void {
  switch (entry.resource_type) {
    case "L4PortSetServiceEntry":
      w.block("l4_port_set_entry", () => {
        w.set("display_name", entry.display_name);
        w.set("protocol", entry.l4_protocol);
        w.set("destination_ports", entry.destination_ports);
        w.set("source_ports", entry.source_ports);
      });
      break;
    case "IPProtocolServiceEntry":
      w.block("ip_protocol_entry", () => {
        w.set("display_name", entry.display_name);
        w.set("protocol", entry.protocol_number);
      });
      break;
    case "ICMPTypeServiceEntry":
      w.block("icmp_entry", () => {
        w.set("display_name", entry.display_name);
        w.set("protocol", entry.protocol);
        w.set("icmp_type", `${entry.icmp_type}`);
      });
      break;
    case "IGMPTypeServiceEntry":
      w.block("igmp_entry", () => w.set("display_name", entry.display_name));
      break;
  }
}

function policyAttributes(
  w: Writer,
  policy: SecurityPolicy,
  references: (paths: readonly string[]) => Raw | undefined,
): void {
  w.set("display_name", policy.display_name);
  w.set("nsx_id", policy.id);
  w.set("description", policy.description);
  w.set("category", policy.category);
  w.set("sequence_number", policy.sequence_number);
  w.set("stateful", policy.stateful);
  w.set("tcp_strict", policy.tcp_strict);
  w.set("scope", references(policy.scope));
}

function ruleBlock(
  w: Writer,
  rule: Rule,
  reference: (path: string) => string,
  references: (paths: readonly string[]) => Raw | undefined,
): void {
  const ends = (list: readonly string[]): Raw | undefined => {
    const some = list.filter((end) => end !== "ANY");
    return some.length === 0 ? undefined : new Raw(`[${some.map(reference).join(", ")}]`);
  };
  w.block("rule", () => {
    w.set("display_name", rule.display_name);
    w.set("nsx_id", rule.id);
    w.set("notes", rule.notes);
    w.set("source_groups", ends(rule.source_groups));
    w.set("destination_groups", ends(rule.destination_groups));
    w.set("services", references(rule.services));
    w.set("direction", rule.direction);
    w.set("ip_version", rule.ip_protocol);
    w.set("action", rule.action);
    w.set("logged", rule.logged);
    w.set("log_label", rule.tag);
  });
}
