import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { responseAccuracy, softmaxRows } from '#src/evaluate/responses.js';
import {
  chooseShown,
  type LabelledResponses,
  labelledResponses,
  observeClasses,
  rankedResponses,
} from '#src/experiments/observation/observation.js';

const CLASSES = ['cat', 'dog', 'fish', 'ship'];

/** Answers at random, and the labels they are to. */
function drawn(count: number, classes = CLASSES): { labels: (string | null)[]; logits: Float32Array } {
  const random = new Random(5, 'sample');
  return {
    labels: Array.from({ length: count }, (_, i) => (i % 7 === 6 ? null : classes[random.integer(classes.length)]!)),
    logits: Float32Array.from({ length: count * classes.length }, () => 2 * random.normal()),
  };
}

function answers(count: number, classes = CLASSES): LabelledResponses {
  const { labels, logits } = drawn(count, classes);
  return labelledResponses(labels, logits, classes);
}

describe('the softmax of responses', () => {
  it('is what its definition says', () => {
    const { logits } = drawn(50);
    const shares = softmaxRows(logits, 4);
    for (let row = 0; row < 50; row++) {
      const exponentials = Array.from(logits.subarray(4 * row, 4 * row + 4), Math.exp);
      const sum = exponentials.reduce((a, b) => a + b);
      exponentials.forEach((value, c) => {
        expect(shares[4 * row + c]).toBeCloseTo(value / sum, 12);
      });
    }
  });

  it('does not overflow, and halves between two that are alike', () => {
    expect([...softmaxRows(Float32Array.of(5000, 5000, -5000), 3)]).toEqual([0.5, 0.5, 0]);
  });

  it('is right as often as the true class is the largest, or among five', () => {
    const classes = Array.from({ length: 9 }, (_, i) => `c${i}`);
    const { shares, truth } = answers(200, classes);
    const isAmong = (top: number): number => {
      const rows = [...truth.keys()].filter((row) => truth[row]! >= 0);
      const right = rows.filter((row) => {
        const own = [...shares.subarray(9 * row, 9 * row + 9)];
        return own.filter((share) => share > own[truth[row]!]!).length < top;
      });
      return right.length / rows.length;
    };
    expect(responseAccuracy(shares, truth, 9)).toEqual({ top1: isAmong(1), top5: isAmong(5) });
  });
});

describe('the observation', () => {
  it('ranks all classes of a picture', () => {
    const one = labelledResponses(['dog'], Float32Array.from([Math.log(3), 0, Math.log(5), 0], Math.fround), CLASSES);
    const ranked = rankedResponses(one, 0);
    expect(ranked.map(({ label }) => label)).toEqual(['fish', 'cat', 'dog', 'ship']);
    [0.5, 0.3, 0.1, 0.1].forEach((probability, place) => {
      expect(ranked[place]!.probability).toBeCloseTo(probability, 6);
    });
  });

  it('counts which other class comes first, whether or not the true one does', () => {
    const logits = Float32Array.of(...[9, 5, 1, 0], ...[4, 5, 1, 0], ...[9, 1, 6, 0], ...[0, 1, 2, 9]);
    const observed = observeClasses(labelledResponses(['cat', 'cat', 'cat', 'ship'], logits, CLASSES));
    expect(observed).toEqual([
      {
        label: 'cat',
        numPictures: 3,
        accuracy: 2 / 3,
        next: [
          { label: 'dog', count: 2, share: 2 / 3 },
          { label: 'fish', count: 1, share: 1 / 3 },
        ],
      },
      { label: 'ship', numPictures: 1, accuracy: 1, next: [{ label: 'fish', count: 1, share: 1 }] },
    ]);
  });

  it('counts every labelled picture once, and agrees with a plain loop', () => {
    const responses = answers(300);
    const { shares, truth } = responses;
    const counts = CLASSES.map(() => CLASSES.map(() => 0));
    truth.forEach((own, row) => {
      if (own < 0) return;
      let best = own === 0 ? 1 : 0;
      for (let c = 0; c < 4; c++) if (c !== own && shares[4 * row + c]! > shares[4 * row + best]!) best = c;
      counts[own]![best]!++;
    });
    for (const { label, numPictures, next } of observeClasses(responses)) {
      const own = counts[CLASSES.indexOf(label)]!;
      expect(numPictures).toBe(own.reduce((a, b) => a + b));
      for (const other of next) expect(other.count).toBe(own[CLASSES.indexOf(other.label)]);
      expect(next.map(({ count }) => count)).toEqual(own.filter((count) => count > 0).sort((a, b) => b - a));
    }
  });
});

describe('the pictures that are shown', () => {
  const isRight = ({ shares, truth, classes }: LabelledResponses, row: number): boolean => {
    const own = [...shares.subarray(row * classes.length, (row + 1) * classes.length)];
    return own.indexOf(Math.max(...own)) === truth[row];
  };

  it('are told right, two of a class, the same for the same seed and others for another', () => {
    const responses = answers(300);
    const shown = chooseShown(responses, 1);
    expect(shown).toHaveLength(8);
    for (const row of shown) expect(isRight(responses, row)).toBe(true);
    expect(shown.map((row) => responses.truth[row])).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(chooseShown(responses, 1)).toEqual(shown);
    expect(chooseShown(responses, 2)).not.toEqual(shown);
  });

  it('are one of a class where there are many, at most twelve', () => {
    const classes = Array.from({ length: 30 }, (_, i) => `c${i}`);
    const responses = answers(3000, classes);
    const shown = chooseShown(responses, 1);
    expect(new Set(shown.map((row) => responses.truth[row])).size).toBe(12);
    expect(shown).toHaveLength(12);
  });

  it('are none where nothing is told right', () => {
    expect(chooseShown(labelledResponses(['cat'], Float32Array.of(0, 1, 0, 0), CLASSES), 1)).toEqual([]);
  });
});
