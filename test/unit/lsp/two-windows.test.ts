/** Two windows, each with a server of its own, on the same files: what one of them saves, and what the other has unsaved. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { replaceFile } from "../../../server/src/host/disk";
import { diskHost } from "../../../server/src/lsp/node";
import type { ConfigTestResult } from "../../../server/src/lsp/protocol";
import { nextTurn } from "../../../server/src/lsp/slices";
import { startServer, type TestClient } from "../support/lsp";

const URI = "file:///srv/keepalived.conf";
const PART = "file:///srv/part.conf";
const ROOT_TEXT = "include part.conf\n";
const script = (name: string) => `vrrp_script ${name} {\n    script "/bin/true"\n}\n`;
const capabilities = { textDocument: { diagnostic: {} }, workspace: { configuration: true } };

interface Report {
  readonly kind: string;
  readonly items: readonly { code: string; source: string; message: string }[];
}

describe("two windows on one file", () => {
  let windows: TestClient[];
  /** Both see one disk. */
  const disk: Record<string, string> = {};
  const openBoth = async (files: Readonly<Record<string, string>>, settings: object = {}) => {
    windows = [];
    for (let n = 0; n < 2; n++)
      windows.push(await startServer({ capabilities, settings, files, folders: ["file:///srv"] }));
    for (const w of windows) for (const [uri, text] of Object.entries(files)) await w.open(uri, text);
    // An answer: by then the settings have been read.
    for (const w of windows) await pull(w, Object.keys(files)[0]);
    return windows as [TestClient, TestClient];
  };
  /** One window writes a file; both hear of it from their editors. */
  const save = async (by: TestClient, uri: string, text: string) => {
    disk[uri] = text;
    for (const w of windows) w.host.files.set(uri, text);
    await by.notify("textDocument/didSave", { textDocument: { uri } });
    for (const w of windows)
      await w.notify("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 2 }] });
  };
  const edit = (w: TestClient, uri: string, version: number, text: string) =>
    w.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
  const names = async (w: TestClient, uri: string) =>
    (await w.request<{ name: string }[]>("textDocument/documentSymbol", { textDocument: { uri } })).map(
      (s) => s.name,
    );
  const pull = (w: TestClient, uri: string) =>
    w.request<Report>("textDocument/diagnostic", { textDocument: { uri } });
  afterEach(async () => {
    for (const w of windows) await w.stop();
  });

  test("what one has not saved stays, whatever the other saves", async () => {
    const [a, b] = await openBoth({ [URI]: script("old") });
    await edit(b, URI, 2, script("unsaved"));
    await edit(a, URI, 2, script("saved"));
    await save(a, URI, script("saved"));
    assert.deepEqual(await names(a, URI), ["saved"]);
    assert.deepEqual(await names(b, URI), ["unsaved"]);
    // The editor asks its user which text to keep; the server goes on with what it is then told.
    await edit(b, URI, 3, `${script("unsaved")}${script("saved")}`);
    await save(b, URI, `${script("unsaved")}${script("saved")}`);
    assert.deepEqual(await names(b, URI), ["unsaved", "saved"]);
    assert.deepEqual(await names(a, URI), ["saved"]);
    // A window without changes of its own takes over the file: its editor sends it.
    await edit(a, URI, 3, disk[URI]);
    assert.deepEqual(await names(a, URI), ["unsaved", "saved"]);
  });

  test("an edit after the other's save is made in the own text, not in that of the disk", async () => {
    const [a, b] = await openBoth({ [URI]: script("old") });
    await edit(a, URI, 2, `${script("first")}${script("old")}`);
    await save(a, URI, `${script("first")}${script("old")}`);
    const range = { start: { line: 0, character: 12 }, end: { line: 0, character: 15 } };
    await b.notify("textDocument/didChange", {
      textDocument: { uri: URI, version: 2 },
      contentChanges: [{ range, text: "new" }],
    });
    assert.deepEqual(await names(b, URI), ["new"]);
  });

  test("a part that the other saves is read anew where it is not open, and not where it has unsaved text", async () => {
    windows = [];
    for (let n = 0; n < 2; n++)
      windows.push(
        await startServer({
          capabilities,
          files: { [URI]: ROOT_TEXT, [PART]: script("old") },
          folders: ["file:///srv"],
        }),
      );
    const [a, b] = windows;
    for (const w of windows) await w.open(URI, ROOT_TEXT);
    await b.open(PART, script("old"));
    await edit(b, PART, 2, "nonsense_of_b\n");
    await save(a, PART, "nonsense_of_a\n");
    const unknown = async (w: TestClient) =>
      (
        await w.request<{ items: { uri: string; items: Report["items"] }[] }>("workspace/diagnostic", {
          previousResultIds: [],
        })
      ).items
        .filter((r) => r.uri === PART)
        .flatMap((r) => r.items)
        .filter((d) => d.code === "unknown-keyword")
        .map((d) => /nonsense_of_./.exec(d.message)?.[0]);
    assert.deepEqual(await unknown(a), ["nonsense_of_a"]);
    assert.deepEqual(await unknown(b), ["nonsense_of_b"]);
  });

  test("both save at once: each runs the program on the file as it is, and keeps its own answer", async () => {
    const [a, b] = await openBoth({ [URI]: script("old") }, { executablePath: "/usr/sbin/keepalived" });
    let over = false;
    let running = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const read: string[] = [];
    for (const w of [a, b])
      w.host.runConfigTest = async (_, uri) => {
        most = Math.max(most, ++running);
        read.push(w.host.files.get(uri)!);
        if (!over) await new Promise<void>((done) => release.push(done));
        running--;
        return { kind: "done", exit: 4, output: "(Line 1) something that only the program knows\n" };
      };
    await Promise.all([save(a, URI, script("a")), save(b, URI, script("b"))]);
    const answers = [a, b].map((w) => w.request<ConfigTestResult>("keepalived/configTest", { uri: URI }));
    for (let turns = 0; release.length < 2; turns++) {
      assert.ok(turns < 10_000, "the program never ran");
      await nextTurn();
    }
    // Text that is typed meanwhile in one window is nothing to the other.
    await edit(b, URI, 2, `${script("typed")}${script("b")}`);
    over = true;
    for (const go of release) go();
    for (const answer of answers) assert.equal((await answer).status, "done");
    assert.equal(most, 2, "they run side by side, in processes of their own");
    assert.ok(read.every((text) => /vrrp_script [ab] /.test(text)));
    assert.deepEqual(await names(a, URI), ["old"]);
    assert.deepEqual(await names(b, URI), ["typed", "b"]);
    for (const w of [a, b]) assert.ok(Array.isArray((await pull(w, URI)).items));
  });

  test("both make a payload: the same one, so that either file is whole", async () => {
    const text =
      "virtual_server 192.0.2.1 80 {\nlb_kind DR\nprotocol TCP\nreal_server 192.0.2.11 80 {\nTCP_CHECK {\n}\n}\n}\n";
    const [a, b] = await openBoth({ [URI]: text });
    const ask = (w: TestClient) =>
      w.request<{ text: string; name: string; extension: string }>("keepalived/nsx/generate", {
        uri: URI,
        form: "hierarchical",
        choices: { companion: true },
      });
    const [one, two] = await Promise.all([ask(a), ask(b)]);
    assert.ok(one.text.includes("192.0.2.1"));
    assert.deepEqual(one, two);
  });
});

describe("two writers on one disk", { skip: process.platform === "win32" }, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "keepalived-two-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("a file that is replaced is, at every reading, the text of one of them as a whole", () => {
    const file = join(folder, "keepalived.conf");
    const texts = ["a", "b"].map((name) => script(name).repeat(3000));
    writeFileSync(file, texts[0]);
    mkdirSync(join(folder, "x"));
    for (let n = 0; n < 10; n++) {
      replaceFile(file, Buffer.from(texts[n % 2]));
      const read = diskHost.read(`file://${file}`);
      assert.ok(typeof read === "object" && "text" in read);
      assert.equal(read.text, texts[n % 2]);
    }
    assert.deepEqual(readdirSync(folder).sort(), ["keepalived.conf", "x"]);
  });

  test("a writer that finds another one's half-written file leaves it and the old text alone", () => {
    const file = join(folder, "keepalived.conf");
    writeFileSync(file, script("old"));
    // The name that this process would take: another one with the same number, in a container.
    const next = join(folder, `.keepalived.conf.${process.pid}.tmp`);
    writeFileSync(next, "half");
    assert.throws(() => replaceFile(file, Buffer.from(script("new"))), /EEXIST/);
    assert.equal(readFileSync(file, "utf8"), script("old"));
  });
});
