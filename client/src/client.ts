import { commands, type ExtensionContext, type LogOutputChannel, l10n, window } from "vscode";
import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";

/** Makes the client for one kind of host: a process in Node, a worker in the browser. */
export type ClientFactory = (options: LanguageClientOptions) => BaseLanguageClient;

/**
 * Starts the language server and registers what both hosts have in common.
 * The two entry points, extension.ts and browser.ts, differ only in the factory.
 */
export async function startClient(context: ExtensionContext, createClient: ClientFactory): Promise<void> {
  const log: LogOutputChannel = window.createOutputChannel("keepalived", { log: true });
  const client = createClient({
    // No scheme: untitled files, virtual workspaces and diffs get the same help as files on disk.
    documentSelector: [{ language: "keepalived" }],
    outputChannel: log,
  });
  context.subscriptions.push(
    log,
    // Disposables are not awaited; deactivate() of VS Code gives the server its time through stop().
    { dispose: () => void client.stop() },
    commands.registerCommand("keepalived.restartServer", async () => {
      try {
        await client.stop();
        await client.start();
      } catch (error) {
        log.error(String(error));
        void window.showErrorMessage(l10n.t("The keepalived language server did not restart."));
      }
    }),
  );
  await client.start();
}
