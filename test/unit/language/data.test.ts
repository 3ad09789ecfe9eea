/** The description of the language is complete, and agrees with itself. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { compareReleases, KEYWORDS, NEWEST_RELEASE, RELEASES } from "../../../server/src/language";
import type { Arg, Option, Text } from "../../../server/src/language/schema";
import { checkFiles } from "../support/files";

/** Lines around an example so that it stands where it may, with what its block needs. */
function around(path: readonly (typeof KEYWORDS)[number][]): string {
  const own = path[path.length - 1];
  const lines = path.map((k, depth) => {
    const head = k.spec.example.split("\n")[0].replace(/\s*\{.*$/, "");
    return `${"    ".repeat(depth)}${head}${k.spec.kind === "leaf" ? "" : " {"}`;
  });
  if (own.spec.kind === "list") lines.push(`${"    ".repeat(path.length)}${own.spec.entry?.example ?? ""}`);
  for (let depth = path.length - 1; depth >= 0; depth--)
    if (path[depth].spec.kind !== "leaf") lines.push(`${"    ".repeat(depth)}}`);
  return `${lines.join("\n")}\n`;
}

function pathOf(keyword: (typeof KEYWORDS)[number]) {
  const path = [keyword];
  while (path[0].parent.id !== "") {
    const parent = KEYWORDS.find((k) => k.context === path[0].parent);
    assert.ok(parent, path[0].id);
    path.unshift(parent);
  }
  return path;
}

/** Findings about single lines: what the example itself can be wrong about. */
const LINE_RULES = new Set([
  "unknown-keyword",
  "wrong-block",
  "missing-argument",
  "extra-argument",
  "not-a-number",
  "not-a-boolean",
  "out-of-range",
  "unknown-value",
  "unknown-option",
  "bad-value",
  "bad-address",
  "bad-prefix",
  "bad-entry",
  "unknown-entry-option",
  "newer-release",
  "too-precise",
]);

describe("language data", () => {
  for (const keyword of KEYWORDS) {
    test(`the example of ${keyword.id} is good`, () => {
      const text = around(pathOf(keyword));
      const { findings } = checkFiles({ "keepalived.conf": text }, NEWEST_RELEASE);
      const bad = findings.filter(
        (f) => LINE_RULES.has(f.rule.code) && (f.severity === "error" || f.severity === "warning"),
      );
      assert.deepEqual(
        bad.map((f) => `${f.rule.code}: ${f.message.en}`),
        [],
        text,
      );
    });
  }

  test("every text is in both languages", () => {
    const lacking: string[] = [];
    const look = (id: string, text: Text | string | undefined) => {
      if (text === undefined || typeof text === "string") return;
      if (text.en.trim() === "" || text.zh.trim() === "") lacking.push(id);
      // A sentence in English has a translation with Chinese characters.
      else if (/[a-z]{3,} [a-z]{3,}/.test(text.en) && !/\p{Script=Han}/u.test(text.zh)) lacking.push(id);
    };
    const lookArgs = (id: string, args: readonly Arg[] | undefined) => {
      for (const a of args ?? []) {
        look(`${id} ${a.name}`, a.notes);
        look(`${id} ${a.name}`, a.whenOmitted);
        for (const [value, doc] of Object.entries(a.valueDocs ?? {})) look(`${id} ${a.name} ${value}`, doc);
        lookOptions(`${id} ${a.name}`, a.options);
      }
    };
    const lookOptions = (id: string, options: readonly Option[] | undefined) => {
      for (const o of options ?? []) {
        look(`${id} ${o.name}`, o.doc);
        lookArgs(`${id} ${o.name}`, o.args);
      }
    };
    for (const { id, spec } of KEYWORDS) {
      look(id, spec.doc);
      look(id, spec.notes);
      look(id, spec.mandatoryNote);
      look(id, spec.default);
      for (const n of spec.versionNotes ?? []) look(id, n);
      lookArgs(id, spec.args);
      look(`${id} entry`, spec.entry?.doc);
      look(`${id} entry`, spec.entry?.notes);
      lookArgs(`${id} entry`, spec.entry?.args);
      lookOptions(`${id} entry`, spec.entry?.options);
    }
    assert.deepEqual(lacking, []);
  });

  test("releases are in order, and every release that a keyword names is one", () => {
    for (let i = 1; i < RELEASES.length; i++) assert.ok(compareReleases(RELEASES[i - 1], RELEASES[i]) < 0);
    const unknown = KEYWORDS.filter((k) => k.spec.since !== undefined && !RELEASES.includes(k.spec.since));
    assert.deepEqual(
      unknown.map((k) => `${k.id} ${k.spec.since}`),
      [],
    );
  });

  // The collected facts about the language lie beside some working copies; there nothing of them may be missing here.
  const facts = join(process.cwd(), "../shared/facts/keepalived/keywords.json");
  if (existsSync(facts)) {
    test("nothing of the collected facts is missing", () => {
      const missing: string[] = [];
      const strip = (release: string) => release.replace(/^<?=?v/, "");
      const { keywords } = JSON.parse(readFileSync(facts, "utf8"));
      for (const fact of keywords) {
        const own = KEYWORDS.find((k) => k.id === fact.id);
        if (!own) {
          missing.push(fact.id);
          continue;
        }
        const since = fact.since?.startsWith("<=") ? undefined : fact.since && strip(fact.since);
        if ((own.spec.since ?? undefined) !== (since ?? undefined))
          missing.push(`${fact.id} since ${fact.since}`);
        if (Boolean(own.spec.deprecated) !== Boolean(fact.deprecated)) missing.push(`${fact.id} deprecated`);
        if (Boolean(own.spec.mandatory) !== Boolean(fact.mandatory)) missing.push(`${fact.id} mandatory`);
        const args = fact.args ?? [];
        if (own.spec.args.length !== args.length) missing.push(`${fact.id} arguments`);
        args.forEach((a: Arg & { subOptions?: { name: string }[] }, i: number) => {
          const mine = own.spec.args[i];
          if (!mine) return;
          if (mine.type !== a.type) missing.push(`${fact.id} ${a.name} type`);
          for (const bound of ["min", "max"] as const)
            if (String(mine[bound] ?? "") !== String(a[bound] ?? ""))
              missing.push(`${fact.id} ${a.name} ${bound}`);
          // Truth values are part of the type here.
          for (const v of a.type === "bool" ? [] : (a.values ?? []))
            if (!mine.values?.includes(v)) missing.push(`${fact.id} ${a.name} ${v}`);
          for (const o of a.subOptions ?? [])
            if (!mine.options?.some((x) => x.name === o.name))
              missing.push(`${fact.id} ${a.name} option ${o.name}`);
        });
      }
      assert.deepEqual(missing, []);
    });
  }
});
