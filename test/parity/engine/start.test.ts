import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { bundle } from './bundle.mjs';
import { cacheFolder, nativeFolder, whyNoNative } from './native-folder';
import { threadScript } from './thread-script';

let script: string;
beforeAll(async () => void (script = await bundle('test/parity/engine/start-and-multiply.ts')));

// V8 compiles twice: quickly at first, well when a function is hot. The kernels must not hang in either code.
test.each([[], ['--liftoff-only'], ['--no-liftoff']])(
  'a fresh process starts, computes and ends by itself %j',
  async (...flags) => {
    const thread = await threadScript();
    for (let i = 0; i < 3; i++) {
      const { stdout, stderr, signal } = spawnSync(process.execPath, [...flags, script, thread], {
        encoding: 'utf8',
        timeout: 20_000,
        env: { ...process.env, SEQUENCE_LAB_ENGINE_BUILD: 'relaxed' },
      });
      expect([signal, stdout.trim()], stderr).toEqual([null, 'heap 3']);
    }
  },
);

test.skipIf(whyNoNative)('so does one with native kernels', async () => {
  const args = [script, await threadScript(), nativeFolder, cacheFolder];
  const env = { ...process.env, SEQUENCE_LAB_ENGINE_BUILD: 'native' };
  for (let i = 0; i < 3; i++) {
    const { stdout, stderr, signal } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000, env });
    expect([signal, stdout.trim()], stderr).toEqual([null, 'heap 3']);
  }
});
