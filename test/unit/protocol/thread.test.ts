import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startWorker } from '../../../src/protocol/thread';
import { COMMAND } from '../../../src/protocol/worker';
import { temporaryFolder } from '../../helpers/temporary';

const folder = temporaryFolder();
const setup: Parameters<typeof startWorker>[1] = {
  role: 'train',
  threads: 1,
  backend: 'cpu',
  version: '0',
  moduleFolders: [],
};

/** A thread that answers JSON-RPC requests by hand; `body` is what it does with each message `m`. */
function script(name: string, body: string): string {
  const file = path.join(folder, `${name}.cjs`);
  const head = `const { parentPort, workerData } = require('node:worker_threads');
const cells = new Int32Array(workerData.control);
const reply = (m, result) => parentPort.postMessage({ jsonrpc: '2.0', id: m.id, result });
parentPort.on('message', (m) => { ${body} });`;
  writeFileSync(file, head);
  return file;
}

test('a command is seen by the job, and an old one is cleared before the next job', async () => {
  const worker = startWorker(
    script(
      'command',
      `setTimeout(() => reply(m, { command: Atomics.load(cells, 0) }), m.method === 'train' ? 150 : 0)`,
    ),
    setup,
  );
  const job = () => worker.channel.request('train', {} as never) as unknown as Promise<{ command: number }>;
  worker.command('stop');
  expect((await job()).command).toBe(COMMAND.run);
  const running = job();
  worker.command('pause');
  // A second job while one runs is refused by the worker; asking for it must not wake the first.
  const second = job();
  expect((await running).command).toBe(COMMAND.pause);
  await second;
  // Given after the request, it counts, even if the thread has not taken the request up yet.
  const stopped = job();
  worker.command('stop');
  expect((await stopped).command).toBe(COMMAND.stop);
  await worker.terminate();
  expect(await worker.ended).toBeUndefined();
});

test('a thread that dies gives its reason to those who wait and to the owner', async () => {
  const worker = startWorker(script('dies', `throw new Error('out of luck')`), setup);
  await expect(worker.channel.request('warm', {})).rejects.toThrow('out of luck');
  expect((await worker.ended)?.message).toBe('out of luck');
  const quiet = startWorker(script('exits', `process.exit(3)`), setup);
  await expect(quiet.channel.request('warm', {})).rejects.toThrow('ended with code 3');
  expect((await quiet.ended)?.message).toContain('code 3');
});

test('ending a thread on purpose rejects what waits and is no failure', async () => {
  const worker = startWorker(script('waits', ''), setup);
  const waiting = worker.channel.request('warm', {}).catch((error: Error) => error.message);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await worker.terminate();
  expect(await waiting).toContain('closed');
  expect(await worker.ended).toBeUndefined();
});
