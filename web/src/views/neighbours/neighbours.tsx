/** @file The nearest of any picture: of the collection, or one that the reader brings. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { formatBytes } from '../../../../src/core/format.ts';
import { Failed, Loading } from '../../components/states.tsx';
import { dropped } from '../../dropped.ts';
import { useLoad } from '../../load.ts';
import {
  type Run,
  type SearchAnswer,
  type SearchOptions,
  type ServedPicture,
  type Source,
  useSource,
} from '../../source/source.ts';
import type { Key, ViewProps } from '../../views.ts';
import { Breadcrumb } from './breadcrumb.tsx';
import { ByPixels } from './by-pixels.tsx';
import { Found } from './found.tsx';
import './neighbours.css';
import { Query } from './query.tsx';
import { search } from './search.ts';
import { Start } from './start.tsx';
import { NEW, type Stop, stopOf, walk, walkTo } from './walk.ts';

export const NEIGHBOURS_KEYS: readonly Key[] = [
  ['←  →  ↑  ↓', 'Move among the pictures'],
  ['Enter', 'Walk on to its nearest'],
  ['Backspace', 'Back'],
];

/** How the reader likes to look; kept from picture to picture. */
const isCompared = signal(false);
const count = signal(24);

/** A picture with what was found for it; `picture` is undefined for one that is not of the collection. */
interface Answer {
  readonly stop: Stop;
  readonly picture: ServedPicture | undefined;
  readonly result: SearchAnswer;
}

export function NeighboursView({ run, argument }: ViewProps): JSX.Element {
  const stop = stopOf(argument);
  const isGone = stop === NEW && dropped.value === undefined;
  return stop === undefined || isGone ? <Start run={run} isGone={isGone} /> : <Nearest run={run} stop={stop} />;
}

function Nearest({ run, stop }: { readonly run: Run; readonly stop: Stop }): JSX.Element {
  const source = useSource();
  const k = count.value;
  const canCompare = source.service !== undefined;
  const [answer, askAgain] = useLoad((signal) => find(source, stop, { k, signal }), [source, stop, dropped.value, k]);
  useEffect(() => {
    walk.value = walkTo(walk.value, stop);
  }, [stop]);

  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Backspace' && !(event.target instanceof HTMLInputElement)) history.back();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);

  const { value } = answer;
  const isLoaded = stop === NEW && !canCompare;
  const waitedFor = isLoaded
    ? `the encoder, ${formatBytes(run.encoder.numBytes)}, and its neighbours`
    : 'its neighbours';
  return (
    <div class="page neighbours" aria-busy={answer.state === 'loading'}>
      <h1 class="visually-hidden">Neighbours</h1>
      <Breadcrumb stops={walk.value} />
      {value === undefined && answer.state === 'loading' && <Loading what={waitedFor} />}
      {answer.state === 'failed' && <Failed error={answer.error} onRetry={askAgain} />}
      {answer.state !== 'failed' && value !== undefined && (
        <div class="neighbours-columns">
          <Query picture={pictureOf(stop, value)} ms={value.stop === stop ? value.result.ms : undefined}>
            <label>
              <input
                type="checkbox"
                checked={isCompared.value}
                disabled={!canCompare}
                onChange={({ currentTarget }) => {
                  isCompared.value = currentTarget.checked;
                }}
              />{' '}
              Compare with raw pixels
            </label>
            <label>
              Show{' '}
              <select
                value={count.value}
                onChange={({ currentTarget }) => {
                  count.value = Number(currentTarget.value);
                }}
              >
                {[12, 24, 48, 96].map((k) => (
                  <option key={k}>{k}</option>
                ))}
              </select>
            </label>
          </Query>
          <Found title="By what it learned" label={value.picture?.label} neighbours={value.result.neighbours} />
          {isCompared.value && canCompare && <ByPixels stop={stop} label={value.picture?.label} k={k} />}
        </div>
      )}
    </div>
  );
}

/** The picture that is open, at once; what is known of it comes with the answer. */
function pictureOf(stop: Stop, { stop: answered, picture }: Answer): ServedPicture | undefined {
  if (answered === stop) return picture;
  return stop === NEW ? undefined : { row: stop, name: '…', label: null };
}

async function find(source: Source, stop: Stop, options: SearchOptions): Promise<Answer> {
  const [picture, result] = await Promise.all([
    stop === NEW ? undefined : source.picture(stop, options.signal),
    search(source, stop, options),
  ]);
  return { stop, picture, result };
}
