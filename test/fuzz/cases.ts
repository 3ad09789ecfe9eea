/**
 * Random inputs for everything that reads a configuration, and what has to hold for each: nothing throws, no byte is lost,
 * and what was kept from before an edit makes no difference to what is found after it. A run is known by its seed alone.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_PRESENTATION, present } from "../../server/src/checks/present";
import { checkProject, type Finding, type Project } from "../../server/src/checks/project";
import { allRules } from "../../server/src/checks/rule";
import { fixAll, quickFixes } from "../../server/src/features/actions";
import { codeLenses } from "../../server/src/features/code-lens";
import { complete } from "../../server/src/features/completion";
import type { FeatureContext } from "../../server/src/features/context";
import { DEFAULT_FORMAT, formatDocument } from "../../server/src/features/format";
import { hover } from "../../server/src/features/hover";
import { inlayHints } from "../../server/src/features/inlay-hints";
import { links } from "../../server/src/features/links";
import { definitions, highlights, references } from "../../server/src/features/navigation";
import { folds, outline } from "../../server/src/features/outline";
import { refactorings } from "../../server/src/features/refactor";
import { prepareRename } from "../../server/src/features/rename";
import { selectionRanges } from "../../server/src/features/selection";
import { encodeDifference, encodeTokens } from "../../server/src/features/semantic-tokens";
import { signatureHelp } from "../../server/src/features/signature-help";
import { KEYWORDS, NEWEST_RELEASE } from "../../server/src/language";
import { DEFAULT_DIALECT } from "../../server/src/syntax/parser";
import { Tree, tokensOf } from "../../server/src/syntax/tree";
import { Pieces, replaced, type Source } from "../../server/src/text/pieces";
import { type FileAccess, makeSourceFile, type SourceFile } from "../../server/src/workspace/files";

/** A source of numbers that a seed determines (mulberry32). */
export class Random {
  constructor(private state: number) {}

  /** A whole number below `n`. */
  below(n: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

/** What decides something in the language. The order is part of what a seed means. */
export const SPECIAL = [
  "{",
  "}",
  "{\n",
  "}\n",
  "\n",
  "\n",
  "\r\n",
  "\r",
  " ",
  "\t",
  "\\\n",
  "\\",
  '"',
  "'",
  "#",
  "!",
  "@id ",
  "@^id ",
  "@b ",
  "$X=1\n",
  "$X=a \\\n  b\n",
  "$Y=$X$X\n",
  "$X",
  "${X}",
  "${",
  "${_INSTANCE}",
  "~SEQ(i, 1, 3) 10.0.0.$i\n",
  "~LST(i, a, b) ",
  "~SEQ(",
  "~SEQ(i, 1, 0, 300) ",
  "include part.conf\n",
  "include *.conf\n",
  "{% if x %}",
  "{{ x }}",
  "{#",
  "\0",
  "\uFEFF",
  "\u00A0",
  "\uE000",
  "é",
  "“",
  "😀",
  "\uD800",
  ",",
  "=",
  "/* */",
  "0",
  "-1",
  "0x1f",
  "4294967296",
  "1e999",
  "10.0.0.1",
  "10.0.0.1-9",
  "10.0.0.1/24",
  "fe80::1%eth0",
  "::",
  "fwmark 1 ",
  "# keepalived-disable-next-line\n",
  "# keepalived-disable unknown-keyword\n",
  "# keepalived-enable\n",
  "__proto__ ",
  "constructor ",
  "x".repeat(1100),
] as const;

const EXAMPLES = KEYWORDS.map((k) => `${k.spec.example}\n`);

/** Configurations of this repository; `root` is its root folder. */
export function seedTexts(root: string): string[] {
  const texts: string[] = [];
  for (const folder of ["samples", "test/golden", "test/grammar"]) {
    for (const entry of readdirSync(join(root, folder), { recursive: true })) {
      const file = join(root, folder, String(entry));
      if (file.endsWith(".conf")) texts.push(readFileSync(file, "utf8"));
    }
  }
  return texts.sort();
}

const noise = (random: Random, most: number): string => {
  let text = "";
  for (let n = random.below(most); n > 0; n--) {
    const kind = random.below(8);
    if (kind < 4) text += random.pick(SPECIAL);
    else if (kind < 6) text += `${random.pick(KEYWORDS).name} `;
    else if (kind < 7) text += random.pick(EXAMPLES);
    else text += String.fromCharCode(random.below(random.chance(80) ? 128 : 65536));
  }
  return text;
};

/** A configuration made of whole pieces of real ones. */
function configuration(random: Random, texts: readonly string[]): string {
  let text = random.chance(70) ? random.pick(texts) : "";
  for (let n = random.below(4); n > 0; n--) {
    const other = random.pick(texts);
    const blocks = other.split(/\n(?=\S)/);
    text += `\n${random.pick(blocks)}\n`;
  }
  return text.length > 6000 ? text.slice(0, 6000) : text;
}

interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A change like those of a keyboard, of a paste, of a slip. */
function change(random: Random, text: string): Change {
  const start = random.below(text.length + 1);
  switch (random.below(8)) {
    case 0:
      return { start, end: Math.min(text.length, start + 1 + random.below(3)), text: "" };
    case 1:
      return { start, end: Math.min(text.length, start + random.below(200)), text: "" };
    case 2:
      return { start, end: start, text: random.pick(EXAMPLES) };
    case 3: {
      const from = random.below(text.length + 1);
      return { start, end: start, text: text.slice(from, from + random.below(200)) };
    }
    case 4: {
      // A word, or what it is made of.
      let end = start;
      while (end < text.length && !/\s/.test(text[end])) end++;
      return { start, end, text: random.chance(50) ? random.pick(KEYWORDS).name : random.pick(SPECIAL) };
    }
    case 5:
      return { start, end: start, text: String.fromCharCode(32 + random.below(95)) };
    case 6:
      return {
        start,
        end: Math.min(text.length, start + random.below(30)),
        text: noise(random, 4),
      };
    default:
      return { start, end: start, text: random.pick(SPECIAL) };
  }
}

/** Of each only a few, so that blocks of a configuration have much to do with each other. */
const POOLS = [
  ["10.0.0.1", "10.0.0.2", "10.0.0.11", "10.0.0.12", "10.0.1.1", "192.0.2.7", "2001:db8::1", "2001:db8::11"],
  ["80", "81", "443"],
  ["V1", "V2", "V3"],
  ["S1", "S2", "F1", "B1", "G1"],
  ["51", "52"],
  ["NAT", "DR", "TUN"],
  ["TCP", "UDP"],
  ["eth0", "eth1"],
  ["100", "150", "255"],
  ["vrrp_strict", "enable_script_security", "#"],
  ["notify_fault", "#"],
] as const;
const [ADDRESSES, PORTS, INSTANCES, NAMES, VRIDS, METHODS, PROTOCOLS, DEVICES] = POOLS;

const DENSE_BLOCKS: readonly ((pick: <T>(list: readonly T[]) => T) => string)[] = [
  (pick) => `vrrp_instance ${pick(INSTANCES)} {
    state ${pick(["MASTER", "BACKUP"])}
    interface ${pick(DEVICES)}
    virtual_router_id ${pick(VRIDS)}
    priority ${pick(["100", "150", "255"])}
    ${pick(["#", "#", "notify_fault"])} /bin/x
    ${pick(["", "unicast_src_ip 10.0.0.12", "nopreempt", "use_vmac vmac1", "version 3"])}
    ${pick(["", `unicast_peer {\n ${pick(ADDRESSES)}\n}`, `track_script {\n ${pick(NAMES)} weight 5\n}`])}
    virtual_ipaddress {
        ${pick(ADDRESSES)}${pick(["", "/24", "/32"])}
        ${pick(ADDRESSES)}${pick(["", "/25"])} dev ${pick(DEVICES)}
    }
}
`,
  (pick) => `vrrp_script ${pick(NAMES)} {\n    script "/bin/true"\n    interval 2\n}\n`,
  (pick) => `track_file ${pick(NAMES)} {\n    file /tmp/x\n}\n`,
  (pick) =>
    `vrrp_sync_group X {\n    group {\n        ${pick(INSTANCES)}\n        ${pick(INSTANCES)}\n    }\n}\n`,
  (pick) => `virtual_server_group ${pick(["G1", pick(NAMES)])} {\n    ${pick(ADDRESSES)} ${pick(PORTS)}\n}\n`,
  (pick) => `static_ipaddress {\n    ${pick(ADDRESSES)}/24 dev ${pick(DEVICES)}\n}\n`,
  (pick) => `global_defs {\n    ${pick(["vrrp_strict", "enable_script_security"])}\n}\n`,
];

/** Virtual servers, most of a large configuration. */
const denseService = (
  pick: <T>(list: readonly T[]) => T,
): string => `${pick(["", "", "# arp_ignore 10.0.0.1\n"])}virtual_server ${pick([`${pick(ADDRESSES)} ${pick(PORTS)}`, `${pick(ADDRESSES)} ${pick(PORTS)}`, `group ${pick(["G1", pick(NAMES)])}`, "fwmark 1"])} {
    lb_algo rr
    lb_kind ${pick(METHODS)}
    protocol ${pick(PROTOCOLS)}
    ${pick(["", "", "", 'quorum_up "/bin/x 10.0.0.2"'])}
    real_server ${pick(ADDRESSES)} ${pick(PORTS)} {
        weight 1
        ${pick(["TCP_CHECK {\n}", "TCP_CHECK {\n}", `FILE_CHECK {\n    track_file ${pick(NAMES)}\n}`])}
    }
}
`;

const denseBlock = (random: Random): string => {
  const pick = <T>(list: readonly T[]) => random.pick(list);
  return random.chance(60) ? denseService(pick) : pick(DENSE_BLOCKS)(pick);
};

/** A configuration whose blocks share addresses, ports, names and router ids. */
function dense(random: Random): string {
  let text = "";
  for (let n = 4 + random.below(14); n > 0; n--) text += `${denseBlock(random)}\n`;
  return text;
}

const WORDS_OF_POOLS = new Map<string, readonly string[]>(
  POOLS.flatMap((pool) => pool.map((word) => [word, pool] as const)),
);

/** A change of what blocks share: a word for another of its kind, a block more, a block less, a comment. */
function denseChange(random: Random, text: string): Change {
  const words = [...text.matchAll(/[^\s{}/]+/g)].filter((m) => WORDS_OF_POOLS.has(m[0]));
  const blocks = [...text.matchAll(/^(?:#.*\n)?(?:virtual_server|vrrp|track|static|global)[\s\S]*?^}\n/gm)];
  const kind = random.below(10);
  if (kind < 6 && words.length > 0) {
    const m = random.pick(words);
    return { start: m.index, end: m.index + m[0].length, text: random.pick(WORDS_OF_POOLS.get(m[0])!) };
  }
  if (kind < 7 && blocks.length > 3) {
    const m = random.pick(blocks);
    return { start: m.index, end: m.index + m[0].length, text: "" };
  }
  if (kind < 9) {
    const at = blocks.length > 0 ? random.pick(blocks).index : 0;
    return { start: at, end: at, text: kind < 8 ? denseBlock(random) : "# x\n" };
  }
  return change(random, text);
}

const applied = (text: string, { start, end, text: insert }: Change): string =>
  text.slice(0, start) + insert + text.slice(end);

const ROOT = "file:///etc/keepalived/keepalived.conf";
const TEMPLATE = "file:///etc/keepalived/keepalived.conf.j2";
const PART = "file:///etc/keepalived/part.conf";

/** The root file and one that it may include. */
class World implements FileAccess {
  readonly files = new Map<string, SourceFile>();

  file(uri: string) {
    const file = this.files.get(uri);
    return file ? ({ kind: "file", file } as const) : ({ kind: "problem", problem: "missing" } as const);
  }

  glob(_base: string, pattern: string) {
    return { uris: pattern === "*.conf" || pattern === "part.conf" ? [PART] : [], missing: [] };
  }
}

const check = (root: SourceFile, world: World, before?: Project): Project =>
  checkProject(root, world, { target: NEWEST_RELEASE }, before);

/** The tree covers the text: its tokens, joined, are the text. */
function assertWhole(tree: Tree): void {
  let at = 0;
  for (const token of tokensOf(tree)) {
    if (token.start !== at || token.end <= token.start) assert.fail(`a gap in the tokens at ${at}`);
    at = token.end;
  }
  assert.equal(at, tree.text.length, "the tokens reach the end of the text");
}

const describeFinding = (f: Finding): unknown[] => [
  f.rule.code,
  f.severity,
  f.uri,
  f.start,
  f.end,
  f.message.en,
  f.message.zh,
  f.related,
];

/** Everything that is found in a file, in a form that can be compared. */
function summary(file: SourceFile, project: Project, fixes: boolean): string {
  const { tree } = file;
  return JSON.stringify(
    {
      starts: [...tree.starts],
      items: tree.items.map((i) => [i.length, [...i.data], [...(i.issues ?? [])]]),
      findings: project.findings.map((f) => [...describeFinding(f), fixes ? f.fixes() : []]),
      outline: outline(file),
      folds: folds(file),
      tokens: encodeTokens(tree),
    },
    undefined,
    // A failure shows lines that can be compared.
    1,
  );
}

/** Asks every editor feature about a place. Only that they answer counts here. */
function ask(random: Random, file: SourceFile, project: Project, access: FileAccess): void {
  const c: FeatureContext = {
    file,
    project,
    locale: random.chance(50) ? "en" : "zh-cn",
    target: NEWEST_RELEASE,
  };
  const { length } = file.text;
  const offset = random.below(length + 1);
  const end = Math.min(length, offset + random.below(100));
  complete(c, offset, () => [{ name: "a.conf", folder: false }]);
  hover(c, offset);
  signatureHelp(c, offset);
  selectionRanges(file, offset);
  definitions(c, offset);
  references(c, offset, true);
  highlights(c, offset);
  prepareRename(c, { projectsOf: () => [project], access }, offset);
  refactorings(c, offset, end);
  inlayHints(c, 0, length, { defaults: true, definitions: true, networks: true, priorities: true });
  codeLenses(c, { references: true, nsx: true, packets: true, ipvs: true });
  links(c, () => true);
  const findings = present(file, project.findings, { ...DEFAULT_PRESENTATION, profile: "all" });
  quickFixes(file, findings, offset, end);
  fixAll(file, findings);
  formatDocument(file, DEFAULT_FORMAT);
}

function examine(random: Random, uri: string, text: string, part: string): void {
  const world = new World();
  world.files.set(PART, makeSourceFile(PART, 1, part, DEFAULT_DIALECT));
  const file = makeSourceFile(uri, 1, text, DEFAULT_DIALECT);
  world.files.set(uri, file);
  assertWhole(file.tree);
  const project = check(file, world);
  for (const f of project.findings) {
    const { length } = f.uri === PART ? part : text;
    if (!(f.start >= 0 && f.start <= f.end && f.end <= length))
      assert.fail(`${f.rule.code} at ${f.start}..${f.end} of ${length}`);
  }
  if (random.chance(25)) ask(random, file, project, world);
}

/** A text as the server holds short ones, or long ones: the pieces are tiny, so that there are several. */
const held = (random: Random, text: string): Source =>
  random.chance(50) ? Pieces.of(text, 1 + random.below(200)) : text;

/** One keyboard session; each edit is a case. */
function editing(
  random: Random,
  texts: readonly string[],
  edits: number,
  trace: string[],
  shared = false,
): number {
  const world = new World();
  world.files.set(PART, makeSourceFile(PART, 1, random.pick(texts).slice(0, 800), DEFAULT_DIALECT));
  let text = shared ? dense(random) : random.chance(80) ? configuration(random, texts) : noise(random, 40);
  const uri = shared || random.chance(95) ? ROOT : TEMPLATE;
  let source = held(random, text);
  let file = makeSourceFile(uri, 1, source, DEFAULT_DIALECT);
  world.files.set(uri, file);
  let project = check(file, world);
  let data = encodeTokens(file.tree);
  trace.push(text);
  for (let n = 0; n < edits; n++) {
    const c = shared ? denseChange(random, text) : change(random, text);
    const edited = applied(text, c);
    trace.push(JSON.stringify(c));
    const { tree } = file;
    source = replaced(source, c.start, c.end, c.text);
    file = makeSourceFile(uri, n + 2, source, DEFAULT_DIALECT, undefined, {
      file,
      start: c.start,
      oldEnd: c.end,
      newLength: c.text.length,
    });
    world.files.set(uri, file);
    project = check(file, world, project);

    const fixes = random.chance(10);
    const freshFile = makeSourceFile(uri, n + 2, edited, DEFAULT_DIALECT);
    const freshWorld = new World();
    const part = world.files.get(PART)!.text;
    freshWorld.files.set(PART, makeSourceFile(PART, 1, part, DEFAULT_DIALECT));
    freshWorld.files.set(uri, freshFile);
    const kept = summary(file, project, fixes);
    const fresh = summary(freshFile, check(freshFile, freshWorld), fixes);
    if (kept !== fresh) assertSame(kept, fresh);
    const tokens = [...data];
    for (const e of [...encodeDifference(tree.items, file.tree)].reverse())
      tokens.splice(e.start, e.deleteCount, ...e.data);
    data = encodeTokens(file.tree);
    if (tokens.join() !== data.join()) assert.deepEqual(tokens, data, "differences of semantic tokens");
    if (random.chance(5)) assertWhole(file.tree);
    if (random.chance(3)) ask(random, file, project, world);
    // A text that is used up starts anew, by an edit like any other.
    text = edited;
    if (text.length > 12_000 || text.length < 20) {
      n++;
      trace.push("cut");
      break;
    }
  }
  return trace.length - 1;
}

/** Several files that include each other; files come and go. */
class Folder implements FileAccess {
  readonly files = new Map<string, SourceFile>();

  file(uri: string) {
    const file = this.files.get(uri);
    return file ? ({ kind: "file", file } as const) : ({ kind: "problem", problem: "missing" } as const);
  }

  glob(base: string, pattern: string) {
    const uris = [...this.files.keys()].filter((uri) =>
      pattern === "*.conf" ? uri !== ROOT : uri === `${base}/${pattern}`,
    );
    return { uris: uris.sort(), missing: [] };
  }
}

const INCLUDED = ["a", "b", "c", "part"].map((name) => `file:///etc/keepalived/${name}.conf`);
const INCLUDES = [
  "include *.conf\n",
  "include a.conf\n",
  "@id include b.conf\n",
  "vrrp_instance V {\n    include c.conf\n}\n",
  "virtual_server 10.0.0.1 80 {\n    include part.conf\n    include a.conf\n}\n",
  "$X=include a.conf\n$X\n",
  "$NAME=eth0\n",
  "@id $NAME=eth1\n",
  "interface $NAME\n",
  "~SEQ(i, 1, 3) virtual_server 10.0.0.$i 80 {\n}\n",
] as const;

/** Characters of a reading beyond which a session ends. */
const MAX_INCLUDED = 300_000;

/** Edits in files that a root includes, each of which is a case. */
function including(random: Random, texts: readonly string[], edits: number, trace: string[]): number {
  const folder = new Folder();
  const piece = () =>
    random.chance(50) ? random.pick(INCLUDES) : configuration(random, texts).slice(0, 1500);
  const written = () => Array.from({ length: 1 + random.below(3) }, piece).join("\n");
  let version = 0;
  for (const uri of [ROOT, ...INCLUDED]) {
    if (uri !== ROOT && random.chance(20)) continue;
    const text = uri === ROOT ? `${random.pick(INCLUDES)}${written()}` : written();
    folder.files.set(uri, makeSourceFile(uri, ++version, held(random, text), DEFAULT_DIALECT));
    trace.push(`${uri}: ${text}`);
  }
  const wanted = new Set(allRules().filter(() => random.chance(50)));
  let project = check(folder.files.get(ROOT)!, folder);
  for (let n = 0; n < edits; n++) {
    const uri = random.pick([ROOT, ...INCLUDED]);
    const file = folder.files.get(uri);
    if (!file || (uri !== ROOT && random.chance(10))) {
      if (file) folder.files.delete(uri);
      else folder.files.set(uri, makeSourceFile(uri, ++version, written(), DEFAULT_DIALECT));
      trace.push(`${uri}: ${folder.files.get(uri)?.text ?? "gone"}`);
    } else {
      const { start, end, text } = random.chance(20)
        ? { start: 0, end: 0, text: random.pick(INCLUDES) }
        : change(random, String(file.text));
      const edited = replaced(file.text, start, end, text);
      if (edited.length > 8000) continue;
      trace.push(`${uri}: ${JSON.stringify({ start, end, text })}`);
      const before = { file, start, oldEnd: end, newLength: text.length };
      folder.files.set(uri, makeSourceFile(uri, ++version, edited, DEFAULT_DIALECT, undefined, before));
    }
    const root = folder.files.get(ROOT)!;
    project = check(root, folder, project);
    // Generators in files that include each other make so much text that a session of edits would take minutes.
    if (project.views.some((v) => v.tree.text.length > MAX_INCLUDED)) return n + 1;
    // An editor may ask for other things before the findings, or not for them at all.
    if (random.chance(30)) continue;
    const fresh = new Folder();
    for (const [name, { text }] of folder.files)
      fresh.files.set(name, makeSourceFile(name, version, text, DEFAULT_DIALECT));
    const freshRoot = fresh.files.get(ROOT)!;
    const expected = check(freshRoot, fresh);
    const fixes = random.chance(10);
    const some = random.chance(50) ? project.findingsOf(wanted) : undefined;
    const kept = summary(root, project, fixes);
    const anew = summary(freshRoot, expected, fixes);
    if (kept !== anew) assertSame(kept, anew);
    const told = (list: readonly Finding[]) => JSON.stringify(list.map(describeFinding), undefined, 1);
    if (some) {
      const filtered = told(expected.findings.filter((f) => wanted.has(f.rule)));
      if (told(some) !== filtered) assertSame(told(some), filtered);
    }
  }
  return edits;
}

/** Words that decide where items begin and end. */
const SHORT = [
  ...SPECIAL.slice(0, 30),
  "    ",
  "# x\n",
  "virtual_server a b ",
  "virtual_server",
  "real_server a b ",
  "real_server",
  "vrrp_instance V ",
  "virtual_ipaddress ",
  "state MASTER\n",
  "delay_loop 1\n",
  "global_defs",
  "TCP_CHECK",
  "include x\n",
  "$X=\\\n",
  "x",
] as const;

const treeOf = (tree: Tree): string =>
  JSON.stringify([
    [...tree.starts],
    tree.items.map((i) => [i.length, i.special, [...i.data], [...i.issues]]),
  ]);

/** Edits of short texts, of which only the trees are compared: many more of them for the same time. */
function trees(random: Random, trace: string[]): number {
  let text = "";
  for (let n = random.below(25); n > 0; n--) text += random.pick(SHORT);
  trace.push(text);
  let source = held(random, text);
  let tree = Tree.parse(text);
  const edits = 20;
  for (let n = 0; n < edits; n++) {
    const start = random.below(text.length + 1);
    const end = random.chance(50) ? start : Math.min(text.length, start + random.below(12));
    const c = { start, end, text: random.chance(20) ? "" : random.pick(SHORT) };
    trace.push(JSON.stringify(c));
    text = applied(text, c);
    source = replaced(source, start, end, c.text);
    assert.equal(String(source), text, "the edited text");
    tree = tree.edit(source, start, end, c.text.length);
    assert.equal(treeOf(tree), treeOf(Tree.parse(text)), "the edited tree is the tree of the edited text");
  }
  return edits;
}

/** Says where two summaries part. */
function assertSame(kept: string, fresh: string): void {
  const a = kept.split("\n");
  const b = fresh.split("\n");
  let i = 0;
  while (a[i] === b[i]) i++;
  assert.fail(
    `kept and fresh results differ:\n${a.slice(Math.max(0, i - 8), i + 4).join("\n")}\n--- fresh\n${b.slice(Math.max(0, i - 8), i + 4).join("\n")}`,
  );
}

/** A failed run, with all that is needed to see it again. */
export class FuzzFailure extends Error {
  constructor(
    readonly seed: number,
    readonly input: readonly string[],
    cause: unknown,
  ) {
    super(`seed ${seed}: ${cause instanceof Error ? cause.stack : String(cause)}`);
  }
}

/**
 * Runs one seed.
 * @returns the number of cases: texts read, or edits made
 * @throws FuzzFailure
 */
export function runSeed(seed: number, texts: readonly string[]): number {
  const random = new Random(seed);
  const trace: string[] = [];
  try {
    const part = () => (random.chance(50) ? random.pick(texts).slice(0, 600) : noise(random, 10));
    if (seed % 8 === 3) return including(random, texts, 20 + random.below(60), trace);
    switch (random.below(10)) {
      case 0: {
        const text = noise(random, 80);
        trace.push(text);
        examine(random, random.chance(80) ? ROOT : TEMPLATE, text, part());
        return 1;
      }
      case 1: {
        const text = Buffer.from(Array.from({ length: random.below(400) }, () => random.below(256))).toString(
          random.chance(50) ? "latin1" : "utf8",
        );
        trace.push(text);
        examine(random, ROOT, text, part());
        return 1;
      }
      case 2: {
        let text = configuration(random, texts);
        for (let n = 1 + random.below(10); n > 0; n--) text = applied(text, change(random, text));
        trace.push(text);
        examine(random, random.chance(80) ? ROOT : TEMPLATE, text, part());
        return 1;
      }
      case 3: {
        // Cut off anywhere: at either end.
        const text = configuration(random, texts);
        let cases = 0;
        const step = 1 + random.below(60);
        for (let at = random.below(step); at < text.length; at += step, cases++) {
          trace[0] = random.chance(80) ? text.slice(0, at) : text.slice(at);
          examine(random, ROOT, trace[0], "");
        }
        return cases;
      }
      case 4: {
        let cases = 0;
        for (let n = 0; n < 20; n++) {
          trace.length = 0;
          cases += trees(random, trace);
        }
        return cases;
      }
      case 5:
      case 6:
        return editing(random, texts, 20 + random.below(100), trace, true);
      default:
        return editing(random, texts, 20 + random.below(150), trace);
    }
  } catch (e) {
    throw new FuzzFailure(seed, trace, e);
  }
}

/** Every truncation of a text is read without loss and without a throw; returns their number. */
export function truncations(text: string): number {
  const random = new Random(text.length);
  for (let at = 0; at <= text.length; at++) examine(random, ROOT, text.slice(0, at), "");
  return text.length + 1;
}
