/** The language server in the test's own process, spoken to over the protocol. */
import { PassThrough } from "node:stream";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { type Connection, createConnection } from "vscode-languageserver/node";
import { Server } from "../../../server/src/lsp/server";
import type { FileHost } from "../../../server/src/lsp/session";
import { expandBraces, hasWildcard, matchSegment, resolveUri } from "../../../server/src/workspace/files";

/** Files of a test by URI; may be changed while the server runs. */
export class TestHost implements FileHost {
  readonly files = new Map<string, string>();
  /** URIs that were read, in order. */
  readonly reads: string[] = [];
  /** What a keepalived program answers; undefined for a host that has none. */
  runConfigTest: FileHost["runConfigTest"];

  read(uri: string) {
    this.reads.push(uri);
    const text = this.files.get(uri);
    return text === undefined ? { problem: "missing" as const } : { text };
  }

  glob(base: string, pattern: string) {
    const uris: string[] = [];
    for (const alternative of expandBraces(pattern)) {
      const target = alternative.startsWith("/")
        ? alternative
        : resolveUri(base, ".").concat("/", alternative);
      const path = resolveUri("file:///", target.replace(/^file:\/\//, ""))
        .split("/")
        .slice(3);
      for (const uri of [...this.files.keys()].sort()) {
        const parts = uri.split("/").slice(3);
        if (
          parts.length === path.length &&
          parts.every((p, i) =>
            hasWildcard(decodeURIComponent(path[i]))
              ? matchSegment(decodeURIComponent(path[i]), p)
              : p === path[i],
          )
        )
          uris.push(uri);
      }
    }
    return { uris, missing: [] };
  }

  exists(uri: string) {
    return this.files.has(uri);
  }

  list(base: string, directory: string) {
    const folder = resolveUri(base, directory === "" ? "." : directory);
    const names = new Map<string, boolean>();
    for (const uri of this.files.keys()) {
      if (!uri.startsWith(`${folder}/`)) continue;
      const [first, ...rest] = uri.slice(folder.length + 1).split("/");
      names.set(first, rest.length > 0);
    }
    return [...names].map(([name, isFolder]) => ({ name, folder: isFolder }));
  }

  async findConfigurations(folder: string) {
    return [...this.files.keys()].filter((uri) => uri.startsWith(folder));
  }
}

export interface TestClient {
  readonly host: TestHost;
  readonly connection: MessageConnection;
  readonly server: Server;
  readonly initialized: {
    capabilities: Record<string, unknown>;
    serverInfo: { name: string; version: string };
  };
  /** Notifications that the server sent, by method. */
  readonly received: Map<string, unknown[]>;
  /** Methods that the server asked to be told of. */
  readonly registered: readonly string[];
  request<R>(method: string, params?: unknown): Promise<R>;
  notify(method: string, params: unknown): Promise<void>;
  open(uri: string, text: string): Promise<void>;
  /** Waits for the next notification of a method that fits. */
  next<P>(method: string, fits?: (params: P) => boolean): Promise<P>;
  stop(): Promise<void>;
}

interface Options {
  readonly capabilities?: object;
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: unknown;
  readonly folders?: readonly string[];
  readonly initializationOptions?: object;
  /** All parameters of the initialization, in place of those made of the above. */
  readonly params?: object;
}

/** Starts a server and takes it through initialization. */
export async function startServer(options: Options = {}): Promise<TestClient> {
  const up = new PassThrough();
  const down = new PassThrough();
  const serverSide: Connection = createConnection(up, down);
  const host = new TestHost();
  for (const [uri, text] of Object.entries(options.files ?? {})) host.files.set(uri, text);
  const server = new Server(serverSide, host);
  server.start();
  const connection = createMessageConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  const received = new Map<string, unknown[]>();
  const registered: string[] = [];
  const listeners = new Set<(method: string, params: unknown) => void>();
  connection.onNotification((method, params) => {
    const list = received.get(method);
    if (list) list.push(params);
    else received.set(method, [params]);
    for (const l of listeners) l(method, params);
  });
  connection.onRequest((method, params) => {
    if (method === "workspace/configuration") return [options.settings ?? {}];
    if (method === "client/registerCapability")
      for (const r of (params as { registrations: { method: string }[] }).registrations)
        registered.push(r.method);
    return null;
  });
  connection.listen();
  const folders = options.folders?.map((uri) => ({ uri, name: uri.split("/").pop() ?? "" })) ?? null;
  const initialized = await connection.sendRequest<TestClient["initialized"]>(
    "initialize",
    options.params ?? {
      processId: null,
      rootUri: null,
      workspaceFolders: folders,
      capabilities: options.capabilities ?? {},
      initializationOptions: options.initializationOptions,
    },
  );
  await connection.sendNotification("initialized", {});
  return {
    host,
    connection,
    server,
    initialized,
    received,
    registered,
    request: (method, params) => connection.sendRequest(method, params),
    notify: (method, params) => connection.sendNotification(method, params),
    open: (uri, text) =>
      connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri, languageId: "keepalived", version: 1, text },
      }),
    next: (method, fits = () => true) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          listeners.delete(listener);
          reject(new Error(`no fitting ${method} within 5 s`));
        }, 5000);
        const listener = (m: string, params: unknown) => {
          if (m !== method || !fits(params as never)) return;
          clearTimeout(timer);
          listeners.delete(listener);
          resolve(params as never);
        };
        listeners.add(listener);
      }),
    async stop() {
      await connection.sendRequest("shutdown");
      connection.dispose();
      serverSide.dispose();
    },
  };
}
