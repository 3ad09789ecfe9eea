import { FileType, RelativePattern, Uri, workspace } from "vscode";
import { FileRequests } from "../../server/src/lsp/protocol";
import type { Host } from "./client";

/** A larger file is no configuration. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_FOUND = 1000;

/** Reads files for a server that has no disk of its own: in a browser, and in virtual workspaces. */
export function answerFileRequests({ context, client }: Host): void {
  context.subscriptions.push(
    client.onRequest(FileRequests.readFile, async ({ uri }: { uri: string }): Promise<object> => {
      const file = Uri.parse(uri);
      try {
        const stat = await workspace.fs.stat(file);
        if (stat.type & FileType.Directory) return { problem: "directory" };
        if (stat.size > MAX_BYTES) return { problem: "too-large" };
      } catch {
        return { problem: "missing" };
      }
      try {
        return { text: decode(await workspace.fs.readFile(file)) };
      } catch {
        return { problem: "unreadable" };
      }
    }),
    client.onRequest(FileRequests.readDirectory, async ({ uri }: { uri: string }): Promise<string[]> => {
      try {
        const entries = await workspace.fs.readDirectory(Uri.parse(uri));
        return entries.map(([name, type]) => (type & FileType.Directory ? `${name}/` : name));
      } catch {
        return [];
      }
    }),
    client.onRequest(FileRequests.findConfigurations, async ({ uri }: { uri: string }): Promise<string[]> => {
      const folder = workspace.getWorkspaceFolder(Uri.parse(uri));
      if (!folder) return [];
      const found = await workspace.findFiles(
        new RelativePattern(folder, "**/{keepalived.conf,*.keepalived.conf,keepalived/**/*.conf}"),
        "**/{node_modules,.git}/**",
        MAX_FOUND,
      );
      return found.map(String);
    }),
  );
}

/** Valid UTF-8 is decoded, anything else taken byte by byte, so that no character is lost. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}
