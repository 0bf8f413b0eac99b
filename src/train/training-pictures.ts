/** @file The pictures of a run: found, and decoded into its cache unless they are there; by each rank its shares. */
import { shareOf } from '../core/shares.js';
import { readShares, removeOtherShares, sharePath, writeShares } from '../data/cache/shared-cache.js';
import { readLabels } from '../data/labels/labels.js';
import type { Picture } from '../data/picture.js';
import { type ScanReport, scan } from '../data/scan/scan.js';
import { ALONE, fromAll, fromFirst } from '../machines/communicator.js';
import type { RunConfig } from '../run/config.js';
import type { TrainEvent } from '../run/events.js';
import { makeFolder } from '../store/files/make-folder.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { joinedParts, joinedReports } from './joined-reports.js';
import { type Prepared, prepareShare } from './prepare-share.js';

/** Pictures as they were found, before they are decoded. */
export interface FoundPictures {
  /** Those of this rank. */
  readonly pictures: readonly Picture[];
  /** Those of all ranks. */
  readonly numPictures: number;
}

/**
 * Scans the paths of a run and sees to it that its cache holds exactly what is there, or what it was trained on: of a run
 * that has learnt, pictures that came later are passed over. A damaged cache is built anew; of a run that has learnt, only
 * if it comes to the same.
 *
 * Of several ranks each looks after its shares of the pictures; a run that has learnt keeps the shares that it has.
 *
 * @param decide what the run is of these pictures, before they are decoded; refuses what will not do. Rank 0 is asked.
 * @param emit told of progress
 * @throws {RunError} if pictures that the run was trained on have changed or are gone
 * @throws {DataError} if there are no pictures, or the ranks do not see the same
 */
export async function preparePictures(
  run: RunFolder,
  { paths, scan: rules, labels: labelFile }: RunConfig,
  decide: (found: FoundPictures) => Promise<RunConfig>,
  emit: (event: TrainEvent) => void,
  signal: AbortSignal | undefined,
  machines = ALONE,
): Promise<void> {
  const labels = labelFile === null ? undefined : await readLabels(labelFile);
  const trainedOn = await fingerprintOf(run);
  const cached = readShares(run.cachePath);
  const of = trainedOn === undefined ? machines.size : (cached?.length ?? 1);
  const own = Array.from({ length: of }, (_, share) => share).filter(
    (share) => share % machines.size === machines.rank,
  );
  const look = (): Promise<ScanReport> =>
    scan(paths, {
      rules,
      onProgress: (done) => emit({ kind: 'scanning', done }),
      ...(of > 1 && { shares: { of, own } }),
      ...(labels && { labels }),
      ...(signal && { signal }),
    });
  const found = own.length > 0 ? await look() : undefined;
  const pictures = found?.pictures ?? [];
  const report = await joinedReports(machines, found);
  emit({ kind: 'scanned', report: { ...report, pictures } });
  const numPictures = (await fromAll(machines, pictures.length)).reduce((sum, count) => sum + count);
  const { settings } = await fromFirst(
    machines,
    machines.rank === 0 ? await decide({ pictures, numPictures }) : undefined,
  );

  if (of > 1 && machines.rank === 0) {
    await makeFolder(run.cachePath);
    await removeOtherShares(run.cachePath, of);
  }
  await machines.barrier();
  const parts: Prepared[] = [];
  for (const share of own) {
    const fingerprint = of === 1 ? trainedOn : trainedOn && cached![share]!.fingerprint;
    const ofShare = of === 1 ? pictures : pictures.filter(({ id }) => shareOf(id, of) === share);
    const dir = sharePath(run.cachePath, share, of);
    parts.push(
      await prepareShare({ dir, run: run.path, share, trainedOn: fingerprint }, ofShare, settings.size, emit, signal),
    );
  }
  const { shares, numNew, built } = await joinedParts(machines, parts);
  if (machines.rank === 0) {
    if (numNew > 0) emit({ kind: 'passedOver', numPictures: numNew });
    if (built !== undefined) {
      await run.writeSkipped([...report.skipped, ...built.quarantined]);
      emit({ kind: 'cached', ...built });
    }
    if (of > 1) await writeShares(run.cachePath, shares);
  }
  await machines.barrier();
}

/** @returns the fingerprint of the pictures that a run has been trained on; undefined before its first checkpoint */
async function fingerprintOf(run: RunFolder): Promise<string | undefined> {
  if ((await run.latestCheckpoint()) === undefined) return undefined;
  return ((await run.loadState()) as { readonly fingerprint?: string } | null)?.fingerprint;
}
