/** `npm run test:oracle`: what keepalived says about configurations, and what this project says. See --help. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compareReleases } from "../../server/src/language";
import { type Comparison, compare } from "./compare";
import { namespaceCommand, Pool } from "./pool";
import { findPrograms, type Program } from "./programs";
import { details, failures, measure, type Outcome, table } from "./report";
import { type Case, CORPUS, corpusCases, generatedCases, mutantCases, ownCases } from "./sources";

const help = `Usage: npm run test:oracle [-- OPTIONS]

Runs "keepalived -t" and this project over the same configurations and prints, for each release, how far they
agree. keepalived runs in a network and mount namespace of its own, in which the interfaces that a configuration
names exist. The exit code is 0 when every aim is reached, 1 when not, 2 when there is nothing to compare with.

  --programs PATH,…   further keepalived programs, beside the installed one (KEEPALIVED_PROGRAMS)
  --corpus DIR        a folder of configurations (KEEPALIVED_CORPUS): *.conf there or in DIR/real, and single
                      mistakes in them from DIR/mutants.jsonl; "none" leaves it out
  --count N           generated configurations (default 2000); three of four have one seeded fault
  --seed N            another seed makes other configurations (default 1)
  --quick             only the project's own and generated configurations
  --details           lists each disagreement; otherwise those that count against an aim that is missed
  --only PATTERN      only configurations whose name matches the regular expression; prints all about them
  --json FILE         writes the figures and the disagreements
  --help              this text`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      programs: { type: "string", default: process.env.KEEPALIVED_PROGRAMS ?? "" },
      corpus: { type: "string", default: CORPUS },
      count: { type: "string", default: "2000" },
      seed: { type: "string", default: "1" },
      quick: { type: "boolean" },
      details: { type: "boolean" },
      only: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const { programs, complaints } = findPrograms(values.programs.split(",").filter((p) => p !== ""));
  for (const complaint of complaints) console.error(complaint);
  if (programs.length === 0) {
    console.error("No keepalived to compare with.");
    return 2;
  }
  const namespace = namespaceCommand();
  if (!namespace) {
    console.error(
      "No namespace for keepalived: that takes root, or user namespaces, and the programs unshare and ip.",
    );
    return 2;
  }
  const count = Number(values.count);
  const seed = Number(values.seed);
  if (!Number.isInteger(count) || count < 0 || !Number.isInteger(seed)) {
    console.error("--count and --seed take whole numbers.");
    return 2;
  }
  const cases = [...ownCases()];
  programs.forEach((p, i) => {
    // What the oldest program knows, all of them do; a newer one gets some with its own keywords in addition.
    cases.push(...generatedCases(p.release, i === 0 ? count : Math.ceil(count / 4), seed));
  });
  if (!values.quick && existsSync(values.corpus))
    cases.push(...corpusCases(values.corpus), ...mutantCases(values.corpus));
  const only = values.only === undefined ? undefined : new RegExp(values.only);
  const outcomes = await runAll(
    cases.filter((c) => !only || only.test(c.id)),
    programs,
    namespace,
  );
  let missed = 0;
  const report = programs.map((program) => {
    const own = outcomes.filter((o) => o.comparison.release === program.release);
    const figures = measure(own);
    console.log(`\n${table(program.release, own, figures)}`);
    const wrong = failures(own);
    // Without being asked, what counts against an aim that is missed.
    const against = figures.filter((f) => !f.reached).map((f) => f.kind);
    const listed =
      values.details || only ? wrong : wrong.filter((f) => against.includes(f.kind)).slice(0, 60);
    if (listed.length > 0) console.log(`\n${details(listed)}`);
    missed += figures.filter((f) => !f.reached).length;
    return { release: program.release, cases: own.length, figures, failures: wrong };
  });
  if (only) for (const o of outcomes) console.log(everything(o));
  if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 1)}\n`);
  return missed > 0 ? 1 : 0;
}

/** Runs every program on every configuration that it can know; the configuration before a fault is run once. */
async function runAll(cases: readonly Case[], programs: readonly Program[], namespace: readonly string[]) {
  const pool = new Pool(namespace, join(__dirname, "sandbox.js"));
  const known = new Map<string, Promise<Comparison[]>>();
  const once = (files: Case["files"], since: string | undefined): Promise<Comparison[]> => {
    const key = JSON.stringify(files);
    let result = known.get(key);
    if (!result) {
      const able = programs.filter((p) => since === undefined || compareReleases(p.release, since) >= 0);
      result = pool.run(files, able).then((runs) => able.map((p, i) => compare(files, p, runs[i])));
      known.set(key, result);
    }
    return result;
  };
  const outcomes: Outcome[] = [];
  // Not all at once: each has a folder while it waits.
  const queue = [...cases];
  const worker = async () => {
    for (let c = queue.shift(); c; c = queue.shift()) {
      const before = c.seed && (await once(c.seed.base, c.since));
      const after = await once(c.files, c.since);
      for (const comparison of after.filter((x) => !x.incomparable))
        outcomes.push({
          case: c,
          comparison,
          base: before?.find((b) => b.release === comparison.release),
        });
    }
  };
  const pulse = setInterval(
    () => console.log(`  ${cases.length - queue.length} of ${cases.length} configurations`),
    15_000,
  );
  try {
    await Promise.all(Array.from({ length: 32 }, worker));
  } finally {
    clearInterval(pulse);
    pool.close();
  }
  return outcomes;
}

const everything = ({ case: c, comparison: x }: Outcome): string =>
  [
    `── ${x.release} ${c.id} (exit ${x.run.exit ?? x.run.signal})`,
    ...Object.entries(c.files).map(
      ([name, text]) =>
        `${name}:\n${text
          .split("\n")
          .map((l, i) => `${String(i + 1).padStart(4)} ${l}`)
          .join("\n")}`,
    ),
    ...x.messages.map(
      (m) => `  keepalived ${m.line ?? "-"} [${m.subject}, ${m.kind}] ${m.text} ${x.matches.get(m) ?? ""}`,
    ),
    ...x.ours.map(
      (o) => `  ours ${o.line} [${o.severity}, ${o.code}] ${o.message} ${x.judgements.get(o) ?? ""}`,
    ),
  ].join("\n");

void main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(3);
  },
);
