/** What V8 is told about programs like this one. */
import { setFlagsFromString } from "node:v8";

/**
 * Functions are copied into those that call them up to 200 bytes, not 920, and the first round of a loop is not compiled
 * apart from the others. Whoever checks a file, or opens the first one, runs code that is still being optimised: the
 * compiler keeps the processors busier than the code itself, takes them away from it where there are only two, and much
 * of its work is about these copies. Code that runs for long gets hardly slower by it. Call it before anything is
 * compiled.
 */
export function compileLess(): void {
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=200");
  setFlagsFromString("--no-turbo-loop-peeling");
}

/** Characters from which on a text is worth {@link collectSooner}: collecting costs more than small ones take. */
const LARGE_TEXT = 4_000_000;

/** For texts of some size, garbage is collected when the heap has grown by half, not when it has doubled or more. */
export function collectSooner(length: number): void {
  if (length >= LARGE_TEXT) setFlagsFromString("--heap-growing-percent=50");
}

/** Does something under the flags that {@link compileLess} left, whatever was said later. */
export function withUsualFlags(action: () => void): void {
  // 0 lets V8 decide, which is where it starts.
  setFlagsFromString("--heap-growing-percent=0");
  action();
}
