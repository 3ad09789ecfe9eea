/** Long requests: what is done in slices, how cancelling ends it, and that others are answered between two slices. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CancellationTokenSource, LSPErrorCodes } from "vscode-languageserver";
import { checkProject } from "../../../server/src/checks/project";
import { DEFAULT_FORMAT, formatDocument, formatSteps } from "../../../server/src/features/format";
import { referenceSteps, references } from "../../../server/src/features/navigation";
import { foldSteps, folds, outline, outlineSteps } from "../../../server/src/features/outline";
import { isRefused, rename, renameSteps } from "../../../server/src/features/rename";
import { encodeTokens, tokenSteps } from "../../../server/src/features/semantic-tokens";
import { symbolSteps, workspaceSymbols } from "../../../server/src/features/workspace-symbols";
import { NEWEST_RELEASE } from "../../../server/src/language";
import { inSlices, nextTurn } from "../../../server/src/lsp/slices";
import { DEFAULT_DIALECT } from "../../../server/src/syntax/parser";
import { Tree } from "../../../server/src/syntax/tree";
import type { Steps } from "../../../server/src/text/steps";
import { makeSourceFile, sourceFileSteps } from "../../../server/src/workspace/files";
import { startServer } from "../support/lsp";

const URI = "file:///srv/keepalived.conf";
const BLOCK = (i: number) =>
  `vrrp_script chk {\n  script "/bin/true"\n}\nvrrp_instance V${i} {\ninterface eth0\n track_script {\nchk\n}\n}\n`;
const TEXT = Array.from({ length: 300 }, (_, i) => BLOCK(i)).join("");

function scene() {
  const file = makeSourceFile(URI, 1, TEXT, DEFAULT_DIALECT);
  const access = {
    file: () => ({ kind: "problem", problem: "missing" }) as const,
    glob: () => ({ uris: [], missing: [] }),
  };
  const project = checkProject(file, access, { target: NEWEST_RELEASE });
  const c = { file, project, locale: "en" as const, target: NEWEST_RELEASE };
  return { file, c, projects: [project], scope: { projectsOf: () => [project], access } };
}

/** Each kind of long work, made anew, and what it has to give. */
const WORK: Readonly<Record<string, { steps: () => Steps<unknown>; whole: () => unknown }>> = {
  formatting: {
    steps: () => formatSteps(scene().file, DEFAULT_FORMAT),
    whole: () => formatDocument(scene().file, DEFAULT_FORMAT),
  },
  "semantic tokens": {
    steps: () => tokenSteps(scene().file.tree),
    whole: () => encodeTokens(scene().file.tree),
  },
  "the outline": { steps: () => outlineSteps(scene().file, (i) => i), whole: () => outline(scene().file) },
  folding: { steps: () => foldSteps(scene().file), whole: () => folds(scene().file) },
  "symbols of the workspace": {
    steps: () => symbolSteps(scene().projects, "chk"),
    whole: () => workspaceSymbols(scene().projects, "chk"),
  },
  references: {
    steps: () => referenceSteps(scene().c, TEXT.indexOf("chk"), true, scene().projects),
    whole: () => references(scene().c, TEXT.indexOf("chk"), true),
  },
  renaming: {
    steps: () => renameSteps(scene().c, scene().scope, TEXT.indexOf("chk"), "other"),
    whole: () => rename(scene().c, scene().scope, TEXT.indexOf("chk"), "other"),
  },
};

/** Counts the steps that are done. */
function counted<R>(steps: Steps<R>): { steps: Steps<R>; done: () => number } {
  let done = 0;
  const counting = (function* (): Steps<R> {
    for (;;) {
      done++;
      const step = steps.next();
      if (step.done) return step.value;
      yield step.value;
    }
  })();
  return { steps: counting, done: () => done };
}

const pairs = () => {
  let n = 0;
  return () => ++n % 2 === 0;
};

describe("work in slices", () => {
  for (const [name, { steps, whole }] of Object.entries(WORK)) {
    test(`${name}: gives what is worked out at once`, async () => {
      const source = new CancellationTokenSource();
      const result = await inSlices(steps(), source.token, { slice: () => pairs() });
      assert.deepEqual(result, whole());
      assert.ok(!(Array.isArray(result) && result.length === 0), "there is something to find");
      assert.ok(typeof result !== "object" || result === null || !isRefused(result));
    });

    test(`${name}: ends with the slice in which it is cancelled`, async () => {
      const source = new CancellationTokenSource();
      const work = counted(steps());
      let slices = 0;
      const running = inSlices(work.steps, source.token, {
        slice: () => {
          if (++slices === 5) source.cancel();
          return pairs();
        },
      });
      await assert.rejects(running, { code: LSPErrorCodes.RequestCancelled });
      assert.equal(work.done(), 10);
      await nextTurn();
      assert.equal(work.done(), 10);
      assert.equal(slices, 5);
    });
  }

  test("does nothing for a request that is cancelled before it begins", async () => {
    const source = new CancellationTokenSource();
    source.cancel();
    const work = counted(WORK.formatting.steps());
    await assert.rejects(inSlices(work.steps, source.token), { code: LSPErrorCodes.RequestCancelled });
    assert.equal(work.done(), 0);
  });

  test("lets others have their turn between two slices", async () => {
    const order: string[] = [];
    const work = function* (): Steps<void> {
      for (const step of ["a", "b", "c", "d"]) {
        order.push(step);
        yield;
      }
    };
    setImmediate(() => order.push("other"));
    await inSlices(work(), new CancellationTokenSource().token, { slice: () => pairs() });
    assert.deepEqual(order, ["a", "b", "other", "c", "d"]);
  });

  test("a tree that is parsed in steps is the tree", () => {
    // Longer than one stretch, with braces that are looked for far ahead.
    const text = `${TEXT.repeat(4)}vrrp_instance A {\n${TEXT}}\n}\ndelay_loop 3 {\n${TEXT}`;
    const steps = Tree.parseSteps(text, DEFAULT_DIALECT, Tree.parse("").root);
    let count = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) count++;
    const whole = Tree.parse(text);
    assert.ok(count > 3, `${count} steps`);
    assert.deepEqual(step.value.items, whole.items);
    assert.deepEqual(step.value.starts, whole.starts);
    const file = sourceFileSteps(`${URI}.j2`, 1, "{{ a }} {\n}\n", DEFAULT_DIALECT);
    let parsed = file.next();
    while (!parsed.done) parsed = file.next();
    assert.deepEqual(
      parsed.value.template,
      makeSourceFile(`${URI}.j2`, 1, "{{ a }} {\n}\n", DEFAULT_DIALECT).template,
    );
  });
});

describe("a cancelled request", () => {
  const textDocument = { uri: URI };
  const position = { line: 0, character: 13 };
  const requests: Readonly<Record<string, object>> = {
    "workspace/symbol": { query: "chk" },
    "textDocument/references": { textDocument, position, context: { includeDeclaration: true } },
    "textDocument/rename": { textDocument, position, newName: "other" },
    "textDocument/formatting": { textDocument, options: { tabSize: 4, insertSpaces: true } },
    "textDocument/semanticTokens/full": { textDocument },
    "textDocument/semanticTokens/full/delta": { textDocument, previousResultId: "0" },
    "textDocument/documentSymbol": { textDocument },
    "textDocument/foldingRange": { textDocument },
    "textDocument/diagnostic": { textDocument },
    "workspace/diagnostic": { previousResultIds: [] },
    "workspace/willRenameFiles": { files: [{ oldUri: URI, newUri: `${URI}.old` }] },
  };
  const capabilities = { textDocument: { diagnostic: {} } };

  for (const [method, params] of Object.entries(requests))
    test(`${method} is answered as cancelled, and the next one as ever`, async () => {
      const client = await startServer({ capabilities });
      try {
        await client.open(URI, TEXT);
        const source = new CancellationTokenSource();
        const slow = client.connection.sendRequest(method, params, source.token);
        source.cancel();
        const hover = client.request("textDocument/hover", {
          textDocument,
          position: { line: 4, character: 2 },
        });
        await assert.rejects(slow, { code: LSPErrorCodes.RequestCancelled });
        assert.ok(await hover);
        await client.request(method, params);
      } finally {
        await client.stop();
      }
    });

  test("a text that changes while it is worked on: no answer about the old one", async () => {
    const client = await startServer({ capabilities });
    try {
      await client.open(URI, TEXT);
      await client.request("textDocument/documentSymbol", { textDocument });
      const { session } = client.server;
      const none = new CancellationTokenSource().token;
      const running = client.server.long("test", none, [], function* () {
        yield;
        session.changed(session.document(URI)!);
        return ["old"];
      });
      await assert.rejects(running, { code: LSPErrorCodes.ContentModified });
      // A fault in it is logged and answered as everywhere.
      const answer = await client.server.long("test", none, "fallback", () => {
        throw new Error("a bug");
      });
      assert.equal(answer, "fallback");
    } finally {
      await client.stop();
    }
  });
});
