/** @file Names for a few pictures, proposals for the rest, and a file with all of them. */

import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatCount } from '../../../../src/core/format.ts';
import { focusNext } from '../../components/roving.ts';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { type Tab, Tabs } from '../../components/tabs.tsx';
import { useLoad } from '../../load.ts';
import { type MapData, type Run, useService, useSource } from '../../source/source.ts';
import type { ViewProps } from '../../views.ts';
import { AssignBar } from './assign-bar.tsx';
import type { Labels } from './book.ts';
import { Checking } from './checking.tsx';
import { Desk } from './desk.ts';
import { Files } from './files.tsx';
import { useLabelKeys } from './keys.ts';
import './label.css';
import { Named } from './named.tsx';
import { Naming } from './naming.tsx';
import { LabelTeller, openLabels } from './shared.ts';

export { LABEL_KEYS } from './keys.ts';

export function LabelView({ run }: ViewProps): JSX.Element {
  const source = useSource();
  const service = useService();
  const [loaded, askAgain] = useLoad(
    async (signal) => {
      const map = await source.map(signal);
      return { map, labels: await openLabels(service, run.name, map.names, signal) };
    },
    [source, service, run.numPictures],
  );
  if (loaded.value === undefined) {
    return loaded.state === 'failed' ? (
      <Failed error={loaded.error} onRetry={askAgain} />
    ) : (
      <Loading what="the pictures" />
    );
  }
  if (loaded.value.map.names.length === 0) return <Empty title="There are no pictures to name yet" />;
  return <Labelling run={run} {...loaded.value} />;
}

type Step = 'name' | 'check' | 'named';

interface LabellingProps {
  readonly run: Run;
  readonly map: MapData;
  /** Those that the run has. */
  readonly labels: Labels;
}

function Labelling({ run, map, labels: stored }: LabellingProps): JSX.Element {
  const service = useService();
  const desk = useMemo(() => new Desk(stored), [map, stored]);
  const teller = useMemo(() => new LabelTeller(service, stored), [service, stored]);
  const { labels, counts } = desk.book;
  const [step, setStep] = useState<Step>(labels.peek().size > 0 && counts.peek().size >= 2 ? 'check' : 'name');
  const field = useRef<HTMLInputElement>(null);
  const work = useRef<HTMLDivElement>(null);

  useEffect(() => void teller.tell(labels.value), [teller, labels.value]);

  const assign = (label: string | null): void => {
    const from = work.current?.querySelector(`[data-row="${desk.current.value}"]`) ?? null;
    if (desk.assign(label) > 0) focusNext(work.current, from);
  };
  useLabelKeys(desk, { assign, type: () => field.current?.focus() });

  const tabs: readonly Tab<Step>[] = [
    { key: 'name', title: 'Name a few' },
    { key: 'check', title: 'Check the rest' },
    { key: 'named', title: `Named (${formatCount(labels.value.size)})` },
  ];
  return (
    <div class="page label">
      <h1 class="visually-hidden">Label</h1>
      <div class="toolbar label-top">
        <Tabs
          name="Steps"
          tabs={tabs}
          open={step}
          onOpen={(next) => {
            desk.pickNone();
            desk.current.value = undefined;
            setStep(next);
          }}
        />
        <Files desk={desk} map={map} run={run} />
      </div>
      {teller.error.value !== undefined && (
        <p class="warning" role="alert">
          The last labels are not stored; they will be with the next. {teller.error.value.message}
        </p>
      )}
      <AssignBar desk={desk} run={run} field={field} onAssign={assign} />
      <div ref={work} role="tabpanel" aria-label={tabs.find(({ key }) => key === step)!.title}>
        {step === 'name' && <Naming desk={desk} map={map} />}
        {step === 'check' && <Checking desk={desk} map={map} />}
        {step === 'named' && <Named desk={desk} map={map} />}
      </div>
    </div>
  );
}
