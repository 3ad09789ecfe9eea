/**
 * The second reading of lines that hold a command (`script`, `notify_master`, `misc_path`, …): shell-like quoting, where
 * single quotes group too and a backslash protects the next character.
 */

/** A word of such a line. Offsets are relative to the text that was read. */
export interface ScriptWord {
  readonly start: number;
  readonly end: number;
  /** The word without its quotes; escapes are left alone. */
  readonly text: string;
}

export interface ScriptReading {
  readonly words: readonly ScriptWord[];
  /** Offset of a quote that is never closed. */
  readonly unterminated?: number;
}

/** Splits the arguments of a script line. */
export function readScript(text: string): ScriptReading {
  const words: ScriptWord[] = [];
  let p = 0;
  for (;;) {
    while (p < text.length && (text[p] === " " || text[p] === "\t" || text[p] === "\r")) p++;
    if (p >= text.length) return { words };
    const start = p;
    let content = "";
    let quote = "";
    let quoteAt = -1;
    while (p < text.length) {
      const c = text[p];
      if (c === "\\" && p + 1 < text.length) {
        content += c + text[p + 1];
        p += 2;
        continue;
      }
      if (quote !== "") {
        if (c === quote) quote = "";
        else content += c;
      } else if (c === '"' || c === "'") {
        quote = c;
        quoteAt = p;
      } else if (c === " " || c === "\t" || c === "\r") break;
      else content += c;
      p++;
    }
    words.push({ start, end: p, text: content });
    if (quote !== "") return { words, unterminated: quoteAt };
  }
}
