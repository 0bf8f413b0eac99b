import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const EXAMPLES = join(import.meta.dirname, '../../dist/examples');

/** The accuracies that an example prints, in %, from first to last. */
async function accuracies(name: string, ...args: string[]): Promise<number[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(EXAMPLES, `${name}.js`), ...args]);
  return Array.from(stdout.matchAll(/accuracy ([\d.]+) %/g), ([, percent]) => Number(percent));
}

describe('the examples', { timeout: 180_000 }, () => {
  it('a perceptron learns three spirals', async () => {
    const [trained] = await accuracies('perceptron');
    expect(trained).toBeGreaterThan(95);
  });

  it('InstDisc in one file learns kinds of thing that nobody told it', async () => {
    // All its epochs: after half of them it has hardly begun, on one processor more than on another.
    const [untrained, trained] = await firstAndLast('instdisc', '120');
    expect(trained).toBeGreaterThan(untrained + 8);
  });

  it('a loss of its own does, too', async () => {
    const [untrained, trained] = await firstAndLast('own-loss', '8');
    expect(trained).toBeGreaterThan(untrained + 8);
  });
});

async function firstAndLast(name: string, epochs: string): Promise<[untrained: number, trained: number]> {
  const all = await accuracies(name, epochs);
  return [all[0]!, all.at(-1)!];
}
