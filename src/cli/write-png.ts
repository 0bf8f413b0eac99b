/** @file Drawings as PNG files. */
import { dirname } from 'node:path';
import type { Sharp } from 'sharp';
import { withPath } from '../core/system-errors.js';
import { writeFileAtomic } from '../store/files/atomic.js';
import { makeFolder } from '../store/files/make-folder.js';

/**
 * Writes a drawing, replacing a file atomically; folders on the way are made.
 *
 * @throws {SystemError} if it cannot be written
 */
export async function writePng(path: string, drawing: Sharp): Promise<void> {
  const png = await drawing.png().toBuffer();
  try {
    await makeFolder(dirname(path));
  } catch (error) {
    throw withPath(error, dirname(path));
  }
  await writeFileAtomic(path, png);
}
