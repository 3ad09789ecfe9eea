/** A server that knows nothing: what the protocol, the pipe and the text alone cost. */
import { createConnection, TextDocumentSyncKind, TextDocuments } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";

const connection = createConnection();
const documents = new TextDocuments(TextDocument);
connection.onInitialize(() => ({
  capabilities: {
    textDocumentSync: TextDocumentSyncKind.Incremental,
    completionProvider: {},
    diagnosticProvider: { interFileDependencies: false, workspaceDiagnostics: false },
  },
}));
const used = (uri: string) => documents.get(uri)?.getText().length ?? 0;
connection.onCompletion(({ textDocument }) => (used(textDocument.uri) >= 0 ? [] : null));
connection.languages.diagnostics.on(({ textDocument }) => ({
  kind: "full",
  items: used(textDocument.uri) >= 0 ? [] : [],
}));
documents.listen(connection);
connection.listen();
