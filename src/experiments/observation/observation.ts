/**
 * @file What a classifier ranks next: the observation the paper starts from (its Figure 1).
 *
 * A softmax over classes is trained to give all to the true class; what little it gives to the others is not trained
 * towards anything, and yet goes to those that look alike.
 */
import { Random } from '../../core/random.js';
import { responseAccuracy, softmaxRows } from '../../evaluate/responses.js';

/** Keeps these draws apart from others of the same purpose. */
const STREAM = 3;
/** As many as a picture shows at a glance. */
const MAX_SHOWN = 12;

/** What a class gets of a picture. */
export interface ClassResponse {
  readonly label: string;
  /** P(c|v), in [0, 1]. */
  readonly probability: number;
}

export interface ObservedPicture {
  readonly id: string;
  /** Its true class; null where that is not known. */
  readonly label: string | null;
  /** All classes, largest response first. */
  readonly responses: readonly ClassResponse[];
}

/** What the pictures of one class are taken for, if not for what they are. */
export interface ClassObservation {
  readonly label: string;
  readonly numPictures: number;
  /** Part of them that is told right. */
  readonly accuracy: number;
  /** The other classes that come first among the others, most often first, with the part of the pictures. */
  readonly next: readonly { readonly label: string; readonly count: number; readonly share: number }[];
}

/** Answers to labelled pictures. */
export interface LabelledResponses {
  readonly classes: readonly string[];
  /** float64[pictures, classes], rows of sum 1 */
  readonly shares: Float64Array;
  /** int32[pictures], the true classes; −1 for none */
  readonly truth: Int32Array;
}

/** Answers to pictures, as probabilities. */
export function labelledResponses(
  labels: readonly (string | null | undefined)[],
  logits: Float32Array,
  classes: readonly string[],
): LabelledResponses {
  const truth = Int32Array.from(labels, (label) => classes.indexOf(label ?? ''));
  return { classes, shares: softmaxRows(logits, classes.length), truth };
}

/** All classes for one picture, largest response first; equal ones in their own order. */
export function rankedResponses({ classes, shares }: LabelledResponses, row: number): readonly ClassResponse[] {
  return classes
    .map((label, number) => ({ label, probability: shares[row * classes.length + number]! }))
    .sort((a, b) => b.probability - a.probability);
}

/**
 * For each class, which of the others get the largest response of its pictures, however often these are told right.
 *
 * @returns in the order of the classes; those without a picture are left out
 */
export function observeClasses(responses: LabelledResponses): readonly ClassObservation[] {
  const { classes, shares, truth } = responses;
  return classes.flatMap((label, number) => {
    const rows = [...truth.keys()].filter((row) => truth[row] === number);
    if (rows.length === 0) return [];
    const counts = new Map<string, number>();
    for (const row of rows) {
      const { label: other } = rankedResponses(responses, row).find((response) => response.label !== label)!;
      counts.set(other, (counts.get(other) ?? 0) + 1);
    }
    const own = truth.map((value) => (value === number ? value : -1));
    const next = Array.from(counts, ([other, count]) => ({ label: other, count, share: count / rows.length }));
    return [
      {
        label,
        numPictures: rows.length,
        accuracy: responseAccuracy(shares, own, classes.length).top1,
        next: next.sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1)),
      },
    ];
  });
}

/**
 * Chooses pictures to be shown: at random among those that are told right, as many of one class as of another.
 *
 * @returns at most twelve rows, at most two of a class, in the order of the classes
 */
export function chooseShown(responses: LabelledResponses, seed: number): readonly number[] {
  const { classes, truth } = responses;
  const order = new Random(seed, 'sample', STREAM).permutation(truth.length);
  const right = Array.from(order).filter((row) => {
    const label = truth[row]!;
    return label >= 0 && rankedResponses(responses, row)[0]!.label === classes[label];
  });
  const ofClass = (number: number): readonly number[] => right.filter((row) => truth[row] === number).slice(0, 2);
  const pairs = classes.map((_, number) => ofClass(number)).filter(({ length }) => length > 0);
  const firsts = pairs.map(([first]) => first!);
  const all = pairs.flat().length <= MAX_SHOWN ? pairs.flat() : firsts;
  // Of many classes those whose picture was drawn first.
  const shown = [...all].sort((a, b) => order.indexOf(a) - order.indexOf(b)).slice(0, MAX_SHOWN);
  return shown.sort((a, b) => truth[a]! - truth[b]! || a - b);
}
