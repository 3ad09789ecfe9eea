import { commands, Selection, window } from "vscode";
import { ok } from "./assert";
import { ui } from "./ui";
import { closeAll, open } from "./workbench";

describe("pictures", () => {
  afterEach(closeAll);
  it("first look", async function () {
    if (!ui.available) this.skip();
    const editor = await open("lvs-dr/keepalived.conf");
    editor.selection = new Selection(16, 0, 16, 0);
    await commands.executeCommand("keepalived.showTopology");
    await ui.waitFor("svg .node", { webview: true });
    await ui.screenshot("p topology");
    ok(window.activeTextEditor);
    await commands.executeCommand("workbench.action.closeEditorsInOtherGroups");
    await commands.executeCommand("keepalived.showPacketPath");
    await ui.waitFor("svg .row", { webview: true });
    await ui.screenshot("p packets");
  });
});
