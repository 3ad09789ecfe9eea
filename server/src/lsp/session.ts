/**
 * What the server holds between requests: open documents, files read for includes, and for each root the last result.
 * Nothing here knows keepalived; it only sees to it that each question is answered from the newest state.
 */
import type { NsxUse, Remedy } from "../checks/nsx";
import { dialectOf, type Project, projectSteps, type Reading, readingSteps } from "../checks/project";
import { isBackup } from "../cluster/nodes";
import { type PeerFindings, peerSteps } from "../cluster/peers";
import type { Locale } from "../features/diagnostics";
import type { ProgramRun } from "../host/run-program";
import { type Context, ROOT_CONTEXT } from "../language";
import { Lines, type Range } from "../text/lines";
import { finish, type Steps } from "../text/steps";
import {
  directoryOf,
  expandBraces,
  type FileAccess,
  type FileProblem,
  type FileResult,
  type GlobResult,
  hasWildcard,
  isInside,
  matchSegment,
  pathOf,
  resolveUri,
  type SourceFile,
  sourceFileSteps,
} from "../workspace/files";
import { isPlain, type Resolved } from "../workspace/resolve";
import { OpenDocument } from "./open-document";
import { DEFAULT_SETTINGS, type Settings } from "./settings";

/** Access to files that are not open. Answers may come later; the host then calls {@link Session.fileChanged}. */
export interface FileHost {
  /** Is told the length of each text that is opened, in UTF-16 units. */
  opened?(length: number): void;
  read(uri: string): { readonly text: string } | { readonly problem: FileProblem } | "pending";
  glob(base: string, pattern: string): GlobResult;
  /** Entries of a directory given relative to a base, for completing paths; bounded. */
  list(base: string, directory: string): { name: string; folder: boolean }[];
  /** Whether a regular file is there, as far as is known by now. */
  exists(uri: string): boolean;
  /** The URI without symbolic links; the URI itself where nothing is there. */
  realUri?(uri: string): string;
  /** A file appeared, changed or went away: what a host keeps of files and folders is out of date. */
  forget?(): void;
  /** Configurations in a folder that may be roots; bounded. */
  findConfigurations(folder: string): Promise<readonly string[]>;
  /** Runs a keepalived program on a file; only hosts with processes can. */
  runConfigTest?(executable: string, uri: string): Promise<ProgramRun>;
}

interface CachedProject {
  project: Project;
  stale: boolean;
}

/**
 * Whether readings may be others since a file appeared, changed or went away.
 * @param content only its text changed.
 */
const concerns = (readings: readonly Reading[], uri: string, content: boolean): boolean =>
  readings.some(
    ({ resolved }) =>
      resolved &&
      (resolved.pending || resolved.dependencies.has(uri) || (!content && mayFind(resolved, uri))),
  );

/**
 * Whether a file that appeared or went away may change what an include brings in. Folders may be known by other names
 * (links), and may themselves be what came or went, so that only the last names of the path are compared, with any part of
 * the pattern.
 */
function mayFind(resolved: Resolved, uri: string): boolean {
  const names = pathOf(uri).split("/").slice(-2);
  for (const { pattern } of resolved.globs)
    for (const alternative of expandBraces(pattern))
      for (const segment of alternative.split("/"))
        if (segment !== "" && names.some((name) => name === segment || matchSegment(segment, name)))
          return true;
  for (const dependency of resolved.dependencies) if (dependency.startsWith(`${uri}/`)) return true;
  return false;
}

/** Peers are looked for among this many files of the workspace, none larger than this. */
const MAX_NODE_FILES = 300;
const MAX_NODE_TEXT = 1_000_000;

export class Session implements FileAccess {
  settings: Settings = DEFAULT_SETTINGS;
  locale: Locale = "en";
  folders: string[] = [];
  /** A payload was generated in this workspace. */
  usesNsx = false;
  /** What was copied or saved of payloads, by the file that the payload was made for. */
  readonly takenRemedies = new Map<string, readonly Remedy[]>();
  /** The user chose the companion policy, whatever the setting says. */
  nsxCompanion: boolean | undefined;
  /** In Restricted Mode nothing outside the workspace is read. */
  trusted = true;
  private readonly documents = new Map<string, OpenDocument>();
  private readonly closedFiles = new Map<string, FileResult>();
  private readonly closedLines = new Map<string, Lines>();
  private readonly projects = new Map<string, CachedProject>();
  /** Root files that are not open but include something that may be. */
  private readonly knownRoots = new Set<string>();
  /** Files of the workspace with VRRP instances: nodes that an open file may be a peer of. */
  private readonly nodeFiles = new Set<string>();
  private readonly closedReadings = new Map<string, readonly Reading[]>();
  private readonly peerResults = new Map<
    string,
    { readonly read: readonly Reading[]; found: PeerFindings }
  >();
  private version = 0;
  /** Changes whenever something does that answers depend on. */
  revision = 0;

  /** @param failed is told when a configuration cannot be read because of a fault in this program. */
  constructor(
    private readonly host: FileHost,
    private readonly failed: (error: unknown) => void = () => {},
  ) {}

  // -------------------------------------------------------------------------------------------- documents

  open(uri: string, languageId: string, version: number, text: string): OpenDocument {
    this.host.opened?.(text.length);
    const document = new OpenDocument(uri, languageId, version, text, dialectOf(this.settings.target));
    this.documents.set(uri, document);
    this.closedFiles.delete(uri);
    this.closedLines.delete(uri);
    this.invalidate(uri, false);
    return document;
  }

  changed(document: OpenDocument): void {
    this.invalidate(document.uri, true);
  }

  close(uri: string): void {
    this.documents.delete(uri);
    this.invalidate(uri, false);
    this.release(uri);
  }

  /** Lets go of what was read for a document that was closed, unless another one needs it: it can be read again. */
  private release(closed: string): void {
    const needed = new Set<string>();
    for (const [root, { project }] of this.projects) {
      const { files } = project;
      if (files.some((f) => f.uri === closed) && !files.some((f) => this.documents.has(f.uri))) {
        this.projects.delete(root);
        this.peerResults.delete(root);
        continue;
      }
      needed.add(root);
      for (const { resolved } of project.views)
        for (const dependency of resolved?.dependencies ?? []) needed.add(dependency);
    }
    for (const known of [this.closedFiles, this.closedLines])
      for (const uri of known.keys()) if (!needed.has(uri)) known.delete(uri);
    if (this.documents.size === 0) this.closedReadings.clear();
  }

  document(uri: string): OpenDocument | undefined {
    return this.documents.get(uri);
  }

  get openDocuments(): Iterable<OpenDocument> {
    return this.documents.values();
  }

  /** Whether every open document is parsed, and every root was read before. Otherwise what is asked may take long. */
  get allRead(): boolean {
    for (const document of this.documents.values())
      if (!document.isParsed || !(isPlain(document.file.tree) || this.projects.has(document.uri)))
        return false;
    for (const root of this.knownRoots) if (!this.projects.has(root)) return false;
    return true;
  }

  private *parseSteps(uri: string): Steps<void> {
    const document = this.documents.get(uri);
    if (document) yield* document.parseSteps();
  }

  /**
   * A file on disk appeared, changed or went away.
   * @param content it was there and still is: only its text is another one.
   */
  fileChanged(uri: string, content = false): void {
    if (this.documents.has(uri)) return;
    this.revision++;
    this.closedFiles.delete(uri);
    this.closedFiles.delete(directoryOf(uri));
    this.closedLines.delete(uri);
    for (const [root, readings] of this.closedReadings)
      if (root === uri || readings.length === 0 || concerns(readings, uri, content))
        this.closedReadings.delete(root);
    this.invalidate(uri, content);
  }

  applySettings(settings: Settings): void {
    const retarget = settings.target !== this.settings.target;
    this.settings = settings;
    this.revision++;
    this.peerResults.clear();
    if (!retarget) return;
    this.closedFiles.clear();
    this.closedReadings.clear();
    for (const document of this.documents.values()) document.retarget(dialectOf(settings.target));
    this.projects.clear();
    this.underWay.clear();
  }

  /** Forgets everything that was read from files that are not open. */
  forgetFiles(): void {
    this.revision++;
    this.closedFiles.clear();
    this.closedLines.clear();
    this.closedReadings.clear();
    this.projects.clear();
    this.underWay.clear();
  }

  private invalidate(uri: string, content: boolean): void {
    this.revision++;
    this.outdate(uri, content);
  }

  private outdate(uri: string, content: boolean): void {
    this.underWay.clear();
    for (const [root, cached] of this.projects)
      if (root === uri || concerns(cached.project.views, uri, content)) cached.stale = true;
  }

  // -------------------------------------------------------------------------------------------- FileAccess

  file(uri: string): FileResult {
    return finish(this.fileSteps(uri));
  }

  *fileSteps(uri: string): Steps<FileResult> {
    const open = this.documents.get(uri);
    if (open) return { kind: "file", file: yield* open.parseSteps() };
    const known = this.closedFiles.get(uri);
    if (known) return known;
    if (!this.mayRead(uri)) return { kind: "problem", problem: "outside" };
    const result = this.host.read(uri);
    if (result === "pending") return { kind: "pending" };
    const { revision } = this;
    const answer: FileResult =
      "text" in result
        ? { kind: "file", file: yield* this.sourceSteps(uri, result.text) }
        : { kind: "problem", problem: result.problem };
    // It may have changed meanwhile.
    if (revision === this.revision) this.closedFiles.set(uri, answer);
    return answer;
  }

  private sourceSteps(uri: string, text: string): Steps<SourceFile> {
    return sourceFileSteps(uri, ++this.version, text, dialectOf(this.settings.target));
  }

  private mayRead(uri: string): boolean {
    if (this.trusted) return true;
    // A link in the workspace may lead out of it.
    const real = (u: string) => this.host.realUri?.(u) ?? u;
    return this.folders.some((f) => isInside(uri, f) && isInside(real(uri), real(f)));
  }

  /** Whether a pattern without braces can be looked for without looking into a folder outside the workspace. */
  private mayLook(base: string, pattern: string): boolean {
    const segments = pattern.split("/");
    const first = segments.findIndex(hasWildcard);
    if (first < 0) return this.mayRead(resolveUri(base, pattern));
    return (
      !segments.slice(first).includes("..") &&
      this.mayRead(resolveUri(base, segments.slice(0, first).join("/") || (first > 0 ? "/" : ".")))
    );
  }

  /** Whether a file is there; an open document that is not saved yet counts. */
  exists(uri: string): boolean {
    return this.documents.has(uri) || (this.mayRead(uri) && this.host.exists(uri));
  }

  glob(base: string, pattern: string): GlobResult {
    const alternatives = this.trusted ? [] : expandBraces(pattern);
    const refused = alternatives.filter((a) => !this.mayLook(base, a));
    if (refused.length > 0) {
      const allowed = alternatives.filter((a) => !refused.includes(a)).map((a) => this.host.glob(base, a));
      // What may not be looked for is named, and refused when it is asked for.
      const uris = [...allowed.flatMap((g) => g.uris), ...refused.map((a) => resolveUri(base, a))];
      return { uris, missing: [], pending: allowed.some((g) => g.pending) };
    }
    const result = this.host.glob(base, pattern);
    // Documents that are not saved yet count as files.
    const extra: string[] = [];
    if (!/[*?[{]/.test(pattern)) {
      for (const uri of this.documents.keys())
        if (directoryOf(uri) === base && uri.slice(base.length + 1) === pattern && !result.uris.includes(uri))
          extra.push(uri);
    }
    return extra.length > 0 ? { ...result, uris: [...result.uris, ...extra] } : result;
  }

  list(base: string, directory: string): { name: string; folder: boolean }[] {
    return this.host.list(base, directory);
  }

  // -------------------------------------------------------------------------------------------- projects

  /** Roots that are being read. */
  private readonly underWay = new Map<string, Steps<Project | undefined>>();

  /** The result for a root, computed anew if anything that it read has changed. */
  project(root: string): Project | undefined {
    return finish(this.projectSteps(root));
  }

  /**
   * The same in steps. Whoever goes on with them spares all others that ask; when something changes meanwhile, they begin
   * anew.
   */
  *projectSteps(root: string): Steps<Project | undefined> {
    for (;;) {
      const cached = this.projects.get(root);
      if (cached && !cached.stale) return cached.project;
      const steps = this.underWay.get(root) ?? this.readSteps(root, cached?.project);
      this.underWay.set(root, steps);
      try {
        const step = steps.next();
        if (!step.done) {
          yield step.value;
          continue;
        }
        const project = step.value;
        this.underWay.delete(root);
        if (project) this.projects.set(root, { project, stale: project.pending });
        else this.projects.delete(root);
        return project;
      } catch (e) {
        // Whoever asks about another file looks at this one, too: only its own answers may be missing.
        this.failed(e);
        this.underWay.delete(root);
        this.projects.delete(root);
        return undefined;
      }
    }
  }

  private *readSteps(root: string, before: Project | undefined): Steps<Project | undefined> {
    const result = yield* this.fileSteps(root);
    if (result.kind !== "file") return undefined;
    return yield* projectSteps(result.file, this, { target: this.settings.target }, before);
  }

  /**
   * The projects in which a file takes part: those of the roots that include it, or its own. The first one is the one
   * that editor features answer from.
   */
  projectsOf(uri: string): Project[] {
    return finish(this.projectsOfSteps(uri));
  }

  /** The same in steps: there may be hundreds of roots that have to be read before it is known what includes a file. */
  *projectsOfSteps(uri: string): Steps<Project[]> {
    const result: Project[] = [];
    yield* this.parseSteps(uri);
    for (const root of yield* this.rootsOf(uri)) {
      const project = yield* this.projectSteps(root);
      if (project?.files.some((f) => f.uri === uri)) result.push(project);
    }
    if (result.length === 0) {
      const own = yield* this.projectSteps(uri);
      if (own) result.push(own);
    }
    const document = this.documents.get(uri);
    if (document && result[0]) this.placeFragment(document, result[0]);
    return result;
  }

  private *rootsOf(uri: string): Steps<string[]> {
    const roots: string[] = [];
    const candidates = new Set<string>([
      ...this.documents.keys(),
      ...this.knownRoots,
      ...this.projects.keys(),
    ]);
    candidates.delete(uri);
    for (const candidate of candidates) {
      const document = this.documents.get(candidate);
      if (document) {
        if (document.isParsed && isPlain(document.file.tree)) continue;
        if (!document.source.includes("include")) continue;
      }
      const project = yield* this.projectSteps(candidate);
      if (project && project.files.length > 1 && project.files.some((f) => f.uri === uri))
        roots.push(candidate);
      yield;
    }
    // A file in the middle of a chain of includes is no root.
    return roots.filter(
      (r) =>
        !roots.some(
          (other) =>
            other !== r && this.projects.get(other)?.project.files.some((f, i) => i > 0 && f.uri === r),
        ),
    );
  }

  /** An included file is read in the context of its include line: inside a block its lines are that block's. */
  private placeFragment(document: OpenDocument, project: Project): void {
    if (project.root.uri === document.uri) {
      if (document.place(ROOT_CONTEXT)) this.outdate(document.uri, true);
      return;
    }
    for (const view of project.views) {
      const site = view.resolved?.includes.find((s) => s.uris.includes(document.uri));
      if (!site) continue;
      const context: Context | undefined = view.tree.contextAt(site.at);
      if (context && document.place(context)) this.outdate(document.uri, true);
      return;
    }
  }

  /** Configurations in the folders of the workspace that nothing is known of yet. */
  async newConfigurations(): Promise<string[]> {
    const found: string[] = [];
    for (const folder of this.folders)
      for (const uri of await this.host.findConfigurations(folder))
        if (!this.knownRoots.has(uri) && !this.nodeFiles.has(uri)) found.push(uri);
    return found;
  }

  /** Finds the root files among them, so that fragments are seen in their context; whether there were any. */
  *discoverySteps(uris: readonly string[]): Steps<boolean> {
    for (const uri of this.documents.keys()) yield* this.parseSteps(uri);
    const before = this.knownRoots.size + this.nodeFiles.size;
    for (const [n, uri] of uris.entries()) {
      this.classify(uri);
      yield n / uris.length;
      // Now, not in the first request that wants to know what includes a file.
      if (this.knownRoots.has(uri)) yield* this.projectSteps(uri);
      yield;
    }
    return this.knownRoots.size + this.nodeFiles.size > before;
  }

  /** Files found in the workspace that a client without a disk is still reading for us. */
  private readonly awaited = new Set<string>();

  /** Remembers a configuration of the workspace by what it may be to others: a root, or a node of a cluster. */
  private classify(uri: string): void {
    const known = this.documents.get(uri);
    // The text alone decides: most of what is looked at is never parsed.
    const result = known
      ? { text: String(known.source) }
      : this.mayRead(uri)
        ? this.host.read(uri)
        : undefined;
    if (result === "pending") this.awaited.add(uri);
    if (result === undefined || result === "pending" || !("text" in result)) return;
    const { text } = result;
    if (!this.documents.has(uri) && /^[ \t]*(@\S+[ \t]+)?include[rmwba]?[ \t]/m.test(text))
      this.knownRoots.add(uri);
    if (this.nodeFiles.size < MAX_NODE_FILES && text.length < MAX_NODE_TEXT && text.includes("vrrp_instance"))
      this.nodeFiles.add(uri);
    if (!known && (this.knownRoots.has(uri) || this.nodeFiles.has(uri)))
      this.closedFiles.set(uri, { kind: "file", file: finish(this.sourceSteps(uri, text)) });
  }

  /** A client has read a file that was asked for. */
  arrived(uri: string): void {
    this.fileChanged(uri);
    if (this.awaited.delete(uri)) this.classify(uri);
  }

  /** What is known about NSX for a project; undefined where nothing speaks of NSX. */
  nsxUse(project: Project): NsxUse | undefined {
    const { nsx } = this.settings;
    if (!nsx.enabled && !this.usesNsx) return undefined;
    const taken = new Set<Remedy>();
    if (this.takenRemedies.size > 0)
      for (const { uri } of project.files)
        for (const remedy of this.takenRemedies.get(uri) ?? []) taken.add(remedy);
    return { companion: this.nsxCompanion ?? nsx.companionPolicy, taken: [...taken] };
  }

  /** What comparing a root file with its peers finds: in the workspace, among the open files, and in the setting. */
  peersOf(root: string): PeerFindings {
    return finish(this.peerSteps(root));
  }

  /** The same in steps: there may be hundreds of files to be read and compared. */
  *peerSteps(root: string): Steps<PeerFindings> {
    const named = this.declaredPeers();
    const read: Reading[] = [];
    const inputs: { uri: string; readings: readonly Reading[] }[] = [];
    for (const uri of [root, ...this.peerCandidates(root)]) {
      const list = yield* this.readingsSteps(uri);
      yield;
      if (list.length === 0) continue;
      read.push(...list);
      inputs.push({ uri, readings: list });
    }
    const known = this.peerResults.get(root);
    if (known && known.read.length === read.length && known.read.every((r, i) => r === read[i]))
      return known.found;
    const found = yield* peerSteps(inputs, new Set(named), root);
    this.peerResults.set(root, { read, found });
    return found;
  }

  /** Root files that may be peers of another one. */
  peerCandidates(root: string): string[] {
    const all = new Set([...this.documents.keys(), ...this.nodeFiles, ...this.declaredPeers()]);
    all.delete(root);
    return [...all];
  }

  /** The readings of a root file, checked or not. */
  readingsOf(uri: string): readonly Reading[] {
    return finish(this.readingsSteps(uri));
  }

  private *readingsSteps(uri: string): Steps<readonly Reading[]> {
    if (this.documents.has(uri)) return (yield* this.projectSteps(uri))?.views ?? [];
    const known = this.closedReadings.get(uri);
    if (known) return known;
    const { revision } = this;
    let list: readonly Reading[] = [];
    try {
      const result = yield* this.fileSteps(uri);
      if (result.kind === "file") list = yield* readingSteps(result.file, this);
    } catch (e) {
      this.failed(e);
    }
    if (revision === this.revision) this.closedReadings.set(uri, list);
    return list;
  }

  /** URIs of the setting keepalived.peers: absolute paths, or relative to a workspace folder. */
  declaredPeers(): string[] {
    return this.settings.peers.flatMap((p) =>
      p.startsWith("/") || this.folders.length === 0
        ? [resolveUri("file:///", p)]
        : this.folders.map((f) => resolveUri(f, p)),
    );
  }

  /** Every root that is known, in steps: open documents that no other file includes, and roots found in the workspace. */
  *rootSteps(): Steps<string[]> {
    // A file with another name may be a part that something includes, outside the workspace.
    const named = [...this.nodeFiles].filter((uri) => /[./]keepalived\.conf$/.test(uri) && !isBackup(uri));
    const all = new Set<string>([...this.knownRoots, ...named, ...this.documents.keys()]);
    const included = new Set<string>();
    let n = 0;
    for (const root of all) {
      const project = yield* this.projectSteps(root);
      for (const f of project?.files.slice(1) ?? []) if (f.uri !== root) included.add(f.uri);
      yield ++n / all.size;
    }
    return [...all].filter((u) => !included.has(u));
  }

  /** The configurations of all roots, in steps. */
  *allProjects(): Steps<Project[]> {
    const projects: Project[] = [];
    for (const root of yield* this.rootSteps()) {
      const project = yield* this.projectSteps(root);
      if (project) projects.push(project);
      yield;
    }
    return projects;
  }

  // -------------------------------------------------------------------------------------------- positions

  /** The range of offsets in a file, open or not. */
  rangeIn = (uri: string, start: number, end: number): Range => {
    const open = this.documents.get(uri);
    if (open) return { start: open.positionAt(start), end: open.positionAt(end) };
    return this.linesOf(uri).rangeOf(start, end);
  };

  private linesOf(uri: string): Lines {
    let lines = this.closedLines.get(uri);
    if (!lines) {
      const result = this.file(uri);
      lines = new Lines(result.kind === "file" ? String(result.file.text) : "");
      this.closedLines.set(uri, lines);
    }
    return lines;
  }
}
