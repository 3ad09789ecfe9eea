/** Lines that hold a command: quoting, arguments that get lost, shell syntax that no shell will read. */
import type { Keyword } from "../language";
import { t } from "../language/schema";
import { readScript, type ScriptWord } from "../language/script";
import { Flag } from "../syntax/records";
import type { Node } from "../syntax/tree";
import { relativeTo, remove } from "./edits";
import { rootBlocks } from "./repairs";
import { type Fix, type Place, quote, type Report, replace, rule } from "./rule";
import { isUnknown } from "./values";

const scriptQuote = rule(
  "script-quote",
  "error",
  t("A quote inside a command that is not closed.", "命令中的引号没有闭合。"),
);
const scriptArguments = rule(
  "script-arguments",
  "warning",
  t(
    "Arguments of a command outside its quotes; they do not reach it.",
    "命令参数写在引号之外，不会传给命令。",
  ),
);
const shellSyntax = rule(
  "shell-syntax",
  "warning",
  t("Shell syntax in a command that no shell reads.", "命令中使用了 shell 语法，但命令不经过 shell 执行。"),
);
const scriptPath = rule(
  "script-path",
  "information",
  t("A command without full path.", "命令没有写完整路径。"),
);
const typographicQuote = rule(
  "typographic-quote",
  "error",
  t(
    "A typographic quote; keepalived takes it for a part of the word.",
    "排版引号；keepalived 会把它当作词的一部分。",
  ),
);

/** Scripts whose further words are ignored; the others take user and group. */
const NO_USER = new Set(["vrrp_script/script", "virtual_server/real_server/MISC_CHECK/misc_path"]);

/** Checks a line that is split by shell-like rules. */
export function checkScriptLine(node: Node, keyword: Keyword, report: Report): void {
  if (node.has(Flag.Opaque) || keyword.name === "regex") return;
  const at = node.wordStart(1);
  const raw = node.tree.text.slice(at, node.end);
  const base = node.base;
  if (typographic(raw, at - base, keyword, report)) return;
  const { words, unterminated } = readScript(raw);
  if (unterminated !== undefined || words.length === 0) {
    // A double quote that is open at the end of the line is reported by the parser.
    if (unterminated !== undefined && raw[unterminated] === "'") {
      report.add(
        scriptQuote,
        at + unterminated - base,
        node.end - base,
        keyword.id === "vrrp_script/script"
          ? t(
              "The single quote is not closed: keepalived crashes on this line.",
              "单引号没有闭合：keepalived 读到此行会崩溃。",
            )
          : t(
              "The single quote is not closed: keepalived does not set the command.",
              "单引号没有闭合：keepalived 不会设置该命令。",
            ),
        { fixes: loneQuoteFixes(raw, unterminated, raw.length, at - base) },
      );
    }
    return;
  }
  const command = words[0];
  const inner = readScript(command.text);
  if (inner.unterminated !== undefined) {
    const from = at + command.start - base;
    report.add(
      scriptQuote,
      from,
      at + command.end - base,
      t(
        "A quote inside the command is not closed: keepalived does not set the command.",
        "命令内部的引号没有闭合：keepalived 不会设置该命令。",
      ),
      { fixes: innerQuoteFixes(raw, command, at - base) },
    );
    return;
  }
  const quoted = raw[command.start] === '"' || raw[command.start] === "'";
  const rest = words.slice(1);
  const lost = NO_USER.has(keyword.id) ? rest.length > 0 : looksLikeArguments(rest.map((w) => w.text));
  if (lost) {
    const from = at + rest[0].start - base;
    const whole = `${quoted ? command.text : raw.slice(command.start, command.end)} ${raw.slice(rest[0].start)}`;
    // Inside the quotes, single ones group.
    const inner = whole.replace(/"/g, "'");
    const fixes: Fix[] =
      inner !== whole && whole.includes("'")
        ? []
        : [
            {
              title: t("Put the whole command in quotes", "给整条命令加上引号"),
              edits: [replace(at - base, node.end - base, `"${inner}"`)],
              safe: NO_USER.has(keyword.id) && inner === whole,
            },
          ];
    report.add(
      scriptArguments,
      from,
      node.end - base,
      NO_USER.has(keyword.id)
        ? t(
            `keepalived runs ${quote(command.text)} without arguments: a command and its arguments are one word in double quotes.`,
            `keepalived 运行 ${quote(command.text)} 时不带参数：命令连同参数应作为一个整体放在双引号中。`,
          )
        : t(
            `keepalived takes ${quote(rest[0].text)} for the user that runs the script: a command and its arguments are one word in double quotes.`,
            `keepalived 会把 ${quote(rest[0].text)} 当作运行脚本的用户：命令连同参数应作为一个整体放在双引号中。`,
          ),
      { fixes },
    );
  }
  checkCommand(
    node,
    keyword,
    report,
    at + command.start - base,
    at + command.end - base,
    command.text,
    raw.slice(command.start, command.end),
  );
}

/** Words after a notify command are a user and a group; anything that cannot be a name is a lost argument. */
function looksLikeArguments(words: readonly string[]): boolean {
  if (words.length === 0) return false;
  if (words.length > 2) return true;
  return (
    words.some((w) => !isUnknown(w) && !/^[a-z_][a-z0-9_.-]*\$?$|^\d+$/.test(w)) ||
    words.some((w) => STATES.has(w.toLowerCase()))
  );
}

/** Words that are arguments of notify scripts everywhere and user names nowhere. */
const STATES = new Set(["master", "backup", "fault", "stop", "start", "restart", "notify", "up", "down"]);

/** Quotes of a word processor. Where they begin a command it is not found; further on they do not group words. */
function typographic(raw: string, at: number, keyword: Keyword, report: Report): boolean {
  const curly = /[\u201c\u201d\u2018\u2019]/.exec(raw);
  if (!curly) return false;
  const quoted = /^(["']).*\1$/.test(raw.trimEnd());
  const first = quoted ? curly.index === 1 : curly.index === 0;
  // In the text of an argument they may be meant: “主备切换”.
  if (!first && (!/(?:^|[\s=])$/.test(raw.slice(0, curly.index)) || /[^\x20-\x7e\u2018-\u201d]/.test(raw)))
    return false;
  const double = quoted ? "'" : '"';
  const straight = raw.replace(/[\u201c\u201d]/g, double).replace(/[\u2018\u2019]/g, "'");
  report.add(
    typographicQuote,
    at + curly.index,
    at + curly.index + 1,
    first
      ? t(
          `${curly[0]} is a typographic quote: keepalived takes it for a part of the command, which it then does not find.`,
          `${curly[0]} 是排版引号：keepalived 会把它当作命令的一部分，从而找不到命令。`,
        )
      : t(
          `${curly[0]} is a typographic quote: it does not hold words together and is passed to the command as it is.`,
          `${curly[0]} 是排版引号：不能把多个词括在一起，会原样传给命令。`,
        ),
    {
      // keepalived looks for the command of a vrrp_script while it reads, for those of other lines when they run.
      severity: first && keyword.id === "vrrp_script/script" ? undefined : "warning",
      fixes: [
        {
          title: t(`Replace by ${double}`, `替换为 ${double}`),
          edits: [replace(at, at + raw.length, straight)],
          safe: first && !quoted,
        },
      ],
    },
  );
  return true;
}

/** Closes a quote that is open from `open` on, or takes it out where it is an apostrophe. */
function loneQuoteFixes(raw: string, open: number, end: number, at: number): Fix[] {
  const remove: Fix = {
    title: t("Delete the quote", "删除引号"),
    edits: [replace(at + open, at + open + 1, "")],
  };
  if (/\w/.test(raw[open - 1] ?? "")) return [remove];
  let to = end;
  while (to > open && /\s/.test(raw[to - 1])) to--;
  const close: Fix = {
    title: t("Close the quote", "补上引号"),
    edits: [replace(at + to, at + to, raw[open])],
  };
  return open === 0 ? [close] : [close, remove];
}

/** As {@link loneQuoteFixes} for a quote inside a command that is quoted itself. */
function innerQuoteFixes(raw: string, command: ScriptWord, at: number): Fix[] {
  const text = raw.slice(command.start, command.end);
  const outer = text[0];
  const inner = outer === '"' ? "'" : '"';
  if (text[text.length - 1] !== outer || text.split(inner).length !== 2 || text.includes("\\")) return [];
  return loneQuoteFixes(raw, command.start + text.indexOf(inner), command.end - 1, at);
}

/** What may go at the end of a command: its output goes nowhere anyway, and its exit status counts as it is. */
const NEEDLESS_TAIL = /(?:\s*(?:\|\|\s*(?:\/bin\/)?exit\s+[1-9]\d*|&?\d?>>?\s*\/dev\/null|2>&1|;\s*$))+\s*$/;

/** What a vrrp_track_process has no use for: it is told of the end of a process, and asks nobody. */
const ASKING = new Set(["interval", "timeout", "rise", "fall", "init_fail", "user"]);

/**
 * Makes a vrrp_track_process of a script that asks whether a process runs, and tracks it as such. Only where nothing else
 * stands in the lists that name it.
 */
function watchProcess(place: Place, offset: number, process: string): Fix[] {
  const { tree, base } = place;
  const at = base + offset;
  const block = rootBlocks(tree, "vrrp_script").find((n) => n.start <= at && at < n.fullEnd);
  if (!block || block.wordCount < 2) return [];
  const name = block.word(1);
  if (rootBlocks(tree, "vrrp_track_process").some((n) => n.wordCount > 1 && n.word(1) === name)) return [];
  const edits = [replace(block.wordStart(0), block.wordEnd(0), "vrrp_track_process")];
  for (const child of block.statements) {
    const statement = child.keyword?.name ?? "";
    if (statement === "script") edits.push(replace(child.start, child.end, `process ${process}`));
    else if (ASKING.has(statement)) edits.push(remove(tree.text, child.lineStart, child.end));
    else if (statement !== "weight") return [];
  }
  for (const owner of [...rootBlocks(tree, "vrrp_instance"), ...rootBlocks(tree, "vrrp_sync_group")]) {
    const lists = owner.children.filter((c) => c.keyword?.name === "track_script");
    for (const list of lists) {
      const entries = list.statements;
      if (!entries.some((e) => e.wordCount > 0 && e.word(0) === name)) continue;
      if (entries.length > 1 || owner.children.some((c) => c.keyword?.name === "track_process")) return [];
      edits.push(replace(list.wordStart(0), list.wordEnd(0), "track_process"));
    }
  }
  return [
    {
      title: t(
        "Watch the process without script: vrrp_track_process",
        "不用脚本监视进程：vrrp_track_process",
      ),
      edits: relativeTo(base, edits),
    },
  ];
}

/** Programs that lie in /usr/bin wherever /usr is merged. */
const USR_BIN = new Set(["killall", "pgrep", "systemctl", "curl", "wget", "nc", "ping", "test", "redis-cli"]);

function checkCommand(
  node: Node,
  keyword: Keyword,
  report: Report,
  start: number,
  end: number,
  command: string,
  raw: string,
): void {
  const words = readScript(command).words;
  if (words.length === 0) return;
  const first = words[0].text;
  const name = first.slice(first.lastIndexOf("/") + 1);
  if (/^(ba|da|k|z|c|tc|a)?sh$/.test(name)) return;
  // Operators outside inner quotes; `>` and `<` glued to a word are redirections, too.
  const bare = words.filter((w) => !/['"]/.test(command.slice(w.start, w.end)));
  const operator = bare.find(
    (w) => /^(\|\|?|&&?|;|\d?>>?(&\d)?|<)$/.test(w.text) || /[|;`]|&&|\$\(|\d?>>?[/&]/.test(w.text),
  );
  // Of a definition that is missing another rule speaks; here it is a name that only a shell would replace.
  const missing = node.has(Flag.UsesDefinition) && /\$\{|\$\w+$/.test(node.word(1));
  const variable = missing ? undefined : bare.find((w) => /^~\/|(?:^|[=/:])\$[A-Za-z]\w*/.test(w.text));
  const found = operator ?? variable;
  if (found) {
    const fixes: Fix[] = [];
    const tail = operator && NEEDLESS_TAIL.exec(command);
    const kept = tail ? command.slice(0, tail.index) : command;
    if (tail && kept !== "" && !/[|;`<>&]|\$\(/.test(kept) && raw.includes(command)) {
      const from = start + raw.indexOf(command) + tail.index;
      fixes.push({
        title: t(
          `Delete “${tail[0].trim()}”: keepalived looks at the exit status only`,
          `删除“${tail[0].trim()}”：keepalived 只看退出状态`,
        ),
        edits: [replace(from, from + tail[0].length, "")],
      });
    }
    if (!command.includes("'") && !found.text.startsWith("~"))
      fixes.push({
        title: t("Run it by a shell: /bin/sh -c '…'", "用 shell 运行：/bin/sh -c '…'"),
        edits: [replace(start, end, `"/bin/sh -c '${command.replace(/"/g, '\\"')}'"`)],
      });
    report.add(
      shellSyntax,
      start,
      end,
      found === words[0]
        ? t(
            `keepalived runs the command without a shell: it looks for a file named ${quote(found.text)}.`,
            `keepalived 不经过 shell 直接运行命令：它会查找名为 ${quote(found.text)} 的文件。`,
          )
        : t(
            `keepalived runs the command without a shell: ${quote(found.text)} is passed to ${name} as an argument.`,
            `keepalived 不经过 shell 直接运行命令：${quote(found.text)} 会作为参数传给 ${name}。`,
          ),
      { fixes },
    );
    return;
  }
  if (!first.includes("/") && !isUnknown(first) && raw.length > 0) {
    const process = /^(?:killall\s+-0|pidof|pgrep(?:\s+-x)?)\s+(\S+)$/.exec(command.trim());
    const name = raw.indexOf(first);
    report.add(
      scriptPath,
      start,
      end,
      process && keyword.id === "vrrp_script/script"
        ? t(
            `${quote(first)} is searched in keepalived's own PATH. To watch a process, a vrrp_track_process with “process ${process[1]}” needs no script.`,
            `keepalived 会在自己的 PATH 中查找 ${quote(first)}。若要监视进程，可用 vrrp_track_process 加“process ${process[1]}”，无需脚本。`,
          )
        : t(
            `${quote(first)} has no path: keepalived searches it in its own PATH and disables the script if it is not there.`,
            `${quote(first)} 没有路径：keepalived 会在自己的 PATH 中查找，找不到则禁用该脚本。`,
          ),
      {
        fixes: (place) => {
          const path: Fix[] =
            USR_BIN.has(first) && name >= 0
              ? [
                  {
                    title: t(`Write /usr/bin/${first}`, `改为 /usr/bin/${first}`),
                    edits: [replace(start + name, start + name + first.length, `/usr/bin/${first}`)],
                  },
                ]
              : [];
          return process && keyword.id === "vrrp_script/script"
            ? [...watchProcess(place, start, process[1]), ...path]
            : path;
        },
      },
    );
  }
}
