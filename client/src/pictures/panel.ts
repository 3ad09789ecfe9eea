/** A panel with a picture in it: its page, its messages, and saving what it exports. */
import { env, l10n, Uri, ViewColumn, type WebviewPanel, window, workspace } from "vscode";
import type { Host } from "../client";
import { html, openPanel, page } from "../webview";
import { reasonOf, writeAllOrNone } from "../write";
import { type FromPicture, readMessage, type Strings, type ToPicture } from "./messages";

export interface PicturePanel {
  readonly panel: WebviewPanel;
  /** Sends a message once the page listens; of several of one type only the last one counts until then. */
  post(message: ToPicture): void;
}

/**
 * Opens a panel beside the editor.
 * @param kind which picture the page shows
 * @param answer gets every message but those about exporting
 * @param fileName for an export, without extension
 */
export function openPicture(
  host: Host,
  kind: "topology" | "packetPath",
  title: string,
  strings: Strings,
  answer: (message: FromPicture) => void,
  fileName: () => { readonly folder: Uri | undefined; readonly name: string },
): PicturePanel {
  const panel = openPanel(host.context, `keepalived.${kind}`, title);
  const { webview } = panel;
  panel.iconPath = Uri.joinPath(host.context.extensionUri, "media/icon.png");
  const script = webview.asWebviewUri(Uri.joinPath(host.context.extensionUri, "dist/pictures.js"));
  let ready = false;
  const waiting = new Map<string, ToPicture>();
  webview.onDidReceiveMessage((given: unknown) => {
    const message = readMessage(given);
    if (!message) {
      host.log.warn(`A message of the picture ${kind} was not understood.`);
      return;
    }
    if (message.type === "export") {
      void save(message, fileName());
      return;
    }
    if (message.type === "ready") {
      // The page starts anew each time it becomes visible again.
      ready = true;
      for (const one of waiting.values()) void webview.postMessage(one);
      waiting.clear();
    }
    answer(message);
  });
  panel.onDidChangeViewState(() => {
    if (!panel.visible) ready = false;
  });
  const data = html(JSON.stringify({ kind, strings }));
  webview.html = page(
    `<main id="picture" data-page="${data}"></main>`,
    // The script brings its own: it is much larger than all the rest that the extension itself needs of a picture.
    "",
    { uri: script.toString() },
    env.language,
  );
  return {
    panel,
    post(message) {
      if (ready) void webview.postMessage(message);
      else waiting.set(message.type, message);
    },
  };
}

async function save(
  { format, data }: Extract<FromPicture, { type: "export" }>,
  { folder, name }: { readonly folder: Uri | undefined; readonly name: string },
): Promise<void> {
  const base = folder ?? workspace.workspaceFolders?.[0]?.uri;
  const target = await window.showSaveDialog({
    defaultUri: base && Uri.joinPath(base, `${name.replace(/[^\p{L}\p{N}._-]+/gu, "-")}.${format}`),
    filters: format === "svg" ? { SVG: ["svg"] } : { PNG: ["png"] },
    title: l10n.t("Save the picture"),
  });
  if (!target) return;
  const bytes =
    format === "svg" ? new TextEncoder().encode(data) : Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  try {
    await writeAllOrNone(workspace.fs, [{ uri: target, bytes }]);
  } catch (error) {
    void window.showErrorMessage(l10n.t("The picture could not be saved: {0}", reasonOf(error)));
    return;
  }
  window.setStatusBarMessage(l10n.t("Picture saved: {0}", workspace.asRelativePath(target)), 4000);
}

/** The column beside a document, so that a click in the picture does not cover it. */
export const columnOf = (uri: Uri): ViewColumn => {
  const shown = window.visibleTextEditors.find((e) => e.document.uri.toString() === uri.toString());
  if (shown?.viewColumn) return shown.viewColumn;
  // A tab that is open but hidden is shown where it is.
  for (const group of window.tabGroups.all)
    for (const { input } of group.tabs)
      if ((input as { uri?: Uri } | undefined)?.uri?.toString() === uri.toString()) return group.viewColumn;
  return ViewColumn.One;
};
