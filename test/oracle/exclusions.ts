/** Disagreements that are known and stay, each with its reason. Reviewed by hand; the report says how often each applies. */

import type { Said } from "../../server/src/program/match";
import type { Message } from "../../server/src/program/messages";

export interface Exclusion {
  readonly reason: string;
  /** Templates, as a whole. */
  readonly template?: true;
  /** Which configurations; default all. */
  readonly id?: RegExp;
  /** A message of keepalived that we do not repeat. */
  readonly message?: RegExp;
  /** An error of ours that keepalived does not confirm. */
  readonly code?: string;
  /** Operators of faults that are no faults here. */
  readonly operator?: string;
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

export const excludedMessage = (id: string, m: Message, template: boolean): Exclusion | undefined =>
  EXCLUSIONS.find((e) => (e.template ? template : e.message?.test(m.text) && applies(e, id)));

export const excludedFinding = (id: string, o: Said, template: boolean): Exclusion | undefined =>
  EXCLUSIONS.find((e) =>
    e.template ? template : e.code === o.code && e.message === undefined && applies(e, id),
  );

export const excludedSeed = (id: string, operator: string): Exclusion | undefined =>
  EXCLUSIONS.find((e) => e.operator === operator && applies(e, id));
