/**
 * The pass over every statement of an item: keyword known and in its place, arguments right, not repeated. It works on the
 * records of the tree and makes no objects as long as nothing is wrong, because configurations hold hundreds of thousands
 * of statements; a statement that is not obviously right is looked at again, thoroughly.
 */
import {
  type Context,
  compareReleases,
  KEYWORDS,
  type Keyword,
  keywordsNamed,
  ROOT_CONTEXT,
} from "../language";
import { parseIPv4 } from "../language/address";
import { parseInteger } from "../language/numbers";
import { type Arg, type Option, type Text, t } from "../language/schema";
import { readScript } from "../language/script";
import {
  CLOSE,
  END,
  FIRST_WORD,
  Flag,
  Issue,
  KEYWORD,
  KIND,
  Kind,
  NEXT,
  OPEN,
  START,
  VIRTUAL_BODY,
  WORDS,
} from "../syntax/records";
import { Node, type Tree } from "../syntax/tree";
import { lineEndAt } from "../text/lines";
import { own } from "../text/lookup";
import type { Source } from "../text/pieces";
import { breakBefore, indentAt, nodeAt, relativeTo, removeIn } from "./edits";
import { checkDefinitions, checkEntry, LITERAL_FAILS, undefinedDefinition } from "./entries";
import { blockEnd } from "./insert";
import {
  backslashFirst,
  closedQuote,
  closingBrace,
  conflictSides,
  deletion,
  emptyList,
  freeName,
  intoBraces,
  membersIntoGroup,
  modernised,
  moveToPlace,
  moveToRoot,
  olderName,
  ownComment,
  replaceBy,
  shortenComment,
  statementStarts,
  straightened,
  syncDaemon,
  withoutBraces,
} from "./repairs";
import {
  type CheckOptions,
  type Fix,
  nearest,
  type Place,
  type Problem,
  quote,
  Report,
  replace,
  rule,
} from "./rule";
import { checkScriptLine } from "./scripts";
import { checkValue, isUnknown, lastByte, macFixes, newerRelease, type ValueContext } from "./values";
import {
  countText,
  EMPTY_LISTS,
  effectOf,
  LOOKALIKES,
  NAME_PREFIXES,
  NAMED,
  ODD,
  ODD_IN_COMMAND,
  ODD_IN_TEXT,
  OLD_BY_ZH,
  OPTION_EFFECT,
  OTHER_DIALECTS,
  placeOf,
  REMOVED,
  spaced,
  suggest,
  truth,
  VALUE_ZH,
} from "./vocabulary";

// ---------------------------------------------------------------------------------------------- rules

const unclosedBlock = rule(
  "unclosed-block",
  "error",
  t("A block without closing brace.", "块缺少右花括号。"),
);
const extraBrace = rule("extra-closing-brace", "error", t("A closing brace too many.", "多余的右花括号。"));
const missingOpen = rule(
  "missing-opening-brace",
  "error",
  t("A block without opening brace.", "块缺少左花括号。"),
);
const unexpectedBlock = rule(
  "unexpected-block",
  "error",
  t("A brace where no block can start.", "此处不能开始一个块。"),
);
const unterminatedQuote = rule(
  "unterminated-quote",
  "error",
  t("A double quote that is not closed.", "双引号没有闭合。"),
);
const lineTooLong = rule(
  "line-too-long",
  "error",
  t("A line longer than keepalived reads at once.", "行长度超过 keepalived 一次能读取的长度。"),
);
const nulCharacter = rule("nul-character", "error", t("A NUL character.", "含有 NUL 字符。"));
const byteOrderMark = rule(
  "byte-order-mark",
  "error",
  t("A byte order mark at the start of the file.", "文件开头有字节顺序标记（BOM）。"),
);
const commentInDefinition = rule(
  "comment-in-definition",
  "warning",
  t(
    "A comment that ends a multi-line definition early in newer releases.",
    "注释会在较新版本中提前结束多行定义。",
  ),
);
const unknownKeyword = rule("unknown-keyword", "error", t("A word that is no keyword.", "不是关键字的词。"));
const wrongBlock = rule(
  "wrong-block",
  "error",
  t("A keyword in a block that does not take it.", "关键字位于不接受它的块中。"),
);
const oddCharacter = rule(
  "odd-character",
  "error",
  t(
    "A character that only looks like a blank, brace or quote.",
    "看起来像空格、花括号或引号，但并不是的字符。",
  ),
);
export const foreignComment = rule(
  "foreign-comment",
  "error",
  t("A comment in the style of another language.", "使用了其他语言风格的注释。"),
);
const conflictMarker = rule(
  "conflict-marker",
  "error",
  t("A merge conflict that was not resolved.", "未解决的合并冲突。"),
);
const otherDialect = rule(
  "other-dialect",
  "information",
  t(
    "A keyword of another program's dialect of keepalived.conf.",
    "其他程序的 keepalived.conf 方言中的关键字。",
  ),
);
const deprecatedKeyword = rule(
  "deprecated-keyword",
  "warning",
  t("An old name or option.", "旧的名称或选项。"),
  { deprecated: true },
);
const buildOption = rule(
  "build-option",
  "hint",
  t("A keyword that only some builds of keepalived know.", "只有部分构建的 keepalived 才支持的关键字。"),
  { profile: "all" },
);
const missingArgument = rule(
  "missing-argument",
  "error",
  t("A keyword without its value.", "关键字缺少取值。"),
);
const extraArgument = rule(
  "extra-argument",
  "warning",
  t("Words beyond the arguments of a keyword.", "超出关键字参数的多余内容。"),
  { unnecessary: true },
);
const joinedStatements = rule(
  "joined-statements",
  "warning",
  t(
    "Two statements on one line; keepalived reads the first only.",
    "一行写了两条语句；keepalived 只读取第一条。",
  ),
);
const repeatedStatement = rule(
  "repeated-statement",
  "warning",
  t("A statement that may stand once in its block.", "在块中只应出现一次的语句。"),
);
const redundantStatement = rule(
  "redundant-statement",
  "hint",
  t("A statement that changes nothing, because it stands there already.", "重复且不起作用的语句。"),
  { unnecessary: true, profile: "all" },
);
const unknownOption = rule(
  "unknown-option",
  "error",
  t("A word that is no option of the keyword.", "该关键字没有的选项。"),
);
const repeatedOption = rule("repeated-option", "warning", t("An option given twice.", "选项重复。"));
const positionalOption = rule(
  "positional-option",
  "warning",
  t("An option given by position instead of by name.", "按位置而不是按名称给出的选项。"),
);
const assignmentSign = rule(
  "assignment-sign",
  "error",
  t("A sign between keyword and value.", "关键字与取值之间有符号。"),
);
const commentInValue = rule(
  "comment-in-value",
  "warning",
  t("A comment sign inside a value cuts it.", "取值中的注释符号会截断取值。"),
);
const tooDeep = rule(
  "too-deep",
  "error",
  t("Braces nested deeper than any block of keepalived.", "花括号嵌套过深。"),
);
const emptyBlock = rule("empty-block", "error", t("A list block without entry.", "列表块中没有条目。"));

// ---------------------------------------------------------------------------------------------- fast checks

/** How the arguments of a keyword can be checked without making objects. */
enum Fast {
  None = 0,
  Flag,
  Uint,
  Word,
  Enum,
  Ip,
  Decimal,
  OptionalBool,
  AddressPort,
}

const FAST = new Uint8Array(KEYWORDS.length);
const LOW = new Float64Array(KEYWORDS.length);
const HIGH = new Float64Array(KEYWORDS.length);
/** The last argument may be any text, so that a comment sign in it may be meant as text. */
const FREE = new Uint8Array(KEYWORDS.length);
/** Repeating is worth a look. */
const REPEAT = new Uint8Array(KEYWORDS.length);
/** Number of the keyword that an alias stands for. */
const CANONICAL = new Uint16Array(KEYWORDS.length);

const FREE_WORDS = new Set(["name", "string", "path", "dir", "email", "user", "hostname", "url-path", "ref"]);
/** Pairs that set the same thing: one after the other is a repetition. */
const OPPOSITES: Readonly<Record<string, string>> = {
  "vrrp_instance/no_accept": "vrrp_instance/accept",
  "vrrp_instance/nopreempt": "vrrp_instance/preempt",
};

for (const k of KEYWORDS) {
  const { args, kind } = k.spec;
  const [a] = args;
  let fast = Fast.None;
  if (k.spec.scriptQuoting || k.spec.forms) fast = k.id === "virtual_server" ? Fast.AddressPort : Fast.None;
  else if (args.length === 0) fast = Fast.Flag;
  else if (k.id === "virtual_server/real_server" || k.id === "virtual_server/sorry_server")
    fast = Fast.AddressPort;
  else if (args.length === 1 && a.type === "bool" && a.optional) fast = Fast.OptionalBool;
  else if (!a.repeatable && a.since === undefined && args.slice(1).every((later) => later.optional)) {
    // What may follow the first argument, or it may be left out: `fast` leaves to `slow` what it does not know.
    if (
      a.type === "uint" &&
      a.raisedTo === undefined &&
      !a.unchecked &&
      typeof a.min === "number" &&
      typeof a.max === "number"
    ) {
      fast = Fast.Uint;
      LOW[k.index] = a.min;
      HIGH[k.index] = a.max;
    } else if (a.type === "decimal" && a.raisedTo === undefined && !a.unchecked) {
      fast = Fast.Decimal;
      LOW[k.index] = Math.ceil(Number(a.min));
      HIGH[k.index] = Math.floor(Number(a.max));
    } else if (a.type === "enum") fast = Fast.Enum;
    else if (a.type === "ip") fast = Fast.Ip;
    else if (args.length === 1 && !a.optional && FREE_WORDS.has(a.type) && a.maxLength === undefined)
      fast = Fast.Word;
  }
  if (kind === "leaf" || fast === Fast.Flag || fast === Fast.Word || fast === Fast.AddressPort)
    FAST[k.index] = fast;
  REPEAT[k.index] = ["accumulate", "merge", "several", "unique-name", "unique-id", "sequential"].includes(
    k.spec.repeat ?? "",
  )
    ? 0
    : 1;
  const lastArg = args[args.length - 1];
  FREE[k.index] = lastArg && ["string", "name", "path", "script", "url-path"].includes(lastArg.type) ? 1 : 0;
  CANONICAL[k.index] = k.index;
}
for (const k of KEYWORDS) {
  const other = k.spec.aliasOf ?? undefined;
  const canonical = other ? k.parent.get(other) : undefined;
  if (canonical) CANONICAL[k.index] = canonical.index;
  const opposite = OPPOSITES[k.id];
  if (opposite) CANONICAL[k.index] = KEYWORDS.findIndex((x) => x.id === opposite);
}

/** Parts of keepalived that are left out of some builds, as `keepalived -v` names them. */
const OPTIONAL_PARTS = new Set([
  "BFD",
  "DBUS",
  "IPTABLES",
  "JSON",
  "LIBIPSET",
  "NFTABLES",
  "REGEX",
  "SNMP",
  "SNMP_CHECKER",
  "SNMP_RFCV2",
  "SNMP_RFCV2|SNMP_RFCV3",
  "SNMP_RFCV3",
  "SNMP_VRRP",
]);

/** The optional parts that a keyword needs, those that go without saying left out. */
function partsOf(keyword: Keyword): readonly string[] {
  const parts = (keyword.spec.requires ?? []).filter((r) => OPTIONAL_PARTS.has(r));
  return parts.filter((p) => p !== "SNMP" || parts.length === 1);
}

const NEWER = 1;
const OLD = 2;
const OPTIONAL = 4;

/** What a release makes of each keyword: not known yet, an old name, not in every build. */
const releaseStates = new Map<string, Uint8Array>();
function releaseState(target: string): Uint8Array {
  let states = releaseStates.get(target);
  if (!states) {
    states = new Uint8Array(KEYWORDS.length);
    const blocks = new Map<unknown, Keyword>();
    for (const k of KEYWORDS) if (k.context && !blocks.has(k.context)) blocks.set(k.context, k);
    for (const k of KEYWORDS) {
      // Children of a block are not reported one by one.
      const parent = blocks.get(k.parent);
      if (k.spec.since && compareReleases(target, k.spec.since) < 0) {
        if (!parent || states[parent.index] !== NEWER) states[k.index] = NEWER;
      } else if (k.spec.deprecated && compareReleases(target, k.spec.deprecated.since ?? "0") >= 0) {
        if (!parent?.spec.deprecated) states[k.index] = OLD;
      } else if (partsOf(k).length > 0 && !(parent && partsOf(parent).length > 0)) states[k.index] = OPTIONAL;
    }
    releaseStates.set(target, states);
  }
  return states;
}

/** Serial number of the block being read; `seen[keyword]` equal to it means that the keyword has occurred there. */
const seen = new Int32Array(KEYWORDS.length);
const seenAt = new Int32Array(KEYWORDS.length);
let serial = 0;

// ---------------------------------------------------------------------------------------------- the pass

/** Checks the statements of an item. Offsets of the problems are relative to the item. */
export function checkStatements(tree: Tree, index: number, options: CheckOptions, report: Report): void {
  const item = tree.items[index];
  const pass = new Pass(tree, index, options, report);
  if (item.issues.length > 0) pass.issues();
  pass.walk(0, item.data.length, undefined, tree.root.entry ? undefined : ROOT_CONTEXT.keywords[0], true);
}

/**
 * Checks what concerns the lines of a file as they stand there, before definitions and includes are looked at. Where a
 * file is not read as it is, the findings of {@link LINE_RULES} come from here, and not from the text that it makes. An
 * item without issues has none.
 */
export function checkLines(tree: Tree, index: number, options: CheckOptions, report: Report): void {
  new Pass(tree, index, options, report).issues(true);
}
export const LINE_RULES: ReadonlySet<Problem["rule"]> = new Set([
  lineTooLong,
  nulCharacter,
  byteOrderMark,
  commentInDefinition,
]);
const LINE_ISSUES: ReadonlySet<Issue> = new Set([
  Issue.LineTooLong,
  Issue.NulCharacter,
  Issue.ByteOrderMark,
  Issue.CommentInDefinition,
]);

class Pass {
  private readonly text: Source;
  private readonly base: number;
  private readonly data: Int32Array;
  private readonly states: Uint8Array;
  /** Somewhere in the item, possibly in a comment, stands a character that only looks like another one. */
  private readonly odd: boolean;
  /** Where the records of the block end that is being checked. */
  private blockEnd = 0;
  /** The last line that was found to be the value of the line above. */
  private strayValue = -1;

  constructor(
    private readonly tree: Tree,
    private readonly itemIndex: number,
    private readonly options: CheckOptions,
    private readonly report: Report,
  ) {
    this.text = tree.text;
    this.base = tree.starts[itemIndex];
    this.data = tree.items[itemIndex].data;
    this.states = releaseState(options.target);
    this.odd = ODD.test(this.text.slice(this.base, this.base + tree.items[itemIndex].length));
  }

  node(record: number, parent?: Node): Node {
    return new Node(this.tree, this.tree.items[this.itemIndex], this.base, record, parent);
  }

  /**
   * Checks the records of one block.
   * @param parent the keyword of the block; undefined at the top level.
   * @param top the records stand at the top level of the text.
   */
  walk(from: number, to: number, parent: Keyword | undefined, _: unknown, top: boolean): void {
    const { data, states } = this;
    const context = top ? this.tree.root : parent?.context;
    const mine = ++serial;
    for (let r = from; r < to; r = data[r + NEXT]) {
      const head = data[r + KIND];
      const kind = head & 0xff;
      if (kind === Kind.Statement) {
        const k = data[r + KEYWORD];
        if (k < 0) {
          if (data[r + WORDS] > 0 && context !== undefined && r !== this.strayValue)
            this.unknown(r, parent, top);
          continue;
        }
        this.blockEnd = to;
        if (states[k] !== 0) this.release(r, KEYWORDS[k]);
        if (this.odd && this.oddWords(r, KEYWORDS[k], () => this.slow(r, KEYWORDS[k], parent))) {
          // What is wrong with the line follows from a character.
        } else if (
          this.text.charCodeAt(this.base + data[r + END] - 1) === 92 &&
          this.continued(r, KEYWORDS[k])
        ) {
          // It follows from a backslash.
        } else if ((head & (Flag.UsesDefinition | Flag.Opaque | Flag.Quoted)) !== 0 || !this.fast(r, k)) {
          this.slow(r, KEYWORDS[k], parent);
        }
        const after = this.text.charCodeAt(this.base + data[r + END]);
        if ((after === 35 || after === 33) && FREE[k] !== 0) this.gluedComment(r, KEYWORDS[k]);
        if (REPEAT[k] !== 0 && !top) {
          const c = CANONICAL[k];
          if (seen[c] === mine) this.repeated(r, seenAt[c], KEYWORDS[k]);
          else seen[c] = mine;
          seenAt[c] = r;
        }
        const inside = KEYWORDS[k].context;
        if (inside !== undefined && data[r + OPEN] !== -1) {
          const first = r + FIRST_WORD + 2 * data[r + WORDS] + (head & Flag.Condition ? 2 : 0);
          this.walk(first, data[r + NEXT], KEYWORDS[k], undefined, false);
          if (inside.entry !== undefined) this.list(r, first, KEYWORDS[k]);
        }
      } else if (kind === Kind.Entry) {
        if (parent === undefined && !top) continue;
        const check = () => checkEntry(this.node(r), parent, this.options, this.report, from);
        if (this.odd && this.oddWords(r, undefined, check)) continue;
        if (this.text.charCodeAt(this.base + data[r + END] - 1) !== 92 || !this.continued(r, undefined))
          check();
      } else if (kind === Kind.StrayOpen) {
        const first = r + FIRST_WORD;
        this.walk(first, data[r + NEXT], parent, undefined, top);
      }
    }
  }

  /** Whether the arguments are obviously right. */
  private fast(r: number, k: number): boolean {
    const { data } = this;
    const words = data[r + WORDS];
    switch (FAST[k]) {
      case Fast.Flag:
      case Fast.OptionalBool:
        return words === 1;
      case Fast.Word: {
        if (words !== 2) return false;
        const end = this.base + data[r + FIRST_WORD + 3];
        const last = this.text.charCodeAt(end - 1);
        return last !== 59 && (last !== 34 || this.text.charCodeAt(end - 2) !== 59);
      }
      case Fast.Uint:
      case Fast.Decimal: {
        if (words !== 2) return words === 1 && KEYWORDS[k].spec.args[0].optional === true;
        const value = this.digits(data[r + FIRST_WORD + 2], data[r + FIRST_WORD + 3]);
        return value >= LOW[k] && value <= HIGH[k];
      }
      case Fast.Ip:
        return words === 2 && this.isIPv4(data[r + FIRST_WORD + 2], data[r + FIRST_WORD + 3]);
      case Fast.AddressPort: {
        if (words !== 3 || !this.isIPv4(data[r + FIRST_WORD + 2], data[r + FIRST_WORD + 3])) return false;
        const port = this.digits(data[r + FIRST_WORD + 4], data[r + FIRST_WORD + 5]);
        return port >= 1 && port <= 65535;
      }
      case Fast.Enum: {
        if (words !== 2) return false;
        const start = this.base + data[r + FIRST_WORD + 2];
        const length = data[r + FIRST_WORD + 3] - data[r + FIRST_WORD + 2];
        const arg = KEYWORDS[k].spec.args[0];
        for (const value of arg.values!) {
          if (value.length === length && this.text.startsWith(value, start))
            return arg.valueSince?.[value] === undefined;
        }
        return false;
      }
      default:
        return false;
    }
  }

  private digits(start: number, end: number): number {
    if (end - start > 9) return -1;
    let value = 0;
    for (let p = this.base + start; p < this.base + end; p++) {
      const d = this.text.charCodeAt(p) - 48;
      if (d < 0 || d > 9) return -1;
      value = value * 10 + d;
    }
    return value;
  }

  private isIPv4(start: number, end: number): boolean {
    return parseIPv4(this.text, this.base + start, this.base + end) >= 0;
  }

  // -------------------------------------------------------------------------------------------- structure

  /** @param lines only what concerns the lines as such. */
  issues(lines = false): void {
    const { issues, data } = this.tree.items[this.itemIndex];
    for (let i = 0; i < issues.length; i += 4) {
      const type = issues[i] as Issue;
      if (lines && !LINE_ISSUES.has(type)) continue;
      const start = issues[i + 1];
      const end = issues[i + 2];
      const record = issues[i + 3];
      const add = (
        r: Problem["rule"],
        message: Text,
        more: Pick<Problem, "fixes" | "severity" | "related"> = {},
      ) => this.report.add(r, start, end, message, more);
      const words = data[record + WORDS];
      const name = words > 0 ? this.node(record).name : "";
      switch (type) {
        case Issue.MissingClose:
          this.unclosed(record, name);
          break;
        case Issue.ExtraClose:
          add(
            extraBrace,
            (data[record + KIND] & 0xff) === Kind.StrayClose
              ? t(
                  "No block is open here: this brace is one too many, or a block above ends too early.",
                  "此处没有未闭合的块：此花括号多余，或者上面的块结束得过早。",
                )
              : t(
                  "This brace is one too many: keepalived ends the block around it here and does not know what follows.",
                  "此花括号多余：keepalived 会在此结束外层块，并且不认识其后的内容。",
                ),
            {
              fixes: (place) => [
                { title: t("Delete the brace", "删除此花括号"), edits: [removeIn(place, start, end)] },
              ],
            },
          );
          break;
        case Issue.MissingOpen: {
          const keyword = data[record + KEYWORD] < 0 ? undefined : KEYWORDS[data[record + KEYWORD]];
          const opened = data[record + OPEN] === VIRTUAL_BODY;
          const closed = data[record + CLOSE] >= 0;
          const last = words > 0 ? this.node(record).rawWord(words - 1) : "";
          if (last.startsWith("\uff5b")) {
            const at = data[record + FIRST_WORD + 2 * words - 2];
            this.oddCharacter(this.node(record), at, "\uff5b");
            break;
          }
          // Words behind the keyword of a list say more about what is wrong.
          if (keyword?.spec.kind === "list" && words > 1 && keyword.spec.args.length === 0) break;
          this.report.add(
            missingOpen,
            start,
            end,
            t(`${name} needs a block: “{” is missing.`, `${name} 需要一个块：缺少“{”。`),
            {
              related: this.nextWord(end),
              severity: keyword?.spec.kind === "list" && opened ? "warning" : undefined,
              fixes: (place) => [
                {
                  title: opened || closed ? t("Insert “{”", "插入“{”") : t("Insert “{ }”", "插入“{ }”"),
                  edits: [
                    replace(
                      end,
                      end,
                      opened || closed ? " {" : ` {\n${indentAt(place.tree.text, place.base + start)}}`,
                    ),
                  ],
                },
              ],
            },
          );
          break;
        }
        case Issue.UnexpectedOpen: {
          const keyword =
            words > 0 && data[record + KEYWORD] >= 0 ? KEYWORDS[data[record + KEYWORD]] : undefined;
          add(
            unexpectedBlock,
            keyword
              ? t(
                  `${keyword.name} takes no block; keepalived ignores “{”, and the matching “}” ends the enclosing block.`,
                  `${keyword.name} 不带块；keepalived 会忽略“{”，而对应的“}”会结束外层块。`,
                )
              : t(
                  "No block can start here; keepalived ignores “{”, and the matching “}” ends the enclosing block.",
                  "此处不能开始块；keepalived 会忽略“{”，而对应的“}”会结束外层块。",
                ),
            { fixes: (place) => withoutBraces(place, record) },
          );
          break;
        }
        case Issue.NestedRootBlock:
          add(
            wrongBlock,
            t(
              `${name} belongs at the top level, not inside another block; keepalived does not know it here.`,
              `${name} 应位于顶层，而不是其他块内；keepalived 在此处不认识它。`,
            ),
            { fixes: (place) => moveToRoot(place, record) },
          );
          break;
        case Issue.UnterminatedQuote:
          add(
            unterminatedQuote,
            t(
              "The quote is not closed on this line; keepalived drops the rest of the line (some releases crash).",
              "引号在本行没有闭合；keepalived 会丢弃该行其余内容（部分版本会崩溃）。",
            ),
            {
              fixes: (place) => closedQuote(place, start, end),
            },
          );
          break;
        case Issue.LineTooLong:
          add(
            lineTooLong,
            compareReleases(this.options.target, "2.3.0") >= 0
              ? t(
                  "keepalived reads 1022 bytes of a line; it drops the first 1023 bytes of this one and takes the rest for the next line.",
                  "keepalived 每行最多读取 1022 字节；本行前 1023 字节会被丢弃，其余内容当作下一行。",
                )
              : t(
                  "keepalived reads 1022 bytes of a line; it splits this one and takes the rest for the next line.",
                  "keepalived 每行最多读取 1022 字节；本行会被截断，其余内容当作下一行。",
                ),
            {
              severity: compareReleases(this.options.target, "2.3.0") >= 0 ? "error" : "warning",
              related: this.lineAbove(start),
              fixes: (place) => shortenComment(place, start, end),
            },
          );
          break;
        case Issue.NulCharacter:
          add(
            nulCharacter,
            t("A NUL character; keepalived ignores the line.", "含有 NUL 字符；keepalived 会忽略该行。"),
            {
              severity: compareReleases(this.options.target, "2.3.0") >= 0 ? "error" : "warning",
              related: this.lineAbove(start),
              fixes: [
                {
                  title: t("Delete the NUL character", "删除 NUL 字符"),
                  edits: [replace(start, end, "")],
                  safe: true,
                },
              ],
            },
          );
          break;
        case Issue.ByteOrderMark:
          add(
            byteOrderMark,
            t(
              "A byte order mark: keepalived takes it for a part of the first word, which then is no keyword.",
              "字节顺序标记（BOM）：keepalived 会把它当作第一个词的一部分，从而不认识该关键字。",
            ),
            {
              fixes: [
                {
                  title: t("Remove the byte order mark", "删除 BOM"),
                  edits: [replace(start, end, "")],
                  safe: true,
                },
              ],
            },
          );
          break;
        case Issue.CommentInDefinition:
          add(
            commentInDefinition,
            this.tree.dialect.commentEndsDefinition
              ? t(
                  "The backslash is part of the comment: keepalived 2.4 ends the definition here and reads what follows as ordinary lines.",
                  "反斜杠属于注释的一部分：keepalived 2.4 会在此结束定义，并把后面的内容当作普通行读取。",
                )
              : t(
                  "The backslash is part of the comment: keepalived 2.4 will end the definition here. This release goes on.",
                  "反斜杠属于注释的一部分：keepalived 2.4 会在此结束定义；当前版本会继续。",
                ),
            {
              severity: this.tree.dialect.commentEndsDefinition ? "warning" : "information",
              fixes: (place) => [backslashFirst(place, start, end)],
            },
          );
          break;
        case Issue.TooDeep:
          add(
            tooDeep,
            t(
              "Braces are nested too deeply; what is inside is not checked.",
              "花括号嵌套过深；其中的内容不再检查。",
            ),
          );
          break;
      }
    }
  }

  /** The place at which keepalived reports a brace that is missing: the next word. */
  private nextWord(end: number): Problem["related"] {
    const { text } = this;
    let at = this.base + end;
    for (; at < text.length; at++) {
      const c = text.charAt(at);
      if (c === "#" || c === "!") {
        const eol = text.indexOf("\n", at);
        at = eol < 0 ? text.length : eol;
      } else if (!/[ \t-\r]/.test(c)) break;
    }
    if (at >= text.length) return undefined;
    // The word may stand in the next item, of which only the first character is known to this one.
    at -= this.base;
    return [
      {
        start: at,
        end: at + 1,
        message: t("keepalived reports it here.", "keepalived 在此处报告。"),
      },
    ];
  }

  /** The line above, by whose number keepalived calls a line that it could not read. */
  private lineAbove(start: number): Problem["related"] {
    const at = this.text.lastIndexOf("\n", this.base + start - 1) - this.base;
    if (at + this.base < 0) return undefined;
    return [
      {
        start: at,
        end: at,
        message: t(
          "keepalived reports it by the number of this line.",
          "keepalived 报告时使用的是这一行的行号。",
        ),
      },
    ];
  }

  private unclosed(record: number, name: string): void {
    const { data } = this;
    // A brace that belongs to no statement has no words.
    const words = data[record + WORDS] > 0;
    const from = words ? data[record + FIRST_WORD] : data[record + START];
    const to = words ? data[record + END] : data[record + START] + 1;
    this.report.add(
      unclosedBlock,
      from,
      to,
      t(
        `The block of ${name || "this brace"} is never closed: “}” is missing.`,
        `${name || "此花括号"} 的块没有闭合：缺少“}”。`,
      ),
      {
        fixes: (place) => [
          { title: t("Insert “}”", "插入“}”"), edits: relativeTo(place.base, [closingBrace(place, record)]) },
        ],
      },
    );
  }

  private list(r: number, first: number, keyword: Keyword): void {
    const { data } = this;
    for (let e = first; e < data[r + NEXT]; e = data[e + NEXT]) {
      const kind = data[e + KIND] & 0xff;
      if (kind !== Kind.Comment) return;
    }
    const message = EMPTY_LISTS[keyword.id];
    if (message)
      this.report.add(emptyBlock, data[r + START], data[r + END], message, {
        ...blockEnd(this.node(r)),
        fixes: (place) => emptyList(place, r),
      });
  }

  // -------------------------------------------------------------------------------------------- keywords

  private release(r: number, keyword: Keyword): void {
    const { data } = this;
    const start = data[r + FIRST_WORD];
    const end = data[r + FIRST_WORD + 1];
    if (this.states[keyword.index] === OPTIONAL) {
      const parts = partsOf(keyword);
      const names = parts.join(" + ").replace("|", " / ");
      this.report.add(
        buildOption,
        start,
        end,
        t(
          `${keyword.name} needs a keepalived that was built with ${names}; another one takes it for an unknown keyword. “keepalived -v” lists what is built in.`,
          `${keyword.name} 需要构建时包含 ${names} 的 keepalived，否则会被当作未知关键字。“keepalived -v”会列出构建选项。`,
        ),
      );
      return;
    }
    if (this.states[keyword.index] === NEWER) {
      this.report.add(
        newerRelease,
        start,
        end,
        t(
          `${keyword.name} exists since keepalived ${keyword.spec.since}; ${this.options.target} takes it for an unknown keyword.`,
          `${keyword.name} 自 keepalived ${keyword.spec.since} 起可用；${this.options.target} 会把它当作未知关键字。`,
        ),
        { fixes: olderName(keyword, this.options.target, start, end) },
      );
      return;
    }
    const { replacedBy, reported } = keyword.spec.deprecated!;
    const there = /^global_defs (\S+)$/.exec(replacedBy ?? "")?.[1];
    this.report.add(
      deprecatedKeyword,
      start,
      end,
      there
        ? t(
            `${keyword.name} is obsolete here; write ${there} in global_defs.`,
            `此处的 ${keyword.name} 已过时；请在 global_defs 中使用 ${there}。`,
          )
        : replacedBy
          ? t(
              `${keyword.name} is obsolete; write ${replacedBy}.`,
              `${keyword.name} 已过时；请改用${spaced(OLD_BY_ZH[replacedBy] ?? replacedBy)}。`,
            )
          : t(`${keyword.name} is obsolete and does nothing.`, `${keyword.name} 已过时，不再起作用。`),
      {
        severity: reported === "config-error" ? "warning" : reported === "log" ? "information" : "hint",
        fixes: (place) => modernised(place, r, keyword),
      },
    );
  }

  private unknown(r: number, parent: Keyword | undefined, top: boolean): void {
    const node = this.node(r);
    const name = node.name;
    const start = node.wordStart(0) - this.base;
    const end = node.wordEnd(0) - this.base;
    const context = top ? this.tree.root : parent!.context!;
    if (name === "" && node.wordCount === 1 && node.rawWord(0) === '"') return; // an unterminated quote says it
    if (isUnknown(name)) {
      if (!node.has(Flag.Opaque) && /^\$\{?[A-Za-z_]\w*\}?$/.test(name))
        this.undefined(start, end, name, true);
      return;
    }

    if (/^(\/\/|;|\/\*|\*\/|--|<!--)/.test(name)) {
      this.report.add(
        foreignComment,
        start,
        node.end - this.base,
        t(
          "Comments begin with # or !; keepalived takes this line for an unknown keyword.",
          "注释以 # 或 ! 开头；keepalived 会把本行当作未知关键字。",
        ),
        {
          fixes: (place) => [ownComment(place, start, end)],
        },
      );
      return;
    }
    // Blanks, braces and quotes that only look so.
    const odd = ODD.exec(name);
    if (odd) {
      this.oddCharacter(node, start + odd.index + (node.rawWord(0).startsWith('"') ? 1 : 0), odd[0]);
      return;
    }
    if (/^(<{7}|={7}|>{7}|\|{7})/.test(name)) {
      this.report.add(
        conflictMarker,
        start,
        node.end - this.base,
        t(
          "A marker of a merge conflict: keepalived takes it for an unknown keyword and reads both versions.",
          "合并冲突标记：keepalived 会把它当作未知关键字，并读取两个版本。",
        ),
        { fixes: (place) => conflictSides(place, start) },
      );
      return;
    }
    const dialect = own(OTHER_DIALECTS, name);
    if (dialect) {
      this.report.add(
        otherDialect,
        start,
        end,
        t(
          `${name} belongs to ${dialect}; keepalived does not know it.`,
          `${name} 属于 ${dialect}；keepalived 不认识它。`,
        ),
      );
      return;
    }

    if (this.glued(node, context)) return;

    const removed = own(REMOVED, name);
    if (removed && !context.get(name)) {
      const by = removed.by && context.get(removed.by) ? removed.by : undefined;
      this.report.add(
        unknownKeyword,
        start,
        end,
        t(
          `${name} is no keyword of keepalived 2 any more; the line is ignored. ${removed.text.en}`,
          `${name} 已不是 keepalived 2 的关键字，该行会被忽略。${removed.text.zh}`,
        ),
        {
          fixes: (place) =>
            by
              ? [replaceBy(start, end, by, true)]
              : node.hasBody
                ? []
                : [
                    {
                      title: t("Delete the line", "删除此行"),
                      edits: [removeIn(place, node.lineStart - this.base, node.end - this.base)],
                      safe: true,
                    },
                  ],
        },
      );
      return;
    }

    const elsewhere = keywordsNamed(name);
    const guess = suggest(context, name);
    if (elsewhere.length > 0 && !(guess.meant && guess.sure)) {
      this.misplaced(node, parent, elsewhere, r);
      return;
    }
    const where = top
      ? this.tree.root === ROOT_CONTEXT
        ? t("at the top level", "顶层")
        : t("here", "此处")
      : t(`in ${parent!.name}`, `${parent!.name} 块中`);
    const block = node.hasBody;
    // The parts of one keyword, written with blanks.
    const spread = this.spread(node, context);
    const { far } = guess;
    const meant = spread?.name ?? guess.meant;
    const member = parent?.name === "vrrp_sync_group" && node.wordCount === 1 && !block && !meant;
    const suggestion = member
      ? t(" The members of a sync group stand in its block group.", "同步组的成员应写在 group 块中。")
      : meant
        ? t(` Did you mean ${quote(meant)}?`, `是否想写 ${quote(meant)}？`)
        : far
          ? t(
              ` ${quote(far)} belongs ${placeOf(keywordsNamed(far)).en}.`,
              `${quote(far)} 应位于${spaced(placeOf(keywordsNamed(far)).zh)}。`,
            )
          : t("", "");
    this.report.add(
      unknownKeyword,
      start,
      spread ? node.wordEnd(spread.words - 1) - this.base : end,
      t(
        `Unknown keyword ${quote(name)} ${where.en}; keepalived ${block ? "ignores the line, but not the block that follows" : "ignores the line"}.${suggestion.en}`,
        `${where.zh}的未知关键字 ${quote(name)}；keepalived ${block ? "会忽略该行，但不会忽略其后的块" : "会忽略该行"}。${suggestion.zh}`,
      ),
      {
        fixes:
          context.get(meant ?? "")?.id === "vrrp_instance/lvs_sync_daemon_interface"
            ? (place) => syncDaemon(place, r)
            : meant
              ? [
                  replaceBy(
                    start,
                    spread ? node.wordEnd(spread.words - 1) - this.base : end,
                    meant,
                    guess.sure,
                  ),
                ]
              : member
                ? (place) => membersIntoGroup(place, r)
                : block || far
                  ? []
                  : [
                      {
                        title: t(
                          "Make the line a comment: keepalived ignores it",
                          "改为注释：keepalived 会忽略该行",
                        ),
                        edits: [replace(node.lineStart - this.base, node.lineStart - this.base, "# ")],
                      },
                    ],
      },
    );
  }

  /** A keyword with a sign or a value stuck to it: `priority:`, `state=MASTER`, `priority100`. */
  private glued(node: Node, context: Context): boolean {
    const name = node.name;
    const m = /^([A-Za-z_][A-Za-z_0-9-]*?)([:=;,]+)(.*)$/.exec(name) ?? /^([a-z_]*[a-z])()(\d.*)$/.exec(name);
    if (!m || !context.get(m[1]) || context.get(name)) return false;
    const [, bare, sign, value] = m;
    const start = node.wordStart(0) - this.base;
    const end = node.wordEnd(0) - this.base;
    const text = value === "" ? bare : `${bare} ${value}`;
    this.report.add(
      /[:=]/.test(sign) ? assignmentSign : unknownKeyword,
      start,
      end,
      sign === ""
        ? t(
            `A blank is missing between ${bare} and its value; keepalived takes ${quote(name)} for an unknown keyword.`,
            `${bare} 与取值之间缺少空格；keepalived 会把 ${quote(name)} 当作未知关键字。`,
          )
        : value === ""
          ? t(
              `${quote(name)} is no keyword: write ${bare} without ${quote(sign)}.`,
              `${quote(name)} 不是关键字：请写 ${bare}，不要带 ${quote(sign)}。`,
            )
          : t(
              `A blank, not ${quote(sign)}, stands between keyword and value; keepalived takes ${quote(name)} for an unknown keyword.`,
              `关键字与取值之间用空格而不是 ${quote(sign)}；keepalived 会把 ${quote(name)} 当作未知关键字。`,
            ),
      {
        fixes: [
          { title: t(`Write “${text}”`, `改为“${text}”`), edits: [replace(start, end, text)], safe: true },
        ],
      },
    );
    return true;
  }

  /** A keyword whose parts are written with blanks between them: `mcast src ip`. */
  private spread(node: Node, context: Context): { name: string; words: number } | undefined {
    let name = node.name;
    for (let n = 1; n < Math.min(node.wordCount, 5); n++) {
      name += `_${node.word(n)}`;
      if (context.get(name)) return { name, words: n + 1 };
    }
    return undefined;
  }

  private oddCharacter(node: Node, at: number, character: string, severity?: Problem["severity"]): void {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    const by = LOOKALIKES[character] ?? " ";
    const record = node.index;
    this.report.add(
      oddCharacter,
      at,
      at + 1,
      t(
        by === ""
          ? `U+${code} is an invisible character; keepalived takes it for a part of the word.`
          : `U+${code} is not ${NAMED[by]?.en ?? quote(by)}; keepalived takes it for a part of the word.`,
        by === ""
          ? `U+${code} 是不可见字符；keepalived 会把它当作词的一部分。`
          : `U+${code} 不是${NAMED[by]?.zh ?? quote(by)}；keepalived 会把它当作词的一部分。`,
      ),
      {
        severity,
        fixes: (place) => [
          {
            title: t("Replace such characters in this line", "替换本行中的此类字符"),
            edits: straightened(place, record),
            safe: true,
          },
        ],
      },
    );
  }

  /**
   * A backslash at the end of a line, as if the next line went on with it. keepalived joins it to the word before it.
   * @returns whether it was reported.
   */
  private continued(r: number, keyword: Keyword | undefined): boolean {
    const node = this.node(r);
    const last = node.wordCount - 1;
    const raw = node.rawWord(last);
    if (last < 0 || raw.startsWith('"') || node.has(Flag.Opaque)) return false;
    const alone = raw === "\\";
    if (alone && last === 0) return false;
    const n = alone ? last - 1 : last;
    const word = alone ? node.word(n) : raw.slice(0, -1);
    const end = node.wordEnd(last) - this.base;
    const from = alone ? node.wordEnd(n) - this.base : end - 1;
    const type = keyword?.spec.args[n - 1]?.type;
    const wrong = keyword
      ? n === 0 || (type !== undefined && LITERAL_FAILS.has(type))
      : /^[\d.:/a-f-]+$/i.test(word) && /\d/.test(word);
    this.report.add(
      extraArgument,
      end - 1,
      end,
      t(
        `A line does not go on in the next one: keepalived appends the backslash to ${quote(word)}.`,
        `一行不能延续到下一行：keepalived 会把反斜杠接在 ${quote(word)} 之后。`,
      ),
      {
        severity: wrong ? "error" : "warning",
        fixes: [
          { title: t("Delete the backslash", "删除反斜杠"), edits: [replace(from, end, "")], safe: true },
        ],
      },
    );
    return true;
  }

  /**
   * Look-alike characters in the words of a line. What else is wrong with the line then follows from them.
   * @returns whether one was reported.
   */
  private oddWords(r: number, keyword: Keyword | undefined, judge: () => void): boolean {
    const node = this.node(r);
    if (!ODD.test(this.text.slice(node.start, node.end)) || node.has(Flag.Opaque)) return false;
    // In a comment of another style any character may stand.
    let words = node.wordCount;
    for (let n = 1; n < words; n++) if (/^(\/\/|\/\*|--|;|<!--)/.test(node.rawWord(n))) words = n;
    if (words < node.wordCount && !ODD.test(this.text.slice(node.start, node.wordEnd(words - 1))))
      return false;
    const script = keyword?.spec.scriptQuoting === true;
    if (script && /[\u201c\u201d\u2018\u2019]/.test(this.text.slice(node.wordEnd(0), node.end))) return false;
    const { problems } = this.report;
    const count = problems.length;
    judge();
    const wrong = problems.splice(count);
    const error = wrong.some((p) => (p.severity ?? p.rule.severity) === "error");
    for (let n = keyword ? 1 : 0; n < words; n++) {
      const raw = node.rawWord(n);
      if (raw.startsWith('"') && !script) continue;
      const odd = error ? ODD.exec(raw) : (script ? ODD_IN_COMMAND : ODD_IN_TEXT).exec(raw);
      if (!odd) continue;
      const at = node.wordStart(n) + odd.index + odd[0].search(ODD) - this.base;
      this.oddCharacter(node, at, this.text.charAt(at + this.base), error ? undefined : "warning");
      return true;
    }
    problems.push(...wrong);
    return true;
  }

  private misplaced(
    node: Node,
    parent: Keyword | undefined,
    elsewhere: readonly Keyword[],
    record: number,
  ): void {
    const start = node.wordStart(0) - this.base;
    const end = node.wordEnd(0) - this.base;
    const place = placeOf(elsewhere);
    const here = parent ? t(`in ${parent.name}`, `${parent.name} 块中`) : t("at the top level", "顶层");
    const block = node.hasBody;
    this.report.add(
      wrongBlock,
      start,
      end,
      t(
        `${node.name} is no keyword ${here.en}: it belongs ${place.en}. keepalived ignores the line${block ? ", but not the block that follows" : ""}.`,
        `${node.name} 不是${spaced(here.zh)}的关键字：它应位于${spaced(place.zh)}。keepalived 会忽略该行${block ? "，但不会忽略其后的块" : ""}。`,
      ),
      {
        fixes: (at) =>
          node.name === "nb_get_retry" && parent?.context?.get("retry")
            ? [replaceBy(start, end, "retry", true)]
            : moveToPlace(at, record),
      },
    );
  }

  private undefined(start: number, end: number, word: string, certain: boolean): void {
    const name = /\$\{?([A-Za-z_]\w*)/.exec(word)?.[1] ?? word;
    this.report.add(
      undefinedDefinition,
      start,
      end,
      t(
        `$${name} is not defined above; keepalived takes the text literally.`,
        `$${name} 在此之前没有定义；keepalived 会按字面读取。`,
      ),
      { severity: certain ? "error" : "warning" },
    );
  }

  private repeated(r: number, before: number, keyword: Keyword): void {
    const { data } = this;
    const start = data[r + FIRST_WORD];
    const end = data[r + FIRST_WORD + 1];
    const first = this.node(before);
    const again = this.node(r);
    const related = [
      {
        start: first.start - this.base,
        end: first.end - this.base,
        message: t("It stands here already.", "此处已有该语句。"),
      },
    ];
    const same = this.text.slice(again.start, again.fullEnd) === this.text.slice(first.start, first.fullEnd);
    const names =
      first.name === again.name
        ? again.name
        : t(`${first.name} and ${again.name}`, `${first.name} 与 ${again.name}`);
    const [nameEn, nameZh] = typeof names === "string" ? [names, names] : [names.en, names.zh];
    const twiceEn = first.name === again.name ? `${nameEn} is given twice` : `${nameEn} set the same thing`;
    const twiceZh = first.name === again.name ? `${nameZh} 出现了两次` : `${nameZh} 设置的是同一项`;
    const repeat = keyword.spec.repeat ?? "last-wins";
    const remove = (node: Node) => {
      const record = node.index;
      return (place: Place) => deletion(place, nodeAt(place, record), same, true);
    };
    switch (repeat) {
      case "flag":
      case "max-wins":
        this.report.add(
          redundantStatement,
          start,
          end,
          t(`${keyword.name} is set already.`, `${keyword.name} 已经设置。`),
          { related, fixes: remove(again) },
        );
        return;
      case "MASTER-wins": {
        const [a, b] = [first.word(1), again.word(1)];
        if (a === "MASTER" && b === "BACKUP") {
          this.report.add(
            repeatedStatement,
            start,
            again.end - this.base,
            t(
              "The state was set to MASTER before; keepalived ignores this line.",
              "前面已设为 MASTER；keepalived 会忽略本行。",
            ),
            { related, severity: "error", fixes: remove(again) },
          );
        } else {
          this.report.add(
            repeatedStatement,
            start,
            end,
            t("The state is set twice; MASTER wins.", "state 设置了两次；以 MASTER 为准。"),
            { related, fixes: remove(first) },
          );
        }
        return;
      }
      case "first-wins":
      case "first-wins-if-not-1":
        if (repeat === "first-wins-if-not-1" && first.word(1) === "1") return;
        if (keyword.id === "vrrp_instance/version" && same) {
          this.report.add(
            redundantStatement,
            start,
            end,
            t("The version is set already.", "version 已经设置。"),
            { related, fixes: remove(again) },
          );
          return;
        }
        this.report.add(
          repeatedStatement,
          start,
          end,
          t(
            `${twiceEn}; keepalived keeps the first and ignores this one.`,
            `${twiceZh}；keepalived 保留第一次，忽略本次。`,
          ),
          { related, severity: "error", fixes: remove(again) },
        );
        return;
      default:
        if (same && !again.hasBody) {
          // keepalived reports it even then.
          const reported = repeat === "overwrite-with-message";
          this.report.add(
            reported ? repeatedStatement : redundantStatement,
            start,
            end,
            t(
              `${keyword.name} stands here twice with the same value.`,
              `${keyword.name} 以相同的值出现了两次。`,
            ),
            {
              related,
              fixes: remove(again),
            },
          );
          return;
        }
        this.report.add(
          repeatedStatement,
          start,
          end,
          t(`${twiceEn}; the last one counts.`, `${twiceZh}；以最后一次为准。`),
          { related, fixes: remove(first) },
        );
    }
  }

  /** A comment sign inside a value: `auth_pass ab#cd`. Blanks or other scripts after it make it a comment for people, too. */
  private gluedComment(r: number, keyword: Keyword): void {
    const node = this.node(r);
    if (node.wordCount < 2) return;
    const n = node.wordCount - 1;
    const from = node.wordStart(n);
    const eol = this.text.indexOf("\n", node.end);
    const rest = this.text.slice(node.end, eol < 0 ? this.text.length : eol).trimEnd();
    if (!/^[#!][\x21-\x7e]+$/.test(rest) || this.text.charAt(from) === '"') return;
    const value = this.text.slice(from, node.end + rest.length);
    this.report.add(
      commentInValue,
      from - this.base,
      node.end + rest.length - this.base,
      t(
        `${quote(rest[0])} starts a comment: keepalived takes ${quote(node.word(n))} for ${keyword.name}.`,
        `${quote(rest[0])} 会开始注释：keepalived 把 ${quote(node.word(n))} 当作 ${keyword.name} 的取值。`,
      ),
      {
        fixes: [
          {
            title: t(`Put “${value}” in quotes`, `给“${value}”加引号`),
            edits: [replace(from - this.base, node.end + rest.length - this.base, `"${value}"`)],
          },
          {
            title: t("It is a comment: put a blank before it", "这是注释：在其前面加空格"),
            edits: [replace(node.end - this.base, node.end - this.base, " ")],
          },
        ],
      },
    );
  }

  // -------------------------------------------------------------------------------------------- arguments

  /** The word behind the only argument of a line that is read by the rules of command lines; -1 without. */
  private surplusAt(node: Node): number {
    if (node.wordCount < 3) return -1;
    if (node.rawWord(1).charCodeAt(0) !== 34) return 2;
    const at = node.wordStart(1);
    const second = readScript(this.text.slice(at, node.end)).words[1];
    if (!second) return -1;
    for (let n = 2; n < node.wordCount; n++) if (node.wordStart(n) >= at + second.start) return n;
    return -1;
  }

  private slow(r: number, keyword: Keyword, parent: Keyword | undefined): void {
    const node = this.node(r);
    if (keyword.spec.scriptQuoting) {
      this.scriptDefinitions(node);
      if (node.wordCount < 2) {
        if (!keyword.spec.args[0]?.optional) this.missing(node, keyword);
        return;
      }
      const surplus = keyword.spec.exactArguments ? this.surplusAt(node) : -1;
      if (surplus > 0) {
        this.extra(node, surplus, keyword, parent);
      } else if (node.wordCount > 2 && /^["/]/.test(node.rawWord(1)) && keyword.parent.get(node.word(2))) {
        this.joined(node, 2, keyword);
      } else checkScriptLine(node, keyword, this.report);
      return;
    }
    const context: ValueContext = {
      ...contextOf(this.report, this.options, keyword),
      statement: {
        start: node.lineStart - this.base,
        end: node.end - this.base,
        name: [node.wordStart(0) - this.base, node.wordEnd(0) - this.base],
      },
    };
    // An argument that came later: the release reads over it.
    const args = keyword.spec.args.filter(
      (a) => a.since === undefined || compareReleases(this.options.target, a.since) >= 0,
    );
    if (
      args.length === 0 &&
      node.wordCount === 2 &&
      keyword.spec.args.length === 1 &&
      truth(node.word(1)) === true
    )
      return;
    const required = args.findIndex((a) => a.optional);
    const least = required < 0 ? args.length : required;
    const given = node.wordCount - 1;
    checkDefinitions(node, this.report);

    if (keyword.id === "virtual_server") {
      this.target(node, context);
      return;
    }
    if (given < least && !(args[given]?.repeatable && given > 0)) {
      this.missing(node, keyword);
      return;
    }
    if (given > 1 && /^[=:]$/.test(node.rawWord(1)) && keyword.spec.kind !== "list") {
      this.report.add(
        assignmentSign,
        node.wordStart(1) - this.base,
        node.wordEnd(1) - this.base,
        t(
          `No sign stands between keyword and value; keepalived takes ${quote(node.word(1))} for the value.`,
          `关键字与取值之间没有符号；keepalived 会把 ${quote(node.word(1))} 当作取值。`,
        ),
        {
          severity: args[0]?.unchecked || TAKES_ANYTHING.has(args[0]?.type ?? "") ? "warning" : undefined,
          fixes: [
            {
              title: t(`Remove “${node.word(1)}”`, `删除“${node.word(1)}”`),
              edits: [replace(node.wordEnd(0) - this.base, node.wordStart(2) - this.base, " ")],
              safe: true,
            },
          ],
        },
      );
      return;
    }
    if (keyword.id === "global_defs/umask") return this.umask(node, context);
    if (given > 0 && keyword.spec.kind === "leaf" && /^(\/\/|\/\*|--|;|<!--)./.test(`${node.rawWord(1)} `)) {
      // Where a value is optional, a comment in the style of another language is taken for it.
      if (args[0]?.optional && args[0].type === "bool") return this.foreign(node, 1, "error");
    }
    // Where a truth value is optional, the next statement is taken for it.
    if (given > 0 && args[0]?.optional && args[0].type === "bool" && keyword.parent.get(node.word(1)))
      return this.joined(node, 1, keyword, true);
    if (keyword.name === "real_server" || keyword.name === "sorry_server") {
      const colon = /^(.*):(\d+)$/.exec(node.word(1));
      if (colon && parseIPv4(colon[1]) >= 0) return this.addressWithPort(node, colon[1], colon[2]);
    }
    let at = 1;
    for (let i = 0; i < args.length && at <= given; i++) {
      const arg = args[i];
      if (arg.type === "option-list") {
        this.optionList(node, at, arg, keyword, context);
        return;
      }
      do {
        // A second or later statement on the line stops a list of words that may be anything.
        this.value(node, at, arg, context);
        if (arg.type === "hexstring" && at === given && arg.length === undefined)
          lastByte(context, node.word(at), node.wordStart(at) - this.base, node.wordEnd(at) - this.base);
        at++;
      } while (arg.repeatable && at <= given && at - i <= (arg.maxCount ?? Number.POSITIVE_INFINITY));
    }
    if (at <= given) this.extra(node, at, keyword, parent);
  }

  /** In a command, `$NAME` may be meant for the script; braces outside quotes break the file all the same. */
  private scriptDefinitions(node: Node): void {
    if (!node.has(Flag.UsesDefinition) || node.has(Flag.Opaque)) return;
    for (let n = 1; n < node.wordCount; n++) {
      const raw = node.rawWord(n);
      if (!raw.startsWith('"') && /\$\{[A-Za-z_]/.test(raw))
        this.undefined(node.wordStart(n) - this.base, node.wordEnd(n) - this.base, raw, true);
    }
  }

  private value(node: Node, n: number, arg: Arg, context: ValueContext): void {
    if (keywordIsPort(arg) && node.keyword!.id !== "global_defs/smtp_server" && /^0+$/.test(node.word(n)))
      return;
    checkValue(context, arg, node.word(n), node.wordStart(n) - this.base, node.wordEnd(n) - this.base);
  }

  /** The record below a statement without value, where that line is nothing but the value; -1 otherwise. */
  private valueBelow(node: Node, keyword: Keyword): number {
    const { data } = this;
    const next = data[node.index + NEXT];
    const arg = keyword.spec.args[0];
    if (keyword.spec.kind !== "leaf" || node.wordCount !== 1 || !arg || next >= this.blockEnd) return -1;
    if (
      (data[next + KIND] & 0xff) !== Kind.Statement ||
      data[next + KEYWORD] >= 0 ||
      data[next + OPEN] !== -1
    )
      return -1;
    const below = this.node(next);
    if (!/^[ \t]*\r?\n[ \t]*$/.test(this.text.slice(node.end, below.start))) return -1;
    if (below.wordCount !== 1 && !keyword.spec.scriptQuoting && !arg.repeatable) return -1;
    const word = below.word(0);
    if (isUnknown(word) || below.has(Flag.Opaque) || below.has(Flag.UsesDefinition)) return -1;
    if (keyword.spec.scriptQuoting || arg.type === "path" || arg.type === "dir" || arg.type === "url-path")
      return /^"?\//.test(below.rawWord(0)) ? next : -1;
    if (
      nearest(
        word,
        keyword.parent.keywords.map((k) => k.name),
      ) !== undefined
    )
      return -1;
    return isAccepted(arg, word, this.options.target, true) ? next : -1;
  }

  private valueOnNextLine(node: Node, keyword: Keyword, below: Node): void {
    const { base } = this;
    const outcome = missingOutcome(node, keyword);
    this.report.add(
      missingArgument,
      node.start - base,
      node.end - base,
      t(
        `The value of ${keyword.name} must stand on its line; ${outcome.en}.`,
        `${keyword.name} 的取值必须写在同一行；${outcome.zh}。`,
      ),
      {
        severity: missingInSilence(keyword, this.options.target) ? "warning" : undefined,
        related: [{ start: below.start - base, end: below.end - base, message: t("The value", "取值") }],
        fixes: [
          {
            title: t("Join the two lines", "合并两行"),
            edits: [replace(node.end - base, below.start - base, " ")],
            safe: true,
          },
        ],
      },
    );
  }

  private missing(node: Node, keyword: Keyword): void {
    const below = this.valueBelow(node, keyword);
    if (below >= 0) {
      this.strayValue = below;
      this.valueOnNextLine(node, keyword, this.node(below));
      return;
    }
    const arg = keyword.spec.args[Math.min(node.wordCount - 1, keyword.spec.args.length - 1)];
    const what = arg ? arg.name.replace(/([A-Z])/g, " $1").toLowerCase() : "value";
    const outcome = missingOutcome(node, keyword);
    const value = keyword.spec.default;
    const record = node.index;
    const release = this.options.target;
    this.report.add(
      missingArgument,
      node.start - this.base,
      node.end - this.base,
      t(
        `${keyword.name} needs a value (${what}); ${outcome.en}.`,
        `${keyword.name} 需要取值（${what}）；${outcome.zh}。`,
      ),
      {
        severity: missingInSilence(keyword, release) ? "warning" : undefined,
        fixes: (place) => {
          const fixes: Fix[] = [];
          const at = node.wordEnd(node.wordCount - 1) - this.base;
          const prefix = NAME_PREFIXES[keyword.id];
          if (prefix && node.wordCount === 1) {
            const name = freeName(place.tree, keyword.name, prefix);
            fixes.push({
              title: t(`Name it ${name}`, `命名为 ${name}`),
              edits: [replace(at, at, ` ${name}`)],
            });
          }
          if (keyword.spec.kind !== "leaf") return fixes;
          if (typeof value === "string" && node.wordCount === 1 && isAccepted(arg, value, release))
            fixes.push({
              title: t(`Insert the default ${value}`, `填入默认值 ${value}`),
              edits: [replace(at, at, ` ${value}`)],
            });
          if (node.wordCount === 1 && !keyword.spec.mandatory)
            fixes.push(...deletion(place, nodeAt(place, record)));
          return fixes;
        },
      },
    );
  }

  /** Words behind a statement that begin a comment in the style of another language. */
  private foreign(node: Node, n: number, severity: Problem["severity"]): void {
    const start = node.wordStart(n) - this.base;
    const end = node.end - this.base;
    this.report.add(
      foreignComment,
      start,
      end,
      t(
        `Comments begin with # or !; keepalived takes ${quote(node.word(n))} for ${severity === "error" ? "the value" : "a word of the statement"}.`,
        `注释以 # 或 ! 开头；keepalived 会把 ${quote(node.word(n))} 当作${severity === "error" ? "取值" : "语句的一部分"}。`,
      ),
      { severity, fixes: (place) => [ownComment(place, start, end)] },
    );
  }

  /**
   * Another statement on the line of a statement, from word `n`.
   * @param taken keepalived takes the second statement for the value of the first.
   */
  private joined(node: Node, n: number, keyword: Keyword, taken = false): void {
    const word = node.word(n);
    const record = node.index;
    this.report.add(
      joinedStatements,
      node.wordStart(n) - this.base,
      node.end - this.base,
      taken
        ? t(
            `${quote(word)} starts another statement: keepalived takes it for the value of ${keyword.name} and ignores the line.`,
            `${quote(word)} 是另一条语句：keepalived 会把它当作 ${keyword.name} 的取值并忽略该行。`,
          )
        : t(
            `${quote(word)} starts another statement: keepalived reads one per line and ignores this.`,
            `${quote(word)} 是另一条语句：keepalived 每行只读一条，会忽略它。`,
          ),
      {
        severity: taken ? "error" : undefined,
        fixes: (place) => {
          const fresh = nodeAt(place, record);
          return [
            {
              title: t("Put each statement on a line of its own", "每条语句各占一行"),
              edits: relativeTo(place.base, breakBefore(fresh, statementStarts(fresh, n, keyword.parent))),
              safe: true,
            },
          ];
        },
      },
    );
  }

  private extra(node: Node, n: number, keyword: Keyword, parent: Keyword | undefined): void {
    const last = node.rawWord(node.wordCount - 1);
    if (last.startsWith("\uff5b") && keyword.spec.kind !== "leaf") return;
    // A quote that is not closed is reported by itself.
    if (last.startsWith('"') && (last.length === 1 || !last.endsWith('"'))) return;
    const start = node.wordStart(n) - this.base;
    const end = node.end - this.base;
    const word = node.word(n);
    const rest = this.text.slice(node.wordStart(n), node.end);
    const record = node.index;
    if (keyword.spec.exactArguments || keyword.id === "virtual_server_group") {
      const single = keyword.spec.kind !== "leaf";
      const whole = this.text.slice(node.wordStart(n - 1), node.end);
      const mail = /<(\S+@\S+)>$/.exec(whole);
      const lenient =
        keyword.name === "notification_email_from" ||
        (keyword.name === "regex" && compareReleases(this.options.target, "2.2.8") < 0);
      this.report.add(
        extraArgument,
        start,
        end,
        single
          ? keyword.id === "virtual_server_group"
            ? t(
                `${keyword.name} takes one name; keepalived stops reading here and does not start.`,
                `${keyword.name} 只接受一个名称；keepalived 会在此停止读取且无法启动。`,
              )
            : t(
                `${keyword.name} takes one name; keepalived skips the whole block.`,
                `${keyword.name} 只接受一个名称；keepalived 会跳过整个块。`,
              )
          : t(
              `${keyword.name} takes one value; keepalived ignores ${lenient ? "the rest" : "the line"}.`,
              `${keyword.name} 只接受一个值；keepalived 会忽略${lenient ? "其余内容" : "该行"}。`,
            ),
        {
          severity: lenient ? "warning" : "error",
          fixes: [
            ...(whole.includes('"')
              ? []
              : [
                  {
                    title: t(`Put “${whole}” in quotes`, `给“${whole}”加引号`),
                    edits: [replace(node.wordStart(n - 1) - this.base, end, `"${whole}"`)],
                  },
                ]),
            keyword.name === "notification_email_from" && mail
              ? {
                  title: t(`Write “${mail[1]}”`, `改为“${mail[1]}”`),
                  edits: [replace(node.wordStart(n - 1) - this.base, end, mail[1])],
                }
              : {
                  title: t(`Delete “${rest}”`, `删除“${rest}”`),
                  edits: [replace(node.wordEnd(n - 1) - this.base, end, "")],
                },
          ],
        },
      );
      return;
    }
    if (keyword.spec.kind === "list") {
      this.report.add(
        extraArgument,
        start,
        end,
        t(
          `Entries of ${keyword.name} stand on lines of their own inside the braces; keepalived ignores these words.`,
          `${keyword.name} 的条目应写在花括号内的单独行上；keepalived 会忽略这些内容。`,
        ),
        { severity: "error", fixes: (place) => intoBraces(place, nodeAt(place, record), n) },
      );
      return;
    }
    if (/^(\/\/|;|--|\/\*|<!--)/.test(word)) return this.foreign(node, n, "warning");
    if (
      (keyword.parent.get(word) && keyword.spec.kind === "leaf") ||
      (parent === undefined && ROOT_CONTEXT.get(word))
    )
      return this.joined(node, n, keyword);
    const flag = n === 1 && node.wordCount === 2 ? truth(word) : undefined;
    const removed = replace(node.wordEnd(n - 1) - this.base, end, "");
    const delete_ = t(`Delete “${rest}”`, `删除“${rest}”`);
    if (flag === false) {
      this.report.add(
        extraArgument,
        start,
        end,
        t(
          `${keyword.name} takes no value${keyword.spec.args.length > 0 ? " in this release" : ""}: keepalived ignores ${quote(word)} and switches it on.`,
          `${keyword.name} ${keyword.spec.args.length > 0 ? "在该版本中" : ""}不带取值：keepalived 会忽略 ${quote(word)}，并启用该项。`,
        ),
        {
          fixes: (place) => [
            ...deletion(place, nodeAt(place, record)).map(({ edits }) => ({
              title: t(`Delete the line: ${keyword.name} stays off`, `删除此行：不启用 ${keyword.name}`),
              edits,
            })),
            { title: delete_, edits: [removed] },
          ],
        },
      );
      return;
    }
    this.report.add(
      extraArgument,
      start,
      end,
      t(
        `keepalived ignores ${quote(rest)}: ${keyword.name} takes ${countText(keyword).en}${keyword.spec.forms ? " here" : ""}.`,
        `keepalived 会忽略 ${quote(rest)}：${keyword.name} ${countText(keyword).zh}。`,
      ),
      {
        fixes: (place) => {
          const fixes: Fix[] = [{ title: delete_, edits: [removed], safe: flag === true }];
          // Braces may follow on the line; a comment would hide them.
          const { text } = place.tree;
          const after = text.slice(place.base + end, lineEndAt(text, place.base + end)).trim();
          if (flag === undefined && (after === "" || /^[#!]/.test(after)))
            fixes.push({ title: t("Make it a comment", "改为注释"), edits: [replace(start, start, "# ")] });
          return fixes;
        },
      },
    );
  }

  /** The header of a virtual_server. */
  private target(node: Node, context: ValueContext): void {
    const [address, fwmark, group] = node.keyword!.spec.forms!;
    if (node.wordCount < 2) return this.missing(node, node.keyword!);
    const first = node.word(1);
    const form = first === "fwmark" ? fwmark : first === "group" ? group : address;
    if (node.wordCount <= form.args.length && !form.args[node.wordCount - 1].optional)
      return this.missing(node, node.keyword!);
    for (let i = 0; i < form.args.length && i + 1 < node.wordCount; i++) {
      if (form === address && i === 0) {
        const colon = /^(.*):(\d+)$/.exec(first);
        if (colon && parseIPv4(colon[1]) >= 0) {
          this.addressWithPort(node, colon[1], colon[2]);
          return;
        }
      }
      this.value(node, i + 1, form.args[i], context);
    }
    if (node.wordCount > form.args.length + 1)
      this.extra(node, form.args.length + 1, node.keyword!, undefined);
  }

  private addressWithPort(node: Node, address: string, port: string): void {
    const start = node.wordStart(1) - this.base;
    const end = node.wordEnd(1) - this.base;
    const block = node.keyword!.spec.kind !== "leaf";
    this.report.add(
      unknownOption,
      start,
      end,
      t(
        `Address and port are separated by a blank: ${address} ${port}. keepalived ${block ? "skips the block" : "ignores the line"}.`,
        `地址与端口之间用空格分隔：${address} ${port}。keepalived ${block ? "会跳过该块" : "会忽略该行"}。`,
      ),
      {
        fixes: [
          {
            title: t(`Write “${address} ${port}”`, `改为“${address} ${port}”`),
            edits: [replace(start, end, `${address} ${port}`)],
            safe: true,
          },
        ],
      },
    );
  }

  private umask(node: Node, context: ValueContext): void {
    const arg = node.keyword!.spec.args[0];
    const first = node.word(1);
    const start = node.wordStart(1) - this.base;
    const end = node.end - this.base;
    const bad = (message: Text, fixes: readonly Fix[] = []) =>
      this.report.add(
        unknownOption,
        start,
        end,
        t(
          `${message.en}; keepalived ${context.effect.en}.`,
          `${message.zh}；keepalived ${context.effect.zh}。`,
        ),
        { fixes },
      );
    if (/^\d/.test(first)) {
      if (node.wordCount > 2)
        return this.report.add(
          extraArgument,
          node.wordStart(2) - this.base,
          end,
          t(
            "A numeric umask is one word; keepalived ignores the line.",
            "数字形式的 umask 只能是一个词；keepalived 会忽略该行。",
          ),
          { severity: "error", fixes: this.withoutWords(node, 2, node.wordCount - 1) },
        );
      const value = parseInteger(first, true);
      if (value === undefined || value < 0n || value > 511n)
        bad(t(`${quote(first)} is no file mode`, `${quote(first)} 不是文件模式`));
      return;
    }
    const text = node.words().slice(1).join(" ");
    const parts = text.split("|").map((p) => p.trim());
    for (const part of parts) {
      if (part === "") return bad(t("A name is missing beside |", "| 旁边缺少名称"));
      if (/\s/.test(part)) {
        const joined = text.replace(/\s+/g, " | ").replace(/( \| )+/g, " | ");
        const known = joined.split(" | ").every((p) => arg.values!.includes(p));
        return bad(
          t("The names are joined by |", "名称之间用 | 连接"),
          known
            ? [{ title: t(`Write “${joined}”`, `改为“${joined}”`), edits: [replace(start, end, joined)] }]
            : [],
        );
      }
      const since = arg.valueSince?.[part];
      if (since && compareReleases(this.options.target, since) < 0) {
        return this.report.add(
          newerRelease,
          start,
          end,
          t(
            `${quote(part)} exists since keepalived ${since}; the target is ${this.options.target}.`,
            `${quote(part)} 自 keepalived ${since} 起可用；目标版本为 ${this.options.target}。`,
          ),
        );
      }
      if (!arg.values!.includes(part)) {
        const upper = part.toUpperCase();
        const meant = arg.values!.includes(upper) ? upper : nearest(part, arg.values!);
        return bad(
          t(`Unknown file mode ${quote(part)}`, `未知的文件模式 ${quote(part)}`),
          meant && this.text.slice(start + this.base, end + this.base) === text
            ? [
                {
                  title: t(`Replace by “${meant}”`, `替换为“${meant}”`),
                  edits: [replace(start, end, parts.map((p) => (p === part ? meant : p)).join(" | "))],
                },
              ]
            : [],
        );
      }
    }
  }

  /** Option words, each with its own arguments, in any order. */
  private optionList(node: Node, from: number, arg: Arg, keyword: Keyword, context: ValueContext): void {
    const options = arg.options ?? [];
    const named = new Map<string, Option>();
    const bare: Option[] = [];
    for (const o of options) {
      if (o.name.startsWith("<")) bare.push(o);
      else for (const n of [o.name, ...(o.alias ?? [])]) named.set(n, o);
    }
    const used = new Set<Option>();
    const count = node.wordCount;
    const at = (n: number): [number, number] => [node.wordStart(n) - this.base, node.wordEnd(n) - this.base];
    let position = 0;
    for (let n = from; n < count; n++) {
      let word = node.word(n);
      if (isUnknown(word)) continue;
      const prefix = arg.prefix?.find((p) => p !== "" && word.startsWith(p));
      if (prefix) word = word.slice(prefix.length);
      const o = named.get(word);
      if (!o) {
        const mac = bare.some((b) => b.args?.[0]?.type === "mac") ? macFixes(word, ...at(n)) : [];
        if (mac.length > 0) {
          this.report.add(
            badMac,
            ...at(n),
            t(
              `The octets of a MAC address are separated by “:”; keepalived ignores ${quote(word)}.`,
              `MAC 地址的各字节之间用“:”分隔；keepalived 会忽略 ${quote(word)}。`,
            ),
            { fixes: mac },
          );
          continue;
        }
        const fitting = bare.filter((b) => accepts(b, word, keyword));
        const value = fitting.find((b) => !used.has(b)) ?? fitting[0];
        if (value && !used.has(value)) {
          used.add(value);
          checkOptionValue(this.report, context, keyword, value, node, n, this.base);
          continue;
        }
        if (value) {
          this.report.add(
            repeatedOption,
            ...at(n),
            t(
              `${keyword.name} takes one ${value.name.slice(1, -1)}; keepalived ignores this one.`,
              `${keyword.name} 只接受一个${spaced(VALUE_ZH[value.name] ?? value.name.slice(1, -1))}；keepalived 会忽略它。`,
            ),
            { severity: "error", fixes: this.withoutWords(node, n, n) },
          );
          continue;
        }
        if (keyword.id === "global_defs/lvs_sync_daemon" && position === 0 && n === from) {
          // The old form: interface, instance and id by position.
          position++;
          continue;
        }
        if (keyword.id === "global_defs/lvs_sync_daemon" && position === 1 && /^\d+$/.test(word)) {
          position++;
          this.report.add(
            positionalOption,
            ...at(n),
            t("Write the sync id as “id N”.", "同步 id 请写成“id N”。"),
            {
              fixes: [
                {
                  title: t("Insert “id”", "插入“id”"),
                  edits: [replace(at(n)[0], at(n)[0], "id ")],
                  safe: true,
                },
              ],
            },
          );
          continue;
        }
        const lower = word.toLowerCase();
        const meant = named.has(lower) ? lower : nearest(word, named.keys());
        const effect = OPTION_EFFECT[keyword.name];
        this.report.add(
          unknownOption,
          ...at(n),
          t(
            `Unknown option ${quote(word)} of ${keyword.name}; keepalived ${effect?.en ?? "ignores it"}.${meant ? ` Did you mean ${quote(meant)}?` : ""}`,
            `${keyword.name} 没有选项 ${quote(word)}；keepalived ${effect?.zh ?? "会忽略它"}。${meant ? `是否想写 ${quote(meant)}？` : ""}`,
          ),
          {
            fixes: meant
              ? [replaceBy(...at(n), (prefix ?? "") + meant, meant === lower)]
              : this.withoutWords(node, n, effect ? count - 1 : n),
          },
        );
        if (effect) return;
        // The value of the option that was meant.
        if (meant) n += named.get(meant)!.args?.filter((a) => !a.optional).length ?? 0;
        continue;
      }
      if (o.since && compareReleases(this.options.target, o.since) < 0) {
        this.report.add(
          newerRelease,
          ...at(n),
          t(
            `${quote(word)} exists since keepalived ${o.since}; the target is ${this.options.target}.`,
            `${quote(word)} 自 keepalived ${o.since} 起可用；目标版本为 ${this.options.target}。`,
          ),
        );
      }
      const choice = keyword.name === "use_ipvlan" && IPVLAN_MODES.includes(word);
      if (choice && [...used].some((u) => u !== o && IPVLAN_MODES.includes(u.name))) {
        this.report.add(
          repeatedOption,
          ...at(n),
          t(
            `An ipvlan has one mode; keepalived ignores ${quote(word)}.`,
            `ipvlan 只有一种模式；keepalived 会忽略 ${quote(word)}。`,
          ),
          { severity: "error", fixes: this.withoutWords(node, n, n) },
        );
      } else if (used.has(o) && !prefix) {
        this.report.add(
          repeatedOption,
          ...at(n),
          t(
            `${quote(word)} is given twice; the last one counts.`,
            `${quote(word)} 出现了两次；以最后一次为准。`,
          ),
          {
            fixes: this.withoutWords(
              node,
              from + node.words().slice(from).indexOf(word),
              from + node.words().slice(from).indexOf(word) + (o.args?.length ?? 0),
            ),
          },
        );
      }
      used.add(o);
      const wanted = o.args ?? [];
      let missing = false;
      for (const a of wanted) {
        if (n + 1 >= count) {
          if (!a.optional) {
            this.report.add(
              missingArgument,
              ...at(n),
              t(
                `${quote(word)} needs a value (${a.name}); keepalived ignores it.`,
                `${quote(word)} 需要取值（${a.name}）；keepalived 会忽略它。`,
              ),
              { fixes: this.withoutWords(node, n, n) },
            );
            missing = true;
          }
          break;
        }
        n++;
        this.checkOption(context, keyword, word, a, node, n);
      }
      if (missing) break;
    }
    if (keyword.name === "include_check") this.includeCheck(node, from, named);
    if (NEEDS_VALUE.has(keyword.name) && !bare.some((o) => used.has(o))) this.missing(node, keyword);
  }

  /** Deletes words that have no effect. */
  private withoutWords(node: Node, from: number, to: number): Fix[] {
    const start = node.wordStart(from) - this.base;
    const end = node.wordEnd(to) - this.base;
    const text = this.text.slice(this.base + start, this.base + end);
    return [
      {
        title: t(`Delete “${text}”`, `删除“${text}”`),
        edits: [replace(node.wordEnd(from - 1) - this.base, end, "")],
      },
    ];
  }

  private checkOption(
    context: ValueContext,
    keyword: Keyword,
    option: string,
    arg: Arg,
    node: Node,
    n: number,
  ): void {
    const subject = option === keyword.name ? option : `${keyword.name} ${option}`;
    checkValue(
      { ...context, subject },
      arg,
      node.word(n),
      node.wordStart(n) - this.base,
      node.wordEnd(n) - this.base,
    );
  }

  /** include_check takes one word without sign, or any number with + or -. */
  private includeCheck(node: Node, from: number, named: ReadonlyMap<string, Option>): void {
    let plain = 0;
    for (let n = from; n < node.wordCount; n++) {
      const word = node.word(n);
      if (!named.has(word)) continue;
      if (++plain > 1) {
        this.report.add(
          repeatedOption,
          node.wordStart(n) - this.base,
          node.wordEnd(n) - this.base,
          t(
            "A second word needs + or -; keepalived ignores the line.",
            "第二个词需要 + 或 -；keepalived 会忽略该行。",
          ),
          {
            severity: "error",
            fixes: [
              {
                title: t(`Write +${word}`, `改为 +${word}`),
                edits: [replace(node.wordStart(n) - this.base, node.wordStart(n) - this.base, "+")],
              },
              ...this.withoutWords(node, n, n),
            ],
          },
        );
      }
    }
  }
}

const keywordIsPort = (arg: Arg): boolean =>
  arg.name === "port" && arg.min === 1 && arg.max === 65535 && arg.optional === true;

/** Whether a bare word can be the value of an option without name. */
function accepts(option: Option, word: string, keyword: Keyword): boolean {
  const type = option.args?.[0]?.type;
  if (type === "mac") return word.includes(":") && !/^[0-9A-Fa-f:]*-/.test(word);
  if (type === "ip-prefix") return /^[0-9A-Fa-f.:/]+$/.test(word) && /[.:]/.test(word);
  // A plus sign is no beginning of a number to init_file.
  if (type === "uint" || type === "int")
    return /^([+-]?[\d.]|$)/.test(word) && !(keyword.name === "init_file" && word.startsWith("+"));
  return type === "interface" && word !== "" && !word.includes(":") && !/^\d+(\.\d+){3}(\/\d+)?$/.test(word);
}

function checkOptionValue(
  report: Report,
  context: ValueContext,
  keyword: Keyword,
  option: Option,
  node: Node,
  n: number,
  base: number,
): void {
  const arg = option.args![0];
  const start = node.wordStart(n) - base;
  const end = node.wordEnd(n) - base;
  if (arg.type === "mac") {
    vmacAddress(report, keyword, node.word(n), start, end);
    return;
  }
  checkValue({ ...context, report, subject: `${keyword.name} ${arg.name}` }, arg, node.word(n), start, end);
}

/** A MAC address for use_vmac: six octets, or five to which the VRID is appended; neither multicast nor VRRP's own. */
function vmacAddress(report: Report, keyword: Keyword, word: string, start: number, end: number): void {
  const octets = word.split(":");
  const values = octets.map((o) => (/^[0-9A-Fa-f]{1,2}$/.test(o) ? Number.parseInt(o, 16) : Number.NaN));
  const bad = (en: string, zh: string) =>
    report.add(badMac, start, end, t(`${en}; keepalived ignores it.`, `${zh}；keepalived 会忽略它。`), {
      fixes: (place) => {
        let from = start;
        while (/[ \t]/.test(place.tree.text.charAt(place.base + from - 1))) from--;
        return [{ title: t(`Delete “${word}”`, `删除“${word}”`), edits: [replace(from, end, "")] }];
      },
    });
  if (octets.length > 6 || octets.length < 5 || values.some(Number.isNaN))
    bad(
      `${quote(word)} is not a MAC address (6 octets, or 5 for the VRID to follow)`,
      `${quote(word)} 不是 MAC 地址（6 个字节，或 5 个字节后接 VRID）`,
    );
  else if (values[0] & 1) bad(`${quote(word)} is a multicast MAC address`, `${quote(word)} 是组播 MAC 地址`);
  else if (
    values[0] === 0 &&
    values[1] === 0 &&
    values[2] === 0x5e &&
    values[3] === 0 &&
    (values[4] === 1 || values[4] === 2)
  ) {
    bad(
      `${keyword.name} may not be given an address of VRRP's own range (RFC 5798)`,
      `${keyword.name} 不能使用 VRRP 保留范围内的地址（RFC 5798）`,
    );
  }
}
const badMac = rule(
  "bad-mac-address",
  "error",
  t("A MAC address that use_vmac cannot take.", "use_vmac 不能使用的 MAC 地址。"),
);

/** Blocks that keepalived skips when they have no name; at the others it ends. */
const SKIPPED_WITHOUT_NAME = new Set(["vrrp_instance", "vrrp_sync_group", "track_group"]);

/** Types of values of which keepalived takes any text, a sign too. */
const TAKES_ANYTHING = new Set<string>([
  "string",
  "name",
  "path",
  "dir",
  "email",
  "hostname",
  "dns-name",
  "url-path",
  "regex",
]);

/** Whether keepalived says nothing about a missing value. */
const missingInSilence = (keyword: Keyword, release: string): boolean =>
  keyword.name === "regex_options" ||
  keyword.name === "status_code" ||
  /^regex_(stack|max_offset|min_offset)$/.test(keyword.name) ||
  (keyword.name === "regex" && compareReleases(release, "2.2.8") < 0);

/** What keepalived does where a value is missing. */
function missingOutcome(node: Node, keyword: Keyword): Text {
  if (keyword.id === "bfd_instance" || (keyword.id === "virtual_server" && node.wordCount > 1))
    return t("keepalived crashes while it reads this line", "keepalived 读取该行时会崩溃");
  if (SKIPPED_WITHOUT_NAME.has(keyword.id)) return t("keepalived skips the block", "keepalived 会跳过该块");
  const ignored =
    keyword.spec.missingArgument === "ignored" || (keyword.spec.kind === "leaf" && node.wordCount > 1);
  return ignored
    ? t("keepalived ignores the line", "keepalived 会忽略该行")
    : t("keepalived stops reading here and does not start", "keepalived 会在此停止读取且无法启动");
}

function contextOf(report: Report, options: CheckOptions, keyword: Keyword): ValueContext {
  return { report, options, keyword, subject: keyword.name, effect: effectOf(keyword) };
}

const IPVLAN_MODES = ["bridge", "private", "vepa"];

/** Keywords of which the option without name is what they are for. */
const NEEDS_VALUE = new Set([
  "vrrp_garp_extra_if",
  "vrrp_vmac_garp_intvl",
  "garp_extra_if",
  "vmac_garp_intvl",
]);

/** Whether a literal default is a value that may be written; with `free`, a word of any type. */
function isAccepted(arg: Arg | undefined, value: string, target: string, free = false): boolean {
  if (!arg || arg.type === "option-list" || !/^[\w.:/-]+$/.test(value)) return false;
  if (
    !free &&
    !["uint", "int", "decimal", "bool", "enum", "ipv4-multicast", "ipv6-multicast"].includes(arg.type)
  )
    return false;
  const report = new Report();
  checkValue({ report, options: { target }, subject: "", effect: t("", "") }, arg, value, 0, 0);
  return report.problems.length === 0;
}
