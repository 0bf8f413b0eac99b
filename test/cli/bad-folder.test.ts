import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drawPictures, jsonLines, run, TINIEST, tempFolder } from './cli.js';

const root = tempFolder();

it('trains on what is whole in a bad folder, and reports each file it leaves out', async () => {
  const folder = await drawPictures(join(root, 'pictures'), 2);
  const whole = await readFile(join(folder, 'cat', '00000.jpg'));
  const odd = join(folder, `it’s "odd" 🦊\nname.jpg`);
  await rename(join(folder, 'cat', '00001.jpg'), odd);
  await writeFile(join(folder, 'truncated.jpg'), whole.subarray(0, whole.length / 2));
  await writeFile(join(folder, 'empty.png'), '');
  await writeFile(join(folder, 'text.jpg'), 'not a picture');
  await writeFile(join(folder, 'notes.txt'), 'nobody’s mistake');
  await mkdir(join(folder, 'sub'));
  await symlink(folder, join(folder, 'sub', 'loop'));

  const out = join(root, 'run');
  const ended = await run(['train', folder, '--out', out, ...TINIEST, '--epochs', '1', '--json']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(jsonLines(ended).find(({ kind }) => kind === 'plan')).toMatchObject({ plan: { numPictures: 24 } });
  const skipped = (await readFile(join(out, 'skipped.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(skipped.map(({ path }) => path).sort()).toEqual(
    ['empty.png', 'text.jpg', 'truncated.jpg'].map((name) => join(folder, name)),
  );
  for (const { reason } of skipped) expect(reason).not.toBe('');

  const found = await run(['search', out, odd, '-k', '24']);
  expect(found.stdout).toContain('(the picture itself)');
  expect(found.stdout).not.toContain('🦊\n');
});
