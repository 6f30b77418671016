import { CoOccurrenceCounter } from '../core/embeddings/counts/counter';
import { pairBlocks, shufflePairs } from '../core/embeddings/counts/shuffle';
import type { PairFile } from '../core/embeddings/counts/spill';
import { GloveLearner } from '../core/embeddings/glove-learner';
import type { EmbeddingOptions } from '../core/embeddings/models';
import { ppmiSvd } from '../core/embeddings/ppmi';
import type { WordVectors } from '../core/embeddings/word-vectors';
import { Cancelled } from '../core/errors';
import { yieldToMessages } from './control';
import { SpillFiles } from './spill-files';

/** Pairs that one kernel call learns from: some 50 ms, after which Stop is looked at. */
const CALL = 65_536;
/** Milliseconds of work between two looks at the messages. */
const SLICE = 20;

/** A text as ids, to be read from the beginning, block by block. */
export interface CountedText {
  words: readonly string[];
  counts: readonly number[];
  /** Ids of places in `words`, UNKNOWN and LINE_END. */
  blocks(): AsyncIterable<Int32Array>;
}

interface Host {
  isStopped(): boolean;
  /** @param share done of all work, @param loss of the last call, NaN while counting */
  onShare(share: number, loss: number): void;
}

type Options = Omit<EmbeddingOptions, 'model'> & { model: 'glove' | 'ppmi-svd'; epochs: number };

/**
 * Learns vectors from counts of pairs of words: counts them with temporary files, then takes GloVe's steps or decomposes
 * the PPMI matrix. A stop keeps what GloVe learned; before that, and in the decomposition, it throws Cancelled.
 */
export async function learnFromPairs(
  text: CountedText,
  options: Options,
  host: Host,
): Promise<{ vectors: WordVectors; loss: number; stopped: boolean }> {
  const files = new SpillFiles();
  try {
    const pairs = await countPairs(text, options.window, files, host);
    if (options.model === 'ppmi-svd') {
      const vectors = await sliced(ppmiSvd(pairs, text.words, options), host);
      return { vectors, loss: NaN, stopped: false };
    }
    const shuffled = await sliced(shufflePairs(pairs, files.store, options.seed), host);
    pairs.close();
    return await learnGlove(shuffled, text, options, host);
  } finally {
    files.close();
  }
}

async function countPairs(text: CountedText, window: number, files: SpillFiles, host: Host): Promise<PairFile> {
  const counter = new CoOccurrenceCounter(text.counts.length, { window, weighting: 'harmonic' }, files.store);
  for await (const ids of text.blocks()) {
    counter.push(ids);
    await yieldToMessages();
    if (host.isStopped()) throw new Cancelled();
  }
  return sliced(counter.finish(), host);
}

async function learnGlove(
  pairs: PairFile,
  { words, counts }: CountedText,
  options: Options,
  host: Host,
): Promise<{ vectors: WordVectors; loss: number; stopped: boolean }> {
  const learner = new GloveLearner(counts, options);
  try {
    const blocks = pairBlocks(pairs, CALL, options.seed);
    const steps = blocks.stepsPerEpoch * options.epochs;
    let [loss, stopped] = [NaN, false];
    for (let step = 0; step < steps && !stopped; step++) {
      loss = learner.learn(blocks.at(step).block);
      host.onShare((step + 1) / steps, loss);
      await yieldToMessages();
      stopped = host.isStopped();
    }
    return { vectors: learner.vectors(words), loss, stopped };
  } finally {
    learner.dispose();
  }
}

/** Runs steps to their end, a slice at a time. Throws Cancelled when stopped. */
async function sliced<T>(steps: Generator<unknown, T>, host: Host): Promise<T> {
  let begin = performance.now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (performance.now() - begin < SLICE) continue;
    await yieldToMessages();
    if (host.isStopped()) throw new Cancelled();
    begin = performance.now();
  }
}
