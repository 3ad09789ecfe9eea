import type { ExtensionContext } from "vscode";
import { activateInBrowser } from "./browser";
import type { Api } from "./client";
import { activateInNode } from "./extension";

/** The entry point in either extension host. One bundle serves both, so that what they share is shipped once. */
export function activate(context: ExtensionContext): Promise<Api> {
  const node = typeof process === "object" && process.versions?.node !== undefined;
  return node ? activateInNode(context) : activateInBrowser(context);
}
