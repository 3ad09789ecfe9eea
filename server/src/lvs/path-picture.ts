/**
 * The way of a connection as a picture: one column for each host, time downwards, each packet with the headers that a
 * capture shows and a mark at each vNIC that it passes. Drawn from data alone, so that the command line and the editor's
 * window show the same.
 */
import { type Address, formatAddress, inNetwork } from "../language/address";
import { type Text, t } from "../language/schema";
import type { Config } from "../model/config";
import { type Exchange, type Hop, play, type Verdict } from "./exchange";
import type { Direction, Vnic } from "./packets";
import { type Path, PLACES, type Place } from "./path";
import { endpointText, inAnyRange } from "./ranges";
import { estimate, type Measure, shorten, standalone, wrap, xml } from "./svg";

type Locale = "en" | "zh-cn";
const say = (text: Text, locale: Locale): string => (locale === "zh-cn" ? text.zh : text.en);

// ---------------------------------------------------------------------------------------------- the picture as data

/** How the firewall of a vNIC is set up; undefined: none is thought of. */
export type Filter = "stateful" | "stateless" | "excluded";

/** Every text is in one language. The data can be sent to where it is drawn. */
export interface Picture {
  readonly title: string;
  readonly lanes: readonly Lane[];
  readonly rows: readonly Row[];
  /** What becomes of it, and why. */
  readonly lines: readonly { readonly tone: "good" | "bad" | "plain"; readonly text: string }[];
  /** What a marked header means. */
  readonly legend: string;
}

export interface Lane {
  readonly place: Place;
  readonly name: string;
  readonly details: readonly string[];
  /** For virtual machines: the vNIC, and its firewall. */
  readonly nic: { readonly text: string; readonly filter: Filter | undefined } | undefined;
}

export type Row = PacketRow | { readonly kind: "gap"; readonly text: string };

export interface PacketRow {
  readonly kind: "packet";
  readonly number: number;
  readonly name: string;
  readonly from: Place;
  readonly to: Place;
  readonly headers: readonly Header[];
  readonly gates: readonly Gate[];
  /** The whole row in words. */
  readonly text: string;
}

/** One layer of the packet: `MAC`, `IP`, or the IP header around it. */
export interface Header {
  readonly layer: string;
  readonly text: string;
  readonly mono: boolean;
  /** Another one than on the packet's hop before. */
  readonly changed: boolean;
}

export interface Gate {
  readonly place: Vnic;
  readonly direction: Direction;
  readonly verdict: "none" | "passed" | "refused";
  readonly reason: string;
}

/** What is said in a picture beyond the packets. */
export interface PictureOptions {
  readonly locale: Locale;
  /** The VRRP instance that holds the virtual address. */
  readonly holder?: Holder;
  readonly filters?: Partial<Record<Vnic, Filter>>;
  /** Instead of what a stateful firewall makes of the path. */
  readonly lines?: Picture["lines"];
}

export interface Holder {
  readonly instance: string;
  readonly interface: string | undefined;
  /** With `use_vmac`: the MAC address that answers for the virtual address. */
  readonly vmac: string | undefined;
  /** The network of the virtual address, as far as its prefix tells. */
  readonly network: { readonly address: Address; readonly prefix: number } | undefined;
}

/** Which VRRP instance holds the address that clients use on a path. */
export function holderOf(config: Config, path: Path): Holder | undefined {
  const { addresses, family } = path.front;
  for (const { model } of config.instances) {
    const entry = [...model.virtualIps, ...model.excludedIps].find((e) => inAnyRange(e.address, addresses));
    if (!entry) continue;
    const id = model.virtualRouterId?.value;
    const vmac =
      model.useVmac && id !== undefined && id >= 1 && id <= 255
        ? // RFC 5798, section 7.3
          `00:00:5e:00:0${family === 4 ? 1 : 2}:${id.toString(16).padStart(2, "0")}`
        : undefined;
    const { address, prefix } = entry;
    return {
      instance: model.name,
      interface: model.interface?.value,
      vmac,
      network: prefix === undefined ? undefined : { address, prefix },
    };
  }
  return undefined;
}

/** The picture of an exchange on a path. */
export function pictureOf(path: Path, exchange: Exchange, options: PictureOptions): Picture {
  const { locale } = options;
  const names = (text: Text) => say(text, locale);
  let before: readonly Header[] = [];
  const rows = exchange.events.map((event): Row => {
    if (event.kind === "gap") return { kind: "gap", text: names(event.text) };
    const headers = headersOf(path, event, options, event.again ? before : undefined);
    before = headers;
    return packetRow(event, headers, options);
  });
  const lines =
    options.lines ??
    path.firewall.map(({ vnic, whole, text }) => ({
      // Without sequence numbers half a flow does no harm.
      tone: whole ? ("good" as const) : path.front.protocol === "TCP" ? ("bad" as const) : ("plain" as const),
      text: `${names(PLACES[vnic])} vNIC${locale === "zh-cn" ? "：" : ": "}${names(text)}`,
    }));
  return {
    title: `${path.title} · ${path.method === "local" ? names(t("local", "本机")) : path.method}`,
    lanes: lanesOf(path, options),
    rows,
    lines,
    legend: names(t("rewritten or added on this hop", "此跳改写或新增的字段")),
  };
}

function lanesOf(path: Path, { locale, holder, filters }: PictureOptions): Lane[] {
  const text = (x: Text) => say(x, locale);
  const nic = (vnic: Vnic): Lane["nic"] => {
    const filter = filters?.[vnic];
    const words: Readonly<Record<Filter, Text>> = {
      stateful: t("DFW: stateful", "DFW：有状态"),
      stateless: t("DFW: stateless", "DFW：无状态"),
      excluded: t("DFW: excluded", "DFW：已排除"),
    };
    return { text: filter ? text(words[filter]) : "vNIC", filter };
  };
  const { first } = path.front.addresses[0];
  const lanes: Lane[] = [
    { place: "client", name: text(PLACES.client), details: [], nic: undefined },
    { place: "gateway", name: text(PLACES.gateway), details: [], nic: undefined },
    {
      place: "director",
      name: text(PLACES.director),
      details: [
        `VIP ${formatAddress(first)}`,
        ...(holder ? [[holder.instance, holder.interface].filter((x) => x).join(" · ")] : []),
      ],
      nic: nic("director"),
    },
  ];
  if (path.method === "local") return lanes;
  const [server] = path.destinations;
  const more = path.destinations.length - 1;
  const setup: Readonly<Record<"DR" | "NAT" | "TUN", Text>> = {
    DR: path.front.family === 4 ? t("VIP on lo, no ARP", "VIP 在 lo，不答 ARP") : t("VIP on lo", "VIP 在 lo"),
    TUN: t("VIP on the tunnel", "VIP 在隧道接口"),
    NAT: t("route via director", "网关指向调度器"),
  };
  lanes.push({
    place: "real-server",
    name: more > 0 ? `${text(PLACES["real-server"])} +${more}` : text(PLACES["real-server"]),
    details: [endpointText(server.address, server.port === 0 ? "*" : server.port), text(setup[path.method])],
    nic: nic("real-server"),
  });
  return lanes;
}

function headersOf(
  path: Path,
  hop: Hop,
  options: PictureOptions,
  before: readonly Header[] | undefined,
): Header[] {
  const { locale, holder } = options;
  const { step } = hop;
  const place = (p: Place) => say(PLACES[p], locale);
  let receiver = place(step.destinationMac);
  if (step.leg === "request" && holder?.vmac) receiver = holder.vmac;
  // A tunnel may lead through routers: only a server in the network of the virtual address is surely next.
  const near = path.destinations.every(
    ({ address }) =>
      holder?.network?.address.family === address.family &&
      inNetwork(address, holder.network.address, holder.network.prefix),
  );
  if (step.leg === "tunnelled" && !near) receiver = say(t("next hop", "下一跳"), locale);
  const end = (text: string) =>
    text.replace("client:port", locale === "zh-cn" ? "客户端:端口" : "client:port");
  const headers: Omit<Header, "changed">[] = [
    {
      layer: "MAC",
      text: `${place(step.sourceMac)} → ${receiver}`,
      mono: false,
    },
  ];
  if (step.outer) {
    const source = step.outer.source === "director" ? place("director") : step.outer.source;
    headers.push({
      layer: say(t("outer", "外层"), locale),
      text: `${source} → ${step.outer.destination}  ${step.outer.kind}`,
      mono: true,
    });
  }
  headers.push({
    layer: step.outer ? say(t("inner", "内层"), locale) : "IP",
    text: `${end(step.source)} → ${end(step.destination)}`,
    mono: true,
  });
  return headers.map((h) => ({
    ...h,
    // The IP header inside a tunnel is the one that came in.
    changed: before !== undefined && !before.some((b) => b.text === h.text),
  }));
}

function packetRow(hop: Hop, headers: readonly Header[], { locale }: PictureOptions): PacketRow {
  const { step } = hop;
  const text = (x: Text) => say(x, locale);
  const zh = locale === "zh-cn";
  const verdictOf = (v: Verdict | undefined): Gate["verdict"] =>
    v === undefined ? "none" : v.passed ? "passed" : "refused";
  const gates = hop.verdicts.map((v, i): Gate => {
    const { vnic, direction } = step.seen[i];
    return { place: vnic, direction, verdict: verdictOf(v), reason: v ? text(v.reason) : "" };
  });
  const forwarded = hop.again ? text(t(", forwarded", "（转发）")) : "";
  const name = `${text(hop.name)}${forwarded}`;
  const colon = zh ? "：" : ": ";
  const sentences = [
    text(
      t(
        `Packet ${hop.packet}, ${name}, from ${PLACES[step.from].en} to ${PLACES[step.to].en}`,
        `报文 ${hop.packet}，${name}，${PLACES[step.from].zh} → ${PLACES[step.to].zh}`,
      ),
    ),
    ...headers.map((h) => `${h.layer} ${h.text}`),
    ...gates.map((gate, i) => {
      const verdict = hop.verdicts[i];
      const result =
        verdict === undefined
          ? ""
          : `${colon}${text(verdict.passed ? t("passed", "放行") : t("dropped", "丢弃"))}`;
      const reason = verdict ? `${zh ? "，" : ", "}${gate.reason}` : "";
      return `${text(PLACES[gate.place])} vNIC ${gate.direction}${result}${reason}`;
    }),
  ];
  const refused = hop.verdicts.find((v) => v && !v.passed);
  const note = refused ? (refused.detail ? text(refused.detail) : "") : sentence(text(step.note), zh);
  return {
    kind: "packet",
    number: hop.packet,
    name,
    from: step.from,
    to: step.to,
    headers,
    gates,
    text: `${sentences.join(zh ? "；" : "; ")}${zh ? "。" : ". "}${note}`.trim(),
  };
}

const sentence = (text: string, zh: boolean): string =>
  zh ? `${text}。` : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

// ---------------------------------------------------------------------------------------------- drawing

/** Where things of a row are, for what moves over the picture. */
export interface RowPlace {
  readonly top: number;
  readonly bottom: number;
  /** The line of the arrow. */
  readonly y: number;
  readonly from: number;
  /** Where the packet ends: at its receiver, or where it was dropped. */
  readonly to: number;
}

export interface PathDrawing {
  /** Elements without the `svg` around them: the hosts, which may stay in sight while the packets scroll … */
  readonly head: string;
  /** … and everything below `headHeight`. */
  readonly body: string;
  readonly width: number;
  readonly height: number;
  readonly headHeight: number;
  readonly rows: readonly RowPlace[];
}

/** The style of path pictures; colours are `var(--k-NAME)`. */
export const PATH_STYLE = `
text { fill: var(--k-fg); font-family: var(--k-sans); font-size: 12px; }
.title { font-size: 15px; font-weight: 600; }
.lane-box { fill: var(--k-box); stroke: var(--k-border); }
.lane-name { font-weight: 600; text-anchor: middle; }
.detail { font-size: 11px; fill: var(--k-muted); text-anchor: middle; }
.life { stroke: var(--k-line); stroke-dasharray: 2 4; }
.nic { fill: var(--k-box); stroke: var(--k-line); }
.nic.stateful { stroke: var(--k-orange); }
.nic.stateless { stroke: var(--k-green); }
.nic.excluded { stroke-dasharray: 3 3; }
.nic-name { font-size: 10.5px; text-anchor: middle; }
.stripe { fill: var(--k-mark); stroke: none; opacity: 0; }
.header { fill: var(--k-bg); stroke: var(--k-border); }
.header.changed { fill: var(--k-mark); stroke: var(--k-yellow); stroke-width: 1.5; }
.layer { font-size: 10px; fill: var(--k-muted); }
.value { font-size: 11.5px; }
.value.mono { font-family: var(--k-mono); font-size: 11.5px; }
.number { font-size: 10.5px; font-weight: 700; text-anchor: middle; fill: var(--k-bg); }
.name { font-weight: 600; }
.disc { stroke: none; }
.request .disc, .request .tip { fill: var(--k-blue); }
.reply .disc, .reply .tip { fill: var(--k-purple); }
.arrow { stroke-width: 2; fill: none; }
.request .arrow { stroke: var(--k-blue); }
.reply .arrow { stroke: var(--k-purple); }
.reply .arrow { stroke-dasharray: 7 3; }
.hop { fill: var(--k-bg); stroke-width: 2; }
.request .hop { stroke: var(--k-blue); }
.reply .hop { stroke: var(--k-purple); }
.gate { font-size: 10.5px; font-weight: 600; }
.gate.refused { fill: var(--k-red); }
.mark.passed { fill: var(--k-green); }
.mark.refused { fill: var(--k-red); }
.mark.none { fill: var(--k-bg); stroke: var(--k-line); stroke-width: 1.5; }
.sign { stroke: var(--k-bg); stroke-width: 1.8; fill: none; stroke-linecap: round; }
.gap { fill: var(--k-muted); text-anchor: middle; font-size: 11.5px; paint-order: stroke; stroke: var(--k-bg); stroke-width: 4px; stroke-linejoin: round; }
.good { fill: var(--k-green); }
.bad { fill: var(--k-red); }
.backed { paint-order: stroke; stroke: var(--k-bg); stroke-width: 3px; stroke-linejoin: round; }
.current .backed { stroke: var(--k-mark); }
.legend { font-size: 11px; fill: var(--k-muted); }
`;

const PAD = 12;
const HEADER_HEIGHT = 20;
const LINE_HEIGHT = 24;
const NIC_HALF = 5;
/** The narrowest picture in which four columns can be told apart. */
export const MIN_PATH_WIDTH = 430;

/** Draws a picture as wide as there is room; heights follow. */
export function drawPath(
  picture: Picture,
  options: { readonly width?: number; readonly measure?: Measure } = {},
): PathDrawing {
  const { measure = estimate } = options;
  const width = Math.max(MIN_PATH_WIDTH, Math.round(options.width ?? 860));
  const title: string[] = [];
  const out: string[] = [];
  const rows: RowPlace[] = [];
  const { lanes } = picture;

  const titleLines = wrap(picture.title, width - 2 * PAD, "bold", 15, measure);
  let y = PAD + 4;
  for (const line of titleLines) {
    y += 14;
    title.push(textAt(PAD, y, "title", line));
    y += 6;
  }

  // ------------------------------------------------------------------ hosts
  const step = lanes.length > 1 ? Math.min(260, (width - 2 * PAD) / lanes.length) : 0;
  const left = (width - step * lanes.length) / 2;
  const x = (place: Place): number => {
    const i = lanes.findIndex((lane) => lane.place === place);
    return Math.round(left + step * (Math.max(0, i) + 0.5));
  };
  const boxWidth = Math.min(180, step - 8);
  const top = y + 6;
  // Words go on in a second line; an address, which has no place to break, is shortened.
  const detailsOf = lanes.map((lane) =>
    lane.details.flatMap((d) => wrap(d, boxWidth - 6, "sans", 11, measure)),
  );
  const most = Math.max(...detailsOf.map((details) => details.length));
  const boxHeight = 24 + 15 * most;
  const nicTop = top + boxHeight;
  const lifeTop = nicTop + 18;
  const hosts: string[] = [];
  const strips: { x: number; filter: Filter | undefined }[] = [];
  for (const [i, lane] of lanes.entries()) {
    const details = detailsOf[i];
    const at = x(lane.place);
    const head = top + 16 + 7.5 * (most - details.length);
    hosts.push(
      `<rect class="lane-box" x="${at - boxWidth / 2}" y="${top}" width="${boxWidth}" height="${boxHeight}" rx="5"/>`,
      textAt(at, head, "lane-name", shorten(lane.name, boxWidth - 8, "bold", 12, measure)),
      ...details.map((detail, line) =>
        textAt(
          at,
          head + 15 * (line + 1),
          "detail",
          shorten(detail, boxWidth - 6, "sans", 11, measure),
          detail,
        ),
      ),
    );
    if (!lane.nic) continue;
    const nicWidth = Math.min(boxWidth, Math.ceil(measure(lane.nic.text, "sans", 10.5)) + 14);
    hosts.push(
      `<rect class="nic${lane.nic.filter ? ` ${lane.nic.filter}` : ""}" x="${at - nicWidth / 2}" y="${nicTop}" width="${nicWidth}" height="17" rx="3"/>`,
      textAt(at, nicTop + 12.5, "nic-name", lane.nic.text),
    );
    strips.push({ x: at, filter: lane.nic.filter });
  }
  const isNic = (place: Place): boolean => lanes.some((lane) => lane.place === place && lane.nic);

  // ------------------------------------------------------------------ packets
  const packets: string[] = [];
  y = lifeTop + 6;
  for (const [i, row] of picture.rows.entries()) {
    const rowTop = y;
    if (row.kind === "gap") {
      const lines = wrap(row.text, width - 4 * PAD, "sans", 11.5, measure);
      const parts = lines.map((line, n) =>
        textAt(width / 2, rowTop + 17 + 15 * n, "gap backed", `${n === 0 ? "⋮  " : ""}${line}`),
      );
      y += 12 + 15 * lines.length;
      rows.push({ top: rowTop, bottom: y, y: (rowTop + y) / 2, from: width / 2, to: width / 2 });
      packets.push(group(i, "gap-row", row.text, width, rowTop, y, parts));
      continue;
    }
    const back = x(row.to) < x(row.from);
    const { parts, bottom } = headerStrip(row, (x(row.from) + x(row.to)) / 2, rowTop + 6, width, measure);
    const line = bottom + 13;
    const refused = row.gates.find((gate) => gate.verdict === "refused");
    const edge = (place: Place, side: number) => x(place) + (isNic(place) ? side * NIC_HALF : 0);
    const forward = back ? -1 : 1;
    const from = edge(row.from, forward);
    const to = refused
      ? edge(refused.place, refused.place === row.from ? forward : -forward)
      : edge(row.to, -forward);
    const direct = refused && refused.place === row.from;
    if (!direct) {
      const tip = to - forward * 9;
      parts.push(
        `<path class="arrow" d="M${from} ${line}H${tip}"/>`,
        `<path class="tip" d="M${to} ${line}l${-forward * 10} -5v10z"/>`,
      );
      const gateway = lanes.some((lane) => lane.place === "gateway") ? x("gateway") : undefined;
      if (gateway !== undefined && (from - gateway) * (to - gateway) < 0)
        parts.push(`<circle class="hop" cx="${gateway}" cy="${line}" r="4.5"/>`);
    }
    const roomy = step >= 190;
    for (const gate of row.gates) {
      const at = x(gate.place);
      parts.push(mark(at, line, gate.verdict));
      // Beside the vNIC on the side where the packet is.
      const side = gate.place === row.from ? forward : -forward;
      const words = gate.verdict === "refused" || roomy ? [gate.direction, gate.reason] : [gate.direction];
      const label = words.filter((w) => w !== "");
      if (side < 0) label.reverse();
      parts.push(
        `<text class="gate backed ${gate.verdict}" text-anchor="${side < 0 ? "end" : "start"}" x="${at + side * 10}" y="${line + 16}">${xml(label.join("  "))}</text>`,
      );
    }
    y = line + 26;
    rows.push({ top: rowTop, bottom: y, y: line, from, to });
    packets.push(group(i, back ? "reply" : "request", row.text, width, rowTop, y, parts));
  }
  const lifeBottom = y + 4;

  // ------------------------------------------------------------------ what becomes of it
  const notes: string[] = [];
  y = lifeBottom + 6;
  if (picture.rows.some((row) => row.kind === "packet" && row.headers.some((h) => h.changed))) {
    notes.push(
      `<rect class="header changed" x="${PAD}" y="${y + 3}" width="22" height="13" rx="3"/>`,
      textAt(PAD + 30, y + 13.5, "legend", picture.legend),
    );
    y += 22;
  }
  for (const { tone, text } of picture.lines) {
    const sign = tone === "good" ? "✓ " : tone === "bad" ? "✗ " : "";
    for (const [n, line] of wrap(text, width - 2 * PAD - 18, "sans", 12, measure).entries()) {
      y += 17;
      if (n === 0 && sign !== "") notes.push(textAt(PAD, y, tone, sign));
      notes.push(textAt(PAD + (sign === "" ? 0 : 18), y, tone, line));
    }
    y += 4;
  }
  const height = Math.ceil(y + PAD);

  for (const lane of lanes)
    if (!lane.nic) out.push(`<path class="life" d="M${x(lane.place)} ${nicTop}V${lifeBottom}"/>`);
  for (const strip of strips)
    out.push(
      `<rect class="nic${strip.filter ? ` ${strip.filter}` : ""}" x="${strip.x - NIC_HALF}" y="${nicTop + 17}" width="${2 * NIC_HALF}" height="${lifeBottom - nicTop - 17}" rx="2"/>`,
    );
  return {
    head: [...title, ...hosts].join("\n"),
    body: [...out, ...packets, ...notes].join("\n"),
    width,
    height,
    headHeight: lifeTop,
    rows,
  };
}

/** The number and name of a packet and its headers, in as many lines as they need. */
function headerStrip(
  row: PacketRow,
  center: number,
  top: number,
  width: number,
  measure: Measure,
): { parts: string[]; bottom: number } {
  interface Piece {
    readonly width: number;
    readonly draw: (x: number, y: number) => string;
  }
  const nameWidth = 22 + Math.ceil(measure(row.name, "bold", 12)) + 4;
  const pieces: Piece[] = [
    {
      width: nameWidth,
      draw: (x, y) =>
        `<circle class="disc" cx="${x + 9}" cy="${y + 10}" r="8.5"/>${textAt(x + 9, y + 14, "number", `${row.number}`)}${textAt(x + 22, y + 14.5, "name backed", row.name)}`,
    },
  ];
  for (const header of row.headers) {
    const layer = Math.ceil(measure(header.layer, "sans", 10)) + 5;
    const most = width - 2 * PAD - layer - 12;
    const font = header.mono ? "mono" : "sans";
    const value = shorten(header.text, most, font, 11.5, measure);
    const total = 12 + layer + Math.ceil(measure(value, font, 11.5));
    pieces.push({
      width: total,
      draw: (x, y) =>
        `<rect class="header${header.changed ? " changed" : ""}" x="${x}" y="${y}" width="${total}" height="${HEADER_HEIGHT}" rx="3"/>${textAt(x + 6, y + 13.5, "layer", header.layer)}${textAt(x + 6 + layer, y + 14, `value${header.mono ? " mono" : ""}`, value, value === header.text ? undefined : header.text)}`,
    });
  }
  const lines: Piece[][] = [[]];
  let used = 0;
  for (const piece of pieces) {
    const current = lines[lines.length - 1];
    if (current.length > 0 && used + 4 + piece.width > width - 2 * PAD) {
      lines.push([piece]);
      used = piece.width;
    } else {
      used += piece.width + (current.length > 0 ? 4 : 0);
      current.push(piece);
    }
  }
  const parts: string[] = [];
  let y = top;
  for (const line of lines) {
    const total = line.reduce((sum, piece) => sum + piece.width + 4, -4);
    let x = Math.round(Math.max(PAD, Math.min(center - total / 2, width - PAD - total)));
    for (const piece of line) {
      parts.push(piece.draw(x, y));
      x += piece.width + 4;
    }
    y += LINE_HEIGHT;
  }
  return { parts, bottom: y - LINE_HEIGHT + HEADER_HEIGHT };
}

const textAt = (x: number, y: number, kind: string, text: string, whole?: string): string =>
  `<text class="${kind}" x="${x}" y="${y}">${whole !== undefined && whole !== text ? `<title>${xml(whole)}</title>` : ""}${xml(text)}</text>`;

const group = (
  i: number,
  kind: string,
  title: string,
  width: number,
  top: number,
  bottom: number,
  parts: readonly string[],
): string =>
  `<g class="row ${kind}" data-row="${i}"><title>${xml(title)}</title><rect class="stripe" x="2" y="${top + 1}" width="${width - 4}" height="${bottom - top - 2}" rx="4"/>${parts.join("")}</g>`;

function mark(x: number, y: number, verdict: Gate["verdict"]): string {
  const circle = `<circle class="mark ${verdict}" cx="${x}" cy="${y}" r="${verdict === "none" ? 4.5 : 8}"/>`;
  if (verdict === "none") return circle;
  const sign =
    verdict === "passed" ? `M${x - 3.5} ${y + 0.5}l2.5 2.8l4.5 -5.6` : `M${x - 3} ${y - 3}l6 6m0 -6l-6 6`;
  return `${circle}<path class="sign" d="${sign}"/>`;
}

/** Head and body: lines of the body begin behind the head. */
export const whole = (drawing: PathDrawing): string => `${drawing.body}\n${drawing.head}`;

/** Several drawings below each other. */
export function stacked(drawings: readonly PathDrawing[]): { body: string; width: number; height: number } {
  let y = 0;
  const parts = drawings.map((drawing) => {
    const at = y;
    y += drawing.height + 10;
    return `<g transform="translate(0 ${at})">\n${whole(drawing)}\n</g>`;
  });
  return {
    body: parts.join("\n"),
    width: Math.max(MIN_PATH_WIDTH, ...drawings.map((d) => d.width)),
    height: Math.max(20, y - 10),
  };
}

/** The paths as a picture (SVG) that stands alone, readable on light and dark backgrounds. */
export function pathsSvg(paths: readonly Path[], locale: Locale = "en", config?: Config): string {
  const drawings = paths.map((path) => {
    const holder = config && holderOf(config, path);
    return drawPath(pictureOf(path, play(path), { locale, holder }));
  });
  const title = [...new Set(paths.map((p) => p.title))].join(", ");
  return standalone(stacked(drawings).body, stacked(drawings), PATH_STYLE, title);
}
