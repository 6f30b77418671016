import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { examine } from '../../../src/worker/doctor';
import { Bench } from '../../helpers/job';

test('the doctor names all backends, what is missing and how to get it, and measures what is there', async () => {
  vi.stubEnv('SEQUENCE_LAB_TENSORFLOW', mkdtempSync(join(tmpdir(), 'empty-')));
  const bench = new Bench();
  const report = await examine(true, { version: '1.2.3', moduleFolders: [] }, bench.backends);
  await bench.backends.close();
  expect(report).toMatchObject({
    version: '1.2.3',
    node: process.versions.node,
    chosen: expect.stringContaining('kernels') as string,
  });
  expect(report.backends.map(({ name }) => name)).toEqual(['kernels', 'tensorflow', 'cpu']);
  const [kernels, tensorflow, cpu] = report.backends;
  expect(kernels.charactersPerSecond).toBeGreaterThan(2 * (cpu.charactersPerSecond ?? 0));
  expect(tensorflow).toMatchObject({ available: false, detail: expect.stringContaining('npm run') as string });
});
