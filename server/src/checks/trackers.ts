/** Priorities, weights and scripts: whether a failure changes anything at all. */

import { sameAddress } from "../language/address";
import { t } from "../language/schema";
import type { Config } from "../model/config";
import { basePriority, effectivePriorities, influences } from "../model/priorities";
import { liveInstances } from "./instances";
import { type Fix, quote, type Report, replace, rule } from "./rule";
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
  t("An instance without priority: keepalived takes 100.", "实例没有 priority：keepalived 使用 100。"),
);
const scriptTimeout = rule(
  "script-timeout",
  "information",
  t("A script that may run longer than its interval.", "脚本运行时间可能超过其间隔。"),
);
const scriptNoTimeout = rule(
  "script-without-timeout",
  "information",
  t("A network check without timeout.", "没有超时的网络检查脚本。"),
);
const sampleValue = rule(
  "sample-value",
  "hint",
  t("A value that is copied from the sample again and again.", "反复从示例中复制的值。"),
  { profile: "all" },
);

export function checkTrackers(config: Config, report: Report): void {
  for (const at of liveInstances(config)) {
    const { model } = at;
    const base = basePriority(model);
    const range = (span: { start: number; end: number }) => config.range(at, span);
    if (model.virtualRouterId?.value === 51) {
      const { start, end } = range(model.virtualRouterId);
      report.add(
        sampleValue,
        start,
        end,
        t(
          "51 is the VRID of the sample: another cluster of the network may use it, too. The last octet of the VIP is a good choice.",
          "51 是示例中的 VRID：网络中的其他集群可能也在使用。建议用 VIP 的最后一个字节。",
        ),
      );
    }
    if (model.authPass?.value === "1111") {
      const { start, end } = range(model.authPass);
      report.add(sampleValue, start, end, t("1111 is the password of the sample.", "1111 是示例中的密码。"));
    }
    const node = config.nodeOf(at);
    if (!model.priority && !model.settings.has("priority") && node?.hasBody && model.virtualIps.length > 0) {
      const { start, end } = range(model.nameSpan.end > model.nameSpan.start ? model.nameSpan : model);
      report.add(
        noPriority,
        start,
        end,
        t("No priority is given: keepalived takes 100.", "没有指定 priority：keepalived 使用 100。"),
      );
    }
    if (base === 255 && model.priority) {
      const hosts = [model.unicastSourceIp?.value, model.multicastSourceIp?.value];
      const owns = model.virtualIps.some((v) =>
        hosts.some((h) => h !== undefined && sameAddress(h, v.address)),
      );
      if (!owns) {
        const { start, end } = range(model.priority);
        report.add(
          owner,
          start,
          end,
          t(
            "255 does not mean “highest” but “owner of the address”: the node ignores elections and trackers. Use at most 254.",
            "255 的含义不是“最高”，而是“地址所有者”：节点会忽略选举和跟踪。最多使用 254。",
          ),
          {
            fixes: [{ title: t("Write 254", "改为 254"), edits: [replace(start, end, "254")], safe: false }],
          },
        );
      }
      continue;
    }

    const trackers = influences(config, model);
    const weighted = trackers.filter((x) => x.weight !== 0);
    if (weighted.length === 0) continue;
    const first = [
      ...model.trackScripts,
      ...model.trackInterfaces,
      ...model.trackFiles,
      ...model.trackProcesses,
      ...model.trackBfds,
    ].find((x) => x.name.value === weighted[0].name)!;
    const place = range(first);
    if (model.nopreempt && model.state?.value !== "MASTER") {
      report.add(
        nopreemptWeight,
        place.start,
        place.end,
        t(
          "With nopreempt a lower priority changes nothing: no backup takes over from a living master. Without weight a failure puts the instance into FAULT, which does.",
          "启用 nopreempt 时降低优先级不起作用：备节点不会抢占存活的主节点。不带权重时失败会进入 FAULT 状态，才会切换。",
        ),
        {
          related: [{ ...range(model.nopreempt), message: t("nopreempt stands here.", "nopreempt 在此。") }],
        },
      );
      continue;
    }
    const span = weighted.reduce((n, x) => n + Math.abs(x.weight), 0);
    const most = base + weighted.filter((x) => x.weight > 0).reduce((n, x) => n + x.weight, 0);
    const least = base + weighted.filter((x) => x.weight < 0).reduce((n, x) => n + x.weight, 0);
    if (most > 254 || least < 1) {
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
      );
    }
    if (span < 10 && !trackers.some((x) => x.weight === 0)) {
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
      );
    }
  }

  for (const at of config.scripts) {
    const { interval, timeout, command, nameSpan } = at.model;
    if (timeout && interval && timeout.value > interval.value) {
      const { start, end } = config.range(at, timeout);
      const fixes: Fix[] = [
        {
          title: t(`Write ${interval.value}`, `改为 ${interval.value}`),
          edits: [replace(start, end, String(interval.value))],
        },
      ];
      report.add(
        scriptTimeout,
        start,
        end,
        t(
          `The timeout is longer than the interval of ${interval.value} s: a hanging script delays the next checks.`,
          `超时时间大于间隔 ${interval.value} 秒：挂起的脚本会延迟后续检查。`,
        ),
        { fixes },
      );
    }
    const name =
      command && !isUnknown(command.command)
        ? /\b(curl|wget|mysql|mysqladmin|psql|pg_isready|redis-cli|nc|ncat|ldapsearch)\b/.exec(
            command.command,
          )
        : null;
    if (
      command &&
      name &&
      !timeout &&
      !/--max-time|--connect-timeout|\s-m\s*\d|\btimeout\s+\d|-w\s*\d/.test(command.command)
    ) {
      const { start, end } = config.range(at, nameSpan.end > nameSpan.start ? nameSpan : at.model);
      report.add(
        scriptNoTimeout,
        start,
        end,
        t(
          `${quote(name[0])} may wait for an answer as long as it likes; give the script a timeout.`,
          `${quote(name[0])} 可能长时间等待应答；请为脚本设置 timeout。`,
        ),
      );
    }
  }
}
