/** @file What an index remembers of what it is made from. */
import { resolve } from 'node:path';
import { LabelTable } from '../../data/labels/labels.js';
import { coverage } from '../../data/scan/coverage.js';
import { type ScanRules, USUAL_RULES } from '../../data/scan/scan-rules.js';
import type { IndexedPaths } from '../../store/index/indexed-paths.js';

/**
 * @param run whose index it is
 * @param rules by which the paths are looked at
 * @returns undefined if that cannot be done again: labels that no file has cannot be asked for
 */
export function madeFrom(
  { config }: { readonly config?: { readonly scan: ScanRules; readonly paths?: readonly string[] } },
  given: readonly string[],
  { exclude }: ScanRules,
  labels: ReadonlyMap<string, string> | undefined,
): IndexedPaths | undefined {
  if (labels !== undefined && !(labels instanceof LabelTable)) return undefined;
  const paths = given.map((path) => resolve(path));
  const covers = coverage(paths, []);
  const ofRun = config?.paths ?? [];
  return {
    paths,
    exclude: exclude.slice((config?.scan ?? USUAL_RULES).exclude.length),
    ...(labels !== undefined && { labels: resolve(labels.file) }),
    isOfRun: ofRun.length > 0 && ofRun.every((path) => covers(resolve(path))),
  };
}
