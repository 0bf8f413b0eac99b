/** @file What is said when a run is there: how long it took, where its encoder is, and what to do next. */
import { join } from 'node:path';
import { formatDuration } from '../core/format.js';
import { type Output, paint } from './output.js';
import { commandLine, shortPath } from './words.js';

/**
 * @param out the run's folder
 * @param startedAt as `performance.now()` gave it
 * @param next arguments of the command that comes next
 */
export function sayFinished(output: Output, out: string, startedAt: number, next: readonly string[]): void {
  const seconds = (performance.now() - startedAt) / 1000;
  output.line();
  output.line(
    `${paint('green', 'Finished')} in ${formatDuration(seconds)}. The encoder is ${shortPath(join(out, 'encoder.onnx'))}. Next:`,
  );
  output.line(`  ${commandLine(next)}`);
}
