import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, run, tempFolder } from './cli.js';

const root = tempFolder();
const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;
const script = (shell: string): string => join(root, `instdisc.${shell}`);

beforeAll(async () => {
  const shells = ['bash', 'zsh', 'fish'];
  const told = await Promise.all(shells.map((shell) => run(['completion', shell])));
  for (const [i, { code, stdout, stderr }] of told.entries()) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    writeFileSync(script(shells[i]!), stdout);
  }
  mkdirSync(join(root, 'a run'));
});

/** What a shell prints, which must not complain. */
function printed(shell: string, program: string): string[] {
  const { stdout, stderr } = spawnSync(shell, ['-c', program], { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

/** What is offered for the last word, by the function that bash calls. */
function inBash(...words: string[]): string[] {
  const typed = ['instdisc', ...words].map((word) => `'${word}'`);
  return printed(
    'bash',
    `source '${script('bash')}'; COMP_WORDS=(${typed.join(' ')}); COMP_CWORD=${words.length}; _instdisc; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
}

/** The flags that a command's help shows. */
async function flagsInHelp(name: string): Promise<string[]> {
  const { stdout } = await run([name, '--help']);
  const options = stdout.matchAll(/^ {2}(-\w)?(?:, )?(--[\w-]+)?(?= )/gm);
  return [...options].flatMap(([, short, long]) => [short, long]).filter((flag) => flag !== undefined);
}

/** What is to be offered in some places, and in no other word. */
const OFFERED: readonly (readonly [typed: string[], expected: string[]])[] = [
  [['sea'], ['search']],
  [['train', 'x', '--loss', 'inf'], ['infonce']],
  [['train', '--set', 'weightD'], ['weightDecay=']],
  [['train', '--ignore', 'col'], ['colour']],
  [['map', 'run', '--by', 'clu'], ['cluster']],
  [['evaluate', 'run', '--measure', 'ret'], ['retrieval']],
  [['reproduce', 'tab'], ['table1']],
  [['completion', 'z'], ['zsh']],
  [['search', 'run', '--mon'], ['--montage']],
];

describe.skipIf(!has('bash'))('bash', () => {
  it.each(OFFERED)('is offered what completes %j', (typed, expected) => {
    expect(inBash(...typed)).toEqual(expected);
  });

  it.each(['train', 'search'])('is offered every option of %s', async (name) => {
    expect(inBash(name, '-').sort()).toEqual((await flagsInHelp(name)).sort());
  });

  it('completes files itself where nothing is to choose from', () => {
    for (const words of [
      ['search', ''],
      ['search', 'run', ''],
      ['train', '--out', ''],
      ['search', '-k', ''],
    ]) {
      expect(inBash(...words)).toEqual([]);
    }
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  it.each(OFFERED)('is offered what completes %j', (typed, expected) => {
    const offered = printed('fish', `source '${script('fish')}'; complete -C'instdisc ${typed.join(' ')}'`);
    expect(offered.map((line) => line.split('\t')[0])).toEqual(expected);
  });

  it('completes files where a path is wanted, and nothing where a number is', () => {
    const complete = (typed: string): string[] => printed('fish', `source '${script('fish')}'; complete -C'${typed}'`);
    expect(complete('instdisc search a')).toEqual(['a run/']);
    expect(complete('instdisc train --out a')).toEqual(['a run/']);
    expect(complete('instdisc search run -k a')).toEqual([]);
  });
});

it.skipIf(!has('zsh'))('zsh takes its own', () => {
  expect(printed('zsh', `zsh -fn '${script('zsh')}' && echo whole`)).toEqual(['whole']);
  // In place of the functions of its completion system: what it is told for one command.
  const stubs = 'compdef() { true; }; _arguments() { state=argument; print -rl -- "$@"; }';
  const told = printed('zsh', `${stubs}; source '${script('zsh')}'; words=(search); _instdisc`);
  expect(told).toContain('--montage[draw them beside the picture]:file.png:_files');
  expect(told).toContain('1:run:_files');
  expect(told).toContain('*:pictures:_files');
});

it('is JSON for machines, and of three shells', async () => {
  expect(jsonLines(await run(['completion', 'bash', '--json']))).toEqual([
    { shell: 'bash', script: expect.stringContaining('complete -o bashdefault') },
  ]);
  expect(await run(['completion', 'tcsh'])).toMatchObject({
    code: 2,
    stderr: "shell: expected bash, zsh, fish, got 'tcsh'.\n",
  });
});
