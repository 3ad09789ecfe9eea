/** Files that the editor's commands write, on a disk that is full or refuses. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Uri } from "vscode";
import { writeAllOrNone } from "../../client/src/write";

/** A disk with room for so many bytes. As a real one does, it empties a file before it finds that there is no room. */
class Disk {
  readonly files = new Map<string, Uint8Array>();
  readonly refused = new Set<string>();
  constructor(private readonly room: number) {}

  async readFile(uri: Uri): Promise<Uint8Array> {
    const bytes = this.files.get(String(uri));
    if (!bytes) throw new Error("missing");
    return bytes;
  }
  async writeFile(uri: Uri, bytes: Uint8Array): Promise<void> {
    if (this.refused.has(String(uri))) throw new Error("permission denied");
    this.files.set(String(uri), new Uint8Array());
    const used = [...this.files.values()].reduce((sum, b) => sum + b.length, 0);
    this.files.set(String(uri), bytes.slice(0, Math.max(0, this.room - used)));
    if (used + bytes.length > this.room) throw new Error("no space left on device");
  }
  async delete(uri: Uri): Promise<void> {
    this.files.delete(String(uri));
  }
  get texts(): Record<string, string> {
    return Object.fromEntries(
      [...this.files].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]),
    );
  }
}

const uri = (name: string) => name as unknown as Uri;
const bytes = (text: string) => new TextEncoder().encode(text);

describe("files that the editor writes", () => {
  test("are written", async () => {
    const disk = new Disk(100);
    await writeAllOrNone(disk, [
      { uri: uri("a"), bytes: bytes("one") },
      { uri: uri("b"), bytes: bytes("two") },
    ]);
    assert.deepEqual(disk.texts, { a: "one", b: "two" });
  });

  test("on a full disk: what was there still is, and nothing that was not", async () => {
    const disk = new Disk(20);
    disk.files.set("old", bytes("the old text"));
    const files = [
      { uri: uri("new"), bytes: bytes("12345") },
      { uri: uri("old"), bytes: bytes("a text that is longer") },
      { uri: uri("never"), bytes: bytes("x") },
    ];
    await assert.rejects(writeAllOrNone(disk, files), /no space left/);
    assert.deepEqual(disk.texts, { old: "the old text" });
  });

  test("where one may not be written: the others are as they were", async () => {
    const disk = new Disk(100);
    disk.files.set("a", bytes("old a"));
    disk.files.set("b", bytes("old b"));
    disk.refused.add("b");
    const files = ["a", "b"].map((name) => ({ uri: uri(name), bytes: bytes("new") }));
    await assert.rejects(writeAllOrNone(disk, files), /permission denied/);
    assert.deepEqual(disk.texts, { a: "old a", b: "old b" });
  });
});
