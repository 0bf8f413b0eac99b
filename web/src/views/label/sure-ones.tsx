/** @file Accepts all proposals above a confidence at once. */

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatCount, percent } from '../../../../src/core/format.ts';
import { Slider } from '../../components/slider.tsx';
import { Failed } from '../../components/states.tsx';
import { useLoad } from '../../load.ts';
import { type MapData, useService } from '../../source/source.ts';
import type { Labels } from './book.ts';
import type { Desk } from './desk.ts';
import { allProposals } from './table.ts';

interface SureOnesProps {
  readonly desk: Desk;
  readonly map: MapData;
  /** The labels that the proposals follow from. */
  readonly basis: Labels;
}

export function SureOnes(props: SureOnesProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="sure" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Accept all that are sure…</summary>
      {isOpen && <Accept {...props} />}
    </details>
  );
}

function Accept({ desk, map, basis }: SureOnesProps): JSX.Element {
  const service = useService();
  const [least, setLeast] = useState(0.95);
  const [all, askAgain] = useLoad(() => allProposals(service, basis, map.names), [service, basis]);
  if (all.state === 'failed') return <Failed error={all.error} onRetry={askAgain} />;
  const sure = (all.value ?? []).filter(({ row, confidence }) => confidence >= least && !basis.has(row));
  return (
    <div class="toolbar">
      <Slider
        name="At least"
        value={least}
        min={0.5}
        max={1}
        step={0.01}
        onInput={setLeast}
        format={(value) => percent(value, 0)}
      />
      <button
        type="button"
        class="primary"
        disabled={sure.length === 0}
        onClick={() => desk.change(new Map(sure.map(({ row, proposal }) => [row, proposal])))}
      >
        {all.state === 'loading' ? 'Counting…' : `Accept ${formatCount(sure.length)}`}
      </button>
      <p class="soft">Accepted labels vote from then on, like those you gave. One undo takes all of them back.</p>
    </div>
  );
}
