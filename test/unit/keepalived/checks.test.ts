/**
 * Every check that keepalived makes while it reads a configuration, one small configuration each, with the lines at which
 * releases 2.2.7 and 2.4.3 report it. Each must be found here, too, and nothing that a release accepts may be an error.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { checkFiles, uriOf } from "../support/files";
import { EXCEPTIONS } from "./exceptions";

interface Row {
  readonly id: string;
  readonly about: string;
  readonly config: string;
  readonly files?: Readonly<Record<string, string>>;
  /** By release; no lines: reported without one. `machine`: depends on the machine, not on the text. */
  readonly reported: Readonly<
    Record<string, { readonly lines: readonly number[]; readonly machine?: boolean }>
  >;
  /** Releases that take the configuration without complaint. */
  readonly accepted: readonly string[];
}

const rows: Row[] = JSON.parse(readFileSync(join(process.cwd(), "test/data/keepalived-checks.json"), "utf8"));
const RELEASES = ["2.2.7", "2.4.3"];

/** What is found in a row's configuration, with the lines that a finding names. */
function findingsOf(row: Row, release: string) {
  const { findings, access } = checkFiles({ "keepalived.conf": row.config, ...row.files }, release);
  const main = uriOf("keepalived.conf");
  const lineOf = (uri: string, offset: number) =>
    uri === main ? (access.text(uri) ?? "").slice(0, offset).split("\n").length : 0;
  return findings.map((f) => ({
    severity: f.severity,
    text: `${f.severity} ${f.rule.code}: ${f.message.en}`,
    lines: [lineOf(f.uri, f.start), ...f.related.map((r) => lineOf(r.uri, r.start))],
  }));
}

describe("keepalived's own checks", () => {
  for (const release of RELEASES) {
    for (const row of rows) {
      const expected = row.reported[release];
      const exception = EXCEPTIONS[row.id];
      if (expected && !expected.machine) {
        test(`${release} ${row.id}`, () => {
          const found = findingsOf(row, release).filter((f) => f.severity !== "hint");
          const hit =
            expected.lines.length > 0
              ? found.some((f) => f.lines.some((l) => expected.lines.includes(l)))
              : found.length > 0;
          const shown = `${row.about}\n${row.config}\n${found.map((f) => `${f.lines[0]}: ${f.text}`).join("\n")}`;
          if (exception && (!exception.release || exception.release === release))
            assert.ok(!hit, `found now, so it is no exception any more: ${exception.why}\n${shown}`);
          else assert.ok(hit, `keepalived reports line ${expected.lines.join(", ") || "(none)"}\n${shown}`);
        });
      }
      if (row.accepted.includes(release)) {
        test(`${release} ${row.id} is accepted`, () => {
          const errors = findingsOf(row, release).filter((f) => f.severity === "error");
          assert.deepEqual(
            errors.map((f) => f.text),
            [],
            row.config,
          );
        });
      }
    }
  }

  test("exceptions name rows that exist", () => {
    const ids = new Set(rows.map((r) => r.id));
    assert.deepEqual(
      Object.keys(EXCEPTIONS).filter((id) => !ids.has(id)),
      [],
    );
  });
});
