/** Virtual servers are read without model objects for the checks: what they say is the same, and it stays cheap. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { analyze, DEFAULT_OPTIONS } from "../../../server/src/checks/engine";
import { Report } from "../../../server/src/checks/rule";
import { checkService } from "../../../server/src/checks/services";
import { formatAddress } from "../../../server/src/language/address";
import { buildTopLevel } from "../../../server/src/model/build";
import { Tree } from "../../../server/src/syntax/tree";
import { ruleCases } from "../support/rule-cases";

/** A configuration of many services; VRRP carries their addresses, or a thousand others. */
function services(count: number, carried: boolean): string {
  const address = (net: number, i: number) => `10.${net}.${(i >> 8) & 255}.${i & 255}`;
  const vip = (i: number) => address(1, i);
  const vips = Array.from({ length: carried ? count : 1000 }, (_, i) => address(carried ? 1 : 200, i))
    .map((a) => `        ${a}\n`)
    .join("");
  let text = `vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 71
    priority 100
    virtual_ipaddress {
        192.0.2.10/24
    }
    virtual_ipaddress_excluded {
${vips}    }
}
`;
  for (let i = 0; i < count; i++)
    text += `virtual_server ${vip(i)} 80 {
    lb_algo rr
    lb_kind DR
    protocol TCP
    real_server 172.16.${(i >> 8) & 255}.${i & 255} 80 {
        TCP_CHECK {
        }
    }
}
`;
  return text;
}

describe("virtual servers", () => {
  test("say the same to the checks as to everything else", () => {
    let compared = 0;
    for (const { files, code, title } of ruleCases()) {
      for (const text of Object.values(files)) {
        for (const node of Tree.parse(text).nodes()) {
          if (node.keyword?.id !== "virtual_server") continue;
          const model = buildTopLevel(node);
          assert.ok(model?.kind === "virtual_server");
          const fact = checkService(node, "", DEFAULT_OPTIONS, new Report());
          const { target } = model;
          assert.deepEqual(
            {
              address: fact.address,
              port: fact.port,
              mark: fact.fwmark,
              group: fact.group?.name,
              servers: fact.servers.map((s) => `${formatAddress(s.address)} ${s.port} ${s.method}`),
              commands: fact.commands,
            },
            {
              address: target.kind === "address" ? target.address : undefined,
              port: target.kind === "address" ? target.port : 0,
              mark: target.kind === "fwmark" ? target.mark : undefined,
              group: target.kind === "group" ? target.name : undefined,
              servers: model.realServers.map(
                (s) =>
                  `${formatAddress(s.address)} ${s.port} ${s.forwarding?.method ?? model.forwarding?.method ?? "NAT"}`,
              ),
              commands: [...model.commands, ...model.realServers.flatMap((s) => s.commands)],
            },
            `${code}: ${title}`,
          );
          compared++;
        }
      }
    }
    assert.ok(compared > 200, `${compared} virtual servers`);
  });

  for (const [carried, title] of [
    [true, "with their VIPs"],
    [false, "of which VRRP carries none"],
  ] as const) {
    test(`ten thousand ${title} take time in proportion to their number`, () => {
      const spent = (count: number) => {
        const tree = Tree.parse(services(count, carried));
        const before = process.cpuUsage();
        analyze(tree);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1000;
      };
      spent(500);
      const some = spent(1000);
      const many = spent(10000);
      assert.ok(many < Math.max(1500, 40 * some), `${some} ms for 1000, ${many} ms for 10000`);
    });
  }
});

test("a finding about the method stands at lb_kind where that has lost its method", () => {
  const text = "virtual_server 192.0.2.10 80 {\n    lb_kind DR\n    lb_kind";
  const found = analyze(Tree.parse(text)).problems.find((p) => p.rule.code === "dr-arp-note");
  assert.deepEqual([found?.start, found?.end], [text.lastIndexOf("lb_kind"), text.length]);
});
