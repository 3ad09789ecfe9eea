import * as vscode from "vscode";
import { commands, languages, type Position, Selection, window, workspace } from "vscode";
import { equal, eventually, match, ok } from "./assert";
import { ui } from "./ui";
import { closeAll, extension, open, workspaceFile, write } from "./workbench";

/** Themes as users see them: the class tells that the window has changed over. */
const THEMES = {
  light: ["Default Light Modern", "vs"],
  dark: ["Default Dark Modern", "vs-dark"],
  "high contrast": ["Default High Contrast", "hc-black"],
} as const;

async function useTheme(name: string | undefined): Promise<void> {
  await workspace.getConfiguration("workbench").update("colorTheme", name, true);
}

/** The parts of the API for assistants that are younger than the types we build with. */
interface LanguageModels {
  readonly tools: readonly { readonly name: string }[];
  invokeTool(
    name: string,
    options: { input: object; toolInvocationToken: undefined },
  ): PromiseLike<{ content: readonly { value?: string }[] }>;
}

describe("tools for assistants", () => {
  const { lm } = vscode as unknown as { lm?: Partial<LanguageModels> };
  before(function () {
    // VS Code before 1.95, and builds without chat.
    if (!lm?.invokeTool || !lm.tools?.some(({ name }) => name === "keepalived_check")) this.skip();
  });
  after(closeAll);

  const invoke = async (name: string, input: object) => {
    const result = await lm!.invokeTool!(name, { input, toolInvocationToken: undefined });
    return JSON.parse(result.content.map((part) => part.value ?? "").join(""));
  };

  it("check a file", async () => {
    await write("assistant/keepalived.conf", "vrrp_instance VI_1 {\n    priorty 100\n}\n");
    await extension().activate();
    const findings = await invoke("keepalived_check", { path: "assistant/keepalived.conf" });
    const [misspelt] = findings.filter((f: { code: string }) => f.code === "unknown-keyword");
    equal(misspelt.line, 2);
    equal(misspelt.severity, "error");
    match(misspelt.message, /priority/);
  });

  it("open nothing that the user has not: no file outside of the workspace", async () => {
    for (const path of ["/etc/hostname", "../elsewhere.conf", "file:///etc/hostname"])
      for (const tool of ["keepalived_check", "keepalived_nsx_policy"])
        match((await invoke(tool, { path })).error, /neither in the workspace nor open/);
  });

  it("write the policy for a line", async () => {
    const { status, payload, directors } = await invoke("keepalived_nsx_policy", {
      path: "lvs-dr/keepalived.conf",
      line: 18,
    });
    equal(status, "ok");
    equal(JSON.parse(payload).resource_type, "Infra");
    match(directors, /role\|lvs-director/);
  });
});

describe("the window", () => {
  before(function () {
    if (!ui.available) this.skip();
  });
  afterEach(async () => {
    await useTheme(undefined);
    await ui.setViewport(1280, 800);
    await closeAll();
  });

  it("tells the release and the role of the file, and how the release is changed", async () => {
    await open("vrrp-unicast/lb1/keepalived.conf");
    await ui.click('[id="status.languageStatus"]');
    // The item has the release once the server has answered.
    await ui.waitFor(".hover-language-status >> text=/keepalived \\d+\\.\\d+\\.\\d+/");
    await ui.waitFor(".hover-language-status >> text=main file");
    await ui.screenshot("status item");
    await ui.press("Escape");
  });

  it("offers the fix of a finding under the lamp, and shows its page behind the code", async () => {
    await write(
      "lamp/keepalived.conf",
      "vrrp_instance VI_1 {\n    state BACKUP\n    interface eth0\n    virtual_router_id 7\n    priorty 100\n    virtual_ipaddress {\n        192.0.2.7/24\n    }\n}\n",
    );
    const editor = await open("lamp/keepalived.conf");
    const at: Position = editor.document.positionAt(editor.document.getText().indexOf("priorty"));
    editor.selection = new Selection(at, at);
    const found = await eventually("the finding", () =>
      languages.getDiagnostics(editor.document.uri).find((d) => d.range.start.line === at.line),
    );
    ok(typeof found?.code === "object", "the code has no page");
    match(String((found.code as { target: unknown }).target), /docs\/rules\/unknown-keyword\.md$/);
    await eventually("the fix", async () => {
      const actions = await commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        editor.document.uri,
        new vscode.Range(at, at),
      );
      return actions.some(({ title }) => /priority/.test(title));
    });
    // The window shows findings a little later than the API knows them.
    await ui.waitFor(".squiggly-error");
    await commands.executeCommand("editor.action.quickFix");
    await ui.waitFor(".action-widget >> text=priority");
    await ui.screenshot("quick fix");
    await ui.press("Enter");
    await eventually("the corrected word", () => editor.document.getText().includes("    priority 100"));
    await eventually("a clean file", () => languages.getDiagnostics(editor.document.uri).length === 0);
  });

  for (const [name, [theme, kind]] of Object.entries(THEMES)) {
    it(`colours a configuration: ${name}`, async () => {
      await useTheme(theme);
      await ui.waitFor(`.monaco-workbench.${kind}`);
      await open("lvs-dr-ipv6/keepalived.conf");
      await ui.waitFor(".view-line >> text=vrrp_instance");
      await eventually("semantic colours", async () => {
        const tokens = await commands.executeCommand<vscode.SemanticTokens>(
          "vscode.provideDocumentSemanticTokens",
          workspaceFile("lvs-dr-ipv6/keepalived.conf"),
        );
        return tokens.data.length > 0;
      });
      await ui.screenshot(`editor ${name}`);
    });
  }

  it("has a walkthrough with pictures", async () => {
    await commands.executeCommand(
      "workbench.action.openWalkthrough",
      "keepalived-tools.keepalived#start",
      false,
    );
    await ui.waitFor(".gettingStartedContainer >> text=Begin with a configuration");
    for (const step of ["See what keepalived would say", "Write the NSX policy", "Look at the packets"]) {
      await ui.click(`.gettingStartedContainer >> text=${step}`);
      await ui.screenshot(`walkthrough ${step}`);
    }
  });

  it("has room in a narrow window", async () => {
    await ui.setViewport(700, 800);
    const editor = await open("lvs-dr/keepalived.conf");
    const at = editor.document.positionAt(editor.document.getText().indexOf("lb_kind"));
    editor.selection = new Selection(at, at);
    await commands.executeCommand("editor.action.showHover");
    await ui.waitFor(".monaco-hover:not(.hidden) >> text=lb_kind");
    await ui.screenshot("editor narrow");
    equal(window.activeTextEditor?.document.languageId, "keepalived");
  });
});
