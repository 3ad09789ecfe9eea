/** The server in a web worker: files come from the editor's client. */
import { clientHost } from "./client-host";
import { Server } from "./server";

/** Serves the page that started this worker. */
export async function serveWorker(): Promise<void> {
  // Loaded here, not above: the same bundle is the program in Node.
  const { BrowserMessageReader, BrowserMessageWriter, createConnection, ProposedFeatures } = await import(
    "vscode-languageserver/browser"
  );
  const scope = self as unknown as DedicatedWorkerGlobalScope;
  const connection = createConnection(
    ProposedFeatures.all,
    new BrowserMessageReader(scope),
    new BrowserMessageWriter(scope),
  );
  const host = clientHost(connection);
  const server = new Server(connection, host);
  host.onArrival((uri) => {
    server.session.arrived(uri);
    server.refresh();
  });
  server.start();
}
