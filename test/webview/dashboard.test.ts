import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/core/runs/events';
import { PICTURES } from './build';
import { dashboardRun, eventsOf } from './fixtures';
import { earlier, EARLIER, fact, host, LIVE, live, lossLabel, lossPanel, open, start } from './harness';

describe('the page and its host', () => {
  it('asks for everything once and shows the run in hand', async () => {
    await open();
    expect(host.requested[0]).toEqual([]);
    expect(await host.page.locator('.header h1').textContent()).toBe('lighthouse');
    expect(await fact('Step').textContent()).toBe('600');
    expect(await host.page.locator('.progress').getAttribute('aria-valuenow')).toBe('50');
    expect(await lossLabel()).toMatch(/Training: 1\.\d+\. Validation: 1\.\d+\. 6-gram, Kneser-Ney: 1\.834\./);
  });

  it('follows events as they come', async () => {
    await open();
    const more = eventsOf({ ...live, steps: 700 }).filter((event) => event.step > 600);
    await host.sendEvents(LIVE, more.slice(0, 40));
    expect(await fact('Step').textContent()).toBe('638');
    await host.sendEvents(LIVE, more.slice(30));
    expect(await fact('Step').textContent()).toBe('700');
    const newest = await host.page.locator('.samples li').first().textContent();
    expect(newest).toContain('(700)');
  });

  it('neither loses nor doubles what arrives before the answer', async () => {
    let answer = () => {};
    const wait = new Promise<void>((resolve) => (answer = resolve));
    const all = eventsOf({ ...live, steps: 650 });
    await start([live], {
      before: (one) => (one.beforeHydrate = () => wait),
    });
    await host.settle();
    await host.sendEvents(LIVE, all.filter((event) => event.step > 590)); // prettier-ignore
    answer();
    await host.page.locator('.chart-loss canvas').waitFor();
    await host.settle();
    await host.page.getByText('Export CSV').click();
    await host.settle();
    const rows = String(host.saved[0].data).trim().split('\r\n').slice(1).map((line) => line.split(',')); // prettier-ignore
    const steps = rows.filter((row) => row[2] === 'step').map((row) => Number(row[3]));
    expect(steps).toEqual(Array.from({ length: 650 }, (_, i) => i + 1));
  });

  it('is back as it was after a reload', async () => {
    await open();
    await host.page.locator('.run .checkbox').nth(1).check();
    await host.page.locator('.chart-loss .tools button').first().click();
    await host.settle();
    await host.reload();
    await host.page.locator('.chart-loss canvas').waitFor();
    await host.settle();
    expect(host.requested.at(-1)).toEqual([LIVE, EARLIER]);
    expect(await host.page.locator('.legend > li').count()).toBe(2);
    expect(await lossPanel().locator('.tools button').first().getAttribute('aria-pressed')).toBe('true');
  });

  it('takes back the steps after a checkpoint when a run resumes', async () => {
    await open();
    const resumed: RunEvent = {
      event: 'started',
      step: 500,
      time: 15.5,
      resumed: true,
      groups: ['embedding', 'rnn.0', 'output'],
      clip: 1,
      parameters: 1,
    };
    const again = eventsOf(live).filter((event) => event.event === 'step' && event.step > 500 && event.step <= 520);
    await host.sendEvents(LIVE, [resumed, ...again]);
    expect(await fact('Step').textContent()).toBe('520');
    await host.page.getByText('Export CSV').click();
    await host.settle();
    const steps = String(host.saved[0].data).trim().split('\r\n').filter((line) => /,step,\d/.test(line)); // prettier-ignore
    expect(steps).toHaveLength(520);
  });

  it('turns to a run that has just started', async () => {
    await open([earlier]);
    const fresh = { ...live, id: 'run-fresh', name: 'fresh', steps: 0 };
    const run = { ...dashboardRun(fresh), events: [] };
    host.runs.push(run);
    await host.changeRun(run.folder, {}, true);
    await host.focus(run.folder);
    await host.sendEvents(run.folder, eventsOf({ ...live, steps: 30 }).slice(0, 25));
    expect(await host.page.locator('.header h1').textContent()).toBe('fresh');
    expect(await fact('Step').textContent()).toBe('24');
    expect(await host.page.locator('.legend > li').count()).toBe(2);
  });

  it('names the run that another began with, by its id when it is gone', async () => {
    await open();
    const about = host.page.locator('.header .about');
    expect(await about.textContent()).not.toContain('began as');
    await host.changeRun(LIVE, { from: earlier.id }, true);
    await host.settle();
    expect(await about.textContent()).toContain(` · began as ${earlier.name}`);
    await host.changeRun(LIVE, { from: '20260101-000000-gone' }, true);
    await host.settle();
    expect(await about.textContent()).toContain(' · began as 20260101-000000-gone');
  });

  it('says what to do first when there are no runs', async () => {
    await open([]);
    expect(await host.page.locator('.empty').innerText()).toContain(
      'Open a text and run Sequence Lab: Train on Current File.',
    );
  });

  it('says why runs could not be read, and tries again', async () => {
    let broken = true;
    await start([live], {
      before: (one) => {
        one.beforeHydrate = async () => {
          if (broken) throw new Error('the folder is locked');
        };
      },
    });
    const alert = host.page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('the folder is locked');
    broken = false;
    await host.page.getByText('Try Again').click();
    await host.page.locator('.chart-loss canvas').waitFor();
    expect(await alert.isVisible()).toBe(false);
  });
});

describe('controls', () => {
  it('sends commands with the run they are meant for', async () => {
    await open();
    for (const name of ['Pause', 'Stop', 'Sample', 'Open Run Folder', 'Show Log']) {
      await host.page.getByRole('button', { name, exact: true }).click();
    }
    await host.settle();
    expect(host.commands.map((one) => one.name)).toEqual(['pause', 'stop', 'sample', 'openRunFolder', 'showLog']);
    expect(new Set(host.commands.map((one) => one.folder))).toEqual(new Set([LIVE]));
  });

  it('offers Continue while paused and Resume Training when it is over', async () => {
    await open();
    await host.changeRun(LIVE, { status: 'paused' }, true);
    expect(await host.page.getByRole('button', { name: 'Continue' }).isVisible()).toBe(true);
    expect(await host.page.getByRole('button', { name: 'Pause' }).isVisible()).toBe(false);
    await host.changeRun(LIVE, { status: 'stopped' }, false);
    const resume = host.page.locator('.header').getByRole('button', { name: 'Resume Training' });
    await resume.click();
    await host.settle();
    expect(host.commands).toEqual([{ name: 'resumeTraining', folder: LIVE }]);
    expect(await host.page.locator('.header .status').textContent()).toBe('Stopped');
  });

  it('changes unit and scale', async () => {
    await open();
    const nats = Number(await fact('Best validation').textContent());
    await host.page.locator('vscode-single-select').first().click();
    await host.page.getByRole('option', { name: 'perplexity' }).click();
    await host.settle();
    expect(Number(await fact('Best perplexity').textContent())).toBeCloseTo(Math.exp(nats), 1);
    expect(await lossLabel()).toContain('6-gram, Kneser-Ney: 6.259');
  });

  it('smooths with the slider, by keyboard too', async () => {
    await open();
    const slider = host.page.getByRole('slider');
    const before = await lossLabel();
    await slider.focus();
    await host.page.keyboard.press('Home');
    await host.settle();
    expect(await slider.inputValue()).toBe('0');
    expect(await lossLabel()).not.toBe(before);
  });

  it('shows values under the pointer, in words and numbers', async () => {
    await open();
    const box = await lossPanel().locator('canvas').boundingBox();
    if (!box) throw new Error('The chart has no box.');
    const x = box.x + box.width * 0.55;
    // Beside the upright line, where nothing but the tooltip changes.
    const clip = { x: x - 90, y: box.y + 20, width: 60, height: 40 };
    const before = await host.page.screenshot({ clip });
    await host.page.mouse.move(x, box.y + box.height * 0.5);
    await host.settle();
    expect((await host.page.screenshot({ clip })).equals(before)).toBe(false);
    await host.page.screenshot({ path: `${PICTURES}/hover.png` });
    await lossPanel().locator('canvas').focus();
    await host.page.keyboard.press('ArrowRight');
    await host.page.keyboard.press('ArrowRight');
    await host.settle();
    const reading = await lossPanel().locator('[aria-live]').textContent();
    expect(reading).toMatch(/^Step \d+ · 0:0\d · pass [\d.]+\. .*Training: [\d.]+ \(this step [\d.]+\)/);
  });

  it('zooms with box, wheel and keys, and goes back', async () => {
    await open();
    const canvas = lossPanel().locator('canvas');
    const reset = lossPanel().getByRole('button', { name: 'Reset zoom' });
    const box = await canvas.boundingBox();
    if (!box) throw new Error('The chart has no box.');
    expect(await reset.isDisabled()).toBe(true);
    await host.page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.4);
    await host.page.mouse.down();
    await host.page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.9, { steps: 5 });
    await host.page.mouse.up();
    await host.settle();
    expect(await reset.isEnabled()).toBe(true);
    await host.page.screenshot({ path: `${PICTURES}/zoomed.png` });
    await canvas.dblclick();
    expect(await reset.isDisabled()).toBe(true);
    await host.page.keyboard.down('Control');
    await host.page.mouse.wheel(0, -300);
    await host.page.keyboard.up('Control');
    await host.settle();
    expect(await reset.isEnabled()).toBe(true);
    await reset.click();
    expect(await reset.isDisabled()).toBe(true);
    await canvas.focus();
    await host.page.keyboard.press('+');
    expect(await reset.isEnabled()).toBe(true);
    await host.page.keyboard.press('0');
    expect(await reset.isDisabled()).toBe(true);
  });

  it('shows each chart as a table', async () => {
    await open();
    for (const chart of ['loss', 'gradient', 'rate', 'speed']) {
      const panel = host.page.locator(`.chart-${chart}`);
      await panel.getByRole('button', { name: 'Show as table' }).click();
      await host.settle();
      const table = panel.locator('table');
      expect(await table.locator('caption').textContent()).toMatch(/newest last/);
      expect(await table.locator('tbody tr').count()).toBeGreaterThan(10);
      expect(await table.locator('thead th[scope=col]').count()).toBeGreaterThan(4);
      expect(await table.locator('tbody th[scope=row]').first().textContent()).toBe('lighthouse');
      expect(await panel.locator('canvas').isVisible()).toBe(false);
    }
    await host.page.screenshot({ path: `${PICTURES}/tables.png`, fullPage: true });
  });

  it('explains each chart', async () => {
    await open();
    for (const summary of await host.page.locator('.help summary').all()) await summary.click();
    await host.settle();
    expect(await host.page.getByText('hesitates as if between 5 equally likely characters').isVisible()).toBe(true);
    await host.page.screenshot({ path: `${PICTURES}/help.png`, fullPage: true });
  });

  it('exports each chart as a picture with the theme behind it', async () => {
    await open();
    await host.page.locator('.run .checkbox').nth(1).check();
    await host.settle();
    for (const button of await host.page.getByRole('button', { name: 'Export as PNG' }).all()) {
      const before = host.saved.length;
      await button.click();
      await expect.poll(() => host.saved.length, { timeout: 5000 }).toBe(before + 1);
    }
    expect(host.saved.map((file) => file.name)).toEqual([
      'runs-loss.png',
      'runs-accuracy.png',
      'runs-gradient.png',
      'runs-rate.png',
      'runs-speed.png',
    ]);
    for (const file of host.saved) {
      expect(file.data.slice(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
      writeFileSync(`${PICTURES}/export-${file.name}`, file.data);
    }
  });
});
