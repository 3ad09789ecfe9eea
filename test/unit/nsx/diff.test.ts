import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Config } from "../../../server/src/model/config";
import { differences, fits } from "../../../server/src/nsx/diff";
import { infraBody } from "../../../server/src/nsx/forms/hierarchical";
import { requestsOf } from "../../../server/src/nsx/forms/requests";
import { generate } from "../../../server/src/nsx/generate";
import { Tree } from "../../../server/src/syntax/tree";

const text = (vip = "192.0.2.1", method = "DR") =>
  `virtual_server ${vip} 80 {\nprotocol TCP\nlb_kind ${method}\nreal_server 10.0.0.1 80 {\nTCP_CHECK {\n}\n}\n}\n`;
const generated = (config: string, companion = true) =>
  generate(new Config(Tree.parse(config)), { kind: "all" }, { companion, realServerPolicy: companion });
const body = (config: string, companion = false) => {
  const { payload } = generated(config, companion);
  assert.ok(payload);
  return infraBody(payload);
};
/** What the manager would give back: the same with its own fields and defaults. */
function exported(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(exported);
  if (value === null || typeof value !== "object") return value;
  const result: Record<string, unknown> = {};
  for (const [key, element] of Object.entries(value)) result[key] = exported(element);
  if (typeof result.resource_type !== "string" || result.resource_type.startsWith("Child")) return result;
  Object.assign(result, {
    _revision: 3,
    _create_user: "admin",
    path: `/infra/${result.id}`,
    marked_for_delete: false,
  });
  if (result.resource_type === "Rule")
    Object.assign(result, { profiles: ["ANY"], disabled: false, rule_id: 1055, scope: ["ANY"] });
  if (result.resource_type === "SecurityPolicy")
    Object.assign(result, { locked: false, internal_sequence_number: 13000010 });
  return result;
}
type Json = Record<string, unknown>;
/** Changes every object of a kind in a copy. */
function changed(document: unknown, type: string, change: (object: Json) => void): unknown {
  const copy = JSON.parse(JSON.stringify(document));
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== "object") return;
    if ((value as Json).resource_type === type) change(value as Json);
    Object.values(value).forEach(visit);
  };
  visit(copy);
  return copy;
}
const words = (payload: unknown, current: unknown) =>
  differences(payload, current).map((change) => change.text.en);

describe("what a payload would change", () => {
  it("is nothing where the manager holds the same, in its own spelling and order", () => {
    const payload = body(text());
    assert.deepEqual(words(payload, exported(payload)), []);
    const shuffled = changed(exported(payload), "Group", (group) => {
      group.tags = [...(group.tags as unknown[])].reverse();
    });
    assert.deepEqual(words(payload, shuffled), []);
    const { payload: objects } = generated(text(), false);
    assert.ok(objects);
    assert.deepEqual(
      words(
        payload,
        requestsOf(objects).map((r) => r.body),
      ),
      [],
    );
  });

  it("is everything where the manager holds nothing, the rules with their policy", () => {
    assert.deepEqual(words(body(text()), { resource_type: "Infra", children: [] }), [
      "service lvs-192.0.2.1-tcp-80 is created",
      "service lvs-192.0.2.1-tcp-80-reply is created",
      "service lvs-192.0.2.1-tcp-80-icmpv4-errors is created",
      "group lvs-directors is created",
      "policy lvs-192.0.2.1-tcp-80-stateless is created",
    ]);
  });

  it("is told field by field", () => {
    const payload = body(text());
    const stateful = changed(exported(payload), "SecurityPolicy", (policy) => {
      policy.stateful = true;
      delete policy.tcp_strict;
    });
    assert.deepEqual(words(payload, stateful), [
      "policy lvs-192.0.2.1-tcp-80-stateless: stateful true becomes false; tcp_strict becomes false",
    ]);
    const moved = changed(exported(payload), "Rule", (rule) => {
      if (rule.id === "192.0.2.1-tcp-80-forward") {
        rule.destination_groups = ["192.0.2.9"];
        rule.direction = "IN";
      }
    });
    assert.deepEqual(words(payload, moved), [
      "rule lvs-192.0.2.1-tcp-80-stateless / 192.0.2.1-tcp-80-forward: destination_groups + 192.0.2.1, - 192.0.2.9; direction IN becomes IN_OUT",
    ]);
    const ports = changed(exported(payload), "L4PortSetServiceEntry", (entry) => {
      if (entry.destination_ports) entry.destination_ports = ["81"];
    });
    assert.match(
      words(payload, ports).join(),
      /^service lvs-192\.0\.2\.1-tcp-80: service_entries \+ .*"80".*, - .*"81"/,
    );
  });

  it("says which rules a PATCH would leave behind", () => {
    const payload = body(text());
    const more = changed(exported(payload), "SecurityPolicy", (policy) => {
      (policy.rules as unknown[]).push({ resource_type: "Rule", id: "old", action: "DROP" });
    });
    const changes = differences(payload, more);
    assert.equal(changes.length, 1);
    assert.equal(changes[0].action, "keep");
    assert.match(changes[0].text.en, /old is on the manager only/);
    assert.match(changes[0].text.zh, /只在管理器上存在/);
  });

  it("stands any document", () => {
    const payload = body(text());
    for (const other of [null, 3, "x", [], [[]], { children: null }, { resource_type: "Rule" }])
      assert.ok(differences(payload, other).length > 0);
    assert.deepEqual(differences(null, payload), []);
  });
});

describe("whether a payload still fits", () => {
  const verdict = (config: string, document: unknown) => {
    const result = fits(generated(config), document);
    return {
      covered: result.covered.map((s) => s.title),
      uncovered: result.uncovered.map((s) => s.title),
      missing: result.missing.map((m) => m.text.en),
      stale: result.stale.map((s) => s.rule),
      empty: result.empty,
    };
  };

  it("it does, with and without the companion policies", () => {
    for (const companion of [false, true])
      assert.deepEqual(verdict(text(), body(text(), companion)), {
        covered: ["192.0.2.1:80 TCP"],
        uncovered: [],
        missing: [],
        stale: [],
        empty: false,
      });
  });

  it("it does not when the address moved", () => {
    const result = verdict(text("192.0.2.7"), body(text()));
    assert.deepEqual(result.covered, []);
    assert.deepEqual(result.uncovered, ["192.0.2.7:80 TCP"]);
    assert.ok(result.stale.includes("192.0.2.1-tcp-80-forward"));
  });

  it("it does not when somebody made the policy stateful, or the rule one-way", () => {
    const payload = body(text());
    const stateful = changed(payload, "SecurityPolicy", (policy) => {
      policy.stateful = true;
    });
    assert.match(verdict(text(), stateful).missing.join("\n"), /not enough \(state-mismatch\)/);
    const oneWay = changed(payload, "Rule", (rule) => {
      if (String(rule.id).endsWith("-forward")) rule.direction = "IN";
    });
    assert.match(verdict(text(), oneWay).missing.join("\n"), /OUT client → 192\.0\.2\.1:80 TCP: no rule/);
  });

  it("it does not when a check was added", () => {
    const more = text().replace("TCP_CHECK {", "TCP_CHECK {\nconnect_port 8080");
    const result = verdict(more, body(text(), true));
    assert.match(result.missing.join(), /10\.0\.0\.1:8080/);
    assert.deepEqual([...new Set(result.stale)], ["check-tcp-80"]);
  });

  it("says what the payload does not cover, and when there is no policy", () => {
    const two = text() + text("192.0.2.2");
    const result = verdict(two, body(text()));
    assert.deepEqual(result.covered, ["192.0.2.1:80 TCP"]);
    assert.deepEqual(result.uncovered, ["192.0.2.2:80 TCP"]);
    assert.deepEqual(result.missing, []);
    assert.ok(verdict(text(), {}).empty);
    assert.ok(verdict(text(), [null, 3]).empty);
  });
});
