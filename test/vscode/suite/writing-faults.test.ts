import { commands, Selection, window, workspace } from "vscode";
import { eventually, match, ok } from "./assert";
import { ui } from "./ui";
import { closeAll, open, workspaceFile } from "./workbench";

describe("a payload that cannot be saved", () => {
  afterEach(closeAll);

  it("stays open, and the message says why", async () => {
    const editor = await open("lvs-dr/keepalived.conf");
    const at = editor.document.positionAt(editor.document.getText().indexOf("virtual_server "));
    editor.selection = new Selection(at, at);
    await commands.executeCommand("keepalived.nsx.generatePolicy");
    const payload = await eventually(
      "the payload",
      () => window.visibleTextEditors.find((e) => e.document.uri.scheme === "keepalived-nsx")?.document,
    );
    // Where a file would have to be, there is a folder. What a full disk does: test/unit/client-write.test.ts.
    await commands.executeCommand("keepalived.nsx.savePayload", workspaceFile("lvs-dr"));
    ok((await workspace.fs.readDirectory(workspaceFile("lvs-dr"))).length > 0);
    ok(window.visibleTextEditors.some((e) => e.document === payload));
    if (ui.available) match(await ui.text("text=could not be saved"), /could not be saved: .*lvs-dr/);
  });
});
