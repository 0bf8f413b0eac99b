/** @file How it works: one training picture, from its pixels to its row in the bank. */

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatCount } from '../../../../src/core/format.ts';
import { PictureGrid } from '../../components/picture-grid.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { useLoad } from '../../load.ts';
import { goTo, href } from '../../route.ts';
import { jsonOf, until } from '../../source/service.ts';
import { type Explanation, type Run, type RunLoss, type Settings, useService } from '../../source/source.ts';
import type { ViewProps } from '../../views.ts';
import { FeatureEquation, SimilarityEquation } from './equations.tsx';
import { Histogram } from './histogram.tsx';
import './method.css';
import { Step } from './step.tsx';
import { StepNce } from './step-nce.tsx';
import { StepSoftmax } from './step-softmax.tsx';
import { StepUpdate } from './step-update.tsx';
import { StepViews } from './step-views.tsx';
import { Strip } from './strip.tsx';

const NUM_VIEWS = 6;

export function MethodView({ run, argument }: ViewProps): JSX.Element {
  if (run.numPictures === 0) {
    return (
      <Empty title="Nothing learned yet">
        <p>A picture can be explained once there is a checkpoint: after the first epoch, or some minutes.</p>
      </Empty>
    );
  }
  const asked = Number.parseInt(argument, 10);
  const row = asked >= 0 ? asked : Math.floor(run.numPictures / 2);
  return <Method key={row} run={run} row={row} />;
}

function Method({ run, row }: { readonly run: Run; readonly row: number }): JSX.Element {
  const service = useService();
  const [seed, setSeed] = useState(0);
  const [loaded, askAgain] = useLoad(
    (signal) => {
      const asked = { param: { row: `${row}` }, query: { views: `${NUM_VIEWS}`, seed: `${seed}` } };
      return jsonOf(service.pictures[':row'].explanation.$get(asked, until(signal)));
    },
    [service, row, seed],
  );
  const explanation = loaded.value;
  return (
    <div class="page method">
      <header>
        <h1>How it works</h1>
        <p class="soft">
          {explanation?.picture.name ?? `Picture ${row}`}, as the method sees it. All numbers are of this run, at its
          newest checkpoint.
        </p>
        <nav class="toolbar">
          <button type="button" onClick={() => goTo('method', Math.floor(Math.random() * run.numPictures))}>
            Another picture
          </button>
          <a href={href('neighbours', row)}>Its neighbours</a>
        </nav>
      </header>
      {loaded.state === 'failed' && <Failed error={loaded.error} onRetry={askAgain} />}
      {explanation === undefined && loaded.state === 'loading' && <Loading what="what the method sees" />}
      {explanation !== undefined && (
        <Steps explanation={explanation} settings={run.settings} loss={run.loss} onNext={() => setSeed(seed + 1)} />
      )}
    </div>
  );
}

interface StepsProps {
  readonly explanation: Explanation;
  readonly settings: Settings;
  readonly loss: RunLoss;
  readonly onNext: () => void;
}

function Steps({ explanation, settings, loss, onNext }: StepsProps): JSX.Element {
  const { logZAt, tau: trainedTau } = explanation;
  const [place, onChange] = useState(() => logZAt.findIndex(({ tau }) => tau === trainedTau));
  const { tau, logZ } = logZAt[place]!;
  return (
    <>
      <StepViews {...{ explanation, settings, loss, onNext }} />
      <StepFeature {...{ explanation, settings }} />
      <StepBank explanation={explanation} />
      <StepSoftmax {...{ explanation, loss, temperature: { place, onChange } }} />
      <StepNce {...{ explanation, loss, tau, logZ }} />
      <StepUpdate {...{ explanation, settings, loss }} />
    </>
  );
}

function StepFeature({ explanation, settings }: Pick<StepsProps, 'explanation' | 'settings'>): JSX.Element {
  const { encoder, size, dim } = settings;
  return (
    <Step number={2} title="The encoder turns a view into a point on a sphere">
      <p>
        {encoder} takes the view x, {size} × {size} pixels, and gives {dim} numbers. Divided by their length they are a
        unit vector, so that only the direction says anything.
      </p>
      <FeatureEquation />
      <Strip name={`v, the feature of x: ${dim} numbers`} values={explanation.feature} />
      <p class="soft">
        Computed by the saved encoder, whose batch normalisation uses running averages; in a training step it uses the
        averages of the batch, and v differs a little.
      </p>
    </Step>
  );
}

function StepBank({ explanation }: { readonly explanation: Explanation }): JSX.Element {
  const { feature, bankRow, own, numRows, top, picture } = explanation;
  const products = feature.map((value, i) => value * bankRow[i]!);
  const scale = Math.max(...[...feature, ...bankRow].map(Math.abs));
  return (
    <Step number={3} title="The memory bank has one row for every picture">
      <p>
        For each of the {formatCount(numRows)} pictures the bank keeps what its feature was when it was last seen. How
        much two unit vectors agree is their inner product, the cosine of their angle.
      </p>
      <SimilarityEquation />
      <Strip name="v, the feature now" values={feature} scale={scale} />
      <Strip name="vᵢ, the picture’s row" values={bankRow} scale={scale} />
      <Strip name={`their products: they sum to vᵢ·v = ${own.similarity.toFixed(4)}`} values={products} />
      <Histogram {...explanation} />
      <h3>The rows nearest to v</h3>
      <PictureGrid
        pictures={top}
        size={64}
        link={({ row }) => href('method', row)}
        caption={({ row, similarity }) => (row === picture.row ? 'its own' : similarity.toFixed(3))}
      />
    </Step>
  );
}
