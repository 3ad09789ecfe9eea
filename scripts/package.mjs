// Packs the extension into keepalived-VERSION.vsix: `node scripts/package.mjs [FILE]`.

import { cpSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { createVSIX } from "@vscode/vsce";
import { build } from "./build.mjs";
import { isProgram, main, root, temporaryFolder } from "./lib.mjs";

/** Folders of the working copy that are no sources. */
const notSources = new Set([".git", ".vscode-test", "dist", "node_modules", "out"]);

/**
 * Builds for production and packs. Both happen in a copy of the working folder, so that the bundles of a
 * running `npm run watch` or of tests stay what they are; .vscodeignore decides what of the copy goes in.
 * @param {string} packagePath the VSIX file to write
 */
export async function packageExtension(packagePath) {
  const { folder: copy, remove } = temporaryFolder("package");
  try {
    cpSync(root, copy, {
      recursive: true,
      filter: (source) => !notSources.has(basename(source)) && !source.endsWith(".vsix"),
    });
    await build({ production: true, target: copy });
    await createVSIX({ cwd: copy, packagePath, dependencies: false });
  } finally {
    remove();
  }
}

if (isProgram(import.meta.url)) {
  await main(async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const file = resolve(process.argv[2] ?? join(root, `keepalived-${version}.vsix`));
    await packageExtension(file);
    console.log(`${file}: ${Math.ceil(statSync(file).size / 1024)} KB`);
  });
}
