import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isRefusal, meaningOf, refactorings } from "../../../server/src/features/refactor";
import { formatAddress } from "../../../server/src/language/address";
import type { Config } from "../../../server/src/model/config";
import { type Fixture, fixture } from "../support/fixture";

interface Outcome {
  /** All files after the edits. */
  readonly text: string;
  readonly before: Fixture;
  readonly after: Fixture;
}

/** The refactorings offered at the cursor. */
function offered(marked: string): string[] {
  const f = fixture(marked);
  return refactorings(f.context(), f.cursor.offset, f.cursor.offset).map((r) => r.id);
}

function attempt(
  marked: string,
  id: string,
): { f: Fixture; edits: ReturnType<ReturnType<typeof refactorings>[0]["edits"]> } {
  const f = fixture(marked);
  const found = refactorings(f.context(), f.cursor.offset, f.cursor.offset).find((r) => r.id === id);
  assert.ok(found, `${id} is offered`);
  return { f, edits: found.edits() };
}

/** Carries a refactoring out. */
function refactor(marked: string, id: string): Outcome {
  const { f, edits } = attempt(marked, id);
  assert.ok(!isRefusal(edits), isRefusal(edits) ? edits.refused.en : "");
  const text = f.edited(edits);
  return { text, before: f, after: fixture(text) };
}

function refused(marked: string, id: string): string {
  const { edits } = attempt(marked, id);
  assert.ok(isRefusal(edits), "refused");
  return edits.refused.en;
}

/** What keepalived reads, for every configuration id. */
const meanings = (f: Fixture): string[] =>
  f.project().views.map((v) => `${v.id ?? ""}\n${meaningOf(v.tree)}`);

function keepsMeaning({ before, after }: Outcome): void {
  const ids = (f: Fixture) => f.project().ids;
  assert.deepEqual(ids(after), ids(before));
  assert.deepEqual(meanings(after), meanings(before));
}

const config = (f: Fixture): Config => f.project().views[0].config;

describe("names of scheduler and forwarding method", () => {
  const text =
    "virtual_server 10.0.0.1 80 {\n    lb_algo rr\n    lb_<|>kind DR\n    real_server 10.0.0.2 80 {\n        lvs_method NAT\n    }\n}\n";

  it("change and change back", () => {
    const there = refactor(text, "lvs-names");
    assert.equal(
      there.text,
      text.replace("<|>", "").replace("lb_algo", "lvs_sched").replace("lb_kind", "lvs_method"),
    );
    const [a, b] = [config(there.before), config(there.after)].map((c) => c.virtualServers[0].model);
    assert.equal(b.scheduler?.value, a.scheduler?.value);
    assert.equal(b.forwarding?.method, a.forwarding?.method);
    const back = refactor(there.text.replace("lvs_sched", "lvs_<|>sched"), "lb-names");
    assert.equal(back.text, text.replace("<|>", ""));
  });

  it("are offered at the header and at the lines themselves", () => {
    assert.deepEqual(offered(text), ["lvs-names"]);
    assert.ok(offered(text.replace("<|>", "").replace("virtual_", "virtual<|>_")).includes("lvs-names"));
    assert.ok(!offered(text.replace("<|>", "").replace("lvs_m", "lvs_<|>m")).includes("lb-names"));
  });
});

describe("order of real servers", () => {
  const text =
    "virtual_server 10.0.0.1 80 {\n    # farm\n\n    # third\n    real_server 10.0.0.10 80 {\n        weight 3\n    } # 3\n    quorum 1\n    real_<|>server 10.0.0.9 81 {\n    }\n    # first\n    real_server 10.0.0.9 80 {\n        weight 1\n    }\n}\n";

  it("is that of address and port; comments above go along", () => {
    const done = refactor(text, "sort-real-servers");
    assert.equal(
      done.text,
      "virtual_server 10.0.0.1 80 {\n    # farm\n\n    # first\n    real_server 10.0.0.9 80 {\n        weight 1\n    }\n    quorum 1\n    real_server 10.0.0.9 81 {\n    }\n    # third\n    real_server 10.0.0.10 80 {\n        weight 3\n    } # 3\n}\n",
    );
    const servers = (f: Fixture) =>
      config(f)
        .virtualServers[0].model.realServers.map((r) => [formatAddress(r.address), r.port, r.weight?.value])
        .sort();
    assert.deepEqual(servers(done.after), servers(done.before));
    assert.deepEqual(offered(done.text.replace("real_server", "real_<|>server")), []);
  });

  it("stays where lines depend on the place", () => {
    for (const line of ["$X=1", "include more.conf", "~SEQ(i, 3) weight $i"]) {
      const ids = offered(text.replace("    quorum 1", `    ${line}`));
      assert.ok(!ids.includes("sort-real-servers"), line);
    }
    assert.ok(
      !offered(text.replace("    real_<|>server", "@a  real_<|>server")).includes("sort-real-servers"),
    );
    assert.ok(!offered(text.replace("10.0.0.9 81", "$RS 81")).includes("sort-real-servers"));
  });
});

describe("virtual addresses beyond the first", () => {
  const text =
    "vrrp_instance A {\n    virtual_ipaddress {\n        10.0.0.1/24 dev eth0\n        # more\n        10.0.0.<|>2/24 dev eth0 # two\n        10.0.0.3/24\n    }\n    priority 100\n}\n";
  const addresses = (f: Fixture) => {
    const { virtualIps, excludedIps } = config(f).instances[0].model;
    return [...virtualIps, ...excludedIps].map((v) => [formatAddress(v.address), v.prefix, v.dev?.value]);
  };

  it("move to a block of their own", () => {
    const done = refactor(text, "split-addresses");
    assert.equal(
      done.text,
      "vrrp_instance A {\n    virtual_ipaddress {\n        10.0.0.1/24 dev eth0\n    }\n    virtual_ipaddress_excluded {\n        # more\n        10.0.0.2/24 dev eth0 # two\n        10.0.0.3/24\n    }\n    priority 100\n}\n",
    );
    assert.deepEqual(addresses(done.after), addresses(done.before));
    assert.equal(config(done.after).instances[0].model.virtualIps.length, 1);
  });

  it("join a block that is there", () => {
    const more = "    virtual_ipaddress_excluded {\n        10.0.0.9\n    }\n}\n";
    const done = refactor(text.replace(/}\n$/, more), "split-addresses");
    assert.match(
      done.text,
      /excluded \{\n {8}10\.0\.0\.9\n {8}# more\n {8}10\.0\.0\.2.*\n {8}10\.0\.0\.3\/24\n {4}\}/,
    );
    assert.deepEqual(addresses(done.after).sort(), addresses(done.before).sort());
  });

  it("stay where it is unclear which one is the first", () => {
    assert.ok(!offered(text.replace("        10.0.0.1", "@a      10.0.0.1")).includes("split-addresses"));
    assert.ok(
      !offered(`$V= \\\n  10.1.0.1 \\\n  10.1.0.2\n${text.replace("10.0.0.1/24 dev eth0", "$V")}`).includes(
        "split-addresses",
      ),
    );
    assert.ok(
      !offered("vrrp_instance A {\n    virtual_ipaddress {\n        10.0<|>.0.1\n    }\n}\n").includes(
        "split-addresses",
      ),
    );
  });
});

describe("unicast", () => {
  it("takes the address that the instance has, and asks for the rest", () => {
    const done = refactor(
      "vrrp_<|>instance A {\n    interface eth0\n    mcast_src_ip 10.0.0.5\n    virtual_router_id 5\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n}\n",
      "unicast",
    );
    assert.equal(
      done.text,
      "vrrp_instance A {\n    interface eth0\n    unicast_src_ip 10.0.0.5\n    unicast_peer {\n        192.0.2.2 # address of the other node on eth0\n    }\n    virtual_router_id 5\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n}\n",
    );
    const { model } = config(done.after).instances[0];
    assert.equal(formatAddress(model.unicastSourceIp!.value), "10.0.0.5");
    assert.equal(model.unicastPeers.length, 1);
  });

  it("knows addresses from other instances on the interface, of the same family", () => {
    const done = refactor(
      "vrrp_instance A {\n  interface <|>eth0\n}\nvrrp_instance B {\n  interface eth0\n  unicast_src_ip 10.0.0.5\n  unicast_peer {\n    10.0.0.6\n    10.0.0.7\n  }\n}\nvrrp_instance C {\n  interface eth0\n  unicast_src_ip fe80::1\n  unicast_peer {\n    fe80::2\n  }\n}\n",
      "unicast",
    );
    assert.match(
      done.text,
      /^vrrp_instance A \{\n {2}interface eth0\n {2}unicast_src_ip 10\.0\.0\.5\n {2}unicast_peer \{\n {4}10\.0\.0\.6\n {4}10\.0\.0\.7\n {2}\}\n\}/,
    );
  });

  it("is offered once", () => {
    assert.ok(
      !offered("vrrp_<|>instance A {\n    unicast_peer {\n        10.0.0.2\n    }\n}\n").includes("unicast"),
    );
    assert.ok(!offered("vrrp_<|>instance A {\n    include peers.conf\n}\n").includes("unicast"));
  });
});

describe("refreshing ARP", () => {
  it("is put below what names the virtual router", () => {
    const done = refactor(
      "vrrp_<|>instance A {\n    interface eth0\n    priority 100\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n}\n",
      "refresh-arp",
    );
    assert.equal(
      done.text,
      "vrrp_instance A {\n    interface eth0\n    priority 100\n    garp_master_refresh 60\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n}\n",
    );
  });

  it("is not offered where it is done, here or for all", () => {
    const instance = "vrrp_<|>instance A {\n    interface eth0\n}\n";
    assert.ok(offered(instance).includes("refresh-arp"));
    assert.ok(!offered(instance.replace("eth0", "eth0\n    garp_master_refresh 5")).includes("refresh-arp"));
    assert.ok(
      !offered(`global_defs {\n    vrrp_garp_master_refresh 60\n}\n${instance}`).includes("refresh-arp"),
    );
  });
});

describe("extracting a checker", () => {
  const server = (ip: string, check: string) =>
    `    real_server ${ip} 80 {\n        weight 1\n${check}    }\n`;
  const CHECK =
    "        HTTP_GET {\n            url {\n                path /\n                status_code 200\n            }\n            connect_timeout 3\n        }\n";
  const text = `# web\nvirtual_server 10.0.0.1 80 {\n${server("10.0.0.2", CHECK.replace("HTTP_GET", "HTTP_<|>GET"))}${server("10.0.0.3", CHECK)}}\n`;

  it("makes one definition of all that read the same", () => {
    const done = refactor(
      `${text}\nvirtual_server 10.0.0.1 81 {\n${server("10.0.0.2", CHECK)}}\n`,
      "extract-checker",
    );
    assert.equal(
      done.text,
      `$CHECK_HTTP= \\\n    HTTP_GET { \\\n        url { \\\n            path / \\\n            status_code 200 \\\n        } \\\n        connect_timeout 3 \\\n    }\n\n# web\nvirtual_server 10.0.0.1 80 {\n${server("10.0.0.2", "        $CHECK_HTTP\n")}${server("10.0.0.3", "        $CHECK_HTTP\n")}}\n\nvirtual_server 10.0.0.1 81 {\n${server("10.0.0.2", "        $CHECK_HTTP\n")}}\n`,
    );
    keepsMeaning(done);
  });

  it("takes a name that is free, and works beside definitions and includes", () => {
    const done = refactor(
      `//- /etc/keepalived/keepalived.conf\n$CHECK_HTTP=x\n$T=3\ninclude more.conf\n${text.replaceAll("connect_timeout 3", "connect_timeout $T")}//- /etc/keepalived/more.conf\nglobal_defs {\n}\n`,
      "extract-checker",
    );
    assert.match(done.text, /\$CHECK_HTTP_2= \\\n/);
    keepsMeaning(done);
  });

  it("is not offered for a single one, nor where a comment would be lost", () => {
    assert.deepEqual(
      offered(
        `virtual_server 10.0.0.1 80 {\n${server("10.0.0.2", CHECK.replace("HTTP_GET", "HTTP_<|>GET"))}}\n`,
      ),
      [],
    );
    assert.deepEqual(offered(text.replaceAll("path /", "path / # home")), []);
    assert.deepEqual(offered(text.replace("connect_timeout 3", "connect_timeout 4")), []);
  });

  it("can be undone by inlining", () => {
    const done = refactor(text, "extract-checker");
    const back = refactor(done.text.replace("$CHECK_HTTP=", "$CHECK<|>_HTTP="), "inline-definition");
    assert.equal(back.text, `\n${text.replace("<|>", "")}`);
    keepsMeaning(back);
  });
});

describe("inlining a definition", () => {
  it("replaces every use in every file, and takes the definition away", () => {
    const done = refactor(
      '//- /etc/keepalived/keepalived.conf\n$I<|>F=eth0 # device\ninclude vi.conf\nvrrp_instance A {\n    interface $IF\n    notify_master "/x ${IF}"\n}\n//- /etc/keepalived/vi.conf\nvrrp_instance B {\n    interface ${IF}\n    virtual_ipaddress {\n        10.0.0.1 dev $IF\n    }\n}\n',
      "inline-definition",
    );
    assert.equal(
      done.text,
      '//- /etc/keepalived/keepalived.conf\ninclude vi.conf\nvrrp_instance A {\n    interface eth0\n    notify_master "/x eth0"\n}\n//- /etc/keepalived/vi.conf\nvrrp_instance B {\n    interface eth0\n    virtual_ipaddress {\n        10.0.0.1 dev eth0\n    }\n}\n',
    );
    keepsMeaning(done);
  });

  it("keeps conditions on every line, and leaves alone what is no use", () => {
    const done = refactor(
      "$M= \\\n  priority 10 \\\n  nopreempt\nvrrp_instance A {\n@a  $<|>M\n}\nvrrp_instance B {\n    interface $M.x\n}\n",
      "inline-definition",
    );
    assert.equal(
      done.text,
      "vrrp_instance A {\n@a  priority 10\n@a nopreempt\n}\nvrrp_instance B {\n    interface $M.x\n}\n",
    );
    keepsMeaning(done);
  });

  it("refuses where the value is not the same everywhere", () => {
    assert.match(
      refused("$<|>A=1\n$A=2\nglobal_defs {\n    vrrp_version $A\n}\n", "inline-definition"),
      /exactly once/,
    );
    assert.match(
      refused("@x $<|>A=1\nglobal_defs {\n    vrrp_version $A\n}\n", "inline-definition"),
      /exactly once/,
    );
    // Before the definition the name means nothing.
    assert.match(
      refused("global_defs {\n    vrrp_version $<|>A\n}\n$A=3\n", "inline-definition"),
      /differently/,
    );
    assert.match(refused("$M= \\\n  a \\\n  b\n$N=$<|>M\n$N\n", "inline-definition"), /end of a line/);
    assert.deepEqual(offered("x $_P<|>WD\n"), []);
  });
});

describe("writing out a generator", () => {
  it("puts the values into the text", () => {
    const done = refactor(
      "virtual_server_group g {\n    ~S<|>EQ(i, 1, 3) 10.0.0.${i} 80\n@a  ~LST({p, q}, {1, 2}) 10.1.0.1-$p $q\n}\n",
      "expand-generator",
    );
    assert.equal(
      done.text,
      "virtual_server_group g {\n    10.0.0.1 80\n    10.0.0.2 80\n    10.0.0.3 80\n@a  ~LST({p, q}, {1, 2}) 10.1.0.1-$p $q\n}\n",
    );
    keepsMeaning(done);
    const nested = refactor(
      "virtual_server_group g {\n@a  ~S<|>EQ(i, 2) ~LST(p, 80, 443) 10.0.0.${i} $p\n}\n",
      "expand-generator",
    );
    assert.equal(
      nested.text,
      "virtual_server_group g {\n@a  10.0.0.1 80\n@a 10.0.0.1 443\n@a 10.0.0.2 80\n@a 10.0.0.2 443\n}\n",
    );
    keepsMeaning(nested);
  });

  it("keeps the variable for what uses it behind a definition", () => {
    const done = refactor(
      "$RS= \\\n  real_server 10.0.0.${i} 80 { \\\n  }\nvirtual_server 10.1.0.1 80 {\n    ~S<|>EQ(i, 2, 3) $RS\n}\n",
      "expand-generator",
    );
    assert.match(done.text, / {4}\$i=2\n {4}\$RS\n {4}\$i=3\n {4}\$RS\n/);
    keepsMeaning(done);
  });

  it("refuses what would be too long or cannot be read", () => {
    assert.match(
      refused("virtual_server_group g {\n~S<|>EQ(i, 5000) 10.0.0.1 $i\n}\n", "expand-generator"),
      /5000 lines/,
    );
    assert.match(refused("~S<|>EQ(i, 5, 1, 3) x\n", "expand-generator"), /cannot be read/);
  });
});

describe("refactorings", () => {
  it("keep out of blocks whose braces do not match", () => {
    assert.deepEqual(
      offered("vrrp_instance A {\n  virtual_ipaddress {\n    10.0.<|>0.1\n    10.0.0.2\n  }\n"),
      [],
    );
  });

  it("keep CRLF", () => {
    const done = refactor(
      "virtual_server 10.0.0.1 80 {\r\n    real_<|>server 10.0.0.3 80 {\r\n    }\r\n    real_server 10.0.0.2 80 {\r\n    }\r\n}\r\n",
      "sort-real-servers",
    );
    assert.equal(
      done.text,
      "virtual_server 10.0.0.1 80 {\r\n    real_server 10.0.0.2 80 {\r\n    }\r\n    real_server 10.0.0.3 80 {\r\n    }\r\n}\r\n",
    );
  });
});
