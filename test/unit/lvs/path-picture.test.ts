/** The pictures of packet paths, and what the firewall does to the packets in them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { run } from "../../../server/src/cli/packets";
import { play } from "../../../server/src/lvs/exchange";
import { type Path, pathsOf } from "../../../server/src/lvs/path";
import {
  drawPath,
  holderOf,
  MIN_PATH_WIDTH,
  pathsSvg,
  pictureOf,
  whole,
} from "../../../server/src/lvs/path-picture";
import { servicesOf } from "../../../server/src/lvs/services";
import { coloured, estimate, LIGHT, shorten, wrap, xml } from "../../../server/src/lvs/svg";
import { Config } from "../../../server/src/model/config";
import { HALF_FLOW_BUDGET } from "../../../server/src/nsx/evaluate";
import { explain } from "../../../server/src/nsx/explain";
import { generate } from "../../../server/src/nsx/generate";
import { FIREWALL_MODES, judge, wallsOf } from "../../../server/src/nsx/path-firewall";
import { Tree } from "../../../server/src/syntax/tree";
import { configText, specs } from "../nsx/world";
import { golden } from "../support/golden";
import { assertHarmless, everyElement, parseXml, textsOf } from "../support/xml";

const configOf = (text: string) => new Config(Tree.parse(text));
const pathsIn = (config: Config): Path[] => servicesOf(config).flatMap((service) => pathsOf(service));

const server = (method: string, real: string, more = "") =>
  `virtual_server 192.0.2.10 80 {\n    lb_kind ${method}\n    protocol ${more || "TCP"}\n    real_server ${real} 80 {\n    }\n}\n`;
const DR = server("DR", "192.0.2.11");

describe("pictures of packet paths", () => {
  golden("packets", (text) => pathsSvg(pathsIn(configOf(text)), "en", configOf(text)), "svg");

  it("are well-formed and harmless, also with hostile names", () => {
    const hostile = `vrrp_instance "<script>&\u0001alert(1)" {\n interface "e\\"><img"\n virtual_router_id 1\n virtual_ipaddress {\n 192.0.2.10/24\n }\n}\n${DR}`;
    const config = configOf(hostile);
    const root = parseXml(pathsSvg(pathsIn(config), "zh-cn", config));
    assertHarmless(root);
    assert.ok(
      textsOf(root).some((t) => t.includes("<script>")),
      "the name is shown as text",
    );
  });

  it("show the headers of a capture with the ones that a hop rewrites marked", () => {
    const [path] = pathsIn(configOf(DR));
    const { rows } = pictureOf(path, play(path), { locale: "en" });
    const shown = rows.map((row) =>
      row.kind === "gap"
        ? row.text
        : `${row.number} ${row.name}: ${row.headers.map((h) => `${h.changed ? "*" : ""}${h.layer} ${h.text}`).join(" | ")} @ ${row.gates.map((g) => `${g.place} ${g.direction}`).join(", ")}`,
    );
    const there = "IP client:port → 192.0.2.10:80";
    const forwarded = `*MAC director → real server | ${there} @ director OUT, real-server IN`;
    const back = "MAC real server → gateway | IP 192.0.2.10:80 → client:port @ real-server OUT";
    assert.deepEqual(shown, [
      `1 SYN: MAC gateway → director | ${there} @ director IN`,
      `1 SYN, forwarded: ${forwarded}`,
      `2 SYN-ACK: ${back}`,
      `3 ACK: MAC gateway → director | ${there} @ director IN`,
      `3 ACK, forwarded: ${forwarded}`,
      `4 DATA: MAC gateway → director | ${there} @ director IN`,
      `4 DATA, forwarded: ${forwarded}`,
      `5 ACK: ${back}`,
    ]);
  });

  it("name the virtual MAC address, and the next hop of a tunnel that leaves the network", () => {
    const instance = (more: string) =>
      `vrrp_instance VI {\n interface eth0\n virtual_router_id 171\n ${more}\n virtual_ipaddress {\n 192.0.2.10/24\n }\n}\n`;
    const macs = (text: string) => {
      const config = configOf(text);
      const [path] = pathsIn(config);
      return pictureOf(path, play(path), { locale: "en", holder: holderOf(config, path) })
        .rows.slice(0, 2)
        .map((row) => (row.kind === "packet" ? row.headers[0].text : ""));
    };
    assert.deepEqual(macs(instance("use_vmac") + DR), [
      "gateway → 00:00:5e:00:01:ab",
      "director → real server",
    ]);
    assert.deepEqual(macs(instance("") + server("TUN", "192.0.2.11")), [
      "gateway → director",
      "director → real server",
    ]);
    assert.equal(macs(instance("") + server("TUN", "203.0.113.1"))[1], "director → next hop");
  });

  it("keep everything inside, however wide or narrow", () => {
    for (const text of [
      DR,
      server("NAT", "192.0.2.11"),
      server("TUN", "2001:db8:1111:2222:3333:4444:5555:6666"),
    ])
      for (const width of [100, MIN_PATH_WIDTH, 620, 900, 2000])
        for (const path of pathsIn(configOf(text))) {
          const drawing = drawPath(pictureOf(path, play(path), { locale: "en" }), { width });
          assert.equal(drawing.width, Math.max(MIN_PATH_WIDTH, width));
          const root = parseXml(`<svg>${whole(drawing)}</svg>`);
          for (const { name, attributes: a } of everyElement(root)) {
            if (name !== "rect") continue;
            assert.ok(Number(a.x) >= 0 && Number(a.x) + Number(a.width) <= drawing.width, JSON.stringify(a));
            assert.ok(
              Number(a.y) >= 0 && Number(a.y) + Number(a.height) <= drawing.height,
              JSON.stringify(a),
            );
          }
          assert.equal(drawing.rows.length, 8 + (path.method === "NAT" ? 2 : 0));
        }
  });

  it("are the ones that the command prints", async () => {
    let out = "";
    const status = await run(["-", "--line", "1", "--format", "svg", "--locale", "en"], {
      stdout: (text) => {
        out += text;
      },
      stderr: () => undefined,
      stdin: () => DR,
    });
    assert.equal(status, 0);
    assert.equal(out, pathsSvg(pathsIn(configOf(DR)), "en", configOf(DR)));
  });
});

describe("the firewall on a packet path", () => {
  const judged = (
    text: string,
    mode: (typeof FIREWALL_MODES)[number],
    transfer: "upload" | "download" = "upload",
  ) => {
    const config = configOf(text);
    const generated = generate(config, { kind: "all" }, { force: true });
    const [path] = pathsIn(config);
    return judge(path, mode, transfer, wallsOf(mode === "generated" ? generated.payload : undefined));
  };
  const SEGMENT = 1460;
  const budget = Math.floor(HALF_FLOW_BUDGET / SEGMENT) * SEGMENT;

  it("that is stateful drops the upload of DR at the director after the budget of a half flow", () => {
    const { exchange, filters, lines } = judged(DR, "stateful");
    assert.deepEqual(filters, { director: "stateful", "real-server": "stateful" });
    const { refusal } = exchange;
    assert.ok(refusal);
    assert.deepEqual(
      [refusal.vnic, refusal.direction, refusal.verdict.reason.en, refusal.bytes],
      ["director", "IN", "state-mismatch", budget],
    );
    // The same as the explanation of a payload says.
    const generated = generate(configOf(DR), { kind: "all" });
    assert.equal(explain(generated)?.statefulBudget, refusal.bytes);
    const last = exchange.events[exchange.events.length - 1];
    assert.ok(last.kind === "hop" && last.name.en === `DATA ${budget / SEGMENT + 1}/700` && !last.again);
    assert.match(
      lines[lines.length - 1].text.en,
      /upload stops at the director's vNIC \(IN, state-mismatch\) after 65,700/,
    );
    // A large answer does not pass the director.
    assert.equal(judged(DR, "stateful", "download").exchange.refusal, undefined);
  });

  it("with the generated policy lets everything pass, without state at the director", () => {
    for (const transfer of ["upload", "download"] as const) {
      const { exchange, filters } = judged(DR, "generated", transfer);
      assert.equal(exchange.refusal, undefined);
      assert.deepEqual(filters, { director: "stateless", "real-server": "stateful" });
      const reasons = exchange.events.flatMap((e) =>
        e.kind === "hop" ? e.verdicts.map((v) => v?.reason.en) : [],
      );
      assert.ok(reasons.includes("stateless rule 192.0.2.10-tcp-80-forward"), reasons.join("; "));
    }
  });

  it("with the exclusion list does not see the director, and with tunnels not the real servers", () => {
    const dr = judged(DR, "exclude-list");
    assert.deepEqual(dr.filters, { director: "excluded", "real-server": "stateful" });
    assert.equal(dr.exchange.refusal, undefined);
    assert.deepEqual(judged(server("TUN", "203.0.113.1"), "exclude-list").filters, {
      director: "excluded",
      "real-server": "excluded",
    });
  });

  it("that is stateful drops a download behind a tunnel at the real server", () => {
    const tun = server("TUN", "203.0.113.1");
    const { refusal } = judged(tun, "stateful", "download").exchange;
    assert.deepEqual([refusal?.vnic, refusal?.direction, refusal?.bytes], ["real-server", "OUT", budget]);
    assert.equal(judged(tun, "generated", "download").exchange.refusal, undefined);
    assert.equal(judged(tun, "generated", "upload").exchange.refusal, undefined);
  });

  it("that is stateful is right for NAT, and harmless for UDP and SCTP", () => {
    for (const text of [
      server("NAT", "10.0.0.1"),
      server("DR", "192.0.2.11", "UDP"),
      server("DR", "192.0.2.11", "SCTP"),
    ])
      for (const mode of FIREWALL_MODES) {
        const { exchange, lines } = judged(text, mode);
        assert.equal(exchange.refusal, undefined, `${mode}: ${text}`);
        assert.match(lines[lines.length - 1].text.en, /everything passes/);
      }
  });

  it("never drops a packet with the generated policy, whatever the configuration", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const config = configOf(configText(spec));
        const generated = generate(config, { kind: "all" }, { force: true });
        for (const path of pathsIn(config))
          for (const transfer of ["upload", "download"] as const) {
            const { exchange } = judge(path, "generated", transfer, wallsOf(generated.payload));
            assert.equal(exchange.refusal, undefined, `${path.title} ${path.servers}`);
            assert.equal(
              judge(path, "exclude-list", transfer, wallsOf(undefined)).exchange.refusal,
              undefined,
            );
          }
      }),
      { numRuns: 25 },
    );
  });
});

describe("texts in pictures", () => {
  it("are escaped, without what XML forbids", () => {
    assert.equal(xml(`<a b="c">&'\u0000\ud800x\udc00😀`), "&#60;a b=&#34;c&#34;&#62;&#38;&#39;x😀");
  });

  it("are cut to what fits, and broken where the language allows it", () => {
    const width = (text: string) => estimate(text, "sans", 12);
    const cut = shorten("192.0.2.1 and many more addresses", 80, "sans", 12, estimate);
    assert.ok(cut.endsWith("…") && width(cut) <= 80, cut);
    assert.equal(shorten("short", 80, "sans", 12, estimate), "short");
    for (const text of [
      "a firewall that keeps state drops it",
      "有状态防火墙在约 67 KB 后丢弃报文，需要无状态规则。",
    ]) {
      const lines = wrap(text, 90, "sans", 12, estimate);
      assert.ok(lines.length > 1);
      assert.equal(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
      for (const line of lines) assert.ok(!/^[，。]/.test(line), line);
    }
  });

  it("have all their colours", () => {
    assert.equal(coloured("a { fill: var(--k-red); }", LIGHT), `a { fill: ${LIGHT.red}; }`);
    assert.doesNotMatch(pathsSvg(pathsIn(configOf(DR))), /var\(/);
  });
});
