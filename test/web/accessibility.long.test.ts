/// <reference lib="dom" />
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { violations } from './axe.js';
import { describePage } from './page.js';

const LIST = readFileSync(new URL('../../web/src/views.ts', import.meta.url), 'utf8');
const TABS = Array.from(LIST.matchAll(/\bpath: '([^']+)'/g), ([, path]) => path!);
/** Every tab, and views that show more with an argument. */
const VIEWS = [...TABS, 'neighbours/8', 'duplicates/isolated', 'method/0'];

/** Waits until a view has what it shows. */
async function settle(page: Page): Promise<void> {
  await page.locator('main h1').waitFor({ state: 'attached' });
  await expect.poll(() => page.getByText(/^Loading /).count()).toBe(0);
}

/** Controls that a screen reader would have no name for, and ids that are there twice. */
function faults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const nameOf = (element: Element): string => {
      const labels = Array.from((element as HTMLInputElement).labels ?? [], ({ textContent }) => textContent);
      const by = element.getAttribute('aria-labelledby')?.split(' ') ?? [];
      const alternatives = Array.from(element.querySelectorAll('img'), ({ alt }) => alt);
      const named = [element.getAttribute('aria-label'), ...by.map((id) => document.getElementById(id)?.textContent)];
      return [...named, ...labels, element.textContent, ...alternatives, element.getAttribute('title')].join('').trim();
    };
    const found: string[] = [];
    for (const element of document.querySelectorAll('a, button, input, select, [role=tab], [tabindex="0"]')) {
      if (element.checkVisibility() && nameOf(element) === '')
        found.push(`no name: ${element.outerHTML.slice(0, 120)}`);
    }
    for (const image of document.querySelectorAll('img:not([alt])')) found.push(`no alt: ${image.outerHTML}`);
    const ids = Array.from(document.querySelectorAll('[id]'), ({ id }) => id);
    for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) found.push(`twice: #${id}`);
    return found;
  });
}

/** Texts with less contrast than 4.5 to 1 (WCAG 2, 1.4.3) to the nearest opaque background; disabled ones may have. */
function faint(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    const rgba = (colour: string): number[] => {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      return Array.from(context.getImageData(0, 0, 1, 1).data);
    };
    const luminance = (colour: readonly number[]): number => {
      const [r, g, b] = colour.map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const behind = (element: Element | null): number[] => {
      if (element === null) return [255, 255, 255, 255];
      const own = rgba(getComputedStyle(element).backgroundColor);
      return own[3] === 255 ? own : behind(element.parentElement);
    };
    const found: string[] = [];
    for (const element of document.querySelectorAll('body *')) {
      const text = Array.from(element.childNodes).some(
        ({ nodeType, textContent }) => nodeType === 3 && textContent!.trim(),
      );
      if (!text || !element.checkVisibility() || element.closest(':disabled, svg, datalist')) continue;
      const [a, b] = [luminance(rgba(getComputedStyle(element).color)), luminance(behind(element))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (contrast < 4.5) found.push(`${contrast.toFixed(2)}: ${element.outerHTML.slice(0, 120)}`);
    }
    return found;
  });
}

describePage('every view', (open) => {
  it.each(['light', 'dark'] as const)('names its controls, and is readable when it is %s', async (colorScheme) => {
    const { page } = await open('map', { colorScheme });
    for (const view of VIEWS) {
      await page.evaluate((view) => location.assign(`#/${view}`), view);
      await settle(page);
      expect([view, await faults(page), await faint(page)]).toEqual([view, [], []]);
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    }
  });

  it.each(VIEWS)('passes axe-core: %s', async (view) => {
    const { page } = await open(view);
    await settle(page);
    expect(await violations(page)).toEqual([]);
  });

  it('passes axe-core with a picture looked at closely, in the dark, too', async () => {
    const { page } = await open('neighbours/8', { colorScheme: 'dark' });
    await page
      .getByRole('button', { name: /^Look closer at / })
      .first()
      .click();
    await page.getByText(/pixels, JPEG/).waitFor();
    expect([await violations(page), await faults(page), await faint(page)]).toEqual([[], [], []]);
  });

  it.each([360, 1440, 3840])('has nothing that sticks out at %i pixels', async (width) => {
    const { page } = await open('map', { viewport: { width, height: 400 } });
    const sticksOut = (element: Element): number => element.scrollWidth - element.clientWidth;
    for (const view of VIEWS) {
      await page.evaluate((view) => location.assign(`#/${view}`), view);
      await settle(page);
      const outer = await page.locator(':root').evaluate(sticksOut);
      expect([view, outer, await page.locator('main').evaluate(sticksOut)]).toEqual([view, 0, 0]);
    }
  });

  it('shows where the focus is, from the link past the tabs on', async () => {
    const { page } = await open('neighbours/8');
    await settle(page);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Skip to the view');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const inMain = () => page.evaluate(() => document.activeElement?.closest('main') !== null);
    expect(await inMain()).toBe(true);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    expect(outline).toBe('solid');
  });

  it('keeps still for who asks for less motion', async () => {
    const { page } = await open('map', { reducedMotion: 'reduce' });
    await settle(page);
    const moving = await page.evaluate(() =>
      Array.from(document.querySelectorAll('body *'))
        .map((element) => getComputedStyle(element))
        .filter(
          ({ animationName, animationDuration }) =>
            animationName !== 'none' && Number.parseFloat(animationDuration) > 0.01,
        ),
    );
    expect(moving).toHaveLength(0);
  });
});
