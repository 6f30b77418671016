// The main job as a person does it: open a text, train on it, watch it learn, stop, let it write, come back tomorrow.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  explorerRow,
  findCommand,
  openFile,
  reloadWindow,
  runCommand,
  statusItem,
  stopWatch,
  tab,
  webview,
} from '../real-vscode/person.mjs';
import { runFolders, THEMES, until } from './stage.mjs';

const PLAY = 'the-clockmakers-holiday.txt';
const EXTENSION = 'sequence-lab.sequence-lab';
const TRAINING = 'sequenceLab.training';
/** Reads the dashboard: its figures and what it tells a screen reader about the chart. */
function dashboardOf(page) {
  const frame = webview(page);
  const fact = (name) =>
    frame.locator('.fact', { has: frame.locator('dt', { hasText: new RegExp(`^${name}`) }) }).locator('.value');
  const canvas = frame.locator('.chart-loss canvas');
  return {
    frame,
    canvas,
    title: () => frame.locator('.header h1').textContent(),
    step: async () => Number((await fact('Step').textContent()).replaceAll(/\D/g, '')),
    /** The training loss that the chart's label names, in nats. */
    trainingLoss: async () => Number(/Training: ([\d.]+)\./.exec(await canvas.getAttribute('aria-label'))?.[1]),
    label: () => canvas.getAttribute('aria-label'),
  };
}

/**
 * The heights of the most coloured line in a canvas, from left to right: for each of `columns` slices the mean row of the
 * pixels with that hue, as a share of the height (0 top). A check of what is really drawn, whatever the labels say.
 */
const drawnCurve = (canvas, columns = 12) =>
  canvas.evaluate((element, count) => {
    const { width, height } = element;
    const { data } = element.getContext('2d').getImageData(0, 0, width, height);
    const hueOf = (i) => {
      const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
      const range = Math.max(r, g, b) - Math.min(r, g, b);
      if (data[i + 3] < 128 || range < 60) return -1;
      const turn = { [r]: (g - b) / range, [g]: 2 + (b - r) / range, [b]: 4 + (r - g) / range }[Math.max(r, g, b)];
      return Math.round(((turn + 6) % 6) * 4) % 24;
    };
    const pixels = Array.from({ length: 24 }, () => []);
    for (let i = 0; i < data.length; i += 4) {
      const hue = hueOf(i);
      if (hue >= 0) pixels[hue].push(i / 4);
    }
    const line = pixels.sort((a, b) => b.length - a.length)[0];
    const rows = Array.from({ length: count }, () => []);
    for (const pixel of line)
      rows[Math.floor(((pixel % width) / width) * count)].push(Math.floor(pixel / width) / height);
    return rows.filter(({ length }) => length).map((ys) => ys.reduce((all, y) => all + y, 0) / ys.length);
  }, columns);

/** @param {number} enough training steps after which the curve has clearly fallen, and there is something to look at */
function* steps({ page, workspace, picture, theme }, enough) {
  const status = statusItem(page, EXTENSION, TRAINING);
  const dashboard = dashboardOf(page);
  const known = {};

  yield [
    'the play opens',
    async () => {
      await explorerRow(page, 'play').first().click();
      await openFile(page, PLAY);
      await runCommand(page, 'View: Toggle Primary Side Bar Visibility'); // room for the dashboard
    },
  ];
  yield [
    'the palette has the command',
    async () => {
      await findCommand(page, 'Sequence Lab:');
      await picture('palette');
      await page.keyboard.press('Escape');
      await findCommand(page, 'Sequence Lab: Train on Current File');
      await page.keyboard.press('Enter');
    },
  ];
  yield [
    'Enter takes the recipe that fits, and the loss is there',
    async () => {
      const first = page.locator('.quick-input-list .monaco-list-row').first();
      await page
        .locator('.quick-input-list .monaco-list-row', { hasText: /character-lstm/i })
        .first()
        .waitFor();
      assert.match(await first.textContent(), /character-lstm/i);
      await picture('recipe-pick');
      const firstLoss = await stopWatch(page, `${EXTENSION}.${TRAINING}`, /nats/);
      await page.keyboard.press('Enter');
      return `first loss in the status bar after ${Math.round((await firstLoss()).fromPress)} ms`;
    },
  ];
  yield [
    'the status bar shows the training',
    async () => assert.match(await status.textContent(), /[\d.]+ nats.* left/),
  ];
  yield [
    'the dashboard shows a falling loss',
    async () => {
      const first = await until(dashboard.trainingLoss, (loss) => loss > 0);
      await until(dashboard.step, (step) => step >= enough, 300);
      const later = await until(dashboard.trainingLoss, (loss) => loss < first - 0.3);
      const curve = await drawnCurve(dashboard.canvas);
      assert.ok(curve.length >= 4, `too little is drawn: ${curve}`);
      const [begin, end] = [Math.min(...curve.slice(0, 2)), curve.at(-1)];
      assert.ok(end > begin + 0.1, `the drawn line does not fall: ${curve.map((y) => y.toFixed(2))}`);
      return `${first} to ${later} nats`;
    },
  ];
  for (const name of Object.keys(THEMES))
    yield [
      `training in the theme ${name}`,
      async () => {
        await theme(name);
        await picture(`training-${name}`);
      },
    ];
  yield ['back to dark', () => theme('dark')];
  // The times are printed and not judged: this browser paints without a graphics card on the cores that train.
  const presses = { 'Pause Training': /paused/, 'Continue Training': / left/, 'Stop Training': /Stopping|stopped/ };
  for (const [title, pattern] of Object.entries(presses))
    yield [
      `${title} is answered`,
      async () => {
        await findCommand(page, `Sequence Lab: ${title}`);
        const answered = await stopWatch(page, `${EXTENSION}.${TRAINING}`, pattern);
        await page.keyboard.press('Enter');
        const { fromPress, fromCommand } = await answered();
        return `${Math.round(fromCommand)} ms after the command, ${Math.round(fromPress)} ms after the press`;
      },
    ];
  yield [
    'the best model is kept',
    async () => {
      const read = () =>
        runFolders(workspace).map((folder) => JSON.parse(readFileSync(path.join(folder, 'run.json'), 'utf8')));
      const [run] = await until(read, (runs) => runs[0]?.status === 'stopped', 20);
      const [folder] = runFolders(workspace);
      assert.ok(existsSync(path.join(folder, 'checkpoints/best.safetensors')));
      known.step = await until(dashboard.step, (step) => step === run.step);
      known.title = await dashboard.title();
      known.label = await dashboard.label();
      return `${run.best?.step ?? '?'} steps`;
    },
  ];
  yield [
    'Sample writes at the cursor',
    async () => {
      await tab(page, PLAY).click();
      await page.locator('.editor-instance .view-lines').first().click();
      await page.keyboard.press('Control+End');
      const lines = () => page.locator('.editor-instance .view-lines').first().innerText();
      const before = await lines();
      await runCommand(page, 'Sequence Lab: Sample');
      await until(lines, (text) => text !== before);
      // Done when nothing has been written for a while.
      for (let last = ''; last !== (last = await lines());) await page.waitForTimeout(1500);
      await picture('sample');
      const file = path.join(workspace, 'play', PLAY);
      const { size } = statSync(file);
      await page.keyboard.press('Control+S');
      const written = await until(
        () => statSync(file).size - size,
        (more) => more > 0,
      );
      return `${written} characters`;
    },
  ];
  yield [
    'after Reload Window the dashboard is back with its data',
    async () => {
      await page.waitForTimeout(1500); // the workbench writes its own state after a moment
      await reloadWindow(page);
      await tab(page, 'Sequence Lab').click();
      assert.equal(await until(dashboard.step, (step) => step > 0), known.step);
      assert.equal(await dashboard.title(), known.title);
      assert.equal(await until(dashboard.label, (label) => /Training/.test(label ?? '')), known.label);
      await picture('after-reload');
    },
  ];
}

export const mainJob = { steps };
