/** The entry of a table for a word of a text: words like `constructor` have none, whatever every object inherits. */
export const own = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;
