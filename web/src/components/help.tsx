/** @file The keys, in a dialog. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { LOOK_KEYS } from '../look/viewer.tsx';
import type { Key, View } from '../views.ts';

interface HelpProps {
  readonly views: readonly View[];
  /** The one that is open. */
  readonly view: View;
  readonly onClose: () => void;
}

export function Help({ views, view, onClose }: HelpProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const everywhere: readonly Key[] = [
    ...views.map(({ title }, i): Key => [String(i + 1), title]),
    ['Ctrl V', 'Search with the picture in the clipboard'],
    ['?', 'This help'],
    ['Esc', 'Close it'],
  ];
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}>
      <form method="dialog">
        <h2 id="help-title">Keys</h2>
        <button type="submit" class="quiet">
          Close
        </button>
      </form>
      {view.keys !== undefined && <Keys title={view.title} keys={view.keys} />}
      <Keys title="Everywhere" keys={everywhere} />
      <Keys title="A closer look" keys={LOOK_KEYS} />
    </dialog>
  );
}

function Keys({ title, keys }: { readonly title: string; readonly keys: readonly Key[] }): JSX.Element {
  return (
    <section>
      <h3>{title}</h3>
      <dl class="keys">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
