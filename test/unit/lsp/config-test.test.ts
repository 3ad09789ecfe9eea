/** The real program through the server: when it runs, and what becomes of what it says. */
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import type { ProgramRun } from "../../../server/src/host/run-program";
import type { ConfigTestResult } from "../../../server/src/lsp/protocol";
import { startServer, type TestClient } from "../support/lsp";

const URI = "file:///etc/keepalived/keepalived.conf";
const TEXT = `vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    virtual_router_id 20
    priority 100
    virtual_ipaddress {
        192.0.2.20/24
    }
}
`;
const done = (output: string, exit = 5): ProgramRun => ({ kind: "done", exit, output });

interface Published {
  readonly uri: string;
  readonly diagnostics: {
    readonly source: string;
    readonly severity: number;
    readonly message: string;
    readonly range: { start: { line: number; character: number }; end: { line: number; character: number } };
  }[];
}

interface Setup {
  readonly answer?: () => Promise<ProgramRun> | ProgramRun;
  readonly path?: string;
  readonly trusted?: boolean;
  readonly text?: string;
}

let client: TestClient;
let runs: string[];
afterEach(() => client.stop());

async function start({
  answer = () => done(""),
  path = "/usr/sbin/keepalived",
  trusted = true,
  text = TEXT,
}: Setup) {
  runs = [];
  client = await startServer({
    capabilities: { workspace: { configuration: true } },
    settings: { executablePath: path },
    files: { [URI]: text },
    initializationOptions: { trusted },
  });
  client.host.runConfigTest = async (executable, uri) => {
    runs.push(`${executable} ${uri}`);
    return answer();
  };
  const published = client.next<Published>("textDocument/publishDiagnostics");
  await client.open(URI, text);
  await published;
}

const save = () => client.notify("textDocument/didSave", { textDocument: { uri: URI } });
const command = () => client.request<ConfigTestResult>("keepalived/configTest", { uri: URI });
const theirs = (p: Published) => p.diagnostics.filter((d) => d.source === "keepalived -t");
const published = (fits: (p: Published) => boolean) =>
  client.next<Published>("textDocument/publishDiagnostics", fits);

describe("keepalived.executablePath", () => {
  test("runs the program on save, and shows what it says beyond our findings", async () => {
    await start({ answer: () => done("(Line 5) something new about '100'\n") });
    const next = published((p) => theirs(p).length > 0);
    await save();
    const [remark] = theirs(await next);
    assert.deepEqual(remark, {
      source: "keepalived -t",
      severity: 2,
      message: "something new about '100'",
      range: { start: { line: 4, character: 13 }, end: { line: 4, character: 16 } },
    });
    assert.deepEqual(runs, [`/usr/sbin/keepalived ${URI}`]);
  });

  test("does not run while somebody types, nor when a file is opened", async () => {
    await start({});
    const next = client.next("textDocument/publishDiagnostics");
    await client.notify("textDocument/didChange", {
      textDocument: { uri: URI, version: 2 },
      contentChanges: [
        { range: { start: { line: 4, character: 13 }, end: { line: 4, character: 16 } }, text: "99" },
      ],
    });
    await next;
    assert.deepEqual(runs, []);
  });

  test("does not repeat what is found anyway", async () => {
    await start({
      text: TEXT.replace("priority", "priorty"),
      answer: () => done("(Line 5) Unknown keyword 'priorty'\n"),
    });
    const result = await command();
    assert.deepEqual([result.status, result.messages], ["done", 0]);
  });

  test("moves what was said along with the text, and drops it where the text changes", async () => {
    await start({ answer: () => done("(Line 5) something new about '100'\n") });
    await command();
    const edit = (version: number, line: number, from: number, to: number, text: string) =>
      client.notify("textDocument/didChange", {
        textDocument: { uri: URI, version },
        contentChanges: [{ range: { start: { line, character: from }, end: { line, character: to } }, text }],
      });
    const down = published((p) => theirs(p)[0]?.range.start.line === 5);
    await edit(2, 0, 0, 0, "# edge\n");
    await down;
    const gone = published((p) => theirs(p).length === 0);
    await edit(3, 5, 13, 16, "99");
    await gone;
  });

  test("is off by default, and never runs in Restricted Mode", async () => {
    await start({ path: "" });
    await save();
    assert.equal((await command()).status, "off");
    await client.stop();
    await start({ trusted: false });
    await save();
    assert.equal((await command()).status, "untrusted");
    assert.deepEqual(runs, []);
  });

  test("takes no program from a folder of the workspace", async () => {
    await start({ path: "./bin/keepalived" });
    assert.equal((await command()).status, "off");
    assert.deepEqual(runs, []);
  });

  test("says so where no program can be run, or the file is not on the disk", async () => {
    await start({});
    client.host.runConfigTest = undefined;
    assert.equal((await command()).status, "unavailable");
    await client.stop();
    await start({});
    client.host.files.clear();
    assert.equal((await command()).status, "unsaved");
    assert.deepEqual(runs, []);
  });

  test("tells each failure once on save, with what the program printed", async () => {
    await start({ answer: () => done("unknown option -t", 1) });
    const shown = client.next<{ message: string }>("window/showMessage");
    await save();
    assert.match((await shown).message, /status 1\. unknown option -t/);
    await save();
    await command();
    assert.equal(client.received.get("window/showMessage")?.length, 1);
  });

  test("survives a program that is missing, may not be run, hangs or crashes", async () => {
    const answers: [ProgramRun, RegExp][] = [
      [{ kind: "failed", problem: "missing", detail: "" }, /no program/],
      [{ kind: "failed", problem: "not-executable", detail: "" }, /may not be executed/],
      [{ kind: "failed", problem: "other", detail: "EAGAIN" }, /EAGAIN/],
      [{ kind: "timeout", seconds: 10, output: "" }, /did not end within 10 s/],
      [{ kind: "signal", signal: "SIGSEGV", output: "" }, /crashed \(SIGSEGV\)/],
    ];
    let at = 0;
    await start({ answer: () => answers[at][0] });
    for (; at < answers.length; at++) {
      const result = await command();
      assert.equal(result.status, "failed");
      assert.match(result.text, answers[at][1]);
    }
  });

  test("runs once more when a file is saved during a run, not once for each save", async () => {
    const waiting: ((run: ProgramRun) => void)[] = [];
    await start({ answer: () => new Promise((answer) => waiting.push(answer)) });
    const until = async (n: number) => {
      while (waiting.length < n) await new Promise((wait) => setTimeout(wait, 5));
    };
    await save();
    await until(1);
    await save();
    await save();
    await save();
    // An answer says that the server has taken in what was sent before.
    await client.request("keepalived/status", { uri: URI });
    waiting[0](done("", 0));
    await until(2);
    waiting[1](done("", 0));
    await new Promise((wait) => setTimeout(wait, 50));
    assert.equal(runs.length, 2);
  });
});
