/**
 * Code that V8 compiled in an earlier run: a third of what a start takes is reading and compiling the bundle. It is kept
 * in a folder beside the bundle, so that nobody can change what runs here who could not change the bundle itself.
 *
 * V8 refuses code of another release or of other flags. It ends the process, however, by code that is damaged, and some
 * releases do so by code of another build of the same release. So code is taken only where nothing at all has changed,
 * and code that has ended a process once is not tried again.
 */
import * as fs from "node:fs";
import { createRequire, wrap } from "node:module";
import * as path from "node:path";
import { Script } from "node:vm";
import * as zlib from "node:zlib";

const FOLDER = "compiled";
/** So many of one use are kept: there may be one for each program that runs the bundle, VS Code's and the system's say. */
const KEPT = 3;
const CHECKSUM_BYTES = 4;
/** Not in the first releases of Node 20, which compile at each start. */
const checksum: ((data: Uint8Array | string) => number) | undefined = zlib.crc32;

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
  const source = wrap(bundle.toString());
  const load = (cachedData?: Buffer) => new Script(source, { filename: file, cachedData });
  const kept = checksum && new Kept(path.join(path.dirname(file), FOLDER), use, checksum(bundle), checksum);
  let size = 0;
  const script = kept?.attempt((code) => {
    const made = load(code);
    if (made.cachedDataRejected) return undefined;
    size = code.length;
    return made;
  });
  const program = script ?? load();
  return {
    run() {
      const module = { exports: {} };
      program.runInThisContext()(module.exports, createRequire(file), module, file, path.dirname(file));
    },
    keep(again) {
      if (size === 0) kept?.replace(() => program.createCachedData());
      else if (again) {
        const code = program.createCachedData();
        if (code.length > 1.1 * size) kept?.replace(() => code);
      }
    },
  };
}

/** The file that holds the code of one bundle for one use under one build of Node. */
class Kept {
  private readonly file: string;

  constructor(
    private readonly folder: string,
    private readonly use: string,
    bundle: number,
    private readonly checksum: (data: Uint8Array | string) => number,
  ) {
    const { version, versions, arch, execPath, execArgv, env } = process;
    const { size, mtimeMs } = fs.statSync(execPath);
    const runtime = [version, versions.v8, arch, size, mtimeMs, execArgv, env.NODE_OPTIONS];
    const name = [bundle, checksum(JSON.stringify(runtime))].map((sum) => sum.toString(16).padStart(8, "0"));
    this.file = path.join(folder, `${use}-${name.join("-")}`);
  }

  /** Does something with the code, if there is any and it is whole. While it is done, there is none for others. */
  attempt<T>(action: (code: Buffer) => T): T | undefined {
    const taken = this.aside("taken");
    let result: T | undefined;
    try {
      // If it ends this process here, the next one does not find it.
      fs.renameSync(this.file, taken);
      const bytes = fs.readFileSync(taken);
      const code = bytes.subarray(0, Math.max(0, bytes.length - CHECKSUM_BYTES));
      if (code.length > 0 && this.checksum(code) === bytes.readUInt32LE(code.length)) result = action(code);
      fs.renameSync(taken, this.file);
    } catch {
      // There is none, or the folder belongs to somebody else.
    }
    return result;
  }

  /** Writes other code, as a whole or not at all, and takes away all but the newest files. */
  replace(make: () => Buffer): void {
    const next = this.aside("new");
    try {
      fs.mkdirSync(this.folder, { recursive: true });
      // Where nothing can be written, nothing is to be made: that takes longer than the rest of a short run.
      fs.writeFileSync(next, "", { flag: "wx" });
      try {
        const code = make();
        const bytes = Buffer.concat([code, Buffer.alloc(CHECKSUM_BYTES)]);
        bytes.writeUInt32LE(this.checksum(code), code.length);
        fs.writeFileSync(next, bytes);
        fs.renameSync(next, this.file);
      } catch (e) {
        fs.rmSync(next, { force: true });
        throw e;
      }
      const files = fs
        .readdirSync(this.folder)
        .filter((name) => name.startsWith(`${this.use}-`))
        .map((name) => path.join(this.folder, name))
        .map((file) => ({ file, written: fs.statSync(file).mtimeMs }))
        .sort((a, b) => b.written - a.written);
      for (const { file } of files.slice(KEPT)) fs.rmSync(file, { force: true });
    } catch {
      // A folder of the system, a full disk: the next start compiles again.
    }
  }

  private aside(what: string): string {
    return `${this.file}.${process.pid}.${what}`;
  }
}
