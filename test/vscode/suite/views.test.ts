import { commands, type TextDocument, type Uri, window, workspace } from "vscode";
import { equal, eventually, match, ok } from "./assert";
import { ui } from "./ui";
import { closeAll, open, workspaceFile, write } from "./workbench";

interface Comparison {
  left: string;
  right: string;
  sections: { title: string; rows: { aspect: string; verdict: string; note?: string }[] }[];
}

describe("views of a configuration", () => {
  afterEach(closeAll);

  it("shows what keepalived reads, with includes and definitions taken in", async () => {
    await write("resolved/keepalived/parts/vip.conf", "virtual_ipaddress {\n    ${VIP}/24\n}\n");
    await write(
      "resolved/keepalived/keepalived.conf",
      "$VIP=192.0.2.60\nvrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 60\n    include parts/*.conf\n}\n",
    );
    const editor = await open("resolved/keepalived/keepalived.conf");
    const view = await commands.executeCommand<TextDocument>("keepalived.showResolvedConfiguration");
    match(view.getText(), /192\.0\.2\.60\/24/);
    equal(view.languageId, "keepalived");
    if (ui.available) await ui.screenshot("resolved configuration");
    const line = view
      .getText()
      .split("\n")
      .findIndex((l) => l.includes("192.0.2.60/24"));
    const definition = await eventually(
      "where the line comes from",
      async () =>
        (
          await commands.executeCommand<{ uri: Uri }[]>(
            "vscode.executeDefinitionProvider",
            view.uri,
            view.lineAt(line).range.start,
          )
        )[0],
    );
    match(definition.uri.path, /parts\/vip\.conf$/);

    // It follows the text.
    await editor.edit((edit) => edit.replace(editor.document.lineAt(0).range, "$VIP=192.0.2.61"));
    await eventually("the new address in the view", () => view.getText().includes("192.0.2.61/24"));
  });

  it("shows the IPVS table, and the syntax tree", async () => {
    await open("lvs-dr/keepalived.conf");
    const table = await commands.executeCommand<TextDocument>("keepalived.showIpvsTable");
    match(table.getText(), /TCP {2}10\.29\.7\.10:80 rr persistent 1/);
    match(table.getText(), /-> 10\.29\.7\.12:80 +Route +1 /);
    const tree = await (async () => {
      await open("lvs-dr/keepalived.conf");
      return commands.executeCommand<TextDocument>("keepalived.showSyntaxTree");
    })();
    match(tree.getText(), /virtual_server\/lb_kind "lb_kind" "DR"/);
  });

  it("compares a node with its peer", async () => {
    await open("vrrp-unicast/lb1/keepalived.conf");
    const same = await commands.executeCommand<Comparison>(
      "keepalived.compareWithPeer",
      workspaceFile("vrrp-unicast/lb1/keepalived.conf"),
      workspaceFile("vrrp-unicast/lb2/keepalived.conf"),
    );
    ok(same);
    equal(
      same.sections.flatMap((s) => s.rows).filter((r) => r.verdict === "fault"),
      [],
    );
    const text = new TextDecoder().decode(
      await workspace.fs.readFile(workspaceFile("vrrp-unicast/lb2/keepalived.conf")),
    );
    const other = await write(
      "vrrp-unicast/lb3/keepalived.conf",
      text
        .replace("priority 100", "priority 110")
        .replace("192.0.2.40/24", "192.0.2.40/24\n        192.0.2.49/24"),
    );
    const different = await commands.executeCommand<Comparison>(
      "keepalived.compareWithPeer",
      workspaceFile("vrrp-unicast/lb1/keepalived.conf"),
      other,
    );
    const faults = different.sections.flatMap((s) => s.rows).filter((r) => r.verdict === "fault");
    equal(faults.map((r) => r.aspect).sort(), ["priority", "vips"]);
    if (!ui.available) return;
    await ui.waitFor("text=192.0.2.49", { webview: true });
    await ui.screenshot("peer nodes");
    await ui.click("tr.fault button.place >> nth=0", { webview: true });
    await eventually("the place in the text", () =>
      window.activeTextEditor?.document.uri.path.endsWith("lb1/keepalived.conf"),
    );
  });
});
