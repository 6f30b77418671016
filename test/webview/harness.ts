import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { FakeHost, launchBrowser } from './fake-host';
import { dashboardRun, folderOf, type RunPlan } from './fixtures';
import { themes } from './themes';

export const live: RunPlan = { id: 'run-live', name: 'lighthouse', steps: 600, budget: 1200, live: true };
export const earlier: RunPlan = {
  id: 'run-earlier',
  name: 'wider',
  recipe: { model: { hidden: 384 } },
  steps: 900,
  floor: 1.36,
  created: '2026-11-21T10:00:00.000Z',
};
export const LIVE = folderOf(live);
export const EARLIER = folderOf(earlier);

export let browser: Browser;
/** The host of the running test. */
export let host: FakeHost;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterEach(async () => {
  expect(host.problems).toEqual([]);
  await host.close();
});
afterAll(async () => {
  await browser.close();
});

type Options = Parameters<typeof FakeHost.open>[3];

/** Opens the page on a host, without waiting for it to show anything. */
export async function start(plans: RunPlan[], options: Options = {}): Promise<FakeHost> {
  const runs = plans.map((plan) => dashboardRun(plan));
  host = await FakeHost.open(browser, themes.dark, runs, { current: plans[0] && folderOf(plans[0]), ...options });
  return host;
}

/** Opens the page and waits until it shows its runs. */
export async function open(plans: RunPlan[] = [live, earlier], options: Options = {}): Promise<FakeHost> {
  await start(plans, options);
  await host.page.locator(plans.length > 0 ? '.chart-loss canvas' : '.empty').waitFor();
  await host.settle();
  return host;
}

export const fact = (name: string) =>
  host.page.locator('.fact', { has: host.page.locator('dt', { hasText: new RegExp(`^${name}`) }) }).locator('.value');
export const lossPanel = () => host.page.locator('.chart-loss');
export const lossLabel = () => lossPanel().locator('canvas').getAttribute('aria-label');
