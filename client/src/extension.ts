import type { ExtensionContext } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { startClient } from "./client";

/** Entry point in a Node extension host: the server is a process, reached over node-ipc. */
export async function activate(context: ExtensionContext): Promise<void> {
  const module = context.asAbsolutePath("server/dist/cli.js");
  await startClient(
    context,
    (options) =>
      // The transport appends --node-ipc to the arguments by itself.
      new LanguageClient("keepalived", "keepalived", { module, transport: TransportKind.ipc }, options),
  );
}
