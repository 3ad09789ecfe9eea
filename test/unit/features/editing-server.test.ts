import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { after, before, describe, it } from "node:test";
import {
  type CodeAction,
  type CodeLens,
  createConnection,
  createProtocolConnection,
  InitializeRequest,
  type InlayHint,
  type ProtocolConnection,
  type SelectionRange,
  type SemanticTokens,
  type SemanticTokensDelta,
  type SignatureHelp,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { editingCapabilities } from "../../../server/src/lsp/editing";
import { serve } from "../../../server/src/lsp/server";
import type { FileHost } from "../../../server/src/lsp/session";

const NO_FILES: FileHost = {
  read: () => ({ problem: "missing" }),
  exists: () => false,
  glob: () => ({ uris: [], missing: [] }),
  list: () => [],
  findConfigurations: async () => [],
};

const URI = "file:///etc/keepalived/keepalived.conf";
const TEXT = `vrrp_script chk { script "/bin/true"
 weight -2 }
vrrp_instance VI_1 {
  interface eth0
  priority 101
  virtual_ipaddress {
    10.29.7.10/24 dev eth0
    10.29.7.11/24 dev eth0
  }
  track_script { chk }
}
virtual_server 10.29.7.10 80 {
  lb_kind DR
}
`;

describe("the server", () => {
  let client: ProtocolConnection;
  let document: TextDocument;
  const textDocument = { uri: URI };
  const messages: string[] = [];
  const at = (needle: string, shift = 0) => document.positionAt(document.getText().indexOf(needle) + shift);
  const whole = () => ({
    start: document.positionAt(0),
    end: document.positionAt(document.getText().length),
  });

  before(async () => {
    const up = new PassThrough();
    const down = new PassThrough();
    serve(createConnection(new StreamMessageReader(up), new StreamMessageWriter(down)), NO_FILES);
    client = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
    client.onRequest("window/showMessageRequest", (p: { message: string }) => {
      messages.push(p.message);
      return null;
    });
    client.listen();
    const { capabilities } = await client.sendRequest(InitializeRequest.type, {
      processId: null,
      rootUri: null,
      initializationOptions: { commands: true },
      capabilities: {
        workspace: { workspaceFolders: true },
        textDocument: { codeAction: { dataSupport: true, resolveSupport: { properties: ["edit"] } } },
      },
    });
    assert.deepEqual(
      Object.keys(editingCapabilities).filter((name) => !(name in capabilities)),
      [],
    );
    client.sendNotification("initialized", {});
    open(TEXT);
  });
  after(() => client.dispose());

  function open(text: string) {
    document = TextDocument.create(URI, "keepalived", 1, text);
    client.sendNotification("textDocument/didOpen", {
      textDocument: { uri: URI, languageId: "keepalived", version: 1, text },
    });
  }

  it("formats with the options of the request", async () => {
    const edits = await client.sendRequest<TextEdit[]>("textDocument/formatting", {
      textDocument,
      options: { tabSize: 2, insertSpaces: true },
    });
    const result = TextDocument.applyEdits(document, edits);
    assert.match(result, /^vrrp_script chk \{\n {2}script "\/bin\/true"\n {2}weight -2\n\}\n/);
    const line = { start: at("  interface"), end: at("eth0", 4) };
    const one = await client.sendRequest<TextEdit[]>("textDocument/rangeFormatting", {
      textDocument,
      range: line,
      options: { tabSize: 8, insertSpaces: false },
    });
    assert.deepEqual(
      one.map((e) => e.newText),
      ["\t"],
    );
    const typed = await client.sendRequest<TextEdit[]>("textDocument/onTypeFormatting", {
      textDocument,
      position: at("  }\n  track", 3),
      ch: "}",
      options: { tabSize: 4, insertSpaces: true },
    });
    assert.equal(typed.length, 4);
  });

  it("sends tokens whole, in part, and as differences", async () => {
    const full = await client.sendRequest<SemanticTokens>("textDocument/semanticTokens/full", {
      textDocument,
    });
    const part = await client.sendRequest<SemanticTokens>("textDocument/semanticTokens/range", {
      textDocument,
      range: { start: at("virtual_server"), end: at("lb_kind", 3) },
    });
    assert.equal(part.data.length, 5 * 5);
    assert.deepEqual(part.data.slice(5), full.data.slice(-4 * 5));
    const position = at("priority 101", 9);
    client.sendNotification("textDocument/didChange", {
      textDocument: { uri: URI, version: 2 },
      contentChanges: [{ range: { start: position, end: position }, text: "1" }],
    });
    const delta = await client.sendRequest<SemanticTokensDelta>("textDocument/semanticTokens/full/delta", {
      textDocument,
      previousResultId: full.resultId,
    });
    assert.equal(delta.edits.length, 1);
    assert.ok(delta.edits[0].start > 0);
    const data = [...full.data];
    data.splice(delta.edits[0].start, delta.edits[0].deleteCount, ...(delta.edits[0].data ?? []));
    const again = await client.sendRequest<SemanticTokens>("textDocument/semanticTokens/full", {
      textDocument,
    });
    assert.deepEqual(again.data, data);
    client.sendNotification("textDocument/didChange", {
      textDocument: { uri: URI, version: 3 },
      contentChanges: [{ text: TEXT }],
    });
    // A result that is not known any more.
    const fresh = await client.sendRequest<SemanticTokens>("textDocument/semanticTokens/full/delta", {
      textDocument,
      previousResultId: "gone",
    });
    assert.deepEqual(fresh.data, full.data);
  });

  it("shows hints, lenses and signatures", async () => {
    const hints = await client.sendRequest<InlayHint[]>("textDocument/inlayHint", {
      textDocument,
      range: whole(),
    });
    assert.deepEqual(
      hints.map((h) => [h.position.line, h.label]),
      [
        [2, "state BACKUP, advert_int 1"],
        [4, "101; 99 if chk fails"],
        [6, "10.29.7.0/24"],
        [7, "10.29.7.0/24"],
        [11, "protocol UDP, lb_algo wlc"],
      ],
    );
    const lenses = await client.sendRequest<CodeLens[]>("textDocument/codeLens", { textDocument });
    assert.deepEqual(
      lenses.map((l) => l.command?.command),
      [undefined, "keepalived.nsx.generatePolicy", "keepalived.showPacketPath", "keepalived.showIpvsTable"],
    );
    assert.deepEqual(lenses[1].command?.arguments, [URI, { line: 11, character: 0 }]);
    const resolved = await client.sendRequest<CodeLens>("codeLens/resolve", lenses[0]);
    assert.equal(resolved.command?.title, "1 reference");
    assert.equal(resolved.command?.command, "keepalived.showReferences");
    assert.deepEqual(resolved.command?.arguments?.[2], [
      { uri: URI, range: { start: at("chk }"), end: at("chk }", 3) } },
    ]);
    const help = await client.sendRequest<SignatureHelp>("textDocument/signatureHelp", {
      textDocument,
      position: at("lb_kind DR", 8),
    });
    assert.equal(help.activeParameter, 0);
    assert.match(help.signatures[0].label, /^lb_kind NAT\|DR\|TUN /);
    const [selection] = await client.sendRequest<SelectionRange[]>("textDocument/selectionRange", {
      textDocument,
      positions: [at("DR")],
    });
    assert.deepEqual(selection.range, { start: at("DR"), end: at("DR", 2) });
    assert.deepEqual(selection.parent?.range, { start: at("lb_kind"), end: at("DR", 2) });
  });

  it("works refactorings out when they are chosen", async () => {
    const ask = (needle: string, only: string[]) =>
      client.sendRequest<CodeAction[]>("textDocument/codeAction", {
        textDocument,
        range: { start: at(needle), end: at(needle) },
        context: { diagnostics: [], only },
      });
    const [action] = await ask("10.29.7.11/24", ["refactor"]);
    assert.equal(action.kind, "refactor.rewrite");
    assert.equal(action.edit, undefined);
    const { edit } = await client.sendRequest<CodeAction>("codeAction/resolve", action);
    assert.equal(edit?.changes?.[URI].length, 2);
    assert.deepEqual(await ask("10.29.7.11/24", ["refactor.inline"]), []);
    assert.deepEqual(
      (await ask("10.29.7.11/24", ["quickfix"])).filter((a) => a.kind?.startsWith("refactor")),
      [],
    );
  });

  it("says why a refactoring is not done", async () => {
    open("global_defs {\n    vrrp_version $A\n}\n$A=3\n");
    const [action] = await client.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument,
      range: { start: at("$A=", 1), end: at("$A=", 1) },
      context: { diagnostics: [], only: ["refactor.inline"] },
    });
    const { edit } = await client.sendRequest<CodeAction>("codeAction/resolve", action);
    assert.equal(edit, undefined);
    assert.match(messages.join(), /read the configuration differently/);
  });
});
