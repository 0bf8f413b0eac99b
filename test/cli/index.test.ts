import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawPictures, jsonLines, run, TINY, tempFolder } from './cli.js';

const root = tempFolder();
const pictures = join(root, 'pictures');
const more = join(root, 'more');
const runPath = join(root, 'run');

beforeAll(async () => {
  await drawPictures(pictures, 3);
  await drawPictures(more, 2, 6);
  await run(['train', pictures, '--out', runPath, ...TINY, '--epochs', '1']);
}, 60_000);

describe('index', () => {
  it('is what search answers from, and says nothing but JSON', async () => {
    expect((await run(['search', runPath, '0', '-k', '1'])).stdout).toMatch(
      /of 36 pictures to .*pictures\/balloon\/00000/,
    );
    const ended = await run(['index', runPath, more, '--json']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(jsonLines(ended)).toEqual([
      {
        uri: join(runPath, 'index'),
        numPictures: 24,
        ...{ added: 24, changed: 0, moved: 0, removed: 0, relabelled: 0, unchanged: 0, encoded: 24, leftBehind: 0 },
        skipped: [],
      },
    ]);
    const { stdout, stderr } = await run(['search', runPath, '0', '-k', '1']);
    expect(stdout).toMatch(/of 24 pictures to .*more\/balloon\/00006.*\n.*1\.000 {2}balloon .*\(the picture itself\)/);
    expect(stderr).toBe('');
  });

  it('gives every picture the feature that embed gives it', async () => {
    const out = join(root, 'more.npy');
    await run(['embed', runPath, more, '--out', out]);
    const byFile = await similarities('--in', out);
    const byIndex = await similarities();
    expect(byFile.size).toBe(24);
    for (const [id, similarity] of byIndex) expect(similarity).toBeCloseTo(byFile.get(id)!, 5);
  });

  async function similarities(...options: string[]): Promise<Map<string, number>> {
    const query = join(more, 'fish', '00007.jpg');
    const [found] = jsonLines(await run(['search', runPath, query, '-k', '24', '--json', ...options]));
    const { results } = found as { results: [{ matches: { id: string; similarity: number }[] }] };
    return new Map(results[0].matches.map(({ id, similarity }) => [id, similarity]));
  }

  it('tells people what has changed', async () => {
    await rename(join(more, 'cat'), join(more, 'kitten'));
    await rm(join(more, 'car'), { recursive: true });
    const { stdout } = await run(['index', runPath, more]);
    expect(stdout.trim()).toMatch(/^22 pictures in .*index: 2 moved, 2 removed, 20 unchanged$/);
  });

  it('refuses an address it does not know, and pictures that are not there', async () => {
    expect(await run(['index', runPath, more, '--uri', 'db://cloud'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('uri: expected a path'),
    });
    expect((await run(['index', runPath, join(root, 'none')])).code).toBe(3);
  });

  it('is refused, and made anew, once the run was trained further', async () => {
    const longer = join(root, 'longer');
    await run(['train', pictures, '--out', longer, ...TINY, '--epochs', '2']);
    await rename(join(longer, 'encoder.onnx'), join(runPath, 'encoder.onnx'));
    expect(await run(['search', runPath, '0'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Run `instdisc index` again with the same paths.'),
    });
    const [report] = jsonLines(await run(['index', runPath, more, '--json']));
    expect(report).toMatchObject({ numPictures: 22, encoded: 22, leftBehind: 0 });
    expect((await run(['search', runPath, '0'])).code).toBe(0);
  });
});
