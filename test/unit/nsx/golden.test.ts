/**
 * Configurations with the command line to run on them and everything it prints: one for each row of the decision table.
 * `UPDATE_GOLDEN=1` writes the results anew; read the difference before committing it.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { run } from "../../../server/src/cli/nsx";

const folder = "test/golden/nsx";

/** Runs the command and gives exit status and output. */
async function nsx(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  let stdout = "";
  let stderr = "";
  const status = await run([...args, "--locale", "en"], {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    stdin: () => "",
  });
  return { status, stdout, stderr };
}

describe("golden NSX payloads", () => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".conf"))) {
    it(name, async () => {
      const path = `${folder}/${name}`;
      const words = /^# args: (.*)/.exec(readFileSync(path, "utf8"))?.[1].match(/"[^"]*"|\S+/g) ?? [];
      const args = words.map((word) => word.replace(/^"(.*)"$/, "$1"));
      const payload = await nsx(path, ...args);
      const explanation = payload.status === 0 ? (await nsx(path, ...args, "--explain")).stdout : "";
      const parts = [`exit ${payload.status}`];
      if (payload.stderr) parts.push(`stderr:\n${payload.stderr}`);
      if (explanation) parts.push(`explain:\n${explanation}`);
      if (payload.stdout) parts.push(`payload:\n${payload.stdout}`);
      const result = parts.join("\n\n").replace(/\n*$/, "\n");
      const golden = path.replace(/\.conf$/, ".txt");
      if (process.env.UPDATE_GOLDEN) writeFileSync(golden, result);
      assert.ok(existsSync(golden), `${golden} is missing; UPDATE_GOLDEN=1 writes it`);
      assert.equal(result, readFileSync(golden, "utf8"));
    });
  }
});
