/** @file Asks for the nearest of a stop of the walk. */
import { dropped } from '../../dropped.ts';
import type { SearchAnswer, SearchOptions, Source } from '../../source/source.ts';
import { NEW, type Stop } from './walk.ts';

export function search(source: Source, stop: Stop, options: SearchOptions): Promise<SearchAnswer> {
  return stop === NEW ? source.search(dropped.value!, options) : source.neighbours(stop, options);
}
