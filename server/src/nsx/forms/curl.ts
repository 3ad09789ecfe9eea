/** A shell script around curl: applies the payload, checks it, and takes it back. */
import type { Steps } from "../../text/steps";
import { excludeListPath, policyPath, urlOf } from "../objects";
import type { Payload } from "../policy";
import { infraBody, undoBodies } from "./hierarchical";
import { json, jsonSteps } from "./json";
import { excludeRequests, firstInCategory } from "./requests";

const HEAD = (what: string): string[] => [
  "#!/bin/sh",
  `# ${what}`,
  "# NSX_MANAGER=nsx.example.com NSX_USER=admin sh THIS [apply|check|undo]",
  "# curl asks for the password; or set NSX_NETRC to a netrc file. NSX_CACERT: certificate of the CA.",
  "set -eu",
  ': "${NSX_MANAGER:?host name of the NSX manager}"',
  "",
  "nsx() { # METHOD PATH [OPTIONS OF CURL…]",
  "    method=$1 path=$2",
  "    shift 2",
  '    if [ -n "${NSX_CACERT:-}" ]; then set -- --cacert "$NSX_CACERT" "$@"; fi',
  '    if [ -n "${NSX_NETRC:-}" ]; then',
  '        set -- --netrc-file "$NSX_NETRC" "$@"',
  "    else",
  '        set -- --user "${NSX_USER:?user of the NSX manager}" "$@"',
  "    fi",
  '    curl -sS --fail-with-body -X "$method" -H \'Content-Type: application/json\' "$@" "https://$NSX_MANAGER$path"',
  "}",
  "",
];

const TAIL = [
  "",
  'case "${1:-apply}" in',
  "    apply) apply ;;",
  "    check) check ;;",
  "    undo) undo ;;",
  '    *) echo "Usage: $0 [apply|check|undo]" >&2; exit 2 ;;',
  "esac",
];

const hereDocument = (body: string): string => `${body}\nEOF`;

/** The script for policies, in steps. */
export function* curlSteps(payload: Payload): Steps<string> {
  const { root } = payload;
  const lines = HEAD("NSX distributed firewall: rules for LVS");
  lines.push(
    "apply() {",
    `    nsx PATCH '${root.url}' --data-binary @- <<'EOF'`,
    hereDocument(yield* jsonSteps(infraBody(payload))),
  );
  const first = firstInCategory(payload);
  if (first.length > 0)
    lines.push("    # First match wins: the stateless rules before all others of their category.");
  for (const policy of first) {
    const path = urlOf(root, policyPath(root, policy.id));
    lines.push(
      `    policy=$(nsx GET '${path}')`,
      `    printf '%s' "$policy" | nsx POST '${path}?action=revise&operation=insert_top' --data-binary @- >/dev/null`,
    );
  }
  lines.push("}", "", "check() {");
  for (const policy of payload.policies) {
    const path = policyPath(root, policy.id);
    const state = `${root.url}/realized-state/status?intent_path=${path}`;
    lines.push(
      `    nsx GET '${state}'`,
      `    nsx GET '${urlOf(root, path)}/statistics'   # packets of the stateless rules must grow`,
    );
  }
  lines.push("}", "", "# The groups stay: other rules may use them.", "undo() {");
  for (const body of undoBodies(payload))
    lines.push(`    nsx PATCH '${root.url}' --data-binary @- <<'EOF'`, hereDocument(yield* jsonSteps(body)));
  lines.push("}", ...TAIL);
  return `${lines.join("\n")}\n`;
}

/** The script for the exclusion list. It needs jq to keep what others put there. */
export function curlExcludeOf(payload: Payload): string {
  const { root } = payload;
  const path = urlOf(root, excludeListPath(root));
  const members = [...payload.directors, ...payload.realServers];
  const lines = HEAD("NSX distributed firewall: LVS directors on the exclusion list (needs jq)");
  lines.push(
    `MEMBERS='${JSON.stringify(members)}'`,
    "",
    "# Reads the list, changes it, and writes it back at the same revision; again if somebody was faster.",
  );
  lines.push(
    "add() { jq --argjson ours \"$MEMBERS\" '.members = (.members // []) + ($ours - (.members // []))'; }",
    "remove() { jq --argjson ours \"$MEMBERS\" '.members = (.members // []) - $ours'; }",
    "change() { # add or remove",
    "    for attempt in 1 2 3; do",
    `        list=$(nsx GET '${path}')`,
    '        changed=$(printf \'%s\' "$list" | "$1")',
    `        if printf '%s' "$changed" | nsx PUT '${path}' --data-binary @-; then return; fi`,
    '        echo "attempt $attempt failed" >&2',
    "    done",
    "    return 1",
    "}",
    "",
    "apply() {",
  );
  for (const request of excludeRequests(payload))
    if (request.method === "PATCH")
      lines.push(
        `    nsx PATCH '${request.path}' --data-binary @- <<'EOF'`,
        hereDocument(json(request.body)),
      );
  lines.push(
    "    change add",
    "}",
    "",
    "check() {",
    `    nsx GET '${path}' | jq --argjson ours "$MEMBERS" '{members, missing: ($ours - (.members // []))}'`,
    "}",
    "",
    "undo() {",
    "    change remove",
    "}",
    ...TAIL,
  );
  return `${lines.join("\n")}\n`;
}
