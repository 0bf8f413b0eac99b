import { appendFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { embedCommand } from '#src/cli/commands/embed.js';
import { indexCommand } from '#src/cli/commands/index-command.js';
import { searchCommand } from '#src/cli/commands/search.js';
import { readEmbeddings } from '#src/store/embeddings/embeddings.js';
import { trainOn } from '../server/tiny-run.js';
import { call, drawPictures, type Ended, jsonLines, makeOld, run, tempFolder } from './cli.js';

const root = tempFolder();
const pictures = join(root, 'pictures');
const more = join(root, 'more');
const runPath = join(root, 'run');

beforeAll(async () => {
  await drawPictures(pictures, 3);
  await drawPictures(more, 2, 6);
  await trainOn(pictures, runPath, 1);
});

const index = (...args: string[]): Promise<Ended> => call(indexCommand(), runPath, ...args);
const search = (...args: string[]): Promise<Ended> => call(searchCommand(), runPath, ...args);

describe('index', () => {
  it('is what search answers from, and says nothing but JSON', async () => {
    expect((await search('0', '-k', '1')).stdout).toMatch(/of 36 pictures to .*pictures\/balloon\/00000/);
    // In a process of its own: what LanceDB itself writes to stderr is not caught otherwise.
    const ended = await run(['index', runPath, more, '--json']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(jsonLines(ended)).toEqual([
      {
        uri: join(runPath, 'index'),
        numPictures: 24,
        ...{ added: 24, changed: 0, moved: 0, removed: 0, relabelled: 0, unchanged: 0, encoded: 24, leftBehind: 0 },
        repairs: { doubled: 0, damaged: 0, rebuilt: false },
        skipped: [],
        readings: [],
        aliases: [],
        excluded: [],
      },
    ]);
    const { stdout, stderr } = await search('0', '-k', '1');
    expect(stdout).toMatch(/of 24 pictures to .*more\/balloon\/00006.*\n.*1\.000 {2}balloon .*\(the picture itself\)/);
    expect(stderr).toBe('');
  });

  it('tells, as embed does, which labels are of no picture and why', async () => {
    const labels = join(root, 'labels.csv');
    const own = join('more', 'fish', '00007.jpg');
    await writeFile(labels, `path;label\n${own};=carp\nfish/00006.jpg;trout\nmore/cat/00006.JPG;cat\n`);
    const out = join(root, 'labelled.csv');
    for (const ended of [
      await index(more, '--labels', labels),
      await call(embedCommand(), runPath, more, '--out', out, '--labels', labels),
    ]) {
      expect(ended).toMatchObject({ code: 0 });
      expect(ended.stderr).toMatch(
        /labels\.csv: 2 of 3 labels are of no picture here\. For example\n {2}.*fish\/00006\.jpg:/,
      );
      expect(ended.stderr).toMatch(/there is a picture .*more\/fish\/00006\.jpg; paths are absolute or relative/);
    }
    const text = await readFile(out, 'utf8');
    expect(text).toContain(`${join(root, own)},'=carp,`);
    const read = await readEmbeddings(out);
    expect(read.labels![read.ids.indexOf(join(root, own))]).toBe('=carp');

    const [report] = jsonLines(await index(more, '--labels', labels, '--json'));
    expect(report).toMatchObject({ labels: { numLabels: 3, numUnmatched: 2, file: labels } });
    await writeFile(labels, 'path,label\nfish/00006.jpg,trout\n');
    expect(await index(more, '--labels', labels)).toMatchObject({ code: 3 });
    await index(more);
  });

  it('gives every picture the feature that embed gives it', async () => {
    const out = join(root, 'more.npy');
    await call(embedCommand(), runPath, more, '--out', out);
    const byFile = await similarities('--in', out);
    const byIndex = await similarities();
    expect(byFile.size).toBe(24);
    for (const [id, similarity] of byIndex) expect(similarity).toBeCloseTo(byFile.get(id)!, 5);
  });

  async function similarities(...options: string[]): Promise<Map<string, number>> {
    const query = join(more, 'fish', '00007.jpg');
    const [found] = jsonLines(await search(query, '-k', '24', '--json', ...options));
    const { results } = found as { results: [{ matches: { id: string; similarity: number }[] }] };
    return new Map(results[0].matches.map(({ id, similarity }) => [id, similarity]));
  }

  it('tells people what has changed', async () => {
    await rename(join(more, 'cat'), join(more, 'kitten'));
    await rm(join(more, 'car'), { recursive: true });
    const { stdout } = await index(more);
    expect(stdout.trim()).toMatch(/^22 pictures in .*index: 2 moved, 2 removed, 20 unchanged$/);
  });

  it('refuses an address it does not know, and pictures that are not there', async () => {
    expect(await index(more, '--uri', 'db://cloud')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('uri: expected a path'),
    });
    expect((await index(join(root, 'none'))).code).toBe(3);
  });

  it('is refused, and made anew, once the run was trained further', async () => {
    // A protocol buffer goes on with another field, the model's description: another encoder, as far as files tell.
    await appendFile(join(runPath, 'encoder.onnx'), Uint8Array.of(0x32, 1, 0x78));
    // Without digests, as of version 0.1, it is not taken for damaged.
    const checkpoints = join(runPath, 'checkpoints');
    for (const name of await readdir(checkpoints)) await makeOld(join(checkpoints, name));
    expect(await search('0')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('Run `instdisc index` again with the same paths.'),
    });
    const [report] = jsonLines(await index(more, '--json'));
    expect(report).toMatchObject({ numPictures: 22, encoded: 22, leftBehind: 0 });
    expect((await search('0')).code).toBe(0);
  });
});
