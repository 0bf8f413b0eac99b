/** @file The views of the explorer, in the order of their tabs. */
import type { ComponentType } from 'preact';
import type { Run } from './source/source.ts';
import { AllView } from './views/all/all.tsx';
import { ArrivalsView } from './views/arrivals/arrivals.tsx';
import { DUPLICATES_KEYS, DuplicatesView } from './views/duplicates/duplicates.tsx';
import { LABEL_KEYS, LabelView } from './views/label/label.tsx';
import { LiveView } from './views/live/live.tsx';
import { MAP_KEYS, MapView } from './views/map/map.tsx';
import { MethodView } from './views/method/method.tsx';
import { NEIGHBOURS_KEYS, NeighboursView } from './views/neighbours/neighbours.tsx';

export interface ViewProps {
  readonly run: Run;
  /** What follows the view in the address, a row in general; empty if nothing does. */
  readonly argument: string;
}

/** A key, and what it does. */
export type Key = readonly [key: string, does: string];

export interface View {
  readonly path: string;
  readonly title: string;
  readonly component: ComponentType<ViewProps>;
  /** Whether an exported page does without it. */
  readonly needsService?: boolean;
  /** Shown in the help. */
  readonly keys?: readonly Key[];
}

export const VIEWS: readonly View[] = [
  { path: 'map', title: 'Map', component: MapView, keys: MAP_KEYS },
  { path: 'neighbours', title: 'Neighbours', component: NeighboursView, keys: NEIGHBOURS_KEYS },
  { path: 'label', title: 'Label', component: LabelView, needsService: true, keys: LABEL_KEYS },
  { path: 'duplicates', title: 'Duplicates', component: DuplicatesView, needsService: true, keys: DUPLICATES_KEYS },
  { path: 'live', title: 'Training', component: LiveView },
  { path: 'method', title: 'How it works', component: MethodView, needsService: true },
  { path: 'new', title: 'New', component: ArrivalsView, needsService: true },
  { path: 'all', title: 'All', component: AllView },
];
