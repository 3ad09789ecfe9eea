/** A short run of `npm run fuzz` with seeds that never change. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runSeed, seedTexts, truncations } from "../fuzz/cases";

describe("random inputs", () => {
  const texts = seedTexts(process.cwd());

  test("are read without loss, and edited as if read anew", () => {
    let cases = 0;
    for (let seed = 1; seed <= 60; seed++) cases += runSeed(seed, texts);
    assert.ok(cases > 1500, `only ${cases} cases`);
  });

  test("may end anywhere", () => {
    const text = texts.find((t) => t.includes("virtual_server") && t.length < 1500)!;
    assert.equal(truncations(text), text.length + 1);
  });
});
