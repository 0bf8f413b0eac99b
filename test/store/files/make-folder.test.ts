import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder } from '#src/store/files/make-folder.js';

describe('makeFolder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'instdisc-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('makes the folders on the way, and tells the first', async () => {
    expect(await makeFolder(join(folder, 'a', 'b', 'c'))).toBe(join(folder, 'a'));
    expect((await stat(join(folder, 'a', 'b', 'c'))).isDirectory()).toBe(true);
    expect(await makeFolder(join(folder, 'a', 'b'))).toBeUndefined();
    expect(await makeFolder(join(folder, 'a', 'd'))).toBe(join(folder, 'a', 'd'));
  });

  it('lets several make the same one at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => makeFolder(join(folder, 'x', 'y', 'z'))));
    expect((await stat(join(folder, 'x', 'y', 'z'))).isDirectory()).toBe(true);
  });

  it('says that a file is on the way', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(folder, 'file', 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  // Node's own loops there for ever, in a thread that no signal ends.
  it.runIf(process.platform === 'linux')('ends with a sentence where a folder takes none', async () => {
    await expect(makeFolder('/proc/x/y')).rejects.toThrow(
      '/proc/x: expected a place that takes folders, got /proc, which takes none. Write to another place.',
    );
  });
});
