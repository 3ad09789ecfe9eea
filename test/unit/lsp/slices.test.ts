/** Long requests: what is done in slices, how cancelling ends it, and that others are answered between two slices. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CancellationTokenSource, LSPErrorCodes } from "vscode-languageserver";
import { checkProject, type Project } from "../../../server/src/checks/project";
import { checkPeers, peerSteps } from "../../../server/src/cluster/peers";
import { DEFAULT_FORMAT, formatDocument, formatSteps } from "../../../server/src/features/format";
import { hintSteps, inlayHints } from "../../../server/src/features/inlay-hints";
import { referenceSteps, references } from "../../../server/src/features/navigation";
import { foldSteps, folds, outline, outlineSteps } from "../../../server/src/features/outline";
import { packetPathSteps } from "../../../server/src/features/packet-path";
import { isRefused, rename, renameSteps } from "../../../server/src/features/rename";
import { encodeTokens, tokenSteps } from "../../../server/src/features/semantic-tokens";
import { syntaxTreeSteps, syntaxTreeText } from "../../../server/src/features/syntax-tree";
import { topology, topologySteps } from "../../../server/src/features/topology";
import { symbolSteps, workspaceSymbols } from "../../../server/src/features/workspace-symbols";
import { NEWEST_RELEASE } from "../../../server/src/language";
import { OpenDocument } from "../../../server/src/lsp/open-document";
import { type FileHost, Session } from "../../../server/src/lsp/session";
import { inSlices, nextTurn } from "../../../server/src/lsp/slices";
import {
  formatIpvs,
  formatIpvsSave,
  formatIpvsSaveSteps,
  formatIpvsSteps,
  ipvsSteps,
  ipvsTable,
} from "../../../server/src/lvs/ipvs";
import { differenceSteps, differences, fitSteps, fits } from "../../../server/src/nsx/diff";
import { explainText, explainTextSteps } from "../../../server/src/nsx/explain";
import { FORMS, render, renderSteps } from "../../../server/src/nsx/forms";
import { infraBody } from "../../../server/src/nsx/forms/hierarchical";
import { generate, generateSteps } from "../../../server/src/nsx/generate";
import { DEFAULT_DIALECT } from "../../../server/src/syntax/parser";
import { Tree } from "../../../server/src/syntax/tree";
import { finish, type Steps } from "../../../server/src/text/steps";
import { makeSourceFile, sourceFileSteps } from "../../../server/src/workspace/files";
import { startServer } from "../support/lsp";

const URI = "file:///srv/keepalived.conf";
const BLOCK = (i: number) =>
  `vrrp_script chk {\n  script "/bin/true"\n}\nvrrp_instance V${i} {\ninterface eth0\n track_script {\nchk\n}\n}\n`;
/** A service with no protocol has a hint. */
const SERVICE = (i: number) =>
  `virtual_server 192.0.2.${i} 80 {\n  lb_kind DR\n  real_server 198.51.100.${i} 80 {\n    TCP_CHECK {\n    }\n  }\n}\n`;
const TEXT =
  Array.from({ length: 300 }, (_, i) => BLOCK(i)).join("") +
  Array.from({ length: 40 }, (_, i) => SERVICE(i + 1)).join("");

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

const ALL = { kind: "all" } as const;
const policy = () => generate(scene().projects[0].views[0].config, ALL, { companion: true });
const HINTS = { defaults: true, definitions: true, networks: true, priorities: true };
const NODE = (i: number) =>
  `vrrp_instance A {\n  interface eth0\n  virtual_router_id 9\n  priority 100\n  virtual_ipaddress {\n    192.0.2.9/24\n  }\n  advert_int ${i}\n}\n`;
/** A cluster of six nodes that agree in little, and files of others. */
const nodes = () =>
  Array.from({ length: 12 }, (_, i) => {
    const uri = `file:///srv/${i}/keepalived.conf`;
    const text = i < 6 ? NODE(i + 1) : NODE(1).replace("_id 9", `_id ${i + 20}`);
    const { access } = scene().scope;
    const file = makeSourceFile(uri, 1, text, DEFAULT_DIALECT);
    return { uri, readings: checkProject(file, access, { target: NEWEST_RELEASE }).views };
  });

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
  "inlay hints": {
    steps: () => hintSteps(scene().c, 0, TEXT.length, HINTS),
    whole: () => inlayHints(scene().c, 0, TEXT.length, HINTS),
  },
  "the syntax tree": {
    steps: () => syntaxTreeSteps(scene().file.tree),
    whole: () => syntaxTreeText(scene().file.tree),
  },
  topology: {
    steps: () => topologySteps(scene().projects[0].views[0], undefined, [], "en"),
    whole: () => topology(scene().projects[0].views[0], undefined, [], "en"),
  },
  "packet paths": {
    steps: () => packetPathSteps(scene().projects[0].views[0], ALL, {}, "en"),
    whole: () => finish(packetPathSteps(scene().projects[0].views[0], ALL, {}, "en")),
  },
  "the IPVS table": {
    steps: () => ipvsSteps(scene().projects[0].views[0].config),
    whole: () => ipvsTable(scene().projects[0].views[0].config),
  },
  "the IPVS table as text": {
    steps: () => formatIpvsSteps(ipvsTable(scene().projects[0].views[0].config)),
    whole: () => formatIpvs(ipvsTable(scene().projects[0].views[0].config)),
  },
  "the IPVS table as commands": {
    steps: () => formatIpvsSaveSteps(ipvsTable(scene().projects[0].views[0].config)),
    whole: () => formatIpvsSave(ipvsTable(scene().projects[0].views[0].config)),
  },
  "an NSX policy": {
    steps: () => generateSteps(scene().projects[0].views[0].config, ALL, { companion: true }),
    whole: () => policy(),
  },
  "the explanation of a policy": {
    steps: () => explainTextSteps(policy()),
    whole: () => explainText(policy()),
  },
  "comparing a policy": {
    steps: () => differenceSteps(infraBody(policy().payload!), {}),
    whole: () => differences(infraBody(policy().payload!), {}),
  },
  "whether a policy still fits": {
    steps: () => fitSteps(policy(), infraBody(policy().payload!)),
    whole: () => fits(policy(), infraBody(policy().payload!)),
  },
  ...Object.fromEntries(
    FORMS.filter(({ form }) => form !== "exclude-list").map(({ form }) => [
      `a policy as ${form}`,
      {
        steps: () => renderSteps(policy().payload!, form),
        whole: () => render(policy().payload!, form),
      },
    ]),
  ),
  findings: {
    steps: function* () {
      return (yield* scene().projects[0].views[0].analysisSteps()).problems.map((p) => p.message);
    },
    whole: () => scene().projects[0].views[0].analysis.problems.map((p) => p.message),
  },
  "comparing nodes": {
    steps: function* () {
      return messagesOf(yield* peerSteps(nodes()));
    },
    whole: () => messagesOf(checkPeers(nodes())),
  },
};

const messagesOf = ({ byFile }: ReturnType<typeof checkPeers>): string[] =>
  [...byFile.values()].flatMap((list) => list.map((f) => f.message.en));

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
    "textDocument/inlayHint": {
      textDocument,
      range: { start: { line: 0, character: 0 }, end: { line: 9999, character: 0 } },
    },
    "keepalived/topology": { uri: URI },
    "keepalived/packetPath": { uri: URI },
    "keepalived/ipvs": { uri: URI },
    "keepalived/nsx/generate": { uri: URI },
    "keepalived/nsx/diff": { uri: URI, document: "{}" },
    "keepalived/nsx/verify": { uri: URI, document: "{}" },
    "keepalived/realServer": { uri: URI, format: "sh" },
    "keepalived/resolvedConfiguration": { uri: URI },
    "keepalived/syntaxTree": { uri: URI },
    "keepalived/status": { uri: URI },
    "keepalived/peers": { uri: URI },
    "keepalived/compare": { uri: URI },
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

describe("a configuration of many files", () => {
  const FOLDER = "file:///srv/conf.d";
  const names = Array.from({ length: 50 }, (_, n) => `${FOLDER}/${n + 10}.conf`);
  const host: FileHost = {
    read: (uri) => ({ text: BLOCK(names.indexOf(uri)).repeat(20) }),
    glob: () => ({ uris: names, missing: [] }),
    list: () => [],
    exists: (uri) => names.includes(uri),
    findConfigurations: async () => [],
  };
  const ROOT = "include conf.d/*.conf\n";
  const opened = () => {
    const session = new Session(host);
    session.open(URI, "keepalived", 1, ROOT);
    return session;
  };
  const told = (projects: readonly Project[]) =>
    projects.map((p) => [
      p.files.map((f) => f.uri),
      p.findings.map((f) => [f.rule.code, f.uri, f.start, f.end]),
    ]);

  test("is read in steps, a file or a stretch of it each, and comes out as at once", () => {
    const session = opened();
    const steps = session.projectsOfSteps(URI);
    let count = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) count++;
    assert.ok(count >= 2 * names.length, `${count} steps`);
    const { value } = step;
    assert.equal(value[0].files.length, names.length + 1);
    assert.deepEqual(told(value), told(opened().projectsOf(URI)));
    assert.equal(session.projectsOf(URI)[0], value[0], "it is kept");
  });

  test("is read once for all who ask at the same time", () => {
    const session = opened();
    const [one, other] = [session.projectsOfSteps(URI), session.projectsOfSteps(URI)];
    for (let n = 0; n < 40; n++) assert.ok(!one.next().done);
    let rest = 0;
    let step = other.next();
    for (; !step.done; step = other.next()) rest++;
    let alone = 0;
    for (const steps = opened().projectsOfSteps(URI); !steps.next().done; ) alone++;
    assert.ok(rest <= alone - 35, `${rest} steps after 40 of ${alone}`);
    assert.equal(finish(one)[0], step.value[0]);
  });

  test("is read anew when a file changes meanwhile", () => {
    const session = opened();
    const steps = session.projectsOfSteps(URI);
    for (let n = 0; n < 40; n++) assert.ok(!steps.next().done);
    const changed = session.open(names[3], "keepalived", 1, "vrrp_instance NEW {\n}\n");
    changed.update(
      [
        {
          range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } },
          text: "    nonsense 1\n",
        },
      ],
      2,
    );
    session.changed(changed);
    const [project] = finish(steps);
    assert.equal(
      project.files.find((f) => f.uri === names[3]),
      changed.file,
    );
    const fresh = new Session(host);
    fresh.open(URI, "keepalived", 1, ROOT);
    fresh.open(names[3], "keepalived", 1, String(changed.source));
    assert.deepEqual(told([project]), told(fresh.projectsOf(URI)));
  });

  test("a file that changes on disk while it is read is not kept as it was", () => {
    const texts = new Map(names.map((uri, n) => [uri, BLOCK(n).repeat(2000)]));
    const session = new Session({ ...host, read: (uri) => ({ text: texts.get(uri)! }) });
    session.open(URI, "keepalived", 1, ROOT);
    const steps = session.projectsOfSteps(URI);
    for (let n = 0; n < 3; n++) assert.ok(!steps.next().done);
    texts.set(names[0], "vrrp_instance NEW {\n}\n");
    session.fileChanged(names[0], true);
    const file = finish(steps)[0].files.find((f) => f.uri === names[0]);
    assert.equal(file?.text, texts.get(names[0]));
  });
});

describe("a long text that is opened", () => {
  const SMALL = "file:///srv/other.conf";
  const SMALL_TEXT = "vrrp_instance A {\n  state BACKUP\n}\n";
  /** Many slices to parse. */
  const LONG = Array.from({ length: 60_000 }, (_, i) => BLOCK(i)).join("");
  const capabilities = { textDocument: { diagnostic: {} } };
  const textDocument = { uri: URI };
  const at = (line: number, character: number) => ({ line, character });
  const insert = (position: ReturnType<typeof at>, text: string) => ({
    range: { start: position, end: position },
    text,
  });

  test("others are answered before it is parsed, and a cancelled request about it", async () => {
    const client = await startServer({ capabilities });
    try {
      await client.open(SMALL, SMALL_TEXT);
      const big = () => client.server.session.document(URI);
      for (const method of [
        "textDocument/documentSymbol",
        "textDocument/diagnostic",
        "keepalived/topology",
      ]) {
        await client.open(URI, LONG);
        const source = new CancellationTokenSource();
        const slow = client.connection.sendRequest(method, { textDocument, uri: URI }, source.token);
        const hover = await client.request("textDocument/hover", {
          textDocument: { uri: SMALL },
          position: at(1, 3),
        });
        assert.ok(hover);
        assert.equal(big()?.isParsed, false, method);
        source.cancel();
        await assert.rejects(slow, { code: LSPErrorCodes.RequestCancelled });
        assert.equal(big()?.isParsed, false, method);
        await client.notify("textDocument/didClose", { textDocument });
      }
      await client.open(URI, LONG);
      // Requests that are not long wait for it, too.
      assert.ok(await client.request("textDocument/hover", { textDocument, position: at(3, 2) }));
      assert.equal(big()?.isParsed, true);
    } finally {
      await client.stop();
    }
  });

  test("edits that arrive before it is parsed are in the tree, in their order", async () => {
    const client = await startServer({ capabilities });
    try {
      await client.open(URI, LONG);
      const symbols = client.connection.sendRequest("textDocument/documentSymbol", { textDocument });
      const refused = assert.rejects(symbols, { code: LSPErrorCodes.ContentModified });
      const change = (version: number, contentChanges: object[]) =>
        client.notify("textDocument/didChange", { textDocument: { uri: URI, version }, contentChanges });
      await change(2, [insert(at(0, 0), "b"), insert(at(0, 0), "a")]);
      await change(3, [insert(at(0, 1), "-"), insert(at(0, 3), " {\n}\n")]);
      await refused;
      const names = await client.request<{ name: string }[]>("textDocument/documentSymbol", { textDocument });
      assert.equal(names.length, 120_001);
      const text = `a-b {\n}\n${LONG}`;
      const { file } = client.server.session.document(URI)!;
      assert.equal(file.text, text);
      assert.deepEqual(file.tree.starts, Tree.parse(text).starts);
    } finally {
      await client.stop();
    }
  });

  test("what is parsed before an edit is not taken for the new text", () => {
    const text = LONG.slice(0, 1_000_000);
    const document = new OpenDocument(URI, "keepalived", 1, text, DEFAULT_DIALECT);
    const steps = document.parseSteps();
    for (let n = 0; n < 5; n++) assert.ok(!steps.next().done);
    document.update([insert(at(1, 0), "}\n")], 2);
    assert.ok(!document.isParsed);
    const now = String(document.source);
    const file = finish(steps);
    assert.equal(file.text, now);
    const fresh = Tree.parse(now);
    assert.deepEqual(file.tree.starts, fresh.starts);
    assert.deepEqual(file.tree.items, fresh.items);
    document.update([{ text: "" }], 3);
    assert.equal(document.file.text, "");
  });

  test("its diagnostics are published for the newest text", async () => {
    const client = await startServer();
    try {
      const wrong = `${LONG.slice(0, LONG.indexOf("vrrp_script", 400_000))}nonsense\n`;
      type Published = { version: number; diagnostics: { code: string; range: { start: object } }[] };
      const published = client.next<Published>("textDocument/publishDiagnostics");
      await client.open(URI, wrong);
      await client.notify("textDocument/didChange", {
        textDocument: { uri: URI, version: 2 },
        contentChanges: [insert(at(0, 0), "rubbish\n")],
      });
      const { version, diagnostics } = await published;
      assert.equal(version, 2);
      const unknown = diagnostics.filter((d) => d.code === "unknown-keyword").map((d) => d.range.start);
      assert.deepEqual(unknown, [at(0, 0), at(wrong.split("\n").length - 1, 0)]);
    } finally {
      await client.stop();
    }
  });

  test("a command about it begins again when the text changes", async () => {
    const client = await startServer({ capabilities });
    try {
      await client.open(URI, LONG + SERVICE(1));
      const table = client.request<{ text: string }>("keepalived/ipvs", { uri: URI });
      await client.notify("textDocument/didChange", {
        textDocument: { uri: URI, version: 2 },
        contentChanges: [insert(at(0, 0), SERVICE(2))],
      });
      const { text } = await table;
      assert.match(text, /192\.0\.2\.1:80/);
      assert.match(text, /192\.0\.2\.2:80/);
    } finally {
      await client.stop();
    }
  });
});
