import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { drawPictures, jsonLines, MAIN, run, start, TINIEST, tempFolder } from './cli.js';

const root = tempFolder();
// Or a test that is run under nohup would have its commands think that they are.
delete process.env['_'];
const LONG = { timeout: 120_000 };
/** A step takes a while, most of it in native code. */
const SLOW = [
  '--width',
  '32',
  '--size',
  '64',
  '--batch',
  '64',
  '--epochs',
  '50',
  '--set',
  'localCrops=0',
  '--threads',
  '1',
];
const has = (command: string): boolean => spawnSync('which', [command]).status === 0;

/** Waits until a stream of a process has said something. */
async function said(stream: NonNullable<ChildProcess['stdout']>, what: RegExp): Promise<void> {
  let shown = '';
  while (!what.test(shown)) shown += (await once(stream, 'data'))[0];
}

const quoted = (args: readonly string[]): string => args.map((arg) => `'${arg}'`).join(' ');

it('saves on Ctrl-C, and the command it prints goes on to the end', { timeout: 120_000 }, async () => {
  const pictures = await drawPictures(join(root, 'pictures'));
  const out = join(root, 'my run');
  const { child, ended } = start(['train', pictures, '--out', out, ...TINIEST, '--epochs', '4']);
  let shown = '';
  while (!/^epoch +1\/4/m.test(shown)) shown += (await once(child.stdout!, 'data'))[0];
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toContain('saving…');
  expect(await readdir(out)).not.toContain('run.lock');

  const command = stdout.trim().split('\n').at(-1)!.trim();
  expect(command).toMatch(new RegExp(`^node .*main\\.js train --out '${out}' --resume$`));
  const resumed = await run(['train', '--out', out, '--resume', '--json']);
  expect(resumed.code).toBe(0);
  const { plan } = jsonLines(resumed).find(({ kind }) => kind === 'plan') as { plan: { firstStep: number } };
  expect(plan.firstStep).toBeGreaterThan(0);
});

it('ends at once on a second Ctrl-C, by the signal itself, in the middle of a step', LONG, async () => {
  const pictures = await drawPictures(join(root, 'slow'));
  const { child, ended } = start(['train', pictures, '--out', join(root, 'slow-run'), ...SLOW]);
  await said(child.stdout!, /goes to/);
  await sleep(700);
  child.kill('SIGINT');
  await said(child.stderr!, /saving…/);
  child.kill('SIGINT');
  const { stderr } = await ended;
  // A shell reports it as 130. `process.exit` would abort in native code: SIGABRT.
  expect({ code: child.exitCode, signal: child.signalCode }).toEqual({ code: null, signal: 'SIGINT' });
  expect(stderr).not.toContain('Napi');
});

it('saves on SIGHUP, and on another one that comes meanwhile', LONG, async () => {
  const pictures = await drawPictures(join(root, 'hung-up'));
  const out = join(root, 'hung-up-run');
  const { child, ended } = start(['train', pictures, '--out', out, ...TINIEST, '--epochs', '50']);
  await said(child.stdout!, /^epoch +1\/50/m);
  child.kill('SIGHUP');
  await said(child.stderr!, /saving…/);
  child.kill('SIGHUP');
  expect(await ended).toMatchObject({ code: 130 });
  expect(await readdir(join(out, 'checkpoints'))).not.toEqual([]);
  expect(await readdir(out)).not.toContain('run.lock');
});

it.skipIf(!has('nohup'))('goes on to the end after SIGHUP under nohup', LONG, async () => {
  const pictures = await drawPictures(join(root, 'nohup'));
  const out = join(root, 'nohup-run');
  // As a shell does, which tells a command its own path.
  const command = `nohup ${quoted([process.execPath, MAIN, 'train', pictures, '--out', out, ...TINIEST])}; exit $?`;
  const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  child.stdout.setEncoding('utf8');
  await said(child.stdout, /goes to/);
  const ended = once(child, 'close');
  // The shell itself ends by it, or its command would not be told of the terminal's end.
  process.kill(-child.pid!, 'SIGHUP');
  await ended;
  while (!/"epoch":2/.test(await readFile(join(out, 'metrics.jsonl'), 'utf8')) || existsSync(join(out, 'run.lock')))
    await sleep(50);
  expect(await readdir(join(out, 'checkpoints'))).toHaveLength(2);
});

it.skipIf(!has('script'))('saves when its terminal is closed, and ends with its exit code', LONG, async () => {
  const pictures = await drawPictures(join(root, 'closed'));
  const [out, code] = [join(root, 'closed-run'), join(root, 'closed-code')];
  // The kernel tells the shell, and the shell its job; it lives on to write down how that has ended.
  const job = quoted([process.execPath, MAIN, 'train', pictures, '--out', out, ...TINIEST, '--epochs', '50']);
  const command = `trap 'kill -HUP $!' HUP; ${job} & wait $!; wait $!; echo $? > '${code}'`;
  const terminal = spawn('script', ['-qc', command, '/dev/null'], { stdio: ['ignore', 'pipe', 'ignore'] });
  terminal.stdout.setEncoding('utf8');
  await said(terminal.stdout, /epoch +1\/50/);
  terminal.kill('SIGKILL');
  while (!existsSync(code) || (await readFile(code, 'utf8')) === '') await sleep(50);
  // 134 where Node is left to give back a terminal that is gone.
  expect(await readFile(code, 'utf8')).toBe('130\n');
  expect(await readdir(join(out, 'checkpoints'))).not.toEqual([]);
});
