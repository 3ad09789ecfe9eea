/** Tools for assistants: they see what a person sees, from the same server. */
import * as vscode from "vscode";
import type { NsxResult } from "../../server/src/lsp/protocol";
import { Requests } from "../../server/src/lsp/protocol";
import type { Host } from "./client";

/** Part of the API that is younger than the oldest VS Code that the extension runs in. */
interface LanguageModelApi {
  registerTool?<I>(
    name: string,
    tool: { invoke(options: { readonly input: I }): Promise<unknown> },
  ): vscode.Disposable;
}
interface ResultTypes {
  LanguageModelToolResult: new (parts: readonly unknown[]) => unknown;
  LanguageModelTextPart: new (text: string) => unknown;
}

export function registerTools(host: Host): void {
  const { lm } = vscode as { lm?: LanguageModelApi };
  if (!lm?.registerTool) return;
  const types = vscode as unknown as ResultTypes;
  const answer = (value: unknown) =>
    new types.LanguageModelToolResult([new types.LanguageModelTextPart(JSON.stringify(value, undefined, 1))]);

  host.context.subscriptions.push(
    lm.registerTool<{ path: string }>("keepalived_check", {
      async invoke({ input }) {
        const document = await openInput(input.path);
        if (!document) return answer({ error: OUTSIDE });
        // Asked for, not looked up: the editor fetches findings only of documents that are shown.
        const report = await host.request<Report>("textDocument/diagnostic", {
          textDocument: { uri: document.uri.toString() },
        });
        if (!report?.items) return answer({ error: "The language server did not answer." });
        return answer(
          report.items.map((d) => ({
            line: d.range.start.line + 1,
            severity: SEVERITIES[(d.severity ?? 1) - 1],
            code: d.code,
            message: d.message,
          })),
        );
      },
    }),
    lm.registerTool<{ path: string; line?: number; form?: string }>("keepalived_nsx_policy", {
      async invoke({ input }) {
        const document = await openInput(input.path);
        if (!document) return answer({ error: OUTSIDE });
        const result = await host.request<NsxResult>(Requests.nsxGenerate, {
          uri: document.uri.toString(),
          position: input.line === undefined ? undefined : { line: input.line - 1, character: 0 },
          form: input.form,
        });
        if (!result) return answer({ error: "The language server did not answer." });
        const { status, text, messages, questions, directors } = result;
        return answer({ status, payload: text, messages: messages.map((m) => m.text), questions, directors });
      },
    }),
  );
}

const OUTSIDE = "The file is neither in the workspace nor open in the editor.";

/** Opens what an assistant names: nothing that the user has not opened, itself or by its folder. */
async function openInput(path: string): Promise<vscode.TextDocument | undefined> {
  const uri = /^[a-z][a-z0-9+.-]+:\/\//i.test(path)
    ? vscode.Uri.parse(path)
    : path.startsWith("/") || !vscode.workspace.workspaceFolders
      ? vscode.Uri.file(path)
      : vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, path);
  const known = vscode.workspace.textDocuments.some((d) => d.uri.toString() === uri.toString());
  if (!known && !vscode.workspace.getWorkspaceFolder(uri)) return undefined;
  const document = await vscode.workspace.openTextDocument(uri);
  return document.languageId === "keepalived"
    ? document
    : vscode.languages.setTextDocumentLanguage(document, "keepalived");
}

interface Report {
  readonly items?: readonly {
    readonly range: { readonly start: { readonly line: number } };
    readonly severity?: number;
    readonly code?: string;
    readonly message: string;
  }[];
}
const SEVERITIES = ["error", "warning", "information", "hint"];
