/** Objects of the NSX Policy API as far as payloads for LVS need them, with the field names of the wire. */

export type Category = "Emergency" | "Infrastructure" | "Environment" | "Application";
export const CATEGORIES: readonly Category[] = ["Emergency", "Infrastructure", "Environment", "Application"];

export interface Tag {
  readonly scope: string;
  readonly tag: string;
}

interface Named {
  readonly id: string;
  readonly display_name: string;
  readonly description?: string;
  readonly tags?: readonly Tag[];
}

export interface Condition {
  readonly resource_type: "Condition";
  readonly member_type: "VirtualMachine";
  readonly key: "Tag" | "Name";
  readonly operator: "EQUALS";
  readonly value: string;
}

export interface ExternalIds {
  readonly resource_type: "ExternalIDExpression";
  readonly member_type: "VirtualMachine";
  readonly external_ids: readonly string[];
}

export interface Conjunction {
  readonly resource_type: "ConjunctionOperator";
  readonly conjunction_operator: "OR";
}

export type Expression = Condition | ExternalIds | Conjunction;

export interface Group extends Named {
  readonly resource_type: "Group";
  readonly expression: readonly Expression[];
}

export type ServiceEntry = { readonly id: string; readonly display_name: string } & (
  | {
      readonly resource_type: "L4PortSetServiceEntry";
      readonly l4_protocol: "TCP" | "UDP";
      readonly source_ports?: readonly string[];
      readonly destination_ports?: readonly string[];
    }
  | { readonly resource_type: "IPProtocolServiceEntry"; readonly protocol_number: number }
  | {
      readonly resource_type: "ICMPTypeServiceEntry";
      readonly protocol: "ICMPv4" | "ICMPv6";
      readonly icmp_type: number;
    }
  | { readonly resource_type: "IGMPTypeServiceEntry" }
);

export interface NsxService extends Named {
  readonly resource_type: "Service";
  readonly service_entries: readonly ServiceEntry[];
}

export interface Rule {
  readonly resource_type: "Rule";
  readonly id: string;
  readonly display_name: string;
  readonly notes: string;
  readonly sequence_number: number;
  readonly source_groups: readonly string[];
  readonly destination_groups: readonly string[];
  readonly services: readonly string[];
  readonly direction: "IN" | "OUT" | "IN_OUT";
  readonly ip_protocol: "IPV4" | "IPV6" | "IPV4_IPV6";
  readonly action: "ALLOW";
  readonly logged: boolean;
  /** Log label; the packet log shows 32 characters of it. */
  readonly tag: string;
}

export interface SecurityPolicy extends Named {
  readonly resource_type: "SecurityPolicy";
  readonly category: Category;
  readonly sequence_number: number;
  readonly stateful: boolean;
  readonly tcp_strict: boolean;
  readonly scope: readonly string[];
  readonly rules: readonly Rule[];
}

/** Limits of the manager, and where they bite. */
export const LIMITS = {
  /** Values of `source_ports` or `destination_ports` of one entry; a range counts as two. */
  ports: 15,
  entries: 50,
  /** Elements of each list of a rule, and of a policy's scope. */
  list: 128,
  /** The bound that the Terraform provider and the statistics API use. */
  rules: 1000,
  /** Conditions of one group. */
  conditions: 5,
  /** Members of the exclusion list. */
  excluded: 100,
  notes: 2048,
  description: 1024,
  externalIds: 4000,
} as const;

/** Where objects live: the part of the API and the prefix of paths. */
export interface Root {
  /** Prefix of paths inside objects: `/infra`, `/global-infra`, `/orgs/default/projects/P/infra`. */
  readonly base: string;
  /** URL path of it: `/policy/api/v1/infra`. */
  readonly url: string;
  readonly domain: string;
  readonly project: string | undefined;
  readonly global: boolean;
}

/** The root of a local manager, of a project on it, or of a Global Manager. */
export function rootOf(options: { domain?: string; project?: string; globalManager?: boolean }): Root {
  const base = options.globalManager
    ? "/global-infra"
    : options.project
      ? `/orgs/default/projects/${options.project}/infra`
      : "/infra";
  return {
    base,
    url: `${options.globalManager ? "/global-manager/api/v1" : "/policy/api/v1"}${base}`,
    domain: options.domain ?? "default",
    project: options.project,
    global: options.globalManager === true,
  };
}

export const groupPath = (root: Root, id: string): string =>
  `${root.base}/domains/${root.domain}/groups/${id}`;
export const servicePath = (root: Root, id: string): string => `${root.base}/services/${id}`;
export const policyPath = (root: Root, id: string): string =>
  `${root.base}/domains/${root.domain}/security-policies/${id}`;
/** The exclusion list belongs to the whole manager; projects have none. */
export const excludeListPath = (root: Root): string =>
  `${root.global ? "/global-infra" : "/infra"}/settings/firewall/security/exclude-list`;

/** The URL path of an object path. */
export const urlOf = (root: Root, path: string): string =>
  `${root.global ? "/global-manager/api/v1" : "/policy/api/v1"}${path}`;
