import {
  type CodeAction,
  commands,
  env,
  extensions,
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
import { closeAll, open, write } from "./workbench";

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

/** A choice in the quick pick that is open: types, and takes what is then marked. */
async function pick(text: string): Promise<void> {
  await ui.waitFor(".quick-input-widget .monaco-list-row");
  await ui.type(text);
  await ui.waitFor(`.quick-input-widget .monaco-list-row >> text=${text}`);
  await ui.press("Enter");
}

const payloadShown = () =>
  window.visibleTextEditors.find((e) => e.document.uri.scheme === "keepalived-nsx")?.document;

describe("NSX policy", () => {
  afterEach(closeAll);

  it("asks how NSX finds the VMs the first time, and follows the answer", async function () {
    this.timeout(60_000); // The first window starts cold.
    if (!ui.available) this.skip();
    await openAtVirtualServer();
    const made = await commands.executeCommand<Generated>("keepalived.nsx.generatePolicy");
    equal(made.status, "ok");
    match(made.text ?? "", /role\|lvs-director/);
    await ui.waitFor(".quick-input-widget .monaco-list-row");
    await ui.screenshot("NSX choose directors");
    await pick("By VM name");
    await ui.waitFor(".quick-input-widget .quick-input-box input");
    await ui.type("lvs01, lvs02");
    await ui.press("Enter");
    await eventually("the VM names in the payload", () =>
      /"value": "lvs02"/.test(payloadShown()?.getText() ?? ""),
    );
    await ui.screenshot("NSX policy by VM name");
    const again = await commands.executeCommand<Generated>("keepalived.nsx.generatePolicy");
    match(again.text ?? "", /lvs-directors-lvs01_lvs02/);
  });

  it("brings findings that only speak under NSX", async () => {
    const { editor } = await openAtVirtualServer();
    await commands.executeCommand("keepalived.nsx.generatePolicy");
    const { uri } = editor.document;
    await eventually("the note about groups", () => findings(uri).includes("3 nsx-vip-in-group"));
  });

  it("asks what a fwmark stands for, once", async function () {
    if (!ui.available) this.skip();
    const text =
      "virtual_server fwmark 7 {\n    lb_algo rr\n    lb_kind DR\n    real_server 192.0.2.21 {\n        weight 1\n    }\n}\n";
    await write("mark/keepalived.conf", text);
    await open("mark/keepalived.conf");
    const asked = commands.executeCommand<Generated>("keepalived.nsx.generatePolicy");
    await ui.waitFor(".quick-input-widget >> text=fwmark 7");
    await ui.screenshot("NSX fwmark");
    await ui.type("192.0.2.10:80,443/TCP");
    await ui.press("Enter");
    const made = await asked;
    equal(made.status, "ok");
    match(made.text ?? "", /192\.0\.2\.10-tcp-80_443-forward/);
    const again = await commands.executeCommand<Generated>("keepalived.nsx.generatePolicy");
    equal(again.text, made.text);
  });

  it("is compared with an export, and checked against the configuration", async () => {
    await openAtVirtualServer();
    const made = await commands.executeCommand<Generated>("keepalived.nsx.generatePolicy");
    ok(made.text);
    const exported = made.text
      .replace('"stateful": false', '"stateful": true')
      .replace('"logged": false', '"logged": true');
    await write("lvs-dr/export.json", exported);
    await open("lvs-dr/export.json");
    const diff = await commands.executeCommand<string>("keepalived.nsx.compareWithExport");
    match(diff, /stateful/i);
    if (ui.available) await ui.screenshot("NSX compared with an export");
    await closeAll();
    await write("lvs-dr/saved.nsx.json", made.text);
    await openAtVirtualServer();
    await open("lvs-dr/saved.nsx.json");
    const fits = await commands.executeCommand<string>("keepalived.nsx.verifyPayload");
    match(fits, /10\.29\.7\.10:80 TCP/);
    ok(!/Missing|Left over/.test(fits), fits);
    await closeAll();
    await write("lvs-dr/old.nsx.json", made.text.replaceAll("10.29.7.10", "10.29.7.99"));
    await openAtVirtualServer();
    await open("lvs-dr/old.nsx.json");
    const unfit = await commands.executeCommand<string>("keepalived.nsx.verifyPayload");
    match(unfit, /Not in the payload: 10\.29\.7\.10:80 TCP/);
    match(unfit, /Left over: [\s\S]*10\.29\.7\.99/);
    if (ui.available) await ui.screenshot("NSX payload does not fit");
  });

  it("is validated as JSON: a payload is without fault, a mistake in a file *.nsx.json is found", async function () {
    if (!extensions.getExtension("vscode.json-language-features")) this.skip();
    await openAtVirtualServer();
    const made = await commands.executeCommand<Generated>("keepalived.nsx.generatePolicy");
    ok(made.text);
    await write(
      "lvs-dr/wrong.nsx.json",
      made.text
        .replace('"direction": "IN_OUT"', '"direction": "BOTH"')
        .replace('"tcp_strict"', '"tcpStrict"'),
    );
    const { document } = await open("lvs-dr/wrong.nsx.json");
    await eventually(
      "the complaints of the schema",
      () => languages.getDiagnostics(document.uri).length === 2,
    );
    await write("lvs-dr/good.nsx.json", made.text);
    const good = await open("lvs-dr/good.nsx.json");
    // The editor has looked at the one that was opened before, so that it has looked at this one in as much time.
    await new Promise((done) => setTimeout(done, 1500));
    equal(
      languages.getDiagnostics(good.document.uri).map((d) => d.message),
      [],
    );
    await open("lvs-dr/wrong.nsx.json");
    if (ui.available) await ui.screenshot("NSX JSON schema");
  });

  it("warns when both the exclusion list and a policy were taken over", async function () {
    if (!ui.available) this.skip();
    const { editor } = await openAtVirtualServer();
    const { uri } = editor.document;
    await commands.executeCommand("keepalived.nsx.generatePolicy");
    const copy = async (form: string) => {
      const copied = commands.executeCommand("keepalived.nsx.copyAs");
      await ui.waitFor(".quick-input-widget .monaco-list-row");
      await ui.type(form);
      await ui.press("Enter");
      await copied;
      return env.clipboard.readText();
    };
    match(await copy("curl"), /curl/);
    ok(!findings(uri).includes("1 nsx-excluded-and-policy"));
    match(await copy("exclude-list"), /exclude-list|"members"/);
    await eventually("the finding", () => findings(uri).includes("1 nsx-excluded-and-policy"));
    await ui.screenshot("NSX both remedies");
    await ui.click("text=The Policy Counts");
    await eventually("no finding", () => !findings(uri).includes("1 nsx-excluded-and-policy"));
  });

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

  it("is generated by a code action in the virtual server", async () => {
    const { document } = await open("lvs-dr/keepalived.conf");
    const at = document.positionAt(document.getText().indexOf("lb_kind"));
    const action = await eventually("the action", async () => {
      const actions = await commands.executeCommand<CodeAction[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        new Range(at, at),
      );
      return actions.find((a) => a.command?.command === "keepalived.nsx.generatePolicy");
    });
    const { command } = action as CodeAction;
    const made = await commands.executeCommand<Generated>(
      command?.command as string,
      ...(command?.arguments ?? []),
    );
    equal(made.status, "ok");
    match(made.text ?? "", /"stateful": false/);
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
