import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { indexPictures } from '#src/collection/index/index-pictures.js';
import { openRun } from '#src/run/open-run.js';
import type { PictureFacts, Pictures } from '#src/server/api.js';
import { commandsFor } from '#src/server/desktop.js';
import { openRemote } from '#src/server/remote.js';
import { tempFolder } from '../cli/cli.js';
import { useAsker } from './asker.js';
import { serveTiny, trainTiny } from './tiny-run.js';

const { asker } = useAsker();
const root = tempFolder();
/** A photograph with what cameras write, and a TIFF, which browsers do not show. */
const photo = join(root, 'pictures', 'cat', 'photo.jpg');
const scanned = join(root, 'pictures', 'cat', 'scan.tif');
let server: Awaited<ReturnType<typeof serveTiny>>;
let rowOf: (name: string) => number;

beforeAll(async () => {
  const tiny = await trainTiny(root);
  const image = sharp({ create: { width: 90, height: 60, channels: 3, background: 'teal' } });
  const exif = {
    IFD0: { Make: 'Acme', Model: 'Acme One' },
    IFD2: { DateTimeOriginal: '2024:05:03 14:03:07', ExposureTime: '1/250', FNumber: '28/10', FocalLength: '35/1' },
  };
  await image.clone().withExif(exif).withMetadata({ orientation: 6 }).jpeg().toFile(photo);
  await image.clone().tiff().toFile(scanned);
  const trained = await openRun(tiny.runPath, { threads: 1 });
  await indexPictures(trained, [tiny.pictures]);
  await trained.release();
  server = await serveTiny(tiny, await openRemote(tiny.runPath, { threads: 1 }));
  const { pictures }: Pictures = await (await get('/api/pictures?limit=1000')).json();
  rowOf = (name) => pictures.find((picture) => picture.name === name)!.row;
}, 120_000);
afterAll(() => server?.close());

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(server.url + path, init);
const facts = async (name: string): Promise<PictureFacts> =>
  (await get(`/api/pictures/${rowOf(name)}/facts`)).json() as Promise<PictureFacts>;

describe('a picture that is looked at closely', () => {
  it('is its file, to the byte, where browsers show such files', async () => {
    const answer = await get(`/api/pictures/${rowOf('cat/photo.jpg')}/file`);
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await answer.arrayBuffer()).equals(await readFile(photo))).toBe(true);
    const known = { headers: { 'if-none-match': answer.headers.get('etag')! } };
    expect((await get(`/api/pictures/${rowOf('cat/photo.jpg')}/file`, known)).status).toBe(304);
  });

  it('is all of it as WebP where they do not', async () => {
    const answer = await get(`/api/pictures/${rowOf('cat/scan.tif')}/file`);
    expect(answer.headers.get('content-type')).toBe('image/webp');
    expect(await sharp(await answer.arrayBuffer()).metadata()).toMatchObject({ width: 90, height: 60 });
  });

  it('says its size, upright, when and with what it was taken, and where it is', async () => {
    const { file, path } = await facts('cat/photo.jpg');
    expect(file).toMatchObject({
      width: 60,
      height: 90,
      format: 'JPEG',
      bytes: (await readFile(photo)).length,
      taken: '2024-05-03T14:03:07',
      camera: 'Acme One',
      exposure: '1/250 s, f/2.8, 35 mm',
    });
    expect(path).toBe(photo);
  });

  it('is what the cache has once its file is gone or no picture, and that is said', async () => {
    const file = join(root, 'pictures', 'cat', '00002.jpg');
    await rename(file, `${file}.away`);
    const of = async (): Promise<[unknown, number | undefined]> => {
      const answer = await get(`/api/pictures/${rowOf('cat/00002.jpg')}/file`);
      return [(await facts('cat/00002.jpg')).file, (await sharp(await answer.arrayBuffer()).metadata()).width];
    };
    expect(await of()).toEqual([undefined, 24]);
    await writeFile(file, 'no picture');
    expect(await of()).toEqual([undefined, 24]);
    await rename(`${file}.away`, file);
    expect((await of())[1]).toBe(32);
  });

  it('is 404 where it is nowhere', async () => {
    await rename(scanned, `${scanned}.away`);
    expect((await get(`/api/pictures/${rowOf('cat/scan.tif')}/file`)).status).toBe(404);
    await rename(`${scanned}.away`, scanned);
  });
});

describe('the folder of a picture', () => {
  const source = async () => ({ key: 'k', seenKey: 's', path: photo, cachePath: 'none', place: undefined });
  const shown: string[] = [];
  const desktop = { show: async (path: string) => void shown.push(path) };

  it('is shown to who asks from this machine, and its path is told', async () => {
    const { ask } = asker({ service: { source }, desktop });
    expect((await ask('/api/pictures/0/show', {}, { method: 'POST' })).status).toBe(200);
    expect(shown).toEqual([photo]);
    expect(await (await ask('/api/pictures/0/facts')).json()).toMatchObject({ path: photo });
  });

  it.each([
    ['a server that others reach', undefined, {}],
    ['a proxy', desktop, { 'x-forwarded-for': '192.0.2.1' }],
    ['another proxy', desktop, { forwarded: 'for=192.0.2.1' }],
  ])('is not shown through %s, nor is its path told', async (_, desktop, headers) => {
    const { ask } = asker({ service: { source }, ...(desktop && { desktop }) });
    shown.length = 0;
    expect((await ask('/api/pictures/0/show', headers, { method: 'POST' })).status).toBe(403);
    expect(shown).toEqual([]);
    expect(await (await ask('/api/pictures/0/facts', headers)).json()).not.toHaveProperty('path');
  });

  it('is not shown to a page of another site', async () => {
    const { ask } = asker({ service: { source }, desktop });
    shown.length = 0;
    const from = { origin: 'http://evil.example' };
    expect((await ask('/api/pictures/0/show', from, { method: 'POST' })).status).toBe(403);
    expect(shown).toEqual([]);
  });

  it('is shown by programs that take its name as it is, and by none where there is no screen', () => {
    const name = "/a/b' c;$(d).jpg";
    expect(commandsFor(name, 'darwin', {})).toEqual([['open', '-R', name]]);
    expect(commandsFor('C:\\a b\\c.jpg', 'win32', {})).toEqual([['explorer.exe', '/select,"C:\\a b\\c.jpg"']]);
    expect(commandsFor(name, 'linux', {})).toEqual([]);
    const [first, second] = commandsFor(name, 'linux', { DISPLAY: ':0' });
    expect(first).toContain("['file:///a/b%27%20c;$(d).jpg']");
    expect(second).toEqual(['xdg-open', '/a']);
  });
});
