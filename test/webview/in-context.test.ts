import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { PICTURES } from './build';
import { launchBrowser } from './fake-host';
import { InContextFakeHost } from './in-context-host';
import { themes } from './themes';

let browser: Browser;
let host: InContextFakeHost;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterEach(async () => {
  expect(await host.page.locator('body').innerText()).not.toMatch(/NaN|undefined|Infinity/);
  expect(host.problems).toEqual([]);
  await host.close();
});
afterAll(async () => {
  await browser.close();
});

async function open(theme = themes.dark): Promise<void> {
  host = await InContextFakeHost.open(browser, theme);
  await host.page.locator('.picture svg').first().waitFor({ timeout: 8000 });
}

for (const theme of Object.values(themes))
  it(`is drawn in ${theme.name}`, async () => {
    await open(theme);
    await host.page.screenshot({ path: `${PICTURES}/in-context-${theme.name}.png`, fullPage: true });
    const dots = await host.page.locator('.pane').first().locator('circle').count();
    expect(dots).toBe(host.report?.occurrences.length);
  });

it('goes to an occurrence from the list, and from the map by keyboard and by click', async () => {
  await open();
  await host.page.locator('.occurrence').nth(2).press('Enter');
  await expect.poll(() => host.went).toEqual([2]);
  await host.page.locator('.map-surface').first().focus();
  await host.page.keyboard.press('ArrowRight');
  await host.page.keyboard.press('Enter');
  await expect.poll(() => host.went.length).toBe(2);
  const surface = host.page.locator('.map-surface').first();
  const box = (await surface.boundingBox())!;
  const circle = (await surface.locator('circle').nth(1).boundingBox())!;
  await surface.click({
    position: { x: circle.x + circle.width / 2 - box.x, y: circle.y + circle.height / 2 - box.y },
  });
  await expect.poll(() => host.went.at(-1)).toBe(1);
});

it('shows both tables, saves them, and keeps that after a reload', async () => {
  await open();
  await host.page.getByRole('button', { name: 'Show as table' }).first().click();
  expect(await host.page.locator('.table-frame:visible').count()).toBe(2);
  await host.page.getByRole('button', { name: 'CSV' }).last().click();
  await expect.poll(() => host.saved.length).toBe(1);
  expect(host.saved[0].name).toBe('bank-bilm-lines-alone.csv');
  const [head, first] = String(host.saved[0].data).split('\r\n');
  expect(head).toBe('Occurrence,Line,1,2,3,4,5,6');
  expect(first).toMatch(/^1\. .*bank.*,1(,0\.000){6}$/);
  await host.reload();
  await expect.poll(() => host.page.locator('.table-frame:visible').count()).toBe(2);
});

it('saves its maps as PNG and SVG', async () => {
  await open();
  await host.page.getByRole('button', { name: 'PNG' }).first().click();
  await host.page.getByRole('button', { name: 'SVG' }).last().click();
  await expect.poll(() => host.saved.length).toBe(2);
  const png = host.saved.find(({ kind }) => kind === 'png')!;
  expect(png.name).toBe('bank-bilm-lines-context.png');
  expect((png.data as Buffer).subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  expect((png.data as Buffer).readUInt32BE(16), 'pixels across').toBeGreaterThan(300);
  const svg = host.saved.find(({ kind }) => kind === 'svg')!;
  expect(svg.name).toBe('bank-bilm-lines-alone.svg');
  const drawn = String(svg.data);
  expect(drawn.match(/<circle/g)).toHaveLength(6);
  expect(drawn).toContain('>bank, Alone</text>');
});

it('says what to do before anything was compared, and what went wrong', async () => {
  host = await InContextFakeHost.open(browser, themes.light, null);
  await host.page.getByText('Put the cursor on a word').waitFor();
  host.compare();
  await host.page.locator('.picture svg').first().waitFor();
  host.refuse = 'The text has changed since then: compare the word again.';
  await host.page.locator('.occurrence').first().click();
  await host.page.getByText('The text has changed since then').waitFor();
});
