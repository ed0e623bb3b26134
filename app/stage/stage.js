// The live stage: a handle over a sweep that Python computed in full.
//
// Everything shown here is looked up by the index of the step under the handle. Nothing is computed
// from the data but where a pixel lies: texts arrive ready-made, coordinates in the units of the axes.
// All text goes in through textContent, so a hostile column name stays a name.

const SVG = "http://www.w3.org/2000/svg";
const COMMIT_AFTER_KEYS_MS = 350;

const svg = (name, attributes = {}, parent = null, text = null) => {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  if (parent) parent.append(node);
  return node;
};
const html = (name, className = "", parent = null, text = null) => {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== null) node.textContent = text;
  if (parent) parent.append(node);
  return node;
};
const colour = (meaning) => (meaning ? `var(--${meaning})` : "var(--ink)");
const setText = (node, text) => { if (node.textContent !== text) node.textContent = text; };

let clips = 0;

// ---------------------------------------------------------------- the big picture with the handle

function buildBars(holder, stage, width) {
  const { handle, bars } = stage;
  const narrow = width < 480;
  // Rows of their own for the two labels, the knob, the ticks and the axis name: nothing overlaps.
  const pad = { left: 14, right: 14, top: 54, bottom: 98 };
  const height = Math.round(Math.min(Math.max(width * (narrow ? 1 : 0.6), 320), 420));
  const middle = pad.top + (height - pad.top - pad.bottom) / 2;
  const room = (height - pad.top - pad.bottom) / 2 - 6;
  const x = (u) => pad.left + u * (width - pad.left - pad.right);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, class: "drag", role: "group", "aria-label": stage.alt }, holder);

  const drawn = [];
  bars.left.forEach((left, i) => {
    const w = Math.max(x(bars.right[i]) - x(left) - 2, 1);
    for (const [share, above, meaning] of [[bars.up[i], true, bars.up_meaning], [bars.down[i], false, bars.down_meaning]]) {
      if (!share) continue;
      const h = Math.max(share * room, 1.5);
      const bar = svg("rect", { x: x(left) + 1, y: above ? middle - h : middle, width: w, height: h, rx: Math.min(2, w / 3), fill: colour(meaning) }, picture);
      drawn.push([(left + bars.right[i]) / 2, bar]);
    }
  });
  svg("line", { x1: pad.left, x2: width - pad.right, y1: middle, y2: middle, stroke: "var(--line)" }, picture);

  const label = (y, text, meaning) => svg("text", { x: pad.left, y, class: "halo", style: `fill:${colour(meaning)}` }, picture, text);
  label(pad.top - 12, bars.up_label, bars.up_meaning);
  label(height - pad.bottom + 16, bars.down_label, bars.down_meaning);

  const rail = buildRail(picture, handle, { width, left: pad.left, right: pad.right, stemTop: 26, base: height - pad.bottom + 42, nameAt: height - 6 });
  const show = (i) => {
    rail.show(i);
    for (const [centre, bar] of drawn) bar.setAttribute("opacity", centre >= handle.positions[i] ? 1 : 0.34);
  };
  return { picture, grip: rail.grip, step: rail.step, show };
}

// The axis of a handle that moves from left to right, its ticks, its knob, and what is said at it.
function buildRail(picture, handle, { width, left, right, stemTop, base, nameAt }) {
  const x = (u) => left + u * (width - left - right);
  let lastEnd = -Infinity;
  for (const [at, text] of handle.ticks) {
    const half = text.length * 3.6, centre = Math.min(Math.max(x(at), half), width - half);
    svg("line", { x1: x(at), x2: x(at), y1: base - 9, y2: base + 1, stroke: "var(--line)" }, picture);
    if (centre - half < lastEnd + 6) continue;
    svg("text", { x: centre, y: base + 26, "text-anchor": "middle" }, picture, text);
    lastEnd = centre + half;
  }
  svg("line", { x1: left, x2: width - right, y1: base - 4, y2: base - 4, stroke: "var(--line)", "stroke-width": 2 }, picture);
  svg("text", { x: width / 2, y: nameAt, "text-anchor": "middle" }, picture, handle.axis_label);

  const grip = svg("g", { class: "handle", tabindex: 0, role: "slider", "aria-label": handle.label, "aria-valuemin": 0, "aria-valuemax": handle.positions.length - 1, "aria-orientation": "horizontal" }, picture);
  const stem = svg("line", { class: "stem", y1: stemTop, y2: base - 4 }, grip);
  const knob = svg("circle", { class: "knob", r: 12, cy: base - 4 }, grip);
  const marks = [-3.5, 3.5].map((dx) => [dx, svg("line", { class: "grip", y1: base - 8, y2: base }, grip)]);
  const said = svg("text", { y: stemTop - 9, class: "halo" }, grip);

  const step = (event) => {
    const box = picture.getBoundingClientRect();
    return nearest(handle.positions, ((event.clientX - box.left) / box.width * width - left) / (width - left - right));
  };
  const show = (i) => {
    const px = x(handle.positions[i]), text = handle.texts[i];
    for (const line of [stem, ...marks.map((m) => m[1])]) { line.setAttribute("x1", px); line.setAttribute("x2", px); }
    for (const [dx, line] of marks) { line.setAttribute("x1", px + dx); line.setAttribute("x2", px + dx); }
    knob.setAttribute("cx", px);
    const half = text.length * 4.2;
    said.setAttribute("text-anchor", px + half > width ? "end" : px - half < 0 ? "start" : "middle");
    said.setAttribute("x", px + half > width ? width - 1 : px - half < 0 ? 1 : px);
    setText(said, text);
    grip.setAttribute("aria-valuenow", i);
    grip.setAttribute("aria-valuetext", text);
  };
  return { grip, step, show };
}

// ---------------------------------------------------------------- or a scene: the handle is one of its points, or below it

function buildScene(holder, stage, width) {
  const { handle, scene } = stage;
  const upright = handle.direction === "vertical", narrow = width < 480;
  const names = scene.x.is_slanted ? roomForSlanted(scene.x.ticks) : 0;
  const below = scene.point_x ? 0 : 106;
  const pad = { left: roomFor(scene.y.ticks, narrow ? 52 : 64), right: 20, top: 16, bottom: 54 + below + names };
  const height = Math.round(Math.min(Math.max(width * (narrow ? 1.05 : 0.72), 320), 440)) + below + names;
  const along = (axis, v) => (v - axis.low) / (axis.high - axis.low);
  const x = (v) => pad.left + along(scene.x, v) * (width - pad.left - pad.right);
  const y = (v) => height - pad.bottom - along(scene.y, v) * (height - pad.top - pad.bottom);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, class: upright ? "drag upright" : "drag", role: "group", "aria-label": stage.alt }, holder);
  const inside = { "clip-path": `url(#${frame(picture, x(scene.x.low), x(scene.x.high), y(scene.y.low), y(scene.y.high))})` };

  for (const [v, text] of scene.y.ticks) {
    svg("line", { class: "grid", x1: x(scene.x.low), x2: x(scene.x.high), y1: y(v), y2: y(v) }, picture);
    svg("text", { x: x(scene.x.low) - 8, y: y(v) + 4, "text-anchor": "end" }, picture, text);
  }
  if (names) nameAslant(picture, scene.x.ticks, x, y(scene.y.low) + 12);
  else nameTicks(picture, scene.x.ticks, x, y(scene.y.low) + 18);
  svg("text", { x: (x(scene.x.low) + x(scene.x.high)) / 2, y: height - below - 10, "text-anchor": "middle" }, picture, scene.x.label);
  svg("text", { transform: `translate(12 ${(y(scene.y.low) + y(scene.y.high)) / 2}) rotate(-90)`, "text-anchor": "middle" }, picture, scene.y.label);

  const plane = svg("g", inside, picture), sticks = scene.sticks;
  const strokes = sticks ? [...sticks.x, null].map(() => svg("line", { class: "stick", stroke: colour(sticks.meaning) }, plane)) : [];
  const still = (line) => svg("polyline", { points: line.x.map((v, i) => `${x(v)},${y(line.y[i])}`).join(" "), class: "curve", stroke: colour(line.meaning), "stroke-dasharray": line.is_dashed ? "6 5" : "none" }, plane);
  scene.still_lines.forEach(still);
  const moving = scene.moving_lines.map((line) => svg("polyline", { class: line.is_thin ? "curve thin" : "curve strong", stroke: colour(line.meaning) }, plane));
  const move = (i) => moving.forEach((line, k) => {
    const { x: places, y: heights } = scene.moving_lines[k];
    line.setAttribute("points", places.map((v, j) => `${x(v).toFixed(1)},${y(heights[i][j]).toFixed(1)}`).join(" "));
  });
  for (const dots of scene.dots) dots.x.forEach((v, i) => dot(x(v), y(dots.y[i]), dots, plane));
  const clouds = (scene.moving_dots ?? []).map((dots) => ({ dots, group: svg("g", {}, plane) }));
  const moveDots = (i) => clouds.forEach(({ dots, group }) => {
    group.replaceChildren();
    dots.x[i].forEach((v, k) => dot(x(v), y(dots.y[i][k]), dots, group));
  });

  if (below) {
    const rail = buildRail(picture, handle, { width, left: pad.left, right: pad.right, stemTop: height - 82, base: height - 52, nameAt: height - 4 });
    buildLegend(holder, scene);
    return { picture, grip: rail.grip, step: rail.step, show: (i) => { rail.show(i); move(i); moveDots(i); } };
  }

  const grip = svg("g", { class: "handle", tabindex: 0, role: "slider", "aria-label": handle.label, "aria-valuemin": 0, "aria-valuemax": handle.positions.length - 1, "aria-orientation": handle.direction }, picture);
  const reach = svg("circle", { class: "reach", r: 24 }, grip);
  const arrows = svg("path", { class: "arrows", d: upright ? "M-5 -17 L0 -23 L5 -17 M-5 17 L0 23 L5 17" : "M-17 -5 L-23 0 L-17 5 M17 -5 L23 0 L17 5" }, grip);
  const knob = svg("circle", { class: "knob point", r: 10, style: `fill:${colour(scene.point_meaning)}` }, grip);
  const said = svg("text", { class: "halo" }, grip);
  buildLegend(holder, scene);

  const step = (event) => {
    const box = picture.getBoundingClientRect();
    const u = upright
      ? (height - pad.bottom - (event.clientY - box.top) / box.height * height) / (height - pad.top - pad.bottom)
      : ((event.clientX - box.left) / box.width * width - pad.left) / (width - pad.left - pad.right);
    return nearest(handle.positions, u);
  };
  const show = (i) => {
    const px = x(scene.point_x[i]), py = y(scene.point_y[i]), text = handle.texts[i];
    for (const part of [reach, knob]) { part.setAttribute("cx", px); part.setAttribute("cy", py); }
    arrows.setAttribute("transform", `translate(${px} ${py})`);
    strokes.forEach((stroke, k) => {
      const mine = k === sticks.x.length, at = mine ? px : x(sticks.x[k]);
      stroke.setAttribute("x1", at); stroke.setAttribute("x2", at);
      stroke.setAttribute("y1", mine ? py : y(sticks.y[k]));
      stroke.setAttribute("y2", y(mine ? sticks.point_ends[i] : sticks.ends[i][k]));
    });
    move(i);
    moveDots(i);
    const leftwards = px > width / 2;
    said.setAttribute("text-anchor", leftwards ? "end" : "start");
    said.setAttribute("x", px + (leftwards ? -20 : 20));
    said.setAttribute("y", Math.max(py + 5, 16));
    setText(said, text);
    grip.setAttribute("aria-valuenow", i);
    grip.setAttribute("aria-valuetext", text);
  };
  return { picture, grip, step, show, upright };
}

// Numbers along x; one that would run into the one before it is left out.
function nameTicks(picture, ticks, x, level) {
  let lastEnd = -Infinity;
  for (const [v, text] of ticks) {
    const half = text.length * 3.4;
    if (x(v) - half < lastEnd + 3) continue;
    svg("text", { x: x(v), y: level, "text-anchor": "middle" }, picture, text);
    lastEnd = x(v) + half;
  }
}

// Names along x, each ending below its place; none is left out.
function nameAslant(picture, ticks, x, level) {
  for (const [v, text] of ticks) svg("text", { transform: `translate(${x(v) + 3} ${level}) rotate(-40)`, "text-anchor": "end" }, picture, text);
}
const roomForSlanted = (ticks) => Math.max(0, 4.6 * Math.max(...ticks.map(([, text]) => text.length)) - 8);

// Left of an axis stand its longest number and, beyond it, its name.
const roomFor = (ticks, least) => Math.max(least, 22 + 6.6 * Math.max(0, ...ticks.map(([, text]) => text.length)));

function dot(px, py, { meaning, is_hollow, is_small }, parent) {
  svg("circle", { class: is_hollow ? "dot hollow" : "dot", cx: px, cy: py, r: is_small ? 3 : is_hollow ? 5.5 : 4.5, style: `--dot:${colour(meaning)}` }, parent);
}

function frame(picture, left, right, bottom, top) {
  const id = `clip${clips++}`;
  const inside = svg("clipPath", { id }, svg("defs", {}, picture));
  svg("rect", { x: left - 1, y: top - 1, width: right - left + 2, height: bottom - top + 2 }, inside);
  svg("rect", { class: "frame", x: left, y: top, width: right - left, height: bottom - top }, picture);
  return id;
}

const NO_SCENE = { dots: [], moving_lines: [], moving_dots: [], still_lines: [], sticks: null };

function buildLegend(holder, scene) {
  const list = html("ul", "legend", holder);
  const entry = (text, draw) => {
    if (!text) return;
    const item = html("li", "", list);
    draw(svg("svg", { viewBox: "0 0 26 14", width: 26, height: 14, "aria-hidden": "true" }, item));
    html("span", "", item, text);
  };
  const stroke = (line, extra) => (key) => svg("line", { x1: 1, x2: 25, y1: 7, y2: 7, stroke: colour(line.meaning), ...extra }, key);
  for (const dots of scene.dots) entry(dots.label, (key) => dot(13, 7, dots, key));
  for (const dots of scene.moving_dots ?? []) entry(dots.label, (key) => dot(13, 7, dots, key));
  for (const line of scene.moving_lines) entry(line.label, stroke(line, { class: line.is_thin ? "curve thin" : "curve strong" }));
  for (const line of scene.still_lines) entry(line.label, stroke(line, { class: "curve", "stroke-dasharray": line.is_dashed ? "6 5" : "none" }));
  for (const { label, meaning, height } of scene.cells ?? []) {
    entry(label, (key) => svg("rect", height ? { x: 3, y: 7 - 6 * height, width: 20, height: 12 * height, fill: colour(meaning) } : { class: "blank", x: 3, y: 2, width: 20, height: 10 }, key));
  }
  if (scene.sticks) entry(scene.sticks.label, (key) => svg("line", { class: "stick", x1: 13, x2: 13, y1: 0, y2: 14, stroke: colour(scene.sticks.meaning) }, key));
}

function nearest(sorted, value) {
  let low = 0, high = sorted.length - 1;
  while (high - low > 1) {
    const half = (low + high) >> 1;
    if (sorted[half] <= value) low = half; else high = half;
  }
  return value - sorted[low] <= sorted[high] - value ? low : high;
}

// ---------------------------------------------------------------- or lanes: a letter for each cell

function buildLanes(holder, stage, width) {
  const { handle, lanes } = stage;
  const narrow = width < 480, longest = (texts) => Math.max(0, ...texts.flat().map((text) => text.length));
  const pad = { left: Math.max(14, 12 + 6.6 * longest(lanes.labels)), right: Math.max(14, 12 + 6.6 * longest([...lanes.notes, [lanes.note_label]])) };
  const n = lanes.x.high - lanes.x.low + 1, unit = (width - pad.left - pad.right) / n;
  const x = (cell) => pad.left + cell * unit;
  const strip = 34, top = strip * lanes.strips.length + 22, room = narrow ? 230 : 250, bottom = top + room;
  const height = bottom + 158;
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, class: "drag", role: "group", "aria-label": stage.alt }, holder);

  lanes.strips.forEach(({ label, cells, kinds }, at) => {
    svg("text", { x: pad.left, y: at * strip + 13 }, picture, label);
    for (const kind of kinds) {
      svg("path", { d: runs(cells, kind, x, at * strip + 18, 10), fill: colour(kind.meaning) }, picture);
    }
  });
  if (lanes.note_label) svg("text", { x: width - 2, y: top - 7, "text-anchor": "end" }, picture, lanes.note_label);
  nameTicks(picture, lanes.x.ticks, (v) => x(v - lanes.x.low + 0.5), bottom + 17);
  svg("text", { x: (pad.left + width - pad.right) / 2, y: bottom + 37, "text-anchor": "middle" }, picture, lanes.x.label);

  const drawn = lanes.kinds.map((kind) => [kind, svg("path", { fill: colour(kind.meaning) }, picture)]);
  const most = Math.max(...lanes.steps.map((step) => step.length));
  const texts = Math.min(most, Math.floor(room / 13));
  const named = Array.from({ length: texts }, () => [
    svg("text", { x: pad.left - 7, "text-anchor": "end" }, picture),
    svg("text", { x: width - 2, "text-anchor": "end" }, picture),
  ]);
  const rail = buildRail(picture, handle, { width, left: narrow ? 30 : pad.left, right: narrow ? 30 : pad.right, stemTop: bottom + 78, base: bottom + 106, nameAt: height - 6 });
  buildLegend(holder, { ...NO_SCENE, cells: lanes.kinds });

  const show = (i) => {
    rail.show(i);
    const rows = lanes.steps[i], each = room / rows.length, thin = each < 5, gap = thin ? 0 : Math.min(4, each * 0.2);
    for (const [kind, path] of drawn) {
      // Lanes as thin as hairs touch each other: gaps between them would only flicker.
      const shape = thin && kind.height ? { ...kind, height: 1 } : kind;
      path.setAttribute("d", rows.map((row, at) => runs(row, shape, x, top + at * each + gap / 2, each - gap)).join(""));
    }
    // Where lanes are thinner than letters, the first and the last stand for all.
    const fits = rows.length <= texts && each >= 12;
    named.forEach(([name, note], k) => {
      const at = fits ? k : k === 0 ? 0 : k === 1 ? rows.length - 1 : rows.length;
      const y = Math.min(Math.max(top + (at + 0.5) * each + 4.5, top + 11), bottom);
      for (const [node, said] of [[name, lanes.labels[i][at]], [note, lanes.notes[i][at]]]) {
        setText(node, at < rows.length ? said : "");
        node.setAttribute("y", y);
      }
    });
  };
  return { picture, grip: rail.grip, step: rail.step, show };
}

// One path for all cells of a kind in a lane; neighbours are drawn as one.
function runs(cells, { letter, height }, x, top, room) {
  if (!height) return "";
  const y = (top + room * (1 - height) / 2).toFixed(2), h = (room * height).toFixed(2);
  let path = "";
  for (let from = cells.indexOf(letter); from >= 0;) {
    let to = from + 1;
    while (cells[to] === letter) to += 1;
    path += `M${x(from).toFixed(2)} ${y}h${(x(to) - x(from)).toFixed(2)}v${h}H${x(from).toFixed(2)}z`;
    from = cells.indexOf(letter, to);
  }
  return path;
}

// ---------------------------------------------------------------- table, figures, sentence, charts

function buildMatrix(holder, matrix) {
  const table = html("table", "", holder);
  table.setAttribute("aria-label", matrix.label);
  const head = html("tr", "", html("thead", "", table));
  html("td", "", head).style.cssText = "background:none;padding:0";
  for (const column of matrix.columns) html("th", "", head, column).scope = "col";
  const body = html("tbody", "", table), cells = [];
  for (const row of matrix.rows) {
    const line = html("tr", "", body), name = html("th", "", line, row.label);
    name.scope = "row"; name.style.color = colour(row.meaning);
    for (const cell of row.cells) {
      const box = html("td", cell.is_good ? "good" : "bad", line);
      cells.push([html("b", "", box), cell.texts]);
      html("span", "", box, cell.caption);
    }
  }
  return (i) => { for (const [node, texts] of cells) setText(node, texts[i]); };
}

function buildNumbers(holder, numbers) {
  const strip = html("div", "numbers", holder);
  const drawn = numbers.map((number) => {
    const box = html("div", `number${number.is_reference ? " reference" : ""}`, strip);
    html("i", "", box, number.label);
    return [box, html("b", "", box), html("small", "", box), number];
  });
  return (i) => {
    for (const [box, value, note, number] of drawn) {
      setText(value, number.texts[i]);
      setText(note, number.notes[i]);
      box.classList.toggle("undefined", number.texts[i] === "undefined");
    }
  };
}

function buildSentence(holder, sentences) {
  const line = html("p", "said", holder);
  line.setAttribute("aria-live", "polite");
  return (i) => line.replaceChildren(...sentences[i].map(([text, meaning]) => {
    if (!meaning) return document.createTextNode(text);
    const piece = html("span", "", null, text);
    piece.style.color = colour(meaning);
    return piece;
  }));
}

function buildChart(holder, chart, width) {
  const figure = html("figure", "", holder);
  html("figcaption", "", figure, chart.title);
  const pad = { left: roomFor(chart.y_ticks, 62), right: 14, top: 10, bottom: 46 }, height = Math.round(Math.min(width * 0.78, 270));
  const x = (v) => pad.left + (v - chart.x_min) / (chart.x_max - chart.x_min) * (width - pad.left - pad.right);
  const y = (v) => height - pad.bottom - (v - chart.y_min) / (chart.y_max - chart.y_min) * (height - pad.top - pad.bottom);
  const [left, right, bottom, top] = [x(chart.x_min), x(chart.x_max), y(chart.y_min), y(chart.y_max)];
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": chart.alt }, figure);
  const clip = frame(picture, left, right, bottom, top);
  nameTicks(picture, chart.x_ticks, x, bottom + 17);
  for (const [v, text] of chart.y_ticks) svg("text", { x: left - 7, y: y(v) + 4, "text-anchor": "end" }, picture, text);
  svg("text", { x: (left + right) / 2, y: height - 8, "text-anchor": "middle" }, picture, chart.x_label);
  svg("text", { transform: `translate(11 ${(bottom + top) / 2}) rotate(-90)`, "text-anchor": "middle" }, picture, chart.y_label);
  const nameLine = (line) => {
    if (line.label_at !== null) {
      const wanted = line.x[0] + line.label_at * (line.x.at(-1) - line.x[0]), k = Math.max(1, line.x.findIndex((v) => v >= wanted));
      const share = (wanted - line.x[k - 1]) / (line.x[k] - line.x[k - 1]);
      const level = line.y[k - 1] + share * (line.y[k] - line.y[k - 1]);
      const anchor = line.label_at < 0.3 ? "start" : line.label_at > 0.7 ? "end" : "middle";
      const below = line.is_label_below && y(level) + 22 < bottom;
      svg("text", { x: x(wanted), y: y(level) + (below ? 18 : -8), "text-anchor": anchor, class: "halo", style: `fill:${colour(line.meaning)}` }, picture, line.label);
      return;
    }
    const [x0, y0, x1, y1] = [line.x[0], line.y[0], line.x.at(-1), line.y.at(-1)].map((v, i) => (i % 2 ? y(v) : x(v)));
    const place = x0 === x1 ? { x: x0 + 5, y: Math.min(y0, y1) + 14 }  // upright: beside its upper end
      : y0 === y1 ? { x: x0 + 0.13 * (x1 - x0), y: y0 - 6 }             // level: above its left part
      : { x: x0 + 0.62 * (x1 - x0) + 7, y: y0 + 0.62 * (y1 - y0) + 14 };
    svg("text", { ...place, class: "halo", style: `fill:${colour(line.meaning)}` }, picture, line.label);
  };
  for (const line of chart.lines) {
    const points = line.x.map((v, i) => `${x(v).toFixed(1)},${y(line.y[i]).toFixed(1)}`).join(" ");
    svg("polyline", { points, fill: "none", stroke: colour(line.meaning), "stroke-width": line.is_dashed ? 1.5 : 2.25, "stroke-dasharray": line.is_dashed ? "5 4" : "none", "stroke-linejoin": "round", "clip-path": `url(#${clip})` }, picture);
    if (line.label) nameLine(line);
  }
  const place = (r, meaning, xs, ys) => {
    const point = svg("circle", { class: "point", r, fill: colour(meaning) }, picture);
    return (i) => {
      const px = xs[i], py = ys[i], defined = px !== null && py !== null;
      point.setAttribute("visibility", defined ? "visible" : "hidden");
      if (defined) { point.setAttribute("cx", x(px)); point.setAttribute("cy", y(py)); }
    };
  };
  const shows = [place(6.5, chart.point_meaning, chart.point_x, chart.point_y)];
  for (const mark of chart.marks) shows.push(place(5.5, mark.meaning, mark.x, mark.y));
  return (i) => { for (const show of shows) show(i); };
}

// ---------------------------------------------------------------- one stage in one element

function draw(root, state) {
  const { stage } = state, width = root.clientWidth;
  state.width = width;
  if (!width) return;  // in a tab that is not open; the observer draws it when it gets its width
  const hadFocus = state.main && root.getRootNode().activeElement === state.main.grip;
  root.replaceChildren();
  const live = html("div", "live", root), left = html("div", "picture", live), right = html("div", "", live);
  // What moves with the hand stands beside it: the matrix, or the numbers where there is none.
  const shows = stage.matrix
    ? [buildMatrix(right, stage.matrix), buildNumbers(root, stage.numbers)]
    : [buildNumbers(right, stage.numbers)];
  shows.push(buildSentence(root, stage.sentences));
  state.main = (stage.bars ? buildBars : stage.lanes ? buildLanes : buildScene)(left, stage, left.clientWidth);
  if (stage.charts.length) {
    const row = html("div", "charts", root);
    const columns = getComputedStyle(row).gridTemplateColumns.split(" ").length;
    const gap = parseFloat(getComputedStyle(row).columnGap) || 0;
    const each = (width - gap * (columns - 1)) / columns;
    for (const chart of stage.charts) shows.push(buildChart(row, chart, each));
  }
  shows.push(state.main.show);
  state.show = (i) => { state.at = i; for (const show of shows) show(i); };
  listen(state);
  state.show(state.at);
  if (hadFocus) state.main.grip.focus();
}

function listen(state) {
  const { picture, grip, step, upright } = state.main, last = state.stage.handle.positions.length - 1;
  const move = (i) => { if (i !== state.at) state.show(Math.max(0, Math.min(last, i))); };
  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    // A finger beside the point scrolls the page; only the point itself goes up and down with it.
    if (upright && event.pointerType === "touch" && !grip.contains(event.target)) return;
    state.dragging = true;
    picture.setPointerCapture(event.pointerId);
    grip.focus({ preventScroll: true });
    move(step(event));
  });
  // touch-action does not reach a part of a picture, so the scroll is declined where it would begin.
  if (upright) grip.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  picture.addEventListener("pointermove", (event) => { if (state.dragging) move(step(event)); });
  picture.addEventListener("pointerup", () => { if (state.dragging) { state.dragging = false; state.commit(); } });
  // The finger was scrolling the page, not dragging: the handle goes back to where it was.
  picture.addEventListener("pointercancel", () => { if (state.dragging) { state.dragging = false; state.show(state.committed); } });
  grip.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? last : by === undefined ? null : state.at + by;
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    move(to);
    clearTimeout(state.timer);
    state.timer = setTimeout(state.commit, COMMIT_AFTER_KEYS_MS);
  });
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".stage");
  const state = (root.glassroom ??= { at: 0, source: null });
  // Where the link puts the handle comes by a message of its own (place.js): this one, with all the
  // numbers, stays the same while only the handle moves, and then it need not be sent again.
  const place = ((window.glassroomPlaces ??= {})[data.key] ??= {});
  state.commit = () => {
    clearTimeout(state.timer);
    state.timer = null;
    if (state.at === state.committed) return;
    state.committed = state.at;
    setTriggerValue("released", state.stage.handle.values[state.at]);
  };
  place.moveTo = () => {
    const at = Math.min(place.at, state.stage.handle.positions.length - 1);
    if (!state.isDrawn) {
      state.at = state.committed = at;
      state.isDrawn = true;
      draw(root, state);
    } else if (!state.dragging && !state.timer && at !== state.at) {
      // The link says something else: the learner pressed Back, or another control moved the handle.
      state.committed = state.at = at;
      state.show?.(at);
    }
  };
  if (state.source !== data.stage) {
    state.source = data.stage;
    state.stage = JSON.parse(data.stage);
    state.isDrawn = false;
    if (place.at !== undefined) place.moveTo();
  }
  if (!state.observer) {
    state.observer = new ResizeObserver(() => {
      if (state.isDrawn && Math.abs(root.clientWidth - state.width) > 1 && !state.dragging) draw(root, state);
    });
    state.observer.observe(root);
  }
  return () => {
    state.observer?.disconnect();
    state.observer = null;
  };
}
