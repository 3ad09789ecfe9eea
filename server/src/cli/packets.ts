/** `packets`: the path of each packet of a virtual server. */
import { parseArgs } from "node:util";
import { say } from "../features/diagnostics";
import { t } from "../language/schema";
import { pathsJson, pathsOf, pathsText } from "../lvs/path";
import { pathsSvg } from "../lvs/path-picture";
import { select, type Wanted } from "../nsx/select";
import type { Io } from "./io";
import {
  isUsageError,
  loadSubject,
  localeFor,
  parseMarks,
  tell,
  tellIds,
  UsageError,
  wantedLine,
} from "./subject";

const HELP = `Usage: keepalived-language-server packets PATH --line N [--format text|json|svg] [OPTION]...

Prints the packet-by-packet path of the virtual servers at a line: addresses and MAC addresses on each wire, and what
the firewall of each vNIC sees. PATH is a configuration, or - for standard input.

  --line N            line of a virtual_server, virtual_server_group or virtual address
  --format FORMAT     text, json or svg (default text)
  --id CONFIGID       read the lines for this configuration id (@CONFIGID)
  --fwmark N=ADDR[,ADDR…]:PORT[,PORT…]/PROTO   what a fwmark stands for; may be repeated
  --locale LOCALE     en or zh-cn (default: from the environment)
  --help              print this text

Exit status: 0 printed; 1 there is nothing at that line; 2 wrong usage, or faults in the file (it is printed).
`;

const parse = (args: string[]) =>
  parseArgs({
    args,
    allowPositionals: true,
    options: {
      line: { type: "string" },
      format: { type: "string" },
      id: { type: "string" },
      fwmark: { type: "string", multiple: true },
      locale: { type: "string" },
      help: { type: "boolean" },
    },
  });

/** Runs the command; returns the exit status. */
export async function run(args: string[], io: Io): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    if (values.help) {
      io.stdout(HELP);
      return 0;
    }
    if (positionals.length !== 1) throw new UsageError("Name one file, or - for standard input.");
    if (values.line === undefined) throw new UsageError("Name a line with --line N.");
    const format = values.format ?? "text";
    if (!["text", "json", "svg"].includes(format)) throw new UsageError(`There is no format "${format}".`);
    const locale = localeFor(values.locale);
    const subject = loadSubject(positionals[0], io, values.id);
    tellIds(subject, io, values.id, locale);
    const wanted: Wanted = wantedLine(subject, values.line);
    const selection = select(subject.config, wanted);
    const marks = parseMarks(values.fwmark ?? []);
    let faults = false;
    for (const service of selection.services) {
      for (const fault of service.faults) tell(subject, io, fault, locale);
      if (service.faults.length > 0) faults = true;
      if (service.ignored) tell(subject, io, service.ignored, locale);
      for (const { mark } of service.marks)
        if (!marks.has(mark))
          io.stderr(
            `${say(
              t(
                `fwmark ${mark}: its addresses and ports are not in this file; give them with --fwmark.`,
                `fwmark ${mark}：其地址和端口不在此文件中，请用 --fwmark 给出。`,
              ),
              locale,
            )}\n`,
          );
    }
    const paths = selection.services.flatMap((service) => (service.ignored ? [] : pathsOf(service, marks)));
    if (paths.length === 0) {
      if (selection.empty) io.stderr(`${say(selection.empty, locale)}\n`);
      return faults ? 2 : 1;
    }
    if (format === "json") io.stdout(`${JSON.stringify(pathsJson(paths, locale), undefined, 2)}\n`);
    else io.stdout(format === "svg" ? pathsSvg(paths, locale, subject.config) : pathsText(paths, locale));
    return faults ? 2 : 0;
  } catch (e) {
    if (!isUsageError(e)) throw e;
    io.stderr(`${e.message}\n\n${HELP}`);
    return 2;
  }
}
