/** Nothing that a person reads is there in one language only. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

/** Every message that the client asks VS Code to translate: the literals that are the first argument of l10n.t. */
function clientMessages(): Set<string> {
  const messages = new Set<string>();
  for (const name of readdirSync("client/src", { recursive: true }).map(String)) {
    if (!name.endsWith(".ts")) continue;
    const source = readFileSync(join("client/src", name), "utf8");
    const calls = source.match(/\bl10n\.t\(/g)?.length ?? 0;
    const literals = [...source.matchAll(/\bl10n\.t\(\s*("(?:[^"\\\n]|\\.)*")/g)];
    // What is put together at run time can be neither found here nor translated.
    assert.equal(literals.length, calls, `${name}: a message is not a plain string`);
    for (const [, literal] of literals) messages.add(JSON.parse(literal));
  }
  return messages;
}

const placeholders = (text: string) => [...new Set(text.match(/\{\d+\}/g) ?? [])].sort();

describe("the client's messages", () => {
  const bundle: Record<string, string> = JSON.parse(readFileSync("l10n/bundle.l10n.zh-cn.json", "utf8"));

  it("are all there in Chinese, and no others", () => {
    assert.deepEqual(Object.keys(bundle).sort(), [...clientMessages()].sort());
  });

  it("keep their placeholders", () => {
    for (const [english, chinese] of Object.entries(bundle))
      assert.deepEqual(placeholders(chinese), placeholders(english), english);
  });
});

describe("the manifest's strings", () => {
  const read = (path: string): Record<string, string> => JSON.parse(readFileSync(path, "utf8"));
  const english = read("package.nls.json");
  const chinese = read("package.nls.zh-cn.json");

  it("are translated, with the same links and settings named", () => {
    const named = (text: string) =>
      (text.match(/`#[\w.]+#`|command:[\w.]+|https?:\/\/[^\s)]+/g) ?? []).sort();
    for (const [key, text] of Object.entries(english)) {
      if (/[a-z]{4,}/.test(text.replace(/keepalived|NSX|VRRP|LVS|IPVS|Terraform/gi, "")))
        assert.match(chinese[key], /[\u4e00-\u9fff]/, key);
      assert.deepEqual(named(chinese[key]), named(text), key);
    }
  });
});
