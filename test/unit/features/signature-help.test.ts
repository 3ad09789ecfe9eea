import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { signatureHelp } from "../../../server/src/features/signature-help";
import { fixture } from "../support/fixture";

/** The label of the active signature with the active parameter in `[[ ]]`; undefined without help. */
function help(line: string, around: [string, string] = ["", ""], locale?: "zh-cn") {
  const f = fixture(`${around[0]}${line}<|>\n${around[1]}`, { locale });
  const result = signatureHelp(f.context(), f.cursor.offset);
  if (!result) return undefined;
  const s = result.signatures[result.active];
  if (s.active === undefined) return s.label;
  const { start, end } = s.parameters[s.active];
  return `${s.label.slice(0, start)}[[${s.label.slice(start, end)}]]${s.label.slice(end)}`;
}

const IN_INSTANCE: [string, string] = ["vrrp_instance A {\n", "}\n"];
const IN_SERVICE: [string, string] = ["virtual_server 10.0.0.1 80 {\n", "}\n"];

describe("signature help", () => {
  it("follows the arguments", () => {
    assert.equal(help("priority ", IN_INSTANCE), "priority [[PRIORITY]]");
    assert.equal(help("priority 10", IN_INSTANCE), "priority [[PRIORITY]]");
    assert.equal(help("priority 100 ", IN_INSTANCE), undefined);
    assert.equal(help("real_server 10.0.0.2 ", IN_SERVICE), "real_server ADDRESS [[[PORT]]]");
    assert.equal(help("weight 1 # ", IN_SERVICE), undefined);
    assert.equal(help("nopreempt ", IN_INSTANCE), undefined);
    assert.equal(help("nonsense ", IN_INSTANCE), undefined);
    assert.equal(help("prio", IN_INSTANCE), undefined);
  });

  it("chooses among the forms of virtual_server", () => {
    assert.equal(help("virtual_server "), "virtual_server [[ADDRESS]] [PORT]");
    assert.equal(help("virtual_server group "), "virtual_server group [[NAME]]");
    const f = fixture("virtual_server fwmark <|>\n");
    assert.equal(signatureHelp(f.context(), f.cursor.offset)?.signatures.length, 3);
  });

  it("goes into options", () => {
    assert.equal(
      help("lb_kind TUN ", IN_SERVICE),
      "lb_kind NAT|DR|TUN [[[type ipip|gue|gre] [port PORT] [nocsum] [csum] [remcsum]]]",
    );
    assert.equal(help("lb_kind TUN type ", IN_SERVICE), "type [[ipip|gue|gre]]");
    assert.equal(
      help("lb_kind TUN type gue ", IN_SERVICE),
      "lb_kind NAT|DR|TUN [[[type ipip|gue|gre] [port PORT] [nocsum] [csum] [remcsum]]]",
    );
  });

  it("helps with entries of lists", () => {
    const inList = (name: string): [string, string] => [`vrrp_instance A {\n${name} {\n`, "}\n}\n"];
    assert.equal(help("chk weight ", inList("track_script")), "weight [[WEIGHT]] [reverse|noreverse]");
    assert.equal(help("chk weight 5 ", inList("track_script")), "weight WEIGHT [[[reverse|noreverse]]]");
    assert.match(help("chk ", inList("track_script"))!, /^SCRIPT \[\[\[weight /);
    assert.match(help("10.0.0.1/24 dev ", inList("virtual_ipaddress"))!, /^dev \[\[INTERFACE\]\]$/);
    assert.match(help("10.0.0.0/8 ", inList("virtual_routes"))!, /\[\[\[OPTION…\]\]\]$/);
    assert.equal(help("", inList("track_script")), undefined);
  });

  it("explains the argument in both languages", () => {
    for (const [locale, range, doc] of [
      [undefined, /1–255/, /priority/i],
      ["zh-cn", /1–255/, /优先级/],
    ] as const) {
      const f = fixture(`${IN_INSTANCE[0]}priority <|>\n}\n`, { locale });
      const [s] = signatureHelp(f.context(), f.cursor.offset)!.signatures;
      assert.match(s.parameters[0].doc, range);
      assert.match(s.doc, doc);
    }
  });
});
