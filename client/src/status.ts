/** The language status item: which release is assumed, what the file is, whether the server runs. */
import {
  ConfigurationTarget,
  commands,
  LanguageStatusSeverity,
  l10n,
  languages,
  window,
  workspace,
} from "vscode";
import { State } from "vscode-languageclient";
import { RELEASES } from "../../server/src/language/data/releases";
import { Requests, type StatusResult } from "../../server/src/lsp/protocol";
import { type Host, isConfiguration } from "./client";

const baseName = (uri: string): string => decodeURIComponent(uri).split("/").pop() ?? uri;

export function registerStatus({ context, client, request }: Host): void {
  const item = languages.createLanguageStatusItem("keepalived.status", { language: "keepalived" });
  item.name = "keepalived";
  item.text = "keepalived";
  let running = false;
  let serial = 0;

  const update = async () => {
    const document = window.activeTextEditor?.document;
    if (!isConfiguration(document)) return;
    if (!running) {
      item.severity = LanguageStatusSeverity.Error;
      item.text = l10n.t("keepalived: language server stopped");
      item.detail = undefined;
      item.command = { command: "keepalived.restartServer", title: l10n.t("Restart") };
      return;
    }
    const mine = ++serial;
    const status = await request<StatusResult>(Requests.status, { uri: document.uri.toString() });
    if (!status || mine !== serial) return;
    item.severity = LanguageStatusSeverity.Information;
    item.text = `keepalived ${status.release}`;
    const parts = [
      status.role === "root"
        ? status.files > 1
          ? l10n.t("main file of {0} files", status.files)
          : l10n.t("main file")
        : l10n.t("included by {0}", baseName(status.root)),
    ];
    if (status.template) parts.push(l10n.t("template"));
    if (status.ids.length > 0) parts.push(l10n.t("configuration ids {0}", status.ids.join(", ")));
    item.detail = parts.join(" · ");
    item.command = {
      command: "keepalived.selectTargetVersion",
      title: l10n.t("Change release"),
      tooltip: l10n.t("Checks assume keepalived {0}.", status.release),
    };
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void update(), 200);
  };
  context.subscriptions.push(
    item,
    { dispose: () => clearTimeout(timer) },
    client.onDidChangeState(({ newState }) => {
      running = newState === State.Running;
      item.busy = newState === State.Starting;
      soon();
    }),
    window.onDidChangeActiveTextEditor(soon),
    languages.onDidChangeDiagnostics(soon),
    workspace.onDidChangeConfiguration((e) => e.affectsConfiguration("keepalived") && soon()),
    commands.registerCommand("keepalived.selectTargetVersion", async () => {
      const settings = workspace.getConfiguration("keepalived", window.activeTextEditor?.document);
      const now = settings.get<string>("targetVersion", "auto");
      const newest = RELEASES[RELEASES.length - 1];
      const choices = [
        { label: "auto", description: l10n.t("the newest known, {0}", newest) },
        ...[...RELEASES].reverse().map((label) => ({ label, description: "" })),
      ].map((c) => (c.label === now ? { ...c, description: `${c.description} ✓` } : c));
      const chosen = await window.showQuickPick(choices, {
        placeHolder: l10n.t("keepalived release that configurations are checked for"),
      });
      if (!chosen) return;
      const where = workspace.workspaceFolders ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
      await settings.update("targetVersion", chosen.label, where);
    }),
  );
}
