/** Patterns of file names, as the shell and glob(3) read them. */

/** Alternatives of a pattern with (possibly nested) braces, as glob(3) with GLOB_BRACE reads them. */
export function expandBraces(pattern: string, limit = 256): string[] {
  const open = pattern.indexOf("{");
  if (open < 0) return [pattern];
  let depth = 0;
  let from = open + 1;
  const alternatives: string[] = [];
  for (let i = open; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === "{") depth++;
    else if (c === "," && depth === 1) {
      alternatives.push(pattern.slice(from, i));
      from = i + 1;
    } else if (c === "}" && --depth === 0) {
      alternatives.push(pattern.slice(from, i));
      const result: string[] = [];
      for (const a of alternatives) {
        // Also what is left to do is bounded: pairs of braces in a row would double it each.
        if (result.length >= limit) break;
        const rest = limit - result.length;
        result.push(...expandBraces(pattern.slice(0, open) + a + pattern.slice(i + 1), rest));
      }
      return result;
    }
  }
  return [pattern];
}

export const hasWildcard = (pattern: string): boolean => /[*?[]/.test(pattern);

/**
 * A matcher for one path segment of a glob pattern. Hidden names need a literal dot. Works without regular expressions,
 * so that no pattern can make it slow.
 */
export function matchSegment(pattern: string, name: string): boolean {
  if (name.startsWith(".") && !pattern.startsWith(".")) return false;
  let p = 0;
  let n = 0;
  let starP = -1;
  let starN = 0;
  while (n < name.length) {
    const width = p < pattern.length ? segmentStep(pattern, p, name[n]) : 0;
    if (p < pattern.length && pattern[p] === "*") {
      starP = p++;
      starN = n;
    } else if (width > 0) {
      p += width;
      n++;
    } else if (starP >= 0) {
      p = starP + 1;
      n = ++starN;
    } else return false;
  }
  while (p < pattern.length && pattern[p] === "*") p++;
  return p === pattern.length;
}

/** Length of the pattern element at `p` if it matches the character, otherwise 0. */
function segmentStep(pattern: string, p: number, c: string): number {
  const k = pattern[p];
  if (k === "?") return 1;
  if (k === "\\" && p + 1 < pattern.length) return pattern[p + 1] === c ? 2 : 0;
  if (k === "[") {
    const close = pattern.indexOf("]", p + 2);
    if (close > 0) {
      let i = p + 1;
      const negated = pattern[i] === "!" || pattern[i] === "^";
      if (negated) i++;
      let hit = false;
      while (i < close) {
        if (pattern[i + 1] === "-" && i + 2 < close) {
          if (c >= pattern[i] && c <= pattern[i + 2]) hit = true;
          i += 3;
        } else hit = pattern[i++] === c || hit;
      }
      return hit !== negated ? close + 1 - p : 0;
    }
  }
  return k === c ? 1 : 0;
}
