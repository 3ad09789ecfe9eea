/** Renaming: of what has a name in the configuration, and of the files that it includes. */
import type { Project } from "../checks/project";
import { DECLARING_BLOCKS, keywordById, PREDEFINED_DEFINITIONS } from "../language";
import { type NameKind, type Text, t } from "../language/schema";
import { Kind, OPAQUE } from "../syntax/records";
import { type Node, Tree } from "../syntax/tree";
import type { Source } from "../text/pieces";
import { finish, type Steps } from "../text/steps";
import {
  directoryOf,
  type FileAccess,
  type FileProblem,
  pathOf,
  resolveUri,
  type SourceFile,
  sourceFileSteps,
} from "../workspace/files";
import { isPlain, type Resolved, resolve } from "../workspace/resolve";
import type { ChangeEdit } from "./actions";
import type { FeatureContext } from "./context";
import { type Mark, marksOf } from "./marks";
import { indexSteps, occurrencesOf, Role, type Target } from "./names-index";
import { foundSteps, type Place, placeSteps } from "./places";

/** What a rename has to know beyond one configuration. */
export interface RenameScope {
  /** All configurations in which a file takes part. */
  projectsOf(uri: string): readonly Project[];
  /** For reading everything again, with the changes made. */
  readonly access: FileAccess;
}

export type Renaming<T> = T | { readonly refused: Text };

export const isRefused = <T extends object>(r: Renaming<T>): r is { readonly refused: Text } =>
  "refused" in r;

const refuse = (en: string, zh: string): { refused: Text } => ({ refused: t(en, zh) });

/** The word at an offset that a new name would replace, or why nothing can be renamed there. */
export function prepareRename(
  c: FeatureContext,
  scope: RenameScope,
  offset: number,
): Renaming<{ readonly start: number; readonly end: number; readonly placeholder: string }> {
  const subject = finish(subjectAt(c, scope, offset));
  if (isRefused(subject)) return subject;
  const { start, end, target } = subject;
  return { start, end, placeholder: target.name };
}

/** The changes that give the thing at an offset a new name everywhere, or why that is not possible. */
export const rename = (
  c: FeatureContext,
  scope: RenameScope,
  offset: number,
  newName: string,
): Renaming<{ readonly edits: readonly ChangeEdit[] }> => finish(renameSteps(c, scope, offset, newName));

/** The same in steps. */
export function* renameSteps(
  c: FeatureContext,
  scope: RenameScope,
  offset: number,
  newName: string,
): Steps<Renaming<{ readonly edits: readonly ChangeEdit[] }>> {
  const subject = yield* subjectAt(c, scope, offset);
  if (isRefused(subject)) return subject;
  const { target, projects } = subject;
  // People type the dollar sign and the quotes along.
  const name = isDollar(target)
    ? newName.trim().replace(/^\$\{?|\}$/g, "")
    : newName.replace(/^"([^"]*)"$/, "$1");
  if (name === target.name) return { edits: [] };
  const wrong = faultOf(name, target) ?? (yield* conflictOf(name, target, projects));
  if (wrong) return { refused: wrong };
  const edits = yield* editsFor(name, target, projects);
  for (const project of projects) {
    const changed = yield* changedReading(project, scope.access, edits, target, name);
    if (changed) return { refused: changed };
  }
  return { edits };
}

// ---------------------------------------------------------------------------------------------- what is renamed

/** A definition or a variable: written with a dollar sign. */
type Dollar = Extract<Target, { kind: "definition" | "variable" }>;
type Renamable = { readonly kind: NameKind; readonly name: string } | Dollar;

const isDollar = (target: Renamable): target is Dollar =>
  target.kind === "definition" || target.kind === "variable";

interface Subject {
  readonly target: Renamable;
  readonly start: number;
  readonly end: number;
  readonly projects: readonly Project[];
}

function* subjectAt(c: FeatureContext, scope: RenameScope, offset: number): Steps<Renaming<Subject>> {
  const found = yield* foundSteps(scope.projectsOf(c.file.uri), c.file, offset);
  if (found.length === 0) {
    return touchesTemplate(c.file, offset)
      ? refuse(
          "The name comes from a template expression; rename it where the template is filled in.",
          "该名称来自模板表达式；请在填充模板的地方重命名。",
        )
      : refuse("There is nothing to rename here.", "此处没有可重命名的内容。");
  }
  const [{ target, start, end, verbatim }] = found;
  switch (target.kind) {
    case "interface":
      return refuse(
        "An interface has the name that the operating system gives it.",
        "接口名称由操作系统决定，不能在此重命名。",
      );
    case "address":
      return refuse("An address is no name.", "地址不是名称，不能重命名。");
    case "id":
      return refuse(
        "A configuration id is given to keepalived when it starts (-i, --config-id).",
        "配置 ID 在启动 keepalived 时指定（-i、--config-id），不能在此重命名。",
      );
    case "definition":
      if ((PREDEFINED_DEFINITIONS as readonly string[]).includes(target.name))
        return refuse(
          `$${target.name} is defined by keepalived itself.`,
          `$${target.name} 由 keepalived 自身定义。`,
        );
  }
  if (found.length > 1)
    return refuse(
      "The word means different things, depending on the configuration id or on the including file.",
      "该单词的含义取决于配置 ID 或包含它的文件。",
    );
  const renamable = target as Renamable;
  const projects = yield* projectsWith(renamable, c.file.uri, scope);
  const unread = renamable.kind === "variable" ? undefined : unreadPart(projects);
  if (unread) return { refused: unread };
  const places = yield* allPlaces(projects, renamable);
  const made = verbatim ? places.find((p) => !p.verbatim) : { uri: c.file.uri, start };
  if (made) {
    const where = positionIn(projects, made.uri, made.start);
    return refuse(
      `The name comes from a definition or a generator (${where}); it cannot be renamed as a whole.`,
      `该名称来自变量定义或生成器（${where}），无法整体重命名。`,
    );
  }
  if (target.kind === "definition" && !places.some((p) => p.role !== Role.Reference))
    return refuse(`$${target.name} is not defined.`, `$${target.name} 没有定义。`);
  return { target: renamable, start, end, projects };
}

function* allPlaces(projects: readonly Project[], target: Target): Steps<Place[]> {
  const places: Place[] = [];
  for (const project of projects) {
    for (const place of yield* placeSteps(project, target)) places.push(place);
    yield;
  }
  return places;
}

/** Every configuration that a change of the target's places would touch. */
function* projectsWith(target: Target, uri: string, scope: RenameScope): Steps<Project[]> {
  const projects = new Map<string, Project>();
  const uris = new Set([uri]);
  for (const u of uris) {
    for (const project of scope.projectsOf(u)) {
      if (projects.has(project.root.uri)) continue;
      projects.set(project.root.uri, project);
      for (const place of yield* placeSteps(project, target)) uris.add(place.uri);
      yield;
    }
  }
  return [...projects.values()];
}

/** A part of the configurations that is not known here, but may hold the name. */
function unreadPart(projects: readonly Project[]): Text | undefined {
  for (const project of projects) {
    if (project.pending)
      return t("Included files are still being read; try again.", "被包含的文件仍在读取中，请稍后重试。");
    for (const { fault } of project.views.flatMap((v) => v.resolved?.problems ?? [])) {
      if (fault.kind !== "include" || !UNREAD.has(fault.problem)) continue;
      return t(
        `“${fault.path}” is included, but cannot be read here; it may hold the name.`,
        `“${fault.path}”已被包含，但此处无法读取；其中可能也用到该名称。`,
      );
    }
  }
  return undefined;
}
/** Problems of files that keepalived itself may read. */
const UNREAD: ReadonlySet<FileProblem> = new Set<FileProblem>(["outside", "too-large", "unreadable"]);

function touchesTemplate(file: SourceFile, offset: number): boolean {
  const { text } = file.tree;
  let start = offset;
  while (start > 0 && !/\s/.test(text.charAt(start - 1))) start--;
  let end = offset;
  while (end < text.length && !/\s/.test(text.charAt(end))) end++;
  return text.slice(start, end).includes(OPAQUE);
}

function positionIn(projects: readonly Project[], uri: string, offset: number): string {
  const file = projects.flatMap((p) => p.files).find((f) => f.uri === uri);
  const line = (file?.text.slice(0, offset).split("\n").length ?? 0) || 1;
  return `${uri.slice(uri.lastIndexOf("/") + 1)}:${line}`;
}

// ---------------------------------------------------------------------------------------------- new names

/** What keepalived would not read as one name. */
function faultOf(name: string, target: Renamable): Text | undefined {
  if (isDollar(target)) {
    if (/^[A-Za-z_]\w*$/.test(name)) return undefined;
    return t(
      `“${name}” is no name for a definition: letters, digits and underscores, no digit first.`,
      `“${name}”不能用作变量名：只能包含字母、数字和下划线，且不能以数字开头。`,
    );
  }
  if (name.trim() === "") return t("The name is empty.", "名称为空。");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in a name
  if (/["\\$\u0000-\u001f]/.test(name) || name.includes(OPAQUE) || name.trim() !== name)
    return t(
      `“${name}” is no valid name: no quotes, backslashes, dollar signs or line ends, no blanks around it.`,
      `“${name}”不是有效名称：不能包含引号、反斜杠、美元符号或换行，首尾不能有空白。`,
    );
  const most = longestName(target.kind);
  if (most !== undefined && new TextEncoder().encode(name).length > most)
    return t(
      `A ${target.kind} has a name of at most ${most} bytes.`,
      `${target.kind} 的名称最长 ${most} 字节。`,
    );
  return undefined;
}

const longestName = (kind: NameKind): number | undefined =>
  keywordById(DECLARING_BLOCKS[kind][0])?.spec.args[0]?.maxLength;

/** Something that has the new name already. */
function* conflictOf(name: string, target: Renamable, projects: readonly Project[]): Steps<Text | undefined> {
  if (isDollar(target)) {
    if ((PREDEFINED_DEFINITIONS as readonly string[]).includes(name))
      return t(`$${name} is defined by keepalived itself.`, `$${name} 由 keepalived 自身定义。`);
    for (const file of projects.flatMap((p) => p.files)) {
      const other = marksOf(file).find((m) => m.name === name && clashes(m, target, file));
      if (!other) continue;
      const where = positionIn(projects, file.uri, other.start);
      return other.write
        ? t(`$${name} exists already (${where}).`, `$${name} 已存在（${where}）。`)
        : t(`$${name} is used already (${where}).`, `$${name} 已被使用（${where}）。`);
    }
    return undefined;
  }
  const { kind } = target;
  const taken = yield* allPlaces(projects, { kind, name });
  if (taken.length === 0) return undefined;
  const declared = taken.find((p) => p.role !== Role.Reference);
  const where = positionIn(projects, (declared ?? taken[0]).uri, (declared ?? taken[0]).start);
  return declared
    ? t(`${kind} “${name}” exists already (${where}).`, `${kind}“${name}”已存在（${where}）。`)
    : t(`${kind} “${name}” is referred to already (${where}).`, `${kind}“${name}”已被引用（${where}）。`);
}

/** Variables of different lines may have one name; a definition may share it with nothing. */
const clashes = (m: Mark, target: Renamable, file: SourceFile): boolean =>
  m.kind === "definition" ||
  (m.kind === "variable" &&
    (target.kind === "definition" ||
      (target.kind === "variable" && target.uri === file.uri && target.line.start === m.line?.start)));

// ---------------------------------------------------------------------------------------------- changes

function* editsFor(name: string, target: Renamable, projects: readonly Project[]): Steps<ChangeEdit[]> {
  const edits = new Map<string, ChangeEdit>();
  for (const project of projects) {
    for (const { uri, start, end } of yield* placeSteps(project, target)) {
      const text = project.files.find((f) => f.uri === uri)?.text ?? "";
      const quoted = text.charAt(start - 1) === '"';
      const edit =
        !isDollar(target) && !quoted && /[\s#!{}]/.test(name)
          ? { uri, start, end, text: `"${name}"` }
          : { uri, start, end, text: name };
      edits.set(`${start} ${uri}`, edit);
    }
    yield;
  }
  return [...edits.values()].sort((a, b) => (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : a.start - b.start));
}

/**
 * Reads a configuration again with the edits made. Each reading has to be the text of before, with the new name where the
 * old one stood; anything else means that keepalived would read something else than the user wants.
 */
function* changedReading(
  project: Project,
  access: FileAccess,
  edits: readonly ChangeEdit[],
  target: Renamable,
  name: string,
): Steps<Text | undefined> {
  const byFile = new Map<string, ChangeEdit[]>();
  for (const e of edits) {
    const own = byFile.get(e.uri);
    if (own) own.push(e);
    else byFile.set(e.uri, [e]);
  }
  const changed = new Map<string, SourceFile>();
  for (const file of project.files) {
    const own = byFile.get(file.uri);
    if (!own) continue;
    const text = applied(file.text, own);
    changed.set(file.uri, yield* sourceFileSteps(file.uri, -1, text, file.tree.dialect, file.tree.root));
  }
  if (changed.size === 0) return undefined;
  const edited: FileAccess = {
    file: (uri) => {
      const file = changed.get(uri);
      return file ? { kind: "file", file } : access.file(uri);
    },
    glob: (base, pattern) => access.glob(base, pattern),
  };
  const root = changed.get(project.root.uri) ?? project.root;
  const problem = t(
    `With the name “${name}” keepalived would read something else.`,
    `改名为“${name}”后，keepalived 读到的内容会发生其他变化。`,
  );
  for (const view of project.views) {
    const expected = view.resolved
      ? expectedText(view.resolved, byFile, isDollar(target) ? { from: target.name, to: name } : undefined)
      : applied(view.tree.text, byFile.get(project.root.uri) ?? []);
    const actual = String(isPlain(root.tree) ? root.tree.text : resolve(root, edited, { id: view.id }).text);
    if (actual !== expected) return mixedUse(project, target) ?? problem;
    yield;
    if (isDollar(target)) continue;
    const tree = yield* Tree.parseSteps(actual, root.tree.dialect, root.tree.root);
    yield* indexSteps(tree);
    const { kind } = target;
    const before = occurrencesOf(view.tree, target).length;
    if (occurrencesOf(tree, target).length > 0 || occurrencesOf(tree, { kind, name }).length !== before)
      return problem;
  }
  return undefined;
}

/** A name that is sometimes a definition, sometimes a variable: the line that uses the text decides. */
function mixedUse(project: Project, target: Renamable): Text | undefined {
  if (!isDollar(target)) return undefined;
  for (const file of project.files) {
    const other = marksOf(file).find(
      (m) => m.name === target.name && m.kind !== target.kind && (m.write || target.kind === "variable"),
    );
    if (!other) continue;
    const where = positionIn([project], file.uri, other.start);
    return t(
      `$${target.name} is the variable of a generator and also stands in other lines (${where}), which would lose their value.`,
      `$${target.name} 是生成器的变量，又出现在其他行中（${where}）；重命名后这些行会失去其值。`,
    );
  }
  return undefined;
}

/**
 * The resolved text with the edits of what was copied into it. A use that is replaced by nothing, because the reading has
 * no definition for it, stays in the text of the definition around it and has the new name there, too.
 */
function expectedText(
  resolved: Resolved,
  edits: ReadonlyMap<string, readonly ChangeEdit[]>,
  dollar: { readonly from: string; readonly to: string } | undefined,
): string {
  return resolved.chunks
    .map(({ at, length, file, start, end, verbatim }) => {
      const text = resolved.text.slice(at, at + length);
      if (!verbatim) {
        if (!dollar || !text.includes(dollar.from)) return text;
        return text.replace(/(\$\{?)([A-Za-z_]\w*)/g, (use, sign, name) =>
          name === dollar.from ? sign + dollar.to : use,
        );
      }
      const own = edits.get(resolved.files[file].uri)?.filter((e) => e.start >= start && e.end <= end) ?? [];
      return applied(
        text,
        own.map((e) => ({ ...e, start: e.start - start, end: e.end - start })),
      );
    })
    .join("");
}

function applied(text: Source, edits: readonly Omit<ChangeEdit, "uri">[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const e of edits) {
    parts.push(text.slice(at, e.start), e.text);
    at = e.end;
  }
  parts.push(text.slice(at));
  return parts.join("");
}

// ---------------------------------------------------------------------------------------------- files

export interface FileRename {
  readonly oldUri: string;
  readonly newUri: string;
}

/**
 * The changes of include lines that keep them going when files or folders are moved: of files that are included, and of
 * files that include by a relative pattern. Of a pattern with wildcards the literal folders in front are adapted.
 * Offsets and URIs are those of before the move.
 */
export function renameFiles(projects: readonly Project[], renames: readonly FileRename[]): ChangeEdit[] {
  const moves = renames.map((r) => ({ from: pathOf(r.oldUri), to: pathOf(r.newUri) }));
  const moved = (path: string): string => {
    for (const { from, to } of moves) {
      if (path === from) return to;
      if (path.startsWith(`${from}/`)) return to + path.slice(from.length);
    }
    return path;
  };
  const edits = new Map<string, ChangeEdit>();
  for (const project of projects) {
    for (const file of project.files) {
      const oldFolder = directoryOf(pathOf(file.uri));
      const newFolder = directoryOf(moved(pathOf(file.uri)));
      for (const node of includesOf(file)) {
        const start = node.wordStart(1);
        const end = node.wordEnd(1);
        const pattern = file.tree.text.slice(start, end);
        const text = movedPattern(pattern, oldFolder, newFolder, moved);
        if (text !== pattern) edits.set(`${start} ${file.uri}`, { uri: file.uri, start, end, text });
      }
    }
  }
  return [...edits.values()];
}

function includesOf(file: SourceFile): Node[] {
  const { tree } = file;
  const result: Node[] = [];
  const visit = (nodes: readonly Node[]) => {
    for (const node of nodes) {
      if (node.kind === Kind.Include && node.wordCount > 1) result.push(node);
      if (node.hasBody) visit(node.children);
    }
  };
  for (let i = 0; i < tree.items.length; i++) if (tree.items[i].special) visit(tree.itemNodes(i));
  return result;
}

function movedPattern(
  pattern: string,
  oldFolder: string,
  newFolder: string,
  moved: (path: string) => string,
): string {
  // What a definition or a template gives is not to be touched, and quoting is not to be guessed at.
  if (/[$"\\]/.test(pattern) || pattern.includes(OPAQUE)) return pattern;
  const wild = pattern.search(/[*?[{]/);
  const cut = wild < 0 ? pattern.length : pattern.lastIndexOf("/", wild) + 1;
  const literal = pattern.slice(0, cut);
  const rest = pattern.slice(cut);
  const absolute = pattern.startsWith("/");
  const before = resolveUri(oldFolder, literal === "" ? "." : literal);
  const after = moved(before);
  if (resolveUri(absolute ? "/" : newFolder, literal === "" ? "." : literal) === after) return pattern;
  let path = absolute ? after : relativePath(newFolder, after);
  if (rest !== "") path = path === "" || path === "/" ? path : `${path}/`;
  else if (path === "") path = ".";
  if (literal.startsWith("./") && !path.startsWith(".")) path = `./${path}`;
  // A comment sign would end the line.
  return /[#!"\\$*?[{]/.test(path) ? pattern : path + rest;
}

/** The way from a folder to a path, both absolute; empty when they are the same. */
function relativePath(folder: string, path: string): string {
  const from = folder.split("/").filter((s) => s !== "");
  const to = path.split("/").filter((s) => s !== "");
  let same = 0;
  while (same < from.length && same < to.length && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => ".."), ...to.slice(same)].join("/");
}
