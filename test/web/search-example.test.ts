import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
    expect(await found.first().getByRole('img').getAttribute('src')).toMatch(/^picture\/\d+$/);
    expect(Number(await found.first().textContent())).toBeGreaterThan(0.98);
    const similarities = (await found.allTextContents()).map(Number);
    expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
  });
});
