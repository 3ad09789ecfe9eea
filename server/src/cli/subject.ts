/** What the commands about virtual servers share: loading, the line that was named, and saying where something stands. */
import { fileURLToPath } from "node:url";
import { type Locale, localeOf, say } from "../features/diagnostics";
import { holesOf } from "../features/subject";
import { type Text, t } from "../language/schema";
import type { PortRange } from "../lvs/ranges";
import type { MarkAnswer, Reason } from "../lvs/services";
import { parsePort, parseRange } from "../model/build";
import type { AddressRange, Protocol } from "../model/model";
import type { Wanted } from "../nsx/select";
import { Lines } from "../text/lines";
import type { Source } from "../text/pieces";
import type { Io } from "./io";
import { type Loaded, loadConfig } from "./load";

/** A configuration with what is not known about it. */
export interface Subject extends Loaded {
  readonly path: string;
  readonly holes: readonly { readonly at: number; readonly text: Text }[];
}

/** A mistake in how the command was called. */
export class UsageError extends Error {}

/** Whether an error is the caller's: ours, or one of node's argument parser. */
export const isUsageError = (e: unknown): e is Error =>
  e instanceof UsageError ||
  (e instanceof Error && String((e as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS"));

/** Loads PATH, or standard input for `-`. */
export function loadSubject(path: string, io: Io, id?: string): Subject {
  let loaded: Loaded;
  try {
    loaded = path === "-" ? loadConfig("stdin", id, io.stdin()) : loadConfig(path, id);
  } catch (e) {
    throw new UsageError((e as Error).message);
  }
  return { ...loaded, path, holes: holesOf(loaded.resolved) };
}

/** The places where a line (from 1) of the file is read; none if a condition leaves it out. */
export function wantedLine(subject: Subject, text: string): Wanted {
  const number = Number(text);
  const source = subject.root.tree.text;
  const lines = new Lines(source);
  if (!Number.isInteger(number) || number < 1 || number > lines.count)
    throw new UsageError(`There is no line ${text}: the file has ${lines.count}.`);
  const start = lines.offsetAt({ line: number - 1, character: 0 });
  const rest = source.slice(start).match(/^[^\r\n]*/)?.[0] ?? "";
  const { resolved } = subject;
  if (!resolved) return { kind: "ranges", ranges: [{ start, end: start + rest.length }] };
  const first = start + (rest.length - rest.trimStart().length);
  const last = start + rest.trimEnd().length;
  const ranges = resolved
    .offsetsOf(subject.root.uri, first)
    .map((at) => ({ start: at, end: at + Math.max(0, last - first) }));
  return { kind: "ranges", ranges };
}

/** `file:line: ` of a reason, or nothing. */
export function placeOf(subject: Subject, reason: Reason): string {
  if (!reason.at || !reason.span) return "";
  const { start, end } = subject.config.range(reason.at, reason.span);
  if (!subject.resolved) return `${subject.path}:${lineAt(subject.tree.text, start)}: `;
  const origin = subject.resolved.origin(start, end);
  if (!origin) return "";
  const file = subject.resolved.files.find((f) => f.uri === origin.uri);
  const name = origin.uri === subject.root.uri ? subject.path : fileURLToPath(origin.uri);
  return file ? `${name}:${lineAt(file.tree.text, origin.start)}: ` : `${name}: `;
}

const lineAt = (text: Source, offset: number): number => new Lines(text).positionAt(offset).line + 1;

/** The language of messages: the one asked for, else that of the environment. */
export const localeFor = (asked: string | undefined): Locale =>
  localeOf(asked ?? process.env.LC_ALL?.split(".")[0] ?? process.env.LANG?.split(".")[0]);

/** Prints a reason on standard error with its place. */
export function tell(subject: Subject, io: Io, reason: Reason, locale: Locale, prefix = ""): void {
  io.stderr(`${placeOf(subject, reason)}${prefix}${say(reason.text, locale)}\n`);
}

/** Reads `N=ADDR[,ADDR…]:PORT[,PORT…]/PROTO` options; port `*` stands for all. */
export function parseMarks(options: readonly string[]): Map<number, MarkAnswer[]> {
  const marks = new Map<number, MarkAnswer[]>();
  for (const option of options) {
    const m = /^(\d+)=(.+):([\d,*-]+)\/(tcp|udp|sctp)$/i.exec(option);
    if (!m)
      throw new UsageError(`"--fwmark ${option}" is not like N=ADDRESS[,ADDRESS…]:PORT[,PORT…]/PROTOCOL.`);
    const addresses = m[2].split(",").map((word): AddressRange => {
      const range = parseRange(word.replace(/^\[(.*)\]$/, "$1"));
      if (!range) throw new UsageError(`"${word}" in --fwmark ${option} is not an address.`);
      return range;
    });
    const ports =
      m[3] === "*" || m[3] === "0"
        ? []
        : m[3].split(",").map((word): PortRange => {
            const [first, last] = word.split("-").map(parsePort);
            if (!first || (word.includes("-") && (!last || last < first)))
              throw new UsageError(`"${word}" in --fwmark ${option} is not a port.`);
            return { first, last: last ?? first };
          });
    const answer: MarkAnswer = { addresses, ports, protocol: m[4].toUpperCase() as Protocol };
    const known = marks.get(Number(m[1]));
    if (known) known.push(answer);
    else marks.set(Number(m[1]), [answer]);
  }
  return marks;
}

/** Says that the file depends on a configuration id that was not given. */
export function tellIds(subject: Subject, io: Io, id: string | undefined, locale: Locale): void {
  if (id !== undefined || subject.ids.length === 0) return;
  io.stderr(
    `${say(
      t(
        `The file has lines for the configuration ids ${subject.ids.join(", ")}; none of them is read. Choose one with --id.`,
        `该文件含有配置 ID ${subject.ids.join("、")} 的条件行，均未读取。请用 --id 选择。`,
      ),
      locale,
    )}\n`,
  );
}
