/** File access for programs that run on a disk: the command line and the stdio server. */
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DEFAULT_DIALECT, type Dialect } from "../syntax/parser";
import {
  expandBraces,
  type FileAccess,
  type FileProblem,
  type FileResult,
  type GlobResult,
  hasWildcard,
  makeSourceFile,
  matchSegment,
  resolveUri,
} from "../workspace/files";

/** Larger files are not read; a configuration of this size is a mistake or an attack, the more so an included one. */
export const MAX_ROOT_BYTES = 128 * 1024 * 1024;
export const MAX_INCLUDE_BYTES = 32 * 1024 * 1024;
/** A wildcard is not followed beyond this many matches, nor through more directory entries. */
const MAX_MATCHES = 4096;
const MAX_ENTRIES = 100_000;

export type ReadResult = { readonly text: string } | { readonly problem: FileProblem };

/**
 * Reads a text file, whatever its bytes: valid UTF-8 is decoded, anything else is taken byte by byte (Latin-1), so that
 * no character is lost. FIFOs, devices and directories are refused without being opened.
 */
export function readTextFile(file: string, asInclude = false): ReadResult {
  let stat: fs.Stats;
  try {
    stat = fs.statSync(file);
  } catch (e) {
    return { problem: (e as NodeJS.ErrnoException).code === "EACCES" ? "unreadable" : "missing" };
  }
  const problem = problemOf(stat, asInclude);
  if (problem) return { problem };
  let fd: number | undefined;
  try {
    // What the name stands for may change after it was looked at: a FIFO would wait for ever.
    fd = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
    const opened = fs.fstatSync(fd);
    const changed = problemOf(opened, asInclude);
    if (changed) return { problem: changed };
    const bytes = readBounded(fd, opened.size);
    return bytes ? { text: decode(bytes) } : { problem: "too-large" };
  } catch {
    return { problem: "unreadable" };
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

function problemOf(stat: fs.Stats, asInclude: boolean): FileProblem | undefined {
  if (stat.isDirectory()) return "directory";
  if (!stat.isFile()) return "not-regular";
  // keepalived skips includes that anybody may execute; systems without such bits never set them.
  if (asInclude && process.platform !== "win32" && (stat.mode & 0o111) !== 0) return "executable";
  return stat.size > (asInclude ? MAX_INCLUDE_BYTES : MAX_ROOT_BYTES) ? "too-large" : undefined;
}

/** Reads to the end, whatever the size was said to be; undefined beyond the bound. */
function readBounded(fd: number, size: number): Buffer | undefined {
  let buffer = Buffer.allocUnsafe(size + 1);
  let at = 0;
  for (;;) {
    const n = fs.readSync(fd, buffer, at, buffer.length - at, null);
    if (n === 0) return buffer.subarray(0, at);
    at += n;
    if (at > MAX_ROOT_BYTES) return undefined;
    if (at === buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(2 * buffer.length, 1 << 16));
      buffer.copy(grown, 0, 0, at);
      buffer = grown;
    }
  }
}

/**
 * Writes a file so that it is, at every moment, the old or the new one as a whole: a full disk leaves the old one. Mode
 * and owner stay; a symbolic link goes on pointing to the file.
 * @throws Error as the file system gives it; nothing has changed then.
 */
export function replaceFile(file: string, bytes: Uint8Array): void {
  const target = fs.realpathSync(file);
  // Whoever may not write the file may not replace it either, though the folder would let them.
  fs.accessSync(target, fs.constants.W_OK);
  const stat = fs.statSync(target);
  const next = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`);
  let fd: number | undefined;
  try {
    fd = fs.openSync(next, "wx", stat.mode & 0o777);
    fs.writeFileSync(fd, bytes);
    fs.fsyncSync(fd);
    fs.fchmodSync(fd, stat.mode & 0o7777);
    if (process.platform !== "win32" && (stat.uid !== process.getuid?.() || stat.gid !== process.getgid?.()))
      fs.fchownSync(fd, stat.uid, stat.gid);
    fs.closeSync(fd);
    fd = undefined;
    fs.renameSync(next, target);
  } catch (e) {
    if (fd !== undefined) fs.closeSync(fd);
    fs.rmSync(next, { force: true });
    throw e;
  }
}

/** Decodes UTF-8, or Latin-1 where the bytes are no UTF-8. A byte order mark is kept: keepalived stumbles over it. */
export function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}

/** Files of a disk, read once. */
export class DiskFiles implements FileAccess {
  private readonly cache = new Map<string, FileResult>();
  private version = 0;

  constructor(private readonly dialect: Dialect = DEFAULT_DIALECT) {}

  /** Makes a text known under a URI, in place of what the disk holds. */
  provide(uri: string, text: string): FileResult & { kind: "file" } {
    const result = {
      kind: "file" as const,
      file: makeSourceFile(uri, ++this.version, text, this.dialect),
    };
    this.cache.set(uri, result);
    return result;
  }

  file(uri: string): FileResult {
    const known = this.cache.get(uri);
    if (known) return known;
    const result = readTextFile(fileURLToPath(uri), true);
    if ("text" in result) return this.provide(uri, result.text);
    const problem: FileResult = { kind: "problem", problem: result.problem };
    this.cache.set(uri, problem);
    return problem;
  }

  glob(base: string, pattern: string): GlobResult {
    return globDisk(base, pattern);
  }
}

/** Files that match a pattern, in the order of glob(3): sorted within each brace alternative. */
export function globDisk(base: string, pattern: string): GlobResult {
  const uris: string[] = [];
  const missing: string[] = [];
  let cut = false;
  const alternatives = expandBraces(pattern);
  for (const alternative of alternatives) {
    const found: string[] = [];
    if (!hasWildcard(alternative)) {
      const file = fileURLToPath(resolveUri(base, alternative));
      if (fs.existsSync(file)) found.push(file);
    } else cut = walk(fileURLToPath(`${base}/`), alternative, found) || cut;
    if (found.length === 0) missing.push(alternative);
    found.sort();
    for (const file of found) uris.push(pathToFileURL(file).href);
  }
  return { uris, missing: alternatives.length > 1 && uris.length > 0 ? missing : [], cut };
}

/** Adds the files under `base` that match; returns whether the search was cut short. */
function walk(base: string, pattern: string, found: string[]): boolean {
  const absolute = pattern.startsWith("/");
  const segments = pattern.split("/").filter((s) => s !== "" && s !== ".");
  let entries = 0;
  let cut = false;
  const visit = (directory: string, index: number): void => {
    if (cut) return;
    const segment = segments[index];
    const last = index === segments.length - 1;
    if (!hasWildcard(segment)) {
      const next = path.join(directory, segment);
      if (last) {
        if (fs.existsSync(next)) found.push(next);
      } else visit(next, index + 1);
      return;
    }
    let names: string[];
    try {
      names = fs.readdirSync(directory);
    } catch {
      return;
    }
    for (const name of names) {
      if (++entries > MAX_ENTRIES || found.length >= MAX_MATCHES) {
        cut = true;
        return;
      }
      if (!matchSegment(segment, name)) continue;
      const next = path.join(directory, name);
      if (last) found.push(next);
      else visit(next, index + 1);
    }
  };
  visit(absolute ? "/" : base, 0);
  return cut;
}
