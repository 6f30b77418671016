// `npm start [-- FILE]`: sets everything up, and opens a real VS Code with the extension, the samples and a play to train on.
//   --browser  use the browser workbench even where a desktop VS Code is installed
import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, main } from './lib/failure.mjs';
import { callersFolder, inRoot, root } from './lib/paths.mjs';
import { findProgram, run } from './lib/process.mjs';
import { makePackage } from './package.mjs';
import { setUp } from './setup.mjs';

const SAMPLES = inRoot('samples');
const PLAY = inRoot('samples/play/the-clockmakers-holiday.txt');
/** Preferred port of the browser workbench: the same address keeps the layout of the last time. */
const PORT = 8137;
/** Where VS Code puts its command when it is not on PATH. */
const USUAL_PLACES = [
  '/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code',
  path.join(process.env.HOME ?? '', 'Applications/Visual Studio Code.app/Contents/Resources/app/bin/code'),
  path.join(process.env.LOCALAPPDATA ?? '', 'Programs/Microsoft VS Code/bin/code.cmd'),
  path.join(process.env.ProgramFiles ?? '', 'Microsoft VS Code/bin/code.cmd'),
  '/usr/share/code/bin/code',
  '/snap/bin/code',
];

const say = (line) => console.log(line);

/** The file to open: the one that was asked for, or the sample play. */
function chosenFile(argument) {
  if (!argument) return PLAY;
  const file = path.resolve(callersFolder(), argument);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new Failure(`There is no file ${file}: check the path and try again.`);
  return file;
}

/** The command of an installed desktop VS Code that can run here and is new enough, or undefined. */
async function desktopVsCode() {
  if (process.platform === 'linux' && process.getuid() === 0) return undefined; // VS Code refuses to run as root
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined;
  const code = findProgram('code') ?? USUAL_PLACES.find((place) => existsSync(place));
  if (!code) return undefined;
  const shell = process.platform === 'win32';
  const { code: exit, stdout } = await run(shell ? `"${code}"` : code, ['--version'], { seconds: 20, shell });
  const [major, minor] = stdout.split('.').map(Number);
  return exit === 0 && (major > 1 || minor >= 100) ? code : undefined;
}

async function openDesktop(code, file) {
  const shell = process.platform === 'win32';
  const quoted = (text) => (shell ? `"${text}"` : text);
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, SAMPLES, file];
  const { code: exit, output } = await run(quoted(code), args.map(quoted), { shell });
  if (exit !== 0) throw new Failure(`VS Code did not open: ${output.trim()}`);
  say(`VS Code opens with ${path.basename(file)}. Press F1 and run "Sequence Lab: Train on Current File".`);
}

/** Serves VS Code's browser workbench until Ctrl-C, or until the server ends. */
async function serveWorkbench(file) {
  const host = await import('../test/real-vscode/server.mjs');
  const { installVsCode, whyNoServer } = await import('../test/real-vscode/install.mjs');
  if (whyNoServer())
    throw new Failure(
      `No desktop VS Code was found, and ${whyNoServer()}: install VS Code from code.visualstudio.com and run the command again.`,
    );
  const vscode = await installVsCode((line) => say(`setup: ${line}`));
  const profile = host.makeProfile({ 'workbench.colorTheme': 'Default Dark Modern' });
  process.once('exit', () => host.removeProfile(profile));
  host.installVsix(vscode, profile, await makePackage((line) => say(`setup: ${line}`)));
  process.prependOnceListener('SIGINT', () => process.exit(0)); // Ctrl-C is how this is meant to end
  // Whoever reaches the workbench can run programs as us, so it asks for a token that only the printed address has.
  const token = randomBytes(16).toString('hex');
  const server = await host.startServer({ vscode, profile, token, port: await host.portOrAny(PORT) });
  const address = host.workbenchAddress(server.port, {
    token,
    folder: SAMPLES,
    payload: [
      ['openFile', host.remoteUri(server.port, file)],
      ['skipWelcome', 'true'],
    ],
  });
  say(`VS Code runs here, with Sequence Lab and ${path.basename(file)} open:\n\n  ${address}\n`);
  say('Open the address in a browser, press F1 and run "Sequence Lab: Train on Current File". Ctrl-C here ends it.');
  await server.ended;
  throw new Failure("VS Code's server ended by itself; run the command again.");
}

await main(async () => {
  const { values, positionals } = parseArgs({ options: { browser: { type: 'boolean' } }, allowPositionals: true });
  const file = chosenFile(positionals[0]);
  await setUp({ say: (line) => say(`setup: ${line}`) });
  const code = values.browser ? undefined : await desktopVsCode();
  await (code ? openDesktop(code, file) : serveWorkbench(file));
});
