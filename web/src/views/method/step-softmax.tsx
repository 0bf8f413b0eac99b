/** @file Step 4: which of all pictures is it? */

import type { JSX } from 'preact';
import { formatCount } from '../../../../src/core/format.ts';
import { Slider } from '../../components/slider.tsx';
import type { Explanation, RunLoss } from '../../source/source.ts';
import { type Bar, Bars, share } from './bars.tsx';
import { SoftmaxEquation } from './equations.tsx';
import { probability } from './formulas.ts';
import { softmaxNote } from './losses.ts';
import { Fact, Step } from './step.tsx';

export interface Temperature {
  /** Place in `Explanation.logZAt`. */
  readonly place: number;
  readonly onChange: (place: number) => void;
}

interface StepSoftmaxProps {
  readonly explanation: Explanation;
  readonly loss: RunLoss;
  readonly temperature: Temperature;
}

export function StepSoftmax({ explanation, loss, temperature }: StepSoftmaxProps): JSX.Element {
  const { top, own, logZAt, logN, numRows, tau: trainedTau } = explanation;
  const { tau, logZ } = logZAt[temperature.place]!;
  const ownProbability = probability(own.similarity, tau, logZ);
  const note = softmaxNote(loss);
  const bars = softmaxBars(explanation, tau, logZ);
  return (
    <Step number={4} title="Which of all n pictures is it?">
      <p>
        Every picture is a class of its own. The probability that v belongs to picture i is a softmax over all rows of
        the bank; τ says how sharp.
      </p>
      <SoftmaxEquation />
      {note !== '' && <p class="note">{note}</p>}
      <Slider
        name="τ"
        value={temperature.place}
        min={0}
        max={logZAt.length - 1}
        step={1}
        format={(place) => `${logZAt[place]!.tau}${logZAt[place]!.tau === trainedTau ? ' (this run’s)' : ''}`}
        onInput={temperature.onChange}
      />
      <Bars bars={bars} scale={Math.max(...bars.map(({ value }) => value))} format={share} />
      <dl class="facts number">
        <Fact name="log Z">{logZ.toFixed(4)}</Fact>
        <Fact name={<>P of its own row</>}>{share(ownProbability)}</Fact>
        <Fact name="its rank">
          {formatCount(own.rank)} of {formatCount(numRows)}
        </Fact>
        <Fact name="loss −log P">{(-Math.log(ownProbability)).toFixed(4)} nats</Fact>
        <Fact name="ln n: knows nothing">{logN.toFixed(4)} nats</Fact>
      </dl>
      <p class="soft">
        Learning pulls v towards vᵢ and pushes it away from every other row, the more the longer its bar is.
        {top.length > 0 && ' Rows that stay long are pictures that look alike to the network.'}
      </p>
    </Step>
  );
}

/** The most probable rows, the picture's own, and all others together. */
function softmaxBars({ picture, top, own, numRows }: Explanation, tau: number, logZ: number): Bar[] {
  const bar = (of: typeof picture, similarity: number): Bar => ({
    picture: of,
    name: of.row === picture.row ? 'its own row' : (of.label ?? of.name),
    value: probability(similarity, tau, logZ),
    isOwn: of.row === picture.row,
  });
  const bars = top.map((row) => bar(row, row.similarity));
  if (!bars.some(({ isOwn }) => isOwn)) bars.push(bar(picture, own.similarity));
  const rest = Math.max(0, 1 - bars.reduce((sum, { value }) => sum + value, 0));
  return [...bars, { picture: undefined, name: 'mean of the rest', value: rest / Math.max(1, numRows - bars.length) }];
}
