/** What an editor renders is written by us: a configuration can put no picture, link or tag of its own into it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { codeBlock, inlineCode, plainText } from "../../../server/src/features/markdown";
import { startServer } from "../support/lsp";

/** Breaks out of code of one, two and three backticks, out of a cell of a table, and out of nothing. */
const NAMES = [
  "a![x](https://evil.example/1.png)",
  "`![x](https://evil.example/2.png)`",
  "``![x](https://evil.example/3.png)",
  "a|![x](https://evil.example/4.png)",
  "a`|![x](https://evil.example/5.png)`",
  "<img/src=https://evil.example/6.png>",
  "\\`![x](https://evil.example/7.png)",
];

const configuration = (name: string): string => `$X="${name}"
$Y= \\
\`\`\` \\
![x](https://evil.example/d.png) \\
\`\`\`
include "${name}"
vrrp_script "${name}" {
    script "/bin/x"
    weight 10
    $Y
}
vrrp_instance "${name}" {
\`\`\`
![x](https://evil.example/e.png)
\`\`\`\`
    interface eth0
    virtual_router_id 20
    unicast_src_ip 192.0.2.1
    unicast_peer {
        192.0.2.2
    }
    priority 100
    track_script {
        "${name}"
    }
    virtual_ipaddress {
        192.0.2.20/24
    }
    notify_master $X
}
vrrp_sync_group "${name}" {
    group {
        "${name}"
    }
}
`;

/** Markdown without its code and without what a backslash makes plain. */
const rendered = (markdown: string): string =>
  markdown
    .replace(/^(`{3,})[^\n`]*\n(?:[\s\S]*?\n)?\1`*[ \t]*$/gm, "CODE")
    .split("\n")
    .flatMap((line) => (line.startsWith("|") ? line.split(/(?<!\\)\|/) : [line]))
    .map((cell) => cell.replace(/(?<![`\\])(`+)(?!`)(?:[^`]|(?!\1(?!`))`)*?(?<!`)\1(?!`)/g, "CODE"))
    .join("\n")
    .replace(/\\[!-/:-@[-`{-~]/g, "");

/** Every Markdown text of an answer. */
function markdownOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { kind, value: text } = value as { kind?: unknown; value?: unknown };
  if (kind === "markdown" && typeof text === "string") return [text];
  return Object.values(value).flatMap(markdownOf);
}

describe("Markdown", () => {
  test("this test sees what breaks out", () => {
    for (const text of ["![x](y)", "`a` ![x](y) `b`", "```\na\n```\n![x](y)", "| `a|![x](y)` |", "<img>"])
      assert.match(rendered(text), /!\[|\]\(|<\w/, text);
    for (const text of [
      "`![x](y)`",
      "```x\n![x](y)\n```",
      "`` a`![x](y) ``",
      "\\!\\[x\\](y)",
      "| `a\\|![x](y)` |",
    ])
      assert.doesNotMatch(rendered(text), /!\[|\]\(|<\w/, text);
  });

  for (const name of NAMES)
    test(`holds no picture of ${name}`, async () => {
      const uri = "file:///etc/keepalived/keepalived.conf";
      const client = await startServer({
        capabilities: { textDocument: { diagnostic: {} } },
        files: { [`file:///etc/keepalived/${name}`]: "# x\n" },
      });
      try {
        const text = configuration(name);
        await client.open(uri, text);
        const textDocument = { uri };
        const texts: string[] = [];
        const lines = text.split("\n");
        for (let line = 0; line < lines.length; line++)
          for (const word of lines[line].matchAll(/\S+/g)) {
            const position = { line, character: word.index + 1 };
            for (const method of ["hover", "signatureHelp", "completion"])
              texts.push(
                ...markdownOf(
                  await client.request(`textDocument/${method}`, {
                    textDocument,
                    position,
                    context: { triggerKind: 1 },
                  }),
                ),
              );
          }
        const range = { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } };
        texts.push(...markdownOf(await client.request("textDocument/inlayHint", { textDocument, range })));
        assert.ok(
          texts.some((t) => t.includes("evil.example")),
          "nothing of the configuration is shown",
        );
        for (const t of texts) assert.doesNotMatch(rendered(t), /!\[|\]\(h|<img/, t);
      } finally {
        await client.stop();
      }
    });

  test("shows what stands there", () => {
    assert.equal(inlineCode("VI_1"), "`VI_1`");
    assert.equal(inlineCode("a`b"), "`` a`b ``");
    assert.equal(codeBlock("x"), "```keepalived\nx\n```");
    assert.equal(plainText("VI_1"), "VI_1");
  });
});
