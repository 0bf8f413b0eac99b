/**
 * @file `npm run bench:serve -- RUN`: many clients at once search in a run, each with one picture after the other.
 *
 *     npm run bench:serve -- runs/pictures [--clients 32] [--seconds 60] [--k 24] [--threads 2] [--json]
 *
 * They send pictures of the run itself, as its thumbnails show them. Beside them one client asks for the list of
 * pictures, which takes no computing: how long it waits says whether the server stays responsive. Clients and
 * server share the machine, so the clients' own work counts, too.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clients: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '60' },
    k: { type: 'string', default: '24' },
    threads: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [run] = positionals;
if (run === undefined) throw new Error('run: expected the folder of a run, got nothing.');
const numPictures = 200;

const main = new URL('../cli/main.js', import.meta.url).pathname;
const args = [
  'serve',
  run,
  '--port',
  '0',
  '--json',
  ...(values.threads === undefined ? [] : ['--threads', values.threads]),
];
const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => child.kill());
const [line] = (await once(child.stdout, 'data')) as [Buffer];
const { url } = JSON.parse(line.toString()) as { url: string };
const pictures = await Promise.all(
  Array.from({ length: numPictures }, async (_, i) =>
    (await fetch(`${url}api/pictures/${i}/thumbnail?size=128`)).arrayBuffer(),
  ),
);
const search = (i: number): Promise<Response> =>
  fetch(`${url}api/search?k=${values.k}`, { method: 'POST', body: pictures[i % pictures.length]! });
const list = (): Promise<Response> => fetch(`${url}api/pictures/0`);

// All at once, as later: searches that many ask for are made by threads of their own, which start now.
const clients = Array.from({ length: Number(values.clients) }, (_, client) => client);
for (let round = 0; round < 3; round++) {
  await Promise.all(clients.map(async (client) => (await search(client)).text()));
}
const before = await memory();
const cpuBefore = await processorMs();
const until = performance.now() + 1000 * Number(values.seconds);
const [searches, lists] = await Promise.all([
  Promise.all(clients.map((client) => repeat(() => search(client)))),
  repeat(list, 100),
]);
const after = await memory();
const cpuAfter = await processorMs();
child.kill('SIGTERM');
const [code] = (await once(child, 'exit')) as [number | null];

const times = searches.flat().sort((a, b) => a - b);
const result = {
  clients: clients.length,
  seconds: Number(values.seconds),
  searches: times.length,
  searchesPerSecond: round(times.length / Number(values.seconds)),
  /** Does not depend on what else the machine does. */
  processorMsPerSearch: round((cpuAfter - cpuBefore) / times.length),
  ...percentiles('search', times),
  ...percentiles(
    'picture',
    lists.sort((a, b) => a - b),
  ),
  rssBeforeMB: before,
  rssAfterMB: after,
  exitCode: code,
};
if (values.json) console.log(JSON.stringify(result));
else for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(18)} ${value}`);

/** Asks again and again; a refusal is a mistake of this program. @returns milliseconds of each */
async function repeat(ask: () => Promise<Response>, pauseMs = 0): Promise<number[]> {
  const milliseconds: number[] = [];
  while (performance.now() < until) {
    const start = performance.now();
    const response = await ask();
    await response.text();
    if (!response.ok) throw new Error(`expected an answer, got ${response.status}.`);
    milliseconds.push(performance.now() - start);
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return milliseconds;
}

/** Resident megabytes of the server; NaN where the system does not tell. */
async function memory(): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1000);
}

/** Processor time that the server has used; NaN where the system does not tell. */
async function processorMs(): Promise<number> {
  const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '');
  // The name, in brackets, may hold spaces; user and system time are the 12th and 13th fields after it, in 1/100 s.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11] ?? Number.NaN) + Number(fields[12] ?? Number.NaN));
}

function percentiles(name: string, sorted: readonly number[]): Record<string, number> {
  const at = (part: number): number => round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!);
  return { [`${name}P50Ms`]: at(0.5), [`${name}P95Ms`]: at(0.95), [`${name}P99Ms`]: at(0.99) };
}

function round(x: number): number {
  return Number(x.toFixed(1));
}
