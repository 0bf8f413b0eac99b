/** @file Style and script of the map's page. The script is plain JavaScript: what the browser gets is what is here. */

export const STYLE = `
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #1c1d20; --faint: #6b6a66; --line: #e5e2db; --card: #ffffffee; --accent: #0f766e; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #131416; --ink: #ecebe7; --faint: #9b9a95; --line: #2c2e32; --card: #1b1d20ee; --accent: #4fd1bd; }
}
* { box-sizing: border-box; }
html, body { height: 100%; }
body {
  margin: 0; display: grid; grid: auto 1fr / 1fr 16rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; font-variant-numeric: tabular-nums;
}
header { grid-column: 1 / -1; padding: 1rem 1.25rem; border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 1.2rem; letter-spacing: -0.01em; overflow-wrap: anywhere; }
header p { margin: 0; color: var(--faint); }
main { position: relative; min-height: 0; min-width: 0; }
#map { position: absolute; inset: 0; width: 100%; height: 100%; cursor: grab; touch-action: none; }
#map:focus-visible, select:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
#shown {
  position: absolute; margin: 0; max-width: 17rem; padding: 0.5rem; display: flex; gap: 0.6rem; align-items: center; pointer-events: none;
  background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; box-shadow: 0 2px 12px #0003;
}
#shown[hidden] { display: none; }
#thumbnail { width: 72px; height: 72px; flex: none; border-radius: 0.3rem; }
#shown figcaption { font-size: 0.82rem; line-height: 1.35; overflow-wrap: anywhere; white-space: pre-line; }
aside { border-left: 1px solid var(--line); padding: 1rem; overflow: auto; }
aside label { color: var(--faint); }
select { font: inherit; }
#legend { display: grid; gap: 0.1rem; margin-top: 0.8rem; }
#legend button {
  display: grid; grid-template-columns: 0.8rem 1fr auto; gap: 0.6rem; align-items: center; padding: 0.25rem 0.4rem; border: 0; border-radius: 0.4rem;
  background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; overflow-wrap: anywhere;
}
#legend button:hover { background: var(--line); }
#legend button[aria-pressed="true"] { background: var(--line); font-weight: 600; }
#legend i { width: 0.8rem; height: 0.8rem; border-radius: 50%; }
#legend small { color: var(--faint); font-size: 0.82rem; }
#legend .scale { height: 0.8rem; border-radius: 0.4rem; }
#legend .ends { display: flex; justify-content: space-between; color: var(--faint); font-size: 0.82rem; }
@media (max-width: 40rem) {
  body { grid: auto minmax(0, 1fr) minmax(0, 34%) / 1fr; }
  aside { border-left: 0; border-top: 1px solid var(--line); }
  #legend { grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); }
}
`;

export const SCRIPT = `'use strict';
const points = JSON.parse(document.getElementById('points').textContent);
const decode = (text, Numbers) => new Numbers(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
const layout = decode(points.layout, Float32Array);
const numbers = { label: decode(points.label, Int32Array), cluster: decode(points.cluster, Int32Array) };
const values = { density: decode(points.density, Float32Array), outlier: decode(points.outlier, Float32Array) };
const n = layout.length / 2;
const byId = (id) => document.getElementById(id);
const [map, shown, thumbnail, select, legend] = ['map', 'shown', 'thumbnail', 'by', 'legend'].map(byId);
const NONE = '#9a9a96';
const LEVELS = 32;

// What is seen: the middle of the canvas lies at (x, y) of the layout, a unit of which is zoom times half the canvas.
const view = { x: 0, y: 0, zoom: 1 };
let by = points.by;
let only = null;
let pointed = -1;
let colourOf = [];
let width = 0, height = 0, half = 0, reach = 24;
const atlas = points.atlas === null ? null : new Image();

// Rows come class by class; in their order the last class would hide the others.
const order = Uint32Array.from({ length: n }, (_, i) => i);
for (let i = n - 1, state = 1; i > 0; i--) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  const j = state % (i + 1);
  [order[i], order[j]] = [order[j], order[i]];
}

const screenX = (row) => width / 2 + (layout[2 * row] - view.x) * half * view.zoom;
const screenY = (row) => height / 2 - (layout[2 * row + 1] - view.y) * half * view.zoom;

function scaleColour(place) {
  const at = place * (points.scale.length - 1);
  const below = Math.min(Math.floor(at), points.scale.length - 2);
  const rgb = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
  const [from, to] = [rgb(points.scale[below]), rgb(points.scale[below + 1])];
  return 'rgb(' + from.map((value, i) => Math.round(value + (to[i] - value) * (at - below))).join(' ') + ')';
}

function recolour() {
  legend.replaceChildren();
  if (by in values) {
    let low = Infinity, high = -Infinity;
    for (const value of values[by]) { low = Math.min(low, value); high = Math.max(high, value); }
    const levels = Array.from({ length: LEVELS }, (_, i) => scaleColour(i / (LEVELS - 1)));
    colourOf = Array.from(values[by], (value) => levels[high > low ? Math.round((value - low) / (high - low) * (LEVELS - 1)) : 0]);
    const bar = document.createElement('div');
    bar.className = 'scale';
    bar.style.background = 'linear-gradient(90deg, ' + points.scale.join(', ') + ')';
    const ends = document.createElement('div');
    ends.className = 'ends';
    ends.append(...[low, high].map((value) => Object.assign(document.createElement('span'), { textContent: value.toFixed(2) })));
    legend.append(bar, ends);
    return;
  }
  const counts = new Map();
  for (const number of numbers[by]) counts.set(number, (counts.get(number) || 0) + 1);
  colourOf = Array.from(numbers[by], (number) => number < 0 ? NONE : points.colours[number]);
  for (const [number, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    const button = document.createElement('button');
    const dot = document.createElement('i');
    dot.style.background = number < 0 ? NONE : points.colours[number];
    const name = number < 0 ? 'none' : by === 'label' ? points.classes[number] : 'cluster ' + (number + 1);
    button.append(dot, name, Object.assign(document.createElement('small'), { textContent: count.toLocaleString('en-US') }));
    button.setAttribute('aria-pressed', 'false');
    button.onclick = () => {
      only = only === number ? null : number;
      for (const other of legend.children) other.setAttribute('aria-pressed', String(only !== null && other === button));
      draw();
    };
    legend.append(button);
  }
}

let isDue = false;
function draw() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(paint);
}

function paint() {
  isDue = false;
  const context = map.getContext('2d');
  const ratio = devicePixelRatio || 1;
  width = map.clientWidth;
  height = map.clientHeight;
  half = Math.max(1, Math.min(width, height) / 2 - 24);
  if (map.width !== Math.round(width * ratio)) map.width = Math.round(width * ratio);
  if (map.height !== Math.round(height * ratio)) map.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const spacing = half * view.zoom * Math.sqrt(3 / n);
  const side = Math.min(64, spacing * 1.5);
  const asPictures = atlas !== null && atlas.complete && side >= 12;
  const radius = Math.max(1.2, Math.min(7, spacing * 0.32));
  reach = Math.max(24, asPictures ? side * 0.7 : 0);
  for (const row of order) {
    const x = screenX(row), y = screenY(row);
    if (x < -64 || y < -64 || x > width + 64 || y > height + 64) continue;
    const isFaint = only !== null && numbers[by][row] !== only;
    context.globalAlpha = isFaint ? 0.08 : asPictures ? 1 : n > 5000 ? 0.75 : 0.9;
    context.fillStyle = colourOf[row];
    if (asPictures) {
      const edge = side > 24 ? 2 : 1;
      context.fillRect(x - side / 2 - edge, y - side / 2 - edge, side + 2 * edge, side + 2 * edge);
      drawThumbnail(context, row, x - side / 2, y - side / 2, side);
    } else if (radius < 2.2) context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
    else {
      context.beginPath();
      context.arc(x, y, radius, 0, 7);
      context.fill();
    }
  }
  context.globalAlpha = 1;
  if (pointed >= 0) {
    context.strokeStyle = getComputedStyle(document.body).color;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(screenX(pointed), screenY(pointed), asPictures ? side * 0.75 : radius + 3, 0, 7);
    context.stroke();
  }
}

function drawThumbnail(context, row, x, y, side) {
  const { thumb, columns } = points;
  context.drawImage(atlas, (row % columns) * thumb, Math.floor(row / columns) * thumb, thumb, thumb, x, y, side, side);
}

function point(x, y) {
  let best = reach ** 2, found = -1;
  for (let row = 0; row < n; row++) {
    if (only !== null && numbers[by][row] !== only) continue;
    const squared = (screenX(row) - x) ** 2 + (screenY(row) - y) ** 2;
    if (squared < best) { best = squared; found = row; }
  }
  if (found === pointed) return;
  pointed = found;
  shown.hidden = found < 0;
  if (found >= 0) {
    const label = numbers.label[found];
    const facts = ['density', 'outlier'].map((name) => name + ' ' + values[name][found].toFixed(2));
    const lines = [points.names[found], label < 0 ? '' : points.classes[label], facts.join(', ')];
    shown.querySelector('figcaption').textContent = lines.filter(Boolean).join('\\n');
    thumbnail.hidden = atlas === null;
    if (atlas !== null) drawThumbnail(thumbnail.getContext('2d'), found, 0, 0, thumbnail.width);
    const [left, top] = [screenX(found) + 16, screenY(found) + 16];
    shown.style.left = Math.max(0, Math.min(left, width - shown.offsetWidth - 8)) + 'px';
    shown.style.top = Math.max(0, Math.min(top, height - shown.offsetHeight - 8)) + 'px';
  }
  draw();
}

/** Zooms so that what is at (x, y) of the screen stays there. */
function zoomAt(x, y, factor) {
  const zoom = Math.max(0.5, Math.min(400, view.zoom * factor));
  const [dx, dy] = [(x - width / 2) / half, (height / 2 - y) / half];
  view.x += dx / view.zoom - dx / zoom;
  view.y += dy / view.zoom - dy / zoom;
  view.zoom = zoom;
  hide();
}

function move(dx, dy) {
  view.x -= dx / (half * view.zoom);
  view.y += dy / (half * view.zoom);
  hide();
}

function hide() {
  pointed = -1;
  shown.hidden = true;
  draw();
}

const fingers = new Map();
map.addEventListener('wheel', (event) => {
  event.preventDefault();
  zoomAt(event.offsetX, event.offsetY, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)));
}, { passive: false });
map.addEventListener('pointerdown', (event) => {
  map.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
  point(event.offsetX, event.offsetY);
});
map.addEventListener('pointermove', (event) => {
  const last = fingers.get(event.pointerId);
  if (last === undefined) return point(event.offsetX, event.offsetY);
  const now = { x: event.offsetX, y: event.offsetY };
  const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
  fingers.set(event.pointerId, now);
  if (other === undefined) return move(now.x - last.x, now.y - last.y);
  const spread = (finger) => Math.hypot(finger.x - other.x, finger.y - other.y);
  zoomAt((now.x + other.x) / 2, (now.y + other.y) / 2, spread(now) / Math.max(1, spread(last)));
});
for (const end of ['pointerup', 'pointercancel']) map.addEventListener(end, (event) => fingers.delete(event.pointerId));
map.addEventListener('pointerleave', () => { if (fingers.size === 0) hide(); });
map.addEventListener('keydown', (event) => {
  const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  if (event.key in steps) move(...steps[event.key]);
  else if (event.key === '+' || event.key === '=') zoomAt(width / 2, height / 2, 1.25);
  else if (event.key === '-') zoomAt(width / 2, height / 2, 0.8);
  else if (event.key === '0') { Object.assign(view, { x: 0, y: 0, zoom: 1 }); hide(); }
  else return;
  event.preventDefault();
});

for (const name of ['label', 'cluster', 'density', 'outlier']) {
  if (name === 'label' && points.classes.length === 0) continue;
  select.append(new Option(name, name, name === by, name === by));
}
select.onchange = () => { by = select.value; only = null; recolour(); draw(); };
new ResizeObserver(draw).observe(map);
if (atlas !== null) { atlas.onload = draw; atlas.src = points.atlas; }
recolour();
draw();
`;
