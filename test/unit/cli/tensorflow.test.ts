import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { availableBackends } from '../../../src/engine/select';
import { buildThreads, run } from '../../helpers/cli';
import { someText, temporaryFolder } from '../../helpers/temporary';

const cwd = temporaryFolder();
beforeAll(buildThreads, 180_000);

describe.skipIf(!availableBackends({}).tensorflow)('training with TensorFlow on the command line', () => {
  test('learns on the threads that were asked for, and any backend samples from it', async () => {
    writeFileSync(path.join(cwd, 'words.txt'), someText(3000));
    const small = [
      'model.hidden=16',
      'model.embedding=8',
      'training.batch=4',
      'training.length=16',
      'training.rate=0.01',
    ];
    const set = small.flatMap((each) => ['--set', each]);
    const options = ['--backend', 'tensorflow', '--threads', '1', '--steps', '40', '--json'];
    const { code, stderr, lines } = await run(['train', 'words.txt', ...set, ...options], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    const events = lines() as { event: string; loss: number; run: string }[];
    expect(events.filter(({ event }) => event === 'warning')).toEqual([]);
    const losses = events.filter(({ event }) => event === 'step').map(({ loss }) => loss);
    expect(losses).toHaveLength(40);
    expect(losses[39]).toBeLessThan(losses[0] - 0.3);
    const record = JSON.parse(readFileSync(path.join(events.at(-1)!.run, 'run.json'), 'utf8')) as object;
    expect(record).toMatchObject({ environment: { backend: 'tensorflow', threads: 1 } });
    const sampled = await run(['sample', 'last', '--length', '20'], { cwd });
    expect([sampled.code, sampled.stdout.length > 19]).toEqual([0, true]);
  });
});
