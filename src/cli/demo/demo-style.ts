/** @file The style of the demo's page, beside what pages share. */
import { PAGE_STYLE } from '../page/page-style.js';

export const DEMO_STYLE = `${PAGE_STYLE}
header .strip { display: grid; grid-template-columns: repeat(12, 1fr); gap: 0.45rem; margin-top: 2.4rem; }

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

@media (max-width: 44rem) {
  header .strip { grid-template-columns: repeat(6, 1fr); }
  .bar { grid-template-columns: 1fr auto; gap: 0.35rem 1rem; margin-bottom: 1.2rem; align-items: end; }
  .bar .track { grid-column: 1 / -1; grid-row: 2; padding: 0.5rem 0; border-radius: 0.4rem !important; }
  .bar .value { text-align: right; }
  .scale { margin: -0.8rem 0 0.9rem; }
  .scale .chance { left: max(var(--chance), 2.6rem); }
  article { grid-template-columns: 1fr; gap: 0.9rem; padding: 0.9rem; }
  .query { display: flex; align-items: center; gap: 0.9rem; }
  .query img { width: 4.5rem; }
  .query figcaption { margin: 0; font-size: 1.05rem; }
  .row { grid-template-columns: 1fr; gap: 0.35rem; }
  .row p { display: flex; justify-content: space-between; }
  ol { grid-template-columns: repeat(4, 1fr); }
}
@media print { article { break-inside: avoid; } }
`;
