import { commands, type Hover, languages, Position } from "vscode";
import { ErrorAction, type LanguageClient } from "vscode-languageclient/node";
import { equal, eventually, ok } from "./assert";
import { closeAll, extension, open, write } from "./workbench";

describe("a server that dies", () => {
  afterEach(closeAll);

  it("in the middle of a request is started again, with the open text", async () => {
    await write("crash/keepalived.conf", "vrrp_instance VI_1 {\n    priority 100\n}\n");
    const editor = await open("crash/keepalived.conf");
    const { client } = extension().exports as { client: LanguageClient };
    const pid = () => (client as unknown as { serverProcess?: { pid?: number } }).serverProcess?.pid;
    const first = pid();
    ok(first !== undefined, "the server is no process");
    // Not saved: the new server can only have it from the editor.
    await editor.edit((edit) => edit.insert(new Position(1, 0), "    priorty 100\n"));
    const asked = commands.executeCommand<Hover[]>(
      "vscode.executeHoverProvider",
      editor.document.uri,
      new Position(2, 6),
    );
    process.kill(first, "SIGKILL");
    // Answered or not, the request comes to an end.
    await Promise.race([
      asked.then(undefined, () => undefined),
      new Promise((done) => setTimeout(done, 5000)),
    ]);
    await eventually("another server", () => pid() !== undefined && pid() !== first);
    const hovers = await eventually("a hover of the new server", async () => {
      const found = await commands.executeCommand<Hover[]>(
        "vscode.executeHoverProvider",
        editor.document.uri,
        new Position(2, 6),
      );
      return found.length > 0 ? found : undefined;
    });
    ok(hovers && hovers.length > 0);
    const code = await eventually(
      "the finding in the text that was not saved",
      () =>
        languages
          .getDiagnostics(editor.document.uri)
          .map((d) => (typeof d.code === "object" ? d.code.value : d.code))
          .find((c) => c === "unknown-keyword") !== undefined,
    );
    equal(code, true);
  });

  it("while many messages are on their way to it is no reason to give up", async () => {
    await extension().activate();
    const { client } = extension().exports as { client: LanguageClient };
    // Each of them fails to be written, before it is known that the server has ended.
    for (const count of [1, 2, 4, 100]) {
      const answer = await client.clientOptions.errorHandler?.error(new Error("EPIPE"), undefined, count);
      equal(answer?.action, ErrorAction.Continue);
    }
  });
});
