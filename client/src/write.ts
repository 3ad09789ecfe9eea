/** Writing files that the user asked for, on disks that may be full or refuse. */
import type { FileSystem, Uri } from "vscode";

export interface NewFile {
  readonly uri: Uri;
  readonly bytes: Uint8Array;
}

/**
 * Writes files, all or none: when one cannot be written, the files before it and what was there of it are as they were. A
 * full disk lets go of the old text before it refuses the new one.
 * @throws what the file system says.
 */
export async function writeAllOrNone(
  fs: Pick<FileSystem, "readFile" | "writeFile" | "delete">,
  files: readonly NewFile[],
): Promise<void> {
  const before = new Map<Uri, Uint8Array | undefined>();
  const read = (uri: Uri) =>
    fs.readFile(uri).then(
      (bytes) => bytes,
      () => undefined,
    );
  try {
    for (const { uri, bytes } of files) {
      before.set(uri, await read(uri));
      await fs.writeFile(uri, bytes);
    }
  } catch (error) {
    // The newest first: it took what room there was.
    for (const [uri, old] of [...before].reverse()) {
      const now = await read(uri);
      if (now === undefined ? old === undefined : old !== undefined && isSame(now, old)) continue;
      await (old ? fs.writeFile(uri, old) : fs.delete(uri)).then(undefined, () => {});
    }
    throw error;
  }
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

/** What an error says, for a message. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
