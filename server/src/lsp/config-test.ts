/**
 * The real program, where the user names one: runs `keepalived -t` when a file of a configuration is saved or on command,
 * never while typing and never in Restricted Mode, and keeps what it says beyond our own findings.
 */
import type { Diagnostic as LspDiagnostic } from "vscode-languageserver";
import type { Project } from "../checks/project";
import { say } from "../features/diagnostics";
import type { ProgramRun } from "../host/run-program";
import { type Text, t } from "../language/schema";
import { type Remark, remarks, withoutSecrets } from "../program/report";
import { pathOf } from "../workspace/files";
import { DiagnosticSeverity, MessageType, ShowMessageNotification } from "./library";
import { type ConfigTestResult, type DocumentParams, Requests } from "./protocol";
import type { Server } from "./server";
import type { FileHost } from "./session";

/** Exit statuses of a keepalived that has read a configuration; see docs/rules for what it says then. */
const READ = new Set([0, 2, 4, 5, 6]);

interface Change {
  readonly uri: string;
  readonly start: number;
  readonly oldEnd: number;
  readonly newLength: number;
}

const SEVERITY = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
} as const;

export class ConfigTest {
  /** What keepalived said, by root file. */
  private readonly said = new Map<string, Remark[]>();
  private readonly running = new Map<string, Promise<ConfigTestResult>>();
  /** Roots to check once more after the run that is on its way, which began before the last save. */
  private readonly again = new Set<string>();
  /** Changes since a run began: its answer is about the text before them. */
  private readonly changes = new Map<string, Change[]>();
  private readonly complained = new Set<string>();

  constructor(
    private readonly server: Server,
    private readonly host: FileHost,
  ) {}

  register(): void {
    this.server.connection.onRequest(Requests.configTest, (params: DocumentParams) => this.run(params.uri));
    this.server.connection.onDidSaveTextDocument(({ textDocument }) => {
      if (this.obstacle() !== undefined) return;
      void this.run(textDocument.uri, true).then((result) => {
        if (result.status === "failed") this.complain(result.text);
      });
    });
  }

  /** Why the program may not or cannot be run at all; undefined when it can. */
  private obstacle(): { status: ConfigTestResult["status"]; text: Text } | undefined {
    const { session } = this.server;
    if (!this.host.runConfigTest)
      return {
        status: "unavailable",
        text: t("No program can be run here.", "此环境无法运行程序。"),
      };
    if (!session.trusted)
      return {
        status: "untrusted",
        text: t(
          "The keepalived program is not run in Restricted Mode.",
          "受限模式下不运行 keepalived 程序。",
        ),
      };
    if (session.settings.executablePath === "")
      return {
        status: "off",
        text: t(
          "The setting keepalived.executablePath names no program.",
          "设置 keepalived.executablePath 未指定程序。",
        ),
      };
    return undefined;
  }

  /** Checks the configuration that a file belongs to, as it is on the disk. */
  async run(uri: string, saved = false): Promise<ConfigTestResult> {
    const { server } = this;
    const obstacle = this.obstacle();
    if (obstacle) return this.result(obstacle.status, obstacle.text);
    const root =
      server.guard("config test", undefined, () => server.session.projectsOf(uri)[0]?.root.uri) ?? uri;
    if (!root.startsWith("file:") || !this.host.exists(root))
      return this.result("unsaved", t("The file is not on the disk yet.", "文件尚未保存到磁盘。"));
    const current = this.running.get(root);
    if (current) {
      if (!saved) return current;
      this.again.add(root);
      return current.then(() => this.running.get(root) ?? current);
    }
    const run = this.check(root).finally(() => {
      this.running.delete(root);
      this.changes.delete(root);
    });
    this.running.set(root, run);
    void run.then(() => {
      if (this.again.delete(root)) void this.run(root);
    });
    return run;
  }

  private async check(root: string): Promise<ConfigTestResult> {
    const { server } = this;
    const { session } = server;
    this.changes.set(root, []);
    const project = server.guard("config test", undefined, () => session.project(root));
    const shown = new Map(project?.files.map((f) => [f.uri, server.findings(f.uri)]));
    let outcome: ProgramRun;
    try {
      outcome = await this.host.runConfigTest!(session.settings.executablePath, root);
    } catch (e) {
      outcome = { kind: "failed", problem: "other", detail: String(e) };
    }
    // What it prints quotes the configuration. Without a model of that, nobody knows what of it is secret.
    const safe: ProgramRun =
      outcome.kind === "failed"
        ? outcome
        : { ...outcome, output: project ? this.withoutSecrets(project, outcome.output) : "" };
    if (safe.kind !== "failed")
      server.connection.console.log(`keepalived -t ${pathOf(root)}\n${safe.output}`);
    const readable = outcome.kind === "signal" || (outcome.kind === "done" && READ.has(outcome.exit));
    let found: Remark[] = [];
    if (readable && project && outcome.kind !== "failed") {
      const { output } = outcome;
      found = server.guard("config test", [], () => remarks(project, output, (f) => shown.get(f.uri) ?? []));
      for (const change of this.changes.get(root) ?? []) found = moved(found, change);
    }
    this.said.set(root, found);
    server.refresh();
    return this.describe(safe, found.length);
  }

  private withoutSecrets(project: Project, output: string): string {
    return this.server.guard("config test", "", () => withoutSecrets(project, output));
  }

  private describe(run: ProgramRun, count: number): ConfigTestResult {
    const program = this.server.session.settings.executablePath;
    if (run.kind === "failed") {
      const text =
        run.problem === "missing"
          ? t(`There is no program ${program}.`, `程序 ${program} 不存在。`)
          : run.problem === "not-executable"
            ? t(`${program} may not be executed.`, `无权执行 ${program}。`)
            : t(`${program} cannot be run: ${run.detail}`, `无法运行 ${program}：${run.detail}`);
      return this.result("failed", text);
    }
    const tail = lastLines(run.output);
    if (run.kind === "timeout")
      return this.result(
        "failed",
        t(
          `${program} -t did not end within ${run.seconds} s and was stopped. ${tail}`.trim(),
          `${program} -t 在 ${run.seconds} 秒内未结束，已被终止。${tail}`.trim(),
        ),
      );
    if (run.kind === "signal")
      return this.result(
        "failed",
        t(
          `${program} -t crashed (${run.signal}) while it read the configuration. ${tail}`.trim(),
          `${program} -t 读取配置时崩溃（${run.signal}）。${tail}`.trim(),
        ),
        count,
      );
    if (!READ.has(run.exit))
      return this.result(
        "failed",
        t(
          `${program} -t ended with status ${run.exit}. ${tail}`.trim(),
          `${program} -t 以状态 ${run.exit} 结束。${tail}`.trim(),
        ),
      );
    if (run.exit === 0 && count === 0)
      return this.result("done", t("keepalived accepts the configuration.", "keepalived 接受该配置。"));
    return this.result(
      "done",
      t(
        `keepalived -t ended with status ${run.exit}; ${count} of its messages say more than the findings here.`,
        `keepalived -t 以状态 ${run.exit} 结束；其中 ${count} 条消息不在已有诊断之内。`,
      ),
      count,
    );
  }

  private result(status: ConfigTestResult["status"], text: Text, messages = 0): ConfigTestResult {
    return { status, text: say(text, this.server.session.locale), messages };
  }

  /** The same failure is told once, not at each save. */
  private complain(text: string): void {
    if (this.complained.has(text)) return;
    this.complained.add(text);
    void this.server.connection.sendNotification(ShowMessageNotification.type, {
      type: MessageType.Warning,
      message: text,
    });
  }

  diagnosticsIn(uri: string): LspDiagnostic[] {
    const list: LspDiagnostic[] = [];
    for (const all of this.said.values())
      for (const r of all)
        if (r.uri === uri)
          list.push({
            range: this.server.session.rangeIn(uri, r.start, r.end),
            severity: SEVERITY[r.severity],
            source: "keepalived -t",
            message: r.text,
          });
    return list;
  }

  /** A change of an open file: what was said moves along, and is dropped where its text was changed. */
  edited(change: Change): void {
    for (const list of this.changes.values()) list.push(change);
    for (const [root, list] of this.said)
      if (list.some((r) => r.uri === change.uri)) this.said.set(root, moved(list, change));
  }

  /** Forgets everything: other settings, or another program. */
  clear(): void {
    this.said.clear();
    this.complained.clear();
  }
}

function moved(list: readonly Remark[], { uri, start, oldEnd, newLength }: Change): Remark[] {
  const shift = newLength - (oldEnd - start);
  return list.flatMap((r) => {
    if (r.uri !== uri || r.end <= start) return [r];
    if (r.start >= oldEnd) return [{ ...r, start: r.start + shift, end: r.end + shift }];
    return [];
  });
}

/** The end of an output, short enough for a message. */
const lastLines = (output: string): string => output.trim().split("\n").slice(-3).join(" ").slice(-300);
