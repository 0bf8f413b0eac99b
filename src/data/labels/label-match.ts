/** @file Which labels of a table are of which pictures, and which of none. */
import { DataError } from '../../core/errors.js';
import { LabelTable } from './labels.js';
import { PictureNames } from './picture-names.js';

/** Paths without a picture that are told; a table may have millions. */
const MOST_TOLD = 20;

/** What became of a table of labels. */
export interface LabelReport {
  /** The CSV file; `labels` where they come from elsewhere. */
  readonly file: string;
  readonly numLabels: number;
  /** Labels that are of no picture. */
  readonly numUnmatched: number;
  /** Some of the paths they have, at most 20. */
  readonly unmatched: readonly string[];
  /** Why a path has no picture, most likely, by an example; undefined where all have. */
  readonly reason: string | undefined;
  /** What should be known of how the file was read; undefined where nothing was in doubt. */
  readonly remark: string | undefined;
}

export interface MatchedLabels {
  /** Label by the id of a picture. */
  readonly labels: ReadonlyMap<string, string>;
  readonly report: LabelReport;
}

/**
 * Finds the pictures of labels. What is not found is in the report.
 *
 * @param labels by path, absolute
 * @param ids of the pictures
 * @param aliasOf other ids that pictures have in the table, absolute too
 * @throws {DataError} if no label is of a picture, or two that differ are of one
 */
export function matchLabels(
  labels: ReadonlyMap<string, string>,
  ids: readonly string[],
  aliasOf: ReadonlyMap<string, string> = new Map(),
): MatchedLabels {
  const { file, remark } = labels instanceof LabelTable ? labels : { file: 'labels', remark: undefined };
  const names = new PictureNames(ids);
  const aliases = new PictureNames([...aliasOf.keys()]);
  const matched = new Map<string, string>();
  const unmatched: string[] = [];
  for (const [path, label] of labels) {
    const id = names.find(path) ?? aliasOf.get(aliases.find(path) ?? '');
    if (id === undefined) {
      unmatched.push(path);
      continue;
    }
    const earlier = matched.get(id);
    if (earlier !== undefined && earlier !== label) {
      throw new DataError(
        `${file}: expected one label for ${id}, got '${earlier}' and '${label}', by two spellings of its path. Leave one out.`,
      );
    }
    matched.set(id, label);
  }
  const reason = unmatched.length === 0 ? undefined : names.explain(unmatched, file);
  if (matched.size === 0) {
    throw new DataError(
      `${file}: expected the paths of pictures such as ${ids[0]}, got ${labels.size} others. ${reason ?? 'Add rows'}.`,
    );
  }
  const numUnmatched = unmatched.length;
  const report = {
    file,
    numLabels: labels.size,
    numUnmatched,
    unmatched: unmatched.slice(0, MOST_TOLD),
    reason,
    remark,
  };
  return { labels: matched, report };
}
