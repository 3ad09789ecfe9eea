/**
 * Definition, references and highlights. In each text, every cursor stands on the same thing; `[def|…|]` is where it is
 * defined, `[ref|…|]` where it is used besides.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { marksOf } from "../../../server/src/features/marks";
import { occurrencesOf } from "../../../server/src/features/names-index";
import { definitions, highlights, references } from "../../../server/src/features/navigation";
import { contextById } from "../../../server/src/language";
import { parseRange } from "../../../server/src/model/build";
import { Tree } from "../../../server/src/syntax/tree";
import { type Fixture, fixture, type MarkedRange } from "../support/fixture";

const sorted = (f: Fixture, places: readonly { uri: string; start: number; end: number }[]) =>
  places.map((p) => f.show(p)).sort();

const CASES: Readonly<Record<string, string>> = {
  "vrrp_script, tracked by an instance": `
vrrp_script [def|ch<|>k|] {
    script "/usr/bin/true"
}
vrrp_instance chk {
    track_script {
        [ref|<|>chk|] weight 10
    }
}`,
  "vrrp_script with a quoted name": `
vrrp_script "[def|my c<|>hk|]" {
    script "/usr/bin/true"
}
vrrp_sync_group G {
    track_script {
        "[ref|my chk<|>|]"
    }
}`,
  "vrrp_script named like an option": `
vrrp_script [def|weight<|>|] {
}
vrrp_instance A {
    track_script {
        [ref|wei<|>ght|] weight 5 reverse
    }
}`,
  "vrrp_instance, from sync group, track group and sync daemon": `
global_defs {
    lvs_sync_daemon eth0 inst [ref|VI_1|] id 7
}
vrrp_instance [def|V<|>I_1|] {
}
vrrp_instance VI_2 {
}
vrrp_sync_group VG {
    group {
        [ref|V<|>I_1|]
        VI_2
    }
}
track_group TG {
    group {
        VI_2 [ref|VI_1<|>|]
    }
}`,
  "vrrp_instance in the old form of lvs_sync_daemon": `
global_defs {
    lvs_sync_daemon eth0 [ref|V<|>I_1|] id 7
}
vrrp_instance [def|VI_1|] {
}`,
  "sync group, which nothing refers to": `
vrrp_sync_group [def|V<|>G|] {
    group {
        VG
    }
}
vrrp_instance VG {
}`,
  vrrp_track_process: `
vrrp_track_process [def|<|>haproxy|] {
    process haproxy
}
vrrp_instance A {
    track_process {
        [ref|ha<|>proxy|] weight 10
    }
}`,
  "track_file by its old keyword, used by an instance and a checker": `
vrrp_track_file [def|t<|>f|] {
    file /run/tf
}
vrrp_instance A {
    track_file {
        [ref|tf<|>|] weight 2
    }
}
virtual_server 10.0.0.1 80 {
    real_server 10.0.0.2 80 {
        FILE_CHECK {
            track_file [ref|t<|>f|]
        }
    }
}`,
  "track_group of static addresses": `
track_group [def|<|>TG|] {
    group {
        A
    }
}
static_ipaddress {
    10.0.0.1/24 dev eth0 track_group [ref|T<|>G|]
}
static_routes {
    10.9.0.0/16 via 10.0.0.254 track_group [ref|TG|]
}`,
  "bfd_instance, used by an instance and a checker": `
bfd_instance [def|BF<|>D1|] {
    neighbor_ip 10.0.0.2
}
vrrp_instance A {
    track_bfd {
        [ref|B<|>FD1|]
    }
}
virtual_server 10.0.0.1 80 {
    real_server 10.0.0.2 80 {
        BFD_CHECK {
            name [ref|B<|>FD1|]
        }
    }
}`,
  "virtual_server_group, declared after its use": `
virtual_server group [ref|W<|>EB|] {
    protocol TCP
}
virtual_server_group [def|W<|>EB|] {
    10.0.0.1 80
}`,
  "one name of two kinds": `
vrrp_script [def|a<|>|] {
}
track_file a {
    file /run/a
}
vrrp_instance a {
    track_script {
        [ref|<|>a|]
    }
    track_file {
        a
    }
}`,
  "two blocks of a name": `
vrrp_script [def|chk|] {
}
vrrp_script [def|chk|] {
}
vrrp_instance A {
    track_script {
        [ref|<|>chk|]
    }
}`,
  "a name that nothing declares": `
vrrp_instance A {
    track_script {
        [ref|no<|>ne|]
    }
}
vrrp_instance B {
    track_script {
        [ref|none|]
    }
}`,
  "interface: the first interface statement": `
vrrp_instance A {
    interface [def|eth<|>0|]
    track_interface {
        [ref|eth<|>0|] weight 2
    }
    virtual_ipaddress {
        10.0.0.1/24 brd 10.0.0.255 dev [ref|<|>eth0|] label eth0:1
    }
    virtual_routes {
        10.9.0.0/16 via 10.0.0.254 dev [ref|eth0|]
    }
}
vrrp_instance B {
    interface [ref|et<|>h0|]
}
static_ipaddress {
    10.0.0.9/24 dev [ref|eth0|]
}`,
  "interface that use_vmac makes": `
vrrp_instance A {
    interface eth0
    use_vmac [def|vrrp.<|>51|]
    virtual_ipaddress {
        10.0.0.1 dev [ref|vrrp.5<|>1|]
    }
}`,
  "address: the VIP entry, virtual servers, group members and ranges": `
vrrp_instance A {
    virtual_ipaddress {
        [def|10.0.0.<|>10|]/24 dev eth0
        10.0.0.100/24
    }
}
virtual_server [ref|10.0.<|>0.10|] 80 {
    real_server 10.0.0.1 80 {
    }
}
virtual_server_group G {
    [ref|10.0.0.10<|>|] 443
    [ref|10.0.0.5-20|] 80
    10.0.0.11-20 80
}`,
  "address in other spelling": `
vrrp_instance A {
    virtual_ipaddress_excluded {
        [def|2001:db8::<|>1|]/64
    }
}
virtual_server [ref|2001:0db8:0:0:0:0:0:00<|>01|] 80 {
}`,
  "address of a real server, in every role": `
vrrp_instance A {
    unicast_src_ip [ref|10.0.0.<|>2|]
    unicast_peer {
        [ref|10.0.0.<|>2|] min_ttl 1
    }
}
virtual_server 10.0.0.1 80 {
    sorry_server [ref|10.0.0.2|] 80
    real_server [ref|10.0<|>.0.2|] 80 {
        TCP_CHECK {
            connect_ip [ref|10.0.0.<|>2|]
        }
    }
}
virtual_server 10.0.0.1 81 {
    real_server [ref|10.0.0.2|] 81 {
    }
}`,
  "a range finds the VIPs in it": `
vrrp_instance A {
    virtual_ipaddress {
        [def|10.0.0.5|]
        10.0.0.4
        [def|10.0.0.9|]
    }
}
virtual_server_group G {
    [ref|10.0.0.5-<|>9|] 80
}`,
  "address of a static entry and of a gateway with its family": `
static_ipaddress {
    dev eth0 [def|10.0.0.2<|>54|]/24
}
static_routes {
    10.9.0.0/16 via inet [ref|10.0.0.<|>254|] dev eth0
}`,
  "$NAME, plain and in braces": `
$[def|VI<|>P|]=10.0.0.1
$VIPS=10.0.0.2
vrrp_instance A {
    virtual_ipaddress {
        $[ref|V<|>IP|]
        \${[ref|V<|>IP|]}/24
        $VIPS
    }
}
# $VIP`,
  "$NAME in quotes, other definitions and includes": `
$[def|DIR|]=/etc/keepalived
$SCRIPTS=\${[ref|D<|>IR|]}/scripts
include \${[ref|DI<|>R|]}/none.conf
vrrp_script a {
    script "\${[ref|DIR|]}/a.sh --x"
}`,
  "$NAME in the parameters of a generator": `
$[def|N<|>R|]=3
~SEQ(I, 1, $[ref|N<|>R|]) $IP$I=10.0.0.$I`,
  "~SEQ variable, on its line only": `
vrrp_instance A {
    virtual_ipaddress {
        ~SEQ([def|<|>N|], 1, 3) 10.0.0.$[ref|N<|>|] dev eth\${[ref|<|>N|]}
        ~SEQ(N, 1, 3) 10.0.1.$N
    }
}`,
  "~LST variables": `
~LST({[def|na<|>me|], ip}, {a, 10.0.0.1}, {b, 10.0.0.2}) virtual_server \${ip} 80 { # $name
~LST(name, x) $name $[skip|other|]
$T=\${name}`,
  "~SEQ in ~LST": `
$X=~SEQ([def|<|>A|], 2) ~LST(B, 1, 2) 10.0.$[ref|A|].$B`,
  "configuration ids": `
@[ref|no<|>de1|] $P=100
@^[ref|n<|>ode1|] $P=50
vrrp_instance A {
    @[ref|node1<|>|] state MASTER
    @node2 state BACKUP
    priority $P
}`,
  "configuration ids on both ends of a block and in a value": `
$B= \\
   @[ref|a<|>|] state MASTER \\
   @b state BACKUP
@[ref|a|] vrrp_instance A {
@b vrrp_instance B {
    $B
@[ref|a|] }
@b }`,
  "names in lines of one id each": `
@a vrrp_script [def|chk|] {
@b vrrp_script other {
   script "/bin/x"
}
vrrp_instance A {
    track_script {
        @b other
        @a [ref|ch<|>k|]
        @^a other
    }
}`,
  "across files": `
//- /etc/keepalived/keepalived.conf
include conf.d/*.conf
vrrp_instance A {
    track_script {
        [ref|ch<|>k|]
    }
}
//- /etc/keepalived/conf.d/a.conf
vrrp_script [def|ch<|>k|] {
}
//- /etc/keepalived/conf.d/b.conf
vrrp_instance B {
    track_script {
        [ref|c<|>hk|]
    }
}
//- /etc/keepalived/unrelated.conf
vrrp_script chk {
}`,
  "a file of list entries": `
//- /etc/keepalived/keepalived.conf
vrrp_script [def|chk|] {
}
vrrp_instance A {
    track_script {
        include tracked.conf
    }
}
//- /etc/keepalived/tracked.conf
[ref|<|>chk|] weight 4`,
  "one file for two nodes": `
//- /etc/keepalived/node1.conf
include shared.conf
vrrp_instance A {
    track_script {
        [ref|chk|]
    }
}
//- /etc/keepalived/node2.conf
include shared.conf
vrrp_instance B {
    track_script {
        [ref|chk|]
    }
}
//- /etc/keepalived/shared.conf
vrrp_script [def|c<|>hk|] {
}`,
  "more configuration ids than are read one by one": `
${Array.from({ length: 14 }, (_, i) => `@node${i} $X=${i}`).join("\n")}
vrrp_script [def|chk|] {
}
vrrp_instance A {
    track_script {
        @node1 [ref|c<|>hk|]
        @node13 [ref|chk|]
    }
}`,
  "$NAME of a definition within a definition": `
$SET= \\
  $[def|PRIO|]=100 \\
  @a $[def|PRIO|]=50 \\
  weight $[ref|PR<|>IO|]
vrrp_script a {
    $SET
}`,
  "$NAME beside another one": `
$A=10.0
$[def|B|]=0.1
vrrp_instance A {
    virtual_ipaddress {
        \${A}.<|>\${[ref|B|]}
        \${A}<|>\${[ref|B|]}
    }
}`,
  "$NAME across files": `
//- /etc/keepalived/keepalived.conf
include defs.conf
vrrp_instance A {
    interface $[ref|I<|>F|]
}
//- /etc/keepalived/defs.conf
$[def|IF<|>|]=eth0`,
  "a name that a definition gives: the use and the definition's text": `
$S=[def|chk_<|>web|]
vrrp_script [def|$S|] {
}
vrrp_instance A {
    track_script {
        [ref|chk_<|>web|]
    }
}`,
  "a name inside a definition of several lines": `
$T= \\
  track_script { \\
    [ref|c<|>hk|] weight 3 \\
  }
vrrp_script [def|c<|>hk|] {
}
vrrp_instance A {
    [ref|$T|]
}`,
  "a name that a definition gives, used before it is declared": `
$G=[def|web|]
virtual_server group [ref|we<|>b|] {
}
virtual_server group [ref|$G|] {
}
virtual_server_group [def|$G|] {
}`,
  "one of several words of a definition": `
$V=[def|10.0.0.1|]/32 dev eth0 label eth0:1
vrrp_instance A {
    virtual_ipaddress {
        [def|$V|]
    }
}
virtual_server [ref|10.0.<|>0.1|] 80 {
}`,
  "a word that stands twice in a definition": `
$V=[def|10.0.0.1|]/32 peer [ref|10.0.0.1|]
static_ipaddress {
    [def|$V|]
}
virtual_server [ref|10.0.<|>0.1|] 80 {
}`,
  "a name that a generator makes": `
~LST(X, a, b) vrrp_script [def|chk_$X|] { script "/bin/$X" }
vrrp_instance A {
    track_script {
        [ref|chk<|>_b|]
    }
}`,
  "an address that is partly a definition": `
$NET=192.0.2
vrrp_instance A {
    virtual_ipaddress {
        [def|\${NET}.10|]/24
    }
}
virtual_server [ref|192.0.<|>2.10|] 80 {
}`,
  "nothing: keywords, numbers, comments, passwords": `
# chk<|>
vrrp_scr<|>ipt chk {
    interval <|>5
}
vrrp_instance A {
    authentication {
        auth_pass <|>chk
    }
}`,
  "nothing: template expressions": `
vrrp_script chk_{{ <|>name }} {
}
vrrp_instance A {
    track_script {
        chk_{{ na<|>me }}
    }
}`,
};

describe("definition, references, highlights", () => {
  for (const [name, text] of Object.entries(CASES)) {
    it(name, () => {
      const f = fixture(text);
      assert.ok(f.cursors.length > 0);
      const declared = f.named("def");
      const used = f.named("ref");
      for (const cursor of f.cursors) {
        const c = f.context(cursor.uri);
        const projects = f.projectsOf(cursor.uri);
        const at = `cursor at ${f.show({ uri: cursor.uri, start: cursor.offset, end: cursor.offset })}`;
        const { offset } = cursor;
        assert.deepEqual(
          sorted(f, definitions(c, offset, projects)),
          sorted(f, declared),
          `definition, ${at}`,
        );
        const all = references(c, offset, true, projects);
        assert.deepEqual(sorted(f, all), sorted(f, [...declared, ...used]), `references, ${at}`);
        const uses = references(c, offset, false, projects);
        assert.deepEqual(sorted(f, uses), sorted(f, used), `references without declaration, ${at}`);
        const here = (r: MarkedRange) => r.uri === cursor.uri;
        assert.deepEqual(
          sorted(f, highlights(c, offset, projects)),
          sorted(f, [...declared, ...used].filter(here)),
          `highlights, ${at}`,
        );
      }
    });
  }

  it("highlights declarations as written, uses as read", () => {
    const f = fixture(`
$[w|X|]=1
vrrp_script [w|chk|] {
    weight $[r|X|]
}
vrrp_instance A {
    track_script {
        [r|chk|]
    }
    virtual_ipaddress {
        [w|10.0.0.1|]/24
    }
}
virtual_server [r|10.0.0.1|] 80 {
}
`);
    for (const range of f.ranges) {
      const c = f.context(range.uri);
      const here = highlights(c, range.start).find((h) => h.start === range.start);
      assert.equal(here?.write, range.name === "w", f.show(range));
    }
  });
});

/** The definitions of the first cursor are those called 0, and so on. */
const IN_FORCE: Readonly<Record<string, string>> = {
  "the last one above": `
$X=1
$[0|X|]=2
vrrp_script a {
    weight $<|>X
}
$[1|X|]=3
vrrp_script b {
    weight $<|>X
}`,
  "a default that the root overrides after the include": `
//- /etc/keepalived/keepalived.conf
include defaults.conf
$[0|X|]=2
vrrp_script a {
    weight $<|>X
}
//- /etc/keepalived/defaults.conf
$[1|X|]=1
vrrp_script b {
    weight $<|>X
}`,
  "an include that overrides": `
//- /etc/keepalived/keepalived.conf
$X=1
include site.conf
vrrp_script a {
    weight $<|>X
}
//- /etc/keepalived/site.conf
$[0|X|]=2`,
  "one for each configuration id": `
$X=0
@a $[0|X|]=1
@^a $[0|X|]=2
vrrp_script a {
    weight $<|>X
}`,
  "the common one stays for other ids": `
$[0|X|]=0
@a $[0|X|]=1
vrrp_script a {
    weight $<|>X
}`,
  "used above all of them: any": `
vrrp_script a {
    weight $<|>X
}
$[0|X|]=1
$[0|X|]=2`,
  "the cursor on one of several: that one": `
$[0|X<|>|]=1
$X=2
vrrp_script a {
    weight $X
}`,
};

describe("definitions in force", () => {
  for (const [name, text] of Object.entries(IN_FORCE)) {
    it(name, () => {
      const f = fixture(text);
      f.cursors.forEach(({ uri, offset }, i) => {
        assert.deepEqual(
          sorted(f, definitions(f.context(uri), offset)),
          sorted(f, f.named(String(i))),
          `cursor ${i}`,
        );
      });
    });
  }
});

describe("definition of an include", () => {
  const target = (text: string): string[] => {
    const f = fixture(text);
    return definitions(f.context(), f.cursor.offset).map((d) => `${d.uri} ${d.start}`);
  };
  it("one file", () => {
    const text = "//- /etc/k/a.conf\ninclude sub/b.co<|>nf\n//- /etc/k/sub/b.conf\n# b\n";
    assert.deepEqual(target(text), ["file:///etc/k/sub/b.conf 0"]);
  });
  it("every file of a pattern, in the order of reading, from the keyword, too", () => {
    const text = "//- /k/a.conf\ninc<|>lude *.inc\n//- /k/2.inc\n# 2\n//- /k/1.inc\n# 1\n";
    assert.deepEqual(target(text), ["file:///k/1.inc 0", "file:///k/2.inc 0"]);
  });
  it("by configuration id", () => {
    const text =
      "//- /k/a.conf\ninclude $_INSTANCE.<|>inc\n@x $A=1\n@y $A=2\n//- /k/x.inc\n#\n//- /k/z.inc\n#\n";
    assert.deepEqual(target(text.replace("$_INSTANCE", "${_INSTANCE}")), ["file:///k/x.inc 0"]);
  });
  it("a definition in the pattern is found before the file", () => {
    const text = "//- /k/a.conf\n$D=/k\ninclude ${<|>D}/b.inc\n//- /k/b.inc\n#\n";
    assert.deepEqual(target(text), ["file:///k/a.conf 1"]);
  });
  it("of the file that the include stands in", () => {
    const text = "//- /k/a.conf\ninclude <|>b.inc\n//- /k/b.inc\ninclude c.inc\n//- /k/c.inc\n#\n";
    assert.deepEqual(target(text), ["file:///k/b.inc 0"]);
  });
  it("none for a file that does not exist", () => {
    assert.deepEqual(target("include no<|>ne.conf\n"), []);
  });
});

describe("a fragment on its own", () => {
  it("has the entries of the list that it is included in", () => {
    const tree = Tree.parse("chk weight 2\nother\n", undefined, contextById("vrrp_instance/track_script"));
    const found = occurrencesOf(tree, { kind: "vrrp_script", name: "other" });
    assert.deepEqual(
      found.map((o) => [o.start, o.end]),
      [[13, 18]],
    );
  });
});

describe("after an edit", () => {
  const text = `
$NET=10.0.0
vrrp_script chk {
}
vrrp_instance A {
    track_script {
        chk
    }
    virtual_ipaddress {
        10.0.0.1/24 dev eth0
        \${NET}.2
    }
}
virtual_server 10.0.0.1 80 {
    real_server 10.0.1.1 80 {
    }
}
`;
  const edits: Readonly<Record<string, readonly [string, string]>> = {
    "a word": ["track_script {\n        chk", "track_script {\n        other"],
    "a block more": ["virtual_server", "vrrp_script chk {\n}\nvirtual_server"],
    "a lost brace": ["    }\n    virtual_ipaddress", "    virtual_ipaddress"],
    "a line above": ["vrrp_script", "# a comment\nvrrp_script"],
    "a definition": ["$NET=10.0.0", "$NET=10.0.1"],
    "another block keyword": ["virtual_server 10.0.0.1 80", "virtual_server_group G"],
  };
  for (const [name, [from, to]] of Object.entries(edits)) {
    it(`${name}: the same as in a text that is read anew`, () => {
      const before = Tree.parse(text);
      const start = text.indexOf(from);
      assert.ok(start >= 0);
      // Fills what is kept for items that do not change.
      assert.ok(occurrencesOf(before, { kind: "vrrp_script", name: "chk" }).length > 0);
      const changed = text.slice(0, start) + to + text.slice(start + from.length);
      const edited = before.edit(changed, start, start + from.length, to.length);
      const fresh = Tree.parse(changed);
      const network = parseRange("10.0.0.0/16")!;
      for (const target of [
        { kind: "vrrp_script", name: "chk" },
        { kind: "vrrp_script", name: "other" },
        { kind: "interface", name: "eth0" },
        { kind: "address", range: network },
      ] as const)
        assert.deepEqual(occurrencesOf(edited, target), occurrencesOf(fresh, target));
      const marks = (tree: Tree) =>
        marksOf({ uri: "", version: 1, text: changed, tree, template: undefined, silences: false });
      assert.deepEqual(marks(edited), marks(fresh));
    });
  }

  it("looks only at what changed", () => {
    const server = (i: number) =>
      `virtual_server 10.1.${i >> 8}.${i & 255} 80 {\n    real_server 10.2.0.1 80 {\n    }\n}\n`;
    const large = Array.from({ length: 30_000 }, (_, i) => server(i)).join("");
    const target = { kind: "address", range: parseRange("10.1.7.9")! } as const;
    const time = (tree: Tree, expected: number) => {
      const started = performance.now();
      assert.equal(occurrencesOf(tree, target).length, expected);
      return performance.now() - started;
    };
    const tree = Tree.parse(large);
    const first = time(tree, 1);
    const at = large.indexOf("10.1.8.9");
    const changed = `${large.slice(0, at)}10.1.7.9${large.slice(at + 8)}`;
    const second = time(tree.edit(changed, at, at + 8, 8), 2);
    assert.ok(second < first / 2, `${first} ms, after the edit ${second} ms`);
  });
});
