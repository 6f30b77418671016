import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { InstructionSet } from './native/addon';

/** The two WebAssembly builds of the kernels: with fused multiply-add of relaxed SIMD (faster), and without. */
export type WasmBuild = 'relaxed' | 'plain';

/** Machine code for one instruction set, by the name that records and reports use. */
export type NativeBuild = `native (${InstructionSet})`;

/** Any build; `native` is the one of the fastest instruction set that this processor has. */
export type KernelBuild = WasmBuild | NativeBuild | 'native';

/** Both files, written so that webpack finds them, emits them beside its bundles and puts in their places. */
const FILES: Record<WasmBuild, URL> = {
  relaxed: new URL('./kernels/built/relaxed.wasm', import.meta.url),
  plain: new URL('./kernels/built/plain.wasm', import.meta.url),
};

/**
 * Compiles a build of the kernels.
 * @param folder where relaxed.wasm and plain.wasm lie; the engine's own if left out
 * @throws Error when the file is missing or this runtime cannot compile it
 */
export function compileKernels(build: WasmBuild, folder?: string): WebAssembly.Module {
  const bytes = readFileSync(folder === undefined ? fileURLToPath(FILES[build]) : join(folder, `${build}.wasm`));
  // Node 20 knows relaxed SIMD, but only with this flag; later ones have it on. The flag changes nothing else.
  if (build === 'relaxed' && Number(process.versions.node.split('.')[0]) < 22)
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  return new WebAssembly.Module(bytes);
}
