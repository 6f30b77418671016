import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WordLearner, type LearningOptions } from '../core/embeddings/learner';
import { WordCounter, type WordRule } from '../core/embeddings/word-counter';
import type { WordVectors } from '../core/embeddings/word-vectors';
import { Cancelled } from '../core/errors';
import { Utf8Reader } from '../core/text/utf8';
import { yieldToMessages } from './control';
import { explained } from './files';

/** Words that one kernel call learns from: some 50 to 200 ms, after which Stop is looked at. */
const CALL = 16_384;
/** Words that are read from the list of ids at once, 4 MB. */
const BLOCK = CALL * 64;
const TEXT_CHUNK = 1 << 20;

export interface EmbeddingJob extends LearningOptions {
  epochs: number;
  minCount: number;
  rule: WordRule;
}

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
  const { words, counts, places } = counter.vocabulary(job.minCount);
  const learner = new WordLearner(counts, job, host.threads);
  const known = counts.reduce((sum, count) => sum + count, 0);
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  const all = total * job.epochs;
  let [done, loss, stopped] = [0, NaN, false];
  try {
    const block = new Int32Array(BLOCK);
    while (done < all && !stopped) {
      const at = done % total;
      const count = Math.min(BLOCK, total - at, all - done);
      await ids.read(block, 0, count * 4, at * 4);
      for (let i = 0; i < count; i++) if (block[i] >= 0) block[i] = places[block[i]];
      for (let from = 0; from < count && !stopped; from += CALL) {
        const some = block.slice(from, Math.min(count, from + CALL));
        const measured = learner.learn(some, done / all, (done + some.length) / all);
        if (!Number.isNaN(measured)) loss = measured;
        done += some.length;
        const wordsPerSecond = done / seconds();
        host.onProgress({ epoch: done / total, loss, wordsPerSecond, secondsLeft: (all - done) / wordsPerSecond });
        await yieldToMessages();
        stopped = host.isStopped();
      }
    }
    return { vectors: learner.vectors(words), words: total, known, seconds: seconds(), loss, stopped };
  } finally {
    learner.dispose();
  }
}
