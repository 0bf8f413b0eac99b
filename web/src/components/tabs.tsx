/** @file Parts of a view of which one is open. */
import type { JSX } from 'preact';
import { useRoving } from './roving.ts';

export interface Tab<K extends string> {
  readonly key: K;
  readonly title: string;
}

interface TabsProps<K extends string> {
  readonly name: string;
  readonly tabs: readonly Tab<K>[];
  readonly open: K;
  readonly onOpen: (key: K) => void;
}

export function Tabs<K extends string>({ name, tabs, open, onOpen }: TabsProps<K>): JSX.Element {
  const list = useRoving<HTMLDivElement>();
  return (
    <div ref={list} class="choice" role="tablist" aria-label={name}>
      {tabs.map(({ key, title }) => (
        <button key={key} type="button" role="tab" data-item aria-selected={key === open} onClick={() => onOpen(key)}>
          {title}
        </button>
      ))}
    </div>
  );
}
