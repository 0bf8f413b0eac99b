/** @file Labels that are of no picture. */
import { formatCount, plural } from '../core/format.js';
import type { LabelReport } from '../data/labels/label-match.js';
import type { Output } from './output.js';
import { shortPath } from './words.js';

/** Tells how many labels are of no picture and why, if any are, and whether the file was hard to read. */
export function showLabels(output: Output, report: LabelReport | undefined): void {
  for (const line of labelLines(report)) output.note(line);
}

function labelLines(report: LabelReport | undefined): string[] {
  if (report === undefined) return [];
  const { file, numLabels, numUnmatched, reason, remark } = report;
  const name = shortPath(file);
  return [
    ...(remark === undefined ? [] : [`${name}: ${remark}`]),
    ...(numUnmatched === 0
      ? []
      : [
          `${name}: ${formatCount(numUnmatched)} of ${plural(numLabels, 'label')} ${numUnmatched === 1 ? 'is' : 'are'} of no picture here. For example`,
          `  ${reason}`,
        ]),
  ];
}
