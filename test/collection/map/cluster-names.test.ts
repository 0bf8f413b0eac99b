import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clusterNames, clustersOf, nameCluster } from '#src/collection/map/cluster-names.js';
import { tempFolder } from '../../store/temp-folder.js';
import { makeCollection } from '../made-collection.js';

const root = tempFolder();
const rows = Array.from({ length: 8 }, (_, row) => [Math.cos(row / 4), Math.sin(row / 4)]);
const hashes = rows.map((_, row) => `hash ${row}`);
const collection = makeCollection(rows, { hashes });
const cluster = Int32Array.of(0, 0, 0, 0, 1, 1, 1, -1);

it('names of clusters stay with most of their pictures, whatever the numbers are, until they are taken away', async () => {
  expect(await clusterNames(root, collection, cluster)).toEqual(new Map());
  await nameCluster(root, collection, cluster, 1, 'boats');
  await nameCluster(root, collection, cluster, 0, 'cats');
  await nameCluster(root, collection, cluster, 1, 'ships');
  const names = await clusterNames(root, collection, cluster);
  expect(names).toEqual(new Map([[0, 'cats'], [1, 'ships']])); // biome-ignore format: a table
  // A picture of the ships has gone to another cluster, one of the cats is no longer there, and numbers are others.
  const later = makeCollection(rows.slice(1), { hashes: hashes.slice(1) });
  expect(await clusterNames(root, later, Int32Array.of(2, 2, 2, 0, 0, 1, -1))).toEqual(
    new Map([[2, 'cats'], [0, 'ships']]), // biome-ignore format: a table
  );
  // Where a cluster is in three parts, none of them is what was named.
  expect(await clusterNames(root, collection, Int32Array.of(0, 0, 0, 0, 1, 2, 3, 3))).toEqual(new Map([[0, 'cats']]));
  await nameCluster(root, collection, cluster, 1, null);
  expect(await clusterNames(root, collection, cluster)).toEqual(new Map([[0, 'cats']]));
  await writeFile(join(root, 'clusters.json'), '{');
  await expect(clusterNames(root, collection, cluster)).rejects.toThrow('clusters.json: expected it as it was written');
});

it('a cluster is listed with how many pictures it has, and the one nearest to their mean', () => {
  expect(clustersOf(collection, cluster, new Map([[1, 'boats']]))).toMatchObject([
    { cluster: 0, name: null, numPictures: 4 },
    { cluster: 1, name: 'boats', numPictures: 3, typical: 5 },
  ]);
});
