/** @file Parses and checks the header of a safetensors file, before a byte of its tensors is believed. */

import { DataError } from '../../core/errors.js';
import { ARRAY_TYPES, type ArrayType, numElements } from './tensor.js';

/** A tensor's place in the file. */
export interface Entry {
  readonly name: string;
  readonly dtype: ArrayType | 'F16' | 'BF16';
  readonly shape: readonly number[];
  /** Offset of its first byte from the end of the header. */
  readonly begin: number;
}

export interface Header {
  /** In the order of their bytes. */
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * @param text the header, JSON
 * @param numBytes how many bytes follow the header in the file
 * @param path names the file in errors
 * @throws {DataError} if the header is malformed, or its tensors do not fill the rest of the file exactly
 */
export function parseHeader(text: string, numBytes: number, path: string): Header {
  const fields = parseObject(text, path);
  const { __metadata__: metadata = {}, ...tensors } = fields;
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new DataError(`${path}: expected __metadata__ to map names to strings, got ${JSON.stringify(metadata)}`);
  }
  const placed = Object.entries(tensors)
    .map(([name, field]) => parseEntry(name, field, path))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let filled = 0;
  for (const { name, begin, end } of placed) {
    if (begin !== filled) {
      throw new DataError(
        `${path}: tensor ${name}: expected its bytes to begin at ${filled}, got ${begin}: ` +
          `${begin < filled ? 'it overlaps another tensor' : 'there is a hole before it'}; the file is damaged`,
      );
    }
    filled = end;
  }
  if (filled !== numBytes) {
    throw new DataError(
      `${path}: expected ${filled} bytes of tensors, got ${numBytes}; the file is ` +
        `${numBytes < filled ? 'cut short' : 'followed by something else'}`,
    );
  }
  return {
    entries: placed.map(({ name, dtype, shape, begin }) => ({ name, dtype, shape, begin })),
    metadata: metadata as Record<string, string>,
  };
}

function parseObject(text: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DataError(`${path}: expected a safetensors file, got a header that is not JSON`);
  }
  if (!isObject(value)) throw new DataError(`${path}: expected a safetensors file, got a header that is no object`);
  return value;
}

function parseEntry(name: string, field: unknown, path: string): Entry & { readonly end: number } {
  const { dtype, shape, data_offsets: offsets } = isObject(field) ? field : {};
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw new DataError(
      `${path}: tensor ${name}: expected a dtype, a shape and two data_offsets, got ${JSON.stringify(field)}`,
    );
  }
  if (!isKnown(dtype)) {
    throw new DataError(
      `${path}: tensor ${name}: expected one of ${Object.keys(ARRAY_TYPES).join(', ')}, F16, BF16, ` +
        `got ${dtype === undefined ? 'none; the file is damaged' : `${JSON.stringify(dtype)}; convert it first`}`,
    );
  }
  const [begin, end] = offsets as [number, number];
  const width = dtype === 'F16' || dtype === 'BF16' ? 2 : ARRAY_TYPES[dtype].BYTES_PER_ELEMENT;
  const numBytes = numElements(shape) * width;
  if (end - begin !== numBytes) {
    throw new DataError(
      `${path}: tensor ${name}: expected ${numBytes} bytes for ${dtype}[${shape}], got ${end - begin}; the file is damaged`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function isKnown(dtype: unknown): dtype is Entry['dtype'] {
  return typeof dtype === 'string' && (dtype === 'F16' || dtype === 'BF16' || Object.hasOwn(ARRAY_TYPES, dtype));
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
