/** Single faults, as people make them, put into a configuration without any. */
import { keywordById, keywordsNamed } from "../../server/src/language";
import type { Arg } from "../../server/src/language/schema";
import { type Dice, type Item, type Printed, print } from "./generate";

export interface Fault {
  readonly operator: string;
  readonly what: string;
  readonly text: string;
  /** Lines on which the fault may be told, the likeliest first; none for a change that is no fault. */
  readonly lines: readonly number[];
}

/** A place in the configuration. */
interface Site {
  readonly item: Item;
  readonly parent: Item | undefined;
  readonly list: Item[];
}

/** What an operator did: where it should be told, in which words. `edit` changes the printed text itself. */
interface Done {
  readonly what: string;
  /** Items on whose line (or, with `close`, on whose closing line) the fault is. */
  readonly at: readonly (Item | { readonly close: Item })[];
  readonly edit?: (lines: string[], printed: Printed) => readonly number[] | undefined;
}

type Operator = (sites: readonly Site[], dice: Dice) => Done | undefined;

const copy = (items: readonly Item[]): Item[] =>
  items.map((i) => ({ ...i, words: [...i.words], body: i.body && copy(i.body) }));

function sitesOf(list: Item[], parent?: Item): Site[] {
  return list.flatMap((item) => [{ item, parent, list }, ...(item.body ? sitesOf(item.body, item) : [])]);
}

/** Puts one fault in; undefined where the configuration has no place for it. */
export function spoil(
  items: readonly Item[],
  operator: string,
  dice: Dice,
  layout: number,
): Fault | undefined {
  const root = copy(items);
  const done = OPERATORS[operator](sitesOf(root), dice);
  if (!done) return undefined;
  const printed = print(root, layout);
  const lines = done.at.flatMap((a) => {
    const place = printed.lines.get("close" in a ? a.close : a);
    return place ? ["close" in a ? place.close : place.line] : [];
  });
  if (!done.edit) return { operator, what: done.what, text: printed.text, lines };
  const text = printed.text.split("\n");
  const edited = done.edit(text, printed);
  return { operator, what: done.what, text: text.join("\n"), lines: edited ?? lines };
}

// ---------------------------------------------------------------------------------------------- picking

const leaf = (s: Site): boolean => s.item.keyword?.spec.kind === "leaf";
const hasBody = (s: Site): boolean => s.item.body !== undefined;
const named =
  (...names: string[]) =>
  (s: Site): boolean =>
    s.item.keyword !== undefined && names.includes(s.item.words[0]);
const inside =
  (...names: string[]) =>
  (s: Site): boolean =>
    s.parent !== undefined && names.includes(s.parent.words[0]);

function pick(sites: readonly Site[], dice: Dice, fits: (s: Site) => boolean): Site | undefined {
  const fitting = sites.filter(fits);
  return fitting.length > 0 ? dice.of(fitting) : undefined;
}

/** A word of a statement and its description. */
function argument(
  sites: readonly Site[],
  dice: Dice,
  fits: (a: Arg) => boolean,
): { item: Item; at: number; arg: Arg } | undefined {
  const all = sites.flatMap(({ item }) =>
    item.keyword === undefined
      ? []
      : item.keyword.spec.args.flatMap((arg, i) =>
          fits(arg) && item.words.length > i + 1 ? [{ item, at: i + 1, arg }] : [],
        ),
  );
  return all.length > 0 ? dice.of(all) : undefined;
}

const replaced = (
  found: { item: Item; at: number } | undefined,
  word: (old: string) => string,
): Done | undefined => {
  if (!found) return undefined;
  const { item, at } = found;
  const old = item.words[at];
  item.words[at] = word(old);
  return { what: `${item.words[0]} ${item.words[at]} for ${old}`, at: [item] };
};

function misspell(word: string, dice: Dice): string {
  for (let n = 0; n < 20; n++) {
    const at = dice.between(1, Math.max(1, word.length - 2));
    const wrong = dice.of([
      word.slice(0, at) + word.slice(at + 1),
      word.slice(0, at) + word[at] + word.slice(at),
      word.slice(0, at) + (word[at + 1] ?? "") + word[at] + word.slice(at + 2),
      word.includes("_") ? word.replace("_", dice.of(["-", "", " "])) : `${word}s`,
    ]);
    if (wrong !== word && keywordsNamed(wrong).length === 0) return wrong;
  }
  return `${word}x`;
}

const remove = ({ item, list }: Site): void => void list.splice(list.indexOf(item), 1);

const insertAfter = ({ item, list }: Site, ...more: Item[]): void =>
  void list.splice(list.indexOf(item) + 1, 0, ...more);

const twin = (item: Item): Item => copy([item])[0];

// ---------------------------------------------------------------------------------------------- operators

const ADDRESS_ENTRIES = [
  "virtual_ipaddress",
  "virtual_ipaddress_excluded",
  "unicast_peer",
  "static_ipaddress",
];
const BLOCK_NAMES = [
  "vrrp_instance",
  "vrrp_script",
  "vrrp_sync_group",
  "track_file",
  "virtual_server_group",
  "bfd_instance",
];

export const OPERATORS: Readonly<Record<string, Operator>> = {
  "misspelt keyword": (sites, dice) => {
    const s = pick(sites, dice, (x) => x.item.keyword !== undefined && x.item.words[0].length > 3);
    if (!s) return undefined;
    const old = s.item.words[0];
    s.item.words[0] = misspell(old, dice);
    return { what: `${s.item.words[0]} for ${old}`, at: [s.item] };
  },
  "wrong case": (sites, dice) => {
    const s = pick(sites, dice, (x) => x.item.keyword !== undefined && /^[a-z]/.test(x.item.words[0]));
    if (!s) return undefined;
    const old = s.item.words[0];
    s.item.words[0] = dice.chance(50) ? old.toUpperCase() : old[0].toUpperCase() + old.slice(1);
    return { what: `${s.item.words[0]} for ${old}`, at: [s.item] };
  },
  "wrong block": (sites, dice) => {
    const s = pick(sites, dice, leaf);
    const target = pick(
      sites,
      dice,
      (x) =>
        hasBody(x) &&
        x.item.keyword?.context?.entry === undefined &&
        x.item.keyword?.context?.get(s?.item.words[0] ?? "") === undefined,
    );
    if (!s || !target) return undefined;
    const moved = twin(s.item);
    target.item.body!.splice(dice.below(target.item.body!.length + 1), 0, moved);
    return { what: `${moved.words[0]} in ${target.item.words[0]}`, at: [moved] };
  },
  "missing closing brace": (sites, dice) => {
    const s = pick(sites, dice, hasBody);
    if (!s) return undefined;
    s.list[s.list.indexOf(s.item)] = { ...s.item, spoilt: "no-close" };
    const spoilt = s.list.find((i) => i.spoilt === "no-close")!;
    return {
      what: `of ${spoilt.words[0]}`,
      at: [],
      edit: (_, { lines }) => [
        lines.get(spoilt)!.line,
        lines.get(spoilt)!.close + 1,
        lines.get(spoilt)!.close + 2,
      ],
    };
  },
  "extra closing brace": (sites, dice) => {
    const s = pick(sites, dice, hasBody);
    if (!s) return undefined;
    const spoilt: Item = { ...s.item, spoilt: "extra-close" };
    s.list[s.list.indexOf(s.item)] = spoilt;
    return {
      what: `after ${spoilt.words[0]}`,
      at: [],
      edit: (text, { lines }) => {
        // The brace that is one too many may be any up to the end of the outermost block.
        const first = lines.get(spoilt)!.close + 1;
        const all = [first, first - 1];
        for (let n = first; n < text.length && /^\s*\}?\s*$/.test(text[n]); n++) all.push(n + 1);
        if (s.parent) all.push(lines.get(root(sites, s.parent))!.close);
        return all;
      },
    };
  },
  "missing opening brace": (sites, dice) => {
    const s = pick(sites, dice, hasBody);
    if (!s) return undefined;
    const spoilt: Item = { ...s.item, spoilt: "no-open" };
    s.list[s.list.indexOf(s.item)] = spoilt;
    return {
      what: `of ${spoilt.words[0]}`,
      at: [],
      edit: (_, { lines }) => [lines.get(spoilt)!.line, lines.get(spoilt)!.line + 1],
    };
  },
  "out of range": (sites, dice) =>
    replaced(
      argument(
        sites,
        dice,
        (a) => /^(uint|int|decimal)$/.test(a.type) && Number(a.max) < 4_294_967_295 && !a.unchecked,
      ),
      () => dice.of(["4294967296", "99999999999", "-300"]),
    ),
  "just out of range": (sites, dice) => {
    const found = argument(
      sites,
      dice,
      (a) => /^(uint|int)$/.test(a.type) && Number(a.max) < 100_000 && !a.unchecked,
    );
    return replaced(found, () =>
      String(dice.chance(60) ? Number(found!.arg.max) + 1 : Number(found!.arg.min) - 1),
    );
  },
  "not a number": (sites, dice) =>
    replaced(
      argument(sites, dice, (a) => /^(uint|int|decimal)$/.test(a.type)),
      (old) => dice.of(["high", `${old}s`, `${old};`, `${old},`, "0x10", "ten", `${old}%`]),
    ),
  "fraction of an integer": (sites, dice) =>
    replaced(
      argument(sites, dice, (a) => /^(uint|int)$/.test(a.type)),
      (old) => `${old}.5`,
    ),
  "unknown value": (sites, dice) =>
    replaced(
      argument(sites, dice, (a) => a.type === "enum" && a.optional !== true),
      (old) =>
        dice.of([`${old}X`, "auto", old === old.toUpperCase() ? old.toLowerCase() : old.toUpperCase()]),
    ),
  "not a boolean": (sites, dice) =>
    replaced(
      argument(sites, dice, (a) => a.type === "bool"),
      () => dice.of(["1", "enabled", "True", "0"]),
    ),
  "bad address": (sites, dice) => {
    const s = pick(sites, dice, inside(...ADDRESS_ENTRIES));
    return (
      s &&
      replaced({ item: s.item, at: 0 }, (old) =>
        dice.of([`${old}0000`, "10.0.0", "10.0.0.300", "10.0.0.l", "2001:::1", "vip1"]),
      )
    );
  },
  "bad prefix length": (sites, dice) => {
    const s = pick(sites, dice, (x) => inside("virtual_ipaddress")(x) && /\//.test(x.item.words[0]));
    return (
      s &&
      replaced({ item: s.item, at: 0 }, (old) =>
        old.replace(/\/.*/, dice.of(["/129", "/33x", "/-1", "/999"])),
      )
    );
  },
  "bad address of a server": (sites, dice) => {
    const s = pick(sites, dice, named("real_server", "sorry_server"));
    return (
      s && replaced({ item: s.item, at: 1 }, () => dice.of(["10.0.0.256", "10.0.0", "web1", "10.0.0.1/24"]))
    );
  },
  "bad port": (sites, dice) => {
    const s = pick(sites, dice, (x) => named("real_server", "sorry_server")(x) && x.item.words.length > 2);
    return s && replaced({ item: s.item, at: 2 }, () => dice.of(["65536", "http", "80a", "-1"]));
  },
  "address and port in one word": (sites, dice) => {
    const s = pick(sites, dice, (x) => named("real_server")(x) && x.item.words.length > 2);
    if (!s) return undefined;
    s.item.words.splice(1, 2, `${s.item.words[1]}:${s.item.words[2]}`);
    return { what: s.item.words[1], at: [s.item] };
  },
  "wrong family": (sites, dice) => {
    const s = pick(
      sites,
      dice,
      (x) => inside("virtual_ipaddress")(x) && x.parent!.body!.length > 1 && x.list.indexOf(x.item) > 0,
    );
    return s && replaced({ item: s.item, at: 0 }, (old) => (old.includes(":") ? "10.9.9.9" : "2001:db8::99"));
  },
  "wrong family of a server": (sites, dice) => {
    const s = pick(sites, dice, (x) => named("real_server")(x) && x.parent?.words[1] !== "fwmark");
    return s && replaced({ item: s.item, at: 1 }, (old) => (old.includes(":") ? "10.9.9.9" : "2001:db8::99"));
  },
  "missing argument": (sites, dice) => {
    const s = pick(
      sites,
      dice,
      (x) => leaf(x) && x.item.words.length === 2 && x.item.keyword!.spec.args[0]?.optional !== true,
    );
    if (!s) return undefined;
    s.item.words.pop();
    return { what: `of ${s.item.words[0]}`, at: [s.item] };
  },
  "missing name of a block": (sites, dice) => {
    const s = pick(sites, dice, named(...BLOCK_NAMES));
    if (!s) return undefined;
    s.item.words.splice(1);
    return { what: `of ${s.item.words[0]}`, at: [s.item] };
  },
  "missing required statement": (sites, dice) => {
    const s = pick(
      sites,
      dice,
      (x) =>
        x.item.keyword?.spec.mandatory === true &&
        x.list.filter((i) => i.words[0] === x.item.words[0]).length === 1,
    );
    if (!s?.parent) return undefined;
    remove(s);
    return { what: `${s.item.words[0]} of ${s.parent.words[0]}`, at: [s.parent, { close: s.parent }] };
  },
  "block without content": (sites, dice) => {
    const s = pick(sites, dice, (x) => x.parent !== undefined && (x.item.body?.length ?? 0) > 0);
    if (!s) return undefined;
    s.item.body = [];
    return {
      what: s.item.words[0],
      at: [s.item, { close: s.item }, ...(s.parent ? [s.parent, { close: s.parent }] : [])],
    };
  },
  "duplicate name": (sites, dice) => {
    const s = pick(sites, dice, named(...BLOCK_NAMES));
    if (!s) return undefined;
    const second = twin(s.item);
    insertAfter(s, second);
    return { what: second.words.join(" "), at: [second, s.item] };
  },
  "duplicate statement": (sites, dice) => {
    const s = pick(
      sites,
      dice,
      (x) =>
        leaf(x) &&
        x.item.words.length > 1 &&
        !["accumulate", "merge", "several"].includes(x.item.keyword!.spec.repeat ?? ""),
    );
    if (!s) return undefined;
    const second = twin(s.item);
    insertAfter(s, second);
    return { what: second.words.join(" "), at: [second, s.item] };
  },
  "duplicate address": (sites, dice) => {
    const s = pick(sites, dice, inside("virtual_ipaddress"));
    if (!s) return undefined;
    const second = twin(s.item);
    insertAfter(s, second);
    return { what: second.words[0], at: [second, s.item] };
  },
  "duplicate virtual router id": (sites, dice) => {
    // Only adverts that meet each other clash: multicast of one family.
    const instances = sites
      .filter((s) => named("vrrp_instance")(s) && !s.item.body?.some((i) => /^unicast/.test(i.words[0])))
      .map((s) => s.item);
    if (instances.length < 2) return undefined;
    const [a, b] = dice.some(instances, 2);
    const of = (item: Item, name: string) => item.body!.find((i) => i.words[0] === name);
    const family = (item: Item) => of(item, "virtual_ipaddress")?.body?.[0]?.words[0].includes(":");
    if (family(a) !== family(b)) return undefined;
    const [x, y] = [of(a, "virtual_router_id"), of(b, "virtual_router_id")];
    const [i, j] = [of(a, "interface"), of(b, "interface")];
    if (!x || !y || !i || !j) return undefined;
    y.words[1] = x.words[1];
    j.words[1] = i.words[1];
    return { what: x.words[1], at: [y, x] };
  },
  "undefined reference": (sites, dice) => {
    const s = pick(
      sites,
      dice,
      (x) => inside("track_script", "track_process", "group")(x) && x.parent!.body!.length > 0,
    );
    if (s) return replaced({ item: s.item, at: 0 }, (old) => `${old}_x`);
    return undefined;
  },
  "undefined reference of a checker": (sites, dice) => {
    const s = pick(
      sites,
      dice,
      (x) =>
        (named("name")(x) && inside("BFD_CHECK")(x)) || (named("track_file")(x) && inside("FILE_CHECK")(x)),
    );
    return s && replaced({ item: s.item, at: 1 }, (old) => `${old}_x`);
  },
  "undefined group of virtual servers": (sites, dice) => {
    const s = pick(sites, dice, (x) => named("virtual_server")(x) && x.item.words[1] === "group");
    return s && replaced({ item: s.item, at: 2 }, (old) => `${old}_x`);
  },
  "declared after use": (sites, dice) => {
    const s = pick(
      sites,
      dice,
      (x) =>
        named("vrrp_script")(x) &&
        sites.some((y) => inside("track_script")(y) && y.item.words[0] === x.item.words[1]),
    );
    if (!s) return undefined;
    remove(s);
    s.list.push(s.item);
    const uses = sites.filter((y) => inside("track_script")(y) && y.item.words[0] === s.item.words[1]);
    return { what: s.item.words[1], at: [...uses.map((u) => u.item), s.item] };
  },
  "undefined definition": (sites, dice) => {
    const s = pick(
      sites,
      dice,
      (x) => leaf(x) && x.item.words.length === 2 && x.item.keyword!.spec.args[0].type !== "script",
    );
    return s && replaced({ item: s.item, at: 1 }, () => dice.of(["$UNKNOWN", "${UNKNOWN}"]));
  },
  "open quote": (sites, dice) => {
    const s = pick(sites, dice, (x) => leaf(x) && x.item.words.some((w) => /^".*"$/.test(w)));
    if (!s) return undefined;
    const at = s.item.words.findIndex((w) => /^".*"$/.test(w));
    return replaced({ item: s.item, at }, (old) => old.slice(0, -1));
  },
  "typographic quotes": (sites, dice) => {
    const s = pick(sites, dice, (x) => leaf(x) && x.item.words.some((w) => /^".*"$/.test(w)));
    if (!s) return undefined;
    const at = s.item.words.findIndex((w) => /^".*"$/.test(w));
    return replaced({ item: s.item, at }, (old) => `“${old.slice(1, -1)}”`);
  },
  "full-width character": (sites, dice) => {
    const s = pick(sites, dice, (x) => leaf(x) && x.item.words.length > 1);
    if (!s) return undefined;
    const name = s.item.words[0];
    s.item.words[0] = dice.of([`${name}：`, `\u3000${name}`, `${name}\u00a0`, `\u200b${name}`]);
    return { what: name, at: [s.item] };
  },
  "other comment": (sites, dice) => {
    const s = pick(sites, dice, (x) => leaf(x) && x.parent !== undefined);
    if (!s) return undefined;
    const comment: Item = { words: [dice.of(["//", ";", "--", "/*"]), "see the runbook"] };
    insertAfter(s, comment);
    return { what: comment.words[0], at: [comment] };
  },
  "trailing semicolon": (sites, dice) => {
    const s = pick(sites, dice, (x) => leaf(x) && x.item.words.length > 1);
    return s && replaced({ item: s.item, at: s.item.words.length - 1 }, (old) => `${old};`);
  },
  "equals sign": (sites, dice) => {
    const s = pick(sites, dice, (x) => leaf(x) && x.item.words.length === 2);
    if (!s) return undefined;
    s.item.words.splice(1, 0, "=");
    return { what: s.item.words.join(" "), at: [s.item] };
  },
  "two statements on a line": (sites, dice) => {
    const s = pick(
      sites,
      dice,
      (x) =>
        leaf(x) &&
        x.list.length > x.list.indexOf(x.item) + 1 &&
        x.list[x.list.indexOf(x.item) + 1].keyword?.spec.kind === "leaf",
    );
    if (!s) return undefined;
    const [next] = s.list.splice(s.list.indexOf(s.item) + 1, 1);
    s.item.words.push(...next.words);
    return { what: s.item.words.join(" "), at: [s.item] };
  },
  "statement on two lines": (sites, dice) => {
    const s = pick(sites, dice, (x) => leaf(x) && x.item.words.length > 1);
    if (!s) return undefined;
    const rest: Item = { words: s.item.words.splice(1) };
    insertAfter(s, rest);
    return { what: `${s.item.words[0]} / ${rest.words.join(" ")}`, at: [s.item, rest] };
  },
  "unknown checker": (sites, dice) => {
    const s = pick(sites, dice, (x) => hasBody(x) && inside("real_server")(x));
    return (
      s &&
      replaced({ item: s.item, at: 0 }, () =>
        dice.of(["TCP_CONNECT", "HTTP_CHECK", "UDP_GET", "PING", "TCP_CHECKS"]),
      )
    );
  },
  "misplaced checker": (sites, dice) => {
    const s = pick(sites, dice, (x) => hasBody(x) && inside("real_server")(x));
    const server = s && sites.find((x) => x.item.body?.includes(s.parent!));
    if (!s || !server) return undefined;
    remove(s);
    server.item.body!.push(s.item);
    return { what: s.item.words[0], at: [s.item] };
  },
  "unknown option of an entry": (sites, dice) => {
    const s = pick(
      sites,
      dice,
      inside("virtual_ipaddress", "virtual_routes", "track_script", "track_interface", "virtual_rules"),
    );
    if (!s) return undefined;
    s.item.words.push(dice.of(["devv", "wieght", "labl", "net"]), "eth0");
    return { what: s.item.words.join(" "), at: [s.item] };
  },
  "option without value": (sites, dice) => {
    const s = pick(
      sites,
      dice,
      inside("virtual_ipaddress", "virtual_routes", "track_script", "track_interface"),
    );
    if (!s) return undefined;
    s.item.words.push(s.parent!.words[0].startsWith("virtual") ? "dev" : "weight");
    return { what: s.item.words.join(" "), at: [s.item] };
  },
  "weight out of range": (sites, dice) => {
    const s = pick(sites, dice, inside("track_script", "track_interface", "track_process"));
    if (!s) return undefined;
    s.item.words = [s.item.words[0], "weight", dice.of(["255", "-255", "1000", "x", "1.5"])];
    return { what: s.item.words.join(" "), at: [s.item] };
  },
  "password too long": (sites, dice) =>
    replaced(named1(sites, dice, "auth_pass"), () => dice.of(["123456789", "averylongpassword"])),
  "no preemption of a master": (sites, dice) => {
    const s = pick(sites, dice, (x) => named("state")(x) && x.item.words[1] === "MASTER");
    if (!s) return undefined;
    const added: Item = { words: ["nopreempt"], keyword: keywordById("vrrp_instance/nopreempt") };
    insertAfter(s, added);
    return { what: "nopreempt", at: [added, s.item] };
  },
  "interval of version 2": (sites, dice) => {
    const s = pick(sites, dice, (x) => named("advert_int")(x) && /^\d+$/.test(x.item.words[1]));
    return s && replaced({ item: s.item, at: 1 }, () => dice.of(["0.5", "1.25", "256", "0"]));
  },
  "quorum beyond the weights": (sites, dice) => {
    const s = pick(sites, dice, named("virtual_server"));
    if (!s) return undefined;
    const added: Item = { words: ["quorum", "999999"], keyword: keywordById("virtual_server/quorum") };
    s.item.body!.unshift(added);
    return { what: "quorum 999999", at: [added, s.item] };
  },
  "ports that differ": (sites, dice) => {
    const s = pick(
      sites,
      dice,
      (x) =>
        named("real_server")(x) &&
        ["DR", "TUN"].includes(x.list.find((i) => /^(lb_kind|lvs_method)$/.test(i.words[0]))?.words[1] ?? ""),
    );
    return s && s.item.words.length > 2
      ? replaced({ item: s.item, at: 2 }, (old) => String(Number(old) + 1))
      : undefined;
  },
  "too long a line": (sites, dice) => {
    const s = pick(sites, dice, (x) => leaf(x) && x.item.words.length > 1);
    if (!s) return undefined;
    s.item.words.push(`# ${"x".repeat(1100)}`);
    return {
      what: s.item.words[0],
      at: [s.item],
      edit: (_, { lines }) => [lines.get(s.item)!.line, lines.get(s.item)!.line + 1],
    };
  },
  "byte order mark": () => ({
    what: "U+FEFF",
    at: [],
    edit: (lines) => {
      lines[0] = `\uFEFF${lines[0]}`;
      return [1];
    },
  }),
  // Not faults: keepalived takes them as they are.
  "harmless blanks": (sites, dice) => {
    const s = pick(sites, dice, leaf);
    if (!s) return undefined;
    s.item.words[0] = `\t ${s.item.words[0]} `;
    return { what: s.item.words[0], at: [] };
  },
  "harmless brace": (sites, dice) => {
    const s = pick(sites, dice, hasBody);
    return (
      s && {
        what: s.item.words[0],
        at: [],
        edit: (lines, { lines: at }) => {
          const n = at.get(s.item)!.line - 1;
          lines[n] = lines[n].replace(/ \{/, "{");
          return [];
        },
      }
    );
  },
  "harmless carriage returns": () => ({
    what: "CRLF",
    at: [],
    edit: (lines) => {
      for (let i = 0; i < lines.length; i++) lines[i] += "\r";
      return [];
    },
  }),
  "harmless definition": (sites, dice) => {
    const s = pick(
      sites,
      dice,
      (x) => leaf(x) && x.item.words.length === 2 && /^[\w.]+$/.test(x.item.words[1]),
    );
    if (!s) return undefined;
    const value = s.item.words[1];
    s.item.words[1] = "${VALUE_1}";
    return {
      what: value,
      at: [],
      edit: (lines) => {
        lines.unshift(`$VALUE_1=${value}`);
        return [];
      },
    };
  },
  "harmless order": (sites, dice) => {
    const s = pick(sites, dice, (x) => named("virtual_server", "global_defs")(x));
    if (!s) return undefined;
    remove(s);
    if (dice.chance(50)) s.list.push(s.item);
    else s.list.unshift(s.item);
    return { what: s.item.words[0], at: [] };
  },
};

const named1 = (sites: readonly Site[], dice: Dice, name: string) => {
  const s = pick(sites, dice, named(name));
  return s && { item: s.item, at: 1 };
};

/** The outermost block around an item. */
function root(sites: readonly Site[], item: Item): Item {
  for (let at = item; ; ) {
    const parent = sites.find((s) => s.item === at)?.parent;
    if (!parent) return at;
    at = parent;
  }
}
