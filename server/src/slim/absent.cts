/**
 * Takes the place of two modules of Node in the bundle: the server's library loads them at every start, which takes
 * milliseconds and megabytes, for names of pipes and for searches with npm and yarn that nothing here asks for. The
 * library can start no program either.
 */
function absent(): never {
  throw new Error("Left out of this bundle.");
}

export = { fork: absent, spawnSync: absent, randomBytes: absent };
