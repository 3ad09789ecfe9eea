/** The exclusion list: one object that all teams share, so what is there stays there. */
import { type Text, t } from "../../language/schema";
import { LIMITS } from "../objects";
import type { Payload } from "../policy";

export interface ExcludeList {
  readonly resource_type: "PolicyExcludeList";
  readonly members: readonly string[];
  readonly [field: string]: unknown;
}

export interface MergedExcludeList {
  readonly body: ExcludeList;
  readonly added: readonly string[];
  /** Why the list that was given cannot be used, or what is still to do. */
  readonly problem: Text | undefined;
}

/**
 * The body to PUT. With the current list it keeps that list's members and `_revision`; without it the `_revision` is
 * missing on purpose: the manager then refuses the PUT instead of dropping other members.
 */
export function excludeListBody(payload: Payload, current?: unknown): MergedExcludeList {
  const wanted = [...payload.directors, ...payload.realServers];
  if (current === undefined)
    return {
      body: { resource_type: "PolicyExcludeList", members: wanted },
      added: wanted,
      problem: t(
        "The current list was not given: GET it, keep its members and its _revision, add these, and PUT the result.",
        "未提供当前列表：请先 GET，保留其成员和 _revision，加入这些路径后再 PUT。",
      ),
    };
  const list = current as Record<string, unknown> | null;
  const members = list && typeof list === "object" ? (list.members ?? []) : undefined;
  const other = list?.resource_type !== undefined && list.resource_type !== "PolicyExcludeList";
  if (
    !list ||
    other ||
    Array.isArray(list) ||
    !Array.isArray(members) ||
    !members.every((member) => typeof member === "string")
  )
    return {
      body: { resource_type: "PolicyExcludeList", members: wanted },
      added: wanted,
      problem: t(
        "The list that was given is not a PolicyExcludeList of the manager.",
        "给出的列表不是管理器的 PolicyExcludeList。",
      ),
    };
  const added = wanted.filter((path) => !members.includes(path));
  const merged = [...members, ...added];
  const tooMany = merged.length > LIMITS.excluded;
  return {
    body: { ...list, resource_type: "PolicyExcludeList", members: merged },
    added,
    problem: tooMany
      ? t(
          `The list would have ${merged.length} members; the manager takes ${LIMITS.excluded}.`,
          `列表将有 ${merged.length} 个成员，管理器最多允许 ${LIMITS.excluded} 个。`,
        )
      : list._revision === undefined
        ? t(
            "The list that was given has no _revision; the manager will refuse the PUT.",
            "给出的列表没有 _revision，管理器会拒绝 PUT。",
          )
        : undefined,
  };
}
