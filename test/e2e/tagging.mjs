// A person trains a tagger on tagged sentences, tags a text with it, looks at what it found, walks through it, types, and
// clears it.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand, statusItem } from '../real-vscode/person.mjs';
import { openByName, repaintFigure } from './painting.mjs';
import { PICTURES, runFolders, THEMES, until } from './stage.mjs';

const EXTENSION = 'sequence-lab.sequence-lab';
const PEOPLE = ['Ada', 'Grace', 'Omar', 'Mary Somerville', 'Emil'];
const PLACES = ['Turin', 'Oslo', 'Lagos', 'New Haven', 'Kyoto'];
const GROUPS = ['Northwind Mills', 'the Harbour Society', 'Acorn Press'];
const FRAMES = [
  ['P', 'left', 'L', 'for', 'M', '.'],
  ['In', 'L', 'P', 'met', 'P', 'and', 'wrote', 'to', 'G', '.'],
  ['G', 'opened', 'an', 'office', 'in', 'L', '.'],
  ['A', 'letter', 'from', 'P', 'came', 'to', 'G', 'late', '.'],
  ['The', 'train', 'was', 'slow', ',', 'and', 'P', 'slept', '.'],
];
const KINDS = { P: ['PER', PEOPLE], L: ['LOC', PLACES], M: ['LOC', PLACES], G: ['ORG', GROUPS] };

/** Sentences as lists of [words, label]. */
function sentences(count) {
  return Array.from({ length: count }, (_, n) =>
    FRAMES[n % FRAMES.length].map((slot, k) => {
      const [label, names] = KINDS[slot] ?? [undefined, [slot]];
      return [names[(n * 7 + k * 3 + (n >> 2)) % names.length], label];
    }),
  );
}

/** CoNLL columns: word and BIO tag. */
const conll = (count) =>
  sentences(count)
    .map((parts) =>
      parts
        .flatMap(([words, label]) =>
          words.split(' ').map((word, k) => `${word} ${label ? `${k ? 'I' : 'B'}-${label}` : 'O'}`),
        ) // prettier-ignore
        .join('\n'),
    )
    .join('\n\n');
/** Running text, a sentence a line. */
const prose = (count) =>
  sentences(count)
    .map((parts) =>
      parts
        .map(([words]) => words)
        .join(' ')
        .replace(/ ([.,])/g, '$1'),
    )
    .join('\n');

const RECIPE = { task: 'tagging', source: { format: 'conll' }, model: { kind: 'hmm' } };

function* steps({ page, workspace, picture, theme }) {
  writeFileSync(path.join(workspace, 'names.conll'), conll(400));
  writeFileSync(path.join(workspace, 'names.recipe.json'), JSON.stringify(RECIPE));
  writeFileSync(path.join(workspace, 'letters.txt'), `${prose(25)}\n\nשלום Ada 👩‍🔬 met Omar in Oslo.\n`);
  writeFileSync(path.join(workspace, 'megabyte.txt'), prose(27_000));
  const item = statusItem(page, EXTENSION, 'sequenceLab.entities');
  const painted = page.locator('.editor-instance .view-lines span[class*="ced-"]');
  const tree = page.locator('.pane', { hasText: 'Entities' }).locator('.monaco-list-row');
  const open = (name) => openByName(page, name);
  const entities = () => until(() => item.textContent(), (text) => /^\s*[\d,]+ entit/.test(text)); // prettier-ignore

  yield [
    'a tagger learns from tagged sentences in seconds',
    async () => {
      await open('names.conll');
      await runCommand(page, 'Sequence Lab: Train on Current File');
      const rows = page.locator('.quick-input-list .monaco-list-row');
      await until(() => rows.first().textContent(), (text) => /^names/.test(text)); // prettier-ignore
      await page.keyboard.press('Enter');
      const record = () => {
        const files = runFolders(workspace).map((folder) => path.join(folder, 'run.json')).filter((file) => existsSync(file)); // prettier-ignore
        return files.length ? JSON.parse(readFileSync(files[0], 'utf8')) : undefined;
      };
      const { status, message } = await until(record, (run) => /done|early|failed/.test(run?.status));
      assert.equal(status, 'done', message);
      await runCommand(page, 'View: Close All Editors');
    },
  ];
  yield [
    'Tag Current File paints the entities, in every theme',
    async () => {
      await open('letters.txt');
      await runCommand(page, 'Sequence Lab: Tag Current File');
      const text = (await entities()).trim();
      await painted.first().waitFor();
      await page.keyboard.press('Control+Home');
      for (const name of Object.keys(THEMES)) {
        await theme(name);
        await picture(`tags-${name}`);
      }
      await theme('dark');
      return text;
    },
  ];
  yield [
    'the status bar leads to the list of entities, and a row of it to its place',
    async () => {
      await item.locator('a').click();
      await tree.first().waitFor();
      await tree.filter({ hasText: 'Turin' }).first().waitFor();
      await picture('tags-tree');
      await tree.filter({ hasText: 'Oslo' }).first().click();
      await until(() => page.locator('.editor-status-selection, #status\\.editor\\.selection').first().textContent(), (text) => /4 selected/.test(text)); // prettier-ignore
      return (await tree.allTextContents()).slice(0, 3).join(' | ');
    },
  ];
  yield [
    'keys go from entity to entity, and a hover says how sure the model is',
    async () => {
      await page.locator('.editor-instance .view-line').first().click();
      await page.keyboard.press('Control+Home');
      await page.keyboard.press('Alt+]');
      await page.keyboard.press('Alt+]');
      await page.keyboard.press('Control+K');
      await page.keyboard.press('Control+I');
      const hover = page.locator('.monaco-hover:visible', { hasText: '%' }).first();
      await hover.waitFor();
      await page.waitForTimeout(500);
      await page.screenshot({ path: path.join(PICTURES, 'tags-hover.png') });
      const [first] = (await hover.innerText()).split('\n');
      await page.keyboard.press('Escape');
      return first;
    },
  ];
  yield [
    'what is typed is painted at once, in a file of a megabyte',
    async () => {
      await open('megabyte.txt');
      await runCommand(page, 'Sequence Lab: Tag Current File');
      await entities();
      await page.locator('.editor-instance .view-line').first().click();
      return repaintFigure(page, 'Then in Lagos Omar met Grace', 'Grace');
    },
  ];
  yield [
    'Clear Tags takes everything away',
    async () => {
      await runCommand(page, 'Sequence Lab: Clear Tags');
      await item.waitFor({ state: 'hidden' });
      // The editor is drawn a moment after the status bar.
      await until(() => painted.count(), (count) => count === 0, 10); // prettier-ignore
    },
  ];
}

export const taggingJourney = { steps };
