/**
 * Refactorings. Whether one is offered is seen from the lines around the cursor; its edits are worked out when it is
 * chosen. Those that move text through definitions are carried out only if the configuration, resolved anew, reads the
 * same for every configuration id.
 */
import { type Address, formatAddress } from "../language/address";
import { type Text, t } from "../language/schema";
import { parsePrefixed } from "../model/build";
import type { VrrpInstance } from "../model/model";
import { Flag, Issue, Kind } from "../syntax/records";
import { type Node, Tree } from "../syntax/tree";
import { firstLineEnd, lineEndAt, lineStartAt } from "../text/lines";
import type { Source } from "../text/pieces";
import { type FileAccess, makeSourceFile, type SourceFile } from "../workspace/files";
import { parseGenerator, type Resolved, resolve } from "../workspace/resolve";
import type { ChangeEdit } from "./actions";
import { type FeatureContext, viewsOf } from "./context";
import { say } from "./diagnostics";
import { applyEdits, bracesOf } from "./format";
import { type Mark, markAt, marksOf } from "./marks";

export type RefactorKind = "refactor.extract" | "refactor.inline" | "refactor.rewrite";

/** Why a refactoring cannot be carried out. */
export interface Refusal {
  readonly refused: Text;
}

export interface Refactoring {
  /** Stable name; a request that comes later asks for it again. */
  readonly id: string;
  readonly title: Text;
  readonly kind: RefactorKind;
  readonly edits: () => readonly ChangeEdit[] | Refusal;
}

export const isRefusal = (result: readonly ChangeEdit[] | Refusal): result is Refusal => "refused" in result;

/** The refactorings that a range allows. Cheap: only the top-level block around is looked at. */
export function refactorings(c: FeatureContext, start: number, end: number): Refactoring[] {
  const place = placeAt(c, start, end);
  if (!place) return inlineDefinition(c, start);
  return [
    ...extractChecker(c, place),
    ...inlineDefinition(c, start),
    ...expandGenerator(c, place),
    ...toUnicast(c, place),
    ...refreshArp(c, place),
    ...splitAddresses(c, place),
    ...sortRealServers(c, place),
    ...otherNames(c, place),
  ];
}

interface Place {
  /** The nodes around the start of the range, outermost first. */
  readonly path: readonly Node[];
  readonly node: Node;
}

function placeAt({ file }: FeatureContext, start: number, end: number): Place | undefined {
  const { tree, text } = file;
  if (lineStartAt(text, end) - lineStartAt(text, start) > 100_000) return undefined;
  const path = tree.pathAt(start);
  const node = path[path.length - 1];
  if (!node) return undefined;
  // Where braces are missing nobody knows what belongs where.
  const { issues } = tree.items[tree.itemIndexAt(start)];
  for (let i = 0; i < issues.length; i += 4)
    if (issues[i] === Issue.MissingOpen || issues[i] === Issue.MissingClose || issues[i] === Issue.ExtraClose)
      return undefined;
  return { path, node };
}

const enclosing = (place: Place, id: string): Node | undefined =>
  place.path.findLast((n) => n.keyword?.id === id && n.hasBody);

const indentAt = (text: Source, offset: number): string =>
  /^[ \t]*/.exec(text.slice(lineStartAt(text, offset), offset))![0];

/** The lines of a node, if it shares them with nothing but a comment behind it. */
function ownLines(node: Node): { start: number; end: number; comment: boolean } | undefined {
  const { text } = node.tree;
  const from = lineStartAt(text, node.lineStart);
  const last = Math.max(node.fullEnd, node.end);
  const to = lineEndAt(text, last);
  const rest = text.slice(last, to).trim();
  if (text.slice(from, node.lineStart).trim() !== "" || !/^([#!].*)?$/.test(rest)) return undefined;
  return { start: from, end: Math.min(text.length, to + 1), comment: rest !== "" };
}

/** A statement of which the place in the text is its meaning: definitions, conditions, includes, generators. */
const isSpecial = (node: Node): boolean =>
  node.kind === Kind.Definition ||
  node.kind === Kind.Include ||
  node.kind === Kind.Generator ||
  node.has(Flag.Condition) ||
  node.has(Flag.Opaque);

// ---------------------------------------------------------------------------------------------- lb_* and lvs_*

const SYNONYMS: Readonly<Record<string, string>> = {
  lb_algo: "lvs_sched",
  lb_kind: "lvs_method",
  lvs_sched: "lb_algo",
  lvs_method: "lb_kind",
};

/** `lb_algo` and `lb_kind` as `lvs_sched` and `lvs_method`, or back. */
function otherNames({ file }: FeatureContext, place: Place): Refactoring[] {
  const service = enclosing(place, "virtual_server");
  if (!service) return [];
  const onLine = place.node.parent?.index === service.index && SYNONYMS[place.node.keyword?.name ?? ""];
  if (place.node.index !== service.index && !onLine) return [];
  const lines = service.children.filter((n) => SYNONYMS[n.keyword?.name ?? ""] !== undefined);
  const make = (prefix: string, id: string): Refactoring[] => {
    const own = lines.filter((n) => n.keyword!.name.startsWith(prefix));
    if (own.length === 0 || (onLine && !place.node.keyword!.name.startsWith(prefix))) return [];
    const names = [...new Set(own.map((n) => n.keyword!.name))];
    const now = names.join(", ");
    const then = names.map((n) => SYNONYMS[n]).join(", ");
    return [
      {
        id,
        kind: "refactor.rewrite",
        title: t(`Write ${now} as ${then}`, `将 ${now} 改写为 ${then}`),
        edits: () =>
          own.map((n) => ({
            uri: file.uri,
            start: n.wordStart(0),
            end: n.wordEnd(0),
            text: SYNONYMS[n.keyword!.name],
          })),
      },
    ];
  };
  return [...make("lb_", "lvs-names"), ...make("lvs_", "lb-names")];
}

// ---------------------------------------------------------------------------------------------- order of real servers

interface Slot {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly key: readonly (bigint | number)[];
}

/** Real servers in the order of their addresses. Each takes along the comments right above it. */
function sortRealServers({ file }: FeatureContext, place: Place): Refactoring[] {
  const service = enclosing(place, "virtual_server");
  if (!service) return [];
  const isHeader = place.node.index === service.index || place.node.keyword?.name === "real_server";
  if (!isHeader) return [];
  const slots: Slot[] = [];
  let comments = -1;
  let after = -1;
  for (const node of service.children) {
    if (node.kind === Kind.Comment) {
      const from = lineStartAt(file.text, node.start);
      if (file.text.slice(from, node.start).trim() !== "") continue;
      // Comments belong to what follows them without a blank line.
      if (comments < 0 || after !== from) comments = from;
      after = lineEndAt(file.text, node.end) + 1;
      continue;
    }
    if (isSpecial(node)) return [];
    if (node.keyword?.name === "real_server") {
      const lines = ownLines(node);
      const key = serverKey(node);
      if (!lines || !key || node.close < 0) return [];
      const start = comments >= 0 && after === lines.start ? comments : lines.start;
      const end = lineEndAt(file.text, node.close);
      slots.push({ start, end, text: file.text.slice(start, end).replace(/\r$/, ""), key });
    }
    comments = -1;
  }
  const sorted = [...slots].sort((a, b) => compareKeys(a.key, b.key));
  if (slots.every((s, i) => s === sorted[i])) return [];
  return [
    {
      id: "sort-real-servers",
      kind: "refactor.rewrite",
      title: t("Sort real servers by address", "按地址排序真实服务器"),
      edits: () =>
        slots.flatMap((slot, i) =>
          slot === sorted[i]
            ? []
            : [
                {
                  uri: file.uri,
                  start: slot.start,
                  end: slot.start + slot.text.length,
                  text: sorted[i].text,
                },
              ],
        ),
    },
  ];
}

function serverKey(node: Node): readonly (bigint | number)[] | undefined {
  if (node.wordCount < 2 || node.has(Flag.UsesDefinition)) return undefined;
  const model = addressOf(node.word(1));
  if (!model) return undefined;
  const port = node.wordCount > 2 ? Number(node.word(2)) : 0;
  return Number.isInteger(port) ? [model.family, BigInt(model.value), port] : undefined;
}

function compareKeys(a: readonly (bigint | number)[], b: readonly (bigint | number)[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

const addressOf = (word: string): Address | undefined => parsePrefixed(word)?.address;

// ---------------------------------------------------------------------------------------------- virtual addresses

/** Virtual addresses beyond the first, which adverts need not carry, to `virtual_ipaddress_excluded`. */
function splitAddresses(c: FeatureContext, place: Place): Refactoring[] {
  const { file } = c;
  const instance = enclosing(place, "vrrp_instance");
  const list = enclosing(place, "vrrp_instance/virtual_ipaddress");
  if (!instance || !list || list.open < 0 || list.close < 0) return [];
  const { children } = list;
  const entries = children.filter((n) => n.kind === Kind.Entry);
  if (
    entries.length < 2 ||
    children.some((n) => isSpecial(n) || (n.kind !== Kind.Entry && n.kind !== Kind.Comment))
  )
    return [];
  if (entries.some((n) => !ownLines(n) || mayBeSeveralLines(c, n))) return [];
  const { text } = file;
  const closeLine = lineStartAt(text, list.close);
  if (
    text.slice(closeLine, list.close).trim() !== "" ||
    text.slice(list.close + 1, lineEndAt(text, list.close)).trim() !== ""
  )
    return [];
  // Comments above an entry go with it.
  const from = ownLines(entries[0])!.end;
  const moved = text.slice(from, closeLine);
  const others = instance.children.filter((n) => n.keyword?.name === "virtual_ipaddress_excluded");
  const target = others[others.length - 1];
  if (others.some(isSpecial)) return [];
  return [
    {
      id: "split-addresses",
      kind: "refactor.rewrite",
      title: t(
        "Move addresses beyond the first to virtual_ipaddress_excluded",
        "将第一个之后的地址移至 virtual_ipaddress_excluded",
      ),
      edits: () => {
        const removal = { uri: file.uri, start: from, end: closeLine, text: "" };
        const eol = firstLineEnd(text);
        if (target && target.close >= 0) {
          const line = lineStartAt(text, target.close);
          if (text.slice(line, target.close).trim() === "")
            return [removal, { uri: file.uri, start: line, end: line, text: moved }];
        }
        const indent = indentAt(text, list.start);
        const at = lineEndAt(text, list.close);
        const end = at < text.length ? at + 1 : at;
        const block = `${indent}virtual_ipaddress_excluded {${eol}${moved}${indent}}${eol}`;
        return [removal, { uri: file.uri, start: end, end, text: at < text.length ? block : eol + block }];
      },
    },
  ];
}

/** The line ends with the use of a definition that has, or may have, several lines. */
function mayBeSeveralLines(c: FeatureContext, node: Node): boolean {
  if (!node.has(Flag.UsesDefinition)) return false;
  const use = /\$\{?([A-Za-z_]\w*)\}?$/.exec(c.file.text.slice(node.start, node.end));
  if (!use) return false;
  return viewsOf(c).some((v) => (v.resolved?.definitions.get(use[1])?.lines.length ?? 2) > 1);
}

// ---------------------------------------------------------------------------------------------- unicast

/** Adverts by unicast: source and peers, as far as the configuration tells them. */
function toUnicast(c: FeatureContext, place: Place): Refactoring[] {
  const node = enclosing(place, "vrrp_instance");
  if (!node || node.open < 0) return [];
  if (place.node.index !== node.index && place.node.parent?.index !== node.index) return [];
  const named = (name: string) => node.children.filter((n) => n.keyword?.name === name);
  const source = named("mcast_src_ip");
  const destination = named("mcast_dst_ip");
  if (named("unicast_peer").length > 0 || named("unicast_src_ip").length > 0) return [];
  if ([...source, ...destination].some((n) => isSpecial(n) || !ownLines(n)) || source.length > 1) return [];
  // Lists that come from elsewhere may hold it already.
  if (node.children.some((n) => n.kind === Kind.Include || n.kind === Kind.Generator)) return [];
  const { text, uri } = c.file;
  const anchor = source[0] ?? named("interface").findLast((n) => !isSpecial(n)) ?? undefined;
  const anchorLines = anchor && ownLines(anchor);
  const header = lineEndAt(text, node.open);
  if (!anchorLines && !/^[ \t\r]*([#!].*)?$/.test(text.slice(node.open + 1, header))) return [];
  if (header >= text.length) return [];
  return [
    {
      id: "unicast",
      kind: "refactor.rewrite",
      title: t("Send adverts by unicast instead of multicast", "将通告由组播改为单播"),
      edits: () => {
        const eol = firstLineEnd(text);
        const outer = indentAt(text, node.start);
        const first = node.statements.find((n) => ownLines(n));
        const indent = first ? indentAt(text, first.start) : `${outer}    `;
        const inner = indent.startsWith(outer) ? indent + indent.slice(outer.length) : `${indent}    `;
        const known = knownEndpoints(c, node);
        const own = source[0]?.wordCount > 1 ? text.slice(source[0].wordStart(1), source[0].end) : known.own;
        const lines = [
          `${indent}unicast_src_ip ${own}`,
          `${indent}unicast_peer {`,
          ...known.peers.map((p) => inner + p),
          `${indent}}`,
        ];
        const block = lines.map((l) => l + eol).join("");
        const edits: ChangeEdit[] = [];
        const at = source[0] ? ownLines(source[0])! : undefined;
        if (at) edits.push({ uri, start: at.start, end: at.end, text: block });
        else {
          const start = anchorLines?.end ?? header + 1;
          edits.push({ uri, start, end: start, text: block });
        }
        for (const n of destination) {
          const own = ownLines(n)!;
          edits.push({ uri, start: own.start, end: own.end, text: "" });
        }
        return edits;
      },
    },
  ];
}

// ---------------------------------------------------------------------------------------------- ARP

/**
 * Gratuitous ARP again and again, for networks where a single burst at failover gets lost (switches that limit
 * broadcasts, hypervisors that learn late). Nothing is wrong without it, so no finding asks for it.
 */
function refreshArp(c: FeatureContext, place: Place): Refactoring[] {
  const node = enclosing(place, "vrrp_instance");
  if (!node || node.open < 0) return [];
  if (place.node.index !== node.index && place.node.parent?.index !== node.index) return [];
  if (node.children.some((n) => n.keyword?.name === "garp_master_refresh")) return [];
  if (viewsOf(c).some((v) => v.config.globals.some((g) => g.model.settings.has("vrrp_garp_master_refresh"))))
    return [];
  const { text, uri } = c.file;
  const anchor = node.children.findLast(
    (n) => /^(interface|virtual_router_id|priority|advert_int)$/.test(n.keyword?.name ?? "") && !isSpecial(n),
  );
  const lines = anchor && ownLines(anchor);
  if (!lines) return [];
  return [
    {
      id: "refresh-arp",
      kind: "refactor.rewrite",
      title: t(
        "Announce the virtual addresses every minute (garp_master_refresh 60)",
        "每分钟通告一次虚拟地址（garp_master_refresh 60）",
      ),
      edits: () => [
        {
          uri,
          start: lines.end,
          end: lines.end,
          text: `${indentAt(text, anchor.start)}garp_master_refresh 60${firstLineEnd(text)}`,
        },
      ],
    },
  ];
}

/** Addresses of this node and its peers on the interface of an instance, as other blocks name them. */
function knownEndpoints(c: FeatureContext, node: Node): { own: string; peers: string[] } {
  const note = (en: string, zh: string) => say(t(en, zh), c.locale);
  const name = node.wordCount > 1 ? node.word(1) : "";
  const device = node.children.findLast((n) => n.keyword?.name === "interface")?.word(1);
  let family: 4 | 6 = 4;
  let own: Address | undefined;
  const peers = new Map<string, Address>();
  for (const { config } of viewsOf(c)) {
    const instance = config.instances.find((i) => i.model.name === name)?.model;
    if (instance) family = familyOf(instance);
    for (const { model } of config.instances) {
      if (model.name === name || device === undefined || model.interface?.value !== device) continue;
      const source = model.unicastSourceIp?.value ?? model.multicastSourceIp?.value;
      if (source?.family === family) own ??= source;
      for (const p of model.unicastPeers)
        if (p.address.family === family) peers.set(formatAddress(p.address), p.address);
    }
    for (const { model } of config.staticAddresses)
      for (const a of model.addresses)
        if (device !== undefined && a.dev?.value === device && a.address.family === family) own ??= a.address;
  }
  const [first, second] = family === 4 ? ["192.0.2.1", "192.0.2.2"] : ["2001:db8::1", "2001:db8::2"];
  const on = device ?? note("the interface", "该接口");
  return {
    own: own
      ? formatAddress(own)
      : `${first} # ${note(`address of this node on ${on}`, `本节点在 ${on} 上的地址`)}`,
    peers:
      peers.size > 0
        ? [...peers.keys()]
        : [`${second} # ${note(`address of the other node on ${on}`, `对端节点在 ${on} 上的地址`)}`],
  };
}

const familyOf = (instance: VrrpInstance): 4 | 6 =>
  instance.virtualIps[0]?.address.family ?? (instance.nativeIpv6 ? 6 : 4);

// ---------------------------------------------------------------------------------------------- definitions

const UNPROVEN: Refusal = {
  refused: t(
    "Not done: keepalived would read the configuration differently.",
    "未执行：改动后 keepalived 读到的配置会不同。",
  ),
};

const CHECKER = /^virtual_server\/real_server\/\w+_(CHECK|GET)$/;

/** A checker that several real servers repeat becomes a definition. */
function extractChecker(c: FeatureContext, place: Place): Refactoring[] {
  const { file } = c;
  const checker = place.path.find((n) => CHECKER.test(n.keyword?.id ?? ""));
  const lines = checker && checkerLines(checker);
  if (!checker || !lines) return [];
  const key = lines.join("\n");
  const inItem = checkersOf(place.path[0]).filter((n) => checkerLines(n)?.join("\n") === key);
  if (inItem.length < 2) return [];
  const name = checker.keyword!.name;
  return [
    {
      id: "extract-checker",
      kind: "refactor.extract",
      title: t(`Extract the repeated ${name} into a definition`, `将重复的 ${name} 提取为定义`),
      edits: () => {
        const all = file.tree
          .nodes()
          .flatMap(checkersOf)
          .filter((n) => n.keyword === checker.keyword && checkerLines(n)?.join("\n") === key);
        const { text, uri } = file;
        const eol = firstLineEnd(text);
        const definition = freeName(c, `CHECK_${name.replace(/_(CHECK|GET)$/, "")}`);
        const unit = indentUnit(checker);
        let root = all[0];
        while (root.parent) root = root.parent;
        const at = aboveComments(text, lineStartAt(text, root.lineStart));
        const body = lines.map((l) => unit + l.replace(/^\t*/, (tabs) => unit.repeat(tabs.length)));
        const edits: ChangeEdit[] = [
          { uri, start: at, end: at, text: `$${definition}= \\${eol}${body.join(` \\${eol}`)}${eol}${eol}` },
          ...all.map((n) => ({ uri, start: n.start, end: n.fullEnd, text: `$${definition}` })),
        ];
        return readsTheSame(c, edits) ? edits : UNPROVEN;
      },
    },
  ];
}

const checkersOf = (node: Node): Node[] =>
  CHECKER.test(node.keyword?.id ?? "")
    ? [node]
    : node.kind === Kind.Statement && node.hasBody
      ? node.children.flatMap(checkersOf)
      : [];

/** The lines of a block, indented with tabs; undefined if it does not stand alone or holds what cannot be moved. */
function checkerLines(node: Node): string[] | undefined {
  const own = ownLines(node);
  if (!own || own.comment) return undefined;
  const lines: string[] = [];
  const visit = (n: Node, depth: number): boolean => {
    if (n.kind !== Kind.Statement || isSpecial(n) || (n.hasBody && (n.open < 0 || n.close < 0))) return false;
    const { text } = n.tree;
    const words: string[] = [];
    for (let w = 0; w < n.wordCount; w++) words.push(n.rawWord(w));
    const source = n.keyword?.spec.scriptQuoting ? text.slice(n.start, n.end) : words.join(" ");
    lines.push("\t".repeat(depth) + source + (n.hasBody ? " {" : ""));
    if (!n.hasBody) return true;
    if (!n.children.every((x) => visit(x, depth + 1))) return false;
    lines.push(`${"\t".repeat(depth)}}`);
    return true;
  };
  return visit(node, 0) ? lines : undefined;
}

function indentUnit(node: Node): string {
  const { text } = node.tree;
  const own = indentAt(text, node.start);
  const outer = node.parent ? indentAt(text, node.parent.start) : "";
  return own.startsWith(outer) && own.length > outer.length ? own.slice(outer.length) : "    ";
}

/** A name that no definition has yet. */
function freeName(c: FeatureContext, base: string): string {
  const used = new Set<string>();
  for (const file of c.project.files) for (const m of marksOf(file)) used.add(m.name);
  let name = base;
  for (let n = 2; used.has(name); n++) name = `${base}_${n}`;
  return name;
}

/** Start of the comments on the lines right above a line. */
function aboveComments(text: Source, line: number): number {
  let at = line;
  while (at > 0) {
    const before = lineStartAt(text, at - 1);
    if (!/^[ \t]*[#!]/.test(text.slice(before, at))) break;
    at = before;
  }
  return at;
}

/** Puts the value of a definition in the place of its uses, and takes the definition away. */
function inlineDefinition(c: FeatureContext, offset: number): Refactoring[] {
  const mark = markAt(c.file, offset);
  if (mark?.kind !== "definition" || mark.name.startsWith("_")) return [];
  return [
    {
      id: "inline-definition",
      kind: "refactor.inline",
      title: t(`Inline $${mark.name}`, `内联 $${mark.name}`),
      edits: () => inlineEdits(c, mark.name),
    },
  ];
}

function inlineEdits(c: FeatureContext, name: string): readonly ChangeEdit[] | Refusal {
  const places = c.project.files.flatMap((file) =>
    marksOf(file)
      .filter((m) => m.kind === "definition" && m.name === name)
      .map((mark) => ({ file, mark })),
  );
  const writes = places.filter((p) => p.mark.write);
  const [only] = writes;
  const node = only && lastOf(only.file.tree.pathAt(only.mark.start));
  if (!node || writes.length !== 1 || node.kind !== Kind.Definition || node.has(Flag.Condition)) {
    return {
      refused: t(
        `Not done: $${name} is not defined exactly once, for every configuration id.`,
        `未执行：$${name} 并非对所有配置 ID 只定义一次。`,
      ),
    };
  }
  const value: string[] = [];
  for (let w = 1; w < node.wordCount; w++)
    if (node.wordEnd(w) > node.wordStart(w))
      value.push(only.file.text.slice(node.wordStart(w), node.wordEnd(w)));
  const edits: ChangeEdit[] = [];
  for (const { file, mark } of places) {
    if (mark.write || !isReplaced(file, mark)) continue;
    const text = value.length > 1 ? severalLines(file, mark, value) : (value[0] ?? "");
    if (text === undefined) {
      return {
        refused: t(
          `Not done: a use of $${name} does not stand at the end of a line of its own.`,
          `未执行：$${name} 有一处使用不在独立的行末。`,
        ),
      };
    }
    edits.push({ uri: file.uri, start: mark.whole.start, end: mark.whole.end, text });
  }
  const lines = ownLines(node);
  if (!lines) return UNPROVEN;
  edits.push({ uri: only.file.uri, start: lines.start, end: lines.end, text: "" });
  return readsTheSame(c, edits) ? edits : UNPROVEN;
}

const lastOf = (path: readonly Node[]): Node | undefined => path[path.length - 1];

/** keepalived replaces `$NAME` only in front of a blank, a comma, a parenthesis or the end of the line. */
function isReplaced(file: SourceFile, mark: Mark): boolean {
  if (file.text.charAt(mark.whole.start + 1) === "{") return true;
  return /[\s,)]/.test(file.text.charAt(mark.whole.end) || " ");
}

/** Several lines in the place of a use; undefined where they cannot stand. */
function severalLines(file: SourceFile, mark: Mark, value: readonly string[]): string | undefined {
  const node = lastOf(file.tree.pathAt(mark.whole.start));
  if (!node || node.kind === Kind.Definition || node.kind === Kind.Generator) return undefined;
  const { text } = file;
  const rest = text.slice(mark.whole.end, lineEndAt(text, mark.whole.end)).trim();
  if (!/^([#!].*)?$/.test(rest)) return undefined;
  const line = lineStartAt(text, mark.whole.start);
  const indent = /^[ \t]*/.exec(text.slice(line, mark.whole.start))![0];
  const condition = node.condition ? `${node.condition} ` : "";
  let depth = 0;
  const lines = value.map((l, i) => {
    const braces = bracesOf(l);
    const level = Math.max(0, depth - braces.leading);
    depth = Math.max(0, depth + braces.after);
    return i === 0 ? l : `${indent}${condition}${indentUnit(node).repeat(level)}${l}`;
  });
  return lines.join(firstLineEnd(text));
}

// ---------------------------------------------------------------------------------------------- generators

/** More lines than this are not written out. */
const MAX_GENERATED = 1000;

/** Writes out the lines that `~SEQ` or `~LST` makes. */
function expandGenerator(c: FeatureContext, { node }: Place): Refactoring[] {
  if (node.kind !== Kind.Generator || !ownLines(node)) return [];
  const word = /^~\w+/.exec(node.rawWord(0))?.[0] ?? "~SEQ";
  return [
    {
      id: "expand-generator",
      kind: "refactor.inline",
      title: t(`Write out the lines of ${word}`, `展开 ${word} 生成的行`),
      edits: () => {
        const { text, uri } = c.file;
        const source = text.slice(node.start, node.end);
        const indent = /^[ \t]*/.exec(text.slice(lineStartAt(text, node.lineStart)))![0];
        const head = indent + (node.condition ? `${node.condition} ` : "");
        for (const withDefinitions of [false, true]) {
          const lines = generatedLines(c, source, withDefinitions);
          if ("refused" in lines) return lines;
          const all = lines.map((l, i) => (i === 0 ? l : head + l)).join(firstLineEnd(text));
          const start = node.start;
          const edits: ChangeEdit[] = [{ uri, start, end: node.end, text: all }];
          if (readsTheSame(c, edits)) return edits;
        }
        return UNPROVEN;
      },
    },
  ];
}

/** @param withDefinitions the variable becomes a definition above each line, for texts that use it indirectly. */
function generatedLines(c: FeatureContext, source: string, withDefinitions: boolean): string[] | Refusal {
  const lookup = (name: string): string | null | undefined => {
    for (const { resolved } of viewsOf(c)) {
      const d = resolved?.definitions.get(name);
      if (d) return d.lines.length > 1 ? null : d.lines[0];
    }
    return undefined;
  };
  const parsed = parseGenerator(source, lookup);
  if ("problem" in parsed)
    return { refused: t("Not done: the generator cannot be read.", "未执行：无法解析该生成语句。") };
  if (parsed.count > MAX_GENERATED) {
    return {
      refused: t(`Not done: there would be ${parsed.count} lines.`, `未执行：将生成 ${parsed.count} 行。`),
    };
  }
  const rest = source.slice(parsed.rest);
  const lines: string[] = [];
  for (let i = 0; i < parsed.count; i++) {
    const values = parsed.values(i);
    if (withDefinitions) {
      lines.push(...parsed.names.map((name, v) => `$${name}=${values[v] ?? ""}`), rest);
      continue;
    }
    const line = rest.replace(
      /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*)(?=[ \t,)]|$))/g,
      (use, braced: string | undefined, bare: string | undefined) => {
        const v = parsed.names.indexOf(braced ?? bare ?? "");
        return v < 0 ? use : (values[v] ?? "");
      },
    );
    if (/^~(SEQx?|LST)[ \t]*\(/.test(line)) {
      const inner = generatedLines(c, line, false);
      if ("refused" in inner) return inner;
      lines.push(...inner);
    } else lines.push(line);
    if (lines.length > MAX_GENERATED)
      return { refused: t("Not done: there would be too many lines.", "未执行：生成的行过多。") };
  }
  return lines;
}

// ---------------------------------------------------------------------------------------------- proof

/** Whether the configuration, with the edits made, comes out the same in every reading; comments do not count. */
function readsTheSame(c: FeatureContext, edits: readonly ChangeEdit[]): boolean {
  const files = new Map<string, SourceFile>();
  for (const file of c.project.files) {
    const own = edits.filter((e) => e.uri === file.uri);
    const { tree } = file;
    files.set(
      file.uri,
      own.length === 0
        ? file
        : makeSourceFile(file.uri, file.version, applyEdits(file.text, own), tree.dialect, tree.root),
    );
  }
  const root = files.get(c.project.root.uri)!;
  return c.project.views.every((view) => {
    const after = resolve(root, accessOf(files, view.resolved), { id: view.id });
    return (
      meaningOf(view.tree) === meaningOf(Tree.parse(String(after.text), root.tree.dialect, root.tree.root))
    );
  });
}

/** The files of a reading, and what its include patterns matched. */
function accessOf(files: ReadonlyMap<string, SourceFile>, before: Resolved | undefined): FileAccess {
  return {
    file: (uri) => {
      const file = files.get(uri);
      return file ? { kind: "file", file } : { kind: "problem", problem: "missing" };
    },
    glob: (base, pattern) => {
      const i = before?.globs.findIndex((g) => g.base === base && g.pattern === pattern) ?? -1;
      return { uris: before?.includes[i]?.uris ?? [], missing: [] };
    },
  };
}

/** What keepalived reads: the statements with their nesting, one a line. */
export function meaningOf(tree: Tree): string {
  const lines: string[] = [];
  const visit = (nodes: readonly Node[], depth: number) => {
    for (const node of nodes) {
      if (node.kind === Kind.Comment) continue;
      const words: string[] = [];
      for (let w = 0; w < node.wordCount; w++) words.push(node.rawWord(w));
      lines.push(`${depth} ${node.kind} ${words.join(" ")}${node.hasBody ? " {" : ""}`);
      if (node.hasBody) visit(node.children, depth + 1);
    }
  };
  visit(tree.nodes(), 0);
  return lines.join("\n");
}
