import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { parseDocument } from "yaml";
import { pathsJson, pathsOf, pathsText } from "../../../server/src/lvs/path";
import { pathsSvg } from "../../../server/src/lvs/path-picture";
import { KIT_FORMATS, type KitFormat, realServerKit } from "../../../server/src/lvs/real-server";
import { servicesOf } from "../../../server/src/lvs/services";
import { Config } from "../../../server/src/model/config";
import { Tree } from "../../../server/src/syntax/tree";

const services = (text: string) => servicesOf(new Config(Tree.parse(text)));
const server = (vip: string, method: string, ...reals: string[]) =>
  `virtual_server ${vip} 80 {\nprotocol TCP\nlb_kind ${method}\n${reals.map((r) => `real_server ${r} 80 {\n}`).join("\n")}\n}\n`;
const kit = (text: string, format: KitFormat = "sh") => realServerKit(services(text), format);
const text = (config: string, format: KitFormat = "sh") => kit(config, format).text ?? "";

const onPath = (program: string) => spawnSync(program, ["--version"]).status === 0;
const has = { bash: onPath("bash"), shellcheck: onPath("shellcheck") };

const DR = server("192.0.2.10", "DR", "192.0.2.21", "192.0.2.22");
const DR6 = server("2001:db8::10", "DR", "2001:db8::21");
const TUN = server("192.0.2.10", "TUN", "198.51.100.1");
const MIXED = `virtual_server 192.0.2.10 443 {\nprotocol TCP\nlb_kind TUN type gue port 6080\nreal_server 198.51.100.1 443 {\n}\nreal_server 198.51.100.2 443 {\nlvs_method TUN type gre csum\n}\nreal_server 2001:db8::3 443 {\nlvs_method TUN\n}\n}\n`;
const WIDE =
  "virtual_server_group G {\n192.0.2.0/24 80\n198.51.100.3-9 80\n}\nvirtual_server group G {\nprotocol TCP\nlb_kind DR\nreal_server 203.0.113.1 {\n}\n}\n";

describe("what real servers need", () => {
  it("with DR is the address on lo, without answering ARP for it", () => {
    const script = text(DR);
    assert.match(script, /^REAL_SERVERS="192\.0\.2\.21 192\.0\.2\.22"$/m);
    assert.match(script, /^VIPS4="192\.0\.2\.10"$/m);
    assert.match(script, /arp_ignore=1/);
    assert.match(script, /arp_announce=2/);
    // ARP must be quiet before the address is there.
    assert.ok(script.indexOf("arp_ignore=1") < script.indexOf('addr replace "$vip/32"'));
    assert.ok(!script.includes("tunl0"));
    assert.match(script, /-F file=@\/tmp\/upload http:\/\/192\.0\.2\.10:80\//);
  });

  it("with DR over IPv6 needs no ARP setting", () => {
    assert.match(text(DR6), /^VIPS6="2001:db8::10"$/m);
    assert.ok(!text(DR6).includes("arp_ignore=1"));
    assert.match(text(DR6, "sysctl"), /IPv6 needs no setting/);
  });

  it("with tunnels is the device that unwraps, and a loose reverse path filter", () => {
    const script = text(TUN);
    assert.match(script, /ip link set tunl0 up/);
    assert.match(script, /net\.ipv4\.conf\.tunl0\.rp_filter=2/);
    assert.match(kit(TUN).notes[0].en, /adds 20 bytes.*at most 1440/);
    assert.match(text(TUN, "sysctl"), /tunl0 must exist.*"ipip"/);
  });

  it("is each server's own device where they differ", () => {
    const script = text(MIXED);
    assert.match(script, /if is_one_of 198\.51\.100\.1; then\n[\s\S]*?ip fou add port 6080 gue\n[\s\S]*?fi/);
    assert.match(script, /if is_one_of 198\.51\.100\.2; then\n[\s\S]*?type gre local "\$LOCAL_V4" icsum\n/);
    assert.match(script, /if is_one_of 2001:db8::3; then\n[\s\S]*?ip link set ip6tnl0 up\n/);
    assert.match(script, /-k https:\/\//);
  });

  it("is a local route for many addresses", () => {
    const script = text(WIDE);
    assert.match(
      script,
      /^NETWORKS4="192\.0\.2\.0\/24 198\.51\.100\.3\/32 198\.51\.100\.4\/30 198\.51\.100\.8\/31"$/m,
    );
    assert.match(script, /^VIPS4=""$/m);
    const plan = parseDocument(text(WIDE, "netplan")).toJS();
    assert.deepEqual(plan.network.ethernets.lo.routes[0], { to: "192.0.2.0/24", type: "local" });
  });

  it("is nothing with NAT, and says what counts there", () => {
    const nat = kit(server("192.0.2.10", "NAT", "10.0.0.1"));
    assert.equal(nat.text, undefined);
    assert.match(nat.notes[0].en, /default gateway/);
    const local = kit(server("192.0.2.10", "DR", "127.0.0.1"));
    assert.equal(local.text, undefined);
    assert.match(local.notes[0].en, /director itself/);
    assert.match(
      kit("virtual_server fwmark 4 {\nlb_kind DR\nreal_server 10.0.0.1 {\n}\n}\n").notes[0].en,
      /fwmark 4/,
    );
  });

  for (const [name, config] of Object.entries({ DR, DR6, TUN, MIXED, WIDE })) {
    it(`${name}: scripts that a shell accepts, YAML that parses`, () => {
      for (const format of KIT_FORMATS) {
        const result = text(config, format);
        assert.ok(result.endsWith("\n") && !result.includes("undefined"), format);
        if (format === "netplan") {
          const document = parseDocument(result, { strict: true });
          assert.deepEqual(document.errors, []);
          assert.equal(document.toJS().network.version, 2);
        } else if (format !== "sysctl") {
          if (has.bash) {
            const shell = spawnSync("bash", ["-n"], { input: result });
            assert.equal(shell.status, 0, shell.stderr.toString());
          }
          if (has.shellcheck) {
            const check = spawnSync("shellcheck", ["-s", "sh", "-"], { input: result });
            assert.equal(check.status, 0, check.stdout.toString());
          }
        } else {
          for (const line of result.split("\n")) assert.match(line, /^(#.*|[a-z0-9._-]+ = \d+|)$/, line);
        }
      }
    });
  }
});

describe("the path of packets", () => {
  const paths = (config: string) => services(config).flatMap((service) => pathsOf(service));

  it("with DR is the one of a capture: same addresses, new MAC addresses, reply past the director", () => {
    const [path] = paths(DR);
    assert.equal(path.method, "DR");
    assert.deepEqual(
      path.steps.map((s) => [s.source, s.destination, s.sourceMac, s.destinationMac]),
      [
        ["client:port", "192.0.2.10:80", "gateway", "director"],
        ["client:port", "192.0.2.10:80", "director", "real-server"],
        ["192.0.2.10:80", "client:port", "real-server", "gateway"],
      ],
    );
    assert.deepEqual(
      path.firewall.map((f) => [f.vnic, f.whole]),
      [
        ["director", false],
        ["real-server", true],
      ],
    );
  });

  it("with NAT passes the director both ways, with a tunnel neither vNIC sees both", () => {
    const [nat] = paths(server("192.0.2.10", "NAT", "10.0.0.1"));
    assert.equal(nat.steps.length, 4);
    assert.ok(nat.firewall.every((f) => f.whole));
    const [tun] = paths(TUN);
    assert.equal(tun.steps[1].outer?.kind, "IPv4-in-IPv4 (4)");
    assert.ok(tun.firewall.every((f) => !f.whole));
    assert.deepEqual(
      paths(MIXED).map((p) => p.steps[1].outer?.kind),
      ["GUE (UDP 6080)", "GRE (47)", "IPv4-in-IPv6 (4)"],
    );
  });

  it("is told as text, as data and as a picture, in both languages", () => {
    const list = paths(DR + TUN);
    assert.match(pathsText(list), / {2}2 {2}director {5}OUT/);
    assert.match(pathsText(list, "zh-cn"), /调度器/);
    const json = pathsJson(list) as { version: number; paths: { steps: unknown[] }[] };
    assert.equal(json.version, 1);
    assert.equal(json.paths.length, 2);
    const svg = pathsSvg(list, "zh-cn");
    assert.match(svg, /^<svg [^>]*xmlns=/);
    assert.ok(!/NaN|undefined/.test(svg));
    assert.equal((svg.match(/<text/g) ?? []).length, (svg.match(/<\/text>/g) ?? []).length);
  });
});
