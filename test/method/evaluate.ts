/** @file Runs a small graph once on the CPU. */
import type { Outputs } from '#src/graph/value.js';
import { openBackend } from '#src/runtime/device.js';
import type { Feeds } from '#src/runtime/feed.js';
import { Program } from '#src/runtime/program.js';

const backend = await openBackend('cpu', 1);

export async function evaluate(graph: Outputs, feeds: Feeds): Promise<Record<string, Float32Array>> {
  const program = await Program.create(graph, backend);
  const results = await program.run(feeds);
  await program.release();
  return results;
}
