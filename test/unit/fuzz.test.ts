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

  test("hold what a longer run once failed at", () => {
    // Blanks that are none, look-ahead over many items, words that every object knows, half a character in a path,
    // a tag in a comment that hides another one.
    for (const seed of [1232, 1992, 2101, 2518, 6145, 608796, 516621882, 516621890, 516621983, 523303469])
      assert.ok(runSeed(seed, texts) > 0);
  });

  test("may end anywhere", () => {
    const text = texts.find((t) => t.includes("virtual_server") && t.length < 1500)!;
    assert.equal(truncations(text), text.length + 1);
  });
});
