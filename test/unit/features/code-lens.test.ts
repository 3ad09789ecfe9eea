import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codeLenses, lensReferences, lensTitle, MAX_LENSES } from "../../../server/src/features/code-lens";
import { Lines } from "../../../server/src/text/lines";
import { fixture } from "../support/fixture";

const ALL = { references: true, nsx: true, packets: false, ipvs: true };

/** `LINE title` of each lens. */
function lenses(marked: string, options = ALL): string[] {
  const f = fixture(marked);
  const [uri] = f.texts.keys();
  const c = f.context(uri);
  const lines = new Lines(f.text(uri));
  return codeLenses(c, options).map((lens) => {
    const count = lens.kind === "references" ? lensReferences(c, lens.nameKind, lens.name).length : 0;
    return `${lines.positionAt(lens.start).line + 1} ${lensTitle(lens, count).en}`;
  });
}

const service = (method: string, inner = "") =>
  `virtual_server 10.0.0.1 80 {\n    lb_kind ${method}\n    real_server 10.0.0.2 80 {\n${inner}    }\n}\n`;

describe("code lenses", () => {
  it("count references over files", () => {
    const text =
      "//- /etc/keepalived/keepalived.conf\nvrrp_script chk {\n    script /x\n}\ninclude vi.conf\nvrrp_sync_group G {\n    group {\n        A\n    }\n}\n//- /etc/keepalived/vi.conf\nvrrp_instance A {\n    track_script {\n        chk\n    }\n}\nvrrp_instance B {\n    track_script {\n        chk\n    }\n}\n";
    assert.deepEqual(lenses(text), ["1 2 references"]);
    assert.deepEqual(lenses("vrrp_script a {\n    script /x\n}\n"), ["1 no references"]);
    assert.deepEqual(lenses(text, { ...ALL, references: false }), []);
  });

  it("count the references of an instance only where a sync group names it", () => {
    assert.deepEqual(lenses("vrrp_instance A {\n}\n"), []);
    assert.deepEqual(
      lenses(
        "vrrp_sync_group G {\n    group {\n        B\n    }\n}\nvrrp_instance A {\n}\nvrrp_instance B {\n}\n",
      ),
      ["8 1 reference"],
    );
  });

  it("offer policy, packet path and table above every virtual server", () => {
    const all = { ...ALL, packets: true };
    for (const method of ["NAT", "DR", "TUN"])
      assert.deepEqual(lenses(service(method), all), [
        "1 NSX stateless policy",
        "1 packet path",
        "1 IPVS table",
      ]);
    assert.deepEqual(lenses(service("DR"), { ...all, nsx: false }), ["1 packet path", "1 IPVS table"]);
    assert.deepEqual(lenses(service("DR"), { ...all, packets: false, ipvs: false }), [
      "1 NSX stateless policy",
    ]);
  });

  it("stand at each line that begins a virtual server, conditional ones too", () => {
    const text = `@a ${service("DR").trim().replaceAll("\n", "\n@a ")}\n$M=NAT\n${service("$M")}`;
    assert.deepEqual(lenses(text, { ...ALL, ipvs: false }), [
      "1 NSX stateless policy",
      "7 NSX stateless policy",
    ]);
  });

  it("are not more than anybody reads", () => {
    const f = fixture(service("NAT").repeat(MAX_LENSES + 100));
    assert.equal(codeLenses(f.context([...f.texts.keys()][0]), ALL).length, MAX_LENSES);
  });
});
