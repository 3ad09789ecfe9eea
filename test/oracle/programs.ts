/** The keepalived programs to compare with, and what each of them can do. */
import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { compareReleases, keywordsNamed } from "../../server/src/language";

export interface Program {
  readonly path: string;
  /** Release number, for example `2.2.7`. */
  readonly release: string;
  /** Build options that the program says it has. */
  readonly features: ReadonlySet<string>;
}

/** Older releases report too differently to be worth comparing. */
const OLDEST = "2.2.0";

/** Directories that hold system programs but are not always on the path. */
const SYSTEM_DIRECTORIES = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The installed keepalived and those named in addition; what cannot be used is told in `complaints`. */
export function findPrograms(named: readonly string[]): { programs: Program[]; complaints: string[] } {
  const programs: Program[] = [];
  const complaints: string[] = [];
  const installed = onPath("keepalived");
  for (const path of new Set([...(installed ? [installed] : []), ...named])) {
    const program = ask(path);
    if (typeof program === "string") complaints.push(`${path}: ${program}`);
    else if (compareReleases(program.release, OLDEST) < 0)
      complaints.push(`${path}: release ${program.release} is older than ${OLDEST}.`);
    else if (programs.some((p) => p.release === program.release))
      complaints.push(`${path}: release ${program.release} is there already.`);
    else programs.push(program);
  }
  programs.sort((a, b) => compareReleases(a.release, b.release));
  return { programs, complaints };
}

function onPath(name: string): string | undefined {
  const directories = (process.env.PATH ?? "").split(delimiter).concat(SYSTEM_DIRECTORIES);
  return directories.map((d) => join(d, name)).find(executable);
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Asks a program for its version; a text says why it gave none. */
function ask(path: string): Program | string {
  let said: string;
  try {
    // It answers on standard error.
    said = execFileSync("/bin/sh", ["-c", '"$0" --version 2>&1', path], {
      encoding: "utf8",
      timeout: 10_000,
    });
  } catch (error) {
    return error instanceof Error ? error.message.split("\n")[0] : String(error);
  }
  const release = /Keepalived v(\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (!release) return "it does not say its version.";
  const options = [...said.matchAll(/^(?:Config|System) options:(.*)$/gm)].flatMap((m) =>
    m[1].trim().split(/\s+/),
  );
  return { path, release, features: new Set(options) };
}

/**
 * Whether a program was built without what a keyword needs, so that it cannot know it. Only options that some build names
 * count: others follow from the system.
 */
export function leftOut(program: Program, keyword: string): boolean {
  const places = keywordsNamed(keyword);
  return places.length > 0 && places.every((k) => k.spec.requires?.some((r) => lacking(program, r)));
}

const ANNOUNCED = new Set([
  "DBUS",
  "SNMP_RFCV2",
  "SNMP_RFCV3",
  "SNMP_VRRP",
  "SNMP_CHECKER",
  "BFD",
  "REGEX",
  "JSON",
  "NFTABLES",
  "IPTABLES",
  "LIBIPSET",
  "VRRP_AUTH",
  "VRRP_VMAC",
]);

const lacking = ({ features }: Program, requirement: string): boolean =>
  requirement.split("|").every((r) => ANNOUNCED.has(r) && !features.has(r));
