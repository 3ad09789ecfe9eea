/**
 * What the server uses of its library besides types. The library is CommonJS: each module that imports it would get a
 * copy of its several hundred exports.
 */
export {
  CancellationToken,
  CodeActionKind,
  CodeLensRefreshRequest,
  CompletionItemKind,
  CompletionItemTag,
  DiagnosticSeverity,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  DocumentDiagnosticReportKind,
  DocumentHighlightKind,
  FileChangeType,
  InsertTextFormat,
  LSPErrorCodes,
  MarkupKind,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  SymbolKind,
  TextDocumentSyncKind,
} from "vscode-languageserver";

/** Asks something of the editor. One that refuses goes without it; unheard, the refusal would end the process. */
export function request(answer: Promise<unknown>): void {
  answer.catch(() => {});
}
