/** @file The fixed pictures with what they find in the bank: how the method learns, to be seen. */
import type { JSX } from 'preact';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { href } from '../../route.ts';
import type { EpochMetrics } from '../../source/source.ts';
import { type QueryState, queryStates } from './turnover.ts';

interface QueriesProps {
  readonly record: EpochMetrics;
  /** Of the epoch before, if there is one. */
  readonly before: EpochMetrics | undefined;
}

export function Queries({ record, before }: QueriesProps): JSX.Element {
  const states = queryStates(record, before);
  const isLabelled = states.some(({ picture }) => picture.label !== null);
  return (
    <>
      <p class="marks soft">
        {before !== undefined && <span class="mark-new">new since epoch {before.epoch}</span>}
        {isLabelled && <span class="mark-same">same label</span>}
      </p>
      <ul class="queries">
        {states.map((state) => (
          <FixedQuery key={state.picture.row} {...state} />
        ))}
      </ul>
    </>
  );
}

function FixedQuery({ picture, neighbours }: QueryState): JSX.Element {
  return (
    <li>
      <a class="query-picture" href={href('method', picture.row)} title={`${picture.name}: how it works`}>
        <Thumbnail picture={picture} size={128} />
      </a>
      <Summary picture={picture} neighbours={neighbours} />
      <ol>
        {neighbours.map(({ isNew, isSame, ...neighbour }) => (
          <li key={neighbour.row} class={`${isNew ? 'new' : ''} ${isSame ? 'same' : ''}`}>
            <a href={href('neighbours', neighbour.row)} title={titleOf(neighbour, isNew)}>
              <Thumbnail picture={neighbour} size={64} />
              <span class="number">{neighbour.similarity.toFixed(2)}</span>
            </a>
          </li>
        ))}
      </ol>
    </li>
  );
}

function titleOf(
  { name, label, similarity }: Omit<QueryState['neighbours'][number], 'isNew' | 'isSame'>,
  isNew: boolean,
): string {
  return [name, label, similarity.toFixed(3), isNew && 'new'].filter(Boolean).join(' · ');
}

function Summary({ picture: { label }, neighbours }: QueryState): JSX.Element {
  const numNew = neighbours.filter(({ isNew }) => isNew).length;
  const numSame = neighbours.filter(({ isSame }) => isSame).length;
  const counts = [label !== null && `${numSame} of ${neighbours.length} the same`, numNew > 0 && `${numNew} new`];
  return (
    <p class="number">
      {label !== null && <strong>{label}</strong>}
      <span class="soft">{counts.filter(Boolean).join(' · ')}</span>
    </p>
  );
}
