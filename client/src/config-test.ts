/** The command that has the real keepalived check the file that is open. What it says appears among the problems. */
import { commands, l10n, window } from "vscode";
import { type ConfigTestResult, Requests } from "../../server/src/lsp/protocol";
import { type Host, isConfiguration } from "./client";

export function registerConfigTest({ context, request, log }: Host): void {
  context.subscriptions.push(
    commands.registerCommand("keepalived.runConfigTest", async () => {
      const document = window.activeTextEditor?.document;
      if (!isConfiguration(document)) {
        void window.showInformationMessage(l10n.t("Open a keepalived configuration first."));
        return undefined;
      }
      // The program reads what is on the disk.
      if (document.isDirty && !(await document.save())) return undefined;
      const result = await request<ConfigTestResult>(Requests.configTest, { uri: document.uri.toString() });
      if (result) void tell(result, log);
      return result;
    }),
  );
}

async function tell({ status, text, messages }: ConfigTestResult, log: Host["log"]): Promise<void> {
  if (status === "off") {
    const settings = l10n.t("Open Settings");
    if ((await window.showInformationMessage(text, settings)) === settings)
      await commands.executeCommand("workbench.action.openSettings", "keepalived.executablePath");
  } else if (status === "failed") {
    const output = l10n.t("Show Output");
    if ((await window.showWarningMessage(text, output)) === output) log.show();
  } else if (status === "done" && messages > 0) {
    await commands.executeCommand("workbench.actions.view.problems");
    window.setStatusBarMessage(text, 8000);
  } else void window.showInformationMessage(text);
}
