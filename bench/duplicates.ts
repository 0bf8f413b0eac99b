/** @file `npm run bench -- duplicates`: which copies the default threshold finds, and what it finds that is none. */
import { duplicateCalibration } from '#src/collection/duplicates/duplicate-calibration.js';
import { DUPLICATE_THRESHOLD, MAX_PARTNERS } from '#src/collection/duplicates/duplicates.js';
import { madeCopies } from '#src/collection/duplicates/made-copies.js';
import { nearestOfEach } from '#src/collection/nearest-of-each.js';
import { openTrainingCollection } from '#src/collection/open-collection.js';
import { Random } from '#src/core/random.js';
import { openCache } from '#src/data/cache/cache.js';
import { type CopyKind, cropped, rescaled } from '#src/data/transform/copies.js';
import { openRun } from '#src/run/open-run.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';

/** Copies of each kind. */
const NUM_COPIES = 100;
/** Not the seed of the copies that the threshold is found by. */
const SEED = 20_180_618;
const QUALITY: readonly [number, number] = [90, 90];
const BRIGHTER = 1.2;

const KINDS: readonly CopyKind[] = [
  { name: 're-saved at quality 90', alter: (picture) => picture, quality: QUALITY },
  { name: 'rescaled to 70 %', alter: (picture, size) => rescaled(picture, size, 0.7), quality: QUALITY },
  {
    name: 'cropped by 5 %',
    alter: (picture, size, random) => cropped(picture, size, 0.05, random.uniform(), random.uniform()),
    quality: QUALITY,
  },
  { name: 'brightened by 20 %', alter: (picture) => picture.linear(BRIGHTER, 0), quality: QUALITY },
  { name: 'mirrored', alter: (picture) => picture.flop(), quality: QUALITY },
];

/** What became of the copies of one kind. */
export interface CopiesFound {
  readonly kind: string;
  readonly copies: number;
  /** Copies that are at least as similar to their original as the threshold says. */
  readonly found: number;
  /** Copies that are so similar to a picture that is not their original. */
  readonly falselyFound: number;
  readonly medianSimilarity: number;
}

export interface RunDuplicates {
  readonly run: string;
  readonly threshold: number;
  readonly isCalibrated: boolean;
  readonly numPictures: number;
  /** Pictures of the run that are so similar to another one: false, unless they are real duplicates. */
  readonly numAlike: number;
  readonly kinds: readonly CopiesFound[];
}

/** Makes copies of pictures of a run, and looks for them among its pictures. */
export async function copiesFound(path: string): Promise<RunDuplicates> {
  const run = await openRun(path);
  const collection = await openTrainingCollection(run);
  const cache = openCache((await RunFolder.open(path)).cachePath);
  try {
    const neighbours = await nearestOfEach(collection, MAX_PARTNERS);
    const calibration = await duplicateCalibration(run, collection, neighbours);
    const threshold = calibration?.threshold ?? DUPLICATE_THRESHOLD;
    const isAlike = (similarity: number): boolean => similarity >= Math.fround(threshold);
    const places = Int32Array.from(new Random(SEED, 'sample').permutation(cache.length).slice(0, NUM_COPIES));
    const made = await madeCopies({ encoder: run, cache, places, kinds: KINDS, seed: SEED });
    const kinds = made.map(async ({ kind, features, similarities }) => {
      const { scores } = await collection.nearest(features, 1, places);
      return {
        kind,
        copies: similarities.length,
        found: similarities.filter(isAlike).length,
        falselyFound: scores.filter(isAlike).length,
        medianSimilarity: similarities.slice().sort()[similarities.length >> 1]!,
      };
    });
    const numAlike = Array.from(collection.pictures.keys()).filter((row) =>
      isAlike(neighbours.scores[row * neighbours.k]!),
    ).length;
    const numPictures = collection.pictures.length;
    const isCalibrated = calibration !== undefined;
    return { run: path, threshold, isCalibrated, numPictures, numAlike, kinds: await Promise.all(kinds) };
  } finally {
    cache.close();
    await collection.release();
    await run.release();
  }
}

/** A table for people, or a line of JSON. */
export function printCopies({ run, threshold, isCalibrated, numPictures, numAlike, kinds }: RunDuplicates): void {
  console.log(
    `\n${run}: threshold ${threshold}${isCalibrated ? '' : ' (not the run’s own)'}; ` +
      `of its ${numPictures} pictures ${numAlike} are so similar to another\n`,
  );
  console.log('| copies | found | falsely found | median similarity |\n|---|---|---|---|');
  for (const { kind, copies, found, falselyFound, medianSimilarity } of kinds) {
    console.log(`| ${copies} ${kind} | ${found} | ${falselyFound} | ${medianSimilarity.toFixed(3)} |`);
  }
}
