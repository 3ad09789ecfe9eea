import { type CompletionList, commands, Position, workspace } from "vscode";
import { equal, eventually, ok } from "./assert";
import { closeAll, extension, open, workspaceFile, write } from "./workbench";

const sample = "lvs-dr/keepalived.conf";

/** Labels of the suggestions at the start of the first line. */
async function suggestions(): Promise<string[]> {
  const list = await commands.executeCommand<CompletionList>(
    "vscode.executeCompletionItemProvider",
    workspaceFile(sample),
    new Position(0, 0),
  );
  return list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
}

describe("the extension", () => {
  after(closeAll);

  it("becomes active when a keepalived.conf is opened", async () => {
    const editor = await open(sample);
    equal(editor.document.languageId, "keepalived");
    ok(extension().isActive);
  });

  it("completes with what the server answers", async () => {
    await eventually("a suggestion of the server", async () =>
      (await suggestions()).includes("virtual_server"),
    );
  });

  it("restarts the server", async () => {
    await commands.executeCommand("keepalived.restartServer");
    await eventually("a suggestion after the restart", async () =>
      (await suggestions()).includes("virtual_server"),
    );
  });
});

describe("language association", () => {
  for (const [path, language] of [
    ["assoc/site.keepalived.conf", "keepalived"],
    ["assoc/keepalived/conf.d/vs/web.conf", "keepalived"],
    ["assoc/keepalived.conf.j2", "keepalived"],
    ["assoc/keepalived/web.conf.erb", "keepalived"],
    ["assoc/other/nginx.conf.j2", "not keepalived"],
    ["assoc/other/nginx.conf", "not keepalived"],
  ] as const) {
    it(`${path} is ${language}`, async () => {
      const { languageId } = await workspace.openTextDocument(await write(path, "\n"));
      equal(languageId === "keepalived", language === "keepalived", `languageId is ${languageId}`);
    });
  }

  it("the first line of a file names the language as well", async () => {
    const uri = await write("assoc/ha", "! Configuration File for keepalived\n");
    equal((await workspace.openTextDocument(uri)).languageId, "keepalived");
  });
});
