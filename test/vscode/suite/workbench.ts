import { commands, extensions, type TextEditor, Uri, window, workspace } from "vscode";
import { ok } from "./assert";

/** The extension under test. */
export function extension() {
  const found = extensions.getExtension("keepalived-tools.keepalived");
  ok(found, "the extension is not installed in this window");
  return found;
}

/** A file of the workspace, which is a copy of the folder samples/. */
export function workspaceFile(path: string): Uri {
  const folder = workspace.workspaceFolders?.[0];
  ok(folder, "there is no workspace folder");
  return Uri.joinPath(folder.uri, path);
}

/** Writes a file of the workspace. */
export async function write(path: string, text: string): Promise<Uri> {
  const uri = workspaceFile(path);
  await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

/** Opens a file in the editor, with the extension active. */
export async function open(path: string): Promise<TextEditor> {
  const document = await workspace.openTextDocument(workspaceFile(path));
  const editor = await window.showTextDocument(document);
  await extension().activate();
  return editor;
}

/** Closes all editors; changes that were not saved are lost. */
export async function closeAll(): Promise<void> {
  while (window.activeTextEditor) {
    await commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  await commands.executeCommand("workbench.action.closeAllEditors");
}
