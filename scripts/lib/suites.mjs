// Every suite of `npm test`: its name, what it is, what it needs, and how it runs. A suite answers with
// {passed, failed, skipped?, problem?}, or {reason} when it cannot run on this machine.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { makePackage, thisPlatform } from '../package.mjs';
import { Failure } from './failure.mjs';
import { checkDoctor, checkPackage } from './package-check.mjs';
import { inRoot } from './paths.mjs';
import { run, tail, tool } from './process.mjs';

/** A run of a program that is one check: passed when it exits with 0. */
const oneCheck = ({ code }) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });
const sum = (results) =>
  results.reduce((all, one) => ({ passed: all.passed + one.passed, failed: all.failed + one.failed }), {
    passed: 0,
    failed: 0,
  });

/** The closing line of a program that counts its own tests. */
const CLOSING_LINE = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;

/** Counts from the last closing line of an output; a program that crashed, or printed none, is one failed test. */
function countsOf({ code, stdout }) {
  const match = stdout
    .trimEnd()
    .split('\n')
    .reverse()
    .map((line) => CLOSING_LINE.exec(line.trim()))
    .find(Boolean);
  if (!match) return { passed: 0, failed: 1, problem: `it ended with exit code ${code} and no result` };
  const [passed, failed, skipped] = match.slice(1).map((text) => Number(text ?? 0));
  if (code !== 0 && failed === 0) return { passed, failed: 1, skipped, problem: `it ended with exit code ${code}` };
  return { passed, failed, skipped };
}

/** Hides the closing lines of parts: `npm test` prints one for all of them. */
const withoutClosingLines = (say) => (line) => CLOSING_LINE.test(line.trim()) || say(line);

async function types(say) {
  const results = [];
  for (const project of ['tsconfig.json', 'webview/tsconfig.json', 'test/vscode/tsconfig.json'])
    results.push(oneCheck(await tool('typescript', ['--noEmit', '-p', project], { onLine: say }, 'tsc')));
  return sum(results);
}

/** Runs vitest and counts by its JSON report: the text on the screen is for people. */
async function vitest(name, args, say, env) {
  const report = inRoot('test-results', `${name}.json`);
  rmSync(report, { force: true });
  const { code } = await tool(
    'vitest',
    ['run', ...args, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`],
    {
      onLine: say,
      env: { CI: '1', ...env },
    },
  );
  if (!existsSync(report))
    return { passed: 0, failed: 1, problem: `vitest ended with exit code ${code} and no report` };
  const {
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: pending,
    numTodoTests: todo,
  } = JSON.parse(readFileSync(report, 'utf8'));
  const counts = { passed, failed, skipped: pending + todo };
  // A file that does not even load has no tests that could fail.
  if (code !== 0 && failed === 0)
    return { ...counts, failed: 1, problem: 'a test file did not load, or an error came outside of a test' };
  if (passed + failed === 0) return { ...counts, failed: 1, problem: 'no test ran' };
  return counts;
}

const folder = (name) => (say) => vitest(name, [`test/${name}/`], say);

async function page(say) {
  const executable = await browser(say);
  if (!executable) return { reason: 'no Chromium or Chrome is installed' };
  return vitest('webview', ['--config', 'test/webview/vitest.config.ts'], say, { CHROMIUM: executable });
}

const browser = async (say) => (await import('../../test/real-vscode/browser.mjs')).findBrowser(say);

/** @returns {Promise<{vscode: string, browser: string} | {reason: string}>} the browser workbench and a browser for it */
async function workbench(say) {
  const { installVsCode, whyNoServer } = await import('../../test/real-vscode/install.mjs');
  if (whyNoServer()) return { reason: whyNoServer() };
  const executable = await browser(say);
  if (!executable) return { reason: 'no Chromium or Chrome is installed' };
  return { vscode: await installVsCode(say), browser: executable };
}

async function inVsCode(say) {
  const { runSuite } = await import('../../test/real-vscode/run-suite.mjs');
  const { whyNoServer } = await import('../../test/real-vscode/install.mjs');
  const compiled = await tool('typescript', ['-p', 'test/vscode/tsconfig.json'], { onLine: say }, 'tsc');
  if (compiled.code !== 0) return { passed: 0, failed: 1, problem: 'its tests do not compile' };
  const common = { tests: inRoot('out/vscode-tests/index.js'), vsix: await makePackage(), seconds: 420, say };
  const host = process.env.VSCODE_HOST ?? (whyNoServer() ? 'desktop' : 'server');
  const place = host === 'desktop' ? {} : await workbench(say);
  if (place.reason) return place;
  const workspace = inRoot('test-results/vscode-workspace');
  rmSync(workspace, { recursive: true, force: true });
  mkdirSync(workspace, { recursive: true });
  return runSuite({ ...common, ...place, host, workspace });
}

async function asAPerson(say) {
  const place = await workbench(say);
  if (place.reason) return place;
  const args = [
    inRoot('test/e2e/run.mjs'),
    '--vsix',
    await makePackage(),
    '--vscode',
    place.vscode,
    '--browser',
    place.browser,
  ];
  return countsOf(await run(process.execPath, args, { onLine: withoutClosingLines(say), seconds: 900 }));
}

/** The package for every platform and, where its kernels can be built, the one for this platform. */
async function packaging(say) {
  const count = (results) => ({
    passed: results.filter(Boolean).length,
    failed: results.filter((ok) => !ok).length,
  });
  const universal = await makePackage(say);
  const results = [...checkPackage(universal, say), ...(await checkDoctor(universal, say, /WebAssembly/))];
  const why = process.platform === 'win32' ? 'there are none for Windows' : await whyNoNative();
  if (why) {
    say(`skipped: the package with native kernels, because ${why}`);
    return { ...count(results), skipped: 1 };
  }
  const own = await makePackage(say, thisPlatform);
  results.push(...checkPackage(own, say, thisPlatform), ...(await checkDoctor(own, say, /native/)));
  return count(results);
}

/** Why the native kernels cannot be built here; undefined when they are. A compiler that refuses them is a failure. */
async function whyNoNative() {
  const { code, output } = await run(process.execPath, [inRoot('scripts/build-native.mjs'), '--if-stale']);
  if (/do not compile/.test(output)) throw new Failure(output);
  return code === 0 ? undefined : tail(output, 1);
}

const tfjs = async (say) =>
  countsOf(
    await run(process.execPath, [inRoot('test/parity/tfjs-suite/run.mjs')], {
      onLine: withoutClosingLines(say),
      seconds: 900,
    }),
  );

const sanitize = async (say) =>
  countsOf(await run('bash', [inRoot('test/sanitize/run.sh')], { onLine: withoutClosingLines(say), seconds: 600 }));

/** In the order in which they run: what fails fast comes first. */
export const suites = [
  { name: 'types', title: 'type check', run: types },
  {
    name: 'lint',
    title: 'eslint, no warnings',
    run: async (say) => oneCheck(await tool('eslint', ['--max-warnings', '0', '.'], { onLine: say })),
  },
  {
    name: 'format',
    title: 'prettier',
    run: async (say) => oneCheck(await tool('prettier', ['--check', '--log-level', 'warn', '.'], { onLine: say })),
  },
  {
    name: 'unused',
    title: 'knip: dead files, exports, dependencies',
    run: async (say) => oneCheck(await tool('knip', ['--no-progress'], { onLine: say })),
  },
  { name: 'unit', title: 'unit tests', run: folder('unit') },
  { name: 'fuzz', title: 'properties and fuzz', run: folder('fuzz') },
  { name: 'parity', title: 'gradients, backends, PyTorch vectors', run: folder('parity') },
  { name: 'fault', title: 'run folder under faults', run: folder('fault') },
  { name: 'observations', title: 'every sample recipe shows what it is for', run: folder('observations') },
  { name: 'tfjs', title: "TF.js's own suite on our backend", run: tfjs },
  { name: 'sanitize', title: 'native kernels under sanitizers', run: sanitize },
  { name: 'package', title: 'the packaged extension, for every platform and for this one', run: packaging },
  { name: 'page', title: 'the dashboard page in a browser', run: page },
  { name: 'vscode', title: 'inside a real VS Code', run: inVsCode },
  { name: 'e2e', title: 'as a person in a real VS Code', run: asAPerson },
];
