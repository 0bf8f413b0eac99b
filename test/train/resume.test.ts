import { it } from 'vitest';
import { tempFolder } from '../cli/cli.js';
import { killAndResume } from './kill-and-resume.js';

const root = tempFolder();

it('ends the same to the byte after kills at random moments, with any number of loader threads', {
  timeout: 120_000,
}, async () => {
  await killAndResume(root, 5, 1);
});
