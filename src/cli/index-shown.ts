/** @file Pictures put into an index, as commands show it. */
import type { IndexOptions, IndexReport } from '../collection/index/index-pictures.js';
import { formatCount, plural } from '../core/format.js';
import { isLocal } from '../store/index/index-address.js';
import type { IndexRepairs } from '../store/index/index-repair.js';
import { type Output, paint } from './output.js';
import { showLabels } from './show-labels.js';
import { showAliases, showReadings, showSkipped } from './skipped.js';
import { counter, shortPath } from './words.js';

/** What is told while it goes on. */
export function indexProgress(output: Output): Pick<Required<IndexOptions>, 'onProgress' | 'onPrepare' | 'onWait'> {
  const count = counter('encoding', 'pictures');
  return {
    onProgress: (...progress) => output.live(count(...progress)),
    onPrepare: () => output.live(['preparing the search']),
    onWait: (holder) => output.line(`${holder} is changing this index; waiting for it`),
  };
}

export function showIndexed(output: Output, report: IndexReport): void {
  const { uri, numPictures, leftBehind, skipped, repairs, readings, aliases, labels } = report;
  for (const repair of told(repairs)) output.line(paint('yellow', repair));
  showSkipped(output, skipped, 'the output of --json');
  showAliases(output, aliases);
  showReadings(output, readings);
  showLabels(output, labels);
  if (leftBehind > 0) {
    output.line(
      paint(
        'yellow',
        `${plural(leftBehind, 'picture')} elsewhere must be indexed again, as the run was trained further.`,
      ),
    );
  }
  const changes = (['added', 'changed', 'moved', 'relabelled', 'removed', 'unchanged'] as const)
    .filter((change) => report[change] > 0)
    .map((change) => `${formatCount(report[change])} ${change}`);
  output.line(`${plural(numPictures, 'picture')} in ${isLocal(uri) ? shortPath(uri) : uri}: ${changes.join(', ')}`);
}

function told({ doubled, damaged, rebuilt }: IndexRepairs): string[] {
  return [
    ...(doubled > 0 ? [`${plural(doubled, 'picture')} were in the index twice; each is there once now.`] : []),
    ...(damaged > 0 ? [`${plural(damaged, 'row')} of the index were damaged, and have left it.`] : []),
    ...(rebuilt ? ['The index could not be read, and was made anew; index pictures elsewhere again, too.'] : []),
  ];
}
