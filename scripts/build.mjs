// Bundles everything with esbuild: `node scripts/build.mjs [--production] [--watch]`.
// Type errors are not its business: `npm run lint` runs the type checker.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { Failure, isProgram, main, root, since } from "./lib.mjs";

/** The suites of test/vscode, by the kind of window they run in (see test/vscode/suite/index.ts). */
export const suiteKinds = ["node", "web", "restricted"];

/**
 * The bundles that ship: the client for both extension hosts, the server as a process and as a worker.
 * @param {string} target folder that receives them
 * @returns {esbuild.BuildOptions[]}
 */
function productBundles(target) {
  const node = { platform: "node", format: "cjs", target: "node20" };
  const browser = { platform: "browser", target: "es2022" };
  return [
    { ...node, entry: "client/src/extension.ts", outfile: "dist/client.js", external: ["vscode"] },
    {
      ...browser,
      format: "cjs",
      entry: "client/src/browser.ts",
      outfile: "dist/client.web.js",
      external: ["vscode"],
    },
    // The pages of the pictures; both clients load it into their webviews.
    { ...browser, format: "iife", entry: "client/src/pictures/webview/main.ts", outfile: "dist/pictures.js" },
    { ...node, entry: "server/src/cli/main.ts", outfile: "server/dist/cli.js" },
    { ...browser, format: "iife", entry: "server/src/lsp/worker.ts", outfile: "server/dist/worker.js" },
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
  return bundles;
}

/** One module that sets mocha up (index.ts), loads the test files of a kind, and exports `run`. */
function suiteBundle(kind) {
  const folder = join(root, "test/vscode/suite");
  const own = kind === "restricted" ? [".restricted.test.ts"] : [".test.ts", `.${kind}.test.ts`];
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
  const bundles = [...productBundles(target), ...(tests ? testBundles() : [])];
  if (tests) removeStale();
  if (!watch) {
    await Promise.all(bundles.map((bundle) => esbuild.build({ ...common, ...bundle }))).catch((error) => {
      // esbuild has printed what is wrong with the sources.
      throw error.errors ? new Failure("The build failed.") : error;
    });
    return;
  }
  for (const bundle of bundles) {
    const context = await esbuild.context({ ...common, ...bundle });
    await context.watch();
  }
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
