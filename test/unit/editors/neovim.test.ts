/** The language server in Neovim, set up as docs/editors.md says. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, test } from "node:test";
import { fencedBlocks } from "../support/markdown";

const root = process.cwd();
const neovim = spawnSync("nvim", ["--version"]).status === 0;

const CONFIGURATION = `$VRID=51
vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    priorty 100
    
    virtual_router_id $VRID
  virtual_ipaddress {
        192.0.2.20/24
    }
}
`;

describe("Neovim", () => {
  test("gets diagnostics, hover, completion, definition, a quick fix and formatting", {
    skip: neovim ? false : "Neovim is not installed",
  }, () => {
    const folder = mkdtempSync(join(tmpdir(), "keepalived-neovim-"));
    try {
      const bin = join(folder, "bin");
      mkdirSync(bin);
      const server = join(root, "server/bin/keepalived-language-server.js");
      writeFileSync(
        join(bin, "keepalived-language-server"),
        `#!/bin/sh\nexec "${process.execPath}" "${server}" "$@"\n`,
        { mode: 0o755 },
      );
      const [snippet] = fencedBlocks(readFileSync(join(root, "docs/editors.md"), "utf8"), "lua");
      writeFileSync(join(folder, "snippet.lua"), snippet);
      const path = join(folder, "keepalived.conf");
      writeFileSync(path, CONFIGURATION);
      const run = spawnSync(
        "nvim",
        ["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", "luafile test/unit/editors/neovim.lua"],
        {
          cwd: root,
          encoding: "utf8",
          timeout: 60_000,
          env: {
            ...process.env,
            HOME: folder,
            XDG_CONFIG_HOME: folder,
            XDG_DATA_HOME: folder,
            XDG_STATE_HOME: folder,
            XDG_CACHE_HOME: folder,
            PATH: `${bin}${delimiter}${process.env.PATH}`,
            SNIPPET: join(folder, "snippet.lua"),
            CONFIGURATION: path,
          },
        },
      );
      const line = /RESULT (.*)/.exec(run.stdout)?.[1];
      assert.ok(line, `${run.stdout}\n${run.stderr}`);
      const result = JSON.parse(line);
      assert.equal(result.error, undefined);
      assert.equal(result.filetype, "keepalived");
      const misspelt = result.diagnostics.find((d: { code: string }) => d.code === "unknown-keyword");
      assert.equal(misspelt?.line, 5);
      assert.match(misspelt.message, /priorty.*priority/);
      assert.match(result.hover, /interface/);
      assert.ok(result.completion.includes("priority"), result.completion.join(" "));
      assert.ok(!result.completion.includes("real_server"), "a keyword of another block is offered");
      assert.equal(result.definition, 1);
      assert.equal(result.fixed, "    priority 100");
      assert.equal(result.left, 0);
      assert.equal(
        result.formatted,
        `$VRID=51
vrrp_instance VI_1 {
    state BACKUP
    interface eth0
    priority 100

    virtual_router_id $VRID
    virtual_ipaddress {
        192.0.2.20/24
    }
}`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
