// Runs a compiled Mocha entry (a module with `run(): Promise<void>`) inside the extension host of a real VS Code, with the
// packaged extension installed: what ships is what is tested.
//
// The entry writes to the file named by SEQUENCE_LAB_TEST_RESULTS: {stats: {passes, failures, pending},
// tests: [{state, title, error?}]}; and, before each test, its title to the same name with `.current` added.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import { openBrowser } from './browser.mjs';
import { installVsix, makeProfile, remoteUri, removeProfile, startServer, workbenchAddress } from './server.mjs';

/** Lines of the host's console that say nothing about us. */
const HARMLESS = /Service Worker|Canceled/;

/** What a run came to. `problem` is set when it did not end as it should. */
const outcome = ({ passed = 0, failed = 0, skipped = 0, problem }) => ({ passed, failed, skipped, problem });

/** The ends of a long error: two long texts that differ would fill the screen. */
function shorten(error) {
  const lines = error.split('\n');
  return lines.length <= 40 ? error : [...lines.slice(0, 20), '...', ...lines.slice(-20)].join('\n');
}

/**
 * Reads what the entry wrote, and judges. VS Code itself says exit code 0 when its extension host dies, so only results
 * that are there and hold at least one pass count as success.
 * @param {string} results file @param {number | undefined} exitCode what VS Code said; undefined after the time limit
 * @param {(line: string) => void} say
 */
function judge(results, exitCode, say) {
  const current = `${results}.current`;
  const during = existsSync(current) ? `; it was running: ${readFileSync(current, 'utf8')}` : '';
  if (exitCode === undefined) return outcome({ failed: 1, problem: `the suite did not end in time${during}` });
  if (!existsSync(results))
    return outcome({
      failed: 1,
      problem: `VS Code ended with ${exitCode} and no results: its extension host died, or the entry did not load${during}`,
    });
  const { stats, tests } = JSON.parse(readFileSync(results, 'utf8'));
  const marks = { passed: '✔', failed: '✘', skipped: '-' };
  for (const test of tests) say(`  ${marks[test.state]} ${test.title}${test.error ? `\n${shorten(test.error)}` : ''}`);
  const counts = { passed: stats.passes, failed: stats.failures, skipped: stats.pending };
  if (stats.failures) return outcome(counts);
  if (exitCode !== 0) return outcome({ ...counts, failed: 1, problem: `VS Code ended with exit code ${exitCode}` });
  if (!stats.passes) return outcome({ ...counts, failed: 1, problem: 'no test ran' });
  return outcome(counts);
}

/** Runs the suite in VS Code's server and its browser workbench. See `runSuite` for the options. */
async function runInServer({ vscode, browser, tests, workspace, vsix, seconds, say }) {
  const profile = makeProfile();
  const results = path.join(profile, 'results.json');
  installVsix(vscode, profile, vsix);
  // Test mode demands a development extension: an empty one beside the installed one.
  const shell = emptyExtension(profile);
  const server = await startServer({ vscode, profile, driver: true, env: { SEQUENCE_LAB_TEST_RESULTS: results } });
  const opened = await openBrowser({ executable: browser });
  const console = [];
  let result = outcome({ failed: 1, problem: 'the workbench did not open' });
  try {
    const page = await opened.context.newPage();
    page.on('console', (message) => console.push(`[${message.type()}] ${message.text()}`));
    // The workbench calls these two functions of the page: the suite's end, and each line of the extension host's console.
    const ended = new Promise((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
    await page.exposeFunction('codeAutomationLog', (type, args) => console.push(`[host ${type}] ${format(...args)}`));
    const payload = [
      ['extensionDevelopmentPath', remoteUri(server.port, shell)],
      ['extensionTestsPath', remoteUri(server.port, tests)],
      ['skipWelcome', 'true'],
    ];
    await page.goto(workbenchAddress(server.port, { folder: path.resolve(workspace), payload }));
    const limit = sleep(seconds * 1000, undefined, { ref: false });
    result = judge(results, await Promise.race([ended, limit]), say);
    if (result.problem) await page.screenshot({ path: path.join(profile, 'at-the-end.png') });
  } finally {
    writeFileSync(path.join(profile, 'console.log'), console.join('\n'));
    await opened.close();
    await server.stop();
    const errors = console.filter(
      (line) => /^\[host error\]|terminated unexpectedly/.test(line) && !HARMLESS.test(line),
    );
    if (result.problem) for (const line of [...new Set(errors)].slice(0, 6)) say(line.slice(0, 400));
    if (result.failed) say(`profile kept, with logs: ${profile}`);
    else removeProfile(profile);
  }
  return result;
}

function emptyExtension(profile) {
  const folder = path.join(profile, 'shell');
  mkdirSync(folder);
  const manifest = { name: 'test-shell', publisher: 'test', version: '0.0.1', engines: { vscode: '*' } };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

/** Runs the suite in a desktop VS Code, downloaded by @vscode/test-electron or named by VSCODE_EXECUTABLE. */
async function runOnDesktop({ tests, workspace, vsix, say }) {
  const { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } =
    await import('@vscode/test-electron');
  const { run } = await import('../../scripts/lib/process.mjs');
  const profile = makeProfile();
  const results = path.join(profile, 'results.json');
  const executable =
    process.env.VSCODE_EXECUTABLE ?? (await downloadAndUnzipVSCode(process.env.VSCODE_VERSION ?? 'stable'));
  const places = [
    `--user-data-dir=${path.join(profile, 'data')}`,
    `--extensions-dir=${path.join(profile, 'extensions')}`,
  ];
  const [cli] = resolveCliArgsFromVSCodeExecutablePath(executable);
  const install = await run(cli, [...places, '--install-extension', path.resolve(vsix), '--force'], {
    shell: process.platform === 'win32',
  });
  if (install.code !== 0) return outcome({ failed: 1, problem: `VS Code did not install ${vsix}: ${install.output}` });
  const exitCode = await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: emptyExtension(profile),
    extensionTestsPath: path.resolve(tests),
    launchArgs: [path.resolve(workspace), '--disable-workspace-trust', ...places],
    extensionTestsEnv: { SEQUENCE_LAB_TEST_RESULTS: results },
  }).catch(() => 1);
  const result = judge(results, exitCode, say);
  if (!result.failed) removeProfile(profile);
  return result;
}

/**
 * Runs a compiled suite against a packaged extension.
 * @param {object} options
 * @param {'server' | 'desktop'} options.host
 * @param {string} [options.vscode] installation (server only)
 * @param {string} [options.browser] Chromium's path (server only)
 * @param {string} options.tests the compiled entry
 * @param {string} options.workspace folder that is open during the tests
 * @param {string} options.vsix the package
 * @param {number} options.seconds time limit
 * @param {(line: string) => void} options.say
 * @returns {Promise<{passed: number, failed: number, skipped: number, problem?: string}>}
 */
export const runSuite = (options) => (options.host === 'desktop' ? runOnDesktop(options) : runInServer(options));
