import { type Uri, workspace } from "vscode";

/** Where a click, a text or a wait looks for its element. */
export interface Target {
  /** Look inside the (first) visible webview instead of the workbench. */
  webview?: boolean;
  /** Milliseconds to wait for the element; 10,000 unless told. */
  timeout?: number;
}

/**
 * The hands and eyes of a test: keyboard, mouse and pictures of the window that the test runs in.
 *
 * They exist where the window is a browser page that our launcher drives (scripts/vscode/ui-bridge.mjs); a
 * desktop window has none, so a test that needs them calls `this.skip()` when `ui.available` is false.
 * Selectors are Playwright's: CSS, `text=…`, `role=…`. Keys are named `Control+Space`, `Enter`, `F2`.
 */
class Ui {
  #bridge: { url: string; token: string } | undefined;

  /** True when there is a window to drive. */
  get available(): boolean {
    return this.#bridge !== undefined;
  }

  /** Reads where the bridge listens; without the file there is none. */
  async connect(description: Uri): Promise<void> {
    try {
      this.#bridge = JSON.parse(new TextDecoder().decode(await workspace.fs.readFile(description)));
    } catch {
      this.#bridge = undefined;
    }
  }

  /** Types text, key by key, into what has the focus. */
  type(text: string): Promise<void> {
    return this.#call("type", text);
  }

  /** Presses a key or a combination of keys. */
  press(keys: string): Promise<void> {
    return this.#call("press", keys);
  }

  /** Clicks an element, or a point of the window. */
  click(selector: string, target?: Target): Promise<void>;
  click(x: number, y: number): Promise<void>;
  click(...args: unknown[]): Promise<void> {
    return this.#call("click", ...args);
  }

  /** Moves the mouse over an element, or to a point of the window. */
  hover(selector: string, target?: Target): Promise<void>;
  hover(x: number, y: number): Promise<void>;
  hover(...args: unknown[]): Promise<void> {
    return this.#call("hover", ...args);
  }

  /** The visible text of the first element that matches, waiting until there is one. */
  text(selector: string, target?: Target): Promise<string> {
    return this.#call("text", selector, target);
  }

  /** An attribute of the first element that matches; null where it has none of that name. */
  attribute(selector: string, name: string, target?: Target): Promise<string | null> {
    return this.#call("attribute", selector, name, target);
  }

  /** Waits until an element is visible, or (`gone`) until none is. */
  waitFor(selector: string, target?: Target & { gone?: boolean }): Promise<void> {
    return this.#call("waitFor", selector, target);
  }

  /** Resizes the window. */
  setViewport(width: number, height: number): Promise<void> {
    return this.#call("setViewport", width, height);
  }

  /**
   * Saves a picture of the window as out/screenshots/NAME.png when the run was asked for pictures
   * (KEEPALIVED_SCREENSHOTS=1), or `always`. Tells the path, or nothing.
   */
  screenshot(name: string, options: { always?: boolean } = {}): Promise<string | undefined> {
    return this.#call("screenshot", name, options);
  }

  async #call<T>(method: string, ...args: unknown[]): Promise<T> {
    if (!this.#bridge) throw new Error("This window has no UI bridge; check ui.available first.");
    const { url, token } = this.#bridge;
    // No content type of its own: a plain-text request from a web worker needs no preflight.
    const response = await fetch(url, { method: "POST", body: JSON.stringify({ token, method, args }) });
    const answer = (await response.json()) as { value?: T; error?: string };
    if (answer.error) throw new Error(`ui.${method}: ${answer.error}`);
    return answer.value as T;
  }
}

export const ui = new Ui();
