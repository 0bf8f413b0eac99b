/** @file The training: as it goes on, or once more from its records. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Slider } from '../../components/slider.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import type { EpochMetrics, Run } from '../../source/source.ts';
import type { ViewProps } from '../../views.ts';
import { useHistory } from './history.ts';
import './live.css';
import { Plots } from './plots.tsx';
import { Queries } from './queries.tsx';
import { Status } from './status.tsx';

/** Between two epochs of a replay: long enough to see what changed. */
const REPLAY_MS = 900;

export function LiveView({ run }: ViewProps): JSX.Element {
  const { records, progress, loaded, askAgain } = useHistory();
  if (records.length === 0 && loaded.state === 'loading') return <Loading what="the epochs" />;
  return (
    <div class="page live">
      <Status run={run} progress={progress} last={records.at(-1)} />
      {records.length > 0 && <Epochs run={run} records={records} />}
      {records.length === 0 && loaded.state === 'failed' && <Failed error={loaded.error} onRetry={askAgain} />}
      {records.length === 0 && loaded.state === 'done' && (
        <Empty title="No epoch yet">
          <p>Curves and neighbours come in after each epoch; leave the page open.</p>
        </Empty>
      )}
    </div>
  );
}

interface EpochsProps {
  readonly run: Run;
  /** At least one. */
  readonly records: readonly EpochMetrics[];
}

function Epochs({ run, records }: EpochsProps): JSX.Element {
  const last = records.length - 1;
  // Undefined is the newest, also when a newer one comes.
  const [chosen, setChosen] = useState<number>();
  const [isPlaying, setPlaying] = useState(false);
  const place = Math.min(chosen ?? last, last);
  const choose = (next: number): void => setChosen(next >= last ? undefined : next);
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setTimeout(() => {
      if (place >= last) setPlaying(false);
      else choose(place + 1);
    }, REPLAY_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, place, last]);

  const pick = (next: number): void => {
    setPlaying(false);
    choose(next);
  };
  const play = (): void => {
    if (!isPlaying && place === last) setChosen(0);
    setPlaying(!isPlaying);
  };
  const record = records[place]!;
  return (
    <>
      <div class="replay">
        <button type="button" onClick={play} disabled={last === 0}>
          {isPlaying ? 'Pause' : 'Replay'}
        </button>
        <Slider
          name="After epoch"
          value={place}
          min={0}
          max={last}
          step={1}
          format={(at) => String(records[at]?.epoch)}
          onInput={pick}
        />
      </div>
      <section class="learning">
        <header>
          <h2>What it finds</h2>
          <p class="soft">
            The same pictures after every epoch, each with the rows of the memory bank nearest to its feature.
          </p>
        </header>
        {record.queries === undefined ? (
          <p>This epoch was trained by an earlier version, which did not record what fixed pictures find.</p>
        ) : (
          <Queries record={record} before={records[place - 1]} />
        )}
      </section>
      <Plots run={run} records={records} epoch={record.epoch} onPick={(epoch) => pick(epochPlace(records, epoch))} />
    </>
  );
}

function epochPlace(records: readonly EpochMetrics[], epoch: number): number {
  return records.findIndex((record) => record.epoch === epoch);
}
