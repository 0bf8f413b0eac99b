/** @file Embeddings as text: the columns path, label, f0, f1, …; an empty label is none. */

import { CsvError, parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { DataError } from '../../core/errors.js';
import { writeFileAtomic } from '../atomic.js';
import { withFile } from '../bytes.js';
import { type Embeddings, type EmbeddingsFormat, FeatureRows, makeEmbeddings } from './format.js';

const ROWS_PER_BLOCK = 256;

export const csv: EmbeddingsFormat = {
  async write(path, embeddings) {
    await writeFileAtomic(path, blocks(embeddings));
  },

  async read(path) {
    return withFile(path, async (file) => {
      const records = file.createReadStream().pipe(parse({ bom: true }));
      const ids: string[] = [];
      const labels: string[] = [];
      const rows = new FeatureRows();
      let isHeader = true;
      try {
        for await (const record of records as AsyncIterable<string[]>) {
          if (isHeader) {
            checkHeader(record, path);
            isHeader = false;
            continue;
          }
          const [id = '', label = '', ...numbers] = record;
          ids.push(id);
          labels.push(label);
          rows.add(numbers.map((text, i) => parseNumber(text, `${path}, row ${rows.count + 1}, f${i}`)));
        }
      } catch (error) {
        if (!(error instanceof CsvError)) throw error;
        throw new DataError(`${path}: expected a CSV file, got: ${error.message}`, { cause: error });
      }
      if (isHeader) throw new DataError(`${path}: expected the columns path, label, f0, f1, …, got an empty file`);
      return makeEmbeddings(ids, labels, rows.concat(), rows.dim);
    });
  },
};

function* blocks({ ids, labels, features, dim }: Embeddings): Generator<string> {
  yield stringify([['path', 'label', ...Array.from({ length: dim }, (_, i) => `f${i}`)]]);
  for (let first = 0; first < ids.length; first += ROWS_PER_BLOCK) {
    yield stringify(
      ids.slice(first, first + ROWS_PER_BLOCK).map((id, i) => {
        const start = (first + i) * dim;
        return [id, labels?.[first + i] ?? '', ...Array.from(features.subarray(start, start + dim), formatNumber)];
      }),
    );
  }
}

/** Nine digits tell any two float32 apart (IEEE 754); trailing zeros are left out. */
function formatNumber(value: number): string {
  return String(Number(value.toPrecision(9)));
}

function parseNumber(text: string, where: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new DataError(`${where}: expected a number, got '${text}'`);
  return value;
}

function checkHeader(header: readonly string[], path: string): void {
  const isKnown = header.length > 2 && header.every((name, i) => name === (['path', 'label'][i] ?? `f${i - 2}`));
  if (!isKnown) {
    const got = header.length > 6 ? `${header.slice(0, 6).join(', ')}, …` : header.join(', ');
    throw new DataError(`${path}: expected the columns path, label, f0, f1, …, got ${got}`);
  }
}
