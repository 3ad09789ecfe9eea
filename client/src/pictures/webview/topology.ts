/** The page of the topology: scrolling, zooming, keys, and the same as a list for those who cannot see it. */
import type { Topology, TopologyNode } from "../../../../server/src/features/topology";
import type { ToPicture } from "../messages";
import {
  type Direction,
  drawTopology,
  MORE_STEP,
  type Spot,
  TOPOLOGY_STYLE,
  type TopologyDrawing,
} from "../topology-drawing";
import {
  button,
  element,
  exportPicture,
  fill,
  measure,
  type Page,
  reducedMotion,
  svgOf,
  vscode,
} from "./common";

interface Saved {
  readonly scale?: number;
  readonly left?: number;
  readonly top?: number;
  readonly expanded?: readonly (readonly [string, number])[];
}

const SMALLEST = 0.2;
const LARGEST = 4;
/** Text below this scale cannot be read: rather scroll. */
const READABLE = 0.78;

export function startTopology({ root, strings }: Page): void {
  const saved = (vscode.getState() ?? {}) as Saved;
  const expanded = new Map(saved.expanded ?? []);
  let scale = saved.scale;
  let content: Extract<ToPicture, { type: "topology" }> | undefined;
  let drawing: TopologyDrawing | undefined;
  let direction: Direction | undefined;
  let current: string | undefined;
  let svg: SVGSVGElement | undefined;

  // -------------------------------------------------------------------------------------------- the page
  const ids = element("select", {
    "aria-label": strings.configurationId,
    title: strings.configurationId,
    class: "hidden",
  });
  ids.addEventListener("change", () => vscode.postMessage({ type: "id", id: ids.value }));
  const save = (format: "svg" | "png") => {
    if (content && drawing) void exportPicture(format, drawing, TOPOLOGY_STYLE, content.name);
  };
  const bar = element(
    "div",
    { class: "bar", role: "toolbar", "aria-label": strings.topology },
    ids,
    element("span", { class: "space" }),
    button(strings.zoomOut, "minus", () => zoom(1 / 1.25)),
    button(strings.zoomIn, "plus", () => zoom(1.25)),
    button(strings.fit, "fit", () => fitWindow()),
    button(strings.exportSvg, "SVG", () => save("svg")),
    button(strings.exportPng, "PNG", () => save("png")),
  );
  const stage = element("div", { class: "stage" });
  const list = element("div", { class: "list" });
  const text = element("details", {}, element("summary", {}, strings.asText), list);
  const status = element("p", { class: "sr", role: "status" });
  root.append(bar, stage, text, status);
  text.addEventListener("toggle", () => fillList());

  const remember = () => {
    vscode.setState({
      scale,
      left: stage.scrollLeft,
      top: stage.scrollTop,
      expanded: [...expanded],
    } satisfies Saved);
  };
  stage.addEventListener("scroll", remember, { passive: true });

  // -------------------------------------------------------------------------------------------- drawing
  const words = {
    more: (n: number) => fill(strings.more, n),
    servers: (n: number) => (n === 1 ? strings.server : fill(strings.servers, n)),
  };

  function render(): void {
    if (!content) return;
    const { topology, name } = content;
    if (topology.nodes.length === 0) {
      svg = undefined;
      drawing = undefined;
      stage.replaceChildren(element("p", { class: "empty" }, strings.nothing));
      return;
    }
    const room = { width: Math.max(200, stage.clientWidth), height: Math.max(200, stage.clientHeight) };
    const focused = focusedId();
    drawing = drawTopology(topology, {
      measure,
      direction,
      room,
      expanded,
      current,
      interactive: true,
      words,
    });
    // The direction stays until the window changes, so that nothing jumps while typing.
    direction = drawing.direction;
    const made = svgOf(drawing.body, drawing.width, drawing.height, {
      role: "group",
      "aria-label": fill(strings.graph, name, topology.nodes.length),
    });
    const { scrollLeft, scrollTop } = stage;
    const first = svg === undefined;
    svg = made;
    stage.replaceChildren(made);
    if (scale === undefined) fitWindow();
    else {
      resize();
      stage.scrollTo(first ? (saved.left ?? 0) : scrollLeft, first ? (saved.top ?? 0) : scrollTop);
    }
    markCurrent(false);
    if (focused !== undefined) elementOf(focused)?.focus({ preventScroll: true });
  }

  function resize(): void {
    if (!svg || !drawing || scale === undefined) return;
    svg.setAttribute("width", String(Math.round(drawing.width * scale)));
    svg.setAttribute("height", String(Math.round(drawing.height * scale)));
  }

  /** As large as the window allows, but never too small to be read. */
  function fitWindow(): void {
    if (!drawing || !svg) return;
    const { clientWidth, clientHeight } = stage;
    const whole = Math.min(clientWidth / drawing.width, clientHeight / drawing.height);
    scale =
      whole >= READABLE
        ? Math.min(1.25, whole)
        : Math.max(READABLE, Math.min(1, clientWidth / drawing.width));
    resize();
    // What the cursor is at, or else the first instance, is where one begins to look.
    const spot =
      spotOf(current) ?? drawing.spots.find((s) => s.id.startsWith("instance:")) ?? drawing.spots[0];
    const center = (from: number, size: number, window: number) =>
      (from + size / 2) * (scale ?? 1) - window / 2;
    if (whole < scale && spot)
      stage.scrollTo(center(spot.x, spot.width, clientWidth), center(spot.y, spot.height, clientHeight));
    remember();
  }

  /** Zooms and keeps a point of the picture where it is on the screen. */
  function zoom(factor: number, x = stage.clientWidth / 2, y = stage.clientHeight / 2): void {
    if (!drawing) return;
    const before = scale ?? 1;
    scale = Math.max(SMALLEST, Math.min(LARGEST, before * factor));
    const left = (stage.scrollLeft + x) / before;
    const top = (stage.scrollTop + y) / before;
    resize();
    stage.scrollTo(left * scale - x, top * scale - y);
    remember();
  }

  // -------------------------------------------------------------------------------------------- spots
  const spotOf = (id: string | undefined): Spot | undefined => drawing?.spots.find((s) => s.id === id);
  const elementOf = (id: string): SVGGElement | undefined =>
    (svg?.querySelector(`[data-id="${CSS.escape(id)}"]`) as SVGGElement | null) ?? undefined;
  const idAt = (target: EventTarget | null): string | undefined =>
    target instanceof Element
      ? ((target.closest("[data-id]") as SVGElement | null)?.dataset.id ?? undefined)
      : undefined;
  const focusedId = (): string | undefined =>
    svg?.contains(document.activeElement) ? idAt(document.activeElement) : undefined;

  function markCurrent(reveal: boolean): void {
    for (const old of svg?.querySelectorAll(".current") ?? []) old.classList.remove("current");
    if (current === undefined) return;
    const found = elementOf(current);
    found?.classList.add("current");
    if (!found || !reveal) return;
    const box = found.getBoundingClientRect();
    const window = stage.getBoundingClientRect();
    const inside =
      box.left >= window.left &&
      box.right <= window.right &&
      box.top >= window.top &&
      box.bottom <= window.bottom;
    if (!inside)
      found.scrollIntoView({
        block: "nearest",
        inline: "nearest",
        behavior: reducedMotion() ? "instant" : "smooth",
      });
  }

  function activate(id: string): void {
    const spot = spotOf(id);
    if (spot?.more === undefined) {
      vscode.postMessage({ type: "open", id });
      return;
    }
    const before = new Set(drawing?.spots.map((s) => s.id));
    expanded.set(spot.more, (expanded.get(spot.more) ?? 0) + MORE_STEP);
    render();
    remember();
    const fresh = drawing?.spots.filter((s) => !before.has(s.id)) ?? [];
    status.textContent = fill(strings.shown, fresh.length);
    if (fresh.length > 0) elementOf(fresh[0].id)?.focus({ preventScroll: false });
  }

  /** The next spot in a direction, as a reader of a map would choose it. */
  function neighbour(from: Spot, key: string): Spot | undefined {
    const middle = (s: Spot) => ({ x: s.x + s.width / 2, y: s.y + Math.min(s.height / 2, 18) });
    const a = middle(from);
    let best: Spot | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const spot of drawing?.spots ?? []) {
      if (spot.id === from.id) continue;
      const b = middle(spot);
      const along =
        key === "ArrowRight"
          ? b.x - a.x
          : key === "ArrowLeft"
            ? a.x - b.x
            : key === "ArrowDown"
              ? b.y - a.y
              : a.y - b.y;
      const across = key === "ArrowRight" || key === "ArrowLeft" ? Math.abs(b.y - a.y) : Math.abs(b.x - a.x);
      // Sideways one leaves the card; up and down its rows come first.
      const sideways = key === "ArrowRight" || key === "ArrowLeft";
      if (along <= (sideways ? 40 : 2)) continue;
      const cost = along + 2.5 * across;
      if (cost < least) {
        least = cost;
        best = spot;
      }
    }
    return best;
  }

  // -------------------------------------------------------------------------------------------- mouse and keys
  let drag: { x: number; y: number; left: number; top: number; moved: boolean } | undefined;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    drag = { x: event.clientX, y: event.clientY, left: stage.scrollLeft, top: stage.scrollTop, moved: false };
  });
  addEventListener("pointermove", (event) => {
    if (!drag) return;
    const dx = event.clientX - drag.x;
    const dy = event.clientY - drag.y;
    if (!drag.moved && Math.hypot(dx, dy) < 4) return;
    drag.moved = true;
    stage.classList.add("dragging");
    stage.scrollTo(drag.left - dx, drag.top - dy);
  });
  let dragged = false;
  addEventListener("pointerup", () => {
    dragged = drag?.moved === true;
    drag = undefined;
    stage.classList.remove("dragging");
  });
  stage.addEventListener("click", (event) => {
    if (dragged) return;
    const id = idAt(event.target);
    if (id !== undefined) activate(id);
  });
  stage.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = stage.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );
  stage.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    const id = focusedId();
    if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(1 / 1.25);
    else if (event.key === "0") fitWindow();
    else if (id === undefined) return;
    else if (event.key === "Enter" || event.key === " ") activate(id);
    else if (event.key.startsWith("Arrow")) {
      const from = spotOf(id);
      const to = from && neighbour(from, event.key);
      if (to) elementOf(to.id)?.focus();
    } else if (event.key === "Home" && drawing) elementOf(drawing.spots[0].id)?.focus();
    else return;
    event.preventDefault();
  });
  // The mouse focuses what it clicks; only the keyboard should scroll to it.
  stage.addEventListener("focusin", (event) => {
    if (drag || !(event.target instanceof SVGElement)) return;
    event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // -------------------------------------------------------------------------------------------- as text
  function fillList(): void {
    if (!text.open || !content) return;
    list.replaceChildren(outline(content.topology));
  }

  function outline({ nodes, edges }: Topology<unknown>): HTMLElement {
    const titles = new Map<string, string>();
    for (const node of nodes) {
      titles.set(node.id, node.title);
      for (const row of node.rows) titles.set(row.id, row.text);
    }
    const related = new Map<string, { to: Set<string>; from: Set<string> }>();
    const relation = (id: string) =>
      related.get(id) ?? related.set(id, { to: new Set(), from: new Set() }).get(id)!;
    for (const { from, to, label } of edges) {
      const suffix = label === "" ? "" : ` (${label})`;
      relation(from).to.add(`${titles.get(to) ?? ""}${suffix}`);
      relation(to).from.add(`${titles.get(from) ?? ""}${suffix}`);
    }
    const link = (id: string, label: string) => {
      const made = element("button", { type: "button" }, label);
      made.addEventListener("click", () => vscode.postMessage({ type: "open", id }));
      return made;
    };
    const relations = (id: string): string => {
      const { to, from } = related.get(id) ?? {};
      const parts = [
        to && to.size > 0 ? fill(strings.leadsTo, [...to].join(", ")) : "",
        from && from.size > 0 ? fill(strings.reachedBy, [...from].join(", ")) : "",
      ].filter((x) => x !== "");
      return parts.length > 0 ? ` – ${parts.join("; ")}` : "";
    };
    const item = (node: TopologyNode<unknown>): HTMLElement => {
      const label = [`${node.caption} ${node.title}`, ...node.lines.map((l) => l.text)].join(", ");
      const made = element("li", {}, link(node.id, label), relations(node.id));
      const inner = [
        ...node.rows.map((row) => element("li", {}, link(row.id, row.label), relations(row.id))),
        ...nodes.filter((n) => n.parent === node.id).map(item),
      ];
      if (inner.length > 0) made.append(element("ul", {}, ...inner));
      return made;
    };
    return element("ul", {}, ...nodes.filter((n) => n.parent === undefined).map(item));
  }

  // -------------------------------------------------------------------------------------------- what comes in
  addEventListener("message", ({ data }: MessageEvent<ToPicture>) => {
    if (data.type === "topology") {
      content = data;
      current = data.current;
      ids.replaceChildren(
        ...["", ...data.ids].map((id) => {
          const option = element("option", { value: id }, id === "" ? strings.noId : `@${id}`);
          option.selected = id === (data.id ?? "");
          return option;
        }),
      );
      ids.classList.toggle("hidden", data.ids.length === 0);
      render();
      fillList();
    } else if (data.type === "current") {
      if (data.id === current) return;
      current = data.id;
      // A place holder may stand for it: then it is drawn with it.
      if (current !== undefined && drawing && !elementOf(current)) render();
      markCurrent(true);
    }
  });
  let resizing: ReturnType<typeof setTimeout> | undefined;
  let size = "";
  new ResizeObserver(() => {
    const now = `${stage.clientWidth}x${stage.clientHeight}`;
    if (size !== "" && size !== now) {
      clearTimeout(resizing);
      resizing = setTimeout(() => {
        direction = undefined;
        scale = undefined;
        render();
      }, 120);
    }
    size = now;
  }).observe(stage);
}
