/** @file `--measure unlabelled`: the health of the features, seen without labels. */
import { formatCount, percent } from '../../core/format.js';
import { measureUnlabelled, type Unlabelled, type UnlabelledName } from '../../evaluate/unlabelled/unlabelled.js';
import { type Output, paint } from '../output.js';
import { showSkipped } from '../skipped.js';
import { shortPath } from '../words.js';
import type { Measure } from './measure.js';

const NAME = 22;
const VALUE = 9;

export const unlabelledMeasure: Measure = {
  name: 'unlabelled',
  summary: 'alignment, uniformity, effective rank and more, of test or training pictures: no labels needed',
  needs: [],
  async run({ measured, options, output, signal }) {
    const { test, exclude, sample, seed } = options;
    const result = await measureUnlabelled(measured.run, {
      folder: test,
      exclude,
      sample,
      seed,
      signal,
      onProgress: (done, of) => measured.options.onProgress('encoding views', done, of, 'pictures'),
    });
    output.clear();
    showSkipped(output, result.skipped, 'the output of --json');
    showUnlabelled(output, result, test === undefined ? 'training pictures' : `pictures of ${shortPath(test)}`);
    return result;
  },
};

/** A line for each measure: its value, and which way is good. */
function showUnlabelled(output: Output, result: Unlabelled, pictures: string): void {
  const { missing } = result;
  const line = (name: string, value: string, meaning: string): void =>
    output.line(`  ${name.padEnd(NAME)}${value.padStart(VALUE)}   ${paint('dim', meaning)}`);
  const unless = (key: UnlabelledName, name: string, show: () => readonly [value: string, meaning: string]): void => {
    const reason = missing[key];
    if (reason === undefined) line(name, ...show());
    else line(name, '–', reason);
  };
  output.line(`${formatCount(result.numPictures)} of ${formatCount(result.of)} ${pictures}, without their labels:`);
  line('alignment', result.alignment.toFixed(3), 'lower is better: the distance² of two crops of a picture, 0 to 4');
  unless('uniformity', 'uniformity', () => [
    result.uniformity!.toFixed(2),
    'lower is better: features all over the sphere; 0 if they are all the same',
  ]);
  line(
    'effective rank',
    result.effectiveRank.toFixed(1),
    `higher is better, up to ${result.fullRank}: dimensions in use; 1 if features are all the same`,
  );
  unless('stability', 'neighbour stability', () => {
    const { overlap, k, chance, steps } = result.stability!;
    const [earlier, newest] = steps.map(formatCount);
    return [
      percent(overlap),
      `higher is calmer: of ${k} neighbours the same at steps ${earlier} and ${newest}; by chance ${percent(chance)}`,
    ];
  });
  unless('selfRetrieval', 'self-retrieval rank', () => {
    const { medianRank, meanReciprocalRank, first, of } = result.selfRetrieval!;
    return [
      formatCount(medianRank),
      `lower is better: median among ${formatCount(of)}, by a crop; first ${percent(first)}, mean 1/rank ${meanReciprocalRank.toFixed(3)}`,
    ];
  });
  unless('bankSimilarity', 'bank similarity', () => [
    result.bankSimilarity!.toFixed(3),
    'higher is better, up to 1: features agree with their rows in the memory bank',
  ]);
  line('mean length', result.norm.toFixed(3), 'must be 1, or the features are not normalised');
  output.line(
    paint('dim', '  None alone is enough: collapsed features are aligned, and random ones spread in all dimensions.'),
  );
}
