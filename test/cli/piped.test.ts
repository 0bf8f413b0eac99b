import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { copyTiny } from '../server/tiny-run.js';
import { drawPictures, MAIN, tempFolder } from './cli.js';

const root = tempFolder();
const temporary = join(root, 'temporary');
let runPath: string;
let picture: string;

beforeAll(async () => {
  ({ runPath } = await copyTiny(root));
  mkdirSync(temporary);
  picture = join(await drawPictures(join(root, 'others'), 1, 90), 'boat', '00090.jpg');
});

/** A search that is given bytes on its standard input. */
function search(input: Uint8Array, ...pictures: string[]): { code: number | null; stderr: string; results: unknown[] } {
  const args = [MAIN, 'search', runPath, ...pictures, '-k', '3', '--threads', '1', '--json'];
  const env = { ...process.env, TMPDIR: temporary };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { input, encoding: 'utf8', env });
  return { code: status, stderr, results: status === 0 ? JSON.parse(stdout).results : [] };
}

it('finds by a picture from standard input what is found by its file, and leaves nothing', () => {
  const { code, results } = search(readFileSync(picture), picture, '-');
  expect(code).toBe(0);
  const [byFile, piped] = results as { query: string; matches: object[] }[];
  expect([byFile!.query, piped!.query]).toEqual([picture, '-']);
  expect(piped!.matches).toEqual(byFile!.matches);
  expect(piped!.matches).toHaveLength(3);
  expect(readdirSync(temporary)).toEqual([]);
});

it.skipIf(process.platform === 'win32')('takes what a shell makes a pipe of', () => {
  const command = `'${process.execPath}' '${MAIN}' search '${runPath}' <(cat '${picture}') -k 1 --threads 1 --json`;
  const { status, stdout } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(JSON.parse(stdout).results).toMatchObject([{ query: expect.stringContaining('/dev/fd/'), matches: [{}] }]);
});

it('says what is missing', () => {
  expect(search(new Uint8Array(), '-')).toMatchObject({
    code: 3,
    stderr: '-: expected a picture through the pipe, got nothing.\n',
  });
  expect(search(readFileSync(picture), '-', '-')).toMatchObject({
    code: 2,
    stderr: '-: expected standard input once, as it can be read only once, got it several times.\n',
  });
});
