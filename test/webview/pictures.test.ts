import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PICTURES } from './build';
import { FakeHost, launchBrowser } from './fake-host';
import { dashboardRun, folderOf, type RunPlan } from './fixtures';
import { themes, type ThemeFixture } from './themes';

const live: RunPlan = {
  id: '20261122-153012-k3f9',
  name: 'character-lstm · the-lighthouse',
  steps: 3600,
  budget: 5800,
  live: true,
};
const others: RunPlan[] = [
  { id: '20261122-151000-a1b2', name: 'wider', recipe: { model: { hidden: 384 } }, steps: 5800, floor: 1.36, seed: 3, created: '2026-11-22T15:10:00.000Z' },
  { id: '20261122-144500-c3d4', name: 'character-gru · the-lighthouse', recipe: { name: 'character-gru', model: { cell: 'gru' }, training: { rate: 2e-3 } }, steps: 4100, budget: 5800, floor: 1.5, seed: 4, status: 'stopped', created: '2026-11-22T14:45:00.000Z' },
  { id: '20261121-090000-e5f6', name: 'character-rnn · the-lighthouse', recipe: { name: 'character-rnn', model: { cell: 'rnn' } }, steps: 900, budget: 5800, floor: 1.9, seed: 5, status: 'failed', created: '2026-11-21T09:00:00.000Z' },
]; // prettier-ignore

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

async function picture(
  name: string,
  theme: ThemeFixture,
  plans: RunPlan[],
  options: { width: number; shown?: number },
): Promise<void> {
  const runs = plans.map((plan) => dashboardRun(plan, true));
  const host = await FakeHost.open(browser, theme, runs, {
    current: plans[0] && folderOf(plans[0]),
    width: options.width,
  });
  const { page } = host;
  await page.locator(plans.length > 0 ? '.chart-loss canvas' : '.empty').waitFor();
  for (let i = 1; i < (options.shown ?? 1); i++) await page.locator('.run .checkbox').nth(i).check();
  await host.settle();
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
  expect(host.problems).toEqual([]);
  await host.close();
}

describe('pictures of the page', () => {
  for (const theme of Object.values(themes)) {
    it(`is drawn in ${theme.name}`, () => picture(`${theme.name}-one`, theme, [live, ...others], { width: 1360 }));
  }
  for (const theme of [themes.dark, themes.light, themes.hcDark, themes.hcLight]) {
    it(`overlays runs in ${theme.name}`, () =>
      picture(`${theme.name}-three`, theme, [live, ...others], { width: 1360, shown: 4 }));
  }
  it('fits beside an editor', () => picture('dark-narrow', themes.dark, [live, ...others], { width: 700, shown: 2 }));
  it('fits a very narrow column', () => picture('light-very-narrow', themes.light, [live, ...others], { width: 420 }));
  it('says what to do first', () => picture('dark-empty', themes.dark, [], { width: 900 }));
});
