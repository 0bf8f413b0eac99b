/**
 * @file `npm run bench`: what each part of the work reaches, beside what this machine can do in the same process.
 *
 *     npm run bench -- [part…] [--only name,…] [--rounds 4] [--threads 2] [--json]
 *
 * Parts: train, embed, data, knn, memory; all of them by default. `--only` picks among the configurations of `train`
 * and `memory`.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { data } from './data.js';
import { embed } from './embed.js';
import { knn } from './knn.js';
import { memory } from './memory.js';
import { type Options, type Part, printTable } from './report.js';
import { train } from './train.js';

const PARTS: Readonly<Record<string, Part>> = { train, embed, data, knn, memory };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '4' },
    threads: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
  },
});
const unknown = positionals.find((name) => PARTS[name] === undefined);
if (unknown !== undefined) throw new Error(`part: expected one of ${Object.keys(PARTS).join(', ')}, got ${unknown}`);

const options: Options = {
  only: values.only?.split(','),
  rounds: Number(values.rounds),
  threads: Number(values.threads),
};
for (const name of positionals.length > 0 ? positionals : Object.keys(PARTS)) {
  const rows = await PARTS[name]!(options);
  if (values.json) console.log(JSON.stringify({ part: name, threads: options.threads, node: process.version, rows }));
  else printTable(name, rows);
}
