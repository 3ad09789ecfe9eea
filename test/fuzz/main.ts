/** The worker of `npm run fuzz`: runs seeds until told to stop, and says at every moment which one it is at. */
import { parentPort, workerData } from "node:worker_threads";
import { FuzzFailure, runSeed, seedTexts } from "./cases";

interface Work {
  readonly root: string;
  readonly from: number;
  readonly step: number;
  readonly until: number;
  readonly cases: number;
  /** Seed at work, and the cases done so far. */
  readonly state: SharedArrayBuffer;
}

const work = workerData as Work;
const state = new Int32Array(work.state);
const texts = seedTexts(work.root);
let cases = 0;
for (let seed = work.from; cases < work.cases && Date.now() < work.until; seed += work.step) {
  Atomics.store(state, 0, seed);
  try {
    cases += runSeed(seed, texts);
  } catch (e) {
    if (!(e instanceof FuzzFailure)) throw e;
    parentPort!.postMessage({ seed: e.seed, message: e.message, input: e.input });
    cases++;
  }
  Atomics.store(state, 1, cases);
}
