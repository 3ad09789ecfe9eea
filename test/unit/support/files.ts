/** Configurations in memory, read and checked the way the server and the command line do. */
import { type NsxUse, REMEDIES, withNsx } from "../../../server/src/checks/nsx";
import { type PresentOptions, present } from "../../../server/src/checks/present";
import { checkProject, dialectOf, type Finding, type Project } from "../../../server/src/checks/project";
import { checkPeers, withPeers } from "../../../server/src/cluster/peers";
import type { Dialect } from "../../../server/src/syntax/parser";
import {
  directoryOf,
  expandBraces,
  type FileAccess,
  type FileProblem,
  type FileResult,
  type GlobResult,
  hasWildcard,
  makeSourceFile,
  matchSegment,
  resolveUri,
  type SourceFile,
} from "../../../server/src/workspace/files";

export const FOLDER = "file:///etc/keepalived";
export const uriOf = (name: string): string => resolveUri(FOLDER, name);

/** Files by name, relative to one folder. */
export class MemoryFiles implements FileAccess {
  private readonly files = new Map<string, SourceFile>();
  private readonly problems = new Map<string, FileProblem>();
  private version = 0;

  /** @param problems names that exist, but cannot be read as a file. */
  constructor(
    texts: Readonly<Record<string, string>>,
    private readonly dialect: Dialect,
    problems: Readonly<Record<string, FileProblem>> = {},
  ) {
    for (const [name, text] of Object.entries(texts)) this.set(uriOf(name), text);
    for (const [name, problem] of Object.entries(problems)) this.problems.set(uriOf(name), problem);
  }

  set(uri: string, text: string): SourceFile {
    const file = makeSourceFile(uri, ++this.version, text, this.dialect);
    this.files.set(uri, file);
    return file;
  }

  text(uri: string): string | undefined {
    const file = this.files.get(uri);
    return file && String(file.text);
  }

  file(uri: string): FileResult {
    const file = this.files.get(uri);
    if (!file && [...this.files.keys()].some((u) => u.startsWith(`${uri}/`)))
      return { kind: "problem", problem: "directory" };
    return file ? { kind: "file", file } : { kind: "problem", problem: this.problems.get(uri) ?? "missing" };
  }

  /** Everything that there is, folders too. */
  private names(): Set<string> {
    const names = new Set([...this.files.keys(), ...this.problems.keys()]);
    for (let name of this.files.keys()) {
      while (name.startsWith(`${FOLDER}/`)) {
        names.add(name);
        name = directoryOf(name);
      }
    }
    return names;
  }

  glob(base: string, pattern: string): GlobResult {
    const uris: string[] = [];
    const missing: string[] = [];
    const alternatives = expandBraces(pattern);
    for (const alternative of alternatives) {
      const wanted = resolveUri(base, "x")
        .slice(0, -1)
        .split("/")
        .slice(3, -1)
        .concat(alternative.split("/"));
      const path = alternative.startsWith("/") ? alternative.split("/").slice(1) : wanted;
      const found = [...this.names()].filter((uri) => {
        const parts = uri.split("/").slice(3);
        return (
          parts.length === path.length &&
          parts.every((p, i) => (hasWildcard(path[i]) ? matchSegment(path[i], p) : p === path[i]))
        );
      });
      if (found.length === 0) missing.push(alternative);
      uris.push(...found.sort());
    }
    return { uris, missing: alternatives.length > 1 && uris.length > 0 ? missing : [] };
  }
}

/** The use of NSX as tests write it: `nsx`, `nsx=companion`, `nsx=both` (both remedies were taken over). */
export function nsxUse(word: string | undefined): NsxUse | undefined {
  if (word === undefined) return undefined;
  const parts = word.split("=")[1]?.split(",") ?? [];
  return { companion: parts.includes("companion"), taken: parts.includes("both") ? REMEDIES : [] };
}

export interface CheckedFiles {
  readonly access: MemoryFiles;
  readonly projects: readonly Project[];
  /** Findings as a user sees them, file by file. */
  readonly findings: readonly Finding[];
}

/** Checks files together: each is a root unless another one includes it. `problems` names what is no readable file. */
export function checkFiles(
  texts: Readonly<Record<string, string>>,
  target: string,
  options: PresentOptions = { profile: "all", severity: {} },
  problems: Readonly<Record<string, FileProblem>> = {},
  nsx?: NsxUse,
): CheckedFiles {
  const access = new MemoryFiles(texts, dialectOf(target), problems);
  const all = Object.keys(texts).map((name) => {
    const result = access.file(uriOf(name));
    if (result.kind !== "file") throw new Error(`${name} is no file.`);
    return checkProject(result.file, access, { target });
  });
  const included = new Set(all.flatMap((p) => p.files.slice(1).map((f) => f.uri)));
  const projects = all.filter((p, i) => i === 0 || !included.has(p.root.uri));
  const peers = checkPeers(projects.map((p) => ({ uri: p.root.uri, readings: p.views })));
  const findings: Finding[] = [];
  for (const project of projects)
    for (const file of project.files)
      findings.push(
        ...present(file, withPeers(withNsx(project, project.findings, nsx), peers, file.uri), options),
      );
  return { access, projects, findings };
}
