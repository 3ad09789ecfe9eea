/** What makes an NSX document valid: its JSON schema, and the rules that a schema cannot say. */
import { readFileSync } from "node:fs";
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import { parseAddress } from "../../../server/src/language/address";
import { parseRange } from "../../../server/src/model/build";

const schema = JSON.parse(readFileSync("schemas/nsx-policy.schema.json", "utf8"));
const ajv = new Ajv2020({
  strict: true,
  strictRequired: false,
  strictTypes: false,
  strictTuples: false,
  allErrors: false,
});
// Text that VS Code shows instead of the pattern.
ajv.addKeyword("patternErrorMessage");
const validateRoot: ValidateFunction = ajv.compile(schema);

/** The validator of one definition of the schema, for example `StatelessLvsPolicy`. */
export const validator = (name: string): ValidateFunction =>
  ajv.compile({ $ref: `${schema.$id}#/$defs/${name}` });
const validateStateless = validator("StatelessLvsPolicy");

/** The faults that the schema alone finds. */
export const schemaFaults = (document: unknown): string[] =>
  validateRoot(document) ? [] : [ajv.errorsText(validateRoot.errors?.slice(0, 3))];

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Every object of a document with a `resource_type`, in order. */
export function objectsOf(document: unknown, type?: string): Json[] {
  const found: Json[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isObject(value)) {
      if (typeof value.resource_type === "string" && (!type || value.resource_type === type))
        found.push(value);
      Object.values(value).forEach(visit);
    }
  };
  visit(document);
  return found;
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/**
 * The faults of a document, empty for a valid one.
 * @param known paths of groups that exist already
 */
export function faultsOf(document: unknown, known: readonly string[] = []): string[] {
  const faults: string[] = [];
  const fault = (text: string) => faults.push(text);
  if (!validateRoot(document)) fault(`schema: ${ajv.errorsText(validateRoot.errors?.slice(0, 3))}`);

  const policies = objectsOf(document, "SecurityPolicy");
  const services = new Map(objectsOf(document, "Service").map((service) => [String(service.id), service]));
  const groups = new Map(objectsOf(document, "Group").map((group) => [String(group.id), group]));
  if (services.size !== objectsOf(document, "Service").length) fault("service id twice");

  const placed = new Set<string>();
  const policyIds = new Set<string>();
  for (const policy of new Map(policies.map((p) => [String(p.id), p])).values()) {
    const id = String(policy.id);
    policyIds.add(id);
    const stateless = policy.stateful === false;
    if (stateless && !validateStateless(policy))
      fault(`${id}: ${ajv.errorsText(validateStateless.errors?.slice(0, 3))}`);
    const place = `${policy.category} ${policy.sequence_number}`;
    if (placed.has(place)) fault(`${id}: a second policy at ${place}`);
    placed.add(place);
    if (stateless && policy.tcp_strict === true) fault(`${id}: strict without state`);
    for (const path of strings(policy.scope)) {
      const group = groups.get(path.split("/").at(-1) ?? "");
      if (!group && !known.includes(path)) fault(`${id}: unknown group ${path}`);
      const kinds = new Set(
        (Array.isArray(group?.expression) ? group.expression : []).map((e) => String(e.resource_type)),
      );
      if (group && !kinds.has("Condition") && !kinds.has("ExternalIDExpression"))
        fault(`${id}: applied to a group without virtual machines`);
    }
    const ruleIds = new Set<string>();
    const numbers = new Set<unknown>();
    for (const rule of Array.isArray(policy.rules) ? (policy.rules as Json[]) : []) {
      const name = `${id} / ${rule.id}`;
      if (!/^[A-Za-z0-9_.-]{1,255}$/.test(String(rule.id))) fault(`${name}: characters of the id`);
      if (ruleIds.has(String(rule.id))) fault(`${name}: id twice`);
      ruleIds.add(String(rule.id));
      if (numbers.has(rule.sequence_number)) fault(`${name}: sequence number twice`);
      numbers.add(rule.sequence_number);
      for (const list of [rule.source_groups, rule.destination_groups, rule.services]) {
        const values = strings(list);
        if (values.length === 0 || values.length > 128) fault(`${name}: ${values.length} elements`);
        if (values.some((v) => v.toUpperCase() === "ANY") && values.length > 1)
          fault(`${name}: ANY and others`);
      }
      for (const end of [...strings(rule.source_groups), ...strings(rule.destination_groups)]) {
        if (end === "ANY") continue;
        if (end.startsWith("/")) {
          if (!groups.has(end.split("/").at(-1) ?? "") && !known.includes(end))
            fault(`${name}: unknown group ${end}`);
          continue;
        }
        const family = rule.ip_protocol === "IPV4" ? 4 : 6;
        const range =
          parseRange(end) ?? (parseAddress(end) && { first: parseAddress(end), last: parseAddress(end) });
        if (!range) fault(`${name}: ${end} is no address`);
        else if (range.first?.family !== family) fault(`${name}: ${end} in a rule for ${rule.ip_protocol}`);
      }
      for (const path of strings(rule.services))
        if (path !== "ANY" && !services.has(path.split("/").at(-1) ?? ""))
          fault(`${name}: unknown service ${path}`);
    }
  }
  if (policyIds.size !== new Set([...policyIds].map((id) => id.toLowerCase())).size)
    fault("policy ids that differ in case only");

  for (const [id, service] of services) {
    if (!/^[A-Za-z0-9_.-]{1,255}$/.test(id)) fault(`${id}: characters of the id`);
    const ids = new Set<unknown>();
    for (const entry of (service.service_entries ?? []) as Json[]) {
      if (ids.has(entry.id)) fault(`${id}: entry ${entry.id} twice`);
      ids.add(entry.id);
      for (const list of [entry.source_ports, entry.destination_ports]) {
        let count = 0;
        for (const port of strings(list)) {
          const [low, high] = port.split("-").map(Number);
          count += high === undefined ? 1 : 2;
          if (high !== undefined && low > high) fault(`${id}: ${port} is upside down`);
        }
        if (count > 15) fault(`${id}: ${count} port values`);
      }
    }
  }
  for (const [id, group] of groups) {
    if (!/^[A-Za-z0-9_.-]{1,255}$/.test(id)) fault(`${id}: characters of the id`);
    const expression = group.expression as Json[];
    expression.forEach((operand, i) => {
      if ((operand.resource_type === "ConjunctionOperator") !== (i % 2 === 1))
        fault(`${id}: order of operators`);
      if (operand.conjunction_operator === "AND") {
        const [before, after] = [expression[i - 1], expression[i + 1]];
        if (before.resource_type !== after.resource_type || before.member_type !== after.member_type)
          fault(`${id}: AND between different kinds`);
      }
    });
  }
  return faults;
}
