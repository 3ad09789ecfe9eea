/** A PowerShell 7 script with plain REST calls: the cmdlets of PowerCLI change their names between releases. */
import type { Steps } from "../../text/steps";
import { excludeListPath, policyPath, urlOf } from "../objects";
import type { Payload } from "../policy";
import { infraBody, undoBodies } from "./hierarchical";
import { json, jsonSteps } from "./json";
import { excludeRequests, firstInCategory } from "./requests";

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A here-string takes everything up to a line that begins with `'@`, which JSON never has. */
const hereString = (body: string): string => `@'\n${body}\n'@`;

const HEAD = (what: string): string[] => [
  "#Requires -Version 7.0",
  `# ${what}`,
  "# ./THIS.ps1 -Manager nsx.example.com -Credential (Get-Credential) [-Undo]",
  "param(",
  "    [Parameter(Mandatory)] [string] $Manager,",
  "    [Parameter(Mandatory)] [pscredential] $Credential,",
  "    [switch] $Undo",
  ")",
  "$ErrorActionPreference = 'Stop'",
  "",
  "function Invoke-Nsx([string] $Method, [string] $Path, [string] $Body) {",
  "    $request = @{",
  "        Method         = $Method",
  '        Uri            = "https://$Manager$Path"',
  "        Authentication = 'Basic'",
  "        Credential     = $Credential",
  "        ContentType    = 'application/json; charset=utf-8'",
  "    }",
  "    if ($Body) { $request.Body = $Body }",
  "    Invoke-RestMethod @request",
  "}",
  "",
];

/** The script for policies, in steps. */
export function* powershellSteps(payload: Payload): Steps<string> {
  const { root } = payload;
  const lines = HEAD("NSX distributed firewall: rules for LVS");
  lines.push("if ($Undo) {", "    # The groups stay: other rules may use them.");
  for (const body of undoBodies(payload))
    lines.push(`    Invoke-Nsx Patch ${quoted(root.url)} ${hereString(yield* jsonSteps(body))}`);
  lines.push("    return", "}", "");
  lines.push(`Invoke-Nsx Patch ${quoted(root.url)} ${hereString(yield* jsonSteps(infraBody(payload)))}`);
  const first = firstInCategory(payload);
  if (first.length > 0)
    lines.push("", "# First match wins: the stateless rules before all others of their category.");
  for (const policy of first) {
    const path = urlOf(root, policyPath(root, policy.id));
    lines.push(
      `$policy = Invoke-Nsx Get ${quoted(path)}`,
      `Invoke-Nsx Post ${quoted(`${path}?action=revise&operation=insert_top`)} ($policy | ConvertTo-Json -Depth 20) | Out-Null`,
    );
  }
  return `${lines.join("\n")}\n`;
}

/** The script for the exclusion list. */
export function powershellExcludeOf(payload: Payload): string {
  const { root } = payload;
  const path = urlOf(root, excludeListPath(root));
  const members = [...payload.directors, ...payload.realServers];
  const lines = HEAD("NSX distributed firewall: LVS directors on the exclusion list");
  lines.push(`$ours = @(${members.map(quoted).join(", ")})`, "");
  const groups = excludeRequests(payload).filter((request) => request.method === "PATCH");
  if (groups.length > 0) {
    lines.push("if (-not $Undo) {");
    for (const request of groups)
      lines.push(`    Invoke-Nsx Patch ${quoted(request.path)} ${hereString(json(request.body))}`);
    lines.push("}", "");
  }
  lines.push(
    "# The list is shared: what others put there stays, and _revision guards against changes in between.",
    `$list = Invoke-Nsx Get ${quoted(path)}`,
    "$members = @($list.members | Where-Object { $_ -and $_ -notin $ours })",
    "if (-not $Undo) { $members += $ours }",
    "$list | Add-Member -NotePropertyName members -NotePropertyValue $members -Force",
    `Invoke-Nsx Put ${quoted(path)} ($list | ConvertTo-Json -Depth 20)`,
  );
  return `${lines.join("\n")}\n`;
}
