/**
 * Long work in steps. Whoever runs it may do something else between two of them, or leave the rest undone; what is worked
 * out is the same. A step is short: one item of a file, one file, one configuration.
 */

/** Work that yields after each step, with how far it has come (0 to 1) where that is known, and returns its result. */
export type Steps<R> = Generator<number | undefined, R, undefined>;

/** Does all steps at once. */
export function finish<R>(steps: Steps<R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
