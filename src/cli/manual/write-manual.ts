/** @file Writes the man page, when the package is built: `node dist/cli/manual/write-manual.js instdisc.1`. */
import { dirname } from 'node:path';
import { VERSION } from '../../run/version.js';
import { writeFileAtomic } from '../../store/files/atomic.js';
import { makeFolder } from '../../store/files/make-folder.js';
import { emptyProgram, loadCommands } from '../whole-program.js';
import { manPage } from './man-page.js';

const [, , path = 'instdisc.1'] = process.argv;
await makeFolder(dirname(path));
await writeFileAtomic(path, manPage(emptyProgram(), await loadCommands(), VERSION));
