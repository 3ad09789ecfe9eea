/**
 * What keepalived reads after conditions, definitions, generators and includes are taken into account: one text, and for
 * each of its characters the place it came from.
 */
import { PREDEFINED_DEFINITIONS } from "../language";
import { OPAQUE } from "../syntax/records";
import type { Tree } from "../syntax/tree";
import { LONG_TEXT, Pieces, type Source } from "../text/pieces";
import { finish, type Steps } from "../text/steps";
import {
  directoryOf,
  type FileAccess,
  type FileProblem,
  hasWildcard,
  pathOf,
  resolveUri,
  type SourceFile,
} from "./files";

/** A stretch of resolved text that came from one place. */
export interface Chunk {
  /** Offset in the resolved text. */
  readonly at: number;
  readonly length: number;
  /** Index of the file in {@link Resolved.files}. */
  readonly file: number;
  readonly start: number;
  readonly end: number;
  /** The stretch is a copy of the source; otherwise it replaces the source range (a use of a definition). */
  readonly verbatim: boolean;
  /** Where the replacing text is defined. */
  readonly via: Place | undefined;
}

export interface Place {
  readonly file: number;
  readonly start: number;
  readonly end: number;
}

/** A place in a named file. */
export interface Origin {
  readonly uri: string;
  readonly start: number;
  readonly end: number;
  /** The text stands there as it is, so that it can be edited. */
  readonly verbatim: boolean;
  readonly via?: { readonly uri: string; readonly start: number; readonly end: number };
}

export type ResolveFault =
  | {
      readonly kind: "include";
      readonly pattern: string;
      readonly problem: FileProblem;
      readonly word: string;
      readonly path: string;
    }
  | {
      readonly kind: "include-nomatch";
      readonly pattern: string;
      readonly word: string;
      /** The folder of the pattern, where there is none. */
      readonly folder: string | undefined;
    }
  | {
      readonly kind: "include-brace";
      readonly pattern: string;
      readonly missing: readonly string[];
      readonly word: string;
    }
  | { readonly kind: "include-cycle"; readonly path: string; readonly word: string }
  | { readonly kind: "include-limit"; readonly limit: number; readonly word: string }
  | {
      readonly kind: "include-twice";
      readonly word: string;
      readonly pattern: string;
      /** The line is nothing but the use of a definition. */
      readonly defined: boolean;
    }
  | { readonly kind: "generator"; readonly problem: GeneratorProblem; readonly detail: string }
  | { readonly kind: "generator-limit"; readonly limit: number }
  | {
      readonly kind: "predefined";
      readonly name: string;
      readonly parameters: string;
      readonly problem: PredefinedProblem;
    }
  | { readonly kind: "too-long"; readonly name: string }
  /** A definition that holds itself; `endless`: without the line growing longer. */
  | { readonly kind: "recursion"; readonly name: string; readonly endless: boolean }
  | { readonly kind: "expansion-limit"; readonly limit: number };

/** `odd`: keepalived accepts the parameters and reads something else. `defined`: it stands in a definition. */
export type GeneratorProblem =
  | "definition"
  | "close"
  | "long"
  | "values"
  | "hex"
  | "count"
  | "multi-line"
  | "odd"
  | "defined";

/** `none`: the name takes no parameters; `since`: the release has to know the name. */
export type PredefinedProblem = "numeric" | "count" | "order" | "env" | "none" | "since";

export interface ResolveProblem {
  readonly place: Place;
  readonly fault: ResolveFault;
}

/** A definition as it stood in the order of reading. */
export interface Definition {
  readonly name: string;
  readonly lines: readonly string[];
  readonly place: Place;
  readonly nameEnd: number;
  /** Where each line of the value stands. */
  readonly linePlaces: readonly Place[];
}

/** An include line and the files it brought in. */
export interface IncludeSite {
  readonly place: Place;
  /** Offset in the resolved text where the first file begins. */
  readonly at: number;
  readonly uris: readonly string[];
}

export class Resolved {
  constructor(
    readonly text: Source,
    readonly chunks: readonly Chunk[],
    readonly files: readonly SourceFile[],
    readonly problems: readonly ResolveProblem[],
    readonly includes: readonly IncludeSite[],
    /** Last definition of each name. */
    readonly definitions: ReadonlyMap<string, Definition>,
    /** Some file was still being fetched. */
    readonly pending: boolean,
    /** URIs that were asked for, found or not. */
    readonly dependencies: ReadonlySet<string>,
    /** Glob patterns that were asked for, with their directory. */
    readonly globs: readonly { readonly base: string; readonly pattern: string }[],
    /** Lines that generators made. */
    readonly generated: number,
  ) {}

  /** The chunk that holds a resolved offset. */
  chunkAt(offset: number): Chunk | undefined {
    return this.chunks[chunkIndex(this.chunks, offset)];
  }

  /** Where a range of the resolved text comes from. A range over several chunks gives the hull within its first file. */
  origin(start: number, end: number): Origin | undefined {
    const first = this.chunkAt(start);
    if (!first) return undefined;
    let last = end > start ? this.chunkAt(end - 1) : first;
    if (!last || last.file !== first.file) last = first;
    const file = this.files[first.file];
    const from = first.verbatim
      ? first.start + Math.min(start - first.at, first.end - first.start)
      : first.start;
    const to = last.verbatim
      ? last.start + Math.min(Math.max(end, start) - last.at, last.end - last.start)
      : last.end;
    const via = first.via ?? last.via;
    return {
      uri: file.uri,
      start: from,
      end: Math.max(from, to),
      verbatim: first.verbatim && (last === first || (last.verbatim && to - from === end - start)),
      via: via && { uri: this.files[via.file].uri, start: via.start, end: via.end },
    };
  }

  /** Resolved offsets that come from a source offset (several, if the text is read more than once). */
  offsetsOf(uri: string, offset: number): number[] {
    const result: number[] = [];
    for (const chunk of this.chunks) {
      if (this.files[chunk.file].uri !== uri || offset < chunk.start || offset > chunk.end) continue;
      result.push(chunk.verbatim ? chunk.at + (offset - chunk.start) : chunk.at);
    }
    return result;
  }
}

/** Index of the chunk that holds a resolved offset; the last one for those beyond. */
function chunkIndex(chunks: readonly Chunk[], offset: number): number {
  let low = 0;
  let high = chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (chunks[middle].at <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How one text came from another: `[start, oldEnd)` of the old one was replaced by `newLength` characters. */
export interface Replacement {
  readonly start: number;
  readonly oldEnd: number;
  readonly newLength: number;
}

/** What a resolved text is made of. */
type Layout = Pick<Resolved, "chunks" | "files"> & { readonly text: Pick<Pieces, "length" | "slice"> };

/**
 * The stretch outside which two resolved texts are the same, told by the files that they were copied from: what comes from
 * a file that did not change is not looked at, and of one that did, only the items that changed. The stretch may be longer
 * than it had to be.
 */
export function replacementBetween(old: Layout, now: Layout): Replacement {
  const a = old.chunks;
  const b = now.chunks;
  const most = Math.min(a.length, b.length);
  const same = (x: Chunk, y: Chunk): boolean =>
    x.length === y.length &&
    (x.verbatim && y.verbatim && old.files[x.file] === now.files[y.file]
      ? x.start === y.start
      : x.length < LONG_CHUNK &&
        old.text.slice(x.at, x.at + x.length) === now.text.slice(y.at, y.at + y.length));
  let first = 0;
  while (first < most && same(a[first], b[first])) first++;
  let last = 0;
  while (last < most - first && same(a[a.length - 1 - last], b[b.length - 1 - last])) last++;
  if (first + last + 1 === a.length && a.length === b.length) {
    const within = replacementInChunk(old, now, a[first], b[first]);
    if (within) return within;
  }
  const start = first < a.length ? a[first].at : old.text.length;
  const oldEnd = last > 0 ? a[a.length - last].at : old.text.length;
  const newEnd = last > 0 ? b[b.length - last].at : now.text.length;
  return { start, oldEnd, newLength: newEnd - start };
}

/** What changed in a chunk that was copied from a file which changed. */
function replacementInChunk(old: Layout, now: Layout, x: Chunk, y: Chunk): Replacement | undefined {
  const before = old.files[x.file].tree;
  const { tree } = now.files[y.file];
  if (!x.verbatim || !y.verbatim || old.files[x.file].uri !== now.files[y.file].uri) return undefined;
  const change = x.start === y.start ? tree.itemsChangedSince(before) : undefined;
  if (!change) return undefined;
  const from = before.starts[change.first];
  const oldEnd = before.starts[change.oldEnd];
  const end = tree.starts[change.end];
  if (from < x.start || oldEnd > x.end || end > y.end || x.end - oldEnd !== y.end - end) return undefined;
  return { start: x.at + from - x.start, oldEnd: x.at + oldEnd - x.start, newLength: end - from };
}

/** Longer ones belong to the stretch that is compared character by character. */
const LONG_CHUNK = 4096;

/** Bounds on what a configuration may expand to. Reaching one is reported, never silent. */
export interface ResolveLimits {
  /** Lines made by ~SEQ and ~LST. */
  readonly generated: number;
  /** UTF-16 units made by definitions and generators. */
  readonly expanded: number;
  readonly includes: number;
  /** UTF-16 units of all included files together. */
  readonly included: number;
  readonly depth: number;
}

export const DEFAULT_LIMITS: ResolveLimits = {
  generated: 100_000,
  expanded: 16_000_000,
  includes: 4096,
  included: 16_000_000,
  depth: 64,
};

const GENERATOR = /^[ \t]*~(SEQx?|LST)[ \t]*\(/;
const LF = 10;
const BOM = 0xfeff;
const MAX_LINE = 1023;
/** What a replacement counts beyond the text that it makes. */
const PER_EXPANSION = 64;
/** More replacements than that in a line of such a length are definitions that hold themselves. */
const MAX_ROUNDS = 1024;

/** Whether a file needs no resolution: it is then its own resolved text. */
export const isPlain = (tree: Tree): boolean => !tree.isSpecial;

/** Configuration ids named by conditions of a text (`@id`, `@^id`). */
export function conditionIds(tree: Tree, into: Set<string>): void {
  for (let i = 0; i < tree.items.length; i++) {
    if (!tree.items[i].special) continue;
    const text = tree.text.slice(tree.starts[i], tree.starts[i + 1]);
    if (!text.includes("@")) continue;
    for (const line of text.split("\n")) {
      const m = /^[ \t]*@(\^?)([^ \t\r!#]+)/.exec(line);
      if (m) into.add(m[2]);
    }
  }
}

/** A piece of a line with its origin. */
interface Piece {
  text: string;
  start: number;
  end: number;
  verbatim: boolean;
  via: Place | undefined;
}

export interface ResolveOptions {
  /** The configuration id (`-i`); undefined stands for an id that no condition names. */
  readonly id: string | undefined;
  readonly limits?: ResolveLimits;
  /** An earlier result: of a long text, only what differs is copied. */
  readonly before?: Resolved;
}

/** Resolves a root file. Does not fail; problems are part of the result. */
export const resolve = (...of: Parameters<typeof resolveSteps>): Resolved => finish(resolveSteps(...of));

/** The same in steps: an item or file that is read, a line that is made. */
export const resolveSteps = (
  root: SourceFile,
  access: FileAccess,
  options: ResolveOptions,
): Steps<Resolved> => new Resolver(access, options).run(root);

class Resolver {
  /** The text of each chunk that was not copied from a file. */
  private readonly made: (string | undefined)[] = [];
  private at = 0;
  private readonly chunks: Chunk[] = [];
  private readonly files: SourceFile[] = [];
  private readonly fileIndex = new Map<string, number>();
  private readonly problems: ResolveProblem[] = [];
  private readonly includeSites: IncludeSite[] = [];
  private readonly definitions = new Map<string, Definition>();
  private readonly variables = new Map<string, string>();
  private readonly stack: string[] = [];
  private readonly dependencies = new Set<string>();
  private readonly globs: { base: string; pattern: string }[] = [];
  private pending = false;
  private includes = 0;
  private included = 0;
  private generated = 0;
  private expanded = 0;
  private limitReported = false;
  private readonly limits: ResolveLimits;

  constructor(
    private readonly access: FileAccess,
    private readonly options: ResolveOptions,
  ) {
    this.limits = options.limits ?? DEFAULT_LIMITS;
  }

  *run(root: SourceFile): Steps<Resolved> {
    yield* this.readFile(root);
    return new Resolved(
      this.text(root.text),
      this.chunks,
      this.files,
      this.problems,
      this.includeSites,
      this.definitions,
      this.pending,
      this.dependencies,
      this.globs,
      this.generated,
    );
  }

  /** The text that was made: in pieces where it is long, or the root file is held in pieces. */
  private text(root: Source): Source {
    const { chunks, files, at: length } = this;
    const { before } = this.options;
    const grain = typeof root === "string" ? undefined : root.grain;
    if (!before || (length < LONG_TEXT && grain === undefined)) return this.slice(0, length);
    const text = { length, slice: (start: number, end = length) => this.slice(start, end) };
    const { start, oldEnd, newLength } = replacementBetween(before, { chunks, files, text });
    const old = typeof before.text === "string" ? Pieces.of(before.text, grain) : before.text;
    return old.edit(start, oldEnd, this.slice(start, start + newLength));
  }

  /** A stretch of the text that was made. */
  private slice(start: number, end: number): string {
    const { chunks, files, made } = this;
    const parts: string[] = [];
    for (let i = chunkIndex(chunks, start); i < chunks.length && chunks[i].at < end; i++) {
      const { at, length, file, start: origin } = chunks[i];
      const from = Math.max(0, start - at);
      const to = Math.min(length, end - at);
      parts.push(made[i]?.slice(from, to) ?? files[file].tree.text.slice(origin + from, origin + to));
    }
    return parts.join("");
  }

  private *readFile(file: SourceFile): Steps<void> {
    let index = this.fileIndex.get(file.uri);
    if (index === undefined) {
      index = this.files.length;
      this.files.push(file);
      this.fileIndex.set(file.uri, index);
    }
    this.dependencies.add(file.uri);
    this.stack.push(file.uri);
    const { tree } = file;
    const { text, items, starts } = tree;
    for (let i = 0; i < items.length; ) {
      if (items[i].special) {
        yield* this.readLines(index, text, starts[i], starts[++i]);
        yield;
        continue;
      }
      // What needs no resolution is taken over in one stretch, most files as a whole.
      const from = i;
      while (i < items.length && !items[i].special) i++;
      this.copy(index, text, starts[from], starts[i]);
    }
    if (this.lineIsOpen) {
      this.emit({ text: "\n", start: text.length, end: text.length, verbatim: false, via: undefined }, index);
    }
    this.stack.pop();
  }

  /** Whether what was made so far ends within a line. */
  private get lineIsOpen(): boolean {
    const last = this.chunks.length - 1;
    if (last < 0) return false;
    const { file, end } = this.chunks[last];
    const made = this.made[last];
    return made === undefined
      ? this.files[file].tree.text.charCodeAt(end - 1) !== LF
      : made.charCodeAt(made.length - 1) !== LF;
  }

  /** Appends source text as it is, joining it with the chunk before where they touch. */
  private copy(file: number, text: Source, start: number, end: number): void {
    if (end <= start) return;
    if (text.charCodeAt(start) === BOM) this.keepMark(file, start);
    const last = this.chunks[this.chunks.length - 1];
    if (last?.verbatim && last.file === file && last.end === start && last.via === undefined) {
      this.chunks[this.chunks.length - 1] = { ...last, length: last.length + end - start, end };
    } else {
      this.chunks.push({
        at: this.at,
        length: end - start,
        file,
        start,
        end,
        verbatim: true,
        via: undefined,
      });
    }
    this.at += end - start;
  }

  /** A byte order mark in the middle of a file must not become one by what was left out before it. */
  private keepMark(file: number, start: number): void {
    if (this.at === 0 && start > 0)
      this.emit({ text: "\n", start, end: start, verbatim: false, via: undefined }, file);
  }

  private emit(piece: Piece, file: number): void {
    if (piece.text === "") return;
    if (piece.text.charCodeAt(0) === BOM) this.keepMark(file, piece.start);
    this.made[this.chunks.length] = piece.text;
    this.chunks.push({
      at: this.at,
      length: piece.text.length,
      file,
      start: piece.start,
      end: piece.end,
      verbatim: piece.verbatim,
      via: piece.via,
    });
    this.at += piece.text.length;
  }

  private *readLines(file: number, text: Source, from: number, to: number): Steps<void> {
    let p = from;
    while (p < to) {
      let eol = text.indexOf("\n", p);
      const next = eol < 0 || eol >= to ? to : eol + 1;
      if (eol < 0 || eol >= to) eol = to;
      p = yield* this.readLine(file, text, p, eol, next, to);
    }
  }

  /** Reads one physical line; returns where the next one starts. */
  private *readLine(
    file: number,
    text: Source,
    start: number,
    eol: number,
    next: number,
    limit: number,
  ): Steps<number> {
    let p = start;
    while (p < eol && (text.charAt(p) === " " || text.charAt(p) === "\t")) p++;
    let active = true;
    if (text.charAt(p) === "@") {
      let end = p + 1;
      while (end < eol && !/[ \t\r!#]/.test(text.charAt(end))) end++;
      active = this.conditionHolds(text.slice(p, end));
      p = end;
      while (p < eol && (text.charAt(p) === " " || text.charAt(p) === "\t")) p++;
    }
    const definition =
      text.charAt(p) === "$" ? /^\$([A-Za-z_]\w*)=/.exec(text.slice(p, Math.min(eol, p + 256))) : null;
    if (definition)
      return this.readDefinition(file, text, p, p + definition[0].length, limit, definition[1], active);
    if (!active) {
      // The line counts as blank; keep the line structure for nothing else than readability of the resolved text.
      return next;
    }
    const contentEnd = contentEndOf(text, p, eol);
    const content = text.slice(p, contentEnd);
    if (
      p === start + indentOf(text, start, eol) &&
      !/[$~]/.test(content) &&
      !/(?:^|\{[ \t]*)include[rmwba]?[ \t]/.test(content)
    ) {
      this.copy(file, text, start, next);
      return next;
    }
    const pieces: Piece[] = [{ text: content, start: p, end: contentEnd, verbatim: true, via: undefined }];
    // An include behind a brace is a line of its own.
    const brace = /^[^"]*\{[ \t]*(?=include[rmwba]?[ \t])/.exec(content);
    if (brace) {
      const at = brace[0].length;
      yield* this.logicalLine(file, [sub(pieces[0], 0, at)], 0, false);
      yield* this.logicalLine(file, [sub(pieces[0], at, content.length)], 0, false);
      return next;
    }
    yield* this.logicalLine(file, pieces, 0, p === start + indentOf(text, start, eol));
    return next;
  }

  private conditionHolds(condition: string): boolean {
    const negated = condition[1] === "^";
    const id = condition.slice(negated ? 2 : 1);
    return (id === this.options.id) !== negated;
  }

  private readDefinition(
    file: number,
    text: Source,
    start: number,
    valueStart: number,
    limit: number,
    name: string,
    active: boolean,
  ): number {
    const tree = this.files[file].tree;
    const lines: string[] = [];
    const linePlaces: Place[] = [];
    let p = valueStart;
    let end = valueStart;
    let next: number;
    for (let first = true; ; first = false) {
      let eol = text.indexOf("\n", p);
      if (eol < 0 || eol > limit) eol = limit;
      next = Math.min(eol + 1, limit);
      while (p < eol && (text.charAt(p) === " " || text.charAt(p) === "\t")) p++;
      const contentEnd = contentEndOf(text, p, eol);
      let value = text.slice(p, contentEnd);
      let continues = value.endsWith("\\");
      if (continues) value = value.slice(0, -1).trimEnd();
      else if (!tree.dialect.commentEndsDefinition) {
        continues = text.slice(contentEnd, eol).trimEnd().endsWith("\\");
      }
      if (value !== "" || (first && !continues)) {
        lines.push(value);
        linePlaces.push({ file, start: p, end: p + value.length });
      }
      end = Math.max(end, contentEnd);
      if (!continues || eol >= limit) break;
      p = next;
      const lineEnd = text.indexOf("\n", p);
      if (text.slice(p, lineEnd < 0 ? limit : lineEnd).trim() === "") break;
    }
    if (active) {
      this.variables.delete(name);
      this.definitions.set(name, {
        name,
        lines: lines.length > 0 ? lines : [""],
        place: { file, start, end },
        nameEnd: valueStart - 1,
        linePlaces,
      });
    }
    return next;
  }

  /** Expands and emits a line that holds a definition, a generator or an include. */
  private *logicalLine(file: number, input: Piece[], depth: number, atPhysicalStart: boolean): Steps<void> {
    if (depth > this.limits.depth) {
      this.limit(file, input[0]);
      return;
    }
    // The text of a generator is expanded once per value, its variables being defined then.
    const raw = input.map((x) => x.text).join("");
    if (GENERATOR.test(raw)) {
      yield* this.generate(file, input, raw, depth);
      return;
    }
    const { pieces, more } = this.expand(file, input);
    const text = pieces.map((x) => x.text).join("");
    const trimmed = text.trimStart();
    if (trimmed.startsWith("~")) {
      if (GENERATOR.test(trimmed)) {
        if (this.literalGenerator(file, pieces, text)) return;
        yield* this.generate(file, pieces, text, depth);
        for (const line of more) yield* this.continuation(file, line, depth);
        return;
      }
    }
    const include = /^(include[rmwba]?)[ \t]+(.*)$/s.exec(trimmed);
    if (include) {
      const at = text.length - trimmed.length;
      const [first] = pieces;
      const defined = atPhysicalStart && !(first.verbatim && first.text.startsWith("include"));
      yield* this.include(
        file,
        include[1],
        include[2].trim(),
        this.rangeOf(pieces, at, text.length),
        defined ? "defined" : atPhysicalStart,
      );
      return;
    }
    for (const piece of pieces) this.emit(piece, file);
    this.newline(file, pieces);
    for (const line of more) yield* this.continuation(file, line, depth);
  }

  private get newDialect(): boolean {
    return this.files[0].tree.dialect.commentEndsDefinition;
  }

  /** Newer releases evaluate a generator only where it stands in the line as it is written. */
  private literalGenerator(file: number, pieces: readonly Piece[], text: string): boolean {
    if (!this.newDialect) return false;
    if (pieces.find((x) => x.text.trim() !== "")?.verbatim) return false;
    const { start, end } = this.rangeOf(pieces, 0, text.length);
    const fault: ResolveFault = { kind: "generator", problem: "defined", detail: text.trim() };
    if (
      !this.problems.some(
        (p) => p.place.file === file && p.place.start === start && p.fault.kind === "generator",
      )
    )
      this.problems.push({ place: { file, start, end }, fault });
    return true;
  }

  /** A further line of a multi-line definition: it may carry a condition and is expanded in its turn. */
  private *continuation(file: number, line: Piece, depth: number): Steps<void> {
    if (this.expanded > this.limits.expanded) return;
    const m = /^[ \t]*@(\^?)([^ \t]+)[ \t]*/.exec(line.text);
    if (m) {
      if (!this.conditionHolds(`@${m[1]}${m[2]}`)) return;
      line = { ...line, text: line.text.slice(m[0].length) };
    }
    const definition = /^\$([A-Za-z_]\w*)=/.exec(line.text);
    if (definition) {
      const place = line.via ?? { file, start: line.start, end: line.end };
      const value = line.text.slice(definition[0].length).trimStart();
      this.variables.delete(definition[1]);
      this.definitions.set(definition[1], {
        name: definition[1],
        lines: [value],
        place,
        nameEnd: place.start,
        linePlaces: [place],
      });
      return;
    }
    if (!/[$~]/.test(line.text) && !line.text.startsWith("include")) {
      this.emit(line, file);
      this.newline(file, [line]);
      return;
    }
    yield* this.logicalLine(file, [line], depth + 1, false);
  }

  private newline(file: number, pieces: readonly Piece[]): void {
    const last = pieces[pieces.length - 1];
    this.emit(
      { text: "\n", start: last?.end ?? 0, end: last?.end ?? 0, verbatim: false, via: undefined },
      file,
    );
  }

  private rangeOf(
    pieces: readonly Piece[],
    from: number,
    to: number,
  ): { start: number; end: number; via: Place | undefined } {
    let at = 0;
    let start = -1;
    let end = 0;
    let via: Place | undefined;
    for (const piece of pieces) {
      const next = at + piece.text.length;
      if (next > from && at < to) {
        const s = piece.verbatim ? piece.start + Math.max(0, from - at) : piece.start;
        const e = piece.verbatim ? piece.start + Math.min(piece.text.length, to - at) : piece.end;
        if (start < 0) start = s;
        end = Math.max(end, e);
        via ??= piece.via;
      }
      at = next;
    }
    return { start: Math.max(0, start), end, via };
  }

  private limit(file: number, piece: Piece | undefined): void {
    if (this.limitReported) return;
    this.limitReported = true;
    this.problems.push({
      place: { file, start: piece?.start ?? 0, end: piece?.end ?? 0 },
      fault: { kind: "expansion-limit", limit: this.limits.expanded },
    });
  }

  /**
   * Replaces definitions in a line until none is left.
   * @returns the pieces of the line, and the further lines that a multi-line definition at its end adds.
   */
  private expand(file: number, input: Piece[]): { pieces: Piece[]; more: Piece[] } {
    let pieces = input;
    const more: Piece[] = [];
    let length = input.reduce((n, x) => n + x.text.length, 0);
    for (let rounds = 0; ; rounds++) {
      // A generator that comes out of a definition expands the rest of the line once per value.
      if (
        rounds > 0 &&
        pieces.some((x) => x.text.includes("~")) &&
        GENERATOR.test(pieces.map((x) => x.text).join(""))
      )
        break;
      let changed = false;
      const next: Piece[] = [];
      for (let i = 0; i < pieces.length && !changed; i++) {
        const piece = pieces[i];
        const use = this.findUse(pieces, i);
        if (!use) {
          next.push(piece);
          continue;
        }
        const { from, to, value, via, lines } = use;
        length += value.length - (to - from);
        // Short ones cost time as well.
        this.expanded += value.length + PER_EXPANSION;
        const name = piece.text.slice(from, to);
        const tooLong = length > MAX_LINE && value.length > to - from;
        if (tooLong || rounds >= MAX_ROUNDS) {
          const place: Place = piece.verbatim
            ? { file, start: piece.start + from, end: piece.start + to }
            : { file, start: piece.start, end: piece.end };
          this.problems.push({
            place,
            fault:
              !tooLong || this.isRecursive(name.replace(/\W/g, ""))
                ? { kind: "recursion", name, endless: !tooLong }
                : { kind: "too-long", name },
          });
          // What is left of the uses is not known.
          const masked = pieces.slice(i).map((x): Piece => {
            const text = x.text.replace(/\$(?:\{[^}]*\}|\w+)/g, OPAQUE);
            return text === x.text ? x : { ...x, text, verbatim: false };
          });
          return { pieces: [...next, ...masked], more };
        }
        if (this.expanded > this.limits.expanded) {
          this.limit(file, piece);
          return { pieces, more };
        }
        if (from > 0) next.push(sub(piece, 0, from));
        const range = piece.verbatim
          ? { start: piece.start + from, end: piece.start + to }
          : { start: piece.start, end: piece.end };
        next.push({ text: value, ...range, verbatim: false, via: via ?? piece.via });
        if (to < piece.text.length) next.push(sub(piece, to, piece.text.length));
        for (let j = i + 1; j < pieces.length; j++) next.push(pieces[j]);
        if (lines) {
          const added = lines.map((line) => ({ text: line.text, ...range, verbatim: false, via: line.via }));
          more.unshift(...added);
        }
        changed = true;
      }
      if (!changed) break;
      pieces = next;
    }
    return { pieces, more };
  }

  /** Whether a definition holds itself, directly or by others. */
  private isRecursive(name: string): boolean {
    const seen = new Set<string>();
    const open = [name];
    for (let n = open.pop(); n !== undefined; n = open.pop()) {
      for (const line of this.definitions.get(n)?.lines ?? []) {
        for (const [, used] of line.matchAll(/\$\{?([A-Za-z_]\w*)/g)) {
          if (used === name) return true;
          if (!seen.has(used)) open.push(used);
          seen.add(used);
        }
      }
    }
    return false;
  }

  /** The first use of a definition in a piece that can be replaced. */
  private findUse(
    pieces: readonly Piece[],
    index: number,
  ):
    | {
        from: number;
        to: number;
        value: string;
        via: Place | undefined;
        lines?: { text: string; via: Place | undefined }[];
      }
    | undefined {
    const { text } = pieces[index];
    for (let at = text.indexOf("$"); at >= 0; at = text.indexOf("$", at + 1)) {
      const braced = /^\$\{([A-Za-z_]\w*)([ \t][^}]*)?\}/.exec(text.slice(at, at + 256));
      const bare = braced ? null : /^\$([A-Za-z_]\w*)/.exec(text.slice(at, at + 256));
      const name = braced?.[1] ?? bare?.[1];
      if (name === undefined) continue;
      const to = at + (braced ?? bare)![0].length;
      const isLast = index === pieces.length - 1 || pieces.slice(index + 1).every((x) => x.text === "");
      const following = to < text.length ? text[to] : isLast ? "" : pieces[index + 1].text[0];
      if (bare && following !== "" && !/[ \t,)]/.test(following)) continue;
      const variable = this.variables.get(name);
      if (variable !== undefined) return { from: at, to, value: variable, via: undefined };
      const definition = this.definitions.get(name);
      if (definition) {
        if (definition.lines.length > 1) {
          // A multi-line definition is replaced only at the end of the line.
          if (to !== text.length || !isLast) continue;
          const [first, ...rest] = definition.lines;
          return {
            from: at,
            to,
            value: first,
            via: definition.linePlaces[0],
            lines: rest.map((line, i) => ({ text: line, via: definition.linePlaces[i + 1] })),
          };
        }
        return { from: at, to, value: definition.lines[0], via: definition.linePlaces[0] };
      }
      const predefined = this.predefined(name, braced?.[2]?.trim() ?? "", pieces[index], at, to);
      if (predefined !== undefined) return { from: at, to, value: predefined, via: undefined };
    }
    return undefined;
  }

  private predefined(
    name: string,
    parameters: string,
    piece: Piece,
    from: number,
    to: number,
  ): string | undefined {
    const fault = (problem: PredefinedProblem) =>
      this.predefinedFault(name, parameters, problem, piece, from, to);
    if (parameters !== "" && name !== "_RANDOM" && name !== "_ENV") {
      if ((PREDEFINED_DEFINITIONS as readonly string[]).includes(name)) fault("none");
      return OPAQUE;
    }
    switch (name) {
      case "_PWD":
        return pathOf(directoryOf(this.stack[this.stack.length - 1]));
      case "_INSTANCE":
        return this.options.id ?? OPAQUE;
      case "_RANDOM": {
        const numbers = parameters === "" ? [] : parameters.split(/[ \t]+/);
        if (numbers.some((n) => !/^\d+$/.test(n))) {
          fault("numeric");
          return OPAQUE;
        }
        if (numbers.length > 2) {
          fault("count");
          return OPAQUE;
        }
        if (numbers.length > 0 && Number(numbers[0]) > Number(numbers[1] ?? 32767)) {
          fault("order");
          return numbers[0];
        }
        return OPAQUE;
      }
      case "_ENV":
        fault(parameters === "" ? "env" : "since");
        return OPAQUE;
      case "_HASH":
        return "#";
      case "_BANG":
        return "!";
      default:
        return undefined;
    }
  }

  private predefinedFault(
    name: string,
    parameters: string,
    problem: PredefinedProblem,
    piece: Piece,
    from: number,
    to: number,
  ): void {
    const file = this.fileIndex.get(this.stack[this.stack.length - 1])!;
    const place: Place = piece.verbatim
      ? { file, start: piece.start + from, end: piece.start + to }
      : { file, start: piece.start, end: piece.end };
    if (
      this.problems.some(
        (p) => p.place.file === file && p.place.start === place.start && p.fault.kind === "predefined",
      )
    )
      return;
    this.problems.push({ place, fault: { kind: "predefined", name: `\${${name}}`, parameters, problem } });
  }

  private *generate(file: number, pieces: Piece[], text: string, depth: number): Steps<void> {
    const whole = this.rangeOf(pieces, 0, text.length);
    const place: Place = { file, start: whole.start, end: whole.end };
    const parsed = parseGenerator(text, (name) => {
      const d = this.definitions.get(name);
      return d ? (d.lines.length > 1 ? null : d.lines[0]) : this.variables.get(name);
    });
    if ("problem" in parsed) {
      const close = text.indexOf(")");
      const range = this.rangeOf(pieces, text.indexOf("~"), close < 0 ? text.length : close + 1);
      this.problems.push({
        place: { file, start: range.start, end: range.end },
        fault: { kind: "generator", problem: parsed.problem, detail: parsed.detail },
      });
      return;
    }
    const rest: Piece[] = [];
    let at = 0;
    for (const piece of pieces) {
      const next = at + piece.text.length;
      if (next > parsed.rest)
        rest.push(at >= parsed.rest ? piece : sub(piece, parsed.rest - at, piece.text.length));
      at = next;
    }
    for (let i = 0; i < parsed.count; i++) {
      if (++this.generated > this.limits.generated) {
        this.problems.push({ place, fault: { kind: "generator-limit", limit: this.limits.generated } });
        return;
      }
      const values = parsed.values(i);
      for (let v = 0; v < parsed.names.length; v++) this.variables.set(parsed.names[v], values[v] ?? "");
      yield* this.logicalLine(
        file,
        rest.length > 0 ? rest : [{ text: "", ...whole, verbatim: false, via: undefined }],
        depth + 1,
        false,
      );
      yield;
    }
  }

  private *include(
    file: number,
    word: string,
    pattern: string,
    range: { start: number; end: number },
    atPhysicalStart: boolean | "defined",
  ): Steps<void> {
    const place: Place = { file, start: range.start, end: range.end };
    const fault = (f: ResolveFault) => void this.problems.push({ place, fault: f });
    if (atPhysicalStart !== true)
      fault({ kind: "include-twice", word, pattern, defined: atPhysicalStart === "defined" });
    if (pattern === "" || pattern.includes(OPAQUE)) return;
    const base = directoryOf(this.stack[this.stack.length - 1]);
    this.globs.push({ base, pattern });
    const { uris, missing, pending, cut } = this.access.glob(base, pattern);
    if (pending) this.pending = true;
    this.includeSites.push({ place, at: this.at, uris });
    if (uris.length === 0 && !pending) {
      if (hasWildcard(pattern))
        fault({ kind: "include-nomatch", pattern, word, folder: this.missingFolder(base, pattern) });
      else fault({ kind: "include", pattern, problem: "missing", word, path: pattern });
      return;
    }
    // An alternative with wildcards may match nothing.
    const absent = missing.filter((alternative) => !hasWildcard(alternative));
    if (absent.length > 0) fault({ kind: "include-brace", pattern, missing: absent, word });
    if (cut) fault({ kind: "include-limit", limit: uris.length, word });
    for (const uri of uris) {
      this.dependencies.add(uri);
      if (this.stack.includes(uri)) {
        fault({ kind: "include-cycle", path: pathOf(uri), word });
        continue;
      }
      if (this.includes >= this.limits.includes) {
        fault({ kind: "include-limit", limit: this.limits.includes, word });
        return;
      }
      this.includes++;
      const { access } = this;
      const result = access.fileSteps ? yield* access.fileSteps(uri) : access.file(uri);
      yield;
      if (result.kind === "pending") this.pending = true;
      else if (result.kind === "problem") {
        fault({ kind: "include", pattern, problem: result.problem, word, path: pathOf(uri) });
      } else {
        this.included += result.file.text.length;
        if (this.included > this.limits.included) {
          fault({ kind: "include-limit", limit: this.includes - 1, word });
          this.includes = this.limits.includes;
          return;
        }
        yield* this.readFile(result.file);
      }
    }
  }

  /** The part of a pattern before its first wildcard, if no such folder exists. */
  private missingFolder(base: string, pattern: string): string | undefined {
    const folder = /^[^*?[{]*(?=\/)/.exec(pattern)?.[0];
    if (!folder) return undefined;
    const result = this.access.file(resolveUri(base, folder));
    if (result.kind === "pending") this.pending = true;
    return result.kind === "problem" && result.problem === "missing" ? folder : undefined;
  }
}

function sub(piece: Piece, from: number, to: number): Piece {
  return {
    text: piece.text.slice(from, to),
    start: piece.verbatim ? piece.start + from : piece.start,
    end: piece.verbatim ? piece.start + to : piece.end,
    verbatim: piece.verbatim,
    via: piece.via,
  };
}

function indentOf(text: Source, start: number, eol: number): number {
  let p = start;
  while (p < eol && (text.charAt(p) === " " || text.charAt(p) === "\t")) p++;
  return p - start;
}

/** End of a line's text before its comment, trailing blanks excluded. */
function contentEndOf(text: Source, start: number, eol: number): number {
  let quoted = false;
  let p = start;
  for (; p < eol; p++) {
    const c = text.charAt(p);
    if (c === '"') quoted = !quoted;
    else if (!quoted && c === "\\") p++;
    else if (!quoted && (c === "#" || c === "!")) break;
  }
  p = Math.min(p, eol);
  while (p > start && /[ \t\r\f\v]/.test(text.charAt(p - 1))) p--;
  return p;
}

type Generator =
  | { readonly problem: GeneratorProblem; readonly detail: string }
  | {
      readonly names: readonly string[];
      readonly count: number;
      readonly values: (i: number) => readonly string[];
      /** Offset of the text to repeat. */
      readonly rest: number;
    };

const NAME = /^[A-Za-z_]\w*$/;

/**
 * Reads the parameters of a ~SEQ, ~SEQx or ~LST line.
 * @param lookup value of a definition, null when it has several lines.
 */
export function parseGenerator(text: string, lookup: (name: string) => string | null | undefined): Generator {
  const head = /^([ \t]*)~(SEQ|SEQx|LST)[ \t]*\(/.exec(text);
  if (!head) return { problem: "definition", detail: text };
  const close = text.indexOf(")", head[0].length);
  if (close < 0) return { problem: "close", detail: head[2] };
  const inside = text.slice(head[0].length, close);
  let rest = close + 1;
  while (rest < text.length && (text[rest] === " " || text[rest] === "\t")) rest++;
  if (head[2] === "LST") return parseList(inside, rest);

  if (inside.length > 63) return { problem: "long", detail: inside };
  const parts = inside.split(",").map((x) => x.trim());
  const [name, ...numbers] = parts;
  if (name !== "" && !NAME.test(name) && /^[^;]*$/.test(name)) return { problem: "odd", detail: name };
  if (!NAME.test(name) || numbers.length < 1 || numbers.length > 3)
    return { problem: "definition", detail: inside };
  const values: number[] = [];
  for (const raw of numbers) {
    let word = raw;
    const use = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(word);
    if (use) {
      const value = lookup(use[1]);
      if (value === null) return { problem: "multi-line", detail: word };
      if (value === undefined) return { problem: "definition", detail: word };
      word = value.trim();
    }
    if (word === "") return { problem: "odd", detail: inside };
    if (!/^[+-]?(0[xX][0-9A-Fa-f]+|\d+)$/.test(word)) return { problem: "definition", detail: word };
    const sign = word[0] === "-" ? -1 : 1;
    const digits = word.replace(/^[+-]/, "");
    const value = /^0\d/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
    if (!Number.isSafeInteger(value)) return { problem: "definition", detail: word };
    values.push(sign * value);
  }
  let first: number;
  let step: number;
  let last: number;
  if (values.length === 1) {
    [last] = values;
    first = last < 0 ? -1 : 1;
    step = last < 0 ? -1 : 1;
  } else if (values.length === 2) {
    [first, last] = values;
    step = last < first ? -1 : 1;
  } else [first, step, last] = values;
  if (step === 0 || (step > 0 && first > last) || (step < 0 && first < last))
    return { problem: "values", detail: inside };
  const hex = head[2] === "SEQx";
  if (hex && (first < 0 || last < 0)) return { problem: "hex", detail: inside };
  const count = Math.floor((last - first) / step) + 1;
  return {
    names: [name],
    count,
    values: (i) => {
      const v = first + i * step;
      return [hex ? v.toString(16) : String(v)];
    },
    rest,
  };
}

function parseList(inside: string, rest: number): Generator {
  const sets: string[][] = [];
  let p = 0;
  const blanks = () => {
    while (p < inside.length && /[ \t]/.test(inside[p])) p++;
  };
  const word = (): string => {
    const start = p;
    while (p < inside.length && !/[ \t,}]/.test(inside[p])) p++;
    return inside.slice(start, p);
  };
  while (true) {
    blanks();
    if (p >= inside.length) break;
    const set: string[] = [];
    if (inside[p] === "{") {
      p++;
      for (;;) {
        blanks();
        set.push(word());
        blanks();
        if (inside[p] === ",") {
          p++;
          continue;
        }
        if (inside[p] !== "}") return { problem: "definition", detail: inside };
        p++;
        break;
      }
    } else set.push(word());
    sets.push(set);
    blanks();
    if (p >= inside.length) break;
    if (inside[p] !== ",") return { problem: "definition", detail: inside };
    p++;
  }
  const [names, ...values] = sets;
  if (names && inside.trimEnd().endsWith(",")) return { problem: "odd", detail: inside };
  if (!names || values.length === 0) return { problem: "definition", detail: inside };
  const wrong = names.find((n) => !NAME.test(n));
  if (wrong !== undefined) return { problem: "odd", detail: wrong };
  for (const set of values)
    if (set.length > names.length) return { problem: "count", detail: set.join(", ") };
  return { names, count: values.length, values: (i) => values[i], rest };
}
