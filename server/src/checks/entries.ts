/** Entries of list blocks: addresses, routes, rules, trackers, peers, group members. */
import { compareReleases, type Keyword, PREDEFINED_DEFINITIONS } from "../language";
import {
  type Address,
  formatAddress,
  isMulticast,
  networkOf,
  parseAddress,
  prefixOfNetmask,
} from "../language/address";
import { checkInteger, parseInteger } from "../language/numbers";
import { type Arg, type Option, type Text, t } from "../language/schema";
import { parsePort, parsePrefixed } from "../model/build";
import { Flag, KIND, Kind, NEXT } from "../syntax/records";
import { Node } from "../syntax/tree";
import { breakBefore, indentAt, nodeAt, relativeTo } from "./edits";
import { ownComment } from "./repairs";
import {
  type CheckOptions,
  type Fix,
  nearest,
  type Place,
  type Problem,
  quote,
  type Report,
  replace,
  rule,
} from "./rule";
import {
  badInterface,
  badPrefix,
  checkValue,
  isUnknown,
  newerRelease,
  prefixFault,
  repairedAddress,
  type ValueContext,
  wrongFamily,
} from "./values";

export const undefinedDefinition = rule(
  "undefined-definition",
  "error",
  t("A definition that is not defined above its use.", "使用前没有定义的变量。"),
);
const badEntry = rule("bad-entry", "error", t("An entry that the list does not take.", "列表不接受的条目。"));
const unknownWord = rule(
  "unknown-entry-option",
  "error",
  t("A word that the entry does not know.", "条目不认识的词。"),
);
const entryOption = rule(
  "entry-option-value",
  "error",
  t("An option of an entry without or with a wrong value.", "条目选项缺少取值或取值错误。"),
);
const onePerLine = rule(
  "one-entry-per-line",
  "error",
  t("Several entries on one line.", "一行写了多个条目。"),
);
const routeFault = rule(
  "bad-route",
  "error",
  t("A route or rule that keepalived drops.", "会被 keepalived 丢弃的路由或规则。"),
);
const oldRouteWord = rule(
  "old-route-word",
  "warning",
  t("An old word of the route syntax.", "路由语法中的旧写法。"),
  { deprecated: true },
);
const groupMember = rule(
  "bad-group-member",
  "error",
  t(
    "A virtual_server_group entry that keepalived skips.",
    "会被 keepalived 跳过的 virtual_server_group 条目。",
  ),
);
const weightRange = rule(
  "tracker-weight",
  "error",
  t("A weight that the tracker cannot have.", "跟踪项不允许的权重。"),
);
const addressOption = rule(
  "address-option",
  "error",
  t("Options of an address that do not go together.", "地址选项互相冲突。"),
);
const peerTtl = rule(
  "peer-ttl-range",
  "error",
  t("A TTL range that no packet can meet.", "任何报文都无法满足的 TTL 范围。"),
);
const emailEntry = rule(
  "email-brackets",
  "information",
  t(
    "An e-mail address with a display name outside quotes or an unpaired bracket.",
    "电子邮件地址的显示名没有加引号，或尖括号不成对。",
  ),
);

class Entry {
  readonly words: string[];
  constructor(
    readonly node: Node,
    readonly keyword: Keyword | undefined,
    readonly options: CheckOptions,
    readonly report: Report,
    readonly first: number,
  ) {
    this.words = node.words();
  }
  start(n: number): number {
    return this.node.wordStart(n) - this.node.base;
  }
  end(n: number): number {
    return this.node.wordEnd(n) - this.node.base;
  }
  get from(): number {
    return this.node.start - this.node.base;
  }
  get to(): number {
    return this.node.end - this.node.base;
  }
  context(subject: string, effect: Text): ValueContext {
    return { report: this.report, options: this.options, subject, effect };
  }
  /** Deletes words that keepalived does not use. */
  without(n: number, last = n, safe = false): Fix {
    const text = this.node.tree.text.slice(this.node.wordStart(n), this.node.wordEnd(last));
    const edit =
      n === 0
        ? replace(this.start(0), this.start(last + 1), "")
        : replace(this.end(n - 1), this.end(last), "");
    return { title: t(`Delete “${text}”`, `删除“${text}”`), edits: [edit], safe };
  }
  /** Writes other words in the place of some. */
  write(n: number, text: string, safe = false, last = n): Fix {
    return {
      title: t(`Write “${text}”`, `改为“${text}”`),
      edits: [replace(this.start(n), this.end(last), text)],
      safe,
    };
  }
  /** The word of a list that was meant. */
  closest(n: number, words: Iterable<string>): Fix[] {
    const meant = nearest(this.words[n], words);
    return meant
      ? [
          {
            title: t(`Replace by “${meant}”`, `替换为“${meant}”`),
            edits: [replace(this.start(n), this.end(n), meant)],
            safe: meant.toLowerCase() === this.words[n].toLowerCase(),
          },
        ]
      : [];
  }
  /** Puts words on lines of their own. */
  split(words: readonly number[], safe = true): (place: Place) => Fix[] {
    const record = this.node.index;
    return (place) => [
      {
        title: t("Put each on a line of its own", "每项各占一行"),
        edits: relativeTo(place.base, breakBefore(nodeAt(place, record), words)),
        safe,
      },
    ];
  }
  value(n: number, arg: Arg, subject: string, effect: Text): boolean {
    return checkValue(this.context(subject, effect), arg, this.words[n], this.start(n), this.end(n));
  }
}

const SKIPPED = t("skips the entry", "会跳过该条目");
const IGNORED = t("ignores the entry", "会忽略该条目");
const DROPPED = t("drops the entry", "会丢弃该条目");

/**
 * Checks one entry.
 * @param keyword the list block; undefined for a fragment whose list is not known
 * @param first the first record of the list
 */
export function checkEntry(
  node: Node,
  keyword: Keyword | undefined,
  options: CheckOptions,
  report: Report,
  first: number,
): void {
  const entry = keyword?.spec.entry ?? node.tree.root.entry;
  if (!entry) return;
  const e = new Entry(node, keyword, options, report, first);
  checkDefinitions(node, report);
  switch (entry.id) {
    case "vip":
    case "static-address":
      return checkAddressEntry(e, entry.options!);
    case "route":
    case "static-route":
      return checkRoute(e, entry.options!);
    case "rule":
    case "static-rule":
      return checkRule(e, entry.options!);
    case "vsg-member":
      return checkGroupMember(e);
    case "unicast-peer":
      return checkPeer(e, entry.options!);
    case "track-interface":
    case "track-script":
    case "track-file":
    case "track-process":
    case "track-bfd":
      return checkTracker(e, entry.id, entry.options![0]);
    case "linkbeat-interface":
      e.value(0, entry.args[0], "interface", IGNORED);
      if (e.words.length > 1) e.value(1, entry.args[1], "linkbeat method", t("uses MII", "会使用 MII"));
      if (e.words.length > 2) surplus(e, 2, t("keepalived ignores them", "keepalived 会忽略它们"), "error");
      return;
    case "if-up-down-delay": {
      e.value(0, entry.args[0], "interface", IGNORED);
      if (e.words.length < 2) {
        report.add(
          badEntry,
          e.from,
          e.to,
          t(
            "A delay in seconds is missing; keepalived ignores the entry.",
            "缺少以秒为单位的延迟；keepalived 会忽略该条目。",
          ),
          { severity: "warning" },
        );
      }
      for (let i = 1; i < Math.min(e.words.length, 3); i++) e.value(i, entry.args[i], "delay", IGNORED);
      if (e.words.length > 3) surplus(e, 3, t("keepalived ignores them", "keepalived 会忽略它们"), "warning");
      return;
    }
    case "interface-names":
      for (let i = 0; i < e.words.length; i++) e.value(i, entry.args[0], "interface", IGNORED);
      return;
    case "email-list":
      return checkReceivers(e);
  }
}

/** Receivers of mail: each word is one, so that a display name needs double quotes. */
function checkReceivers(e: Entry): void {
  const { words, report } = e;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!word.endsWith(">") || e.node.rawWord(i).startsWith('"')) continue;
    let first = i;
    while (first > 0 && !words[first - 1].includes("@")) first--;
    const open = word.includes("<");
    if (open && first === i) continue;
    const whole = e.node.tree.text.slice(e.node.wordStart(first), e.node.wordEnd(i));
    report.add(
      emailEntry,
      e.start(first),
      e.end(i),
      open
        ? t(
            `keepalived takes each word for a receiver: ${quote(whole)} is one word in double quotes only.`,
            `keepalived 会把每个词当作一个收件人：${quote(whole)} 需放在双引号中才是一个整体。`,
          )
        : t(
            "“>” without “<”: keepalived sends it as a part of the address.",
            "有“>”但没有“<”：keepalived 会把它当作地址的一部分发送。",
          ),
      {
        fixes:
          open && !whole.includes('"')
            ? [
                {
                  title: t(`Put ${quote(whole)} in quotes`, `给${quote(whole)}加引号`),
                  edits: [replace(e.start(first), e.end(i), `"${whole}"`)],
                  safe: true,
                },
              ]
            : open
              ? []
              : [e.write(i, word.slice(0, -1), true)],
      },
    );
  }
}

/** Types of arguments that not any word can be. */
export const LITERAL_FAILS: ReadonlySet<string> = new Set([
  "bool",
  "uint",
  "int",
  "decimal",
  "enum",
  "ip",
  "ip-multicast",
  "ipv4-multicast",
  "ipv6-multicast",
]);

/** Uses of definitions that are defined nowhere above. */
export function checkDefinitions(node: Node, report: Report): void {
  if (!node.has(Flag.UsesDefinition) || node.has(Flag.Opaque)) return;
  for (let n = 0; n < node.wordCount; n++) {
    const m = /\$\{([A-Za-z_]\w*)[^}]*\}|\$([A-Za-z_]\w*)$/.exec(node.word(n));
    // What is wrong with a predefined name is said where it stands in its file.
    if (!m || (PREDEFINED_DEFINITIONS as readonly string[]).includes(m[1] ?? m[2])) continue;
    const braces = m[1] !== undefined && !node.rawWord(n).startsWith('"');
    // Where only numbers, addresses or certain words fit, the literal text is wrong for sure.
    const arg = node.keyword?.spec.args[Math.min(n, node.keyword.spec.args.length) - 1];
    const heeded = arg !== undefined && !arg.unchecked && node.keyword?.name !== "regex_options";
    const certain = braces || (n > 0 && heeded && LITERAL_FAILS.has(arg.type));
    report.add(
      undefinedDefinition,
      node.wordStart(n) - node.base,
      node.wordEnd(n) - node.base,
      t(
        `$${m[1] ?? m[2]} is not defined above; keepalived takes the text literally${braces ? ", and its braces for a block" : ""}.`,
        `$${m[1] ?? m[2]} 在此之前没有定义；keepalived 会按字面读取${braces ? "，并把其花括号当作块" : ""}。`,
      ),
      { severity: certain ? "error" : "warning" },
    );
  }
}

function surplus(e: Entry, n: number, effect: Text, severity: "error" | "warning"): void {
  e.report.add(
    badEntry,
    e.start(n),
    e.to,
    t(`Words beyond the entry; ${effect.en}.`, `条目之后有多余内容；${effect.zh}。`),
    { severity, fixes: [e.without(n, e.words.length - 1)] },
  );
}

// ---------------------------------------------------------------------------------------------- addresses

function checkAddressEntry(e: Entry, options: readonly Option[]): void {
  const { words, report } = e;
  const byName = optionMap(options);
  let at = -1;
  let address: Address | undefined;
  let hasPrefix = false;
  let prefix: number | undefined;
  const used = new Map<string, number>();
  let reportedUnknown = false;
  for (let n = 0; n < words.length; n++) {
    const word = words[n];
    const o = byName.get(word);
    if (o) {
      const name = o.name;
      // Without a value, that is what is said of it.
      const valued = !o.args || n + o.args.length < words.length;
      if (used.has(name) && valued && (name === "dev" || name === "peer" || name === "track_group")) {
        report.add(
          entryOption,
          e.start(n),
          e.end(n),
          t(
            `${quote(word)} is given twice; keepalived ${name === "dev" ? "drops the entry" : "keeps the first"}.`,
            `${quote(word)} 出现了两次；keepalived ${name === "dev" ? "会丢弃该条目" : "保留第一个"}。`,
          ),
          { fixes: [e.without(n, Math.min(n + 1, words.length - 1))] },
        );
      }
      used.set(name, n);
      release(e, n, o);
      for (const arg of o.args ?? []) {
        if (n + 1 >= words.length) {
          report.add(
            entryOption,
            e.start(n),
            e.end(n),
            t(
              `${quote(word)} needs a value (${arg.name}); keepalived drops the entry.`,
              `${quote(word)} 需要取值（${arg.name}）；keepalived 会丢弃该条目。`,
            ),
            { fixes: [e.without(n)] },
          );
          return;
        }
        n++;
        if (arg.type === "ref") continue;
        if (name === "scope") e.value(n, arg, "scope", t("ignores it", "会忽略它"));
        else if (name === "peer" && /\//.test(words[n]) && parsePrefixed(words[n])) {
          report.add(
            badPrefix,
            e.start(n),
            e.end(n),
            t(
              "A peer address takes no prefix length; keepalived ignores the peer.",
              "peer 地址不能带前缀长度；keepalived 会忽略该 peer。",
            ),
            { fixes: [e.write(n, words[n].replace(/\/.*$/, ""), true)] },
          );
        } else if (name === "peer") e.value(n, arg, "peer", t("ignores the peer", "会忽略该 peer"));
        else if (name === "label" && !isUnknown(words[n]) && words[n].length > 15) {
          report.add(
            entryOption,
            e.start(n),
            e.end(n),
            t(
              "A label has at most 15 characters; keepalived drops the entry.",
              "label 最多 15 个字符；keepalived 会丢弃该条目。",
            ),
            { fixes: [e.without(n - 1, n)] },
          );
        } else e.value(n, arg, name === "dev" ? "dev" : name, DROPPED);
      }
      continue;
    }
    if (isUnknown(word)) {
      if (at < 0) {
        at = n;
        if (/\/\d+$/.test(word)) hasPrefix = true;
      }
      continue;
    }
    if (at < 0) {
      at = n;
      const parsed = parsePrefixed(word);
      if (joinedByCommas(word)) badAddressEntry(e, n, parsed !== undefined);
      else if (parsed) {
        address = parsed.address;
        hasPrefix = parsed.prefix !== undefined;
        prefix = parsed.prefix;
        if (Number.isNaN(parsed.prefix))
          prefixFault(e.context("prefix", SKIPPED), word, parsed.address, e.start(n), e.end(n));
      } else badAddressEntry(e, n);
      continue;
    }
    const extra = parsePrefixed(word);
    if (extra) {
      report.add(
        onePerLine,
        e.start(n),
        e.end(n),
        t(
          `One address per line; keepalived ignores ${quote(word)}.`,
          `每行一个地址；keepalived 会忽略 ${quote(word)}。`,
        ),
        { fixes: splitAddresses(e, byName) },
      );
    } else if (/^(\/\/|;|--|\/\*)/.test(word)) {
      const [from, to] = [e.start(n), e.to];
      report.add(
        unknownWord,
        from,
        to,
        t(
          "Comments begin with # or !; keepalived ignores these words.",
          "注释以 # 或 ! 开头；keepalived 会忽略这些内容。",
        ),
        { fixes: (place) => [ownComment(place, from, to)] },
      );
      return;
    } else {
      if (reportedUnknown) continue;
      reportedUnknown = true;
      const meant = nearest(word, byName.keys());
      report.add(
        unknownWord,
        e.start(n),
        e.end(n),
        t(
          `${quote(word)} is no option of an address; keepalived ignores it.${meant ? ` Did you mean ${quote(meant)}?` : ""}`,
          `${quote(word)} 不是地址的选项；keepalived 会忽略它。${meant ? `是否想写 ${quote(meant)}？` : ""}`,
        ),
        { fixes: unknownOptionFixes(e, n, at, byName) },
      );
      if (/^(net)?mask$/i.test(word) && n + 1 < words.length && prefixOfNetmask(words[n + 1]) !== undefined)
        n++;
    }
  }
  if (at < 0) {
    report.add(
      badEntry,
      e.from,
      e.to,
      t("An address is missing; keepalived skips the entry.", "缺少地址；keepalived 会跳过该条目。"),
    );
    return;
  }
  if (!address) return;
  const word = (name: string): [number, number] => [e.start(used.get(name)!), e.end(used.get(name)!)];
  const option = (name: string, safe = false): Fix =>
    e.without(used.get(name)!, Math.min(used.get(name)! + 1, words.length - 1), safe);
  if (address.family === 6) {
    // In an IPv4 instance its family is what is wrong with it.
    if (e.keyword?.name === "virtual_ipaddress" && (used.size > 0 || isMulticast(address)) && amongIPv4(e))
      return;
    if (used.has("brd"))
      report.add(
        addressOption,
        ...word("brd"),
        t(
          "IPv6 has no broadcast address; keepalived drops the entry.",
          "IPv6 没有广播地址；keepalived 会丢弃该条目。",
        ),
        { fixes: [option("brd")] },
      );
    const scope = used.has("scope") ? words[used.get("scope")! + 1] : undefined;
    if (scope !== undefined && scope !== "global" && scope !== "universe" && !/^0+$/.test(scope))
      report.add(
        addressOption,
        ...word("scope"),
        t("scope is for IPv4 only; keepalived ignores it.", "scope 仅适用于 IPv4；keepalived 会忽略它。"),
        { fixes: [option("scope", true)] },
      );
    if (used.has("label"))
      report.add(
        addressOption,
        ...word("label"),
        t("label is for IPv4 only; keepalived ignores it.", "label 仅适用于 IPv4；keepalived 会忽略它。"),
        { fixes: [option("label", true)] },
      );
  } else if (used.has("brd")) {
    const value = words[used.get("brd")! + 1];
    if (used.has("peer"))
      report.add(
        addressOption,
        ...word("brd"),
        t(
          "brd does not go with peer; keepalived ignores brd.",
          "brd 不能与 peer 同时使用；keepalived 会忽略 brd。",
        ),
        { fixes: [option("brd", true)] },
      );
    else if ((value === "+" || value === "-") && (prefix ?? 32) > 30) {
      report.add(
        addressOption,
        ...word("brd"),
        t(
          `A /${prefix ?? 32} has no broadcast address; keepalived sets none.`,
          `/${prefix ?? 32} 没有广播地址；keepalived 不会设置。`,
        ),
        { fixes: [option("brd", true)] },
      );
    }
  }
  if (used.has("peer")) {
    const n = used.get("peer")! + 1;
    const peer = n < words.length ? parsePrefixed(words[n]) : undefined;
    if (peer && peer.address.family !== address.family) {
      report.add(
        wrongFamily,
        e.start(n),
        e.end(n),
        t(
          "The peer is of the other address family; keepalived ignores it.",
          "peer 的地址族不一致；keepalived 会忽略它。",
        ),
      );
    } else if (peer && hasPrefix) {
      report.add(
        badPrefix,
        e.start(at),
        e.end(at),
        t(
          "With peer, an address takes no prefix length; keepalived ignores it.",
          "使用 peer 时，地址不能带前缀长度；keepalived 会忽略它。",
        ),
        { fixes: [e.write(at, words[at].replace(/\/.*$/, ""), true)] },
      );
    }
  }
  if (isMulticast(address)) {
    report.add(
      badEntry,
      e.start(at),
      e.end(at),
      t(
        "A multicast address is no address of a host: no client can connect to it.",
        "组播地址不是主机地址，客户端无法与其建立连接。",
      ),
      { severity: "warning" },
    );
  }
}

/** Whether the list of an entry begins with an IPv4 address. */
function amongIPv4({ node, first }: Entry): boolean {
  const { data } = node.item;
  let record = first;
  // Not beyond a few lines: this is asked for each entry.
  for (let n = 0; n < FEW && record < node.index && (data[record + KIND] & 0xff) === Kind.Comment; n++)
    record = data[record + NEXT];
  if (record >= node.index) return false;
  for (const word of new Node(node.tree, node.item, node.base, record, undefined).words()) {
    const address = parsePrefixed(word)?.address;
    if (address) return address.family === 4;
  }
  return false;
}
const FEW = 8;

/** Several addresses in one word, with commas between them. */
function joinedByCommas(word: string): boolean {
  const parts = word.split(",").filter((p) => p !== "");
  return (
    parts.length > 1 && parts.every((p) => Number.isFinite(parsePrefixed(p)?.prefix ?? 0) && parsePrefixed(p))
  );
}

/** @param first keepalived reads the first address of the word. */
function badAddressEntry(e: Entry, n: number, first = false): void {
  const word = e.words[n];
  const repaired = joinedByCommas(word) ? undefined : repairedAddress(word);
  const parts = word.split(",").filter((p) => p !== "");
  const comma = word.includes(",") && parts.every((p) => parsePrefixed(p) !== undefined);
  const record = e.node.index;
  e.report.add(
    badEntry,
    e.start(n),
    e.end(n),
    comma
      ? t(
          `Addresses stand one per line, without commas; keepalived ${first ? "reads the first one only, without its prefix length" : "skips the entry"}.`,
          `地址应每行一个，不用逗号；keepalived ${first ? "只读取第一个地址，且不带前缀长度" : "会跳过该条目"}。`,
        )
      : t(
          `${quote(word)} is not an address; keepalived skips the entry.`,
          `${quote(word)} 不是地址；keepalived 会跳过该条目。`,
        ),
    {
      fixes: (place) => {
        if (repaired) return [e.write(n, repaired.text, repaired.safe)];
        if (!comma || e.node.rawWord(n) !== word) return [];
        // What follows the list belongs to each address.
        const node = nodeAt(place, record);
        const indent = indentAt(place.tree.text, node.start);
        const rest = place.tree.text.slice(node.wordEnd(n), node.end);
        return [
          {
            title: t("Put each on a line of its own", "每项各占一行"),
            edits: [replace(e.start(n), e.to, parts.map((p) => p + rest).join(`\n${indent}`))],
            safe: true,
          },
        ];
      },
    },
  );
}

/** Puts each address of a line on a line of its own; options that stand behind the last one count for all of them. */
function splitAddresses(e: Entry, options: ReadonlyMap<string, Option>): (place: Place) => Fix[] {
  const starts: number[] = [];
  let shared = true;
  for (let n = 0; n < e.words.length; n++) {
    const o = options.get(e.words[n]);
    if (o) {
      // An option between two addresses belongs to the one before it.
      const after = n + 1 + (o.args?.length ?? 0);
      if (e.words.slice(after).some((w) => parsePrefixed(w))) shared = false;
      n = after - 1;
    } else if (parsePrefixed(e.words[n])) starts.push(n);
  }
  const last = starts[starts.length - 1];
  if (!shared || last === e.words.length - 1 || starts[0] !== 0) return e.split(starts.slice(1), shared);
  const record = e.node.index;
  return (place) => {
    const node = nodeAt(place, record);
    const rest = place.tree.text.slice(node.wordEnd(last), node.end);
    const edits = breakBefore(node, starts.slice(1));
    for (const n of starts.slice(1)) {
      const at = node.wordEnd(n - 1);
      const i = edits.findIndex((x) => x.start === at);
      edits[i] = replace(at, edits[i].end, rest + edits[i].text);
    }
    return [
      {
        title: t(
          `Put each on a line of its own, with “${rest.trim()}”`,
          `每项各占一行，均带“${rest.trim()}”`,
        ),
        edits: relativeTo(place.base, edits),
      },
    ];
  };
}

/** What was meant by a word that is no option of an address. */
function unknownOptionFixes(
  e: Entry,
  n: number,
  address: number,
  options: ReadonlyMap<string, Option>,
): readonly Fix[] {
  const { words } = e;
  const meant = e.closest(n, options.keys());
  if (meant.length > 0) return meant;
  const glued = /^([a-z_]+)[=:](.+)$/.exec(words[n]);
  if (glued && options.has(glued[1])) return [e.write(n, `${glued[1]} ${glued[2]}`, true)];
  const mask = /^(net)?mask$/i.test(words[n]) ? n + 1 : n;
  const length = words[mask] === undefined ? undefined : prefixOfNetmask(words[mask]);
  if (length !== undefined && !words[address].includes("/"))
    return [
      {
        title: t(`Write “${words[address]}/${length}”`, `改为“${words[address]}/${length}”`),
        edits: [
          replace(e.end(address), e.end(address), `/${length}`),
          replace(e.end(n - 1), e.end(mask), ""),
        ],
        safe: true,
      },
    ];
  let last = n;
  while (last + 1 < words.length && !options.has(words[last + 1]) && !parsePrefixed(words[last + 1])) last++;
  return [e.without(n, last)];
}

function optionMap(options: readonly Option[]): Map<string, Option> {
  const map = new Map<string, Option>();
  for (const o of options) for (const name of [o.name, ...(o.alias ?? [])]) map.set(name, o);
  return map;
}

function release(e: Entry, n: number, o: Option): void {
  if (o.since && compareReleases(e.options.target, o.since) < 0) {
    e.report.add(
      newerRelease,
      e.start(n),
      e.end(n),
      t(
        `${quote(e.words[n])} exists since keepalived ${o.since}; the target is ${e.options.target}.`,
        `${quote(e.words[n])} 自 keepalived ${o.since} 起可用；目标版本为 ${e.options.target}。`,
      ),
    );
  }
}

// ---------------------------------------------------------------------------------------------- trackers and peers

function checkTracker(e: Entry, kind: string, weight: Option): void {
  const { words, report } = e;
  if (words.length < 2) {
    if (kind === "track-interface") interfaceWord(e, 0);
    return;
  }
  if (kind === "track-interface") interfaceWord(e, 0);
  if (isUnknown(words[1])) return;
  if (words[1] !== "weight") {
    const glued = /^weight[=:](.+)$/.exec(words[1]);
    const number = /^[+-]?\d+$/.test(words[1]);
    const meant = nearest(words[1], ["weight"]);
    const comment = /^(\/\/|;|--|\/\*)/.test(words[1]);
    if (!glued && !number && !meant && !comment && !words.includes("weight") && words[1] !== "reverse") {
      report.add(
        onePerLine,
        e.start(1),
        e.to,
        t(
          `One name per line: only “weight” may follow it, not ${quote(words[1])}; keepalived ignores the entry.`,
          `每行一个名称：其后只能写 weight，而不是 ${quote(words[1])}；keepalived 会忽略该条目。`,
        ),
        { fixes: e.split(words.map((_, n) => n).slice(1)) },
      );
      return;
    }
    report.add(
      unknownWord,
      e.start(1),
      e.end(1),
      t(
        `Only “weight” may follow the name, not ${quote(words[1])}; keepalived ignores the entry.`,
        `名称之后只能写 weight，而不是 ${quote(words[1])}；keepalived 会忽略该条目。`,
      ),
      {
        fixes: (place) =>
          comment
            ? [ownComment(place, e.start(1), e.to)]
            : glued
              ? [e.write(1, `weight ${glued[1]}`, true)]
              : number
                ? [e.write(1, `weight ${words[1]}`, true)]
                : meant
                  ? e.closest(1, ["weight"])
                  : [e.without(1, words.length - 1)],
      },
    );
    return;
  }
  release(e, 1, weight);
  if (words.length < 3) {
    report.add(
      entryOption,
      e.start(1),
      e.end(1),
      t(
        "weight needs a number; keepalived ignores the entry.",
        "weight 需要一个数字；keepalived 会忽略该条目。",
      ),
      { fixes: [e.without(1)] },
    );
    return;
  }
  const arg = weight.args![0];
  if (!isUnknown(words[2])) {
    const accepted = weight.acceptedMax ?? Number(arg.max);
    const r = checkInteger(words[2], -accepted, accepted, false);
    const interfaceEntry = kind === "track-interface";
    if (r.fault) {
      report.add(
        weightRange,
        e.start(2),
        e.end(2),
        t(
          `The weight must be ${arg.min} to ${arg.max}, not ${words[2]}; keepalived uses ${interfaceEntry ? "0" : "that of the declaration"}.`,
          `权重必须在 ${arg.min} 到 ${arg.max} 之间，而不是 ${words[2]}；keepalived 会使用${interfaceEntry ? " 0" : "声明中的权重"}。`,
        ),
        {
          fixes:
            r.fault === "invalid"
              ? /^[+-]?\d+[,;]+$/.test(words[2])
                ? [e.write(2, words[2].replace(/[,;]+$/, ""), true)]
                : []
              : [e.write(2, String(words[2].startsWith("-") ? arg.min : arg.max))],
        },
      );
    } else if (Math.abs(r.value) > Number(arg.max)) {
      const to = r.value < 0 ? arg.min : arg.max;
      report.add(
        weightRange,
        e.start(2),
        e.end(2),
        t(`The weight cannot be ±254; keepalived uses ${to}.`, `权重不能为 ±254；keepalived 会使用 ${to}。`),
        {
          severity: "warning",
          fixes: [
            {
              title: t(`Write ${to}`, `改为 ${to}`),
              edits: [replace(e.start(2), e.end(2), String(to))],
              safe: true,
            },
          ],
        },
      );
    }
  }
  if (words.length > 3) {
    const modifiers = weight.args![1].values!;
    if (!isUnknown(words[3]) && !modifiers.includes(words[3])) {
      report.add(
        unknownWord,
        e.start(3),
        e.end(3),
        t(
          `Only ${modifiers.join(" or ")} may follow the weight, not ${quote(words[3])}.`,
          `权重之后只能写 ${modifiers.join(" 或 ")}，而不是 ${quote(words[3])}。`,
        ),
        {
          fixes: (place) => {
            if (/^(\/\/|;|--|\/\*)/.test(words[3])) return [ownComment(place, e.start(3), e.to)];
            const meant = e.closest(3, modifiers);
            return meant.length > 0 ? meant : [e.without(3, words.length - 1)];
          },
        },
      );
    }
  }
}

function interfaceWord(e: Entry, n: number): void {
  const word = e.words[n];
  if (isUnknown(word)) return;
  if (word.length > 15) {
    e.report.add(
      badInterface,
      e.start(n),
      e.end(n),
      t(
        `Interface names have at most 15 characters, not ${word.length}.`,
        `接口名最多 15 个字符，当前为 ${word.length} 个。`,
      ),
    );
    return;
  }
  e.value(n, { name: "interface", type: "interface" }, "interface", IGNORED);
}

function checkPeer(e: Entry, options: readonly Option[]): void {
  const { words, report } = e;
  const byName = optionMap(options);
  if (!isUnknown(words[0])) {
    const cut = words[0].replace(/[-/].*$/s, "");
    if (!parseAddress(cut)) badAddressEntry(e, 0);
  }
  const values: Record<string, number> = {};
  for (let n = 1; n < words.length; n++) {
    if (isUnknown(words[n])) continue;
    const o = byName.get(words[n]);
    if (!o) {
      if (parsePrefixed(words[n])) {
        report.add(
          onePerLine,
          e.start(n),
          e.end(n),
          t(
            `One peer per line; keepalived does not read ${quote(words[n])} as a peer.`,
            `每行一个对端；keepalived 不会把 ${quote(words[n])} 当作对端读取。`,
          ),
          { fixes: e.split(words.flatMap((w, i) => (i > 0 && parsePrefixed(w) ? [i] : []))) },
        );
        return;
      }
      report.add(
        unknownWord,
        e.start(n),
        e.end(n),
        t(
          `Unknown option ${quote(words[n])} of a peer; keepalived ignores the rest of the line.`,
          `对端没有选项 ${quote(words[n])}；keepalived 会忽略该行其余内容。`,
        ),
        {
          fixes: (place) => {
            if (/^(\/\/|;|--|\/\*)/.test(words[n])) return [ownComment(place, e.start(n), e.to)];
            const meant = e.closest(n, byName.keys());
            return meant.length > 0 ? meant : [e.without(n, words.length - 1)];
          },
        },
      );
      return;
    }
    release(e, n, o);
    if (n + 1 >= words.length) {
      report.add(
        entryOption,
        e.start(n),
        e.end(n),
        t(`${words[n]} needs a value; keepalived ignores it.`, `${words[n]} 需要取值；keepalived 会忽略它。`),
        { fixes: [e.without(n)] },
      );
      return;
    }
    n++;
    if (e.value(n, o.args![0], words[n - 1], t("ignores it", "会忽略它"))) values[o.name] = Number(words[n]);
  }
  if (values.min_ttl !== undefined && values.max_ttl !== undefined && values.min_ttl > values.max_ttl) {
    report.add(
      peerTtl,
      e.from,
      e.to,
      t(
        "min_ttl is above max_ttl: keepalived discards every advert of this peer.",
        "min_ttl 大于 max_ttl：keepalived 会丢弃该对端的所有通告。",
      ),
      { fixes: swapTtl(e) },
    );
  }
}

/** The two limits the other way round. */
function swapTtl(e: Entry): Fix[] {
  const low = e.words.lastIndexOf("min_ttl") + 1;
  const high = e.words.lastIndexOf("max_ttl") + 1;
  return [
    {
      title: t(
        `Write “min_ttl ${e.words[high]} max_ttl ${e.words[low]}”`,
        `改为“min_ttl ${e.words[high]} max_ttl ${e.words[low]}”`,
      ),
      edits: [
        replace(e.start(low), e.end(low), e.words[high]),
        replace(e.start(high), e.end(high), e.words[low]),
      ],
    },
  ];
}

// ---------------------------------------------------------------------------------------------- virtual_server_group

function checkGroupMember(e: Entry): void {
  const { words, report } = e;
  const bad = (from: number, to: number, en: string, zh: string, fixes: readonly Fix[] = []) =>
    report.add(
      groupMember,
      from,
      to,
      t(`${en}; keepalived skips the entry.`, `${zh}；keepalived 会跳过该条目。`),
      { fixes },
    );
  if (words.length > 0 && isUnknown(words[0])) return;
  if (words[0] === "fwmark") {
    if (words.length < 2)
      return report.add(
        groupMember,
        e.start(0),
        e.end(0),
        t(
          "fwmark needs a number; keepalived stops reading here and does not start.",
          "fwmark 需要一个数字；keepalived 会在此停止读取且无法启动。",
        ),
      );
    if (!isUnknown(words[1]) && checkInteger(words[1], 0, 4294967295, true).fault) {
      bad(
        e.start(1),
        e.end(1),
        `${quote(words[1])} is no firewall mark`,
        `${quote(words[1])} 不是防火墙标记`,
      );
    } else if (words.length > 2 && !isUnknown(words[2]) && words[2] !== "inet" && words[2] !== "inet6") {
      bad(
        e.start(2),
        e.end(2),
        `The family must be inet or inet6, not ${quote(words[2])}`,
        `地址族必须是 inet 或 inet6，而不是 ${quote(words[2])}`,
        /^(ipv?4|ipv?6|v4|v6)$/i.test(words[2])
          ? [e.write(2, words[2].endsWith("4") ? "inet" : "inet6", true)]
          : e.closest(2, ["inet", "inet6"]),
      );
    }
    return;
  }
  const word = words[0];
  const colon = /^(\d+\.\d+\.\d+\.\d+):(\d+)$/.exec(word);
  if (colon) {
    return bad(
      e.start(0),
      e.end(0),
      `Address and port are separated by a blank: ${colon[1]} ${colon[2]}`,
      `地址与端口之间用空格分隔：${colon[1]} ${colon[2]}`,
      [
        {
          title: t(`Write “${colon[1]} ${colon[2]}”`, `改为“${colon[1]} ${colon[2]}”`),
          edits: [replace(e.start(0), e.end(0), `${colon[1]} ${colon[2]}`)],
          safe: true,
        },
      ],
    );
  }
  const slash = word.indexOf("/");
  const dash = word.indexOf("-");
  const first = parseAddress(slash >= 0 ? word.slice(0, slash) : dash >= 0 ? word.slice(0, dash) : word);
  if (!first) {
    const repaired = repairedAddress(word);
    bad(
      e.start(0),
      e.end(0),
      `${quote(word)} is not an address`,
      `${quote(word)} 不是地址`,
      repaired ? [e.write(0, repaired.text, repaired.safe)] : [],
    );
    return;
  }
  if (slash >= 0) {
    const p = parsePrefixed(word);
    if (p && Number.isNaN(p.prefix))
      bad(
        e.start(0),
        e.end(0),
        `The prefix length of ${quote(word)} is out of range`,
        `${quote(word)} 的前缀长度超出范围`,
        maskFixes(e, word),
      );
    else if (p?.prefix !== undefined && hostBits(p.address, p.prefix)) {
      bad(
        e.start(0),
        e.end(0),
        `${quote(word)} is no network: host bits are set`,
        `${quote(word)} 不是网络地址：主机位不为零`,
        [
          e.write(0, `${formatAddress(networkOf(p.address, p.prefix))}/${p.prefix}`),
          e.write(0, formatAddress(p.address)),
        ],
      );
    }
  } else if (dash >= 0) {
    const end = word.slice(dash + 1);
    const last = parseAddress(end);
    if (last) {
      if (last.family !== first.family)
        bad(e.start(0), e.end(0), "The range mixes address families", "范围混用了两种地址族");
      else if (last.value < first.value)
        bad(e.start(0), e.end(0), "The end of the range is below its start", "范围的终点小于起点", [
          e.write(0, `${end}-${word.slice(0, dash)}`),
        ]);
    } else if (first.family === 4) {
      const own = first.value % 256;
      const value = parseInteger(end);
      if (value === undefined)
        bad(e.start(0), e.end(0), `${quote(end)} is no end of a range`, `${quote(end)} 不是范围终点`);
      else if (value > 255n)
        bad(
          e.start(0),
          e.end(0),
          "The last octet of a range may be 255 at most",
          "范围的最后一个字节最大为 255",
        );
      else if (value <= BigInt(own))
        bad(
          e.start(0),
          e.end(0),
          "The end of the range must be above its start",
          "范围的终点必须大于起点",
          value === BigInt(own)
            ? [e.write(0, word.slice(0, dash), true)]
            : [e.write(0, `${word.slice(0, dash).replace(/\d+$/, String(value))}-${own}`)],
        );
    } else if (!/^[0-9A-Fa-f]+$/.test(end))
      bad(e.start(0), e.end(0), `${quote(end)} is no end of a range`, `${quote(end)} 不是范围终点`);
    else if (BigInt(`0x${end}`) > 0xffffn)
      bad(e.start(0), e.end(0), "The last group of a range may be ffff at most", "范围的最后一组最大为 ffff");
    else if (BigInt(`0x${end}`) <= (first.value & 0xffffn))
      bad(e.start(0), e.end(0), "The end of the range must be above its start", "范围的终点必须大于起点");
  }
  if (words.length > 1 && !isUnknown(words[1])) {
    const port = parsePort(words[1]);
    if (port === undefined || (port === 0 && !/^0+$/.test(words[1])))
      bad(
        e.start(1),
        e.end(1),
        `${quote(words[1])} is no port`,
        `${quote(words[1])} 不是端口`,
        /^\d+[,;]+$/.test(words[1]) ? [e.write(1, words[1].replace(/[,;]+$/, ""), true)] : [],
      );
  }
}

/** A prefix length for a netmask. */
function maskFixes(e: Entry, word: string): Fix[] {
  const [address, mask] = word.split("/");
  const length = prefixOfNetmask(mask);
  return length === undefined ? [] : [e.write(0, `${address}/${length}`, true)];
}

function hostBits(a: Address, prefix: number): boolean {
  if (a.family === 4) return prefix < 32 && a.value % 2 ** (32 - prefix) !== 0;
  return prefix < 128 && (a.value & ((1n << BigInt(128 - prefix)) - 1n)) !== 0n;
}

// ---------------------------------------------------------------------------------------------- routes

const ROUTE_TYPES = new Set([
  "unicast",
  "local",
  "broadcast",
  "anycast",
  "multicast",
  "prohibit",
  "unreachable",
  "blackhole",
  "xresolve",
  "throw",
  "nat",
]);
const RULE_ACTIONS = new Set(["blackhole", "prohibit", "unreachable", "nop"]);

interface Families {
  family: 4 | 6 | undefined;
  conflict: boolean;
}

function checkRoute(e: Entry, options: readonly Option[]): void {
  const { words, report } = e;
  const byName = optionMap(options);
  const drop = (n: number, en: string, zh: string, fixes: Problem["fixes"] = [], meant?: string) =>
    report.add(
      routeFault,
      e.start(n),
      e.end(n),
      t(
        `${en}; keepalived drops the route.${meant ? ` Did you mean ${quote(meant)}?` : ""}`,
        `${zh}；keepalived 会丢弃该路由。${meant ? `是否想写 ${quote(meant)}？` : ""}`,
      ),
      { fixes },
    );
  if (words.some(isUnknown) || e.node.has(Flag.Opaque)) return;
  const f: Families = { family: undefined, conflict: false };
  let destination = -1;
  let nexthops = false;
  let orSeen = -1;
  let dev = false;
  let trackGroup = -1;
  let protocol = -1;
  const family = (n: number, a: Address): boolean => {
    if (f.family !== undefined && f.family !== a.family) {
      drop(n, "IPv4 and IPv6 are mixed", "混用了 IPv4 和 IPv6");
      return false;
    }
    f.family = a.family;
    return true;
  };
  const only = (n: number, want: 4 | 6, en: string, zh: string): boolean => {
    if (f.family !== undefined && f.family !== want) {
      drop(n, en, zh);
      return false;
    }
    return true;
  };
  for (let n = 0; n < words.length; n++) {
    const word = words[n];
    const o = byName.get(word);
    const value = words[n + 1];
    const needs = (): boolean => {
      if (value !== undefined) return true;
      incomplete(e, n);
      return false;
    };
    switch (o?.name) {
      case "to":
        if (!needs()) return;
        if (!isDestination(value))
          return drop(n + 1, `${quote(value)} is no destination`, `${quote(value)} 不是目的地址`);
        continue;
      case "inet":
      case "inet6": {
        const want = word === "inet" ? 4 : 6;
        if (f.family !== undefined && f.family !== want)
          return drop(n, `${word} in an IPv${f.family} route`, `IPv${f.family} 路由中使用了 ${word}`);
        f.family ??= want;
        if (value === undefined) continue;
        const only =
          isDestination(value) && words.filter((w, i) => i !== n + 1 && parsePrefixed(w)).length === 0;
        if (swallowed(e, n, "route", only || (byName.get(value)?.args?.length ?? 0) > 0)) return;
        n++;
        continue;
      }
      case "src":
      case "via":
      case "gw":
      case "or": {
        if (o.deprecated || o.name === "gw" || o.name === "or") {
          const by = o.name === "gw" ? "via" : "nexthop via";
          report.add(
            oldRouteWord,
            e.start(n),
            e.end(n),
            t(`${quote(word)} is an old word for ${quote(by)}.`, `${quote(word)} 是 ${quote(by)} 的旧写法。`),
            {
              fixes:
                o.name === "gw"
                  ? [
                      {
                        title: t("Replace by “via”", "替换为“via”"),
                        edits: [replace(e.start(n), e.end(n), "via")],
                        safe: true,
                      },
                    ]
                  : nexthopFixes(e),
            },
          );
        }
        if (o.name === "or") {
          if (orSeen >= 0)
            report.add(
              routeFault,
              e.start(n),
              e.end(n),
              t("“or” is given twice; keepalived ignores this one.", "“or”出现了两次；keepalived 会忽略它。"),
              { fixes: [e.without(n, Math.min(n + 1, words.length - 1))] },
            );
          orSeen = n;
        }
        if (!needs()) return;
        n++;
        let at = n;
        if (o.name === "via" && (value === "inet" || value === "inet6")) at = ++n;
        const a = words[at] === undefined ? undefined : parseAddress(words[at]);
        if (!a)
          return drop(
            Math.min(at, words.length - 1),
            `${quote(words[at] ?? "")} is not an address`,
            `${quote(words[at] ?? "")} 不是地址`,
          );
        if (!family(at, a)) return;
        continue;
      }
      case "from": {
        if (!needs()) return;
        n++;
        const p = parsePrefixed(value);
        if (!p || Number.isNaN(p.prefix))
          return drop(n, `${quote(value)} is not a prefix`, `${quote(value)} 不是前缀`);
        if (p.address.family === 4) return drop(n, "from is for IPv6 routes only", "from 仅适用于 IPv6 路由");
        if (!family(n, p.address)) return;
        continue;
      }
      case "nexthop":
        nexthops = true;
        if (orSeen >= 0)
          report.add(
            routeFault,
            e.start(n),
            e.end(n),
            t("nexthop does not go with “or”.", "nexthop 不能与“or”同时使用。"),
          );
        checkNexthops(e, n, f);
        n = words.length;
        continue;
      case "encap":
        n = checkEncap(e, n, byName);
        if (n < 0) return;
        continue;
      case "features":
        if (!needs()) return;
        n++;
        if (value !== "ecn")
          report.add(
            routeFault,
            e.start(n),
            e.end(n),
            t(
              `Feature ${quote(value)} is not supported; keepalived ignores it.`,
              `不支持特性 ${quote(value)}；keepalived 会忽略它。`,
            ),
            { fixes: [e.without(n - 1, n)] },
          );
        continue;
      case "as":
        report.add(
          routeFault,
          e.start(n),
          e.end(n),
          t("“as” is for MPLS only; keepalived ignores it.", "“as”仅适用于 MPLS；keepalived 会忽略它。"),
          {
            severity: "warning",
            fixes: [e.without(n, Math.min(words.length - 1, words[n + 1] === "to" ? n + 2 : n + 1))],
          },
        );
        n += words[n + 1] === "to" ? 2 : 1;
        continue;
      case "expires":
        if (!only(n, 6, "expires is for IPv6 routes only", "expires 仅适用于 IPv6 路由")) return;
        break;
      case "pref":
        if (!only(n, 6, "pref is for IPv6 routes only", "pref 仅适用于 IPv6 路由")) return;
        break;
      case "realms":
        if (!only(n, 4, "realms are for IPv4 routes only", "realms 仅适用于 IPv4 路由")) return;
        break;
      case "dev":
        dev = true;
        break;
      case "track_group":
        if (trackGroup >= 0)
          return drop(n, "track_group is given twice", "track_group 出现了两次", [
            e.without(n, Math.min(n + 1, words.length - 1)),
          ]);
        trackGroup = n;
        break;
      case "protocol":
        protocol = n;
        break;
    }
    if (o) {
      release(e, n, o);
      for (const arg of o.args ?? []) {
        if (arg.optional && n + 1 >= words.length) break;
        if (n + 1 >= words.length) return incomplete(e, n);
        n++;
        if (o.lock && words[n] === "lock" && n + 1 < words.length) n++;
        if (arg.type === "ref") continue;
        if (!routeValue(e, n, o, arg)) return;
      }
      continue;
    }
    // The destination, possibly after its type or the word "to".
    if (ROUTE_TYPES.has(word) || (destination < 0 && /^([1-9]|1[01])$/.test(word))) {
      if (value === undefined) return incomplete(e, n);
      if (!isDestination(value))
        return drop(n + 1, `${quote(value)} is no destination`, `${quote(value)} 不是目的地址`);
      continue;
    }
    if (destination < 0 && (word === "default" || word === "default6" || word === "any" || word === "all")) {
      destination = n;
      if (word === "default6") {
        report.add(
          oldRouteWord,
          e.start(n),
          e.end(n),
          t("“default6” is an old word: write “::/0”.", "“default6”是旧写法：请写“::/0”。"),
          {
            severity: "information",
            fixes: [
              {
                title: t("Replace by “::/0”", "替换为“::/0”"),
                edits: [replace(e.start(n), e.end(n), "::/0")],
                safe: true,
              },
            ],
          },
        );
        f.family ??= 6;
      }
      continue;
    }
    const p = parsePrefixed(word);
    if (destination < 0 && p) {
      destination = n;
      if (Number.isNaN(p.prefix))
        prefixFault(e.context("prefix", DROPPED), word, p.address, e.start(n), e.end(n));
      if (!family(n, p.address)) return;
      continue;
    }
    if (p && !Number.isNaN(p.prefix)) {
      if (!family(n, p.address)) return;
      report.add(
        routeFault,
        e.start(n),
        e.end(n),
        t(
          `${quote(word)} is a second destination; keepalived takes it instead of ${quote(words[destination])}.`,
          `${quote(word)} 是第二个目的地址；keepalived 会用它取代 ${quote(words[destination])}。`,
        ),
        { severity: "warning", fixes: [e.without(n)] },
      );
      continue;
    }
    const meant = nearest(word, byName.keys());
    return drop(
      n,
      `${quote(word)} is no word of a route`,
      `${quote(word)} 不是路由语法中的词`,
      (place) =>
        /^(\/\/|;|--|\/\*)/.test(word) ? [ownComment(place, e.start(n), e.to)] : e.closest(n, byName.keys()),
      meant,
    );
  }
  if (destination < 0) {
    report.add(
      routeFault,
      e.from,
      e.to,
      t("A route needs a destination; keepalived drops it.", "路由必须有目的地址；keepalived 会丢弃它。"),
    );
    return;
  }
  const isStatic = e.keyword?.id === "static_routes";
  if (!dev && compareReleases(e.options.target, "2.3.0") < 0 && !words.includes("no_track")) {
    report.add(
      routeFault,
      e.from,
      e.to,
      t(
        "Without dev the route is not tracked; this release reports it.",
        "没有 dev 的路由不会被跟踪；该版本会报告。",
      ),
      {
        severity: "warning",
        fixes: [untracked(e, true)],
      },
    );
  }
  if (isStatic && trackGroup >= 0 && !dev && !nexthops) {
    report.add(
      routeFault,
      e.start(trackGroup),
      e.end(trackGroup),
      t("track_group needs dev; keepalived ignores it.", "track_group 需要 dev；keepalived 会忽略它。"),
      { fixes: [e.without(trackGroup, Math.min(trackGroup + 1, words.length - 1))] },
    );
  }
  trackedProtocol(e, words, protocol, "route");
}

/** keepalived recognises routes and rules that it tracks by their protocol number; another one cannot be given. */
function trackedProtocol(e: Entry, words: readonly string[], protocol: number, what: "route" | "rule"): void {
  const number = words[protocol + 1];
  if (protocol < 0 || words.includes("no_track") || number === "keepalived" || Number(number) === 18) return;
  e.report.add(
    routeFault,
    e.start(protocol),
    e.end(Math.min(protocol + 1, words.length - 1)),
    t(
      `A ${what} with a protocol of its own cannot be tracked; keepalived uses its own protocol. Add no_track to keep this one.`,
      `指定了 protocol 的${what === "route" ? "路由" : "规则"}无法被跟踪；keepalived 会使用自己的 protocol。如需保留，请加 no_track。`,
    ),
    {
      severity: "warning",
      fixes: [e.without(protocol, Math.min(protocol + 1, words.length - 1)), untracked(e)],
    },
  );
}

/** Adds `no_track`; nothing may follow the nexthops. */
function untracked(e: Entry, safe = false): Fix {
  const nexthop = e.words.indexOf("nexthop");
  const edit =
    nexthop > 0 ? replace(e.start(nexthop), e.start(nexthop), "no_track ") : replace(e.to, e.to, " no_track");
  return { title: t("Add “no_track”", "添加“no_track”"), edits: [edit], safe };
}

/** Whether a word can be the destination of a route. */
const isDestination = (word: string): boolean =>
  /^(default6?|any|all)$/.test(word) || parsePrefixed(word) !== undefined;

/**
 * `inet` and `inet6` at word `n`: keepalived 2.2.7 and 2.4.3 read over the word that follows.
 * @param counts that word is one that the entry cannot do without.
 * @returns whether the entry is lost.
 */
function swallowed(e: Entry, n: number, what: "route" | "rule", counts: boolean): boolean {
  const { words } = e;
  const next = words[n + 1];
  const v6 = words[n] === "inet6";
  const default6 = v6 && what === "route" && /^(default|any|all)$/.test(next);
  const addressed = words.some(
    (w, i) => i !== n && (parsePrefixed(w)?.address.family === 6) === v6 && parsePrefixed(w),
  );
  const fixes: Fix[] = default6
    ? [e.write(n, "::/0", true, n + 1)]
    : v6 && what === "rule" && !addressed
      ? [e.write(n, "from ::/0", true)]
      : [e.without(n, n, true)];
  e.report.add(
    routeFault,
    e.start(n),
    e.end(n + 1),
    t(
      `keepalived reads over the word after ${words[n]}, here ${quote(next)}${counts ? `, and so drops the ${what}` : ""}. The addresses tell the family.`,
      `keepalived 会跳过 ${words[n]} 之后的词，此处为 ${quote(next)}${counts ? `，因此会丢弃该${what === "route" ? "路由" : "规则"}` : ""}。地址族由地址决定。`,
    ),
    { severity: counts ? "error" : "warning", fixes },
  );
  return counts;
}

/** A word of a route or rule whose value is missing: keepalived ends reading there. */
function incomplete(e: Entry, n: number): void {
  e.report.add(
    routeFault,
    e.start(n),
    e.end(n),
    t(
      `${quote(e.words[n])} needs a value; keepalived stops reading here and does not start.`,
      `${quote(e.words[n])} 需要取值；keepalived 会在此停止读取且无法启动。`,
    ),
    { fixes: e.words.length > 1 ? [e.without(n)] : [] },
  );
}

/** `via A dev X or B` with the gateways as nexthops. */
function nexthopFixes(e: Entry): Fix[] {
  const m = /^(\S+) via (\S+)( dev \S+)? or (\S+)$/.exec(e.words.join(" "));
  if (!m) return [];
  const text = `${m[1]} nexthop via ${m[2]}${m[3] ?? ""} nexthop via ${m[4]}${m[3] ?? ""}`;
  return [e.write(0, text, false, e.words.length - 1)];
}

function routeValue(e: Entry, n: number, o: Option, arg: Arg): boolean {
  return e.value(n, arg, o.name, DROPPED);
}

function checkNexthops(e: Entry, from: number, f: Families): void {
  const { words, report } = e;
  const fault = (n: number, en: string, zh: string, fixes: readonly Fix[] = []) =>
    report.add(
      routeFault,
      e.start(n),
      e.end(n),
      t(`${en}; keepalived reports the route as faulty.`, `${zh}；keepalived 会报告该路由有误。`),
      { fixes },
    );
  for (let n = from; n < words.length; n++) {
    const word = words[n];
    if (word === "nexthop") continue;
    if (word === "via") {
      let at = n + 1;
      if (words[at] === "inet" || words[at] === "inet6") {
        const want = words[at] === "inet" ? 4 : 6;
        if (f.family !== undefined && f.family !== want)
          return fault(
            at,
            "The family of the nexthop is not that of the route",
            "nexthop 的地址族与路由不一致",
          );
        at++;
      }
      if (words[at] === undefined) return incomplete(e, at - 1);
      const a = parseAddress(words[at]);
      if (!a) return fault(at, `${quote(words[at])} is not an address`, `${quote(words[at])} 不是地址`);
      if (f.family !== undefined && f.family !== a.family)
        return fault(at, "The nexthop is of the other address family", "nexthop 的地址族不一致");
      f.family = a.family;
      n = at;
    } else if (word === "weight") {
      const value = words[++n];
      if (value === undefined) return incomplete(e, n - 1);
      if (checkInteger(value, 1, 256, true).fault)
        return fault(
          n,
          `A nexthop weight is 1 to 256, not ${value}`,
          `nexthop 的 weight 为 1 到 256，而不是 ${value}`,
          /^\d+$/.test(value) ? [e.write(n, Number(value) < 1 ? "1" : "256")] : [],
        );
    } else if (word === "as") {
      fault(n, "“as” is not supported in a nexthop", "nexthop 中不支持“as”");
      n += words[n + 1] === "to" ? 2 : 1;
    } else if (word === "realms") {
      n++;
    } else if (word === "dev" || word === "oif") n++;
    else if (word === "encap") {
      n = checkEncap(
        e,
        n,
        new Map([
          ["via", {} as Option],
          ["dev", {} as Option],
          ["weight", {} as Option],
          ["nexthop", {} as Option],
          ["onlink", {} as Option],
        ]),
      );
      if (n < 0) return;
    } else if (
      word !== "onlink" &&
      word !== "pervasive" &&
      word !== "offload" &&
      word !== "dead" &&
      word !== "linkdown"
    ) {
      return void report.add(
        routeFault,
        e.start(n),
        e.end(n),
        t(
          `${quote(word)} cannot follow a nexthop; keepalived drops the route.`,
          `nexthop 之后不能出现 ${quote(word)}；keepalived 会丢弃该路由。`,
        ),
        { fixes: e.closest(n, ["via", "dev", "weight", "onlink", "nexthop"]) },
      );
    }
  }
}

/** Checks an encapsulation; returns the index of its last word, or -1 after a fault that ends the route. */
function checkEncap(e: Entry, at: number, routeWords: ReadonlyMap<string, Option>): number {
  const { words, report } = e;
  const fault = (n: number, en: string, zh: string): number => {
    const k = Math.min(n, words.length - 1);
    report.add(
      routeFault,
      e.start(k),
      e.end(k),
      t(`${en}; keepalived reports the route as faulty.`, `${zh}；keepalived 会报告该路由有误。`),
    );
    return -1;
  };
  const type = words[at + 1];
  if (type === undefined) return fault(at, "The type of the encapsulation is missing", "缺少封装类型");
  let n = at + 2;
  if (type === "mpls") {
    const label = words[n];
    if (label === undefined) return fault(n - 1, "mpls needs a label", "mpls 需要标签");
    if (!label.split("/").every((l) => /^\d+$/.test(l) && Number(l) < 1048576))
      return fault(n, `${quote(label)} is no MPLS label`, `${quote(label)} 不是 MPLS 标签`);
    return words[n + 1] === "ttl" ? n + 2 : n;
  }
  if (type === "ila") {
    const locator = words[n];
    if (locator === undefined) return fault(n - 1, "ila needs a locator", "ila 需要 locator");
    if (!/^([0-9A-Fa-f]{1,4}:){3}[0-9A-Fa-f]{1,4}$/.test(locator))
      return fault(n, `${quote(locator)} is no ILA locator`, `${quote(locator)} 不是 ILA locator`);
    while (words[n + 1] === "csum-mode" || words[n + 1] === "ident-type" || words[n + 1] === "hook-type")
      n += 2;
    return n;
  }
  if (type !== "ip" && type !== "ip6")
    return fault(at + 1, `Unknown encapsulation ${quote(type)}`, `未知的封装类型 ${quote(type)}`);
  const v6 = type === "ip6";
  const numbers: Record<string, readonly [number, string]> = v6
    ? { hoplimit: [255, "hoplimit"], flags: [65535, "flags"] }
    : { ttl: [255, "ttl"], flags: [65535, "flags"] };
  let known = false;
  for (; n < words.length; n += 2) {
    const word = words[n];
    const value = words[n + 1];
    if (word === "dst" || word === "src" || word === "local" || word === "remote") {
      const a = value === undefined ? undefined : parseAddress(value);
      if (!a)
        return fault(n + 1, `${quote(value ?? "")} is not an address`, `${quote(value ?? "")} 不是地址`);
      if ((a.family === 6) !== v6)
        return fault(
          n + 1,
          `${value} is not valid for ${type} encapsulation`,
          `${value} 不能用于 ${type} 封装`,
        );
      known ||= word === "dst" || word === "remote";
    } else if (word === "id") {
      if (value === undefined || checkInteger(value, 0, "18446744073709551615", true, true).fault)
        return fault(
          n + 1,
          `The id ${quote(value ?? "")} is not a number`,
          `id ${quote(value ?? "")} 不是数字`,
        );
      known = true;
    } else if (word in numbers) {
      if (value === undefined || checkInteger(value, 0, numbers[word][0], true, true).fault)
        return fault(
          n + 1,
          `${word} must be 0–${numbers[word][0]}, not ${quote(value ?? "")}`,
          `${word} 必须在 0–${numbers[word][0]} 之间，而不是 ${quote(value ?? "")}`,
        );
    } else if (word === "tos" || word === "tc") {
      if (value === undefined || !(/^(0x)?[0-9A-Fa-f]{1,2}$/.test(value) || /^[A-Z]/.test(value)))
        return fault(
          n + 1,
          `${quote(value ?? "")} is no ${word} value`,
          `${quote(value ?? "")} 不是 ${word} 的取值`,
        );
    } else if (routeWords.has(word)) break;
    else return fault(n, `Unknown word ${quote(word)} of the encapsulation`, `封装中的未知词 ${quote(word)}`);
  }
  if (!known) return fault(at + 1, `${type} encapsulation needs dst or id`, `${type} 封装需要 dst 或 id`);
  return n - 1;
}

// ---------------------------------------------------------------------------------------------- rules

function checkRule(e: Entry, options: readonly Option[]): void {
  const { words, report } = e;
  if (words.some(isUnknown) || e.node.has(Flag.Opaque)) return;
  const byName = optionMap(options);
  const drop = (n: number, en: string, zh: string, fixes: Problem["fixes"] = [], meant?: string) =>
    report.add(
      routeFault,
      e.start(n),
      e.end(n),
      t(
        `${en}; keepalived drops the rule.${meant ? ` Did you mean ${quote(meant)}?` : ""}`,
        `${zh}；keepalived 会丢弃该规则。${meant ? `是否想写 ${quote(meant)}？` : ""}`,
      ),
      { fixes },
    );
  const ignore = (n: number, en: string, zh: string, fixes: Problem["fixes"] = []) =>
    report.add(
      routeFault,
      e.start(n),
      e.end(n),
      t(`${en}; keepalived ignores it.`, `${zh}；keepalived 会忽略它。`),
      { fixes },
    );
  let family: 4 | 6 | undefined;
  let action = -1;
  let tableAction = false;
  let preference = -1;
  let goto = -1;
  let tableOnly = -1;
  let dev = false;
  let trackGroup = -1;
  let protocol = -1;
  for (let n = 0; n < words.length; n++) {
    const word = words[n];
    const o = byName.get(word);
    const name = o?.name ?? word;
    const value = words[n + 1];
    const act = (): boolean => {
      if (action >= 0) {
        drop(
          n,
          name === "l3mdev" ? "l3mdev does not go with another action" : "A rule has one action",
          name === "l3mdev" ? "l3mdev 不能与其他动作同时使用" : "一条规则只能有一个动作",
        );
        return false;
      }
      action = n;
      return true;
    };
    if (RULE_ACTIONS.has(name)) {
      if (!act()) return;
      continue;
    }
    if (ROUTE_TYPES.has(name) && !o)
      return drop(n, `${quote(word)} is no action of a rule`, `${quote(word)} 不是规则的动作`);
    if (!o) {
      const meant = nearest(word, byName.keys());
      return drop(
        n,
        `Unknown word ${quote(word)}`,
        `未知的词 ${quote(word)}`,
        (place) =>
          /^(\/\/|;|--|\/\*)/.test(word)
            ? [ownComment(place, e.start(n), e.to)]
            : e.closest(n, byName.keys()),
        meant,
      );
    }
    release(e, n, o);
    if ((o.args?.length ?? 0) > 0 && value === undefined) return incomplete(e, n);
    switch (name) {
      case "inet":
      case "inet6": {
        const want = word === "inet" ? 4 : 6;
        if (family !== undefined && family !== want)
          return drop(n, `${word} in an IPv${family} rule`, `IPv${family} 规则中使用了 ${word}`, [
            e.without(n, n, true),
          ]);
        family = want;
        if (value === undefined) continue;
        if (swallowed(e, n, "rule", (byName.get(value)?.args?.length ?? 0) > 0)) return;
        n++;
        continue;
      }
      case "from":
      case "to": {
        n++;
        if (value === "all" || value === "any" || value === "default") continue;
        const p = parsePrefixed(value);
        if (!p || Number.isNaN(p.prefix))
          return drop(n, `${quote(value)} is not a prefix`, `${quote(value)} 不是前缀`);
        if (family !== undefined && family !== p.address.family)
          return drop(n, "IPv4 and IPv6 are mixed", "混用了 IPv4 和 IPv6");
        family = p.address.family;
        continue;
      }
      case "type":
        // It may stand before an action, which is the next word.
        if (value !== "goto" && !RULE_ACTIONS.has(value) && !/^[678]$/.test(value))
          return drop(n + 1, `${quote(value)} is no action of a rule`, `${quote(value)} 不是规则的动作`);
        if (/^\d/.test(value)) {
          if (!act()) return;
          n++;
        }
        continue;
      case "table":
        if (!act()) return;
        tableAction = true;
        n++;
        if (value === "0" || value === "unspec" || /^0+$/.test(value))
          return drop(n, "Table 0 is not valid", "表 0 无效");
        if (!e.value(n, o.args![0], "table", DROPPED)) return;
        continue;
      case "l3mdev":
        if (!act()) return;
        continue;
      case "goto": {
        if (!act()) return;
        n++;
        const target = parseInteger(value, true);
        if (target === undefined || target < 0n || target > 4294967295n)
          return drop(n, `${quote(value)} is no rule priority`, `${quote(value)} 不是规则优先级`);
        goto = n;
        continue;
      }
      case "preference":
        n++;
        preference = n;
        if (checkInteger(value, 0, 4294967295, true, true).fault)
          return drop(n, `${quote(value)} is no rule priority`, `${quote(value)} 不是规则优先级`);
        continue;
      case "realms":
        tableOnly = n;
        if (family === 6) return drop(n, "realms are for IPv4 rules only", "realms 仅适用于 IPv4 规则");
        break;
      case "suppress_prefixlength":
      case "suppress_ifgroup":
        tableOnly = n;
        break;
      case "sport":
      case "dport": {
        n++;
        const m = /^(\d+)-(\d+)$/.exec(value);
        if (m && (Number(m[1]) > 65535 || Number(m[2]) > 65535 || Number(m[2]) < Number(m[1]))) {
          report.add(
            routeFault,
            e.start(n),
            e.end(n),
            t(
              `${quote(value)} is no range of ports; keepalived does not notice.`,
              `${quote(value)} 不是有效的端口范围；keepalived 不会发现。`,
            ),
            { severity: "warning" },
          );
        } else if (!m) {
          ignore(
            n,
            `${quote(value)} is no port range`,
            `${quote(value)} 不是端口范围`,
            /^\d+$/.test(value) ? [e.write(n, `${value}-${value}`, true)] : [],
          );
        }
        continue;
      }
      case "ipproto":
        n++;
        e.value(n, { name: "protocol", type: "ip-proto" }, "ipproto", t("ignores it", "会忽略它"));
        continue;
      case "protocol":
        protocol = n;
        n++;
        if (checkInteger(value, 0, 255, true).fault)
          ignore(n, `protocol must be 0–255, not ${value}`, `protocol 必须在 0–255 之间，而不是 ${value}`);
        continue;
      case "uidrange":
        n++;
        if (!/^\d+-\d+$/.test(value))
          return drop(n, `${quote(value)} is not START-END`, `${quote(value)} 不是 START-END 形式`);
        continue;
      case "dev":
        dev = true;
        break;
      case "track_group":
        if (trackGroup >= 0)
          return drop(n, "track_group is given twice", "track_group 出现了两次", [
            e.without(n, Math.min(n + 1, words.length - 1)),
          ]);
        trackGroup = n;
        break;
    }
    for (const arg of o.args ?? []) {
      if (arg.optional && n + 1 >= words.length) break;
      n++;
      if (arg.type === "ref" || n >= words.length) continue;
      if (!e.value(n, arg, name, DROPPED)) return;
    }
  }
  if (action < 0) {
    report.add(
      routeFault,
      e.from,
      e.to,
      t(
        "A rule needs an action such as table, goto or blackhole; keepalived drops it.",
        "规则需要一个动作，例如 table、goto 或 blackhole；keepalived 会丢弃它。",
      ),
    );
    return;
  }
  if (tableOnly >= 0 && !tableAction)
    return drop(
      tableOnly,
      `${words[tableOnly]} needs the action table`,
      `${words[tableOnly]} 需要 table 动作`,
    );
  if (goto >= 0) {
    if (preference < 0) return drop(goto, "goto needs a preference", "goto 需要 preference");
    if (parseInteger(words[preference], true)! >= parseInteger(words[goto], true)!) {
      return drop(goto, "The target of goto must be above the preference", "goto 的目标必须大于 preference");
    }
  } else if (preference < 0) {
    report.add(
      routeFault,
      e.from,
      e.to,
      t(
        "The rule has no preference; keepalived chooses one.",
        "规则没有 preference；keepalived 会自行选择。",
      ),
      { severity: "warning" },
    );
  }
  const isStatic = e.keyword?.id === "static_rules";
  if (isStatic && trackGroup >= 0 && !dev) {
    report.add(
      routeFault,
      e.start(trackGroup),
      e.end(trackGroup),
      t("track_group needs dev; keepalived ignores it.", "track_group 需要 dev；keepalived 会忽略它。"),
      { fixes: [e.without(trackGroup, Math.min(trackGroup + 1, words.length - 1))] },
    );
  }
  trackedProtocol(e, words, protocol, "rule");
}
