/**
 * @file Wraps node:fs and node:fs/promises, for all modules of the thread that loads this: `--import` loads it first.
 *
 * Only what JavaScript does with files passes through here; LanceDB and libvips have file calls of their own.
 */
import fs from 'node:fs';
import promises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { Operation } from './plan.js';
import { type PlaceOf, wrapPlain, wrapRead, wrapReadFile, wrapWrite } from './wrap.js';

export { order } from './striker.js';

type Functions = Parameters<typeof wrapPlain>[0];

const PLAIN: Readonly<Record<string, Operation>> = {
  rename: 'rename',
  link: 'rename',
  mkdir: 'mkdir',
  rm: 'rm',
  unlink: 'rm',
  rmdir: 'rm',
  readdir: 'list',
};

const handlePaths = new WeakMap<object, unknown>();
const fdPaths = new Map<unknown, unknown>();

function ofFirst(_self: object, [file]: readonly unknown[]): unknown {
  if (typeof file === 'number') return fdPaths.get(file);
  return handlePaths.get(file as object) ?? file;
}
const ofHandle: PlaceOf = (self) => handlePaths.get(self);
const ofSecond: PlaceOf = (_self, [, to]) => to;

function wrapModule(functions: Functions, isAsync: boolean): void {
  const suffix = isAsync ? '' : 'Sync';
  const wrapping = (operation: Operation, namesPath: boolean, placeOf = ofFirst) => ({
    operation,
    placeOf,
    isAsync,
    namesPath,
  });
  for (const [name, operation] of Object.entries(PLAIN)) {
    const isMove = operation === 'rename';
    wrapPlain(functions, name + suffix, wrapping(operation, true, isMove ? ofSecond : ofFirst));
  }
  wrapPlain(functions, `copyFile${suffix}`, wrapping('write', true, ofSecond));
  wrapPlain(functions, `open${suffix}`, wrapping('open', true));
  wrapWrite(functions, `writeFile${suffix}`, 1, wrapping('write', false));
  wrapWrite(functions, `appendFile${suffix}`, 1, wrapping('write', false));
  wrapReadFile(functions, `readFile${suffix}`, wrapping('read', false));
}

const sync = fs as unknown as Functions;
wrapModule(sync, false);
wrapWrite(sync, 'writeSync', 1, { operation: 'write', placeOf: ofFirst, isAsync: false, namesPath: false });
wrapRead(sync, 'readSync', 1, { operation: 'read', placeOf: ofFirst, isAsync: false, namesPath: false });
for (const name of ['fsyncSync', 'fdatasyncSync', 'ftruncateSync']) {
  const operation = name === 'ftruncateSync' ? 'write' : 'sync';
  wrapPlain(sync, name, { operation, placeOf: ofFirst, isAsync: false, namesPath: false });
}
const { openSync } = sync;
sync['openSync'] = function (path: unknown, ...rest: unknown[]): unknown {
  const fd = openSync!.call(this, path, ...rest);
  fdPaths.set(fd, path);
  return fd;
};

const handle = await promises.open(process.execPath);
const methods = Object.getPrototypeOf(handle) as Functions;
await handle.close();
wrapModule(promises as unknown as Functions, true);
const open = promises.open as (path: string, ...rest: unknown[]) => Promise<FileHandle>;
(promises as unknown as Functions)['open'] = async (path: string, ...rest: unknown[]): Promise<FileHandle> => {
  const opened = await open(path, ...rest);
  handlePaths.set(opened, path);
  return opened;
};
const ofMethod = (operation: Operation) => ({ operation, placeOf: ofHandle, isAsync: true, namesPath: false });
for (const name of ['write', 'writeFile', 'appendFile']) wrapWrite(methods, name, 0, ofMethod('write'));
for (const name of ['writev', 'truncate']) wrapPlain(methods, name, ofMethod('write'));
for (const name of ['sync', 'datasync']) wrapPlain(methods, name, ofMethod('sync'));
wrapReadFile(methods, 'readFile', ofMethod('read'));
wrapRead(methods, 'read', 0, ofMethod('read'));

syncBuiltinESMExports();
