/** What all pictures have in common: escaping, colours, and how wide a text is. Nothing here needs a browser. */

/** Escapes text for XML, inside elements and quoted attributes; characters that XML does not allow are dropped. */
export const xml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML 1.0 does not allow
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/g, "")
    .replace(/(?<![\ud800-\udbff])[\udc00-\udfff]/g, "")
    .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** The colours of a picture, and its fonts. Style sheets name them `var(--k-NAME)`. */
export interface Palette {
  readonly bg: string;
  readonly fg: string;
  readonly muted: string;
  /** Life lines, quiet edges. */
  readonly line: string;
  readonly box: string;
  readonly border: string;
  readonly blue: string;
  readonly purple: string;
  readonly green: string;
  readonly red: string;
  readonly orange: string;
  readonly yellow: string;
  /** Behind what is pointed out. */
  readonly mark: string;
  readonly focus: string;
  readonly sans: string;
  readonly mono: string;
}

const FONTS = {
  sans: 'system-ui, "Segoe UI", "Noto Sans", "Noto Sans SC", "Microsoft YaHei", sans-serif',
  mono: 'ui-monospace, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace',
};

export const LIGHT: Palette = {
  bg: "#ffffff",
  fg: "#1f2328",
  muted: "#59636e",
  line: "#afb8c1",
  box: "#f6f8fa",
  border: "#c4ccd4",
  blue: "#0969da",
  purple: "#8250df",
  green: "#1a7f37",
  red: "#cf222e",
  orange: "#bc4c00",
  yellow: "#9a6700",
  mark: "#fff3c4",
  focus: "#0969da",
  ...FONTS,
};

export const DARK: Palette = {
  bg: "#1f1f1f",
  fg: "#e6edf3",
  muted: "#9da7b1",
  line: "#565e67",
  box: "#2a2d33",
  border: "#4a525b",
  blue: "#58a6ff",
  purple: "#bc8cff",
  green: "#3fb950",
  red: "#ff7b72",
  orange: "#f0883e",
  yellow: "#d29922",
  mark: "#453a12",
  focus: "#58a6ff",
  ...FONTS,
};

/** A style sheet with the colours put in, for programs that do not know CSS variables. */
export const coloured = (style: string, palette: Palette): string =>
  style.replace(/var\(--k-(\w+)\)/g, (whole, name) => palette[name as keyof Palette] ?? whole);

/** A picture that stands alone. Without a palette it is light, or dark where the viewer wants that. */
export function standalone(
  body: string,
  size: { readonly width: number; readonly height: number },
  style: string,
  title: string,
  palette?: Palette,
): string {
  const { width, height } = size;
  const background = "rect.background { fill: var(--k-bg); }\n";
  const sheet = palette
    ? coloured(background + style, palette)
    : `${coloured(background + style, LIGHT)}\n@media (prefers-color-scheme: dark) {\n${coloured(background + style, DARK)}\n}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${xml(title)}</title>
<style>
${sheet.trim()}
</style>
<rect class="background" width="${width}" height="${height}"/>
${body}
</svg>
`;
}

export type Font = "sans" | "bold" | "mono";
/** The width of a text in pixels. A browser measures; the estimate here is for everything else. */
export type Measure = (text: string, font: Font, size: number) => number;

const NARROW = /[ijl.,:;'|!()[\]{}ftI ]/;
const WIDE = /[mwMW@%—→]/;

export const estimate: Measure = (text, font, size) => {
  let units = 0;
  for (const c of text) {
    if ((c.codePointAt(0) ?? 0) >= 0x2e80) units += 1;
    else if (font === "mono") units += 0.605;
    else if (NARROW.test(c)) units += 0.36;
    else if (WIDE.test(c)) units += 0.88;
    else if (/[A-Z]/.test(c)) units += 0.68;
    else if (/[0-9]/.test(c)) units += 0.64;
    else units += 0.59;
  }
  return units * size * (font === "bold" ? 1.1 : 1);
};

/** As much of a text as fits, with an ellipsis where something is missing. */
export function shorten(text: string, width: number, font: Font, size: number, measure: Measure): string {
  if (measure(text, font, size) <= width) return text;
  const chars = [...text];
  let low = 0;
  let high = chars.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${chars.slice(0, middle).join("")}…`, font, size) <= width) low = middle;
    else high = middle - 1;
  }
  return `${chars.slice(0, low).join("").trimEnd()}…`;
}

/** Breaks a text into lines; Chinese may break anywhere but before punctuation. */
export function wrap(text: string, width: number, font: Font, size: number, measure: Measure): string[] {
  const parts = text.match(/[\u2e80-\uffef][、。，；：）】》？！]*|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? [];
  const lines: string[] = [];
  let line = "";
  for (const part of parts) {
    if (line !== "" && measure((line + part).trimEnd(), font, size) > width) {
      lines.push(line.trimEnd());
      line = part.trimStart();
    } else line += part;
  }
  if (line.trim() !== "") lines.push(line.trimEnd());
  return lines;
}
