import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import { run, unifiedDiff } from "../../../server/src/cli/format";
import { applyEdits, DEFAULT_FORMAT, formatDocument } from "../../../server/src/features/format";
import { configurationText, sourceFile } from "../support/editing";

const folder = mkdtempSync(join(tmpdir(), "format-"));
after(() => rmSync(folder, { recursive: true }));

const UNTIDY = "vrrp_script a {\n interval 1\n}\n";
const TIDY = "vrrp_script a {\n    interval 1\n}\n";

async function format(args: string[], stdin = ""): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const io = { stdout: (x: string) => (out += x), stderr: (x: string) => (err += x), stdin: () => stdin };
  return { code: await run([...args, "--locale", "en"], io), out, err };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("the command format", () => {
  it("prints the result", async () => {
    assert.deepEqual(await format([file("a.conf", UNTIDY)]), { code: 0, out: TIDY, err: "" });
    assert.equal((await format(["-"], UNTIDY)).out, TIDY);
    assert.equal((await format(["--tabs", "-"], UNTIDY)).out, TIDY.replace("    ", "\t"));
    assert.equal((await format(["--tab-size", "2", "-"], UNTIDY)).out, TIDY.replace("    ", "  "));
    assert.match(
      (await format(["--align", "-"], `${UNTIDY.slice(0, -2)} fall 1\n}\n`)).out,
      /\n {4}fall {5}1\n/,
    );
  });

  it("checks", async () => {
    const [a, b] = [file("a.conf", UNTIDY), file("b.conf", TIDY)];
    assert.deepEqual(await format(["--check", a, b]), { code: 1, out: `${a}\n`, err: "" });
    assert.deepEqual(await format(["--check", b]), { code: 0, out: "", err: "" });
    assert.deepEqual(await format(["--check", "-", "--stdin-path", "x.conf"], UNTIDY), {
      code: 1,
      out: "x.conf\n",
      err: "",
    });
    assert.equal(readFileSync(a, "utf8"), UNTIDY);
  });

  it("shows the difference", async () => {
    const a = file("a.conf", UNTIDY);
    assert.deepEqual(await format(["--diff", a]), {
      code: 1,
      out: `--- ${a}\n+++ ${a}\n@@ -1,3 +1,3 @@\n vrrp_script a {\n- interval 1\n+    interval 1\n }\n`,
      err: "",
    });
    assert.deepEqual(await format(["--diff", file("b.conf", TIDY)]), { code: 0, out: "", err: "" });
  });

  it("writes, in the encoding of the file", async () => {
    mkdirSync(join(folder, "keepalived"), { recursive: true });
    const a = file("keepalived/a.conf", UNTIDY);
    const latin = file("keepalived/b.conf", Buffer.from(`# caf\xe9\n${UNTIDY}`, "latin1"));
    const utf8 = file("keepalived/c.conf", `\uFEFF# 说明\r\n${UNTIDY.replaceAll("\n", "\r\n")}`);
    assert.equal((await format(["--write", join(folder, "keepalived")])).code, 0);
    assert.equal(readFileSync(a, "utf8"), TIDY);
    assert.equal(readFileSync(latin, "latin1"), `# caf\xe9\n${TIDY}`);
    assert.equal(readFileSync(utf8, "utf8"), `\uFEFF# 说明\r\n${TIDY.replaceAll("\n", "\r\n")}`);
    assert.equal((await format(["--check", join(folder, "keepalived")])).code, 0);
  });

  it("tells of blocks that it leaves alone", async () => {
    const { code, out, err } = await format(
      ["-", "--stdin-path", "x.conf"],
      `${TIDY}vrrp_instance A {\n state BACKUP\n`,
    );
    assert.equal(code, 0);
    assert.equal(out, `${TIDY}vrrp_instance A {\n state BACKUP\n`);
    assert.match(err, /^x\.conf:4: braces do not match/);
  });

  it("refuses wrong usage, and tells what it cannot read", async () => {
    for (const args of [
      [],
      ["--check", "--diff", "-"],
      ["--write", "-"],
      ["--tab-size", "0", "-"],
      ["--nonsense"],
    ])
      assert.equal((await format(args)).code, 2, args.join(" "));
    const missing = await format(["--check", join(folder, "none.conf"), file("b.conf", TIDY)]);
    assert.equal(missing.code, 2);
    assert.match(missing.err, /none\.conf: no such file/);
    assert.match((await format(["--help"])).out, /^Usage:/);
  });
});

describe("a unified diff", () => {
  /** Applies a diff strictly. */
  function patch(text: string, diff: string): string {
    const source = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
    const result: string[] = [];
    let at = 0;
    const lines = diff.match(/[^\n]*\n/g) ?? [];
    for (let i = 2; i < lines.length; ) {
      const head = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n$/.exec(lines[i++]);
      assert.ok(head, lines[i - 1]);
      const [from, removed, to, added] = [head[1], head[2] ?? "1", head[3], head[4] ?? "1"].map(Number);
      const start = removed === 0 ? from : from - 1;
      result.push(...source.slice(at, start));
      assert.equal(result.length, added === 0 ? to : to - 1, "place in the new text");
      at = start;
      const before = result.length;
      for (; i < lines.length && !lines[i].startsWith("@@"); i++) {
        const cut = lines[i + 1]?.startsWith("\\ ");
        const content = cut ? lines[i].slice(1, -1) : lines[i].slice(1);
        if (lines[i][0] !== "+") assert.equal(source[at++], content);
        if (lines[i][0] !== "-") result.push(content);
        if (cut) i++;
      }
      assert.equal(at - start, removed);
      assert.equal(result.length - before, added);
    }
    result.push(...source.slice(at));
    return result.join("");
  }

  it("makes the new text from the old one", () => {
    fc.assert(
      fc.property(configurationText, (text) => {
        const edits = formatDocument(sourceFile(text), DEFAULT_FORMAT);
        assert.equal(patch(text, unifiedDiff("x", text, edits)), applyEdits(text, edits));
      }),
      { numRuns: 500 },
    );
  });
});
