// Runs the suite of test/vscode in one VS Code window:
//   node scripts/vscode/run-suite.mjs [--kind node|web|restricted] [--only PATTERN]

import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { Failure, isProgram, main, root, temporaryFolder } from "../lib.mjs";
import { ensureChromium } from "./chromium.mjs";
import { displayPrefix, downloadDesktop } from "./desktop.mjs";
import { ensureServerBuild } from "./server-build.mjs";

const launcher = join(root, "scripts/vscode/launcher.mjs");

/** Settings of the window; nothing that would change what a user of the extension sees. */
const settings = {
  "extensions.autoCheckUpdates": false,
  "files.autoSave": "off",
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.newWindowDimensions": "default",
  "workbench.enableExperiments": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** Where there is a choice, as on a remote machine, the page of the server puts the extension into Node. */
function settingsFor(kind, more) {
  const all = { ...settings, ...more };
  return kind === "web"
    ? { ...all, "remote.extensionKind": { "keepalived-tools.keepalived": ["web"] } }
    : all;
}

/**
 * Gets what a window needs: a desktop build where one can be had and shown, else the VS Code server and a
 * browser. KEEPALIVED_VSCODE=server or =desktop, or the path of a VS Code, decides otherwise.
 * @returns {Promise<{desktop?: string}>} to be passed to runSuite
 */
export async function prepareWindow() {
  const wish = process.env.KEEPALIVED_VSCODE || "auto";
  if (!["auto", "server", "desktop"].includes(wish)) {
    if (!existsSync(wish)) throw new Failure(`KEEPALIVED_VSCODE names no file: ${wish}`);
    return { desktop: wish };
  }
  if (wish !== "server" && displayPrefix({ virtual: true })) {
    const desktop = await downloadDesktop();
    if (desktop) return { desktop };
  }
  if (wish === "desktop")
    throw new Failure("A desktop VS Code cannot be downloaded or cannot open a window here.");
  await ensureServerBuild();
  await ensureChromium();
  return {};
}

/**
 * Opens a window of its own on a copy of a folder, the samples unless told, and runs one kind of suite in it.
 * @param {{kind?: "node"|"web"|"restricted"|"screenshots", only?: string, desktop?: string, timeout?: number,
 *   samples?: string, settings?: object, locale?: string}} options
 *   `only` is a regular expression on the titles of tests; `timeout`, in seconds, is for the whole run. `locale` serves to
 *   look at the pictures: what the suites expect of texts is English.
 * @returns {Promise<{passed: number, failed: number, skipped: number}>}
 */
export async function runSuite({
  kind = "node",
  only,
  desktop,
  timeout = 300,
  samples = join(root, "samples"),
  settings: more,
  locale = process.env.KEEPALIVED_LOCALE,
} = {}) {
  const { folder: run, remove } = temporaryFolder("test");
  try {
    const workspace = join(run, "workspace");
    const userData = join(run, "user-data");
    cpSync(samples, workspace, { recursive: true });
    mkdirSync(join(userData, "User"), { recursive: true });
    writeFileSync(join(userData, "User/settings.json"), JSON.stringify(settingsFor(kind, more)));
    writeFileSync(join(run, "options.json"), JSON.stringify({ only }));

    const launchArgs = [launcher, `--test-timeout=${timeout}`, `--user-data-dir=${userData}`];
    launchArgs.push(`--extensions-dir=${join(run, "extensions")}`);
    if (desktop) launchArgs.push(`--test-desktop=${desktop}`);
    if (locale) launchArgs.push(`--locale=${locale}`);
    if (kind === "restricted") launchArgs.push("--test-restricted");
    if (kind === "web") launchArgs.push("--extensionDevelopmentKind=web");
    launchArgs.push(workspace);

    let windowFailed = false;
    try {
      await runTests({
        vscodeExecutablePath: process.execPath,
        launchArgs,
        extensionDevelopmentPath: root,
        extensionTestsPath: join(root, `out/test/vscode/suite/${kind}`),
      });
    } catch {
      windowFailed = true; // runTests has printed why
    }
    return countResults(join(run, "results.json"), windowFailed);
  } finally {
    remove();
  }
}

function countResults(file, windowFailed) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const results = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
  for (const { state } of results) counts[state]++;
  // A window that ended badly is a failure even if no test says so, and so is one that ran nothing to the end.
  if (!existsSync(file) || (windowFailed && counts.failed === 0)) counts.failed++;
  return counts;
}

if (isProgram(import.meta.url)) {
  await main(async () => {
    const option = (name) => {
      const index = process.argv.indexOf(`--${name}`);
      return index < 0 ? undefined : process.argv[index + 1];
    };
    const window = await prepareWindow();
    const counts = await runSuite({ ...window, kind: option("kind"), only: option("only") });
    console.log(counts);
    return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
  });
}
