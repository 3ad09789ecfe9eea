/**
 * The topology as a drawing: which of its nodes are shown, where @dagrejs/dagre puts them, and the SVG. It needs no browser:
 * the webview gives it its way to measure text, tests use an estimate.
 */
import { Graph, layout } from "@dagrejs/dagre";
import type { Topology, TopologyNode, TopologyRow } from "../../../server/src/features/topology";
import { estimate, type Font, type Measure, shorten, xml } from "../../../server/src/lvs/svg";

type Graph_ = Topology<unknown>;
type AnyNode = TopologyNode<unknown>;
type AnyRow = TopologyRow<unknown>;

export type Direction = "LR" | "TB";

export interface DrawOptions {
  readonly measure?: Measure;
  /** Left to right, top to bottom, or whichever is larger in a window of this size. */
  readonly direction?: Direction;
  readonly room?: { readonly width: number; readonly height: number };
  /** How many more than at first are shown of a list, by its key. */
  readonly expanded?: ReadonlyMap<string, number>;
  /** Id of a node or row that must be visible. */
  readonly current?: string;
  /** Elements can be focused and have roles for assistive technology. */
  readonly interactive?: boolean;
  /** What a place holder says, in the language of the user. */
  readonly words?: Words;
}

export interface Words {
  /** `+12 more` */
  readonly more: (count: number) => string;
  /** `4 real servers`, where none of them is shown. */
  readonly servers: (count: number) => string;
}

const WORDS: Words = { more: (n) => `+${n} more`, servers: (n) => `${n} real server${n === 1 ? "" : "s"}` };

/** Something on the drawing that can be pointed at. */
export interface Spot {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The node around a row, the sync group around an instance. */
  readonly parent: string | undefined;
  /** For a place holder: the key of the list that it stands for. */
  readonly more: string | undefined;
  readonly label: string;
}

export interface TopologyDrawing {
  readonly body: string;
  readonly width: number;
  readonly height: number;
  readonly direction: Direction;
  readonly spots: readonly Spot[];
}

export const TOPOLOGY_STYLE = `
text { fill: var(--k-fg); font-family: var(--k-sans); font-size: 12px; }
.box { fill: var(--k-box); stroke: var(--k-border); }
.stripe { stroke: none; }
.instance > .stripe { fill: var(--k-blue); }
.tracker > .stripe { fill: var(--k-orange); }
.peer > .stripe { fill: var(--k-muted); }
.group > .stripe { fill: var(--k-yellow); }
.service > .stripe { fill: var(--k-purple); }
.caption { font-size: 10px; fill: var(--k-muted); }
.title { font-size: 13px; font-weight: 600; }
.line { font-size: 11.5px; }
.mono { font-family: var(--k-mono); font-size: 11.5px; }
.detail { font-size: 11px; fill: var(--k-muted); text-anchor: end; }
.warning { fill: var(--k-yellow); }
.rule { stroke: var(--k-border); }
.row-box { fill: var(--k-box); fill-opacity: 0; stroke: none; }
.sync-group > .box { fill: var(--k-bg); stroke: var(--k-blue); stroke-dasharray: 5 3; }
.group-title { pointer-events: none; }
.group-title text { paint-order: stroke; stroke: var(--k-bg); stroke-width: 4px; stroke-linejoin: round; }
.more .box { fill: none; stroke-dasharray: 3 3; }
.more .title { font-weight: 400; font-size: 12px; }
.more-row { fill: var(--k-muted); font-size: 11.5px; }
.edge { fill: none; stroke: var(--k-line); stroke-width: 1.5; }
.edge.tracks { stroke: var(--k-orange); }
.edge.adverts { stroke: var(--k-muted); stroke-dasharray: 5 3; }
.edge.serves { stroke: var(--k-blue); }
.tip { stroke: none; }
.tip.tracks { fill: var(--k-orange); }
.tip.adverts { fill: var(--k-muted); }
.tip.serves { fill: var(--k-blue); }
.edge-label { font-size: 10.5px; font-weight: 600; paint-order: stroke; stroke: var(--k-bg); stroke-width: 4px; stroke-linejoin: round; }
.current > .box { stroke: var(--k-focus); stroke-width: 2.5; }
.current > .row-box { fill: var(--k-mark); fill-opacity: 1; stroke: var(--k-focus); stroke-width: 1.5; }
`;

// ---------------------------------------------------------------------------------------------- what is shown

/** Rows of a card; longer lists are cut. */
const ROWS = 8;
/** Cards of a kind that stand beside each other. */
const SERVICES = 24;
/** Of more than that, this many are shown, divided among what leads to them. */
const SERVICES_OF_MANY = 16;
/** Beyond this many virtual servers their real servers are only counted until they are asked for. */
const SERVICES_WITH_ROWS = 10;
const OTHERS = 12;
/** How many more a place holder reveals at a time. */
export const MORE_STEP = 24;

interface Card {
  readonly id: string;
  readonly node: AnyNode | undefined;
  /** 0: what is tracked, and peers; 1: instances; 2: groups of addresses; 3: virtual servers. */
  readonly column: number;
  readonly rows: readonly (AnyRow | { readonly more: string; readonly count: number })[];
  /** For a place holder: key of the list, and how many it hides. */
  readonly hidden: { readonly key: string; readonly count: number } | undefined;
  readonly parent: string | undefined;
}

/** Chooses what is shown, and says for every id what stands for it: itself, or a place holder. */
function choose(graph: Graph_, options: DrawOptions): { cards: Card[]; standIn: Map<string, string> } {
  const { expanded = new Map<string, number>(), current } = options;
  const standIn = new Map<string, string>();
  const cards: Card[] = [];
  const currentNode = graph.nodes.find((n) => n.id === current || n.rows.some((r) => r.id === current));
  const wanted = new Set([currentNode?.id, currentNode?.parent]);
  // A virtual server is shown with the instance that it belongs to.
  const ownerOf = new Map<string, string>();
  for (const node of graph.nodes) {
    ownerOf.set(node.id, node.id);
    for (const row of node.rows) ownerOf.set(row.id, node.id);
  }
  const sourceOf = new Map<string, string>();
  for (const edge of graph.edges)
    if (edge.kind === "serves" && !sourceOf.has(edge.to)) sourceOf.set(edge.to, ownerOf.get(edge.from) ?? "");
  for (let id = currentNode?.id; id !== undefined && sourceOf.has(id); ) {
    id = sourceOf.get(id);
    if (id === undefined || wanted.has(id)) break;
    wanted.add(id);
  }

  const compact = graph.nodes.filter((n) => n.kind === "service").length > SERVICES_WITH_ROWS;
  const place = (key: string, nodes: readonly AnyNode[], limit: number, column: number) => {
    const most = limit + (expanded.get(key) ?? 0);
    const all = nodes.length <= most + 1;
    const shown = nodes.filter((n, i) => all || i < most || wanted.has(n.id));
    const rest = new Set(nodes);
    for (const node of shown) {
      rest.delete(node);
      cards.push({
        id: node.id,
        node,
        column,
        rows: rowsOf(node, node.kind === "service" && compact ? 0 : ROWS, expanded, current),
        hidden: undefined,
        parent: node.parent,
      });
    }
    if (rest.size === 0) return;
    const id = `more:${key}`;
    cards.push({
      id,
      node: undefined,
      column,
      rows: [],
      hidden: { key, count: rest.size },
      parent: undefined,
    });
    for (const node of rest) {
      standIn.set(node.id, id);
      for (const row of node.rows) standIn.set(row.id, id);
    }
  };
  const of = (...kinds: AnyNode["kind"][]) => graph.nodes.filter((n) => kinds.includes(n.kind));
  place("peers", of("peer"), OTHERS, 0);
  place("trackers", of("tracker"), OTHERS, 0);
  place("instances", of("instance"), OTHERS, 1);
  const shownNow = new Set(cards.map((c) => c.id));
  for (const node of of("sync-group"))
    if (cards.some((c) => c.parent === node.id))
      cards.push({ id: node.id, node, column: 1, rows: [], hidden: undefined, parent: undefined });
    else standIn.set(node.id, "more:instances");
  place("groups", of("group"), OTHERS, 2);
  for (const card of cards) if (card.column === 2) shownNow.add(card.id);

  // Virtual servers by what leads to them, so that each place holder stays where its servers would be.
  const lists = new Map<string, AnyNode[]>();
  const services = of("service");
  for (const node of services) {
    const source = sourceOf.get(node.id) ?? "";
    const key = source === "" || shownNow.has(source) ? source : (standIn.get(source) ?? "");
    const list = lists.get(key);
    if (list) list.push(node);
    else lists.set(key, [node]);
  }
  const fair =
    services.length <= SERVICES
      ? Number.POSITIVE_INFINITY
      : Math.max(2, Math.floor(SERVICES_OF_MANY / Math.max(1, lists.size)));
  for (const [key, list] of lists) place(`services ${key}`, list, key.startsWith("more:") ? 0 : fair, 3);

  for (const card of cards) {
    for (const row of card.rows) {
      if (!("more" in row)) continue;
      const shown = new Set(card.rows.map((r) => ("more" in r ? "" : r.id)));
      for (const r of card.node?.rows ?? []) if (!shown.has(r.id)) standIn.set(r.id, row.more);
    }
  }
  return { cards, standIn };
}

function rowsOf(
  node: AnyNode,
  limit: number,
  expanded: ReadonlyMap<string, number>,
  current: string | undefined,
): Card["rows"] {
  const key = `rows ${node.id}`;
  const most = limit + (expanded.get(key) ?? 0);
  if (node.rows.length <= most + (limit > 0 ? 1 : 0)) return node.rows;
  const shown = node.rows.filter((row, i) => i < most || row.id === current);
  return [...shown, { more: `more:${key}`, count: node.rows.length - shown.length }];
}

// ---------------------------------------------------------------------------------------------- sizes

const PAD = 12;
const ROW = 19;
const LINE = 15;
const MAX_WIDTH = 300;
const GROUP_PAD = 9;
const GROUP_HEAD = 24;
const MARGIN = 14;

interface Size {
  width: number;
  height: number;
}

function sizeOf(card: Card, measure: Measure, words: Words): Size {
  const { node } = card;
  if (!node)
    return {
      width: Math.ceil(measure(words.more(card.hidden?.count ?? 0), "sans", 12)) + 2 * PAD,
      height: 30,
    };
  const widths = [
    measure(node.caption, "sans", 10),
    measure(node.title, "bold", 13),
    ...node.lines.map((l) => measure(l.text, "sans", 11.5)),
    ...card.rows.map((row) =>
      "more" in row
        ? measure(moreText(card, row.count, words), "sans", 11.5)
        : measure(row.text, "mono", 11.5) + (row.detail === "" ? 0 : measure(row.detail, "sans", 11) + 14),
    ),
  ];
  return {
    width: Math.min(MAX_WIDTH, Math.ceil(Math.max(...widths)) + 2 * PAD + 2),
    height: headHeight(node) + (card.rows.length > 0 ? card.rows.length * ROW + 9 : 4),
  };
}

const moreText = (card: Card, count: number, words: Words): string =>
  card.rows.length === 1 ? words.servers(count) : words.more(count);

const headHeight = (node: AnyNode): number => 36 + node.lines.length * LINE;

// ---------------------------------------------------------------------------------------------- drawing

interface Placed {
  readonly card: Card;
  x: number;
  y: number;
  readonly width: number;
  readonly height: number;
}

/** From this scale on the text is as easy to read as at its own size. */
const NEARLY = 0.85;

/** Draws the topology; without a direction it is the one that comes out larger. */
export function drawTopology(graph: Graph_, options: DrawOptions = {}): TopologyDrawing {
  const { direction, room } = options;
  if (direction) return drawIn(graph, direction, options);
  const wide = drawIn(graph, "LR", options);
  if (!room) return wide;
  const sideways = Math.min(1, room.width / wide.width);
  if (sideways >= NEARLY) return wide;
  const tall = drawIn(graph, "TB", options);
  // Text that is wide enough to be read matters more than seeing all of it at once.
  return Math.min(1, room.width / tall.width) > sideways + 0.02 ? tall : wide;
}

function drawIn(graph: Graph_, direction: Direction, options: DrawOptions): TopologyDrawing {
  const { measure = estimate, words = WORDS } = options;
  const { cards, standIn } = choose(graph, options);
  const { placed, bends } = arrange(graph, cards, standIn, direction, measure, words);
  const width = Math.ceil(Math.max(120, ...placed.map((p) => p.x + p.width)) + MARGIN);
  const height = Math.ceil(Math.max(40, ...placed.map((p) => p.y + p.height)) + MARGIN);
  const spots: Spot[] = [];
  // Groups lie below the lines that lead into them; the reading order is that of the columns.
  const order = [...placed].sort(
    (a, b) => a.card.column - b.card.column || (direction === "LR" ? a.y - b.y : a.x - b.x),
  );
  const isGroup = ({ card }: Placed) => card.node?.kind === "sync-group";
  const draw = (p: Placed) => cardOf(p, options, measure, words, spots);
  const out = [
    ...order.filter(isGroup).map(draw),
    ...edgesOf(graph, placed, bends, standIn, direction, measure),
    ...order.filter(isGroup).map((p) => groupTitle(p, measure)),
    ...order.filter((p) => !isGroup(p)).map(draw),
  ];
  return { body: out.join("\n"), width, height, direction, spots };
}

function arrange(
  graph: Graph_,
  cards: readonly Card[],
  standIn: ReadonlyMap<string, string>,
  direction: Direction,
  measure: Measure,
  words: Words,
): { placed: Placed[]; bends: Map<string, readonly { x: number; y: number }[]> } {
  const sizes = new Map(cards.map((c) => [c.id, sizeOf(c, measure, words)]));
  // Cards of a column are equally wide, which reads better than a ragged edge.
  if (direction === "LR") {
    const widest = new Map<number, number>();
    for (const c of cards) widest.set(c.column, Math.max(widest.get(c.column) ?? 0, sizes.get(c.id)!.width));
    for (const c of cards) sizes.get(c.id)!.width = widest.get(c.column)!;
  }
  const ids = new Set(cards.map((c) => c.id));
  const members = new Map<string, Card[]>();
  for (const c of cards) {
    if (!c.parent || !ids.has(c.parent)) continue;
    const list = members.get(c.parent);
    if (list) list.push(c);
    else members.set(c.parent, [c]);
  }
  for (const [id, list] of members) {
    const group = cards.find((c) => c.id === id)!;
    const title =
      Math.ceil(measure(`${group.node?.caption}  ${group.node?.title}`, "bold", 12)) + 2 * GROUP_PAD;
    const own = sizes.get(id)!;
    // Members stand across the direction of the lines, so that none of them hides the lines of another one.
    const all = list.map((c) => sizes.get(c.id)!);
    const sum = (side: "width" | "height") => all.reduce((n, size) => n + size[side] + GROUP_PAD, 0);
    const most = (side: "width" | "height") => Math.max(...all.map((size) => size[side])) + GROUP_PAD;
    own.width = Math.max(title, direction === "LR" ? most("width") : sum("width")) + GROUP_PAD;
    own.height = GROUP_HEAD + (direction === "LR" ? sum("height") : most("height"));
  }

  /** What dagre places: cards, and sync groups as a whole. */
  const blocksOf = new Map<string, string>();
  for (const c of cards) {
    const block = c.parent && ids.has(c.parent) ? c.parent : c.id;
    blocksOf.set(c.id, block);
    for (const row of c.rows) blocksOf.set("more" in row ? row.more : row.id, block);
  }
  const blockOf = (id: string) => blocksOf.get(standIn.get(id) ?? id);
  const blocks = cards.filter((c) => !(c.parent && ids.has(c.parent)));
  const columns = [...new Set(blocks.map((c) => c.column))].sort((a, b) => a - b);
  const rank = new Map(blocks.map((c) => [c.id, columns.indexOf(c.column)]));
  const g = new Graph();
  g.setGraph({ rankdir: direction, nodesep: 16, ranksep: 62, edgesep: 8 });
  g.setDefaultEdgeLabel(() => ({}));
  for (const c of blocks) g.setNode(c.id, { ...sizes.get(c.id)! });
  const targets = new Map<string, Set<string>>();
  for (const edge of graph.edges) {
    const from = blockOf(edge.from);
    const to = blockOf(edge.to);
    if (from === undefined || to === undefined || rank.get(to)! <= rank.get(from)!) continue;
    (targets.get(from) ?? targets.set(from, new Set()).get(from)!).add(to);
  }
  // dagre visits what leads to the first instance first, and so on: the order of the text, with few crossings.
  const written = new Map(graph.nodes.map((n, i) => [n.id, i]));
  const index = new Map(
    blocks.map((c, i) => [
      c.id,
      Math.min(...[c, ...(members.get(c.id) ?? [])].map((m) => written.get(m.id) ?? graph.nodes.length + i)),
    ]),
  );
  const inOrder = (ids: Iterable<string>) => [...ids].sort((a, b) => index.get(a)! - index.get(b)!);
  const key = (id: string) => Math.min(...[...(targets.get(id) ?? [id])].map((to) => index.get(to)!));
  const entered = new Set([...targets.values()].flatMap((to) => [...to]));
  const first = blocks.filter((c) => !entered.has(c.id));
  first.sort((a, b) => (rank.get(a.id) === 0 || rank.get(b.id) === 0 ? key(a.id) - key(b.id) : 0));
  // An unseen root holds every column together, also where nothing leads from one to the next.
  const ROOT = "\u0000root";
  g.setNode(ROOT, { width: 0, height: 0 });
  for (const c of first) g.setEdge(ROOT, c.id, { minlen: rank.get(c.id)! + 1, weight: 1 });
  for (const [from, to] of targets)
    for (const id of inOrder(to)) g.setEdge(from, id, { minlen: rank.get(id)! - rank.get(from)!, weight: 2 });
  layout(g, { disableOptimalOrderHeuristic: true });

  const placed: Placed[] = [];
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  for (const c of blocks) {
    const { x, y } = g.node(c.id) as { x: number; y: number };
    const { width, height } = sizes.get(c.id)!;
    const p: Placed = { card: c, x: x - width / 2, y: y - height / 2, width, height };
    left = Math.min(left, p.x);
    top = Math.min(top, p.y);
    placed.push(p);
  }
  for (const p of [...placed]) {
    p.x = Math.round(p.x - left + MARGIN);
    p.y = Math.round(p.y - top + MARGIN);
    let x = p.x + GROUP_PAD;
    let y = p.y + GROUP_HEAD;
    for (const member of members.get(p.card.id) ?? []) {
      const { width, height } = sizes.get(member.id)!;
      placed.push({
        card: member,
        x,
        y,
        width: direction === "LR" ? p.width - 2 * GROUP_PAD : width,
        height,
      });
      if (direction === "LR") y += height + GROUP_PAD;
      else x += width + GROUP_PAD;
    }
  }
  // Lines that pass a column are led around what stands there.
  const bends = new Map<string, { x: number; y: number }[]>();
  for (const [from, to] of targets)
    for (const id of to) {
      if (rank.get(id)! - rank.get(from)! < 2) continue;
      const { points = [] } = g.edge(from, id) as { points?: { x: number; y: number }[] };
      const shifted = points
        .slice(1, -1)
        .map((point) => ({ x: Math.round(point.x - left + MARGIN), y: Math.round(point.y - top + MARGIN) }));
      for (const [a, b] of product(from, id)) bends.set(`${a} ${b}`, shifted);
    }
  return { placed, bends };

  function* product(from: string, to: string): Generator<[string, string]> {
    for (const a of [from, ...(members.get(from) ?? []).map((c) => c.id)])
      for (const b of [to, ...(members.get(to) ?? []).map((c) => c.id)]) yield [a, b];
  }
}

// ---------------------------------------------------------------------------------------------- edges

function edgesOf(
  graph: Graph_,
  placed: readonly Placed[],
  bends: ReadonlyMap<string, readonly { readonly x: number; readonly y: number }[]>,
  standIn: ReadonlyMap<string, string>,
  direction: Direction,
  measure: Measure,
): string[] {
  /** Card and row that an id is drawn as. */
  const where = new Map<string, { p: Placed; row: number }>();
  for (const p of placed) {
    where.set(p.card.id, { p, row: -1 });
    p.card.rows.forEach((row, i) => {
      where.set("more" in row ? row.more : row.id, { p, row: i });
    });
  }
  const at = (id: string) => {
    const found = where.get(standIn.get(id) ?? id);
    return found && { ...found };
  };
  interface Line {
    readonly from: { p: Placed; row: number };
    readonly to: Placed;
    readonly kind: string;
    readonly labels: Set<string>;
    readonly names: Set<string>;
  }
  const lines = new Map<string, Line>();
  for (const edge of graph.edges) {
    const from = at(edge.from);
    const to = at(edge.to);
    if (!from || !to || from.p === to.p) continue;
    // One line leads to all that a place holder stands for.
    if (!to.p.card.node) from.row = -1;
    const key = `${from.p.card.id} ${direction === "LR" ? from.row : ""} ${to.p.card.id} ${edge.kind}`;
    const line = lines.get(key) ?? { from, to: to.p, kind: edge.kind, labels: new Set(), names: new Set() };
    lines.set(key, line);
    if (edge.label === "") continue;
    if (edge.kind === "tracks" && from.p.card.node) line.labels.add(edge.label);
    else if (edge.kind === "adverts") line.names.add(edge.label);
  }
  const list = [...lines.values()];
  const startOf = ({ from: { p, row } }: Line): number =>
    direction === "TB"
      ? p.x + p.width / 2
      : row < 0 || !p.card.node
        ? p.y + p.height / 2
        : p.y + rowTop(p.card.node, row) + ROW / 2;
  // Lines that end at one card are spread over its side in the order in which they come.
  const arriving = new Map<Placed, Line[]>();
  const leaving = new Map<Placed, Line[]>();
  for (const line of list) {
    (arriving.get(line.to) ?? arriving.set(line.to, []).get(line.to)!).push(line);
    (leaving.get(line.from.p) ?? leaving.set(line.from.p, []).get(line.from.p)!).push(line);
  }
  for (const some of arriving.values()) some.sort((a, b) => startOf(a) - startOf(b));
  const middle = (p: Placed) => (direction === "TB" ? p.x + p.width / 2 : p.y + p.height / 2);
  for (const some of leaving.values()) some.sort((a, b) => middle(a.to) - middle(b.to));
  const spread = (index: number, count: number, from: number, size: number, gap: number): number => {
    const step = Math.min(gap, (size - 16) / Math.max(1, count));
    return from + size / 2 + (index - (count - 1) / 2) * step;
  };

  const out: string[] = [];
  for (const line of list) {
    const { p, row } = line.from;
    const { to } = line;
    const side = arriving.get(to)!;
    const index = side.indexOf(line);
    const title = [...line.names].join(", ");
    const hint = title === "" ? "" : `<title>${xml(title)}</title>`;
    const label = [...line.labels].join(" ");
    const both = line.kind === "adverts";
    if (direction === "LR") {
      const x1 = p.x + p.width;
      const own = leaving.get(p)!.filter((l) => l.from.row === row);
      const y1 = row >= 0 ? startOf(line) : spread(own.indexOf(line), own.length, p.y, p.height, 10);
      const x2 = to.x;
      // At the title of a sync group, away from what ends at its members.
      const isGroup = to.card.node?.kind === "sync-group";
      const y2 = isGroup ? to.y + 12 + index * 13 : spread(index, side.length, to.y, to.height, 22);
      const via = bends.get(`${p.card.id} ${to.card.id}`) ?? [];
      out.push(
        `<path class="edge ${line.kind}" d="${curve([{ x: x1 + (both ? 7 : 0), y: y1 }, ...via, { x: x2 - 7, y: y2 }], direction)}">${hint}</path>`,
        tip(x2, y2, "right", line.kind),
      );
      if (both) out.push(tip(x1, y1, "left", line.kind));
      if (label !== "")
        out.push(
          `<text class="edge-label" text-anchor="end" x="${x2 - 11}" y="${y2 - 4}">${xml(label)}</text>`,
        );
    } else {
      const own = leaving.get(p)!;
      const x1 = spread(own.indexOf(line), own.length, p.x, p.width, 24);
      const y1 = p.y + p.height;
      const isGroup = to.card.node?.kind === "sync-group";
      // Beside the title of the group around it, not through it.
      const around = placed.find((q) => q.card.id === to.card.parent);
      const clear = around ? Math.max(to.x, titleEnd(around, measure)) : to.x;
      const free = to.x + to.width - clear > 60 ? clear : to.x;
      const x2 = isGroup
        ? to.x + 26 + index * 44
        : spread(index, side.length, free, to.x + to.width - free, 60);
      const y2 = to.y;
      const via = bends.get(`${p.card.id} ${to.card.id}`) ?? [];
      out.push(
        `<path class="edge ${line.kind}" d="${curve([{ x: x1, y: y1 + (both ? 7 : 0) }, ...via, { x: x2, y: y2 - 7 }], direction)}">${hint}</path>`,
        tip(x2, y2, "down", line.kind),
      );
      if (both) out.push(tip(x1, y1, "up", line.kind));
      if (label !== "") {
        const half = measure(label, "bold", 10.5) / 2;
        // Above the title of the group around it.
        const above = around?.y ?? y2;
        out.push(
          `<text class="edge-label" text-anchor="middle" x="${Math.max(half + 2, x2)}" y="${above - 12}">${xml(label)}</text>`,
        );
      }
    }
  }
  return out;
}

/** A smooth line through points, leaving and arriving in the direction of the drawing. */
function curve(points: readonly { readonly x: number; readonly y: number }[], direction: Direction): string {
  let path = `M${points[0].x} ${points[0].y}`;
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1];
    const b = points[i];
    if (direction === "LR") {
      const bend = Math.max(points.length > 2 ? 4 : 24, (b.x - a.x) / 2);
      path += `C${a.x + bend} ${a.y} ${b.x - bend} ${b.y} ${b.x} ${b.y}`;
    } else {
      const bend = Math.max(points.length > 2 ? 4 : 20, (b.y - a.y) / 2);
      path += `C${a.x} ${a.y + bend} ${b.x} ${b.y - bend} ${b.x} ${b.y}`;
    }
  }
  return path;
}

function tip(x: number, y: number, way: "right" | "left" | "down" | "up", kind: string): string {
  const shape = {
    right: `M${x} ${y}l-8 -4v8z`,
    left: `M${x} ${y}l8 -4v8z`,
    down: `M${x} ${y}l-4 -8h8z`,
    up: `M${x} ${y}l-4 8h8z`,
  }[way];
  return `<path class="tip ${kind}" d="${shape}"/>`;
}

// ---------------------------------------------------------------------------------------------- cards

const rowTop = (node: AnyNode, row: number): number => headHeight(node) + 4 + row * ROW;

const titleStart = ({ card: { node }, x }: Placed, measure: Measure): number =>
  x + PAD + Math.ceil(measure(node?.caption ?? "", "sans", 10)) + 8;

const titleEnd = (group: Placed, measure: Measure): number =>
  titleStart(group, measure) + Math.ceil(measure(group.card.node?.title ?? "", "bold", 13)) + 6;

/** Over the lines that cross it; the group itself lies below them. */
function groupTitle(p: Placed, measure: Measure): string {
  const { node } = p.card;
  if (!node) return "";
  const { x, y } = p;
  const title = titleStart(p, measure);
  return `<g class="group-title"><text class="caption" x="${x + PAD}" y="${y + 16}">${xml(node.caption)}</text><text class="title" x="${title}" y="${y + 16.5}">${xml(node.title)}</text></g>`;
}

function cardOf(
  p: Placed,
  { interactive = false }: DrawOptions,
  measure: Measure,
  words: Words,
  spots: Spot[],
): string {
  const { card, x, y, width, height } = p;
  const { node } = card;
  const can = (label: string, index: number) =>
    interactive ? ` tabindex="${index}" role="button" aria-label="${xml(label)}"` : "";
  const spot = (
    id: string,
    at: Omit<Spot, "id" | "more" | "parent" | "label">,
    label: string,
    extra: Partial<Spot> = {},
  ) => spots.push({ id, more: undefined, parent: undefined, label, ...at, ...extra });
  if (!node) {
    const text = words.more(card.hidden!.count);
    spot(card.id, { x, y, width, height }, text, { more: card.hidden!.key });
    return `<g class="node more" data-id="${xml(card.id)}"${can(text, 0)}><rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/><text class="title" text-anchor="middle" x="${x + width / 2}" y="${y + 19.5}">${xml(text)}</text></g>`;
  }
  const label = [`${node.caption} ${node.title}`, ...node.lines.map((l) => l.text)].join(", ");
  spot(card.id, { x, y, width, height }, label, { parent: card.parent });
  const inner = width - 2 * PAD;
  const text = (kind: string, at: number, content: string, font: Font, size: number, from = x + PAD) => {
    const shown = shorten(content, inner, font, size, measure);
    return `<text class="${kind}" x="${from}" y="${at}">${shown === content ? "" : `<title>${xml(content)}</title>`}${xml(shown)}</text>`;
  };
  const parts = [`<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`];
  if (node.kind !== "sync-group") {
    parts.push(
      `<rect class="stripe" x="${x + 1}" y="${y + 7}" width="3.5" height="${height - 14}" rx="1.5"/>`,
      text("caption", y + 15, node.caption, "sans", 10),
      text("title", y + 31, node.title, "bold", 13),
      ...node.lines.map((line, i) =>
        text(line.tone ? `line ${line.tone}` : "line", y + 46 + i * LINE, line.text, "sans", 11.5),
      ),
    );
  }
  if (card.rows.length > 0)
    parts.push(`<path class="rule" d="M${x + PAD} ${y + headHeight(node) + 1}H${x + width - PAD}"/>`);
  card.rows.forEach((row, i) => {
    const top = y + rowTop(node, i);
    const box = { x: x + 5, y: top, width: width - 10, height: ROW };
    const rect = `<rect class="row-box" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="3"/>`;
    if ("more" in row) {
      const text = moreText(card, row.count, words);
      spot(row.more, box, text, { parent: card.id, more: row.more.slice("more:".length) });
      parts.push(
        `<g class="row more" data-id="${xml(row.more)}"${can(text, -1)}>${rect}<text class="more-row" x="${x + PAD}" y="${top + 13.5}">${xml(text)}</text></g>`,
      );
      return;
    }
    spot(row.id, box, row.label, { parent: card.id });
    const detail = row.detail === "" ? 0 : Math.min(inner * 0.6, measure(row.detail, "sans", 11)) + 10;
    const shown = shorten(row.text, inner - detail, "mono", 11.5, measure);
    const beside = shorten(
      row.detail,
      Math.max(0, inner - measure(shown, "mono", 11.5) - 8),
      "sans",
      11,
      measure,
    );
    parts.push(
      `<g class="row ${row.kind}" data-id="${xml(row.id)}"${can(row.label, -1)}><title>${xml(row.label)}</title>${rect}<text class="mono" x="${x + PAD}" y="${top + 13.5}">${xml(shown)}</text>${beside === "" ? "" : `<text class="detail${row.tone ? ` ${row.tone}` : ""}" x="${x + width - PAD}" y="${top + 13.5}">${xml(beside)}</text>`}</g>`,
    );
  });
  return `<g class="node ${node.kind}" data-id="${xml(card.id)}"${can(label, 0)}>${parts.join("")}</g>`;
}
