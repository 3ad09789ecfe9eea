/** `Keepalived: New Configuration…`: a pair of LVS directors behind NSX, asked for step by step, or a sample. */
import {
  commands,
  Disposable,
  l10n,
  QuickInputButtons,
  type QuickPickItem,
  Uri,
  window,
  workspace,
} from "vscode";
import type { PairAnswers, PairField } from "../../server/src/features/new-configuration";
import type { NewPairResult } from "../../server/src/lsp/protocol";
import { Requests } from "../../server/src/lsp/protocol";
import type { Host } from "./client";
import { payloadWritten } from "./nsx";
import { reasonOf, writeAllOrNone } from "./write";

/** One question. The server tells whether an answer is right. */
interface Step {
  readonly field: PairField;
  readonly prompt: string;
  readonly example: string;
  readonly value: string;
}

/** The samples that come with the extension, by folder. */
const samples = (): readonly (QuickPickItem & { readonly path: string })[] => [
  { label: l10n.t("LVS-DR"), path: "lvs-dr/keepalived.conf" },
  { label: l10n.t("LVS-DR with IPv6"), path: "lvs-dr-ipv6/keepalived.conf" },
  { label: l10n.t("LVS-NAT with a sorry server"), path: "lvs-nat/keepalived.conf" },
  { label: l10n.t("LVS-TUN"), path: "lvs-tun/keepalived.conf" },
  { label: l10n.t("VRRP by unicast, with a tracked script"), path: "vrrp-unicast/lb1/keepalived.conf" },
  { label: l10n.t("VRRP sync group with BFD"), path: "bfd/keepalived.conf" },
];

/** What the command did; also what it gives back to those who call it. */
export interface NewConfiguration {
  readonly files: readonly Uri[];
  readonly notes: readonly string[];
}

export function registerWizard(host: Host): void {
  host.context.subscriptions.push(
    commands.registerCommand(
      "keepalived.newConfiguration",
      async (): Promise<NewConfiguration | undefined> => {
        const pair = { label: l10n.t("Pair of LVS-DR directors behind NSX…"), path: "", alwaysShow: true };
        const choice = await window.showQuickPick([pair, ...samples()], {
          title: l10n.t("New keepalived.conf"),
          placeHolder: l10n.t("What should it begin with?"),
        });
        if (!choice) return undefined;
        return choice.path === "" ? newPair(host) : fromSample(host, choice.path);
      },
    ),
  );
}

async function fromSample(host: Host, path: string): Promise<NewConfiguration> {
  const bytes = await workspace.fs.readFile(Uri.joinPath(host.context.extensionUri, "samples", path));
  const document = await workspace.openTextDocument({
    language: "keepalived",
    content: new TextDecoder().decode(bytes),
  });
  await window.showTextDocument(document);
  return { files: [document.uri], notes: [] };
}

async function newPair(host: Host): Promise<NewConfiguration | undefined> {
  const ask = (answers: PairAnswers, complete: boolean) =>
    host.request<NewPairResult>(Requests.newPair, { answers, complete });
  const first = await ask({}, false);
  if (!first) {
    void window.showErrorMessage(l10n.t("The language server does not answer; its output says why."));
    return undefined;
  }
  const answers = await askAll(stepsFor(first.virtualRouterId), ask);
  if (!answers) return undefined;
  const result = await ask(answers, true);
  if (!result) return undefined;
  if (result.files.length === 0) {
    void window.showErrorMessage(result.problems.map((p) => p.text).join(" "));
    return undefined;
  }
  const folder = await chooseFolder(answers);
  if (!folder) return undefined;
  return writeAll(host, folder, result);
}

const stepsFor = (virtualRouterId: number): readonly Step[] => [
  {
    field: "vip",
    prompt: l10n.t("Virtual address that clients connect to, with the prefix of its segment"),
    example: "192.0.2.10/24",
    value: "",
  },
  {
    field: "services",
    prompt: l10n.t("Ports of the service; several are separated by commas"),
    example: "80, 443, 53/udp",
    value: "80",
  },
  {
    field: "realServers",
    prompt: l10n.t("Addresses of the real servers, in the same segment"),
    example: "192.0.2.21, 192.0.2.22",
    value: "",
  },
  {
    field: "directors",
    prompt: l10n.t("Addresses of the two directors; the first is master as long as it is well"),
    example: "192.0.2.11, 192.0.2.12",
    value: "",
  },
  { field: "names", prompt: l10n.t("Names of the two directors"), example: "lb1, lb2", value: "lb1, lb2" },
  {
    field: "interface",
    prompt: l10n.t("Interface of the directors in that segment"),
    example: "ens192",
    value: "ens192",
  },
  {
    field: "virtualRouterId",
    prompt: l10n.t("virtual_router_id: 1 to 255, and used by nobody else in the segment"),
    example: "51",
    value: String(virtualRouterId),
  },
  {
    field: "check",
    prompt: l10n.t("Check of the real servers: tcp opens a connection, http asks for a page"),
    example: "tcp",
    value: "tcp",
  },
];

/** Asks one question after the other, with a way back; undefined when the user gives up. */
async function askAll(
  steps: readonly Step[],
  ask: (answers: PairAnswers, complete: boolean) => Promise<NewPairResult | undefined>,
): Promise<PairAnswers | undefined> {
  let answers: PairAnswers = {};
  const all = [...steps];
  const path: Step = {
    field: "path",
    prompt: l10n.t("Path of the page that a healthy real server answers with status 200"),
    example: "/health",
    value: "/",
  };
  for (let n = 0; n < all.length; ) {
    const step = all[n];
    const answer = await askOne(step, n, all.length, answers[step.field] ?? step.value, async (value) => {
      const result = await ask({ ...answers, [step.field]: value }, false);
      return result?.problems.find((p) => p.field === step.field)?.text;
    });
    if (answer === undefined) return undefined;
    if (answer === "back") {
      n--;
      continue;
    }
    answers = { ...answers, [step.field]: answer.value };
    // The page is asked for only where there is one.
    if (step.field === "check") {
      const asked = all.includes(path);
      if (answer.value.trim() === "http" && !asked) all.push(path);
      if (answer.value.trim() !== "http" && asked) all.pop();
    }
    n++;
  }
  return answers;
}

function askOne(
  step: Step,
  index: number,
  count: number,
  value: string,
  problemOf: (value: string) => Promise<string | undefined>,
): Promise<{ value: string } | "back" | undefined> {
  const input = window.createInputBox();
  input.title = l10n.t("New pair of LVS-DR directors");
  input.step = index + 1;
  input.totalSteps = count;
  input.prompt = step.prompt;
  input.placeholder = l10n.t("for example {0}", step.example);
  input.value = value;
  // A click into another window must not throw the answers away.
  input.ignoreFocusOut = true;
  input.buttons = index > 0 ? [QuickInputButtons.Back] : [];
  const parts: Disposable[] = [input];
  return new Promise<{ value: string } | "back" | undefined>((done) => {
    let asked = 0;
    const check = async (text: string) => {
      const turn = ++asked;
      const problem = await problemOf(text);
      // An older answer must not overwrite a newer one.
      if (turn === asked) input.validationMessage = problem;
      return problem;
    };
    parts.push(
      input.onDidChangeValue((text) => {
        if (text.trim() === "") input.validationMessage = undefined;
        else void check(text);
      }),
      input.onDidTriggerButton(() => done("back")),
      input.onDidHide(() => done(undefined)),
      input.onDidAccept(async () => {
        const text = input.value;
        if ((await check(text)) === undefined && input.value === text) done({ value: text });
      }),
    );
    input.show();
  }).finally(() => Disposable.from(...parts).dispose());
}

/** A folder for the files: below the workspace unless there is none. */
async function chooseFolder(answers: PairAnswers): Promise<Uri | undefined> {
  const root = workspace.workspaceFolders?.[0]?.uri;
  const elsewhere = { label: l10n.t("Choose a folder…"), uri: undefined };
  const name = (answers.vip ?? "")
    .split("/")[0]
    .trim()
    .replace(/[^\w.-]+/g, "-");
  const below = root && {
    label: name,
    description: workspace.asRelativePath(root, true),
    uri: Uri.joinPath(root, name),
  };
  const choice = below
    ? await window.showQuickPick([below, elsewhere], { title: l10n.t("Folder for the files") })
    : elsewhere;
  if (!choice) return undefined;
  if (choice.uri) return choice.uri;
  const chosen = await window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: l10n.t("Folder for the files"),
  });
  return chosen?.[0];
}

async function writeAll(
  host: Host,
  folder: Uri,
  result: NewPairResult,
): Promise<NewConfiguration | undefined> {
  const files = result.files.map(({ path, text }) => ({
    uri: Uri.joinPath(folder, ...path.split("/")),
    text,
  }));
  const existing: string[] = [];
  for (const { uri } of files) {
    const there = await workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (there) existing.push(workspace.asRelativePath(uri));
  }
  if (existing.length > 0) {
    const overwrite = l10n.t("Overwrite");
    const answer = await window.showWarningMessage(
      l10n.t("There already is {0}.", existing.join(", ")),
      { modal: true },
      overwrite,
    );
    if (answer !== overwrite) return undefined;
  }
  try {
    await writeAllOrNone(
      workspace.fs,
      files.map(({ uri, text }) => ({ uri, bytes: new TextEncoder().encode(text) })),
    );
  } catch (error) {
    void window.showErrorMessage(l10n.t("No file was written: {0}", reasonOf(error)));
    return undefined;
  }
  if (files.some(({ uri }) => uri.path.endsWith(".nsx.json"))) await payloadWritten(host);
  await window.showTextDocument(files[0].uri, { preview: false });
  void window.showInformationMessage(
    [
      l10n.t(
        "Written: both nodes, the set-up of the real servers, and the NSX policy. Tag the VMs of the directors before the policy is applied.",
      ),
      ...result.notes,
    ].join(" "),
  );
  return { files: files.map((f) => f.uri), notes: result.notes };
}
