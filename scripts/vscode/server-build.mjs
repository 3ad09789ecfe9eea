// The VS Code server that the npm package code-server ships: a VS Code that needs no download from anywhere
// but the npm registry. It is used for tests and for `npm start` where no desktop build can run.

import { copyFileSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cache, Failure, heading, npm, removeFolder, since, start } from "../lib.mjs";

/** 4.100.3 is VS Code 1.100.3, the newest that runs on Node 20. */
const version = "4.100.3";
/** The program behind the search of files; the server's own package downloads it from elsewhere. */
const ripgrep = `@vscode/ripgrep-${process.platform}-${process.arch}`;
const ripgrepVersion = "1.18.0";
const folder = join(cache, `code-server-${version}`);
const home = join(folder, "node_modules/code-server/lib/vscode");

/** Installs the server build unless it is there. */
export async function ensureServerBuild() {
  if (existsSync(home)) return;
  const started = performance.now();
  heading(`Installing the VS Code server (code-server ${version} from npm, 290 MB)`);
  // In a folder that is renamed at the end, so that an interrupted installation is never taken for a whole one.
  const partial = `${folder}.partial`;
  removeFolder(partial);
  const quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  const packages = [`code-server@${version}`, `${ripgrep}@${ripgrepVersion}`];
  await npm(["install", ...quietly, "--prefix", partial, ...packages], { label: "installing" });
  const modules = join(partial, "node_modules");
  const vscode = join(modules, "code-server/lib/vscode");
  await npm(["install", "--omit=dev", ...quietly], { label: "installing its packages", cwd: vscode });
  const program = process.platform === "win32" ? "rg.exe" : "rg";
  const bin = join(vscode, "node_modules/@vscode/ripgrep/bin");
  mkdirSync(bin, { recursive: true });
  copyFileSync(join(modules, ripgrep, "bin", program), join(bin, program));
  renameSync(partial, folder);
  console.log(`  done in ${since(started)}`);
}

/**
 * Starts the server on 127.0.0.1 and waits until it answers.
 * @param {{port: number, dataFolder: string, workspaceTrust?: boolean, timeout?: number}} options
 *   `dataFolder` receives settings, state and logs; give each run one of its own.
 */
export async function startServer({ port, dataFolder, workspaceTrust = true, timeout = 60_000 }) {
  const args = [
    "out/server-main.js",
    "--host=127.0.0.1",
    `--port=${port}`,
    "--without-connection-token",
    "--accept-server-license-terms",
    "--telemetry-level=off",
    `--server-data-dir=${dataFolder}`,
  ];
  if (!workspaceTrust) args.push("--disable-workspace-trust");
  const child = start(process.execPath, args, {
    cwd: home,
    stdio: ["ignore", "pipe", "pipe"],
    // No marketplace: a run must not depend on what is reachable.
    env: { ...process.env, EXTENSIONS_GALLERY: "{}" },
  });
  let output = "";
  await new Promise((ready, fail) => {
    const give = (reason) => fail(new Failure(`The VS Code server ${reason}:\n${output.trim()}`));
    const timer = setTimeout(() => give(`did not start within ${timeout / 1000} s`), timeout);
    child.on("error", (error) => give(`could not be started (${error.message})`));
    child.on("exit", (code) => give(`ended with exit code ${code}`));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data) => {
        output = (output + data).slice(-20_000);
        if (!output.includes("Extension host agent started")) return;
        clearTimeout(timer);
        ready();
      });
    }
  });
  return child;
}

/**
 * The address that opens a folder with the extension in development mode.
 * @param {number} port
 * @param {{folder: string, extension: string, file?: string, tests?: string, kind?: string}} options
 *   absolute paths; `file` is opened at once, `tests` is the module whose run() is called, `kind` "web" puts
 *   the extension into the browser's worker.
 */
export function workbenchUrl(port, { folder, extension, file, tests, kind }) {
  const authority = `127.0.0.1:${port}`;
  const payload = [["extensionDevelopmentPath", `vscode-remote://${authority}${extension}`]];
  if (file) payload.push(["openFile", `vscode-remote://${authority}${file}`]);
  if (tests) payload.push(["extensionTestsPath", `vscode-remote://${authority}${tests}`]);
  if (kind) payload.push(["extensionDevelopmentKind", kind]);
  return `http://${authority}/?${new URLSearchParams({ folder, payload: JSON.stringify(payload) })}`;
}
