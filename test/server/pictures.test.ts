import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { embedCommand } from '#src/cli/commands/embed.js';
import { searchCommand } from '#src/cli/commands/search.js';
import * as api from '#src/server/api.js';
import { readNpy } from '#src/store/tensors/npy.js';
import { call, jsonLines, tempFolder } from '../cli/cli.js';
import { serveHere } from './served.js';
import { trainTiny } from './tiny-run.js';

const root = tempFolder();
const served = serveHere(() => trainTiny(root));
const { get, json } = served;

/** Rows by descending cosine, in float64, computed in the most obvious way. */
function naiveNearest(query: Float32Array, k: number, without = -1): { row: number; similarity: number }[] {
  const { features, dim, ids } = served.trained.embeddings;
  return ids
    .map((_, row) => ({ row, similarity: query.reduce((sum, value, i) => sum + value * features[row * dim + i]!, 0) }))
    .filter(({ row }) => row !== without)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, k);
}

function expectNearest(
  found: readonly api.Neighbour[],
  expected: readonly { row: number; similarity: number }[],
): void {
  expect(found.map(({ row }) => row)).toEqual(expected.map(({ row }) => row));
  for (const [i, { similarity }] of found.entries()) expect(similarity).toBeCloseTo(expected[i]!.similarity, 5);
}

describe('the run', () => {
  it('says what it is', async () => {
    const answer = await json(api.Run, '/api/run');
    expect(answer).toMatchObject({
      name: 'run',
      state: 'finished',
      source: 'features',
      numPictures: 72,
      dim: 128,
      size: 16,
    });
    expect(answer.classes).toEqual((await readdir(served.tiny.pictures)).sort());
    expect(answer.settings['width']).toBe(8);
  });
});

describe('pictures', () => {
  it('come page by page, without the folder they are all in', async () => {
    const first = await json(api.Pictures, '/api/pictures?limit=2');
    expect(first.numPictures).toBe(72);
    expect(first.pictures.map(({ name }) => name)).toEqual(['balloon/00000.jpg', 'balloon/00001.jpg']);
    const last = await json(api.Pictures, '/api/pictures?limit=2&offset=71');
    expect(last.pictures.map(({ row }) => row)).toEqual([71]);
  });

  it('are found by a part of the name, in whatever case', async () => {
    const { pictures, numPictures } = await json(api.Pictures, '/api/pictures?q=CAT/');
    expect(numPictures).toBe(6);
    expect(new Set(pictures.map(({ label }) => label))).toEqual(new Set(['cat']));
    expect(await json(api.ServedPicture, `/api/pictures/${pictures[3]!.row}`)).toEqual(pictures[3]);
  });

  it('have thumbnails as large as asked for or as they are, which browsers need not fetch twice', async () => {
    const response = await get('/api/pictures/5/thumbnail?size=64');
    expect(response.headers.get('content-type')).toBe('image/webp');
    const { format, width, height } = await sharp(await response.arrayBuffer()).metadata();
    expect({ format, width, height }).toEqual({ format: 'webp', width: 32, height: 32 });
    const etag = response.headers.get('etag')!;
    expect((await get('/api/pictures/5/thumbnail?size=64', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await get('/api/pictures/6/thumbnail?size=64', { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it('have thumbnails from the cache once their files are gone', async () => {
    const file = served.trained.embeddings.ids[9]!;
    const away = join(root, 'away.jpg');
    await copyFile(file, away);
    const before = await sharp(await (await get('/api/pictures/9/thumbnail?size=64')).arrayBuffer())
      .raw()
      .toBuffer();
    await rm(file);
    const after = await sharp(await (await get('/api/pictures/9/thumbnail?size=512')).arrayBuffer()).metadata();
    await copyFile(away, file);
    expect(before.length).toBe(32 * 32 * 3);
    expect(after.width).toBe(24);
  });

  it('are shown as the encoder sees them, the same from the run and sent', async () => {
    const seen = await get('/api/pictures/5/seen');
    expect(seen.headers.get('content-type')).toBe('image/png');
    const pixels = async (answer: Response): Promise<Buffer> =>
      sharp(await answer.arrayBuffer())
        .raw()
        .toBuffer();
    const body = await readFile(served.trained.embeddings.ids[5]!);
    const sent = await pixels(await get('/api/seen', { method: 'POST', body }));
    expect(sent.length).toBe(3 * 32 * 32);
    expect(Buffer.compare(await pixels(seen), sent)).toBe(0);
    const etag = seen.headers.get('etag')!;
    expect((await get('/api/pictures/5/seen', { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await get('/api/pictures/6/seen', { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it('that are not there are 404, whatever is asked of them', async () => {
    for (const part of ['', '/thumbnail', '/seen', '/file', '/facts', '/neighbours', '/explanation']) {
      const response = await get(`/api/pictures/72${part}`);
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({ error: 'row: expected one in [0, 72), got 72.' });
    }
  });
});

describe('neighbours', () => {
  it('are those that a naive search in float64 finds, without the picture itself', async () => {
    const { dim, features } = served.trained.embeddings;
    for (const row of [0, 17, 71]) {
      const { neighbours } = await json(api.SearchAnswer, `/api/pictures/${row}/neighbours?k=7`);
      expectNearest(neighbours, naiveNearest(features.slice(row * dim, (row + 1) * dim), 7, row));
    }
  });

  it('are looked for among earlier rows alone, where that is asked for', async () => {
    const { features, dim } = served.trained.embeddings;
    const query = features.slice(50 * dim, 51 * dim);
    const { neighbours } = await json(api.SearchAnswer, '/api/pictures/50/neighbours?k=5&before=30');
    expectNearest(
      neighbours,
      naiveNearest(query, 72, 50)
        .filter(({ row }) => row < 30)
        .slice(0, 5),
    );
    const none = await json(api.SearchAnswer, '/api/pictures/0/neighbours?k=5&before=1');
    expect(none.neighbours).toEqual([]);
    expect((await get('/api/pictures/50/neighbours?before=3&compare=pixels')).status).toBe(400);
  });

  it('are all there are where more are asked for', async () => {
    const { neighbours } = await json(api.SearchAnswer, '/api/pictures/3/neighbours?k=1000');
    expect(neighbours).toHaveLength(71);
  });

  it('are refused where their number is given twice', async () => {
    const response = await get('/api/pictures/3/neighbours?k=1&k=2');
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: 'query.k: expected once, got several times.' },
    ]);
  });

  it('stay right when many ask at once, each for as many as it wants', async () => {
    const { dim, features } = served.trained.embeddings;
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, row) =>
        json(api.SearchAnswer, `/api/pictures/${row}/neighbours?k=${1 + (row % 9)}`),
      ),
    );
    for (const [row, { neighbours }] of results.entries()) {
      expectNearest(neighbours, naiveNearest(features.slice(row * dim, (row + 1) * dim), 1 + (row % 9), row));
    }
  });

  it('by pixels are those of the centred pixels', async () => {
    const { byPixels } = await json(api.SearchAnswer, '/api/pictures/20/neighbours?k=5&compare=pixels');
    const vectors = await Promise.all(served.trained.embeddings.ids.map(centredPixels));
    const cosines = vectors.map((vector, row) => ({ row, similarity: cosine(vector, vectors[20]!) }));
    const expected = cosines.filter(({ row }) => row !== 20).sort((a, b) => b.similarity - a.similarity);
    // Pixels are resampled by another program here, so they differ by little.
    for (const { row, similarity } of byPixels!) expect(cosines[row]!.similarity).toBeCloseTo(similarity, 1);
    expect(byPixels![0]!.row).toBe(expected[0]!.row);
  });
});

/** float64[768]: the picture at 16 × 16 pixels, less its mean. */
async function centredPixels(path: string): Promise<number[]> {
  const cached = sharp(await sharp(path).resize(24, 24, { kernel: 'linear' }).png().toBuffer());
  const values = Array.from(await cached.resize(16, 16, { kernel: 'linear' }).removeAlpha().raw().toBuffer());
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const product = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

describe('search and embed', () => {
  const post = (body: BodyInit, headers: Record<string, string> = {}): RequestInit => ({
    method: 'POST',
    body,
    headers,
  });

  it('give what the command line gives for the same file', async () => {
    const path = served.trained.embeddings.ids[30]!;
    const file = await readFile(path);
    const out = join(root, 'one.npy');
    await call(embedCommand(), served.tiny.runPath, path, '--out', out);
    const { data } = await readNpy(out);
    const { features, dim } = await json(api.Embedding, '/api/embed', post(file));
    expect(dim).toBe(128);
    for (const [i, value] of features.entries()) expect(value).toBeCloseTo(data[i]!, 5);

    const [report] = jsonLines(await call(searchCommand(), served.tiny.runPath, path, '-k', '6', '--json'));
    const { matches } = (report as { results: [{ matches: { id: string; similarity: number }[] }] }).results[0];
    const { neighbours } = await json(api.SearchAnswer, '/api/search?k=6', post(file));
    expect(neighbours.map(({ row }) => served.trained.embeddings.ids[row])).toEqual(matches.map(({ id }) => id));
  });

  it('take a form as well, and write NumPy arrays', async () => {
    const file = await readFile(served.trained.embeddings.ids[30]!);
    const form = new FormData();
    form.set('picture', new Blob([file]), 'a.jpg');
    const plain = await json(api.SearchAnswer, '/api/search?k=3', post(file));
    const sent = await json(api.SearchAnswer, '/api/search?k=3', post(form));
    expect(sent.neighbours).toEqual(plain.neighbours);
    const mixed = new FormData();
    mixed.set('note', new Blob(['PK']), 'a.zip');
    mixed.set('other', new Blob([file]), 'b.jpg');
    expect((await get('/api/search', post(mixed))).status).toBe(415);
    mixed.set('picture', new Blob([file]), 'c.jpg');
    expect((await json(api.SearchAnswer, '/api/search?k=3', post(mixed))).neighbours).toEqual(plain.neighbours);

    const response = await get('/api/embed', post(file, { accept: 'application/x-npy' }));
    const path = join(root, 'sent.npy');
    await writeFile(path, Buffer.from(await response.arrayBuffer()));
    expect((await readNpy(path)).shape).toEqual([1, 128]);
  });

  it('say what is wrong with what is no picture', async () => {
    const jpeg = await readFile(served.trained.embeddings.ids[0]!);
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
    const form = new FormData();
    form.set('picture', 'text');
    const cases: [BodyInit, number, string][] = [
      ['', 400, 'an empty body'],
      ['no picture', 415, 'expected a JPEG'],
      [svg, 415, 'expected a JPEG'],
      [jpeg.subarray(0, jpeg.length / 2), 422, 'expected one that is whole'],
      [form, 400, 'expected a file in it'],
    ];
    for (const [body, status, message] of cases) {
      const response = await get('/api/search', post(body));
      expect(response.status).toBe(status);
      expect(api.Problem.parse(await response.json()).error).toContain(message);
    }
  });
});
