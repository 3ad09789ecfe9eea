/** Open documents. Long ones are held in pieces, and not parsed as a whole before somebody asks for it. */
import { TextDocument } from "vscode-languageserver-textdocument";
import { type Context, ROOT_CONTEXT } from "../language";
import type { Dialect } from "../syntax/parser";
import type { Position, Range } from "../text/lines";
import { LONG_TEXT, Pieces, type Source } from "../text/pieces";
import { finish, type Steps } from "../text/steps";
import { makeSourceFile, type SourceFile, sourceFileSteps } from "../workspace/files";

/** An open document: its text, and its syntax tree kept up to date edit by edit. */
export class OpenDocument {
  private text: TextDocument | Pieces;
  private revision = 0;
  /** Undefined while a long text is not parsed yet. */
  private parsed: SourceFile | undefined;
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
    for (const change of changes) {
      if (typeof change?.text !== "string") continue;
      if (change.range) this.replace(wellFormed(change.range), change.text, changed);
      else {
        changed(0, this.source.length, change.text.length);
        this.text = this.hold(change.text);
        this.parse();
      }
    }
  }

  private replace(range: Range, text: string, changed: (...of: [number, number, number]) => void): void {
    const start = this.offsetAt(range.start);
    const end = this.offsetAt(range.end);
    changed(start, end, text.length);
    this.text =
      this.text instanceof Pieces
        ? this.text.edit(start, end, text)
        : TextDocument.update(this.text, [{ range, text }], this.version);
    if (!(this.text instanceof Pieces) && this.source.length >= LONG_TEXT)
      this.text = Pieces.of(this.text.getText());
    if (!this.parsed) {
      this.parse();
      return;
    }
    const { uri, dialect, context, parsed } = this;
    this.parsed = makeSourceFile(uri, ++this.revision, this.source, dialect, context, {
      file: parsed,
      start,
      oldEnd: end,
      newLength: text.length,
    });
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
