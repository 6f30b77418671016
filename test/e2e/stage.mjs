// One real VS Code with the packaged extension, a workspace of its own and a browser, for one scenario.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { openBrowser } from '../real-vscode/browser.mjs';
import { chooseTheme, openWorkbench } from '../real-vscode/person.mjs';
import { installVsix, makeProfile, removeProfile, startServer } from '../real-vscode/server.mjs';

export const PICTURES = inRoot('test-results/e2e');
/** The themes of the pictures: VS Code's name, and the class that its window then has. */
export const THEMES = {
  dark: { name: 'Dark Modern', kind: 'vs-dark' },
  light: { name: 'Light Modern', kind: 'vs' },
  'high-contrast': { name: 'Dark High Contrast', kind: 'hc-black' },
  'high-contrast-light': { name: 'Light High Contrast', kind: 'hc-light' },
};

/**
 * Sets the stage: a copy of the samples is the workspace.
 * @param {{vscode: string, browser: string, vsix: string, settings?: Record<string, unknown>}} options
 */
export async function setStage({ vscode, browser, vsix, settings = {} }) {
  mkdirSync(PICTURES, { recursive: true });
  const workspace = path.join(mkdtempSync(path.join(tmpdir(), 'sequence-lab-e2e-')), 'samples');
  cpSync(inRoot('samples'), workspace, { recursive: true, filter: (file) => !file.includes('.sequence-lab') });
  const profile = makeProfile({ 'workbench.colorTheme': 'Default Dark Modern', ...settings });
  installVsix(vscode, profile, vsix);
  const server = await startServer({ vscode, profile });
  const opened = await openBrowser({ executable: browser, viewport: { width: 1440, height: 960 } });
  const page = await openWorkbench(opened.context, server.port, workspace);
  return {
    page,
    workspace,
    /** Takes a picture of the window, with the pointer where it shows nothing. */
    async picture(name) {
      await page.mouse.move(300, 5);
      await page.waitForTimeout(700); // a tooltip goes, and a chart is drawn in a new theme's colours
      await page.screenshot({ path: path.join(PICTURES, `${name}.png`), animations: 'disabled' });
    },
    theme: (name) => chooseTheme(page, THEMES[name]),
    async clear() {
      await opened.close();
      await server.stop();
      removeProfile(profile);
      rmSync(path.dirname(workspace), { recursive: true, force: true });
    },
  };
}

/** The run folders of a workspace. */
export function runFolders(workspace) {
  const folder = path.join(workspace, '.sequence-lab/runs');
  return existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : [];
}

/** Waits until `read` gives what `accept` wants; says what it gave last when it never does. */
export async function until(read, accept, seconds = 120) {
  let last;
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    last = await read();
    if (accept(last)) return last;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${seconds} s in vain; the last value was ${JSON.stringify(last)}`);
}
