/** `check`: reports what is wrong, as text or in a format that other tools read. */
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { withNsx } from "../checks/nsx";
import { DEFAULT_PRESENTATION, type PresentOptions, present, rulesNeeded } from "../checks/present";
import { checkProject, dialectOf, type Finding } from "../checks/project";
import { type Profile, ruleByCode, type Severity } from "../checks/rule";
import { checkPeers, withPeers } from "../cluster/peers";
import { type Diagnostic, type Locale, localeOf, toDiagnostic } from "../features/diagnostics";
import { DiskFiles, readTextFile } from "../host/disk";
import { NEWEST_RELEASE, RELEASES } from "../language";
import { Lines } from "../text/lines";
import { own } from "../text/lookup";
import type { SourceFile } from "../workspace/files";
import type { Io } from "./io";
import { type FileReport, FORMATS } from "./reporters";

const HELP = `Usage: keepalived-language-server check [OPTION]... PATH...

Checks configurations and the files they include. PATH is a file, a folder (searched for keepalived.conf,
*.keepalived.conf and *.conf below a folder named keepalived), or - for standard input.

  --format FORMAT        ${Object.keys(FORMATS).join(", ")} (default text)
  --target-version V     keepalived release to check for, 2.0.0 to ${NEWEST_RELEASE} (default: the newest)
  --profile PROFILE      essential, recommended or all (default recommended)
  --severity CODE=LEVEL  error, warning, information, hint or off; may be repeated
  --nsx                  report, too, what the distributed firewall of VMware NSX does to it
  --locale LOCALE        en or zh-cn (default: from the environment)
  --stdin-path NAME      name under which standard input is reported
  --help                 print this text

Exit status: 0 no error or warning, 1 some, 2 wrong usage or a file that cannot be read.
`;

const LEVELS = ["error", "warning", "information", "hint", "off"];

/** Runs the command; returns the exit status. */
export async function run(args: string[], io: Io): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (e) {
    io.stderr(`${(e as Error).message}\n\n${HELP}`);
    return 2;
  }
  const { values, positionals } = parsed;
  const usage = (message: string) => {
    io.stderr(`${message}\n\n${HELP}`);
    return 2;
  };
  if (values.help) {
    io.stdout(HELP);
    return 0;
  }
  if (positionals.length === 0) return usage("Name a file, a folder or -.");
  const format = own(FORMATS, values.format ?? "text");
  if (!format) return usage(`Unknown format “${values.format}”.`);
  const target = values["target-version"] ?? NEWEST_RELEASE;
  if (!RELEASES.includes(target))
    return usage(`Unknown release “${target}”: 2.0.0 to ${NEWEST_RELEASE} are known.`);
  const profile = values.profile ?? "recommended";
  if (!["essential", "recommended", "all"].includes(profile)) return usage(`Unknown profile “${profile}”.`);
  const severity: Record<string, Severity | "off"> = {};
  for (const entry of values.severity ?? []) {
    const [code, level] = entry.split("=");
    if (!ruleByCode(code)) return usage(`There is no rule “${code}”.`);
    if (!LEVELS.includes(level)) return usage(`Unknown level “${level ?? ""}” of ${code}.`);
    severity[code] = level as Severity | "off";
  }
  const locale = localeOf(
    values.locale ?? process.env.LC_ALL?.split(".")[0] ?? process.env.LANG?.split(".")[0],
  );
  const options: PresentOptions = { ...DEFAULT_PRESENTATION, profile: profile as Profile, severity };

  const inputs: { given: string; file: string; text?: string }[] = [];
  let failed = false;
  for (const given of positionals) {
    if (given === "-") {
      const name = values["stdin-path"] ?? "stdin";
      inputs.push({ given: name, file: path.resolve(name), text: io.stdin() });
      continue;
    }
    let stat: fs.Stats;
    try {
      stat = fs.statSync(given);
    } catch (e) {
      io.stderr(
        `${given}: ${(e as NodeJS.ErrnoException).code === "ENOENT" ? "no such file or folder" : (e as Error).message}\n`,
      );
      failed = true;
      continue;
    }
    if (stat.isDirectory()) {
      const found = findConfigurations(given);
      if (found.length === 0) io.stderr(`${given}: no keepalived configuration found.\n`);
      for (const f of found) inputs.push({ given: f, file: path.resolve(f) });
    } else inputs.push({ given, file: path.resolve(given) });
  }

  const { reports, unreadable } = checkAll(
    inputs,
    target,
    { ...options, nsx: values.nsx === true },
    locale,
    io,
  );
  io.stdout(format(reports, locale));
  if (failed || unreadable) return 2;
  return reports.some((r) => r.diagnostics.some((d) => d.severity <= 2)) ? 1 : 0;
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      format: { type: "string" },
      "target-version": { type: "string" },
      profile: { type: "string" },
      severity: { type: "string", multiple: true },
      nsx: { type: "boolean" },
      locale: { type: "string" },
      "stdin-path": { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
}

function checkAll(
  inputs: readonly { given: string; file: string; text?: string }[],
  target: string,
  options: PresentOptions & { readonly nsx: boolean },
  locale: Locale,
  io: Io,
): { reports: FileReport[]; unreadable: boolean } {
  const files = new DiskFiles(dialectOf(target));
  const given = new Map<string, string>();
  const findings = new Map<string, { file: SourceFile; list: Finding[] }>();
  const included = new Set<string>();
  const roots: string[] = [];
  let unreadable = false;
  for (const input of inputs) {
    const uri = pathToFileURL(input.file).href;
    if (given.has(uri)) continue;
    let { text } = input;
    if (text === undefined) {
      const result = readTextFile(input.file);
      if ("problem" in result) {
        io.stderr(`${input.given}: ${result.problem}\n`);
        unreadable = true;
        continue;
      }
      text = result.text;
    }
    given.set(uri, input.given);
    files.provide(uri, text);
    roots.push(uri);
  }
  const projects = roots.map((uri) => {
    const result = files.file(uri);
    if (result.kind !== "file") throw new Error(uri);
    const project = checkProject(result.file, files, { target });
    for (const f of project.files.slice(1)) included.add(f.uri);
    return project;
  });
  const use = options.nsx ? { companion: false, taken: [] } : undefined;
  const peers = checkPeers(projects.map((p) => ({ uri: p.root.uri, readings: p.views })));
  const rules = rulesNeeded(options);
  for (const project of projects) {
    // A file that another one includes is judged there.
    if (included.has(project.root.uri) && !project.files.slice(1).some((f) => f.uri === project.root.uri))
      continue;
    for (const file of project.files) {
      const known = findings.get(file.uri) ?? { file, list: [] };
      findings.set(file.uri, known);
      const own = withNsx(project, project.findingsOf(rules, file.uri), use);
      for (const f of present(file, withPeers(own, peers, file.uri), options)) {
        if (
          !known.list.some(
            (k) =>
              k.start === f.start && k.end === f.end && k.rule === f.rule && k.message.en === f.message.en,
          )
        )
          known.list.push(f);
      }
    }
  }
  const lines = new Map<string, Lines>();
  const linesOf = (uri: string): Lines => {
    let known = lines.get(uri);
    if (!known) {
      const result = files.file(uri);
      known = new Lines(result.kind === "file" ? String(result.file.text) : "");
      lines.set(uri, known);
    }
    return known;
  };
  const relative = (uri: string): string => {
    const known = given.get(uri);
    if (known !== undefined) return known;
    const absolute = fileURLToPath(uri);
    const short = path.relative(process.cwd(), absolute);
    return inputs.some((i) => path.isAbsolute(i.given)) || short.startsWith("..") ? absolute : short;
  };
  const reports: FileReport[] = [];
  for (const [uri, { file, list }] of findings) {
    const diagnostics: Diagnostic[] = list
      .sort((a, b) => a.start - b.start || a.end - b.end)
      .map((f) => toDiagnostic(f, (u, s, e) => linesOf(u).rangeOf(s, e), locale));
    reports.push({ path: relative(uri), uri, text: String(file.text), diagnostics });
  }
  return { reports, unreadable };
}

/** Configurations below a folder, by the names that editors associate with the language. */
export function findConfigurations(folder: string): string[] {
  const found: string[] = [];
  const visit = (directory: string, inside: boolean) => {
    let entries: fs.Dirent[];
    try {
      entries = fs.readdirSync(directory, { withFileTypes: true });
    } catch {
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = path.join(directory, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules" && entry.name !== ".git")
          visit(full, inside || entry.name === "keepalived");
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        const name = entry.name.replace(/\.(j2|jinja2|erb|tmpl|tpl)$/, "");
        if (
          name === "keepalived.conf" ||
          name.endsWith(".keepalived.conf") ||
          (inside && name.endsWith(".conf"))
        )
          found.push(full);
      }
    }
  };
  visit(folder, path.resolve(folder).split(path.sep).includes("keepalived"));
  return found;
}
