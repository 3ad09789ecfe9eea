/** `Keepalived: Show Packet Path`: the packets of the virtual server under the cursor, step by step. */
import {
  commands,
  l10n,
  type TextDocument,
  type TextDocumentChangeEvent,
  Uri,
  window,
  workspace,
} from "vscode";
import type { NsxChoices, PacketPathResult } from "../../server/src/lsp/protocol";
import { Requests } from "../../server/src/lsp/protocol";
import { type Host, isConfiguration } from "./client";
import { askMarks, nsxChoices } from "./nsx";
import { openPicture, type PicturePanel } from "./pictures/panel";
import { pictureStrings } from "./pictures/strings";
import { activeConfiguration } from "./views";

/** Milliseconds without typing or moving after which the picture is made anew. */
const PATIENCE = 250;

class PacketPathView {
  private picture: PicturePanel | undefined;
  private source: string | undefined;
  /** A line of the virtual server that is shown; moves with the text. */
  private line = 0;
  private result: PacketPathResult | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private serial = 0;

  constructor(private readonly host: Host) {
    host.context.subscriptions.push(
      commands.registerCommand("keepalived.showPacketPath", (uri?: unknown, position?: { line: number }) =>
        this.show(uri, position),
      ),
      workspace.onDidChangeTextDocument((e) => isConfiguration(e.document) && this.changed(e)),
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (this.picture && isConfiguration(textEditor.document))
          this.soon(() => this.follow(textEditor.document, textEditor.selection.active.line));
      }),
      { dispose: () => clearTimeout(this.timer) },
      { dispose: () => this.picture?.panel.dispose() },
    );
  }

  private async show(given: unknown, position?: { line: number }): Promise<PacketPathResult | undefined> {
    const uri = typeof given === "string" ? Uri.parse(given) : given instanceof Uri ? given : undefined;
    const document = uri ? await workspace.openTextDocument(uri) : activeConfiguration();
    if (!document) return undefined;
    const editor = window.visibleTextEditors.find((e) => e.document === document);
    const line = position?.line ?? editor?.selection.active.line ?? 0;
    let result = await this.ask(document, line);
    if (!result) return undefined;
    if (result.questions.length > 0 && (await this.answerMarks(result)))
      result = await this.ask(document, line);
    if (!result || result.paths.length === 0) {
      const reasons = result?.messages.map((m) => m.text).join(" ");
      void window.showInformationMessage(
        reasons || l10n.t("Put the cursor into a virtual_server to see the path of its packets."),
      );
      return result;
    }
    this.source = document.uri.toString();
    this.line = line;
    if (!this.picture) {
      this.picture = openPicture(
        this.host,
        "packetPath",
        l10n.t("Packet Path"),
        pictureStrings(),
        (message) => message.type === "ready" && this.send(),
        () => ({
          folder: this.source ? Uri.joinPath(Uri.parse(this.source), "..") : undefined,
          name: `packets-${this.result?.title ?? ""}`,
        }),
      );
      this.picture.panel.onDidDispose(() => {
        this.picture = undefined;
        this.result = undefined;
      });
    } else this.picture.panel.reveal(undefined, true);
    this.take(result);
    return result;
  }

  private get choices(): NsxChoices {
    return nsxChoices(this.host.context);
  }

  private ask(document: TextDocument, line: number): Promise<PacketPathResult | undefined> {
    return this.host.request<PacketPathResult>(Requests.packetPath, {
      uri: document.uri.toString(),
      position: { line, character: 0 },
      choices: this.choices,
    });
  }

  /** Asks what each mark stands for; the answers are those of the NSX policies. */
  private async answerMarks(result: PacketPathResult): Promise<boolean> {
    const marks = await askMarks(this.choices.marks, result.questions);
    if (!marks) return false;
    await this.host.context.workspaceState.update("nsx.choices", { ...this.choices, marks });
    return true;
  }

  private take(result: PacketPathResult): void {
    this.result = result;
    if (!this.picture) return;
    this.picture.panel.title = l10n.t("Packets of {0}", result.title);
    this.send();
  }

  private send(): void {
    if (!this.result) return;
    const { title, paths, messages, nsx } = this.result;
    this.picture?.post({ type: "paths", title, paths, messages: messages.map((m) => m.text), nsx });
  }

  private soon(run: () => Promise<void>): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void run(), PATIENCE);
  }

  /** The virtual server under the cursor is shown; where there is none, the one before stays. */
  private async follow(document: TextDocument, line: number): Promise<void> {
    const mine = ++this.serial;
    const result = await this.ask(document, line);
    if (mine !== this.serial || !this.picture) return;
    if (result && result.paths.length > 0) {
      this.source = document.uri.toString();
      this.line = line;
      this.take(result);
    } else if (document.uri.toString() === this.source) await this.renew(document);
  }

  private async renew(document: TextDocument): Promise<void> {
    const mine = ++this.serial;
    const result = await this.ask(document, this.line);
    if (mine === this.serial && result && result.paths.length > 0) this.take(result);
  }

  private changed({ document, contentChanges }: TextDocumentChangeEvent): void {
    if (!this.picture) return;
    const source = document.uri.toString() === this.source;
    for (const { range, text } of source ? contentChanges : []) {
      if (range.start.line > this.line) continue;
      const lines = text.split("\n").length - 1 - (range.end.line - range.start.line);
      this.line = range.end.line <= this.line ? this.line + lines : range.start.line;
    }
    this.soon(async () => {
      // An included file may say what a virtual server is.
      const shown = workspace.textDocuments.find((d) => d.uri.toString() === this.source);
      if (shown) await this.renew(shown);
    });
  }
}

export function registerPacketPath(host: Host): void {
  new PacketPathView(host);
}
