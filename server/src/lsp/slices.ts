/** Long requests: in slices of a few milliseconds, between which others are answered and a cancellation arrives. */
import type { CancellationToken } from "vscode-languageserver";
import type { Steps } from "../text/steps";
import { LSPErrorCodes, ResponseError } from "./library";

/** Milliseconds of work before others get their turn: a cancelled request goes on for no longer than this. */
const SLICE = 3;

export interface SliceOptions {
  /** Begins a slice; what it returns is asked after each step whether the slice is used up. */
  readonly slice?: () => () => boolean;
  /** Is told how far the work is, once for each slice; false ends it. */
  readonly at?: (part: number) => boolean;
}

const cancelled = () => new ResponseError<void>(LSPErrorCodes.RequestCancelled, "cancelled");

/** Lets everything have its turn that has arrived meanwhile. */
export const nextTurn = (): Promise<void> =>
  new Promise((done) => {
    // A worker has no setImmediate, and setTimeout waits at least 4 ms there.
    if (typeof setImmediate === "function") setImmediate(done);
    else {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        done();
      };
      port2.postMessage(undefined);
    }
  });

/**
 * Does work step by step, in slices.
 * @throws ResponseError RequestCancelled; no further step is done then.
 */
export async function inSlices<R>(
  steps: Steps<R>,
  token: CancellationToken,
  options: SliceOptions = {},
): Promise<R> {
  const { slice = byClock, at = () => true } = options;
  let part = 0;
  for (;;) {
    if (token.isCancellationRequested || !at(part)) {
      steps.return(undefined as R);
      throw cancelled();
    }
    const used = slice();
    do {
      const step = steps.next();
      if (step.done) return step.value;
      part = step.value ?? part;
    } while (!used());
    await nextTurn();
  }
}

function byClock(): () => boolean {
  const end = performance.now() + SLICE;
  return () => performance.now() >= end;
}
