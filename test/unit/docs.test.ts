/** What the documentation points to is there, and the guides say the same in both languages. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, test } from "node:test";
import { PLACES, type Place, pathsOf } from "../../server/src/lvs/path";
import { servicesOf } from "../../server/src/lvs/services";
import { Config } from "../../server/src/model/config";
import { Tree } from "../../server/src/syntax/tree";

const read = (path: string): string => readFileSync(path, "utf8");
const json = (path: string) => JSON.parse(read(path));

const pages = [
  ...readdirSync(".").filter((name) => name.endsWith(".md")),
  ...readdirSync("docs", { recursive: true })
    .map((name) => join("docs", String(name)))
    .filter((name) => name.endsWith(".md")),
  "server/README.md",
];

/** Pages for those who work on the project; they are in English only. */
const INTERNAL = ["architecture.md", "language-data.md", "performance.md"];

/** The guides, each with its translation. */
const guides = readdirSync("docs")
  .filter((name) => name.endsWith(".md") && !INTERNAL.includes(name))
  .map((name) => ({ name, en: join("docs", name), zh: join("docs", "zh-cn", name) }));

/** Everything that is written for users in both languages by hand, as a whole. */
const twins = [{ name: "README.md", en: "README.md", zh: "README.zh-CN.md" }, ...guides];

/** Fenced code blocks with their language, without the indentation of a list. */
const blocks = (page: string): string[] =>
  [...page.matchAll(/^([ ]*)```[^\n]*\n[\s\S]*?^\1```$/gm)].map(([block, indentation]) =>
    block.replaceAll(`\n${indentation}`, "\n").trim(),
  );
const prose = (page: string): string => page.replace(/^([ ]*)```[\s\S]*?^\1```$/gm, "");
/** What stands between backticks, sorted and each once. */
const codeSpans = (page: string): string[] =>
  [...new Set([...prose(page).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code))].sort();
/** Cells of the tables: how many in each row. */
const tableShape = (page: string): number[] =>
  [...prose(page).matchAll(/^ *\|(.*)\|$/gm)].map(([, row]) => row.split(/(?<!\\)\|/).length);
const headingLevels = (page: string): number[] =>
  [...prose(page).matchAll(/^(#+) /gm)].map(([, marks]) => marks.length);
/** Files of the repository that a page leads to. */
const targets = (page: string): string[] =>
  [...prose(read(page)).matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => normalize(join(dirname(page), target)));
/** The page of the same contents in English, whatever the language of this one. */
const english = (path: string): string =>
  path
    .replace(/(^|[\\/])zh-cn[\\/]/, "$1")
    .replace("README.zh-CN.md", "README.md")
    .replace("-zh-cn.png", ".png");

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

  test("names only options and settings that there are, in its text, too", () => {
    const options = readdirSync("server/src/cli")
      .map((name) => read(join("server/src/cli", name)))
      .join("\n");
    const { configuration, commands } = json("package.json").contributes;
    const known = new Set<string>([
      ...[configuration].flat().flatMap(({ properties }) => Object.keys(properties)),
      ...commands.map(({ command }: { command: string }) => command),
    ]);
    let named = 0;
    for (const page of twins.flatMap(({ en, zh }) => [en, zh]))
      for (const span of codeSpans(read(page))) {
        const command =
          /^(?:keepalived-language-server )?(?:(?:check|format|nsx|ipvs|packets|real-server) .*)?--/;
        if (command.test(span))
          for (const [, option] of span.matchAll(/(?<!\S)--([a-z][a-z-]+)/g)) {
            named++;
            assert.ok(new RegExp(`--${option}\\b`).test(options), `${page}: --${option}`);
          }
        if (/^keepalived\.[a-z]+(\.[a-zA-Z]+)*$/i.test(span) && !/\.(conf|sublime-syntax)$/.test(span)) {
          named++;
          assert.ok(known.has(span), `${page}: ${span}`);
        }
      }
    assert.ok(named > 80, `only ${named} names`);
  });

  test("numbers packets as the command does", () => {
    const letters: Record<Place, { en: string; zh: string }> = {
      client: { en: "C", zh: "C" },
      director: { en: "D", zh: "D" },
      "real-server": { en: "R", zh: "R" },
      gateway: { en: "gateway", zh: "网关" },
    };
    const directions = { IN: { en: "in", zh: "入" }, OUT: { en: "out", zh: "出" } };
    const letter = (text: string) =>
      text
        .replace("client:port", "C")
        .replace(/^192\.0\.2\.10:80$/, "V")
        .replace(/^192\.0\.2\.11(:80)?$/, "R");
    for (const language of ["en", "zh"] as const) {
      const page = read(guides.find(({ name }) => name === "packet-paths.md")![language]);
      for (const method of ["DR", "NAT", "TUN"]) {
        const text = `virtual_server 192.0.2.10 80 {
    lb_kind ${method}
    protocol TCP
    real_server 192.0.2.11 80 {
    }
}
`;
        const [path] = servicesOf(new Config(Tree.parse(text))).flatMap((service) => pathsOf(service));
        const expected = path.steps.flatMap((step, i) =>
          step.seen.map(({ vnic, direction }) => {
            const inner = `${letter(step.source)} → ${letter(step.destination)}`;
            const last = [step.sourceMac, step.destinationMac]
              .map((place) => letters[place][language])
              .join(" → ");
            return [
              `${i + 1}`,
              PLACES[vnic][language],
              directions[direction][language],
              step.outer ? "D → R" : inner,
              method === "TUN" ? (step.outer ? inner : "") : last,
            ];
          }),
        );
        const section = page.slice(page.search(new RegExp(`^## .*\`lb_kind ${method}\``, "m")));
        const rows = [...section.slice(0, section.indexOf("\n## ", 1)).matchAll(/^\| (\d) \|(.*)\|$/gm)];
        const shown = rows.map(([, number, rest]) => [number, ...rest.split("|").map((cell) => cell.trim())]);
        // What kind of packet a tunnel makes is said after its addresses.
        for (const row of shown) row[3] = row[3].replace(/^(D → R)[,，].*$/, "$1");
        assert.deepEqual(shown, expected, `${language}: ${method}`);
      }
    }
  });
});

describe("the guides in English and in Chinese", () => {
  test("are there, and lead to each other", () => {
    assert.ok(guides.length >= 4);
    assert.deepEqual(readdirSync(join("docs", "zh-cn")).sort(), guides.map(({ name }) => name).sort());
    for (const { name, en, zh } of guides) {
      assert.match(read(en), new RegExp(`^# .*\\n\\n\\[简体中文\\]\\(zh-cn/${name}\\)\\n`), en);
      assert.match(read(zh), new RegExp(`^# .*\\n\\n\\[English\\]\\(\\.\\./${name}\\)\\n`), zh);
    }
  });

  for (const { name, en, zh } of guides)
    test(`show the same code, names, tables and links: ${name}`, () => {
      for (const part of [blocks, codeSpans, headingLevels, tableShape])
        assert.deepEqual(part(read(zh)), part(read(en)), `${zh}: ${part.name}`);
      const leads = (page: string) => [...new Set(targets(page).map(english))].sort();
      assert.deepEqual(leads(zh), leads(en));
    });

  test("are written in their language", () => {
    for (const { en, zh } of guides) {
      const han = (page: string) => prose(read(page)).match(/\p{Script=Han}/gu)?.length ?? 0;
      assert.equal(han(en), "简体中文".length, en);
      assert.ok(han(zh) > 500, zh);
    }
  });

  test("name commands and buttons as the extension does", () => {
    const { category } = json("package.json").contributes.commands[0];
    const titles = json("package.nls.json");
    const translations = json("package.nls.zh-cn.json");
    const labels: [string, string][] = [
      ...Object.keys(titles)
        .filter((key) => key.startsWith("command."))
        .map((key): [string, string] => [titles[key], translations[key]]),
      ...(Object.entries(json("l10n/bundle.l10n.zh-cn.json")) as [string, string][]),
    ];
    let named = 0;
    for (const { en, zh } of twins) {
      const inEnglish = prose(read(en)).replace(/\s+/g, " ");
      const inChinese = prose(read(zh)).replace(/\s+/g, " ");
      for (const [title, translation] of labels) {
        const says = inEnglish.includes(`*${title}*`) || inEnglish.includes(`*${category}: ${title}*`);
        if (!says) continue;
        named++;
        assert.ok(
          inChinese.includes(`“${translation}”`) || inChinese.includes(`“${category}: ${translation}”`),
          `${zh}: “${translation}” for *${title}*`,
        );
      }
    }
    assert.ok(named >= 12, `only ${named} names`);
  });

  test("lead to pages in the same language", () => {
    const strangers: string[] = [];
    const isChinese = (path: string) => english(path) !== path;
    for (const page of pages) {
      const [, other] = /^# .*\n\n\[(?:English|简体中文)\]\(([^)]+)\)/.exec(read(page)) ?? [];
      for (const target of targets(page)) {
        if (!target.endsWith(".md") || target === normalize(join(dirname(page), other ?? ""))) continue;
        const translated = pages.some((p) => isChinese(p) && english(p) === english(target));
        if (isChinese(page) ? translated && !isChinese(target) : isChinese(target))
          strangers.push(`${page}: ${target}`);
      }
    }
    assert.deepEqual(strangers, []);
  });
});
