/** @file What the labels given so far say about the other pictures, the most doubtful first: accept or correct. */

import type { JSX, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { percent, plural } from '../../../../src/core/format.ts';
import { focusNext } from '../../components/roving.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { useLoad } from '../../load.ts';
import { jsonOf, until } from '../../source/service.ts';
import { type MapData, type Proposal, useService } from '../../source/source.ts';
import type { Labels } from './book.ts';
import type { Desk } from './desk.ts';
import { PickGrid } from './pick-grid.tsx';
import { SureOnes } from './sure-ones.tsx';
import { labelRequest } from './table.ts';

const BATCH = 48;

interface CheckingProps {
  readonly desk: Desk;
  readonly map: MapData;
}

export function Checking({ desk, map }: CheckingProps): JSX.Element {
  const service = useService();
  const { labels, counts } = desk.book;
  // The labels that the shown proposals follow from. New ones are taken up when the reader asks, or when all shown have
  // been dealt with: if pictures moved after each answer, the next key would meet the wrong one.
  const [basis, setBasis] = useState<Labels>(labels.value);
  const isReady = counts.value.size >= 2;
  const hasTwo = new Set(basis.values()).size >= 2;
  const [proposals, askAgain] = useLoad(
    async (signal) => {
      const request = { query: { limit: `${BATCH}` }, json: labelRequest(basis) };
      return hasTwo ? jsonOf(service.classify.$post(request, until(signal))) : undefined;
    },
    [service, basis],
  );
  const shown = proposals.value?.proposals ?? [];
  const isOld = basis !== labels.value;
  const areDealtWith = shown.length > 0 && shown.every(({ row }) => labels.value.has(row));
  useEffect(() => {
    if (isOld && (areDealtWith || !hasTwo)) setBasis(labels.value);
  }, [isOld, areDealtWith, hasTwo]);

  if (!isReady) {
    return (
      <Empty title="Two labels are needed to begin">
        <p>
          {counts.value.size === 0 ? 'Name a picture or two of each of two kinds' : 'Name a picture of another kind'},
          and the nearest named pictures will vote on all others.
        </p>
      </Empty>
    );
  }
  return (
    <section class="stack" aria-labelledby="checking" aria-busy={proposals.state === 'loading'}>
      <div class="toolbar">
        <h2 id="checking">The most doubtful first</h2>
        <button type="button" disabled={!isOld} onClick={() => setBasis(labels.value)}>
          Propose again
        </button>
        {proposals.value !== undefined && (
          <span class="soft number">
            {plural(proposals.value.numProposals, 'picture has', 'pictures have')} no label yet
          </span>
        )}
      </div>
      {proposals.value !== undefined && <SureOnes desk={desk} map={map} basis={labels.value} />}
      {proposals.state === 'failed' && <Failed error={proposals.error} onRetry={askAgain} />}
      {proposals.value === undefined && proposals.state === 'loading' && <Loading what="proposals" />}
      {proposals.state === 'done' && hasTwo && shown.length === 0 && <Empty title="Every picture has a label" />}
      {shown.length > 0 && <Proposals desk={desk} proposals={shown} />}
    </section>
  );
}

function Proposals({ desk, proposals }: { readonly desk: Desk; readonly proposals: readonly Proposal[] }): JSX.Element {
  const area: RefObject<HTMLDivElement> = useRef(null);
  const { labels } = desk.book;
  const accept = (accepted: readonly Proposal[]): void => {
    desk.change(new Map(accepted.map(({ row, proposal }) => [row, proposal])));
    desk.pickNone();
  };
  const picked = proposals.filter(({ row }) => desk.picked.value.has(row));
  const open = proposals.filter(({ row }) => !labels.value.has(row));
  return (
    <div ref={area} class="stack">
      <PickGrid
        desk={desk}
        label="Proposals"
        pictures={proposals}
        caption={(proposal) => <Doubt proposal={proposal} />}
        onEnter={(proposal) => {
          accept([proposal]);
          focusNext(area.current);
        }}
      />
      <div class="toolbar">
        <button type="button" disabled={picked.length === 0} onClick={() => accept(picked)}>
          Accept the {picked.length} picked
        </button>
        <button type="button" disabled={open.length === 0} onClick={() => accept(open)}>
          Accept the {open.length} shown
        </button>
      </div>
    </div>
  );
}

function Doubt({ proposal: { proposal, confidence, runnerUp } }: { readonly proposal: Proposal }): JSX.Element {
  return (
    <>
      <span class="proposed">
        {proposal}? <span class="number">{percent(confidence, 0)}</span>
      </span>
      <meter value={confidence} aria-hidden="true" />
      {runnerUp !== null && (
        <span>
          or {runnerUp.label} <span class="number">{percent(runnerUp.confidence, 0)}</span>
        </span>
      )}
    </>
  );
}
