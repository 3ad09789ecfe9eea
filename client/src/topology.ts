/** `Keepalived: Show Topology`: the configuration as a graph that follows the text and leads back to it. */
import {
  commands,
  type Event,
  l10n,
  Selection,
  type TextDocument,
  type TextEditor,
  TextEditorRevealType,
  Uri,
  window,
  workspace,
} from "vscode";
import type { PicturePlace, TopologyResult } from "../../server/src/lsp/protocol";
import { Requests } from "../../server/src/lsp/protocol";
import { type Host, isConfiguration } from "./client";
import type { FromPicture } from "./pictures/messages";
import { columnOf, openPicture, type PicturePanel } from "./pictures/panel";
import { pictureStrings } from "./pictures/strings";
import { activeConfiguration } from "./views";

/** Milliseconds without typing after which the picture is made anew. */
const PATIENCE = 250;
/** Milliseconds in which the cursor must rest. */
const REST = 60;

class TopologyView {
  private picture: PicturePanel | undefined;
  private source: string | undefined;
  private id: string | undefined;
  private result: TopologyResult | undefined;
  private typing: ReturnType<typeof setTimeout> | undefined;
  private moving: ReturnType<typeof setTimeout> | undefined;
  private serial = 0;
  /** What tells that the server has more to say, as long as this server runs. */
  private news: Event<void> | undefined;

  constructor(private readonly host: Host) {
    host.context.subscriptions.push(
      commands.registerCommand("keepalived.showTopology", (given?: unknown) => this.show(given)),
      workspace.onDidChangeTextDocument(({ document }) => {
        // Included files and peers count as well as the file itself.
        if (!this.picture || !isConfiguration(document)) return;
        clearTimeout(this.typing);
        this.typing = setTimeout(() => this.renew(), PATIENCE);
      }),
      window.onDidChangeTextEditorSelection(({ textEditor }) => this.moved(textEditor)),
      window.onDidChangeActiveTextEditor((editor) => editor && void this.follow(editor)),
      { dispose: () => this.dispose() },
    );
  }

  private renew(): void {
    this.typing = undefined;
    void this.update();
  }

  /** With files that changed or were found, the server wants its code lenses asked for anew: peers may be among them. */
  private hear(document: TextDocument): void {
    const provider = this.host.client.getFeature("textDocument/codeLens").getProvider(document);
    const news = provider?.onDidChangeCodeLensEmitter.event;
    if (!news || news === this.news) return;
    this.news = news;
    this.host.context.subscriptions.push(
      news(() => {
        if (!this.picture) return;
        clearTimeout(this.typing);
        this.typing = setTimeout(() => this.renew(), PATIENCE);
      }),
    );
  }

  private dispose(): void {
    clearTimeout(this.typing);
    clearTimeout(this.moving);
    this.picture?.panel.dispose();
  }

  private async show(given: unknown): Promise<TopologyResult | undefined> {
    const document =
      given instanceof Uri
        ? await workspace.openTextDocument(given)
        : typeof given === "string"
          ? await workspace.openTextDocument(Uri.parse(given))
          : activeConfiguration();
    if (!document) return undefined;
    this.source = document.uri.toString();
    this.id = undefined;
    this.hear(document);
    if (!this.picture) {
      this.picture = openPicture(
        this.host,
        "topology",
        l10n.t("Topology"),
        pictureStrings(),
        (message) => void this.answer(message),
        () => ({
          folder: this.source ? Uri.joinPath(Uri.parse(this.source), "..") : undefined,
          name: `topology-${this.result?.name.replace(/\.conf$/, "") ?? "keepalived"}`,
        }),
      );
      this.picture.panel.onDidDispose(() => {
        this.picture = undefined;
        this.result = undefined;
      });
    } else this.picture.panel.reveal(undefined, true);
    return this.update();
  }

  /** Asks the server and shows the answer, unless a newer question is under way. */
  private async update(): Promise<TopologyResult | undefined> {
    if (!this.source) return undefined;
    const mine = ++this.serial;
    const result = await this.host.request<TopologyResult>(Requests.topology, {
      uri: this.source,
      id: this.id,
    });
    if (mine !== this.serial || !result || !this.picture) return result;
    this.result = result;
    this.picture.panel.title = l10n.t("Topology of {0}", result.name);
    this.send();
    return result;
  }

  private send(): void {
    if (!this.result) return;
    const { name, id, ids, topology } = this.result;
    const editor =
      window.activeTextEditor ?? window.visibleTextEditors.find((e) => this.concerns(e.document));
    const current = editor && this.idAt(editor.document, editor.selection.active.line);
    this.picture?.post({ type: "topology", name, id, ids, topology, current });
  }

  private concerns(document: TextDocument): boolean {
    return this.result?.files.includes(document.uri.toString()) ?? false;
  }

  /** Another configuration that comes to the front is shown instead. */
  private async follow(editor: TextEditor): Promise<void> {
    if (!this.picture || !isConfiguration(editor.document)) return;
    if (this.concerns(editor.document) || editor.document.uri.toString() === this.source) {
      this.moved(editor);
      return;
    }
    this.source = editor.document.uri.toString();
    this.id = undefined;
    await this.update();
  }

  private moved(editor: TextEditor): void {
    // While typing, the answer to the change brings the new place along.
    if (!this.picture || this.typing !== undefined || !this.concerns(editor.document)) return;
    clearTimeout(this.moving);
    this.moving = setTimeout(() => {
      const id = this.idAt(editor.document, editor.selection.active.line);
      this.picture?.post({ type: "current", id });
    }, REST);
  }

  /** The innermost node or row whose text holds a line. */
  private idAt(document: TextDocument, line: number): string | undefined {
    if (!this.result) return undefined;
    const file = this.result.files.indexOf(document.uri.toString());
    if (file < 0) return undefined;
    let best: { id: string; lines: number } | undefined;
    const consider = (id: string, place: PicturePlace | undefined) => {
      if (!place || place[0] !== file || line < place[1] || line > place[3]) return;
      const lines = place[3] - place[1];
      if (!best || lines <= best.lines) best = { id, lines };
    };
    for (const node of this.result.topology.nodes) {
      consider(node.id, node.place);
      for (const row of node.rows) consider(row.id, row.place);
    }
    return (best as { id: string } | undefined)?.id;
  }

  private async answer(message: FromPicture): Promise<void> {
    if (message.type === "ready") this.send();
    else if (message.type === "id") {
      this.id = message.id === "" ? undefined : message.id;
      await this.update();
    } else if (message.type === "open") {
      const place = this.placeOf(message.id);
      const uri = place && this.result?.files[place[0]];
      if (!place || uri === undefined) return;
      const target = Uri.parse(uri);
      const document = await workspace.openTextDocument(target);
      const editor = await window.showTextDocument(document, { viewColumn: columnOf(target) });
      const at = document.validatePosition(new Selection(place[1], place[2], place[1], place[2]).start);
      editor.selection = new Selection(at, at);
      editor.revealRange(editor.selection, TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  private placeOf(id: string): PicturePlace | undefined {
    for (const node of this.result?.topology.nodes ?? []) {
      if (node.id === id) return node.place;
      for (const row of node.rows) if (row.id === id) return row.place;
    }
    return undefined;
  }
}

export function registerTopology(host: Host): void {
  new TopologyView(host);
}
