import { type ExtensionContext, Uri } from "vscode";
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from "vscode-languageclient/browser";
import { startClient } from "./client";

/** Entry point in a web extension host: the server is a worker beside the extension's own. */
export async function activate(context: ExtensionContext): Promise<void> {
  const script = Uri.joinPath(context.extensionUri, "server/dist/worker.js");
  let worker: Worker | undefined;
  const startWorker = async () => {
    worker?.terminate(); // the one before a restart
    worker = new Worker(await workerUrl(script));
    // Not the worker itself: VS Code wraps the class, so the client does not recognize it as one.
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
  };
  context.subscriptions.push({ dispose: () => worker?.terminate() });
  await startClient(
    context,
    (options) => new LanguageClient("keepalived", "keepalived", startWorker, options),
  );
}

/** VS Code starts no worker from the files of a remote machine, but lets them be fetched. */
async function workerUrl(script: Uri): Promise<string> {
  const url = script.toString(true);
  if (script.scheme !== "vscode-remote") return url;
  const response = await fetch(url);
  return URL.createObjectURL(await response.blob());
}
