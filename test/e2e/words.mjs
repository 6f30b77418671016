// A person learns word vectors from a text, asks them for neighbours and an analogy, looks at their map and at what stands near
// two words, in all themes.
import assert from 'node:assert/strict';
import { runCommand, webview } from '../real-vscode/person.mjs';
import { openByName } from './painting.mjs';
import { THEMES, until } from './stage.mjs';

function* steps({ page, picture, theme }) {
  const explore = webview(page);
  const field = (label) => explore.getByRole('combobox', { name: label, exact: true });
  const summary = () => explore.locator('.pane .summary').first().textContent();
  const tab = (name) => explore.locator(`#tab-${name}`).click();
  /** Types words into fields, each with Enter. */
  const fill = async (...pairs) => {
    for (const [label, word] of pairs) {
      await field(label).fill(word);
      await page.keyboard.press('Enter');
    }
  };

  yield [
    'Learn Embeddings from Current File takes Enter, and offers to explore when it is done',
    async () => {
      await openByName(page, 'people.txt');
      await runCommand(page, 'Sequence Lab: Learn Embeddings from Current File');
      const rows = page.locator('.quick-input-list .monaco-list-row');
      await until(() => rows.first().textContent(), (text) => /^skip-gram/.test(text)); // prettier-ignore
      await page.keyboard.press('Enter');
      const told = page.locator('.notification-list-item', { hasText: 'have vectors' });
      await told.waitFor({ timeout: 120_000 });
      const sentence = await told.locator('.notification-list-item-message').textContent();
      await runCommand(page, 'View: Close All Editors');
      await told.getByText('Explore', { exact: true }).click();
      await until(() => explore.locator('.tabs').count(), (count) => count === 1); // prettier-ignore
      return sentence;
    },
  ];
  yield [
    'neighbours of a word, completed by its first letters',
    async () => {
      await field('Word').click();
      await page.keyboard.type('que');
      await explore.getByRole('option', { name: 'queen' }).first().waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      return until(summary, (text) => /^Nearest to “queen”: /.test(text));
    },
  ];
  yield [
    'man is to king as woman is to queen, drawn in four themes',
    async () => {
      await tab('analogy');
      await fill(['a', 'man'], ['is to b', 'king'], ['as c', 'woman']);
      assert.equal(await until(summary, (text) => /^man is to/.test(text)), 'man is to king as woman is to queen.');
      for (const name of Object.keys(THEMES)) {
        await theme(name);
        await picture(`explore-analogy-${name}`);
      }
    },
  ];
  yield [
    'the map of the words, in four themes',
    async () => {
      await tab('map');
      await until(() => explore.locator('.map-surface').count(), (count) => count > 0); // prettier-ignore
      const words = await until(summary, (text) => /\d/.test(text));
      for (const name of Object.keys(THEMES)) {
        await theme(name);
        await picture(`explore-map-${name}`);
      }
      await theme('dark');
      return words;
    },
  ];
  yield [
    'what stands near "king" and near "man", with the counts',
    async () => {
      await tab('ratios');
      await fill(['First word', 'king'], ['Second word', 'man'], ['Words between them', 'throne plough beard']);
      const bars = explore.locator('.bar');
      const shown = await until(
        () => bars.allTextContents(),
        (all) => all.length === 3 && all.some((text) => text.includes('throne')),
      );
      await picture('explore-ratios');
      return shown.join('; ');
    },
  ];
}

export const wordsJourney = { steps };
