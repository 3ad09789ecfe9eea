// `npm start`: opens VS Code with the extension on a copy of the samples. See --help.

import { spawn } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  ensureDependencies,
  execute,
  Failure,
  freePort,
  heading,
  main,
  onPath,
  root,
  temporaryFolder,
} from "./lib.mjs";

const help = `Usage: npm start [-- OPTIONS]

Installs what is missing, builds, and opens VS Code with the extension in development mode on a copy of the
folder samples/: the VS Code that is installed here, else a desktop build downloaded for the purpose, else
(without a display or a download) the VS Code server on 127.0.0.1, for a browser of yours.

  --port N     port of the VS Code server; a free one unless told
  --no-open    start the VS Code server and open nothing by itself
  --help       this text

Stops with Ctrl-C, and leaves nothing running.`;

const { folder: playground } = temporaryFolder("start");
const folder = join(playground, "samples");
const file = join(folder, "lvs-dr/keepalived.conf");

await main(async () => {
  const { values } = parseArgs({
    options: { port: { type: "string" }, "no-open": { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new Failure(`--port takes a number from 1 to 65535, not "${values.port}".`);
  }
  if (port !== undefined) await freePort(port); // before the work, not after it

  await ensureDependencies();
  heading("Building");
  const { build } = await import("./build.mjs");
  await build({ tests: false });

  cpSync(join(root, "samples"), folder, { recursive: true });

  // Who names a port or wants nothing opened asks for the server.
  const wantsServer = port !== undefined || values["no-open"];
  if (!wantsServer && (await openDesktop())) return;
  await serve(await freePort(port), !values["no-open"]);
});

/** Opens a desktop window and waits until it is closed; false where there is none to open. */
async function openDesktop() {
  const { displayPrefix, downloadDesktop, installedCode } = await import("./vscode/desktop.mjs");
  if (!displayPrefix()) {
    console.log("  There is no display for a desktop window.");
    return false;
  }
  for (const find of [installedCode, downloadDesktop]) {
    const program = await find();
    if (!program) continue;
    heading(`Opening ${program} on ${folder}`);
    const args = ["--new-window", "--wait", `--extensionDevelopmentPath=${root}`, folder, file];
    // A downloaded build must not mix with the settings of an installed one, and root needs its own as well.
    const isRoot = process.getuid?.() === 0;
    if (find === downloadDesktop || isRoot) args.unshift(`--user-data-dir=${join(playground, "user-data")}`);
    if (isRoot) args.unshift("--no-sandbox");
    console.log("  Close the window, or press Ctrl-C, to end.");
    const code = await execute(program, args, { label: "VS Code is open", pulse: false }).catch(
      (error) => error.message,
    );
    if (code === 0) return true;
    console.log(`  It did not start (${code}).`);
  }
  return false;
}

/** Serves VS Code to a browser until Ctrl-C. */
async function serve(port, open) {
  const { ensureServerBuild, startServer, workbenchUrl } = await import("./vscode/server-build.mjs");
  await ensureServerBuild();
  heading(`Starting the VS Code server on port ${port}`);
  const dataFolder = join(playground, "server-data");
  mkdirSync(join(dataFolder, "data/Machine"), { recursive: true });
  const settings = { "workbench.startupEditor": "none", "telemetry.telemetryLevel": "off" };
  writeFileSync(join(dataFolder, "data/Machine/settings.json"), JSON.stringify(settings));
  // Trusted, as the folder is our own.
  const server = await startServer({ port, dataFolder, workspaceTrust: false });
  const url = workbenchUrl(port, { folder, file, extension: root });
  console.log(`\n  Open this address in a browser on this machine:\n\n  ${url}\n`);
  console.log("  Press Ctrl-C to end.");
  if (open) openBrowser(url);
  await new Promise((_, fail) => {
    server.on("exit", (code) => fail(new Failure(`The VS Code server ended (${code}).`)));
  });
}

/** Opens the address where there is something to open it with; that it is printed is enough. */
function openBrowser(url) {
  const [command, ...args] = {
    darwin: ["open", url],
    // The empty title keeps `start` from taking the address for one; & must not split the command.
    win32: ["cmd", "/c", "start", '""', url.replace(/&/g, "^&")],
  }[process.platform] ?? ["xdg-open", url];
  const display = process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!display || !onPath(command)) return;
  spawn(command, args, { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
