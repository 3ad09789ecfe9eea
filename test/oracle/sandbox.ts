/**
 * Runs inside a network and mount namespace of its own, started by pool.ts: takes jobs as lines of JSON on standard input
 * and answers with lines of JSON. Everything but a scratch directory is read-only here, interfaces are made as they are
 * needed, and users that configurations name exist.
 */
import { execFile, spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { missingInterfaces } from "./interfaces";

export interface Job {
  readonly id: number;
  readonly directory: string;
  readonly file: string;
  readonly programs: readonly string[];
  /** Interfaces that must be there; others that a program misses are added. */
  readonly interfaces: readonly string[];
  /** Interfaces that must not be there: names of VMACs that keepalived would make. */
  readonly absent: readonly string[];
  readonly users: readonly string[];
}

export interface Run {
  readonly program: string;
  /** Exit code; null when a signal ended it. */
  readonly exit: number | null;
  readonly signal: string | null;
  readonly output: string;
}

export interface Answer {
  readonly id: number;
  readonly runs: readonly Run[];
}

/** Where files that keepalived watches may lie; a file system of its own in the namespace. */
const SCRATCH = "/mnt";
const TIME_LIMIT = 10_000;
const OUTPUT_LIMIT = 4 << 20;
/** keepalived waits more than it works, so several run side by side. */
const AT_ONCE = 8;
const PATH = `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin:/bin`;

const present = new Set<string>();
const accounts = new Set<string>(["root"]);
let made = 0;

function command(program: string, args: readonly string[], input?: string): void {
  spawnSync(program, args, { input, stdio: ["pipe", "ignore", "ignore"], env: { ...process.env, PATH } });
}

function prepare(): void {
  command("ip", ["link", "set", "lo", "up"]);
  for (const database of ["/etc/passwd", "/etc/group"]) {
    const folder = mkdtempSync(join(tmpdir(), "keepalived-oracle-"));
    const copy = join(folder, "copy");
    writeFileSync(copy, readFileSync(database));
    command("mount", ["--bind", copy, database]);
    // The mount keeps it.
    rmSync(folder, { recursive: true });
  }
  // Later mounts first, so that what is below is still writable for mount itself.
  const mounts = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1])
    .filter((at) => at !== undefined && !/^\/(proc|sys|dev)(\/|$)/.test(at) && !at.startsWith("/etc/"));
  for (const at of mounts.reverse()) command("mount", ["-o", "remount,bind,ro", at]);
  command("mount", ["-t", "tmpfs", "tmpfs", SCRATCH]);
  addUsers(["keepalived_script"]);
}

/**
 * Makes users and groups known, with the number of root: 2.2.7 ends itself when it would have to run a script as somebody
 * else, and says nothing of the rest.
 */
function addUsers(names: readonly string[]): void {
  for (const name of names) {
    if (accounts.has(name)) continue;
    accounts.add(name);
    const others = (text: string) =>
      text
        .split("\n")
        .filter((line) => !line.startsWith(`${name}:`))
        .join("\n");
    for (const [database, line] of [
      ["/etc/passwd", `${name}:x:0:0::/:/usr/sbin/nologin\n`],
      ["/etc/group", `${name}:x:0:\n`],
    ]) {
      try {
        const text = readFileSync(database, "utf8");
        if (text.includes(`\n${name}:`)) writeFileSync(database, others(text));
        appendFileSync(database, line);
      } catch {
        // Without the bind mount the files are not ours to write; messages about users count as the machine's.
      }
    }
  }
}

function setInterfaces(wanted: readonly string[], absent: readonly string[]): void {
  const lines: string[] = [];
  for (const name of absent) if (present.delete(name)) lines.push(`link del ${name}`);
  for (const name of wanted) {
    if (present.has(name) || absent.includes(name)) continue;
    present.add(name);
    const n = ++made;
    lines.push(
      `link add ${name} type veth peer name zz${n}`,
      `link set ${name} up`,
      `link set zz${n} up`,
      `addr add 198.18.${n % 250}.1/24 dev ${name}`,
      `addr add fe80::fc:${n.toString(16)}/64 dev ${name} nodad`,
    );
  }
  if (lines.length > 0) command("ip", ["-force", "-batch", "-"], `${lines.join("\n")}\n`);
}

const run = (program: string, job: Job): Promise<Run> =>
  new Promise((done) => {
    const child = execFile(
      program,
      ["-t", "-f", job.file],
      {
        cwd: job.directory,
        timeout: TIME_LIMIT,
        killSignal: "SIGKILL",
        maxBuffer: OUTPUT_LIMIT,
        encoding: "latin1",
        env: { PATH, LC_ALL: "C", HOME: "/" },
      },
      (_error, out, err) => {
        done({
          program,
          exit: child.exitCode,
          signal: child.signalCode,
          output: Buffer.from(err + out, "latin1").toString("utf8"),
        });
      },
    );
    child.stdin?.end();
  });

async function answer(job: Job): Promise<Answer> {
  setInterfaces(job.interfaces, job.absent);
  let runs: Run[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    runs = [];
    for (const program of job.programs) runs.push(await run(program, job));
    const missing = runs.flatMap((r) => missingInterfaces(r.output)).filter((n) => !present.has(n));
    if (missing.length === 0) break;
    setInterfaces(missing, job.absent);
  }
  return { id: job.id, runs };
}

prepare();
const queue: Job[] = [];
let busy = 0;
/** A job that needs interfaces away runs alone. */
let alone = false;

function next(): void {
  while (queue.length > 0 && busy < AT_ONCE && !alone) {
    if (queue[0].absent.length > 0 && busy > 0) return;
    const job = queue.shift()!;
    busy++;
    alone = job.absent.length > 0;
    void answer(job).then((result) => {
      busy--;
      alone = false;
      process.stdout.write(`${JSON.stringify(result)}\n`);
      next();
    });
  }
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const job = JSON.parse(line) as Job;
    addUsers(job.users);
    queue.push(job);
    next();
  })
  .on("close", () => {
    if (busy === 0 && queue.length === 0) process.exit(0);
    setInterval(() => busy === 0 && queue.length === 0 && process.exit(0), 20);
  });
process.stdout.write("{}\n");
