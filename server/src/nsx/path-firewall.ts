/**
 * What the distributed firewall does to a connection along a path: under an ordinary stateful policy, with the policy that is
 * generated for the virtual server, and with the exclusion list. Every verdict is one of the evaluator.
 */
import type { Address } from "../language/address";
import { type Text, t } from "../language/schema";
import { type Decide, type Exchange, play, type Sent, type Transfer, type Verdict } from "../lvs/exchange";
import { IP, outerProtocol, protocolNumber, type Vnic } from "../lvs/packets";
import type { Path } from "../lvs/path";
import { PLACES } from "../lvs/path";
import type { Filter, Picture } from "../lvs/path-picture";
import {
  type Decision,
  type Firewall,
  HALF_FLOW_BUDGET,
  type Packet,
  readPolicies,
  type WirePolicy,
} from "./evaluate";
import { infraBody } from "./forms/hierarchical";
import type { Generated } from "./generate";
import { CAST, firewallOf, worldOf } from "./probe";

export type FirewallMode = "stateful" | "generated" | "exclude-list";
export const FIREWALL_MODES: readonly FirewallMode[] = ["stateful", "generated", "exclude-list"];

/** The operator's own section, after everything else: what most environments begin with. */
const ORDINARY: WirePolicy = {
  id: "default-layer3-section",
  category: "Application",
  sequence_number: 2_000_000_000,
  stateful: true,
  tcp_strict: false,
  rules: [{ id: "allow", action: "ALLOW", direction: "IN_OUT", sequence_number: 1 }],
};

/** A connection with its verdicts, and what is told of it. */
export interface Judged {
  readonly exchange: Exchange;
  readonly filters: Partial<Record<Vnic, Filter>>;
  readonly lines: readonly { readonly tone: Picture["lines"][number]["tone"]; readonly text: Text }[];
}

/** The firewalls of both vNICs: with the rules of a payload, if there are any, before the operator's own. */
export type Walls = Readonly<Record<Vnic, Firewall>>;

export function wallsOf(payload: Generated["payload"]): Walls {
  const { policies, services } = payload
    ? readPolicies(infraBody(payload))
    : { policies: [] as WirePolicy[], services: new Map() };
  const world = worldOf(
    { policies: [...policies, ORDINARY], services },
    payload ?? { directors: [], realServers: [] },
    "none",
  );
  return { director: firewallOf(world, "director"), "real-server": firewallOf(world, "real-server") };
}

/**
 * Plays a connection through the firewalls of both vNICs.
 * @param walls those of the mode: only `generated` has rules of a payload.
 * @param clients the networks that the generated rules are meant for; a client outside is no fair test
 */
export function judge(
  path: Path,
  mode: FirewallMode,
  transfer: Transfer,
  walls: Walls,
  clients: readonly { readonly first: Address }[] = [],
): Judged {
  const vnics: readonly Vnic[] = path.method === "local" ? ["director"] : ["director", "real-server"];
  const isExcluded = (vnic: Vnic): boolean =>
    mode === "exclude-list" && (vnic === "director" || path.method === "TUN");
  const firewalls: Walls = { director: walls.director.fresh(), "real-server": walls["real-server"].fresh() };
  const { family } = path.front;
  const client = clients.find((c) => c.first.family === family)?.first ?? CAST.client[family];
  const stateless = new Set<Vnic>();
  const decide: Decide = (sent) => {
    if (isExcluded(sent.vnic)) return undefined;
    const decision = firewalls[sent.vnic].decide(packetAt(path, sent, client));
    if (decision.by === "stateless") stateless.add(sent.vnic);
    return verdictOf(decision);
  };
  const exchange = play(path, decide, transfer);
  const filters: Partial<Record<Vnic, Filter>> = {};
  for (const vnic of vnics)
    filters[vnic] = isExcluded(vnic) ? "excluded" : stateless.has(vnic) ? "stateless" : "stateful";
  return { exchange, filters, lines: linesOf(path, exchange, filters, transfer) };
}

/** The packet that a vNIC sees on a step. */
function packetAt(path: Path, sent: Sent, client: Address): Packet {
  const { step, direction, flags, length } = sent;
  const { front } = path;
  const [server] = path.destinations;
  if (step.leg === "tunnelled" && server.tunnel) {
    const { family } = server.address;
    const gue = server.tunnel.type === "gue";
    return {
      direction,
      source: CAST.director[family],
      destination: server.address,
      protocol: outerProtocol(server.tunnel, front.family),
      sourcePort: gue ? CLIENT_PORT : undefined,
      destinationPort: gue ? server.tunnel.port : undefined,
    };
  }
  const ports = front.ports[0];
  const port = ports.first <= ANY_PORT && ANY_PORT <= ports.last ? ANY_PORT : ports.first;
  const vip = { address: front.addresses[0].first, port };
  const real = { address: server.address, port: server.port === 0 ? port : server.port };
  const outside = { address: client, port: CLIENT_PORT };
  const inside = step.leg === "translated" || step.leg === "reply" ? real : vip;
  const toServer = step.leg === "request" || step.leg === "forwarded" || step.leg === "translated";
  const [from, to] = toServer ? [outside, inside] : [inside, outside];
  const protocol = protocolNumber(front.protocol);
  return {
    direction,
    source: from.address,
    destination: to.address,
    protocol,
    sourcePort: from.port,
    destinationPort: to.port,
    ...(protocol === IP.tcp ? { tcp: flags, length } : {}),
  };
}

const CLIENT_PORT = 40_000;
/** Stands for any port where a service has them all. */
const ANY_PORT = 80;

function verdictOf({ passed, by, rule }: Decision): Verdict {
  const reason = (text: Text, detail?: Text): Verdict => ({ passed, reason: text, detail });
  const name = rule ?? "?";
  switch (by) {
    case "stateless":
      return reason(t(`stateless rule ${name}`, `无状态规则 ${name}`));
    case "new-state":
      return reason(t("new state", "新建状态"));
    case "state":
    case "related":
      return reason(t("known state", "已有状态"));
    case "state-mismatch":
      return reason(
        t("state-mismatch", "state-mismatch"),
        t(
          `The firewall has seen only this side of the connection, so it cannot move its window: beyond ${number(HALF_FLOW_BUDGET)} bytes it takes the sequence numbers for wrong. The sender retransmits in vain.`,
          `防火墙只看到连接的这一侧，无法滑动窗口：超过 ${number(HALF_FLOW_BUDGET)} 字节后即认为序列号错误。发送方重传无效。`,
        ),
      );
    case "strict":
      return reason(
        t("TCP strict", "TCP 严格"),
        t(
          "The rule wants to see the whole handshake first (TCP Strict).",
          "规则要求先看到完整的握手（TCP 严格）。",
        ),
      );
    default:
      return reason(
        passed ? t("no rule matches", "无匹配规则") : t("drop rule", "丢弃规则"),
        passed ? undefined : t(`Rule ${name} drops it.`, `规则 ${name} 丢弃了它。`),
      );
  }
}

const number = (n: number): string => n.toString().replace(/\B(?=(\d{3})+$)/g, ",");

function linesOf(
  path: Path,
  { refusal }: Exchange,
  filters: Partial<Record<Vnic, Filter>>,
  transfer: Transfer,
): Judged["lines"] {
  const lines: { tone: "good" | "bad" | "plain"; text: Text }[] = [];
  for (const { vnic, whole, text } of path.firewall) {
    const filter = filters[vnic];
    const at = (en: string, zh: string): Text =>
      t(`${PLACES[vnic].en} vNIC: ${en}`, `${PLACES[vnic].zh} vNIC：${zh}`);
    if (filter === "excluded")
      lines.push({
        tone: "plain",
        text: at(
          "on the exclusion list: nothing is filtered, and nothing is protected",
          "在排除列表中：不过滤，也不受保护",
        ),
      });
    else if (filter === "stateless")
      lines.push({
        tone: "good",
        text: at(
          "stateless rules decide about each packet by itself: there is no state that could mismatch",
          "无状态规则逐个报文判断：没有可失配的状态",
        ),
      });
    else
      lines.push({
        tone: whole || !refusal || refusal.vnic !== vnic ? (whole ? "good" : "plain") : "bad",
        text: at(text.en, text.zh),
      });
  }
  const tcp = path.front.protocol === "TCP";
  const what = transfer === "upload" ? t("the upload", "上传") : t("the download", "下载");
  if (refusal)
    lines.push({
      tone: "bad",
      text: t(
        `Result: ${tcp ? what.en : "the connection"} stops at the ${PLACES[refusal.vnic].en}'s vNIC (${refusal.direction}, ${refusal.verdict.reason.en})${tcp ? ` after ${number(refusal.bytes)} bytes of payload` : ""}.${refusal.bytes > 0 ? " Small pages work, which hides the fault." : ""}`,
        `结果：${tcp ? what.zh : "连接"}${tcp ? `在传输 ${number(refusal.bytes)} 字节后` : ""}被${PLACES[refusal.vnic].zh}的 vNIC 丢弃（${refusal.direction}，${refusal.verdict.reason.zh}）。${refusal.bytes > 0 ? "小页面访问正常，因此故障不易察觉。" : ""}`,
      ),
    });
  else
    lines.push({
      tone: "good",
      text: t(
        `Result: everything passes${tcp ? `, ${what.en} too` : ""}.`,
        `结果：全部放行${tcp ? `，包括${what.zh}` : ""}。`,
      ),
    });
  return lines;
}
