// Bundles everything with esbuild: `node scripts/build.mjs [--production] [--watch]`.
// Type errors are not its business: `npm run lint` runs the type checker.

import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { Failure, isProgram, main, root, since } from "./lib.mjs";
import { notices } from "./notices.mjs";
import { storedTexts } from "./texts.mjs";

const NOTICES = "third-party-notices.txt";

/** The suites of test/vscode, by the kind of window they run in (see test/vscode/suite/index.ts). */
export const suiteKinds = ["node", "web", "restricted", "screenshots"];

/**
 * The bundles that ship: the client and the server, each one file for Node and the browser alike (client/src/main.ts and
 * server/src/main.ts choose), what starts the server in Node, and the pages of the pictures.
 * @param {string} target folder that receives them
 * @param {boolean} production whether they ship
 * @returns {esbuild.BuildOptions[]}
 */
function productBundles(target, production) {
  const universal = {
    platform: "neutral",
    target: "es2022",
    // Libraries have an entry of their own for each host; the code names the one it wants.
    conditions: ["node", "browser"],
    mainFields: ["module", "main"],
    external: ["vscode", "node:*", ...builtinModules],
    alias: {
      // For these two the client's library takes 50 KB, and hardly uses them.
      minimatch: join(root, "client/src/slim/minimatch.ts"),
      "semver/functions/parse": join(root, "client/src/slim/semver-parse.cts"),
      "semver/functions/satisfies": join(root, "client/src/slim/semver-satisfies.cts"),
    },
  };
  const page = { platform: "browser", target: "es2022", format: "iife" };
  return [
    { ...universal, format: "cjs", entry: "client/src/main.ts", outfile: "dist/client.js" },
    { ...page, entry: "client/src/pictures/webview/main.ts", outfile: "dist/pictures.js" },
    {
      ...universal,
      format: "iife",
      entry: "server/src/main.ts",
      outfile: "server/dist/server.js",
      // The names as the library writes them; our own code says `node:…`.
      alias: {
        crypto: join(root, "server/src/slim/absent.cts"),
        child_process: join(root, "server/src/slim/absent.cts"),
      },
      // A worker has no `require`. It never uses what it cannot have, but loads the code that would.
      // Code that V8 kept cannot load modules by `import()` in every release of Node.
      supported: { "dynamic-import": false },
      banner: { js: 'var require = typeof require === "function" ? require : () => ({});' },
      ...(production && { plugins: [storedTexts()], charset: "ascii" }),
    },
    {
      platform: "node",
      target: "node20",
      format: "cjs",
      entry: "server/src/start.ts",
      outfile: "server/dist/cli.js",
    },
  ].map(({ entry, outfile, ...options }) => ({
    ...options,
    entryPoints: [join(root, entry)],
    outfile: join(target, outfile),
  }));
}

/**
 * The unit tests, one bundle each, and the suites for VS Code, one bundle per kind of window.
 * @returns {esbuild.BuildOptions[]}
 */
function testBundles() {
  const unitFolder = join(root, "test/unit");
  const unit = filesBelow(unitFolder)
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join(unitFolder, file));
  const bundles = [];
  if (unit.length > 0) {
    bundles.push({
      platform: "node",
      format: "cjs",
      target: "node20",
      packages: "external",
      entryPoints: unit,
      outbase: unitFolder,
      outdir: join(root, "out/test/unit"),
    });
  }
  for (const kind of suiteKinds) bundles.push(suiteBundle(kind));
  bundles.push(oracleBundle());
  return bundles;
}

/** The comparison with keepalived, and the part of it that runs in a namespace of its own. */
function oracleBundle() {
  return {
    platform: "node",
    format: "cjs",
    target: "node20",
    packages: "external",
    entryPoints: [join(root, "test/oracle/main.ts"), join(root, "test/oracle/sandbox.ts")],
    outdir: join(root, "out/test/oracle"),
  };
}

/** Builds only the comparison with keepalived. */
export async function buildOracle() {
  await esbuild.build({
    bundle: true,
    sourcemap: true,
    sourcesContent: false,
    logLevel: "warning",
    ...oracleBundle(),
  });
}

/** One module that sets mocha up (index.ts), loads the test files of a kind, and exports `run`. */
function suiteBundle(kind) {
  const folder = join(root, "test/vscode/suite");
  const shared = kind === "node" || kind === "web";
  const own = [`.${kind}.test.ts`, ...(shared ? [".test.ts"] : [])];
  const files = readdirSync(folder).filter((file) => own.includes(/(\.\w+)?\.test\.ts$/.exec(file)?.[0]));
  const imports = files.sort().map((file) => `import "./${file}";`);
  return {
    platform: kind === "web" ? "browser" : "node",
    format: "cjs",
    target: "es2022",
    external: ["vscode"],
    // mocha's browser build is a classic script in an ES-module package: seeing CommonJS's `module`, it would
    // replace the exports of the bundle by its own.
    define: { module: "undefined" },
    stdin: {
      contents: ['import { run } from "./index";', ...imports, "export { run };"].join("\n"),
      resolveDir: folder,
      sourcefile: `${kind}.ts`,
    },
    outfile: join(root, `out/test/vscode/suite/${kind}.js`),
  };
}

/** A test file that was deleted must not go on running from an old bundle. Others stay: another run may use them. */
function removeStale() {
  const folder = join(root, "out/test/unit");
  for (const file of filesBelow(folder)) {
    const source = join(root, "test/unit", file.replace(/\.js(\.map)?$/, ".ts"));
    if (/\.test\.js(\.map)?$/.test(file) && !existsSync(source)) rmSync(join(folder, file), { force: true });
  }
}

function filesBelow(folder) {
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
}

/**
 * Builds the product, and the tests with it unless told otherwise.
 * @param {{production?: boolean, tests?: boolean, watch?: boolean, target?: string}} options
 *   `target` receives the product's bundles; the working copy itself unless told otherwise.
 */
export async function build({ production = false, tests = !production, watch = false, target = root } = {}) {
  const common = {
    bundle: true,
    minify: production,
    sourcemap: !production,
    sourcesContent: false,
    legalComments: "none",
    // Chinese text takes half the room it would as escapes.
    charset: "utf8",
    logLevel: watch ? "info" : "warning",
  };
  const bundles = [...productBundles(target, production), ...(tests ? testBundles() : [])];
  if (tests) removeStale();
  if (!watch) {
    const built = await Promise.all(
      bundles.map((bundle) => esbuild.build({ ...common, ...bundle, metafile: production })),
    ).catch((error) => {
      // esbuild has printed what is wrong with the sources.
      throw error.errors ? new Failure("The build failed.") : error;
    });
    if (production)
      writeNotices(
        target,
        built.map(({ metafile }) => metafile),
      );
    return;
  }
  for (const bundle of bundles) {
    const context = await esbuild.context({ ...common, ...bundle });
    await context.watch();
  }
}

/** The extension holds all bundles, the npm package those of the server. */
function writeNotices(target, metafiles) {
  const ofServer = ({ outputs }) => Object.keys(outputs).some((file) => file.includes("server/dist/"));
  writeFileSync(join(target, "dist", NOTICES), notices(metafiles));
  writeFileSync(join(target, "server/dist", NOTICES), notices(metafiles.filter(ofServer)));
}

if (isProgram(import.meta.url)) {
  const started = performance.now();
  const production = process.argv.includes("--production");
  if (process.argv.includes("--watch")) await build({ production, watch: true });
  else {
    await main(async () => {
      await build({ production });
      console.log(`Built in ${since(started)}.`);
    });
  }
}
