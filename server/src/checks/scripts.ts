/** Lines that hold a command: quoting, arguments that get lost, shell syntax that no shell will read. */
import type { Keyword } from "../language";
import { t } from "../language/schema";
import { readScript } from "../language/script";
import { Flag } from "../syntax/records";
import type { Node } from "../syntax/tree";
import { type Fix, quote, type Report, replace, rule } from "./rule";
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
  const curly = /[\u201c\u201d\u2018\u2019]/.exec(raw);
  if (curly) {
    report.add(
      typographicQuote,
      at + curly.index - base,
      at + curly.index + 1 - base,
      t(
        `${curly[0]} is a typographic quote: keepalived takes it for a part of the command, which then is not found.`,
        `${curly[0]} 是排版引号：keepalived 会把它当作命令的一部分，从而找不到命令。`,
      ),
      {
        fixes: [
          {
            title: t('Replace by "', '替换为 "'),
            edits: [
              replace(
                at - base,
                node.end - base,
                raw.replace(/[\u201c\u201d]/g, '"').replace(/[\u2018\u2019]/g, "'"),
              ),
            ],
            safe: true,
          },
        ],
      },
    );
    return;
  }
  const { words, unterminated } = readScript(raw);
  if (unterminated !== undefined || words.length === 0) {
    // A double quote that is open at the end of the line is reported by the parser.
    if (unterminated !== undefined && raw[unterminated] === "'") {
      report.add(
        scriptQuote,
        at + unterminated - base,
        node.end - base,
        t(
          "The quote is not closed; keepalived does not set the command.",
          "引号没有闭合；keepalived 不会设置该命令。",
        ),
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
        "A quote inside the command is not closed; keepalived does not set the command.",
        "命令内部的引号没有闭合；keepalived 不会设置该命令。",
      ),
    );
    return;
  }
  const quoted = raw[command.start] === '"' || raw[command.start] === "'";
  const rest = words.slice(1);
  const lost = NO_USER.has(keyword.id) ? rest.length > 0 : looksLikeArguments(rest.map((w) => w.text));
  if (lost) {
    const from = at + rest[0].start - base;
    const whole = `${quoted ? command.text : raw.slice(command.start, command.end)} ${raw.slice(rest[0].start)}`;
    const fixes: Fix[] = whole.includes('"')
      ? []
      : [
          {
            title: t("Put the whole command in quotes", "给整条命令加上引号"),
            edits: [replace(at - base, node.end - base, `"${whole}"`)],
            safe: NO_USER.has(keyword.id),
          },
        ];
    report.add(
      scriptArguments,
      from,
      node.end - base,
      NO_USER.has(keyword.id)
        ? t(
            `keepalived runs ${quote(command.text)} only: a command with arguments is one word in double quotes.`,
            `keepalived 只会运行 ${quote(command.text)}：带参数的命令应作为一个整体放在双引号中。`,
          )
        : t(
            `keepalived takes ${quote(rest[0].text)} for the user that runs the script: a command with arguments is one word in double quotes.`,
            `keepalived 会把 ${quote(rest[0].text)} 当作运行脚本的用户：带参数的命令应作为一个整体放在双引号中。`,
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

function checkCommand(
  _node: Node,
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
  if (operator) {
    const fixes: Fix[] = command.includes("'")
      ? []
      : [
          {
            title: t("Run it by a shell: /bin/sh -c '…'", "用 shell 运行：/bin/sh -c '…'"),
            edits: [replace(start, end, `"/bin/sh -c '${command.replace(/"/g, '\\"')}'"`)],
          },
        ];
    report.add(
      shellSyntax,
      start,
      end,
      t(
        `keepalived runs the command without a shell: ${quote(operator.text)} is passed to ${name} as an argument.`,
        `keepalived 不经过 shell 直接运行命令：${quote(operator.text)} 会作为参数传给 ${name}。`,
      ),
      { fixes },
    );
    return;
  }
  if (!first.includes("/") && !isUnknown(first) && raw.length > 0) {
    const process = /^(?:killall\s+-0|pidof|pgrep(?:\s+-x)?)\s+(\S+)$/.exec(command.trim());
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
    );
  }
}
