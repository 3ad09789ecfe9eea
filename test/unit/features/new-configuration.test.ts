/** The wizard's pair of directors: right by construction, or refused with a reason. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { composePair, type PairAnswers } from "../../../server/src/features/new-configuration";
import { checkFiles } from "../support/files";

const ANSWERS: PairAnswers = {
  vip: "192.0.2.10/24",
  services: "80, 443/tcp 53/udp",
  realServers: "192.0.2.21, 192.0.2.22",
  directors: "192.0.2.11 192.0.2.12",
  names: "lb1, lb2",
  interface: "ens192",
  virtualRouterId: "51",
  check: "http",
  path: "/health",
};

/** Findings that a careful engineer would have to do something about, over both nodes. */
function findingsOf(answers: PairAnswers): string[] {
  const { problems, nodes } = composePair(answers);
  assert.deepEqual(
    problems.map((p) => `${p.field}: ${p.text.en}`),
    [],
  );
  const texts = Object.fromEntries(nodes.map(({ name, text }) => [`${name}/keepalived.conf`, text]));
  const { findings } = checkFiles(texts, "2.2.7", { profile: "all", severity: {} });
  return findings.filter((f) => f.severity !== "hint").map((f) => `${f.rule.code}: ${f.message.en}`);
}

describe("a new pair of directors", () => {
  test("is clean, and its nodes mirror each other", () => {
    assert.deepEqual(findingsOf(ANSWERS), []);
    const [first, second] = composePair(ANSWERS).nodes.map((n) => n.text);
    assert.match(
      first,
      /router_id lb1[\s\S]*priority 110[\s\S]*unicast_src_ip 192\.0\.2\.11[\s\S]*192\.0\.2\.12/,
    );
    assert.match(
      second,
      /router_id lb2[\s\S]*priority 100[\s\S]*unicast_src_ip 192\.0\.2\.12[\s\S]*192\.0\.2\.11/,
    );
    const services = (text: string) => text.slice(text.indexOf("# LVS-DR (dr-arp-note)"));
    assert.equal(services(first), services(second));
    assert.match(first, /real_server 192\.0\.2\.22 443 \{\n {8}weight 1\n {8}SSL_GET/);
    assert.match(first, /virtual_server 192\.0\.2\.10 53 \{[\s\S]*protocol UDP[\s\S]*UDP_CHECK/);
  });

  test("works with IPv6", () => {
    const answers = {
      ...ANSWERS,
      vip: "2001:db8::10/64",
      realServers: "2001:db8::21",
      directors: "2001:db8::11, 2001:db8::12",
    };
    assert.deepEqual(findingsOf(answers), []);
    assert.match(composePair(answers).nodes[0].text, /fe80::10\/64\n {8}2001:db8::10\/64/);
  });

  test("is clean whatever is answered, as long as the answers are right", () => {
    const host = fc.uniqueArray(fc.integer({ min: 1, max: 250 }), { minLength: 4, maxLength: 12 });
    const ports = fc.uniqueArray(
      fc.record({ port: fc.integer({ min: 1, max: 65535 }), protocol: fc.constantFrom("", "/tcp", "/udp") }),
      { minLength: 1, maxLength: 4, selector: (p) => p.port },
    );
    fc.assert(
      fc.property(
        host,
        ports,
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        fc.boolean(),
        (h, p, id, six, http) => {
          const address = (n: number) => (six ? `2001:db8:1::${n.toString(16)}` : `198.51.100.${n}`);
          assert.deepEqual(
            findingsOf({
              vip: `${address(h[0])}/${six ? 64 : 24}`,
              services: p.map((s) => `${s.port}${s.protocol}`).join(","),
              realServers: h.slice(3).map(address).join(" "),
              directors: `${address(h[1])},${address(h[2])}`,
              interface: "eth0",
              virtualRouterId: String(id),
              check: http ? "http" : "tcp",
            }),
            [],
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  const wrong: [keyof PairAnswers, string, RegExp][] = [
    ["vip", "192.0.2.10", /prefix of the segment/],
    ["vip", "192.0.2.10/32", /prefix of the segment/],
    ["vip", "example.org/24", /address with its prefix/],
    ["vip", "192.0.2.0/24", /network itself/],
    ["vip", "192.0.2.255/24", /broadcast/],
    ["vip", "127.0.0.1/8", /cannot reach/],
    ["services", "http", /not a port/],
    ["services", "70000", /not a port/],
    ["services", "80, 80/tcp", /twice/],
    ["services", "", /needed/],
    ["realServers", "192.0.2.10", /virtual address/],
    ["realServers", "192.0.2.11", /address of a director/],
    ["realServers", "198.51.100.1", /outside 192\.0\.2\.0\/24/],
    ["realServers", "2001:db8::1", /outside 192\.0\.2\.0\/24/],
    ["realServers", "192.0.2.21 192.0.2.21", /twice/],
    ["realServers", "web1", /not an address/],
    ["directors", "192.0.2.11", /Two addresses/],
    ["names", "lb1", /Two different names/],
    ["names", "lb1 LB1", /Two different names/],
    ["names", "../lb1 lb2", /name of a host/],
    ["interface", "a-very-long-interface", /1 to 15/],
    ["interface", "eth0 {", /1 to 15/],
    ["virtualRouterId", "0", /1 to 255/],
    ["virtualRouterId", "256", /1 to 255/],
    ["check", "smtp", /tcp, http/],
    ["path", "no slash", /begins with a slash/],
    ["path", '/a"b', /begins with a slash/],
  ];
  for (const [field, value, message] of wrong)
    test(`refuses ${field} “${value}”`, () => {
      const { problems, nodes } = composePair({ ...ANSWERS, [field]: value });
      assert.deepEqual(nodes, []);
      assert.ok(
        problems.some((p) => p.field === field && message.test(p.text.en)),
        problems.map((p) => `${p.field}: ${p.text.en}`).join("\n"),
      );
    });

  test("complains about what is not answered yet only when it must be complete", () => {
    assert.deepEqual(composePair({ vip: "192.0.2.10/24" }, false).problems, []);
    const fields = new Set(composePair({ vip: "192.0.2.10/24" }).problems.map((p) => p.field));
    assert.deepEqual(
      fields,
      new Set(["directors", "realServers", "services", "interface", "virtualRouterId"]),
    );
  });
});
