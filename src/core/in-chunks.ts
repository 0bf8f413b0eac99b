/** @file Items in lists of so many. */

/** Lists of `count` items, in order; the last may be shorter, and none is empty. */
export async function* inChunks<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  count: number,
): AsyncGenerator<readonly Item[]> {
  let chunk: Item[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < count) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
