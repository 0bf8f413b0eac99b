/** @file What the plain pixels find. The first time all pictures are looked at for it, which need not hold up the rest. */
import type { JSX } from 'preact';
import { Failed, Loading } from '../../components/states.tsx';
import { dropped } from '../../dropped.ts';
import { useLoad } from '../../load.ts';
import { type Neighbour, type SearchOptions, type Source, useSource } from '../../source/source.ts';
import { Found } from './found.tsx';
import { search } from './search.ts';
import type { Stop } from './walk.ts';

const PAUSE_MS = 1000;

interface ByPixelsProps {
  readonly stop: Stop;
  readonly label: string | null | undefined;
  readonly k: number;
}

export function ByPixels({ stop, label, k }: ByPixelsProps): JSX.Element {
  const source = useSource();
  const [found, askAgain] = useLoad(
    (signal) => untilThere(source, stop, { k, byPixels: true, signal }),
    [source, stop, dropped.value, k],
  );
  if (found.state === 'failed') return <Failed error={found.error} onRetry={askAgain} />;
  if (found.value === undefined) return <Loading what="the pixels of all pictures, once for this run" />;
  return <Found title="By raw pixels" label={label} neighbours={found.value} />;
}

/** Asks until all pictures have been looked at. */
async function untilThere(source: Source, stop: Stop, options: SearchOptions): Promise<readonly Neighbour[]> {
  for (;;) {
    const { byPixels } = await search(source, stop, options);
    if (byPixels !== undefined) return byPixels;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    options.signal?.throwIfAborted();
  }
}
