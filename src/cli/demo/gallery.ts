/** @file Queries and their nearest pictures, by what was learned and, under it, by raw pixels. */
import { type Html, html } from '../page/html.js';
import type { DemoNeighbour, DemoQuery } from './demo-results.js';

/** Where the page takes the picture of a file from, an address for `src`. */
export type SourceOf = (path: string) => string;

export function gallery(queries: readonly DemoQuery[], sourceOf: SourceOf): Html {
  return html`<div class="gallery">${queries.map((query) => card(query, sourceOf))}</div>`;
}

function card(query: DemoQuery, sourceOf: SourceOf): Html {
  return html`
<article>
<figure class="query"><img src="${sourceOf(query.path)}" alt="${query.label}, the query" width="96" height="96"><figcaption>${query.label}</figcaption></figure>
<div class="rows">
${row('Learned', query.trained, query.label, sourceOf)}
${row('Raw pixels', query.rawPixels, query.label, sourceOf)}
</div>
</article>`;
}

function row(name: string, neighbours: readonly DemoNeighbour[], wanted: string, sourceOf: SourceOf): Html {
  const right = neighbours.filter((neighbour) => neighbour.label === wanted).length;
  const items = neighbours.map(({ path, label, similarity }) => {
    const verdict = label === wanted ? 'right' : 'wrong';
    const caption = `${label}, ${verdict}, similarity ${similarity.toFixed(2)}`;
    const mark = html`<svg viewBox="0 0 12 12" aria-hidden="true"><use href="#${verdict}"/></svg>`;
    return html`<li class="${verdict}" title="${caption}"><img src="${sourceOf(path)}" alt="${caption}" width="64" height="64">${mark}</li>`;
  });
  return html`<div class="row"><p><b>${name}</b><span>${right} of ${neighbours.length}</span></p><ol>${items}</ol></div>`;
}

/** The tick and the cross that the rows refer to. */
export const MARKS = html`<svg width="0" height="0" class="symbols" aria-hidden="true">
<symbol id="right" viewBox="0 0 12 12"><path d="M3 6.4L5.2 8.6L9.2 3.8"/></symbol>
<symbol id="wrong" viewBox="0 0 12 12"><path d="M3.6 3.6L8.4 8.4M8.4 3.6L3.6 8.4"/></symbol>
</svg>`;
