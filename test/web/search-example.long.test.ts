import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { describePage, explorer } from './page.js';

const EXAMPLE = fileURLToPath(new URL('../../dist/examples/search-page.js', import.meta.url));

describePage('the example of a page that searches', (open) => {
  it('finds a picture by itself, with the encoder in the browser', async () => {
    const { run, newPictures } = explorer();
    const child = spawn(process.execPath, [EXAMPLE, run, newPictures, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => {
      child.kill();
    });
    const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { page } = await open('', { url });
    const asked = join(newPictures, 'fish', '00006.jpg');
    await page.locator('input:enabled').setInputFiles(asked);
    const found = page.getByRole('listitem');
    await found.first().waitFor();
    expect(await found.count()).toBe(12);
    const files = (await readdir(newPictures, { recursive: true })).filter((name) => name.endsWith('.jpg')).sort();
    const itself = files.indexOf(join('fish', '00006.jpg'));
    expect(await found.first().getByRole('img').getAttribute('src')).toBe(`picture/${itself}`);
    const similarities = (await found.allTextContents()).map(Number);
    // The browser decodes and draws a little differently: far less than any other picture differs.
    expect(1 - similarities[0]!).toBeLessThan(0.1 * (similarities[0]! - similarities[1]!));
    expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
  });
});
