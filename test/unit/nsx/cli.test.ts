import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { run as ipvs } from "../../../server/src/cli/ipvs";
import { run as nsx } from "../../../server/src/cli/nsx";
import { run as packets } from "../../../server/src/cli/packets";
import { run as realServer } from "../../../server/src/cli/real-server";
import { FORMS } from "../../../server/src/nsx/forms";

const dir = mkdtempSync(join(tmpdir(), "nsx-cli-"));
after(() => rmSync(dir, { recursive: true }));
const file = (name: string, text: string) => {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
};

const COMMANDS = { nsx, ipvs, packets, "real-server": realServer };
async function call(command: keyof typeof COMMANDS, args: string[], stdin = "") {
  let stdout = "";
  let stderr = "";
  const status = await COMMANDS[command](
    [...args, ...(args.includes("--locale") ? [] : ["--locale", "en"])],
    {
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
      },
      stdin: () => stdin,
    },
  );
  return { status, stdout, stderr };
}

const DR = `vrrp_instance V {
    interface eth0
    virtual_router_id 5
    authentication {
        auth_type PASS
        auth_pass hunter22
    }
    virtual_ipaddress {
        192.0.2.1/24
    }
}
virtual_server 192.0.2.1 80 {
    lb_algo rr
    lb_kind DR
    protocol TCP
    real_server 10.0.0.1 80 {
    }
}
`;

describe("the command nsx", () => {
  const path = file("dr.conf", DR);

  it("prints a document for PATCH …/infra, and says the rest on standard error", async () => {
    for (const way of [
      ["--line", "12"],
      ["--line", "17"],
      ["--line", "9"],
      ["--all"],
      ["--virtual-server", "192.0.2.1 80 TCP"],
    ]) {
      const { status, stdout, stderr } = await call("nsx", [path, ...way]);
      assert.equal(status, 0, stderr);
      assert.equal(JSON.parse(stdout).resource_type, "Infra");
      assert.match(stderr, /PATCH to \/policy\/api\/v1\/infra/);
    }
  });

  it("reads standard input", async () => {
    const { status, stdout } = await call("nsx", ["-", "--all"], DR);
    assert.equal(status, 0);
    assert.equal(JSON.parse(stdout).resource_type, "Infra");
  });

  it("speaks Chinese", async () => {
    const { stderr } = await call("nsx", [path, "--all", "--locale", "zh-cn"]);
    assert.match(stderr, /无状态规则/);
    const { stdout } = await call("nsx", [path, "--all", "--explain", "--locale", "zh-cn"]);
    assert.match(stdout, /虚拟服务器 192\.0\.2\.1:80 TCP/);
  });

  it("ends with 1 when there is nothing to emit, with 2 when it was called wrongly or cannot be sure", async () => {
    const status = async (args: string[], stdin = DR) => (await call("nsx", ["-", ...args], stdin)).status;
    assert.equal(await status(["--all"], DR.replace("DR", "NAT")), 1);
    assert.equal(await status(["--line", "2"], "\n\n"), 1);
    assert.equal(await status(["--all"], ""), 1);
    assert.equal(await status(["--virtual-server", "192.0.2.9 80"]), 1);
    assert.equal(await status([]), 2);
    assert.equal(await status(["--all", "--line", "3"]), 2);
    assert.equal(await status(["--line", "0"]), 2);
    assert.equal(await status(["--line", "999"]), 2);
    assert.equal(await status(["--all", "--form", "yaml"]), 2);
    assert.equal(await status(["--all", "--category", "Ethernet"]), 2);
    assert.equal(await status(["--all", "--wat"]), 2);
    assert.equal(await status(["--all", "--fwmark", "3"]), 2);
    assert.equal(await status(["--all", "--fwmark", "3=x:80/TCP"]), 2);
    assert.equal(await status(["--all", "--fwmark", "3=192.0.2.1:90-80/TCP"]), 2);
    assert.equal(await status(["--all", "--client", "x"]), 2);
    assert.equal(await status(["--all", "--group", "/infra/domains/default/groups/g", "--tag", "a|b"]), 2);
    assert.equal(await status(["--virtual-server", "nonsense"]), 2);
    assert.equal(await status(["--all"], DR.replace("DR", "dr")), 2);
    assert.equal(
      await status(["--all", "--force"], DR.replace("DR", "{{ m }}").replace("192.0.2.1 80", "192.0.2.1 80")),
      1,
    );
    assert.equal((await call("nsx", [join(dir, "missing.conf"), "--all"])).status, 2);
    assert.equal((await call("nsx", ["a", "b", "--all"])).status, 2);
    const help = await call("nsx", ["--help"]);
    assert.equal(help.status, 0);
    assert.match(help.stdout, /--virtual-server/);
  });

  it("asks for the meaning of a mark, and takes the answer in several pieces", async () => {
    const text = "virtual_server fwmark 3 {\nlb_kind DR\nreal_server 10.0.0.1 {\n}\n}\n";
    const asked = await call("nsx", ["-", "--all"], text);
    assert.equal(asked.status, 2);
    assert.match(asked.stderr, /Question: .*fwmark 3.*\n.*--fwmark "3=/);
    const answered = await call(
      "nsx",
      [
        "-",
        "--all",
        "--fwmark",
        "3=192.0.2.1,192.0.2.3-192.0.2.5:80,8000-8009/tcp",
        "--fwmark",
        "3=[2001:db8::1]:*/UDP",
      ],
      text,
    );
    assert.equal(answered.status, 0, answered.stderr);
    assert.match(answered.stdout, /"192\.0\.2\.3-192\.0\.2\.5"/);
    assert.match(answered.stdout, /"8000-8009"/);
  });

  it("follows includes, tells the place of a line in them, and what could not be read", async () => {
    file(
      "vs.inc",
      "virtual_server 192.0.2.7 80 {\nlb_kind dr\nprotocol TCP\nreal_server 10.0.0.1 80 {\n}\n}\n",
    );
    const root = file("root.conf", "include vs.inc\ninclude missing.inc\n");
    const { status, stderr } = await call("nsx", [root, "--all"]);
    assert.equal(status, 2);
    assert.match(stderr, /vs\.inc:2: Uncertain: "lb_kind dr" cannot be read/);
    assert.match(stderr, /line 2: the include missing\.inc could not be read/);
    const line = await call("nsx", [root, "--line", "1", "--force"]);
    assert.notEqual(line.status, 0);
  });

  it("resolves definitions, and conditions for one id", async () => {
    const text = `$VIP=192.0.2.8\n@a $KIND=DR\n@b $KIND=NAT\nvirtual_server $VIP 80 {\nprotocol TCP\nlb_kind $KIND\nreal_server 10.0.0.1 80 {\n}\n}\n`;
    const none = await call("nsx", ["-", "--all"], text);
    assert.equal(none.status, 2);
    assert.match(none.stderr, /configuration ids a, b/);
    const a = await call("nsx", ["-", "--line", "4", "--id", "a"], text);
    assert.equal(a.status, 0, a.stderr);
    assert.match(a.stdout, /192\.0\.2\.8/);
    assert.equal((await call("nsx", ["-", "--all", "--id", "b"], text)).status, 1);
  });

  it("merges the exclusion list that it is given", async () => {
    const current = file(
      "list.json",
      JSON.stringify({ members: ["/infra/domains/default/groups/x"], _revision: 4 }),
    );
    const { status, stdout } = await call("nsx", [
      path,
      "--all",
      "--form",
      "exclude-list",
      "--current",
      current,
    ]);
    assert.equal(status, 0);
    const list = JSON.parse(stdout);
    assert.equal(list._revision, 4);
    assert.deepEqual(list.members, [
      "/infra/domains/default/groups/x",
      "/infra/domains/default/groups/lvs-directors",
    ]);
    const broken = file("broken.json", "{");
    assert.equal(
      (await call("nsx", [path, "--all", "--form", "exclude-list", "--current", broken])).status,
      2,
    );
  });

  it("compares with an export, and checks whether a payload still fits", async () => {
    const { stdout } = await call("nsx", [path, "--all"]);
    const payload = file("p.nsx.json", stdout);
    const same = await call("nsx", [path, "--all", "--diff", payload]);
    assert.deepEqual([same.status, same.stdout], [0, "No change.\n"]);
    const other = file("q.nsx.json", stdout.replaceAll("192.0.2.1", "192.0.2.9"));
    assert.equal((await call("nsx", [path, "--all", "--diff", other])).status, 1);
    const fits = await call("nsx", [path, "--verify", payload]);
    assert.deepEqual([fits.status, fits.stdout], [0, "The payload fits: 192.0.2.1:80 TCP.\n"]);
    const many = Array.from({ length: 23 }, (_, n) => DR.replaceAll("192.0.2.1", `192.0.2.${n + 1}`)).join(
      "",
    );
    const all = file("many.conf", many);
    const fleet = file("many.nsx.json", (await call("nsx", [all, "--all"])).stdout);
    const named = (await call("nsx", [all, "--verify", fleet])).stdout;
    assert.match(named, /^The payload fits: 192\.0\.2\.1:80 TCP, .*, 192\.0\.2\.20:80 TCP and 3 more\.\n$/);
    const chinese = await call("nsx", [all, "--verify", fleet, "--locale", "zh-cn"]);
    assert.match(chinese.stdout, /192\.0\.2\.20:80 TCP，另有 3 个。\n$/);
    const stale = await call("nsx", [path, "--verify", other]);
    assert.equal(stale.status, 1);
    assert.match(stale.stdout, /Left over: .*192\.0\.2\.9/);
    assert.match(stale.stdout, /Not in the payload: 192\.0\.2\.1:80 TCP/);
    assert.equal((await call("nsx", [path, "--verify", file("r.json", "{}")])).status, 2);
  });
});

describe("the other commands", () => {
  it("ipvs prints the table, with and without --save", async () => {
    const table = await call("ipvs", ["-"], DR);
    assert.equal(table.status, 0);
    assert.match(
      table.stdout,
      /^IP Virtual Server version .*\nProt .*\n {2}-> .*\nTCP {2}192\.0\.2\.1:80 rr\n {2}-> 10\.0\.0\.1:80 +Route/,
    );
    assert.match((await call("ipvs", ["-", "--save"], DR)).stdout, /^-A -t 192\.0\.2\.1:80 -s rr\n-a /);
    assert.equal((await call("ipvs", ["-"], "")).status, 1);
    assert.equal((await call("ipvs", ["-"], DR.replace("DR", "dr"))).status, 2);
    assert.equal((await call("ipvs", [])).status, 2);
    assert.equal((await call("ipvs", ["--help"])).status, 0);
  });

  it("packets prints the path in three formats", async () => {
    const text = await call("packets", ["-", "--line", "12"], DR);
    assert.equal(text.status, 0);
    assert.match(text.stdout, /director → real server/);
    const json = await call("packets", ["-", "--line", "12", "--format", "json"], DR);
    assert.equal(JSON.parse(json.stdout).paths[0].steps.length, 3);
    assert.match((await call("packets", ["-", "--line", "12", "--format", "svg"], DR)).stdout, /^<svg/);
    assert.equal((await call("packets", ["-", "--line", "2"], "\n\n\n")).status, 1);
    assert.equal((await call("packets", ["-"], DR)).status, 2);
    assert.equal((await call("packets", ["-", "--line", "1", "--format", "png"], DR)).status, 2);
    assert.equal((await call("packets", ["-", "--wat"], DR)).status, 2);
  });

  it("real-server prints what is needed in four formats", async () => {
    for (const format of ["sh", "sysctl", "netplan", "nmcli"]) {
      const { status, stdout } = await call("real-server", ["-", "--line", "12", "--format", format], DR);
      assert.equal(status, 0);
      assert.match(stdout, /192\.0\.2\.1|arp_ignore/);
    }
    const nat = await call("real-server", ["-", "--line", "12"], DR.replace("DR", "NAT"));
    assert.equal(nat.status, 1);
    assert.match(nat.stderr, /default gateway/);
    assert.equal((await call("real-server", ["-", "--line", "12"], DR.replace("DR", "dr"))).status, 2);
    assert.equal((await call("real-server", ["-", "--line", "12", "--format", "ifcfg"], DR)).status, 2);
  });
});

describe("no secret gets out", () => {
  const secrets = ["Pa55word", "hmac-0123456789abcdef", "ke7-of-the-other"];
  const text = DR.replace("hunter22", secrets[0])
    .replace(
      "    virtual_ipaddress",
      `    auth_hmac {\n        key 1 ${secrets[1]}\n        key 2 ${secrets[2]}\n    }\n    virtual_ipaddress`,
    )
    // A password where it does not belong, and a line that cannot be read beside it.
    .replace("lb_algo rr", `lb_algo rr\n    auth_pass \${X}${secrets[0]}`);

  it("from any command in any form", async () => {
    const line = String(text.split("\n").findIndex((l) => l.startsWith("virtual_server")) + 1);
    const outputs: string[] = [];
    const collect = async (command: keyof typeof COMMANDS, args: string[]) => {
      const { stdout, stderr } = await call(command, args, text);
      outputs.push(stdout, stderr);
    };
    for (const { form } of FORMS)
      for (const extra of [[], ["--companion", "--real-server-policy"]])
        await collect("nsx", ["-", "--all", "--force", "--form", form, ...extra]);
    await collect("nsx", ["-", "--all", "--explain", "--companion", "--force"]);
    await collect("nsx", ["-", "--all"]);
    await collect("ipvs", ["-"]);
    await collect("ipvs", ["-", "--save"]);
    for (const format of ["text", "json", "svg"])
      await collect("packets", ["-", "--line", line, "--format", format]);
    for (const format of ["sh", "sysctl", "netplan", "nmcli"])
      await collect("real-server", ["-", "--line", line, "--format", format, "--force"]);
    const everything = outputs.join("\n");
    assert.ok(everything.length > 20_000);
    for (const secret of secrets) assert.ok(!everything.includes(secret), secret);
  });
});
