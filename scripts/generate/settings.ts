/** What the manifest and the READMEs say about settings. */
import { allRules } from "../../server/src/checks/rule";
import { between } from "./sections";

interface Setting {
  readonly type: string | readonly string[];
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly markdownDescription?: string;
}
interface Manifest {
  readonly contributes: {
    readonly configuration: readonly { readonly properties: Record<string, Setting> }[];
  };
}

/** The manifest with the code of every rule among the names that `diagnostics.severity` completes. */
export function withRuleCodes(manifest: string): string {
  const data = JSON.parse(manifest);
  for (const { properties } of (data as Manifest).contributes.configuration) {
    const severity = properties["keepalived.diagnostics.severity"] as
      | { propertyNames?: { enum: string[] } }
      | undefined;
    if (severity) severity.propertyNames = { enum: allRules().map(({ code }) => code) };
  }
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

/** A README with its table of settings. */
export function withSettings(text: string, manifest: string, strings: string, chinese: boolean): string {
  const names: Record<string, string> = JSON.parse(strings);
  const data: Manifest = JSON.parse(manifest);
  const rows = data.contributes.configuration.flatMap(({ properties }) =>
    Object.entries(properties).map(([name, setting]) => {
      const key = setting.markdownDescription ?? setting.description ?? "";
      const description = names[key.replace(/^%|%$/g, "")] ?? key;
      const plain = description
        .replace(/`#([\w.]+)#`/g, "`$1`")
        .replace(/\n+/g, " ")
        .replace(/\|/g, "\\|");
      return `| \`${name}\` | ${shown(setting.default)} | ${plain} |`;
    }),
  );
  const head = chinese
    ? ["| 设置 | 默认值 | 含义 |", "| --- | --- | --- |"]
    : ["| Setting | Default | Meaning |", "| --- | --- | --- |"];
  return between(text, "settings", [...head, ...rows].join("\n"));
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "";
  return text === "" || text === '""' ? "" : `\`${text.replace(/\|/g, "\\|")}\``;
};
