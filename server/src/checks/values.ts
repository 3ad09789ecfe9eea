/** Judges single values against the argument that they stand for. Used for statements, list entries and options alike. */

import { compareReleases, type Keyword } from "../language";
import { type Address, isMulticast, parseAddress, parseIPv4, prefixOfNetmask } from "../language/address";
import { BOOLEAN_WORDS, checkDecimal, checkInteger, parseBoolean, parseInteger } from "../language/numbers";
import { type Arg, type Text, t } from "../language/schema";
import { parsePrefixed } from "../model/build";
import { lineEndAt } from "../text/lines";
import { own } from "../text/lookup";
import { indentAt, removeIn } from "./edits";
import {
  type CheckOptions,
  either,
  type Fix,
  nearest,
  type Place,
  type Problem,
  quote,
  type Report,
  replace,
  rule,
} from "./rule";

const notANumber = rule("not-a-number", "error", t("A number is expected here.", "此处应为数字。"));
const outOfRange = rule(
  "out-of-range",
  "error",
  t("A number outside the range that keepalived accepts.", "数值超出 keepalived 接受的范围。"),
);
const raisedValue = rule(
  "raised-value",
  "warning",
  t("A number that keepalived accepts but changes.", "keepalived 接受但会更改的数值。"),
);
const tooPrecise = rule(
  "too-precise",
  "warning",
  t(
    "More decimal places than the unit allows; keepalived rounds.",
    "小数位数超过单位允许的精度，keepalived 会取整。",
  ),
);
const notABoolean = rule("not-a-boolean", "error", t("A truth value is expected here.", "此处应为布尔值。"));
const unknownValue = rule(
  "unknown-value",
  "error",
  t("A word that the keyword does not know.", "该关键字不认识的取值。"),
);
const badAddress = rule("bad-address", "error", t("Not an IP address.", "不是有效的 IP 地址。"));
export const wrongFamily = rule(
  "wrong-family",
  "error",
  t("An address of the wrong family.", "地址族不符。"),
);
const notMulticast = rule(
  "not-multicast",
  "error",
  t("A multicast address is expected here.", "此处应为组播地址。"),
);
export const badPrefix = rule("bad-prefix", "error", t("Not a prefix length.", "前缀长度无效。"));
const valueTooLong = rule(
  "value-too-long",
  "error",
  t("A value longer than keepalived can hold.", "取值超过 keepalived 允许的长度。"),
);
export const badInterface = rule(
  "bad-interface-name",
  "error",
  t("A word that cannot be the name of an interface.", "不能作为接口名的词。"),
);
const trailingSemicolon = rule(
  "trailing-semicolon",
  "warning",
  t("A semicolon at the end of a value.", "取值末尾有分号。"),
);
const badValue = rule("bad-value", "error", t("A value of the wrong form.", "取值格式错误。"));
export const newerRelease = rule(
  "newer-release",
  "error",
  t("A keyword or value that the target release does not know.", "目标版本尚不支持的关键字或取值。"),
);

/** What a value is judged for. */
export interface ValueContext {
  readonly report: Report;
  readonly options: CheckOptions;
  /** What the value belongs to, as the message names it: `priority`, `weight of track_script`. */
  readonly subject: string;
  /** What keepalived does with a bad value, as a clause: `ignores the line`. */
  readonly effect: Text;
  /** The statement whose argument the value is. */
  readonly keyword?: Keyword;
  /** Where that statement stands, and its first word. Relative to the item. */
  readonly statement?: {
    readonly start: number;
    readonly end: number;
    readonly name: readonly [number, number];
  };
}

/** Whether a word holds a part whose value is not known here: an unresolved definition or a template expression. */
export const isUnknown = (word: string): boolean => /[\uE000]|\$\{?[A-Za-z_]/.test(word);

/** A range as people read it. */
export function rangeText(arg: Arg): string {
  return `${arg.raisedTo ?? arg.min}–${arg.max}`;
}

/**
 * Judges a value.
 * @param start,end where the word stands (quotes included), for the report.
 * @returns false if the value was reported.
 */
export function checkValue(c: ValueContext, arg: Arg, word: string, start: number, end: number): boolean {
  if (isUnknown(word)) return true;
  const count = c.report.problems.length;
  judge(c, arg, word, start, end);
  return c.report.problems.length === count;
}

function fail(
  c: ValueContext,
  rule: Problem["rule"],
  start: number,
  end: number,
  what: Text,
  fixes?: Problem["fixes"],
  severity?: Problem["severity"],
): void {
  c.report.add(
    rule,
    start,
    end,
    t(`${what.en}; keepalived ${c.effect.en}.`, `${what.zh}；keepalived ${c.effect.zh}。`),
    { fixes, severity },
  );
}

function numberFault(
  c: ValueContext,
  arg: Arg,
  word: string,
  start: number,
  end: number,
  fault: string,
): void {
  const range = rangeText(arg);
  const fixes = (place: Place) => numberFixes(place, c, arg, word, start, end, fault);
  if (fault === "range" || fault === "negative") {
    fail(
      c,
      outOfRange,
      start,
      end,
      t(`${c.subject} must be ${range}, not ${word}`, `${c.subject} 必须在 ${range} 之间，而不是 ${word}`),
      fixes,
    );
  } else {
    fail(
      c,
      notANumber,
      start,
      end,
      t(
        `${c.subject} must be a number (${range}), not ${quote(word)}`,
        `${c.subject} 必须是数字（${range}），而不是 ${quote(word)}`,
      ),
      fixes,
    );
  }
}

/** Writes another value. */
const write = (start: number, end: number, value: string, safe = false): Fix => ({
  title: t(`Write ${value}`, `改为 ${value}`),
  edits: [replace(start, end, value)],
  safe,
});

/** Whether a number is accepted as it is. */
function fits(arg: Arg, text: string): boolean {
  if (arg.type === "decimal")
    return !checkDecimal(text, String(arg.min ?? 0), String(arg.max), arg.decimals ?? 6).fault;
  const unsigned = arg.type !== "int";
  const r = checkInteger(text, arg.min ?? 0, arg.max ?? 4294967295, unsigned, arg.cNotation);
  return !r.fault && (arg.raisedTo === undefined || r.value >= Number(arg.raisedTo));
}

/** A decimal number with fewer places, halves upwards, without zeros at its end. */
function rounded(word: string, places: number): string {
  const [whole, fraction] = word.trim().replace(/^\+/, "").split(".");
  const kept =
    BigInt((whole || "0") + fraction.slice(0, places)) + (fraction.charAt(places) >= "5" ? 1n : 0n);
  const digits = String(kept).padStart(places + 1, "0");
  const tail = digits.slice(-places).replace(/0+$/, "");
  return digits.slice(0, -places) + (tail === "" ? "" : `.${tail}`);
}

/** Seconds of the units that people write behind a number. */
const UNIT_SECONDS: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  msec: 1e-3,
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  h: 3600,
};

/** Numbers that are chosen, not measured: the nearest one would be another thing, not nearly the same. */
const IDENTIFIERS = /virtual_router_id|port|mark|vrid|syncid|\bid\b|table|sock/i;

function numberFixes(
  place: Place,
  c: ValueContext,
  arg: Arg,
  word: string,
  start: number,
  end: number,
  fault: string,
): Fix[] {
  const fixes: Fix[] = [];
  const stripped = /^(.*\d)([;,]+)$/.exec(word);
  if (stripped && fits(arg, stripped[1]))
    return [
      {
        title: t(`Remove “${stripped[2]}”`, `删除“${stripped[2]}”`),
        edits: [replace(start, end, stripped[1])],
        safe: true,
      },
    ];
  const united = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(word);
  const seconds = united && UNIT_SECONDS[united[2].toLowerCase()];
  if (seconds && arg.unit) {
    const own = UNIT_SECONDS[arg.unit];
    const value = String(Number(((Number(united[1]) * seconds) / own).toFixed(arg.decimals ?? 6)));
    if (fits(arg, value)) return [write(start, end, value, true)];
  }
  const noted = /^(\d+)[,，;；]?([^ -~].*)$/s.exec(word);
  if (noted && c.statement?.end === end && fits(arg, noted[1]))
    return [
      {
        title: t(`Write ${noted[1]}, and the rest as a comment`, `改为 ${noted[1]}，其余作为注释`),
        edits: [replace(start, end, `${noted[1]} # ${noted[2]}`)],
      },
    ];
  for (const [value, safe] of [
    [arg.type === "decimal" ? word.replace(",", ".") : word, true],
    [/^0x[0-9a-f]+$/i.test(word) ? String(Number(word)) : word, true],
    [/^\d+\.0*$/.test(word) ? word.slice(0, word.indexOf(".")) : word, true],
    [/\d/.test(word) ? word.replace(/[oO]/g, "0").replace(/[lI]/g, "1") : word, false],
    [/^\d+\.\d+$/.test(word) && arg.type !== "decimal" ? String(Math.round(Number(word))) : word, false],
  ] as const) {
    if (value !== word && fits(arg, value)) return [write(start, end, value, safe)];
  }
  if (fault !== "range" && fault !== "negative") return fixes;
  const zero = /^[+-]?0+(\.0*)?$/.test(word.trim());
  if ((zero || fault === "negative") && c.statement && c.keyword && !c.keyword.spec.mandatory) {
    fixes.push({
      title: zero
        ? t("Delete the line: 0 does not switch it off", "删除此行：0 不表示关闭")
        : t("Delete the line", "删除此行"),
      edits: [removeIn(place, c.statement.start, c.statement.end)],
      safe: zero,
    });
  }
  const bound = Number(word) < Number(arg.min) ? (arg.raisedTo ?? arg.min) : arg.max;
  const offered = c.keyword?.id === "vrrp_instance/priority" && Number(word) > 255 ? 254 : bound;
  // The least interval is hardly what somebody means by 0.
  if (
    offered !== undefined &&
    !IDENTIFIERS.test(`${c.subject} ${arg.name}`) &&
    !(zero && arg.type === "decimal")
  )
    fixes.push({
      title: t(`Write ${offered}, the nearest that is allowed`, `改为允许的最接近值 ${offered}`),
      edits: [replace(start, end, String(offered))],
    });
  return fixes;
}

const older = (c: ValueContext, release: string): boolean => compareReleases(c.options.target, release) < 0;

/** An empty word is 0 to keepalived. @returns whether that is all there is to say. */
function emptyNumber(c: ValueContext, arg: Arg, start: number, end: number): boolean {
  if (!NUMBERS.has(arg.type) || arg.unchecked || arg.raisedTo !== undefined) return false;
  if (Number(arg.min ?? 0) > 0) return false;
  c.report.add(
    notANumber,
    start,
    end,
    t(`${c.subject} is empty; keepalived takes it for 0.`, `${c.subject} 为空；keepalived 会当作 0。`),
    { severity: "warning", fixes: [write(start, end, "0", true)] },
  );
  return true;
}
const NUMBERS: ReadonlySet<Arg["type"]> = new Set<Arg["type"]>(["uint", "int", "decimal", "enum-or-uint"]);

function judge(c: ValueContext, arg: Arg, word: string, start: number, end: number): void {
  if (word === "" && emptyNumber(c, arg, start, end)) return;
  switch (arg.type) {
    case "uint":
    case "int": {
      if (arg.unchecked) return;
      const r = checkInteger(word, arg.min ?? 0, arg.max ?? 4294967295, arg.type === "uint", arg.cNotation);
      if (r.fault && arg.clamps && r.fault !== "invalid") {
        c.report.add(
          outOfRange,
          start,
          end,
          t(
            `${c.subject} must be ${rangeText(arg)}, not ${word}; keepalived uses the nearest value.`,
            `${c.subject} 必须在 ${rangeText(arg)} 之间，而不是 ${word}；keepalived 使用最接近的值。`,
          ),
          {
            severity: "warning",
            fixes: [write(start, end, String(r.value < Number(arg.min) ? arg.min : arg.max), true)],
          },
        );
      } else if (r.fault) numberFault(c, arg, word, start, end, r.fault);
      else if (arg.raisedTo !== undefined && r.value < Number(arg.raisedTo)) raised(c, arg, word, start, end);
      return;
    }
    case "decimal": {
      if (arg.unchecked) return;
      if (arg.decimalsSince && older(c, arg.decimalsSince) && /^\d*\.\d*$/.test(word)) {
        wholeNumber(c, arg.decimalsSince, word, start, end);
        return;
      }
      const min = String(arg.min ?? 0);
      const r = checkDecimal(word, min, String(arg.max), arg.decimals ?? 6);
      if (r.fault === "decimals") {
        c.report.add(
          tooPrecise,
          start,
          end,
          t(
            `${c.subject} allows ${arg.decimals} decimal places; keepalived rounds ${word}.`,
            `${c.subject} 最多允许 ${arg.decimals} 位小数；keepalived 会对 ${word} 四舍五入。`,
          ),
          { fixes: [write(start, end, rounded(word, arg.decimals ?? 6), true)] },
        );
      } else if (r.fault) numberFault(c, arg, word, start, end, r.fault);
      else if (arg.raisedTo !== undefined && r.value < Number(arg.raisedTo)) raised(c, arg, word, start, end);
      return;
    }
    case "uint-or-forever": {
      if (word === "forever") return;
      const r = checkInteger(word, arg.min ?? 0, arg.max ?? 4294967295, true);
      if (r.fault) {
        fail(
          c,
          unknownValue,
          start,
          end,
          t(
            `${c.subject} must be “forever” or a number, not ${quote(word)}`,
            `${c.subject} 必须是 forever 或数字，而不是 ${quote(word)}`,
          ),
          /^(for_?ever|infinit[ey]|infinity|never|-1)$/i.test(word) || nearest(word, ["forever"])
            ? [write(start, end, "forever", word.toLowerCase() === "forever")]
            : [],
        );
      }
      return;
    }
    case "bool":
      if (parseBoolean(word) === undefined) {
        const lower = word.toLowerCase().replace(/[;,]+$/, "");
        const known = parseBoolean(lower) !== undefined ? lower : own(BOOLEAN_SYNONYMS, lower);
        const meant = known ?? nearest(word, BOOLEAN_WORDS);
        fail(
          c,
          notABoolean,
          start,
          end,
          t(
            `${c.subject} takes true, yes, on, false, no or off, not ${quote(word)}`,
            `${c.subject} 只接受 true、yes、on、false、no 或 off，而不是 ${quote(word)}`,
          ),
          meant
            ? [
                {
                  title: t(`Replace by “${meant}”`, `替换为“${meant}”`),
                  edits: [replace(start, end, meant)],
                  safe: known !== undefined,
                },
              ]
            : [],
        );
      }
      return;
    case "enum":
      checkEnum(c, arg, word, start, end);
      return;
    case "enum-or-uint":
      if (/^\+?\d/.test(word)) {
        const r = checkInteger(word, arg.min ?? 0, arg.max ?? 4294967295, true);
        if (r.fault) numberFault(c, arg, word, start, end, r.fault);
      } else checkEnum(c, arg, word, start, end);
      return;
    case "ip":
      address(c, word.replace(/[-/].*$/s, ""), word, start, end);
      return;
    case "ip-multicast": {
      const a = address(c, word, word, start, end);
      if (a && !isMulticast(a)) multicast(c, word, start, end);
      else if (a?.family === 6 && !isLinkScope(a)) {
        fail(
          c,
          notMulticast,
          start,
          end,
          t(`${word} is not link-local multicast (ff02::/16)`, `${word} 不是链路本地组播地址（ff02::/16）`),
        );
      }
      return;
    }
    case "ipv4-multicast":
    case "ipv6-multicast": {
      const a = address(c, word, word, start, end);
      if (!a) return;
      const family = arg.type === "ipv4-multicast" ? 4 : 6;
      if (a.family !== family) {
        fail(
          c,
          wrongFamily,
          start,
          end,
          t(
            `${c.subject} must be IPv${family}, not ${word}`,
            `${c.subject} 必须是 IPv${family} 地址，而不是 ${word}`,
          ),
          otherGroup(c, a.family),
        );
      } else if (!isMulticast(a)) multicast(c, word, start, end);
      else if (a.family === 6 && !isLinkScope(a)) {
        c.report.add(
          notMulticast,
          start,
          end,
          t(
            `${word} reaches beyond the link; keepalived reports it and uses it. VRRP belongs to the link (ff02::/16).`,
            `${word} 的范围超出本链路；keepalived 会报告但仍使用它。VRRP 应限于本链路（ff02::/16）。`,
          ),
          { severity: "warning", fixes: ownDefault(c, start, end) },
        );
      }
      return;
    }
    case "ipv4-broadcast":
      if (word !== "+" && word !== "-" && parseIPv4(word) < 0) {
        fail(
          c,
          badAddress,
          start,
          end,
          t(
            `The broadcast address must be an IPv4 address, + or -, not ${quote(word)}`,
            `广播地址必须是 IPv4 地址、+ 或 -，而不是 ${quote(word)}`,
          ),
        );
      }
      return;
    case "ip-or-host":
      return;
    case "ip-prefix":
    case "route-prefix": {
      if (arg.type === "route-prefix" && (word === "default" || word === "any" || word === "all")) return;
      const parsed = parsePrefixed(word);
      if (!parsed) address(c, word.replace(/\/.*$/s, ""), word, start, end);
      else if (Number.isNaN(parsed.prefix)) prefixFault(c, word, parsed.address, start, end);
      return;
    }
    case "netmask-or-prefixlen":
      return; // the family of the service decides; see the checks of virtual servers
    case "mac":
      if (!/^([0-9A-Fa-f]{1,2}:){4,5}[0-9A-Fa-f]{1,2}$/.test(word)) {
        fail(
          c,
          badValue,
          start,
          end,
          t(`${quote(word)} is not a MAC address`, `${quote(word)} 不是 MAC 地址`),
          macFixes(word, start, end),
        );
      }
      return;
    case "interface":
      interfaceName(c, arg, word, start, end);
      return;
    case "hexstring":
      hexString(c, arg, word, start, end);
      return;
    case "hmac-key":
      hmacKey(c, arg, word, start, end);
      return;
    case "uint-range":
      statusCodes(c, arg, word, start, end);
      return;
    case "umask":
      return; // several words make one value; see the checks of statements
    case "dns-name":
      if (/^[^.]\../.test(word)) {
        fail(
          c,
          badValue,
          start,
          end,
          t(
            `keepalived takes a name whose first label is a single character, here ${quote(word)}, for one with an empty label`,
            `首个标签只有一个字符的名称（此处为 ${quote(word)}）会被 keepalived 误认为含有空标签`,
          ),
        );
        return;
      }
      if (word !== "." && /(^\.|\.\.)/.test(word)) {
        fail(c, badValue, start, end, t(`${quote(word)} has an empty label`, `${quote(word)} 含有空标签`), [
          write(start, end, word.replace(/^\.+/, "").replace(/\.{2,}/g, ".") || "."),
        ]);
      }
      return;
    case "rt-dsfield":
    case "rt-table":
    case "rt-scope":
    case "rt-proto":
    case "rt-realms":
    case "rt-group":
      routingName(c, arg, word, start, end);
      return;
    case "rtt":
      routeTime(c, word, start, end);
      return;
    case "fwmark-mask": {
      const parts = word.split("/");
      // keepalived takes a mask of no digits for 0.
      if (
        parts.length > 2 ||
        parts.some((p, i) => parseInteger(p, true) === undefined && (i === 0 || p !== ""))
      ) {
        fail(
          c,
          badValue,
          start,
          end,
          t(
            `${c.subject} must be MARK or MARK/MASK, not ${quote(word)}`,
            `${c.subject} 必须是 MARK 或 MARK/MASK，而不是 ${quote(word)}`,
          ),
        );
      }
      return;
    }
    case "ip-proto":
      if (/^\d/.test(word)) {
        if (checkInteger(word, 0, 255, true).fault)
          numberFault(c, { ...arg, min: 0, max: 255 }, word, start, end, "range");
      } else if (!IP_PROTOCOLS.has(word) && !IP_PROTOCOL_ALIASES.has(word)) {
        fail(
          c,
          unknownValue,
          start,
          end,
          t(`Unknown IP protocol ${quote(word)}`, `未知的 IP 协议 ${quote(word)}`),
          closest(word, IP_PROTOCOLS, start, end),
        );
      }
      return;
    case "string":
    case "name":
    case "path":
    case "dir":
    case "email":
    case "user":
    case "group":
    case "hostname":
    case "url-path":
      if (/^[^;]+;$/.test(word) && c.subject !== "payload") semicolon(c, word, start, end);
      break;
    default:
  }
  // auth_pass has a rule of its own.
  if (arg.maxLength !== undefined && c.subject !== "auth_pass" && byteLength(word) > arg.maxLength)
    tooLong(c, arg, word, start, end);
}

/** Words that people use for truth values. */
const BOOLEAN_SYNONYMS: Readonly<Record<string, string>> = {
  "1": "true",
  y: "yes",
  t: "true",
  enable: "on",
  enabled: "on",
  "0": "false",
  n: "no",
  f: "false",
  disable: "off",
  disabled: "off",
};

function semicolon(c: ValueContext, word: string, start: number, end: number): void {
  c.report.add(
    trailingSemicolon,
    start,
    end,
    t(
      "There is no statement terminator: keepalived takes the semicolon for a part of the value.",
      "没有语句结束符：keepalived 会把分号当作取值的一部分。",
    ),
    {
      fixes: [
        {
          title: t("Remove “;”", "删除“;”"),
          edits: [replace(start, end, word.slice(0, -1))],
          safe: true,
        },
      ],
    },
  );
}

/** The word of a list that was meant. */
function closest(word: string, words: Iterable<string>, start: number, end: number): Fix[] {
  const meant = nearest(word, words);
  return meant
    ? [
        {
          title: t(`Replace by “${meant}”`, `替换为“${meant}”`),
          edits: [replace(start, end, meant)],
          safe: meant.toLowerCase() === word.toLowerCase(),
        },
      ]
    : [];
}

/** A MAC address with other separators, as keepalived reads it. */
export function macFixes(word: string, start: number, end: number): Fix[] {
  const digits = word.replace(/[-.:]/g, "");
  if (!/^[0-9A-Fa-f]{12}$/.test(digits)) return [];
  const mac = digits.match(/../g)!.join(":");
  return mac === word ? [] : [write(start, end, mac, true)];
}

/** A group address of the other family is meant for the other keyword. */
function otherGroup(c: ValueContext, family: 4 | 6): Fix[] {
  const name = `vrrp_mcast_group${family}`;
  if (!c.statement || !c.keyword?.name.startsWith("vrrp_mcast_group")) return [];
  return [
    {
      title: t(`Write ${name}`, `改用 ${name}`),
      edits: [replace(...c.statement.name, name)],
      safe: true,
    },
  ];
}

/** The default, where it is a literal. */
function ownDefault(c: ValueContext, start: number, end: number): Fix[] {
  const value = c.keyword?.spec.default;
  return typeof value === "string" && /^[\w.:]+$/.test(value)
    ? [
        {
          title: t(`Write the default ${value}`, `改为默认值 ${value}`),
          edits: [replace(start, end, value)],
        },
      ]
    : [];
}

/** Length in bytes of UTF-8, which is what keepalived counts. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    bytes +=
      code < 0x80
        ? 1
        : code < 0x800
          ? 2
          : code >= 0xd800 && code < 0xdc00
            ? 4
            : code >= 0xdc00 && code < 0xe000
              ? 0
              : 3;
  }
  return bytes;
}

function tooLong(c: ValueContext, arg: Arg, word: string, start: number, end: number): void {
  let kept = "";
  for (const char of word) {
    if (byteLength(kept + char) > arg.maxLength!) break;
    kept += char;
  }
  fail(
    c,
    valueTooLong,
    start,
    end,
    t(
      `${c.subject} may have ${arg.maxLength} characters, not ${byteLength(word)}`,
      `${c.subject} 最多 ${arg.maxLength} 个字符，当前为 ${byteLength(word)} 个`,
    ),
    c.effect.en === "cuts it"
      ? [
          {
            title: t(`Write “${kept}”, as keepalived does`, `改为“${kept}”，与 keepalived 的处理一致`),
            edits: [replace(start, end, kept)],
            safe: true,
          },
        ]
      : [],
  );
}

function raised(c: ValueContext, arg: Arg, word: string, start: number, end: number): void {
  c.report.add(
    raisedValue,
    start,
    end,
    t(
      `${c.subject} ${word} is too small; keepalived uses ${arg.raisedTo}.`,
      `${c.subject} 的值 ${word} 太小；keepalived 使用 ${arg.raisedTo}。`,
    ),
    {
      fixes: [
        {
          title: t(`Write ${arg.raisedTo}`, `改为 ${arg.raisedTo}`),
          edits: [replace(start, end, String(arg.raisedTo))],
          safe: true,
        },
      ],
    },
  );
}

function address(
  c: ValueContext,
  text: string,
  word: string,
  start: number,
  end: number,
): Address | undefined {
  const parsed = parseAddress(text);
  if (parsed) return parsed;
  fail(
    c,
    badAddress,
    start,
    end,
    t(`${quote(word)} is not an IP address`, `${quote(word)} 不是 IP 地址`),
    addressFixes(c, word, start, end),
  );
  return undefined;
}

/** An address as it was meant: without punctuation, brackets, leading zeros or port. */
export function repairedAddress(word: string): { readonly text: string; readonly safe: boolean } | undefined {
  const bare = word.replace(/[,;]+$/, "");
  const open = /^\[([^\]]+)\](.*)$/.exec(bare);
  const text = open ? open[1] + open[2] : bare;
  if (text !== word && parsePrefixed(text)) return { text, safe: true };
  const decimal = text.replace(/\b0+(?=\d)/g, "");
  if (!text.includes(":") && decimal !== text && parsePrefixed(decimal))
    return { text: decimal, safe: false };
  return undefined;
}

function addressFixes(c: ValueContext, word: string, start: number, end: number): Problem["fixes"] {
  const repaired = repairedAddress(word);
  if (repaired) return [write(start, end, repaired.text, repaired.safe)];
  const port = /^(\d+\.\d+\.\d+\.\d+|\[[0-9A-Fa-f:.]+\]):(\d+)$/.exec(word);
  const statement = c.statement;
  if (port && statement && c.keyword?.name === "connect_ip") {
    const address = port[1].replace(/[[\]]/g, "");
    return (place) => {
      const { text } = place.tree;
      const eol = lineEndAt(text, place.base + statement.end);
      return [
        {
          title: t(
            `Write ${address} and connect_port ${port[2]}`,
            `改为 ${address} 和 connect_port ${port[2]}`,
          ),
          edits: [
            replace(start, end, address),
            replace(
              eol - place.base,
              eol - place.base,
              `\n${indentAt(text, place.base + statement.start)}connect_port ${port[2]}`,
            ),
          ],
        },
      ];
    };
  }
  return [];
}

/** ff02::/16 */
const isLinkScope = (a: Address): boolean => a.family === 6 && ((a.value >> 112n) & 0xfn) === 2n;

function multicast(c: ValueContext, word: string, start: number, end: number): void {
  fail(
    c,
    notMulticast,
    start,
    end,
    t(`${word} is not a multicast address`, `${word} 不是组播地址`),
    ownDefault(c, start, end),
  );
}

/** Reports a prefix that is no number of the family, offering the prefix that a netmask means. */
export function prefixFault(c: ValueContext, word: string, a: Address, start: number, end: number): void {
  const slash = word.indexOf("/");
  const text = word.slice(slash + 1);
  const most = a.family === 4 ? 32 : 128;
  const from = start + (end - start - word.length === 0 ? slash + 1 : 0);
  const fixes: Fix[] = [];
  const netmask = a.family === 4 ? prefixOfNetmask(text) : undefined;
  const digits = /^(\d+)[,;]+$/.exec(text);
  if (netmask !== undefined) {
    fixes.push({
      title: t(`Write /${netmask}`, `改为 /${netmask}`),
      edits: [replace(from, end, String(netmask))],
      safe: true,
    });
  } else if (digits && Number(digits[1]) <= most) {
    fixes.push({
      title: t(`Write /${digits[1]}`, `改为 /${digits[1]}`),
      edits: [replace(from, end, digits[1])],
      safe: true,
    });
  }
  c.report.add(
    badPrefix,
    // A slash with nothing behind it is taken in silence.
    text === "" ? start : from,
    end,
    t(
      `The prefix length must be 0–${most}, not ${quote(text)}; keepalived uses /${most}.`,
      `前缀长度必须在 0–${most} 之间，而不是 ${quote(text)}；keepalived 使用 /${most}。`,
    ),
    { fixes, severity: text === "" ? "warning" : undefined },
  );
}

function checkEnum(c: ValueContext, arg: Arg, word: string, start: number, end: number): void {
  const values = arg.values ?? [];
  const known = arg.caseInsensitive
    ? values.find((v) => v.toLowerCase() === word.toLowerCase())
    : values.find((v) => v === word);
  if (known !== undefined) {
    const since = arg.valueSince?.[known];
    if (since && older(c, since)) {
      c.report.add(
        newerRelease,
        start,
        end,
        t(
          `${quote(known)} exists since keepalived ${since}; the target is ${c.options.target}.`,
          `${quote(known)} 自 keepalived ${since} 起可用；目标版本为 ${c.options.target}。`,
        ),
      );
    }
    return;
  }
  const lower = word.toLowerCase().replace(/[;,]+$/, "");
  const same = values.find((v) => v.toLowerCase() === lower);
  const meant = same ?? own(SYNONYMS, lower)?.find((v) => values.includes(v)) ?? nearest(word, values);
  const choices = word.split(/[|/,]/);
  // keepalived takes the words that it knows, and says nothing of the others.
  const silent = c.keyword?.name === "regex_options";
  const list = values.length > 12 ? undefined : either(values);
  c.report.add(
    unknownValue,
    start,
    end,
    t(
      `Unknown ${c.subject} ${quote(word)}${list ? `: expected ${list.en}` : ""}; keepalived ${c.effect.en}.${meant && !list ? ` Did you mean ${quote(meant)}?` : ""}`,
      `未知的 ${c.subject} ${quote(word)}${list ? `：应为 ${list.zh}` : ""}；keepalived ${c.effect.zh}。${meant && !list ? `是否想写 ${quote(meant)}？` : ""}`,
    ),
    {
      severity: silent ? "warning" : undefined,
      fixes: (meant
        ? [meant]
        : choices.length > 1 && choices.every((v) => values.includes(v))
          ? choices
          : []
      ).map((v) => ({
        title: t(`Replace by “${v}”`, `替换为“${v}”`),
        edits: [replace(start, end, v)],
        safe: v === same,
      })),
    },
  );
}

/** Words that people use for values of keepalived. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  slave: ["BACKUP"],
  standby: ["BACKUP"],
  secondary: ["BACKUP"],
  backup: ["BACKUP"],
  primary: ["MASTER"],
  active: ["MASTER"],
  roundrobin: ["rr"],
  "round-robin": ["rr"],
  source: ["sh"],
  leastconn: ["lc"],
  tunnel: ["TUN"],
  route: ["DR"],
  direct: ["DR"],
  masq: ["NAT"],
  masquerading: ["NAT"],
  gatewaying: ["DR"],
  ipip: ["TUN"],
  simple: ["PASS"],
  password: ["PASS"],
  ipv4: ["inet"],
  ipv6: ["inet6"],
};

function interfaceName(c: ValueContext, arg: Arg, word: string, start: number, end: number): void {
  const most = arg.maxLength ?? 15;
  if (byteLength(word) > most) {
    fail(
      c,
      badInterface,
      start,
      end,
      t(
        `Interface names have at most ${most} characters, not ${byteLength(word)}`,
        `接口名最多 ${most} 个字符，当前为 ${byteLength(word)} 个`,
      ),
    );
  } else if (/^[^;]+;$/.test(word)) {
    semicolon(c, word, start, end);
  } else if (word.includes("/") || word === "." || word === "..") {
    fail(
      c,
      badInterface,
      start,
      end,
      t(`${quote(word)} cannot be the name of an interface`, `${quote(word)} 不能作为接口名`),
    );
  } else {
    const colon = /^([^:]+):(\w+)$/.exec(word);
    if (colon) {
      c.report.add(
        badInterface,
        start,
        end,
        t(
          `${quote(word)} is an alias, not an interface; keepalived does not find it. Name the interface ${quote(colon[1])}, and label the address if the alias name matters.`,
          `${quote(word)} 是别名而不是接口，keepalived 找不到它。请写接口名 ${quote(colon[1])}；如果别名有用，请给地址加 label。`,
        ),
        {
          fixes: [
            {
              title: t(`Replace by “${colon[1]}”`, `替换为“${colon[1]}”`),
              edits: [replace(start, end, colon[1])],
            },
          ],
        },
      );
    }
  }
}

function hexString(c: ValueContext, arg: Arg, word: string, start: number, end: number): void {
  if (arg.length !== undefined) {
    // The digest of a page: an MD5 sum.
    if (word.length !== arg.length) {
      fail(
        c,
        badValue,
        start,
        end,
        t(
          `${c.subject} must have ${arg.length} hexadecimal digits, not ${word.length}`,
          `${c.subject} 必须有 ${arg.length} 位十六进制数字，当前为 ${word.length} 位`,
        ),
        hexFixes(word, "", start, end).filter((f) => f.edits[0].text.length === arg.length),
      );
    } else if (!/^[0-9A-Fa-f]*$/.test(word)) {
      fail(c, badValue, start, end, t(`${c.subject} must be hexadecimal`, `${c.subject} 必须是十六进制`));
    }
    return;
  }
  const wild = arg.wildcard ? "Xx" : "";
  if (!new RegExp(`^[0-9A-Fa-f${wild}]+$`).test(word)) {
    fail(
      c,
      badValue,
      start,
      end,
      t(
        `${c.subject} must be hexadecimal, not ${quote(word)}`,
        `${c.subject} 必须是十六进制，而不是 ${quote(word)}`,
      ),
      hexFixes(word, wild, start, end),
    );
  }
}

/** Up to 2.3 keepalived takes a last byte ff for its own sign of an error. */
export function lastByte(c: ValueContext, word: string, start: number, end: number): void {
  if (!/^(?:..)*ff$/i.test(word) || !older(c, "2.4.0")) return;
  fail(
    c,
    badValue,
    start,
    end,
    t(
      `Before 2.4 keepalived takes a last byte ff for an error of ${c.subject}`,
      `2.4 之前的 keepalived 把 ${c.subject} 末尾的字节 ff 当作错误`,
    ),
  );
}

/** Hexadecimal digits without prefix and separators. */
function hexFixes(word: string, wild: string, start: number, end: number): Fix[] {
  const bare = word.replace(/^0x/i, "").replace(/[:-]/g, "");
  return bare !== word && new RegExp(`^[0-9A-Fa-f${wild}]+$`).test(bare)
    ? [write(start, end, bare, true)]
    : [];
}

function hmacKey(c: ValueContext, arg: Arg, word: string, start: number, end: number): void {
  if (word.startsWith("file:")) return;
  const hex = /^hex:([0-9A-Fa-f]*)$/.exec(word);
  const bytes = hex ? Math.ceil(hex[1].length / 2) : byteLength(word.replace(/^ascii:/, ""));
  if (bytes < (arg.minLength ?? 0) || bytes > (arg.maxLength ?? 64)) {
    fail(
      c,
      badValue,
      start,
      end,
      t(
        `The key must have ${arg.minLength}–${arg.maxLength} bytes, not ${bytes}`,
        `密钥必须为 ${arg.minLength}–${arg.maxLength} 字节，当前为 ${bytes} 字节`,
      ),
    );
  }
}

function statusCodes(c: ValueContext, arg: Arg, word: string, start: number, end: number): void {
  const m = /^(\d+)(?:-(\d+))?$/.exec(word);
  const low = m ? Number(m[1]) : Number.NaN;
  const high = m ? Number(m[2] ?? m[1]) : Number.NaN;
  if (!(low >= Number(arg.min) && high <= Number(arg.max) && low <= high)) {
    fail(
      c,
      badValue,
      start,
      end,
      t(
        `${c.subject} must be a code or a range within ${arg.min}–${arg.max}, not ${quote(word)}`,
        `${c.subject} 必须是 ${arg.min}–${arg.max} 之间的状态码或范围，而不是 ${quote(word)}`,
      ),
      statusFixes(word, low, high, start, end),
    );
  }
}

function statusFixes(word: string, low: number, high: number, start: number, end: number): Fix[] {
  if (low > high) return [write(start, end, `${high}-${low}`)];
  const hundred = /^([1-5])xx$/i.exec(word);
  if (hundred) return [write(start, end, `${hundred[1]}00-${hundred[1]}99`, true)];
  const bare = /^(\d{3}(?:-\d{3})?)[,;]+$/.exec(word);
  return bare ? [write(start, end, bare[1], true)] : [];
}

/** A number that releases before some one take only without decimal places. */
function wholeNumber(c: ValueContext, since: string, word: string, start: number, end: number): void {
  const whole = Math.max(1, Math.round(Number(word)));
  fail(
    c,
    notANumber,
    start,
    end,
    t(
      `${c.subject} takes decimal places since keepalived ${since} only; the target is ${c.options.target}`,
      `${c.subject} 自 keepalived ${since} 起才支持小数；目标版本为 ${c.options.target}`,
    ),
    Number.isFinite(whole) ? [write(start, end, String(whole))] : [],
  );
}

/** Time of a route metric in its own unit, which is the one of a number without unit: 1/8, 1/4 or 1 ms. */
const RTT_PARTS: Readonly<Record<string, number>> = { rtt: 8, rttvar: 4, rto_min: 1 };
const RTT_MIN = 200;
const RTT_MAX = 120_000;

/** A time of a route: a number, and perhaps its unit. */
function routeTime(c: ValueContext, word: string, start: number, end: number): void {
  const m = /^\+?(\d+(?:\.(\d*))?|\.(\d+))(m?s(?:ecs?)?)?$/i.exec(word);
  if (!m) {
    fail(
      c,
      badValue,
      start,
      end,
      t(
        `${c.subject} must be a time such as 200ms or 1s, not ${quote(word)}`,
        `${c.subject} 必须是时间，例如 200ms 或 1s，而不是 ${quote(word)}`,
      ),
      /^\d*\.?\d+m?s[a-z]*$/i.test(word)
        ? [
            write(
              start,
              end,
              word.replace(/[a-z]+$/i, (u) => (/^ms/i.test(u) ? "ms" : "s")),
              true,
            ),
          ]
        : [],
    );
    return;
  }
  const unit = m[4]?.toLowerCase() ?? "";
  const parts = RTT_PARTS[c.subject] ?? 1;
  const places = unit.startsWith("s") ? 3 : 0;
  const number = Number(Number(m[1]).toFixed(places));
  // Without unit it counts in parts of a millisecond; the limit of what is read is the same number with a unit.
  const read = unit.startsWith("s") ? number * 1000 : number;
  const ms = unit === "" ? number / parts : read;
  if (read > RTT_MAX * parts) {
    fail(
      c,
      outOfRange,
      start,
      end,
      t(
        `${c.subject} must be 200ms–120s, not ${word}`,
        `${c.subject} 必须在 200ms–120s 之间，而不是 ${word}`,
      ),
      [write(start, end, "120s")],
    );
    return;
  }
  if ((m[2] ?? m[3] ?? "").length > places) {
    c.report.add(
      tooPrecise,
      start,
      end,
      t(
        `${c.subject} allows ${places === 0 ? "no" : places} decimal places${places === 0 ? " here" : ""}; keepalived rounds ${word}.`,
        `${c.subject} ${places === 0 ? "此处不允许小数" : `最多允许 ${places} 位小数`}；keepalived 会对 ${word} 四舍五入。`,
      ),
      { fixes: [write(start, end, `${number}${m[4] ?? ""}`, true)] },
    );
    return;
  }
  if ((ms >= RTT_MIN && ms <= RTT_MAX) || older(c, "2.2.8")) return;
  const bound = ms < RTT_MIN ? "200ms" : "120s";
  const meant = unit === "" && number >= RTT_MIN && number <= RTT_MAX ? `${word}ms` : undefined;
  c.report.add(
    outOfRange,
    start,
    end,
    unit === "" && parts > 1
      ? t(
          `${c.subject} must be 200ms–120s, and without unit it counts in 1/${parts} ms; keepalived uses ${bound}.`,
          `${c.subject} 必须在 200ms–120s 之间，不写单位时以 1/${parts} 毫秒计；keepalived 使用 ${bound}。`,
        )
      : t(
          `${c.subject} must be 200ms–120s; keepalived uses ${bound}.`,
          `${c.subject} 必须在 200ms–120s 之间；keepalived 使用 ${bound}。`,
        ),
    {
      severity: "warning",
      fixes: [...(meant ? [write(start, end, meant)] : []), write(start, end, bound, unit !== "")],
    },
  );
}

/** The other names that /etc/protocols has for them, which keepalived finds as well. */
const IP_PROTOCOL_ALIASES = new Set(
  "IP ICMP IGMP GGP IP-ENCAP ST TCP EGP IGP PUP UDP HMP XNS-IDP RDP ISO-TP4 DCCP XTP DDP IDPR-CMTP IPv6 IPv6-Route IPv6-Frag IDRP RSVP GRE IPSEC-ESP IPSEC-AH SKIP IPv6-ICMP IPv6-NoNxt IPv6-Opts RSPF CPHB VMTP EIGRP OSPFIGP AX.25 IPIP ETHERIP ENCAP PIM IPCOMP VRRP L2TP ISIS SCTP FC Mobility-Header UDPLite MPLS-in-IP HIP Shim6 WESP ROHC".split(
    " ",
  ),
);
const IP_PROTOCOLS = new Set(
  "ip icmp igmp ggp ipencap st tcp egp igp pup udp hmp xns-idp rdp iso-tp4 dccp xtp ddp idpr-cmtp ipv6 ipv6-route ipv6-frag idrp rsvp gre esp ah skip ipv6-icmp ipv6-nonxt ipv6-opts rspf vmtp eigrp ospf ax.25 ipip etherip encap pim ipcomp vrrp l2tp isis sctp fc mobility-header udplite mpls-in-ip manet hip shim6 wesp rohc ethernet".split(
    " ",
  ),
);

/**
 * Names of the iproute2 tables that exist on every system. A host may define more, so an unknown name is not certainly
 * wrong; keepalived on this host decides. Only what can be no name at all is reported as an error.
 */
const ROUTING_NAMES: Readonly<Record<string, readonly string[]>> = {
  "rt-table": ["default", "main", "local", "unspec", "all"],
  "rt-scope": ["global", "universe", "site", "link", "host", "nowhere"],
  "rt-proto": [
    "unspec",
    "redirect",
    "kernel",
    "boot",
    "static",
    "gated",
    "ra",
    "mrt",
    "zebra",
    "bird",
    "babel",
    "bgp",
    "isis",
    "ospf",
    "rip",
    "eigrp",
    "dnrouted",
    "xorp",
    "ntk",
    "dhcp",
    "keepalived",
    "openr",
  ],
  "rt-group": ["default"],
  "rt-realms": ["cosmos"],
  "rt-dsfield": [
    "default",
    "lowdelay",
    "throughput",
    "reliability",
    "CS0",
    "CS1",
    "CS2",
    "CS3",
    "CS4",
    "CS5",
    "CS6",
    "CS7",
    "AF11",
    "AF12",
    "AF13",
    "AF21",
    "AF22",
    "AF23",
    "AF31",
    "AF32",
    "AF33",
    "AF41",
    "AF42",
    "AF43",
    "EF",
  ],
};
const ROUTING_MAX: Readonly<Record<string, bigint>> = {
  "rt-table": 4294967295n,
  "rt-scope": 255n,
  "rt-proto": 255n,
  "rt-group": 4294967295n,
  "rt-realms": 255n,
  "rt-dsfield": 255n,
};
const LOCAL_NAMES = rule(
  "unknown-routing-name",
  "warning",
  t("A name that stands in none of the usual iproute2 tables.", "常见 iproute2 名称表中没有的名称。"),
);

function routingName(c: ValueContext, arg: Arg, word: string, start: number, end: number): void {
  // Of realms there are two at most; what follows a second slash is part of the second name.
  const slash = arg.type === "rt-realms" ? word.indexOf("/") : -1;
  const parts = slash < 0 ? [word] : [word.slice(0, slash), word.slice(slash + 1)];
  for (const part of parts) {
    const text = arg.type === "rt-dsfield" && /^[0-9A-Fa-f]{1,2}$/.test(part) ? `0x${part}` : part;
    const value = parseInteger(text, true);
    if (value !== undefined) {
      if (value < 0n || value > ROUTING_MAX[arg.type]) {
        // keepalived keeps 32 bits, and says nothing where these fit.
        const kept = BigInt.asUintN(32, value);
        if (kept <= ROUTING_MAX[arg.type]) {
          c.report.add(
            outOfRange,
            start,
            end,
            t(
              `${c.subject} must be 0–${ROUTING_MAX[arg.type]}; keepalived takes ${part} for ${kept}.`,
              `${c.subject} 必须在 0–${ROUTING_MAX[arg.type]} 之间；keepalived 会把 ${part} 当作 ${kept}。`,
            ),
            { severity: "warning" },
          );
          continue;
        }
        fail(
          c,
          outOfRange,
          start,
          end,
          t(
            `${c.subject} must be 0–${ROUTING_MAX[arg.type]}, not ${part}`,
            `${c.subject} 必须在 0–${ROUTING_MAX[arg.type]} 之间，而不是 ${part}`,
          ),
        );
      }
      continue;
    }
    if (ROUTING_NAMES[arg.type].includes(part)) continue;
    const kind = ROUTING_KIND[arg.type];
    c.report.add(
      LOCAL_NAMES,
      start,
      end,
      t(
        `${quote(part)} is no usual name of a ${kind.en}. Unless the iproute2 files of the host define it, keepalived ${c.effect.en}.`,
        `${quote(part)} 不是常见的${kind.zh}名称。如果主机的 iproute2 文件没有定义它，keepalived ${c.effect.zh}。`,
      ),
      { fixes: parts.length === 1 ? closest(part, ROUTING_NAMES[arg.type], start, end) : [] },
    );
  }
}

const ROUTING_KIND: Readonly<Record<string, Text>> = {
  "rt-table": t("routing table", "路由表"),
  "rt-scope": t("scope", " scope "),
  "rt-proto": t("routing protocol", "路由协议"),
  "rt-group": t("link group", "链路组"),
  "rt-realms": t("realm", " realm "),
  "rt-dsfield": t("TOS/DSCP value", " TOS/DSCP 值"),
};
