/** Takes the place of `semver/functions/satisfies`: the one range that is asked for is `^MAJOR.MINOR.PATCH`, MAJOR ≥ 1. */
function satisfies(version: { readonly numbers: readonly number[] }, range: string): boolean {
  const least = range.replace(/^\^/, "").split(".").map(Number);
  const [major, minor, patch] = version.numbers;
  if (major !== least[0]) return false;
  return minor > least[1] || (minor === least[1] && patch >= least[2]);
}

export = satisfies;
