/** `Keepalived: Compare with Peer Node`: two nodes of a cluster by meaning, difference by difference. */
import { commands, env, l10n, Range, Uri, ViewColumn, type WebviewPanel, window, workspace } from "vscode";
import { type CompareResult, type Location, Requests } from "../../server/src/lsp/protocol";
import { type Host, isConfiguration } from "./client";
import { activeConfiguration } from "./views";
import { html, openPanel, page } from "./webview";

interface Peer {
  readonly uri: string;
  readonly label: string;
  readonly peer: boolean;
}

const STYLE = `
body { color: var(--vscode-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); padding: 0 1em 2em; }
h1 { font-size: 1.3em; font-weight: 600; }
h2 { font-size: 1.1em; font-weight: 600; margin: 1.6em 0 .4em; }
.summary { color: var(--vscode-descriptionForeground); }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { text-align: left; vertical-align: top; padding: .3em .6em; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-editorWidget-border, #8884)); overflow-wrap: anywhere; }
th:first-child, td:first-child { width: 11em; }
tr.fault td:first-child { border-left: 3px solid var(--vscode-editorWarning-foreground); }
tr.expected, tr.equal { color: var(--vscode-descriptionForeground); }
tr.fault .value { color: var(--vscode-editorWarning-foreground); }
tr:has(+ tr.note) td { border-bottom: none; }
tr.note td { padding-top: 0; }
button.place { all: unset; cursor: pointer; text-decoration: underline dotted; font-family: var(--vscode-editor-font-family); }
button.place:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
.plain { font-family: var(--vscode-editor-font-family); }
label { user-select: none; }
body:not(.all) tr.equal, body:not(.all) tr.expected, body:not(.all) section.quiet { display: none; }
`;

const SCRIPT = `
const vscode = acquireVsCodeApi();
document.addEventListener("click", (event) => {
  const button = event.target.closest("button.place");
  if (button) vscode.postMessage({ place: JSON.parse(button.dataset.place) });
});
const all = document.getElementById("all");
const state = vscode.getState();
if (state && state.all) { all.checked = true; document.body.classList.add("all"); }
all.addEventListener("change", () => {
  document.body.classList.toggle("all", all.checked);
  vscode.setState({ all: all.checked });
});
`;

/** What is compared, in words. */
const aspects = (): Record<string, string> => ({
  instance: l10n.t("instance"),
  state: l10n.t("initial state"),
  priority: l10n.t("priority"),
  failover: l10n.t("priority after failures"),
  version: l10n.t("VRRP version"),
  "advert-int": l10n.t("advert interval"),
  authentication: l10n.t("authentication"),
  unicast: l10n.t("unicast"),
  nopreempt: l10n.t("nopreempt"),
  "preempt-delay": l10n.t("preempt delay"),
  vips: l10n.t("virtual addresses"),
  "excluded-vips": l10n.t("excluded addresses"),
  interface: l10n.t("interface"),
  "router-id": l10n.t("router_id"),
  "virtual-server": l10n.t("virtual server"),
  scheduler: l10n.t("scheduler"),
  "forwarding-method": l10n.t("forwarding method"),
  persistence: l10n.t("persistence"),
  "real-servers": l10n.t("real servers"),
  "sorry-server": l10n.t("sorry server"),
  checks: l10n.t("health checks"),
});

export function registerCompare(host: Host): void {
  let panel: WebviewPanel | undefined;
  let subject: { uri: string; other: string | undefined } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const render = async (): Promise<CompareResult | undefined> => {
    if (!subject) return undefined;
    const result = await host.request<CompareResult>(Requests.compare, subject);
    if (result && panel) panel.webview.html = page(body(result), STYLE, SCRIPT, env.language);
    return result;
  };

  const compare = async (given?: unknown, peer?: unknown): Promise<CompareResult | undefined> => {
    const document = given instanceof Uri ? await workspace.openTextDocument(given) : activeConfiguration();
    if (!document) return undefined;
    const uri = document.uri.toString();
    let other = peer instanceof Uri ? peer.toString() : undefined;
    if (other === undefined) {
      const known = (await host.request<Peer[]>(Requests.peers, { uri })) ?? [];
      const peers = known.filter((p) => p.peer);
      if (peers.length === 1) other = peers[0].uri;
      else {
        const chosen = await choose(peers.length > 0 ? peers : known);
        if (!chosen) return undefined;
        other = chosen;
      }
    }
    await workspace.openTextDocument(Uri.parse(other.replace(/#.*$/, "")));
    subject = { uri, other };
    const result = await host.request<CompareResult>(Requests.compare, subject);
    if (!result) {
      void window.showInformationMessage(l10n.t("There is no VRRP instance to compare in these files."));
      return undefined;
    }
    if (!panel) {
      panel = openPanel(host.context, "keepalived.compare", l10n.t("Peer Nodes"));
      panel.onDidDispose(() => (panel = undefined));
      panel.webview.onDidReceiveMessage(({ place }: { place: Location }) => void reveal(place));
    } else panel.reveal(undefined, true);
    await render();
    return result;
  };

  host.context.subscriptions.push(
    commands.registerCommand("keepalived.compareWithPeer", compare),
    { dispose: () => clearTimeout(timer) },
    { dispose: () => panel?.dispose() },
    workspace.onDidChangeTextDocument(({ document }) => {
      if (!panel || !isConfiguration(document)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void render(), 300);
    }),
  );
}

async function choose(peers: readonly Peer[]): Promise<string | undefined> {
  const file = l10n.t("Choose a file…");
  const chosen = await window.showQuickPick(
    [...peers.map((p) => ({ label: p.label, uri: p.uri })), { label: file, uri: undefined }],
    { placeHolder: l10n.t("The other node") },
  );
  if (!chosen) return undefined;
  if (chosen.uri) return chosen.uri;
  const [picked] = (await window.showOpenDialog({ title: l10n.t("Configuration of the other node") })) ?? [];
  return picked?.toString();
}

async function reveal({ uri, range }: Location): Promise<void> {
  const { start, end } = range;
  const target = Uri.parse(uri);
  const shown = window.visibleTextEditors.find((e) => e.document.uri.toString() === target.toString());
  await window.showTextDocument(target, {
    viewColumn: shown?.viewColumn ?? ViewColumn.One,
    selection: new Range(start.line, start.character, end.line, end.character),
  });
}

function body({ left, right, sections }: CompareResult): string {
  const names = aspects();
  const faults = sections.flatMap((s) => s.rows).filter((r) => r.verdict === "fault").length;
  const cell = ({ text, location }: CompareResult["sections"][number]["rows"][number]["left"]) => {
    const shown = text === "" ? "–" : html(text);
    return location
      ? `<button class="place value" data-place="${html(JSON.stringify(location))}">${shown}</button>`
      : `<span class="plain value">${shown}</span>`;
  };
  // A long name breaks after a folder first.
  const name = (label: string) => html(label).replaceAll("/", "/<wbr>");
  const parts = sections.map((section) => {
    const quiet = section.rows.every((r) => r.verdict !== "fault");
    const rows = section.rows.map(
      (r) =>
        `<tr class="${r.verdict}"><td>${html(names[r.aspect] ?? r.aspect)}</td><td>${cell(r.left)}</td><td>${cell(r.right)}</td></tr>${r.note ? `<tr class="${r.verdict} note"><td></td><td colspan="2">${html(r.note)}</td></tr>` : ""}`,
    );
    const kind = section.kind === "node" ? "" : `${section.kind} `;
    return `<section class="${quiet ? "quiet" : ""}"><h2>${html(kind + section.title)}</h2>
<table><thead><tr><th></th><th scope="col">${name(left)}</th><th scope="col">${name(right)}</th></tr></thead><tbody>${rows.join("")}</tbody></table></section>`;
  });
  return `<h1>${html(left)} ↔ ${html(right)}</h1>
<p class="summary">${html(
    faults === 0
      ? l10n.t("The nodes fit together.")
      : faults === 1
        ? l10n.t("One difference that should not be.")
        : l10n.t("{0} differences that should not be.", faults),
  )} <label><input type="checkbox" id="all"> ${html(l10n.t("Show everything that was compared"))}</label></p>
${parts.join("\n")}`;
}
