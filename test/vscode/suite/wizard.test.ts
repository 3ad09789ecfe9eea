import { commands, languages, Uri, window, workspace } from "vscode";
import type { NewConfiguration } from "../../../client/src/wizard";
import { equal, eventually, match, ok } from "./assert";
import { ui } from "./ui";
import { closeAll, extension } from "./workbench";

const INPUT = ".quick-input-widget:not(.hidden)";

/** Answers the question that is shown, once it is the one with this text in it. */
async function answer(prompt: string, text?: string): Promise<void> {
  await ui.waitFor(`${INPUT} >> text=${prompt}`);
  if (text !== undefined) {
    await ui.press("Control+a");
    await ui.type(text);
  }
  await ui.press("Enter");
}

describe("New Configuration", () => {
  before(async function () {
    if (!ui.available) this.skip();
    await extension().activate();
  });
  afterEach(closeAll);

  it("asks for what it must know, and writes a clean pair of nodes with all that goes with it", async () => {
    const done = commands.executeCommand<NewConfiguration>("keepalived.newConfiguration");
    await ui.waitFor(`${INPUT} >> text=Pair of LVS-DR directors`);
    await ui.screenshot("wizard first question");
    await ui.press("Enter");
    // What is wrong is told at once, and not accepted.
    await answer("Virtual address", "203.0.113.10");
    await ui.waitFor(`${INPUT} >> text=The prefix of the segment is needed`);
    await ui.screenshot("wizard refuses");
    await ui.press("Control+a");
    await ui.type("203.0.113.10/24");
    await ui.press("Enter");
    await answer("Ports of the service", "80, 443");
    await answer("real servers", "203.0.113.21, 203.0.113.22");
    // One step back: the answer is still there.
    await ui.waitFor(`${INPUT} >> text=two directors; the first`);
    await ui.click(`${INPUT} .codicon-quick-input-back`);
    await ui.waitFor(`${INPUT} >> text=Addresses of the real servers`);
    await answer("real servers");
    await answer("two directors; the first", "203.0.113.11 203.0.113.12");
    await answer("Names of the two");
    await answer("Interface");
    await answer("virtual_router_id");
    await answer("Check of the real servers", "http");
    await answer("Path of the page", "/health");
    await ui.waitFor(`${INPUT} >> text=203.0.113.10`);
    await ui.press("Enter");

    const result = await done;
    ok(result);
    const names = result.files.map((uri) => workspace.asRelativePath(uri));
    equal(names, [
      "203.0.113.10/lb1/keepalived.conf",
      "203.0.113.10/lb2/keepalived.conf",
      "203.0.113.10/real-server.sh",
      "203.0.113.10/policy.nsx.json",
    ]);
    equal(window.activeTextEditor?.document.uri.path, result.files[0].path);
    await ui.screenshot("wizard result");
    const read = async (uri: Uri) => new TextDecoder().decode(await workspace.fs.readFile(uri));
    match(await read(result.files[1]), /router_id lb2[\s\S]*unicast_src_ip 203\.0\.113\.12/);
    match(await read(result.files[2]), /VIPS4="203\.0\.113\.10"/);
    const policy = JSON.parse(await read(result.files[3]));
    equal(policy.resource_type, "Infra");
    match(JSON.stringify(policy), /"stateful":false/);
    for (const uri of result.files.slice(0, 2)) {
      await window.showTextDocument(uri);
      await commands.executeCommand("vscode.executeDocumentSymbolProvider", uri);
      await eventually("a clean node", () =>
        languages.getDiagnostics(uri).every((d) => d.severity > 1) ? true : undefined,
      );
    }
    await workspace.fs.delete(Uri.joinPath(result.files[0], "../.."), { recursive: true });
  });

  it("begins with a sample", async () => {
    const done = commands.executeCommand<NewConfiguration>("keepalived.newConfiguration");
    await ui.waitFor(`${INPUT} >> text=LVS-TUN`);
    await ui.type("LVS-TUN");
    await ui.press("Enter");
    await done;
    equal(window.activeTextEditor?.document.languageId, "keepalived");
    match(window.activeTextEditor?.document.getText() ?? "", /lb_kind TUN/);
  });
});
