import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse as parseHcl } from "@cdktf/hcl2json";
import { Language, Parser } from "@vscode/tree-sitter-wasm";
import { parseDocument } from "yaml";
import { Config } from "../../../server/src/model/config";
import { render } from "../../../server/src/nsx/forms";
import { excludeListBody } from "../../../server/src/nsx/forms/exclude-list";
import { infraBody, undoBodies } from "../../../server/src/nsx/forms/hierarchical";
import { excludeRequests, requestsOf } from "../../../server/src/nsx/forms/requests";
import { hclString } from "../../../server/src/nsx/forms/terraform";
import { type GenerateOptions, generate } from "../../../server/src/nsx/generate";
import type { Payload } from "../../../server/src/nsx/policy";
import { Tree } from "../../../server/src/syntax/tree";
import { faultsOf, schemaFaults } from "./valid";

const EXISTING = "/infra/domains/default/groups/my-lvs";
/** Ways to place a payload; each form has to cope with all. */
const VARIANTS: Record<string, GenerateOptions> = {
  tag: {},
  everything: { companion: true, realServerPolicy: true, ping: true, logged: true },
  "six names and two ids": {
    directors: {
      names: ["lvs 1", "lvs'2", 'lvs"3', "lvs${4}", "lvs%{5}", "调度器6"],
      ids: ["502e-1", "502e-2"],
    },
  },
  "existing group": { directors: { group: EXISTING } },
  project: { project: "web", companion: true },
  "global manager": { globalManager: true, domain: "default", category: "Environment" },
  chinese: { locale: "zh-cn", companion: true },
};
const folder = "test/golden/nsx";
const files = ["dr", "tun-kinds", "checks", "group-ranges", "ipv6", "nat-companion", "local-node"];

interface Case {
  readonly title: string;
  readonly payload: Payload;
  /** Also with programs of this machine, which take their time. */
  readonly thorough: boolean;
}
const cases: Case[] = [];
const excluded: Case[] = [];
for (const file of files) {
  const config = new Config(Tree.parse(readFileSync(`${folder}/${file}.conf`, "utf8")));
  for (const [variant, options] of Object.entries(VARIANTS)) {
    const { payload } = generate(config, { kind: "all" }, options);
    const thorough = file === "dr" || variant === "everything";
    if (payload) cases.push({ title: `${file}, ${variant}`, payload, thorough });
    if (options.project) continue;
    const list = generate(config, { kind: "all" }, { ...options, remedy: "exclude-list" });
    if (list.payload)
      excluded.push({ title: `${file}, ${variant}`, payload: list.payload, thorough: file === "dr" });
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const onPath = (program: string, option = "--version") => spawnSync(program, [option]).status === 0;
const has = {
  bash: onPath("bash"),
  shellcheck: onPath("shellcheck"),
  terraform: onPath("terraform", "-help"),
};

/** A test that goes through all cases. */
function each(name: string, list: readonly Case[], run: (c: Case) => void | Promise<void>): void {
  it(name, async () => {
    for (const c of list) {
      try {
        await run(c);
      } catch (e) {
        if (e instanceof Error) e.message = `${c.title}: ${e.message}`;
        throw e;
      }
    }
  });
}

function checkShell(text: string): void {
  if (has.bash) {
    const result = spawnSync("bash", ["-n"], { input: text });
    assert.equal(result.status, 0, result.stderr.toString());
  }
  if (has.shellcheck) {
    const result = spawnSync("shellcheck", ["-s", "sh", "-"], { input: text });
    assert.equal(result.status, 0, result.stdout.toString());
  }
}

/** A parser of PowerShell, as grammar: the language's own program cannot be had everywhere. */
const powershell = (async () => {
  const folder = "node_modules/@vscode/tree-sitter-wasm/wasm";
  await Parser.init({ locateFile: (name: string) => `${folder}/${name}` });
  const parser = new Parser();
  parser.setLanguage(await Language.load(`${folder}/tree-sitter-powershell.wasm`));
  return (text: string): boolean => {
    const tree = parser.parse(text);
    const good = tree !== null && !tree.rootNode.hasError;
    tree?.delete();
    return good;
  };
})();

describe("forms of a payload", () => {
  it("there are enough cases", () => {
    assert.ok(cases.length > 30 && excluded.length > 20, `${cases.length} ${excluded.length}`);
  });

  each("hierarchical", cases, ({ payload }) => {
    const document = JSON.parse(render(payload, "hierarchical").text);
    assert.deepEqual(document, plain(infraBody(payload)));
    assert.deepEqual(faultsOf(document, [EXISTING]), []);
    for (const body of undoBodies(payload)) assert.deepEqual(schemaFaults(body), []);
  });

  each("policy", cases, ({ payload }) => {
    const requests = JSON.parse(render(payload, "policy").text);
    assert.deepEqual(faultsOf(requests, [EXISTING]), []);
    for (const { path, body } of requests) assert.ok(path.replace(/\?.*/, "").endsWith(`/${body.id}`), path);
    // What a policy refers to is there before it.
    const kinds = requests.map(
      (r: { path: string }) => /(services|groups|security-policies)\//.exec(r.path)?.[1],
    );
    assert.deepEqual(
      kinds,
      [...kinds].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)),
    );
    const revised = requests.filter((r: { method: string }) => r.method === "POST");
    assert.equal(revised.length, payload.policies.filter((p) => !p.stateful).length);
    if (revised.length > 0) assert.equal(revised.at(-1).body.id, payload.policies[0].id);
  });

  each("terraform", cases, async ({ payload, thorough }) => {
    const { text } = render(payload, "terraform");
    const parsed = await parseHcl("main.tf", text);
    const resources = parsed.resource as Record<string, Record<string, Record<string, unknown>[]>>;
    const of = (type: string) => Object.values(resources[type] ?? {}).map(([block]) => block);
    assert.deepEqual(
      of("nsxt_policy_service")
        .map((s) => s.nsx_id)
        .sort(),
      payload.services.map((s) => s.id).sort(),
    );
    assert.deepEqual(
      of("nsxt_policy_group")
        .map((g) => g.nsx_id)
        .sort(),
      payload.groups.map((g) => g.id).sort(),
    );
    const policies = of("nsxt_policy_security_policy");
    for (const policy of payload.policies) {
      const block = policies.find((p) => p.nsx_id === policy.id);
      assert.ok(block, policy.id);
      assert.equal(block.stateful, policy.stateful);
      assert.equal(block.tcp_strict, false);
      const rules = block.rule as Record<string, unknown>[];
      assert.deepEqual(
        rules.map((r) => [r.nsx_id, r.direction, r.ip_version, r.action]),
        policy.rules.map((r) => [r.id, r.direction, r.ip_protocol, r.action]),
      );
      rules.forEach((rule, i) => {
        const own = policy.rules[i].destination_groups.filter((d) => d !== "ANY" && !d.startsWith("/"));
        const there = ((rule.destination_groups as string[]) ?? []).filter(
          (d) => !d.startsWith("${") && !d.startsWith("/"),
        );
        assert.deepEqual(there, own);
      });
      assert.equal((block.context as unknown[] | undefined)?.length ?? 0, payload.root.project ? 1 : 0);
    }
    // Every reference leads to a resource of the file.
    for (const [, type, name] of text.matchAll(/\b(nsxt_policy_\w+)\.([\w-]+)\.path/g))
      assert.ok(resources[type]?.[name], `${type}.${name}`);
    if (thorough && has.terraform) {
      const result = spawnSync("terraform", ["fmt", "-"], { input: text });
      assert.equal(result.stdout.toString(), text, "as terraform fmt lays it out");
    }
  });

  each("ansible", cases, ({ payload }) => {
    const document = parseDocument(render(payload, "ansible").text, { strict: true, uniqueKeys: true });
    assert.deepEqual(document.errors, []);
    assert.deepEqual(document.warnings, []);
    const [play] = document.toJS();
    const sent = play.tasks
      .map((task: Record<string, Record<string, unknown>>) => task["ansible.builtin.uri"])
      .filter((uri: Record<string, unknown>) => uri.method === "PATCH")
      .map((uri: Record<string, unknown>) => ({
        path: String(uri.url).replace("https://{{ nsx_manager }}", ""),
        body: uri.body,
      }));
    const wanted = requestsOf(payload)
      .filter((r) => r.method === "PATCH")
      .map(({ path, body }) => ({ path, body: plain(body) }));
    assert.deepEqual(sent, wanted);
  });

  each("curl", cases, ({ payload, thorough }) => {
    const { text } = render(payload, "curl");
    if (thorough) checkShell(text);
    const bodies = [...text.matchAll(/<<'EOF'\n([\s\S]*?)\nEOF\n/g)].map(([, body]) => JSON.parse(body));
    assert.deepEqual(bodies, plain([infraBody(payload), ...undoBodies(payload)]));
  });

  it("curl: also a payload of a hundred thousand lines", () => {
    const [{ payload }] = cases;
    const [policy] = payload.policies;
    const rules = Array.from({ length: 15_000 }, () => policy.rules[0]);
    const { text } = render({ ...payload, policies: [{ ...policy, rules }] }, "curl");
    assert.ok(text.split("\n").length > 200_000, `${text.split("\n").length} lines`);
  });

  each("powershell", cases, async ({ payload }) => {
    const { text } = render(payload, "powershell");
    const bodies = [...text.matchAll(/@'\n([\s\S]*?)\n'@/g)].map(([, body]) => JSON.parse(body));
    assert.deepEqual(bodies, plain([...undoBodies(payload), infraBody(payload)]));
    assert.ok((await powershell)(text), text);
  });

  it("PowerShell with a fault is refused", async () => {
    const parses = await powershell;
    const { text } = render(cases[0].payload, "powershell");
    assert.ok(!parses(text.replace("function Invoke-Nsx(", "function Invoke-Nsx((")));
    assert.ok(!parses(text.replace("[string] $Method, [string] $Path", "[string] $Method, [string $Path")));
  });

  it("a string of HCL says what it should", async () => {
    for (const value of ['a"b', "a\\b", "${x}", "%{x}", "a\nb\tc", "调度器", "$", "{"]) {
      const parsed = await parseHcl("x.tf", `locals {\n  x = ${hclString(value)}\n}\n`);
      const [{ x }] = parsed.locals as { x: string }[];
      // The parser leaves the escape of templates in place.
      assert.equal(x.replace(/([$%])\1\{/g, "$1{"), value);
    }
  });
});

const ORDER = ["services", "groups", "security-policies"];

describe("forms of the exclusion list", () => {
  each("exclude-list", excluded, ({ payload }) => {
    const rendered = render(payload, "exclude-list", { remedy: "exclude-list" });
    const body = JSON.parse(rendered.text);
    assert.deepEqual(faultsOf(body), []);
    assert.deepEqual(body.members, [...payload.directors, ...payload.realServers]);
    // Without the current list the manager must refuse the document.
    assert.equal(body._revision, undefined);
    assert.ok(rendered.notes.some((note) => note.en.includes("_revision")));
    const requests = JSON.parse(render(payload, "policy", { remedy: "exclude-list" }).text);
    assert.deepEqual(faultsOf(requests), []);
    assert.deepEqual(requests, plain(excludeRequests(payload)));
  });

  each("scripts and playbooks", excluded, async ({ payload, thorough }) => {
    if (thorough) checkShell(render(payload, "curl", { remedy: "exclude-list" }).text);
    assert.ok((await powershell)(render(payload, "powershell", { remedy: "exclude-list" }).text));
    const play = parseDocument(render(payload, "ansible", { remedy: "exclude-list" }).text, {
      strict: true,
    });
    assert.deepEqual(play.errors, []);
    const hcl = await parseHcl("main.tf", render(payload, "terraform", { remedy: "exclude-list" }).text);
    const members = Object.keys(
      (hcl.resource as Record<string, object>).nsxt_policy_firewall_exclude_list_member,
    );
    assert.equal(members.length, payload.directors.length + payload.realServers.length);
  });

  it("keeps what others put on the list, and its revision", () => {
    const { payload } = excluded[0];
    const other = "/infra/domains/default/groups/other";
    const current = { resource_type: "PolicyExcludeList", members: [other], _revision: 7, path: "/infra/x" };
    const merged = excludeListBody(payload, current);
    assert.deepEqual(merged.body, { ...current, members: [other, ...payload.directors] });
    assert.deepEqual(merged.added, payload.directors);
    assert.equal(merged.problem, undefined);
    const again = excludeListBody(payload, merged.body);
    assert.deepEqual(again.added, []);
    assert.deepEqual(again.body, merged.body);
  });

  it("says why a list cannot be used", () => {
    const { payload } = excluded[0];
    const problem = (current: unknown) => excludeListBody(payload, current).problem?.en ?? "";
    assert.match(problem({ members: [] }), /no _revision/);
    assert.match(
      problem({
        members: Array.from({ length: 100 }, (_, i) => `/infra/domains/default/groups/g${i}`),
        _revision: 1,
      }),
      /101 members/,
    );
    assert.match(problem([1]), /not a PolicyExcludeList/);
    assert.match(problem(null), /not a PolicyExcludeList/);
    assert.match(problem({ members: "x" }), /not a PolicyExcludeList/);
  });

  it("puts the real servers of tunnels on the list, too", () => {
    const tunnel = excluded.find((c) => c.title.startsWith("tun-kinds, tag"));
    assert.equal(tunnel?.payload.realServers.length, 1);
    assert.equal(excluded.find((c) => c.title.startsWith("dr, tag"))?.payload.realServers.length, 0);
  });
});

describe("the shell script, run with a curl that only writes down", { skip: !has.bash }, () => {
  const run = (text: string, args: string[], answer: string) => {
    const dir = mkdtempSync(join(tmpdir(), "nsx-"));
    try {
      writeFileSync(
        join(dir, "curl"),
        `#!/bin/bash\necho "$*" >>"${dir}/calls"\ncase "$*" in *--data-binary*) cat >>"${dir}/bodies"; echo >>"${dir}/bodies" ;; esac\ncat <<'EOF'\n${answer}\nEOF\n`,
      );
      chmodSync(join(dir, "curl"), 0o755);
      writeFileSync(join(dir, "script"), text);
      const result = spawnSync("sh", [join(dir, "script"), ...args], {
        env: { PATH: `${dir}:${process.env.PATH}`, NSX_MANAGER: "nsx.test", NSX_USER: "admin" },
      });
      assert.equal(result.status, 0, result.stderr.toString());
      const read = (name: string) =>
        readdirSync(dir).includes(name) ? readFileSync(join(dir, name), "utf8") : "";
      return { calls: read("calls").trim().split("\n"), bodies: read("bodies") };
    } finally {
      rmSync(dir, { recursive: true });
    }
  };

  it("applies, moves the policy to the top, checks and takes back", () => {
    const { payload } = cases[0];
    const text = render(payload, "curl").text;
    const applied = run(text, [], '{"id": "from-the-manager", "_revision": 3}');
    assert.equal(applied.calls.length, 3);
    assert.match(applied.calls[0], /-X PATCH .*--user admin .*https:\/\/nsx\.test\/policy\/api\/v1\/infra$/);
    assert.match(applied.calls[1], /-X GET /);
    assert.match(applied.calls[2], /-X POST .*\?action=revise&operation=insert_top$/);
    assert.match(applied.bodies, /"from-the-manager"/);
    const checked = run(text, ["check"], "{}");
    assert.ok(checked.calls.every((call) => call.includes("-X GET")));
    const undone = run(text, ["undo"], "{}");
    assert.equal(undone.calls.length, 2);
    assert.match(undone.bodies, /marked_for_delete/);
  });

  it("refuses an unknown verb", () => {
    const dir = mkdtempSync(join(tmpdir(), "nsx-"));
    writeFileSync(join(dir, "s"), render(cases[0].payload, "curl").text);
    const result = spawnSync("sh", [join(dir, "s"), "destroy"], {
      env: { ...process.env, NSX_MANAGER: "x" },
    });
    rmSync(dir, { recursive: true });
    assert.equal(result.status, 2);
  });
});
