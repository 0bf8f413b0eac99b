import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyTiny } from '../server/tiny-run.js';
import { here, jsonLines, tempFolder } from './cli.js';

const root = tempFolder();

it('says how many pictures it has found, which it has not, and what is drawn of those', async () => {
  const { runPath, pictures } = await copyTiny(root);
  const to = join(root, 'elsewhere');
  await cp(pictures, to, { recursive: true });
  await rm(join(to, 'cat', '00000.jpg'));
  const [report] = jsonLines(await here(['relocate', runPath, '--from', pictures, '--to', to, '--json']));
  expect(report).toEqual({
    numMoved: 71,
    missing: [join(pictures, 'cat', '00000.jpg')],
  });
  await rm(join(to, 'cat', '00001.jpg'));
  const montage = join(root, 'near.png');
  const gone = join(to, 'cat', '00001.jpg');
  const { code, stderr, stdout } = await here(['search', runPath, gone, '-k', '1', '--montage', montage]);
  expect([code, stdout + stderr]).toEqual([0, expect.stringContaining('1 picture drawn from the run’s cache')]);
  const again = await here(['relocate', runPath, '--from', join(root, 'nowhere'), '--to', to]);
  expect(again).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--from: expected where the run’s 72 pictures'),
  });
});
