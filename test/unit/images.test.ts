import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";

/** The pages that people read, with the pictures that they show. */
function pictures(): { page: string; picture: string }[] {
  const pages = [
    ...readdirSync(".").filter((name) => name.endsWith(".md")),
    ...readdirSync("docs", { recursive: true })
      .map((name) => join("docs", String(name)))
      .filter((name) => name.endsWith(".md")),
  ];
  return pages.flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/!\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, words, target]) => {
      assert.notEqual(words, "", `${page}: ${target} says nothing to those who cannot see it`);
      return { page, picture: /^https?:/.test(target) ? target : normalize(join(dirname(page), target)) };
    }),
  );
}

describe("the pictures of the documentation", () => {
  const shown = pictures();

  it("are there, and none is forgotten", () => {
    for (const { page, picture } of shown) assert.ok(existsSync(picture), `${page} shows ${picture}`);
    const used = new Set(shown.map(({ picture }) => picture));
    const unused = readdirSync("docs/images").filter((name) => !used.has(join("docs/images", name)));
    assert.deepEqual(unused, []);
  });

  it("load quickly", () => {
    for (const name of readdirSync("docs/images")) {
      const { size } = statSync(join("docs/images", name));
      assert.ok(size <= (name.endsWith(".gif") ? 600_000 : 150_000), `${name}: ${size} bytes`);
    }
  });
});
