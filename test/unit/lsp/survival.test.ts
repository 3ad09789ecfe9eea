/** A fault in one place must not take anything else down, and nothing that an editor or a disk does may. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
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
});
