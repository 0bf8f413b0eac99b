/** @file The style of a report, beside what pages share. */
import { PAGE_STYLE } from '../page/page-style.js';

export const REPORT_STYLE = `${PAGE_STYLE}
:root { --lightness: 0.58; --second: #b07a1e; --third: #5f6fb3; }
@media (prefers-color-scheme: dark) { :root { --lightness: 0.76; --second: #e2b457; --third: #a3b1f2; } }
h1 { max-width: 22ch; }
header .story + .story { font-size: 1rem; color: var(--faint); margin-top: 0.9rem; }
.prose p + p { margin-top: 0.7rem; }
.prose { max-width: 44rem; margin-top: 1.6rem; text-wrap: pretty; }

.key { display: flex; flex-wrap: wrap; gap: 0.3rem 1.4rem; font-size: 0.82rem; color: var(--faint); }
.swatch { display: inline-block; width: 0.9rem; height: 0.6rem; margin-right: 0.45rem; border-radius: 0.15rem; }
.swatch.mark { width: 0.2rem; height: 0.9rem; background: var(--ink); vertical-align: -0.1rem; }
.swatch.dashes { width: 0; height: 0.9rem; border-left: 1.5px dashed var(--faint); border-radius: 0; vertical-align: -0.1rem; }
.c0 { background: var(--learned); }
.c1 { background: var(--second); }
.c2 { background: var(--third); }
.c3 { background: var(--dull); }
.curve-key { margin-top: 1rem; }

.results .key { margin-bottom: 1rem; }
.result { display: grid; grid-template-columns: 14.5rem 1fr max-content; gap: 1.25rem; }
.result > b { font-weight: 600; align-self: center; }
.track { position: relative; background: var(--track); padding: 0.55rem 0; display: grid; align-content: center; }
.result:nth-of-type(1) .track { border-radius: 0.5rem 0.5rem 0 0; }
.result:last-child .track { border-radius: 0 0 0.5rem 0.5rem; }
.track::after { content: ""; position: absolute; inset: 0 auto 0 var(--chance); border-left: 1.5px dashed var(--faint); }
.line { position: relative; height: 0.75rem; }
.line + .line { margin-top: 0.2rem; }
.line i { display: block; height: 100%; border-radius: 0 0.2rem 0.2rem 0; }
.line u { position: absolute; top: -0.12rem; bottom: -0.12rem; width: 0.18rem; margin-left: -0.09rem; background: var(--ink); border-radius: 0.1rem; }
.value { display: flex; align-self: center; font-weight: 600; white-space: nowrap; }
.value span { width: 4.6rem; text-align: right; }
.value span:first-child { color: var(--learned); }
.value span:nth-child(2) { color: var(--second); }
.value span:nth-child(3) { color: var(--third); }
.value span:nth-child(4) { color: var(--faint); }

.scroll { overflow-x: auto; margin-top: 1.6rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.95rem; }
th, td { padding: 0.5rem 0.9rem 0.5rem 0; text-align: right; border-bottom: 1px solid var(--line); }
.figures th, .figures td { white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
thead th { font-size: 0.82rem; font-weight: 500; color: var(--faint); }
tbody th { font-weight: 600; }
td.paper { color: var(--faint); }

.made dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.5rem 1.5rem; justify-content: start; margin-top: 0; }
.made dd { font-weight: 400; overflow-wrap: anywhere; }
.made pre { margin-top: 1rem; }

.gallery { display: grid; gap: 1.1rem; }
article { display: grid; grid-template-columns: 6rem 1fr; gap: 1.2rem; align-items: start; background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1rem; }
article h3 { grid-column: 1 / -1; margin: 0; }
ol { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(4.6rem, 1fr)); gap: 0.5rem; }
li small { display: block; overflow-wrap: anywhere; }
li img, article > img { image-rendering: pixelated; }
li.wrong img { outline: 3px solid var(--wrong); outline-offset: -3px; }
li.wrong small { color: var(--wrong); }

@media (max-width: 44rem) {
  .result { grid-template-columns: 1fr auto; gap: 0.3rem 1rem; margin-bottom: 1.1rem; align-items: end; }
  .result .track { grid-column: 1 / -1; grid-row: 2; padding: 0.4rem 0; border-radius: 0.4rem !important; }
  th, td { padding-right: 0.6rem; }
  .made dl { grid-template-columns: 1fr; gap: 0.1rem; }
  .made dd { margin-bottom: 0.6rem; }
  article { grid-template-columns: 4.5rem 1fr; }
}
@media print { article, .result { break-inside: avoid; } }
`;
