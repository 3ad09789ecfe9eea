/** The server in a web worker: files come from the editor's client. */
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
  ProposedFeatures,
} from "vscode-languageserver/browser";
import { clientHost } from "./client-host";
import { Server } from "./server";

const scope = self as unknown as DedicatedWorkerGlobalScope;
const connection = createConnection(
  ProposedFeatures.all,
  new BrowserMessageReader(scope),
  new BrowserMessageWriter(scope),
);
const host = clientHost(connection);
const server = new Server(connection, host);
host.onArrival((uri) => {
  server.session.fileChanged(uri);
  server.refresh();
});
server.start();
