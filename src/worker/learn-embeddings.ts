import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastTextModel } from '../core/embeddings/fasttext-format';
import { WordLearner, type LearningOptions } from '../core/embeddings/learner';
import { isCounted, type EmbeddingOptions } from '../core/embeddings/models';
import { SubwordLearner } from '../core/embeddings/subword-learner';
import { planFor, type LearningPlan } from '../core/embeddings/text-size';
import { WordCounter, type WordRule } from '../core/embeddings/word-counter';
import type { WordVectors } from '../core/embeddings/word-vectors';
import { Cancelled } from '../core/errors';
import { Utf8Reader } from '../core/text/utf8';
import { yieldToMessages } from './control';
import { explained } from './files';
import { learnFromPairs } from './learn-pairs';

/** Words that one kernel call learns from: some 50 to 200 ms, after which Stop is looked at. */
const CALL = 16_384;
/** Words that are read from the list of ids at once, 4 MB. */
const BLOCK = CALL * 64;
const TEXT_CHUNK = 1 << 20;

/** What to learn; passes, least count and sub-sampling fit the text's size where they are left out. */
export type EmbeddingJob = EmbeddingOptions & Partial<LearningPlan> & { rule: WordRule };
type Planned = EmbeddingJob & LearningPlan;

export interface LearningProgress {
  /** Finished passes over the text and the share of the present one. */
  epoch: number;
  /** Mean loss of a prediction in the last call. */
  loss: number;
  /** Words of the text a second since learning began. */
  wordsPerSecond: number;
  secondsLeft: number;
}

export interface Learned {
  vectors: WordVectors;
  /** All of a fastText model, to be written as .bin. */
  model?: FastTextModel;
  /** What was taken where the job left it out. */
  plan: LearningPlan;
  /** Words in the text, and those of them that have a vector. */
  words: number;
  known: number;
  seconds: number;
  loss: number;
  stopped: boolean;
}

interface Host {
  /** Threads of the prepared backend. */
  threads: number;
  isStopped(): boolean;
  /** Told after every call. */
  onProgress(progress: LearningProgress): void;
}

/**
 * Learns word vectors from a text file of any size: one pass counts the words and writes their ids to a temporary file, from
 * which every epoch reads them block by block. A stop keeps what was learned; before learning began it throws Cancelled.
 * Throws UserError.
 */
export async function learnEmbeddings(file: string, job: EmbeddingJob, host: Host): Promise<Learned> {
  const folder = await fs.mkdtemp(path.join(tmpdir(), 'sequence-lab-words-'));
  try {
    const ids = await fs.open(path.join(folder, 'ids'), 'w+');
    try {
      const counter = new WordCounter(job.rule);
      const total = await explained('Cannot read', path.basename(file), () => writeIds(file, counter, ids, host));
      return await learnFrom(ids, total, counter, job, host);
    } finally {
      await ids.close();
    }
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** Writes the ids of all words; returns how many there are, line ends included. */
async function writeIds(file: string, counter: WordCounter, to: fs.FileHandle, host: Host): Promise<number> {
  const reader = new Utf8Reader(path.basename(file));
  const handle = await fs.open(file);
  let total = 0;
  const write = async (ids: Int32Array) => {
    await to.write(ids, 0, ids.byteLength, total * 4);
    total += ids.length;
  };
  try {
    const buffer = new Uint8Array(TEXT_CHUNK);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, TEXT_CHUNK);
      if (bytesRead === 0) break;
      await write(counter.push(reader.push(buffer.subarray(0, bytesRead))));
      await yieldToMessages();
      if (host.isStopped()) throw new Cancelled();
    }
    await write(counter.push(reader.end()));
    await write(counter.end());
    return total;
  } finally {
    await handle.close();
  }
}

async function learnFrom(
  ids: fs.FileHandle,
  total: number,
  counter: WordCounter,
  job: EmbeddingJob,
  host: Host,
): Promise<Learned> {
  // Named ones go before what fits the size: who names all of them may learn from any text.
  const { epochs, minCount, sample } = job;
  const plan =
    epochs !== undefined && minCount !== undefined && sample !== undefined
      ? { epochs, minCount, sample }
      : { ...planFor(counter.total, job.model), ...given({ epochs, minCount, sample }) };
  const planned = { ...job, ...plan };
  const { words, counts, places } = counter.vocabulary(plan.minCount);
  const text = { words, counts, total, blocks: () => blocksOf(ids, total, places) };
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  const learned = isCounted(planned.model)
    ? await learnCounted(text, { ...planned, model: planned.model }, host, seconds)
    : await learnText(text, planned, host, seconds);
  const known = counts.reduce((sum, count) => sum + count, 0);
  return { ...learned, plan, words: total, known, seconds: seconds() };
}

/** The options that have a value. */
function given(plan: Partial<LearningPlan>): Partial<LearningPlan> {
  return Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== undefined));
}

/** A text as the learners take it. */
interface Text {
  words: string[];
  counts: number[];
  /** Ids in the text. */
  total: number;
  blocks(): AsyncGenerator<Int32Array>;
}

async function* blocksOf(ids: fs.FileHandle, total: number, places: Int32Array): AsyncGenerator<Int32Array> {
  for (let at = 0; at < total; at += BLOCK) {
    const block = new Int32Array(Math.min(BLOCK, total - at));
    await ids.read(block, 0, block.byteLength, at * 4);
    for (let i = 0; i < block.length; i++) if (block[i] >= 0) block[i] = places[block[i]];
    yield block;
  }
}

async function learnCounted(
  text: Text,
  job: Planned & { model: 'glove' | 'ppmi-svd' },
  host: Host,
  seconds: () => number,
): Promise<Pick<Learned, 'vectors' | 'loss' | 'stopped'>> {
  return learnFromPairs(text, job, {
    isStopped: () => host.isStopped(),
    onShare(share, loss) {
      const wordsPerSecond = (share * job.epochs * text.total) / seconds();
      host.onProgress({ epoch: share * job.epochs, loss, wordsPerSecond, secondsLeft: seconds() * (1 / share - 1) });
    },
  });
}

async function learnText(
  text: Text,
  job: Planned,
  host: Host,
  seconds: () => number,
): Promise<Pick<Learned, 'vectors' | 'model' | 'loss' | 'stopped'>> {
  const { words, counts, total } = text;
  const { model, epochs, minCount } = job;
  const options: LearningOptions = { ...job, model: model.endsWith('cbow') ? 'cbow' : 'skipgram' };
  const subwords = model.startsWith('fasttext')
    ? new SubwordLearner({ words, counts }, { ...job, ...options }, host.threads)
    : undefined;
  const learner = subwords ?? new WordLearner(counts, options, host.threads);
  const all = total * epochs;
  let [done, loss, stopped] = [0, NaN, false];
  try {
    for (let epoch = 0; epoch < epochs && !stopped; epoch++) {
      for await (const block of text.blocks()) {
        for (let from = 0; from < block.length && !stopped; from += CALL) {
          const some = block.slice(from, from + CALL);
          const measured = learner.learn(some, done / all, (done + some.length) / all);
          if (!Number.isNaN(measured)) loss = measured;
          done += some.length;
          const wordsPerSecond = done / seconds();
          host.onProgress({ epoch: done / total, loss, wordsPerSecond, secondsLeft: (all - done) / wordsPerSecond });
          await yieldToMessages();
          stopped = host.isStopped();
        }
        if (stopped) break;
      }
    }
    const known = counts.reduce((sum, count) => sum + count, 0);
    return { vectors: learner.vectors(words), model: subwords?.model(known, epochs, minCount), loss, stopped };
  } finally {
    learner.dispose();
  }
}
