/** @file The cache of pictures that have gone to other places: the same pixels, under other ids. */
import { copyFile, link, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readHeader, readManifest, readQuarantine } from './cache-files.js';
import { type CacheHeader, contentKey, FILES, type ManifestLine, type QuarantineLine } from './cache-format.js';

/** Where a cache says that its pictures are. */
export interface CachedPlaces {
  readonly pictures: readonly ManifestLine[];
  /** Those that could not be decoded. */
  readonly quarantined: readonly QuarantineLine[];
}

/** @throws {RunError} if there is no cache in `dir`, or a damaged one */
export function cachedPlaces(dir: string): CachedPlaces {
  const header = readHeader(dir);
  return { pictures: readManifest(dir, header), quarantined: readQuarantine(dir, header) };
}

/**
 * Writes a cache with the pixels of another and other places.
 *
 * @param dir the cache there is
 * @param out an empty folder; files that stay the same are linked to where that is possible
 * @param places one for each there was, in the same order
 */
export async function writeMoved(dir: string, out: string, { pictures, quarantined }: CachedPlaces): Promise<void> {
  const header = readHeader(dir);
  const [manifest, quarantine] = [lines(pictures), lines(quarantined)];
  await writeFile(join(out, FILES.manifest), manifest);
  await writeFile(join(out, FILES.quarantine), quarantine);
  const kept = ['pixels', 'sizes', ...(header.digests ? (['checksums'] as const) : [])] as const;
  for (const name of kept) {
    const [from, to] = [join(dir, FILES[name]), join(out, FILES[name])];
    await link(from, to).catch(() => copyFile(from, to));
  }
  const digests = header.digests && {
    ...header.digests,
    manifest: contentKey(manifest),
    quarantine: contentKey(quarantine),
  };
  await writeFile(join(out, FILES.header), `${JSON.stringify({ ...header, digests } satisfies CacheHeader)}\n`);
}

function lines(values: readonly object[]): Buffer {
  return Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
}
