import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');
export const cli = path.join(root, 'dist/cli.js');

/**
 * Builds the command line and the worker program unless they are newer than all sources. One test file builds, others
 * wait.
 */
export async function buildThreads(): Promise<void> {
  const lock = path.join(root, 'node_modules/.sequence-lab-test-build');
  const since = Date.now();
  while (!take(lock)) {
    // A builder that was killed leaves its lock behind.
    if (Date.now() - since > 120_000) rmdirSync(lock);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    if (isFresh()) return;
    const build = spawnSync(
      process.execPath,
      [path.join(root, 'node_modules/webpack/bin/webpack.js'), '--config-name', 'threads'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    if (build.status !== 0) throw new Error(`The build failed: ${build.stdout}${build.stderr}`);
  } finally {
    rmdirSync(lock);
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

function isFresh(): boolean {
  try {
    const built = Math.min(
      ...['cli', 'worker', 'kernel-thread'].map((name) => statSync(path.join(root, `dist/${name}.js`)).mtimeMs),
    );
    const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
    return sources.every((name) => statSync(path.join(root, 'src', name)).mtimeMs < built);
  } catch {
    return false;
  }
}

export interface Answer {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The lines of standard output as JSON. */
  lines(): Record<string, unknown>[];
}

/** Runs the command line to its end. */
export async function run(
  args: string[],
  options: { cwd: string; input?: string; shell?: string } = { cwd: root },
): Promise<Answer> {
  return answerOf(start(args, options), options.input);
}

/** Starts the command line. `shell` is put before it, such as "ulimit -f 100;". */
export function start(args: string[], { cwd, shell }: { cwd: string; shell?: string }): ChildProcess {
  const env = { ...process.env, NO_COLOR: '1' };
  if (shell === undefined) return spawn(process.execPath, [cli, ...args], { cwd, env });
  return spawn('/bin/bash', ['-c', `${shell} exec "$0" "$@"`, process.execPath, cli, ...args], { cwd, env });
}

export async function answerOf(child: ChildProcess, input = ''): Promise<Answer> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = (): Record<string, unknown>[] =>
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, stdout, stderr, lines };
}
