/** Names: declared twice, used without declaration, used before it, or never used. */
import { DECLARING_BLOCKS, ROOT_CONTEXT } from "../language";
import { type NameKind, t } from "../language/schema";
import type { Config, Located } from "../model/config";
import type { Named, Span, Tracked, Val } from "../model/model";
import type { Node } from "../syntax/tree";
import { lineStartAt } from "../text/lines";
import { isOpaqueBlock } from "./blocks";
import type { Flat } from "./config";
import { remove } from "./edits";
import { insertBlock, insertStatement } from "./insert";
import { freeName } from "./repairs";
import { type Fix, nearest, type Problem, quote, type Report, replace, rule } from "./rule";
import { isUnknown } from "./values";

const duplicateName = rule(
  "duplicate-name",
  "error",
  t("Two blocks of a kind with the same name.", "同类块重名。"),
);
const undefinedReference = rule(
  "undefined-reference",
  "error",
  t("A name that no block declares.", "没有任何块声明的名称。"),
);
const declaredLater = rule(
  "declared-later",
  "error",
  t("A name that is declared only below its use.", "名称在使用之后才声明。"),
);
const unusedScript = rule(
  "unused-script",
  "warning",
  t("A vrrp_script that nothing tracks.", "没有被任何实例跟踪的 vrrp_script。"),
);
const unusedDeclaration = rule(
  "unused-declaration",
  "information",
  t("A block that nothing refers to.", "没有被引用的块。"),
  { unnecessary: true },
);
const bfdNotForVrrp = rule(
  "bfd-not-for-vrrp",
  "error",
  t(
    "A BFD session that VRRP tracks although it is for checkers only, or the other way round.",
    "BFD 会话仅供检查器使用却被 VRRP 跟踪，或反之。",
  ),
);

interface Declaration {
  readonly kind: NameKind;
  readonly name: string;
  /** Absolute offsets of the name and of the block's start. */
  readonly start: number;
  readonly end: number;
  readonly at: number;
  /** The block, to be edited. */
  readonly node: () => Node | undefined;
}

/** A use of a name; absolute offsets. */
interface Use {
  readonly kind: NameKind;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** The declaration has to stand above. */
  readonly ordered: boolean;
  readonly effect: { readonly en: string; readonly zh: string };
  /** keepalived says nothing. */
  readonly silent?: boolean;
  /** The list that it stands in: its names, and the whole entry, which may be deleted where it is not the only one. */
  readonly list?: readonly string[];
  readonly entry?: Span;
}

/** Kinds of which a second block of the same name is skipped; of the others keepalived keeps both. */
const UNIQUE = new Set<NameKind>(["vrrp_instance", "vrrp_sync_group", "track_group", "bfd_instance"]);

const IGNORES = { en: "keepalived ignores the entry", zh: "keepalived 会忽略该条目" };

/** Checks all names of a configuration. */
export function checkNames(config: Config, flat: Flat, report: Report): void {
  const declared = new Map<NameKind, Map<string, Declaration>>();
  for (const kind of Object.keys(DECLARING_BLOCKS) as NameKind[]) declared.set(kind, new Map());

  const declare = (kind: NameKind, at: Located<Named>) => {
    const { model } = at;
    if (model.name === "" || isUnknown(model.name)) return;
    const { start, end } = config.range(at, model.nameSpan);
    const names = declared.get(kind)!;
    const before = names.get(model.name);
    if (before) {
      const unique = UNIQUE.has(kind);
      report.add(
        duplicateName,
        start,
        end,
        unique
          ? t(
              `${kind} ${quote(model.name)} exists already; keepalived skips this block.`,
              `${kind} ${quote(model.name)} 已存在；keepalived 会跳过该块。`,
            )
          : t(
              `${kind} ${quote(model.name)} exists already; references find only one of the two.`,
              `${kind} ${quote(model.name)} 已存在；引用只会找到两者之一。`,
            ),
        {
          severity: unique ? undefined : "warning",
          fixes: () =>
            duplicateFixes(config, kind, config.nodeOf(at), config.range(at, model.nameSpan), before),
          related: [{ start: before.start, end: before.end, message: t("The first one", "第一个") }],
        },
      );
      return;
    }
    names.set(model.name, {
      kind,
      name: model.name,
      start,
      end,
      at: config.offset(at, model.start),
      node: () => config.nodeOf(at),
    });
  };
  for (const x of config.instances) declare("vrrp_instance", x);
  for (const x of config.syncGroups) declare("vrrp_sync_group", x);
  for (const x of config.scripts) declare("vrrp_script", x);
  for (const x of config.trackProcesses) declare("vrrp_track_process", x);
  for (const x of config.trackFiles) declare("track_file", x);
  for (const x of config.trackGroups) declare("track_group", x);
  for (const x of config.bfds) declare("bfd_instance", x);
  for (const x of config.groups) declare("virtual_server_group", x);

  const uses: Use[] = [];
  const use = (
    at: Located<unknown>,
    kind: NameKind,
    name: string,
    span: Span,
    ordered: boolean,
    effect: Use["effect"] = IGNORES,
    silent = false,
    more: Pick<Use, "list" | "entry"> = {},
  ) => {
    if (!isUnknown(name) && name !== "\\")
      uses.push({ kind, name, ...config.range(at, span), ordered, effect, silent, ...more });
  };
  const tracked = (at: Located<unknown>, kind: NameKind, list: readonly Tracked[]) => {
    const names = list.map((entry) => entry.name.value);
    for (const entry of list)
      use(at, kind, entry.name.value, entry.name, true, IGNORES, false, {
        list: names,
        entry: config.range(at, entry),
      });
  };
  for (const x of [...config.instances, ...config.syncGroups]) {
    tracked(x, "vrrp_script", x.model.trackScripts);
    tracked(x, "track_file", x.model.trackFiles);
    tracked(x, "vrrp_track_process", x.model.trackProcesses);
    tracked(x, "bfd_instance", x.model.trackBfds);
  }
  const members = (at: Located<unknown>, list: readonly Val<string>[], silent: boolean) => {
    for (const m of list)
      use(
        at,
        "vrrp_instance",
        m.value,
        m,
        false,
        { en: "keepalived ignores the member", zh: "keepalived 会忽略该成员" },
        silent,
        { list: list.map((x) => x.value), entry: config.range(at, m) },
      );
  };
  for (const x of config.syncGroups) members(x, x.model.members, false);
  for (const x of config.trackGroups) members(x, x.model.members, true);
  for (const g of config.globals) {
    const daemon = g.model.settings.get("lvs_sync_daemon");
    const inst = daemon ? daemon.words.indexOf("inst") : -1;
    const at =
      inst >= 0 ? inst + 1 : daemon && daemon.words.length > 2 && !SYNC_OPTIONS.has(daemon.words[2]) ? 2 : -1;
    if (daemon && at > 0 && at < daemon.words.length) {
      use(
        g,
        "vrrp_instance",
        daemon.words[at],
        daemon.spans[at],
        false,
        { en: "keepalived runs the daemon for no instance", zh: "keepalived 不会为任何实例运行同步守护进程" },
        true,
      );
    }
  }
  for (const { item, fact } of flat.services) {
    const at = { model: undefined, item };
    for (const n of fact.names)
      use(at, n.kind, n.name, n, true, { en: "keepalived drops the check", zh: "keepalived 会丢弃该检查" });
    if (fact.group !== undefined) {
      use(
        at,
        "virtual_server_group",
        fact.group.name,
        fact.group,
        false,
        { en: "keepalived does not create the virtual server", zh: "keepalived 不会创建该虚拟服务器" },
        true,
      );
    }
  }
  for (const u of flat.trackGroupUses)
    uses.push({ kind: "track_group", ...u, ordered: true, effect: IGNORES });

  // Most configurations have no name that is missing or not in use.
  let known: ReturnType<typeof ghostNames> | undefined;
  const ghosts = () => {
    known ??= ghostNames(config);
    return known;
  };
  const used = new Map<NameKind, Set<string>>();
  /** Kinds of which some name was not found: then an unused one may be what was meant. */
  const missed = new Set<NameKind>();
  for (const u of uses) {
    let names = used.get(u.kind);
    if (!names) used.set(u.kind, (names = new Set()));
    names.add(u.name);
    const names2 = declared.get(u.kind)!;
    const d = names2.get(u.name);
    if (!d) {
      missed.add(u.kind);
      // A block without name, or with a misspelt keyword, is reported by itself.
      if (ghosts().unnamed.has(u.kind) || ghosts().names.has(`${u.kind} ${u.name}`)) continue;
      undefinedUse(config, u, declared, report);
    } else if (u.ordered && d.at > u.start) {
      report.add(
        declaredLater,
        u.start,
        u.end,
        t(
          `${u.kind} ${quote(u.name)} is declared below; keepalived reads from top to bottom and does not find it here.`,
          `${u.kind} ${quote(u.name)} 在下方才声明；keepalived 自上而下读取，此处找不到它。`,
        ),
        {
          related: [{ start: d.start, end: d.end, message: t("Declared here", "在此声明") }],
          fixes: () => moveAbove(config.tree, d.at, u.start),
        },
      );
    } else if (u.kind === "bfd_instance") checkBfdUse(config, u, flat.servicesUse(u), report);
  }

  for (const [kind, names] of declared) {
    if (kind === "vrrp_instance" || kind === "vrrp_sync_group" || kind === "bfd_instance") continue;
    const inUse = used.get(kind);
    if (missed.has(kind)) continue;
    for (const d of names.values()) {
      if (inUse?.has(d.name)) continue;
      if (ghosts().opaque) break;
      if (kind === "vrrp_script") {
        const { instances } = config;
        const fixes = (): Fix[] =>
          instances.length <= MAX_FIXES ? instances.flatMap((at) => trackIn(config, at, d.name)) : [];
        report.add(
          unusedScript,
          d.start,
          d.end,
          t(
            `Nothing tracks ${quote(d.name)}: the script never runs, and its failure moves no address.`,
            `没有任何实例跟踪 ${quote(d.name)}：脚本不会运行，失败时也不会切换地址。`,
          ),
          { fixes },
        );
      } else {
        report.add(
          unusedDeclaration,
          d.start,
          d.end,
          t(
            `Nothing refers to ${kind} ${quote(d.name)}: it has no effect.`,
            `没有任何地方引用 ${kind} ${quote(d.name)}：它不起作用。`,
          ),
          { fixes: () => deleteBlock(config, d.node()) },
        );
      }
    }
  }
}

/** Declarations that keepalived does not see, because the block has no name or its keyword is misspelt. */
function ghostNames(config: Config): { unnamed: Set<NameKind>; names: Set<string>; opaque: boolean } {
  const unnamed = new Set<NameKind>();
  const names = new Set<string>();
  const kinds = new Map(
    ROOT_CONTEXT.keywords.filter((k) => k.spec.declares).map((k) => [k.name, k.spec.declares!]),
  );
  for (const list of [
    config.scripts,
    config.trackProcesses,
    config.trackFiles,
    config.trackGroups,
    config.bfds,
    config.groups,
    config.instances,
    config.syncGroups,
  ]) {
    for (const { model } of list as readonly Located<Named & { readonly kind: NameKind }>[])
      if (model.name === "" || isUnknown(model.name)) unnamed.add(model.kind);
  }
  let users = false;
  for (const node of config.unknownBlocks()) {
    const meant = nearest(node.name, kinds.keys());
    users ||= node.hasBody && USERS.has(nearest(node.name, USERS) ?? "");
    const kind = meant && kinds.get(meant);
    if (kind && node.wordCount > 1) names.add(`${kind} ${node.word(1)}`);
  }
  // A statement or block that is not understood may have been the one that uses a name.
  const opaque =
    users ||
    [...config.instances, ...config.syncGroups].some((at) => {
      const node = config.nodeOf(at);
      return node !== undefined && isOpaqueBlock(node);
    });
  return { unnamed, names, opaque };
}

/** Blocks that use names. */
const USERS: ReadonlySet<string> = new Set(["vrrp_instance", "vrrp_sync_group", "virtual_server"]);

const SYNC_OPTIONS = new Set(["id", "maxlen", "port", "ttl", "group", "inst"]);

/** Blocks in which the names of a kind are tracked. */
const TRACKED_IN: Partial<Record<NameKind, string>> = {
  vrrp_script: "track_script",
  track_file: "track_file",
  vrrp_track_process: "track_process",
  bfd_instance: "track_bfd",
};

function undefinedUse(
  config: Config,
  u: Use,
  declared: ReadonlyMap<NameKind, ReadonlyMap<string, Declaration>>,
  report: Report,
): void {
  // A name that the list holds already is not what was meant.
  const meant = nearest(
    u.name,
    [...declared.get(u.kind)!.keys()].filter((n) => !u.list?.includes(n)),
  );
  const other = Object.keys(TRACKED_IN).find(
    (kind) => kind !== u.kind && declared.get(kind as NameKind)?.has(u.name),
  ) as NameKind | undefined;
  const fixes = (): Fix[] => [
    ...(other ? intoList(config, u, TRACKED_IN[other]!) : []),
    ...(meant
      ? [{ title: t(`Replace by “${meant}”`, `替换为“${meant}”`), edits: [replace(u.start, u.end, meant)] }]
      : []),
    ...(u.entry && u.list && u.list.length > 1
      ? [
          {
            title: t(`Delete “${u.name}” from the list`, `从列表中删除“${u.name}”`),
            edits: [remove(config.tree.text, u.entry.start, u.entry.end)],
          },
        ]
      : []),
  ];
  const more: Partial<Problem> = { fixes, severity: u.silent ? "warning" : undefined };
  const hint =
    TRACKED_IN[u.kind] && other
      ? t(
          ` It is the name of a ${other}, which ${TRACKED_IN[other]} lists.`,
          `它是 ${other} 的名称，应列在 ${TRACKED_IN[other]} 中。`,
        )
      : meant
        ? t(` Did you mean ${quote(meant)}?`, `是否想写 ${quote(meant)}？`)
        : t("", "");
  report.add(
    undefinedReference,
    u.start,
    u.end,
    t(
      `No ${u.kind} ${quote(u.name)} is declared; ${u.effect.en}.${hint.en}`,
      `没有声明 ${u.kind} ${quote(u.name)}；${u.effect.zh}。${hint.zh}`,
    ),
    more,
  );
}

/** Puts an entry into the list that takes its kind. */
function intoList(config: Config, u: Use, wanted: string): Fix[] {
  const path = config.tree.pathAt(u.start);
  const at = path.findIndex((n) => n.hasBody && n.keyword?.name === TRACKED_IN[u.kind]);
  const list = path[at];
  const owner = path[at - 1];
  if (!owner || !u.entry || owner.close < 0 || list.close < 0) return [];
  const { text } = config.tree;
  const words = text.slice(u.entry.start, u.entry.end);
  const target = owner.children.find((c) => c.keyword?.name === wanted && c.close >= 0);
  const absolute = (node: Node, lines: readonly string[]) =>
    insertBlock(node, lines).map((e) => replace(e.start + node.base, e.end + node.base, e.text));
  const alone = list.statements.length === 1;
  const removed = alone
    ? remove(text, list.lineStart, list.fullEnd)
    : remove(text, u.entry.start, u.entry.end);
  const edits = target
    ? [removed, ...absolute(target, [words])]
    : alone
      ? [replace(list.wordStart(0), list.wordEnd(0), wanted)]
      : [removed, ...absolute(owner, [`${wanted} {`, `    ${words}`, "}"])];
  return [{ title: t(`List it in ${wanted}`, `列入 ${wanted}`), edits }];
}

/** A session with `checker` alone is not for VRRP, one with `vrrp` alone not for checkers; without either it is for both. */
function checkBfdUse(config: Config, u: Use, byChecker: boolean, report: Report): void {
  const bfd = config.bfds.find((b) => b.model.name === u.name);
  if (!bfd) return;
  const [lacks, has] = byChecker ? ["checker", "vrrp"] : ["vrrp", "checker"];
  if (!bfd.model.settings.has(has) || bfd.model.settings.has(lacks)) return;
  report.add(
    bfdNotForVrrp,
    u.start,
    u.end,
    byChecker
      ? t(
          `BFD session ${quote(u.name)} is for VRRP only (“vrrp” without “checker”); keepalived ignores the check.`,
          `BFD 会话 ${quote(u.name)} 仅供 VRRP 使用（有“vrrp”而没有“checker”）；keepalived 会忽略该检查。`,
        )
      : t(
          `BFD session ${quote(u.name)} is for checkers only (“checker” without “vrrp”); keepalived does not track it.`,
          `BFD 会话 ${quote(u.name)} 仅供检查器使用（有“checker”而没有“vrrp”）；keepalived 不会跟踪它。`,
        ),
    {
      related: [{ ...config.range(bfd, bfd.model.nameSpan), message: t("The session", "该会话") }],
      fixes: () => {
        const node = config.nodeOf(bfd);
        if (!node) return [];
        const edits = insertStatement(node, lacks).map((e) =>
          replace(e.start + node.base, e.end + node.base, e.text),
        );
        return [{ title: t(`Insert “${lacks}” into ${u.name}`, `在 ${u.name} 中插入“${lacks}”`), edits }];
      },
    },
  );
}

/** Another name for the second block of a name; where both say the same, without it. */
function duplicateFixes(
  config: Config,
  kind: NameKind,
  node: Node | undefined,
  name: Span,
  before: Declaration,
): Fix[] {
  const first = before.node();
  if (!node || !first) return [];
  const body = (n: Node) =>
    n.tree.text
      .slice(n.wordEnd(0), n.fullEnd)
      .replace(/[#!].*/g, "")
      .replace(/\s+/g, " ");
  if (body(node) === body(first))
    return deleteBlock(
      config,
      node,
      true,
      t("Delete the second block: it says the same", "删除第二个块：内容相同"),
    );
  const free = freeName(config.tree, node.name, `${before.name.replace(/\d+$/, "")}`);
  const edits = [replace(name.start, name.end, free)];
  const fixes: Fix[] = [{ title: t(`Rename it to ${free}`, `重命名为 ${free}`), edits }];
  // What keepalived skips anyway.
  return UNIQUE.has(kind) ? [...fixes, ...deleteBlock(config, node)] : fixes;
}

/** Deletes a block with its lines. */
function deleteBlock(
  config: Config,
  node: Node | undefined,
  safe = false,
  title = t("Delete the block", "删除该块"),
): Fix[] {
  if (!node || node.close < 0) return [];
  return [{ title, edits: [remove(config.tree.text, node.lineStart, node.fullEnd)], safe }];
}

/** Moves a declaration block, with the comments above it, in front of the item that uses it. */
function moveAbove(tree: Config["tree"], from: number, use: number): Fix[] {
  const { text } = tree;
  const source = tree.itemIndexAt(from);
  const target = tree.itemIndexAt(use);
  if (source <= target) return [];
  const block = text.slice(tree.starts[source], tree.starts[source + 1]);
  const trimmed = block.replace(/^(?:[ \t]*\r?\n)+/, "").trimEnd();
  const at =
    tree.starts[target] +
    (/^(?:[ \t]*\r?\n)*/.exec(text.slice(tree.starts[target], tree.starts[target + 1]))?.[0].length ?? 0);
  return [
    {
      title: t("Move the declaration above its use", "把声明移到使用之前"),
      edits: [
        { start: at, end: at, text: `${trimmed}\n\n` },
        { start: tree.starts[source], end: tree.starts[source + 1], text: "" },
      ],
      safe: true,
    },
  ];
}

/** A script is offered to so many instances. */
const MAX_FIXES = 4;

/** Adds a script to the track_script block of an instance. */
function trackIn(
  config: Config,
  at: Located<Named & { readonly trackScripts: readonly Tracked[] }>,
  name: string,
): Fix[] {
  const { text } = config.tree;
  const last = at.model.trackScripts[at.model.trackScripts.length - 1];
  const title = t(`Track it in ${at.model.name}`, `在 ${at.model.name} 中跟踪它`);
  const lineOf = (offset: number) => lineStartAt(text, offset);
  const indent = (offset: number) => /^[ \t]*/.exec(text.slice(lineOf(offset), offset))![0];
  if (last) {
    const entry = config.range(at, last);
    return [{ title, edits: [replace(entry.end, entry.end, `\n${indent(entry.start)}${name}`)] }];
  }
  const close = config.offset(at, at.model.fullEnd) - 1;
  if (text.charAt(close) !== "}") return [];
  const line = lineOf(close);
  if (text.slice(line, close).trim() !== "") return [];
  const own = indent(close);
  return [
    { title, edits: [replace(line, line, `${own}    track_script {\n${own}        ${name}\n${own}    }\n`)] },
  ];
}
