import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError, RunError } from '#src/core/errors.js';
import type { ScanReport } from '#src/data/scan/scan.js';
import { ALONE, type Communicator } from '#src/machines/communicator.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { joinedReports } from '#src/train/joined-reports.js';
import { openOnAll } from '#src/train/run-of-all.js';
import { tempFolder } from '../store/temp-folder.js';

/** The second of two ranks, whose first says what it is made to say. */
function besides(first: unknown): Communicator {
  const said = new TextEncoder().encode(JSON.stringify(first));
  return { ...ALONE, rank: 1, size: 2, host: 'second', exchange: async (own) => [said, own] };
}

const unopened = (): Promise<RunFolder> => Promise.reject(new Error('only rank 0 opens it'));

describe('what two ranks must both see', () => {
  it('is the run folder, with what is in it', async () => {
    const path = join(tempFolder(), 'run');
    await (await RunFolder.create(path, { made: 'here' })).close();
    expect(await openOnAll(besides({ made: 'here' }), path, unopened)).toBeInstanceOf(RunFolder);
    const refused = openOnAll(besides({ made: 'elsewhere' }), path, unopened);
    await expect(refused).rejects.toThrow(RunError);
    await expect(refused).rejects.toThrow(
      `${path}: expected a run folder on a disk that all machines share, got another on second.`,
    );
    const empty = join(tempFolder(), 'empty');
    mkdirSync(empty);
    await expect(openOnAll(besides({}), empty, unopened)).rejects.toThrow('got none on second.');
  });

  it('are the same files', async () => {
    const report = { pictures: [], names: 'b', formats: {}, skipped: [], numOtherFiles: 0 } as unknown as ScanReport;
    const differing = joinedReports(besides({ host: 'first', told: { ...report, names: 'a' } }), report);
    await expect(differing).rejects.toThrow(DataError);
    await expect(differing).rejects.toThrow(
      'pictures: expected the same files on every machine, got others on second than on first.',
    );
    const same = { ...report, names: 'b', formats: { JPEG: 2 } };
    expect(await joinedReports(besides({ host: 'first', told: same }), report)).toMatchObject({ formats: { JPEG: 2 } });
  });
});
