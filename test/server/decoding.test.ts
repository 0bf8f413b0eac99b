import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { Decoder } from '#src/server/decoding/decoder.js';
import { MAX_UPLOAD_BYTES } from '#src/server/decoding/decoding-cost.js';
import { Lane, type LaneOptions } from '#src/server/decoding/lane.js';
import { listen } from '#src/server/listen.js';
import type { Service } from '#src/server/run-service.js';
import { decodeSent, inspectUpload } from '#src/server/upload.js';
import { tempFolder } from '../cli/cli.js';
import { hugePng } from '../data/pictures.js';

const root = tempFolder();
const decoder = new Decoder({ maxBytes: MAX_UPLOAD_BYTES, maxWaiting: 1 });
afterAll(() => decoder.close());

const flat = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: '#a04020' } });
const small = await flat(40).jpeg().toBuffer();
const avif = await flat(40).avif().toBuffer();
/** Some hundred milliseconds of work, in a kilobyte. */
const bomb = await flat(3000).avif({ effort: 0 }).toBuffer();
/** More than may be decoded beside others. */
const large = await flat(3600).png({ compressionLevel: 1 }).toBuffer();

/** The file with another size in its header. */
function withSize(avif: Buffer, side: number): Buffer {
  const file = Buffer.from(avif);
  const at = file.indexOf('ispe') + 8;
  file.writeUInt32BE(side, at);
  file.writeUInt32BE(side, at + 4);
  return file;
}

describe('Decoder', () => {
  it.each([
    ['little', small],
    ['much', large],
  ])('gives of a picture that takes %s what this process would', async (_, file) => {
    const expected = await decodeSent(file, await inspectUpload(file), 24);
    expect(await decoder.decode(file, 24)).toEqual(expected);
  });

  it.each([
    ['more pixels than a camera has', hugePng(9000, 9000), 'at most 64 million pixels in a file of its kind, got 9000'],
    ['less, but more memory', withSize(avif, 5100), 'at most 25 million pixels'],
  ])('refuses what has %s, by its header', async (_, file, message) => {
    await expect(decoder.decode(file, 24)).rejects.toMatchObject({
      status: 413,
      message: expect.stringContaining(message),
    });
  });

  it('has a bounded number of large pictures wait, and the small ones not for them', async () => {
    const refused = expect.objectContaining({ status: 429, retryAfter: 5 });
    let numDone = 0;
    const results = Array.from({ length: 5 }, async () => {
      const result = await decoder.decode(large, 24).catch((error: unknown) => error);
      numDone++;
      return result;
    });
    await decoder.decode(small, 24);
    expect(numDone).toBeLessThan(5);
    const all = await Promise.all(results);
    expect(all.filter((result) => refused.asymmetricMatch(result))).toHaveLength(3);
  });

  it('makes thumbnails of files, and says of none that it is not there, but not where', async () => {
    const path = join(root, 'small.jpg');
    writeFileSync(path, small);
    const { format, width } = await sharp(await decoder.thumbnail(path, 24)).metadata();
    expect([format, width]).toEqual(['webp', 24]);
    await expect(decoder.thumbnail(join(root, 'none.jpg'), 24)).rejects.toMatchObject({
      status: 404,
      message: 'picture: expected its file to be where it was, got: nothing is there',
    });
  });

  it('gives up what takes more than it may', async () => {
    const poor = new Decoder({ maxBytes: 70e6 });
    await expect(poor.decode(large, 24)).rejects.toMatchObject({ status: 422 });
    poor.close();
  });
});

describe('a process that decodes', () => {
  const task = { kind: 'upload', bytes: bomb, shortSide: 24 } as const;

  it.each([
    ['late', { deadlineMs: 20 }],
    ['larger than it may be', { memory: 1 }],
  ] as [string, Partial<LaneOptions>][])('that is %s is ended, and the next takes its place', async (_, bad) => {
    const options = { atOnce: 2, maxBytes: 1e9, memory: 1e9, deadlineMs: 20_000, niceness: 0, ...bad };
    const lane = new Lane(options);
    expect(await Promise.all([lane.run(task), lane.run(task), lane.run(task)])).toEqual(Array(3).fill(undefined));
    lane.close();
    expect(await lane.run(task)).toBeUndefined();
  });
});

it('the page does not wait for the pictures of clients, nor does a search with a small one', async () => {
  const page = join(root, 'web');
  mkdirSync(page);
  writeFileSync(join(page, 'index.html'), '<!doctype html>');
  const service = {
    embed: async (image: Uint8Array) => Float32Array.from((await decoder.decode(image, 24)).pixels.subarray(0, 3)),
    close: async () => undefined,
  } as unknown as Service;
  const server = await listen(root, service, { port: 0, page, version: '0' });
  const url = `http://127.0.0.1:${server.port}`;
  const embed = (body: Uint8Array): Promise<Response> =>
    fetch(`${url}/api/embed`, { method: 'POST', body: body as Uint8Array<ArrayBuffer> });
  await embed(small);
  const order: string[] = [];
  const note = async (name: string, asked: Promise<Response>): Promise<void> => {
    const { status } = await asked;
    if (status !== 429) order.push(`${name} ${status}`);
  };
  await Promise.all([
    ...Array.from({ length: 12 }, () => note('bomb', embed(bomb))),
    note('page', fetch(url)),
    note('small', embed(small)),
  ]);
  expect(order.slice(0, 2).sort()).toEqual(['page 200', 'small 200']);
  expect(order).toContain('bomb 200');
  await server.close();
});
