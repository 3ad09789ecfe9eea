/** The server as an editor sees it. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, test } from "node:test";
import type { Session } from "../../../server/src/lsp/session";
import { finish } from "../../../server/src/text/steps";
import { startServer, type TestClient } from "../support/lsp";

const URI = "file:///etc/keepalived/keepalived.conf";
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
const WRONG = GOOD.replace("priority", "priorty");

interface Diagnostic {
  readonly code: string;
  readonly severity: number;
  readonly message: string;
  readonly range: { start: { line: number; character: number } };
}
interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: Diagnostic[];
}

const PULL = { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } };
const codes = (list: readonly Diagnostic[]) => list.map((d) => d.code);

let client: TestClient;
afterEach(() => client.stop());

const pull = (uri = URI, previousResultId?: string) =>
  client.request<{ kind: string; resultId: string; items: Diagnostic[] }>("textDocument/diagnostic", {
    textDocument: { uri },
    previousResultId,
  });
const change = (version: number, contentChanges: unknown[], uri = URI) =>
  client.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges });

/** Looks through the workspace, as the server does when it has nothing else to do. */
const discover = async (session: Session) =>
  finish(session.discoverySteps(await session.newConfigurations()));

describe("language server", () => {
  test("says what it can do", async () => {
    client = await startServer();
    const path = join(process.cwd(), "test/golden/lsp/capabilities.json");
    const actual = `${JSON.stringify(client.initialized.capabilities, undefined, 2)}\n`;
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, actual);
    assert.ok(existsSync(path));
    assert.equal(actual, readFileSync(path, "utf8"));
    assert.equal(client.initialized.serverInfo.name, "keepalived-language-server");
  });

  test("publishes diagnostics to editors that do not pull", async () => {
    client = await startServer();
    const first = client.next<Published>("textDocument/publishDiagnostics");
    await client.open(URI, WRONG);
    const { uri, version, diagnostics } = await first;
    assert.equal(uri, URI);
    assert.equal(version, 1);
    assert.ok(codes(diagnostics).includes("unknown-keyword"));

    const second = client.next<Published>("textDocument/publishDiagnostics", (p) => p.version === 2);
    await change(2, [
      { range: { start: { line: 4, character: 4 }, end: { line: 4, character: 11 } }, text: "priority" },
    ]);
    assert.deepEqual(codes((await second).diagnostics), []);

    const closed = client.next<Published>(
      "textDocument/publishDiagnostics",
      (p) => p.diagnostics.length === 0,
    );
    await client.notify("textDocument/didClose", { textDocument: { uri: URI } });
    await closed;
  });

  test("answers a pull, and says so when nothing changed", async () => {
    client = await startServer({ capabilities: PULL });
    await client.open(URI, WRONG);
    const report = await pull();
    assert.equal(report.kind, "full");
    assert.ok(codes(report.items).includes("unknown-keyword"));
    assert.equal((await pull(URI, report.resultId)).kind, "unchanged");
    await change(2, [{ text: GOOD }]);
    const next = await pull(URI, report.resultId);
    assert.equal(next.kind, "full");
    assert.deepEqual(next.items, []);
  });

  test("keeps what is typed key by key in step with the text as a whole", async () => {
    client = await startServer({ capabilities: PULL });
    await client.open(URI, "");
    let line = 0;
    let character = 0;
    let version = 1;
    for (const key of WRONG) {
      const at = { line, character };
      await change(++version, [{ range: { start: at, end: at }, text: key }]);
      if (key === "\n") {
        line++;
        character = 0;
      } else character++;
    }
    const typed = await pull();
    await change(++version, [{ text: WRONG }]);
    assert.deepEqual(typed.items, (await pull()).items);
    assert.equal(client.server.session.document(URI)?.file.text, WRONG);
  });

  test("takes over several changes of one notification in their order", async () => {
    client = await startServer({ capabilities: PULL });
    await client.open(URI, GOOD);
    await change(2, [
      { range: { start: { line: 4, character: 13 }, end: { line: 4, character: 16 } }, text: "900" },
      { range: { start: { line: 4, character: 13 }, end: { line: 4, character: 14 } }, text: "8" },
    ]);
    const report = await pull();
    assert.deepEqual(codes(report.items), ["out-of-range"]);
    assert.match(report.items[0].message, /800/);
  });

  test("a file is judged where it is included, with its open text before the one on disk", async () => {
    const part = "file:///etc/keepalived/conf.d/vip.conf";
    client = await startServer({
      capabilities: PULL,
      folders: ["file:///etc/keepalived"],
      files: {
        [URI]:
          "vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 20\n    include conf.d/*.conf\n}\n",
        [part]: "priority 100\nvirtual_ipaddress {\n    192.0.2.20/24\n}\n",
      },
    });
    await client.open(part, "priority 100\nvirtual_ipaddress {\n    192.0.2.20/24\n}\n");
    await discover(client.server.session);
    assert.deepEqual(codes((await pull(part)).items), [], "its lines are those of the instance");
    await change(2, [{ text: "priority 300\n" }], part);
    assert.ok(codes((await pull(part)).items).includes("out-of-range"));
    await client.open(URI, client.host.files.get(URI) ?? "");
    const found = codes((await pull()).items);
    assert.ok(found.includes("no-vip") || found.includes("missing-statement"), "the unsaved text counts");
  });

  test("notices files that appear, change and go away", async () => {
    const part = "file:///etc/keepalived/part.conf";
    client = await startServer({ capabilities: PULL });
    await client.open(URI, `include part.conf\n${GOOD}`);
    assert.ok(codes((await pull()).items).includes("include-missing"));
    client.host.files.set(part, "vrrp_script x {\n}\n");
    await client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: part, type: 1 }] });
    assert.ok(!codes((await pull()).items).includes("include-missing"));
    client.host.files.delete(part);
    await client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: part, type: 3 }] });
    assert.ok(codes((await pull()).items).includes("include-missing"));
  });

  test("reports the workspace, and leaves out what has not changed", async () => {
    const other = "file:///etc/keepalived/other.keepalived.conf";
    client = await startServer({ capabilities: PULL, folders: ["file:///etc/keepalived"] });
    await client.open(URI, WRONG);
    await client.open(other, GOOD.replace("20\n", "21\n").replace("192.0.2.20", "192.0.2.21"));
    type Report = { items: { uri: string; kind: string; resultId: string; items?: Diagnostic[] }[] };
    const first = await client.request<Report>("workspace/diagnostic", { previousResultIds: [] });
    assert.deepEqual(first.items.map((i) => i.uri).sort(), [URI, other].sort());
    const previousResultIds = first.items.map((i) => ({ uri: i.uri, value: i.resultId }));
    const second = await client.request<Report>("workspace/diagnostic", { previousResultIds });
    assert.deepEqual(new Set(second.items.map((i) => i.kind)), new Set(["unchanged"]));
  });

  test("folders come and go: a fragment belongs to what includes it in any of them", async () => {
    const part = "file:///srv/b/part.conf";
    const root = "file:///srv/a/keepalived.conf";
    client = await startServer({
      capabilities: { ...PULL, workspace: { ...PULL.workspace, workspaceFolders: true } },
      folders: ["file:///srv/b"],
      files: {
        [root]:
          "vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 20\n    include ../b/part.conf\n}\n",
        [part]: "priority 100\nvirtual_ipaddress {\n    192.0.2.20/24\n}\n",
      },
    });
    await client.open(part, client.host.files.get(part) ?? "");
    await discover(client.server.session);
    assert.ok((await pull(part)).items.length > 0, "alone it makes no sense");
    const folder = { uri: "file:///srv/a", name: "a" };
    await client.notify("workspace/didChangeWorkspaceFolders", { event: { added: [folder], removed: [] } });
    await client.request("workspace/symbol", { query: "VI" });
    await discover(client.server.session);
    assert.deepEqual(codes((await pull(part)).items), []);
    const symbols = await client.request<{ name: string }[]>("workspace/symbol", { query: "VI_1" });
    assert.deepEqual(
      symbols.map((s) => s.name),
      ["VI_1"],
    );
    await client.notify("workspace/didChangeWorkspaceFolders", { event: { added: [], removed: [folder] } });
    await client.request("workspace/symbol", { query: "VI" });
    assert.deepEqual(client.server.session.folders, ["file:///srv/b"]);
  });

  test("settings take effect at once, and malformed ones are told once", async () => {
    client = await startServer({ capabilities: PULL });
    await client.open(URI, WRONG);
    await client.notify("workspace/didChangeConfiguration", {
      settings: {
        keepalived: { diagnostics: { severity: { "unknown-keyword": "off", nonsense: "error" } } },
      },
    });
    assert.ok(!codes((await pull()).items).includes("unknown-keyword"));
    const complaints = () =>
      ((client.received.get("window/showMessage") ?? []) as { message: string }[]).map((m) => m.message);
    assert.equal(complaints().filter((m) => m.includes("nonsense")).length, 1);
    await client.notify("workspace/didChangeConfiguration", {
      settings: { keepalived: { targetVersion: 12, diagnostics: "all", nsx: [1] } },
    });
    assert.ok(codes((await pull()).items).includes("unknown-keyword"));
    assert.ok(complaints().some((m) => m.includes("targetVersion")));
  });

  test("the release to check for decides what is known", async () => {
    client = await startServer({ capabilities: PULL });
    await client.open(URI, "global_defs {\n    disable_local_igmp\n}\n");
    const settings = (targetVersion: string) =>
      client.notify("workspace/didChangeConfiguration", { settings: { keepalived: { targetVersion } } });
    await settings("2.0.0");
    const old = codes((await pull()).items);
    await settings("2.4.3");
    const now = codes((await pull()).items);
    assert.ok(old.includes("newer-release"), old.join());
    assert.ok(!now.includes("newer-release"), now.join());
  });

  test("a brace brings up definitions, and nothing where it opens a block", async () => {
    client = await startServer();
    await client.open(URI, "$VIP=192.0.2.1\nvrrp_script a {\n    script ${\n");
    const ask = (line: number, character: number) =>
      client.request<{ items: { label: string }[] } | null>("textDocument/completion", {
        textDocument: { uri: URI },
        position: { line, character },
        context: { triggerKind: 2, triggerCharacter: "{" },
      });
    assert.equal(await ask(1, 15), null);
    assert.ok((await ask(2, 13))?.items.some((i) => i.label.includes("VIP")));
  });

  test("offers what needs a command of the client only to clients that have it", async () => {
    const text = `virtual_server 192.0.2.20 80 {\n    lb_kind DR\n}\n${GOOD}`;
    const range = { start: { line: 1, character: 4 }, end: { line: 1, character: 4 } };
    for (const commands of [true, false]) {
      client = await startServer({ initializationOptions: { commands } });
      await client.open(URI, text);
      const textDocument = { uri: URI };
      const lenses = await client.request<object[]>("textDocument/codeLens", { textDocument });
      assert.equal(lenses.length, commands ? 3 : 0);
      const actions = async (only?: string[]) =>
        (
          await client.request<{ command?: { command: string; arguments: unknown[] } }[]>(
            "textDocument/codeAction",
            { textDocument, range, context: { diagnostics: [], only } },
          )
        ).flatMap((a) => (a.command ? [a.command] : []));
      const offered = await actions();
      assert.deepEqual(
        offered.map((a) => a.command),
        commands ? ["keepalived.nsx.generatePolicy", "keepalived.showPacketPath"] : [],
      );
      if (commands) assert.deepEqual(offered[0].arguments, [URI, range.start]);
      assert.deepEqual(await actions(["quickfix"]), []);
      if (commands) await client.stop();
    }
  });

  test("registers for what the editor can register only", async () => {
    const registeredBy = async (didChangeConfiguration?: object) => {
      const editor = await startServer({
        capabilities: { workspace: { configuration: true, didChangeConfiguration } },
      });
      client = editor;
      await editor.open(URI, WRONG);
      await editor.request("textDocument/hover", {
        textDocument: { uri: URI },
        position: { line: 1, character: 5 },
      });
      return editor.registered;
    };
    assert.deepEqual(await registeredBy(), []);
    await client.stop();
    assert.deepEqual(await registeredBy({ dynamicRegistration: true }), ["workspace/didChangeConfiguration"]);
  });

  test("folds no more than the editor takes", async () => {
    const lines = async (editor: TestClient) => {
      await editor.open(URI, `${GOOD}\n${GOOD}`);
      const ranges = await editor.request<{ startLine: number }[]>("textDocument/foldingRange", {
        textDocument: { uri: URI },
      });
      return ranges.map((r) => r.startLine);
    };
    client = await startServer();
    assert.deepEqual(await lines(client), [0, 5, 10, 15]);
    for (const [rangeLimit, expected] of [
      [3, [0, 5, 10]],
      [2, [0, 10]],
    ] as const) {
      const other = await startServer({ capabilities: { textDocument: { foldingRange: { rangeLimit } } } });
      assert.deepEqual(await lines(other), expected);
      await other.stop();
    }
  });

  test("speaks Chinese when the editor does", async () => {
    client = await startServer({ capabilities: PULL, initializationOptions: { locale: "zh-cn" } });
    await client.open(URI, WRONG);
    const [diagnostic] = (await pull()).items;
    assert.match(diagnostic.message, /\p{Script=Han}/u);
  });

  test("reads nothing outside the workspace in Restricted Mode", async () => {
    const outside = "file:///etc/other/secret.conf";
    client = await startServer({
      capabilities: PULL,
      folders: ["file:///etc/keepalived"],
      files: { [outside]: "vrrp_script s {\n}\n" },
      initializationOptions: { trusted: false },
    });
    // Nor are folders looked into, or names looked up there.
    const looked: string[] = [];
    const { host } = client;
    const glob = host.glob.bind(host);
    host.glob = (base, pattern) => {
      looked.push(pattern);
      return glob(base, pattern);
    };
    const outer = [
      "../other/secret.conf",
      "../other/*.conf",
      "/etc/other/*.conf",
      "/*/other/secret.conf",
      "conf.d/*/../../../other/*.conf",
      "{conf.d/a.conf,../other/*.conf}",
    ];
    await client.open(URI, `${outer.map((p) => `include ${p}\n`).join("")}include conf.d/*.conf\n${GOOD}`);
    const { items } = await pull();
    assert.ok(!host.reads.includes(outside), host.reads.join());
    assert.deepEqual(looked, ["conf.d/a.conf", "conf.d/*.conf"]);
    assert.ok(
      items.filter((d) => d.code === "include-unreadable").length >= outer.length,
      JSON.stringify(items),
    );
  });

  test("a request about a document that is not open is answered, not refused", async () => {
    client = await startServer({ capabilities: PULL });
    const textDocument = { uri: "file:///nowhere.conf" };
    const position = { line: 3, character: 3 };
    assert.equal(await client.request("textDocument/hover", { textDocument, position }), null);
    assert.deepEqual(await client.request("textDocument/documentSymbol", { textDocument }), []);
    assert.deepEqual((await pull("file:///nowhere.conf")).items, []);
  });

  test("positions outside the text do no harm", async () => {
    client = await startServer({ capabilities: PULL });
    await client.open(URI, GOOD);
    const textDocument = { uri: URI };
    for (const position of [
      { line: 9999, character: 0 },
      { line: 0, character: 9999 },
    ]) {
      await client.request("textDocument/hover", { textDocument, position });
      await client.request("textDocument/completion", { textDocument, position });
    }
    await change(2, [
      { range: { start: { line: 500, character: 0 }, end: { line: 600, character: 0 } }, text: "x" },
    ]);
    assert.ok((await pull()).items.length > 0);
    assert.equal(client.server.session.document(URI)?.file.text, `${GOOD}x`);
  });
});
