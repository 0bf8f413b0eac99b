/** @file What axe-core finds wrong with a page. */
/// <reference lib="dom" />
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core finds, rule by rule with what it is about. */
export async function violations(page: Page): Promise<string[]> {
  // By the browser's own door: the page's policy lets in no script but its own.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
      rules: { 'label-content-name-mismatch': { enabled: true } },
    }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).slice(0, 3)}`);
}
