import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderPage, writePage } from '#src/cli/demo/demo-page.js';
import type { DemoResults } from '#src/cli/demo/demo-results.js';
import { html } from '#src/cli/page/html.js';
import { unbroken } from '#src/cli/words.js';
import { formatDuration, percent } from '#src/core/format.js';

const RESULTS: DemoResults = {
  pictures: 3600,
  testPictures: 600,
  kinds: ['cat', 'fish'],
  seconds: 130,
  cores: 2,
  epochs: 3,
  comparedWith: 3600,
  encoder: 'ResNet-18, width 16',
  numNeighbours: 20,
  accuracies: {
    rawPixels: { nearest: 0.261, knn: 0.252 },
    untrained: { nearest: 0.333, knn: 0.347 },
    trained: { nearest: 0.801, knn: 0.823 },
  },
  chance: 1 / 12,
  curve: [
    { epoch: 1, loss: 8.1, knn: 0.4 },
    { epoch: 2, loss: 6.5, knn: 0.7 },
    { epoch: 3, loss: 5.9, knn: 0.823 },
  ],
  queries: [
    {
      path: 'query.jpg',
      label: 'cat',
      trained: [
        { path: 'a.jpg', label: 'cat', similarity: 0.91 },
        { path: 'b.jpg', label: 'cat', similarity: 0.9 },
      ],
      rawPixels: [
        { path: 'b.jpg', label: 'cat', similarity: 0.7 },
        { path: 'c.jpg', label: 'fish', similarity: 0.6 },
      ],
    },
  ],
  commands: [{ purpose: 'Learn from yours:', command: 'instdisc train "my <pictures>" && echo done' }],
};

const page = renderPage(RESULTS, (path) => path);

describe('the page of the demo', () => {
  it('says in a sentence what happened', () => {
    const text = page.replace(/\s+/g, ' ');
    expect(text).toContain('learned from 3,600 pictures without a label, in 2 min 10 s on 2 cores');
    expect(text).toContain('80 % of the time');
  });

  it('draws each accuracy as a bar of its length, and chance as a line', () => {
    for (const width of ['25.20', '26.10', '34.70', '33.30', '82.30', '80.10'])
      expect(page).toContain(`width:${width}%`);
    expect(page).toContain('--chance:8.33%');
  });

  it('says right and wrong in words and by a mark, and counts them', () => {
    expect(page).toContain('alt="cat, right, similarity 0.91"');
    expect(page).toContain('alt="fish, wrong, similarity 0.60"');
    expect(page.match(/href="#right"/g)).toHaveLength(3);
    expect(page.match(/href="#wrong"/g)).toHaveLength(1);
    expect(page).toContain('2 of 2');
    expect(page).toContain('1 of 2');
  });

  it('escapes what it is given', () => {
    expect(page).toContain('train &#34;my &#60;pictures&#62;&#34; &#38;&#38; echo done');
    expect(page).not.toContain('<pictures>');
  });

  it('runs no script and asks nothing of the network', () => {
    expect(page).not.toMatch(/<script|<link|@import|https?:|url\(/i);
  });

  it('closes every element', () => {
    const open: string[] = [];
    for (const [, closing, name, empty] of page.matchAll(/<(\/?)([a-z]\w*)[^>]*?(\/?)>/g)) {
      if (closing) expect(open.pop()).toBe(name);
      else if (!empty && !['meta', 'img'].includes(name!)) open.push(name!);
    }
    expect(open).toEqual([]);
  });

  it('draws a curve of one epoch, and one that starts above the loss of guessing', () => {
    const short = renderPage({ ...RESULTS, curve: [{ epoch: 1, loss: 12, knn: 0.3 }] }, (path) => path);
    expect(short).not.toMatch(/NaN|Infinity|undefined/);
    const ys = Array.from(short.matchAll(/cy="([-\d.]+)"/g), ([, y]) => Number(y));
    expect(Math.min(...ys)).toBeGreaterThanOrEqual(10);
  });

  it('holds its pictures, byte for byte', async () => {
    const root = await mkdtemp(join(tmpdir(), 'instdisc-page-'));
    try {
      const [picture, file] = [join(root, 'picture.jpg'), join(root, 'page.html')];
      const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
      await writeFile(picture, bytes);
      const neighbour = { path: picture, label: 'cat', similarity: 1 };
      const queries = [{ path: picture, label: 'cat', trained: [neighbour], rawPixels: [] }];
      await writePage(file, { ...RESULTS, queries });
      const [, inside] = /src="data:image\/jpeg;base64,([^"]+)"/.exec(await readFile(file, 'utf8'))!;
      expect(Uint8Array.from(Buffer.from(inside!, 'base64'))).toEqual(bytes);
      await rm(picture);
      await expect(writePage(file, { ...RESULTS, queries })).rejects.toThrow('ENOENT');
    } finally {
      await rm(root, { recursive: true });
    }
  });
});

describe('html', () => {
  it('escapes text, and leaves what is HTML already and lists of it', () => {
    expect(html`<b title="${'"&\''}">${html`<i>${1}</i>`}${[html`x`, html`y`]}</b>`.text).toBe(
      '<b title="&#34;&#38;&#39;"><i>1</i>xy</b>',
    );
  });
});

describe('numbers on a page', () => {
  it('are not parted from their units', () => {
    expect(unbroken(formatDuration(130))).toBe('2\u00a0min\u00a010\u00a0s');
    expect(unbroken(percent(0.8234))).toBe('82.3\u202f%');
    expect(unbroken(percent(0.8234, 0))).toBe('82\u202f%');
  });
});
