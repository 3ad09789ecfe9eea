// What the scripts share. Only modules of Node itself: this runs before anything is installed.

import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The root of the repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Where downloaded editors and browsers live; git ignores it, and it may be deleted at any time. */
export const cache = join(root, ".vscode-test");

/** A failure that the user can understand from its message alone; no stack is shown for it. */
export class Failure extends Error {}

/** Prints the heading of a step. */
export function heading(text) {
  console.log(`\n▶ ${text}`);
}

/** Seconds since `started` (of performance.now), readable. */
export function since(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

// --- Everything that must not outlive this process --------------------------------------------------

const cleanups = new Set();

/** Runs `cleanup` (synchronous) when the process ends, by whatever way; returns a function to run it now. */
export function atExit(cleanup) {
  cleanups.add(cleanup);
  return () => {
    if (cleanups.delete(cleanup)) cleanup();
  };
}

function cleanUp() {
  for (const cleanup of [...cleanups].reverse()) {
    cleanups.delete(cleanup);
    try {
      cleanup();
    } catch {
      // The others still have their turn.
    }
  }
}

process.on("exit", cleanUp);
for (const [signal, number] of [
  ["SIGINT", 2],
  ["SIGTERM", 15],
  ["SIGHUP", 1],
]) {
  process.on(signal, () => process.exit(128 + number));
}

/** A new temporary folder that is gone when the process ends. */
export function temporaryFolder(purpose) {
  const folder = mkdtempSync(join(tmpdir(), `keepalived-${purpose}-`));
  return { folder, remove: atExit(() => removeFolder(folder)) };
}

/** Removes a folder, also while a program that was just ended is still writing its last files to it. */
export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Starts a program that is ended, with all that it started, when this process ends. */
export function start(command, args, options = {}) {
  const posix = process.platform !== "win32";
  // A process group of its own, so that one kill reaches its children as well.
  const child = spawn(command, args, { ...options, detached: posix });
  const end = () => {
    if (child.pid === undefined) return;
    if (posix) {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // The group is gone already.
      }
    } else {
      spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"]);
    }
  };
  const stop = atExit(end);
  return Object.assign(child, { stop });
}

/**
 * Runs a program to its end and returns its exit code. Now and then a line says that it is still at work,
 * unless `pulse` is false.
 */
export async function execute(command, args, { label = command, pulse = true, ...options } = {}) {
  const started = performance.now();
  // Windows runs npm and friends as .cmd files, which need a shell.
  const shell = process.platform === "win32" && !command.endsWith(".exe");
  const child = start(command, args, {
    cwd: root,
    shell,
    stdio: ["ignore", "inherit", "inherit"],
    ...options,
  });
  const timer = pulse && setInterval(() => console.log(`  … ${label}, ${since(started)}`), 15_000);
  try {
    return await new Promise((done, fail) => {
      child.on("error", fail);
      child.on("close", (code, signal) => done(code ?? `ended by ${signal}`));
    });
  } finally {
    clearInterval(timer);
    child.stop();
  }
}

/** The path of a program on PATH, or undefined. */
export function onPath(...names) {
  const suffixes = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];
  for (const name of names) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      for (const suffix of suffixes) {
        const file = join(folder, name + suffix);
        try {
          accessSync(file, constants.X_OK);
          return file;
        } catch {
          // Not here.
        }
      }
    }
  }
  return undefined;
}

/** A TCP port of 127.0.0.1 that is free now: the one wanted, or fails, or any. */
export function freePort(wanted = 0) {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on("error", (error) => fail(new Failure(`Port ${wanted} cannot be used (${error.code}).`)));
    server.listen(wanted, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

// --- npm ---------------------------------------------------------------------------------------------

/** Runs npm and fails with a clear message when it does not succeed. */
export async function npm(args, { label, ...options } = {}) {
  const code = await execute("npm", args, { label: label ?? `npm ${args[0]}`, ...options }).catch((error) => {
    throw new Failure(`npm could not be started: ${error.message}`);
  });
  if (code !== 0) {
    throw new Failure(`"npm ${args.join(" ")}" failed (${code}). Is the npm registry reachable?`);
  }
}

/** Installs the packages that package-lock.json names, unless they are there already. */
export async function ensureDependencies() {
  if (dependenciesAreInstalled()) return;
  const started = performance.now();
  heading("Installing dependencies (npm ci, half a minute on a new machine)");
  await npm(["ci", "--no-audit", "--no-fund"], { label: "installing" });
  console.log(`  done in ${since(started)}`);
}

function dependenciesAreInstalled() {
  const installedFile = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      // Optional packages are mostly binaries for other systems.
      path === "" || optional || installed[path]?.version === version,
  );
}

/** Tells whether a module is the program that was started, rather than imported by another one. */
export function isProgram(moduleUrl) {
  return process.argv[1] !== undefined && moduleUrl === pathToFileURL(process.argv[1]).href;
}

/** Runs the main function of a program and exits with the code it returns; a Failure becomes a message. */
export async function main(run) {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    // A wrong option of the command line needs no stack either.
    const understandable = error instanceof Failure || String(error.code).startsWith("ERR_PARSE_ARGS");
    console.error(`\n✖ ${understandable ? error.message : error.stack}`);
    process.exitCode = 1;
  }
  // Sockets of an abandoned download must not keep the process alive.
  process.exit();
}
