/** @file A hundred kills: minutes of work, so no part of the gate. */
import { it } from 'vitest';
import { tempFolder } from '../cli/cli.js';
import { killAndResume } from '../train/kill-and-resume.js';

const root = tempFolder();

it('ends the same to the byte after a hundred kills', { timeout: 3_600_000 }, async () => {
  await killAndResume(root, 100, 2);
});
