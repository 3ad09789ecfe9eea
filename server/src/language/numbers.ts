/** Numbers as keepalived reads them (its read_int, read_unsigned and read_decimal families). */

export type NumberFault =
  /** Not a decimal number. */
  | "invalid"
  /** Negative where only unsigned numbers are allowed. */
  | "negative"
  /** Outside the range of the argument. */
  | "range"
  /** More decimal places than the unit allows; the value is rounded. */
  | "decimals";

/** The value of a number, or what is wrong with it. `decimals` carries a value too. */
export interface NumberResult {
  readonly value: number;
  readonly fault?: NumberFault;
}

const INTEGER = /^[ \t]*([+-]?)(\d+)$/;
const C_INTEGER = /^[ \t]*([+-]?)(0[xX][0-9A-Fa-f]+|0[0-7]*|[1-9]\d*)$/;

/** Reads an integer in decimal notation, or with `cNotation` also in hexadecimal (0x) and octal (leading 0). */
export function parseInteger(text: string, cNotation = false): bigint | undefined {
  if (cNotation) {
    const m = C_INTEGER.exec(text);
    if (!m) return undefined;
    const digits = /^0[0-7]+$/.test(m[2]) ? `0o${m[2].slice(1)}` : m[2];
    const value = BigInt(digits);
    return m[1] === "-" ? -value : value;
  }
  const m = INTEGER.exec(text);
  if (!m) return undefined;
  const value = BigInt(m[2]);
  return m[1] === "-" ? -value : value;
}

/** Checks an integer against inclusive bounds. */
export function checkInteger(
  text: string,
  min: number | string,
  max: number | string,
  unsigned: boolean,
  cNotation = false,
): NumberResult {
  const value = parseInteger(text, cNotation);
  if (value === undefined) return { value: Number.NaN, fault: "invalid" };
  if (unsigned && value < 0n) return { value: Number(value), fault: "negative" };
  if (value < BigInt(min) || value > BigInt(max)) return { value: Number(value), fault: "range" };
  return { value: Number(value) };
}

const DECIMAL = /^[ \t]*([+-]?)(\d*)(?:\.(\d*))?$/;
const SCALE = 12;

/** A decimal number scaled to an integer, exactly; undefined if it is none. */
function scaled(text: string): bigint | undefined {
  const m = DECIMAL.exec(text);
  if (!m || (m[2] === "" && (m[3] ?? "") === "")) return undefined;
  const fraction = (m[3] ?? "").slice(0, SCALE).padEnd(SCALE, "0");
  const value = BigInt((m[2] === "" ? "0" : m[2]) + fraction);
  return m[1] === "-" ? -value : value;
}

/**
 * Checks a decimal number against inclusive bounds.
 * @param decimals digits after the point that the unit allows.
 */
export function checkDecimal(text: string, min: string, max: string, decimals: number): NumberResult {
  const value = scaled(text);
  if (value === undefined) return { value: Number.NaN, fault: "invalid" };
  const number = Number(text);
  if (value < 0n) return { value: number, fault: "negative" };
  if (value < (scaled(min) ?? 0n) || value > (scaled(max) ?? 0n)) return { value: number, fault: "range" };
  const point = text.indexOf(".");
  if (point >= 0 && text.length - point - 1 > decimals) return { value: number, fault: "decimals" };
  return { value: number };
}

const TRUE = new Set(["true", "yes", "on"]);
const FALSE = new Set(["false", "no", "off"]);
/** The words that keepalived takes for a boolean. */
export const BOOLEAN_WORDS: readonly string[] = [...TRUE, ...FALSE];
export const parseBoolean = (text: string): boolean | undefined =>
  TRUE.has(text) ? true : FALSE.has(text) ? false : undefined;
