/** @file Writes the man page, when the package is built: `node dist/cli/manual/write-manual.js instdisc.1`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { VERSION } from '../../run/version.js';
import { emptyProgram, loadCommands } from '../whole-program.js';
import { manPage } from './man-page.js';

const [, , path = 'instdisc.1'] = process.argv;
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, manPage(emptyProgram(), await loadCommands(), VERSION));
