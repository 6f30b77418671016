// A person opens a text, has it tagged by the tagger that is shipped, corrects one name with the lightbulb, trains on it, sees
// the name change wherever it stands, and takes the correction back; then annotates a text that has no file yet and saves it.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findCommand, reloadWindow, runCommand, statusItem, tab } from '../real-vscode/person.mjs';
import { openByName, repaintFigure } from './painting.mjs';
import { PICTURES, runFolders, THEMES, until } from './stage.mjs';

const EXTENSION = 'sequence-lab.sequence-lab';
/** "Mercury" is read by the starter tagger now as one thing, now as another. */
const LETTERS = `Harry Potter and Hermione Granger left London in the morning.
Last winter Mercury opened an office in Bristol.
We wrote to Mercury about the broken clock.
Nobody at Mercury answered the letter for a week.
In the end Mercury sent a new clock to Peter Brown.
`;
const FOREIGN = 'שלום Anna Keller 👩‍🔬 met Peter Brown in London.\r\n';
const NAMES = ['Anna Keller', 'Peter Brown', 'Tom Baker', 'Mary Moss'];
const TOWNS = ['London', 'Bristol', 'Vienna', 'Oslo', 'Turin'];
/** A megabyte of lines, no two alike. */
const MEGABYTE = Array.from(
  { length: 26_000 },
  (_, k) => `${NAMES[k % 4]} sold ${k} clocks in ${TOWNS[k % 5]}.\n`,
).join('');

/** What is painted in the visible lines of the editor in front: [the line's text, words, chip] each. */
const shown = (page) =>
  page.evaluate(() => {
    const found = [];
    const editor = [...document.querySelectorAll('.editor-group-container.active .editor-instance')].at(-1);
    for (const line of editor?.querySelectorAll('.view-lines .view-line') ?? []) {
      const text = line.textContent.replaceAll('\u00a0', ' ');
      // The words are in spans with a background, the chip in the one behind the last of them.
      let words = '';
      for (const span of line.querySelectorAll('span[class*="ced-"]')) {
        words += span.textContent.replaceAll('\u00a0', ' ');
        const chip = document.defaultView.getComputedStyle(span, '::after').content;
        if (chip === 'none' || chip === 'normal') continue;
        found.push([text, words.trim(), chip.replace(/^"|"$/g, '')]);
        words = '';
      }
    }
    return found;
  });

function* steps({ page, workspace, picture, theme }) {
  const file = path.join(workspace, 'mercury.txt');
  writeFileSync(file, LETTERS);
  writeFileSync(path.join(workspace, 'foreign.txt'), FOREIGN.repeat(3));
  writeFileSync(path.join(workspace, 'large.txt'), MEGABYTE);
  const item = statusItem(page, EXTENSION, 'sequenceLab.entities');
  const rows = page.locator('.quick-input-list .monaco-list-row');
  const entities = () => until(() => item.textContent(), (text) => /^\s*[\d,]+ entit/.test(text)); // prettier-ignore
  const chipsOf = async (name) => (await shown(page)).filter(([, words]) => words === name).map(([, , chip]) => chip); // prettier-ignore
  const sidecar = (name) => {
    const beside = path.join(workspace, `${name}.spans.json`);
    return existsSync(beside) ? JSON.parse(readFileSync(beside, 'utf8') || '{}') : undefined;
  };
  const focusText = async () => {
    await page.locator('.editor-group-container.active .view-line').first().click();
    await page.keyboard.press('Control+Home');
  };
  /** Selects words of a line of the editor in front with the keyboard. */
  const select = async (line, from, length) => {
    await focusText();
    for (let k = 0; k < line; k++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Home');
    for (let k = 0; k < from; k++) await page.keyboard.press('ArrowRight');
    for (let k = 0; k < length; k++) await page.keyboard.press('Shift+ArrowRight');
  };
  const records = () =>
    runFolders(workspace)
      .map((folder) => path.join(folder, 'run.json'))
      .filter((name) => existsSync(name))
      .map((name) => JSON.parse(readFileSync(name, 'utf8')));
  let before;

  yield [
    'the shipped tagger paints the names of a text, in every theme',
    async () => {
      await openByName(page, 'mercury.txt');
      await runCommand(page, 'View: Close Primary Side Bar');
      await runCommand(page, 'Sequence Lab: Tag Current File');
      const told = (await entities()).trim();
      assert.deepEqual(await until(() => chipsOf('Harry Potter'), ({ length }) => length === 1), ['person']); // prettier-ignore
      before = await chipsOf('Mercury');
      assert.equal(before.length, 4);
      assert.ok(new Set(before).size > 1, before.join(' '));
      await focusText();
      for (const name of Object.keys(THEMES)) {
        await theme(name);
        await picture(`annotate-tags-${name}`);
      }
      await theme('dark');
      return `${told}; Mercury is ${before.join(', ')}`;
    },
  ];
  yield [
    'the lightbulb corrects a label',
    async () => {
      await select(1, 'Last winter '.length, 'Mercury'.length);
      const menu = page.locator('.action-widget .monaco-list-row');
      // What is told of the text meanwhile may close it again.
      await until(
        async () => {
          if (!(await menu.first().isVisible())) await page.keyboard.press('Control+.');
          const offered = menu.filter({ hasText: 'Label as organisation' }).first();
          return offered.waitFor({ timeout: 3000 }).then(() => true, () => false); // prettier-ignore
        },
        (isThere) => isThere,
      );
      await page.screenshot({ path: path.join(PICTURES, 'annotate-lightbulb.png') });
      await menu.filter({ hasText: 'Label as organisation' }).first().click();
      await until(() => chipsOf('Mercury'), ([first]) => first === '✓ organisation'); // prettier-ignore
      const { spans } = await until(() => sidecar('mercury.txt'), (content) => content?.spans?.length === 1); // prettier-ignore
      assert.deepEqual([spans[0].text, spans[0].label, spans[0].state], ['Mercury', 'organisation', 'accepted']);
      assert.deepEqual((await chipsOf('Mercury')).slice(1), before.slice(1), 'the others wait for training');
      for (const name of Object.keys(THEMES)) {
        await theme(name);
        await picture(`annotate-set-${name}`);
      }
      await theme('dark');
    },
  ];
  yield [
    'Train Tagger on Annotations changes the name wherever it stands',
    async () => {
      await focusText();
      const begun = performance.now();
      await runCommand(page, 'Sequence Lab: Train Tagger on Annotations');
      const after = await until(() => chipsOf('Mercury'), (chips) => chips.length === 4 && chips.every((chip) => /organisation$/.test(chip))); // prettier-ignore
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      assert.equal(
        after.filter((chip) => chip.startsWith('✓')).length,
        1,
        'one was said by a person, three by the model',
      );
      const [run] = await until(records, ([one]) => one?.status === 'done');
      assert.equal(run.recipe.model.hidden, 48, 'it is of the sizes of the shipped tagger');
      assert.deepEqual(
        (await chipsOf('Harry Potter')).map((chip) => chip.replace('✓ ', '')),
        ['person'],
      );
      await picture('annotate-trained');
      return `after ${seconds} s`;
    },
  ];
  yield [
    'Undo Annotation takes the correction back, and what the tagger has learned stays',
    async () => {
      await focusText();
      for (let k = 0; (sidecar('mercury.txt')?.spans ?? []).length > 0; k++) {
        assert.ok(k < 2, 'what counted as right when the training began is one step, the correction another');
        const { length } = sidecar('mercury.txt').spans;
        await page.keyboard.press('Control+Alt+Z');
        await until(() => sidecar('mercury.txt')?.spans?.length, (left) => left < length); // prettier-ignore
      }
      assert.deepEqual(await until(() => chipsOf('Mercury'), ([first]) => first === 'organisation'), Array(4).fill('organisation')); // prettier-ignore
      assert.equal(readFileSync(file, 'utf8'), LETTERS);
      assert.equal(await tab(page, 'mercury.txt').locator('.codicon-circle-filled, .dirty').count(), 0);
    },
  ];
  yield [
    'right-to-left text, emoji and CRLF are painted where the words are',
    async () => {
      await openByName(page, 'foreign.txt');
      await runCommand(page, 'Sequence Lab: Tag Current File');
      const found = await until(() => shown(page), ({ length }) => length >= 9); // prettier-ignore
      for (const name of ['Anna Keller', 'Peter Brown', 'London']) assert.equal(found.filter(([, words]) => words === name).length, 3, `${name} in ${JSON.stringify(found)}`); // prettier-ignore
      await picture('annotate-right-to-left');
    },
  ];
  /**
   * Saves the text in front under a path. The dialog closes without saving when Enter comes before it has read the
   * folder.
   */
  const saveAs = async (file) => {
    const input = page.locator('.quick-input-widget input[type=text]:visible').first();
    for (let isThere = false; !isThere;) {
      // A click gives the editor the focus that a closed dialog may have left nowhere.
      await page.locator('.editor-instance .view-line').first().click();
      await page.keyboard.press('Control+S');
      const isOpen = await input.waitFor({ timeout: 10_000 }).then(() => true, () => false); // prettier-ignore
      if (!isOpen) continue;
      await page.waitForTimeout(1000);
      await input.fill(file);
      await page.waitForTimeout(1000);
      await page.keyboard.press('Enter');
      const saved = tab(page, path.basename(file)).waitFor({ timeout: 10_000 });
      isThere = await saved.then(() => true, () => false); // prettier-ignore
    }
  };
  /** Writes a text without a file and labels a name in it. */
  const annotateUntitled = async () => {
    await runCommand(page, 'File: New Untitled Text File');
    await until(() => page.locator('.tab.active').textContent(), (title) => /Untitled-1/.test(title)); // prettier-ignore
    await page.keyboard.type('Then Ada went home.');
    await page.keyboard.press('Home');
    for (let k = 0; k < 5; k++) await page.keyboard.press('ArrowRight');
    for (let k = 0; k < 3; k++) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Control+Alt+L');
    await until(() => page.locator('.quick-input-title').textContent(), (title) => /Label for "Ada"/.test(title)); // prettier-ignore
    await page.keyboard.type('person');
    await rows.filter({ hasText: 'person' }).first().waitFor();
    await page.keyboard.press('Enter');
    await until(() => chipsOf('Ada'), ([chip]) => chip === '✓ person'); // prettier-ignore
  };
  yield [
    'annotations of a text without a file go with it when it is saved',
    async () => {
      await annotateUntitled();
      await saveAs(path.join(workspace, 'home.txt'));
      const { spans } = await until(() => sidecar('home.txt'), (content) => content?.spans?.length === 1); // prettier-ignore
      assert.deepEqual([spans[0].start, spans[0].text, spans[0].label], [5, 'Ada', 'person']);
      await until(() => chipsOf('Ada'), ([chip]) => chip === '✓ person'); // prettier-ignore
    },
  ];
  yield [
    'a hover says how sure the tagger is, what else it might be, and what it would say from the left alone',
    async () => {
      await tab(page, 'mercury.txt').click();
      await page.locator('.tab.active', { hasText: 'mercury.txt' }).waitFor();
      await select(2, 'We wrote to M'.length, 0);
      await page.keyboard.press('Control+K');
      await page.keyboard.press('Control+I');
      const hover = page.locator('.monaco-hover:visible', { hasText: 'Read forwards only' }).first();
      await hover.waitFor();
      const text = await hover.innerText();
      assert.match(text, /organisation [\d.]+ %/);
      assert.match(text, /(person|place|no entity)\s+█*[▏▎▍▌▋▊▉]?\s+[\d.]+ %/);
      await page.screenshot({ path: path.join(PICTURES, 'annotate-hover.png') });
      await page.keyboard.press('Escape');
    },
  ];
  yield [
    'what is typed is painted at once by a neural tagger, in a file of a megabyte',
    async () => {
      await openByName(page, 'large.txt');
      await runCommand(page, 'Sequence Lab: Tag Current File');
      await until(() => item.textContent(), (text) => /^\s*[\d,]+ entit/.test(text), 300); // prettier-ignore
      return repaintFigure(page, 'Then in London Peter met Anna Keller', 'Anna Keller');
    },
  ];
  yield [
    'Clear Tags leaves nothing behind',
    async () => {
      await runCommand(page, 'Sequence Lab: Clear Tags');
      await item.waitFor({ state: 'hidden' });
      // The editor is drawn a moment after the status bar.
      await until(() => shown(page), (found) => found.length === 0, 10); // prettier-ignore
      await findCommand(page, 'Sequence Lab: Tag Current File');
      await page.keyboard.press('Escape');
    },
  ];
  yield [
    'annotations of a text without a file are back with it after Reload Window',
    async () => {
      await annotateUntitled();
      await page.waitForTimeout(1500); // the workbench writes its own state after a moment
      await reloadWindow(page);
      await until(() => chipsOf('Ada'), ([chip]) => chip === '✓ person'); // prettier-ignore
    },
  ];
}

export const annotatingJourney = { steps };
