/** The page of the packet path: which firewall is thought of, and stepping through the packets. */
import type { PacketPath, PathView } from "../../../../server/src/features/packet-path";
import {
  drawPath,
  MIN_PATH_WIDTH,
  PATH_STYLE,
  type PathDrawing,
  whole,
} from "../../../../server/src/lvs/path-picture";
import type { ToPicture } from "../messages";
import {
  button,
  element,
  exportPicture,
  fill,
  measure,
  type Page,
  reducedMotion,
  setIcon,
  svgOf,
  vscode,
} from "./common";

interface Saved {
  readonly mode?: PathView["mode"];
  readonly transfer?: PathView["transfer"];
}

/** Milliseconds that a packet is on its way, and that the eye needs before the next one. */
const TRAVEL = 650;
const PAUSE = 900;

export function startPacketPath({ root, strings }: Page): void {
  const saved = (vscode.getState() ?? {}) as Saved;
  let content: Extract<ToPicture, { type: "paths" }> | undefined;
  let chosen = 0;
  let mode: PathView["mode"] | undefined = saved.mode;
  let transfer: PathView["transfer"] = saved.transfer ?? "upload";
  /** 0: the overview; otherwise the row from 1. */
  let step = 0;
  let playing: ReturnType<typeof setTimeout> | undefined;
  let drawing: PathDrawing | undefined;
  let svg: SVGSVGElement | undefined;

  // -------------------------------------------------------------------------------------------- the page
  const paths = element("select", { "aria-label": strings.path, title: strings.path });
  paths.addEventListener("change", () => {
    chosen = paths.selectedIndex;
    step = 0;
    stop();
    render();
  });
  const modes = choices(strings.firewall, "mode", [
    ["none", strings.none],
    ["stateful", strings.stateful],
    ["generated", strings.generated],
    ["exclude-list", strings.excluded],
  ]);
  const transfers = choices(strings.transfer, "transfer", [
    ["upload", strings.upload],
    ["download", strings.download],
  ]);
  modes.onChange((value) => {
    mode = value as PathView["mode"];
    changed();
  });
  transfers.onChange((value) => {
    transfer = value as PathView["transfer"];
    changed();
  });
  const changed = () => {
    vscode.setState({ mode, transfer } satisfies Saved);
    stop();
    step = 0;
    render();
  };
  const first = button(strings.first, "first", () => go(0));
  const previous = button(strings.previous, "previous", () => go(step - 1));
  const play = button(strings.play, "play", () => (playing ? stop() : start()));
  const next = button(strings.next, "next", () => go(step + 1));
  const count = element("span", { class: "count", "aria-hidden": "true" });
  const save = (format: "svg" | "png") => {
    const view = viewed();
    if (view && drawing)
      void exportPicture(format, { ...drawing, body: whole(drawing) }, PATH_STYLE, view.picture.title);
  };
  const stage = element("div", { class: "stage", tabindex: "0" });
  const said = element("p", { class: "step", role: "status", "aria-live": "polite" });
  const list = element("ol");
  const note = element("p", { class: "note hidden" });
  const text = element(
    "details",
    {},
    element("summary", {}, strings.steps),
    element("div", { class: "list" }, list),
  );
  root.append(
    element("div", { class: "bar" }, paths, modes.node, transfers.node),
    element(
      "div",
      { class: "bar", role: "toolbar", "aria-label": strings.steps },
      first,
      previous,
      play,
      next,
      count,
      element("span", { class: "space" }),
      button(strings.exportSvg, "SVG", () => save("svg")),
      button(strings.exportPng, "PNG", () => save("png")),
    ),
    said,
    note,
    stage,
    text,
  );

  /** Radio buttons that look like one switch. */
  function choices(label: string, name: string, values: readonly (readonly [string, string])[]) {
    const box = element("div", { class: "choices", role: "radiogroup", "aria-label": label });
    const inputs = new Map<string, HTMLInputElement>();
    for (const [value, words] of values) {
      const input = element("input", { type: "radio", name, value });
      inputs.set(value, input);
      box.append(element("label", {}, input, words));
    }
    // Who chooses with the mouse steps on with the arrow keys; on the keyboard these go on choosing.
    box.addEventListener("click", ({ detail }) => {
      if (detail > 0) setTimeout(() => stage.focus({ preventScroll: true }));
    });
    const node = element("fieldset", {}, element("legend", { "aria-hidden": "true" }, label), box);
    return {
      node,
      select(value: string) {
        for (const [key, input] of inputs) {
          input.checked = key === value;
          input.parentElement?.classList.toggle("on", key === value);
        }
      },
      onChange(run: (value: string) => void) {
        for (const [value, input] of inputs) input.addEventListener("change", () => run(value));
      },
    };
  }

  // -------------------------------------------------------------------------------------------- drawing
  const path = (): PacketPath | undefined => content?.paths[chosen];
  function viewed(): PathView | undefined {
    const all = path()?.pictures ?? [];
    return (
      all.find((v) => v.mode === mode && v.transfer === transfer) ??
      all.find((v) => v.mode === mode) ??
      all[0]
    );
  }

  function render(): void {
    const view = viewed();
    if (!content || !view) return;
    modes.select(view.mode);
    transfers.select(transfer);
    transfers.node.classList.toggle("hidden", view.mode === "none" || !path()?.tcp);
    const width = Math.max(MIN_PATH_WIDTH, Math.min(980, stage.clientWidth - 2));
    drawing = drawPath(view.picture, { width, measure });
    const { headHeight } = drawing;
    // The hosts stay in sight while the packets scroll.
    const head = svgOf(drawing.head, drawing.width, headHeight, { class: "head", "aria-hidden": "true" });
    svg = svgOf(drawing.body, drawing.width, drawing.height - headHeight, {
      role: "img",
      "aria-label": fill(strings.picture, view.picture.title),
    });
    svg.setAttribute("viewBox", `0 ${headHeight} ${drawing.width} ${drawing.height - headHeight}`);
    const { scrollTop } = stage;
    stage.replaceChildren(head, svg);
    stage.style.scrollPaddingTop = `${headHeight + 4}px`;
    stage.scrollTop = scrollTop;
    step = Math.min(step, drawing.rows.length);
    list.replaceChildren(
      ...view.picture.rows.map((row, i) => {
        const link = element("button", { type: "button" }, row.text);
        link.addEventListener("click", () => go(i + 1));
        return element("li", {}, link);
      }),
      ...view.picture.lines.map((line) => element("li", { class: line.tone }, line.text)),
    );
    show(false);
  }

  /** Brings the page to the current step. */
  function show(move: boolean): void {
    const view = viewed();
    if (!svg || !drawing || !view) return;
    const total = drawing.rows.length;
    svg.classList.toggle("stepping", step > 0);
    for (const row of svg.querySelectorAll<SVGGElement>(".row")) {
      const i = Number(row.dataset.row) + 1;
      row.classList.toggle("past", i < step);
      row.classList.toggle("now", i === step);
    }
    count.textContent = `${step} / ${total}`;
    first.disabled = previous.disabled = step === 0;
    next.disabled = step === total;
    const last = view.picture.lines[view.picture.lines.length - 1];
    said.textContent =
      step === 0
        ? strings.overview
        : `${view.picture.rows[step - 1].text}${step === total && last && view.mode !== "none" ? ` ${last.text}` : ""}`;
    svg.querySelector(".packet")?.remove();
    if (step === 0) return;
    const place = drawing.rows[step - 1];
    const box = svg.querySelector<SVGGElement>(`.row[data-row="${step - 1}"]`);
    box?.scrollIntoView({ block: "nearest", behavior: reducedMotion() ? "instant" : "smooth" });
    const row = view.picture.rows[step - 1];
    if (row.kind !== "packet") return;
    const lost = row.gates.some((g) => g.verdict === "refused");
    const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    dot.setAttribute("class", "packet");
    dot.setAttribute("r", "6");
    dot.setAttribute("cy", String(place.y));
    dot.setAttribute("cx", String(place.to));
    svg.append(dot);
    if (!move || reducedMotion()) {
      dot.remove();
      return;
    }
    const begun = performance.now();
    const frame = (now: number) => {
      if (!dot.isConnected) return;
      const part = Math.min(1, (now - begun) / TRAVEL);
      const eased = part < 0.5 ? 2 * part * part : 1 - (-2 * part + 2) ** 2 / 2;
      dot.setAttribute("cx", String(place.from + (place.to - place.from) * eased));
      if (part < 1) requestAnimationFrame(frame);
      else if (lost) dot.classList.add("lost");
      else dot.remove();
    };
    dot.setAttribute("cx", String(place.from));
    requestAnimationFrame(frame);
  }

  // -------------------------------------------------------------------------------------------- stepping
  function go(to: number): void {
    stop();
    if (!drawing || to < 0 || to > drawing.rows.length) return;
    step = to;
    show(true);
  }

  function start(): void {
    if (!drawing) return;
    if (step >= drawing.rows.length) step = 0;
    setIcon(play, "pause");
    play.title = strings.pause;
    play.setAttribute("aria-label", strings.pause);
    const tick = () => {
      if (!drawing || step >= drawing.rows.length) {
        stop();
        return;
      }
      step++;
      show(true);
      playing = setTimeout(tick, TRAVEL + PAUSE);
    };
    tick();
  }

  function stop(): void {
    clearTimeout(playing);
    playing = undefined;
    setIcon(play, "play");
    play.title = strings.play;
    play.setAttribute("aria-label", strings.play);
  }

  addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    // These have keys of their own.
    const { target } = event;
    if (target instanceof Element && target.closest("select, summary")) return;
    if (target instanceof HTMLInputElement && event.key !== "Home" && event.key !== "End") return;
    const onButton = target instanceof HTMLButtonElement;
    if (event.key === "ArrowRight" || event.key === "ArrowDown") go(step + 1);
    else if (event.key === "ArrowLeft" || event.key === "ArrowUp") go(step - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(drawing?.rows.length ?? 0);
    else if (event.key === " " && !onButton) playing ? stop() : start();
    else return;
    event.preventDefault();
  });
  stage.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest<SVGGElement>(".row") : null;
    if (row) go(Number(row.dataset.row) + 1);
  });

  // -------------------------------------------------------------------------------------------- what comes in
  addEventListener("message", ({ data }: MessageEvent<ToPicture>) => {
    if (data.type !== "paths") return;
    // Another virtual server begins anew; the same one, edited, stays at its step.
    if (content?.title !== data.title) {
      chosen = 0;
      step = 0;
      stop();
    }
    content = data;
    mode ??= data.nsx ? "stateful" : "none";
    if (chosen >= data.paths.length) chosen = 0;
    paths.replaceChildren(...data.paths.map((p) => element("option", {}, p.label)));
    paths.selectedIndex = chosen;
    paths.classList.toggle("hidden", data.paths.length < 2);
    note.textContent = data.messages.join(" ");
    note.classList.toggle("hidden", data.messages.length === 0);
    render();
  });
  let width = 0;
  new ResizeObserver(() => {
    if (width !== 0 && width !== stage.clientWidth) render();
    width = stage.clientWidth;
  }).observe(stage);
}
