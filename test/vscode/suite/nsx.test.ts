import {
  type CodeAction,
  commands,
  env,
  languages,
  Range,
  Selection,
  type Uri,
  WorkspaceEdit,
  window,
  workspace,
} from "vscode";
import { equal, eventually, match, ok } from "./assert";
import { ui } from "./ui";
import { closeAll, open } from "./workbench";

const SAMPLE = "lvs-dr/keepalived.conf";

interface Generated {
  status: string;
  text: string | undefined;
  uri: Uri | undefined;
}

/** The codes of what is reported about a document, with their severities. */
function findings(uri: Uri): string[] {
  return languages
    .getDiagnostics(uri)
    .map((d) => `${d.severity} ${typeof d.code === "object" ? d.code.value : d.code}`);
}

async function openAtVirtualServer() {
  const editor = await open(SAMPLE);
  const at = editor.document.getText().indexOf("virtual_server ");
  const position = editor.document.positionAt(at);
  editor.selection = new Selection(position, position);
  return { editor, position };
}

describe("the LVS-DR sample", () => {
  afterEach(closeAll);

  it("is clean but for the ARP note, which its quick fix writes", async () => {
    const { editor } = await openAtVirtualServer();
    const { uri } = editor.document;
    await eventually("the warning about the ARP settings", () => findings(uri).includes("1 dr-arp-note"));
    equal(
      findings(uri).filter((f) => f.startsWith("0 ") || f.startsWith("1 ")),
      ["1 dr-arp-note"],
    );
    const diagnostic = languages.getDiagnostics(uri).find((d) => findingCode(d) === "dr-arp-note");
    ok(diagnostic);
    const actions = await commands.executeCommand<CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uri,
      diagnostic.range,
      "quickfix",
    );
    const fix = actions.find((a) => a.isPreferred && a.edit);
    ok(fix?.edit, `quick fixes: ${actions.map((a) => a.title).join(", ")}`);
    ok(await workspace.applyEdit(fix.edit));
    match(editor.document.getText(), /ip addr add 10\.29\.7\.10\/32 dev lo/);
    match(editor.document.getText(), /arp_ignore=1.*arp_announce=2/);
    await eventually("no warning is left", () => !findings(uri).some((f) => /^[01] /.test(f)));
    if (ui.available) await ui.screenshot("ARP note");
  });
});

describe("NSX policy", () => {
  afterEach(closeAll);

  it("opens beside the configuration, stateless and applied to the directors' VMs", async () => {
    const { editor } = await openAtVirtualServer();
    const made = await commands.executeCommand<Generated>("keepalived.nsx.generatePolicy");
    equal(made.status, "ok");
    ok(made.uri && made.text);
    const shown = await eventually("the payload in an editor", () =>
      window.visibleTextEditors.find((e) => e.document.uri.toString() === made.uri?.toString()),
    );
    ok(shown);
    equal(shown.document.languageId, "json");
    ok(shown.viewColumn !== editor.viewColumn, "beside the configuration");
    equal(shown.document.getText(), made.text);
    const body = JSON.parse(made.text);
    equal(body.resource_type, "Infra");
    const policies = find(body, "SecurityPolicy");
    equal(policies.length, 1);
    const [policy] = policies;
    equal(policy.stateful, false);
    equal(policy.tcp_strict, false);
    equal(policy.category, "Infrastructure");
    const [group] = find(body, "Group");
    match(String(policy.scope), new RegExp(`/groups/${group.id}$`));
    match(JSON.stringify(group.expression), /"member_type":"VirtualMachine"/);
    match(made.text, /10\.29\.7\.10/);
    if (ui.available) await ui.screenshot("NSX policy");
  });

  it("follows the configuration while it is edited", async () => {
    const { editor } = await openAtVirtualServer();
    const made = await commands.executeCommand<Generated>("keepalived.nsx.generatePolicy");
    ok(made.uri);
    const edit = new WorkspaceEdit();
    const at = editor.document.getText().indexOf("10.29.7.10 80") + "10.29.7.10 ".length;
    const start = editor.document.positionAt(at);
    edit.replace(editor.document.uri, new Range(start, start.translate(0, 2)), "8080");
    ok(await workspace.applyEdit(edit));
    const shown = window.visibleTextEditors.find((e) => e.document.uri.toString() === made.uri?.toString());
    await eventually("the new port in the payload", () => /"8080"/.test(shown?.document.getText() ?? ""));
  });

  it("is explained packet by packet, and copied in another form", async () => {
    await openAtVirtualServer();
    await commands.executeCommand("keepalived.nsx.generatePolicy");
    const explained = await commands.executeCommand<Generated>("keepalived.nsx.explain");
    match(explained?.text ?? "", /10\.29\.7\.10/);
    if (!ui.available) return;
    await ui.screenshot("NSX policy explained");
    const copied = commands.executeCommand("keepalived.nsx.copyAs");
    await ui.waitFor(".quick-input-widget .monaco-list-row");
    await ui.screenshot("copy as");
    await ui.type("terraform");
    await ui.press("Enter");
    await copied;
    match(await env.clipboard.readText(), /resource "nsxt_policy_security_policy"/);
  });

  it("is generated by the code lens above a virtual server", async function () {
    if (!ui.available) this.skip();
    await openAtVirtualServer();
    await ui.click(".codelens-decoration a >> text=NSX");
    await eventually("the payload", () =>
      window.visibleTextEditors.some((e) => e.document.uri.scheme === "keepalived-nsx"),
    );
  });
});

const findingCode = (d: { code?: unknown }): unknown =>
  typeof d.code === "object" && d.code !== null ? (d.code as { value: unknown }).value : d.code;

/** Objects of a type in a hierarchical document. */
function find(node: unknown, type: string): Record<string, unknown>[] {
  if (typeof node !== "object" || node === null) return [];
  const own =
    (node as Record<string, unknown>).resource_type === type ? [node as Record<string, unknown>] : [];
  return [...own, ...Object.values(node).flatMap((v) => find(v, type))];
}
