/** Open documents. Long ones are held in pieces, and not parsed as a whole before somebody asks for it. */
import { TextDocument } from "vscode-languageserver-textdocument";
import { type Context, ROOT_CONTEXT } from "../language";
import type { Dialect } from "../syntax/parser";
import type { Position, Range } from "../text/lines";
import { LONG_TEXT, Pieces, type Source } from "../text/pieces";
import { finish, type Steps } from "../text/steps";
import { makeSourceFile, type SourceFile, sourceFileSteps } from "../workspace/files";

/** So many characters are read in the time that a change takes for itself. */
const AS_MUCH_AS_A_CHANGE = 10_000;

/** An open document: its text, and its syntax tree kept up to date edit by edit. */
export class OpenDocument {
  private text: TextDocument | Pieces;
  private revision = 0;
  /** Undefined while a long text is not parsed yet. */
  private parsed: SourceFile | undefined;
  /** Where the text differs from the tree: `[start, oldEnd)` of the tree's text is `[start, end)` now. */
  private unread: { readonly start: number; readonly oldEnd: number; readonly end: number } | undefined;
  /** What is left of parsing it. Whoever goes on with it spares all others that work. */
  private parsing: Steps<SourceFile> | undefined;

  constructor(
    readonly uri: string,
    private readonly languageId: string,
    public version: number,
    text: string,
    private dialect: Dialect,
    /** The block that the text stands in. */
    private context = ROOT_CONTEXT,
  ) {
    this.text = this.hold(text);
    this.parse();
  }

  /** The text, parsed or not. */
  get source(): Source {
    return this.text instanceof Pieces ? this.text : this.text.getText();
  }
  positionAt(offset: number): Position {
    return this.text.positionAt(offset);
  }
  offsetAt(position: Position): number {
    return this.text.offsetAt(position);
  }

  private hold(text: string): TextDocument | Pieces {
    return text.length < LONG_TEXT
      ? TextDocument.create(this.uri, this.languageId, this.version, text)
      : Pieces.of(text);
  }

  /** The text with its tree. Parses what is not parsed yet: see {@link parseSteps}. */
  get file(): SourceFile {
    return this.parsed ?? finish(this.parseSteps());
  }

  get isParsed(): boolean {
    return this.parsed !== undefined;
  }

  /** The text with its tree, in steps. When the text changes meanwhile, they go on with the new one. */
  *parseSteps(): Steps<SourceFile> {
    while (!this.parsed) {
      this.parsing ??= this.fileSteps();
      const step = this.parsing.next();
      if (step.done) this.keep(step.value);
      else yield step.value;
    }
    return this.parsed;
  }

  private fileSteps(): Steps<SourceFile> {
    return sourceFileSteps(this.uri, ++this.revision, String(this.source), this.dialect, this.context);
  }

  private parse(): void {
    this.parsed = undefined;
    this.parsing = undefined;
    if (this.source.length < LONG_TEXT) this.parsed = finish(this.fileSteps());
  }

  private keep(file: SourceFile): void {
    this.parsed = file;
    this.parsing = undefined;
  }

  /** Takes over the changes of a notification; tells `changed` of each, in offsets. */
  update(
    changes: readonly { range?: Range; text: string }[],
    version: number,
    changed: (start: number, oldEnd: number, newLength: number) => void = () => {},
  ): void {
    this.version = version;
    const together = this.readsTogether(changes);
    for (const change of changes) {
      if (typeof change?.text !== "string") continue;
      if (!change.range) {
        changed(0, this.source.length, change.text.length);
        this.unread = undefined;
        this.text = this.hold(change.text);
        this.parse();
        continue;
      }
      const range = wellFormed(change.range);
      const start = this.offsetAt(range.start);
      const end = this.offsetAt(range.end);
      changed(start, end, change.text.length);
      this.replace(start, end, range, change.text);
      if (!together) this.readChange();
    }
    this.readChange();
  }

  private replace(start: number, end: number, range: Range, text: string): void {
    if (this.text instanceof Pieces) this.text = this.text.edit(start, end, text);
    else {
      this.text = TextDocument.update(this.text, [{ range, text }], this.version);
      if (this.source.length >= LONG_TEXT) this.text = Pieces.of(this.text.getText());
    }
    const known = this.unread ?? { start, oldEnd: end, end };
    const before = Math.min(known.start, start);
    const beyond = Math.max(0, end - known.end);
    this.unread = {
      start: before,
      oldEnd: known.oldEnd + beyond,
      end: known.end + beyond + text.length - (end - start),
    };
  }

  /**
   * Whether the stretch around all changes is read once after them: replacing a word everywhere in a large file makes tens
   * of thousands of changes, each of which costs as much as reading some of the text.
   */
  private readsTogether(changes: readonly { range?: Range }[]): boolean {
    if (changes.length < 2) return false;
    let first = Number.POSITIVE_INFINITY;
    let last = 0;
    for (const change of changes) {
      if (!change?.range) continue;
      const { start, end } = wellFormed(change.range);
      first = Math.min(first, start.line);
      last = Math.max(last, end.line);
    }
    const line = this.source.length / this.text.lineCount;
    return (last - first + 1) * line < changes.length * AS_MUCH_AS_A_CHANGE;
  }

  /** Reads what has changed since the tree was made. */
  private readChange(): void {
    const { uri, dialect, context, parsed: file, unread } = this;
    if (!unread) return;
    this.unread = undefined;
    if (!file) {
      this.parse();
      return;
    }
    const { start, oldEnd, end } = unread;
    const before = { file, start, oldEnd, newLength: end - start };
    // Should this fail, the text is read anew when somebody asks.
    this.parsed = undefined;
    this.parsed = makeSourceFile(uri, ++this.revision, this.source, dialect, context, before);
  }

  /** Has the whole text read by the rules of another release. */
  retarget(dialect: Dialect): void {
    this.dialect = dialect;
    this.parse();
  }

  /** Has the whole text read as the inside of another block; whether it was read otherwise. */
  place(context: Context): boolean {
    if (context === this.context) return false;
    this.context = context;
    this.parse();
    return true;
  }
}

/**
 * A range as the text and the tree both understand it, whatever an editor sent: whole numbers from 0, the start first. The
 * tree of an edit that each of them read in another way would not be that of the text.
 */
function wellFormed({ start, end }: Range): Range {
  const a = wholePosition(start);
  const b = wholePosition(end);
  return b.line < a.line || (b.line === a.line && b.character < a.character)
    ? { start: b, end: a }
    : { start: a, end: b };
}

const wholePosition = (p: Partial<Position> | null | undefined): Position => ({
  line: whole(p?.line),
  character: whole(p?.character),
});
const whole = (n: unknown): number =>
  typeof n === "number" && n > 0 ? Math.min(Math.floor(n), 0x7fffffff) : 0;
