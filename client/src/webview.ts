/** What the pictures and tables of the extension have in common: a closed page that only talks to the extension. */
import { type ExtensionContext, Uri, ViewColumn, type WebviewPanel, window } from "vscode";

/** Escapes text for HTML, inside elements and quoted attributes. */
export const html = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

function nonce(): string {
  const bytes = new Uint8Array(18);
  crypto.getRandomValues(bytes);
  return btoa(String.fromCharCode(...bytes));
}

/**
 * Opens a panel beside the editor.
 * @param kind view type; one panel of each kind is enough, and its owner keeps it.
 */
export function openPanel(context: ExtensionContext, kind: string, title: string): WebviewPanel {
  return window.createWebviewPanel(
    kind,
    title,
    { viewColumn: ViewColumn.Beside, preserveFocus: true },
    {
      enableScripts: true,
      enableFindWidget: true,
      retainContextWhenHidden: false,
      localResourceRoots: [
        Uri.joinPath(context.extensionUri, "dist"),
        Uri.joinPath(context.extensionUri, "media"),
      ],
    },
  );
}

/**
 * A page whose only script is the given one, and which loads nothing from anywhere.
 * @param script its text, or where it lies among the extension's own files
 */
export function page(
  body: string,
  style: string,
  script: string | { readonly uri: string },
  language: string,
): string {
  const id = nonce();
  const element =
    typeof script === "string"
      ? `<script nonce="${id}">${script}</script>`
      : `<script nonce="${id}" src="${html(script.uri)}"></script>`;
  return `<!DOCTYPE html>
<html lang="${html(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${id}'; script-src 'nonce-${id}'; img-src data: blob:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="${id}">${style}</style>
</head>
<body>
${body}
${element}
</body>
</html>`;
}
