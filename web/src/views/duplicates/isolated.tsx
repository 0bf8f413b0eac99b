/** @file The pictures that are like no other: rare ones, and mistakes. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { csv, download } from '../../components/download.ts';
import { ForExcel } from '../../components/for-excel.tsx';
import { PictureGrid } from '../../components/picture-grid.tsx';
import { Empty, Failed } from '../../components/states.tsx';
import { useLoad } from '../../load.ts';
import { jsonOf, until } from '../../source/service.ts';
import { type Run, useService } from '../../source/source.ts';
import { Searching } from './searching.tsx';

const BATCH = 60;
/** The most that the service gives at once. */
const MAX_PAGE = 1000;

export function Isolated({ run }: { readonly run: Run }): JSX.Element {
  const service = useService();
  const [numShown, setNumShown] = useState(BATCH);
  const [found, askAgain] = useLoad(
    (signal) => jsonOf(service.outliers.$get({ query: { limit: `${numShown}` } }, until(signal))),
    [service, numShown],
  );
  if (found.value === undefined) {
    return found.state === 'failed' ? <Failed error={found.error} onRetry={askAgain} /> : <Searching />;
  }
  const { pictures } = found.value;
  if (pictures.length === 0) return <Empty title="There are no pictures yet" />;
  const table = [['path', 'distance'], ...pictures.map(({ name, outlier }) => [name, outlier.toFixed(4)])];
  return (
    <div class="stack">
      <div class="toolbar">
        <p class="soft">
          By the mean distance to their nearest: what is rare, broken, or in the wrong folder comes first.
        </p>
        <button type="button" onClick={() => download(`${run.name}-isolated.csv`, csv(table))}>
          Export these {pictures.length}
        </button>
        <ForExcel />
      </div>
      <PictureGrid
        pictures={pictures}
        caption={({ outlier, label }) => (
          <>
            <span class="number">{outlier.toFixed(3)}</span> {label}
          </>
        )}
      />
      {found.state === 'failed' && <Failed error={found.error} onRetry={askAgain} />}
      {pictures.length < Math.min(run.numPictures, MAX_PAGE) && (
        <button type="button" class="more" onClick={() => setNumShown(Math.min(numShown + BATCH, MAX_PAGE))}>
          Show more
        </button>
      )}
    </div>
  );
}
