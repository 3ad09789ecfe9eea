// A reporter for `node --test` that says how many tests passed, failed and were skipped, as one line of JSON.
// Suites are not counted, and neither are tests that --test-name-pattern left out.

export default async function* countReporter(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of events) {
    if ((type !== "test:pass" && type !== "test:fail") || data.details?.type === "suite") continue;
    if (type === "test:fail") counts.failed++;
    else if (data.skip === undefined && data.todo === undefined) counts.passed++;
    else if (data.skip !== "test name does not match pattern") counts.skipped++;
  }
  yield JSON.stringify(counts);
}
