import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PICTURES } from './build';
import { ExploreFakeHost } from './explore-host';
import { launchBrowser } from './fake-host';
import { themes, type ThemeFixture } from './themes';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

const state = {
  first: { run: 'one' },
  tab: 'neighbours',
  neighbours: { word: 'king', count: 12 },
  analogy: { words: ['man', 'king', 'woman'], rule: 'add' },
  compare: { words: ['king', 'queen'] },
  odd: { words: 'breakfast lunch dinner car' },
  clusters: { words: 158, clusters: 6 },
  map: { method: 'tsne', words: 158, seed: 1 },
  ratios: { words: ['ice', 'steam'], probes: 'solid gas water fashion' },
};

/** Opens the page as a person left it. */
async function open(theme: ThemeFixture, kept: object, width = 1280): Promise<ExploreFakeHost> {
  const host = await ExploreFakeHost.open(browser, theme, { width, kept: { ...state, ...kept } });
  await host.page.locator('.picture svg').first().waitFor({ timeout: 8000 });
  await host.settle();
  return host;
}

async function close(host: ExploreFakeHost): Promise<void> {
  const text = await host.page.locator('body').innerText();
  expect(text).not.toMatch(/NaN|undefined|Infinity/);
  expect(host.problems).toEqual([]);
  await host.close();
}

describe('pictures of the page of word vectors', () => {
  for (const theme of Object.values(themes))
    it(`is drawn in ${theme.name}`, async () => {
      const host = await open(theme, { tab: 'analogy' });
      for (const tab of ['analogy', 'neighbours', 'compare', 'odd', 'clusters', 'map', 'ratios']) {
        await host.page.locator(`#tab-${tab}`).click();
        await host.page.locator('.pane:not([aria-busy])').first().waitFor();
        await host.settle();
        await host.page.screenshot({ path: `${PICTURES}/explore-${theme.name}-${tab}.png`, fullPage: true });
      }
      host.before = () => new Promise<void>(() => {});
      await host.page.locator('#tab-map').click();
      await host.page.getByLabel('Seed').fill('7');
      await host.page.getByLabel('Seed').press('Enter');
      host.progress(host.ids.at(-1)!, 0.4);
      await host.page.getByRole('progressbar').waitFor();
      await host.page.screenshot({ path: `${PICTURES}/explore-${theme.name}-answering.png`, fullPage: true });
      await close(host);
    });

  it('shows two sources side by side, and one below the other where it is narrow', async () => {
    const host = await open(themes.dark, { tab: 'analogy', second: { run: 'two' } }, 1400);
    await host.page.screenshot({ path: `${PICTURES}/explore-two.png`, fullPage: true });
    await host.page.setViewportSize({ width: 520, height: 900 });
    await host.settle();
    await host.page.screenshot({ path: `${PICTURES}/explore-narrow.png`, fullPage: true });
    await close(host);
  });
});
