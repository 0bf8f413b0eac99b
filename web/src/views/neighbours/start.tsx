/** @file Where a walk begins: with a picture of one's own, or one of these. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { formatBytes } from '../../../../src/core/format.ts';
import { ChoosePicture } from '../../components/choose-picture.tsx';
import { PictureGrid } from '../../components/picture-grid.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { useLoad } from '../../load.ts';
import { type Run, useSource } from '../../source/source.ts';

const NUM_OFFERED = 36;

/** How the encoder came to be. */
const ANSWERS: Readonly<Record<Run['encoder']['use'], string>> = {
  learnt: 'What is alike was learnt from these pictures alone, by',
  adopted: 'What is alike is said by a network that others have trained,',
  trained: 'What is alike is said by a network that others have trained and these pictures further,',
};

interface StartProps {
  readonly run: Run;
  /** Whether a picture was brought that a reload of the page has lost. */
  readonly isGone: boolean;
}

export function Start({ run, isGone }: StartProps): JSX.Element {
  const source = useSource();
  const rows = useMemo(() => spread(run.numPictures, NUM_OFFERED), [run.numPictures]);
  const [offered, askAgain] = useLoad(
    (signal) => Promise.all(rows.map((row) => source.picture(row, signal))),
    [source, rows],
  );
  return (
    <div class="page">
      <h1 class="visually-hidden">Neighbours</h1>
      <section class="bring">
        <h2>Find the nearest of any picture</h2>
        <p class="soft">
          {isGone && 'Your picture went with the reload; bring it again. '}
          Drop it anywhere on this page, paste it, or choose a file. {source.privacy}
          {source.service === undefined &&
            ` The encoder is loaded for that, once: ${formatBytes(run.encoder.numBytes)}.`}
        </p>
        <p class="soft">
          {ANSWERS[run.encoder.use]} <span class="number">{run.encoder.name}</span>, on pictures of {run.size} ×{' '}
          {run.size} pixels.
        </p>
        <ChoosePicture>Choose a picture…</ChoosePicture>
      </section>
      {run.numPictures === 0 && <Empty title="There are no pictures in this run" />}
      {run.numPictures > 0 && <h2>Or walk from one of these</h2>}
      {offered.value !== undefined && <PictureGrid pictures={offered.value} />}
      {offered.value === undefined && offered.state === 'loading' && <Loading what="pictures" />}
      {offered.state === 'failed' && <Failed error={offered.error} onRetry={askAgain} />}
    </div>
  );
}

/** As many rows, evenly over all: folders lie one after the other, so that each has its share. */
function spread(numPictures: number, count: number): number[] {
  const number = Math.min(numPictures, count);
  return Array.from({ length: number }, (_, i) => Math.floor(((i + 0.5) * numPictures) / number));
}
