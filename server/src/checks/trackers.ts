/** Priorities, weights and scripts: whether a failure changes anything at all. */

import { sameAddress } from "../language/address";
import { type Text, t } from "../language/schema";
import type { Config, Located } from "../model/config";
import type { Script, Setting, Span, Tracked, Val, VrrpInstance } from "../model/model";
import { basePriority, effectivePriorities, type Influence, influences, isWeight } from "../model/priorities";
import type { Source } from "../text/pieces";
import { remove } from "./edits";
import { insertStatement, lineBelow, writeFix } from "./insert";
import { effective, lastOctet, liveInstances } from "./instances";
import { type Edit, type Fix, nearest, quote, type Report, replace, rule } from "./rule";
import { isUnknown } from "./values";

export const weakWeight = rule(
  "weak-weight",
  "information",
  t("Tracker weights that may be too small to change who is master.", "跟踪权重可能太小，不足以切换主节点。"),
);
const nopreemptWeight = rule(
  "nopreempt-weight",
  "warning",
  t("Weighted trackers have no effect with nopreempt.", "nopreempt 时带权重的跟踪项不起作用。"),
);
const priorityRange = rule(
  "priority-overflow",
  "warning",
  t("Weights that push the priority out of 1–254.", "权重使优先级超出 1–254。"),
);
const owner = rule(
  "priority-owner",
  "warning",
  t("Priority 255 without owning the address.", "不是地址所有者却使用优先级 255。"),
);
const noPriority = rule(
  "missing-priority",
  "information",
  t(
    "An instance without priority: keepalived takes 100, with state MASTER 255.",
    "实例没有 priority：keepalived 使用 100，state MASTER 时使用 255。",
  ),
);
const scriptTimeout = rule(
  "script-timeout",
  "information",
  t("A script that may run longer than its interval.", "脚本运行时间可能超过其间隔。"),
);
const scriptNoTimeout = rule(
  "script-without-timeout",
  "information",
  t("A network check that may hang for a long interval.", "可能挂起很长间隔的网络检查脚本。"),
);
const sampleValue = rule(
  "sample-value",
  "hint",
  t("A value that is copied from the sample again and again.", "反复从示例中复制的值。"),
  { profile: "all" },
);

/** What an instance tracks with a weight, and where the weight stands. */
interface Weighted {
  readonly kind: Influence["kind"];
  readonly entry: Tracked;
  readonly weight: number;
  /** Its declaration, where that has a weight: it holds once the entry has none. */
  readonly declared: Located<{ readonly weight: Val<number> | undefined }> | undefined;
}

export function checkTrackers(config: Config, report: Report): void {
  const inGroup = new Set<string>();
  for (const { model } of config.syncGroups)
    if (!model.settings.has("sync_group_tracking_weight") && !model.settings.has("global_tracking"))
      for (const member of model.members) inGroup.add(member.value);
  for (const at of liveInstances(config)) {
    samples(config, at, report);
    priority(config, at, report);
    // keepalived ignores weights of members of a sync group, which is said there.
    if (basePriority(at.model) !== 255 && !inGroup.has(at.model.name)) weights(config, at, report);
  }
  for (const at of config.scripts) script(config, at, report);
}

/** Values that come from the sample of the package. */
function samples(config: Config, at: Located<VrrpInstance>, report: Report): void {
  const { model } = at;
  const octet = lastOctet(model);
  if (model.virtualRouterId?.value === 51 && octet !== 51) {
    const { start, end } = config.range(at, model.virtualRouterId);
    const taken = config.instances.some((i) => i.model.virtualRouterId?.value === octet);
    report.add(
      sampleValue,
      start,
      end,
      t(
        "51 is the VRID of the sample: another cluster of the network may use it, too. The last octet of the VIP is a good choice.",
        "51 是示例中的 VRID：网络中的其他集群可能也在使用。建议用 VIP 的最后一个字节。",
      ),
      { fixes: octet === undefined || taken ? [] : writeFix(start, end, String(octet)) },
    );
  }
  if (model.authPass?.value === "1111") {
    const { start, end } = config.range(at, model.authPass);
    report.add(
      sampleValue,
      start,
      end,
      t(
        "1111 is the password of the sample: it keeps no other cluster of the network apart.",
        "1111 是示例中的密码：无法与网络中的其他集群区分。",
      ),
    );
  }
}

function priority(config: Config, at: Located<VrrpInstance>, report: Report): void {
  const { model } = at;
  const missing =
    !model.priority &&
    !model.settings.has("priority") &&
    model.virtualIps.length > 0 &&
    ![...model.settings.values()].some((s: Setting) => s.words.indexOf("priority") > 0);
  const node = missing ? config.nodeOf(at) : undefined;
  if (
    node?.hasBody &&
    // The misspelt word is reported, and that is enough.
    !node.children.some((n) => n.keyword === undefined && n.wordCount > 1 && nearest(n.word(0), ["priority"]))
  ) {
    const { start, end } = config.range(
      at,
      model.nameSpan.end > model.nameSpan.start ? model.nameSpan : model,
    );
    const owns = basePriority(model) === 255;
    report.add(
      noPriority,
      start,
      end,
      owns
        ? t(
            "No priority is given: with state MASTER keepalived takes 255, the node counts as owner of the addresses, and no tracker lowers that.",
            "没有指定 priority：state MASTER 时 keepalived 使用 255，节点被视为地址所有者，任何跟踪都不会降低它。",
          )
        : t(
            "No priority is given: keepalived takes 100. Two nodes without it are equal, and the higher IP address wins.",
            "没有指定 priority：keepalived 使用 100。两个节点都不指定时优先级相同，IP 地址较大者胜出。",
          ),
      {
        severity: owns ? "warning" : undefined,
        fixes: () => [
          {
            title: t("Insert “priority 100”", "插入“priority 100”"),
            edits: absolute(node.base, insertStatement(node, "priority 100")),
            safe: !owns,
          },
        ],
      },
    );
  }
  if (basePriority(model) !== 255 || !model.priority) return;
  const hosts = [model.unicastSourceIp?.value, model.multicastSourceIp?.value];
  const owns = model.virtualIps.some((v) => hosts.some((h) => h !== undefined && sameAddress(h, v.address)));
  if (owns) return;
  const { start, end } = config.range(at, model.priority);
  report.add(
    owner,
    start,
    end,
    t(
      "255 does not mean “highest” but “owner of the address”: the node ignores elections and trackers. Use at most 254.",
      "255 的含义不是“最高”，而是“地址所有者”：节点会忽略选举和跟踪。最多使用 254。",
    ),
    { fixes: writeFix(start, end, "254") },
  );
}

/** Whether what an instance tracks with weights changes who is master. */
function weights(config: Config, at: Located<VrrpInstance>, report: Report): void {
  const { model } = at;
  const list = weighted(config, model);
  if (list.length === 0) return;
  const place = config.range(at, list[0].entry);
  if (model.nopreempt && !effective(config, at).master) {
    report.add(
      nopreemptWeight,
      place.start,
      place.end,
      t(
        "With nopreempt a lower priority changes nothing: no backup takes over from a living master. Without weight a failure puts the instance into FAULT, which does.",
        "启用 nopreempt 时降低优先级不起作用：备节点不会抢占存活的主节点。不带权重时失败会进入 FAULT 状态，才会切换。",
      ),
      {
        related: [
          { ...config.range(at, model.nopreempt), message: t("nopreempt stands here.", "nopreempt 在此。") },
        ],
        fixes: () => {
          const { start, end } = config.range(at, model.nopreempt!);
          return [
            ...unweighted(config, at, list),
            {
              title: t("Delete nopreempt", "删除 nopreempt"),
              edits: [remove(config.tree.text, start, end)],
            },
          ];
        },
      },
    );
    return;
  }
  // A file's weight is multiplied by the number in the file, which is not known here.
  if (list.some((x) => x.kind === "file")) return;
  const base = basePriority(model);
  const sum = (sign: 1 | -1) => list.reduce((n, x) => (Math.sign(x.weight) === sign ? n + x.weight : n), 0);
  const most = base + sum(1);
  const least = base + sum(-1);
  if (most > 254 || least < 1) {
    const [only] = list;
    const fitting = only.weight > 0 ? 254 - base : 1 - base;
    report.add(
      priorityRange,
      place.start,
      place.end,
      most > 254
        ? t(
            `With everything well the priority is ${most}, which keepalived cuts to 254: differences between nodes vanish.`,
            `全部正常时优先级为 ${most}，keepalived 会截为 254：节点间的差异会消失。`,
          )
        : t(
            `With all trackers failed the priority is ${least}, which keepalived raises to 1: differences between nodes vanish.`,
            `全部失败时优先级为 ${least}，keepalived 会提到 1：节点间的差异会消失。`,
          ),
      {
        fixes: () =>
          list.length > 1 || Math.abs(fitting) < SMALL ? [] : reweighted(config, at, only, fitting),
      },
    );
  }
  const span = list.reduce((n, x) => n + Math.abs(x.weight), 0);
  if (span < SMALL && !influences(config, model).some((x) => x.weight === 0)) {
    const states = effectivePriorities(config, model);
    const well = states[0].priority;
    const worst = Math.min(...states.map((s) => s.priority));
    report.add(
      weakWeight,
      place.start,
      place.end,
      t(
        `The priority goes from ${well} to ${worst} when everything tracked fails: a backup takes over only if its priority is above ${worst}.`,
        `跟踪项全部失败时优先级从 ${well} 变为 ${worst}：只有备节点优先级高于 ${worst} 才会接管。`,
      ),
      {
        fixes: () => [
          ...unweighted(config, at, list),
          // Down to 1, which is below any backup.
          ...(list.length === 1 && base > SMALL ? reweighted(config, at, list[0], 1 - base) : []),
        ],
      },
    );
  }
}

/** Weights that add up to less seldom bridge the gap between two nodes. */
const SMALL = 10;

/** What an instance tracks with a weight other than 0. */
function weighted(config: Config, model: VrrpInstance): Weighted[] {
  const list: Weighted[] = [];
  const all = influences(config, model);
  if (all.every((x) => x.weight === 0)) return list;
  const add = (
    kind: Influence["kind"],
    entries: readonly Tracked[],
    declared:
      | readonly Located<{ readonly name: string; readonly weight: Val<number> | undefined }>[]
      | undefined,
  ) => {
    const effects = all.filter((x) => x.kind === kind);
    for (const entry of entries) {
      const effect = effects.find((x) => x.name === entry.name.value);
      // A weight that is too large is not taken, and reported where it stands.
      if (!effect || effect.weight === 0 || !isWeight(kind, effect.weight)) continue;
      if (list.some((x) => x.kind === kind && x.entry.name.value === effect.name)) continue;
      const d = declared?.find((x) => x.model.name === entry.name.value);
      list.push({ kind, entry, weight: effect.weight, declared: d?.model.weight && d });
    }
  };
  add("script", model.trackScripts, config.scripts);
  add("interface", model.trackInterfaces, undefined);
  add("file", model.trackFiles, config.trackFiles);
  add("process", model.trackProcesses, config.trackProcesses);
  add("bfd", model.trackBfds, config.bfds);
  return list;
}

/** The weight of the declaration in the text, where no other instance takes it from there. */
function ownWeight(config: Config, { entry, declared }: Weighted): Span | undefined {
  if (!declared?.model.weight) return undefined;
  const users = [...config.instances, ...config.syncGroups].filter(({ model }) =>
    [model.trackScripts, model.trackFiles, model.trackProcesses, model.trackBfds].some((l) =>
      l.some((x) => x.name.value === entry.name.value),
    ),
  );
  return users.length < 2 ? config.range(declared, declared.model.weight) : undefined;
}

/** Gives a tracker another weight, where it stands. */
function reweighted(config: Config, at: Located<VrrpInstance>, x: Weighted, weight: number): Fix[] {
  const title = t(`Write weight ${weight}`, `改为 weight ${weight}`);
  const { entry } = x;
  const written = entry.weight ? config.range(at, entry.weight) : ownWeight(config, x);
  if (written && / reverse\b/.test(config.tree.text.slice(written.end, written.end + 12))) return [];
  const { end } = config.range(at, entry);
  const edit = written
    ? replace(written.start, written.end, String(weight))
    : replace(end, end, ` weight ${weight}`);
  return [{ title, edits: [edit] }];
}

/** Takes the weights away, so that a failure puts the instance into FAULT. */
function unweighted(config: Config, at: Located<VrrpInstance>, list: readonly Weighted[]): Fix[] {
  if (list.some((x) => x.kind === "file")) return [];
  const { text } = config.tree;
  const title =
    list.length === 1
      ? t("Delete the weight: a failure is a fault", "删除权重：失败即进入 FAULT")
      : t("Delete the weights: a failure is a fault", "删除所有权重：失败即进入 FAULT");
  const edits: Edit[] = [];
  for (const x of list) {
    const { entry } = x;
    const own = ownWeight(config, x);
    const whole = config.range(at, entry);
    const name = config.range(at, entry.name);
    if (own) {
      const { start, end } = statementOf(text, own);
      edits.push(remove(text, start, end));
    }
    if (!x.declared || own) {
      if (whole.end > name.end) edits.push(replace(name.end, whole.end, ""));
    } else {
      // The weight of the declaration holds for others, too.
      edits.push(replace(name.end, whole.end, " weight 0"));
    }
  }
  return [{ title, edits }];
}

/** The statement `weight N [reverse]` around its number. */
function statementOf(text: Source, { start, end }: Span): Span {
  const before = /weight[ \t]+$/.exec(text.slice(Math.max(0, start - 80), start));
  const after = /^[ \t]+reverse\b/.exec(text.slice(end, end + 80));
  return { start: start - (before?.[0].length ?? 0), end: end + (after?.[0].length ?? 0) };
}

const absolute = (base: number, edits: readonly Edit[]): Edit[] =>
  edits.map((e) => replace(e.start + base, e.end + base, e.text));

/** Programs that wait for an answer of a network service, as the name of a command. */
const NETWORK_CLIENT =
  /(?:^|[\s;|&("'/])(curl|wget|mysql|mysqladmin|psql|pg_isready|redis-cli|nc|ncat|ldapsearch)(?=$|[\s;|&)"'])/;
const LIMITED = /--max-time|--connect-timeout|--timeout|\s-[mTtW]\s*\d|\btimeout\s+\S*\d|\s-w\s*\d/;
/** Seconds until a hanging check is noticed that nobody minds. */
const PATIENCE = 5;

function script(config: Config, at: Located<Script>, report: Report): void {
  const { interval, timeout, command, nameSpan } = at.model;
  // Without interval keepalived runs a script every second.
  const every = interval?.value ?? 1;
  if (timeout && timeout.value > every) {
    const { start, end } = config.range(at, timeout);
    report.add(
      scriptTimeout,
      start,
      end,
      t(
        `The timeout is longer than the interval of ${every} s: while the script hangs, keepalived skips the runs that are due.`,
        `超时时间大于间隔 ${every} 秒：脚本挂起期间，keepalived 会跳过到期的检查。`,
      ),
      {
        fixes: () => {
          const fixes = [...writeFix(start, end, String(every))];
          if (interval) {
            const place = config.range(at, interval);
            fixes.push({
              title: t(`Write interval ${timeout.value}`, `改为 interval ${timeout.value}`),
              edits: [replace(place.start, place.end, String(timeout.value))],
            });
          }
          return fixes;
        },
      },
    );
  }
  if (!command || isUnknown(command.command) || timeout || every <= PATIENCE) return;
  const name = NETWORK_CLIENT.exec(command.command);
  if (!name || LIMITED.test(command.command)) return;
  const { start, end } = config.range(at, nameSpan.end > nameSpan.start ? nameSpan : at.model);
  const message: Text = t(
    `Without timeout keepalived ends a hanging ${quote(name[1])} only after the interval of ${every} s: so long the failure goes unnoticed.`,
    `没有 timeout 时，keepalived 要到间隔 ${every} 秒后才结束挂起的 ${quote(name[1])}：在此之前故障不会被发现。`,
  );
  report.add(scriptNoTimeout, start, end, message, {
    fixes: () => {
      const place = config.range(at, interval!);
      return [
        {
          title: t(`Insert “timeout ${PATIENCE}”`, `插入“timeout ${PATIENCE}”`),
          edits: [lineBelow(config.tree.text, place.start, place.end, `timeout ${PATIENCE}`)],
        },
      ];
    },
  });
}
