import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { loadAddon } from '../../../src/engine/native/addon';
import type { NativeBuild } from '../../../src/engine/modules';
import { root } from './bundle.mjs';

/** Where the tests build the native kernels: not in dist/, which is what ships. */
export const nativeFolder = join(root, 'out/native');
export const addonPath = join(nativeFolder, `${process.platform}-${process.arch}`, 'kernels.node');
/** Results of self-tests that the tests run; one's own cache folder stays as it is. */
export const cacheFolder = join(root, 'out/native/cache');

const built = spawnSync(process.execPath, [join(root, 'scripts/build-native.mjs'), '--if-stale', nativeFolder], {
  encoding: 'utf8',
});
/** Why there are no native kernels to test here; undefined where there are. A build that fails with a compiler is a fault. */
export const whyNoNative = built.status === 0 ? undefined : built.stderr.trim();
if (whyNoNative?.includes('do not compile')) throw new Error(whyNoNative);

/** The native builds that this machine can run. */
export const nativeBuilds: NativeBuild[] = whyNoNative
  ? []
  : loadAddon(addonPath).instructionSets.map((name) => `native (${name})` as const);
