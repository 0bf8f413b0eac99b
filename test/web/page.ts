/** @file Opens the explorer in the browser that all tests of the page share. */
/// <reference lib="dom" />
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { beforeAll, describe, expect, inject, onTestFinished } from 'vitest';
import type { Explorer } from './setup.js';

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

/** What the tests are about; only to be asked inside of `describePage`. */
export function explorer(): Explorer {
  return inject('explorer')!;
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
      // What a run remembers is another matter than what a browser keeps, and other tests do not expect it.
      await page.goto('about:blank');
      for (const file of ['labels.json', 'decisions.json', 'clusters.json']) {
        await rm(join(explorer().run, file), { force: true });
      }
      // Another query, so that the page is loaded anew also where only the view is another.
      numOpened++;
      await page.goto(`${url}?${numOpened}#/${view}`);
      return { page, requests, complaints };
    });
  });
}

/** Whether a request stays on the server of the page, or in the browser. */
function isInside(request: string, url: string): boolean {
  return new URL(request).origin === new URL(url).origin || /^(blob|data):/.test(request);
}
