/**
 * Texts of a bundle that ships: there, `t` of schema.ts with two literals is a look-up in a table (scripts/texts.mjs).
 * Nothing imports this by hand.
 */
import packed from "packed-texts";
import type { Text } from "./schema";

declare function require(module: "./inflate"): typeof import("./inflate");

type Language = keyof Text;

/** The texts in each language, read when the first of them is shown: few users ever need more than one. */
const tables: Partial<Record<Language, readonly string[]>> = {};

function opened(language: Language): readonly string[] {
  const { inflateSync, strFromU8 } = require("./inflate");
  tables[language] ??= strFromU8(
    inflateSync(Uint8Array.from(atob(packed[language]), (c) => c.charCodeAt(0))),
  ).split("\0");
  return tables[language];
}

/** Stands in a text where a value belongs; the next character says which, from {@link FIRST} on. */
const GAP = "\u0001";
const FIRST = 0x30;

class StoredText implements Text {
  constructor(
    private readonly place: number,
    private readonly values: readonly unknown[] | undefined,
  ) {}

  get en(): string {
    return this.in("en");
  }
  get zh(): string {
    return this.in("zh");
  }

  private in(language: Language): string {
    const text = opened(language)[this.place];
    const { values } = this;
    if (!values) return text;
    const [head, ...rest] = text.split(GAP);
    return head + rest.map((piece) => `${values[piece.charCodeAt(0) - FIRST]}${piece.slice(1)}`).join("");
  }
}

/** The text at a place of the table, with values for its gaps. */
export const storedText = (place: number, values?: readonly unknown[]): Text => new StoredText(place, values);
