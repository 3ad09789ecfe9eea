// The licences of what the bundles hold of others: they ask that their text goes wherever the code goes.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib.mjs";

const PACKAGE = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//;
const LICENCE = /^licen[cs]e(\.(txt|md))?$/i;

/**
 * The text that goes along with bundles.
 * @param {import("esbuild").Metafile[]} metafiles what esbuild says that they hold
 * @returns {string} name, release and licence of each package, in the order of the names
 * @throws Error if a package has no licence text
 */
export function notices(metafiles) {
  const folders = new Map();
  for (const { inputs } of metafiles)
    for (const input of Object.keys(inputs)) {
      const [, folder, name] = PACKAGE.exec(input) ?? [];
      if (folder) folders.set(folder, name);
    }
  const entries = new Map();
  for (const [folder, name] of folders) {
    const { version } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file =
      existsSync(join(root, folder)) && readdirSync(join(root, folder)).find((f) => LICENCE.test(f));
    if (!file) throw new Error(`${folder} has no licence text.`);
    const text = readFileSync(join(root, folder, file), "utf8")
      .replace(/\r\n/g, "\n")
      .trim();
    entries.set(`${name} ${version}`, text);
  }
  const rule = "-".repeat(80);
  const sections = [...entries].sort().map(([title, text]) => `${rule}\n${title}\n${rule}\n\n${text}\n`);
  return ["Code of others that is part of this program, and its licences.\n", ...sections].join("\n");
}
