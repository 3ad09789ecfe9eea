/** Renaming names and files: the text of before with a cursor, and all files after the edits, or the reason of a refusal. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isRefused, prepareRename, rename, renameFiles } from "../../../server/src/features/rename";
import { type Fixture, fixture, plain } from "../support/fixture";

const scopeOf = (f: Fixture) => ({ projectsOf: f.projectsOf, access: f.access });

const RENAMES: Readonly<Record<string, readonly [before: string, name: string, after: string]>> = {
  "script, everywhere": [
    `
vrrp_script ch<|>k {
}
track_file chk {
}
vrrp_instance A {
    track_script {
        chk weight 2
        chk2
    }
    track_file {
        chk
    }
}
`,
    "chk_web",
    `
vrrp_script chk_web {
}
track_file chk {
}
vrrp_instance A {
    track_script {
        chk_web weight 2
        chk2
    }
    track_file {
        chk
    }
}
`,
  ],
  "a name with a blank gets quotes": [
    "vrrp_script chk {\n}\nvrrp_instance A {\n    track_script {\n        <|>chk weight 2\n    }\n}\n",
    "my check",
    'vrrp_script "my check" {\n}\nvrrp_instance A {\n    track_script {\n        "my check" weight 2\n    }\n}\n',
  ],
  "so does one with a comment sign or a brace": [
    "vrrp_instance A<|> {\n}\nvrrp_sync_group G {\n    group {\n        A B\n    }\n}\n",
    "A#{1}",
    'vrrp_instance "A#{1}" {\n}\nvrrp_sync_group G {\n    group {\n        "A#{1}" B\n    }\n}\n',
  ],
  "quotes stay where they are": [
    'vrrp_script "my <|>check" {\n}\nvrrp_instance A {\n    track_script {\n        "my check"\n    }\n}\n',
    '"chk"',
    'vrrp_script "chk" {\n}\nvrrp_instance A {\n    track_script {\n        "chk"\n    }\n}\n',
  ],
  "quotes are not doubled": [
    'vrrp_script "my <|>check" {\n}\nvrrp_instance A {\n    track_script {\n        "my check"\n    }\n}\n',
    "your check",
    'vrrp_script "your check" {\n}\nvrrp_instance A {\n    track_script {\n        "your check"\n    }\n}\n',
  ],
  "a name beside the opening brace": [
    "virtual_server_group G<|>{\n    10.0.0.1 80\n}\nvirtual_server group G{\n}\n",
    "web",
    "virtual_server_group web{\n    10.0.0.1 80\n}\nvirtual_server group web{\n}\n",
  ],
  "a name as long as an option": [
    "vrrp_script chk<|> {\n}\nvrrp_instance A {\n    track_script {\n        chk weight 5\n    }\n}\n",
    "weight",
    "vrrp_script weight {\n}\nvrrp_instance A {\n    track_script {\n        weight weight 5\n    }\n}\n",
  ],
  "to the name that another kind of block has": [
    "vrrp_script a<|> {\n}\nvrrp_instance b {\n    track_script {\n        a\n    }\n}\n",
    "b",
    "vrrp_script b {\n}\nvrrp_instance b {\n    track_script {\n        b\n    }\n}\n",
  ],
  "sync group": ["vrrp_sync_group VG<|>_1 {\n}\n", "VG", "vrrp_sync_group VG {\n}\n"],
  "BFD instance": [
    "bfd_instance B {\n}\nvirtual_server 10.0.0.1 80 {\n    real_server 10.0.0.2 80 {\n        BFD_CHECK {\n            name B<|>\n        }\n    }\n}\n",
    "peer2",
    "bfd_instance peer2 {\n}\nvirtual_server 10.0.0.1 80 {\n    real_server 10.0.0.2 80 {\n        BFD_CHECK {\n            name peer2\n        }\n    }\n}\n",
  ],
  "a name that nothing declares": [
    "vrrp_instance A {\n    track_process {\n        p<|>\n    }\n}\n",
    "q",
    "vrrp_instance A {\n    track_process {\n        q\n    }\n}\n",
  ],
  "in lines of every configuration id": [
    "@a vrrp_script chk {\n@b vrrp_script chk {\n}\nvrrp_instance A {\n    track_script {\n        @a chk\n        @^a ch<|>k weight 2\n    }\n}\n",
    "x",
    "@a vrrp_script x {\n@b vrrp_script x {\n}\nvrrp_instance A {\n    track_script {\n        @a x\n        @^a x weight 2\n    }\n}\n",
  ],
  "across files, from the included one": [
    `
//- /k/keepalived.conf
include conf.d/*.conf
vrrp_instance A {
    track_script {
        chk
    }
}
//- /k/conf.d/1.conf
vrrp_script chk<|> {
}
//- /k/conf.d/2.conf
vrrp_instance B {
    track_script {
        chk
    }
}
//- /k/unrelated.conf
vrrp_script chk {
}
`,
    "web",
    `
//- /k/keepalived.conf
include conf.d/*.conf
vrrp_instance A {
    track_script {
        web
    }
}
//- /k/conf.d/1.conf
vrrp_script web {
}
//- /k/conf.d/2.conf
vrrp_instance B {
    track_script {
        web
    }
}
//- /k/unrelated.conf
vrrp_script chk {
}
`,
  ],
  "in every node that shares the file, from one of the nodes": [
    `
//- /k/node1.conf
include shared.inc
vrrp_instance A {
    track_script {
        ch<|>k
    }
}
//- /k/node2.conf
include shared.inc
vrrp_instance B {
    track_script {
        chk
    }
}
//- /k/shared.inc
vrrp_script chk {
}
`,
    "web",
    `
//- /k/node1.conf
include shared.inc
vrrp_instance A {
    track_script {
        web
    }
}
//- /k/node2.conf
include shared.inc
vrrp_instance B {
    track_script {
        web
    }
}
//- /k/shared.inc
vrrp_script web {
}
`,
  ],
  "definition, from a use": [
    '$VIP=10.0.0.1\n$ALL=${VIP}/24 dev eth0\nvrrp_instance A {\n    virtual_ipaddress {\n        $VI<|>P\n        $ALL\n    }\n    notify "/bin/n ${VIP}"\n} # $VIP\n',
    "ADDR",
    '$ADDR=10.0.0.1\n$ALL=${ADDR}/24 dev eth0\nvrrp_instance A {\n    virtual_ipaddress {\n        $ADDR\n        $ALL\n    }\n    notify "/bin/n ${ADDR}"\n} # $VIP\n',
  ],
  "definition, typed with its dollar sign": [
    "$A<|>=1\nvrrp_script x {\n    weight ${A}\n}\n",
    "${WEIGHT}",
    "$WEIGHT=1\nvrrp_script x {\n    weight ${WEIGHT}\n}\n",
  ],
  "definition that is defined several times": [
    "@a $P=1\n@b $P=2\nvrrp_instance A {\n    priority $<|>P\n}\n$P=3\n",
    "PRIO",
    "@a $PRIO=1\n@b $PRIO=2\nvrrp_instance A {\n    priority $PRIO\n}\n$PRIO=3\n",
  ],
  "definition of one configuration id, used by a definition of all": [
    "@a $N<|>=web\n$I=VI_${N}\n@^a $X=1\nvrrp_instance $I {\n}\n",
    "NODE",
    "@a $NODE=web\n$I=VI_${NODE}\n@^a $X=1\nvrrp_instance $I {\n}\n",
  ],
  "definition in an include pattern": [
    "//- /k/a.conf\n$D<|>=/k\ninclude ${D}/b.inc\n//- /k/b.inc\nvrrp_script x {\n    script $D\n}\n",
    "DIR",
    "//- /k/a.conf\n$DIR=/k\ninclude ${DIR}/b.inc\n//- /k/b.inc\nvrrp_script x {\n    script $DIR\n}\n",
  ],
  "a use that keepalived does not replace goes along": [
    "$N=10.0.0\nvirtual_server $N<|>.1 80 {\n}\nvirtual_server ${N}.2 80 {\n}\n",
    "NET",
    "$NET=10.0.0\nvirtual_server $NET.1 80 {\n}\nvirtual_server ${NET}.2 80 {\n}\n",
  ],
  "~SEQ variable, on its line": [
    "~SEQ(N, 1, 2) virtual_server 10.0.0.$<|>N 8${N} {\n}\n~SEQ(N, 1, 2) $X$N=1\n",
    "host",
    "~SEQ(host, 1, 2) virtual_server 10.0.0.$host 8${host} {\n}\n~SEQ(N, 1, 2) $X$N=1\n",
  ],
  "~LST variable": [
    "~LST({a, <|>b}, {1, 2}, {3, 4}) virtual_server 10.0.$a.$b 80 {\n}\n",
    "c",
    "~LST({a, c}, {1, 2}, {3, 4}) virtual_server 10.0.$a.$c 80 {\n}\n",
  ],
  "a name in a template, with the expressions left alone": [
    "vrrp_script chk<|> {\n}\n{% for n in nodes %}\nvrrp_instance {{ n }} {\n    track_script {\n        chk\n    }\n}\n{% endfor %}\n",
    "web",
    "vrrp_script web {\n}\n{% for n in nodes %}\nvrrp_instance {{ n }} {\n    track_script {\n        web\n    }\n}\n{% endfor %}\n",
  ],
  "to the same name": ["vrrp_script <|>chk {\n}\n", "chk", "vrrp_script chk {\n}\n"],
};

/** Before, new name, and a part of the reason. */
const REFUSALS: Readonly<Record<string, readonly [before: string, name: string, reason: RegExp]>> = {
  "the name exists": [
    "vrrp_script a<|> {\n}\nvrrp_script b {\n}\n",
    "b",
    /vrrp_script “b” exists already \(keepalived\.conf:3\)/,
  ],
  "the name exists in another file of another node": [
    `
//- /k/node1.conf
include shared.inc
//- /k/node2.conf
include shared.inc
vrrp_script b {
}
//- /k/shared.inc
vrrp_script a<|> {
}
`,
    "b",
    /“b” exists already \(node2\.conf:2\)/,
  ],
  "the name is used, though not declared": [
    "vrrp_script a<|> {\n}\nvrrp_instance A {\n    track_script {\n        b\n    }\n}\n",
    "b",
    /“b” is referred to already \(keepalived\.conf:5\)/,
  ],
  empty: ["vrrp_script a<|> {\n}\n", "  ", /empty/],
  "a quote": ["vrrp_script a<|> {\n}\n", 'a"b', /no valid name/],
  "a line end": ["vrrp_script a<|> {\n}\n", "a\nb", /no valid name/],
  "a dollar sign": ["vrrp_script a<|> {\n}\n", "a$b", /no valid name/],
  "blanks around": ["vrrp_script a<|> {\n}\n", " b", /no valid name/],
  "too long": ["bfd_instance a<|> {\n}\n", "b".repeat(32), /bfd_instance has a name of at most 31 bytes/],
  "it would be read as a condition": [
    "vrrp_script a<|> {\n}\nvrrp_instance A {\n    track_script {\n        a\n    }\n}\n",
    "@x",
    /would read something else/,
  ],
  "it would be read as an include": [
    "vrrp_script a<|> {\n}\nvrrp_instance A {\n    track_script {\n        a weight 2\n    }\n}\n",
    "include",
    /would read something else/,
  ],
  "it would be read as an option": [
    "global_defs {\n    lvs_sync_daemon eth0 VI\n}\nvrrp_instance VI<|> {\n}\n",
    "id",
    /would read something else/,
  ],
  "the name comes from a definition": [
    "$S=chk\nvrrp_script chk<|> {\n}\nvrrp_instance A {\n    track_script {\n        $S\n    }\n}\n",
    "b",
    /comes from a definition or a generator \(keepalived\.conf:6\)/,
  ],
  "the cursor on the text of a definition": [
    "$S=ch<|>k\nvrrp_script $S {\n}\n",
    "b",
    /comes from a definition or a generator \(keepalived\.conf:1\)/,
  ],
  "the name comes from a generator": [
    "~SEQ(N, 2) vrrp_script chk$N {}\nvrrp_instance A {\n    track_script {\n        chk<|>1\n    }\n}\n",
    "b",
    /comes from a definition or a generator/,
  ],
  "the name comes from a template": [
    "vrrp_script chk_{{ na<|>me }} {\n}\n",
    "b",
    /comes from a template expression/,
  ],
  "an interface": ["vrrp_instance A {\n    interface et<|>h0\n}\n", "b", /operating system/],
  "an address": ["virtual_server 10.0.<|>0.1 80 {\n}\n", "b", /no name/],
  "a configuration id": ["@no<|>de $A=1\n", "b", /when it starts/],
  "a predefined definition": ["include ${_P<|>WD}/x.conf\n", "b", /\$_PWD is defined by keepalived itself/],
  "a definition that does not exist": [
    "vrrp_script a {\n    weight $N<|>ONE\n}\n",
    "b",
    /\$NONE is not defined/,
  ],
  "a keyword": ["vrrp_scr<|>ipt a {\n}\n", "b", /nothing to rename/],
  "a definition to no valid name": ["$A<|>=1\n", "1A", /no name for a definition/],
  "a definition to one that exists": ["$A<|>=1\n$B=2\n", "B", /\$B exists already \(keepalived\.conf:2\)/],
  "a definition to one that is used": [
    "$A<|>=1\nvrrp_script a {\n    weight $B\n}\n",
    "B",
    /\$B is used already \(keepalived\.conf:3\)/,
  ],
  "a definition to a predefined one": ["$A<|>=1\n", "_PWD", /defined by keepalived itself/],
  "a definition to a variable": ["$A<|>=1\n~SEQ(B, 2) $X$B=$A\n", "B", /\$B exists already/],
  "a variable to a definition": ["$A=1\n~SEQ(B<|>, 2) $X$B=$A\n", "A", /\$A exists already/],
  "a variable to another of its line": [
    "~LST({a<|>, b}, {1, 2}) virtual_server 10.0.$a.$b 80 {\n}\n",
    "b",
    /\$b exists already/,
  ],
  "a variable that later lines still use": [
    "~SEQ(N<|>, 2) virtual_server 10.0.0.$N 80 {\n}\nvirtual_server 10.0.1.$N 80 {\n}\n",
    "M",
    /keepalived\.conf:3/,
  ],
  "a variable that a definition on its line uses": [
    "$V=virtual_server 10.0.0.${N} 80 {\n~SEQ(N<|>, 2) $V\n}\n",
    "M",
    /\$N is the variable of a generator and also stands in other lines \(keepalived\.conf:1\)/,
  ],
  "a word that is one thing for one id and another for the other": [
    "//- /k/a.conf\nvrrp_instance A {\n    @x track_script {\n    @^x track_file {\n        include b.inc\n    }\n}\n//- /k/b.inc\nch<|>k\n",
    "b",
    /depending on the configuration id/,
  ],
  "a line that would become too long to be expanded": [
    `$A<|>=1\n~SEQ(I, 1) vrrp_script a { script "/bin/x \${A} ${"y".repeat(960)}" }\n$LONG=${"z".repeat(900)}\nvrrp_script b {\n    script "\${LONG} \${A} \${A} \${A} \${A} \${A} \${A} \${A}"\n}\n`,
    "A".repeat(30),
    /would read something else/,
  ],
};

describe("rename", () => {
  for (const [name, [before, newName, after]] of Object.entries(RENAMES)) {
    it(name, () => {
      const f = fixture(before);
      const result = rename(f.context(), scopeOf(f), f.cursor.offset, newName);
      assert.ok(!isRefused(result), isRefused(result) ? result.refused.en : "");
      assert.equal(f.edited(result.edits), plain(after));
    });
  }

  for (const [name, [before, newName, reason]] of Object.entries(REFUSALS)) {
    it(`refused: ${name}`, () => {
      const f = fixture(before);
      const result = rename(f.context(), scopeOf(f), f.cursor.offset, newName);
      assert.ok(isRefused(result), "edits" in result ? f.edited(result.edits) : "");
      assert.match(result.refused.en, reason);
      assert.notEqual(result.refused.zh, "");
    });
  }
});

describe("rename with files that are not read", () => {
  const TEXT = "//- /k/a.conf\nvrrp_script a<|> {\n}\ninclude b.conf\n~SEQ(N, 2) $X$N=1\n//- /k/b.conf\n#\n";
  const REASONS: Readonly<Record<string, RegExp | undefined>> = {
    pending: /still being read/,
    outside: /“\/k\/b\.conf” is included, but cannot be read here/,
    // keepalived does not read it either.
    executable: undefined,
  };
  for (const [problem, reason] of Object.entries(REASONS)) {
    it(problem, () => {
      const f = fixture(TEXT);
      f.unread.set("file:///k/b.conf", problem as "pending");
      const uri = f.cursor.uri;
      const c = f.context(uri);
      const scope = { projectsOf: () => [c.project], access: f.access };
      const result = rename(c, scope, f.cursor.offset, "b");
      if (reason) {
        assert.ok(isRefused(result));
        assert.match(result.refused.en, reason);
      } else assert.ok(!isRefused(result));
      const variable = rename(c, scope, c.file.text.indexOf("N, 2"), "M");
      assert.ok(!isRefused(variable), "a variable does not leave its line");
    });
  }
});

describe("prepareRename", () => {
  const PLACES: Readonly<Record<string, readonly [text: string, placeholder: string]>> = {
    "a name": ["vrrp_script [|c<|>hk|] {\n}\n", "chk"],
    "a quoted name, without its quotes": ['vrrp_script "[|my c<|>hk|]" {\n}\n', "my chk"],
    "a definition, without its dollar sign": ["$[|A<|>|]=1\n", "A"],
    "a use in braces": ["$A=1\nvrrp_script x {\n    weight $<|>{[|A|]}\n}\n", "A"],
    "a use, from its dollar sign": ["$A=1\nvrrp_script x {\n    weight <|>$[|A|]\n}\n", "A"],
    "a variable": ["~SEQ([|N<|>|], 2) $X$N=1\n", "N"],
  };
  for (const [name, [text, placeholder]] of Object.entries(PLACES)) {
    it(name, () => {
      const f = fixture(text);
      const [{ start, end }] = f.ranges;
      assert.deepEqual(prepareRename(f.context(), scopeOf(f), f.cursor.offset), { start, end, placeholder });
    });
  }

  it("gives the reason before the user types a name", () => {
    const f = fixture("vrrp_instance A {\n    interface <|>eth0\n}\n");
    const result = prepareRename(f.context(), scopeOf(f), f.cursor.offset);
    assert.ok(isRefused(result));
    assert.match(result.refused.zh, /操作系统/);
  });
});

/** Files, moves, and the files after the edits: still where they were, because editors move them afterwards. */
const MOVES: Readonly<
  Record<string, readonly [before: string, moves: Readonly<Record<string, string>>, after: string]>
> = {
  "an included file is renamed": [
    "//- /k/a.conf\ninclude b.conf # the rest\n//- /k/b.conf\n#\n",
    { "/k/b.conf": "/k/c.conf" },
    "//- /k/a.conf\ninclude c.conf # the rest\n//- /k/b.conf\n#\n",
  ],
  "an included file moves to another folder": [
    "//- /k/a.conf\nincluder ./b.conf\n//- /k/b.conf\n#\n",
    { "/k/b.conf": "/k/sub/dir/b.conf" },
    "//- /k/a.conf\nincluder ./sub/dir/b.conf\n//- /k/b.conf\n#\n",
  ],
  "by an absolute path": [
    "//- /k/a.conf\n@x include /k/b.conf\n//- /k/b.conf\n#\n",
    { "/k/b.conf": "/etc/b.conf" },
    "//- /k/a.conf\n@x include /etc/b.conf\n//- /k/b.conf\n#\n",
  ],
  "the including file moves: relative patterns follow, absolute ones stay": [
    "//- /k/a.conf\ninclude b.conf\ninclude /k/b.conf\ninclude conf.d/*.conf\ninclude {x,y}.conf\n//- /k/b.conf\n#\n",
    { "/k/a.conf": "/k/sites/x/a.conf" },
    "//- /k/a.conf\ninclude ../../b.conf\ninclude /k/b.conf\ninclude ../../conf.d/*.conf\ninclude ../../{x,y}.conf\n//- /k/b.conf\n#\n",
  ],
  "both move together: nothing changes": [
    "//- /k/a.conf\ninclude sub/b.conf\n//- /k/sub/b.conf\n#\n",
    { "/k": "/etc/keepalived" },
    "//- /k/a.conf\ninclude sub/b.conf\n//- /k/sub/b.conf\n#\n",
  ],
  "a folder is renamed: files in it, and patterns below it": [
    "//- /k/a.conf\ninclude conf.d/b.conf\ninclude conf.d/*.conf\ninclude conf.d.old/*.conf\n//- /k/conf.d/b.conf\ninclude ../a.inc\n",
    { "/k/conf.d": "/k/sites" },
    "//- /k/a.conf\ninclude sites/b.conf\ninclude sites/*.conf\ninclude conf.d.old/*.conf\n//- /k/conf.d/b.conf\ninclude ../a.inc\n",
  ],
  "a file that a wildcard brings in": [
    "//- /k/a.conf\ninclude conf.d/*.conf\n//- /k/conf.d/b.conf\n#\n",
    { "/k/conf.d/b.conf": "/k/conf.d/c.conf" },
    "//- /k/a.conf\ninclude conf.d/*.conf\n//- /k/conf.d/b.conf\n#\n",
  ],
  "an included file that includes by itself": [
    "//- /k/a.conf\ninclude sub/b.conf\n//- /k/sub/b.conf\nvrrp_instance A {\n    include c.conf\n}\n//- /k/sub/c.conf\n#\n",
    { "/k/sub/b.conf": "/k/b.conf" },
    "//- /k/a.conf\ninclude b.conf\n//- /k/sub/b.conf\nvrrp_instance A {\n    include sub/c.conf\n}\n//- /k/sub/c.conf\n#\n",
  ],
  "patterns with definitions are left alone": [
    "//- /k/a.conf\n$D=/k\ninclude ${D}/b.conf\ninclude ${_PWD}/b.conf\n//- /k/b.conf\n#\n",
    { "/k/b.conf": "/k/c.conf", "/k/a.conf": "/x/a.conf" },
    "//- /k/a.conf\n$D=/k\ninclude ${D}/b.conf\ninclude ${_PWD}/b.conf\n//- /k/b.conf\n#\n",
  ],
  "a new name that no pattern can hold": [
    "//- /k/a.conf\ninclude b.conf\n//- /k/b.conf\n#\n",
    { "/k/b.conf": "/k/b#1.conf" },
    "//- /k/a.conf\ninclude b.conf\n//- /k/b.conf\n#\n",
  ],
  "a name with a blank, and a file that does not exist yet": [
    "//- /k/a.conf\ninclude my file.conf\n",
    { "/k/my file.conf": "/k/the file.conf" },
    "//- /k/a.conf\ninclude the file.conf\n",
  ],
};

describe("include lines when files move", () => {
  for (const [name, [before, moves, after]] of Object.entries(MOVES)) {
    it(name, () => {
      const f = fixture(before);
      const renames = Object.entries(moves).map(([oldPath, newPath]) => ({
        oldUri: `file://${encodeURI(oldPath)}`,
        newUri: `file://${encodeURI(newPath).replace("#", "%23")}`,
      }));
      assert.equal(f.edited(renameFiles(f.projects, renames)), plain(after));
    });
  }
});
