/** Everything in the repository that is made from data: path and content. */
import { grammar } from "./grammar";
import { ruleLists } from "./rule-lists";
import { withRuleCodes, withSettings } from "./settings";
import { snippetFile } from "./snippets";

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/**
 * The generated files by path relative to the repository.
 * @param read gives the present text of a file, for those of which only a part is generated.
 */
export function generated(read: (path: string) => string): Map<string, string> {
  const manifest = read("package.json");
  const files = new Map([
    ["syntaxes/keepalived.tmLanguage.json", json(grammar())],
    ["snippets/keepalived.code-snippets", json(snippetFile())],
    ...ruleLists(read),
    ["package.json", withRuleCodes(manifest)],
  ]);
  for (const [path, strings, chinese] of [
    ["README.md", "package.nls.json", false],
    ["README.zh-CN.md", "package.nls.zh-cn.json", true],
  ] as const) {
    const text = files.get(path);
    if (text) files.set(path, withSettings(text, manifest, read(strings), chinese));
  }
  return files;
}
