/** The task `keepalived: check`: the command line of the extension's own server, for folders and for CI-like runs. */
import { type ChildProcess, spawn } from "node:child_process";
import * as vscode from "vscode";

interface CheckTask extends vscode.TaskDefinition {
  readonly task: "check";
  /** Files and folders, by path from the workspace folder; the folder itself unless given. */
  readonly paths?: readonly string[];
}

export function registerTasks(context: vscode.ExtensionContext): void {
  const program = context.asAbsolutePath("server/dist/cli.js");
  const toTask = (definition: CheckTask, scope: vscode.WorkspaceFolder): vscode.Task => {
    const paths = definition.paths?.length ? definition.paths : ["."];
    const configuration = vscode.workspace.getConfiguration("keepalived", scope);
    // What a user has written there may be of any type; the command line says what is wrong with a value.
    const severities = configuration.get<Record<string, unknown> | null>("diagnostics.severity") ?? {};
    const target = configuration.get<unknown>("targetVersion") ?? "auto";
    const args = [
      program,
      "check",
      "--locale",
      vscode.env.language.toLowerCase().startsWith("zh") ? "zh-cn" : "en",
      ...(target === "auto" ? [] : ["--target-version", String(target)]),
      ...Object.entries(severities).flatMap(([code, level]) => ["--severity", `${code}=${level}`]),
      ...paths,
    ];
    // Not a ProcessExecution: that one needs the terminal's native parts, which a remote or a web host may lack.
    const execution = new vscode.CustomExecution(async () => new CheckTerminal(args, scope.uri.fsPath));
    const title = definition.paths?.length
      ? vscode.l10n.t("check {0}", definition.paths.join(" "))
      : vscode.l10n.t("check workspace");
    const task = new vscode.Task(definition, scope, title, "keepalived", execution, ["$keepalived-check"]);
    task.group = vscode.TaskGroup.Test;
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Silent, clear: true };
    return task;
  };
  context.subscriptions.push(
    vscode.tasks.registerTaskProvider("keepalived", {
      provideTasks: () =>
        (vscode.workspace.workspaceFolders ?? [])
          .filter(({ uri }) => uri.scheme === "file")
          .map((folder) => toTask({ type: "keepalived", task: "check" }, folder)),
      resolveTask(task) {
        const folder = typeof task.scope === "object" ? task.scope : vscode.workspace.workspaceFolders?.at(0);
        return folder && toTask(task.definition as CheckTask, folder);
      },
    }),
  );
}

/** Runs the command line and shows what it prints. */
class CheckTerminal implements vscode.Pseudoterminal {
  private readonly written = new vscode.EventEmitter<string>();
  private readonly closed = new vscode.EventEmitter<number>();
  readonly onDidWrite = this.written.event;
  readonly onDidClose = this.closed.event;
  private process: ChildProcess | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly args: readonly string[],
    private readonly folder: string,
  ) {}

  open(): void {
    // The program that runs the extension host is a Node only when it is told so. No shell is involved.
    this.process = spawn(process.execPath, this.args, {
      cwd: this.folder,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const write = (text: string) => this.written.fire(text.replace(/\r?\n/g, "\r\n"));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding("utf8");
      stream?.on("data", write);
    }
    this.process.on("error", (error) => {
      write(`${error.message}\n`);
      this.end(2);
    });
    this.process.on("close", (code) => this.end(code ?? 2));
  }

  close(): void {
    clearTimeout(this.timer);
    this.process?.kill();
  }

  /**
   * VS Code calls a task that ends within half a second a failed launch, and looks for problems in the output only as
   * long as the task runs.
   */
  private end(code: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.closed.fire(code), 1000);
  }
}
