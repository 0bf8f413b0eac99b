/** @file Step 5: the same question against a few rows that are drawn. */
import type { JSX } from 'preact';
import type { Explanation, RunLoss } from '../../source/source.ts';
import { type Bar, Bars, share } from './bars.tsx';
import { NceEquation, PosteriorEquation } from './equations.tsx';
import { nceLoss, posterior, probability } from './formulas.ts';
import { nceNote } from './losses.ts';
import { Fact, Step } from './step.tsx';

interface StepNceProps {
  readonly explanation: Explanation;
  readonly loss: RunLoss;
  /** With log Z at it. */
  readonly tau: number;
  readonly logZ: number;
}

export function StepNce({ explanation, loss, tau, logZ }: StepNceProps): JSX.Element {
  const { picture, own, negatives, numNegatives, numRows } = explanation;
  const h = (similarity: number): number => posterior(probability(similarity, tau, logZ), numNegatives, numRows);
  const ownH = h(own.similarity);
  const drawn = negatives.map(
    (negative): Bar => ({
      picture: negative,
      name: negative.label ?? negative.name,
      value: h(negative.similarity),
    }),
  );
  const ownBar: Bar = { picture, name: 'its own row', value: ownH, isOwn: true };
  return (
    <Step number={5} title="Or: is this row it, or noise?">
      <p>
        With millions of pictures the sum in Z is too long. Noise-contrastive estimation asks an easier question: given
        a row, is it the picture’s own, or one of m = {numNegatives} that were drawn at random from all n?
      </p>
      <PosteriorEquation />
      <Bars bars={[ownBar, ...drawn]} scale={1} format={share} />
      <NceEquation />
      <dl class="facts number">
        <Fact name="m·Pₙ">{share(numNegatives / numRows)}</Fact>
        <Fact name="h of its own row">{share(ownH)}</Fact>
        {negatives.length === numNegatives && (
          <Fact name="J">
            {nceLoss(
              ownH,
              drawn.map(({ value }) => value),
            ).toFixed(4)}{' '}
            nats
          </Fact>
        )}
      </dl>
      <p class="note">{nceNote(loss)}</p>
    </Step>
  );
}
