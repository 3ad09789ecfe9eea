/** The words that people write, and the phrases in which messages speak of keywords. */
import { type Context, KEYWORDS, type Keyword, ROOT_CONTEXT } from "../language";
import { type Text, t } from "../language/schema";
import { own } from "../text/lookup";
import { nearest } from "./rule";

/** What keepalived does with a bad value of a keyword, as a clause. */
export function effectOf(keyword: Keyword): Text {
  const special = EFFECTS[keyword.id] ?? EFFECTS[keyword.name];
  if (special) return special;
  if (keyword.spec.kind !== "leaf") return t("skips the whole block", "会跳过整个块");
  const d = keyword.spec.default;
  if (d === undefined) return t("ignores the line", "会忽略该行");
  const text = typeof d === "string" ? t(d, d) : d;
  return t(`ignores the line (default: ${text.en})`, `会忽略该行（默认：${text.zh}）`);
}

const EFFECTS: Readonly<Record<string, Text>> = {
  "vrrp_instance/state": t("starts as BACKUP", "会以 BACKUP 启动"),
  "vrrp_instance/priority": t("uses 100", "会使用 100"),
  "vrrp_instance/virtual_router_id": t(
    "ignores it, and the instance has no VRID",
    "会忽略它，实例将没有 VRID",
  ),
  "vrrp_instance/interface": t("ignores the line", "会忽略该行"),
  "vrrp_instance/authentication/auth_type": t(
    "ignores the line, so that there is no authentication",
    "会忽略该行，从而没有认证",
  ),
  "vrrp_instance/authentication/auth_pass": t("cuts it", "会截断它"),
  "virtual_server/lb_kind": t("uses NAT", "会使用 NAT"),
  "virtual_server/lvs_method": t("uses NAT", "会使用 NAT"),
  "virtual_server/lb_algo": t("uses wlc", "会使用 wlc"),
  "virtual_server/lvs_sched": t("uses wlc", "会使用 wlc"),
  "virtual_server/protocol": t("uses UDP", "会使用 UDP"),
  "virtual_server/persistence_timeout": t("uses no persistence", "不会启用会话保持"),
  "virtual_server/quorum": t("uses 1", "会使用 1"),
  "virtual_server/sorry_server": t("uses no sorry server", "不会使用 sorry_server"),
  "virtual_server/persistence_engine": t("cuts it", "会截断它"),
  process_name: t("cuts it", "会截断它"),
  vrrp_process_name: t("cuts it", "会截断它"),
  checker_process_name: t("cuts it", "会截断它"),
  bfd_process_name: t("cuts it", "会截断它"),
  lvs_process_name: t("cuts it", "会截断它"),
};

/** What a value without name is called. */
export const VALUE_ZH: Readonly<Record<string, string>> = {
  "<interface name>": "接口名",
  "<MAC address>": "MAC 地址",
  "<address>": "地址",
};

export const OPTION_EFFECT: Readonly<Record<string, Text>> = {
  lb_kind: t("ignores the rest of the line", "会忽略该行其余内容"),
  lvs_method: t("ignores the rest of the line", "会忽略该行其余内容"),
};

/** List blocks that keepalived reports when they are empty, where another rule does not say it better. */
export const EMPTY_LISTS: Readonly<Record<string, Text>> = {
  "global_defs/notification_email": t(
    "notification_email holds no address.",
    "notification_email 中没有地址。",
  ),
  "garp_group/interfaces": t("interfaces holds no interface.", "interfaces 中没有接口。"),
  "vrrp_sync_group/group": t(
    "The group has no member; keepalived removes the sync group.",
    "组中没有成员；keepalived 会删除该同步组。",
  ),
  "track_group/group": t(
    "The group has no member; keepalived removes it.",
    "组中没有成员；keepalived 会删除它。",
  ),
};

/** The characters that keepalived does not take for what they look like. */
export const LOOKALIKES: Readonly<Record<string, string>> = (() => {
  const table: Record<string, string> = {
    "\u00a0": " ",
    "\u202f": " ",
    "\u3000": " ",
    "\u200b": "",
    "\ufeff": "",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "\u201c": '"',
    "\u201d": '"',
    "\u2018": "'",
    "\u2019": "'",
  };
  for (let code = 0x2000; code <= 0x200a; code++) table[String.fromCharCode(code)] = " ";
  // The full-width forms of input methods.
  for (const c of "{}:;,=#!/-0123456789")
    table[String.fromCharCode(c.charCodeAt(0) + 0xfee0)] = c === "!" ? "#" : c;
  return table;
})();

export const NAMED: Readonly<Record<string, Text>> = {
  " ": t("a blank", "空格"),
  '"': t("a double quote", "双引号"),
  "'": t("an apostrophe", "单引号"),
};

const ODD_CLASS = Object.keys(LOOKALIKES).join("");

export const ODD = new RegExp(`[${ODD_CLASS}]`);

/** In text that may hold any character: blanks, and quotes and comment signs at its ends. */
export const ODD_IN_TEXT =
  /[\u00a0\u2000-\u200b\u202f\u3000\ufeff]|^[\u201c\u201d\u2018\u2019\uff03]|[\u201c\u201d]$/;

/** In a command: blanks, and dashes that begin an option. */
export const ODD_IN_COMMAND =
  /[\u00a0\u2000-\u200b\u202f\u3000\ufeff]|^[\u2013\u2014\u2212]|[ "'][\u2013\u2014\u2212]/;

/** Keywords of forks and of other daemons that are met in files named keepalived.conf. */
export const OTHER_DIALECTS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "local_address_group",
    "laddr_group_name",
    "synproxy",
    "daddr_group_name",
    "daddr_group",
    "establish_timeout",
    "est_timeout",
    "bps",
    "limit_proportion",
    "conn_timeout",
    "expire_quiescent_conn",
    "syn_proxy",
    "deny_address_group",
    "blklst_addr_gname",
    "blklst_group",
    "whtlst_addr_gname",
    "whtlst_group",
    "proxy_protocol",
    "hash_target",
    "dest_check",
  ].map((k) => [k, "DPVS"]),
);

/** Keywords of keepalived 1 and mistakes that are copied from file to file. */
export const REMOVED: Readonly<Record<string, { readonly text: Text; readonly by?: string }>> = {
  nat_mask: { text: t("Nothing replaces it: delete the line.", "没有替代项：请删除该行。") },
  net_mask: { text: t("Nothing replaces it: delete the line.", "没有替代项：请删除该行。") },
  lvs_id: { text: t("Write router_id.", "请改用 router_id。"), by: "router_id" },
};

/** What replaces an old statement, where it is no keyword. */
export const OLD_BY_ZH: Readonly<Record<string, string>> = {
  "additional SMTP_CHECK blocks": "多个 SMTP_CHECK 块",
};

/** What people mean by a word behind a keyword that is a switch. */
export const truth = (word: string): boolean | undefined =>
  /^(1|true|yes|on|enabled?)$/i.test(word)
    ? true
    : /^(0|false|no|off|disabled?)$/i.test(word)
      ? false
      : undefined;

/** Names for blocks that may have any. */
export const NAME_PREFIXES: Readonly<Record<string, string>> = {
  vrrp_instance: "VI_",
  vrrp_sync_group: "VG_",
  virtual_server_group: "VSG_",
};

/** Words that people use for keywords. */
const KEYWORD_SYNONYMS: Readonly<Record<string, string>> = {
  vrid: "virtual_router_id",
  prio: "priority",
  vip: "virtual_ipaddress",
  password: "auth_pass",
  lb_method: "lb_kind",
  scheduler: "lb_algo",
};

interface Guess {
  /** The keyword of the block that was meant. */
  readonly meant: string | undefined;
  /** Only letter case or the joining sign differ. */
  readonly sure: boolean;
  /** The keyword of another block that was meant. */
  readonly far: string | undefined;
}

const guesses = new Map<string, Guess>();

const ALL_NAMES = [...new Set(KEYWORDS.map((k) => k.name))];

/** The keyword that a word was meant to be. */
export function suggest(context: Context, name: string): Guess {
  const key = `${context.id} ${name}`;
  const known = guesses.get(key);
  if (known) return known;
  if (guesses.size > 10_000) guesses.clear();
  const names = context.keywords.map((k) => k.name);
  const plain = name.toLowerCase().replace(/-/g, "_");
  const same = names.find((n) => n.toLowerCase() === plain || n.toLowerCase().replace(/_/g, "") === plain);
  let meant = same;
  if (meant === undefined && name.length <= 60) {
    meant = nearest(name, names);
    const synonym = own(KEYWORD_SYNONYMS, plain);
    if (meant === undefined && synonym && context.get(synonym)) meant = synonym;
    if (meant === undefined && name.length >= 5) {
      // Its beginning or its end got lost.
      const parts = names.filter((n) => n.startsWith(name) || n.endsWith(name));
      if (parts.length === 1) [meant] = parts;
    }
  }
  const far = meant === undefined && name.length <= 60 ? nearest(name, ALL_NAMES) : undefined;
  const guess: Guess = { meant, sure: same !== undefined, far };
  guesses.set(key, guess);
  return guess;
}

/** A blank before a word of the language that stands in Chinese text. */
export const spaced = (text: string): string => (/^\w/.test(text) ? ` ${text}` : text);

/** Where a keyword may stand, as a phrase. */
export function placeOf(keywords: readonly Keyword[]): Text {
  const places: string[] = [];
  let root = false;
  for (const k of keywords) {
    if (k.parent === ROOT_CONTEXT) root = true;
    else {
      const block = k.parent.id.split("/").pop()!;
      if (!places.includes(block)) places.push(block);
    }
  }
  const shown = places.slice(0, 4);
  const more = places.length > shown.length ? ", …" : "";
  const inEn = shown.length > 0 ? `in ${shown.join(", ")}${more}` : "";
  const inZh = shown.length > 0 ? `${shown.join("、")}${more ? "……" : ""} 块中` : "";
  if (!root) return t(inEn, inZh);
  return shown.length > 0
    ? t(`at the top level or ${inEn}`, `顶层或 ${inZh}`)
    : t("at the top level", "顶层");
}

export function countText(keyword: Keyword): Text {
  if (keyword.spec.forms) return t("nothing more", "在此不再接受其他内容");
  const n = keyword.spec.args.length;
  if (n === 0) return t("no value", "不带取值");
  if (n === 1) return t("one value", "只接受一个值");
  return t(`at most ${n} values`, `最多接受 ${n} 个值`);
}
