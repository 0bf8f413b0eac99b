import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { brokenLinks } from '../../site/links.ts';

/** What is said of the links of a site of two pages, of which the second has the place `there`. */
async function linksOf(html: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'instdisc-site-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'index.html'), html);
  await writeFile(join(folder, 'other page.html'), '<h2 class="x" id="there">There</h2>');
  return brokenLinks(folder);
}

describe('the links of the built site', () => {
  it('may lead to pages, to places in them, and to other hosts', async () => {
    const links = [
      'other%20page.html',
      'data:,',
      'other%20page.html#there',
      '#top',
      'https://example.org/x',
      'mailto:a@b.c',
    ];
    expect(await linksOf(`<p id="top">${links.map((link) => `<a class="y" href="${link}">a</a>`).join('')}`)).toEqual(
      [],
    );
  });

  it.each([
    ['<a href="gone.html">', 'gone.html: expected a file of the site, got none.'],
    ['<img alt="" src="gone.png">', 'gone.png: expected a file of the site, got none.'],
    [
      '<a href="other%20page.html#gone">',
      'other%20page.html#gone: expected a place of that name in the page, got none.',
    ],
    ['<a href="#gone">', '#gone: expected a place of that name in the page, got none.'],
    [
      '<script src="https://example.org/x.js">',
      'https://example.org/x.js: expected nothing to be loaded from another host.',
    ],
    [
      '<link rel="stylesheet" href="//example.org/x.css">',
      '//example.org/x.css: expected nothing to be loaded from another host.',
    ],
  ])('finds %s', async (html, said) => {
    expect(await linksOf(html)).toEqual([`index.html: ${said}`]);
  });
});
