/** Output formats of `check`. All carry the same findings and texts. */
import packageJson from "../../package.json";
import { ruleByCode } from "../checks/rule";
import { type Diagnostic, type Locale, rulePage, say } from "../features/diagnostics";

export interface FileReport {
  /** As the user gave it. */
  readonly path: string;
  readonly uri: string;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

export type Reporter = (reports: readonly FileReport[], locale: Locale) => string;

const LEVEL = ["", "error", "warning", "information", "hint"] as const;

const text: Reporter = (reports) => {
  let out = "";
  const counts = [0, 0, 0, 0, 0];
  for (const r of reports) {
    for (const d of r.diagnostics) {
      counts[d.severity]++;
      const { line, character } = d.range.start;
      out += `${r.path}:${line + 1}:${character + 1}: ${LEVEL[d.severity]}: ${d.message} [${d.code}]\n`;
    }
  }
  const files = `${reports.length} file${reports.length === 1 ? "" : "s"}`;
  const [, errors, warnings, infos, hints] = counts;
  const notes = infos + hints;
  return `${out}${files} checked: ${errors} error${errors === 1 ? "" : "s"}, ${warnings} warning${warnings === 1 ? "" : "s"}, ${notes} note${notes === 1 ? "" : "s"}.\n`;
};

const json: Reporter = (reports) =>
  `${JSON.stringify({ version: 1, files: reports.map((r) => ({ path: r.path, diagnostics: r.diagnostics })) }, undefined, 2)}\n`;

const sarif: Reporter = (reports, locale) => {
  const codes = [...new Set(reports.flatMap((r) => r.diagnostics.map((d) => d.code)))].sort();
  const level = (severity: number) => (severity === 1 ? "error" : severity === 2 ? "warning" : "note");
  return `${JSON.stringify(
    {
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: {
              name: "keepalived-language-server",
              version: packageJson.version,
              informationUri: "https://github.com/keepalived-tools/keepalived-vscode",
              rules: codes.map((code) => {
                const rule = ruleByCode(code)!;
                return {
                  id: code,
                  shortDescription: { text: say(rule.summary, locale) },
                  helpUri: rulePage(code, locale),
                  defaultConfiguration: {
                    level: level(["", "error", "warning", "information", "hint"].indexOf(rule.severity)),
                  },
                };
              }),
            },
          },
          columnKind: "utf16CodeUnits",
          results: reports.flatMap((r) => {
            const prints = fingerprints(r);
            return r.diagnostics.map((d, i) => ({
              ruleId: d.code,
              ruleIndex: codes.indexOf(d.code),
              level: level(d.severity),
              message: { text: d.message },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: r.path.replace(/\\/g, "/") },
                    region: {
                      startLine: d.range.start.line + 1,
                      startColumn: d.range.start.character + 1,
                      endLine: d.range.end.line + 1,
                      endColumn: d.range.end.character + 1,
                    },
                  },
                },
              ],
              partialFingerprints: { primary: prints[i] },
            }));
          }),
        },
      ],
    },
    undefined,
    2,
  )}\n`;
};

/**
 * Fingerprints that stay the same when lines are added above: of the path, the rule, the text of the line, and, where a
 * file has the same finding on several equal lines, which of them it is.
 */
function fingerprints(r: FileReport): string[] {
  // Loaded here, not above: it takes milliseconds of every start.
  const { createHash } = require("node:crypto") as typeof import("node:crypto");
  const lines = r.text.split("\n");
  const seen = new Map<string, number>();
  return r.diagnostics.map((d) => {
    const line = lines[d.range.start.line] ?? "";
    const key = `${r.path}\0${d.code}\0${line.trim()}\0${d.message}`;
    const n = seen.get(key) ?? 0;
    seen.set(key, n + 1);
    return createHash("sha256")
      .update(n === 0 ? key : `${key}\0${n}`)
      .digest("hex")
      .slice(0, 32);
  });
}

const github: Reporter = (reports) => {
  const encode = (s: string) => s.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  const property = (s: string) => encode(s).replace(/:/g, "%3A").replace(/,/g, "%2C");
  let out = "";
  for (const r of reports) {
    for (const d of r.diagnostics) {
      const command = d.severity === 1 ? "error" : d.severity === 2 ? "warning" : "notice";
      const { start, end } = d.range;
      out += `::${command} file=${property(r.path)},line=${start.line + 1},endLine=${end.line + 1},col=${start.character + 1},endColumn=${end.character + 1},title=${property(d.code)}::${encode(d.message)}\n`;
    }
  }
  return out;
};

const gitlab: Reporter = (reports) =>
  `${JSON.stringify(
    reports.flatMap((r) => {
      const prints = fingerprints(r);
      return r.diagnostics.map((d, i) => ({
        description: d.message,
        check_name: d.code,
        fingerprint: prints[i],
        severity: ["", "critical", "major", "minor", "info"][d.severity],
        location: { path: r.path, lines: { begin: d.range.start.line + 1, end: d.range.end.line + 1 } },
      }));
    }),
    undefined,
    2,
  )}\n`;

const junit: Reporter = (reports) => {
  const xml = (s: string) =>
    s
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot hold them at all.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
  const failures = reports.map((r) => r.diagnostics.filter((d) => d.severity <= 2));
  const total = failures.reduce((n, list) => n + Math.max(1, list.length), 0);
  let out = `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="keepalived" tests="${total}" failures="${failures.flat().length}">\n`;
  reports.forEach((r, i) => {
    const list = failures[i];
    out += `  <testsuite name="${xml(r.path)}" tests="${Math.max(1, list.length)}" failures="${list.length}">\n`;
    if (list.length === 0) out += `    <testcase classname="${xml(r.path)}" name="check"/>\n`;
    for (const d of list) {
      const { line, character } = d.range.start;
      out += `    <testcase classname="${xml(r.path)}" name="${xml(d.code)} at ${line + 1}:${character + 1}" file="${xml(r.path)}" line="${line + 1}">\n`;
      out += `      <failure type="${LEVEL[d.severity]}" message="${xml(d.message)}">${xml(`${r.path}:${line + 1}:${character + 1} ${d.code}`)}</failure>\n    </testcase>\n`;
    }
    out += "  </testsuite>\n";
  });
  return `${out}</testsuites>\n`;
};

export const FORMATS: Readonly<Record<string, Reporter>> = { text, json, sarif, github, gitlab, junit };
