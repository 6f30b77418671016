import type { EncodedSentence } from '../../text/tagged/vocabulary';

const FLOAT = 4;

/**
 * States of sentences that were read before, in no more than so many bytes. What came first stays: training comes back to
 * every sentence once a pass, so that throwing out the oldest would throw out each just before it is needed.
 */
export class StateCache {
  private readonly states = new WeakMap<EncodedSentence, Float32Array>();
  private free: number;

  /** @param bytes that may be kept; 0 keeps nothing */
  constructor(bytes: number) {
    this.free = bytes;
  }

  get(sentence: EncodedSentence): Float32Array | undefined {
    return this.states.get(sentence);
  }

  add(sentence: EncodedSentence, values: Float32Array): void {
    const bytes = values.length * FLOAT;
    if (bytes > this.free || this.states.has(sentence)) return;
    this.states.set(sentence, values);
    this.free -= bytes;
  }
}
