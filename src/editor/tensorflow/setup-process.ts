import { spawn } from 'node:child_process';
import { Cancelled, UserError } from '../../core/errors';

/** Lines of the setup begin with this; on the screen it says nothing new. */
const PREFIX = /^tensorflow: /;

/**
 * Runs the bundled setup in a process of its own, since it takes minutes and loads what it has built.
 * @param script path of dist/setup-tensorflow.js
 * @param onLine gets each step as it begins
 * @param signal ends the setup, with everything that it started
 * @throws UserError with the setup's own sentence when it did not succeed; Cancelled
 */
export function runSetup(script: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
  // In Electron the executable is only with this variable the Node that it contains. An editor installs no system packages.
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', SEQUENCE_LAB_NO_APT: '1', NODE_OPTIONS: '' };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const stop = () => child.kill();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line.replace(PREFIX, ''));
    });
    let failure = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (failure += text));
    child.once('error', reject);
    child.once('close', (code, ending) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(new Cancelled());
      else if (code === 0) resolve();
      else reject(failureOf(failure, ending ?? `code ${code}`));
    });
  });
}

/** A person can act on the setup's own sentence; anything else is a fault of ours, for the log. */
function failureOf(output: string, ending: string): Error {
  const [first, ...rest] = output.trim().split('\n');
  if (first && rest.length === 0) return new UserError(first);
  return new Error(`The setup of TensorFlow ended with ${ending}.\n${output}`);
}
