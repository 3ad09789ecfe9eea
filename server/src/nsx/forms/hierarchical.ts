/** One body for one PATCH of the hierarchy root: the manager puts the parts in order itself. */
import type { Payload } from "../policy";

/** The document to send. */
export function infraBody(payload: Payload): object {
  return {
    resource_type: "Infra",
    children: [
      ...payload.services.map((service) => ({ resource_type: "ChildService", Service: service })),
      {
        resource_type: "ChildResourceReference",
        id: payload.root.domain,
        target_type: "Domain",
        children: [
          ...payload.groups.map((group) => ({ resource_type: "ChildGroup", Group: group })),
          ...payload.policies.map((policy) => ({
            resource_type: "ChildSecurityPolicy",
            SecurityPolicy: policy,
          })),
        ],
      },
    ],
  };
}

/** The documents that take the payload back, in this order. The groups stay: other rules may use them. */
export function undoBodies(payload: Payload): object[] {
  const policies = {
    resource_type: "Infra",
    children: [
      {
        resource_type: "ChildResourceReference",
        id: payload.root.domain,
        target_type: "Domain",
        children: payload.policies.map(({ id }) => ({
          resource_type: "ChildSecurityPolicy",
          marked_for_delete: true,
          SecurityPolicy: { resource_type: "SecurityPolicy", id },
        })),
      },
    ],
  };
  const services = {
    resource_type: "Infra",
    children: payload.services.map(({ id }) => ({
      resource_type: "ChildService",
      marked_for_delete: true,
      Service: { resource_type: "Service", id },
    })),
  };
  return [policies, services];
}
