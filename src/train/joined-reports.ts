/** @file What the ranks have found and decoded, put together. */
import { DataError } from '../core/errors.js';
import type { CachedShare } from '../data/cache/shared-cache.js';
import { ReadingTally } from '../data/decode/readings.js';
import type { ScanReport } from '../data/scan/scan.js';
import { type Communicator, fromAll } from '../machines/communicator.js';
import type { Built, Prepared } from './prepare-share.js';

/** What is told of a scan but for the pictures. */
type Told = Omit<ScanReport, 'pictures'>;

/**
 * @param report undefined of a rank that had nothing to look for
 * @throws {DataError} if ranks have seen different files
 */
export async function joinedReports(machines: Communicator, report: ScanReport | undefined): Promise<Told> {
  const { pictures: _, ...own } = report ?? { pictures: [] };
  const all = await fromAll(machines, { host: machines.host, told: report && (own as Told) });
  const first = all[0]!.told!;
  const other = all.find(({ told }) => told !== undefined && told.names !== first.names);
  if (other !== undefined) {
    throw new DataError(
      `pictures: expected the same files on every machine, got others on ${other.host} than on ${all[0]!.host}. ` +
        'Put them on a disk that all share, or copy them all to each under the same path.',
    );
  }
  if (machines.size === 1) return first;
  const formats: Record<string, number> = {};
  const skipped = new Map<string, Told['skipped'][number]>();
  let numOtherFiles = 0;
  for (const { told } of all) {
    for (const [format, count] of Object.entries(told?.formats ?? {})) formats[format] = (formats[format] ?? 0) + count;
    // A folder that cannot be read, none can read.
    for (const each of told?.skipped ?? []) skipped.set(each.path, each);
    numOtherFiles += told?.numOtherFiles ?? 0;
  }
  const byPath = [...skipped.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { ...first, formats, numOtherFiles, skipped: byPath };
}

/** What has become of all shares, in their order. */
export interface JoinedParts {
  readonly shares: readonly CachedShare[];
  readonly numNew: number;
  /** Of those that were built; undefined if all were there. */
  readonly built: Built | undefined;
}

export async function joinedParts(machines: Communicator, parts: readonly Prepared[]): Promise<JoinedParts> {
  const all = (await fromAll(machines, parts)).flat().sort((a, b) => a.share - b.share);
  const built = all.flatMap((part) => part.built ?? []);
  const readings = new ReadingTally();
  for (const each of built) readings.addCounts(each.readings);
  return {
    shares: all.map(({ numPictures, fingerprint }) => ({ numPictures, fingerprint })),
    numNew: all.reduce((sum, part) => sum + part.numNew, 0),
    built:
      built.length === 0
        ? undefined
        : {
            numBytes: built.reduce((sum, { numBytes }) => sum + numBytes, 0),
            quarantined: built.flatMap(({ quarantined }) => quarantined),
            readings: readings.counts,
          },
  };
}
