import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { userCacheFolder } from '../cache-folder.mjs';
import wasmStamp from '../kernels/built/stamp.json';
import { INSTRUCTION_SETS } from './addon';
import type { InstructionSet, NativeModule } from './addon';
import type { SelfTestLine } from './self-test';
import { keepVerdict, recallVerdict } from './verdicts';

/** Longest that the self-test may take; it needs well under a second. */
const TEST_SECONDS = 10;

export interface NativeOptions {
  /** Folder of all platforms' addons: <folder>/linux-x64/kernels.node, with stamp.json beside it. */
  folder: string;
  /** Path of the bundled kernel-thread.js, which runs the self-test in a process of its own. */
  script?: string;
  /** Where results of self-tests are remembered; the user's cache folder if left out. */
  cacheFolder?: string;
  /** Instruction set to take; the fastest that this processor has if left out. */
  instructions?: InstructionSet;
  /** Seconds that the self-test may take; 10 if left out. */
  seconds?: number;
}

/** This platform's folder below the folder of all platforms' addons. */
const placeIn = (folder: string) => join(folder, `${process.platform}-${process.arch}`);

/** True where an addon for this platform was installed, whether or not it works. */
export const hasNative = (folder: string | undefined): folder is string =>
  folder !== undefined && existsSync(placeIn(folder));

/**
 * The native kernels, once they are known to work here: unchanged since they were built, from the same sources as the
 * WebAssembly builds, and with the same results in a self-test in a child process.
 * @throws Error whose message says why they cannot be used
 */
export async function verifyNative(options: NativeOptions): Promise<NativeModule> {
  const { addon, sha256 } = findAddon(options.folder);
  const cacheFolder = options.cacheFolder ?? userCacheFolder();
  const key = verdictKey(sha256, options.instructions);
  const remembered = recallVerdict(cacheFolder, key);
  const { line, lasting } = remembered ? { line: remembered, lasting: false } : await testInChild(addon, options);
  if (lasting) keepVerdict(cacheFolder, key, line);
  if ('reason' in line) throw new Error(line.reason);
  return { addon, instructions: line.instructions };
}

/** The addon's file, when it is the one that its stamp names. */
function findAddon(folder: string): { addon: string; sha256: string } {
  const place = placeIn(folder);
  const addon = join(place, 'kernels.node');
  if (!existsSync(addon)) throw new Error(`${addon} is missing.`);
  const { sources, file } = readStamp(join(place, 'stamp.json'));
  const sha256 = createHash('sha256').update(readFileSync(addon)).digest('hex');
  if (sha256 !== file) throw new Error('kernels.node was changed after it was built; run `npm run build:native`.');
  if (sources !== wasmStamp.sources) throw new Error('they were built from other sources; run `npm run build:native`.');
  return { addon, sha256 };
}

function readStamp(path: string): { sources?: unknown; file?: unknown } {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) ?? {}) as { sources?: unknown; file?: unknown };
  } catch {
    throw new Error('their stamp.json is missing or broken; run `npm run build:native`.');
  }
}

/** Names what a self-test's result depends on: the addon, the runtime and the processor. */
function verdictKey(sha256: string, instructions = 'fastest'): string {
  const { node, electron = '' } = process.versions as Record<string, string>;
  const parts = [sha256, node, electron, process.arch, cpus()[0]?.model ?? '', instructions];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
}

interface Verdict {
  line: SelfTestLine;
  /** Whether it holds for the next start too: a child that was killed or was too slow says nothing about that. */
  lasting: boolean;
}

/** Runs the self-test in a process of its own. Never rejects. */
function testInChild(addon: string, { script, instructions, seconds = TEST_SECONDS }: NativeOptions): Promise<Verdict> {
  const passing = (reason: string): Verdict => ({ line: { reason }, lasting: false });
  if (!script || !existsSync(script)) return Promise.resolve(passing('the script for their self-test is missing.'));
  // In Electron the executable is only with this variable the Node that it contains. NODE_OPTIONS could hold a debugger.
  const env: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' };
  const args = instructions ? [script, addon, instructions] : [script, addon];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve(passing(`their self-test did not start (${error.message}).`));
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (late) resolve(passing(`their self-test took longer than ${seconds} s.`));
      else if (signal) resolve({ ...passing(`their self-test ended with ${signal}.`), lasting: isCrash(signal) });
      else resolve(readLine(output) ?? passing(`their self-test ended with code ${code}.`));
    });
  });
}

/** A crash happens again with the same machine code; a child that someone ended says nothing about it. */
const isCrash = (signal: string) => ['SIGILL', 'SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGTRAP'].includes(signal);

function readLine(output: string): Verdict | undefined {
  try {
    const line = JSON.parse(output) as { reason?: unknown; instructions?: unknown };
    if (typeof line.reason === 'string') return { line: { reason: line.reason }, lasting: false };
    const instructions = INSTRUCTION_SETS.find((name) => name === line.instructions);
    return instructions && { line: { instructions }, lasting: true };
  } catch {
    return undefined;
  }
}
