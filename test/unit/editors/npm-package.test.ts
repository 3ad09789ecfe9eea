/** The npm package `keepalived-language-server`: packed, installed in another place, and used there. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";

const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const shell = process.platform === "win32";

describe("the npm package", () => {
  let folder: string;
  let program: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "keepalived-npm-"));
    // Without its scripts: they would build over the bundles that other tests are using.
    const packed = execFileSync(npm, ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
      cwd: join(process.cwd(), "server"),
      encoding: "utf8",
      shell,
    });
    const [{ filename }] = JSON.parse(packed);
    writeFileSync(join(folder, "package.json"), '{"private": true}');
    execFileSync(npm, ["install", "--offline", "--no-audit", "--no-fund", join(folder, filename)], {
      cwd: folder,
      encoding: "utf8",
      shell,
    });
    program = join(folder, "node_modules/.bin/keepalived-language-server");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const use = (args: string[], input = "") =>
    spawnSync(program, args, { cwd: folder, encoding: "utf8", input, shell });

  test("holds the program, a README and the licence, and needs no other package", () => {
    const installed = join(folder, "node_modules/keepalived-language-server");
    const files = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1))
      .sort();
    for (const name of ["LICENSE", "README.md", "package.json", "bin/keepalived-language-server.js"])
      assert.ok(files.includes(name), `${name} is not among ${files}`);
    for (const name of files)
      assert.match(
        name,
        /^(LICENSE|README\.md|package\.json|bin\/[\w-]+\.js|dist\/(cli|server)\.js|dist\/third-party-notices\.txt)$/,
      );
    const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    assert.deepEqual(manifest.dependencies ?? {}, {});
    assert.deepEqual(
      readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith(".")),
      ["keepalived-language-server"],
    );
  });

  test("tells its version and how it is used", () => {
    const version = use(["--version"]);
    assert.equal(version.stdout.trim(), JSON.parse(readFileSync("server/package.json", "utf8")).version);
    assert.match(use(["--help"]).stdout, /--stdio[\s\S]*check[\s\S]*nsx/);
  });

  test("checks what it is given", () => {
    const { status, stdout } = use(
      ["check", "--format", "json", "--stdin-path", "keepalived.conf", "-"],
      "vrrp_instance VI_1 {\n    priorty 100\n}\n",
    );
    assert.equal(status, 1);
    const [file] = JSON.parse(stdout).files;
    assert.ok(file.diagnostics.some((d: { code: string }) => d.code === "unknown-keyword"));
  });

  test("writes the policy of a virtual server", () => {
    const sample = readFileSync("samples/lvs-dr/keepalived.conf", "utf8");
    writeFileSync(join(folder, "dr.conf"), sample);
    const { status, stdout, stderr } = use(["nsx", "dr.conf", "--all"]);
    assert.equal(status, 0, stderr);
    assert.equal(JSON.parse(stdout).resource_type, "Infra");
  });

  test("speaks the protocol on standard input and output, and ends when the editor goes", async () => {
    const child: ChildProcess = spawn(program, ["--stdio"], { cwd: folder, shell });
    try {
      const connection = createMessageConnection(
        new StreamMessageReader(child.stdout!),
        new StreamMessageWriter(child.stdin!),
      );
      connection.listen();
      const { capabilities, serverInfo } = await connection.sendRequest<{
        capabilities: { hoverProvider?: unknown };
        serverInfo: { name: string };
      }>("initialize", { processId: null, rootUri: null, capabilities: {} });
      assert.ok(capabilities.hoverProvider);
      assert.equal(serverInfo.name, "keepalived-language-server");
      await connection.sendRequest("shutdown");
      const ended = new Promise<number | null>((done) => child.on("exit", done));
      await connection.sendNotification("exit");
      assert.equal(await ended, 0);
      connection.dispose();
    } finally {
      child.kill("SIGKILL");
    }
  });
});
