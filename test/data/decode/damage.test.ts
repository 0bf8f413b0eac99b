/** @file Why a file is left out depends on the file alone. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isScarce, ScarcityError } from '#src/core/scarce.js';
import { damageOf } from '#src/data/decode/damage.js';
import { kindOf } from '#src/data/decode/kind.js';
import { failureReason } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';
import { inspectUpload } from '#src/server/upload.js';
import { mutatedPictures, wholePictures } from '../mutate.js';
import { outcomesOf } from '../outcomes.js';
import { encoder, gradient, useTempDir } from '../pictures.js';

const dir = useTempDir();

/** How files of other kinds begin, with what is said of them. */
const OTHERS: readonly (readonly [name: string, bytes: Buffer, reason: string])[] = [
  [
    'a.jp2',
    Buffer.from('\0\0\0\x0cjP  \r\n\x87\n', 'latin1'),
    'JPEG 2000 is not among the formats taken; convert it to PNG',
  ],
  [
    'a.svg',
    Buffer.from('<?xml version="1.0"?>\n<svg xmlns="…"/>'),
    'SVG is not among the formats taken; convert it to PNG',
  ],
  ['pdf.jpg', Buffer.from('%PDF-1.7\n%\xe2\xe3', 'latin1'), 'no picture but a PDF document'],
  ['mp4.jpg', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isomavc1', 'latin1'), 'no picture but a video'],
  ['mkv.jpg', Buffer.from('\x1a\x45\xdf\xa3\x01\0', 'latin1'), 'no picture but a video'],
  ['text.jpg', Buffer.from('Dear diary,\n'), 'no picture but text'],
  ['zip.jpg', Buffer.from('PK\x03\x04\x14\0', 'latin1'), 'no picture but a ZIP archive'],
  ['noise.jpg', deflateRawSync('anything at all'), 'no picture: it begins like no format that is known'],
  ['empty.jpg', Buffer.alloc(0), 'the file is empty'],
];

describe('a file that is left out', () => {
  it('is called by what it is', async () => {
    await encoder(gradient(8, 8)).png().toFile(join(dir(), 'good.png'));
    for (const [name, bytes] of OTHERS) await writeFile(join(dir(), name), bytes);
    const { skipped } = await scan([dir()]);
    const reasons = Object.fromEntries(skipped.map(({ path, reason }) => [path.slice(dir().length + 1), reason]));
    expect(reasons).toEqual(Object.fromEntries(OTHERS.map(([name, , reason]) => [name, reason])));
  });

  it('is called so when it is uploaded, too, and not damaged', async () => {
    for (const [, bytes, reason] of OTHERS) {
      if (bytes.length === 0) continue;
      await expect(inspectUpload(bytes)).rejects.toMatchObject({
        status: 415,
        message: `picture: expected a JPEG, PNG, WebP, AVIF, HEIC, JPEG XL, GIF, TIFF or BMP, got something else: ${reason}.`,
      });
    }
  });

  it('is cut short, or holds what cannot be decoded, by its own bytes', async () => {
    const names = { jpeg: 'JPEG', progressive: 'JPEG', png: 'PNG', webp: 'WebP', avif: 'AVIF', gif: 'GIF' } as const;
    for (const { name, bytes } of await wholePictures()) {
      const kind = names[name as keyof typeof names] ?? 'TIFF';
      expect(kindOf(bytes)).toBe(kind);
      expect(damageOf(bytes.subarray(0, bytes.length >> 1))).toBe(`damaged: the ${kind} file is cut short`);
      expect(damageOf(bytes)).toBe(`damaged: ${kind} data that cannot be decoded`);
    }
  });

  it('has the same reason in two runs, however its decoding meets that of others', async () => {
    const folder = join(dir(), 'mutated');
    await mkdir(folder);
    for (const { name, bytes } of await mutatedPictures(7, 64)) await writeFile(join(folder, name), bytes);
    const first = await outcomesOf(folder, 8);
    expect(await outcomesOf(folder, 3, true)).toEqual(first);
    expect(Object.values(first).filter((outcome) => outcome.startsWith('damaged: ')).length).toBeGreaterThan(16);
    for (const [name, outcome] of Object.entries(first)) {
      const format = name.split('.')[1]!;
      const said = /damaged: (?:the )?(\w+) (?:file|data)/.exec(outcome)?.[1];
      const own = { progressive: 'jpeg', float: 'tiff' }[format] ?? format;
      if (said !== undefined) expect(said.toLowerCase(), name).toBe(own);
    }
  });
});

describe('a shortage', () => {
  it.each(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'])('of the machine is no reason to leave a file out: %s', (code) => {
    const error = Object.assign(new Error(`${code}: …, open '/pics/a.jpg'`), { code });
    expect(() => failureReason(error)).toThrow(ScarcityError);
    expect(() => failureReason(error)).toThrow(
      /^reading pictures: expected memory, threads and open files enough, got: E/,
    );
  });

  it.each([
    'unable to create thread',
    'vips_tracked: out of memory --- size == 40MB',
  ])('is known by its words: %s', (words) => {
    expect(isScarce(new Error(words))).toBe(true);
    expect(isScarce(new Error('VipsJpeg: premature end of JPEG image'))).toBe(false);
  });

  it.skipIf(process.platform !== 'linux')(
    'of open files stops a scan, which would else leave out what is whole',
    async () => {
      for (let i = 0; i < 40; i++)
        await encoder(gradient(8, 8))
          .png()
          .toFile(join(dir(), `${i}.png`));
      const script = fileURLToPath(new URL('../starved.mjs', import.meta.url));
      const command = 'ulimit -n 100 && exec "$@"';
      const module = new URL('../../../dist/data/scan/scan.js', import.meta.url).href;
      const { stdout } = await promisify(execFile)('sh', [
        '-c',
        command,
        'sh',
        process.execPath,
        script,
        module,
        dir(),
      ]);
      expect(stdout).toMatch(/^5 reading pictures: expected memory, threads and open files enough, got: EMFILE/);
    },
  );
});
