// What scenarios with painted text share: waiting, opening, and how soon what is typed is painted.

/** How often a key is pressed for the figure of repainting. */
const PRESSES = 21;

/** Opens a file by the list of files: the explorer's watcher may have begun after it was written. */
export async function openByName(page, name) {
  const row = page.locator('.quick-input-list').getByText(name, { exact: true }).first();
  for (let isThere = false; !isThere;) {
    await page.keyboard.press('Control+P');
    await page.keyboard.type(name);
    isThere = await row.waitFor({ timeout: 5000 }).then(() => true, () => false); // prettier-ignore
    if (isThere) await row.click();
    else await page.keyboard.press('Escape');
  }
  await page.locator('.tab.active', { hasText: name }).waitFor();
}

/**
 * Types a text that ends in a name, and the last letter of it after a pause. In the page: milliseconds from the press of
 * that letter until the editor shows it, and until the name is painted.
 */
async function repaint(page, text, name) {
  await page.keyboard.type(text.slice(0, -1));
  await page.waitForTimeout(400);
  const measured = page.evaluate(
    ([whole, wanted]) =>
      new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error(`"${wanted}" was not painted`)), 20_000);
        let pressed = 0;
        let shown = 0;
        document.addEventListener('keydown', () => (pressed = performance.now()), { capture: true, once: true });
        const observer = new MutationObserver(() => {
          const line = [...document.querySelectorAll('.view-lines .view-line')].find((one) =>
            one.textContent.replaceAll('\u00a0', ' ').startsWith(whole),
          );
          if (!pressed || !line) return;
          shown ||= performance.now() - pressed;
          if (
            ![...line.querySelectorAll('span[class*="ced-"]')].some(
              (span) => span.textContent.replaceAll('\u00a0', ' ') === wanted,
            )
          )
            return;
          observer.disconnect();
          resolve({ shown, painted: performance.now() - pressed });
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
      }),
    [text, name],
  );
  await page.evaluate(() => 0);
  await page.keyboard.type(text.slice(-1));
  return measured;
}

/** Types a text that ends in a name again and again, at the beginning of the editor in front; says the medians. */
export async function repaintFigure(page, text, name) {
  await page.locator('.editor-instance .view-line').first().click();
  const times = [];
  for (let k = 0; k < PRESSES; k++) {
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowUp');
    times.push(await repaint(page, text, name));
    await page.keyboard.press('Control+Shift+K');
  }
  const median = (of) => times.map(of).sort((x, y) => x - y)[PRESSES >> 1].toFixed(0); // prettier-ignore
  const least = Math.min(...times.map(({ painted }) => painted)).toFixed(0);
  return `from the key the letter is shown after ${median(({ shown }) => shown)} ms, painted after ${median(({ painted }) => painted)} ms, ${median(({ painted, shown }) => painted - shown)} ms after the letter (medians of ${PRESSES}); at best ${least} ms`; // prettier-ignore
}
