/** Settings of the manifest, with values that fit and values of any other shape. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
// Which rules there are.
import "../../../server/src/checks/project";
import { DEFAULT_SETTINGS, readSettings, type Settings } from "../../../server/src/lsp/settings";

interface Property {
  readonly type: "string" | "boolean" | "array" | "object";
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly default: unknown;
}

const properties: [string, Property][] = [
  JSON.parse(readFileSync("package.json", "utf8")).contributes.configuration,
]
  .flat()
  .flatMap((c: { properties: object }) => Object.entries(c.properties))
  // The editor's library reads this one.
  .filter(([name]) => name !== "keepalived.trace.server");

/** The section that a server gets, with one setting in it. */
function section(name: string, value: unknown): unknown {
  const [, ...path] = name.split(".");
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

const deep = (depth: number): unknown => {
  let value: unknown = [];
  for (let i = 0; i < depth; i++) value = [value];
  return value;
};
const VALUES: unknown[] = [
  ...[0, 5, -1, 1e308, true, false, "", "x", "\u0000", "x".repeat(1e6), [], ["x"], [5], [null], [["x"]]],
  ...[{}, { a: 1 }, { "no-such-rule": "error" }, Array(100_000).fill("x"), deep(50_000)],
];

const typeOf = (value: unknown) => (Array.isArray(value) ? "array" : typeof value);
const isTexts = (value: unknown) => Array.isArray(value) && value.every((v) => typeof v === "string");
/** As the schema of the manifest has it. */
const fits = (p: Property, value: unknown): boolean =>
  typeOf(value) === p.type &&
  (p.enum?.includes(value as string) ?? true) &&
  (p.type !== "array" || isTexts(value)) &&
  (p.pattern === undefined || new RegExp(p.pattern).test(value as string));

describe("settings", () => {
  test("are all known to the server, with the defaults of the manifest", () => {
    assert.ok(properties.length > 20);
    for (const [name, p] of properties)
      assert.deepEqual(
        readSettings(section(name, p.default)),
        { settings: DEFAULT_SETTINGS, complaints: [] },
        name,
      );
    for (const [name, p] of properties) {
      const value =
        p.enum?.find((v) => v !== p.default) ??
        {
          string: name.endsWith("targetVersion") ? "2.2.7" : "other",
          boolean: p.default !== true,
          array: ["x"],
          object: { "no-vip": "off" },
        }[p.type];
      const { settings, complaints } = readSettings(section(name, value));
      assert.deepEqual(complaints, [], name);
      assert.notDeepEqual(settings, DEFAULT_SETTINGS, `${name} has no effect`);
    }
  });

  for (const [name, p] of properties)
    test(`${name}: a value that does not fit is told, and the default holds`, () => {
      let refused = 0;
      for (const [n, value] of VALUES.entries()) {
        const { settings, complaints } = readSettings(section(name, value));
        const shown = `value ${n}`;
        if (!fits(p, value)) {
          refused++;
          assert.deepEqual(settings, DEFAULT_SETTINGS, shown);
          assert.ok(complaints.length > 0, shown);
        }
        for (const { en, zh } of complaints) {
          assert.ok(en.includes(name) && zh.includes(name), en);
          assert.ok(en.length < 250 && zh.length < 250);
        }
      }
      assert.ok(refused >= 10);
      // What is null is not set.
      assert.deepEqual(readSettings(section(name, null)), { settings: DEFAULT_SETTINGS, complaints: [] });
    });

  test("whose group is no group are told", () => {
    for (const name of [
      "keepalived",
      ...new Set(properties.map(([n]) => n.split(".").slice(0, 2).join("."))),
    ]) {
      if (properties.some(([n]) => n === name)) continue;
      for (const value of [5, "x", true, ["x"]]) {
        const { settings, complaints } = readSettings(section(name, value));
        assert.deepEqual(settings, DEFAULT_SETTINGS);
        assert.equal(complaints.length, 1, name);
        assert.ok(complaints[0].en.includes(`${name}:`), complaints[0].en);
      }
    }
  });

  test("of a thousand mistakes are told in a handful of messages", () => {
    const severity = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`no-rule-${i}`, "error"]));
    const { complaints } = readSettings({ diagnostics: { severity } });
    assert.equal(complaints.length, 6);
    assert.match(complaints[5].en, /995 more/);
  });

  test("of any shape are read, and keep their types", () => {
    const names = properties.map(([n]) => n.split(".")[1]);
    const shape = (settings: Settings) =>
      JSON.stringify(settings, (key, v) =>
        key === "severity" ? {} : typeof v === "object" && !Array.isArray(v) ? v : typeOf(v),
      );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 3 })), (value) => {
        assert.equal(shape(readSettings(value).settings), shape(DEFAULT_SETTINGS));
      }),
      { seed: 20, numRuns: 2000 },
    );
  });
});
