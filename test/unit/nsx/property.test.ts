/**
 * Payloads of generated configurations, sent through the rule evaluator packet by packet. A few hundred configurations
 * by default; PROPERTY_RUNS=10000 for the long run.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { MarkAnswer } from "../../../server/src/lvs/services";
import { Config } from "../../../server/src/model/config";
import { fits } from "../../../server/src/nsx/diff";
import {
  Firewall,
  HALF_FLOW_BUDGET,
  type Packet,
  readPolicies,
  type World,
} from "../../../server/src/nsx/evaluate";
import { concreteText } from "../../../server/src/nsx/explain";
import { infraBody } from "../../../server/src/nsx/forms/hierarchical";
import { type GenerateOptions, generate } from "../../../server/src/nsx/generate";
import type { Payload } from "../../../server/src/nsx/policy";
import { Tree } from "../../../server/src/syntax/tree";
import { faultsOf } from "./valid";
import {
  CLIENT,
  configText,
  conversationsOf,
  DIRECTOR,
  frontsOf,
  ip,
  PEER,
  type Spec,
  serversOf,
  specs,
} from "./world";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);

const configOf = (spec: Spec): Config => new Config(Tree.parse(configText(spec)));

function optionsOf(spec: Spec): GenerateOptions {
  const marks = new Map<number, MarkAnswer[]>();
  spec.servers.forEach((s, i) => {
    if (s.kind !== "fwmark") return;
    const front = frontsOf(s, i)[0];
    const address = ip(front.addresses[0]);
    marks.set(i + 1, [
      {
        addresses: [{ first: address, last: address }],
        ports: front.port === 0 ? [] : [{ first: front.port, last: front.port }],
        protocol: front.protocol,
      },
    ]);
  });
  return { companion: true, realServerPolicy: true, marks };
}

function worldOf(
  payload: Payload,
  otherwise: World["otherwise"],
  only: "all" | "stateless" | "made stateful",
): World {
  const { policies, services } = readPolicies(infraBody(payload));
  return {
    policies:
      only === "all"
        ? policies
        : only === "stateless"
          ? policies.filter((policy) => policy.stateful === false)
          : policies.map((policy) => ({ ...policy, stateful: true, tcp_strict: false })),
    services,
    machines: [
      { name: "director", groups: payload.directors, addresses: [ip(DIRECTOR[4]), ip(DIRECTOR[6])] },
      { name: "peer", groups: payload.directors, addresses: [ip(PEER[4]), ip(PEER[6])] },
      { name: "real-server", groups: payload.realServers, addresses: [] },
    ],
    otherwise,
  };
}

const firewall = (world: World, name: string): Firewall => {
  const machine = world.machines.find((m) => m.name === name);
  assert.ok(machine);
  return new Firewall(world, machine);
};

describe(`payloads of ${RUNS} generated configurations`, () => {
  const counts = { packets: 0, half: 0, rules: 0, payloads: 0 };

  it("are valid, stable, and let every packet pass where everything else is denied", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const text = configText(spec);
        const options = optionsOf(spec);
        const generated = generate(configOf(spec), { kind: "all" }, options);
        assert.equal(generated.status, "ok", `${generated.reasons.map((r) => r.text.en).join()}\n${text}`);
        const { payload } = generated;
        assert.ok(payload);
        counts.payloads++;
        counts.rules += payload.policies.reduce((sum, policy) => sum + policy.rules.length, 0);

        const document = infraBody(payload);
        assert.deepEqual(faultsOf(document), [], text);
        const json = JSON.stringify(document);
        assert.ok(!json.includes("s3cr3tpw"), "a password in the payload");
        const again = generate(configOf(spec), { kind: "all" }, options);
        assert.equal(JSON.stringify(again.payload && infraBody(again.payload)), json);

        const denied = worldOf(payload, "DROP", "all");
        for (const conversation of conversationsOf(spec)) {
          const wall = firewall(denied, conversation.vnic);
          for (const packet of conversation.packets) {
            counts.packets++;
            const decision = wall.decide(packet);
            if (!decision.passed)
              assert.fail(
                `${conversation.name} at the ${conversation.vnic}: ${concreteText(packet)} ${decision.by} ${decision.rule ?? ""}\n${text}`,
              );
          }
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("touch nothing else with their stateless rules", () => {
    fc.assert(
      fc.property(specs, fc.integer({ min: 1, max: 65535 }), (spec, port) => {
        const { payload } = generate(configOf(spec), { kind: "all" }, optionsOf(spec));
        assert.ok(payload);
        const world = worldOf(payload, "none", "stateless");
        const untouched = (packet: Packet, what: string) => {
          const { by, rule } = firewall(world, "director").decide(packet);
          assert.equal(
            by,
            "otherwise",
            `${what}: ${concreteText(packet)} is touched by ${rule}\n${configText(spec)}`,
          );
        };
        for (const f of [4, 6] as const) {
          const client = ip(CLIENT[f]);
          const director = ip(DIRECTOR[f]);
          const ssh: Packet = {
            direction: "IN",
            source: client,
            destination: director,
            protocol: 6,
            sourcePort: 50_000,
            destinationPort: 22,
            tcp: "SYN",
          };
          untouched(ssh, "SSH to the director");
          untouched(
            {
              ...ssh,
              direction: "OUT",
              source: director,
              destination: client,
              sourcePort: 22,
              destinationPort: 50_000,
              tcp: "SYN-ACK",
            },
            "the answer of SSH",
          );
          untouched(
            { ...ssh, direction: "OUT", source: director, destination: client, destinationPort: 443 },
            "a connection of the director",
          );
          untouched(
            {
              direction: "IN",
              source: client,
              destination: director,
              protocol: f === 4 ? 1 : 58,
              icmpType: f === 4 ? 8 : 128,
            },
            "ping",
          );
        }
        // Another port, protocol or address beside each front that has stateless rules.
        const fronts = spec.servers.flatMap((s, i) => {
          const half = serversOf(s).some(({ r, m }) => !r.local && m !== "NAT");
          return half ? frontsOf(s, i) : [];
        });
        for (const front of fronts) {
          const f = front.family;
          for (const protocol of [6, 17] as const) {
            const name = protocol === 6 ? "TCP" : "UDP";
            const served = (address: string, p: number) =>
              fronts.some(
                (other) =>
                  other.protocol === name &&
                  other.addresses.includes(address) &&
                  (other.port === 0 || other.port === p),
              );
            const [address] = front.addresses;
            const packet: Packet = {
              direction: "IN",
              source: ip(CLIENT[f]),
              destination: ip(address),
              protocol,
              sourcePort: 50_000,
              destinationPort: port,
            };
            if (!served(address, port)) untouched(packet, "another port of the virtual address");
            const other = f === 4 ? "192.0.2.199" : "2001:db8:a::199";
            if (front.port !== 0)
              untouched(
                { ...packet, destination: ip(other), destinationPort: front.port },
                "another virtual address",
              );
          }
          untouched(
            {
              direction: "IN",
              source: ip(CLIENT[f]),
              destination: ip(front.addresses[0]),
              protocol: f === 4 ? 1 : 58,
              icmpType: f === 4 ? 8 : 128,
            },
            "ping of the virtual address",
          );
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("would lose half connections after about 67 KB if they kept state", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const { payload } = generate(configOf(spec), { kind: "all" }, optionsOf(spec));
        assert.ok(payload);
        const world = worldOf(payload, "DROP", "made stateful");
        for (const conversation of conversationsOf(spec)) {
          if (!conversation.half) continue;
          counts.half++;
          const wall = firewall(world, conversation.vnic);
          let bytes = 0;
          let failed: string | undefined;
          for (const packet of conversation.packets) {
            const decision = wall.decide(packet);
            if (!decision.passed) {
              failed = decision.by;
              break;
            }
            // With direct routing each packet is seen twice.
            if (packet.direction === conversation.packets[0].direction) bytes += packet.length ?? 0;
          }
          assert.equal(failed, "state-mismatch", conversation.name);
          assert.ok(bytes > HALF_FLOW_BUDGET - 2 * 1460 && bytes <= HALF_FLOW_BUDGET, `${bytes}`);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("still fit their configuration, and not one whose addresses have moved", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const options = optionsOf(spec);
        const generated = generate(configOf(spec), { kind: "all" }, options);
        assert.ok(generated.payload);
        const document = infraBody(generated.payload);
        const fit = fits(generated, document);
        assert.deepEqual(
          [...fit.missing, ...fit.stale].map((f) => f.text.en),
          [],
          configText(spec),
        );
        const moved = configText(spec)
          .replaceAll("192.0.2.", "192.0.3.")
          .replaceAll("2001:db8:a:", "2001:db8:aa:");
        const later = generate(new Config(Tree.parse(moved)), { kind: "all" }, options);
        const stateless = spec.servers.some(
          (s, i) =>
            s.kind !== "fwmark" &&
            serversOf(s).some(
              ({ r, m }) =>
                !r.local && m !== "NAT" && (m === "TUN" || frontsOf(s, i).some((f) => f.family === r.family)),
            ),
        );
        const unfit = fits(later, document);
        if (stateless) assert.ok(unfit.stale.length > 0, moved);
      }),
      { numRuns: Math.ceil(RUNS / 5) },
    );
  });

  it("were put to the test at all", () => {
    assert.ok(counts.payloads >= RUNS);
    assert.ok(counts.packets > 100 * RUNS && counts.half > RUNS / 2, JSON.stringify(counts));
    if (process.env.PROPERTY_RUNS) console.log(JSON.stringify(counts));
  });
});
