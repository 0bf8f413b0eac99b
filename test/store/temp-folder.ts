/** @file A fresh folder for a test's files, removed when the test file is done. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Makes the folder. */
export function tempFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'instdisc-store-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
