/** Code that an earlier run compiled: taken where it fits, never where it does not, and nothing depends on it. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { crc32 } from "node:zlib";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";

describe("compiled code", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "keepalived-compiled-"));
    cpSync("server/dist/cli.js", join(folder, "cli.js"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const start = (...args: string[]) =>
    spawnSync(process.execPath, [join(folder, "cli.js"), ...args], { encoding: "utf8" });
  /** What is kept. A run writes a new file unless it took what was there. */
  const kept = () =>
    readdirSync(join(folder, "compiled")).map((name) => ({
      name,
      inode: statSync(join(folder, "compiled", name), { bigint: true }).ino,
    }));

  describe("of a bundle", () => {
    const bundle = (text: string) => {
      const file = join(folder, "server.js");
      const path = 'require("node:path").basename(__filename)';
      writeFileSync(
        file,
        `process.stdout.write([${path}, process.argv[2], ${JSON.stringify(text)}].join());`,
      );
      utimesSync(file, 1000, 1000);
    };
    const check = () => start("check").stdout;

    test("is kept by the first run and taken by the next", () => {
      bundle("one");
      assert.equal(check(), "server.js,check,one");
      const first = kept();
      assert.equal(first.length, 1);
      assert.equal(check(), "server.js,check,one");
      assert.deepEqual(kept(), first);
    });

    test("of one use is not that of another", () => {
      bundle("one");
      assert.equal(check(), "server.js,check,one");
      const first = kept();
      assert.equal(start("format").stdout, "server.js,format,one");
      assert.equal(kept().length, 2);
      assert.deepEqual(
        kept().filter(({ name }) => name.startsWith("check")),
        first,
      );
    });

    test("of another bundle is not taken, though that has the same length and time", () => {
      bundle("one");
      check();
      bundle("two");
      assert.equal(check(), "server.js,check,two");
      assert.equal(kept().length, 2);
    });

    test("of bundles long gone goes", () => {
      for (const text of ["one", "two", "three", "four", "five"]) {
        bundle(text);
        assert.equal(check(), `server.js,check,${text}`);
      }
      assert.equal(kept().length, 3);
      const before = kept();
      assert.equal(check(), "server.js,check,five");
      assert.deepEqual(kept(), before);
    });

    test("of another program is not taken", () => {
      bundle("one");
      check();
      const before = kept();
      const other = spawnSync(process.execPath, ["--no-opt", join(folder, "cli.js"), "check"], {
        encoding: "utf8",
      });
      assert.equal(other.stdout, "server.js,check,one");
      assert.equal(kept().length, 2);
      check();
      assert.deepEqual(
        kept().filter(({ name }) => name === before[0].name),
        before,
      );
    });

    // Its checksum is right: this is what a release of V8 might make of code that it should have refused.
    test("that ends the process is not tried again", () => {
      bundle("one");
      check();
      const [{ name }] = kept();
      const path = join(folder, "compiled", name);
      const bytes = readFileSync(path);
      const code = bytes.subarray(0, -4);
      code.fill(0xff, code.length / 2);
      bytes.writeUInt32LE(crc32(code), code.length);
      writeFileSync(path, bytes);
      const ended = start("check");
      assert.notEqual(ended.signal, null, ended.stdout);
      assert.equal(check(), "server.js,check,one");
      const after = kept().filter((file) => file.name === name);
      assert.equal(check(), "server.js,check,one");
      assert.deepEqual(
        kept().filter((file) => file.name === name),
        after,
      );
    });

    for (const [what, damage] of [
      ["cut", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
      ["empty", () => Buffer.alloc(0)],
      ["no code at all", (bytes: Buffer) => Buffer.alloc(bytes.length, "x")],
      ["damaged in the middle", (bytes: Buffer) => bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 8)],
    ] as const)
      test(`that is ${what} is not taken, and is made anew`, () => {
        bundle("one");
        check();
        const path = join(folder, "compiled", kept()[0].name);
        const whole = readFileSync(path).length;
        writeFileSync(path, damage(readFileSync(path)));
        const { inode } = kept()[0];
        assert.equal(check(), "server.js,check,one");
        assert.notEqual(kept()[0].inode, inode);
        assert.equal(readFileSync(path).length, whole);
      });

    test("that cannot be written is done without", () => {
      bundle("one");
      writeFileSync(join(folder, "compiled"), "a file where the folder would be");
      for (let n = 0; n < 2; n++) assert.equal(check(), "server.js,check,one");
      assert.deepEqual(readdirSync(folder).sort(), ["cli.js", "compiled", "server.js"]);
    });
  });

  describe("of the server", () => {
    beforeEach(() => cpSync("server/dist/server.js", join(folder, "server.js")));

    test("is taken after a command that found something", () => {
      const conf = join(folder, "keepalived.conf");
      writeFileSync(conf, "vrrp_instance a {\n    state MASTR\n}\n");
      const first = start("check", conf);
      assert.equal(first.status, 1, first.stderr);
      const before = kept();
      assert.equal(before.length, 1);
      assert.equal(start("check", conf).stdout, first.stdout);
      assert.deepEqual(kept(), before);
    });

    test("is not kept for what is no command", () => {
      for (const args of [["--version"], ["--help"], [], ["no-such-command"], ["check", "--help"]])
        start(...args);
      assert.deepEqual(readdirSync(folder).sort(), ["cli.js", "server.js"]);
    });

    /** A session over standard input and output, in which a text is opened. */
    const session = async (text?: string) => {
      const child = spawn(process.execPath, [join(folder, "cli.js"), "--stdio"], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      const connection = createMessageConnection(
        new StreamMessageReader(child.stdout),
        new StreamMessageWriter(child.stdin),
      );
      connection.onRequest(() => null);
      connection.listen();
      const ended = new Promise<number | null>((done) => child.on("exit", done));
      await connection.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {} });
      await connection.sendNotification("initialized", {});
      const textDocument = { uri: "file:///etc/keepalived/keepalived.conf" };
      if (text !== undefined) {
        await connection.sendNotification("textDocument/didOpen", {
          textDocument: { ...textDocument, languageId: "keepalived", version: 1, text },
        });
        await connection.sendRequest("textDocument/diagnostic", { textDocument });
      }
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      assert.equal(await ended, 0);
      connection.dispose();
    };

    // A large text makes V8 collect garbage under another flag, and code fits only the flags it was compiled under.
    test("is taken after a session with a large text", { timeout: 60_000 }, async () => {
      const text = `${"# a line of a generated file\n".repeat(150_000)}vrrp_instance a {\n}\n`;
      await session(text);
      const before = kept();
      assert.equal(before.length, 1);
      await session(text);
      assert.deepEqual(kept(), before);
    });

    test("is more after a session that did more, and stays after one that did less", {
      timeout: 60_000,
    }, async () => {
      await session();
      const first = kept();
      assert.equal(first.length, 1);
      await session("vrrp_instance a {\n    state MASTER\n}\n");
      const second = kept();
      assert.deepEqual(
        second.map(({ name }) => name),
        first.map(({ name }) => name),
      );
      assert.notDeepEqual(second, first);
      await session();
      assert.deepEqual(kept(), second);
    });
  });
});
