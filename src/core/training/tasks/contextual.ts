import * as tf from '@tensorflow/tfjs-core';
import type { BidirectionalLanguageModel } from '../../models/contextual/bidirectional-language-model';
import { taggerBatch } from '../../models/tagger/neural/tagger-batch';
import { scoped } from '../../ops/scope';
import type { Random } from '../../random';
import { lengthGroups } from '../../text/length-groups';
import type { EncodedSentence } from '../../text/tagged/vocabulary';
import type { ExampleTask } from '../example-learner';
import type { Evaluation } from '../learner';

/** Words that are measured in one slice, at most. */
const SLICE = 1024;

/** Learning a biLM: each word of a sentence from those before it, and from those behind it. */
export class ContextualTask implements ExampleTask {
  readonly lengths: Int32Array;
  /** Mean losses of the last evaluation, in nats a word. */
  private measured?: { forward: number; backward: number };

  /** @param train sentences of one word at least */
  constructor(
    readonly model: BidirectionalLanguageModel,
    private readonly train: EncodedSentence[],
    private readonly validation: EncodedSentence[],
  ) {
    this.lengths = Int32Array.from(train, ({ words }) => words.length);
  }

  get hasValidation(): boolean {
    return this.validation.length > 0;
  }

  loss(indices: Int32Array, random: Random): tf.Scalar {
    const batch = taggerBatch(Array.from(indices, (index) => this.train[index]));
    const { forward, backward } = this.model.losses(batch, random);
    return tf.div(tf.add(forward, backward), 2);
  }

  *evaluateInSlices(): Generator<void, Evaluation> {
    let [forward, backward, tokens] = [0, 0, 0];
    const lengths = this.validation.map(({ words }) => words.length);
    for (const group of lengthGroups(lengths, SLICE)) {
      const batch = taggerBatch(group.map((index) => this.validation[index]));
      const count = group.reduce((sum, index) => sum + lengths[index], 0);
      const [own, other] = scoped(() => {
        const losses = this.model.losses(batch);
        return [losses.forward.dataSync()[0], losses.backward.dataSync()[0]];
      });
      forward += count * own;
      backward += count * other;
      tokens += count;
      yield;
    }
    this.measured = { forward: forward / tokens, backward: backward / tokens };
    return { loss: (this.measured.forward + this.measured.backward) / 2, tokens };
  }

  /** Perplexity of both directions at the last evaluation. */
  *sampleInSlices(): Generator<string, void> {
    if (!this.measured) return;
    const [forward, backward] = [this.measured.forward, this.measured.backward].map((loss) =>
      Math.exp(loss).toFixed(1),
    );
    yield `Perplexity forward ${forward}, backward ${backward}\n`;
  }

  dispose(): void {
    this.model.dispose();
  }
}
