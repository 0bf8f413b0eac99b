import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DrawPicture, writeMontage } from '#src/cli/montage.js';
import { ArgumentError } from '#src/core/errors.js';

const THUMB = 100;
const RED = [220, 30, 30] as const;
const BLUE = [30, 30, 220] as const;
const TILE = [0xec, 0xee, 0xf0] as const;

let root: string;
let square: string;
let wide: string;
let turned: string;
let broken: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'instdisc-montage-'));
  [square, wide, turned, broken] = ['square.png', 'wide.png', 'turned.jpg', 'broken.jpg'].map((name) =>
    join(root, name),
  ) as [string, string, string, string];
  await plain(50, 50, BLUE).png().toFile(square);
  await plain(80, 20, BLUE).png().toFile(wide);
  // Stored red over blue; orientation 3 turns it by 180 degrees, so that blue is shown on top.
  const half = await plain(60, 30, RED).png().toBuffer();
  await plain(60, 60, BLUE)
    .composite([{ input: half, top: 0, left: 0 }])
    .withMetadata({ orientation: 3 })
    .jpeg()
    .toFile(turned);
  await writeFile(broken, 'not a picture');
});
afterAll(() => rm(root, { recursive: true }));

describe('writeMontage', () => {
  it('draws the query on the left and its neighbours to the right, one row a query', async () => {
    const row = {
      query: square,
      neighbours: [
        { path: square, similarity: 0.9 },
        { path: wide, similarity: 0.8 },
      ],
    };
    const one = await montage([row]);
    const two = await montage([row, row]);
    expect(one.width).toBe(two.width);
    expect(two.height).toBeGreaterThan(one.height + THUMB);
    expect(one.at(70, 70)).toBeCloseToColour(BLUE);
    expect(one.at(135, 40)).toBeCloseToColour([255, 255, 255]);
    expect(one.at(200, 70)).toBeCloseToColour(BLUE);
  });

  it('shows a picture whole, with bars of grey beside it', async () => {
    const { at } = await montage([{ query: wide, neighbours: [] }]);
    expect(at(70, 70)).toBeCloseToColour(BLUE);
    expect(at(70, 30)).toBeCloseToColour(TILE);
  });

  it('shows a picture upright', async () => {
    const { at } = await montage([{ query: turned, neighbours: [] }]);
    expect(at(70, 40)).toBeCloseToColour(BLUE);
    expect(at(70, 100)).toBeCloseToColour(RED);
  });

  it('shows a grey tile with a cross for a file that is broken or gone', async () => {
    const neighbours = [{ path: join(root, 'gone.png'), similarity: 0.5 }];
    const { at } = await montage([{ query: broken, neighbours }]);
    expect(at(25, 25)).toBeCloseToColour(TILE);
    expect(at(200, 30)).toBeCloseToColour(TILE);
    expect(at(70, 70)).not.toBeCloseToColour(TILE);
  });

  it('says how many it could not draw, and draws what it is given in place of files', async () => {
    const path = join(root, 'given.png');
    const neighbours = [{ path: join(root, 'gone.png'), similarity: 0.5 }];
    expect(await writeMontage(path, [{ query: square, neighbours }])).toBe(1);
    const draw: DrawPicture = ({ isQuery }, onTile) => onTile(plain(9, 9, isQuery ? RED : BLUE));
    expect(await writeMontage(path, [{ query: square, neighbours }], { draw })).toBe(0);
    const { at } = await montage([{ query: square, neighbours }], { draw });
    expect(at(70, 70)).toBeCloseToColour(RED);
    expect(at(200, 70)).toBeCloseToColour(BLUE);
  });

  it('marks right and wrong in green and red, and not at all where labels are unknown', async () => {
    const verdicts = [true, false, undefined];
    const neighbours = verdicts.map((correct) => ({ path: square, similarity: 0.5, label: 'x', correct }));
    const { at } = await montage([{ query: square, neighbours }]);
    const [right, wrong, unknown] = [0, 1, 2].map((place) => at(155 + place * 110, 20 + THUMB + 3)) as [Rgb, Rgb, Rgb];
    expect(right[1]).toBeGreaterThan(right[0] + 50);
    expect(wrong[0]).toBeGreaterThan(wrong[1] + 50);
    expect(unknown).toBeCloseToColour([255, 255, 255]);
  });

  it('frames those that are right if that is asked for, and only those', async () => {
    const neighbours = [true, false, undefined].map((correct) => ({ path: square, similarity: 0.5, correct }));
    const { at } = await montage([{ query: square, neighbours }], { frames: true });
    const above = [0, 1, 2].map((place) => at(204 + place * 110, 18)) as [Rgb, Rgb, Rgb];
    expect(above[0][1]).toBeGreaterThan(above[0][0] + 50);
    for (const colour of above.slice(1)) expect(colour).toBeCloseToColour([255, 255, 255]);
    const wrong = at(265, 20 + THUMB + 3);
    expect(wrong[0]).toBeGreaterThan(wrong[1] + 50);
  });

  it('makes room for the name of a part above its first row', async () => {
    const row = { query: square, neighbours: [] };
    const plain = await montage([row, row]);
    const parted = await montage([
      { ...row, section: 'Best' },
      { ...row, section: 'Worst' },
    ]);
    expect(parted.height).toBe(plain.height + 2 * 34);
    expect(parted.at(70, 70 + 34)).toBeCloseToColour(BLUE);
    const letters = Array.from({ length: 60 }, (_, x) => parted.at(20 + x, 38)).filter(([r]) => r < 128);
    expect(letters.length).toBeGreaterThan(0);
  });

  it('is the same picture, captions and all, on a machine without fonts', async () => {
    const rows = [{ query: square, title: 'a title', neighbours: [{ path: wide, similarity: 0.25, label: 'label' }] }];
    const [here, there] = [join(root, 'here.png'), join(root, 'there.png')];
    await writeMontage(here, rows, { heading: 'Nearest' });
    const config = join(root, 'fonts.conf');
    await writeFile(config, `<fontconfig><dir>${join(root, 'none')}</dir></fontconfig>`);
    const script = `import { writeMontage } from '#src/cli/montage.js';
      await writeMontage(${JSON.stringify(there)}, ${JSON.stringify(rows)}, { heading: 'Nearest' });`;
    const env = { ...process.env, FONTCONFIG_FILE: config };
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
    expect(await readFile(there)).toEqual(await readFile(here));
  });

  it('refuses to draw nothing', async () => {
    await expect(writeMontage(join(root, 'x.png'), [])).rejects.toThrow(ArgumentError);
  });

  it('says which file cannot be written', async () => {
    const path = join(broken, 'a-file-is-no-folder.png');
    await expect(writeMontage(path, [{ query: square, neighbours: [] }])).rejects.toThrow(
      `${broken}: expected a folder or nothing there, got a file of that name`,
    );
  });
});

type Rgb = readonly [number, number, number];

const plain = (width: number, height: number, [r, g, b]: Rgb): Sharp =>
  sharp({ create: { width, height, channels: 3, background: { r, g, b } } });

/** Writes a montage and reads it back. */
async function montage(
  rows: Parameters<typeof writeMontage>[1],
  options: Parameters<typeof writeMontage>[2] = {},
): Promise<{ width: number; height: number; at: (x: number, y: number) => Rgb }> {
  const path = join(root, 'montage.png');
  await writeMontage(path, rows, { thumb: THUMB, ...options });
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): Rgb => {
    const start = (y * info.width + x) * 3;
    return [data[start]!, data[start + 1]!, data[start + 2]!];
  };
  return { width: info.width, height: info.height, at };
}

interface ColourMatchers<R> {
  toBeCloseToColour(expected: Rgb): R;
}
declare module 'vitest' {
  interface Matchers<T> extends ColourMatchers<T> {}
}
expect.extend({
  toBeCloseToColour(received: Rgb, expected: Rgb) {
    const pass = received.every((value, channel) => Math.abs(value - expected[channel]!) < 12);
    return { pass, message: () => `expected ${received} ${this.isNot ? 'not ' : ''}to be about ${expected}` };
  },
});
