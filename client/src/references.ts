import { commands, Position, Uri } from "vscode";
import type { Location as LspLocation } from "vscode-languageclient";
import type { Host } from "./client";

/** The command behind the reference lenses: the server's places, in the editor's own view. */
export function registerReferences({ context, client }: Host): void {
  context.subscriptions.push(
    commands.registerCommand(
      "keepalived.showReferences",
      (uri: string, position: { line: number; character: number }, locations: LspLocation[]) =>
        commands.executeCommand(
          "editor.action.showReferences",
          Uri.parse(uri),
          new Position(position.line, position.character),
          locations.map((l) => client.protocol2CodeConverter.asLocation(l)),
        ),
    ),
  );
}
