import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DashboardRun } from '../../src/protocol/dashboard';
import { PICTURES } from './build';
import { FakeHost, launchBrowser } from './fake-host';
import { classifierRun, counterRun, seriesRun } from './task-runs';
import { themes } from './themes';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

/** Opens the page on the first of the runs; the others are switched on too. */
async function open(runs: DashboardRun[], theme = themes.dark): Promise<FakeHost> {
  const host = await FakeHost.open(browser, theme, runs, { current: runs[0].folder, width: 1360 });
  await host.page.locator('.chart-loss canvas').waitFor();
  for (let i = 1; i < runs.length; i++) await host.page.locator('.run .checkbox').nth(i).check();
  await host.settle();
  return host;
}
const factsOf = async ({ page }: FakeHost) =>
  Object.fromEntries(
    await page
      .locator('.fact:visible')
      .evaluateAll((facts) =>
        facts
          .map((fact) => [...fact.querySelectorAll('dt, dd')].map(({ textContent }) => textContent ?? ''))
          .map(([name, value, detail]) => [name, `${value} | ${detail}`]),
      ),
  ) as Record<string, string>;
const panels = ({ page }: FakeHost) => page.locator('.chart:visible h2').allTextContents();
const close = async (host: FakeHost) => {
  const text = await host.page.locator('body').innerText();
  expect(text).not.toMatch(/NaN|undefined|Infinity|∞/);
  const labels = await host.page.locator('[aria-label]').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label'))); // prettier-ignore
  expect(labels.join('\n')).not.toMatch(/NaN|undefined/);
  expect(host.problems).toEqual([]);
  await host.close();
};

describe('runs by task', () => {
  it('judges a classifier by accuracy, beside the baseline that gets most right', async () => {
    const host = await open([classifierRun()]);
    const facts = await factsOf(host);
    expect(facts.Accuracy).toMatch(/^8\d\.\d % \| F1 0\.8\d+, at step \d+$/);
    expect(facts['Against baseline']).toMatch(/^[\d.]+ points better \| than the naive Bayes baseline \(78\.9 %\)$/);
    expect(facts.Speed).toContain('tokens/s');
    expect(await host.page.locator('.samples li').first().textContent()).not.toContain('temperature');
    expect(await host.page.locator('.header').getByRole('button', { name: 'Sample' }).isVisible()).toBe(false);
    const classes = host.page.locator('.classes table');
    expect(await classes.locator('tbody tr').first().innerText()).toMatch(/negative.*positive \(43\)/s);
    await close(host);
  });

  it('shows a model that only counts without steps, rates and speeds', async () => {
    const host = await open([counterRun()]);
    expect(Object.keys(await factsOf(host))).toEqual(['Accuracy', 'Against baseline', 'Training time']);
    expect(await panels(host)).toEqual(['Loss', 'Accuracy']);
    expect(await host.page.locator('.chart-loss canvas').getAttribute('aria-label')).toContain('Validation: 0.52.');
    await host.page.screenshot({ path: `${PICTURES}/dark-counter.png`, fullPage: true });
    await close(host);
  });

  it('follows a model that only counts while it does', async () => {
    const done = counterRun();
    const { record } = done;
    const live = { ...done, live: true, record: { ...record, status: 'running' as const, best: undefined, baselines: undefined, baseline: undefined }, events: done.events.slice(0, 1) }; // prettier-ignore
    const host = await open([live]);
    expect(await panels(host)).toEqual(['Loss']);
    await host.sendEvents(live.folder, [{ event: 'progress', step: 0, time: 2, progress: 0.4, secondsLeft: 3 }]);
    expect((await factsOf(host))['Time left']).toBe('0:03 | Training time 0:02');
    expect(await host.page.locator('.progress').getAttribute('aria-valuenow')).toBe('40');
    await host.sendEvents(live.folder, done.events.slice(1, 2));
    expect((await factsOf(host)).Accuracy).toBe('78.9 % | F1 0.788');
    await close(host);
  });

  it('judges a series by its error, whatever the unit of the page', async () => {
    const host = await open([seriesRun()]);
    await host.page.locator('vscode-single-select').first().click();
    const bits = host.page.getByRole('option', { name: 'bits per character' });
    if (await bits.isVisible()) await bits.click();
    await host.settle();
    const facts = await factsOf(host);
    expect(facts['Error (RMSE)']).toMatch(/^[\d.]+ \| at step \d+$/);
    expect(facts['Against baseline']).toMatch(/^\d+ % better \| than the last value baseline \(4\.100\)$/);
    expect(facts.Speed).toContain('rows/s');
    expect(await host.page.locator('.chart-loss canvas').getAttribute('aria-label')).toMatch(/Training: [\d.]+\./);
    expect(await host.page.locator('.header').getByRole('button', { name: 'Forecast' }).isVisible()).toBe(true);
    await close(host);
  });

  it('ranks runs and baselines in "is it worth it", what gets most right first', async () => {
    const host = await open([classifierRun(), counterRun()]);
    const rows = await host.page.locator('.worth tbody tr').allInnerTexts();
    const shares = rows.map((row) => Number(row.split('\t').find((cell) => /^0\.\d+$/.test(cell) && Number(cell) > 0)));
    expect(rows).toHaveLength(5);
    expect(rows[0]).toContain('sentiment');
    for (const share of shares) expect(share).toBeGreaterThan(0);
    await close(host);
  });

  for (const theme of Object.values(themes)) {
    it(`is drawn in ${theme.name}`, async () => {
      const host = await open([classifierRun(), counterRun()], theme);
      await host.page.screenshot({ path: `${PICTURES}/${theme.name}-classifier.png`, fullPage: true });
      await close(host);
    });
  }
});
