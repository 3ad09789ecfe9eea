/** What this project says about a configuration, by file and line. */
import { DEFAULT_PRESENTATION, present } from "../../server/src/checks/present";
import { checkProject, dialectOf } from "../../server/src/checks/project";
import type { Severity } from "../../server/src/checks/rule";
import type { SourceFile } from "../../server/src/workspace/files";
import { FOLDER, MemoryFiles, uriOf } from "../unit/support/files";
import type { Files } from "./pool";

export interface Place {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

export interface Ours extends Place {
  readonly endLine: number;
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly related: readonly Place[];
  /** The words it points at, and the heads of the blocks around it. */
  readonly words: string;
}

export interface Reading {
  readonly findings: readonly Ours[];
  /** Line of the head of the block that is closed at a line. */
  readonly opened: (file: string, line: number) => readonly number[];
}

/** Reads and checks a configuration for a release, and keeps what a user sees with the default settings. */
export function check(files: Files, release: string): Reading {
  const access = new MemoryFiles(files, dialectOf(release));
  const root = access.file(uriOf(Object.keys(files)[0]));
  if (root.kind !== "file") throw new Error("The configuration has no root file.");
  const project = checkProject(root.file, access, { target: release });
  const lines = new Map(project.files.map((f) => [f.uri, lineFeeds(f.text)]));
  const nameOf = (uri: string) => decodeURIComponent(uri.slice(FOLDER.length + 1));
  const place = (uri: string, offset: number): Place => ({
    file: nameOf(uri),
    line: lineAt(lines.get(uri) ?? [], offset),
  });
  const findings: Ours[] = [];
  for (const file of project.files) {
    for (const f of present(file, project.findings, DEFAULT_PRESENTATION)) {
      findings.push({
        ...place(f.uri, f.start),
        endLine: place(f.uri, Math.max(f.start, f.end - 1)).line,
        code: f.rule.code,
        severity: f.severity,
        message: f.message.en,
        related: f.related.map((r) => place(r.uri, r.start)),
        words: `${file.text.slice(f.start, f.end).slice(0, 200)} ${headsAround(file, f.start)}`,
      });
    }
  }
  const closed = new Map<string, Map<number, number[]>>();
  const opened = (name: string, line: number): readonly number[] => {
    let table = closed.get(name);
    if (!table) {
      table = new Map();
      const file = project.files.find((f) => nameOf(f.uri) === name);
      if (file) collectBlocks(file, lines.get(file.uri)!, table);
      closed.set(name, table);
    }
    return table.get(line) ?? [];
  };
  return { findings, opened };
}

function headsAround(file: SourceFile, offset: number): string {
  return file.tree
    .pathAt(offset)
    .map((n) => file.text.slice(n.start, Math.min(n.start + 100, lineEnd(file.text, n.start))))
    .join(" ");
}

const lineEnd = (text: string, offset: number): number => {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
};

/** Offsets of the line feeds: what keepalived counts, whatever an editor takes for a line. */
function lineFeeds(text: string): number[] {
  const feeds: number[] = [];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) feeds.push(at);
  return feeds;
}

function lineAt(feeds: readonly number[], offset: number): number {
  let low = 0;
  let high = feeds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (feeds[middle] < offset) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

function collectBlocks(file: SourceFile, lines: readonly number[], table: Map<number, number[]>): void {
  const visit = (nodes: ReturnType<SourceFile["tree"]["itemNodes"]>) => {
    for (const n of nodes) {
      if (!n.hasBody) continue;
      if (n.close >= 0) {
        const at = lineAt(lines, n.close);
        const head = lineAt(lines, n.start);
        const known = table.get(at);
        if (known) known.push(head);
        else table.set(at, [head]);
      }
      visit(n.children);
    }
  };
  for (let i = 0; i < file.tree.items.length; i++) visit(file.tree.itemNodes(i));
}
