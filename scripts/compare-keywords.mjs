// Compares the language data with a source tree of keepalived. See --help and docs/language-data.md.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { Failure, main, root, temporaryFolder } from "./lib.mjs";

const help = `Usage: node scripts/compare-keywords.mjs FOLDER

Reads the names of the keywords that the source tree of keepalived in FOLDER installs in its parser, and prints
those that the language data lacks and those that the data has beyond them. Exit status: 0 nothing differs;
1 something does; 2 FOLDER is no such tree.`;

/** Words that the parser itself treats, so that no call installs them. */
const OWN = /^(include[rmwba]?|include_check)$/;

/**
 * Keywords of a C source, with the root block they stand in where the source tells it: functions that install
 * keywords for others (the checkers) do not.
 */
function* installed(source) {
  let block;
  const call = /^\}|\binstall_\w*keyword(_root|_\w+)?\(\s*"([^"]+)"/gm;
  for (const match of source.matchAll(call)) {
    const [text, kind, name] = match;
    if (text === "}") block = undefined;
    else if (kind === "_root") {
      block = name;
      yield { name, block: "" };
    } else yield { name, block };
  }
}

async function languageData() {
  const { folder } = temporaryFolder("compare");
  const outfile = join(folder, "language.mjs");
  await esbuild.build({
    entryPoints: [join(root, "server/src/language/index.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { help: { type: "boolean" } },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  if (positionals.length !== 1) throw new Failure(help);
  const [folder] = positionals;
  const sources = join(folder, "keepalived");
  if (!statSync(sources, { throwIfNoEntry: false })?.isDirectory()) {
    console.error(`${folder} is not a source tree of keepalived: there is no folder keepalived in it.`);
    return 2;
  }

  const { KEYWORDS } = await languageData();
  const known = new Set(
    KEYWORDS.map(({ id, name }) => `${id.includes("/") ? id.split("/")[0] : ""}/${name}`),
  );
  const names = new Set(KEYWORDS.map(({ name }) => name));
  const found = new Set();
  const missing = new Map();
  for (const file of readdirSync(sources, { recursive: true }).map(String).sort()) {
    if (!file.endsWith(".c")) continue;
    const path = join(sources, file);
    for (const { name, block } of installed(readFileSync(path, "utf8"))) {
      found.add(name);
      const there = block === undefined ? names.has(name) : known.has(`${block}/${name}`);
      if (!there)
        missing.set(
          `${block === undefined ? "" : `${block || "(top level)"}/`}${name}`,
          relative(folder, path),
        );
    }
  }
  if (found.size === 0) {
    console.error(`No keyword is installed in ${sources}: has the parser changed its ways?`);
    return 2;
  }
  const beyond = [...names].filter((name) => !found.has(name) && !OWN.test(name)).sort();
  console.log(`${found.size} names in the source, ${names.size} in the data.`);
  for (const [name, path] of missing) console.log(`not in the data: ${name}  (${path})`);
  for (const name of beyond) console.log(`not in the source: ${name}`);
  return missing.size + beyond.length > 0 ? 1 : 0;
});
