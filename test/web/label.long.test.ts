/// <reference lib="dom" />
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Labels, Pictures, Proposal, Proposals } from '#src/server/api.js';
import { api, downloadedBy } from './ask.js';
import { describeOwnPage } from './page.js';

/** The pictures of a list, without the buttons that show them closer. */
const picks = (page: Page, list: string): Locator =>
  page.getByRole('list', { name: list }).locator('button[data-item]');
const toName = (page: Page): Locator => picks(page, 'Pictures to name');
const proposed = (page: Page): Locator => picks(page, 'Proposals');
const typeLabel = (page: Page): Locator => page.getByPlaceholder('Type a label');
const tab = (page: Page, name: RegExp): Locator => page.getByRole('tab', { name });

const storedLabels = async (): Promise<Labels['labels']> => (await api<Labels>('labels')).labels;

const rowOf = async (picture: Locator): Promise<number> => Number(await picture.getAttribute('data-row'));

async function rowsNamed(part: string): Promise<number[]> {
  return (await api<Pictures>(`pictures?q=${part}`)).pictures.map(({ row }) => row);
}

async function classify(labels: ReadonlyMap<number, string>): Promise<Proposals> {
  return api('classify?limit=1000', {
    method: 'POST',
    body: JSON.stringify({ labels: Array.from(labels, ([row, label]) => ({ row, label })) }),
    headers: { 'content-type': 'application/json' },
  });
}

/** Rows of the grid with the text under each. */
function captions(pictures: Locator): Promise<{ row: number; text: string }[]> {
  return pictures.evaluateAll((buttons) =>
    buttons.map((button) => ({
      row: Number(button.getAttribute('data-row')),
      text: button.querySelector('.caption')!.textContent!,
    })),
  );
}

function asShown({ row, proposal, confidence, runnerUp }: Proposal): { row: number; text: string } {
  const percent = (part: number): string => `${Math.round(100 * part)} %`;
  const second = runnerUp === null ? '' : `or ${runnerUp.label} ${percent(runnerUp.confidence)}`;
  return { row, text: `${proposal}? ${percent(confidence)}${second}` };
}

/** Names a cat and a car, found by file name. @returns the labels given */
async function nameTwo(page: Page): Promise<Map<number, string>> {
  const labels = new Map<number, string>();
  for (const kind of ['cat', 'car']) {
    await page.getByRole('searchbox', { name: 'Find pictures by file name' }).fill(`${kind}/`);
    await expect.poll(() => toName(page).count()).toBe(6);
    const picture = toName(page).nth(1);
    await picture.click();
    await typeLabel(page).fill(kind);
    await page.keyboard.press('Enter');
    labels.set(await rowOf(picture), kind);
    await expect.poll(async () => (await captions(picture))[0]!.text).toBe(kind);
  }
  return labels;
}

describeOwnPage('labelling', (open) => {
  it('suggests pictures from all over, each once, and others when asked', async () => {
    const { page } = await open('label');
    await toName(page).first().waitFor();
    const before = (await captions(toName(page))).map(({ row }) => row);
    expect(new Set(before).size).toBe(before.length);
    expect(before.length).toBeGreaterThan(20);
    await toName(page).first().click();
    await typeLabel(page).fill('first');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Suggest others' }).click();
    await expect.poll(async () => (await captions(toName(page))).map(({ row }) => row)).not.toContain(before[0]);
  });

  it('gives labels by keys alone, to one picture or to several, and takes them back', async () => {
    const { page } = await open('label');
    await toName(page).first().focus();
    await page.keyboard.press('n');
    await page.keyboard.type('square');
    await page.keyboard.press('Enter');
    // The next picture has the focus.
    await page.keyboard.press('n');
    await page.keyboard.type('round');
    await page.keyboard.press('Enter');
    await page.keyboard.press('1');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await page.keyboard.press('2');
    const texts = async (): Promise<string[]> => (await captions(toName(page))).slice(0, 6).map(({ text }) => text);
    await expect.poll(texts).toEqual(['square', 'round', 'square', 'round', 'round', '']);
    await page.keyboard.press('z');
    await expect.poll(texts).toEqual(['square', 'round', 'square', '', '', '']);
    await toName(page).first().focus();
    await page.keyboard.press('Delete');
    await expect.poll(texts).toEqual(['', 'round', 'square', '', '', '']);
    await page.keyboard.press('Control+z');
    await expect.poll(texts).toEqual(['square', 'round', 'square', '', '', '']);
  });

  it('asks for two labels, and proposes from them what the service does, the most doubtful first', async () => {
    const { page } = await open('label');
    await toName(page).first().waitFor();
    await tab(page, /Check/).click();
    await page.getByText('Two labels are needed to begin').waitFor();
    await tab(page, /^Name$|^Name /)
      .first()
      .click();
    const labels = await nameTwo(page);
    await tab(page, /Check/).click();
    const { proposals, numProposals } = await classify(labels);
    expect(numProposals).toBe(70);
    await expect.poll(() => captions(proposed(page))).toEqual(proposals.slice(0, 48).map(asShown));
    await page.getByText('70 pictures have no label yet').waitFor();
    // Then it lets the reader accept and correct, and proposes again when asked.
    await proposed(page).first().focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('2');
    labels.set(proposals[0]!.row, proposals[0]!.proposal).set(proposals[1]!.row, 'car');
    const first = async (): Promise<string[]> => (await captions(proposed(page))).slice(0, 3).map(({ text }) => text);
    await expect.poll(first).toEqual([proposals[0]!.proposal, 'car', asShown(proposals[2]!).text]);
    await page.getByRole('button', { name: 'Propose again' }).click();
    const next = await classify(labels);
    await expect.poll(() => captions(proposed(page))).toEqual(next.proposals.slice(0, 48).map(asShown));
    await tab(page, /Named \(4\)/).waitFor();
  });

  it('accepts all that are sure at once, and takes them back at once', async () => {
    const { page } = await open('label');
    const labels = await nameTwo(page);
    await tab(page, /Check/).click();
    await page.getByText('Accept all that are sure').click();
    const { proposals } = await classify(labels);
    const slider = page.getByRole('slider', { name: 'At least' });
    for (const least of [0.5, 0.6]) {
      await slider.fill(String(least));
      const sure = proposals.filter(({ confidence }) => confidence >= least);
      await page.getByRole('button', { name: `Accept ${sure.length}`, exact: true }).waitFor();
    }
    await slider.fill('0.5');
    await page.getByRole('button', { name: 'Accept 70', exact: true }).click();
    await tab(page, /Named \(72\)/).waitFor();
    await page.getByText('Every picture has a label').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await tab(page, /Named \(2\)/).waitFor();
  });

  it('gives the run what this browser has kept, and keeps what the run has', async () => {
    const [first, second] = (await api<Pictures>('pictures?limit=2')).pictures;
    const { page } = await open('map');
    await api('labels', {
      method: 'POST',
      body: JSON.stringify({ changes: [{ row: first!.row, label: 'theirs' }] }),
      headers: { 'content-type': 'application/json' },
    });
    await page.evaluate(
      ([one, two]) => localStorage.setItem('instdisc.labels.run', JSON.stringify([['mine', [one, two, 'gone.jpg']]])),
      [first!.name, second!.name],
    );
    await page.getByRole('link', { name: 'Label', exact: true }).click();
    await tab(page, /Named \(2\)/).waitFor();
    await expect.poll(storedLabels).toEqual([
      { row: first!.row, label: 'theirs' },
      { row: second!.row, label: 'mine' },
    ]);
    expect(await page.evaluate(() => localStorage.getItem('instdisc.labels.run'))).toBeNull();
  });

  it('gives the run each label at once, and takes it back from it', async () => {
    const { page } = await open('label');
    await toName(page).first().focus();
    const row = await rowOf(toName(page).first());
    await page.keyboard.press('n');
    await page.keyboard.type('new');
    await page.keyboard.press('Enter');
    await expect.poll(storedLabels).toEqual([{ row, label: 'new' }]);
    await page.keyboard.press('Control+z');
    await expect.poll(storedLabels).toEqual([]);
  });

  it('keeps labels over a reload, and exports and imports them', async () => {
    const { page } = await open('label');
    const labels = await nameTwo(page);
    await page.waitForLoadState('networkidle');
    await page.reload();
    await tab(page, /Named \(2\)/).click();
    for (const [row, label] of labels) {
      await page
        .getByRole('list', { name: `Pictures named ${label}` })
        .locator(`[data-row="${row}"]`)
        .waitFor();
    }
    const exported = (): ReturnType<typeof downloadedBy> =>
      downloadedBy(page, () => page.getByRole('button', { name: 'Export labels' }).click());
    const { text, name } = await exported();
    expect(name).toBe('run-labels.csv');
    await page.getByRole('checkbox', { name: 'For Excel' }).check();
    expect((await exported()).text).toBe(`\ufeff${text}`);
    const [header, ...lines] = text.trim().split(/\r?\n/);
    expect(header).toBe('path,label');
    const all = (await api<Pictures>('pictures?limit=1000')).pictures;
    expect(lines).toEqual(Array.from(labels, ([row, label]) => `${all[row]!.name},${label}`));

    const file = join(tmpdir(), `instdisc-labels-${process.pid}.csv`);
    await writeFile(file, `path,label\n/elsewhere/${all[5]!.name},"a, b"\nnone.jpg,c\n`);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Import…' }).click();
    await (await chooser).setFiles(file);
    await rm(file);
    await page.getByText('Read 1 label. 1 path is no picture of this run, such as none.jpg.').waitFor();
    await page.getByRole('list', { name: 'Pictures named a, b' }).locator('[data-row="5"]').waitFor();
  });

  it('exports a label for every picture', async () => {
    const { page } = await open('label');
    const labels = await nameTwo(page);
    const { text } = await downloadedBy(page, () =>
      page.getByRole('button', { name: 'Export with proposals' }).click(),
    );
    const { proposals } = await classify(labels);
    const lines = text.trim().split(/\r?\n/);
    const all = (await api<Pictures>('pictures?limit=1000')).pictures;
    const given = Array.from(labels, ([row, label]) => `${all[row]!.name},${label},1`);
    const rest = proposals.map(({ row, proposal, confidence }) => `${all[row]!.name},${proposal},${confidence}`);
    expect(lines).toEqual(['path,label,confidence', ...given, ...rest]);
  });

  it('leaves digits to the tabs of the page while no picture is chosen', async () => {
    const { page } = await open('label');
    await toName(page).first().waitFor();
    await page.keyboard.press('2');
    await page.waitForURL('**#/neighbours');
  });

  it('finds the pictures whose names are asked for', async () => {
    const { page } = await open('label');
    await page.getByRole('searchbox', { name: 'Find pictures by file name' }).fill('CAR');
    await expect.poll(async () => (await captions(toName(page))).map(({ row }) => row)).toEqual(await rowsNamed('car'));
    await page.getByRole('searchbox', { name: 'Find pictures by file name' }).fill('no such name');
    await page.getByText('No file has this in its name').waitFor();
  });
});
