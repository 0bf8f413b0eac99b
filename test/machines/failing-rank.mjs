// Two ranks, of which one finds that it cannot go on while the other waits for it.
import { withRanks } from '#src/cli/ranks.js';
import { DataError } from '#src/core/errors.js';

await withRanks({}, async (machines) => {
  if (machines.rank === 1) throw new DataError('pictures: expected some, got none.');
  await machines.barrier();
});
