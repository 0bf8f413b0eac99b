/** @file Features that several ranks have made of their shares, put together. */
import { bytesOf } from '../core/vector.js';
import { ReadingTally } from '../data/decode/readings.js';
import type { Communicator } from '../machines/communicator.js';
import type { Embedded } from '../run/embed.js';

/**
 * Brings what all ranks have embedded to rank 0, in the order of the ids.
 *
 * @returns undefined on the other ranks
 */
export async function embeddedByRanks(machines: Communicator, own: Embedded): Promise<Embedded | undefined> {
  return machines.size === 1 ? own : joined(own, ...(await brought(own, machines.collect)));
}

/** The same for all ranks. */
export async function embeddedByAll(machines: Communicator, own: Embedded): Promise<Embedded> {
  return machines.size === 1 ? own : joined(own, ...(await brought(own, machines.exchange)))!;
}

type Bytes = readonly Uint8Array[];

async function brought(
  { features, ...told }: Embedded,
  bring: (bytes: Uint8Array) => Promise<Bytes>,
): Promise<[texts: Bytes, numbers: Bytes]> {
  return [await bring(new TextEncoder().encode(JSON.stringify(told))), await bring(bytesOf(features))];
}

function joined(own: Embedded, texts: Bytes, numbers: Bytes): Embedded | undefined {
  if (texts.length === 0) return undefined;
  const parts = texts.map((text) => JSON.parse(new TextDecoder().decode(text)) as Omit<Embedded, 'features'>);
  // Bytes may lie where no float may begin.
  const rows = numbers.map((bytes) => new Float32Array(bytes.slice().buffer));
  const all = parts.flatMap(({ ids, labels }, part) =>
    ids.map((id, row) => ({ id, label: labels?.[row] ?? null, part, row })),
  );
  all.sort((a, b) => (a.id < b.id ? -1 : 1));
  const features = new Float32Array(all.length * own.dim);
  all.forEach(({ part, row }, place) => {
    features.set(rows[part]!.subarray(row * own.dim, (row + 1) * own.dim), place * own.dim);
  });
  const readings = new ReadingTally();
  for (const part of parts) readings.addCounts(part.readings);
  const skipped = new Map(parts.flatMap((part) => part.skipped.map((each) => [each.path, each] as const)));
  return {
    ...own,
    ids: all.map(({ id }) => id),
    ...(all.some(({ label }) => label !== null) && { labels: all.map(({ label }) => label) }),
    features,
    skipped: [...skipped.values()],
    readings: readings.counts,
  };
}
