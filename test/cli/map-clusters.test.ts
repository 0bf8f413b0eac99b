import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { mapCommand } from '#src/cli/commands/map.js';
import { copyTiny } from '../server/tiny-run.js';
import { call, type Ended, jsonLines, tempFolder } from './cli.js';

const root = tempFolder();
let runPath: string;
beforeAll(async () => {
  ({ runPath } = await copyTiny(root));
});

const map = (...args: string[]): Promise<Ended> => call(mapCommand(), runPath, ...args);

describe('map', () => {
  it('names clusters, lists them and writes which pictures they have', async () => {
    const out = join(root, 'maps', 'clusters.csv');
    const [{ clusters }] = jsonLines(await map('--name', '2= Sunsets ', '--clusters', out, '--json')) as [
      { clusters: { cluster: number; name: string | null; numPictures: number }[] },
    ];
    expect(clusters.map(({ cluster }) => cluster)).toEqual(clusters.map((_, i) => i + 1));
    expect(clusters[1]).toMatchObject({ name: 'Sunsets' });
    const listed = parse(await readFile(out, 'utf8'), { columns: true }) as Record<string, string>[];
    expect(listed.filter(({ name }) => name === 'Sunsets')).toHaveLength(clusters[1]!.numPictures);
    expect(new Set(listed.map(({ path }) => path)).size).toBe(listed.length);
    expect((await map()).stdout).toMatch(/^cluster 1: \d+, such as .*\ncluster 2 Sunsets: \d+, such as /);
    expect((await map('--name', '2=')).stdout).toMatch(/^cluster 2: \d/m);
  });

  it.each([
    ['a cluster that is not there', '99=x', /--name: expected a cluster from 1 to \d+, got 99\.\n$/],
    ['a name without a cluster', 'x', "--name: expected number=name, as 3=Sunsets, got 'x'.\n"],
  ])('refuses %s', async (_, name, message) => {
    expect(await map('--name', name)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
  });
});
