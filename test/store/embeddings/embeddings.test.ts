import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { ArgumentError, DataError, ShapeError } from '#src/core/errors.js';
import { Random } from '#src/core/random.js';
import { embeddingsFormat, readEmbeddings, writeEmbeddings } from '#src/store/embeddings/embeddings.js';
import { writeFileAtomic } from '#src/store/files/atomic.js';
import { npyContent } from '#src/store/tensors/npy.js';
import { tempFolder } from '../temp-folder.js';

const root = tempFolder();
const EXTENSIONS = ['npy', 'parquet', 'csv'] as const;

/** Names that break naive writers. */
const ids = ['/a/plain.jpg', 'with space, comma.png', 'quote"\'.png', 'new\nline.png', 'ümläut 🐈.webp', '=1+1', ''];
const labels = ['cat', null, 'a, "b"', 'new\nline', '🐈', '0', null];
const dim = 3;
const random = new Random(1, 'sample');
const features = Float32Array.from({ length: ids.length * dim }, () => random.normal());
features.set([1e-45, 3.4028234663852886e38, 1 / 3, -1e-7, 16777217, -0.1]);

it('says of which encoder they are, but as .csv, and need not', async () => {
  const encoderKey = 'c0ffee'.repeat(10);
  for (const extension of EXTENSIONS) {
    const path = join(root, `keyed.${extension}`);
    await writeEmbeddings(path, { ids, features, dim, encoderKey });
    expect((await readEmbeddings(path)).encoderKey).toBe(extension === 'csv' ? undefined : encoderKey);
    await writeEmbeddings(path, { ids, features, dim });
    expect(await readEmbeddings(path)).not.toHaveProperty('encoderKey');
  }
});

describe.each(EXTENSIONS)('embeddings as .%s', (extension) => {
  it('come back to the bit, whatever the names', async () => {
    const folder = join(root, extension);
    const path = join(folder, 'deeper', `features.${extension}`);
    await writeEmbeddings(path, { ids, labels, features, dim });
    expect(await readEmbeddings(path)).toEqual({ ids, labels, features, dim });
    expect(readdirSync(join(folder, 'deeper')).filter((name) => name.startsWith('.tmp'))).toEqual([]);
  });

  it('have no labels where no picture has one', async () => {
    const path = join(root, `unlabelled.${extension}`);
    await writeEmbeddings(path, { ids, features, dim });
    expect(await readEmbeddings(path)).toEqual({ ids, features, dim });
    await writeEmbeddings(path, { ids, labels: labels.map(() => null), features, dim });
    expect(await readEmbeddings(path)).toEqual({ ids, features, dim });
  });

  it('are neither written nor read if a feature is not finite', async () => {
    for (const spoilt of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const path = join(root, `spoilt.${extension}`);
      const embeddings = { ids, features: features.with(7, spoilt), dim };
      const message = `${path}: expected finite features, got ${spoilt} in row 2, of ${ids[2]}`;
      await expect(writeEmbeddings(path, embeddings)).rejects.toThrow(message);
      expect(existsSync(path)).toBe(false);
      // As version 0.1 wrote them. Text that is no number was refused already.
      await embeddingsFormat(path).write(path, embeddings);
      await expect(readEmbeddings(path)).rejects.toThrow(DataError);
      if (extension !== 'csv' || spoilt === Number.POSITIVE_INFINITY)
        await expect(readEmbeddings(path)).rejects.toThrow(message);
      rmSync(path);
    }
  });

  it('may be more than are written at a time', async () => {
    const path = join(root, `many.${extension}`);
    const many = {
      ids: Array.from({ length: 10_500 }, (_, i) => `${i}.jpg`),
      features: Float32Array.from({ length: 10_500 * 2 }, (_, i) => i / 7),
      dim: 2,
    };
    await writeEmbeddings(path, many);
    expect(await readEmbeddings(path)).toEqual(many);
  });

  it('are refused with the path when the file is missing or something else', async () => {
    const missing = join(root, `missing.${extension}`);
    await expect(readEmbeddings(missing)).rejects.toThrow(DataError);
    await expect(readEmbeddings(missing)).rejects.toThrow(
      `${missing}: expected a file that can be read, got no such file. Check the path.`,
    );
    const other = join(root, `other.${extension}`);
    writeFileSync(other, 'This is no table at all,\nnot even "a list');
    await expect(readEmbeddings(other)).rejects.toThrow(DataError);
    await expect(readEmbeddings(other)).rejects.toThrow(other);
  });
});

describe('writeEmbeddings', () => {
  it('takes the format from the extension, in either case, and says which there are', async () => {
    expect(embeddingsFormat('A.NPY')).toBe(embeddingsFormat('b.npy'));
    const message = 'x.json: expected a file name ending in .npy, .parquet, .csv, got .json';
    await expect(writeEmbeddings('x.json', { ids, features, dim })).rejects.toThrow(new ArgumentError(message));
    await expect(readEmbeddings('x')).rejects.toThrow('got no extension');
  });

  it('refuses features or labels that are not one a picture', async () => {
    const path = join(root, 'wrong.csv');
    await expect(writeEmbeddings(path, { ids, features, dim: 2 })).rejects.toThrow(
      new ShapeError('features: expected float32[7, 2], got 21 numbers'),
    );
    await expect(writeEmbeddings(path, { ids, labels: ['a'], features, dim })).rejects.toThrow(
      new ShapeError('labels: expected 7, one a picture, got 1'),
    );
  });
});

it('says in words what a damaged sidecar and an empty Parquet file are', async () => {
  const path = join(root, 'sidecar.npy');
  const sidecar = join(root, 'sidecar.paths.json');
  await writeEmbeddings(path, { ids, features, dim });
  writeFileSync(sidecar, '{"paths":null}');
  await expect(readEmbeddings(path)).rejects.toThrow(
    `${sidecar}: paths: expected a list, got null. Expected is {"paths"`,
  );
  writeFileSync(sidecar, '{"paths":');
  await expect(readEmbeddings(path)).rejects.toThrow('got no JSON, or a part of it. Embed again.');
  const parquet = join(root, 'empty.parquet');
  writeFileSync(parquet, '');
  await expect(readEmbeddings(parquet)).rejects.toThrow('got one of 0 bytes that is cut short. Embed again.');
});

describe('a sidecar of .npy', () => {
  it('is JSON with the paths and labels of the rows', async () => {
    const path = join(root, 'side.npy');
    await writeEmbeddings(path, { ids: ['a', 'b'], labels: ['x', null], features: new Float32Array(2), dim: 1 });
    const sidecar = join(root, 'side.paths.json');
    expect(JSON.parse(readFileSync(sidecar, 'utf8'))).toEqual({
      paths: ['a', 'b'],
      labels: ['x', null],
      features: createHash('sha256').update(new Uint8Array(8)).digest('hex'),
    });

    writeFileSync(sidecar, '{"paths": ["a"]}');
    await expect(readEmbeddings(path)).rejects.toThrow(/side\.paths\.json: expected 2 paths .* got 1 and 0/);
    writeFileSync(sidecar, '{"paths": [1, 2]}');
    await expect(readEmbeddings(path)).rejects.toThrow(/side\.paths\.json: paths\.0: expected a text, got 1\./);
  });

  it('of other features is refused, one without their digest, as version 0.1 wrote it, is not', async () => {
    const path = join(root, 'pair.npy');
    const sidecar = join(root, 'pair.paths.json');
    const write = (ids: string[], ...features: number[]): Promise<void> =>
      writeEmbeddings(path, { ids, features: Float32Array.from(features), dim: 1 });
    await write(['a', 'b'], 1, 2);
    const before = readFileSync(sidecar);
    await write(['c', 'd'], 3, 4);
    expect((await readEmbeddings(path)).ids).toEqual(['c', 'd']);
    writeFileSync(sidecar, before);
    await expect(readEmbeddings(path)).rejects.toThrow(DataError);
    await expect(readEmbeddings(path)).rejects.toThrow(
      /pair\.npy: expected the numbers whose paths .*pair\.paths\.json has/,
    );
    writeFileSync(sidecar, '{"paths": ["a", "b"]}');
    expect((await readEmbeddings(path)).ids).toEqual(['a', 'b']);
  });

  it('is as it was, and so is its array, where one of the two cannot be written', async () => {
    const path = join(root, 'failing.npy');
    await writeEmbeddings(path, { ids: ['a'], features: Float32Array.of(1), dim: 1 });
    const ids = ['b'];
    // Fails when the sidecar is made into text, as a full disk would when it is written.
    Object.defineProperty(ids, 'toJSON', {
      value: () => {
        throw new Error('the disk is full');
      },
    });
    await expect(writeEmbeddings(path, { ids, features: Float32Array.of(2), dim: 1 })).rejects.toThrow('is full');
    const { ids: kept, features } = await readEmbeddings(path);
    expect([kept, ...features]).toEqual([['a'], 1]);
  });

  it('belongs to an array of two axes', async () => {
    const path = join(root, 'flat.npy');
    await writeFileAtomic(path, npyContent({ shape: [2], data: new Float32Array(2) }));
    await expect(readEmbeddings(path)).rejects.toThrow('expected float32[pictures, dim], got float32[2]');
  });
});

describe('a CSV file', () => {
  it('is text that a spreadsheet opens', async () => {
    const path = join(root, 'text.csv');
    await writeEmbeddings(path, {
      ids: ['a, b.jpg', 'c.jpg'],
      labels: ['x', null],
      features: Float32Array.of(0.1, -2, 1 / 3, 1e-10),
      dim: 2,
    });
    expect(readFileSync(path, 'utf8')).toBe(
      'path,label,f0,f1\n"a, b.jpg",x,0.100000001,-2\nc.jpg,,0.333333343,1.00000001e-10\n',
    );
  });

  it('gives spreadsheets nothing to compute, and comes back as it was, also from Excel', async () => {
    const path = join(root, 'formulas.csv');
    const embeddings = { ids: ['=1+1', "'=x"], labels: ['@b', '-1'], features: Float32Array.of(-1, 2), dim: 1 };
    await writeEmbeddings(path, embeddings);
    const text = readFileSync(path, 'utf8');
    expect(text).toBe("path,label,f0\n'=1+1,'@b,-1\n''=x,-1,2\n");
    await writeEmbeddings(path, embeddings, { excel: true });
    expect(readFileSync(path, 'utf8')).toBe(`\ufeff${text}`);
    expect(await readEmbeddings(path)).toEqual(embeddings);
    writeFileSync(path, `sep=;\r\n${text.replaceAll(',', ';').replaceAll('\n', '\r\n')}`, 'utf16le');
    expect(await readEmbeddings(path)).toEqual(embeddings);
    await writeEmbeddings(path, embeddings, { raw: true });
    expect(readFileSync(path, 'utf8')).toBe("path,label,f0\n=1+1,@b,-1\n'=x,-1,2\n");
  });

  it('may be in Windows-1252', async () => {
    const path = join(root, 'windows.csv');
    writeFileSync(path, 'path,label,f0\nM\xf6we,\x80,1\n', 'latin1');
    expect(await readEmbeddings(path)).toEqual({
      ids: ['Möwe'],
      labels: ['€'],
      features: Float32Array.of(1),
      dim: 1,
    });
  });

  it.each([
    ['', /got an empty file/],
    ['path,label,f1\n', /expected the columns path, label, f0, f1, …, got path, label, f1/],
    ['path,label\na,b\n', /expected the columns/],
    ['a,b,c,d,e,f,g,h\n', /got a, b, c, d, e, f, …/],
    ['path,label,f0,f1\na,b,1,2\na,b,1\n', /row 3: expected 4 cells, as in the first row, got 3/],
    ['path,label,f0\na,b,1\na,b,one\n', /row 3, f0: expected a number, got 'one'/],
    ['path,label,f0\na,b, \n', /row 2, f0: expected a number, got ' '/],
  ])('%j is refused', async (text, message) => {
    const path = join(root, 'refused.csv');
    writeFileSync(path, text);
    await expect(readEmbeddings(path)).rejects.toThrow(DataError);
    await expect(readEmbeddings(path)).rejects.toThrow(message);
  });
});

describe('a Parquet file', () => {
  /** A file whose embeddings are JSON values. */
  function file(name: string, embeddings: unknown[]): string {
    const filename = join(root, name);
    const columnData = [
      { name: 'path', data: embeddings.map(String), type: 'STRING' as const },
      { name: 'embedding', data: embeddings, type: 'JSON' as const },
    ];
    parquetWriteFile({ filename, columnData });
    return filename;
  }

  it('is refused without its columns', async () => {
    const filename = join(root, 'columns.parquet');
    parquetWriteFile({ filename, columnData: [{ name: 'path', data: ['a'] }] });
    await expect(readEmbeddings(filename)).rejects.toThrow('expected the columns path, label and embedding, got path');
  });

  it('needs no labels, and is refused if an embedding is no list or as no other', async () => {
    const good = await readEmbeddings(
      file('good.parquet', [
        [1, 2],
        [3, 4],
      ]),
    );
    expect([...good.features]).toEqual([1, 2, 3, 4]);
    await expect(readEmbeddings(file('text.parquet', ['x']))).rejects.toThrow(
      /row 1: expected as embedding a list of numbers, got "x"/,
    );
    await expect(readEmbeddings(file('ragged.parquet', [[1, 2], [1]]))).rejects.toThrow(
      /row 2: expected as embedding 2 numbers as before, got 1 numbers/,
    );
  });
});
