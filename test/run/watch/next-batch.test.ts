import { describe, expect, it } from 'vitest';
import { fileChanges, GONE } from '#src/run/watch/file-changes.js';
import { nextBatch } from '#src/run/watch/next-batch.js';
import { Settling } from '#src/run/watch/settling.js';

const known = new Map([
  ['/p/a.jpg', '1 10'],
  ['/p/b.jpg', '2 20'],
  ['/p/c.bin#0', '3 30'],
  ['/p/c.bin#1', '3 30'],
]);
const look = (files: Record<string, string>, unread: string[] = []) => ({
  files: new Map(Object.entries(files)),
  folders: ['/p'],
  unread,
});
const batch = (changes: Record<string, string>, unsettled: readonly string[] = [], of = known): string[] =>
  [
    ...nextBatch({
      known: of,
      changes: new Map(Object.entries(changes)),
      isSettled: (path) => !unsettled.includes(path),
    }),
  ].sort();

describe('changes of files', () => {
  const all = { '/p/a.jpg': '1 10', '/p/b.jpg': '2 20', '/p/c.bin': '3 30' };

  it('are what is new, other or gone, and a file of records is one', () => {
    expect(fileChanges(known, ['/p'], look(all))).toEqual(new Map());
    const { '/p/b.jpg': _, ...rest } = all;
    expect(fileChanges(known, ['/p'], look({ ...rest, '/p/a.jpg': '1 11', '/p/new.jpg': '5 50' }))).toEqual(
      new Map([
        ['/p/a.jpg', '1 11'],
        ['/p/new.jpg', '5 50'],
        ['/p/b.jpg', GONE],
      ]),
    );
    expect(fileChanges(known, ['/p'], look({ ...all, '/p/c.bin': '3 31' }))).toEqual(new Map([['/p/c.bin', '3 31']]));
  });

  it('are none where a folder cannot be read, or all of a given path has gone, as a disk does', () => {
    expect(fileChanges(known, ['/p'], look({ '/p/z.jpg': '9 9' }, ['/p'])).has('/p/a.jpg')).toBe(false);
    expect(fileChanges(known, ['/p'], look({}))).toEqual(new Map());
    expect(fileChanges(known, ['/p', '/q'], look({ '/q/z.jpg': '9 9' }))).toEqual(new Map([['/q/z.jpg', '9 9']]));
  });
});

describe('a file', () => {
  it('has settled when it has been the same for a while; one that grows has not', () => {
    const settling = new Settling(1000);
    const at = (nowMs: number, version: string): boolean => {
      settling.look(new Map([['/p/new.jpg', version]]), nowMs);
      return settling.isSettled('/p/new.jpg', nowMs);
    };
    expect([at(0, '1 1'), at(900, '1 1'), at(999, '2 2'), at(1900, '2 2'), at(1999, '2 2')]).toEqual([
      ...[false, false, false, false],
      true,
    ]);
    expect(at(2500, '2 3')).toBe(false);
    settling.look(new Map(), 2600);
    expect(at(3600, '2 3')).toBe(false);
  });
});

describe('what is taken next', () => {
  it('is what has settled', () => {
    expect(batch({ '/p/new.jpg': '5 50', '/p/other.jpg': '6 60' }, ['/p/other.jpg'])).toEqual(['/p/new.jpg']);
    expect(batch({ '/p/a.jpg': GONE })).toEqual(['/p/a.jpg']);
  });

  it('are both names of a file that was renamed, or neither', () => {
    const renamed = { '/p/a.jpg': GONE, '/p/z.jpg': '1 10' };
    expect(batch(renamed)).toEqual(['/p/a.jpg', '/p/z.jpg']);
    expect(batch(renamed, ['/p/a.jpg'])).toEqual([]);
    expect(batch(renamed, ['/p/z.jpg'])).toEqual([]);
    expect(batch({ ...renamed, '/p/new.jpg': '5 50' }, ['/p/new.jpg'])).toEqual(['/p/a.jpg', '/p/z.jpg']);
  });

  it('is not what has gone while something new is waited for', () => {
    expect(batch({ '/p/a.jpg': GONE, '/p/new.jpg': '5 50' }, ['/p/new.jpg'])).toEqual([]);
    expect(batch({ '/p/a.jpg': GONE, '/p/new.jpg': '5 50' })).toEqual(['/p/a.jpg', '/p/new.jpg']);
  });

  it('are at most 256 new ones, or an eighth of what there is, but all that are renamed', () => {
    const many = (n: number, name: string, version: number): [string, string][] =>
      Array.from({ length: n }, (_, i) => [`/p/${name}${i}`, `${version} ${i}`]);
    expect(batch(Object.fromEntries(many(1000, 'new', 5)))).toHaveLength(256);
    const large = new Map(many(8000, 'old', 1));
    expect(batch(Object.fromEntries(many(3000, 'new', 5)), [], large)).toHaveLength(1000);
    const renamed = many(3000, 'old', 1).flatMap(([path, version]) => [
      [path, GONE],
      [`${path}-now`, version],
    ]);
    expect(batch(Object.fromEntries(renamed), [], large)).toHaveLength(6000);
  });
});
