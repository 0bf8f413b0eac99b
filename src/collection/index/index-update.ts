/** @file Carries out what has been planned for an index. */
import { inOrder } from '../../core/in-order.js';
import { evalBatches } from '../../data/batches/eval-batches.js';
import { contentKey } from '../../data/cache/cache-format.js';
import { type ReadingCount, ReadingTally } from '../../data/decode/readings.js';

import { failureReason, type Picture, readBytes, type Skipped } from '../../data/picture.js';
import { ENCODE_BATCH, type PictureEncoder } from '../../run/embed.js';
import { featureBatches } from '../../run/features.js';
import type { WritableIndex } from '../../store/index/shared-index.js';
import type { HashedPicture, IndexPlan } from './index-plan.js';
import { IndexWriter } from './index-writer.js';

/** Files read at once to see whether their content is known. */
const IN_FLIGHT = 8;

/** How the pictures of an index have changed. */
export interface IndexChanges {
  readonly added: number;
  /** Same path, other content. */
  readonly changed: number;
  /** Same content at another path. */
  readonly moved: number;
  readonly removed: number;
  readonly relabelled: number;
  readonly unchanged: number;
  /** Pictures that went through the encoder. */
  readonly encoded: number;
  /** Pictures that could not be read; those of them that were in the index are removed. */
  readonly skipped: readonly Skipped[];
  /** How those that were encoded were read, where there is something to tell. */
  readonly readings: readonly ReadingCount[];
}

export interface UpdateOptions {
  /** Called with the number of candidates that are done. */
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/** @throws the signal's reason; what was encoded until then is in the index */
export async function updateIndex(
  index: WritableIndex,
  plan: IndexPlan,
  encoder: PictureEncoder,
  { onProgress, signal }: UpdateOptions,
): Promise<IndexChanges> {
  const { candidates, relabelled, gone, known, idOf } = plan;
  const writer = new IndexWriter(index);
  const skipped: Skipped[] = [];
  const readings = new ReadingTally();
  const movedFrom = new Set<string>();
  const count = { added: 0, changed: 0, moved: 0, unchanged: plan.numUnchanged, encoded: 0 };
  let done = 0;

  function settle({ id, hash }: HashedPicture): void {
    const from = idOf.get(hash);
    if (known.get(id)?.hash === hash) count.unchanged++;
    else if (known.has(id)) count.changed++;
    else if (from !== undefined && gone.has(from) && !movedFrom.has(from)) {
      movedFrom.add(from);
      count.moved++;
    } else count.added++;
    onProgress?.(++done, candidates.length);
  }

  function skip(broken: Skipped): void {
    skipped.push(broken);
    onProgress?.(++done, candidates.length);
  }

  /** Passes on the candidates whose content is new. */
  async function* unknown(): AsyncGenerator<HashedPicture> {
    for await (const { picture, hash, reason } of inOrder(candidates, IN_FLIGHT, withHash, signal)) {
      if (hash === undefined) skip({ path: picture.id, reason });
      else {
        const hashed = { ...picture, hash };
        const from = known.get(picture.id)?.hash === hash ? picture.id : idOf.get(hash);
        if (from === undefined) yield hashed;
        else {
          await writer.adopt(hashed, from);
          settle(hashed);
        }
      }
    }
  }

  try {
    for (const picture of relabelled) await writer.adopt(picture, picture.id);
    const options = { ...encoder.transform, batch: ENCODE_BATCH, ...(signal && { signal }) };
    const batches = evalBatches(unknown(), {
      ...options,
      onSkip: skip,
      onRead: (id, some) => readings.add(id, some),
    });
    for await (const { pictures, features } of featureBatches(batches, encoder.encode, encoder.dim)) {
      await writer.add(pictures, features);
      for (const picture of pictures) settle(picture);
      count.encoded += pictures.length;
    }
  } finally {
    await writer.write();
  }
  const unreadable = skipped.map(({ path }) => path).filter((id) => known.has(id));
  await index.remove([...gone, ...unreadable]);
  const removed = gone.size - movedFrom.size + unreadable.length;
  return { ...count, removed, relabelled: relabelled.length, skipped, readings: readings.counts };
}

type WithHash = { picture: Picture } & ({ hash: string; reason?: never } | { hash?: never; reason: string });

async function withHash(picture: Picture): Promise<WithHash> {
  try {
    return { picture, hash: contentKey(await readBytes(picture)) };
  } catch (error) {
    return { picture, reason: failureReason(error) };
  }
}
