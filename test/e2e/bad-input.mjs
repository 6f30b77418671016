// A person who trains on nothing is told so in one clear sentence, and nothing is left behind.
import assert from 'node:assert/strict';
import { runCommand, tab } from '../real-vscode/person.mjs';
import { runFolders } from './stage.mjs';

function* steps({ page, workspace, picture }) {
  yield [
    'an empty untitled document opens',
    async () => {
      await runCommand(page, 'File: New Untitled Text File');
      await tab(page, 'Untitled-1').waitFor();
    },
  ];
  yield [
    'training on it gives one clear sentence',
    async () => {
      await runCommand(page, 'Sequence Lab: Train on Current File');
      const message = page.locator('.notification-toast .notification-list-item-message').first();
      const recipes = page.locator('.quick-input-list .monaco-list-row', { hasText: /character-lstm/i }).first();
      await message.or(recipes).first().waitFor();
      if (await recipes.isVisible()) await page.keyboard.press('Enter');
      await message.waitFor();
      const sentence = (await message.textContent()).trim();
      await picture('empty-document');
      assert.match(sentence, /^Untitled-1 is empty/);
      assert.match(sentence, /^[^\n]{20,300}$/);
      assert.doesNotMatch(sentence, /Error:|\bat .*:\d+:\d+/);
      return sentence;
    },
  ];
  yield ['no run is left behind', async () => assert.deepEqual(runFolders(workspace), [])];
}

export const badInput = { steps };
