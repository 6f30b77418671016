import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import wasmStamp from '../../../src/engine/kernels/built/stamp.json';
import { verifyNative } from '../../../src/engine/native/verify';
import { availableBackends, prepareBackend } from '../../../src/engine/select';
import type { BackendOptions } from '../../../src/engine/select';
import { addonPath, nativeBuilds, nativeFolder, whyNoNative } from '../../parity/engine/native-folder';
import { threadScript } from '../../parity/engine/thread-script';

const newFolder = () => mkdtempSync(join(tmpdir(), 'sequence-lab-'));
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const platform = `${process.platform}-${process.arch}`;

/** A folder of native kernels whose addon holds these bytes, with a stamp that fits unless changed. */
function folderWith(bytes: Buffer | string, stamp: object = {}): string {
  const folder = newFolder();
  mkdirSync(join(folder, platform));
  writeFileSync(join(folder, platform, 'kernels.node'), bytes);
  const whole = { sources: wasmStamp.sources, file: sha256(bytes), ...stamp };
  writeFileSync(join(folder, platform, 'stamp.json'), JSON.stringify(whole));
  return folder;
}

/** A stand-in for the child that tests the kernels. */
function childScript(source: string): string {
  const path = join(newFolder(), 'child.cjs');
  writeFileSync(path, source);
  return path;
}
const passing = () => childScript(`console.log('{"instructions":"avx2"}')`);

let script: string;
beforeAll(async () => void (script = await threadScript()));
beforeEach(() => void vi.stubEnv('SEQUENCE_LAB_ENGINE_BUILD', ''));
afterEach(() => vi.unstubAllEnvs());

/** Starts the engine as the product does, trains a step's worth, and says what was taken. */
async function start(nativeFolder: string, more: Partial<BackendOptions> = {}) {
  const options = { choice: 'auto', threads: 2, threadScript: script, nativeFolder, cacheFolder: newFolder() } as const;
  const { close, ...engine } = await prepareBackend({ ...options, ...more });
  try {
    expect(tf.tidy(() => tf.matMul(tf.ones([40, 30]), tf.ones([30, 20])).dataSync()[799])).toBe(30);
  } finally {
    await close();
  }
  return engine;
}

describe.skipIf(whyNoNative)('native kernels', () => {
  test('auto takes them, of the fastest instruction set', async () => {
    expect(await start(nativeFolder)).toMatchObject({ backend: 'heap', build: nativeBuilds[0], threads: 2, notes: [] });
    expect(availableBackends({ nativeFolder }).builds).toEqual(['native', 'relaxed', 'plain']);
  });

  test.each(nativeBuilds)('%s can be asked for', async (build) => {
    expect(await start(nativeFolder, { builds: [build] })).toMatchObject({ build, notes: [] });
    vi.stubEnv('SEQUENCE_LAB_ENGINE_BUILD', build);
    expect(await start(nativeFolder)).toMatchObject({ build, notes: [] });
  });

  test('an instruction set that this processor lacks is said', async () => {
    const other = process.arch === 'arm64' ? 'avx2' : 'neon';
    const engine = await start(nativeFolder, { builds: [`native (${other})`, 'plain'] });
    expect(engine.build).toBe('plain');
    expect(engine.notes).toEqual([
      `The native (${other}) kernels do not run here: this processor lacks the instruction set.`,
    ]);
  });

  test('a removed addon: WebAssembly computes, with one note', async () => {
    const folder = folderWith(readFileSync(addonPath));
    rmSync(join(folder, platform, 'kernels.node'));
    const engine = await start(folder);
    expect(engine.build).toBe('relaxed');
    expect(engine.notes).toHaveLength(1);
    expect(engine.notes[0]).toMatch(/^The native kernels do not run here: .*kernels\.node is missing\.$/);
  });

  test('a corrupted addon: WebAssembly computes, with one note', async () => {
    const bytes = readFileSync(addonPath);
    const folder = folderWith(bytes);
    const broken = Buffer.from(bytes);
    broken.fill(0xcc, bytes.length / 4, bytes.length / 2);
    writeFileSync(join(folder, platform, 'kernels.node'), broken);
    const engine = await start(folder);
    expect(engine.build).toBe('relaxed');
    expect(engine.notes).toHaveLength(1);
    expect(engine.notes[0]).toContain('kernels.node was changed after it was built');
  });

  test('corrupted machine code that its stamp vouches for breaks the child, not us', async () => {
    const bytes = readFileSync(addonPath);
    bytes.fill(0xcc, bytes.length / 4, bytes.length / 2);
    const engine = await start(folderWith(bytes));
    expect(engine.build).toBe('relaxed');
    expect(engine.notes).toHaveLength(1);
  });

  test('a cut-off addon is no addon', async () => {
    const engine = await start(folderWith(readFileSync(addonPath).subarray(0, 5000)));
    expect(engine).toMatchObject({ build: 'relaxed', notes: [expect.stringContaining('do not run here')] });
  });

  test('what passed is remembered, what was tested anew comes out the same', async () => {
    const cacheFolder = newFolder();
    await start(nativeFolder, { cacheFolder });
    const [file] = readdirSync(cacheFolder);
    const remembered = readFileSync(join(cacheFolder, file), 'utf8');
    // A child that fails would now be noticed.
    const failing = childScript('process.exit(1)');
    await expect(verifyNative({ folder: nativeFolder, script: failing, cacheFolder })).resolves.toBeTruthy();
    writeFileSync(join(cacheFolder, file), '[broken');
    await start(nativeFolder, { cacheFolder });
    expect(readFileSync(join(cacheFolder, file), 'utf8')).toBe(remembered);
  });

  test('a cache that cannot be written does no harm', async () => {
    const cacheFolder = childScript('a file, not a folder');
    expect(await start(nativeFolder, { cacheFolder })).toMatchObject({ build: nativeBuilds[0], notes: [] });
  });
});

describe('the self-test', () => {
  const verify = (script: string | undefined, more: object = {}) =>
    verifyNative({ folder: folderWith('anything'), script, cacheFolder: newFolder(), ...more });

  test('a child that is killed counts once only', async () => {
    const options = { folder: folderWith('anything'), cacheFolder: newFolder() };
    const killed = childScript(`process.kill(process.pid, 'SIGKILL')`);
    await expect(verifyNative({ ...options, script: killed })).rejects.toThrow('self-test ended with SIGKILL.');
    await expect(verifyNative({ ...options, script: passing() })).resolves.toMatchObject({ instructions: 'avx2' });
  });

  test('a crash is remembered', async () => {
    const options = { folder: folderWith('anything'), cacheFolder: newFolder() };
    const crash = childScript(`process.kill(process.pid, 'SIGSEGV')`);
    await expect(verifyNative({ ...options, script: crash })).rejects.toThrow('self-test ended with SIGSEGV.');
    await expect(verifyNative({ ...options, script: passing() })).rejects.toThrow('self-test ended with SIGSEGV.');
  });

  test('a child that hangs is ended', async () => {
    const hanging = childScript('setInterval(() => {}, 1000)');
    await expect(verify(hanging, { seconds: 0.5 })).rejects.toThrow('self-test took longer than 0.5 s.');
  });

  test.each([
    ['process.exit(7)', 'self-test ended with code 7.'],
    [`console.log('what?')`, 'self-test ended with code 0.'],
    [`console.log('{"instructions":"mmx"}')`, 'self-test ended with code 0.'],
    [`console.log('{"reason":"wrong sums."}')`, 'wrong sums.'],
  ])('%s: %s', async (source, message) => {
    await expect(verify(childScript(source))).rejects.toThrow(message);
  });

  test('a missing script and a stamp that does not fit', async () => {
    await expect(verify(undefined)).rejects.toThrow('the script for their self-test is missing.');
    const verifyIn = (folder: string) => verifyNative({ folder, script: passing(), cacheFolder: newFolder() });
    await expect(verifyIn(folderWith('a', { sources: 'other' }))).rejects.toThrow('built from other sources');
    await expect(verifyIn(folderWith('a', { file: 'other' }))).rejects.toThrow('was changed after it was built');
    const folder = folderWith('a');
    writeFileSync(join(folder, platform, 'stamp.json'), 'null');
    await expect(verifyIn(folder)).rejects.toThrow('was changed');
    writeFileSync(join(folder, platform, 'stamp.json'), '{');
    await expect(verifyIn(folder)).rejects.toThrow('stamp.json is missing or broken');
  });

  test('the child runs as Node, also in Electron, and without a debugger', async () => {
    vi.stubEnv('NODE_OPTIONS', '--inspect-brk');
    const asNode = `process.env.ELECTRON_RUN_AS_NODE === '1' && !process.env.NODE_OPTIONS`;
    const child = childScript(`console.log(${asNode} ? '{"instructions":"sse2"}' : '{"reason":"environment"}')`);
    await expect(verify(child)).resolves.toMatchObject({ instructions: 'sse2' });
  });
});

describe('without native kernels', () => {
  test('where none were installed nothing is said', async () => {
    expect(await start(newFolder())).toMatchObject({ build: 'relaxed', notes: [] });
    expect(availableBackends({ nativeFolder: newFolder() }).builds).toEqual(['relaxed', 'plain']);
  });

  test('the environment names a build', async () => {
    vi.stubEnv('SEQUENCE_LAB_ENGINE_BUILD', 'plain');
    expect(await start(nativeFolder)).toMatchObject({ build: 'plain', notes: [] });
    vi.stubEnv('SEQUENCE_LAB_ENGINE_BUILD', 'fastest');
    await expect(start(nativeFolder)).rejects.toThrow(
      'SEQUENCE_LAB_ENGINE_BUILD is "fastest"; set it to one of native',
    );
    vi.stubEnv('SEQUENCE_LAB_ENGINE_BUILD', 'native');
    const engine = await start(newFolder());
    expect(engine).toMatchObject({ backend: 'cpu', notes: [expect.stringContaining('is missing'), expect.anything()] });
  });
});

describe.skipIf(process.platform === 'win32')('npm run build:native', () => {
  const build = resolve(import.meta.dirname, '../../../scripts/build-native.mjs');

  test('says in one sentence what to install where there is no compiler', () => {
    const folder = newFolder();
    const env = { ...process.env, CLANG: join(folder, 'no-clang') };
    const { status, stdout, stderr } = spawnSync(process.execPath, [build, folder], { encoding: 'utf8', env });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^The native kernels need clang 15 or newer; install clang-19 .*\n$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(whyNoNative)('builds nothing when the addon fits the present sources', () => {
    const folder = newFolder();
    mkdirSync(join(folder, platform));
    for (const name of ['kernels.node', 'stamp.json'])
      copyFileSync(join(nativeFolder, platform, name), join(folder, platform, name));
    const env = { ...process.env, CLANG: join(folder, 'no-clang') };
    const run = () => spawnSync(process.execPath, [build, '--if-stale', folder], { encoding: 'utf8', env });
    expect(run().stdout).toMatch(/is up to date\.\n$/);
    rmSync(join(folder, platform, 'kernels.node'));
    expect(run().status).toBe(1);
  });
});
