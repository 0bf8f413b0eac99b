/** @file What surrounds every view: tabs, theme, help, and the picture that can be dropped anywhere. */
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Help } from './components/help.tsx';
import { Failed, Loading } from './components/states.tsx';
import { acceptPictures } from './dropped.ts';
import { useLoad } from './load.ts';
import { lookAt, looked } from './look/look.ts';
import { Viewer } from './look/viewer.tsx';
import { goTo, href, route } from './route.ts';
import { type Run, useSource } from './source/source.ts';
import { theme, toggleTheme } from './theme.ts';
import { VIEWS } from './views.ts';

export function Shell(): JSX.Element {
  const source = useSource();
  const main = useRef<HTMLElement>(null);
  const [run, askAgain] = useLoad((signal) => source.run(signal), [source]);
  const [isConnected, setConnected] = useState(true);
  const [isOver, setOver] = useState(false);
  const [isHelping, setHelping] = useState(false);
  const views = VIEWS.filter(({ needsService }) => !needsService || source.service !== undefined);
  const view = views.find(({ path }) => path === route.value.view) ?? views[0]!;

  // Listeners are there before what is drawn can be seen, or a quick key would be lost.
  useLayoutEffect(() => acceptPictures(setOver), []);
  const latest = useRef(run.value);
  latest.current = run.value;
  useEffect(
    () =>
      source.events({
        state: ({ state, source: from = latest.current?.source, update = lastUpdateOf(latest.current) }) =>
          (latest.current?.state !== state ||
            latest.current.source !== from ||
            lastUpdateOf(latest.current) !== update) &&
          askAgain(),
        // Its pictures are known from the first epoch on.
        epoch: () => latest.current?.state === 'training' && askAgain(),
        connection: setConnected,
      }),
    [source],
  );
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const chosen = views[Number(event.key) - 1];
      if (event.key === '?') setHelping(true);
      else if (event.key === 'v') lookAt(event.target);
      else if (chosen !== undefined) goTo(chosen.path);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [source]);
  useEffect(() => {
    document.title = run.value === undefined ? 'instdisc' : `${view.title} · ${run.value.name}`;
  }, [view, run.value]);

  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the view
      </button>
      <header class="bar">
        <span class="brand" title={run.value?.name}>
          {run.value?.name ?? 'instdisc'}
        </span>
        <nav class="tabs" aria-label="Views">
          {views.map(({ path, title }) => (
            <a key={path} href={href(path)} aria-current={path === view.path ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <div class="bar-end">
          <button type="button" class="quiet" onClick={toggleTheme} aria-label={`Switch to ${other(theme.value)}`}>
            {theme.value === 'dark' ? 'Light' : 'Dark'}
          </button>
          <button type="button" class="quiet" onClick={() => setHelping(true)} aria-label="Help">
            ?
          </button>
        </div>
      </header>
      {!isConnected && (
        <p class="notice" role="status">
          The server does not answer. Trying again; what is on the page stays.
        </p>
      )}
      {run.value?.source === 'bank' && (
        <p class="notice" role="status">
          {run.value.state === 'training'
            ? 'Answers are from the memory bank while the training goes on; at its end every picture is encoded.'
            : 'Answers are from the memory bank, which is less exact. train --resume encodes every picture.'}
        </p>
      )}
      <main ref={main} tabIndex={-1} data-view={view.path}>
        {run.value !== undefined && <view.component key={view.path} run={run.value} argument={route.value.argument} />}
        {run.value === undefined && run.state === 'failed' && <Failed error={run.error} onRetry={askAgain} />}
        {run.value === undefined && run.state === 'loading' && <Loading what="the run" />}
      </main>
      {isOver && <div class="drop">Drop the picture to find its nearest</div>}
      {looked.value !== undefined && <Viewer open={looked.value} />}
      {isHelping && <Help views={views} view={view} onClose={() => setHelping(false)} />}
    </div>
  );
}

function lastUpdateOf(run: Run | undefined): number {
  return run?.updates.at(-1)?.number ?? 0;
}

function other(name: string): string {
  return name === 'dark' ? 'light' : 'dark';
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
