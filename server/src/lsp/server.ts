/** The language server: capabilities, handlers, scheduling. What an answer is, the features know. */
import type {
  ClientCapabilities,
  Connection,
  FoldingRange,
  FullDocumentDiagnosticReport,
  InitializeParams,
  InitializeResult,
  Diagnostic as LspDiagnostic,
  UnchangedDocumentDiagnosticReport,
  WorkspaceDiagnosticReport,
} from "vscode-languageserver";
import packageJson from "../../package.json";
import { REMEDIES, withNsx } from "../checks/nsx";
import { DEFAULT_PRESENTATION, present, rulesNeeded } from "../checks/present";
import type { Finding, Project } from "../checks/project";
import { withPeers } from "../cluster/peers";
import { fixAll, quickFixes } from "../features/actions";
import { complete, resolveDoc } from "../features/completion";
import type { FeatureContext } from "../features/context";
import { localeOf, say, toDiagnostic } from "../features/diagnostics";
import { hover } from "../features/hover";
import { foldSteps, outermost, outlineSteps } from "../features/outline";
import { t } from "../language/schema";
import { NearPositions, type Position, type Range } from "../text/lines";
import type { Steps } from "../text/steps";
import { directoryOf, hasWildcard, isInside, resolveUri } from "../workspace/files";
import { ConfigTest } from "./config-test";
import { toCodeAction, toCompletionItem, toDocumentSymbol, toFoldingRange, toLspDiagnostic } from "./convert";
import {
  commandActions,
  editingCapabilities,
  REFACTOR_KINDS,
  refactorActions,
  refreshEditing,
  registerEditing,
} from "./editing";
import { registerExtensions } from "./extensions";
import {
  CancellationToken,
  CodeActionKind,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  DocumentDiagnosticReportKind,
  FileChangeType,
  LSPErrorCodes,
  MarkupKind,
  MessageType,
  ResponseError,
  request,
  ShowMessageNotification,
  TextDocumentSyncKind,
} from "./library";
import { navigationCapabilities, registerNavigation } from "./navigation";
import type { OpenDocument } from "./open-document";
import { LateProgress } from "./progress";
import type { NsxState } from "./protocol";
import { type FileHost, Session } from "./session";
import { readSettings } from "./settings";
import { inSlices } from "./slices";

/** What the editor's client tells beyond the protocol. */
interface InitializationOptions {
  /** Workspace Trust; other editors have none, and are trusted. */
  readonly trusted?: boolean;
  /** Settings for editors that do not answer workspace/configuration. */
  readonly settings?: unknown;
  readonly locale?: string;
  /** What is remembered of the workspace's NSX payloads. */
  readonly nsx?: NsxState;
  /** The client has the commands that lenses and actions lead to: payloads, pictures, references. */
  readonly commands?: boolean;
}

/** So many folders with included files are watched beyond the workspace's own. */
const MAX_WATCHED_FOLDERS = 64;

/** A request handler around the core: it has a document, a context to ask features with, and ranges. */
export interface RequestContext extends FeatureContext {
  readonly session: Session;
  readonly document: OpenDocument;
  readonly rangeOf: (start: number, end: number) => Range;
  readonly positionAt: (offset: number) => Position;
  readonly rangeIn: (uri: string, start: number, end: number) => Range;
  offsetAt(position: { line: number; character: number }): number;
}

export class Server {
  readonly session: Session;
  clientCapabilities: ClientCapabilities = {};
  /** Whether the client has commands of ours; in other editors a lens or an action that needs one would be dead. */
  clientCommands = false;
  private pull = false;
  private refreshable = false;
  private configurable = false;
  private watches = false;
  /** Folders outside the workspace can be watched, too. */
  private watchesFolders = false;
  private foldered = false;
  private readonly reported = new Map<string, string>();
  private readonly failures = new Set<string>();
  private scheduled = new Set<string>();
  private readonly configTest: ConfigTest;

  constructor(
    readonly connection: Connection,
    private readonly host: FileHost,
  ) {
    this.session = new Session(host, (error) =>
      this.guard("reading a configuration", undefined, () => {
        throw error;
      }),
    );
    this.configTest = new ConfigTest(this, host);
  }

  /** Registers all handlers and starts listening. */
  start(): void {
    const { connection } = this;
    connection.onInitialize((params) => this.initialize(params));
    connection.onInitialized(() => this.initialized());
    connection.onShutdown(() => {});

    connection.onDidOpenTextDocument(({ textDocument: d }) => {
      this.session.open(d.uri, d.languageId, d.version, d.text);
      this.publishSoon(d.uri);
      this.discoverSoon();
    });
    connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
      const document = this.session.document(textDocument.uri);
      if (!document) return;
      const { uri } = document;
      this.guard("an edit", undefined, () =>
        document.update(contentChanges, textDocument.version, (start, oldEnd, newLength) =>
          this.configTest.edited({ uri, start, oldEnd, newLength }),
        ),
      );
      this.session.changed(document);
      this.publishSoon(document.uri);
    });
    connection.onDidCloseTextDocument(({ textDocument }) => {
      this.session.close(textDocument.uri);
      this.reported.delete(textDocument.uri);
      if (!this.pull) void connection.sendDiagnostics({ uri: textDocument.uri, diagnostics: [] });
    });
    connection.onDidChangeWatchedFiles(({ changes }) => {
      this.host.forget?.();
      for (const { uri, type } of changes) this.session.fileChanged(uri, type === FileChangeType.Changed);
      this.refresh();
    });
    connection.onDidChangeConfiguration((params) => this.configure(params.settings?.keepalived));

    this.on("completion", connection.onCompletion.bind(connection), null, (c, p) => {
      const offset = c.offsetAt(p.position);
      // A brace asks for the names of definitions only behind a dollar: below one that opens a block, Enter is a new line.
      if (p.context?.triggerCharacter === "{" && c.file.text.charAt(offset - 2) !== "$") return null;
      const list = complete(c, offset, (directory) => this.listFiles(c.file.uri, directory));
      return {
        isIncomplete: false,
        items: list.map((i) => toCompletionItem(i, c.rangeOf, c.file.uri, c.locale)),
      };
    });
    connection.onCompletionResolve((item) =>
      this.guard("completion resolve", item, () => {
        const data = item.data as { keyword?: string } | undefined;
        const doc =
          data?.keyword && resolveDoc(data.keyword, this.session.locale, this.session.settings.target);
        return doc ? { ...item, documentation: { kind: MarkupKind.Markdown, value: doc } } : item;
      }),
    );
    this.on("hover", connection.onHover.bind(connection), null, (c, p) => {
      const h = hover(c, c.offsetAt(p.position));
      return h
        ? { contents: { kind: MarkupKind.Markdown, value: h.text }, range: c.rangeOf(h.start, h.end) }
        : null;
    });
    this.onLong("document symbols", connection.onDocumentSymbol.bind(connection), [], (c) =>
      outlineSteps(c.file, (i) => toDocumentSymbol(i, c.positionAt)),
    );
    const mostFolds = () => this.clientCapabilities.textDocument?.foldingRange?.rangeLimit;
    this.onLong("folding", connection.onFoldingRanges.bind(connection), [], function* (c) {
      const list: FoldingRange[] = [];
      for (const fold of outermost(c.file, yield* foldSteps(c.file), mostFolds())) {
        const range = toFoldingRange(fold, c.rangeOf);
        if (range) list.push(range);
        yield;
      }
      return list;
    });
    this.on("code actions", connection.onCodeAction.bind(connection), [], (c, p) => {
      const findings = this.findings(c.file.uri);
      const only = p.context.only;
      const wants = (kind: string) =>
        !only || only.some((o) => o === "" || kind === o || kind.startsWith(`${o}.`));
      const actions = [];
      if (wants(CodeActionKind.QuickFix)) {
        for (const a of quickFixes(c.file, findings, c.offsetAt(p.range.start), c.offsetAt(p.range.end))) {
          actions.push(toCodeAction(a, c.rangeIn, p.context.diagnostics, c.locale));
        }
      }
      if (wants("source.fixAll.keepalived")) {
        const all = fixAll(c.file, findings);
        if (all) actions.push(toCodeAction(all, c.rangeIn, [], c.locale));
      }
      actions.push(...refactorActions(this, c, p, wants));
      if (this.clientCommands && !only) actions.push(...commandActions(c, p));
      return actions;
    });

    connection.languages.diagnostics.on((params, token) =>
      this.long<FullDocumentDiagnosticReport | UnchangedDocumentDiagnosticReport>(
        "diagnostics",
        token,
        { kind: DocumentDiagnosticReportKind.Full, items: [] },
        () => this.pullSteps(params.textDocument.uri, params.previousResultId),
        // What is newest at the end is what is answered.
        false,
      ),
    );
    connection.languages.diagnostics.onWorkspace((params, token) =>
      this.long<WorkspaceDiagnosticReport>(
        "workspace diagnostics",
        token,
        { items: [] },
        () => this.pullWorkspace(new Map(params.previousResultIds.map((p) => [p.uri, p.value]))),
        // Each file is judged by its text of that moment, and says which that was.
        false,
      ),
    );
    registerNavigation(this);
    registerEditing(this);
    registerExtensions(this);
    this.configTest.register();
    connection.listen();
  }

  // -------------------------------------------------------------------------------------------- life cycle

  private initialize(params: InitializeParams): InitializeResult {
    const { capabilities } = params;
    this.clientCapabilities = capabilities;
    const options = (params.initializationOptions ?? {}) as InitializationOptions;
    const { session } = this;
    session.locale = localeOf(options.locale ?? params.locale);
    session.trusted = options.trusted === undefined || options.trusted === true;
    if (options.nsx) this.guard("the state of NSX", undefined, () => this.nsxState(options.nsx!));
    this.clientCommands = options.commands === true;
    const folders: readonly unknown[] = Array.isArray(params.workspaceFolders)
      ? params.workspaceFolders.map((f) => f?.uri)
      : [];
    session.folders = folders.filter((uri) => typeof uri === "string");
    if (session.folders.length === 0 && typeof params.rootUri === "string")
      session.folders = [params.rootUri];
    if (options.settings !== undefined) session.applySettings(readSettings(options.settings).settings);
    this.pull = capabilities.textDocument?.diagnostic !== undefined;
    this.refreshable = capabilities.workspace?.diagnostics?.refreshSupport === true;
    this.configurable = capabilities.workspace?.configuration === true;
    this.foldered = capabilities.workspace?.workspaceFolders === true;
    this.watches = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    this.watchesFolders = capabilities.workspace?.didChangeWatchedFiles?.relativePatternSupport === true;
    return {
      serverInfo: { name: packageJson.name, version: packageJson.version },
      capabilities: {
        positionEncoding: "utf-16",
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        completionProvider: { triggerCharacters: [" ", "$", "@", "/", "{"], resolveProvider: true },
        hoverProvider: true,
        documentSymbolProvider: { label: "keepalived" },
        foldingRangeProvider: true,
        codeActionProvider: {
          codeActionKinds: [CodeActionKind.QuickFix, "source.fixAll.keepalived", ...REFACTOR_KINDS],
          resolveProvider: true,
        },
        diagnosticProvider: {
          identifier: "keepalived",
          interFileDependencies: true,
          workspaceDiagnostics: true,
        },
        ...navigationCapabilities,
        ...editingCapabilities,
        workspace: {
          workspaceFolders: { supported: true, changeNotifications: true },
          ...navigationCapabilities.workspace,
        },
      },
    };
  }

  private async initialized(): Promise<void> {
    const { connection } = this;
    if (this.configurable) {
      // Those who cannot be told what to watch send changes of settings anyway.
      if (this.clientCapabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true)
        request(
          connection.client.register(DidChangeConfigurationNotification.type, { section: "keepalived" }),
        );
      await this.configure();
    }
    if (this.watches) {
      request(
        connection.client.register(DidChangeWatchedFilesNotification.type, {
          watchers: [
            { globPattern: "**/*.conf" },
            { globPattern: "**/*.{j2,jinja2,erb,tmpl,tpl}" },
            { globPattern: "**/keepalived/**" },
          ],
        }),
      );
    }
    if (this.foldered)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map((f) => f.uri));
        this.session.folders = [
          ...this.session.folders.filter((f) => !gone.has(f)),
          ...added.map((f) => f.uri),
        ];
        this.session.forgetFiles();
        this.discoverSoon();
        this.refresh();
      });
    this.discoverSoon();
  }

  /** Reads the settings anew; `given` is what an editor without workspace/configuration sent along. */
  private async configure(given?: unknown): Promise<void> {
    let section = given;
    if (this.configurable) {
      try {
        section = await this.connection.workspace.getConfiguration("keepalived");
      } catch (e) {
        this.connection.console.warn(`Settings could not be read: ${String(e)}`);
      }
    }
    const { settings, complaints } = readSettings(section);
    for (const complaint of complaints) {
      const text = say(complaint, this.session.locale);
      if (this.failures.has(text)) continue;
      this.failures.add(text);
      void this.connection.sendNotification(ShowMessageNotification.type, {
        type: MessageType.Warning,
        message: text,
      });
    }
    if (settings.executablePath !== this.session.settings.executablePath) this.configTest.clear();
    this.session.applySettings(settings);
    this.refresh();
  }

  private discovery: Promise<void> | undefined;
  /** Looks for the roots of fragments when the server has nothing else to do. */
  private discoverSoon(): void {
    this.discovery ??= new Promise<void>((done) => setTimeout(done, 50)).then(async () => {
      this.discovery = undefined;
      const progress = this.lateProgress();
      const title = () => say(t("Looking through the workspace", "正在查看工作区"), this.session.locale);
      const { session } = this;
      try {
        const steps = session.discoverySteps(await session.newConfigurations());
        if (await inSlices(steps, CancellationToken.None, { at: (part) => progress.at(title, part) }))
          this.refresh();
      } catch (e) {
        // The user has ended it.
        if (e instanceof ResponseError) return;
        this.connection.console.warn(`Looking for including files failed: ${String(e)}`);
      } finally {
        progress.done();
      }
    });
  }

  // -------------------------------------------------------------------------------------------- diagnostics

  /** The findings of a file that are shown, over all projects it takes part in. */
  findings(uri: string): Finding[] {
    const { session } = this;
    const result: Finding[] = [];
    const projects = session.projectsOf(uri);
    const file = projects[0]?.files.find((f) => f.uri === uri);
    if (!file) return result;
    const options = {
      ...DEFAULT_PRESENTATION,
      profile: session.settings.profile,
      severity: session.settings.severity,
    };
    const rules = rulesNeeded(options);
    for (const project of projects) {
      this.watchIncludes(project);
      const own = withNsx(project, project.findingsOf(rules, uri), session.nsxUse(project));
      const all = withPeers(own, session.peersOf(project.root.uri), uri);
      for (const f of present(file, all, options)) {
        if (
          projects.length === 1 ||
          !result.some(
            (x) =>
              x.start === f.start && x.end === f.end && x.rule === f.rule && x.message.en === f.message.en,
          )
        )
          result.push(f);
      }
    }
    return result;
  }

  /** Folders with the patterns of names that are watched in them. */
  private readonly watchedFolders = new Set<string>();

  /** Has folders watched from which files are included, where the watchers of the workspace do not reach. */
  private watchIncludes(project: Project): void {
    if (!this.watches || !this.watchesFolders) return;
    const watchers: { globPattern: { baseUri: string; pattern: string } }[] = [];
    for (const { resolved } of project.views)
      for (const { base, pattern } of resolved?.globs ?? []) {
        const folders = pattern.split("/").slice(0, -1);
        const wild = folders.findIndex((name) => hasWildcard(name) || name.includes("{"));
        const path = (wild < 0 ? folders : folders.slice(0, wild)).join("/");
        const baseUri = resolveUri(base, pattern.startsWith("/") ? `/${path}` : path);
        const inside = this.session.folders.some((f) => isInside(baseUri, f));
        // In Restricted Mode nothing is read out there.
        if (inside ? pattern.endsWith(".conf") : !this.session.trusted) continue;
        const names = wild < 0 ? "*" : pattern.split("/").slice(wild).join("/");
        const key = `${baseUri} ${names}`;
        if (this.watchedFolders.has(key) || this.watchedFolders.size >= MAX_WATCHED_FOLDERS) continue;
        this.watchedFolders.add(key);
        watchers.push({ globPattern: { baseUri, pattern: names } });
      }
    if (watchers.length > 0)
      request(this.connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }));
  }

  private diagnostics(uri: string): LspDiagnostic[] {
    const own = this.findings(uri).map((f) =>
      toLspDiagnostic(toDiagnostic(f, this.session.rangeIn, this.session.locale)),
    );
    return [...own, ...this.configTest.diagnosticsIn(uri)];
  }

  private readonly results = new Map<string, { id: string; items: LspDiagnostic[]; json: string }>();
  private resultSerial = 0;

  private pullDocument(
    uri: string,
    previous: string | undefined,
  ): FullDocumentDiagnosticReport | UnchangedDocumentDiagnosticReport {
    const items = this.diagnostics(uri);
    const json = JSON.stringify(items);
    let known = this.results.get(uri);
    if (!known || known.json !== json) {
      known = { id: String(++this.resultSerial), items, json };
      this.results.set(uri, known);
    }
    if (previous === known.id) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: known.id };
    return { kind: DocumentDiagnosticReportKind.Full, resultId: known.id, items };
  }

  /** Does in steps what takes longest in finding the findings of a file, so that asking for them takes little time. */
  *findingSteps(uri: string): Steps<void> {
    const { session } = this;
    for (const { root, views } of yield* session.projectsOfSteps(uri)) {
      for (const view of views) yield* view.analysisSteps();
      yield* session.peerSteps(root.uri);
    }
  }

  private *pullSteps(
    uri: string,
    previous: string | undefined,
  ): Steps<FullDocumentDiagnosticReport | UnchangedDocumentDiagnosticReport> {
    yield* this.findingSteps(uri);
    return this.pullDocument(uri, previous);
  }

  private *pullWorkspace(before: ReadonlyMap<string, string>): Steps<WorkspaceDiagnosticReport> {
    const { session } = this;
    const uris = new Set<string>();
    for (const { files } of yield* session.allProjects()) for (const f of files) uris.add(f.uri);
    const items: WorkspaceDiagnosticReport["items"] = [];
    for (const uri of uris) {
      const report = yield* this.pullSteps(uri, before.get(uri));
      items.push({ ...report, uri, version: session.document(uri)?.version ?? null });
      yield items.length / uris.size;
    }
    return { items };
  }

  /** For editors that do not pull: sends diagnostics once the changes at hand are taken in. */
  private publishSoon(uri: string): void {
    if (this.pull || this.scheduled.has(uri)) return;
    this.scheduled.add(uri);
    setImmediate(() => {
      // What changes until the findings are at hand is in what is sent; it is not scheduled again.
      const publish = function* (this: Server): Steps<void> {
        yield* this.findingSteps(uri);
        this.scheduled.delete(uri);
        this.publish(uri);
      }.bind(this);
      request(
        this.long("diagnostics", CancellationToken.None, undefined, publish, false).finally(() =>
          this.scheduled.delete(uri),
        ),
      );
    });
  }

  private publish(uri: string): void {
    this.guard("diagnostics", undefined, () => {
      const { session } = this;
      const uris = new Set([uri]);
      // Other open files of the same configuration may have got new findings, too.
      for (const project of session.projectsOf(uri))
        for (const f of project.files) if (session.document(f.uri)) uris.add(f.uri);
      for (const u of uris) {
        if (!session.document(u)) continue;
        const diagnostics = this.diagnostics(u);
        const json = JSON.stringify(diagnostics);
        if (u !== uri && this.reported.get(u) === json) continue;
        this.reported.set(u, json);
        void this.connection.sendDiagnostics({
          uri: u,
          version: session.document(u)!.version,
          diagnostics,
        });
      }
    });
  }

  /** Has everything that depends on files or settings asked for again. */
  refresh(): void {
    if (this.pull) {
      if (this.refreshable) request(this.connection.languages.diagnostics.refresh());
    } else for (const d of this.session.openDocuments) this.publishSoon(d.uri);
    refreshEditing(this);
  }

  // -------------------------------------------------------------------------------------------- requests

  /** The context of a request for a document; undefined when it is not open. */
  contextOf(uri: string): RequestContext | undefined {
    const { session } = this;
    const document = session.document(uri);
    if (!document) return undefined;
    const [project] = session.projectsOf(uri);
    if (!project) return undefined;
    const positions = new NearPositions(document.file.text, document);
    return {
      session,
      document,
      file: document.file,
      project,
      locale: session.locale,
      target: session.settings.target,
      positionAt: (offset) => positions.at(offset),
      rangeOf: (start, end) => ({ start: positions.at(start), end: positions.at(end) }),
      rangeIn: session.rangeIn,
      offsetAt: (position) => document.offsetAt(position),
    };
  }

  /** Registers a handler for requests about a document. A fault in it is logged and answered with `fallback`. */
  on<P extends { textDocument: { uri: string } }, R>(
    name: string,
    register: (handler: (params: P, token: CancellationToken) => R | Promise<R>) => unknown,
    fallback: R,
    handler: (context: RequestContext, params: P) => R,
  ): void {
    register((params, token) => {
      const { uri } = params.textDocument;
      if (!this.session.allRead)
        return this.long(name, token, fallback, () =>
          // biome-ignore lint/correctness/useYield: what comes before it is done in steps.
          this.aboutDocument(uri, fallback, function* (context) {
            return handler(context, params);
          }),
        );
      return this.guard(name, fallback, () => {
        const context = this.contextOf(uri);
        return context ? handler(context, params) : fallback;
      });
    });
  }

  /**
   * The same for work that may be long: it is done in slices, between which other requests are answered. When the text
   * has changed meanwhile, the answer would be about another one, and the editor asks again.
   */
  onLong<P extends { textDocument: { uri: string } }, R>(
    name: string,
    register: (handler: (params: P, token: CancellationToken) => Promise<R>) => unknown,
    fallback: R,
    handler: (context: RequestContext, params: P) => Steps<R>,
  ): void {
    register((params, token) =>
      this.long(name, token, fallback, () =>
        this.aboutDocument(params.textDocument.uri, fallback, (context) => handler(context, params)),
      ),
    );
  }

  /** Work about a document, in steps; `fallback` when it is not open. */
  *aboutDocument<R>(uri: string, fallback: R, work: (context: RequestContext) => Steps<R>): Steps<R> {
    if (this.session.document(uri)) yield* this.session.projectsOfSteps(uri);
    const context = this.contextOf(uri);
    return context ? yield* work(context) : fallback;
  }

  /**
   * Does long work of a request in slices, shows how far it is, and ends it when it is cancelled.
   * @throws ResponseError RequestCancelled or ContentModified
   */
  async long<R>(
    name: string,
    token: CancellationToken,
    fallback: R,
    begin: () => Steps<R>,
    /** Whether the answer is of no use once something has changed. */
    positions = true,
  ): Promise<R> {
    const { session } = this;
    const { revision } = session;
    const progress = this.lateProgress();
    const title = () => say(t("Working on the request", "正在处理请求"), session.locale);
    const still = () => {
      if (positions && session.revision !== revision)
        throw new ResponseError(LSPErrorCodes.ContentModified, "The text has changed.");
    };
    const at = (part: number): boolean => {
      still();
      return progress.at(title, part);
    };
    try {
      const result = await inSlices(begin(), token, { at });
      still();
      return result;
    } catch (e) {
      if (e instanceof ResponseError) throw e;
      return this.guard(name, fallback, () => {
        throw e;
      });
    } finally {
      progress.done();
    }
  }

  private lateProgress(): LateProgress {
    return new LateProgress(this.clientCapabilities.window?.workDoneProgress === true, () =>
      this.connection.window.createWorkDoneProgress(),
    );
  }

  /** Runs a handler so that a fault in one feature stops neither the server nor another feature. */
  guard<R>(name: string, fallback: R, run: () => R): R {
    try {
      return run();
    } catch (e) {
      const text = e instanceof Error ? (e.stack ?? e.message) : String(e);
      const key = `${name} ${text}`;
      if (!this.failures.has(key)) {
        this.failures.add(key);
        this.connection.console.error(`${name} failed: ${text}`);
      }
      return fallback;
    }
  }

  /** The user has asked for a payload: from now on what NSX makes of the configuration is of interest. */
  payloadGenerated(): void {
    if (this.session.usesNsx) return;
    this.session.usesNsx = true;
    this.refresh();
  }

  /** Takes over what the client remembers of the workspace. */
  nsxState(state: NsxState): void {
    const { session } = this;
    session.usesNsx ||= state.used === true;
    session.nsxCompanion = state.companion;
    session.takenRemedies.clear();
    for (const [uri, remedies] of Object.entries(state.taken ?? {}))
      session.takenRemedies.set(
        uri,
        REMEDIES.filter((remedy) => remedies.includes(remedy)),
      );
  }

  private listFiles(uri: string, directory: string): { name: string; folder: boolean }[] {
    if (!this.session.trusted) return [];
    return this.session.list(directoryOf(uri), directory);
  }
}

/** Serves a connection. */
export function serve(connection: Connection, host: FileHost): void {
  new Server(connection, host).start();
}
