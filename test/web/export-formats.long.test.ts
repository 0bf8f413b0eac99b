/** @file An exported page takes the formats that the command line takes: what browsers do not know it decodes itself. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp, type TiffOptions } from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { describePage, explorer } from './page.js';
import { dropOn, expectSame, explore, foundOn, nearestTo, REDUCED_TIE, serveFolder } from './site.js';

const FILES = new URL('../data/decode/', import.meta.url);
const heic = (): Promise<Buffer> => readFile(new URL('two-colours.heic', FILES));
const jxl = (): Promise<Buffer> => readFile(new URL('two-colours.jxl', FILES));

describePage('the exported page, of formats that browsers do not know,', (open) => {
  let site: string;
  let url: string;
  let written: { numBytes: number; decoderBytes: number };
  beforeAll(async () => {
    site = join(explorer().run, '..', 'site-of-formats');
    const { stdout } = await explore(explorer().run, '--export', site, '--json');
    written = JSON.parse(stdout);
    const server = await serveFolder(site);
    url = server.url;
    return () => server.close();
  });

  const expectFound = async (name: string, bytes: Buffer, isKnown = true): Promise<readonly string[]> => {
    const file = join(explorer().run, '..', name);
    await writeFile(file, bytes);
    const expected = await nearestTo(file, explorer().run);
    const { page, requests } = await open('neighbours', { url });
    if (!isKnown) await page.evaluate(knowNothing);
    await dropOn(page, bytes);
    expectSame(await foundOn(page), expected, REDUCED_TIE);
    return requests;
  };
  const photograph = (): Sharp => sharp(join(explorer().newPictures, 'cat', '00006.jpg'));
  const tiff = (image: Sharp, options?: TiffOptions): Promise<Buffer> => image.tiff(options).toBuffer();
  const numbers = (type: 'ushort' | 'float', values: Uint16Array | Float32Array): Promise<Buffer> =>
    sharp(values, { raw: { width: 32, height: 32, channels: 1 } })
      .toColourspace(type === 'float' ? 'b-w' : 'grey16')
      .pipelineColourspace(type === 'float' ? 'b-w' : 'grey16')
      .tiff({ compression: 'none' })
      .toBuffer();

  it('finds what the command line finds of a HEIC, and loads its decoder only then', async () => {
    const requests = await expectFound('new.heic', await heic());
    expect(requests.filter((request) => request.includes('decoders/'))).toEqual([
      expect.stringMatching(/libheif-js-[\d.]+\/libheif\.js$/),
    ]);
  });

  it('does of a JPEG XL where the browser does not know it, and where it does', async () => {
    await expectFound('new.jxl', await jxl());
    const requests = await expectFound('new.jxl', await jxl(), false);
    expect(requests.filter((request) => request.includes('decoders/'))).toHaveLength(2);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['packed as JPEG', () => tiff(photograph(), { compression: 'jpeg', quality: 95 })],
    ['packed by LZW, in tiles', () => tiff(photograph().resize(70), { compression: 'lzw', tile: true, tileWidth: 32 })],
    [
      'packed by deflate with differences',
      () => tiff(photograph(), { compression: 'deflate', predictor: 'horizontal' }),
    ],
    ['turned', () => tiff(photograph().resize(40, 20).withMetadata({ orientation: 6 }), { compression: 'none' })],
    [
      'that is mirrored on its side',
      () => tiff(photograph().resize(40, 20).withMetadata({ orientation: 5 }), { compression: 'none' }),
    ],
    ['in grey', () => tiff(photograph().greyscale(), { compression: 'packbits' })],
    ['of one bit', () => tiff(photograph().greyscale().threshold(100), { compression: 'none', bitdepth: 1 })],
    [
      'with transparency',
      () => tiff(photograph().composite([{ input: hole(), blend: 'dest-out' }]), { compression: 'lzw' }),
    ],
    ['of 16 bits, which is stretched', () => numbers('ushort', ramp(new Uint16Array(1024), 3000))],
    ['of 16 bits that fill their range', () => numbers('ushort', ramp(new Uint16Array(1024), 65_535))],
  ])('does of a TIFF %s', async (_, bytes) => {
    const requests = await expectFound('new.tif', await bytes());
    expect(requests.filter((request) => request.includes('decoders/'))).toEqual([]);
  });

  it.each<[string, () => Promise<Buffer>, string]>([
    ['a HEIC that is cut short', async () => (await heic()).subarray(0, 480), 'damaged: the HEIC file is cut short.'],
    ['a damaged JPEG XL', async () => (await jxl()).fill(0xff, 12), 'damaged: JPEG XL data that cannot be decoded.'],
    [
      'a TIFF that is cut short',
      async () => (await tiff(photograph(), { compression: 'none' })).subarray(0, 600),
      'damaged: the TIFF file is cut short.',
    ],
    [
      'a damaged PNG',
      async () => (await photograph().png().toBuffer()).fill(0x55, 60, 200),
      'damaged: PNG data that cannot be decoded.',
    ],
  ])('says of %s what the service says', async (_, bytes, said) => {
    const body = new Uint8Array(await bytes());
    const answer = await fetch(`${explorer().url}api/search`, { method: 'POST', body });
    expect(answer.status).toBe(422);
    const { error } = (await answer.json()) as { error: string };
    expect(error).toContain(said);
    const { page } = await open('neighbours', { url });
    await dropOn(page, Buffer.from(body));
    await page.getByRole('alert').getByText(error).waitFor();
  });

  it('says so in the words of the command line where no decoder was installed', async () => {
    const [data] = await readdir(join(site, 'data'));
    const path = join(site, 'data', data!, 'site.json');
    const described = await readFile(path, 'utf8');
    await writeFile(path, JSON.stringify({ ...JSON.parse(described), decoders: {} }));
    try {
      const { page } = await open('neighbours', { url });
      await page.evaluate(knowNothing);
      await dropOn(page, await heic());
      await page.getByText('HEIC is read by libheif-js, which is not installed: npm install libheif-js').waitFor();
      await dropOn(page, await jxl());
      await page.getByText('JPEG XL is read by @jsquash/jxl, which is not installed').waitFor();
    } finally {
      await writeFile(path, described);
    }
  });

  it('has each decoder as a file of its own beside its licence, and says what they weigh', async () => {
    const weights = await Promise.all(
      (await readdir(site, { recursive: true })).map(async (path) => {
        const file = await stat(join(site, path));
        return { path, numBytes: file.isFile() ? file.size : 0 };
      }),
    );
    const sum = (all: typeof weights): number => all.reduce((total, { numBytes }) => total + numBytes, 0);
    expect(written.numBytes).toBe(sum(weights));
    expect(written.decoderBytes).toBe(sum(weights.filter(({ path }) => path.startsWith('decoders'))));
    const [jsquash, libheif] = (await readdir(join(site, 'decoders'))).sort();
    const licence = (folder: string): Promise<string> => readFile(join(site, 'decoders', folder, 'LICENSE'), 'utf8');
    expect(await licence(libheif!)).toContain('GNU LESSER GENERAL PUBLIC LICENSE');
    expect(await licence(jsquash!)).toContain('Apache License');
    const scripts = weights.filter(({ path }) => path.startsWith('assets') && path.endsWith('.js'));
    for (const { path } of scripts)
      expect(await readFile(join(site, path), 'utf8')).not.toContain('heif_context_alloc=');
  });
});

/** Makes the browser one that knows no format. */
function knowNothing(): void {
  globalThis.createImageBitmap = () => Promise.reject(new Error('unknown'));
}

/** What is cut out of a picture. */
function hole(): Buffer {
  return Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><circle cx="9" cy="9" r="8"/></svg>',
  );
}

/** Slanted stripes, from 0 to `top`. */
function ramp<T extends Uint16Array | Float32Array>(values: T, top: number): T {
  for (let i = 0; i < values.length; i++) values[i] = (((i % 32) * 5 + (i >> 5) * 3) % 60) * (top / 59);
  return values;
}
