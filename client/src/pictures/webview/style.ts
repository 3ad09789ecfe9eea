/** The style of the pages; the pictures' own is the one of what they export. */
import { PATH_STYLE } from "../../../../server/src/lvs/path-picture";
import { TOPOLOGY_STYLE } from "../topology-drawing";

const PAGE = `
:root {
  --k-bg: var(--vscode-editor-background);
  --k-fg: var(--vscode-foreground);
  --k-muted: var(--vscode-descriptionForeground);
  --k-line: color-mix(in srgb, var(--vscode-foreground) 45%, var(--vscode-editor-background));
  --k-box: var(--vscode-editorWidget-background, var(--vscode-editor-background));
  --k-border: var(--vscode-contrastBorder, color-mix(in srgb, var(--vscode-foreground) 28%, var(--vscode-editor-background)));
  --k-blue: var(--vscode-charts-blue);
  --k-purple: var(--vscode-charts-purple);
  --k-green: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
  --k-red: var(--vscode-errorForeground, var(--vscode-charts-red));
  --k-orange: var(--vscode-charts-orange);
  --k-yellow: var(--vscode-editorWarning-foreground, var(--vscode-charts-yellow));
  --k-mark: color-mix(in srgb, var(--k-yellow) 20%, var(--vscode-editor-background));
  --k-focus: var(--vscode-focusBorder);
  --k-sans: var(--vscode-font-family);
  --k-mono: var(--vscode-editor-font-family), var(--vscode-font-family);
}
.vscode-light { --k-green: #1a7f37; --k-orange: #bc4c00; --k-yellow: #8a6100; }
.vscode-high-contrast { --k-line: var(--vscode-foreground); --k-muted: var(--vscode-foreground); --k-red: #ff7b72; --k-orange: #ffa657; --k-mark: #4a3c00; }
.vscode-high-contrast-light { --k-line: var(--vscode-foreground); --k-muted: var(--vscode-foreground); --k-red: #b5200d; --k-orange: #953800; --k-mark: #fff0b3; }
html, body, main { height: 100%; margin: 0; padding: 0; }
body { color: var(--vscode-foreground); background: var(--vscode-editor-background); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }
main { display: flex; flex-direction: column; min-height: 0; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 3px; padding: 6px 10px; border-bottom: 1px solid var(--k-border); }
.space { flex: 1; }
button, select { font: inherit; color: var(--vscode-foreground); background: transparent; border: 1px solid transparent; border-radius: 4px; min-height: 26px; min-width: 26px; padding: 1px 5px; cursor: pointer; }
select { background: var(--vscode-dropdown-background); color: var(--vscode-dropdown-foreground); border-color: var(--vscode-dropdown-border, var(--k-border)); max-width: 100%; }
button:hover { background: var(--vscode-toolbar-hoverBackground, color-mix(in srgb, var(--vscode-foreground) 12%, transparent)); }
button:disabled { opacity: .4; cursor: default; background: transparent; }
button:focus-visible, select:focus-visible, summary:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.vscode-high-contrast button, .vscode-high-contrast-light button { border-color: var(--vscode-contrastBorder, currentColor); }
button svg { display: block; width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 1.4; stroke-linejoin: round; stroke-linecap: round; }
button svg .solid { fill: currentColor; stroke: none; }
fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; align-items: center; gap: 2px 6px; min-width: 0; }
legend { float: left; padding: 0; color: var(--k-muted); font-size: .92em; }
.choices { display: flex; flex-wrap: wrap; border: 1px solid var(--k-border); border-radius: 5px; overflow: hidden; }
.choices label { position: relative; padding: 3px 8px; cursor: pointer; font-size: .92em; }
.choices label + label { border-left: 1px solid var(--k-border); }
.choices input { position: absolute; opacity: 0; inset: 0; margin: 0; cursor: pointer; }
.choices label:hover { background: var(--vscode-toolbar-hoverBackground, transparent); }
.choices label.on { background: var(--vscode-button-background); color: var(--vscode-button-foreground); }
.vscode-high-contrast .choices label.on, .vscode-high-contrast-light .choices label.on { outline: 2px solid var(--vscode-contrastActiveBorder, var(--vscode-focusBorder)); outline-offset: -2px; background: transparent; color: var(--vscode-foreground); font-weight: 600; }
.choices label:focus-within { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.stage { flex: 1; min-height: 80px; overflow: auto; scrollbar-gutter: stable; border: 1px solid transparent; position: relative; }
/* A border, since what stays in sight at the top would cover an outline. */
.stage:focus { outline: none; }
.stage:focus-visible { border-color: var(--vscode-focusBorder); }
.stage > svg { display: block; }
.stage.dragging { cursor: grabbing; user-select: none; }
.empty { padding: 2em 1.5em; color: var(--k-muted); }
.note { margin: 0; padding: 6px 12px; color: var(--k-yellow); border-bottom: 1px solid var(--k-border); }
details { border-top: 1px solid var(--k-border); max-height: 45%; overflow: auto; flex: none; }
summary { padding: 5px 12px; cursor: pointer; color: var(--k-muted); }
.list { padding: 0 12px 10px 12px; }
.list ul, .list ol { margin: 2px 0; padding-left: 1.5em; }
.list li { margin: 2px 0; }
.list button { padding: 0 2px; min-height: 0; text-align: left; color: var(--vscode-textLink-foreground); }
.list button:hover { text-decoration: underline; background: transparent; }
.hidden { display: none !important; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

const TOPOLOGY_PAGE = `
.node, .row { outline: none; }
.node[tabindex], .row[tabindex] { cursor: pointer; }
.node:hover > .box { stroke: var(--k-fg); }
.row:hover > .row-box { fill: var(--k-fg); fill-opacity: .08; }
.row.current:hover > .row-box { fill: var(--k-mark); fill-opacity: 1; }
.node:focus-visible > .box { stroke: var(--k-focus); stroke-width: 3; stroke-dasharray: none; }
.row:focus-visible > .row-box { stroke: var(--k-focus); stroke-width: 2; }
`;

const PATH_PAGE = `
.head { position: sticky; top: 0; background: var(--k-bg); z-index: 1; }
.step { margin: 0; padding: 7px 12px; min-height: 4.2em; box-sizing: border-box; max-height: 30%; overflow: auto; line-height: 1.4; border-bottom: 1px solid var(--k-border); flex: none; }
.count { min-width: 3.6em; text-align: center; font-variant-numeric: tabular-nums; }
svg .row { cursor: pointer; }
svg.stepping .row { opacity: .32; }
svg.stepping .row.past { opacity: 1; }
svg.stepping .row.now { opacity: 1; }
svg .row.now > .stripe { opacity: 1; }
svg .row.now .backed, svg .row.now .gap { stroke: var(--k-mark); }
.packet { fill: var(--k-fg); stroke: var(--k-bg); stroke-width: 2; pointer-events: none; }
.packet.lost { fill: var(--k-red); }
@media (prefers-reduced-motion: no-preference) { svg .row { transition: opacity .2s; } }
.vscode-reduce-motion svg .row { transition: none; }
`;

export const pageStyle = (kind: "topology" | "packetPath"): string =>
  kind === "topology" ? PAGE + TOPOLOGY_STYLE + TOPOLOGY_PAGE : PAGE + PATH_STYLE + PATH_PAGE;
