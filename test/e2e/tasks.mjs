// A person trains a classifier on a file with labels, lets it label a line, and lets another model write for a label; then
// asks a language model about a text.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { explorerRow, findCommand, openFile, runCommand, statusItem, tab, webview } from '../real-vscode/person.mjs';
import { PICTURES, runFolders, THEMES, until } from './stage.mjs';

const EXTENSION = 'sequence-lab.sequence-lab';

function* steps({ page, workspace, picture, theme }) {
  const training = statusItem(page, EXTENSION, 'sequenceLab.training');
  const rows = page.locator('.quick-input-list .monaco-list-row');
  const editor = page.locator('.editor-instance').first();
  const records = () =>
    runFolders(workspace)
      .map((folder) => path.join(folder, 'run.json'))
      .filter((file) => existsSync(file))
      .map((file) => JSON.parse(readFileSync(file, 'utf8')));
  const fact = async (name) => {
    const of = webview(page).locator('.fact', {
      has: webview(page).locator('dt', { hasText: new RegExp(`^${name}`) }),
    });
    return of.locator('.value').textContent();
  };
  const open = async (folder, file) => {
    await runCommand(page, 'View: Show Explorer');
    const row = explorerRow(page, file).first();
    const isThere = () => row.waitFor({ timeout: 5000 }).then(() => true, () => false); // prettier-ignore
    // A click while the explorer still moves may open the folder and close it again.
    for (let tries = 0; tries < 5 && !(await isThere()); tries++) await explorerRow(page, folder).first().click();
    await openFile(page, file);
    await runCommand(page, 'View: Close Primary Side Bar');
  };
  const focusText = async () => {
    await editor.locator('.view-line').first().click();
    await page.keyboard.press('Control+Home');
  };
  /** Trains with the first choice, or with the one that is typed, until it ends. */
  const train = async (first, typed) => {
    const before = records().length;
    await runCommand(page, 'Sequence Lab: Train on Current File');
    await rows.first().waitFor();
    // Keys that are pressed before the list has the focus would go into the text.
    if (typed) await page.locator('.quick-input-widget input[type=text]:visible').first().fill(typed);
    assert.match(
      await until(
        () => rows.first().textContent(),
        (text) => first.test(text),
      ),
      first,
    );
    await picture(`pick-${path.basename(typed ?? 'first')}`);
    await page.keyboard.press('Enter');
    await until(records, (all) => all.length > before);
    return until(
      () =>
        records()
          .sort((a, b) => a.created.localeCompare(b.created))
          .at(-1),
      ({ status }) => status === 'done' || status === 'early' || status === 'failed',
      240,
    );
  };

  yield [
    'a file with labels: the first choice is the recipe beside it, and Enter trains it',
    async () => {
      await open('sentiment', 'opinions.tsv');
      const record = await train(/^sentiment/);
      assert.equal(record.status, 'done', record.message);
      assert.match(
        await until(
          () => training.textContent(),
          (text) => /% right/.test(text),
        ),
        /[\d.]+ % right/,
      );
      return `${(record.best.accuracy * 100).toFixed(1)} % right, baselines ${record.baselines.map(({ name, accuracy }) => `${name} ${(accuracy * 100).toFixed(1)} %`).join(', ')}`; // prettier-ignore
    },
  ];
  yield [
    'the dashboard shows accuracy, baselines, classes and what is worth it',
    async () => {
      const { best } = records()[0];
      assert.equal(await until(() => fact('Accuracy'), (text) => text !== '–'), `${(best.accuracy * 100).toFixed(1)} %`); // prettier-ignore
      assert.match(await fact('Against baseline'), /points (better|worse)|as good/);
      const frame = webview(page);
      assert.ok((await frame.locator('.worth tbody tr').count()) >= 3, 'a run and two baselines');
      assert.equal(await frame.locator('.classes tbody tr').count(), 2);
      assert.doesNotMatch(await frame.locator('body').innerText(), /NaN|undefined/);
    },
  ];
  yield [
    'Classify Selection writes a label behind the line',
    async () => {
      await focusText();
      await page.keyboard.press('Shift+PageDown');
      await runCommand(page, 'Sequence Lab: Classify Selection');
      const item = statusItem(page, EXTENSION, 'sequenceLab.labels');
      const text = await until(
        () => item.textContent(),
        (words) => /of \d+ right/.test(words),
      );
      for (const name of Object.keys(THEMES)) {
        await theme(name);
        await picture(`classify-${name}`);
      }
      await theme('dark');
      await focusText();
      await page.keyboard.press('Escape');
      await item.waitFor({ state: 'hidden' });
      return text.trim();
    },
  ];
  yield [
    'a model that writes for a label asks for the label',
    async () => {
      await open('surnames', 'surnames.tsv');
      const record = await train(/write-surnames/, 'write-surnames');
      assert.equal(record.recipe.task, 'label-to-sequence');
      await runCommand(page, 'Sequence Lab: Sample into New Document');
      await rows.filter({ hasText: 'Greek' }).first().waitFor();
      await page.keyboard.type('Greek');
      await picture('label-pick');
      await page.keyboard.press('Enter');
      await tab(page, /Untitled-\d/).waitFor();
      const lines = page.locator('.editor-instance .view-lines').first();
      return (
        await until(
          () => lines.innerText(),
          (text) => /\p{L}{2}/u.test(text),
        )
      ).trim();
    },
  ];
  yield [
    'a language model is asked about a text: heat, hover, ghost text, alternatives',
    async () => {
      await open('agreement', 'agreement.txt');
      const record = await train(/^agreement/);
      assert.ok(record.best.perplexity > 1);
      await focusText();
      for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+ArrowDown');
      await runCommand(page, 'Sequence Lab: Score Selection');
      const score = statusItem(page, EXTENSION, 'sequenceLab.score');
      const scored = await until(
        () => score.textContent(),
        (text) => /bits a character/.test(text),
      );
      // Without the selection's own colour over it.
      await page.keyboard.press('Control+Home');
      for (const name of Object.keys(THEMES)) {
        await theme(name);
        await picture(`heat-${name}`);
      }
      await theme('dark');
      await focusText();
      await page.keyboard.press('Escape');
      await page.keyboard.press('End');
      for (let i = 0; i < 2; i++) await page.keyboard.press('Control+ArrowLeft');
      await runCommand(page, 'Sequence Lab: Show Next-Token Distribution');
      const hover = page.locator('.monaco-hover:visible', { hasText: 'Next token' });
      await hover.waitFor();
      await page.waitForTimeout(500);
      await page.screenshot({ path: path.join(PICTURES, 'next-token.png') });
      await page.keyboard.press('Escape');
      return scored.trim();
    },
  ];
  yield [
    'alternatives are ranked in a list',
    async () => {
      await runCommand(page, 'File: New Untitled Text File');
      await tab(page, /Untitled-\d/).waitFor();
      await page.keyboard.type('the cats near the house {was');
      // A closing brace may have been written by the editor itself.
      await page.keyboard.type('|were}');
      await runCommand(page, 'Sequence Lab: Rank Alternatives');
      await rows.filter({ hasText: '1. ' }).first().waitFor();
      await page.screenshot({ path: path.join(PICTURES, 'rank.png') });
      const first = await rows.first().textContent();
      await page.keyboard.press('Escape');
      assert.match(first, /^1\. were/);
      return first;
    },
  ];
  yield [
    'a command that the current run cannot do says which run to choose',
    async () => {
      await runCommand(page, 'Sequence Lab: Classify Selection');
      const message = page.locator('.notification-toast .notification-list-item-message', { hasText: 'needs a classifier' }); // prettier-ignore
      const sentence = (await message.first().textContent()).trim();
      assert.match(sentence, /choose .+ with "Choose the Current Run"\.$/);
      await findCommand(page, 'Sequence Lab: Choose the Current Run');
      await page.keyboard.press('Escape');
      return sentence;
    },
  ];
}

export const taskJourneys = { steps };
