/** Findings of the resolver as problems: includes, generators, definitions. */
import { compareReleases } from "../language";
import { type Text, t } from "../language/schema";
import type { Config } from "../model/config";
import { lineEndAt, lineStartAt } from "../text/lines";
import {
  directoryOf,
  type FileAccess,
  type FileProblem,
  hasWildcard,
  pathOf,
  resolveUri,
  type SourceFile,
} from "../workspace/files";
import type { IncludeSite, Resolved, ResolveFault, ResolveProblem } from "../workspace/resolve";
import { remove } from "./edits";
import {
  type CheckOptions,
  type Edit,
  type Fix,
  nearest,
  type Problem,
  quote,
  type Rule,
  replace,
  rule,
  type Severity,
} from "./rule";

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
  "information",
  t("More includes than are followed here.", "包含的文件数量超过此处的处理上限。"),
);
const includeTwice = rule(
  "include-not-at-line-start",
  "warning",
  t("An include that keepalived reads twice.", "会被 keepalived 读取两次的 include。"),
);
const badGenerator = rule(
  "bad-generator",
  "error",
  t(
    "A ~SEQ or ~LST line that keepalived does not expand as it is written.",
    "keepalived 不会按所写展开的 ~SEQ 或 ~LST 行。",
  ),
);
const generatorLimit = rule(
  "expansion-limit",
  "warning",
  t("Definitions or generated lines without end.", "变量或生成行无法展开完。"),
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
  /** Fixes with the file of each edit, where it is another one. */
  readonly fileFixes?: () => readonly FileFix[];
}

export interface FileFix extends Omit<Fix, "edits"> {
  readonly edits: readonly (Edit & { readonly uri: string })[];
}

/** The faults of a resolution. `config` tells which checks include_check has switched on where. */
export function resolveProblems(
  resolved: Resolved,
  config: Config,
  access: FileAccess,
  options: CheckOptions,
): FileFinding[] {
  const strict = includeChecks(config);
  return resolved.problems.flatMap((problem) => {
    const { place, fault } = problem;
    const site = resolved.includes.find((s) => s.place.file === place.file && s.place.start === place.start);
    const found = describe(fault, strict(site), options);
    if (!found) return [];
    const file = resolved.files[place.file];
    const make = () => fixesFor(problem, file, resolved, access);
    return [{ ...found, uri: file.uri, start: place.start, end: place.end, fileFixes: make }];
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
  directory: t("is a folder", "是目录"),
  "not-regular": t("is no regular file", "不是普通文件"),
  executable: t("is executable", "有可执行权限"),
  unreadable: t("cannot be read", "无法读取"),
  "too-large": t("is too large to be read here", "太大，此处不读取"),
  outside: t(
    "is not read in Restricted Mode: it lies outside the workspace",
    "在受限模式下不读取：它位于工作区之外",
  ),
};

interface Description {
  readonly rule: Rule;
  readonly message: Text;
  readonly severity?: Severity;
}

const refuses = t("keepalived refuses to start.", "keepalived 会拒绝启动。");
const logs = t(
  "keepalived only logs it and goes on without the file.",
  "keepalived 仅记录日志，忽略该文件后继续。",
);
const skips = t("keepalived skips it and only logs that.", "keepalived 会跳过它，仅记录日志。");

/** Releases before read `${_RANDOM}` less strictly and do not know `${_ENV}`. */
const STRICT_PREDEFINED = "2.4.0";

function describe(
  fault: ResolveFault,
  strict: ReadonlySet<string>,
  options: CheckOptions,
): Description | undefined {
  const suffix = "word" in fault ? fault.word.slice(7) || "-" : "";
  switch (fault.kind) {
    case "include": {
      const what = PROBLEMS[fault.problem];
      const { problem } = fault;
      const here = problem === "outside" || problem === "too-large";
      const missing = problem === "missing";
      const fatal = missing
        ? "mwa".includes(suffix) || strict.has("match")
        : !here && (suffix !== "-" || strict.has("read"));
      const effect = fatal ? refuses : here ? t("", "") : missing ? logs : skips;
      return {
        rule: missing ? includeMissing : includeUnreadable,
        severity: fatal ? "error" : here ? "information" : undefined,
        message: t(
          `${quote(fault.path)} ${what.en}. ${effect.en}`.trimEnd(),
          `${quote(fault.path)} ${what.zh}。${effect.zh}`,
        ),
      };
    }
    case "include-nomatch": {
      // A wildcard in a folder that does not exist counts as a missing file.
      if (fault.folder !== undefined) {
        const fatal = "mwa".includes(suffix) || strict.has("match");
        const effect = fatal ? refuses : logs;
        return {
          rule: includeNoMatch,
          severity: fatal ? "error" : "warning",
          message: t(
            `The folder ${quote(fault.folder)} does not exist. ${effect.en}`,
            `目录 ${quote(fault.folder)} 不存在。${effect.zh}`,
          ),
        };
      }
      const fatal = "wa".includes(suffix) || strict.has("wildcard_match");
      const silent = t("keepalived goes on without a message.", "keepalived 会继续，没有任何提示。");
      const effect = fatal ? refuses : silent;
      return {
        rule: includeNoMatch,
        severity: fatal ? "error" : undefined,
        message: t(
          `No file matches ${quote(fault.pattern)}. ${effect.en}`,
          `没有文件匹配 ${quote(fault.pattern)}。${effect.zh}`,
        ),
      };
    }
    case "include-brace": {
      const fatal = "ba".includes(suffix) || strict.has("brace_match");
      const effect = fatal
        ? t(
            "keepalived includes none of the alternatives and refuses to start.",
            "keepalived 不会包含任何一个，并拒绝启动。",
          )
        : t("keepalived logs it and includes the others.", "keepalived 仅记录日志，并包含其余文件。");
      return {
        rule: includeMissing,
        severity: fatal ? "error" : undefined,
        message: t(
          `${fault.missing.map(quote).join(", ")} ${fault.missing.length > 1 ? "do" : "does"} not exist. ${effect.en}`,
          `${fault.missing.map(quote).join("、")} 不存在。${effect.zh}`,
        ),
      };
    }
    case "include-cycle":
      return {
        rule: includeCycle,
        message: t(
          `${quote(fault.path)} is being read already: keepalived reads it again and again until it can open no more files.`,
          `${quote(fault.path)} 正在被读取：keepalived 会反复读取它，直到无法再打开文件。`,
        ),
      };
    case "include-limit":
      return {
        rule: includeLimit,
        message: t(
          `Only ${fault.limit} included files are followed here; what the others hold is not checked.`,
          `此处只处理 ${fault.limit} 个被包含的文件；其余文件的内容不检查。`,
        ),
      };
    case "include-twice":
      return {
        rule: includeTwice,
        message: t(
          "This include does not start its line as it stands, so that keepalived reads the file twice: its statements become duplicates.",
          "此 include 不是按原样写在行首，keepalived 会读取该文件两次：其中的语句会重复。",
        ),
      };
    case "generator": {
      if (fault.problem === "odd")
        return {
          rule: badGenerator,
          severity: "warning",
          message: t(
            `${quote(fault.detail)} is accepted, but not read as it looks: an empty number counts as 0, and a name has letters, digits and underscores only.`,
            `keepalived 接受 ${quote(fault.detail)}，但读法与字面不同：空的数字按 0 处理，名称只能包含字母、数字和下划线。`,
          ),
        };
      const texts: Readonly<Record<typeof fault.problem, Text>> = {
        definition: t(
          `${quote(fault.detail)} is not understood; expected are (NAME, [FIRST, [STEP,]] LAST) for ~SEQ and (NAME, VALUE, …) for ~LST`,
          `无法理解 ${quote(fault.detail)}；~SEQ 的写法是 (名称, [起始, [步长,]] 结束)，~LST 是 (名称, 值, …)`,
        ),
        close: t("The closing parenthesis is missing", "缺少右括号"),
        long: t("The parameters are longer than 63 characters", "参数超过 63 个字符"),
        values: t(
          "The step is zero or leads away from the last value (NAME, FIRST, STEP, LAST)",
          "步长为零或方向错误（名称, 起始, 步长, 结束）",
        ),
        hex: t("~SEQx takes no negative numbers", "~SEQx 不接受负数"),
        count: t(
          `${quote(fault.detail)} has more values than there are names`,
          `${quote(fault.detail)} 的值多于名称`,
        ),
        defined: t(
          "This release does not evaluate ~SEQ and ~LST out of a definition",
          "该版本不会展开写在变量定义中的 ~SEQ 和 ~LST",
        ),
        "multi-line": t(
          `${quote(fault.detail)} is a definition of several lines, which is no number`,
          `${quote(fault.detail)} 是多行定义，不是数字`,
        ),
      };
      const text = texts[fault.problem];
      return {
        rule: badGenerator,
        message: t(`${text.en}. keepalived ignores the line.`, `${text.zh}。keepalived 会忽略该行。`),
      };
    }
    case "generator-limit":
      return {
        rule: generatorLimit,
        severity: "information",
        message: t(
          `Only ${fault.limit} generated lines are read here; what follows is not checked.`,
          `此处只读取 ${fault.limit} 个生成的行；其余不再检查。`,
        ),
      };
    case "expansion-limit":
      return {
        rule: generatorLimit,
        severity: "information",
        message: t(
          `The definitions expand to more than ${fault.limit} characters; what follows is not checked.`,
          `变量展开超过 ${fault.limit} 个字符；其余不再检查。`,
        ),
      };
    case "recursion":
      return {
        rule: generatorLimit,
        severity: fault.endless ? "error" : undefined,
        message: fault.endless
          ? t(
              `${fault.name} expands into itself: keepalived hangs while it reads the line.`,
              `${fault.name} 会展开为自身：keepalived 读取该行时会一直挂起。`,
            )
          : t(
              `${fault.name} holds itself: keepalived repeats it until the line is full (1023 bytes).`,
              `${fault.name} 包含自身：keepalived 会重复展开，直到行满（1023 字节）。`,
            ),
      };
    case "too-long":
      return {
        rule: longExpansion,
        message: t(
          `The line would be longer than 1023 bytes, so that keepalived does not replace ${fault.name}.`,
          `展开后该行会超过 1023 字节，因此 keepalived 不会替换 ${fault.name}。`,
        ),
      };
    case "predefined":
      return predefined(fault, options);
  }
}

function predefined(
  fault: ResolveFault & { readonly kind: "predefined" },
  options: CheckOptions,
): Description | undefined {
  const { name, parameters, problem } = fault;
  const old = compareReleases(options.target, STRICT_PREDEFINED) < 0;
  if (problem === "since" && !old) return undefined;
  const kept = t("keepalived does not replace it", "keepalived 不会替换它");
  const texts: Readonly<Record<typeof problem, Text>> = {
    numeric: t(
      `takes decimal numbers only, not ${quote(parameters)}; ${kept.en}`,
      `只接受十进制数字，不能是 ${quote(parameters)}；${kept.zh}`,
    ),
    count: old
      ? t("takes two numbers; keepalived ignores the others", "只接受两个数字；keepalived 会忽略其余")
      : t(`takes two numbers, minimum and maximum; ${kept.en}`, `只接受最小值和最大值两个数字；${kept.zh}`),
    order: t(
      `has its minimum above its maximum${/^\d+$/.test(parameters) ? " of 32767" : ""}; keepalived uses the minimum`,
      `的最小值大于最大值${/^\d+$/.test(parameters) ? "（32767）" : ""}；keepalived 使用最小值`,
    ),
    env: old
      ? t(`is not known before 2.4.0; ${kept.en}`, `在 2.4.0 之前不存在；${kept.zh}`)
      : t(
          "needs the name of an environment variable: without it keepalived 2.4.3 crashes",
          "需要环境变量名：缺少时 keepalived 2.4.3 会崩溃",
        ),
    since: t(`is not known before 2.4.0; ${kept.en}`, `在 2.4.0 之前不存在；${kept.zh}`),
    none: t(`takes no parameters; ${kept.en}`, `不接受参数；${kept.zh}`),
  };
  // What keepalived reports itself.
  const reported =
    !old && (problem === "count" || problem === "env" || (problem === "numeric" && /^\w/.test(parameters)));
  const text = texts[problem];
  return {
    rule: badPredefined,
    severity: reported ? "error" : "warning",
    message: t(`${name} ${text.en}.`, `${name} ${text.zh}。`),
  };
}

// ---------------------------------------------------------------------------------------------- fixes

function fixesFor(
  { place, fault }: ResolveProblem,
  file: SourceFile,
  resolved: Resolved,
  access: FileAccess,
): FileFix[] {
  const { text, uri } = file;
  const source = text.slice(place.start, place.end);
  const here = (title: Text, edits: readonly Edit[], safe = false): FileFix => ({
    title,
    edits: edits.map((e) => ({ ...e, uri })),
    safe,
  });
  const write = (words: string, safe = false): FileFix =>
    here(t(`Write ${words}`, `改为 ${words}`), [replace(place.start, place.end, words)], safe);
  const base = directoryOf(uri);
  switch (fault.kind) {
    case "include":
      // The place is the include as it stands only where no definition is used in it.
      if (!source.startsWith(fault.word) || source.includes("$")) return [];
      if (fault.problem === "missing")
        return otherPaths(fault.pattern, base, directoryOf(resolved.files[0].uri), access).map((p) =>
          write(`${fault.word} ${p}`),
        );
      if (fault.problem === "directory" && !hasWildcard(fault.pattern)) {
        const folder = fault.pattern.replace(/\/+$/, "");
        const pattern = [`${folder}/*.conf`, `${folder}/*`].find((p) => exists(p, base, access));
        return pattern ? [write(`${fault.word} ${pattern}`)] : [];
      }
      return [];
    case "include-brace": {
      const m = /^([^{}]*)\{([^{}]*)\}([^{}]*)$/.exec(fault.pattern);
      if (!m || !source.startsWith(fault.word) || source.includes("$")) return [];
      const kept = m[2].split(",").filter((a) => !fault.missing.includes(m[1] + a + m[3]));
      if (kept.length === 0) return [];
      return [write(`${fault.word} ${m[1]}${kept.length > 1 ? `{${kept.join(",")}}` : kept[0]}${m[3]}`)];
    }
    case "include-cycle": {
      if (!source.startsWith(fault.word) || hasWildcard(source) || source.includes("{")) return [];
      const self = pathOf(uri) === fault.path;
      return [here(t("Delete the line", "删除此行"), [remove(text, place.start, place.end)], self)];
    }
    case "include-twice":
      return fault.defined
        ? [write(`${fault.word} ${fault.pattern}`)]
        : conditionIntoFile(file, place, resolved);
    case "generator": {
      if (fault.problem === "defined") {
        const alone =
          text.slice(lineStartAt(text, place.start), place.start).trim() === "" &&
          /^\$\{?\w+\}?$/.test(source);
        return alone
          ? [
              here(t("Write the text of the definition", "写出变量的内容"), [
                replace(place.start, place.end, fault.detail),
              ]),
            ]
          : [];
      }
      if (fault.problem === "close") {
        const line = text.slice(place.start, lineEndAt(text, place.start));
        const m = /^~SEQx?[ \t]*\([ \t]*\w+(?:[ \t]*,[ \t]*(?:[+-]?\w+|\$\w+|\$\{\w+\}))+(?=[ \t])/.exec(
          line,
        );
        return m
          ? [
              here(
                t("Insert the closing parenthesis", "补上右括号"),
                [replace(place.start + m[0].length, place.start + m[0].length, ")")],
                false,
              ),
            ]
          : [];
      }
      const comma =
        fault.problem === "odd" ? /^~SEQx?[ \t]*\([ \t]*[A-Za-z_]\w*(?=[ \t]+[+-]?\d)/.exec(source) : null;
      if (comma) {
        const at = place.start + comma[0].length;
        return [here(t("Insert the comma", "补上逗号"), [replace(at, at, ",")])];
      }
      if (fault.problem === "values") {
        const m =
          /^(~SEQx?[ \t]*\([ \t]*\w+[ \t]*,[ \t]*)([+-]?\d+)([ \t]*,[ \t]*)([+-]?\d+)([ \t]*,[ \t]*)([+-]?\d+)/.exec(
            source,
          );
        if (!m || m[2] === m[6]) return [];
        const size = Math.abs(Number(m[4])) || 1;
        const step = Number(m[6]) > Number(m[2]) ? size : -size;
        const from = place.start + m[1].length + m[2].length + m[3].length;
        return [
          here(t(`Make the step ${step}`, `将步长改为 ${step}`), [
            replace(from, from + m[4].length, `${step}`),
          ]),
        ];
      }
      return [];
    }
    case "predefined": {
      if (!source.startsWith("${_")) return [];
      const numbers = fault.parameters.split(/[ \t]+/);
      const name = fault.name.slice(2, -1);
      if (fault.problem === "none") return [write(`\${${name}}`)];
      if (fault.problem === "count") return [write(`\${${name} ${numbers.slice(0, 2).join(" ")}}`)];
      if (fault.problem === "order" && numbers.length === 2)
        return [write(`\${${name} ${numbers[1]} ${numbers[0]}}`)];
      if (fault.problem === "numeric" && numbers.every((n) => /^(0x[0-9a-f]+|\d+)$/i.test(n)))
        return [write(`\${${name} ${numbers.map(Number).join(" ")}}`)];
      return [];
    }
    default:
      return [];
  }
}

const exists = (pattern: string, base: string, access: FileAccess): boolean =>
  access.glob(base, pattern).uris.some((u) => access.file(u).kind === "file");

/** What a path that leads nowhere may have meant: without quotes, several, from another folder, misspelt. */
function otherPaths(pattern: string, base: string, root: string, access: FileAccess): string[] {
  const there = (path: string) => exists(path, base, access);
  const bare = pattern.replace(/^(["'])(.*)\1$/, "$2");
  if (bare !== pattern && there(bare)) return [bare];
  if (hasWildcard(bare) || /[{}"']/.test(bare)) return [];
  const slash = bare.lastIndexOf("/");
  const folder = bare.slice(0, slash + 1);
  const name = bare.slice(slash + 1);
  if (there(`${bare}.conf`)) return [`${bare}.conf`];
  // Paths count from the folder of the file that holds the include, not from that of the first file.
  if (!bare.startsWith("/") && base !== root) {
    const meant = relativePath(base, resolveUri(root, bare));
    if (meant !== undefined && there(meant)) return [meant];
  }
  if (slash >= 0 && there(name)) return [name];
  const siblings = access.glob(base, `${folder}*`).uris.map((u) => pathOf(u).replace(/^.*\//, ""));
  const meant = nearest(name, siblings);
  return meant !== undefined && there(folder + meant) ? [folder + meant] : [];
}

/** The path of a file as seen from a folder, both as URIs. */
function relativePath(base: string, uri: string): string | undefined {
  const from = pathOf(base).split("/");
  const to = pathOf(uri).split("/");
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++;
  if (same < 2) return undefined;
  return [...from.slice(same).map(() => ".."), ...to.slice(same)].join("/");
}

/** Takes a condition off an include and puts it in front of each statement of the file. */
function conditionIntoFile(file: SourceFile, place: ResolveProblem["place"], resolved: Resolved): FileFix[] {
  const { text } = file;
  const from = lineStartAt(text, place.start);
  const condition = /^([ \t]*)(@\S+[ \t]+)$/.exec(text.slice(from, place.start));
  const site = resolved.includes.find(
    (s) => resolved.files[s.place.file] === file && s.place.start === place.start,
  );
  if (!condition || site?.uris.length !== 1) return [];
  const included = resolved.files.find((f) => f.uri === site.uris[0]);
  const uses = resolved.includes.filter((s) => s.uris.includes(site.uris[0])).length;
  // The name may be in use for another configuration id as well.
  const pattern = text.slice(place.start, place.end);
  if (!included || uses !== 1 || text.indexOf(pattern) !== text.lastIndexOf(pattern)) return [];
  const lines = String(included.text);
  if (/^[ \t]*(@|include|\$\w+=)|\\[ \t]*$/m.test(lines)) return [];
  const edits: (Edit & { uri: string })[] = [
    { ...replace(from + condition[1].length, place.start, ""), uri: file.uri },
  ];
  for (const m of lines.matchAll(/^(?=[ \t]*[^\s#!])/gm))
    edits.push({ ...replace(m.index, m.index, `${condition[2].trimEnd()} `), uri: included.uri });
  const name = pathOf(included.uri).replace(/^.*\//, "");
  return [
    {
      title: t(`Move the condition into ${name}`, `把条件移到 ${name} 的各行`),
      edits,
    },
  ];
}
