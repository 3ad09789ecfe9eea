import { workspace } from "vscode";
import { equal, ok } from "./assert";
import { closeAll, extension, open } from "./workbench";

describe("Restricted Mode", () => {
  after(closeAll);

  it("leaves the extension at work", async () => {
    equal(workspace.isTrusted, false);
    await open("lvs-dr/keepalived.conf");
    ok(extension().isActive);
  });
});
