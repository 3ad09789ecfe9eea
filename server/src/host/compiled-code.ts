/**
 * Code that V8 compiled in an earlier run: two thirds of what a start takes beyond Node's own is reading and compiling
 * the bundle. It is kept in a folder beside the bundle, so that nobody can change what runs here who could not change
 * the bundle itself.
 */
import * as fs from "node:fs";
import { createRequire, wrap } from "node:module";
import * as path from "node:path";
import { Script } from "node:vm";
import * as zlib from "node:zlib";

const FOLDER = "compiled";
/** V8 does not look whether the code that it is given is whole, and ends the process by what is not. */
const CHECKSUM_BYTES = 4;
/** Not in the first releases of Node 20, which compile at each start. */
const checksum: ((data: Uint8Array) => number) | undefined = zlib.crc32;

export interface Program {
  /** Runs the file as the CommonJS module that it is. */
  run(): void;
  /**
   * Keeps, for the next run, all code that has been compiled up to now. Where the folder cannot be written, everything
   * stays as it is.
   * @param again whether to do so, though there was some, if a tenth has been added: to find that out takes 10 ms
   */
  keep(again: boolean): void;
}

/**
 * Loads a bundle.
 * @param file absolute path of a CommonJS bundle that loads nothing by `import()`
 * @param use what the program is started for, a word: other uses compile other code
 * @throws Error as the file system gives it, if the bundle cannot be read
 */
export function loadProgram(file: string, use: string): Program {
  const bundle = fs.readFileSync(file);
  const folder = path.join(path.dirname(file), FOLDER);
  const prefix = `${use}-${process.versions.v8}-${process.arch}-`;
  // V8 says no to code of another release, of other flags, or of a source of another length: it does not read the source.
  const kept = path.join(folder, `${prefix}${checksum?.(bundle).toString(16)}`);
  const cachedData = read(kept);
  const script = new Script(wrap(bundle.toString()), { filename: file, cachedData });
  const reused = cachedData !== undefined && script.cachedDataRejected === false;
  return {
    run() {
      const module = { exports: {} };
      script.runInThisContext()(module.exports, createRequire(file), module, file, path.dirname(file));
    },
    keep(again) {
      if (!checksum || (reused && !again)) return;
      const data = script.createCachedData();
      if (!reused || data.length > 1.1 * cachedData.length) replace(folder, prefix, kept, withChecksum(data));
    },
  };
}

function withChecksum(data: Buffer): Buffer {
  const bytes = Buffer.concat([data, Buffer.alloc(CHECKSUM_BYTES)]);
  bytes.writeUInt32LE(checksum!(data), data.length);
  return bytes;
}

/** What was kept; undefined if there is nothing, or if it is damaged. */
function read(file: string): Buffer | undefined {
  try {
    const bytes = fs.readFileSync(file);
    const data = bytes.subarray(0, bytes.length - CHECKSUM_BYTES);
    return checksum?.(data) === bytes.readUInt32LE(data.length) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a file as a whole or not at all, and takes away what was kept for an earlier bundle. */
function replace(folder: string, prefix: string, file: string, content: Buffer): void {
  const next = `${file}.${process.pid}.tmp`;
  try {
    fs.mkdirSync(folder, { recursive: true });
    const fd = fs.openSync(next, "wx", 0o644);
    try {
      try {
        fs.writeFileSync(fd, content);
      } finally {
        fs.closeSync(fd);
      }
      fs.renameSync(next, file);
    } catch (e) {
      fs.rmSync(next, { force: true });
      throw e;
    }
    for (const name of fs.readdirSync(folder))
      if (name.startsWith(prefix) && name !== path.basename(file))
        fs.rmSync(path.join(folder, name), { force: true });
  } catch {
    // A folder of the system, a full disk: the next start compiles again.
  }
}
