/** Handlers for writing and reading text: formatting, tokens, hints, lenses, signatures, refactorings. */
import type { ServerCapabilities } from "vscode-languageserver";
import type { Server } from "./server";

export const editingCapabilities: ServerCapabilities = {};

export function registerEditing(_server: Server): void {}
