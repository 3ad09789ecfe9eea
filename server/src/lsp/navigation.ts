/** Handlers for finding one's way: definitions, references, rename, symbols, links. */
import type {
  DocumentLink,
  FileRename,
  Location,
  RenameParams,
  ServerCapabilities,
  TextDocumentPositionParams,
  WorkspaceEdit,
  WorkspaceSymbol,
} from "vscode-languageserver";
import type { FileRange, Project } from "../checks/project";
import { say } from "../features/diagnostics";
import { links } from "../features/links";
import { definitions, highlights, referenceSteps } from "../features/navigation";
import {
  isRefused,
  prepareRename,
  type RenameScope,
  type Renaming,
  renameFiles,
  renameSteps,
} from "../features/rename";
import { symbolSteps } from "../features/workspace-symbols";
import type { Steps } from "../text/steps";
import { toWorkspaceEdit, toWorkspaceSymbol } from "./convert";
import { DocumentHighlightKind, LSPErrorCodes, ResponseError } from "./library";
import type { RequestContext, Server } from "./server";

export const navigationCapabilities: ServerCapabilities = {
  definitionProvider: true,
  declarationProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  workspaceSymbolProvider: true,
  documentLinkProvider: {},
  workspace: {
    fileOperations: {
      // An included file may have any name, and a folder may hold one.
      willRename: { filters: [{ pattern: { glob: "**/*" } }] },
    },
  },
};

export function registerNavigation(server: Server): void {
  const { connection, session } = server;
  const projectsOf = (c: RequestContext): Project[] => session.projectsOf(c.file.uri);
  const locations = (c: RequestContext, places: readonly FileRange[]): Location[] =>
    places.map((p) => ({ uri: p.uri, range: c.rangeIn(p.uri, p.start, p.end) }));

  const define = (c: RequestContext, p: TextDocumentPositionParams) =>
    locations(c, definitions(c, c.offsetAt(p.position), projectsOf(c)));
  server.on("definition", connection.onDefinition.bind(connection), null, define);
  server.on("declaration", connection.onDeclaration.bind(connection), null, define);
  server.onLong("references", connection.onReferences.bind(connection), null, function* (c, p) {
    const offset = c.offsetAt(p.position);
    return locations(c, yield* referenceSteps(c, offset, p.context.includeDeclaration, projectsOf(c)));
  });
  server.on("highlights", connection.onDocumentHighlight.bind(connection), null, (c, p) => {
    const places = highlights(c, c.offsetAt(p.position), projectsOf(c));
    // Without an answer editors look for the same word.
    if (places.length === 0) return null;
    return places.map((h) => ({
      range: c.rangeOf(h.start, h.end),
      kind: h.write ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
    }));
  });

  const scope: RenameScope = { projectsOf: (uri) => session.projectsOf(uri), access: session };
  /** A refusal is shown to the user as the error of the request. */
  const orError = <T extends object, R>(
    result: Renaming<T>,
    use: (result: T) => R,
  ): R | ResponseError<void> =>
    isRefused(result)
      ? new ResponseError(LSPErrorCodes.RequestFailed, say(result.refused, session.locale))
      : use(result as T);
  server.on("prepare rename", connection.onPrepareRename.bind(connection), null, (c, p) =>
    orError(prepareRename(c, scope, c.offsetAt(p.position)), ({ start, end, placeholder }) => ({
      range: c.rangeOf(start, end),
      placeholder,
    })),
  );
  server.onLong<RenameParams, WorkspaceEdit | ResponseError<void> | null>(
    "rename",
    connection.onRenameRequest.bind(connection),
    null,
    function* (c, p) {
      const renaming = yield* renameSteps(c, scope, c.offsetAt(p.position), p.newName);
      return orError(renaming, ({ edits }) => toWorkspaceEdit(edits, c.rangeIn));
    },
  );
  const renamed = function* (files: readonly FileRename[]): Steps<WorkspaceEdit | null> {
    const edits = renameFiles(yield* session.allProjects(), files);
    return edits.length > 0 ? toWorkspaceEdit(edits, session.rangeIn) : null;
  };
  connection.workspace.onWillRenameFiles(({ files }, token) =>
    server.long("file rename", token, null, () => renamed(files)),
  );

  const symbols = function* (query: string): Steps<WorkspaceSymbol[]> {
    const found = yield* symbolSteps(yield* session.allProjects(), query);
    return found.map((s) => toWorkspaceSymbol(s, session.rangeIn));
  };
  connection.onWorkspaceSymbol(({ query }, token) =>
    server.long("workspace symbols", token, [], () => symbols(query)),
  );
  server.on("links", connection.onDocumentLinks.bind(connection), [] as DocumentLink[], (c) =>
    links(c, (uri) => session.exists(uri)).map(({ start, end, target, tooltip }) => ({
      range: c.rangeOf(start, end),
      target,
      tooltip,
    })),
  );
}
