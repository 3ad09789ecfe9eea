/** Restricted Mode on a real disk. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { diskHost } from "../../../server/src/lsp/node";
import { Session } from "../../../server/src/lsp/session";

test("follows no link out of the workspace in Restricted Mode", {
  skip: process.platform === "win32",
}, () => {
  const folder = mkdtempSync(join(tmpdir(), "keepalived-trust-"));
  try {
    mkdirSync(join(folder, "work/in"), { recursive: true });
    writeFileSync(join(folder, "secret.conf"), "vrrp_script s {\n}\n");
    writeFileSync(join(folder, "work/in/part.conf"), "vrrp_script p {\n}\n");
    symlinkSync("../secret.conf", join(folder, "work/link.conf"));
    symlinkSync("in/part.conf", join(folder, "work/inner.conf"));
    const uri = (name: string) => pathToFileURL(join(folder, "work", name)).href;
    const session = new Session(diskHost);
    session.folders = [pathToFileURL(join(folder, "work")).href];
    session.trusted = false;
    assert.deepEqual(session.file(uri("link.conf")), { kind: "problem", problem: "outside" });
    assert.equal(session.exists(uri("link.conf")), false);
    assert.equal(session.file(uri("inner.conf")).kind, "file");
    session.trusted = true;
    session.forgetFiles();
    assert.equal(session.file(uri("link.conf")).kind, "file");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
