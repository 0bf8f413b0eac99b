/** @file The style of the demo's page: one column, system letters, light and dark, from a telephone to a wall. */

export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #ffffff; --ink: #1c1d20; --faint: #6b6a66; --line: #e5e2db; --track: #efece5;
  --dull: #b9b4a8; --learned: #0f766e; --wrong: #b4452f; --code: #f3f0e9;
  font-size: clamp(16px, 0.55vw + 9px, 26px);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131416; --card: #1b1d20; --ink: #ecebe7; --faint: #9b9a95; --line: #2c2e32; --track: #25272b;
    --dull: #5d5f63; --learned: #4fd1bd; --wrong: #f0917b; --code: #202226;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
main { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem 5rem; }
h1, h2 { font-weight: 650; letter-spacing: -0.022em; line-height: 1.12; text-wrap: balance; margin: 0; }
h1 { font-size: clamp(2.1rem, 6vw, 3.6rem); }
h2 { font-size: 1.6rem; margin-bottom: 0.5rem; }
h3 { font-size: 0.85rem; font-weight: 600; margin: 0 0 0.6rem; }
p { margin: 0; }
figure { margin: 0; }
small, figcaption, .lead { color: var(--faint); }
small, figcaption { font-size: 0.82rem; line-height: 1.45; }
section { margin-top: 4.5rem; }
section > .lead { max-width: 42rem; margin-bottom: 1.8rem; text-wrap: pretty; }

header { padding: 4.5rem 0 0; }
header .eyebrow { color: var(--learned); font-weight: 600; font-size: 0.9rem; margin-bottom: 0.9rem; }
header .story { font-size: clamp(1.1rem, 2.2vw, 1.35rem); line-height: 1.55; max-width: 44rem; margin-top: 1.4rem; text-wrap: pretty; }
header .strip { display: grid; grid-template-columns: repeat(12, 1fr); gap: 0.45rem; margin-top: 2.4rem; }
img { display: block; width: 100%; height: auto; aspect-ratio: 1; object-fit: cover; border-radius: 0.4rem; background: var(--track); }
dl { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 1rem 2.5rem; margin: 2rem 0 0; padding-top: 1.4rem; border-top: 1px solid var(--line); }
dt { color: var(--faint); font-size: 0.82rem; }
dd { margin: 0; font-weight: 600; }

.bar { display: grid; grid-template-columns: 15.5rem 1fr 8.5rem; gap: 1.25rem; align-items: center; }
.bar small { display: block; }
.track { position: relative; background: var(--track); padding: 1.15rem 0; }
.bar:first-child .track { border-radius: 0.5rem 0.5rem 0 0; }
.bar:nth-child(3) .track { border-radius: 0 0 0.5rem 0.5rem; }
.track::after { content: ""; position: absolute; inset: 0 auto 0 var(--chance); border-left: 1.5px dashed var(--faint); }
.track i { display: block; height: 1.35rem; background: var(--dull); border-radius: 0 0.25rem 0.25rem 0; }
.track .thin { height: 0.35rem; margin-top: 0.3rem; opacity: 0.65; }
.best .track i, .best .value b { --dull: var(--learned); }
.best .value b { color: var(--learned); }
.value b { font-size: 1.35rem; letter-spacing: -0.02em; line-height: 1.2; }
.scale { position: relative; height: 1.6rem; margin: 0.35rem 9.75rem 0.9rem 16.75rem; font-size: 0.78rem; color: var(--faint); }
.scale .chance { position: absolute; left: var(--chance); transform: translateX(-50%); white-space: nowrap; }
.scale .end { position: absolute; right: 0; }

.curves { display: grid; grid-template-columns: 1fr 1fr; gap: 1.25rem; }
.curves figure { background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1.1rem 1.1rem 0.6rem; }
.curves svg { display: block; width: 100%; height: auto; overflow: visible; }
.curves text { font-size: 12px; fill: var(--faint); }
.curves .halo { paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
.curves .grid { stroke: var(--line); }
.curves .reference { stroke: var(--faint); stroke-dasharray: 4 4; }
.curves polyline { fill: none; stroke: var(--learned); stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
.curves circle { fill: var(--learned); stroke: var(--card); stroke-width: 2; }

.gallery { display: grid; gap: 1.1rem; }
article { display: grid; grid-template-columns: 7rem 1fr; gap: 1.5rem; align-items: center; background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1.1rem; }
.query figcaption { margin-top: 0.4rem; font-weight: 600; color: var(--ink); }
.rows { display: grid; gap: 0.9rem; min-width: 0; }
.row { display: grid; grid-template-columns: 5.2rem 1fr; gap: 0.8rem; align-items: center; }
.row p { font-size: 0.82rem; line-height: 1.4; }
.row p b { display: block; font-weight: 600; }
.row p span { color: var(--faint); }
.row:first-child p b { color: var(--learned); }
ol { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(8, 1fr); gap: 0.4rem; }
li { position: relative; }
li svg { position: absolute; right: 0.2rem; bottom: 0.2rem; width: 1rem; height: 1rem; border-radius: 50%; background: var(--card); fill: none; stroke: var(--learned); stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
li.wrong svg { stroke: var(--wrong); }
li.wrong img { opacity: 0.45; }
.symbols { position: absolute; }

.next { display: grid; gap: 1.2rem; }
.next p { font-size: 0.95rem; margin-bottom: 0.35rem; }
pre { margin: 0; background: var(--code); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem 1rem; overflow-x: auto; font: 0.88rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
footer { margin-top: 4.5rem; padding-top: 1.4rem; border-top: 1px solid var(--line); color: var(--faint); font-size: 0.82rem; max-width: none; }

@media (max-width: 44rem) {
  header { padding-top: 2.5rem; }
  section { margin-top: 3.25rem; }
  header .strip { grid-template-columns: repeat(6, 1fr); }
  dl { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
  .bar { grid-template-columns: 1fr auto; gap: 0.35rem 1rem; margin-bottom: 1.2rem; align-items: end; }
  .bar .track { grid-column: 1 / -1; grid-row: 2; padding: 0.5rem 0; border-radius: 0.4rem !important; }
  .bar .value { text-align: right; }
  .scale { margin: -0.8rem 0 0.9rem; }
  .scale .chance { left: max(var(--chance), 2.6rem); }
  .curves { grid-template-columns: 1fr; }
  article { grid-template-columns: 1fr; gap: 0.9rem; padding: 0.9rem; }
  .query { display: flex; align-items: center; gap: 0.9rem; }
  .query img { width: 4.5rem; }
  .query figcaption { margin: 0; font-size: 1.05rem; }
  .row { grid-template-columns: 1fr; gap: 0.35rem; }
  .row p { display: flex; justify-content: space-between; }
  ol { grid-template-columns: repeat(4, 1fr); }
}
@media print { article, .curves figure { break-inside: avoid; } }
`;
