// Opens one VS Code window for a test run and ends with the run's exit code.
//
// @vscode/test-electron starts it in place of a desktop build, with the desktop's own flags, of which it
// understands those that matter, and with a few of its own:
//
//   --test-desktop=FILE   the window is this desktop build; otherwise it is a page of the VS Code server
//   --test-restricted     keep Workspace Trust on, which leaves the window in Restricted Mode
//   --test-timeout=SEC    give up after that time
//
// Whatever happens (end, time-out, Ctrl-C, death of the parent) nothing that it started is left running.

import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure, freePort, main, root, start } from "../lib.mjs";
import { displayPrefix } from "./desktop.mjs";
import { speak, startUiBridge } from "./ui-bridge.mjs";

const args = process.argv.slice(2);
const flag = (name) => args.includes(`--${name}`);
const value = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);

/** Runs the desktop build with its flags; it prints the extension host's console by itself. */
async function desktopWindow(executable) {
  const kept = args.filter(
    (arg) => !arg.startsWith("--test-") && !(flag("test-restricted") && arg === "--disable-workspace-trust"),
  );
  const [command, ...before] = [...(displayPrefix({ virtual: true }) ?? []), executable];
  const child = start(command, [...before, ...kept], { stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => done(code ?? 1));
  });
}

/** Opens the same window as a page of the VS Code server in a headless browser. */
async function serverWindow() {
  const { startServer, workbenchUrl } = await import("./server-build.mjs");
  const { launchChromium } = await import("./chromium.mjs");
  const dataFolder = value("user-data-dir");
  // The server reads the settings of its machine where the desktop reads those of its user.
  const settings = join(dataFolder, "User/settings.json");
  if (existsSync(settings)) cpSync(settings, join(dataFolder, "data/Machine/settings.json"));

  const port = await freePort();
  const workspaceTrust = flag("test-restricted") || !flag("disable-workspace-trust");
  const [server, browser] = await Promise.all([
    startServer({ port, dataFolder, workspaceTrust }),
    launchChromium(),
  ]);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });

  const locale = value("locale");
  if (locale) await page.addInitScript(speak, locale);

  const folder = args.find((arg) => !arg.startsWith("--"));
  const bridge = await startUiBridge(page, {
    folder: process.env.KEEPALIVED_SCREENSHOTS_FOLDER ?? join(root, "out/screenshots"),
    enabled: Boolean(process.env.KEEPALIVED_SCREENSHOTS),
  });
  writeFileSync(join(dirname(folder), "ui-bridge.json"), JSON.stringify(bridge));

  return new Promise((done, fail) => {
    server.on("exit", (code) => fail(new Failure(`The VS Code server ended early (${code}).`)));
    browser.on("disconnected", () => fail(new Failure("The browser ended early.")));
    page.on("crash", () => fail(new Failure("The page crashed.")));
    page.on("pageerror", (error) => console.error(`page error: ${error.message}`));
    // The workbench calls these two: for each line of the extension host's console, and at the end.
    const ready = Promise.all([
      page.exposeFunction("codeAutomationLog", (type, parts) => printConsole(type, parts)),
      page.exposeFunction("codeAutomationExit", (code) => done(code)),
    ]);
    const options = {
      folder,
      extension: value("extensionDevelopmentPath"),
      tests: value("extensionTestsPath"),
      kind: value("extensionDevelopmentKind"),
    };
    ready.then(() => page.goto(workbenchUrl(port, options))).catch(fail);
  });
}

/** Lines of the workbench itself, which come with those of the extension host and say nothing about us. */
const noise = [
  /^(Creation of workbench contribution|Resolv|Creating a socket|Updating additional builtin|ChatSessionStore|Started local extension host)/,
  // In a test that is not a question but a state: the window stays in Restricted Mode.
  /refused to show dialog in tests. Contents: Do you trust/,
  // The server build runs without its native modules, its service worker and a marketplace.
  /spdlog|native-watchdog|\[Service Worker\]|from gallery as it is disabled|No extension gallery service|getaddrinfo/i,
];

function printConsole(type, [first, ...more]) {
  const text = String(first);
  if (noise.some((pattern) => pattern.test(text))) return;
  const rest = more.map((part) => (typeof part === "string" ? part : JSON.stringify(part)));
  console.log([type === "info" ? text : `[${type}] ${text}`, ...rest].join(" "));
}

await main(async () => {
  // The parent holds the other end of standard input for as long as it lives.
  process.stdin.on("end", () => process.exit(1)).resume();
  const seconds = Number(value("test-timeout") ?? 300);
  const timedOut = new Promise((_, fail) => {
    setTimeout(() => fail(new Failure(`The test run did not end within ${seconds} s.`)), seconds * 1000);
  });
  const desktop = value("test-desktop");
  mkdirSync(value("user-data-dir"), { recursive: true });
  return Promise.race([timedOut, desktop ? desktopWindow(desktop) : serverWindow()]);
});
