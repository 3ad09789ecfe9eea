import type { ExtensionContext } from "vscode";
import { type Api, startClient } from "./client";

/** Entry point in a Node extension host: the server is a process, reached over node-ipc. */
export async function activateInNode(context: ExtensionContext): Promise<Api> {
  // Loaded here, not above: the other host runs this file, too, and has no Node.
  const { registerTasks } = await import("./tasks");
  registerTasks(context);
  const { LanguageClient, TransportKind } = await import("vscode-languageclient/node");
  const module = context.asAbsolutePath("server/dist/cli.js");
  return startClient(
    context,
    (options) =>
      // The transport appends --node-ipc to the arguments by itself.
      new LanguageClient("keepalived", "keepalived", { module, transport: TransportKind.ipc }, options),
  );
}
