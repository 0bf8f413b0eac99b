import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import { acquireLock, type Lock, lockHolder, waitForLock } from '#src/store/files/lock.js';
import { ownHolder } from '#src/store/files/lock-holder.js';
import { tempFolder } from '../temp-folder.js';

const root = tempFolder();
const held: Lock[] = [];
afterAll(() => Promise.all(held.map((lock) => lock.release())));

async function take(path: string): Promise<Lock> {
  const lock = await acquireLock(path);
  held.push(lock);
  return lock;
}

/** A process that has run and is gone. */
const gonePid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

const pidIn = (path: string): number => JSON.parse(readFileSync(path, 'utf8')).pid;

describe('a lock', () => {
  it('is held by one at a time, and again by another after it is given back', async () => {
    const path = join(root, 'held');
    const lock = await acquireLock(path);
    expect(pidIn(path)).toBe(process.pid);
    await expect(acquireLock(path)).rejects.toThrow(RunError);
    await expect(acquireLock(path)).rejects.toThrow(`one that process ${process.pid} is writing; wait for it`);
    await lock.release();
    expect(existsSync(path)).toBe(false);
    await take(path);
    expect(readdirSync(root).filter((name) => name.startsWith('.tmp-'))).toEqual([]);
  });

  it('is waited for, with word of who holds it', async () => {
    const path = join(root, 'waited');
    const lock = await acquireLock(path);
    const names: string[] = [];
    const waiting = waitForLock(path, { onWait: (name) => names.push(name) });
    await expect(Promise.race([waiting, sleep(300, 'still waiting')])).resolves.toBe('still waiting');
    await lock.release();
    held.push(await waiting);
    expect(names).toEqual([`process ${process.pid}`]);
    const stop = new AbortController();
    const stopped = waitForLock(path, { signal: stop.signal });
    stop.abort(new Error('no longer'));
    await expect(stopped).rejects.toThrow('no longer');
  });

  it('is refused while another process that runs holds it, as version 0.1 wrote it or as it is now', async () => {
    const path = join(root, 'parent');
    writeFileSync(path, `${process.ppid}\n`);
    await expect(acquireLock(path)).rejects.toThrow(`process ${process.ppid} is writing`);
    const { started: _, ...unknownStart } = { ...ownHolder(), pid: process.ppid };
    writeFileSync(path, JSON.stringify(unknownStart));
    await expect(acquireLock(path)).rejects.toThrow(`process ${process.ppid} is writing`);
  });

  it('is taken over from a process that is gone', async () => {
    const path = join(root, 'gone');
    writeFileSync(path, `${gonePid()}\n`);
    expect(await lockHolder(path)).toBeUndefined();
    await take(path);
    expect(pidIn(path)).toBe(process.pid);
  });

  it('is taken over from an earlier process that had our number, as in a container', async () => {
    const path = join(root, 'container');
    writeFileSync(path, `${process.pid}\n`);
    utimesSync(path, new Date(2000, 1), new Date(2000, 1));
    await take(path);
  });

  it.runIf(process.platform === 'linux')('is taken over when its number is another process’s by now', async () => {
    const path = join(root, 'reused');
    writeFileSync(path, JSON.stringify({ ...ownHolder(), pid: process.ppid }));
    expect(await lockHolder(path)).toBeUndefined();
    await take(path);
  });

  it.runIf(process.platform === 'linux')('is taken over from a killed process that nobody has asked for', async () => {
    const path = join(root, 'zombie');
    // The shell starts a process that ends, and becomes one that never asks for it.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = await once(parent.stdout, 'data');
    await sleep(200);
    writeFileSync(path, String(pid));
    await take(path);
    parent.kill();
  });

  it('of another machine is refused while it gives signs of life, and taken over after three minutes without', async () => {
    const path = join(root, 'elsewhere');
    writeFileSync(path, JSON.stringify({ ...ownHolder(), pid: 7, host: 'attic', place: 'there' }));
    await expect(acquireLock(path)).rejects.toThrow('process 7 on attic is writing');
    const long = new Date(Date.now() - 200_000);
    utimesSync(path, long, long);
    await take(path);
  });

  it('is taken over when a crash left no holder in it, but not while it may be just being written', async () => {
    const paths = ['', '\0'.repeat(40)].map((text, i) => {
      const path = join(root, `empty ${i}`);
      writeFileSync(path, text);
      return path;
    });
    const taking = Promise.all(paths.map(take));
    await expect(Promise.race([taking, sleep(1000, 'not yet')])).resolves.toBe('not yet');
    await taking;
    expect(paths.map(pidIn)).toEqual([process.pid, process.pid]);
  });

  it('is taken over where a takeover was killed, too', async () => {
    const path = join(root, 'twice');
    for (const name of [path, `${path}.takeover`]) writeFileSync(name, `${gonePid()}\n`);
    await take(path);
    expect(existsSync(`${path}.takeover`)).toBe(false);
  });

  it('is given back though the disk has changed a letter of it', async () => {
    const path = join(root, 'changed');
    const lock = await acquireLock(path);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"place":"', '"place":"x'));
    await lock.release();
    expect(existsSync(path)).toBe(false);
  });

  it('that another has taken over is not given back in its place', async () => {
    const path = join(root, 'lost');
    const lock = await acquireLock(path);
    // As version 0.1 takes one over; this one renames another into its place.
    rmSync(path);
    writeFileSync(path, `${process.ppid}\n`);
    await lock.release();
    expect(readFileSync(path, 'utf8')).toBe(`${process.ppid}\n`);
  });
});

describe('of several processes that want a lock at once', () => {
  const NUM_PROCESSES = 4;
  let racers: ChildProcess[];

  beforeAll(async () => {
    racers = Array.from({ length: NUM_PROCESSES }, () => fork(join(import.meta.dirname, 'lock-racer.mjs')));
    await Promise.all(racers.map((racer) => once(racer, 'message')));
  });
  afterAll(() => racers.map((racer) => racer.kill()));

  /** Has all of them take some locks, and counts who got each. Without locks they give back what they have. */
  async function race(...paths: string[]): Promise<number[]> {
    const answers = racers.map((racer) => once(racer, 'message'));
    for (const racer of racers) racer.send(paths);
    const taken = (await Promise.all(answers)).map(([answer]) => answer as boolean[]);
    return paths.map((_, i) => taken.filter((own) => own[i]).length);
  }

  it.each([
    ['nothing lies there', undefined],
    ['a stale lock of 0.1 lies there', '2147483646\n'],
    ['a stale lock lies there', JSON.stringify({ ...ownHolder(), pid: 2147483646 })],
  ])('exactly one gets each of 330, where %s', { timeout: 60_000 }, async (name, text) => {
    const holders: number[] = [];
    for (let round = 0; round < 30; round++) {
      const paths = Array.from({ length: 11 }, (_, i) => join(root, `race ${name} ${round} ${i}`));
      if (text !== undefined) for (const path of paths) writeFileSync(path, text);
      holders.push(...(await race(...paths)));
      await race();
    }
    expect(holders).toEqual(holders.map(() => 1));
  });

  it('exactly one gets each of 30 that a crash left empty', { timeout: 60_000 }, async () => {
    // Each takes seconds, to see that nobody is writing it, so all at once.
    const paths = Array.from({ length: 30 }, (_, i) => join(root, `race empty ${i}`));
    for (const path of paths) writeFileSync(path, '');
    expect(await race(...paths)).toEqual(paths.map(() => 1));
  });
});
