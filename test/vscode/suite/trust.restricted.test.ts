import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commands, languages, Position, workspace } from "vscode";
import type { ConfigTestResult } from "../../../server/src/lsp/protocol";
import { equal, eventually, ok } from "./assert";
import { closeAll, extension, open, workspaceFile, write } from "./workbench";

describe("Restricted Mode", () => {
  after(closeAll);

  it("leaves the extension at work", async () => {
    equal(workspace.isTrusted, false);
    await open("lvs-dr/keepalived.conf");
    ok(extension().isActive);
  });

  it("runs no program, whoever names it: the workspace or the user", async () => {
    const program = await write("program/keepalived", '#!/bin/sh\n: > "$0.ran"\n');
    chmodSync(program.fsPath, 0o755);
    await write(".vscode/settings.json", JSON.stringify({ "keepalived.executablePath": program.fsPath }));
    await write("program/site.keepalived.conf", "vrrp_instance VI_1 {\n}\n");
    const editor = await open("program/site.keepalived.conf");
    const settings = () => workspace.getConfiguration("keepalived");
    const check = async () => {
      const result = await commands.executeCommand<ConfigTestResult>("keepalived.runConfigTest");
      equal(result?.status, "untrusted");
      await editor.edit((edit) => edit.insert(new Position(0, 0), "# saved\n"));
      ok(await editor.document.save());
      // The server has dealt with the save once it answers what was asked after it.
      await commands.executeCommand("vscode.executeDocumentSymbolProvider", editor.document.uri);
      ok(!existsSync(`${program.fsPath}.ran`), "the program has run");
    };
    equal(settings().get("executablePath"), "", "the setting of the workspace counts");
    await check();
    try {
      await settings().update("executablePath", program.fsPath, true);
      await check();
    } finally {
      await settings().update("executablePath", undefined, true);
    }
  });

  it("reads nothing outside of the workspace", async () => {
    const outside = mkdtempSync(join(tmpdir(), "keepalived-outside-"));
    try {
      writeFileSync(join(outside, "part.conf"), "nonsense_of_another_folder x\n");
      await write("outside/keepalived.conf", `include ${outside}/part.conf\ninclude inner.conf\n`);
      await write("outside/inner.conf", "nonsense_of_this_folder x\n");
      const { document } = await open("outside/keepalived.conf");
      const codes = () =>
        languages
          .getDiagnostics(document.uri)
          .map((d) => (typeof d.code === "object" ? String(d.code.value) : String(d.code)));
      await eventually("the finding that the include was not read", () =>
        codes().includes("include-unreadable"),
      );
      const resolved = await extension().exports.client.sendRequest("keepalived/resolvedConfiguration", {
        uri: document.uri.toString(),
      });
      ok(resolved.text.includes("nonsense_of_this_folder"), resolved.text);
      ok(!JSON.stringify(resolved).includes("nonsense_of_another_folder"), resolved.text);
    } finally {
      rmSync(outside, { recursive: true, force: true });
      await workspace.fs.delete(workspaceFile("outside"), { recursive: true });
    }
  });
});
