/** Handlers for writing and reading text: formatting, tokens, hints, lenses, signatures, refactorings. */
import type {
  CancellationToken,
  CodeAction,
  CodeActionParams,
  CodeLens,
  FormattingOptions,
  InlayHint,
  SelectionRange,
  SemanticTokens,
  SemanticTokensDelta,
  ServerCapabilities,
  SignatureInformation,
  TextEdit,
} from "vscode-languageserver";
import {
  codeLenses,
  type CodeLens as Lens,
  type LensOptions,
  lensReferences,
  lensTitle,
} from "../features/code-lens";
import { say } from "../features/diagnostics";
import {
  type FormatOptions,
  formatOnType,
  formatRange,
  formatSteps,
  type TextEdit as OffsetEdit,
} from "../features/format";
import { hintSteps } from "../features/inlay-hints";
import { isRefusal, type Refactoring, refactorings } from "../features/refactor";
import { selectionRanges } from "../features/selection";
import {
  encodeDifference,
  encodeRange,
  TOKEN_MODIFIERS,
  TOKEN_TYPES,
  type TokenState,
  tokenSteps,
} from "../features/semantic-tokens";
import { signatureHelp } from "../features/signature-help";
import { type NameKind, type Text, t } from "../language/schema";
import type { Position, Range } from "../text/lines";
import { finish, type Steps } from "../text/steps";
import { toWorkspaceEdit } from "./convert";
import { CodeLensRefreshRequest, MarkupKind, request } from "./library";
import type { OpenDocument } from "./open-document";
import type { RequestContext, Server } from "./server";

export const REFACTOR_KINDS = ["refactor.extract", "refactor.inline", "refactor.rewrite"];

export const editingCapabilities: ServerCapabilities = {
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  documentOnTypeFormattingProvider: { firstTriggerCharacter: "}", moreTriggerCharacter: ["\n"] },
  semanticTokensProvider: {
    legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] },
    full: { delta: true },
    range: true,
  },
  selectionRangeProvider: true,
  inlayHintProvider: true,
  codeLensProvider: { resolveProvider: true },
  signatureHelpProvider: { triggerCharacters: [" "], retriggerCharacters: [" "] },
};

export function registerEditing(server: Server): void {
  registerFormatting(server);
  registerTokens(server);
  registerReading(server);
  registerLenses(server);
  registerRefactorings(server);
}

/** Has what depends on settings and other files asked for again. */
export function refreshEditing({ connection, clientCapabilities: { workspace } }: Server): void {
  if (workspace?.inlayHint?.refreshSupport) request(connection.languages.inlayHint.refresh());
  if (workspace?.codeLens?.refreshSupport) request(connection.sendRequest(CodeLensRefreshRequest.type));
}

/** A handler that needs the text of a document only: no configuration is resolved or checked for it. */
function onText<P extends { textDocument: { uri: string } }, R>(
  server: Server,
  name: string,
  register: (handler: (params: P, token: CancellationToken) => R | Promise<R>) => unknown,
  fallback: R,
  handler: (document: OpenDocument, params: P) => R,
): void {
  register((params, token) => {
    const work = documentSteps(server, params.textDocument.uri);
    const answer = (document: OpenDocument | undefined) => (document ? handler(document, params) : fallback);
    if (server.session.allRead) return server.guard(name, fallback, () => answer(finish(work)));
    return server.long(name, token, fallback, function* () {
      return answer(yield* work);
    });
  });
}

/** The same for work that may be long: see {@link Server.long}. */
function onLongText<P extends { textDocument: { uri: string } }, R>(
  server: Server,
  name: string,
  register: (handler: (params: P, token: CancellationToken) => Promise<R>) => unknown,
  fallback: R,
  handler: (document: OpenDocument, params: P) => Steps<R>,
): void {
  const work = function* (params: P): Steps<R> {
    const document = yield* documentSteps(server, params.textDocument.uri);
    return document ? yield* handler(document, params) : fallback;
  };
  register((params, token) => server.long(name, token, fallback, () => work(params)));
}

/** Documents whose block around, if another file includes them, is known. */
const placed = new WeakSet<OpenDocument>();

function* documentSteps({ session }: Server, uri: string): Steps<OpenDocument | undefined> {
  const document = session.document(uri);
  if (!document) return undefined;
  if (!placed.has(document)) {
    yield* session.projectsOfSteps(uri);
    placed.add(document);
  }
  yield* document.parseSteps();
  return document;
}

// ---------------------------------------------------------------------------------------------- formatting

function registerFormatting(server: Server): void {
  const { connection, session } = server;
  const options = (given: FormattingOptions): FormatOptions => ({
    tabSize: given.tabSize >= 1 && given.tabSize <= 32 ? Math.floor(given.tabSize) : 4,
    insertSpaces: given.insertSpaces,
    alignValues: session.settings.format.alignValues,
    insertFinalNewline: given.insertFinalNewline,
  });
  const edits = (document: OpenDocument, list: readonly OffsetEdit[]): TextEdit[] =>
    list.map((e) => ({
      range: { start: document.positionAt(e.start), end: document.positionAt(e.end) },
      newText: e.text,
    }));
  onLongText(server, "formatting", connection.onDocumentFormatting.bind(connection), [], function* (d, p) {
    const list: TextEdit[] = [];
    for (const e of yield* formatSteps(d.file, options(p.options))) {
      list.push(...edits(d, [e]));
      yield;
    }
    return list;
  });
  onText(server, "range formatting", connection.onDocumentRangeFormatting.bind(connection), [], (d, p) => {
    const { start, end } = p.range;
    return edits(d, formatRange(d.file, d.offsetAt(start), d.offsetAt(end), options(p.options)));
  });
  onText(server, "formatting", connection.onDocumentOnTypeFormatting.bind(connection), [], (d, p) =>
    edits(d, formatOnType(d.file, d.offsetAt(p.position), p.ch, options(p.options))),
  );
}

// ---------------------------------------------------------------------------------------------- tokens

function registerTokens(server: Server): void {
  const { connection, session } = server;
  /** The last result of each document. */
  const results = new Map<string, { readonly id: string; readonly state: TokenState }>();
  let serial = 0;
  const remember = ({ uri, file }: OpenDocument): string => {
    for (const known of results.keys()) if (!session.document(known)) results.delete(known);
    const id = String(++serial);
    results.set(uri, { id, state: file.tree.items });
    return id;
  };
  const { semanticTokens } = connection.languages;
  onLongText(
    server,
    "semantic tokens",
    semanticTokens.on.bind(semanticTokens),
    { data: [] },
    function* (d): Steps<SemanticTokens> {
      const data = yield* tokenSteps(d.file.tree);
      return { resultId: remember(d), data };
    },
  );
  onLongText(
    server,
    "semantic tokens",
    semanticTokens.onDelta.bind(semanticTokens),
    { data: [] } as SemanticTokens | SemanticTokensDelta,
    function* (d, p): Steps<SemanticTokens | SemanticTokensDelta> {
      const before = results.get(d.uri);
      if (before?.id !== p.previousResultId) {
        const data = yield* tokenSteps(d.file.tree);
        return { resultId: remember(d), data };
      }
      const edits = encodeDifference(before.state, d.file.tree);
      return { resultId: remember(d), edits };
    },
  );
  onText(server, "semantic tokens", semanticTokens.onRange.bind(semanticTokens), { data: [] }, (d, p) => {
    const lineAt = (offset: number) => d.positionAt(offset).line;
    const { start, end } = p.range;
    return { data: encodeRange(d.file.tree, d.offsetAt(start), d.offsetAt(end), lineAt) };
  });
}

// ---------------------------------------------------------------------------------------------- reading aids

function registerReading(server: Server): void {
  const { connection, session } = server;
  onText(server, "selection ranges", connection.onSelectionRanges.bind(connection), [], (d, p) =>
    p.positions.map((position) => {
      let result: SelectionRange | undefined;
      for (const { start, end } of selectionRanges(d.file, d.offsetAt(position)).reverse())
        result = {
          range: { start: d.positionAt(start), end: d.positionAt(end) },
          parent: result,
        };
      return result ?? { range: { start: position, end: position } };
    }),
  );
  const { inlayHint } = connection.languages;
  server.onLong("inlay hints", inlayHint.on.bind(inlayHint), [] as InlayHint[], function* (c, p) {
    const list: InlayHint[] = [];
    const { start, end } = p.range;
    const { inlayHints } = session.settings;
    for (const h of yield* hintSteps(c, c.offsetAt(start), c.offsetAt(end), inlayHints)) {
      list.push({
        position: c.rangeOf(h.offset, h.offset).start,
        label: h.label,
        tooltip: { kind: MarkupKind.Markdown, value: h.tooltip },
        paddingLeft: true,
      });
      yield;
    }
    return list;
  });
  server.on("signature help", connection.onSignatureHelp.bind(connection), null, (c, p) => {
    const help = signatureHelp(c, c.offsetAt(p.position));
    if (!help) return null;
    return {
      activeSignature: help.active,
      activeParameter: help.signatures[help.active].active,
      signatures: help.signatures.map(
        (s): SignatureInformation => ({
          label: s.label,
          documentation: { kind: MarkupKind.Markdown, value: s.doc },
          activeParameter: s.active,
          parameters: s.parameters.map((x) => ({
            label: [x.start, x.end],
            documentation: { kind: MarkupKind.Markdown, value: x.doc },
          })),
        }),
      ),
    };
  });
}

// ---------------------------------------------------------------------------------------------- code lenses

interface LensData {
  readonly uri: string;
  readonly nameKind: NameKind;
  readonly name: string;
}

function registerLenses(server: Server): void {
  const { connection, session } = server;
  server.on("code lenses", connection.onCodeLens.bind(connection), [], (c) =>
    codeLenses(c, lensOptions(server)).map((l) => toCodeLens(c, l)),
  );
  connection.onCodeLensResolve((lens) =>
    server.guard("code lens", lens, () => {
      const data = lens.data as LensData | undefined;
      const context = data && server.contextOf(data.uri);
      if (!data || !context) return lens;
      const places = lensReferences(context, data.nameKind, data.name);
      const title = lensTitle({ kind: "references" }, places.length);
      const locations = places.map((r) => ({
        uri: r.uri,
        range: context.rangeIn(r.uri, r.start, r.end),
      }));
      return {
        ...lens,
        command: {
          title: say(title, session.locale),
          // Without references there is nothing to show.
          command: locations.length > 0 && server.clientCommands ? "keepalived.showReferences" : "",
          arguments: [data.uri, lens.range.start, locations],
        },
      };
    }),
  );
}

/** The lenses that the settings want and the client can follow. */
function lensOptions({ session, clientCommands }: Server): LensOptions {
  const { references, nsx, packets, ipvs } = session.settings.codeLens;
  return {
    references,
    nsx: nsx && clientCommands,
    packets: packets && clientCommands,
    ipvs: ipvs && clientCommands,
  };
}

/** What can be derived from the virtual server or the group under the cursor, by commands of the client. */
export function commandActions(c: RequestContext, { range }: CodeActionParams): CodeAction[] {
  const block = c.file.tree.pathAt(c.offsetAt(range.start))[0]?.keyword?.id;
  if (block !== "virtual_server" && block !== "virtual_server_group") return [];
  const action = (text: Text, command: string): CodeAction => {
    const title = say(text, c.locale);
    return { title, command: { title, command, arguments: [c.file.uri, range.start] } };
  };
  return [
    action(t("Generate the NSX stateless policy", "生成 NSX 无状态策略"), LENS_COMMANDS.nsx),
    action(t("Show the packet path", "显示报文路径"), LENS_COMMANDS.packets),
  ];
}

const LENS_COMMANDS = {
  nsx: "keepalived.nsx.generatePolicy",
  packets: "keepalived.showPacketPath",
  ipvs: "keepalived.showIpvsTable",
} as const;

function toCodeLens(c: RequestContext, lens: Lens): CodeLens {
  const range = c.rangeOf(lens.start, lens.end);
  const { uri } = c.file;
  if (lens.kind === "references") {
    const data: LensData = { uri, nameKind: lens.nameKind, name: lens.name };
    return { range, data };
  }
  const title = say(lensTitle(lens, 0), c.locale);
  return { range, command: { title, command: LENS_COMMANDS[lens.kind], arguments: [uri, range.start] } };
}

// ---------------------------------------------------------------------------------------------- refactorings

interface RefactorData {
  readonly uri: string;
  readonly refactoring: string;
  readonly start: Position;
  readonly end: Position;
}

/** The refactorings for a range. Edits are worked out at once only for editors that cannot ask for them later. */
export function refactorActions(
  server: Server,
  c: RequestContext,
  params: CodeActionParams,
  wants: (kind: string) => boolean,
): CodeAction[] {
  if (!REFACTOR_KINDS.some(wants)) return [];
  const { start, end } = params.range;
  const { codeAction } = server.clientCapabilities.textDocument ?? {};
  const later = codeAction?.dataSupport === true && codeAction.resolveSupport?.properties?.includes("edit");
  return refactorings(c, c.offsetAt(start), c.offsetAt(end))
    .filter((r) => wants(r.kind))
    .flatMap((r): CodeAction[] => {
      const action = { title: say(r.title, c.locale), kind: r.kind };
      if (later) {
        const data: RefactorData = { uri: c.file.uri, refactoring: r.id, start, end };
        return [{ ...action, data }];
      }
      const edits = r.edits();
      return isRefusal(edits) ? [] : [{ ...action, edit: toWorkspaceEdit(edits, c.rangeIn) }];
    });
}

function registerRefactorings(server: Server): void {
  const { connection } = server;
  connection.onCodeActionResolve((action) =>
    server.guard("refactoring", action, () => {
      const data = action.data as Partial<RefactorData> | undefined;
      if (!data?.uri || !data.start || !data.end) return action;
      const c = server.contextOf(data.uri);
      const chosen = c && find(c, data.refactoring, { start: data.start, end: data.end });
      const edits = chosen?.edits();
      if (!c || !edits) return action;
      if (isRefusal(edits)) {
        connection.window.showInformationMessage(say(edits.refused, c.locale));
        return action;
      }
      return { ...action, edit: toWorkspaceEdit(edits, c.rangeIn) };
    }),
  );
}

const find = (c: RequestContext, id: string | undefined, { start, end }: Range): Refactoring | undefined =>
  refactorings(c, c.offsetAt(start), c.offsetAt(end)).find((r) => r.id === id);
