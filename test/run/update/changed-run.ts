/** @file A tiny run with pictures of its own, to be changed. */
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCache } from '#src/data/cache/cache.js';
import { openRun } from '#src/run/open-run.js';
import { relocate } from '#src/run/relocate.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { copyTiny, type TinyRun } from '../../server/tiny-run.js';

/** @param root a folder, which is made */
export async function ownTiny(root: string): Promise<TinyRun> {
  await mkdir(root, { recursive: true });
  const shared = await copyTiny(root);
  const pictures = join(root, 'pictures');
  await cp(shared.pictures, pictures, { recursive: true, preserveTimestamps: true });
  await relocate(shared.runPath, { from: shared.pictures, to: pictures });
  return { runPath: shared.runPath, pictures };
}

/** What a run knows of each picture, by the SHA-256 of its bytes; of copies, the last. */
export async function knownByKey(runPath: string) {
  const run = await openRun(runPath, { threads: 1 });
  await run.release();
  const { cachePath } = await RunFolder.open(runPath);
  const cache = openCache(cachePath);
  const rowOf = ({ features, dim }: typeof run.bank, row: number): number[] =>
    Array.from(features.subarray(row * dim, (row + 1) * dim));
  const known = cache.keys.map((key, row) => {
    const { width, height, pixels } = cache.read(row);
    const of = { id: cache.ids[row]!, label: cache.labels[row], pixels: [width, height, ...pixels] };
    return [key, { row, ...of, bank: rowOf(run.bank, row), feature: rowOf(run.embeddings, row) }] as const;
  });
  cache.close();
  return { source: run.embeddings.source, ids: run.embeddings.ids, step: run.step, byKey: new Map(known) };
}

export async function configOf(runPath: string) {
  return JSON.parse(await readFile(join(runPath, 'config.json'), 'utf8'));
}
