/** Progress of long work, and its cancellation. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CancellationToken, LSPErrorCodes, type WorkDoneProgressServerReporter } from "vscode-languageserver";
import { LateProgress } from "../../../server/src/lsp/progress";
import { inSlices } from "../../../server/src/lsp/slices";
import { startServer } from "../support/lsp";

/** An editor's progress that remembers what it was told. */
function editor() {
  const told: string[] = [];
  const token = { isCancellationRequested: false };
  const reporter = {
    begin: (title: string, percent: number, _: unknown, cancellable: boolean) =>
      told.push(`begin ${title} ${percent} ${cancellable}`),
    report: (percent: number) => told.push(`report ${percent}`),
    done: () => told.push("done"),
    token,
  } as unknown as WorkDoneProgressServerReporter;
  return { told, token, create: async () => reporter };
}
const turn = () => new Promise<void>((done) => setImmediate(done));

describe("progress", () => {
  test("is shown for what takes long, and ends with it", async () => {
    const { told, create } = editor();
    const progress = new LateProgress(true, create, -1);
    assert.ok(progress.at(() => "looking", 0.1));
    await turn();
    assert.ok(progress.at(() => "looking", 0.5));
    progress.done();
    assert.deepEqual(told, ["begin looking 10 true", "report 50", "done"]);
  });

  test("is not shown for what is quick, nor where the editor cannot", async () => {
    for (const [supported, patience] of [
      [true, 60_000],
      [false, -1],
    ] as const) {
      const { told, create } = editor();
      const progress = new LateProgress(supported, create, patience);
      assert.ok(progress.at(() => "looking", 0.1));
      await turn();
      progress.done();
      assert.deepEqual(told, []);
    }
  });

  test("does not begin when the work ended before the editor was ready", async () => {
    const { told, create } = editor();
    const progress = new LateProgress(true, create, -1);
    progress.at(() => "looking", 0.1);
    progress.done();
    await turn();
    assert.deepEqual(told, []);
  });

  test("says so when the user cancels, and an editor that refuses does no harm", async () => {
    const { token, create } = editor();
    const progress = new LateProgress(true, create, -1);
    progress.at(() => "looking", 0.1);
    await turn();
    token.isCancellationRequested = true;
    assert.equal(
      progress.at(() => "looking", 0.2),
      false,
    );
    const refused = new LateProgress(true, () => Promise.reject(new Error("no")), -1);
    refused.at(() => "looking", 0.1);
    await turn();
    assert.ok(refused.at(() => "looking", 0.2));
    refused.done();
  });

  test("the search through a workspace goes file by file, and ends when it is cancelled", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`file:///srv/${n}/keepalived.conf`, "vrrp_instance A {\n}\n"]),
    );
    const client = await startServer({ files, folders: ["file:///srv"] });
    try {
      const { session } = client.server;
      const steps = session.discoverySteps(await session.newConfigurations());
      const parts: number[] = [];
      const search = inSlices(steps, CancellationToken.None, {
        slice: () => () => true,
        at: (part) => parts.push(part) < 20,
      });
      await assert.rejects(search, { code: LSPErrorCodes.RequestCancelled });
      // Two steps for each file, the first of which tells how far the search is.
      assert.deepEqual(parts.slice(0, 6), [0, 0, 0, 0.01, 0.01, 0.02]);
      assert.equal(client.host.reads.length, 10);
    } finally {
      await client.stop();
    }
  });
});
