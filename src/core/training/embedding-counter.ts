import type { PairFile } from '../embeddings/counts/spill';
import { ppmiSvd, type PpmiSvdOptions } from '../embeddings/ppmi';
import { vectorTensors } from '../embeddings/vector-tensors';
import type { WordVectors } from '../embeddings/word-vectors';
import { contentWords, neighbourLines } from './embedding-samples';
import type { Checkpoint, Counter, Evaluation } from './learner';

/** Share of the work that counting is; the rest is the decomposition. */
const COUNTING = 0.3;

/** Word vectors by counting alone: which words stand together, and the SVD of what that says. */
export class EmbeddingCounter implements Counter {
  readonly kind = 'counts';
  readonly name = 'PPMI, SVD';
  readonly hasValidation = false;
  private vectors: WordVectors | undefined;

  /** @param count counts the pairs of the text, anew at each call; yields the share done */
  constructor(
    private readonly words: readonly string[],
    private readonly count: () => Generator<number, PairFile>,
    private readonly options: PpmiSvdOptions,
  ) {}

  get parameterCount(): number {
    return this.vectors?.values.length ?? 0;
  }

  *fitInSlices(): Generator<number, void> {
    const counting = this.count();
    let step = counting.next();
    for (; !step.done; step = counting.next()) yield COUNTING * step.value;
    const pairs = step.value;
    try {
      const solving = ppmiSvd(pairs, this.words, this.options);
      let part = solving.next();
      for (; !part.done; part = solving.next()) yield COUNTING + (1 - COUNTING) * part.value;
      this.vectors = part.value;
    } finally {
      pairs.close();
    }
  }

  *evaluateInSlices(): Generator<void, Evaluation> {
    yield;
    throw new Error('Word vectors have no held-out text.');
  }

  *sampleInSlices(): Generator<string, void> {
    yield* neighbourLines(this.fitted, contentWords(this.words));
  }

  checkpoint(): Checkpoint {
    return { tensors: vectorTensors(this.fitted), metadata: { step: '1' } };
  }

  dispose(): void {
    this.vectors = undefined;
  }

  private get fitted(): WordVectors {
    if (!this.vectors) throw new Error('The vectors were not fitted.');
    return this.vectors;
  }
}
