/**
 * The error-tolerant parser. It turns text into top-level items without ever failing: what cannot be understood becomes
 * a record with an {@link Issue}. It reads like keepalived does (line by line, cut at braces), but recovers from a lost
 * or surplus brace where keepalived would misread the rest of the file.
 */
import { type Context, hashStep, KEYWORDS, type Keyword, ROOT_CONTEXT } from "../language";
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
  NO_BODY,
  OPAQUE_CODE,
  OPEN,
  START,
  VIRTUAL_BODY,
  WORDS,
} from "./records";

/** Differences between releases that decide where a statement ends. */
export interface Dialect {
  /** A comment in a multi-line definition ends the definition (keepalived 2.4). Earlier, the definition goes on. */
  readonly commentEndsDefinition: boolean;
}

export const DEFAULT_DIALECT: Dialect = { commentEndsDefinition: true };

/** Blocks nested deeper than this are read as if they were one level. keepalived itself nests five levels. */
const MAX_DEPTH = 64;
/** Longest line keepalived reads whole, in bytes (its buffer holds 1024 with LF and NUL). */
const MAX_LINE_BYTES = 1022;
/** How far to look ahead for a closing brace. */
const FARTHEST = 1 << 17;
/** Words of a statement that are recorded. No line that keepalived reads whole has more. */
const MAX_WORDS = 600;
/** Structural faults of an item that are recorded. */
const MAX_ISSUES = 2000;
/** A stretch of comments longer than this becomes an item of its own, so that an edit in it stays cheap. */
const LONGEST_TRIVIA = 1 << 16;

/** A top-level statement with its block, and the comments above it. Immutable; reused as long as its text stands. */
export class Item {
  /** Results of later stages, kept as long as the item lives. The owner of a slot is the only one to read it. */
  local: unknown = undefined;
  /** Characters gone through more than once for it. */
  effort = 0;

  constructor(
    /** Length in UTF-16 units, line end included. */
    readonly length: number,
    readonly data: Int32Array,
    /** Issues in groups of four numbers, see {@link Issue}. */
    readonly issues: readonly number[],
    /** How far beyond its own end the parser had to look to decide where the item ends. */
    readonly reach: number,
    /** Conditions, definitions, generators, includes or uses of definitions occur in it. */
    readonly special: boolean,
  ) {}
}

enum C {
  Tab = 9,
  LF = 10,
  VT = 11,
  FF = 12,
  CR = 13,
  Space = 32,
  Bang = 33,
  Quote = 34,
  Hash = 35,
  Dollar = 36,
  ParenClose = 41,
  Equals = 61,
  At = 64,
  Backslash = 92,
  Caret = 94,
  Underscore = 95,
  BraceOpen = 123,
  BraceClose = 125,
  Tilde = 126,
  BOM = 0xfeff,
}

/** Character classes of the word loop: 0 goes on, 1 blank, 2 needs a decision. */
const CLASS = new Uint8Array(128);
for (const c of [C.Tab, C.LF, C.VT, C.FF, C.CR, C.Space]) CLASS[c] = 1;
for (const c of [C.Bang, C.Quote, C.Hash, C.Dollar, C.Backslash, C.BraceOpen, C.BraceClose, 0]) CLASS[c] = 2;

const isBlank = (c: number): boolean =>
  c === C.Space || c === C.Tab || c === C.CR || c === C.FF || c === C.VT;
const isNameStart = (c: number): boolean =>
  (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === C.Underscore;
const isNamePart = (c: number): boolean => isNameStart(c) || (c >= 48 && c <= 57);

/** Characters of a text of some length that may be gone through more than once. */
export const mostEffort = (length: number): number => 64 * length + 50_000_000;

/** The parser is reusable; one instance serves any number of texts, one after the other. */
export class Parser {
  private text = "";
  private length = 0;
  private atTextStart = true;
  private mostEffort = 0;
  private dialect = DEFAULT_DIALECT;
  private root = ROOT_CONTEXT;
  private buffer = new Int32Array(4096);
  private size = 0;
  private issues: number[] = [];
  private frameRecord: number[] = [];
  private frameContext: (Context | undefined)[] = [];
  private frameCondition: string[] = [];
  /** Columns of the headers; -1 until asked for. */
  private frameColumn: number[] = [];
  private depth = 0;
  private overflow = 0;
  private base = 0;
  private reach = 0;
  private special = false;
  /** Braces that may be closed by assumption in a repair pass. */
  private repairs = 0;
  private effort = 0;

  /**
   * Parses items from `start` until `limit` or the end of the text.
   * @param sink receives each item; returning false stops the parser there.
   * @param root the context of the top level; a fragment that is included inside a block has that block's.
   * @param effort that of the items before, where the text is parsed in parts.
   * @param whole what the text is a stretch of: characters before it, and how many there are in all.
   */
  parse(
    text: string,
    start: number,
    sink: (item: Item, start: number) => boolean | undefined,
    dialect: Dialect = DEFAULT_DIALECT,
    root: Context = ROOT_CONTEXT,
    effort = 0,
    whole = { before: 0, length: text.length },
  ): void {
    this.text = text;
    this.length = text.length;
    this.atTextStart = whole.before === 0;
    this.mostEffort = mostEffort(whole.length);
    this.dialect = dialect;
    this.root = root;
    this.effort = effort;
    let at = start;
    while (at < text.length) {
      const before = this.effort;
      const end = this.item(at);
      const item = new Item(
        end - at,
        this.buffer.slice(0, this.size),
        this.issues.length > 0 ? this.issues : NO_ISSUES,
        Math.max(0, this.reach - end),
        this.special,
      );
      item.effort = this.effort - before;
      this.issues = [];
      if (sink(item, at) === false) break;
      at = end;
    }
    this.text = "";
  }

  /** Parses one item and returns where it ends. */
  private item(start: number): number {
    this.reset(start);
    this.repairs = 0;
    const end = this.read(start, this.length, false);
    if (this.depth === 0) return end;
    // Braces are missing. Read the stretch again, now closing blocks where the keywords say that they should have ended.
    const reach = this.reach;
    const missing = this.depth;
    this.reset(start);
    this.repairs = this.work(end - start) ? missing : 0;
    const repaired = this.read(start, end, true);
    while (this.depth > 0) this.closeVirtually();
    this.reach = Math.max(reach, this.reach, end + 1);
    return repaired;
  }

  /**
   * Looking ahead and reading twice must stay linear in the text, however it is broken. The bound is so far off that no
   * text reaches it but one made for it: beyond, what is found would depend on where reading began.
   */
  private work(characters: number): boolean {
    this.effort += characters;
    return this.effort <= this.mostEffort;
  }

  private reset(start: number): void {
    this.base = start;
    this.size = 0;
    this.issues = [];
    this.depth = 0;
    this.overflow = 0;
    this.reach = start;
    this.special = false;
  }

  /** Reads statements from `at` until the item is complete; returns the offset after its last line. */
  private read(at: number, limit: number, repairing: boolean): number {
    const text = this.text;
    let pos = at;
    let lineStart = at;
    /** The last statement, as long as a brace may still follow; -1 otherwise. */
    let pending = -1;
    /** End of the line and size of the tree after the pending statement: the item ends there if no brace follows. */
    let pendingEnd = -1;
    let pendingSize = 0;
    let pendingIssues = 0;
    let statements = 0;
    let atLineStart = true;
    let condStart = -1;
    let condEnd = -1;
    /** Condition of the header whose alternative may follow. */
    let closedCondition = "";
    let closedConditionSize = -1;

    if (pos === 0 && this.atTextStart && text.charCodeAt(0) === C.BOM) {
      this.issue(Issue.ByteOrderMark, 0, 1, 0);
      pos = 1;
    }

    for (;;) {
      // --- blanks
      let c = pos < limit ? text.charCodeAt(pos) : -1;
      while (c === C.Space || c === C.Tab || c === C.CR || c === C.FF || c === C.VT) {
        pos++;
        c = pos < limit ? text.charCodeAt(pos) : -1;
      }

      // --- end of line
      if (c === C.LF || c === -1) {
        if (pos - lineStart > MAX_LINE_BYTES / 3) this.checkLineLength(lineStart, pos);
        const next = c === -1 ? pos : pos + 1;
        if (this.depth === 0) {
          if (pending >= 0) {
            if (pendingEnd < 0) {
              pendingEnd = next;
              pendingSize = this.size;
              pendingIssues = this.issues.length;
            }
          } else if (statements > 0 ? this.overflow === 0 : next - at > LONGEST_TRIVIA) {
            if (c === -1 || statements === 0 || !this.reopen(next, limit)) {
              this.reach = Math.max(this.reach, next + 1);
              return next;
            }
          }
        }
        if (c === -1) {
          if (pending >= 0) this.missingOpen(pending, -1);
          return next;
        }
        pos = next;
        lineStart = next;
        atLineStart = true;
        condStart = -1;
        continue;
      }

      // --- comment
      if (c === C.Hash || c === C.Bang) {
        const end = this.lineEnd(pos, limit);
        const record = this.record(Kind.Comment, pos, this.trimEnd(pos, end));
        this.finish(record);
        pos = end;
        continue;
      }

      // --- condition
      if (atLineStart && c === C.At) {
        let end = pos + 1;
        while (end < limit && !isBlank(text.charCodeAt(end)) && text.charCodeAt(end) !== C.LF) {
          const k = text.charCodeAt(end);
          if (k === C.Hash || k === C.Bang) break;
          end++;
        }
        condStart = pos;
        condEnd = end;
        this.special = true;
        pos = end;
        atLineStart = false;
        const after = this.skipBlanks(pos, limit);
        const k = after < limit ? text.charCodeAt(after) : C.LF;
        if (k === C.LF || k === C.Hash || k === C.Bang) {
          // A condition without statement: keepalived drops the line.
          const record = this.record(Kind.Statement | Flag.Condition, condStart, condEnd);
          this.condition(record, condStart, condEnd);
          this.finish(record);
          statements++;
          condStart = -1;
        } else {
          atLineStart = true;
        }
        pos = after;
        if (k === C.At) atLineStart = false;
        continue;
      }

      // --- braces
      if (c === C.BraceOpen) {
        atLineStart = false;
        if (pending >= 0) {
          if (!(this.buffer[pending + KIND] & Flag.Alternative)) this.open(pending, pos, condStart, condEnd);
        } else {
          const record = this.record(Kind.StrayOpen, pos, pos + 1);
          this.finish(record);
          this.issue(Issue.UnexpectedOpen, pos, pos + 1, record);
          this.push(record, pos, this.context());
          statements++;
        }
        pending = -1;
        pendingEnd = -1;
        pos++;
        continue;
      }
      if (c === C.BraceClose) {
        atLineStart = false;
        if (pending >= 0) {
          this.missingOpen(pending, pos);
          pending = -1;
          pendingEnd = -1;
        }
        if (this.overflow > 0) {
          this.overflow--;
        } else if (this.depth > 0) {
          if (this.repairs > 0) this.repairAtClose(pos);
          if (condStart >= 0) {
            closedCondition = text.slice(condStart, condEnd);
          } else closedCondition = "";
          this.close(pos);
          closedConditionSize = this.size;
        } else if (
          condStart >= 0 &&
          closedCondition !== "" &&
          closedConditionSize === this.size &&
          closedCondition !== text.slice(condStart, condEnd)
        ) {
          // The same block closed for another configuration id.
        } else {
          const record = this.record(Kind.StrayClose, pos, pos + 1);
          this.finish(record);
          this.issue(Issue.ExtraClose, pos, pos + 1, record);
        }
        statements++;
        pos++;
        continue;
      }

      // --- a statement begins
      if (pending >= 0) {
        // No brace followed the previous statement.
        if (this.opensWithoutBrace(pending, pos, limit)) {
          this.issue(
            Issue.MissingOpen,
            this.buffer[pending + START],
            this.buffer[pending + END],
            pending,
            true,
          );
          this.push(pending, VIRTUAL_BODY, this.keywordContext(pending));
        } else {
          if (this.depth === 0) {
            this.missingOpenAt(pending, pendingIssues);
            this.size = pendingSize;
            this.reach = Math.max(this.reach, pos + 1);
            this.fixNext();
            return pendingEnd;
          }
          this.missingOpen(pending, pos);
        }
        pending = -1;
        pendingEnd = -1;
      }

      if (atLineStart && c === C.Dollar) {
        const valueStart = this.definitionValue(pos, limit);
        if (valueStart > 0) {
          pos = this.definition(pos, valueStart, limit, condStart, condEnd);
          lineStart = text.lastIndexOf("\n", pos - 1) + 1;
          statements++;
          atLineStart = false;
          continue;
        }
      }

      if (atLineStart && c === C.Tilde && this.isGenerator(pos)) {
        pos = this.generator(pos, limit, condStart, condEnd);
        statements++;
        atLineStart = false;
        continue;
      }

      // include: the rest of the line is one pattern
      if (c === 105 /* i */ && text.startsWith("include", pos)) {
        const end = this.includeEnd(pos, limit, condStart, condEnd);
        if (end > 0) {
          atLineStart = false;
          pos = end;
          statements++;
          continue;
        }
      }
      atLineStart = false;

      // --- words
      const first = pos;
      const record = this.record(Kind.Statement, pos, pos);
      let words = 0;
      let flags = 0;
      let hash = 0;
      let firstEnd = pos;
      for (;;) {
        const wordStart = pos;
        if (c === C.Quote) {
          flags |= Flag.Quoted;
          pos++;
          while (pos < limit) {
            c = text.charCodeAt(pos);
            if (c === C.Quote || c === C.LF) break;
            if (c === C.Dollar && this.usesDefinition(pos, limit)) flags |= Flag.UsesDefinition;
            else if (c === OPAQUE_CODE) flags |= Flag.Opaque;
            else if (c === 0) this.issue(Issue.NulCharacter, pos, pos + 1, record);
            if (words === 0) hash = hashStep(hash, c);
            pos++;
          }
          if (pos < limit && c === C.Quote) {
            pos++;
          } else {
            pos = this.trimEnd(wordStart, pos);
            this.issue(Issue.UnterminatedQuote, wordStart, pos, record);
          }
        } else {
          while (pos < limit) {
            c = text.charCodeAt(pos);
            const k = c < 128 ? CLASS[c] : c === OPAQUE_CODE ? 2 : 0;
            if (k === 0) {
              if (words === 0) hash = (Math.imul(hash, 31) + c) | 0;
              pos++;
              continue;
            }
            if (k === 1) break;
            if (c === C.Dollar) {
              const end = this.usesDefinition(pos, limit);
              if (end > 0) {
                flags |= Flag.UsesDefinition;
                if (words === 0) hash = -1;
                pos = end;
                continue;
              }
            } else if (c === C.Backslash) {
              if (pos + 1 < limit && text.charCodeAt(pos + 1) !== C.LF && text.charCodeAt(pos + 1) !== C.CR)
                pos++;
            } else if (c === OPAQUE_CODE) {
              flags |= Flag.Opaque;
            } else if (c === 0) {
              this.issue(Issue.NulCharacter, pos, pos + 1, record);
            } else break;
            if (words === 0) hash = hashStep(hash, c);
            pos++;
          }
        }
        if (words === 0) firstEnd = pos;
        this.word(wordStart, pos);
        words++;
        while (pos < limit && isBlank(text.charCodeAt(pos))) pos++;
        c = pos < limit ? text.charCodeAt(pos) : C.LF;
        if (c === C.LF || c === C.Hash || c === C.Bang || c === C.BraceOpen || c === C.BraceClose) break;
        if (words === MAX_WORDS) {
          pos = this.statementEnd(pos, limit);
          c = pos < limit ? text.charCodeAt(pos) : C.LF;
          break;
        }
      }
      this.buffer[record + WORDS] = words;
      this.buffer[record + END] = this.buffer[record + FIRST_WORD + 2 * words - 1];
      if (flags & Flag.UsesDefinition) this.special = true;

      // --- which keyword is it?
      let nameStart = first;
      let nameEnd = firstEnd;
      if (text.charCodeAt(first) === C.Quote) {
        nameStart++;
        if (nameEnd - nameStart > 0 && text.charCodeAt(nameEnd - 1) === C.Quote) nameEnd--;
      }
      let context = this.context();
      let keyword: Keyword | undefined;
      if (condStart >= 0 && c === C.BraceOpen && this.isAlternative(record, condStart, condEnd)) {
        flags |= Flag.Alternative;
        context = this.depth > 1 ? this.frameContext[this.depth - 2] : this.root;
        keyword = context?.find(text, nameStart, nameEnd, hash);
      } else {
        keyword = context?.entry ? undefined : context?.find(text, nameStart, nameEnd, hash);
        if (this.depth > 0) {
          if (
            this.repairs > 0 &&
            this.repair(first, nameStart, nameEnd, hash, record, keyword !== undefined)
          ) {
            context = this.context();
            keyword = context?.entry ? undefined : context?.find(text, nameStart, nameEnd, hash);
          }
          if (keyword === undefined) {
            const rootKeyword = ROOT_CONTEXT.find(text, nameStart, nameEnd, hash);
            if (rootKeyword?.rootOnly && (c === C.BraceOpen || (context !== undefined && !context.entry))) {
              if (!repairing && this.endsHere(lineStart, first, limit)) {
                // The enclosing blocks were never closed; this statement starts the next item.
                this.size = record;
                this.fixNext();
                return lineStart;
              }
              this.issue(Issue.NestedRootBlock, nameStart, nameEnd, record);
              keyword = rootKeyword;
            }
          }
        }
      }

      this.buffer[record + KIND] =
        (context?.entry && keyword === undefined ? Kind.Entry : Kind.Statement) | flags;
      this.buffer[record + KEYWORD] = keyword === undefined ? -1 : keyword.index;
      if (condStart >= 0) this.condition(record, condStart, condEnd);
      this.finish(record);
      statements++;
      pending = record;
      pendingEnd = -1;
    }
  }

  // ------------------------------------------------------------------------------------------------ records

  private reserve(n: number): void {
    if (this.size + n > this.buffer.length) {
      const grown = new Int32Array(Math.max(this.buffer.length * 2, this.size + n));
      grown.set(this.buffer.subarray(0, this.size));
      this.buffer = grown;
    }
  }

  private record(kind: number, start: number, end: number): number {
    this.reserve(FIRST_WORD + 4);
    const r = this.size;
    const b = this.buffer;
    b[r + KIND] = kind;
    b[r + KEYWORD] = -1;
    b[r + START] = start - this.base;
    b[r + END] = end - this.base;
    b[r + NEXT] = 0;
    b[r + OPEN] = NO_BODY;
    b[r + CLOSE] = -1;
    b[r + WORDS] = 0;
    this.size = r + FIRST_WORD;
    return r;
  }

  private word(start: number, end: number): void {
    this.reserve(4);
    this.buffer[this.size++] = start - this.base;
    this.buffer[this.size++] = end - this.base;
  }

  private condition(record: number, start: number, end: number): void {
    this.word(start, end);
    this.buffer[record + KIND] |= Flag.Condition;
  }

  private finish(record: number): void {
    this.buffer[record + NEXT] = this.size;
  }

  private issue(type: Issue, start: number, end: number, record: number, relative = false): void {
    if (this.issues.length >= 4 * MAX_ISSUES) return;
    if (relative) this.issues.push(type, start, end, record);
    else this.issues.push(type, start - this.base, end - this.base, record);
  }

  // ------------------------------------------------------------------------------------------------ blocks

  private context(): Context | undefined {
    return this.depth === 0 ? this.root : this.frameContext[this.depth - 1];
  }

  private keywordContext(record: number): Context | undefined {
    const k = this.buffer[record + KEYWORD];
    return k < 0 ? undefined : KEYWORDS[k].context;
  }

  private open(record: number, pos: number, condStart: number, condEnd: number): void {
    const keyword = this.buffer[record + KEYWORD];
    const leaf =
      keyword >= 0
        ? KEYWORDS[keyword].context === undefined
        : (this.buffer[record + KIND] & 0xff) === Kind.Entry;
    if (leaf) this.issue(Issue.UnexpectedOpen, pos, pos + 1, record);
    this.push(record, pos, this.keywordContext(record));
    if (this.overflow === 0)
      this.frameCondition[this.depth - 1] = condStart >= 0 ? this.text.slice(condStart, condEnd) : "";
  }

  private push(record: number, open: number, context: Context | undefined): void {
    if (this.depth >= MAX_DEPTH) {
      if (this.overflow === 0) this.issue(Issue.TooDeep, open, open + 1, record);
      this.overflow++;
      return;
    }
    this.buffer[record + OPEN] = open < 0 ? open : open - this.base;
    this.frameRecord[this.depth] = record;
    this.frameContext[this.depth] = context;
    this.frameCondition[this.depth] = "";
    this.frameColumn[this.depth] = -1;
    this.depth++;
  }

  private close(pos: number): void {
    this.depth--;
    const record = this.frameRecord[this.depth];
    this.buffer[record + CLOSE] = pos - this.base;
    this.buffer[record + NEXT] = this.size;
  }

  /** Closes the innermost block where its brace should have been. */
  private closeVirtually(): void {
    this.depth--;
    const record = this.frameRecord[this.depth];
    const b = this.buffer;
    b[record + NEXT] = this.size;
    this.issue(Issue.MissingClose, b[record + START], b[record + END], record, true);
  }

  /** Sets the sibling links of blocks that are open when an item is cut short. */
  private fixNext(): void {
    for (let i = 0; i < this.depth; i++) this.buffer[this.frameRecord[i] + NEXT] = this.size;
  }

  /** `@a X {` directly followed by `@b Y {`: one block with two headers. */
  private isAlternative(record: number, condStart: number, condEnd: number): boolean {
    if (this.depth === 0 || this.overflow > 0) return false;
    const first = this.frameCondition[this.depth - 1];
    return (
      first !== "" &&
      record === this.firstChild(this.frameRecord[this.depth - 1]) &&
      this.text.slice(condStart, condEnd) !== first
    );
  }

  private firstChild(record: number): number {
    const b = this.buffer;
    return record + FIRST_WORD + 2 * b[record + WORDS] + (b[record + KIND] & Flag.Condition ? 2 : 0);
  }

  // ------------------------------------------------------------------------------------------------ missing braces

  /** Whether a block keyword without brace is followed by a statement that belongs inside it. */
  private opensWithoutBrace(pending: number, pos: number, limit: number): boolean {
    const keyword = this.buffer[pending + KEYWORD];
    if (keyword < 0) return false;
    const inside = KEYWORDS[keyword].context;
    if (inside === undefined) return false;
    let end = pos;
    let hash = 0;
    while (end < limit) {
      const c = this.text.charCodeAt(end);
      if ((c < 128 ? CLASS[c] : 0) !== 0) break;
      hash = hashStep(hash, c);
      end++;
    }
    this.reach = Math.max(this.reach, end + 1);
    if (inside.entry) {
      const outside = this.context();
      return outside?.entry !== undefined || outside?.find(this.text, pos, end, hash) === undefined;
    }
    return inside.find(this.text, pos, end, hash) !== undefined;
  }

  private missingOpen(pending: number, _next: number): void {
    this.missingOpenAt(pending, this.issues.length);
  }

  /** Reports a block keyword without body; `at` is the place in the issue list, which is cut there. */
  private missingOpenAt(pending: number, at: number): void {
    // Setting the length is slow even where it changes nothing, and this is done after nearly every statement.
    if (this.issues.length > at) this.issues.length = at;
    const keyword = this.buffer[pending + KEYWORD];
    if (keyword >= 0 && KEYWORDS[keyword].context !== undefined) {
      this.issue(Issue.MissingOpen, this.buffer[pending + START], this.buffer[pending + END], pending, true);
    }
  }

  /**
   * In a repair pass: closes blocks if the statement at `first` belongs to one further out, because only that one knows
   * its keyword, or because it is indented no deeper than the header of the innermost block.
   * @returns whether blocks were closed.
   */
  private repair(
    first: number,
    nameStart: number,
    nameEnd: number,
    hash: number,
    record: number,
    known: boolean,
  ): boolean {
    const most = Math.min(this.repairs, this.depth);
    const column = this.column(first);
    for (let up = 1; up <= most; up++) {
      const header = this.headerColumn(this.depth - up);
      // What fits where it stands is moved out on the word of the indentation only; a list may hold any name.
      const fits = known || this.frameContext[this.depth - 1]?.entry !== undefined;
      if (
        fits &&
        (known
          ? column > header || header === 0
          : column > header && this.text.charCodeAt(nameEnd) !== C.Space)
      ) {
        if (known || !this.endsWithBrace(first)) return false;
      }
      const outer = this.depth - up === 0 ? this.root : this.frameContext[this.depth - up - 1];
      if (outer === undefined || outer.entry) continue;
      if (outer.find(this.text, nameStart, nameEnd, hash) === undefined) continue;
      this.closeBefore(record, up);
      return true;
    }
    return false;
  }

  private headerColumn(frame: number): number {
    if (this.frameColumn[frame] < 0)
      this.frameColumn[frame] = this.column(this.buffer[this.frameRecord[frame] + START] + this.base);
    return this.frameColumn[frame];
  }

  /** In a repair pass: a closing brace in the column of an outer header closes that block, and the ones inside first. */
  private repairAtClose(pos: number): void {
    if (!this.firstOnLine(pos)) return;
    const column = this.column(pos);
    if (this.headerColumn(this.depth - 1) <= column) return;
    for (let up = 1; up <= this.repairs && up < this.depth; up++) {
      if (this.headerColumn(this.depth - 1 - up) !== column) continue;
      for (let i = 0; i < up; i++) this.closeVirtually();
      this.repairs -= up;
      return;
    }
  }

  /** Closes the `n` innermost blocks before a record that is already written. */
  private closeBefore(record: number, n: number): void {
    for (let i = 0; i < n; i++) {
      this.depth--;
      const block = this.frameRecord[this.depth];
      this.buffer[block + NEXT] = record;
      this.issue(Issue.MissingClose, this.buffer[block + START], this.buffer[block + END], block, true);
    }
    this.repairs -= n;
  }

  /**
   * A root-level block keyword inside a block: has the enclosing block lost its closing brace, or was the block put in
   * the wrong place? In the first case the braces that follow do not close the enclosing block before the next root-level
   * keyword.
   */
  private endsHere(lineStart: number, first: number, limit: number): boolean {
    if (lineStart === this.base) return false;
    // Only a statement at the start of its line can begin an item.
    for (let i = lineStart; i < first; i++) if (!isBlank(this.text.charCodeAt(i))) return false;
    return !this.closesAhead(first, limit, -this.depth, true);
  }

  /**
   * Looks ahead for unmatched closing braces.
   * @param target nesting, relative to `pos`, that has to be reached.
   * @param skipFirst the statement at `pos` is a root-level keyword itself and does not stop the search.
   */
  private closesAhead(pos: number, limit: number, target: number, skipFirst: boolean): boolean {
    const text = this.text;
    let depth = 0;
    let skip = skipFirst;
    let p = pos;
    if (!this.work(0)) return false;
    const horizon = pos + FARTHEST;
    while (p < limit) {
      if (p > horizon) {
        this.work(p - pos);
        this.reach = Math.max(this.reach, p + 1);
        return false;
      }
      p = this.skipBlanks(p, limit);
      if (depth <= 0 && p < limit) {
        let end = p;
        let hash = 0;
        while (end < limit && text.charCodeAt(end) < 128 && CLASS[text.charCodeAt(end)] === 0) {
          hash = hashStep(hash, text.charCodeAt(end++));
        }
        if (end > p && ROOT_CONTEXT.find(text, p, end, hash)?.rootOnly) {
          if (!skip) {
            this.work(p - pos);
            this.reach = Math.max(this.reach, end + 1);
            return false;
          }
          skip = false;
        }
      }
      // Count the braces of the line.
      let quoted = false;
      for (; p < limit; p++) {
        const c = text.charCodeAt(p);
        if (c === C.LF) break;
        if (c === C.Quote) quoted = !quoted;
        else if (quoted) continue;
        else if (c === C.Backslash) p++;
        else if (c === C.Hash || c === C.Bang) {
          p = this.lineEnd(p, limit);
          break;
        } else if (c === C.BraceOpen) {
          if (text.charCodeAt(p - 1) === C.Dollar) {
            const e = this.usesDefinition(p - 1, limit);
            if (e > 0) p = e - 1;
            else depth++;
          } else depth++;
        } else if (c === C.BraceClose) {
          depth--;
          if (depth <= target) {
            this.work(p - pos);
            this.reach = Math.max(this.reach, p + 1);
            return true;
          }
        }
      }
      p++;
    }
    this.work(p - pos);
    this.reach = Math.max(this.reach, limit + 1);
    return false;
  }

  /**
   * After a top-level block was closed: if statements of that block follow and one closing brace too many, the block was
   * closed too early. Opens it again and reports the brace that does not fit.
   */
  private reopen(next: number, limit: number): boolean {
    const text = this.text;
    // The last top-level record must be a block that the parser knows.
    let r = 0;
    let last = -1;
    while (r < this.size) {
      const kind = this.buffer[r + KIND] & 0xff;
      if (kind === Kind.StrayClose) return false;
      if (kind !== Kind.Comment) last = r;
      r = this.buffer[r + NEXT];
    }
    if (last < 0 || this.buffer[last + CLOSE] < 0) return false;
    const inside = this.keywordContext(last);
    if (inside === undefined || inside.entry) return false;
    let p = next;
    for (;;) {
      p = this.skipBlanks(p, limit);
      if (p >= limit) {
        this.reach = Math.max(this.reach, p + 1);
        return false;
      }
      const c = text.charCodeAt(p);
      if (c === C.LF) p++;
      else if (c === C.Hash || c === C.Bang) p = this.lineEnd(p, limit);
      else break;
    }
    let end = p;
    let hash = 0;
    while (end < limit && text.charCodeAt(end) < 128 && CLASS[text.charCodeAt(end)] === 0) {
      hash = hashStep(hash, text.charCodeAt(end++));
    }
    this.reach = Math.max(this.reach, end + 1);
    if (text.charCodeAt(p) === C.BraceClose) {
      // A surplus brace follows. If the indentation says that an earlier one is at fault, take this one as the block's.
      const header = this.column(this.buffer[last + START] + this.base);
      if (!this.firstOnLine(p) || this.column(p) !== header) return false;
      const close = this.buffer[last + CLOSE] + this.base;
      if (!this.firstOnLine(close) || this.column(close) === header) return false;
    } else {
      if (end === p || this.root.find(text, p, end, hash) !== undefined) return false;
      if (inside.find(text, p, end, hash) === undefined) return false;
      if (!this.closesAhead(p, limit, -1, false)) return false;
    }
    this.reportEarlyClose(last);
    this.buffer[last + CLOSE] = -1;
    this.frameRecord[0] = last;
    this.frameContext[0] = inside;
    this.frameCondition[0] = "";
    this.frameColumn[0] = -1;
    this.depth = 1;
    return true;
  }

  /** Finds the closing brace that is one too many: the first whose column differs from that of its block's header. */
  private reportEarlyClose(root: number): void {
    const b = this.buffer;
    let at = b[root + CLOSE];
    let r = this.firstChild(root);
    const closes: number[] = [];
    while (r < this.size) {
      if (b[r + CLOSE] >= 0) closes.push(r);
      r += FIRST_WORD + 2 * b[r + WORDS] + (b[r + KIND] & Flag.Condition ? 2 : 0);
    }
    closes.push(root);
    closes.sort((x, y) => b[x + CLOSE] - b[y + CLOSE]);
    for (const block of closes) {
      const close = b[block + CLOSE] + this.base;
      if (!this.firstOnLine(close)) continue;
      if (this.column(close) !== this.column(b[block + START] + this.base)) {
        at = b[block + CLOSE];
        break;
      }
    }
    this.issue(Issue.ExtraClose, at, at + 1, root, true);
  }

  // ------------------------------------------------------------------------------------------------ special lines

  /** If `pos` starts `$NAME=`, the offset after the equals sign; otherwise 0. */
  private definitionValue(pos: number, limit: number): number {
    const text = this.text;
    let p = pos + 1;
    if (p >= limit || !isNameStart(text.charCodeAt(p))) return 0;
    while (p < limit && isNamePart(text.charCodeAt(p))) p++;
    return p < limit && text.charCodeAt(p) === C.Equals ? p + 1 : 0;
  }

  /** Records a definition. Words: name, then one word per line of the value (without its backslash). */
  private definition(
    pos: number,
    valueStart: number,
    limit: number,
    condStart: number,
    condEnd: number,
  ): number {
    const text = this.text;
    this.special = true;
    const record = this.record(Kind.Definition, pos, valueStart);
    this.word(pos, valueStart - 1);
    let words = 1;
    let from = valueStart;
    let end = valueStart;
    for (;;) {
      from = this.skipBlanks(from, limit);
      // The end of the text on this line, before a comment.
      let quoted = false;
      let p = from;
      let comment = -1;
      for (; p < limit; p++) {
        const c = text.charCodeAt(p);
        if (c === C.LF) break;
        if (c === C.Quote) quoted = !quoted;
        else if (quoted) continue;
        else if (c === C.Backslash) {
          if (p + 1 < limit && text.charCodeAt(p + 1) !== C.LF && text.charCodeAt(p + 1) !== C.CR) p++;
        } else if (c === C.Hash || c === C.Bang) {
          comment = p;
          break;
        }
      }
      const lineEnd = comment >= 0 ? this.lineEnd(comment, limit) : p;
      if (lineEnd - from > MAX_LINE_BYTES / 3 && words > 1) this.checkLineLength(from, lineEnd);
      const textEnd = this.trimEnd(from, comment >= 0 ? comment : p);
      let continues = textEnd > from && text.charCodeAt(textEnd - 1) === C.Backslash;
      const valueEnd = continues ? this.trimEnd(from, textEnd - 1) : textEnd;
      if (comment >= 0 && !continues && text.charCodeAt(this.trimEnd(comment, lineEnd) - 1) === C.Backslash) {
        this.issue(Issue.CommentInDefinition, comment, this.trimEnd(comment, lineEnd), record);
        continues = !this.dialect.commentEndsDefinition;
      }
      if (valueEnd > from || words === 1) {
        this.word(from, Math.max(valueEnd, from));
        words++;
      }
      end = Math.max(end, textEnd, comment >= 0 ? this.trimEnd(comment, lineEnd) : 0);
      if (!continues || lineEnd >= limit) {
        this.buffer[record + WORDS] = words;
        this.buffer[record + END] = end - this.base;
        if (condStart >= 0) this.condition(record, condStart, condEnd);
        this.finish(record);
        return lineEnd;
      }
      // A blank line ends the definition.
      const next = lineEnd + 1;
      const after = this.skipBlanks(next, limit);
      this.reach = Math.max(this.reach, after + 1);
      if (after >= limit || text.charCodeAt(after) === C.LF) {
        this.buffer[record + WORDS] = words;
        this.buffer[record + END] = end - this.base;
        if (condStart >= 0) this.condition(record, condStart, condEnd);
        this.finish(record);
        return lineEnd;
      }
      from = next;
      // A condition on a continuation line belongs to the text, keepalived evaluates it when the line is used.
    }
  }

  private isGenerator(pos: number): boolean {
    const text = this.text;
    if (!text.startsWith("SEQ", pos + 1) && !text.startsWith("LST", pos + 1)) return false;
    let p = pos + 4;
    if (text.charCodeAt(p) === 120 && text.charCodeAt(p - 3) === 83 /* SEQx */) p++;
    p = this.skipBlanks(p, this.length);
    return text.charCodeAt(p) === 40;
  }

  /** Records a ~SEQ or ~LST line: the generator with its parameters is the first word, then the words of its text. */
  private generator(pos: number, limit: number, condStart: number, condEnd: number): number {
    const text = this.text;
    this.special = true;
    const record = this.record(Kind.Generator, pos, pos);
    let p = pos;
    while (p < limit && text.charCodeAt(p) !== C.ParenClose && text.charCodeAt(p) !== C.LF) p++;
    if (p >= limit || text.charCodeAt(p) === C.LF) {
      p = this.trimEnd(pos, p);
      this.issue(Issue.GeneratorUnclosed, pos, p, record);
    } else p++;
    this.word(pos, p);
    let words = 1;
    const eol = this.contentEnd(p, limit);
    let end = p;
    for (;;) {
      p = this.skipBlanks(p, eol);
      if (p >= eol) break;
      const start = p;
      if (text.charCodeAt(p) === C.Quote) {
        p = text.indexOf('"', p + 1);
        p = p < 0 || p >= eol ? eol : p + 1;
      } else {
        while (p < eol && !isBlank(text.charCodeAt(p)) && text.charCodeAt(p) !== C.Quote) p++;
      }
      this.word(start, p);
      words++;
      end = p;
    }
    this.buffer[record + WORDS] = words;
    this.buffer[record + END] = end - this.base;
    if (condStart >= 0) this.condition(record, condStart, condEnd);
    this.finish(record);
    return eol;
  }

  /** Records an include line; returns its end, or 0 if the word is something else. */
  private includeEnd(pos: number, limit: number, condStart: number, condEnd: number): number {
    const text = this.text;
    let p = pos + 7;
    const suffix = text.charCodeAt(p);
    if (suffix === 114 || suffix === 109 || suffix === 119 || suffix === 98 || suffix === 97) p++;
    if (p >= limit || !isBlank(text.charCodeAt(p))) return 0;
    const from = this.skipBlanks(p, limit);
    const eol = this.contentEnd(from, limit);
    if (from >= eol) return 0;
    this.special = true;
    const record = this.record(Kind.Include, pos, eol);
    this.word(pos, p);
    this.word(from, eol);
    this.buffer[record + WORDS] = 2;
    if (condStart >= 0) this.condition(record, condStart, condEnd);
    this.finish(record);
    return eol;
  }

  // ------------------------------------------------------------------------------------------------ characters

  /** Where the words of a line end: at its end, a comment or a brace. */
  private statementEnd(pos: number, limit: number): number {
    const { text } = this;
    let quoted = false;
    for (let p = pos; p < limit; p++) {
      const c = text.charCodeAt(p);
      if (c === C.LF) return p;
      if (c === C.Quote) quoted = !quoted;
      else if (quoted) continue;
      else if (c === C.Backslash) {
        if (text.charCodeAt(p + 1) !== C.LF && text.charCodeAt(p + 1) !== C.CR) p++;
      } else if (c === C.Dollar) {
        const end = this.usesDefinition(p, limit);
        if (end > 0) {
          this.special = true;
          p = end - 1;
        }
      } else if (c === C.Hash || c === C.Bang || c === C.BraceOpen || c === C.BraceClose) return p;
    }
    return limit;
  }

  private skipBlanks(pos: number, limit: number): number {
    while (pos < limit && isBlank(this.text.charCodeAt(pos))) pos++;
    return pos;
  }

  private lineEnd(pos: number, limit: number): number {
    const end = this.text.indexOf("\n", pos);
    return end < 0 || end > limit ? limit : end;
  }

  private trimEnd(start: number, end: number): number {
    while (end > start && isBlank(this.text.charCodeAt(end - 1))) end--;
    return end;
  }

  /** End of the line's text before a comment, trailing blanks excluded. */
  private contentEnd(pos: number, limit: number): number {
    const text = this.text;
    let quoted = false;
    let p = pos;
    for (; p < limit; p++) {
      const c = text.charCodeAt(p);
      if (c === C.LF) break;
      if (c === C.Quote) quoted = !quoted;
      else if (quoted) continue;
      else if (c === C.Backslash) {
        if (text.charCodeAt(p + 1) !== C.LF) p++;
      } else if (c === C.Hash || c === C.Bang) break;
    }
    return this.trimEnd(pos, Math.min(p, limit));
  }

  /** If a definition is used at `pos` (`$NAME` or `${NAME}`), the offset after it; otherwise 0. */
  private usesDefinition(pos: number, limit: number): number {
    const text = this.text;
    let p = pos + 1;
    if (p >= limit) return 0;
    if (text.charCodeAt(p) === C.BraceOpen) {
      p++;
      if (p >= limit || !isNameStart(text.charCodeAt(p))) return 0;
      while (p < limit && isNamePart(text.charCodeAt(p))) p++;
      // Predefined names take parameters: ${_ENV NAME}.
      while (
        p < limit &&
        (isBlank(text.charCodeAt(p)) || isNamePart(text.charCodeAt(p)) || text.charCodeAt(p) === 45)
      )
        p++;
      return p < limit && text.charCodeAt(p) === C.BraceClose ? p + 1 : 0;
    }
    if (!isNameStart(text.charCodeAt(p))) return 0;
    while (p < limit && isNamePart(text.charCodeAt(p))) p++;
    return p;
  }

  /** The column of a place at the start of its line. No line is looked through further than keepalived reads it. */
  private column(pos: number): number {
    let start = pos;
    while (start > 0 && this.text.charCodeAt(start - 1) !== C.LF) {
      if (pos - start > MAX_LINE_BYTES) return MAX_LINE_BYTES;
      start--;
    }
    let column = 0;
    for (let p = start; p < pos; p++) {
      const c = this.text.charCodeAt(p);
      if (c === C.Tab) column += 8 - (column % 8);
      else if (isBlank(c)) column++;
      else break;
    }
    return column;
  }

  /** Whether the line ends with an opening brace, as far as keepalived reads it. */
  private endsWithBrace(pos: number): boolean {
    const most = Math.min(this.length, pos + MAX_LINE_BYTES);
    let last = 0;
    for (let p = pos; p < most; p++) {
      const c = this.text.charCodeAt(p);
      if (c === C.LF) return last === C.BraceOpen;
      if (!isBlank(c)) last = c;
    }
    return most === this.length && last === C.BraceOpen;
  }

  private firstOnLine(pos: number): boolean {
    for (let p = pos - 1; p >= 0; p--) {
      const c = this.text.charCodeAt(p);
      if (c === C.LF) return true;
      if (!isBlank(c)) return false;
    }
    return true;
  }

  private checkLineLength(start: number, end: number): void {
    let bytes = 0;
    for (let p = start; p < end; p++) {
      const c = this.text.charCodeAt(p);
      bytes +=
        c < 0x80 ? 1 : c < 0x800 ? 2 : c >= 0xd800 && c < 0xdc00 ? 4 : c >= 0xdc00 && c < 0xe000 ? 0 : 3;
    }
    if (bytes > MAX_LINE_BYTES) this.issue(Issue.LineTooLong, start, end, 0);
  }
}

const NO_ISSUES: readonly number[] = [];
