/**
 * @file `npm run bench:serve -- RUN`: many clients at once search in a run, each with one picture after the other.
 *
 *     npm run bench:serve -- runs/pictures [--clients 32] [--seconds 60] [--k 24] [--threads 2] [--attack slow,bombs] [--json]
 *
 * They send pictures of the run itself, as its thumbnails show them. Beside them one client asks for a picture's name,
 * which takes no computing, and one for the page: how long they wait says whether the server stays responsive. With
 * `--attack`, hostile clients (attacks.ts) do their worst meanwhile. Clients and server share the machine, so the
 * clients' own work counts, too.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { ATTACKS } from './attacks.js';
import { useOf } from './process-tree.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clients: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '60' },
    k: { type: 'string', default: '24' },
    threads: { type: 'string' },
    attack: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const [run] = positionals;
if (run === undefined) throw new Error('run: expected the folder of a run, got nothing.');
const MOST_PICTURES = 200;
const attackNames = values.attack.split(',').filter((name) => name !== '');
const attacks = await Promise.all(
  attackNames.map((name) => {
    const prepare = ATTACKS[name];
    if (prepare === undefined) throw new Error(`--attack: expected ${Object.keys(ATTACKS).join(' or ')}, got ${name}.`);
    return prepare();
  }),
);

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
const { numPictures } = (await (await fetch(`${url}api/run`)).json()) as { numPictures: number };
const pictures = await Promise.all(
  Array.from({ length: Math.min(MOST_PICTURES, numPictures) }, async (_, i) =>
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
const pid = child.pid!;
const before = await useOf(pid);
let rssPeakMB = before.rssMB;
const watching = setInterval(async () => {
  rssPeakMB = Math.max(rssPeakMB, (await useOf(pid)).rssMB);
}, 100);
const until = performance.now() + 1000 * Number(values.seconds);
const [answers, searches, names, pages] = await Promise.all([
  Promise.all(attacks.map((attack) => attack(new URL(url), until))),
  Promise.all(clients.map((client) => repeat(() => search(client)))),
  repeat(list, 100),
  repeat(() => fetch(url), 100),
]);
clearInterval(watching);
const after = await useOf(pid);
child.kill('SIGTERM');
const [code] = (await once(child, 'exit')) as [number | null];

const times = searches.flat();
const result = {
  clients: clients.length,
  seconds: Number(values.seconds),
  searches: times.length,
  searchesPerSecond: round(times.length / Number(values.seconds)),
  /** Does not depend on what else the machine does. */
  processorMsPerSearch: round((after.processorMs - before.processorMs) / times.length),
  ...percentiles('search', times),
  ...percentiles('picture', names),
  ...percentiles('page', pages),
  /** Of the server and the processes that it has. */
  rssBeforeMB: before.rssMB,
  rssPeakMB,
  rssAfterMB: after.rssMB,
  /** Other programs', too. */
  load: round(loadavg()[0]!),
  ...Object.fromEntries(attackNames.map((name, i) => [`${name}Answers`, JSON.stringify(answers[i])])),
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

function percentiles(name: string, times: readonly number[]): Record<string, number> {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): number => round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!);
  return { [`${name}P50Ms`]: at(0.5), [`${name}P95Ms`]: at(0.95), [`${name}P99Ms`]: at(0.99), [`${name}MaxMs`]: at(1) };
}

function round(x: number): number {
  return Number(x.toFixed(1));
}
