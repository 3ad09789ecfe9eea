import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { faultsOf, objectsOf, validator } from "./valid";

const rule = {
  resource_type: "Rule",
  id: "r",
  display_name: "r",
  sequence_number: 10,
  source_groups: ["ANY"],
  destination_groups: ["192.0.2.10"],
  services: ["/infra/services/HTTP"],
  action: "ALLOW",
  direction: "IN_OUT",
  ip_protocol: "IPV4",
};
const policy = {
  resource_type: "SecurityPolicy",
  id: "p",
  display_name: "p",
  category: "Infrastructure",
  sequence_number: 10,
  stateful: false,
  tcp_strict: false,
  scope: ["/infra/domains/default/groups/lvs"],
  rules: [rule],
};
const valid = (name: string, value: unknown) => validator(name)(value);

describe("schema of NSX documents", () => {
  it("takes what the manager returns, with the fields that it fills in", () => {
    const exported = {
      ...policy,
      path: "/infra/domains/default/security-policies/p",
      _revision: 4,
      _create_user: "admin",
      _create_time: 1,
      internal_sequence_number: 13_000_010,
      rules: [{ ...rule, _revision: 4, rule_id: 5132, profiles: ["ANY"], logged: false, disabled: false }],
    };
    assert.ok(valid("SecurityPolicy", exported));
    assert.ok(valid("PolicyExcludeList", { members: ["/infra/domains/default/groups/a"], _revision: 2 }));
  });

  const refused: Record<string, [string, unknown]> = {
    "a misspelt field": ["Rule", { ...rule, source_group: ["ANY"] }],
    "ANY beside others": ["Rule", { ...rule, source_groups: ["ANY", "192.0.2.1"] }],
    "a host name as destination": ["Rule", { ...rule, destination_groups: ["lvs01"] }],
    "an address with a missing octet": ["Rule", { ...rule, destination_groups: ["192.0.2"] }],
    "a prefix beyond 32": ["Rule", { ...rule, destination_groups: ["192.0.2.0/33"] }],
    "an address in Applied To": ["SecurityPolicy", { ...policy, scope: ["192.0.2.1"] }],
    "TCP strict without state": ["SecurityPolicy", { ...policy, tcp_strict: true }],
    "a stateful Ethernet policy": [
      "SecurityPolicy",
      { ...policy, category: "Ethernet", stateful: true, rules: [] },
    ],
    "a jump outside Environment": [
      "SecurityPolicy",
      { ...policy, rules: [{ ...rule, action: "JUMP_TO_APPLICATION" }] },
    ],
    "a text instead of a boolean": ["SecurityPolicy", { ...policy, stateful: "false" }],
    "SCTP ports": [
      "ServiceEntry",
      { resource_type: "L4PortSetServiceEntry", l4_protocol: "SCTP", destination_ports: ["80"] },
    ],
    "16 ports": [
      "ServiceEntry",
      {
        resource_type: "L4PortSetServiceEntry",
        l4_protocol: "TCP",
        destination_ports: Array.from({ length: 16 }, (_, i) => `${i + 1}`),
      },
    ],
    "port 70000": [
      "ServiceEntry",
      { resource_type: "L4PortSetServiceEntry", l4_protocol: "TCP", destination_ports: ["70000"] },
    ],
    "an ICMP code without a type": [
      "ServiceEntry",
      { resource_type: "ICMPTypeServiceEntry", protocol: "ICMPv4", icmp_code: 4 },
    ],
    "two expressions without an operator": [
      "Group",
      {
        id: "g",
        expression: [
          {
            resource_type: "Condition",
            member_type: "VirtualMachine",
            key: "Name",
            operator: "EQUALS",
            value: "a",
          },
          {
            resource_type: "Condition",
            member_type: "VirtualMachine",
            key: "Name",
            operator: "EQUALS",
            value: "b",
          },
        ],
      },
    ],
    "an unknown child": ["Infra", { resource_type: "Infra", children: [{ resource_type: "ChildTier0" }] }],
    "a policy of ours with state": ["StatelessLvsPolicy", { ...policy, stateful: true }],
    "a policy of ours for everybody": ["StatelessLvsPolicy", { ...policy, scope: ["ANY"] }],
  };
  for (const [title, [name, value]] of Object.entries(refused))
    it(`refuses ${title}`, () => {
      assert.ok(!valid(name, value));
    });

  it("and the rules beyond it see what it cannot", () => {
    const document = (some: object) => ({
      resource_type: "Infra",
      children: [
        {
          resource_type: "ChildResourceReference",
          id: "default",
          target_type: "Domain",
          children: [{ resource_type: "ChildSecurityPolicy", SecurityPolicy: { ...policy, ...some } }],
        },
      ],
    });
    const known = ["/infra/domains/default/groups/lvs"];
    assert.deepEqual(faultsOf(document({ rules: [{ ...rule, services: ["ANY"] }] }), known), []);
    assert.match(faultsOf(document({}), known).join(), /unknown service/);
    assert.match(faultsOf(document({ rules: [] })).join(), /unknown group/);
    const twice = [rule, { ...rule }].map((r) => ({ ...r, services: ["ANY"] }));
    assert.match(faultsOf(document({ rules: twice }), known).join(), /id twice.*sequence number twice/);
    assert.match(
      faultsOf(document({ rules: [{ ...rule, ip_protocol: "IPV6", services: ["ANY"] }] }), known).join(),
      /in a rule for IPV6/,
    );
  });
});

describe("the schema in VS Code", () => {
  const text = readFileSync("schemas/nsx-policy.schema.json", "utf8");

  it("does without keywords that its JSON editor understands differently", () => {
    // There, what a $ref beside "properties" allows does not count as evaluated: every payload would be underlined.
    assert.doesNotMatch(text, /"unevaluated|"\$dynamicRef"/);
    for (const [name, definition] of Object.entries<Record<string, unknown>>(JSON.parse(text).$defs))
      if (definition.additionalProperties === false) assert.equal(definition.$ref, undefined, name);
  });

  it("explains its patterns", () => {
    const patterns = text.match(/"pattern":/g)?.length ?? 0;
    const explained = text.match(/"patternErrorMessage":/g)?.length ?? 0;
    assert.ok(explained >= 7 && patterns - explained <= 3, `${patterns} patterns, ${explained} explained`);
  });
});

describe("golden payloads are valid", () => {
  for (const file of readdirSync("test/golden/nsx").filter((name) => name.endsWith(".txt"))) {
    const text = readFileSync(`test/golden/nsx/${file}`, "utf8");
    const payload = /^payload:\n([\s\S]*)/m.exec(text)?.[1];
    // Not every form is JSON.
    if (!payload || !/^[[{]/.test(payload)) continue;
    it(file, () => {
      const document = JSON.parse(payload);
      assert.deepEqual(faultsOf(document), []);
      const wanted = file.startsWith("exclude-list") ? "PolicyExcludeList" : "SecurityPolicy";
      assert.ok(objectsOf(document, wanted).length > 0);
    });
  }
});
