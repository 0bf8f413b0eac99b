/** @file What has come to the run since it learnt: the pictures, the nearest that were there before, and where they landed. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatCount, plural } from '../../../../src/core/format.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { useLoad } from '../../load.ts';
import { jsonOf, until } from '../../source/service.ts';
import { useService } from '../../source/source.ts';
import type { ViewProps } from '../../views.ts';
import { updateInWords } from '../live/words.ts';
import { Arrival } from './arrival.tsx';
import './arrivals.css';
import { firstNewRow } from './first-new-row.ts';
import { Landing } from './landing.tsx';

const BATCH = 24;

export function ArrivalsView({ run }: ViewProps): JSX.Element {
  const service = useService();
  const [numShown, setNumShown] = useState(BATCH);
  const [chosen, setChosen] = useState<number>();
  const first = firstNewRow(run);
  const offset = Math.max(first, run.numPictures - numShown);
  const limit = run.numPictures - offset;
  const [loaded, askAgain] = useLoad(
    async (signal) =>
      limit === 0
        ? []
        : (
            await jsonOf(service.pictures.$get({ query: { offset: `${offset}`, limit: `${limit}` } }, until(signal)))
          ).pictures.toReversed(),
    [service, run, numShown],
  );
  const history = <History updates={run.updates} />;
  if (first === run.numPictures) {
    return (
      <div class="page arrivals">
        <h1 class="visually-hidden">New</h1>
        <Empty title="Nothing is new">
          <p>{emptyWords(run.source)}</p>
        </Empty>
        {history}
      </div>
    );
  }
  return (
    <div class="page arrivals">
      <header>
        <h1>{plural(run.numPictures - first, 'new picture')}</h1>
        <p class="soft" role="status">
          {run.updates.at(-1)!.numLearnt < run.numPictures
            ? 'No training has seen them; their places are by the encoder as it is.'
            : 'They came with the last update, and have been learnt from.'}
        </p>
      </header>
      <div class="arrivals-columns">
        <Landing {...{ run, first, chosen }} onChoose={setChosen} />
        <section class="stack" aria-label="New pictures, the newest first">
          {loaded.value === undefined &&
            (loaded.state === 'failed' ? (
              <Failed error={loaded.error} onRetry={askAgain} />
            ) : (
              <Loading what="what is new" />
            ))}
          <ul class="arrivals-list">
            {loaded.value?.map((picture) => (
              <Arrival
                key={picture.row}
                {...{ picture, first }}
                isChosen={picture.row === chosen}
                onShow={() => setChosen(picture.row)}
              />
            ))}
          </ul>
          {offset > first && (
            <button type="button" class="more" onClick={() => setNumShown(numShown + BATCH)}>
              Show more of {formatCount(run.numPictures - first)}
            </button>
          )}
        </section>
      </div>
      {history}
    </div>
  );
}

function emptyWords(source: ViewProps['run']['source']): string {
  return source === 'index'
    ? 'Answers are from an index, in which pictures are in the order of their names.'
    : 'New pictures come to a run by `instdisc update`, or by themselves while it is shown with `--watch`.';
}

function History({ updates }: Pick<ViewProps['run'], 'updates'>): JSX.Element | null {
  if (updates.length === 0) return null;
  return (
    <section class="stack" aria-label="Updates">
      <h2>Updates</h2>
      <ol class="arrivals-history soft number" reversed>
        {updates.toReversed().map((update) => (
          <li key={update.number}>{updateInWords(update)}</li>
        ))}
      </ol>
    </section>
  );
}
