/** Running a program that is not keepalived: each way in which it can go wrong. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { runConfigTest } from "../../../server/src/host/run-program";

describe("a config test", {
  skip: process.platform === "win32" ? "the stand-ins are shell scripts" : false,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), "keepalived-run-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "keepalived.conf");
  writeFileSync(file, "");
  let n = 0;
  const script = (body: string, mode = 0o755): string => {
    const path = join(folder, `program-${++n}`);
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, mode);
    return path;
  };

  test("hands over what is printed on both channels, and the exit status", async () => {
    const run = await runConfigTest(script('echo "args $*"; echo "(Line 1) wrong" >&2; pwd; exit 5'), file);
    assert.equal(run.kind, "done");
    assert.equal(run.kind === "done" && run.exit, 5);
    assert.match(run.kind === "done" ? run.output : "", /\(Line 1\) wrong/);
    assert.match(run.kind === "done" ? run.output : "", new RegExp(`args -t -f ${file}`));
    assert.match(run.kind === "done" ? run.output : "", new RegExp(`^(/private)?${folder}$`, "m"));
  });

  test("says that there is no such program, or that it may not be run", async () => {
    const missing = await runConfigTest(join(folder, "none"), file);
    assert.deepEqual([missing.kind, missing.kind === "failed" && missing.problem], ["failed", "missing"]);
    const plain = await runConfigTest(script("exit 0", 0o644), file);
    assert.deepEqual([plain.kind, plain.kind === "failed" && plain.problem], ["failed", "not-executable"]);
    const directory = await runConfigTest(folder, file);
    assert.equal(directory.kind, "failed");
  });

  test("stops a program that hangs, with all that it started", async () => {
    const pid = join(folder, "pid");
    const run = await runConfigTest(script(`sleep 60 & echo $! > ${pid}; echo begun; wait`), file, 300);
    assert.equal(run.kind, "timeout");
    assert.equal(run.kind === "timeout" && run.output, "begun\n");
    const child = readFileSync(pid, "utf8").trim();
    await new Promise((done) => setTimeout(done, 100));
    const state = existsSync(`/proc/${child}/stat`)
      ? readFileSync(`/proc/${child}/stat`, "utf8").split(" ")[2]
      : "gone";
    assert.ok(state === "gone" || state === "Z", `still there: ${state}`);
  });

  test("tells a crash from an end", async () => {
    const run = await runConfigTest(script("echo begun; kill -SEGV $$"), file);
    assert.deepEqual(run, { kind: "signal", signal: "SIGSEGV", output: "begun\n" });
  });

  test("does not take a flood into memory", async () => {
    const run = await runConfigTest(script("yes complaint"), file, 20_000);
    assert.equal(run.kind, "signal");
    assert.ok(run.kind === "signal" && run.output.length < 3_000_000);
  });

  test("does not let a file name become options or shell words", async () => {
    const odd = join(folder, "a b; touch x $(id)'.conf");
    const run = await runConfigTest(script('printf "%s|" "$@"'), odd);
    assert.equal(run.kind === "done" && run.output, `-t|-f|${odd}|`);
  });
});
