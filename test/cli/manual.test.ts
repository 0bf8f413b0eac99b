import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from './cli.js';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = join(ROOT, 'dist/man/instdisc.1');

/** Without line breaks and hyphens where lines end, as it is read. */
function flowing(text: string): string {
  return text.replace(/\u2010\s+|\s+/g, (gap) => (gap.startsWith('\u2010') ? '' : ' ')).trim();
}

it('is in the package, under the name that package.json gives', () => {
  const { man, files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(man.map((path: string) => join(ROOT, path))).toEqual([PAGE]);
  expect(files).toContain('dist');
  expect(readFileSync(PAGE, 'utf8')).toMatch(/^\.TH INSTDISC 1 "" "instdisc \d+\.\d+\.\d+" "User Commands"\n/);
});

it.skipIf(spawnSync('man', ['--version']).status !== 0)('is set by man, and says what --help says', async () => {
  const { stdout, stderr } = spawnSync('man', ['--warnings', '--local-file', PAGE], {
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '200', LC_ALL: 'C.UTF-8', MAN_KEEP_FORMATTING: '' },
  });
  expect(stderr).toBe('');
  const page = flowing(stdout);
  for (const name of ['search', 'train']) {
    const { stdout: help } = await run([name, '--help']);
    const [description = ''] = help.split('\n\n').slice(1);
    expect(page).toContain(flowing(description));
    const examples = help.slice(help.indexOf('Examples:')).split('\n\n')[0]!;
    for (const line of examples.split('\n').slice(1)) expect(stdout).toContain(line.trim());
    for (const [flag] of help.matchAll(/(?<= )--[\w-]+(?= )/g)) expect(page).toContain(flag);
  }
});
