/** @file Opens the explorer in the browser that all tests of the page share. */
/// <reference lib="dom" />
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished } from 'vitest';
import type { Explorer } from './setup.js';

export interface OpenOptions extends BrowserContextOptions {
  /** Default the page of the tiny run. */
  readonly url?: string;
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

/** A group of tests that is skipped where there is no browser. */
export function describePage(
  name: string,
  tests: (open: (view: string, options?: OpenOptions) => Promise<Opened>) => void,
): void {
  describe.skipIf(inject('explorer') === undefined)(name, () => {
    let browser: Awaited<ReturnType<typeof chromium.connect>>;
    beforeAll(async () => {
      browser = await chromium.connect(explorer().browser);
    });
    afterAll(() => browser.close());
    tests(async (view, { url = explorer().url, ...options } = {}) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      const [requests, complaints]: [string[], string[]] = [[], []];
      page.on('request', (request) => requests.push(request.url()));
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      onTestFinished(async () => {
        await context.close();
        expect(complaints).toEqual([]);
        expect(requests.filter((request) => !isInside(request, url))).toEqual([]);
      });
      await page.goto(`${url}#/${view}`);
      return { page, requests, complaints };
    });
  });
}

/** Whether a request stays on the server of the page, or in the browser. */
function isInside(request: string, url: string): boolean {
  return new URL(request).origin === new URL(url).origin || /^(blob|data):/.test(request);
}
