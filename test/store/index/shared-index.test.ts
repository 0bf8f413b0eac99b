import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import type { PictureIndex } from '#src/store/index/picture-index.js';
import { SharedIndex } from '#src/store/index/shared-index.js';

const NOTHING = { pictures: [], features: new Float32Array() };

/** An index at an address whose writes fail, each with the next of these messages, until there is none left. */
function failing(address: string, messages: string[]): { readonly index: PictureIndex; readonly writes: string[] } {
  const writes: string[] = [];
  const write = (what: string) => async (): Promise<void> => {
    writes.push(what);
    const message = messages.shift();
    if (message !== undefined) throw new RunError(message);
  };
  const index = { address, dim: 4, put: write('put'), remove: write('remove') } as unknown as PictureIndex;
  return { index, writes };
}

describe('an index in an object store that others change too', () => {
  it('writes again where another came first, and counts how often', async () => {
    const { index, writes } = failing('s3://bucket/x', [
      'Commit conflict for version 5',
      'Too many concurrent writers',
    ]);
    const shared = new SharedIndex(index);
    await shared.put(NOTHING);
    await shared.remove(['/a.jpg']);
    await shared.remove([]);
    expect(writes).toEqual(['put', 'put', 'put', 'remove']);
    expect(shared.collisions).toBe(2);
  });

  it('does not try again what fails for another reason', async () => {
    const { index, writes } = failing('s3://bucket/x', ['expected an index that can be read and written, got: denied']);
    await expect(new SharedIndex(index).put(NOTHING)).rejects.toThrow('denied');
    expect(writes).toEqual(['put']);
  });
});

it('holds the lock of an index on this machine for each write, and no longer', async () => {
  const address = mkdtempSync(join(tmpdir(), 'instdisc-shared-'));
  let inside = 0;
  let most = 0;
  const put = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise((done) => setTimeout(done, 30));
    inside--;
  };
  const index = { address, dim: 4, put } as unknown as PictureIndex;
  await Promise.all([1, 2, 3].map(() => new SharedIndex(index).put(NOTHING)));
  expect(most).toBe(1);
});
