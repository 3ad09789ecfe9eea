/**
 * An Ansible playbook. It uses `ansible.builtin.uri` only: the NSX collections lack modules for services and for the
 * exclusion list, and have to be installed from source.
 */
import type { Steps } from "../../text/steps";
import type { Payload } from "../policy";
import { excludeRequests, type Request, requestsOf } from "./requests";

/** A YAML scalar; strings always in double quotes, so that none is taken for something else. */
const scalar = (value: unknown): string =>
  typeof value === "string"
    ? JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escape4)
    : `${value}`;
const escape4 = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** Lines of a value in block style; short lists of scalars in flow style. */
function* yamlLines(value: unknown, indent: string): Steps<string[]> {
  const lines: string[] = [];
  if (Array.isArray(value)) {
    for (const element of value) {
      const inner = yield* yamlLines(element, `${indent}  `);
      inner[0] = `${indent}- ${inner[0].slice(indent.length + 2)}`;
      for (const line of inner) lines.push(line);
      yield;
    }
    return lines;
  }
  if (value === null || typeof value !== "object") return [`${indent}${scalar(value)}`];
  for (const [key, element] of Object.entries(value)) {
    if (element === undefined) continue;
    const flat = Array.isArray(element) && element.every((e) => typeof e !== "object");
    if (flat) {
      const text = `[${element.map(scalar).join(", ")}]`;
      if (indent.length + key.length + text.length < 100 || element.length === 0) {
        lines.push(`${indent}${key}: ${text}`);
        continue;
      }
    }
    if (element === null || typeof element !== "object") lines.push(`${indent}${key}: ${scalar(element)}`);
    else {
      lines.push(`${indent}${key}:`);
      for (const line of yield* yamlLines(element, `${indent}  `)) lines.push(line);
    }
  }
  return lines;
}

const HEAD = [
  "---",
  "# ansible-playbook -e nsx_manager=nsx.example.com THIS   (nsx_user and nsx_password best from a vault)",
  "- name: LVS through the NSX distributed firewall",
  "  hosts: localhost",
  "  gather_facts: false",
  "  module_defaults:",
  "    ansible.builtin.uri:",
  '      url_username: "{{ nsx_user }}"',
  '      url_password: "{{ nsx_password }}"',
  "      force_basic_auth: true",
  "      validate_certs: true",
  "      body_format: json",
  "  tasks:",
];

/** The playbook, for policies or for the exclusion list, in steps. */
export function* ansibleSteps(payload: Payload, remedy: "policy" | "exclude-list"): Steps<string> {
  if (remedy === "exclude-list") return yield* excludePlaybook(payload);
  const lines = [...HEAD];
  for (const request of requestsOf(payload)) {
    for (const line of yield* task(request)) lines.push(line);
    lines.push("");
    yield;
  }
  lines.pop();
  return `${lines.join("\n")}\n`;
}

function* task(request: Request): Steps<string[]> {
  const path = request.path.replace(/\?.*/, "");
  const id = path.split("/").at(-1) ?? "";
  const what = path.includes("/services/") ? "Service" : path.includes("/groups/") ? "Group" : "Policy";
  if (request.method === "POST")
    return [
      `    - name: ${scalar(`${what} ${id} as the manager has it`)}`,
      "      ansible.builtin.uri:",
      `        url: ${scalar(`https://{{ nsx_manager }}${path}`)}`,
      "      register: lvs_policy",
      "",
      `    - name: ${scalar(`${what} ${id} before all others of its category`)}`,
      "      ansible.builtin.uri:",
      `        url: ${scalar(`https://{{ nsx_manager }}${request.path}`)}`,
      "        method: POST",
      '        body: "{{ lvs_policy.json }}"',
    ];
  return [
    `    - name: ${scalar(`${what} ${id}`)}`,
    "      ansible.builtin.uri:",
    `        url: ${scalar(`https://{{ nsx_manager }}${request.path}`)}`,
    `        method: ${request.method}`,
    "        body:",
    ...(yield* yamlLines(request.body, "          ")),
  ];
}

function* excludePlaybook(payload: Payload): Steps<string> {
  const requests = excludeRequests(payload);
  const lines = [...HEAD];
  for (const request of requests.filter((r) => r.method === "PATCH"))
    lines.push(...(yield* task(request)), "");
  const { path } = requests[requests.length - 1];
  const members = [...payload.directors, ...payload.realServers];
  lines.push(
    "    - name: The exclusion list as it is",
    "      ansible.builtin.uri:",
    `        url: ${scalar(`https://{{ nsx_manager }}${path}`)}`,
    "        method: GET",
    "      register: exclude_list",
    "",
    "    - name: The exclusion list with the LVS groups, at the same revision",
    "      ansible.builtin.uri:",
    `        url: ${scalar(`https://{{ nsx_manager }}${path}`)}`,
    "        method: PUT",
    `        body: "{{ exclude_list.json | combine({'members': (exclude_list.json.members | default([])) | union(lvs_groups)}) }}"`,
    "      vars:",
    `        lvs_groups: [${members.map(scalar).join(", ")}]`,
    "      when: lvs_groups | difference(exclude_list.json.members | default([])) | length > 0",
  );
  return `${lines.join("\n")}\n`;
}
