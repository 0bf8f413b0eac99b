/** @file Opens the explorer in the browser that all tests of the page share. */
/// <reference lib="dom" />
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { beforeAll, describe, expect, inject, onTestFinished } from 'vitest';
import { type Explorer, explore } from './setup.js';

export interface OpenOptions {
  /** Default the page of the tiny run. */
  readonly url?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce' | 'no-preference';
}

export interface Opened {
  readonly page: Page;
  /** URLs of all requests so far. */
  readonly requests: readonly string[];
  /** Whatever the page complained of so far. */
  readonly complaints: string[];
}

/** While tests run that have a run of their own. */
let own: Explorer | undefined;

/** What the tests are about; only to be asked inside of `describePage`. */
export function explorer(): Explorer {
  return own ?? inject('explorer')!;
}

/**
 * A group of tests that is skipped where there is no browser. They share a tab, since a process of the browser for each
 * would take longer than most tests do; each test has it load the page anew, with nothing kept.
 */
export function describePage(
  name: string,
  tests: (open: (view: string, options?: OpenOptions) => Promise<Opened>) => void,
): void {
  describe.skipIf(inject('explorer') === undefined)(name, () => {
    let page: Page;
    let numOpened = 0;
    beforeAll(async () => {
      const browser = await chromium.connect(explorer().browser);
      page = await browser.newPage();
      page.setDefaultTimeout(20_000);
      return () => browser.close();
    });
    tests(async (view, { url = explorer().url, viewport, colorScheme, reducedMotion } = {}) => {
      const [requests, complaints]: [string[], string[]] = [[], []];
      await page.setViewportSize(viewport ?? { width: 1280, height: 800 });
      await page.emulateMedia({
        colorScheme: colorScheme ?? 'light',
        reducedMotion: reducedMotion ?? 'no-preference',
      });
      page.on('request', (request) => requests.push(request.url()));
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      onTestFinished(async () => {
        page.removeAllListeners();
        await page.unrouteAll({ behavior: 'ignoreErrors' });
        await page.evaluate(() => localStorage.clear());
        expect(complaints).toEqual([]);
        expect(requests.filter((request) => !isInside(request, url))).toEqual([]);
      });
      await page.goto('about:blank');
      if (own !== undefined) await forget(own.run);
      // Another query, so that the page is loaded anew also where only the view is another.
      numOpened++;
      await page.goto(`${url}?${numOpened}#/${view}`);
      return { page, requests, complaints };
    });
  });
}

/**
 * The same for tests that have the run remember what is said of its pictures: they have a copy of it and a server to themselves,
 * and nothing is remembered when one begins.
 */
export function describeOwnPage(...[name, tests]: Parameters<typeof describePage>): void {
  describe.skipIf(inject('explorer') === undefined)(name, () => {
    beforeAll(async () => {
      const root = await mkdtemp(join(tmpdir(), 'instdisc-own-'));
      const run = join(root, 'run');
      await cp(explorer().run, run, { recursive: true, preserveTimestamps: true });
      const { child, url } = await explore(run);
      own = { ...explorer(), run, url };
      return async () => {
        own = undefined;
        child.kill();
        await rm(root, { recursive: true, force: true });
      };
    });
    describePage('with a run of its own', tests);
  });
}

async function forget(run: string): Promise<void> {
  for (const file of ['labels.json', 'decisions.json', 'clusters.json']) await rm(join(run, file), { force: true });
}

/** Whether a request stays on the server of the page, or in the browser. */
function isInside(request: string, url: string): boolean {
  return new URL(request).origin === new URL(url).origin || /^(blob|data):/.test(request);
}
