// A board to draw on: handles that move up and down, each at its own place along x.
//
// Every text arrives ready-made, one for each height, and goes in through textContent. What is computed
// here is where a pixel lies, and which of the ready heights is nearest to it.

const SVG = "http://www.w3.org/2000/svg";
const COMMIT_AFTER_KEYS_MS = 350;

const svg = (name, attributes = {}, parent = null, text = null) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  if (parent) parent.append(node);
  return node;
};

function draw(root, state) {
  const { board } = state, width = root.clientWidth;
  if (width < 160) return;  // not laid out yet
  state.width = width;
  root.replaceChildren();
  const longest = Math.max(0, ...board.y_ticks.map(([, text]) => text.length));
  const pad = { left: Math.max(52, 24 + 6.6 * longest), right: 26, top: 22, bottom: 54 };
  const height = Math.round(Math.min(Math.max(width * 0.62, 300), 400)), last = board.texts.length - 1;
  const low = height - pad.bottom, room = low - pad.top, inset = 34;
  const y = (share) => low - share * room;
  const x = (k) => pad.left + inset + k * (width - pad.left - pad.right - 2 * inset) / (board.handles.length - 1);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "group", "aria-label": board.label }, root);

  svg("rect", { class: "frame", x: pad.left, y: pad.top, width: width - pad.left - pad.right, height: room }, picture);
  for (const [share, text] of board.y_ticks) {
    svg("line", { class: "grid", x1: pad.left, x2: width - pad.right, y1: y(share), y2: y(share) }, picture);
    svg("text", { x: pad.left - 8, y: y(share) + 4, "text-anchor": "end" }, picture, text);
  }
  svg("line", { class: "base", x1: pad.left, x2: width - pad.right, y1: y(board.baseline), y2: y(board.baseline) }, picture);
  svg("text", { x: width - pad.right - 6, y: y(board.baseline) - 7, "text-anchor": "end" }, picture, board.baseline_label);
  svg("text", { x: (pad.left + width - pad.right) / 2, y: height - 8, "text-anchor": "middle" }, picture, board.x_label);
  svg("text", { transform: `translate(12 ${pad.top + room / 2}) rotate(-90)`, "text-anchor": "middle" }, picture, board.y_label);
  board.x_ticks.forEach((text, k) => {
    svg("line", { class: "rail", x1: x(k), x2: x(k), y1: pad.top, y2: low }, picture);
    svg("text", { x: x(k), y: low + 18, "text-anchor": "middle" }, picture, text);
  });
  const curve = svg("polyline", { class: "mine" }, picture);

  const commit = () => {
    clearTimeout(state.timer);
    state.timer = null;
    state.send(state.steps.map((step) => step / last));
  };
  const handles = board.handles.map((name, k) => {
    const grip = svg("g", { class: "handle", tabindex: 0, role: "slider", "aria-label": name, "aria-valuemin": 0, "aria-valuemax": last, "aria-orientation": "vertical" }, picture);
    const reach = svg("circle", { class: "reach", r: 26, cx: x(k) }, grip);
    const arrows = svg("path", { class: "arrows", d: "M-5 -16 L0 -22 L5 -16 M-5 16 L0 22 L5 16" }, grip);
    const knob = svg("circle", { class: "knob", r: 10, cx: x(k) }, grip);
    const said = svg("text", { class: "said", "text-anchor": "middle", x: x(k) }, grip);
    const show = () => {
      const py = y(state.steps[k] / last), text = board.texts[state.steps[k]];
      reach.setAttribute("cy", py);
      knob.setAttribute("cy", py);
      arrows.setAttribute("transform", `translate(${x(k)} ${py})`);
      said.setAttribute("y", py - 30 < pad.top ? py + 40 : py - 28);
      said.textContent = state.active === k ? text : "";
      grip.setAttribute("aria-valuenow", state.steps[k]);
      grip.setAttribute("aria-valuetext", text);
    };
    const move = (step) => {
      state.steps[k] = Math.max(0, Math.min(last, Math.round(step)));
      state.active = k;
      redraw();
    };
    const at = (event) => {
      const box = picture.getBoundingClientRect();
      return (low - (event.clientY - box.top) / box.height * height) / room * last;
    };
    let dragging = false;
    grip.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    grip.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      dragging = true;
      grip.setPointerCapture(event.pointerId);
      grip.focus({ preventScroll: true });
      move(at(event));
    });
    grip.addEventListener("pointermove", (event) => { if (dragging) move(at(event)); });
    for (const end of ["pointerup", "pointercancel"]) {
      grip.addEventListener(end, () => { if (dragging) { dragging = false; commit(); } });
    }
    grip.addEventListener("focus", () => { state.active = k; redraw(); });
    grip.addEventListener("keydown", (event) => {
      const by = { ArrowDown: -1, ArrowLeft: -1, ArrowUp: 1, ArrowRight: 1, PageDown: -10, PageUp: 10 }[event.key];
      const to = event.key === "Home" ? 0 : event.key === "End" ? last : by === undefined ? null : state.steps[k] + by;
      if (to === null) return;
      event.preventDefault();
      event.stopPropagation();
      move(to);
      clearTimeout(state.timer);
      state.timer = setTimeout(commit, COMMIT_AFTER_KEYS_MS);
    });
    return show;
  });
  const redraw = () => {
    curve.setAttribute("points", state.steps.map((step, k) => `${x(k)},${y(step / last)}`).join(" "));
    for (const show of handles) show();
  };
  redraw();
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".board");
  const state = (root.glassroom ??= { source: null, active: 0 });
  state.send = (heights) => setTriggerValue("drawn", heights);
  if (state.source !== data.board) {
    state.source = data.board;
    state.board = JSON.parse(data.board);
    state.steps = state.board.start.map((share) => Math.round(share * (state.board.texts.length - 1)));
    state.active = null;
    draw(root, state);
  }
  if (!state.observer) {
    state.observer = new ResizeObserver(() => {
      if (Math.abs(root.clientWidth - (state.width ?? 0)) > 1) draw(root, state);
    });
    state.observer.observe(root);
  }
  return () => {
    state.observer?.disconnect();
    state.observer = null;
  };
}
