/** Damaged configurations: nothing may throw, and what is emitted in spite of the damage must still be valid. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatIpvs, formatIpvsSave, ipvsTable } from "../../../server/src/lvs/ipvs";
import { pathsOf, pathsText } from "../../../server/src/lvs/path";
import { pathsSvg } from "../../../server/src/lvs/path-picture";
import { KIT_FORMATS, realServerKit } from "../../../server/src/lvs/real-server";
import { servicesOf } from "../../../server/src/lvs/services";
import { Config } from "../../../server/src/model/config";
import { differences, fits } from "../../../server/src/nsx/diff";
import { explainText } from "../../../server/src/nsx/explain";
import { FORMS, render } from "../../../server/src/nsx/forms";
import { infraBody } from "../../../server/src/nsx/forms/hierarchical";
import { generate } from "../../../server/src/nsx/generate";
import { Tree } from "../../../server/src/syntax/tree";
import { faultsOf } from "./valid";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 150);
const texts = readdirSync("test/golden/nsx")
  .filter((name) => name.endsWith(".conf"))
  .map((name) => readFileSync(`test/golden/nsx/${name}`, "utf8"));

/** A text with some stretches cut out, doubled, or replaced by words that do not belong there. */
const damaged = fc
  .record({
    text: fc.constantFrom(...texts),
    hurts: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.integer({ min: 0, max: 40 }),
        put: fc.constantFrom(
          "",
          " ",
          "\n",
          "{",
          "}",
          "}\n}\n",
          "$X",
          '"',
          "#",
          "0",
          "-",
          "/0",
          "99999999999",
          "::",
          "255.255.255.255",
          "0.0.0.0-255.255.255.255 0\n",
          "::/1 0\n",
          "fwmark 4294967295\n",
          "\n real_server 224.0.0.1 65535 {\n}\n",
          "\n lb_kind TUN type gue port 0\n",
          "商店",
          "\u0000",
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ text, hurts }) => {
    let result = text;
    for (const { at, length, put } of hurts) {
      const start = Math.floor(at * result.length);
      result = result.slice(0, start) + put + result.slice(start + length);
    }
    return result;
  });

describe("damaged configurations", () => {
  it("never make anything throw, and never an invalid payload", () => {
    fc.assert(
      fc.property(
        damaged,
        fc.boolean(),
        fc.boolean(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (text, force, companion, place) => {
          const config = new Config(Tree.parse(text));
          const options = { force, companion, realServerPolicy: companion };
          for (const wanted of [
            { kind: "all" },
            { kind: "offset", offset: Math.floor(place * text.length) },
          ] as const) {
            for (const remedy of ["policy", "exclude-list"] as const) {
              const generated = generate(config, wanted, { ...options, remedy });
              assert.equal(generated.status === "ok", generated.payload !== undefined);
              if (!generated.payload) {
                assert.ok(generated.reasons.length > 0, "no payload and no reason");
                continue;
              }
              assert.deepEqual(faultsOf(infraBody(generated.payload)), [], text);
              for (const { form } of FORMS)
                assert.ok(render(generated.payload, form, { remedy }).text.length > 0);
              explainText(generated);
              explainText(generated, "zh-cn");
              fits(generated, infraBody(generated.payload));
              differences(infraBody(generated.payload), {});
            }
          }
          for (const service of servicesOf(config)) {
            pathsText(pathsOf(service));
            assert.ok(!/NaN|undefined/.test(pathsSvg(pathsOf(service))));
            for (const format of KIT_FORMATS) realServerKit([service], format);
          }
          const table = ipvsTable(config);
          formatIpvs(table);
          formatIpvsSave(table);
        },
      ),
      { numRuns: RUNS },
    );
  });
});
