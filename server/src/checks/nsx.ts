/**
 * What the distributed firewall of VMware NSX does to a configuration. These rules are only asked where it is known that
 * the directors run behind it: a setting says so, or a payload was generated.
 */
import {
  type Address,
  formatAddress,
  hostPrefix,
  inNetwork,
  networkOf,
  sameAddress,
} from "../language/address";
import { type Text, t } from "../language/schema";
import { syncDaemonOf } from "../lvs/control";
import { inAnyRange } from "../lvs/ranges";
import { type Destination, type Service, servicesOf } from "../lvs/services";
import type { Config, Located } from "../model/config";
import type { AddressEntry, Checker, VirtualServer } from "../model/model";
import { remove } from "./edits";
import { type Finding, findingIn, type Project, type View } from "./project";
import { Report, rule } from "./rule";

/** What is known about the use of NSX. */
export interface NsxUse {
  /** The stateful companion policy is generated, too, so that health checks have rules. */
  readonly companion: boolean;
  /** What was taken over from here for the configuration: copied or saved. */
  readonly taken: readonly Remedy[];
}
/** The ways to get half connections past the firewall. */
export type Remedy = "policy" | "exclude-list";
export const REMEDIES: readonly Remedy[] = ["policy", "exclude-list"];

const vmac = rule(
  "nsx-use-vmac",
  "warning",
  t(
    "Under NSX, a virtual MAC address needs a MAC discovery profile.",
    "在 NSX 中使用虚拟 MAC 地址需要 MAC 发现配置文件。",
  ),
);
const vipInGroup = rule(
  "nsx-vip-in-group",
  "hint",
  t(
    "NSX does not count a virtual address to the group of the directors' VMs.",
    "NSX 不会把虚拟地址算作调度器虚拟机组的成员地址。",
  ),
  { once: true },
);
const urpf = rule(
  "nsx-tunnel-urpf",
  "warning",
  t(
    "Replies of a real server behind a tunnel may fail the reverse path check of its segment.",
    "隧道模式真实服务器的应答可能通不过其网段的反向路径检查（uRPF）。",
  ),
);
const checkRules = rule(
  "nsx-check-rules",
  "information",
  t("Health checks have no rule in the NSX policy.", "NSX 策略中没有健康检查的规则。"),
);
const bothRemedies = rule(
  "nsx-excluded-and-policy",
  "warning",
  t(
    "Both the exclusion list and policies of NSX were chosen for the directors.",
    "为调度器同时选择了 NSX 的排除列表和策略。",
  ),
  { once: true },
);
const strictSync = rule(
  "nsx-tcp-strict-sync",
  "information",
  t(
    "TCP Strict of NSX drops the connections that lvs_sync_daemon hands over.",
    "NSX 的 TCP 严格检查会丢弃 lvs_sync_daemon 移交的连接。",
  ),
);

const results = new WeakMap<Project, { readonly key: string; readonly findings: readonly Finding[] }>();

/** The findings of a project together with what NSX adds to them; without `use`, the findings as they are. */
export function withNsx(
  project: Project,
  findings: readonly Finding[],
  use: NsxUse | undefined,
): readonly Finding[] {
  if (!use) return findings;
  const more = nsxFindings(project, use);
  if (more.length === 0) return findings;
  return [...findings, ...more].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** What NSX does to a project, over all its readings. */
export function nsxFindings(project: Project, use: NsxUse): readonly Finding[] {
  const key = JSON.stringify(use);
  const known = results.get(project);
  if (known?.key === key) return known.findings;
  const found = new Map<string, Finding>();
  for (const view of project.views)
    for (const finding of findingsOf(view, use)) {
      const id = finding.rule.once
        ? finding.rule.code
        : `${finding.uri} ${finding.start} ${finding.end} ${finding.rule.code} ${finding.message.en}`;
      if (!found.has(id)) found.set(id, finding);
    }
  const findings = [...found.values()];
  results.set(project, { key, findings });
  return findings;
}

function findingsOf(view: View, use: NsxUse): Finding[] {
  const { config } = view;
  const report = new Report();
  const services = servicesOf(config).filter((s) => !s.ignored && s.faults.length === 0);
  checkVmac(config, services, report);
  checkSync(config, services, report);
  const half = services.filter(isHalf);
  if (half.length > 0) {
    checkVips(config, half, report);
    checkTunnels(config, half, report);
    checkChecks(config, half, use, report);
    if (use.taken.length > 1) reportBoth(config, half[0], report);
  }
  return report.problems.flatMap((problem) => findingIn(view, problem) ?? []);
}

const isRemote = (d: Destination): boolean => !d.local;
/** Whether the director sees one side only of some connections. */
const isHalf = (service: Service): boolean =>
  service.destinations.some((d) => isRemote(d) && d.method !== "NAT");

const serves = (service: Service, address: Address): boolean =>
  service.fronts.some((front) => inAnyRange(address, front.addresses));

// ---------------------------------------------------------------------------------------------- virtual MAC address

function checkVmac(config: Config, services: readonly Service[], report: Report): void {
  for (const at of config.instances) {
    const { model } = at;
    if (!model.useVmac) continue;
    const vips = [...model.virtualIps, ...model.excludedIps];
    const service = services.find((s) => isHalf(s) && vips.some((vip) => serves(s, vip.address)));
    const { start, end } = config.range(at, model.useVmac);
    const id = model.virtualRouterId?.value;
    const mac = `00:00:5e:00:0${vips[0]?.address.family === 6 ? 2 : 1}:${id === undefined ? "XX" : id.toString(16).padStart(2, "0")}`;
    const consequence = service
      ? t(
          `${service.title} goes dark while the ping of the director's own address still works`,
          `${service.title} 会中断，而调度器自身地址仍能 ping 通`,
        )
      : t("its virtual addresses cannot be reached", "其虚拟地址将不可达");
    report.add(
      vmac,
      start,
      end,
      t(
        `With use_vmac packets leave from ${mac}, which an NSX segment drops unless its MAC discovery profile allows MAC Change and MAC Learning: ${consequence.en}. Without use_vmac no profile is needed.`,
        `use_vmac 使报文从 ${mac} 发出；除非网段的 MAC 发现配置文件启用了 MAC 更改和 MAC 学习，NSX 会丢弃它们：${consequence.zh}。不用 use_vmac 则无需该配置文件。`,
      ),
      {
        severity: service ? undefined : "information",
        fixes: () => {
          const { text } = config.tree;
          const edits = [remove(text, start, end)];
          if (model.vmacXmitBase) {
            const base = config.range(at, model.vmacXmitBase);
            edits.push(remove(text, base.start, base.end));
          }
          return [
            {
              title: t("Delete “use_vmac”; do so on both nodes", "删除 “use_vmac”（两个节点都要改）"),
              edits,
            },
          ];
        },
      },
    );
  }
}

// ---------------------------------------------------------------------------------------------- groups and addresses

function checkVips(config: Config, services: readonly Service[], report: Report): void {
  for (const at of config.instances)
    for (const vip of [...at.model.virtualIps, ...at.model.excludedIps]) {
      if (!services.some((s) => serves(s, vip.address))) continue;
      const { start, end } = config.range(at, vip.word);
      const name = formatAddress(vip.address);
      const why =
        vip.address.family === 6
          ? t("IP discovery of IPv6 is off by default", "IPv6 的 IP 发现默认关闭")
          : t(
              "IP discovery keeps one address learnt by ARP for each port, the first it saw",
              "IP 发现对每个端口只保留一个经 ARP 学到的地址，即最先看到的那个",
            );
      report.add(
        vipInGroup,
        start,
        end,
        t(
          `A rule to the group of the directors' VMs does not match ${name}: ${why.en}. Write the address itself as destination, at the real servers, too; the group is for Applied To.`,
          `以调度器虚拟机组为目的的规则匹配不到 ${name}：${why.zh}。目的请直接写该地址（真实服务器的规则也一样）；组只用于“应用于”。`,
        ),
      );
      return;
    }
}

// ---------------------------------------------------------------------------------------------- tunnels

function checkTunnels(config: Config, services: readonly Service[], report: Report): void {
  const entries = entriesOf(config);
  for (const service of services) {
    const tunnelled = service.destinations.filter((d) => isRemote(d) && d.method === "TUN");
    if (tunnelled.length === 0) continue;
    const networks = entries.filter(
      (e) => serves(service, e.address) && e.prefix !== undefined && e.prefix < hostPrefix(e.address.family),
    );
    const within = (d: Destination) => networks.some((n) => inNetwork(d.address, n.address, n.prefix!));
    const outside = tunnelled.filter((d) => !within(d));
    if (outside.length === 0) continue;
    const { start, end } = config.range(service.at, addressSpan(service.at, outside[0]));
    const name = formatAddress(outside[0].address);
    const [network] = networks;
    const known = network && network.address.family === outside[0].address.family;
    const subnet = known
      ? `${formatAddress(networkOf(network.address, network.prefix!))}/${network.prefix}`
      : "";
    const more =
      outside.length === 1
        ? t("", "")
        : t(
            ` (and ${outside.length - 1} more real servers of ${service.title})`,
            `（${service.title} 还有 ${outside.length - 1} 台真实服务器同样如此）`,
          );
    report.add(
      urpf,
      start,
      end,
      known
        ? t(
            `${name} is outside ${subnet} and answers with the virtual address as source, which strict uRPF, the default of a segment, drops: set urpf_mode NONE on its segment${more.en}.`,
            `${name} 不在 ${subnet} 内，却以虚拟地址为源应答；网段默认的严格 uRPF 会丢弃它：请把其网段的 urpf_mode 设为 NONE${more.zh}。`,
          )
        : t(
            `${name} answers with the virtual address as source. Unless that belongs to the subnet of its segment, strict uRPF, the default, drops the answers: then set urpf_mode NONE there${more.en}.`,
            `${name} 以虚拟地址为源应答。若虚拟地址不属于其网段的子网，默认的严格 uRPF 会丢弃应答：此时请在该网段设置 urpf_mode NONE${more.zh}。`,
          ),
      { severity: known ? undefined : "information" },
    );
  }
}

/** Addresses that the director gets, with their prefix lengths. */
const entriesOf = (config: Config): AddressEntry[] => [
  ...config.instances.flatMap((at) => [...at.model.virtualIps, ...at.model.excludedIps]),
  ...config.staticAddresses.flatMap((at) => at.model.addresses),
];

function addressSpan(at: Located<VirtualServer>, d: Destination): { start: number; end: number } {
  const { realServers, sorryServer } = at.model;
  if (d.role === "sorry" && sorryServer) return sorryServer.addressSpan;
  return realServers.find((r) => sameAddress(r.address, d.address))?.addressSpan ?? d.span;
}

// ---------------------------------------------------------------------------------------------- health checks

function checkChecks(config: Config, services: readonly Service[], use: NsxUse, report: Report): void {
  const add = (at: Located<VirtualServer>, checker: Checker, message: Text) => {
    const { start } = config.range(at, checker);
    report.add(checkRules, start, start + checker.type.length, message);
  };
  if (use.companion) {
    for (const { at } of services) {
      // One for each virtual server: its real servers usually share the script.
      const [checker] = checkersOf(at, (c) => c.type === "MISC_CHECK");
      if (checker)
        add(
          at,
          checker,
          t(
            "MISC_CHECK runs a script: what it sends cannot be derived, and the companion policy has no rule for it. Where everything else is denied, add one.",
            "MISC_CHECK 运行脚本：无法推导它发送什么，配套策略中没有它的规则。在默认拒绝的环境中请自行添加。",
          ),
        );
    }
    return;
  }
  const ports = new Map<string, Set<number>>();
  for (const service of services)
    for (const { checks } of service.destinations)
      for (const { protocol, port } of checks) {
        const known = ports.get(protocol) ?? new Set();
        ports.set(protocol, known);
        if (port > 0) known.add(port);
      }
  const first = services.find((s) => s.destinations.some((d) => d.checks.length > 0));
  if (!first) return;
  const [checker] = checkersOf(first.at, (c) => !["MISC_CHECK", "FILE_CHECK", "BFD_CHECK"].includes(c.type));
  if (!checker) return;
  const list = [...ports]
    .map(([protocol, all]) =>
      `${protocol} ${[...all].slice(0, 5).join(", ")}${all.size > 5 ? ", …" : ""}`.trim(),
    )
    .join("; ");
  add(
    first.at,
    checker,
    t(
      `Health checks go from the directors to the real servers' own addresses (${list}): the stateless policy has no rule for them. Where everything else is denied they fail and every real server is taken out; generate the companion policy (keepalived.nsx.companionPolicy), or have rules of your own.`,
      `健康检查从调度器发往真实服务器自身的地址（${list}），无状态策略中没有它们的规则。在默认拒绝的环境中检查会失败，所有真实服务器都会被摘除；请生成配套策略（keepalived.nsx.companionPolicy），或使用自己的规则。`,
    ),
  );
}

const checkersOf = (at: Located<VirtualServer>, wanted: (checker: Checker) => boolean): Checker[] =>
  at.model.realServers.flatMap((r) => r.checkers.filter(wanted));

// ---------------------------------------------------------------------------------------------- remedies

function reportBoth(config: Config, service: Service, report: Report): void {
  const { start, end } = config.range(service.at, service.at.model);
  report.add(
    bothRemedies,
    start,
    end,
    t(
      "Both an exclusion list and a policy were taken over for this configuration. Directors on the list have no rules at all, so the policy does nothing: decide for one, and take the other off the manager.",
      "此配置的排除列表和策略都已被取用。排除列表中的调度器没有任何规则，策略不起作用：请二选一，并从管理器上撤下另一个。",
    ),
  );
}

function checkSync(config: Config, services: readonly Service[], report: Report): void {
  const at = config.global("lvs_sync_daemon");
  if (!at || !syncDaemonOf(config)) return;
  const nat = services.find(
    (s) =>
      !isHalf(s) &&
      (s.protocol ?? "TCP") === "TCP" &&
      s.destinations.some((d) => isRemote(d) && d.method === "NAT"),
  );
  if (!nat) return;
  const { start, end } = config.range(at, at.setting.spans[0] ?? at.setting);
  report.add(
    strictSync,
    start,
    end,
    t(
      `After a failover the new director goes on with connections whose handshake its firewall never saw (${nat.title}, NAT): a stateful policy with TCP Strict drops them. Leave TCP Strict off there; the generated policies do.`,
      `切换后，新调度器会继续转发其防火墙从未见过握手的连接（${nat.title}，NAT）：启用 TCP 严格检查的有状态策略会丢弃它们。请在该策略中关闭 TCP 严格检查；生成的策略就是如此。`,
    ),
  );
}
