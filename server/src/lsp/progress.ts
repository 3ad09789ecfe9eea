/** Progress of work that may be long: shown only when it is. */
import type { WorkDoneProgressServerReporter } from "vscode-languageserver";

/** Milliseconds of work before anything is shown. */
const PATIENCE = 1000;

/** A progress that the editor shows once the work has taken a while, and that the user may cancel. */
export class LateProgress {
  private readonly started = performance.now();
  private reporter: WorkDoneProgressServerReporter | undefined;
  private asked = false;
  private ended = false;

  /**
   * @param supported whether the editor can show progress.
   * @param create asks it to.
   * @param patience milliseconds of work before it does.
   */
  constructor(
    private readonly supported: boolean,
    private readonly create: () => Promise<WorkDoneProgressServerReporter>,
    private readonly patience = PATIENCE,
  ) {}

  /** Tells how far the work is, from 0 to 1. False: the user has cancelled it. */
  at(title: () => string, part: number): boolean {
    if (this.supported && !this.asked && performance.now() - this.started > this.patience) {
      this.asked = true;
      this.create().then(
        (reporter) => {
          if (this.ended) return;
          this.reporter = reporter;
          reporter.begin(title(), Math.round(100 * part), undefined, true);
        },
        // An editor that does not want to show it after all need not.
        () => {},
      );
    }
    this.reporter?.report(Math.round(100 * part));
    return this.reporter?.token.isCancellationRequested !== true;
  }

  done(): void {
    this.ended = true;
    this.reporter?.done();
  }
}
