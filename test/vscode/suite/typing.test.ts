import { commands, Selection } from "vscode";
import { eventually, match } from "./assert";
import { ui } from "./ui";
import { closeAll, open } from "./workbench";

describe("typing in the window", () => {
  before(function () {
    if (!ui.available) this.skip();
  });
  afterEach(closeAll);

  it("shows the suggest widget and inserts the suggestion", async () => {
    const editor = await open("lvs-dr/keepalived.conf");
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    editor.selection = new Selection(end, end);
    await commands.executeCommand("revealLine", { lineNumber: end.line, at: "center" });
    await commands.executeCommand("workbench.action.focusActiveEditorGroup");

    await ui.type("virtual_ser");
    match(await ui.text(".suggest-widget.visible .monaco-list-row"), /virtual_server/);
    await ui.screenshot("suggest widget");

    await ui.press("Enter");
    await ui.waitFor(".suggest-widget.visible", { gone: true });
    // The extension host hears of an edit a little later than the eye.
    await eventually("the suggestion in the text", () =>
      editor.document.lineAt(end.line).text.startsWith("virtual_server"),
    );
  });

  it("closes braces, indents below them, and turns lines into comments", async () => {
    const editor = await open("vrrp-unicast/lb1/keepalived.conf");
    const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
    editor.selection = new Selection(end, end);
    await commands.executeCommand("workbench.action.focusActiveEditorGroup");
    await ui.press("Enter");
    await ui.type("vrrp_script typed {");
    // Time enough for suggestions, which Enter would take: there must be none.
    await eventually("the brace", () => editor.document.getText().endsWith("typed {}"));
    await new Promise((over) => setTimeout(over, 700));
    await ui.press("Enter");
    await ui.type("interval 2");
    await eventually("the closed and indented block", () =>
      editor.document.getText().endsWith("vrrp_script typed {\n    interval 2\n}"),
    );
    await ui.press("Escape");
    await commands.executeCommand("editor.action.commentLine");
    await eventually("the comment", () => editor.document.getText().endsWith("    # interval 2\n}"));
    await commands.executeCommand("editor.action.commentLine");
    await eventually("the line again", () => editor.document.getText().endsWith("{\n    interval 2\n}"));
  });
});
