import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type HintOptions, inlayHints } from "../../../server/src/features/inlay-hints";
import { fixture } from "../support/fixture";

const ALL: HintOptions = { defaults: true, definitions: true, networks: true, priorities: true };

/** The text with its hints in `«»`; `path` is the file, the first by default. */
function hinted(
  marked: string,
  options: Partial<HintOptions> = {},
  more: { path?: string; locale?: "zh-cn"; only?: string } = {},
): string {
  const f = fixture(marked, { locale: more.locale });
  const uri = more.path ? `file://${more.path}` : [...f.texts.keys()][0];
  const text = f.text(uri);
  const start = more.only ? text.indexOf(more.only) : 0;
  const end = more.only ? start + more.only.length : text.length;
  const hints = inlayHints(f.context(uri), start, end, { ...ALL, ...options });
  let result = text;
  for (const h of [...hints].reverse())
    result = `${result.slice(0, h.offset)}«${h.label}»${result.slice(h.offset)}`;
  return result;
}

describe("inlay hints", () => {
  it("show the defaults in force behind the header", () => {
    assert.equal(
      hinted("virtual_server 10.0.0.1 80 {\n    lvs_sched rr\n}\nvrrp_instance A {\n    state MASTER\n}\n"),
      "virtual_server 10.0.0.1 80 {«protocol UDP, lb_kind NAT»\n    lvs_sched rr\n}\nvrrp_instance A {«priority 100, advert_int 1»\n    state MASTER\n}\n",
    );
    const complete =
      "virtual_server fwmark 1 {\n    lb_algo rr\n    lb_kind DR\n}\nvrrp_instance A {\n    state MASTER\n    priority 1\n    advert_int 1\n}\n";
    assert.equal(hinted(complete), complete);
    assert.match(hinted("vrrp_instance A {\n    priority 255\n}\n"), /\{«state MASTER, advert_int 1»/);
  });

  it("know what includes, definitions and conditions bring", () => {
    const text =
      "//- /etc/keepalived/keepalived.conf\n$MORE= \\\n    lb_algo rr \\\n    lb_kind DR\nvirtual_server 10.0.0.1 80 {\n    $MORE\n    include tcp.inc\n}\n//- /etc/keepalived/tcp.inc\nprotocol TCP\n";
    assert.ok(!hinted(text, { definitions: false }).includes("«"));
    // A default that only one configuration id leaves in force is not said.
    assert.match(hinted("vrrp_instance A {\n@a  priority 100\n    state BACKUP\n}\n"), /\{«advert_int 1»/);
    // A template may hold anything.
    assert.ok(!hinted("virtual_server 10.0.0.1 80 {\n    {{ more }}\n}\n").includes("«"));
  });

  it("show the value of a definition where there is one", () => {
    assert.equal(
      hinted(
        '$IF=eth0\n$C=TCP_CHECK { \\\n  retry 1 \\\n}\nvrrp_instance A {\n    interface $IF\n    notify_master "/x ${IF}"\n}\n',
        {
          defaults: false,
        },
      ),
      '$IF=eth0\n$C=TCP_CHECK { \\\n  retry 1 \\\n}\nvrrp_instance A {\n    interface $IF«eth0»\n    notify_master "/x ${IF}«eth0»"\n}\n',
    );
    const several = "@a $P=100\n@b $P=90\nvrrp_instance A {\n    priority $P\n}\n";
    assert.equal(hinted(several, { defaults: false }), several);
    assert.equal(
      hinted(
        "$C= \\\n  TCP_CHECK { \\\n  }\nvirtual_server 10.0.0.1 80 {\n  real_server 10.0.0.2 80 {\n    $C\n  }\n}\n",
        {
          defaults: false,
        },
      ).match(/\$C«.*»/)?.[0],
      "$C«2 lines»",
    );
    // The value in force at the place of use, in whatever file the definition stands.
    assert.equal(
      hinted(
        "//- /etc/keepalived/keepalived.conf\n$A=1\ninclude x.inc\n$A=2\n//- /etc/keepalived/x.inc\nglobal_defs {\n    vrrp_version ${A}\n}\n",
        {},
        { path: "/etc/keepalived/x.inc" },
      ),
      "global_defs {\n    vrrp_version ${A}«1»\n}\n",
    );
  });

  it("tell no password", () => {
    const text =
      "$P=secret12\n$A= \\\n    auth_type PASS \\\n    auth_pass secret12\nvrrp_instance A {\n    authentication {\n        auth_pass $P\n    }\n    authentication {\n        $A\n    }\n}\n";
    const f = fixture(text);
    const hints = inlayHints(f.context([...f.texts.keys()][0]), 0, text.length, ALL);
    assert.equal(hints.length, 2);
    for (const h of hints) assert.ok(!`${h.label} ${h.tooltip}`.includes("secret12"));
  });

  it("show the network of virtual and static addresses", () => {
    assert.equal(
      hinted(
        "static_ipaddress {\n    10.1.2.3/20 dev eth0\n}\nvrrp_instance A {\n    virtual_ipaddress {\n        10.29.7.10/24 dev eth0\n        10.29.7.11/32\n        10.29.7.12\n        dev eth1 2001:db8::5/64\n    }\n}\n",
        { defaults: false },
      ),
      "static_ipaddress {\n    10.1.2.3/20«10.1.0.0/20» dev eth0\n}\nvrrp_instance A {\n    virtual_ipaddress {\n        10.29.7.10/24«10.29.7.0/24» dev eth0\n        10.29.7.11/32\n        10.29.7.12\n        dev eth1 2001:db8::5/64«2001:db8::/64»\n    }\n}\n",
    );
  });

  const TRACKED =
    "vrrp_script up {\n    script /x\n    weight 3\n}\nvrrp_script down {\n    script /x\n    weight -2\n}\nvrrp_script fault {\n    script /x\n}\nvrrp_instance A {\n    priority 100\n    track_script {\n        up\n        down\n        fault\n    }\n}\n";

  it("show what trackers make of the priority", () => {
    assert.match(hinted(TRACKED), /priority 100«103; 100 if up fails; 101 if down fails»\n/);
    assert.match(
      hinted(TRACKED, {}, { locale: "zh-cn" }),
      /priority 100«103；up 失败时 100；down 失败时 101»\n/,
    );
    // Nothing that changes the priority.
    const plain = "vrrp_instance A {\n    priority 100\n    track_interface {\n        eth0\n    }\n}\n";
    assert.equal(hinted(plain, { defaults: false }), plain);
    assert.match(
      hinted(
        "vrrp_script s {\n    script /x\n    weight -5\n}\nvrrp_instance A {\n@a  priority 110\n@b  priority 90\n    track_script {\n        s\n    }\n}\n",
      ),
      /priority 110«110; 105 if s fails»\n@b {2}priority 90«90; 85 if s fails»/,
    );
  });

  it("can be switched off one by one, and keep to the range", () => {
    const text = `${TRACKED}$X=1\nvirtual_server 10.0.0.1 80 {\n    quorum $X\n}\nstatic_ipaddress {\n    10.0.0.1/8\n}\n`;
    const parts: Record<keyof HintOptions, RegExp> = {
      defaults: /«protocol/,
      definitions: /\$X«1»/,
      networks: /«10\.0\.0\.0\/8»/,
      priorities: /«103;/,
    };
    for (const [name, pattern] of Object.entries(parts)) {
      assert.match(hinted(text), pattern);
      assert.doesNotMatch(hinted(text, { [name]: false }), pattern);
    }
    assert.equal(hinted(text, {}, { only: "10.0.0.1/8" }).match(/«.*?»/g)?.join(), "«10.0.0.0/8»");
  });
});
