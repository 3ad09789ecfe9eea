/** Disagreements that are known and stay, each with its reason. Reviewed by hand; the report says how often each applies. */

import type { Said } from "../../server/src/program/match";
import type { Message } from "../../server/src/program/messages";
import type { Comparison } from "./compare";

export interface Exclusion {
  readonly reason: string;
  /** Text of configurations whose disagreements do not count at all. */
  readonly text?: RegExp;
  /** Templates, as a whole. */
  readonly template?: true;
  /** Which configurations; default all. */
  readonly id?: RegExp;
  /** A message of keepalived that we do not repeat. */
  readonly message?: RegExp;
  /** An error of ours that keepalived does not confirm. */
  readonly code?: string;
}

export const EXCLUSIONS: readonly Exclusion[] = [
  {
    template: true,
    reason: "A template is no configuration yet: keepalived reads its expressions as text.",
  },
  {
    code: "include-cycle",
    reason:
      "keepalived reads the file until it can open no more, and is silent when it holds nothing but includes.",
  },
  {
    text: /^[ \t]*(?:@\S+[ \t]+)?net_namespace/m,
    reason: "keepalived goes on in another network namespace, and says nothing more in this one.",
  },
  {
    message: /routerid name missing/,
    id: /environment/,
    reason: "The value is in the environment of keepalived.",
  },
  {
    message: /^Invalid (?:startup|shutdown) script$/,
    reason: "It follows from a user that does not exist on the machine.",
  },
  {
    text: /^[ \t]*[#!][ \t]*keepalived-disable/m,
    reason: "A comment silences the finding.",
  },
  {
    code: "include-unreadable",
    id: /inc-dir/,
    reason: "The folder is not there: only files are written for keepalived.",
  },
  {
    message: /cpu_id|outside range \[0, \d\]$/,
    id: /cpu/,
    reason: "How many processors there are is known to the machine only.",
  },
  {
    message: /exists and is not a directory|it is not a regular file/,
    reason: "What lies at a path is known to the machine only.",
  },
  {
    message: /auth_hmac/,
    id: /hmac-file/,
    reason: "The key is in a file of the machine.",
  },
];

const applies = (e: Exclusion, id: string): boolean => e.id === undefined || e.id.test(id);

const whole = (e: Exclusion, { template, files }: Comparison): boolean =>
  e.template ? template : e.text !== undefined && Object.values(files).some((text) => e.text?.test(text));

export const excludedMessage = (id: string, m: Message, x: Comparison): Exclusion | undefined =>
  EXCLUSIONS.find((e) => whole(e, x) || (e.message?.test(m.text) && applies(e, id)));

export const excludedFinding = (id: string, o: Said, x: Comparison): Exclusion | undefined =>
  EXCLUSIONS.find((e) => whole(e, x) || (e.code === o.code && applies(e, id)));

/** Of a seeded fault only whole configurations are left out. */
export const excludedSeed = (x: Comparison): Exclusion | undefined => EXCLUSIONS.find((e) => whole(e, x));
