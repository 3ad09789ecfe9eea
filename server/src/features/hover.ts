/** What the thing under the cursor means. */
import { maskStretch } from "../checks/secrets";
import { PREDEFINED_DEFINITIONS } from "../language";
import { formatAddress, lastOf, networkOf } from "../language/address";
import { type Arg, type NameKind, type Option, t } from "../language/schema";
import { parsePrefixed, parseRange } from "../model/build";
import { effectivePriorities } from "../model/priorities";
import { Kind } from "../syntax/records";
import type { Node } from "../syntax/tree";
import { lineStartAt } from "../text/lines";
import { pathOf } from "../workspace/files";
import { type FeatureContext, keywordOf, nodeAt, viewsOf } from "./context";
import { argType, keywordDoc, optionDoc } from "./describe";
import { say } from "./diagnostics";
import { cellCode, codeBlock, inlineCode, plainText } from "./markdown";

export interface Hover {
  readonly start: number;
  readonly end: number;
  /** Markdown. */
  readonly text: string;
}

/** Explains the word at an offset. */
export function hover(c: FeatureContext, offset: number): Hover | undefined {
  const definition = hoverDefinition(c, offset);
  if (definition) return definition;
  const at = nodeAt(c.file, offset);
  if (!at) return undefined;
  const { node, word } = at;
  const start = node.wordStart(word);
  const end = node.wordEnd(word);
  const answer = (text: string): Hover => ({ start, end, text });
  const say2 = (en: string, zh: string) => say(t(en, zh), c.locale);

  if (node.kind === Kind.Include)
    return word === 0
      ? answer(say2("Reads further files here.", "在此读入其他文件。"))
      : hoverInclude(c, node, answer);
  if (node.kind === Kind.Statement && word === 0) {
    if (!node.keyword) return undefined;
    const doc = keywordDoc(node.keyword, c.locale, c.target);
    const extra =
      node.keyword.id === "vrrp_instance/priority" || node.keyword.id === "vrrp_instance"
        ? priorities(c, node)
        : undefined;
    return answer(extra ? `${doc}\n\n${extra}` : doc);
  }
  const keyword = keywordOf(node);
  if (!keyword) return undefined;
  const value = node.word(word);

  // Options of entries and of option lists.
  const entry = node.kind === Kind.Entry ? keyword.spec.entry : undefined;
  const list: readonly Option[] =
    entry?.options ?? keyword.spec.args.find((a) => a.type === "option-list")?.options ?? [];
  const option =
    word > 0 || entry?.args.length === 0
      ? list.find((o) => o.name === value || o.alias?.includes(value))
      : undefined;
  if (option) return answer(optionDoc(option, c.locale));

  const arg = argAt(node, word);
  if (arg?.valueDocs && Object.hasOwn(arg.valueDocs, value))
    return answer(`\`${value}\` – ${say(arg.valueDocs[value], c.locale)}`);
  const refTo = arg?.refTo ?? (keyword.spec.declares && word === 1 ? keyword.spec.declares : undefined);
  if (refTo) return hoverName(c, refTo, value, answer);
  const address = hoverAddress(c, value);
  if (address) return answer(address);
  if (arg) {
    const type = argType(arg, c.locale);
    return answer(
      `\`${keyword.name}\` · **${arg.name}**${type ? ` – ${type}` : ""}${arg.notes ? `\n\n${say(arg.notes, c.locale)}` : ""}`,
    );
  }
  return undefined;
}

/** The argument that a word stands for. */
export function argAt(node: Node, word: number): Arg | undefined {
  const keyword = keywordOf(node);
  if (!keyword) return undefined;
  if (node.kind === Kind.Entry) {
    const entry = keyword.spec.entry!;
    const before = word > 0 ? node.word(word - 1) : undefined;
    const option =
      before === undefined
        ? undefined
        : entry.options?.find((o) => o.name === before || o.alias?.includes(before));
    if (option?.args?.[0]) return option.args[0];
    return entry.args[word] ?? (entry.args[0]?.repeatable ? entry.args[0] : undefined);
  }
  const { spec } = keyword;
  if (spec.forms) {
    const form = spec.forms.find((f) => f.args[0].values?.includes(node.word(1))) ?? spec.forms[0];
    return form.args[word - 1];
  }
  const options = spec.args.findIndex((a) => a.type === "option-list");
  if (options >= 0 && word - 1 >= options) {
    const before = node.word(word - 1);
    return spec.args[options].options?.find((o) => o.name === before || o.alias?.includes(before))?.args?.[0];
  }
  const last = spec.args[spec.args.length - 1];
  return spec.args[word - 1] ?? (last?.repeatable ? last : undefined);
}

function hoverDefinition(c: FeatureContext, offset: number): Hover | undefined {
  const { text } = c.file;
  const line = lineStartAt(text, offset);
  const eol = text.indexOf("\n", offset);
  const content = text.slice(line, eol < 0 ? text.length : eol);
  for (const m of content.matchAll(/\$\{([A-Za-z_]\w{0,255})[^}]{0,255}\}|\$([A-Za-z_]\w*)/g)) {
    const start = line + m.index;
    const end = start + m[0].length;
    if (offset < start || offset > end) continue;
    const name = m[1] ?? m[2];
    const seen = new Map<string, string[]>();
    for (const view of viewsOf(c)) {
      const d = view.resolved?.definitions.get(name);
      if (!d) continue;
      const value = d.lines.join("\n");
      seen.set(value, [...(seen.get(value) ?? []), view.id ?? ""]);
    }
    if (seen.size === 0) {
      if (!(PREDEFINED_DEFINITIONS as readonly string[]).includes(name)) return undefined;
      return { start, end, text: say(PREDEFINED[name], c.locale) };
    }
    const parts = [...seen].map(([value, ids]) => {
      const where =
        seen.size > 1
          ? ids
              .filter((i) => i !== "")
              .map((i) => inlineCode(`@${i}`))
              .join(", ")
          : "";
      return `${where ? `${where}\n` : ""}${codeBlock(value)}`;
    });
    return { start, end, text: `**$${name}**\n\n${parts.join("\n")}` };
  }
  return undefined;
}

const PREDEFINED: Readonly<Record<string, ReturnType<typeof t>>> = {
  _PWD: t("The directory of the file being read.", "当前读取文件所在目录。"),
  _INSTANCE: t(
    "The configuration id (`-i`); by default the host name up to the first dot.",
    "配置 ID（`-i`）；默认为主机名第一个点之前的部分。",
  ),
  _RANDOM: t(
    "A random number: `${_RANDOM [MIN [MAX]]}`, 0 to 32767 by default.",
    "随机数：`${_RANDOM [MIN [MAX]]}`，默认 0 到 32767。",
  ),
  _ENV: t(
    "An environment variable of keepalived: `${_ENV NAME}`. Since 2.4.0.",
    "keepalived 的环境变量：`${_ENV NAME}`。自 2.4.0 起。",
  ),
  _HASH: t("The character #.", "字符 #。"),
  _BANG: t("The character !.", "字符 !。"),
};

function hoverInclude(c: FeatureContext, node: Node, answer: (text: string) => Hover): Hover | undefined {
  const files = new Set<string>();
  for (const view of viewsOf(c)) {
    for (const site of view.resolved?.includes ?? []) {
      const file = view.resolved!.files[site.place.file];
      if (file.uri === c.file.uri && site.place.start >= node.start && site.place.start <= node.end)
        for (const uri of site.uris) files.add(pathOf(uri));
    }
  }
  if (files.size === 0) return answer(say(t("No file matches.", "没有匹配的文件。"), c.locale));
  const list = [...files];
  const more = list.length > 20 ? `\n- … ${list.length - 20}` : "";
  return answer(
    `${list
      .slice(0, 20)
      .map((f) => `- ${inlineCode(f)}`)
      .join("\n")}${more}`,
  );
}

function hoverName(
  c: FeatureContext,
  kind: NameKind,
  name: string,
  answer: (text: string) => Hover,
): Hover | undefined {
  for (const { config, tree } of viewsOf(c)) {
    const all = {
      vrrp_instance: config.instances,
      vrrp_sync_group: config.syncGroups,
      vrrp_script: config.scripts,
      vrrp_track_process: config.trackProcesses,
      track_file: config.trackFiles,
      track_group: config.trackGroups,
      bfd_instance: config.bfds,
      virtual_server_group: config.groups,
    }[kind];
    const found = all.find((x) => x.model.name === name);
    if (!found) continue;
    const { start } = config.range(found, found.model);
    const lines = maskStretch(tree, start, config.offset(found, found.model.fullEnd)).split("\n");
    const shown = lines.length > 16 ? [...lines.slice(0, 15), "    …"] : lines;
    return answer(`**${kind}** ${inlineCode(name)}\n\n${codeBlock(shown.join("\n"))}`);
  }
  return undefined;
}

function hoverAddress(c: FeatureContext, word: string): string | undefined {
  const p = parsePrefixed(word);
  const range = p ? undefined : parseRange(word);
  if (!p && !range) return undefined;
  const facts: string[] = [];
  const say2 = (en: string, zh: string) => say(t(en, zh), c.locale);
  if (p && p.prefix !== undefined && !Number.isNaN(p.prefix)) {
    const { address, prefix } = p;
    const host = address.family === 4 ? 32 : 128;
    if (prefix < host) {
      facts.push(
        say2(
          `Network ${formatAddress(networkOf(address, prefix))}/${prefix}`,
          `网络 ${formatAddress(networkOf(address, prefix))}/${prefix}`,
        ),
      );
      if (address.family === 4 && prefix < 31)
        facts.push(
          say2(
            `Broadcast ${formatAddress(lastOf(address, prefix))}`,
            `广播地址 ${formatAddress(lastOf(address, prefix))}`,
          ),
        );
    }
  } else if (range) {
    const count =
      range.first.family === 4 && range.last.family === 4
        ? range.last.value - range.first.value + 1
        : undefined;
    facts.push(
      `${formatAddress(range.first)} – ${formatAddress(range.last)}${count ? say2(` (${count} addresses)`, `（${count} 个地址）`) : ""}`,
    );
  }
  const text = p ? formatAddress(p.address) : "";
  const roles = new Set<string>();
  if (p) {
    for (const { config } of viewsOf(c)) {
      for (const { model } of config.instances) {
        const name = plainText(model.name);
        for (const v of [...model.virtualIps, ...model.excludedIps])
          if (formatAddress(v.address) === text) roles.add(say2(`VIP of ${name}`, `${name} 的 VIP`));
        if (model.unicastSourceIp && formatAddress(model.unicastSourceIp.value) === text)
          roles.add(`unicast_src_ip · ${name}`);
        if (model.unicastPeers.some((x) => formatAddress(x.address) === text))
          roles.add(`unicast_peer · ${name}`);
      }
      for (const { model } of config.virtualServers) {
        const { target } = model;
        if (target.kind === "address" && formatAddress(target.address) === text) {
          roles.add(
            say2(
              `Virtual server, port ${target.port || "any"}, ${model.realServers.length} real servers, ${model.forwarding?.method ?? "NAT"}`,
              `虚拟服务器，端口 ${target.port || "任意"}，${model.realServers.length} 台真实服务器，${model.forwarding?.method ?? "NAT"}`,
            ),
          );
        }
        if (roles.size > 12) break;
      }
    }
  }
  const all = [...facts, ...roles];
  return all.length > 0
    ? `**${text || plainText(word)}**\n\n${all.map((f) => `- ${f}`).join("\n")}`
    : undefined;
}

function priorities(c: FeatureContext, node: Node): string | undefined {
  const block = node.keyword?.id === "vrrp_instance" ? node : node.parent;
  const name = block && block.wordCount > 1 ? block.word(1) : undefined;
  for (const { config } of viewsOf(c)) {
    const at = config.instances.find((i) => i.model.name === name);
    if (!at) continue;
    const states = effectivePriorities(config, at.model);
    if (states.length < 2) return undefined;
    const rows = states.map(
      (s) =>
        `| ${s.failed.length === 0 ? say(t("all well", "全部正常"), c.locale) : s.failed.map(cellCode).join(", ")} | ${s.fault ? "FAULT" : s.priority} |`,
    );
    return `| ${say(t("failed", "失败项"), c.locale)} | ${say(t("priority", "优先级"), c.locale)} |\n| --- | --- |\n${rows.join("\n")}`;
  }
  return undefined;
}
