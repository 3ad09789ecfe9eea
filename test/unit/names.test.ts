/** Names that mean something to JavaScript are names like others, to us and to the library that arranges the topology. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { drawTopology } from "../../client/src/pictures/topology-drawing";
import type { TopologyResult } from "../../server/src/lsp/protocol";
import { startServer } from "./support/lsp";

const configuration = (name: string): string => `$${name}=eth0
@${name} $B=1
vrrp_script ${name} {
    script "/bin/${name}"
}
track_file ${name} {
    file /tmp/${name}
}
vrrp_sync_group ${name} {
    group {
        ${name}
        other
    }
    track_script {
        ${name}
    }
}
vrrp_instance ${name} {
    state MASTER
    interface $${name}
    virtual_router_id 20
    priority 100
    track_file {
        ${name}
    }
    virtual_ipaddress {
        192.0.2.20/24 label ${name}
    }
}
vrrp_instance other {
    interface ${name}
    virtual_router_id 21
    track_script {
        ${name}
        nowhere
    }
    virtual_ipaddress {
        192.0.2.21/24
    }
}
virtual_server_group ${name} {
    192.0.2.20 80
}
virtual_server group ${name} {
    lb_algo rr
    lb_kind DR
    protocol TCP
    virtualhost ${name}
    real_server 192.0.2.30 80 {
        MISC_CHECK {
            misc_path "/bin/${name}"
        }
    }
    sorry_server 192.0.2.31 80
}
${name} x
`;

/** Everything that is made of the configuration, with the name taken out. */
async function answersFor(name: string): Promise<string> {
  const uri = "file:///etc/keepalived/keepalived.conf";
  const client = await startServer({
    capabilities: { textDocument: { diagnostic: {} } },
    folders: ["file:///etc/keepalived"],
    initializationOptions: { commands: true },
  });
  try {
    const text = configuration(name);
    await client.open(uri, text);
    // The other node.
    await client.open("file:///etc/keepalived/b/keepalived.conf", text.replace("MASTER", "BACKUP"));
    const textDocument = { uri };
    const line = text.split("\n").findIndex((l) => l.startsWith("vrrp_instance"));
    const position = { line, character: 16 };
    const answers: unknown[] = [];
    for (const method of ["diagnostic", "documentSymbol", "codeLens", "semanticTokens/full"])
      answers.push(await client.request(`textDocument/${method}`, { textDocument }));
    for (const method of ["hover", "completion", "definition", "documentHighlight"])
      answers.push(await client.request(`textDocument/${method}`, { textDocument, position }));
    answers.push(
      await client.request("textDocument/references", {
        textDocument,
        position,
        context: { includeDeclaration: true },
      }),
      await client.request("textDocument/rename", { textDocument, position, newName: "renamed" }),
      await client.request("workspace/symbol", { query: "" }),
    );
    for (const method of ["topology", "compare", "ipvs", "realServer", "packetPath", "peers"])
      answers.push(
        await client.request(`keepalived/${method}`, { uri, format: "sh", choices: { force: true } }),
      );
    // The ids of an NSX policy hold a hash of the name.
    const { status } = await client.request<{ status: string }>("keepalived/nsx/generate", { uri });
    answers.push(status);
    const { topology } = await client.request<TopologyResult>("keepalived/topology", { uri });
    assert.ok(topology.nodes.length >= 4);
    for (const { id, rows } of topology.nodes)
      for (const key of [id, ...rows.map((r) => r.id)]) assert.ok(!(key in {}), key);
    assert.ok(drawTopology(topology).body.length > 1000);
    assert.ok(!JSON.stringify([...client.received]).includes("failed"), JSON.stringify([...client.received]));
    return JSON.stringify(answers).replaceAll(name, "NAME");
  } finally {
    await client.stop();
  }
}

describe("names of JavaScript", () => {
  // As long as the ordinary one, so that every range is the same.
  for (const [name, ordinary] of [
    ["__proto__", "abcdefghi"],
    ["constructor", "abcdefghijk"],
    ["toString", "abcdEfgh"],
    ["hasOwnProperty", "abcDefGhijklmn"],
    ["prototype", "abcdefghi"],
  ])
    test(name, async () => {
      const before = Reflect.ownKeys(Object.prototype);
      // Symbols and completions are in the order of their names.
      const sorted = (text: string) => [...text].sort().join("");
      const [odd, plain] = [await answersFor(name), await answersFor(ordinary)];
      assert.equal(sorted(odd), sorted(plain));
      assert.deepEqual(Reflect.ownKeys(Object.prototype), before);
    });
});
