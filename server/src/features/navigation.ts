/** From a name to where it is declared, and to where it is used. */
import type { FileRange, Project } from "../checks/project";
import { Kind } from "../syntax/records";
import { finish, type Steps } from "../text/steps";
import type { SourceFile } from "../workspace/files";
import type { Resolved } from "../workspace/resolve";
import type { FeatureContext } from "./context";
import { type Mark, marksOf } from "./marks";
import { Role, type Target } from "./names-index";
import { foundAt, foundSteps, type Place, placeSteps, placesOf } from "./places";

/** A reference: a place, and whether the name gets its meaning there. */
export interface Reference extends FileRange {
  readonly write: boolean;
}

/**
 * Where the thing at an offset is defined: the declaring block of a name, the definition that is in force for a use of
 * `$NAME`, the entry that puts an address on an interface, the first `interface` of an interface, the files of an include.
 * @param projects the configurations in which the file takes part, when there are several.
 */
export function definitions(
  c: FeatureContext,
  offset: number,
  projects: readonly Project[] = [c.project],
): FileRange[] {
  const files = includedFiles(c.file, offset, projects);
  if (files.length > 0) return files.map((uri) => ({ uri, start: 0, end: 0 }));
  return unique(
    foundAt(projects, c.file, offset).flatMap(({ target, role, start, end }) => {
      const own = { uri: c.file.uri, start, end };
      // The cursor stands on it already: editors then offer the references instead.
      if (target.kind === "definition" && role === Role.Declaration) return [own];
      return projects.flatMap((project) => definitionsOf(project, target, own));
    }),
  );
}

/** Every place of the thing at an offset. */
export const references = (
  c: FeatureContext,
  offset: number,
  includeDeclaration: boolean,
  projects: readonly Project[] = [c.project],
): Reference[] => finish(referenceSteps(c, offset, includeDeclaration, projects));

/** The same in steps. */
export function* referenceSteps(
  c: FeatureContext,
  offset: number,
  includeDeclaration: boolean,
  projects: readonly Project[],
): Steps<Reference[]> {
  const places: Reference[] = [];
  for (const { target } of yield* foundSteps(projects, c.file, offset)) {
    for (const project of projects) {
      for (const place of referencesIn(yield* placeSteps(project, target), target, includeDeclaration))
        places.push(place);
      yield;
    }
  }
  return unique(places);
}

/** Every place of a target in one configuration. */
export const referencesOf = (project: Project, target: Target, includeDeclaration: boolean): Reference[] =>
  referencesIn(placesOf(project, target), target, includeDeclaration);

function referencesIn(places: readonly Place[], target: Target, includeDeclaration: boolean): Reference[] {
  const declared = new Set(declarations(places, target));
  const all = includeDeclaration ? places : places.filter((p) => !declared.has(p));
  return all.map((p) => ({ uri: p.uri, start: p.start, end: p.end, write: isWrite(p) }));
}

/** The places of the thing at an offset that lie in the same file. */
export function highlights(
  c: FeatureContext,
  offset: number,
  projects: readonly Project[] = [c.project],
): Reference[] {
  return references(c, offset, true, projects).filter((r) => r.uri === c.file.uri);
}

const isWrite = ({ role }: Place): boolean => role === Role.Declaration || role === Role.Vip;

function unique<T extends FileRange>(places: readonly T[]): T[] {
  const result = new Map<string, T>();
  for (const p of places) {
    const key = `${p.start} ${p.end} ${p.uri}`;
    if (!result.has(key)) result.set(key, p);
  }
  return [...result.values()];
}

/** Those places of a target that declare it. */
function declarations(places: readonly Place[], target: Target): readonly Place[] {
  if (target.kind === "address") return places.filter((p) => p.role === Role.Vip);
  const declared = places.filter((p) => p.role === Role.Declaration);
  if (target.kind !== "interface" || declared.length > 0) return declared;
  return places.filter((p) => p.role === Role.Interface).slice(0, 1);
}

function definitionsOf(project: Project, target: Target, from: FileRange): readonly FileRange[] {
  if (target.kind === "definition") return definitionsInForce(project, target.name, from);
  return declarations(placesOf(project, target), target).map(({ uri, start, end }) => ({ uri, start, end }));
}

/** The files that an include at an offset brings in, in the order of reading. */
function includedFiles(file: SourceFile, offset: number, projects: readonly Project[]): string[] {
  const path = file.tree.pathAt(offset);
  const node = path[path.length - 1];
  if (node?.kind !== Kind.Include) return [];
  // A definition in the pattern is what is asked for when the cursor stands on it.
  if (marksOf(file).some((m) => m.whole.start <= offset && offset < m.whole.end)) return [];
  return filesOfInclude(file.uri, node.start, node.end, projects);
}

/** The files that the include between two offsets of a file brings in. */
export function filesOfInclude(
  uri: string,
  start: number,
  end: number,
  projects: readonly Project[],
): string[] {
  const uris = new Set<string>();
  for (const project of projects) {
    for (const { resolved } of project.views) {
      for (const site of resolved?.includes ?? []) {
        if (site.place.start < start || site.place.start > end) continue;
        if (resolved!.files[site.place.file].uri !== uri) continue;
        for (const u of site.uris) uris.add(u);
      }
    }
  }
  return [...uris];
}

// ---------------------------------------------------------------------------------------------- definitions in force

/**
 * The definitions of a name that hold at a place: in each reading the last one above it. A name that is used before any
 * definition has them all, because one of them must be what was meant.
 */
function definitionsInForce(project: Project, name: string, at: FileRange): FileRange[] {
  const all: { readonly file: SourceFile; readonly mark: Mark }[] = [];
  for (const file of project.files)
    for (const mark of marksOf(file))
      if (mark.kind === "definition" && mark.write && mark.name === name) all.push({ file, mark });
  const inForce = new Set<(typeof all)[number]>();
  if (all.length > 1) {
    for (const { id, resolved } of project.views) {
      if (!resolved) continue;
      const use = readingOrder(resolved, at.uri, at.start);
      let best: { definition: (typeof all)[number]; order: readonly number[] } | undefined;
      for (const definition of all) {
        const { condition, start } = definition.mark;
        if (condition !== undefined && !holds(condition, id)) continue;
        const order = readingOrder(resolved, definition.file.uri, start);
        if (use && order && before(order, use) && (!best || before(best.order, order)))
          best = { definition, order };
      }
      if (best) inForce.add(best.definition);
    }
  }
  return (inForce.size > 0 ? [...inForce] : all).map(({ file, mark }) => ({
    uri: file.uri,
    start: mark.start,
    end: mark.end,
  }));
}

const holds = (condition: string, id: string | undefined): boolean =>
  condition.startsWith("@^") ? condition.slice(2) !== id : condition.slice(1) === id;

/**
 * A key that sorts places in the order of reading: the offset of the include line, the number of the file among those of
 * the line, and so on down to the offset in the file itself. Undefined for a file that the reading does not include.
 */
function readingOrder(resolved: Resolved, uri: string, offset: number): readonly number[] | undefined {
  const order = [offset];
  for (let at = uri, depth = 0; at !== resolved.files[0].uri; depth++) {
    const site = resolved.includes.find((s) => s.uris.includes(at));
    if (!site || depth > 64) return undefined;
    order.unshift(site.place.start, site.uris.indexOf(at));
    at = resolved.files[site.place.file].uri;
  }
  return order;
}

function before(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] < b[i];
  return a.length < b.length;
}
