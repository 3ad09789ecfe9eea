/** The shapes in which a payload can be handed over. */
import { type Text, t } from "../../language/schema";
import { finish, type Steps } from "../../text/steps";
import type { Payload } from "../policy";
import { ansibleSteps } from "./ansible";
import { curlExcludeOf, curlSteps } from "./curl";
import { excludeListBody } from "./exclude-list";
import { infraBody } from "./hierarchical";
import { json, jsonSteps } from "./json";
import { powershellExcludeOf, powershellSteps } from "./powershell";
import { excludeRequests, requestsOf } from "./requests";
import { terraformSteps } from "./terraform";

export type Form =
  | "hierarchical"
  | "policy"
  | "exclude-list"
  | "terraform"
  | "ansible"
  | "curl"
  | "powershell";

export interface FormInfo {
  readonly form: Form;
  readonly title: Text;
  /** VS Code's language id of the result. */
  readonly language: "json" | "terraform" | "yaml" | "shellscript" | "powershell";
  readonly extension: string;
}

export const FORMS: readonly FormInfo[] = [
  {
    form: "hierarchical",
    title: t("One document for PATCH …/infra", "单个文档，用于 PATCH …/infra"),
    language: "json",
    extension: ".nsx.json",
  },
  {
    form: "policy",
    title: t("Policy API objects with method and path", "Policy API 对象（含方法和路径）"),
    language: "json",
    extension: ".nsx.json",
  },
  {
    form: "exclude-list",
    title: t("Exclusion list", "排除列表"),
    language: "json",
    extension: ".nsx.json",
  },
  { form: "terraform", title: t("Terraform", "Terraform"), language: "terraform", extension: ".tf" },
  { form: "ansible", title: t("Ansible playbook", "Ansible playbook"), language: "yaml", extension: ".yml" },
  {
    form: "curl",
    title: t("Shell script with curl", "使用 curl 的 shell 脚本"),
    language: "shellscript",
    extension: ".sh",
  },
  {
    form: "powershell",
    title: t("PowerShell script", "PowerShell 脚本"),
    language: "powershell",
    extension: ".ps1",
  },
];

export interface Rendered {
  readonly text: string;
  readonly info: FormInfo;
  /** What the reader must know about this form in particular. */
  readonly notes: readonly Text[];
}

export interface RenderOptions {
  readonly remedy?: "policy" | "exclude-list";
  /** The exclusion list as the manager has it, parsed. */
  readonly currentExcludeList?: unknown;
}

/** Writes a payload in a form. */
export const render = (payload: Payload, form: Form, options?: RenderOptions): Rendered =>
  finish(renderSteps(payload, form, options));

/** The same in steps. */
export function* renderSteps(payload: Payload, form: Form, options: RenderOptions = {}): Steps<Rendered> {
  const info = FORMS.find((known) => known.form === form) as FormInfo;
  const exclude = options.remedy === "exclude-list" || form === "exclude-list";
  const remedy = exclude ? "exclude-list" : "policy";
  const notes: Text[] = [];
  const { root } = payload;
  let text: string;
  switch (form) {
    case "exclude-list": {
      const { body, problem } = excludeListBody(payload, options.currentExcludeList);
      if (problem) notes.push(problem);
      for (const request of excludeRequests(payload))
        if (request.method === "PATCH")
          notes.push(
            t(
              `The group must exist first: PATCH ${request.path} with ${JSON.stringify(request.body)}`,
              `必须先有该组：PATCH ${request.path}，内容为 ${JSON.stringify(request.body)}`,
            ),
          );
      text = `${json(body)}\n`;
      break;
    }
    case "hierarchical":
      text = `${yield* jsonSteps(infraBody(payload))}\n`;
      notes.push(
        exclude
          ? t(
              "This document makes the groups only: an exclusion list cannot be merged by PATCH. Take the form exclude-list, policy, curl, PowerShell, Terraform or Ansible.",
              "该文档只创建组：排除列表无法通过 PATCH 合并。请使用 exclude-list、policy、curl、PowerShell、Terraform 或 Ansible 形式。",
            )
          : t(`Send it with PATCH to ${root.url}`, `用 PATCH 发送到 ${root.url}`),
      );
      break;
    case "policy":
      text = `${yield* jsonSteps(exclude ? excludeRequests(payload, options.currentExcludeList) : requestsOf(payload))}\n`;
      break;
    case "terraform":
      text = yield* terraformSteps(payload, remedy);
      if (!exclude)
        notes.push(
          t(
            "The provider cannot move a policy to the top of its category; only sequence_number orders it.",
            "该 provider 无法把策略移到类别最前，只能靠 sequence_number 排序。",
          ),
        );
      break;
    case "ansible":
      text = yield* ansibleSteps(payload, remedy);
      break;
    case "curl":
      text = exclude ? curlExcludeOf(payload) : yield* curlSteps(payload);
      break;
    case "powershell":
      text = exclude ? powershellExcludeOf(payload) : yield* powershellSteps(payload);
      break;
  }
  return { text, info, notes };
}
