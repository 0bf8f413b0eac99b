/** @file The page the demo ends with: one HTML file that holds its pictures and asks nothing of the network. */
import { readFile } from 'node:fs/promises';
import { formatCount, formatDuration, percent, plural } from '../../core/format.js';
import { writeFileAtomic } from '../../store/files/atomic.js';
import { Html, html } from '../page/html.js';
import { unbroken } from '../words.js';
import { accuracyBars, demoCurves } from './demo-charts.js';
import type { DemoResults } from './demo-results.js';
import { DEMO_STYLE } from './demo-style.js';
import { gallery, MARKS, type SourceOf } from './gallery.js';

/**
 * Writes the page with its pictures inside.
 *
 * @param file the HTML file
 * @throws the error of the file system, if a picture cannot be read or the page cannot be written
 */
export async function writePage(file: string, results: DemoResults): Promise<void> {
  const shown = results.queries.flatMap(({ path, trained, rawPixels }) => [{ path }, ...trained, ...rawPixels]);
  const paths = [...new Set(shown.map(({ path }) => path))];
  const addresses = await Promise.all(
    paths.map(async (path) => `data:image/jpeg;base64,${await readFile(path, 'base64')}`),
  );
  const sources = new Map(paths.map((path, i) => [path, addresses[i]!]));
  await writeFileAtomic(
    file,
    renderPage(results, (path) => sources.get(path)!),
  );
}

/**
 * The page as text.
 *
 * @param sourceOf where the page takes the picture of a file from
 */
export function renderPage(results: DemoResults, sourceOf: SourceOf): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>instdisc: what ${formatCount(results.pictures)} pictures taught it</title>
<style>${new Html(DEMO_STYLE)}</style>
</head>
<body>
${MARKS}
<main>
${hero(results, sourceOf)}
<section>
<h2>How often it is right</h2>
<p class="lead">${formatCount(results.testPictures)} pictures it has never seen, of ${results.kinds.length} kinds. Each is given the
name of the pictures nearest to it.</p>
${accuracyBars(results)}
</section>
<section>
<h2>How it learned</h2>
<p class="lead">The task it was set: tell each picture from others, however it is cropped, flipped and recoloured. Nothing in
it speaks of kinds. What looks alike ends up close together because it is hard to tell apart.</p>
${demoCurves(results)}
</section>
<section>
<h2>What it finds</h2>
<p class="lead">A test picture of each kind, and the training pictures nearest to it. A tick marks the same kind; another kind is
faded and crossed.</p>
${gallery(results.queries, sourceOf)}
</section>
<section>
<h2>What next</h2>
<p class="lead">The same, with pictures of your own. They stay on this machine.</p>
<div class="next">${results.commands.map(({ purpose, command }) => html`<div><p>${purpose}</p><pre><code>${command}</code></pre></div>`)}</div>
</section>
<footer>Made by instdisc, after Wu, Xiong, Yu and Lin, “Unsupervised Feature Learning via Non-Parametric Instance Discrimination”,
CVPR 2018. The pictures are drawn, not photographed; photographs are harder and take longer.</footer>
</main>
</body>
</html>
`;
  return page.text;
}

function hero(results: DemoResults, sourceOf: SourceOf): Html {
  const { accuracies, queries } = results;
  const facts = [
    ['Pictures', formatCount(results.pictures)],
    ['Labels used to learn', 'none'],
    ['Encoder', results.encoder],
    ['Epochs', formatCount(results.epochs)],
    ['Training time', `${unbroken(formatDuration(results.seconds))}, ${unbroken(plural(results.cores, 'core'))}`],
  ] as const;
  return html`
<header>
<p class="eyebrow">instdisc demo</p>
<h1>Nobody told it what a ${queries[0]?.label ?? 'thing'} is.</h1>
<p class="story">It learned from ${formatCount(results.pictures)} pictures without a label, in ${unbroken(formatDuration(results.seconds))} on
${unbroken(plural(results.cores, 'core'))}. Asked for the picture nearest to a new one, it now picks the same kind of thing
${unbroken(percent(accuracies.trained.nearest, 0))} of the time. Comparing raw pixels does so ${unbroken(percent(accuracies.rawPixels.nearest, 0))} of the
time, guessing ${unbroken(percent(results.chance, 0))}.</p>
<div class="strip" aria-hidden="true">${queries.slice(0, 12).map(({ path }) => html`<img src="${sourceOf(path)}" alt="">`)}</div>
<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>`;
}
