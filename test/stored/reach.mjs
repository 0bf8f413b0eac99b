/**
 * @file Records what a version comes to on this processor when it goes on with the runs of its fixture: on another it
 * rounds otherwise.
 *
 *     node test/stored/reach.mjs <checkout of that version, built> test/stored/<version>
 */
import { cpSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, reachedBy, recordOf, TIME } from './reached.mjs';

const [checkout, fixture] = process.argv.slice(2).map((path) => resolve(path));
if (fixture === undefined) throw new Error('expected a checkout and the folder of its fixture');
const { train } = await import(pathToFileURL(join(checkout, 'dist/index.js')).href);

rmSync(ROOT, { recursive: true, force: true });
cpSync(join(fixture, 'pictures'), join(ROOT, 'pictures'), { recursive: true });
cpSync(join(fixture, 'noise.csv'), join(ROOT, 'noise.csv'));
for (const name of readdirSync(join(ROOT, 'pictures'), { recursive: true })) {
  const path = join(ROOT, 'pictures', name);
  if (statSync(path).isFile()) utimesSync(path, TIME, TIME);
}
const runs = {};
const path = join(fixture, 'reached.json');
const records = JSON.parse(readFileSync(path, 'utf8'));
for (const loss of Object.keys(records[0].runs)) {
  const run = join(ROOT, loss);
  cpSync(join(fixture, 'runs', loss), run, { recursive: true });
  cpSync(join(fixture, 'cache'), join(run, 'cache'), { recursive: true });
  await train({ out: run, resume: true });
  runs[loss] = reachedBy(run);
}
const here = recordOf(checkout, runs);
const others = records.filter(({ processor, runtime }) => processor !== here.processor || runtime !== here.runtime);
writeFileSync(path, `[${[...others, here].map((record) => JSON.stringify(record)).join(',\n')}]\n`);
