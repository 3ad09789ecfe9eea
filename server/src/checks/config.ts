/** The checks that need more than one block. */
import { ROOT_CONTEXT } from "../language";
import type { Config } from "../model/config";
import { Kind } from "../syntax/records";
import { checkAddresses } from "./addresses";
import type { ItemFacts } from "./blocks";
import { checkGlobals } from "./globals";
import { checkGroups } from "./groups";
import { checkInstances } from "./instances";
import { checkNames } from "./names";
import { type CheckOptions, type Problem, Report } from "./rule";
import type { ServiceFact } from "./service-reader";
import { checkTrackers } from "./trackers";

/** Facts of all items in order. */
export interface Flat {
  readonly services: readonly { readonly item: number; readonly fact: ServiceFact }[];
  readonly arpComments: string;
  /** Uses of track_group in static addresses, routes and rules; absolute offsets. */
  readonly trackGroupUses: readonly { readonly name: string; readonly start: number; readonly end: number }[];
  /** Whether a use of a name stands in a virtual server. */
  servicesUse(use: { readonly start: number }): boolean;
}

/** Checks a configuration as a whole. Offsets of the problems are absolute. */
export function checkConfig(
  config: Config,
  items: readonly { readonly facts: ItemFacts }[],
  options: CheckOptions,
): readonly Problem[] {
  if (config.tree.root !== ROOT_CONTEXT) return [];
  const report = new Report();
  const flat = flatten(config, items);
  checkNames(config, flat, report);
  checkGlobals(config, flat, options, report);
  checkInstances(config, options, report);
  checkTrackers(config, report);
  checkAddresses(config, flat, report);
  checkGroups(config, flat, report);
  return report.problems;
}

function flatten(config: Config, items: readonly { readonly facts: ItemFacts }[]): Flat {
  const services: { item: number; fact: ServiceFact }[] = [];
  let arpComments = "";
  for (let item = 0; item < items.length; item++) {
    const { facts } = items[item];
    for (const fact of facts.services) services.push({ item, fact });
    arpComments += facts.arpComments;
  }
  const { tree } = config;
  return {
    services,
    arpComments,
    trackGroupUses: trackGroupUses(config),
    servicesUse: (use) => {
      const item = tree.itemIndexAt(use.start);
      return services.some((s) => s.item === item);
    },
  };
}

const STATIC_LISTS = new Set(["static_ipaddress", "static_routes", "static_rules"]);

function trackGroupUses(config: Config): Flat["trackGroupUses"] {
  const uses: { name: string; start: number; end: number }[] = [];
  for (const item of config.staticItems) {
    for (const node of config.tree.itemNodes(item)) {
      if (!node.keyword || !STATIC_LISTS.has(node.keyword.name)) continue;
      for (const entry of node.children) {
        if (entry.kind !== Kind.Entry) continue;
        for (let n = 0; n + 1 < entry.wordCount; n++) {
          if (entry.word(n) === "track_group")
            uses.push({ name: entry.word(n + 1), start: entry.wordStart(n + 1), end: entry.wordEnd(n + 1) });
        }
      }
    }
  }
  return uses;
}
