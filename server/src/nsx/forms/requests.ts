/** The objects one by one: what a client of the Policy API sends, in order, with method and path. */
import { excludeListPath, groupPath, policyPath, servicePath, urlOf } from "../objects";
import type { Payload } from "../policy";
import { excludeListBody } from "./exclude-list";

export interface Request {
  readonly method: "GET" | "PATCH" | "POST" | "PUT";
  /** URL path with query. */
  readonly path: string;
  readonly body?: object;
}

/** Services and groups first, because policies refer to them; then the stateless policies move to the top. */
export function requestsOf(payload: Payload): Request[] {
  const { root } = payload;
  const requests: Request[] = [];
  const patch = (path: string, body: object) =>
    requests.push({ method: "PATCH", path: urlOf(root, path), body });
  for (const service of payload.services) patch(servicePath(root, service.id), service);
  for (const group of payload.groups) patch(groupPath(root, group.id), group);
  for (const policy of payload.policies) patch(policyPath(root, policy.id), policy);
  for (const policy of firstInCategory(payload))
    requests.push({
      method: "POST",
      path: `${urlOf(root, policyPath(root, policy.id))}?action=revise&operation=insert_top`,
      body: policy,
    });
  return requests;
}

/** Stateless policies that must come before all others of their category, last one first. */
export const firstInCategory = (payload: Payload) =>
  payload.policies.filter((policy) => !policy.stateful).reverse();

/** Group, reading, and writing back: the exclusion list is shared, so it is never written blindly. */
export function excludeRequests(payload: Payload, current?: unknown): Request[] {
  const { root } = payload;
  const path = urlOf(root, excludeListPath(root));
  return [
    ...payload.groups.map(
      (group): Request => ({
        method: "PATCH",
        path: urlOf(root, groupPath(root, group.id)),
        body: group,
      }),
    ),
    { method: "GET", path },
    { method: "PUT", path, body: excludeListBody(payload, current).body },
  ];
}
