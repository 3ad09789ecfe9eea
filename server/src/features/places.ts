/** From the readings of a configuration back to the files: where a target occurs, and what stands at an offset. */
import type { Project, View } from "../checks/project";
import { Kind } from "../syntax/records";
import type { Tree } from "../syntax/tree";
import { finish, type Steps } from "../text/steps";
import type { SourceFile } from "../workspace/files";
import { type Mark, markAt, marksOf } from "./marks";
import {
  indexSteps,
  occurrenceAt,
  occurrencesBetween,
  occurrencesOf,
  Role,
  type Span,
  sameTarget,
  type Target,
} from "./names-index";

/** A place in a file where a target occurs. */
export interface Place extends Span {
  readonly uri: string;
  readonly role: Role;
  /** The text stands there as it is; otherwise a definition or generator makes at least a part of it. */
  readonly verbatim: boolean;
}

const targetOfMark = (file: SourceFile, mark: Mark): Target =>
  mark.kind === "variable"
    ? { kind: "variable", name: mark.name, uri: file.uri, line: mark.line! }
    : { kind: mark.kind, name: mark.name };

/** What is looked through for a project: its readings, and the files themselves where not every id has one. */
interface Reading {
  readonly tree: Tree;
  readonly uri: string;
  readonly view: View | undefined;
}

function readingsOf(project: Project): Reading[] {
  const readings: Reading[] = project.views.map((view) => ({
    tree: view.tree,
    uri: project.root.uri,
    view,
  }));
  if (project.ids.length >= project.views.length && project.views[0].resolved)
    for (const file of project.files) readings.push({ tree: file.tree, uri: file.uri, view: undefined });
  return readings;
}

/** The places from which a word of a reading comes: first where it is used, then where a definition gives it. */
function origins(
  reading: Reading,
  start: number,
  end: number,
): (Span & { readonly uri: string; readonly verbatim: boolean })[] {
  const resolved = reading.view?.resolved;
  if (!resolved) return [{ uri: reading.uri, start, end, verbatim: true }];
  const origin = resolved.origin(start, end);
  if (!origin) return [];
  const { uri, verbatim, via } = origin;
  const use = { uri, start: origin.start, end: origin.end, verbatim };
  if (!via) return [use];
  const file = resolved.files.find((f) => f.uri === via.uri);
  const before = start - resolved.chunkAt(start)!.at;
  const word = file && wordIn(file, via, reading.tree.text.slice(start, end), before);
  return word ? [use, { uri: via.uri, ...word, verbatim: false }] : [use];
}

/**
 * A word within the text of a definition; undefined where the definition gives only a part of the word.
 * @param before length of the text before the word, as long as nothing in it was replaced in its turn.
 */
function wordIn(file: SourceFile, via: Span, word: string, before: number): Span | undefined {
  const text = file.tree.text.slice(via.start, via.end);
  const stands = (at: number) =>
    text.startsWith(word, at) && isEdge(text[at - 1]) && isEdge(text[at + word.length]);
  let at = before;
  if (!stands(at)) for (at = text.indexOf(word); at >= 0 && !stands(at); ) at = text.indexOf(word, at + 1);
  return at < 0 ? undefined : { start: via.start + at, end: via.start + at + word.length };
}

const isEdge = (c: string | undefined): boolean => c === undefined || /[\s"/-]/.test(c);

/** Every place of a target in a project, in the order of reading, each once. */
export const placesOf = (project: Project, target: Target): Place[] => finish(placeSteps(project, target));

/** The same in steps. */
export function* placeSteps(project: Project, target: Target): Steps<Place[]> {
  const places = new Map<string, Place>();
  const add = (place: Place) => {
    const key = `${place.start} ${place.end} ${place.uri}`;
    const known = places.get(key);
    if (!known) places.set(key, place);
    else if (known.role === Role.Reference) places.set(key, { ...known, role: place.role });
  };
  if (target.kind === "definition" || target.kind === "id" || target.kind === "variable") {
    for (const file of project.files) {
      if (target.kind === "variable" && file.uri !== target.uri) continue;
      for (const m of marksOf(file)) {
        if (m.kind !== target.kind || m.name !== target.name) continue;
        if (target.kind === "variable" && m.line?.start !== target.line.start) continue;
        const role = m.write ? Role.Declaration : Role.Reference;
        add({ uri: file.uri, start: m.start, end: m.end, role, verbatim: true });
      }
    }
    return [...places.values()];
  }
  for (const reading of readingsOf(project)) {
    yield* indexSteps(reading.tree);
    for (const o of occurrencesOf(reading.tree, target)) {
      for (const origin of origins(reading, o.start, o.end)) add({ ...origin, role: o.role });
    }
  }
  return [...places.values()];
}

/** What stands at an offset of a file, and where exactly. */
export interface Found extends Span {
  readonly target: Target;
  readonly role: Role;
  /** The text stands there as it is. */
  readonly verbatim: boolean;
}

/** What stands at an offset of a file: usually one thing, several if readings see it differently. */
export const foundAt = (projects: readonly Project[], file: SourceFile, offset: number): Found[] =>
  finish(foundSteps(projects, file, offset));

/** The same in steps. */
export function* foundSteps(projects: readonly Project[], file: SourceFile, offset: number): Steps<Found[]> {
  const mark = markAt(file, offset);
  if (mark) {
    const role = mark.write ? Role.Declaration : Role.Reference;
    return [{ target: targetOfMark(file, mark), role, start: mark.start, end: mark.end, verbatim: true }];
  }
  const found: Found[] = [];
  const add = (f: Found) => {
    if (!found.some((x) => sameTarget(x.target, f.target))) found.push(f);
  };
  const path = file.tree.pathAt(offset);
  const inValue = path[path.length - 1]?.kind === Kind.Definition;
  for (const project of projects) {
    for (const reading of readingsOf(project)) {
      const resolved = reading.view?.resolved;
      const offsets = resolved
        ? inValue
          ? []
          : resolved.offsetsOf(file.uri, offset)
        : reading.uri === file.uri
          ? [offset]
          : [];
      for (const at of offsets) {
        const o = occurrenceAt(reading.tree, at);
        const use = o && origins(reading, o.start, o.end)[0];
        if (!o || !use || use.uri !== file.uri || use.start > offset || use.end < offset) continue;
        add({ ...o, start: use.start, end: use.end, verbatim: use.verbatim });
        break;
      }
      if (inValue && resolved) foundInValue(reading, file, offset, add);
    }
    yield;
  }
  return found;
}

/** The cursor stands in the value of a definition: looks for a use whose text is the word there. */
function foundInValue(reading: Reading, file: SourceFile, offset: number, add: (f: Found) => void): void {
  const resolved = reading.view!.resolved!;
  const index = resolved.files.findIndex((f) => f.uri === file.uri);
  for (const { at, length, via } of resolved.chunks) {
    if (!via || via.file !== index || offset < via.start || offset > via.end) continue;
    for (const o of occurrencesBetween(reading.tree, at, at + length)) {
      const word = wordIn(file, via, reading.tree.text.slice(o.start, o.end), o.start - at);
      if (!word || word.start > offset || word.end < offset) continue;
      add({ ...o, ...word, verbatim: false });
      return;
    }
  }
}
