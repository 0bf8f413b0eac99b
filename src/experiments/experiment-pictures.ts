/** @file The pictures of an experiment: which are learned from, which are asked about, and folders that hold just these. */
import { existsSync } from 'node:fs';
import { copyFile, link, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { DataError } from '../core/errors.js';
import { Random } from '../core/random.js';
import type { Picture } from '../data/picture.js';
import { scan } from '../data/scan/scan.js';
import { TEMP_PREFIX } from '../store/files/atomic.js';
import { makeFolder } from '../store/files/make-folder.js';

/** Of one folder of class folders, this part is held out to test with. */
const HELD_OUT = 1 / 5;

/** Pictures with labels below a folder, in an order whose every beginning is balanced as the whole is. */
export interface LabelledPictures {
  readonly root: string;
  readonly pictures: readonly Picture[];
}

export interface ExperimentPictures {
  readonly train: LabelledPictures;
  readonly test: LabelledPictures;
  readonly numClasses: number;
  /** Whether the test pictures are a part of one folder, held out, rather than a folder of their own. */
  readonly isHeldOut: boolean;
}

export interface FindOptions {
  /** Folder with train/ and test/, or with class folders. */
  readonly data: string;
  /** Folder of class folders to test with; then `data` is all for training. */
  readonly test?: string;
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Finds the pictures to learn from and to test with.
 *
 * @throws {DataError} if there are none, some lie in no class folder or in files of records, or there is one class only
 */
export async function findPictures(options: FindOptions): Promise<ExperimentPictures> {
  const { data, test } = options;
  const hasParts = test === undefined && existsSync(join(data, 'train')) && existsSync(join(data, 'test'));
  const trainRoot = hasParts ? join(data, 'train') : data;
  const testRoot = hasParts ? join(data, 'test') : test;
  const all = await labelledPictures(trainRoot, options);
  const numClasses = new Set(all.map(({ label }) => label)).size;
  if (numClasses < 2) {
    throw new DataError(
      `${trainRoot}: expected a folder for each of two classes or more, got one, '${all[0]?.label}'. Accuracy can be measured only with several.`,
    );
  }
  if (testRoot !== undefined) {
    const others = await labelledPictures(testRoot, options);
    checkClasses(testRoot, others, all);
    return {
      train: { root: trainRoot, pictures: all },
      test: { root: testRoot, pictures: others },
      numClasses,
      isHeldOut: false,
    };
  }
  const numHeldOut = Math.round(HELD_OUT * all.length);
  return {
    train: { root: trainRoot, pictures: all.slice(numHeldOut) },
    test: { root: trainRoot, pictures: all.slice(0, numHeldOut) },
    numClasses,
    isHeldOut: true,
  };
}

async function labelledPictures(root: string, { seed, onProgress, signal }: FindOptions): Promise<readonly Picture[]> {
  const { pictures } = await scan([root], { ...(onProgress && { onProgress }), ...(signal && { signal }) });
  const unlabelled = pictures.find(({ label }) => label === undefined);
  if (unlabelled !== undefined) {
    throw new DataError(
      `${root}: expected a folder for each class, as in ${root}/cat/1.jpg, got ${unlabelled.id} outside of them. Move it into one.`,
    );
  }
  const record = pictures.find(({ planes }) => planes !== undefined);
  if (record !== undefined) {
    throw new DataError(
      `${root}: expected pictures as files, got ${record.id}, a record in a file of many. Unpack it into class folders.`,
    );
  }
  return inBalancedOrder(pictures, seed);
}

function checkClasses(root: string, others: readonly Picture[], all: readonly Picture[]): void {
  const known = new Set(all.map(({ label }) => label));
  const missing = [...new Set(others.map(({ label }) => label))].filter((label) => !known.has(label)).sort();
  if (missing.length === 0) return;
  throw new DataError(
    `${root}: expected classes that there are pictures to learn from, got also ${missing.join(', ')}. Leave them out.`,
  );
}

/**
 * Pictures in random order, but so that each beginning holds its share of each class, to within one picture.
 *
 * The i-th of a class of c pictures, shuffled, comes at (i + ½) / c of the way.
 */
export function inBalancedOrder<Item extends { readonly label: string | undefined }>(
  pictures: readonly Item[],
  seed: number,
): Item[] {
  const classes = new Map<string | undefined, Item[]>();
  for (const picture of pictures) {
    const members = classes.get(picture.label);
    if (members === undefined) classes.set(picture.label, [picture]);
    else members.push(picture);
  }
  const placed = [...classes.values()].flatMap((members, number) => {
    const order = new Random(seed, 'sample', number).permutation(members.length);
    return Array.from(order, (member, i) => ({ at: (i + 0.5) / members.length, picture: members[member]! }));
  });
  return placed.sort((a, b) => a.at - b.at).map(({ picture }) => picture);
}

/**
 * A folder that holds the first `count` pictures: theirs, if these are all that is in it, else one of links to them.
 *
 * So each figure of an experiment can be measured again by `instdisc evaluate`.
 *
 * @param parent where a folder of links is made, unless it is there from before
 */
export async function folderOf(
  { root, pictures }: LabelledPictures,
  count: number,
  isWhole: boolean,
  parent: string,
  name: string,
): Promise<string> {
  if (isWhole && count === pictures.length) return root;
  const folder = join(parent, `${name}-${count}`);
  if (existsSync(folder)) return folder;
  const partial = join(parent, `${TEMP_PREFIX}${name}-${count}`);
  await rm(partial, { recursive: true, force: true });
  for (const { id } of pictures.slice(0, count)) await linkOrCopy(id, join(partial, relative(root, id)));
  await rename(partial, folder);
  return folder;
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await makeFolder(dirname(to));
  try {
    await link(await realpath(from), to);
  } catch {
    await copyFile(from, to); // Another disk, or one without links.
  }
}
