// Measures speed and memory, next to others: `npm run bench`. See --help and docs/performance.md.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { build } from "./build.mjs";
import { cache, heading, main, npm, onPath, root, temporaryFolder } from "./lib.mjs";

const help = `Usage: npm run bench [-- OPTIONS]

Measures reading, editing, answering and memory, and writes out/bench.md and out/bench.json. Nothing fails by a time:
machines differ, so compare what was measured in one run.

  --no-peers    without vscode-json-languageservice and yaml-language-server, which are fetched from npm
  --quick       smaller files and fewer edits`;

const KB = 1000;
const MB = 1000 * KB;
/** The peers, in exact versions. */
const PEERS = [
  "vscode-json-languageservice@5.7.2",
  "yaml-language-server@2.0.0",
  "vscode-languageserver-textdocument@1.0.16",
];

const middle = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
const p95 = (times) => [...times].sort((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1];
const ms = (n) => (n < 10 ? n.toFixed(1) : n.toFixed(0));
const rate = (bytes, time) => bytes / MB / (time / 1000);

/** Runs one measure of test/bench/process.ts in a process of its own. */
function measure(program, name, size, ...more) {
  const run = spawnSync(
    process.execPath,
    ["--max-old-space-size=8000", program, name, String(size), ...more],
    {
      encoding: "utf8",
      maxBuffer: 1 << 30,
    },
  );
  if (run.status !== 0) return { error: run.stderr.trim().split("\n").pop() };
  return name === "text" ? { text: run.stdout } : JSON.parse(run.stdout);
}

const memoryOf = (pid) => {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
  } catch {
    return undefined;
  }
};

/** A server over standard input and output. */
async function serve(program, ...args) {
  const started = performance.now();
  const child = spawn(process.execPath, [program, ...args], { stdio: ["pipe", "pipe", "ignore"] });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onRequest(() => null);
  connection.listen();
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: null,
    capabilities: { textDocument: { diagnostic: {} } },
  });
  const start = performance.now() - started;
  await connection.sendNotification("initialized", {});
  const ended = new Promise((done) => child.on("exit", done));
  /** Ends it as an editor does: the server keeps what it has compiled. */
  const stop = async () => {
    await connection.sendRequest("shutdown");
    await connection.sendNotification("exit");
    await ended;
    connection.dispose();
  };
  return { connection, start, pid: child.pid, stop };
}

/** Opens a text, types digits into it, and asks each time. */
async function session(program, args, text, edits) {
  const server = await serve(program, ...args);
  const { connection } = server;
  const uri = "file:///etc/keepalived/keepalived.conf";
  const textDocument = { uri };
  try {
    const opened = performance.now();
    await connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "keepalived", version: 1, text },
    });
    await connection.sendRequest("textDocument/diagnostic", { textDocument });
    const open = performance.now() - opened;
    const before = text.slice(0, text.indexOf("weight 100", text.length / 2)).split("\n");
    const line = before.length - 1;
    const at = { line, character: before[line].length + "weight 1".length };
    const end = { line, character: at.character + 1 };
    const completion = [];
    const diagnostics = [];
    let version = 1;
    for (let n = 0; n < edits; n++) {
      for (const [times, method, more] of [
        [completion, "textDocument/completion", { position: end }],
        [diagnostics, "textDocument/diagnostic", {}],
      ]) {
        const started = performance.now();
        await connection.sendNotification("textDocument/didChange", {
          textDocument: { uri, version: ++version },
          contentChanges: [{ range: { start: at, end }, text: String(version % 10) }],
        });
        await connection.sendRequest(method, { textDocument, ...more });
        times.push(performance.now() - started);
      }
    }
    return { open, completion, diagnostics, rss: memoryOf(server.pid) };
  } finally {
    await server.stop();
  }
}

async function installPeers() {
  const folder = join(cache, "bench-peers");
  const marker = join(folder, "installed.txt");
  if (existsSync(marker) && readFileSync(marker, "utf8") === PEERS.join()) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"private": true}');
  await npm(["install", "--no-audit", "--no-fund", "--ignore-scripts", ...PEERS], { cwd: folder });
  writeFileSync(marker, PEERS.join());
  return folder;
}

/** Seconds of the processor and of the clock that a program takes. */
function whole(command, args) {
  const started = performance.now();
  const run = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  return run.error ? undefined : performance.now() - started;
}

await main(async () => {
  const { values } = parseArgs({
    options: { "no-peers": { type: "boolean" }, quick: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const { quick } = values;
  // Node reads these certificates, and OpenSSL with them, in every process: 40 ms of each start that are not ours.
  delete process.env.NODE_EXTRA_CA_CERTS;
  const { folder } = temporaryFolder("bench");
  await build({ production: true, target: folder });
  const common = { bundle: true, platform: "node", target: "node20", logLevel: "warning", minify: true };
  const program = join(folder, "process.cjs");
  const empty = join(folder, "empty.cjs");
  await esbuild.build({ ...common, entryPoints: [join(root, "test/bench/process.ts")], outfile: program });
  await esbuild.build({ ...common, entryPoints: [join(root, "test/bench/empty-server.ts")], outfile: empty });
  const server = join(folder, "server/dist/cli.js");
  const result = { node: process.version, processors: cpus().length, date: new Date().toISOString() };
  const rows = [];
  const row = (...cells) => {
    rows.push(cells);
    console.log(`  ${cells.join(" · ")}`);
  };
  const big = quick ? 2 * MB : 10 * MB;

  heading("Reading and checking, in process");
  const sizes = quick ? [1 * MB, 2 * MB] : [1 * MB, 10 * MB, 50 * MB];
  result.open = sizes.map((size) => measure(program, "open", size));
  result.edit = sizes.map((size) => measure(program, "edit", size));
  const own = result.open[1];
  for (const [i, { bytes, times, cpu, rss }] of result.open.entries())
    row(
      `open ${sizes[i] / MB} MB`,
      `${ms(middle(times))} ms, ${rate(bytes, middle(times)).toFixed(1)} MB/s (best ${rate(bytes, times[0]).toFixed(1)}; by processor time ${rate(bytes, middle(cpu)).toFixed(1)}), ${(rss / MB).toFixed(0)} MB RSS`,
      i === 1 ? "≥ 40 MB/s" : "linear",
    );
  for (const [i, { times, cpu }] of result.edit.entries())
    row(
      `edit in ${sizes[i] / MB} MB`,
      `${ms(middle(times))} ms, p95 ${ms(p95(times))} ms, processor ${ms(middle(cpu))} ms`,
      "flat",
    );

  const includes = measure(program, "includes", big);
  result.includes = includes;
  for (const [what, key, aim] of [
    ["open, first findings", "first", ""],
    ["edit in the root", "root", ""],
    ["edit in one of them", "included", ""],
    ["edit in one of them → completion", "completion", ""],
    ["one changes on disk", "watched", ""],
  ])
    row(
      `1,000 included files, ${big / MB} MB: ${what}`,
      `${ms(middle(includes[key].times))} ms, p95 ${ms(p95(includes[key].times))} ms, processor ${ms(middle(includes[key].cpu))} ms`,
      aim,
    );
  row("memory with them", `${(includes.rss / MB).toFixed(0)} MB at most`, "");

  if (!values["no-peers"]) {
    heading("The same content as JSON and as YAML");
    const peers = await installPeers();
    const ownSpeed = rate(own.bytes, own.times[0]);
    for (const [name, size, aim] of [
      ["json", big, "≥ 2 ×"],
      ["yaml", quick ? 200 * KB : 1 * MB, "≥ 30 ×"],
    ]) {
      const peer = measure(program, name, size, peers);
      result[name] = peer;
      if (peer.error) row(name, peer.error, aim);
      else {
        // The same content: what counts is how long it takes, not how many bytes it has there.
        const perContent = middle(peer.times) / size / (own.times[0] / big);
        const speed = rate(peer.bytes, middle(peer.times));
        row(
          `${name} language service`,
          `${speed.toFixed(1)} MB/s (ours ${ownSpeed.toFixed(1)}): ${(ownSpeed / speed).toFixed(1)} × by bytes, ${perContent.toFixed(1)} × by content, ${(peer.rss / MB).toFixed(0)} MB RSS`,
          aim,
        );
      }
    }
  }

  heading("Whole processes");
  const file = join(folder, "keepalived.conf");
  writeFileSync(file, measure(program, "text", big).text);
  const keepalived = onPath("keepalived");
  const times = { first: whole(process.execPath, [server, "check", file]), check: [], keepalived: [] };
  for (let n = 0; n < 5; n++) {
    times.check.push(whole(process.execPath, [server, "check", file]));
    if (keepalived) times.keepalived.push(whole(keepalived, ["-t", "-f", file]));
  }
  result.whole = times;
  row(
    `check ${big / MB} MB`,
    `${ms(middle(times.check))} ms, the first time ${ms(times.first)} ms${keepalived ? `; keepalived -t ${ms(middle(times.keepalived))} ms` : ""}`,
    "not slower than keepalived -t",
  );

  heading("Over standard input and output");
  const megabyte = measure(program, "text", 1 * MB).text;
  // What an earlier session compiled is kept: the very first one is another measure.
  for (const which of ["first", "later"]) {
    const starts = [];
    const opens = [];
    const idle = [];
    for (let n = 0; n < 7; n++) {
      if (which === "first") rmSync(join(folder, "server/dist/compiled"), { recursive: true, force: true });
      const s = await serve(server, "--stdio");
      starts.push(s.start);
      await new Promise((done) => setTimeout(done, 300));
      idle.push(memoryOf(s.pid));
      await s.stop();
      if (which === "first") rmSync(join(folder, "server/dist/compiled"), { recursive: true, force: true });
      opens.push((await session(server, ["--stdio"], megabyte, 0)).open);
    }
    result[`${which}Session`] = { starts, opens, idle };
    row(`start → initialized, ${which} session`, `${ms(middle(starts))} ms`, "≤ 120 ms");
    row(`open → first diagnostics, 1 MB, ${which} session`, `${ms(middle(opens))} ms`, "≤ 60 ms");
    if (idle[0]) row(`memory when idle, ${which} session`, `${(middle(idle) / MB).toFixed(0)} MB`, "≤ 60 MB");
  }
  result.sessions = [];
  for (const size of quick ? [50 * KB, 1 * MB] : [50 * KB, 1 * MB, 10 * MB]) {
    const { text } = measure(program, "text", size);
    const edits = quick ? 20 : 60;
    const mine = await session(server, ["--stdio"], text, edits);
    const theirs = await session(empty, ["--stdio"], text, edits);
    result.sessions.push({ size, mine, theirs });
    const label = size < MB ? `${size / KB} KB` : `${size / MB} MB`;
    for (const what of ["completion", "diagnostics"])
      row(
        `edit → ${what}, ${label}`,
        `p95 ${ms(p95(mine[what]))} ms; empty server ${ms(p95(theirs[what]))} ms: ${(p95(mine[what]) / p95(theirs[what])).toFixed(1)} ×`,
        "≤ 3 ×",
      );
    if (size === 10 * MB && mine.rss) row("memory at 10 MB", `${(mine.rss / MB).toFixed(0)} MB`, "≤ 300 MB");
  }

  mkdirSync(join(root, "out"), { recursive: true });
  writeFileSync(join(root, "out/bench.json"), `${JSON.stringify(result, undefined, 1)}\n`);
  const table = [["Measure", "Value", "Aim"], ["---", "---", "---"], ...rows];
  writeFileSync(
    join(root, "out/bench.md"),
    `# Benchmark\n\nNode ${process.version}, ${cpus().length} processors, ${result.date}\n\n${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`,
  );
  console.log("\nThe report is in out/bench.md and out/bench.json.");
});
