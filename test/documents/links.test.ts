import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DOCUMENTS, filesNamedIn, linksOf, placesOf, ROOT } from './markdown.ts';

describe.each(DOCUMENTS)('%s', (document) => {
  it('links to what is there', () => {
    const broken = linksOf(document).filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [path = '', place] = link.split('#');
      const target = path === '' ? document : normalize(join(dirname(document), path));
      return !existsSync(join(ROOT, target)) || (place !== undefined && !placesOf(target).includes(place));
    });
    expect(broken).toEqual([]);
  });

  it('names files of the code that are there', () => {
    // Those of src/ are mostly named from there.
    const isThere = (path: string): boolean => ['', 'src'].some((from) => existsSync(join(ROOT, from, path)));
    expect(filesNamedIn(document).filter((path) => !isThere(path))).toEqual([]);
  });
});
