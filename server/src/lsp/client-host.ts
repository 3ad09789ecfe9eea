/** Files through the editor's client, for hosts without a disk: answers arrive later and are kept. */
import type { Connection } from "vscode-languageserver";
import {
  directoryOf,
  expandBraces,
  type FileProblem,
  type GlobResult,
  hasWildcard,
  matchSegment,
  pathOf,
  resolveUri,
} from "../workspace/files";
import type { FileHost } from "./session";

/** What the client answers to `keepalived/readFile`. */
export type ClientFile = { readonly text: string } | { readonly problem: FileProblem };
/** What the client answers to `keepalived/readDirectory`: names, folders with a trailing slash. */
export type ClientDirectory = readonly string[];

export interface ClientHost extends FileHost {
  /** Called when something that was asked for has arrived. */
  onArrival(listener: (uri: string) => void): void;
}

const MAX_MATCHES = 1024;

export function clientHost(connection: Connection): ClientHost {
  const files = new Map<string, ClientFile>();
  const directories = new Map<string, ClientDirectory>();
  const asked = new Set<string>();
  let arrived: (uri: string) => void = () => {};

  const ask = <T>(method: string, uri: string, keep: (answer: T) => void, fallback: T) => {
    const key = `${method} ${uri}`;
    if (asked.has(key)) return;
    asked.add(key);
    connection
      .sendRequest<T>(method, { uri })
      .then(keep, () => keep(fallback))
      .then(() => {
        asked.delete(key);
        arrived(uri);
      });
  };
  const directory = (uri: string): ClientDirectory | undefined => {
    const known = directories.get(uri);
    if (!known)
      ask<ClientDirectory>("keepalived/readDirectory", uri, (a) => void directories.set(uri, a), []);
    return known;
  };

  return {
    onArrival(listener) {
      arrived = (uri) => listener(uri);
    },
    read(uri) {
      const known = files.get(uri);
      if (known) {
        // Kept for one reading: the session has its own cache and asks again after a change.
        files.delete(uri);
        return known;
      }
      ask<ClientFile>("keepalived/readFile", uri, (a) => void files.set(uri, a), { problem: "unreadable" });
      return "pending";
    },
    glob(base, pattern): GlobResult {
      const uris: string[] = [];
      const missing: string[] = [];
      let pending = false;
      const alternatives = expandBraces(pattern);
      for (const alternative of alternatives) {
        const found = new Set<string>();
        const visit = (at: string, segments: readonly string[]) => {
          const [head, ...rest] = segments;
          if (found.size >= MAX_MATCHES) return;
          const names = directory(at);
          if (names === undefined) {
            pending = true;
            return;
          }
          for (const entry of names) {
            const folder = entry.endsWith("/");
            const name = folder ? entry.slice(0, -1) : entry;
            if (hasWildcard(head) ? !matchSegment(head, name) : name !== head) continue;
            if (rest.length === 0) {
              if (!folder) found.add(resolveUri(at, name));
            } else if (folder) visit(resolveUri(at, name), rest);
          }
        };
        const segments = alternative.split("/").filter((s) => s !== "" && s !== ".");
        let from = alternative.startsWith("/") ? resolveUri(base, "/") : base;
        while (segments[0] === "..") {
          segments.shift();
          from = resolveUri(from, "..");
        }
        // Literal leading folders need no listing of their own.
        while (segments.length > 1 && !hasWildcard(segments[0])) from = resolveUri(from, segments.shift()!);
        if (segments.length > 0) visit(from, segments);
        if (found.size === 0) missing.push(alternative);
        uris.push(...[...found].sort());
      }
      return { uris, missing: alternatives.length > 1 && uris.length > 0 ? missing : [], pending };
    },
    list(base, relative) {
      const names = directory(resolveUri(base, relative === "" ? "." : relative));
      return (names ?? []).map((n) => ({ name: n.replace(/\/$/, ""), folder: n.endsWith("/") }));
    },
    forget() {
      files.clear();
      directories.clear();
    },
    exists(uri) {
      const name = pathOf(uri.slice(uri.lastIndexOf("/") + 1));
      return directory(directoryOf(uri))?.includes(name) === true;
    },
    async findConfigurations(folder) {
      return connection.sendRequest<string[]>("keepalived/findConfigurations", { uri: folder });
    },
  };
}
