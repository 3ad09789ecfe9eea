import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseAddress } from "../../../server/src/language/address";
import {
  Firewall,
  HALF_FLOW_BUDGET,
  type Packet,
  readPolicies,
  type WirePolicy,
  type WireRule,
  type World,
} from "../../../server/src/nsx/evaluate";

const ip = (text: string) => {
  const address = parseAddress(text);
  assert.ok(address, text);
  return address;
};
const LVS = "/infra/domains/default/groups/lvs";
const WEB = "/infra/services/web";

function world(policies: readonly WirePolicy[], otherwise: World["otherwise"] = "DROP"): World {
  return {
    policies,
    otherwise,
    services: new Map([
      [
        WEB,
        [
          {
            resource_type: "L4PortSetServiceEntry",
            l4_protocol: "TCP",
            destination_ports: ["80", "8000-8009"],
          },
        ],
      ],
    ]),
    machines: [
      { name: "lvs01", groups: [LVS], addresses: [ip("192.0.2.2")] },
      { name: "db01", groups: [], addresses: [ip("192.0.2.99")] },
    ],
  };
}
const wall = (some: readonly WirePolicy[], otherwise?: World["otherwise"], machine = 0) => {
  const w = world(some, otherwise);
  return new Firewall(w, w.machines[machine]);
};
const policy = (rules: readonly WireRule[], more: Partial<WirePolicy> = {}): WirePolicy => ({
  id: "p",
  category: "Application",
  stateful: false,
  tcp_strict: false,
  rules,
  ...more,
});
const allow = (more: Partial<WireRule> = {}): WireRule => ({ id: "allow", action: "ALLOW", ...more });
const syn: Packet = {
  direction: "IN",
  source: ip("198.51.100.1"),
  destination: ip("192.0.2.10"),
  protocol: 6,
  sourcePort: 50_000,
  destinationPort: 80,
  tcp: "SYN",
  length: 0,
};
const back = (p: Packet, more: Partial<Packet> = {}): Packet => ({
  ...p,
  direction: p.direction === "IN" ? "OUT" : "IN",
  source: p.destination,
  destination: p.source,
  sourcePort: p.destinationPort,
  destinationPort: p.sourcePort,
  ...more,
});

describe("the rule evaluator", () => {
  it("takes the first rule that matches: by category, then sequence number of the policy, then of the rule", () => {
    const drop = (id: string): WireRule => ({ id, action: "DROP" });
    const first = (some: readonly WirePolicy[]) => wall(some).decide(syn).rule;
    assert.equal(
      first([
        policy([allow()], { category: "Application" }),
        policy([drop("environment")], { category: "Environment" }),
        policy([drop("infrastructure")], { category: "Infrastructure" }),
      ]),
      "infrastructure",
    );
    assert.equal(
      first([
        policy([drop("twenty")], { sequence_number: 20 }),
        policy([drop("ten")], { sequence_number: 10 }),
      ]),
      "ten",
    );
    assert.equal(
      first([
        policy([
          { ...drop("later"), sequence_number: 2 },
          { ...allow(), sequence_number: 1 },
        ]),
      ]),
      "allow",
    );
    assert.equal(first([policy([{ ...drop("off"), disabled: true }, allow()])]), "allow");
  });

  it("knows directions, families, addresses, groups and negation", () => {
    const passes = (rule: Partial<WireRule>, packet = syn) =>
      wall([policy([allow(rule)])]).decide(packet).passed;
    assert.ok(passes({ direction: "IN" }));
    assert.ok(!passes({ direction: "OUT" }));
    assert.ok(passes({ direction: "IN_OUT" }));
    assert.ok(!passes({ ip_protocol: "IPV6" }));
    assert.ok(passes({ destination_groups: ["192.0.2.1-192.0.2.20"] }));
    assert.ok(passes({ destination_groups: ["192.0.2.0/28"] }));
    assert.ok(!passes({ destination_groups: ["192.0.2.16/28"] }));
    assert.ok(!passes({ destination_groups: ["192.0.2.0/28"], destinations_excluded: true }));
    // A virtual address belongs to no machine of the group.
    assert.ok(!passes({ destination_groups: [LVS] }));
    assert.ok(passes({ destination_groups: [LVS] }, { ...syn, destination: ip("192.0.2.2") }));
    assert.ok(!passes({ source_groups: ["2001:db8::/32"] }));
  });

  it("knows services: ports of either side, ranges, protocols, ICMP types", () => {
    const passes = (rule: Partial<WireRule>, packet: Partial<Packet> = {}) =>
      wall([policy([allow(rule)])]).decide({ ...syn, ...packet }).passed;
    assert.ok(passes({ services: [WEB] }));
    assert.ok(passes({ services: [WEB] }, { destinationPort: 8009 }));
    assert.ok(!passes({ services: [WEB] }, { destinationPort: 8010 }));
    assert.ok(!passes({ services: [WEB] }, { protocol: 17 }));
    assert.ok(!passes({ services: ["/infra/services/unknown"] }));
    const source = { resource_type: "L4PortSetServiceEntry", l4_protocol: "TCP", source_ports: ["80"] };
    assert.ok(!passes({ service_entries: [source] }));
    assert.ok(passes({ service_entries: [source] }, { sourcePort: 80 }));
    const vrrp = { resource_type: "IPProtocolServiceEntry", protocol_number: 112 };
    assert.ok(passes({ service_entries: [vrrp] }, { protocol: 112 }));
    assert.ok(!passes({ service_entries: [vrrp] }));
    const unreachable = { resource_type: "ICMPTypeServiceEntry", protocol: "ICMPv4", icmp_type: 3 };
    assert.ok(passes({ service_entries: [unreachable] }, { protocol: 1, icmpType: 3 }));
    assert.ok(!passes({ service_entries: [unreachable] }, { protocol: 1, icmpType: 8 }));
  });

  it("applies a policy only to the machines of its scope, which overrides that of its rules", () => {
    const scoped = [policy([allow({ scope: ["/infra/domains/default/groups/other"] })], { scope: [LVS] })];
    assert.ok(wall(scoped).decide(syn).passed);
    assert.ok(!wall(scoped, "DROP", 1).decide(syn).passed);
    assert.ok(
      !wall([policy([allow({ scope: ["/infra/domains/default/groups/other"] })])]).decide(syn).passed,
    );
  });

  it("remembers nothing for a stateless rule: the answer needs its own", () => {
    const w = wall([policy([allow({ direction: "IN" })])]);
    assert.equal(w.decide(syn).by, "stateless");
    assert.equal(w.decide(back(syn, { tcp: "SYN-ACK" })).passed, false);
  });

  it("lets answers and related errors pass by state", () => {
    const w = wall([policy([allow({ direction: "IN" })], { stateful: true })]);
    assert.equal(w.decide(syn).by, "new-state");
    assert.equal(w.decide(back(syn, { tcp: "SYN-ACK" })).by, "state");
    const error: Packet = {
      direction: "OUT",
      source: ip("192.0.2.10"),
      destination: ip("198.51.100.1"),
      protocol: 1,
      icmpType: 3,
      about: syn,
    };
    assert.equal(w.decide(error).by, "related");
    assert.equal(w.decide({ ...error, about: { ...syn, sourcePort: 1 } }).passed, false);
  });

  it("tracks a whole connection without end, and half of one for 67 035 bytes", () => {
    const stateful = [policy([allow()], { stateful: true })];
    const whole = wall(stateful);
    whole.decide(syn);
    whole.decide(back(syn, { tcp: "SYN-ACK" }));
    for (let i = 0; i < 1000; i++) assert.ok(whole.decide({ ...syn, tcp: "ACK", length: 1460 }).passed);

    const half = wall(stateful);
    half.decide(syn);
    let bytes = 0;
    let decision = half.decide({ ...syn, tcp: "ACK", length: 0 });
    while (decision.passed) {
      decision = half.decide({ ...syn, tcp: "ACK", length: 100 });
      if (decision.passed) bytes += 100;
    }
    assert.equal(decision.by, "state-mismatch");
    assert.equal(bytes, Math.floor(HALF_FLOW_BUDGET / 100) * 100);
    assert.equal(HALF_FLOW_BUDGET, 67_035);
  });

  it("keeps two half connections where a packet arrives and leaves again", () => {
    const w = wall([policy([allow()], { stateful: true })]);
    assert.equal(w.decide(syn).by, "new-state");
    assert.equal(w.decide({ ...syn, direction: "OUT" }).by, "new-state");
    assert.equal(w.decide({ ...syn, direction: "OUT", tcp: "ACK" }).by, "state");
  });

  it("with TCP strict refuses what begins in the middle, and a handshake that it sees half of", () => {
    const strict = [policy([allow()], { stateful: true, tcp_strict: true })];
    assert.equal(wall(strict).decide(back(syn, { tcp: "SYN-ACK" })).by, "strict");
    const half = wall(strict);
    assert.ok(half.decide(syn).passed);
    assert.equal(half.decide({ ...syn, tcp: "ACK", length: 0 }).by, "strict");
    // The manager stores strict where a stateful policy does not say otherwise.
    assert.equal(
      wall([policy([allow()], { stateful: true, tcp_strict: undefined })]).decide({ ...syn, tcp: "ACK" }).by,
      "strict",
    );
  });

  it("reads policies from any document without stumbling over it", () => {
    for (const document of [
      null,
      7,
      "x",
      [],
      {},
      { resource_type: "SecurityPolicy" },
      { children: [null, 3] },
    ])
      assert.ok(readPolicies(document).policies.length <= 1);
    const odd = readPolicies({
      resource_type: "SecurityPolicy",
      scope: "ANY",
      rules: [
        null,
        5,
        { id: "r", action: "ALLOW", source_groups: "ANY", services: [7], service_entries: [null, {}] },
      ],
    });
    assert.equal(odd.policies[0].rules?.length, 1);
    assert.ok(!wall(odd.policies).decide(syn).passed);
  });
});

it("finds rules by the addresses that they name, as if it tried them all", () => {
  const ADDRESSES = ["192.0.2.10", "192.0.2.11", "2001:db8::1", "198.51.100.1"];
  // A range beside them that no packet has: such rules are not found by address.
  const beside = (list: readonly string[] | undefined) => list && [...list, "203.0.113.0/30"];
  const some = fc.subarray(ADDRESSES, { minLength: 1 });
  const end = fc.oneof(
    some,
    some.map((list) => [...list, "192.0.2.0/24"]),
    fc.constant(["ANY"]),
    fc.constant([LVS]),
    fc.constant(undefined),
  );
  const rules = fc.array(
    fc.record({
      source_groups: end,
      destination_groups: end,
      sources_excluded: fc.boolean(),
      destinations_excluded: fc.boolean(),
      sequence_number: fc.nat(20),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(rules, (made) => {
      const named = made.map((r, i) => allow({ ...r, id: `${i}` }));
      const tried = named.map((r) => ({
        ...r,
        source_groups: beside(r.source_groups),
        destination_groups: beside(r.destination_groups),
      }));
      const walls = [named, tried].map((list) => wall([policy(list)]));
      for (const source of ADDRESSES)
        for (const destination of ADDRESSES) {
          const packet = { ...syn, source: ip(source), destination: ip(destination) };
          const [a, b] = walls.map((w) => [
            w.fresh().decide(packet),
            [...w.matching(packet)].map((m) => m.rule.id),
          ]);
          assert.deepEqual(a, b);
        }
    }),
  );
});
