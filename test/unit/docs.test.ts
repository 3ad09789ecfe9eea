/** What the documentation points to is there. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, test } from "node:test";

const pages = [
  ...readdirSync(".").filter((name) => name.endsWith(".md")),
  ...readdirSync("docs", { recursive: true })
    .map((name) => join("docs", String(name)))
    .filter((name) => name.endsWith(".md")),
  "server/README.md",
];

/** The anchors of a page, as GitHub makes them from headings. */
const anchors = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/\s/g, "-"),
    ),
  );

describe("the documentation", () => {
  test("has no link that leads nowhere", () => {
    const broken: string[] = [];
    let followed = 0;
    for (const page of pages) {
      const text = readFileSync(page, "utf8").replace(/^```[\s\S]*?^```/gm, "");
      for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [path, anchor] = target.split("#");
        const file = path === "" ? page : normalize(join(dirname(page), path));
        followed++;
        if (!existsSync(file)) broken.push(`${page}: ${target}`);
        else if (anchor && !anchors(readFileSync(file, "utf8")).has(decodeURIComponent(anchor)))
          broken.push(`${page}: ${target}`);
      }
    }
    assert.deepEqual(broken, []);
    assert.ok(followed > 400, `only ${followed} links`);
  });

  test("names only options that the command line has", () => {
    const sources = readdirSync("server/src/cli")
      .map((name) => readFileSync(join("server/src/cli", name), "utf8"))
      .join("\n");
    for (const page of pages.filter((name) => !name.startsWith(join("docs", "rules"))))
      for (const [line] of readFileSync(page, "utf8").matchAll(
        /^.*keepalived-language-server (check|nsx|format|ipvs|packets|real-server).*$/gm,
      ))
        for (const [, option] of line.matchAll(/ --([a-z][a-z-]+)/g)) {
          if (option === "yes") continue; // npx's own
          assert.ok(new RegExp(`--${option}\\b`).test(sources), `${page}: --${option}`);
        }
  });
});
