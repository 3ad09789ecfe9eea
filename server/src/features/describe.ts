/** Texts about keywords, options and values, as Markdown. Shared by hover, completion and the generated documentation. */
import { compareReleases, DECLARING_BLOCKS, type Keyword } from "../language";
import { type Arg, type EntryGrammar, type Option, type Text, t } from "../language/schema";
import { type Locale, say } from "./diagnostics";

/** The arguments of a keyword in the usual notation: `<required> [optional]…`. */
export function signature(keyword: Keyword): string {
  const { spec } = keyword;
  if (spec.forms) return spec.forms.map((f) => `${spec.name} ${f.form}`).join("\n");
  const args = spec.args.map(argNotation).join(" ");
  const head = args === "" ? spec.name : `${spec.name} ${args}`;
  return spec.kind === "leaf" ? head : `${head} { … }`;
}

export function argNotation(arg: Arg): string {
  let text: string;
  if (arg.type === "enum" && arg.values && arg.values.length <= 4) text = arg.values.join("|");
  else if (arg.type === "bool") text = "true|false";
  else if (arg.type === "option-list") text = "options";
  else text = arg.name.replace(/([A-Z])/g, "_$1").toUpperCase();
  if (arg.repeatable) text += "…";
  return arg.optional ? `[${text}]` : text;
}

const UNITS: Readonly<Record<string, Text>> = {
  s: t("seconds", "秒"),
  ms: t("milliseconds", "毫秒"),
  us: t("microseconds", "微秒"),
};

const TYPES: Readonly<Record<string, Text>> = {
  bool: t("true, yes, on, false, no or off", "true、yes、on、false、no 或 off"),
  uint: t("number", "数字"),
  int: t("number", "数字"),
  decimal: t("number, decimals allowed", "数字，可带小数"),
  enum: t("one of", "取值"),
  "enum-or-uint": t("a number or one of", "数字或"),
  "uint-or-forever": t("a number or forever", "数字或 forever"),
  string: t("text", "文本"),
  name: t("name", "名称"),
  ref: t("name", "名称"),
  "option-list": t("options", "选项"),
  ip: t("IP address", "IP 地址"),
  "ip-prefix": t("IP address with optional prefix", "IP 地址，可带前缀"),
  "ip-multicast": t("multicast address", "组播地址"),
  "ipv4-multicast": t("IPv4 multicast address", "IPv4 组播地址"),
  "ipv6-multicast": t("IPv6 multicast address", "IPv6 组播地址"),
  "ipv4-broadcast": t("IPv4 broadcast address, + or -", "IPv4 广播地址、+ 或 -"),
  "ip-or-host": t("IP address or host name", "IP 地址或主机名"),
  "ip-or-range": t("IP address, range or network", "IP 地址、范围或网络"),
  "netmask-or-prefixlen": t("netmask (IPv4) or prefix length (IPv6)", "子网掩码（IPv4）或前缀长度（IPv6）"),
  interface: t("interface", "接口"),
  user: t("user", "用户"),
  group: t("group", "用户组"),
  path: t("path", "路径"),
  dir: t("directory", "目录"),
  script: t("command, in double quotes when it has arguments", "命令；带参数时加双引号"),
  regex: t("regular expression", "正则表达式"),
  hexstring: t("hexadecimal digits", "十六进制数字"),
  "hmac-key": t("key: text, hex:DIGITS or file:PATH", "密钥：文本、hex:十六进制 或 file:路径"),
  email: t("e-mail address", "电子邮件地址"),
  hostname: t("host name", "主机名"),
  "dns-name": t("DNS name", "DNS 名称"),
  "url-path": t("path of the URL", "URL 路径"),
  "uint-range": t("status code or range", "状态码或范围"),
  mac: t("MAC address", "MAC 地址"),
  umask: t("file mode", "文件模式"),
};

/** What an argument takes: `number, 1–255, seconds`. */
export function argType(arg: Arg, locale: Locale): string {
  const parts: string[] = [];
  if (arg.refTo) parts.push(say(t(`name of a ${arg.refTo}`, `${arg.refTo} 的名称`), locale));
  else if (TYPES[arg.type]) parts.push(say(TYPES[arg.type], locale));
  if (arg.values && arg.type !== "bool")
    parts[parts.length - 1] += ` ${arg.values.map((v) => `\`${v}\``).join(", ")}`;
  if (arg.min !== undefined && arg.max !== undefined && !arg.unchecked && arg.type !== "umask")
    parts.push(`${arg.raisedTo ?? arg.min}–${arg.max}`);
  if (arg.unit) parts.push(say(UNITS[arg.unit], locale));
  if (arg.maxLength !== undefined)
    parts.push(say(t(`at most ${arg.maxLength} characters`, `最多 ${arg.maxLength} 个字符`), locale));
  if (arg.whenOmitted !== undefined) {
    const d = typeof arg.whenOmitted === "string" ? arg.whenOmitted : say(arg.whenOmitted, locale);
    parts.push(say(t(`default ${d}`, `默认 ${d}`), locale));
  }
  if (arg.since) parts.push(say(t(`since ${arg.since}`, `自 ${arg.since} 起`), locale));
  return parts.join(", ");
}

const REPEATS: Readonly<Record<string, Text>> = {
  "last-wins": t("given twice, the last one counts", "重复时以最后一次为准"),
  "first-wins": t("given twice, the first one counts", "重复时以第一次为准"),
  "overwrite-with-message": t(
    "given twice, the last one counts and keepalived complains",
    "重复时以最后一次为准，keepalived 会提示",
  ),
  accumulate: t("may be repeated; the contents add up", "可重复，内容累加"),
  merge: t("may be repeated; the options add up", "可重复，选项累加"),
  several: t("may be repeated", "可重复"),
  "unique-name": t("may be repeated with different names", "可用不同名称重复"),
  "unique-id": t("may be repeated with different ids", "可用不同 id 重复"),
  "MASTER-wins": t("given twice, MASTER counts", "重复时以 MASTER 为准"),
  "max-wins": t("given twice, the larger one counts", "重复时以较大者为准"),
};

/** Everything that is known of a keyword, as Markdown. */
export function keywordDoc(keyword: Keyword, locale: Locale, target?: string): string {
  const { spec } = keyword;
  const out: string[] = [`\`\`\`keepalived\n${signature(keyword)}\n\`\`\``, say(spec.doc, locale)];
  const facts: string[] = [];
  const label = (en: string, zh: string, value: string) =>
    facts.push(`**${say(t(en, zh), locale)}** ${value}`);
  for (const arg of spec.args) {
    if (arg.type === "option-list") {
      for (const o of arg.options ?? []) facts.push(optionLine(o, locale));
      continue;
    }
    const type = argType(arg, locale);
    if (type !== "") facts.push(`\`${arg.name}\` – ${type}${arg.notes ? `. ${say(arg.notes, locale)}` : ""}`);
    for (const [value, text] of Object.entries(arg.valueDocs ?? {}))
      facts.push(`\`${value}\` – ${say(text, locale)}`);
  }
  if (spec.entry) facts.push(...entryLines(spec.entry, locale));
  if (spec.default !== undefined)
    label(
      "Default:",
      "默认：",
      typeof spec.default === "string" ? `\`${spec.default}\`` : say(spec.default, locale),
    );
  if (spec.mandatory) label("Required.", "必需。", spec.mandatoryNote ? say(spec.mandatoryNote, locale) : "");
  const repeat = REPEATS[spec.repeat ?? "last-wins"];
  if (repeat && spec.repeat !== undefined && spec.repeat !== "flag")
    facts.push(say(t(`${repeat.en[0].toUpperCase()}${repeat.en.slice(1)}.`, `${repeat.zh}。`), locale));
  if (spec.since) {
    const newer = target !== undefined && compareReleases(target, spec.since) < 0;
    label(
      "Since",
      "自版本",
      `keepalived ${spec.since}${newer ? say(t(` – not in the target ${target}`, ` – 目标版本 ${target} 尚不支持`), locale) : ""}`,
    );
  }
  if (spec.deprecated) {
    label(
      "Deprecated",
      "已弃用",
      spec.deprecated.replacedBy
        ? say(
            t(`– use \`${spec.deprecated.replacedBy}\``, `– 请改用 \`${spec.deprecated.replacedBy}\``),
            locale,
          )
        : "",
    );
  }
  if (spec.requires && spec.requires.length > 0)
    label(
      "Needs keepalived built with",
      "需要编译选项",
      spec.requires.map((r) => r.split("|").join(say(t(" or ", " 或 "), locale))).join(", "),
    );
  if (spec.declares) {
    label(
      "Declares a name",
      "声明名称",
      say(t(`that ${referrers(spec.declares)} refer to`, `供 ${referrers(spec.declares)} 引用`), locale),
    );
  }
  if (facts.length > 0) out.push(facts.map((f) => `- ${f.trim()}`).join("\n"));
  if (spec.notes) out.push(say(spec.notes, locale));
  for (const v of spec.versionNotes ?? []) out.push(say(v, locale));
  if (spec.entry?.notes) out.push(say(spec.entry.notes, locale));
  const example =
    spec.kind === "list" && spec.entry
      ? `${spec.example} {\n    ${spec.entry.example}\n}`
      : spec.kind === "leaf"
        ? spec.example
        : `${spec.example} {\n    …\n}`;
  out.push(`\`\`\`keepalived\n${example}\n\`\`\``);
  return out.join("\n\n");
}

function referrers(kind: string): string {
  const by: Readonly<Record<string, string>> = {
    vrrp_instance: "vrrp_sync_group, track_group, lvs_sync_daemon",
    vrrp_script: "track_script",
    vrrp_track_process: "track_process",
    track_file: "track_file, FILE_CHECK",
    bfd_instance: "track_bfd, BFD_CHECK",
    virtual_server_group: "virtual_server group",
    track_group: "static_ipaddress, static_routes, static_rules",
    vrrp_sync_group: "–",
  };
  return by[kind] ?? (DECLARING_BLOCKS as Record<string, readonly string[]>)[kind]?.join(", ") ?? kind;
}

export function optionLine(o: Option, locale: Locale): string {
  const names = [o.name, ...(o.alias ?? [])].map((n) => (n.startsWith("<") ? n : n)).join(" / ");
  const args = (o.args ?? []).map(argNotation).join(" ");
  const parts: string[] = [];
  if (o.doc) parts.push(say(o.doc, locale));
  const types = (o.args ?? []).map((a) => argType(a, locale)).filter((x) => x !== "");
  if (types.length > 0) parts.push(`(${types.join("; ")})`);
  if (o.since) parts.push(say(t(`Since ${o.since}.`, `自 ${o.since} 起。`), locale));
  if (o.deprecated) parts.push(say(t("Deprecated.", "已弃用。"), locale));
  return `\`${`${names} ${args}`.trim()}\`${parts.length > 0 ? ` – ${parts.join(" ")}` : ""}`;
}

function entryLines(entry: EntryGrammar, locale: Locale): string[] {
  const lines = [say(entry.doc, locale)];
  for (const o of entry.options ?? []) lines.push(optionLine(o, locale));
  return lines;
}

/** One option of a list entry, as Markdown. */
export const optionDoc = (o: Option, locale: Locale): string => optionLine(o, locale);

/** A short text for the detail column of a completion. */
export function keywordDetail(keyword: Keyword): string {
  const args = keyword.spec.forms
    ? keyword.spec.forms.map((f) => f.form).join(" | ")
    : keyword.spec.args.map(argNotation).join(" ");
  return keyword.spec.kind === "leaf" ? args : `${args} { }`.trim();
}
