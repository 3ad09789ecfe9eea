import "mocha/mocha.js";
import { Uri, workspace } from "vscode";
import { ui } from "./ui";

/*
 * The test runner inside the extension host. scripts/build.mjs bundles this file once for every kind of
 * window, together with the test files of that kind:
 *
 *   x.test.ts             everywhere: the Node host (desktop or server) and the web worker host
 *   x.node.test.ts        only where there is Node
 *   x.web.test.ts         only in the web worker host
 *   x.restricted.test.ts  only in a window in Restricted Mode
 *   x.screenshots.test.ts not a test, but what `npm run screenshots` does in its window
 *
 * It uses mocha's browser build, which needs nothing of Node, and reports in two ways: readable lines on
 * the console, and results.json beside the workspace folder, from which scripts/vscode/run-suite.mjs reads
 * the numbers. The console alone would not do: its last lines may be lost when the window closes.
 */

// A window is driven from outside while it does other things as well: one second attempt, which is told, keeps a busy
// machine from looking like a fault. What fails twice is one.
mocha.setup({ ui: "bdd", timeout: 20_000, slow: 2_000, retries: 1, reporter: reporter as never });

type Result = { title: string; state: "passed" | "failed" | "skipped"; error?: string };
const results: Result[] = [];

/** Files that the suite and the program that started the window share live beside the workspace folder. */
function runFile(name: string): Uri {
  const folder = workspace.workspaceFolders?.[0];
  if (!folder) throw new Error("The suite needs a workspace folder.");
  return Uri.joinPath(folder.uri, "..", name);
}

/** A mocha reporter in the manner of `spec`. */
function reporter(runner: Mocha.Runner): void {
  let depth = 0;
  const line = (text: string) => console.log(`${"  ".repeat(depth)}${text}`);
  runner
    .on("suite", (suite) => {
      if (suite.title) line(suite.title);
      depth++;
    })
    .on("suite end", () => {
      depth--;
    })
    .on("pass", (test) => {
      results.push({ title: test.fullTitle(), state: "passed" });
      line(`✔ ${test.title} (${test.duration} ms)`);
    })
    .on("retry", (test, error) => line(`↻ ${test.title}: once more after ${String(error).split("\n")[0]}`))
    .on("pending", (test) => {
      results.push({ title: test.fullTitle(), state: "skipped" });
      line(`- ${test.title} (skipped)`);
    })
    .on("fail", (test, error) => {
      // The frames of mocha itself, from the outermost call of the test on, are of no interest.
      const text = String(error.stack ?? error).replace(/\n\s+at callFn .*/s, "");
      results.push({ title: test.fullTitle(), state: "failed", error: text });
      line(`✖ ${test.title}`);
      for (const part of text.split("\n")) line(`    ${part}`);
    });
}

// The picture of the window at the moment of a failure says more than the message. It is taken around the
// test itself, since its suite's own afterEach, which runs before one of ours would, tidies up.
const plainIt = it;
globalThis.it = Object.assign((title: string, test?: Mocha.AsyncFunc) => {
  if (!test) return plainIt(title);
  return plainIt(title, async function () {
    try {
      await test.call(this);
    } catch (error) {
      if (ui.available && !this.test?.isPending())
        await ui.screenshot(`failed ${this.test?.fullTitle()}`, { always: true });
      throw error;
    }
  });
}, plainIt) as Mocha.TestFunction;

/** Called by VS Code; the window ends with exit code 1 when the promise is rejected. */
export async function run(): Promise<void> {
  const options = JSON.parse(new TextDecoder().decode(await workspace.fs.readFile(runFile("options.json"))));
  await ui.connect(runFile("ui-bridge.json"));
  if (options.only) mocha.grep(new RegExp(options.only, "i"));
  const failures = await new Promise<number>((resolve) => Mocha.prototype.run.call(mocha, resolve));
  await workspace.fs.writeFile(runFile("results.json"), new TextEncoder().encode(JSON.stringify(results)));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
