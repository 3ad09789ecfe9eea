/** Runs keepalived over many configurations, in namespaces that keep it away from the machine. */
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { isInterfaceName } from "./interfaces";
import type { Program } from "./programs";
import type { Answer, Job, Run } from "./sandbox";

/** Texts by path, relative to the folder in which keepalived is started; the first one is the root file. */
export type Files = Readonly<Record<string, string>>;

/** How to get a namespace: as root, or with a user namespace where the system allows that. `undefined`: not at all. */
export function namespaceCommand(): readonly string[] | undefined {
  const plain = ["unshare", "--net", "--mount"];
  for (const words of [plain, [...plain, "--user", "--map-root-user"]]) {
    const [program, ...args] = words;
    if (
      spawnSync(program, [...args, "ip", "link", "set", "lo", "up"], { stdio: "ignore", timeout: 10_000 })
        .status === 0
    )
      return words;
  }
  return undefined;
}

interface Sandbox {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly waiting: Map<number, (runs: readonly Run[]) => void>;
}

export class Pool {
  private readonly folder = mkdtempSync(join(tmpdir(), "keepalived-oracle-"));
  private readonly sandboxes: Sandbox[] = [];
  private serial = 0;
  private failure: Error | undefined;

  constructor(namespace: readonly string[], script: string) {
    const [program, ...args] = namespace;
    for (let i = 0; i < Math.min(4, availableParallelism()); i++) {
      const child = spawn(program, [...args, process.execPath, script], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      const sandbox: Sandbox = { child, waiting: new Map() };
      child.on("exit", (code) => {
        if (sandbox.waiting.size === 0) return;
        this.failure = new Error(`The sandbox ended with ${code}.`);
        for (const done of sandbox.waiting.values()) done([]);
      });
      createInterface({ input: child.stdout }).on("line", (line) => {
        const answer = JSON.parse(line) as Answer;
        sandbox.waiting.get(answer.id)?.(answer.runs);
        sandbox.waiting.delete(answer.id);
      });
      this.sandboxes.push(sandbox);
    }
  }

  /** What each program says about a configuration. */
  async run(files: Files, programs: readonly Program[]): Promise<readonly Run[]> {
    if (this.failure) throw this.failure;
    const id = ++this.serial;
    const directory = join(this.folder, String(id));
    const names = Object.keys(files);
    for (const name of names) {
      const path = join(directory, name);
      // A test may name a file by an absolute path; such files are not made.
      if (!path.startsWith(directory)) continue;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, files[name]);
    }
    const texts = Object.values(files).join("\n");
    const job: Job = {
      id,
      directory,
      file: names[0],
      programs: programs.map((p) => p.path),
      ...namesIn(texts),
    };
    const sandbox = this.sandboxes.reduce((a, b) => (b.waiting.size < a.waiting.size ? b : a));
    const runs = await new Promise<readonly Run[]>((done) => {
      sandbox.waiting.set(id, done);
      sandbox.child.stdin.write(`${JSON.stringify(job)}\n`);
    });
    rmSync(directory, { recursive: true, force: true });
    if (this.failure) throw this.failure;
    return runs;
  }

  close(): void {
    for (const { child } of this.sandboxes) child.stdin.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Interfaces and users that a configuration names where keepalived looks them up. */
function namesIn(text: string): Pick<Job, "interfaces" | "absent" | "users"> {
  const interfaces = new Set<string>();
  const absent = new Set<string>();
  const users = new Set<string>();
  for (const m of text.matchAll(
    /\b(?:interface|dev|default_interface|bind_if|lvs_sync_daemon(?:_interface)?|[io]if)[ \t]+"?([^\s"]+)/g,
  ))
    if (isInterfaceName(m[1])) interfaces.add(m[1]);
  for (const m of text.matchAll(/\b(?:track_interface|interfaces|linkbeat_interfaces)\s*\{([^}]*)\}/g))
    for (const line of m[1].split("\n")) {
      const name = line.trim().split(/\s+/)[0];
      if (isInterfaceName(name)) interfaces.add(name);
    }
  for (const m of text.matchAll(/\buse_(?:vmac|ipvlan)[ \t]+"?([^\s"]+)/g))
    if (isInterfaceName(m[1])) absent.add(m[1]);
  for (const m of text.matchAll(/^[ \t]*(?:script_user|user)[ \t]+"?([\w.-]+)"?(?:[ \t]+"?([\w.-]+))?/gm))
    for (const name of m.slice(1)) if (name !== undefined && /^[A-Za-z_]/.test(name)) users.add(name);
  for (const name of absent) interfaces.delete(name);
  return { interfaces: [...interfaces], absent: [...absent], users: [...users] };
}
