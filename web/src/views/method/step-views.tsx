/** @file Step 1: what training is shown of a picture. */
import type { JSX } from 'preact';
import { Thumbnail } from '../../components/thumbnail.tsx';
import type { Explanation, RunLoss, Settings } from '../../source/source.ts';
import { shortPercent } from '../live/words.ts';
import { Step } from './step.tsx';

interface StepViewsProps {
  readonly explanation: Explanation;
  readonly settings: Settings;
  readonly loss: RunLoss;
  /** Asks for the views of another epoch. */
  readonly onNext: () => void;
}

export function StepViews({ explanation, settings, loss, onNext }: StepViewsProps): JSX.Element {
  const { picture, views, epoch } = explanation;
  const { crop, flip, jitter, greyscale } = settings;
  const { views: numSeen, usesLabels } = loss;
  return (
    <Step number={1} title="The picture, and how training sees it">
      <p>
        A network that is to recognise this very picture must not do it by its pixels. So in every epoch it is shown
        another random view: a crop of {shortPercent(crop[0])} to {shortPercent(crop[1])} of the area
        {flip > 0 && `, mirrored in ${shortPercent(flip)} of the cases`}
        {jitter.some((strength) => strength > 0) && ', brightness, contrast, saturation and hue changed at random'}
        {greyscale > 0 && `, grey in ${shortPercent(greyscale)}`}.
      </p>
      <div class="views">
        <figure>
          <Thumbnail picture={picture} size={256} />
          <figcaption>
            the picture
            {picture.label !== null && (
              <span class="soft">
                {' '}
                · {picture.label}
                {!usesLabels && ', which is not used'}
              </span>
            )}
          </figcaption>
        </figure>
        <ol>
          {views.map(({ image, similarity }, i) => (
            <li key={i}>
              <img src={image} alt={`View ${i + 1}`} />
              <span class="soft number">
                {i < numSeen && (
                  <>
                    <strong>x{numSeen > 1 ? subscript(i) : ''}</strong> ·{' '}
                  </>
                )}
                {similarity.toFixed(3)}
              </span>
            </li>
          ))}
        </ol>
      </div>
      <p class="soft">
        <strong>x</strong> is what training {numSeen > 1 ? 'sees (two views a step) ' : 'sees '}in epoch {epoch}: the
        same seeds give the same view here; the others go on from there. The number is how similar the view’s feature is
        to the picture’s row of the bank, vᵢ.
      </p>
      <p>
        <button type="button" onClick={onNext}>
          Draw for epoch {epoch + 1}
        </button>
      </p>
    </Step>
  );
}

function subscript(i: number): string {
  return '₁₂'[i]!;
}
