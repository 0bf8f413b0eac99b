/** @file Embeddings as text: the columns path, label, f0, f1, …; an empty label is none. They do not say of which encoder. */

import type { FileHandle } from 'node:fs/promises';
import { restored } from '../../core/csv-cell.js';
import { type CsvCell, CsvRecords, delimiterOf, headerNames, withoutSeparatorLine } from '../../core/csv-read.js';
import { type CsvRow, type CsvStyle, csvLines, csvStart } from '../../core/csv-write.js';
import { DataError } from '../../core/errors.js';
import { asWindows1252, FALLBACK_ENCODING, unicodeEncoding } from '../../core/text-encoding.js';
import { writeFileAtomic } from '../files/atomic.js';
import { withFile } from '../files/bytes.js';
import { type Embeddings, type EmbeddingsFormat, FeatureRows, makeEmbeddings } from './embeddings-format.js';

const ROWS_PER_BLOCK = 256;
const PIECE_BYTES = 256 * 1024;

export const csv: EmbeddingsFormat = {
  async write(path, embeddings, style) {
    await writeFileAtomic(path, blocks(embeddings, style));
  },

  async read(path) {
    return withFile(path, async (file) => {
      try {
        return await readTable(file);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        throw new DataError(`${path}: ${error.message}`, { cause: error });
      }
    });
  },
};

function* blocks({ ids, labels, features, dim }: Embeddings, style: CsvStyle = {}): Generator<string> {
  const header: CsvRow = ['path', 'label', ...Array.from({ length: dim }, (_, i) => `f${i}`)];
  yield csvStart(style) + csvLines([header]);
  for (let first = 0; first < ids.length; first += ROWS_PER_BLOCK) {
    const rows = ids.slice(first, first + ROWS_PER_BLOCK).map((id, i): CsvRow => {
      const start = (first + i) * dim;
      return [id, labels?.[first + i] ?? '', ...Array.from(features.subarray(start, start + dim), nineDigits)];
    });
    yield csvLines(rows, style);
  }
}

/** Nine digits tell any two float32 apart (IEEE 754); trailing zeros are left out. */
function nineDigits(value: number): number {
  return Number(value.toPrecision(9));
}

/** @throws {DataError} without the path */
async function readTable(file: FileHandle): Promise<Embeddings> {
  const start = new Uint8Array(4096);
  const { bytesRead } = await file.read(start, 0, start.length, 0);
  const encoding = unicodeEncoding(start.subarray(0, bytesRead));
  try {
    return await readRows(file, encoding);
  } catch (error) {
    // The decoder's: it is no Unicode after all.
    if (!(error instanceof TypeError)) throw error;
    return await readRows(file, FALLBACK_ENCODING);
  }
}

async function readRows(file: FileHandle, encoding: string): Promise<Embeddings> {
  const ids: string[] = [];
  const labels: string[] = [];
  const rows = new FeatureRows();
  let records: CsvRecords | undefined;
  let width = 0;
  const take = (record: readonly CsvCell[]): void => {
    if (width === 0) {
      checkHeader(record);
      width = record.length;
      return;
    }
    if (record.length !== width) {
      throw new DataError(`row ${records!.row}: expected ${width} cells, as in the first row, got ${record.length}.`);
    }
    const [id, label, ...numbers] = record.map(({ text }) => text) as [string, string, ...string[]];
    ids.push(restored(id));
    labels.push(restored(label));
    rows.add(numbers.map((text, i) => parseNumber(text, `row ${records!.row}, f${i}`)));
  };
  for await (let text of textOf(file, encoding)) {
    if (records === undefined) {
      text = withoutSeparatorLine(text);
      records = new CsvRecords(delimiterOf(text, ['path', 'label', 'f0']));
    }
    for (const record of records.read(text, false)) take(record);
  }
  for (const record of records?.read('', true) ?? []) take(record);
  if (width === 0) throw new DataError('expected the columns path, label, f0, f1, …, got an empty file');
  return makeEmbeddings(ids, labels, rows.concat(), rows.dim);
}

/** @throws {TypeError} if the file is in another encoding */
async function* textOf(file: FileHandle, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const mended = encoding === FALLBACK_ENCODING ? asWindows1252 : (text: string): string => text;
  const piece = new Uint8Array(PIECE_BYTES);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    yield mended(decoder.decode(piece.subarray(0, bytesRead), { stream: true }));
  }
  yield mended(decoder.decode());
}

function parseNumber(text: string, where: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new DataError(`${where}: expected a number, got '${text}'`);
  return value;
}

function checkHeader(record: readonly CsvCell[]): void {
  const header = headerNames(record);
  const isKnown = header.length > 2 && header.every((name, i) => name === (['path', 'label'][i] ?? `f${i - 2}`));
  if (!isKnown) {
    const got = header.length > 6 ? `${header.slice(0, 6).join(', ')}, …` : header.join(', ');
    throw new DataError(`expected the columns path, label, f0, f1, …, got ${got}`);
  }
}
