/** Generated texts for the tests of formatting and semantic tokens. */
import fc from "fast-check";
import { DEFAULT_DIALECT } from "../../../server/src/syntax/parser";
import { makeSourceFile, type SourceFile } from "../../../server/src/workspace/files";

export const ROOT_URI = "file:///etc/keepalived/keepalived.conf";

export const sourceFile = (text: string, uri = ROOT_URI): SourceFile =>
  makeSourceFile(uri, 1, text, DEFAULT_DIALECT);

// ---------------------------------------------------------------------------------------------- generated texts

const blank = fc.constantFrom("", "", " ", "  ", "\t", " \t ");
const gap = fc.constantFrom(" ", " ", "  ", "\t", " \t");
const eol = fc.constantFrom("\n", "\n", "\n", "\r\n", "\n\n", "\n \n\n", "\n\t");
const comment = fc.constantFrom("# note", "! 说明", "#", "# a { b }", "# x \\", '# "');
const word = fc.constantFrom(
  "10.0.0.1",
  "10.0.0.1/24",
  "fe80::1",
  "VI_1",
  "100",
  "MASTER",
  '"a  b"',
  "\"/bin/x '1  2' {3}\"",
  "'a   b'",
  "$X",
  "${X}",
  "a${X}b",
  "\\#",
  "ümlaut",
  "{{ x }}",
  "//",
);
const leafName = fc.constantFrom(
  "state",
  "priority",
  "interface",
  "weight",
  "lb_algo",
  "notify_master",
  "script",
  "dev",
  "nonsense",
  "include",
  "@id",
  "connect_timeout",
  "~SEQ(i, 3)",
  "$Y=1",
);
const blockName = fc.constantFrom(
  "vrrp_instance",
  "virtual_server",
  "real_server",
  "virtual_ipaddress",
  "track_script",
  "TCP_CHECK",
  "global_defs",
  "unicast_peer",
  "group",
  "nonsense_block",
);
const condition = fc.constantFrom("", "", "", "", "@a ", "@^b\t", "@long_condition_id ");
const piece: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(blank, condition, leafName, gap, word, blank, eol).map((x) => x.join("")),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(blank, leafName, gap, word, gap, word, blank, comment, eol).map((x) => x.join("")),
  },
  { weight: 2, arbitrary: fc.tuple(blank, comment, eol).map((x) => x.join("")) },
  { weight: 1, arbitrary: eol },
  {
    weight: 1,
    arbitrary: fc
      .tuple(blank, fc.constantFrom("$X=a", "$X=", "$M=TCP_CHECK {", "$M=real_server $X 80 {"), blank)
      .map((x) => `${x.join("")}\\\n   weight  1  \\\n@a  fall 2 \\\n\t}\n`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "{% if x %}\n",
      "  {% endif %}\n",
      "{{ y }} z\n",
      "~LST({a,b},{1,2}) real_server  $a  $b {\n",
      "}",
      "{",
      '"open  quote\n',
      "$X\n",
      "\f\v x\n",
      "a \\\n",
      "include   *.conf  \n",
      "\r",
    ),
  },
);
const block: fc.Memo<string> = fc.memo((depth) =>
  fc
    .tuple(
      blank,
      condition,
      blockName,
      gap,
      word,
      fc.constantFrom("", " ", "\n", " # c\n", "\n\n"),
      blank,
      eol,
      fc.array(depth > 1 ? fc.oneof(piece, block(depth - 1)) : piece, { maxLength: 5 }),
      blank,
      fc.constantFrom("\n", "\n", "\n\n\n", " ", " # end\n"),
    )
    .map(
      ([a, c, name, g, w, beforeOpen, b, e, children, beforeClose, after]) =>
        `${a}${c}${name}${g}${w}${beforeOpen}{${b}${e}${children.join("")}${beforeClose}}${after}`,
    ),
);

/** Text that looks like a configuration, with everything that makes formatting hard. */
export const configurationText: fc.Arbitrary<string> = fc
  .array(fc.oneof(piece, block(3)), { maxLength: 6 })
  .map((pieces) => pieces.join(""));

/** Any text, braces, quotes and marks being frequent. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc
    .array(
      fc.constantFrom(
        "{",
        "}",
        "#",
        "!",
        '"',
        "\\",
        "\n",
        "\r\n",
        " ",
        "\t",
        "@",
        "@a ",
        "$X",
        "${X}",
        "$X=",
        "~SEQ(",
        ")",
        "=",
        "vrrp_instance ",
        "virtual_server ",
        "state ",
        "include ",
        "{{",
        "}}",
        "{%",
        "%}",
        "\uFEFF",
        "\0",
        "é",
        "\uE000",
      ),
      { maxLength: 40 },
    )
    .map((x) => x.join("")),
);
