/** Loading one configuration for commands that work on its meaning. */
import { pathToFileURL } from "node:url";
import { DiskFiles, readTextFile } from "../host/disk";
import { Config } from "../model/config";
import type { Tree } from "../syntax/tree";
import type { SourceFile } from "../workspace/files";
import { conditionIds, isPlain, type Resolved, resolve } from "../workspace/resolve";

/** A configuration with its includes and definitions taken in, as keepalived reads it. */
export interface Loaded {
  readonly root: SourceFile;
  readonly config: Config;
  /** The tree that the model positions refer to; the root's own tree when nothing had to be resolved. */
  readonly tree: Tree;
  readonly resolved: Resolved | undefined;
  /** Configuration ids that conditions name. */
  readonly ids: readonly string[];
}

/**
 * Loads a file.
 * @param id the configuration id that `@id` lines are compared with.
 * @throws Error with a message for the user when the file cannot be read.
 */
export function loadConfig(path: string, id?: string, text?: string): Loaded {
  const files = new DiskFiles();
  let content = text;
  if (content === undefined) {
    const result = readTextFile(path);
    if ("problem" in result) throw new Error(`${path}: ${result.problem}`);
    content = result.text;
  }
  const { file: root } = files.provide(pathToFileURL(path).href, content);
  const ids = new Set<string>();
  conditionIds(root.tree, ids);
  if (isPlain(root.tree)) {
    return { root, config: new Config(root.tree), tree: root.tree, resolved: undefined, ids: [] };
  }
  const resolved = resolve(root, files, { id });
  for (const file of resolved.files) conditionIds(file.tree, ids);
  const { tree } = files.provide("resolved:", String(resolved.text)).file;
  return { root, config: new Config(tree), tree, resolved, ids: [...ids] };
}
