/**
 * @file The process that decodes: what a picture does to it, it does to nobody else.
 *
 *     node child.js NICENESS MEMORY
 *
 * It has a thread pool of its own, lower priority where it is told so, and ends itself when it takes more memory than
 * it may, as a file does whose header lies.
 */
import { constants, setPriority } from 'node:os';
import { failureOf } from '../failure.js';
import { restrictFormats } from '../upload.js';
import type { Delivery, Order, Outcome } from './decoding-protocol.js';
import { perform } from './tasks.js';

const LOOK_MS = 50;
const [niceness, memory] = process.argv.slice(2).map(Number) as [number, number];

// Ctrl-C reaches the whole group of processes; the server lets what is under way finish, and then disconnects.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
restrictFormats();
if (niceness > constants.priority.PRIORITY_NORMAL) setPriority(niceness);
setInterval(() => {
  if (process.memoryUsage.rss() > memory) process.exit(1);
}, LOOK_MS).unref();

process.on('message', async (order: Order) => {
  const outcome = await carryOut(order);
  // Who asked may be gone.
  if (process.connected) process.send?.({ id: order.id, ...outcome } satisfies Delivery);
});

async function carryOut({ task, maxBytes }: Order): Promise<Outcome> {
  try {
    const value = await perform(task, maxBytes);
    return value === undefined ? { isHeavy: true } : { value };
  } catch (error) {
    return { failure: failureOf(error as Error) };
  }
}
