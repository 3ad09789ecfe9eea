/** `npm run test:oracle`: what keepalived says, and what we say. See --help. */
import { parseArgs } from "node:util";
import { compare, type Comparison } from "./compare";
import { namespaceCommand, Pool } from "./pool";
import { findPrograms, type Program } from "./programs";
import { type Case, corpusCases, corpusExists, mutantCases, ownCases } from "./sources";

async function main() {
  const { programs, complaints } = findPrograms((process.env.KEEPALIVED_PROGRAMS ?? "").split(",").filter(Boolean));
  console.log(programs.map((p) => p.release), complaints);
  const ns = namespaceCommand()!;
  const pool = new Pool(ns, process.argv[2]);
  const t0 = performance.now();
  const cases = [...ownCases(), ...(process.argv[3] === "corpus" ? corpusCases() : [])];
  const all: { c: Case; x: Comparison }[] = [];
  await Promise.all(cases.map(async (c) => {
    const runs = await pool.run(c.files, programs);
    programs.forEach((p, i) => all.push({ c, x: compare(c.files, p, runs[i]) }));
  }));
  pool.close();
  console.log(cases.length, "cases", ((performance.now() - t0) / 1000).toFixed(1));
  for (const p of programs) {
    const mine = all.filter(({ x }) => x.release === p.release);
    const n = { found: 0, follows: 0, missed: 0 };
    const j = { confirmed: 0, unverified: 0, false: 0 };
    for (const { x } of mine) { for (const m of x.matches.values()) n[m]++; for (const v of x.judgements.values()) j[v]++; }
    console.log(p.release, n, j, "accepted", mine.filter(({ x }) => x.accepted).length);
  }
  for (const { c, x } of all) {
    for (const [m, v] of x.matches) if (v === "missed") console.log("MISSED", x.release, c.id, "|", m.line, m.kind, m.text, "| ours", x.ours.map((o) => `${o.line}:${o.code}:${o.severity[0]}`).join(" "));
    for (const [o, v] of x.judgements) if (v === "false") console.log("FALSE", x.accepted ? "ACCEPTED" : "", x.release, c.id, "|", o.line, o.code, o.message, "| theirs", x.messages.map((m) => `${m.line}:${m.text}`).join(" / ").slice(0, 300), x.run.exit, x.run.signal);
  }
}
void main();
