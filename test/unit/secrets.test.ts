/**
 * Passwords and keys of a configuration, right or wrong as it may be, stay in it: no finding, log, hint or report quotes
 * them. Edits and the resolved configuration are its own text, and hold them.
 */
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { DEFAULT_PRESENTATION, present } from "../../server/src/checks/present";
import { checkProject, dialectOf } from "../../server/src/checks/project";
import { maskCredentials } from "../../server/src/checks/secrets";
import { KEYWORDS, NEWEST_RELEASE } from "../../server/src/language";
import { withoutSecrets } from "../../server/src/program/report";
import { MemoryFiles, uriOf } from "./support/files";
import { startServer, type TestClient } from "./support/lsp";

/** What no answer may hold. Each case has it in another place. */
const SECRET = "Zq7hunter";

const instance = (lines: string): string => `vrrp_instance VI_1 {
    state MASTER
    interface eth0
    virtual_router_id 20
    priority 100
${lines}
    virtual_ipaddress {
        192.0.2.20/24
    }
}
`;
const authentication = (...lines: string[]) =>
  instance(`    authentication {\n${lines.map((l) => `        ${l}\n`).join("")}    }`);
const hmac = (...lines: string[]) =>
  instance(`    auth_hmac {\n${lines.map((l) => `        ${l}\n`).join("")}    }`);

const CASES: Readonly<Record<string, string>> = {
  "a password": authentication("auth_type PASS", `auth_pass ${SECRET}`),
  "one that is too long": authentication("auth_type PASS", `auth_pass ${SECRET}IsTooLong`),
  "one with a blank": authentication("auth_type PASS", `auth_pass x ${SECRET}`),
  "one with a blank, in quotes": authentication("auth_type PASS", `auth_pass "x ${SECRET}" y`),
  "one with a comment sign": authentication("auth_type PASS", `auth_pass ${SECRET}#1`),
  "one with a quote": authentication("auth_type PASS", `auth_pass "${SECRET}`),
  "one with a quote inside": authentication("auth_type PASS", `auth_pass ${SECRET.slice(0, 4)}"${SECRET}`),
  "one with a dollar sign": authentication("auth_type PASS", `auth_pass x$${SECRET}`),
  "one with a semicolon": authentication("auth_type PASS", `auth_pass ${SECRET};`),
  "one with an equals sign": authentication("auth_type PASS", `auth_pass = ${SECRET}`, `auth_pass=${SECRET}`),
  "one in the next line": authentication("auth_type PASS", "auth_pass", SECRET),
  "one after a backslash": authentication("auth_type PASS", "auth_pass \\", SECRET),
  "one without its keyword": authentication("auth_type PASS", SECRET),
  "one of a misspelt keyword": authentication("auth_type PASS", `auth_pas ${SECRET}`),
  "one that is given twice": authentication("auth_type PASS", `auth_pass ${SECRET}`, `auth_pass ${SECRET}2`),
  "one in place of the type": authentication(`auth_type ${SECRET}`),
  "one behind the type": authentication(`auth_type PASS ${SECRET}`, `auth_type PASS auth_pass ${SECRET}`),
  "one in the head of the block": instance(
    `    authentication auth_pass ${SECRET} {\n    auth_type PASS\n    }`,
  ),
  "one outside of its block": instance(`    auth_pass ${SECRET}`),
  "one at the top": `auth_pass ${SECRET}\nauth_pas ${SECRET}\n`,
  "one that a definition holds": `$PW=${SECRET}\n${authentication("auth_type PASS", "auth_pass $PW x", "auth_type $PW", "$PW")}`,
  "one with a full-width space": authentication("auth_type PASS", `auth_pass\u3000${SECRET}`),
  "one with typographic quotes": authentication("auth_type PASS", `auth_pass “${SECRET}”`),
  "one with a brace": authentication("auth_type PASS", `auth_pass ${SECRET}}`),
  "a key": hmac(`key 1 ${SECRET}`, `key 1 ${SECRET}`),
  "keys that are none": hmac(
    `key ${SECRET}`,
    `key x ${SECRET}`,
    `key 300 ${SECRET}`,
    `key 2 hex:${SECRET}`,
    SECRET,
  ),
  "the password of a key file": `SSL {\n    password ${SECRET} x\n    password ${SECRET}\n    pasword ${SECRET}\n    ${SECRET}\n}\n`,
  "an argument of a script": `vrrp_script s {\n    script "/bin/check --pass ${SECRET}"\n    script /bin/check ${SECRET}\n    script "/bin/check ${SECRET}\n}\n${instance(`    notify /bin/n ${SECRET} ${SECRET}\n    notify_master "/bin/n ${SECRET}" ${SECRET}\n    track_script {\n        s\n    }`)}`,
  "an argument of a check": `virtual_server 192.0.2.20 80 {\n    lb_kind NAT\n    real_server 198.51.100.1 80 {\n        MISC_CHECK {\n            misc_path "/bin/check ${SECRET}"\n            misc_path /bin/check ${SECRET}\n        }\n    }\n}\n`,
};

const findingsOf = (text: string, name = "keepalived.conf", others: Record<string, string> = {}) => {
  const access = new MemoryFiles({ [name]: text, ...others }, dialectOf(NEWEST_RELEASE));
  const root = access.file(uriOf(name));
  assert.ok(root.kind === "file");
  return { project: checkProject(root.file, access, { target: NEWEST_RELEASE }), file: root.file };
};

/** Everything in an answer that is shown or logged: its texts, without the edits that it offers. */
function shownIn(value: unknown): string {
  return JSON.stringify(value, (key, v) =>
    key === "edit" || key === "edits" || key === "newText" ? undefined : v,
  );
}

describe("a secret", () => {
  for (const [title, text] of Object.entries(CASES)) {
    test(`is in no finding: ${title}`, () => {
      for (const [name, content, others] of [
        ["keepalived.conf", text, {}],
        // Text that is included, and text that is a template.
        ["keepalived.conf", "include part.conf\n", { "part.conf": text }],
        ["keepalived.conf.j2", `{# x #}\n${text}`, {}],
      ] as [string, string, Record<string, string>][]) {
        const { project } = findingsOf(content, name, others);
        assert.ok(!shownIn(project.findings.map((f) => [f.message, f.related])).includes(SECRET));
        for (const file of project.files)
          assert.ok(
            !shownIn(present(file, project.findings, DEFAULT_PRESENTATION).map((f) => f.message)).includes(
              SECRET,
            ),
          );
      }
    });
  }

  test("is left out of the sentence only: what is wrong is still said", () => {
    const messages = (text: string): string[] => findingsOf(text).project.findings.map((f) => f.message.en);
    assert.ok(
      messages(authentication("auth_type pas", "auth_pass x", "auth_tpye AH")).some((m) =>
        m.includes("“auth_tpye”"),
      ),
    );
    assert.ok(messages(authentication("auth_type pass")).some((m) => m.includes("“pass”")));
    assert.ok(messages(authentication("auth_type PASS auth_pass x")).some((m) => m.includes("“auth_pass”")));
    assert.ok(messages(authentication("auth_pass $PW")).some((m) => m.includes("$PW is not defined")));
    assert.ok(messages(authentication(`auth_pass x ${SECRET}`)).some((m) => m.includes("“•••”")));
    assert.ok(messages(hmac("key 300 x")).some((m) => m.includes("300")));
    assert.ok(messages(instance("    nonsense x")).some((m) => m.includes("“nonsense”")));
  });

  test("is what the language data calls so", () => {
    const named = KEYWORDS.filter((k) => k.spec.args.some((a) => a.secret)).map((k) => k.id);
    assert.deepEqual(named.sort(), [
      "SSL/password",
      "vrrp_instance/auth_hmac/key",
      "vrrp_instance/authentication/auth_pass",
    ]);
    // A new keyword whose name sounds like one needs an answer to the question.
    const sounds = KEYWORDS.filter(
      (k) => /pass(?!ive)|secret|token|hmac/.test(k.name) && k.spec.kind === "leaf",
    );
    assert.deepEqual(
      sounds.map((k) => k.id).filter((id) => !named.includes(id)),
      [],
    );
  });
});

describe("what keepalived prints", () => {
  /** Messages of 2.2.7 and 2.4.3 that quote the configuration. */
  const messages = (line: number, quoted: string) => [
    `(Line ${line}) Unterminated quote '${quoted}'`,
    `(Line ${line}) Unmatched quote: '${quoted}'`,
    `(Line ${line}) String '${quoted}': missing terminating "`,
    `(/etc/keepalived/keepalived.conf: Line ${line}) Unknown keyword '${SECRET}'`,
    `(Line ${line}) (VI_1) unknown authentication type '${SECRET}'`,
    `(Line ${line}) Duplicate SSL - overwriting ${SECRET} with ${SECRET}`,
    // The end of a line that was too long.
    `(Line ${line}) Unknown keyword '${SECRET.slice(3)}'`,
  ];

  for (const [title, text] of Object.entries(CASES))
    test(`is logged without ${title}`, () => {
      const { project } = findingsOf(text);
      const output = text
        .split("\n")
        .flatMap((quoted, n) =>
          /^(?!\$PW=).*(?:Zq7hunter|\$PW)/.test(quoted) ? messages(n + 1, quoted.trim()) : [],
        );
      assert.ok(output.length > 0);
      const safe = withoutSecrets(project, output.join("\n"));
      assert.ok(!safe.includes(SECRET.slice(3)), safe);
      // The places are still there.
      assert.deepEqual(safe.match(/Line \d+\)/g), output.join("\n").match(/Line \d+\)/g));
    });

  test("keeps everything else", () => {
    const { project } = findingsOf(CASES["a password"]);
    const output = "(Line 7) (VI_1) no VIP 192.0.2.20 for eth0\nTruncating auth_pass to 8 characters\n";
    assert.equal(withoutSecrets(project, output), output);
  });

  test("keeps no credentials of an address or a command", () => {
    assert.equal(
      maskCredentials("path https://u:pw@h/x?a=1&token=abc#f and --password=x API_KEY=y, http://host:80/a@b"),
      "path https://u:•••@h/x?a=1&token=••• and --password=••• API_KEY=••• http://host:80/a@b",
    );
  });
});

describe("the server", () => {
  let client: TestClient;
  afterEach(() => client.stop());
  const URI = "file:///etc/keepalived/keepalived.conf";
  // An outline names a block by what is written in its head, and a definition by what it stands for.
  const text = Object.entries(CASES)
    .filter(([title]) => !/head|definition/.test(title))
    .map(([, text]) => text)
    .join("");

  test("logs nothing of what keepalived prints as it is, nor shows it", async () => {
    client = await startServer({
      capabilities: { workspace: { configuration: true }, textDocument: { diagnostic: {} } },
      settings: { executablePath: "/usr/sbin/keepalived" },
      files: { [URI]: authentication("auth_type PASS", `auth_pass "${SECRET}`) },
    });
    await client.open(URI, client.host.files.get(URI)!);
    await client.request("textDocument/diagnostic", { textDocument: { uri: URI } });
    for (const run of [
      { kind: "done", exit: 5, output: `(Line 8) Something new about 'auth_pass "${SECRET}'\n` },
      { kind: "done", exit: 1, output: `cannot go on: ${SECRET}` },
      { kind: "signal", signal: "SIGSEGV", output: `(Line 8) '${SECRET}'\n` },
      { kind: "timeout", seconds: 10, output: SECRET },
    ] as const) {
      client.host.runConfigTest = async () => run;
      const result = await client.request("keepalived/configTest", { uri: URI });
      const report = await client.request("textDocument/diagnostic", { textDocument: { uri: URI } });
      const logged = client.received.get("window/logMessage");
      assert.ok(JSON.stringify(logged).includes("•••"));
      assert.ok(!JSON.stringify([result, report, [...client.received]]).includes(SECRET));
    }
  });

  test("tells no secret in any answer that is not the text itself", { timeout: 60_000 }, async () => {
    client = await startServer({
      capabilities: { textDocument: { diagnostic: {} } },
      files: { "file:///etc/keepalived/peer/keepalived.conf": text },
      folders: ["file:///etc/keepalived"],
      settings: {},
      initializationOptions: { commands: true },
    });
    await client.open(URI, text);
    const textDocument = { uri: URI };
    const whole = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } };
    const answers: unknown[] = [];
    const ask = async (method: string, params: object) =>
      answers.push([method, await client.request(method, params)]);
    for (const method of ["diagnostic", "documentSymbol", "foldingRange", "codeLens", "documentLink"])
      await ask(`textDocument/${method}`, { textDocument });
    await ask("textDocument/inlayHint", { textDocument, range: whole });
    await ask("workspace/symbol", { query: "" });
    for (const method of [
      "status",
      "topology",
      "packetPath",
      "nsx/generate",
      "ipvs",
      "realServer",
      "peers",
      "compare",
    ])
      await ask(`keepalived/${method}`, {
        uri: URI,
        position: undefined,
        format: "sh",
        choices: { companion: true, force: true },
      });
    const lines = text.split("\n");
    for (let line = 0; line < lines.length; line++) {
      const range = { start: { line, character: 0 }, end: { line, character: lines[line].length } };
      await ask("textDocument/codeAction", { textDocument, range, context: { diagnostics: [] } });
      for (const word of lines[line].matchAll(/\S+/g)) {
        if (word[0].includes(SECRET) || word[0].startsWith("$")) continue;
        const position = { line, character: word.index };
        for (const method of ["hover", "completion", "signatureHelp", "definition", "documentHighlight"])
          await ask(`textDocument/${method}`, { textDocument, position, context: { triggerKind: 1 } });
      }
    }
    for (const answer of answers) {
      const text = shownIn(answer);
      const at = text.indexOf(SECRET);
      assert.ok(at < 0, `${text.slice(0, 60)} … ${text.slice(Math.max(0, at - 200), at + 40)}`);
    }
    assert.ok(!JSON.stringify([...client.received]).includes(SECRET));
    assert.ok(answers.length > 100);
  });
});
