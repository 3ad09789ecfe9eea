import {
  commands,
  languages,
  Selection,
  type TextEditor,
  TextEditorRevealType,
  window,
  workspace,
} from "vscode";
import { eventually, ok } from "./assert";
import { type Target, ui } from "./ui";
import { closeAll, open } from "./workbench";

/*
 * The pictures of the documentation, taken in the window that scripts/screenshots.mjs opens on
 * test/vscode/screenshots/workspace. Each is saved as NAME.png, and the pictures of the tour as `tour NUMBER MILLISECONDS`.
 */

const inside: Target = { webview: true };
const pause = (ms: number) => new Promise<void>((over) => setTimeout(over, ms));

async function picture(name: string): Promise<void> {
  await pause(600);
  await ui.screenshot(name, { always: true });
}

/** Puts the cursor behind a text, in the middle of the window where it would be outside. */
async function cursorBehind(editor: TextEditor, text: string): Promise<void> {
  const offset = editor.document.getText().indexOf(text);
  ok(offset >= 0, `no ${text}`);
  const place = editor.document.positionAt(offset + text.length);
  editor.selection = new Selection(place, place);
  editor.revealRange(editor.selection, TextEditorRevealType.InCenterIfOutsideViewport);
  // The window has it a moment later than this side.
  await pause(250);
}

const findings = (editor: TextEditor, count: number) =>
  eventually("the findings", () => languages.getDiagnostics(editor.document.uri).length >= count);

/** Opens a file and waits until its lenses are there. */
async function show(path: string): Promise<TextEditor> {
  const editor = await open(path);
  await ui.waitFor(".codelens-decoration >> visible=true", { timeout: 20_000 });
  return editor;
}

/** Generates the policy of the virtual server under the cursor, and scrolls to what it is about. */
async function showPolicy(): Promise<void> {
  const made = commands.executeCommand("keepalived.nsx.generatePolicy");
  // The first one asks how NSX finds the VMs.
  if (await visible(".quick-input-widget .monaco-list-row", 3000)) await ui.press("Escape");
  await made;
  const shown = await eventually("the policy", () =>
    window.visibleTextEditors.find((e) => e.document.uri.scheme === "keepalived-nsx"),
  );
  ok(shown);
  const at = shown.document.positionAt(shown.document.getText().indexOf('"SecurityPolicy"'));
  shown.revealRange(new Selection(at, at), TextEditorRevealType.AtTop);
  await commands.executeCommand("notifications.clearAll");
}

describe("pictures of the documentation", function () {
  this.timeout(180_000);
  before(async () => {
    ok(ui.available, "only a window with a UI bridge can be photographed");
    await commands.executeCommand("workbench.action.closeSidebar");
    await commands.executeCommand("notifications.clearAll");
  });
  beforeEach(() => ui.setViewport(1180, 680));
  afterEach(async () => {
    await commands.executeCommand("workbench.action.closePanel");
    await closeAll();
  });

  for (const locale of ["en", "zh"]) {
    const name = (base: string) => (locale === "zh" ? `${base}-zh-cn` : base);

    it(`${locale} diagnostics`, async () => {
      const editor = await show("drafts/keepalived.conf");
      await findings(editor, 4);
      await commands.executeCommand("workbench.actions.view.problems");
      await ui.waitFor(".markers-panel .monaco-list-row");
      await picture(name("diagnostics"));
    });

    it(`${locale} quick-fix`, async () => {
      const editor = await show("drafts/keepalived.conf");
      await findings(editor, 4);
      await cursorBehind(editor, "weihgt");
      await commands.executeCommand("editor.action.quickFix");
      await ui.waitFor(".action-widget");
      await picture(name("quick-fix"));
      await ui.press("Escape");
    });

    it(`${locale} hover`, async () => {
      const editor = await show("lb1/keepalived.conf");
      await cursorBehind(editor, "virtual_server 192.0.2.10 443 {\n    lb_a");
      await commands.executeCommand("editor.action.showHover");
      await ui.waitFor(".monaco-hover-content");
      await picture(name("hover"));
      await ui.press("Escape");
    });

    it(`${locale} completion`, async () => {
      const editor = await show("lb1/keepalived.conf");
      await cursorBehind(editor, "lb_kind DR\n    protocol TCP");
      await ui.press("Enter");
      await ui.type("p");
      await ui.waitFor(".suggest-widget .monaco-list-row");
      if (!(await visible(".suggest-details"))) await commands.executeCommand("toggleSuggestionDetails");
      await ui.waitFor(".suggest-details");
      await picture(name("completion"));
      await ui.press("Escape");
    });

    it(`${locale} topology`, async () => {
      const editor = await show("lb1/keepalived.conf");
      await commands.executeCommand("keepalived.showTopology");
      await ui.waitFor("svg .node.peer .row", inside);
      await ui.setViewport(1180, 500);
      await cursorBehind(editor, "real_server 192.0.2.21");
      await ui.waitFor("svg .row.current", inside);
      await commands.executeCommand("workbench.action.focusSecondEditorGroup");
      await commands.executeCommand("workbench.action.increaseViewWidth");
      await commands.executeCommand("workbench.action.increaseViewWidth");
      await commands.executeCommand("workbench.action.increaseViewWidth");
      await pause(500);
      await picture(name("topology"));
    });

    it(`${locale} packet-path`, async () => {
      const editor = await show("lb1/keepalived.conf");
      await cursorBehind(editor, "virtual_server 192.0.2.10");
      await commands.executeCommand("keepalived.showPacketPath");
      await ui.waitFor("svg .row", inside);
      await ui.click("label:has(input[value='stateful'])", inside);
      await ui.click("label:has(input[value='upload'])", inside);
      await ui.press("End");
      await ui.waitFor("svg .row.now .mark.refused", inside);
      await pause(1500);
      await picture(name("packet-path"));
    });

    it(`${locale} peers`, async () => {
      const editor = await show("lb1/keepalived.conf");
      // The peers are known once the workspace is.
      await eventually("the peer", async () => {
        const found = await commands.executeCommand<{ sections: unknown[] } | undefined>(
          "keepalived.compareWithPeer",
          editor.document.uri,
          workspace.workspaceFolders?.[0].uri.with({
            path: `${workspace.workspaceFolders[0].uri.path}/lb2/keepalived.conf`,
          }),
        );
        return found?.sections.length;
      });
      await ui.waitFor("table >> visible=true", inside);
      await picture(name("peers"));
    });
  }

  it("en nsx-policy", async () => {
    const editor = await show("lb1/keepalived.conf");
    await cursorBehind(editor, "virtual_server 192.0.2.10");
    await showPolicy();
    await picture("nsx-policy");
  });

  it("en tour", async () => {
    await ui.setViewport(1000, 600);
    let number = 0;
    const frame = async (ms: number) => {
      number++;
      await ui.screenshot(`tour ${String(number).padStart(3, "0")} ${ms}`, { always: true });
    };
    const type = async (text: string) => {
      for (const c of text) {
        await ui.type(c);
        await frame(90);
      }
    };
    const editor = await show("drafts/keepalived.conf");
    await findings(editor, 4);
    await pause(800);
    await frame(1500);

    // What is wrong, and its fix.
    await cursorBehind(editor, "priority 3");
    await pause(300);
    await commands.executeCommand("editor.action.showHover");
    await ui.waitFor(".monaco-hover-content");
    await pause(500);
    await frame(2500);
    await ui.press("Escape");
    await cursorBehind(editor, "weihgt");
    await frame(500);
    await commands.executeCommand("editor.action.quickFix");
    await ui.waitFor(".action-widget");
    await pause(400);
    await frame(1800);
    await ui.press("Enter");
    await eventually("the fix", () => editor.document.getText().includes("weight 1"));
    await pause(700);
    await frame(1200);

    // What can be written here.
    await cursorBehind(editor, "weight 1");
    await ui.press("Enter");
    await type("TCP");
    await ui.waitFor(".suggest-widget .monaco-list-row");
    await pause(600);
    await frame(1800);
    await ui.press("Enter");
    await pause(900);
    await frame(1200);
    await ui.press("Escape");

    // The policy, from the lens.
    await showPolicy();
    await pause(1200);
    await frame(3500);

    // The packets.
    await commands.executeCommand("workbench.action.closeEditorsInOtherGroups");
    await cursorBehind(editor, "virtual_server 10.29.7.10");
    await commands.executeCommand("keepalived.showPacketPath");
    await ui.waitFor("svg .row", inside);
    await ui.click("label:has(input[value='stateful'])", inside);
    await ui.click("label:has(input[value='upload'])", inside);
    await pause(500);
    await frame(1500);
    for (let step = 0; step < 3; step++) {
      await ui.press("ArrowRight");
      await eventually("the step", async () => (await ui.text(".count", inside)).startsWith(`${step + 1} /`));
      await pause(300);
      await frame(900);
    }
    await ui.press("End");
    await ui.waitFor("svg .row.now .mark.refused", inside);
    await pause(1500);
    await frame(4000);
    ok(number > 15);
  });
});

async function visible(selector: string, timeout = 700): Promise<boolean> {
  try {
    await ui.waitFor(selector, { timeout });
    return true;
  } catch {
    return false;
  }
}
