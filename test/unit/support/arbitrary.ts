/** Generators of configurations for property-based tests: from noise to nearly right. */
import fc from "fast-check";
import { KEYWORDS } from "../../../server/src/language";
import { SPECIAL } from "../../fuzz/cases";

/** Characters and words that mean something to the scanner. */
const WORDS = [...SPECIAL, "# note\n", "! note\n", "@", "$X=", "include x.conf\n", "\u3000", ";", ":", "//"];

const keyword = fc.constantFrom(...KEYWORDS).map((k) => `${k.name} `);
const example = fc.constantFrom(...KEYWORDS).map((k) => `${k.spec.example.split("\n")[0]}\n`);

/** Any text, with a preference for what the scanner has to decide about. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
      { weight: 4, arbitrary: keyword },
      { weight: 2, arbitrary: example },
      { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

/** A configuration whose blocks nest as the language has it; its lines are examples from the language data. */
export const nestedConfiguration: fc.Arbitrary<string> = fc
  .array(fc.nat({ max: KEYWORDS.length - 1 }), { minLength: 1, maxLength: 30 })
  .map((picks) => {
    const lines: string[] = [];
    for (const pick of picks) {
      // A keyword with the blocks around it.
      const path = [KEYWORDS[pick]];
      while (path[0].parent.id !== "") {
        const parent = KEYWORDS.find((k) => k.context === path[0].parent);
        if (!parent) break;
        path.unshift(parent);
      }
      path.forEach((k, depth) => {
        const head = k.spec.example.split("\n")[0].replace(/\s*\{.*$/, "");
        lines.push(`${"    ".repeat(depth)}${head}${k.spec.kind === "leaf" ? "" : " {"}`);
      });
      for (let depth = path.length - 1; depth >= 0; depth--)
        if (path[depth].spec.kind !== "leaf") lines.push(`${"    ".repeat(depth)}}`);
    }
    return `${lines.join("\n")}\n`;
  });

/** A text and a change of it. */
export const edited: fc.Arbitrary<{ before: string; start: number; oldEnd: number; insert: string }> = fc
  .oneof(anyText, nestedConfiguration)
  .chain((before) =>
    fc
      .tuple(
        fc.nat({ max: before.length }),
        fc.nat({ max: Math.min(before.length, 40) }),
        fc.oneof(fc.constant(""), fc.constantFrom(...WORDS), keyword, example),
      )
      .map(([start, length, insert]) => ({
        before,
        start,
        oldEnd: Math.min(before.length, start + length),
        insert,
      })),
  );
