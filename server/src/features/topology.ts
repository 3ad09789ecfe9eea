/**
 * A configuration as a graph: who advertises which addresses to whom, what decides about the priority, which virtual servers
 * stand behind an address, and the servers behind those. Texts are for people; nothing here knows how it is drawn.
 */
import type { FileRange, Reading } from "../checks/project";
import { placeIn } from "../checks/project";
import { type ClusterNode, type NodeInstance, pairs } from "../cluster/nodes";
import { addressKey, formatAddress } from "../language/address";
import type { Text } from "../language/schema";
import { advertsOf } from "../lvs/control";
import { endpointText, inAnyRange, rangeText } from "../lvs/ranges";
import { assignedAddresses, type Destination, type Service, serviceSteps } from "../lvs/services";
import type { Located } from "../model/config";
import type { AddressEntry, Checker, Span, SyncGroup, Tracked, VrrpInstance } from "../model/model";
import { basePriority, effectivePriorities } from "../model/priorities";
import { finish, type Steps } from "../text/steps";
import { type Locale, say } from "./diagnostics";

export type NodeKind = "sync-group" | "instance" | "tracker" | "peer" | "group" | "service";

/** `P`: how a place in the text is given. */
export interface TopologyNode<P> {
  /** Stable while the text changes elsewhere. */
  readonly id: string;
  readonly kind: NodeKind;
  /** What it is: `VRRP instance`, `script`, … */
  readonly caption: string;
  readonly title: string;
  readonly lines: readonly Line[];
  readonly rows: readonly TopologyRow<P>[];
  /** For an instance: the sync group around it. */
  readonly parent?: string;
  readonly place?: P;
}

export interface Line {
  readonly text: string;
  readonly tone?: "warning";
}

/** Something inside a node that has a place of its own. */
export interface TopologyRow<P> extends Line {
  readonly id: string;
  readonly kind: "vip" | "real" | "sorry" | "member" | "instance";
  /** Beside the text, for example weight and checks. */
  readonly detail: string;
  /** The whole of it in words. */
  readonly label: string;
  readonly place?: P;
}

export interface TopologyEdge {
  /** Ids of nodes or rows. */
  readonly from: string;
  readonly to: string;
  readonly kind: "tracks" | "adverts" | "serves";
  readonly label: string;
}

export interface Topology<P> {
  readonly nodes: readonly TopologyNode<P>[];
  readonly edges: readonly TopologyEdge[];
}

/** A header, and the end of the block that begins with it. */
export interface BlockPlace extends FileRange {
  readonly fullEnd: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The graph of one reading.
 * @param own the reading as a node of a cluster; undefined without VRRP instance
 * @param others nodes that may be its peers
 */
export const topology = (...of: Parameters<typeof topologySteps>): Topology<BlockPlace> =>
  finish(topologySteps(...of));

/** The same in steps. */
export function topologySteps(
  reading: Reading,
  own: ClusterNode | undefined,
  others: readonly ClusterNode[],
  locale: Locale,
): Steps<Topology<BlockPlace>> {
  return new Builder(reading, locale).build(own, others);
}

class Builder {
  private readonly nodes: Mutable<TopologyNode<BlockPlace>>[] = [];
  private readonly edges: TopologyEdge[] = [];
  private readonly ids = new Set<string>();
  /** Nodes of instances, by their object. */
  private readonly instances = new Map<VrrpInstance, string>();
  /** Rows of virtual addresses, by address. */
  private readonly vips = new Map<number | string, string>();
  private readonly vipEntries: { readonly entry: AddressEntry; readonly id: string }[] = [];

  constructor(
    private readonly reading: Reading,
    private readonly locale: Locale,
  ) {}

  private say(en: string, zh: string): string {
    return this.locale === "zh-cn" ? zh : en;
  }

  private text(x: Text): string {
    return say(x, this.locale);
  }

  private id(wanted: string): string {
    let id = wanted;
    for (let n = 2; this.ids.has(id); n++) id = `${wanted}#${n}`;
    this.ids.add(id);
    return id;
  }

  private place(
    reading: Reading,
    at: Located<unknown>,
    span: Span & { readonly fullEnd?: number },
  ): BlockPlace | undefined {
    const { start, end } = reading.config.range(at, span);
    const head = placeIn(reading, start, end);
    if (!head) return undefined;
    if (span.fullEnd === undefined || span.fullEnd <= span.end) return { ...head, fullEnd: head.end };
    const last = reading.config.offset(at, span.fullEnd);
    const tail = placeIn(reading, Math.max(start, last - 1), last);
    return { ...head, fullEnd: tail?.uri === head.uri && tail.end >= head.end ? tail.end : head.end };
  }

  private here(at: Located<unknown>, span: Span & { readonly fullEnd?: number }): BlockPlace | undefined {
    return this.place(this.reading, at, span);
  }

  *build(own: ClusterNode | undefined, others: readonly ClusterNode[]): Steps<Topology<BlockPlace>> {
    yield* this.reading.config.modelSteps();
    this.syncGroups();
    for (const at of this.reading.config.instances) {
      this.instance(at);
      yield;
    }
    this.trackers();
    yield* this.peers(own, others);
    yield* this.services();
    return { nodes: this.nodes, edges: this.edges };
  }

  // -------------------------------------------------------------------------------------------- VRRP

  /** The group of an instance, by the instance's name. */
  private readonly groupOf = new Map<string, string>();
  private readonly groups: { readonly at: Located<SyncGroup>; readonly id: string }[] = [];

  private syncGroups(): void {
    const declared = new Set(this.reading.config.instances.map(({ model }) => model.name));
    for (const at of this.reading.config.syncGroups) {
      const { model } = at;
      const members = model.members.filter((m) => declared.has(m.value) && !this.groupOf.has(m.value));
      if (members.length === 0) continue;
      const id = this.id(`sync:${model.name}`);
      for (const member of members) this.groupOf.set(member.value, id);
      this.groups.push({ at, id });
      this.nodes.push({
        id,
        kind: "sync-group",
        caption: this.say("sync group", "同步组"),
        title: model.name,
        lines: [],
        rows: [],
        place: this.here(at, model),
      });
    }
  }

  private instance(at: Located<VrrpInstance>): void {
    const { config } = this.reading;
    const { model } = at;
    const id = this.id(`instance:${model.name}`);
    this.instances.set(model, id);
    const base = basePriority(model);
    const states = effectivePriorities(config, model).map((s) => s.priority);
    const low = Math.min(...states);
    const high = Math.max(...states);
    const state = base === 255 ? "MASTER" : (model.state?.value ?? "BACKUP");
    const range = low === high && low === base ? "" : ` (${low === high ? low : `${low}–${high}`})`;
    const priority = this.say(`priority ${base}${range}`, `优先级 ${base}${range}`);
    const facts = [
      this.router(model),
      model.interface?.value,
      model.unicastPeers.length > 0 ? this.say("unicast", "单播") : undefined,
      model.useVmac ? "VMAC" : undefined,
    ];
    const rows: TopologyRow<BlockPlace>[] = [];
    const add = (entry: AddressEntry, excluded: boolean) => {
      const address = formatAddress(entry.address);
      const text = entry.prefix === undefined ? address : `${address}/${entry.prefix}`;
      const row = this.id(`${id}/${address}`);
      const detail = [
        entry.dev && entry.dev.value !== model.interface?.value ? entry.dev.value : "",
        excluded ? this.say("excluded", "不通告") : "",
      ]
        .filter((x) => x !== "")
        .join(" · ");
      rows.push({
        id: row,
        kind: "vip",
        text,
        detail,
        label: `${this.say("virtual address", "虚拟地址")} ${text}${detail ? `, ${detail}` : ""}`,
        place: this.here(at, entry),
      });
      if (!this.vips.has(addressKey(entry.address))) this.vips.set(addressKey(entry.address), row);
      this.vipEntries.push({ entry, id: row });
    };
    for (const entry of model.virtualIps) add(entry, false);
    for (const entry of model.excludedIps) add(entry, true);
    this.nodes.push({
      id,
      kind: "instance",
      caption: this.say("VRRP instance", "VRRP 实例"),
      title: model.name,
      lines: [{ text: `${state} · ${priority}` }, { text: facts.filter((x) => x !== undefined).join(" · ") }],
      rows,
      parent: this.groupOf.get(model.name),
      place: this.here(at, model),
    });
  }

  private router({ virtualRouterId }: VrrpInstance): string {
    return virtualRouterId ? `VRID ${virtualRouterId.value}` : this.say("no VRID", "无 VRID");
  }

  // -------------------------------------------------------------------------------------------- trackers

  private trackers(): void {
    const { config } = this.reading;
    const known = new Map<string, { id: string; weight: number; reverse: boolean }>();
    const seconds = (n: number) => this.say(`every ${n} s`, `每 ${n} 秒`);
    const declare = (
      kind: string,
      caption: string,
      name: string,
      lines: readonly (string | undefined)[],
      place: BlockPlace | undefined,
      weight: number,
      reverse: boolean,
    ) => {
      // The first declaration of a name counts.
      if (known.has(`${kind}:${name}`)) return;
      const id = this.id(`${kind}:${name}`);
      known.set(`${kind}:${name}`, { id, weight, reverse });
      this.nodes.push({
        id,
        kind: "tracker",
        caption,
        title: name,
        lines: lines.filter((x) => x !== undefined && x !== "").map((text) => ({ text: text as string })),
        rows: [],
        place,
      });
    };
    for (const at of config.scripts) {
      const { model } = at;
      // Only the program: its arguments may hold a password.
      const program = model.command?.command.trim().split(/\s+/)[0]?.split("/").pop();
      const every = seconds(model.interval?.value ?? 1);
      const fact = [
        every,
        model.fall && `fall ${model.fall.value}`,
        model.rise && `rise ${model.rise.value}`,
      ];
      declare(
        "script",
        this.say("script", "脚本"),
        model.name,
        [program, fact.filter((x) => x).join(" · ")],
        this.here(at, model),
        model.weight?.value ?? 0,
        model.reverse,
      );
    }
    for (const at of config.trackFiles) {
      const { model } = at;
      declare(
        "file",
        this.say("file", "文件"),
        model.name,
        [model.file?.value],
        this.here(at, model),
        model.weight?.value ?? 1,
        model.reverse,
      );
    }
    for (const at of config.trackProcesses) {
      const { model } = at;
      declare(
        "process",
        this.say("process", "进程"),
        model.name,
        [model.process?.value],
        this.here(at, model),
        model.weight?.value ?? 0,
        model.reverse,
      );
    }
    for (const at of config.bfds) {
      const { model } = at;
      declare(
        "bfd",
        this.say("BFD session", "BFD 会话"),
        model.name,
        [model.neighbor && `→ ${formatAddress(model.neighbor.value)}`],
        this.here(at, model),
        model.weight?.value ?? 0,
        false,
      );
    }
    const use = (kind: string, target: string, at: Located<unknown>, list: readonly Tracked[]) => {
      for (const entry of list) {
        const { value: name } = entry.name;
        if (kind === "interface")
          declare(kind, this.say("interface", "接口"), name, [], this.here(at, entry), 0, false);
        const declared = known.get(`${kind}:${name}`);
        // What nobody declares keepalived does not track.
        if (!declared) continue;
        const weight = entry.weight?.value ?? declared.weight;
        const reverse = entry.weight ? entry.reverse : declared.reverse;
        this.edges.push({
          from: declared.id,
          to: target,
          kind: "tracks",
          label: kind === "file" ? `×${reverse ? -weight : weight}` : effect(reverse ? -weight : weight),
        });
      }
    };
    const all = (target: string, at: Located<VrrpInstance | SyncGroup>) => {
      const { model } = at;
      use("script", target, at, model.trackScripts);
      use("interface", target, at, model.trackInterfaces);
      use("file", target, at, model.trackFiles);
      use("process", target, at, model.trackProcesses);
      use("bfd", target, at, model.trackBfds);
    };
    for (const at of config.instances) all(this.instances.get(at.model) as string, at);
    for (const { at, id } of this.groups) all(id, at);
  }

  // -------------------------------------------------------------------------------------------- peers

  private *peers(own: ClusterNode | undefined, others: readonly ClusterNode[]): Steps<void> {
    /** Unicast peers that are nodes of the workspace, by instance and address. */
    const found = new Set<string>();
    const kinds = new Map(
      advertsOf(this.reading.config).map(({ at, group, ah }) => [
        at.model,
        `${group ? formatAddress(group) : this.say("unicast", "单播")}${ah ? " · AH" : ""}`,
      ]),
    );
    for (const other of own ? others : []) {
      yield;
      const matched = pairs(own as ClusterNode, other);
      if (matched.length === 0) continue;
      const id = this.id(`peer:${other.label}`);
      const rows: TopologyRow<BlockPlace>[] = [];
      for (const { left, right } of matched) {
        const target = this.instances.get(left.at.model);
        if (target === undefined) continue;
        rows.push(this.peerRow(id, other, right));
        const source = right.at.model.unicastSourceIp?.value;
        if (source) found.add(`${target} ${addressKey(source)}`);
        this.edges.push({
          from: rows[rows.length - 1].id,
          to: target,
          kind: "adverts",
          label: kinds.get(left.at.model) ?? "",
        });
      }
      const [first] = matched;
      const { model } = first.right.at;
      this.nodes.push({
        id,
        kind: "peer",
        caption: this.say("peer node", "对端节点"),
        title: other.label,
        lines: [],
        rows,
        place: this.place(other.reading, first.right.at, model),
      });
    }
    const unknown = new Map<number | string, string>();
    for (const at of this.reading.config.instances) {
      const target = this.instances.get(at.model) as string;
      for (const peer of at.model.unicastPeers) {
        const key = addressKey(peer.address);
        if (found.has(`${target} ${key}`)) continue;
        let id = unknown.get(key);
        if (id === undefined) {
          id = this.id(`unicast:${formatAddress(peer.address)}`);
          unknown.set(key, id);
          this.nodes.push({
            id,
            kind: "peer",
            caption: this.say("unicast peer", "单播对端"),
            title: formatAddress(peer.address),
            lines: [],
            rows: [],
            place: this.here(at, peer),
          });
        }
        this.edges.push({ from: id, to: target, kind: "adverts", label: kinds.get(at.model) ?? "" });
      }
    }
  }

  private peerRow(peer: string, node: ClusterNode, { at, priority }: NodeInstance): TopologyRow<BlockPlace> {
    const { model } = at;
    const state = priority === 255 ? "MASTER" : (model.state?.value ?? "BACKUP");
    const detail = `${state} · ${priority}`;
    return {
      id: this.id(`${peer}/${model.name}`),
      kind: "instance",
      text: model.name,
      detail,
      label: this.say(
        `instance ${model.name}, ${state}, priority ${priority}`,
        `实例 ${model.name}，${state}，优先级 ${priority}`,
      ),
      place: this.place(node.reading, at, model),
    };
  }

  // -------------------------------------------------------------------------------------------- LVS

  private *services(): Steps<void> {
    const { config } = this.reading;
    const assigned = assignedAddresses(config);
    const groups = new Map<object, string>();
    for (const service of yield* serviceSteps(config)) {
      yield;
      const { target } = service.at.model;
      const id = this.service(service);
      if (target.kind === "address") {
        const vip = this.vips.get(addressKey(target.address));
        if (vip !== undefined) this.edges.push({ from: vip, to: id, kind: "serves", label: "" });
        else if (config.instances.length > 0 && !inAnyRange(target.address, assigned))
          this.nodes[this.nodes.length - 1].lines = [
            ...this.nodes[this.nodes.length - 1].lines,
            {
              text: this.say("address on no instance here", "地址不在此处任何实例上"),
              tone: "warning",
            },
          ];
      }
      if (!service.group) continue;
      const { model } = service.group;
      let group = groups.get(model);
      if (group === undefined) {
        group = this.group(service);
        groups.set(model, group);
      }
      this.edges.push({ from: group, to: id, kind: "serves", label: "" });
    }
  }

  /** A virtual_server_group that some service uses, with its addresses. */
  private group({ group: at }: Service): string {
    const { model } = at!;
    const id = this.id(`group:${model.name}`);
    const rows: TopologyRow<BlockPlace>[] = [];
    const sources = new Set<string>();
    for (const member of model.members) {
      const text =
        member.kind === "fwmark"
          ? `fwmark ${member.mark}`
          : member.range.first.family === 6
            ? `[${rangeText(member.range)}]:${member.port === 0 ? "*" : member.port}`
            : `${rangeText(member.range)}:${member.port === 0 ? "*" : member.port}`;
      rows.push({
        id: this.id(`${id}/${text}`),
        kind: "member",
        text,
        detail: "",
        label: text,
        place: this.here(at!, member),
      });
      if (member.kind !== "address") continue;
      for (const vip of this.vipEntries)
        if (inAnyRange(vip.entry.address, [member.range])) sources.add(vip.id);
    }
    this.nodes.push({
      id,
      kind: "group",
      caption: this.say("address group", "地址组"),
      title: model.name,
      lines: [],
      rows,
      place: this.here(at!, model),
    });
    for (const from of sources) this.edges.push({ from, to: id, kind: "serves", label: "" });
    return id;
  }

  private service(service: Service): string {
    const { at, destinations } = service;
    const { model } = at;
    const id = this.id(`service:${service.title}`);
    const method = model.forwarding?.method ?? "NAT";
    const facts = [
      service.scheduler,
      method,
      service.persistence === undefined
        ? undefined
        : this.say(`persistent ${service.persistence} s`, `持久 ${service.persistence} 秒`),
      model.quorum && model.quorum.value > 1 ? `quorum ${model.quorum.value}` : undefined,
    ];
    const lines: Line[] = [{ text: facts.filter((x) => x !== undefined).join(" · ") }];
    if (service.ignored)
      lines.push({
        text: this.say("no real server: ignored", "没有真实服务器：被忽略"),
        tone: "warning",
      });
    if (service.faults.length > 0) lines.push({ text: this.text(service.faults[0].text), tone: "warning" });
    this.nodes.push({
      id,
      kind: "service",
      caption: this.say("virtual server", "虚拟服务器"),
      title: service.title,
      lines,
      rows: destinations.map((d) => this.destination(id, service, d, method)),
      place: this.here(at, model),
    });
    return id;
  }

  private destination(id: string, { at }: Service, d: Destination, method: string): TopologyRow<BlockPlace> {
    const text = endpointText(d.address, d.port === 0 ? "*" : d.port);
    const real = d.role === "real" ? at.model.realServers.find((r) => r === d.span) : undefined;
    const checkers = real?.checkers ?? [];
    const how = d.local ? this.say("local", "本机") : d.method === method ? "" : d.method;
    const tunnel = d.tunnel && d.tunnel.type !== "ipip" ? d.tunnel.type.toUpperCase() : "";
    const none = this.say("no check", "无检查");
    const checks =
      checkers.length === 0
        ? none
        : [...new Set(checkers.map((c) => c.type.replace(/_(CHECK|GET)$/, "")))].join(" ");
    const detail = (
      d.role === "sorry"
        ? [this.say("sorry server", "备用服务器"), how, tunnel]
        : [how, tunnel, d.weight === 1 ? "" : this.say(`weight ${d.weight}`, `权重 ${d.weight}`), checks]
    )
      .filter((x) => x !== "")
      .join(" · ");
    const words =
      d.role === "sorry"
        ? [this.say("sorry server", "备用服务器")]
        : [
            this.say(`weight ${d.weight}`, `权重 ${d.weight}`),
            checkers.length === 0 ? none : checkers.map((c) => this.checker(c)).join(", "),
          ];
    return {
      id: this.id(`${id}/${d.role}:${text}`),
      kind: d.role,
      text,
      detail,
      label: [
        `${d.role === "sorry" ? "" : `${this.say("real server", "真实服务器")} `}${text}`,
        d.local ? this.say("local", "本机") : d.method,
        ...words,
      ].join(", "),
      tone: d.role === "real" && checkers.length === 0 ? "warning" : undefined,
      place: this.here(at, d.span),
    };
  }

  /** A checker in words: its type, and where it looks if not at the server itself. */
  private checker({ type, connectIp, connectPort, reference }: Checker): string {
    const target = [
      connectIp && formatAddress(connectIp.value),
      connectPort && `${this.say("port", "端口")} ${connectPort.value}`,
      reference?.value,
    ].filter((x) => x);
    return target.length > 0 ? `${type} (${target.join(", ")})` : type;
  }
}

/** What the failure of a tracker does, as keepalived weighs it. */
function effect(weight: number): string {
  if (weight === 0) return "FAULT";
  return weight > 0 ? `+${weight}` : `−${-weight}`;
}
