import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InstDiscError, RunError } from '#src/core/errors.js';
import { inputRefused, readingOf, systemError, withPath } from '#src/core/system-errors.js';

const root = mkdtempSync(join(tmpdir(), 'instdisc-system-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}

describe('what the operating system refuses', () => {
  it('is a sentence with the path and what to do', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    const said = (work: () => unknown): string | undefined => systemError(thrownBy(work))?.message;
    expect(said(() => readFileSync(join(root, 'none')))).toBe(
      `${join(root, 'none')}: expected a file or folder, got nothing there (ENOENT). Check the path.`,
    );
    expect(said(() => readFileSync(join(file, 'x')))).toContain('x: expected a folder, got a file on the way');
    expect(said(() => writeFileSync(join(root, 'x'.repeat(300)), ''))).toContain('expected a shorter name');
    expect(said(() => openSync(root, 'w'))).toBe(
      `${root}: expected a file, got a folder (EISDIR). Give the name of a file.`,
    );
  });

  it.runIf(process.platform === 'linux')('names the file that a full disk is about, which writing does not', () => {
    const full = openSync('/dev/full', 'w');
    const error = withPath(
      thrownBy(() => writeSync(full, 'x')),
      'runs/a/metrics.jsonl',
    );
    expect(systemError(error)?.message).toMatch(/^runs\/a\/metrics\.jsonl: expected room to write, got a full disk/);
  });

  it('is told of an input file by what there is in its place, or as the limit that it is', () => {
    const of = (path: string) =>
      inputRefused(
        path,
        'a table',
        thrownBy(() => readFileSync(path)),
      );
    expect(of(join(root, 'none')).message).toBe(
      `${join(root, 'none')}: expected a table, got no such file. Check the path.`,
    );
    expect(of(root).message).toBe(`${root}: expected a table, got a folder. Give the name of a file.`);
    const limit = Object.assign(new Error('EMFILE'), { code: 'EMFILE', syscall: 'open' });
    expect([of(root).exitCode, inputRefused('x', 'a table', limit).exitCode]).toEqual([3, 5]);
  });

  it('is told of what nobody has foreseen, too', () => {
    const error = Object.assign(new Error('EPROTO: odd'), { code: 'EPROTO', syscall: 'read' });
    expect(systemError(error)?.message).toBe('read: expected the system to do it, got: EPROTO: odd.');
  });

  it('has the exit code of what cannot be used, and a limit that of the machine', () => {
    const codeOf = (code: string): number | undefined =>
      systemError(Object.assign(new Error(code), { code, syscall: 'open' }))?.exitCode;
    expect(['ENOSPC', 'EROFS', 'EMFILE', 'EAGAIN'].map(codeOf)).toEqual([3, 3, 5, 5]);
  });

  it('is told of ports', async () => {
    const [first, second] = [createServer(), createServer()];
    await new Promise<void>((done) => first.listen(0, '127.0.0.1', done));
    const { port } = first.address() as { port: number };
    const error = await new Promise((fail) => second.once('error', fail).listen(port, '127.0.0.1'));
    expect(systemError(withPath(error, `127.0.0.1:${port}`))?.message).toMatch(/a port that is free, got one in use/);
    first.close();
  });
});

it('names the file where reading it is refused', async () => {
  // As the system says it of a file that is open: of a disk that does not answer, for one.
  const refused = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
  await expect(readingOf('/r/a', Promise.reject(refused))).rejects.toThrow('/r/a: expected a disk that answers');
  await expect(readingOf('/r/a', Promise.resolve(1))).resolves.toBe(1);
});

it('leaves other errors as they are', () => {
  expect(systemError(new TypeError('x'))).toBeUndefined();
  expect(systemError(new RunError('x'))).toBeUndefined();
  expect(systemError(Object.assign(new InstDiscError('x'), { code: 'ENOSPC' }))).toBeUndefined();
  expect(systemError('ENOSPC')).toBeUndefined();
  expect(withPath(new RunError('x'), 'y')).not.toHaveProperty('path');
});
