import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError, RunError } from '#src/core/errors.js';
import {
  indexAddress,
  isLocal,
  knownIndexAddress,
  parseIndexAddress,
  rememberIndexAddress,
} from '#src/store/index/index-address.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'instdisc-address-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('where an index is', () => {
  it('is in the run folder, until another place is remembered', async () => {
    const run = await RunFolder.create(join(root, 'run'), {});
    expect(await indexAddress(run)).toBe(join(root, 'run', 'index'));
    await rememberIndexAddress(run, 's3://bucket/folder');
    expect(await indexAddress(run)).toBe('s3://bucket/folder');
    await writeFile(run.indexAddressPath, '{"uri": 1}');
    await expect(indexAddress(run)).rejects.toThrow(RunError);
    await writeFile(run.indexAddressPath, '{');
    await expect(indexAddress(run)).rejects.toThrow(/index.json: expected {"uri": …}, got {/);
    await run.close();
  });

  it('is not passed over where it is remembered and gone', async () => {
    const run = await RunFolder.create(join(root, 'moved'), {});
    expect(await knownIndexAddress(run)).toBe(join(root, 'moved', 'index'));
    await rememberIndexAddress(run, root);
    expect(await knownIndexAddress(run)).toBe(root);
    await rememberIndexAddress(run, join(root, 'gone'));
    await expect(knownIndexAddress(run)).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining(
        `${run.indexAddressPath}: expected where the index of the run is, got ${join(root, 'gone')}`,
      ),
    });
    await run.close();
  });

  it('is a path or an object store, and nothing else', () => {
    expect(parseIndexAddress('some/where')).toBe(resolve('some/where'));
    expect(parseIndexAddress('s3://bucket/x')).toBe('s3://bucket/x');
    for (const uri of ['s3://', 'gs:///x'])
      expect(() => parseIndexAddress(uri)).toThrow('expected the name of a bucket, as in');
    expect([isLocal('gs://bucket'), isLocal('/a/b'), isLocal('C:\\a')]).toEqual([false, true, true]);
    for (const uri of ['db://cloud', 'https://host/x']) expect(() => parseIndexAddress(uri)).toThrow(ArgumentError);
  });
});
