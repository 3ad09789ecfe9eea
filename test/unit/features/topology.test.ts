/** The topology of a configuration: what is in it, where it leads, what is drawn of it, and the requests for it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, it } from "node:test";
import fc from "fast-check";
import { readMessage } from "../../../client/src/pictures/messages";
import {
  drawTopology,
  TOPOLOGY_STYLE,
  type TopologyDrawing,
} from "../../../client/src/pictures/topology-drawing";
import type { Reading } from "../../../server/src/checks/project";
import { nodesOf } from "../../../server/src/cluster/nodes";
import { type BlockPlace, type Topology, topology } from "../../../server/src/features/topology";
import type { PacketPathResult, TopologyResult } from "../../../server/src/lsp/protocol";
import { estimate, standalone } from "../../../server/src/lvs/svg";
import { edited } from "../support/arbitrary";
import { type Fixture, fixture } from "../support/fixture";
import { golden } from "../support/golden";
import { startServer, type TestClient } from "../support/lsp";
import { assertHarmless, everyElement, parseXml, textsOf } from "../support/xml";

type Graph = Topology<BlockPlace>;

function graphOf(f: Fixture, locale: "en" | "zh-cn" = "en", peers: readonly Reading[] = []): Graph {
  const [reading] = f.project().views;
  return topology(
    reading,
    nodesOf([reading])[0],
    peers.flatMap((p) => nodesOf([p])),
    locale,
  );
}

/** The graph as text, for golden files. */
function show({ nodes, edges }: Graph, f: Fixture): string {
  const at = (place: BlockPlace | undefined) => {
    if (!place) return "";
    const line = (offset: number) => f.text(place.uri).slice(0, offset).split("\n").length;
    return ` @${line(place.start)}${place.fullEnd > place.end ? `-${line(place.fullEnd)}` : ""}`;
  };
  const lines: string[] = [];
  for (const node of nodes) {
    lines.push(
      `${node.id}${node.parent ? ` in ${node.parent}` : ""}: ${node.caption} “${node.title}”${at(node.place)}`,
      ...node.lines.map((l) => `    ${l.tone ? `(${l.tone}) ` : ""}${l.text}`),
    );
    for (const row of node.rows)
      lines.push(
        `  ${row.id}${at(row.place)}`,
        `    ${row.text} | ${row.tone ? `(${row.tone}) ` : ""}${row.detail}`,
        `    ${row.label}`,
      );
  }
  lines.push("", ...edges.map((e) => `${e.from} --${e.kind}${e.label ? ` ${e.label}` : ""}--> ${e.to}`));
  return `${lines.join("\n")}\n`;
}

describe("the topology of a configuration", () => {
  golden("topology", (text) => {
    const f = fixture(text);
    return show(graphOf(f), f);
  });

  it("never shows a password or the arguments of a command", () => {
    const f = fixture(
      'vrrp_script s {\n script "/bin/check -p hunter2"\n}\nvrrp_instance V {\n interface e\n virtual_router_id 1\n authentication {\n auth_type PASS\n auth_pass hunter2\n }\n track_script {\n s\n }\n virtual_ipaddress {\n 192.0.2.1\n }\n}\n',
    );
    assert.doesNotMatch(JSON.stringify(graphOf(f)), /hunter2/);
  });

  it("knows the peers of the workspace, and unicast peers that are none", () => {
    const node = (state: string, own: string, peer: string) =>
      `vrrp_instance VI {\n state ${state}\n interface eth0\n virtual_router_id 5\n priority ${state === "MASTER" ? 110 : 100}\n unicast_src_ip ${own}\n unicast_peer {\n ${peer}\n 192.0.2.9\n }\n virtual_ipaddress {\n 192.0.2.50/24\n }\n}\n`;
    const f = fixture(node("MASTER", "192.0.2.1", "192.0.2.2"));
    const other = fixture(node("BACKUP", "192.0.2.2", "192.0.2.1"));
    const { nodes, edges } = graphOf(f, "en", [other.project().views[0]]);
    const peers = nodes.filter((n) => n.kind === "peer");
    assert.deepEqual(
      peers.map((p) => [p.caption, p.title, ...p.rows.map((r) => `${r.text} ${r.detail}`)]),
      [
        ["peer node", "keepalived/keepalived.conf", "VI BACKUP · 100"],
        ["unicast peer", "192.0.2.9"],
      ],
    );
    assert.deepEqual(
      edges.map((e) => `${e.from} ${e.kind} ${e.to} ${e.label}`),
      [
        "peer:keepalived/keepalived.conf/VI adverts instance:VI unicast",
        "unicast:192.0.2.9 adverts instance:VI unicast",
      ],
    );
  });

  it("leads into included files", () => {
    const f = fixture(
      "//- /etc/keepalived/keepalived.conf\ninclude part.conf\nvrrp_instance V {\n interface e\n virtual_router_id 1\n virtual_ipaddress {\n 192.0.2.1\n }\n}\n//- /etc/keepalived/part.conf\n$R=192.0.2.9\nvirtual_server 192.0.2.1 80 {\n protocol TCP\n real_server $R 80 {\n }\n}\n",
    );
    const service = graphOf(f).nodes.find((n) => n.kind === "service");
    assert.ok(service?.place);
    assert.match(service.place.uri, /part\.conf$/);
    const text = f.text(service.place.uri);
    assert.match(text.slice(service.place.start, service.place.end), /^virtual_server 192\.0\.2\.1 80/);
    assert.match(text.slice(service.place.start, service.place.fullEnd), /\}\n\}$/);
    const [real] = service.rows;
    assert.equal(real.text, "192.0.2.9:80");
    assert.match(text.slice(real.place?.start), /^real_server/);
  });

  it("keeps its ids when something is added before", () => {
    const one = "virtual_server 192.0.2.1 80 {\n protocol TCP\n real_server 192.0.2.5 80 {\n }\n}\n";
    const ids = (text: string) =>
      new Set(graphOf(fixture(text)).nodes.flatMap((n) => [n.id, ...n.rows.map((r) => r.id)]));
    const before = ids(one);
    const after = ids(
      `vrrp_script x {\n script /x\n}\n${one.replace("80 {\n protocol", "443 {\n protocol")}${one}`,
    );
    for (const id of before) assert.ok(after.has(id), id);
  });

  it("has unique ids, edges that lead somewhere, and a drawing, whatever the text", () => {
    fc.assert(
      fc.property(edited, ({ before, start, oldEnd, insert }) => {
        const f = fixture(
          `vrrp_instance A {\n interface e\n}\n${before.slice(0, start)}${insert}${before.slice(oldEnd)}`.replace(
            /<\|>|\[\w*\||\|\]|^\/\/- /gm,
            "",
          ),
        );
        const graph = graphOf(f);
        const ids = graph.nodes.flatMap((n) => [n.id, ...n.rows.map((r) => r.id)]);
        assert.equal(new Set(ids).size, ids.length);
        const known = new Set(ids);
        for (const e of graph.edges) assert.ok(known.has(e.from) && known.has(e.to), `${e.from} → ${e.to}`);
        const drawing = drawTopology(graph);
        assertHarmless(parseXml(`<svg>${drawing.body}</svg>`));
      }),
      { numRuns: 60 },
    );
  });
});

describe("the drawing of a topology", () => {
  const many = (services: number, reals = 2) => {
    const lines = ["vrrp_instance V {\n interface e\n virtual_router_id 1\n virtual_ipaddress {"];
    for (let i = 1; i <= services; i++) lines.push(` 10.0.${i >> 8}.${i & 255}/16`);
    lines.push(" }\n}");
    for (let i = 1; i <= services; i++) {
      lines.push(`virtual_server 10.0.${i >> 8}.${i & 255} 80 {\n lb_kind DR\n protocol TCP`);
      for (let k = 1; k <= reals; k++) lines.push(` real_server 10.1.0.${k} 80 {\n }`);
      lines.push("}");
    }
    return fixture(`${lines.join("\n")}\n`);
  };
  const everything = () => graphOf(fixture(readFileSync("test/golden/topology/everything.conf", "utf8")));
  const ids = (d: TopologyDrawing, kind: string) =>
    d.spots.filter((s) => s.id.startsWith(kind)).map((s) => s.id);

  it("is well-formed, harmless and without overlapping cards, in both directions", () => {
    for (const direction of ["LR", "TB"] as const)
      for (const graph of [everything(), graphOf(many(3)), graphOf(many(60))]) {
        const drawing = drawTopology(graph, { direction, interactive: true });
        const svg = standalone(drawing.body, drawing, TOPOLOGY_STYLE, "a & b");
        assertHarmless(parseXml(svg));
        assert.doesNotMatch(svg, /var\(/);
        const groups = new Set(graph.nodes.filter((n) => n.kind === "sync-group").map((n) => n.id));
        const cards = drawing.spots
          .filter((s) => !s.parent || groups.has(s.parent))
          .filter((s) => !groups.has(s.id));
        for (const a of cards) {
          assert.ok(
            a.x >= 0 && a.y >= 0 && a.x + a.width <= drawing.width && a.y + a.height <= drawing.height,
            a.id,
          );
          for (const b of cards)
            assert.ok(
              a === b ||
                a.x + a.width <= b.x ||
                b.x + b.width <= a.x ||
                a.y + a.height <= b.y ||
                b.y + b.height <= a.y,
              `${a.id} lies over ${b.id} (${direction})`,
            );
        }
      }
  });

  it("shows what belongs together in the order of the text", () => {
    const drawing = drawTopology(graphOf(many(8)), { direction: "LR" });
    const tops = drawing.spots.filter((s) => s.id.startsWith("service:") && !s.parent).map((s) => s.y);
    assert.equal(tops.length, 8);
    assert.deepEqual(
      tops,
      [...tops].sort((a, b) => a - b),
    );
  });

  it("has its columns in a row, also where nothing leads from one to the next", () => {
    const { spots } = drawTopology(everything(), { direction: "LR" });
    const left = (id: string) => spots.find((s) => s.id === id)?.x ?? Number.NaN;
    assert.ok(left("script:chk_dns") < left("instance:VI_LONELY"));
    assert.ok(left("instance:VI_LONELY") < left("group:web"));
    assert.ok(left("group:web") < left("service:203.0.113.99:443 TCP"));
    assert.equal(left("service:203.0.113.99:443 TCP"), left("service:192.0.2.12:53 UDP"));
  });

  it("cuts long lists, and shows more of them when asked, and always what the cursor is at", () => {
    const graph = graphOf(many(60, 12));
    const words = { more: (n: number) => `${n} ausgelassen`, servers: (n: number) => `${n} Server` };
    const first = drawTopology(graph, { direction: "LR", words });
    const services = ids(first, "service:").filter((id) => !id.includes("/"));
    assert.equal(services.length, 16);
    const more = first.spots.find((s) => s.more?.startsWith("services"));
    assert.ok(more);
    const texts = textsOf(parseXml(`<svg>${first.body}</svg>`));
    assert.ok(
      texts.includes("44 ausgelassen") && texts.includes("12 Server") && texts.includes("52 ausgelassen"),
      texts.join(),
    );
    const second = drawTopology(graph, { direction: "LR", expanded: new Map([[more.more as string, 24]]) });
    assert.equal(ids(second, "service:").filter((id) => !id.includes("/")).length, 40);
    const all = drawTopology(graph, { direction: "LR", expanded: new Map([[more.more as string, 48]]) });
    assert.equal(ids(all, "service:").filter((id) => !id.includes("/")).length, 60);
    assert.ok(!all.spots.some((s) => s.more?.startsWith("services")));
    const current = "service:10.0.0.50:80 TCP/real:10.1.0.11:80";
    const shown = drawTopology(graph, { direction: "LR", current });
    for (const id of [current, "service:10.0.0.50:80 TCP"]) assert.ok(ids(shown, id).length > 0, id);
    assert.equal(ids(shown, "service:").filter((id) => !id.includes("/")).length, 17);
  });

  it("is laid out in the direction that a window has room for", () => {
    const graph = graphOf(many(2));
    assert.equal(drawTopology(graph, { room: { width: 1000, height: 700 } }).direction, "LR");
    assert.equal(drawTopology(graph, { room: { width: 300, height: 900 } }).direction, "TB");
    // Sixty cards beside each other would be a long and low strip.
    assert.equal(drawTopology(graphOf(many(60)), { room: { width: 466, height: 700 } }).direction, "LR");
  });

  it("leads lines past the title of a sync group, not through it", () => {
    const { body, spots } = drawTopology(everything(), { direction: "TB" });
    const group = spots.find((s) => s.id === "sync:EDGE");
    const title = /<g class="group-title">.*?class="title" x="(\d+)"/s.exec(body);
    assert.ok(group && title);
    const end = Number(title[1]) + estimate("EDGE", "bold", 13);
    // Those that point at a member; the group itself is reached at its upper edge.
    const tips = [...body.matchAll(/class="tip \w+" d="M([\d.]+) ([\d.]+)l-4 -8/g)]
      .map(([, x, y]) => ({ x: Number(x), y: Number(y) }))
      .filter(({ y }) => y > group.y && y < group.y + group.height);
    assert.ok(tips.length > 3);
    assert.deepEqual(
      tips.filter(({ x }) => x < end),
      [],
    );
  });

  it("stays quick and small with a thousand virtual servers", () => {
    const graph = graphOf(many(1000, 3));
    assert.equal(graph.nodes.length, 1001);
    drawTopology(graph);
    const begun = performance.now();
    const drawing = drawTopology(graph, { room: { width: 466, height: 700 } });
    const took = performance.now() - begun;
    assert.ok(took < 2000, `${took} ms`);
    assert.ok(drawing.spots.length < 80, `${drawing.spots.length} spots`);
    assert.ok(everyElement(parseXml(`<svg>${drawing.body}</svg>`)).length < 1000);
  });

  it("measures with what it is given", () => {
    const wide = drawTopology(everything(), { direction: "LR", measure: (...a) => 1.5 * estimate(...a) });
    assert.ok(wide.width > drawTopology(everything(), { direction: "LR" }).width);
  });
});

describe("messages of a picture", () => {
  it("are taken only in the shapes that exist", () => {
    for (const message of [
      { type: "ready" },
      { type: "open", id: "instance:VI_1" },
      { type: "id", id: "" },
      { type: "export", format: "svg", data: "<svg xmlns='x'></svg>" },
      { type: "export", format: "png", data: "iVBORw0KGgoAAAA=" },
    ])
      assert.deepEqual(readMessage(message), message);
    for (const message of [
      undefined,
      null,
      "ready",
      {},
      { type: "run", command: "x" },
      { type: "open" },
      { type: "open", id: 5 },
      { type: "open", id: "x".repeat(5000) },
      { type: "export", format: "html", data: "<svg ></svg>" },
      { type: "export", format: "svg", data: "<html>" },
      { type: "export", format: "png", data: "../../etc/passwd" },
      { type: "export", format: "png", data: "iVBORw0KGgo\n;" },
    ])
      assert.equal(readMessage(message), undefined, JSON.stringify(message)?.slice(0, 80));
    // Nothing but the known fields gets through.
    assert.deepEqual(readMessage({ type: "open", id: "a", command: "b" }), { type: "open", id: "a" });
  });
});

describe("the server", () => {
  let client: TestClient;
  afterEach(() => client.stop());
  const LB1 = "file:///srv/lb1/keepalived.conf";
  const LB2 = "file:///srv/lb2/keepalived.conf";
  const node = (priority: number) =>
    `vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 20\n    priority ${priority}\n    virtual_ipaddress {\n        192.0.2.20/24\n    }\n}\nvirtual_server 192.0.2.20 80 {\n    lb_kind DR\n    protocol TCP\n    real_server 192.0.2.21 80 {\n    }\n}\n`;

  it("answers with places as lines, and with the peers of the workspace", async () => {
    client = await startServer({ files: { [LB2]: node(90) }, folders: ["file:///srv"] });
    await client.open(LB1, node(110));
    let result: TopologyResult | undefined;
    for (let n = 0; n < 50 && !result?.topology.nodes.some((x) => x.kind === "peer"); n++) {
      result = await client.request<TopologyResult>("keepalived/topology", { uri: LB1 });
      await new Promise((done) => setTimeout(done, 20));
    }
    assert.ok(result);
    assert.equal(result.name, "lb1/keepalived.conf");
    const place = (id: string) => {
      const all = result.topology.nodes.flatMap((n) => [n, ...n.rows]);
      const found = all.find((x) => x.id === id)?.place;
      return found && [result.files[found[0]], ...found.slice(1)];
    };
    assert.deepEqual(place("instance:VI_1"), [LB1, 0, 0, 7]);
    assert.deepEqual(place("instance:VI_1/192.0.2.20"), [LB1, 5, 8, 5]);
    assert.deepEqual(place("service:192.0.2.20:80 TCP/real:192.0.2.21:80"), [LB1, 11, 4, 12]);
    assert.deepEqual(place("peer:lb2/keepalived.conf/VI_1"), [LB2, 0, 0, 7]);
  });

  it("reads the file for the configuration id that is asked for", async () => {
    client = await startServer();
    await client.open(LB1, node(110).replace("    priority 110", "    @a priority 150\n    @b priority 50"));
    const ask = (id?: string) => client.request<TopologyResult>("keepalived/topology", { uri: LB1, id });
    const line = (r: TopologyResult) => r.topology.nodes[0].lines[0].text;
    assert.deepEqual((await ask()).ids, ["a", "b"]);
    assert.equal(line(await ask("a")), "BACKUP · priority 150");
    assert.equal(line(await ask("b")), "BACKUP · priority 50");
  });

  it("answers with every picture of the packet path, in the language of the session", async () => {
    client = await startServer({ initializationOptions: { locale: "zh-cn" } });
    await client.open(LB1, node(110));
    const ask = (line: number) =>
      client.request<PacketPathResult>("keepalived/packetPath", {
        uri: LB1,
        position: { line, character: 0 },
      });
    const result = await ask(9);
    assert.equal(result.title, "192.0.2.20:80 TCP");
    assert.equal(result.paths.length, 1);
    assert.deepEqual(
      result.paths[0].pictures.map((p) => `${p.mode} ${p.transfer}`),
      [
        "none upload",
        "stateful upload",
        "stateful download",
        "generated upload",
        "generated download",
        "exclude-list upload",
        "exclude-list download",
      ],
    );
    const [, stateful] = result.paths[0].pictures;
    assert.match(
      stateful.picture.lines[stateful.picture.lines.length - 1].text,
      /^结果：上传在传输 65,700 字节后被调度器的 vNIC 丢弃/,
    );
    assert.deepEqual(
      (await ask(3)).title,
      "192.0.2.20:80 TCP",
      "on the line of the instance, its virtual servers",
    );
  });

  it("says why NAT needs nothing, and asks what a mark stands for", async () => {
    client = await startServer();
    await client.open(LB1, node(110).replace("lb_kind DR", "lb_kind NAT"));
    const nat = await client.request<PacketPathResult>("keepalived/packetPath", {
      uri: LB1,
      position: { line: 9, character: 0 },
    });
    const generated = nat.paths[0].pictures.find((p) => p.mode === "generated");
    assert.match(generated?.picture.lines[0].text ?? "", /NAT/);
    await client.open(
      LB2,
      "virtual_server fwmark 7 {\n    lb_kind DR\n    real_server 192.0.2.1 80 {\n    }\n}\n",
    );
    const ask = (marks: Record<string, string[]>) =>
      client.request<PacketPathResult>("keepalived/packetPath", {
        uri: LB2,
        position: { line: 0, character: 0 },
        choices: { marks },
      });
    const open = await ask({});
    assert.deepEqual([open.paths.length, open.questions.map((q) => q.mark)], [0, [7]]);
    const answered = await ask({ 7: ["192.0.2.9:80/TCP"] });
    assert.deepEqual([answered.paths.length, answered.questions.length], [1, 0]);
  });
});
