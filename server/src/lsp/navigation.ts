/** Handlers for finding one's way: definitions, references, rename, symbols, links. */
import type { ServerCapabilities } from "vscode-languageserver";
import type { Server } from "./server";

export const navigationCapabilities: ServerCapabilities = {};

export function registerNavigation(_server: Server): void {}
