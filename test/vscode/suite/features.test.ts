import {
  type CodeAction,
  type CodeLens,
  type CompletionList,
  commands,
  type DocumentHighlight,
  type DocumentLink,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type InlayHint,
  type Location,
  type MarkdownString,
  Position,
  Range,
  Selection,
  type SelectionRange,
  type SemanticTokens,
  type SignatureHelp,
  type SymbolInformation,
  type TextDocument,
  type TextEdit,
  type Uri,
  WorkspaceEdit,
  window,
  workspace,
} from "vscode";
import { equal, eventually, match, ok } from "./assert";
import { ui } from "./ui";
import { closeAll, open, workspaceFile, write } from "./workbench";

const MAIN = "site/keepalived/keepalived.conf";
const PART = "site/keepalived/scripts/web.conf";

const MAIN_TEXT = `# A site whose scripts stand in files of their own.
$VIP=192.0.2.80
global_defs {
    router_id lb1
    script_user root
    enable_script_security
}
include scripts/*.conf

vrrp_instance VI_WEB {
    state BACKUP
    interface ens192
    virtual_router_id 80
    priority 110
    advert_int 1
    virtual_ipaddress {
        \${VIP}/24
    }
    track_script {
        chk_web
    }
}

virtual_server \${VIP} 80 {
    delay_loop 6
    lb_algo wrr
    lb_kind NAT
    protocol TCP
    real_server 192.0.2.81 80 {
        TCP_CHECK {
            connect_timeout 3
        }
    }
}
`;
const PART_TEXT = `vrrp_script chk_web {
    script "/usr/bin/pgrep nginx"
    interval 2
    weight -20
}
`;

/** The place of a text in a document, some characters into it. */
function at(document: TextDocument, text: string, into = 1, occurrence = 0): Position {
  let offset = -1;
  for (let n = 0; n <= occurrence; n++) offset = document.getText().indexOf(text, offset + 1);
  ok(offset >= 0, `“${text}” is not in the document`);
  return document.positionAt(offset + into);
}

/** Asks a provider until it answers: the server may still be reading the file. */
function ask<T>(command: string, ...args: unknown[]): Promise<T> {
  return eventually(command, async () => {
    const answer = await commands.executeCommand<T>(command, ...args);
    return Array.isArray(answer) && answer.length === 0 ? undefined : answer;
  }) as Promise<T>;
}

/** Gives a document another text, and saves it: unlike a change on disk, that needs no file watcher. */
async function rewrite(document: TextDocument, text: string): Promise<void> {
  const edit = new WorkspaceEdit();
  edit.replace(
    document.uri,
    new Range(new Position(0, 0), document.lineAt(document.lineCount - 1).range.end),
    text,
  );
  ok(await workspace.applyEdit(edit));
  ok(await document.save());
}

const markdown = (hovers: readonly Hover[]): string =>
  hovers.flatMap((h) => h.contents.map((c) => (c as MarkdownString).value)).join("\n");
const path = (uri: Uri): string => uri.path.split("/").slice(-2).join("/");

describe("editor features", () => {
  let document: TextDocument;

  before(async () => {
    await write(PART, PART_TEXT);
    await write(MAIN, MAIN_TEXT);
  });
  beforeEach(async () => {
    document = (await open(MAIN)).document;
    // What another test saved may still be in memory.
    if (document.getText() !== MAIN_TEXT) await rewrite(document, MAIN_TEXT);
  });
  afterEach(async () => {
    await closeAll();
    await write(MAIN, MAIN_TEXT);
    await write(PART, PART_TEXT);
  });

  it("hover explains a keyword, with range and default", async () => {
    const text = markdown(
      await ask<Hover[]>("vscode.executeHoverProvider", document.uri, at(document, "priority")),
    );
    match(text, /priority/);
    match(text, /255/);
    match(text, /100/);
  });

  it("hover explains a definition", async () => {
    const place = at(document, "${VIP}/24", 3);
    match(markdown(await ask<Hover[]>("vscode.executeHoverProvider", document.uri, place)), /192\.0\.2\.80/);
  });

  it("completion offers what the block takes, and names that are declared elsewhere", async () => {
    const labels = async (position: Position) => {
      const list = await commands.executeCommand<CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        position,
      );
      return list.items.map((i) => (typeof i.label === "string" ? i.label : i.label.label));
    };
    const inInstance = await eventually("keywords of the instance", async () => {
      const found = await labels(at(document, "    advert_int", 4));
      return found.includes("nopreempt") ? found : undefined;
    });
    ok(!inInstance?.includes("lb_algo"), "keywords of other blocks are not offered");
    // In the browser the included file arrives a little later.
    await eventually("the name from the included file", async () =>
      (await labels(at(document, "        chk_web", 8))).includes("chk_web"),
    );
    ok((await labels(at(document, "lb_kind NAT", 8))).includes("DR"));
  });

  it("goes to a definition in an included file, and finds the references", async () => {
    const [definition] = await ask<Location[]>(
      "vscode.executeDefinitionProvider",
      document.uri,
      at(document, "        chk_web", 10),
    );
    equal(path(definition.uri), "scripts/web.conf");
    const references = await ask<Location[]>(
      "vscode.executeReferenceProvider",
      document.uri,
      at(document, "        chk_web", 10),
    );
    equal(references.map((r) => path(r.uri)).sort(), ["keepalived/keepalived.conf", "scripts/web.conf"]);
  });

  it("highlights the uses of a definition", async () => {
    const marks = await ask<DocumentHighlight[]>(
      "vscode.executeDocumentHighlights",
      document.uri,
      at(document, "$VIP="),
    );
    equal(marks.length, 3);
  });

  it("renames across files", async () => {
    const edit = await ask<WorkspaceEdit>(
      "vscode.executeDocumentRenameProvider",
      document.uri,
      at(document, "        chk_web", 10),
      "chk_nginx",
    );
    equal(edit.size, 2);
    ok(await workspace.applyEdit(edit));
    match(document.getText(), /chk_nginx/);
    match((await workspace.openTextDocument(workspaceFile(PART))).getText(), /vrrp_script chk_nginx/);
  });

  it("keeps an include in step when the file is moved", async () => {
    await write("site/keepalived/one.conf", "vrrp_script one {\n    script /bin/true\n}\n");
    await rewrite(
      document,
      MAIN_TEXT.replace("include scripts/*.conf", "include one.conf\ninclude scripts/*.conf"),
    );
    await ask<DocumentLink[]>("vscode.executeLinkProvider", document.uri);
    const move = new WorkspaceEdit();
    move.renameFile(workspaceFile("site/keepalived/one.conf"), workspaceFile("site/keepalived/two.conf"));
    ok(await workspace.applyEdit(move));
    await eventually("the new name in the include", () => document.getText().includes("include two.conf"));
  });

  it("links includes", async () => {
    await eventually("a link to the included file", async () => {
      const links = await commands.executeCommand<DocumentLink[]>("vscode.executeLinkProvider", document.uri);
      return links.some((l) => document.getText(l.range).includes("scripts/"));
    });
  });

  it("outlines a document, folds its blocks and widens a selection", async () => {
    const symbols = await ask<DocumentSymbol[]>("vscode.executeDocumentSymbolProvider", document.uri);
    ok(
      symbols.some((s) => s.name.includes("VI_WEB")),
      symbols.map((s) => s.name).join(),
    );
    ok(symbols.some((s) => s.children?.some((c) => c.name.includes("192.0.2.81"))));
    const folds = await ask<FoldingRange[]>("vscode.executeFoldingRangeProvider", document.uri);
    const line = at(document, "vrrp_instance").line;
    ok(folds.some((f) => f.start === line));
    const [selection] = await ask<SelectionRange[]>("vscode.executeSelectionRangeProvider", document.uri, [
      at(document, "connect_timeout 3", 16),
    ]);
    const steps: string[] = [];
    for (let s: SelectionRange | undefined = selection; s; s = s.parent)
      steps.push(document.getText(s.range));
    ok(steps.includes("connect_timeout 3"), steps[1]);
    ok(steps.some((s) => s.startsWith("real_server")));
  });

  it("finds symbols of the workspace by name and by address", async () => {
    const byName = await ask<SymbolInformation[]>("vscode.executeWorkspaceSymbolProvider", "chk_web");
    ok(byName.some((s) => path(s.location.uri) === "scripts/web.conf"));
    const byAddress = await ask<SymbolInformation[]>("vscode.executeWorkspaceSymbolProvider", "192.0.2.81");
    ok(byAddress.length > 0);
  });

  it("formats a document, a range, and while typing", async () => {
    const messy = MAIN_TEXT.replace("    state BACKUP\n", "state   BACKUP\n").replace(
      "    lb_algo",
      "\tlb_algo",
    );
    await rewrite(document, messy);
    const edits = await ask<TextEdit[]>("vscode.executeFormatDocumentProvider", document.uri, {
      tabSize: 4,
      insertSpaces: true,
    });
    const all = new WorkspaceEdit();
    all.set(document.uri, edits);
    ok(await workspace.applyEdit(all));
    equal(document.getText(), MAIN_TEXT);
    const some = await commands.executeCommand<TextEdit[] | undefined>(
      "vscode.executeFormatRangeProvider",
      document.uri,
      new Range(0, 0, 3, 0),
      { tabSize: 4, insertSpaces: true },
    );
    equal(some?.length ?? 0, 0);
  });

  it("colours by meaning", async () => {
    const tokens = await ask<SemanticTokens>("vscode.provideDocumentSemanticTokens", document.uri);
    ok(tokens.data.length > 50);
  });

  it("hints at defaults and resolved definitions", async () => {
    const hints = await ask<InlayHint[]>(
      "vscode.executeInlayHintProvider",
      document.uri,
      new Range(0, 0, document.lineCount, 0),
    );
    const labels = hints.map((h) =>
      typeof h.label === "string" ? h.label : h.label.map((p) => p.value).join(""),
    );
    ok(
      labels.some((l) => l.includes("192.0.2.80")),
      labels.join(" | "),
    );
    ok(
      labels.some((l) => l.includes("90")),
      "the priority when the script fails",
    );
  });

  it("shows lenses above declarations and virtual servers", async () => {
    const lenses = await ask<CodeLens[]>("vscode.executeCodeLensProvider", document.uri, 50);
    const titles = lenses.map((l) => l.command?.title ?? "");
    ok(
      titles.some((t) => /NSX/.test(t)),
      titles.join(" | "),
    );
    ok(titles.some((t) => /IPVS/.test(t)));
  });

  it("helps with the arguments of a statement", async () => {
    const help = await ask<SignatureHelp>(
      "vscode.executeSignatureHelpProvider",
      document.uri,
      at(document, "real_server 192.0.2.81 80", 20),
    );
    match(help.signatures[0].label, /real_server/);
    equal(help.activeParameter ?? help.signatures[0].activeParameter, 0);
  });

  it("offers refactorings", async () => {
    const actions = await ask<CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      new Range(at(document, "${VIP}/24", 3), at(document, "${VIP}/24", 3)),
      "refactor",
    );
    ok(actions.length > 0);
  });

  it("shows hover, completion and rename in the window", async function () {
    if (!ui.available) this.skip();
    const editor = window.activeTextEditor;
    ok(editor);
    const place = at(document, "lb_algo", 2);
    editor.selection = new Selection(place, place);
    await commands.executeCommand("editor.action.showHover");
    await ui.waitFor(".monaco-hover-content");
    match(await ui.text(".monaco-hover-content"), /lb_algo/);
    await ui.screenshot("hover");
  });
});
