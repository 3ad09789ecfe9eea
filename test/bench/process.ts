/** What scripts/bench.mjs runs in a process of its own: one measure for each call, printed as JSON. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DEFAULT_PRESENTATION, present, rulesNeeded } from "../../server/src/checks/present";
import { checkProject, type Project } from "../../server/src/checks/project";
import { NEWEST_RELEASE } from "../../server/src/language";
import type { OpenDocument } from "../../server/src/lsp/open-document";
import { type FileHost, Session } from "../../server/src/lsp/session";
import { DEFAULT_DIALECT } from "../../server/src/syntax/parser";
import { type FileAccess, makeSourceFile, type SourceFile } from "../../server/src/workspace/files";
import { asJson, asYaml, fleet, fleetParts, schema } from "./fleet";

const [measure, size, peers] = process.argv.slice(2);
const bytes = Number(size);

const nothing: FileAccess = {
  file: () => ({ kind: "problem", problem: "missing" }),
  glob: () => ({ uris: [], missing: [] }),
};
const options = { target: NEWEST_RELEASE };
const uri = "file:///etc/keepalived/keepalived.conf";

interface Times {
  /** Milliseconds by the clock, sorted. */
  readonly times: readonly number[];
  /** Milliseconds of the processors, garbage collection on others included, sorted: for machines that have much to do. */
  readonly cpu: readonly number[];
}

async function timed(runs: number, run: () => unknown): Promise<Times> {
  const times: number[] = [];
  const cpu: number[] = [];
  for (let n = 0; n < runs; n++) {
    const before = process.cpuUsage();
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000);
  }
  const rising = (a: number, b: number) => a - b;
  return { times: times.sort(rising), cpu: cpu.sort(rising) };
}

const noHost: FileHost = {
  read: () => ({ problem: "missing" }),
  glob: () => ({ uris: [], missing: [] }),
  list: () => [],
  exists: () => false,
  findConfigurations: async () => [],
};

/** Types another digit at an offset, again and again; `then` is what the editor asks for. */
function typed(session: Session, document: OpenDocument, offset: number, runs: number, then: () => unknown) {
  const range = { start: document.positionAt(offset), end: document.positionAt(offset + 1) };
  let version = 1;
  return timed(runs, () => {
    document.update([{ range, text: String(++version % 10) }], version);
    session.changed(document);
    then();
  });
}

/** What a user sees by default. */
const shown = (file: SourceFile, project: Project) =>
  present(file, project.findingsOf(rulesNeeded(DEFAULT_PRESENTATION)), DEFAULT_PRESENTATION);

/** Modules of the scratch folder into which the peers were installed. */
const load = (name: string) => createRequire(pathToFileURL(join(peers, "package.json")))(name);

const measures: Record<string, () => Promise<object>> = {
  async open() {
    const { text } = fleet(bytes);
    let version = 0;
    const result = await timed(bytes > 2e7 ? 3 : 7, () => {
      const file = makeSourceFile(uri, ++version, text, DEFAULT_DIALECT);
      return checkProject(file, nothing, options).findings.length;
    });
    return { bytes: text.length, ...result };
  },

  /** A digit typed in the middle, read and checked again. */
  async edit() {
    const { text } = fleet(bytes);
    const session = new Session(noHost);
    const document = session.open(uri, "keepalived", 1, text);
    const ask = () => shown(document.file, session.projectsOf(uri)[0]).length;
    ask();
    const at = text.indexOf("weight 100", text.length / 2) + "weight 1".length;
    const result = await typed(session, document, at, 40, ask);
    return { bytes: text.length, ...result };
  },

  /** A root and a thousand files that it includes, through the store of the server: a digit typed in one of them. */
  async includes() {
    const parts = fleetParts(bytes, 1000);
    const folder = "file:///etc/keepalived/conf.d";
    const texts = new Map(parts.map((text, n) => [`${folder}/${String(n).padStart(4, "0")}.conf`, text]));
    const host: FileHost = {
      ...noHost,
      read: (u) => ({ text: texts.get(u) ?? "" }),
      glob: () => ({ uris: [...texts.keys()], missing: [] }),
      exists: (u) => texts.has(u),
    };
    const session = new Session(host);
    const root = session.open(
      uri,
      "keepalived",
      1,
      "global_defs {\n    router_id lb1\n}\ninclude conf.d/*.conf\n",
    );
    const ask = (document: OpenDocument) => shown(document.file, session.projectsOf(document.uri)[0]).length;
    const first = await timed(1, () => ask(root));
    const [name, text] = [...texts][parts.length >> 1];
    const included = session.open(name, "keepalived", 1, text);
    ask(included);
    const digit = (document: OpenDocument, word: string, then: () => unknown) =>
      typed(session, document, document.source.indexOf(word) + word.length - 1, 40, then);
    const inRoot = await digit(root, "router_id lb1", () => ask(root));
    const inIncluded = await digit(included, "weight 1", () => ask(included));
    const completion = await digit(included, "weight 1", () => session.projectsOf(included.uri));
    const [other, before] = [...texts][parts.length >> 2];
    let n = 0;
    const watched = await timed(20, () => {
      texts.set(other, before.replace("weight 100", `weight ${++n}`));
      session.fileChanged(other);
      ask(root);
    });
    return { first, root: inRoot, included: inIncluded, completion, watched };
  },

  async json() {
    const text = asJson(fleet(bytes).count);
    const { getLanguageService, TextDocument } = load("vscode-json-languageservice");
    const service = getLanguageService({});
    service.configure({ validate: true, schemas: [{ uri: "s://s", fileMatch: ["*.json"], schema }] });
    const result = await timed(3, async () => {
      const document = TextDocument.create("file:///a.json", "json", 1, text);
      await service.doValidation(document, service.parseJSONDocument(document));
    });
    return { bytes: text.length, ...result };
  },

  async yaml() {
    const text = asYaml(fleet(bytes).count);
    const { getLanguageService } = load("yaml-language-server");
    const { TextDocument } = load("vscode-languageserver-textdocument");
    const service = getLanguageService({
      schemaRequestService: async () => JSON.stringify(schema),
      workspaceContext: { resolveRelativePath: (_: string, path: string) => path },
    });
    service.configure({ validate: true, schemas: [{ uri: "s://s", fileMatch: ["*.yaml"], schema }] });
    const result = await timed(2, () =>
      service.doValidation(TextDocument.create("file:///a.yaml", "yaml", 1, text), false),
    );
    return { bytes: text.length, ...result };
  },

  async text() {
    process.stdout.write(fleet(bytes).text);
    return {};
  },
};

measures[measure]().then((result) => {
  if (measure === "text") return;
  console.log(JSON.stringify({ ...result, rss: process.resourceUsage().maxRSS * 1024 }));
});
