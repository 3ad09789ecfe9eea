/** Where a command reads and writes; tests put their own in place. */
export interface Io {
  stdout(text: string): void;
  stderr(text: string): void;
  /** All of standard input as text. */
  stdin(): string;
}
