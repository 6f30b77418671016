// A Chromium for the tests: one that is installed, or Debian's. Playwright's own download is not used.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { aptInstall, canAptInstall } from '../../scripts/lib/debian.mjs';
import { findProgram } from '../../scripts/lib/process.mjs';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'msedge',
  'microsoft-edge',
];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

const installed = () =>
  process.env.SEQUENCE_LAB_CHROMIUM ?? findProgram(...NAMES) ?? PLACES.find((place) => existsSync(place));

/**
 * Path of a Chromium, installed with apt-get where that is allowed; undefined where none can be had.
 * @param {(line: string) => void} say
 */
export async function findBrowser(say) {
  // The fonts are for the pictures: a bare machine has none at all.
  if (!installed() && canAptInstall()) await aptInstall(['chromium', 'fonts-dejavu-core'], say);
  return installed();
}

const FLAGS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // Chromium refuses to run its sandbox as root
  ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];

/**
 * Starts a browser.
 * @param {object} options `executable` from `findBrowser`; `profile`: a folder that outlives the browser, where the workbench
 *   keeps an extension's state
 * @returns {Promise<{context: import('playwright-core').BrowserContext, close(): Promise<void>}>}
 */
export async function openBrowser({ executable, profile, viewport = { width: 1400, height: 900 } }) {
  const launch = { executablePath: executable, headless: true, args: FLAGS };
  const browser = profile ? undefined : await chromium.launch(launch);
  const context = browser
    ? await browser.newContext({ viewport })
    : await chromium.launchPersistentContext(profile, { ...launch, viewport });
  return { context, close: () => (browser ?? context).close() };
}
