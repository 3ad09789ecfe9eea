/** `format`: brings configurations into the form that editors give them, or tells whether they have it. */
import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { dialectOf } from "../checks/project";
import { say } from "../features/diagnostics";
import {
  applyEdits,
  DEFAULT_FORMAT,
  type FormatOptions,
  formatDocument,
  type TextEdit,
  unformatted,
} from "../features/format";
import { decode, replaceFile } from "../host/disk";
import { NEWEST_RELEASE, RELEASES } from "../language";
import { t } from "../language/schema";
import { lineEndAt, lineStartAt } from "../text/lines";
import { makeSourceFile } from "../workspace/files";
import { findConfigurations } from "./check";
import type { Io } from "./io";
import { localeFor } from "./subject";

const HELP = `Usage: keepalived-language-server format [--check | --diff | --write] [OPTION]... PATH...

Formats configurations: indentation, one statement a line, white space. No word, brace or comment changes; blocks whose
braces do not match stay as they are. PATH is a file, a folder (searched as by the command check), or - for standard
input. Without one of the three modes the result is printed.

  --check             name the files that are not formatted
  --diff              print what would change
  --write             change the files
  --tab-size N        columns of one level, 1 to 16 (default ${DEFAULT_FORMAT.tabSize})
  --tabs              indent with tabs
  --align             align the values of consecutive statements
  --target-version V  keepalived release that the files are for (default: the newest)
  --stdin-path NAME   name under which standard input is reported
  --locale LOCALE     en or zh-cn (default: from the environment)
  --help              print this text

Exit status: 0 done, or nothing to change; 1 with --check or --diff: something to change; 2 wrong usage or I/O.
`;

const parse = (args: string[]) =>
  parseArgs({
    args,
    allowPositionals: true,
    options: {
      check: { type: "boolean" },
      diff: { type: "boolean" },
      write: { type: "boolean" },
      "tab-size": { type: "string" },
      tabs: { type: "boolean" },
      align: { type: "boolean" },
      "target-version": { type: "string" },
      "stdin-path": { type: "string" },
      locale: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });

interface Input {
  /** As given, for messages. */
  readonly name: string;
  /** Undefined for standard input. */
  readonly file: string | undefined;
  readonly text: string;
  readonly encoding: BufferEncoding;
}

/** Runs the command; returns the exit status. */
export async function run(args: string[], io: Io): Promise<number> {
  const usage = (message: string) => {
    io.stderr(`${message}\n\n${HELP}`);
    return 2;
  };
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (e) {
    return usage((e as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    io.stdout(HELP);
    return 0;
  }
  if (positionals.length === 0) return usage("Name a file, a folder or -.");
  if ([values.check, values.diff, values.write].filter(Boolean).length > 1)
    return usage("--check, --diff and --write exclude each other.");
  if (values.write && positionals.includes("-")) return usage("Standard input cannot be written to.");
  const tabSize = Number(values["tab-size"] ?? DEFAULT_FORMAT.tabSize);
  if (!Number.isInteger(tabSize) || tabSize < 1 || tabSize > 16) return usage("--tab-size is 1 to 16.");
  const target = values["target-version"] ?? NEWEST_RELEASE;
  if (!RELEASES.includes(target))
    return usage(`Unknown release “${target}”: 2.0.0 to ${NEWEST_RELEASE} are known.`);
  const options: FormatOptions = { tabSize, insertSpaces: !values.tabs, alignValues: values.align ?? false };
  const locale = localeFor(values.locale);

  const { inputs, failed } = read(positionals, values["stdin-path"], io);
  let status = failed ? 2 : 0;
  for (const input of inputs) {
    const uri = pathToFileURL(input.file ?? path.resolve(input.name)).href;
    const file = makeSourceFile(uri, 1, input.text, dialectOf(target));
    for (const { start } of unformatted(file)) {
      const line = lineCounter(input.text)(start) + 1;
      const note = t("braces do not match; this block stays as it is.", "花括号不匹配；此块保持原样。");
      io.stderr(`${input.name}:${line}: ${say(note, locale)}\n`);
    }
    const edits = formatDocument(file, options);
    const differs = edits.length > 0;
    if (values.check) {
      if (differs) io.stdout(`${input.name}\n`);
    } else if (values.diff) io.stdout(unifiedDiff(input.name, input.text, edits));
    else if (!values.write) io.stdout(applyEdits(input.text, edits));
    else if (differs) {
      try {
        replaceFile(input.file!, Buffer.from(applyEdits(input.text, edits), input.encoding));
        io.stderr(`${input.name}\n`);
      } catch (e) {
        io.stderr(`${input.name}: ${(e as Error).message}\n`);
        status = 2;
      }
    }
    if (differs && (values.check || values.diff) && status === 0) status = 1;
  }
  return status;
}

function read(
  given: readonly string[],
  stdinPath: string | undefined,
  io: Io,
): { inputs: Input[]; failed: boolean } {
  const inputs: Input[] = [];
  const seen = new Set<string>();
  let failed = false;
  const add = (name: string) => {
    const file = path.resolve(name);
    if (seen.has(file)) return;
    seen.add(file);
    try {
      const bytes = fs.readFileSync(file);
      const text = decode(bytes);
      // What is no UTF-8 was decoded byte by byte, and is written so.
      const encoding = Buffer.from(text, "utf8").equals(bytes) ? "utf8" : "latin1";
      inputs.push({ name, file, text, encoding });
    } catch (e) {
      io.stderr(`${name}: ${(e as Error).message}\n`);
      failed = true;
    }
  };
  for (const name of given) {
    if (name === "-") {
      inputs.push({ name: stdinPath ?? "stdin", file: undefined, text: io.stdin(), encoding: "utf8" });
      continue;
    }
    const stat = fs.statSync(name, { throwIfNoEntry: false });
    if (!stat) {
      io.stderr(`${name}: no such file or folder\n`);
      failed = true;
    } else if (stat.isDirectory()) {
      const found = findConfigurations(name);
      if (found.length === 0) io.stderr(`${name}: no keepalived configuration found.\n`);
      found.forEach(add);
    } else if (stat.isFile()) add(name);
    else {
      io.stderr(`${name}: not a regular file\n`);
      failed = true;
    }
  }
  return { inputs, failed };
}

const CONTEXT = 3;

/** The edits as a unified diff. They are few lines each, so that nothing has to be searched for. */
export function unifiedDiff(name: string, text: string, edits: readonly TextEdit[]): string {
  if (edits.length === 0) return "";
  // Stretches of whole lines that the edits touch.
  const blocks: { start: number; end: number; edits: TextEdit[] }[] = [];
  for (const e of edits) {
    const start = lineStartAt(text, e.start);
    // An edit that ends at the start of a line leaves that line alone, unless it begins there.
    const last = e.end > e.start && text[e.end - 1] === "\n" && !joins(text, e) ? e.end - 1 : e.end;
    const end = Math.min(text.length, lineEndAt(text, last) + 1);
    const before = blocks[blocks.length - 1];
    if (before && start <= before.end) {
      before.end = Math.max(before.end, end);
      before.edits.push(e);
    } else blocks.push({ start, end, edits: [e] });
  }
  const out = [`--- ${name}\n+++ ${name}\n`];
  const lineOf = lineCounter(text);
  let shift = 0;
  for (let i = 0; i < blocks.length; ) {
    // Blocks close to each other share a hunk.
    let last = i;
    while (
      last + 1 < blocks.length &&
      lineOf(blocks[last + 1].start) - lineOf(blocks[last].end) <= 2 * CONTEXT
    )
      last++;
    const from = backwards(text, blocks[i].start, CONTEXT);
    const to = forwards(text, blocks[last].end, CONTEXT);
    const body: string[] = [];
    let removed = 0;
    let added = 0;
    const emit = (mark: string, part: string) => {
      const list = splitLines(part);
      for (const l of list) body.push(mark, l, l.endsWith("\n") ? "" : "\n\\ No newline at end of file\n");
      return list.length;
    };
    let at = from;
    for (let k = i; k <= last; k++) {
      const block = blocks[k];
      const same = emit(" ", text.slice(at, block.start));
      const before = text.slice(block.start, block.end);
      const after = applyEdits(
        before,
        block.edits.map((e) => ({ ...e, start: e.start - block.start, end: e.end - block.start })),
      );
      removed += same + emit("-", before);
      added += same + emit("+", after);
      at = block.end;
    }
    const rest = emit(" ", text.slice(at, to));
    removed += rest;
    added += rest;
    const line = lineOf(from) + 1;
    out.push(`@@ -${range(line, removed)} +${range(line + shift, added)} @@\n`, ...body);
    shift += added - removed;
    i = last + 1;
  }
  return out.join("");
}

/** Tells the line of an offset, from 0; a line ends with LF only, as for keepalived and for diff. */
function lineCounter(text: string): (offset: number) => number {
  const ends: number[] = [];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) ends.push(at);
  return (offset) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Whether text after the edit comes to stand on a line with text before it. */
const joins = (text: string, e: TextEdit): boolean =>
  lineStartAt(text, e.start) !== e.start && !e.text.endsWith("\n");

const range = (line: number, count: number): string =>
  count === 1 ? String(line) : `${count === 0 ? line - 1 : line},${count}`;

const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function backwards(text: string, offset: number, lines: number): number {
  let at = offset;
  for (let i = 0; i < lines && at > 0; i++) at = lineStartAt(text, at - 1);
  return at;
}

function forwards(text: string, offset: number, lines: number): number {
  let at = offset;
  for (let i = 0; i < lines && at < text.length; i++) at = Math.min(text.length, lineEndAt(text, at) + 1);
  return at;
}
