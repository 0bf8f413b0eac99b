/** @file Looks through the links of a folder of pages: to other pages, to places in them, to files. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** What a page loads by itself, and what it links to. */
const LOADED = /<(?:script|img|link|source|iframe)\b[^>]*?\s(?:src|href)="([^"]*)"/g;
const LINKED = /<a\b[^>]*?\shref="([^"]*)"/g;
const PLACE = /\sid="([^"]*)"/g;

/**
 * @returns a line for each link that leads nowhere, and each thing a page would load from another host
 */
export async function brokenLinks(folder: string): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const known = new Set(files);
  const pages = new Map<string, { readonly html: string; readonly places: ReadonlySet<string> }>();
  for (const file of files.filter((path) => path.endsWith('.html'))) {
    const html = await readFile(file, 'utf8');
    pages.set(file, { html, places: new Set(all(html, PLACE)) });
  }
  const broken: string[] = [];
  for (const [file, { html }] of pages) {
    const say = (link: string, what: string): unknown => broken.push(`${relative(folder, file)}: ${link}: ${what}`);
    for (const link of all(html, LOADED)) {
      if (/^(https?:)?\/\//i.test(link)) say(link, 'expected nothing to be loaded from another host.');
    }
    for (const link of [...all(html, LOADED), ...all(html, LINKED)]) {
      if (isElsewhere(link)) continue;
      const [path = '', place = ''] = link.split('#').map(decodeURIComponent);
      const target = path === '' ? file : join(dirname(file), path);
      if (!known.has(target)) say(link, 'expected a file of the site, got none.');
      else if (place !== '' && pages.has(target) && !pages.get(target)!.places.has(place)) {
        say(link, 'expected a place of that name in the page, got none.');
      }
    }
  }
  return broken;
}

function isElsewhere(link: string): boolean {
  return /^(\/\/|[a-z]+:)/i.test(link);
}

function all(html: string, pattern: RegExp): string[] {
  return Array.from(html.matchAll(pattern), ([, found]) => found!.replaceAll('&amp;', '&'));
}
