/** Compares what keepalived says about a configuration with what this project says. */
import { type Message, parseOutput } from "./messages";
import { check, type Ours, type Reading } from "./ours";
import type { Files } from "./pool";
import { leftOut, type Program } from "./programs";
import type { Run } from "./sandbox";

export type Match =
  /** An error or warning at the line, at a related place, or at the head of the block that ends there. */
  | "found"
  /** It follows from an earlier fault that was found: the rest of a block with a lost brace, for example. */
  | "follows"
  | "missed";

export type Judgement =
  /** keepalived says something there. */
  | "confirmed"
  /** keepalived gave up, or had lost its place, before it could have said so. */
  | "unverified"
  /** keepalived has nothing against it. */
  | "false";

export interface Comparison {
  readonly files: Files;
  readonly release: string;
  readonly run: Run;
  readonly messages: readonly Message[];
  readonly ours: readonly Ours[];
  readonly matches: ReadonlyMap<Message, Match>;
  readonly judgements: ReadonlyMap<Ours, Judgement>;
  /** keepalived takes the text as it is. */
  readonly accepted: boolean;
}

/** Findings that say where the structure of the file breaks; what keepalived reports further on may follow from it. */
const STRUCTURE = new Set([
  "unknown-keyword",
  "wrong-block",
  "unexpected-block",
  "unclosed-block",
  "extra-closing-brace",
  "missing-opening-brace",
  "newer-release",
  "other-dialect",
  "odd-character",
  "typographic-quote",
  "conflict-marker",
  "foreign-comment",
  "unterminated-quote",
  "line-too-long",
  "undefined-definition",
  "byte-order-mark",
  "too-deep",
]);

const strong = (o: Ours): boolean => o.severity === "error" || o.severity === "warning";

/** Compares one run with our findings for the release. */
export function compare(
  files: Files,
  program: Program,
  run: Run,
  reading = check(files, program.release),
): Comparison {
  const main = Object.keys(files)[0];
  const messages = parseOutput(run.output).map((m) => builtWithout(m, program));
  const ours = reading.findings;
  const matches = new Map<Message, Match>();
  for (const m of messages) if (m.subject === "text") matches.set(m, match(m, main, files, reading));
  const accepted = run.signal === null && !messages.some((m) => m.subject === "text");
  const judgements = new Map<Ours, Judgement>();
  for (const o of ours)
    if (o.severity === "error") judgements.set(o, judge(o, messages, main, files, reading, run, accepted));
  return { files, release: program.release, run, messages, ours, matches, judgements, accepted };
}

/** A keyword that this build cannot know is no fault of the text. */
function builtWithout(m: Message, program: Program): Message {
  const keyword = m.kind === "unknown keyword" ? /^Unknown keyword '(.*)'/.exec(m.text)?.[1] : undefined;
  return keyword && leftOut(program, keyword) ? { ...m, subject: "machine", kind: "machine" } : m;
}

/** The file of a message: keepalived names it as the include line does, or with the whole path. */
function fileOf(m: Message, main: string, files: Files): string {
  const { file } = m;
  if (file === undefined) return main;
  const names = Object.keys(files);
  return (
    names.find((n) => file === n || file.endsWith(`/${n}`)) ?? names.find((n) => n.endsWith(file)) ?? file
  );
}

function match(m: Message, main: string, files: Files, { findings, opened }: Reading): Match {
  const file = fileOf(m, main, files);
  const { line } = m;
  const broken = findings.filter((o) => STRUCTURE.has(o.code) && o.severity !== "hint");
  if (line === undefined) {
    const names = namesOf(m.text, files);
    if (findings.some((o) => strong(o) && shares(names, o))) return "found";
    return broken.length > 0 ? "follows" : "missed";
  }
  const heads = opened(file, line);
  const found = findings.some(
    (o) =>
      strong(o) &&
      ((o.file === file && ((o.line <= line && line <= o.endLine) || heads.includes(o.line))) ||
        o.related.some((r) => r.file === file && r.line === line)),
  );
  if (found) return "found";
  return broken.some((o) => o.file !== file || o.line <= line + 1) ? "follows" : "missed";
}

function judge(
  o: Ours,
  messages: readonly Message[],
  main: string,
  files: Files,
  { findings, opened }: Reading,
  run: Run,
  accepted: boolean,
): Judgement {
  const places = [o, ...o.related];
  for (const m of messages) {
    if (m.subject === "chatter") continue;
    if (m.line === undefined) {
      if (shares(namesOf(m.text, files), o)) return "confirmed";
      continue;
    }
    const file = fileOf(m, main, files);
    for (const p of places) {
      const end = p === o ? o.endLine : p.line;
      if (p.file !== file) continue;
      if (p.line <= m.line && m.line <= end) return "confirmed";
      // Reported at the end of a block: about anything in it.
      if (opened(file, m.line).some((head) => head <= p.line && p.line <= m.line!)) return "confirmed";
    }
  }
  if (accepted && run.exit === 0) return "false";
  // A missing argument ends keepalived at once, and so does a crash.
  if (run.signal !== null || run.exit === 2 || run.exit === null) return "unverified";
  if (findings.some((b) => b !== o && STRUCTURE.has(b.code) && b.file === o.file && b.line <= o.line))
    return "unverified";
  return "false";
}

/** Names and values in a message that also stand in the configuration; what is everywhere says nothing. */
function namesOf(text: string, files: Files): string[] {
  const all = Object.values(files).join("\n");
  const words = new Set<string>();
  for (const m of text.matchAll(/[^\s'"()[\],;]+/g)) {
    const word = m[0].replace(/[.:]+$/, "");
    if (word.length < 2 && !/\d/.test(word)) continue;
    if (COMMON.has(word.toLowerCase())) continue;
    words.add(word);
    // Addresses are printed as [192.0.2.1]:tcp:80.
    for (const part of word.split(/[:[\]]/)) if (/^\d+(\.\d+){3}$/.test(part)) words.add(part);
  }
  return [...words].filter((w) => all.includes(w));
}

const COMMON = new Set(
  `a an the and or is are be to of in on at by as for from with without not no than that this it its must should will
  only more least one both if so set use used using any all has have been being than too when since
  virtual server servers real router routers group instance interface address addresses script file track tracked
  vrrp vip ip id warning error ignoring ignored removing default setting specified configured configuration keepalived
  weight state priority version group sync protocol keyword line block missing extra`.split(/\s+/),
);

const shares = (names: readonly string[], o: Ours): boolean =>
  names.length === 0 || names.some((n) => o.message.includes(n) || o.words.includes(n));
