/** The program `keepalived-language-server`: a language server, and commands over the same core. */
import * as fs from "node:fs";
import packageJson from "../../package.json";
import { decode } from "../host/disk";
import { serveNode } from "../lsp/node";
import * as check from "./check";
import * as format from "./format";
import type { Io } from "./io";
import * as ipvs from "./ipvs";
import * as nsx from "./nsx";
import * as packets from "./packets";
import * as realServer from "./real-server";

type Command = (args: string[], io: Io) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  check: check.run,
  format: format.run,
  nsx: nsx.run,
  ipvs: ipvs.run,
  packets: packets.run,
  "real-server": realServer.run,
};

const HELP = `keepalived-language-server ${packageJson.version} - language server and checker for keepalived.conf

Language server:
  keepalived-language-server --stdio        speak the language server protocol on standard input and output
  keepalived-language-server --node-ipc     the same over Node's IPC

Commands (each explains itself with --help):
  check        report what is wrong in configurations
  format       format configurations, or tell which are not
  nsx          emit the VMware NSX distributed firewall policy of a virtual server
  ipvs         print the IPVS table that keepalived would program
  packets      show the path of each packet of a virtual server
  real-server  print what a real server of LVS-DR or LVS-TUN needs

  --version    print the version
  --help       print this text
`;

async function main(args: string[]): Promise<number> {
  const [first, ...rest] = args;
  const io: Io = {
    // Written synchronously: a pipe must hold everything before the process ends.
    stdout: (text) => writeAll(1, text),
    stderr: (text) => writeAll(2, text),
    stdin: () => decode(fs.readFileSync(0)),
  };
  if (args.includes("--stdio") || args.includes("--node-ipc")) {
    await serveNode();
    return -1;
  }
  if (first === "--version") {
    io.stdout(`${packageJson.version}\n`);
    return 0;
  }
  if (first === undefined || first === "--help" || first === "-h") {
    (first === undefined ? io.stderr : io.stdout)(HELP);
    return first === undefined ? 2 : 0;
  }
  if (!Object.hasOwn(COMMANDS, first)) {
    io.stderr(`Unknown command “${first}”.\n\n${HELP}`);
    return 2;
  }
  return COMMANDS[first](rest, io);
}

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(fd, bytes, at);
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code === "EAGAIN") continue;
      // The reader has gone (`| head`): nothing more to do.
      if ((e as NodeJS.ErrnoException).code === "EPIPE") process.exit(0);
      throw e;
    }
  }
}

/** Runs what the command line says. */
export function runProgram(): void {
  main(process.argv.slice(2)).then(
    (code) => {
      if (code >= 0) process.exitCode = code;
    },
    (e: unknown) => {
      process.stderr.write(`${e instanceof Error ? (e.stack ?? e.message) : String(e)}\n`);
      process.exitCode = 2;
    },
  );
}
