// Writes the files that are made from data: `node scripts/generate.mjs`. A unit test fails while one is out of date.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { root } from "./lib.mjs";

const folder = mkdtempSync(join(tmpdir(), "keepalived-generate-"));
try {
  const outfile = join(folder, "generate.mjs");
  await esbuild.build({
    entryPoints: [join(root, "scripts/generate/index.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "warning",
  });
  const { generated } = await import(pathToFileURL(outfile).href);
  const read = (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : "");
  for (const [path, text] of generated(read)) {
    if (read(path) === text) continue;
    writeFileSync(join(root, path), text);
    console.log(`Written: ${path}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
