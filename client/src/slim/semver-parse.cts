/** Takes the place of `semver/functions/parse` in the bundle: the client's library only reads VS Code's own version. */
function parse(version: string): { numbers: number[]; prerelease: string[] } | null {
  const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-(\S{1,200}))?$/.exec(version);
  return match && { numbers: match.slice(1, 4).map(Number), prerelease: match[4] ? match[4].split(".") : [] };
}

export = parse;
