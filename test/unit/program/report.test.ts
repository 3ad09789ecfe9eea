/** From what keepalived prints to places in the files. The output is of keepalived 2.2.7 and 2.4.3. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULT_PRESENTATION, present } from "../../../server/src/checks/present";
import { checkProject, dialectOf } from "../../../server/src/checks/project";
import { NEWEST_RELEASE } from "../../../server/src/language";
import { parseOutput } from "../../../server/src/program/messages";
import { remarks } from "../../../server/src/program/report";
import { MemoryFiles, uriOf } from "../support/files";

const CONF = `! edge
vrrp_instance VI_1 {
    state BACKUP
    interface eth0  # uplink
    virtual_router_id 20
    priority 100
    virtual_ipaddress {
        192.0.2.20/24
    }
}
virtual_server 192.0.2.20 80 {
    lb_algo rr
    lb_kind NAT
    protocol TCP
    real_server 198.51.100.1 80 {
        TCP_CHECK {
        }
    }
}
`;

/** `LINE:COLUMN-COLUMN severity text` of each remark, 1-based. */
function said(output: string, text = CONF, others: Record<string, string> = {}): string[] {
  const access = new MemoryFiles({ "keepalived.conf": text, ...others }, dialectOf(NEWEST_RELEASE));
  const root = access.file(uriOf("keepalived.conf"));
  assert.equal(root.kind, "file");
  if (root.kind !== "file") return [];
  const project = checkProject(root.file, access, { target: NEWEST_RELEASE });
  return remarks(project, output, (f) => present(f, project.findings, DEFAULT_PRESENTATION)).map((r) => {
    const content = access.text(r.uri)!;
    const line = content.slice(0, r.start).split("\n").length;
    const column = r.start - content.lastIndexOf("\n", r.start - 1);
    const file = r.uri === uriOf("keepalived.conf") ? "" : `${r.uri.split("/").pop()}:`;
    return `${file}${line}:${column}-${column + r.end - r.start} ${r.severity} ${r.text}`;
  });
}

describe("messages of keepalived", () => {
  test("are told apart: the text, the machine, chatter", () => {
    const list = parseOutput(
      [
        "(Line 3) Unknown keyword 'priorty'",
        "(/etc/keepalived/vips.conf: Line 4) (VI_1): interface eth9 doesn't exist",
        "WARNING - default user 'keepalived_script' for script execution does not exist - please create.",
        "Opening file '/etc/keepalived/keepalived.conf'.",
      ].join("\n"),
    );
    assert.deepEqual(
      list.map((m) => [m.line, m.file, m.subject]),
      [
        [3, undefined, "text"],
        [4, "/etc/keepalived/vips.conf", "machine"],
        [undefined, undefined, "machine"],
        [undefined, undefined, "chatter"],
      ],
    );
  });

  test("go on in further lines, and are told once though several processes print them", () => {
    const list = parseOutput(
      "(Line 8) first part\n(Line 8)   second part\n(Line 8) first part\n(Line 8)   second part\n",
    );
    assert.deepEqual(
      list.map((m) => m.text),
      ["first part second part"],
    );
  });
});

describe("places of messages", () => {
  test("are the word that a message quotes, or the statement without its comment", () => {
    assert.deepEqual(said("(Line 8) an odd thing about '192.0.2.20/24'"), [
      "8:9-22 warning an odd thing about '192.0.2.20/24'",
    ]);
    assert.deepEqual(said("(Line 4) something new"), ["4:5-19 warning something new"]);
  });

  test("without a line are the head of the block that is named", () => {
    assert.deepEqual(said("(VI_1) something new about it"), ["2:1-19 warning (VI_1) something new about it"]);
    assert.deepEqual(said("Virtual server [192.0.2.20]:tcp:80 is strange"), [
      "11:1-29 warning Virtual server [192.0.2.20]:tcp:80 is strange",
    ]);
    assert.deepEqual(said("nobody knows what is meant"), ["1:1-2 warning nobody knows what is meant"]);
  });

  test("lie in the file that is named", () => {
    const text = `include vips.conf\n${CONF}`;
    assert.deepEqual(
      said("(vips.conf: Line 2) something new", text, { "vips.conf": "# none\nglobal_defs {\n}\n" }),
      ["vips.conf:2:1-14 warning something new"],
    );
  });

  test("beyond the end of a file, or in an empty one, do no harm", () => {
    assert.deepEqual(said("(Line 999) something new").length, 1);
    assert.deepEqual(said("(Line 1) something new", ""), ["1:1-1 warning something new"]);
  });
});

describe("messages that our findings answer", () => {
  const wrong = CONF.replace("priority", "priorty");

  test("are not repeated", () => {
    assert.deepEqual(said("(Line 6) Unknown keyword 'priorty'", wrong), []);
  });

  test("nor are those about a group whose name is a single letter", () => {
    const single = `vrrp_sync_group A {\n    group {\n        VI_1\n    }\n}\n${CONF}`;
    const message = "Sync group A has only 1 virtual router(s) - this probably isn't what you want";
    assert.deepEqual(said(message, single), []);
    assert.deepEqual(said(message.replace("group A", "group B"), single).length, 1);
  });

  test("nor is what follows from the fault", () => {
    const lost = CONF.replace("vrrp_instance VI_1", "vrrp_instanc VI_1");
    assert.deepEqual(
      said(
        [
          "(Line 2) Unknown keyword 'vrrp_instanc'",
          "(Line 2) Unexpected '{' - ignoring",
          "(Line 3) Unknown keyword 'state'",
          "(Line 4) Unknown keyword 'interface'",
        ].join("\n"),
        lost,
      ),
      [],
    );
  });

  test("are, when they are about another line", () => {
    // A statement that is not taken spoils no other one.
    assert.deepEqual(said("(Line 13) Unknown keyword 'lb_kind'", wrong), [
      "13:5-12 error Unknown keyword 'lb_kind'",
    ]);
    assert.deepEqual(said("(Line 5) number '20' outside range [21, 255]", CONF), [
      "5:23-25 warning number '20' outside range [21, 255]",
    ]);
  });
});

test("what depends on the machine is told as information", () => {
  assert.deepEqual(said("(Line 4) WARNING - interface eth0 for vrrp_instance VI_1 doesn't exist"), [
    "4:5-19 information WARNING - interface eth0 for vrrp_instance VI_1 doesn't exist",
  ]);
});

test("a flood is cut", () => {
  const flood = Array.from({ length: 500 }, (_, i) => `(Line 4) complaint ${i}`).join("\n");
  assert.equal(said(flood).length, 100);
});

test("missing interfaces are not summed up once more", () => {
  const output = `(Line 4) WARNING - interface eth0 for vrrp_instance VI_1 doesn't exist
Non-existent interface specified in configuration
`;
  assert.equal(said(output).length, 1);
});
