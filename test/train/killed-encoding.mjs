/** Encodes the pictures of a run until so many are done, and is then killed. */
import { openCache } from '#src/data/cache/cache.js';
import { openRun } from '#src/run/open-run.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { finalFeatures } from '#src/train/final-features.js';

const [path, until] = process.argv.slice(2);
const [run, opened] = [await RunFolder.open(path), await openRun(path, { threads: 1 })];
const emit = ({ done }) => done >= Number(until) && process.kill(process.pid, 'SIGKILL');
await finalFeatures({ ...opened, trained: opened, run, cache: openCache(run.cachePath), shouldStop: () => false, emit });
