"use strict";
// Paints what the page's data says: lanes of clients above lanes of nodes, over one axis of time.

const [BAR_CLIENT, BAR_FROM, BAR_TO, BAR_LABEL, BAR_TEXT, BAR_KIND, BAR_OUTCOME, BAR_KEYS, BAR_CONFLICT, BAR_PLACE] =
  Array(10).keys();
const [ARROW_FROM, ARROW_TO, ARROW_SENT, ARROW_ARRIVED, ARROW_KIND, ARROW_TEXT, ARROW_FATE] = Array(7).keys();
const [SPAN_KIND, SPAN_FROM, SPAN_TO, SPAN_NODES, SPAN_TEXT] = Array(5).keys();

const element = (id) => document.getElementById(id);
const canvas = element("canvas");
const tip = element("tip");
const LEFT = 78, TOP = 30, RIGHT = 20;
const last = data.places[data.places.length - 1] || 0;
const length = last + 1;
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

function layout() {
  const clients = Math.max(1, data.clients.length), nodes = data.nodes.length;
  const room = canvas.clientHeight - TOP - 14;
  const weight = clients + nodes * 1.5 + (nodes ? 0.4 : 0);
  const lane = Math.max(9, Math.min(52, room / weight));
  const nodesTop = TOP + clients * lane + (nodes ? lane * 0.4 : 0);
  const nodeLane = Math.max(14, Math.min(lane * 1.6, (room - (nodesTop - TOP)) / Math.max(1, nodes)));
  return {
    lane,
    client: (i) => TOP + (i + 0.5) * lane,
    node: (number) => nodesTop + (data.nodes.indexOf(number) + 0.5) * nodeLane,
    nodeLane,
    bottom: nodesTop + nodes * nodeLane,
  };
}

// Painting

function colours() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue("--" + name).trim();
}

const kindColour = { read: "read", delete: "delete", cas: "cas" };

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
  paintArrows(pen, colour, at, now);
  paintSpans(pen, colour, at, now);
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
  pen.font = Math.min(13, Math.max(9, at.lane * 0.6)) + "px system-ui, sans-serif";
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  data.clients.forEach((client, i) => pen.fillText("client " + client, LEFT - 14, at.client(i)));
  pen.font = "13px system-ui, sans-serif";
  data.nodes.forEach((node) => pen.fillText("n" + node, LEFT - 14, at.node(node)));
}

function paintSpans(pen, colour, at, now) {
  pen.strokeStyle = colour("line");
  pen.lineWidth = 1;
  data.clients.forEach((client, i) => line(pen, LEFT - 6, at.client(i), canvas.clientWidth, at.client(i)));
  pen.strokeStyle = colour("soft");
  data.nodes.forEach((node) => line(pen, LEFT - 6, at.node(node), canvas.clientWidth, at.node(node)));
  for (const span of data.spans) {
    if (span[SPAN_FROM] > now) continue;
    const from = x(placeOf(span[SPAN_FROM])), to = Math.max(from + 3, x(placeOf(span[SPAN_TO])));
    const nodes = span[SPAN_NODES].length ? span[SPAN_NODES] : data.nodes;
    if (span[SPAN_KIND] === "cut" && nodes.length === 2) {
      const one = at.node(nodes[0]), other = at.node(nodes[1]);
      box(pen, colour("cut"), from, Math.min(one, other), to, Math.max(one, other), span[SPAN_TEXT]);
    } else if (span[SPAN_KIND] === "crash") {
      nodes.forEach((node) =>
        box(pen, colour("down"), from, at.node(node) - at.nodeLane * 0.36, to, at.node(node) + at.nodeLane * 0.36,
          span[SPAN_TEXT]));
    } else {
      nodes.forEach((node) => {
        const y = at.node(node) + at.nodeLane * 0.3;
        const isLong = span[SPAN_KIND] === "links"; // others are moments
        box(pen, colour("lost"), from, y, isLong ? to : from + 6, y + (isLong ? 2 : 6), span[SPAN_TEXT]);
      });
    }
  }
}

function box(pen, colour, left, top, right, bottom, text) {
  pen.fillStyle = colour;
  pen.fillRect(left, top, right - left, bottom - top);
  painted.push({ left, top: top - 2, right, bottom: bottom + 2, text });
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
      text: arrow[ARROW_TEXT] + "\nn" + arrow[ARROW_FROM] + " → n" + arrow[ARROW_TO] + ", sent at " + inWords(arrow[ARROW_SENT])
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
  const height = Math.min(26, at.lane * 0.74);
  const points = [];
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  for (const bar of data.bars) {
    if (bar[BAR_FROM] > now) continue;
    const isMeant = key === "" || bar[BAR_KEYS].includes(key);
    const isOver = bar[BAR_TO] >= 0 && bar[BAR_TO] <= now;
    const from = x(placeOf(bar[BAR_FROM]));
    const end = bar[BAR_TO] < 0 || !isOver ? Math.min(x(data.places[step] + (step === data.times.length - 1 ? 1 : 0)), x(length)) : x(placeOf(bar[BAR_TO]));
    const to = Math.max(from + 4, end);
    const y = at.client(bar[BAR_CLIENT]);
    if (to < LEFT - 20 || from > canvas.clientWidth) continue;
    const hue = colour(kindColour[bar[BAR_KIND]] || "write");
    const isConflict = bar[BAR_CONFLICT] === 1;
    pen.globalAlpha = isMeant ? 1 : 0.15;
    pen.beginPath();
    pen.roundRect(from, y - height / 2, to - from, height, Math.min(5, height / 3));
    pen.fillStyle = colour("paper");
    pen.fill();
    pen.globalAlpha *= bar[BAR_OUTCOME] === "ok" ? 0.24 : 0.08;
    pen.fillStyle = hue;
    pen.fill();
    pen.globalAlpha = isMeant ? 1 : 0.15;
    pen.strokeStyle = isConflict ? colour("wrong") : hue;
    pen.lineWidth = isConflict ? 3 : 1.2;
    pen.setLineDash(bar[BAR_OUTCOME] === "ok" ? [] : [4, 3]);
    pen.stroke();
    pen.setLineDash([]);
    if (height > 9 && (to - from > 24 || isConflict)) {
      pen.save();
      pen.beginPath();
      pen.rect(from, y - height / 2, Math.max(to - from, isConflict ? 400 : 0), height);
      pen.clip();
      pen.fillStyle = colour("ink");
      pen.font = (isConflict ? "600 " : "") + Math.min(12.5, height * 0.62) + "px system-ui, sans-serif";
      const mark = bar[BAR_OUTCOME] === "fail" ? "✗ " : bar[BAR_OUTCOME] === "unknown" ? "? " : "";
      const label = isOver || bar[BAR_TO] < 0 ? bar[BAR_LABEL] : bar[BAR_LABEL].split(" → ")[0] + (bar[BAR_KIND] === "read" ? " → …" : "");
      pen.fillText(mark + label, Math.max(from, LEFT) + 5, y + 0.5);
      pen.restore();
    }
    if (isOver && bar[BAR_PLACE] > 0 && isMeant) points.push([bar[BAR_PLACE], from, to, y, height]);
    pen.globalAlpha = 1;
    painted.push({ left: from, right: to, top: y - height / 2, bottom: y + height / 2, text: bar[BAR_TEXT] });
  }
  paintOrder(pen, colour, points);
}

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
  paint();
}

// Stepping

const happenings = new Map();
function happens(time, text) {
  if (time >= 0) happenings.set(time, (happenings.get(time) ? happenings.get(time) + "  ·  " : "") + text);
}
data.bars.forEach((bar) => {
  happens(bar[BAR_FROM], "client " + data.clients[bar[BAR_CLIENT]] + " asks: " + bar[BAR_LABEL].split(" → ")[0]);
  happens(bar[BAR_TO], "client " + data.clients[bar[BAR_CLIENT]] + " is answered: " + bar[BAR_LABEL]);
});
data.arrows.forEach((arrow) => {
  happens(arrow[ARROW_SENT], "n" + arrow[ARROW_FROM] + " sends " + arrow[ARROW_KIND] + " to n" + arrow[ARROW_TO]);
  happens(arrow[ARROW_ARRIVED], arrow[ARROW_FATE]
    ? arrow[ARROW_KIND] + " to n" + arrow[ARROW_TO] + " is dropped: " + arrow[ARROW_FATE]
    : "n" + arrow[ARROW_TO] + " receives " + arrow[ARROW_KIND]);
});
data.spans.forEach((span) => happens(span[SPAN_FROM], span[SPAN_TEXT]));

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
element("legend").textContent =
  "A bar lasts from the question to the answer; a dashed one has no answer (?) or was refused (✗)."
  + (data.reason ? " A thick frame marks what cannot be; numbers tell the order that was found as far as it went." : "")
  + (data.nodes.length ? " Lines between nodes are messages; a crossed one was lost. Shaded: a node is down, a link is cut." : "")
  + " Idle time is drawn short.";
new ResizeObserver(paint).observe(canvas);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
go(step);
