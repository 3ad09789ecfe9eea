/**
 * Cases of rules, as text files `test/rules/CODE.txt`. A case starts with a line
 *
 *     --- finds [OPTION…]: what the case shows      the rule reports something
 *     --- quiet [OPTION…]: why it does not          a near miss: the rule reports nothing
 *
 * and goes on with the configuration. `+++ NAME` starts a further file, by name relative to the first one,
 * `keepalived.conf`; `+++ NAME: executable` (or another FileProblem) is a name that is there, but cannot be read. Options:
 *
 *     target=2.2.7    the keepalived release to check for (default: the newest)
 *     line=5,7        lines of the first file at which the rule reports, exactly (default: the lines that end in `<--`
 *                     inside a comment, otherwise any line)
 *     reveals=a,b     rules that a fix may bring to light, because what it repairs hid them
 *     also=a,b        further errors or warnings of the case that are no accident
 *     nsx             the directors run behind NSX; nsx=companion: with its companion policy; nsx=both: both remedies
 *                     were taken over
 *     raw             escapes \t \r \u{…} in the text are replaced
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NEWEST_RELEASE } from "../../../server/src/language";
import type { FileProblem } from "../../../server/src/workspace/files";

export interface RuleCase {
  readonly code: string;
  readonly kind: "finds" | "quiet";
  readonly title: string;
  readonly target: string;
  readonly lines: readonly number[] | undefined;
  readonly reveals: ReadonlySet<string>;
  readonly also: ReadonlySet<string>;
  /** `nsx`, `nsx=companion`, `nsx=both`, or undefined. */
  readonly nsx: string | undefined;
  /** Texts by file name; the first one is `keepalived.conf`. */
  readonly files: Readonly<Record<string, string>>;
  /** Names that are there, but cannot be read. */
  readonly problems: Readonly<Record<string, FileProblem>>;
}

const HEADER = /^--- (finds|quiet)((?: [a-z]+(?:=\S+)?)*): (.+)$/;
const FOLDER = join(process.cwd(), "test/rules");

/** All cases, in the order of the file names. */
export function ruleCases(): RuleCase[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .flatMap((name) => parse(name.slice(0, -4), readFileSync(join(FOLDER, name), "utf8")));
}

function parse(code: string, text: string): RuleCase[] {
  const cases: RuleCase[] = [];
  const chunks = text.split(/^(?=--- )/m);
  for (const chunk of chunks) {
    if (chunk.trim() === "") continue;
    const [head, ...body] = chunk.split("\n");
    const m = HEADER.exec(head);
    if (!m) throw new Error(`test/rules/${code}.txt: “${head}” is no header of a case.`);
    const options = new Map(
      m[2]
        .trim()
        .split(" ")
        .filter((o) => o !== "")
        .map((o) => [o.split("=")[0], o.split("=").slice(1).join("=")] as const),
    );
    const files: Record<string, string> = {};
    const problems: Record<string, FileProblem> = {};
    let name = "keepalived.conf";
    let lines: string[] = [];
    const raw = options.has("raw");
    const keep = () => {
      const content = lines.join("\n");
      files[name] = raw
        ? content.replace(/\\(?:t|r|u\{([0-9a-f]+)\})/g, (e, hex) =>
            e === "\\t" ? "\t" : e === "\\r" ? "\r" : String.fromCodePoint(Number.parseInt(hex, 16)),
          )
        : content;
    };
    for (const line of body) {
      const further = /^\+\+\+ (\S+?)(?:: (\S+))?$/.exec(line);
      if (further?.[2]) problems[further[1]] = further[2] as FileProblem;
      else if (further) {
        keep();
        name = further[1];
        lines = [];
      } else lines.push(line);
    }
    keep();
    const set = (o: string) => new Set((options.get(o) ?? "").split(",").filter((x) => x !== ""));
    const marked = files["keepalived.conf"]
      .split("\n")
      .flatMap((l, i) => (/[#!].*<--\s*$/.test(l) ? [i + 1] : []));
    const given = options.get("line");
    cases.push({
      code,
      kind: m[1] as RuleCase["kind"],
      title: m[3],
      target: options.get("target") ?? NEWEST_RELEASE,
      lines: given ? given.split(",").map(Number) : marked.length > 0 ? marked : undefined,
      reveals: set("reveals"),
      also: set("also"),
      nsx: options.has("nsx") ? `nsx=${options.get("nsx")}` : undefined,
      files,
      problems,
    });
  }
  return cases;
}
