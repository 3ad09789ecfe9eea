import { chmodSync } from "node:fs";
import { commands, languages, Uri, workspace } from "vscode";
import type { ConfigTestResult } from "../../../server/src/lsp/protocol";
import { equal, eventually, match, ok } from "./assert";
import { closeAll, open, workspaceFile, write } from "./workbench";

/** A program that speaks as keepalived does: it knows one word that the language server does not complain of. */
const PROGRAM = `#!/bin/sh
while [ $# -gt 0 ]; do case "$1" in -f) file=$2; shift ;; -f*) file=\${1#-f} ;; --use-file=*) file=\${1#*=} ;; esac; shift; done
echo "($file: Line 3) a message that only the program has" >&2
exit 5
`;

const setProgram = (path: string | undefined) =>
  workspace.getConfiguration("keepalived").update("executablePath", path, true);

describe("the real program", () => {
  afterEach(async () => {
    await setProgram(undefined);
    await closeAll();
  });

  it("is run by command, and what it says stands among the problems", async () => {
    const program = await write("program/keepalived", PROGRAM);
    chmodSync(program.fsPath, 0o755);
    await write(
      "program/site.keepalived.conf",
      "vrrp_instance VI_1 {\n    state BACKUP\n    interface eth0\n    virtual_router_id 9\n    priority 100\n    virtual_ipaddress {\n        198.51.100.9/24\n    }\n}\n",
    );
    const { document } = await open("program/site.keepalived.conf");
    const off = await commands.executeCommand<ConfigTestResult>("keepalived.runConfigTest");
    equal(off?.status, "off", "without a setting nothing is run");

    await setProgram(program.fsPath);
    const result = await eventually("the program's answer", async () => {
      const answer = await commands.executeCommand<ConfigTestResult>("keepalived.runConfigTest");
      return answer?.status === "done" ? answer : undefined;
    });
    ok(result);
    const found = await eventually("the message among the problems", () =>
      languages.getDiagnostics(document.uri).find((d) => d.message.includes("only the program has")),
    );
    equal(found?.range.start.line, 2);

    await setProgram(workspaceFile("program/missing").fsPath);
    const failed = await eventually("the failure", async () => {
      const answer = await commands.executeCommand<ConfigTestResult>("keepalived.runConfigTest");
      return answer?.status === "failed" ? answer : undefined;
    });
    match(failed?.text ?? "", /missing/);
    await workspace.fs.delete(Uri.joinPath(document.uri, ".."), { recursive: true });
  });
});
