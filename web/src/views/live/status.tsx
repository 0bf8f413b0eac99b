/** @file How far the training is. */

import type { JSX } from 'preact';
import { formatCount, formatDuration } from '../../../../src/core/format.ts';
import type { EpochMetrics, Progress, Run } from '../../source/source.ts';
import { figure, shortPercent } from './words.ts';

interface StatusProps {
  readonly run: Run;
  readonly progress: Progress | undefined;
  readonly last: EpochMetrics | undefined;
}

/** Waiting less than this part of the time for pictures is nothing to worry about. */
const WAITING = 0.05;

export function Status({ run, progress, last }: StatusProps): JSX.Element {
  const { epochs } = run;
  if (run.state !== 'training') {
    return (
      <header class="training">
        <h1>{run.state === 'finished' ? 'Trained' : 'Stopped'}</h1>
        <p class="soft number">
          {last?.epoch ?? 0} of {epochs} epochs
          {run.state === 'stopped' && '. It goes on with train --resume; this page then follows it'}
        </p>
      </header>
    );
  }
  if (progress === undefined) {
    return (
      <header class="training">
        <h1>Training</h1>
        <p class="soft">Reading pictures, or in the middle of its first steps…</p>
      </header>
    );
  }
  const { step, steps, epoch, loss, picturesPerSecond, secondsLeft, waiting, communication, encoding } = progress;
  if (encoding !== undefined) {
    return (
      <header class="training">
        <h1>Encoding</h1>
        <progress max={encoding.of} value={encoding.done} aria-label="Pictures encoded" />
        <p class="soft number">
          {formatCount(encoding.done)} of {formatCount(encoding.of)} pictures by the final encoder
        </p>
      </header>
    );
  }
  return (
    <header class="training">
      <h1>Training</h1>
      <progress max={steps} value={step} aria-label="Steps done" />
      <dl class="number">
        <Fact name="epoch" value={`${epoch} of ${epochs}`} />
        <Fact name="step" value={`${formatCount(step)} of ${formatCount(steps)}`} />
        <Fact name="loss so far" value={loss === null ? '–' : loss.toFixed(2)} />
        <Fact name="pictures a second" value={figure(picturesPerSecond)} />
        <Fact name="left" value={formatDuration(secondsLeft)} />
        {communication !== undefined && <Fact name="between ranks" value={shortPercent(communication)} />}
        {waiting > WAITING && <Fact name="waiting for pictures" value={shortPercent(waiting)} />}
      </dl>
    </header>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt class="soft">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
