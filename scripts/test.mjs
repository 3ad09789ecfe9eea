// `npm test`: everything from a fresh clone to one line that says how many tests passed. See --help.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureDependencies, execute, Failure, heading, main, root, since } from "./lib.mjs";

const help = `Usage: npm test [-- OPTIONS]

Installs what is missing, checks style and types, builds, and runs all tests. The last line is
"N passed, N failed[, N skipped]"; the exit code is 0 only if tests ran and none failed.

  --lint            only style and types
  --unit            only the unit tests (node --test)
  --grammar         only the tests of the TextMate grammar
  --oracle          only the comparison with the keepalived that is installed: the project's own and some
                    generated configurations (npm run test:oracle compares more)
  --vscode          only the suites in VS Code with Node: trusted and in Restricted Mode
  --web             only the suite in VS Code's web extension host
                    (these may be combined)
  --only PATTERN    tests whose title matches the regular expression; for unit and grammar tests also
                    whole files whose path matches
  --help            this text

Environment: KEEPALIVED_VSCODE=desktop|server|FILE chooses the VS Code, CHROME_PATH the browser of the
server's window; KEEPALIVED_SCREENSHOTS=1 keeps pictures of it in out/screenshots/.`;

const total = { passed: 0, failed: 0, skipped: 0 };

/** Runs one stage, adds up its counts and says how long it took; a stage that breaks counts as one failure. */
async function stage(title, run) {
  heading(title);
  const started = performance.now();
  let counts;
  try {
    counts = await run();
  } catch (error) {
    console.error(`✖ ${error instanceof Failure ? error.message : error.stack}`);
    counts = { failed: 1 };
  }
  const { passed = 0, failed = 0, skipped = 0 } = counts ?? {};
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  const outcome = counts ? `${passed} passed, ${failed} failed, ${skipped} skipped` : "done";
  console.log(`◀ ${title}: ${outcome}, ${since(started)}`);
  return failed === 0;
}

/** Runs a program of node_modules with this Node; fails the stage when it does. */
async function tool(script, ...args) {
  const code = await execute(process.execPath, [join(root, "node_modules", script), ...args], {
    label: script,
  });
  if (code !== 0) throw new Failure(`${script} failed (${code}).`);
}

async function lint() {
  const results = await Promise.allSettled([
    tool("@biomejs/biome/bin/biome", "check", "--error-on-warnings"),
    tool("typescript/bin/tsc"),
    tool("typescript/bin/tsc", "-p", "client/src/pictures/webview"),
  ]);
  const broken = results.filter(({ status }) => status === "rejected");
  if (broken.length > 0) throw new Failure(broken.map(({ reason }) => reason.message).join(" "));
}

/** Files below a folder that end as told, with their whole paths. */
function files(folder, suffix) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((file) => join(folder, String(file)))
    .filter((file) => file.endsWith(suffix))
    .sort();
}

/** The files whose path matches, or undefined where none does and the pattern must mean titles. */
function matchingFiles(all, only) {
  const matching = all.filter((file) => new RegExp(only, "i").test(file.slice(root.length)));
  return matching.length > 0 ? matching : undefined;
}

async function unitTests(only) {
  let tests = files(join(root, "out/test/unit"), ".test.js");
  if (tests.length === 0) return {};
  const args = ["--enable-source-maps", "--test"];
  if (only) {
    const matching = matchingFiles(tests, only);
    if (matching) tests = matching;
    else args.push(`--test-name-pattern=/${only}/i`);
  }
  const countsFile = join(root, "out/test/unit-counts.json");
  rmSync(countsFile, { force: true });
  args.push("--test-reporter=spec", "--test-reporter-destination=stdout");
  args.push("--test-reporter=./scripts/count-reporter.mjs", `--test-reporter-destination=${countsFile}`);
  const code = await execute(process.execPath, [...args, ...tests], { label: "unit tests" });
  const counts = JSON.parse(readFileSync(countsFile, "utf8"));
  // For example a file that could not be loaded.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** Test files with assertions in comments, and snapshots of whole files. */
async function grammarTests(only) {
  const folder = join(root, "test/grammar");
  const snapshots = join(folder, "snapshots");
  const config = ["--config", join(root, "package.json")];
  let all = files(folder, ".conf");
  if (only) all = matchingFiles(all, only) ?? [];
  const counts = { passed: 0, failed: 0 };
  for (const file of all) {
    const inSnapshots = file.startsWith(snapshots);
    const script = inSnapshots ? "snapshot.js" : "unit.js";
    const args = inSnapshots ? ["--scope", "source.keepalived", ...config, file] : [...config, file];
    const program = join(root, "node_modules/vscode-tmgrammar-test/dist", script);
    const code = await execute(process.execPath, [program, ...args], { label: "grammar tests" });
    counts[code === 0 ? "passed" : "failed"]++;
  }
  return counts;
}

/** Compares with the installed keepalived: one test for each figure and release. Without one, it is skipped. */
async function oracle() {
  const report = join(root, "out/test/oracle/report.json");
  rmSync(report, { force: true });
  const args = ["--enable-source-maps", join(root, "out/test/oracle/main.js")];
  const options = ["--quick", "--count", "300", "--json", report];
  const code = await execute(process.execPath, [...args, ...options], {
    label: "comparing with keepalived",
    pulse: false,
  });
  if (code === 2) {
    console.log("Skipped: nothing to compare with, see above.");
    return { skipped: 1 };
  }
  if (!existsSync(report)) throw new Failure(`The comparison ended with ${code}.`);
  const figures = JSON.parse(readFileSync(report, "utf8")).flatMap((release) => release.figures);
  const failed = figures.filter(({ reached }) => !reached).length;
  return { passed: figures.length - failed, failed };
}

await main(async () => {
  const { values } = parseArgs({
    options: {
      lint: { type: "boolean" },
      unit: { type: "boolean" },
      grammar: { type: "boolean" },
      oracle: { type: "boolean" },
      vscode: { type: "boolean" },
      web: { type: "boolean" },
      only: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const { only } = values;
  const all = !["lint", "unit", "grammar", "oracle", "vscode", "web"].some((stage) => values[stage]);
  const started = performance.now();

  await ensureDependencies();
  mkdirSync(join(root, "out"), { recursive: true });
  if (all || values.lint) await stage("Style and types", lint);
  const built = await stage("Build", async () => {
    const { build } = await import("./build.mjs");
    await build();
  });
  if (built) {
    if (all || values.unit) await stage("Unit tests", () => unitTests(only));
    if (all || values.grammar) await stage("Grammar tests", () => grammarTests(only));
    if (values.oracle || (all && !only)) await stage("Comparison with keepalived", oracle);
    if (all || values.vscode || values.web) await vscodeTests(only, all || values.vscode, all || values.web);
  }

  console.log(`\nFinished in ${since(started)}.`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  // Lint counts no tests, and a comparison may have nothing to compare with.
  const others = all || values.unit || values.grammar || values.vscode || values.web;
  return total.failed > 0 || (total.passed === 0 && others) ? 1 : 0;
});

async function vscodeTests(only, node, web) {
  const { prepareWindow, runSuite } = await import("./vscode/run-suite.mjs");
  let window;
  const ready = await stage("VS Code", async () => {
    const { build } = await import("./build.mjs");
    // What ships is made in another way than what is worked on, and shall work in both hosts.
    await build({ production: true });
    window = await prepareWindow();
  });
  if (!ready) return;
  if (node) {
    await stage("VS Code, Node extension host", () => runSuite({ ...window, kind: "node", only }));
    await stage("VS Code, Restricted Mode", () => runSuite({ ...window, kind: "restricted", only }));
  }
  if (web) await stage("VS Code, web extension host", () => runSuite({ ...window, kind: "web", only }));
}
