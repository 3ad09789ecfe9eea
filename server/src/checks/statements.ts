/**
 * The pass over every statement of an item: keyword known and in its place, arguments right, not repeated. It works on the
 * records of the tree and makes no objects as long as nothing is wrong, because configurations hold hundreds of thousands
 * of statements; a statement that is not obviously right is looked at again, thoroughly.
 */
import { compareReleases, KEYWORDS, type Keyword, keywordsNamed, ROOT_CONTEXT } from "../language";
import { parseIPv4 } from "../language/address";
import { type Arg, type Option, type Text, t } from "../language/schema";
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
import { checkDefinitions, checkEntry, undefinedDefinition } from "./entries";
import {
  type CheckOptions,
  type Fix,
  nearest,
  type Problem,
  quote,
  type Report,
  replace,
  rule,
} from "./rule";
import { checkScriptLine } from "./scripts";
import { blockEnd, insertBlock } from "./services";
import { checkValue, isUnknown, newerRelease, type ValueContext } from "./values";

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
  else if (args.length === 1 && !a.optional && !a.repeatable) {
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
    else if (FREE_WORDS.has(a.type) && a.maxLength === undefined) fast = Fast.Word;
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

/** What a release makes of each keyword: 1 not known yet, 2 an old name. */
const releaseStates = new Map<string, Uint8Array>();
function releaseState(target: string): Uint8Array {
  let states = releaseStates.get(target);
  if (!states) {
    states = new Uint8Array(KEYWORDS.length);
    for (const k of KEYWORDS) {
      if (k.spec.since && compareReleases(target, k.spec.since) < 0) states[k.index] = 1;
      else if (k.spec.deprecated && compareReleases(target, k.spec.deprecated.since ?? "0") >= 0) {
        // Children of an old block are not reported one by one.
        const parent = KEYWORDS.find((x) => x.context === k.parent);
        if (!parent?.spec.deprecated) states[k.index] = 2;
      }
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

class Pass {
  private readonly text: string;
  private readonly base: number;
  private readonly data: Int32Array;
  private readonly states: Uint8Array;

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
          if (data[r + WORDS] > 0 && context !== undefined) this.unknown(r, parent, top);
          continue;
        }
        if (states[k] !== 0) this.release(r, KEYWORDS[k]);
        if ((head & (Flag.UsesDefinition | Flag.Opaque | Flag.Quoted)) !== 0 || !this.fast(r, k)) {
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
        if (parent !== undefined || top) checkEntry(this.node(r), parent, this.options, this.report);
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
      case Fast.Word:
        return words === 2;
      case Fast.Uint:
      case Fast.Decimal: {
        if (words !== 2) return false;
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
        if (arg.valueSince !== undefined) return false;
        for (const value of arg.values!) {
          if (value.length === length && this.text.startsWith(value, start)) return true;
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

  issues(): void {
    const { issues, data } = this.tree.items[this.itemIndex];
    for (let i = 0; i < issues.length; i += 4) {
      const type = issues[i] as Issue;
      const start = issues[i + 1];
      const end = issues[i + 2];
      const record = issues[i + 3];
      const add = (
        r: Problem["rule"],
        message: Text,
        more: { fixes?: readonly Fix[]; severity?: Problem["severity"] } = {},
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
            t(
              "This brace closes nothing; keepalived ends the enclosing block here.",
              "此花括号没有对应的块；keepalived 会在此结束外层块。",
            ),
            {
              fixes: [
                { title: t("Delete the brace", "删除此花括号"), edits: [this.lineOrRange(start, end)] },
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
              severity: keyword?.spec.kind === "list" && opened ? "warning" : undefined,
              fixes: [
                {
                  title: opened || closed ? t("Insert “{”", "插入“{”") : t("Insert “{ }”", "插入“{ }”"),
                  edits: [replace(end, end, opened ? " {" : " {\n}")],
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
          );
          break;
        }
        case Issue.NestedRootBlock:
          add(
            wrongBlock,
            t(
              `${name} belongs at the top level, not inside another block.`,
              `${name} 应位于顶层，而不是其他块内。`,
            ),
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
              fixes: [
                {
                  title: t("Close the quote at the end of the line", "在行尾补上引号"),
                  edits: [replace(end, end, '"')],
                },
              ],
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
            { severity: compareReleases(this.options.target, "2.3.0") >= 0 ? "error" : "warning" },
          );
          break;
        case Issue.NulCharacter:
          add(
            nulCharacter,
            t("A NUL character; keepalived ignores the line.", "含有 NUL 字符；keepalived 会忽略该行。"),
            {
              severity: compareReleases(this.options.target, "2.3.0") >= 0 ? "error" : "warning",
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
              fixes: [
                {
                  title: t("Move the backslash before the comment", "把反斜杠移到注释之前"),
                  edits: this.moveBackslash(start, end),
                },
              ],
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

  /** A comment `# text \` in a definition becomes `\`: the definition goes on, the comment text is lost to nobody. */
  private moveBackslash(start: number, end: number) {
    return [replace(start, end, "\\")];
  }

  private unclosed(record: number, name: string): void {
    const { data } = this;
    const from = data[record + FIRST_WORD];
    const to = data[record + WORDS] > 0 ? data[record + END] : data[record + START] + 1;
    const at = this.insertionBefore(data[record + NEXT], record);
    this.report.add(
      unclosedBlock,
      from,
      to,
      t(
        `The block of ${name || "this brace"} is never closed: “}” is missing.`,
        `${name || "此花括号"} 的块没有闭合：缺少“}”。`,
      ),
      {
        fixes:
          at === undefined
            ? []
            : [{ title: t("Insert “}”", "插入“}”"), edits: [replace(at, at, `${this.indentOf(from)}}\n`)] }],
      },
    );
  }

  /** Start of the line where a closing brace for the block of a record belongs: after its last child. */
  private insertionBefore(next: number, record: number): number | undefined {
    let last = data_end(this.data, record);
    const { data } = this;
    for (
      let r = record;
      r < next;
      r += FIRST_WORD + 2 * data[r + WORDS] + (data[r + KIND] & Flag.Condition ? 2 : 0)
    ) {
      last = Math.max(last, data[r + END], data[r + CLOSE] + 1);
    }
    const eol = this.text.indexOf("\n", this.base + last);
    return eol < 0 ? undefined : eol + 1 - this.base;
  }

  private indentOf(offset: number): string {
    const at = this.base + offset;
    const line = this.text.lastIndexOf("\n", at - 1) + 1;
    return /^[ \t]*/.exec(this.text.slice(line, at))![0];
  }

  /** The whole line if nothing else stands on it, otherwise the range. */
  private lineOrRange(start: number, end: number) {
    const lineStart = this.text.lastIndexOf("\n", this.base + start - 1) + 1;
    const eol = this.text.indexOf("\n", this.base + end);
    const line = this.text.slice(lineStart, eol < 0 ? this.text.length : eol);
    if (eol >= 0 && line.trim() === this.text.slice(this.base + start, this.base + end)) {
      return replace(lineStart - this.base, eol + 1 - this.base, "");
    }
    return replace(start, end, "");
  }

  private list(r: number, first: number, keyword: Keyword): void {
    const { data } = this;
    for (let e = first; e < data[r + NEXT]; e = data[e + NEXT]) {
      const kind = data[e + KIND] & 0xff;
      if (kind !== Kind.Comment) return;
    }
    const message = EMPTY_LISTS[keyword.id];
    if (message)
      this.report.add(emptyBlock, data[r + START], data[r + END], message, { ...blockEnd(this.node(r)) });
  }

  // -------------------------------------------------------------------------------------------- keywords

  private release(r: number, keyword: Keyword): void {
    const { data } = this;
    const start = data[r + FIRST_WORD];
    const end = data[r + FIRST_WORD + 1];
    if (this.states[keyword.index] === 1) {
      this.report.add(
        newerRelease,
        start,
        end,
        t(
          `${keyword.name} exists since keepalived ${keyword.spec.since}; ${this.options.target} takes it for an unknown keyword.`,
          `${keyword.name} 自 keepalived ${keyword.spec.since} 起可用；${this.options.target} 会把它当作未知关键字。`,
        ),
      );
      return;
    }
    const { replacedBy, reported } = keyword.spec.deprecated!;
    const rename =
      replacedBy !== undefined && !replacedBy.includes(" ") && keyword.parent.get(replacedBy) !== undefined;
    this.report.add(
      deprecatedKeyword,
      start,
      end,
      replacedBy
        ? t(
            `${keyword.name} is an old name; write ${replacedBy}.`,
            `${keyword.name} 是旧名称；请改用 ${replacedBy}。`,
          )
        : t(`${keyword.name} is obsolete and can be deleted.`, `${keyword.name} 已废弃，可以删除。`),
      {
        severity: reported === "config-error" ? "warning" : reported === "log" ? "information" : "hint",
        fixes: rename
          ? [
              {
                title: t(`Replace by “${replacedBy}”`, `替换为“${replacedBy}”`),
                edits: [replace(start, end, replacedBy!)],
                safe: true,
              },
            ]
          : keyword.spec.args.length === 0 && keyword.context === undefined
            ? [
                {
                  title: t("Delete the line", "删除此行"),
                  edits: [this.lineOrRange(data[r + START], data[r + END])],
                },
              ]
            : [],
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

    // Blanks, braces and quotes that only look so.
    const odd = /[\u00a0\u2000-\u200b\u202f\u3000\uff5b\uff5d\uff1a\u201c\u201d\u2018\u2019\ufeff]/.exec(
      name,
    );
    if (odd) {
      this.oddCharacter(node, start + odd.index + (node.rawWord(0).startsWith('"') ? 1 : 0), odd[0]);
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
          fixes: [
            {
              title: t("Begin the comment with #", "用 # 开始注释"),
              edits: [replace(start, start + commentSign(name), "#")],
              safe: true,
            },
          ],
        },
      );
      return;
    }
    if (/^(<{7}|={7}|>{7}|\|{7})/.test(name)) {
      this.report.add(
        conflictMarker,
        start,
        node.end - this.base,
        t("A merge conflict that was not resolved.", "未解决的合并冲突。"),
      );
      return;
    }
    const dialect = OTHER_DIALECTS[name];
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

    const bare = name.replace(/[:=;,]+$/, "");
    if (bare !== name && context.get(bare)) {
      this.report.add(
        unknownKeyword,
        start,
        end,
        t(
          `${quote(name)} is no keyword: write ${bare} without ${quote(name.slice(bare.length))}.`,
          `${quote(name)} 不是关键字：请写 ${bare}，不要带 ${quote(name.slice(bare.length))}。`,
        ),
        {
          fixes: [
            {
              title: t(`Replace by “${bare}”`, `替换为“${bare}”`),
              edits: [replace(start, end, bare)],
              safe: true,
            },
          ],
        },
      );
      return;
    }

    const removed = REMOVED[name];
    if (removed) {
      this.report.add(
        unknownKeyword,
        start,
        end,
        t(
          `${name} is no keyword of keepalived 2 any more; the line is ignored. ${removed.en}`,
          `${name} 已不是 keepalived 2 的关键字，该行会被忽略。${removed.zh}`,
        ),
        {
          fixes: node.hasBody
            ? []
            : [
                {
                  title: t("Delete the line", "删除此行"),
                  edits: [this.lineOrRange(node.start - this.base, node.end - this.base)],
                  safe: true,
                },
              ],
        },
      );
      return;
    }

    const names = context.keywords.map((k) => k.name);
    const elsewhere = keywordsNamed(name);
    const meant = nearest(name, names);
    if (elsewhere.length > 0 && !(meant && meant.toLowerCase() === name.toLowerCase())) {
      this.misplaced(node, parent, elsewhere, r);
      return;
    }
    const where = top
      ? this.tree.root === ROOT_CONTEXT
        ? t("at the top level", "顶层")
        : t("here", "此处")
      : t(`in ${parent!.name}`, `${parent!.name} 块中`);
    const block = node.hasBody;
    // The name of another block's keyword, misspelt.
    const far = meant ? undefined : nearest(name, new Set(KEYWORDS.map((k) => k.name)));
    const suggestion = meant
      ? t(` Did you mean ${quote(meant)}?`, `是否想写 ${quote(meant)}？`)
      : far
        ? t(
            ` ${quote(far)} belongs ${placeOf(keywordsNamed(far)).en}.`,
            `${quote(far)} 应位于${placeOf(keywordsNamed(far)).zh}。`,
          )
        : t("", "");
    this.report.add(
      unknownKeyword,
      start,
      end,
      t(
        `Unknown keyword ${quote(name)} ${where.en}; keepalived ${block ? "ignores the line, but not the block that follows" : "ignores the line"}.${suggestion.en}`,
        `${where.zh}的未知关键字 ${quote(name)}；keepalived ${block ? "会忽略该行，但不会忽略其后的块" : "会忽略该行"}。${suggestion.zh}`,
      ),
      {
        fixes: meant
          ? [
              {
                title: t(`Replace by “${meant}”`, `替换为“${meant}”`),
                edits: [replace(start, end, meant)],
                safe: meant.toLowerCase() === name.toLowerCase(),
              },
            ]
          : [],
      },
    );
  }

  private oddCharacter(node: Node, at: number, character: string): void {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    const by = LOOKALIKES[character] ?? " ";
    this.report.add(
      oddCharacter,
      at,
      at + 1,
      t(
        `U+${code} is not ${by === " " ? "a blank" : quote(by)}; keepalived takes it for a part of the word.`,
        `U+${code} 不是${by === " " ? "空格" : quote(by)}；keepalived 会把它当作词的一部分。`,
      ),
      {
        fixes: [
          {
            title: t("Replace such characters in this line", "替换本行中的此类字符"),
            edits: this.straighten(node),
            safe: true,
          },
        ],
      },
    );
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
    const fixes: Fix[] = [];
    if (node.name === "nb_get_retry" && parent?.context?.get("retry")) {
      fixes.push({
        title: t("Replace by “retry”", "替换为“retry”"),
        edits: [replace(start, end, "retry")],
        safe: true,
      });
    }
    const move = node.hasBody ? undefined : this.moveTo(node, record);
    if (move) fixes.push(move);
    this.report.add(
      wrongBlock,
      start,
      end,
      t(
        `${node.name} is no keyword ${here.en}: it belongs ${place.en}. keepalived ignores the line.`,
        `${node.name} 不是${here.zh}的关键字：它应位于${place.zh}。keepalived 会忽略该行。`,
      ),
      { fixes },
    );
  }

  /** Moves a line out to the nearest block around that takes it, or into the only block beside it that does. */
  private moveTo(node: Node, record: number): Fix | undefined {
    const path: number[] = [];
    // The blocks around, outermost first.
    const { data } = this;
    for (let r = 0; r < data.length; ) {
      const inside = r < record && record < data[r + NEXT];
      if (inside) {
        path.push(r);
        r += FIRST_WORD + 2 * data[r + WORDS] + (data[r + KIND] & Flag.Condition ? 2 : 0);
      } else r = data[r + NEXT];
      if (r > record) break;
    }
    const line = this.lineOrRange(node.start - this.base, node.end - this.base);
    if (line.end === node.end - this.base) return undefined;
    const text = this.text.slice(node.start, node.end);
    for (let i = path.length - 2; i >= 0; i--) {
      const keyword = data[path[i] + KEYWORD] < 0 ? undefined : KEYWORDS[data[path[i] + KEYWORD]];
      if (!keyword?.context?.get(node.name)) continue;
      const child = this.node(path[i + 1]);
      const at = this.text.lastIndexOf("\n", child.start - 1) + 1 - this.base;
      if (this.text.slice(this.base + at, child.start).trim() !== "") return undefined;
      return {
        title: t(`Move it to ${keyword.name}`, `移到 ${keyword.name}`),
        edits: [replace(at, at, `${this.indentOf(child.start - this.base)}${text}\n`), line],
        safe: true,
      };
    }
    const outer = path[path.length - 1];
    if (outer === undefined) return undefined;
    const beside = this.node(outer).children.filter(
      (c) => c.keyword?.context?.get(node.name) !== undefined && c.close >= 0,
    );
    if (beside.length !== 1) return undefined;
    return {
      title: t(`Move it to ${beside[0].name}`, `移到 ${beside[0].name}`),
      edits: [...insertBlock(beside[0], [text]), line],
      safe: true,
    };
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

  /** Edits that replace look-alike characters of a line. */
  private straighten(node: Node) {
    const edits = [];
    const from = node.start;
    const eol = this.text.indexOf("\n", from);
    const to = node.hasBody
      ? node.end
      : Math.max(node.end, Math.min(eol < 0 ? this.text.length : eol, node.end));
    for (let p = from; p < to; p++) {
      const c = this.text[p];
      const by = LOOKALIKES[c];
      if (by !== undefined) edits.push(replace(p - this.base, p + 1 - this.base, by));
    }
    return edits;
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
    const same = again.text === first.text;
    const repeat = keyword.spec.repeat ?? "last-wins";
    const remove = (node: Node): Fix[] =>
      node.hasBody
        ? []
        : [
            {
              title: t("Delete the line that does not count", "删除不起作用的行"),
              edits: [this.lineOrRange(node.start - this.base, node.end - this.base)],
              safe: same,
            },
          ];
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
            { related, fixes: remove(again) },
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
            `${keyword.name} is given twice; keepalived keeps the first and ignores this one.`,
            `${keyword.name} 出现了两次；keepalived 保留第一次，忽略本次。`,
          ),
          { related, fixes: remove(again) },
        );
        return;
      default:
        if (same && !again.hasBody) {
          this.report.add(
            redundantStatement,
            start,
            end,
            t(
              `${keyword.name} stands here twice with the same value.`,
              `${keyword.name} 以相同的值出现了两次。`,
            ),
            {
              related,
              fixes: remove(again),
              severity: repeat === "overwrite-with-message" ? "warning" : undefined,
            },
          );
          return;
        }
        this.report.add(
          repeatedStatement,
          start,
          end,
          t(
            `${keyword.name} is given twice; the last one counts.`,
            `${keyword.name} 出现了两次；以最后一次为准。`,
          ),
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
    if (!/^[#!][\x21-\x7e]+$/.test(rest) || this.text[from] === '"') return;
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
            title: t("Put the value in quotes", "给取值加引号"),
            edits: [replace(from - this.base, node.end + rest.length - this.base, `"${value}"`)],
          },
        ],
      },
    );
  }

  // -------------------------------------------------------------------------------------------- arguments

  private slow(r: number, keyword: Keyword, parent: Keyword | undefined): void {
    const node = this.node(r);
    if (keyword.spec.scriptQuoting) {
      this.scriptDefinitions(node);
      if (node.wordCount < 2) {
        if (!keyword.spec.args[0]?.optional) this.missing(node, keyword);
      } else if (keyword.spec.exactArguments && node.wordCount > 2 && node.rawWord(1).charCodeAt(0) !== 34) {
        this.extra(node, 2, keyword, parent);
      } else checkScriptLine(node, keyword, this.report);
      return;
    }
    const context: ValueContext = {
      ...contextOf(this.report, this.options, keyword),
      deleteLine: () => this.lineOrRange(node.start - this.base, node.end - this.base),
    };
    const { args } = keyword.spec;
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
    if (given > 1 && /^[=:]$/.test(node.word(1)) && keyword.spec.kind === "leaf") {
      this.report.add(
        assignmentSign,
        node.wordStart(1) - this.base,
        node.wordEnd(1) - this.base,
        t(
          `No sign stands between keyword and value; keepalived takes ${quote(node.word(1))} for the value.`,
          `关键字与取值之间没有符号；keepalived 会把 ${quote(node.word(1))} 当作取值。`,
        ),
        {
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

  private missing(node: Node, keyword: Keyword): void {
    const arg = keyword.spec.args[Math.min(node.wordCount - 1, keyword.spec.args.length - 1)];
    const ignored =
      keyword.spec.missingArgument === "ignored" || keyword.spec.kind !== "leaf" || node.wordCount > 1;
    const what = arg ? arg.name.replace(/([A-Z])/g, " $1").toLowerCase() : "value";
    const skipped = keyword.spec.kind !== "leaf";
    this.report.add(
      missingArgument,
      node.start - this.base,
      node.end - this.base,
      t(
        `${keyword.name} needs a value (${what}); keepalived ${skipped ? "skips the block" : ignored ? "ignores the line" : "stops reading here and does not start"}.`,
        `${keyword.name} 需要取值（${what}）；keepalived ${skipped ? "会跳过该块" : ignored ? "会忽略该行" : "会在此停止读取且无法启动"}。`,
      ),
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
    if (keyword.spec.exactArguments) {
      const single = keyword.spec.kind !== "leaf";
      this.report.add(
        extraArgument,
        start,
        end,
        single
          ? t(
              `${keyword.name} takes one name; keepalived skips the whole block.`,
              `${keyword.name} 只接受一个名称；keepalived 会跳过整个块。`,
            )
          : t(
              `${keyword.name} takes one value; keepalived ignores ${keyword.name === "notification_email_from" ? "the rest" : "the line"}.`,
              `${keyword.name} 只接受一个值；keepalived 会忽略${keyword.name === "notification_email_from" ? "其余内容" : "该行"}。`,
            ),
        { severity: keyword.name === "notification_email_from" ? "warning" : "error" },
      );
      return;
    }
    if (keyword.spec.kind === "list" && keyword.id !== "virtual_server_group") {
      this.report.add(
        extraArgument,
        start,
        end,
        t(
          `Entries of ${keyword.name} stand on lines of their own inside the braces; keepalived ignores these words.`,
          `${keyword.name} 的条目应写在花括号内的单独行上；keepalived 会忽略这些内容。`,
        ),
        { severity: "error" },
      );
      return;
    }
    if (/^(\/\/|;|--|\/\*)/.test(word)) {
      this.report.add(foreignComment, start, end, t("Comments begin with # or !.", "注释以 # 或 ! 开头。"), {
        severity: "warning",
        fixes: [
          {
            title: t("Begin the comment with #", "用 # 开始注释"),
            edits: [replace(start, start + commentSign(word), "#")],
            safe: true,
          },
        ],
      });
      return;
    }
    if (
      (keyword.parent.get(word) && keyword.spec.kind === "leaf") ||
      (parent === undefined && ROOT_CONTEXT.get(word))
    ) {
      this.report.add(
        joinedStatements,
        start,
        end,
        t(
          `${quote(word)} starts another statement: keepalived reads one per line and ignores this.`,
          `${quote(word)} 是另一条语句：keepalived 每行只读一条，会忽略它。`,
        ),
        {
          fixes: [
            {
              title: t("Put it on a line of its own", "另起一行"),
              edits: [this.breakLine(node, n)],
              safe: true,
            },
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
        `keepalived ignores ${quote(rest)}: ${keyword.name} takes ${countText(keyword).en}.`,
        `keepalived 会忽略 ${quote(rest)}：${keyword.name} ${countText(keyword).zh}。`,
      ),
      {
        fixes: [
          {
            title: t("Delete the words", "删除多余内容"),
            edits: [replace(node.wordEnd(n - 1) - this.base, end, "")],
          },
        ],
      },
    );
  }

  private breakLine(node: Node, n: number) {
    return replace(
      node.wordEnd(n - 1) - this.base,
      node.wordStart(n) - this.base,
      `\n${this.indentOf(node.start - this.base)}`,
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
    this.report.add(
      unknownOption,
      start,
      end,
      t(
        `Address and port are separated by a blank: ${address} ${port}. keepalived skips the block.`,
        `地址与端口之间用空格分隔：${address} ${port}。keepalived 会跳过该块。`,
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
    const bad = (message: Text) =>
      this.report.add(
        unknownOption,
        start,
        end,
        t(
          `${message.en}; keepalived ${context.effect.en}.`,
          `${message.zh}；keepalived ${context.effect.zh}。`,
        ),
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
          { severity: "error" },
        );
      const value = /^0[0-7]*$/.test(first) ? Number.parseInt(first, 8) : Number(first);
      if (!(value >= 0 && value <= 511))
        bad(t(`${quote(first)} is no file mode`, `${quote(first)} 不是文件模式`));
      return;
    }
    const text = node.words().slice(1).join(" ");
    const parts = text.split("|").map((p) => p.trim());
    for (const part of parts) {
      if (part === "") return bad(t("A name is missing beside |", "| 旁边缺少名称"));
      if (/\s/.test(part)) return bad(t("The names are joined by |", "名称之间用 | 连接"));
      if (!arg.values!.includes(part))
        return bad(t(`Unknown file mode ${quote(part)}`, `未知的文件模式 ${quote(part)}`));
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
        const value = bare.find((b) => accepts(b, word));
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
              `${keyword.name} 只接受一个 ${value.name.slice(1, -1)}；keepalived 会忽略它。`,
            ),
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
        const meant = nearest(word, named.keys());
        this.report.add(
          unknownOption,
          ...at(n),
          t(
            `Unknown option ${quote(word)} of ${keyword.name}${meant ? `, did you mean ${quote(meant)}?` : ""}; keepalived ${OPTION_EFFECT[keyword.name]?.en ?? "ignores it"}.`,
            `${keyword.name} 没有选项 ${quote(word)}${meant ? `，是否想写 ${quote(meant)}？` : ""}；keepalived ${OPTION_EFFECT[keyword.name]?.zh ?? "会忽略它"}。`,
          ),
          {
            fixes: meant
              ? [
                  {
                    title: t(`Replace by “${meant}”`, `替换为“${meant}”`),
                    edits: [replace(...at(n), (prefix ?? "") + meant)],
                  },
                ]
              : [],
          },
        );
        if (keyword.spec.name === "lb_kind" || keyword.spec.name.endsWith("lvs_method")) return;
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
      if (used.has(o) && !prefix) {
        this.report.add(
          repeatedOption,
          ...at(n),
          t(`${quote(word)} is given twice.`, `${quote(word)} 出现了两次。`),
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
          { severity: "error" },
        );
      }
    }
  }
}

const data_end = (data: Int32Array, record: number): number =>
  data[record + OPEN] >= 0 ? data[record + OPEN] + 1 : data[record + END];

const keywordIsPort = (arg: Arg): boolean =>
  arg.name === "port" && arg.min === 1 && arg.max === 65535 && arg.optional === true;

/** Whether a bare word can be the value of an option without name. */
function accepts(option: Option, word: string): boolean {
  const type = option.args?.[0]?.type;
  if (type === "mac") return word.includes(":");
  if (type === "ip-prefix") return /^[0-9A-Fa-f.:/]+$/.test(word) && /[.:]/.test(word);
  if (type === "uint" || type === "int") return /^[+-]?[\d.]/.test(word);
  return type === "interface" && !word.includes(":");
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
    report.add(badMac, start, end, t(`${en}; keepalived ignores it.`, `${zh}；keepalived 会忽略它。`));
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

function contextOf(report: Report, options: CheckOptions, keyword: Keyword): ValueContext {
  return { report, options, subject: keyword.name, effect: effectOf(keyword) };
}

/** What keepalived does with a bad value of a keyword, as a clause. */
export function effectOf(keyword: Keyword): Text {
  const special = EFFECTS[keyword.id] ?? EFFECTS[keyword.name];
  if (special) return special;
  if (keyword.spec.kind !== "leaf") return t("skips the whole block", "会跳过整个块");
  const d = keyword.spec.default;
  if (d === undefined) return t("ignores the line", "会忽略该行");
  const text = typeof d === "string" ? t(d, d) : d;
  return t(`ignores the line (default: ${text.en})`, `会忽略该行（默认：${text.zh}）`);
}

const EFFECTS: Readonly<Record<string, Text>> = {
  "vrrp_instance/state": t("starts as BACKUP", "会以 BACKUP 启动"),
  "vrrp_instance/priority": t("uses 100", "会使用 100"),
  "vrrp_instance/virtual_router_id": t(
    "ignores it, and the instance has no VRID",
    "会忽略它，实例将没有 VRID",
  ),
  "vrrp_instance/interface": t("ignores the line", "会忽略该行"),
  "vrrp_instance/authentication/auth_type": t(
    "ignores the line, so that there is no authentication",
    "会忽略该行，从而没有认证",
  ),
  "vrrp_instance/authentication/auth_pass": t("cuts it", "会截断它"),
  "virtual_server/lb_kind": t("uses NAT", "会使用 NAT"),
  "virtual_server/lvs_method": t("uses NAT", "会使用 NAT"),
  "virtual_server/lb_algo": t("uses wlc", "会使用 wlc"),
  "virtual_server/lvs_sched": t("uses wlc", "会使用 wlc"),
  "virtual_server/protocol": t("uses UDP", "会使用 UDP"),
  "virtual_server/persistence_timeout": t("uses no persistence", "不会启用会话保持"),
  "virtual_server/quorum": t("uses 1", "会使用 1"),
  "virtual_server/sorry_server": t("uses no sorry server", "不会使用 sorry_server"),
  "virtual_server/persistence_engine": t("cuts it", "会截断它"),
  process_name: t("cuts it", "会截断它"),
  vrrp_process_name: t("cuts it", "会截断它"),
  checker_process_name: t("cuts it", "会截断它"),
  bfd_process_name: t("cuts it", "会截断它"),
  lvs_process_name: t("cuts it", "会截断它"),
};

const OPTION_EFFECT: Readonly<Record<string, Text>> = {
  lb_kind: t("ignores the rest of the line", "会忽略该行其余内容"),
  lvs_method: t("ignores the rest of the line", "会忽略该行其余内容"),
};

/** Keywords of which the option without name is what they are for. */
const NEEDS_VALUE = new Set([
  "vrrp_garp_extra_if",
  "vrrp_vmac_garp_intvl",
  "garp_extra_if",
  "vmac_garp_intvl",
]);

/** List blocks that keepalived reports when they are empty, where another rule does not say it better. */
const EMPTY_LISTS: Readonly<Record<string, Text>> = {
  "global_defs/notification_email": t(
    "notification_email holds no address.",
    "notification_email 中没有地址。",
  ),
  "garp_group/interfaces": t("interfaces holds no interface.", "interfaces 中没有接口。"),
  "vrrp_sync_group/group": t(
    "The group has no member; keepalived removes the sync group.",
    "组中没有成员；keepalived 会删除该同步组。",
  ),
  "track_group/group": t(
    "The group has no member; keepalived removes it.",
    "组中没有成员；keepalived 会删除它。",
  ),
};

/** The characters that keepalived does not take for what they look like. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  "\u00a0": " ",
  "\u202f": " ",
  "\u3000": " ",
  "\u200b": "",
  "\ufeff": "",
  "\uff5b": "{",
  "\uff5d": "}",
  "\uff1a": ":",
  "\u201c": '"',
  "\u201d": '"',
  "\u2018": "'",
  "\u2019": "'",
};
for (let code = 0x2000; code <= 0x200a; code++)
  (LOOKALIKES as Record<string, string>)[String.fromCharCode(code)] = " ";

/** Keywords of forks and of other daemons that are met in files named keepalived.conf. */
const OTHER_DIALECTS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "local_address_group",
    "laddr_group_name",
    "synproxy",
    "daddr_group_name",
    "daddr_group",
    "establish_timeout",
    "est_timeout",
    "bps",
    "limit_proportion",
    "conn_timeout",
    "expire_quiescent_conn",
    "syn_proxy",
    "deny_address_group",
    "blklst_addr_gname",
    "blklst_group",
    "whtlst_addr_gname",
    "whtlst_group",
    "proxy_protocol",
    "hash_target",
    "dest_check",
  ].map((k) => [k, "DPVS"]),
);

/** Keywords of keepalived 1 and mistakes that are copied from file to file. */
const REMOVED: Readonly<Record<string, Text>> = {
  nat_mask: t("Nothing replaces it: delete the line.", "没有替代项：请删除该行。"),
  net_mask: t("Nothing replaces it: delete the line.", "没有替代项：请删除该行。"),
  lvs_id: t("Use router_id.", "请使用 router_id。"),
};

const commentSign = (word: string): number => /^(\/\/|\/\*|<!--|--|;)/.exec(word)?.[0].length ?? 0;

/** Where a keyword may stand, as a phrase. */
function placeOf(keywords: readonly Keyword[]): Text {
  const places: string[] = [];
  let root = false;
  for (const k of keywords) {
    if (k.parent === ROOT_CONTEXT) root = true;
    else {
      const block = k.parent.id.split("/").pop()!;
      if (!places.includes(block)) places.push(block);
    }
  }
  const shown = places.slice(0, 4);
  const more = places.length > shown.length ? ", …" : "";
  const inEn = shown.length > 0 ? `in ${shown.join(", ")}${more}` : "";
  const inZh = shown.length > 0 ? `${shown.join("、")}${more ? "……" : ""} 块中` : "";
  if (!root) return t(inEn, inZh);
  return shown.length > 0
    ? t(`at the top level or ${inEn}`, `顶层或 ${inZh}`)
    : t("at the top level", "顶层");
}

function countText(keyword: Keyword): Text {
  const n = keyword.spec.args.length;
  if (n === 0) return t("no value", "不带取值");
  if (n === 1) return t("one value", "只接受一个值");
  return t(`at most ${n} values`, `最多接受 ${n} 个值`);
}
