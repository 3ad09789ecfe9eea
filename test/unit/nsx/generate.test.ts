import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatAddress, parseAddress } from "../../../server/src/language/address";
import type { MarkAnswer } from "../../../server/src/lvs/services";
import { Config } from "../../../server/src/model/config";
import { infraBody } from "../../../server/src/nsx/forms/hierarchical";
import { type GenerateOptions, generate } from "../../../server/src/nsx/generate";
import { addressesKey, digest, portsKey, slug } from "../../../server/src/nsx/naming";
import { parseTarget, select } from "../../../server/src/nsx/select";
import { Tree } from "../../../server/src/syntax/tree";
import { faultsOf } from "./valid";

const configOf = (text: string) => new Config(Tree.parse(text));
const all = (text: string, options: GenerateOptions = {}) =>
  generate(configOf(text), { kind: "all" }, options);
const dr = (target: string, real = "10.0.0.1 80", protocol = "TCP") =>
  `virtual_server ${target} {\nprotocol ${protocol}\nlb_kind DR\nreal_server ${real} {\n}\n}\n`;
const codes = (text: string, options: GenerateOptions = {}) =>
  new Set(all(text, options).warnings.map((w) => w.code));

describe("limits of the manager", () => {
  it("128 elements of a list: more addresses make more rules", () => {
    const entries = Array.from({ length: 200 }, (_, i) => `192.0.${i}.${i % 2 ? 7 : 9} 80`);
    const { payload } = all(`virtual_server_group G {\n${entries.join("\n")}\n}\n${dr("group G")}`);
    assert.ok(payload);
    assert.deepEqual(faultsOf(infraBody(payload)), []);
    const rules = payload.policies[0].rules;
    const forward = rules.filter((rule) => rule.id.includes("-forward"));
    assert.deepEqual(
      forward.map((rule) => rule.destination_groups.length),
      [128, 72],
    );
    assert.equal(new Set(rules.map((rule) => rule.id)).size, rules.length);
    assert.equal(new Set(forward.flatMap((rule) => rule.destination_groups)).size, 200);
  });

  it("15 port values of an entry, 50 entries of a service", () => {
    const group = (count: number) =>
      all(
        `virtual_server_group G {\n${Array.from({ length: count }, (_, i) => `192.0.2.1 ${1000 + 3 * i}`).join("\n")}\n}\n${dr("group G")}`,
      ).payload;
    const forty = group(40);
    assert.ok(forty);
    assert.deepEqual(faultsOf(infraBody(forty)), []);
    const [service] = forty.services;
    assert.deepEqual(
      service.service_entries.map((entry) => "destination_ports" in entry && entry.destination_ports?.length),
      [15, 15, 10],
    );
    const many = group(800);
    assert.ok(many);
    assert.deepEqual(faultsOf(infraBody(many)), []);
    const [rule] = many.policies[0].rules;
    assert.equal(rule.services.length, 2);
  });

  it("a range of ports costs two values", () => {
    const ports = Array.from({ length: 10 }, (_, i) => [
      `192.0.2.1 ${100 * i + 1}`,
      `192.0.2.1 ${100 * i + 2}`,
    ]).flat();
    const { payload } = all(`virtual_server_group G {\n${ports.join("\n")}\n}\n${dr("group G")}`);
    assert.ok(payload);
    assert.deepEqual(faultsOf(infraBody(payload)), []);
    assert.deepEqual(
      payload.services[0].service_entries.map(
        (entry) => "destination_ports" in entry && entry.destination_ports?.length,
      ),
      [7, 3],
    );
  });

  it("1000 rules of a policy", () => {
    const text = Array.from({ length: 300 }, (_, i) => dr(`192.0.${i >> 7}.${i & 127} 80`)).join("");
    const { payload } = all(text);
    assert.ok(payload);
    assert.deepEqual(
      payload.policies.map((policy) => [policy.rules.length, policy.sequence_number]),
      [
        [1000, 10],
        [200, 11],
      ],
    );
    assert.deepEqual(faultsOf(infraBody(payload)), []);
  });

  it("five conditions of a group", () => {
    const names = Array.from({ length: 12 }, (_, i) => `lvs${i}`);
    const { payload } = all(dr("192.0.2.1 80"), { directors: { names, ids: ["a", "b"] } });
    assert.ok(payload);
    assert.equal(payload.groups.length, 3);
    assert.deepEqual(payload.policies[0].scope, payload.directors);
    assert.deepEqual(faultsOf(infraBody(payload)), []);
  });
});

describe("ids", () => {
  it("are the same whatever else is generated with them", () => {
    const one = all(dr("192.0.2.1 80")).payload;
    const both = all(dr("192.0.2.1 80") + dr("192.0.2.2 80")).payload;
    assert.ok(one && both);
    const [rule] = one.policies[0].rules;
    assert.ok(both.policies[0].rules.some((r) => r.id === rule.id));
    assert.equal(one.services[0].id, both.services[0].id);
    assert.deepEqual(one.services[0], both.services[0]);
    assert.notEqual(one.policies[0].id, both.policies[0].id);
  });

  it("of different virtual servers are different", () => {
    const targets = [
      "192.0.2.1 80",
      "192.0.2.1 443",
      "192.0.2.1",
      "192.0.2.11 80",
      "2001:db8::1 80",
      "2001:db8::18 0",
    ];
    const ids = targets.flatMap((target) =>
      ["TCP", "UDP", "SCTP"].map(
        (protocol) =>
          all(dr(target, target.includes(":") ? "2001:db8::9" : "10.0.0.1", protocol)).payload?.name,
      ),
    );
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id ?? "", /^[A-Za-z0-9_.-]+$/);
  });

  it("of groups follow from what they select", () => {
    const ids = (directors: GenerateOptions["directors"]) =>
      all(dr("192.0.2.1 80"), { directors })
        .payload?.groups.map((g) => g.id)
        .join();
    assert.equal(ids({}), "lvs-directors");
    assert.equal(ids({ tags: ["role|lvs-director"] }), "lvs-directors");
    assert.equal(ids({ tags: ["tier|lvs"] }), "lvs-directors-tier_lvs");
    assert.equal(ids({ names: ["a", "b"] }), "lvs-directors-a_b");
    assert.notEqual(ids({ names: ["a b"] }), ids({ names: ["a-b"] }));
    assert.notEqual(ids({ tags: ["a_b|c"] }), ids({ tags: ["a|b_c"] }));
    assert.equal(ids({ group: "/infra/domains/default/groups/mine" }), "");
  });

  it("keep texts apart that look alike", () => {
    assert.equal(slug("web-1.x"), "web-1.x");
    assert.notEqual(slug("web 1"), slug("web-1"));
    assert.match(slug("商店"), /^[A-Za-z0-9.-]+$/);
    assert.notEqual(digest("ab"), digest("ba"));
    const range = (a: string, b = a) => {
      const [first, last] = [parseAddress(a), parseAddress(b)];
      assert.ok(first && last);
      return { first, last };
    };
    assert.equal(addressesKey([range("192.0.2.1")]), "192.0.2.1");
    assert.equal(addressesKey([range("192.0.2.1", "192.0.2.9")]), "192.0.2.1_192.0.2.9");
    assert.notEqual(
      addressesKey([range("192.0.2.1"), range("192.0.2.3")]),
      addressesKey([range("192.0.2.1"), range("192.0.2.4")]),
    );
    assert.equal(portsKey([{ first: 1, last: 65535 }]), "any");
    assert.equal(
      portsKey([
        { first: 80, last: 80 },
        { first: 90, last: 99 },
      ]),
      "80_90-99",
    );
  });
});

describe("what is not emitted", () => {
  it("nothing for NAT, for local servers, for a server without real servers: with the reason", () => {
    const reason = (text: string) => {
      const generated = all(text);
      assert.equal(generated.status, "nothing");
      assert.equal(generated.payload, undefined);
      return generated.reasons.map((r) => r.text.en).join();
    };
    assert.match(
      reason("virtual_server 192.0.2.1 80 {\nlb_kind NAT\nreal_server 10.0.0.1 80 {\n}\n}\n"),
      /forwards by NAT\./,
    );
    assert.match(
      reason("virtual_server 192.0.2.1 80 {\nreal_server 10.0.0.1 80 {\n}\n}\n"),
      /lb_kind is missing/,
    );
    assert.match(reason(dr("192.0.2.1 80", "127.0.0.1 80")), /director itself/);
    assert.match(reason("virtual_server 192.0.2.1 80 {\nlb_kind DR\n}\n"), /no real server/);
    assert.match(reason(""), /no virtual_server/);
    assert.match(reason(dr("192.0.2.1 80", "2001:db8::1 80")), /no real server of the right address family/);
  });

  it("a guess about a mark, about a template, about braces", () => {
    const mark = all(dr("fwmark 7"));
    assert.equal(mark.status, "question");
    assert.equal(mark.questions[0].mark, 7);
    const answers = new Map<number, MarkAnswer[]>([
      [
        7,
        [
          {
            addresses: [{ first: { family: 4, value: 1 }, last: { family: 4, value: 1 } }],
            ports: [],
            protocol: "UDP",
          },
        ],
      ],
    ]);
    const answered = all(dr("fwmark 7"), { marks: answers });
    assert.equal(answered.status, "ok");
    assert.deepEqual(answered.payload?.policies[0].rules[0].destination_groups, ["0.0.0.1"]);

    assert.equal(
      all("virtual_server {{ vip }} 80 {\nlb_kind DR\nreal_server 10.0.0.1 80 {\n}\n}\n").status,
      "uncertain",
    );
    const open = `${dr("192.0.2.1 80").slice(0, -3)}${dr("192.0.2.2 80")}`;
    const uncertain = all(open);
    assert.equal(uncertain.status, "uncertain");
    assert.match(uncertain.reasons[0].text.en, /brace/);
    const forced = all(open, { force: true });
    assert.equal(forced.status, "ok");
    assert.ok(forced.payload && forced.reasons.length > 0);
  });

  it("a payload for a server whose include could not be read", () => {
    const text = dr("192.0.2.1 80");
    const hole = { at: text.indexOf("lb_kind"), text: { en: "include", zh: "include" } };
    assert.equal(all(text, { holes: [hole] }).status, "uncertain");
    const outside = all(text, { holes: [{ ...hole, at: text.length + 5 }] });
    assert.equal(outside.status, "ok");
    assert.ok(outside.warnings.some((w) => w.code === "include"));
  });

  it("what the options contradict", () => {
    const refused = (options: GenerateOptions) => {
      const generated = all(dr("192.0.2.1 80"), options);
      assert.equal(generated.status, "refused", JSON.stringify(options));
      assert.equal(generated.payload, undefined);
    };
    refused({ category: "Ethernet" as never });
    refused({ globalManager: true, project: "p" });
    refused({ globalManager: true, category: "Emergency" });
    refused({ project: "p", remedy: "exclude-list" });
    refused({ project: "a/b" });
    refused({ directors: { group: "192.0.2.1" } });
    refused({ directors: { group: "/infra/domains/default/groups/a'b" } });
    refused({ directors: { tags: ["role|"] } });
    refused({ directors: { tags: [`${"x".repeat(129)}|y`] } });
    refused({ name: "a b" });
    refused({ sequence: -1 });
    refused({ sequence: 1.5 });
  });
});

describe("paths of projects, domains and the Global Manager", () => {
  it("are the same in the document and in its URL", () => {
    const paths = (options: GenerateOptions) => {
      const { payload } = all(dr("192.0.2.1 80"), options);
      assert.ok(payload);
      return [payload.root.url, payload.directors[0], payload.policies[0].rules[0].services[0]];
    };
    assert.deepEqual(paths({ project: "web", domain: "default" }), [
      "/policy/api/v1/orgs/default/projects/web/infra",
      "/orgs/default/projects/web/infra/domains/default/groups/lvs-directors",
      "/orgs/default/projects/web/infra/services/lvs-192.0.2.1-tcp-80",
    ]);
    assert.deepEqual(paths({ globalManager: true, domain: "paris" }), [
      "/global-manager/api/v1/global-infra",
      "/global-infra/domains/paris/groups/lvs-directors",
      "/global-infra/services/lvs-192.0.2.1-tcp-80",
    ]);
  });
});

describe("options", () => {
  it("restrict the clients, family by family", () => {
    const range = (a: string, b: string) => {
      const [first, last] = [parseAddress(a), parseAddress(b)];
      assert.ok(first && last);
      return { first, last };
    };
    const { payload } = all(dr("192.0.2.1 80"), {
      clients: [range("10.0.0.0", "10.255.255.255"), range("2001:db8::", "2001:db8::ffff")],
    });
    const rules = payload?.policies[0].rules ?? [];
    assert.deepEqual(rules[0].source_groups, ["10.0.0.0/8"]);
    assert.deepEqual(rules.find((r) => r.id.endsWith("-replies"))?.destination_groups, ["10.0.0.0/8"]);
    // ICMP errors come from any router on the way.
    assert.deepEqual(rules.find((r) => r.id.endsWith("-icmp-errors"))?.source_groups, ["ANY"]);
  });

  it("add ping, logging, Chinese notes, another name and place", () => {
    const { payload } = all(dr("192.0.2.1 80"), {
      ping: true,
      logged: true,
      locale: "zh-cn",
      name: "shop",
      sequence: 500,
      category: "Emergency",
    });
    const [policy] = payload?.policies ?? [];
    assert.equal(policy.id, "shop-stateless");
    assert.equal(policy.category, "Emergency");
    assert.equal(policy.sequence_number, 500);
    assert.ok(policy.rules.every((rule) => rule.logged && /[\u4e00-\u9fff]/.test(rule.notes)));
    assert.ok(policy.rules.some((rule) => rule.id === "192.0.2.1-ping-reply"));
  });
});

describe("warnings", () => {
  it("appear where they belong, and not elsewhere", () => {
    const vip = "vrrp_instance V {\nvirtual_ipaddress {\n192.0.2.1\n}\n}\n";
    const plain = codes(vip + dr("192.0.2.1 80"));
    assert.deepEqual([...plain].sort(), [
      "companion",
      "first-match",
      "old-flows",
      "spoofguard-directors",
      "spoofguard-real-servers",
      "tag-the-vms",
    ]);
    assert.ok(codes(dr("192.0.2.1 80")).has("unknown-vip"));
    assert.ok(codes(vip.replace("virtual_ip", "use_vmac\nvirtual_ip") + dr("192.0.2.1 80")).has("use-vmac"));
    assert.ok(codes(vip + dr("192.0.2.1 80", "10.0.0.1 8080")).has("port-reset"));
    assert.ok(codes(vip + dr("192.0.2.1 80", "10.0.0.1 80", "UDP")).has("udp"));
    assert.ok(codes(vip + dr("192.0.2.1 80", "10.0.0.1 80", "SCTP")).has("sctp"));
    // The port that clients use anyway is no surprise, although keepalived clears it where a mark selects.
    const marked = `virtual_server_group G {\n192.0.2.1 80\nfwmark 3\n}\n${dr("group G", "10.0.0.1 80")}`;
    const marks = new Map([
      [3, [{ addresses: [], ports: [{ first: 80, last: 80 }], protocol: "TCP" as const }]],
    ]);
    assert.ok(!codes(vip + marked, { marks }).has("port-reset"));
    assert.ok(codes(vip + marked.replace("10.0.0.1 80", "10.0.0.1 81"), { marks }).has("port-reset"));
    const project = codes(vip + dr("192.0.2.1 80"), { project: "web" });
    assert.ok(project.has("project-order") && !project.has("project-emergency"));
    const emergency = codes(vip + dr("192.0.2.1 80"), { project: "web", category: "Emergency" });
    assert.ok(emergency.has("project-emergency"));
    const tun = codes(vip + dr("192.0.2.1 80").replace("DR", "TUN"));
    for (const code of ["urpf", "mtu", "tunnel-real-servers"]) assert.ok(tun.has(code), code);
    const untyped = codes(vip + dr("192.0.2.1 80").replace("protocol TCP\n", ""));
    assert.ok(untyped.has("protocol-missing") && !untyped.has("udp"));
    assert.ok(codes(vip + dr("192.0.2.1 80"), { remedy: "exclude-list" }).has("exclude-list-shared"));
    const sync = "global_defs {\nlvs_sync_daemon eth0 V\n}\n";
    const nat = dr("192.0.2.1 80").replace("DR", "NAT");
    assert.ok(codes(sync + vip + nat, { companion: true }).has("tcp-strict-sync"));
    assert.ok(!codes(sync + vip + dr("192.0.2.1 80"), { companion: true }).has("tcp-strict-sync"));
  });

  it("point at the line", () => {
    const text = dr("192.0.2.1 80", "10.0.0.1 8080");
    const config = configOf(text);
    const warning = generate(config, { kind: "all" }).warnings.find((w) => w.code === "port-reset");
    assert.ok(warning?.at && warning.span);
    const { start } = config.range(warning.at, warning.span);
    assert.match(text.slice(start), /^real_server 10\.0\.0\.1 8080/);
  });

  it("of unreadable peers come with the companion", () => {
    const text = `vrrp_instance V {\nunicast_peer {\n192.0.2.3\n$PEER\n}\nvirtual_ipaddress {\n192.0.2.1\n}\n}\n${dr("192.0.2.1 80")}`;
    assert.ok(codes(text, { companion: true }).has("vrrp-address"));
    assert.ok(!codes(text).has("vrrp-address"));
  });
});

describe("the selection", () => {
  const text = `vrrp_instance V {
    virtual_ipaddress {
        192.0.2.1/24
        192.0.2.2/24
    }
}
virtual_server_group G {
    192.0.2.2 443
}
virtual_server 192.0.2.1 80 {
    lb_kind DR
    real_server 10.0.0.1 80 {
    }
}
virtual_server 192.0.2.1 81 {
    lb_kind DR
    real_server 10.0.0.1 81 {
    }
}
virtual_server group G {
    lb_kind DR
    real_server 10.0.0.1 {
    }
}
virtual_server_group UNUSED {
    192.0.2.9 1
}
`;
  const config = configOf(text);
  const at = (needle: string) => {
    const selection = select(config, { kind: "offset", offset: text.indexOf(needle) });
    return selection.services.map((service) => service.title).join(", ") || selection.empty?.en;
  };

  it("is the virtual server, those of a group, those of a virtual address, those of an instance", () => {
    assert.equal(at("virtual_server 192.0.2.1 81"), "192.0.2.1:81 UDP");
    assert.equal(at("real_server 10.0.0.1 80"), "192.0.2.1:80 UDP");
    assert.equal(at("192.0.2.2 443"), "group G UDP");
    assert.equal(at("192.0.2.1/24"), "192.0.2.1:80 UDP, 192.0.2.1:81 UDP");
    assert.equal(at("192.0.2.2/24"), "group G UDP");
    assert.equal(at("vrrp_instance"), "192.0.2.1:80 UDP, 192.0.2.1:81 UDP, group G UDP");
    assert.match(at("192.0.2.9 1") ?? "", /No virtual_server uses the group/);
  });

  it("may be described", () => {
    const named = (words: string) => {
      const target = parseTarget(words);
      assert.ok(target, words);
      return select(config, { kind: "server", target }).services.length;
    };
    assert.equal(named("192.0.2.1 80"), 1);
    assert.equal(named("192.0.2.1 80 udp"), 1);
    assert.equal(named("192.0.2.1 80 tcp"), 0);
    assert.equal(named("192.0.2.2 443"), 1);
    assert.equal(named("group G"), 1);
    for (const wrong of ["", "x", "192.0.2.1 99999", "192.0.2.1 80 ICMP", "fwmark x"])
      assert.equal(parseTarget(wrong), undefined);
    assert.deepEqual(parseTarget("fwmark 3"), { kind: "fwmark", mark: 3 });
  });

  it("gives a rule for each address of what it selects", () => {
    const target = parseTarget("192.0.2.2 443");
    assert.ok(target);
    const { payload } = generate(config, { kind: "server", target });
    assert.deepEqual(payload?.policies[0].rules[0].destination_groups, ["192.0.2.2"]);
    assert.equal(formatAddress({ family: 4, value: 0xc0000202 }), "192.0.2.2");
  });
});
