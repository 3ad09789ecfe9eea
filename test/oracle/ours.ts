/** What this project says about a configuration, with the default settings. */
import { DEFAULT_PRESENTATION, present } from "../../server/src/checks/present";
import { checkProject, dialectOf } from "../../server/src/checks/project";
import { type Index, indexFindings } from "../../server/src/program/match";
import { MemoryFiles, uriOf } from "../unit/support/files";
import type { Files } from "./pool";

/** Reads and checks a configuration for a release. */
export function check(files: Files, release: string): Index {
  const access = new MemoryFiles(files, dialectOf(release));
  const root = access.file(uriOf(Object.keys(files)[0]));
  if (root.kind !== "file") throw new Error("The configuration has no root file.");
  const project = checkProject(root.file, access, { target: release });
  return indexFindings(project, (file) => present(file, project.findings, DEFAULT_PRESENTATION));
}
