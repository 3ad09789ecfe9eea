/** Read-only documents made from a configuration: they follow the text while it is edited. */
import {
  type CancellationToken,
  commands,
  DecorationRangeBehavior,
  type Definition,
  EventEmitter,
  Location,
  l10n,
  languages,
  type Position,
  Range,
  type TextDocument,
  type TextDocumentContentProvider,
  ThemeColor,
  Uri,
  ViewColumn,
  window,
  workspace,
} from "vscode";
import type { ResolvedResult, TextResult } from "../../server/src/lsp/protocol";
import { Requests } from "../../server/src/lsp/protocol";
import { type Host, isConfiguration } from "./client";

export const VIEW_SCHEME = "keepalived-view";

/** Milliseconds without typing after which a view is made anew. */
const PATIENCE = 300;

/** A view: what it is made of stands in its URI, so that it can be made again after a restart of the window. */
interface ViewQuery {
  readonly kind: "resolved" | "syntax-tree" | "ipvs" | "ipvs-save" | "real-server";
  readonly source: string;
  readonly id?: string;
  readonly line?: number;
  readonly format?: string;
}

const uriFor = (name: string, query: ViewQuery): Uri =>
  Uri.from({ scheme: VIEW_SCHEME, path: `/${name}`, query: JSON.stringify(query) });
const queryOf = (uri: Uri): ViewQuery => JSON.parse(uri.query) as ViewQuery;
const baseName = (uri: string): string => decodeURIComponent(uri).split("/").pop() ?? "keepalived.conf";

class Views implements TextDocumentContentProvider {
  private readonly changed = new EventEmitter<Uri>();
  readonly onDidChange = this.changed.event;
  private readonly open = new Set<string>();
  private readonly origins = new Map<string, ResolvedResult["origins"]>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly decoration = window.createTextEditorDecorationType({
    after: { color: new ThemeColor("editorCodeLens.foreground"), margin: "0 0 0 3em" },
    rangeBehavior: DecorationRangeBehavior.ClosedClosed,
  });

  constructor(private readonly host: Host) {
    host.context.subscriptions.push(
      this.changed,
      this.decoration,
      workspace.registerTextDocumentContentProvider(VIEW_SCHEME, this),
      languages.registerDefinitionProvider(
        { scheme: VIEW_SCHEME },
        { provideDefinition: (document, position) => this.originAt(document, position) },
      ),
      workspace.onDidChangeTextDocument(({ document }) => isConfiguration(document) && this.soon()),
      workspace.onDidCloseTextDocument((document) => {
        if (document.uri.scheme !== VIEW_SCHEME) return;
        this.open.delete(document.uri.toString());
        this.origins.delete(document.uri.toString());
      }),
      window.onDidChangeVisibleTextEditors(() => this.decorate()),
      { dispose: () => [...this.timers.values()].map(clearTimeout) },
    );
  }

  async provideTextDocumentContent(uri: Uri, _token: CancellationToken): Promise<string> {
    const { kind, source, id, line, format } = queryOf(uri);
    this.open.add(uri.toString());
    if (kind === "resolved") {
      const result = await this.host.request<ResolvedResult>(Requests.resolved, { uri: source, id });
      if (!result) return closed(source);
      this.origins.set(uri.toString(), result.origins);
      setTimeout(() => this.decorate(), 50);
      return result.text;
    }
    if (kind === "syntax-tree") {
      const result = await this.host.request<{ text: string }>(Requests.syntaxTree, { uri: source });
      return result?.text ?? closed(source);
    }
    const method = kind === "real-server" ? Requests.realServer : Requests.ipvs;
    const position = line === undefined ? undefined : { line, character: 0 };
    const result = await this.host.request<TextResult>(method, {
      uri: source,
      id,
      position,
      format,
      save: kind === "ipvs-save",
    });
    if (!result) return closed(source);
    const notes = result.messages.map((m) => `# ${m.text}\n`).join("");
    return `${notes}${notes ? "\n" : ""}${result.text}`;
  }

  /** All open views are made anew when the user stops typing. */
  private soon(): void {
    for (const key of this.open) {
      clearTimeout(this.timers.get(key));
      this.timers.set(
        key,
        setTimeout(() => this.changed.fire(Uri.parse(key)), PATIENCE),
      );
    }
  }

  private originAt(document: TextDocument, position: Position): Definition | undefined {
    const origin = this.origins.get(document.uri.toString())?.[position.line];
    if (!origin) return undefined;
    const { start, end } = origin.range;
    return new Location(
      Uri.parse(origin.uri),
      new Range(start.line, start.character, end.line, end.character),
    );
  }

  /** Says at the first line of each stretch which file and line it comes from. */
  private decorate(): void {
    for (const editor of window.visibleTextEditors) {
      const origins = this.origins.get(editor.document.uri.toString());
      if (!origins) continue;
      const options = [];
      let before = "";
      for (let line = 0; line < Math.min(origins.length, editor.document.lineCount); line++) {
        const origin = origins[line];
        const expected = origin ? `${origin.uri}#${origin.range.start.line}` : "";
        const next = origin ? `${origin.uri}#${origin.range.start.line + 1}` : "";
        if (origin && expected !== before && editor.document.lineAt(line).text.trim() !== "") {
          const at = editor.document.lineAt(line).range.end;
          options.push({
            range: new Range(at, at),
            renderOptions: {
              after: { contentText: `${baseName(origin.uri)}:${origin.range.start.line + 1}` },
            },
          });
        }
        before = next;
      }
      editor.setDecorations(this.decoration, options);
    }
  }
}

const closed = (source: string): string => `# ${l10n.t("Open {0} to see this view.", baseName(source))}\n`;

/** The configuration that a command is about: the active editor's. Tells the user when there is none. */
export function activeConfiguration(): TextDocument | undefined {
  const document = window.activeTextEditor?.document;
  if (isConfiguration(document)) return document;
  const visible = window.visibleTextEditors.map((e) => e.document).filter(isConfiguration);
  if (visible.length === 1) return visible[0];
  void window.showInformationMessage(l10n.t("Open a keepalived configuration first."));
  return undefined;
}

/** Asks for a configuration id where the file has several; undefined when the user gives up. */
export async function chooseId(ids: readonly string[]): Promise<{ id: string | undefined } | undefined> {
  if (ids.length === 0) return { id: undefined };
  const none = l10n.t("(no configuration id)");
  const chosen = await window.showQuickPick([...ids, none], {
    placeHolder: l10n.t("Configuration id to read the file for (@id)"),
  });
  return chosen === undefined ? undefined : { id: chosen === none ? undefined : chosen };
}

export function registerViews(host: Host): void {
  new Views(host);
  // The end of the name tells the language: setting it afterwards would close the document and open it again.
  const show = async (uri: Uri) => {
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preview: true });
    return document;
  };
  const command = (name: string, run: (...args: never[]) => unknown) =>
    host.context.subscriptions.push(commands.registerCommand(name, run));

  command("keepalived.showResolvedConfiguration", async () => {
    const document = activeConfiguration();
    if (!document) return undefined;
    const source = document.uri.toString();
    const known = await host.request<ResolvedResult>(Requests.resolved, { uri: source });
    const chosen = await chooseId(known?.ids ?? []);
    if (!chosen) return undefined;
    const name = `${l10n.t("resolved")}${chosen.id ? ` @${chosen.id}` : ""}.keepalived.conf`;
    return show(uriFor(name, { kind: "resolved", source, id: chosen.id }));
  });
  command("keepalived.showSyntaxTree", async () => {
    const document = activeConfiguration();
    if (!document) return undefined;
    const source = document.uri.toString();
    return show(uriFor(`${l10n.t("syntax tree")} ${baseName(source)}.txt`, { kind: "syntax-tree", source }));
  });
  command("keepalived.showIpvsTable", async (uri?: string) => {
    const source = uri ?? activeConfiguration()?.uri.toString();
    if (!source) return undefined;
    return show(uriFor(`ipvsadm -Ln ${baseName(source)}.txt`, { kind: "ipvs", source }));
  });
  command("keepalived.showRealServerSetup", async (uri?: string, position?: { line: number }) => {
    const source = uri ?? activeConfiguration()?.uri.toString();
    if (!source) return undefined;
    const line = position?.line ?? window.activeTextEditor?.selection.active.line ?? 0;
    const formats = [
      { label: l10n.t("Shell script"), format: "sh", extension: "sh" },
      { label: "sysctl.d", format: "sysctl", extension: "conf" },
      { label: "netplan", format: "netplan", extension: "yaml" },
      { label: "nmcli", format: "nmcli", extension: "sh" },
    ];
    const chosen = await window.showQuickPick(formats, {
      placeHolder: l10n.t("How the real servers are set up"),
    });
    if (!chosen) return undefined;
    const { format, extension } = chosen;
    return show(
      uriFor(`${l10n.t("real servers")} ${baseName(source)}.${extension}`, {
        kind: "real-server",
        source,
        line,
        format,
      }),
    );
  });
}
