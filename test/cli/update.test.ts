import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyTiny } from '../server/tiny-run.js';
import { drawPictures, here, tempFolder } from './cli.js';

const root = tempFolder();

it('says what has become of an index, and how it is brought up to date', async () => {
  const { runPath, pictures } = await copyTiny(root);
  const more = await drawPictures(join(root, 'more'), 1, 100);
  const later = await drawPictures(join(root, 'later'), 1, 200);
  expect(await here(['index', runPath, join(pictures, 'cat')])).toMatchObject({ code: 0 });

  const rows = await here(['update', runPath, more]);
  expect(rows).toMatchObject({ code: 0, stdout: expect.stringContaining('Rows alone: the encoder is as it was.') });
  expect(rows.stderr).toMatch(
    /answers from its index, which is as it was. To bring that to its pictures, too: .* index .*run …/,
  );

  const trained = await here(['train', '--out', runPath, '--update', later, '--epochs', '0.2']);
  expect(trained.code).toBe(0);
  expect(trained.stderr).toMatch(/index by the encoder before, .* anew: .* index .*run …/);
  const search = ['search', runPath, join(later, 'cat', '00200.jpg'), '--json'];
  expect(await here(search)).toMatchObject({ code: 4, stderr: expect.stringContaining('index') });
  expect(await here(['index', runPath, join(pictures, 'cat')])).toMatchObject({ code: 0 });
  expect(JSON.parse((await here(search)).stdout)).toMatchObject({ source: 'index' });
}, 180_000);
