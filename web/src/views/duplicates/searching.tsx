/** @file How far the nearest of every picture are, while duplicates or the isolated wait for them. */

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { percent } from '../../../../src/core/format.ts';
import { jsonOf, until } from '../../source/service.ts';
import { useService } from '../../source/source.ts';

const INTERVAL_MS = 1000;

export function Searching(): JSX.Element {
  const service = useService();
  const [progress, setProgress] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const look = (): void => {
      // What is wrong is told by the answer that is waited for.
      jsonOf(service.nearest.status.$get({}, until(controller.signal))).then(
        (status) => setProgress(status.progress),
        () => undefined,
      );
    };
    look();
    const timer = setInterval(look, INTERVAL_MS);
    return () => {
      controller.abort();
      clearInterval(timer);
    };
  }, [service]);
  return (
    <div class="state">
      <h2>Comparing every picture with every other</h2>
      <progress aria-label="Compared" value={progress} />
      <p class="number" role="status">
        {percent(progress, 0)}
      </p>
      <p>Once for this run; afterwards duplicates and the most isolated are there at once.</p>
    </div>
  );
}
