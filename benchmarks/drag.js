// Watches the handle of the stage from inside the page, with the page's own clock.
//
// For each pointermove: when the mouse moved (the event's time stamp), the first animation frame in
// which the handle stands under the mouse, and the moment right after that frame was painted.
() => {
  const NEAR_PX = 3;  // the handle has fixed places; half the way between two is less than this
  const find = (root) => root.querySelector("circle.knob")
    ?? [...root.querySelectorAll("*")].map((node) => node.shadowRoot && find(node.shadowRoot)).find(Boolean);
  const knob = find(document), watch = { moves: [], frames: [], n_steps: 0, on: true };
  const place = () => { const box = knob.getBoundingClientRect(); return box.left + box.width / 2; };
  let before = place(), waiting = [];
  const channel = new MessageChannel(), drawn = [];
  channel.port1.onmessage = () => {
    for (const move of drawn.splice(0)) move.to_paint_ms = performance.now() - move.moved;
  };
  window.addEventListener("pointermove", (event) => {
    if (watch.on && event.buttons) waiting.push({ moved: event.timeStamp, x: event.clientX, frames: 0 });
  }, true);  // on the way down, so before the stage hears of it
  const look = (now) => {
    if (!watch.on) return;
    watch.frames.push(now);
    const is = place(), at = performance.now();
    if (Math.abs(is - before) > 0.01) watch.n_steps += 1;
    before = is;
    for (const move of waiting) move.frames += 1;
    if (waiting.length && Math.abs(is - waiting.at(-1).x) <= NEAR_PX) {
      for (const move of waiting) move.to_frame_ms = at - move.moved;
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
}
