/** @file Functions of node:fs, wrapped so that a blow can fall on them; each for calls that return and that promise. */

import type { Operation } from './plan.js';
import { type Blow, die, flipped, isCode, strike, systemError } from './striker.js';

// biome-ignore lint/suspicious/noExplicitAny: functions of every shape pass through here.
type Call = (this: any, ...args: any[]) => any;
type Functions = Record<string, Call>;

/** Of which file a call is, from what it is called on and with. */
export type PlaceOf = (self: object, args: readonly unknown[]) => unknown;

export interface Wrapping {
  readonly operation: Operation;
  readonly placeOf: PlaceOf;
  readonly isAsync: boolean;
  /** Errors name the path unless the call has an open file. */
  readonly namesPath: boolean;
}

/** Synchronous functions of Node call one another: only the outermost counts. */
let isInside = false;

/** Puts another function in place of `functions[name]`; `struck` is what happens when a blow falls. */
function wrap(
  functions: Functions,
  name: string,
  { operation, placeOf, isAsync }: Wrapping,
  struck: (blow: Blow, original: Call, self: object, args: readonly unknown[]) => unknown,
): void {
  const original = functions[name]!;
  functions[name] = function (this: object, ...args: unknown[]): unknown {
    const blow = isInside ? undefined : strike(operation, placeOf(this, args));
    if (isAsync) {
      return blow === undefined ? original.apply(this, args) : (async () => struck(blow, original, this, args))();
    }
    const before = isInside;
    isInside = true;
    try {
      return blow === undefined ? original.apply(this, args) : struck(blow, original, this, args);
    } finally {
      isInside = before;
    }
  };
}

/** What has no bytes: it is done, or fails. */
export function wrapPlain(functions: Functions, name: string, wrapping: Wrapping): void {
  wrap(functions, name, wrapping, ({ harm }, original, self, args) => {
    if (harm === 'kill before' || harm === 'kill half-way') die();
    if (harm === 'kill after') return after(original.apply(self, args as unknown[]), die);
    if (harm === 'flip') return original.apply(self, args as unknown[]);
    throw systemError(isCode(harm) ? harm : 'EIO', name.replace('Sync', ''), pathIn(wrapping, self, args));
  });
}

/** @param dataAt which argument holds the bytes */
export function wrapWrite(functions: Functions, name: string, dataAt: number, wrapping: Wrapping): void {
  wrap(functions, name, wrapping, ({ harm, at }, original, self, args) => {
    if (harm === 'kill before') die();
    return after(wrapping.isAsync ? gathered(args[dataAt]) : bytesOf(args[dataAt]), (whole: Uint8Array) => {
      const bytes = partOf(whole, args.slice(dataAt + 1), name);
      const write = (part: Uint8Array): unknown =>
        original.apply(self, [...args.slice(0, dataAt), part, ...restOf(part, args.slice(dataAt + 1), name)]);
      const half = bytes.subarray(0, bytes.length >> 1);
      if (harm === 'flip') return write(flipped(bytes, at));
      if (harm === 'kill after') return after(write(bytes), die);
      if (harm === 'kill half-way') return after(write(half), die);
      // A file that is opened to be written is empty before its first byte is refused.
      const done = harm === 'cut' ? write(half) : /writeFile/i.test(name) ? write(bytes.subarray(0, 0)) : undefined;
      return after(done, () => {
        throw systemError(isCode(harm) ? harm : 'ENOSPC', 'write');
      });
    });
  });
}

export function wrapReadFile(functions: Functions, name: string, wrapping: Wrapping): void {
  wrap(functions, name, wrapping, ({ harm, at }, original, self, args) => {
    if (harm === 'cut' || harm === 'flip') {
      return after(original.apply(self, args as unknown[]), (whole: string | Uint8Array) => {
        const bytes = bytesOf(whole);
        const harmed = Buffer.from(harm === 'flip' ? flipped(bytes, at) : bytes.subarray(0, bytes.length >> 1));
        return typeof whole === 'string' ? harmed.toString() : harmed;
      });
    }
    if (!isCode(harm)) die();
    throw systemError(harm, 'read', pathIn(wrapping, self, args));
  });
}

/** @param bufferAt which argument holds what is filled */
export function wrapRead(functions: Functions, name: string, bufferAt: number, wrapping: Wrapping): void {
  wrap(functions, name, wrapping, ({ harm, at }, original, self, args) => {
    if (harm === 'cut') return wrapping.isAsync ? { bytesRead: 0, buffer: args[bufferAt] } : 0;
    if (harm === 'flip') {
      return after(
        original.apply(self, args as unknown[]),
        (result: number | { bytesRead: number; buffer: Uint8Array }) => {
          const [count, buffer] =
            typeof result === 'number' ? [result, args[bufferAt] as Uint8Array] : [result.bytesRead, result.buffer];
          const start = typeof args[bufferAt + 1] === 'number' ? (args[bufferAt + 1] as number) : 0;
          const filled = new Uint8Array(buffer.buffer, buffer.byteOffset + start, count);
          filled.set(flipped(filled, at));
          return result;
        },
      );
    }
    if (!isCode(harm)) die();
    throw systemError(harm, 'read');
  });
}

function pathIn({ namesPath, placeOf }: Wrapping, self: object, args: readonly unknown[]): string | undefined {
  return namesPath ? String(placeOf(self, args)) : undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
function after(result: any, then: (value: any) => unknown): unknown {
  return result instanceof Promise ? result.then(then) : then(result);
}

function bytesOf(content: unknown): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content);
  const { buffer, byteOffset, byteLength } = content as ArrayBufferView;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function gathered(content: unknown): Promise<Uint8Array> {
  if (typeof content === 'string' || ArrayBuffer.isView(content)) return bytesOf(content);
  const pieces: Uint8Array[] = [];
  for await (const piece of content as AsyncIterable<unknown>) pieces.push(Uint8Array.from(bytesOf(piece)));
  return Buffer.concat(pieces);
}

/** `write(buffer, offset, length, position)` writes a part of its buffer, `writeFile(data, options)` all. */
function partOf(bytes: Uint8Array, rest: readonly unknown[], name: string): Uint8Array {
  if (/File/.test(name)) return bytes;
  const [offset, length] = rest as [number | undefined, number | undefined];
  if (typeof offset !== 'number') return bytes;
  return bytes.subarray(offset, offset + (length ?? bytes.length - offset));
}

function restOf(part: Uint8Array, rest: readonly unknown[], name: string): readonly unknown[] {
  if (/File/.test(name) || typeof rest[0] !== 'number') return rest;
  return [0, part.length, ...rest.slice(2)];
}
