import { writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors';
import { PICTURES } from './build';
import { contrast } from './contrast';
import { ExploreFakeHost, runs } from './explore-host';
import { launchBrowser } from './fake-host';
import { themes } from './themes';

let browser: Browser;
let host: ExploreFakeHost;
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

type Options = NonNullable<Parameters<typeof ExploreFakeHost.open>[2]>;
async function open(kept: object = {}, options: Options = {}, theme = themes.dark): Promise<ExploreFakeHost> {
  host = await ExploreFakeHost.open(browser, theme, { ...options, kept });
  await host.page.locator(options.choices?.length === 0 ? '.empty' : '.tabs').waitFor({ timeout: 8000 });
  await host.settle();
  return host;
}
const field = (label: string) => host.page.getByRole('combobox', { name: label, exact: true });
const summary = (pane = 0) => host.page.locator('.pane .summary').nth(pane).textContent();
const press = async (...keys: string[]) => {
  for (const key of keys) await host.page.keyboard.press(key);
  await host.settle();
};
const map = { tab: 'map', map: { method: 'pca', words: 158, seed: 1 } };
const man = { tab: 'analogy', analogy: { words: ['man', 'king', 'woman'], rule: 'add' } };

describe('questions to word vectors', () => {
  it('completes a word by keyboard and shows its neighbours', async () => {
    await open();
    expect(await summary()).toBe('Type a word to see which words are used like it.');
    await field('Word').focus();
    await host.page.keyboard.type('que');
    await host.page.getByRole('option').first().waitFor();
    expect(await field('Word').getAttribute('aria-expanded')).toBe('true');
    await press('ArrowDown');
    const active = await field('Word').getAttribute('aria-activedescendant');
    expect(await host.page.locator(`#${active}`).textContent()).toBe('queen');
    await press('Enter');
    expect(await field('Word').inputValue()).toBe('queen');
    expect(await field('Word').getAttribute('aria-expanded')).toBe('false');
    expect(await summary()).toMatch(/^Nearest to “queen”: \w+, \w+, \w+\.$/);
    expect(await host.page.locator('.bar').count()).toBe(15);
  });

  it('goes from a bar to its neighbours, by keyboard too', async () => {
    await open({ neighbours: { word: 'queen', count: 5 } });
    const bar = host.page.locator('.bar').first();
    const word = await bar.getAttribute('data-word');
    await bar.focus();
    await press('Enter');
    expect(await field('Word').inputValue()).toBe(word);
    expect(await summary()).toContain(`Nearest to “${word}”`);
  });

  it('answers an analogy, and draws arrows that are parallel', async () => {
    await open({ tab: 'analogy' });
    await field('a').fill('man');
    await press('Enter');
    await host.page.keyboard.type('king');
    await press('Enter');
    await host.page.keyboard.type('woman');
    await press('Enter');
    expect(await summary()).toBe('man is to king as woman is to queen.');
    expect(await host.page.locator('.question').textContent()).toBe('queen');
    const lines = await host.page.locator('.picture svg').first().locator('g > line').evaluateAll((all) =>
      all.map((line) => ['x1', 'y1', 'x2', 'y2'].map((name) => Number(line.getAttribute(name)))),
    ); // prettier-ignore
    expect(lines).toHaveLength(2);
    const [first, second] = lines.map(([x1, y1, x2, y2]) => [x2 - x1, y2 - y1]);
    const turn = Math.atan2(first[1], first[0]) - Math.atan2(second[1], second[0]);
    expect(Math.abs(turn)).toBeLessThan(0.02);
    expect(Math.hypot(...first)).toBeGreaterThan(50);
    await host.page.locator('vscode-single-select').last().click();
    await host.page.getByRole('option', { name: '3CosMul' }).click();
    await host.settle();
    expect(host.asked.at(-1)).toMatchObject({ kind: 'analogy', rule: 'mul' });
  });

  it('asks two sources the same question and shows both answers', async () => {
    await open(man);
    await host.page.locator('vscode-single-select').nth(1).click();
    await host.page.getByRole('option', { name: /glove/ }).click();
    await host.settle();
    expect(await host.page.locator('.pane:visible').count()).toBe(2);
    expect(await summary(0)).toMatch(/^man is to king as woman is to (queen|princess)\.$/);
    expect(await summary(1)).toMatch(/^man is to king as woman is to (queen|princess)\.$/);
    const asked = host.asked.filter(({ kind }) => kind === 'analogy');
    expect(asked.at(-1)).toEqual(asked.at(-2));
  });

  it('says in the pane of a source why that one cannot answer', async () => {
    await open({ ...man, second: { run: 'two' } });
    await field('a').fill('unicorn');
    await press('Enter');
    const alert = host.page.locator('.pane').first().getByRole('alert');
    expect(await alert.textContent()).toContain('There is no vector for "unicorn"');
    await field('a').fill('man');
    await press('Enter');
    expect(await alert.isVisible()).toBe(false);
  });

  it('leaves out a late answer to an older question, and cancels when asked', async () => {
    await open({ neighbours: { word: 'king', count: 5 } });
    let go = () => {};
    host.before = (query) =>
      query.kind === 'neighbours' && query.word === 'man'
        ? new Promise<void>((resolve) => (go = resolve))
        : Promise.resolve();
    await field('Word').fill('man');
    await press('Enter');
    expect(await summary()).toBe('Thinking…');
    await field('Word').fill('paris');
    await press('Enter');
    go();
    await host.settle();
    expect(await summary()).toContain('Nearest to “paris”');
    expect(host.cancelled).toBe(1);
    host.before = () => new Promise<void>(() => {});
    await field('Word').fill('lunch');
    await press('Enter');
    await host.page.getByRole('button', { name: 'Cancel' }).click();
    await host.settle();
    expect(host.cancelled).toBe(2);
  });

  it('shows how far a long answer is, and nothing of it when the answer is there or another is asked for', async () => {
    await open({ neighbours: { word: 'king', count: 5 } });
    const bar = host.page.getByRole('progressbar', { name: 'Share of the answer that is done' });
    const goes: (() => void)[] = [];
    host.before = () => new Promise<void>((resolve) => goes.push(resolve));
    await field('Word').fill('man');
    await press('Enter');
    expect(await bar.isVisible(), 'nothing is known yet').toBe(false);
    const first = host.ids.at(-1)!;
    host.progress(first, 0.4);
    await bar.waitFor();
    expect(await bar.getAttribute('value')).toBe('0.4');
    await field('Word').fill('paris');
    await press('Enter');
    host.progress(first, 0.8);
    await host.settle();
    expect(await bar.isVisible(), 'an older question is nobody’s business').toBe(false);
    host.progress(host.ids.at(-1)!, 0.9);
    await bar.waitFor();
    goes.forEach((go) => go());
    await host.settle();
    expect(await summary()).toContain('Nearest to “paris”');
    expect(await bar.isVisible()).toBe(false);
  });

  it('compares, finds the odd one out, groups, and shows ratios with their counts', async () => {
    await open({ compare: { words: ['king', 'queen'] }, odd: { words: 'breakfast, lunch car dinner' }, clusters: { words: 158, clusters: 6 } }); // prettier-ignore
    await host.page.locator('#tab-compare').click();
    await host.settle();
    expect(await summary()).toMatch(/^Cosine of “king” and “queen”: -?0\.\d{3}\.$/);
    expect(await host.page.locator('.bar text').first().textContent()).toBe('Feature 1');
    await press('ArrowRight');
    expect(await summary()).toBe('“car” belongs least.');
    await press('ArrowRight');
    expect(await summary()).toBe('6 groups of 158 words.');
    await press('End');
    expect(await host.page.locator('.bar').first().textContent()).toContain('12 (190 / 22)');
  });

  it('reads other vectors when the host says so, and keeps questions of those that are left', async () => {
    await open(man);
    host.look('two');
    await host.settle();
    expect(await host.page.locator('.pane h2').first().textContent()).toBe('glove · stories');
    host.change([runs[0]]);
    await host.settle();
    expect(await host.page.locator('.pane h2').first().textContent()).toBe('skipgram · stories');
    await host.page.getByRole('button', { name: 'Open File…' }).click();
    await host.settle();
    expect(await host.page.locator('.pane h2').first().textContent()).toBe('vectors.txt');
    expect(await field('b').or(field('is to b')).first().inputValue()).toBe('king');
  });

  it('is back as it was after a reload', async () => {
    await open({ ...man, second: { run: 'two' } });
    await host.page.locator('.pane').first().getByRole('button', { name: 'Show as table' }).click();
    await host.page.locator('#tab-analogy').waitFor();
    await host.reload();
    await host.page.locator('.pane table').first().waitFor();
    await host.settle();
    expect(await host.page.locator('#tab-analogy').getAttribute('aria-selected')).toBe('true');
    expect(await host.page.locator('.pane:visible').count()).toBe(2);
    expect(await summary()).toContain('man is to king as woman is to');
    expect(await host.page.locator('.picture:visible').count()).toBe(0);
  });

  it('says what to do first when there are no vectors', async () => {
    await open({}, { choices: [] });
    expect(await host.page.locator('.empty').innerText()).toContain('No word vectors yet');
    await host.page.getByRole('button', { name: 'Learn Embeddings' }).click();
    await host.settle();
    expect(host.learned).toBe(1);
    await host.page.locator('.empty').getByRole('button', { name: 'Open File…' }).click();
    await host.settle();
    expect(await host.page.locator('.pane h2').first().textContent()).toBe('vectors.txt');
  });
});

describe('the map', () => {
  const surface = () => host.page.locator('.map-surface');
  const chips = () => host.page.locator('.selection .chip').allTextContents();
  const boxOf = async () => {
    const box = await surface().boundingBox();
    if (!box) throw new Error('The map has no box.');
    return box;
  };

  it('lists the words inside a lasso, and exports them', async () => {
    await open(map);
    const { x, y, width, height } = await boxOf();
    await host.page.getByRole('button', { name: 'Select with a lasso' }).click();
    await host.page.mouse.move(x + 2, y + 2);
    await host.page.mouse.down();
    for (const [dx, dy] of [[width / 2, 2], [width / 2, height - 2], [2, height - 2], [2, 4]]) await host.page.mouse.move(x + dx, y + dy, { steps: 6 }); // prettier-ignore
    await host.page.mouse.up();
    await host.settle();
    const found = await chips();
    const dots = await surface().locator('circle').evaluateAll((all) => all.map((dot) => Number(dot.getAttribute('cx')))); // prettier-ignore
    expect(found).toHaveLength(dots.filter((cx) => cx < width / 2).length);
    expect(found.length).toBeGreaterThan(10);
    await host.page.screenshot({ path: `${PICTURES}/explore-lasso.png`, fullPage: true });
    await host.page.getByRole('button', { name: 'Export Selection as CSV' }).click();
    await host.settle();
    expect(String(host.saved[0].data).trim().split('\r\n')).toEqual(found);
    await host.page.getByRole('button', { name: 'Clear Selection' }).click();
    expect(await chips()).toEqual([]);
  });

  it('zooms with wheel, buttons and keys, moves, and goes back', async () => {
    await open(map);
    const places = () =>
      surface().locator('circle').evaluateAll((all) => all.map((dot) => `${dot.getAttribute('cx')} ${dot.getAttribute('cy')}`)); // prettier-ignore
    const reset = host.page.getByRole('button', { name: 'Reset zoom' });
    const before = await places();
    expect(await reset.isDisabled()).toBe(true);
    const { x, y, width, height } = await boxOf();
    await host.page.mouse.move(x + width / 2, y + height / 2);
    await host.page.keyboard.down('Control');
    await host.page.mouse.wheel(0, -400);
    await host.page.keyboard.up('Control');
    await host.settle();
    expect(await places()).not.toEqual(before);
    await host.page.mouse.down();
    await host.page.mouse.move(x + width / 2 + 60, y + height / 2 + 30, { steps: 4 });
    await host.page.mouse.up();
    await host.settle();
    await reset.click();
    await host.settle();
    expect(await places()).toEqual(before);
    await surface().focus();
    await press('+', 'Shift+ArrowRight');
    expect(await reset.isEnabled()).toBe(true);
    await press('0');
    expect(await places()).toEqual(before);
  });

  it('is read, selected from and left by keyboard', async () => {
    await open(map);
    await surface().focus();
    await press('ArrowRight', 'ArrowRight', ' ');
    const reading = host.page.locator('.map [aria-live]');
    const [word] = await chips();
    expect(await reading.textContent()).toBe(`${word}, selected`);
    await press('ArrowLeft');
    expect(await reading.textContent()).toMatch(/^\w+, -?[\d.e-]+, -?[\d.e-]+$/);
    await press('Escape');
    expect(await chips()).toEqual([]);
    await press('Enter');
    expect(await host.page.locator('#tab-neighbours').getAttribute('aria-selected')).toBe('true');
    expect(await summary()).toContain('Nearest to');
  });

  it('names the word under the pointer, and never lets labels overlap', async () => {
    await open(map);
    const texts = () => surface().locator('text');
    const boxes = await texts().evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as { left: number; right: number; top: number; bottom: number })); // prettier-ignore
    expect(boxes.length).toBeGreaterThan(15);
    const crossing = boxes.filter((a, i) => boxes.some((b, j) => j > i && a.left + 3 < b.right && b.left + 3 < a.right && a.top + 4 < b.bottom && b.top + 4 < a.bottom)); // prettier-ignore
    expect(crossing).toEqual([]);
    const { x, y } = await boxOf();
    const dot = surface().locator('circle').nth(40);
    const [cx, cy] = [Number(await dot.getAttribute('cx')), Number(await dot.getAttribute('cy'))];
    await host.page.mouse.move(x + cx, y + cy);
    await host.settle();
    expect(await surface().locator('text[font-weight="600"]').count()).toBe(1);
  });
});

describe('reading without seeing, and keeping', () => {
  it('has a table behind every picture, and exports picture and table', async () => {
    await open({ ...man, neighbours: { word: 'king', count: 9 }, compare: { words: ['king', 'queen'] }, odd: { words: 'breakfast lunch dinner car' }, clusters: { words: 158, clusters: 6 }, map: map.map }); // prettier-ignore
    for (const tab of ['neighbours', 'analogy', 'compare', 'odd', 'clusters', 'map', 'ratios']) {
      await host.page.locator(`#tab-${tab}`).click();
      await host.settle();
      const pane = host.page.locator('.pane').first();
      const before = host.saved.length;
      for (const kind of ['PNG', 'SVG']) await pane.getByRole('button', { name: `Export as ${kind}` }).click();
      await pane.getByRole('button', { name: 'Export table as CSV' }).click();
      await expect.poll(() => host.saved.length, { timeout: 5000 }).toBe(before + 3);
      const files = Object.fromEntries(host.saved.slice(before).map((file) => [file.kind, file]));
      expect(files.png.name).toBe(`skipgram-stories-${tab}.png`);
      expect(files.png.data.slice(0, 4)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
      expect(files.png.data.length).toBeGreaterThan(3000);
      const svg = String(files.svg.data);
      expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
      expect(svg).toContain(`fill="${themes.dark.variables['editor-background']}"`);
      expect(svg).not.toMatch(/NaN|undefined|tabindex/);
      for (const kind of ['png', 'svg']) writeFileSync(`${PICTURES}/explore-export-${tab}.${kind}`, files[kind].data);
      await pane.getByRole('button', { name: 'Show as table' }).click();
      await host.settle();
      const rows = await pane.locator('tbody tr').count();
      expect(rows).toBeGreaterThan(3);
      expect(String(files.csv.data).trim().split('\r\n')).toHaveLength(rows + 1);
      expect(await pane.locator('.picture').isVisible()).toBe(false);
    }
  });

  it('reaches every control with the Tab key alone', async () => {
    await open({ ...map, second: { run: 'two' } });
    const seen = new Set<string>();
    const name = `(() => { const e = document.activeElement; return e === document.body ? '' : (e.getAttribute('aria-label') ?? e.getAttribute('label') ?? e.labels?.[0]?.textContent ?? e.textContent).trim(); })()`;
    for (let i = 0; i < 45; i++) {
      await host.page.keyboard.press('Tab');
      seen.add(await host.page.evaluate<string>(name));
    }
    const wanted = ['Vectors', 'Beside', 'Open File…', 'Map', 'Method', 'Most frequent words', 'Seed', 'Select with a lasso', 'Zoom in', 'Show as table', 'Export as PNG', 'Export as SVG', 'Export table as CSV', 'How to read this', 'Map of 158 words by PCA. Arrow keys go from word to word.']; // prettier-ignore
    for (const one of wanted) expect([...seen], one).toContain(one);
  });

  it.each(Object.values(themes))('can be read in $name', async (theme) => {
    await open(man, {}, theme);
    for (const tab of ['analogy', 'map', 'ratios']) {
      await host.page.locator(`#tab-${tab}`).click();
      await host.settle();
      const colours = await host.page
        .locator('.picture svg')
        .evaluateAll((pictures) =>
          pictures.flatMap((picture) =>
            [...picture.querySelectorAll('text, circle, rect:not([fill-opacity])')].map((one) => [
              one.tagName,
              one.getAttribute('fill') ?? '',
            ]),
          ),
        );
      const background = theme.variables['editor-background'];
      const drawn = colours.filter(([, fill]) => fill !== 'none' && fill !== background);
      expect(drawn.length).toBeGreaterThan(8);
      for (const [tag, fill] of drawn)
        expect(contrast(fill, background), `${tag} ${fill}`).toBeGreaterThan(tag === 'text' ? 4.5 : 3);
    }
  });

  it('follows a change of theme', async () => {
    await open(man);
    const fill = () => host.page.locator('.picture text').first().getAttribute('fill');
    const before = await fill();
    await host.page.evaluate(
      `for (const [k, v] of Object.entries(${JSON.stringify(themes.light.variables)})) document.documentElement.style.setProperty('--vscode-' + k, v); document.body.className = 'vscode-light'`,
    );
    await host.settle();
    expect(await fill()).not.toBe(before);
  });

  it('says what went wrong with a file', async () => {
    await open({ neighbours: { word: 'king', count: 5 } });
    host.before = async () => {
      throw new UserError('Line 7 has 99 numbers and not 100: the file is damaged.');
    };
    await field('Word').fill('queen');
    await press('Enter');
    expect(await host.page.locator('.pane').first().getByRole('alert').textContent()).toContain('Line 7 has 99');
  });
});
