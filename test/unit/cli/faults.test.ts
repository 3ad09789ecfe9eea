/** Commands that write or read, on a disk that does not let them: a clear message, and nothing lost. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { replaceFile } from "../../../server/src/host/disk";

const UGLY = "vrrp_instance VI_1 {\nstate MASTER\n}\n";
const NEAT = "vrrp_instance VI_1 {\n    state MASTER\n}\n";
/** A process that the system's permissions and limits hold for: root is above them. */
const plain = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

describe("writing", { skip: process.platform === "win32" }, () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "keepalived-faults-"));
    chmodSync(folder, 0o777);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(process.cwd(), "server/dist/server.js");
  const run = (args: string[], options: object = {}) =>
    spawnSync(process.execPath, ["-", ...args], {
      cwd: folder,
      encoding: "utf8",
      // The program as standard input: another user may not be able to look into the working copy.
      input: readFileSync(program, "utf8"),
      ...options,
    });

  test("keeps the mode of the file and a link to it", () => {
    const file = join(folder, "mode.conf");
    writeFileSync(file, UGLY);
    chmodSync(file, 0o640);
    symlinkSync("mode.conf", join(folder, "link.conf"));
    replaceFile(join(folder, "link.conf"), Buffer.from(NEAT));
    assert.equal(readFileSync(file, "utf8"), NEAT);
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.ok(lstatSync(join(folder, "link.conf")).isSymbolicLink());
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });

  test("a file or a folder that may not be written to stays as it is, and the message says so", () => {
    const inside = join(folder, "locked");
    mkdirSync(inside);
    writeFileSync(join(inside, "a.conf"), UGLY);
    writeFileSync(join(folder, "b.conf"), UGLY);
    chmodSync(join(folder, "b.conf"), 0o444);
    chmodSync(join(inside, "a.conf"), 0o666);
    chmodSync(inside, 0o555);
    for (const name of ["b.conf", "locked/a.conf"]) {
      const { status, stderr } = run(["format", "--write", name], plain);
      assert.equal(status, 2, stderr);
      assert.match(stderr, new RegExp(`${name}: .*(permission denied|EACCES)`, "i"));
      assert.equal(readFileSync(join(folder, name), "utf8"), UGLY);
    }
    chmodSync(inside, 0o777);
  });

  test("a full disk leaves the old file", () => {
    const file = join(folder, "full.conf");
    writeFileSync(file, UGLY.repeat(2000));
    // No file may grow beyond 8 KB here: writing fails as it does on a full disk.
    const { status, stderr } = spawnSync(
      "sh",
      [
        "-c",
        'trap "" XFSZ; ulimit -f 16; exec "$0" "$@"',
        process.execPath,
        program,
        "format",
        "--write",
        file,
      ],
      { encoding: "utf8" },
    );
    assert.equal(status, 2, stderr);
    assert.match(stderr, /full\.conf: /);
    assert.equal(readFileSync(file, "utf8"), UGLY.repeat(2000));
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });

  test("what cannot be read is named, and the others are checked all the same", () => {
    writeFileSync(join(folder, "good.conf"), NEAT);
    writeFileSync(join(folder, "secret.conf"), NEAT);
    chmodSync(join(folder, "secret.conf"), 0);
    const { status, stdout, stderr } = run(
      ["check", "--format", "json", "secret.conf", "missing.conf", "good.conf"],
      plain,
    );
    assert.equal(status, 2);
    assert.match(stderr, /secret\.conf/);
    assert.match(stderr, /missing\.conf/);
    assert.ok(JSON.parse(stdout).files.some((f: { path: string }) => f.path === "good.conf"));
  });
});
