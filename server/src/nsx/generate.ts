/** The one entry: a configuration, a selection and options give a payload, or the reason why there is none. */
import { type Address, formatAddress } from "../language/address";
import { type Text, t } from "../language/schema";
import { advertsOf, syncDaemonOf } from "../lvs/control";
import { controlFlows, type Flow, isHalf, neighbourFlows, serviceFlowSteps } from "../lvs/packets";
import { rangesMeet, rangeText } from "../lvs/ranges";
import {
  assignedAddresses,
  frontsWith,
  type MarkAnswer,
  type Reason,
  type Service,
  structuralFault,
} from "../lvs/services";
import type { Config } from "../model/config";
import type { AddressRange } from "../model/model";
import { finish, type Steps } from "../text/steps";
import { addressesKey, frontKey, slug } from "./naming";
import { CATEGORIES, type Category, rootOf } from "./objects";
import { type Payload, payloadSteps, type VmSelector } from "./policy";
import { ruleSteps } from "./rules";
import { type Selection, selectSteps, type Wanted } from "./select";

export interface GenerateOptions {
  /** The virtual machines of the directors; default: those with the tag `role|lvs-director`. */
  readonly directors?: VmSelector;
  /** Those of the real servers; default: tag `role|real-server`. Only tunnels and `realServerPolicy` need them. */
  readonly realServers?: VmSelector;
  readonly category?: Category;
  readonly domain?: string;
  readonly project?: string;
  readonly globalManager?: boolean;
  /** Adds the stateful policy for VRRP, health checks, synchronization, BFD, tunnels and NAT. */
  readonly companion?: boolean;
  /** Adds the stateful policy of the real servers, for environments that deny by default. */
  readonly realServerPolicy?: boolean;
  /** Lets clients ping the virtual addresses. */
  readonly ping?: boolean;
  readonly logged?: boolean;
  /** Networks of the clients instead of any. */
  readonly clients?: readonly AddressRange[];
  /** What fwmarks stand for. */
  readonly marks?: ReadonlyMap<number, readonly MarkAnswer[]>;
  /** Prefix of the ids of policies and services; default: from the addresses. */
  readonly name?: string;
  /** Sequence number of the first policy; default 10. */
  readonly sequence?: number;
  /** Generates in spite of faults. */
  readonly force?: boolean;
  /** `exclude-list`: take the directors off the firewall altogether instead of giving them stateless rules. */
  readonly remedy?: "policy" | "exclude-list";
  /** Places of the text where an include could not be read; what it holds is not known. */
  readonly holes?: readonly { readonly at: number; readonly text: Text }[];
  /** Language of descriptions and notes in the payload. */
  readonly locale?: "en" | "zh-cn";
}

/** Something that the file cannot answer. */
export interface Question {
  readonly kind: "fwmark";
  readonly mark: number;
  readonly family: 4 | 6 | undefined;
  readonly text: Text;
}

export interface Warning extends Reason {
  /** Stable, for settings and tests. */
  readonly code: string;
  /** `note`: worth knowing. `warning`: the payload alone does not make it work. */
  readonly level: "note" | "warning";
}

export type Status =
  /** There is a payload. */
  | "ok"
  /** Nothing is needed, or nothing was found. */
  | "nothing"
  /** Questions must be answered first. */
  | "question"
  /** Faults in the configuration make the answer uncertain. */
  | "uncertain"
  /** The options contradict each other or the manager. */
  | "refused";

export interface Generated {
  readonly status: Status;
  /** Why there is no payload, or, with `force`, why it is uncertain. */
  readonly reasons: readonly Reason[];
  readonly questions: readonly Question[];
  readonly warnings: readonly Warning[];
  readonly payload: Payload | undefined;
  readonly services: readonly Service[];
  /** Every flow of the selection, also those that the payload leaves to other rules. */
  readonly flows: readonly Flow[];
  readonly remedy: "policy" | "exclude-list";
}

/** Derives the payload. */
export const generate = (config: Config, wanted: Wanted, options?: GenerateOptions): Generated =>
  finish(generateSteps(config, wanted, options));

/** The same in steps. */
export function* generateSteps(
  config: Config,
  wanted: Wanted,
  options: GenerateOptions = {},
): Steps<Generated> {
  const selection = yield* selectSteps(config, wanted);
  const warnings: Warning[] = [];
  const remedy = options.remedy ?? "policy";
  const result = (status: Status, reasons: readonly Reason[], more: Partial<Generated> = {}): Generated => ({
    status,
    reasons,
    questions: [],
    warnings,
    payload: undefined,
    services: selection.services,
    flows: [],
    remedy,
    ...more,
  });

  const refusal = refuse(options);
  if (refusal) return result("refused", [{ text: refusal }]);

  const services = selection.services.filter((service) => !service.ignored);
  const onlyControl = services.length === 0 && selection.address !== undefined && options.companion === true;
  if (services.length === 0 && !onlyControl) {
    const ignored = selection.services.flatMap((service) => (service.ignored ? [service.ignored] : []));
    const reasons = selection.empty ? [{ text: selection.empty }] : ignored;
    const structure = structuralFault(config);
    return structure && selection.empty
      ? result("uncertain", [...reasons, structure])
      : result("nothing", reasons);
  }

  const structure = structuralFault(config);
  const faults: Reason[] = [
    ...(structure ? [structure] : []),
    ...services.flatMap((service) => service.faults),
  ];
  for (const hole of options.holes ?? []) {
    const service = services.find((s) => {
      const { start, end } = config.range(s.at, { start: s.at.model.start, end: s.at.model.fullEnd });
      return start <= hole.at && hole.at <= end;
    });
    if (service) faults.push({ text: hole.text, at: service.at, span: service.at.model });
    else warnings.push({ code: "include", level: "warning", text: hole.text });
  }
  const questions = questionsOf(services, options.marks ?? new Map());
  if (faults.length > 0 && !options.force) return result("uncertain", faults, { questions });
  if (questions.length > 0 && !options.force)
    return result(
      "question",
      questions.map((question) => ({ text: question.text })),
      { questions },
    );

  const flows = yield* flowSteps(config, services, options);
  const needed = flows.some((flow) => isHalf(flow));
  const drafts = (yield* ruleSteps(flows, options.clients ?? [])).filter(
    (draft) =>
      draft.policy === "directors-stateless" ||
      draft.policy === "real-servers-stateless" ||
      (draft.policy === "directors-stateful" && options.companion) ||
      (draft.policy === "real-servers-stateful" && options.realServerPolicy),
  );
  if (remedy === "exclude-list" ? !needed && !options.force : drafts.length === 0)
    return result("nothing", selection.empty ? [{ text: selection.empty }] : whyNothing(services), {
      flows,
      warnings: [],
    });

  const payload = yield* payloadSteps(remedy === "exclude-list" ? [] : drafts, {
    root: rootOf(options),
    name: options.name ?? nameOf(config, selection, services, options),
    category: options.category ?? "Infrastructure",
    sequence: options.sequence ?? 10,
    logged: options.logged ?? false,
    directors: options.directors ?? {},
    realServers: options.realServers ?? {},
    locale: options.locale ?? "en",
    // Behind a tunnel a real server sees half connections as well, so it belongs on the list with the directors.
    withRealServers:
      remedy === "exclude-list" && flows.some((flow) => flow.vnic === "real-server" && isHalf(flow)),
  });
  yield* warningSteps(config, services, flows, payload, options, warnings);
  return result("ok", faults, { payload, flows, questions });
}

/** Every flow of some virtual servers, and of the directors themselves. */
function* flowSteps(config: Config, services: readonly Service[], options: GenerateOptions): Steps<Flow[]> {
  const flows = [...(yield* serviceFlowSteps(config, services, options)), ...controlFlows(config)];
  for (const vnic of ["director", "real-server"] as const) {
    const uses6 = flows.some((flow) => flow.vnic === vnic && (flow.open ?? flow.reply)?.family === 6);
    if (uses6) flows.push(...neighbourFlows(vnic));
  }
  return flows;
}

function refuse(options: GenerateOptions): Text | undefined {
  const { category } = options;
  if (category && !CATEGORIES.includes(category))
    return t(
      `There is no category "${category}". Stateless rules go into ${CATEGORIES.join(", ")}.`,
      `没有类别 "${category}"。无状态规则可用的类别：${CATEGORIES.join("、")}。`,
    );
  if (options.globalManager && options.project)
    return t(
      "A Global Manager has no projects: choose one of the two.",
      "全局管理器没有项目：两者只能选其一。",
    );
  if (options.globalManager && category === "Emergency")
    return t(
      "A Global Manager offers the categories Infrastructure, Environment and Application only.",
      "全局管理器只提供 Infrastructure、Environment、Application 三个类别。",
    );
  if (options.project && options.remedy === "exclude-list")
    return t(
      "A project has no exclusion list: it belongs to the whole manager. Leave the project out, and give a group of the default space.",
      "项目没有排除列表：它属于整个管理器。请去掉项目，并给出默认空间中的组。",
    );
  for (const selector of [options.directors, options.realServers]) {
    if (!selector) continue;
    if (selector.group !== undefined && !GROUP_PATH.test(selector.group))
      return t(
        `"${selector.group}" is not the path of a group. It looks like /infra/domains/default/groups/ID.`,
        `"${selector.group}" 不是组路径。应类似 /infra/domains/default/groups/ID。`,
      );
    for (const tag of selector.tags ?? []) {
      const [scope, name] = tag.includes("|") ? tag.split(/\|(.*)/s) : ["", tag];
      if (scope.length > 128 || name.length > 256 || name === "")
        return t(
          `The tag "${tag}" must be SCOPE|TAG, with at most 128 and 256 characters.`,
          `标记 "${tag}" 应为 范围|标记，长度分别不超过 128 和 256 个字符。`,
        );
    }
  }
  if (options.name !== undefined && !/^[A-Za-z0-9_.-]{1,128}$/.test(options.name))
    return t(
      "A name may hold letters, digits, dot, hyphen and underscore only (at most 128).",
      "名称只能包含字母、数字、点、连字符和下划线（最多 128 个）。",
    );
  for (const part of [options.domain, options.project])
    if (part !== undefined && !/^[A-Za-z0-9_.-]{1,128}$/.test(part))
      return t(`"${part}" is not an id of NSX.`, `"${part}" 不是 NSX 的 ID。`);
  const { sequence } = options;
  if (sequence !== undefined && !(Number.isInteger(sequence) && sequence >= 0 && sequence <= 999_900))
    return t("The sequence number must be from 0 to 999900.", "序号必须在 0 到 999900 之间。");
  return undefined;
}

/** Stricter than the manager about characters: a path may end up in a shell script. */
const GROUP_PATH =
  /^(\/(infra|global-infra)|\/orgs\/[\w.-]+\/projects\/[\w.-]+\/infra)\/domains\/[\w.-]+\/groups\/[\w.:@+-]+$/;

function questionsOf(
  services: readonly Service[],
  answers: ReadonlyMap<number, readonly MarkAnswer[]>,
): Question[] {
  const questions = new Map<number, Question>();
  for (const service of services)
    for (const { mark, family } of service.marks) {
      if ((answers.get(mark)?.length ?? 0) > 0 || questions.has(mark)) continue;
      questions.set(mark, {
        kind: "fwmark",
        mark,
        family,
        text: t(
          `Which addresses, ports and protocol carry fwmark ${mark}? That stands in the director's iptables or nftables rules, not in keepalived.conf.`,
          `fwmark ${mark} 对应哪些地址、端口和协议？它写在调度器的 iptables 或 nftables 规则中，不在 keepalived.conf 里。`,
        ),
      });
    }
  return [...questions.values()];
}

/** Why no rule is needed. */
function whyNothing(services: readonly Service[]): Reason[] {
  return services.map((service) => {
    const local = service.destinations.length > 0 && service.destinations.every((d) => d.local);
    const explicit = service.at.model.forwarding !== undefined;
    const text = local
      ? t(
          `${service.title}: all its servers are the director itself. The director sees whole connections, so a stateful firewall is right.`,
          `${service.title}：所有服务器都是调度器本机。调度器看到完整的连接，使用有状态防火墙即可。`,
        )
      : service.destinations.length === 0
        ? t(
            `${service.title}: no real server of the right address family is left.`,
            `${service.title}：没有地址族匹配的真实服务器。`,
          )
        : t(
            `${service.title}: ${explicit ? "it forwards by NAT" : "it forwards by NAT (keepalived's default, as lb_kind is missing)"}. Requests and replies both pass the director, so its vNIC sees whole connections and stateful rules work: nothing stateless is needed. Where everything is denied by default, the companion policy (--companion) gives the stateful allow rules.`,
            `${service.title}：${explicit ? "转发模式为 NAT" : "转发模式为 NAT（未写 lb_kind 时 keepalived 的默认值）"}。请求和应答都经过调度器，其 vNIC 看到完整的连接，有状态规则可以正常工作，不需要无状态策略。在默认拒绝的环境中，可用配套策略（--companion）生成有状态放行规则。`,
          );
    return { text, at: service.at, span: service.at.model };
  });
}

/** The prefix of ids. */
function nameOf(
  config: Config,
  selection: Selection,
  services: readonly Service[],
  options: GenerateOptions,
): string {
  const first = services.flatMap((service) => frontsWith(service, options.marks ?? new Map()))[0];
  const single = (address: Address) => addressesKey([{ first: address, last: address }]);
  if (selection.by === "all") {
    const key = first ? addressesKey([first.addresses[0]]) : "none";
    return services.length === 1 && first ? nameOfService(services[0], options) : `lvs-all-${key}`;
  }
  if (services.length === 1) return nameOfService(services[0], options);
  if (selection.by === "group") {
    const group = services[0].group?.model.name ?? "group";
    return `lvs-${slug(group)}-${first ? addressesKey([first.addresses[0]]) : "none"}`;
  }
  if (selection.address) return `lvs-${single(selection.address)}`;
  const address = first?.addresses[0].first ?? config.instances[0]?.model.virtualIps[0]?.address;
  return address ? `lvs-${single(address)}` : "lvs";
}

function nameOfService(service: Service, options: GenerateOptions): string {
  const fronts = frontsWith(service, options.marks ?? new Map());
  const key = fronts.length > 0 ? frontKey(fronts[0]) : "none";
  const { target } = service.at.model;
  if (target.kind === "group") return `lvs-${slug(target.name)}-${key}`;
  if (target.kind === "fwmark") return `lvs-fwmark-${target.mark}-${key}`;
  return `lvs-${key}`;
}

// ---------------------------------------------------------------------------------------------- warnings

function* warningSteps(
  config: Config,
  services: readonly Service[],
  flows: readonly Flow[],
  payload: Payload,
  options: GenerateOptions,
  warnings: Warning[],
): Steps<void> {
  const add = (level: Warning["level"], code: string, text: Text, more: Partial<Reason> = {}) =>
    warnings.push({ level, code, text, ...more });
  const excluded = options.remedy === "exclude-list";
  const has = (kind: string) => payload.kinds.some((known) => known === kind);
  const methods = new Set(
    services.flatMap((s) => s.destinations.filter((d) => !d.local).map((d) => d.method)),
  );

  if (excluded) {
    add(
      "warning",
      "exclude-list-unprotected",
      t(
        "Directors on the exclusion list have no firewall at all, neither inbound nor outbound; published policies do nothing on them. Choose the list or the policies, not both.",
        "排除列表中的调度器完全没有防火墙保护（入站和出站都没有），已发布的策略对它们不起作用。排除列表和策略只能二选一。",
      ),
    );
    add(
      "warning",
      "exclude-list-shared",
      t(
        "The list is one object for the whole manager: read it, add the group, and write it back with its _revision. A blind PATCH or PUT drops what other teams put there.",
        "排除列表是整个管理器共用的一个对象：先读取，加入该组，再带 _revision 写回。直接 PATCH 或 PUT 会丢掉其他团队的成员。",
      ),
    );
  } else if (has("directors-stateless")) {
    const category = options.category ?? "Infrastructure";
    // Also a Global Manager's policies come after what the local managers have in Emergency.
    const earlier = CATEGORIES.slice(0, CATEGORIES.indexOf(category));
    add(
      "note",
      "first-match",
      t(
        `The stateless rules only work if no stateful rule matches these packets before them: check the ${category} policies above${earlier.length > 0 ? `, and the ${earlier.length === 1 ? "category" : "categories"} ${earlier.join(", ")},` : ""} for rules that match the virtual addresses (an "allow ICMP any" is enough to disturb).`,
        `只有在没有更靠前的有状态规则匹配这些报文时，无状态规则才有效：请检查其上的 ${category} 策略${earlier.length > 0 ? `以及 ${earlier.join("、")} 类别` : ""}中是否有匹配虚拟地址的规则（一条“允许任意 ICMP”就足以干扰）。`,
      ),
    );
    if (options.project)
      add(
        "note",
        "project-order",
        t(
          "Policies of the default space that apply to the project come before all policies of the project: check them, too.",
          "默认空间中应用于该项目的策略先于项目内的所有策略：也请检查它们。",
        ),
      );
    if (options.project && category === "Emergency")
      add(
        "warning",
        "project-emergency",
        t(
          "From NSX 4.1 on a project has no category Emergency: choose Infrastructure there.",
          "自 NSX 4.1 起，项目没有 Emergency 类别：请选择 Infrastructure。",
        ),
      );
    add(
      "note",
      "old-flows",
      t(
        "Connections that exist already keep their state until it times out: test with new ones, and with more than 100 KB.",
        "已存在的连接会保留状态直到超时：请用新连接测试，并传输超过 100 KB 的数据。",
      ),
    );
    if (!options.companion)
      add(
        "note",
        "companion",
        t(
          "VRRP, health checks and the like are left to your own rules. Where everything is denied by default, the companion policy (--companion) adds what they need.",
          "VRRP、健康检查等由您自己的规则处理。在默认拒绝的环境中，可用配套策略（--companion）添加所需规则。",
        ),
      );
  }
  if (options.directors?.group === undefined)
    for (const group of payload.groups)
      if (group.id.startsWith("lvs-directors"))
        for (const expression of group.expression)
          if (expression.resource_type === "Condition" && expression.key === "Tag")
            add(
              "note",
              "tag-the-vms",
              t(
                `Give the director VMs the tag ${expression.value} (scope|tag), all of them, backups too.`,
                `请给所有调度器虚拟机（包括备机）打上标记 ${expression.value}（范围|标记）。`,
              ),
            );

  if (methods.has("DR") || methods.has("NAT"))
    add(
      "warning",
      "spoofguard-directors",
      t(
        "SpoofGuard must be off on the directors' ports: they send packets with the clients' source addresses.",
        "调度器端口必须关闭 SpoofGuard：它们会发出源地址为客户端的报文。",
      ),
    );
  if (methods.has("DR") || methods.has("TUN"))
    add(
      "warning",
      "spoofguard-real-servers",
      t(
        "SpoofGuard on the real servers' ports must be off or know the virtual address, which they send from.",
        "真实服务器端口须关闭 SpoofGuard 或绑定虚拟地址：它们以虚拟地址为源发送。",
      ),
    );
  if (methods.has("TUN")) {
    add(
      "warning",
      "urpf",
      t(
        "Real servers in another subnet than the virtual address send packets that strict uRPF drops: set urpf_mode NONE on their segment.",
        "真实服务器与虚拟地址不在同一子网时，其应答会被严格 uRPF 丢弃：请把其网段的 urpf_mode 设为 NONE。",
      ),
    );
    add(
      "warning",
      "mtu",
      t(
        "The tunnel makes packets longer (IPIP 20, GRE 24, GUE 32 bytes over IPv4): raise the segment's MTU, or limit the MSS on the real servers.",
        "隧道会使报文变长（IPv4 外层：IPIP 20、GRE 24、GUE 32 字节）：请调大网段 MTU，或在真实服务器上限制 MSS。",
      ),
    );
    if (!excluded)
      add(
        "note",
        "tunnel-real-servers",
        t(
          "With tunnels the real servers need a stateless policy, too, unlike with DR: their vNICs never see the requests. It applies to the group of their VMs; tag them.",
          "与 DR 不同，隧道模式的真实服务器也需要无状态策略：其 vNIC 看不到请求。该策略应用于真实服务器虚拟机组，请给它们打标记。",
        ),
      );
    else
      add(
        "note",
        "tunnel-real-servers-excluded",
        t(
          "With tunnels the real servers see only replies, so their group is on the list as well, unlike with DR.",
          "隧道模式的真实服务器只看到应答，因此与 DR 不同，它们的组也在列表中。",
        ),
      );
  }
  yield* serviceWarnings(config, services, flows, options, add);
  controlWarnings(config, methods, options, add);
}

type Add = (level: Warning["level"], code: string, text: Text, more?: Partial<Reason>) => void;

function* serviceWarnings(
  config: Config,
  services: readonly Service[],
  flows: readonly Flow[],
  options: GenerateOptions,
  add: Add,
): Steps<void> {
  const assigned = assignedAddresses(config);
  const halves = new Set(flows.filter(isHalf).map((flow) => flow.service));
  for (const service of services) {
    yield;
    const { at, title } = service;
    const place = { at, span: at.model };
    const half = halves.has(service);
    const remote = service.destinations.filter((d) => !d.local);
    if (!half)
      add(
        "note",
        "nat",
        t(
          `${title}: NAT or local servers only; its connections pass the director whole, so it gets no stateless rule${options.companion ? "" : " (the companion policy, --companion, adds stateful ones)"}.`,
          `${title}：只有 NAT 或本机服务器；连接完整经过调度器，因此不生成无状态规则${options.companion ? "" : "（配套策略 --companion 可添加有状态规则）"}。`,
        ),
        place,
      );
    else if (remote.some((d) => d.method === "NAT"))
      add(
        "note",
        "mixed-methods",
        t(
          `${title}: real servers with different forwarding methods. The rules are stateless for all of them, and the replies of the NAT servers have a rule of their own.`,
          `${title}：真实服务器使用不同的转发模式。对它们全部使用无状态规则，NAT 服务器的应答有单独的规则。`,
        ),
        place,
      );
    if (service.protocol === "UDP" && half) {
      if (at.model.protocol === undefined)
        add(
          "warning",
          "protocol-missing",
          t(
            `${title}: no protocol is given, and keepalived then takes UDP. If TCP is meant, write "protocol TCP".`,
            `${title}：没有写 protocol，keepalived 会按 UDP 处理。若应为 TCP，请写 "protocol TCP"。`,
          ),
          place,
        );
      else
        add(
          "note",
          "udp",
          t(
            `${title}: UDP has no sequence numbers; stateful rules would also do for it.`,
            `${title}：UDP 没有序列号，有状态规则对它也可用。`,
          ),
          place,
        );
    }
    if (service.protocol === "SCTP")
      add(
        "note",
        "sctp",
        t(
          `${title}: NSX knows no ports of SCTP, so the rules let all SCTP (protocol 132) to the address pass.`,
          `${title}：NSX 不支持 SCTP 端口，规则会放行到该地址的所有 SCTP（协议 132）。`,
        ),
        place,
      );
    for (const front of service.fronts) {
      const usable = service.destinations.some(
        (d) => d.method === "TUN" || d.address.family === front.family,
      );
      if (!usable)
        add(
          "warning",
          "no-server-of-family",
          t(
            `${title}: ${rangeText(front.addresses[0])} is IPv${front.family}, but no real server can take IPv${front.family} packets; there are no rules for it.`,
            `${title}：${rangeText(front.addresses[0])} 是 IPv${front.family}，但没有真实服务器能接收 IPv${front.family} 报文，没有为它生成规则。`,
          ),
          place,
        );
      const unknown = front.addresses.filter((range) => !assigned.some((known) => rangesMeet(known, range)));
      if (unknown.length > 0 && usable) {
        const names = `${unknown.slice(0, 3).map(rangeText).join(", ")}${unknown.length > 3 ? ", …" : ""}`;
        add(
          "warning",
          "unknown-vip",
          t(
            `${title}: ${names} is in no virtual_ipaddress of this configuration; something else must give it to the director.`,
            `${title}：${names} 不在此配置的任何 virtual_ipaddress 中，必须由别的方式配置到调度器上。`,
          ),
          place,
        );
      }
    }
    const fronts = frontsWith(service, options.marks ?? new Map());
    for (const destination of service.destinations) {
      const name = formatAddress(destination.address);
      const { portWritten } = destination;
      // keepalived clears the port where a mark selects; that matters only if clients use another one.
      const same = fronts.every(
        ({ ports }) => ports.length === 1 && ports[0].first === portWritten && ports[0].last === portWritten,
      );
      if (portWritten !== undefined && !same)
        add(
          "warning",
          "port-reset",
          t(
            `${title}: port ${portWritten} of ${name} has no effect with ${destination.method}; the packets keep the virtual server's port.`,
            `${title}：${destination.method} 模式下 ${name} 的端口 ${portWritten} 不起作用，报文保持虚拟服务器的端口。`,
          ),
          { at, span: destination.span },
        );
      for (const check of destination.checks)
        if (check.port === 0 && check.protocol !== "ICMP")
          add(
            "warning",
            "check-port",
            t(
              `${title}: ${check.type} of ${name} has no port (neither the real server nor connect_port gives one): keepalived connects to port 0, and there is no rule for it.`,
              `${title}：${name} 的 ${check.type} 没有端口（真实服务器和 connect_port 都没写）：keepalived 会连接端口 0，没有为它生成规则。`,
            ),
            { at, span: destination.span },
          );
      for (const checker of destination.otherCheckers)
        if (checker.type === "MISC_CHECK")
          add(
            "warning",
            "misc-check",
            t(
              `${title}: MISC_CHECK of ${name} runs a script; what it sends cannot be derived. Add a rule for it yourself where everything is denied.`,
              `${title}：${name} 的 MISC_CHECK 运行脚本，无法推导它发送什么。在默认拒绝的环境中请自行为它添加规则。`,
            ),
            { at, span: checker },
          );
    }
  }
}

function controlWarnings(
  config: Config,
  methods: ReadonlySet<string>,
  options: GenerateOptions,
  add: Add,
): void {
  for (const at of config.instances) {
    const { model } = at;
    if (model.useVmac)
      add(
        "warning",
        "use-vmac",
        t(
          `${model.name}: use_vmac sends from a virtual MAC address. The segment then needs a MAC discovery profile with MAC change and MAC learning; without use_vmac nothing is needed.`,
          `${model.name}：use_vmac 使用虚拟 MAC 地址发送。网段需要启用 MAC 更改和 MAC 学习的 MAC 发现配置文件；不用 use_vmac 则无需设置。`,
        ),
        { at, span: model.useVmac },
      );
    for (const span of options.companion ? model.faults : [])
      add(
        "warning",
        "vrrp-address",
        t(
          `${model.name}: an address cannot be read; its VRRP rule is missing.`,
          `${model.name}：有一个地址无法读懂，缺少对应的 VRRP 规则。`,
        ),
        { at, span },
      );
  }
  if (syncDaemonOf(config) && methods.has("NAT"))
    add(
      "warning",
      "tcp-strict-sync",
      t(
        "lvs_sync_daemon keeps NAT connections alive over a failover, but a rule of a policy with TCP Strict drops them at the new director: leave TCP Strict off for them (it is off here).",
        "lvs_sync_daemon 在切换后保持 NAT 连接，但启用 TCP 严格检查的策略会在新调度器上丢弃它们：请对这些规则关闭 TCP 严格检查（此处已关闭）。",
      ),
    );
  if (options.companion)
    for (const adverts of advertsOf(config))
      if (adverts.ah)
        add(
          "note",
          "vrrp-ah",
          t(
            `${adverts.at.model.name}: auth_type AH sends adverts as IP protocol 51 instead of 112.`,
            `${adverts.at.model.name}：auth_type AH 的通告使用 IP 协议 51，而不是 112。`,
          ),
          { at: adverts.at, span: adverts.at.model },
        );
}
