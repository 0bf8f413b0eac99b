import { it } from 'vitest';
import { tempFolder } from '../cli/cli.js';
import { killAndResume } from './kill-and-resume.js';

const root = tempFolder();

// More of it, and with other losses, in test/stress/.
it('ends the same to the byte after kills at random moments, with any number of loader threads', async () => {
  await killAndResume(root, 2, 1, ['--set', 'progression=[0.5,1]']);
}, 180_000);
