/** @file What has been looked at by a scan: what is known from there and was not found, has gone. */
import { sep } from 'node:path';
import { nameKey } from '../../core/names.js';

/**
 * Whether an id lies at or below one of the `paths`, and not in one of the folders that could not be read.
 *
 * @param paths absolute
 */
export function coverage(paths: readonly string[], unread: readonly string[]): (id: string) => boolean {
  const [keys, unreadKeys] = [paths.map(nameKey), unread.map(nameKey)];
  return (id) => {
    const key = nameKey(id);
    return keys.some((path) => key === path || isBelow(key, path)) && !unreadKeys.some((path) => isBelow(key, path));
  };
}

/** In a folder, or a record of a file. */
function isBelow(id: string, path: string): boolean {
  return id.startsWith(path.endsWith(sep) ? path : path + sep) || id.startsWith(`${path}#`);
}
