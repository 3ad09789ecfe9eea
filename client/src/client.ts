import {
  commands,
  type ExtensionContext,
  env,
  type LogOutputChannel,
  l10n,
  type TextDocument,
  window,
  workspace,
} from "vscode";
import { type BaseLanguageClient, ErrorAction, type LanguageClientOptions } from "vscode-languageclient";
import { registerCompare } from "./compare";
import { registerConfigTest } from "./config-test";
import { answerFileRequests } from "./files";
import { nsxState, registerNsx } from "./nsx";
import { registerPacketPath } from "./packet-path";
import { registerReferences } from "./references";
import { registerStatus } from "./status";
import { registerTools } from "./tools";
import { registerTopology } from "./topology";
import { registerViews, VIEW_SCHEME } from "./views";
import { registerWizard } from "./wizard";

/** Makes the client for one kind of host: a process in Node, a worker in the browser. */
export type ClientFactory = (options: LanguageClientOptions) => BaseLanguageClient;

/** What the parts of the client share. */
export interface Host {
  readonly context: ExtensionContext;
  readonly client: BaseLanguageClient;
  readonly log: LogOutputChannel;
  /** Sends a request once the server runs; undefined when it does not answer (the log says why). */
  request<R>(method: string, params?: object): Promise<R | undefined>;
}

/** What the extension gives to other extensions, and to its own tests. */
export interface Api {
  readonly client: BaseLanguageClient;
}

/** Whether a document is a configuration that somebody edits, not a view made of one. */
export const isConfiguration = (document: TextDocument | undefined): document is TextDocument =>
  document?.languageId === "keepalived" && document.uri.scheme !== VIEW_SCHEME;

/**
 * Starts the language server and registers what both hosts have in common.
 * The two entry points, extension.ts and browser.ts, differ only in the factory.
 */
export async function startClient(context: ExtensionContext, createClient: ClientFactory): Promise<Api> {
  const log: LogOutputChannel = window.createOutputChannel("keepalived", { log: true });
  const client = createClient({
    // No scheme: untitled files, virtual workspaces and diffs get the same help as files on disk.
    documentSelector: [{ language: "keepalived" }],
    outputChannel: log,
    errorHandler: {
      // Several messages may be on their way to a server that dies. Each is an error, and by the fourth the library would
      // stop for good instead of starting another server.
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => restarts.closed(),
    },
    diagnosticPullOptions: { onChange: true, onTabs: true },
    // Asked for at every start: a restart must know what has changed since.
    initializationOptions: () => ({
      trusted: workspace.isTrusted,
      locale: env.language,
      nsx: nsxState(context),
      commands: true,
    }),
    middleware: {
      // A resolved configuration is for reading: what is wrong in it is told where it is written.
      didOpen: (document, next) => (isConfiguration(document) ? next(document) : Promise.resolve()),
      didChange: (event, next) => (isConfiguration(event.document) ? next(event) : Promise.resolve()),
      didClose: (document, next) => (isConfiguration(document) ? next(document) : Promise.resolve()),
    },
  });
  const restarts = client.createDefaultErrorHandler();
  const host: Host = {
    context,
    client,
    log,
    async request(method, params) {
      try {
        return (await client.sendRequest(method, params)) ?? undefined;
      } catch (error) {
        log.error(`${method}: ${error}`);
        return undefined;
      }
    },
  };
  answerFileRequests(host);
  context.subscriptions.push(
    log,
    // Disposables are not awaited; deactivate() of VS Code gives the server its time through stop().
    { dispose: () => void client.stop() },
    commands.registerCommand("keepalived.restartServer", async () => {
      try {
        await client.stop();
        await client.start();
      } catch (error) {
        log.error(String(error));
        void window.showErrorMessage(l10n.t("The keepalived language server did not restart."));
      }
    }),
    commands.registerCommand("keepalived.showOutput", () => log.show()),
    // What Restricted Mode kept from the server it may have now.
    workspace.onDidGrantWorkspaceTrust(() => void commands.executeCommand("keepalived.restartServer")),
  );
  registerStatus(host);
  registerReferences(host);
  registerViews(host);
  registerNsx(host);
  registerCompare(host);
  registerConfigTest(host);
  registerTopology(host);
  registerPacketPath(host);
  registerWizard(host);
  registerTools(host);
  await client.start();
  return { client };
}
