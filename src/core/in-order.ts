/** @file Several pieces of asynchronous work at once, their results in the order of the items. */

/**
 * Yields `work(item)` for each item, in order, with at most `inFlight` pieces of work under way or finished and waiting.
 *
 * @param items read only as far as there is room
 * @param signal stops between two items; the work under way is awaited, so nothing runs on behind the caller's back
 * @throws what `work` throws, and the signal's reason
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  inFlight: number,
  work: (item: Item) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Result> {
  const pending: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      signal?.throwIfAborted();
      const result = work(item);
      // Its failure is thrown when its turn comes; until then Node must not take it for unhandled.
      result.catch(() => undefined);
      pending.push(result);
      if (pending.length >= inFlight) yield await (pending.shift() as Promise<Result>);
    }
    while (pending.length > 0) {
      signal?.throwIfAborted();
      yield await (pending.shift() as Promise<Result>);
    }
  } finally {
    await Promise.allSettled(pending);
  }
}
