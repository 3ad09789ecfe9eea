/**
 * Words of a configuration in Markdown. They must stay words: an editor fetches the pictures of a hover, so that a name
 * which ends the code around it could call home.
 */

/** The longest run of backticks in a text. */
function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

/** Text as inline code, on one line. */
export function inlineCode(text: string): string {
  const line = text.replace(/[\r\n]+/g, " ");
  if (!line.includes("`")) return `\`${line}\``;
  const ticks = "`".repeat(longestRun(line) + 1);
  return `${ticks} ${line} ${ticks}`;
}

/** The same for a cell of a table, which a vertical bar would end first. */
export const cellCode = (text: string): string => inlineCode(text).replaceAll("|", "\\|");

/** Lines of a configuration as a block of code. */
export function codeBlock(text: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}keepalived\n${text}\n${fence}`;
}

/** Text outside of code. */
export const plainText = (text: string): string =>
  text.replace(/[\r\n]+/g, " ").replace(/[\\`*[\]!|<>&]/g, "\\$&");
