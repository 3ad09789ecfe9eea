/** The configurations that are compared with keepalived, where there is no keepalived. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { NEWEST_RELEASE } from "../../../server/src/language";
import { OPERATORS, spoil } from "../../oracle/faults";
import { Dice, print, soundConfiguration } from "../../oracle/generate";
import { check } from "../../oracle/ours";
import { generatedCases } from "../../oracle/sources";

const MAIN = "keepalived.conf";
const draw = <T>(count: number, make: (dice: Dice) => T): T[] =>
  fc.sample(
    fc.gen().map((g) => make(new Dice(g))),
    { seed: 7, numRuns: count },
  );

describe("generated configurations", () => {
  test("have no error for us, in old releases and new ones", () => {
    for (const release of ["2.2.7", NEWEST_RELEASE]) {
      for (const text of draw(
        150,
        (dice) => print(soundConfiguration(dice, release), dice.below(105)).text,
      )) {
        const errors = check({ [MAIN]: text }, release).findings.filter((f) => f.severity === "error");
        assert.deepEqual(
          errors.map((f) => `${f.line} ${f.code} ${f.message}`),
          [],
          text,
        );
      }
    }
  });

  test("are the same for the same seed, and others for another", () => {
    const texts = (seed: number) => generatedCases("2.2.7", 40, seed).map((c) => c.files[MAIN]);
    assert.deepEqual(texts(3), texts(3));
    assert.notDeepEqual(texts(3), texts(4));
  });
});

describe("seeded faults", () => {
  const sound = draw(40, (dice) => soundConfiguration(dice, NEWEST_RELEASE));

  for (const operator of Object.keys(OPERATORS)) {
    test(`${operator}: changes the text at its lines`, () => {
      const faults = draw(3, (dice) => sound.map((items) => spoil(items, operator, dice, 0))).flat();
      const done = faults.filter((f) => f !== undefined);
      assert.ok(done.length > 0, "no place for it");
      for (const [i, fault] of faults.entries()) {
        if (!fault) continue;
        const before = print(sound[i % sound.length], 0).text;
        const count = fault.text.split("\n").length;
        for (const line of fault.lines) assert.ok(line >= 1 && line <= count, `${fault.what}: line ${line}`);
        // A block may stand where it is moved to, and two instances may share an id by chance.
        if (!/^harmless order|virtual router id/.test(operator)) assert.ok(fault.text !== before, fault.what);
      }
    });
  }
});
