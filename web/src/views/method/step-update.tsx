/** @file Step 6: what the bank remembers. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Slider } from '../../components/slider.tsx';
import type { Explanation, RunLoss, Settings } from '../../source/source.ts';
import { Circle } from './circle.tsx';
import { UpdateEquation } from './equations.tsx';
import { similarityToMean, updateRow } from './formulas.ts';
import { updateNote } from './losses.ts';
import { Fact, Step } from './step.tsx';

interface StepUpdateProps {
  readonly explanation: Explanation;
  readonly settings: Settings;
  readonly loss: RunLoss;
}

export function StepUpdate({ explanation: { views, own }, settings, loss }: StepUpdateProps): JSX.Element {
  const [momentum, setMomentum] = useState(settings.bankMomentum);
  const second = loss.views > 1 ? views[1] : undefined;
  const similarity =
    second === undefined ? own.similarity : similarityToMean(own.similarity, second.similarity, second.toFirst);
  const update = updateRow(similarity, momentum);
  return (
    <Step number={6} title="The bank remembers">
      <p>
        After the step the picture’s row moves towards the feature that was just computed, on the sphere. It is read
        before it is written; until the next epoch no one touches it.
      </p>
      <UpdateEquation />
      <div class="row-update">
        <Circle similarity={similarity} {...update} />
        <div>
          <Slider
            name="μ"
            value={momentum}
            min={0}
            max={1}
            step={0.05}
            format={(value) => `${value}${value === settings.bankMomentum ? ' (this run’s)' : ''}`}
            onInput={setMomentum}
          />
          <dl class="facts number">
            <Fact name="vᵢ·v before">{similarity.toFixed(4)}</Fact>
            <Fact name="new·vᵢ">{update.toOld.toFixed(4)}</Fact>
            <Fact name="new·v">{update.toFeature.toFixed(4)}</Fact>
          </dl>
          <p class="soft">{updateNote(loss)}</p>
        </div>
      </div>
    </Step>
  );
}
