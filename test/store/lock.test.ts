import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import { acquireLock, releaseLock } from '#src/store/lock.js';
import { tempFolder } from './temp-folder.js';

const root = tempFolder();

it('is held by one at a time, and again by another after it is given back', async () => {
  const path = join(root, 'held');
  await acquireLock(path);
  expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
  await expect(acquireLock(path)).rejects.toThrow(RunError);
  await expect(acquireLock(path)).rejects.toThrow(`one that process ${process.pid} is writing; wait for it`);
  await releaseLock(path);
  expect(existsSync(path)).toBe(false);
  await acquireLock(path);
});

it('is refused while another process that runs holds it', async () => {
  const path = join(root, 'parent');
  writeFileSync(path, `${process.ppid}\n`);
  await expect(acquireLock(path)).rejects.toThrow(`process ${process.ppid} is writing`);
});

it('is taken over from a process that is gone', async () => {
  const path = join(root, 'gone');
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(path, `${pid}\n`);
  await acquireLock(path);
  expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
});

it('is taken over from an earlier process that had our number, as in a container', async () => {
  const path = join(root, 'container');
  writeFileSync(path, `${process.pid}\n`);
  utimesSync(path, new Date(2000, 1), new Date(2000, 1));
  await acquireLock(path);
});

it('is taken over when a crash left it empty', async () => {
  const path = join(root, 'empty');
  writeFileSync(path, '');
  await acquireLock(path);
  expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
});
