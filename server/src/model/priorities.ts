/** VRRP arithmetic: the priority of an instance in each state of what it tracks. */
import { keywordById } from "../language";
import type { Config } from "./config";
import type { Tracked, VrrpInstance } from "./model";

/** A tracker and what it does to the priority. */
export interface Influence {
  readonly name: string;
  readonly kind: "script" | "interface" | "file" | "process" | "bfd";
  /** 0: a failure puts the instance into FAULT. Positive: added while well. Negative: added when failed. */
  readonly weight: number;
}

const KINDS: readonly Influence["kind"][] = ["script", "interface", "file", "process", "bfd"];
const LARGEST = new Map(
  KINDS.map((kind) => {
    const options = keywordById(`vrrp_instance/track_${kind}`)?.spec.entry?.options;
    return [kind, Number(options?.find((o) => o.name === "weight")?.args?.[0].max)];
  }),
);

/** Whether keepalived takes a weight, of either sign, where something of a kind is tracked. */
export const isWeight = (kind: Influence["kind"], weight: number): boolean =>
  !(Math.abs(weight) > (LARGEST.get(kind) as number));

export interface PriorityState {
  /** Names of the trackers that have failed. */
  readonly failed: readonly string[];
  readonly priority: number;
  readonly fault: boolean;
}

/** Everything that an instance tracks, with the weight in force. */
export function influences(config: Config, instance: VrrpInstance): Influence[] {
  const list: Influence[] = [];
  const add = (
    kind: Influence["kind"],
    entries: readonly Tracked[],
    declared:
      | readonly {
          readonly model: {
            readonly name: string;
            readonly weight: { readonly value: number } | undefined;
            readonly reverse?: boolean;
          };
        }[]
      | undefined,
    fallback = 0,
  ) => {
    for (const entry of entries) {
      const d = declared?.find((x) => x.model.name === entry.name.value)?.model;
      if (declared && !d) continue;
      const weight = entry.weight?.value ?? d?.weight?.value ?? fallback;
      const reverse = entry.weight ? entry.reverse : (d?.reverse ?? false);
      list.push({ kind, name: entry.name.value, weight: reverse ? -weight : weight });
    }
  };
  add("script", instance.trackScripts, config.scripts);
  add("interface", instance.trackInterfaces, undefined);
  add("file", instance.trackFiles, config.trackFiles, 1);
  add("process", instance.trackProcesses, config.trackProcesses);
  add("bfd", instance.trackBfds, config.bfds);
  return list;
}

const clamp = (p: number): number => Math.max(1, Math.min(254, p));

/**
 * Base priority as configured. Without one it is 100, with `state MASTER` 255: the instance counts as owner of its
 * addresses. A number out of range gives 100.
 */
export const basePriority = (instance: VrrpInstance): number => {
  const p = instance.priority?.value;
  if (p !== undefined && p >= 1 && p <= 255) return p;
  return !instance.settings.has("priority") && instance.state?.value === "MASTER" ? 255 : 100;
};

/**
 * The priorities with everything well, with each tracker failed alone, and with all failed. A priority of 255 never
 * changes. track_file multiplies its weight with the number in the file; 1 is taken for it here.
 */
export function effectivePriorities(config: Config, instance: VrrpInstance): PriorityState[] {
  const base = basePriority(instance);
  const trackers = influences(config, instance);
  if (base === 255) return [{ failed: [], priority: 255, fault: false }];
  const priorityOf = (failed: ReadonlySet<number>): PriorityState => {
    let p = base;
    let fault = false;
    trackers.forEach((x, i) => {
      if (x.weight === 0) fault ||= failed.has(i);
      else if (x.weight > 0 && !failed.has(i)) p += x.weight;
      else if (x.weight < 0 && failed.has(i)) p += x.weight;
    });
    return { failed: [...failed].map((i) => trackers[i].name), priority: clamp(p), fault };
  };
  const states = [priorityOf(new Set())];
  for (let i = 0; i < trackers.length; i++) states.push(priorityOf(new Set([i])));
  if (trackers.length > 1) states.push(priorityOf(new Set(trackers.map((_, i) => i))));
  return states;
}
