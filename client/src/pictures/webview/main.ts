/** Entry of the pages: which picture is shown stands in the page. */
import type { Strings } from "../messages";
import { vscode } from "./common";
import { startPacketPath } from "./packet-path";
import { pageStyle } from "./style";
import { startTopology } from "./topology";

const root = document.getElementById("picture");
if (root) {
  const { kind, strings } = JSON.parse(root.dataset.page ?? "{}") as {
    kind: "topology" | "packetPath";
    strings: Strings;
  };
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(pageStyle(kind));
  document.adoptedStyleSheets = [sheet];
  (kind === "topology" ? startTopology : startPacketPath)({ root, strings });
  vscode.postMessage({ type: "ready" });
}
