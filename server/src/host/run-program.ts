/** Runs `keepalived -t` for hosts with processes: with a limit on time and output, and never through a shell. */
import * as path from "node:path";

export type ProgramRun =
  /** It read the file and ended by itself. */
  | { readonly kind: "done"; readonly exit: number; readonly output: string }
  /** A signal that we did not send ended it: a crash. */
  | { readonly kind: "signal"; readonly signal: string; readonly output: string }
  | { readonly kind: "timeout"; readonly seconds: number; readonly output: string }
  /** It could not be started. */
  | {
      readonly kind: "failed";
      readonly problem: "missing" | "not-executable" | "other";
      readonly detail: string;
    };

/** keepalived takes milliseconds; one that waits for something will not come to an end by itself. */
export const TIME_LIMIT = 10_000;
const OUTPUT_LIMIT = 1 << 20;
/** Programs of the system administrator are often not on the path of a user. */
const SYSTEM_DIRECTORIES = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** Checks a file. `executable` is an absolute path, or a name that is looked for on the path. */
export async function runConfigTest(
  executable: string,
  file: string,
  timeLimit = TIME_LIMIT,
): Promise<ProgramRun> {
  // Loaded here, not above: it takes milliseconds, and hardly any process needs it.
  const { spawn } = await import("node:child_process");
  return new Promise((resolve) => {
    const posix = process.platform !== "win32";
    const search = [process.env.PATH ?? "", ...(posix ? SYSTEM_DIRECTORIES : [])].join(path.delimiter);
    const child = spawn(executable, ["-t", "-f", file], {
      cwd: path.dirname(file),
      env: { ...process.env, PATH: search, LC_ALL: "C" },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that what it starts ends with it.
      detached: posix,
    });
    let output = "";
    let late = false;
    let settled = false;
    const stop = () => {
      try {
        if (posix && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        else child.kill("SIGKILL");
      } catch {
        // It is gone already.
      }
    };
    const settle = (result: ProgramRun) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(result);
    };
    const timer = setTimeout(() => {
      late = true;
      stop();
      // Something that it started may keep the pipes open.
      settle({ kind: "timeout", seconds: Math.round(timeLimit / 1000), output });
    }, timeLimit);
    const take = (chunk: Buffer) => {
      if (output.length < OUTPUT_LIMIT) output += chunk.toString("utf8");
      else stop();
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", (error: NodeJS.ErrnoException) => {
      const problem =
        error.code === "ENOENT" ? "missing" : error.code === "EACCES" ? "not-executable" : "other";
      settle({ kind: "failed", problem, detail: error.message });
    });
    child.on("close", (exit, signal) => {
      if (late) return;
      if (exit === null) settle({ kind: "signal", signal: signal ?? "?", output });
      else settle({ kind: "done", exit, output });
    });
  });
}
