import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

/** The files of a ZIP archive and their sizes when unpacked, from its central directory. */
function zipEntries(archive: Buffer): { name: string; size: number }[] {
  const end = archive.lastIndexOf("PK\x05\x06");
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  const entries: { name: string; size: number }[] = [];
  for (let i = 0; i < count; i++) {
    const [name, extra, comment] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field));
    entries.push({
      name: archive.toString("utf8", at + 46, at + 46 + name),
      size: archive.readUInt32LE(at + 24),
    });
    at += 46 + name + extra + comment;
  }
  return entries;
}

/** What may be in the VSIX; .vscodeignore is meant to let nothing else through. */
const allowed = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package(\.nls(\.[\w-]+)?)?|language-configuration)\.json$/,
  /^extension\/(readme([.-][\w-]+)?\.md|changelog\.md|LICENSE\.txt)$/i,
  /^extension\/dist\/client\.js$/,
  /^extension\/dist\/pictures\.js$/,
  /^extension\/server\/dist\/cli\.js$/,
  /^extension\/l10n\/bundle\.l10n\.[\w-]+\.json$/,
  /^extension\/media\/[\w-]+\.png$/,
  /^extension\/media\/walkthrough\/[\w-]+\.svg$/,
  /^extension\/samples\/[\w./-]+$/,
  /^extension\/schemas\/[\w.-]+\.json$/,
  /^extension\/snippets\/[\w-]+\.code-snippets$/,
  /^extension\/syntaxes\/[\w-]+\.tmLanguage\.json$/,
];

describe("the VSIX", () => {
  const folder = mkdtempSync(join(tmpdir(), "keepalived-vsix-"));
  let output = "";
  let archive: Buffer;
  let entries: { name: string; size: number }[];

  before(() => {
    const file = join(folder, "keepalived.vsix");
    output = execFileSync(process.execPath, ["scripts/package.mjs", file], { encoding: "utf8" });
    archive = readFileSync(file);
    entries = zipEntries(archive);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("holds the extension and nothing else", () => {
    const names = entries.map(({ name }) => name);
    const strangers = names.filter((name) => !allowed.some((pattern) => pattern.test(name)));
    assert.deepEqual(strangers, []);
    for (const pattern of allowed)
      assert.ok(
        names.some((name) => pattern.test(name)),
        `nothing matches ${pattern}`,
      );
  });

  it("is packed without a warning", () => {
    assert.doesNotMatch(output, /warning/i);
  });

  it("is small", () => {
    assert.ok(archive.length <= 600 * 1024, `${archive.length} bytes`);
  });

  it("has a small client", () => {
    const { size } = entries.find(({ name }) => name === "extension/dist/client.js")!;
    assert.ok(size <= 450 * 1024, `${size} bytes`);
  });
});
