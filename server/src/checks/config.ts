/** The checks that need more than one block. */
import { ROOT_CONTEXT } from "../language";
import type { Config } from "../model/config";
import { Kind } from "../syntax/records";
import { checkNotes, checkServices, checkVips, Surroundings, Vips } from "./addresses";
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

/** The checks, in the order of what they report. */
export const PARTS = [
  "names",
  "globals",
  "instances",
  "trackers",
  "vips",
  "services",
  "notes",
  "groups",
] as const;
export type Part = (typeof PARTS)[number];

/** A configuration to be checked as a whole. What several checks need is worked out when the first one asks for it. */
export class Whole {
  constructor(
    readonly config: Config,
    readonly items: readonly { readonly facts: ItemFacts }[],
    private readonly options: CheckOptions,
  ) {}

  /** What one of the checks finds; offsets are absolute. */
  problemsOf(part: Part): readonly Problem[] {
    const { config, options } = this;
    if (config.tree.root !== ROOT_CONTEXT) return [];
    const report = new Report();
    switch (part) {
      case "names":
        checkNames(config, this.flat, report);
        break;
      case "globals":
        checkGlobals(config, this.flat, options, report);
        break;
      case "instances":
        checkInstances(config, options, report);
        break;
      case "trackers":
        checkTrackers(config, report);
        break;
      case "vips":
        checkVips(config, this.vips, report);
        break;
      case "services":
        if (this.flat.services.length > 0) checkServices(config, this.flat, this.surroundings, report);
        break;
      case "notes":
        checkNotes(config, this.flat, report);
        break;
      case "groups":
        checkGroups(config, this.flat, report);
        break;
    }
    return report.problems;
  }

  get flat(): Flat {
    this.flattened ??= flatten(this.config, this.items);
    return this.flattened;
  }
  private flattened: Flat | undefined;

  get surroundings(): Surroundings {
    this.around ??= new Surroundings(this.config, this.vips);
    return this.around;
  }
  private around: Surroundings | undefined;

  private get vips(): Vips {
    this.allVips ??= new Vips(this.config);
    return this.allVips;
  }
  private allVips: Vips | undefined;
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
    servicesUse: (use) => items[tree.itemIndexAt(use.start)].facts.services.length > 0,
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
