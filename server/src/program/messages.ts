/** What `keepalived -t` prints, as data: which line of which file, and whether it is about the text or about the machine. */

export type Subject =
  /** The text of the configuration. */
  | "text"
  /** This machine: an interface, a script file, a user, the kernel. */
  | "machine"
  /** Nobody's fault. */
  | "chatter";

export interface Message {
  /** 1-based; undefined where the program names no line. */
  readonly line: number | undefined;
  /** As the program names the file; undefined for the file it was given. */
  readonly file: string | undefined;
  readonly subject: Subject;
  readonly kind: Kind;
  readonly text: string;
}

export type Kind =
  | "unknown keyword"
  | "braces"
  | "quotes"
  | "missing argument"
  | "number"
  | "value"
  | "address family"
  | "reference"
  | "duplicate"
  | "incomplete block"
  | "conflict"
  | "too long"
  | "old form"
  | "other"
  | "machine"
  | "chatter";

/** `(Line 7) …` or `(file: Line 7) …`. */
export const HEAD = /^\((?:(.*?): )?Line (\d+)\) (.*)$/;

/** What is said of the text even though the words look like one of the machine. */
const TEXT_FIRST: readonly [RegExp, Kind][] = [
  [/^Unknown keyword/, "unknown keyword"],
  [
    /^Unexpected '.*' - ignoring|^Extra '}' found|missing '.*'s or extra|[Mm]issing '[{}]'|missing EOB/,
    "braces",
  ],
  [/^Unmatched quote|[Uu]nterminated (?:quote|string)|missing terminating/, "quotes"],
  [/is missing a parameter/, "missing argument"],
  [/interface [^\s]*[${}"'].*(?:exist|specified)/, "value"],
];

const MACHINE: readonly RegExp[] = [
  // Interfaces, and what they can do.
  /[Ii]nterface \S+ (?:for|specified).*doesn't exist|tracked interface \S+ doesn't exist|Non-existent interface specified/,
  /[Ii]nterface .* (?:does not|doesn't) exist|unknown interface \S+ specified for (?:linkbeat|up\/down)/,
  /Cannot find an IP address to use for interface|does not support multicast|vmacs are only supported on Ethernet/,
  // Scripts and the users that run them.
  /[Uu]ser '.*' (?:for script execution )?does not exist|[Gg]roup '.*' does not exist|[Uu]nable to (?:set|resolve) .*(?:user|group|uid)/,
  /Failed to set (?:uid|default user)|Error setting global script uid|Invalid user\/group/,
  /SECURITY VIOLATION|Unsafe permissions|due to insecure|not executable for uid|add a #! shebang|Wrong file type found in script/,
  /could not find script|Cannot find script|cannot be accessed|Unable to access script|not found\/accessible/,
  /Permissions failure for script|resolved by path search|[Ss]cript .* disabled|resolved to a directory|is not executable/,
  // Files.
  /No config files matched|Config files? missing|Unable to (?:open|find config file|create|load|read)|Failed to (?:open|read)/,
  /No such file or directory|[Cc]ouldn't open|cannot (?:be )?open|realpath\(\)|[Tt]rack file (?:directory|realpath)/,
  /Unable to initialise track file|is read only or cannot be monitored|is not accessible|key file '.*' (?:is|cannot)/,
  /Read-only file system|Permission denied|Operation not permitted|Configuration file .* is not a regular/,
  // Names that a resolver or a table of the system knows.
  /^Invalid smtp server [A-Za-z0-9][\w.-]*[A-Za-z][\w.-]*(?: \d+)?$|name resolution|Name or service not known|No address associated/,
  /Routing table \S+ not found|Protocol \S+ not found or invalid|VRF \S+ (?:not found|is not a VRF)/,
  // The kernel.
  /^IPVS|initialize ipvs|ip_vs module|iptables not supported|[Kk]ernel (?:doesn't|does not) support|not supported by (?:the )?kernel/,
  /no kernel support|modprobe|CONFIG_PROC_EVENTS/,
];

const CHATTER: readonly RegExp[] = [
  /^(?:Starting |Running on|Command line|Configuration file |Built with|NOTICE|Startup complete|Opening file|Stopped)/,
  /^(?:Configuration is using|Registering )|was built for newer/,
];

const TEXT: readonly [RegExp, Kind][] = [
  [
    /outside .*range|invalid number|negative number|decimal places|must be in \[|must be (?:between|greater)|not valid range/i,
    "number",
  ],
  [/out of range|below minimum|priority not valid|VRID .*(?:not valid|must)/i, "number"],
  [/deprecated|please use/i, "old form"],
  [/\bfamil(?:y|ies)\b|native_ipv6|mixed IPv4|Cannot mix/, "address family"],
  [
    /without value|requires (?:a|path)|missing (?:value|parameter)|name missing|missing - ignoring|^No .* specified|^Missing/,
    "missing argument",
  ],
  [/already|duplicate|both use VRID/i, "duplicate"],
  [
    /no (?:scheduler|protocol|forwarding method) set|has no real servers|has no members|has (?:only|no) |No VIP specified/,
    "incomplete block",
  ],
  [
    /must be set|no entries|No script set|No file set|no neighbor|no track_file|no interface/,
    "incomplete block",
  ],
  [/not found|no matching virtual router|doesn't exist|does not exist|Unable to find/, "reference"],
  [/[Tt]runcat|too long|length should be/, "too long"],
  [
    /ports don't match|preempt|strict mode|incompatible|VRRPv2|VRRP version|address owner|exceeds total weight/i,
    "conflict",
  ],
  [/invalid|malformed|not valid|unknown|is not IPv|not .*multicast/i, "value"],
  [/ignor/i, "conflict"],
];

function judge(text: string): { subject: Subject; kind: Kind } {
  for (const [pattern, kind] of TEXT_FIRST) if (pattern.test(text)) return { subject: "text", kind };
  if (MACHINE.some((p) => p.test(text))) return { subject: "machine", kind: "machine" };
  if (CHATTER.some((p) => p.test(text))) return { subject: "chatter", kind: "chatter" };
  for (const [pattern, kind] of TEXT) if (pattern.test(text)) return { subject: "text", kind };
  return { subject: "text", kind: "other" };
}

/** Reads the output of one run. What several of its processes say alike is one message. */
export function parseOutput(output: string): Message[] {
  const messages: Message[] = [];
  const seen = new Set<string>();
  let last = "";
  const lines: string[] = [];
  for (const raw of output.split("\n")) {
    const line = raw.replace(/\r$/, "");
    if (line.trim() === "") continue;
    const head = HEAD.exec(line);
    // A message may go on, indented, on further lines; each of them repeats the line number.
    const rest = head ? head[3] : line;
    const prefix = head ? line.slice(0, line.length - rest.length) : "";
    if (/^[ \t]/.test(rest) && lines.length > 0 && (!head || prefix === last)) {
      lines[lines.length - 1] += ` ${rest.trim()}`;
      continue;
    }
    last = prefix;
    lines.push(line);
  }
  for (const line of lines) {
    if (seen.has(line)) continue;
    seen.add(line);
    const head = HEAD.exec(line);
    const text = head ? head[3] : line.trim();
    messages.push({ line: head ? Number(head[2]) : undefined, file: head?.[1], ...judge(text), text });
  }
  return knockOn(messages);
}

/** What follows from a fact about the machine is about the machine, too. */
function knockOn(messages: readonly Message[]): Message[] {
  const gone = new Set<string>();
  const noUser = messages.some((m) => m.subject === "machine" && /[Uu]ser|[Gg]roup|uid/.test(m.text));
  const unwatched = messages.some((m) => /read only or cannot be monitored|^realpath\(\)/.test(m.text));
  const noInterface = new Set<string>();
  for (const { subject, text } of messages) {
    if (subject !== "machine") continue;
    const name = /(?:script|track[ _]file|for) (\S+?)(?: |$)/.exec(text)?.[1];
    if (name) gone.add(name);
    const instance = /for vrrp_instance (\S+) doesn't exist/.exec(text)?.[1];
    if (instance) noInterface.add(instance);
  }
  const follows = ({ text }: Message): boolean => {
    const name = /track[ _](?:script|file) (\S+) not found/.exec(text)?.[1];
    if (name) return gone.has(name) || noUser || (unwatched && /file/.test(text));
    if (text.startsWith("FILE_CHECK has no track_file")) return unwatched;
    const instance = /^\((\S+)\) Unknown interface!/.exec(text)?.[1];
    return instance !== undefined && noInterface.has(instance);
  };
  return messages.map((m) =>
    m.subject === "text" && follows(m) ? { ...m, subject: "machine", kind: "machine" } : m,
  );
}
