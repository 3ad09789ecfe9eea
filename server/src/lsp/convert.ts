/** From the core's plain data to the protocol's types. The only module that knows both. */
import type {
  CodeAction,
  CompletionItem,
  DocumentSymbol,
  FoldingRange,
  Diagnostic as LspDiagnostic,
  WorkspaceEdit,
  WorkspaceSymbol,
} from "vscode-languageserver";
import type { Action, ChangeEdit } from "../features/actions";
import type { Completion, CompletionKind } from "../features/completion";
import { type Diagnostic, type Locale, say } from "../features/diagnostics";
import type { Fold, OutlineItem, OutlineKind } from "../features/outline";
import type { WorkspaceSymbol as FoundSymbol } from "../features/workspace-symbols";
import type { Position, Range } from "../text/lines";
import {
  CodeActionKind,
  CompletionItemKind,
  CompletionItemTag,
  InsertTextFormat,
  MarkupKind,
  SymbolKind,
} from "./library";

export type RangeOf = (start: number, end: number) => Range;
export type PositionAt = (offset: number) => Position;
export type RangeIn = (uri: string, start: number, end: number) => Range;

const COMPLETION_KINDS: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  keyword: CompletionItemKind.Property,
  block: CompletionItemKind.Struct,
  value: CompletionItemKind.EnumMember,
  option: CompletionItemKind.Keyword,
  name: CompletionItemKind.Reference,
  interface: CompletionItemKind.Interface,
  address: CompletionItemKind.Value,
  definition: CompletionItemKind.Variable,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
  snippet: CompletionItemKind.Snippet,
  rule: CompletionItemKind.Constant,
};

export function toCompletionItem(
  item: Completion,
  rangeOf: RangeOf,
  uri: string,
  locale: Locale,
): CompletionItem {
  return {
    label: item.label,
    kind: COMPLETION_KINDS[item.kind],
    detail: item.detail || undefined,
    sortText: `${String(Math.round(item.rank * 100)).padStart(4, "0")}${item.label}`,
    filterText: item.label,
    textEdit: { range: rangeOf(item.start, item.end), newText: item.insert },
    insertTextFormat: item.snippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    tags: item.deprecated ? [CompletionItemTag.Deprecated] : undefined,
    documentation: item.doc ? { kind: MarkupKind.Markdown, value: say(item.doc, locale) } : undefined,
    command: item.again ? { title: "", command: "editor.action.triggerSuggest" } : undefined,
    data: item.keywordId ? { keyword: item.keywordId, uri } : undefined,
  };
}

const SYMBOL_KINDS: Readonly<Record<OutlineKind, SymbolKind>> = {
  instance: SymbolKind.Class,
  group: SymbolKind.Namespace,
  script: SymbolKind.Function,
  service: SymbolKind.Interface,
  server: SymbolKind.Object,
  checker: SymbolKind.Event,
  settings: SymbolKind.Module,
  address: SymbolKind.Constant,
  definition: SymbolKind.Variable,
  include: SymbolKind.File,
  block: SymbolKind.Struct,
};

export function toDocumentSymbol(item: OutlineItem, at: PositionAt): DocumentSymbol {
  // In the order of the text: a position is found quickest from the one before.
  const start = at(item.start);
  const selectionRange = { start: at(item.nameStart), end: at(item.nameEnd) };
  const children = item.children.length > 0 ? item.children.map((c) => toDocumentSymbol(c, at)) : undefined;
  const range = { start, end: at(Math.max(item.end, item.nameEnd)) };
  return {
    name: item.name,
    detail: item.detail || undefined,
    kind: SYMBOL_KINDS[item.kind],
    range,
    selectionRange,
    children,
  };
}

export function toWorkspaceSymbol(symbol: FoundSymbol, rangeIn: RangeIn): WorkspaceSymbol {
  return {
    name: symbol.name,
    kind: SYMBOL_KINDS[symbol.kind],
    containerName: symbol.container || undefined,
    location: { uri: symbol.uri, range: rangeIn(symbol.uri, symbol.start, symbol.end) },
  };
}

export function toFoldingRange(fold: Fold, rangeOf: RangeOf): FoldingRange | undefined {
  const range = rangeOf(fold.start, fold.end);
  // A block folds up to the line of its closing brace; the brace stays visible.
  const endLine = fold.kind ? range.end.line : range.end.line - 1;
  if (endLine <= range.start.line) return undefined;
  return { startLine: range.start.line, endLine, kind: fold.kind };
}

export function toWorkspaceEdit(edits: readonly ChangeEdit[], rangeIn: RangeIn): WorkspaceEdit {
  const changes: Record<string, { range: Range; newText: string }[]> = {};
  for (const e of edits)
    (changes[e.uri] ??= []).push({ range: rangeIn(e.uri, e.start, e.end), newText: e.text });
  return { changes };
}

export function toCodeAction(
  action: Action,
  rangeIn: RangeIn,
  diagnostics: readonly LspDiagnostic[],
  locale: Locale,
): CodeAction {
  const { finding } = action;
  const own = finding
    ? diagnostics.filter(
        (d) =>
          d.code === finding.rule.code && same(d.range, rangeIn(finding.uri, finding.start, finding.end)),
      )
    : [];
  return {
    title: say(action.title, locale),
    kind: action.kind === "quickfix" ? CodeActionKind.QuickFix : action.kind,
    diagnostics: own.length > 0 ? own : undefined,
    isPreferred: action.preferred,
    edit: toWorkspaceEdit(action.edits, rangeIn),
  };
}

const same = (a: Range, b: Range): boolean =>
  a.start.line === b.start.line &&
  a.start.character === b.start.character &&
  a.end.line === b.end.line &&
  a.end.character === b.end.character;

/** The core's diagnostics have the protocol's shape already. */
export const toLspDiagnostic = (d: Diagnostic): LspDiagnostic => d as unknown as LspDiagnostic;
