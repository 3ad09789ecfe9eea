/** Requests beyond the protocol, for commands of the editor's client. */
import type { Server } from "./server";

export function registerExtensions(_server: Server): void {}
