/** What both pages need: the way to the extension, measuring, and making a picture of its own out of what is shown. */
import { type Font, LIGHT, type Measure, type Palette, standalone } from "../../../../server/src/lvs/svg";
import type { FromPicture, Strings } from "../messages";

interface VsCode {
  postMessage(message: FromPicture): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCode;

export const vscode = acquireVsCodeApi();

export interface Page {
  readonly root: HTMLElement;
  readonly strings: Strings;
}

/** A text of the page, with what belongs into its gaps. */
export const fill = (text: string, ...values: readonly (string | number)[]): string =>
  text.replace(/\{(\d)\}/g, (_, i) => String(values[Number(i)] ?? ""));

/** An element with attributes and children. Texts are never read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const ICONS: Readonly<Record<string, string>> = {
  plus: '<path d="M8 3v10M3 8h10"/>',
  minus: '<path d="M3 8h10"/>',
  fit: '<path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10"/>',
  first: '<path d="M3.5 3v10"/><path class="solid" d="M13 3v10L5.5 8z"/>',
  previous: '<path class="solid" d="M11.5 3v10L4 8z"/>',
  next: '<path class="solid" d="M4.5 3v10L12 8z"/>',
  play: '<circle cx="8" cy="8" r="6.3"/><path class="solid" d="M6.3 4.9v6.2L11.2 8z"/>',
  pause: '<circle cx="8" cy="8" r="6.3"/><path d="M6.4 5.5v5M9.6 5.5v5"/>',
};

/** A button with an icon, or with a word. */
export function button(label: string, look: string, run: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", title: label, "aria-label": label });
  setIcon(made, look);
  made.addEventListener("click", run);
  return made;
}

export function setIcon(target: HTMLElement, look: string): void {
  const icon = ICONS[look];
  if (icon === undefined) target.replaceChildren(look);
  else
    target.replaceChildren(
      parseSvg(
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" aria-hidden="true">${icon}</svg>`,
      ),
    );
}

/** Elements of a drawing. It is read as XML: what is not well-formed, or no SVG, never gets into the page. */
export function parseSvg(text: string): SVGSVGElement {
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
  const root = parsed.documentElement;
  if (!(root instanceof SVGSVGElement)) throw new Error("The drawing is not well-formed.");
  return document.importNode(root, true);
}

export function svgOf(
  body: string,
  width: number,
  height: number,
  attributes: Readonly<Record<string, string>>,
): SVGSVGElement {
  const svg = parseSvg(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${body}</svg>`,
  );
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  return svg;
}

const canvas = document.createElement("canvas").getContext("2d");
const widths = new Map<string, number>();
let families = "";

/** Measures with the fonts that the page uses. */
export const measure: Measure = (text, font: Font, size) => {
  const { sans, mono } = fonts();
  if (families !== sans + mono) {
    families = sans + mono;
    widths.clear();
  }
  const key = `${font}${size}${text}`;
  let width = widths.get(key);
  if (width === undefined && canvas) {
    canvas.font = `${font === "bold" ? "600 " : ""}${size}px ${font === "mono" ? mono : sans}`;
    width = canvas.measureText(text).width;
    if (widths.size > 20_000) widths.clear();
    widths.set(key, width);
  }
  return width ?? text.length * size * 0.6;
};

function fonts(): { sans: string; mono: string } {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  const sans = value("--vscode-font-family", LIGHT.sans);
  return { sans, mono: `${value("--vscode-editor-font-family", LIGHT.mono)}, ${sans}` };
}

/** The colours in force, as plain numbers that every program understands. */
function palette(): Palette {
  const probe = element("span");
  document.body.append(probe);
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const result: Record<string, string> = {};
  for (const name of Object.keys(LIGHT)) {
    if (name === "sans" || name === "mono") continue;
    probe.style.color = `var(--k-${name})`;
    const computed = getComputedStyle(probe).color;
    if (!context) result[name] = computed;
    else {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = computed;
      context.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
      const hex = [r, g, b].map((n) => n.toString(16).padStart(2, "0")).join("");
      result[name] = a === 255 ? `#${hex}` : `rgba(${r}, ${g}, ${b}, ${(a / 255).toFixed(2)})`;
    }
  }
  probe.remove();
  // Fonts of this machine first, then those that are everywhere.
  const { sans, mono } = fonts();
  return { ...result, sans: `${sans}, ${LIGHT.sans}`, mono: `${mono}, ${LIGHT.mono}` } as unknown as Palette;
}

/** Hands a picture that stands alone to the extension, which asks where to save it. */
export async function exportPicture(
  format: "svg" | "png",
  drawing: { readonly body: string; readonly width: number; readonly height: number },
  style: string,
  title: string,
): Promise<void> {
  const svg = standalone(drawing.body, drawing, style, title, palette());
  if (format === "svg") {
    vscode.postMessage({ type: "export", format, data: svg });
    return;
  }
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    // Twice as fine as on the screen, as long as that is an image that can be made.
    const scale = Math.min(2, 16_000 / Math.max(drawing.width, drawing.height));
    const target = element("canvas");
    target.width = Math.round(drawing.width * scale);
    target.height = Math.round(drawing.height * scale);
    target.getContext("2d")?.drawImage(image, 0, 0, target.width, target.height);
    const data = target.toDataURL("image/png").replace(/^data:image\/png;base64,/, "");
    vscode.postMessage({ type: "export", format, data });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The user asked the system, or VS Code, for less motion. */
export const reducedMotion = (): boolean =>
  matchMedia("(prefers-reduced-motion: reduce)").matches ||
  document.body.classList.contains("vscode-reduce-motion");
