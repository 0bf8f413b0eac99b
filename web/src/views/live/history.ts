/** @file What is known of the training: what was recorded, and what comes in while the page is open. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Loaded, useLoad } from '../../load.ts';
import { type EpochMetrics, type Progress, useSource } from '../../source/source.ts';

export interface History {
  /** By ascending epoch. */
  readonly records: readonly EpochMetrics[];
  /** The last that was heard of the epoch under way. */
  readonly progress: Progress | undefined;
  readonly loaded: Loaded<readonly EpochMetrics[]>;
  readonly askAgain: () => void;
}

export function useHistory(): History {
  const source = useSource();
  const [arrived, setArrived] = useState<readonly EpochMetrics[]>([]);
  const [progress, setProgress] = useState<Progress>();
  useEffect(() => {
    const epoch = (record: EpochMetrics): void => setArrived((before) => [...before, record]);
    return source.events({ epoch, progress: setProgress });
  }, [source]);
  const [loaded, askAgain] = useLoad((signal) => source.metrics(signal), [source]);
  const records = useMemo(() => merge(loaded.value ?? [], arrived), [loaded.value, arrived]);
  return { records, progress, loaded, askAgain };
}

/** Of two records of an epoch the later one counts: a resumed training may repeat some. */
function merge(recorded: readonly EpochMetrics[], arrived: readonly EpochMetrics[]): readonly EpochMetrics[] {
  const byEpoch = new Map([...recorded, ...arrived].map((record) => [record.epoch, record]));
  return [...byEpoch.values()].sort((a, b) => a.epoch - b.epoch);
}
