import type { NamedTensor } from '../../runs/safetensors';

/** What a tagger says of a sentence. */
export interface TaggedTokens {
  /** Ids of the best sequence of tags, as many as tokens. */
  tags: Int32Array;
  /** [tokens][tags]: probability of each tag at each token given the whole sentence (marginal); each row sums to 1. */
  probabilities: Float32Array;
  /**
   * The same from what stands before and at each token alone; where the model reads both ways and has learned to say so.
   */
  forward?: Float32Array;
}

/** Gives every token of sentences a tag; what a trained tagger is good for, of whatever kind. */
export interface SentenceTagger {
  /** Tags by id. */
  readonly tags: readonly string[];
  /** Some sentences at once: some milliseconds for 1,000 tokens. A sentence of no tokens gives empty arrays. */
  tag(sentences: readonly (readonly string[])[]): TaggedTokens[];
  dispose(): void;
}

/** A tagger without a network, learned in one pass or by a convex fit. */
export interface ClassicTagger {
  /** Counts or weights that are kept. */
  readonly parameterCount: number;
  /** The best tags of a sentence and their probabilities. */
  read(words: readonly string[]): TaggedTokens;
  /** All that makes the same tagger again. */
  tensors(): NamedTensor[];
}

/** A classic tagger with the names of its tags. */
export class ClassicSentenceTagger implements SentenceTagger {
  constructor(
    readonly tags: readonly string[],
    private readonly model: ClassicTagger,
  ) {}

  tag(sentences: readonly (readonly string[])[]): TaggedTokens[] {
    return sentences.map((words) => this.model.read(words));
  }

  dispose(): void {
    // It holds nothing but plain memory.
  }
}
