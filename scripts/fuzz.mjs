// Random inputs for everything that reads a configuration: `npm run fuzz`. See --help and test/fuzz/cases.ts.

import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import * as esbuild from "esbuild";
import { Failure, main, root } from "./lib.mjs";

const help = `Usage: npm run fuzz [-- OPTIONS]

Reads random and damaged configurations, and edits them at random; after each edit what was kept from before has to
give the same tree, findings, symbols, folds and tokens as reading anew. The exit code is 0 if nothing failed.

  --seconds N   how long (default 60)
  --cases N     or how many texts and edits, whichever comes first
  --seed N      the first seed (default: by the clock); --seed N --cases 1 repeats a run that failed
  --jobs N      at the same time (default: one for each processor)`;

/** A seed at which a worker stays for so long hangs. */
const HANG = 30_000;
/** After so many failures there is enough to look at. */
const MAX_FAILURES = 20;

/** Runs one worker to its end; calls `failed` for each failure. */
function run(program, data, failed) {
  const state = new SharedArrayBuffer(8);
  const view = new Int32Array(state);
  const worker = new Worker(program, { workerData: { ...data, state } });
  let seed = 0;
  let since = Date.now();
  const done = new Promise((resolve, reject) => {
    const watch = setInterval(() => {
      if (view[0] !== seed) {
        seed = view[0];
        since = Date.now();
      } else if (Date.now() - since > HANG) {
        clearInterval(watch);
        failed({ seed, message: `seed ${seed}: still at it after ${HANG / 1000} s`, input: [] });
        void worker.terminate();
      }
    }, 500);
    worker.on("message", failed);
    worker.on("error", reject);
    worker.on("exit", () => {
      clearInterval(watch);
      resolve();
    });
  });
  return { done, cases: () => view[1], stop: () => worker.terminate() };
}

await main(async () => {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "60" },
      cases: { type: "string", default: "1000000000" },
      seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
      jobs: { type: "string", default: String(availableParallelism()) },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const [seconds, cases, seed, jobs] = ["seconds", "cases", "seed", "jobs"].map((name) => {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 0) throw new Failure(`--${name} wants a whole number.`);
    return number;
  });
  const count = Math.max(1, Math.min(jobs, cases));
  const program = join(root, "out/fuzz.cjs");
  await esbuild.build({
    entryPoints: [join(root, "test/fuzz/main.ts")],
    bundle: true,
    platform: "node",
    target: "node20",
    sourcemap: true,
    outfile: program,
    logLevel: "warning",
  });
  process.setSourceMapsEnabled(true);
  const failures = [];
  const workers = [];
  const failed = (failure) => {
    failures.push(failure);
    console.error(`\n✖ ${failure.message}`);
    if (failures.length >= MAX_FAILURES) for (const worker of workers) void worker.stop();
  };
  const until = Date.now() + seconds * 1000;
  for (let n = 0; n < count; n++)
    workers.push(
      run(program, { root, from: seed + n, step: count, until, cases: Math.ceil(cases / count) }, failed),
    );
  const total = () => workers.reduce((sum, worker) => sum + worker.cases(), 0);
  const pulse = setInterval(() => console.log(`  … ${total()} cases, ${failures.length} failed`), 30_000);
  await Promise.all(workers.map(({ done }) => done));
  clearInterval(pulse);
  console.log(`${total()} cases from seed ${seed}, ${failures.length} failed`);
  if (failures.length === 0) return 0;
  mkdirSync(join(root, "out"), { recursive: true });
  writeFileSync(join(root, "out/fuzz-failures.json"), JSON.stringify(failures, undefined, 1));
  console.log("The inputs are in out/fuzz-failures.json.");
  return 1;
});
