// Watches the handle of the stage from inside the page, with the page's own clock.
//
// For each pointermove: when the mouse moved (the event's time stamp), the first animation frame in
// which the handle stands at the place nearest to the mouse, and the moment right after that frame was
// painted. A handle with few places stays where it is for most moves, and is then already right.
() => {
  const TIE_PX = 1;  // half the way between two places, either of them is right
  const find = (root, what) => root.querySelector(what)
    ?? [...root.querySelectorAll("*")].map((node) => node.shadowRoot && find(node.shadowRoot, what)).find(Boolean);
  const grip = find(document, "g.handle"), knob = grip.querySelector("circle.knob");
  const upright = grip.getAttribute("aria-orientation") === "vertical";
  const at = () => Number(grip.getAttribute("aria-valuenow"));
  const level = () => {
    const box = knob.getBoundingClientRect();
    return upright ? box.top + box.height / 2 : box.left + box.width / 2;
  };
  const press = (key) => grip.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
  // All places once, by key; the handle is back where it was before anything would be sent.
  const first = at(), last = Number(grip.getAttribute("aria-valuemax")), places = [];
  press("Home");
  for (let place = 0; place <= last; place += 1) { places.push(level()); press("ArrowRight"); }
  press("Home");
  for (let place = 0; place < first; place += 1) press("ArrowRight");

  const watch = { moves: [], frames: [], n_steps: 0, on: true, places, upright };
  let before = at(), waiting = [];
  const channel = new MessageChannel(), drawn = [];
  channel.port1.onmessage = () => {
    for (const move of drawn.splice(0)) move.to_paint_ms = performance.now() - move.moved;
  };
  window.addEventListener("pointermove", (event) => {
    if (!watch.on || !event.buttons) return;
    waiting.push({ moved: event.timeStamp, level: upright ? event.clientY : event.clientX, frames: 0 });
  }, true);  // on the way down, so before the stage hears of it
  const isRight = (wanted) => {
    const best = Math.min(...places.map((place) => Math.abs(place - wanted)));
    return Math.abs(places[at()] - wanted) <= best + TIE_PX;
  };
  const look = (now) => {
    if (!watch.on) return;
    watch.frames.push(now);
    const is = at(), seen = performance.now();
    if (is !== before) watch.n_steps += 1;
    before = is;
    for (const move of waiting) move.frames += 1;
    if (waiting.length && isRight(waiting.at(-1).level)) {
      for (const move of waiting) move.to_frame_ms = seen - move.moved;
      watch.moves.push(...waiting);
      drawn.push(...waiting);
      waiting = [];
      channel.port2.postMessage(0);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  watch.n_unanswered = () => waiting.length;
  window.glassroomWatch = watch;
  // Keys are told to the server a little later; nothing is told once the handle is back by then.
  return new Promise((resolve) => { setTimeout(() => resolve({ places, upright }), 600); });
}
