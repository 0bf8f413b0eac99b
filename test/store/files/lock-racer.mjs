/** @file A process that takes the locks it is told to, as fast as it can, and says whether it got them. */
import process from 'node:process';
import { acquireLock } from '../../../dist/store/files/lock.js';

let locks = [];

/** Only a refusal is an answer; anything else ends the process, and the test. */
async function take(path) {
  try {
    locks.push(await acquireLock(path));
    return true;
  } catch (error) {
    if (error.name !== 'RunError') throw error;
    return false;
  }
}

process.on('message', async (paths) => {
  if (paths.length > 0) process.send(await Promise.all(paths.map(take)));
  else {
    await Promise.all(locks.map((lock) => lock.release()));
    locks = [];
    process.send([]);
  }
});
process.send([]);
