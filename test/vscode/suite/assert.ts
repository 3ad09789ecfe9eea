/*
 * The few assertions that the suites need, without node:assert: they run in a web worker as well.
 */

/** Fails unless the value is truthy. */
export function ok(value: unknown, message = `expected a truthy value, got ${show(value)}`): asserts value {
  if (!value) throw new Error(message);
}

/** Fails unless both have the same JSON. */
export function equal<T>(actual: T, expected: T, message = ""): void {
  if (show(actual) !== show(expected)) {
    throw new Error(`${message}\nexpected: ${show(expected)}\nactual:   ${show(actual)}`.trim());
  }
}

/** Fails unless the text matches. */
export function match(text: string, pattern: RegExp): void {
  ok(pattern.test(text), `expected ${pattern} in:\n${text}`);
}

/**
 * Tries again until `attempt` returns something truthy without throwing, and returns that; what the editor
 * does after an event has no promise to wait for.
 */
export async function eventually<T>(
  what: string,
  attempt: () => T | Promise<T>,
  timeout = 10_000,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    let last: unknown;
    try {
      const value = await attempt();
      if (value) return value;
      last = show(value);
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${timeout} ms; last: ${last}`);
    await new Promise((again) => setTimeout(again, 50));
  }
}

function show(value: unknown): string {
  return JSON.stringify(value, null, 1) ?? String(value);
}
