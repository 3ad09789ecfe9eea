/**
 * NSX payloads in the editor: made for the virtual server under the cursor, shown beside it, kept up to date while the
 * configuration is edited, and handed over in the form that is wanted.
 */
import {
  type CodeLens,
  type CodeLensProvider,
  commands,
  EventEmitter,
  type ExtensionContext,
  env,
  l10n,
  languages,
  type QuickPickItem,
  QuickPickItemKind,
  Range,
  type TextDocument,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  CodeLens as VsCodeLens,
  window,
  workspace,
} from "vscode";
import type {
  Message,
  NsxChoices,
  NsxFormInfo,
  NsxResult,
  NsxState,
  TextResult,
  VmChoice,
} from "../../server/src/lsp/protocol";
import { Notifications, Requests } from "../../server/src/lsp/protocol";
import { type Host, isConfiguration } from "./client";
import { activeConfiguration, chooseId } from "./views";
import { reasonOf, writeAllOrNone } from "./write";

export const PAYLOAD_SCHEME = "keepalived-nsx";

/** Milliseconds without typing after which a payload is made anew. */
const PATIENCE = 400;

/** What a payload is made of. Stands in the URI of its document, so that it survives a restart of the window. */
interface PayloadQuery {
  readonly source: string;
  /** Line in the virtual server when the payload was asked for; undefined: all virtual servers. */
  readonly line?: number;
  readonly id?: string;
  readonly form: string;
  readonly kind?: "explanation";
}

/** A payload that is open: the line moves with the text of the configuration. */
interface OpenPayload {
  readonly query: PayloadQuery;
  line: number | undefined;
  result: NsxResult | undefined;
  /** The last text that could be made, shown while the configuration is in pieces. */
  text: string;
}

/** What the server needs to know of the workspace's payloads; survives a restart of either. */
export function nsxState({ workspaceState }: ExtensionContext): NsxState {
  return {
    ...workspaceState.get<NsxState>("nsx.state"),
    companion: workspaceState.get<NsxChoices>("nsx.choices")?.companion,
  };
}

/** What the user chose for the payloads of the workspace. */
export const nsxChoices = ({ workspaceState }: ExtensionContext): NsxChoices =>
  workspaceState.get<NsxChoices>("nsx.choices", {});

/** Asks what each firewall mark stands for, and adds the answers to those that are known; undefined when given up. */
export async function askMarks(
  known: NsxChoices["marks"],
  questions: NsxResult["questions"],
): Promise<NsxChoices["marks"] | undefined> {
  const marks: Record<string, readonly string[]> = { ...known };
  for (const { mark, text } of questions) {
    const given = await window.showInputBox({
      title: l10n.t("Firewall mark {0}", mark),
      prompt: text,
      placeHolder: "192.0.2.10:80,443/TCP",
      ignoreFocusOut: true,
      validateInput: (value) =>
        value
          .split(/\s*;\s*/)
          .every((part) => /^\s*\[?[0-9a-fA-F.:/,\][-]+\]?:(\*|[\d,-]+)\/(tcp|udp|sctp)\s*$/i.test(part))
          ? undefined
          : l10n.t(
              "ADDRESS[,ADDRESS…]:PORT[,PORT…]/PROTOCOL; several answers are separated by semicolons, port * is all.",
            ),
    });
    if (given === undefined) return undefined;
    marks[String(mark)] = given.split(/\s*;\s*/);
  }
  return marks;
}

/** A payload with the companion policy was written to a file: from now on that is how the workspace has it. */
export async function payloadWritten({ client, context, log }: Host): Promise<void> {
  const { workspaceState } = context;
  const choices = nsxChoices(context);
  await workspaceState.update("nsx.choices", { companion: true, ...choices });
  await workspaceState.update("nsx.state", { ...workspaceState.get<NsxState>("nsx.state"), used: true });
  await client
    .sendNotification(Notifications.nsxState, nsxState(context))
    .catch((error) => log.error(String(error)));
}

/** Query of documents that hold a report instead of a payload. */
const REPORT = "report";

/** A line of text as lines of at most 100 columns, where it can be broken. */
function wrapped(line: string): string[] {
  const lines: string[] = [];
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  let rest = line;
  while (rest.length > 100) {
    const at = rest.lastIndexOf(" ", 100);
    if (at <= indent.length + 2) break;
    lines.push(rest.slice(0, at));
    rest = `${indent}  ${rest.slice(at + 1)}`;
  }
  return [...lines, rest];
}

const queryOf = (uri: Uri): PayloadQuery => JSON.parse(uri.query) as PayloadQuery;

/** Where a command's payload comes from, and the result. Given back by the command. */
export interface GeneratedPayload {
  readonly status: NsxResult["status"];
  readonly text: string | undefined;
  readonly messages: readonly Message[];
  /** The document beside; undefined when there is no payload. */
  readonly uri: Uri | undefined;
}

class Nsx implements TextDocumentContentProvider, CodeLensProvider {
  private readonly changed = new EventEmitter<Uri>();
  readonly onDidChange = this.changed.event;
  private readonly lensesChanged = new EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.lensesChanged.event;
  private readonly open = new Map<string, OpenPayload>();
  /** Texts of comparisons and checks, by the URI of their document. */
  private readonly reports = new Map<string, string>();
  private readonly told = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: Host) {
    const command = (name: string, run: (...args: never[]) => unknown) =>
      host.context.subscriptions.push(commands.registerCommand(name, run));
    host.context.subscriptions.push(
      this.changed,
      this.lensesChanged,
      { dispose: () => clearTimeout(this.timer) },
      workspace.registerTextDocumentContentProvider(PAYLOAD_SCHEME, this),
      languages.registerCodeLensProvider({ scheme: PAYLOAD_SCHEME }, this),
      workspace.onDidChangeTextDocument((e) => isConfiguration(e.document) && this.sourceChanged(e)),
      workspace.onDidCloseTextDocument((d) => {
        this.open.delete(d.uri.toString());
        this.reports.delete(d.uri.toString());
      }),
      workspace.onDidChangeConfiguration((e) => e.affectsConfiguration("keepalived.nsx") && this.renewAll()),
    );
    command("keepalived.nsx.generatePolicy", (uri?: unknown, position?: { line: number }) =>
      this.generate(uri, position),
    );
    command("keepalived.nsx.generateAllPolicies", (uri?: unknown) => this.generate(uri, "all"));
    command("keepalived.nsx.explain", () => this.explain());
    command("keepalived.nsx.changeForm", () => this.changeForm());
    command("keepalived.nsx.copyAs", () => this.copyAs());
    command("keepalived.nsx.chooseDirectors", () => this.chooseDirectors());
    command("keepalived.nsx.chooseOptions", () => this.chooseOptions());
    command("keepalived.nsx.showNotes", () => this.showNotes());
    command("keepalived.nsx.savePayload", (target?: unknown) => this.save(target));
    command("keepalived.nsx.compareWithExport", () => this.compareWithExport());
    command("keepalived.nsx.verifyPayload", () => this.verify());
  }

  // -------------------------------------------------------------------------------------------- choices

  private get choices(): NsxChoices {
    return nsxChoices(this.host.context);
  }

  private async choose(more: NsxChoices): Promise<void> {
    await this.host.context.workspaceState.update("nsx.choices", { ...this.choices, ...more });
    this.tellServer();
    this.renewAll();
  }

  private async remember(more: NsxState): Promise<void> {
    const { workspaceState } = this.host.context;
    await workspaceState.update("nsx.state", { ...workspaceState.get<NsxState>("nsx.state"), ...more });
    this.tellServer();
  }

  private tellServer(): void {
    const { client, context, log } = this.host;
    client
      .sendNotification(Notifications.nsxState, nsxState(context))
      .catch((error) => log.error(String(error)));
  }

  /** A payload was copied or saved. Once both remedies were, one of them does nothing. */
  private async take(source: string, remedy: NsxResult["remedy"]): Promise<void> {
    const { taken = {} } = nsxState(this.host.context);
    const remedies = taken[source] ?? [];
    if (remedies.includes(remedy)) return;
    await this.remember({ taken: { ...taken, [source]: [...remedies, remedy] } });
    if (remedies.length === 0) return;
    const list = l10n.t("The List Counts");
    const policy = l10n.t("The Policy Counts");
    const pressed = await window.showWarningMessage(
      l10n.t(
        "{0}: you have taken over both the exclusion list and a policy. Directors on the list have no rules, so the policy does nothing.",
        workspace.asRelativePath(Uri.parse(source)),
      ),
      list,
      policy,
    );
    if (pressed)
      await this.remember({ taken: { ...taken, [source]: [pressed === list ? "exclude-list" : "policy"] } });
  }

  // -------------------------------------------------------------------------------------------- generating

  private ask(
    query: PayloadQuery,
    line: number | undefined,
    more: NsxChoices = {},
  ): Promise<NsxResult | undefined> {
    return this.host.request<NsxResult>(Requests.nsxGenerate, {
      uri: query.source,
      id: query.id,
      position: line === undefined ? undefined : { line, character: 0 },
      form: query.form,
      choices: { ...this.choices, ...more },
    });
  }

  /** The main command. Arguments come from a code lens, a code action or another extension. */
  private async generate(
    given: unknown,
    position: { line: number } | "all" | undefined,
  ): Promise<GeneratedPayload | undefined> {
    const uri = typeof given === "string" ? Uri.parse(given) : given instanceof Uri ? given : undefined;
    const document = uri ? await workspace.openTextDocument(uri) : activeConfiguration();
    if (!document) return undefined;
    const editor = window.visibleTextEditors.find((e) => e.document === document);
    const line = position === "all" ? undefined : (position?.line ?? editor?.selection.active.line ?? 0);
    let query: PayloadQuery = { source: document.uri.toString(), line, form: "hierarchical" };
    let result = await this.ask(query, line);
    if (!result) {
      void window.showErrorMessage(l10n.t("The language server did not answer; the output has the reason."));
      return undefined;
    }
    if (result.status === "nothing" && line === undefined && result.ids.length > 0) {
      const chosen = await chooseId(result.ids);
      if (!chosen) return undefined;
      query = { ...query, id: chosen.id };
      result = (await this.ask(query, line)) ?? result;
    }
    if (result.status === "question" && (await this.answer(result))) {
      result = (await this.ask(query, line)) ?? result;
    }
    const made = await this.deliver(query, result);
    if (made.uri) {
      if (!nsxState(this.host.context).used) await this.remember({ used: true });
      // The first time: the payload is there, and follows the choice.
      if (!this.knowsDirectors()) void this.chooseDirectors();
    }
    return made;
  }

  /** Whether the user has said how NSX finds the VMs, or was asked. */
  private knowsDirectors(): boolean {
    const { workspaceState } = this.host.context;
    if (this.choices.directors || workspaceState.get("nsx.asked")) return true;
    const settings = workspace.getConfiguration("keepalived.nsx");
    return ["directorTag", "directorVmNames", "directorVmIds", "directorGroup"].some((name) => {
      const known = settings.inspect(name);
      return [known?.globalValue, known?.workspaceValue, known?.workspaceFolderValue].some(
        (value) => value !== undefined,
      );
    });
  }

  /** Shows a payload beside the configuration, or says why there is none. */
  private async deliver(query: PayloadQuery, result: NsxResult): Promise<GeneratedPayload> {
    const { status, text, messages } = result;
    const none: GeneratedPayload = { status, text, messages, uri: undefined };
    if (text === undefined) {
      void this.tellWhy(query, result);
      return none;
    }
    const uri = this.uriOf(query, result);
    this.open.set(uri.toString(), { query, line: query.line, result, text });
    this.changed.fire(uri);
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, {
      viewColumn: this.beside(),
      preview: true,
      preserveFocus: true,
    });
    void this.warn(result);
    return { status, text, messages, uri };
  }

  /** Beside the configuration; the same column again when a payload is open there. */
  private beside(): ViewColumn {
    const shown = window.visibleTextEditors.find((e) => e.document.uri.scheme === PAYLOAD_SCHEME);
    return shown?.viewColumn ?? ViewColumn.Beside;
  }

  /** The end of the name tells the language. */
  private uriOf(query: PayloadQuery, result: NsxResult): Uri {
    const name =
      query.kind === "explanation" ? `${result.name} explained.txt` : `nsx-${result.name}${result.extension}`;
    return Uri.from({ scheme: PAYLOAD_SCHEME, path: `/${name}`, query: JSON.stringify(query) });
  }

  private async tellWhy(query: PayloadQuery, result: NsxResult): Promise<void> {
    const reasons = result.messages.map((m) => m.text).join(" ");
    if (result.status === "uncertain") {
      const show = l10n.t("Show Problem");
      const force = l10n.t("Generate Anyway");
      const located = result.messages.find((m) => m.location);
      const pressed = await window.showWarningMessage(
        l10n.t("No payload: {0}", reasons),
        ...(located ? [show, force] : [force]),
      );
      if (pressed === show && located) await reveal(located);
      if (pressed === force) {
        const forced = await this.ask(query, query.line, { force: true });
        if (forced) await this.deliver(query, forced);
      }
    } else if (result.status === "nothing") {
      const companion = l10n.t("Stateful Policy for Checks and VRRP");
      const pressed = await window.showInformationMessage(
        reasons || l10n.t("There is nothing to generate here."),
        ...(this.choices.companion ? [] : [companion]),
      );
      if (pressed === companion) {
        const more = await this.ask(query, query.line, { companion: true });
        if (more?.text !== undefined) {
          await this.choose({ companion: true });
          await this.deliver(query, more);
        } else void window.showInformationMessage(more?.messages.map((m) => m.text).join(" ") ?? reasons);
      }
    } else void window.showErrorMessage(reasons);
  }

  /** What the payload alone does not make right. */
  private async warn(result: NsxResult): Promise<void> {
    // Said once: the lens above the payload keeps the number of notes in sight.
    const warnings = result.messages.filter((m) => m.level !== "note" && !this.told.has(m.text));
    if (warnings.length === 0) return;
    for (const { text } of warnings) this.told.add(text);
    const all = l10n.t("All Notes");
    const pressed = await window.showWarningMessage(
      warnings.length === 1
        ? warnings[0].text
        : l10n.t("{0} (and {1} more)", warnings[0].text, warnings.length - 1),
      all,
    );
    if (pressed === all) await this.pickNote(result);
  }

  /** Asks what each fwmark stands for; remembered in the workspace. Returns whether all were answered. */
  private async answer(result: NsxResult): Promise<boolean> {
    const marks = await askMarks(this.choices.marks, result.questions);
    if (marks) await this.choose({ marks });
    return marks !== undefined;
  }

  // -------------------------------------------------------------------------------------------- documents

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const key = uri.toString();
    if (uri.query === REPORT)
      return this.reports.get(key) ?? l10n.t("Made before the window was reloaded: run the command again.");
    let payload = this.open.get(key);
    if (!payload) {
      // The window was reloaded, or somebody opened the document anew.
      const query = queryOf(uri);
      payload = { query, line: query.line, result: undefined, text: "" };
      this.open.set(key, payload);
      await workspace.openTextDocument(Uri.parse(query.source)).then(undefined, () => undefined);
    }
    if (!payload.result) {
      payload.result = await this.ask(payload.query, payload.line);
      const text = payload.query.kind === "explanation" ? payload.result?.explanation : payload.result?.text;
      if (text !== undefined) payload.text = text;
      this.lensesChanged.fire();
    }
    return payload.text;
  }

  private sourceChanged({
    document,
    contentChanges,
  }: {
    document: TextDocument;
    contentChanges: readonly { range: Range; text: string }[];
  }): void {
    if (this.open.size === 0) return;
    const source = document.uri.toString();
    for (const payload of this.open.values()) {
      if (payload.query.source !== source) continue;
      for (const { range, text } of contentChanges) {
        if (payload.line === undefined || range.start.line > payload.line) continue;
        const before = range.end.line - range.start.line;
        const after = text.split("\n").length - 1;
        if (range.end.line <= payload.line) payload.line += after - before;
        else payload.line = range.start.line;
      }
    }
    // Also for other files: an included one may say what a virtual server is.
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.renewAll(), PATIENCE);
  }

  private renewAll(): void {
    for (const [key, payload] of this.open) {
      payload.result = undefined;
      this.changed.fire(Uri.parse(key));
    }
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const payload = this.open.get(document.uri.toString());
    const top = new Range(0, 0, 0, 0);
    const lens = (title: string, command: string) => new VsCodeLens(top, { title, command });
    const result = payload?.result;
    if (!payload || !result || payload.query.kind === "explanation") return [];
    const lenses = [
      lens(l10n.t("Directors: {0}", result.directors), "keepalived.nsx.chooseDirectors"),
      lens(l10n.t("Explain"), "keepalived.nsx.explain"),
      lens(l10n.t("Copy As…"), "keepalived.nsx.copyAs"),
      lens(l10n.t("Other Form…"), "keepalived.nsx.changeForm"),
      lens(l10n.t("Options…"), "keepalived.nsx.chooseOptions"),
      lens(l10n.t("Save…"), "keepalived.nsx.savePayload"),
    ];
    if (result.messages.length > 0)
      lenses.push(lens(l10n.t("Notes ({0})", result.messages.length), "keepalived.nsx.showNotes"));
    if (result.text === undefined)
      lenses.unshift(
        lens(
          l10n.t("Out of date: {0}", result.messages[0]?.text ?? result.status),
          "keepalived.nsx.showNotes",
        ),
      );
    return lenses;
  }

  /** The payload in the active editor, or the only one that is visible. */
  private current(): OpenPayload | undefined {
    const editors = [window.activeTextEditor, ...window.visibleTextEditors];
    for (const editor of editors) {
      const payload = editor && this.open.get(editor.document.uri.toString());
      if (payload) return payload;
    }
    return undefined;
  }

  /** The current payload; generates one when there is none. */
  private async needPayload(): Promise<OpenPayload | undefined> {
    const known = this.current();
    if (known) return known;
    const made = await this.generate(undefined, undefined);
    return made?.uri && this.open.get(made.uri.toString());
  }

  // -------------------------------------------------------------------------------------------- commands on a payload

  private async explain(): Promise<GeneratedPayload | undefined> {
    const payload = await this.needPayload();
    if (!payload) return undefined;
    const query: PayloadQuery = { ...payload.query, line: payload.line, kind: "explanation" };
    const result = payload.result ?? (await this.ask(query, query.line));
    if (result?.explanation === undefined) {
      if (result) void this.tellWhy(query, result);
      return undefined;
    }
    const uri = this.uriOf(query, result);
    this.open.set(uri.toString(), { query, line: query.line, result, text: result.explanation });
    this.changed.fire(uri);
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, { viewColumn: this.beside(), preview: true });
    return { status: result.status, text: result.explanation, messages: result.messages, uri };
  }

  private async chooseForm(placeHolder: string, form?: string): Promise<string | undefined> {
    if (form !== undefined) return form;
    const forms = (await this.host.request<NsxFormInfo[]>(Requests.nsxForms)) ?? [];
    const chosen = await window.showQuickPick(
      forms.map((f) => ({ label: f.title, description: f.form, form: f.form })),
      { placeHolder, matchOnDescription: true },
    );
    return chosen?.form;
  }

  private async changeForm(): Promise<GeneratedPayload | undefined> {
    const payload = await this.needPayload();
    if (!payload) return undefined;
    const form = await this.chooseForm(l10n.t("Form of the payload"));
    if (!form) return undefined;
    const query: PayloadQuery = { ...payload.query, line: payload.line, kind: undefined, form };
    const result = await this.ask(query, query.line);
    return result && this.deliver(query, result);
  }

  private async copyAs(): Promise<void> {
    const payload = await this.needPayload();
    if (!payload) return;
    const form = await this.chooseForm(l10n.t("Copy the payload as"));
    if (!form) return;
    const result = await this.ask({ ...payload.query, form }, payload.line);
    if (result?.text === undefined) {
      if (result) void this.tellWhy(payload.query, result);
      return;
    }
    await env.clipboard.writeText(result.text);
    window.setStatusBarMessage(
      l10n.t("Payload copied ({0} lines).", result.text.split("\n").length - 1),
      4000,
    );
    void this.take(payload.query.source, result.remedy);
  }

  private async chooseDirectors(): Promise<void> {
    void this.host.context.workspaceState.update("nsx.asked", true);
    const settings = workspace.getConfiguration("keepalived.nsx");
    const now = this.choices.directors;
    const ways: (QuickPickItem & { way: keyof VmChoice | "settings" })[] = [
      {
        way: "tags",
        label: l10n.t("By tag"),
        detail: l10n.t("VMs that carry a tag, as scope|tag; new directors need only the tag"),
      },
      { way: "names", label: l10n.t("By VM name"), detail: l10n.t("VMs of these names") },
      { way: "ids", label: l10n.t("By external id"), detail: l10n.t("VMs with these instance UUIDs") },
      {
        way: "group",
        label: l10n.t("Existing group"),
        detail: l10n.t("Path of a group that holds the VMs, /infra/domains/default/groups/…"),
      },
      {
        way: "settings",
        label: l10n.t("As the settings say"),
        detail: settings.get("directorGroup") || settings.get("directorTag"),
      },
    ];
    const chosen = await window.showQuickPick(ways, {
      placeHolder: l10n.t("How NSX finds the VMs of the directors (never by IP address)"),
    });
    if (!chosen) return;
    if (chosen.way === "settings") return this.choose({ directors: undefined });
    const { way } = chosen;
    const before = way === "group" ? now?.group : now?.[way]?.join(", ");
    const value = await window.showInputBox({
      title: chosen.label,
      value: before ?? (way === "tags" ? settings.get<string>("directorTag") : ""),
      prompt: way === "group" ? chosen.detail : l10n.t("Several are separated by commas."),
      validateInput: (v) => {
        if (v.trim() === "") return l10n.t("A value is needed.");
        if (way === "group" && !/^\/(infra|global-infra|orgs)\//.test(v.trim()))
          return l10n.t("A policy path begins with /infra/, /global-infra/ or /orgs/.");
        if (/^\s*\d{1,3}(\.\d{1,3}){3}\s*$/.test(v))
          return l10n.t("NSX refuses groups of addresses in Applied To: name VMs.");
        return undefined;
      },
    });
    if (value === undefined) return;
    const list = value
      .split(",")
      .map((x) => x.trim())
      .filter((x) => x !== "");
    await this.choose({ directors: way === "group" ? { group: value.trim() } : { [way]: list } });
  }

  private async chooseOptions(): Promise<void> {
    const now = this.choices;
    const items = [
      {
        label: l10n.t("Companion policy"),
        detail: l10n.t("Stateful rules for VRRP, health checks, the sync daemon and BFD"),
        picked: now.companion === true,
        key: "companion" as const,
      },
      {
        label: l10n.t("Policy of the real servers"),
        detail: l10n.t("Stateful rules on the real servers, where the default rule drops"),
        picked: now.realServerPolicy === true,
        key: "realServerPolicy" as const,
      },
      {
        label: l10n.t("Ping"),
        detail: l10n.t("Clients may ping the virtual addresses"),
        picked: now.ping === true,
        key: "ping" as const,
      },
      { label: l10n.t("Instead of rules"), kind: QuickPickItemKind.Separator, key: undefined },
      {
        label: l10n.t("Exclusion list"),
        detail: l10n.t("Take the directors off the distributed firewall altogether"),
        picked: now.remedy === "exclude-list",
        key: "remedy" as const,
      },
    ];
    const chosen = await window.showQuickPick(items, {
      canPickMany: true,
      placeHolder: l10n.t("What the payload holds"),
    });
    if (!chosen) return;
    const has = (key: string) => chosen.some((c) => c.key === key);
    await this.choose({
      companion: has("companion"),
      realServerPolicy: has("realServerPolicy"),
      ping: has("ping"),
      remedy: has("remedy") ? "exclude-list" : "policy",
    });
  }

  private async showNotes(): Promise<void> {
    const result = this.current()?.result;
    if (result) await this.pickNote(result);
  }

  private async pickNote(result: NsxResult): Promise<void> {
    const chosen = await window.showQuickPick(
      result.messages.map((m) => ({
        label: `$(${m.level === "error" ? "error" : m.level === "warning" ? "warning" : "info"}) ${m.text}`,
        description: m.location && l10n.t("line {0}", m.location.range.start.line + 1),
        message: m,
      })),
      { placeHolder: l10n.t("Notes on the payload"), matchOnDescription: true },
    );
    if (chosen?.message.location) await reveal(chosen.message);
  }

  /** @param given where to; the user is asked unless another extension knows. */
  private async save(given?: unknown): Promise<void> {
    const payload = this.current();
    if (!payload?.result) return;
    const folder = Uri.joinPath(Uri.parse(payload.query.source), "..");
    const target =
      given instanceof Uri
        ? given
        : await window.showSaveDialog({
            defaultUri: Uri.joinPath(folder, `nsx-${payload.result.name}${payload.result.extension}`),
            title: l10n.t("Save the payload"),
          });
    if (!target) return;
    try {
      await writeAllOrNone(workspace.fs, [{ uri: target, bytes: new TextEncoder().encode(payload.text) }]);
    } catch (error) {
      void window.showErrorMessage(l10n.t("The payload could not be saved: {0}", reasonOf(error)));
      return;
    }
    await window.showTextDocument(target, { viewColumn: this.beside() });
    void this.take(payload.query.source, payload.result.remedy);
  }

  /** The text of a JSON document that the user names: the active editor's, or a file. */
  private async otherDocument(title: string): Promise<{ text: string; uri: Uri } | undefined> {
    const active = window.activeTextEditor?.document;
    if (active && /^jsonc?$/.test(active.languageId) && active.uri.scheme !== PAYLOAD_SCHEME)
      return { text: active.getText(), uri: active.uri };
    const [file] = (await window.showOpenDialog({ title, filters: { JSON: ["json"] } })) ?? [];
    if (!file) return undefined;
    try {
      return { text: new TextDecoder().decode(await workspace.fs.readFile(file)), uri: file };
    } catch (error) {
      void window.showErrorMessage(l10n.t("The file could not be read: {0}", reasonOf(error)));
      return undefined;
    }
  }

  /** The configuration that a comparison is about. */
  private async sourceFor(other: Uri): Promise<{ source: string; line?: number } | undefined> {
    const payload = this.current();
    if (payload) return { source: payload.query.source, line: payload.line };
    const visible = window.visibleTextEditors.map((e) => e.document).filter(isConfiguration);
    const open = [...visible, ...workspace.textDocuments.filter(isConfiguration)];
    const folder = Uri.joinPath(other, "..").toString();
    const beside = open.filter((d) => Uri.joinPath(d.uri, "..").toString() === folder);
    // The one in sight, the one in the payload's folder, the only one that is open.
    for (const some of [visible, beside, open]) {
      const uris = new Set(some.map((d) => d.uri.toString()));
      for (const source of uris) if (uris.size === 1) return { source };
    }
    const unique = [...new Map(open.map((d) => [d.uri.toString(), d])).values()];
    const found = await workspace.findFiles("**/{keepalived.conf,*.keepalived.conf}", undefined, 100);
    const all = new Map([...unique.map((d) => d.uri), ...found].map((u) => [u.toString(), u]));
    if (all.size === 1) return { source: [...all.keys()][0] };
    const chosen = await window.showQuickPick(
      [...all.values()].map((u) => ({ label: workspace.asRelativePath(u), uri: u })),
      { placeHolder: l10n.t("The configuration that the payload belongs to") },
    );
    return chosen && { source: chosen.uri.toString() };
  }

  private async report(title: string, result: TextResult | undefined): Promise<string | undefined> {
    if (!result) return undefined;
    // What is worth knowing when a payload is made is beside the point here.
    const told = result.text === "" ? result.messages : result.messages.filter((m) => m.level === "error");
    const notes = told.map((m) => m.text);
    if (result.text === "") {
      void window.showWarningMessage(notes.join(" "));
      return notes.join("\n");
    }
    const uri = Uri.from({
      scheme: PAYLOAD_SCHEME,
      path: `/${title.replaceAll("/", "∕")}.txt`,
      query: REPORT,
    });
    const parts = [title, "", ...result.text.split("\n"), ...(notes.length > 0 ? [""] : []), ...notes];
    this.reports.set(uri.toString(), `${parts.flatMap(wrapped).join("\n").trimEnd()}\n`);
    this.changed.fire(uri);
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, { viewColumn: this.beside(), preview: false });
    return result.text;
  }

  private async compareWithExport(): Promise<string | undefined> {
    const other = await this.otherDocument(l10n.t("Export of the manager (JSON)"));
    const subject = other && (await this.sourceFor(other.uri));
    if (!other || !subject) return undefined;
    await workspace.openTextDocument(Uri.parse(subject.source));
    const result = await this.host.request<TextResult>(Requests.nsxDiff, {
      uri: subject.source,
      position: subject.line === undefined ? undefined : { line: subject.line, character: 0 },
      choices: this.choices,
      document: other.text,
    });
    return this.report(l10n.t("What the payload would change on the manager"), result);
  }

  private async verify(): Promise<string | undefined> {
    const other = await this.otherDocument(l10n.t("Payload (JSON)"));
    const subject = other && (await this.sourceFor(other.uri));
    if (!other || !subject) return undefined;
    await workspace.openTextDocument(Uri.parse(subject.source));
    const result = await this.host.request<TextResult>(Requests.nsxVerify, {
      uri: subject.source,
      choices: this.choices,
      document: other.text,
    });
    return this.report(l10n.t("Whether {0} still fits", workspace.asRelativePath(other.uri)), result);
  }
}

async function reveal({ location }: Message): Promise<void> {
  if (!location) return;
  const { start, end } = location.range;
  const selection = new Range(start.line, start.character, end.line, end.character);
  await window.showTextDocument(Uri.parse(location.uri), { selection, viewColumn: ViewColumn.One });
}

export function registerNsx(host: Host): void {
  new Nsx(host);
}
