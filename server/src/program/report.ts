/** From what keepalived prints about a configuration to places in its files. */
import { type Finding, type Project, placeIn } from "../checks/project";
import { MASK, maskCredentials, maskWords, secretLines } from "../checks/secrets";
import type { Source } from "../text/pieces";
import type { SourceFile } from "../workspace/files";
import { type Index, indexFindings, match, namesOf, uriOfMessage } from "./match";
import { HEAD, type Message, parseOutput } from "./messages";

/** Something that only keepalived itself says. */
export interface Remark {
  readonly uri: string;
  /** Offsets in the text that keepalived read. */
  readonly start: number;
  readonly end: number;
  readonly severity: "error" | "warning" | "information";
  /** In keepalived's own words. */
  readonly text: string;
}

/** Messages of one run beyond this number are left out: they are a cascade. */
const MAX_REMARKS = 100;

/** Kinds of messages after which the rest of a block, or of the file, is lost. */
const GRAVE = new Set(["unknown keyword", "braces", "quotes", "missing argument", "duplicate", "reference"]);

/**
 * What keepalived says of a configuration and our findings do not. `shownIn` gives the findings of a file that the user
 * sees. A fact about this machine, as a missing interface, is told as information: it may not be where the file is used.
 */
export function remarks(
  project: Project,
  output: string,
  shownIn: (file: SourceFile) => readonly Finding[],
): Remark[] {
  const index = indexFindings(project, shownIn);
  const secrets = new Secrets(project, index);
  const result: Remark[] = [];
  for (const m of parseOutput(output)) {
    if (m.subject === "chatter" || (m.subject === "text" && match(m, index) !== "missed")) continue;
    if (m.subject === "machine" && answered(m, index)) continue;
    const severity = m.subject === "machine" ? "information" : GRAVE.has(m.kind) ? "error" : "warning";
    result.push({
      ...placeOf(m, index),
      severity,
      text: secrets.leftOutOf(m.text, uriOfMessage(m, index), m.line),
    });
    if (result.length === MAX_REMARKS) break;
  }
  // The program sums up missing interfaces in the end.
  const summary = /^Non-existent interface specified/;
  return result.length > 1 ? result.filter((r) => !summary.test(r.text)) : result;
}

/** What a run has printed, without the secrets of the configuration: for a log. */
export function withoutSecrets(project: Project, output: string): string {
  const index = indexFindings(project, () => []);
  const secrets = new Secrets(project, index);
  return output
    .split("\n")
    .map((line) => {
      const head = HEAD.exec(line);
      if (!head) return secrets.leftOutOf(line);
      const [, file, number, text] = head;
      const uri = uriOfMessage({ file }, index);
      return line.slice(0, line.length - text.length) + secrets.leftOutOf(text, uri, Number(number));
    })
    .join("\n");
}

/** A generator makes any number of statements of one line; their secrets are known everywhere all the same. */
const MAX_ON_A_LINE = 100;

/** The secrets of a configuration in all its readings. keepalived quotes what it does not understand. */
class Secrets {
  /** Words of the statements on a line, by file and line. */
  private readonly at = new Map<string, Set<string>>();
  private readonly everywhere = new Set<string>();

  constructor(project: Project, { lineOf }: Index) {
    for (const view of project.views)
      for (let i = 0; i < view.tree.items.length; i++)
        for (const { start, end, words, everywhere } of secretLines(view.tree, i)) {
          if (everywhere) for (const word of words) this.everywhere.add(word);
          const place = placeIn(view, start, end);
          if (!place) continue;
          for (let line = lineOf(place.uri, place.start); line <= lineOf(place.uri, place.end); line++) {
            const key = `${place.uri} ${line}`;
            const known = this.at.get(key) ?? new Set();
            if (known.size < MAX_ON_A_LINE) for (const word of words) known.add(word);
            this.at.set(key, known);
          }
        }
  }

  /** A message without them; with the place that it speaks of, where it names one. */
  leftOutOf(text: string, uri?: string, line?: number): string {
    const local = maskWords(text, [...(this.at.get(`${uri} ${line}`) ?? [])]);
    return maskCredentials(
      local.replace(/[^\s'"`()[\],;=]+/g, (word) => (this.everywhere.has(word) ? MASK : word)),
    );
  }
}

/** A finding of any severity on the line of a message says the same, more plainly. */
const answered = (m: Message, index: Index): boolean => {
  const { line } = m;
  const uri = uriOfMessage(m, index);
  return (
    line !== undefined && index.findings.some((f) => f.uri === uri && f.line <= line && line <= f.endLine)
  );
};

function placeOf(m: Message, index: Index): { uri: string; start: number; end: number } {
  if (m.line === undefined) return placeByNames(m, index);
  const uri = uriOfMessage(m, index);
  const text = index.project.files.find((f) => f.uri === uri)?.text ?? "";
  const from = Math.min(index.startOf(uri, m.line), text.length);
  const eol = text.indexOf("\n", from);
  return { uri, ...within(text, from, eol < 0 ? text.length : eol, m.text) };
}

/** The word of a line that a message quotes, or else the statement without blanks and comment. */
function within(text: Source, from: number, to: number, message: string): { start: number; end: number } {
  const line = text.slice(from, to);
  for (const [, word] of message.matchAll(/['"[]([^'"[\]]+)['"\]]/g)) {
    const at = line.indexOf(word);
    if (at >= 0) return { start: from + at, end: from + at + word.length };
  }
  const statement = /^[ \t]*([^#!\r]*?)[ \t\r]*(?:[#!].*)?$/.exec(line)?.[1] ?? "";
  if (statement === "") return { start: from, end: to };
  const start = from + line.indexOf(statement);
  return { start, end: start + statement.length };
}

/** The head of the block that a message without a line names best; the start of the root file when it names none. */
function placeByNames(m: Message, index: Index): { uri: string; start: number; end: number } {
  const names = namesOf(m.text, index);
  let best: { uri: string; start: number; end: number; score: number } | undefined;
  for (const file of index.project.files) {
    const visit = (nodes: ReturnType<SourceFile["tree"]["itemNodes"]>) => {
      for (const node of nodes) {
        const head = node.hasBody
          ? file.text.slice(node.start, node.open >= node.start ? node.open : node.end)
          : file.text.slice(node.start, node.end);
        const words = head.split(/[\s"{}]+/);
        const own = names.filter((n) => words.includes(n));
        // Blocks are what such messages are about; a statement counts where no block is named.
        const score = own.length * 2 + (node.hasBody ? 1 : 0);
        if (own.length > 0 && score > (best?.score ?? 0)) {
          const end = node.start + head.trimEnd().length;
          best = { uri: file.uri, start: node.start, end, score };
        }
        if (node.hasBody) visit(node.children);
      }
    };
    for (let i = 0; i < file.tree.items.length; i++) visit(file.tree.itemNodes(i));
  }
  if (best) return { uri: best.uri, start: best.start, end: best.end };
  const { root } = index.project;
  const first = /\S+/.exec(String(root.text));
  return { uri: root.uri, start: first?.index ?? 0, end: (first?.index ?? 0) + (first?.[0].length ?? 0) };
}
