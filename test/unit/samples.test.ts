/** The samples are what a careful engineer would write. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkFiles } from "./support/files";

const root = join(process.cwd(), "samples");
const files = Object.fromEntries(
  readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".conf"))
    .sort()
    .map((name) => [name, readFileSync(join(root, name), "utf8")]),
);

for (const target of ["2.2.7", "2.4.3"]) {
  test(`samples are clean for keepalived ${target}`, () => {
    const { findings } = checkFiles(files, target, { profile: "recommended", severity: {} });
    const bad = findings.filter((f) => f.severity === "error" || f.severity === "warning");
    assert.deepEqual(
      bad.map((f) => `${f.uri.split("/").slice(-2).join("/")} ${f.rule.code}`),
      // The first thing to try: a quick fix writes the note.
      ["lvs-dr/keepalived.conf dr-arp-note"],
    );
  });
}
