/** @file Drawings as PNG files. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Sharp } from 'sharp';
import { DataError } from '../core/errors.js';
import { writeFileAtomic } from '../store/atomic.js';

/**
 * Writes a drawing, replacing a file atomically; folders on the way are made.
 *
 * @throws {DataError} if it cannot be written
 */
export async function writePng(path: string, drawing: Sharp): Promise<void> {
  const png = await drawing.png().toBuffer();
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, png);
  } catch (error) {
    throw new DataError(`${path}: expected a file that can be written, got: ${(error as Error).message}`);
  }
}
