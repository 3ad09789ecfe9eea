/** Compares what keepalived says about a configuration with what this project says. */
import { keywordsNamed } from "../../server/src/language";
import {
  type Index,
  type Match,
  match,
  namesOf,
  type Said,
  STRUCTURE,
  shares,
  uriOfMessage,
} from "../../server/src/program/match";
import { type Message, parseOutput } from "../../server/src/program/messages";
import { check } from "./ours";
import type { Files } from "./pool";
import { leftOut, type Program } from "./programs";
import type { Run } from "./sandbox";

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
  readonly ours: readonly Said[];
  readonly matches: ReadonlyMap<Message, Match>;
  readonly judgements: ReadonlyMap<Said, Judgement>;
  /** keepalived takes the text as it is. */
  readonly accepted: boolean;
  readonly template: boolean;
  /** The program was built without a block that the configuration uses, so that it reads its lines as something else. */
  readonly incomparable: boolean;
}

/** Compares one run with our findings for the release. */
export function compare(
  files: Files,
  program: Program,
  run: Run,
  index = check(files, program.release),
): Comparison {
  const messages = parseOutput(run.output).map((m) => builtWithout(m, program));
  const incomparable = messages.some((m) => {
    const keyword = m.subject === "machine" && /^Unknown keyword '(.*)'/.exec(m.text)?.[1];
    return keyword && keywordsNamed(keyword).some((k) => k.context !== undefined);
  });
  const ours = index.findings;
  const matches = new Map<Message, Match>();
  for (const m of messages) if (m.subject === "text") matches.set(m, match(m, index));
  const accepted = run.signal === null && !messages.some((m) => m.subject === "text");
  const judgements = new Map<Said, Judgement>();
  for (const o of ours)
    if (o.severity === "error") judgements.set(o, judge(o, messages, index, run, accepted));
  return {
    files,
    release: program.release,
    run,
    messages,
    ours,
    matches,
    judgements,
    accepted,
    template: index.project.root.template !== undefined,
    incomparable,
  };
}

/** A keyword that this build cannot know is no fault of the text. */
function builtWithout(m: Message, program: Program): Message {
  const keyword = m.kind === "unknown keyword" ? /^Unknown keyword '(.*)'/.exec(m.text)?.[1] : undefined;
  return keyword && leftOut(program, keyword) ? { ...m, subject: "machine", kind: "machine" } : m;
}

/** After these keepalived looks at no further VRRP instance. */
const STOPS =
  /virtual router id must be set|Unknown interface!|Non-existent interface specified|Unicast peers are not supported in strict|must have unicast_src_ip or interface|Non link-local address required|at least one is required|both use VRID|duplicate VRID/;

function judge(o: Said, messages: readonly Message[], index: Index, run: Run, accepted: boolean): Judgement {
  const { findings, opened } = index;
  const places = [o, ...o.related];
  for (const m of messages) {
    if (m.subject === "chatter") continue;
    // Problems with includes are those of files, and told as such.
    if (/^include/.test(o.code) && /^(?:No )?[Cc]onfig/.test(m.text)) return "confirmed";
    if (m.line === undefined) {
      // What is said of the machine, without a name, is said of no line.
      const names = namesOf(m.text, index);
      if ((m.subject === "text" || names.length > 0) && shares(names, o)) return "confirmed";
      if (/missing '\}'s/.test(m.text) && /brace|unclosed/.test(o.code)) return "confirmed";
      continue;
    }
    const uri = uriOfMessage(m, index);
    for (const p of places) {
      const end = p === o ? o.endLine : p.line;
      if (p.uri !== uri) continue;
      if (p.line <= m.line && m.line <= end) return "confirmed";
      // Reported at the end of a block: about anything in it.
      if (opened(uri, m.line).some((head) => head <= p.line && p.line <= m.line!)) return "confirmed";
    }
  }
  // keepalived was run without a configuration id, so a line for one was not read.
  if (o.conditional) return "unverified";
  if (accepted && run.exit === 0) return "false";
  // Nor are instances looked at after the first that cannot start.
  if (messages.some((m) => STOPS.test(m.text))) return "unverified";
  // A missing argument ends keepalived at once, and so does a crash.
  if (run.signal !== null || run.exit === 2 || run.exit === null) return "unverified";
  if (findings.some((b) => b !== o && STRUCTURE.has(b.code) && b.uri === o.uri && b.line <= o.line))
    return "unverified";
  return "false";
}
