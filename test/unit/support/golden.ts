/** Golden files: what a test makes of `test/golden/FOLDER/NAME.conf` is compared with `NAME.txt` beside it. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

/**
 * Registers a test for each configuration of a folder. With the environment variable UPDATE_GOLDEN=1 the expected files are
 * written; look at the difference before you commit it.
 */
export function golden(
  folder: string,
  make: (text: string, name: string) => string,
  extension = "txt",
): void {
  const path = join(process.cwd(), "test/golden", folder);
  const names = readdirSync(path).filter((n) => n.endsWith(".conf"));
  for (const name of names) {
    test(`${folder}/${name}`, () => {
      const actual = make(readFileSync(join(path, name), "utf8"), name);
      const expected = join(path, name.replace(/\.conf$/, `.${extension}`));
      if (process.env.UPDATE_GOLDEN === "1") writeFileSync(expected, actual);
      assert.ok(existsSync(expected), `${expected} does not exist; UPDATE_GOLDEN=1 writes it`);
      assert.equal(actual, readFileSync(expected, "utf8"));
    });
  }
  test(`${folder} has an expected file for each configuration and no other`, () => {
    const expected = readdirSync(path).filter((n) => n.endsWith(`.${extension}`));
    assert.deepEqual(expected.map((n) => n.slice(0, -extension.length).concat("conf")).sort(), names.sort());
    assert.ok(names.length > 0);
  });
}
