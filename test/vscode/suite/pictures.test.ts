import { commands, Range, Selection, type TextEditor, Uri, window, workspace } from "vscode";
import { equal, eventually, match, ok } from "./assert";
import { type Target, ui } from "./ui";
import { closeAll, open, workspaceFile } from "./workbench";

const PAIR = "vrrp-unicast/lb1/keepalived.conf";
const DR = "lvs-dr/keepalived.conf";
const inside: Target = { webview: true };

/** Puts the cursor before a text. */
function cursorAt(editor: TextEditor, text: string): void {
  const offset = editor.document.getText().indexOf(text);
  ok(offset >= 0, `no ${text}`);
  const place = editor.document.positionAt(offset);
  editor.selection = new Selection(place, place);
}

/** The text of the line that the cursor of the document is in. */
function lineOf(path: string): string {
  const uri = workspaceFile(path).toString();
  const editor = window.visibleTextEditors.find((e) => e.document.uri.toString() === uri);
  return editor ? editor.document.lineAt(editor.selection.active.line).text.trim() : "";
}

/** Clicks until it helps: a picture that is drawn anew, because a peer was found, may swallow a click. */
function click(selector: string, what: string, helped: () => boolean): Promise<boolean> {
  return eventually(what, async () => {
    await ui.click(selector, inside);
    for (let n = 0; n < 20 && !helped(); n++) await new Promise((again) => setTimeout(again, 50));
    return helped();
  });
}

async function theme(name: string | undefined): Promise<void> {
  await workspace.getConfiguration("workbench").update("colorTheme", name, true);
}

/** Answers the dialog that asks where to save; tells what was written. */
async function saveAs(name: string): Promise<Uint8Array> {
  const target = workspaceFile(name);
  // The dialog is ready once it lists the folder.
  await ui.waitFor(".quick-input-widget .monaco-list-row");
  await ui.press("Control+a");
  await ui.type(target.path);
  await ui.press("Enter");
  await ui.waitFor(".quick-input-widget", { gone: true });
  return eventually(`the file ${name}`, async () => {
    const bytes = await workspace.fs.readFile(target);
    return bytes.length > 0 ? bytes : undefined;
  }) as Promise<Uint8Array>;
}

describe("the topology", () => {
  let editor: TextEditor;
  beforeEach(async function () {
    if (!ui.available) this.skip();
    editor = await open(PAIR);
    await commands.executeCommand("keepalived.showTopology");
    await ui.waitFor("svg .node.instance", inside);
  });
  afterEach(closeAll);

  it("leads to the text, and shows where the cursor is", async () => {
    await click("svg .row.vip", "the cursor at the address", () => lineOf(PAIR).startsWith("192.0.2.40"));
    await ui.waitFor("svg .row.vip.current", inside);
    cursorAt(editor, "vrrp_instance");
    await ui.waitFor("svg .node.instance.current", inside);
    await ui.waitFor("svg .row.current", { ...inside, gone: true });
    // The peer is another file of the workspace.
    await click("svg .node.peer .row", "the other file", () =>
      lineOf(PAIR.replace("lb1", "lb2")).startsWith("vrrp_instance"),
    );
  });

  it("follows what is typed, and stays at its scale", async () => {
    await ui.click("button[aria-label='Zoom in']", inside);
    const width = Number(await ui.attribute(".stage > svg", "width", inside));
    await editor.edit((edit) =>
      edit.insert(
        editor.document.positionAt(editor.document.getText().length),
        "\nvirtual_server 192.0.2.40 8443 {\n    protocol TCP\n    lb_kind DR\n    real_server 192.0.2.51 8443 {\n        TCP_CHECK {\n        }\n    }\n}\n",
      ),
    );
    await ui.waitFor("[data-id='service:192.0.2.40:8443 TCP']", inside);
    match(await ui.text("[data-id='service:192.0.2.40:8443 TCP']", inside), /DR[\s\S]*192\.0\.2\.51:8443/);
    const [, , before] = (await ui.attribute(".stage > svg", "viewBox", inside))?.split(" ") ?? [];
    // The drawing may have grown; a pixel of it is as large as before.
    ok(width > 0 && Number(before) > 0);
    const scale = Number(await ui.attribute(".stage > svg", "width", inside)) / Number(before);
    ok(scale > 1, `scale ${scale}`);
  });

  it("is walked through with the keyboard, and read as text", async () => {
    await ui.click("button[aria-label='Save as PNG']", inside);
    await ui.waitFor(".quick-input-widget .monaco-list-row");
    await ui.press("Escape");
    await ui.waitFor(".quick-input-widget", { gone: true });
    await ui.click("summary", inside);
    match(await ui.text(".list", inside), /VRRP instance/);
    match(await ui.text(".list", inside), /virtual address 192\.0\.2\.40/);
    await ui.click(".list button:has-text('virtual address')", inside);
    await eventually("the cursor at the address", () => lineOf(PAIR).startsWith("192.0.2.40"));
    await ui.click("summary", inside);
    // Back from the head of the list: the last node of the drawing.
    await ui.press("Shift+Tab");
    const focused = await ui.attribute("svg [data-id]:focus", "data-id", inside);
    ok(focused, "nothing has the focus");
    await ui.press("ArrowDown");
    await eventually("another spot has the focus", async () => {
      const now = await ui.attribute("svg [data-id]:focus", "data-id", inside);
      return now !== focused;
    });
    await ui.press("Home");
    const first = await ui.attribute("svg [data-id]:focus", "data-id", inside);
    match(first ?? "", /^peer:/);
    await ui.press("Enter");
    await eventually("the peer", () => lineOf(PAIR.replace("lb1", "lb2")).startsWith("vrrp_instance"));
  });

  it("is saved as SVG and PNG", async () => {
    await ui.click("button[aria-label='Save as SVG']", inside);
    const svg = new TextDecoder().decode(await saveAs("topology.svg"));
    match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    match(svg, /192\.0\.2\.40/);
    ok(!/var\(|<script|https?:(?!\/\/www\.w3\.org\/2000\/svg)/.test(svg), "it does not stand alone");
    await ui.click("button[aria-label='Save as PNG']", inside);
    const png = await saveAs("topology.png");
    equal([...png.slice(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    ok(png.length > 5_000, `${png.length} bytes`);
  });
});

describe("the packet path", () => {
  let editor: TextEditor;
  beforeEach(async function () {
    if (!ui.available) this.skip();
    editor = await open(DR);
    cursorAt(editor, "virtual_server");
    await commands.executeCommand("keepalived.showPacketPath");
    await ui.waitFor("svg .row", inside);
  });
  afterEach(closeAll);

  it("is stepped through, and says each step", async () => {
    await ui.click("label:has-text('None')", inside);
    await ui.click("button[aria-label='Next step']", inside);
    match(await ui.text(".step", inside), /^Packet 1, SYN, from client to director; MAC gateway → director/);
    await ui.press("ArrowRight");
    // The button has the focus; the arrow moves the picture all the same.
    await eventually("the second step", async () =>
      /Packet 1, SYN, forwarded/.test(await ui.text(".step", inside)),
    );
    await ui.waitFor("svg .row.past", inside);
    await ui.press("Home");
    await eventually("the overview", async () => /^0 \//.test(await ui.text(".count", inside)));
    await ui.click("button[aria-label='Play']", inside);
    await eventually("it goes on by itself", async () => /^2 \//.test(await ui.text(".count", inside)));
    await ui.click("button[aria-label='Pause']", inside);
    await ui.click("svg .row", inside);
    match(await ui.text(".count", inside), /^1 \//);
  });

  it("breaks off under a stateful policy, and not with the generated one", async () => {
    await ui.click("label:has-text('Stateful policy')", inside);
    await ui.click("label:has-text('Upload')", inside);
    await ui.click(".stage", inside);
    await ui.press("End");
    await eventually("the drop", async () => /dropped/.test(await ui.text(".step", inside)));
    match(await ui.text(".step", inside), /director/);
    await ui.waitFor("svg .mark.refused", inside);
    await ui.click("label:has-text('Generated stateless policy')", inside);
    await ui.waitFor("svg .mark.refused", { ...inside, gone: true });
    await ui.press("End");
    await eventually("the last segment", async () => /700\/700/.test(await ui.text(".step", inside)));
  });

  it("follows the cursor and the text", async () => {
    const port = editor.document.getText().indexOf("virtual_server 10.29.7.10 80");
    const at = port + "virtual_server 10.29.7.10 ".length;
    const { document } = editor;
    await editor.edit((edit) =>
      edit.replace(new Range(document.positionAt(at), document.positionAt(at + 2)), "8080"),
    );
    await eventually("the new port", async () =>
      /10\.29\.7\.10:8080/.test(await ui.text(".stage svg", inside)),
    );
  });

  it("is saved as SVG", async () => {
    await ui.click("button[aria-label='Save as SVG']", inside);
    const svg = new TextDecoder().decode(await saveAs("packets.svg"));
    match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    ok(!svg.includes("var("), "it does not stand alone");
  });
});

describe("the pictures", function () {
  this.timeout(40_000);
  const THEMES = {
    light: ["Default Light Modern", "vscode-light"],
    dark: ["Default Dark Modern", "vscode-dark"],
    "high contrast": ["Default High Contrast", "vscode-high-contrast"],
    "high contrast light": ["Default High Contrast Light", "vscode-high-contrast-light"],
  } as const;
  before(function () {
    if (!ui.available) this.skip();
  });
  afterEach(async () => {
    await theme(undefined);
    await ui.setViewport(1280, 800);
    await closeAll();
  });

  for (const [name, [id, kind]] of Object.entries(THEMES)) {
    it(`have the colours of the theme: ${name}`, async () => {
      await theme(id);
      for (const [command, file, element] of [
        ["keepalived.showTopology", PAIR, "svg .node"],
        ["keepalived.showPacketPath", DR, "svg .row"],
      ] as const) {
        const editor = await open(file);
        cursorAt(editor, file === DR ? "virtual_server" : "vrrp_instance");
        await commands.executeCommand(command);
        await ui.waitFor(`body.${kind} ${element}`, inside);
        await ui.screenshot(`${command.slice("keepalived.show".length)} ${name}`);
        await closeAll();
      }
    });
  }

  it("fit into a narrow window", async () => {
    await ui.setViewport(700, 800);
    for (const [command, file, element] of [
      ["keepalived.showTopology", PAIR, "svg .node"],
      ["keepalived.showPacketPath", DR, "svg .row"],
    ] as const) {
      const editor = await open(file);
      cursorAt(editor, file === DR ? "virtual_server" : "vrrp_instance");
      await commands.executeCommand(command);
      await ui.waitFor(element, inside);
      await ui.screenshot(`${command.slice("keepalived.show".length)} narrow`);
      ok((await ui.attribute(".stage > svg:last-child", "width", inside)) !== null);
      await closeAll();
    }
  });

  it("stay readable with many virtual servers", async () => {
    const servers = Array.from(
      { length: 60 },
      (_, i) =>
        `virtual_server 192.0.2.${60 + (i % 3)} ${8000 + i} {\n    protocol TCP\n    lb_kind DR\n    real_server 192.0.2.${100 + i} ${8000 + i} {\n        TCP_CHECK {\n        }\n    }\n}\n`,
    ).join("");
    const text = `vrrp_instance VI_1 {\n    interface eth0\n    virtual_router_id 60\n    virtual_ipaddress {\n        192.0.2.60/24\n        192.0.2.61/24\n        192.0.2.62/24\n    }\n}\n${servers}`;
    const uri = Uri.joinPath(workspaceFile(""), "many/keepalived.conf");
    await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    const editor = await open("many/keepalived.conf");
    await commands.executeCommand("keepalived.showTopology");
    await ui.waitFor("svg .node.more", inside);
    await ui.screenshot("Topology many");
    // What is hidden is shown when the cursor is there.
    const hidden = "[data-id='service:192.0.2.62:8059 TCP']";
    await ui.waitFor(hidden, { ...inside, gone: true });
    cursorAt(editor, "virtual_server 192.0.2.62 8059");
    await ui.waitFor(`${hidden}.current`, inside);
    await new Promise((scrolled) => setTimeout(scrolled, 700));
    await ui.screenshot("Topology many current");
    await workspace.fs.delete(Uri.joinPath(uri, ".."), { recursive: true });
  });
});
