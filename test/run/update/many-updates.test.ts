import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { updateRows } from '#src/run/update/update-pictures.js';
import { drawPictures, tempFolder } from '../../cli/cli.js';
import { knownByKey, ownTiny } from './changed-run.js';

const root = tempFolder();

/** Bytes by name below a run folder, but for its configuration, which has the history. */
async function filesOf(folder: string): Promise<[string, number][]> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = entries.map(async ({ parentPath, name }): Promise<[string, number]> => {
    const path = join(parentPath, name);
    return [path.slice(folder.length).replace(/update-\d+/, 'update'), (await stat(path)).size];
  });
  return (await Promise.all(files)).filter(([name]) => name !== '/config.json').sort();
}

it('many small updates come to what one large one does: the same rows, and no more files', async () => {
  const { runPath } = await ownTiny(root);
  const more = await drawPictures(join(root, 'drawn'), 1, 100);
  const kinds = (await readdir(more)).slice(0, 6);
  const [small, large] = [join(root, 'small'), join(root, 'large')];
  for (const run of [small, large]) await cp(runPath, run, { recursive: true, preserveTimestamps: true });
  for (const [i, kind] of kinds.entries()) {
    await mkdir(join(root, 'more'), { recursive: true });
    await cp(join(more, kind), join(root, 'more', kind), { recursive: true, preserveTimestamps: true });
    expect((await updateRows(small, { paths: [join(root, 'more')] })).update).toMatchObject({
      number: i + 1,
      added: 1,
    });
  }
  expect((await updateRows(large, { paths: [join(root, 'more')] })).update).toMatchObject({ added: 6, numLearnt: 72 });
  const [ofSmall, ofLarge] = [await knownByKey(small), await knownByKey(large)];
  expect(ofSmall.ids).toEqual(ofLarge.ids);
  expect(ofSmall.ids).toHaveLength(78);
  for (const [key, { bank, feature, pixels }] of ofSmall.byKey) {
    const other = ofLarge.byKey.get(key)!;
    expect(pixels).toEqual(other.pixels);
    // One picture, and six, go through the encoder in batches of other sizes.
    [...bank, ...feature].forEach((value, i) => {
      if (Math.abs(value - [...other.bank, ...other.feature][i]!) > 1e-5) expect.fail(`${key}: another row`);
    });
  }
  // State tells of the number of the update, so that its text may be longer.
  const withoutState = (files: [string, number][]) => files.filter(([name]) => !name.endsWith('state.json'));
  expect(withoutState(await filesOf(small))).toEqual(withoutState(await filesOf(large)));
}, 240_000);
