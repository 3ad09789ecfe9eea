/** What may be written at the cursor. */

import { allRules } from "../checks/rule";
import {
  type Context,
  compareReleases,
  INCLUDE_WORDS,
  type Keyword,
  keywordById,
  PREDEFINED_DEFINITIONS,
} from "../language";
import { formatAddress, lastOf } from "../language/address";
import { BOOLEAN_WORDS } from "../language/numbers";
import { type Arg, type EntryGrammar, type NameKind, type Option, type Text, t } from "../language/schema";
import { parsePrefixed } from "../model/build";
import { lineStartAt } from "../text/lines";
import { type FeatureContext, type LinePlace, linePlace, viewsOf } from "./context";
import { keywordDetail, keywordDoc, optionDoc } from "./describe";
import type { Locale } from "./diagnostics";
import { BLOCK_SNIPPETS } from "./snippets";

export type CompletionKind =
  | "keyword"
  | "block"
  | "value"
  | "option"
  | "name"
  | "interface"
  | "address"
  | "definition"
  | "file"
  | "folder"
  | "snippet"
  | "rule";

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail?: string;
  /** Text to insert; a snippet if `snippet`. */
  readonly insert: string;
  readonly snippet?: boolean;
  /** Range of the text that is replaced. */
  readonly start: number;
  readonly end: number;
  /** Sorts before others of the same list. */
  readonly rank: number;
  readonly deprecated?: boolean;
  /** Ask for completions again after inserting. */
  readonly again?: boolean;
  /** Documentation, or the id of the keyword whose documentation is fetched when the item is looked at. */
  readonly doc?: Text;
  readonly keywordId?: string;
}

/** Files beside a configuration, for completing paths. */
export type ListFiles = (directory: string) => readonly { readonly name: string; readonly folder: boolean }[];

/** Completions at an offset. */
export function complete(c: FeatureContext, offset: number, listFiles?: ListFiles): Completion[] {
  const place = linePlace(c.file, offset);
  if (place.comment) return directives(c, offset);
  const { words, prefix } = place;
  if (prefix.startsWith("$") || /\$\{?\w*$/.test(prefix)) return definitions(c, place);
  if (words.length === 0 && !place.quoted) {
    if (prefix.startsWith("@")) return conditions(c, place);
    if (place.context === undefined) return [];
    return place.context.entry ? entries(c, place, place.context.entry) : keywords(c, place, place.context);
  }
  if (place.context === undefined) return [];
  if ((INCLUDE_WORDS as readonly string[]).includes(words[0]?.text))
    return paths(c, place, listFiles, words[0].end);
  if (place.context.entry) return entries(c, place, place.context.entry);
  const keyword = place.context.get(words[0]?.text ?? "");
  return keyword ? args(c, place, keyword, listFiles) : [];
}

/** Markdown for an item that was looked at. */
export function resolveDoc(keywordId: string, locale: Locale, target: string): string | undefined {
  const keyword = keywordById(keywordId);
  return keyword && keywordDoc(keyword, locale, target);
}

// ---------------------------------------------------------------------------------------------- keywords

function keywords(c: FeatureContext, place: LinePlace, context: Context): Completion[] {
  const used = new Set<string>();
  const nodes = place.block ? place.block.children : [];
  for (const n of nodes)
    if (n.keyword && !(n.start <= place.start && place.start <= n.end)) used.add(n.keyword.name);
  const list: Completion[] = [];
  const insertsBlock = place.atEnd;
  for (const keyword of context.keywords) {
    const { spec } = keyword;
    const repeatable = ["accumulate", "merge", "several", "unique-name", "unique-id", "sequential"].includes(
      spec.repeat ?? "",
    );
    const isUsed = used.has(keyword.name) || (spec.aliasOf !== undefined && used.has(spec.aliasOf));
    const tooNew = spec.since !== undefined && compareReleases(c.target, spec.since) < 0;
    if (tooNew) continue;
    const rank = spec.deprecated
      ? 8
      : spec.aliasOf
        ? 6
        : isUsed && !repeatable
          ? 7
          : spec.mandatory || FREQUENT.has(keyword.id)
            ? 0
            : isUsed
              ? 3
              : 2;
    list.push({
      label: keyword.name,
      kind: spec.kind === "leaf" ? "keyword" : "block",
      detail: keywordDetail(keyword),
      ...insertion(keyword, insertsBlock),
      start: place.prefixStart,
      end: place.wordEnd,
      rank,
      deprecated: spec.deprecated !== undefined,
      keywordId: keyword.id,
    });
  }
  for (const word of INCLUDE_WORDS) {
    list.push({
      label: word,
      kind: "keyword",
      insert: `${word} `,
      start: place.prefixStart,
      end: place.wordEnd,
      rank: word === "include" ? 4 : 9,
      again: true,
      doc: INCLUDE_DOCS[word],
      detail: "PATTERN",
    });
  }
  return list;
}

/** Statements that most blocks of their kind have. */
const FREQUENT = new Set([
  "global_defs",
  "vrrp_instance",
  "vrrp_script",
  "virtual_server",
  "vrrp_instance/state",
  "vrrp_instance/interface",
  "vrrp_instance/virtual_router_id",
  "vrrp_instance/priority",
  "vrrp_instance/advert_int",
  "vrrp_instance/virtual_ipaddress",
  "vrrp_instance/track_script",
  "vrrp_instance/unicast_src_ip",
  "vrrp_instance/unicast_peer",
  "vrrp_instance/nopreempt",
  "vrrp_script/script",
  "vrrp_script/interval",
  "vrrp_script/weight",
  "vrrp_script/fall",
  "vrrp_script/rise",
  "virtual_server/delay_loop",
  "virtual_server/lb_algo",
  "virtual_server/lb_kind",
  "virtual_server/protocol",
  "virtual_server/persistence_timeout",
  "virtual_server/real_server",
  "virtual_server/sorry_server",
  "virtual_server/real_server/weight",
  "virtual_server/real_server/TCP_CHECK",
  "virtual_server/real_server/HTTP_GET",
  "virtual_server/real_server/inhibit_on_failure",
  "global_defs/router_id",
  "global_defs/script_user",
  "global_defs/enable_script_security",
  "global_defs/vrrp_version",
]);

const INCLUDE_DOCS: Readonly<Record<string, Text>> = {
  include: t(
    "Reads further files here. Relative patterns start at the directory of this file; `*`, `?`, `[…]` and `{a,b}` are allowed.",
    "在此读入其他文件。相对路径从本文件所在目录开始；可使用 `*`、`?`、`[…]` 和 `{a,b}`。",
  ),
  includer: t(
    "Like include; a file that cannot be read is an error.",
    "与 include 相同；文件无法读取时报错。",
  ),
  includem: t("Like includer; a missing file is an error, too.", "与 includer 相同；文件缺失时也报错。"),
  includew: t(
    "Like includem; a wildcard that matches nothing is an error, too.",
    "与 includem 相同；通配符没有匹配时也报错。",
  ),
  includeb: t(
    "Like includer; every alternative in braces must match.",
    "与 includer 相同；花括号中的每个选项都必须匹配。",
  ),
  includea: t(
    "All of the checks of includer, includem, includew and includeb.",
    "includer、includem、includew 和 includeb 的全部检查。",
  ),
};

function insertion(keyword: Keyword, wholeLine: boolean): Pick<Completion, "insert" | "snippet" | "again"> {
  const { spec, name } = keyword;
  if (!wholeLine) return { insert: name };
  const body = BLOCK_SNIPPETS[keyword.id];
  if (body) return { insert: body, snippet: true };
  if (spec.kind === "list") return { insert: `${name} {\n\t$0\n}`, snippet: true, again: true };
  if (spec.kind === "block") {
    const needed = spec.args.filter((a) => !a.optional);
    return {
      insert: `${name}${needed.map((a, i) => ` \${${i + 1}:${a.name}}`).join("")} {\n\t$0\n}`,
      snippet: true,
    };
  }
  const [first] = spec.args;
  if (!first || first.optional) return { insert: name };
  if (
    first.type === "enum" ||
    first.type === "ref" ||
    first.type === "interface" ||
    first.type === "bool" ||
    first.type === "option-list"
  )
    return { insert: `${name} `, again: true };
  const example = spec.example.split(/\s+/).slice(1).join(" ");
  return { insert: `${name} \${1:${example.replace(/[\\$}]/g, "\\$&") || first.name}}`, snippet: true };
}

// ---------------------------------------------------------------------------------------------- arguments

function args(
  c: FeatureContext,
  place: LinePlace,
  keyword: Keyword,
  listFiles: ListFiles | undefined,
): Completion[] {
  const { spec } = keyword;
  const index = place.words.length - 1;
  if (keyword.id === "virtual_server") return serviceTarget(c, place, index);
  for (let i = 0; i < spec.args.length; i++) {
    const arg = spec.args[i];
    if (arg.type === "option-list") {
      if (index < i) break;
      return options(c, place, arg.options ?? [], place.words.slice(i + 1), keyword);
    }
    if (i === index || (arg.repeatable && index > i)) return values(c, place, arg, keyword, listFiles);
  }
  return [];
}

function values(
  c: FeatureContext,
  place: LinePlace,
  arg: Arg,
  keyword: Keyword | undefined,
  listFiles?: ListFiles,
): Completion[] {
  const item = (label: string, kind: CompletionKind, more: Partial<Completion> = {}): Completion => ({
    label,
    kind,
    insert: label,
    start: place.prefixStart,
    end: place.wordEnd,
    rank: 1,
    ...more,
  });
  switch (arg.type) {
    case "enum":
    case "enum-or-uint":
      return (arg.values ?? [])
        .filter((v) => !arg.valueSince?.[v] || compareReleases(c.target, arg.valueSince[v]) >= 0)
        .map((v, i) => item(v, "value", { doc: arg.valueDocs?.[v], rank: 1 + i / 100 }));
    case "bool":
      return BOOLEAN_WORDS.map((v, i) => item(v, "value", { rank: 1 + i / 100 }));
    case "uint-or-forever":
      return [item("forever", "value")];
    case "ref":
      return names(c, arg.refTo!).map((n) => item(n.name, "name", { detail: n.detail }));
    case "interface":
      return interfaces(c).map((n) => item(n, "interface"));
    case "user":
      return ["root", "keepalived_script", "nobody"].map((n) => item(n, "value"));
    case "ip":
    case "ip-prefix":
      return addresses(c, keyword).map((a) => item(a.text, "address", { detail: a.detail }));
    case "script":
    case "path":
    case "dir":
      return paths(c, place, listFiles, place.words[0]?.end ?? place.start);
    case "umask":
      return (arg.values ?? []).map((v) => item(v, "value"));
    default:
      if (arg.unit === undefined && keyword) {
        const example = keyword.spec.example.split(/\s+/)[place.words.length];
        if (example && (arg.type === "uint" || arg.type === "decimal")) return [];
      }
      return [];
  }
}

function options(
  c: FeatureContext,
  place: LinePlace,
  list: readonly Option[],
  before: LinePlace["words"],
  keyword: Keyword | undefined,
): Completion[] {
  // Right after an option that wants a value, the value is meant.
  const last = before[before.length - 1]?.text;
  const open = list.find(
    (o) => (o.name === last || o.alias?.includes(last ?? "")) && (o.args?.length ?? 0) > 0,
  );
  if (open) return values(c, place, open.args![0], keyword);
  const used = new Set(before.map((w) => w.text));
  const items: Completion[] = [];
  for (const o of list) {
    if (o.name.startsWith("<")) {
      if (o.args?.[0]) items.push(...values(c, place, o.args[0], keyword));
      continue;
    }
    if (used.has(o.name) || o.alias?.some((a) => used.has(a))) continue;
    if (o.since && compareReleases(c.target, o.since) < 0) continue;
    items.push({
      label: o.name,
      kind: "option",
      detail: (o.args ?? []).map((a) => a.name).join(" "),
      insert: (o.args?.length ?? 0) > 0 ? `${o.name} ` : o.name,
      again: (o.args?.length ?? 0) > 0,
      start: place.prefixStart,
      end: place.wordEnd,
      rank: o.deprecated ? 5 : 2,
      deprecated: o.deprecated,
      doc: t(optionDoc(o, "en"), optionDoc(o, "zh-cn")),
    });
  }
  return items;
}

function serviceTarget(c: FeatureContext, place: LinePlace, index: number): Completion[] {
  const item = (label: string, kind: CompletionKind, more: Partial<Completion> = {}): Completion => ({
    label,
    kind,
    insert: label,
    start: place.prefixStart,
    end: place.wordEnd,
    rank: 1,
    ...more,
  });
  if (index === 0) {
    return [
      ...vips(c).map((a) => item(a.text, "address", { detail: a.detail, rank: 0 })),
      item("group", "option", {
        insert: "group ",
        again: true,
        rank: 2,
        detail: "NAME",
        doc: t("All addresses of a virtual_server_group.", "virtual_server_group 中的所有地址。"),
      }),
      item("fwmark", "option", {
        insert: "fwmark ",
        rank: 2,
        detail: "MARK",
        doc: t("Packets with a firewall mark.", "带有防火墙标记的报文。"),
      }),
    ];
  }
  if (index === 1 && place.words[1].text === "group")
    return names(c, "virtual_server_group").map((n) => item(n.name, "name", { detail: n.detail }));
  return [];
}

// ---------------------------------------------------------------------------------------------- list entries

function entries(c: FeatureContext, place: LinePlace, entry: EntryGrammar): Completion[] {
  const { words } = place;
  const item = (label: string, kind: CompletionKind, more: Partial<Completion> = {}): Completion => ({
    label,
    kind,
    insert: label,
    start: place.prefixStart,
    end: place.wordEnd,
    rank: 1,
    ...more,
  });
  const keyword = place.block?.keyword;
  if (words.length === 0) {
    const first = entry.args[0];
    if (!first) return options(c, place, entry.options ?? [], [], keyword);
    const present = new Set(
      (place.block?.statements ?? []).filter((s) => s.start !== place.start).map((s) => s.word(0)),
    );
    const list =
      first.type === "ip-prefix" || first.type === "ip" || first.type === "ip-or-range"
        ? addresses(c, keyword).map((a) => item(a.text, "address", { detail: a.detail }))
        : values(c, place, first, keyword);
    const more = entry.id === "vsg-member" ? [item("fwmark", "option", { insert: "fwmark ", rank: 3 })] : [];
    return [...list.filter((i) => !present.has(i.label)), ...more];
  }
  if (entry.args[0]?.repeatable) return values(c, place, entry.args[0], keyword);
  const last = words[words.length - 1].text;
  if (entry.id === "vip" || entry.id === "static-address") {
    if (last === "brd" || last === "broadcast") {
      const p = parsePrefixed(words[0].text);
      const computed =
        p && p.address.family === 4 && p.prefix !== undefined && p.prefix < 31
          ? [item(formatAddress(lastOf(p.address, p.prefix)), "address", { rank: 0 })]
          : [];
      return [...computed, item("+", "value"), item("-", "value")];
    }
    if (last === "label") {
      const at = words.findIndex((w) => w.text === "dev");
      const dev = at >= 0 ? words[at + 1]?.text : interfaces(c)[0];
      return dev ? [item(`${dev}:1`, "value")] : [];
    }
  }
  // Positional arguments first, then options.
  const positional = entry.args[words.length];
  if (positional && !entry.options) return values(c, place, positional, keyword);
  const list = options(c, place, entry.options ?? [], words.slice(entry.args.length > 0 ? 1 : 0), keyword);
  const modifier =
    words.length === 3 && words[1].text === "weight"
      ? (entry.options?.[0]?.args?.[1]?.values ?? [])
      : undefined;
  return modifier ? modifier.map((v) => item(v, "value")) : list;
}

// ---------------------------------------------------------------------------------------------- what the configuration holds

/** Declared names of a kind, over all readings. */
export function names(c: FeatureContext, kind: NameKind): { name: string; detail: string }[] {
  const found = new Map<string, string>();
  for (const view of viewsOf(c)) {
    const { config } = view;
    const add = (name: string, detail = "") => {
      if (name !== "" && !found.has(name)) found.set(name, detail);
    };
    switch (kind) {
      case "vrrp_instance":
        for (const x of config.instances)
          add(x.model.name, x.model.virtualIps[0] ? formatAddress(x.model.virtualIps[0].address) : "");
        break;
      case "vrrp_sync_group":
        for (const x of config.syncGroups) add(x.model.name);
        break;
      case "vrrp_script":
        // Only the program: its arguments may hold a password.
        for (const x of config.scripts)
          add(x.model.name, x.model.command?.command.trim().split(/\s+/)[0] ?? "");
        break;
      case "vrrp_track_process":
        for (const x of config.trackProcesses) add(x.model.name, x.model.process?.value ?? "");
        break;
      case "track_file":
        for (const x of config.trackFiles) add(x.model.name, x.model.file?.value ?? "");
        break;
      case "track_group":
        for (const x of config.trackGroups) add(x.model.name);
        break;
      case "bfd_instance":
        for (const x of config.bfds)
          add(x.model.name, x.model.neighbor ? formatAddress(x.model.neighbor.value) : "");
        break;
      case "virtual_server_group":
        for (const x of config.groups) add(x.model.name);
        break;
    }
  }
  return [...found].map(([name, detail]) => ({ name, detail }));
}

/** Interfaces that the configuration names. */
export function interfaces(c: FeatureContext): string[] {
  const found = new Set<string>();
  for (const { config } of viewsOf(c)) {
    for (const { model } of config.instances) {
      if (model.interface) found.add(model.interface.value);
      for (const v of [...model.virtualIps, ...model.excludedIps]) if (v.dev) found.add(v.dev.value);
      for (const x of model.trackInterfaces) found.add(x.name.value);
    }
    for (const s of config.staticAddresses)
      for (const a of s.model.addresses) if (a.dev) found.add(a.dev.value);
  }
  return [...found];
}

function vips(c: FeatureContext): { text: string; detail: string }[] {
  const found = new Map<string, string>();
  for (const { config } of viewsOf(c)) {
    for (const { model } of config.instances) {
      for (const v of [...model.virtualIps, ...model.excludedIps])
        if (!found.has(formatAddress(v.address))) found.set(formatAddress(v.address), `VIP, ${model.name}`);
    }
  }
  return [...found].map(([text, detail]) => ({ text, detail }));
}

/** Addresses of the configuration that make sense for a keyword. */
function addresses(c: FeatureContext, keyword: Keyword | undefined): { text: string; detail: string }[] {
  if (keyword?.id === "virtual_server_group") return vips(c);
  const found = new Map<string, string>();
  const add = (text: string, detail: string) => {
    if (!found.has(text)) found.set(text, detail);
  };
  for (const { config } of viewsOf(c)) {
    if (
      keyword?.name === "real_server" ||
      keyword?.name === "sorry_server" ||
      keyword?.name === "connect_ip"
    ) {
      // A large farm would drown everything else.
      for (const { model } of config.virtualServers.slice(0, 200))
        for (const rs of model.realServers) add(formatAddress(rs.address), "real server");
    } else {
      for (const { model } of config.instances) {
        if (model.unicastSourceIp) add(formatAddress(model.unicastSourceIp.value), "unicast_src_ip");
        if (model.multicastSourceIp) add(formatAddress(model.multicastSourceIp.value), "mcast_src_ip");
        for (const p of model.unicastPeers) add(formatAddress(p.address), "unicast_peer");
      }
    }
  }
  return [...found].slice(0, 100).map(([text, detail]) => ({ text, detail }));
}

function definitions(c: FeatureContext, place: LinePlace): Completion[] {
  const found = new Map<string, string>();
  for (const view of viewsOf(c))
    for (const [name, d] of view.resolved?.definitions ?? []) found.set(name, d.lines.join(" ⏎ "));
  for (const name of PREDEFINED_DEFINITIONS) if (!found.has(name)) found.set(name, "");
  const at = place.prefix.lastIndexOf("$");
  const start = place.prefixStart + at;
  let { wordEnd } = place;
  if (c.file.text.charAt(wordEnd) === "}") wordEnd++;
  return [...found].map(([name, value]) => ({
    label: `\${${name}}`,
    kind: "definition",
    detail: value.length > 60 ? `${value.slice(0, 57)}…` : value,
    insert: `\${${name}}`,
    start,
    end: wordEnd,
    rank: name.startsWith("_") ? 2 : 1,
  }));
}

function conditions(c: FeatureContext, place: LinePlace): Completion[] {
  return c.project.ids.flatMap((id) =>
    [`@${id}`, `@^${id}`].map((label, i) => ({
      label,
      kind: "value" as const,
      insert: `${label} `,
      start: place.prefixStart,
      end: place.wordEnd,
      rank: i,
      doc:
        i === 0
          ? t(`The line counts only for the configuration id ${id}.`, `该行仅对配置 ID ${id} 有效。`)
          : t(`The line counts for every configuration id but ${id}.`, `该行对除 ${id} 以外的配置 ID 有效。`),
    })),
  );
}

// ---------------------------------------------------------------------------------------------- paths and comments

function paths(
  c: FeatureContext,
  place: LinePlace,
  listFiles: ListFiles | undefined,
  after: number,
): Completion[] {
  if (!listFiles) return [];
  const { text } = c.file;
  let from = after;
  while (from < place.prefixStart && /\s/.test(text.charAt(from))) from++;
  const typed = place.quoted ? place.prefix : text.slice(from, place.prefixStart) + place.prefix;
  const slash = typed.lastIndexOf("/");
  const directory = slash < 0 ? "" : typed.slice(0, slash + 1);
  const start = (place.quoted ? place.prefixStart : from) + slash + 1;
  return listFiles(directory)
    .filter((f) => !f.name.startsWith(".") || typed.slice(slash + 1).startsWith("."))
    .map((f) => ({
      label: f.folder ? `${f.name}/` : f.name,
      kind: f.folder ? "folder" : "file",
      insert: f.folder ? `${f.name}/` : f.name,
      start,
      end: place.wordEnd,
      rank: f.folder ? 2 : 1,
      again: f.folder,
    }));
}

/** Silencing comments: the directive, then the codes. */
function directives(c: FeatureContext, offset: number): Completion[] {
  const { text } = c.file;
  const line = lineStartAt(text, offset);
  const before = text.slice(line, offset);
  const codes =
    /[#!]\s*keepalived-(?:disable-next-line|disable-line|disable|enable)((?:\s+[\w-]+)*)\s+([\w-]*)$/.exec(
      before,
    );
  if (codes) {
    const used = new Set(codes[1].split(/\s+/));
    return allRules()
      .filter((r) => !used.has(r.code))
      .map((r) => ({
        label: r.code,
        kind: "rule",
        insert: r.code,
        start: offset - codes[2].length,
        end: offset,
        rank: 1,
        doc: r.summary,
      }));
  }
  const start = /[#!]\s*(k[\w-]*)$/.exec(before);
  if (!start) return [];
  return [
    "keepalived-disable-next-line",
    "keepalived-disable-line",
    "keepalived-disable",
    "keepalived-enable",
  ].map((label, i) => ({
    label,
    kind: "keyword",
    insert: `${label} `,
    start: offset - start[1].length,
    end: offset,
    rank: i,
    again: true,
  }));
}
