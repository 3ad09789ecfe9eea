/** Findings of the resolver as problems: includes, generators, definitions. */
import { type Text, t } from "../language/schema";
import type { Config } from "../model/config";
import type { FileProblem } from "../workspace/files";
import type { IncludeSite, Resolved, ResolveFault } from "../workspace/resolve";
import { type Problem, quote, type Rule, rule, type Severity } from "./rule";

const includeMissing = rule(
  "include-missing",
  "warning",
  t("An include of a file that does not exist.", "包含的文件不存在。"),
);
const includeUnreadable = rule(
  "include-unreadable",
  "warning",
  t("An include of a file that keepalived does not read.", "包含的文件不会被 keepalived 读取。"),
);
const includeNoMatch = rule(
  "include-no-match",
  "information",
  t("An include pattern that matches nothing.", "include 模式没有匹配任何文件。"),
);
const includeCycle = rule("include-cycle", "error", t("A file that includes itself.", "文件包含了自身。"));
const includeLimit = rule(
  "include-limit",
  "warning",
  t("More includes than are followed.", "包含的文件数量超过处理上限。"),
);
const includeTwice = rule(
  "include-not-at-line-start",
  "warning",
  t("An include that keepalived reads twice.", "会被 keepalived 读取两次的 include。"),
);
const badGenerator = rule(
  "bad-generator",
  "error",
  t("A ~SEQ or ~LST line that keepalived ignores.", "会被 keepalived 忽略的 ~SEQ 或 ~LST 行。"),
);
const generatorLimit = rule(
  "expansion-limit",
  "warning",
  t("An expansion that is cut short.", "展开结果被截断。"),
);
const badPredefined = rule(
  "bad-predefined",
  "error",
  t("Wrong parameters of a predefined definition.", "预定义变量的参数错误。"),
);
const longExpansion = rule(
  "expansion-too-long",
  "warning",
  t(
    "A definition that keepalived does not replace, because the line would become too long.",
    "由于行会过长，keepalived 不会替换该变量。",
  ),
);

/** A problem in a named file. */
export interface FileFinding extends Problem {
  readonly uri: string;
}

/** The faults of a resolution. `config` tells which checks include_check has switched on where. */
export function resolveProblems(resolved: Resolved, config?: Config): FileFinding[] {
  const strict = config ? includeChecks(config) : () => NONE;
  return resolved.problems.map(({ place, fault }) => {
    const site = resolved.includes.find((s) => s.place.file === place.file && s.place.start === place.start);
    const { rule, message, severity } = describe(fault, strict(site));
    return {
      rule,
      severity,
      uri: resolved.files[place.file].uri,
      start: place.start,
      end: place.end,
      message,
    };
  });
}

const NONE: ReadonlySet<string> = new Set();
const ALL = ["read", "match", "wildcard_match", "brace_match"];

/** What include_check demands at an include, as far as global_defs above it says. */
function includeChecks(config: Config): (site: IncludeSite | undefined) => ReadonlySet<string> {
  const steps: { at: number; set: ReadonlySet<string> }[] = [];
  let current = new Set<string>();
  for (const g of config.globals) {
    for (const node of config.tree.itemNodes(g.item)) {
      if (node.keyword?.name !== "global_defs") continue;
      for (const child of node.children) {
        if (child.keyword?.name !== "include_check") continue;
        const words = child.words().slice(1);
        if (words.length === 0) current = new Set(ALL);
        else {
          current = new Set(current);
          if (!/^[+-]/.test(words[0])) current = new Set(["read"]);
          for (const w of words) {
            if (w.startsWith("-")) current.delete(w.slice(1));
            else current.add(w.replace(/^\+/, ""));
          }
        }
        steps.push({ at: child.start, set: current });
      }
    }
  }
  return (site) => {
    let set = NONE;
    if (site) for (const s of steps) if (s.at < site.at) set = s.set;
    return set;
  };
}

const PROBLEMS: Readonly<Record<FileProblem, Text>> = {
  missing: t("does not exist", "不存在"),
  directory: t("is a directory", "是目录"),
  "not-regular": t("is no regular file", "不是普通文件"),
  executable: t("is executable: keepalived skips such files", "有可执行权限：keepalived 会跳过这类文件"),
  unreadable: t("cannot be read", "无法读取"),
  "too-large": t("is too large to be read here", "太大，此处不读取"),
  outside: t(
    "is not read in Restricted Mode: it lies outside the workspace",
    "在受限模式下不读取：它位于工作区之外",
  ),
};

function describe(
  fault: ResolveFault,
  strict: ReadonlySet<string>,
): { rule: Rule; message: Text; severity?: Severity } {
  const refuses = t(" keepalived refuses to start.", "keepalived 会拒绝启动。");
  switch (fault.kind) {
    case "include": {
      const what = PROBLEMS[fault.problem];
      const suffix = fault.word.slice(7);
      const missing = fault.problem === "missing";
      const fatal = missing
        ? "mwa".includes(suffix || "-") || strict.has("match")
        : (suffix !== "" || strict.has("read")) &&
          fault.problem !== "outside" &&
          fault.problem !== "too-large";
      return {
        rule: missing ? includeMissing : includeUnreadable,
        severity: fatal ? "error" : fault.problem === "outside" ? "information" : undefined,
        message: t(
          `${quote(fault.path)} ${what.en}.${fatal ? refuses.en : missing ? " keepalived only logs it." : ""}`,
          `${quote(fault.path)} ${what.zh}。${fatal ? refuses.zh : missing ? "keepalived 仅记录日志。" : ""}`,
        ),
      };
    }
    case "include-nomatch": {
      const fatal = fault.word.endsWith("w") || fault.word.endsWith("a") || strict.has("wildcard_match");
      return {
        rule: includeNoMatch,
        severity: fatal ? "error" : undefined,
        message: t(
          `No file matches ${quote(fault.pattern)}.${fatal ? refuses.en : ""}`,
          `没有文件匹配 ${quote(fault.pattern)}。${fatal ? refuses.zh : ""}`,
        ),
      };
    }
    case "include-brace": {
      const fatal = fault.word.endsWith("b") || fault.word.endsWith("a") || strict.has("brace_match");
      return {
        rule: includeMissing,
        severity: fatal ? "error" : undefined,
        message: t(
          `Nothing matches ${fault.missing.map(quote).join(", ")}.${fatal ? " keepalived includes none of the alternatives and refuses to start." : ""}`,
          `没有匹配 ${fault.missing.map(quote).join("、")} 的文件。${fatal ? "keepalived 不会包含任何一个，并拒绝启动。" : ""}`,
        ),
      };
    }
    case "include-cycle":
      return {
        rule: includeCycle,
        message: t(
          `${quote(fault.path)} includes itself; keepalived reads it again and again until it can open no more files.`,
          `${quote(fault.path)} 包含了自身；keepalived 会反复读取，直到无法再打开文件。`,
        ),
      };
    case "include-limit":
      return {
        rule: includeLimit,
        message: t(
          `Only ${fault.limit} included files are followed.`,
          `只处理 ${fault.limit} 个被包含的文件。`,
        ),
      };
    case "include-twice":
      return {
        rule: includeTwice,
        message: t(
          "The include is not at the start of its line: keepalived reads the file twice, so that its statements are duplicates.",
          "include 不在行首：keepalived 会读取两次，其中的语句会重复。",
        ),
      };
    case "generator": {
      const texts: Readonly<Record<typeof fault.problem, Text>> = {
        definition: t(`Malformed parameters ${quote(fault.detail)}`, `参数格式错误 ${quote(fault.detail)}`),
        close: t("The closing parenthesis is missing", "缺少右括号"),
        long: t("The parameters are longer than 63 characters", "参数超过 63 个字符"),
        values: t("The step is zero or leads away from the last value", "步长为零或方向错误"),
        hex: t("~SEQx takes no negative numbers", "~SEQx 不接受负数"),
        count: t(
          `More values than variables: ${quote(fault.detail)}`,
          `值的数量多于变量：${quote(fault.detail)}`,
        ),
        "multi-line": t(
          `${quote(fault.detail)} is a definition of several lines`,
          `${quote(fault.detail)} 是多行定义`,
        ),
      };
      const text = texts[fault.problem];
      return {
        rule: badGenerator,
        message: t(`${text.en}; keepalived ignores the line.`, `${text.zh}；keepalived 会忽略该行。`),
      };
    }
    case "generator-limit":
      return {
        rule: generatorLimit,
        message: t(
          `Only ${fault.limit} generated lines are read here; what follows is not checked.`,
          `此处只读取 ${fault.limit} 个生成的行；其余不再检查。`,
        ),
      };
    case "expansion-limit":
      return {
        rule: generatorLimit,
        message: t(
          `The definitions expand to more than ${fault.limit} characters, or into themselves; what follows is not checked.`,
          `变量展开超过 ${fault.limit} 个字符，或引用了自身；其余不再检查。`,
        ),
      };
    case "too-long":
      return {
        rule: longExpansion,
        message: t(
          `The line would be longer than 1023 bytes; keepalived does not replace ${fault.name}.`,
          `展开后行会超过 1023 字节；keepalived 不会替换 ${fault.name}。`,
        ),
      };
    case "multi-line":
      return {
        rule: badGenerator,
        message: t(
          `${fault.name} has several lines and can only end a line.`,
          `${fault.name} 有多行，只能位于行尾。`,
        ),
      };
    case "predefined": {
      const texts: Readonly<Record<typeof fault.problem, Text>> = {
        numeric: t(
          "takes decimal numbers only; keepalived does not replace it",
          "只接受十进制数字；keepalived 不会替换它",
        ),
        count: t(
          "takes at most two numbers; keepalived does not replace it",
          "最多接受两个数字；keepalived 不会替换它",
        ),
        order: t(
          "has its minimum above its maximum; keepalived uses the minimum",
          "最小值大于最大值；keepalived 使用最小值",
        ),
        env: t("needs the name of a variable; some releases crash", "需要变量名；部分版本会崩溃"),
      };
      const text = texts[fault.problem];
      return {
        rule: badPredefined,
        severity: fault.problem === "order" ? "warning" : undefined,
        message: t(`${fault.name} ${text.en}.`, `${fault.name} ${text.zh}。`),
      };
    }
  }
}
