/** Configurations that were made to hurt: each is read in bounded time, and says what was cut. */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { checkProject, type Project, readingSteps } from "../../server/src/checks/project";
import { complete } from "../../server/src/features/completion";
import { DEFAULT_FORMAT, formatDocument } from "../../server/src/features/format";
import { hover } from "../../server/src/features/hover";
import { folds, outline } from "../../server/src/features/outline";
import { selectionRanges } from "../../server/src/features/selection";
import { encodeTokens } from "../../server/src/features/semantic-tokens";
import { DiskFiles, globDisk, readTextFile } from "../../server/src/host/disk";
import { NEWEST_RELEASE } from "../../server/src/language";
import { Config } from "../../server/src/model/config";
import { generate } from "../../server/src/nsx/generate";
import { DEFAULT_DIALECT } from "../../server/src/syntax/parser";
import { expandBraces } from "../../server/src/text/glob";
import { finish } from "../../server/src/text/steps";
import { type FileAccess, makeSourceFile } from "../../server/src/workspace/files";

/** Far more than it takes on a busy machine, and far less than what is not linear takes. */
const TIMEOUT = 60_000;

const nothing: FileAccess = {
  file: () => ({ kind: "problem", problem: "missing" }),
  glob: () => ({ uris: [], missing: [] }),
};

/** Reads a text as the editor does, and asks the features that look at all of it; returns the codes found. */
function read(text: string, name = "keepalived.conf"): Set<string> {
  const file = makeSourceFile(`file:///etc/keepalived/${name}`, 1, text, DEFAULT_DIALECT);
  const project = checkProject(file, nothing, { target: NEWEST_RELEASE });
  const c = { file, project, locale: "en" as const, target: NEWEST_RELEASE };
  outline(file);
  folds(file);
  encodeTokens(file.tree);
  complete(c, text.length >> 1);
  hover(c, text.length >> 1);
  selectionRanges(file, text.length >> 1);
  formatDocument(file, DEFAULT_FORMAT);
  return codesOf(project);
}

const codesOf = (project: Project) => new Set(project.findings.map((f) => f.rule.code));

const has = (codes: ReadonlySet<string>, code: string) =>
  assert.ok(codes.has(code), `${code} is not among ${[...codes].join(", ")}`);

describe("hostile text", { timeout: 10 * TIMEOUT }, () => {
  const sizes: [string, () => string, string | undefined][] = [
    ["one word of 50 MB", () => `vrrp_instance a {\n${"x".repeat(50e6)}\n}\n`, "line-too-long"],
    ["one line of a million words", () => `vrrp_instance a {\n${"ab ".repeat(1e6)}\n}\n`, "line-too-long"],
    [
      "a million addresses in a line",
      () => `static_ipaddress {\n${"10.0.0.1 ".repeat(1e6)}\n}\n`,
      "line-too-long",
    ],
    ["a million braces deep", () => "{".repeat(1e6), "too-deep"],
    ["a hundred thousand blocks deep", () => "a {\n".repeat(1e5), "too-deep"],
    ["a million closing braces", () => "}".repeat(1e6), "extra-closing-brace"],
    [
      "a quote that is not closed",
      () => `vrrp_script a {\nscript "${"x ".repeat(1e6)}\n}\n`,
      "unterminated-quote",
    ],
    ["comment signs without end", () => "#!".repeat(1e6), "line-too-long"],
    [
      "missing braces again and again",
      () => "virtual_server 1 1 {\n}\ndelay_loop 3 {\n".repeat(1e4),
      "unclosed-block",
    ],
    [
      "a brace that never comes, behind comments",
      () => `vrrp_instance a\n${"# ! # !\n".repeat(1e5)}`,
      "missing-opening-brace",
    ],
    ["a template that never ends", () => "{{ {% <% {# ".repeat(5e4), undefined],
    [
      "placeholders that never end",
      () => `x ${`<-a${"-".repeat(2e5)}`} ${"${A:-".repeat(5e4)}\n`,
      "line-too-long",
    ],
    [
      "thirty thousand unknown words",
      () => Array.from({ length: 3e4 }, (_, i) => `abcdefg${i.toString(36)} x\n`).join(""),
      "unknown-keyword",
    ],
    [
      "one VRID for twenty thousand instances",
      () =>
        Array.from(
          { length: 2e4 },
          (_, i) => `vrrp_instance v${i} {\ninterface eth0\nvirtual_router_id 1\n}\n`,
        ).join(""),
      "duplicate-virtual-router-id",
    ],
  ];
  for (const [title, text, code] of sizes)
    test(title, { timeout: TIMEOUT }, () => {
      const codes = read(text());
      if (code) has(codes, code);
    });
});

test("the NSX payload of ten thousand virtual servers", { timeout: TIMEOUT }, () => {
  const server = (i: number) =>
    `virtual_server 10.1.${i >> 8}.${i & 255} 443 {\nlb_kind DR\nprotocol TCP\nreal_server 10.2.${i >> 8}.${i & 255} 443 {\nTCP_CHECK {\n}\n}\n}\n`;
  const text = Array.from({ length: 1e4 }, (_, i) => server(i)).join("");
  const { tree } = makeSourceFile("file:///etc/k.conf", 1, text, DEFAULT_DIALECT);
  const generated = generate(new Config(tree), { kind: "all" }, { companion: true, realServerPolicy: true });
  assert.equal(generated.services.length, 1e4);
  assert.ok(generated.payload!.policies.reduce((sum, { rules }) => sum + rules.length, 0) >= 2e4);
});

describe("hostile definitions", { timeout: 10 * TIMEOUT }, () => {
  test("that double each time, in a line", { timeout: TIMEOUT }, () => {
    const doubling = Array.from({ length: 40 }, (_, i) => `$A${i + 1}=$A${i} $A${i}\n`).join("");
    has(read(`$A0=xxxxxxxxxx\n${doubling}global_defs {\nrouter_id $A40\n}\n`), "expansion-too-long");
  });

  test("that double each time, over lines", { timeout: TIMEOUT }, () => {
    const doubling = Array.from({ length: 40 }, (_, i) => `$A${i + 1}=$A${i}\\\n$A${i}\n`).join("");
    has(read(`$A0=x\\\ny\n${doubling}$A40\n`), "expansion-limit");
  });

  test("that hold themselves", { timeout: TIMEOUT }, () => {
    for (const text of ["$A=$A $A\nx $A\n", "$A=$B\n$B=$A\nx $A\n"]) assert.ok(read(text).size > 0);
  });

  test("~SEQ of a milliard", { timeout: TIMEOUT }, () => {
    has(read("~SEQ(i, 1, 1000000000) 10.0.0.$i\n"), "expansion-limit");
    has(read("~SEQ(i, 1, 1000000000) ~SEQ(j, 1, 1000000000) x $i $j\n"), "expansion-limit");
  });

  test("blocks without number, for many ids: the bound is one for all readings", { timeout: TIMEOUT }, () => {
    const text = (count: number) =>
      `~SEQ(i, 1, ${count}) vrrp_script s$i {\n${Array.from({ length: 12 }, (_, i) => `@lb${i} router_id x\n`).join("")}`;
    const project = (count: number) =>
      checkProject(makeSourceFile("file:///etc/k.conf", 1, text(count), DEFAULT_DIALECT), nothing, {
        target: NEWEST_RELEASE,
      });
    assert.equal(project(3).views.length, 13);
    const large = project(42949672963);
    assert.equal(large.views.length, 1);
    has(codesOf(large), "expansion-limit");
    const root = makeSourceFile("file:///etc/k.conf", 1, text(42949672963), DEFAULT_DIALECT);
    assert.equal(finish(readingSteps(root, nothing)).length, 1);
  });

  test("braces of patterns that double each time", () => {
    assert.ok(expandBraces("{a,b}".repeat(200)).length <= 256);
    assert.ok(expandBraces("{".repeat(1e5)).length <= 256);
  });
});

describe("hostile files", { timeout: 10 * TIMEOUT, skip: process.platform === "win32" }, () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "keepalived-hostile-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const check = (text: string): Set<string> => {
    const files = new DiskFiles();
    const { file } = files.provide(pathToFileURL(join(folder, "keepalived.conf")).href, text);
    return codesOf(checkProject(file, files, { target: NEWEST_RELEASE }));
  };

  test("includes in a circle", { timeout: TIMEOUT }, () => {
    write("a.conf", "include b.conf\n");
    write("b.conf", "include a.conf\n");
    has(check("include a.conf\n"), "include-cycle");
  });

  test("a file that includes itself many times", { timeout: TIMEOUT }, () => {
    write("fan.conf", "include fan[.]conf\ninclude f*n.conf\n".repeat(50));
    assert.ok(check("include fan.conf\n".repeat(50)).size > 0);
  });

  test("a great many files with a great many findings: each file is asked for its own", {
    timeout: TIMEOUT,
  }, () => {
    for (let i = 0; i < 300; i++) write(`many${i}.conf`, `${"nonsense\n".repeat(20)}`);
    const files = new DiskFiles();
    const { file } = files.provide(
      pathToFileURL(join(folder, "keepalived.conf")).href,
      "include many*.conf\n",
    );
    const project = checkProject(file, files, { target: NEWEST_RELEASE });
    const rules = new Set(project.findings.map((f) => f.rule));
    assert.equal(project.files.length, 301);
    assert.ok(project.findings.length >= 6000);
    for (const { uri } of project.files)
      assert.deepEqual(
        project.findingsOf(rules, uri),
        project.findings.filter((f) => f.uri === uri),
      );
    assert.deepEqual(project.findingsOf(rules, "file:///other"), []);
  });

  test("patterns over the whole disk", { timeout: TIMEOUT }, () => {
    assert.ok(check("include /*/*/*/*/*/*/*\n").size > 0);
  });

  test("symbolic links in a circle", { timeout: TIMEOUT }, () => {
    mkdirSync(join(folder, "loop/in"), { recursive: true });
    symlinkSync("..", join(folder, "loop/in/up"));
    symlinkSync("self", join(folder, "loop/self"));
    assert.ok("problem" in readTextFile(join(folder, "loop/self")));
    const { uris } = globDisk(pathToFileURL(folder).href, `loop/${"*/".repeat(30)}*`);
    assert.ok(uris.length <= 4096);
    assert.ok(check("include loop/self\n").size > 0);
  });

  test("FIFOs, devices and folders are not opened", { timeout: TIMEOUT }, () => {
    execFileSync("mkfifo", [join(folder, "fifo")]);
    for (const file of [join(folder, "fifo"), "/dev/zero", "/dev/tty"])
      assert.deepEqual(readTextFile(file, true), { problem: "not-regular" }, file);
    assert.deepEqual(readTextFile(folder, true), { problem: "directory" });
    has(check("include fifo\n"), "include-unreadable");
  });

  test("a file without a size, and one of too many bytes", { timeout: TIMEOUT }, () => {
    // Files of /proc tell no size.
    if (process.platform === "linux") assert.ok("text" in readTextFile("/proc/self/status"));
    const big = write("big.conf", "");
    execFileSync("truncate", ["-s", "200M", big]);
    assert.deepEqual(readTextFile(big, true), { problem: "too-large" });
  });

  test("a file that changes while it is read", { timeout: TIMEOUT }, () => {
    const file = write("growing.conf", "# x\n".repeat(1000));
    const writer = `const fs=require("fs");for(let i=0;;i++)fs.writeFileSync(${JSON.stringify(file)},"# x\\n".repeat(i%3000));`;
    const child = spawn(process.execPath, ["-e", writer], { stdio: "ignore" });
    try {
      for (let n = 0; n < 200; n++) {
        const result = readTextFile(file);
        assert.ok("text" in result);
        assert.match(result.text.slice(0, 4), /^(# x\n)?$/);
      }
    } finally {
      child.kill("SIGKILL");
    }
    appendFileSync(file, "# y\n");
    assert.ok("text" in readTextFile(file));
  });

  test("100 MB through the command line", { timeout: 3 * TIMEOUT }, () => {
    const block = (i: number) =>
      `virtual_server 10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255} 443 {\n    lb_algo wlc\n    lb_kind NAT\n    protocol TCP\n    real_server 192.168.0.1 443 {\n        weight 1\n    }\n}\n`;
    const part: string[] = [];
    for (let i = 0; i < 65536; i++) part.push(block(i));
    const text = part.join("");
    const file = write("large.conf", "");
    for (let size = 0; size < 100e6; size += text.length) appendFileSync(file, text);
    const run = spawnSync(
      process.execPath,
      // The heap is bounded, so that memory is, too.
      ["--max-old-space-size=3000", "server/dist/cli.js", "check", file],
      { encoding: "utf8", maxBuffer: 1 << 28 },
    );
    assert.ok(run.status === 0 || run.status === 1, run.stderr.slice(0, 500));
    rmSync(file);
  });
});
