import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { writePng } from '#src/cli/write-png.js';
import { SystemError } from '#src/core/system-errors.js';
import { tempFolder } from './cli.js';

const root = tempFolder();
const drawing = () => sharp({ create: { width: 3, height: 2, channels: 3, background: '#123456' } });

it('writes a drawing as PNG, into a folder that it makes', async () => {
  const path = join(root, 'made', 'drawing.png');
  await writePng(path, drawing());
  expect(await sharp(path).metadata()).toMatchObject({ format: 'png', width: 3, height: 2 });
  expect(readdirSync(join(root, 'made'))).toEqual(['drawing.png']);
});

it('says which file cannot be written, and leaves nothing behind', async () => {
  const path = join(root, 'folder.png');
  mkdirSync(join(path, 'full'), { recursive: true });
  await expect(writePng(path, drawing())).rejects.toThrow(SystemError);
  await expect(writePng(path, drawing())).rejects.toThrow(
    `${path}: expected a file, got a folder (EISDIR). Give the name of a file.`,
  );
  expect(readdirSync(root).filter((name) => name.startsWith('.tmp-'))).toEqual([]);
});

it('keeps the file that was there where no more can be written', () => {
  const path = join(root, 'kept.png');
  writeFileSync(path, 'the earlier one');
  const script = `
    import sharp from 'sharp';
    import { randomBytes } from 'node:crypto';
    import { writePng } from '#src/cli/write-png.js';
    const raw = { width: 300, height: 300, channels: 3 };
    await writePng(${JSON.stringify(path)}, sharp(randomBytes(270_000), { raw }));`;
  // No file may grow beyond 64 blocks, 32 or 64 kB: the write fails, or the process ends in the midst of it.
  const limited = 'ulimit -f 64; exec "$0" --input-type=module -e "$1"';
  const { status } = spawnSync('sh', ['-c', limited, process.execPath, script]);
  expect(status).not.toBe(0);
  expect(existsSync(path) && readFileSync(path, 'utf8')).toBe('the earlier one');
});
