/** `ipvs`: the IPVS table that keepalived would program. */
import { parseArgs } from "node:util";
import { say } from "../features/diagnostics";
import { t } from "../language/schema";
import { formatIpvs, formatIpvsSave, ipvsTable } from "../lvs/ipvs";
import { structuralFault } from "../lvs/services";
import type { Io } from "./io";
import { loadSubject, localeFor, tell, tellIds, UsageError } from "./subject";

const HELP = `Usage: keepalived-language-server ipvs PATH [--save] [--id CONFIGID] [--locale LOCALE]

Prints the IPVS table that keepalived would program, as "ipvsadm -Ln" prints it while every health check succeeds.
PATH is a configuration, or - for standard input.

  --save          as "ipvsadm-save -n" prints it
  --id CONFIGID   read the lines for this configuration id (@CONFIGID)
  --help          print this text

Exit status: 0 the table was printed; 1 it is empty; 2 wrong usage, or faults in the file (the table is printed).
`;

const parse = (args: string[]) =>
  parseArgs({
    args,
    allowPositionals: true,
    options: {
      save: { type: "boolean" },
      id: { type: "string" },
      locale: { type: "string" },
      help: { type: "boolean" },
    },
  });

/** Runs the command; returns the exit status. */
export async function run(args: string[], io: Io): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
    if (!parsed.values.help && parsed.positionals.length !== 1)
      throw new UsageError("Name one file, or - for standard input.");
  } catch (e) {
    io.stderr(`${(e as Error).message}\n\n${HELP}`);
    return 2;
  }
  const { values, positionals } = parsed;
  if (values.help) {
    io.stdout(HELP);
    return 0;
  }
  const locale = localeFor(values.locale);
  let subject: ReturnType<typeof loadSubject>;
  try {
    subject = loadSubject(positionals[0], io, values.id);
  } catch (e) {
    if (!(e instanceof UsageError)) throw e;
    io.stderr(`${e.message}\n`);
    return 2;
  }
  tellIds(subject, io, values.id, locale);
  const table = ipvsTable(subject.config);
  const structure = structuralFault(subject.config);
  if (structure) tell(subject, io, structure, locale);
  for (const note of table.notes) tell(subject, io, note, locale);
  for (const hole of subject.holes) io.stderr(`${say(hole.text, locale)}\n`);
  io.stdout(values.save ? formatIpvsSave(table) : formatIpvs(table));
  if (structure || table.uncertain || subject.holes.length > 0) return 2;
  if (table.services.length > 0) return 0;
  io.stderr(`${say(t("No virtual server is programmed.", "没有虚拟服务器会被写入内核。"), locale)}\n`);
  return 1;
}
