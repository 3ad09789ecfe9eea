/** `check`: what it prints in each format, what it looks at, and its exit status. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { run } from "../../../server/src/cli/check";

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "keepalived-check-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

async function check(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  return checkInput("", ...args);
}

async function checkInput(input: string, ...args: string[]) {
  let out = "";
  let err = "";
  const status = await run(["--locale", "en", ...args], {
    stdout: (text) => (out += text),
    stderr: (text) => (err += text),
    stdin: () => input,
  });
  return { status, out, err };
}

const GOOD = `vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    virtual_router_id 20
    priority 100
    virtual_ipaddress {
        192.0.2.20/24
    }
}
`;
const WRONG = GOOD.replace("priority 100", "priorty 100\n    priority 300");

describe("check", () => {
  test("is silent and content with a good file", async () => {
    const path = write("good/keepalived.conf", GOOD);
    const { status, out, err } = await check(path);
    assert.equal(status, 0, out);
    assert.equal(out, "1 file checked: 0 errors, 0 warnings, 0 notes.\n");
    assert.equal(err, "");
  });

  test("text: file, line, column, severity, message and code", async () => {
    const path = write("text/keepalived.conf", WRONG);
    const { status, out } = await check(path);
    assert.equal(status, 1);
    const [first, second, summary] = out.split("\n");
    assert.ok(first.startsWith(`${path}:5:5: error: Unknown keyword “priorty”`), first);
    assert.ok(first.endsWith("[unknown-keyword]"), first);
    assert.ok(second.startsWith(`${path}:6:14: error: `) && second.endsWith("[out-of-range]"), second);
    assert.equal(summary, "1 file checked: 2 errors, 0 warnings, 0 notes.");
  });

  test("json: diagnostics in the shape of the language server protocol", async () => {
    const path = write("json/keepalived.conf", WRONG);
    const { status, out } = await check("--format", "json", path);
    assert.equal(status, 1);
    const report = JSON.parse(out);
    assert.equal(report.version, 1);
    assert.equal(report.files.length, 1);
    assert.equal(report.files[0].path, path);
    const [d] = report.files[0].diagnostics;
    assert.deepEqual(d.range, { start: { line: 4, character: 4 }, end: { line: 4, character: 11 } });
    assert.equal(d.severity, 1);
    assert.equal(d.code, "unknown-keyword");
    assert.equal(d.source, "keepalived");
    assert.match(d.codeDescription.href, /docs\/rules\/unknown-keyword\.md$/);
  });

  test("json: columns count UTF-16 units", async () => {
    const path = write("utf16/keepalived.conf", `global_defs {\n    router_id 😀 x # é\n}\n`);
    const { out } = await check("--format", "json", path);
    const [d] = JSON.parse(out).files[0].diagnostics;
    assert.equal(d.code, "extra-argument");
    assert.deepEqual(d.range.start, { line: 1, character: 17 });
  });

  test("sarif: rules, results and fingerprints that survive moved lines", async () => {
    const path = write("sarif/keepalived.conf", WRONG);
    const before = JSON.parse((await check("--format", "sarif", path)).out);
    assert.equal(before.version, "2.1.0");
    const [{ tool, results }] = before.runs;
    for (const r of results) assert.equal(tool.driver.rules[r.ruleIndex].id, r.ruleId);
    assert.equal(results[0].level, "error");
    assert.equal(results[0].locations[0].physicalLocation.region.startLine, 5);
    write("sarif/keepalived.conf", `# new first line\n${WRONG}`);
    const moved = JSON.parse((await check("--format", "sarif", path)).out);
    assert.deepEqual(
      moved.runs[0].results.map((r: { partialFingerprints: unknown }) => r.partialFingerprints),
      results.map((r: { partialFingerprints: unknown }) => r.partialFingerprints),
    );
  });

  test("gitlab: equal findings on equal lines have fingerprints of their own", async () => {
    const path = write("gitlab/keepalived.conf", `${GOOD}vrrp_instance VI_2 {\n    foo 1\n    foo 1\n}\n`);
    const { out } = await check("--format", "gitlab", path);
    const list = JSON.parse(out).filter((x: { check_name: string }) => x.check_name === "unknown-keyword");
    assert.equal(list.length, 2);
    assert.equal(new Set(list.map((x: { fingerprint: string }) => x.fingerprint)).size, 2);
    assert.equal(list[0].severity, "critical");
  });

  test("github: workflow commands, with what would break them encoded", async () => {
    const path = write("github/a,b/keepalived.conf", WRONG);
    const { out } = await check("--format", "github", path);
    const [line] = out.split("\n");
    assert.match(
      line,
      /^::error file=.*a%2Cb.*,line=5,endLine=5,col=5,endColumn=12,title=unknown-keyword::Unknown/,
    );
  });

  test("junit: one test case per finding, well-formed", async () => {
    const path = write("junit/keepalived.conf", GOOD.replace("priority", "p<&\u0001"));
    const { out } = await check("--format", "junit", path);
    assert.match(out, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites /);
    assert.ok(!out.includes("\u0001"));
    assert.match(out, /p&lt;&amp;\ufffd/);
    const opened = [...out.matchAll(/<(\w+)[^>]*[^/]>/g)].map((m) => m[1]);
    const closed = [...out.matchAll(/<\/(\w+)>/g)].map((m) => m[1]);
    assert.deepEqual(opened.filter((t) => t !== "xml").sort(), closed.sort());
  });

  test("searches folders for configurations by name, and nothing else", async () => {
    write("fleet/lb1/keepalived.conf", GOOD);
    write("fleet/lb2/site.keepalived.conf", GOOD.replace("20\n", "21\n").replace("2.20/", "2.21/"));
    write("fleet/etc/keepalived/conf.d/x.conf", "vrrp_script x {\n    script /bin/true\n    user root\n}\n");
    write("fleet/nginx/nginx.conf", "server { listen 80; }\n");
    write("fleet/node_modules/p/keepalived.conf", "broken {\n");
    const { out } = await check("--format", "json", join(folder, "fleet"));
    const paths = JSON.parse(out).files.map((f: { path: string }) => f.path.slice(folder.length + 7));
    assert.deepEqual(paths.sort(), [
      "etc/keepalived/conf.d/x.conf",
      "lb1/keepalived.conf",
      "lb2/site.keepalived.conf",
    ]);
  });

  test("judges an included file in its place, and lists its findings under it", async () => {
    write(
      "inc/keepalived.conf",
      "vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 20\n    include part.conf\n}\n",
    );
    const part = write("inc/part.conf", "priority 300\nvirtual_ipaddress {\n    192.0.2.20/24\n}\n");
    const { out, status } = await check("--format", "json", join(folder, "inc/keepalived.conf"), part);
    assert.equal(status, 1);
    const found = JSON.parse(out).files.find((f: { path: string }) => f.path === part).diagnostics;
    assert.deepEqual(
      found.map((d: { code: string }) => d.code),
      ["out-of-range"],
    );
  });

  test("compares the nodes that it is given", async () => {
    write("pair/a/keepalived.conf", GOOD);
    write("pair/b/keepalived.conf", GOOD.replace("state BACKUP", "state MASTER"));
    const { out } = await check(join(folder, "pair"));
    assert.match(out, /\[peer-same-priority\]/);
  });

  test("standard input has the name that it is given", async () => {
    const { out, status } = await checkInput(
      WRONG,
      "--format",
      "json",
      "--stdin-path",
      "x/keepalived.conf",
      "-",
    );
    assert.equal(status, 1);
    assert.equal(JSON.parse(out).files[0].path, "x/keepalived.conf");
  });

  test("severities, profile and release are as asked", async () => {
    const path = write("opt/keepalived.conf", WRONG);
    assert.equal(
      (await check("--severity", "unknown-keyword=off", "--severity", "out-of-range=hint", path)).status,
      0,
    );
    const off = await check("--severity", "unknown-keyword=off", path);
    assert.ok(!off.out.includes("unknown-keyword"));
    const newer = write("opt/newer.keepalived.conf", "global_defs {\n    disable_local_igmp\n}\n");
    assert.match((await check("--target-version", "2.0.0", newer)).out, /newer-release/);
    assert.doesNotMatch((await check("--target-version", "2.4.3", newer)).out, /newer-release/);
    const all = (await check("--profile", "all", path)).out.split("\n").length;
    const essential = (await check("--profile", "essential", path)).out.split("\n").length;
    assert.ok(all >= essential);
  });

  test("speaks Chinese", async () => {
    const path = write("zh/keepalived.conf", WRONG);
    const { out } = await check("--locale", "zh-cn", path);
    assert.match(out, /未知|超出/);
  });

  for (const [what, args] of [
    ["no file", []],
    ["an unknown option", ["--nonsense", "x"]],
    ["an unknown format", ["--format", "yaml", "x"]],
    ["an unknown release", ["--target-version", "9.9", "x"]],
    ["an unknown rule", ["--severity", "nope=error", "x"]],
    ["an unknown level", ["--severity", "unknown-keyword=loud", "x"]],
    ["an unknown profile", ["--profile", "most", "x"]],
  ] as const) {
    test(`wrong usage: ${what}`, async () => {
      const { status, out, err } = await check(...args);
      assert.equal(status, 2);
      assert.equal(out, "");
      assert.match(err, /Usage: /);
    });
  }

  test("a file that cannot be read is told, and the others are checked all the same", async () => {
    const path = write("some/keepalived.conf", GOOD);
    const { status, out, err } = await check(join(folder, "none.conf"), path);
    assert.equal(status, 2);
    assert.match(err, /none\.conf: no such file or folder/);
    assert.match(out, /1 file checked/);
  });

  test("bytes that are no text, and a link to nowhere", async () => {
    const binary = write(
      "bin/keepalived.conf",
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff, 0xfe, 10]),
    );
    const { status, out } = await check("--format", "json", binary);
    assert.equal(status, 1);
    assert.ok(JSON.parse(out).files[0].diagnostics.length > 0);
    const link = join(folder, "bin/dangling.keepalived.conf");
    symlinkSync(join(folder, "bin/nowhere"), link);
    assert.equal((await check(link)).status, 2);
  });
});
