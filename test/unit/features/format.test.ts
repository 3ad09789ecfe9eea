import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  applyEdits,
  DEFAULT_FORMAT,
  type FormatOptions,
  formatDocument,
  formatOnType,
  formatRange,
  sameStructure,
  unformatted,
} from "../../../server/src/features/format";
import { TokenKind, Tree, tokensOf } from "../../../server/src/syntax/tree";
import type { FileAccess, SourceFile } from "../../../server/src/workspace/files";
import { resolve } from "../../../server/src/workspace/resolve";
import { anyText, configurationText, sourceFile } from "../support/editing";

const formatted = (text: string, options: Partial<FormatOptions> = {}, uri?: string): string =>
  applyEdits(text, formatDocument(sourceFile(text, uri), { ...DEFAULT_FORMAT, ...options }));

/** Checks a result, that it is final, and that a formatted text needs no edit. */
function becomes(before: string, after: string, options: Partial<FormatOptions> = {}, uri?: string): void {
  assert.equal(formatted(before, options, uri), after);
  assert.equal(formatted(after, options, uri), after, "formatting twice changes more");
}

/** Words, braces and comments in order: what formatting must not touch. */
const tokenTexts = (tree: Tree): string[] =>
  tokensOf(tree)
    .filter((t) => t.kind !== TokenKind.Whitespace)
    .map((t) => tree.text.slice(t.start, t.end));

const NO_FILES: FileAccess = {
  file: () => ({ kind: "problem", problem: "missing" }),
  glob: () => ({ uris: [], missing: [] }),
};
/** What keepalived reads for a configuration id, definitions and conditions taken in. */
const resolvedTokens = (file: SourceFile, id: string | undefined): string[] =>
  tokenTexts(Tree.parse(String(resolve(file, NO_FILES, { id }).text), file.tree.dialect));

describe("formatting", () => {
  it("indents by blocks and puts one statement on a line", () => {
    becomes(
      "vrrp_instance VI_1\n{\n state BACKUP\n\t\tinterface   eth0\n virtual_ipaddress {\n10.0.0.1/24   dev eth0\n} priority 100 }\n",
      "vrrp_instance VI_1 {\n    state BACKUP\n    interface eth0\n    virtual_ipaddress {\n        10.0.0.1/24 dev eth0\n    }\n    priority 100\n}\n",
    );
  });

  it("indents with tabs and with any width", () => {
    const text = "virtual_server 10.0.0.1 80 {\n real_server 10.0.0.2 80 {\n weight 1\n }\n}\n";
    becomes(text, "virtual_server 10.0.0.1 80 {\n\treal_server 10.0.0.2 80 {\n\t\tweight 1\n\t}\n}\n", {
      insertSpaces: false,
    });
    becomes(text, "virtual_server 10.0.0.1 80 {\n  real_server 10.0.0.2 80 {\n    weight 1\n  }\n}\n", {
      tabSize: 2,
    });
  });

  it("leaves a block with one short entry on its line", () => {
    becomes(
      "vrrp_instance A {\n  track_script {chk}\n  virtual_ipaddress { 10.0.0.1/24 }  # vip\n}\n",
      "vrrp_instance A {\n    track_script { chk }\n    virtual_ipaddress { 10.0.0.1/24 }  # vip\n}\n",
    );
    const long = `10.0.0.1/24 dev ens192 label ${"x".repeat(40)}`;
    becomes(
      `vrrp_instance A {\n    virtual_ipaddress { ${long} }\n}\n`,
      `vrrp_instance A {\n    virtual_ipaddress {\n        ${long}\n    }\n}\n`,
    );
    becomes(
      "virtual_server 10.0.0.1 80 { real_server 10.0.0.2 80 { TCP_CHECK { connect_timeout 3 } } }\n",
      "virtual_server 10.0.0.1 80 {\n    real_server 10.0.0.2 80 {\n        TCP_CHECK { connect_timeout 3 }\n    }\n}\n",
    );
  });

  it("collapses blank lines, and keeps single ones", () => {
    becomes(
      "\n\nglobal_defs {\n\n    router_id a\n\n\n\n    script_user root\n\n}\n\n\n\nvrrp_script a {\n}\nvrrp_script b {\n}\n\n\n",
      "global_defs {\n    router_id a\n\n    script_user root\n}\n\nvrrp_script a {\n}\nvrrp_script b {\n}\n",
    );
  });

  it("indents comments with what follows, and leaves trailing ones where they are", () => {
    becomes(
      "  # top\nvrrp_instance A { # header\n# about the state\nstate BACKUP    # first\ninterface eth0  # second\n  ! last\n} # end\n",
      "# top\nvrrp_instance A { # header\n    # about the state\n    state BACKUP    # first\n    interface eth0  # second\n    ! last\n} # end\n",
    );
    // The comments of a column stay in a column when the statements get shorter or longer.
    becomes(
      "vrrp_instance A {\n    state     BACKUP # first\n    interface eth0   # second\n}\n",
      "vrrp_instance A {\n    state BACKUP     # first\n    interface eth0   # second\n}\n",
    );
    // Between a header and its brace a comment keeps the brace down.
    becomes("vrrp_instance A # why\n  {\n}\n", "vrrp_instance A # why\n{\n}\n");
  });

  it("does not pull a mark out of a word that may be a password", () => {
    becomes(
      "vrrp_instance A {\n    authentication {\n        auth_pass abc#12!\n    }\n}\n",
      "vrrp_instance A {\n    authentication {\n        auth_pass abc#12!\n    }\n}\n",
    );
  });

  it("keeps blanks that a second reading of the line may need", () => {
    const line = `script   "/bin/check 'a   b'"   'c   d'`;
    becomes(
      `vrrp_script chk {\n${line}\n}\n`,
      `vrrp_script chk {\n    script "/bin/check 'a   b'"   'c   d'\n}\n`,
    );
    becomes("nonsense   a   b\n", "nonsense   a   b\n");
  });

  it("aligns values of consecutive statements when asked to", () => {
    becomes(
      "vrrp_instance A {\n    state BACKUP\n    interface eth0 # dev\n    nopreempt\n    virtual_router_id 51\n\n    priority 100\n    advert_int 1\n    virtual_ipaddress {\n        10.0.0.1\n    }\n    version 3\n}\n",
      "vrrp_instance A {\n    state             BACKUP\n    interface         eth0 # dev\n    nopreempt\n    virtual_router_id 51\n\n    priority   100\n    advert_int 1\n    virtual_ipaddress {\n        10.0.0.1\n    }\n    version 3\n}\n",
      { alignValues: true },
    );
  });

  it("ends the file with one line end, and keeps CRLF", () => {
    becomes("a 1", "a 1\n");
    becomes(
      "vrrp_script a { interval 1\r\n fall 2 }\r\n\r\n\r\n\r\nvrrp_script b {\r\n}",
      "vrrp_script a {\r\n    interval 1\r\n    fall 2\r\n}\r\n\r\nvrrp_script b {\r\n}\r\n",
    );
    assert.equal(formatted("a 1", { insertFinalNewline: false }), "a 1");
    assert.equal(formatted(""), "");
    assert.equal(formatted("\n \n"), "\n \n");
  });

  it("indents the lines of a definition by its own braces", () => {
    becomes(
      "$CHECK= \\\nTCP_CHECK {   \\\n connect_timeout   3 \\\n} \\\n\n$RS=real_server $IP 80 { \\\nweight 1 \\\n$CHECK \\\n}\n",
      "$CHECK= \\\n    TCP_CHECK {   \\\n        connect_timeout   3 \\\n    } \\\n\n$RS=real_server $IP 80 { \\\n    weight 1 \\\n    $CHECK \\\n}\n",
    );
    // The blank line ends the definition; it stays even in front of a brace.
    becomes("global_defs {\n$X= \\\na \\\n\n}\n", "global_defs {\n    $X= \\\n        a \\\n\n}\n");
  });

  it("leaves lines apart that belong together", () => {
    // A condition holds for the whole line; a definition of several lines ends one; an include takes the rest.
    for (const text of [
      "@a vrrp_instance X { state BACKUP }\n",
      "virtual_server 10.0.0.1 80 { $REST\n}\n",
      "global_defs { include x.conf\n}\n",
      "vrrp_instance X { @a state BACKUP\n}\n",
    ])
      becomes(text, text);
  });

  it("puts conditions at the start of the line", () => {
    becomes(
      "  @a  net_namespace x\nvrrp_instance A {\n  @low priority 85\n@^main\tpriority 170\n      @x   state MASTER\nstate BACKUP\n}\n",
      "@a net_namespace x\nvrrp_instance A {\n@low    priority 85\n@^main  priority 170\n@x  state MASTER\n    state BACKUP\n}\n",
    );
    becomes(
      "@a global_defs {\n@b global_defs {\nrouter_id x\n}\n",
      "@a global_defs {\n@b global_defs {\n    router_id x\n}\n",
    );
    becomes(
      "@a global_defs {\n@a notification_email {\n  @a x\n @a }\n@a\t}\n",
      "@a global_defs {\n@a  notification_email {\n@a      x\n@a  }\n@a }\n",
    );
  });

  it("does not look into generators", () => {
    becomes(
      "virtual_server_group g {\n  ~SEQ(i,   1, 5)   10.0.0.$i   80\n}\n",
      "virtual_server_group g {\n    ~SEQ(i,   1, 5)   10.0.0.$i   80\n}\n",
    );
  });

  it("keeps the text of template lines", () => {
    becomes(
      "vrrp_instance {{ name }} {\n  {% if master %}\n  state   MASTER\n  priority   {{ prio }}\n  {% endif %}\n interface   eth0\n}\n",
      "vrrp_instance {{ name }} {\n  {% if master %}\n    state MASTER\n    priority   {{ prio }}\n  {% endif %}\n    interface eth0\n}\n",
      {},
      "file:///etc/keepalived/keepalived.conf.j2",
    );
  });

  it("leaves blocks alone whose braces do not match, and formats the rest", () => {
    const damaged = "vrrp_instance A {\n state BACKUP\n   virtual_ipaddress {\n 10.0.0.1\n}\n";
    const text = `${damaged}vrrp_script b {\n interval 1\n}\n`;
    becomes(text, `${damaged}vrrp_script b {\n    interval 1\n}\n`);
    assert.deepEqual(unformatted(sourceFile(text)), [{ start: 0, end: damaged.length }]);
    // Lines that were cut out of a definition show where they were meant to be.
    becomes("$X=a \\\n    b # c \\\n    d \\\n    }\n", "$X=a \\\n    b # c \\\n    d \\\n    }\n");
  });

  it("does not lengthen a line beyond what keepalived reads", () => {
    const line = ` script "${"x".repeat(1010)}"`;
    const text = `vrrp_script a {\n${line}\n}\n`;
    assert.equal(formatted(text), text);
  });

  it("edits line by line", () => {
    const text = "vrrp_instance A {\n    state BACKUP  \n  interface eth0\n\n\n\n    priority 100\n}\n";
    assert.deepEqual(
      formatDocument(sourceFile(text), DEFAULT_FORMAT).map((e) => [text.slice(e.start, e.end), e.text]),
      [
        ["  ", ""],
        ["  ", "    "],
        ["\n\n", ""],
      ],
    );
  });
});

describe("formatting of a range", () => {
  const text =
    "vrrp_instance A {\n state BACKUP\n  interface eth0   \n   priority 100\n}\nvrrp_script b {\n fall 1\n}\n";
  const lines = (from: number, to: number) => {
    const starts = [0, ...[...text.matchAll(/\n/g)].map((m) => m.index + 1)];
    return formatRange(sourceFile(text), starts[from], starts[to], DEFAULT_FORMAT);
  };

  it("touches only its lines", () => {
    assert.equal(
      applyEdits(text, lines(2, 3)),
      text.replace("  interface eth0   \n", "    interface eth0\n"),
    );
    assert.equal(applyEdits(text, lines(6, 7)), text.replace(" fall", "    fall"));
    assert.deepEqual(lines(4, 6), []);
    assert.equal(applyEdits(text, lines(0, 8)), formatted(text));
  });

  it("never edits outside, whatever the text", () => {
    fc.assert(
      fc.property(configurationText, fc.nat(), fc.nat(), (generated, a, b) => {
        const file = sourceFile(generated);
        const [start, end] = [a % (generated.length + 1), b % (generated.length + 1)].sort((x, y) => x - y);
        const from = start === 0 ? 0 : generated.lastIndexOf("\n", start - 1) + 1;
        const eol = generated.indexOf("\n", end);
        const to = eol < 0 ? generated.length : eol + 1;
        const edits = formatRange(file, start, end, DEFAULT_FORMAT);
        for (const e of edits) assert.ok(e.start >= from && e.end <= to, JSON.stringify(e));
        assert.ok(sameStructure(file.tree, sourceFile(applyEdits(generated, edits)).tree));
      }),
      { numRuns: 500 },
    );
  });
});

describe("formatting while typing", () => {
  /** `|` is the cursor, behind what was typed. */
  const typed = (marked: string, key: string): string => {
    const offset = marked.indexOf("|");
    const text = marked.replace("|", "");
    return applyEdits(text, formatOnType(sourceFile(text), offset, key, DEFAULT_FORMAT));
  };

  it("indents the block that a brace closes", () => {
    assert.equal(
      typed("vrrp_instance A {\n state BACKUP\n  virtual_ipaddress {\n 10.0.0.1\n }|\n}\n", "}"),
      "vrrp_instance A {\n state BACKUP\n    virtual_ipaddress {\n        10.0.0.1\n    }\n}\n",
    );
    // Nothing is moved to another line under the cursor.
    const oneLine = "vrrp_script a { fall 1\n rise 2 }|";
    assert.equal(typed(oneLine, "}"), "vrrp_script a { fall 1\n    rise 2 }");
  });

  it("puts a brace below its header while others are still missing", () => {
    assert.equal(
      typed("vrrp_instance A {\n  virtual_ipaddress {\n    10.0.0.1\n    }|\n", "}"),
      "vrrp_instance A {\n  virtual_ipaddress {\n    10.0.0.1\n  }\n",
    );
  });

  it("formats the line before a new one, and indents that", () => {
    assert.equal(
      typed("vrrp_instance A {\n  state   BACKUP  \n|\n}\n", "\n"),
      "vrrp_instance A {\n    state BACKUP\n    \n}\n",
    );
    assert.equal(typed("vrrp_instance A {\n|", "\n"), "vrrp_instance A {\n    ");
    assert.equal(typed("vrrp_instance A {\n}\n    |", "\n"), "vrrp_instance A {\n}\n");
    // The continuation of a definition is for its author to indent.
    assert.equal(typed("$X=a \\\n  |b\n", "\n"), "$X=a \\\n  b\n");
  });
});

describe("formatting of any text", () => {
  const options = fc.record({
    tabSize: fc.constantFrom(1, 2, 4, 8),
    insertSpaces: fc.boolean(),
    alignValues: fc.boolean(),
  });

  for (const [name, texts] of [
    ["configurations", configurationText],
    ["arbitrary text", anyText],
  ] as const) {
    it(`changes no token and is idempotent: ${name}`, () => {
      let changes = 0;
      fc.assert(
        fc.property(texts, options, (text, o) => {
          const file = sourceFile(text);
          const after = applyEdits(text, formatDocument(file, o));
          const again = sourceFile(after);
          if (after !== text) changes++;
          assert.deepEqual(tokenTexts(again.tree), tokenTexts(file.tree));
          assert.ok(sameStructure(file.tree, again.tree));
          assert.equal(after.replace(/[ \t\r\n]+/g, ""), text.replace(/[ \t\r\n]+/g, ""));
          assert.equal(applyEdits(after, formatDocument(again, o)), after);
          // The same holds for what keepalived reads after definitions and conditions.
          for (const id of [undefined, "a", "b"])
            assert.deepEqual(resolvedTokens(again, id), resolvedTokens(file, id));
        }),
        { numRuns: 600 },
      );
      assert.ok(changes > 100, `only ${changes} of the texts were formatted at all`);
    });
  }

  it("while typing: changes no token", () => {
    fc.assert(
      fc.property(configurationText, fc.nat(), fc.constantFrom("}", "\n"), (text, n, key) => {
        const file = sourceFile(text);
        const after = applyEdits(text, formatOnType(file, n % (text.length + 1), key, DEFAULT_FORMAT));
        assert.ok(sameStructure(file.tree, sourceFile(after).tree));
      }),
      { numRuns: 500 },
    );
  });
});
