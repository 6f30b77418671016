import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { openChannel } from '../protocol/channel';
import { portOf } from '../protocol/thread';
import type { WorkerContract, WorkerEvents, WorkerSetup } from '../protocol/worker';
import { detectAnnotated } from './annotations';
import { Backends } from './backend';
import { Control } from './control';
import { examine } from './doctor';
import type { JobContext } from './job-context';
import { contextFor, jobName, resume, train, Turns } from './jobs';
import { seldom } from './pacing';
import { Predictor } from './predict';
import { deleteRun, listRuns, markFailed, readRecord, readRun, renameRun } from './run-list';
import { EmbeddingAnswers } from './embedding-answers';
import { Translator } from './translating';
import { VectorStore } from './vector-store';

/** The worker thread's program. Both roles answer the same requests; the editor gives each its own thread. */
function main(): void {
  if (!parentPort) throw new Error('This program runs as a worker thread.');
  const setup = workerData as WorkerSetup;
  const channel = openChannel<WorkerEvents, WorkerContract>(portOf(parentPort));
  const backends = new Backends(setup, path.join(__dirname, 'kernel-thread.js'));
  const context: JobContext = {
    setup,
    backends,
    control: new Control(setup.control),
    notify: (name, params) => channel.notify(name, params),
  };
  const predictor = new Predictor(backends);
  const turns = new Turns();
  const vectors = new VectorStore();
  const embeddings = new EmbeddingAnswers(vectors);
  const translator = new Translator(vectors);
  const warn = (message: string): void => channel.notify('log', { level: 'warn', message });

  channel.onRequest('train', (job, signal) =>
    turns.train(jobName(job), () => {
      predictor.forget();
      return train(job, contextFor(context, signal));
    }),
  );
  channel.onRequest('resume', async (job, signal) => {
    const { name } = await readRecord(job.run);
    return turns.train(name, () => {
      predictor.forget();
      return resume(job, contextFor(context, signal));
    });
  });
  channel.onRequest('sample', ({ id, ...options }, signal) =>
    turns.inLine(signal, () =>
      predictor.sample(options, signal, (sample, text) => channel.notify('sampled', { id, sample, text })),
    ),
  );
  channel.onRequest('evaluate', (options, signal) => turns.inLine(signal, () => predictor.evaluate(options, signal)));
  channel.onRequest('score', ({ run, lines, label }, signal) =>
    turns.inLine(signal, () => predictor.score(run, lines, signal, label)),
  );
  channel.onRequest('classify', (options, signal) => turns.inLine(signal, () => predictor.classify(options, signal)));
  channel.onRequest('contexts', (options, signal) => turns.inLine(signal, () => predictor.contexts(options, signal)));
  channel.onRequest('tag', (options, signal) => turns.inLine(signal, () => predictor.tag(options, signal)));
  channel.onRequest('rank', (options, signal) => turns.inLine(signal, () => predictor.rank(options, signal)));
  channel.onRequest('nextTokens', (options, signal) => turns.inLine(signal, () => predictor.nextTokens(options)));
  // Reads files only, so it need not wait for the backend.
  channel.onRequest('memorisation', ({ run, text }, signal) => predictor.memorisation(run, text, signal));
  // These too: vectors are asked in plain code, and need no backend.
  channel.onRequest('embedding', ({ source, query, id }, signal) => {
    const tell = id === undefined ? undefined : seldom((share) => channel.notify('answering', { id, share }));
    return embeddings.answer(source, query, signal, tell);
  });
  channel.onRequest('translate', (options, signal) =>
    turns.inLine(signal, async () => {
      await backends.prepare({ backend: 'auto', threads: 0 });
      return translator.translate(options, signal);
    }),
  );
  channel.onRequest('doctor', ({ measure }, signal) => turns.inLine(signal, () => examine(measure, setup, backends)));
  channel.onRequest('warm', (_, signal) =>
    turns.inLine(signal, async () => {
      await backends.prepare({ backend: 'auto', threads: 0 });
      return null;
    }),
  );
  channel.onRequest('detect', (source) => detectAnnotated(source));
  channel.onRequest('listRuns', ({ runsFolder }) => listRuns(runsFolder, warn));
  channel.onRequest('readRun', ({ folder, maxEvents }) => readRun(folder, maxEvents));
  channel.onRequest('renameRun', ({ folder, name }) => renameRun(folder, name));
  channel.onRequest('deleteRun', async ({ folder }) => {
    await deleteRun(folder);
    return null;
  });
  channel.onRequest('markFailed', ({ folder, message }) => markFailed(folder, message));
}

main();
