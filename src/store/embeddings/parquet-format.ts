/** @file Embeddings as a Parquet table: path string, label string (null for none), embedding list<float>; the encoder in its metadata. */

import { type FileMetaData, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { fileWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { DataError } from '../../core/errors.js';
import { writeAtomic } from '../files/atomic.js';
import { readInto, withFile } from '../files/bytes.js';
import { type Embeddings, type EmbeddingsFormat, FeatureRows, makeEmbeddings } from './embeddings-format.js';

// What is held as JavaScript numbers at a time, on writing and on reading what was written here.
const ROWS_PER_GROUP = 10_000;
/** The key under which a file's metadata has the SHA-256 of the encoder. */
const ENCODER = 'instdisc.encoder';

const SCHEMA: SchemaElement[] = [
  { name: 'schema', num_children: 3 },
  { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
  { name: 'label', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  { name: 'embedding', converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
];

export const parquet: EmbeddingsFormat = {
  async write(path, embeddings) {
    const { encoderKey } = embeddings;
    const kvMetadata = encoderKey === undefined ? [] : [{ key: ENCODER, value: encoderKey }];
    await writeAtomic(path, async (temp) => {
      const writer = new ParquetWriter({ writer: fileWriter(temp), schema: SCHEMA, kvMetadata });
      for (let first = 0; first < embeddings.ids.length; first += ROWS_PER_GROUP) {
        await writer.write({ columnData: columns(embeddings, first), rowGroupSize: ROWS_PER_GROUP });
      }
      await writer.finish();
    });
  },

  async read(path) {
    return withFile(path, async (handle) => {
      const { size } = await handle.stat();
      const file = {
        byteLength: size,
        async slice(start: number, end = size): Promise<ArrayBuffer> {
          const bytes = new Uint8Array(end - start);
          await readInto(handle, bytes, start, path);
          return bytes.buffer;
        },
      };
      try {
        return await readRows(file, await parquetMetadataAsync(file), path);
      } catch (error) {
        if (error instanceof DataError) throw error;
        // Of a file that is cut short, offsets lead out of it.
        const got = error instanceof RangeError ? `one of ${size} bytes that is cut short` : (error as Error).message;
        throw new DataError(`${path}: expected a Parquet file that can be read, got ${got}. Embed again.`, {
          cause: error,
        });
      }
    });
  },
};

function columns({ ids, labels, features, dim }: Embeddings, first: number): ParquetColumns {
  const groupIds = ids.slice(first, first + ROWS_PER_GROUP);
  return [
    { name: 'path', data: groupIds },
    { name: 'label', data: groupIds.map((_, i) => labels?.[first + i] ?? null) },
    {
      name: 'embedding',
      data: groupIds.map((_, i) => Array.from(features.subarray((first + i) * dim, (first + i + 1) * dim))),
      // Mantissas are noise to a compressor and their extremes tell nothing.
      encoding: 'PLAIN',
      codec: 'UNCOMPRESSED',
      statistics: false,
    },
  ];
}

type ParquetColumns = Parameters<ParquetWriter['write']>[0]['columnData'];
type ParquetFile = Parameters<typeof parquetReadObjects>[0]['file'];

async function readRows(file: ParquetFile, metadata: FileMetaData, path: string): Promise<Embeddings> {
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  for (const name of ['path', 'embedding']) {
    if (!names.includes(name)) {
      throw new DataError(`${path}: expected the columns path, label and embedding, got ${names.join(', ')}`);
    }
  }
  const wanted = ['path', 'label', 'embedding'].filter((name) => names.includes(name));
  const ids: string[] = [];
  const labels: (string | null)[] = [];
  const rows = new FeatureRows();
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    for (const record of await parquetReadObjects({ file, metadata, columns: wanted, rowStart, rowEnd })) {
      ids.push(String(record.path));
      labels.push(record.label == null ? null : String(record.label));
      rows.add(checkRow(record.embedding, rows, path));
    }
    rowStart = rowEnd;
  }
  const encoder = metadata.key_value_metadata?.find(({ key }) => key === ENCODER)?.value;
  return makeEmbeddings(ids, labels, rows.concat(), rows.dim, encoder);
}

function checkRow(embedding: unknown, rows: FeatureRows, path: string): number[] {
  const isRow = Array.isArray(embedding) && embedding.every((value) => typeof value === 'number');
  if (!isRow || (rows.count > 0 && embedding.length !== rows.dim)) {
    const expected = rows.count > 0 ? `${rows.dim} numbers as before` : 'a list of numbers';
    const got = isRow ? `${embedding.length} numbers` : JSON.stringify(embedding)?.slice(0, 80);
    throw new DataError(`${path}, row ${rows.count + 1}: expected as embedding ${expected}, got ${got}`);
  }
  return embedding;
}
