/** Files that a root includes: read when they are needed, watched, and let go of. */
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { startServer, type TestClient } from "../support/lsp";

const FOLDER = "file:///etc/keepalived";
const ROOT = `${FOLDER}/keepalived.conf`;
const OTHER = `${FOLDER}/other.keepalived.conf`;
const COUNT = 1000;
const partOf = (n: number) => `${FOLDER}/conf.d/${String(n).padStart(4, "0")}.conf`;
const service = (n: number, weight = "100") => `virtual_server 10.1.${n >> 8}.${n & 255} 80 {
    lb_algo wlc
    lb_kind NAT
    protocol TCP
    real_server 10.2.${n >> 8}.${n & 255} 80 {
        weight ${weight}
        TCP_CHECK {
        }
    }
}
`;
const INCLUDING = "include conf.d/*.conf\n";

interface Report {
  readonly kind: string;
  readonly resultId: string;
  readonly items: readonly { readonly code: string; readonly message: string }[];
}

let client: TestClient;
afterEach(() => client.stop());

const start = (files: Record<string, string>) =>
  startServer({
    capabilities: { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } },
    files,
  }).then((started) => {
    client = started;
  });
const pull = (uri: string, previousResultId?: string) =>
  client.request<Report>("textDocument/diagnostic", { textDocument: { uri }, previousResultId });
const codes = async (uri: string) => (await pull(uri)).items.map((d) => d.code);
const watched = (uri: string, type: number) =>
  client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri, type }] });
const close = (uri: string) => client.notify("textDocument/didClose", { textDocument: { uri } });
const type = (uri: string, version: number, text: string) =>
  client.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });

const thousand = (): Record<string, string> =>
  Object.fromEntries(Array.from({ length: COUNT }, (_, n) => [partOf(n), service(n)]));

describe("a thousand included files", () => {
  test("are read once, when the root is asked for", async () => {
    await start(thousand());
    await client.open(`${FOLDER}/x.conf`, service(1));
    await pull(`${FOLDER}/x.conf`);
    assert.deepEqual(client.host.reads, []);
    await client.open(ROOT, INCLUDING);
    await pull(ROOT);
    assert.equal(client.host.reads.length, COUNT);
    await type(ROOT, 2, `# edited\n${INCLUDING}`);
    await pull(ROOT);
    assert.equal(client.host.reads.length, COUNT, "an edit reads none of them again");
  });

  test("give the findings of an edit in one of them, and no new report of the others", async () => {
    await start(thousand());
    await client.open(ROOT, INCLUDING);
    await client.open(partOf(500), service(500));
    await client.open(partOf(501), service(501));
    assert.deepEqual(await codes(partOf(500)), []);
    const neighbour = await pull(partOf(501));
    await type(partOf(500), 2, service(500, "heavy"));
    assert.deepEqual(await codes(partOf(500)), ["not-a-number"]);
    assert.equal((await pull(partOf(501), neighbour.resultId)).kind, "unchanged");
    // What spans files is found in both.
    await type(partOf(500), 3, service(7));
    assert.ok((await codes(partOf(500))).includes("duplicate-virtual-server"));
    await type(partOf(500), 4, service(500));
    assert.deepEqual(await codes(partOf(500)), []);
    assert.equal(client.host.reads.length, COUNT - 2);
  });

  test("are watched: one changes, goes away, comes", async () => {
    await start(thousand());
    await client.open(ROOT, INCLUDING);
    await client.open(partOf(999), service(999));
    const session = client.server.session;
    assert.ok(!(await codes(partOf(999))).includes("duplicate-virtual-server"));
    const double = partOf(1).replace("0001", "0001b");
    for (const [uri, kind, text] of [
      [partOf(3), 2, service(999)],
      [double, 1, service(999)],
    ] as const) {
      const before = client.host.files.get(uri);
      client.host.files.set(uri, text);
      await watched(uri, kind);
      assert.ok((await codes(partOf(999))).includes("duplicate-virtual-server"), `${uri} as ${kind}`);
      if (before === undefined) client.host.files.delete(uri);
      else client.host.files.set(uri, before);
      await watched(uri, before === undefined ? 3 : 2);
      assert.ok(!(await codes(partOf(999))).includes("duplicate-virtual-server"), `${uri} as before`);
    }
    client.host.files.delete(partOf(9));
    await watched(partOf(9), 3);
    await pull(ROOT);
    assert.equal(session.project(ROOT)?.files.length, COUNT);
    assert.equal(client.host.reads.length, COUNT - 1 + 3, "only what changed was read again");
  });

  test("are let go of when the last document that needs them is closed", async () => {
    await start({ ...thousand(), [ROOT]: INCLUDING });
    await client.open(ROOT, INCLUDING);
    await client.open(partOf(999), service(999));
    await pull(partOf(999));
    await close(ROOT);
    await type(partOf(999), 2, service(1));
    assert.ok((await codes(partOf(999))).includes("duplicate-virtual-server"), "the root is still known");
    assert.ok(client.host.reads.length <= COUNT + 1);
    await close(partOf(999));
    client.host.reads.length = 0;
    await client.open(ROOT, INCLUDING);
    await pull(ROOT);
    assert.equal(client.host.reads.length, COUNT);
  });
});

describe("included files", () => {
  test("concern no root that does not include them", async () => {
    await start({ [partOf(0)]: service(0), [`${FOLDER}/b.d/x.conf`]: service(2) });
    await client.open(ROOT, INCLUDING);
    await client.open(OTHER, "include b.d/*.conf\n");
    await pull(ROOT);
    await pull(OTHER);
    const { session } = client.server;
    const [root, other] = [session.project(ROOT), session.project(OTHER)];
    client.host.files.set(partOf(0), service(1));
    await watched(partOf(0), 2);
    await pull(ROOT);
    assert.notEqual(session.project(ROOT), root);
    assert.equal(session.project(OTHER), other);
    const [view] = session.project(ROOT)!.views;
    // A file that might have been meant is looked for; the same text is not checked again.
    client.host.files.set(`${FOLDER}/conf.d/note.txt`, "x");
    await watched(`${FOLDER}/conf.d/note.txt`, 1);
    await pull(ROOT);
    assert.equal(session.project(ROOT)?.views[0].tree, view.tree);
    assert.equal(session.project(ROOT)?.views[0].analysis, view.analysis);
  });

  test("are watched where the watchers of the workspace do not reach", async () => {
    client = await startServer({
      capabilities: {
        textDocument: { diagnostic: {} },
        workspace: { didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true } },
      },
      folders: [FOLDER],
      files: { "file:///srv/lb/web.inc": service(1) },
    });
    const asked: unknown[] = [];
    client.connection.onRequest("client/registerCapability", (params) => {
      asked.push(params);
      return null;
    });
    await client.open(
      ROOT,
      `include /srv/lb/*.inc\ninclude conf.d/*.conf\ninclude parts/x\ninclude /opt/*/x.inc\n`,
    );
    await pull(ROOT);
    await type(ROOT, 2, `include /srv/lb/*.inc\n`);
    await pull(ROOT);
    await client.request("shutdown");
    const watched = [...JSON.stringify(asked).matchAll(/"baseUri":"([^"]*)","pattern":"([^"]*)"/g)].map(
      ([, uri, pattern]) => `${uri} ${pattern}`,
    );
    assert.deepEqual(
      watched,
      ["file:///srv/lb *", `${FOLDER}/parts *`, "file:///opt */x.inc"],
      "each folder once",
    );
  });

  test("are read on by a server whose editor refuses to watch them", async () => {
    client = await startServer({
      capabilities: {
        textDocument: { diagnostic: {} },
        workspace: { didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true } },
      },
      folders: [FOLDER],
      files: { "file:///srv/lb/web.inc": service(1) },
    });
    let refused = 0;
    client.connection.onRequest("client/registerCapability", () => {
      refused++;
      throw new Error("no such thing");
    });
    await client.open(ROOT, `include /srv/lb/*.inc\n${service(1)}`);
    assert.ok((await codes(ROOT)).includes("duplicate-virtual-server"));
    await client.request("shutdown");
    assert.ok(refused > 0);
  });

  test("may be opened before they are saved", async () => {
    await start({});
    await client.open(ROOT, `include part.conf\n${service(0)}`);
    assert.ok((await codes(ROOT)).includes("include-missing"));
    await client.open(`${FOLDER}/part.conf`, service(0));
    const found = await codes(ROOT);
    assert.ok(!found.includes("include-missing") && found.includes("duplicate-virtual-server"), found.join());
    await close(`${FOLDER}/part.conf`);
    assert.ok((await codes(ROOT)).includes("include-missing"));
  });
});
