/**
 * @file What all tests of the page share: a tiny run, the explorer on it, and one browser. Made once, before the first
 * of them; where no Chromium is found on the path they are skipped.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { drawDataset } from '#src/data/synthetic/dataset.js';

export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
export const TINIEST = '--width 8 --size 16 --batch 16 --epochs 2 --set warmup=0 --threads 1'.split(' ');
/** Software WebGL: the same everywhere, and no graphics card is asked for; and only for WebGL, since it is slow. */
const BROWSER_ARGS = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-gpu-compositing',
];

declare module 'vitest' {
  interface ProvidedContext {
    /** What the tests of the page work with; undefined where there is no browser. */
    readonly explorer: Explorer | undefined;
  }
}

export interface Explorer {
  /** Where the page of the tiny run is. */
  readonly url: string;
  /** Where the browser takes its orders. */
  readonly browser: string;
  /** The run folder. */
  readonly run: string;
  /** Pictures like those of the run, that it has not seen. */
  readonly newPictures: string;
}

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    process.stderr.write(`Tests of the page are skipped: none of ${NAMES.join(', ')} is on the path.\n`);
    project.provide('explorer', undefined);
    return undefined;
  }
  const root = await mkdtemp(join(tmpdir(), 'instdisc-web-'));
  const [pictures, newPictures, run] = [join(root, 'pictures'), join(root, 'new'), join(root, 'run')];
  await drawDataset(pictures, { perKind: 6, first: 0, seed: 1, size: 32 });
  await drawDataset(newPictures, { perKind: 1, first: 6, seed: 1, size: 32 });
  await promisify(execFile)(process.execPath, [MAIN, 'train', pictures, '--out', run, ...TINIEST]);
  const [served, browser] = await Promise.all([
    explore(run),
    chromium.launchServer({ executablePath, args: BROWSER_ARGS }),
  ]);
  project.provide('explorer', { url: served.url, browser: browser.wsEndpoint(), run, newPictures });
  return async () => {
    await browser.close();
    served.child.kill();
    await rm(root, { recursive: true, force: true });
  };
}

function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

/** @param more of the command line */
export async function explore(
  run: string,
  ...more: readonly string[]
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [MAIN, 'explore', run, '--no-open', '--port', '0', '--json', ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) return { child, url: JSON.parse(line).url };
  throw new Error('explore: expected the address of the page, got nothing.');
}
