import { type ExtensionContext, Uri } from "vscode";
import { type Api, startClient } from "./client";

/** Entry point in a web extension host: the server is a worker beside the extension's own. */
export async function activateInBrowser(context: ExtensionContext): Promise<Api> {
  // Loaded here, not above: Node runs this file, too.
  const { BrowserMessageReader, BrowserMessageWriter, LanguageClient } = await import(
    "vscode-languageclient/browser"
  );
  const script = Uri.joinPath(context.extensionUri, "server/dist/server.js");
  let worker: Worker | undefined;
  const startWorker = async () => {
    worker?.terminate(); // the one before a restart
    worker = new Worker(await workerUrl(script));
    // Not the worker itself: VS Code wraps the class, so the client does not recognize it as one.
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) };
  };
  context.subscriptions.push({ dispose: () => worker?.terminate() });
  return startClient(
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
