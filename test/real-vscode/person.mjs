// What a person does in VS Code, for Playwright.
import { workbenchAddress } from './server.mjs';

/** Software rendering on two busy cores varies by a factor of four: everything waits for states, this long at most. */
const PATIENCE = 60_000;

/**
 * Opens the workbench and waits for its explorer. `page.problems` collects what must never happen: exceptions, also in
 * webviews, and violations of a content security policy.
 * @param {import('playwright-core').BrowserContext} context @param {number} port @param {string} folder
 */
export async function openWorkbench(context, port, folder) {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(`exception in a page: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/i.test(message.text()))
      page.problems.push(message.text());
  });
  await page.goto(workbenchAddress(port, { folder }));
  await explorerRow(page).first().waitFor();
  return page;
}

/** A row of the explorer, by what it shows. */
export const explorerRow = (page, name = '') =>
  page.locator('.explorer-folders-view .monaco-list-row', { hasText: name });

/** A tab, by the name of its document. */
export const tab = (page, name) => page.locator('.tab', { hasText: name }).first();

/** Opens a file that the explorer shows. */
export async function openFile(page, name) {
  await explorerRow(page, name).first().dblclick();
  await tab(page, name).waitFor();
  await page.locator('.editor-instance .view-line').first().waitFor();
}

/**
 * Finds a command in the palette and leaves the cursor on it. The palette's list is made when it opens, and before the
 * extensions are registered it never shows theirs; so it is opened again until the row is there.
 */
export async function findCommand(page, title) {
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
  for (const end = Date.now() + PATIENCE; ;) {
    await page.keyboard.press('F1');
    try {
      const input = page.locator('.quick-input-widget input[type=text]:visible').first();
      await input.waitFor({ timeout: 5000 });
      await input.fill(`>${title}`);
      await row.waitFor({ timeout: 3000 });
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await page.keyboard.press('Escape');
      await page.waitForTimeout(200);
    }
  }
}

/** Runs a command from the palette: the one with exactly this title, wherever it stands in the list. */
export async function runCommand(page, title) {
  await findCommand(page, title);
  await page.locator('.quick-input-list').getByText(title, { exact: true }).first().click();
}

/** Chooses a colour theme by its name, and waits until the window has it. */
export async function chooseTheme(page, { name, kind }) {
  await runCommand(page, 'Preferences: Color Theme');
  const input = page.locator('.quick-input-widget input[type=text]:visible').first();
  await input.fill(name);
  await page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator(`.monaco-workbench.${kind}`).waitFor();
}

/**
 * The document of the visible webview: VS Code's own frame, and in it the extension's. (`.ready` comes when the outer one
 * can be used.)
 */
export const webview = (page) =>
  page.locator('iframe.webview.ready').first().contentFrame().locator('#active-frame').contentFrame();

/** A status bar item of an extension. */
export const statusItem = (page, extension, id) => page.locator(`[id="${extension}.${id}"]`);

/** Reloads the window as a person does, and waits until its editors are back. */
export async function reloadWindow(page) {
  await Promise.all([page.waitForEvent('load'), runCommand(page, 'Developer: Reload Window')]);
  await page.locator('.tab').first().waitFor();
}

/**
 * Arms a stop-watch in the page itself, so that Playwright's own delays do not count. It starts with the next press of
 * Enter in a quick pick or the palette. Returns a function that waits until the status bar item matches.
 * @returns {Promise<() => Promise<{fromPress: number, fromCommand: number}>>} milliseconds; the second from the moment at
 *   which VS Code has closed the list and hands the command to the extension
 */
export async function stopWatch(page, itemId, pattern) {
  const measured = page.evaluate(
    ([id, source]) =>
      new Promise((resolve) => {
        const wanted = new RegExp(source);
        let [pressed, closed] = [0, 0];
        const list = document.querySelector('.quick-input-widget');
        const look = () => {
          if (!pressed) return;
          if (!closed && list.style.display === 'none') closed = performance.now();
          if (!wanted.test(document.getElementById(id)?.textContent ?? '')) return;
          observer.disconnect();
          const shown = performance.now();
          resolve({ fromPress: shown - pressed, fromCommand: shown - (closed || pressed) });
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, {
          subtree: true,
          childList: true,
          characterData: true,
          attributeFilter: ['style'],
        });
        const onKey = ({ key }) => {
          if (key !== 'Enter') return;
          document.removeEventListener('keydown', onKey, true);
          pressed = performance.now();
        };
        document.addEventListener('keydown', onKey, true);
      }),
    [itemId, pattern.source],
  );
  // The script above is in the page once a later one has answered.
  await page.evaluate(() => 0);
  return () => measured;
}
