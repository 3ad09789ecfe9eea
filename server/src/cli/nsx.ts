/** `nsx`: the distributed firewall payload of virtual servers, in the form that is wanted. */
import { parseArgs } from "node:util";
import { type Locale, say } from "../features/diagnostics";
import { readTextFile } from "../host/disk";
import { t } from "../language/schema";
import { parseRange } from "../model/build";
import { type Change, differences, fits, fitText } from "../nsx/diff";
import { explainText } from "../nsx/explain";
import { FORMS, type Form, render } from "../nsx/forms";
import { infraBody } from "../nsx/forms/hierarchical";
import { type Generated, type GenerateOptions, generate } from "../nsx/generate";
import { CATEGORIES, type Category } from "../nsx/objects";
import { parseTarget, type Wanted } from "../nsx/select";
import type { Io } from "./io";
import {
  loadSubject,
  localeFor,
  parseMarks,
  placeOf,
  type Subject,
  tell,
  tellIds,
  UsageError,
  wantedLine,
} from "./subject";

const HELP = `Usage: keepalived-language-server nsx PATH (--line N | --virtual-server "ADDR PORT [PROTO]" | --all) [OPTION]...

Prints the VMware NSX distributed firewall policy that virtual servers with direct routing or tunnels need.
PATH is a configuration, or - for standard input. Everything but the payload goes to standard error.

What:
  --line N                 the virtual server, virtual_server_group or virtual address on this line
  --virtual-server TEXT    "ADDRESS PORT [PROTOCOL]", "group NAME" or "fwmark N"
  --all                    every virtual server
  --id CONFIGID            read the lines for this configuration id (@CONFIGID)
  --fwmark N=ADDR[,ADDR…]:PORT[,PORT…]/PROTO   what a fwmark stands for; port * is all; may be repeated
How:
  --form FORM              ${FORMS.map((f) => f.form).join(", ")}
                           (default hierarchical)
  --exclude-list           take the directors off the firewall instead of making rules (in any form)
  --current FILE           the exclusion list as the manager has it, to be merged (JSON)
  --companion              add the stateful policy for VRRP, health checks, sync daemon, BFD, tunnels and NAT
  --real-server-policy     add the stateful policy of the real servers
  --ping                   let clients ping the virtual addresses
  --client NETWORK         network of the clients instead of any; may be repeated
  --logged                 log what the rules match
Virtual machines of the directors (default: tag role|lvs-director):
  --tag "SCOPE|TAG"  --vm-name NAME  --vm-id EXTERNAL_ID      may be repeated and combined
  --group POLICY_PATH      an existing group
Virtual machines of the real servers (default: tag role|real-server):
  --real-server-tag "SCOPE|TAG"  --real-server-group POLICY_PATH
Where:
  --category NAME          ${CATEGORIES.join(", ")} (default Infrastructure)
  --domain ID  --project ID  --global-manager
  --name ID                prefix of the policies' ids (default: from the addresses)
  --sequence N             sequence number of the first policy (default 10)
Instead of a payload:
  --explain                every packet with the rule that lets it through
  --diff FILE              what the payload would change, compared with an export of the manager (JSON)
  --verify FILE            whether this payload still fits the configuration (JSON)
Other:
  --force                  print a payload in spite of faults
  --locale LOCALE          en or zh-cn (default: from the environment); the payload itself: --notes zh-cn
  --notes LOCALE           language of descriptions and notes in the payload (default en)
  --help                   print this text

Exit status: 0 payload printed (--diff: no change, --verify: it fits); 1 nothing to print (--diff, --verify: otherwise);
2 wrong usage, faults in the file, or a question that it cannot answer.
`;

const text = { type: "string" } as const;
const list = { type: "string", multiple: true } as const;
const flag = { type: "boolean" } as const;

const parse = (args: string[]) =>
  parseArgs({
    args,
    allowPositionals: true,
    options: {
      line: text,
      "virtual-server": text,
      all: flag,
      id: text,
      fwmark: list,
      form: text,
      "exclude-list": flag,
      current: text,
      companion: flag,
      "real-server-policy": flag,
      ping: flag,
      client: list,
      logged: flag,
      tag: list,
      "vm-name": list,
      "vm-id": list,
      group: text,
      "real-server-tag": list,
      "real-server-group": text,
      category: text,
      domain: text,
      project: text,
      "global-manager": flag,
      name: text,
      sequence: text,
      explain: flag,
      diff: text,
      verify: text,
      force: flag,
      locale: text,
      notes: text,
      help: flag,
    },
  });
type Values = ReturnType<typeof parse>["values"];

/** Runs the command; returns the exit status. */
export async function run(args: string[], io: Io): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (e) {
    io.stderr(`${(e as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (parsed.values.help) {
    io.stdout(HELP);
    return 0;
  }
  try {
    return command(parsed.values, parsed.positionals, io);
  } catch (e) {
    if (!(e instanceof UsageError)) throw e;
    io.stderr(`${e.message}\nTry --help.\n`);
    return 2;
  }
}

function command(values: Values, positionals: readonly string[], io: Io): number {
  const locale = localeFor(values.locale);
  if (positionals.length !== 1) throw new UsageError("Name one file, or - for standard input.");
  const form = (values.form ?? "hierarchical") as Form;
  if (!FORMS.some((known) => known.form === form))
    throw new UsageError(`There is no form "${form}": ${FORMS.map((f) => f.form).join(", ")}.`);
  const ways = [values.line, values["virtual-server"], values.all, values.verify].filter(
    (way) => way !== undefined,
  );
  if (ways.length !== 1 && !(ways.length === 2 && values.verify !== undefined && values.all))
    throw new UsageError("Choose one of --line, --virtual-server and --all.");

  const subject = loadSubject(positionals[0], io, values.id);
  tellIds(subject, io, values.id, locale);
  const options = optionsOf(values, form, subject);
  if (values.verify !== undefined) return verify(values.verify, subject, options, io, locale);
  const generated = generate(subject.config, wantedOf(values, subject), options);
  report(generated, subject, io, locale);
  if (!generated.payload) return generated.status === "nothing" ? 1 : 2;
  if (values.diff !== undefined) return diff(values.diff, generated, io, locale);
  if (values.explain) {
    io.stdout(explainText(generated, locale));
    return 0;
  }
  const rendered = render(generated.payload, form, {
    remedy: generated.remedy,
    currentExcludeList: values.current === undefined ? undefined : readJson(values.current, io),
  });
  for (const note of rendered.notes) io.stderr(`${say(note, locale)}\n`);
  io.stdout(rendered.text);
  return 0;
}

function wantedOf(values: Values, subject: Subject): Wanted {
  if (values.all) return { kind: "all" };
  if (values.line !== undefined) return wantedLine(subject, values.line);
  const target = parseTarget(values["virtual-server"] ?? "");
  if (!target)
    throw new UsageError(
      `"${values["virtual-server"]}" is not like "ADDRESS PORT [PROTOCOL]", "group NAME" or "fwmark N".`,
    );
  return { kind: "server", target };
}

function optionsOf(values: Values, form: Form, subject: Subject): GenerateOptions {
  const clients = (values.client ?? []).map((word) => {
    const range = parseRange(word);
    if (!range) throw new UsageError(`"${word}" is not an address or network.`);
    return range;
  });
  if (values.group !== undefined && (values.tag || values["vm-name"] || values["vm-id"]))
    throw new UsageError(
      "--group names an existing group; it cannot be combined with --tag, --vm-name or --vm-id.",
    );
  if (values["real-server-group"] !== undefined && values["real-server-tag"])
    throw new UsageError("Choose one of --real-server-tag and --real-server-group.");
  return {
    directors: {
      tags: values.tag,
      names: values["vm-name"],
      ids: values["vm-id"],
      group: values.group,
    },
    realServers: { tags: values["real-server-tag"], group: values["real-server-group"] },
    category: values.category as Category | undefined,
    domain: values.domain,
    project: values.project,
    globalManager: values["global-manager"],
    companion: values.companion,
    realServerPolicy: values["real-server-policy"],
    ping: values.ping,
    logged: values.logged,
    clients,
    marks: parseMarks(values.fwmark ?? []),
    name: values.name,
    sequence: values.sequence === undefined ? undefined : Number(values.sequence),
    force: values.force,
    remedy: form === "exclude-list" || values["exclude-list"] ? "exclude-list" : "policy",
    holes: subject.holes,
    locale: values.notes === undefined ? "en" : localeFor(values.notes),
  };
}

/** Says on standard error why there is nothing, what is uncertain, and what to look after. */
function report(generated: Generated, subject: Subject, io: Io, locale: Locale): void {
  const { status } = generated;
  const head = {
    ok: generated.reasons.length > 0 ? t("Uncertain: ", "不确定：") : undefined,
    nothing: t("Nothing to emit: ", "无需生成："),
    question: t("Question: ", "问题："),
    uncertain: t("Uncertain: ", "不确定："),
    refused: undefined,
  }[status];
  for (const reason of generated.reasons) tell(subject, io, reason, locale, head ? say(head, locale) : "");
  for (const question of generated.questions) {
    if (status !== "question")
      io.stderr(`${say(t("Question: ", "问题："), locale)}${say(question.text, locale)}\n`);
    io.stderr(
      `${say(
        t(
          `  Answer with --fwmark "${question.mark}=ADDRESS[,ADDRESS…]:PORT[,PORT…]/TCP".`,
          `  请用 --fwmark "${question.mark}=地址[,地址…]:端口[,端口…]/TCP" 回答。`,
        ),
        locale,
      )}\n`,
    );
  }
  if (status === "uncertain")
    io.stderr(
      `${say(
        t("No payload is printed; --force prints it all the same.", "未输出策略；用 --force 可强制输出。"),
        locale,
      )}\n`,
    );
  // One message for many virtual servers is enough.
  const seen = new Map<string, number>();
  for (const warning of generated.warnings) {
    const count = (seen.get(warning.code) ?? 0) + 1;
    seen.set(warning.code, count);
    if (count > 5) continue;
    const level = warning.level === "warning" ? t("Warning: ", "警告：") : t("Note: ", "说明：");
    io.stderr(`${placeOf(subject, warning)}${say(level, locale)}${say(warning.text, locale)}\n`);
  }
  for (const [code, count] of seen)
    if (count > 5)
      io.stderr(
        `${say(t(`(${count - 5} more of the kind "${code}")`, `（还有 ${count - 5} 条“${code}”）`), locale)}\n`,
      );
}

function readJson(path: string, io: Io): unknown {
  let content: string;
  if (path === "-") content = io.stdin();
  else {
    const result = readTextFile(path);
    if ("problem" in result) throw new UsageError(`${path}: ${result.problem}`);
    content = result.text;
  }
  try {
    return JSON.parse(content);
  } catch (e) {
    throw new UsageError(`${path}: ${(e as Error).message}`);
  }
}

function diff(path: string, generated: Generated, io: Io, locale: Locale): number {
  const current = readJson(path, io);
  const changes: Change[] = differences(generated.payload && infraBody(generated.payload), current);
  for (const change of changes) io.stdout(`${say(change.text, locale)}\n`);
  if (changes.length === 0) io.stdout(`${say(t("No change.", "没有变化。"), locale)}\n`);
  return changes.some((change) => change.action !== "keep") ? 1 : 0;
}

function verify(path: string, subject: Subject, options: GenerateOptions, io: Io, locale: Locale): number {
  const document = readJson(path, io);
  const generated = generate(
    subject.config,
    { kind: "all" },
    { ...options, companion: true, realServerPolicy: true, ping: true, force: true, remedy: "policy" },
  );
  const fit = fits(generated, document);
  if (fit.empty) {
    io.stderr(`${path}: ${say(t("there is no policy in it", "其中没有策略"), locale)}\n`);
    return 2;
  }
  for (const reason of generated.reasons) tell(subject, io, reason, locale);
  for (const line of fitText(fit)) io.stdout(`${say(line, locale)}\n`);
  return fit.missing.length === 0 && fit.stale.length === 0 ? 0 : 1;
}
