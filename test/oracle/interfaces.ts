/** Names of interfaces in configurations and in what keepalived prints. */

/** Interfaces that the program missed. */
export function missingInterfaces(output: string): string[] {
  const names = new Set<string>();
  const patterns = [
    /interface (\S+) (?:for|specified)[^\n]*(?:doesn't exist)?/g,
    /interface (\S+) (?:doesn't|does not) exist/g,
    /interface (\S+) not found/g,
    /unknown interface (\S+) specified/g,
  ];
  for (const pattern of patterns)
    for (const m of output.matchAll(pattern)) if (isInterfaceName(m[1])) names.add(m[1]);
  return [...names];
}

export const isInterfaceName = (name: string): boolean =>
  /^[A-Za-z0-9][\w.@-]{0,14}$/.test(name) && name !== "lo" && name !== "all" && name !== "default";
