import { languages, tasks, Uri, workspace } from "vscode";
import { equal, eventually, match, ok } from "./assert";
import { closeAll, workspaceFile, write } from "./workbench";

describe("the task", () => {
  afterEach(closeAll);

  it("is offered for the workspace, and its findings become problems", async () => {
    await write("task/keepalived.conf", "vrrp_instance VI_1 {\n    priorty 100\n}\n");
    const [task] = await tasks.fetchTasks({ type: "keepalived" });
    ok(task, "no task is offered");
    match(task.name, /workspace/);
    const ended = new Promise<void>((done) => {
      const listener = tasks.onDidEndTask((event) => {
        if (event.execution.task.name !== task.name) return;
        listener.dispose();
        done();
      });
    });
    await tasks.executeTask(task);
    await ended;
    const uri = workspaceFile("task/keepalived.conf");
    const found = await eventually("a problem of the task", () =>
      languages
        .getDiagnostics(uri)
        .find((d) => (typeof d.code === "object" ? d.code.value : d.code) === "unknown-keyword"),
    );
    equal(found?.range.start.line, 1);
    await workspace.fs.delete(Uri.joinPath(uri, ".."), { recursive: true });
  });
});
