/** What V8 is told about programs like this one. */
import { setFlagsFromString } from "node:v8";

const FLAGS = [
  // Functions are copied into those that call them up to this many bytes, not 920. Whoever checks a file, or opens the
  // first one, runs code that is still being optimised: the compiler keeps the processors busier than the code itself,
  // and much of its work is about these copies. Code that runs for long gets hardly slower by it.
  "--max-inlined-bytecode-size-cumulative=200",
  // Garbage is collected when the heap has grown by half, not when it has doubled or more: each edit of a text of 10 MB
  // leaves the old text behind.
  "--heap-growing-percent=50",
];

/** Sets V8 up, before anything is read. Not in Electron, which may not allow it once it runs. */
export function tuneV8(): void {
  if (process.versions.electron === undefined) for (const flag of FLAGS) setFlagsFromString(flag);
}
