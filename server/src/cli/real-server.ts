/** `real-server`: what the real servers of a virtual server need. */
import { parseArgs } from "node:util";
import { say } from "../features/diagnostics";
import { KIT_FORMATS, type KitFormat, realServerKit } from "../lvs/real-server";
import { select } from "../nsx/select";
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

const HELP = `Usage: keepalived-language-server real-server PATH --line N [--format ${KIT_FORMATS.join("|")}] [OPTION]...

Prints what a real server of the virtual servers at a line needs: virtual addresses, ARP settings, tunnel device.
PATH is a configuration, or - for standard input.

  --line N            line of a virtual_server, virtual_server_group or virtual address
  --format FORMAT     sh: script with apply, undo and check; sysctl: sysctl.d file; netplan; nmcli (default sh)
  --id CONFIGID       read the lines for this configuration id (@CONFIGID)
  --fwmark N=ADDR[,ADDR…]:PORT[,PORT…]/PROTO   what a fwmark stands for; may be repeated
  --force             print it in spite of faults
  --locale LOCALE     en or zh-cn (default: from the environment)
  --help              print this text

Exit status: 0 printed; 1 nothing is needed; 2 wrong usage, or faults in the file.
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
      force: { type: "boolean" },
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
    const format = (values.format ?? "sh") as KitFormat;
    if (!KIT_FORMATS.includes(format)) throw new UsageError(`There is no format "${format}".`);
    const locale = localeFor(values.locale);
    const subject = loadSubject(positionals[0], io, values.id);
    tellIds(subject, io, values.id, locale);
    const selection = select(subject.config, wantedLine(subject, values.line));
    const services = selection.services.filter((service) => !service.ignored);
    for (const service of selection.services) if (service.ignored) tell(subject, io, service.ignored, locale);
    const faults = services.flatMap((service) => service.faults);
    for (const fault of faults) tell(subject, io, fault, locale);
    if (faults.length > 0 && !values.force) return 2;
    if (selection.empty) {
      io.stderr(`${say(selection.empty, locale)}\n`);
      return 1;
    }
    const kit = realServerKit(services, format, parseMarks(values.fwmark ?? []));
    for (const note of kit.notes) io.stderr(`${say(note, locale)}\n`);
    if (kit.text === undefined) return 1;
    io.stdout(kit.text);
    return 0;
  } catch (e) {
    if (!isUsageError(e)) throw e;
    io.stderr(`${e.message}\n\n${HELP}`);
    return 2;
  }
}
