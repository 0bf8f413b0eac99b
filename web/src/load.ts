/** @file An answer that takes a while, as a component sees it. */
import { type Inputs, useCallback, useEffect, useState } from 'preact/hooks';

export type Loaded<T> =
  | { readonly state: 'loading'; readonly value?: T }
  | { readonly state: 'failed'; readonly error: Error; readonly value?: T }
  | { readonly state: 'done'; readonly value: T };

/**
 * Asks again whenever `inputs` change; an answer that came too late is dropped, and its request aborted. While the next
 * answer is awaited the last one is kept as `value`, so that a view need not flicker.
 *
 * @returns what is known, and a function that asks again
 */
export function useLoad<T>(ask: (signal: AbortSignal) => Promise<T>, inputs: Inputs): [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const keep = ({ value }: Loaded<T>): { value?: T } => (value === undefined ? {} : { value });
    setLoaded((before) => ({ state: 'loading', ...keep(before) }));
    ask(controller.signal).then(
      (value) => !controller.signal.aborted && setLoaded({ state: 'done', value }),
      (error) => !controller.signal.aborted && setLoaded((before) => ({ state: 'failed', error, ...keep(before) })),
    );
    return () => controller.abort();
  }, [...inputs, attempt]);
  return [loaded, useCallback(() => setAttempt((count) => count + 1), [])];
}
