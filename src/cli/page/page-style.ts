/** @file The style that pages share: one column, system letters, light and dark, from a telephone to a wall. */

export const PAGE_STYLE = `
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
img { display: block; width: 100%; height: auto; aspect-ratio: 1; object-fit: cover; border-radius: 0.4rem; background: var(--track); }
dl { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 1rem 2.5rem; margin: 2rem 0 0; padding-top: 1.4rem; border-top: 1px solid var(--line); }
dt { color: var(--faint); font-size: 0.82rem; }
dd { margin: 0; font-weight: 600; }

.curves { display: grid; grid-template-columns: 1fr 1fr; gap: 1.25rem; }
.curves figure { background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1.1rem 1.1rem 0.6rem; }
.curves svg { display: block; width: 100%; height: auto; overflow: visible; }
.curves text { font-size: 12px; fill: var(--faint); }
.curves .halo { paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
.curves .grid { stroke: var(--line); }
.curves .reference { stroke: var(--faint); stroke-dasharray: 4 4; }
.curves polyline { fill: none; stroke: var(--learned); stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
.curves circle { fill: var(--learned); stroke: var(--card); stroke-width: 2; }

pre { margin: 0; background: var(--code); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.75rem 1rem; overflow-x: auto; font: 0.88rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
footer { margin-top: 4.5rem; padding-top: 1.4rem; border-top: 1px solid var(--line); color: var(--faint); font-size: 0.82rem; max-width: none; }

@media (max-width: 44rem) {
  header { padding-top: 2.5rem; }
  section { margin-top: 3.25rem; }
  dl { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
  .curves { grid-template-columns: 1fr; }
}
@media print { .curves figure { break-inside: avoid; } }
`;
