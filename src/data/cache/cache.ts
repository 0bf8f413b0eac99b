/** @file Opens the cache of decoded pictures. */
import { CacheFolder } from './cache-folder.js';
import type { PictureCache } from './picture-cache.js';
import { readShares, SharedCache } from './shared-cache.js';

export type { PictureCache } from './picture-cache.js';

/** @throws {RunError} if there is no whole cache in `dir` */
export function openCache(dir: string): PictureCache {
  const shares = readShares(dir);
  return shares === undefined ? new CacheFolder(dir) : new SharedCache(dir, shares);
}
