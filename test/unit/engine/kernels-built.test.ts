import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const sources = join(root, 'src/engine/kernels');
const script = join(root, 'scripts/build-kernels.sh');
const stamp = JSON.parse(readFileSync(join(sources, 'built/stamp.json'), 'utf8')) as Record<string, string>;

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** As scripts/build-kernels.sh computes it. */
function sourceHash(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(sources)
    .filter((file) => /\.[ch]$/.test(file))
    .sort())
    hash.update(`${name}\0`).update(readFileSync(join(sources, name)));
  return hash.update(readFileSync(script)).digest('hex');
}

test('the committed kernels were built from the present sources (else run scripts/build-kernels.sh)', () => {
  expect(stamp.sources).toBe(sourceHash());
});

test.each(['relaxed', 'plain'])('the committed %s.wasm is the one that the stamp names', (build) => {
  expect(sha256(readFileSync(join(sources, `built/${build}.wasm`)))).toBe(stamp[build]);
});

const compiler = spawnSync('clang-19', ['--version'], { encoding: 'utf8' }).stdout?.split('\n')[0];
const linker = spawnSync('wasm-ld-19', ['--version']).status === 0;
const same = compiler === stamp.compiler && linker;

test.skipIf(!same)(`building anew with ${stamp.compiler} gives the same bytes`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sequence-lab-kernels-'));
  execFileSync('bash', [script, folder]);
  for (const build of ['relaxed', 'plain'])
    expect(sha256(readFileSync(join(folder, `${build}.wasm`)))).toBe(stamp[build]);
});
