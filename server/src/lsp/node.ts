/** The server in a Node process: over standard input and output, or Node's IPC; files from the disk. */
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { globDisk, readTextFile } from "../host/disk";
import { runConfigTest } from "../host/run-program";
import { collectSooner } from "../host/v8";
import { resolveUri } from "../workspace/files";
import { serve } from "./server";
import type { FileHost } from "./session";

/** Folders that never hold a configuration and may be huge. */
const SKIPPED = new Set(["node_modules", ".git", ".hg", ".svn", "proc", "sys", "dev"]);
const MAX_DIRECTORIES = 5000;
const MAX_CONFIGURATIONS = 1000;
const MAX_LISTED = 500;

/** The path of a file URI; undefined where a URI names no file of this disk: another scheme, a host, a damaged escape. */
function pathOfUri(uri: string): string | undefined {
  if (!uri.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

export const diskHost: FileHost = {
  opened: collectSooner,
  runConfigTest: (executable, uri) => runConfigTest(executable, fileURLToPath(uri)),
  read(uri) {
    const file = pathOfUri(uri);
    return file === undefined ? { problem: "unreadable" } : readTextFile(file, true);
  },
  glob(base, pattern) {
    if (pathOfUri(`${base}/`) === undefined) return { uris: [], missing: [] };
    return globDisk(base, pattern);
  },
  list(base, directory) {
    if (!base.startsWith("file:")) return [];
    try {
      const entries = fs.readdirSync(fileURLToPath(resolveUri(base, directory === "" ? "." : directory)), {
        withFileTypes: true,
      });
      return entries.slice(0, MAX_LISTED).map((e) => ({ name: e.name, folder: e.isDirectory() }));
    } catch {
      return [];
    }
  },
  exists(uri) {
    const file = pathOfUri(uri);
    try {
      return file !== undefined && fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
    } catch {
      // One that may not be looked at.
      return false;
    }
  },
  realUri(uri) {
    try {
      return pathToFileURL(fs.realpathSync(fileURLToPath(uri))).href;
    } catch {
      return uri;
    }
  },
  async findConfigurations(folder) {
    const start = pathOfUri(folder);
    if (start === undefined) return [];
    const found: string[] = [];
    const queue: { directory: string; inside: boolean }[] = [{ directory: start, inside: false }];
    for (let n = 0; queue.length > 0 && n < MAX_DIRECTORIES && found.length < MAX_CONFIGURATIONS; n++) {
      const { directory, inside } = queue.shift()!;
      let entries: fs.Dirent[];
      try {
        entries = await fs.promises.readdir(directory, { withFileTypes: true });
      } catch {
        continue;
      }
      for (const entry of entries) {
        const full = path.join(directory, entry.name);
        if (entry.isDirectory()) {
          if (!SKIPPED.has(entry.name))
            queue.push({ directory: full, inside: inside || entry.name === "keepalived" });
        } else if (entry.isFile()) {
          const name = entry.name.replace(/\.(j2|jinja2|erb|tmpl|tpl)$/, "");
          if (
            name === "keepalived.conf" ||
            name.endsWith(".keepalived.conf") ||
            (inside && name.endsWith(".conf"))
          )
            found.push(pathToFileURL(full).href);
        }
      }
    }
    return found;
  },
};

/** Serves the transport that the command line names. */
export async function serveNode(): Promise<void> {
  // Loaded here, not above: the same bundle is the web worker.
  const { createConnection, ProposedFeatures } = await import("vscode-languageserver/node");
  serve(createConnection(ProposedFeatures.all), diskHost);
}
