/** The way of a connection hop by hop, with the addresses on each wire: what a capture at each vNIC shows. */
import { formatAddress } from "../language/address";
import { type Text, t } from "../language/schema";
import { type Direction, tunnelName, type Vnic } from "./packets";
import { endpointText, isAllPorts, portText } from "./ranges";
import {
  type Destination,
  destinationText,
  type Front,
  frontsWith,
  type MarkAnswer,
  type Service,
} from "./services";

export type Place = "client" | "gateway" | "director" | "real-server";

/** What a step does with the client's packets or with the server's. */
export type Leg =
  | "request"
  | "forwarded"
  | "tunnelled"
  | "translated"
  | "direct-reply"
  | "reply"
  | "translated-reply"
  | "local-reply";

export interface Step {
  readonly leg: Leg;
  readonly from: Place;
  readonly to: Place;
  /** Where the step is seen by a firewall. */
  readonly seen: readonly { readonly vnic: Vnic; readonly direction: Direction }[];
  readonly source: string;
  readonly destination: string;
  /** Around it, for tunnels: source and destination of the outer packet, and its kind. */
  readonly outer:
    | { readonly source: string; readonly destination: string; readonly kind: string }
    | undefined;
  readonly sourceMac: Place;
  readonly destinationMac: Place;
  readonly note: Text;
}

export interface Path {
  readonly title: string;
  readonly method: "DR" | "NAT" | "TUN" | "local";
  readonly servers: readonly string[];
  /** Where clients connect to, and the servers behind it. */
  readonly front: Front;
  readonly destinations: readonly Destination[];
  readonly steps: readonly Step[];
  /** What a stateful firewall makes of it, at each vNIC. */
  readonly firewall: readonly { readonly vnic: Vnic; readonly whole: boolean; readonly text: Text }[];
}

/** One path for each front and way of forwarding of a virtual server. */
export function pathsOf(
  service: Service,
  marks: ReadonlyMap<number, readonly MarkAnswer[]> = new Map(),
): Path[] {
  const paths: Path[] = [];
  for (const front of frontsWith(service, marks)) {
    const groups = new Map<string, Destination[]>();
    for (const d of service.destinations) {
      if (d.method !== "TUN" && d.address.family !== front.family) continue;
      const key = d.local
        ? "local"
        : `${d.method} ${d.method === "NAT" ? d.port : ""} ${d.tunnel ? `${d.tunnel.type} ${d.tunnel.port ?? ""} ${d.address.family}` : ""}`;
      const known = groups.get(key);
      if (known) known.push(d);
      else groups.set(key, [d]);
    }
    for (const list of groups.values()) paths.push(pathOf(service, front, list));
  }
  return paths;
}

function pathOf(service: Service, front: Front, list: readonly Destination[]): Path {
  const [first] = list;
  const port = isAllPorts(front.ports) ? "*" : portText(front.ports[0]);
  const vip = endpointText(front.addresses[0].first, port);
  const client = "client:port";
  const base = { outer: undefined } as const;
  const request: Step = {
    ...base,
    leg: "request",
    from: "client",
    to: "director",
    seen: [{ vnic: "director", direction: "IN" }],
    source: client,
    destination: vip,
    sourceMac: "gateway",
    destinationMac: "director",
    note: t(
      "the gateway (or a client on the same segment) sends to the director, which answers ARP for the virtual address",
      "网关（或同网段的客户端）发给调度器：由调度器应答虚拟地址的 ARP",
    ),
  };
  const toReal = [
    { vnic: "director", direction: "OUT" },
    { vnic: "real-server", direction: "IN" },
  ] as const;
  const direct: Step = {
    ...base,
    leg: "direct-reply",
    from: "real-server",
    to: "client",
    seen: [{ vnic: "real-server", direction: "OUT" }],
    source: vip,
    destination: client,
    sourceMac: "real-server",
    destinationMac: "gateway",
    note: t(
      "straight to the gateway, with the virtual address as source; the director never sees it",
      "以虚拟地址为源直接发往网关；调度器看不到应答",
    ),
  };
  const whole = (vnic: Vnic): Path["firewall"][number] => ({
    vnic,
    whole: true,
    text: t("sees both directions: a stateful firewall works", "能看到两个方向：有状态防火墙可以正常工作"),
  });
  const half = (vnic: Vnic, text: Text): Path["firewall"][number] => ({ vnic, whole: false, text });
  // Only TCP has sequence numbers that a firewall could miss; for the rest one direction keeps the state alive.
  const tcp = front.protocol === "TCP";
  const halfRequest = half(
    "director",
    tcp
      ? t(
          "sees only the client's side: a stateful firewall drops it after about 67 KB (state-mismatch); stateless rules are needed",
          "只看到客户端一侧：有状态防火墙在约 67 KB 后丢弃报文（state-mismatch），需要无状态规则",
        )
      : t(
          `sees only the client's side: ${front.protocol} has no TCP sequence numbers to mismatch, so a stateful firewall lets it pass, too`,
          `只看到客户端一侧：${front.protocol} 没有可失配的 TCP 序列号，有状态防火墙也会放行`,
        ),
  );
  const common = {
    title: service.title,
    servers: list.map(destinationText),
    front,
    destinations: list,
  };
  if (first.local)
    return {
      ...common,
      method: "local",
      steps: [
        request,
        {
          ...base,
          leg: "local-reply",
          from: "director",
          to: "client",
          seen: [{ vnic: "director", direction: "OUT" }],
          source: vip,
          destination: client,
          sourceMac: "director",
          destinationMac: "gateway",
          note: t("a server on the director itself answers", "由调度器本机上的服务应答"),
        },
      ],
      firewall: [whole("director")],
    };
  if (first.method === "DR")
    return {
      ...common,
      method: "DR",
      steps: [
        request,
        {
          ...base,
          leg: "forwarded",
          from: "director",
          to: "real-server",
          seen: toReal,
          source: client,
          destination: vip,
          sourceMac: "director",
          destinationMac: "real-server",
          note: t("only the MAC addresses are new; same segment", "只改写 MAC 地址；必须在同一网段"),
        },
        direct,
      ],
      firewall: [halfRequest, whole("real-server")],
    };
  if (first.method === "TUN") {
    const tunnel = first.tunnel ?? { type: "ipip", port: undefined, checksum: "nocsum" };
    return {
      ...common,
      method: "TUN",
      steps: [
        request,
        {
          leg: "tunnelled",
          from: "director",
          to: "real-server",
          seen: toReal,
          source: client,
          destination: vip,
          outer: {
            source: "director",
            destination: formatAddress(first.address),
            kind: tunnelName(tunnel, front.family, first.address.family),
          },
          sourceMac: "director",
          destinationMac: "real-server",
          note: t(
            "the whole packet travels inside another one; a router may lie between (then its MAC address)",
            "整个报文封装在另一个报文中；中间可以有路由器（此时为其 MAC 地址）",
          ),
        },
        direct,
      ],
      firewall: [
        halfRequest,
        half(
          "real-server",
          tcp
            ? t(
                "sees replies without requests (those are inside the tunnel): stateless rules are needed here, too",
                "只看到应答，看不到请求（请求在隧道内）：这里也需要无状态规则",
              )
            : t(
                "sees replies without requests (those are inside the tunnel): rules must allow them as flows of their own",
                "只看到应答，看不到请求（请求在隧道内）：规则须把应答作为独立的流放行",
              ),
        ),
      ],
    };
  }
  const realPort = first.port === 0 ? port : `${first.port}`;
  const real = endpointText(first.address, realPort);
  return {
    ...common,
    method: "NAT",
    steps: [
      request,
      {
        ...base,
        leg: "translated",
        from: "director",
        to: "real-server",
        seen: toReal,
        source: client,
        destination: real,
        sourceMac: "director",
        destinationMac: "real-server",
        note: t("the destination is translated, the source is kept", "改写目的地址，源地址不变"),
      },
      {
        ...base,
        leg: "reply",
        from: "real-server",
        to: "director",
        seen: [
          { vnic: "real-server", direction: "OUT" },
          { vnic: "director", direction: "IN" },
        ],
        source: real,
        destination: client,
        sourceMac: "real-server",
        destinationMac: "director",
        note: t("the director is the real server's default gateway", "调度器是真实服务器的默认网关"),
      },
      {
        ...base,
        leg: "translated-reply",
        from: "director",
        to: "client",
        seen: [{ vnic: "director", direction: "OUT" }],
        source: vip,
        destination: client,
        sourceMac: "director",
        destinationMac: "gateway",
        note: t("the source is translated back to the virtual address", "源地址改回虚拟地址"),
      },
    ],
    firewall: [whole("director"), whole("real-server")],
  };
}

// ---------------------------------------------------------------------------------------------- text

type Locale = "en" | "zh-cn";
const say = (text: Text, locale: Locale): string => (locale === "zh-cn" ? text.zh : text.en);

export const PLACES: Readonly<Record<Place, Text>> = {
  client: t("client", "客户端"),
  gateway: t("gateway", "网关"),
  director: t("director", "调度器"),
  "real-server": t("real server", "真实服务器"),
};

/** Columns that a terminal needs for a text: East Asian characters take two. */
const columns = (text: string): number =>
  [...text].reduce((sum, c) => sum + ((c.codePointAt(0) ?? 0) >= 0x2e80 ? 2 : 1), 0);
const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - columns(text)));

/** Addresses of the packet, and of the one around it. */
const addresses = (step: Step, locale: Locale): { inner: string; outer: string | undefined } => {
  const inner = `${step.source} → ${step.destination}`.replaceAll(
    "client:port",
    locale === "zh-cn" ? "客户端:端口" : "client:port",
  );
  if (!step.outer) return { inner, outer: undefined };
  const source = step.outer.source === "director" ? say(PLACES.director, locale) : step.outer.source;
  return { inner, outer: `${source} → ${step.outer.destination} ${step.outer.kind}` };
};

const addressLine = (step: Step, locale: Locale): string => {
  const { inner, outer } = addresses(step, locale);
  return outer ? `${outer} [${inner}]` : inner;
};

/** The paths as text for a terminal. */
export function pathsText(paths: readonly Path[], locale: Locale = "en"): string {
  const lines: string[] = [];
  for (const path of paths) {
    if (lines.length > 0) lines.push("");
    lines.push(path.title, ...path.servers.map((server) => `  -> ${server}`), "");
    const rows = path.steps.flatMap((step, i) =>
      step.seen.map(({ vnic, direction }, n) => [
        n === 0 ? `${i + 1}` : "",
        say(PLACES[vnic], locale),
        direction,
        addressLine(step, locale),
        `${say(PLACES[step.sourceMac], locale)} → ${say(PLACES[step.destinationMac], locale)}`,
      ]),
    );
    const head = locale === "zh-cn" ? ["#", "vNIC", "方向", "IP", "MAC"] : ["#", "vNIC", "dir", "IP", "MAC"];
    const widths = head.map((_, c) => Math.max(...[head, ...rows].map((row) => columns(row[c]))));
    for (const row of [head, ...rows])
      lines.push(`  ${row.map((cell, c) => pad(cell, widths[c])).join("  ")}`.trimEnd());
    lines.push("");
    for (const [i, step] of path.steps.entries()) lines.push(`  ${i + 1}: ${say(step.note, locale)}`);
    for (const { vnic, text } of path.firewall)
      lines.push(`  ${say(PLACES[vnic], locale)} vNIC: ${say(text, locale)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The paths as data for other programs. */
export function pathsJson(paths: readonly Path[], locale: Locale = "en"): object {
  return {
    version: 1,
    paths: paths.map((path) => ({
      virtualServer: path.title,
      method: path.method,
      servers: path.servers,
      steps: path.steps.map(({ leg: _, ...step }) => ({ ...step, note: say(step.note, locale) })),
      firewall: path.firewall.map((f) => ({ ...f, text: say(f.text, locale) })),
    })),
  };
}
