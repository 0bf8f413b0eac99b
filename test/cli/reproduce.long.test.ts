import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reproduceCommand } from '#src/cli/commands/reproduce.js';
import type { Experiment } from '#src/experiments/experiment.js';
import { type ExperimentPlan, writePlan } from '#src/experiments/plan-file.js';
import { readResults } from '#src/experiments/results.js';
import { experimentNamed } from '#src/experiments/studies/list.js';
import { planOf } from '#src/experiments/study-plan.js';
import { call, drawPictures, type Ended, jsonLines, run, start, tempFolder } from './cli.js';

const root = tempFolder();
const data = await drawPictures(join(root, 'my pictures'));
/** 72 pictures, a fifth of which is held out. */
const AVAILABLE = { pictures: 58, testPictures: 14, numClasses: 12, isHeldOut: true };

/** A plan as the command would make it, but for its size: that is measured, and so differs from time to time. */
async function writeTinyPlan(out: string, experiment: Experiment, epochs: number): Promise<ExperimentPlan> {
  const loss = Object.fromEntries(experiment.runs.map(({ name }) => [name, { fixed: 0, perRow: 0 }]));
  const speeds = { train: { 8: 1e-3 }, loss, decode: 0, measure: 0, start: 0 };
  const { runs, ...size } = planOf(experiment.runs, { width: 8, pictures: 40, testPictures: 14, epochs }, speeds);
  const plan: ExperimentPlan = {
    version: 1,
    request: { experiment: experiment.name, data, test: null, budget: 5, seed: 0 },
    machine: { cpu: 'a processor', threads: 2 },
    speeds,
    measuringSeconds: 0,
    available: AVAILABLE,
    size: 16,
    stem: 'cifar',
    ...size,
    runs: runs.map(({ spec: { name, label }, ...rest }) => ({ name, label, ...rest })),
  };
  await mkdir(out, { recursive: true });
  await writePlan(out, plan);
  return plan;
}

const argsFor = (name: string, out: string): string[] => [name, '--data', data, '--budget', '5', '--out', out];
const reproduce = async (...args: string[]): Promise<Ended> => call(reproduceCommand(), ...args);

describe('instdisc reproduce', () => {
  it('trains, measures and reports, and does nothing twice', { timeout: 120_000 }, async () => {
    const out = join(root, 'retrieval');
    await writeTinyPlan(out, experimentNamed('retrieval'), 2);
    const { code, stdout } = await reproduce(...argsFor('retrieval', out));
    expect(code).toBe(0);
    expect(stdout).toContain('40 of 58 to learn from, 14 of 14 held out to test with, in 12 classes');
    expect(stdout).toMatch(/run 2\/2 {2}trained encoder\n/);
    const [untrained, trained] = await readResults(out);
    expect(untrained).toMatchObject({ name: 'untrained', numReference: 40, numTest: 14 });
    expect(trained!.rows[0]!.values['trained']).toBeGreaterThanOrEqual(0);

    const report = await readFile(join(out, 'report.md'), 'utf8');
    expect(report).toContain('| mean average precision |');
    expect(report).toMatch(/To measure the last again: `.* evaluate .*retrieval\/runs\/softmax'? --reference/);
    const page = await readFile(join(out, 'report.html'), 'utf8');
    expect(page.match(/data:image\/jpeg;base64,/g)!.length).toBeGreaterThan(20);

    const { mtimeMs } = await stat(join(out, 'runs', 'softmax', 'encoder.onnx'));
    const again = await reproduce(...argsFor('retrieval', out), '--json');
    expect((await stat(join(out, 'runs', 'softmax', 'encoder.onnx'))).mtimeMs).toBe(mtimeMs);
    expect(jsonLines(again).map(({ kind }) => kind)).toEqual(['plan', 'report']);
  });

  it('goes on after Ctrl-C where it was', { timeout: 120_000 }, async () => {
    const out = join(root, 'stopped here');
    await writeTinyPlan(out, experimentNamed('retrieval'), 6);
    const { child, ended } = start(['reproduce', ...argsFor('retrieval', out)]);
    let shown = '';
    while (!/^epoch +2\/6/m.test(shown)) shown += (await once(child.stdout!, 'data'))[0];
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain('saving…');
    expect(stdout).toContain('Stopped; what is done is saved. To go on:');
    expect(stdout.trim().split('\n').at(-1)).toContain(
      `reproduce retrieval --data '${data}' --budget 5 --out '${out}'`,
    );
    expect(await readFile(join(out, 'report.md'), 'utf8')).toContain('Not finished yet: trained encoder.');

    const resumed = await run(['reproduce', ...argsFor('retrieval', out), '--json']);
    expect(resumed.code).toBe(0);
    const lines = jsonLines(resumed);
    expect(lines.filter(({ kind }) => kind === 'run').map(({ name }) => name)).toEqual(['softmax']);
    const plans = lines.filter(({ kind }) => kind === 'plan') as { plan: { firstStep?: number } }[];
    expect(plans.at(-1)!.plan.firstStep).toBeGreaterThan(0);
  });

  it('measures the machine, shows the plan and keeps it', { timeout: 120_000 }, async () => {
    const out = join(root, 'planned');
    // Of few pictures, and so in small batches, as steps of this width take a while.
    const few = await drawPictures(join(root, 'few'), 2);
    for (const kind of (await readdir(few)).slice(4)) await rm(join(few, kind), { recursive: true });
    const args = ['retrieval', '--data', few, '--budget', 'full', '--out', out, '--plan-only'];
    const { code, stdout } = await reproduce(...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\b(\d+) of \1 to learn from/);
    expect(stdout).toContain('ResNet-18, width 64, pictures of 32 pixels');
    expect(stdout).toMatch(/trained encoder +\d+ +200 /);
    expect(stdout).toContain('To carry it out:');
    const plan = await readFile(join(out, 'plan.json'), 'utf8');
    await reproduce(...args);
    expect(await readFile(join(out, 'plan.json'), 'utf8')).toBe(plan);
  });

  it('refuses another request in the same folder, and a damaged plan', async () => {
    const out = join(root, 'other');
    await writeTinyPlan(out, experimentNamed('retrieval'), 1);
    const other = await reproduce('retrieval', '--data', data, '--budget', '7', '--out', out);
    expect(other).toMatchObject({ code: 4 });
    expect(other.stderr).toContain('expected budget 5, with which the experiment there was planned, got 7');
    await writeFile(join(out, 'plan.json'), '{"version": 1}');
    expect((await reproduce(...argsFor('retrieval', out))).stderr).toContain('expected the plan of an experiment');
    await writeTinyPlan(out, experimentNamed('retrieval'), 1);
    await writeFile(join(out, 'results.json'), '{}');
    expect((await reproduce(...argsFor('retrieval', out))).stderr).toContain('expected the results of an experiment');
  });

  it('says what is wrong with its arguments', async () => {
    const failing = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await reproduce(...args);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await failing('table2', '--data', data, '--budget', '5')).toContain("got 'table2'");
    expect(await failing('table1', '--data', data, '--budget', 'long')).toContain(
      "minutes, a number above 0, or 'full'",
    );
    expect(await failing('table1', '--data', data, '--budget', '5', '--seed', '-1')).toContain('--seed');
  });
});
