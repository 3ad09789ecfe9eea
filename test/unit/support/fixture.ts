/**
 * Configurations of several files in one text, with marks for cursors and ranges:
 *
 *     //- /etc/keepalived/keepalived.conf
 *     include checks.conf
 *     vrrp_instance VI_1 {
 *         track_script { <|>chk_web }
 *     }
 *     //- /etc/keepalived/checks.conf
 *     vrrp_script [|chk_web|] { … }
 *
 * `<|>` is a cursor, `[|text|]` a range, `[name|text|]` a range with a name; ranges may be nested. Without a header the
 * text is one file, `/etc/keepalived/keepalived.conf`.
 */
import assert from "node:assert/strict";
import { checkProject, dialectOf, type Project } from "../../../server/src/checks/project";
import type { FeatureContext } from "../../../server/src/features/context";
import type { Locale } from "../../../server/src/features/diagnostics";
import { NEWEST_RELEASE } from "../../../server/src/language";
import { Lines } from "../../../server/src/text/lines";
import {
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

export const MAIN = "/etc/keepalived/keepalived.conf";
const SCHEME = "file://";

export interface Cursor {
  readonly uri: string;
  readonly offset: number;
}

export interface MarkedRange {
  readonly uri: string;
  readonly start: number;
  readonly end: number;
  /** The name before the bar, empty without one. */
  readonly name: string;
}

/** An edit as the features give it. */
export interface TextEdit {
  readonly uri: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export class Fixture {
  readonly texts = new Map<string, string>();
  readonly cursors: Cursor[] = [];
  readonly ranges: MarkedRange[] = [];
  private readonly sources = new Map<string, SourceFile>();
  private readonly known = new Map<string, Project>();

  constructor(
    marked: string,
    readonly options: { readonly target?: string; readonly locale?: Locale } = {},
  ) {
    for (const { path, text } of split(marked)) this.addFile(SCHEME + path, text);
    this.ranges.sort((a, b) => (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : a.start - b.start));
  }

  private addFile(uri: string, marked: string): void {
    let text = "";
    let at = 0;
    const open: { start: number; name: string }[] = [];
    for (const m of marked.matchAll(/<\|>|\[(\w*)\||\|\]/g)) {
      text += marked.slice(at, m.index);
      at = m.index + m[0].length;
      if (m[0] === "<|>") this.cursors.push({ uri, offset: text.length });
      else if (m[0] === "|]") {
        const range = open.pop();
        assert.ok(range, `${uri}: |] without [|`);
        this.ranges.push({ uri, ...range, end: text.length });
      } else open.push({ start: text.length, name: m[1] });
    }
    assert.equal(open.length, 0, `${uri}: [| without |]`);
    this.texts.set(uri, text + marked.slice(at));
  }

  get target(): string {
    return this.options.target ?? NEWEST_RELEASE;
  }

  /** The only cursor. */
  get cursor(): Cursor {
    assert.equal(this.cursors.length, 1, "the fixture has one cursor");
    return this.cursors[0];
  }

  /** The ranges of a name. */
  named(name: string): MarkedRange[] {
    return this.ranges.filter((r) => r.name === name);
  }

  /** Files that exist but are not read, and why. */
  readonly unread = new Map<string, FileProblem | "pending">();

  /** The files as the core reads them. */
  readonly access: FileAccess = {
    file: (uri): FileResult => {
      const problem = this.unread.get(uri);
      if (problem) return problem === "pending" ? { kind: "pending" } : { kind: "problem", problem };
      if (!this.texts.has(uri)) return { kind: "problem", problem: "missing" };
      return { kind: "file", file: this.source(uri) };
    },
    glob: (base, pattern): GlobResult => {
      const uris: string[] = [];
      const missing: string[] = [];
      const alternatives = expandBraces(pattern);
      for (const alternative of alternatives) {
        const found = hasWildcard(alternative)
          ? [...this.texts.keys()].filter((uri) => matches(resolvePattern(base, alternative), uri)).sort()
          : [resolveUri(base, alternative)].filter((uri) => this.texts.has(uri));
        if (found.length === 0) missing.push(alternative);
        uris.push(...found);
      }
      return { uris, missing: alternatives.length > 1 && uris.length > 0 ? missing : [] };
    },
  };

  source(uri: string): SourceFile {
    let source = this.sources.get(uri);
    if (!source) {
      source = makeSourceFile(uri, 1, this.text(uri), dialectOf(this.target));
      this.sources.set(uri, source);
    }
    return source;
  }

  text(uri: string): string {
    const text = this.texts.get(uri);
    assert.ok(text !== undefined, `no file ${uri}`);
    return text;
  }

  /** The configuration with this file as its root. */
  project(uri: string = [...this.texts.keys()][0]): Project {
    let project = this.known.get(uri);
    if (!project) {
      project = checkProject(this.source(uri), this.access, { target: this.target });
      this.known.set(uri, project);
    }
    return project;
  }

  /** The files that no other one includes. */
  get roots(): string[] {
    const included = new Set<string>();
    for (const uri of this.texts.keys())
      for (const file of this.project(uri).files) if (file.uri !== uri) included.add(file.uri);
    return [...this.texts.keys()].filter((uri) => !included.has(uri));
  }

  get projects(): Project[] {
    return this.roots.map((uri) => this.project(uri));
  }

  /** The configurations in which a file takes part, as the server finds them. */
  readonly projectsOf = (uri: string): Project[] =>
    this.projects.filter((p) => p.files.some((f) => f.uri === uri));

  /** What a feature is asked about: a file, by default the one with the cursor. */
  context(uri: string = this.cursor.uri): FeatureContext {
    const [project] = this.projectsOf(uri);
    return {
      file: project.files.find((f) => f.uri === uri) ?? this.source(uri),
      project,
      locale: this.options.locale ?? "en",
      target: this.target,
    };
  }

  /** All files with edits made, as one text with headers. Edits must not overlap. */
  edited(edits: readonly TextEdit[]): string {
    for (const { uri } of edits) this.text(uri);
    const parts = [...this.texts].map(([uri, text]) => {
      const own = edits.filter((e) => e.uri === uri).sort((a, b) => b.start - a.start);
      let limit = text.length + 1;
      let result = text;
      for (const e of own) {
        assert.ok(e.start <= e.end && e.end <= limit, `${uri}: edits overlap or lie outside at ${e.start}`);
        limit = e.start;
        result = result.slice(0, e.start) + e.text + result.slice(e.end);
      }
      return { uri, text: result };
    });
    return join(parts);
  }

  /** A place for messages of assertions: `name:LINE:COLUMN text`. */
  show(place: { readonly uri: string; readonly start: number; readonly end: number }): string {
    const text = this.text(place.uri);
    const { line, character } = new Lines(text).positionAt(place.start);
    const name = place.uri.slice(place.uri.lastIndexOf("/") + 1);
    return `${name}:${line + 1}:${character + 1} ${text.slice(place.start, place.end)}`;
  }
}

export const fixture = (marked: string, options?: Fixture["options"]): Fixture =>
  new Fixture(marked, options);

/** The text of a fixture without marks, in the form that {@link Fixture.edited} returns. */
export const plain = (marked: string): string => new Fixture(marked).edited([]);

function join(files: readonly { readonly uri: string; readonly text: string }[]): string {
  if (files.length === 1 && files[0].uri === SCHEME + MAIN) return files[0].text;
  return files.map(({ uri, text }) => `//- ${uri.slice(SCHEME.length)}\n${text}`).join("");
}

function split(marked: string): { path: string; text: string }[] {
  const headers = [...marked.matchAll(/^\/\/- (\/\S+)\n/gm)];
  if (headers.length === 0) return [{ path: MAIN, text: marked }];
  assert.equal(marked.slice(0, headers[0].index).trim(), "", "text before the first header");
  return headers.map((h, i) => ({
    path: h[1],
    text: marked.slice(h.index + h[0].length, headers[i + 1]?.index),
  }));
}

/** An absolute pattern; its wildcards must not be encoded as the path of a URI is. */
function resolvePattern(base: string, pattern: string): string {
  if (pattern.startsWith("/")) return SCHEME + pattern;
  const segments = pattern.split("/");
  let folder = base;
  while (segments[0] === ".." || segments[0] === ".") folder = resolveUri(folder, segments.shift()!);
  return `${folder}/${segments.join("/")}`;
}

function matches(pattern: string, uri: string): boolean {
  const a = pattern.split("/");
  const b = uri.split("/");
  return a.length === b.length && a.every((segment, i) => segment === b[i] || matchSegment(segment, b[i]));
}
