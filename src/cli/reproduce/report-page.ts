/** @file The report as one HTML file that holds everything and asks nothing of the network. */
import { formatCount, formatDuration } from '../../core/format.js';
import { PicturesAtHand } from '../../data/pictures-at-hand.js';
import type { GalleryItem, GalleryRow } from '../../experiments/experiment.js';
import { Html, html } from '../page/html.js';
import type { Findings } from './findings.js';
import { learningCurves, resultBars } from './report-charts.js';
import { REPORT_STYLE } from './report-style.js';
import { cellOf, mainColumn, making, orderHere, orderInPaper, scale, verdict } from './tell.js';

/** Side of the pictures in a gallery, in pixels; smaller ones stay as they are. */
const THUMBNAIL = 96;

/** The page with the pictures of its gallery inside. */
export async function reportPage(findings: Findings): Promise<string> {
  const paths = new Set(findings.gallery.flatMap(({ query, found }) => [query, ...found.map(({ path }) => path)]));
  const sources = new Map<string, string>();
  for (const path of paths) sources.set(path, await source(path));
  return renderReport(findings, (path) => sources.get(path)!);
}

async function source(path: string): Promise<string> {
  const { drawn } = await new PicturesAtHand().draw({ id: path }, (image) =>
    image
      .resize({ width: THUMBNAIL, height: THUMBNAIL, fit: 'cover', withoutEnlargement: true })
      .jpeg({ quality: 85 })
      .toBuffer(),
  );
  return `data:image/jpeg;base64,${drawn.toString('base64')}`;
}

/** @param sourceOf where the page takes the picture of a file from */
export function renderReport(findings: Findings, sourceOf: (path: string) => string): string {
  const { experiment, rows, gallery, curves } = findings;
  const hasBars = rows.length > 0 && experiment.columns.some(({ unit }) => unit !== 'number');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${experiment.title}</title>
<style>${new Html(REPORT_STYLE)}</style>
</head>
<body>
<main>
${hero(findings)}
<section>
<h2>What came out</h2>
${hasBars ? resultBars(findings) : ''}
<div class="prose">${verdict(findings).map((text) => html`<p>${text}</p>`)}</div>
${rows.length > 0 ? resultTable(findings) : ''}
${experiment.isRanking && rows.length > 1 ? orders(findings) : ''}
</section>
${gallery.length > 0 ? galleryOf(gallery, sourceOf) : ''}
${curves.length > 0 ? curvesSection(findings) : ''}
<section>
<h2>What differs in scale</h2>
<p class="lead">The paper’s figures are of full size. These runs are as large as their time allowed.</p>
${table(['', 'here', 'in the paper'], scale(findings))}
<div class="prose">${experiment.remarks.map((text) => html`<p>${text}</p>`)}</div>
</section>
${madeSection(findings)}
<footer>Made by instdisc, after Wu, Xiong, Yu and Lin, “Unsupervised Feature Learning via Non-Parametric Instance Discrimination”,
CVPR 2018. An empty cell means that the paper’s figure is not among those this program holds.</footer>
</main>
</body>
</html>
`.text;
}

function hero({ experiment, plan, seconds, numTest }: Findings): Html {
  const facts = [
    ['Runs', formatCount(plan.runs.length)],
    ['Pictures', formatCount(plan.pictures)],
    ['Encoder', `ResNet-18, width ${plan.width}`],
    ['Epochs', formatCount(plan.epochs)],
    ['Test pictures', formatCount(numTest || plan.testPictures)],
    ['Time', formatDuration(seconds)],
  ] as const;
  return html`
<header>
<p class="eyebrow">instdisc reproduce ${experiment.name}</p>
<h1>${experiment.title}</h1>
${experiment.story.map((text) => html`<p class="story">${text}</p>`)}
<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}

function resultTable(findings: Findings): Html {
  const { experiment, rows } = findings;
  const { columns } = experiment;
  return html`<div class="scroll figures"><table>
<thead><tr><th></th>${columns.map(({ title, isOurs }) => html`<th scope="col">${title}</th>${isOurs ? '' : html`<th scope="col">in the paper</th>`}`)}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr><th scope="row">${row.label}</th>${columns.map((column) => {
        const { ours, paper } = cellOf(row, column, findings);
        return html`<td>${ours}</td>${column.isOurs ? '' : html`<td class="paper">${paper}</td>`}`;
      })}</tr>`,
  )}</tbody>
</table></div>`;
}

function orders(findings: Findings): Html {
  const paper = orderInPaper(findings);
  return html`<div class="prose"><p><b>By ${mainColumn(findings).title}, here</b><br>${orderHere(findings)}</p>
${paper === '' ? '' : html`<p><b>In the paper</b><br>${paper}</p>`}
<p><small>≈ joins two rows that differ by less than two standard errors; ± in the table is one.</small></p></div>`;
}

function curvesSection(findings: Findings): Html {
  return html`<section>
<h2>How they learned</h2>
<p class="lead">After each epoch, training pictures are named by the vote of the others in the memory bank, whose features are
up to an epoch old. The losses of different rows are not to be compared: they answer different questions.</p>
${learningCurves(findings)}
</section>`;
}

function galleryOf(gallery: readonly GalleryRow[], sourceOf: (path: string) => string): Html {
  return html`<section>
<h2>What it looks like</h2>
<div class="gallery">${gallery.map(
    ({
      title,
      query,
      found,
    }) => html`<article><h3>${title}</h3><img src="${sourceOf(query)}" alt="the picture asked about">
<ol>${found.map((item) => galleryItem(item, sourceOf))}</ol></article>`,
  )}</div>
</section>`;
}

function galleryItem({ path, caption, isRight }: GalleryItem, sourceOf: (path: string) => string): Html {
  const verdict = isRight ? 'right' : 'wrong';
  return html`<li class="${verdict}"><img src="${sourceOf(path)}" alt="${caption}, ${verdict}"><small>${caption}</small></li>`;
}

function madeSection(findings: Findings): Html {
  const { plan, measureAgain } = findings;
  const facts = making(findings).filter(([name]) => name !== 'Command');
  return html`<section class="made">
<h2>How it was made</h2>
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<pre><code>${findings.command}</code></pre>
<div class="prose"><p>All runs share encoder, pictures and number of steps, chosen so that they fit the time. ${
    plan.available.isHeldOut ? 'The test pictures were held out of the same folder, a fifth of each class.' : ''
  }</p></div>
${table(
  ['run', 'pictures', 'epochs', 'steps'],
  plan.runs.map(({ label, pictures, epochs, steps }) => [label, ...[pictures, epochs, steps].map(formatCount)]),
)}
${
  measureAgain === undefined
    ? ''
    : html`<div class="prose"><p>Each run is an ordinary run folder. To measure the last one again:</p></div><pre><code>${measureAgain}</code></pre>`
}
</section>`;
}

function table(head: readonly string[], body: readonly (readonly string[])[]): Html {
  return html`<div class="scroll"><table>
<thead><tr>${head.map((text) => html`<th scope="col">${text}</th>`)}</tr></thead>
<tbody>${body.map(([first = '', ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map((text) => html`<td>${text}</td>`)}</tr>`)}</tbody>
</table></div>`;
}
