/** What would make a node agree with its peer: fixes for the faults of a comparison, in the file of the left node. */

import { indentAt, reindented, remove } from "../checks/edits";
import { insertBlock, insertStatement, lineBelow } from "../checks/insert";
import { type Edit, type Fix, replace } from "../checks/rule";
import { addressKey, formatAddress, sameAddress } from "../language/address";
import { type Text, t } from "../language/schema";
import type { Located } from "../model/config";
import type { AddressEntry, RealServer, Span, VirtualServer, VrrpInstance } from "../model/model";
import { type Influence, influences } from "../model/priorities";
import { Kind } from "../syntax/records";
import type { Node } from "../syntax/tree";
import { lineEndAt, lineStartAt } from "../text/lines";
import type { Row, Section } from "./compare";
import type { ClusterNode, NodeInstance } from "./nodes";

/**
 * Fixes of a fault. Offsets are those of the text of the left node's reading.
 * @param taken priorities that other nodes have for a virtual router.
 */
export function remedies(
  left: ClusterNode,
  right: ClusterNode,
  section: Section,
  row: Row,
  taken: (virtualRouterId: number) => ReadonlySet<number> = () => new Set(),
): Fix[] {
  if (section.pair)
    return new InstanceRemedies(left, right, section.pair.left, section.pair.right, taken).of(row);
  if (section.services) return new ServiceRemedies(left, right, section.services).of(row);
  return [];
}

const write = (text: string): Text => t(`Write ${text}`, `改为 ${text}`);
const insert = (text: string): Text => t(`Insert “${text}”`, `插入“${text}”`);
const asOn = (what: Text, label: string): Text =>
  t(`Take over the ${what.en} of ${label}`, `采用 ${label} 的${what.zh}`);

/** Edits of an item as edits of the text. */
const placed = (node: Node, edits: readonly Edit[]): Edit[] =>
  edits.map((e) => replace(e.start + node.base, e.end + node.base, e.text));

/** The text of a node of the peer, for a place with another indentation. */
function copied(node: Node, indent: string): string {
  const { text } = node.tree;
  return reindented(
    text.slice(node.start, node.fullEnd).replace(/\r/g, ""),
    indentAt(text, node.start),
    indent,
  );
}

/** Sum of the positive or of the negative weights. */
const total = (list: readonly Influence[], sign: 1 | -1): number =>
  list.reduce((n, x) => (Math.sign(x.weight) === sign ? n + x.weight : n), 0);

class InstanceRemedies {
  private readonly lm: VrrpInstance;
  private readonly rm: VrrpInstance;
  private readonly block: Node | undefined;

  constructor(
    private readonly left: ClusterNode,
    private readonly right: ClusterNode,
    private readonly l: NodeInstance,
    private readonly r: NodeInstance,
    private readonly taken: (virtualRouterId: number) => ReadonlySet<number>,
  ) {
    this.lm = l.at.model;
    this.rm = r.at.model;
    this.block = left.reading.config.nodeOf(l.at);
  }

  of(row: Row): Fix[] {
    const { lm, rm } = this;
    switch (row.aspect) {
      case "state":
        // The one that says MASTER without being it.
        return lm.state?.value === "MASTER" && this.l.priority <= this.r.priority
          ? [{ title: write("BACKUP"), edits: [this.value(lm.state, "BACKUP")] }]
          : [];
      case "priority":
        return this.priority();
      case "failover":
        return this.failover();
      case "version":
        return this.setting("version", lm.version, String(this.r.version));
      case "advert-int":
        return this.setting("advert_int", lm.advertInt, String(rm.advertInt?.value ?? 1));
      case "authentication":
        return this.authentication();
      case "unicast":
        return this.unicast();
      case "nopreempt":
        return this.nopreempt();
      case "vips":
        return this.addresses("virtual_ipaddress", lm.virtualIps, rm.virtualIps);
      case "excluded-vips":
        return this.addresses("virtual_ipaddress_excluded", lm.excludedIps, rm.excludedIps);
      default:
        return [];
    }
  }

  private range(span: Span): Span {
    return this.left.reading.config.range(this.l.at, span);
  }

  private value(span: Span, text: string): Edit {
    const { start, end } = this.range(span);
    return replace(start, end, text);
  }

  /** Edits that put a statement below the virtual_router_id. */
  private statement(statement: string): Edit[] {
    const { block, lm } = this;
    if (!block) return [];
    const { text } = this.left.reading.tree;
    const { end } = this.range(lm.virtualRouterId!);
    if (/^[ \t\r]*([#!].*)?$/.test(text.slice(end, lineEndAt(text, end))))
      return [lineBelow(text, end, end, statement)];
    return placed(block, insertStatement(block, statement));
  }

  private setting(keyword: string, span: Span | undefined, value: string): Fix[] {
    if (span) return [{ title: write(`${keyword} ${value}`), edits: [this.value(span, value)] }];
    return [{ title: insert(`${keyword} ${value}`), edits: this.statement(`${keyword} ${value}`) }];
  }

  private priority(): Fix[] {
    const { lm, rm } = this;
    const p = this.l.priority;
    const taken = this.taken(this.l.virtualRouterId);
    const own = influences(this.left.reading.config, lm);
    const other = influences(this.right.reading.config, rm);
    // What a failure takes away from the stronger one has to be enough.
    const decides = (n: number) => {
      const strong = n > p ? own : other;
      return (
        !strong.some((x) => x.weight !== 0) ||
        Math.abs(n - p) < -total(strong, -1) + total(n > p ? other : own, 1)
      );
    };
    const free = (sign: 1 | -1) => {
      const numbers = [10, 5, 15, 1]
        .map((step) => p + sign * step)
        .filter((n) => n >= 1 && n <= 254 && !taken.has(n));
      return numbers.filter(decides).concat(numbers).slice(0, 1);
    };
    const less = free(-1);
    const more = free(1);
    const masters = [lm, rm].map((m) => m.state?.value === "MASTER");
    // Where one of them is meant to be the master it is clear who gets less.
    const wanted = masters[0] === masters[1] ? [...less, ...more] : masters[0] ? more : less;
    return wanted.flatMap((n) => this.setting("priority", lm.priority, String(n)));
  }

  private failover(): Fix[] {
    const { l, r, lm } = this;
    const own = influences(this.left.reading.config, lm);
    const other = influences(this.right.reading.config, r.at.model);
    const fixes: Fix[] = [];
    if (l.priority > r.priority) {
      const best = Math.min(254, r.priority + total(other, 1));
      const weighted = own.filter((x) => x.weight !== 0);
      const [only] = weighted;
      if (weighted.length === 1 && only.weight < 0 && only.kind !== "file" && l.priority < 255) {
        const weight = best - 1 - l.priority;
        const edit = weight >= -253 && l.priority + weight >= 1 ? this.weight(only.name, weight) : undefined;
        if (edit) fixes.push({ title: write(`weight ${weight}`), edits: [edit] });
      }
      const loss = -total(own, -1);
      const p = Math.min(254, best + loss - 1);
      if (
        lm.priority &&
        p > r.priority &&
        p < l.priority &&
        p + total(own, 1) > best &&
        p + total(own, 1) <= 254
      )
        fixes.push({ title: write(`priority ${p}`), edits: [this.value(lm.priority, String(p))] });
    } else {
      const worst = Math.max(1, r.priority + total(other, -1));
      const p = worst + 1 - total(own, 1);
      if (r.priority < 255 && p > l.priority && worst + 1 < r.priority + total(other, 1))
        fixes.push(...this.setting("priority", lm.priority, String(p)));
    }
    return fixes;
  }

  /** Another weight for a tracker, where it stands. */
  private weight(name: string, weight: number): Edit | undefined {
    const { lm } = this;
    const { config } = this.left.reading;
    const tracked = [...lm.trackScripts, ...lm.trackInterfaces, ...lm.trackProcesses, ...lm.trackBfds].find(
      (x) => x.name.value === name,
    );
    if (tracked?.weight) return tracked.reverse ? undefined : this.value(tracked.weight, String(weight));
    for (const list of [config.scripts, config.trackProcesses, config.bfds]) {
      for (const at of list) {
        const { model } = at;
        if (model.name !== name || !model.weight || ("reverse" in model && model.reverse)) continue;
        const { start, end } = config.range(at, model.weight);
        return replace(start, end, String(weight));
      }
    }
    return undefined;
  }

  private authentication(): Fix[] {
    const { lm, rm, block } = this;
    const title = asOn(t("authentication", "认证设置"), this.right.label);
    const theirs = this.right.reading.config.nodeOf(this.r.at)?.child("authentication");
    const own = block?.child("authentication");
    if (!block) return [];
    const { text } = block.tree;
    if (!theirs)
      return own
        ? [
            {
              title: t("Delete the authentication", "删除认证设置"),
              edits: [remove(text, own.start, own.fullEnd)],
            },
          ]
        : [];
    if (!rm.authPass || theirs.close < 0) return [];
    if (!own) return [{ title, edits: placed(block, insertBlock(block, copied(theirs, "").split("\n"))) }];
    const type = rm.authType?.value ?? "PASS";
    const password = this.right.reading.config.range(this.r.at, rm.authPass);
    const edits: Edit[] = [];
    if ((lm.authType?.value ?? "PASS") !== type) {
      if (!lm.authType) return [];
      edits.push(this.value(lm.authType, type));
    }
    const word = this.right.reading.tree.text.slice(password.start, password.end);
    if (lm.authPass) edits.push(this.value(lm.authPass, word));
    else edits.push(...placed(own, insertBlock(own, [`auth_pass ${word}`])));
    return [{ title, edits }];
  }

  private unicast(): Fix[] {
    const { lm, rm, block } = this;
    if (!block) return [];
    const mine = lm.unicastSourceIp?.value;
    const theirs = rm.unicastSourceIp?.value;
    if (lm.unicastPeers.length === 0) {
      // The peer knows the address of this node.
      if (rm.unicastPeers.length !== 1 || !theirs) return [];
      const source = formatAddress(mine ?? rm.unicastPeers[0].address);
      const lines = mine ? [] : [`unicast_src_ip ${source}`];
      lines.push("unicast_peer {", `    ${formatAddress(theirs)}`, "}");
      return [
        {
          title: t(
            `Send unicast adverts to ${formatAddress(theirs)}`,
            `改为向 ${formatAddress(theirs)} 发送单播通告`,
          ),
          edits: placed(block, insertBlock(block, lines)),
        },
      ];
    }
    if (rm.unicastPeers.length === 0 || !theirs || !mine) return [];
    const names = (m: VrrpInstance, a: typeof mine) => m.unicastPeers.some((p) => sameAddress(p.address, a));
    if (sameAddress(mine, theirs)) {
      // A copy of the peer's file: this node is the one that it names.
      const [peer] = lm.unicastPeers;
      if (lm.unicastPeers.length !== 1 || !names(rm, peer.address) || sameAddress(peer.address, mine))
        return [];
      const { start } = this.range(peer);
      const word = /^\S+/.exec(block.tree.text.slice(start))![0];
      return [
        {
          title: t(
            `Exchange ${formatAddress(mine)} and ${formatAddress(peer.address)}`,
            `对调 ${formatAddress(mine)} 与 ${formatAddress(peer.address)}`,
          ),
          edits: [
            this.value(lm.unicastSourceIp!, formatAddress(peer.address)),
            replace(start, start + word.length, formatAddress(mine)),
          ],
        },
      ];
    }
    const list = block.child("unicast_peer");
    if (names(lm, theirs) || !list || list.close < 0) return [];
    const address = formatAddress(theirs);
    return [{ title: insert(address), edits: placed(list, insertBlock(list, [address])) }];
  }

  private nopreempt(): Fix[] {
    const { lm, l, r, block } = this;
    if (!block) return [];
    if (lm.nopreempt) {
      const { start, end } = this.range(lm.nopreempt);
      return [
        { title: t("Delete nopreempt", "删除 nopreempt"), edits: [remove(block.tree.text, start, end)] },
      ];
    }
    // Weights have no effect with nopreempt.
    if (l.priority < r.priority || influences(this.left.reading.config, lm).some((x) => x.weight !== 0))
      return [];
    const edits = this.statement("nopreempt");
    if (lm.state?.value === "MASTER") edits.push(this.value(lm.state, "BACKUP"));
    return [{ title: insert("nopreempt"), edits }];
  }

  /** The addresses of the peer instead of one's own. */
  private addresses(keyword: string, own: readonly AddressEntry[], other: readonly AddressEntry[]): Fix[] {
    const { block } = this;
    const list = block?.child(keyword);
    if (!block || (list && list.close < 0)) return [];
    const lacks = (a: readonly AddressEntry[], b: readonly AddressEntry[]) =>
      a.filter((x) => !b.some((y) => sameAddress(x.address, y.address)));
    const { text } = block.tree;
    const theirs = this.right.reading;
    const lines = lacks(other, own).map((entry) => {
      const { start, end } = theirs.config.range(this.r.at, entry);
      return theirs.tree.text.slice(start, end);
    });
    const extra = lacks(own, other);
    const edits: Edit[] = [];
    if (extra.length === own.length && lines.length === 0 && list) {
      edits.push(remove(text, list.start, list.fullEnd));
    } else {
      for (const entry of extra) {
        const { start, end } = this.range(entry);
        edits.push(remove(text, start, end));
      }
      if (lines.length > 0)
        edits.push(
          ...(list
            ? placed(list, insertBlock(list, lines))
            : placed(block, insertBlock(block, [`${keyword} {`, ...lines.map((x) => `    ${x}`), "}"]))),
        );
    }
    if (lines.length > 0 && extra.length === 0)
      return [{ title: insert(lines.length === 1 ? lines[0] : lines.join("; ")), edits }];
    return [{ title: asOn(t("virtual addresses", "虚拟地址"), this.right.label), edits }];
  }
}

type Services = NonNullable<Section["services"]>;

class ServiceRemedies {
  constructor(
    private readonly left: ClusterNode,
    private readonly right: ClusterNode,
    private readonly services: Services,
  ) {}

  of(row: Row): Fix[] {
    const { left, right } = this.services;
    if (row.aspect === "virtual-server") return !left && right ? this.whole(right) : [];
    if (!left || !right) return [];
    switch (row.aspect) {
      case "scheduler":
        return this.statement(left, right, ["lb_algo", "lvs_sched"], false);
      case "forwarding-method":
        return this.statement(left, right, ["lb_kind", "lvs_method"], false);
      case "persistence":
        return this.statement(left, right, ["persistence_timeout"], true);
      case "sorry-server":
        return this.statement(left, right, ["sorry_server"], true);
      case "real-servers":
        return this.realServers(left, right);
      default:
        return [];
    }
  }

  private nodes(
    left: Located<VirtualServer>,
    right: Located<VirtualServer>,
  ): { own: Node; theirs: Node } | undefined {
    const own = this.left.reading.config.nodeOf(left);
    const theirs = this.right.reading.config.nodeOf(right);
    return own && theirs && own.close >= 0 && theirs.close >= 0 ? { own, theirs } : undefined;
  }

  /** A virtual server that only the peer has, below the last one of this node. */
  private whole(right: Located<VirtualServer>): Fix[] {
    const { config, tree } = this.left.reading;
    const theirs = this.right.reading.config.nodeOf(right);
    const last = config.virtualServers[config.virtualServers.length - 1];
    const node = last && config.nodeOf(last);
    // A group has to be declared, too.
    if (!theirs || theirs.close < 0 || !node || node.close < 0 || right.model.target.kind === "group")
      return [];
    const at = lineEndAt(tree.text, node.fullEnd);
    const eol = tree.text.charAt(at - 1) === "\r" ? "\r\n" : "\n";
    const block = copied(theirs, "").split("\n").join(eol);
    return [
      {
        title: insert(theirs.text.trim()),
        edits: [replace(at - (eol.length - 1), at - (eol.length - 1), `${eol}${eol}${block}`)],
      },
    ];
  }

  /** A statement as the peer has it; where the peer has none it goes, if that is allowed. */
  private statement(
    left: Located<VirtualServer>,
    right: Located<VirtualServer>,
    names: readonly string[],
    optional: boolean,
  ): Fix[] {
    const nodes = this.nodes(left, right);
    if (!nodes) return [];
    const find = (node: Node) =>
      [...node.children].reverse().find((c) => names.includes(c.keyword?.name ?? ""));
    const own = find(nodes.own);
    const theirs = find(nodes.theirs);
    const { text } = nodes.own.tree;
    if (!theirs)
      return own && optional
        ? [
            {
              title: t(`Delete “${own.text}”`, `删除“${own.text}”`),
              edits: [remove(text, own.start, own.end)],
            },
          ]
        : [];
    if (own) return [{ title: write(theirs.text), edits: [replace(own.start, own.end, theirs.text)] }];
    return [
      { title: insert(theirs.text), edits: placed(nodes.own, insertStatement(nodes.own, theirs.text)) },
    ];
  }

  /** Missing real servers as the peer writes them, others gone. */
  private realServers(left: Located<VirtualServer>, right: Located<VirtualServer>): Fix[] {
    const nodes = this.nodes(left, right);
    if (!nodes) return [];
    const key = (s: RealServer) => `${addressKey(s.address)} ${s.port}`;
    const blocks = (node: Node, vs: Located<VirtualServer>) => {
      const map = new Map<string, { model: RealServer; node: Node }>();
      for (const model of vs.model.realServers) {
        const start = node.base + model.start;
        const at = node.children.find((c) => c.kind === Kind.Statement && c.start === start);
        if (at && (!at.hasBody || at.close >= 0)) map.set(key(model), { model, node: at });
      }
      return map;
    };
    const own = blocks(nodes.own, left);
    const theirs = blocks(nodes.theirs, right);
    if (own.size !== left.model.realServers.length || theirs.size !== right.model.realServers.length)
      return [];
    const { text } = nodes.own.tree;
    const edits: Edit[] = [];
    const titles: string[] = [];
    for (const [k, s] of own) {
      const other = theirs.get(k);
      if (!other) edits.push(remove(text, s.node.start, s.node.fullEnd));
      else if (weightOf(s.model, left.model) !== weightOf(other.model, right.model)) {
        const indent = indentAt(text, s.node.start);
        if (text.slice(lineStartAt(text, s.node.start), s.node.start).trim() !== "") return [];
        edits.push(replace(s.node.start, s.node.fullEnd, copied(other.node, indent).trimStart()));
      }
    }
    const missing = [...theirs].filter(([k]) => !own.has(k)).map(([, s]) => s.node);
    for (const node of missing) titles.push(node.text.trim());
    if (missing.length > 0)
      edits.push(
        ...placed(
          nodes.own,
          insertBlock(
            nodes.own,
            missing.flatMap((n) => copied(n, "").split("\n")),
          ),
        ),
      );
    if (edits.length === 0) return [];
    const title =
      edits.length === 1 && titles.length === 1
        ? insert(titles[0])
        : asOn(t("real servers", "真实服务器"), this.right.label);
    return [{ title, edits }];
  }
}

const weightOf = (s: RealServer, vs: VirtualServer): string =>
  `${s.weight?.value ?? vs.weight?.value ?? 1} ${s.forwarding?.method ?? ""}`;
