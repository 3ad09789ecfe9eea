/** A fault in one place must not take anything else down, and nothing that an editor or a disk does may. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test } from "node:test";
import { diskHost } from "../../../server/src/lsp/node";
import { Session } from "../../../server/src/lsp/session";
import { Tree } from "../../../server/src/syntax/tree";
import { startServer } from "../support/lsp";

const URI = "file:///srv/keepalived.conf";
const TEXT = "vrrp_instance VI_1 {\n    state MASTER\n    interface eth0\n    notify /\n}\n";
const textDocument = { uri: URI };
const pull = { capabilities: { textDocument: { diagnostic: {} } } };

describe("the server survives", () => {
  test("a fault in one feature, which is told once", async () => {
    const client = await startServer(pull);
    try {
      await client.open(URI, TEXT);
      client.server.session.list = () => {
        throw new Error("a bug");
      };
      const completion = { textDocument, position: { line: 3, character: 12 } };
      for (let n = 0; n < 3; n++)
        assert.equal(await client.request("textDocument/completion", completion), null);
      const symbols = await client.request<unknown[]>("textDocument/documentSymbol", { textDocument });
      assert.equal(symbols.length, 1);
      const hover = await client.request("textDocument/hover", {
        textDocument,
        position: { line: 1, character: 6 },
      });
      assert.ok(hover);
      const logged = (client.received.get("window/logMessage") ?? []) as { type: number; message: string }[];
      const told = logged.filter(({ message }) => message.includes("a bug"));
      assert.equal(told.length, 1);
      assert.equal(told[0].type, 1);
      // What failed, and where.
      assert.match(told[0].message, /^completion failed: Error: a bug\n\s+at /);
    } finally {
      await client.stop();
    }
  });

  test("a fault in checking: the editor features that need no findings still answer", async () => {
    const client = await startServer(pull);
    try {
      await client.open(URI, TEXT);
      client.server.findings = () => {
        throw new Error("a bug");
      };
      const report = await client.request<{ items: unknown[] }>("textDocument/diagnostic", { textDocument });
      assert.deepEqual(report.items, []);
      assert.ok(await client.request("textDocument/documentSymbol", { textDocument }));
    } finally {
      await client.stop();
    }
  });

  test("settings of any shape", async () => {
    for (const settings of [
      null,
      7,
      "x",
      [],
      { targetVersion: {}, diagnostics: [], nsx: 1, peers: { a: 1 } },
    ]) {
      const client = await startServer({
        ...pull,
        settings,
        capabilities: { ...pull.capabilities, workspace: { configuration: true } },
      });
      try {
        await client.open(URI, TEXT);
        const report = await client.request<{ items: unknown[] }>("textDocument/diagnostic", {
          textDocument,
        });
        assert.ok(Array.isArray(report.items), JSON.stringify(settings));
      } finally {
        await client.stop();
      }
    }
  });

  test("a file that is deleted while it is open, and a folder that is taken away", async () => {
    const client = await startServer({
      capabilities: { ...pull.capabilities, workspace: { workspaceFolders: true } },
      folders: ["file:///srv"],
      files: { [URI]: "include part.conf\n", "file:///srv/part.conf": TEXT },
    });
    try {
      await client.open(URI, "include part.conf\n");
      client.host.files.clear();
      await client.notify("workspace/didChangeWatchedFiles", {
        changes: [URI, "file:///srv/part.conf"].map((uri) => ({ uri, type: 3 })),
      });
      await client.notify("workspace/didChangeWorkspaceFolders", {
        event: { removed: [{ uri: "file:///srv", name: "work" }], added: [] },
      });
      const report = await client.request<{ items: { code: string }[] }>("textDocument/diagnostic", {
        textDocument,
      });
      // The open text is what counts; what it includes has gone.
      assert.deepEqual(
        report.items.map((d) => d.code),
        ["include-missing"],
      );
    } finally {
      await client.stop();
    }
  });

  test("messages about documents that were never opened, and edits beyond the text", async () => {
    const client = await startServer(pull);
    try {
      await client.notify("textDocument/didChange", {
        textDocument: { uri: "file:///nowhere", version: 2 },
        contentChanges: [{ text: "x" }],
      });
      await client.notify("textDocument/didClose", { textDocument: { uri: "file:///nowhere" } });
      await client.open(URI, TEXT);
      await client.notify("textDocument/didChange", {
        textDocument: { uri: URI, version: 2 },
        contentChanges: [
          { range: { start: { line: 99, character: 9 }, end: { line: 100, character: 0 } }, text: "# end\n" },
          { range: { start: { line: 2, character: 0 }, end: { line: 1, character: 0 } }, text: "" },
        ],
      });
      assert.ok(await client.request("textDocument/documentSymbol", { textDocument }));
    } finally {
      await client.stop();
    }
  });

  test("edits whose ranges are reversed, negative or no numbers: the tree is that of the text", async () => {
    const client = await startServer(pull);
    try {
      const position = (line: unknown, character: unknown) => ({ line, character });
      const ranges = [
        { start: position(3, 0), end: position(0, 0) },
        { start: position(2, 9), end: position(2, 3) },
        { start: position(-4, -1), end: position(-1, -9) },
        { start: position(null, null), end: position(1, null) },
        { start: position("1", {}), end: position(1.5, 2.5) },
        { start: position(1e300, 1e300), end: position(1e301, 0) },
        { start: null, end: position(1, 1) },
        {},
      ];
      for (const [n, range] of ranges.entries()) {
        const uri = `file:///srv/${n}.conf`;
        await client.open(uri, TEXT);
        await client.notify("textDocument/didChange", {
          textDocument: { uri, version: 2 },
          contentChanges: [null, 5, { range, text: null }, { range, text: "vrrp_script s {\n}\n" }],
        });
        await client.request("textDocument/documentSymbol", { textDocument: { uri } });
        const { source, file } = client.server.session.document(uri)!;
        assert.equal(String(file.text), String(source), JSON.stringify(range));
        assert.ok(file.text.includes("vrrp_script s {"), JSON.stringify(range));
        const fresh = Tree.parse(String(file.text), file.tree.dialect);
        const shape = (tree: Tree) =>
          JSON.stringify(tree.nodes().map((x) => [x.start, x.fullEnd, x.keyword?.id]));
        assert.equal(shape(file.tree), shape(fresh), JSON.stringify(range));
      }
    } finally {
      await client.stop();
    }
  });

  test("a fault in one configuration: the others are answered", async () => {
    const client = await startServer(pull);
    try {
      const other = "file:///srv/other.conf";
      await client.open(other, "include part.conf\n");
      await client.open(URI, TEXT);
      client.host.glob = () => {
        throw new Error("a bug");
      };
      for (let n = 0; n < 2; n++) {
        await client.request("textDocument/diagnostic", { textDocument: { uri: other } });
        const symbols = await client.request<unknown[]>("textDocument/documentSymbol", { textDocument });
        assert.equal(symbols.length, 1);
        const report = await client.request<{ items: unknown[] }>("textDocument/diagnostic", {
          textDocument,
        });
        assert.ok(report.items.length > 0);
      }
      const logged = (client.received.get("window/logMessage") ?? []) as { message: string }[];
      assert.equal(logged.filter(({ message }) => message.includes("a bug")).length, 1);
    } finally {
      await client.stop();
    }
  });

  test("an editor that leaves out or garbles what it says of itself", async () => {
    const garbled: object[] = [
      {
        capabilities: {},
        workspaceFolders: null,
        rootUri: null,
        initializationOptions: null,
        locale: null,
      },
      { capabilities: { textDocument: null, workspace: null, window: null } },
      { capabilities: { textDocument: { codeAction: { dataSupport: true, resolveSupport: {} } } } },
      { capabilities: {}, workspaceFolders: [null, 5, {}, { uri: 5 }, { uri: "git:/x" }], rootUri: 5 },
      { capabilities: {}, workspaceFolders: {}, rootUri: "file:///%zz", locale: {} },
      { capabilities: {}, initializationOptions: { nsx: { taken: { a: 5 } }, settings: 5, commands: "x" } },
    ];
    for (const params of garbled) {
      const client = await startServer({ params });
      try {
        await client.open(URI, TEXT);
        const symbols = await client.request<unknown[]>("textDocument/documentSymbol", { textDocument });
        assert.equal(symbols.length, 1, JSON.stringify(params));
        const range = { start: { line: 0, character: 0 }, end: { line: 2, character: 0 } };
        const actions = await client.request<unknown[]>("textDocument/codeAction", {
          textDocument,
          range,
          context: { diagnostics: [] },
        });
        assert.ok(actions.length > 0, JSON.stringify(params));
      } finally {
        await client.stop();
      }
    }
  });

  test("what is not said to be trusted with certainty is not", async () => {
    for (const [trusted, expected] of [
      [undefined, true],
      [true, true],
      [false, false],
      [null, false],
      ["true", false],
      [1, false],
    ]) {
      const client = await startServer({ initializationOptions: { trusted } });
      assert.equal(client.server.session.trusted, expected, String(trusted));
      await client.stop();
    }
  });
});

describe("the server as a program survives", () => {
  /** Documents of other schemes, and URIs that name no file of a disk. */
  const uris = [
    "untitled:Untitled-1",
    "git:/x/keepalived.conf?%7B%22ref%22%3A%22%22%7D",
    "vscode-remote://ssh-remote%2Bhost/etc/keepalived/keepalived.conf",
    "vscode-vfs://github/a/b/keepalived.conf",
    "file://host/share/keepalived.conf",
    "file:///a%2Fb/keepalived.conf",
    "file:///a%00b/keepalived.conf",
    "file:///%zz/keepalived.conf",
    "file:",
    "",
  ];
  for (const uri of uris)
    test(`a document with the URI "${uri}"`, async () => {
      const session = new Session(diskHost);
      // "file:" is the whole disk.
      session.folders = uri === "file:" ? [] : [uri];
      session.open(uri, "keepalived", 1, `include a/*.conf\ninclude b.conf\n${TEXT}`);
      session.open(URI, "keepalived", 1, TEXT);
      for (const u of [uri, URI]) {
        const [project] = session.projectsOf(u);
        assert.ok(project.findings.length > 0);
        assert.equal(project.root.uri, u);
      }
      assert.equal(session.exists("file:///%zz"), false);
      await session.newConfigurations();
    });

  test("messages that are none", async () => {
    const child = spawn(process.execPath, ["server/dist/cli.js", "--stdio"], { stdio: "pipe" });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    const send = (text: string) =>
      child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    const answered = async (id: number) => {
      for (let ms = 0; ms < 20_000 && !output.includes(`"id":${id},`); ms += 20)
        await new Promise((again) => setTimeout(again, 20));
      assert.match(output, new RegExp(`"id":${id},`));
    };
    try {
      send('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}');
      await answered(1);
      for (const text of ["", "hello", "null", "[]", "5", '{"id":{}}', '{"jsonrpc":"2.0","method":5}'])
        send(text);
      send(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":${"[".repeat(1e5)}${"]".repeat(1e5)}}`);
      send('{"jsonrpc":"2.0","id":2,"method":"shutdown"}');
      await answered(2);
      const ended = new Promise((end) => child.on("exit", end));
      send('{"jsonrpc":"2.0","method":"exit"}');
      assert.equal(await ended, 0);
    } finally {
      child.kill("SIGKILL");
    }
  });

  test("an editor that goes away: it ends, too", async () => {
    const child = spawn(process.execPath, ["server/dist/cli.js", "--stdio"], { stdio: "pipe" });
    const ended = new Promise((end) => child.on("exit", end));
    child.stdin.end('Content-Length: 9999\r\n\r\n{"jsonrpc"');
    assert.equal(await ended, 1);
  });
});
