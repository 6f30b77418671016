// Starts and stops VS Code's server with a profile of its own. Any Node >= 20 runs this file; the server runs on the Node
// that was installed with it.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeOf, serverOf } from './install.mjs';

/** User settings of a fresh profile: no network, no advice, nothing that moves. */
const SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'files.autoSave': 'off', // as on the desktop; the browser workbench would save after a second
  'git.enabled': false,
  'editor.minimap.enabled': false,
  'window.autoDetectColorScheme': false,
};
/** How long the server may take until it listens. */
const START_MILLISECONDS = 30_000;

/**
 * Makes a profile folder: settings, extensions, logs and state of one server.
 * @param {Record<string, unknown>} settings added to ours
 */
export function makeProfile(settings = {}) {
  const profile = mkdtempSync(path.join(tmpdir(), 'sequence-lab-vscode-'));
  const folder = path.join(profile, 'data/User');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'settings.json'), JSON.stringify({ ...SETTINGS, ...settings }, null, 2));
  return profile;
}

export const removeProfile = (profile) => rmSync(profile, { recursive: true, force: true, maxRetries: 5 });

const placesOf = (profile) => [
  '--accept-server-license-terms',
  ...['--server-data-dir', profile, '--extensions-dir', path.join(profile, 'extensions')],
];

/** Our environment without what npm, another VS Code or Electron put into it, and without a marketplace. */
function environment(extra = {}) {
  const own = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|npm_|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(own), EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...extra };
}

/** Installs a packaged extension into a profile. @throws Error with VS Code's words when it refuses */
export function installVsix(vscode, profile, vsix) {
  const args = [serverOf(vscode), ...placesOf(profile), '--install-extension', path.resolve(vsix), '--force'];
  const output = execFileSync(nodeOf(vscode), args, {
    encoding: 'utf8',
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (!/was successfully installed/.test(output)) throw new Error(`VS Code did not install ${vsix}:\n${output}`);
}

/** The wished port when it is free, else 0: any. The workbench keeps its layout by address, so a steady port is welcome. */
export function portOrAny(wished) {
  return new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(0))
      .listen(wished, '127.0.0.1', () => probe.close(() => resolve(wished)));
  });
}

/**
 * Starts a server and waits until it listens on 127.0.0.1.
 * @param {object} options
 * @param {string} options.vscode installation, from `installVsCode`
 * @param {string} options.profile from `makeProfile`
 * @param {boolean} [options.driver] VS Code's test driver: needed for the suite in the extension host; without toasts
 * @param {boolean} [options.trust] ask for trust in folders, which opens them in Restricted Mode
 * @param {string} [options.token] what the first request must show; without one every local process may connect
 * @param {number} [options.port] 0 for any
 * @param {Record<string, string>} [options.env] reaches the extension host
 * @returns {Promise<{port: number, pid: number, ended: Promise<void>, stop(): Promise<void>}>}
 */
export async function startServer({ vscode, profile, driver = false, trust = false, token, port = 0, env = {} }) {
  const logFile = path.join(profile, 'server.log');
  const log = openSync(logFile, 'a');
  const before = fstatSync(log).size;
  const args = [
    serverOf(vscode),
    ...[
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--telemetry-level',
      'off',
      '--disable-getting-started-override',
    ],
    ...placesOf(profile),
    ...(token ? ['--connection-token', token] : ['--without-connection-token']),
    ...(trust ? [] : ['--disable-workspace-trust']),
    ...(driver ? ['--enable-smoke-test-driver'] : []),
  ];
  // In its own process group, so that `stop` reaches the extension host too.
  const server = spawn(nodeOf(vscode), args, { stdio: ['ignore', log, log], detached: true, env: environment(env) });
  closeSync(log);
  const ended = new Promise((resolve) => server.once('exit', () => resolve()));
  const onExit = () => signalGroup(server.pid, 'SIGKILL');
  process.once('exit', onExit);
  const written = () => readFileSync(logFile, 'utf8').slice(before);
  const listening = await waitForPort(written, server);
  if (!listening) {
    onExit();
    throw new Error(`VS Code's server did not start:\n${written().slice(-2000)}`);
  }
  return {
    port: listening,
    pid: server.pid,
    ended,
    async stop() {
      signalGroup(server.pid, 'SIGTERM');
      for (let i = 0; i < 60 && signalGroup(server.pid, 0); i++) await sleep(50);
      signalGroup(server.pid, 'SIGKILL'); // an extension host that hangs does not answer SIGTERM
      process.off('exit', onExit);
    },
  };
}

/** Sends a signal to a process group. False when it is gone. */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** The port that the server says it listens on; undefined when it ended or took too long. */
async function waitForPort(written, server) {
  for (const end = Date.now() + START_MILLISECONDS; Date.now() < end; await sleep(25)) {
    const port = Number(/listening on (\d+)/.exec(written())?.[1] ?? 0);
    if (port) return port;
    if (server.exitCode !== null || server.signalCode !== null) return undefined;
  }
  return undefined;
}

/**
 * The workbench's address. `localhost` by name: the workbench and its webviews need one steady, secure origin.
 * @param {number} port
 * @param {{folder?: string, token?: string, payload?: [string, string][]}} [options] payload: what a desktop VS Code would
 *   get on its command line
 */
export function workbenchAddress(port, { folder, token, payload } = {}) {
  const query = new URLSearchParams();
  if (token) query.set('tkn', token);
  if (folder) query.set('folder', folder);
  if (payload) query.set('payload', JSON.stringify(payload));
  return `http://localhost:${port}/?${query}`;
}

/** How the workbench names a file of this machine. */
export const remoteUri = (port, file) => `vscode-remote://localhost:${port}${encodeURI(path.resolve(file))}`;
