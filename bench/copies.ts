/** @file `npm run bench -- copies`: a folder with copies of some of its pictures, and how many of them a search has found. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import sharp from 'sharp';
import { readCsvTable } from '#src/core/csv-table.js';
import { Random } from '#src/core/random.js';
import { scan } from '#src/data/scan/scan.js';
import { type CopyKind, copyOf, cropped, rescaled } from '#src/data/transform/copies.js';

const NUM_COPIES = 100;
const SEED = 20_180_618;
const QUALITY: readonly [number, number] = [90, 90];
const QUARTER = 90;

const KINDS: readonly CopyKind[] = [
  { name: 're-saved', alter: (picture) => picture, quality: QUALITY },
  { name: 'rescaled', alter: (picture, size) => rescaled(picture, size, 0.7), quality: QUALITY },
  { name: 'mirrored', alter: (picture) => picture.flop(), quality: QUALITY },
  { name: 'rotated', alter: (picture) => picture.rotate(QUARTER), quality: QUALITY },
  {
    name: 'cropped',
    alter: (picture, size, random) => cropped(picture, size, 0.1, random.uniform(), random.uniform()),
    quality: QUALITY,
  },
];

/** Writes pictures of `source` into `folder` under numbers, and 100 copies of each kind, each of another one. */
async function makeCopies(source: string, folder: string, count: number): Promise<void> {
  const { pictures } = await scan([source]);
  const numCopies = KINDS.length * NUM_COPIES;
  const chosen = new Random(SEED, 'sample').permutation(pictures.length).slice(0, count - numCopies);
  await mkdir(folder);
  for (const [number, row] of [...chosen].entries()) {
    const { id } = pictures[row]!;
    await copyFile(id, join(folder, `${number}.jpg`));
    const kind = number < numCopies ? KINDS[number % KINDS.length] : undefined;
    if (kind === undefined) continue;
    const { data, info } = await sharp(id)
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const rgb = { width: info.width, height: info.height, pixels: Uint8Array.from(data) };
    const { bytes } = await copyOf(rgb, kind, new Random(SEED, 'draw', number));
    await writeFile(join(folder, `${number} ${kind.name}.jpg`), bytes);
  }
  console.log(
    `${folder}: ${chosen.length} pictures, ${NUM_COPIES} copies each: ${KINDS.map(({ name }) => name).join(', ')}`,
  );
}

/** Of each kind, copies that are in a group with what they were made of; and the groups that have anything else. */
export function countCopies(rows: readonly (readonly [group: string, path: string])[]) {
  const groups = new Map<string, string[]>();
  for (const [group, path] of rows) groups.set(group, [...(groups.get(group) ?? []), path]);
  const found = new Map(KINDS.map(({ name }) => [name, 0]));
  const wrong: string[][] = [];
  for (const group of groups.values()) {
    const names = group.map((path) => basename(path, '.jpg').split(' '));
    const originals = new Set(names.map(([number]) => number));
    if (originals.size > 1) wrong.push(group);
    for (const [number, kind] of names) {
      const isFound = kind !== undefined && names.some(([other, copied]) => other === number && copied === undefined);
      if (isFound) found.set(kind, found.get(kind)! + 1);
    }
  }
  return { found: Object.fromEntries(found), wrong };
}

export function copiesCommand(): Command {
  const command = new Command('copies').description(
    'A folder with copies of known pictures, and what of them is found.',
  );
  command
    .command('make')
    .argument('<pictures>', 'JPEG pictures of which none is there twice')
    .argument('<folder>', 'a new one')
    .option('--count <n>', 'pictures in it, copies included', Number, 2000)
    .action((pictures: string, folder: string, { count }: { readonly count: number }) =>
      makeCopies(pictures, folder, count),
    );
  command
    .command('count')
    .argument('<groups.csv>', 'what `instdisc duplicates RUN --out` wrote, of any version')
    .action(async (file: string) => {
      const { rows } = readCsvTable(await readFile(file), ['group', 'path']);
      console.log(JSON.stringify(countCopies(rows.map(({ group, path }) => [group, path] as const)), undefined, 1));
    });
  return command;
}
