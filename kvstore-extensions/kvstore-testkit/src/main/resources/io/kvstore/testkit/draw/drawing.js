"use strict";
// Paints what the page's data says: lanes of clients above lanes of nodes, over one axis of time.

const [BAR_CLIENT, BAR_ROW, BAR_FROM, BAR_TO, BAR_LABEL, BAR_TEXT, BAR_KIND, BAR_OUTCOME, BAR_KEYS, BAR_CONFLICT,
  BAR_PLACE] = Array(11).keys();
const [CLIENT_NAME, CLIENT_ROWS] = Array(2).keys();
const [ARROW_FROM, ARROW_TO, ARROW_SENT, ARROW_ARRIVED, ARROW_KIND, ARROW_TEXT, ARROW_FATE] = Array(7).keys();
const [BAND_KIND, BAND_NODE, BAND_FROM, BAND_TO, BAND_LABEL, BAND_TEXT] = Array(6).keys();
const [MARK_NODE, MARK_TIME, MARK_LABEL, MARK_TEXT] = Array(4).keys();
const EVERYWHERE = -1;

const element = (id) => document.getElementById(id);
const canvas = element("canvas");
const tip = element("tip");
const LEFT = 112, TOP = 30, RIGHT = 20, VIEWS = 17, LINKS = 24;
const last = data.places[data.places.length - 1] || 0;
const length = last + Math.max(1, 70 / data.unit); // as in Axis
const hiddenKinds = new Set();
let view = { from: 0, to: length };
let step = data.times.length - 1;
let painted = []; // what can be pointed at, topmost last

// Time and place

function placeOf(time) {
  if (time < 0) {
    return length; // never
  }
  let low = 0, high = data.times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (data.times[middle] < time) low = middle + 1; else high = middle;
  }
  return data.places[low];
}

function inWords(nanos) {
  if (nanos >= 1e9) return (nanos / 1e9).toFixed(3) + " s";
  if (nanos >= 1e6) return (nanos / 1e6).toFixed(3) + " ms";
  return (nanos / 1e3).toFixed(1) + " µs";
}

const x = (place) => LEFT + ((place - view.from) / (view.to - view.from)) * (canvas.clientWidth - LEFT - RIGHT);

const rows = data.clients.reduce((sum, client) => sum + client[CLIENT_ROWS], 0);
const hasLinks = data.bands.some((band) => band[BAND_NODE] === EVERYWHERE);
const fixed = TOP + 14 + (data.nodes.length ? 2 * VIEWS + 10 : 0) + (hasLinks ? LINKS : 0);
const nameOf = (node) => data.names[data.nodes.indexOf(node)];

function layout() {
  const room = canvas.clientHeight - fixed;
  const row = Math.max(22, Math.min(46, room / (Math.max(1, rows) + data.nodes.length * 1.5)));
  const nodeLane = Math.max(36, Math.min(64, row * 1.5));
  const tops = [];
  let y = TOP;
  for (const client of data.clients) {
    tops.push(y);
    y += client[CLIENT_ROWS] * row;
  }
  const views = y + 6;
  const nodesTop = views + (data.nodes.length ? 2 * VIEWS + 4 : 0);
  const links = nodesTop + data.nodes.length * nodeLane;
  return {
    row,
    client: (i, of = 0) => tops[i] + (of + 0.5) * row,
    views,
    node: (number) => nodesTop + (data.nodes.indexOf(number) + 0.5) * nodeLane,
    nodesTop,
    nodeLane,
    links,
    bottom: links + (hasLinks ? LINKS : 0),
  };
}

// Painting

function colours() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue("--" + name).trim();
}

function paint() {
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(canvas.clientWidth * ratio) || canvas.height !== Math.round(canvas.clientHeight * ratio)) {
    canvas.width = Math.round(canvas.clientWidth * ratio);
    canvas.height = Math.round(canvas.clientHeight * ratio);
  }
  const pen = canvas.getContext("2d");
  const colour = colours();
  const at = layout();
  const now = data.times[step] ?? 0;
  painted = [];
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  pen.save();
  pen.beginPath();
  pen.rect(LEFT - 6, 0, canvas.clientWidth - LEFT + 6, canvas.clientHeight);
  pen.clip();
  paintAxis(pen, colour, at);
  paintLanes(pen, colour, at);
  paintBands(pen, colour, at, now);
  paintArrows(pen, colour, at, now);
  paintMarks(pen, colour, at, now);
  paintBars(pen, colour, at, now);
  if (step < data.times.length - 1) {
    pen.strokeStyle = colour("wrong");
    pen.lineWidth = 1;
    line(pen, x(data.places[step]), TOP - 8, x(data.places[step]), at.bottom);
  }
  pen.restore();
  paintNames(pen, colour, at);
}

function line(pen, fromX, fromY, toX, toY) {
  pen.beginPath();
  pen.moveTo(fromX, fromY);
  pen.lineTo(toX, toY);
  pen.stroke();
}

function paintAxis(pen, colour, at) {
  pen.font = "11px system-ui, sans-serif";
  pen.textBaseline = "middle";
  let free = -1e9;
  for (let i = 0; i < data.times.length; i++) {
    const here = x(data.places[i]);
    if (here < LEFT - 60 || here < free || here > canvas.clientWidth) continue;
    const text = inWords(data.times[i]);
    pen.strokeStyle = colour("line");
    line(pen, here, TOP - 6, here, at.bottom);
    pen.fillStyle = colour("soft");
    pen.textAlign = "left";
    pen.fillText(text, here + 3, TOP - 16);
    free = here + pen.measureText(text).width + 26;
  }
}

function paintNames(pen, colour, at) {
  pen.fillStyle = colour("soft");
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  pen.font = "13px system-ui, sans-serif";
  const name = (text, y) => {
    const isLong = pen.measureText(text).width > LEFT - 22 && text.length > 4;
    const end = isLong ? text.slice(-4) : ""; // names often differ at their ends
    pen.fillText(fitting(pen, text, LEFT - 22 - pen.measureText(end).width) + end, LEFT - 14, y);
  };
  data.clients.forEach((client, i) => name(client[CLIENT_NAME], at.client(i)));
  data.nodes.forEach((node, i) => name(data.names[i], at.node(node)));
  if (hasLinks) name("all links", at.links + LINKS / 2);
}

/** As much of a text as there is room for. */
function fitting(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  let letters = text.length - 1;
  while (letters > 1 && pen.measureText(text.slice(0, letters).trim() + "…").width > room) letters--;
  return letters > 1 ? text.slice(0, letters).trim() + "…" : "";
}

function paintLanes(pen, colour, at) {
  pen.strokeStyle = colour("line");
  pen.lineWidth = 1;
  data.clients.forEach((client, i) => line(pen, LEFT - 6, at.client(i), canvas.clientWidth, at.client(i)));
  pen.strokeStyle = colour("lane");
  data.nodes.forEach((node) => line(pen, LEFT - 6, at.node(node), canvas.clientWidth, at.node(node)));
}

/** Where on a lane a band goes: those that may come together are apart. */
const within = {
  down: [-0.42, -0.12], paused: [-0.42, -0.12], cut: [0.12, 0.42], clock: [-0.12, 0.12], link: [0.42, 0.48],
};

function paintBands(pen, colour, at, now) {
  pen.font = "10.5px system-ui, sans-serif";
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  for (const band of data.bands) {
    if (band[BAND_FROM] > now) continue;
    const from = x(placeOf(band[BAND_FROM])), to = Math.max(from + 3, x(placeOf(band[BAND_TO])));
    if (to < LEFT - 6 || from > canvas.clientWidth) continue;
    const isAll = band[BAND_NODE] === EVERYWHERE;
    const [above, below] = isAll ? [-9 / at.nodeLane, 9 / at.nodeLane] : within[band[BAND_KIND]];
    const middle = isAll ? at.links + LINKS / 2 : at.node(band[BAND_NODE]);
    const top = middle + above * at.nodeLane, bottom = middle + below * at.nodeLane;
    pen.fillStyle = colour(band[BAND_KIND]);
    pen.fillRect(from, top, to - from, bottom - top);
    const start = Math.max(from, LEFT - 6) + 4;
    if (bottom - top > 9) {
      pen.fillStyle = colour("ink");
      pen.fillText(fitting(pen, band[BAND_LABEL], Math.min(to, canvas.clientWidth) - start - 3), start, (top + bottom) / 2);
    }
    painted.push({ left: from, top: top - 2, right: to, bottom: bottom + 2, text: band[BAND_TEXT] });
  }
}

/** Labels of views stand in the first of two lines that has room for them, or are left out. */
function paintMarks(pen, colour, at, now) {
  const free = [LEFT - 6, LEFT - 6];
  pen.font = "10.5px system-ui, sans-serif";
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  for (const mark of data.marks) {
    const here = x(placeOf(mark[MARK_TIME]));
    if (mark[MARK_TIME] > now || here < LEFT - 8 || here > canvas.clientWidth) continue;
    pen.strokeStyle = pen.fillStyle = colour("view");
    if (mark[MARK_NODE] !== EVERYWHERE) {
      const y = at.node(mark[MARK_NODE]);
      pen.beginPath();
      pen.moveTo(here, y - 5);
      pen.lineTo(here + 5, y);
      pen.lineTo(here, y + 5);
      pen.lineTo(here - 5, y);
      pen.fill();
      painted.push({ left: here - 5, top: y - 5, right: here + 5, bottom: y + 5, text: mark[MARK_TEXT] });
      continue;
    }
    pen.setLineDash([2, 3]);
    pen.lineWidth = 1;
    line(pen, here, at.views, here, at.links);
    pen.setLineDash([]);
    painted.push({ left: here - 3, top: at.views, right: here + 3, bottom: at.nodesTop, text: mark[MARK_TEXT] });
    const width = pen.measureText(mark[MARK_LABEL]).width;
    const isAtTheEnd = here + 4 + width > canvas.clientWidth;
    const row = free[0] <= here ? 0 : 1;
    const start = isAtTheEnd ? Math.max(LEFT, here - 4 - width) : here + 4;
    if (free[row] <= start) {
      pen.fillText(mark[MARK_LABEL], start, at.views + (row + 0.5) * VIEWS);
      free[row] = start + width + 12;
      painted.push({
        left: start, top: at.views + row * VIEWS, right: start + width, bottom: at.views + (row + 1) * VIEWS,
        text: mark[MARK_TEXT],
      });
    }
  }
}

function paintArrows(pen, colour, at, now) {
  const shown = data.arrows.filter((arrow) => arrow[ARROW_SENT] <= now && !hiddenKinds.has(arrow[ARROW_KIND])
    && placeOf(arrow[ARROW_ARRIVED]) >= view.from && placeOf(arrow[ARROW_SENT]) <= view.to);
  const isDense = shown.length > 600;
  const faint = isDense ? Math.max(0.18, 400 / shown.length) : 1;
  for (const arrow of shown) {
    const arrived = arrow[ARROW_FATE] === "";
    const fromX = x(placeOf(arrow[ARROW_SENT])), fromY = at.node(arrow[ARROW_FROM]);
    let toX = x(placeOf(arrow[ARROW_ARRIVED])), toY = at.node(arrow[ARROW_TO]);
    if (!arrived) {
      toX = Math.max(toX, fromX + 8);
      toY = (fromY + toY) / 2;
    }
    pen.strokeStyle = pen.fillStyle = colour(arrived ? "message" : "lost");
    pen.lineWidth = isDense ? 0.8 : 1.2;
    pen.globalAlpha = arrived ? faint : 1;
    pen.setLineDash(arrived ? [] : [3, 3]);
    line(pen, fromX, fromY, toX, toY);
    pen.setLineDash([]);
    if (!arrived) cross(pen, toX, toY); else if (!isDense) head(pen, fromX, fromY, toX, toY);
    painted.push({
      arrow: [fromX, fromY, toX, toY],
      text: arrow[ARROW_TEXT] + "\n" + nameOf(arrow[ARROW_FROM]) + " → " + nameOf(arrow[ARROW_TO]) + ", sent at " + inWords(arrow[ARROW_SENT])
        + (arrived ? ", there after " + inWords(arrow[ARROW_ARRIVED] - arrow[ARROW_SENT]) : ": " + arrow[ARROW_FATE]),
    });
  }
  pen.globalAlpha = 1;
}

function head(pen, fromX, fromY, toX, toY) {
  const angle = Math.atan2(toY - fromY, toX - fromX);
  pen.beginPath();
  pen.moveTo(toX, toY);
  pen.lineTo(toX - 7 * Math.cos(angle - 0.35), toY - 7 * Math.sin(angle - 0.35));
  pen.lineTo(toX - 7 * Math.cos(angle + 0.35), toY - 7 * Math.sin(angle + 0.35));
  pen.fill();
}

function cross(pen, toX, toY) {
  line(pen, toX - 4, toY - 4, toX + 4, toY + 4);
  line(pen, toX - 4, toY + 4, toX + 4, toY - 4);
}

function paintBars(pen, colour, at, now) {
  const key = element("key").value;
  const height = Math.min(26, at.row * 0.74);
  const points = [];
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  for (const bar of data.bars) {
    if (bar[BAR_FROM] > now) continue;
    const isMeant = key === "" || bar[BAR_KEYS].includes(key);
    const isOver = bar[BAR_TO] >= 0 && bar[BAR_TO] <= now;
    const from = x(placeOf(bar[BAR_FROM]));
    const isLast = step === data.times.length - 1;
    const end = isOver ? x(placeOf(bar[BAR_TO])) - 1 : Math.min(x(data.places[step] + (isLast ? 1 : 0)), x(length));
    const to = Math.max(from + 4, end);
    const y = at.client(bar[BAR_CLIENT], bar[BAR_ROW]);
    if (to < LEFT - 20 || from > canvas.clientWidth) continue;
    const hue = colour(bar[BAR_KIND]);
    const isConflict = bar[BAR_CONFLICT] === 1;
    pen.globalAlpha = isMeant ? 1 : 0.15;
    pen.beginPath();
    pen.roundRect(from, y - height / 2, to - from, height, Math.min(5, height / 3));
    pen.fillStyle = colour("paper");
    pen.fill();
    pen.globalAlpha *= bar[BAR_OUTCOME] === "ok" ? 0.2 : 0.05;
    pen.fillStyle = hue;
    pen.fill();
    pen.globalAlpha = isMeant ? 1 : 0.15;
    pen.strokeStyle = isConflict ? colour("wrong") : hue;
    pen.lineWidth = isConflict ? 3 : 1.2;
    pen.setLineDash(bar[BAR_OUTCOME] === "ok" ? [] : [4, 3]);
    pen.stroke();
    pen.setLineDash([]);
    if (to - from > 18) {
      pen.fillStyle = colour("ink");
      pen.font = (isConflict ? "600 " : "") + "12px system-ui, sans-serif";
      const isAnswered = isOver || bar[BAR_TO] < 0;
      const label = isAnswered ? bar[BAR_LABEL] : questionOf(bar) + (bar[BAR_KIND] === "read" ? " → …" : "");
      const start = Math.max(from, LEFT - 6) + 5;
      pen.fillText(fitting(pen, label, Math.min(to, canvas.clientWidth) - start - 3), start, y + 0.5);
    }
    if (isOver && bar[BAR_PLACE] > 0 && isMeant) points.push([bar[BAR_PLACE], from, to, y, height]);
    pen.globalAlpha = 1;
    painted.push({ left: from, right: to, top: y - height / 2, bottom: y + height / 2, text: bar[BAR_TEXT] });
  }
  paintOrder(pen, colour, points);
}

const questionOf = (bar) => bar[BAR_LABEL].split(" → ")[0].split(" = ")[0];

/** The places in the order that was found, as numbers at points that never go back in time. */
function paintOrder(pen, colour, points) {
  points.sort((one, other) => one[0] - other[0]);
  let place = -1e9;
  pen.font = "600 9px system-ui, sans-serif";
  pen.textAlign = "center";
  for (const [number, from, to, y, height] of points) {
    place = Math.max(place, from);
    const here = Math.min(place, to);
    pen.fillStyle = colour("ink");
    pen.beginPath();
    pen.arc(here, y - height / 2, 6.5, 0, 7);
    pen.fill();
    pen.fillStyle = colour("paper");
    pen.fillText(number, here, y - height / 2 + 0.5);
  }
  pen.textAlign = "left";
}

// Pointing

function distance(px, py, [fromX, fromY, toX, toY]) {
  const dx = toX - fromX, dy = toY - fromY;
  const part = Math.max(0, Math.min(1, ((px - fromX) * dx + (py - fromY) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(px - fromX - part * dx, py - fromY - part * dy);
}

function pointedAt(px, py) {
  for (let i = painted.length - 1; i >= 0; i--) {
    const each = painted[i];
    const isHit = each.arrow
      ? distance(px, py, each.arrow) < 4
      : px >= each.left && px <= each.right && py >= each.top && py <= each.bottom;
    if (isHit) return each;
  }
  return null;
}

canvas.addEventListener("mousemove", (event) => {
  if (drag) {
    const moved = ((event.offsetX - drag.x) / (canvas.clientWidth - LEFT - RIGHT)) * (drag.view.to - drag.view.from);
    show(drag.view.from - moved, drag.view.to - moved);
    return;
  }
  const found = pointedAt(event.offsetX, event.offsetY);
  tip.hidden = !found;
  if (found) {
    tip.textContent = found.text;
    const room = canvas.parentElement.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(event.offsetX + 14, room.width - tip.offsetWidth - 8)) + "px";
    const below = event.offsetY + 18;
    tip.style.top = (below + tip.offsetHeight > room.height ? Math.max(2, event.offsetY - tip.offsetHeight - 10) : below) + "px";
  }
});
canvas.addEventListener("mouseleave", () => { tip.hidden = true; });

let drag = null;
canvas.addEventListener("mousedown", (event) => {
  drag = { x: event.offsetX, view: { ...view } };
  canvas.classList.add("moving");
  tip.hidden = true;
});
window.addEventListener("mouseup", () => {
  drag = null;
  canvas.classList.remove("moving");
});
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  const share = (event.offsetX - LEFT) / (canvas.clientWidth - LEFT - RIGHT);
  const pivot = view.from + share * (view.to - view.from);
  const factor = Math.exp(event.deltaY * 0.0016);
  show(pivot - (pivot - view.from) * factor, pivot + (view.to - pivot) * factor);
}, { passive: false });

function show(from, to) {
  const width = Math.max(0.5, Math.min(length, to - from));
  const start = Math.max(0, Math.min(length - width, from));
  view = { from: start, to: start + width };
  element("part").textContent = width < length - 0.01
    ? "This is " + Math.max(1, Math.round((100 * width) / length)) + " % of it: drag to move, or show all."
    : "";
  paint();
}

// Stepping

const happenings = new Map();
function happens(time, text) {
  if (time >= 0) happenings.set(time, (happenings.get(time) ? happenings.get(time) + "  ·  " : "") + text);
}
data.bars.forEach((bar) => {
  const name = data.clients[bar[BAR_CLIENT]][CLIENT_NAME];
  happens(bar[BAR_FROM], name + " asks: " + questionOf(bar));
  if (bar[BAR_OUTCOME] !== "unknown") happens(bar[BAR_TO], name + " is answered: " + bar[BAR_LABEL]);
});
data.arrows.forEach((arrow) => {
  const to = nameOf(arrow[ARROW_TO]);
  happens(arrow[ARROW_SENT], nameOf(arrow[ARROW_FROM]) + " sends " + arrow[ARROW_KIND] + " to " + to);
  happens(arrow[ARROW_ARRIVED], arrow[ARROW_FATE]
    ? arrow[ARROW_KIND] + " to " + to + " is dropped: " + arrow[ARROW_FATE]
    : to + " receives " + arrow[ARROW_KIND]);
});
data.bands.forEach((band) => happens(band[BAND_FROM], band[BAND_TEXT]));
data.marks.forEach((mark) => happens(mark[MARK_TIME], mark[MARK_TEXT]));

function go(to) {
  step = Math.max(0, Math.min(data.times.length - 1, to));
  element("slider").value = step;
  element("clock").textContent = inWords(data.times[step] ?? 0);
  element("event").textContent = happenings.get(data.times[step]) || "";
  const here = data.places[step] ?? 0;
  if (here < view.from || here > view.to) {
    const half = (view.to - view.from) / 2;
    show(here - half, here + half);
  } else {
    paint();
  }
}

element("slider").max = Math.max(0, data.times.length - 1);
element("slider").value = step;
element("slider").addEventListener("input", (event) => go(Number(event.target.value)));
element("back").addEventListener("click", () => go(step - 1));
element("next").addEventListener("click", () => go(step + 1));
element("fit").addEventListener("click", () => show(0, length));
window.addEventListener("keydown", (event) => {
  if (event.target.tagName === "SELECT" || event.target.type === "range") return;
  if (event.key === "ArrowLeft") go(step - 1);
  else if (event.key === "ArrowRight") go(step + 1);
  else if (event.key === "0") show(0, length);
});

// The words around

document.title = data.title;
element("title").textContent = data.title;
element("promise").textContent = data.promise;
element("reason").textContent = data.reason;
element("replay").textContent = data.replay ? "To see it again: " + data.replay : "";
const signs = { holds: "✓ ", broken: "✗ ", undecided: "? " };
for (const [name, state, why] of data.levels) {
  const badge = document.createElement("span");
  badge.className = state;
  badge.textContent = signs[state] + name;
  badge.title = why;
  element("levels").append(badge);
}
for (const key of [...new Set(data.bars.flatMap((bar) => bar[BAR_KEYS]))].sort()) {
  const option = document.createElement("option");
  option.value = key;
  option.textContent = key;
  element("key").append(option);
}
element("key").addEventListener("change", paint);
for (const kind of [...new Set(data.arrows.map((arrow) => arrow[ARROW_KIND]))].sort()) {
  const label = document.createElement("label");
  const tick = document.createElement("input");
  tick.type = "checkbox";
  tick.checked = true;
  tick.addEventListener("change", () => {
    if (tick.checked) hiddenKinds.delete(kind); else hiddenKinds.add(kind);
    paint();
  });
  label.append(tick, " " + kind);
  element("kinds").append(label);
}
for (const [sign, meaning] of data.legend) {
  const entry = document.createElement("span");
  const box = document.createElement("i");
  box.className = "sign-" + sign;
  if (sign === "place") box.textContent = "1";
  entry.append(box, meaning);
  element("legend").append(entry);
}

// As much of it as can be read, around what is wrong; the rest is one key away.
function showWhatMatters() {
  let from = length, to = 0;
  for (const bar of data.bars) {
    const start = placeOf(bar[BAR_FROM]), end = placeOf(bar[BAR_TO]);
    if (bar[BAR_CONFLICT] === 1) {
      from = Math.min(from, start);
      to = Math.max(to, bar[BAR_TO] < 0 ? start + 1 : end);
    }
  }
  const most = (canvas.clientWidth - LEFT - RIGHT) / data.unit;
  if (length <= most * 1.3) {
    show(0, length);
    return;
  }
  const isWrong = from < length;
  const width = isWrong ? Math.max(most, Math.min((to - from) * 1.3, most * 2.5)) : most;
  const middle = isWrong ? (from + to) / 2 : width / 2;
  show(middle - width / 2, middle + width / 2);
}

canvas.parentElement.style.minHeight = fixed + rows * 26 + data.nodes.length * 40 + "px";
showWhatMatters();
new ResizeObserver(paint).observe(canvas);
