// Child processes, with nothing of the checkout, so that it can be bundled: run one, find a program, call npm.
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Runs a program to its end.
 * @param {string} file program
 * @param {string[]} args
 * @param {object} [options] `cwd`, `env` (added to ours), `onLine` (gets each line of both streams;
 *   without it the output is only kept), `seconds` (killed after that), `shell`
 * @returns {Promise<{code: number, output: string, stdout: string}>} code 127 when the program does not exist, 124 after the time limit
 */
export function run(file, args, { cwd, env = {}, onLine, seconds, shell = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd,
      shell,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    let output = '';
    let stdout = '';
    let timedOut = false;
    const lines = lineSplitter(onLine);
    const take = (text) => {
      output += text;
      lines.push(text);
    };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      take(text);
    });
    child.stderr.setEncoding('utf8').on('data', take);
    // Its own process group, so that what it started dies with it: at the time limit, and when we are interrupted.
    const kill = () => killGroup(child.pid);
    const timer = seconds && setTimeout(() => ((timedOut = true), kill()), seconds * 1000);
    process.once('exit', kill);
    const done = (code) => {
      clearTimeout(timer);
      process.off('exit', kill);
      lines.end();
      resolve({ code, output, stdout });
    };
    child.once('error', (error) => ((output += error.message), done(127)));
    child.once('close', (code) => done(timedOut ? 124 : (code ?? 1)));
  });
}

/** Kills a process and, where there are process groups, everything it started. */
function killGroup(pid) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Cuts a stream of text into lines for `onLine`. */
function lineSplitter(onLine = () => {}) {
  let rest = '';
  return {
    push(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      lines.forEach((line) => onLine(line.replace(/\r$/, '')));
    },
    end() {
      if (rest) onLine(rest);
    },
  };
}

/** The path of the first of these programs that is on PATH, or undefined. */
export function findProgram(...names) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter))
    for (const name of names)
      for (const ending of endings) {
        const file = path.join(folder, name + ending);
        if (isProgram(file)) return file;
      }
  return undefined;
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The npm that runs us, where we are an npm script. */
const ownNpm = () => /npm-cli\.js$/.test(process.env.npm_execpath ?? '') && process.env.npm_execpath;

/** Whether there is an npm to run. */
export const hasNpm = () => !!(ownNpm() || findProgram('npm'));

/** Runs npm: the very one that runs us where we are an npm script, else the one on PATH. */
export function npm(args, options = {}) {
  const cli = ownNpm();
  if (cli) return run(process.execPath, [cli, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** The last lines of an output, for a message about what went wrong. */
export const tail = (output, lines = 20) => output.trimEnd().split('\n').slice(-lines).join('\n');
