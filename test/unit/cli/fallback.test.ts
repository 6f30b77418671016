import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildThreads, root } from '../../helpers/cli';
import { someText } from '../../helpers/temporary';
import { nativeFolder, whyNoNative } from '../../parity/engine/native-folder';

const PLATFORM = `${process.platform}-${process.arch}`;
beforeAll(buildThreads, 180_000);

/** A product of its own, as a person has it installed: the programs, the WebAssembly builds and the native kernels. */
let home: string;
const inProduct = (...names: string[]) => path.join(home, 'dist', ...names);
const addon = () => inProduct('native', PLATFORM, 'kernels.node');
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'sequence-lab-'));
  for (const name of ['cli.js', 'worker.js', 'kernel-thread.js', 'kernels'])
    cpSync(path.join(root, 'dist', name), inProduct(name), { recursive: true });
  cpSync(path.join(nativeFolder, PLATFORM), inProduct('native', PLATFORM), { recursive: true });
  writeFileSync(path.join(home, 'words.txt'), someText(3000));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Trains five steps on the command line; gives the kernels' build and what was said about them. */
function train(): { build: unknown; warnings: string[] } {
  const small = ['model.hidden=8', 'model.embedding=4', 'training.batch=4', 'training.length=16'];
  const options = [...small.flatMap((each) => ['--set', each]), '--steps', '5', '--runs', 'runs', '--json'];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [inProduct('cli.js'), 'train', 'words.txt', ...options],
    {
      cwd: home,
      encoding: 'utf8',
      env: { ...process.env, XDG_CACHE_HOME: home, SEQUENCE_LAB_ENGINE_BUILD: '' },
    },
  );
  expect([status, stderr]).toEqual([0, '']);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; run: string; reason?: string; step: number; message: string });
  expect(events.at(-1)).toMatchObject({ event: 'finished', reason: 'done', step: 5 });
  const { environment } = JSON.parse(readFileSync(path.join(events.at(-1)!.run, 'run.json'), 'utf8')) as {
    environment: { build?: string; backend: string };
  };
  const warnings = events.filter(({ event }) => event === 'warning').map(({ message }) => message);
  return { build: environment.build ?? environment.backend, warnings };
}

describe.skipIf(whyNoNative)('a training with native kernels that', () => {
  test('work takes them and says nothing', () => {
    const { build, warnings } = train();
    expect(build).toMatch(/native/);
    expect(warnings).toEqual([]);
  });

  test('are corrupted goes on with WebAssembly and one line', () => {
    const bytes = readFileSync(addon());
    bytes.fill(0xcc, bytes.length / 4, bytes.length / 2);
    writeFileSync(addon(), bytes);
    const { build, warnings } = train();
    expect(build).toMatch(/relaxed/);
    expect(warnings).toEqual([
      'The native kernels do not run here: kernels.node was changed after it was built; run `npm run build:native`.',
    ]);
  });

  test('are removed goes on with WebAssembly and one line', () => {
    rmSync(addon());
    const { build, warnings } = train();
    expect(build).toMatch(/relaxed/);
    expect(warnings).toEqual([`The native kernels do not run here: ${addon()} is missing.`]);
  });

  test.skipIf(process.platform === 'win32')(
    'lose the child that tests them go on with WebAssembly and one line',
    () => {
      // The same program runs in the kernel threads and, as a process of its own, the self-test: only that is killed.
      const script = inProduct('kernel-thread.js');
      const kill = `if (require('node:worker_threads').isMainThread) process.kill(process.pid, 'SIGKILL');`;
      const source = readFileSync(script, 'utf8');
      writeFileSync(script, `${kill}\n${source}`);
      const { build, warnings } = train();
      expect(build).toMatch(/relaxed/);
      expect(warnings).toEqual(['The native kernels do not run here: their self-test ended with SIGKILL.']);
      // Someone killed it; the kernels are not to blame, and the next training tries them again.
      writeFileSync(script, source);
      expect(train()).toMatchObject({ build: expect.stringContaining('native') as string, warnings: [] });
    },
  );
});
