/**
 * Takes the place of the package minimatch in the bundle (scripts/build.mjs). The client's library asks it whether a path
 * fits the pattern of a file operation or of a document selector; ours are `**`/`*` patterns and braces.
 */
import { expandBraces, matchSegment } from "../../../server/src/text/glob";

interface Options {
  readonly nocase?: boolean;
}

export class Minimatch {
  private readonly patterns: readonly (readonly string[])[];
  private readonly nocase: boolean;

  constructor(pattern: string, options: Options = {}) {
    this.nocase = options.nocase === true;
    this.patterns = expandBraces(this.nocase ? pattern.toLowerCase() : pattern).map((p) => p.split("/"));
  }

  /** What the library asks to learn whether the pattern is valid: any is. */
  makeRe(): true {
    return true;
  }

  match(path: string): boolean {
    const segments = (this.nocase ? path.toLowerCase() : path).replace(/\\/g, "/").split("/");
    return this.patterns.some((pattern) => matches(pattern, segments));
  }
}

/** Whether path segments fit pattern segments. Each step holds all places reached so far: no backtracking. */
function matches(pattern: readonly string[], path: readonly string[]): boolean {
  let ends = new Set([0]);
  for (const part of pattern) {
    const next = new Set<number>();
    for (const end of ends) {
      if (part === "**") for (let i = end; i <= path.length; i++) next.add(i);
      else if (end < path.length && matchSegment(part, path[end])) next.add(end + 1);
    }
    ends = next;
  }
  return ends.has(path.length);
}
