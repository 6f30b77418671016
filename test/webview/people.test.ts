import { describe, expect, it } from 'vitest';
import { eventsOf, type RunPlan } from './fixtures';
import { EARLIER, fact, host, LIVE, live, lossLabel, lossPanel, open } from './harness';
import { countWork, takeWork, type FrameWork } from './frame-work';
import { themes } from './themes';

describe('runs', () => {
  it('fetches the history of a run that is switched on, once', async () => {
    await open();
    const box = host.page.locator('.run .checkbox').nth(1);
    await box.check();
    await host.settle();
    await box.uncheck();
    await box.check();
    await host.settle();
    expect(host.requested.slice(1)).toEqual([[EARLIER]]);
    expect(await lossLabel()).toMatch(/wider, Training/);
    expect(await host.page.locator('.legend').innerText()).toMatch(/hidden\s+384/);
  });

  it('renames in place, and says why when it cannot', async () => {
    await open();
    const row = host.page.locator('.run').nth(1);
    await row.locator('.run-name').focus();
    await host.page.keyboard.press('F2');
    await host.page.keyboard.type('broad');
    await host.page.keyboard.press('Enter');
    await host.settle();
    expect(host.renamed).toEqual([{ folder: EARLIER, name: 'broad' }]);
    expect(await row.locator('.run-name').textContent()).toBe('broad');
    expect(await host.page.locator('.header h1').textContent()).toBe('lighthouse');
    await host.page.keyboard.press('F2');
    await host.page.keyboard.type('nothing');
    await host.page.keyboard.press('Escape');
    expect(await row.locator('.run-name').textContent()).toBe('broad');
    await host.page.keyboard.press('F2');
    await host.page.keyboard.type('taken');
    await host.page.keyboard.press('Enter');
    await host.settle();
    expect(await host.page.getByRole('alert').textContent()).toContain('Another run has this name.');
  });

  it('deletes when the host agrees, never a run that trains', async () => {
    await open();
    await host.page.locator('.run .checkbox').first().focus();
    await host.page.keyboard.press('Delete');
    await host.page.keyboard.press('ArrowDown');
    host.confirmDelete = false;
    await host.page.keyboard.press('Delete');
    await host.settle();
    expect(await host.page.locator('.run').count()).toBe(2);
    host.confirmDelete = true;
    await host.page.keyboard.press('Delete');
    await host.settle();
    expect(await host.page.locator('.run-name').allTextContents()).toEqual(['lighthouse']);
  });

  it('resumes and looks at a run from the list', async () => {
    await open();
    await host.page.getByRole('button', { name: 'Resume training of wider' }).click();
    await host.page.locator('.run-name').nth(1).click();
    await host.settle();
    expect(host.commands).toEqual([{ name: 'resumeTraining', folder: EARLIER }]);
    expect(await host.page.locator('.header h1').textContent()).toBe('wider');
    expect(await host.page.locator('.header .status').textContent()).toBe('Finished');
  });
});

describe('reading without seeing', () => {
  it('reaches every control with the Tab key alone', async () => {
    await open();
    const seen = new Set<string>();
    const name = `(() => { const e = document.activeElement; return e === document.body ? '' : (e.getAttribute('aria-label') ?? e.getAttribute('label') ?? e.textContent).trim(); })()`;
    for (let i = 0; i < 90; i++) {
      await host.page.keyboard.press('Tab');
      seen.add(await host.page.evaluate<string>(name));
    }
    const wanted = [
      'Pause',
      'Stop',
      'Loss in',
      'Zoom in',
      'Show as table',
      'Export as PNG',
      'Export CSV',
      'How to read this',
      'Show wider on the charts',
      'Rename wider',
      'Delete wider',
    ];
    for (const one of wanted) expect([...seen], one).toContain(one);
  });

  it('hears of evaluations at once and of steps rarely', async () => {
    await open();
    const status = host.page.getByRole('status');
    const more = eventsOf({ ...live, steps: 700 }).filter((event) => event.step > 600);
    const evaluation = more.findIndex((event) => event.event === 'evaluation');
    await host.sendEvents(LIVE, more.slice(0, 2));
    const first = await status.textContent();
    expect(first).toMatch(/^lighthouse, Training, step 60\d, 50 %, loss 1\.\d+\.$/);
    await host.sendEvents(LIVE, more.slice(2, evaluation));
    expect(await status.textContent()).toBe(first);
    await host.sendEvents(LIVE, more.slice(evaluation, evaluation + 1));
    expect(await status.textContent()).toMatch(
      /^lighthouse: validation nats 1\.\d+ at step \d+\. \d+ % (better|worse) than the 6-gram baseline\.$/,
    );
  });
});

describe('themes and speed', () => {
  it('follows a change of theme', async () => {
    await open();
    const before = await lossPanel().locator('canvas').screenshot();
    const variables = JSON.stringify(themes.light.variables);
    await host.page.evaluate(
      `for (const [k, v] of Object.entries(${variables})) document.documentElement.style.setProperty('--vscode-' + k, v); document.body.className = 'vscode-light'`,
    );
    await host.settle();
    const after = await lossPanel().locator('canvas').screenshot();
    expect(after.equals(before)).toBe(false);
  });

  /** Opens a run of so many steps, sends 300 more in 30 batches, and gives what the page did for them. */
  async function work(steps: number, pause: number): Promise<FrameWork[]> {
    const long: RunPlan = { ...live, steps, budget: steps + 2000 };
    await open([long], { before: countWork });
    await takeWork(host);
    const more = eventsOf({ ...long, steps: steps + 300 }).filter((event) => event.step > steps);
    for (let i = 0; i < 30; i++) {
      await host.sendBatch(LIVE, more.slice(i * 10, i * 10 + 10));
      await host.page.waitForTimeout(pause);
    }
    await expect.poll(() => fact('Step').textContent(), { timeout: 20_000 }).toMatch(/[023]\d\d$/);
    await host.settle();
    return takeWork(host);
  }

  it.each([100, 5])('draws each chart once a frame, ten times a second at most: a batch every %i ms', async (pause) => {
    const frames = await work(2_000, pause);
    expect(frames.length).toBeGreaterThan(0);
    expect(frames.map(({ drawings }) => drawings)).toEqual(frames.map(() => 1));
    const gaps = frames.slice(1).map(({ time }, k) => time - frames[k].time);
    // 100 ms from drawing to drawing; the frame's own time is a frame's length away from that at most.
    expect(Math.min(...gaps)).toBeGreaterThan(80);
  });

  it('draws no longer lines behind 20,000 steps than behind 2,000', async () => {
    const corners = async (steps: number) => Math.max(...(await work(steps, 50)).map((frame) => frame.corners));
    const few = await corners(2_000);
    await host.close();
    expect(await corners(20_000)).toBeLessThan(few * 1.5);
  });
});
