/** NSX over the protocol: payloads, comparison, and the findings that only speak where NSX is in use. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { run as check } from "../../../server/src/cli/check";
import {
  Notifications,
  type NsxFormInfo,
  type NsxResult,
  type NsxState,
  Requests,
  type TextResult,
} from "../../../server/src/lsp/protocol";
import { startServer, type TestClient } from "../support/lsp";

const URI = "file:///etc/keepalived/keepalived.conf";
const TEXT = `vrrp_instance WEB {
    interface ens192
    virtual_router_id 17
    use_vmac
    authentication {
        auth_type PASS
        auth_pass s3cr3tpw
    }
    virtual_ipaddress {
        192.0.2.10/24
    }
}
virtual_server 192.0.2.10 80 {
    lb_algo rr
    lb_kind DR
    protocol TCP
    real_server 192.0.2.21 80 {
        TCP_CHECK {
        }
    }
}
virtual_server fwmark 5 {
    lb_algo rr
    lb_kind DR
    real_server 192.0.2.21 {
        weight 1
    }
}
`;
const LINE = TEXT.split("\n").findIndex((line) => line.startsWith("virtual_server 192"));

let client: TestClient;
afterEach(() => client.stop());

const start = async (initializationOptions: { nsx?: NsxState } = {}, settings: object = {}) => {
  client = await startServer({
    capabilities: { textDocument: { diagnostic: {} } },
    initializationOptions: { ...initializationOptions, settings },
  });
  await client.open(URI, TEXT);
};
const generate = (more: object = {}) =>
  client.request<NsxResult>(Requests.nsxGenerate, {
    uri: URI,
    position: { line: LINE, character: 0 },
    ...more,
  });
/** The codes of NSX findings, each once. */
async function codes(): Promise<string[]> {
  const report = await client.request<{ items: { code: string }[] }>("textDocument/diagnostic", {
    textDocument: { uri: URI },
  });
  return [...new Set(report.items.map((d) => d.code).filter((code) => code.startsWith("nsx-")))].sort();
}
const USED = ["nsx-check-rules", "nsx-use-vmac", "nsx-vip-in-group"];

describe("NSX requests", () => {
  it("give the virtual server at the position in every form, without a password", async () => {
    await start();
    const forms = await client.request<NsxFormInfo[]>(Requests.nsxForms);
    assert.deepEqual(
      forms.map((f) => f.form),
      ["hierarchical", "policy", "exclude-list", "terraform", "ansible", "curl", "powershell"],
    );
    for (const { form } of forms) {
      const result = await generate({ form, choices: { companion: true, realServerPolicy: true } });
      assert.equal(result.status, "ok", form);
      assert.ok(result.text && result.text.length > 100, form);
      assert.ok(!JSON.stringify(result).includes("s3cr3tpw"), form);
      assert.equal(result.remedy, form === "exclude-list" ? "exclude-list" : "policy");
      if (form !== "exclude-list") assert.match(result.text, /192\.0\.2\.10/);
    }
  });

  it("place the payload as the settings say", async () => {
    await start({}, { nsx: { project: "web", directorVmNames: ["lvs01"], category: "Environment" } });
    const { text } = await generate();
    assert.match(
      text ?? "",
      /"\/orgs\/default\/projects\/web\/infra\/domains\/default\/groups\/lvs-directors-lvs01"/,
    );
    assert.match(text ?? "", /"category": "Environment"/);
    await client.stop();
    await start({}, { nsx: { globalManager: true, domain: "site-a", directorTag: "app|lb" } });
    const global = await generate();
    assert.match(global.text ?? "", /"\/global-infra\/domains\/site-a\/groups\/lvs-directors-app_lb"/);
    assert.match(global.text ?? "", /"value": "app\|lb"/);
  });

  it("ask what a fwmark stands for, and use the answer", async () => {
    await start();
    const asked = await generate({ position: undefined });
    assert.equal(asked.status, "question");
    assert.equal(asked.text, undefined);
    assert.deepEqual(
      asked.questions.map((q) => q.mark),
      [5],
    );
    const marks = { 5: ["192.0.2.10:443/TCP"] };
    const answered = await generate({ position: undefined, choices: { marks } });
    assert.equal(answered.status, "ok");
    assert.match(answered.text ?? "", /192\.0\.2\.10-tcp-443-forward/);
  });

  it("compare with an export in words, and say whether a payload still fits", async () => {
    await start();
    const { text = "" } = await generate();
    const document = (changed: string) => ({
      uri: URI,
      position: { line: LINE, character: 0 },
      document: changed,
    });
    const ask = (method: string, changed: string) => client.request<TextResult>(method, document(changed));
    assert.match((await ask(Requests.nsxDiff, text)).text, /^No change\.$/m);
    assert.match((await ask(Requests.nsxVerify, text)).text, /^The payload fits: 192\.0\.2\.10:80 TCP\.$/m);
    const stateful = text.replace('"stateful": false', '"stateful": true');
    assert.match((await ask(Requests.nsxDiff, stateful)).text, /stateful/i);
    const moved = text.replaceAll("192.0.2.10", "192.0.2.99");
    const unfit = await ask(Requests.nsxVerify, moved);
    assert.match(unfit.text, /192\.0\.2\.99/);
    assert.doesNotMatch(unfit.text, /The payload fits/);
    for (const method of [Requests.nsxDiff, Requests.nsxVerify]) {
      const wrong = await ask(method, "{ no json");
      assert.equal(wrong.text, "");
      assert.equal(wrong.messages[0].level, "error");
    }
  });
});

describe("findings about NSX", () => {
  it("are quiet until NSX is in use", async () => {
    await start();
    assert.deepEqual(await codes(), []);
    await generate();
    assert.deepEqual(await codes(), USED);
  });

  it("speak when the setting says so, or the workspace remembers", async () => {
    await start({}, { nsx: { enabled: true } });
    assert.deepEqual(await codes(), USED);
    await client.stop();
    await start({ nsx: { used: true } });
    assert.deepEqual(await codes(), USED);
  });

  it("know the choices of the client", async () => {
    await start({ nsx: { used: true, taken: { [URI]: ["policy"] } } });
    assert.deepEqual(await codes(), USED);
    await client.notify(Notifications.nsxState, {
      used: true,
      companion: true,
      taken: { [URI]: ["policy", "exclude-list"] },
    });
    assert.deepEqual(await codes(), ["nsx-excluded-and-policy", "nsx-use-vmac", "nsx-vip-in-group"]);
    await client.notify(Notifications.nsxState, { used: true, taken: { [URI]: ["exclude-list"] } });
    assert.deepEqual(await codes(), USED);
  });

  it("come from the command line when it is told so", async () => {
    await start();
    const output = async (...args: string[]) => {
      let out = "";
      await check(["--locale", "en", ...args, "-"], {
        stdout: (text) => {
          out += text;
        },
        stderr: () => {},
        stdin: () => TEXT,
      });
      return out;
    };
    assert.doesNotMatch(await output(), /nsx-/);
    assert.match(await output("--nsx"), /nsx-use-vmac/);
  });
});
